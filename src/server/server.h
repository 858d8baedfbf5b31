/* The local server: the page and its JSON for one study, on this machine only.
 *
 * Three kinds of process.  The front answers HTTP and knows the study, but computes nothing.  The master, forked from
 * it before it has threads, holds the study and its base year ready and does nothing but fork.  A worker, forked from
 * the master with all of that warm in its memory, does one job and tells the front of it over a socket: one that
 * crashes, or is killed because nobody wants its answer any more, takes nothing with it. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "buckle/study.h"

typedef struct bki_verb_call { /* how a verb is to be run for the server */
    const bk_study  *study;    /* read, with its base year ready; scenarios are named by arguments */
    int              threads;
    bk_progress_sink progress;
    void            *progress_state;
} bki_verb_call;

/* The verbs of the program, which the server's jobs are; handed over so that the server need not know the command line.
 */
typedef struct bki_verbs {
    bool (*has)(const char *verb);
    /* Whether a request may give the verb this option: no option that names a file is; `*is_flag` takes no value. */
    bool (*takes)(const char *verb, const char *option, bool *is_flag);
    /* Runs it as the program would, its answer on standard output; returns its exit status. */
    int (*run)(const bki_verb_call *call, int n, char **arguments);
    /* The keys of the object of `run --format json`. */
    void (*run_members)(bk_json *json, const bk_run *run, double seconds, bk_arena *arena);
} bki_verbs;

typedef struct bki_serve_settings {
    const char      *folder;       /* of the study */
    int              port;         /* 0: see any_port */
    bool             any_port;     /* with port 0: any free one; else 8642, or any free one if that is taken */
    int              threads;      /* of a job */
    const char      *cache_folder; /* of the base year; NULL: none */
    const char      *key_file;     /* the cookie is written there for scripts; NULL: nowhere */
    const bki_verbs *verbs;
    void (*ready)(const char *url); /* called once, when it listens */
} bki_serve_settings;

/* Serves until SIGINT or SIGTERM comes.  Returns BK_OK, BK_ERR_FILE (no port, no key file), the faults of the study. */
bk_status bki_serve(bk_context *ctx, const bki_serve_settings *settings, bk_arena *arena);

/* The libmicrohttpd that is used: "0.9.75", or "not built in". */
const char *bki_serve_library(void);

#endif
