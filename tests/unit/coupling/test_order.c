/* In what order a study's sectors stand is nothing to the answer: the same study with its first and last exchanged, so
 * that the weightless one, which never leaves home, comes first. */
#include "bkt_joint.h"
#include "coupling/joint.h"

#include "buckle/value.h"

enum { N = 4, S = BKT_JOINT_SECTORS, CELLS = S * N * N };

typedef struct answered {
    bkt_memory               memory;
    bkt_joint               *study;
    const bk_joint_base     *base;
    const bk_joint_solution *solution;
    bk_joint_values          values;
    double                   gradient[2][N][CELLS]; /* by cost and by tariff */
} answered;

/* The line across is open, a line of the ring is closed, the first capital is cut off, and all costs and tariffs move.
 */
static const bk_model *
changed(answered *made, bool turned)
{
    bk_arena       *arena = &made->memory.arena;
    const bk_model *from = &made->study->network.model;
    bk_model       *model = BK_NEW(arena, bk_model, 1);
    bk_link        *links = BK_NEW(arena, bk_link, from->network.n_links);
    double         *tariff = BK_NEW(arena, double, CELLS), *cost = BK_NEW(arena, double, CELLS);

    *model = *from;
    memcpy(links, from->network.links, from->network.n_links * sizeof *links);
    links[made->study->project_link].open = true;
    for (size_t l = 0; l < from->network.n_links; l++)
        links[l].open &= links[l].from != 2 && links[l].to != 2;
    for (size_t c = 0; c < CELLS; c++) {
        const size_t at = (turned ? bkt_joint_turned(c / (N * N)) : c / (N * N)) * N * N + c % (N * N);
        const bool   home = c / N % N == c % N;
        tariff[at] = home ? 0.0 : from->economy.tariff[at] * bkt_draw(1, 2, c, 0.5, 1.5);
        cost[at] = home ? 1.0 : bkt_draw(1, 3, c, 0.95, 1.05);
    }
    model->network.links = links;
    model->economy.tariff = tariff;
    model->economy.trade_cost = cost;
    return model;
}

static void
answer(answered *made, bool turned)
{
    static const bk_joint_settings closely = {.tolerance = 1e-10, .max_rounds = 1000};
    bk_arena                      *arena = &made->memory.arena;
    const bk_joint_adjoint        *adjoint;

    bkt_memory_init(&made->memory);
    made->study = BK_NEW(arena, bkt_joint, 1);
    assert_true(bkt_joint_make(made->study, N, 112, true, arena));
    for (size_t i = 0; i < BKT_MODES * S; i++)
        made->study->network.products[i].money_factor = 1.0 + 0.1 * (double)(i % S);
    if (turned)
        bkt_joint_turn_sectors(made->study, arena);
    bk_context     *ctx = made->memory.ctx;
    const bk_model *model = &made->study->network.model, *scenario = changed(made, turned);
    assert_int_equal(bk_joint_prepare(ctx, model, NULL, 0, arena, &made->base), BK_OK);
    assert_int_equal(bk_joint_solve(ctx, made->base, scenario, &closely, NULL, arena, &made->solution), BK_OK);
    assert_true(bk_joint_residual(made->solution) < 1e-8);
    assert_int_equal(bk_joint_adjoint_prepare(ctx, made->base, scenario, made->solution, arena, &adjoint), BK_OK);
    assert_int_equal(bk_joint_value(ctx, adjoint, arena, &made->values), BK_OK);
    for (size_t n = 0; n < N; n++)
        bk_joint_gradient(adjoint, n, made->gradient[0][n], made->gradient[1][n], NULL, NULL);
}

static void
compare_cells(const double *one, const double *other, double rel, double abs)
{
    for (size_t c = 0; c < CELLS; c++)
        bkt_close(other[bkt_joint_turned(c / (N * N)) * N * N + c % (N * N)], one[c], rel, abs);
}

static void
the_order_of_sectors_does_not_matter(void **state)
{
    answered one, other;

    (void)state;
    answer(&one, false);
    answer(&other, true);
    const bk_joint_solution *a = one.solution, *b = other.solution;
    for (size_t n = 0; n < N; n++) {
        bkt_close(b->trade->welfare_pct[n], a->trade->welfare_pct[n], 1e-7, 1e-8);
        bkt_close(b->co2[n], a->co2[n], 1e-7, 0);
        for (int by = 0; by < 2; by++)
            compare_cells(one.gradient[by][n], other.gradient[by][n], 1e-6, 1e-9);
    }
    compare_cells(a->tonnes, b->tonnes, 1e-7, 1e-6);
    compare_cells(a->transport_cost, b->transport_cost, 1e-7, 1e-9);
    compare_cells(a->mean_hours, b->mean_hours, 1e-7, 1e-9);
    compare_cells(a->transport_factor, b->transport_factor, 1e-8, 0);
    const size_t n_facilities = one.base->graph->n_facilities;
    for (size_t f = 0; f < n_facilities; f++) {
        bkt_close(b->facility_flow[f], a->facility_flow[f], 1e-7, 1e-4);
        bkt_close(b->price[f], a->price[f], 1e-6, 1e-6);
        bkt_close(other.values.tonnes[f], one.values.tonnes[f], 1e-7, 1e-4);
        bkt_close(other.values.hour_cost[f], one.values.hour_cost[f], 1e-7, 1e-2);
        for (size_t n = 0; n < N; n++) {
            bkt_close(other.values.per_usd[f * N + n], one.values.per_usd[f * N + n], 1e-6, 1e-1);
            bkt_close(other.values.per_hour[f * N + n], one.values.per_hour[f * N + n], 1e-6, 1e-1);
        }
    }
    bkt_memory_release(&one.memory);
    bkt_memory_release(&other.memory);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_of_sectors_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
