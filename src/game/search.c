#include "game/search.h"

#include <math.h>

typedef struct bracket { /* left <= middle <= right, and no end is better than the middle */
    bki_point left, middle, right;
} bracket;

bk_status
bki_rival_try(bki_rival_job *job, size_t player, double x, bki_point *out)
{
    double sum = 0.0;

    if (bk_cancelled(job->ctx))
        return bk_fail(job->ctx, BK_ERR_CANCELLED, "interrupted");
    job->action[player] = x;
    BK_TRY(job->game->payoff(job->game->state, job->action, job->payoff));
    job->n_evaluations++;
    for (size_t i = 0; i < job->game->n_players; i++) {
        if (!isfinite(job->payoff[i]))
            return bk_fail(job->ctx, BK_ERR_VALUE, "the payoff of player %zu is not finite", i);
        sum += job->payoff[i];
    }
    *out = (bki_point){x, job->together ? sum : job->payoff[player]};
    return BK_OK;
}

/* All points of the grid, and where the player stands now. */
static bk_status
scan(bki_rival_job *job, size_t player, bracket *out)
{
    const size_t n = job->settings->n_grid;
    const double most = job->game->most[player], here = job->action[player];
    bki_point    before = {0}, point, stands;
    bool         climbs = false;

    BK_TRY(bki_rival_try(job, player, here, &stands));
    for (size_t k = 0; k < n; k++) {
        BK_TRY(bki_rival_try(job, player, most * (double)k / (double)(n - 1), &point));
        if (k == 0 || point.f > out->middle.f) {
            *out = (bracket){k == 0 ? point : before, point, point};
            climbs = true;
        } else if (climbs) {
            out->right = point;
            climbs = false;
        }
        before = point;
    }
    if (stands.f > out->middle.f) { /* between two points of the grid */
        const double step = most / (double)(n - 1);
        BK_TRY(bki_rival_try(job, player, fmax(0.0, here - step), &out->left));
        BK_TRY(bki_rival_try(job, player, fmin(most, here + step), &out->right));
        out->middle = stands;
    }
    return BK_OK;
}

/* Steps that double until the best lies between. */
static bk_status
climb(bki_rival_job *job, size_t player, double step, bracket *out)
{
    const double most = job->game->most[player], here = job->action[player];

    BK_TRY(bki_rival_try(job, player, here, &out->middle));
    out->left = out->right = out->middle;
    if (here > 0.0)
        BK_TRY(bki_rival_try(job, player, fmax(0.0, here - step), &out->left));
    if (here < most && out->left.f <= out->middle.f)
        BK_TRY(bki_rival_try(job, player, fmin(most, here + step), &out->right));
    while (out->left.f > out->middle.f) {
        out->right = out->middle;
        out->middle = out->left;
        step *= 2.0;
        if (out->middle.x <= 0.0)
            break;
        BK_TRY(bki_rival_try(job, player, fmax(0.0, out->middle.x - step), &out->left));
    }
    while (out->right.f > out->middle.f) {
        out->left = out->middle;
        out->middle = out->right;
        step *= 2.0;
        if (out->middle.x >= most)
            break;
        BK_TRY(bki_rival_try(job, player, fmin(most, out->middle.x + step), &out->right));
    }
    return BK_OK;
}

/* The top of the parabola through the three. */
static double
vertex(const bracket *at)
{
    const double a = (at->middle.x - at->left.x) * (at->middle.f - at->right.f);
    const double b = (at->middle.x - at->right.x) * (at->middle.f - at->left.f);
    const double top = (at->middle.x - at->left.x) * a - (at->middle.x - at->right.x) * b, bottom = 2.0 * (a - b);

    return bottom > 0.0 || bottom < 0.0 ? at->middle.x - top / bottom : at->middle.x;
}

/* Where to look next: the parabola's top, or a little to the longer side where that tells nothing new. */
static double
next_point(const bracket *at, double tolerance)
{
    const double below = at->middle.x - at->left.x, above = at->right.x - at->middle.x;
    const double golden = 0.381966011250105; /* 2 - (1 + sqrt 5) / 2 */

    if (below <= 0.0 || above <= 0.0) /* the best so far is an end */
        return below > above ? at->middle.x - golden * below : at->middle.x + golden * above;
    const double x = vertex(at);
    if (fabs(x - at->middle.x) < tolerance)
        return below > above ? fmax(at->middle.x - tolerance, at->middle.x - 0.5 * below)
                             : fmin(at->middle.x + tolerance, at->middle.x + 0.5 * above);
    return fmin(fmax(x, at->left.x + 0.1 * below), at->right.x - 0.1 * above);
}

static bk_status
refine(bki_rival_job *job, size_t player, bracket *at)
{
    const double tolerance = job->settings->tolerance * job->game->most[player];
    bki_point    point;

    for (int k = 0; k < 60 && at->right.x - at->left.x > 2.001 * tolerance; k++) {
        BK_TRY(bki_rival_try(job, player, next_point(at, tolerance), &point));
        const bool below = point.x < at->middle.x;
        if (point.f > at->middle.f) {
            *(below ? &at->right : &at->left) = at->middle;
            at->middle = point;
        } else {
            *(below ? &at->left : &at->right) = point;
        }
    }
    return BK_OK;
}

bk_status
bki_rival_best(bki_rival_job *job, size_t player, bool whole, double step, bki_point *out)
{
    bracket at = {0};

    BK_TRY(whole ? scan(job, player, &at) : climb(job, player, step, &at));
    BK_TRY(refine(job, player, &at));
    job->action[player] = at.middle.x;
    *out = at.middle;
    return BK_OK;
}
