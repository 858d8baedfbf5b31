/* A worker: one job, and the questions that are put to its answer afterwards. */
#ifndef SERVER_WORKER_H
#define SERVER_WORKER_H

#include "buckle/value.h"
#include "server/kinds.h"
#include "server/master.h"

typedef struct bki_worker {
    const bki_master       *master;
    const bk_study         *warm; /* with its base year, without scenarios */
    const char             *no_base;
    uint32_t                job;
    int                     socket;
    const char             *folder; /* of its own, for files */
    const bki_kind         *kind;
    const bk_json_value    *request;
    bk_context             *ctx;
    bk_arena               *arena;
    double                  told;    /* seconds, when progress was last told */
    const bk_run           *run;     /* of a job that keeps its state */
    const bk_joint_adjoint *adjoint; /* of the service for first-order answers */
    const bk_joint_values  *values;  /* of it, once they were asked for; else NULL */
    const bk_study         *study;
} bki_worker;

/* Tells the front how far it is; as bk_progress_sink, `state` a bki_worker. */
void bki_worker_progress(void *state, const char *what, double fraction);
/* {"code", "message", ...}, and "errors" with all of them. */
const char *bki_errors_json(const bk_context *ctx, bk_status status, bk_arena *arena, size_t *n);

/* Runs a verb with its answer into `*out`, held by the arena; `*status` what it returned. */
bk_status bki_worker_verb(bki_worker *worker, const bk_study *study, int n, char **arguments, const char **out,
                          size_t *n_out, int *status);

/* Answers questions until the front closes the socket. */
void bki_worker_questions(bki_worker *worker);

/* "map": {...} and "tables": {...} of a run, into the object that is open. */
void bki_run_json(bk_json *json, const bki_worker *worker);
/* node|mode|from|to; node|from_mode|gauge|to_mode|gauge. */
const char *bki_border_id(bk_arena *arena, const bk_model *model, size_t border);
const char *bki_transfer_id(bk_arena *arena, const bk_model *model, size_t transfer);

/* The files of a folder as one archive (ZIP, not compressed), held by `arena`. */
bk_status bki_zip_folder(bk_context *ctx, const char *folder, const char *ending, bk_arena *arena, const char **out,
                         size_t *n_out);

#endif
