/* Claims tested: for each channel the cut that brings the gain, by bracketing and the Illinois rule on the exact model.
 */
#include "study/claim.h"

#include <math.h>

static const double close_enough = 1e-4; /* of the target */
enum { MOST_STEPS = 30 };

typedef struct claim_test { /* one channel under test */
    bk_context              *ctx;
    const bk_study          *study;
    const bk_joint_base     *base;
    const bk_joint_settings *joint;
    const bki_channel       *channel;
    uint32_t                 country;
    double                   target;
    bk_arena                 rooms[2]; /* the last solution warms the next, which is solved in the other room */
    int                      room;
    const bk_joint_solution *warm;
    bk_claim_channel        *out;
} claim_test;

typedef struct point {
    double cut, gain;
} point;

static double
gain_pct(const claim_test *job, const bk_trade_solution *trade)
{
    const bk_economy *economy = &job->study->model->economy;
    const double     *income = bk_trade_base_income(bk_joint_trade(job->base));
    double            gain = 0.0, whole = 0.0;

    for (size_t n = 0; n < economy->n_regions; n++)
        if (economy->regions[n].country == job->country) {
            gain += trade->equivalent_variation[n];
            whole += income[n];
        }
    return 100.0 * gain / whole;
}

/* The gain at a cut; remembers the best point met. */
static bk_status
try_cut(claim_test *job, double cut, point *out)
{
    const bk_model          *model = NULL;
    const bk_joint_solution *solution = NULL;
    size_t                   n_changed = 0;
    bk_arena                *room = &job->rooms[job->room];

    bk_arena_release(room);
    bk_progress(job->ctx, job->channel->id, -1.0);
    BK_TRY(bki_channel_apply(job->study->model, job->channel, job->country, cut, room, &model, &n_changed));
    if (n_changed == 0) {
        job->out->state = BK_CLAIM_NOTHING;
        *out = (point){cut, 0.0};
        return BK_OK;
    }
    BK_TRY(bk_joint_solve(job->ctx, job->base, model, job->joint, job->warm, room, &solution));
    job->warm = solution;
    job->room = 1 - job->room;
    *out = (point){cut, gain_pct(job, solution->trade)};
    job->out->n_states++;
    job->out->converged &= solution->outcome == BK_CONVERGED;
    job->out->residual = fmax(job->out->residual, bk_joint_residual(solution));
    if (out->gain > job->out->gain_pct) {
        job->out->cut = cut;
        job->out->gain_pct = out->gain;
    }
    return BK_OK;
}

/* Illinois (Dowell & Jarratt 1971): false position that halves the value of an end that stays. */
static bk_status
close_in(claim_test *job, point low, point high)
{
    double low_miss = low.gain - job->target, high_miss = high.gain - job->target;
    int    kept = 0;

    for (int step = 0; step < MOST_STEPS && high.cut - low.cut > 1e-12; step++) {
        const double cut = (low.cut * high_miss - high.cut * low_miss) / (high_miss - low_miss);
        point        at;
        BK_TRY(try_cut(job, cut, &at));
        const double miss = at.gain - job->target;
        job->out->cut = at.cut;
        job->out->gain_pct = at.gain;
        if (fabs(miss) <= close_enough * job->target)
            return BK_OK;
        if (miss < 0.0) {
            low = at;
            low_miss = miss;
            high_miss *= kept == -1 ? 0.5 : 1.0;
            kept = -1;
        } else {
            high = at;
            high_miss = miss;
            low_miss *= kept == 1 ? 0.5 : 1.0;
            kept = 1;
        }
    }
    job->out->converged = false; /* the gain jumps at a cut: report the point, not as reached exactly */
    return BK_OK;
}

/* A small cut first; what it promises decides where to look next. */
static bk_status
bracket(claim_test *job, point *low, point *high, bool *found)
{
    const double most = job->channel->most;
    point        at;

    *low = (point){0.0, 0.0};
    BK_TRY(try_cut(job, 0.02 * most, &at));
    if (job->out->state == BK_CLAIM_NOTHING)
        return BK_OK;
    job->out->first_order_pct = at.gain / (100.0 * at.cut);
    const double promised = at.gain > 0.0 ? 1.1 * at.cut * job->target / at.gain : INFINITY;
    const double cuts[] = {promised, 0.25 * most, 0.5 * most, most};
    for (size_t c = 0;; c++) {
        *found = at.gain >= job->target;
        if (*found) {
            *high = at;
            return BK_OK;
        }
        if (at.cut > low->cut)
            *low = at;
        while (c < 4 && !(cuts[c] > low->cut && cuts[c] <= most))
            c++;
        if (c >= 4)
            return BK_OK;
        BK_TRY(try_cut(job, cuts[c], &at));
    }
}

static bk_status
test_channel(claim_test *job)
{
    point low, high = {0.0, 0.0};
    bool  found = false;

    BK_TRY(bracket(job, &low, &high, &found));
    if (job->out->state == BK_CLAIM_NOTHING)
        return BK_OK;
    job->out->state = found ? BK_CLAIM_REACHED : BK_CLAIM_OUT_OF_REACH;
    if (!found || high.gain - job->target <= close_enough * job->target)
        return BK_OK;
    return close_in(job, low, high);
}

static bk_status
test_all(bk_context *ctx, const bk_study *study, const bk_joint_base *base, const bk_joint_settings *joint,
         bk_claim *out, bk_claim_channel *channels)
{
    for (size_t c = 0; c < bki_channel_count(); c++) {
        claim_test job = {.ctx = ctx,
                          .study = study,
                          .base = base,
                          .joint = joint,
                          .channel = &bki_channels[c],
                          .country = out->country,
                          .target = out->target_pct,
                          .out = &channels[c]};
        channels[c] = (bk_claim_channel){.id = bki_channels[c].id,
                                         .what = bki_channels[c].what,
                                         .most = bki_channels[c].most,
                                         .state = BK_CLAIM_NOTHING,
                                         .converged = true};
        if (bki_channels[c].needs_network && !study->model->has_network)
            continue;
        channels[c].state = BK_CLAIM_OUT_OF_REACH;
        bk_arena_init(&job.rooms[0], ctx);
        bk_arena_init(&job.rooms[1], ctx);
        const bk_status status = test_channel(&job);
        bk_arena_release(&job.rooms[0]);
        bk_arena_release(&job.rooms[1]);
        BK_TRY(status);
        out->converged &= channels[c].converged;
    }
    return BK_OK;
}

bk_status
bk_study_claim(bk_context *ctx, const bk_study *study, uint32_t country, double target_pct,
               const bk_joint_settings *joint, const char *cache_folder, bk_arena *arena, const bk_claim **out)
{
    const bk_joint_settings defaults = bk_joint_default_settings();
    const bk_economy       *economy = &study->model->economy;
    const bk_joint_base    *base = NULL;
    bk_claim               *claim = BK_NEW(arena, bk_claim, 1);
    bk_claim_channel       *channels = BK_NEW(arena, bk_claim_channel, bki_channel_count());
    size_t                  n = 0;
    bool                    cached;

    BK_TRY(bk_arena_ok(arena));
    while (n < economy->n_regions && economy->regions[n].country != country)
        n++;
    if (n == economy->n_regions)
        return bk_fail(ctx, BK_ERR_VALUE, "no region of the study is of this country");
    if (!(target_pct > 0.0 && isfinite(target_pct)))
        return bk_fail(ctx, BK_ERR_VALUE, "the gain is %g %%, must be above 0", target_pct);
    BK_TRY(bk_study_base(ctx, study, cache_folder, arena, &base, &cached));
    *claim = (bk_claim){.country = country,
                        .target_pct = target_pct,
                        .n_channels = bki_channel_count(),
                        .channels = channels,
                        .converged = true};
    BK_TRY(test_all(ctx, study, base, joint ? joint : &defaults, claim, channels));
    *out = claim;
    return BK_OK;
}
