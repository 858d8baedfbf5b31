#include "game/nonnegative.h"

#include <math.h>
#include <string.h>

enum { MOST = BK_MOST_PLAYERS, MOST_STEPS = 20000 };

typedef struct search {
    size_t          n, m;
    const uint32_t *coalitions; /* [n_coalitions] */
    size_t          n_coalitions;
    const double   *target;         /* [m] dimensionless */
    double          residual[MOST]; /* target - A w */
    size_t          n_active;
    uint32_t        active[MOST]; /* coalitions with weight */
    double          weight[MOST], trial[MOST];
} search;

/* Least squares over the active columns by the normal equations: their entries are -1, 0 and 1, so these are whole
 * numbers and well told apart.  False: the columns depend on one another. */
static bool
fit(search *job)
{
    const size_t k = job->n_active;
    double       a[MOST][MOST + 1];

    for (size_t r = 0; r < k; r++) {
        for (size_t c = 0; c < k; c++) {
            a[r][c] = 0.0;
            for (size_t i = 0; i < job->m; i++)
                a[r][c] += bki_coordinate(job->n, job->active[r], i) * bki_coordinate(job->n, job->active[c], i);
        }
        a[r][k] = 0.0;
        for (size_t i = 0; i < job->m; i++)
            a[r][k] += bki_coordinate(job->n, job->active[r], i) * job->target[i];
    }
    for (size_t p = 0; p < k; p++) { /* positive definite: no row need be changed for another */
        if (a[p][p] <= 1e-9)
            return false;
        for (size_t r = p + 1; r < k; r++) {
            const double factor = a[r][p] / a[p][p];
            for (size_t c = p; c <= k; c++)
                a[r][c] -= factor * a[p][c];
        }
    }
    for (size_t p = k; p-- > 0;) {
        job->trial[p] = a[p][k];
        for (size_t c = p + 1; c < k; c++)
            job->trial[p] -= a[p][c] * job->trial[c];
        job->trial[p] /= a[p][p];
    }
    return true;
}

static void
drop(search *job, size_t at)
{
    job->n_active--;
    for (size_t k = at; k < job->n_active; k++) {
        job->active[k] = job->active[k + 1];
        job->weight[k] = job->weight[k + 1];
    }
}

/* Goes towards the fit as far as weights stay at 0 or more, dropping those that reach it. */
static bool
settle(search *job)
{
    while (job->n_active > 0) {
        double step = 1.0;
        size_t stop = MOST;
        if (!fit(job))
            return false;
        for (size_t k = 0; k < job->n_active; k++)
            if (job->trial[k] <= 1e-12 && job->weight[k] / (job->weight[k] - job->trial[k] + 1e-300) < step) {
                step = job->weight[k] / (job->weight[k] - job->trial[k] + 1e-300);
                stop = k;
            }
        for (size_t k = 0; k < job->n_active; k++)
            job->weight[k] += step * (job->trial[k] - job->weight[k]);
        if (stop == MOST)
            return true;
        drop(job, stop);
    }
    return true;
}

static double
update_residual(search *job)
{
    double norm = 0.0;

    for (size_t i = 0; i < job->m; i++) {
        job->residual[i] = job->target[i];
        for (size_t k = 0; k < job->n_active; k++)
            job->residual[i] -= job->weight[k] * bki_coordinate(job->n, job->active[k], i);
        norm += job->residual[i] * job->residual[i];
    }
    return sqrt(norm);
}

/* The column that points most along the residual, of those without weight; false: none does. */
static bool
choose(const search *job, double norm, uint32_t *out)
{
    double best = 1e-11 * norm;
    bool   found = false;

    for (size_t c = 0; c < job->n_coalitions; c++) {
        double along = 0.0;
        for (size_t i = 0; i < job->m; i++)
            along += bki_coordinate(job->n, job->coalitions[c], i) * job->residual[i];
        bool is_active = false;
        for (size_t k = 0; k < job->n_active; k++)
            is_active |= job->active[k] == job->coalitions[c];
        if (along > best && !is_active) {
            best = along;
            *out = job->coalitions[c];
            found = true;
        }
    }
    return found;
}

bk_status
bki_cone_distance(bk_context *ctx, size_t n, const uint32_t *coalitions, size_t n_coalitions, const double *target,
                  double *distance)
{
    search job = {.n = n, .m = n - 1, .coalitions = coalitions, .n_coalitions = n_coalitions, .target = target};
    double whole = update_residual(&job);
    bool   is_sound = true;

    *distance = 0.0;
    if (whole == 0.0)
        return BK_OK;
    for (size_t step = 0; step < MOST_STEPS; step++) {
        const double norm = update_residual(&job);
        uint32_t     entering = 0;
        *distance = norm / whole;
        if (*distance < 1e-13 || job.n_active == job.m || !choose(&job, norm, &entering))
            return BK_OK;
        job.weight[job.n_active] = 0.0;
        job.active[job.n_active++] = entering;
        is_sound = settle(&job);
        if (!is_sound)
            break;
    }
    return bk_fail(ctx, BK_ERR_NOT_CONVERGED, "the balance of a level of coalitions could not be judged");
}
