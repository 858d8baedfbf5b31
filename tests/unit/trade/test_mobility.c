/* Labour that moves within an economy. */
#include "bkt_trade.h"
#include "trade_oracle.h"

enum { N = 6, S = 3 };

/* Two economies of three regions each. */
static bkt_economy *
two_economies(bkt_trade *t, uint64_t seed, bool deficits)
{
    const bkt_economy_kind kind = {
        .n_regions = N, .n_sectors = S, .inputs = true, .tariffs = true, .deficits = deficits};
    bkt_economy *e = bkt_economy_create(&kind, seed, &t->arena);

    for (size_t n = 0; n < N; n++) {
        e->regions[n].country = (uint32_t)(n / 3);
        e->regions[n].population = bkt_draw(seed, 12, n, 1e6, 9e6);
    }
    return e;
}

/* Labour found by the slow oracle: with payrolls in place of wages, L more labour is a productivity of L^(share +
 * agglomeration). */
static bool
oracle_labour(const bk_economy *e, const double *cost, const bk_trade_mobility *mobility, bk_arena *arena,
              double *labour, bkt_trade_oracle *o)
{
    double      *productivity = BK_NEW(arena, double, S *N), gap = 1.0;
    const double b = mobility->congestion - 1.0 / mobility->taste;

    for (size_t n = 0; n < N; n++)
        labour[n] = 1.0;
    for (int round = 0; round < 400 && gap > 1e-13; round++) {
        double value[N], people[2] = {0.0, 0.0}, before[2] = {0.0, 0.0};
        for (size_t j = 0; j < S; j++)
            for (size_t n = 0; n < N; n++)
                productivity[j * N + n] = pow(labour[n], e->value_added_share[n * S + j] + mobility->agglomeration);
        if (!bkt_trade_oracle_solve(e, &(bk_trade_shock){.cost = cost, .productivity = productivity}, NULL, arena, o))
            return false;
        for (size_t n = 0; n < N; n++) {
            double base_income = e->regions[n].value_added + e->regions[n].deficit, index = 1.0;
            for (size_t c = 0; c < S * N; c++) {
                const size_t cell = (c / N * N + n) * N + c % N;
                base_income += e->trade[cell] * e->tariff[cell];
            }
            for (size_t j = 0; j < S; j++)
                index *= pow(o->price[j * N + n], e->final_share[n * S + j]);
            value[n] = log(o->income[n] / base_income / index) - (1.0 - b) * log(labour[n]);
        }
        gap = 0.0;
        for (size_t n = 0; n < N; n++)
            gap = fmax(gap, fabs(value[n] - value[n / 3 * 3]));
        for (size_t n = 0; n < N; n++) {
            before[n / 3] += e->regions[n].population;
            labour[n] *= exp(0.7 * (value[n] - value[n / 3 * 3]));
            people[n / 3] += e->regions[n].population * labour[n];
        }
        for (size_t n = 0; n < N; n++)
            labour[n] *= before[n / 3] / people[n / 3];
    }
    return gap < 1e-12;
}

static void
labour_settles_where_the_oracle_puts_it(void **state)
{
    (void)state;
    static const bk_trade_mobility kinds[] = {{0.05, -0.3, INFINITY}, {0.0, 0.0, 3.0}, {-0.1, -0.2, 8.0}};
    for (size_t k = 0; k < 3; k++) {
        bkt_trade t;
        bkt_trade_open(&t, 1);
        bkt_economy             *e = two_economies(&t, 40 + k, k != 1);
        const double            *cost = bkt_random_costs(&e->economy, k, 0.3, &t.arena);
        const bk_trade_solution *s =
            bkt_solve(&t, bkt_calibrate(&t, &e->economy), &(bk_trade_shock){.cost = cost, .mobility = &kinds[k]});
        double           labour[N];
        bkt_trade_oracle oracle;
        assert_true(oracle_labour(&e->economy, cost, &kinds[k], &t.arena, labour, &oracle));
        for (size_t n = 0; n < N; n++) {
            bkt_close(s->labour_hat[n], labour[n], 1e-10, 0);
            bkt_close(s->wage_hat[n] * s->labour_hat[n], oracle.wage[n], 1e-10, 0);
            if (isinf(kinds[k].taste))
                bkt_close(s->utility_pct[n], s->utility_pct[n / 3 * 3], 0, 1e-9);
            else /* more people where utility is higher, by the elasticity */
                bkt_close(log(s->labour_hat[n] / s->labour_hat[n / 3 * 3]),
                          kinds[k].taste *
                              log((1.0 + s->utility_pct[n] / 100.0) / (1.0 + s->utility_pct[n / 3 * 3] / 100.0)),
                          0, 1e-10);
        }
        bkt_trade_close(&t);
    }
}

static void
without_a_change_nobody_moves(void **state)
{
    (void)state;
    bkt_trade t;
    bkt_trade_open(&t, 1);
    const bk_trade_mobility  mobility = {0.05, -0.3, INFINITY};
    bkt_economy             *e = two_economies(&t, 3, true);
    const bk_trade_solution *s =
        bkt_solve(&t, bkt_calibrate(&t, &e->economy), &(bk_trade_shock){.mobility = &mobility});
    for (size_t n = 0; n < N; n++) {
        bkt_close(s->labour_hat[n], 1.0, 1e-12, 0);
        bkt_close(s->utility_pct[n], 0.0, 0, 1e-10);
    }
    bkt_trade_close(&t);
}

static void
a_region_alone_in_its_economy_keeps_its_labour(void **state)
{
    (void)state;
    bkt_trade t;
    bkt_trade_open(&t, 1);
    const bk_trade_mobility mobility = {0.05, -0.3, INFINITY};
    bkt_economy            *e = two_economies(&t, 4, true);
    e->regions[5].country = 7;
    const bk_trade_shock     shock = {.cost = bkt_random_costs(&e->economy, 4, 0.3, &t.arena), .mobility = &mobility};
    const bk_trade_solution *s = bkt_solve(&t, bkt_calibrate(&t, &e->economy), &shock);
    double                   people = 0.0, before = 0.0;
    assert_true(s->labour_hat[5] == 1.0);
    assert_true(fabs(s->labour_hat[3] - 1.0) > 1e-4);
    for (size_t n = 3; n < 5; n++) {
        people += s->labour_hat[n] * e->regions[n].population;
        before += e->regions[n].population;
    }
    bkt_close(people, before, 1e-13, 0);
    bkt_trade_close(&t);
}

static void
whether_one_equilibrium_is_known_is_said(void **state)
{
    (void)state;
    bkt_trade t;
    bkt_trade_open(&t, 1);
    bkt_economy            *e = two_economies(&t, 5, true);
    const bk_trade_base    *base = bkt_calibrate(&t, &e->economy);
    const bk_trade_mobility one = {0.02, -0.3, INFINITY}, several = {0.02, -0.01, INFINITY},
                            none = {0.4, 0.1, INFINITY}, wrong = {0.1, -0.3, 0.0};
    const bk_trade_solution *s = NULL;
    assert_true(bkt_solve(&t, base, &(bk_trade_shock){.mobility = &one})->labour_unique);
    assert_string_equal(t.log, "");
    assert_false(bkt_solve(&t, base, &(bk_trade_shock){.mobility = &several})->labour_unique);
    assert_non_null(strstr(t.log, "several equilibria"));
    assert_int_equal(bk_trade_solve(t.ctx, base, &(bk_trade_shock){.mobility = &none}, NULL, NULL, &t.arena, &s),
                     BK_ERR_NO_SOLUTION);
    assert_int_equal(bk_trade_solve(t.ctx, base, &(bk_trade_shock){.mobility = &wrong}, NULL, NULL, &t.arena, &s),
                     BK_ERR_VALUE);
    bkt_trade_close(&t);
}

/* Value added over the value of all goods made. */
static double
own_part(const bkt_economy *e, size_t n)
{
    double output = 0.0;

    for (size_t cell = n; cell < S * N * N; cell += N)
        output += e->trade[cell];
    return e->regions[n].value_added / output;
}

/* One equilibrium is known where agglomeration, grown by the inputs of the region that uses most of them, is below
 * congestion: whichever region that is. */
static void
the_region_that_uses_most_inputs_sets_the_bound(void **state)
{
    bool found[N] = {false};

    (void)state;
    for (uint64_t seed = 1; seed < 40; seed++) {
        bkt_trade t;
        bkt_trade_open(&t, 1);
        bkt_economy *e = two_economies(&t, seed, true);
        size_t       least = 0;
        for (size_t n = 1; n < N; n++)
            least = own_part(e, n) < own_part(e, least) ? n : least;
        const double         bound = 0.3 * own_part(e, least);
        const bk_trade_base *base = found[least] ? NULL : bkt_calibrate(&t, &e->economy);
        for (int above = 0; above <= 1 && base != NULL; above++) {
            const bk_trade_mobility mobility = {above ? 1.001 * bound : 0.999 * bound, -0.3, INFINITY};
            assert_int_equal(bkt_solve(&t, base, &(bk_trade_shock){.mobility = &mobility})->labour_unique, !above);
        }
        found[least] = true;
        bkt_trade_close(&t);
    }
    assert_true(found[0] && found[N - 1]); /* or an end of the row was not seen */
}

/* Where tastes are one, nobody can be better off elsewhere: what is left of incomes after levy and works, by prices and
 * crowding, is the same in all regions of an economy. */
static void
movers_count_what_taxes_leave(void **state)
{
    static const bk_trade_mobility mobility = {0.05, -0.3, INFINITY};
    static const double            share[S] = {0.2, 0.5, 0.3};
    bkt_trade                      t;
    double                         levy[N] = {0}, works[N] = {0}, value[N];

    (void)state;
    bkt_trade_open(&t, 1);
    const bk_trade_base *base = bkt_calibrate(&t, &two_economies(&t, 44, true)->economy);
    const double        *income = bk_trade_base_income(base);
    levy[0] = 0.06 * income[0];
    works[1] = 0.05 * income[1];
    levy[N - 1] = 0.04 * income[N - 1];
    works[N - 1] = 0.03 * income[N - 1];
    const bk_trade_shock     shock = {.levy = levy, .works = works, .works_share = share, .mobility = &mobility};
    const bk_trade_solution *s = bkt_solve(&t, base, &shock);
    for (size_t n = 0; n < N; n++)
        value[n] = log((s->income_hat[n] - (levy[n] + works[n]) / income[n]) / s->price_hat[n]) -
                   (1.0 - mobility.congestion) * log(s->labour_hat[n]);
    for (size_t n = 0; n < N; n++)
        bkt_close(value[n], value[n / 3 * 3], 0, 1e-10);
    assert_true(s->labour_hat[2] > 1.0 && s->labour_hat[N - 1] < 1.0); /* away from where taxes are */
    bkt_trade_close(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labour_settles_where_the_oracle_puts_it),
        cmocka_unit_test(without_a_change_nobody_moves),
        cmocka_unit_test(a_region_alone_in_its_economy_keeps_its_labour),
        cmocka_unit_test(whether_one_equilibrium_is_known_is_said),
        cmocka_unit_test(the_region_that_uses_most_inputs_sets_the_bound),
        cmocka_unit_test(movers_count_what_taxes_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
