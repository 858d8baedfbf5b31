/* The inside of the table of jobs, for the thread that listens. */
#ifndef SERVER_JOBS_INSIDE_H
#define SERVER_JOBS_INSIDE_H

#include "server/channel.h"
#include "server/jobs.h"

#include <pthread.h>

#define BKI_MOST_JOBS    32                  /* remembered */
#define BKI_MOST_WAITING 16                  /* queued or running */
#define BKI_MOST_RUNNING 2                   /* at a time */
#define BKI_MOST_KEPT    4                   /* workers that stay for questions */
#define BKI_MOST_SECONDS 3600.0              /* of a job; then it is ended */
#define BKI_MOST_BYTES   ((size_t)512 << 20) /* of all results */

typedef enum bki_job_state { BKI_QUEUED, BKI_RUNNING, BKI_DONE, BKI_FAILED, BKI_CANCELLED } bki_job_state;

typedef struct bki_job {
    uint32_t         number; /* 0: free */
    const bki_kind  *kind;
    bki_job_state    state;
    int              request; /* file in memory until it is started, else -1 */
    int              socket;  /* to its worker, or -1; closed by the listening thread alone */
    bool             unwanted, exited, converged, asking;
    int              exit_status;
    double           started, seconds;
    uint64_t         changed;          /* number of the change */
    char            *progress, *error; /* JSON, or NULL */
    bki_shared      *result;           /* NULL: none, or given up for room */
    bki_inbox        inbox;
    bki_answer_bytes reply; /* to the question asked last */
} bki_job;

struct bki_jobs {
    pthread_mutex_t lock;
    pthread_cond_t  change;
    pthread_t       thread;
    int             notes, wake[2];
    bool            ready, stopping, master_gone;
    char            stage[200]; /* of the master, before it is ready; as JSON text */
    uint32_t        last;
    uint64_t        changes;
    int             n_crashes; /* of services */
    bki_job         all[BKI_MOST_JOBS];
};

/* All with the lock held. */
bki_job *bki_job_find(bki_jobs *jobs, uint32_t number);
void     bki_job_changed(bki_jobs *jobs, bki_job *job);
void     bki_job_end(bki_jobs *jobs, bki_job *job, bki_job_state state);
void     bki_job_fail(bki_jobs *jobs, bki_job *job, const char *code, const char *message);
void     bki_jobs_wake(bki_jobs *jobs);

/* The listening thread. */
void *bki_jobs_listen(void *jobs);

#endif
