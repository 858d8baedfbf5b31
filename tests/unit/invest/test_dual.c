/* before the frame, whose names its parameters have */
#include "bkt_planner.h"

#include "bkt_open.h"

#include "invest/planner.h"

enum { NODES = 12, GOODS = 2, N = NODES * GOODS };

typedef struct trial {
    double beta, gamma, rho;
    bool   fixed, standing; /* infrastructure is given; some stands on half of the links */
} trial;

/* Powers at which the dual has two derivatives everywhere, or everywhere but at equal prices. */
static const trial trials[] = {
    {0.5, 0.3, 2.0, true, false},  {1.0, 1.0, 1.0, true, false},  {0.5, 0.3, 0.5, false, false},
    {1.0, 0.5, 2.0, false, false}, {0.8, 0.7, 1.0, false, false}, {0.5, 0.3, 0.5, false, true},
    {1.0, 0.5, 2.0, false, true},
};

static bki_dual
make(const trial *powers, double *price)
{
    static double infrastructure[64], standing[64];
    bkt_planner   problem = bkt_planner_grid(&arena, 4, 3, GOODS);
    bk_planner   *planner = BK_NEW(&arena, bk_planner, 1);
    bki_dual      dual;

    problem.planner.beta = powers->beta;
    problem.planner.rho = powers->rho;
    problem.planner.budget = 3.0;
    *planner = problem.planner;
    for (size_t a = 0; a < planner->n_links; a++)
        infrastructure[a] = 0.1 + bk_uniform(3, 1, a), standing[a] = a % 2 ? 0.1 * bk_uniform(3, 5, a) : 0.0;
    planner->standing = powers->standing ? standing : NULL;
    for (size_t i = 0; i < N; i++)
        problem.productivity[i] = 0.2 + bk_uniform(3, 2, i);
    for (size_t i = 0; i < N; i++)
        price[i] = 0.3 + 0.4 * bk_uniform(3, 3, i);
    assert_int_equal(bki_dual_create(planner, powers->fixed ? infrastructure : NULL, powers->gamma, &arena, &dual),
                     BK_OK);
    bki_dual_evaluate(&dual, price);
    return dual;
}

static void
the_gradient_is_the_derivative_of_the_value(void **state)
{
    (void)state;
    for (size_t t = 0; t < sizeof trials / sizeof *trials; t++) {
        double   price[N], gradient[N];
        bki_dual dual = make(&trials[t], price);
        memcpy(gradient, dual.gradient, sizeof gradient);
        for (size_t i = 0; i < N; i++) {
            const double at = price[i], step = 1e-5 * at;
            price[i] = at + step;
            bki_dual_evaluate(&dual, price);
            const double above = dual.value;
            price[i] = at - step;
            bki_dual_evaluate(&dual, price);
            bkt_close(gradient[i], (above - dual.value) / (2.0 * step), 1e-6, 1e-9);
            price[i] = at;
        }
    }
}

static void
products_are_differences_of_the_gradient(void **state)
{
    (void)state;
    for (size_t t = 0; t < sizeof trials / sizeof *trials; t++) {
        double   price[N], moved[N], y[N], product[N], above[N];
        bki_dual dual = make(&trials[t], price);
        double   largest = 0.0;
        for (size_t i = 0; i < N; i++)
            y[i] = bk_uniform(3, 4, i) - 0.5;
        bki_dual_product(&dual, price, y, product);
        for (int side = 0; side < 2; side++) {
            for (size_t i = 0; i < N; i++)
                moved[i] = price[i] * (1.0 + (side ? -1e-6 : 1e-6) * y[i]);
            bki_dual_evaluate(&dual, moved);
            for (size_t i = 0; i < N && !side; i++)
                above[i] = dual.gradient[i];
        }
        for (size_t i = 0; i < N; i++)
            largest = fmax(largest, fabs(product[i]));
        for (size_t i = 0; i < N; i++)
            bkt_close(product[i], price[i] * (above[i] - dual.gradient[i]) / 2e-6, 1e-6, 1e-6 * largest);
    }
}

/* The diagonal leaves the budget's coupling out, so it is compared where there is none. */
static void
the_diagonal_is_that_of_the_products(void **state)
{
    double   price[N], diagonal[N];
    bki_dual dual = make(&trials[0], price);

    (void)state;
    bki_dual_diagonal(&dual, price, diagonal);
    for (size_t i = 0; i < N; i++) {
        double y[N] = {0}, product[N];
        y[i] = 1.0;
        bki_dual_product(&dual, price, y, product);
        bkt_close(diagonal[i], product[i], 1e-13, 0.0);
    }
}

/* Convexity is what makes a stationary point the best plan. */
static void
the_dual_is_convex_along_random_lines(void **state)
{
    (void)state;
    for (size_t t = 0; t < sizeof trials / sizeof *trials; t++)
        for (uint64_t seed = 0; seed < 200; seed++) {
            double   price[N], ends[2][N], middle[N], sum = 0.0;
            bki_dual dual = make(&trials[t], price);
            for (size_t e = 0; e < 2; e++) {
                for (size_t i = 0; i < N; i++)
                    ends[e][i] = 0.05 + bk_uniform(seed, e, i);
                bki_dual_evaluate(&dual, ends[e]);
                sum += 0.5 * dual.value;
            }
            for (size_t i = 0; i < N; i++)
                middle[i] = 0.5 * (ends[0][i] + ends[1][i]);
            bki_dual_evaluate(&dual, middle);
            assert_true(dual.value <= sum + 1e-12 * fabs(sum));
        }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gradient_is_the_derivative_of_the_value),
        cmocka_unit_test(products_are_differences_of_the_gradient),
        cmocka_unit_test(the_diagonal_is_that_of_the_products),
        cmocka_unit_test(the_dual_is_convex_along_random_lines),
    };

    return cmocka_run_group_tests(tests, open_context, close_context);
}
