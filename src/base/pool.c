/* A pool of threads that share out the numbered blocks of one job at a time.
 * The calling thread is worker 0 and works with the others.  Each has a range of the blocks to begin with, about the
 * same one in jobs alike, so that it finds in its cache what it worked on before; whoever is done helps the others. Who
 * takes which block is left to chance in the end, so a job's result must not depend on it (see bk_parallel in base.h).
 */
#include "base/context.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

/* Looks for work, or for the end of it, this often before going to sleep: some tens of microseconds, about what waking
 * up costs.  Solvers start their next job sooner than that. */
#define PATIENCE 2000

#define APART 128 /* bytes: threads that write closer together take the memory from each other */

/* The blocks from `next` to `end` are still to be taken. */
typedef struct block_range {
    atomic_size_t next;
    size_t        end;
    char          apart[APART - 2 * sizeof(size_t)];
} block_range;

typedef struct bki_member {
    bki_pool *pool;
    pthread_t thread;
    size_t    worker;
} bki_member;

struct bki_pool {
    pthread_mutex_t lock; /* for going to sleep and waking up only */
    pthread_cond_t  job_ready;
    pthread_cond_t  job_done;
    int             n_members;
    int             patience; /* 0 where threads outnumber processors */
    bk_task         task;     /* this and the two below: set before job_number, constant during the job */
    void           *state;
    block_range    *ranges; /* [n_members + 1] one for each worker */
    atomic_ulong    job_number;
    atomic_int      n_running; /* members that have not yet finished the job */
    atomic_bool     is_closing;
    atomic_bool     is_busy;
    size_t          size; /* of this allocation */
    bki_member      members[];
};

static inline void
processor_pause(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void
pool_take_blocks(bki_pool *pool, size_t worker)
{
    const size_t n_workers = (size_t)pool->n_members + 1;

    for (size_t i = 0; i < n_workers; i++) {
        block_range *range = &pool->ranges[(worker + i) % n_workers];
        while (atomic_load_explicit(&range->next, memory_order_relaxed) < range->end) {
            const size_t block = atomic_fetch_add_explicit(&range->next, 1, memory_order_relaxed);
            if (block < range->end)
                pool->task(pool->state, block, worker);
        }
    }
}

static bool
has_news(bki_pool *pool, unsigned long job_seen)
{
    return atomic_load(&pool->job_number) != job_seen || atomic_load(&pool->is_closing);
}

static void
wait_for_job(bki_pool *pool, unsigned long job_seen)
{
    for (int i = 0; i < pool->patience; i++) {
        if (has_news(pool, job_seen))
            return;
        processor_pause();
    }
    pthread_mutex_lock(&pool->lock);
    while (!has_news(pool, job_seen))
        pthread_cond_wait(&pool->job_ready, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

static void
wait_for_members(bki_pool *pool)
{
    for (int i = 0; i < pool->patience; i++) {
        if (atomic_load(&pool->n_running) == 0)
            return;
        processor_pause();
    }
    pthread_mutex_lock(&pool->lock);
    while (atomic_load(&pool->n_running) > 0)
        pthread_cond_wait(&pool->job_done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

static void *
member_run(void *argument)
{
    const bki_member *member = argument;
    bki_pool         *pool = member->pool;

    for (unsigned long job_seen = 0;; job_seen++) { /* no member misses a job: the next waits for all of them */
        wait_for_job(pool, job_seen);
        if (atomic_load(&pool->is_closing))
            return NULL;
        pool_take_blocks(pool, member->worker);
        if (atomic_fetch_sub(&pool->n_running, 1) == 1) {
            pthread_mutex_lock(&pool->lock);
            pthread_cond_signal(&pool->job_done);
            pthread_mutex_unlock(&pool->lock);
        }
    }
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
    const size_t size_of_members = (size_t)n_wanted * sizeof(bki_member);
    const size_t size = sizeof(bki_pool) + size_of_members + (size_t)threads * sizeof(block_range);
    bki_pool    *pool = bki_resize(ctx, NULL, 0, size);

    *started = 0;
    if (pool == NULL)
        return NULL;
    *pool = (bki_pool){.size = size, .patience = sysconf(_SC_NPROCESSORS_ONLN) >= threads ? PATIENCE : 0};
    pool->ranges = (block_range *)((char *)pool->members + size_of_members);
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
    atomic_store(&pool->is_closing, true);
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
    pool->task = task;
    pool->state = state;
    for (size_t w = 0, n = (size_t)pool->n_members + 1; w < n; w++) {
        atomic_store_explicit(&pool->ranges[w].next, n_blocks * w / n, memory_order_relaxed);
        pool->ranges[w].end = n_blocks * (w + 1) / n;
    }
    atomic_store(&pool->n_running, pool->n_members);
    pthread_mutex_lock(&pool->lock);
    atomic_fetch_add(&pool->job_number, 1);
    pthread_cond_broadcast(&pool->job_ready);
    pthread_mutex_unlock(&pool->lock);

    pool_take_blocks(pool, 0);
    wait_for_members(pool);
    atomic_store(&pool->is_busy, false);
}
