/* Points of the cube: digital nets stay nets when scrambled, hypercubes have one point a slice, all is a function of
 * the index. */
#include "bkt.h"
#include "buckle/risk.h"
#include "risk/sobol.h"

static const bk_sampler *
make(bk_context *ctx, bk_sampler_kind kind, uint64_t seed, uint64_t n, size_t d, bk_arena *arena)
{
    const bk_sampler *sampler = NULL;

    assert_int_equal(bk_sampler_create(ctx, kind, seed, n, d, arena, &sampler), BK_OK);
    return sampler;
}

/* Sobol' sequence as published (Bratley & Fox 1988; the order there is Gray's, here the natural one). */
static void
first_points_are_the_published_ones(void **state)
{
    static const double expected[4][3] = {{0, 0, 0}, {0.5, 0.5, 0.5}, {0.25, 0.75, 0.75}, {0.75, 0.25, 0.25}};
    uint32_t            direction[BKI_SOBOL_BITS];

    (void)state;
    for (size_t d = 0; d < 3; d++) {
        bki_sobol_directions(d, direction);
        for (uint64_t i = 0; i < 4; i++)
            bkt_close(bki_sobol_digits(direction, i) * 0x1p-32, expected[i][d], 0.0, 0.0);
    }
}

/* A polynomial of degree s is primitive if x has order 2^s - 1 in the field it makes (Lidl & Niederreiter 1986). */
static void
polynomials_are_primitive_and_numbers_odd(void **state)
{
    (void)state;
    for (size_t d = 0; d + 1 < BK_SOBOL_DIMENSIONS; d++) {
        const uint32_t polynomial = bki_sobol_table[d].polynomial;
        const int      degree = 31 - __builtin_clz(polynomial);
        uint32_t       power = 1, order = 0;
        do {
            power <<= 1;
            if (power >> degree & 1)
                power ^= polynomial;
            order++;
        } while (power != 1 && order < 1u << degree);
        assert_int_equal(order, (1u << degree) - 1);
        for (int k = 0; k < degree; k++)
            assert_true(bki_sobol_table[d].first[k] % 2 == 1 && bki_sobol_table[d].first[k] >> (k + 1) == 0);
        assert_true(d == 0 || bki_sobol_table[d - 1].polynomial != polynomial);
    }
}

/* Any 2^m first points have one in each of 2^m equal intervals, in every dimension; scrambled and not. */
static void
every_dimension_is_a_net(void **state)
{
    enum { M = 6, N = 1 << M };
    bk_context   *ctx;
    bk_arena      arena;
    static double point[BK_SOBOL_DIMENSIONS];
    static bool   seen[BK_SOBOL_DIMENSIONS][N];

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    const bk_sampler *sampler = make(ctx, BK_SAMPLER_SOBOL, 7, N, BK_SOBOL_DIMENSIONS, &arena);
    for (uint64_t i = 0; i < N; i++) {
        bk_sampler_point(sampler, i, point);
        for (size_t d = 0; d < BK_SOBOL_DIMENSIONS; d++) {
            bool *slice = &seen[d][(size_t)(point[d] * N)];
            assert_true(point[d] > 0.0 && point[d] < 1.0 && !*slice);
            *slice = true;
        }
    }
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

/* The first two dimensions are a (0, m, 2)-net in base 2, and Owen's scrambling keeps it one (Owen 1995). */
static void
two_dimensions_fill_every_elementary_box(void **state)
{
    enum { M = 8, N = 1 << M };
    bk_context *ctx;
    bk_arena    arena;
    double      points[N][2];

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    const bk_sampler *sampler = make(ctx, BK_SAMPLER_SOBOL, 99, N, 2, &arena);
    for (uint64_t i = 0; i < N; i++)
        bk_sampler_point(sampler, i, points[i]);
    for (int a = 0; a <= M; a++) {
        int count[N] = {0};
        for (size_t i = 0; i < N; i++)
            count[((size_t)(points[i][0] * (1 << a)) << (M - a)) + (size_t)(points[i][1] * (1 << (M - a)))]++;
        for (size_t box = 0; box < N; box++)
            assert_int_equal(count[box], 1);
    }
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

/* Each point by itself is uniform: over seeds, one point's mean is 1/2 and its variance 1/12; 4 standard errors. */
static void
scrambled_points_are_uniform_over_seeds(void **state)
{
    enum { SEEDS = 4000 };
    bk_context *ctx;
    double      sum = 0.0, squares = 0.0, point[3];

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        bk_arena arena;
        bk_arena_init(&arena, ctx);
        bk_sampler_point(make(ctx, BK_SAMPLER_SOBOL, seed, 64, 3, &arena), 11, point);
        sum += point[2] - 0.5;
        squares += (point[2] - 0.5) * (point[2] - 0.5);
        bk_arena_release(&arena);
    }
    bkt_close(sum / SEEDS, 0.0, 0.0, 4.0 / sqrt(12.0 * SEEDS));
    bkt_close(squares / SEEDS, 1.0 / 12.0, 0.0, 4.0 * sqrt(1.0 / 180.0 / SEEDS));
    bk_context_release(ctx);
}

static void
a_hypercube_has_one_point_a_slice(void **state)
{
    static const uint64_t sizes[] = {1, 2, 7, 100, 1000};
    bk_context           *ctx;
    double                point[3];

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    for (size_t s = 0; s < 5; s++) {
        static bool seen[3][1000];
        bk_arena    arena;
        memset(seen, 0, sizeof seen);
        bk_arena_init(&arena, ctx);
        const bk_sampler *sampler = make(ctx, BK_SAMPLER_LHS, 3, sizes[s], 3, &arena);
        for (uint64_t i = 0; i < sizes[s]; i++) {
            bk_sampler_point(sampler, i, point);
            for (size_t d = 0; d < 3; d++) {
                bool *slice = &seen[d][(size_t)(point[d] * (double)sizes[s])];
                assert_false(*slice);
                *slice = true;
            }
        }
        bk_arena_release(&arena);
    }
    bk_context_release(ctx);
}

/* Columns of a hypercube are shuffled independently: their correlation is that of chance, here within 4 / sqrt n. */
static void
columns_of_a_hypercube_are_independent(void **state)
{
    enum { N = 2000 };
    bk_context *ctx;
    bk_arena    arena;
    double      point[2], sum = 0.0;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    const bk_sampler *sampler = make(ctx, BK_SAMPLER_LHS, 5, N, 2, &arena);
    for (uint64_t i = 0; i < N; i++) {
        bk_sampler_point(sampler, i, point);
        sum += (point[0] - 0.5) * (point[1] - 0.5) * 12.0;
    }
    bkt_close(sum / N, 0.0, 0.0, 4.0 / sqrt(N));
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

static void
a_point_is_a_function_of_seed_and_index(void **state)
{
    bk_context *ctx;
    bk_arena    arena;
    double      a[5], b[5];

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    for (int kind = 0; kind < 3; kind++) {
        const bk_sampler *one = make(ctx, (bk_sampler_kind)kind, 1, 50, 5, &arena);
        const bk_sampler *same = make(ctx, (bk_sampler_kind)kind, 1, 50, 5, &arena);
        const bk_sampler *other = make(ctx, (bk_sampler_kind)kind, 2, 50, 5, &arena);
        bk_sampler_point(one, 17, a);
        bk_sampler_point(same, 3, b);
        bk_sampler_point(same, 17, b);
        assert_memory_equal(a, b, sizeof a);
        bk_sampler_point(other, 17, b);
        assert_memory_not_equal(a, b, sizeof a);
    }
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

static void
too_many_dimensions_are_refused(void **state)
{
    bk_context       *ctx;
    bk_arena          arena;
    const bk_sampler *sampler;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    assert_int_equal(bk_sampler_create(ctx, BK_SAMPLER_SOBOL, 1, 8, BK_SOBOL_DIMENSIONS + 1, &arena, &sampler),
                     BK_ERR_VALUE);
    assert_non_null(strstr(bk_error_get(ctx, 0)->hint, "lhs"));
    assert_int_equal(bk_sampler_create(ctx, BK_SAMPLER_LHS, 1, 0, 3, &arena, &sampler), BK_ERR_VALUE);
    make(ctx, BK_SAMPLER_LHS, 1, 8, BK_SOBOL_DIMENSIONS + 1, &arena);
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_points_are_the_published_ones),
        cmocka_unit_test(polynomials_are_primitive_and_numbers_odd),
        cmocka_unit_test(every_dimension_is_a_net),
        cmocka_unit_test(two_dimensions_fill_every_elementary_box),
        cmocka_unit_test(scrambled_points_are_uniform_over_seeds),
        cmocka_unit_test(a_hypercube_has_one_point_a_slice),
        cmocka_unit_test(columns_of_a_hypercube_are_independent),
        cmocka_unit_test(a_point_is_a_function_of_seed_and_index),
        cmocka_unit_test(too_many_dimensions_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
