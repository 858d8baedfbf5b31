/* Records by number over the threads of a context, appended to a file as they are found. */
#include "io/shard.h"
#include "buckle/io.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const double flush_seconds = 0.5;

typedef struct spread {
    bk_context          *ctx;
    const bk_spread_job *job;
    const char          *path; /* NULL: no file */
    int                  file; /* -1: none */
    bk_records          *records;
    bk_context         **workers; /* [threads] contexts */
    char               **room;    /* [threads] one record as bytes */
    uint64_t            *todo;    /* [n_todo] numbers to compute */
    uint64_t             n_todo;
    pthread_mutex_t      lock;    /* for all below, and the file */
    double               flushed; /* when, s on a steady clock */
    bk_status            failure; /* of the record with the least number that failed */
    uint64_t             failed;
    char                 message[1024];
    atomic_bool          stop;
} spread;

static double
seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bk_status
fail_file(const spread *job, const char *what)
{
    char      reason[256] = "";
    const int error = errno;

    if (strerror_r(error, reason, sizeof reason) != 0)
        reason[0] = '\0';
    return bk_fail_at(job->ctx, BK_ERR_FILE, job->path, 0, 0, NULL, "cannot be %s: %s", what, reason);
}

/* ---- the file -------------------------------------------------------------------------------------------------- */

static bool
append(int file, const char *bytes, size_t n)
{
    while (n > 0) {
        const ssize_t written = write(file, bytes, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        n -= (size_t)written;
    }
    return true;
}

/* What is left of a head that was cut off as it was written counts as nothing. */
static bool
is_cut_off_head(const char *bytes, size_t n, const char *head, size_t n_head)
{
    return n < n_head && memcmp(bytes, head, n) == 0;
}

/* What the file holds; sets where it is to go on. */
static bk_status
take_over(spread *job, const char *head, size_t n_head, bk_arena *scratch, size_t *end)
{
    const bk_manifest *wanted = &job->job->manifest;
    const char        *bytes;
    size_t             n, begin, whole;
    bk_manifest        found;

    BK_TRY(bk_file_read(job->ctx, job->path, scratch, &bytes, &n));
    *end = 0;
    if (is_cut_off_head(bytes, n, head, n_head))
        return BK_OK;
    BK_TRY(bki_shard_manifest(job->ctx, job->path, bytes, n, scratch, &found, &begin));
    if (found.key != wanted->key || found.n_records != wanted->n_records || found.n_values != wanted->n_values)
        return bk_fail_at(job->ctx, BK_ERR_INCONSISTENT, job->path, 0, 0,
                          "resume with the study, the options and the program it was begun with, or take another file",
                          "was begun for another question: %s", found.text);
    BK_TRY(bki_shard_take(job->ctx, job->path, bytes + begin, n - begin, job->records, &whole));
    *end = begin + whole;
    job->records->n_resumed = job->records->n_done;
    return BK_OK;
}

static bk_status
open_file(spread *job, bool resume, bk_arena *scratch)
{
    const char *head;
    size_t      n_head, end = 0;

    BK_TRY(bki_shard_head(&job->job->manifest, scratch, &head, &n_head));
    job->file = open(job->path, O_RDWR | O_CREAT | O_CLOEXEC | (resume ? 0 : O_EXCL), 0666);
    if (job->file < 0 && errno == EEXIST)
        return bk_fail_at(job->ctx, BK_ERR_FILE, job->path, 0, 0, "continue it with --resume, or remove it",
                          "is there already");
    if (job->file < 0)
        return fail_file(job, "written");
    if (flock(job->file, LOCK_EX | LOCK_NB) != 0)
        return bk_fail_at(job->ctx, BK_ERR_FILE, job->path, 0, 0, "give each shard a file of its own",
                          "is being written by another process");
    if (resume)
        BK_TRY(take_over(job, head, n_head, scratch, &end));
    if (ftruncate(job->file, (off_t)end) != 0 || lseek(job->file, (off_t)end, SEEK_SET) < 0)
        return fail_file(job, "written");
    if (end == 0 && !append(job->file, head, n_head))
        return fail_file(job, "written");
    job->flushed = seconds_now();
    return BK_OK;
}

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
    if (job->file >= 0 && !append(job->file, bytes, bki_shard_record_size(&job->job->manifest))) {
        note_failure(job, index, BK_ERR_FILE, strerror(errno));
        atomic_store(&job->stop, true);
        return;
    }
    const double now = seconds_now();
    if (job->file >= 0 && now - job->flushed > flush_seconds) {
        fdatasync(job->file);
        job->flushed = now;
    }
    job->records->done[index] = true;
    job->records->n_done++;
}

static void
compute(void *state, size_t block, size_t worker)
{
    spread            *job = state;
    const bk_manifest *manifest = &job->job->manifest;
    const uint64_t     index = job->todo[block];
    bk_context        *ctx = job->workers[worker];
    double            *values = job->records->values + index * manifest->n_values;

    if (atomic_load(&job->stop) || bk_cancelled(ctx))
        return;
    const bk_status status = job->job->compute(job->job->state, ctx, index, values);
    if (status == BK_OK)
        bki_shard_record(manifest, index, values, job->room[worker]);
    pthread_mutex_lock(&job->lock);
    if (status == BK_OK)
        keep(job, index, job->room[worker]);
    else if (status != BK_ERR_CANCELLED) {
        note_failure(job, index, status, bk_error_count(ctx) > 0 ? bk_error_get(ctx, 0)->message : NULL);
        atomic_store(&job->stop, true);
    }
    const uint64_t done = job->records->n_done - job->records->n_resumed;
    pthread_mutex_unlock(&job->lock);
    if (status != BK_OK)
        memset(values, 0, manifest->n_values * sizeof *values);
    bk_error_clear(ctx);
    if (worker == 0)
        bk_progress(job->ctx, job->job->what, (double)done / (double)job->n_todo);
}

static bk_status
list_todo(spread *job, const bk_spread_settings *settings, bk_arena *scratch)
{
    const uint64_t n_shards = settings->n_shards > 0 ? settings->n_shards : 1;

    if (settings->shard >= n_shards)
        return bk_fail(job->ctx, BK_ERR_USAGE, "shard %" PRIu64 " is not one of 0 to %" PRIu64, settings->shard,
                       n_shards - 1);
    job->todo = BK_NEW(scratch, uint64_t, job->job->manifest.n_records / n_shards + 1);
    BK_TRY(bk_arena_ok(scratch));
    for (uint64_t index = settings->shard; index < job->job->manifest.n_records; index += n_shards)
        if (!job->records->done[index])
            job->todo[job->n_todo++] = index;
    return BK_OK;
}

static bk_status
start_workers(spread *job, bk_arena *scratch)
{
    const size_t n = (size_t)bk_context_threads(job->ctx);

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

static bk_status
run(spread *job, const bk_spread_settings *settings, bk_arena *scratch)
{
    if (job->path != NULL)
        BK_TRY(open_file(job, settings->resume, scratch));
    BK_TRY(list_todo(job, settings, scratch));
    BK_TRY(start_workers(job, scratch));
    bk_parallel(job->ctx, job->n_todo, compute, job);
    if (job->file >= 0 && fdatasync(job->file) != 0)
        return fail_file(job, "written");
    if (job->failure == BK_ERR_NO_MEMORY)
        return bk_fail_no_memory(job->ctx);
    if (job->failure != BK_OK)
        return bk_fail(job->ctx, job->failure, "%s %" PRIu64 ": %s", job->job->what, job->failed, job->message);
    return BK_OK;
}

bk_status
bk_spread(bk_context *ctx, const bk_spread_job *job, const bk_spread_settings *settings, bk_arena *arena,
          bk_records *out)
{
    spread   work = {.ctx = ctx, .job = job, .path = settings->file, .file = -1, .records = out};
    bk_arena scratch;

    BK_TRY(bki_records_create(&job->manifest, arena, out));
    bk_arena_init(&scratch, ctx);
    pthread_mutex_init(&work.lock, NULL);
    const bk_status status = run(&work, settings, &scratch);
    for (size_t w = 0; work.workers != NULL && w < (size_t)bk_context_threads(ctx); w++)
        bk_context_release(work.workers[w]);
    if (work.file >= 0)
        close(work.file);
    pthread_mutex_destroy(&work.lock);
    bk_arena_release(&scratch);
    return status;
}
