/* Logit equilibria with closed forms, and against enumeration and dense elimination. */
#include "bkt_road.h"
#include "buckle/stochastic.h"
#include "fisk_oracle.h"

#define FOR_EACH_METHOD(method) for (bk_stochastic_method method = 0; method < BK_STOCHASTIC_METHOD_COUNT; method++)

static bk_stochastic_settings
settings_of(bk_stochastic_method method, double dispersion)
{
    bk_stochastic_settings settings = bk_stochastic_default();

    settings.method = method;
    settings.dispersion = dispersion;
    settings.gap = dispersion > 100.0 ? 1e-12 : 1e-18; /* rounding of costs counts dispersion times */
    settings.keep_paths = method == BK_LOGIT;
    return settings;
}

static bk_stochastic
solve(bkt_road *road, bk_stochastic_method method, double dispersion)
{
    const bk_stochastic_settings settings = settings_of(method, dispersion);
    const bk_traffic_class       traffic = {NULL, &road->demand};
    bk_stochastic                out;

    assert_int_equal(bk_stochastic_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out), BK_OK);
    assert_int_equal(out.traffic.outcome, BK_CONVERGED);
    assert_true(out.residual <= sqrt(settings.gap));
    assert_true(out.traffic.relative_gap <= settings.gap);
    assert_true(out.traffic.imbalance <= 1e-12);
    return out;
}

/* The zero in [low, high] of a function that rises there. */
static double
bisect(double (*function)(double x, double dispersion), double low, double high, double dispersion)
{
    for (int i = 0; i < 200; i++) {
        const double middle = 0.5 * (low + high);
        if (function(middle, dispersion) <= 0.0)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* ---- closed forms ------------------------------------------------------------------------------------------------ */

/* x on the first of two routes that cost 10 + x and 4 + 2 (12 - x). */
static double
two_routes(double x, double dispersion)
{
    return x - 12.0 / (1.0 + exp(dispersion * (10.0 + x - (4.0 + 2.0 * (12.0 - x)))));
}

static void
two_routes_share_traffic_as_the_scalar_equation_has_it(void **state)
{
    static const double dispersions[] = {0.01, 0.3, 2.0, 50.0};
    (void)state;

    FOR_EACH_METHOD(method)
    for (size_t i = 0; i < 4; i++) {
        bkt_road *road = bkt_road_open(2, 2, 0, 1);
        bkt_linear_arc(road, 0, 1, 10.0, 1.0);
        bkt_linear_arc(road, 0, 1, 4.0, 2.0);
        bkt_trips(road, 0, 1, 12.0);
        const bk_stochastic out = solve(road, method, dispersions[i]);
        const double        x = bisect(two_routes, 0.0, 12.0, dispersions[i]), y = 12.0 - x;
        bkt_close(out.traffic.flow[0], x, 1e-9, 0);
        bkt_close(out.traffic.flow[1], y, 1e-9, 0);
        bkt_close(out.entropy, -x * log(x / 12.0) - y * log(y / 12.0), 1e-8, 0);
        bkt_close(out.beckmann, 10.0 * x + 0.5 * x * x + 4.0 * y + y * y, 1e-8, 0);
        bkt_close(out.traffic.objective, out.beckmann - out.entropy / dispersions[i], 1e-12, 0);
        bkt_close(out.traffic.total_cost, x * (10.0 + x) + y * (4.0 + 2.0 * y), 1e-8, 0);
        bkt_road_close(road);
    }
}

/* Braess (1968) with six trips: y by the middle, the rest in halves on the outer routes. */
static double
braess_middle(double y, double dispersion)
{
    const double outer = 10.0 * (3.0 + 0.5 * y) + 50.0 + 3.0 - 0.5 * y, middle = 20.0 * (3.0 + 0.5 * y) + 10.0 + y;

    return y - 6.0 / (1.0 + 2.0 * exp(dispersion * (middle - outer)));
}

static void
braess_trips_split_three_ways(void **state)
{
    static const double dispersions[] = {0.02, 0.2, 5.0};
    (void)state;

    FOR_EACH_METHOD(method)
    for (size_t i = 0; i < 3; i++) {
        bkt_road *road = bkt_road_open(2, 4, 0, 1);
        bkt_linear_arc(road, 0, 2, 1e-8, 10.0);
        bkt_linear_arc(road, 0, 3, 50.0, 1.0);
        bkt_linear_arc(road, 2, 1, 50.0, 1.0);
        bkt_linear_arc(road, 3, 1, 1e-8, 10.0);
        bkt_linear_arc(road, 2, 3, 10.0, 1.0);
        bkt_trips(road, 0, 1, 6.0);
        const bk_stochastic out = solve(road, method, dispersions[i]);
        const double        y = bisect(braess_middle, 0.0, 6.0, dispersions[i]);
        bkt_close(out.traffic.flow[4], y, 1e-8, 0);
        bkt_close(out.traffic.flow[1], 3.0 - 0.5 * y, 1e-8, 0);
        bkt_close(out.traffic.flow[2], 3.0 - 0.5 * y, 1e-8, 0);
        bkt_road_close(road);
    }
}

/* 0 -> 2 -> 1 with a detour 2 -> 3 -> 2, which costs 1.5 + 1 + y / 4 with y on it: walks take it k times with the odds
 * q^k, so that 8 trips pass it 8 q / (1 - q) times. */
static double
rounds(double y, double dispersion)
{
    const double q = exp(-dispersion * (2.5 + 0.25 * y));

    return y - 8.0 * q / (1.0 - q);
}

static void
walks_round_a_cycle_are_a_geometric_series(void **state)
{
    static const double dispersions[] = {0.05, 0.3, 2.0};
    (void)state;

    for (size_t i = 0; i < 3; i++) {
        bkt_road *road = bkt_road_open(2, 4, 0, 1);
        bkt_linear_arc(road, 0, 2, 3.0, 0.5);
        bkt_linear_arc(road, 2, 1, 2.0, 0.5);
        bkt_linear_arc(road, 2, 3, 1.0, 0.25);
        bkt_arc(road, 3, 2, 1.5, 0.0, 1.0, 1.0);
        bkt_trips(road, 0, 1, 8.0);
        const bk_stochastic out = solve(road, BK_RECURSIVE_LOGIT, dispersions[i]);
        const double        y = bisect(rounds, 0.0, 1e4, dispersions[i]);
        bkt_close(out.traffic.flow[0], 8.0, 1e-12, 0);
        bkt_close(out.traffic.flow[2], y, 1e-8, 0);
        bkt_close(out.traffic.flow[3], y, 1e-8, 0);
        bkt_road_close(road);
    }
}

/* ---- against enumeration and elimination ------------------------------------------------------------------------- */

/* Streets right and down on a grid of 4 x 4, and if asked for back as well; trips from its first three corners' zones.
 */
static bkt_road *
grid_open(bool both_ways, int threads)
{
    bkt_road *road = bkt_road_open(16, 16, 0, threads);
    size_t    n = 0;

    for (uint32_t v = 0; v < 16; v++)
        for (int way = 0; way < 2; way++) {
            const uint32_t other = way == 0 ? v + 1 : v + 4;
            if (way == 0 ? v % 4 == 3 : v >= 12)
                continue;
            bkt_arc(road, v, other, 1.0 + bk_uniform(5, 1, n), 0.5, 15.0, 4.0);
            if (both_ways)
                bkt_arc(road, other, v, 1.0 + bk_uniform(5, 2, n), 0.5, 15.0, 4.0);
            n++;
        }
    bkt_trips(road, 0, 10, 12.0);
    bkt_trips(road, 0, 15, 20.0);
    bkt_trips(road, 1, 15, 9.0);
    bkt_trips(road, 4, 11, 14.0);
    bkt_trips(road, 4, 14, 5.0);
    return road;
}

static void
without_cycles_recursive_logit_is_logit_over_all_routes(void **state)
{
    static const double dispersions[] = {0.1, 1.0, 8.0};
    (void)state;

    for (size_t i = 0; i < 3; i++) {
        bkt_road           *road = grid_open(false, 1);
        const bk_stochastic out = solve(road, BK_RECURSIVE_LOGIT, dispersions[i]);
        bkt_close(oracle_logit_residual(&road->network, &road->demand, dispersions[i], out.traffic.flow), 0.0, 0, 1e-9);
        bkt_road_close(road);
    }
}

static void
with_cycles_recursive_logit_is_what_elimination_gives(void **state)
{
    static const double dispersions[] = {1.0, 2.0, 8.0, 300.0};
    (void)state;

    for (size_t i = 0; i < 4; i++) {
        bkt_road           *road = grid_open(true, 1);
        const bk_stochastic out = solve(road, BK_RECURSIVE_LOGIT, dispersions[i]);
        if (dispersions[i] < 20.0) /* beyond, the oracle's exponentials vanish */
            bkt_close(oracle_recursive_residual(&road->network, &road->demand, dispersions[i], out.traffic.flow), 0.0,
                      0, 1e-9);
        bkt_road_close(road);
    }
}

/* The shares of a pair's routes follow from the routes' own costs at the flows, and the flows are those of the routes.
 */
static void
routes_have_logit_shares_at_the_costs_of_their_flows(void **state)
{
    static const double dispersions[] = {0.1, 1.0, 8.0};
    (void)state;

    for (size_t i = 0; i < 3; i++) {
        bkt_road           *road = grid_open(true, 1);
        const bk_stochastic out = solve(road, BK_LOGIT, dispersions[i]);
        double              flow[BKT_ROAD_ARCS] = {0.0};
        assert_int_equal(out.n_paths, out.n_routes);
        for (size_t p = 0; p < out.n_paths; p++) {
            const bk_used_path *path = &out.paths[p];
            double              cost = 0.0, sum = 0.0;
            assert_int_equal(road->from[path->arcs[0]], path->origin);
            assert_int_equal(road->to[path->arcs[path->n_arcs - 1]], path->destination);
            for (size_t k = 0; k < path->n_arcs; k++) {
                flow[path->arcs[k]] += path->volume;
                cost += oracle_arc_cost(&road->network, path->arcs[k], out.traffic.flow[path->arcs[k]]);
            }
            bkt_close(path->cost, cost, 1e-12, 0);
            for (size_t q = 0; q < out.n_paths; q++)
                if (out.paths[q].origin == path->origin && out.paths[q].destination == path->destination)
                    sum += exp(-dispersions[i] * (out.paths[q].cost - cost));
            bkt_close(path->share, 1.0 / sum, 1e-7, 0);
        }
        for (size_t a = 0; a < road->network.n_arcs; a++)
            bkt_close(out.traffic.flow[a], flow[a], 1e-12, 1e-12);
        bkt_road_close(road);
    }
}

/* ---- the two ends of dispersion ---------------------------------------------------------------------------------- */

/* Fisk's flows are above the minimum of Beckmann's function by at most entropy / theta: with H the entropy, mean cost
 * is expected least cost + H / theta, the former at most the least cost, and Beckmann's function is convex. */
static void
with_ever_less_dispersion_comes_user_equilibrium(void **state)
{
    bkt_road            *road = grid_open(true, 1);
    const bk_equilibrium ue = bkt_equilibrium(road, BK_ALGORITHM_B, 1e-14);
    (void)state;

    FOR_EACH_METHOD(method)
    {
        double excess = INFINITY;
        for (double dispersion = 2.0; dispersion < 3000.0; dispersion *= 10.0) {
            const bk_stochastic out = solve(road, method, dispersion);
            const double        before = excess, bound = out.entropy / dispersion;
            excess = out.beckmann - ue.objective;
            assert_true(excess >= -1e-12 * ue.objective);
            assert_true(excess <= bound);
            assert_true(excess < 0.2 * before);
            if (dispersion > 1000.0)
                for (size_t a = 0; a < road->network.n_arcs; a++)
                    bkt_close(out.traffic.flow[a], ue.flow[a], 0, 0.05);
        }
    }
    bkt_road_close(road);
}

static void
with_nothing_but_dispersion_all_routes_are_alike(void **state)
{
    bkt_road              *road = grid_open(true, 1);
    bk_stochastic_settings settings = settings_of(BK_LOGIT, 1e-7);
    const bk_traffic_class traffic = {NULL, &road->demand};
    bk_stochastic          out;
    (void)state;

    settings.gap = 1e-9; /* what is left of costs is hardly above rounding */
    assert_int_equal(bk_stochastic_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out), BK_OK);
    assert_int_equal(out.traffic.outcome, BK_CONVERGED);
    assert_true(out.n_paths > 10);
    for (size_t p = 0; p < out.n_paths; p++) {
        size_t n = 0;
        for (size_t q = 0; q < out.n_paths; q++)
            n += out.paths[q].origin == out.paths[p].origin && out.paths[q].destination == out.paths[p].destination;
        bkt_close(out.paths[p].share, 1.0 / (double)n, 1e-5, 0);
    }
    bkt_road_close(road);
}

/* ---- what else networks have ------------------------------------------------------------------------------------- */

static void
zones_below_first_through_are_not_passed_through(void **state)
{
    (void)state;
    FOR_EACH_METHOD(method)
    {
        bkt_road           *road = bkt_road_past_a_zone();
        const bk_stochastic out = solve(road, method, 1.0);
        bkt_close(out.traffic.flow[0], 1.0, 1e-14, 0);
        bkt_close(out.traffic.flow[1], 2.0, 1e-14, 0);
        bkt_close(out.traffic.flow[2], 5.0, 1e-14, 0);
        bkt_road_close(road);
    }
}

/* Two kinds of traffic on three roads, of which the second may not use the last and weighs tolls four times. */
static void
each_class_has_tolls_and_roads_of_its_own(void **state)
{
    (void)state;
    FOR_EACH_METHOD(method)
    {
        bkt_road              *road = bkt_road_open(2, 2, 0, 1);
        const double           toll[2][3] = {{1.0, 0.0, 0.5}, {4.0, 0.0, INFINITY}};
        const size_t           first[3] = {0, 1, 1};
        const uint32_t         destination[1] = {1};
        const double           volume[2] = {9.0, 3.0};
        const bk_road_demand   demand[2] = {{2, first, destination, &volume[0]}, {2, first, destination, &volume[1]}};
        const bk_traffic_class traffic[2] = {{toll[0], &demand[0]}, {toll[1], &demand[1]}};
        bk_stochastic_settings settings = settings_of(method, 0.7);
        bk_stochastic          out;
        for (int r = 0; r < 3; r++)
            bkt_linear_arc(road, 0, 1, 10.0, 1.0 + r);
        assert_int_equal(bk_stochastic_solve(road->ctx, &road->network, 2, traffic, &settings, &road->arena, &out),
                         BK_OK);
        assert_int_equal(out.traffic.outcome, BK_CONVERGED);
        for (int c = 0; c < 2; c++) {
            double odds[3], sum = 0.0;
            for (int r = 0; r < 3; r++)
                sum += odds[r] = exp(-0.7 * ((1.0 + r) * out.traffic.flow[r] + toll[c][r]));
            for (int r = 0; r < 3; r++)
                bkt_close(out.traffic.class_flow[3 * c + r], volume[c] * odds[r] / sum, 1e-8, 0);
        }
        for (int r = 0; r < 3; r++)
            bkt_close(out.traffic.flow[r], out.traffic.class_flow[r] + out.traffic.class_flow[3 + r], 1e-14, 0);
        bkt_road_close(road);
    }
}

static void
trips_that_no_path_serves_are_refused_or_dropped(void **state)
{
    (void)state;
    FOR_EACH_METHOD(method)
    {
        bkt_road              *road = bkt_road_open(3, 3, 0, 1);
        bk_stochastic_settings settings = settings_of(method, 1.0);
        const bk_traffic_class traffic = {NULL, &road->demand};
        bk_stochastic          out;
        bkt_linear_arc(road, 0, 1, 1.0, 1.0);
        bkt_linear_arc(road, 1, 2, 1.0, 1.0);
        road->fixed[1] = INFINITY; /* closed */
        bkt_trips(road, 0, 1, 3.0);
        bkt_trips(road, 0, 2, 5.0);
        assert_int_equal(bk_stochastic_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                         BK_ERR_NO_PATH);
        assert_string_equal(bk_error_get(road->ctx, 0)->message, "no path leads from zone 1 to zone 3, for 5 trips");
        settings.allow_unreachable = true;
        bk_error_clear(road->ctx);
        assert_int_equal(bk_stochastic_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                         BK_OK);
        assert_int_equal(out.traffic.n_lost, 1);
        bkt_close(out.traffic.flow[0], 3.0, 1e-15, 0);
        bkt_close(out.traffic.flow[1], 0.0, 0, 0);
        bkt_road_close(road);
    }
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
        const bk_stochastic out = solve(road, method, 1.0);
        bkt_close(out.traffic.flow[0], 0.0, 0, 0);
        bkt_close(out.traffic.cost[0], 1.0, 0, 0);
        bkt_road_close(road);
    }
}

/* ---- cycles that cost too little --------------------------------------------------------------------------------- */

/* 0 -> 2 -> 1, and from 2 two detours there and back of 1 + 1: 2 exp(-2 theta) < 1 is wanted, theta > ln 2 / 2. */
static bkt_road *
detours_open(double cost)
{
    bkt_road *road = bkt_road_open(2, 5, 0, 1);

    bkt_arc(road, 0, 2, 1.0, 0.0, 1.0, 1.0);
    bkt_arc(road, 2, 1, 1.0, 0.0, 1.0, 1.0);
    for (uint32_t v = 3; v < 5; v++) {
        bkt_arc(road, 2, v, cost, 0.0, 1.0, 1.0);
        bkt_arc(road, v, 2, cost, 0.0, 1.0, 1.0);
    }
    bkt_trips(road, 0, 1, 1.0);
    return road;
}

static void
a_dispersion_that_cycles_outweigh_is_refused_with_one_that_serves(void **state)
{
    bkt_road              *road = detours_open(1.0);
    bk_stochastic_settings settings = settings_of(BK_RECURSIVE_LOGIT, 0.2);
    const bk_traffic_class traffic = {NULL, &road->demand};
    bk_stochastic          out;
    double                 named;
    (void)state;

    assert_int_equal(bk_stochastic_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                     BK_ERR_NO_SOLUTION);
    assert_non_null(strstr(bk_error_get(road->ctx, 0)->message, "at a dispersion of 0.2"));
    assert_int_equal(sscanf(bk_error_get(road->ctx, 0)->hint, "a dispersion of %lf is enough", &named), 1);
    assert_true(named > 0.5 * log(2.0) && named < 1.05 * 0.5 * log(2.0));
    bk_error_clear(road->ctx);
    out = solve(road, BK_RECURSIVE_LOGIT, named);
    const double q = exp(-2.0 * named);
    bkt_close(out.traffic.flow[2], q / (1.0 - 2.0 * q), 1e-9, 0);
    solve(road, BK_LOGIT, 0.2);
    bkt_road_close(road);
}

static void
a_cycle_without_cost_is_refused_by_name(void **state)
{
    bkt_road              *road = detours_open(0.0);
    bk_stochastic_settings settings = settings_of(BK_RECURSIVE_LOGIT, 1.0);
    const bk_traffic_class traffic = {NULL, &road->demand};
    bk_stochastic          out;
    (void)state;

    assert_int_equal(bk_stochastic_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                     BK_ERR_NO_SOLUTION);
    assert_non_null(strstr(bk_error_get(road->ctx, 0)->message, "part of a cycle without cost"));
    bk_error_clear(road->ctx);
    out = solve(road, BK_LOGIT, 1.0); /* routes pass no node twice */
    bkt_close(out.traffic.flow[2], 0.0, 0, 0);
    bkt_road_close(road);
}

/* ---- settings, limits, threads ----------------------------------------------------------------------------------- */

static void
settings_that_make_no_sense_are_refused(void **state)
{
    static const double    dispersions[] = {0.0, -1.0, (double)NAN, (double)INFINITY};
    bkt_road              *road = grid_open(true, 1);
    const bk_traffic_class traffic = {NULL, &road->demand};
    bk_stochastic_settings settings = settings_of(BK_LOGIT, 1.0);
    bk_stochastic          out;
    (void)state;

    for (size_t i = 0; i < 4; i++) {
        settings.dispersion = dispersions[i];
        assert_int_equal(bk_stochastic_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                         BK_ERR_USAGE);
    }
    settings = settings_of(BK_RECURSIVE_LOGIT, 2.0);
    settings.keep_paths = true;
    assert_int_equal(bk_stochastic_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                     BK_ERR_USAGE);
    settings = settings_of(BK_LOGIT, 1.0);
    settings.route_rounds = 0;
    assert_int_equal(bk_stochastic_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                     BK_ERR_USAGE);
    bkt_road_close(road);
}

static void
a_limit_is_an_outcome_and_the_flows_serve_all_trips(void **state)
{
    (void)state;
    FOR_EACH_METHOD(method)
    {
        bkt_road              *road = grid_open(true, 1);
        const bk_traffic_class traffic = {NULL, &road->demand};
        bk_stochastic_settings settings = settings_of(method, 2.0);
        bk_stochastic          out;
        settings.iteration_limit = 1;
        assert_int_equal(bk_stochastic_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                         BK_OK);
        assert_int_equal(out.traffic.outcome, BK_ITERATION_LIMIT);
        assert_int_equal(out.traffic.iterations, 1);
        assert_true(out.residual > 1e-9);
        assert_true(out.traffic.imbalance < 1e-14);
        bkt_road_close(road);
    }
}

static void
bits_do_not_depend_on_the_number_of_threads(void **state)
{
    static const int threads[] = {1, 2, 8};
    (void)state;

    FOR_EACH_METHOD(method)
    {
        double flow[3][BKT_ROAD_ARCS];
        size_t n = 0;
        for (int i = 0; i < 3; i++) {
            bkt_road *road = grid_open(true, threads[i]);
            for (uint32_t o = 5; o < 16; o++)
                for (uint32_t d = 0; d < 5; d++)
                    bkt_trips(road, o, d, 1.0 + bk_uniform(3, o, d));
            const bk_stochastic out = solve(road, method, 3.0);
            n = road->network.n_arcs;
            memcpy(flow[i], out.traffic.flow, n * sizeof flow[0][0]);
            bkt_road_close(road);
        }
        assert_memory_equal(flow[0], flow[1], n * sizeof flow[0][0]);
        assert_memory_equal(flow[0], flow[2], n * sizeof flow[0][0]);
    }
}

/* Two routes of quartic delay, stopped early: 12 sum p ln(p / q) with the shares p of the flows and q of logit at their
 * costs, over the dispersion and the total cost. */
static void
the_gap_of_flows_that_are_no_equilibrium_is_their_divergence(void **state)
{
    (void)state;
    FOR_EACH_METHOD(method)
    for (int limit = 1; limit <= 2; limit++) {
        bkt_road              *road = bkt_road_open(2, 2, 0, 1);
        bk_stochastic_settings settings = settings_of(method, 0.3);
        const bk_traffic_class traffic = {NULL, &road->demand};
        bk_stochastic          out;
        bkt_arc(road, 0, 1, 10.0, 0.15, 6.0, 4.0);
        bkt_arc(road, 0, 1, 4.0, 0.15, 3.0, 4.0);
        bkt_trips(road, 0, 1, 12.0);
        settings.iteration_limit = limit;
        assert_int_equal(bk_stochastic_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                         BK_OK);
        assert_int_equal(out.traffic.outcome, BK_ITERATION_LIMIT);
        const double x = out.traffic.flow[0], y = out.traffic.flow[1];
        const double first = 10.0 * (1.0 + 0.15 * pow(x / 6.0, 4.0)), second = 4.0 * (1.0 + 0.15 * pow(y / 3.0, 4.0));
        const double q = 1.0 / (1.0 + exp(0.3 * (first - second)));
        const double divergence = x * log(x / 12.0 / q) + y * log(y / 12.0 / (1.0 - q));
        assert_true(divergence > 1e-3);
        bkt_close(out.traffic.relative_gap, divergence / 0.3 / (x * first + y * second), 1e-9, 0);
        bkt_road_close(road);
    }
}

/* Two classes alike in all things find the same routes. */
static void
classes_alike_choose_alike(void **state)
{
    (void)state;
    FOR_EACH_METHOD(method)
    {
        bkt_road              *road = grid_open(true, 1);
        const bk_traffic_class traffic[2] = {{NULL, &road->demand}, {NULL, &road->demand}};
        bk_stochastic_settings settings = settings_of(method, 2.0);
        bk_stochastic          out;
        assert_int_equal(bk_stochastic_solve(road->ctx, &road->network, 2, traffic, &settings, &road->arena, &out),
                         BK_OK);
        assert_int_equal(out.traffic.outcome, BK_CONVERGED);
        const size_t n = road->network.n_arcs;
        for (size_t a = 0; a < n; a++)
            bkt_close(out.traffic.class_flow[n + a], out.traffic.class_flow[a], 1e-9, 1e-12);
        bkt_road_close(road);
    }
}

/* A link that costs nothing is no cycle: what is refused is the odds of the detours, or the cycle behind it. */
static void
a_link_without_cost_before_a_cycle_is_not_blamed(void **state)
{
    (void)state;
    for (int free = 0; free < 2; free++) {
        bkt_road              *road = detours_open(free ? 0.0 : 1.0);
        bk_stochastic_settings settings = settings_of(BK_RECURSIVE_LOGIT, 0.2);
        const bk_traffic_class traffic = {NULL, &road->demand};
        bk_stochastic          out;
        unsigned               from, to;
        road->free_time[0] = 0.0; /* into the node of the detours, and out of it */
        road->free_time[1] = 0.0;
        assert_int_equal(bk_stochastic_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                         BK_ERR_NO_SOLUTION);
        const char *message = bk_error_get(road->ctx, 0)->message, *named = strstr(message, "from node");
        if (free) {
            assert_non_null(named);
            assert_int_equal(sscanf(named, "from node %u to node %u", &from, &to), 2);
            assert_true(from >= 3 && to >= 3); /* the detours are of nodes 3, 4 and 5 */
        } else {
            assert_null(named);
            assert_non_null(strstr(message, "at a dispersion of 0.2"));
        }
        bk_error_clear(road->ctx);
        bkt_road_close(road);
    }
}

/* A detour of a hundred times the least cost is taken into no set, whichever road comes first and whatever the class.
 */
static void
roads_far_too_dear_are_in_no_set(void **state)
{
    (void)state;
    for (int dear = 0; dear < 2; dear++) {
        bkt_road              *road = bkt_road_open(2, 2, 0, 1);
        const bk_traffic_class traffic[2] = {{NULL, &road->demand}, {NULL, &road->demand}};
        bk_stochastic_settings settings = settings_of(BK_LOGIT, 0.05);
        bk_stochastic          out;
        for (int r = 0; r < 2; r++)
            bkt_arc(road, 0, 1, r == dear ? 100.0 : 1.0, 0.0, 1.0, 1.0);
        bkt_trips(road, 0, 1, 3.0);
        assert_int_equal(bk_stochastic_solve(road->ctx, &road->network, 2, traffic, &settings, &road->arena, &out),
                         BK_OK);
        assert_int_equal(out.n_routes, 2); /* one a class */
        bkt_close(out.traffic.flow[dear], 0.0, 0, 0);
        bkt_close(out.traffic.flow[1 - dear], 6.0, 1e-14, 0);
        bkt_road_close(road);
    }
}

/* Roads of 1 hour that clogs, of 10 that clogs less, and of 40 that never does: the last is beyond every detour that
 * was looked at until the first two are full, and has its logit share then. */
static void
a_road_that_traffic_makes_worth_while_is_taken_in(void **state)
{
    static const double time[3] = {1.0, 10.0, 40.0}, slope[3] = {30.0, 30.0, 0.0};
    bkt_road           *road = bkt_road_open(2, 2, 0, 1);
    double              odds[3], sum = 0.0;

    (void)state;
    for (int r = 0; r < 3; r++)
        bkt_arc(road, 0, 1, time[r], slope[r] / time[r], 1.0, 1.0);
    bkt_trips(road, 0, 1, 4.0);
    const bk_stochastic out = solve(road, BK_LOGIT, 0.2);
    assert_int_equal(out.n_routes, 3);
    for (int r = 0; r < 3; r++)
        sum += odds[r] = exp(-0.2 * (time[r] + slope[r] * out.traffic.flow[r]));
    for (int r = 0; r < 3; r++)
        bkt_close(out.traffic.flow[r], 4.0 * odds[r] / sum, 1e-8, 0);
    assert_true(out.traffic.flow[2] > 0.5);
    bkt_road_close(road);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_routes_share_traffic_as_the_scalar_equation_has_it),
        cmocka_unit_test(braess_trips_split_three_ways),
        cmocka_unit_test(walks_round_a_cycle_are_a_geometric_series),
        cmocka_unit_test(without_cycles_recursive_logit_is_logit_over_all_routes),
        cmocka_unit_test(with_cycles_recursive_logit_is_what_elimination_gives),
        cmocka_unit_test(routes_have_logit_shares_at_the_costs_of_their_flows),
        cmocka_unit_test(with_ever_less_dispersion_comes_user_equilibrium),
        cmocka_unit_test(with_nothing_but_dispersion_all_routes_are_alike),
        cmocka_unit_test(zones_below_first_through_are_not_passed_through),
        cmocka_unit_test(each_class_has_tolls_and_roads_of_its_own),
        cmocka_unit_test(trips_that_no_path_serves_are_refused_or_dropped),
        cmocka_unit_test(nothing_to_assign_is_an_equilibrium),
        cmocka_unit_test(a_dispersion_that_cycles_outweigh_is_refused_with_one_that_serves),
        cmocka_unit_test(a_cycle_without_cost_is_refused_by_name),
        cmocka_unit_test(settings_that_make_no_sense_are_refused),
        cmocka_unit_test(a_limit_is_an_outcome_and_the_flows_serve_all_trips),
        cmocka_unit_test(bits_do_not_depend_on_the_number_of_threads),
        cmocka_unit_test(the_gap_of_flows_that_are_no_equilibrium_is_their_divergence),
        cmocka_unit_test(classes_alike_choose_alike),
        cmocka_unit_test(a_link_without_cost_before_a_cycle_is_not_blamed),
        cmocka_unit_test(roads_far_too_dear_are_in_no_set),
        cmocka_unit_test(a_road_that_traffic_makes_worth_while_is_taken_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
