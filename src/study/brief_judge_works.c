/* The last six verdicts: borders, works, money, bargaining, third countries. */
#include "study/brief.h"

static const double ABROAD = 0.5; /* of works */

static const double SECTOR_MATTERS = 2.0; /* best sector over the median one */

/* ---- 13 to 18 ---------------------------------------------------------------------------------------------------- */

void
bki_judge_security(bki_judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_posts) {
        bki_missing(j, "It has no border posts with traffic in the study.");
        return;
    }
    bki_put(j, BK_VERDICT_DEPENDS, f->share_usd, "USD a year per hundredth inspected",
            bk_arena_format(
                j->arena,
                "Inspecting one more in a hundred at its posts costs it %s a year in time alone, and all that "
                "is inspected today %s, to first order: inspecting half as much, chosen by risk, would save half "
                "of that. Whether it is dear depends on what it finds, which no model of trade knows.",
                bki_money(j->arena, f->share_usd), bki_money(j->arena, f->inspected_usd)));
}

void
bki_judge_development(bki_judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_worth) {
        bki_missing(j, "The scenario builds nothing.");
        return;
    }
    const bool all = f->n_paying == f->n_projects;
    bki_put(j,
            f->n_sure == f->n_projects ? BK_VERDICT_SUPPORTED
            : f->n_hopeful == 0        ? BK_VERDICT_NOT_SUPPORTED
                                       : BK_VERDICT_DEPENDS,
            (double)f->n_paying, "works that pay for the world",
            bk_arena_format(
                j->arena,
                "%zu of %zu works pay for the world after overruns%s%s: %zu in at least nine draws of ten, %zu in at "
                "least one of ten; %zu pay for it. All of them together "
                "leave it %s, %s after loans (present values), with a loss in %.0f %% of the draws.",
                f->n_paying, f->n_projects, all ? "" : ", the worst is ", all ? "" : f->worst_project, f->n_sure,
                f->n_hopeful, f->n_paying_own, bki_money(j->arena, f->npv), bki_money(j->arena, f->npv_financed),
                100.0 * f->loss_probability));
    bki_put_interval(j, (double)f->n_sure, (double)f->n_hopeful, BK_INTERVAL_WORKS);
}

void
bki_judge_overcapacity(bki_judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_worth) {
        bki_missing(j, "The scenario builds nothing.");
        return;
    }
    const bool   pays = f->works_usd > 0.0;
    const double share = pays ? f->own_abroad_share : f->abroad_share;
    bki_put(j, bki_either(share >= ABROAD), 100.0 * share, pays ? "% of the works it pays" : "% of all works",
            pays ? bk_arena_format(
                       j->arena,
                       "Of the %s it pays for works, overruns included, %.0f %% goes to contractors from abroad; "
                       "of all works, whoever pays them, %.0f %%.",
                       bki_money(j->arena, f->works_usd), 100.0 * f->own_abroad_share, 100.0 * f->abroad_share)
                 : bk_arena_format(
                       j->arena,
                       "It pays for none of the works; of all of them, %.0f %% goes to contractors from abroad.",
                       100.0 * f->abroad_share));
}

void
bki_judge_investment(bki_judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_productivity) {
        bki_missing(j, "The gradient of its income by productivity could not be found.");
        return;
    }
    bki_put(j, f->best_pct > SECTOR_MATTERS * f->median_pct ? BK_VERDICT_DEPENDS : BK_VERDICT_SUPPORTED, f->best_pct,
            "% of real income per % of productivity",
            bk_arena_format(
                j->arena,
                "One percent more productivity brings most in %s (%+.3f %% of real income) and least in %s; "
                "the median sector brings %+.3f. A percent of a large sector is more than one of a small one: for a "
                "dollar's "
                "worth of output it is most in %s (%.2f USD of real income; %.2f in the median sector). What it would "
                "cost is "
                "not known.",
                f->best_sector, f->best_pct, f->worst_sector, f->median_pct, f->dearest_sector, f->dearest, f->dollar));
}

void
bki_judge_bargaining(bki_judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_pivot) {
        bki_missing(j, "It has no part of its own in the scenario, so there is nothing to bargain with.");
        return;
    }
    bki_put(
        j, bki_either(f->shapley > f->own_gain), f->shapley, "USD a year",
        bk_arena_format(j->arena,
                        "Its part brings the players %s a year by Shapley's value; it keeps %s and would make %s by "
                        "acting alone. It is worth %s to the others than it gets.",
                        bki_money(j->arena, f->shapley), bki_money(j->arena, f->own_gain),
                        bki_money(j->arena, f->alone), f->shapley > f->own_gain ? "more" : "no more"));
}

void
bki_judge_third_countries(bki_judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (f->n_others == 0) {
        bki_missing(j, "Every economy of the study takes part.");
        return;
    }
    bki_put(
        j, f->n_winners > 0 && f->n_losers > 0 ? BK_VERDICT_DEPENDS : bki_either(f->n_winners > 0),
        (double)f->n_winners, "economies",
        bk_arena_format(
            j->arena,
            "Of %zu economies that build nothing of it, %zu gain over a hundredth of a percent of real income and %zu "
            "lose as much: from %s (%+.3f %%) to %s (%+.3f %%).",
            f->n_others, f->n_winners, f->n_losers, f->winner, f->winner_pct, f->loser, f->loser_pct));
}
