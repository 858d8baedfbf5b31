/* Records by number over the threads of a context and the processes of a team, kept as they are found. */
#include "io/shard_file.h"
#include "io/file.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <string.h>

typedef struct spread {
    bk_context          *ctx;
    const bk_spread_job *job;
    const bk_team       *team; /* NULL: alone */
    bki_shard_file       file;
    bk_records          *records;
    bool                *kept;    /* [n_records] in this process's file, or in one that it took over */
    bk_context         **workers; /* [threads] contexts */
    char               **room;    /* [threads] one record as bytes */
    pthread_mutex_t      hand;    /* for the two below */
    uint64_t             at, end; /* numbers to compute next, */
    uint64_t             step;    /* each so far from the one before */
    pthread_mutex_t      lock;    /* for all below, and the file */
    bk_status            failure; /* of the record with the least number that failed */
    uint64_t             failed;
    char                 message[1024];
    atomic_bool          stop;
} spread;

/* ---- records --------------------------------------------------------------------------------------------------- */

/* The first of failures by number, whoever met it first. */
static void
note_failure(spread *job, uint64_t index, bk_status status, const char *message)
{
    if (job->failure != BK_OK && job->failed <= index)
        return;
    job->failure = status;
    job->failed = index;
    const size_t length = message != NULL ? strnlen(message, sizeof job->message - 1) : 0;
    memcpy(job->message, message != NULL ? message : "", length);
    job->message[length] = '\0';
}

/* Under the lock: a record that counts as done is in the file. */
static void
keep(spread *job, uint64_t index, const char *bytes)
{
    char reason[BKI_REASON];

    if (job->file.file >= 0 && !bki_shard_file_append(&job->file, bytes)) {
        note_failure(job, index, BK_ERR_FILE, bki_system_reason(errno, reason));
        atomic_store(&job->stop, true);
        return;
    }
    job->records->done[index] = true;
    job->records->n_done++;
    job->kept[index] = true;
}

static void
compute_one(spread *job, uint64_t index, size_t worker)
{
    const bk_manifest *manifest = &job->job->manifest;
    bk_context        *ctx = job->workers[worker];
    double            *values = job->records->values + index * manifest->n_values;
    const bk_status    status = job->job->compute(job->job->state, ctx, index, values);

    if (status == BK_OK)
        bki_shard_record(manifest, index, values, job->room[worker]);
    pthread_mutex_lock(&job->lock);
    if (status == BK_OK)
        keep(job, index, job->room[worker]);
    else if (status != BK_ERR_CANCELLED) {
        note_failure(job, index, status, bk_error_count(ctx) > 0 ? bk_error_get(ctx, 0)->message : NULL);
        atomic_store(&job->stop, true);
    }
    pthread_mutex_unlock(&job->lock);
    if (status != BK_OK)
        memset(values, 0, manifest->n_values * sizeof *values);
    bk_error_clear(ctx);
}

/* The next number of this shard, or of those the team gives, that is not done. */
static bool
next_index(spread *job, uint64_t *index)
{
    const uint64_t n = job->job->manifest.n_records;
    bool           found = false;

    pthread_mutex_lock(&job->hand);
    while (!found) {
        if (job->at >= job->end && (!job->team || !job->team->next(job->team->state, n, &job->at, &job->end)))
            break;
        *index = job->at;
        job->at += job->step;
        found = !job->records->done[*index];
    }
    pthread_mutex_unlock(&job->hand);
    return found;
}

static void
work(void *state, size_t block, size_t worker)
{
    spread  *job = state;
    uint64_t index = 0;

    (void)block;
    while (!atomic_load(&job->stop) && !bk_cancelled(job->workers[worker]) && next_index(job, &index)) {
        compute_one(job, index, worker);
        if (worker == 0)
            bk_progress(job->ctx, job->job->what, (double)index / (double)job->job->manifest.n_records);
    }
}

/* ---- the job --------------------------------------------------------------------------------------------------- */

/* Which numbers are this process's, as long as no team says. */
static bk_status
choose_numbers(spread *job, const bk_spread_settings *settings)
{
    const uint64_t n_shards = settings->n_shards > 0 ? settings->n_shards : 1;

    if (job->team && n_shards > 1)
        return bk_fail(job->ctx, BK_ERR_USAGE, "processes that share a job share no shard of it");
    if (settings->shard >= n_shards)
        return bk_fail(job->ctx, BK_ERR_USAGE, "shard %" PRIu64 " is not one of 0 to %" PRIu64, settings->shard,
                       n_shards - 1);
    job->at = settings->shard;
    job->end = job->team ? job->at : job->job->manifest.n_records;
    job->step = n_shards;
    return BK_OK;
}

static bk_status
start_workers(spread *job, bk_arena *scratch)
{
    const size_t n = (size_t)bk_context_threads(job->ctx);

    job->kept = BK_NEW(scratch, bool, job->job->manifest.n_records + 1);
    job->workers = BK_NEW(scratch, bk_context *, n);
    job->room = BK_NEW(scratch, char *, n);
    BK_TRY(bk_arena_ok(scratch));
    for (size_t w = 0; w < n; w++) {
        job->room[w] = BK_NEW(scratch, char, bki_shard_record_size(&job->job->manifest));
        if (bk_context_fork(job->ctx, &job->workers[w]) != BK_OK)
            return bk_fail_no_memory(job->ctx);
    }
    return bk_arena_ok(scratch);
}

/* Process 0 takes over what there is; the others begin a file of their own beside it. */
static bk_status
open_file(spread *job, const bk_spread_settings *settings, bk_arena *scratch)
{
    const uint64_t rank = job->team ? job->team->rank : 0;

    if (!settings->file)
        return BK_OK;
    job->file.path = bki_shard_path_of_rank(settings->file, rank, scratch);
    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(bki_shard_file_open(&job->file, settings->resume && rank == 0, job->records));
    if (rank == 0)
        BK_TRY(bki_shard_file_gather(&job->file, settings->resume, job->records));
    job->records->n_resumed = job->records->n_done;
    return BK_OK;
}

static bk_status
prepare(spread *job, const bk_spread_settings *settings, bk_arena *scratch)
{
    BK_TRY(choose_numbers(job, settings));
    BK_TRY(start_workers(job, scratch));
    if (!job->team || job->team->rank == 0)
        BK_TRY(open_file(job, settings, scratch));
    memcpy(job->kept, job->records->done, job->job->manifest.n_records * sizeof *job->kept);
    return BK_OK;
}

static bk_status
compute_all(spread *job)
{
    bk_parallel(job->ctx, (size_t)bk_context_threads(job->ctx), work, job);
    if (job->file.file >= 0)
        BK_TRY(bki_shard_file_flush(&job->file));
    if (job->failure == BK_ERR_NO_MEMORY)
        return bk_fail_no_memory(job->ctx);
    if (job->failure != BK_OK)
        return bk_fail(job->ctx, job->failure, "%s %" PRIu64 ": %s", job->job->what, job->failed, job->message);
    return BK_OK;
}

/* ---- a team ---------------------------------------------------------------------------------------------------- */

/* Every process gets the records of all: a record that is not there is nought in every bit. */
static bk_status
share(spread *job, bk_status mine)
{
    bk_records        *records = job->records;
    const bk_manifest *manifest = &records->manifest;
    const bk_team     *team = job->team;

    const bool together =
        team->join(team->state, mine != BK_OK, records->done, manifest->n_records * sizeof *records->done) &&
        team->join(team->state, false, records->values,
                   manifest->n_records * manifest->n_values * sizeof *records->values);
    if (!together)
        return mine != BK_OK ? mine : bk_fail(job->ctx, BK_ERR_CANCELLED, "another process has failed");
    records->n_done = 0;
    for (uint64_t index = 0; index < manifest->n_records; index++)
        records->n_done += records->done[index];
    return BK_OK;
}

static bk_status
run_team(spread *job, const bk_spread_settings *settings, bk_arena *scratch)
{
    const bk_team *team = job->team;

    BK_TRY(share(job, prepare(job, settings, scratch)));
    job->records->n_resumed = job->records->n_done;
    bk_status status = team->rank > 0 ? open_file(job, settings, scratch) : BK_OK;
    if (status == BK_OK)
        status = compute_all(job);
    team->leave(team->state, job->job->manifest.n_records, status != BK_OK || bk_cancelled(job->ctx));
    BK_TRY(share(job, status));
    if (team->rank == 0 && job->file.file >= 0)
        return bki_shard_file_absorb(&job->file, job->records, job->kept);
    return BK_OK;
}

static bk_status
run_alone(spread *job, const bk_spread_settings *settings, bk_arena *scratch)
{
    BK_TRY(prepare(job, settings, scratch));
    return compute_all(job);
}

bk_status
bk_spread(bk_context *ctx, const bk_spread_job *job, const bk_spread_settings *settings, bk_arena *arena,
          bk_records *out)
{
    spread   task = {.ctx = ctx, .job = job, .team = settings->team, .records = out};
    bk_arena scratch;

    task.file = (bki_shard_file){.ctx = ctx, .manifest = &job->manifest, .file = -1};
    BK_TRY(bki_records_create(&job->manifest, arena, out));
    bk_arena_init(&scratch, ctx);
    pthread_mutex_init(&task.hand, NULL);
    pthread_mutex_init(&task.lock, NULL);
    const bk_status status = task.team ? run_team(&task, settings, &scratch) : run_alone(&task, settings, &scratch);
    for (size_t w = 0; task.workers != NULL && w < (size_t)bk_context_threads(ctx); w++)
        bk_context_release(task.workers[w]);
    bki_shard_file_close(&task.file);
    pthread_mutex_destroy(&task.lock);
    pthread_mutex_destroy(&task.hand);
    bk_arena_release(&scratch);
    return status;
}
