/* The decomposition adds up whatever the shock, and each part is what its name says. */
#include "bkt_trade.h"

static const bkt_economy_kind full = {
    .n_regions = 6, .n_sectors = 3, .inputs = true, .tariffs = true, .deficits = true, .home = true, .gaps = true};

enum { N = 6, S = 3 };

static const bk_trade_decomposition *
decompose(bkt_trade *t, const bk_trade_base *base, const bk_trade_shock *shock, const bk_trade_solution *s)
{
    const bk_trade_decomposition *d = NULL;

    assert_int_equal(bk_trade_decompose(t->ctx, base, shock, s, &t->arena, &d), BK_OK);
    return d;
}

static void
the_parts_of_any_shock_add_up(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        bkt_trade t;
        bkt_trade_open(&t, 1);
        bkt_economy *e = bkt_economy_create(&full, seed, &t.arena);
        e->economy.deficits = seed % 2 == 0 ? BK_DEFICITS_SHARE : BK_DEFICITS_FIXED;
        for (size_t n = 0; n < N; n++)
            e->regions[n].country = (uint32_t)(n / 2);
        const bk_trade_base    *base = bkt_calibrate(&t, &e->economy);
        const double            income = bk_trade_base_income(base)[1];
        const bk_trade_mobility mobility = {0.02, -0.3, INFINITY};
        double *tariff = BK_NEW(&t.arena, double, S *N *N), *cost = bkt_random_costs(&e->economy, seed, 0.6, &t.arena);
        double  productivity[S * N], levy[N] = {0}, works[N] = {0}, share[S] = {1.0, 0.0, 0.0};
        const double transfer[N] = {0.01 * income, -0.03 * income, 0.0, 0.02 * income, 0.0, 0.0};
        for (size_t c = 0; c < S * N * N; c++)
            tariff[c] = c / N % N == c % N ? 0.0 : bkt_draw(seed, 9, c, 0.0, 0.7);
        for (size_t i = 0; i < S * N; i++)
            productivity[i] = bkt_draw(seed, 10, i, 0.6, 1.7);
        cost[(0 * N + 2) * N + 3] = INFINITY;
        levy[2] = 0.05 * bk_trade_base_income(base)[2];
        works[1] = 0.04 * income;
        const bk_trade_shock          shock = {.tariff = tariff,
                                               .cost = cost,
                                               .productivity = productivity,
                                               .levy = levy,
                                               .works = works,
                                               .works_share = share,
                                               .transfer = transfer,
                                               .mobility = seed % 3 == 0 ? &mobility : NULL};
        const bk_trade_solution      *s = bkt_solve(&t, base, &shock);
        const bk_trade_decomposition *d = decompose(&t, base, &shock, s);
        for (size_t n = 0; n < N; n++) {
            bkt_close(d->remainder_pct[n], 0.0, 0, 1e-9);
            bkt_close(d->terms_of_trade_pct[n] + d->tariff_revenue_pct[n] + d->tariff_burden_pct[n] +
                          d->transport_pct[n] + d->productivity_pct[n] + d->finance_pct[n] + d->labour_pct[n],
                      s->welfare_pct[n], 0, 1e-9);
            assert_true(shock.mobility != NULL || d->labour_pct[n] == 0.0);
        }
        bkt_trade_close(&t);
    }
}

/* Halving a small shock must quarter what separates the exact terms from the first-order ones. */
static void
for_small_shocks_terms_and_volume_are_those_of_the_linear_formula(void **state)
{
    (void)state;
    bkt_trade t;
    bkt_trade_open(&t, 1);
    bkt_economy         *e = bkt_economy_create(&full, 2, &t.arena);
    const bk_trade_base *base = bkt_calibrate(&t, &e->economy);
    double              *tariff = BK_NEW(&t.arena, double, S *N *N), apart[2][2];
    for (int half = 0; half < 2; half++) {
        const double size = half == 0 ? 0.01 : 0.005;
        for (size_t c = 0; c < S * N * N; c++)
            tariff[c] = e->tariff[c] + (c / N % N == c % N ? 0.0 : size * bk_uniform(1, 9, c));
        const bk_trade_shock          shock = {.tariff = tariff};
        const bk_trade_solution      *s = bkt_solve(&t, base, &shock);
        const bk_trade_decomposition *d = decompose(&t, base, &shock, s);
        apart[half][0] = apart[half][1] = 0.0;
        for (size_t n = 0; n < N; n++) {
            apart[half][0] = fmax(apart[half][0], fabs(d->terms_of_trade_pct[n] - s->terms_of_trade_pct[n]));
            apart[half][1] = fmax(apart[half][1], fabs(d->volume_of_trade_pct[n] - s->volume_of_trade_pct[n]));
        }
    }
    for (int term = 0; term < 2; term++) {
        assert_true(apart[0][term] > 1e-6); /* or the shock is too small to tell */
        bkt_close(apart[1][term] / apart[0][term], 0.25, 0.05, 0);
    }
    bkt_trade_close(&t);
}

static void
a_levy_is_finance_and_nothing_else(void **state)
{
    (void)state;
    bkt_trade t;
    bkt_trade_open(&t, 1);
    bkt_economy                  *e = bkt_economy_create(&full, 3, &t.arena);
    const bk_trade_base          *base = bkt_calibrate(&t, &e->economy);
    const double                  levy[N] = {0.1 * bk_trade_base_income(base)[0], 0.0, 0.0, 0.0, 0.0, 0.0};
    const bk_trade_shock          shock = {.levy = levy};
    const bk_trade_decomposition *d = decompose(&t, base, &shock, bkt_solve(&t, base, &shock));
    bkt_close(d->finance_pct[0], -10.0, 1e-9, 0);
    bkt_close(d->terms_of_trade_pct[0], 0.0, 0, 1e-9);
    for (size_t n = 1; n < N; n++)
        bkt_close(d->finance_pct[n], 0.0, 0, 1e-9);
    bkt_trade_close(&t);
}

static void
a_rise_of_all_productivity_is_productivity_and_nothing_else(void **state)
{
    (void)state;
    bkt_trade t;
    bkt_trade_open(&t, 1);
    const bkt_economy_kind balanced = {
        .n_regions = N, .n_sectors = S, .home = true}; /* deficits fixed in money would gain */
    bkt_economy         *e = bkt_economy_create(&balanced, 4, &t.arena);
    const bk_trade_base *base = bkt_calibrate(&t, &e->economy);
    double               productivity[S * N];
    for (size_t i = 0; i < S * N; i++)
        productivity[i] = 1.3;
    const bk_trade_shock          shock = {.productivity = productivity};
    const bk_trade_solution      *s = bkt_solve(&t, base, &shock);
    const bk_trade_decomposition *d = decompose(&t, base, &shock, s);
    for (size_t n = 0; n < N; n++) {
        bkt_close(d->productivity_pct[n], 30.0, 1e-10, 0);
        bkt_close(d->terms_of_trade_pct[n], 0.0, 0, 1e-9);
        bkt_close(d->transport_pct[n], 0.0, 0, 1e-12);
    }
    bkt_trade_close(&t);
}

/* Two equal countries lower the cost of trade between them: by symmetry terms of trade cannot change. */
static void
between_equals_cheaper_transport_is_transport(void **state)
{
    (void)state;
    bkt_trade              t;
    const bkt_economy_kind kind = {.n_regions = 2, .n_sectors = 1};
    bkt_trade_open(&t, 1);
    bkt_economy *e = bkt_economy_create(&kind, 1, &t.arena);
    e->trade[0] = e->trade[3] = 0.7;
    e->trade[1] = e->trade[2] = 0.3;
    for (size_t n = 0; n < 2; n++)
        bkt_draw_technology(e, &kind, 1, n);
    const bk_trade_base          *base = bkt_calibrate(&t, &e->economy);
    const double                  cost[4] = {1.0, 0.6, 0.6, 1.0}, theta = e->sectors[0].elasticity;
    const bk_trade_shock          shock = {.cost = cost};
    const bk_trade_solution      *s = bkt_solve(&t, base, &shock);
    const bk_trade_decomposition *d = decompose(&t, base, &shock, s);
    const double                  price = pow(0.7 + 0.3 * pow(0.6, -theta), -1.0 / theta); /* wages stay, by symmetry */
    for (size_t n = 0; n < 2; n++) {
        bkt_close(s->welfare_pct[n], 100.0 * (1.0 / price - 1.0), 1e-11, 0);
        bkt_close(d->transport_pct[n], s->welfare_pct[n], 1e-10, 0);
        bkt_close(d->terms_of_trade_pct[n], 0.0, 0, 1e-9);
    }
    bkt_trade_close(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parts_of_any_shock_add_up),
        cmocka_unit_test(for_small_shocks_terms_and_volume_are_those_of_the_linear_formula),
        cmocka_unit_test(a_levy_is_finance_and_nothing_else),
        cmocka_unit_test(a_rise_of_all_productivity_is_productivity_and_nothing_else),
        cmocka_unit_test(between_equals_cheaper_transport_is_transport),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
