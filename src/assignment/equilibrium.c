/* The driver of all methods: limits, progress, and the certificate at the end. */
#include "assignment/ue_problem.h"

#include <math.h>
#include <string.h>

#define LARGEST_IMBALANCE 1e-9 /* relative to all trips: beyond it the flows are not flows of these trips */

static const bki_ue_method methods[] = {
#define X(enumerator, name, prefix, summary)                                                                           \
    [enumerator] = {                                                                                                   \
        name, summary, bki_##prefix##_start, bki_##prefix##_step, bki_##prefix##_flows, bki_##prefix##_keep},
    BK_EQUILIBRIUM_METHOD_LIST(X)
#undef X
};

const char *
bk_equilibrium_method_name(bk_equilibrium_method method)
{
    return methods[method].name;
}

const char *
bk_equilibrium_method_summary(bk_equilibrium_method method)
{
    return methods[method].summary;
}

bk_equilibrium_settings
bk_equilibrium_default(void)
{
    return (bk_equilibrium_settings){
        .method = BK_ALGORITHM_B, .gap = 1e-10, .iteration_limit = 1000, .progress = "assignment"};
}

typedef struct driver {
    const bki_ue_problem          *problem;
    const bk_equilibrium_settings *settings;
    const bki_ue_method           *method;
    void                          *state;
    double                        *class_flow; /* [n_classes][n_arcs] unit of traffic */
    double                        *flow;       /* [n_arcs] unit of traffic */
    double                        *time;       /* [n_arcs] unit of time */
    bki_ue_certificate             certificate;
    bk_outcome                     outcome;
    int                            iterations;
} driver;

/* Progress on a logarithmic scale from a gap of 1 to the one wanted. */
static void
show_progress(const driver *self, double gap)
{
    const double wanted = log(fmax(self->settings->gap, 1e-15));

    bk_progress(self->problem->ctx, self->settings->progress,
                gap > 0.0 ? fmin(fmax(log(fmin(gap, 1.0)) / wanted, 0.0), 1.0) : 1.0);
}

static bk_status
certify(driver *self)
{
    self->method->flows(self->state, self->class_flow);
    return bki_ue_certify(self->problem, self->class_flow, self->flow, self->time, &self->certificate);
}

static bool
is_converged(const driver *self)
{
    return self->certificate.gap <= self->settings->gap && self->certificate.imbalance <= LARGEST_IMBALANCE;
}

/* A method that finds its own gap good enough is believed once trees say so; if they do not, it is asked for more. */
static bk_status
iterate(driver *self)
{
    double gap, target = self->settings->gap, least_seen = INFINITY;
    int    n_stalled = 0;

    for (self->outcome = BK_ITERATION_LIMIT; self->iterations < self->settings->iteration_limit;) {
        if (bk_cancelled(self->problem->ctx)) {
            self->outcome = BK_CANCELLED;
            break;
        }
        BK_TRY(self->method->step(self->state, target, &gap));
        if (self->settings->progress != NULL)
            show_progress(self, gap);
        if (gap <= target) {
            BK_TRY(certify(self));
            if (is_converged(self)) {
                self->outcome = BK_CONVERGED;
                return BK_OK;
            }
            target = gap > 0.0 ? 0.5 * gap : -1.0;
        }
        self->iterations++;
        n_stalled = gap < 0.9 * least_seen ? 0 : n_stalled + 1;
        least_seen = fmin(least_seen, gap);
        if (n_stalled > 50 && least_seen < 1e-9) { /* rounding is all that is left */
            self->outcome = BK_STALLED;
            break;
        }
    }
    BK_TRY(certify(self));
    if (is_converged(self))
        self->outcome = BK_CONVERGED;
    return BK_OK;
}

/* From the graph's arcs to the network's. */
static bk_status
report(const driver *self, bk_arena *arena, bk_equilibrium *out)
{
    const bki_ue_problem     *problem = self->problem;
    const bk_road_network    *network = problem->network;
    const bki_ue_certificate *certificate = &self->certificate;
    const size_t              n = network->n_arcs;
    double                   *flow = BK_NEW(arena, double, n), *cost = BK_NEW(arena, double, n);
    double                   *class_flow = BK_NEW(arena, double, problem->n_classes *n);
    bk_lost_trip             *lost = BK_NEW(arena, bk_lost_trip, problem->n_lost);
    size_t                    n_flat = 0;
    const bk_bushes          *bushes = NULL;

    BK_TRY(bk_arena_ok(arena));
    for (size_t a = 0; a < n; a++) {
        const uint32_t to = problem->network_arc[a];
        double         time, slope;
        flow[to] = self->flow[a];
        cost[to] = self->time[a] + network->fixed[to];
        for (size_t c = 0; c < problem->n_classes; c++)
            class_flow[c * n + to] = self->class_flow[c * n + a];
        bk_vdf_eval_arc(&problem->vdf, a, problem->vdf.capacity[a], &time, &slope);
        n_flat += self->flow[a] > 0.0 && !(slope > 0.0);
    }
    if (self->settings->keep_bushes)
        BK_TRY(self->method->keep(self->state, arena, &bushes));
    if (problem->n_lost > 0)
        memcpy(lost, problem->lost, problem->n_lost * sizeof *lost);
    *out = (bk_equilibrium){.outcome = self->outcome,
                            .iterations = self->iterations,
                            .relative_gap = certificate->gap,
                            .objective = certificate->objective,
                            .total_cost = certificate->total_cost,
                            .total_time = certificate->total_time,
                            .least_cost = certificate->least_cost,
                            .imbalance = certificate->imbalance,
                            .flow = flow,
                            .cost = cost,
                            .class_flow = class_flow,
                            .n_flat = n_flat,
                            .n_lost = problem->n_lost,
                            .lost = lost,
                            .bushes = bushes};
    return BK_OK;
}

static bk_status
solve(bk_context *ctx, const bk_road_network *network, size_t n_classes, const bk_traffic_class *classes,
      const bk_equilibrium_settings *settings, bk_arena *scratch, bk_arena *arena, bk_equilibrium *out)
{
    bki_ue_problem problem;
    driver         self = {.problem = &problem, .settings = settings, .method = &methods[settings->method]};

    BK_TRY(bki_ue_problem_build(ctx, network, n_classes, classes, settings->allow_unreachable, scratch, &problem));
    self.class_flow = BK_NEW(scratch, double, n_classes * network->n_arcs);
    self.flow = BK_NEW(scratch, double, network->n_arcs);
    self.time = BK_NEW(scratch, double, network->n_arcs);
    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(self.method->start(&problem, settings, scratch, &self.state));
    BK_TRY(iterate(&self));
    return report(&self, arena, out);
}

bk_status
bk_equilibrium_solve(bk_context *ctx, const bk_road_network *network, size_t n_classes, const bk_traffic_class *classes,
                     const bk_equilibrium_settings *settings, bk_arena *arena, bk_equilibrium *out)
{
    bk_arena scratch;

    if (settings->method < 0 || settings->method >= BK_EQUILIBRIUM_METHOD_COUNT || !(settings->gap >= 0.0) ||
        settings->iteration_limit < 1)
        return bk_fail(ctx, BK_ERR_USAGE, "the settings ask for method %d, gap %g and at most %d iterations",
                       (int)settings->method, settings->gap, settings->iteration_limit);
    bk_arena_init(&scratch, ctx);
    const bk_status status = solve(ctx, network, n_classes, classes, settings, &scratch, arena, out);
    bk_arena_release(&scratch);
    return status;
}
