/* Labels of sixteen zones at once: up from where they leave, then down to wherever a zone is entered. */
#include "base/clones.h"
#include "network/hierarchy.h"

#include <math.h>
#include <string.h>

#define LANES 16

typedef struct sweeper {
    double   *label;     /* [n][LANES] unit of cost; only of nodes that are active or wanted */
    bool     *is_active; /* [n] above where a zone of the batch leaves; all false between batches */
    uint32_t *climbed;   /* [n] the active ones */
} sweeper;

typedef struct matrix_job {
    bk_context         *ctx;
    const bk_hierarchy *hierarchy;
    const double       *cost;     /* [n_arcs] */
    const double       *weight;   /* [2 n_up] */
    sweeper            *sweepers; /* [workers] */
    double             *matrix;   /* [n_zones][n_zones] */
} matrix_job;

static double
cost_of(const double *cost, uint32_t arc)
{
    return arc != BK_NONE ? cost[arc] : 0.0;
}

/* Marks the ancestors of a node, itself included. */
static void
climb(const bki_elimination *up, sweeper *work, uint32_t from, uint32_t *n)
{
    for (uint32_t r = from; r != BK_NONE && !work->is_active[r]; r = up->parent[r]) {
        double *label = work->label + (size_t)r * LANES;
        for (int lane = 0; lane < LANES; lane++)
            label[lane] = INFINITY;
        work->is_active[r] = true;
        work->climbed[(*n)++] = r;
    }
}

/* Labels where the zones leave; returns how many nodes are active, and the lowest of them. */
static uint32_t
start_batch(const matrix_job *job, sweeper *work, const uint32_t *zones, size_t n_zones, uint32_t *lowest)
{
    const bki_touch *leave = &job->hierarchy->leave;
    uint32_t         n = 0;

    *lowest = job->hierarchy->up.n;
    for (size_t lane = 0; lane < n_zones; lane++)
        for (uint32_t k = leave->first[zones[lane]]; k < leave->first[zones[lane] + 1]; k++) {
            const uint32_t rank = leave->rank[k];
            climb(&job->hierarchy->up, work, rank, &n);
            double *label = work->label + (size_t)rank * LANES + lane;
            *label = fmin(*label, cost_of(job->cost, leave->arc[k]));
            *lowest = rank < *lowest ? rank : *lowest;
        }
    return n;
}

BKI_CLONES static void
rise(const bki_elimination *up, const double *weight, const sweeper *work, uint32_t lowest)
{
    for (uint32_t r = lowest; r < up->n; r++) {
        if (!work->is_active[r])
            continue;
        const double *restrict from = work->label + (size_t)r * LANES;
        for (size_t e = up->first_up[r]; e < up->first_up[r + 1]; e++) {
            double *restrict to = work->label + (size_t)up->head[e] * LANES;
            const double along = weight[e];
            for (int lane = 0; lane < LANES; lane++)
                to[lane] = from[lane] + along < to[lane] ? from[lane] + along : to[lane];
        }
    }
}

BKI_CLONES static void
sink(const bki_elimination *up, const double *weight, const uint32_t *wanted, uint32_t n_wanted, const sweeper *work)
{
    for (uint32_t k = 0; k < n_wanted; k++) {
        const uint32_t r = wanted[k];
        double *restrict to = work->label + (size_t)r * LANES;
        double least[LANES];
        for (int lane = 0; lane < LANES; lane++)
            least[lane] = work->is_active[r] ? to[lane] : INFINITY;
        for (size_t e = up->first_up[r]; e < up->first_up[r + 1]; e++) {
            const double *restrict from = work->label + (size_t)up->head[e] * LANES;
            const double along = weight[e];
            for (int lane = 0; lane < LANES; lane++)
                least[lane] = from[lane] + along < least[lane] ? from[lane] + along : least[lane];
        }
        for (int lane = 0; lane < LANES; lane++)
            to[lane] = least[lane];
    }
}

static void
write_rows(const matrix_job *job, const sweeper *work, const uint32_t *zones, size_t n_zones)
{
    const bki_touch *enter = &job->hierarchy->enter;
    const size_t     n = job->hierarchy->n_zones;

    for (size_t d = 0; d < n; d++) {
        double least[LANES];
        for (int lane = 0; lane < LANES; lane++)
            least[lane] = INFINITY;
        for (uint32_t k = enter->first[d]; k < enter->first[d + 1]; k++) {
            const double *label = work->label + (size_t)enter->rank[k] * LANES;
            const double  last = cost_of(job->cost, enter->arc[k]);
            for (int lane = 0; lane < LANES; lane++)
                least[lane] = fmin(least[lane], label[lane] + last);
        }
        for (size_t lane = 0; lane < n_zones; lane++)
            job->matrix[zones[lane] * n + d] = d != zones[lane] ? least[lane] : 0.0;
    }
}

static void
sweep_batch(void *state, size_t block, size_t worker)
{
    const matrix_job      *job = state;
    const bk_hierarchy    *hierarchy = job->hierarchy;
    const bki_elimination *up = &hierarchy->up;
    sweeper               *work = &job->sweepers[worker];
    const size_t           left = hierarchy->n_zones - block * LANES, n_zones = left < LANES ? left : LANES;
    const uint32_t        *zones = hierarchy->batch + block * LANES;
    uint32_t               lowest;

    if (bk_cancelled(job->ctx))
        return;
    const uint32_t n_active = start_batch(job, work, zones, n_zones, &lowest);
    rise(up, job->weight, work, lowest);
    sink(up, job->weight + up->n_up, hierarchy->wanted, hierarchy->n_wanted, work);
    write_rows(job, work, zones, n_zones);
    for (uint32_t k = 0; k < n_active; k++)
        work->is_active[work->climbed[k]] = false;
}

static bk_status
fill_matrix(matrix_job *job, bk_arena *scratch)
{
    const bk_hierarchy *hierarchy = job->hierarchy;
    const size_t        n = hierarchy->up.n, n_workers = (size_t)bk_context_threads(job->ctx);
    double             *weight = BK_NEW(scratch, double, 2 * hierarchy->up.n_up);

    job->weight = weight;
    job->sweepers = BK_NEW(scratch, sweeper, n_workers);
    BK_TRY(bk_arena_ok(scratch));
    for (size_t w = 0; w < n_workers; w++)
        job->sweepers[w] = (sweeper){.label = BK_NEW(scratch, double, n *LANES),
                                     .is_active = BK_NEW(scratch, bool, n),
                                     .climbed = BK_NEW(scratch, uint32_t, n)};
    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(bki_hierarchy_customise(job->ctx, hierarchy, job->cost, weight));
    bk_parallel(job->ctx, (hierarchy->n_zones + LANES - 1) / LANES, sweep_batch, job);
    if (bk_cancelled(job->ctx))
        return bk_fail(job->ctx, BK_ERR_CANCELLED, "interrupted");
    for (uint32_t k = 0; k < hierarchy->n_direct; k++) {
        const uint32_t from = hierarchy->direct_ends[2 * k], to = hierarchy->direct_ends[2 * k + 1];
        double        *entry = &job->matrix[from * hierarchy->n_zones + to];
        *entry = fmin(*entry, job->cost[hierarchy->direct[k]]);
    }
    return BK_OK;
}

bk_status
bk_hierarchy_matrix(bk_context *ctx, const bk_hierarchy *hierarchy, const double *cost, double *matrix)
{
    matrix_job job = {.ctx = ctx, .hierarchy = hierarchy, .cost = cost, .matrix = matrix};
    bk_arena   scratch;

    bk_arena_init(&scratch, ctx);
    const bk_status status = fill_matrix(&job, &scratch);
    bk_arena_release(&scratch);
    return status;
}
