/* What flows consist of: selected trips and paths add up to the flows they are taken from, skims to least costs. */
#include "bkt_road.h"
#include "buckle/traffic_use.h"

/* A congested town of two classes, the second barred from every seventh arc, which also pays a toll on others. */
typedef struct town {
    bk_context            *ctx;
    bk_arena               arena;
    const bk_road_network *network;
    const bk_road_demand  *demand;
    bk_traffic_class       classes[2];
    bk_equilibrium         out;
} town;

static void
start(town *self, int threads, double gap)
{
    const bk_road_grid grid = {
        .width = 8, .height = 7, .n_zones = 12, .missing = 0.1, .trips = 30000.0, .mean_distance = 5.0, .seed = 3};
    bk_equilibrium_settings settings = bk_equilibrium_default();

    assert_int_equal(bk_context_create(&(bk_settings){.threads = threads}, &self->ctx), BK_OK);
    bk_arena_init(&self->arena, self->ctx);
    assert_int_equal(bk_road_grid_make(self->ctx, &grid, &self->arena, &self->network, &self->demand), BK_OK);
    double *fixed = BK_NEW(&self->arena, double, self->network->n_arcs);
    for (size_t a = 0; a < self->network->n_arcs; a++)
        fixed[a] =
            a % 7 == 6 && self->network->from[a] >= 12 && self->network->to[a] >= 12 ? 40.0 : 0.1 * (double)(a % 3);
    self->classes[0] = (bk_traffic_class){NULL, self->demand};
    self->classes[1] = (bk_traffic_class){fixed, self->demand};
    settings.gap = gap;
    settings.keep_bushes = true;
    assert_int_equal(
        bk_equilibrium_solve(self->ctx, self->network, 2, self->classes, &settings, &self->arena, &self->out), BK_OK);
    assert_int_equal(self->out.outcome, BK_CONVERGED);
}

static void
stop(town *self)
{
    bk_arena_release(&self->arena);
    bk_context_release(self->ctx);
}

static double
trips_between(const bk_road_demand *demand, uint32_t origin, uint32_t destination)
{
    for (size_t t = demand->first[origin]; t < demand->first[origin + 1]; t++)
        if (demand->destination[t] == destination)
            return demand->volume[t];
    return 0.0;
}

static void
selected_trips_add_up_to_the_flow_of_every_arc(void **state)
{
    town   self = {.ctx = NULL};
    size_t n_used = 0;
    (void)state;

    start(&self, 1, 1e-10);
    for (size_t arc = 0; arc < self.network->n_arcs; arc++) {
        const bk_selected_trips *trips;
        size_t                   n;
        double                   sum[2] = {0.0, 0.0};
        assert_int_equal(
            bk_equilibrium_select(self.ctx, self.network, 2, self.classes, &self.out, arc, &self.arena, &n, &trips),
            BK_OK);
        for (size_t i = 0; i < n; i++) {
            assert_true(trips[i].volume > 0.0 && trips[i].volume <= trips[i].trips * (1.0 + 1e-12));
            bkt_close(trips[i].trips, trips_between(self.demand, trips[i].origin, trips[i].destination), 0, 0);
            sum[trips[i].class_index] += trips[i].volume;
        }
        for (size_t c = 0; c < 2; c++)
            bkt_close(sum[c], self.out.class_flow[c * self.network->n_arcs + arc], 1e-12, 1e-9);
        n_used += n > 0;
    }
    assert_true(n_used > self.network->n_arcs / 2);
    stop(&self);
}

/* Volumes of paths by arc, and by pair, as a listing hands them over. */
typedef struct listing {
    const town *of;
    double     *by_arc; /* [n_arcs] unit of traffic */
    double      by_pair[2][12][12];
    double      share[2][12][12];
    double      over[2][12][12]; /* of the arc at hand */
    size_t      arc;
    double      least_cost[2][12][12], most_cost[2][12][12];
} listing;

static bk_status
take_path(void *state, const bk_used_path *path)
{
    listing               *self = state;
    const bk_road_network *network = self->of->network;
    const size_t           c = path->class_index, o = path->origin, d = path->destination;

    assert_true(path->n_arcs > 0 && path->volume > 0.0);
    assert_int_equal(network->from[path->arcs[0]], path->origin);
    assert_int_equal(network->to[path->arcs[path->n_arcs - 1]], path->destination);
    double cost = 0.0;
    for (size_t i = 0; i < path->n_arcs; i++) {
        const uint32_t arc = path->arcs[i];
        double         time, slope;
        if (i > 0) {
            assert_int_equal(network->from[arc], network->to[path->arcs[i - 1]]);
            assert_true(network->from[arc] >= network->first_through); /* through no zone */
        }
        bk_vdf_eval_arc(&network->vdf, arc, self->of->out.flow[arc], &time, &slope);
        cost += time + (c == 0 ? network->fixed[arc] : self->of->classes[1].fixed[arc]);
        self->by_arc[arc] += path->volume;
        if (arc == self->arc)
            self->over[c][o][d] += path->volume;
    }
    bkt_close(path->cost, cost, 1e-12, 0);
    self->by_pair[c][o][d] += path->volume;
    self->share[c][o][d] += path->share;
    const bool is_first = self->most_cost[c][o][d] == 0.0;
    self->least_cost[c][o][d] = is_first ? cost : fmin(self->least_cost[c][o][d], cost);
    self->most_cost[c][o][d] = fmax(self->most_cost[c][o][d], cost);
    return BK_OK;
}

static void
paths_add_up_to_trips_and_flows_and_cost_the_same(void **state)
{
    static listing paths;
    town           self = {.ctx = NULL};
    bk_path_totals totals;
    size_t         n_split = 0;
    (void)state;

    start(&self, 1, 1e-12);
    paths = (listing){.of = &self, .by_arc = BK_NEW(&self.arena, double, self.network->n_arcs), .arc = 60};
    assert_int_equal(
        bk_equilibrium_paths(self.ctx, self.network, 2, self.classes, &self.out, 1e-7, take_path, &paths, &totals),
        BK_OK);
    assert_true(totals.n_paths > totals.n_pairs);
    assert_true(totals.difference < 1e-5);
    for (size_t a = 0; a < self.network->n_arcs; a++)
        bkt_close(paths.by_arc[a], self.out.flow[a], 0, 1e-5 * 30000.0);
    for (uint32_t c = 0; c < 2; c++)
        for (uint32_t o = 0; o < 12; o++)
            for (uint32_t d = 0; d < 12; d++) {
                if (o == d)
                    continue;
                bkt_close(paths.by_pair[c][o][d], trips_between(self.demand, o, d), 1e-12, 0);
                bkt_close(paths.share[c][o][d], 1.0, 1e-12, 0);
                /* Wardrop: used paths cost the same, as far as a gap of 1e-12 can tell at shares of 1e-7 */
                bkt_close(paths.most_cost[c][o][d], paths.least_cost[c][o][d], 1e-3, 0);
                n_split += paths.most_cost[c][o][d] > paths.least_cost[c][o][d];
            }
    assert_true(n_split > 0);
    const bk_selected_trips *trips;
    size_t                   n;
    assert_int_equal(
        bk_equilibrium_select(self.ctx, self.network, 2, self.classes, &self.out, 60, &self.arena, &n, &trips), BK_OK);
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) /* shares below 1e-7 have moved to other paths, a few for each pair */
        bkt_close(paths.over[trips[i].class_index][trips[i].origin][trips[i].destination], trips[i].volume, 0,
                  1e-5 * trips[i].trips);
    stop(&self);
}

/* Three streets between two zones, flows and times in closed form: t = 10 + x, 12 + x, 30 (unused) for 10 trips. */
static void
two_streets_share_in_closed_form(void **state)
{
    bkt_road               *road = bkt_road_open(2, 2, 0, 1);
    bk_equilibrium_settings settings = bk_equilibrium_default();
    bk_equilibrium          out;
    (void)state;

    bkt_linear_arc(road, 0, 1, 10.0, 1.0);
    bkt_linear_arc(road, 0, 1, 12.0, 1.0);
    bkt_linear_arc(road, 0, 1, 30.0, 1.0);
    bkt_trips(road, 0, 1, 10.0);
    const bk_traffic_class traffic = {NULL, &road->demand};
    settings.keep_bushes = true;
    assert_int_equal(bk_equilibrium_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                     BK_OK);
    const double expected[] = {6.0, 4.0, 0.0}; /* 10 + 6 = 12 + 4 < 30 */
    for (size_t arc = 0; arc < 3; arc++) {
        const bk_selected_trips *trips;
        size_t                   n;
        assert_int_equal(
            bk_equilibrium_select(road->ctx, &road->network, 1, &traffic, &out, arc, &road->arena, &n, &trips), BK_OK);
        assert_int_equal(n, expected[arc] > 0.0);
        if (n > 0)
            bkt_close(trips[0].volume, expected[arc], 1e-9, 0);
    }
    bkt_road_close(road);
}

static void
skims_are_sums_along_the_least_cost_paths(void **state)
{
    town self = {.ctx = NULL};
    (void)state;

    start(&self, 2, 1e-6);
    const size_t  n = self.network->n_zones, m = self.network->n_arcs;
    double       *ones = BK_NEW(&self.arena, double, m), *plain = BK_NEW(&self.arena, double, n *n);
    double       *matrix = BK_NEW(&self.arena, double, n *n);
    double *const sums[] = {BK_NEW(&self.arena, double, n *n), BK_NEW(&self.arena, double, n *n)};
    for (size_t a = 0; a < m; a++)
        ones[a] = 1.0;
    const double *const quantities[] = {self.out.cost, ones};
    assert_int_equal(bk_road_matrix(self.ctx, self.network, self.out.cost, plain), BK_OK);
    assert_int_equal(bk_road_skim(self.ctx, self.network, self.out.cost, matrix, 2, quantities, sums), BK_OK);
    for (size_t i = 0; i < n * n; i++) {
        assert_true(matrix[i] == plain[i]);
        bkt_close(sums[0][i], matrix[i], 1e-13, 0); /* cost along the path is its cost */
        assert_true(sums[1][i] == (i % (n + 1) == 0 ? 0.0 : floor(sums[1][i])));
    }
    stop(&self);
}

static void
skims_say_where_no_path_leads(void **state)
{
    bkt_road *road = bkt_road_open(3, 3, 3, 1); /* no zone may be passed through */
    double    cost[2] = {2.0, 3.0}, length[2] = {5.0, 7.0}, matrix[9], far[9];
    (void)state;

    bkt_linear_arc(road, 0, 1, 1.0, 0.0);
    bkt_linear_arc(road, 1, 2, 1.0, 0.0);
    const double *const quantities[] = {length};
    double *const       sums[] = {far};
    assert_int_equal(bk_road_skim(road->ctx, &road->network, cost, matrix, 1, quantities, sums), BK_OK);
    const double expected[9] = {0.0, 5.0, INFINITY, INFINITY, 0.0, 7.0, INFINITY, INFINITY, 0.0};
    for (size_t i = 0; i < 9; i++)
        assert_true(far[i] == expected[i] && isinf(matrix[i]) == isinf(expected[i]));
    bkt_road_close(road);
}

static void
without_bushes_it_is_refused(void **state)
{
    town                     self = {.ctx = NULL};
    const bk_selected_trips *trips;
    bk_path_totals           totals;
    size_t                   n;
    (void)state;

    start(&self, 1, 1e-3);
    assert_int_equal(bk_equilibrium_select(self.ctx, self.network, 2, self.classes, &self.out, self.network->n_arcs,
                                           &self.arena, &n, &trips),
                     BK_ERR_USAGE);
    char expected[80];
    snprintf(expected, sizeof expected, "there is no arc %zu: the network has %zu", self.network->n_arcs + 1,
             self.network->n_arcs);
    assert_string_equal(bk_error_get(self.ctx, 0)->message, expected);
    assert_int_equal(bk_equilibrium_paths(self.ctx, self.network, 2, self.classes, &self.out, 0.0, NULL, NULL, &totals),
                     BK_ERR_USAGE);
    self.out.bushes = NULL;
    assert_int_equal(
        bk_equilibrium_select(self.ctx, self.network, 2, self.classes, &self.out, 0, &self.arena, &n, &trips),
        BK_ERR_USAGE);
    assert_string_equal(bk_error_get(self.ctx, 2)->message, "arc flows alone do not say whose they are");
    stop(&self);
}

static bk_status
ignore_path(void *state, const bk_used_path *path)
{
    (void)state, (void)path;
    return BK_OK;
}

static void
a_lack_of_memory_is_an_error_and_nothing_is_lost(void **state)
{
    town self = {.ctx = NULL};
    (void)state;

    start(&self, 1, 1e-6);
    for (size_t fail_at = 1, done = 0; !done; fail_at++) {
        bkt_allocator            allocator;
        bk_context              *ctx;
        bk_arena                 arena;
        const bk_selected_trips *trips;
        bk_path_totals           totals;
        size_t                   n;
        bkt_allocator_init(&allocator, fail_at);
        if (bk_context_create(&(bk_settings){.threads = 1, .allocator = &allocator.allocator}, &ctx) != BK_OK)
            continue;
        bk_arena_init(&arena, ctx);
        bk_status status = bk_equilibrium_select(ctx, self.network, 2, self.classes, &self.out, 60, &arena, &n, &trips);
        if (status == BK_OK)
            status =
                bk_equilibrium_paths(ctx, self.network, 2, self.classes, &self.out, 1e-6, ignore_path, NULL, &totals);
        done = allocator.n_requests < fail_at;
        assert_true(status == BK_OK || (!done && status == BK_ERR_NO_MEMORY));
        bk_arena_release(&arena);
        bk_context_release(ctx);
        bkt_allocator_check(&allocator);
    }
    stop(&self);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(selected_trips_add_up_to_the_flow_of_every_arc),
        cmocka_unit_test(paths_add_up_to_trips_and_flows_and_cost_the_same),
        cmocka_unit_test(two_streets_share_in_closed_form),
        cmocka_unit_test(skims_are_sums_along_the_least_cost_paths),
        cmocka_unit_test(skims_say_where_no_path_leads),
        cmocka_unit_test(without_bushes_it_is_refused),
        cmocka_unit_test(a_lack_of_memory_is_an_error_and_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
