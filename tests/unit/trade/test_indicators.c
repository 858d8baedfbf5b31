/* Indicators against their definitions on cases small enough to work out, and laws on random ones. */
#include "bkt_trade.h"

enum { N = 5, S = 3 };

static const bkt_economy_kind kind = {
    .n_regions = N, .n_sectors = S, .inputs = true, .tariffs = true, .deficits = true};

static const bk_trade_indicators *
indicate(bkt_trade *t, const bk_trade_base *base, const bk_trade_shock *shock, const bk_trade_solution *s)
{
    const bk_trade_indicators *indicators = NULL;

    assert_int_equal(bk_trade_indicate(t->ctx, base, shock, s, &t->arena, &indicators), BK_OK);
    return indicators;
}

/* Caliendo & Parro (2015), equation 15, holds with tariffs, deficits, productivity and inputs. */
static void
real_wages_follow_from_own_shares_alone(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        bkt_trade t;
        bkt_trade_open(&t, 1);
        bkt_economy         *e = bkt_economy_create(&kind, seed, &t.arena);
        const bk_trade_base *base = bkt_calibrate(&t, &e->economy);
        double               productivity[S * N];
        for (size_t i = 0; i < S * N; i++)
            productivity[i] = bkt_draw(seed, 10, i, 0.8, 1.3);
        const bk_trade_shock       shock = {.cost = bkt_random_costs(&e->economy, seed, 0.5, &t.arena),
                                            .productivity = productivity};
        const bk_trade_solution   *s = bkt_solve(&t, base, &shock);
        const bk_trade_indicators *i = indicate(&t, base, &shock, s);
        for (size_t n = 0; n < N; n++) {
            assert_true(i->sufficient_applies[n]);
            bkt_close(i->sufficient_real_wage_pct[n], s->real_wage_pct[n], 0, 1e-9);
        }
        bkt_trade_close(&t);
    }
}

static void
without_own_sales_of_a_good_the_formula_does_not_apply(void **state)
{
    (void)state;
    bkt_trade t;
    bkt_trade_open(&t, 1);
    bkt_economy *e = bkt_economy_create(&kind, 3, &t.arena);
    e->trade[(1 * N + 2) * N + 2] = 0.0;
    bkt_draw_technology(e, &kind, 3, 2);
    const bk_trade_base       *base = bkt_calibrate(&t, &e->economy);
    const bk_trade_indicators *i = indicate(&t, base, NULL, bkt_solve(&t, base, NULL));
    for (size_t n = 0; n < N; n++)
        assert_int_equal(i->sufficient_applies[n], n != 2);
    bkt_trade_close(&t);
}

static void
flows_and_concentration_are_what_trade_says(void **state)
{
    (void)state;
    bkt_trade t;
    bkt_trade_open(&t, 1);
    bkt_economy               *e = bkt_economy_create(&kind, 4, &t.arena);
    const bk_trade_base       *base = bkt_calibrate(&t, &e->economy);
    const bk_trade_shock       shock = {.cost = bkt_random_costs(&e->economy, 4, 0.5, &t.arena)};
    const bk_trade_solution   *s = bkt_solve(&t, base, &shock);
    const bk_trade_indicators *i = indicate(&t, base, &shock, s);
    for (size_t n = 0; n < N; n++) {
        double imports = 0.0, imports_then = 0.0, to[N] = {0}, of[S] = {0}, exports = 0.0, partners = 0.0,
               products = 0.0;
        for (size_t j = 0; j < S; j++) {
            double bought = 0.0, bought_then = 0.0;
            for (size_t m = 0; m < N; m++)
                if (m != n) {
                    bought_then += e->trade[(j * N + n) * N + m];
                    bought += s->trade[(j * N + n) * N + m];
                    to[m] += s->trade[(j * N + m) * N + n];
                    of[j] += s->trade[(j * N + m) * N + n];
                }
            bkt_close(i->imports_before[j * N + n], bought_then, 1e-13, 0);
            bkt_close(i->imports_after[j * N + n], bought, 1e-13, 0);
            imports_then += bought_then;
            imports += bought;
        }
        bkt_close(100.0 * (imports / imports_then - 1.0), s->imports_pct[n], 1e-11, 1e-11);
        for (size_t m = 0; m < N; m++) {
            exports += to[m];
            if (m != n)
                bkt_close(i->pair_after[m * N + n], to[m], 1e-13, 0);
        }
        for (size_t m = 0; m < N; m++)
            partners += pow(to[m] / exports, 2.0);
        for (size_t j = 0; j < S; j++) {
            products += pow(of[j] / exports, 2.0);
            bkt_close(i->exports_after[j * N + n], of[j], 1e-13, 0);
        }
        bkt_close(i->partner_hhi_after[n], partners, 1e-12, 0);
        bkt_close(i->product_hhi_after[n], products, 1e-12, 0);
    }
    bkt_trade_close(&t);
}

/* Region 0 opens to region 1 only: it buys more there, some of it instead of from the others. */
static void
a_preference_creates_trade_and_diverts_some(void **state)
{
    (void)state;
    const bkt_economy_kind one = {.n_regions = 4, .n_sectors = 1};
    bkt_trade              t;
    bkt_trade_open(&t, 1);
    bkt_economy         *e = bkt_economy_create(&one, 5, &t.arena);
    const bk_trade_base *base = bkt_calibrate(&t, &e->economy);
    double               cost[16];
    for (size_t c = 0; c < 16; c++)
        cost[c] = c == 1 ? 0.8 : 1.0;
    const bk_trade_shock       shock = {.cost = cost};
    const bk_trade_solution   *s = bkt_solve(&t, base, &shock);
    const bk_trade_indicators *i = indicate(&t, base, &shock, s);
    const double more = s->trade[1] - e->trade[1], less = e->trade[2] - s->trade[2] + e->trade[3] - s->trade[3];
    assert_true(more > less && less > 0.0);
    bkt_close(i->diverted[0], less, 1e-13, 0);
    bkt_close(i->created[0], more - less, 1e-13, 0);
    for (size_t n = 1; n < 4; n++)
        assert_true(i->created[n] == 0.0 && i->diverted[n] == 0.0);
    bkt_trade_close(&t);
}

/* All trade costs of a small exporter of two goods fall by a tenth: its markets hardly change, so its access widens by
 * 1 / 0.9, wherever it stands among the regions. */
static void
market_access_is_the_fall_of_export_costs(void **state)
{
    (void)state;
    const bkt_economy_kind kind_of_two = {.n_regions = 4, .n_sectors = 2};
    for (size_t small = 0; small < 4; small++) {
        bkt_trade t;
        bkt_trade_open(&t, 1);
        bkt_economy *e = bkt_economy_create(&kind_of_two, 6, &t.arena);
        double       cost[2 * 16];
        for (size_t c = 0; c < 2 * 16; c++) {
            const size_t importer = c / 4 % 4, exporter = c % 4;
            e->trade[c] *= (importer == small ? 1e-7 : 1.0) * (exporter == small && importer != small ? 1e-7 : 1.0);
            cost[c] = exporter == small && importer != small ? 0.9 : 1.0;
        }
        bkt_balance_trade(e, &kind_of_two);
        for (size_t n = 0; n < 4; n++)
            bkt_draw_technology(e, &kind_of_two, 6, n);
        const bk_trade_base       *base = bkt_calibrate(&t, &e->economy);
        const bk_trade_shock       shock = {.cost = cost};
        const bk_trade_indicators *i = indicate(&t, base, &shock, bkt_solve(&t, base, &shock));
        for (size_t n = 0; n < 4; n++)
            bkt_close(i->market_access_pct[n], n == small ? 100.0 / 0.9 - 100.0 : 0.0, 1e-5, 1e-4);
        bkt_trade_close(&t);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_wages_follow_from_own_shares_alone),
        cmocka_unit_test(without_own_sales_of_a_good_the_formula_does_not_apply),
        cmocka_unit_test(flows_and_concentration_are_what_trade_says),
        cmocka_unit_test(a_preference_creates_trade_and_diverts_some),
        cmocka_unit_test(market_access_is_the_fall_of_export_costs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
