/* Claims on the teaching study: the cut found is checked by solving it again from cold, and channels touch one country.
 */
#include "bkt.h"
#include "buckle/worth.h"
#include "study/claim.h"

typedef struct fixture {
    bk_context     *ctx;
    bk_arena        arena;
    const bk_study *study;
    uint32_t        country;
} fixture;

static fixture *
start(void)
{
    static char folder[4096];
    fixture    *f = calloc(1, sizeof *f);

    snprintf(folder, sizeof folder, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    assert_int_equal(bk_context_create(NULL, &f->ctx), BK_OK);
    bk_arena_init(&f->arena, f->ctx);
    assert_int_equal(bk_study_open(f->ctx, folder, (const char *[]){""}, 0, &f->arena, &f->study), BK_OK);
    f->country = bk_model_find_country(f->study->model, "XAL");
    assert_int_not_equal(f->country, BK_NONE);
    return f;
}

static void
stop(fixture *f)
{
    bk_arena_release(&f->arena);
    bk_context_release(f->ctx);
    free(f);
}

static const bk_claim *
claim_of(fixture *f, double target_pct)
{
    const bk_claim *claim = NULL;

    assert_int_equal(bk_study_claim(f->ctx, f->study, f->country, target_pct, NULL, NULL, &f->arena, &claim), BK_OK);
    assert_true(claim->converged);
    assert_int_equal(claim->n_channels, bki_channel_count());
    return claim;
}

static double
gain_at(fixture *f, const bk_joint_base *base, const bki_channel *channel, double cut)
{
    const bk_model          *model = NULL;
    const bk_joint_solution *solution = NULL;
    size_t                   n_changed = 0;
    size_t                   n = 0;

    assert_int_equal(bki_channel_apply(f->study->model, channel, f->country, cut, &f->arena, &model, &n_changed),
                     BK_OK);
    assert_int_equal(bk_joint_solve(f->ctx, base, model, NULL, NULL, &f->arena, &solution), BK_OK);
    while (model->economy.regions[n].country != f->country)
        n++;
    return solution->trade->welfare_pct[n]; /* the country is one region */
}

static void
at_the_cut_found_the_gain_is_the_one_claimed(void **state)
{
    fixture             *f = start();
    const bk_claim      *claim = claim_of(f, 0.05);
    const bk_joint_base *base = NULL;
    size_t               n_reached = 0;
    bool                 cached;

    (void)state;
    assert_int_equal(bk_study_base(f->ctx, f->study, NULL, &f->arena, &base, &cached), BK_OK);
    for (size_t c = 0; c < claim->n_channels; c++) {
        const bk_claim_channel *channel = &claim->channels[c];
        const double            gain = gain_at(f, base, &bki_channels[c], channel->cut);
        bkt_close(gain, channel->gain_pct, 1e-6, 1e-6);
        if (channel->state == BK_CLAIM_REACHED) {
            n_reached++;
            bkt_close(gain, 0.05, 2e-4, 0.0);
            /* a little less of the cut falls short: it is the smallest of its neighbourhood */
            assert_true(gain_at(f, base, &bki_channels[c], 0.9 * channel->cut) < 0.05);
        } else {
            assert_true(gain < 0.05);
        }
    }
    assert_true(n_reached >= 2 && n_reached < claim->n_channels);
    stop(f);
}

static void
small_cuts_gain_in_proportion(void **state)
{
    fixture             *f = start();
    const bk_claim      *claim = claim_of(f, 0.05);
    const bk_joint_base *base = NULL;
    bool                 cached;

    (void)state;
    assert_int_equal(bk_study_base(f->ctx, f->study, NULL, &f->arena, &base, &cached), BK_OK);
    /* tariffs faced: smooth and nearly linear, so a cut of 1 % gains a hundredth of the point's figure times 100 */
    for (size_t c = 0; c < claim->n_channels; c++)
        if (strcmp(claim->channels[c].id, "tariffs-faced") == 0)
            bkt_close(gain_at(f, base, &bki_channels[c], 0.01), claim->channels[c].first_order_pct, 0.02, 0.0);
    stop(f);
}

static void
no_cut_changes_nothing_and_a_cut_stays_in_the_country(void **state)
{
    fixture        *f = start();
    const bk_model *base = f->study->model;

    (void)state;
    for (size_t c = 0; c < bki_channel_count(); c++) {
        const bk_model *none = NULL, *half = NULL;
        size_t          n_none = 0, n_half = 0, n_elsewhere = 0, n_here = 0;
        assert_int_equal(bki_channel_apply(base, &bki_channels[c], f->country, 0.0, &f->arena, &none, &n_none), BK_OK);
        assert_int_equal(bki_channel_apply(base, &bki_channels[c], f->country, 0.5, &f->arena, &half, &n_half), BK_OK);
        for (size_t b = 0; b < base->network.n_borders; b++) {
            const bk_border *was = &base->network.borders[b], *is = &half->network.borders[b];
            const bool       changed = was->control_hours != is->control_hours || was->lanes != is->lanes ||
                                 was->usd_per_tonne != is->usd_per_tonne || was->service_hours != is->service_hours;
            n_elsewhere += changed && base->network.nodes[was->node].country != f->country;
            n_here += changed;
            bkt_close(none->network.borders[b].control_hours, was->control_hours, 0.0, 0.0);
            bkt_close(none->network.borders[b].service_hours, was->service_hours, 0.0, 0.0);
        }
        assert_int_equal(n_elsewhere, 0);
        if (strncmp(bki_channels[c].id, "border", 6) == 0)
            assert_true(n_here > 0);
        for (size_t l = 0; l < base->network.n_links; l++)
            bkt_close(none->network.links[l].usd_per_tonne_km, base->network.links[l].usd_per_tonne_km, 0.0, 0.0);
        assert_int_equal(n_none, n_half);
    }
    stop(f);
}

static void
a_gain_that_is_none_is_refused(void **state)
{
    fixture        *f = start();
    const bk_claim *claim = NULL;

    (void)state;
    assert_int_equal(bk_study_claim(f->ctx, f->study, f->country, 0.0, NULL, NULL, &f->arena, &claim), BK_ERR_VALUE);
    assert_int_equal(bk_study_claim(f->ctx, f->study, f->country, (double)NAN, NULL, NULL, &f->arena, &claim),
                     BK_ERR_VALUE);
    assert_int_equal(bk_study_claim(f->ctx, f->study, 10000, 1.0, NULL, NULL, &f->arena, &claim), BK_ERR_VALUE);
    stop(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_the_cut_found_the_gain_is_the_one_claimed),
        cmocka_unit_test(small_cuts_gain_in_proportion),
        cmocka_unit_test(no_cut_changes_nothing_and_a_cut_stays_in_the_country),
        cmocka_unit_test(a_gain_that_is_none_is_refused),
    };

    return cmocka_run_group_tests_name("claim", tests, NULL, NULL);
}
