/* The server without a socket: what libmicrohttpd would say of a request is said by a list, so that everything between
 * the head of a request and its reply can be called, and made to fail, in this process. */
#ifndef BKT_SERVER_H
#define BKT_SERVER_H

#include "bkt_verbs.h"
#include "server/http.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define BKT_MOST_PAIRS 32

typedef struct bkt_pair {
    enum MHD_ValueKind kind;
    const char        *key, *value;
} bkt_pair;

struct MHD_Connection { /* libmicrohttpd's own is never made here */
    size_t   n;
    bkt_pair pairs[BKT_MOST_PAIRS];
};

/* In place of libmicrohttpd's: names of headers in any case, others as they are. */
const char *
MHD_lookup_connection_value(struct MHD_Connection *connection, enum MHD_ValueKind kind, const char *key)
{
    for (size_t p = 0; p < connection->n; p++) {
        const bkt_pair *pair = &connection->pairs[p];
        if (pair->kind == kind && (kind == MHD_HEADER_KIND ? strcasecmp(pair->key, key) : strcmp(pair->key, key)) == 0)
            return pair->value;
    }
    return NULL;
}

static inline void
bkt_pair_set(struct MHD_Connection *connection, enum MHD_ValueKind kind, const char *key, const char *value)
{
    for (size_t p = 0; p < connection->n; p++)
        if (connection->pairs[p].kind == kind && strcasecmp(connection->pairs[p].key, key) == 0) {
            connection->pairs[p].value = value;
            return;
        }
    if (connection->n < BKT_MOST_PAIRS)
        connection->pairs[connection->n++] = (bkt_pair){kind, key, value};
}

/* ---- a server ---------------------------------------------------------------------------------------------------- */

typedef struct bkt_server {
    bki_serve_settings settings;
    bki_server         server;
    bk_context        *ctx;
    bk_arena           arena;
    bk_study           study;
    int                notes[2]; /* of the front, of the master */
} bkt_server;

/* Of a study that is read; nobody starts jobs unless the test does. */
static inline bool
bkt_server_start(bkt_server *s, const bk_study *study)
{
    s->study = *study;
    s->settings.verbs = &bkt_verbs;
    s->settings.threads = 1;
    s->settings.folder = s->study.folder;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s->notes) != 0)
        return false;
    s->server.settings = &s->settings;
    s->server.study = &s->study;
    s->server.jobs = bki_jobs_create(s->notes[0]);
    bki_server_init(&s->server);
    return s->server.jobs != NULL && bki_guard_start(s->ctx, &s->server.guard, 1) == BK_OK;
}

static inline void
bkt_server_stop(bkt_server *s)
{
    bki_jobs_stop(s->server.jobs);
    bki_jobs_free(s->server.jobs);
    bki_server_release(&s->server);
    close(s->notes[0]);
    close(s->notes[1]);
}

/* ---- a request --------------------------------------------------------------------------------------------------- */

typedef struct bkt_reply {
    int         status;
    bool        stream, zipped, kept;
    char        type[100], file[100], etag[100], cookie[200], location[100];
    const char *bytes; /* a terminated copy, until the next answer */
    size_t      n;
} bkt_reply;

/* %XX and, in a query, '+', as libmicrohttpd decodes them; in place. */
static inline char *
bkt_decoded(char *text, bool is_query)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; from++) {
        char hex[3] = {0};
        if (*from == '%' && from[1] != '\0' && from[2] != '\0') {
            char *end = NULL;
            memcpy(hex, from + 1, 2);
            const long byte = strtol(hex, &end, 16);
            if (end == hex + 2) {
                *to++ = (char)byte;
                from += 2;
                continue;
            }
        }
        *to++ = is_query && *from == '+' ? ' ' : *from;
    }
    *to = '\0';
    return text;
}

/* Cuts "/path?key=value&..." in place; returns the path. */
static inline const char *
bkt_target(struct MHD_Connection *connection, char *target)
{
    char *query = strchr(target, '?');

    if (query != NULL)
        *query++ = '\0';
    while (query != NULL) {
        char *next = strchr(query, '&');
        if (next != NULL)
            *next++ = '\0';
        char *value = strchr(query, '=');
        if (value != NULL)
            *value++ = '\0';
        bkt_pair_set(connection, MHD_GET_ARGUMENT_KIND, bkt_decoded(query, true),
                     value != NULL ? bkt_decoded(value, true) : "");
        query = next;
    }
    return bkt_decoded(target, false);
}

/* What somebody sends who was given the key. */
static inline void
bkt_friend(const bkt_server *s, struct MHD_Connection *connection)
{
    *connection = (struct MHD_Connection){0};
    bkt_pair_set(connection, MHD_HEADER_KIND, "Host", "127.0.0.1:1");
    bkt_pair_set(connection, MHD_HEADER_KIND, "X-Buckle", "1");
    bkt_pair_set(connection, MHD_HEADER_KIND, "Content-Type", "application/json");
    bkt_pair_set(connection, MHD_COOKIE_KIND, "buckle-1", s->server.guard.key);
}

static inline void
bkt_keep_text(char *to, size_t size, const char *text)
{
    snprintf(to, size, "%s", text != NULL ? text : "");
}

/* False if there was no memory for the request itself, to which the daemon then gives no answer. */
static inline bool
bkt_answer(bkt_server *s, struct MHD_Connection *connection, const char *method, const char *path, const char *body,
           size_t n_body, bkt_reply *out)
{
    static char bytes[1 << 20]; /* not from the heap, which a test may make fail */
    bki_request request = {
        .server = &s->server, .connection = connection, .method = method, .path = path, .body = body, .n_body = n_body};

    *out = (bkt_reply){0};
    if (bk_context_create(NULL, &request.ctx) != BK_OK)
        return false;
    bk_arena_init(&request.arena, request.ctx);
    bki_request_answer(&request);
    const bki_reply *reply = &request.reply;
    out->status = reply->status;
    out->stream = reply->stream;
    out->zipped = reply->zipped;
    out->kept = reply->kept;
    out->n = reply->n;
    bkt_keep_text(out->type, sizeof out->type, reply->type);
    bkt_keep_text(out->file, sizeof out->file, reply->file);
    bkt_keep_text(out->etag, sizeof out->etag, reply->etag);
    bkt_keep_text(out->cookie, sizeof out->cookie, reply->cookie);
    bkt_keep_text(out->location, sizeof out->location, reply->location);
    if (out->n >= sizeof bytes)
        abort();
    memcpy(bytes, reply->bytes != NULL ? reply->bytes : "", out->n);
    bytes[out->n] = '\0';
    out->bytes = bytes;
    bki_reply_release(&request.reply);
    bk_arena_release(&request.arena);
    bk_context_release(request.ctx);
    return true;
}

#endif
