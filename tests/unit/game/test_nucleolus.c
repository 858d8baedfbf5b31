#include "bkt_open.h"
#include "bkt_game.h"

static const double *
nucleolus(size_t n, const double *worth, bk_nucleolus_kind kind)
{
    bk_nucleolus out;
    assert_int_equal(bk_nucleolus_find(ctx, n, worth, kind, &arena, &out), BK_OK);
    assert_true(out.exists);
    return out.payoff;
}

static void
bankrupts_are_divided_as_the_talmud_says(void **state)
{
    (void)state;
    /* Aumann & Maschler (1985): claims 100, 200, 300, by rule and, for three estates, in the Mishna itself. */
    const double claims[3] = {100.0, 200.0, 300.0};
    const double mishna[3][3] = {{100.0 / 3, 100.0 / 3, 100.0 / 3}, {50, 75, 75}, {50, 100, 150}};
    for (int estate = 1; estate <= 6; estate++) {
        double award[3], *worth = bkt_bankruptcy(3, claims, 100.0 * estate);
        bkt_talmud(3, claims, 100.0 * estate, award);
        const double *payoff = nucleolus(3, worth, BK_NUCLEOLUS);
        for (int i = 0; i < 3; i++) {
            bkt_close(payoff[i], award[i], 1e-12, 0.0);
            if (estate <= 3)
                bkt_close(payoff[i], mishna[estate - 1][i], 1e-12, 0.0);
        }
        free(worth);
    }
}

static void
twelve_bankrupts_too(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 4; seed++) {
        double claims[12], award[12], total = 0.0;
        for (size_t i = 0; i < 12; i++)
            total += claims[i] = (i > 0 ? claims[i - 1] : 1.0) + bk_uniform(seed, 0, i) * 10.0;
        const double estate = total * (0.2 + 0.2 * (double)seed);
        double      *worth = bkt_bankruptcy(12, claims, estate);
        bkt_talmud(12, claims, estate, award);
        const double *payoff = nucleolus(12, worth, BK_NUCLEOLUS);
        for (size_t i = 0; i < 12; i++)
            bkt_close(payoff[i], award[i], 1e-11, 1e-11);
        free(worth);
    }
}

static void
an_airport_is_paid_for_by_the_closed_form(void **state)
{
    (void)state;
    /* Littlechild (1974): see bkt_airport_nucleolus. */
    for (uint64_t seed = 0; seed < 10; seed++) {
        double need[10], payment[10];
        for (size_t i = 0; i < 10; i++)
            need[i] = (i > 0 ? need[i - 1] : 5.0) + floor(8.0 * bk_uniform(seed, 0, i));
        double *worth = bkt_airport(10, need);
        bkt_airport_nucleolus(10, need, payment);
        const double *payoff = nucleolus(10, worth, BK_PRENUCLEOLUS);
        for (size_t i = 0; i < 10; i++)
            bkt_close(payoff[i], -payment[i], 1e-11, 1e-11);
        free(worth);
    }
}

static void
the_scarce_glove_takes_all(void **state)
{
    (void)state;
    /* 3 left gloves, 4 right: a pair is worth 1, the core is one point (Shapley & Shubik 1969). */
    double *worth = bkt_worths(7);
    for (size_t s = 0; s < 128; s++)
        worth[s] = fmin(__builtin_popcountll(s & 7), __builtin_popcountll(s >> 3));
    const double *payoff = nucleolus(7, worth, BK_NUCLEOLUS);
    for (int i = 0; i < 7; i++)
        bkt_close(payoff[i], i < 3 ? 1.0 : 0.0, 0.0, 1e-12);
    free(worth);
}

static void
equals_are_paid_equally_however_degenerate(void **state)
{
    (void)state;
    for (size_t n = 2; n <= 11; n++)
        for (size_t quota = 1; quota <= n; quota++) {
            const double  one[11] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
            double       *worth = bkt_weighted_vote(n, one, (double)quota);
            const double *payoff = nucleolus(n, worth, BK_PRENUCLEOLUS);
            for (size_t i = 0; i < n; i++)
                bkt_close(payoff[i], 1.0 / (double)n, 0.0, 1e-12);
            free(worth);
        }
}

static void
without_an_imputation_there_is_none(void **state)
{
    (void)state;
    const double worth[4] = {0.0, 2.0, 2.0, 3.0};
    bk_nucleolus out;
    assert_int_equal(bk_nucleolus_find(ctx, 2, worth, BK_NUCLEOLUS, &arena, &out), BK_OK);
    assert_false(out.exists);
    assert_null(out.payoff);
    const double *payoff = nucleolus(2, worth, BK_PRENUCLEOLUS); /* the loss is halved */
    bkt_close(payoff[0], 1.5, 1e-14, 0.0);
    bkt_close(payoff[1], 1.5, 1e-14, 0.0);
}

static void
a_lone_player_keeps_its_worth_and_a_pair_splits_the_surplus(void **state)
{
    (void)state;
    const double one[2] = {0.0, 7.0}, two[4] = {0.0, 1.0, 3.0, 10.0};
    bkt_close(nucleolus(1, one, BK_NUCLEOLUS)[0], 7.0, 1e-15, 0.0);
    bkt_close(nucleolus(2, two, BK_NUCLEOLUS)[0], 4.0, 1e-14, 0.0);
    bkt_close(nucleolus(2, two, BK_NUCLEOLUS)[1], 6.0, 1e-14, 0.0);
}

/* ---- laws, on random games -------------------------------------------------------------------------------------- */

static void
all_is_shared_out_and_nobody_gets_less_than_alone(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        const size_t n = 2 + seed % 7, all = ((size_t)1 << n) - 1;
        double      *worth = bkt_random_game(n, seed);
        worth[all] += (double)n; /* so that there are imputations */
        const double *payoff = nucleolus(n, worth, BK_NUCLEOLUS);
        bkt_close(bkt_members_sum(payoff, n, all), worth[all], 1e-13, 0.0);
        for (size_t i = 0; i < n; i++)
            assert_true(payoff[i] >= worth[(size_t)1 << i] - 1e-12);
        free(worth);
    }
}

static void
it_follows_a_change_of_unit_and_gifts(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        const size_t  n = 3 + seed % 5;
        double       *worth = bkt_random_game(n, seed), *other = bkt_worths(n), gift[8];
        const double *before = nucleolus(n, worth, BK_PRENUCLEOLUS);
        for (size_t i = 0; i < n; i++)
            gift[i] = 100.0 * bk_uniform(seed, 5, i) - 50.0;
        for (size_t s = 1; s < (size_t)1 << n; s++)
            other[s] = 2.5e3 * worth[s] + bkt_members_sum(gift, n, s);
        const double *after = nucleolus(n, other, BK_PRENUCLEOLUS);
        for (size_t i = 0; i < n; i++)
            bkt_close(after[i], 2.5e3 * before[i] + gift[i], 1e-10, 1e-9);
        free(worth);
        free(other);
    }
}

static void
it_lies_in_the_core_where_there_is_one(void **state)
{
    (void)state;
    int n_cores = 0;
    for (uint64_t seed = 0; seed < 60; seed++) {
        const size_t n = 3 + seed % 5;
        double      *worth = bkt_random_game(n, seed);
        bk_core      core;
        uint32_t     who;
        worth[((size_t)1 << n) - 1] *= 1.0 + bk_uniform(seed, 9, 0);
        assert_int_equal(bk_core_find(ctx, n, worth, &arena, &core), BK_OK);
        n_cores += !core.empty;
        if (!core.empty)
            assert_true(bk_largest_excess(n, worth, nucleolus(n, worth, BK_NUCLEOLUS), &who) <= 1e-11);
        free(worth);
    }
    assert_in_range(n_cores, 5, 55); /* both kinds were met */
}

static int
downwards(const void *a, const void *b)
{
    return *(const double *)a < *(const double *)b ? 1 : -(*(const double *)a > *(const double *)b);
}

static void
excesses(size_t n, const double *worth, const double *payoff, double *out)
{
    for (size_t s = 1; s + 1 < (size_t)1 << n; s++)
        out[s - 1] = worth[s] - bkt_members_sum(payoff, n, s);
    qsort(out, ((size_t)1 << n) - 2, sizeof *out, downwards);
}

/* The definition (Schmeidler 1969): no split near or far has excesses that come first in the dictionary. */
static void
no_other_split_complains_less(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 30; seed++) {
        const size_t  n = 3 + seed % 4, n_excess = ((size_t)1 << n) - 2;
        double       *worth = bkt_random_game(n, seed), best[64], other[64], split[8];
        const double *payoff = nucleolus(n, worth, BK_PRENUCLEOLUS);
        excesses(n, worth, payoff, best);
        for (uint64_t trial = 0; trial < 300; trial++) {
            const double size = pow(10.0, -5.0 * bk_uniform(seed, 3, trial));
            double       moved = 0.0;
            for (size_t i = 0; i + 1 < n; i++) {
                const double by = size * (bk_uniform(seed, 10 + trial, i) - 0.5);
                split[i] = payoff[i] + by;
                moved += by;
            }
            split[n - 1] = payoff[n - 1] - moved;
            excesses(n, worth, split, other);
            size_t k = 0;
            while (k < n_excess && fabs(other[k] - best[k]) <= 1e-11)
                k++;
            assert_true(k < n_excess && other[k] > best[k]);
        }
        free(worth);
    }
}

static void
a_dummy_gets_what_it_brings_and_twins_the_same(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 10; seed++) {
        double *worth = bkt_random_game(6, seed);
        for (size_t s = 0; s < 64; s++) {
            if (s >> 5) /* player 5 adds a quarter to anybody */
                worth[s] = worth[s & 31] + 0.25;
            if ((s & 3) == 2) /* player 1 is as good as player 0 */
                worth[s] = worth[(s ^ 3) & 31] + (s >> 5 ? 0.25 : 0.0);
        }
        const double *payoff = nucleolus(6, worth, BK_PRENUCLEOLUS);
        bkt_close(payoff[0], payoff[1], 1e-11, 1e-11);
        worth[63] += 4.0; /* with a core, a dummy gets what it brings */
        worth[31] += 4.0;
        bkt_close(nucleolus(6, worth, BK_NUCLEOLUS)[5], 0.25, 0.0, 1e-11);
        free(worth);
    }
}

static void
what_is_no_game_is_refused(void **state)
{
    (void)state;
    const double infinite[4] = {0.0, 1.0, (double)INFINITY, 2.0}, offset[2] = {1.0, 2.0};
    bk_nucleolus out;
    assert_int_equal(bk_nucleolus_find(ctx, 2, infinite, BK_NUCLEOLUS, &arena, &out), BK_ERR_VALUE);
    assert_int_equal(bk_nucleolus_find(ctx, 1, offset, BK_NUCLEOLUS, &arena, &out), BK_ERR_VALUE);
    assert_int_equal(bk_nucleolus_find(ctx, 0, offset, BK_NUCLEOLUS, &arena, &out), BK_ERR_VALUE);
    assert_int_equal(bk_nucleolus_find(ctx, 21, NULL, BK_NUCLEOLUS, &arena, &out), BK_ERR_VALUE);
    bk_error_clear(ctx);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bankrupts_are_divided_as_the_talmud_says),
        cmocka_unit_test(twelve_bankrupts_too),
        cmocka_unit_test(an_airport_is_paid_for_by_the_closed_form),
        cmocka_unit_test(the_scarce_glove_takes_all),
        cmocka_unit_test(equals_are_paid_equally_however_degenerate),
        cmocka_unit_test(without_an_imputation_there_is_none),
        cmocka_unit_test(a_lone_player_keeps_its_worth_and_a_pair_splits_the_surplus),
        cmocka_unit_test(all_is_shared_out_and_nobody_gets_less_than_alone),
        cmocka_unit_test(it_follows_a_change_of_unit_and_gifts),
        cmocka_unit_test(it_lies_in_the_core_where_there_is_one),
        cmocka_unit_test(no_other_split_complains_less),
        cmocka_unit_test(a_dummy_gets_what_it_brings_and_twins_the_same),
        cmocka_unit_test(what_is_no_game_is_refused),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
