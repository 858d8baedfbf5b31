/* Sobol' indices against closed forms, their intervals against how often they hold, and regressions against lines. */
#include "bkt.h"
#include "buckle/appraisal.h"
#include "buckle/risk.h"

typedef double (*model)(const double *u);

/* Answers of the pick-freeze design of a model of `d` inputs on [0, 1]. */
static double *
design(bk_context *ctx, bk_sampler_kind kind, uint64_t seed, model f, size_t n, size_t d)
{
    double           *answer = malloc(n * (2 + d) * sizeof *answer), point[32], mixed[16];
    const bk_sampler *sampler;
    bk_arena          arena;

    bk_arena_init(&arena, ctx);
    assert_int_equal(bk_sampler_create(ctx, kind, seed, n, 2 * d, &arena, &sampler), BK_OK);
    for (size_t j = 0; j < n; j++) {
        double *row = answer + j * (2 + d);
        bk_sampler_point(sampler, j, point);
        row[0] = f(point);
        row[1] = f(point + d);
        for (size_t i = 0; i < d; i++) {
            memcpy(mixed, point, d * sizeof *mixed);
            mixed[i] = point[d + i];
            row[2 + i] = f(mixed);
        }
    }
    bk_arena_release(&arena);
    return answer;
}

/* Ishigami & Homma (1990) with a = 7, b = 0.1 on [-pi, pi]^3. */
static double
ishigami(const double *u)
{
    const double pi = acos(-1.0), x = pi * (2 * u[0] - 1), y = pi * (2 * u[1] - 1), z = pi * (2 * u[2] - 1);

    return sin(x) + 7.0 * sin(y) * sin(y) + 0.1 * z * z * z * z * sin(x);
}

/* V1 = (1 + b pi^4 / 5)^2 / 2, V2 = a^2 / 8, V13 = 8 b^2 pi^8 / 225: Saltelli et al. (2008), section 4.6. */
static void
ishigami_is_met_within_a_hundredth(void **state)
{
    const double   pi = acos(-1.0), v1 = 0.5 * pow(1.0 + 0.1 * pow(pi, 4) / 5.0, 2.0), v2 = 49.0 / 8.0;
    const double   v13 = 8.0 * 0.01 * pow(pi, 8) / 225.0, v = v1 + v2 + v13;
    const double   first[] = {v1 / v, v2 / v, 0.0}, total[] = {(v1 + v13) / v, v2 / v, v13 / v};
    bk_context    *ctx;
    bk_sensitivity out[3];
    size_t         n_used = 0;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    double *answer = design(ctx, BK_SAMPLER_SOBOL, 1, ishigami, 1 << 14, 3);
    assert_int_equal(bk_sobol_indices(ctx, answer, 1 << 14, 3, 1, out, &n_used), BK_OK);
    assert_int_equal(n_used, 1 << 14);
    for (size_t i = 0; i < 3; i++) {
        bkt_close(out[i].first, first[i], 0.0, 0.01);
        bkt_close(out[i].total, total[i], 0.0, 0.01);
        assert_true(out[i].first_low <= first[i] && first[i] <= out[i].first_high);
        assert_true(out[i].total_low <= total[i] && total[i] <= out[i].total_high);
    }
    free(answer);
    bk_context_release(ctx);
}

static const double importance[] = {0.0, 1.0, 4.5, 9.0, 99.0, 99.0};

/* Sobol's g function, Saltelli & Sobol' (1995). */
static double
g_function(const double *u)
{
    double value = 1.0;

    for (size_t i = 0; i < 6; i++)
        value *= (fabs(4.0 * u[i] - 2.0) + importance[i]) / (1.0 + importance[i]);
    return value;
}

/* V_i = 1 / (3 (1 + a_i)^2), V = prod (1 + V_i) - 1, T_i = V_i prod_{j != i} (1 + V_j) / V. */
static void
the_g_function_is_met(void **state)
{
    double         part[6], product = 1.0;
    bk_context    *ctx;
    bk_sensitivity out[6];
    size_t         n_used;

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        part[i] = 1.0 / (3.0 * (1.0 + importance[i]) * (1.0 + importance[i]));
        product *= 1.0 + part[i];
    }
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    double *answer = design(ctx, BK_SAMPLER_SOBOL, 2, g_function, 1 << 13, 6);
    assert_int_equal(bk_sobol_indices(ctx, answer, 1 << 13, 6, 1, out, &n_used), BK_OK);
    for (size_t i = 0; i < 6; i++) {
        bkt_close(out[i].first, part[i] / (product - 1.0), 0.0, 0.01);
        bkt_close(out[i].total, part[i] * product / (1.0 + part[i]) / (product - 1.0), 0.0, 0.01);
    }
    free(answer);
    bk_context_release(ctx);
}

static double
line_of_two(const double *u)
{
    return 3.0 * u[0] + u[1];
}

/* Of a line the first index of an input is its slope squared over the sum: 0.9.  An interval of 95 % holds it in 95 of
 * 100 independent samples; fewer than 87 or more than 99.9 would come once in a thousand. */
static void
bootstrap_intervals_hold_as_often_as_they_say(void **state)
{
    enum { SAMPLES = 100, N = 200 };
    bk_context    *ctx;
    bk_sensitivity out[2];
    size_t         n_used, held = 0, held_total = 0;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    for (uint64_t seed = 0; seed < SAMPLES; seed++) {
        double *answer = design(ctx, BK_SAMPLER_RANDOM, 1000 + seed, line_of_two, N, 2);
        assert_int_equal(bk_sobol_indices(ctx, answer, N, 2, seed, out, &n_used), BK_OK);
        held += out[0].first_low <= 0.9 && 0.9 <= out[0].first_high;
        held_total += out[1].total_low <= 0.1 && 0.1 <= out[1].total_high;
        free(answer);
    }
    assert_in_range(held, 87, 100);
    assert_in_range(held_total, 87, 100);
    bk_context_release(ctx);
}

static void
rows_with_a_gap_are_left_out(void **state)
{
    bk_context    *ctx;
    bk_sensitivity whole[2], part[2];
    size_t         n_used;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    double *answer = design(ctx, BK_SAMPLER_SOBOL, 3, line_of_two, 64, 2);
    assert_int_equal(bk_sobol_indices(ctx, answer, 63, 2, 1, whole, &n_used), BK_OK);
    answer[63 * 4 + 2] = NAN;
    assert_int_equal(bk_sobol_indices(ctx, answer, 64, 2, 1, part, &n_used), BK_OK);
    assert_int_equal(n_used, 63);
    assert_memory_equal(whole, part, sizeof whole);
    for (size_t j = 0; j < 63; j++)
        answer[j * 4] = INFINITY;
    assert_int_equal(bk_sobol_indices(ctx, answer, 64, 2, 1, part, &n_used), BK_ERR_VALUE);
    free(answer);
    bk_context_release(ctx);
}

static int
rising(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* answer = 2 + 3 x - 0.5 y, y constant in one column: slopes, switching value x = (0.5 mean y - 2) / 3. */
static void
a_line_is_found_exactly(void **state)
{
    enum { N = 50 };
    double       input[N][3], answer[N], explained, mean_y = 0.0;
    bk_effect_of out[3];
    bk_context  *ctx;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    for (size_t j = 0; j < N; j++) {
        input[j][0] = 4.0 * bk_uniform(1, 0, j) - 2.0;
        input[j][1] = 10.0 * bk_uniform(1, 1, j);
        input[j][2] = 7.0;
        answer[j] = 2.0 + 3.0 * input[j][0] - 0.5 * input[j][1];
        mean_y += input[j][1] / N;
    }
    assert_int_equal(bk_regress(ctx, &input[0][0], answer, N, 3, out, &explained), BK_OK);
    bkt_close(explained, 1.0, 1e-12, 0.0);
    bkt_close(out[0].slope, 3.0, 1e-12, 0.0);
    bkt_close(out[1].slope, -0.5, 1e-12, 0.0);
    bkt_close(out[2].slope, 0.0, 0.0, 0.0);
    assert_true(out[0].has_switching);
    bkt_close(out[0].switching, (0.5 * mean_y - 2.0) / 3.0, 1e-12, 1e-12);
    assert_true(out[0].rank > 0.8 && out[1].rank < 0.0);
    assert_true(out[0].swing_low < 0.0 && out[0].swing_high > 0.0);
    for (size_t i = 0; i < 2; i++) { /* from the mean to the 5 and 95 percent quantiles, along the line */
        double column[N], mean = 0.0;
        for (size_t j = 0; j < N; j++) {
            column[j] = input[j][i];
            mean += column[j] / N;
        }
        qsort(column, N, sizeof *column, rising);
        bkt_close(out[i].swing_low, out[i].slope * (bk_sample_quantile(column, N, 0.05) - mean), 1e-12, 1e-12);
        bkt_close(out[i].swing_high, out[i].slope * (bk_sample_quantile(column, N, 0.95) - mean), 1e-12, 1e-12);
    }
    assert_int_equal(bk_regress(ctx, &input[0][0], answer, 4, 3, out, &explained), BK_ERR_VALUE);
    bk_context_release(ctx);
}

/* Ranks see a monotone curve as a line. */
static void
ranks_straighten_a_monotone_answer(void **state)
{
    enum { N = 200 };
    double       input[N], answer[N], explained;
    bk_effect_of out;
    bk_context  *ctx;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    for (size_t j = 0; j < N; j++) {
        input[j] = bk_uniform(4, 0, j);
        answer[j] = -exp(12.0 * input[j]);
    }
    assert_int_equal(bk_regress(ctx, input, answer, N, 1, &out, &explained), BK_OK);
    bkt_close(out.rank, -1.0, 1e-12, 0.0);
    assert_true(explained < 0.6);
    bk_context_release(ctx);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ishigami_is_met_within_a_hundredth),
        cmocka_unit_test(the_g_function_is_met),
        cmocka_unit_test(bootstrap_intervals_hold_as_often_as_they_say),
        cmocka_unit_test(rows_with_a_gap_are_left_out),
        cmocka_unit_test(a_line_is_found_exactly),
        cmocka_unit_test(ranks_straighten_a_monotone_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
