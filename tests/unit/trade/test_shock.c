/* What a shock may be, and which shocks have no equilibrium: each refusal names what is to blame. */
#include "bkt_trade.h"

static const bkt_economy_kind four = {.n_regions = 4, .n_sectors = 2, .inputs = true, .tariffs = true};

typedef struct world {
    bkt_trade            t;
    bkt_economy         *e;
    const bk_trade_base *base;
    double              *cost;
} world;

static void
world_open(world *w, const bkt_economy_kind *kind)
{
    bkt_trade_open(&w->t, 1);
    w->e = bkt_economy_create(kind, 17, &w->t.arena);
    w->base = bkt_calibrate(&w->t, &w->e->economy);
    w->cost = bkt_random_costs(&w->e->economy, 1, 0.0, &w->t.arena);
}

static void
assert_refused(world *w, const bk_trade_shock *shock, bk_status status, const char *const *words)
{
    const bk_trade_solution *solution = NULL;

    assert_int_equal(bk_trade_solve(w->t.ctx, w->base, shock, NULL, NULL, &w->t.arena, &solution), status);
    assert_null(solution);
    const char *message = bk_error_get(w->t.ctx, bk_error_count(w->t.ctx) - 1)->message;
    for (; *words != NULL; words++)
        if (strstr(message, *words) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", message, *words);
}

static void
values_that_mean_nothing_are_refused_by_name(void **state)
{
    (void)state;
    world w;
    world_open(&w, &four);
    double *tariff = BK_NEW(&w.t.arena, double, 32), *productivity = BK_NEW(&w.t.arena, double, 8),
           elasticity[2] = {4.0, 0.0};
    memcpy(tariff, w.e->tariff, 32 * sizeof *tariff);
    tariff[(1 * 4 + 2) * 4 + 3] = -1.0;
    assert_refused(&w, &(bk_trade_shock){.tariff = tariff}, BK_ERR_VALUE,
                   (const char *const[]){"R2", "s1", "R3", "-1", NULL});
    tariff[(1 * 4 + 2) * 4 + 3] = NAN;
    assert_refused(&w, &(bk_trade_shock){.tariff = tariff}, BK_ERR_VALUE,
                   (const char *const[]){"R2", "s1", "R3", "nan", NULL});
    w.cost[(0 * 4 + 1) * 4 + 0] = 0.0;
    assert_refused(&w, &(bk_trade_shock){.cost = w.cost}, BK_ERR_VALUE, (const char *const[]){"s0", "R0", "R1", NULL});
    for (size_t i = 0; i < 8; i++)
        productivity[i] = i == 6 ? INFINITY : 1.0;
    assert_refused(&w, &(bk_trade_shock){.productivity = productivity}, BK_ERR_VALUE,
                   (const char *const[]){"s1", "R2", "inf", NULL});
    assert_refused(&w, &(bk_trade_shock){.elasticity = elasticity}, BK_ERR_VALUE,
                   (const char *const[]){"s1", "elasticity", NULL});
    bkt_trade_close(&w.t);
}

static void
autarky_without_own_sales_names_region_and_sector(void **state)
{
    (void)state;
    world w;
    world_open(&w, &four);
    /* region 2 sells its good 1 to others only */
    w.e->trade[(1 * 4 + 2) * 4 + 2] = 0.0;
    bkt_draw_technology(w.e, &four, 17, 2);
    w.base = bkt_calibrate(&w.t, &w.e->economy);
    for (size_t m = 0; m < 4; m++)
        if (m != 2)
            w.cost[(1 * 4 + 2) * 4 + m] = INFINITY;
    assert_refused(&w, &(bk_trade_shock){.cost = w.cost}, BK_ERR_NO_SOLUTION,
                   (const char *const[]){"R2", "s1", "supplier", NULL});
    bkt_trade_close(&w.t);
}

static void
close_all_of(world *w, size_t region, bool imports, bool exports)
{
    const size_t n = w->e->economy.n_regions;

    for (size_t j = 0; j < w->e->economy.n_sectors; j++)
        for (size_t m = 0; m < n; m++)
            if (m != region) {
                w->cost[(j * n + region) * n + m] = imports ? INFINITY : 1.0;
                w->cost[(j * n + m) * n + region] = exports ? INFINITY : 1.0;
            }
}

static void
a_region_cut_off_is_an_economy_of_its_own(void **state)
{
    (void)state;
    world w;
    world_open(&w, &four);
    close_all_of(&w, 1, true, true);
    const bk_trade_solution *s = bkt_solve(&w.t, w.base, &(bk_trade_shock){.cost = w.cost});
    bkt_close(s->wage_hat[1], 1.0, 1e-12, 0); /* its own numeraire */
    bkt_close(s->imports_pct[1], -100.0, 1e-12, 0);
    assert_true(s->welfare_pct[1] < 0.0);
    double others = 0.0, before = 0.0;
    for (size_t n = 0; n < 4; n++)
        if (n != 1) {
            others += s->wage_hat[n] * w.e->regions[n].value_added;
            before += w.e->regions[n].value_added;
        }
    bkt_close(others, before, 1e-12, 0);
    bkt_trade_close(&w.t);
}

static void
a_region_cut_off_with_a_deficit_has_no_solution(void **state)
{
    (void)state;
    const bkt_economy_kind kind = {.n_regions = 4, .n_sectors = 2, .deficits = true};
    world                  w;
    world_open(&w, &kind);
    close_all_of(&w, 1, true, true);
    assert_refused(&w, &(bk_trade_shock){.cost = w.cost}, BK_ERR_NO_SOLUTION,
                   (const char *const[]){"R0", "deficit", NULL});
    bkt_trade_close(&w.t);
}

static void
a_region_that_may_only_sell_needs_a_surplus(void **state)
{
    (void)state;
    world w;
    world_open(&w, &four);
    close_all_of(&w, 3, true, false);
    assert_refused(&w, &(bk_trade_shock){.cost = w.cost}, BK_ERR_NO_SOLUTION, (const char *const[]){"but not", NULL});
    close_all_of(&w, 3, false, true);
    assert_refused(&w, &(bk_trade_shock){.cost = w.cost}, BK_ERR_NO_SOLUTION, (const char *const[]){"but not", NULL});
    bkt_trade_close(&w.t);
}

static void
blocs_may_be_closed_to_each_other(void **state)
{
    (void)state;
    const bkt_economy_kind kind = {.n_regions = 8, .n_sectors = 3, .inputs = true, .tariffs = true};
    world                  w;
    world_open(&w, &kind);
    for (size_t c = 0; c < 3 * 64; c++)
        if ((c / 8 % 8 < 5) != (c % 8 < 5))
            w.cost[c] = INFINITY;
    double deficit = 0.0;
    for (size_t j = 0; j < 3; j++) /* make trade between the blocs balance, or their deficits stay */
        for (size_t n = 0; n < 5; n++)
            for (size_t i = 5; i < 8; i++)
                deficit += w.e->trade[(j * 8 + n) * 8 + i] - w.e->trade[(j * 8 + i) * 8 + n];
    bkt_close(deficit, 0.0, 0,
              1e-11 * bk_trade_base_world(w.base)); /* every region's trade balances, so a bloc's does */
    const bk_trade_solution *s = bkt_solve(&w.t, w.base, &(bk_trade_shock){.cost = w.cost});
    for (size_t n = 0; n < 8; n++)
        assert_true(s->welfare_pct[n] < 0.0);
    bkt_trade_close(&w.t);
}

static void
an_elasticity_of_65_and_huge_cost_changes_stay_finite(void **state)
{
    (void)state;
    const bkt_economy_kind kind = {.n_regions = 6, .n_sectors = 2, .inputs = true, .tariffs = true};
    world                  w;
    world_open(&w, &kind);
    const double elasticity[2] = {65.0, 0.4};
    for (int power = -6; power <= 6; power += 4) {
        for (size_t c = 0; c < 72; c++)
            w.cost[c] = c / 6 % 6 == c % 6 ? 1.0 : pow(10.0, power);
        const bk_trade_solution *s =
            bkt_solve(&w.t, w.base, &(bk_trade_shock){.cost = w.cost, .elasticity = elasticity});
        for (size_t n = 0; n < 6; n++)
            assert_true(isfinite(s->welfare_pct[n]) && (power < 0) == (s->welfare_pct[n] > 0.0));
    }
    bkt_trade_close(&w.t);
}

/* Costs up to a thousand times higher leave almost no trade: balances hang on it by a thread, and acceleration alone
 * gives up. */
static void
almost_closed_economies_are_solved_by_newton_s_method(void **state)
{
    (void)state;
    const bkt_economy_kind kind = {.n_regions = 5, .n_sectors = 3, .inputs = true, .tariffs = true};
    world                  w;
    size_t                 slow = 0;
    world_open(&w, &kind);
    for (int i = 0; i < 6; i++) {
        for (size_t c = 0; c < 75; c++)
            w.cost[c] = c / 5 % 5 == c % 5 ? 1.0 : pow(10.0, 1.5 + 0.3 * i) * (1.0 + bk_uniform(1, (uint64_t)i, c));
        const bk_trade_solution *s = bkt_solve(&w.t, w.base, &(bk_trade_shock){.cost = w.cost});
        assert_true(s->residual <= 1e-12);
        slow += s->iterations > 100;
    }
    assert_true(slow > 0); /* or nothing here was hard */
    bkt_trade_close(&w.t);
}

static void
settings_that_mean_nothing_are_refused(void **state)
{
    (void)state;
    world w;
    world_open(&w, &four);
    const bk_trade_settings  settings = {.tolerance = 0.0, .max_iterations = 10, .depth = 3};
    const bk_trade_solution *solution = NULL;
    assert_int_equal(bk_trade_solve(w.t.ctx, w.base, NULL, &settings, NULL, &w.t.arena, &solution), BK_ERR_USAGE);
    bkt_trade_close(&w.t);
}

static void
a_set_cancel_flag_stops_the_solve(void **state)
{
    (void)state;
    atomic_bool              cancel = false;
    const bk_settings        settings = {.threads = 1, .cancel = &cancel};
    bkt_trade                t;
    const bk_trade_base     *base;
    const bk_trade_solution *solution = NULL;
    assert_int_equal(bk_context_create(&settings, &t.ctx), BK_OK);
    bk_arena_init(&t.arena, t.ctx);
    bkt_economy *e = bkt_economy_create(&four, 1, &t.arena);
    assert_int_equal(bk_trade_calibrate(t.ctx, &e->economy, &t.arena, &base), BK_OK);
    atomic_store(&cancel, true);
    assert_int_equal(bk_trade_solve(t.ctx, base, NULL, NULL, NULL, &t.arena, &solution), BK_ERR_CANCELLED);
    bkt_trade_close(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_that_mean_nothing_are_refused_by_name),
        cmocka_unit_test(autarky_without_own_sales_names_region_and_sector),
        cmocka_unit_test(a_region_cut_off_is_an_economy_of_its_own),
        cmocka_unit_test(a_region_cut_off_with_a_deficit_has_no_solution),
        cmocka_unit_test(a_region_that_may_only_sell_needs_a_surplus),
        cmocka_unit_test(blocs_may_be_closed_to_each_other),
        cmocka_unit_test(an_elasticity_of_65_and_huge_cost_changes_stay_finite),
        cmocka_unit_test(almost_closed_economies_are_solved_by_newton_s_method),
        cmocka_unit_test(settings_that_mean_nothing_are_refused),
        cmocka_unit_test(a_set_cancel_flag_stops_the_solve),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
