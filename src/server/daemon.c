#include "server/daemon.h"
#include "server/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_BODY        ((size_t)4 << 20) /* bytes */
#define MOST_CONNECTIONS 128
#define MOST_HEADERS     ((size_t)32 << 10) /* bytes, the address among them */
#define MOST_IDLE        30                 /* s without a byte */
#define MOST_UPLOAD      60.0               /* s for a body */
#define HEARTBEAT        10000              /* ms between signs of life of a stream */
#define STACK            ((size_t)1 << 20)

static const char policy[] = "default-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self'; "
                             "img-src 'self' data: blob:; connect-src 'self'; frame-ancestors 'none'; "
                             "base-uri 'none'; form-action 'none'";

struct bki_daemon {
    struct MHD_Daemon *daemon;
};

typedef struct upload { /* a request on its way in */
    char  *bytes;
    size_t n, capacity;
    bool   has_head, too_large, no_path;
    double since;
} upload;

typedef struct stream { /* events on their way out */
    bki_server *server;
    uint64_t    seen;
    char       *text;
    size_t      n, at;
} stream;

/* ---- replies ----------------------------------------------------------------------------------------------------- */

/* Waits here: each connection has a thread of its own. */
static ssize_t
stream_read(void *state, uint64_t position, char *buffer, size_t room)
{
    stream *events = state;

    (void)position;
    if (events->at == events->n) {
        free(events->text);
        events->text = bki_jobs_events(events->server->jobs, &events->seen, HEARTBEAT);
        if (events->text == NULL)
            return MHD_CONTENT_READER_END_OF_STREAM;
        if (events->text[0] == '\0') {
            free(events->text);
            events->text = strdup(":\n\n"); /* a comment: still there */
            if (events->text == NULL)
                return MHD_CONTENT_READER_END_OF_STREAM;
        }
        events->n = strlen(events->text);
        events->at = 0;
    }
    const size_t n = events->n - events->at < room ? events->n - events->at : room;
    memcpy(buffer, events->text + events->at, n);
    events->at += n;
    return (ssize_t)n;
}

static void
stream_end(void *state)
{
    stream *events = state;

    atomic_fetch_sub(&events->server->n_streams, 1);
    free(events->text);
    free(events);
}

static struct MHD_Response *
make_stream(bki_server *server)
{
    stream *events = calloc(1, sizeof *events);

    if (events == NULL) {
        atomic_fetch_sub(&server->n_streams, 1);
        return NULL;
    }
    events->server = server;
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 16384, stream_read, events, stream_end);
    if (response == NULL)
        stream_end(events);
    return response;
}

static struct MHD_Response *
make_response(bki_request *request)
{
    bki_reply           *reply = &request->reply;
    struct MHD_Response *response;

    if (reply->stream)
        return make_stream(request->server);
    if (reply->shared != NULL) {
        response =
            MHD_create_response_from_buffer_with_free_callback(reply->n, reply->shared->bytes, bki_shared_drop_bytes);
        reply->shared = response != NULL ? NULL : reply->shared; /* it is the response's now */
        return response;
    }
    if (reply->own != NULL && reply->own == reply->bytes) {
        response = MHD_create_response_from_buffer(reply->n, reply->own, MHD_RESPMEM_MUST_FREE);
        reply->own = response != NULL ? NULL : reply->own;
        return response;
    }
    return MHD_create_response_from_buffer(reply->n, (void *)(uintptr_t)reply->bytes,
                                           reply->lasting ? MHD_RESPMEM_PERSISTENT : MHD_RESPMEM_MUST_COPY);
}

static void
add(struct MHD_Response *response, const char *name, const char *value)
{
    if (value != NULL)
        MHD_add_response_header(response, name, value);
}

static enum MHD_Result
send_reply(struct MHD_Connection *connection, bki_request *request)
{
    const bki_reply *reply = &request->reply;
    const char      *file =
        reply->file != NULL ? bk_arena_format(&request->arena, "attachment; filename=\"%s\"", reply->file) : NULL;
    struct MHD_Response *response = make_response(request);

    if (response == NULL)
        return MHD_NO;
    add(response, "Content-Type", reply->type);
    add(response, "Content-Security-Policy", policy);
    add(response, "X-Content-Type-Options", "nosniff");
    add(response, "X-Frame-Options", "DENY");
    add(response, "Referrer-Policy", "no-referrer");
    add(response, "Cross-Origin-Opener-Policy", "same-origin");
    add(response, "Cross-Origin-Resource-Policy", "same-origin");
    add(response, "Cache-Control", reply->kept ? "no-cache" : "no-store");
    add(response, "Content-Encoding", reply->zipped ? "gzip" : NULL);
    add(response, "ETag", reply->etag);
    add(response, "Set-Cookie", reply->cookie);
    add(response, "Location", reply->location);
    add(response, "Content-Disposition", file);
    const enum MHD_Result sent = MHD_queue_response(connection, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return sent;
}

/* ---- requests ---------------------------------------------------------------------------------------------------- */

static enum MHD_Result
answer(bki_server *server, struct MHD_Connection *connection, const char *path, const char *method, const upload *body)
{
    bki_request request = {.server = server,
                           .connection = connection,
                           .method = method,
                           .path = body->no_path ? "" : path,
                           .body = body->n > 0 ? body->bytes : "",
                           .n_body = body->n};

    if (bk_context_create(NULL, &request.ctx) != BK_OK)
        return MHD_NO;
    bk_arena_init(&request.arena, request.ctx);
    if (body->too_large)
        bki_reply_error(&request, 413, "size", "the body is longer than 4 MiB", NULL);
    else
        bki_request_answer(&request);
    const enum MHD_Result sent = send_reply(connection, &request);
    bki_reply_release(&request.reply);
    bk_arena_release(&request.arena);
    bk_context_release(request.ctx);
    return sent;
}

/* Keeps a part of the body; of one that is too long, nothing. */
static bool
keep(upload *body, const char *bytes, size_t n)
{
    if (body->too_large || n > MOST_BODY - body->n) {
        body->too_large = true;
        return true;
    }
    if (body->n + n > body->capacity) {
        const size_t capacity = 2 * (body->n + n);
        char        *grown = realloc(body->bytes, capacity);
        if (grown == NULL)
            return false;
        body->bytes = grown;
        body->capacity = capacity;
    }
    memcpy(body->bytes + body->n, bytes, n);
    body->n += n;
    return true;
}

/* Whether the head of a request announces more than will be read. */
static bool
announces_too_much(struct MHD_Connection *connection)
{
    const char *length = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length");

    return length != NULL && strtoull(length, NULL, 10) > MOST_BODY;
}

/* The address as it came: a NUL in it would end it early for whoever reads it decoded. */
static void *
on_address(void *state, const char *address, struct MHD_Connection *connection)
{
    upload *body = calloc(1, sizeof *body);

    (void)state;
    (void)connection;
    if (body != NULL)
        body->no_path = strstr(address, "%00") != NULL;
    return body;
}

/* Called once with the head, then with each part of the body, then with none: the answer is due. */
static enum MHD_Result
on_request(void *state, struct MHD_Connection *connection, const char *path, const char *method, const char *version,
           const char *bytes, size_t *n, void **own)
{
    upload *body = *own;

    (void)version;
    if (body == NULL)
        return MHD_NO;
    if (!body->has_head) {
        body->has_head = true;
        body->since = bki_server_seconds();
        body->too_large = announces_too_much(connection);
        return body->too_large ? answer(state, connection, path, method, body) : MHD_YES;
    }
    if (*n == 0)
        return answer(state, connection, path, method, body);
    if (bki_server_seconds() - body->since > MOST_UPLOAD || !keep(body, bytes, *n))
        return MHD_NO;
    *n = 0;
    return MHD_YES;
}

static void
on_end(void *state, struct MHD_Connection *connection, void **own, enum MHD_RequestTerminationCode how)
{
    upload *body = *own;

    (void)state;
    (void)connection;
    (void)how;
    if (body != NULL)
        free(body->bytes);
    free(body);
    *own = NULL;
}

/* ---- the daemon -------------------------------------------------------------------------------------------------- */

/* A socket that is bound here, so that the reason for a failure can be told. */
static bk_status
listen_at(bk_context *ctx, int *port, int *out)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)*port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    const int yes = 1, file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (file < 0)
        return bk_fail(ctx, BK_ERR_FILE, "no socket: %s", strerror(errno));
    setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(file, (struct sockaddr *)&address, sizeof address) != 0 || listen(file, 256) != 0 ||
        getsockname(file, (struct sockaddr *)&address, &size) != 0) {
        const int reason = errno;
        close(file);
        return bk_fail_hint(ctx, BK_ERR_FILE, "--port 0 takes any free one", "port %d of 127.0.0.1: %s", *port,
                            strerror(reason));
    }
    *port = ntohs(address.sin_port);
    *out = file;
    return BK_OK;
}

bk_status
bki_daemon_start(bk_context *ctx, bki_server *server, int *port, bki_daemon **out)
{
    int socket = -1;

    BK_TRY(listen_at(ctx, port, &socket));
    const bk_status secret = bki_guard_start(ctx, &server->guard, *port);
    bki_daemon     *daemon = secret == BK_OK ? calloc(1, sizeof *daemon) : NULL;
    if (daemon != NULL)
        daemon->daemon = MHD_start_daemon(
            MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC, 0, NULL, NULL,
            on_request, server, MHD_OPTION_LISTEN_SOCKET, socket, MHD_OPTION_CONNECTION_LIMIT,
            (unsigned)MOST_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)MOST_IDLE,
            MHD_OPTION_CONNECTION_MEMORY_LIMIT, MOST_HEADERS, MHD_OPTION_THREAD_STACK_SIZE, STACK,
            MHD_OPTION_URI_LOG_CALLBACK, on_address, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL,
            MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (daemon != NULL && daemon->daemon != NULL) {
        *out = daemon;
        return BK_OK;
    }
    free(daemon);
    close(socket);
    return secret != BK_OK ? secret : bk_fail(ctx, BK_ERR_FILE, "the HTTP server cannot be started");
}

void
bki_daemon_stop(bki_daemon *daemon)
{
    MHD_stop_daemon(daemon->daemon);
    free(daemon);
}

const char *
bki_serve_library(void)
{
    return MHD_get_version();
}
