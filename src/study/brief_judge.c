/* Verdicts: one function a question, each from the facts by a rule.  The thresholds are conventions, stated in
 * docs/how-to/brief.md. */
#include "study/brief.h"

#include <math.h>

/* A gain of a hundredth of income is what one year of middling growth in output a head brings: less is not "enormous".
 */
static const double ENORMOUS_PCT = 1.0;
static const double SURE = 0.1;          /* chance of loss up to which a promise is taken as kept */
static const double LARGEST_PART = 0.5;  /* of the whole, above which one measure carries the scenario */
static const double FAIR = 0.25;         /* share of cost may differ by this share from the share of gain */
static const double PIVOTAL = 0.5;       /* of what the others gain, lost without it */
static const double TOGETHER = 0.05;     /* sum of last-in over first-in gains away from 1 */
static const double SHOCK_PCT = 0.5;     /* of real income, a loss that is felt */
static const double CONCENTRATED = 0.25; /* Herfindahl's index, the usual line of competition authorities */
static const double TRANSIT_PCT = 0.5;   /* of income, transit revenue of a hub */

const char *
bk_verdict_name(bk_verdict verdict)
{
    static const char *const names[] = {"supported", "not supported", "depends", "not answered"};

    return verdict <= BK_VERDICT_NOT_ANSWERED ? names[verdict] : "unknown";
}

const char *
bki_money(bk_arena *arena, double usd)
{
    const double size = fabs(usd);

    return size >= 1e9   ? bk_arena_format(arena, "%.2f bn USD", usd / 1e9)
           : size >= 1e6 ? bk_arena_format(arena, "%.1f m USD", usd / 1e6)
                         : bk_arena_format(arena, "%.0f thousand USD", usd / 1e3);
}

void
bki_put(bki_judge *j, bk_verdict verdict, double value, const char *unit, const char *sentence)
{
    j->answer->verdict = verdict;
    j->answer->sentence = sentence;
    j->answer->has_value = true;
    j->answer->value = j->answer->figure = value;
    j->answer->unit = j->answer->figure_unit = unit;
}

void
bki_put_interval(bki_judge *j, double low, double high, bk_brief_interval interval)
{
    j->answer->has_interval = true;
    j->answer->low = low;
    j->answer->high = high;
    j->answer->interval = interval;
}

void
bki_missing(bki_judge *j, const char *what)
{
    j->answer->verdict = BK_VERDICT_NOT_ANSWERED;
    j->answer->sentence = j->facts->interrupted ? "Interrupted before this was found." : what;
}

bk_verdict
bki_either(bool is_so)
{
    return is_so ? BK_VERDICT_SUPPORTED : BK_VERDICT_NOT_SUPPORTED;
}

/* ---- 1 to 6 ------------------------------------------------------------------------------------------------------ */

static void
benefits_enormously(bki_judge *j)
{
    const bk_brief_facts *f = j->facts;
    const bool            is_large = f->gain_pct >= ENORMOUS_PCT;

    if (!f->has_gain) {
        bki_missing(j, "The scenario was not solved.");
        return;
    }
    if (!f->has_worth) {
        bki_put(j, bki_either(is_large), f->gain_pct, "% of real income",
                bk_arena_format(
                    j->arena,
                    "%s's real income changes by %+.2f %%, %s a year; nothing is appraised, so nothing is paid.",
                    f->economy, f->gain_pct, bki_money(j->arena, f->gain_usd)));
        return;
    }
    bki_put(j, bki_either(is_large && f->loss_probability <= SURE), f->npv, "USD",
            bk_arena_format(j->arena,
                            "%s's real income changes by %+.2f %%, %s a year, before what it pays. Of the works alone, "
                            "the present value of its gains less its "
                            "cost is %s (90 %% interval %s to %s; a loss with probability %.0f %%).",
                            f->economy, f->gain_pct, bki_money(j->arena, f->gain_usd), bki_money(j->arena, f->npv),
                            bki_money(j->arena, f->npv_low), bki_money(j->arena, f->npv_high),
                            100.0 * f->loss_probability));
    bki_put_interval(j, f->npv_low, f->npv_high, BK_INTERVAL_WORKS);
    j->answer->figure = f->gain_pct; /* what is drawn is the gain */
    j->answer->figure_unit = "% of real income";
}

static void
each_connection(bki_judge *j)
{
    const bk_brief_facts *f = j->facts;
    const char           *list = "";
    double                whole = 0.0;
    size_t                n_helping = 0;

    if (f->n_parts == 0) {
        bki_missing(j, "The gain could not be laid to measures: run the scenario with --attribution shapley.");
        return;
    }
    for (size_t m = 0; m < f->n_parts; m++) {
        list = bk_arena_format(j->arena, "%s%s%s %+.3f", list ? list : "", m > 0 ? ", " : "", f->part_names[m],
                               f->parts[m]);
        whole += fabs(f->parts[m]);
        n_helping += f->parts[m] > BKI_NOISE_PCT;
    }
    const bool is_one = whole > 0.0 && fabs(f->parts[0]) > LARGEST_PART * whole;
    bki_put(j,
            n_helping == f->n_parts ? BK_VERDICT_SUPPORTED
            : n_helping > 0         ? BK_VERDICT_DEPENDS
                                    : BK_VERDICT_NOT_SUPPORTED,
            f->parts[0], "% of real income",
            bk_arena_format(j->arena, "By measure, in points of real income: %s. %zu of %zu help it%s.", list,
                            n_helping, f->n_parts,
                            is_one ? bk_arena_format(j->arena, ", and more than half is due to %s", f->part_names[0])
                                   : ""));
}

/* The ends of the core: what it and every other coalition could accept. */
static const char *
acceptable(const bki_judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_pivot)
        return "";
    return bk_arena_format(j->arena,
                           " Of the players' works it bears %s a year; what every group of them could accept, or at "
                           "least mind, is that it bears between %s and %s (below 0: it is paid).",
                           bki_money(j->arena, f->cost), bki_money(j->arena, f->least_cost),
                           bki_money(j->arena, f->most_cost));
}

static void
equal_partner(bki_judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_worth || f->benefit_share <= 0.0) {
        bki_missing(j, f->has_worth ? "It gains nothing by the works, so no share of their cost can match it."
                                    : "The scenario builds nothing, so there is no cost to share.");
        return;
    }
    const double ratio = f->cost_share / f->benefit_share;
    bki_put(
        j, bki_either(fabs(ratio - 1.0) <= FAIR), ratio, "share of cost over share of gain",
        bk_arena_format(j->arena,
                        "It pays %.0f %% of the works and gets %.0f %% of the gains they bring all economies, so it "
                        "pays %s than its part.%s",
                        100.0 * f->cost_share, 100.0 * f->benefit_share,
                        fabs(ratio - 1.0) <= FAIR ? "neither clearly more nor less"
                        : ratio > 1.0             ? "more"
                                                  : "less",
                        acceptable(j)));
}

static void
most_pivotal(bki_judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_pivot || f->others_gain <= 0.0) {
        bki_missing(j, f->has_pivot ? "The other players gain nothing together, so there is nothing to lose without it."
                                    : "It has no part of its own in the scenario, so there is no game to play.");
        return;
    }
    const double share = f->others_lose / f->others_gain;
    bki_put(j,
            share >= PIVOTAL && f->is_largest   ? BK_VERDICT_SUPPORTED
            : f->is_largest || share >= PIVOTAL ? BK_VERDICT_DEPENDS
                                                : BK_VERDICT_NOT_SUPPORTED,
            100.0 * share, "% of the others' gain",
            bk_arena_format(
                j->arena,
                "Without it the %zu other players lose %.0f %% of the %s they gain, and its Shapley value is %s among "
                "these players; others were not asked.",
                f->n_players - 1, 100.0 * share, bki_money(j->arena, f->others_gain),
                f->is_largest ? "the largest" : "not the largest"));
}

static const char *
together(double ratio)
{
    return ratio > 1.0 + TOGETHER   ? "complete each other"
           : ratio < 1.0 - TOGETHER ? "compete for the same goods"
                                    : "neither compete nor complete each other";
}

static void
corridors(bki_judge *j)
{
    const bk_brief_facts *f = j->facts;
    const bool            has_ways = f->n_corridors > 1 && f->corridor_sum > 0.0;
    const bool            has_works = f->has_worth && f->n_projects > 1 && f->first_in > 0.0;
    const char           *sentence = "";

    if (!has_ways && !has_works) {
        bki_missing(j, "It takes two corridors through it, or two works, which bring it something each, to see whether "
                       "they complete each other.");
        return;
    }
    const double by_ways = has_ways ? f->corridor_union / f->corridor_sum : 0.0;
    const double by_works = has_works ? f->last_in / f->first_in : 0.0;
    if (has_ways)
        sentence = bk_arena_format(j->arena,
                                   "If passing each of its %zu corridors overland cost half as much, all at once would "
                                   "bring it %s a year, %.2f times what they bring one by one: they %s.",
                                   f->n_corridors, bki_money(j->arena, f->corridor_union), by_ways, together(by_ways));
    if (has_works)
        sentence =
            bk_arena_format(j->arena,
                            "%s%sAdded last to the others, the %zu works of the scenario bring it %.2f times what they "
                            "bring one by one: they %s.",
                            sentence, has_ways ? " " : "", f->n_projects, by_works, together(by_works));
    const double ratio = has_ways ? by_ways : by_works;
    const bool   differ = has_ways && has_works && (by_works > 1.0 + TOGETHER) != (by_ways > 1.0 + TOGETHER);
    bki_put(j, differ ? BK_VERDICT_DEPENDS : bki_either(ratio > 1.0 + TOGETHER), ratio,
            has_ways ? "gain by all at once over the sum one by one" : "gains last in over gains first in", sentence);
}

static void
neutral_platform(bki_judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_closure) {
        bki_missing(j, "No scenario of the study closes anything or puts sanctions in force.");
        return;
    }
    const bool is_hurt = f->closure_pct < -SHOCK_PCT, is_spread = f->partner_hhi < CONCENTRATED;
    bki_put(j,
            is_hurt     ? BK_VERDICT_NOT_SUPPORTED
            : is_spread ? BK_VERDICT_SUPPORTED
                        : BK_VERDICT_DEPENDS,
            f->closure_pct, "% of real income",
            bk_arena_format(
                j->arena,
                "The worst closure in the study, %s, changes its real income by %+.2f %%; its exports are %s "
                "(Herfindahl's index of partners %.2f, 1 if there is one%s%s). Who lends is not in "
                "projects/finance.csv, which names who pays and owes.",
                f->closure, f->closure_pct, is_spread ? "spread over partners" : "concentrated on few partners",
                f->partner_hhi,
                f->route_hhi > 0.0 ? bk_arena_format(j->arena, "; of corridors on its land %.2f", f->route_hhi) : "",
                f->payer_hhi > 0.0
                    ? bk_arena_format(j->arena, "; of who pays for the works on its land %.2f", f->payer_hhi)
                    : ""));
}

/* ---- 7 to 12 ----------------------------------------------------------------------------------------------------- */

static void
one_market(bki_judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_leave) {
        bki_missing(j, "No scenario of the study lets it leave an agreement; write one with `leave`.");
        return;
    }
    bki_put(j, fabs(f->leave_pct) < BKI_NOISE_PCT ? BK_VERDICT_DEPENDS : bki_either(f->leave_pct < 0.0), -f->leave_pct,
            "% of real income",
            bk_arena_format(
                j->arena,
                "Leaving (%s) changes its real income by %+.2f %%, so that membership is worth %+.2f %%; "
                "what labour, capital and rules made together are worth is not in it. %s",
                f->leave, f->leave_pct, -f->leave_pct,
                f->n_conflicts == 0 ? "No agreement of its own conflicts with another."
                : f->n_conflicts == 1
                    ? "One conflict between its agreements is found."
                    : bk_arena_format(j->arena, "%zu conflicts between its agreements are found.", f->n_conflicts)));
}

/* Up to which chance in a year the worst case leaves the mean above nothing. */
static const char *
bearable_risk(const bki_judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (f->policy_part <= 0.0 || f->closure_pct >= 0.0)
        return "";
    if (f->policy_part >= -f->closure_pct)
        return " Even if the agreements made it certain, they would bring more than it takes.";
    return bk_arena_format(j->arena, " On average they pay as long as they raise its chance by less than %.0f %%.",
                           -100.0 * f->policy_part / f->closure_pct);
}

static void
free_trade(bki_judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_policy) {
        bki_missing(j, "The scenario joins nothing and changes neither tariffs nor trade costs.");
        return;
    }
    const bool is_gain = f->policy_part > BKI_NOISE_PCT;
    bki_put(j,
            !is_gain                                             ? BK_VERDICT_NOT_SUPPORTED
            : f->has_closure && f->closure_pct < -f->policy_part ? BK_VERDICT_DEPENDS
                                                                 : BK_VERDICT_SUPPORTED,
            f->policy_part, "% of real income",
            f->has_closure
                ? bk_arena_format(
                      j->arena,
                      "Its agreements, tariffs and lower trade costs bring %+.3f %% of real income; the worst case of "
                      "blocs closing (%s) brings %+.2f %%.%s",
                      f->policy_part, f->closure, f->closure_pct, bearable_risk(j))
                : bk_arena_format(j->arena,
                                  "Its agreements, tariffs and lower trade costs bring %+.3f %% of real income; no "
                                  "scenario says what sanctions would cost.",
                                  f->policy_part));
}

/* The worst closure beside the worst shock, and whether one makes the other worse. */
static const char *
beside_a_closure(const bki_judge *j)
{
    const bk_brief_facts *f = j->facts;
    const double          sum = f->closure_pct + f->shock_pct;

    if (!f->has_closure)
        return "";
    if (!f->has_both)
        return bk_arena_format(j->arena, " The worst closure, %s, changes it by %+.2f %%.", f->closure, f->closure_pct);
    return bk_arena_format(j->arena,
                           " The worst closure, %s, changes it by %+.2f %%; both at once change it by %+.2f %%, %s.",
                           f->closure, f->closure_pct, f->both_pct,
                           fabs(f->both_pct - sum) <= BKI_NOISE_PCT ? "as much as one and the other"
                           : f->both_pct < sum                      ? "more than one and the other"
                                                                    : "less than one and the other");
}

static void
oil(bki_judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_shock) {
        bki_missing(j, "No scenario of the study changes productivity or a world price.");
        return;
    }
    bki_put(j, bki_either(f->shock_pct < -SHOCK_PCT), f->shock_pct, "% of real income",
            bk_arena_format(j->arena,
                            "The worst shock in the study, %s, changes its real income by %+.2f %%; its exports are %s "
                            "(Herfindahl's index of products %.2f, 1 if there is one).%s",
                            f->shock, f->shock_pct,
                            f->product_hhi >= CONCENTRATED ? "concentrated on few products" : "spread over products",
                            f->product_hhi, beside_a_closure(j)));
}

static void
transit_hub(bki_judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_transit || !f->has_gain) {
        bki_missing(j, "Nothing passes through it, or the study has no network.");
        return;
    }
    const double pct = 100.0 * f->transit_usd / f->income_usd;
    const bool   is_hub = pct >= TRANSIT_PCT, grows = f->transit_change > 0.0;
    bki_put(
        j,
        is_hub && grows   ? BK_VERDICT_SUPPORTED
        : is_hub || grows ? BK_VERDICT_DEPENDS
                          : BK_VERDICT_NOT_SUPPORTED,
        pct, "% of income",
        bk_arena_format(j->arena,
                        "%.1f Mt a year pass through it%s. They bring in %s a year, cost not taken off, %.2f %% of its "
                        "income; the scenario "
                        "changes that by %s%s.",
                        f->transit_tonnes / 1e6,
                        f->top_corridor != NULL && f->route_hhi > 0.0
                            ? bk_arena_format(j->arena, "; most, %.1f Mt, by the corridor \"%s\"",
                                              f->top_corridor_tonnes / 1e6, f->top_corridor)
                            : "",
                        bki_money(j->arena, f->transit_usd), pct, bki_money(j->arena, f->transit_change),
                        f->transit_value_added >= 0.0
                            ? bk_arena_format(j->arena, "; of the base year's, %s a year stays as value added",
                                              bki_money(j->arena, f->transit_value_added))
                            : ""));
}

static const char *
undercut(const bki_judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_tolls || f->toll_matched <= 0.0)
        return "";
    const double change = 100.0 * (f->toll_undercut / f->toll_matched - 1.0);
    return bk_arena_format(j->arena,
                           " A toll of %.0f USD a tonne on transit would bring it %s a year if %s asked the same, and "
                           "%s if they asked nothing (%+.1f %%).",
                           f->toll, bki_money(j->arena, f->toll_matched), f->undercutters,
                           bki_money(j->arena, f->toll_undercut), change);
}

static void
challenger(bki_judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_rival) {
        bki_missing(j, "In every scenario of the study it acts itself, so none shows what others alone do to it.");
        return;
    }
    bki_put(j, fabs(f->rival_pct) < BKI_NOISE_PCT ? BK_VERDICT_NOT_SUPPORTED : bki_either(f->rival_pct < 0.0),
            f->rival_pct, "% of real income",
            bk_arena_format(j->arena,
                            "The scenario of others that is worst for it, %s, changes its real income by %+.3f %%.%s",
                            f->rival, f->rival_pct, undercut(j)));
}

static void
digital(bki_judge *j)
{
    const bk_brief_facts *f = j->facts;

    if (!f->has_posts) {
        bki_missing(j, "It has no border posts with traffic in the study.");
        return;
    }
    bki_put(j, bki_either(f->control_pct >= ENORMOUS_PCT), f->control_pct, "% of real income",
            bk_arena_format(
                j->arena,
                "An hour less at each of its posts is worth %s a year to it; all the hours of control there, "
                "to first order, %.2f %% of its income. Nowhere is an hour "
                "worth more to it than at %s (%s a year).",
                bki_money(j->arena, f->hour_usd), f->control_pct, f->top_facility, bki_money(j->arena, f->top_usd)));
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *claim, *behind;
    void (*answer)(bki_judge *j);
} questions[BK_BRIEF_QUESTIONS] = {
    {"It is set to benefit enormously", "buckle run, buckle appraise, buckle stress", benefits_enormously},
    {"Each of these connections helps it", "buckle run --attribution shapley", each_connection},
    {"It takes part as an equal partner", "buckle appraise (table pays_gains)", equal_partner},
    {"It is the most pivotal country, the buckle", "buckle pivot", most_pivotal},
    {"Its corridors complete each other", "buckle appraise (gains first and last in), buckle run with adjust rows",
     corridors},
    {"A policy open to all sides keeps it safe when blocs close", "buckle run with the closures", neutral_platform},
    {"Membership in its union helps it", "buckle run with the scenario that leaves", one_market},
    {"Its trade agreements are worth their risk", "buckle run, buckle check --policy", free_trade},
    {"It hangs on the price of what it exports", "buckle run with the shock", oil},
    {"It is a hub: transit pays", "buckle run (tables transit, corridors)", transit_hub},
    {"A neighbour's plans take from it", "buckle run with the neighbour's scenario, buckle pivot --tolls", challenger},
    {"Digital borders would change everything", "buckle value, buckle claim", digital},
    {"Stricter borders are affordable", "buckle route --border --frontier, buckle value", bki_judge_security},
    {"Large works bring development by themselves", "buckle appraise", bki_judge_development},
    {"The works export the builders' overcapacity", "buckle appraise (column abroad)", bki_judge_overcapacity},
    {"It needs investment in productivity, wherever", "buckle value, buckle trade", bki_judge_investment},
    {"What it builds and reforms strengthens its bargaining", "buckle pivot", bki_judge_bargaining},
    {"Third countries gain too", "buckle run", bki_judge_third_countries},
};

bk_status
bk_brief_judge(const bk_brief_facts *facts, bk_arena *arena, bk_brief_answer *answers)
{
    for (int q = 0; q < BK_BRIEF_QUESTIONS; q++) {
        bki_judge j = {.facts = facts, .arena = arena, .answer = &answers[q]};
        answers[q] =
            (bk_brief_answer){.number = q + 1, .claim = questions[q].claim, .behind = questions[q].behind, .unit = ""};
        questions[q].answer(&j);
    }
    return bk_arena_ok(arena);
}
