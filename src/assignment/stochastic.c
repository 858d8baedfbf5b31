/* The driver of logit equilibria: steps, route sets that grow, and the certificate at the end. */
#include "assignment/logit.h"

#include <math.h>
#include <string.h>

#define LARGEST_IMBALANCE 1e-9 /* relative to all trips: beyond it the flows are not flows of these trips */
#define NEAR_ENOUGH       1e-3 /* a gap at which costs are good enough to look for routes at */
#define STAGE_FACTOR      2.0  /* between one dispersion on the way and the next */
#define STAGE_RESIDUAL    0.05 /* of shares, that is good enough to go on to the next */
#define SPREAD_OUT        2.0  /* the first dispersion times the mean cost of a trip that goes by free-flow costs */
#define IDLE              30   /* iterations without progress */
#define SMALL             1e-4 /* a residual that rounding may be the rest of */
#define MOST_ROUNDS       200  /* of trees to begin with */

static const bki_logit_method methods[] = {
#define X(enumerator, name, prefix, summary)                                                                           \
    [enumerator] = {name,                                                                                              \
                    summary,                                                                                           \
                    bki_##prefix##_start,                                                                              \
                    bki_##prefix##_release,                                                                            \
                    bki_##prefix##_allows,                                                                             \
                    bki_##prefix##_load,                                                                               \
                    bki_##prefix##_respond,                                                                            \
                    bki_##prefix##_enlarge,                                                                            \
                    bki_##prefix##_check,                                                                              \
                    bki_##prefix##_paths},
    BK_STOCHASTIC_METHOD_LIST(X)
#undef X
};

const char *
bk_stochastic_method_name(bk_stochastic_method method)
{
    return methods[method].name;
}

const char *
bk_stochastic_method_summary(bk_stochastic_method method)
{
    return methods[method].summary;
}

bk_stochastic_settings
bk_stochastic_default(void)
{
    return (bk_stochastic_settings){
        .method = BK_LOGIT, .gap = 1e-10, .iteration_limit = 1000, .route_rounds = 5, .progress = "assignment"};
}

typedef struct driver {
    const bki_ue_problem         *problem;
    const bk_stochastic_settings *settings;
    const bki_logit_method       *method;
    void                         *loading;
    bki_logit_newton             *newton;
    double                       *flow;       /* [n_arcs] unit of traffic */
    double                       *time;       /* [n_arcs] at these flows */
    double                       *disutility; /* [n_classes][n_arcs] at these times and the present dispersion */
    double                       *loaded;     /* [n_classes][n_arcs] before the first step */
    bki_ue_certificate            totals;
    bki_logit_check               check;
    double                        dispersion; /* at present, on the way to that of the settings */
    double                        gap;
    bk_outcome                    outcome;
    int                           iterations;
    int                           n_idle; /* iterations since the residual fell last */
    double                        least_residual;
} driver;

static void
set_disutility(driver *self, const double *time, double dispersion)
{
    const size_t n = self->problem->graph->n_arcs;

    for (size_t i = 0; i < self->problem->n_classes * n; i++)
        self->disutility[i] = dispersion * (time[i % n] + self->problem->fixed[i]);
}

/* Of the flows loaded last, at the times that they make. */
static bk_status
certify(driver *self)
{
    BK_TRY(bki_ue_certify(self->problem, bki_logit_newton_class_flow(self->newton), self->flow, self->time,
                          &self->totals));
    set_disutility(self, self->time, self->dispersion);
    self->method->check(self->loading, self->disutility, &self->check);
    const double excess = self->check.divergence / self->dispersion;
    self->gap = self->totals.total_cost > 0.0 ? excess / self->totals.total_cost : excess;
    return BK_OK;
}

static bool
is_converged(const driver *self)
{
    return self->dispersion == self->settings->dispersion && self->gap <= self->settings->gap &&
           self->check.residual <= sqrt(self->settings->gap) && !self->check.wants_routes &&
           self->totals.imbalance <= LARGEST_IMBALANCE;
}

/* Progress on a logarithmic scale from a gap of 1 to the one wanted; how far the way there is, nobody knows. */
static void
show_progress(const driver *self)
{
    const double wanted = log(fmax(self->settings->gap, 1e-15));
    const double done = self->gap > 0.0 ? fmin(fmax(log(fmin(self->gap, 1.0)) / wanted, 0.0), 1.0) : 1.0;

    if (self->settings->progress != NULL)
        bk_progress(self->problem->ctx, self->settings->progress,
                    self->dispersion < self->settings->dispersion ? -1.0 : done);
}

static bk_status
take_in_routes(driver *self)
{
    BK_TRY(self->method->enlarge(self->loading, self->disutility));
    bki_logit_newton_reload(self->newton);
    return BK_OK;
}

/* Where logit is sharp, Newton's method goes astray unless it begins near by: it is led there from a dispersion at
 * which trips are spread out, as interior-point methods are along their central path.  Recursive logit may not allow
 * that. */
static bk_status
choose_first_dispersion(driver *self)
{
    const double *free_time = self->problem->vdf.free_time;
    const double  trips = self->problem->total_volume > 0.0 ? self->problem->total_volume : 1.0;
    double        value;

    self->dispersion = self->settings->dispersion;
    for (int turn = 0; turn < 2; turn++) { /* costs without flow, of which `loaded` has none yet; then with it */
        BK_TRY(bki_ue_certify(self->problem, self->loaded, self->flow, self->time, &self->totals));
        const double cost = turn == 0 ? self->totals.least_cost : self->totals.total_cost;
        while (self->dispersion * cost / trips > SPREAD_OUT * STAGE_FACTOR) {
            set_disutility(self, free_time, self->dispersion / STAGE_FACTOR);
            if (!self->method->allows(self->loading, self->disutility))
                break;
            self->dispersion /= STAGE_FACTOR;
        }
        set_disutility(self, free_time, self->dispersion);
        self->method->load(self->loading, self->disutility, self->loaded, &value);
    }
    return BK_OK;
}

static void
go_on_to_next_dispersion(driver *self)
{
    self->dispersion = fmin(self->dispersion * STAGE_FACTOR, self->settings->dispersion);
    bki_logit_newton_disperse(self->newton, self->dispersion);
}

/* Rounding is all that is left: near the solution, and no nearer for long. */
static bool
is_stalled(driver *self)
{
    if (self->dispersion != self->settings->dispersion || self->check.wants_routes)
        return false;
    if (self->n_idle == 0 || self->check.residual < 0.9 * self->least_residual) {
        self->least_residual = self->check.residual;
        self->n_idle = 1;
    } else {
        self->n_idle++;
    }
    return self->n_idle > IDLE && self->least_residual < SMALL;
}

/* Whether to end before another step; sets the outcome. */
static bool
is_over(driver *self)
{
    self->outcome = is_converged(self)                 ? BK_CONVERGED
                    : bk_cancelled(self->problem->ctx) ? BK_CANCELLED
                    : is_stalled(self)                 ? BK_STALLED
                                                       : BK_ITERATION_LIMIT;
    return self->outcome != BK_ITERATION_LIMIT || self->iterations == self->settings->iteration_limit;
}

static bk_status
iterate(driver *self)
{
    for (bool is_stuck = false;; self->iterations++) {
        BK_TRY(certify(self));
        show_progress(self);
        if (is_over(self))
            return BK_OK;
        if (is_stuck && self->dispersion == self->settings->dispersion && !self->check.wants_routes) {
            self->outcome = BK_STALLED;
            return BK_OK;
        }
        if (self->check.wants_routes && (is_stuck || self->gap <= NEAR_ENOUGH))
            BK_TRY(take_in_routes(self));
        if (self->dispersion < self->settings->dispersion && !self->check.wants_routes &&
            (is_stuck || self->check.residual <= STAGE_RESIDUAL))
            go_on_to_next_dispersion(self);
        is_stuck = !bki_logit_newton_step(self->newton);
    }
}

/* ---- the answer ------------------------------------------------------------------------------------------------- */

/* From the graph's arcs to the network's. */
static bk_status
report_traffic(const driver *self, bk_arena *arena, bk_equilibrium *out)
{
    const bki_ue_problem     *problem = self->problem;
    const bk_road_network    *network = problem->network;
    const bki_ue_certificate *totals = &self->totals;
    const double             *loaded = bki_logit_newton_class_flow(self->newton);
    const size_t              n = network->n_arcs;
    double                   *flow = BK_NEW(arena, double, n), *cost = BK_NEW(arena, double, n);
    double                   *class_flow = BK_NEW(arena, double, problem->n_classes *n);
    bk_lost_trip             *lost = BK_NEW(arena, bk_lost_trip, problem->n_lost);

    BK_TRY(bk_arena_ok(arena));
    for (size_t a = 0; a < n; a++) {
        const uint32_t to = problem->network_arc[a];
        flow[to] = self->flow[a];
        cost[to] = self->time[a] + network->fixed[to];
        for (size_t c = 0; c < problem->n_classes; c++)
            class_flow[c * n + to] = loaded[c * n + a];
    }
    if (problem->n_lost > 0)
        memcpy(lost, problem->lost, problem->n_lost * sizeof *lost);
    *out = (bk_equilibrium){.outcome = self->outcome,
                            .iterations = self->iterations,
                            .relative_gap = self->gap,
                            .objective = totals->objective - self->check.entropy / self->dispersion,
                            .total_cost = totals->total_cost,
                            .total_time = totals->total_time,
                            .least_cost = totals->least_cost,
                            .imbalance = totals->imbalance,
                            .flow = flow,
                            .cost = cost,
                            .class_flow = class_flow,
                            .n_lost = problem->n_lost,
                            .lost = lost};
    return BK_OK;
}

static bk_status
report_paths(const driver *self, bk_arena *arena, bk_stochastic *out)
{
    bk_used_path *paths;

    BK_TRY(self->method->paths(self->loading, self->disutility, arena, &out->n_paths, &paths));
    for (size_t p = 0; p < out->n_paths; p++)
        paths[p].cost /= self->dispersion;
    out->paths = paths;
    return BK_OK;
}

static bk_status
report(const driver *self, bk_arena *arena, bk_stochastic *out)
{
    bk_stochastic answer = {.beckmann = self->totals.objective,
                            .entropy = self->check.entropy,
                            .residual = self->check.residual,
                            .n_routes = self->check.n_routes,
                            .n_missed = self->check.n_missed};

    BK_TRY(report_traffic(self, arena, &answer.traffic));
    if (self->settings->keep_paths)
        BK_TRY(report_paths(self, arena, &answer));
    *out = answer;
    return BK_OK;
}

static bk_status
solve_loaded(driver *self, bk_arena *scratch, bk_arena *arena, bk_stochastic *out)
{
    BK_TRY(choose_first_dispersion(self));
    BK_TRY(
        bki_logit_newton_create(self->problem, self->method, self->loading, self->dispersion, scratch, &self->newton));
    BK_TRY(iterate(self));
    if (self->dispersion < self->settings->dispersion) { /* it ended on the way: these flows are judged as asked */
        self->dispersion = self->settings->dispersion;
        BK_TRY(certify(self));
    }
    return report(self, arena, out);
}

static bk_status
solve(bk_context *ctx, const bk_road_network *network, size_t n_classes, const bk_traffic_class *classes,
      const bk_stochastic_settings *settings, bk_arena *scratch, bk_arena *arena, bk_stochastic *out)
{
    bki_ue_problem problem;
    driver         self = {.problem = &problem, .settings = settings, .method = &methods[settings->method]};

    BK_TRY(bki_ue_problem_build(ctx, network, n_classes, classes, settings->allow_unreachable, scratch, &problem));
    self.flow = BK_NEW(scratch, double, network->n_arcs);
    self.time = BK_NEW(scratch, double, network->n_arcs);
    self.loaded = BK_NEW(scratch, double, n_classes * network->n_arcs);
    self.disutility = BK_NEW(scratch, double, n_classes * network->n_arcs);
    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(self.method->start(&problem, settings, scratch, &self.loading));
    const bk_status status = solve_loaded(&self, scratch, arena, out);
    self.method->release(self.loading);
    return status;
}

static bk_status
check_settings(bk_context *ctx, const bk_stochastic_settings *settings)
{
    if (settings->method < 0 || settings->method >= BK_STOCHASTIC_METHOD_COUNT || !(settings->gap >= 0.0) ||
        settings->iteration_limit < 1 || settings->route_rounds < 1 || settings->route_rounds > MOST_ROUNDS)
        return bk_fail(ctx, BK_ERR_USAGE,
                       "the settings ask for method %d, gap %g, at most %d iterations and %d rounds of routes",
                       (int)settings->method, settings->gap, settings->iteration_limit, settings->route_rounds);
    if (!(settings->dispersion > 0.0 && isfinite(settings->dispersion)))
        return bk_fail_hint(ctx, BK_ERR_USAGE, "1 means that a unit of cost more divides a route's odds by e",
                            "the dispersion is %g per unit of cost, must be above 0", settings->dispersion);
    return BK_OK;
}

bk_status
bk_stochastic_solve(bk_context *ctx, const bk_road_network *network, size_t n_classes, const bk_traffic_class *classes,
                    const bk_stochastic_settings *settings, bk_arena *arena, bk_stochastic *out)
{
    bk_arena scratch;

    BK_TRY(check_settings(ctx, settings));
    bk_arena_init(&scratch, ctx);
    const bk_status status = solve(ctx, network, n_classes, classes, settings, &scratch, arena, out);
    bk_arena_release(&scratch);
    return status;
}
