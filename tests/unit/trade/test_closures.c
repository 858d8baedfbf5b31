/* Deficits by every rule, taxes for infrastructure, transfers between regions. */
#include "bkt_trade.h"
#include "trade_oracle.h"

enum { N = 5, S = 3 };

static const bkt_economy_kind balanced = {.n_regions = N, .n_sectors = S, .inputs = true, .tariffs = true};
static const bkt_economy_kind lopsided = {
    .n_regions = N, .n_sectors = S, .inputs = true, .tariffs = true, .deficits = true};

typedef struct world {
    bkt_trade    t;
    bkt_economy *e;
    double      *cost;
} world;

static void
world_open(world *w, const bkt_economy_kind *kind, uint64_t seed)
{
    bkt_trade_open(&w->t, 1);
    w->e = bkt_economy_create(kind, seed, &w->t.arena);
    w->cost = bkt_random_costs(&w->e->economy, seed, 0.3, &w->t.arena);
}

static void
a_levy_leaves_the_equilibrium_and_lowers_private_income(void **state)
{
    (void)state;
    world w;
    world_open(&w, &lopsided, 3);
    const bk_trade_base *base = bkt_calibrate(&w.t, &w.e->economy);
    const double levy[N] = {0.0, 0.1 * bk_trade_base_income(base)[1], 0.0, 0.0, 0.02 * bk_trade_base_income(base)[4]};
    const bk_trade_solution *without = bkt_solve(&w.t, base, &(bk_trade_shock){.cost = w.cost});
    const bk_trade_solution *with = bkt_solve(&w.t, base, &(bk_trade_shock){.cost = w.cost, .levy = levy});
    for (size_t n = 0; n < N; n++) {
        bkt_close(with->wage_hat[n], without->wage_hat[n], 1e-15, 0);
        bkt_close(with->income_hat[n], without->income_hat[n], 1e-15, 0);
        const double income = bk_trade_base_income(base)[n];
        const double welfare = (with->income_hat[n] * income - levy[n]) / income / with->price_hat[n];
        bkt_close(with->welfare_pct[n], 100.0 * (welfare - 1.0), 1e-13, 1e-13);
        bkt_close(with->equivalent_variation[n], income * (welfare - 1.0), 1e-13, 1e-13);
    }
    bkt_trade_close(&w.t);
}

static void
works_that_buy_the_final_goods_are_a_levy(void **state)
{
    (void)state;
    world w;
    world_open(&w, &balanced, 4);
    for (size_t n = 0; n < N; n++) /* one basket for all, so that works can buy just it */
        memcpy(w.e->final_share + n * S, w.e->final_share, S * sizeof(double));
    const bk_trade_base *base =
        bkt_calibrate(&w.t, &w.e->economy); /* out of balance now: an equilibrium all the same */
    const double tax[N] = {0.05 * bk_trade_base_income(base)[0], 0.0, 0.03 * bk_trade_base_income(base)[2], 0.0, 0.0};
    const bk_trade_solution *levy = bkt_solve(&w.t, base, &(bk_trade_shock){.cost = w.cost, .levy = tax});
    const bk_trade_solution *works =
        bkt_solve(&w.t, base, &(bk_trade_shock){.cost = w.cost, .works = tax, .works_share = w.e->final_share});
    for (size_t n = 0; n < N; n++) {
        bkt_close(works->wage_hat[n], levy->wage_hat[n], 1e-11, 0);
        bkt_close(works->welfare_pct[n], levy->welfare_pct[n], 0, 1e-9);
    }
    bkt_trade_close(&w.t);
}

static void
works_move_demand_to_what_they_buy_and_accounts_balance(void **state)
{
    (void)state;
    world w;
    world_open(&w, &lopsided, 5);
    const bk_trade_base *base = bkt_calibrate(&w.t, &w.e->economy);
    const double works[N] = {0.0, 0.1 * bk_trade_base_income(base)[1], 0.0, 0.0, 0.0}, share[S] = {0.0, 0.0, 1.0};
    const bk_trade_solution *s = bkt_solve(&w.t, base, &(bk_trade_shock){.works = works, .works_share = share});
    const double             total = bk_trade_base_world(base);
    for (size_t n = 0; n < N; n++) {
        const double income = s->income_hat[n] * bk_trade_base_income(base)[n];
        double       labour = 0.0;
        for (size_t k = 0; k < S; k++) {
            double use = w.e->final_share[n * S + k] * (income - works[n]) + share[k] * works[n], sold = 0.0;
            for (size_t j = 0; j < S; j++) {
                double output = 0.0;
                for (size_t m = 0; m < N; m++)
                    output += s->trade[(j * N + m) * N + n];
                use += (1.0 - w.e->value_added_share[n * S + j]) * w.e->input_share[(n * S + j) * S + k] * output;
                sold = j == k ? output : sold;
            }
            labour += w.e->value_added_share[n * S + k] * sold;
            bkt_close(s->expenditure[k * N + n], use, 0, 1e-11 * total);
        }
        bkt_close(labour, s->wage_hat[n] * w.e->regions[n].value_added, 0, 1e-11 * total);
    }
    assert_true(s->expenditure[2 * N + 1] > 1.05 * (w.e->trade[(2 * N + 1) * N + 1]));
    bkt_trade_close(&w.t);
}

static void
a_transfer_gives_what_the_oracle_gives(void **state)
{
    (void)state;
    world w;
    world_open(&w, &lopsided, 6);
    const bk_trade_base *base = bkt_calibrate(&w.t, &w.e->economy);
    const double paid = 0.04 * bk_trade_base_income(base)[0], transfer[N] = {-paid, 0.0, 0.7 * paid, 0.0, 0.3 * paid};
    const bk_trade_shock     shock = {.cost = w.cost, .transfer = transfer};
    bkt_trade_oracle         oracle;
    const bk_trade_solution *s = bkt_solve(&w.t, base, &shock);
    assert_true(bkt_trade_oracle_solve(&w.e->economy, &shock, transfer, &w.t.arena, &oracle));
    for (size_t n = 0; n < N; n++) {
        bkt_close(s->wage_hat[n], oracle.wage[n], 1e-11, 0);
        bkt_close(s->income_hat[n] * bk_trade_base_income(base)[n], oracle.income[n], 1e-11, 0);
        bkt_close(s->deficit[n], w.e->regions[n].deficit, 0, 1e-12 * bk_trade_base_world(base));
    }
    bkt_trade_close(&w.t);
}

static void
deficits_as_a_share_of_income_keep_the_base_and_add_up_to_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 9; seed++) {
        world w;
        world_open(&w, &lopsided, seed);
        w.e->economy.deficits = BK_DEFICITS_SHARE;
        const bk_trade_base     *base = bkt_calibrate(&w.t, &w.e->economy);
        const bk_trade_solution *same = bkt_solve(&w.t, base, NULL),
                                *s = bkt_solve(&w.t, base, &(bk_trade_shock){.cost = w.cost});
        double sum = 0.0, common = 0.0;
        for (size_t n = 0; n < N; n++) {
            const double income = bk_trade_base_income(base)[n], share = w.e->regions[n].deficit / income;
            bkt_close(same->wage_hat[n], 1.0, 1e-12, 0);
            sum += s->deficit[n];
            common = n == 0 ? share - s->deficit[n] / (s->income_hat[n] * income) : common;
            bkt_close(share - s->deficit[n] / (s->income_hat[n] * income), common, 0, 1e-12); /* the same for all */
        }
        bkt_close(sum, 0.0, 0, 1e-13 * bk_trade_base_world(base));
        bkt_trade_close(&w.t);
    }
}

static void
without_deficits_the_base_is_the_oracle_s_and_shocks_start_there(void **state)
{
    (void)state;
    const bkt_economy_kind kind = {.n_regions = N, .n_sectors = S, .inputs = true, .tariffs = true};
    world                  w;
    world_open(&w, &kind, 7);
    for (size_t c = 0; c < S * N * N; c++) /* small deficits on top of balanced trade */
        w.e->trade[c] *= c / N % N == c % N ? 1.0 : 1.0 + 0.1 * bk_uniform(1, 1, c);
    for (size_t n = 0; n < N; n++)
        bkt_draw_technology(w.e, &kind, 7, n);
    double pays[N];
    for (size_t n = 0; n < N; n++)
        pays[n] = -w.e->regions[n].deficit;
    bkt_trade_oracle oracle;
    assert_true(bkt_trade_oracle_solve(&w.e->economy, &(bk_trade_shock){0}, pays, &w.t.arena, &oracle));
    w.e->economy.deficits = BK_DEFICITS_ZERO;
    const bk_trade_base     *base = bkt_calibrate(&w.t, &w.e->economy);
    const bk_trade_solution *s = bkt_solve(&w.t, base, NULL);
    for (size_t n = 0; n < N; n++) {
        bkt_close(bk_trade_base_income(base)[n], oracle.income[n], 1e-11, 0);
        bkt_close(s->wage_hat[n], 1.0, 1e-11, 0);
        bkt_close(s->deficit[n], 0.0, 0, 1e-12 * bk_trade_base_world(base));
    }
    bkt_trade_close(&w.t);
}

/* Whichever region it is that buys abroad four times as much. */
static void
large_deficits_cannot_be_removed(void **state)
{
    (void)state;
    for (size_t big = 0; big < N; big++) {
        world w;
        char  named[20];
        world_open(&w, &lopsided, 8);
        const bk_trade_base *base = NULL;
        for (size_t c = 0; c < S * N * N; c++)
            w.e->trade[c] *= c / N % N == big && c % N != big ? 4.0 : 1.0;
        for (size_t n = 0; n < N; n++)
            bkt_draw_technology(w.e, &lopsided, 8, n);
        assert_true(w.e->regions[big].deficit > 0.3 * w.e->regions[big].value_added); /* or this tests nothing */
        w.e->economy.deficits = BK_DEFICITS_ZERO;
        assert_int_equal(bk_trade_calibrate(w.t.ctx, &w.e->economy, &w.t.arena, &base), BK_ERR_VALUE);
        assert_non_null(strstr(bk_error_get(w.t.ctx, 0)->message, "of its income"));
        snprintf(named, sizeof named, "region R%zu", big);
        assert_true(big > 0 || strstr(bk_error_get(w.t.ctx, 0)->message, named) != NULL);
        bkt_trade_close(&w.t);
    }
}

static void
taxes_and_transfers_that_cannot_be_are_refused(void **state)
{
    (void)state;
    world w;
    world_open(&w, &balanced, 9);
    const bk_trade_base *base = bkt_calibrate(&w.t, &w.e->economy);
    const double         income = bk_trade_base_income(base)[2];
    const double         unequal[N] = {-1.0, 0.0, 2.0, 0.0, 0.0}, negative[N] = {0.0, -1.0, 0.0, 0.0, 0.0};
    const double         beyond[N] = {0.0, 0.0, 1.1 * income, 0.0, 0.0}, half[S] = {0.5, 0.0, 0.0},
                 works[N] = {0.0, 0.0, 0.1 * income, 0.0, 0.0};
    const bk_trade_shock shocks[] = {
        {.transfer = unequal}, {.levy = negative}, {.levy = beyond}, {.works = works, .works_share = half}};
    const bk_trade_solution *s = NULL;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(bk_trade_solve(w.t.ctx, base, &shocks[i], NULL, NULL, &w.t.arena, &s), BK_ERR_VALUE);
    assert_int_equal(bk_trade_solve(w.t.ctx, base, &(bk_trade_shock){.works = works}, NULL, NULL, &w.t.arena, &s),
                     BK_ERR_USAGE);
    bkt_trade_close(&w.t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_levy_leaves_the_equilibrium_and_lowers_private_income),
        cmocka_unit_test(works_that_buy_the_final_goods_are_a_levy),
        cmocka_unit_test(works_move_demand_to_what_they_buy_and_accounts_balance),
        cmocka_unit_test(a_transfer_gives_what_the_oracle_gives),
        cmocka_unit_test(deficits_as_a_share_of_income_keep_the_base_and_add_up_to_nothing),
        cmocka_unit_test(without_deficits_the_base_is_the_oracle_s_and_shocks_start_there),
        cmocka_unit_test(large_deficits_cannot_be_removed),
        cmocka_unit_test(taxes_and_transfers_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
