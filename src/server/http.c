/* What is checked of every request before any handler sees it, and what every reply carries. */
#include "server/http.h"
#include "server/routes.h"
#include "server/worker.h"

#include <ctype.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#define TOO_LONG_A_NAME 200

const char *
bki_request_query(const bki_request *request, const char *key)
{
    return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, key);
}

const char *
bki_request_header(const bki_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

/* ---- replies ----------------------------------------------------------------------------------------------------- */

void
bki_reply_json(bki_request *request, int status, bk_json *json)
{
    static const char failed[] = "{\"error\":{\"code\":\"no-memory\",\"message\":\"an allocation failed\"}}";
    size_t            n = 0;
    const char       *text = json != NULL ? bk_json_result(json, &n) : NULL;

    request->reply = (bki_reply){.status = text != NULL ? status : 503,
                                 .type = "application/json",
                                 .bytes = text != NULL ? text : failed,
                                 .n = text != NULL ? n : sizeof failed - 1};
}

void
bki_reply_text(bki_request *request, int status, const char *type, const char *text)
{
    if (text == NULL) {
        bki_reply_json(request, 503, NULL);
        return;
    }
    request->reply = (bki_reply){.status = status, .type = type, .bytes = text, .n = strlen(text)};
}

void
bki_reply_shared(bki_request *request, bki_shared *json)
{
    if (json == NULL) {
        bki_reply_json(request, 503, NULL);
        return;
    }
    request->reply =
        (bki_reply){.status = 200, .type = "application/json", .bytes = json->bytes, .n = json->n, .shared = json};
}

void
bki_reply_release(bki_reply *reply)
{
    free(reply->own);
    bki_shared_drop(reply->shared);
    reply->own = NULL;
    reply->shared = NULL;
}

void
bki_reply_error(bki_request *request, int status, const char *code, const char *message, const char *hint)
{
    bk_json *json = bk_json_create(&request->arena);

    if (json != NULL) {
        bk_json_object(json, NULL);
        bk_json_object(json, "error");
        bk_json_text(json, "code", code);
        bk_json_text(json, "message", message);
        bk_json_text(json, "hint", hint);
        bk_json_end(json);
        bk_json_end(json);
    }
    bki_reply_json(request, status, json);
}

void
bki_reply_fault(bki_request *request, bk_status status)
{
    size_t      n = 0;
    const char *errors = bki_errors_json(request->ctx, status, &request->arena, &n);
    const char *text = errors != NULL ? bk_arena_format(&request->arena, "{\"error\":%s}", errors) : NULL;

    bki_reply_text(request, status == BK_ERR_NO_MEMORY || status == BK_ERR_FILE ? 500 : 400, "application/json", text);
}

const bk_json_value *
bki_request_json(bki_request *request)
{
    const bk_json_value *value = NULL;
    const bk_status      status =
        bk_json_read(request->ctx, request->body, request->n_body, "request", &request->arena, &value);

    if (status == BK_OK && value->kind == BK_JSON_OBJECT)
        return value;
    if (status != BK_OK)
        bki_reply_fault(request, status);
    else
        bki_reply_error(request, 400, "schema", "the body must be one JSON object", NULL);
    return NULL;
}

/* ---- the server -------------------------------------------------------------------------------------------------- */

void
bki_server_init(bki_server *server)
{
    pthread_mutex_init(&server->saving, NULL);
    bki_kept_init(&server->study_text);
    bki_kept_init(&server->description);
}

void
bki_server_release(bki_server *server)
{
    bki_kept_release(&server->study_text);
    bki_kept_release(&server->description);
    pthread_mutex_destroy(&server->saving);
}

/* ---- who asks ---------------------------------------------------------------------------------------------------- */

static bool
is_api(const bki_request *request)
{
    return request->n_words > 0 && strcmp(request->words[0], "api") == 0;
}

static bool
is_write(const bki_request *request)
{
    return strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0;
}

/* Whether the machine, the page and the header are ours; a reply otherwise. */
static bool
check_place(bki_request *request)
{
    const bki_guard *guard = &request->server->guard;
    const char      *site = bki_request_header(request, "Sec-Fetch-Site");

    if (!bki_guard_knows_host(guard, bki_request_header(request, "Host"))) {
        bki_reply_error(request, 421, "host", "this server answers to 127.0.0.1 and localhost alone", NULL);
        return false;
    }
    if (!bki_guard_knows_origin(guard, bki_request_header(request, "Origin")) ||
        (site != NULL && is_api(request) && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)) {
        bki_reply_error(request, 403, "origin", "the request comes from a page of another origin", NULL);
        return false;
    }
    if (is_write(request) && bki_request_header(request, "X-Buckle") == NULL) {
        bki_reply_error(request, 403, "header", "a request that changes something needs the header X-Buckle: 1", NULL);
        return false;
    }
    return true;
}

/* A token in the URL of the page becomes a cookie, once. */
static bool
exchange(bki_request *request, bool known)
{
    bki_guard  *guard = &request->server->guard;
    const char *token = bki_request_query(request, "token");

    if (token == NULL || request->n_words > 0 || is_write(request))
        return false;
    if (!known && !bki_guard_exchange(guard, token))
        return false;
    bki_reply_text(request, 303, "text/plain; charset=utf-8", "see /\n");
    request->reply.location = "/";
    request->reply.cookie =
        bk_arena_format(&request->arena, "%s=%s; HttpOnly; SameSite=Strict; Path=/", guard->cookie, guard->key);
    return true;
}

static void
refuse_stranger(bki_request *request)
{
    if (is_api(request))
        bki_reply_error(request, 401, "key", "no key, or a wrong one",
                        "open the address that `buckle serve` printed; it works once");
    else
        bki_reply_text(
            request, 401, "text/plain; charset=utf-8",
            "No key. Open the address that `buckle serve` printed; it works once. Start it again for another.\n");
}

/* ---- dispatch ---------------------------------------------------------------------------------------------------- */

static bool
check_type(bki_request *request)
{
    const char *type = bki_request_header(request, "Content-Type");

    if (strcmp(request->method, "POST") != 0 && strcmp(request->method, "PUT") != 0)
        return true;
    if (type != NULL && strncmp(type, "application/json", 16) == 0 && (type[16] == '\0' || type[16] == ';'))
        return true;
    bki_reply_error(request, 415, "type", "the body must be application/json", NULL);
    return false;
}

static void
dispatch(bki_request *request)
{
    bool             known = false;
    const bki_route *route = bki_route_find(request, &known);

    if (route == NULL && known)
        bki_reply_error(request, 405, "method", "this address is not asked so", NULL);
    else if (route == NULL && is_api(request))
        bki_reply_error(request, 404, "path", "there is nothing at this address", "GET /api/openapi.json lists all");
    else if (route == NULL && is_write(request))
        bki_reply_error(request, 405, "method", "files of the page are only read", NULL);
    else if (route == NULL)
        bki_handle_asset(request);
    else if (check_type(request))
        route->handler(request);
}

/* Words between slashes; false if the path is none that could be meant. */
static bool
cut_path(bki_request *request)
{
    const char *at = request->path;

    if (strcmp(at, "/") == 0)
        return true;
    while (*at == '/') {
        const char  *word = at + 1;
        const size_t length = strcspn(word, "/");
        if (length == 0 || length > TOO_LONG_A_NAME || word[0] == '.' || request->n_words == BKI_MOST_WORDS)
            return false;
        for (size_t c = 0; c < length; c++)
            if (iscntrl((unsigned char)word[c]) || word[c] == '\\')
                return false;
        request->words[request->n_words] = bk_arena_text(&request->arena, word, length);
        if (request->words[request->n_words++] == NULL)
            return false;
        at = word + length;
    }
    return request->n_words > 0 && *at == '\0';
}

void
bki_request_answer(bki_request *request)
{
    const bki_guard *guard = &request->server->guard;
    const bool       sound = cut_path(request);
    const bool       known =
        bki_guard_opens(guard, MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, guard->cookie));

    if (!check_place(request) || exchange(request, known))
        return;
    if (!known)
        refuse_stranger(request);
    else if (!sound)
        bki_reply_error(request, 404, "path", "there is nothing at this address", NULL);
    else
        dispatch(request);
}
