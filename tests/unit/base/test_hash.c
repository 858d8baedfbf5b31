#include "bkt.h"
#include "buckle/base.h"

/* The mixer of SplitMix undone step by step, which leaves FNV-1a. */
static uint64_t
unmix(uint64_t hash)
{
    const uint64_t first = UINT64_C(0x96de1b173f119089), second = UINT64_C(0x319642b2d24d8ec3);

    assert_true(first * UINT64_C(0xbf58476d1ce4e5b9) == 1 && second * UINT64_C(0x94d049bb133111eb) == 1);
    hash = (hash ^ (hash >> 31) ^ (hash >> 62)) * second;
    hash = (hash ^ (hash >> 27) ^ (hash >> 54)) * first;
    return hash ^ (hash >> 30) ^ (hash >> 60);
}

/* The FNV-1a values are those of the IETF draft draft-eastlake-fnv, appendix C. */
static void
before_mixing_the_hash_is_the_published_fnv1a(void **state)
{
    (void)state;

    assert_true(unmix(bk_hash(0, "", 0)) == UINT64_C(0xcbf29ce484222325));
    assert_true(unmix(bk_hash(0, "a", 1)) == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(unmix(bk_hash(0, "foobar", 6)) == UINT64_C(0x85944171f73967e8));
}

static void
one_bit_changes_half_of_the_hash(void **state)
{
    (void)state;
    int n_changed = 0;

    for (uint64_t key = 0; key < 1000; key++) {
        const uint64_t flipped = key ^ (UINT64_C(1) << (key % 64));
        n_changed += __builtin_popcountll(bk_hash(0, &key, sizeof key) ^ bk_hash(0, &flipped, sizeof flipped));
    }
    /* 32 bits of 64 each time; the mean of 1000 has a standard error of 0.13 bits */
    bkt_close(n_changed / 1000.0, 32.0, 0.0, 1.0);
}

static void
the_order_of_a_chain_matters(void **state)
{
    (void)state;

    assert_true(bk_hash(bk_hash(0, "ab", 2), "c", 1) != bk_hash(bk_hash(0, "c", 1), "ab", 2));
    assert_true(bk_hash(bk_hash(0, "ab", 2), "c", 1) != bk_hash(bk_hash(0, "a", 1), "bc", 2));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_mixing_the_hash_is_the_published_fnv1a),
        cmocka_unit_test(one_bit_changes_half_of_the_hash),
        cmocka_unit_test(the_order_of_a_chain_matters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
