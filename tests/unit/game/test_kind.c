#include "bkt_open.h"
#include "bkt_game.h"

static bk_game_kind
kind_of(size_t n, const double *worth)
{
    bk_game_kind kind;
    assert_int_equal(bk_game_kind_find(ctx, n, worth, &arena, &kind), BK_OK);
    return kind;
}

static void
bankruptcy_is_convex_and_majority_is_not(void **state)
{
    (void)state;
    const double claims[4] = {10.0, 20.0, 30.0, 40.0}, one[3] = {1.0, 1.0, 1.0};
    double      *bankruptcy = bkt_bankruptcy(4, claims, 55.0), *majority = bkt_weighted_vote(3, one, 2.0);
    bk_game_kind kind = kind_of(4, bankruptcy);
    assert_true(kind.convex && kind.superadditive && kind.monotone && kind.essential);
    kind = kind_of(3, majority);
    assert_true(!kind.convex && kind.superadditive && kind.monotone && kind.essential);
    assert_true(kind.twin[0] == 0 && kind.twin[1] == 0 && kind.twin[2] == 0);
    free(bankruptcy);
    free(majority);
}

static void
a_worth_that_falls_or_is_less_together_is_seen(void **state)
{
    (void)state;
    const double falls[4] = {0.0, 2.0, 1.0, 1.5}; /* less than its first member alone, and less than both apart */
    bk_game_kind kind = kind_of(2, falls);
    assert_false(kind.monotone);
    assert_false(kind.superadditive);
    assert_false(kind.convex);
    assert_false(kind.essential);
    const double apart[8] = {0, 0, 0, 1, 0, 1, 1, 0.9}; /* each pair together, not all three */
    bk_game_kind last = kind_of(3, apart);
    assert_false(last.superadditive);
    assert_false(last.monotone);
}

static void
dummies_and_vetoes_are_named(void **state)
{
    (void)state;
    /* Players 0 and 1 make 5 together; 2 adds 3 to anybody; 3 adds nothing. */
    double worth[16], unanimous[8] = {0, 0, 0, 0, 0, 0, 0, 1};
    for (int s = 0; s < 16; s++)
        worth[s] = ((s & 3) == 3 ? 5.0 : 0.0) + (s & 4 ? 3.0 : 0.0);
    bk_game_kind kind = kind_of(4, worth);
    assert_true(!kind.dummy[0] && !kind.dummy[1] && kind.dummy[2] && kind.dummy[3]);
    assert_true(!kind.veto[0] && !kind.veto[2]);
    assert_true(kind.twin[0] == 0 && kind.twin[1] == 0 && kind.twin[2] == 2 && kind.twin[3] == 3);
    kind = kind_of(3, unanimous);
    assert_true(kind.veto[0] && kind.veto[1] && kind.veto[2] && !kind.dummy[0]);
}

static void
superadditivity_is_that_of_every_split(void **state)
{
    (void)state;
    /* Against the definition over all pairs of disjoint coalitions. */
    for (uint64_t seed = 0; seed < 60; seed++) {
        double *worth = bkt_random_game(4, seed);
        bool    expected = true;
        for (size_t s = 0; s < 16; s++)
            worth[s] *= seed % 2 ? (double)__builtin_popcountll(s) : 0.2; /* half of them nearly so */
        for (size_t s = 0; s < 16; s++)
            for (size_t t = 0; t < 16; t++)
                if (!(s & t) && worth[s | t] < worth[s] + worth[t] - 1e-12)
                    expected = false;
        assert_int_equal(kind_of(4, worth).superadditive, expected);
        free(worth);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bankruptcy_is_convex_and_majority_is_not),
        cmocka_unit_test(a_worth_that_falls_or_is_less_together_is_seen),
        cmocka_unit_test(dummies_and_vetoes_are_named),
        cmocka_unit_test(superadditivity_is_that_of_every_split),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
