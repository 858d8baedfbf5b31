/* Jobs as the front sees them: what was asked, how far it is, what came of it.  All functions may be called from any
 * thread; one thread of its own listens to the master and the workers. */
#ifndef SERVER_JOBS_H
#define SERVER_JOBS_H

#include "server/kept.h"
#include "server/kinds.h"

typedef struct bki_jobs bki_jobs;

/* `notes`: the socket to the master.  NULL if it cannot be started. */
bki_jobs *bki_jobs_create(int notes);
void      bki_jobs_stop(bki_jobs *jobs); /* lets go whoever waits */
void      bki_jobs_free(bki_jobs *jobs); /* when nobody can ask any more */

/* A text of its own that the caller frees; bytes NULL: see status. */
typedef struct bki_answer_bytes {
    int    status; /* of HTTP */
    char  *bytes;
    size_t n;
} bki_answer_bytes;

/* Adds a job whose request is written in `request`; with `replace` the earlier ones of its kind are cancelled.  Returns
 * its number, or 0 when there are too many. */
uint32_t bki_jobs_add(bki_jobs *jobs, const bki_kind *kind, const char *request, size_t n, bool replace);
/* The worker of a service, started if there is none; its number, 0 if it cannot be. */
uint32_t bki_jobs_service(bki_jobs *jobs, const bki_kind *kind);
bool     bki_jobs_cancel(bki_jobs *jobs, uint32_t job); /* false: there is no such job */

bki_answer_bytes bki_jobs_state(bki_jobs *jobs, uint32_t job); /* 200, 404 */
/* `*result`, which the caller gives back, and 200; else 404, 409 (not done), 410 (given up for room). */
int bki_jobs_result(bki_jobs *jobs, uint32_t job, bki_shared **result);
/* Puts a question to the worker of a job that is done: 410 when it is gone.  Bytes: a line "type<tab>file", the body.
 */
bki_answer_bytes bki_jobs_ask(bki_jobs *jobs, uint32_t job, const char *text, size_t n);

/* Server-sent events of all jobs that changed after `*seen`, which moves on; waits up to `milliseconds` for one.  The
 * caller frees; NULL when the jobs are being stopped. */
char *bki_jobs_events(bki_jobs *jobs, uint64_t *seen, int milliseconds);

double bki_server_seconds(void); /* on a clock that only goes forward */

#endif
