#include "server/kinds.h"
#include "server/routes.h"

#include <stdlib.h>
#include <string.h>

static const bki_route routes[] = {
    {"GET", "/api/study", bki_handle_study, "The study: network, economy, projects, agreements, scenarios", NULL, "200",
     NULL, NULL},
    {"POST", "/api/jobs", bki_handle_job_add,
     "Start a job: kind, scenario (an object, a name, or null), against (names of others), options, replace", NULL,
     "202 400 429", "kind:string! scenario:any name:string against:array options:object replace:boolean", NULL},
    {"GET", "/api/jobs/{job}", bki_handle_job_state, "How far a job is", NULL, "200 404", NULL, NULL},
    {"DELETE", "/api/jobs/{job}", bki_handle_job_cancel, "Cancel a job", NULL, "200 404", NULL, NULL},
    {"GET", "/api/jobs/{job}/result", bki_handle_job_result, "What came of a job", NULL, "200 404 409 410", NULL, NULL},
    {"GET", "/api/jobs/{job}/select", bki_handle_job_select,
     "Which trade uses a link, border or transfer in the state a job found", "facility!", "200 404 409 410", NULL,
     NULL},
    {"GET", "/api/jobs/{job}/route", bki_handle_job_route, "Ways between two places on the network of a job's scenario",
     "from! to! sector k", "200 400 404 409 410", NULL, NULL},
    {"GET", "/api/jobs/{job}/flows", bki_handle_job_flows,
     "Tonnes on every link of the trade of one origin, destination or sector", "origin destination sector",
     "200 400 404 409 410", NULL, NULL},
    {"GET", "/api/jobs/{job}/export", bki_handle_job_export, "Tables, figures and report of a job as files",
     "format! table figure", "200 400 404 409 410", NULL, "*/*"},
    {"GET", "/api/events", bki_handle_events, "Server-sent events: a job whenever it changes", NULL, "200 503", NULL,
     "text/event-stream"},
    {"POST", "/api/first-order", bki_handle_first_order, "The first-order answer to a scenario", NULL,
     "200 202 400 503", "scenario:any", NULL},
    {"GET", "/api/values", bki_handle_values,
     "What an hour, a dollar and a tonne of capacity are worth at each facility", "economy", "200 202 404 503", NULL,
     NULL},
    {"POST", "/api/scenarios/diff", bki_handle_scenario_diff, "What saving a scenario would change", NULL, "200 400",
     "name:string! scenario:object!", NULL},
    {"PUT", "/api/scenarios/{name}", bki_handle_scenario_save, "Save a scenario into the study", NULL, "200 400 409",
     "scenario:object! hash:string", NULL},
    {"GET", "/api/openapi.json", bki_handle_openapi, "This description", NULL, "200", NULL, NULL},
};

size_t
bki_route_count(void)
{
    return sizeof routes / sizeof *routes;
}

const bki_route *
bki_route_get(size_t index)
{
    return &routes[index];
}

/* Whether the words of the request are those of the path, "{...}" being any. */
static bool
fits(const char *path, const bki_request *request)
{
    size_t w = 0;

    while (*path == '/') {
        const char  *word = path + 1;
        const size_t length = strcspn(word, "/");
        if (w == request->n_words)
            return false;
        if (word[0] != '{' && (strncmp(word, request->words[w], length) != 0 || request->words[w][length] != '\0'))
            return false;
        path = word + length;
        w++;
    }
    return w == request->n_words;
}

const bki_route *
bki_route_find(const bki_request *request, bool *known)
{
    const char *method = strcmp(request->method, "HEAD") == 0 ? "GET" : request->method;

    *known = false;
    for (size_t r = 0; r < bki_route_count(); r++)
        if (fits(routes[r].path, request)) {
            *known = true;
            if (strcmp(routes[r].method, method) == 0)
                return &routes[r];
        }
    return NULL;
}

/* ---- openapi ----------------------------------------------------------------------------------------------------- */

/* A word of a list: its name, its type after a colon ("any" where there is none), whether "!" ends it.  Moves on. */
typedef struct word {
    const char *name, *type;
    bool        is_required;
} word;

static bool
next_word(const char **list, bk_arena *arena, word *out)
{
    const char *at = *list != NULL ? *list + strspn(*list, " ") : "";
    size_t      length = strcspn(at, " ");

    if (length == 0)
        return false;
    *list = at + length;
    out->is_required = at[length - 1] == '!';
    length -= out->is_required;
    const char *colon = memchr(at, ':', length);
    out->name = bk_arena_text(arena, at, colon != NULL ? (size_t)(colon - at) : length);
    out->type = colon != NULL ? bk_arena_text(arena, colon + 1, (size_t)(at + length - colon - 1)) : "any";
    return out->name != NULL && out->type != NULL;
}

static void
parameter(bk_json *json, const char *name, const char *place, bool is_required)
{
    bk_json_object(json, NULL);
    bk_json_text(json, "name", name);
    bk_json_text(json, "in", place);
    bk_json_flag(json, "required", is_required);
    bk_json_object(json, "schema");
    bk_json_text(json, "type", "string");
    bk_json_end(json);
    bk_json_end(json);
}

static void
parameters(bk_json *json, const bki_route *route, bk_arena *arena)
{
    const char *queries = route->queries;
    word        one;

    bk_json_array(json, "parameters");
    for (const char *at = strchr(route->path, '{'); at != NULL; at = strchr(at + 1, '{'))
        parameter(json, bk_arena_text(arena, at + 1, strcspn(at + 1, "}")), "path", true);
    while (next_word(&queries, arena, &one))
        parameter(json, one.name, "query", one.is_required);
    if (strcmp(route->method, "GET") != 0)
        parameter(json, "X-Buckle", "header", true);
    bk_json_end(json);
}

static void
request_body(bk_json *json, const bki_route *route, bk_arena *arena)
{
    const char *members = route->body;
    word        one;

    bk_json_object(json, "requestBody");
    bk_json_flag(json, "required", true);
    bk_json_object(json, "content");
    bk_json_object(json, "application/json");
    bk_json_object(json, "schema");
    bk_json_text(json, "type", "object");
    bk_json_object(json, "properties");
    while (next_word(&members, arena, &one)) {
        bk_json_object(json, one.name);
        if (strcmp(one.type, "any") != 0)
            bk_json_text(json, "type", one.type);
        if (strcmp(one.type, "array") == 0) { /* of names: there is no other in any body */
            bk_json_object(json, "items");
            bk_json_text(json, "type", "string");
            bk_json_end(json);
        }
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_array(json, "required");
    for (members = route->body; next_word(&members, arena, &one);)
        if (one.is_required)
            bk_json_text(json, NULL, one.name);
    bk_json_end(json);
    for (int i = 0; i < 4; i++)
        bk_json_end(json);
}

static void
response(bk_json *json, const bki_route *route, const char *status)
{
    const bool is_answer = status[0] == '2';

    bk_json_object(json, status);
    bk_json_text(json, "description", is_answer ? "as described in docs/reference/http-api.md" : "error");
    bk_json_object(json, "content");
    bk_json_object(json, is_answer && route->type != NULL ? route->type : "application/json");
    for (int i = 0; i < 3; i++)
        bk_json_end(json);
}

static void
responses(bk_json *json, const bki_route *route, bk_arena *arena)
{
    const char *const lists[] = {route->answers, "401 403 421", route->body != NULL ? "413 415" : NULL};
    word              one;

    bk_json_object(json, "responses");
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
        for (const char *at = lists[l]; next_word(&at, arena, &one);)
            response(json, route, one.name);
    bk_json_end(json);
}

static void
operation(bk_json *json, const bki_route *route, bk_arena *arena)
{
    static const char *const names[][2] = {{"GET", "get"}, {"POST", "post"}, {"PUT", "put"}, {"DELETE", "delete"}};
    const char              *name = "get";

    for (size_t i = 0; i < 4; i++)
        if (strcmp(names[i][0], route->method) == 0)
            name = names[i][1];
    bk_json_object(json, name);
    bk_json_text(json, "summary", route->summary);
    parameters(json, route, arena);
    if (route->body != NULL)
        request_body(json, route, arena);
    responses(json, route, arena);
    bk_json_end(json);
}

/* "x-kinds": what each kind of job is, what it must be given, and the most that it may be asked. */
static void
json_kinds(bk_json *json, const bki_request *request)
{
    bk_json_object(json, "x-kinds");
    for (size_t k = 0; k < bki_kind_count(); k++) {
        const bki_kind *kind = bki_kind_get(k);
        if (bki_kind_find(request->server->settings->verbs, kind->name) == NULL)
            continue;
        bk_json_object(json, kind->name);
        bk_json_text(json, "summary", kind->summary);
        bk_json_text(json, "verb", kind->verb);
        bk_json_text(json, "scenario", kind->needed ? "needed" : kind->scenario ? "may be given" : "none");
        bk_json_flag(json, "against", kind->several);
        bk_json_object(json, "most");
        for (size_t l = 0; l < bki_limit_count(); l++)
            if (strcmp(bki_limit_get(l)->kind, kind->name) == 0)
                bk_json_number(json, bki_limit_get(l)->option, bki_limit_get(l)->most);
        bk_json_end(json);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_description(bk_json *json, bki_request *request)
{
    bk_json_object(json, NULL);
    bk_json_text(json, "openapi", "3.0.3");
    bk_json_object(json, "info");
    bk_json_text(json, "title", "buckle serve");
    bk_json_text(json, "version", bk_version());
    bk_json_end(json);
    bk_json_object(json, "paths");
    for (size_t r = 0; r < bki_route_count(); r++) {
        bool first = true;
        for (size_t other = 0; other < r; other++)
            first = first && strcmp(routes[other].path, routes[r].path) != 0;
        if (!first)
            continue;
        bk_json_object(json, routes[r].path);
        for (size_t other = r; other < bki_route_count(); other++)
            if (strcmp(routes[other].path, routes[r].path) == 0)
                operation(json, &routes[other], &request->arena);
        bk_json_end(json);
    }
    bk_json_end(json);
    json_kinds(json, request);
    bk_json_end(json);
}

/* Written once: no file is in it. */
void
bki_handle_openapi(bki_request *request)
{
    bki_kept   *kept = &request->server->description;
    bki_shared *text = bki_kept_get(kept);
    bki_stamps *none = text == NULL ? BK_NEW(&request->arena, bki_stamps, 1) : NULL;
    bk_json    *json = text == NULL ? bk_json_create(&request->arena) : NULL;

    if (none != NULL && json != NULL) {
        size_t n = 0;
        bki_stamps_init(none);
        json_description(json, request);
        const char *written = bk_json_result(json, &n);
        text = written != NULL ? bki_shared_create(written, n) : NULL;
        none->is_whole = text != NULL;
        bki_kept_put(kept, text, none);
    }
    bki_reply_shared(request, text);
}
