/* Records over threads, shards and interruptions: the same bits however they came to be. */
#include "bkt.h"
#include "buckle/io.h"
#include "buckle/spread.h"

#include <pthread.h>
#include <unistd.h>

enum { RECORDS = 40, VALUES = 3 };

static atomic_int n_computed;

static bk_status
compute(void *state, bk_context *ctx, uint64_t index, double *values)
{
    const uint64_t *fails_at = state;

    atomic_fetch_add(&n_computed, 1);
    if (fails_at != NULL && index == *fails_at)
        return bk_fail(ctx, BK_ERR_VALUE, "this one has no answer");
    for (size_t k = 0; k < VALUES; k++)
        values[k] = sin((double)index + 0.1 * (double)k);
    return BK_OK;
}

static bk_spread_job
job_of(uint64_t key)
{
    return (bk_spread_job){.what = "record",
                           .manifest = {.key = key, .text = "a question", .n_records = RECORDS, .n_values = VALUES},
                           .compute = compute};
}

static const char *
path_of(const char *name)
{
    static char paths[8][256];
    static int  next;
    char       *path = paths[next++ % 8];

    snprintf(path, sizeof paths[0], "/tmp/buckle-spread-%ld-%s", (long)getpid(), name);
    return path;
}

static bk_context *
start(int threads, bk_arena *arena)
{
    const bk_settings settings = {.threads = threads};
    bk_context       *ctx;

    assert_int_equal(bk_context_create(&settings, &ctx), BK_OK);
    bk_arena_init(arena, ctx);
    return ctx;
}

static void
stop(bk_context *ctx, bk_arena *arena)
{
    bk_arena_release(arena);
    bk_context_release(ctx);
}

static void
expect_all(const bk_records *records)
{
    assert_int_equal(records->n_done, RECORDS);
    for (uint64_t i = 0; i < RECORDS; i++)
        for (size_t k = 0; k < VALUES; k++)
            bkt_close(records->values[i * VALUES + k], sin((double)i + 0.1 * (double)k), 0.0, 0.0);
}

static void
any_number_of_threads_gives_the_same(void **state)
{
    const bk_spread_job job = job_of(1);

    (void)state;
    for (int threads = 1; threads <= 8; threads *= 2) {
        bk_arena    arena;
        bk_context *ctx = start(threads, &arena);
        bk_records  records;
        assert_int_equal(bk_spread(ctx, &job, &(bk_spread_settings){0}, &arena, &records), BK_OK);
        expect_all(&records);
        stop(ctx, &arena);
    }
}

/* Shards in any order, and one of them twice, make the whole; written out they are the same file as one run's. */
static void
shards_make_the_whole(void **state)
{
    const char         *files[] = {path_of("2"), path_of("0"), path_of("1"), path_of("0")};
    const char         *whole = path_of("whole"), *merged = path_of("merged"), *one, *other;
    const bk_spread_job job = job_of(1);
    bk_arena            arena;
    bk_context         *ctx = start(2, &arena);
    bk_records          records;
    size_t              n_one, n_other;

    (void)state;
    for (uint64_t s = 0; s < 3; s++) {
        const bk_spread_settings settings = {.file = s == 0   ? files[1]
                                                     : s == 1 ? files[2]
                                                              : files[0],
                                             .shard = s,
                                             .n_shards = 3};
        assert_int_equal(bk_spread(ctx, &job, &settings, &arena, &records), BK_OK);
        assert_int_equal(records.n_done, s == 0 ? 14 : 13);
    }
    assert_int_equal(bk_shards_read(ctx, files, 4, &arena, &records), BK_OK);
    expect_all(&records);
    assert_string_equal(records.manifest.text, "a question");
    assert_int_equal(bk_shard_write(ctx, &records, merged), BK_OK);
    assert_int_equal(bk_spread(ctx, &job, &(bk_spread_settings){0}, &arena, &records), BK_OK);
    assert_int_equal(bk_shard_write(ctx, &records, whole), BK_OK);
    assert_int_equal(bk_file_read(ctx, merged, &arena, &one, &n_one), BK_OK);
    assert_int_equal(bk_file_read(ctx, whole, &arena, &other, &n_other), BK_OK);
    assert_int_equal(n_one, n_other);
    assert_memory_equal(one, other, n_one);
    for (int f = 0; f < 3; f++)
        unlink(files[f]);
    unlink(whole);
    unlink(merged);
    stop(ctx, &arena);
}

/* A process may die at any byte: whatever is left of its file, a resumed run ends with every record, and computes only
 * those that were not whole. */
static void
a_file_cut_off_anywhere_is_resumed(void **state)
{
    const char         *path = path_of("cut");
    const bk_spread_job job = job_of(1);
    bk_arena            arena;
    bk_context         *ctx = start(1, &arena);
    bk_records          records;
    const char         *bytes;
    size_t              n;

    (void)state;
    assert_int_equal(bk_spread(ctx, &job, &(bk_spread_settings){.file = path}, &arena, &records), BK_OK);
    assert_int_equal(bk_file_read(ctx, path, &arena, &bytes, &n), BK_OK);
    const size_t size = (VALUES + 2) * 8, head = n - RECORDS * size;
    for (size_t cut = 0; cut <= n; cut += 7) {
        bk_arena room;
        bk_arena_init(&room, ctx);
        assert_int_equal(bk_file_write(ctx, path, bytes, cut), BK_OK);
        atomic_store(&n_computed, 0);
        assert_int_equal(bk_spread(ctx, &job, &(bk_spread_settings){.file = path, .resume = true}, &room, &records),
                         BK_OK);
        expect_all(&records);
        assert_int_equal(records.n_resumed, cut < head ? 0 : (cut - head) / size);
        assert_int_equal(atomic_load(&n_computed), RECORDS - records.n_resumed);
        bk_records again;
        assert_int_equal(bk_shards_read(ctx, &path, 1, &room, &again), BK_OK);
        expect_all(&again);
        assert_int_equal(again.n_damaged, 0);
        bk_arena_release(&room);
    }
    unlink(path);
    stop(ctx, &arena);
}

static void
a_damaged_record_is_computed_again(void **state)
{
    const char         *path = path_of("damaged");
    const bk_spread_job job = job_of(1);
    bk_arena            arena;
    bk_context         *ctx = start(1, &arena);
    bk_records          records;
    const char         *bytes;
    size_t              n;

    (void)state;
    assert_int_equal(bk_spread(ctx, &job, &(bk_spread_settings){.file = path}, &arena, &records), BK_OK);
    assert_int_equal(bk_file_read(ctx, path, &arena, &bytes, &n), BK_OK);
    char *damaged = BK_NEW(&arena, char, n);
    memcpy(damaged, bytes, n);
    damaged[n - 3 * (VALUES + 2) * 8 + 12] ^= 1; /* in a value of the third from the end */
    assert_int_equal(bk_file_write(ctx, path, damaged, n), BK_OK);
    atomic_store(&n_computed, 0);
    assert_int_equal(bk_spread(ctx, &job, &(bk_spread_settings){.file = path, .resume = true}, &arena, &records),
                     BK_OK);
    expect_all(&records);
    assert_int_equal(records.n_damaged, 1);
    assert_int_equal(atomic_load(&n_computed), 1);
    unlink(path);
    stop(ctx, &arena);
}

static void
what_is_not_ours_is_refused(void **state)
{
    const char         *path = path_of("other"), *files[2] = {path, path_of("second")};
    const bk_spread_job job = job_of(1), other = job_of(2);
    bk_arena            arena;
    bk_context         *ctx = start(1, &arena);
    bk_records          records;

    (void)state;
    assert_int_equal(bk_spread(ctx, &job, &(bk_spread_settings){.file = path}, &arena, &records), BK_OK);
    assert_int_equal(bk_spread(ctx, &job, &(bk_spread_settings){.file = path}, &arena, &records), BK_ERR_FILE);
    assert_int_equal(bk_spread(ctx, &other, &(bk_spread_settings){.file = path, .resume = true}, &arena, &records),
                     BK_ERR_INCONSISTENT);
    assert_int_equal(bk_spread(ctx, &other, &(bk_spread_settings){.file = files[1]}, &arena, &records), BK_OK);
    assert_int_equal(bk_shards_read(ctx, files, 2, &arena, &records), BK_ERR_INCONSISTENT);
    assert_int_equal(bk_spread(ctx, &job, &(bk_spread_settings){.shard = 3, .n_shards = 3}, &arena, &records),
                     BK_ERR_USAGE);
    assert_int_equal(bk_file_write(ctx, path, "parameter,target\nx,y\n", 21), BK_OK);
    assert_int_equal(bk_spread(ctx, &job, &(bk_spread_settings){.file = path, .resume = true}, &arena, &records),
                     BK_ERR_SCHEMA);
    unlink(path);
    unlink(files[1]);
    stop(ctx, &arena);
}

static void
a_record_that_fails_ends_the_job_and_is_named(void **state)
{
    uint64_t      fails_at = 13;
    bk_spread_job job = job_of(1);
    bk_arena      arena;
    bk_context   *ctx = start(1, &arena);
    bk_records    records;

    (void)state;
    job.state = &fails_at;
    assert_int_equal(bk_spread(ctx, &job, &(bk_spread_settings){0}, &arena, &records), BK_ERR_VALUE);
    assert_string_equal(bk_error_get(ctx, 0)->message, "record 13: this one has no answer");
    stop(ctx, &arena);
}

static void
what_was_found_before_an_interruption_is_kept(void **state)
{
    atomic_bool         cancel = true;
    const bk_settings   settings = {.threads = 1, .cancel = &cancel};
    const bk_spread_job job = job_of(1);
    bk_context         *ctx;
    bk_arena            arena;
    bk_records          records;

    (void)state;
    assert_int_equal(bk_context_create(&settings, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    assert_int_equal(bk_spread(ctx, &job, &(bk_spread_settings){0}, &arena, &records), BK_OK);
    assert_int_equal(records.n_done, 0);
    stop(ctx, &arena);
}

/* ---- a team: threads that stand for processes -------------------------------------------------------------------- */

enum { MOST_MEMBERS = 4, PIECE = 3 };

typedef struct board { /* what the members of a team share */
    uint64_t          size;
    pthread_barrier_t meet;
    pthread_mutex_t   lock;
    uint64_t          at;
    bool              any_failed, is_given_up;
    unsigned char     sum[RECORDS * VALUES * sizeof(double)];
} board;

typedef struct member {
    bk_team       team;
    board        *board;
    bk_spread_job job;
    const char   *file;
    bool          resume;
    bk_status     status;
    bool          has_all;
    uint64_t      n_resumed;
} member;

static bool
team_next(void *state, uint64_t n, uint64_t *begin, uint64_t *end)
{
    board *of = ((member *)state)->board;

    pthread_mutex_lock(&of->lock);
    *begin = of->at < n ? of->at : n;
    *end = *begin + PIECE < n ? *begin + PIECE : n;
    of->at = *end;
    pthread_mutex_unlock(&of->lock);
    return *begin < *end;
}

static void
team_leave(void *state, uint64_t n, bool stop)
{
    board *of = ((member *)state)->board;

    pthread_mutex_lock(&of->lock);
    if (stop)
        of->at = n;
    pthread_mutex_unlock(&of->lock);
}

static bool
team_join(void *state, bool failed, void *bytes, size_t n)
{
    board         *of = ((member *)state)->board;
    unsigned char *own = bytes;

    pthread_mutex_lock(&of->lock);
    of->any_failed |= failed;
    for (size_t i = 0; i < n; i++)
        of->sum[i] |= own[i];
    pthread_mutex_unlock(&of->lock);
    pthread_barrier_wait(&of->meet);
    const bool together = !of->any_failed;
    if (together)
        memcpy(bytes, of->sum, n);
    if (pthread_barrier_wait(&of->meet) == PTHREAD_BARRIER_SERIAL_THREAD)
        memset(of->sum, 0, sizeof of->sum);
    pthread_barrier_wait(&of->meet);
    return together;
}

static void *
take_part(void *state)
{
    member     *self = state;
    bk_arena    arena;
    bk_context *ctx = start(2, &arena);
    bk_records  records = {0};

    self->status = bk_spread(ctx, &self->job,
                             &(bk_spread_settings){.file = self->file, .resume = self->resume, .team = &self->team},
                             &arena, &records);
    self->n_resumed = records.n_resumed;
    self->has_all = records.n_done == RECORDS;
    for (uint64_t i = 0; self->has_all && i < RECORDS * VALUES; i++)
        self->has_all = records.values[i] == sin((double)(i / VALUES) + 0.1 * (double)(i % VALUES));
    stop(ctx, &arena);
    return NULL;
}

static void
run_members(member *members, uint64_t n, const bk_spread_job *jobs, const char *file, bool resume)
{
    pthread_t threads[MOST_MEMBERS];
    board     of = {.size = n, .lock = PTHREAD_MUTEX_INITIALIZER};

    pthread_barrier_init(&of.meet, NULL, (unsigned)n);
    for (uint64_t r = 0; r < n; r++) {
        members[r] = (member){.board = &of, .job = jobs[r], .file = file, .resume = resume};
        members[r].team = (bk_team){r, n, team_next, team_leave, team_join, &members[r]};
        assert_int_equal(pthread_create(&threads[r], NULL, take_part, &members[r]), 0);
    }
    for (uint64_t r = 0; r < n; r++)
        pthread_join(threads[r], NULL);
    pthread_barrier_destroy(&of.meet);
}

/* Each of them ends with all records, whichever it computed itself; the file of the first holds all, and the others'
 * are gone. */
static void
a_team_of_any_size_gives_the_same(void **state)
{
    const char *file = path_of("team");

    (void)state;
    for (uint64_t n = 1; n <= MOST_MEMBERS; n++) {
        bk_spread_job jobs[MOST_MEMBERS];
        member        members[MOST_MEMBERS];
        bk_arena      arena;
        bk_context   *ctx = start(1, &arena);
        bk_records    records;
        char          beside[300];
        for (size_t r = 0; r < MOST_MEMBERS; r++)
            jobs[r] = job_of(1);
        run_members(members, n, jobs, file, false);
        for (uint64_t r = 0; r < n; r++) {
            assert_int_equal(members[r].status, BK_OK);
            assert_true(members[r].has_all);
            snprintf(beside, sizeof beside, "%s.rank-%d", file, (int)r);
            assert_int_equal(access(beside, F_OK), -1);
        }
        assert_int_equal(bk_shards_read(ctx, &file, 1, &arena, &records), BK_OK);
        expect_all(&records);
        unlink(file);
        stop(ctx, &arena);
    }
}

/* One process fails: every process says so, and what all of them found is taken up by a team of another size, or by one
 * process alone. */
static void
what_a_broken_team_found_is_resumed(void **state)
{
    const char   *file = path_of("broken");
    uint64_t      fails_at = RECORDS - 2;
    bk_spread_job jobs[MOST_MEMBERS] = {job_of(1), job_of(1), job_of(1), job_of(1)};
    member        members[MOST_MEMBERS];
    char          beside[300];
    bk_arena      arena;
    bk_context   *ctx = start(1, &arena);
    bk_records    records;

    (void)state;
    for (size_t r = 0; r < MOST_MEMBERS; r++)
        jobs[r].state = &fails_at;
    run_members(members, 3, jobs, file, false);
    int n_failed = 0;
    for (size_t r = 0; r < 3; r++) {
        n_failed += members[r].status == BK_ERR_VALUE;
        assert_true(members[r].status == BK_ERR_VALUE || members[r].status == BK_ERR_CANCELLED);
    }
    assert_int_equal(n_failed, 1);
    snprintf(beside, sizeof beside, "%s.rank-2", file);
    assert_int_equal(access(beside, F_OK), 0);
    assert_int_equal(bk_spread(ctx, &jobs[0], &(bk_spread_settings){.file = file}, &arena, &records), BK_ERR_FILE);

    atomic_store(&n_computed, 0);
    const bk_spread_job alone = job_of(1);
    assert_int_equal(bk_spread(ctx, &alone, &(bk_spread_settings){.file = file, .resume = true}, &arena, &records),
                     BK_OK);
    expect_all(&records);
    assert_true(records.n_resumed > 0);
    assert_int_equal(atomic_load(&n_computed), RECORDS - records.n_resumed);
    assert_int_equal(access(beside, F_OK), -1);
    for (size_t r = 0; r < MOST_MEMBERS; r++)
        jobs[r].state = NULL;
    run_members(members, 4, jobs, file, true);
    assert_true(members[3].has_all);
    assert_int_equal(members[3].n_resumed, RECORDS);
    unlink(file);
    stop(ctx, &arena);
}

/* A process that cannot write its file ends the job of all. */
static void
one_that_cannot_write_ends_it_for_all(void **state)
{
    bk_spread_job jobs[MOST_MEMBERS] = {job_of(1), job_of(1), job_of(1), job_of(1)};
    member        members[MOST_MEMBERS];

    (void)state;
    run_members(members, 2, jobs, "/nowhere/at/all", false);
    assert_int_equal(members[0].status, BK_ERR_FILE);
    assert_int_equal(members[1].status, BK_ERR_CANCELLED);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_threads_gives_the_same),
        cmocka_unit_test(shards_make_the_whole),
        cmocka_unit_test(a_file_cut_off_anywhere_is_resumed),
        cmocka_unit_test(a_damaged_record_is_computed_again),
        cmocka_unit_test(what_is_not_ours_is_refused),
        cmocka_unit_test(a_record_that_fails_ends_the_job_and_is_named),
        cmocka_unit_test(what_was_found_before_an_interruption_is_kept),
        cmocka_unit_test(a_team_of_any_size_gives_the_same),
        cmocka_unit_test(what_a_broken_team_found_is_resumed),
        cmocka_unit_test(one_that_cannot_write_ends_it_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
