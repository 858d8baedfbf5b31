/* The solver against the slow oracle, on random economies of every kind and shocks of every sort. */
#include "bkt_trade.h"
#include "trade_oracle.h"

static const bkt_economy_kind kinds[] = {
    {.n_regions = 2, .n_sectors = 1},
    {.n_regions = 9, .n_sectors = 1, .tariffs = true},
    {.n_regions = 5, .n_sectors = 3, .inputs = true},
    {.n_regions = 4, .n_sectors = 4, .inputs = true, .tariffs = true, .home = true},
    {.n_regions = 7, .n_sectors = 3, .inputs = true, .tariffs = true, .deficits = true, .home = true, .gaps = true},
    {.n_regions = 3, .n_sectors = 2, .tariffs = true, .deficits = true},
    {.n_regions = 5, .n_sectors = 3, .inputs = true, .own = true, .tariffs = true, .deficits = true},
    {.n_regions = 6, .n_sectors = 1, .inputs = true, .own = true, .tariffs = true, .deficits = true},
};

enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

static void
assert_like_oracle(bkt_trade *t, const bk_economy *economy, const bk_trade_shock *shock)
{
    const bk_trade_base     *base = bkt_calibrate(t, economy);
    const bk_trade_solution *solution = bkt_solve(t, base, shock);
    const size_t             n_regions = economy->n_regions;
    bkt_trade_oracle         oracle;

    assert_true(bkt_trade_oracle_solve(economy, shock, NULL, &t->arena, &oracle));
    for (size_t n = 0; n < n_regions; n++) {
        bkt_close(solution->wage_hat[n], oracle.wage[n], 1e-11, 0);
        bkt_close(solution->income_hat[n] * bk_trade_base_income(base)[n], oracle.income[n], 1e-11, 0);
        bkt_close(solution->tariff_revenue[n], oracle.revenue[n], 1e-11, 1e-12 * bk_trade_base_world(base));
        double index = 1.0;
        for (size_t j = 0; j < economy->n_sectors; j++)
            index *= pow(oracle.price[j * n_regions + n], economy->final_share[n * economy->n_sectors + j]);
        bkt_close(solution->price_hat[n], index, 1e-11, 0);
    }
    for (size_t at = 0; at < economy->n_sectors * n_regions; at++) {
        bkt_close(solution->sector_price_hat[at], oracle.price[at], 1e-11, 0);
        bkt_close(solution->unit_cost_hat[at], oracle.cost[at], 1e-11, 0);
        bkt_close(solution->expenditure[at], oracle.expenditure[at], 1e-11, 1e-12 * bk_trade_base_world(base));
    }
    const double *tariff = shock->tariff != NULL ? shock->tariff : economy->tariff;
    for (size_t cell = 0; cell < economy->n_sectors * n_regions * n_regions; cell++) {
        const double value = oracle.share[cell] * oracle.expenditure[cell / n_regions] / (1.0 + tariff[cell]);
        bkt_close(solution->trade[cell], value, 1e-10, 1e-12 * bk_trade_base_world(base));
    }
}

static void
cost_changes_give_what_the_oracle_gives(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_KINDS; k++) {
        bkt_trade t;
        bkt_trade_open(&t, 1);
        bkt_economy *e = bkt_economy_create(&kinds[k], 11 + k, &t.arena);
        assert_like_oracle(&t, &e->economy, &(bk_trade_shock){.cost = bkt_random_costs(&e->economy, 5, 0.4, &t.arena)});
        bkt_trade_close(&t);
    }
}

static void
tariff_changes_give_what_the_oracle_gives(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_KINDS; k++) {
        bkt_trade t;
        bkt_trade_open(&t, 1);
        bkt_economy *e = bkt_economy_create(&kinds[k], 31 + k, &t.arena);
        const size_t n = kinds[k].n_regions, cells = kinds[k].n_sectors * n * n;
        double      *tariff = BK_NEW(&t.arena, double, cells);
        for (size_t c = 0; c < cells; c++)
            tariff[c] = c / n % n == c % n ? 0.0 : bkt_draw(4, k, c, 0.0, 0.6);
        assert_like_oracle(&t, &e->economy, &(bk_trade_shock){.tariff = tariff});
        bkt_trade_close(&t);
    }
}

static void
productivity_and_elasticities_give_what_the_oracle_gives(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_KINDS; k++) {
        bkt_trade t;
        bkt_trade_open(&t, 1);
        bkt_economy *e = bkt_economy_create(&kinds[k], 51 + k, &t.arena);
        const size_t n = kinds[k].n_regions, s = kinds[k].n_sectors;
        double      *productivity = BK_NEW(&t.arena, double, s *n), *elasticity = BK_NEW(&t.arena, double, s);
        for (size_t i = 0; i < s * n; i++)
            productivity[i] = bkt_draw(5, k, i, 0.7, 1.4);
        for (size_t j = 0; j < s; j++)
            elasticity[j] = bkt_draw(6, k, j, 1.0, 12.0);
        assert_like_oracle(&t, &e->economy, &(bk_trade_shock){.productivity = productivity, .elasticity = elasticity});
        bkt_trade_close(&t);
    }
}

static void
a_closed_pair_is_the_limit_of_a_costly_one(void **state)
{
    (void)state;
    bkt_trade t;
    bkt_trade_open(&t, 1);
    bkt_economy         *e = bkt_economy_create(&kinds[4], 3, &t.arena);
    const size_t         n = kinds[4].n_regions;
    const bk_trade_base *base = bkt_calibrate(&t, &e->economy);
    double              *closed = bkt_random_costs(&e->economy, 1, 0.0, &t.arena),
           *costly = bkt_random_costs(&e->economy, 1, 0.0, &t.arena);
    for (size_t j = 0; j < kinds[4].n_sectors; j++)
        for (size_t m = 2; m < n; m++) {
            closed[(j * n + 1) * n + m] = INFINITY;
            costly[(j * n + 1) * n + m] = 1e12;
        }
    const bk_trade_solution *a = bkt_solve(&t, base, &(bk_trade_shock){.cost = closed});
    const bk_trade_solution *b = bkt_solve(&t, base, &(bk_trade_shock){.cost = costly});
    for (size_t i = 0; i < n; i++)
        bkt_close(a->welfare_pct[i], b->welfare_pct[i], 1e-9, 1e-9);
    assert_true(a->trade[(0 * n + 1) * n + 2] == 0.0);
    bkt_trade_close(&t);
}

static void
a_start_from_a_neighbour_ends_where_a_cold_one_does_and_sooner(void **state)
{
    (void)state;
    bkt_trade t;
    bkt_trade_open(&t, 1);
    bkt_economy             *e = bkt_economy_create(&kinds[4], 8, &t.arena);
    const bk_trade_base     *base = bkt_calibrate(&t, &e->economy);
    const bk_trade_shock     near = {.cost = bkt_random_costs(&e->economy, 2, 0.300, &t.arena)};
    const bk_trade_shock     shock = {.cost = bkt_random_costs(&e->economy, 2, 0.301, &t.arena)};
    const bk_trade_solution *neighbour = bkt_solve(&t, base, &near), *cold = bkt_solve(&t, base, &shock), *warm;
    assert_int_equal(bk_trade_solve(t.ctx, base, &shock, NULL, neighbour, &t.arena, &warm), BK_OK);
    assert_int_equal(warm->outcome, BK_CONVERGED);
    assert_true(warm->iterations < cold->iterations);
    for (size_t n = 0; n < kinds[4].n_regions; n++)
        bkt_close(warm->wage_hat[n], cold->wage_hat[n], 1e-11, 0);
    bkt_trade_close(&t);
}

static void
a_kept_solver_reports_what_a_single_solve_does(void **state)
{
    (void)state;
    bkt_trade t;
    bkt_trade_open(&t, 1);
    bkt_economy         *e = bkt_economy_create(&kinds[4], 21, &t.arena);
    const bk_trade_base *base = bkt_calibrate(&t, &e->economy);
    const size_t         cells = kinds[4].n_sectors * kinds[4].n_regions * kinds[4].n_regions;
    double              *value = BK_NEW(&t.arena, double, cells);
    bk_trade_solver     *solver;
    assert_int_equal(bk_trade_solver_create(t.ctx, base, &t.arena, &solver), BK_OK);
    for (uint64_t seed = 1; seed < 6; seed++) {
        const bk_trade_shock     shock = {.cost = bkt_random_costs(&e->economy, seed, 0.2, &t.arena)};
        const bk_trade_solution *single = bkt_solve(&t, base, &shock), *kept;
        bk_outcome               outcome;
        double                   residual;
        assert_int_equal(bk_trade_solver_run(t.ctx, solver, &shock, 1e-13, 500, &outcome, &residual), BK_OK);
        assert_int_equal(outcome, BK_CONVERGED);
        assert_true(residual <= 1e-13);
        assert_int_equal(bk_trade_solver_report(t.ctx, solver, &t.arena, &kept), BK_OK);
        bk_trade_solver_value(solver, value);
        for (size_t c = 0; c < cells; c++)
            bkt_close(value[c], single->trade[c], 1e-10, 1e-13 * bk_trade_base_world(base));
        for (size_t i = 0; i < kinds[4].n_sectors * kinds[4].n_regions; i++)
            bkt_close(bk_trade_solver_unit_cost_hat(solver)[i], single->unit_cost_hat[i], 1e-11, 0);
        for (size_t n = 0; n < kinds[4].n_regions; n++)
            bkt_close(kept->welfare_pct[n], single->welfare_pct[n], 0, 1e-9);
    }
    bkt_trade_close(&t);
}

static void
any_number_of_threads_gives_the_same_bits(void **state)
{
    (void)state;
    const bkt_economy_kind large = {
        .n_regions = 90, .n_sectors = 26, .inputs = true, .tariffs = true, .deficits = true};
    const bk_trade_solution *solutions[3];
    bkt_trade                t[3];
    for (int i = 0; i < 3; i++) {
        bkt_trade_open(&t[i], 1 << i);
        bkt_economy *e = bkt_economy_create(&large, 1, &t[i].arena);
        solutions[i] = bkt_solve(&t[i], bkt_calibrate(&t[i], &e->economy),
                                 &(bk_trade_shock){.cost = bkt_random_costs(&e->economy, 1, 0.2, &t[i].arena)});
    }
    for (int i = 1; i < 3; i++) {
        assert_int_equal(solutions[i]->iterations, solutions[0]->iterations);
        assert_memory_equal(solutions[i]->wage_hat, solutions[0]->wage_hat, 90 * sizeof(double));
        assert_memory_equal(solutions[i]->trade, solutions[0]->trade, 26 * 90 * 90 * sizeof(double));
    }
    for (int i = 0; i < 3; i++)
        bkt_trade_close(&t[i]);
}

static void
a_limit_of_sweeps_is_an_outcome_with_its_residual(void **state)
{
    (void)state;
    bkt_trade t;
    bkt_trade_open(&t, 1);
    bkt_economy             *e = bkt_economy_create(&kinds[4], 2, &t.arena);
    bk_trade_settings        settings = bk_trade_default_settings();
    const bk_trade_shock     shock = {.cost = bkt_random_costs(&e->economy, 1, 0.5, &t.arena)};
    const bk_trade_solution *solution;
    settings.max_iterations = 3;
    assert_int_equal(
        bk_trade_solve(t.ctx, bkt_calibrate(&t, &e->economy), &shock, &settings, NULL, &t.arena, &solution), BK_OK);
    assert_int_equal(solution->outcome, BK_ITERATION_LIMIT);
    assert_int_equal(solution->iterations, 3);
    assert_true(solution->residual > 1e-12 && solution->residual < 1.0);
    bkt_trade_close(&t);
}

/* A rate on one pair alone, also on a region's purchases from itself, at either end of the table. */
static void
a_tax_on_a_single_pair_is_seen_wherever_it_is(void **state)
{
    enum { N = 3, S = 2, PAIRS = N * N };
    static const size_t    pairs[] = {0, 1, PAIRS - 2, PAIRS - 1};
    const bkt_economy_kind untaxed = {.n_regions = N, .n_sectors = S, .inputs = true};
    (void)state;
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
        for (size_t j = 0; j < S; j++) {
            bkt_trade t;
            double    tariff[S * PAIRS] = {0.0};
            bkt_trade_open(&t, 1);
            tariff[j * PAIRS + pairs[k]] = 0.2;
            assert_like_oracle(&t, &bkt_economy_create(&untaxed, 21, &t.arena)->economy,
                               &(bk_trade_shock){.tariff = tariff});
            bkt_trade_close(&t);
        }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cost_changes_give_what_the_oracle_gives),
        cmocka_unit_test(tariff_changes_give_what_the_oracle_gives),
        cmocka_unit_test(productivity_and_elasticities_give_what_the_oracle_gives),
        cmocka_unit_test(a_closed_pair_is_the_limit_of_a_costly_one),
        cmocka_unit_test(a_start_from_a_neighbour_ends_where_a_cold_one_does_and_sooner),
        cmocka_unit_test(a_kept_solver_reports_what_a_single_solve_does),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(a_limit_of_sweeps_is_an_outcome_with_its_residual),
        cmocka_unit_test(a_tax_on_a_single_pair_is_seen_wherever_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
