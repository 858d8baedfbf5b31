#include "bkt.h"
#include "buckle/base.h"

/* A second Philox4x64-10 from the text of the paper, with the product of two words done in 32-bit halves as by hand. */
static uint64_t
high_word(uint64_t a, uint64_t b)
{
    const uint64_t a0 = a & UINT32_MAX, a1 = a >> 32, b0 = b & UINT32_MAX, b1 = b >> 32;
    const uint64_t middle = (a0 * b0 >> 32) + (a1 * b0 & UINT32_MAX) + (a0 * b1 & UINT32_MAX);

    return a1 * b1 + (a1 * b0 >> 32) + (a0 * b1 >> 32) + (middle >> 32);
}

static void
philox_by_hand(const uint64_t key[2], const uint64_t counter[4], uint64_t out[4])
{
    uint64_t c[4];

    memcpy(c, counter, sizeof c);
    for (uint64_t round = 0; round < 10; round++) {
        const uint64_t left = UINT64_C(15197193596820024467), right = UINT64_C(14581110107779764567);
        const uint64_t next[4] = {
            high_word(right, c[2]) ^ c[1] ^ (key[0] + round * UINT64_C(11400714819323198485)), right * c[2],
            high_word(left, c[0]) ^ c[3] ^ (key[1] + round * UINT64_C(13503953896175478587)), left * c[0]};
        memcpy(c, next, sizeof c);
    }
    memcpy(out, c, sizeof c);
}

/* Random123 1.09, tests/kat_vectors, lines "philox4x64 10". */
static void
philox_gives_the_published_words(void **state)
{
    static const struct {
        uint64_t counter[4], key[2], words[4];
    } cases[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b}},
        {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX},
         {UINT64_MAX, UINT64_MAX},
         {0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0}},
        {{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
         {0x452821e638d01377, 0xbe5466cf34e90c6c},
         {0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6}},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t words[4];
        bk_philox(cases[i].key, cases[i].counter, words);
        assert_memory_equal(words, cases[i].words, sizeof words);
    }
}

static void
philox_agrees_with_the_paper_done_by_hand(void **state)
{
    (void)state;
    uint64_t counter[4] = {1, 2, 3, 4}, key[2] = {5, 6};

    for (int i = 0; i < 1000; i++) {
        uint64_t words[4], by_hand[4];
        bk_philox(key, counter, words);
        philox_by_hand(key, counter, by_hand);
        assert_memory_equal(words, by_hand, sizeof words);
        memcpy(counter, words, sizeof counter);
        key[i % 2] ^= words[0];
    }
}

static void
uniforms_are_a_function_of_seed_stream_and_index(void **state)
{
    (void)state;

    const double first = bk_uniform(2020, 3, 417);
    assert_true(first > 0.0 && first < 1.0);
    bkt_close(bk_uniform(2020, 3, 417), first, 0.0, 0.0);
    assert_true(bk_uniform(2021, 3, 417) != first);
    assert_true(bk_uniform(2020, 4, 417) != first);
    assert_true(bk_uniform(2020, 3, 418) != first);
}

/* Chi-square with 99 degrees of freedom: 60 and 149 are passed with a probability of 0.0007 and 0.0008. */
static void
uniforms_fill_all_cells_evenly(void **state)
{
    (void)state;
    double counts[100] = {0.0}, chi_square = 0.0, moment = 0.0;

    for (uint64_t i = 0; i < 100000; i++) {
        const double u = bk_uniform(1, 1, i);
        counts[(int)(u * 100.0)] += 1.0;
        moment += u / 100000.0;
    }
    for (int i = 0; i < 100; i++)
        chi_square += (counts[i] - 1000.0) * (counts[i] - 1000.0) / 1000.0;
    assert_true(chi_square > 60.0 && chi_square < 149.0);
    bkt_close(moment, 0.5, 0.0, 4.0 * 0.000913); /* standard error sqrt(1/12/100000) */
}

/* The first three are the test values printed in Wichura (1988); the others are from mpmath with 40 digits. */
static void
quantiles_are_exact_to_the_last_digits(void **state)
{
    (void)state;
    static const double cases[][2] = {{0.25, -0.6744897501960817432},   {0.001, -3.0902323061678135354},
                                      {1e-20, -9.2623400897984075796},  {0.075, -1.4395314709384559349},
                                      {0.0749, -1.4402382675279636631}, {0.4999999, -2.5066282747031065135e-7},
                                      {1e-100, -21.273453560965324294}, {1e-300, -37.047096299361199237}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        bkt_close(bk_normal_quantile(cases[i][0]), cases[i][1], 1e-15, 0.0);
    bkt_close(bk_normal_quantile(0.5), 0.0, 0.0, 0.0);
    bkt_close(bk_normal_quantile(0.975), 1.959963984540054235, 1e-15, 0.0); /* any table */
    bkt_close(bk_normal_quantile(0.0), -INFINITY, 0.0, 0.0);
    bkt_close(bk_normal_quantile(1.0), INFINITY, 0.0, 0.0);
}

static void
quantiles_mirror_about_one_half(void **state)
{
    (void)state;

    for (int i = 1; i < 1024; i++) /* p and 1 - p are exact */
        bkt_close(bk_normal_quantile(i / 1024.0), -bk_normal_quantile(1.0 - i / 1024.0), 0.0, 0.0);
}

/* Values from mpmath with 40 digits. */
static void
the_distribution_is_exact_in_both_tails(void **state)
{
    (void)state;

    bkt_close(bk_normal_cdf(0.0), 0.5, 0.0, 0.0);
    bkt_close(bk_normal_cdf(1.0), 0.84134474606854294859, 1e-15, 0.0);
    bkt_close(bk_normal_cdf(-1.0), 0.15865525393145705141, 1e-15, 0.0);
    bkt_close(bk_normal_cdf(3.0), 0.99865010196836990547, 1e-15, 0.0);
    bkt_close(bk_normal_cdf(-5.0), 2.8665157187919391167e-7, 1e-14, 0.0);
    bkt_close(bk_normal_cdf(-10.0), 7.619853024160526066e-24, 1e-13, 0.0);
    bkt_close(bk_normal_cdf(-37.0), 5.7255712225245768227e-300, 1e-12, 0.0);
}

/* A quantile x with relative error e moves the distribution by e x times the density; the distribution itself loses
 * half a unit in the argument of erfc, which counts x^2 times in the tail. */
static void
quantile_and_distribution_undo_each_other(void **state)
{
    (void)state;

    for (uint64_t i = 0; i < 10000; i++) {
        const double p = bk_uniform(9, 0, i), x = bk_normal_quantile(p);
        const double density = exp(-0.5 * x * x) / sqrt(2.0 * acos(-1.0));
        bkt_close(bk_normal_cdf(x), p, 0x1p-52 * (1.0 + x * x), 1e-15 * fabs(x) * density);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_the_published_words),
        cmocka_unit_test(philox_agrees_with_the_paper_done_by_hand),
        cmocka_unit_test(uniforms_are_a_function_of_seed_stream_and_index),
        cmocka_unit_test(uniforms_fill_all_cells_evenly),
        cmocka_unit_test(quantiles_are_exact_to_the_last_digits),
        cmocka_unit_test(quantiles_mirror_about_one_half),
        cmocka_unit_test(the_distribution_is_exact_in_both_tails),
        cmocka_unit_test(quantile_and_distribution_undo_each_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
