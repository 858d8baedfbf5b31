/* Equilibria with closed forms, and equilibria built backwards from chosen flows; for every method of the list. */
#include "bkt_road.h"
#include "traffic_gap.h"

/* A gap that the method reaches soon; the simple reference is slow beyond it. */
static double
gap_of(bk_equilibrium_method method)
{
    return method == BK_FRANK_WOLFE ? 1e-6 : 1e-13;
}

#define FOR_EACH_METHOD(method) for (bk_equilibrium_method method = 0; method < BK_EQUILIBRIUM_METHOD_COUNT; method++)

static void
two_linear_arcs_share_flow_as_their_costs_meet(void **state)
{
    (void)state;
    FOR_EACH_METHOD(method)
    {
        bkt_road *road = bkt_road_open(2, 2, 0, 1);
        bkt_linear_arc(road, 0, 1, 10.0, 1.0);
        bkt_linear_arc(road, 0, 1, 4.0, 2.0);
        bkt_trips(road, 0, 1, 12.0);
        const bk_equilibrium out = bkt_equilibrium(road, method, gap_of(method));
        assert_int_equal(out.outcome, BK_CONVERGED);
        /* 10 + x = 4 + 2 (12 - x) */
        bkt_close(out.flow[0], 6.0, 1e-9, 0);
        bkt_close(out.flow[1], 6.0, 1e-9, 0);
        bkt_close(out.cost[0], 16.0, 1e-9, 0);
        bkt_close(out.total_cost, 192.0, 1e-9, 0);
        bkt_close(out.objective, 10.0 * 6 + 18.0 + 4.0 * 6 + 36.0, 1e-9, 0);
        bkt_road_close(road);
    }
}

/* Spiess (1990): the delay is a function of flow / capacity, so equal times mean equal ratios, whatever the form. */
static void
two_conical_arcs_of_equal_time_share_flow_by_capacity(void **state)
{
    (void)state;
    FOR_EACH_METHOD(method)
    {
        bkt_road *road = bkt_road_open(2, 2, 0, 1);
        bkt_arc(road, 0, 1, 3.0, 0.15, 100.0, 4.0);
        bkt_arc(road, 0, 1, 3.0, 0.15, 300.0, 4.0);
        road->network.vdf.form = BK_VDF_CONICAL;
        bkt_trips(road, 0, 1, 800.0);
        const bk_equilibrium out = bkt_equilibrium(road, method, gap_of(method));
        assert_int_equal(out.outcome, BK_CONVERGED);
        bkt_close(out.flow[0], 200.0, 1e-6, 0);
        bkt_close(out.flow[1], 600.0, 1e-6, 0);
        /* x = 2, alpha = 4, beta = 7/6: 2 + sqrt(16 + 49/36) + 4 - 7/6 */
        bkt_close(out.cost[0], 3.0 * (2.0 + sqrt(16.0 + 49.0 / 36.0) + 4.0 - 7.0 / 6.0), 1e-6, 0);
        bkt_road_close(road);
    }
}

static void
two_quartic_arcs_of_equal_time_share_flow_by_capacity(void **state)
{
    (void)state;
    FOR_EACH_METHOD(method)
    {
        bkt_road *road = bkt_road_open(2, 2, 0, 1);
        bkt_arc(road, 0, 1, 3.0, 0.15, 100.0, 4.0);
        bkt_arc(road, 0, 1, 3.0, 0.15, 300.0, 4.0);
        road->network.vdf.all_power = 4.0;
        bkt_trips(road, 0, 1, 800.0);
        const bk_equilibrium out = bkt_equilibrium(road, method, gap_of(method));
        bkt_close(out.flow[0], 200.0, 1e-7, 0);
        bkt_close(out.cost[0], 3.0 * (1.0 + 0.15 * 16.0), 1e-6, 0);
        bkt_road_close(road);
    }
}

/* Braess (1968): six trips; without the middle arc each takes 83, with it 92. */
static bkt_road *
braess_open(bool with_middle)
{
    bkt_road *road = bkt_road_open(2, 4, 0, 1);

    bkt_linear_arc(road, 0, 2, 1e-8, 10.0);
    bkt_linear_arc(road, 0, 3, 50.0, 1.0);
    bkt_linear_arc(road, 2, 1, 50.0, 1.0);
    bkt_linear_arc(road, 3, 1, 1e-8, 10.0);
    if (with_middle)
        bkt_linear_arc(road, 2, 3, 10.0, 1.0);
    bkt_trips(road, 0, 1, 6.0);
    return road;
}

static void
braess_an_arc_more_makes_everyone_slower(void **state)
{
    (void)state;
    FOR_EACH_METHOD(method)
    {
        bkt_road      *without = braess_open(false), *with = braess_open(true);
        bk_equilibrium out = bkt_equilibrium(without, method, gap_of(method));
        bkt_close(out.total_cost, 6.0 * 83.0, 1e-6, 0);
        out = bkt_equilibrium(with, method, gap_of(method));
        bkt_close(out.total_cost, 6.0 * 92.0, 1e-5, 0);
        bkt_close(out.flow[4], 2.0, 1e-3, 0);
        bkt_close(out.objective, 386.00000008, 1e-6, 0); /* 0 x4 + 10 16/2 x2 + 2 (100 + 2) + 20 + 2, and 8e-8 */
        bkt_road_close(without);
        bkt_road_close(with);
    }
}

static void
zones_below_first_through_are_not_passed_through(void **state)
{
    (void)state;
    FOR_EACH_METHOD(method)
    {
        bkt_road      *road = bkt_road_past_a_zone();
        bk_equilibrium out = bkt_equilibrium(road, method, 1e-12);
        bkt_close(out.flow[0], 1.0, 1e-15, 0);
        bkt_close(out.flow[1], 2.0, 1e-15, 0);
        bkt_close(out.flow[2], 5.0, 1e-15, 0);
        road->network.first_through = 0;
        out = bkt_equilibrium(road, method, 1e-12);
        bkt_close(out.flow[0], 6.0, 1e-15, 0);
        bkt_close(out.flow[1], 7.0, 1e-15, 0);
        bkt_road_close(road);
    }
}

static void
cycles_without_cost_carry_no_flow(void **state)
{
    (void)state;
    FOR_EACH_METHOD(method)
    {
        bkt_road *road = bkt_road_open(2, 5, 0, 1);
        bkt_linear_arc(road, 0, 2, 1.0, 1.0);
        bkt_arc(road, 2, 3, 0.0, 0.15, 1.0, 4.0); /* a ring of no cost */
        bkt_arc(road, 3, 4, 0.0, 0.15, 1.0, 4.0);
        bkt_arc(road, 4, 2, 0.0, 0.0, 1.0, 1.0);
        bkt_linear_arc(road, 3, 1, 1.0, 1.0);
        bkt_linear_arc(road, 4, 1, 1.0, 3.0);
        bkt_trips(road, 0, 1, 4.0);
        const bk_equilibrium out = bkt_equilibrium(road, method, gap_of(method));
        bkt_close(out.flow[3], 0.0, 0, 1e-15);
        bkt_close(out.flow[4], 3.0, 1e-6, 0); /* 1 + x = 1 + 3 (4 - x) */
        bkt_close(out.flow[1], 4.0, 1e-6, 0);
        assert_true(out.n_flat >= 2); /* (2, 3) and (3, 4) */
        bkt_road_close(road);
    }
}

static void
trips_that_no_path_serves_are_refused_by_name_or_dropped_and_listed(void **state)
{
    bkt_road               *road = bkt_road_open(3, 3, 0, 1);
    bk_equilibrium_settings settings = bk_equilibrium_default();
    const bk_traffic_class  traffic = {NULL, &road->demand};
    bk_equilibrium          out;
    (void)state;

    bkt_linear_arc(road, 0, 1, 1.0, 1.0);
    bkt_linear_arc(road, 1, 2, 1.0, 1.0);
    road->fixed[1] = INFINITY; /* closed */
    bkt_trips(road, 0, 1, 3.0);
    bkt_trips(road, 0, 2, 5.0);
    bkt_trips(road, 2, 0, 7.0);
    assert_int_equal(bk_equilibrium_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                     BK_ERR_NO_PATH);
    assert_int_equal(bk_error_count(road->ctx), 2);
    assert_string_equal(bk_error_get(road->ctx, 0)->message, "no path leads from zone 1 to zone 3, for 5 trips");
    assert_string_equal(bk_error_get(road->ctx, 1)->message, "no path leads from zone 3 to zone 1, for 7 trips");
    bk_error_clear(road->ctx);
    settings.allow_unreachable = true;
    assert_int_equal(bk_equilibrium_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                     BK_OK);
    assert_int_equal(out.outcome, BK_CONVERGED);
    assert_int_equal(out.n_lost, 2);
    assert_int_equal(out.lost[1].origin, 2);
    bkt_close(out.lost[1].volume, 7.0, 0, 0);
    bkt_close(out.flow[0], 3.0, 0, 0);
    bkt_close(out.flow[1], 0.0, 0, 0);
    bkt_road_close(road);
}

static void
nothing_to_assign_is_an_equilibrium(void **state)
{
    (void)state;
    FOR_EACH_METHOD(method)
    {
        bkt_road *road = bkt_road_open(2, 2, 0, 1);
        bkt_linear_arc(road, 0, 1, 1.0, 1.0);
        bkt_trips(road, 1, 1, 5.0); /* within a zone: no arc */
        const bk_equilibrium out = bkt_equilibrium(road, method, 0.0);
        assert_int_equal(out.outcome, BK_CONVERGED);
        bkt_close(out.flow[0], 0.0, 0, 0);
        bkt_close(out.cost[0], 1.0, 0, 0);
        bkt_road_close(road);
    }
}

/* Two kinds of traffic on two arcs; the toll of arc 0 is worth 1 to the first and 4 to the second.  Both use arc 1 and
 * one uses both: x = flow of arc 0, all of class 0; 10 + x + 1 = 10 + (12 - x). */
static void
each_class_weighs_tolls_its_own_way(void **state)
{
    (void)state;
    FOR_EACH_METHOD(method)
    {
        bkt_road               *road = bkt_road_open(2, 2, 0, 1);
        bk_equilibrium_settings settings = bk_equilibrium_default();
        const double            toll[2][2] = {{1.0, 0.0}, {4.0, 0.0}};
        const size_t            first[3] = {0, 1, 1};
        const uint32_t          destination[1] = {1};
        const double            volume[2] = {9.0, 3.0};
        const bk_road_demand    demand[2] = {{2, first, destination, &volume[0]}, {2, first, destination, &volume[1]}};
        const bk_traffic_class  traffic[2] = {{toll[0], &demand[0]}, {toll[1], &demand[1]}};
        bk_equilibrium          out;
        bkt_linear_arc(road, 0, 1, 10.0, 1.0);
        bkt_linear_arc(road, 0, 1, 10.0, 1.0);
        settings.method = method;
        settings.gap = gap_of(method);
        assert_int_equal(bk_equilibrium_solve(road->ctx, &road->network, 2, traffic, &settings, &road->arena, &out),
                         BK_OK);
        assert_int_equal(out.outcome, BK_CONVERGED);
        bkt_close(out.flow[0], 5.5, 1e-6, 0);
        bkt_close(out.class_flow[0], 5.5, 1e-6, 0);
        bkt_close(out.class_flow[1], 3.5, 1e-6, 0);
        bkt_close(out.class_flow[2], 0.0, 0, 1e-6);
        bkt_close(out.class_flow[3], 3.0, 1e-6, 0);
        bkt_close(out.total_cost, 5.5 * 16.5 + 6.5 * 16.5, 1e-6, 0);
        bkt_road_close(road);
    }
}

static void
a_class_stays_off_the_arcs_it_may_not_use(void **state)
{
    (void)state;
    FOR_EACH_METHOD(method)
    {
        bkt_road               *road = bkt_road_open(2, 2, 0, 1);
        bk_equilibrium_settings settings = bk_equilibrium_default();
        const double            cars[2] = {0.0, 0.0}, lorries[2] = {INFINITY, 0.0};
        const bk_traffic_class  traffic[2] = {{cars, &road->demand}, {lorries, &road->demand}};
        bk_equilibrium          out;
        bkt_linear_arc(road, 0, 1, 10.0, 1.0);
        bkt_linear_arc(road, 0, 1, 12.0, 1.0);
        bkt_trips(road, 0, 1, 8.0);
        settings.method = method;
        settings.gap = gap_of(method);
        assert_int_equal(bk_equilibrium_solve(road->ctx, &road->network, 2, traffic, &settings, &road->arena, &out),
                         BK_OK);
        /* 10 + 8 < 12 + 8: all cars on arc 0 */
        bkt_close(out.flow[0], 8.0, 1e-9, 0);
        bkt_close(out.class_flow[3], 8.0, 1e-9, 0);
        bkt_road_close(road);
    }
}

/* ---- built backwards -------------------------------------------------------------------------------------------- */

/* A grid of side x side nodes whose zones are its first nodes.  Flows are sums of routes drawn at random along rising
 * chosen labels; every arc then gets the cost that makes its reduced cost 0 if it carries flow and positive if not:
 * free time = (label difference, or more) less its delay.  So the flows are an equilibrium and the labels its costs. */
typedef struct backward {
    bkt_road *road;
    double    flow[BKT_ROAD_ARCS];
    double    label[256];
    size_t    n_random;
} backward;

static double
draw(backward *self)
{
    return bk_uniform(11, 0, self->n_random++);
}

/* From `node`, one step right or down in the grid, along an arc whose label rises. */
static size_t
step_from(backward *self, uint32_t node, uint32_t side)
{
    const bool right = node % side + 1 < side, down = node / side + 1 < side;
    const bool go_right = right && (!down || draw(self) < 0.5);

    for (size_t a = 0; a < self->road->network.n_arcs; a++)
        if (self->road->from[a] == node && self->road->to[a] == node + (go_right ? 1 : side))
            return a;
    fail_msg("no arc from %u", node);
    return 0;
}

static void
draw_routes(backward *self, uint32_t side)
{
    const uint32_t last = side * side - 1;

    for (int i = 0; i < 40; i++) {
        const double volume = 1.0 + 9.0 * draw(self);
        for (uint32_t node = 0; node != last;) {
            const size_t a = step_from(self, node, side);
            self->flow[a] += volume;
            node = self->road->to[a];
        }
        self->road->volume[0] += volume;
    }
}

static void
build_backward(backward *self, uint32_t side, double power)
{
    memset(self, 0, sizeof *self);
    self->road = bkt_road_open(side * side, side * side, 0, 1);
    bkt_trips(self->road, 0, side * side - 1, 0.0);
    for (uint32_t v = 0; v < side * side; v++) /* rise by at least 8 a step */
        self->label[v] = 10.0 * (v % side + v / side) + (v > 0 ? 2.0 * draw(self) : 0.0);
    for (uint32_t v = 0; v < side * side; v++)
        for (int way = 0; way < 2; way++) {
            const uint32_t other = way == 0 ? v + 1 : v + side;
            if (way == 0 ? v % side + 1 == side : v / side + 1 == side)
                continue;
            bkt_arc(self->road, v, other, 0.0, 0.0, 50.0, power);
            bkt_arc(self->road, other, v, 3.0, 0.15, 50.0, power);
        }
    draw_routes(self, side);
    for (size_t a = 0; a < self->road->network.n_arcs; a++) {
        bkt_road    *road = self->road;
        const double rise = self->label[road->to[a]] - self->label[road->from[a]];
        if (rise <= 0.0)
            continue;
        /* a third of an arc's cost at these flows is delay; where there is no flow the arc costs more than it saves */
        const double ratio = pow(self->flow[a] / 50.0, power);
        road->b[a] = ratio > 0.0 ? 0.5 / ratio : 0.15;
        road->free_time[a] = ratio > 0.0 ? rise / 1.5 : rise + 1.0;
    }
}

static void
an_equilibrium_built_from_chosen_flows_is_found_again(void **state)
{
    static const double powers[] = {1.0, 4.0, 2.5, 5.144};
    backward           *self = malloc(sizeof *self);
    (void)state;

    for (size_t p = 0; p < 4; p++) {
        build_backward(self, 7, powers[p]);
        const bkt_road *road = self->road;
        bkt_close(oracle_gap(&road->network, &road->demand, self->flow, NULL, NULL), 0.0, 0, 1e-13);
        for (int shared = 0; shared < 2; shared++) {
            self->road->network.vdf.all_power = shared ? powers[p] : 0.0;
            const bk_equilibrium out = bkt_equilibrium(self->road, BK_ALGORITHM_B, 1e-14);
            assert_int_equal(out.outcome, BK_CONVERGED);
            for (size_t a = 0; a < road->network.n_arcs; a++)
                bkt_close(out.flow[a], self->flow[a], 1e-6, 1e-6);
            bkt_close(out.total_cost, road->volume[0] * self->label[48], 1e-12, 0);
        }
        bkt_road_close(self->road);
    }
    free(self);
}

/* ---- grids of many zones ---------------------------------------------------------------------------------------- */

static bkt_road *
grid_open(uint32_t side, size_t n_zones, double demand, int threads)
{
    bkt_road *road = bkt_road_open(n_zones, side * side + n_zones, (uint32_t)n_zones, threads);
    size_t    n = 0;

    for (uint32_t v = 0; v < side * side; v++)
        for (int way = 0; way < 4; way++) {
            static const int step[4][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
            const int        x = (int)(v % side) + step[way][0], y = (int)(v / side) + step[way][1];
            if (x < 0 || y < 0 || x >= (int)side || y >= (int)side)
                continue;
            bkt_arc(road, (uint32_t)n_zones + v, (uint32_t)n_zones + (uint32_t)y * side + (uint32_t)x,
                    1.0 + bk_uniform(5, 1, n), 0.15, 100.0 + 200.0 * bk_uniform(5, 2, n), 4.0);
            n++;
        }
    for (uint32_t z = 0; z < n_zones; z++) {
        const uint32_t at = (uint32_t)n_zones + (uint32_t)(bk_uniform(5, 3, z) * side * side);
        bkt_arc(road, z, at, 0.0, 0.0, 1.0, 4.0);
        bkt_arc(road, at, z, 0.5, 0.0, 1.0, 4.0);
    }
    for (uint32_t o = 0; o < n_zones; o++)
        for (uint32_t d = 0; d < n_zones; d++)
            bkt_trips(road, o, d, demand * bk_uniform(5, 4, o * n_zones + d));
    road->network.vdf.all_power = 4.0;
    return road;
}

static void
the_gap_reported_is_the_gap_that_slow_trees_find(void **state)
{
    (void)state;
    FOR_EACH_METHOD(method)
    {
        bkt_road            *road = grid_open(9, 20, 12.0, 1);
        const bk_equilibrium out = bkt_equilibrium(road, method, method == BK_FRANK_WOLFE ? 1e-4 : 1e-13);
        double               total, least;
        assert_int_equal(out.outcome, BK_CONVERGED);
        bkt_close(oracle_gap(&road->network, &road->demand, out.flow, &total, &least), out.relative_gap, 0, 2e-15);
        bkt_close(out.total_cost, total, 1e-14, 0);
        bkt_close(out.least_cost, least, 1e-14, 0);
        bkt_close(out.objective, oracle_objective(&road->network, out.flow), 1e-14, 0);
        assert_true(out.imbalance < 1e-14);
        bkt_road_close(road);
    }
}

static void
all_methods_find_the_same_equilibrium(void **state)
{
    bkt_road            *road = grid_open(9, 20, 8.0, 1);
    const bk_equilibrium fine = bkt_equilibrium(road, BK_ALGORITHM_B, 1e-13);
    (void)state;

    FOR_EACH_METHOD(method)
    {
        const bk_equilibrium out = bkt_equilibrium(road, method, 1e-5);
        /* Beckmann's function is convex, so it is above its minimum by no more than the gap in cost */
        assert_true(out.objective >= fine.objective * (1.0 - 1e-14));
        assert_true(out.objective - fine.objective <= out.total_cost - out.least_cost);
    }
    bkt_road_close(road);
}

static void
bits_do_not_depend_on_the_number_of_threads(void **state)
{
    static const int threads[] = {1, 2, 8};
    (void)state;

    FOR_EACH_METHOD(method)
    {
        double *flow[3];
        size_t  n = 0;
        for (int i = 0; i < 3; i++) {
            bkt_road            *road = grid_open(9, 30, 10.0, threads[i]);
            const bk_equilibrium out = bkt_equilibrium(road, method, method == BK_FRANK_WOLFE ? 1e-4 : 1e-12);
            n = road->network.n_arcs;
            flow[i] = malloc(n * sizeof **flow);
            memcpy(flow[i], out.flow, n * sizeof **flow);
            bkt_road_close(road);
        }
        assert_memory_equal(flow[0], flow[1], n * sizeof **flow);
        assert_memory_equal(flow[0], flow[2], n * sizeof **flow);
        for (int i = 0; i < 3; i++)
            free(flow[i]);
    }
}

static void
other_forms_of_delay_end_in_equilibrium_too(void **state)
{
    static const bk_vdf_form forms[] = {BK_VDF_LINEAR, BK_VDF_CONICAL};
    (void)state;

    for (size_t f = 0; f < 2; f++) {
        bkt_road *road = grid_open(7, 12, 20.0, 1);
        road->network.vdf.form = forms[f];
        road->network.vdf.all_power = 0.0;
        const bk_equilibrium out = bkt_equilibrium(road, BK_ALGORITHM_B, 1e-12);
        assert_int_equal(out.outcome, BK_CONVERGED);
        assert_true(out.relative_gap <= 1e-12);
        bkt_road_close(road);
    }
}

static void
capacities_in_odd_units_do_not_spoil_the_numbers(void **state)
{
    (void)state;
    for (int up = 0; up < 2; up++) {
        bkt_road    *road = bkt_road_open(2, 2, 0, 1);
        const double unit = up ? 1e80 : 1e-80; /* its fourth power is out of range */
        bkt_arc(road, 0, 1, 3.0, 0.15, 100.0 * unit, 4.0);
        bkt_arc(road, 0, 1, 3.0, 0.15, 300.0 * unit, 4.0);
        road->network.vdf.all_power = 4.0;
        bkt_trips(road, 0, 1, 800.0 * unit);
        const bk_equilibrium out = bkt_equilibrium(road, BK_ALGORITHM_B, 1e-13);
        bkt_close(out.flow[0] / unit, 200.0, 1e-9, 0);
        bkt_road_close(road);
    }
}

static void
a_limit_is_an_outcome_and_the_flows_serve_all_trips(void **state)
{
    (void)state;
    FOR_EACH_METHOD(method)
    {
        bkt_road               *road = grid_open(9, 20, 12.0, 1);
        bk_equilibrium_settings settings = bk_equilibrium_default();
        const bk_traffic_class  traffic = {NULL, &road->demand};
        bk_equilibrium          out;
        settings.method = method;
        settings.iteration_limit = 2;
        assert_int_equal(bk_equilibrium_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                         BK_OK);
        assert_int_equal(out.outcome, BK_ITERATION_LIMIT);
        assert_int_equal(out.iterations, 2);
        assert_true(out.imbalance < 1e-14);
        bkt_close(oracle_gap(&road->network, &road->demand, out.flow, NULL, NULL), out.relative_gap, 1e-9, 0);
        bkt_road_close(road);
    }
}

static void
numbers_that_make_no_sense_are_refused(void **state)
{
    bkt_road               *road = grid_open(3, 3, 1.0, 1);
    bk_equilibrium_settings settings = bk_equilibrium_default();
    const bk_traffic_class  traffic = {NULL, &road->demand};
    double *const           fields[] = {road->free_time, road->capacity, road->b, road->fixed, road->volume};
    bk_equilibrium          out;
    (void)state;

    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
        const double kept = fields[f][1];
        fields[f][1] = -1.0;
        assert_int_equal(bk_equilibrium_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                         BK_ERR_VALUE);
        fields[f][1] = NAN;
        assert_int_equal(bk_equilibrium_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                         BK_ERR_VALUE);
        fields[f][1] = kept;
    }
    settings.gap = -1.0;
    assert_int_equal(bk_equilibrium_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                     BK_ERR_USAGE);
    bkt_road_close(road);
}

/* ---- warm start -------------------------------------------------------------------------------------------------- */

static bk_equilibrium
solve_from(bkt_road *road, const bk_bushes *warm, double gap)
{
    bk_equilibrium_settings settings = bk_equilibrium_default();
    const bk_traffic_class  traffic = {NULL, &road->demand};
    bk_equilibrium          out;

    settings.gap = gap;
    settings.warm = warm;
    settings.keep_bushes = true;
    assert_int_equal(bk_equilibrium_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                     BK_OK);
    assert_int_equal(out.outcome, BK_CONVERGED);
    assert_non_null(out.bushes);
    bkt_close(oracle_gap(&road->network, &road->demand, out.flow, NULL, NULL), out.relative_gap, 0, 2e-15);
    return out;
}

static void
the_same_problem_again_is_solved_at_once(void **state)
{
    bkt_road            *road = grid_open(9, 20, 12.0, 1);
    const bk_equilibrium cold = solve_from(road, NULL, 1e-12), warm = solve_from(road, cold.bushes, 1e-12);
    (void)state;

    assert_int_equal(warm.iterations, 0);
    for (size_t a = 0; a < road->network.n_arcs; a++)
        bkt_close(warm.flow[a], cold.flow[a], 1e-13, 1e-13);
    bkt_road_close(road);
}

static void
a_warm_start_ends_where_a_cold_one_does(void **state)
{
    (void)state;
    for (int change = 0; change < 4; change++) {
        bkt_road            *road = grid_open(9, 20, 12.0, 1);
        const size_t         n_trips = road->demand.first[20];
        const bk_equilibrium before = solve_from(road, NULL, 1e-12);
        for (size_t a = 0; a < 40; a++) {
            if (change == 0)
                road->capacity[7 * a] *= 0.7;
            if (change == 1 && a % 4 == 0)
                road->fixed[7 * a] = INFINITY; /* streets closed, most of them with flow */
        }
        for (size_t t = 0; t < n_trips; t++)
            if (change == 2)
                road->volume[t] *= 0.5 + bk_uniform(3, 0, t);
        if (change == 3) /* what has been closed is opened */
            road->fixed[14] = INFINITY;
        const bk_equilibrium middle = solve_from(road, before.bushes, 1e-12);
        if (change == 3)
            road->fixed[14] = 0.0;
        const bk_equilibrium warm = solve_from(road, middle.bushes, 1e-12), cold = solve_from(road, NULL, 1e-12);
        bkt_close(warm.objective, cold.objective, 1e-13, 0);
        for (size_t a = 0; a < road->network.n_arcs; a++)
            bkt_close(warm.flow[a], cold.flow[a], 1e-4, 1e-4);
        bkt_road_close(road);
    }
}

/* Routes kept from one set of closed streets start another, again and again: nothing may block them. */
static void
any_closures_may_follow_any_others(void **state)
{
    bkt_road        *road = grid_open(7, 14, 25.0, 1);
    const bk_bushes *bushes = solve_from(road, NULL, 1e-11).bushes;
    (void)state;

    for (uint64_t round = 0; round < 60; round++) {
        for (size_t a = 0; a < road->network.n_arcs; a++) /* connectors stay open */
            road->fixed[a] = road->b[a] > 0.0 && bk_uniform(21, round, a) < 0.15 ? INFINITY : 0.0;
        const size_t            n_before = bk_error_count(road->ctx);
        bk_equilibrium_settings settings = bk_equilibrium_default();
        const bk_traffic_class  traffic = {NULL, &road->demand};
        bk_equilibrium          out;
        settings.warm = bushes;
        settings.keep_bushes = round % 3 == 0;
        settings.allow_unreachable = true;
        assert_int_equal(bk_equilibrium_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                         BK_OK);
        assert_int_equal(bk_error_count(road->ctx), n_before);
        assert_int_equal(out.outcome, BK_CONVERGED);
        bushes = out.bushes != NULL ? out.bushes : bushes;
    }
    bkt_road_close(road);
}

/* Sweeps alone need 76 iterations for the first; for the second the whole step cut short at the first route that is
 * empty 32. */
static void
origins_that_share_many_good_routes_move_together(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        bkt_road *road = bkt_town_of_ties(12, 64, i == 0 ? 1.0 : 1.5, 1);
        assert_true(solve_from(road, NULL, 1e-12).iterations < 26);
        bkt_road_close(road);
    }
}

/* Half the traffic pays a toll on every seventh street that is worth 0.3 of time.  Sweeps alone are not there after a
 * thousand iterations. */
static void
classes_that_share_many_good_routes_move_together(void **state)
{
    bkt_road               *road = bkt_town_of_ties(12, 64, 0.75, 1);
    bk_equilibrium_settings settings = bk_equilibrium_default();
    bk_equilibrium          out;
    double                  toll[BKT_ROAD_ARCS];
    (void)state;

    for (size_t a = 0; a < road->network.n_arcs; a++)
        toll[a] = a % 7 == 0 ? 0.3 : 0.0;
    const bk_traffic_class classes[] = {{NULL, &road->demand}, {toll, &road->demand}};
    settings.gap = 1e-12;
    assert_int_equal(bk_equilibrium_solve(road->ctx, &road->network, 2, classes, &settings, &road->arena, &out), BK_OK);
    assert_int_equal(out.outcome, BK_CONVERGED);
    assert_true(out.iterations < 60);
    bkt_road_close(road);
}

/* A street along sixty zones, 1 + flow from each to the next, beside a road that takes 2 a piece and 0.5 to leave it:
 * so the first piece of the street carries 1.5 and every other one 1.  The detours that end in the sixty zones, while
 * all trips are on the street, have 61 times 60 arcs between them, far more than are looked for at once. */
static void
a_ladder_of_detours_is_walked_in_parts(void **state)
{
    enum { PIECES = 60 };
    bkt_road *road = bkt_road_open(PIECES + 1, 2 * PIECES + 1, 0, 1);
    (void)state;

    for (uint32_t i = 1; i <= PIECES; i++) {
        bkt_linear_arc(road, i - 1, i, 1.0, 1.0);
        bkt_linear_arc(road, i == 1 ? 0 : PIECES + i - 1, PIECES + i, 2.0, 0.0);
        bkt_linear_arc(road, PIECES + i, i, 0.5, 0.0);
        bkt_trips(road, 0, i, 3.0);
    }
    const bk_equilibrium out = solve_from(road, NULL, 1e-13);
    for (uint32_t i = 1; i <= PIECES; i++) {
        bkt_close(out.flow[3 * (i - 1)], i == 1 ? 1.5 : 1.0, 1e-5, 0);
        bkt_close(out.flow[3 * (i - 1) + 2], i == 1 ? 2.5 : i < PIECES ? 3.0 : 2.0, 1e-5, 0);
    }
    bkt_close(out.total_cost, 3.0 * PIECES * (PIECES + 1) + 1.5 * PIECES, 1e-12, 0);
    bkt_road_close(road);
}

static void
a_zone_that_was_cut_off_is_served_again(void **state)
{
    bkt_road      *road = bkt_road_open(3, 3, 0, 1);
    bk_equilibrium out;
    (void)state;

    bkt_linear_arc(road, 0, 1, 1.0, 1.0);
    bkt_linear_arc(road, 1, 2, 1.0, 1.0);
    bkt_trips(road, 0, 1, 3.0);
    road->fixed[1] = INFINITY;
    out = solve_from(road, NULL, 1e-12);
    road->fixed[1] = 0.0;
    bkt_trips(road, 0, 2, 5.0);
    out = solve_from(road, out.bushes, 1e-12);
    bkt_close(out.flow[0], 8.0, 0, 0);
    bkt_close(out.flow[1], 5.0, 0, 0);
    bkt_road_close(road);
}

static void
routes_of_another_network_are_refused(void **state)
{
    bkt_road               *road = grid_open(9, 20, 12.0, 1), *other = grid_open(8, 20, 12.0, 1);
    bk_equilibrium_settings settings = bk_equilibrium_default();
    const bk_traffic_class  traffic = {NULL, &other->demand};
    bk_equilibrium          out = solve_from(road, NULL, 1e-6);
    (void)state;

    settings.warm = out.bushes;
    assert_int_equal(bk_equilibrium_solve(other->ctx, &other->network, 1, &traffic, &settings, &other->arena, &out),
                     BK_ERR_USAGE);
    bkt_road_close(road);
    bkt_road_close(other);
}

/* Hours, seconds or centuries: flows are those of the same network. */
static void
the_unit_of_time_does_not_matter(void **state)
{
    static const double units[] = {1e-9, 1e9};
    (void)state;

    FOR_EACH_METHOD(method)
    {
        const double         gap = method == BK_FRANK_WOLFE ? 1e-4 : 1e-12;
        bkt_road            *road = grid_open(9, 20, 12.0, 1);
        const bk_equilibrium hours = bkt_equilibrium(road, method, gap);
        for (size_t u = 0; u < 2; u++) {
            bkt_road *other = grid_open(9, 20, 12.0, 1);
            for (size_t a = 0; a < other->network.n_arcs; a++)
                other->free_time[a] *= units[u];
            const bk_equilibrium out = bkt_equilibrium(other, method, gap);
            assert_int_equal(out.outcome, BK_CONVERGED);
            bkt_close(out.total_cost, hours.total_cost * units[u], 2.0 * gap, 0);
            for (size_t a = 0; gap < 1e-10 && a < road->network.n_arcs; a++)
                bkt_close(out.flow[a], hours.flow[a], 1e-4, 1e-2);
            bkt_road_close(other);
        }
        bkt_road_close(road);
    }
}

/* A quarter of the trips on the routes of all of them, in vehicles or in billionths: shares at merges are kept, and
 * what comes in goes out. */
static void
far_fewer_trips_start_from_the_routes_of_many_in_any_unit(void **state)
{
    static const double units[] = {1.0, 1e-9};
    (void)state;

    for (size_t u = 0; u < 2; u++) {
        bkt_road *road = grid_open(9, 20, 24.0, 1);
        for (size_t a = 0; a < road->network.n_arcs; a++)
            road->capacity[a] *= units[u];
        for (size_t t = 0; t < road->demand.first[20]; t++)
            road->volume[t] *= units[u];
        const bk_equilibrium many = solve_from(road, NULL, 1e-12);
        for (size_t t = 0; t < road->demand.first[20]; t++)
            road->volume[t] *= 0.25;
        const bk_equilibrium warm = solve_from(road, many.bushes, 1e-12), cold = solve_from(road, NULL, 1e-12);
        assert_true(warm.imbalance < 1e-13);
        bkt_close(warm.objective, cold.objective, 1e-13, 0);
        for (size_t a = 0; a < road->network.n_arcs; a++)
            bkt_close(warm.flow[a], cold.flow[a], 1e-4, 1e-4 * units[u]);
        bkt_road_close(road);
    }
}

/* Five by five crossings, all of them zones, numbered along the rows or backwards: each arc bears the same. */
static void
the_order_of_nodes_does_not_matter(void **state)
{
    enum { SIDE = 5, NODES = SIDE * SIDE };
    static const uint32_t pairs[][2] = {{0, 24}, {0, 23}, {24, 0}, {4, 20}, {20, 4}, {12, 0}, {7, 24}, {21, 3}};
    (void)state;

    FOR_EACH_METHOD(method)
    {
        double flow[2][4 * NODES], gap = method == BK_FRANK_WOLFE ? 1e-5 : 1e-12;
        size_t n_arcs = 0;
        for (uint32_t turned = 0; turned < 2; turned++) {
            bkt_road *road = bkt_road_open(NODES, NODES, 0, 1);
            for (uint32_t v = 0; v < NODES; v++)
                for (uint32_t way = 0; way < 4; way++) {
                    static const int right[4] = {1, -1, 0, 0}, down[4] = {0, 0, 1, -1};
                    const int        x = (int)(v % SIDE) + right[way], y = (int)(v / SIDE) + down[way];
                    const uint32_t   u = (uint32_t)(y * SIDE + x);
                    if (x < 0 || y < 0 || x >= SIDE || y >= SIDE)
                        continue;
                    bkt_arc(road, turned ? NODES - 1 - v : v, turned ? NODES - 1 - u : u, 1.0 + bk_uniform(6, way, v),
                            0.15, 10.0 + 10.0 * bk_uniform(7, way, v), 4.0);
                }
            for (uint32_t o = 0; o < NODES; o++) /* origins must rise */
                for (size_t p = 0; p < sizeof pairs / sizeof *pairs; p++)
                    if ((turned ? NODES - 1 - pairs[p][0] : pairs[p][0]) == o)
                        bkt_trips(road, o, turned ? NODES - 1 - pairs[p][1] : pairs[p][1], 20.0 + (double)p);
            const bk_equilibrium out = bkt_equilibrium(road, method, gap);
            assert_int_equal(out.outcome, BK_CONVERGED);
            n_arcs = road->network.n_arcs;
            memcpy(flow[turned], out.flow, n_arcs * sizeof **flow);
            bkt_road_close(road);
        }
        for (size_t a = 0; a < n_arcs; a++)
            bkt_close(flow[1][a], flow[0][a], 0, gap > 1e-10 ? 1.0 : 1e-3);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_linear_arcs_share_flow_as_their_costs_meet),
        cmocka_unit_test(two_conical_arcs_of_equal_time_share_flow_by_capacity),
        cmocka_unit_test(two_quartic_arcs_of_equal_time_share_flow_by_capacity),
        cmocka_unit_test(braess_an_arc_more_makes_everyone_slower),
        cmocka_unit_test(zones_below_first_through_are_not_passed_through),
        cmocka_unit_test(cycles_without_cost_carry_no_flow),
        cmocka_unit_test(trips_that_no_path_serves_are_refused_by_name_or_dropped_and_listed),
        cmocka_unit_test(nothing_to_assign_is_an_equilibrium),
        cmocka_unit_test(each_class_weighs_tolls_its_own_way),
        cmocka_unit_test(a_class_stays_off_the_arcs_it_may_not_use),
        cmocka_unit_test(an_equilibrium_built_from_chosen_flows_is_found_again),
        cmocka_unit_test(the_gap_reported_is_the_gap_that_slow_trees_find),
        cmocka_unit_test(all_methods_find_the_same_equilibrium),
        cmocka_unit_test(bits_do_not_depend_on_the_number_of_threads),
        cmocka_unit_test(other_forms_of_delay_end_in_equilibrium_too),
        cmocka_unit_test(capacities_in_odd_units_do_not_spoil_the_numbers),
        cmocka_unit_test(a_limit_is_an_outcome_and_the_flows_serve_all_trips),
        cmocka_unit_test(numbers_that_make_no_sense_are_refused),
        cmocka_unit_test(the_same_problem_again_is_solved_at_once),
        cmocka_unit_test(a_warm_start_ends_where_a_cold_one_does),
        cmocka_unit_test(any_closures_may_follow_any_others),
        cmocka_unit_test(origins_that_share_many_good_routes_move_together),
        cmocka_unit_test(classes_that_share_many_good_routes_move_together),
        cmocka_unit_test(a_ladder_of_detours_is_walked_in_parts),
        cmocka_unit_test(a_zone_that_was_cut_off_is_served_again),
        cmocka_unit_test(routes_of_another_network_are_refused),
        cmocka_unit_test(the_unit_of_time_does_not_matter),
        cmocka_unit_test(far_fewer_trips_start_from_the_routes_of_many_in_any_unit),
        cmocka_unit_test(the_order_of_nodes_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
