/* Questions to a run that is done: which trade uses a facility, ways between two places, its tables as files.  A
 * question is a line of fields parted by tabs; fields have been checked by the front for tabs, not for sense. */
#include "io/folder.h"
#include "server/channel.h"
#include "server/questions.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_CELLS    200 /* of a select-link; the rest is summed */
#define MOST_QUESTION ((size_t)8 << 20)

static void
refuse(bki_question *q, int status)
{
    q->status = status;
    q->type = "application/json";
    q->file = "";
}

/* ---- select ------------------------------------------------------------------------------------------------------ */

static const bk_model *
model_of(const bki_worker *worker)
{
    return worker->run->n_scenarios > 0 ? worker->run->scenarios[0].model : worker->run->study->model;
}

static const bk_joint_solution *
solution_of(const bki_worker *worker)
{
    return worker->run->n_scenarios > 0 ? worker->run->scenarios[0].solution
                                        : bk_joint_base_solution(worker->run->base);
}

/* Not so where memory was short for the identity, which the arena then says. */
static bool
is_called(const char *id, const char *text)
{
    return id != NULL && strcmp(id, text) == 0;
}

/* link:ID, border:ID, transfer:ID. */
static uint32_t
facility_of(const bki_question *q, const char *text)
{
    const bk_model        *model = model_of(q->worker);
    const bk_network_data *network = &model->network;

    if (strncmp(text, "link:", 5) == 0)
        return bk_model_find_link(model, text + 5);
    for (size_t b = 0; strncmp(text, "border:", 7) == 0 && b < network->n_borders; b++)
        if (is_called(bki_border_id(q->arena, model, b), text + 7))
            return (uint32_t)(network->n_links + network->n_transfers + b);
    for (size_t t = 0; strncmp(text, "transfer:", 9) == 0 && t < network->n_transfers; t++)
        if (is_called(bki_transfer_id(q->arena, model, t), text + 9))
            return (uint32_t)(network->n_links + t);
    return BK_NONE;
}

static const bk_joint_base *
base_of(const bki_worker *worker)
{
    return worker->run->n_scenarios > 0 ? worker->run->scenarios[0].base : worker->run->base;
}

typedef struct use { /* of a facility by one relation */
    size_t cell;
    double tonnes;
} use;

static int
by_tonnes(const void *a, const void *b)
{
    const use *x = a, *y = b;

    if (x->tonnes != y->tonnes)
        return x->tonnes < y->tonnes ? 1 : -1;
    return x->cell < y->cell ? -1 : x->cell > y->cell;
}

static void
select_json(const bki_question *q, bk_json *json, const use *uses, size_t n, uint32_t facility)
{
    const bk_economy *economy = &model_of(q->worker)->economy;
    const size_t      n_regions = economy->n_regions;
    double            total = 0.0, other = 0.0;

    for (size_t u = 0; u < n; u++)
        total += uses[u].tonnes;
    bk_json_object(json, NULL);
    bk_json_text(json, "facility", q->fields[1]);
    bk_json_number(json, "tonnes", total);
    bk_json_number(json, "background", fmax(solution_of(q->worker)->facility_flow[facility] - total, 0.0));
    bk_json_array(json, "by");
    for (size_t u = 0; u < n; u++) {
        if (u >= MOST_CELLS) {
            other += uses[u].tonnes;
            continue;
        }
        bk_json_object(json, NULL);
        bk_json_text(json, "sector", economy->sectors[uses[u].cell / (n_regions * n_regions)].id);
        bk_json_text(json, "origin", economy->regions[uses[u].cell % n_regions].id);
        bk_json_text(json, "destination", economy->regions[uses[u].cell / n_regions % n_regions].id);
        bk_json_number(json, "tonnes", uses[u].tonnes);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_number(json, "other_tonnes", other);
    bk_json_end(json);
}

static bk_status
ask_select(bki_question *q)
{
    const bk_economy *economy = &model_of(q->worker)->economy;
    const size_t      n_cells = economy->n_sectors * economy->n_regions * economy->n_regions;
    const uint32_t    facility = q->n > 1 ? facility_of(q, q->fields[1]) : BK_NONE;
    size_t            n = 0;

    BK_TRY(bk_arena_ok(q->arena));
    if (bk_joint_graph(q->worker->run->base) == NULL || solution_of(q->worker) == NULL || facility == BK_NONE) {
        refuse(q, 404);
        return bk_fail_hint(q->ctx, BK_ERR_REFERENCE, "facility=link:ID, border:NODE|MODE|FROM|TO or transfer:ID",
                            "there is no such facility in this run");
    }
    double *tonnes = BK_NEW(q->arena, double, n_cells);
    use    *uses = BK_NEW(q->arena, use, n_cells);
    BK_TRY(bk_arena_ok(q->arena));
    BK_TRY(bk_joint_select(q->ctx, base_of(q->worker), model_of(q->worker), solution_of(q->worker), facility, tonnes));
    for (size_t cell = 0; cell < n_cells; cell++)
        if (tonnes[cell] > 0.0)
            uses[n++] = (use){cell, tonnes[cell]};
    qsort(uses, n, sizeof *uses, by_tonnes);
    bk_json *json = bk_json_create(q->arena);
    BK_TRY(bk_arena_ok(q->arena));
    select_json(q, json, uses, n, facility);
    q->body = bk_json_result(json, &q->n_body);
    return q->body != NULL ? BK_OK : bk_fail_no_memory(q->ctx);
}

/* ---- route ------------------------------------------------------------------------------------------------------- */

/* The verb itself, on the network of the run's scenario. */
static bk_status
ask_route(bki_question *q)
{
    static const char *const options[] = {"from", "to", "sector", "k"};
    char                     name[] = "route", format[] = "--format=json";
    char                    *arguments[8] = {name, bk_arena_format(q->arena, "%s", q->worker->study->folder), format};
    bk_study                 study = *q->worker->study;
    int                      n = 3, status = 0;

    study.model = model_of(q->worker);
    study.base = NULL; /* of another network */
    for (size_t f = 0; f < 4 && f + 1 < q->n; f++)
        if (q->fields[f + 1][0] != '\0')
            arguments[n++] = bk_arena_format(q->arena, "--%s=%s", options[f], q->fields[f + 1]);
    BK_TRY(bk_arena_ok(q->arena));
    BK_TRY(bki_worker_verb(q->worker, &study, n, arguments, &q->body, &q->n_body, &status));
    if (status != 0)
        q->status = status == 2 || status == 3 ? 400 : 500; /* the body is the error, as the program tells it */
    return BK_OK;
}

/* ---- export ------------------------------------------------------------------------------------------------------ */

typedef struct export_format {
    const char *name, *ending, *type;
    bool        many; /* one file for each table or figure */
} export_format;

static const export_format formats[] = {
    {"csv", ".csv", "text/csv; charset=utf-8", true},
    {"xlsx", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false},
    {"gpkg", ".gpkg", "application/geopackage+sqlite3", false},
    {"html", ".html", "text/html; charset=utf-8", false},
    {"svg", ".svg", "image/svg+xml", true},
    {"png", ".png", "image/png", true},
};

static bk_status
write_files(bki_question *q, const export_format *format, const char *folder, const char *path)
{
    const bk_results *results = &q->worker->run->results;
    const char      **paths = BK_NEW(q->arena, const char *, results->n_tables + 1);

    BK_TRY(bk_arena_ok(q->arena));
    if (strcmp(format->name, "csv") == 0)
        return bk_csv_write_all(q->ctx, results, folder, q->arena, paths);
    if (strcmp(format->name, "xlsx") == 0)
        return bk_xlsx_write(q->ctx, results, path);
    if (strcmp(format->name, "gpkg") == 0)
        return bk_geopackage_write(q->ctx, results, path);
    if (strcmp(format->name, "html") == 0)
        return bk_html_write(q->ctx, results, path);
    return bk_figures_write(q->ctx, results, folder);
}

static void
empty_folder(bki_question *q, const char *folder)
{
    const char *const *names;
    size_t             n;

    if (!bki_is_folder(folder) || bki_folder_list(q->ctx, folder, q->arena, &n, &names) != BK_OK)
        return;
    for (size_t i = 0; i < n; i++) {
        const char *path = bki_path_join(q->arena, folder, names[i]);
        if (path != NULL)
            remove(path);
    }
}

static bk_status
pick_file(bki_question *q, const export_format *format, const char *folder, const char *stem)
{
    const char *which = q->n > 2 ? q->fields[2] : "";

    if (format->many && which[0] == '\0') {
        q->type = "application/zip";
        q->file = bk_arena_format(q->arena, "%s-%s.zip", stem, format->name);
        return bki_zip_folder(q->ctx, folder, format->ending, q->arena, &q->body, &q->n_body);
    }
    q->type = format->type;
    q->file = bk_arena_format(q->arena, "%s%s", format->many ? which : stem, format->ending);
    const char *path = bk_arena_format(q->arena, "%s/%s", folder, q->file);
    BK_TRY(bk_arena_ok(q->arena));
    if (strchr(which, '/') == NULL && bki_exists(path))
        return bk_file_read(q->ctx, path, q->arena, &q->body, &q->n_body);
    refuse(q, 404);
    return bk_fail(q->ctx, BK_ERR_REFERENCE, "this run has no table or figure '%s'", which);
}

static bk_status
ask_export(bki_question *q)
{
    const bki_worker    *worker = q->worker;
    const export_format *format = NULL;
    const char          *stem = worker->run->n_scenarios > 0 ? worker->run->scenarios[0].scenario->name : "base";

    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
        if (q->n > 1 && strcmp(formats[f].name, q->fields[1]) == 0)
            format = &formats[f];
    if (format == NULL) {
        refuse(q, 400);
        return bk_fail_hint(q->ctx, BK_ERR_USAGE, "csv, xlsx, gpkg, html, svg or png", "there is no such format");
    }
    const char *folder = bk_arena_format(q->arena, "%s/%u", worker->master->scratch, worker->job);
    const char *path = bk_arena_format(q->arena, "%s/%s%s", folder, stem, format->ending);
    BK_TRY(bk_arena_ok(q->arena));
    BK_TRY(bki_folder_make(q->ctx, folder));
    bk_status status = write_files(q, format, folder, path);
    if (status == BK_OK)
        status = pick_file(q, format, folder, stem);
    empty_folder(q, folder);
    return status;
}

/* ---- the loop ---------------------------------------------------------------------------------------------------- */

static void
cut(bki_question *q, char *text)
{
    char *rest = text;

    while (q->n < BKI_MOST_FIELDS && rest != NULL) {
        char *tab = strchr(rest, '\t');
        q->fields[q->n++] = rest;
        if (tab != NULL)
            *tab = '\0';
        rest = tab != NULL ? tab + 1 : NULL;
    }
}

static void
answer(bki_question *q)
{
    const char *verb = q->fields[0];
    const bool  service = q->worker->adjoint != NULL;
    bk_status   status = service && strcmp(verb, "values") == 0 ? bki_ask_values(q)
                         : service                              ? bki_ask_first_order(q)
                         : strcmp(verb, "select") == 0          ? ask_select(q)
                         : strcmp(verb, "route") == 0           ? ask_route(q)
                         : strcmp(verb, "flows") == 0 ? bki_ask_flows(q, model_of(q->worker), solution_of(q->worker))
                                                      : ask_export(q);
    char       *head = NULL, *whole = NULL;

    if (status != BK_OK) {
        if (q->status == 200)
            refuse(q, status == BK_ERR_REFERENCE || status == BK_ERR_USAGE ? 400 : 500);
        q->body = bki_errors_json(q->ctx, status, q->arena, &q->n_body);
        const char *wrapped = bk_arena_format(q->arena, "{\"error\":%s}", q->body != NULL ? q->body : "null");
        q->body = wrapped;
        q->n_body = wrapped != NULL ? strlen(wrapped) : 0;
    }
    head = bk_arena_format(q->arena, "%s\t%s\n", q->type, q->file);
    whole = head != NULL ? BK_NEW(q->arena, char, strlen(head) + q->n_body + 1) : NULL;
    if (whole == NULL || q->body == NULL) {
        bki_send(q->worker->socket, BKI_FRAME_REPLY, 500, "application/json\t\n{}", 20);
        return;
    }
    memcpy(whole, head, strlen(head));
    memcpy(whole + strlen(head), q->body, q->n_body);
    bki_send(q->worker->socket, BKI_FRAME_REPLY, (uint32_t)q->status, whole, strlen(head) + q->n_body);
}

/* Takes a question of `n` bytes and answers it; false where the worker had better end. */
static bool
take_question(bki_worker *worker, uint64_t n)
{
    const bk_settings settings = {.threads = worker->master->settings->threads};
    bk_arena          arena;
    bki_question      q = {.worker = worker, .status = 200, .type = "application/json", .file = "", .arena = &arena};

    if (n > MOST_QUESTION || bk_context_create(&settings, &q.ctx) != BK_OK)
        return false;
    bk_arena_init(&arena, q.ctx);
    char      *text = BK_NEW(&arena, char, n + 1); /* terminated by its last byte */
    const bool whole = text != NULL && bki_receive(worker->socket, text, n);
    if (whole) {
        cut(&q, text);
        answer(&q);
    }
    bk_arena_release(&arena);
    bk_context_release(q.ctx);
    return whole;
}

void
bki_worker_questions(bki_worker *worker)
{
    bki_frame frame;

    while (bki_receive(worker->socket, &frame, sizeof frame) && take_question(worker, frame.n))
        ;
}
