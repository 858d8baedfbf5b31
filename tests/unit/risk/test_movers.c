/* Which inputs are said to move an answer: shares in closed form, and luck as the tables have it. */
#include "bkt.h"
#include "buckle/risk.h"

#include <math.h>

static bk_context *ctx;

static int
start(void **state)
{
    (void)state;
    return bk_context_create(NULL, &ctx) == BK_OK ? 0 : -1;
}

static int
stop(void **state)
{
    (void)state;
    bk_context_release(ctx);
    return 0;
}

enum { N = 16, N_INPUTS = 5 };

/* Walsh functions: +1 and -1, and orthogonal to one another and to 1. */
static void
fill_walsh(double *input)
{
    for (int k = 0; k < N; k++)
        for (int i = 0; i < N_INPUTS; i++)
            input[k * N_INPUTS + i] = __builtin_popcount((unsigned)(k & (i + 1))) % 2 ? -1.0 : 1.0;
}

/* Of orthogonal inputs each explains its squared coefficient over the sum of all. */
static void
shares_are_those_of_orthogonal_inputs(void **state)
{
    double   input[N * N_INPUTS], answer[N];
    bk_mover movers[3];
    size_t   n;

    (void)state;
    fill_walsh(input);
    for (int k = 0; k < N; k++)
        answer[k] = 7.0 - 4.0 * input[k * N_INPUTS + 3] + 2.0 * input[k * N_INPUTS + 1] + 0.1 * input[k * N_INPUTS];
    assert_int_equal(bk_movers(ctx, input, answer, N, N_INPUTS, 3, movers, &n), BK_OK);
    assert_int_equal(n, 3);
    assert_int_equal(movers[0].input, 3);
    assert_int_equal(movers[1].input, 1);
    assert_int_equal(movers[2].input, 0);
    bkt_close(movers[0].share, 16.0 / 20.01, 1e-12, 0);
    bkt_close(movers[1].share, 4.0 / 20.01, 1e-12, 0);
    bkt_close(movers[2].share, 0.01 / 20.01, 1e-9, 0);
    assert_int_equal(bk_movers(ctx, input, answer, N, N_INPUTS, 1, movers, &n), BK_OK);
    assert_int_equal(n, 1);
}

/* An input that says again what another said is not named beside it; one that does not vary never is. */
static void
what_was_said_is_not_said_again(void **state)
{
    double   input[N * N_INPUTS], answer[N];
    bk_mover movers[3];
    size_t   n;

    (void)state;
    fill_walsh(input);
    for (int k = 0; k < N; k++) {
        input[k * N_INPUTS + 4] = 3.0 - 2.0 * input[k * N_INPUTS + 3];
        input[k * N_INPUTS + 2] = 1.0;
        answer[k] = input[k * N_INPUTS + 3];
    }
    assert_int_equal(bk_movers(ctx, input, answer, N, N_INPUTS, 3, movers, &n), BK_OK);
    assert_int_equal(n, 1);
    assert_int_equal(movers[0].input, 3);
    bkt_close(movers[0].share, 1.0, 1e-12, 0);
}

/* An input that half repeats the first explains what its other half does. */
static void
what_was_said_is_taken_out_of_the_others(void **state)
{
    double   input[N * N_INPUTS], answer[N];
    bk_mover movers[2];
    size_t   n;

    (void)state;
    fill_walsh(input);
    for (int k = 0; k < N; k++) {
        double      *row = input + k * N_INPUTS;
        const double apart = row[1];
        answer[k] = 4.0 * row[3] + 2.0 * apart;
        row[1] = apart + 0.5 * row[3]; /* alone: (2 + 2)^2 / 1.25 of 20, less than the other's 16 */
    }
    assert_int_equal(bk_movers(ctx, input, answer, N, N_INPUTS, 2, movers, &n), BK_OK);
    assert_int_equal(n, 2);
    assert_int_equal(movers[0].input, 3);
    assert_int_equal(movers[1].input, 1);
    bkt_close(movers[0].share, 16.0 / 20.0, 1e-12, 0);
    bkt_close(movers[1].share, 4.0 / 20.0, 1e-12, 0);
}

/* With one input and 12 draws an r of 0.576 comes by luck in 1 sample of 20, one of 0.708 in 1 of 100 (10 degrees of
 * freedom; Fisher & Yates 1963, table VII); of two inputs the better one does so twice as often, at most. */
static void
luck_is_what_the_tables_say(void **state)
{
    enum { FEW = 12 };
    static const double r_of[] = {0.576, 0.708}, chance_of[] = {0.05, 0.01};
    double              input[2 * FEW], x[FEW], other[FEW], answer[FEW], xx = 0.0, xo = 0.0, oo = 0.0;
    bk_mover            mover;
    size_t              n;

    (void)state;
    for (int k = 0; k < FEW; k++) { /* both centred, made orthogonal below */
        x[k] = (double)k - 5.5;
        other[k] = k % 2 ? 1.0 : -1.0;
    }
    for (int k = 0; k < FEW; k++) {
        xx += x[k] * x[k];
        xo += x[k] * other[k];
    }
    for (int k = 0; k < FEW; k++) {
        other[k] -= xo / xx * x[k];
        oo += other[k] * other[k];
    }
    for (int i = 0; i < 2; i++) {
        const double r = r_of[i];
        for (int k = 0; k < FEW; k++) {
            answer[k] = r * x[k] / sqrt(xx) + sqrt(1.0 - r * r) * other[k] / sqrt(oo);
            input[2 * k] = x[k];
            input[2 * k + 1] = x[k] * x[k]; /* even: says nothing of an odd one */
        }
        assert_int_equal(bk_movers(ctx, x, answer, FEW, 1, 1, &mover, &n), BK_OK);
        assert_int_equal(n, 1);
        bkt_close(mover.share, r * r, 1e-12, 0);
        bkt_close(mover.chance, chance_of[i], 0.005, 0);
        assert_int_equal(bk_movers(ctx, input, answer, FEW, 2, 1, &mover, &n), BK_OK);
        assert_int_equal(mover.input, 0);
        bkt_close(mover.chance, 2.0 * chance_of[i], 0.005, 0);
    }
}

/* Chance that an r of no relation is as large, with an even number of degrees of freedom (Abramowitz & Stegun 1964,
 * 26.7.4, sin theta = r). */
static double
chance_of_even(double r2, int freedom)
{
    double term = 1.0, sum = 0.0;

    for (int k = 0; k < freedom / 2; k++) {
        sum += term;
        term *= (1.0 - r2) * (2.0 * k + 1.0) / (2.0 * k + 2.0);
    }
    return 1.0 - sqrt(r2) * sum;
}

/* What those before it explain is neither left to be explained nor a chance of it: the third of five inputs competes
 * with two others, and each taken has cost a degree of freedom. */
static void
luck_of_a_later_input_is_of_what_the_earlier_leave(void **state)
{
    double   input[N * N_INPUTS], answer[N];
    bk_mover movers[3];
    size_t   n;

    (void)state;
    fill_walsh(input);
    for (int k = 0; k < N; k++) {
        const double noise = __builtin_popcount((unsigned)(k & 6)) % 2 ? -1.5 : 1.5; /* orthogonal to all five */
        answer[k] = 4.0 * input[k * N_INPUTS + 3] - 2.0 * input[k * N_INPUTS + 1] + input[k * N_INPUTS] + noise;
    }
    assert_int_equal(bk_movers(ctx, input, answer, N, N_INPUTS, 3, movers, &n), BK_OK);
    assert_int_equal(n, 3);
    assert_int_equal(movers[2].input, 0);
    bkt_close(movers[0].chance, 5.0 * chance_of_even(16.0 / (16.0 + 4.0 + 1.0 + 2.25), N - 2), 1e-10, 0);
    bkt_close(movers[2].chance, 3.0 * chance_of_even(1.0 / (1.0 + 2.25), N - 4), 1e-10, 0);
}

static void
an_answer_that_stays_is_moved_by_nothing(void **state)
{
    double   input[N * N_INPUTS], answer[N];
    bk_mover mover;
    size_t   n;

    (void)state;
    fill_walsh(input);
    for (int k = 0; k < N; k++)
        answer[k] = 0.1;
    assert_int_equal(bk_movers(ctx, input, answer, N, N_INPUTS, 1, &mover, &n), BK_OK);
    assert_int_equal(n, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_those_of_orthogonal_inputs),
        cmocka_unit_test(what_was_said_is_not_said_again),
        cmocka_unit_test(what_was_said_is_taken_out_of_the_others),
        cmocka_unit_test(luck_is_what_the_tables_say),
        cmocka_unit_test(luck_of_a_later_input_is_of_what_the_earlier_leave),
        cmocka_unit_test(an_answer_that_stays_is_moved_by_nothing),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
