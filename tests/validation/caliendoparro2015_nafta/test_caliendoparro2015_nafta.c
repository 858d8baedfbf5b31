/* Caliendo & Parro (2015), see SOURCE.md. */
#include "cp2015.h"

typedef struct fixture {
    bkt_trade            t;
    const cp2015        *cp;
    const bk_trade_base *base;
} fixture;

static void
fixture_open(fixture *f)
{
    bkt_trade_open(&f->t, 1);
    f->cp = cp2015_read(&f->t.arena);
    f->base = bkt_calibrate(&f->t, &f->cp->economy);
    assert_string_equal(f->t.log, "");
}

static bool
is_member(const cp2015 *cp, size_t n)
{
    return strcmp(cp->names[n], "CAN") == 0 || strcmp(cp->names[n], "MEX") == 0 || strcmp(cp->names[n], "USA") == 0;
}

static const bk_trade_solution *
solve_nafta(fixture *f)
{
    double *tariff = BK_NEW(&f->t.arena, double, CP_CELLS);

    for (size_t c = 0; c < CP_CELLS; c++) {
        const bool inside = is_member(f->cp, c / CP_REGIONS % CP_REGIONS) && is_member(f->cp, c % CP_REGIONS);
        tariff[c] = inside ? f->cp->tariff_2005[c] : f->cp->tariff_1993[c];
    }
    return bkt_solve(&f->t, f->base, &(bk_trade_shock){.tariff = tariff});
}

static const bk_trade_solution *
solve_world(fixture *f)
{
    return bkt_solve(&f->t, f->base, &(bk_trade_shock){.tariff = f->cp->tariff_2005});
}

static double
aggregate_imports(const double *trade, size_t importer, size_t exporter)
{
    double sum = 0.0;

    for (size_t j = 0; j < CP_SECTORS; j++)
        sum += trade[(j * CP_REGIONS + importer) * CP_REGIONS + exporter];
    return sum;
}

static void
assert_full_precision(fixture *f, const bk_trade_solution *s, const char *scenario)
{
    bk_arena     *arena = &f->t.arena;
    const double *regions =
        cp2015_table(f->cp, bk_arena_format(arena, "expected_%s.csv", scenario), CP_REGIONS, 10, arena);
    const double *prices = cp2015_table(f->cp, bk_arena_format(arena, "expected_%s_price_hat.csv", scenario),
                                        CP_SECTORS, CP_REGIONS, arena);
    const double *spent = cp2015_table(f->cp, bk_arena_format(arena, "expected_%s_expenditure_share.csv", scenario),
                                       CP_SECTORS, CP_REGIONS, arena);
    const double *growth = cp2015_table(f->cp, bk_arena_format(arena, "expected_%s_imports_growth_pct.csv", scenario),
                                        CP_REGIONS, CP_REGIONS, arena);

    for (size_t n = 0; n < CP_REGIONS; n++) {
        const double *expected = regions + 10 * n;
        bkt_close(s->wage_hat[n], expected[0], 1e-11, 0);
        bkt_close(s->price_hat[n], expected[1], 1e-11, 0);
        bkt_close(s->income_hat[n], expected[2], 1e-11, 0);
        bkt_close(s->real_wage_pct[n], expected[3], 0, 1e-8);
        bkt_close(s->welfare_linear_pct[n], expected[4], 0, 1e-8);
        bkt_close(s->terms_of_trade_pct[n], expected[5], 0, 1e-8);
        bkt_close(s->volume_of_trade_pct[n], expected[6], 0, 1e-8);
        bkt_close(s->welfare_pct[n], expected[7], 0, 1e-8);
        bkt_close(s->imports_pct[n], expected[8], 0, 1e-8);
        bkt_close(s->exports_pct[n], expected[9], 0, 1e-8);
        for (size_t i = 0; i < CP_REGIONS; i++)
            if (i != n) {
                const double before = aggregate_imports(f->cp->trade, n, i), after = aggregate_imports(s->trade, n, i);
                assert_true((before > 0.0) == isfinite(growth[n * CP_REGIONS + i])); /* not a number: no trade */
                if (before > 0.0)
                    bkt_close(100.0 * (after / before - 1.0), growth[n * CP_REGIONS + i], 1e-9, 1e-8);
            }
    }
    for (size_t at = 0; at < CP_SECTORS * CP_REGIONS; at++) {
        bkt_close(s->sector_price_hat[at], prices[at], 1e-11, 0);
        bkt_close(s->expenditure[at] / bk_trade_base_world(f->base), spent[at], 1e-10, 1e-14);
    }
}

static void
nafta_agrees_to_full_precision(void **state)
{
    (void)state;
    bkt_skip_without_shared();
    fixture f;
    fixture_open(&f);
    assert_full_precision(&f, solve_nafta(&f), "nafta");
    bkt_trade_close(&f.t);
}

static void
world_agrees_to_full_precision(void **state)
{
    (void)state;
    bkt_skip_without_shared();
    fixture f;
    fixture_open(&f);
    assert_full_precision(&f, solve_world(&f), "world");
    bkt_trade_close(&f.t);
}

static void
nafta_gives_the_digits_of_tables_2_5_and_11(void **state)
{
    (void)state;
    bkt_skip_without_shared();
    fixture f;
    fixture_open(&f);
    const bk_trade_solution *s = solve_nafta(&f);
    static const struct {
        const char *name;
        double      welfare, terms, volume, real_wage, from_members; /* per cent */
    } table[] = {{"MEX", 1.31, -0.41, 1.72, 1.72, 118.28},
                 {"CAN", -0.06, -0.11, 0.04, 0.32, 11.11},
                 {"USA", 0.08, 0.04, 0.04, 0.11, 40.52}};
    for (size_t r = 0; r < 3; r++) {
        const size_t n = cp2015_region(f.cp, table[r].name);
        double       before = 0.0, after = 0.0;
        bkt_close(s->welfare_linear_pct[n], table[r].welfare, 0, 0.005);
        bkt_close(s->terms_of_trade_pct[n], table[r].terms, 0, 0.005);
        bkt_close(s->volume_of_trade_pct[n], table[r].volume, 0, 0.005);
        bkt_close(s->real_wage_pct[n], table[r].real_wage, 0, 0.005);
        for (size_t i = 0; i < CP_REGIONS; i++)
            if (i != n && is_member(f.cp, i)) {
                before += aggregate_imports(f.cp->trade, n, i);
                after += aggregate_imports(s->trade, n, i);
            }
        bkt_close(100.0 * (after / before - 1.0), table[r].from_members, 0, 0.005);
    }
    static const struct {
        const char *importer, *exporter;
        double      growth;
    } pairs[] = {{"MEX", "CAN", 116.60}, {"MEX", "USA", 118.31}, {"CAN", "MEX", 58.57},
                 {"CAN", "USA", 9.49},   {"USA", "MEX", 109.54}, {"USA", "CAN", 6.57}};
    for (size_t p = 0; p < 6; p++) {
        const size_t n = cp2015_region(f.cp, pairs[p].importer), i = cp2015_region(f.cp, pairs[p].exporter);
        bkt_close(100.0 * (aggregate_imports(s->trade, n, i) / aggregate_imports(f.cp->trade, n, i) - 1.0),
                  pairs[p].growth, 0, 0.005);
    }
    bkt_trade_close(&f.t);
}

static void
the_change_of_welfare_is_decomposed_without_remainder(void **state)
{
    (void)state;
    bkt_skip_without_shared();
    fixture f;
    fixture_open(&f);
    double *tariff = BK_NEW(&f.t.arena, double, CP_CELLS);
    for (size_t c = 0; c < CP_CELLS; c++)
        tariff[c] = f.cp->tariff_2005[c];
    const bk_trade_shock          shock = {.tariff = tariff};
    const bk_trade_solution      *s = bkt_solve(&f.t, f.base, &shock);
    const bk_trade_decomposition *d;
    const bk_trade_indicators    *i;
    size_t                        applies = 0;
    assert_int_equal(bk_trade_decompose(f.t.ctx, f.base, &shock, s, &f.t.arena, &d), BK_OK);
    assert_int_equal(bk_trade_indicate(f.t.ctx, f.base, &shock, s, &f.t.arena, &i), BK_OK);
    for (size_t n = 0; n < CP_REGIONS; n++) {
        bkt_close(d->remainder_pct[n], 0.0, 0, 1e-9);
        if (i->sufficient_applies[n])
            bkt_close(i->sufficient_real_wage_pct[n], s->real_wage_pct[n], 0, 1e-8);
        applies += i->sufficient_applies[n];
    }
    assert_true(applies > 10 && applies < CP_REGIONS); /* 26 goods are not sold at home in some region */
    bkt_trade_close(&f.t);
}

static void
without_a_change_wages_stay_as_well_as_the_base_year_was_solved(void **state)
{
    (void)state;
    bkt_skip_without_shared();
    fixture f;
    fixture_open(&f);
    const bk_trade_solution *s = bkt_solve(&f.t, f.base, NULL);
    for (size_t n = 0; n < CP_REGIONS; n++)
        bkt_close(s->wage_hat[n], 1.0, 9.1e-9, 0);
    bkt_trade_close(&f.t);
}

static void
extreme_policies_converge_with_default_settings(void **state)
{
    (void)state;
    bkt_skip_without_shared();
    fixture f;
    fixture_open(&f);
    double      *tariff = BK_NEW(&f.t.arena, double, CP_CELLS), *cost = BK_NEW(&f.t.arena, double, CP_CELLS);
    const size_t usa = cp2015_region(f.cp, "USA");
    for (size_t c = 0; c < CP_CELLS; c++)
        tariff[c] = 3.0 * f.cp->tariff_1993[c];
    bkt_solve(&f.t, f.base, &(bk_trade_shock){.tariff = tariff});
    for (size_t c = 0; c < CP_CELLS; c++)
        tariff[c] = 0.0;
    bkt_solve(&f.t, f.base, &(bk_trade_shock){.tariff = tariff});
    for (size_t c = 0; c < CP_CELLS; c++)
        tariff[c] = c / CP_REGIONS % CP_REGIONS == usa && c % CP_REGIONS != usa ? 2.0 : f.cp->tariff_1993[c];
    bkt_solve(&f.t, f.base, &(bk_trade_shock){.tariff = tariff});
    for (double factor = 0.5; factor <= 2.0; factor *= 4.0) {
        for (size_t c = 0; c < CP_CELLS; c++)
            cost[c] = c / CP_REGIONS % CP_REGIONS != c % CP_REGIONS ? factor : 1.0;
        bkt_solve(&f.t, f.base, &(bk_trade_shock){.cost = cost});
    }
    bkt_trade_close(&f.t);
}

static void
closing_trade_altogether_names_a_good_that_is_then_missing(void **state)
{
    (void)state;
    bkt_skip_without_shared();
    fixture f;
    fixture_open(&f);
    double                  *cost = BK_NEW(&f.t.arena, double, CP_CELLS);
    const bk_trade_solution *solution = NULL;
    for (size_t c = 0; c < CP_CELLS; c++)
        cost[c] = c / CP_REGIONS % CP_REGIONS != c % CP_REGIONS ? INFINITY : 1.0;
    assert_int_equal(
        bk_trade_solve(f.t.ctx, f.base, &(bk_trade_shock){.cost = cost}, NULL, NULL, &f.t.arena, &solution),
        BK_ERR_NO_SOLUTION);
    assert_non_null(strstr(bk_error_get(f.t.ctx, 0)->message, "supplier"));
    bkt_trade_close(&f.t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nafta_agrees_to_full_precision),
        cmocka_unit_test(world_agrees_to_full_precision),
        cmocka_unit_test(nafta_gives_the_digits_of_tables_2_5_and_11),
        cmocka_unit_test(the_change_of_welfare_is_decomposed_without_remainder),
        cmocka_unit_test(without_a_change_wages_stay_as_well_as_the_base_year_was_solved),
        cmocka_unit_test(extreme_policies_converge_with_default_settings),
        cmocka_unit_test(closing_trade_altogether_names_a_good_that_is_then_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
