/* What one sweep finds missing, how far one iterate goes, and the method on the wages by itself. */
#include "bkt_trade.h"
#include "trade/solver.h"

enum { N = 3, S = 3 };
static const double DELTA = 1e-3;

/* Without inputs and tariffs, so that no image depends on the entry that is moved. */
static const bkt_economy_kind plain = {.n_regions = N, .n_sectors = S};

static bk_trade_solver *
solver_at(bkt_trade *t, const bk_trade_base *base, const bk_trade_shock *shock, int sweeps)
{
    bk_trade_solver *solver = NULL;
    bk_outcome       outcome;
    double           residual;

    assert_int_equal(bk_trade_solver_create(t->ctx, base, &t->arena, &solver), BK_OK);
    assert_int_equal(bk_trade_solver_run(t->ctx, solver, shock, 1e-13, sweeps, &outcome, &residual), BK_OK);
    return solver;
}

/* At the solution one price, or one output, is moved by a thousandth: that and no more is missing. */
static void
whatever_is_out_of_place_is_measured(void **state)
{
    bkt_trade t;

    (void)state;
    bkt_trade_open(&t, 1);
    const bk_trade_base *base = bkt_calibrate(&t, &bkt_economy_create(&plain, 5, &t.arena)->economy);
    bk_trade_solver     *solver = solver_at(&t, base, &(bk_trade_shock){0}, 500);
    const bki_state      at = bki_state_of(base, solver->u);
    for (size_t n = 0; n < N; n++) {
        for (size_t j = 0; j < S; j++) {
            const double weight = base->value_added[n] / base->world;
            at.log_price[bki_at(base, j, n)] += DELTA;
            bki_sweep(t.ctx, solver);
            bkt_close(solver->distance.goods, DELTA, 1e-9, 0);
            bkt_close(solver->distance.world, 0.0, 0, 1e-12);
            at.log_price[bki_at(base, j, n)] -= DELTA;
            at.output[bki_at(base, j, n)] += DELTA;
            bki_sweep(t.ctx, solver);
            bkt_close(solver->distance.goods, DELTA, 1e-9, 0);
            bkt_close(solver->distance.world, DELTA * weight, 1e-9, 0);
            at.output[bki_at(base, j, n)] -= DELTA;
        }
        at.revenue[n] += DELTA; /* spent at once, so that more than this goes missing */
        bki_sweep(t.ctx, solver);
        assert_true(solver->distance.goods >= DELTA * (1.0 - 1e-9));
        at.revenue[n] -= DELTA;
    }
    bkt_trade_close(&t);
}

/* Goods that become a million times easier to make ask for a step of 13.8 in their price: one e-fold is gone. */
static void
no_iterate_goes_further_than_an_e_fold(void **state)
{
    (void)state;
    for (size_t at = 0; at < S * N; at++) {
        bkt_trade t;
        double    productivity[S * N], longest = 0.0;
        bkt_trade_open(&t, 1);
        for (size_t i = 0; i < S * N; i++)
            productivity[i] = i == at ? 1e6 : 1.0;
        const bk_trade_base   *base = bkt_calibrate(&t, &bkt_economy_create(&plain, 6, &t.arena)->economy);
        const bk_trade_shock   shock = {.productivity = productivity};
        const bk_trade_solver *second = solver_at(&t, base, &shock, 2); /* the first starts from logarithms of 0 */
        for (size_t i = 0; i < base->stride * (1 + S); i++)
            longest = fmax(longest, fabs(second->u[i]));
        bkt_close(longest, 1.0, 1e-12, 0);
        bkt_trade_close(&t);
    }
}

/* Islands of three that trade among themselves only, `copies` of the same. */
static bk_economy
islands(const bkt_economy *one, size_t copies, bk_arena *arena)
{
    const size_t n = N * copies;
    bk_economy   all = one->economy;
    double      *trade = BK_NEW(arena, double, S *n *n), *tariff = BK_NEW(arena, double, S *n *n);
    double      *added = BK_NEW(arena, double, n *S), *final = BK_NEW(arena, double, n *S);
    double      *input = BK_NEW(arena, double, n *S *S);
    bk_region   *regions = BK_NEW(arena, bk_region, n);

    for (size_t r = 0; r < n; r++) {
        regions[r] = one->regions[r % N];
        regions[r].id = regions[r].name = bk_arena_format(arena, "I%zu", r);
        regions[r].country = (uint32_t)r;
        memcpy(added + r * S, one->value_added_share + r % N * S, S * sizeof(double));
        memcpy(final + r * S, one->final_share + r % N * S, S * sizeof(double));
        memcpy(input + r * S * S, one->input_share + r % N * S * S, S * S * sizeof(double));
        for (size_t j = 0; j < S; j++)
            for (size_t m = 0; m < N; m++) {
                const size_t to = (j * n + r) * n + r / N * N + m, from = (j * N + r % N) * N + m;
                trade[to] = one->trade[from];
                tariff[to] = one->tariff[from];
            }
    }
    all.n_regions = n;
    all.regions = regions;
    all.trade = trade;
    all.tariff = tariff;
    all.value_added_share = added;
    all.final_share = final;
    all.input_share = input;
    return all;
}

/* Islands that do not trade with each other move as one of them does, wherever in a row they stand. */
static void
islands_are_solved_as_one_is(void **state)
{
    enum { COPIES = 25, ALL = N * COPIES };
    static const bkt_economy_kind kind = {.n_regions = N, .n_sectors = S, .inputs = true, .tariffs = true};
    bkt_trade                     t;
    double                       *one_cost, cost[S * ALL * ALL];

    (void)state;
    bkt_trade_open(&t, 1);
    const bkt_economy *one = bkt_economy_create(&kind, 7, &t.arena);
    const bk_economy   many = islands(one, COPIES, &t.arena);
    one_cost = bkt_random_costs(&one->economy, 7, 0.4, &t.arena);
    for (size_t c = 0; c < S * ALL * ALL; c++) {
        const size_t j = c / ALL / ALL, r = c / ALL % ALL, m = c % ALL;
        cost[c] = r / N == m / N ? one_cost[(j * N + r % N) * N + m % N] : 1.0;
    }
    const bk_trade_solution *a = bkt_solve(&t, bkt_calibrate(&t, &one->economy), &(bk_trade_shock){.cost = one_cost});
    const bk_trade_solution *b = bkt_solve(&t, bkt_calibrate(&t, &many), &(bk_trade_shock){.cost = cost});
    assert_int_equal(b->iterations, a->iterations);
    for (size_t r = 0; r < ALL; r++) {
        bkt_close(b->wage_hat[r], a->wage_hat[r % N], 1e-11, 0);
        for (size_t j = 0; j < S; j++)
            bkt_close(b->sector_price_hat[j * ALL + r], a->sector_price_hat[j * N + r % N], 1e-11, 0);
    }
    bkt_trade_close(&t);
}

/* With the true slopes each step along the path leaves 1 / (1 + time) of the gaps or less, and time quadruples: ten
 * steps are below 1e-13.  Without them the step is the gap itself, which falls by a constant part at best. */
static void
newton_on_the_wages_ends_in_a_few_steps_where_sweeps_do(void **state)
{
    (void)state;
    for (size_t n = 2; n <= 6; n += 2) {
        const bkt_economy_kind kind = {
            .n_regions = n, .n_sectors = S, .inputs = true, .tariffs = true, .deficits = true};
        bkt_trade t;
        bkt_trade_open(&t, 1);
        const bkt_economy       *e = bkt_economy_create(&kind, 8, &t.arena);
        const bk_trade_base     *base = bkt_calibrate(&t, &e->economy);
        const bk_trade_shock     shock = {.cost = bkt_random_costs(&e->economy, 8, 0.4, &t.arena)};
        const bk_trade_solution *swept = bkt_solve(&t, base, &shock);
        bk_trade_solver         *solver = solver_at(&t, base, &shock, 1);
        solver->iterations = 0;
        assert_int_equal(bki_newton(t.ctx, solver, 1e-12), BK_OK);
        assert_int_equal(solver->outcome, BK_CONVERGED);
        assert_true(solver->iterations <= 10);
        for (size_t i = 0; i < n; i++)
            bkt_close(exp(solver->u[i]), swept->wage_hat[i], 1e-10, 0);
        bkt_trade_close(&t);
    }
}

/* Without inputs and tariffs region i earns sum_jn pi_jni X_jn.  With all other wages and prices as they are, its own
 * wage up by 1 % changes that by - sum_j theta_j sum_n X_jn pi_jni (1 - pi_jni) of what buyers turn to, and by + sum_j
 * final_ij pi_jii of what it spends at home: the step is one over what is left of 1. */
static void
wages_step_by_their_own_elasticity(void **state)
{
    bkt_trade t;

    (void)state;
    bkt_trade_open(&t, 1);
    const bkt_economy   *e = bkt_economy_create(&plain, 9, &t.arena);
    const bk_trade_base *base = bkt_calibrate(&t, &e->economy);
    bk_trade_solver     *solver = solver_at(&t, base, &(bk_trade_shock){0}, 500);
    bki_sweep(t.ctx, solver);
    bki_wage_steps(solver);
    for (size_t i = 0; i < N; i++) {
        double lost = 0.0, back = 0.0;
        for (size_t j = 0; j < S; j++)
            for (size_t n = 0; n < N; n++) {
                double bought = 0.0;
                for (size_t m = 0; m < N; m++)
                    bought += e->trade[(j * N + n) * N + m];
                const double share = e->trade[(j * N + n) * N + i] / bought;
                lost += e->sectors[j].elasticity * bought * share * (1.0 - share) / e->regions[i].value_added;
                back += n == i ? e->final_share[i * S + j] * share : 0.0;
            }
        bkt_close(solver->wage_step[i], 1.0 / fmax(1.0 + lost - back, 0.05), 1e-9, 0);
    }
    bkt_trade_close(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_is_out_of_place_is_measured),
        cmocka_unit_test(no_iterate_goes_further_than_an_e_fold),
        cmocka_unit_test(islands_are_solved_as_one_is),
        cmocka_unit_test(newton_on_the_wages_ends_in_a_few_steps_where_sweeps_do),
        cmocka_unit_test(wages_step_by_their_own_elasticity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
