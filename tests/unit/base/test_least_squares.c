/* Least squares against certified answers and closed forms. */
#include "bkt_open.h"
#include "buckle/base.h"

#include <math.h>

/* NIST StRD, nonlinear regression, Misra1a: y = b1 (1 - exp(-b2 x)). */
enum { MISRA = 14 };
static const double misra_y[MISRA] = {10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02,
                                      44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78};
static const double misra_x[MISRA] = {77.6,  114.9, 141.1, 190.8, 239.9, 289.0, 332.8,
                                      378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0};

static bk_status
misra(void *state, const double *b, double *residual)
{
    (void)state;
    for (size_t i = 0; i < MISRA; i++)
        residual[i] = misra_y[i] - b[0] * (1.0 - exp(-b[1] * 1e-4 * misra_x[i]));
    return BK_OK;
}

static void
certified_parameters_and_errors_are_found(void **state)
{
    const double           step[] = {1e-3, 1e-5}, least[] = {0, 0}, most[] = {1e4, 1e4};
    const bk_least_squares problem = {.n = 2,
                                      .n_residuals = MISRA,
                                      .residuals = misra,
                                      .step = step,
                                      .least = least,
                                      .most = most,
                                      .tolerance = 1e-6,
                                      .max_iterations = 100};
    double                 b[] = {500.0, 1.0}; /* NIST's first start */
    bk_least_squares_fit   fit;

    (void)state;
    assert_int_equal(bk_least_squares_solve(ctx, &problem, &arena, b, &fit), BK_OK);
    assert_int_equal(fit.outcome, BK_CONVERGED);
    bkt_close(b[0], 2.3894212918e+02, 1e-8, 0);
    bkt_close(b[1] * 1e-4, 5.5015643181e-04, 1e-8, 0);
    bkt_close(fit.cost, 1.2455138894e-01, 1e-9, 0);
    bkt_close(sqrt(fit.covariance[0] * fit.cost / (MISRA - 2)), 2.7070075241, 1e-5, 0);
    bkt_close(1e-4 * sqrt(fit.covariance[3] * fit.cost / (MISRA - 2)), 7.2668688436e-06, 1e-5, 0);
}

static bk_status
misra_slopes(void *state, const double *b, double *jacobian)
{
    (void)state;
    for (size_t i = 0; i < MISRA; i++) {
        const double x = 1e-4 * misra_x[i];
        jacobian[i * 2] = exp(-b[1] * x) - 1.0;
        jacobian[i * 2 + 1] = -b[0] * x * exp(-b[1] * x);
    }
    return BK_OK;
}

/* With derivatives given a step of the differences is never taken: one so wide would spoil them. */
static void
derivatives_of_the_problem_are_used(void **state)
{
    const double           step[] = {1e-3, 1e-3}, least[] = {0, 0}, most[] = {1e4, 1e4};
    const bk_least_squares problem = {.n = 2,
                                      .n_residuals = MISRA,
                                      .residuals = misra,
                                      .derivatives = misra_slopes,
                                      .step = step,
                                      .least = least,
                                      .most = most,
                                      .tolerance = 1e-9,
                                      .max_iterations = 100};
    double                 b[] = {500.0, 1.0};
    bk_least_squares_fit   fit;

    (void)state;
    assert_int_equal(bk_least_squares_solve(ctx, &problem, &arena, b, &fit), BK_OK);
    bkt_close(b[0], 2.3894212918e+02, 1e-9, 0);
    bkt_close(b[1] * 1e-4, 5.5015643181e-04, 1e-9, 0);
    bkt_close(sqrt(fit.covariance[0] * fit.cost / (MISRA - 2)), 2.7070075241, 1e-9, 0);
    assert_true(fit.n_evaluations < 4 * (size_t)(fit.iterations + 1)); /* differences alone would take as many */
}

static bk_status
rosenbrock(void *state, const double *x, double *residual)
{
    (void)state;
    residual[0] = 10.0 * (x[1] - x[0] * x[0]);
    residual[1] = 1.0 - x[0];
    return BK_OK;
}

/* Held to x <= 0.5 the least of Rosenbrock's function is at (0.5, 0.25), where it is 0.25. */
static void
bounds_are_kept_and_felt(void **state)
{
    const double         step[] = {1e-6, 1e-6}, least[] = {-5, -5}, most[] = {5, 5}, tight[] = {0.5, 5};
    double               x[] = {-1.2, 1.0}, y[] = {-1.2, 1.0};
    bk_least_squares     problem = {.n = 2,
                                    .n_residuals = 2,
                                    .residuals = rosenbrock,
                                    .step = step,
                                    .least = least,
                                    .most = most,
                                    .tolerance = 1e-3,
                                    .max_iterations = 200};
    bk_least_squares_fit fit;

    (void)state;
    assert_int_equal(bk_least_squares_solve(ctx, &problem, &arena, x, &fit), BK_OK);
    bkt_close(x[0], 1.0, 1e-7, 0);
    bkt_close(x[1], 1.0, 1e-7, 0);
    problem.most = tight;
    assert_int_equal(bk_least_squares_solve(ctx, &problem, &arena, y, &fit), BK_OK);
    assert_int_equal(fit.outcome, BK_CONVERGED);
    bkt_close(y[0], 0.5, 0, 1e-9);
    bkt_close(y[1], 0.25, 1e-6, 0);
    bkt_close(fit.cost, 0.25, 1e-9, 0);
}

static bk_status
sum_alone(void *state, const double *x, double *residual)
{
    (void)state;
    residual[0] = x[0] + x[1] - 1.0;
    return BK_OK;
}

static void
what_is_not_determined_has_no_covariance(void **state)
{
    const double           step[] = {1e-3, 1e-3}, least[] = {-5, -5}, most[] = {5, 5};
    const bk_least_squares problem = {.n = 2,
                                      .n_residuals = 1,
                                      .residuals = sum_alone,
                                      .step = step,
                                      .least = least,
                                      .most = most,
                                      .tolerance = 1e-6,
                                      .max_iterations = 50};
    double                 x[] = {0.0, 0.0};
    bk_least_squares_fit   fit;

    (void)state;
    assert_int_equal(bk_least_squares_solve(ctx, &problem, &arena, x, &fit), BK_OK);
    bkt_close(x[0] + x[1], 1.0, 1e-9, 0);
    assert_true(fit.covariance == NULL || fit.covariance[0] > 1e6);
}

static bk_status
refuse(void *state, const double *x, double *residual)
{
    residual[0] = x[0];
    return *(int *)state > 0 ? bk_fail(ctx, BK_ERR_VALUE, "not here") : ((*(int *)state)++, BK_OK);
}

static void
a_failing_residual_is_passed_on(void **state)
{
    int                    calls = 0;
    const double           step[] = {1e-3}, least[] = {-5}, most[] = {5};
    const bk_least_squares problem = {.n = 1,
                                      .n_residuals = 1,
                                      .residuals = refuse,
                                      .state = &calls,
                                      .step = step,
                                      .least = least,
                                      .most = most,
                                      .tolerance = 1e-6,
                                      .max_iterations = 50};
    double                 x[] = {1.0};
    bk_least_squares_fit   fit;

    (void)state;
    assert_int_equal(bk_least_squares_solve(ctx, &problem, &arena, x, &fit), BK_ERR_VALUE);
    bk_error_clear(ctx);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certified_parameters_and_errors_are_found),
        cmocka_unit_test(derivatives_of_the_problem_are_used),
        cmocka_unit_test(bounds_are_kept_and_felt),
        cmocka_unit_test(what_is_not_determined_has_no_covariance),
        cmocka_unit_test(a_failing_residual_is_passed_on),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
