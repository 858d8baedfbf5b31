/* Revised simplex on the dual: minimise c . y with B y = objective, y >= 0.  The multipliers of its rows are (u, t), so
 * that the price of a column is the slack of its constraint and pricing is a look at every coalition.  The basis has at
 * most n + 1 rows: it is factored anew at every pivot, and no error piles up. */
#include "game/simplex.h"

#include <math.h>
#include <string.h>

enum { MOST_PIVOTS = 50000 };

static const double small_pivot = 1e-9; /* entries are quotients of minors of 0-1 matrices */
static const double no_step = 1e-12;    /* of a dual variable: the basis is degenerate */

typedef struct factors {
    size_t m;
    double lu[BKI_MOST_ROWS][BKI_MOST_ROWS]; /* of the basis' columns */
    size_t order[BKI_MOST_ROWS];             /* rows as pivoted */
} factors;

typedef struct state {
    bki_program *program;
    double       start[BK_MOST_PLAYERS];    /* x where the program began */
    double       multiplier[BKI_MOST_ROWS]; /* (u, t) */
    factors      factors;
    double       step[BKI_MOST_ROWS]; /* B^-1 of the column that enters */
    size_t       n_idle;              /* pivots since the objective last moved */
} state;

/* The column of a constraint: how its slack falls as (u, t) rises. */
static void
column_of(const bki_program *program, uint32_t id, double *column)
{
    const size_t n = program->game->n, d = program->freedom->n_directions;
    const bool   is_bound = id >> n & 1;

    for (size_t k = 0; k < d; k++) {
        double sum = 0.0;
        for (size_t i = 0; i < n; i++)
            if (is_bound ? id - ((uint32_t)1 << n) == i : id >> i & 1)
                sum += program->freedom->direction[i * d + k];
        column[k] = -sum;
    }
    if (program->has_level)
        column[d] = is_bound ? 0.0 : 1.0;
}

/* Its slack at payoffs x, the level taken as 0. */
static double
slack_at(const bki_program *program, uint32_t id, const double *x)
{
    const size_t n = program->game->n;
    double       sum = 0.0;

    if (id >> n & 1)
        return x[id - ((uint32_t)1 << n)];
    for (size_t i = 0; i < n; i++)
        if (id >> i & 1)
            sum += x[i];
    return sum - program->game->worth[id] + program->relax;
}

/* ---- small dense systems ---------------------------------------------------------------------------------------- */

static bool
factorise(factors *f)
{
    for (size_t i = 0; i < f->m; i++)
        f->order[i] = i;
    for (size_t k = 0; k < f->m; k++) {
        size_t best = k;
        for (size_t i = k + 1; i < f->m; i++)
            if (fabs(f->lu[i][k]) > fabs(f->lu[best][k]))
                best = i;
        if (fabs(f->lu[best][k]) < small_pivot)
            return false;
        for (size_t j = 0; best != k && j < f->m; j++) {
            const double swap = f->lu[k][j];
            f->lu[k][j] = f->lu[best][j];
            f->lu[best][j] = swap;
        }
        const size_t row = f->order[k];
        f->order[k] = f->order[best];
        f->order[best] = row;
        for (size_t i = k + 1; i < f->m; i++) {
            f->lu[i][k] /= f->lu[k][k];
            for (size_t j = k + 1; j < f->m; j++)
                f->lu[i][j] -= f->lu[i][k] * f->lu[k][j];
        }
    }
    return true;
}

/* x with B x = b. */
static void
solve(const factors *f, const double *b, double *x)
{
    for (size_t i = 0; i < f->m; i++) {
        x[i] = b[f->order[i]];
        for (size_t j = 0; j < i; j++)
            x[i] -= f->lu[i][j] * x[j];
    }
    for (size_t i = f->m; i-- > 0;) {
        for (size_t j = i + 1; j < f->m; j++)
            x[i] -= f->lu[i][j] * x[j];
        x[i] /= f->lu[i][i];
    }
}

/* x with B' x = b. */
static void
solve_transposed(const factors *f, const double *b, double *x)
{
    double y[BKI_MOST_ROWS];

    for (size_t i = 0; i < f->m; i++) {
        y[i] = b[i];
        for (size_t j = 0; j < i; j++)
            y[i] -= f->lu[j][i] * y[j];
        y[i] /= f->lu[i][i];
    }
    for (size_t i = f->m; i-- > 0;)
        for (size_t j = i + 1; j < f->m; j++)
            y[i] -= f->lu[j][i] * y[j];
    for (size_t i = 0; i < f->m; i++)
        x[f->order[i]] = y[i];
}

/* ---- pivots ----------------------------------------------------------------------------------------------------- */

/* Weights, multipliers, payoffs and level of the basis. */
static bool
evaluate(state *job)
{
    bki_program *program = job->program;
    const size_t n = program->game->n, d = program->freedom->n_directions;
    double       cost[BKI_MOST_ROWS], column[BKI_MOST_ROWS];

    job->factors.m = program->n_rows;
    for (size_t k = 0; k < program->n_rows; k++) {
        column_of(program, program->basis[k], column);
        cost[k] = slack_at(program, program->basis[k], job->start);
        for (size_t r = 0; r < program->n_rows; r++)
            job->factors.lu[r][k] = column[r];
    }
    if (!factorise(&job->factors))
        return false;
    solve(&job->factors, program->objective, program->weight);
    for (size_t k = 0; k < program->n_rows; k++)
        program->weight[k] = fmax(program->weight[k], 0.0); /* what is below 0 is rounding of a 0 */
    solve_transposed(&job->factors, cost, job->multiplier);
    for (size_t i = 0; i < n; i++) {
        program->x[i] = job->start[i];
        for (size_t k = 0; k < d; k++)
            program->x[i] += program->freedom->direction[i * d + k] * job->multiplier[k];
    }
    program->level = program->has_level ? job->multiplier[d] : 0.0;
    return true;
}

/* The constraint most broken, or the first one that is broken (Bland 1977, which cannot cycle); false: none is. */
static bool
price(const state *job, bool first, uint32_t *entering)
{
    const bki_program *program = job->program;
    const bki_game    *game = program->game;
    const size_t       n = game->n, n_coalitions = (size_t)1 << n;
    double             worst = -game->tolerance;
    bool               found = false;

    bki_coalition_sums(n, program->x, game->sum);
    for (size_t s = 0; s < n_coalitions; s++) {
        const double slack = game->sum[s] - game->worth[s] + program->relax - program->level;
        if (slack < worst && !program->held[s]) {
            *entering = (uint32_t)s;
            worst = slack;
            found = true;
            if (first)
                return true;
        }
    }
    for (size_t i = 0; program->has_bounds && i < n; i++)
        if (program->x[i] < worst) {
            *entering = (uint32_t)(n_coalitions + i);
            worst = program->x[i];
            found = true;
            if (first)
                return true;
        }
    return found;
}

/* The row whose weight reaches 0 first; among equals the largest pivot, or the lowest number by Bland's rule.  Returns
 * n_rows if none does: the constraints contradict one another. */
static size_t
leaving_row(const state *job, bool first, double *length)
{
    const bki_program *program = job->program;
    size_t             best = program->n_rows;

    *length = INFINITY;
    for (size_t k = 0; k < program->n_rows; k++) {
        if (job->step[k] <= small_pivot)
            continue;
        const double ratio = program->weight[k] / job->step[k];
        const bool   equal = best < program->n_rows && fabs(ratio - *length) <= no_step;
        const bool   better =
            best == program->n_rows || (!equal && ratio < *length) ||
            (equal && (first ? program->basis[k] < program->basis[best] : job->step[k] > job->step[best]));
        if (better) {
            best = k;
            *length = equal ? fmin(ratio, *length) : ratio;
        }
    }
    return best;
}

static bk_status
pivot(bk_context *ctx, state *job, bool *done)
{
    bki_program *program = job->program;
    const bool   first = job->n_idle > 3 * program->n_rows;
    double       column[BKI_MOST_ROWS], length;
    uint32_t     entering = 0;

    if (!evaluate(job))
        return bk_fail(ctx, BK_ERR_NOT_CONVERGED, "a basis of coalitions became singular after %zu pivots",
                       program->n_pivots);
    *done = !price(job, first, &entering);
    if (*done)
        return BK_OK;
    column_of(program, entering, column);
    solve(&job->factors, column, job->step);
    const size_t row = leaving_row(job, first, &length);
    if (row == program->n_rows)
        return bk_fail(ctx, BK_ERR_NOT_CONVERGED, "the demands of coalitions contradict one another (coalition %u)",
                       entering);
    job->n_idle = length > no_step ? 0 : job->n_idle + 1;
    program->basis[row] = entering;
    program->n_pivots++;
    return BK_OK;
}

void
bki_program_level_start(bki_program *program)
{
    const bki_freedom *freedom = program->freedom;
    const uint32_t     all = (uint32_t)(((size_t)1 << program->game->n) - 1), first = (uint32_t)1 << freedom->free[0];

    for (size_t d = 0; d < freedom->n_directions; d++) {
        program->basis[d] = (uint32_t)1 << freedom->free[d];
        program->objective[d] = 0.0;
    }
    program->basis[freedom->n_directions] = all & ~first;
    program->objective[freedom->n_directions] = 1.0;
    program->has_level = true;
    program->n_rows = freedom->n_directions + 1;
}

bk_status
bki_program_evaluate(bk_context *ctx, bki_program *program)
{
    state job = {.program = program};

    memcpy(job.start, program->x, program->game->n * sizeof *job.start);
    if (evaluate(&job))
        return BK_OK;
    return bk_fail(ctx, BK_ERR_NOT_CONVERGED, "a basis of coalitions is singular");
}

bk_status
bki_program_solve(bk_context *ctx, bki_program *program)
{
    state job = {.program = program};
    bool  done = false;

    memcpy(job.start, program->x, program->game->n * sizeof *job.start);
    for (size_t k = 0; k < MOST_PIVOTS; k++) {
        BK_TRY(pivot(ctx, &job, &done));
        if (done)
            return BK_OK;
        if (bk_cancelled(ctx))
            return bk_fail(ctx, BK_ERR_CANCELLED, "interrupted");
    }
    return bk_fail(ctx, BK_ERR_NOT_CONVERGED, "a linear program over coalitions was given up after %d pivots",
                   MOST_PIVOTS);
}
