#include "bkt_open.h"
#include "bkt_game.h"

static bk_core
core_of(size_t n, const double *worth)
{
    bk_core core;
    assert_int_equal(bk_core_find(ctx, n, worth, &arena, &core), BK_OK);
    return core;
}

static void
of_a_convex_game_it_spans_what_each_has_alone_and_adds_last(void **state)
{
    (void)state;
    /* Shapley (1971): the core of a convex game is spanned by the orders of arrival; bankruptcy games are convex. */
    const double claims[5] = {10.0, 20.0, 35.0, 40.0, 55.0};
    for (int estate = 20; estate < 160; estate += 35) {
        double       *worth = bkt_bankruptcy(5, claims, estate);
        const bk_core core = core_of(5, worth);
        assert_false(core.empty);
        for (size_t i = 0; i < 5; i++) {
            bkt_close(core.least[i], worth[(size_t)1 << i], 1e-12, 1e-12);
            bkt_close(core.most[i], worth[31] - worth[31 & ~((size_t)1 << i)], 1e-12, 1e-12);
        }
        free(worth);
    }
}

static void
of_three_gloves_it_is_one_point(void **state)
{
    (void)state;
    double worth[8] = {0};
    worth[3] = worth[5] = worth[7] = 1.0;
    const bk_core core = core_of(3, worth);
    assert_false(core.empty);
    bkt_close(core.epsilon, 0.0, 0.0, 1e-14);
    for (int i = 0; i < 3; i++) {
        bkt_close(core.point[i], i == 0, 0.0, 1e-14);
        bkt_close(core.least[i], i == 0, 0.0, 1e-14);
        bkt_close(core.most[i], i == 0, 0.0, 1e-14);
    }
}

static void
majority_has_none_and_says_why(void **state)
{
    (void)state;
    /* Two of three share 1: each pair asks for it, so some pair is a third short (v(pair) - 2/3). */
    double worth[8] = {0};
    worth[3] = worth[5] = worth[6] = worth[7] = 1.0;
    const bk_core core = core_of(3, worth);
    assert_true(core.empty);
    bkt_close(core.epsilon, 1.0 / 3.0, 1e-14, 0.0);
    assert_int_equal(core.n_weights, 3);
    for (int k = 0; k < 3; k++) {
        assert_int_equal(__builtin_popcount(core.coalitions[k]), 2);
        bkt_close(core.weights[k], 1.0 / 3.0, 1e-14, 0.0);
        bkt_close(core.least[k], 1.0 / 3.0, 1e-12, 0.0);
        bkt_close(core.most[k], 1.0 / 3.0, 1e-12, 0.0);
    }
}

/* Weak duality: any balanced collection bounds epsilon from below, the point from above; equal, both are optimal. */
static void
point_and_proof_agree(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 60; seed++) {
        const size_t  n = 2 + seed % 8, all = ((size_t)1 << n) - 1;
        double       *worth = bkt_random_game(n, seed), asked = 0.0, total = 0.0, carried[9] = {0};
        const bk_core core = core_of(n, worth);
        uint32_t      who;
        for (size_t k = 0; k < core.n_weights; k++) {
            total += core.weights[k];
            asked += core.weights[k] * worth[core.coalitions[k]];
            for (size_t i = 0; i < n; i++)
                carried[i] += core.coalitions[k] >> i & 1 ? core.weights[k] : 0.0;
        }
        bkt_close(total, 1.0, 0.0, 1e-12);
        for (size_t i = 1; i < n; i++)
            bkt_close(carried[i], carried[0], 0.0, 1e-12);
        bkt_close(asked - carried[0] * worth[all], core.epsilon, 1e-11, 1e-11);
        bkt_close(bk_largest_excess(n, worth, core.point, &who), core.epsilon, 1e-11, 1e-11);
        bkt_close(bkt_members_sum(core.point, n, all), worth[all], 1e-13, 1e-14);
        free(worth);
    }
}

static void
its_ends_hold_the_point_and_leave_the_others_room(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 30; seed++) {
        const size_t n = 3 + seed % 5, all = ((size_t)1 << n) - 1;
        double      *worth = bkt_random_game(n, seed);
        worth[all] *= 1.0 + 0.5 * (double)(seed % 3);
        const bk_core core = core_of(n, worth);
        for (size_t i = 0; i < n; i++) {
            const size_t alone = (size_t)1 << i;
            assert_true(core.least[i] <= core.point[i] + 1e-10 && core.point[i] <= core.most[i] + 1e-10);
            assert_true(core.least[i] >= worth[alone] - fmax(core.epsilon, 0.0) - 1e-10);
            assert_true(core.most[i] <= worth[all] - worth[all & ~alone] + fmax(core.epsilon, 0.0) + 1e-10);
        }
        free(worth);
    }
}

static void
a_lone_player_has_its_worth(void **state)
{
    (void)state;
    const double  worth[2] = {0.0, -3.0};
    const bk_core core = core_of(1, worth);
    assert_false(core.empty);
    bkt_close(core.point[0], -3.0, 0.0, 0.0);
    bkt_close(core.epsilon, 0.0, 0.0, 0.0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_convex_game_it_spans_what_each_has_alone_and_adds_last),
        cmocka_unit_test(of_three_gloves_it_is_one_point),
        cmocka_unit_test(majority_has_none_and_says_why),
        cmocka_unit_test(point_and_proof_agree),
        cmocka_unit_test(its_ends_hold_the_point_and_leave_the_others_room),
        cmocka_unit_test(a_lone_player_has_its_worth),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
