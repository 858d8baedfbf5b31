/* Points by index: scrambled Sobol' net, Latin hypercube, independent.  All random bits are Philox's at a counter made
 * of what is asked for, so point 417 is the same wherever it is computed. */
#include "risk/sobol.h"

#include <math.h>

struct bk_sampler {
    bk_sampler_kind kind;
    uint64_t        seed, n_points;
    size_t          n_dimensions;
    const uint32_t *directions; /* [n_dimensions][BKI_SOBOL_BITS] Sobol' only */
};

/* What a word of random bits is for; no two uses share a counter. */
typedef enum purpose { FOR_SCRAMBLING = 1, FOR_SHUFFLING, FOR_PLACE_IN_SLICE, FOR_INDEPENDENT } purpose;

static uint64_t
random_word(uint64_t seed, purpose use, uint64_t dimension, uint64_t a, uint64_t b)
{
    const uint64_t key[2] = {seed, UINT64_C(0x7269736b00000000) + use}, counter[4] = {dimension, a, b, 0};
    uint64_t       words[4];

    bk_philox(key, counter, words);
    return words[0];
}

/* The middle of one of 2^52 equal cells. */
static double
cell_middle(uint64_t word)
{
    return ((double)(word >> 12) + 0.5) * 0x1p-52;
}

/* ---- Sobol' ---------------------------------------------------------------------------------------------------- */

/* Owen's nested uniform scrambling: each binary digit is flipped or not by a coin that belongs to the digits above it.
 * Digits beyond the net's are independent of everything. */
static double
scramble(uint64_t seed, uint64_t dimension, uint32_t digits)
{
    uint32_t scrambled = 0;

    for (int k = 0; k < BKI_SOBOL_BITS; k++) {
        const uint64_t above = k == 0 ? 0 : (uint64_t)digits >> (BKI_SOBOL_BITS - k);
        const uint32_t coin = (uint32_t)(random_word(seed, FOR_SCRAMBLING, dimension, (uint64_t)k, above) & 1);
        scrambled |= (((digits >> (BKI_SOBOL_BITS - 1 - k)) & 1) ^ coin) << (BKI_SOBOL_BITS - 1 - k);
    }
    const uint64_t rest = random_word(seed, FOR_SCRAMBLING, dimension, BKI_SOBOL_BITS, digits);
    return cell_middle((uint64_t)scrambled << 32 | rest >> 32);
}

/* ---- Latin hypercube ------------------------------------------------------------------------------------------- */

/* A permutation of 0 ... n - 1 without a table: a Feistel network on the even number of bits that hold n, walked until
 * the image is below n (Black & Rogaway 2002, "Ciphers with arbitrary finite domains"). */
static uint64_t
shuffled(uint64_t seed, uint64_t dimension, uint64_t n, uint64_t index)
{
    int half = 1;

    while (half < 32 && (UINT64_C(1) << (2 * half)) < n)
        half++;
    const uint64_t mask = (UINT64_C(1) << half) - 1;
    do {
        uint64_t left = index >> half, right = index & mask;
        for (uint64_t round = 0; round < 6; round++) {
            const uint64_t next = left ^ (random_word(seed, FOR_SHUFFLING, dimension, round << 40 | n, right) & mask);
            left = right;
            right = next;
        }
        index = left << half | right;
    } while (index >= n);
    return index;
}

/* ---- all ------------------------------------------------------------------------------------------------------- */

const char *
bk_sampler_name(bk_sampler_kind kind)
{
    static const char *const names[] = {"sobol", "lhs", "random"};

    return names[kind];
}

bk_status
bk_sampler_create(bk_context *ctx, bk_sampler_kind kind, uint64_t seed, uint64_t n_points, size_t n_dimensions,
                  bk_arena *arena, const bk_sampler **out)
{
    bk_sampler *sampler = BK_NEW(arena, bk_sampler, 1);
    uint32_t   *directions = BK_NEW(arena, uint32_t, kind == BK_SAMPLER_SOBOL ? n_dimensions * BKI_SOBOL_BITS : 1);

    if (n_points == 0 || n_dimensions == 0)
        return bk_fail(ctx, BK_ERR_VALUE, "a sample needs at least one point and one dimension");
    if (n_points >> 32 != 0)
        return bk_fail(ctx, BK_ERR_VALUE, "a sample has at most 2^32 - 1 points, not %llu",
                       (unsigned long long)n_points);
    if (kind == BK_SAMPLER_SOBOL && n_dimensions > BK_SOBOL_DIMENSIONS)
        return bk_fail_hint(ctx, BK_ERR_VALUE, "take --sampler lhs, or give inputs that belong together one parameter",
                            "Sobol' points have at most %d dimensions, %zu are asked for", BK_SOBOL_DIMENSIONS,
                            n_dimensions);
    BK_TRY(bk_arena_ok(arena));
    for (size_t d = 0; kind == BK_SAMPLER_SOBOL && d < n_dimensions; d++)
        bki_sobol_directions(d, directions + d * BKI_SOBOL_BITS);
    *sampler = (bk_sampler){kind, seed, n_points, n_dimensions, directions};
    *out = sampler;
    return BK_OK;
}

void
bk_sampler_point(const bk_sampler *sampler, uint64_t index, double *point)
{
    const double slices = (double)sampler->n_points;

    for (size_t d = 0; d < sampler->n_dimensions; d++)
        switch (sampler->kind) {
        case BK_SAMPLER_SOBOL:
            point[d] = scramble(sampler->seed, d, bki_sobol_digits(sampler->directions + d * BKI_SOBOL_BITS, index));
            break;
        case BK_SAMPLER_LHS:
            point[d] = ((double)shuffled(sampler->seed, d, sampler->n_points, index) +
                        cell_middle(random_word(sampler->seed, FOR_PLACE_IN_SLICE, d, index, 0))) /
                       slices;
            point[d] = fmin(point[d], 1.0 - 0x1p-53); /* the sum may round up to the end of the last slice */
            break;
        case BK_SAMPLER_RANDOM:
            point[d] = cell_middle(random_word(sampler->seed, FOR_INDEPENDENT, d, index, 0));
            break;
        }
}
