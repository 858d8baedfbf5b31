#include "bkt.h"
#include "buckle/base.h"

#define N_BLOCKS 1000

typedef struct job {
    bk_context *ctx;
    atomic_int  visits[N_BLOCKS];
    atomic_bool is_worker_wrong;
    double      sums[N_BLOCKS];
} job;

static bk_context *
context_with(int threads)
{
    bk_context *ctx = NULL;

    assert_int_equal(bk_context_create(&(bk_settings){.threads = threads}, &ctx), BK_OK);
    assert_int_equal(bk_context_threads(ctx), threads);
    return ctx;
}

static void
visit(void *state, size_t block, size_t worker)
{
    job *self = state;

    atomic_fetch_add(&self->visits[block], 1);
    if (worker >= (size_t)bk_context_threads(self->ctx))
        atomic_store(&self->is_worker_wrong, true);
}

static void
every_block_is_done_once_by_a_worker_in_range(void **state)
{
    (void)state;

    for (int threads = 1; threads <= 8; threads *= 2) {
        static job self;
        memset(&self, 0, sizeof self);
        self.ctx = context_with(threads);
        bk_parallel(self.ctx, N_BLOCKS, visit, &self);
        for (size_t block = 0; block < N_BLOCKS; block++)
            assert_int_equal(self.visits[block], 1);
        assert_false(self.is_worker_wrong);
        bk_context_release(self.ctx);
    }
}

static void
add_up(void *state, size_t block, size_t worker)
{
    job *self = state;
    (void)worker;

    for (uint64_t i = 0; i < 1000; i++)
        self->sums[block] += log(bk_uniform(7, block, i)) * exp(10.0 * bk_uniform(8, block, i));
}

static void
sums_in_block_order_have_the_same_bits_on_any_number_of_threads(void **state)
{
    (void)state;
    double first = 0.0;

    for (int threads = 1; threads <= 8; threads++) {
        static job self;
        memset(&self, 0, sizeof self);
        self.ctx = context_with(threads);
        bk_parallel(self.ctx, N_BLOCKS, add_up, &self);
        const double total = bk_sum(self.sums, N_BLOCKS);
        if (threads == 1)
            first = total;
        assert_memory_equal(&total, &first, sizeof total);
        bk_context_release(self.ctx);
    }
    assert_true(isfinite(first) && first < 0.0);
}

static void
a_job_without_blocks_does_nothing(void **state)
{
    (void)state;
    static job self;

    self.ctx = context_with(2);
    bk_parallel(self.ctx, 0, visit, &self);
    for (size_t block = 0; block < N_BLOCKS; block++)
        assert_int_equal(self.visits[block], 0);
    bk_context_release(self.ctx);
}

static void
count(void *state, size_t block, size_t worker)
{
    (void)block;
    (void)worker;
    atomic_fetch_add((atomic_int *)state, 1);
}

static void
many_small_jobs_follow_each_other(void **state)
{
    (void)state;
    bk_context *ctx = context_with(4);
    atomic_int  total = 0;

    for (size_t i = 0; i < 20000; i++)
        bk_parallel(ctx, i % 7, count, &total);
    /* 20000 = 2857 * 7 + 1, and every seven jobs have 0 + 1 + ... + 6 = 21 blocks */
    assert_int_equal(total, 2857 * 21);
    bk_context_release(ctx);
}

static void
start_another(void *state, size_t block, size_t worker)
{
    job *self = state;
    (void)block;
    (void)worker;

    bk_parallel(self->ctx, 100, visit, self);
}

static void
a_job_may_start_a_job(void **state)
{
    (void)state;
    static job self;

    self.ctx = context_with(3);
    bk_parallel(self.ctx, 50, start_another, &self);
    for (size_t block = 0; block < 100; block++)
        assert_int_equal(self.visits[block], 50);
    assert_false(self.is_worker_wrong);
    bk_context_release(self.ctx);
}

static void
what_the_blocks_wrote_is_seen_afterwards(void **state)
{
    (void)state;
    bk_context *ctx = context_with(4);
    static job  self;

    self.ctx = ctx;
    for (int round = 0; round < 200; round++) {
        memset(self.sums, 0, sizeof self.sums);
        bk_parallel(ctx, 8, add_up, &self);
        for (size_t block = 0; block < 8; block++)
            assert_true(self.sums[block] < 0.0);
    }
    bk_context_release(ctx);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_block_is_done_once_by_a_worker_in_range),
        cmocka_unit_test(sums_in_block_order_have_the_same_bits_on_any_number_of_threads),
        cmocka_unit_test(a_job_without_blocks_does_nothing),
        cmocka_unit_test(many_small_jobs_follow_each_other),
        cmocka_unit_test(a_job_may_start_a_job),
        cmocka_unit_test(what_the_blocks_wrote_is_seen_afterwards),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
