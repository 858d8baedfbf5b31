/* The master: one thread, the study and its base year warm, forking a worker for each job. */
#ifndef SERVER_MASTER_H
#define SERVER_MASTER_H

#include "server/server.h"

#include <sys/types.h>

typedef struct bki_master {
    const bki_serve_settings *settings;
    const bk_study           *study;   /* without base year; the master adds it */
    const char               *scratch; /* folder for files of jobs */
    int                       notes;   /* socket to the front */
} bki_master;

/* In the process just forked: does not return. */
_Noreturn void bki_master_run(const bki_master *master);

/* In a worker: does the job that is written in the file `request`, and answers over `socket`; does not return. */
_Noreturn void bki_worker_run(const bki_master *master, const bk_study *study, const char *no_base, uint32_t job,
                              int socket, int request);

#endif
