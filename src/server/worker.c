#define _GNU_SOURCE /* memfd_create */
#include "server/worker.h"
#include "server/cage.h"
#include "server/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PROGRESS_PAUSE 0.1 /* s between two tellings */
#define MOST_ARGUMENTS 64

static double
seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- talk -------------------------------------------------------------------------------------------------------- */

void
bki_worker_progress(void *state, const char *what, double fraction)
{
    bki_worker  *worker = state;
    const double now = seconds();
    bk_arena     arena;
    size_t       n = 0;

    if (now < worker->told + PROGRESS_PAUSE)
        return;
    worker->told = now;
    bk_arena_init(&arena, worker->ctx);
    bk_json *json = bk_json_create(&arena);
    if (json != NULL) {
        bk_json_object(json, NULL);
        bk_json_text(json, "stage", what);
        bk_json_number(json, "done", fraction >= 0.0 ? fmin(fraction, 1.0) : (double)NAN);
        bk_json_integer(json, "total", 1);
        bk_json_end(json);
        const char *text = bk_json_result(json, &n);
        if (text != NULL)
            bki_send(worker->socket, BKI_FRAME_PROGRESS, 0, text, n);
    }
    bk_arena_release(&arena);
}

static void
json_error(bk_json *json, const char *code, const bk_error *error)
{
    bk_json_text(json, "code", code);
    bk_json_text(json, "message", error->message);
    bk_json_text(json, "hint", error->hint);
    if (error->file == NULL)
        return;
    const char *file = strrchr(error->file, '/'); /* where files lie on this machine is nobody's business */
    bk_json_text(json, "file", file != NULL ? file + 1 : error->file);
    bk_json_integer(json, "line", error->line);
    bk_json_integer(json, "column", error->column);
}

const char *
bki_errors_json(const bk_context *ctx, bk_status status, bk_arena *arena, size_t *n)
{
    const bk_error  unknown = {.code = status, .message = bk_status_text(status)};
    const bk_error *first = bk_error_get(ctx, 0), *error;
    bk_json        *json = bk_json_create(arena);

    if (json == NULL)
        return NULL;
    first = first != NULL ? first : &unknown;
    bk_json_object(json, NULL);
    json_error(json, bk_status_name(first->code), first);
    bk_json_array(json, "errors");
    for (size_t e = 0; (error = bk_error_get(ctx, e)) != NULL; e++) {
        bk_json_object(json, NULL);
        json_error(json, bk_status_name(error->code), error);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_end(json);
    return bk_json_result(json, n);
}

static void
tell_failure(bki_worker *worker, bk_status status)
{
    static const char short_of_memory[] = "{\"code\":\"no-memory\",\"message\":\"an allocation failed\"}";
    size_t            n = 0;
    const char       *text = bki_errors_json(worker->ctx, status, worker->arena, &n);

    bki_send(worker->socket, BKI_FRAME_ERROR, 0, text != NULL ? text : short_of_memory,
             text != NULL ? n : sizeof short_of_memory - 1);
}

/* ---- the request ------------------------------------------------------------------------------------------------- */

static bk_status
read_request(bki_worker *worker, int request)
{
    struct stat status;
    bk_status   read_status;

    if (fstat(request, &status) != 0)
        return bk_fail(worker->ctx, BK_ERR_FILE, "the request of the job cannot be read");
    char *bytes = BK_NEW(worker->arena, char, (size_t)status.st_size + 1);
    BK_TRY(bk_arena_ok(worker->arena));
    lseek(request, 0, SEEK_SET);
    if (!bki_receive(request, bytes, (size_t)status.st_size))
        return bk_fail(worker->ctx, BK_ERR_FILE, "the request of the job cannot be read");
    read_status = bk_json_read(worker->ctx, bytes, (size_t)status.st_size, "request", worker->arena, &worker->request);
    BK_TRY(read_status);
    const bk_json_value *kind = bk_json_member(worker->request, "kind");
    if (kind != NULL && kind->text != NULL && strcmp(kind->text, bki_first_order_kind.name) == 0)
        worker->kind = &bki_first_order_kind;
    else
        worker->kind =
            kind != NULL && kind->text != NULL ? bki_kind_find(worker->master->settings->verbs, kind->text) : NULL;
    return worker->kind != NULL ? BK_OK : bk_fail(worker->ctx, BK_ERR_USAGE, "there is no such kind of job");
}

/* The scenario's text, as the front wrote it; NULL: none. */
static const char *
scenario_text(const bki_worker *worker)
{
    const bk_json_value *text = bk_json_member(worker->request, "scenario_text");

    return text != NULL ? text->text : NULL;
}

static const char *
scenario_name(const bki_worker *worker)
{
    const bk_json_value *name = bk_json_member(worker->request, "name");

    return name != NULL && name->text != NULL ? name->text : "scenario";
}

static bk_status
make_folder(bki_worker *worker)
{
    worker->folder = bk_arena_format(worker->arena, "%s/%u", worker->master->scratch, worker->job);
    BK_TRY(bk_arena_ok(worker->arena));
    if (mkdir(worker->folder, 0700) != 0 && errno != EEXIST)
        return bk_fail(worker->ctx, BK_ERR_FILE, "no folder for the job's files: %s", strerror(errno));
    return BK_OK;
}

/* ---- run --------------------------------------------------------------------------------------------------------- */

/* The warm study with the scenario of the request, or with none. */
static bk_status
open_study(bki_worker *worker, bk_study *study, const bk_scenario **scenarios, const bk_model **models)
{
    const char *text = scenario_text(worker);

    *study = *worker->warm;
    study->n_scenarios = 0;
    if (text == NULL)
        return BK_OK;
    BK_TRY(bk_scenario_parse(worker->ctx, text, strlen(text), scenario_name(worker), study->model, worker->arena,
                             scenarios));
    BK_TRY(bk_scenario_apply(worker->ctx, study->model, *scenarios, NULL, worker->arena, models));
    study->n_scenarios = 1;
    study->scenarios = scenarios;
    study->models = models;
    return BK_OK;
}

static bool
choose(const char *text, const char *const *words, int n, int *out)
{
    for (int w = 0; text != NULL && w < n; w++)
        if (strcmp(words[w], text) == 0) {
            *out = w;
            return true;
        }
    return false;
}

/* One option of a run; false if it is none, or its value is none. */
static bool
set_run_option(const bk_json_value *option, bk_run_settings *settings)
{
    static const char *const rules[] = {"none", "alone", "shapley"}, *const payers[] = {"none", "tax", "works",
                                                                                        "foreign"};
    const bool number = option->kind == BK_JSON_NUMBER;
    int        word = 0;

    if (strcmp(option->key, "attribution") == 0 && choose(option->text, rules, 3, &word)) {
        settings->attribution = (bk_attribution)word;
    } else if (strcmp(option->key, "finance") == 0 && choose(option->text, payers, 4, &word)) {
        settings->closure.finance = (bk_finance_closure)word;
    } else if (strcmp(option->key, "lender") == 0 && option->text != NULL) {
        settings->closure.lender = option->text;
    } else if (strcmp(option->key, "tolerance") == 0 && number && option->number >= 1e-10 && option->number <= 1e-2) {
        settings->joint.tolerance = option->number;
    } else if (strcmp(option->key, "rounds") == 0 && number && option->number >= 1 && option->number <= 10000) {
        settings->joint.max_rounds = (int)option->number;
    } else {
        return false;
    }
    return true;
}

static bk_status
run_settings(const bki_worker *worker, bk_run_settings *out)
{
    const bk_json_value *options = bk_json_member(worker->request, "options");

    *out = bk_run_default_settings();
    out->keep_bases = true; /* questions about flows come later */
    for (const bk_json_value *option = options != NULL ? options->child : NULL; option != NULL; option = option->next)
        if (!set_run_option(option, out))
            return bk_fail_hint(worker->ctx, BK_ERR_USAGE,
                                "attribution (none, alone, shapley), finance (none, tax, works, foreign), lender, "
                                "tolerance (1e-10 to 0.01), rounds",
                                "a job of kind run has no option '%s' with that value", option->key);
    return BK_OK;
}

static bk_status
do_run(bki_worker *worker, const char **out, size_t *n_out, bool *converged)
{
    const bk_scenario **scenarios = BK_NEW(worker->arena, const bk_scenario *, 1);
    const bk_model    **models = BK_NEW(worker->arena, const bk_model *, 1);
    bk_study           *study = BK_NEW(worker->arena, bk_study, 1);
    const double        start = seconds();
    bk_run_settings     settings;

    BK_TRY(bk_arena_ok(worker->arena));
    BK_TRY(run_settings(worker, &settings));
    BK_TRY(open_study(worker, study, scenarios, models));
    worker->study = study;
    BK_TRY(bk_study_run(worker->ctx, study, &settings, worker->arena, &worker->run));
    bk_json *json = bk_json_create(worker->arena);
    BK_TRY(bk_arena_ok(worker->arena));
    bk_json_object(json, NULL);
    worker->master->settings->verbs->run_members(json, worker->run, seconds() - start, worker->arena);
    bki_run_json(json, worker);
    bk_json_end(json);
    *converged = worker->run->converged;
    *out = bk_json_result(json, n_out);
    return *out != NULL ? BK_OK : bk_fail_no_memory(worker->ctx);
}

/* ---- first order ------------------------------------------------------------------------------------------------- */

/* The adjoint of the base year, for the questions that follow. */
static bk_status
do_first_order(bki_worker *worker, const char **out, size_t *n_out, bool *converged)
{
    BK_TRY(bk_joint_adjoint_prepare(worker->ctx, worker->warm->base, NULL, NULL, worker->arena, &worker->adjoint));
    *out = "{}";
    *n_out = 2;
    *converged = true;
    return BK_OK;
}

/* ---- verbs ------------------------------------------------------------------------------------------------------- */

/* Standard output into a file in memory while the verb runs. */
bk_status
bki_worker_verb(bki_worker *worker, const bk_study *study, int n, char **arguments, const char **out, size_t *n_out,
                int *status)
{
    const bki_verb_call call = {.study = study,
                                .threads = worker->master->settings->threads,
                                .progress = bki_worker_progress,
                                .progress_state = worker};
    const int           file = memfd_create("answer", MFD_CLOEXEC), kept = dup(STDOUT_FILENO);

    if (file < 0 || kept < 0)
        return bk_fail(worker->ctx, BK_ERR_FILE, "no room for the answer: %s", strerror(errno));
    fflush(stdout);
    dup2(file, STDOUT_FILENO);
    *status = worker->master->settings->verbs->run(&call, n, arguments);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    const off_t size = lseek(file, 0, SEEK_END);
    char       *bytes = BK_NEW(worker->arena, char, (size_t)(size > 0 ? size : 0) + 1);
    lseek(file, 0, SEEK_SET);
    const bool whole = bytes != NULL && size >= 0 && bki_receive(file, bytes, (size_t)size);
    close(file);
    BK_TRY(bk_arena_ok(worker->arena));
    *out = bytes;
    *n_out = (size_t)size;
    return whole ? BK_OK : bk_fail(worker->ctx, BK_ERR_FILE, "the answer cannot be read back");
}

static char *
as_text(bki_worker *worker, const bk_json_value *value)
{
    if (value->kind == BK_JSON_TEXT)
        return bk_arena_text(worker->arena, value->text, strlen(value->text));
    return bk_arena_format(worker->arena, "%.17g", value->number);
}

/* Whether a text could name a file to a verb: some take a name or a path.  Numbers may have a point. */
static bool
may_name_file(const char *text)
{
    return strpbrk(text, "/\\~") != NULL ||
           (strchr(text, '.') != NULL && strspn(text, "+-.0123456789eE %") != strlen(text));
}

/* --name value for each option of the request; those that name files are refused. */
static bk_status
take_options(bki_worker *worker, char **arguments, int *n)
{
    const bk_json_value *options = bk_json_member(worker->request, "options");

    for (const bk_json_value *option = options != NULL ? options->child : NULL; option != NULL; option = option->next) {
        bool is_flag = false;
        if (*n + 2 >= MOST_ARGUMENTS)
            return bk_fail(worker->ctx, BK_ERR_USAGE, "too many options");
        if (!worker->master->settings->verbs->takes(worker->kind->verb, option->key, &is_flag))
            return bk_fail(worker->ctx, BK_ERR_USAGE, "a job of kind %s has no option '%s'", worker->kind->name,
                           option->key);
        if (option->kind == BK_JSON_ARRAY || option->kind == BK_JSON_OBJECT ||
            is_flag != (option->kind == BK_JSON_FLAG))
            return bk_fail(worker->ctx, BK_ERR_USAGE, "option '%s' must be %s", option->key,
                           is_flag ? "true or false" : "a number or a text");
        if (option->kind == BK_JSON_TEXT && may_name_file(option->text))
            return bk_fail(worker->ctx, BK_ERR_USAGE,
                           "option '%s' looks like the name of a file, which no request may give", option->key);
        if (option->kind == BK_JSON_NULL || (is_flag && !option->flag))
            continue;
        arguments[(*n)++] = is_flag ? bk_arena_format(worker->arena, "--%s", option->key)
                                    : bk_arena_format(worker->arena, "--%s=%s", option->key, as_text(worker, option));
    }
    return bk_arena_ok(worker->arena);
}

static bk_status
do_verb(bki_worker *worker, const char **out, size_t *n_out, bool *converged)
{
    char        format[] = "--format=json";
    char       *arguments[MOST_ARGUMENTS] = {bk_arena_format(worker->arena, "%s", worker->kind->verb),
                                             bk_arena_format(worker->arena, "%s", worker->warm->folder), format};
    const char *text = scenario_text(worker);
    int         n = 3, status = 0;

    BK_TRY(make_folder(worker));
    if (text != NULL) {
        char *path = bk_arena_format(worker->arena, "%s/%s.yaml", worker->folder, scenario_name(worker));
        BK_TRY(bk_arena_ok(worker->arena));
        BK_TRY(bk_file_write(worker->ctx, path, text, strlen(text)));
        arguments[n++] = bk_arena_format(worker->arena, "--scenario=%s", path);
    }
    const bk_json_value *against = bk_json_member(worker->request, "against");
    for (const bk_json_value *one = against != NULL ? against->child : NULL; one != NULL; one = one->next)
        arguments[n++] = bk_arena_format(worker->arena, "--scenario=%s", one->text); /* few: the front counted them */
    BK_TRY(take_options(worker, arguments, &n));
    BK_TRY(bki_worker_verb(worker, worker->warm, n, arguments, out, n_out, &status));
    *converged = status == 0;
    if (status == 0 || status == 1)
        return BK_OK;
    const bk_json_value *answer = NULL;
    const bk_json_value *error = bk_json_read(worker->ctx, *out, *n_out, "answer", worker->arena, &answer) == BK_OK
                                     ? bk_json_member(answer, "error")
                                     : NULL;
    error = error != NULL ? bk_json_member(error, "message") : NULL;
    bk_error_clear(worker->ctx);
    return bk_fail(worker->ctx, BK_ERR_USAGE, "%s", error != NULL && error->text != NULL ? error->text : "it failed");
}

/* ---- the worker -------------------------------------------------------------------------------------------------- */

static bk_status
work(bki_worker *worker, int request)
{
    const char *out = NULL;
    size_t      n = 0;
    bool        converged = false;

    BK_TRY(read_request(worker, request));
    if (worker->no_base != NULL)
        return bk_fail(worker->ctx, BK_ERR_INCONSISTENT, "%s", worker->no_base);
    BK_TRY(worker->kind->is_service    ? do_first_order(worker, &out, &n, &converged)
           : worker->kind->keeps_state ? do_run(worker, &out, &n, &converged)
                                       : do_verb(worker, &out, &n, &converged));
    if (!bki_send(worker->socket, BKI_FRAME_RESULT, converged, out, n))
        _exit(1);
    return BK_OK;
}

/* What a job needs: the study and what is kept of it, the system's fonts and time zones, its scratch folder.  A kernel
 * that cannot shut a process in leaves it as it is: the cage is behind the checks of the front, not in their place. */
static void
shut_in(const bki_master *master)
{
    const char *const readable[] = {
        master->settings->folder, "/usr",        "/lib", "/lib64", "/etc", "/proc", "/sys/devices/system/cpu",
        "/var/cache/fontconfig",  "/dev/urandom"};
    const char *const writable[] = {master->scratch, master->settings->cache_folder, "/dev/null"};

    setenv("TMPDIR", master->scratch, 1); /* for SQLite */
    bki_cage_enter(sizeof readable / sizeof *readable, readable, sizeof writable / sizeof *writable, writable);
}

_Noreturn void
bki_worker_run(const bki_master *master, const bk_study *study, const char *no_base, uint32_t job, int socket,
               int request)
{
    bki_worker        worker = {.master = master, .warm = study, .no_base = no_base, .job = job, .socket = socket};
    const bk_settings settings = {
        .threads = master->settings->threads, .progress = bki_worker_progress, .sink_state = &worker};
    bk_arena arena;

    if (bk_context_create(&settings, &worker.ctx) != BK_OK)
        _exit(4);
    bk_arena_init(&arena, worker.ctx);
    worker.arena = &arena;
    shut_in(master);
    const bk_status status = work(&worker, request);
    close(request);
    if (status != BK_OK)
        tell_failure(&worker, status);
    else if (worker.kind->keeps_state)
        bki_worker_questions(&worker);
    bk_arena_release(&arena);
    bk_context_release(worker.ctx);
    _exit(status == BK_OK ? 0 : 3);
}
