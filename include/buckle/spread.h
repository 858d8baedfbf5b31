/* Many answers by number, spread over threads, job arrays and ranks, and kept as they are found.  Each record is a
 * function of its number alone, so who computes it, when and beside whom changes nothing. */
#ifndef BUCKLE_SPREAD_H
#define BUCKLE_SPREAD_H

#include "buckle/base.h"

typedef struct bk_manifest {
    uint64_t    key;       /* of everything that decides the records; files of another key are refused */
    const char *text;      /* how they were asked for, for whoever reads a file later */
    uint64_t    n_records; /* numbered from 0, over all shards */
    uint64_t    n_values;  /* numbers in each */
} bk_manifest;

typedef struct bk_spread_job {
    const char *what; /* one record, for messages: "draw" */
    bk_manifest manifest;
    /* Record `index` into values [n_values].  Called from many threads at once, each with a context of its own.  What
     * is no answer but a finding (no equilibrium) is for the values to say: any status but BK_OK ends the job. */
    bk_status (*compute)(void *state, bk_context *ctx, uint64_t index, double *values);
    void *state;
} bk_spread_job;

/* Processes that share one job, each with the same call of bk_spread.  Of the functions below every process calls
 * `join`, then `next` until there is no more, then `leave`, then `join`. */
typedef struct bk_team {
    uint64_t rank, size; /* of this process, and of all */
    /* Numbers [*begin, *end) below n that no process was given before; false when there are no more.  From any thread,
     * one at a time. */
    bool (*next)(void *state, uint64_t n, uint64_t *begin, uint64_t *end);
    /* This process takes no more; with `stop` nobody is given any. */
    void (*leave)(void *state, uint64_t n, bool stop);
    /* Bitwise or of bytes [n] over all processes, for each of them; false, with the bytes as they were, where a process
     * called it with `failed`: the job is given up. */
    bool (*join)(void *state, bool failed, void *bytes, size_t n);
    void *state;
} bk_team;

typedef struct bk_spread_settings {
    const char *file;            /* appended to as records are found; NULL: they are kept in memory alone */
    bool        resume;          /* the file may exist: what it holds is not computed again */
    uint64_t    shard, n_shards; /* records with index % n_shards == shard are this call's; 0, 0: all */
    /* Processes that share the records out as they go, and end with all of them each; NULL: this one alone.  Process 0
     * writes `file`, process r file.rank-r; these are gone when the job is done, and taken over by the next --resume
     * when it was not. */
    const bk_team *team;
} bk_spread_settings;

typedef struct bk_records {
    bk_manifest manifest;
    uint64_t    n_done;    /* records that are here */
    uint64_t    n_resumed; /* of these, found in the file */
    uint64_t    n_damaged; /* found in a file with a wrong checksum, and not taken */
    bool       *done;      /* [n_records] */
    double     *values;    /* [n_records][n_values] as the job says; 0 where not done */
} bk_records;

/**
 * The records of one shard, or of a team.  A file is only ever appended to, record by record with a checksum, flushed
 * to the disk twice a second: a process that is killed loses what it had not finished, and a record torn in half is cut
 * off when resumed.
 *
 * Output   `*out`, held by `arena`; when cancelled, the records found until then
 * Returns  BK_OK, also when cancelled; BK_ERR_FILE (the file is there already and is not to be resumed, is another
 *          process's at the moment, cannot be written); BK_ERR_INCONSISTENT (it is of another manifest);
 *          BK_ERR_USAGE (no such shard, or a shard of a team); what `compute` returns, the record named;
 *          BK_ERR_CANCELLED (another process of the team failed); BK_ERR_NO_MEMORY
 */
bk_status bk_spread(bk_context *ctx, const bk_spread_job *job, const bk_spread_settings *settings, bk_arena *arena,
                    bk_records *out);

/* The records of files [n >= 1] of one manifest.  Returns BK_OK, BK_ERR_FILE, BK_ERR_SCHEMA (not such a file),
 * BK_ERR_INCONSISTENT (different manifests, or one record with two answers), BK_ERR_NO_MEMORY. */
bk_status bk_shards_read(bk_context *ctx, const char *const *files, size_t n, bk_arena *arena, bk_records *out);

/* All records that are done as one file, in order.  Returns BK_OK, BK_ERR_FILE, BK_ERR_NO_MEMORY. */
bk_status bk_shard_write(bk_context *ctx, const bk_records *records, const char *file);

#endif
