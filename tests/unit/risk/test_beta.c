/* The incomplete beta function and its inverse against closed forms. */
#include "bkt.h"
#include "buckle/risk.h"

static const double probabilities[] = {1e-9, 1e-4, 0.01, 0.1, 0.37, 0.5, 0.81, 0.99, 0.9999, 1.0 - 1e-9};
enum { PROBABILITIES = sizeof probabilities / sizeof *probabilities };

/* Beta(a, 1): x^a;  Beta(1, b): 1 - (1 - x)^b;  Beta(2, 3): 6 x^2 - 8 x^3 + 3 x^4. */
static void
beta_has_its_closed_forms(void **state)
{
    (void)state;
    for (size_t k = 0; k < PROBABILITIES; k++) {
        const double p = probabilities[k];
        bkt_close(bk_beta_quantile(2.5, 1.0, p), pow(p, 1.0 / 2.5), 1e-13, 0.0);
        bkt_close(bk_beta_quantile(1.0, 3.0, p), -expm1(log1p(-p) / 3.0), 1e-12,
                  1e-16 / (3.0 * pow(1.0 - p, 2.0 / 3.0))); /* what an ulp of p is worth */
        bkt_close(bk_beta_cdf(2.0, 3.0, p), p * p * (6.0 - 8.0 * p + 3.0 * p * p), 1e-13, 0.0);
        bkt_close(bk_beta_cdf(0.7, 4.2, bk_beta_quantile(0.7, 4.2, p)), p, 1e-12, 0.0);
        bkt_close(bk_beta_cdf(40.0, 7.0, p), 1.0 - bk_beta_cdf(7.0, 40.0, 1.0 - p), 1e-12, 1e-14);
    }
    bkt_close(bk_beta_cdf(2.0, 3.0, 0.0), 0.0, 0.0, 0.0);
    bkt_close(bk_beta_cdf(2.0, 3.0, 1.0), 1.0, 0.0, 0.0);
}

/* Beta(1/2, 1/2), the arcsine law: 2 asin(sqrt(x)) / pi.  Tails keep their digits on either side, also where one shape
 * is far from the other: Beta(a, 1) x^a, Beta(1, b) 1 - (1 - x)^b. */
static void
tails_of_beta_keep_their_digits(void **state)
{
    static const double tails[] = {1e-30, 1e-14, 1e-6, 0.2, 0.6};

    (void)state;
    for (size_t k = 0; k < sizeof tails / sizeof *tails; k++) {
        const double x = tails[k];
        bkt_close(bk_beta_cdf(0.5, 0.5, x), asin(sqrt(x)) * 2.0 / acos(-1.0), 1e-12, 0.0);
        bkt_close(bk_beta_cdf(0.25, 1.0, x), pow(x, 0.25), 1e-12, 0.0);
        bkt_close(bk_beta_cdf(1.0, 20.0, x), -expm1(20.0 * log1p(-x)), 1e-12, 0.0);
    }
    const double most = 1.0 - 0x1p-50; /* near 1 the sum is that of the other side */
    bkt_close(bk_beta_cdf(0.5, 0.5, most), 1.0 - asin(0x1p-25) * 2.0 / acos(-1.0), 1e-14, 0.0);
    bkt_close(bk_beta_quantile(0.1, 1.0, 1e-5), 1e-50, 1e-13, 0.0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beta_has_its_closed_forms),
        cmocka_unit_test(tails_of_beta_keep_their_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
