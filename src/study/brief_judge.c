/* Verdicts: one function a question, each from the facts by a rule.  The thresholds are conventions, stated in
 * docs/how-to/brief.md. */
#include "buckle/brief.h"

#include <math.h>

/* A gain of a hundredth of income is what one year of middling growth in output a head brings: less is not "enormous".
 */
static const double ENORMOUS_PCT = 1.0;
static const double SURE = 0.1;           /* chance of loss up to which a promise is taken as kept */
static const double LARGEST_PART = 0.5;   /* of the whole, above which one measure carries the scenario */
static const double FAIR = 0.25;          /* share of cost may differ by this share from the share of gain */
static const double PIVOTAL = 0.5;        /* of what the others gain, lost without it */
static const double TOGETHER = 0.05;      /* sum of last-in over first-in gains away from 1 */
static const double SHOCK_PCT = 0.5;      /* of real income, a loss that is felt */
static const double CONCENTRATED = 0.25;  /* Herfindahl's index, the usual line of competition authorities */
static const double NOISE_PCT = 0.01;     /* below this a change means nothing in this kind of model */
static const double TRANSIT_PCT = 0.5;    /* of income, transit revenue of a hub */
static const double ABROAD = 0.5;         /* of works */
static const double SECTOR_MATTERS = 2.0; /* best sector over the median one */

typedef struct judge {
    const bk_brief_facts *facts;
    bk_arena             *arena;
    bk_brief_answer      *answer; /* in hand */
} judge;

const char *
bk_verdict_name(bk_verdict verdict)
{
    static const char *const names[] = {"supported", "not supported", "depends", "not answered"};

    return verdict <= BK_VERDICT_NOT_ANSWERED ? names[verdict] : "unknown";
}

static const char *
money(bk_arena *arena, double usd)
{
    const double size = fabs(usd);

    return size >= 1e9   ? bk_arena_format(arena, "%.2f bn USD", usd / 1e9)
           : size >= 1e6 ? bk_arena_format(arena, "%.1f m USD", usd / 1e6)
                         : bk_arena_format(arena, "%.0f thousand USD", usd / 1e3);
}

static void
put(judge *j, bk_verdict verdict, double value, const char *unit, const char *sentence)
{
    j->answer->verdict = verdict;
    j->answer->sentence = sentence;
    j->answer->has_value = true;
    j->answer->value = value;
    j->answer->unit = unit;
}

static void
missing(judge *j, const char *what)
{
    j->answer->verdict = BK_VERDICT_NOT_ANSWERED;
    j->answer->sentence = j->facts->interrupted ? "Interrupted before this was found." : what;
}

static bk_verdict
either(bool is_so)
{
    return is_so ? BK_VERDICT_SUPPORTED : BK_VERDICT_NOT_SUPPORTED;
}

/* ---- 1 to 6 ------------------------------------------------------------------------------------------------------ */

static void
benefits_enormously(judge *j)
{
    const bk_brief_facts *f = j->facts;
    const bool            is_large = f->gain_pct >= ENORMOUS_PCT;

    if (!f->has_worth) {
        put(j, either(is_large), f->gain_pct, "% of real income",
            bk_arena_format(
                j->arena, "%s changes by %+.2f %% of real income a year; nothing is built, so there is nothing to pay.",
                f->economy, f->gain_pct));
        return;
    }
    put(j, either(is_large && f->loss_probability <= SURE), f->npv, "USD",
        bk_arena_format(j->arena,
                        "%s changes by %+.2f %% of real income, %s a year, before what it pays. Of the works alone, "
                        "the present value of its gains less its "
                        "cost is %s (90 %% interval %s to %s; a loss with probability %.0f %%).",
                        f->economy, f->gain_pct, money(j->arena, f->gain_usd), money(j->arena, f->npv),
                        money(j->arena, f->npv_low), money(j->arena, f->npv_high), 100.0 * f->loss_probability));
    j->answer->has_interval = true;
    j->answer->low = f->npv_low;
    j->answer->high = f->npv_high;
}

static void
each_connection(judge *j)
{
    const bk_brief_facts *f = j->facts;
    const char           *list = "";
    double                whole = 0.0;
    size_t                n_helping = 0;

    if (f->n_parts == 0) {
        missing(j, "The gain could not be laid to measures: run the scenario with --attribution shapley.");
        return;
    }
    for (size_t m = 0; m < f->n_parts; m++) {
        list = bk_arena_format(j->arena, "%s%s%s %+.3f", list ? list : "", m > 0 ? ", " : "", f->part_names[m],
                               f->parts[m]);
        whole += fabs(f->parts[m]);
        n_helping += f->parts[m] > NOISE_PCT;
    }
    const bool is_one = whole > 0.0 && fabs(f->parts[0]) > LARGEST_PART * whole;
    put(j,
        n_helping == f->n_parts ? BK_VERDICT_SUPPORTED
        : n_helping > 0         ? BK_VERDICT_DEPENDS
                                : BK_VERDICT_NOT_SUPPORTED,
        f->parts[0], "% of real income",
        bk_arena_format(
            j->arena, "By measure, in points of real income: %s. %zu of %zu help it%s.", list, n_helping, f->n_parts,
            is_one ? bk_arena_format(j->arena, ", and more than half is due to %s", f->part_names[0]) : ""));
}

static void
equal_partner(judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_worth || f->benefit_share <= 0.0) {
        missing(j, f->has_worth ? "It gains nothing by the works, so no share of their cost can match it."
                                : "The scenario builds nothing, so there is no cost to share.");
        return;
    }
    const double ratio = f->cost_share / f->benefit_share;
    put(j, either(fabs(ratio - 1.0) <= FAIR), ratio, "share of cost over share of gain",
        bk_arena_format(j->arena,
                        "It pays %.0f %% of the works and gets %.0f %% of the gains they bring all economies, so it "
                        "pays %s than its part.",
                        100.0 * f->cost_share, 100.0 * f->benefit_share,
                        fabs(ratio - 1.0) <= FAIR ? "neither clearly more nor less"
                        : ratio > 1.0             ? "more"
                                                  : "less"));
}

static void
most_pivotal(judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_pivot || f->others_gain <= 0.0) {
        missing(j, f->has_pivot ? "The other players gain nothing together, so there is nothing to lose without it."
                                : "It has no part of its own in the scenario, so there is no game to play.");
        return;
    }
    const double share = f->others_lose / f->others_gain;
    put(j,
        share >= PIVOTAL && f->is_largest   ? BK_VERDICT_SUPPORTED
        : f->is_largest || share >= PIVOTAL ? BK_VERDICT_DEPENDS
                                            : BK_VERDICT_NOT_SUPPORTED,
        100.0 * share, "% of the others' gain",
        bk_arena_format(
            j->arena,
            "Without it the %zu other players lose %.0f %% of the %s they gain, and its Shapley value is %s among "
            "these players; others were not asked.",
            f->n_players - 1, 100.0 * share, money(j->arena, f->others_gain),
            f->is_largest ? "the largest" : "not the largest"));
}

static void
corridors(judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_worth || f->n_projects < 2 || f->first_in <= 0.0) {
        missing(j, "It takes two works or more, which gain something each, to see whether they complete each other.");
        return;
    }
    const double ratio = f->last_in / f->first_in;
    put(j, ratio > 1.0 + TOGETHER ? BK_VERDICT_SUPPORTED : BK_VERDICT_NOT_SUPPORTED, ratio,
        "gains last in over gains first in",
        bk_arena_format(
            j->arena,
            "Added last to the others, the %zu works bring the world %.2f times what they bring one by one: they %s.",
            f->n_projects, ratio,
            ratio > 1.0 + TOGETHER   ? "complete each other"
            : ratio < 1.0 - TOGETHER ? "compete for the same goods"
                                     : "neither compete nor complete each other"));
}

static void
neutral_platform(judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_closure) {
        missing(j, "No scenario of the study closes anything or puts sanctions in force.");
        return;
    }
    const bool is_hurt = f->closure_pct < -SHOCK_PCT, is_spread = f->partner_hhi < CONCENTRATED;
    put(j,
        is_hurt     ? BK_VERDICT_NOT_SUPPORTED
        : is_spread ? BK_VERDICT_SUPPORTED
                    : BK_VERDICT_DEPENDS,
        f->closure_pct, "% of real income",
        bk_arena_format(j->arena,
                        "The worst closure in the study, %s, changes its income by %+.2f %%; its exports are %s (index "
                        "of partners %.2f).",
                        f->closure, f->closure_pct, is_spread ? "spread over partners" : "concentrated on few partners",
                        f->partner_hhi));
}

/* ---- 7 to 12 ----------------------------------------------------------------------------------------------------- */

static void
one_market(judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_leave) {
        missing(j, "No scenario of the study lets it leave an agreement; write one with `leave`.");
        return;
    }
    put(j, fabs(f->leave_pct) < NOISE_PCT ? BK_VERDICT_DEPENDS : either(f->leave_pct < 0.0), -f->leave_pct,
        "% of real income",
        bk_arena_format(j->arena,
                        "Membership is worth %+.2f %% of its real income: leaving (%s) changes it by %+.2f %%. %zu "
                        "conflicts of agreements touch it.",
                        -f->leave_pct, f->leave, f->leave_pct, f->n_conflicts));
}

static void
free_trade(judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_policy) {
        missing(j, "The scenario joins nothing and changes neither tariffs nor trade costs.");
        return;
    }
    const bool is_gain = f->policy_part > NOISE_PCT;
    put(j,
        !is_gain                                             ? BK_VERDICT_NOT_SUPPORTED
        : f->has_closure && f->closure_pct < -f->policy_part ? BK_VERDICT_DEPENDS
                                                             : BK_VERDICT_SUPPORTED,
        f->policy_part, "% of real income",
        f->has_closure
            ? bk_arena_format(
                  j->arena,
                  "Its agreements, tariffs and lower trade costs bring %+.3f %%; the worst case of blocs closing (%s) "
                  "brings %+.2f %%.",
                  f->policy_part, f->closure, f->closure_pct)
            : bk_arena_format(j->arena,
                              "Its agreements, tariffs and lower trade costs bring %+.3f %%; no scenario says what "
                              "sanctions would cost.",
                              f->policy_part));
}

static void
oil(judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_shock) {
        missing(j, "No scenario of the study changes productivity or a world price.");
        return;
    }
    put(j, either(f->shock_pct < -SHOCK_PCT), f->shock_pct, "% of real income",
        bk_arena_format(j->arena,
                        "The worst shock in the study, %s, changes its real income by %+.2f %%; its exports are %s "
                        "(index of products %.2f).",
                        f->shock, f->shock_pct,
                        f->product_hhi >= CONCENTRATED ? "concentrated on few products" : "spread over products",
                        f->product_hhi));
}

static void
transit_hub(judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_transit) {
        missing(j, "Nothing passes through it, or the study has no network.");
        return;
    }
    const double pct = 100.0 * f->transit_usd / f->income_usd;
    const bool   is_hub = pct >= TRANSIT_PCT, grows = f->transit_change > 0.0;
    put(j,
        is_hub && grows   ? BK_VERDICT_SUPPORTED
        : is_hub || grows ? BK_VERDICT_DEPENDS
                          : BK_VERDICT_NOT_SUPPORTED,
        pct, "% of income",
        bk_arena_format(
            j->arena,
            "Transit brings %s a year in, cost not taken off, %.2f %% of its income, and %s more with the scenario%s.",
            money(j->arena, f->transit_usd), pct, money(j->arena, f->transit_change),
            f->transit_value_added >= 0.0 ? bk_arena_format(j->arena, "; of today's, %s stays as value added",
                                                            money(j->arena, f->transit_value_added))
                                          : ""));
}

static void
challenger(judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_rival) {
        missing(j, "In every scenario of the study it acts itself, so none shows what others alone do to it.");
        return;
    }
    put(j, fabs(f->rival_pct) < NOISE_PCT ? BK_VERDICT_NOT_SUPPORTED : either(f->rival_pct < 0.0), f->rival_pct,
        "% of real income",
        bk_arena_format(j->arena,
                        "The scenario of others that is worst for it, %s, changes its real income by %+.3f %%.",
                        f->rival, f->rival_pct));
}

static void
digital(judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_posts) {
        missing(j, "It has no border posts with traffic in the study.");
        return;
    }
    put(j, either(f->control_pct >= ENORMOUS_PCT), f->control_pct, "% of real income",
        bk_arena_format(j->arena,
                        "An hour less at each of its posts is worth %s a year to it; all the hours of control there, "
                        "to first order, %.2f %% of its income. An "
                        "hour is worth most to it at %s (%s).",
                        money(j->arena, f->hour_usd), f->control_pct, f->top_facility, money(j->arena, f->top_usd)));
}

/* ---- 13 to 18 ---------------------------------------------------------------------------------------------------- */

static void
security(judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_posts) {
        missing(j, "It has no border posts with traffic in the study.");
        return;
    }
    put(j, BK_VERDICT_DEPENDS, f->share_usd, "USD a year per hundredth inspected",
        bk_arena_format(j->arena,
                        "Inspecting one more in a hundred at its posts costs it %s a year in time alone; whether that "
                        "is dear depends on what it finds, which no model of trade knows.",
                        money(j->arena, f->share_usd)));
}

static void
promotes_development(judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_worth) {
        missing(j, "The scenario builds nothing.");
        return;
    }
    const bool all = f->n_paying == f->n_projects;
    put(j,
        all                ? BK_VERDICT_SUPPORTED
        : f->n_paying == 0 ? BK_VERDICT_NOT_SUPPORTED
                           : BK_VERDICT_DEPENDS,
        (double)f->n_paying, "works that pay for the world",
        bk_arena_format(j->arena, "%zu of %zu works pay for the world after overruns%s%s.", f->n_paying, f->n_projects,
                        all ? "" : "; the worst is ", all ? "" : f->worst_project));
}

static void
overcapacity(judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_worth) {
        missing(j, "The scenario builds nothing.");
        return;
    }
    put(j, either(f->abroad_share >= ABROAD), 100.0 * f->abroad_share, "% of works",
        bk_arena_format(j->arena, "%.0f %% of the money for works, whoever pays them, goes to contractors from abroad.",
                        100.0 * f->abroad_share));
}

static void
investment(judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_productivity) {
        missing(j, "The gradient of its income by productivity could not be found.");
        return;
    }
    put(j, f->best_pct > SECTOR_MATTERS * f->median_pct ? BK_VERDICT_DEPENDS : BK_VERDICT_SUPPORTED, f->best_pct,
        "% of real income per % of productivity",
        bk_arena_format(
            j->arena,
            "One percent more productivity brings most in %s (%+.3f %% of real income) and least in %s; "
            "the median sector brings %+.3f. A percent of a large sector is more than one of a small one, and what it "
            "would cost is not known.",
            f->best_sector, f->best_pct, f->worst_sector, f->median_pct));
}

static void
bargaining(judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_pivot) {
        missing(j, "It has no part of its own in the scenario, so there is nothing to bargain with.");
        return;
    }
    put(j, either(f->shapley > f->own_gain), f->shapley, "USD a year",
        bk_arena_format(j->arena,
                        "Its part brings the players %s a year by Shapley's value; it keeps %s and would make %s by "
                        "acting alone. It is worth %s to the others than it gets.",
                        money(j->arena, f->shapley), money(j->arena, f->own_gain), money(j->arena, f->alone),
                        f->shapley > f->own_gain ? "more" : "no more"));
}

static void
third_countries(judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (f->n_others == 0) {
        missing(j, "Every economy of the study takes part.");
        return;
    }
    put(j, f->n_winners > 0 && f->n_losers > 0 ? BK_VERDICT_DEPENDS : either(f->n_winners > 0), (double)f->n_winners,
        "economies",
        bk_arena_format(
            j->arena,
            "Of %zu economies that build nothing of it, %zu gain over a hundredth of a percent and %zu lose as much.",
            f->n_others, f->n_winners, f->n_losers));
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *claim, *behind;
    void (*answer)(judge *j);
} questions[BK_BRIEF_QUESTIONS] = {
    {"It is set to benefit enormously", "buckle run, buckle appraise, buckle stress", benefits_enormously},
    {"Each of these connections helps it", "buckle run --attribution shapley", each_connection},
    {"It takes part as an equal partner", "buckle appraise (table pays_gains)", equal_partner},
    {"It is the most pivotal country, the buckle", "buckle pivot", most_pivotal},
    {"Its corridors complete each other", "buckle appraise (gains first and last in)", corridors},
    {"A policy open to all sides keeps it safe when blocs close", "buckle run with the closures", neutral_platform},
    {"Membership in its union helps it", "buckle run with the scenario that leaves", one_market},
    {"Its trade agreements are worth their risk", "buckle run, buckle check --policy", free_trade},
    {"It hangs on the price of what it exports", "buckle run with the shock", oil},
    {"It is a hub: transit pays", "buckle run (tables transit, corridors)", transit_hub},
    {"A neighbour's plans take from it", "buckle run with the neighbour's scenario", challenger},
    {"Digital borders would change everything", "buckle value, buckle claim", digital},
    {"Stricter borders are affordable", "buckle route --border --frontier, buckle value", security},
    {"Large works bring development by themselves", "buckle appraise", promotes_development},
    {"The works export the builders' overcapacity", "buckle appraise (column abroad)", overcapacity},
    {"It needs investment in productivity, wherever", "buckle value, buckle trade", investment},
    {"What it builds and reforms strengthens its bargaining", "buckle pivot", bargaining},
    {"Third countries gain too", "buckle run", third_countries},
};

bk_status
bk_brief_judge(const bk_brief_facts *facts, bk_arena *arena, bk_brief_answer *answers)
{
    for (int q = 0; q < BK_BRIEF_QUESTIONS; q++) {
        judge j = {.facts = facts, .arena = arena, .answer = &answers[q]};
        answers[q] =
            (bk_brief_answer){.number = q + 1, .claim = questions[q].claim, .behind = questions[q].behind, .unit = ""};
        questions[q].answer(&j);
    }
    return bk_arena_ok(arena);
}
