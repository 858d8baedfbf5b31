/* The base year's tonnes assigned to a network: its certificate, and its objective by the envelope theorem. */
#include "bkt_allocator.h"
#include "bkt_joint.h"
#include "buckle/coupling.h"

typedef struct prepared {
    bkt_memory           memory;
    bkt_joint           *study;
    const bk_model      *model;
    const bk_joint_base *base;
} prepared;

static void
start(prepared *made, uint64_t seed, int threads)
{
    const bk_settings settings = {.threads = threads};

    assert_int_equal(bk_context_create(&settings, &made->memory.ctx), BK_OK);
    bk_arena_init(&made->memory.arena, made->memory.ctx);
    made->study = BK_NEW(&made->memory.arena, bkt_joint, 1);
    assert_true(bkt_joint_make(made->study, 4, seed, true, &made->memory.arena));
    made->model = &made->study->network.model;
    assert_int_equal(bk_joint_prepare(made->memory.ctx, made->model, NULL, 0, &made->memory.arena, &made->base), BK_OK);
}

static void
stop(prepared *made)
{
    bkt_memory_release(&made->memory);
}

/* The model with other links, a copy to change. */
static const bk_model *
with_links(prepared *made, bk_link **links)
{
    bk_model *model = BK_NEW(&made->memory.arena, bk_model, 1);

    *links = BK_NEW(&made->memory.arena, bk_link, made->model->network.n_links);
    memcpy(*links, made->model->network.links, made->model->network.n_links * sizeof **links);
    *model = *made->model;
    model->network.links = *links;
    return model;
}

static bk_joint_assignment
assign(prepared *made, const bk_model *model, int max_rounds)
{
    bk_joint_assignment out;

    assert_int_equal(bk_joint_assign(made->memory.ctx, made->base, model, 1e-12, max_rounds, &made->memory.arena, &out),
                     BK_OK);
    return out;
}

static void
the_base_year_is_its_own_assignment(void **state)
{
    (void)state;
    for (uint64_t seed = 61; seed < 64; seed++) {
        prepared made;
        start(&made, seed, 1);
        const bk_joint_solution  *base = bk_joint_base_solution(made.base);
        const bk_joint_assignment out = assign(&made, made.model, 1000);
        const size_t              n = made.model->economy.n_regions;
        double                    cost = 0.0;
        assert_int_equal(out.outcome, BK_CONVERGED);
        assert_true(out.relative_gap <= 1e-12 && out.capacity <= 1e-9 && out.lost_tonnes == 0.0);
        for (size_t f = 0; f < bk_joint_graph(made.base)->n_facilities; f++) {
            bkt_close(out.facility_flow[f], base->facility_flow[f], 1e-9, 1e-6);
            bkt_close(out.price[f], base->price[f], 1e-7, 1e-9);
        }
        for (size_t c = 0; c < made.model->economy.n_sectors * n * n; c++)
            if (c / n % n != c % n)
                cost += base->tonnes[c] * base->mean_cost[c];
        bkt_close(out.total_cost, cost, 1e-9, 0);
        stop(&made);
    }
}

/* Danskin (1967): at the optimum the objective changes with a cost as if flows stood still, so its derivative by the
 * toll of a link is the link's tonnes.  Differences of the objective know nothing of flows, shares or prices. */
static void
the_objective_changes_with_a_toll_by_the_tonnes_that_pay_it(void **state)
{
    prepared made;
    size_t   n_checked = 0;
    (void)state;

    start(&made, 62, 1);
    const bk_joint_assignment here = assign(&made, made.model, 1000);
    for (uint32_t l = 0; l < made.model->network.n_links; l += 3) {
        const double step = 0.01;
        double       value[2];
        bk_link     *links;
        for (int side = 0; side < 2; side++) {
            const bk_model *model = with_links(&made, &links);
            links[l].toll += 1.0 + (side == 0 ? -step : step);
            value[side] = assign(&made, model, 1000).objective;
        }
        const bk_model *model = with_links(&made, &links);
        links[l].toll += 1.0;
        const bk_joint_assignment there = assign(&made, model, 1000);
        const double              tonnes = there.facility_flow[l] - made.model->network.links[l].background;
        bkt_close((value[1] - value[0]) / (2.0 * step), tonnes, 1e-5, 1e-3);
        n_checked += tonnes > 100.0 && there.objective > here.objective;
    }
    assert_true(n_checked >= 3);
    stop(&made);
}

/* Scarcity is in the objective as well: background traffic on a scarce link is worth the price it raises. */
static void
the_objective_falls_with_capacity_by_its_price(void **state)
{
    prepared made;
    bk_link *links;
    double   value[2];
    (void)state;

    start(&made, 62, 1);
    const uint32_t            scarce = made.study->first_rail;
    const bk_joint_assignment here = assign(&made, made.model, 1000);
    assert_true(here.price[scarce] > 1.0);
    for (int side = 0; side < 2; side++) {
        const bk_model *model = with_links(&made, &links);
        links[scarce].background += side == 0 ? -1.0 : 1.0;
        value[side] = assign(&made, model, 1000).objective;
    }
    /* d/db of the integral from b to v: the price at v less the price of the background alone */
    double price_of_background, u = links[scarce].background / links[scarce].capacity, y = (u - 1.0) / 0.03;
    for (int i = 0; i < 50; i++) /* u = 1 + 0.03 y + 10/400 e^y */
        y = (u - 1.0 - 10.0 / 400.0 * exp(y)) / 0.03;
    price_of_background = 10.0 * exp(y);
    bkt_close((value[1] - value[0]) / 2.0, here.price[scarce] - price_of_background, 1e-4, 0);
    stop(&made);
}

static void
few_rounds_leave_a_gap_and_say_so(void **state)
{
    prepared made;
    bk_link *links;
    (void)state;

    start(&made, 63, 1);
    const bk_model *model = with_links(&made, &links);
    links[made.study->first_rail + 1].open = false;
    const bk_joint_assignment solved = assign(&made, model, 1000), early = assign(&made, model, 1);
    assert_int_equal(solved.outcome, BK_CONVERGED);
    assert_int_equal(early.outcome, BK_ITERATION_LIMIT);
    assert_true(early.relative_gap > 1e-9 && solved.relative_gap <= 1e-12);
    /* the program's value at any flows is above its least, and not by more than the gap says */
    assert_true(early.objective >= solved.objective * (1.0 - 1e-9));
    assert_true(early.objective - solved.objective <=
                early.relative_gap * early.total_cost + 1e-8 * fabs(solved.objective));
    stop(&made);
}

static void
threads_change_no_bit(void **state)
{
    bk_joint_assignment out[2];
    prepared            made[2];
    (void)state;

    for (int i = 0; i < 2; i++) {
        start(&made[i], 64, i == 0 ? 1 : 3);
        out[i] = assign(&made[i], made[i].model, 1000);
    }
    assert_true(out[0].objective == out[1].objective && out[0].relative_gap == out[1].relative_gap);
    assert_memory_equal(out[0].facility_flow, out[1].facility_flow,
                        bk_joint_graph(made[0].base)->n_facilities * sizeof(double));
    stop(&made[0]);
    stop(&made[1]);
}

static void
a_lack_of_memory_is_an_error_and_nothing_is_lost(void **state)
{
    prepared made;
    (void)state;

    start(&made, 61, 1);
    for (size_t fail_at = 1, done = 0; !done; fail_at++) {
        bkt_allocator       allocator;
        bk_context         *ctx;
        bk_arena            arena;
        bk_joint_assignment out = {.rounds = -1};
        bkt_allocator_init(&allocator, fail_at);
        if (bk_context_create(&(bk_settings){.threads = 1, .allocator = &allocator.allocator}, &ctx) == BK_OK) {
            bk_arena_init(&arena, ctx);
            const bk_status status = bk_joint_assign(ctx, made.base, made.model, 1e-10, 1000, &arena, &out);
            done = allocator.n_requests < fail_at;
            assert_int_equal(status, done ? BK_OK : BK_ERR_NO_MEMORY);
            assert_int_equal(out.rounds >= 0, done);
            bk_arena_release(&arena);
            bk_context_release(ctx);
        }
        bkt_allocator_check(&allocator);
    }
    stop(&made);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_base_year_is_its_own_assignment),
        cmocka_unit_test(the_objective_changes_with_a_toll_by_the_tonnes_that_pay_it),
        cmocka_unit_test(the_objective_falls_with_capacity_by_its_price),
        cmocka_unit_test(few_rounds_leave_a_gap_and_say_so),
        cmocka_unit_test(threads_change_no_bit),
        cmocka_unit_test(a_lack_of_memory_is_an_error_and_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
