/* Requests and replies: what a handler of a route sees of HTTP. */
#ifndef SERVER_HTTP_H
#define SERVER_HTTP_H

#include "server/guard.h"
#include "server/jobs.h"
#include "server/kept.h"

#include <pthread.h>
#include <stdatomic.h>

#define BKI_MOST_WORDS 6

struct MHD_Connection;

typedef struct bki_server {
    const bki_serve_settings *settings;
    const bk_study           *study; /* without scenarios and base year */
    bki_jobs                 *jobs;
    bki_guard                 guard;
    pthread_mutex_t           saving;
    bki_kept                  study_text, description; /* what GET /api/study and /api/openapi.json said last */
    atomic_int                n_streams;
} bki_server;

typedef struct bki_reply {
    int         status;
    const char *type;
    const char *bytes; /* held by the request's arena, or by one of the next three */
    size_t      n;
    char       *own;                      /* freed with the reply */
    bki_shared *shared;                   /* given back with the reply; NULL: none */
    bool        lasting;                  /* part of the program */
    const char *file;                     /* saved as, or NULL */
    const char *etag, *cookie, *location; /* NULL: none */
    bool        zipped, kept;             /* gzip; may be kept by the browser and asked again */
    bool        stream;                   /* events instead of bytes */
} bki_reply;

typedef struct bki_request {
    bki_server            *server;
    struct MHD_Connection *connection;
    const char            *method, *path;
    size_t                 n_words;
    const char            *words[BKI_MOST_WORDS]; /* of the path, decoded */
    const char            *body;
    size_t                 n_body;
    bk_context            *ctx;
    bk_arena               arena;
    bki_reply              reply;
} bki_request;

/* A value of the query; NULL if it is not given. */
const char *bki_request_query(const bki_request *request, const char *key);
const char *bki_request_header(const bki_request *request, const char *name);

/* Replies.  Where memory is short they say that instead: 503. */
void bki_reply_json(bki_request *request, int status, bk_json *json);
void bki_reply_text(bki_request *request, int status, const char *type, const char *text);
/* 200 with bytes that others may carry too; the reply gives them back.  NULL: memory was short, as for texts. */
void bki_reply_shared(bki_request *request, bki_shared *json);
/* {"error": {...}} */
void bki_reply_error(bki_request *request, int status, const char *code, const char *message, const char *hint);
/* The errors of the request's context: 400, or 500 where the machine is to blame. */
void bki_reply_fault(bki_request *request, bk_status status);

/* The body as JSON; NULL, and a reply, if it is none. */
const bk_json_value *bki_request_json(bki_request *request);

/* Does the request: checks who asks, finds the route, calls its handler. */
void bki_request_answer(bki_request *request);
/* Gives back what the reply holds. */
void bki_reply_release(bki_reply *reply);

/* What is kept between requests. */
void bki_server_init(bki_server *server);
void bki_server_release(bki_server *server);

#endif
