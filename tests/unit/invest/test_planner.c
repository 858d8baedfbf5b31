/* before the frame, whose names its parameters have */
#include "bkt_planner.h"

#include "bkt_open.h"

/* ---- closed forms ---------------------------------------------------------------------------------------------- */

/* Node 0 makes the good, node 1 only eats it; `n_links` links side by side, each node a head and a house. */
static bkt_planner
two_places(size_t n_links)
{
    bkt_planner problem = bkt_planner_arrays(&arena, 2, 1, n_links);

    for (size_t j = 0; j < 2; j++)
        problem.weight[j] = problem.labour[j] = problem.housing[j] = 1.0;
    problem.productivity[0] = 5.0;
    problem.labour[1] = 2.0;
    for (size_t a = 0; a < n_links; a++) {
        problem.to[a] = 1;
        problem.transport_cost[a] = 0.1 * (double)(a + 1);
        problem.building_cost[a] = 1.0 + 0.5 * (double)a;
    }
    problem.planner.rho = 1.0;
    return problem;
}

/* With logarithmic utility C_j = weight labour alpha / P_j, so with beta = 1, l = L_1 / L_0 and k the capacity
 *     Q (1 + 2 Q / k) = l (Y - Q - Q^2 / k):   (2 + l) Q^2 / k + (1 + l) Q - l Y = 0. */
static void
two_places_and_a_road_have_a_closed_form(void **state)
{
    const bk_planner_settings settings = bk_planner_default();
    bkt_planner               problem = two_places(1);
    bk_plan                   plan;

    (void)state;
    problem.planner.budget = 3.0;
    assert_int_equal(bk_planner_design(ctx, &problem.planner, &settings, &arena, &plan), BK_OK);
    assert_int_equal(plan.outcome, BK_CONVERGED);
    const double k = sqrt(1.5) / 0.1, l = 2.0, y = 5.0; /* all 3 go on the one road, half of it each way */
    const double a = (2.0 + l) / k, b = 1.0 + l, q = (sqrt(b * b + 4.0 * a * l * y) - b) / (2.0 * a);
    bkt_close(plan.infrastructure[0], 1.5, 1e-14, 0.0);
    bkt_close(plan.flow[0], q, 1e-11, 0.0);
    bkt_close(plan.consumption[0], y - q - q * q / k, 1e-11, 0.0);
    bkt_close(plan.consumption[1], q / 2.0, 1e-11, 0.0);
    bkt_close(plan.price[0], 0.5 / (y - q - q * q / k), 1e-11, 0.0);
    bkt_close(plan.welfare,
              0.5 * log(2.0 * plan.consumption[0]) + 0.5 * log(2.0) + 2.0 * (0.5 * log(q) + 0.5 * log(1.0)), 1e-11,
              0.0);
}

/* What a link earns goes with transport_cost^(-1 / beta), infrastructure with (earning / building_cost)^s. */
static void
roads_side_by_side_share_the_budget_by_their_merits(void **state)
{
    const bk_planner_settings settings = bk_planner_default();
    bkt_planner               problem = two_places(3);
    bk_plan                   plan;

    (void)state;
    problem.planner.beta = 0.5;
    problem.planner.gamma = 0.3;
    assert_int_equal(bk_planner_design(ctx, &problem.planner, &settings, &arena, &plan), BK_OK);
    const double s = 1.0 / (1.0 - 0.3 / 0.5);
    for (size_t a = 1; a < 3; a++) {
        const double merit = pow(problem.transport_cost[a] / problem.transport_cost[0], -1.0 / 0.5) *
                             problem.building_cost[0] / problem.building_cost[a];
        bkt_close(plan.infrastructure[a] / plan.infrastructure[0], pow(merit, s), 1e-11, 0.0);
    }
    bkt_close(plan.spent, 1.0, 1e-14, 0.0);
}

/* What stands stays and the budget adds to it: the same closed form with the two together. */
static void
a_road_that_stands_is_widened_by_the_budget(void **state)
{
    const bk_planner_settings settings = bk_planner_default();
    bkt_planner               problem = two_places(1);
    const double              standing[] = {0.7};
    bk_plan                   plan;

    (void)state;
    problem.planner.budget = 3.0;
    problem.planner.standing = standing;
    assert_int_equal(bk_planner_design(ctx, &problem.planner, &settings, &arena, &plan), BK_OK);
    const double k = sqrt(0.7 + 1.5) / 0.1, l = 2.0, y = 5.0;
    const double a = (2.0 + l) / k, b = 1.0 + l, q = (sqrt(b * b + 4.0 * a * l * y) - b) / (2.0 * a);
    bkt_close(plan.infrastructure[0], 0.7 + 1.5, 1e-14, 0.0);
    bkt_close(plan.flow[0], q, 1e-11, 0.0);
    bkt_close(plan.spent, 3.0, 1e-14, 0.0);
    bkt_close(plan.bound, plan.welfare, 1e-12, 0.0);
    assert_int_equal(bk_planner_iterate(ctx, &problem.planner, &settings, &arena, &plan), BK_ERR_USAGE);
    bk_error_clear(ctx);
}

/* Two roads side by side, alike but for what stands: the narrow one is widened until it is as wide as the other. */
static void
the_budget_levels_roads_that_are_alike(void **state)
{
    const bk_planner_settings settings = bk_planner_default();
    const double              standing[] = {0.9, 0.2};
    bkt_planner               problem = two_places(2);
    bk_plan                   little, much;

    (void)state;
    problem.transport_cost[1] = problem.transport_cost[0];
    problem.building_cost[1] = problem.building_cost[0] = 1.0;
    problem.planner.standing = standing;
    problem.planner.budget = 1.0; /* of 1.4 that would make them alike */
    assert_int_equal(bk_planner_design(ctx, &problem.planner, &settings, &arena, &little), BK_OK);
    bkt_close(little.infrastructure[0], 0.9, 1e-15, 0.0);
    bkt_close(little.infrastructure[1], 0.2 + 0.5, 1e-14, 0.0);
    problem.planner.budget = 2.0;
    assert_int_equal(bk_planner_design(ctx, &problem.planner, &settings, &arena, &much), BK_OK);
    for (size_t a = 0; a < 2; a++)
        bkt_close(much.infrastructure[a], 0.5 * (0.9 + 0.2 + 1.0), 1e-11, 0.0);
}

static void
a_place_without_roads_eats_what_it_makes(void **state)
{
    const bk_planner_settings settings = bk_planner_default();
    bkt_planner               problem = bkt_planner_arrays(&arena, 1, 1, 0);
    bk_plan                   plan;

    (void)state;
    problem.weight[0] = problem.labour[0] = problem.housing[0] = 1.0;
    problem.productivity[0] = 3.0;
    assert_int_equal(bk_planner_design(ctx, &problem.planner, &settings, &arena, &plan), BK_OK);
    bkt_close(plan.consumption[0], 3.0, 1e-11, 0.0);
    bkt_close(plan.welfare, -1.0 / sqrt(2.0 * 3.0 * 2.0), 1e-11, 0.0); /* -1 / ((c/.5)^.5 (1/.5)^.5) */
    bkt_close(plan.bound, plan.welfare, 1e-14, 0.0);
}

/* ---- random problems ------------------------------------------------------------------------------------------- */

/* A ring of 5 to 9 places with chords. */
static bkt_planner
random_problem(uint64_t seed)
{
    static const double betas[] = {0.13, 0.5, 1.0, 1.5}, rhos[] = {0.0, 0.5, 1.0, 2.0};
    const size_t        nodes = 5 + seed % 5, n_goods = 1 + seed % 3, links = nodes + 3;
    bkt_planner         problem = bkt_planner_arrays(&arena, nodes, n_goods, links);

    for (size_t a = 0; a < links; a++) {
        problem.from[a] = (uint32_t)(a % nodes);
        problem.to[a] = (uint32_t)((a + (a < nodes ? 1 : 2)) % nodes);
        problem.transport_cost[a] = 0.05 + bk_uniform(seed, 1, a);
        problem.building_cost[a] = 0.5 + bk_uniform(seed, 2, a);
    }
    for (size_t j = 0; j < nodes; j++) {
        problem.weight[j] = 0.5 + bk_uniform(seed, 3, j);
        problem.labour[j] = 0.2 + bk_uniform(seed, 4, j);
        problem.housing[j] = 0.5 + bk_uniform(seed, 5, j);
    }
    for (size_t i = 0; i < nodes * n_goods; i++) /* half of the places make a good, the first ones every good */
        problem.productivity[i] = i < n_goods || bk_uniform(seed, 6, i) < 0.5 ? 0.5 + bk_uniform(seed, 7, i) : 0.0;
    problem.planner.beta = betas[seed / 3 % 4];
    problem.planner.gamma = problem.planner.beta * (0.3 + 0.6 * bk_uniform(seed, 8, 0));
    problem.planner.rho = rhos[seed / 12 % 4];
    problem.planner.budget = 0.5 + 3.0 * bk_uniform(seed, 8, 1);
    return problem;
}

/* Marginal utility of good n at node j from what is left there after shipping: none of the solver's formulas. */
static double
marginal_utility(const bk_planner *planner, const bk_plan *plan, const double *eaten, size_t j, size_t n)
{
    const double c = plan->consumption[j], alpha = planner->alpha;
    const double composite =
        pow(c / alpha, alpha) * pow(planner->housing[j] / planner->labour[j] / (1.0 - alpha), 1.0 - alpha);
    const double of_bundle = planner->weight[j] * pow(composite, 1.0 - planner->rho) * alpha / c;

    return planner->n_goods == 1 ? of_bundle : of_bundle * pow(planner->labour[j] * c / eaten[n], 1.0 / planner->sigma);
}

static void
check_nodes(const bk_planner *planner, const bk_plan *plan)
{
    const size_t n_goods = planner->n_goods;
    double       eaten[9 * 3];

    for (size_t j = 0; j < planner->n_nodes; j++) {
        double workers = 0.0;
        for (size_t n = 0; n < n_goods; n++) {
            const size_t i = j * n_goods + n;
            eaten[i] = planner->productivity[i] * pow(plan->labour[i], planner->returns);
            workers += plan->labour[i];
            if (n_goods > 1 && planner->productivity[i] > 0.0) /* labour earns alike in every good */
                for (size_t m = 0; m < n_goods; m++)
                    if (planner->productivity[j * n_goods + m] > 0.0)
                        bkt_close(plan->price[i] * eaten[i] / plan->labour[i],
                                  plan->price[j * n_goods + m] * planner->productivity[j * n_goods + m] *
                                      pow(plan->labour[j * n_goods + m], planner->returns - 1.0),
                                  1e-9, 0.0);
        }
        assert_true(workers <= planner->labour[j] * (1.0 + 1e-12));
    }
    for (size_t a = 0; a < planner->n_links; a++)
        for (size_t n = 0; n < n_goods; n++) {
            const double flow = plan->flow[a * n_goods + n], size = fabs(flow);
            const size_t from = planner->from[a] * n_goods + n, to = planner->to[a] * n_goods + n;
            const double loss = size == 0.0 ? 0.0
                                            : planner->transport_cost[a] * pow(size, 1.0 + planner->beta) /
                                                  pow(plan->infrastructure[a], planner->gamma);
            eaten[flow > 0.0 ? from : to] -= size + loss;
            eaten[flow > 0.0 ? to : from] += size;
        }
    for (size_t i = 0; i < planner->n_nodes * n_goods; i++)
        bkt_close(plan->price[i],
                  marginal_utility(planner, plan, &eaten[i / n_goods * n_goods], i / n_goods, i % n_goods), 1e-8, 0.0);
}

/* P_k = P_j (1 + (1 + beta) tau) where goods go; a unit of budget is worth the same on every link. */
static void
check_links(const bk_planner *planner, const bk_plan *plan, bool designed)
{
    const size_t n_goods = planner->n_goods;
    double       worth[12], most = 0.0;

    for (size_t a = 0; a < planner->n_links; a++) {
        worth[a] = 0.0;
        for (size_t n = 0; n < n_goods; n++) {
            const double flow = plan->flow[a * n_goods + n];
            const double from = plan->price[planner->from[a] * n_goods + n];
            const double to = plan->price[planner->to[a] * n_goods + n];
            if (flow == 0.0)
                continue;
            const double tau = planner->transport_cost[a] * pow(fabs(flow), planner->beta) /
                               pow(plan->infrastructure[a], planner->gamma);
            bkt_close((flow > 0.0 ? to / from : from / to) - 1.0, (1.0 + planner->beta) * tau, 1e-8, 1e-14);
            worth[a] += planner->gamma * fmin(from, to) * tau * fabs(flow) / plan->infrastructure[a] /
                        (2.0 * planner->building_cost[a]);
        }
        most = fmax(most, worth[a]);
    }
    for (size_t a = 0; designed && a < planner->n_links; a++)
        if (plan->infrastructure[a] > 1e-6)
            bkt_close(worth[a], most, 1e-6, 0.0);
}

/* gamma P_j tau Q / (I d) of each link with flow: alike where it was widened, less where not. */
static void
check_worth_of_budget(const bk_planner *planner, const bk_plan *plan)
{
    const size_t n_goods = planner->n_goods;
    double       worth[12] = {0}, rate = 0.0;

    for (size_t a = 0; a < planner->n_links; a++)
        for (size_t n = 0; n < n_goods; n++) {
            const double flow = fabs(plan->flow[a * n_goods + n]);
            const double low =
                fmin(plan->price[planner->from[a] * n_goods + n], plan->price[planner->to[a] * n_goods + n]);
            worth[a] += flow == 0.0
                            ? 0.0
                            : planner->gamma * low * planner->transport_cost[a] * pow(flow, 1.0 + planner->beta) *
                                  pow(plan->infrastructure[a], -planner->gamma - 1.0) /
                                  (2.0 * planner->building_cost[a]);
        }
    for (size_t a = 0; a < planner->n_links; a++)
        rate = plan->infrastructure[a] > planner->standing[a] * (1.0 + 1e-9) ? fmax(rate, worth[a]) : rate;
    for (size_t a = 0; a < planner->n_links; a++) {
        assert_true(worth[a] <= rate * (1.0 + 1e-6));
        if (plan->infrastructure[a] > planner->standing[a] * (1.0 + 1e-9) && plan->infrastructure[a] > 1e-6)
            bkt_close(worth[a], rate, 1e-6, 0.0);
    }
}

static void
plans_fulfil_the_first_order_conditions(void **state)
{
    const bk_planner_settings settings = {.tolerance = 1e-12, .step_limit = 500};

    (void)state;
    for (uint64_t seed = 0; seed < 300; seed++) {
        bkt_planner problem = random_problem(seed);
        double      given[12];
        bk_plan     design, shipped;
        assert_int_equal(bk_planner_design(ctx, &problem.planner, &settings, &arena, &design), BK_OK);
        assert_true(design.unbalance < 1e-9);
        check_nodes(&problem.planner, &design);
        check_links(&problem.planner, &design, true);
        bkt_close(design.bound, design.welfare, 1e-12, 1e-12);
        bkt_close(design.spent, problem.planner.budget, 1e-13, 0.0);
        for (size_t a = 0; a < problem.planner.n_links; a++)
            given[a] = problem.planner.budget / (double)problem.planner.n_links / (2.0 * problem.building_cost[a]);
        assert_int_equal(bk_planner_ship(ctx, &problem.planner, given, &settings, &arena, &shipped), BK_OK);
        assert_true(shipped.unbalance < 1e-9);
        check_nodes(&problem.planner, &shipped);
        check_links(&problem.planner, &shipped, false);
        assert_true(shipped.welfare <= design.bound + 1e-12 * fabs(design.bound)); /* an even network is no better */
        bk_arena_release(&arena);
    }
}

/* With infrastructure that stands on some links: none is torn down, a unit of budget is worth the same on all that are
 * widened and no more on the others, and the bound, found by other means, is met. */
static void
widened_networks_fulfil_the_first_order_conditions(void **state)
{
    const bk_planner_settings settings = {.tolerance = 1e-12, .step_limit = 500};
    size_t                    n_kept = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 150; seed++) {
        bkt_planner  problem = random_problem(seed);
        const size_t n = problem.planner.n_links;
        double       standing[12];
        bk_plan      design, before;
        for (size_t a = 0; a < n; a++)
            standing[a] = bk_uniform(seed, 9, a) < 0.7 ? bk_uniform(seed, 10, a) : 0.0;
        problem.planner.standing = standing;
        assert_int_equal(bk_planner_design(ctx, &problem.planner, &settings, &arena, &design), BK_OK);
        assert_true(design.unbalance < 1e-9);
        check_nodes(&problem.planner, &design);
        for (size_t a = 0; a < n; a++) {
            assert_true(design.infrastructure[a] >= standing[a]);
            n_kept += design.infrastructure[a] == standing[a];
        }
        check_worth_of_budget(&problem.planner, &design);
        bkt_close(design.bound, design.welfare, 1e-11, 1e-11);
        bkt_close(design.spent, problem.planner.budget, 1e-12, 0.0);
        assert_int_equal(bk_planner_ship(ctx, &problem.planner, standing, &settings, &arena, &before), BK_OK);
        assert_true(before.welfare < design.welfare);
        bkt_close(before.spent, 0.0, 0.0, 1e-15);
        bk_arena_release(&arena);
    }
    assert_true(n_kept > 150); /* else nothing was tried */
}

/* Nothing standing is the problem without. */
static void
nothing_standing_changes_nothing(void **state)
{
    const bk_planner_settings settings = bk_planner_default();
    static const double       nothing[12];
    bkt_planner               problem = random_problem(7);
    bk_plan                   plain, with;

    (void)state;
    assert_int_equal(bk_planner_design(ctx, &problem.planner, &settings, &arena, &plain), BK_OK);
    problem.planner.standing = nothing;
    assert_int_equal(bk_planner_design(ctx, &problem.planner, &settings, &arena, &with), BK_OK);
    assert_memory_equal(plain.infrastructure, with.infrastructure,
                        problem.planner.n_links * sizeof *plain.infrastructure);
    bkt_close(with.bound, plain.bound, 1e-12, 0.0); /* by bisection here, by Hoelder's inequality there */
}

/* At gamma = beta nothing is smooth, but the bound holds and lies close; the loop's network is within it. */
static void
at_the_kink_the_gap_is_small_and_holds_what_the_loop_finds(void **state)
{
    const bk_planner_settings settings = bk_planner_default();

    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        bkt_planner problem = random_problem(seed);
        bk_plan     design, loop;
        problem.planner.gamma = problem.planner.beta;
        assert_int_equal(bk_planner_design(ctx, &problem.planner, &settings, &arena, &design), BK_OK);
        assert_true(design.bound >= design.welfare - 1e-13 * fabs(design.bound));
        bkt_close(design.bound, design.welfare, 1e-3, 1e-3);
        assert_int_equal(bk_planner_iterate(ctx, &problem.planner, &settings, &arena, &loop), BK_OK);
        assert_true(loop.welfare <= design.bound + 1e-12 * fabs(design.bound));
        bk_arena_release(&arena);
    }
}

/* ---- refusals -------------------------------------------------------------------------------------------------- */

static void
what_cannot_be_planned_is_refused_with_the_reason(void **state)
{
    const bk_planner_settings settings = bk_planner_default();
    bkt_planner               problem = two_places(1);
    bk_plan                   plan = {.steps = -1};

    (void)state;
    problem.planner.gamma = 1.1;
    assert_int_equal(bk_planner_design(ctx, &problem.planner, &settings, &arena, &plan), BK_ERR_USAGE);
    assert_non_null(strstr(bk_error_get(ctx, 0)->message, "not convex"));
    bk_error_clear(ctx);
    problem.planner.gamma = 0.5;
    problem.planner.least_capacity = 1e-5;
    assert_int_equal(bk_planner_design(ctx, &problem.planner, &settings, &arena, &plan), BK_ERR_USAGE);
    bk_error_clear(ctx);
    problem.planner.least_capacity = 0.0;
    problem.planner.beta = NAN;
    assert_int_equal(bk_planner_design(ctx, &problem.planner, &settings, &arena, &plan), BK_ERR_VALUE);
    bk_error_clear(ctx);
    problem.planner.beta = 1.0;
    problem.planner.n_links = 0;
    assert_int_equal(bk_planner_design(ctx, &problem.planner, &settings, &arena, &plan), BK_ERR_NO_SOLUTION);
    assert_string_equal(bk_error_get(ctx, 0)->message,
                        "node 1 of the planner can neither make good 0 nor have it sent");
    bk_error_clear(ctx);
    problem.planner.n_links = 1;
    problem.labour[1] = 0.0;
    assert_int_equal(bk_planner_ship(ctx, &problem.planner, (double[]){1.0}, &settings, &arena, &plan), BK_ERR_VALUE);
    bk_error_clear(ctx);
    problem.labour[1] = 1.0;
    assert_int_equal(bk_planner_ship(ctx, &problem.planner, (double[]){-1.0}, &settings, &arena, &plan), BK_ERR_USAGE);
    bk_error_clear(ctx);
    assert_int_equal(plan.steps, -1); /* left untouched */
}

static void
a_limit_is_an_outcome_whose_bound_still_holds(void **state)
{
    const bk_planner_settings hasty = {.tolerance = 1e-11, .step_limit = 2}, settings = bk_planner_default();
    bkt_planner               problem = random_problem(4);
    bk_plan                   rough, best;

    (void)state;
    assert_int_equal(bk_planner_design(ctx, &problem.planner, &hasty, &arena, &rough), BK_OK);
    assert_int_equal(rough.outcome, BK_ITERATION_LIMIT);
    assert_int_equal(bk_planner_design(ctx, &problem.planner, &settings, &arena, &best), BK_OK);
    assert_true(rough.bound > best.welfare);
    assert_true(rough.welfare < best.bound);
}

/* Where no returns increase there is one optimum: building and shipping in turns comes to where the design is. */
static void
turns_of_building_and_shipping_end_at_the_design(void **state)
{
    bk_planner_settings settings = bk_planner_default();

    (void)state;
    settings.tolerance = 1e-10;
    for (uint64_t seed = 0; seed < 10; seed++) {
        bkt_planner problem = seed < 3 ? two_places(1 + seed) : random_problem(seed);
        bk_plan     design, loop;
        problem.planner.budget = 2.0;
        if (!(problem.planner.gamma < problem.planner.beta))
            problem.planner.gamma = 0.6 * problem.planner.beta;
        assert_int_equal(bk_planner_design(ctx, &problem.planner, &settings, &arena, &design), BK_OK);
        assert_int_equal(bk_planner_iterate(ctx, &problem.planner, &settings, &arena, &loop), BK_OK);
        bkt_close(loop.welfare, design.welfare, 1e-9, 1e-9);
        bkt_close(loop.spent, 2.0, 1e-9, 0.0);
        for (size_t a = 0; a < problem.planner.n_links; a++)
            bkt_close(loop.infrastructure[a], design.infrastructure[a], 1e-4, 1e-5);
        bk_arena_release(&arena);
    }
}

/* A balance of nothing is asked: what rounding leaves is soon known not to get less. */
static void
what_rounding_leaves_is_not_worked_at_for_ever(void **state)
{
    const bk_planner_settings endless = {.tolerance = 1e-300, .step_limit = 1000};

    (void)state;
    for (uint64_t seed = 0; seed < 5; seed++) {
        bkt_planner problem = random_problem(seed);
        bk_plan     plan;
        assert_int_equal(bk_planner_design(ctx, &problem.planner, &endless, &arena, &plan), BK_OK);
        assert_true(plan.outcome == BK_STALLED || plan.outcome == BK_CONVERGED);
        assert_true(plan.steps < 100);
        bk_arena_release(&arena);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_places_and_a_road_have_a_closed_form),
        cmocka_unit_test(roads_side_by_side_share_the_budget_by_their_merits),
        cmocka_unit_test(a_road_that_stands_is_widened_by_the_budget),
        cmocka_unit_test(the_budget_levels_roads_that_are_alike),
        cmocka_unit_test(a_place_without_roads_eats_what_it_makes),
        cmocka_unit_test(plans_fulfil_the_first_order_conditions),
        cmocka_unit_test(widened_networks_fulfil_the_first_order_conditions),
        cmocka_unit_test(nothing_standing_changes_nothing),
        cmocka_unit_test(at_the_kink_the_gap_is_small_and_holds_what_the_loop_finds),
        cmocka_unit_test(what_cannot_be_planned_is_refused_with_the_reason),
        cmocka_unit_test(a_limit_is_an_outcome_whose_bound_still_holds),
        cmocka_unit_test(turns_of_building_and_shipping_end_at_the_design),
        cmocka_unit_test(what_rounding_leaves_is_not_worked_at_for_ever),
    };

    return cmocka_run_group_tests(tests, open_context, close_context);
}
