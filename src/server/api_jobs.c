/* /api/jobs, /api/events, and what waits for the adjoint. */
#include "server/routes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint32_t
job_number(const bki_request *request)
{
    const char   *text = request->words[2];
    char         *end = NULL;
    unsigned long number = text[0] >= '1' && text[0] <= '9' ? strtoul(text, &end, 10) : 0;

    return end != NULL && *end == '\0' && number <= UINT32_MAX ? (uint32_t)number : 0;
}

static void
reply_bytes(bki_request *request, bki_answer_bytes answer)
{
    static const struct {
        int         status;
        const char *code, *message, *hint;
    } known[] = {
        {404, "job", "there is no such job", "it may have been forgotten for room; run it again"},
        {409, "job", "the job is not done", "GET /api/jobs/{job} says how far it is"},
        {410, "job", "what the job knew was given up for room", "run it again"},
        {503, "busy", "too much is asked at once", "try again"},
        {500, "crashed", "the job's process did not answer", "run it again"},
    };

    if (answer.bytes != NULL) {
        request->reply = (bki_reply){.status = answer.status,
                                     .type = "application/json",
                                     .bytes = answer.bytes,
                                     .n = answer.n,
                                     .own = answer.bytes};
        return;
    }
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (known[k].status == answer.status || k + 1 == sizeof known / sizeof *known) {
            bki_reply_error(request, known[k].status, known[k].code, known[k].message, known[k].hint);
            return;
        }
}

/* ---- adding ------------------------------------------------------------------------------------------------------ */

static const bki_kind *
take_kind(bki_request *request, const bk_json_value *body)
{
    const bk_json_value *kind = bk_json_member(body, "kind");
    const bki_kind      *found =
        kind != NULL && kind->kind == BK_JSON_TEXT ? bki_kind_find(request->server->settings->verbs, kind->text) : NULL;

    if (found == NULL)
        bki_reply_error(request, 400, "kind", "there is no such kind of job", "GET /api/study lists kinds");
    return found;
}

/* The value of an option with a limit: a number, or a text that is one; NAN for anything else. */
static double
number_of(const bk_json_value *value)
{
    char  *end = NULL;
    double number = NAN;

    if (value->kind == BK_JSON_NUMBER)
        return value->number;
    if (value->kind == BK_JSON_TEXT && value->text[0] != '\0')
        number = strtod(value->text, &end);
    return end != NULL && *end == '\0' ? number : (double)NAN;
}

/* False, and a reply, where an option asks too much, or the kind lacks what it must be given. */
static bool
options_are_fit(bki_request *request, const bki_kind *kind, const bk_json_value *options)
{
    if (kind->option != NULL && (options == NULL || bk_json_member(options, kind->option) == NULL)) {
        bki_reply_error(
            request, 400, "option",
            bk_arena_format(&request->arena, "a job of kind %s needs the option %s", kind->name, kind->option),
            "docs/reference/http-api.md has an example");
        return false;
    }
    for (size_t l = 0; options != NULL && l < bki_limit_count(); l++) {
        const bki_limit     *limit = bki_limit_get(l);
        const bk_json_value *value =
            strcmp(limit->kind, kind->name) == 0 ? bk_json_member(options, limit->option) : NULL;
        if (value == NULL || number_of(value) <= limit->most)
            continue;
        bki_reply_error(request, 400, "limit",
                        bk_arena_format(&request->arena, "%s of a job of kind %s is a number up to %.0f", limit->option,
                                        kind->name, limit->most),
                        bk_arena_format(&request->arena, "`buckle %s` on the command line takes more", kind->verb));
        return false;
    }
    return true;
}

/* False, and a reply, unless the scenarios to choose among are sound ones of the study, and few. */
static bool
against_is_fit(bki_request *request, const bki_kind *kind, const bk_json_value *against, const char *own)
{
    size_t n = 0;

    if (against == NULL)
        return true;
    if (!kind->several || against->kind != BK_JSON_ARRAY) {
        bki_reply_error(request, 400, "against",
                        kind->several ? "against must be an array of names of scenarios"
                                      : "a job of this kind has no scenarios to choose among",
                        NULL);
        return false;
    }
    for (const bk_json_value *one = against->child; one != NULL; one = one->next) {
        const char *name = NULL, *text = NULL;
        if (one->kind != BK_JSON_TEXT || strcmp(one->text, own) == 0 || ++n > BKI_MOST_AGAINST) {
            bki_reply_error(request, 400, "against",
                            bk_arena_format(&request->arena,
                                            "against names up to %d scenarios, none of them that of the job",
                                            BKI_MOST_AGAINST),
                            NULL);
            return false;
        }
        if (!bki_scenario_take(request, one, &name, &text))
            return false;
    }
    return true;
}

static const char *
request_text(bki_request *request, const bki_kind *kind, const bk_json_value *body, const char *name, const char *text,
             size_t *n)
{
    const bk_json_value *options = bk_json_member(body, "options"), *against = bk_json_member(body, "against");
    bk_json             *json = bk_json_create(&request->arena);

    if (json == NULL)
        return NULL;
    bk_json_object(json, NULL);
    bk_json_text(json, "kind", kind->name);
    bk_json_text(json, "name", name);
    bk_json_text(json, "scenario_text", text);
    if (options != NULL && options->kind == BK_JSON_OBJECT)
        bki_json_copy(json, "options", options);
    if (against != NULL)
        bki_json_copy(json, "against", against);
    bk_json_end(json);
    return bk_json_result(json, n);
}

void
bki_handle_job_add(bki_request *request)
{
    const bk_json_value *body = bki_request_json(request);
    const bki_kind      *kind = body != NULL ? take_kind(request, body) : NULL;
    const bk_json_value *replace = body != NULL ? bk_json_member(body, "replace") : NULL;
    const bk_json_value *called = body != NULL ? bk_json_member(body, "name") : NULL;
    const char          *name = NULL, *scenario = NULL;
    size_t               n = 0;

    if (kind == NULL)
        return;
    if (called != NULL && called->kind == BK_JSON_TEXT && bki_scenario_name_is_fit(called->text))
        name = called->text;
    if (kind->scenario && !bki_scenario_take(request, bk_json_member(body, "scenario"), &name, &scenario))
        return;
    if (kind->needed && scenario == NULL) {
        bki_reply_error(request, 400, "scenario", "a job of this kind needs a scenario", NULL);
        return;
    }
    if (!options_are_fit(request, kind, bk_json_member(body, "options")) ||
        !against_is_fit(request, kind, bk_json_member(body, "against"), name != NULL ? name : ""))
        return;
    const char    *text = request_text(request, kind, body, name, scenario, &n);
    const uint32_t job =
        text != NULL ? bki_jobs_add(request->server->jobs, kind, text, n, replace != NULL && replace->flag) : 0;
    if (job == 0) {
        bki_reply_error(request, 429, "busy", "too many jobs are waiting", "cancel some, or wait");
        return;
    }
    bki_reply_text(request, 202, "application/json", bk_arena_format(&request->arena, "{\"job\":\"%u\"}", job));
}

/* ---- asking ------------------------------------------------------------------------------------------------------ */

void
bki_handle_job_state(bki_request *request)
{
    reply_bytes(request, bki_jobs_state(request->server->jobs, job_number(request)));
}

void
bki_handle_job_result(bki_request *request)
{
    bki_shared *result = NULL;
    const int   status = bki_jobs_result(request->server->jobs, job_number(request), &result);

    if (result != NULL)
        bki_reply_shared(request, result);
    else
        reply_bytes(request, (bki_answer_bytes){.status = status});
}

void
bki_handle_job_cancel(bki_request *request)
{
    if (!bki_jobs_cancel(request->server->jobs, job_number(request)))
        reply_bytes(request, (bki_answer_bytes){.status = 404});
    else
        reply_bytes(request, bki_jobs_state(request->server->jobs, job_number(request)));
}

/* The reply of a worker: its type and name in the first line, then the body. */
static void
reply_question(bki_request *request, bki_answer_bytes answer)
{
    char *line = answer.bytes != NULL ? memchr(answer.bytes, '\n', answer.n) : NULL;
    char *tab = line != NULL ? memchr(answer.bytes, '\t', (size_t)(line - answer.bytes)) : NULL;
    if (tab == NULL) {
        free(answer.bytes);
        answer.bytes = NULL;
        reply_bytes(request, answer);
        return;
    }
    *tab = *line = '\0';
    request->reply = (bki_reply){.status = answer.status,
                                 .type = answer.bytes,
                                 .file = tab[1] != '\0' ? tab + 1 : NULL,
                                 .bytes = line + 1,
                                 .n = answer.n - (size_t)(line + 1 - answer.bytes),
                                 .own = answer.bytes};
}

/* A question and its fields, parted by tabs; the reply begins with its type and name. */
static void
ask(bki_request *request, const char *question, const char *const *keys, size_t n_keys)
{
    const char *text = question;

    for (size_t k = 0; text != NULL && k < n_keys; k++) {
        const char *value = bki_request_query(request, keys[k]);
        if (value != NULL && (strpbrk(value, "\t\n\r") != NULL || strlen(value) > 400)) {
            bki_reply_error(request, 400, "value", "a value of the query is too long, or not a name", NULL);
            return;
        }
        text = bk_arena_format(&request->arena, "%s\t%s", text, value != NULL ? value : "");
    }
    if (text == NULL) {
        bki_reply_json(request, 503, NULL);
        return;
    }
    reply_question(request, bki_jobs_ask(request->server->jobs, job_number(request), text, strlen(text)));
}

void
bki_handle_job_select(bki_request *request)
{
    static const char *const keys[] = {"facility"};

    ask(request, "select", keys, 1);
}

void
bki_handle_job_route(bki_request *request)
{
    static const char *const keys[] = {"from", "to", "sector", "k"};

    ask(request, "route", keys, 4);
}

void
bki_handle_job_flows(bki_request *request)
{
    static const char *const keys[] = {"origin", "destination", "sector"};

    ask(request, "flows", keys, 3);
}

void
bki_handle_job_export(bki_request *request)
{
    static const char *const table[] = {"format", "table"}, *const figure[] = {"format", "figure"};

    ask(request, "export", bki_request_query(request, "figure") != NULL ? figure : table, 2);
}

void
bki_handle_events(bki_request *request)
{
    enum { MOST_STREAMS = 16 };

    if (atomic_fetch_add(&request->server->n_streams, 1) >= MOST_STREAMS) {
        atomic_fetch_sub(&request->server->n_streams, 1);
        bki_reply_error(request, 503, "busy", "too many pages listen already", NULL);
        return;
    }
    request->reply = (bki_reply){.status = 200, .type = "text/event-stream", .stream = true};
}

/* ---- first order --------------------------------------------------------------------------------------------------
 */

/* While a service is being made ready: 202 and how far it is, the object of a job; where it cannot be: 503 and why. */
static void
reply_not_ready(bki_request *request, uint32_t service)
{
    const bki_answer_bytes state = bki_jobs_state(request->server->jobs, service);
    const char            *error = state.bytes != NULL ? strstr(state.bytes, "\"error\":") : NULL;

    if (error != NULL)
        bki_reply_text(request, 503, "application/json", bk_arena_format(&request->arena, "{%s", error));
    else if (state.bytes != NULL)
        bki_reply_text(request, 202, "application/json", bk_arena_format(&request->arena, "%s", state.bytes));
    else
        bki_reply_error(request, 503, "busy", "too much is asked at once", "try again");
    free(state.bytes);
}

static void
ask_service(bki_request *request, const char *question)
{
    const uint32_t service = bki_jobs_service(request->server->jobs, &bki_first_order_kind);

    if (question == NULL) {
        bki_reply_json(request, 503, NULL);
        return;
    }
    const bki_answer_bytes answer = bki_jobs_ask(request->server->jobs, service, question, strlen(question));
    if (answer.bytes == NULL && (answer.status == 409 || answer.status == 404))
        reply_not_ready(request, service);
    else
        reply_question(request, answer);
}

void
bki_handle_first_order(bki_request *request)
{
    const bk_json_value *body = bki_request_json(request);
    const char          *name = NULL, *text = NULL;

    if (body == NULL || !bki_scenario_take(request, bk_json_member(body, "scenario"), &name, &text))
        return;
    if (text == NULL)
        text = "{\"title\":\"nothing\",\"measures\":[]}";
    ask_service(request, bk_arena_format(&request->arena, "first-order\t%s", text));
}

void
bki_handle_values(bki_request *request)
{
    const char     *economy = bki_request_query(request, "economy");
    const bk_model *model = request->server->study->model;

    if (economy != NULL && bk_model_find_region(model, economy) == BK_NONE)
        bki_reply_error(request, 404, "reference", "the study has no such economy", "GET /api/study lists them");
    else
        ask_service(request, bk_arena_format(&request->arena, "values\t%s", economy != NULL ? economy : ""));
}
