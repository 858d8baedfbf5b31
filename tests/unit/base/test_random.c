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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_the_published_words),
        cmocka_unit_test(philox_agrees_with_the_paper_done_by_hand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
