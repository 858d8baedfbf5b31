/* Prices of scarce capacity by Newton's method on utilisations.
 *
 * Unknown u: flow over capacity at each limit, from which follow prices p(u), costs, tonnes and flows.  Solved:
 *     F(u) = background + flow(p(u)) - capacity u = 0,    (Q + B D) step = F
 * with Q the capacities, D = p'(u) and B = - d flow / d price, symmetric and positive semidefinite, so that D^(1/2)
 * makes the system symmetric.  Where p' is negligible the price cannot move the flow: such limits take u = flow /
 * capacity as it comes, which leaves a dense system of the few that bind.  Far from the solution choice turns over
 * within a step and Newton's method swings; each price therefore moves within a radius of its own, halved when its
 * excess changes sign and doubled when it is held back, so that one stubborn limit does not slow the others and none is
 * in the way at the end. */
#include "assignment/assignment.h"
#include "base/cholesky.h"
#include "assignment/secants.h"

#include <math.h>
#include <string.h>

/* A limit is active where a change of utilisation by 1 moves its price by this much, USD/t. */
static const double ACTIVE_SLOPE = 0.1;
/* A limit that has fallen idle since the derivative still leaves a system that can be solved, USD/t. */
static const double LEAST_SLOPE = 1e-9;
/* How far a price may move in one step, USD/t: of the order of 1 / mu, where the choice among routes turns over. */
/* A step is damped where the dual rises at its end by more than this share of its fall at the start. */
static const double OVERSHOOT = 0.5;
enum { SHORTENINGS = 3, TRIALS = 15 };
/* Utilisation rises in a step to 1; from there by this much, and by as much again as it is above 1. */
static const double LARGEST_RISE = 0.3;
/* Rounds with a radius for each price; after them the whole step is damped, which is slower from afar and arrives in
 * the end, since the dual is convex. */
enum { PATIENCE = 24 };
/* Residual below which steps are combined with those before. */
static const double CLOSE = 1e-2;
/* The derivative is kept from round to round while the residual is below `residual`, a round cuts it to `enough` of
 * itself, and no more than `most_held` prices are held back.  Seldom renewed, its slopes of prices, which change by
 * orders of magnitude on the way, are those of each round all the same: routes change hands slowly. */
static const struct keeping {
    double residual, enough;
    size_t most_held;
} OFTEN = {1e-2, 0.3, 0}, SELDOM = {1.0, 0.5, 3};
static const double FIRST_RADIUS = 30.0, LEAST_RADIUS = 1.0;

typedef struct newton {
    bk_context      *ctx;
    bk_assignment   *assignment;
    const bk_demand *demand;
    double          *tonnes;
    size_t           n;
    double          *u, *price, *slope, *flow, *excess, *step; /* [n] excess: F */
    double          *before, *price_before, *excess_before;    /* [n] at the last step's start: u, price, F */
    double          *radius;                                   /* [n] USD/t by which a price may move in a step */
    bool            *clipped;                                  /* [n] the radius held the last step back */
    uint32_t        *active, *active_of;
    size_t           n_active, room_active;
    bk_arena         matrices;
    double          *blocks, *answer; /* of the last derivative: its parts, and B over limits active there */
    double          *matrix, *factor, *right, *root; /* the system of the round; root: D^(1/2) */
    bool             is_derived;                     /* blocks are of the last evaluation */
    bki_secants      secants;
    double          *weight; /* [n] of the norm in which steps are compared: capacity x slope */
    size_t           n_clipped;
    double           damping;
    bk_demand_slope  demand_slope;
    double           residual, residual_before;
    int              rounds;
} newton;

static bk_status
find_active(newton *state)
{
    state->n_active = 0;
    for (size_t a = 0; a < state->n; a++) {
        const bool active = state->slope[a] > ACTIVE_SLOPE;
        state->active_of[a] = active ? (uint32_t)state->n_active : BK_NONE;
        if (active)
            state->active[state->n_active++] = (uint32_t)a;
    }
    if (state->blocks != NULL && state->n_active <= state->room_active)
        return BK_OK;
    const size_t room = state->n_active + state->n_active / 4 + 8;
    bk_arena_release(&state->matrices);
    state->blocks = BK_NEW(&state->matrices, double, state->assignment->traffic->n_regions *room *room);
    state->answer = BK_NEW(&state->matrices, double, room *room);
    state->matrix = BK_NEW(&state->matrices, double, room *room);
    state->right = BK_NEW(&state->matrices, double, room);
    state->root = BK_NEW(&state->matrices, double, room);
    state->factor = BK_NEW(&state->matrices, double, room *room);
    state->room_active = room;
    return bk_arena_ok(&state->matrices);
}

static bk_status
measure(newton *state)
{
    const double *capacity = state->assignment->limits.capacity;

    state->residual = 0.0;
    for (size_t a = 0; a < state->n; a++) {
        state->excess[a] = state->flow[a] - capacity[a] * state->u[a];
        if (!isfinite(state->excess[a]))
            return bk_fail(state->ctx, BK_ERR_NOT_CONVERGED, "the flow of facility %u is not finite in round %d",
                           state->assignment->limits.facility[a], state->rounds);
        state->residual = fmax(state->residual, fabs(state->excess[a]) / capacity[a]);
    }
    return BK_OK;
}

/* Everything at utilisations u; on request the derivative too, at the tonnes of the evaluation before. */
static bk_status
evaluate(newton *state, bool derive)
{
    bk_assignment *assignment = state->assignment;

    if (bk_cancelled(state->ctx))
        return bk_fail(state->ctx, BK_ERR_CANCELLED, "interrupted while solving prices");
    state->rounds++;
    bk_limit_price(assignment, state->u, state->price, state->slope);
    if (derive)
        BK_TRY(find_active(state));
    const bki_curvature curvature = {state->n_active, state->active_of, state->blocks, state->tonnes};
    const bki_elastic   elastic = {&state->demand_slope, &curvature};
    bki_choose(state->ctx, assignment, state->price, derive ? &curvature : NULL, NULL);
    if (state->demand != NULL)
        BK_TRY(
            state->demand->respond(state->demand->state, assignment->slot_cost, state->tonnes, &state->demand_slope));
    bki_load(state->ctx, assignment, state->tonnes, derive && state->demand != NULL ? &elastic : NULL, state->flow);
    state->is_derived = derive;
    return measure(state);
}

static void
sum_blocks(newton *state)
{
    const size_t n = state->n_active, n_regions = state->assignment->traffic->n_regions;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k <= i; k++) {
            double sum = 0.0;
            for (size_t b = 0; b < n_regions; b++)
                sum += state->blocks[(b * n + i) * n + k];
            state->answer[i * n + k] = sum;
        }
}

/* Q + D^(1/2) B D^(1/2) over active limits: B of the last derivative, D of this round. */
static void
assemble(newton *state)
{
    const size_t  n = state->n_active;
    const double *capacity = state->assignment->limits.capacity;

    if (state->is_derived)
        sum_blocks(state);
    for (size_t i = 0; i < n; i++)
        state->root[i] = sqrt(fmax(state->slope[state->active[i]], LEAST_SLOPE));
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k <= i; k++)
            state->matrix[i * n + k] = state->answer[i * n + k] * state->root[i] * state->root[k];
        state->matrix[i * n + i] += capacity[state->active[i]];
    }
}

/* The step from excesses `excess`, with the diagonal of the system raised by `damping` of itself (Marquardt 1963). */
static bk_status
solve_step(newton *state, const double *excess, const double *u, double damping)
{
    const double *capacity = state->assignment->limits.capacity;
    const size_t  n = state->n_active;

    memcpy(state->factor, state->matrix, n * n * sizeof *state->factor);
    for (size_t i = 0; i < n; i++)
        state->factor[i * n + i] *= 1.0 + damping;
    if (!bki_cholesky_factor(n, state->factor))
        return bk_fail(state->ctx, BK_ERR_NOT_CONVERGED,
                       "the derivative of flows is not positive definite (residual %g)", state->residual);
    for (size_t a = 0; a < state->n; a++)
        state->step[a] = excess[a] / capacity[a];
    for (size_t i = 0; i < n; i++)
        state->right[i] = state->root[i] * excess[state->active[i]];
    bki_cholesky_solve(n, state->factor, state->right);
    for (size_t i = 0; i < n; i++)
        state->step[state->active[i]] = state->right[i] / state->root[i];
    for (size_t a = 0; a < state->n; a++) /* below capacity the slope tells nothing of the prices above it */
        state->step[a] = fmin(state->step[a], fmax(1.0 - u[a], LARGEST_RISE + fmax(0.0, u[a] - 1.0)));
    return BK_OK;
}

static void
remember(newton *state)
{
    memcpy(state->before, state->u, state->n * sizeof *state->u);
    memcpy(state->price_before, state->price, state->n * sizeof *state->price);
    memcpy(state->excess_before, state->excess, state->n * sizeof *state->excess);
}

/* Full steps, each halved until its price stays within the limit's radius. */
static void
step_within_radii(newton *state)
{
    for (size_t a = 0; a < state->n; a++)
        state->clipped[a] = false;
    for (bool any = true; any;) {
        any = false;
        for (size_t a = 0; a < state->n; a++)
            state->u[a] = fmax(0.0, state->before[a] + state->step[a]);
        bk_limit_price(state->assignment, state->u, state->price, state->slope);
        for (size_t a = 0; a < state->n; a++)
            if (fabs(state->price[a] - state->price_before[a]) > state->radius[a]) {
                state->step[a] *= 0.5;
                state->clipped[a] = any = true;
            }
    }
}

/* What the dual falls by per unit of the last move, at the excesses of its start or of its end. */
static double
descent(const newton *state, const double *excess)
{
    double sum = 0.0;

    for (size_t a = 0; a < state->n; a++)
        sum += excess[a] * (state->price[a] - state->price_before[a]);
    return sum;
}

/* After the rounds of patience: Newton's step, shortened until the dual does not rise by much at its end; where a
 * quarter of it is still too long, its direction is at fault and the system is damped. */
static bk_status
move_damped(newton *state)
{
    for (int i = 0; i < TRIALS; i++) {
        if (i > 0 && i % SHORTENINGS == 0) {
            state->damping = fmax(4.0 * state->damping, 0.25);
            BK_TRY(solve_step(state, state->excess_before, state->before, state->damping));
        }
        for (size_t a = 0; a < state->n; a++)
            state->u[a] = fmax(0.0, state->before[a] + ldexp(state->step[a], -(i % SHORTENINGS)));
        BK_TRY(evaluate(state, false)); /* the system of the start is still needed */
        const double start = descent(state, state->excess_before), end = descent(state, state->excess);
        if (start > 0.0 && end > -OVERSHOOT * start)
            break;
    }
    state->damping = state->damping > 0.05 ? 0.3 * state->damping : 0.0;
    state->n_clipped = 0;
    return evaluate(state, true);
}

/* A price that overshot may move half as far next time, one that was held back twice as far. */
static void
adapt_radii(newton *state)
{
    state->n_clipped = 0;
    for (size_t a = 0; a < state->n; a++) {
        const double moved = fabs(state->price[a] - state->price_before[a]);
        if (state->excess[a] * state->excess_before[a] < 0.0)
            state->radius[a] = fmax(0.5 * moved, LEAST_RADIUS);
        else if (state->clipped[a])
            state->radius[a] *= 2.0;
        state->n_clipped += state->clipped[a];
    }
}

/* Near the solution the answer of flows to prices hardly changes: it is kept, and what it leaves out, that of wages and
 * expenditures, is learnt from the steps themselves. */
static bk_status
iterate(newton *state, const bk_assignment_settings *settings, bk_assignment_result *result)
{
    const struct keeping *keeping = settings->lazy ? &SELDOM : &OFTEN;
    bool                  keep = false;

    BK_TRY(evaluate(state, true));
    while (state->residual > settings->tolerance && state->rounds < settings->max_rounds) {
        const double residual = state->residual;
        const bool   damped = state->rounds >= PATIENCE && residual >= CLOSE;
        if (state->is_derived || settings->lazy)
            assemble(state);
        BK_TRY(solve_step(state, state->excess, state->u, damped ? state->damping : 0.0));
        if (residual < CLOSE && state->n_clipped == 0) {
            for (size_t a = 0; a < state->n; a++)
                state->weight[a] = state->assignment->limits.capacity[a] * state->slope[a];
            bki_secants_use(&state->secants, state->weight, state->u, state->step);
        } else {
            bki_secants_forget(&state->secants);
        }
        keep = residual < keeping->residual && state->n_clipped <= keeping->most_held &&
               !(keep && residual > keeping->enough * state->residual_before);
        state->residual_before = residual;
        remember(state);
        if (damped) {
            BK_TRY(move_damped(state));
        } else {
            step_within_radii(state);
            BK_TRY(evaluate(state, !keep));
            adapt_radii(state);
        }
        bk_log(state->ctx, BK_LOG_DEBUG, "prices: round %d, residual %.3g, %zu limits bind, %zu held back%s",
               state->rounds, state->residual, state->n_active, state->n_clipped, keep ? ", derivative kept" : "");
    }
    *result =
        (bk_assignment_result){.outcome = state->residual <= settings->tolerance ? BK_CONVERGED : BK_ITERATION_LIMIT,
                               .rounds = state->rounds,
                               .residual = state->residual};
    return BK_OK;
}

bk_status
bk_assignment_solve(bk_context *ctx, bk_assignment *assignment, const bk_demand *demand,
                    const bk_assignment_settings *settings, double *tonnes, double *utilisation,
                    bk_assignment_result *result)
{
    const size_t n = assignment->limits.n_limits, n_regions = assignment->traffic->n_regions;
    const size_t n_cells = assignment->traffic->n_sectors * n_regions * n_regions;
    bk_arena     scratch;
    newton state = {.ctx = ctx, .assignment = assignment, .demand = demand, .tonnes = tonnes, .n = n, .u = utilisation};

    bk_arena_init(&scratch, ctx);
    bk_arena_init(&state.matrices, ctx);
    double *numbers = BK_NEW(&scratch, double, 10 * n);
    state.clipped = BK_NEW(&scratch, bool, n);
    state.active = BK_NEW(&scratch, uint32_t, n);
    state.active_of = BK_NEW(&scratch, uint32_t, n);
    if (demand != NULL)
        state.demand_slope = (bk_demand_slope){BK_NEW(&scratch, double, n_cells), BK_NEW(&scratch, double, n_cells),
                                               BK_NEW(&scratch, double, assignment->traffic->n_sectors *n_regions)};
    bki_secants_init(&state.secants, n, &scratch);
    bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        state.price = numbers;
        state.slope = numbers + n;
        state.flow = numbers + 2 * n;
        state.excess = numbers + 3 * n;
        state.step = numbers + 4 * n;
        state.before = numbers + 5 * n;
        state.price_before = numbers + 6 * n;
        state.excess_before = numbers + 7 * n;
        state.radius = numbers + 8 * n;
        state.weight = numbers + 9 * n;
        for (size_t a = 0; a < n; a++)
            state.radius[a] = FIRST_RADIUS;
        status = iterate(&state, settings, result);
    }
    bk_arena_release(&state.matrices);
    bk_arena_release(&scratch);
    return status;
}
