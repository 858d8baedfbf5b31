/* Unions that pool their duties: identities, the oracle, leavers. */
#include "bkt_trade.h"
#include "trade_oracle.h"

enum { N = 5, S = 3, U = 7 };

static const bkt_economy_kind kind = {
    .n_regions = N, .n_sectors = S, .inputs = true, .tariffs = true, .deficits = true};
static const uint32_t pool[N] = {U, U, BK_NONE, U, BK_NONE};
static const double   quota[N] = {0.5, 0.2, 0.0, 0.3, 0.0};

typedef struct world {
    bkt_trade            t;
    bk_economy           economy;
    double              *cost;
    const bk_trade_base *base;
} world;

static void
world_open(world *w, uint64_t seed)
{
    bkt_trade_open(&w->t, 1);
    w->economy = bkt_economy_create(&kind, seed, &w->t.arena)->economy;
    w->economy.duty_pool = pool;
    w->economy.duty_quota = quota;
    w->cost = bkt_random_costs(&w->economy, seed, 0.3, &w->t.arena);
    w->base = bkt_calibrate(&w->t, &w->economy);
}

/* Quota times the pool less own duties on outsiders' goods, from flows before tariff. */
static void
transfers_of(const double *trade, const double *tariff, const uint32_t *union_of, const double *share, double *transfer)
{
    double duties[N] = {0.0}, sum = 0.0;

    for (size_t n = 0; n < N; n++) {
        for (size_t j = 0; j < S; j++)
            for (size_t i = 0; i < N; i++)
                if (union_of[n] == U && union_of[i] != U)
                    duties[n] += trade[(j * N + n) * N + i] * tariff[(j * N + n) * N + i];
        sum += duties[n];
    }
    for (size_t n = 0; n < N; n++)
        transfer[n] = union_of[n] == U ? share[n] * sum - duties[n] : 0.0;
}

static void
where_nothing_changes_nothing_is_transferred(void **state)
{
    (void)state;
    world w;
    world_open(&w, 3);
    const bk_trade_solution *s = bkt_solve(&w.t, w.base, &(bk_trade_shock){.tariff = w.economy.tariff});
    for (size_t n = 0; n < N; n++) {
        bkt_close(s->wage_hat[n], 1.0, 1e-12, 0);
        bkt_close(s->income_hat[n], 1.0, 1e-12, 0);
        bkt_close(s->duty_transfer[n], 0.0, 0, 1e-12 * bk_trade_base_world(w.base));
    }
    bkt_trade_close(&w.t);
}

static void
each_member_gets_its_quota_and_transfers_add_up_to_nothing(void **state)
{
    (void)state;
    world  w;
    double before[N], after[N], sum = 0.0;
    world_open(&w, 4);
    const bk_trade_solution *s = bkt_solve(&w.t, w.base, &(bk_trade_shock){.cost = w.cost});
    transfers_of(w.economy.trade, w.economy.tariff, pool, quota, before);
    transfers_of(s->trade, w.economy.tariff, pool, quota, after);
    assert_true(fabs(after[0] - before[0]) > 1e-5 * bk_trade_base_world(w.base)); /* or this would test nothing */
    for (size_t n = 0; n < N; n++) {
        bkt_close(s->duty_transfer[n], after[n] - before[n], 0, 1e-11 * bk_trade_base_world(w.base));
        sum += s->duty_transfer[n];
    }
    bkt_close(sum, 0.0, 0, 1e-14 * bk_trade_base_world(w.base));
    bkt_close(s->walras, 0.0, 0, 1e-11);
    bkt_trade_close(&w.t);
}

/* The first and the last region are partners to one union and members of the other. */
static void
two_unions_share_each_its_own(void **state)
{
    enum { V = 3 };
    static const uint32_t pools[N] = {V, U, BK_NONE, U, V}, other[N] = {U, BK_NONE, BK_NONE, BK_NONE, U};
    static const double   quotas[N] = {0.4, 0.7, 0.0, 0.3, 0.6};
    static const uint32_t one[N] = {BK_NONE, U, BK_NONE, U, BK_NONE};
    (void)state;
    world  w;
    double before[2][N], after[2][N];
    world_open(&w, 10);
    bk_economy economy = w.economy;
    economy.duty_pool = pools;
    economy.duty_quota = quotas;
    const bk_trade_base     *base = bkt_calibrate(&w.t, &economy);
    const bk_trade_solution *s = bkt_solve(&w.t, base, &(bk_trade_shock){.cost = w.cost});
    transfers_of(economy.trade, economy.tariff, one, quotas, before[0]);
    transfers_of(economy.trade, economy.tariff, other, quotas, before[1]);
    transfers_of(s->trade, economy.tariff, one, quotas, after[0]);
    transfers_of(s->trade, economy.tariff, other, quotas, after[1]);
    for (size_t n = 0; n < N; n++)
        bkt_close(s->duty_transfer[n], after[0][n] + after[1][n] - before[0][n] - before[1][n], 0,
                  1e-11 * bk_trade_base_world(base));
    bkt_trade_close(&w.t);
}

/* The oracle knows transfers as given: they are found around it, one solve after the other. */
static void
the_oracle_with_transfers_found_around_it_agrees(void **state)
{
    (void)state;
    world            w;
    double           before[N], transfer[N] = {0.0}, trade[S * N * N];
    bkt_trade_oracle oracle;
    world_open(&w, 5);
    const bk_trade_shock shock = {.cost = w.cost};
    transfers_of(w.economy.trade, w.economy.tariff, pool, quota, before);
    for (int round = 0; round < 30; round++) {
        double after[N];
        assert_true(bkt_trade_oracle_solve(&w.economy, &shock, transfer, &w.t.arena, &oracle));
        for (size_t cell = 0; cell < S * N * N; cell++)
            trade[cell] = oracle.share[cell] * oracle.expenditure[cell / N] / (1.0 + w.economy.tariff[cell]);
        transfers_of(trade, w.economy.tariff, pool, quota, after);
        for (size_t n = 0; n < N; n++)
            transfer[n] = after[n] - before[n];
    }
    const bk_trade_solution *s = bkt_solve(&w.t, w.base, &shock);
    for (size_t n = 0; n < N; n++) {
        bkt_close(s->wage_hat[n], oracle.wage[n], 1e-10, 0);
        bkt_close(s->income_hat[n] * bk_trade_base_income(w.base)[n], oracle.income[n], 1e-10, 0);
    }
    bkt_trade_close(&w.t);
}

static void
who_leaves_gets_and_pays_nothing_and_the_others_share(void **state)
{
    static const uint32_t left[N] = {U, BK_NONE, BK_NONE, U, BK_NONE};
    static const double   shares[N] = {0.625, 0.0, 0.0, 0.375, 0.0}; /* 0.5 and 0.3 over 0.8 */
    (void)state;
    world  w;
    double before[N], after[N];
    world_open(&w, 6);
    const bk_trade_solution *s =
        bkt_solve(&w.t, w.base, &(bk_trade_shock){.cost = w.cost, .duty_pool = left, .duty_quota = shares});
    transfers_of(w.economy.trade, w.economy.tariff, pool, quota, before);
    transfers_of(s->trade, w.economy.tariff, left, shares, after);
    bkt_close(s->duty_transfer[1], -before[1], 1e-12, 0);
    for (size_t n = 0; n < N; n++)
        bkt_close(s->duty_transfer[n], after[n] - before[n], 0, 1e-11 * bk_trade_base_world(w.base));
    bkt_trade_close(&w.t);
}

static void
a_pool_that_ends_for_all_is_its_base_transfer_taken_back(void **state)
{
    static const uint32_t none[N] = {BK_NONE, BK_NONE, BK_NONE, BK_NONE, BK_NONE};
    static const double   zeros[N];
    (void)state;
    world  w;
    double before[N];
    world_open(&w, 7);
    transfers_of(w.economy.trade, w.economy.tariff, pool, quota, before);
    for (size_t n = 0; n < N; n++)
        before[n] = -before[n];
    bk_economy apart = w.economy;
    apart.duty_pool = NULL;
    apart.duty_quota = NULL;
    const bk_trade_base     *alone = bkt_calibrate(&w.t, &apart);
    const bk_trade_solution *given = bkt_solve(&w.t, alone, &(bk_trade_shock){.transfer = before});
    const bk_trade_solution *ended = bkt_solve(&w.t, w.base, &(bk_trade_shock){.duty_pool = none, .duty_quota = zeros});
    for (size_t n = 0; n < N; n++) {
        bkt_close(ended->wage_hat[n], given->wage_hat[n], 1e-11, 0);
        bkt_close(ended->welfare_pct[n], given->welfare_pct[n], 0, 1e-9);
    }
    bkt_trade_close(&w.t);
}

static void
parts_of_a_gain_count_pooled_duties_as_finance(void **state)
{
    (void)state;
    world w;
    world_open(&w, 8);
    const bk_trade_shock          shock = {.cost = w.cost};
    const bk_trade_solution      *s = bkt_solve(&w.t, w.base, &shock);
    const bk_trade_decomposition *parts;
    assert_int_equal(bk_trade_decompose(w.t.ctx, w.base, &shock, s, &w.t.arena, &parts), BK_OK);
    for (size_t n = 0; n < N; n++) {
        bkt_close(parts->remainder_pct[n], 0.0, 0, 1e-8);
        if (pool[n] == BK_NONE)
            bkt_close(parts->finance_pct[n], 0.0, 0, 1e-9);
        else
            assert_true(parts->finance_pct[n] * s->duty_transfer[n] > 0.0);
    }
    bkt_trade_close(&w.t);
}

static void
quotas_that_do_not_add_up_are_refused(void **state)
{
    static const double      short_by_a_tenth[N] = {0.4, 0.2, 0.0, 0.3, 0.0};
    const bk_trade_solution *s;
    (void)state;
    world w;
    world_open(&w, 9);
    const bk_trade_shock shock = {.duty_pool = pool, .duty_quota = short_by_a_tenth}, halved = {.duty_pool = pool};
    assert_int_equal(bk_trade_solve(w.t.ctx, w.base, &shock, NULL, NULL, &w.t.arena, &s), BK_ERR_VALUE);
    assert_non_null(strstr(bk_error_get(w.t.ctx, 0)->message, "0.9"));
    assert_int_equal(bk_trade_solve(w.t.ctx, w.base, &halved, NULL, NULL, &w.t.arena, &s), BK_ERR_USAGE);
    bkt_trade_close(&w.t);
}

/* Negative for one member alone, whichever it is, while the others make up for it. */
static void
a_negative_quota_is_refused_by_name(void **state)
{
    static const uint32_t    all[N] = {U, U, U, U, U};
    const bk_trade_solution *s;

    (void)state;
    for (size_t n = 0; n < N; n++) {
        world  w;
        double share[N];
        world_open(&w, 11);
        for (size_t m = 0; m < N; m++)
            share[m] = m == n ? -0.2 : 1.2 / (N - 1);
        const bk_trade_shock shock = {.duty_pool = all, .duty_quota = share};
        assert_int_equal(bk_trade_solve(w.t.ctx, w.base, &shock, NULL, NULL, &w.t.arena, &s), BK_ERR_VALUE);
        assert_non_null(strstr(bk_error_get(w.t.ctx, 0)->message, w.economy.regions[n].id));
        bkt_trade_close(&w.t);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_nothing_changes_nothing_is_transferred),
        cmocka_unit_test(each_member_gets_its_quota_and_transfers_add_up_to_nothing),
        cmocka_unit_test(two_unions_share_each_its_own),
        cmocka_unit_test(the_oracle_with_transfers_found_around_it_agrees),
        cmocka_unit_test(who_leaves_gets_and_pays_nothing_and_the_others_share),
        cmocka_unit_test(a_pool_that_ends_for_all_is_its_base_transfer_taken_back),
        cmocka_unit_test(parts_of_a_gain_count_pooled_duties_as_finance),
        cmocka_unit_test(quotas_that_do_not_add_up_are_refused),
        cmocka_unit_test(a_negative_quota_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
