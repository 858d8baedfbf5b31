#include "server/routes.h"

#include <stdlib.h>
#include <string.h>

static const bki_route routes[] = {
    {"GET", "/api/study", bki_handle_study, "The study: network, economy, projects, agreements, scenarios", NULL,
     "200"},
    {"POST", "/api/jobs", bki_handle_job_add,
     "Start a job: kind, scenario (an object, a name, or null), options, replace", NULL, "202 400 429"},
    {"GET", "/api/jobs/{job}", bki_handle_job_state, "How far a job is", NULL, "200 404"},
    {"DELETE", "/api/jobs/{job}", bki_handle_job_cancel, "Cancel a job", NULL, "200 404"},
    {"GET", "/api/jobs/{job}/result", bki_handle_job_result, "What came of a job", NULL, "200 404 409 410"},
    {"GET", "/api/jobs/{job}/select", bki_handle_job_select,
     "Which trade uses a link, border or transfer in the state a job found", "facility", "200 404 409 410"},
    {"GET", "/api/jobs/{job}/route", bki_handle_job_route, "Ways between two places on the network of a job's scenario",
     "from to sector k", "200 400 404 409 410"},
    {"GET", "/api/jobs/{job}/flows", bki_handle_job_flows,
     "Tonnes on every link of the trade of one origin, destination or sector", "origin destination sector",
     "200 400 404 409 410"},
    {"GET", "/api/jobs/{job}/export", bki_handle_job_export, "Tables, figures and report of a job as files",
     "format table figure", "200 400 404 409 410"},
    {"GET", "/api/events", bki_handle_events, "Server-sent events: a job whenever it changes", NULL, "200 503"},
    {"POST", "/api/first-order", bki_handle_first_order, "The first-order answer to a scenario", NULL,
     "200 202 400 503"},
    {"GET", "/api/values", bki_handle_values,
     "What an hour, a dollar and a tonne of capacity are worth at each facility", "economy", "200 202 404 503"},
    {"POST", "/api/scenarios/diff", bki_handle_scenario_diff, "What saving a scenario would change", NULL, "200 400"},
    {"PUT", "/api/scenarios/{name}", bki_handle_scenario_save, "Save a scenario into the study", NULL, "200 400 409"},
    {"GET", "/api/openapi.json", bki_handle_openapi, "This description", NULL, "200"},
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

static void
parameter(bk_json *json, const char *name, size_t length, const char *place, bk_arena *arena)
{
    bk_json_object(json, NULL);
    bk_json_text(json, "name", bk_arena_text(arena, name, length));
    bk_json_text(json, "in", place);
    bk_json_flag(json, "required", strcmp(place, "query") != 0);
    bk_json_object(json, "schema");
    bk_json_text(json, "type", "string");
    bk_json_end(json);
    bk_json_end(json);
}

static void
parameters(bk_json *json, const bki_route *route, bk_arena *arena)
{
    bk_json_array(json, "parameters");
    for (const char *at = strchr(route->path, '{'); at != NULL; at = strchr(at + 1, '{'))
        parameter(json, at + 1, strcspn(at + 1, "}"), "path", arena);
    for (const char *at = route->queries; at != NULL && *at != '\0'; at += strspn(at, " ")) {
        const size_t length = strcspn(at, " ");
        parameter(json, at, length, "query", arena);
        at += length;
    }
    if (strcmp(route->method, "GET") != 0)
        parameter(json, "X-Buckle", 8, "header", arena);
    bk_json_end(json);
}

static void
responses(bk_json *json, const bki_route *route, bk_arena *arena)
{
    static const char *const common = " 401 403 421";

    bk_json_object(json, "responses");
    for (int part = 0; part < 2; part++)
        for (const char *at = part == 0 ? route->answers : common + 1; *at != '\0'; at += strspn(at, " ")) {
            const size_t length = strcspn(at, " ");
            bk_json_object(json, bk_arena_text(arena, at, length));
            bk_json_text(json, "description", at[0] == '2' ? "as described in docs/reference/http-api.md" : "error");
            bk_json_end(json);
            at += length;
        }
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
    if (strcmp(route->method, "POST") == 0 || strcmp(route->method, "PUT") == 0) {
        bk_json_object(json, "requestBody");
        bk_json_object(json, "content");
        bk_json_object(json, "application/json");
        bk_json_object(json, "schema");
        bk_json_text(json, "type", "object");
        for (int i = 0; i < 4; i++)
            bk_json_end(json);
    }
    responses(json, route, arena);
    bk_json_end(json);
}

void
bki_handle_openapi(bki_request *request)
{
    bk_json *json = bk_json_create(&request->arena);

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
    bk_json_end(json);
    bki_reply_json(request, 200, json);
}
