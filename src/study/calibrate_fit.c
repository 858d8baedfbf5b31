/* Least squares of ln(computed / observed) and of changes against their priors, trade held. */
#include "study/calibrate.h"
#include "study/compare.h"

#include <math.h>
#include <string.h>

/* Prices are solved to this, so that sums of squares can be compared to six digits. */
#define LOAD_TOLERANCE 1e-8
/* Of a prior standard deviation: the change between models on either side, and how far the last move of a fit may go.
 */
#define DIFFERENCE  0.01
#define SETTLED     2.0  /* steps: a fiftieth of a prior standard deviation */
#define LEAST_RATIO 1e-9 /* of computed over observed: a logarithm needs more than nothing */
enum { MOST_ITERATIONS = 20 };

typedef struct problem {
    bki_fit               *fit;
    const bk_joint_base   *base;
    size_t                 n_flows;
    bki_flow             **flows; /* [n_flows] */
    const bk_observation **rows;  /* [n_flows] */
    bk_arc_grouping       *by;    /* [n_flows] */
    double               **sums;  /* [n_flows] */
    double               **moves; /* [n parameters x n_flows] derivatives of the sums */
    double                *kept;  /* [importer][exporter] room for a sum */
    double                *start; /* [n_facilities] utilisations to start from: those of the last state accepted */
    double                *utilisation; /* [n_facilities] of the state last tried */
    double                *tried;       /* [n parameters] its changes */
    size_t                 n_facilities;
} problem;

/* ln(computed / observed) over its error for every row, then the changes over theirs. */
static bk_status
residuals(void *state, const double *change, double *residual)
{
    problem        *p = state;
    const bki_fit  *fit = p->fit;
    const bk_model *model;
    bk_arena        scratch;

    bk_arena_init(&scratch, fit->ctx);
    memcpy(p->tried, change, fit->n * sizeof *change);
    memcpy(p->utilisation, p->start, p->n_facilities * sizeof *p->start);
    bk_status status = bki_calibrate_apply(fit->study->model, fit->parameters, fit->n, change, &scratch, &model);
    if (status == BK_OK)
        status = bk_joint_load(fit->ctx, p->base, model, LOAD_TOLERANCE, p->utilisation, p->n_flows, p->by, p->sums);
    for (size_t o = 0; status == BK_OK && o < p->n_flows; o++) {
        double value = 0.0;
        bki_flow_value(p->flows[o], model, &value);
        residual[o] = log(fmax(value / p->rows[o]->value, LEAST_RATIO)) / p->rows[o]->relative_sd;
    }
    for (size_t k = 0; k < fit->n; k++)
        residual[p->n_flows + k] = change[k] / fit->parameters[k].prior_sd;
    bk_arena_release(&scratch);
    return status;
}

/* The figure of a flow where its sum, and what else the model has of it, have moved by `by` units along direction k. */
static double
value_beside(const problem *p, size_t o, size_t k, const bk_model *model, double by)
{
    const size_t  n_regions = p->fit->study->model->economy.n_regions;
    double       *sum = p->sums[o], value = 0.0;
    const double *move = p->moves[k * p->n_flows + o];

    memcpy(p->kept, sum, n_regions * n_regions * sizeof *sum);
    for (size_t i = 0; i < n_regions * n_regions; i++)
        sum[i] += by * move[i];
    bki_flow_value(p->flows[o], model, &value);
    memcpy(sum, p->kept, n_regions * n_regions * sizeof *sum);
    return value;
}

/* From the derivatives of sums to those of residuals; figures are linear in their sums, or a ratio of two such. */
static void
fill_jacobian(const problem *p, const bk_load_direction *between, double *jacobian)
{
    const bki_fit *fit = p->fit;

    for (size_t o = 0; o < p->n_flows; o++)
        for (size_t k = 0; k < fit->n; k++) {
            const double up = value_beside(p, o, k, between[k].up, 0.5 * between[k].width);
            const double down = value_beside(p, o, k, between[k].down, -0.5 * between[k].width);
            const double mean = 0.5 * (up + down);
            const bool   counts = mean / p->rows[o]->value > LEAST_RATIO;
            jacobian[o * fit->n + k] = counts ? (up - down) / (between[k].width * mean * p->rows[o]->relative_sd) : 0.0;
        }
    for (size_t k = 0; k < fit->n; k++)
        for (size_t l = 0; l < fit->n; l++)
            jacobian[(p->n_flows + k) * fit->n + l] = k == l ? 1.0 / fit->parameters[k].prior_sd : 0.0;
}

/* Models a small change of each parameter to either side. */
static bk_status
find_sides(const problem *p, const double *change, bk_arena *scratch, bk_load_direction *between)
{
    const bki_fit *fit = p->fit;
    double        *at = BK_NEW(scratch, double, fit->n + 1);

    BK_TRY(bk_arena_ok(scratch));
    memcpy(at, change, fit->n * sizeof *at);
    for (size_t k = 0; k < fit->n; k++) {
        const double step = DIFFERENCE * fit->parameters[k].prior_sd;
        between[k].width = 2.0 * step;
        at[k] = change[k] + step;
        BK_TRY(bki_calibrate_apply(fit->study->model, fit->parameters, fit->n, at, scratch, &between[k].up));
        at[k] = change[k] - step;
        BK_TRY(bki_calibrate_apply(fit->study->model, fit->parameters, fit->n, at, scratch, &between[k].down));
        at[k] = change[k];
    }
    return BK_OK;
}

static bk_status
find_derivatives(problem *p, const double *change, bk_arena *scratch, double *jacobian)
{
    const bki_fit     *fit = p->fit;
    bk_load_direction *between = BK_NEW(scratch, bk_load_direction, fit->n + 1);
    const bk_model    *model;

    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(find_sides(p, change, scratch, between));
    BK_TRY(bki_calibrate_apply(fit->study->model, fit->parameters, fit->n, change, scratch, &model));
    BK_TRY(
        bk_joint_load_tangents(fit->ctx, p->base, model, p->utilisation, fit->n, between, p->n_flows, p->by, p->moves));
    fill_jacobian(p, between, jacobian);
    return BK_OK;
}

/* At the state last accepted, which is the last tried unless every step from it failed. */
static bk_status
derivatives(void *state, const double *change, double *jacobian)
{
    problem       *p = state;
    const bki_fit *fit = p->fit;
    bk_status      status = BK_OK;
    bk_arena       scratch;

    bk_arena_init(&scratch, fit->ctx);
    if (memcmp(p->tried, change, fit->n * sizeof *change) != 0) {
        double *again = BK_NEW(&scratch, double, p->n_flows + fit->n + 1);
        status = bk_arena_ok(&scratch);
        if (status == BK_OK)
            status = residuals(p, change, again);
    }
    memcpy(p->start, p->utilisation, p->n_facilities * sizeof *p->start);
    if (status == BK_OK)
        status = find_derivatives(p, change, &scratch, jacobian);
    bk_arena_release(&scratch);
    return status;
}

/* The rows a fit may look at: flows and shares marked calibrate that the model computes. */
static bk_status
choose_rows(problem *p, bk_arena *arena, bool *is_fitted)
{
    const bk_model    *model = p->fit->study->model;
    const bki_comparer comparer = {
        .ctx = p->fit->ctx, .study = p->fit->study, .model = model, .base = p->base, .arena = arena};

    p->flows = BK_NEW(arena, bki_flow *, model->n_observations + 1);
    p->rows = BK_NEW(arena, const bk_observation *, model->n_observations + 1);
    p->by = BK_NEW(arena, bk_arc_grouping, model->n_observations + 1);
    p->sums = BK_NEW(arena, double *, model->n_observations + 1);
    BK_TRY(bk_arena_ok(arena));
    for (size_t o = 0; o < model->n_observations; o++) {
        const bk_observation *row = &model->observations[o];
        const char           *why = NULL;
        const bool            is_flow = strcmp(row->kind, "flow") == 0 || strcmp(row->kind, "share") == 0;
        is_fitted[o] = false;
        if (!is_flow || !row->calibrate || !(row->value > 0.0))
            continue;
        BK_TRY(bki_flow_read(&comparer, row, arena, &why, &p->flows[p->n_flows]));
        if (why != NULL)
            continue;
        is_fitted[o] = true;
        p->rows[p->n_flows] = row;
        p->by[p->n_flows] = bki_flow_by(p->flows[p->n_flows]);
        p->sums[p->n_flows] = bki_flow_sum(p->flows[p->n_flows]);
        p->n_flows++;
    }
    return BK_OK;
}

/* The standard error of each change: of the posterior's normal approximation. */
static void
find_errors(const bki_fit *fit, const bk_least_squares_fit *solved)
{
    for (size_t k = 0; k < fit->n; k++)
        fit->sd[k] =
            solved->covariance != NULL ? sqrt(solved->covariance[k * fit->n + k]) : fit->parameters[k].prior_sd;
}

/* Room for derivatives of every sum along every parameter. */
static bk_status
make_room(problem *p, bk_arena *arena)
{
    const size_t n = p->fit->n, n_regions = p->fit->study->model->economy.n_regions;

    p->moves = BK_NEW(arena, double *, n * p->n_flows + 1);
    p->kept = BK_NEW(arena, double, n_regions *n_regions + 1);
    p->tried = BK_NEW(arena, double, n + 1);
    BK_TRY(bk_arena_ok(arena));
    for (size_t i = 0; i < n * p->n_flows; i++)
        p->moves[i] = BK_NEW(arena, double, n_regions *n_regions);
    return bk_arena_ok(arena);
}

static bk_status
solve(problem *p, bk_arena *arena, bk_least_squares_fit *out)
{
    const bki_fit *fit = p->fit;
    double        *step = BK_NEW(arena, double, fit->n + 1), *least = BK_NEW(arena, double, fit->n + 1);
    double        *most = BK_NEW(arena, double, fit->n + 1);

    BK_TRY(bk_arena_ok(arena));
    for (size_t k = 0; k < fit->n; k++) {
        step[k] = DIFFERENCE * fit->parameters[k].prior_sd;
        least[k] = fit->parameters[k].least;
        most[k] = fit->parameters[k].most;
    }
    const bk_least_squares squares = {.n = fit->n,
                                      .n_residuals = p->n_flows + fit->n,
                                      .residuals = residuals,
                                      .derivatives = derivatives,
                                      .state = p,
                                      .step = step,
                                      .least = least,
                                      .most = most,
                                      .tolerance = SETTLED,
                                      .max_iterations = MOST_ITERATIONS};
    return bk_least_squares_solve(fit->ctx, &squares, arena, fit->change, out);
}

bk_status
bki_calibrate_fit(bki_fit *fit, const bk_joint_base *base, bool *is_fitted, bk_least_squares_fit *out)
{
    problem p = {.fit = fit, .base = base, .n_facilities = bk_joint_graph(base)->n_facilities};

    p.start = BK_NEW(fit->arena, double, p.n_facilities + 1);
    p.utilisation = BK_NEW(fit->arena, double, p.n_facilities + 1);
    BK_TRY(bk_arena_ok(fit->arena));
    memcpy(p.start, bk_joint_base_utilisation(base), p.n_facilities * sizeof *p.start);
    BK_TRY(choose_rows(&p, fit->arena, is_fitted));
    if (p.n_flows == 0)
        return bk_fail_hint(fit->ctx, BK_ERR_INCONSISTENT,
                            "add rows of kind flow or share with use calibrate to observed/observation.csv",
                            "there is nothing to fit to: no observation marked calibrate can be computed");
    BK_TRY(make_room(&p, fit->arena));
    BK_TRY(solve(&p, fit->arena, out));
    find_errors(fit, out);
    return BK_OK;
}
