/* Verdicts on both sides of every line, from facts made up for the purpose. */
#include "bkt_open.h"
#include "brief_facts.h"
#include "buckle/margins.h"
#include "buckle/worth.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <string.h>

static bk_verdict
verdict(const bk_brief_facts *f, int question)
{
    bk_brief_answer answers[BK_BRIEF_QUESTIONS];

    assert_int_equal(bk_brief_judge(f, &arena, answers), BK_OK);
    assert_int_equal(answers[question - 1].number, question);
    assert_true(strlen(answers[question - 1].sentence) > 10);
    return answers[question - 1].verdict;
}

/* Cancels as soon as the progress speaks of a scenario. */
static void
cancel_at_plan(void *state, const char *what, double fraction)
{
    (void)fraction;
    if (strncmp(what, "middle-way", strlen("middle-way")) == 0)
        atomic_store((atomic_bool *)state, true);
}

static void
what_is_true_is_supported(void **state)
{
    const bk_brief_facts f = bkt_brief_facts();

    (void)state;
    for (int q = 1; q <= BK_BRIEF_QUESTIONS; q++)
        assert_int_equal(verdict(&f, q), q == 13 ? BK_VERDICT_DEPENDS : BK_VERDICT_SUPPORTED);
}

#define CHANGED(question, expected, ...)                                                                               \
    do {                                                                                                               \
        bk_brief_facts f = bkt_brief_facts();                                                                          \
        __VA_ARGS__;                                                                                                   \
        if (verdict(&f, question) != (expected))                                                                       \
            fail_msg("question %d, " #__VA_ARGS__ ": %s", question, bk_verdict_name(verdict(&f, question)));           \
    } while (0)

static void
each_line_is_felt(void **state)
{
    static const double none[] = {0.005, -0.2}, some[] = {0.9, 0.005};

    (void)state;
    CHANGED(1, BK_VERDICT_NOT_SUPPORTED, f.gain_pct = 0.99);
    CHANGED(1, BK_VERDICT_NOT_SUPPORTED, f.loss_probability = 0.11);
    CHANGED(2, BK_VERDICT_DEPENDS, f.parts = some);
    CHANGED(2, BK_VERDICT_NOT_SUPPORTED, f.parts = none);
    CHANGED(3, BK_VERDICT_NOT_SUPPORTED, f.cost_share = 0.376);
    CHANGED(3, BK_VERDICT_NOT_SUPPORTED, f.cost_share = 0.224);
    CHANGED(4, BK_VERDICT_DEPENDS, f.is_largest = false);
    CHANGED(4, BK_VERDICT_DEPENDS, f.others_lose = 0.99e9);
    CHANGED(4, BK_VERDICT_NOT_SUPPORTED, f.others_lose = 0.99e9; f.is_largest = false);
    CHANGED(5, BK_VERDICT_DEPENDS, f.last_in = 1.04e9);
    CHANGED(5, BK_VERDICT_DEPENDS, f.corridor_union = 1.04e8);
    CHANGED(5, BK_VERDICT_NOT_SUPPORTED, f.corridor_union = 1.04e8; f.last_in = 1.04e9);
    CHANGED(5, BK_VERDICT_SUPPORTED, f.n_corridors = 0);
    CHANGED(5, BK_VERDICT_NOT_SUPPORTED, f.has_worth = false; f.corridor_union = 0.9e8);
    CHANGED(5, BK_VERDICT_NOT_ANSWERED, f.has_worth = false; f.n_corridors = 0);
    CHANGED(6, BK_VERDICT_NOT_SUPPORTED, f.closure_pct = -0.51);
    CHANGED(6, BK_VERDICT_DEPENDS, f.partner_hhi = 0.26);
    CHANGED(7, BK_VERDICT_NOT_SUPPORTED, f.leave_pct = 0.3);
    CHANGED(7, BK_VERDICT_DEPENDS, f.leave_pct = -0.009);
    CHANGED(8, BK_VERDICT_NOT_SUPPORTED, f.policy_part = 0.009);
    CHANGED(8, BK_VERDICT_DEPENDS, f.closure_pct = -0.21);
    CHANGED(9, BK_VERDICT_NOT_SUPPORTED, f.shock_pct = -0.49);
    CHANGED(10, BK_VERDICT_DEPENDS, f.transit_usd = 4.9e8);
    CHANGED(10, BK_VERDICT_NOT_SUPPORTED, f.transit_usd = 4.9e8; f.transit_change = -1.0);
    CHANGED(11, BK_VERDICT_NOT_SUPPORTED, f.rival_pct = -0.009);
    CHANGED(12, BK_VERDICT_NOT_SUPPORTED, f.control_pct = 0.99);
    CHANGED(14, BK_VERDICT_DEPENDS, f.n_sure = 3);
    CHANGED(14, BK_VERDICT_DEPENDS, f.n_sure = 0; f.n_hopeful = 1);
    CHANGED(14, BK_VERDICT_NOT_SUPPORTED, f.n_sure = 0; f.n_hopeful = 0);
    CHANGED(15, BK_VERDICT_NOT_SUPPORTED, f.own_abroad_share = 0.49);
    CHANGED(15, BK_VERDICT_NOT_SUPPORTED, f.works_usd = 0.0);
    CHANGED(15, BK_VERDICT_SUPPORTED, f.works_usd = 0.0; f.abroad_share = 0.5);
    CHANGED(16, BK_VERDICT_DEPENDS, f.best_pct = 0.41);
    CHANGED(17, BK_VERDICT_NOT_SUPPORTED, f.shapley = 1.0e9);
    CHANGED(18, BK_VERDICT_DEPENDS, f.n_losers = 1);
    CHANGED(18, BK_VERDICT_NOT_SUPPORTED, f.n_winners = 0);
}

/* With nothing known but the gain, only the first question and that of third countries have an answer. */
static void
what_is_not_known_is_not_answered(void **state)
{
    const bk_brief_facts f = {.economy = "Almaria",
                              .scenario = "plan",
                              .has_gain = true,
                              .gain_pct = 0.1,
                              .income_usd = 1e11,
                              .n_others = 1,
                              .winner = "Bactra",
                              .loser = "Bactra"};

    (void)state;
    for (int q = 1; q <= BK_BRIEF_QUESTIONS; q++)
        assert_int_equal(verdict(&f, q), q == 1 || q == 18 ? BK_VERDICT_NOT_SUPPORTED : BK_VERDICT_NOT_ANSWERED);
}

/* What the region gains by `adjust` rows, USD a year. */
static double
gain_of_rows(const bk_study *study, const bk_joint_base *base, size_t region, const bk_adjustment *rows, size_t n)
{
    const bk_measure  measure = {.id = "half", .n_adjustments = n, .adjustments = rows};
    const bk_scenario scenario = {.name = "s", .title = "", .file = "here", .n_measures = 1, .measures = &measure};
    const bk_model   *model;
    const bk_joint_solution *solution;

    assert_int_equal(bk_scenario_apply(ctx, study->model, &scenario, NULL, &arena, &model), BK_OK);
    assert_int_equal(bk_joint_solve(ctx, base, model, NULL, NULL, &arena, &solution), BK_OK);
    return solution->trade->equivalent_variation[region] * study->model->money_usd;
}

/* The overland corridors of the study halved by `adjust` rows, both and one by one: the link of the one by id, the
 * crossings of the other from either side. */
static void
halved_corridors_are_those_of_adjustments(const bk_study *study, const bk_joint_base *base, size_t region,
                                          const bk_brief_facts *found)
{
    enum { LINK_ROWS = 4, BORDER_ROWS = 4, ROWS = LINK_ROWS + 2 * BORDER_ROWS };
    static const char *const of_links[LINK_ROWS] = {"usd_per_tonne_km", "toll_usd_per_tonne", "hours_sd", "free_speed"};
    static const char *const of_borders[BORDER_ROWS] = {"usd_per_tonne", "control_hours", "inspection_hours",
                                                        "hours_sd"};
    static const bk_name_at  ferry[] = {{.name = "ferry-almlake-surlake"}}, north = {.name = "XNO"},
                            west = {.name = "XWE"};
    static const bk_selector by_id[] = {{.key = "id", .n_names = 1, .names = ferry}};
    const bk_selector        ways[2][2] = {
               {{.key = "from", .n_names = 1, .names = &north}, {.key = "to", .n_names = 1, .names = &west}},
               {{.key = "from", .n_names = 1, .names = &west}, {.key = "to", .n_names = 1, .names = &north}}};
    bk_adjustment rows[ROWS];

    for (int i = 0; i < ROWS; i++) {
        const bool  is_link = i < LINK_ROWS;
        const char *attribute = is_link ? of_links[i] : of_borders[(i - LINK_ROWS) % BORDER_ROWS];
        rows[i] = (bk_adjustment){.target = {.name = is_link ? "link" : "border"},
                                  .attribute = {.name = attribute},
                                  .n_selectors = is_link ? 1 : 2,
                                  .selectors = is_link ? by_id : ways[(i - LINK_ROWS) / BORDER_ROWS],
                                  .operation = BK_ADJUST_FACTOR,
                                  .value = strcmp(attribute, "free_speed") == 0 ? 2.0 : 0.5,
                                  .file = "here"};
    }
    const double by_lake = gain_of_rows(study, base, region, rows, LINK_ROWS);
    const double by_north = gain_of_rows(study, base, region, rows + LINK_ROWS, 2 * BORDER_ROWS);
    assert_true(by_lake != 0.0 && by_north != 0.0); /* one may lose by what the other gains */
    bkt_close(found->corridor_sum, by_lake + by_north, 1e-6, 0);
    bkt_close(found->corridor_union, gain_of_rows(study, base, region, rows, ROWS), 1e-6, 0);
}

/* Facts of the teaching study against what the parts of the library say of it. */
static void
facts_are_those_of_the_parts(void **state)
{
    char                     folder[4096];
    const bk_study          *study;
    const bk_run            *run;
    const bk_worth          *worth;
    const bk_joint_solution *solution;
    bk_margins               margins;
    bk_brief                 brief;
    size_t                   plan = 0, region = 0;

    (void)state;
    snprintf(folder, sizeof folder, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    assert_int_equal(bk_study_open(ctx, folder, NULL, 0, &arena, &study), BK_OK);
    while (strcmp(study->scenarios[plan]->name, "middle-way") != 0)
        plan++;
    const bk_brief_settings settings = {.economy = "XAL", .scenario = plan, .n_players = 3};
    assert_int_equal(bk_study_brief(ctx, study, &settings, &arena, &brief), BK_OK);
    assert_int_equal(bk_study_region(ctx, study, "XAL", &arena, &region), BK_OK);
    const bk_economy *economy = &study->model->economy;
    const uint32_t    country = economy->regions[region].country;

    const bk_run_settings running = bk_run_default_settings();
    assert_int_equal(bk_study_run(ctx, study, &running, &arena, &run), BK_OK);
    bkt_close(brief.facts.gain_usd,
              run->scenarios[plan].solution->trade->equivalent_variation[region] * study->model->money_usd, 1e-9, 0);

    const bk_worth_settings weighing = bk_worth_default_settings(study->model);
    double                  cost = 0.0;
    assert_int_equal(bk_study_appraise(ctx, study, plan, &weighing, &arena, &worth), BK_OK);
    for (size_t e = 0; e < worth->n_economies; e++)
        cost += bk_worth_stake(worth, worth->n_projects, e)->cost_usd;
    for (size_t e = 0; e < worth->n_economies; e++)
        if (worth->economies[e] == country)
            bkt_close(brief.facts.cost_share, bk_worth_stake(worth, worth->n_projects, e)->cost_usd / cost, 1e-12, 0);

    double       hour = 0.0, hours = 0.0, share = 0.0;
    const double income = bk_trade_base_income(bk_joint_trade(run->base))[region] * study->model->money_usd;
    assert_int_equal(bk_study_margins(ctx, study, 0, NULL, NULL, &arena, &margins), BK_OK);
    for (size_t b = 0; b < study->model->network.n_borders; b++) {
        const bk_border *row = &study->model->network.borders[b];
        if (study->model->network.nodes[row->node].country != country)
            continue;
        double       mean, variance;
        const double worth_of_hour = margins.values.per_control_hour[b * economy->n_regions + region];
        bk_inspection_moments(row->control_hours, row->inspection_hours, row->inspected_share, &mean, &variance);
        hour += worth_of_hour;
        hours += worth_of_hour * mean;
        share += margins.values.per_share_point[b * economy->n_regions + region];
    }
    bkt_close(brief.facts.hour_usd, hour, 1e-9, 0);
    bkt_close(brief.facts.control_pct, 100.0 * hours / income, 1e-9, 0);
    bkt_close(brief.facts.share_usd, share, 1e-9, 0);

    halved_corridors_are_those_of_adjustments(study, run->base, region, &brief.facts);

    /* a tenth of a percent more productivity in the best sector, solved for */
    const bk_cell     more = {.sector = bk_model_find_sector(study->model, brief.facts.best_sector),
                              .importer = (uint32_t)region,
                              .exporter = BK_NONE,
                              .value = 1.001};
    const bk_measure  measure = {.id = "more", .n_productivity = 1, .productivity = &more, .productivity_file = "here"};
    const bk_scenario scenario = {.name = "s", .title = "", .file = "here", .n_measures = 1, .measures = &measure};
    const bk_model   *model;
    assert_int_equal(bk_scenario_apply(ctx, study->model, &scenario, NULL, &arena, &model), BK_OK);
    assert_int_equal(bk_joint_solve(ctx, run->base, model, NULL, NULL, &arena, &solution), BK_OK);
    bkt_close(brief.facts.best_pct, log1p(solution->trade->welfare_pct[region] / 100.0) / log(1.001), 2e-3, 0);
}

static void
a_page_holds_every_answer_and_no_markup_of_names(void **state)
{
    bk_brief_answer answers[BK_BRIEF_QUESTIONS];
    bk_brief        brief = {
               .facts = bkt_brief_facts(), .answers = answers, .converged = true, .residual = 1e-7, .estimates = 0.5};
    size_t length;

    (void)state;
    brief.facts.economy = "<script>";
    assert_int_equal(bk_brief_judge(&brief.facts, &arena, answers), BK_OK);
    const char *html = bk_brief_html(&brief, &arena, &length), *markdown = bk_brief_markdown(&brief, &arena, &length);
    assert_null(strstr(html, "<script>"));
    assert_non_null(strstr(html, "&lt;script&gt;"));
    for (int q = 0; q < BK_BRIEF_QUESTIONS; q++)
        assert_non_null(strstr(markdown, answers[q].claim));
}

static void
an_interrupt_is_not_taken_for_what_the_study_lacks(void **state)
{
    bk_brief_answer answers[BK_BRIEF_QUESTIONS];
    bk_brief_facts  f = bkt_brief_facts();

    (void)state;
    f.has_pivot = false;
    assert_int_equal(bk_brief_judge(&f, &arena, answers), BK_OK);
    assert_null(strstr(answers[3].sentence, "nterrupted"));
    f.interrupted = true;
    assert_int_equal(bk_brief_judge(&f, &arena, answers), BK_OK);
    assert_non_null(strstr(answers[3].sentence, "Interrupted"));
    assert_int_equal(answers[3].verdict, BK_VERDICT_NOT_ANSWERED);
    assert_int_equal(answers[0].verdict, BK_VERDICT_SUPPORTED);
    f.has_gain = false;
    assert_int_equal(bk_brief_judge(&f, &arena, answers), BK_OK);
    assert_int_equal(answers[0].verdict, BK_VERDICT_NOT_ANSWERED);
}

/* Scenarios finished before the interrupt are answered, the plan that was in hand is not. */
static void
an_interrupt_among_scenarios_keeps_those_before(void **state)
{
    char            folder[4096];
    atomic_bool     cancel = false;
    bk_settings     settings = {.threads = 1, .progress = cancel_at_plan, .sink_state = &cancel, .cancel = &cancel};
    bk_context     *own;
    bk_arena        room;
    const bk_study *study;
    bk_brief        brief;
    size_t          plan = 0;

    (void)state;
    snprintf(folder, sizeof folder, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    assert_int_equal(bk_context_create(&settings, &own), BK_OK);
    bk_arena_init(&room, own);
    assert_int_equal(bk_study_open(own, folder, NULL, 0, &room, &study), BK_OK);
    while (strcmp(study->scenarios[plan]->name, "middle-way") != 0)
        plan++;
    const bk_brief_settings asked = {.economy = "XAL", .scenario = plan, .n_players = 3};
    assert_int_equal(bk_study_brief(own, study, &asked, &room, &brief), BK_OK);
    assert_true(brief.facts.interrupted);
    assert_false(brief.facts.has_gain);
    assert_true(brief.facts.has_leave && brief.facts.has_shock);
    assert_int_equal(brief.answers[0].verdict, BK_VERDICT_NOT_ANSWERED);
    assert_non_null(strstr(brief.answers[0].sentence, "nterrupted"));
    assert_int_not_equal(brief.answers[6].verdict, BK_VERDICT_NOT_ANSWERED);
    assert_int_not_equal(brief.answers[8].verdict, BK_VERDICT_NOT_ANSWERED);
    bk_arena_release(&room);
    bk_context_release(own);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_true_is_supported),
        cmocka_unit_test(each_line_is_felt),
        cmocka_unit_test(what_is_not_known_is_not_answered),
        cmocka_unit_test(facts_are_those_of_the_parts),
        cmocka_unit_test(a_page_holds_every_answer_and_no_markup_of_names),
        cmocka_unit_test(an_interrupt_is_not_taken_for_what_the_study_lacks),
        cmocka_unit_test(an_interrupt_among_scenarios_keeps_those_before),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
