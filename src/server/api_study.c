/* /api/study: what the page draws before anything is computed. */
#include "io/csv.h"
#include "server/routes.h"
#include "server/worker.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- where rows come from -----------------------------------------------------------------------------------------
 */

/* The columns source and confidence of a table, by row, read again: a model does not keep them. */
typedef struct row_sources {
    size_t       n;
    const char **source, **confidence; /* [n] NULL: empty */
} row_sources;

static const char *
cell_copy(bk_arena *arena, const bki_csv_record *record, size_t column)
{
    if (column >= record->n_fields || record->fields[column].length == 0)
        return NULL;
    return bk_arena_text(arena, record->fields[column].text, record->fields[column].length);
}

static size_t
column_of(const bki_csv_record *header, const char *name)
{
    for (size_t f = 0; f < header->n_fields; f++)
        if (header->fields[f].length == strlen(name) && memcmp(header->fields[f].text, name, strlen(name)) == 0)
            return f;
    return SIZE_MAX;
}

/* Nothing where the file cannot be read as it was: the page then shows no source, which is no reason to show nothing.
 */
static row_sources
read_sources(bki_request *request, bk_context *ctx, const char *file, size_t n_rows)
{
    row_sources    sources = {.source = BK_NEW(&request->arena, const char *, n_rows + 1),
                              .confidence = BK_NEW(&request->arena, const char *, n_rows + 1)};
    bki_csv       *csv = bki_csv_create(ctx, &request->arena);
    const char    *path = bk_arena_format(&request->arena, "%s/%s", request->server->study->folder, file);
    bki_csv_record record;

    if (bk_arena_ok(&request->arena) != BK_OK || bki_csv_open(csv, path, file) != BK_OK)
        return (row_sources){0};
    if (bki_csv_next(csv, &record) == BK_OK) {
        const size_t source = column_of(&record, "source"), confidence = column_of(&record, "confidence");
        while (sources.n < n_rows && bki_csv_next(csv, &record) == BK_OK && record.n_fields > 0) {
            sources.source[sources.n] = cell_copy(&request->arena, &record, source);
            sources.confidence[sources.n] = cell_copy(&request->arena, &record, confidence);
            sources.n++;
        }
    }
    bki_csv_close(csv);
    return sources;
}

static void
json_source(bk_json *json, const row_sources *sources, size_t row)
{
    bk_json_text(json, "source", row < sources->n ? sources->source[row] : NULL);
    bk_json_text(json, "confidence", row < sources->n ? sources->confidence[row] : NULL);
}

/* ---- economy ------------------------------------------------------------------------------------------------------
 */

static void
json_economies(bk_json *json, const bk_model *model)
{
    bk_json_array(json, "economies");
    for (size_t n = 0; n < model->economy.n_regions; n++) {
        const bk_region *region = &model->economy.regions[n];
        bk_json_object(json, NULL);
        bk_json_text(json, "id", region->id);
        bk_json_text(json, "country", model->countries[region->country]);
        bk_json_text(json, "name", region->name);
        bk_json_number(json, "lon", region->has_place ? region->lon : (double)NAN);
        bk_json_number(json, "lat", region->has_place ? region->lat : (double)NAN);
        bk_json_number(json, "value_added_usd", region->value_added * model->money_usd);
        bk_json_number(json, "population", region->population > 0.0 ? region->population : (double)NAN);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_array(json, "sectors");
    for (size_t j = 0; j < model->economy.n_sectors; j++) {
        const bk_sector *sector = &model->economy.sectors[j];
        bk_json_object(json, NULL);
        bk_json_text(json, "id", sector->id);
        bk_json_text(json, "name", sector->name);
        bk_json_flag(json, "traded", sector->traded);
        bk_json_number(json, "usd_per_tonne", sector->usd_per_tonne);
        bk_json_number(json, "trade_elasticity", sector->elasticity);
        bk_json_end(json);
    }
    bk_json_end(json);
}

/* ---- network ------------------------------------------------------------------------------------------------------
 */

static void
json_places(bk_json *json, const bk_model *model)
{
    const bk_network_data *network = &model->network;

    bk_json_array(json, "modes");
    for (size_t m = 0; m < network->n_modes; m++)
        bk_json_text(json, NULL, network->modes[m]);
    bk_json_end(json);
    bk_json_array(json, "nodes");
    for (size_t v = 0; v < network->n_nodes; v++) {
        const bk_node *node = &network->nodes[v];
        bk_json_object(json, NULL);
        bk_json_text(json, "id", node->id);
        bk_json_text(json, "name", node->name);
        bk_json_text(json, "kind", node->kind);
        bk_json_text(json, "country", node->country != BK_NONE ? model->countries[node->country] : NULL);
        bk_json_number(json, "lon", node->lon);
        bk_json_number(json, "lat", node->lat);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_links(bk_json *json, const bk_model *model, const row_sources *sources)
{
    bk_json_array(json, "links");
    for (size_t l = 0; l < model->network.n_links; l++) {
        const bk_link *link = &model->network.links[l];
        bk_json_object(json, NULL);
        bk_json_text(json, "id", link->id);
        bk_json_text(json, "name", link->name);
        bk_json_text(json, "mode", model->network.modes[link->mode]);
        bk_json_integer(json, "gauge_mm", link->gauge_mm);
        bk_json_text(json, "from", model->network.nodes[link->from].id);
        bk_json_text(json, "to", model->network.nodes[link->to].id);
        bk_json_text(json, "project", link->project != BK_NONE ? model->projects.projects[link->project].id : NULL);
        bk_json_flag(json, "open", link->open);
        bk_json_number(json, "km", link->km);
        bk_json_number(json, "kmh", link->kmh);
        bk_json_number(json, "usd_per_tonne_km", link->usd_per_tonne_km);
        bk_json_number(json, "toll", link->toll);
        bk_json_number(json, "capacity", link->capacity);
        json_source(json, sources, l);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_border(bk_json *json, const bk_model *model, size_t b, bk_arena *arena)
{
    const bk_border *border = &model->network.borders[b];

    bk_json_text(json, "id", bki_border_id(arena, model, b));
    bk_json_text(json, "node", model->network.nodes[border->node].id);
    bk_json_text(json, "mode", model->network.modes[border->mode]);
    bk_json_text(json, "from_country", model->countries[border->from_country]);
    bk_json_text(json, "to_country", model->countries[border->to_country]);
    bk_json_text(json, "side", border->side == BK_EXIT ? "exit" : "entry");
    bk_json_number(json, "control_hours", border->control_hours);
    bk_json_number(json, "inspected_share", border->inspected_share);
    bk_json_number(json, "inspection_hours", border->inspection_hours);
    bk_json_number(json, "hours_sd", border->hours_sd);
    bk_json_number(json, "usd_per_tonne", border->usd_per_tonne);
    bk_json_number(json, "lanes", border->lanes);
    bk_json_number(json, "service_hours", border->service_hours);
    bk_json_flag(json, "customs", border->customs);
    bk_json_flag(json, "open", border->open);
}

static void
json_crossings(bk_json *json, const bk_model *model, const row_sources *sources, bk_arena *arena)
{
    bk_json_array(json, "borders");
    for (size_t b = 0; b < model->network.n_borders; b++) {
        bk_json_object(json, NULL);
        json_border(json, model, b, arena);
        json_source(json, sources, b);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_array(json, "transfers");
    for (size_t t = 0; t < model->network.n_transfers; t++) {
        const bk_transfer *transfer = &model->network.transfers[t];
        bk_json_object(json, NULL);
        bk_json_text(json, "id", bki_transfer_id(arena, model, t));
        bk_json_text(json, "node", model->network.nodes[transfer->node].id);
        bk_json_text(json, "from_mode", model->network.modes[transfer->from_mode]);
        bk_json_text(json, "to_mode", model->network.modes[transfer->to_mode]);
        bk_json_integer(json, "from_gauge_mm", transfer->from_gauge_mm);
        bk_json_integer(json, "to_gauge_mm", transfer->to_gauge_mm);
        bk_json_number(json, "hours", transfer->hours);
        bk_json_number(json, "usd_per_tonne", transfer->usd_per_tonne);
        bk_json_number(json, "capacity", transfer->capacity);
        bk_json_end(json);
    }
    bk_json_end(json);
}

/* ---- policy and projects ------------------------------------------------------------------------------------------
 */

static void
json_finance(bk_json *json, const bk_model *model, size_t project)
{
    bk_json_array(json, "finance");
    for (size_t f = 0; f < model->projects.n_finance; f++) {
        const bk_finance *finance = &model->projects.finance[f];
        if (finance->project != project)
            continue;
        bk_json_object(json, NULL);
        bk_json_text(json, "party", finance->party_name);
        bk_json_text(json, "role", finance->role);
        bk_json_number(json, "share", finance->share);
        bk_json_number(json, "amount_usd", finance->amount_usd);
        bk_json_number(json, "interest_rate", finance->interest_rate);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_projects(bk_json *json, const bk_model *model)
{
    bk_json_array(json, "projects");
    for (size_t p = 0; p < model->projects.n_projects; p++) {
        const bk_project *project = &model->projects.projects[p];
        bk_json_object(json, NULL);
        bk_json_text(json, "id", project->id);
        bk_json_text(json, "name", project->name);
        bk_json_text(json, "type", project->type);
        bk_json_text(json, "countries", project->countries);
        bk_json_number(json, "capex_usd", project->capex_usd);
        bk_json_integer(json, "opens", project->opens);
        bk_json_array(json, "links");
        for (size_t l = 0; l < model->network.n_links; l++)
            if (model->network.links[l].project == p)
                bk_json_text(json, NULL, model->network.links[l].id);
        bk_json_end(json);
        json_finance(json, model, p);
        bk_json_end(json);
    }
    bk_json_end(json);
}

/* 2027-01-31, or null. */
static void
json_day(bk_json *json, bk_arena *arena, const char *key, int day)
{
    bk_json_text(json, key,
                 day == 0 ? NULL : bk_arena_format(arena, "%04d-%02d-%02d", day / 10000, day / 100 % 100, day % 100));
}

static void
json_agreements(bk_json *json, const bk_model *model, bk_arena *arena)
{
    const bk_policy *policy = &model->policy;

    bk_json_array(json, "agreements");
    for (size_t a = 0; a < policy->n_agreements; a++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "id", policy->agreements[a].id);
        bk_json_text(json, "name", policy->agreements[a].name);
        bk_json_text(json, "type", policy->agreements[a].type);
        json_day(json, arena, "in_force", policy->agreements[a].in_force);
        json_day(json, arena, "ended", policy->agreements[a].ended);
        bk_json_array(json, "members");
        for (size_t m = 0; m < policy->n_members; m++) {
            if (policy->members[m].agreement != a)
                continue;
            bk_json_object(json, NULL);
            bk_json_text(json, "country", model->countries[policy->members[m].country]);
            bk_json_text(json, "status", policy->members[m].status);
            json_day(json, arena, "from", policy->members[m].from);
            json_day(json, arena, "until", policy->members[m].until);
            bk_json_end(json);
        }
        bk_json_end(json);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_array(json, "sanctions");
    for (size_t s = 0; s < policy->n_sanctions; s++)
        bk_json_text(json, NULL, policy->sanctions[s].id);
    bk_json_end(json);
}

/* ---- scenarios and the whole --------------------------------------------------------------------------------------
 */

static bk_status
read_scenario(bki_request *request, bk_context *ctx, const char *folder, const char *name, const bk_json_value **out)
{
    const char *path = bk_arena_format(&request->arena, "%s/%s.yaml", folder, name), *text = NULL, *written = NULL;
    size_t      n_text = 0, n_written = 0;

    BK_TRY(bk_arena_ok(&request->arena));
    bk_note_input(ctx, path);
    BK_TRY(bk_file_read(ctx, path, &request->arena, &text, &n_text));
    BK_TRY(
        bk_scenario_write(ctx, text, n_text, folder, NULL, 0, BK_SCENARIO_JSON, &request->arena, &written, &n_written));
    return bk_json_read(ctx, written, n_written, name, &request->arena, out);
}

/* Read anew: one may have been saved.  One with a fault is left out of the list; running it says what is wrong. */
static void
json_scenarios(bk_json *json, bki_request *request, bk_context *ctx)
{
    const char        *folder = request->server->study->folder;
    const char        *own = bk_arena_format(&request->arena, "%s/scenarios", folder);
    const char *const *names;
    size_t             n = 0;

    bk_json_array(json, "scenarios");
    if (own != NULL)
        bk_note_input(ctx, own);
    if (own == NULL || bk_scenario_list(ctx, folder, &request->arena, &n, &names) != BK_OK)
        n = 0;
    for (size_t s = 0; s < n; s++) {
        const bk_json_value *value = NULL;
        if (read_scenario(request, ctx, own, names[s], &value) != BK_OK)
            continue;
        const bk_json_value *title = bk_json_member(value, "title");
        bk_json_object(json, NULL);
        bk_json_text(json, "name", names[s]);
        bk_json_text(json, "title", title != NULL ? title->text : names[s]);
        bki_json_copy(json, "scenario", value);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_counts(bk_json *json, const bk_model *model)
{
    size_t by[4] = {0}, rows = 0;

    for (size_t f = 0; f < model->n_files; f++) {
        rows += model->files[f].rows;
        for (size_t c = 0; c < 4; c++)
            by[c] += model->files[f].by_confidence[c];
    }
    bk_json_object(json, "sources");
    bk_json_integer(json, "rows", (int64_t)rows);
    bk_json_integer(json, "reported", (int64_t)by[BK_REPORTED]);
    bk_json_integer(json, "derived", (int64_t)by[BK_DERIVED]);
    bk_json_integer(json, "estimate", (int64_t)by[BK_ESTIMATE]);
    bk_json_end(json);
}

static void
json_head(bk_json *json, const bki_request *request)
{
    const bk_study *study = request->server->study;

    bk_json_text(json, "name", study->name);
    bk_json_text(json, "title", study->model->title);
    bk_json_integer(json, "base_year", study->model->base_year);
    bk_json_number(json, "money_usd", study->model->money_usd);
    bk_json_integer(json, "horizon_years", study->model->horizon_years);
    bk_json_number(json, "discount_rate", study->model->discount_rate);
    bk_json_text(json, "version", bk_version());
}

/* What is read of the study's folder is read with `ctx`, which hears of each file. */
static void
json_study(bk_json *json, bki_request *request, bk_context *ctx)
{
    const bk_model   *model = request->server->study->model;
    const row_sources links = read_sources(request, ctx, "network/link.csv", model->network.n_links);
    const row_sources borders = read_sources(request, ctx, "network/border.csv", model->network.n_borders);

    bk_json_object(json, NULL);
    json_head(json, request);
    json_economies(json, model);
    json_places(json, model);
    json_links(json, model, &links);
    json_crossings(json, model, &borders, &request->arena);
    json_projects(json, model);
    json_agreements(json, model, &request->arena);
    json_scenarios(json, request, ctx);
    bk_json_array(json, "kinds");
    for (size_t k = 0; k < bki_kind_count(); k++)
        if (bki_kind_find(request->server->settings->verbs, bki_kind_get(k)->name) != NULL)
            bk_json_text(json, NULL, bki_kind_get(k)->name);
    bk_json_end(json);
    json_counts(json, model);
    bk_json_end(json);
}

/* Written anew, and kept with the stamps of the files it was read from; NULL if memory is short. */
static bki_shared *
write_study(bki_request *request)
{
    bki_stamps       *stamps = BK_NEW(&request->arena, bki_stamps, 1);
    bk_json          *json = bk_json_create(&request->arena);
    const bk_settings settings = {.threads = 1, .input = bki_stamps_add, .sink_state = stamps};
    bk_context       *ctx = NULL;
    size_t            n = 0;

    if (bk_arena_ok(&request->arena) != BK_OK || bk_context_create(&settings, &ctx) != BK_OK)
        return NULL;
    bki_stamps_init(stamps);
    json_study(json, request, ctx);
    bk_context_release(ctx);
    const char *text = bk_json_result(json, &n);
    bki_shared *shared = text != NULL ? bki_shared_create(text, n) : NULL;
    stamps->is_whole = stamps->is_whole && shared != NULL;
    bki_kept_put(&request->server->study_text, shared, stamps);
    return shared;
}

void
bki_handle_study(bki_request *request)
{
    bki_shared *text = bki_kept_get(&request->server->study_text);

    /* whoever asks for the study will move a slider soon */
    bki_jobs_service(request->server->jobs, &bki_first_order_kind);
    bki_reply_shared(request, text != NULL ? text : write_study(request));
}
