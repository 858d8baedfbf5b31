/* A sample in a few figures, against closed forms. */
#include "bkt.h"
#include "buckle/risk.h"

static const double z = 1.9599639845400545;

static void
an_even_grid_has_its_moments(void **state)
{
    enum { N = 1001 };
    double      value[N];
    bk_summary  out;
    bk_context *ctx;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    for (size_t k = 0; k < N; k++)
        value[(k * 8) % N] = (double)k - 200.0; /* -200 to 800 */
    assert_int_equal(bk_summarise(ctx, value, N, &out), BK_OK);
    bkt_close(out.mean, 300.0, 1e-13, 0.0);
    bkt_close(out.sd, sqrt(N * (N + 1.0) / 12.0), 1e-13, 0.0); /* n (n^2 - 1) / 12 over n - 1 */
    bkt_close(out.p05, -150.0, 1e-13, 0.0);
    bkt_close(out.p50, 300.0, 1e-13, 0.0);
    bkt_close(out.p95, 750.0, 1e-13, 0.0);
    bkt_close(out.loss, 200.0 / N, 1e-13, 0.0);
    assert_true(out.loss_low < out.loss && out.loss < out.loss_high);
    /* Wilson (1927): both ends are the shares p that are z deviations sqrt(p (1 - p) / n) away. */
    bkt_close(pow(out.loss - out.loss_low, 2.0), z * z * out.loss_low * (1.0 - out.loss_low) / N, 1e-12, 0.0);
    bkt_close(pow(out.loss_high - out.loss, 2.0), z * z * out.loss_high * (1.0 - out.loss_high) / N, 1e-12, 0.0);
    for (size_t k = 0; k < N; k++)
        value[k] += 1e13; /* a large mean does not cost the deviation its digits */
    assert_int_equal(bk_summarise(ctx, value, N, &out), BK_OK);
    bkt_close(out.sd, sqrt(N * (N + 1.0) / 12.0), 1e-13, 0.0);
    for (size_t k = 0; k < N; k++)
        value[k] -= 1e13;
    assert_int_equal(bk_summarise(ctx, value, N, &out), BK_OK);
    double shares = 0.0;
    for (size_t bin = 0; bin < BK_HISTOGRAM_BINS; bin++) {
        bkt_close(out.histogram[bin], 1.0 / BK_HISTOGRAM_BINS, 0.0, 1.5 / N);
        shares += out.histogram[bin];
    }
    bkt_close(shares, 1.0, 1e-13, 0.0);
    bk_context_release(ctx);
}

/* Wilson (1927): with no loss in n the upper end is z^2 / (n + z^2); the lower end stays 0. */
static void
no_loss_seen_is_not_no_loss(void **state)
{
    double      value[50];
    bk_summary  out;
    bk_context *ctx;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    for (size_t k = 0; k < 50; k++)
        value[k] = 2.0;
    assert_int_equal(bk_summarise(ctx, value, 50, &out), BK_OK);
    bkt_close(out.loss_low, 0.0, 0.0, 0.0);
    bkt_close(out.loss_high, z * z / (50.0 + z * z), 1e-12, 0.0);
    bkt_close(out.sd, 0.0, 0.0, 0.0);
    bkt_close(out.histogram[0], 1.0, 0.0, 0.0);
    value[0] = -1.0;
    assert_int_equal(bk_summarise(ctx, value, 1, &out), BK_OK);
    bkt_close(out.loss_high, 1.0, 0.0, 0.0);
    bkt_close(out.p95, -1.0, 0.0, 0.0);
    bk_context_release(ctx);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_even_grid_has_its_moments),
        cmocka_unit_test(no_loss_seen_is_not_no_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
