/* Trade's first-order answers against differences of solved equilibria. */
#include "bkt_trade.h"
#include "trade/response.h"

enum { N = 5, S = 3, CELLS = S * N * N };

typedef struct world {
    bkt_trade                t;
    bk_economy               economy;
    const bk_trade_base     *base;
    double                   cost[CELLS], tariff[CELLS], productivity[S * N], transfer[N];
    bk_trade_shock           shock;
    const bk_trade_solution *solution;
    const bki_response      *response;
} world;

static const uint32_t pool[N] = {7, 7, BK_NONE, 7, BK_NONE};
static const double   quota[N] = {0.5, 0.2, 0.0, 0.3, 0.0};

static void
respond(world *w)
{
    w->solution = bkt_solve(&w->t, w->base, &w->shock);
    const bk_trade_shock *kept = &w->shock;
    assert_int_equal(bki_response_create(w->t.ctx, w->base, kept, w->solution, &w->t.arena, &w->response), BK_OK);
}

/* A state away from the base, so that nothing is 1 by chance. */
static void
world_open(world *w, uint64_t seed, bk_deficit_rule rule, bool pools, const bk_trade_mobility *mobility)
{
    const bkt_economy_kind kind = {
        .n_regions = N, .n_sectors = S, .inputs = true, .tariffs = true, .deficits = true, .home = true, .gaps = true};

    bkt_trade_open(&w->t, 1);
    bkt_economy *made = bkt_economy_create(&kind, seed, &w->t.arena);
    for (size_t r = 0; r < N; r++)
        made->regions[r].country = (uint32_t)(mobility != NULL ? r / 2 : r);
    w->economy = made->economy;
    w->economy.deficits = rule;
    w->economy.duty_pool = pools ? pool : NULL;
    w->economy.duty_quota = pools ? quota : NULL;
    w->base = bkt_calibrate(&w->t, &w->economy);
    memcpy(w->cost, bkt_random_costs(&w->economy, seed, 0.2, &w->t.arena), sizeof w->cost);
    memcpy(w->tariff, w->economy.tariff, sizeof w->tariff);
    for (size_t r = 0; r < N; r++)
        w->transfer[r] = r == 0 ? 0.01 : r == 1 ? -0.01 : 0.0;
    for (size_t i = 0; i < S * N; i++)
        w->productivity[i] = bkt_draw(seed, 31, i, 0.9, 1.1);
    w->shock = (bk_trade_shock){.cost = w->cost,
                                .tariff = w->tariff,
                                .productivity = w->productivity,
                                .transfer = w->transfer,
                                .mobility = mobility};
    respond(w);
}

/* Change of each region's ln real income per unit of ln x by central differences of solved equilibria, the error of
 * second order taken off (Richardson 1911). */
static void
differences(world *w, double *x, bool rate, double *slope)
{
    const double kept = *x, steps[] = {2e-3, 1e-3};
    double       found[2][N];

    for (int s = 0; s < 2; s++)
        for (int side = -1; side <= 1; side += 2) {
            *x = rate ? (1.0 + kept) * exp(side * steps[s]) - 1.0 : kept * exp(side * steps[s]);
            const bk_trade_solution *at = bkt_solve(&w->t, w->base, &w->shock);
            for (size_t n = 0; n < N; n++)
                found[s][n] = (side < 0 ? 0.0 : found[s][n]) + side * log1p(at->welfare_pct[n] / 100.0);
        }
    *x = kept;
    for (size_t n = 0; n < N; n++)
        slope[n] = (4.0 * found[1][n] / (2.0 * steps[1]) - found[0][n] / (2.0 * steps[0])) / 3.0;
}

/* All gradients of region `of`'s real income. */
static void
gradient(world *w, size_t of, double *cost, double *tariff, bki_push *push)
{
    bk_arena        *arena = &w->t.arena;
    double          *welfare = BK_NEW(arena, double, N);
    const bki_answer weight = {.width = 1, .welfare = welfare};

    *push = (bki_push){.width = 1,
                       .price = BK_NEW(arena, double, S *N),
                       .sales = BK_NEW(arena, double, S *N),
                       .revenue = BK_NEW(arena, double, N),
                       .duty = BK_NEW(arena, double, N),
                       .transfer = BK_NEW(arena, double, N),
                       .productivity = BK_NEW(arena, double, S *N)};
    assert_int_equal(bk_arena_ok(arena), BK_OK);
    welfare[of] = 1.0;
    assert_int_equal(bki_response_backward(w->t.ctx, w->response, &weight, push), BK_OK);
    for (size_t cell = 0; cell < CELLS; cell++)
        bki_response_cell(w->response, push, 0, cell, 0.0, &cost[cell], &tariff[cell]);
}

static void
compare_all(world *w)
{
    static double cost[N][CELLS], tariff[N][CELLS];
    bki_push      push[N];
    double        slope[N];

    for (size_t n = 0; n < N; n++)
        gradient(w, n, cost[n], tariff[n], &push[n]);
    for (size_t cell = 0; cell < CELLS; cell += 4) {
        differences(w, &w->cost[cell], false, slope);
        for (size_t n = 0; n < N; n++)
            bkt_close(cost[n][cell], slope[n], 1e-6, 1e-9);
        differences(w, &w->tariff[cell], true, slope);
        for (size_t n = 0; n < N; n++)
            bkt_close(tariff[n][cell], slope[n], 1e-6, 1e-9);
    }
    for (size_t i = 0; i < S * N; i += 2) {
        differences(w, &w->productivity[i], false, slope);
        for (size_t n = 0; n < N; n++)
            bkt_close(push[n].productivity[i], slope[n], 1e-6, 1e-9);
    }
}

static void
gradients_are_those_of_solved_equilibria(void **state)
{
    (void)state;
    world w;
    world_open(&w, 5, BK_DEFICITS_FIXED, false, NULL);
    compare_all(&w);
    bkt_trade_close(&w.t);
}

static void
so_they_are_where_duties_are_pooled(void **state)
{
    (void)state;
    world w;
    world_open(&w, 6, BK_DEFICITS_FIXED, true, NULL);
    compare_all(&w);
    bkt_trade_close(&w.t);
}

static void
and_where_deficits_are_a_share_of_income(void **state)
{
    (void)state;
    world w;
    world_open(&w, 7, BK_DEFICITS_SHARE, true, NULL);
    compare_all(&w);
    bkt_trade_close(&w.t);
}

static void
and_where_labour_moves(void **state)
{
    const bk_trade_mobility mobility = {.agglomeration = 0.05, .congestion = -0.3, .taste = 4.0};
    (void)state;
    world w;
    world_open(&w, 8, BK_DEFICITS_FIXED, true, &mobility);
    compare_all(&w);
    bkt_trade_close(&w.t);
}

/* What is taken for works buys other goods than its payers would have. */
static void
and_where_some_of_income_is_taxed_away(void **state)
{
    static const double share[S] = {0.1, 0.6, 0.3};
    (void)state;
    world  w;
    double levy[N], works[N];
    world_open(&w, 12, BK_DEFICITS_FIXED, false, NULL);
    for (size_t n = 0; n < N; n++) {
        levy[n] = (n % 2 == 0 ? 0.05 : 0.0) * bk_trade_base_income(w.base)[n];
        works[n] = (n % 3 == 0 ? 0.08 : 0.0) * bk_trade_base_income(w.base)[n];
    }
    w.shock.levy = levy;
    w.shock.works = works;
    w.shock.works_share = share;
    respond(&w);
    compare_all(&w);
    bkt_trade_close(&w.t);
}

/* The transfer must reach somebody: two regions at once. */
static void
a_transfer_moves_both_regions(void **state)
{
    (void)state;
    world  w;
    double up[N], down[N];
    world_open(&w, 9, BK_DEFICITS_FIXED, false, NULL);
    const double step = 1e-3;
    for (int side = -1; side <= 1; side += 2) {
        w.transfer[0] = 0.01 + side * step;
        w.transfer[1] = -0.01 - side * step;
        const bk_trade_solution *at = bkt_solve(&w.t, w.base, &w.shock);
        for (size_t n = 0; n < N; n++)
            (side > 0 ? up : down)[n] = log1p(at->welfare_pct[n] / 100.0);
    }
    static double cost[CELLS], tariff[CELLS];
    for (size_t n = 0; n < N; n++) {
        bki_push push;
        gradient(&w, n, cost, tariff, &push);
        bkt_close(push.transfer[0] - push.transfer[1], (up[n] - down[n]) / (2.0 * step), 1e-6, 1e-9);
    }
    bkt_trade_close(&w.t);
}

/* Hulten (1978): without tariffs nothing distorts, and what a cost takes from the world is the trade it falls on,
 * however wages, prices and spending answer. */
static void
without_tariffs_the_world_loses_what_the_traffic_pays(void **state)
{
    const bkt_economy_kind kind = {.n_regions = N, .n_sectors = S, .inputs = true, .deficits = true, .home = true};
    static double          cost[N][CELLS], tariff[CELLS];
    (void)state;
    for (uint64_t seed = 11; seed < 14; seed++) {
        world w;
        bkt_trade_open(&w.t, 1);
        w.economy = bkt_economy_create(&kind, seed, &w.t.arena)->economy;
        w.base = bkt_calibrate(&w.t, &w.economy);
        w.shock = (bk_trade_shock){0};
        w.solution = bkt_solve(&w.t, w.base, &w.shock);
        assert_int_equal(bki_response_create(w.t.ctx, w.base, &w.shock, w.solution, &w.t.arena, &w.response), BK_OK);
        for (size_t n = 0; n < N; n++) {
            bki_push push;
            gradient(&w, n, cost[n], tariff, &push);
        }
        for (size_t cell = 0; cell < CELLS; cell++) {
            double whole = 0.0;
            for (size_t n = 0; n < N; n++)
                whole += bk_trade_base_income(w.base)[n] * cost[n][cell];
            bkt_close(whole, -w.economy.trade[cell], 1e-9, 1e-11 * bk_trade_base_world(w.base));
        }
        bkt_trade_close(&w.t);
    }
}

/* The products with the Jacobian, forwards and backwards, are one another's transposes. */
static void
forwards_and_backwards_agree(void **state)
{
    enum { WIDTH = 3, ROWS = S * N * WIDTH, LINES = N * WIDTH };
    static double from[4 * ROWS], lines[3 * LINES], out[3 * ROWS], out_lines[LINES], back[3 * ROWS],
        back_lines[3 * LINES], weights[3 * ROWS], weight_lines[LINES];
    const bk_trade_mobility mobility = {.agglomeration = 0.05, .congestion = -0.3, .taste = 4.0};
    (void)state;
    world w;
    world_open(&w, 10, BK_DEFICITS_SHARE, true, &mobility);
    for (size_t i = 0; i < 4 * ROWS; i++)
        from[i] = bkt_draw(1, 1, i, -1, 1);
    for (size_t i = 0; i < 3 * LINES; i++)
        lines[i] = bkt_draw(1, 2, i, -1, 1);
    for (size_t i = 0; i < 3 * ROWS; i++)
        weights[i] = bkt_draw(1, 3, i, -1, 1);
    for (size_t i = 0; i < LINES; i++)
        weight_lines[i] = bkt_draw(1, 4, i, -1, 1);
    const bki_push   push = {WIDTH, from, from + ROWS, lines, lines + LINES, lines + 2 * LINES, from + 2 * ROWS};
    const bki_answer answer = {WIDTH, out, out + ROWS, out + 2 * ROWS, out_lines};
    const bki_answer weight = {WIDTH, weights, weights + ROWS, weights + 2 * ROWS, weight_lines};
    const bki_push   gradient_of = {
          WIDTH, back, back + ROWS, back_lines, back_lines + LINES, back_lines + 2 * LINES, back + 2 * ROWS};
    assert_int_equal(bki_response_forward(w.t.ctx, w.response, &push, &answer), BK_OK);
    assert_int_equal(bki_response_backward(w.t.ctx, w.response, &weight, &gradient_of), BK_OK);
    for (size_t c = 0; c < WIDTH; c++) {
        double one = 0.0, other = 0.0;
        for (size_t i = c; i < 3 * ROWS; i += WIDTH) {
            one += out[i] * weights[i];
            other += back[i] * from[i];
        }
        for (size_t i = c; i < LINES; i += WIDTH)
            one += out_lines[i] * weight_lines[i];
        for (size_t i = c; i < 3 * LINES; i += WIDTH)
            other += back_lines[i] * lines[i];
        bkt_close(one, other, 1e-11, 1e-11);
    }
    bkt_trade_close(&w.t);
}

/* What a region alone answers: (I - share at home x inputs) own = I, with tariffs in the share and without. */
static void
chains_begin_at_the_inverse_of_each_region_alone(void **state)
{
    static world w;

    (void)state;
    world_open(&w, 51, BK_DEFICITS_FIXED, false, NULL);
    const bki_chain *chains[2] = {&w.response->gross, &w.response->net};
    for (size_t n = 0; n < 2 * N; n++) {
        const bki_chain *chain = chains[n % 2];
        const double    *own = chain->own + n / 2 * S * S;
        for (size_t j = 0; j < S; j++)
            for (size_t k = 0; k < S; k++) {
                double product = own[j * S + k];
                for (size_t i = 0; i < S; i++)
                    product -= chain->share[(j * N + n / 2) * N + n / 2] *
                               (1.0 - w.economy.value_added_share[n / 2 * S + j]) *
                               w.economy.input_share[(n / 2 * S + j) * S + i] * own[i * S + k];
                bkt_close(product, j == k ? 1.0 : 0.0, 0, 1e-13);
            }
    }
    bkt_trade_close(&w.t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_are_those_of_solved_equilibria),
        cmocka_unit_test(so_they_are_where_duties_are_pooled),
        cmocka_unit_test(and_where_deficits_are_a_share_of_income),
        cmocka_unit_test(and_where_labour_moves),
        cmocka_unit_test(and_where_some_of_income_is_taxed_away),
        cmocka_unit_test(a_transfer_moves_both_regions),
        cmocka_unit_test(without_tariffs_the_world_loses_what_the_traffic_pays),
        cmocka_unit_test(forwards_and_backwards_agree),
        cmocka_unit_test(chains_begin_at_the_inverse_of_each_region_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
