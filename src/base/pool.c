/* A pool of threads that share out the numbered blocks of one job at a time.
 * The calling thread is worker 0 and works with the others; who takes which block is left to chance, so a job's
 * result must not depend on it (see bk_parallel in base.h). */
#include "base/context.h"

#include <pthread.h>
#include <signal.h>

typedef struct bki_member {
    bki_pool *pool;
    pthread_t thread;
    size_t    worker;
} bki_member;

struct bki_pool {
    pthread_mutex_t lock;
    pthread_cond_t  job_ready;
    pthread_cond_t  job_done;
    uint64_t        job_number; /* under `lock`, as are the three below */
    int             n_running;  /* members that have not yet finished the job */
    int             n_members;
    bool            is_closing;
    bk_task         task; /* set before job_number, constant during the job */
    void           *state;
    size_t          n_blocks;
    atomic_size_t   next_block;
    atomic_bool     is_busy;
    size_t          size; /* of this allocation */
    bki_member      members[];
};

static void
pool_take_blocks(bki_pool *pool, size_t worker)
{
    for (;;) {
        const size_t block = atomic_fetch_add_explicit(&pool->next_block, 1, memory_order_relaxed);
        if (block >= pool->n_blocks)
            return;
        pool->task(pool->state, block, worker);
    }
}

static void *
member_run(void *argument)
{
    const bki_member *member = argument;
    bki_pool         *pool = member->pool;
    uint64_t          job_seen = 0;

    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (pool->job_number == job_seen && !pool->is_closing)
            pthread_cond_wait(&pool->job_ready, &pool->lock);
        if (pool->is_closing)
            break;
        job_seen = pool->job_number;
        pthread_mutex_unlock(&pool->lock);
        pool_take_blocks(pool, member->worker);
        pthread_mutex_lock(&pool->lock);
        if (--pool->n_running == 0)
            pthread_cond_signal(&pool->job_done);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* Signals belong to the program's own threads: the members take none. */
static void
pool_start_members(bki_pool *pool, int n_wanted)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int i = 0; i < n_wanted; i++) {
        bki_member *member = &pool->members[i];
        *member = (bki_member){.pool = pool, .worker = (size_t)i + 1};
        if (pthread_create(&member->thread, NULL, member_run, member) != 0)
            break;
        pool->n_members++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

bki_pool *
bki_pool_create(bk_context *ctx, int threads, int *started)
{
    const int    n_wanted = threads - 1;
    const size_t size = sizeof(bki_pool) + (size_t)n_wanted * sizeof(bki_member);
    bki_pool    *pool = bki_resize(ctx, NULL, 0, size);

    *started = 0;
    if (pool == NULL)
        return NULL;
    *pool = (bki_pool){.size = size};
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->job_ready, NULL);
    pthread_cond_init(&pool->job_done, NULL);
    pool_start_members(pool, n_wanted);
    *started = pool->n_members;
    return pool;
}

void
bki_pool_release(bk_context *ctx, bki_pool *pool)
{
    if (pool == NULL)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->is_closing = true;
    pthread_cond_broadcast(&pool->job_ready);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->n_members; i++)
        pthread_join(pool->members[i].thread, NULL);
    pthread_cond_destroy(&pool->job_done);
    pthread_cond_destroy(&pool->job_ready);
    pthread_mutex_destroy(&pool->lock);
    bki_resize(ctx, pool, pool->size, 0);
}

/* A job started from within a job runs where it is: its blocks are independent, so the result is the same. */
void
bk_parallel(bk_context *ctx, size_t n_blocks, bk_task task, void *state)
{
    bki_pool *pool = ctx->pool;

    if (pool == NULL || pool->n_members == 0 || n_blocks < 2 || atomic_load(&pool->is_busy)) {
        for (size_t block = 0; block < n_blocks; block++)
            task(state, block, 0);
        return;
    }
    atomic_store(&pool->is_busy, true);
    pthread_mutex_lock(&pool->lock);
    pool->task = task;
    pool->state = state;
    pool->n_blocks = n_blocks;
    atomic_store_explicit(&pool->next_block, 0, memory_order_relaxed);
    pool->n_running = pool->n_members;
    pool->job_number++;
    pthread_cond_broadcast(&pool->job_ready);
    pthread_mutex_unlock(&pool->lock);

    pool_take_blocks(pool, 0);

    pthread_mutex_lock(&pool->lock);
    while (pool->n_running > 0)
        pthread_cond_wait(&pool->job_done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
    atomic_store(&pool->is_busy, false);
}
