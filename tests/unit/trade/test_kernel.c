/* The inner loops against the plain loops they stand for. */
#include "bkt.h"
#include "buckle/base.h"
#include "trade/kernel.h"

enum { N = 13, STRIDE = 16, SECTORS = 3 };

static _Alignas(64) double k[N][STRIDE], kt[N][STRIDE], power[STRIDE], spend[STRIDE], supply[STRIDE], net[STRIDE],
    sales[STRIDE];

static void
a_market_is_cleared_as_by_plain_loops(void **state)
{
    (void)state;
    for (size_t n = 0; n < N; n++)
        for (size_t i = 0; i < N; i++) {
            k[n][i] = n == 4 ? 0.0 : bk_uniform(1, n, i); /* region 4 has no supplier and buys nothing */
            kt[n][i] = k[n][i] / (1.0 + 0.3 * bk_uniform(2, n, i));
        }
    for (size_t n = 0; n < N; n++) {
        power[n] = 0.5 + bk_uniform(3, 0, n);
        spend[n] = n == 4 ? 0.0 : 10.0 * bk_uniform(4, 0, n);
    }
    const bki_market market = {.n_regions = N,
                               .stride = STRIDE,
                               .k = k[0],
                               .kt = kt[0],
                               .power = power,
                               .spend = spend,
                               .supply = supply,
                               .net = net,
                               .sales = sales};
    bki_market_clear(&market);
    for (size_t i = 0; i < N; i++) {
        double s = 0.0, f = 0.0, y = 0.0;
        for (size_t m = 0; m < N; m++) {
            s += k[i][m] * power[m];
            f += kt[i][m] * power[m];
            y += m == 4 ? 0.0 : power[i] * kt[m][i] * spend[m] / supply[m];
        }
        bkt_close(supply[i], s, 1e-14, 0);
        bkt_close(net[i], f, 1e-14, 0);
        bkt_close(sales[i], y, 1e-14, 0);
    }
    for (size_t i = N; i < STRIDE; i++)
        assert_true(sales[i] == 0.0);
}

static void
technology_is_applied_as_by_plain_loops(void **state)
{
    (void)state;
    static _Alignas(64) double input[SECTORS][SECTORS][STRIDE], log_price[SECTORS][STRIDE], output[SECTORS][STRIDE];
    static _Alignas(64) double log_cost[SECTORS][STRIDE], demand[SECTORS][STRIDE];
    for (size_t j = 0; j < SECTORS; j++)
        for (size_t n = 0; n < STRIDE; n++) {
            log_price[j][n] = bk_uniform(1, j, n) - 0.5;
            output[j][n] = bk_uniform(2, j, n);
            log_cost[j][n] = 0.1 * (double)j;
            demand[j][n] = 0.2 * (double)n;
            for (size_t m = 0; m < SECTORS; m++)
                input[j][m][n] = bk_uniform(3 + j, m, n);
        }
    const bki_technology technology = {.n_sectors = SECTORS,
                                       .stride = STRIDE,
                                       .input = input[0][0],
                                       .log_price = log_price[0],
                                       .output = output[0],
                                       .log_cost = log_cost[0],
                                       .demand = demand[0]};
    bki_technology_apply(&technology, 0, STRIDE);
    for (size_t j = 0; j < SECTORS; j++)
        for (size_t n = 0; n < STRIDE; n++) {
            double c = 0.1 * (double)j, x = 0.2 * (double)n;
            for (size_t m = 0; m < SECTORS; m++) {
                c += input[j][m][n] * log_price[m][n];
                x += input[m][j][n] * output[m][n];
            }
            bkt_close(log_cost[j][n], c, 1e-14, 1e-15);
            bkt_close(demand[j][n], x, 1e-14, 0);
        }
}

static void
sums_of_rows_of_any_length_are_plain_sums(void **state)
{
    (void)state;
    double x[40], y[40], r[40], a[40];
    for (size_t i = 0; i < 40; i++) {
        x[i] = bk_uniform(1, 0, i);
        y[i] = bk_uniform(2, 0, i);
        r[i] = bk_uniform(3, 0, i);
        a[i] = bk_uniform(4, 0, i);
    }
    for (size_t n = 0; n < 39; n++) {
        double total = 0.0, above = 0.0, growth = 0.0;
        for (size_t i = 1; i <= n; i++) { /* from an odd address */
            total += x[i];
            above += x[i] * (y[i] - 1.0);
            growth += r[i] * (a[i] - x[i] * y[i]);
        }
        bkt_close(bki_total(n, x + 1), total, 1e-14, 1e-15);
        bkt_close(bki_total_above(n, x + 1, y + 1), above, 1e-13, 1e-15);
        bkt_close(bki_total_growth(n, r + 1, x + 1, y + 1, a + 1), growth, 1e-13, 1e-14);
    }
}

static void
single_logarithms_know_their_ends(void **state)
{
    (void)state;
    assert_true(bki_log(0.0) == -INFINITY && bki_log(INFINITY) == INFINITY && bki_log(1.0) == 0.0);
    bkt_close(bki_log(2.5), log(2.5), 1e-15, 0);
    bkt_close(bki_exp(-3.5), exp(-3.5), 1e-15, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_market_is_cleared_as_by_plain_loops),
        cmocka_unit_test(technology_is_applied_as_by_plain_loops),
        cmocka_unit_test(sums_of_rows_of_any_length_are_plain_sums),
        cmocka_unit_test(single_logarithms_know_their_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
