/* Intervals of a brief and what they do to its verdicts: from draws made up for the purpose, and from those of the
 * teaching study composed by hand. */
#include "bkt_open.h"
#include "brief_facts.h"
#include "buckle/stress.h"
#include "buckle/tolls.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { N_DRAWS = 39, N_INPUTS = 3 };

/* A closure that costs `from` to `to` % of income, as the first input has it; the others say nothing. */
static void
draw_closures(double from, double to, bk_brief_facts *drawn, double *input)
{
    for (int k = 0; k < N_DRAWS; k++) {
        const double place = (double)((k * 16) % N_DRAWS) / (N_DRAWS - 1); /* 0 to 1, in another order */
        drawn[k] = bkt_brief_facts();
        drawn[k].closure_pct = from + (to - from) * place;
        input[k * N_INPUTS] = 5.0 - place;
        input[k * N_INPUTS + 1] = 1.0;
        input[k * N_INPUTS + 2] = k % 3 == 0 ? 1.0 : 0.0;
    }
}

static void
weigh_closures(double from, double to, bk_brief_answer *answers)
{
    static const char *const names_of[N_INPUTS] = {"grip", "constant", "third"};
    static bk_brief_facts    drawn[N_DRAWS];
    static double            input[N_DRAWS * N_INPUTS];
    const bk_brief_draws     draws = {N_DRAWS, N_INPUTS, drawn, input, names_of};
    bk_brief_facts           stated = bkt_brief_facts();

    draw_closures(from, to, drawn, input);
    stated.closure_pct = -0.4;
    assert_int_equal(bk_brief_judge(&stated, &arena, answers), BK_OK);
    assert_int_equal(bk_brief_weigh(ctx, &draws, &arena, answers), BK_OK);
}

/* Of 39 draws the second at either end bounds the interval (k = 2); two on the far side of the line unmake a verdict,
 * one does not.  The line of question 6 is at -0.5 %. */
static void
a_line_in_the_interval_unmakes_a_verdict(void **state)
{
    const double    step = 0.01;
    bk_brief_answer answers[BK_BRIEF_QUESTIONS];

    (void)state;
    weigh_closures(-0.5 - 0.5 * step, -0.5 + 37.5 * step, answers); /* one beyond */
    assert_int_equal(answers[5].verdict, BK_VERDICT_SUPPORTED);
    assert_int_equal(answers[5].n_agreeing, N_DRAWS - 1);
    assert_true(answers[5].has_interval);
    assert_int_equal(answers[5].interval, BK_INTERVAL_DRAWS);
    bkt_close(answers[5].low, -0.5 + 0.5 * step, 1e-12, 0);
    bkt_close(answers[5].high, -0.5 + 36.5 * step, 1e-12, 0);
    assert_int_equal(answers[5].n_movers, 1);
    assert_string_equal(answers[5].movers[0].input, "grip");
    bkt_close(answers[5].movers[0].share, 1.0, 1e-12, 0);
    weigh_closures(-0.5 - 1.5 * step, -0.5 + 36.5 * step, answers); /* two */
    assert_int_equal(answers[5].verdict, BK_VERDICT_DEPENDS);
    assert_int_equal(answers[5].n_agreeing, N_DRAWS - 2);
    assert_non_null(strstr(answers[5].sentence, "depends on grip"));
    assert_non_null(strstr(answers[5].sentence, "supported in 37, not supported in 2"));
}

/* What no draw moves has no interval, and says why; the works' interval stays theirs. */
static void
what_is_not_drawn_says_so(void **state)
{
    bk_brief_answer answers[BK_BRIEF_QUESTIONS];

    (void)state;
    weigh_closures(-0.45, -0.35, answers);
    for (int q = 0; q < BK_BRIEF_QUESTIONS; q++) {
        const bool of_works = q == 0 || q == 13;
        assert_int_equal(answers[q].is_drawn, q == 5);
        assert_int_equal(answers[q].has_interval, q == 5 || of_works);
        assert_int_equal(answers[q].interval == BK_INTERVAL_WORKS, of_works);
        assert_non_null(answers[q].doubt);
        assert_true(q == 5 || strstr(answers[q].doubt, "No draw moves it") != NULL);
    }
}

/* A claim that some draws leave without an answer has no interval, and its verdict does not stand. */
static void
a_draw_without_an_answer_is_no_number(void **state)
{
    static const char *const names_of[] = {"one"};
    static bk_brief_facts    drawn[BK_BRIEF_DRAWS];
    static double            input[BK_BRIEF_DRAWS];
    bk_brief_draws           draws = {BK_BRIEF_DRAWS, 1, drawn, input, names_of};
    bk_brief_answer          answers[BK_BRIEF_QUESTIONS];
    const bk_brief_facts     stated = bkt_brief_facts();

    (void)state;
    for (int k = 0; k < BK_BRIEF_DRAWS; k++) {
        drawn[k] = bkt_brief_facts();
        input[k] = (double)k;
        drawn[k].benefit_share = k == 7 ? 0.0 : 0.3 + 1e-3 * k;
    }
    assert_int_equal(bk_brief_judge(&stated, &arena, answers), BK_OK);
    assert_int_equal(bk_brief_weigh(ctx, &draws, &arena, answers), BK_OK);
    assert_false(answers[2].is_drawn || answers[2].has_interval);
    assert_int_equal(answers[2].verdict, BK_VERDICT_DEPENDS);
    assert_non_null(strstr(answers[2].doubt, "In 1 of 19 draws"));
    draws.n--;
    assert_int_equal(bk_brief_weigh(ctx, &draws, &arena, answers), BK_ERR_USAGE);
    bk_error_clear(ctx);
}

static const char *
caravan(void)
{
    static char path[4096];

    snprintf(path, sizeof path, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    return path;
}

static size_t
scenario_named(const bk_study *study, const char *name)
{
    size_t s = 0;

    while (strcmp(study->scenarios[s]->name, name) != 0)
        s++;
    return s;
}

/* A measure with the rows of a draw that act on the base year, or on what comes, and the states that came. */
static const bk_measure *
measure_of_draw(const bk_study *study, const bk_stress *stress, size_t draw, bool future)
{
    const bk_risk *risk = &study->model->risk;
    bk_measure    *measure = BK_NEW(&arena, bk_measure, 1);
    bk_adjustment *rows = BK_NEW(&arena, bk_adjustment, stress->n_doubts);
    bk_name_at    *closures = BK_NEW(&arena, bk_name_at, 16), *sanctions = BK_NEW(&arena, bk_name_at, 16);

    assert_int_equal(bk_arena_ok(&arena), BK_OK);
    *measure = (bk_measure){.id = future ? "comes" : "base", .adjustments = rows};
    for (size_t d = 0; d < stress->n_doubts; d++) {
        if (stress->doubts[d].future != future)
            continue;
        rows[measure->n_adjustments] = stress->doubts[d].adjust;
        rows[measure->n_adjustments++].value = stress->doubt[draw * stress->n_doubts + d];
    }
    measure->closures = closures;
    measure->sanctions = sanctions;
    for (size_t i = 0, s = 0; future && i < stress->n_inputs; i++) {
        if (!stress->inputs[i].is_state)
            continue;
        if (stress->input[draw * stress->n_inputs + i] > 0.0) {
            for (size_t c = 0; c < risk->states[s].n_closures; c++)
                closures[measure->n_closures++] = risk->states[s].closures[c];
            for (size_t c = 0; c < risk->states[s].n_sanctions; c++)
                sanctions[measure->n_sanctions++] = risk->states[s].sanctions[c];
        }
        s++;
    }
    return measure;
}

/* Equivalent variation of a region, USD a year, on a base, of measures in a row. */
static double
gain_of_measures(const bk_study *study, const bk_joint_base *base, size_t region, const bk_measure *measures, size_t n)
{
    const bk_scenario scenario = {.name = "s", .title = "", .file = "here", .n_measures = n, .measures = measures};
    const bk_model   *model;
    const bk_joint_solution *solution;

    assert_int_equal(bk_scenario_apply(ctx, study->model, &scenario, NULL, &arena, &model), BK_OK);
    assert_int_equal(bk_joint_solve(ctx, base, model, NULL, NULL, &arena, &solution), BK_OK);
    return solution->trade->equivalent_variation[region] * study->model->money_usd;
}

/* What leaving the union brings in each draw, composed by hand from the rows drawn: the base year set up anew with the
 * rows of it, the world with what comes, the world with the departure beside it, each from the base year on. */
static double
leaving_in_draw(const bk_study *study, const bk_joint_base *base, size_t region, const bk_stress *stress, size_t draw)
{
    const bk_scenario   *leaves = study->scenarios[scenario_named(study, "almaria-leaves")];
    const bk_measure     world[] = {*measure_of_draw(study, stress, draw, false),
                                    *measure_of_draw(study, stress, draw, true)};
    const bk_measure     with[] = {leaves->measures[0], leaves->measures[1], world[0], world[1]};
    const bk_scenario    now = {.name = "s", .title = "", .file = "here", .n_measures = 1, .measures = world};
    const bk_model      *model;
    const bk_joint_base *drawn;

    assert_int_equal(leaves->n_measures, 2);
    assert_int_equal(bk_scenario_apply(ctx, study->model, &now, NULL, &arena, &model), BK_OK);
    assert_int_equal(bk_joint_rebase(ctx, base, model, NULL, &arena, &drawn), BK_OK);
    const double income = bk_trade_base_income(bk_joint_trade(base))[region] * study->model->money_usd;
    const double nothing = gain_of_measures(study, drawn, region, world, 2);
    return 100.0 * (gain_of_measures(study, drawn, region, with, 4) - nothing) / (income + nothing);
}

static void
an_interval_is_that_of_draws_composed_by_hand(void **state)
{
    const bk_study      *study, *one;
    const bk_joint_base *base;
    const bk_stress     *stress;
    bk_stress_settings   drawing = bk_stress_default_settings();
    bk_brief             brief;
    bool                 cached;
    size_t               region;
    static const char   *leaves[] = {"almaria-leaves"};
    double               least = INFINITY, most = -INFINITY;

    (void)state;
    assert_int_equal(bk_study_open(ctx, caravan(), NULL, 0, &arena, &study), BK_OK);
    assert_int_equal(bk_study_open(ctx, caravan(), leaves, 1, &arena, &one), BK_OK);
    const bk_brief_settings settings = {
        .economy = "XAL", .scenario = scenario_named(study, "middle-way"), .n_players = 2, .n_draws = BK_BRIEF_DRAWS};
    assert_int_equal(bk_study_brief(ctx, study, &settings, &arena, &brief), BK_OK);
    assert_int_equal(brief.n_draws, BK_BRIEF_DRAWS);
    assert_int_equal(bk_study_region(ctx, study, "XAL", &arena, &region), BK_OK);
    drawing.n_draws = BK_BRIEF_DRAWS;
    drawing.gains_alone = true;
    assert_int_equal(bk_study_stress(ctx, one, &drawing, &arena, &stress), BK_OK);
    assert_int_equal(bk_study_base(ctx, study, NULL, &arena, &base, &cached), BK_OK);
    for (size_t k = 0; k < stress->n_used; k++) {
        const double pct = leaving_in_draw(study, base, region, stress, k);
        least = fmin(least, pct);
        most = fmax(most, pct);
    }
    const bk_brief_answer *answer = &brief.answers[6];
    assert_true(answer->has_interval && most - least > 0.05);
    bkt_close(answer->low, -most, 0,
              1e-4); /* of 19 draws the ends are the first and the last; worth is less what leaving brings */
    bkt_close(answer->high, -least, 0, 1e-4);
}

/* Both shocks of the study as one scenario, and who pays for works on its land, from the file's own figures. */
static void
both_at_once_are_one_scenario(void **state)
{
    const bk_study      *study;
    const bk_joint_base *base;
    bk_brief             brief;
    bool                 cached;
    size_t               region;
    /* XAL: steppe-line 4.2 and 2.94 bn, lake-ports 0.54, paperless-gates 0.06; XSU 0.36, the bank 0.09, XOR 0.06 */
    const double paid[] = {7.74, 0.36, 0.09, 0.06};
    double       all = 0.0, squares = 0.0;

    (void)state;
    assert_int_equal(bk_study_open(ctx, caravan(), NULL, 0, &arena, &study), BK_OK);
    const bk_brief_settings settings = {
        .economy = "XAL", .scenario = scenario_named(study, "middle-way"), .n_players = 2};
    assert_int_equal(bk_study_brief(ctx, study, &settings, &arena, &brief), BK_OK);
    assert_int_equal(bk_study_region(ctx, study, "XAL", &arena, &region), BK_OK);
    assert_int_equal(bk_study_base(ctx, study, NULL, &arena, &base, &cached), BK_OK);
    const bk_measure both[] = {study->scenarios[scenario_named(study, "cheap-oil")]->measures[0],
                               study->scenarios[scenario_named(study, "northern-closure")]->measures[0]};
    const double     income = bk_trade_base_income(bk_joint_trade(base))[region] * study->model->money_usd;
    assert_string_equal(brief.facts.closure, "northern-closure");
    assert_string_equal(brief.facts.shock, "cheap-oil");
    assert_true(brief.facts.has_both);
    bkt_close(brief.facts.both_pct, 100.0 * gain_of_measures(study, base, region, both, 2) / income, 0, 1e-4);
    for (size_t i = 0; i < sizeof paid / sizeof *paid; i++) {
        all += paid[i];
        squares += paid[i] * paid[i];
    }
    bkt_close(brief.facts.payer_hhi, squares / (all * all), 1e-12, 0);
}

/* Where the game of tolls ends with the most that may be asked, the same toll is matched by all, and what it brings is
 * what the brief says of it; where it may be asked by one alone, it is undercut. */
static void
a_matched_toll_is_that_of_the_game(void **state)
{
    static const char *const with[] = {"XAL", "XWE", "XOR"};
    const bk_study          *study;
    const bk_tolls          *tolls;
    bk_toll_settings         game = bk_toll_default_settings();
    bk_brief                 brief;
    uint32_t                 players[3];

    (void)state;
    assert_int_equal(bk_study_open(ctx, caravan(), NULL, 0, &arena, &study), BK_OK);
    const bk_brief_settings settings = {
        .economy = "XAL", .scenario = scenario_named(study, "middle-way"), .n_players = 2};
    assert_int_equal(bk_study_brief(ctx, study, &settings, &arena, &brief), BK_OK);
    assert_string_equal(brief.facts.undercutters, "Westmark and Orisund");
    for (int i = 0; i < 3; i++)
        players[i] = bk_model_find_country(study->model, with[i]);
    game.most = brief.facts.toll;
    game.together = false;
    game.players = players;
    for (int matched = 0; matched < 2; matched++) {
        game.n_players = matched ? 3 : 1;
        assert_int_equal(bk_study_tolls(ctx, study, SIZE_MAX, &game, &arena, &tolls), BK_OK);
        const bk_toll_player *own = &tolls->states[1].players[0];
        bkt_close(own->toll, game.most, 0, 1e-9);
        for (size_t i = 0; i < game.n_players; i++)
            if (tolls->states[1].players[i].tonnes > 0.0)
                bkt_close(tolls->states[1].players[i].toll, game.most, 0, 1e-9);
        bkt_close(matched ? brief.facts.toll_matched : brief.facts.toll_undercut, own->revenue, 1e-4, 0);
    }
}

/* The whole brief, draws and all, to the last bit. */
static void
threads_change_no_bit(void **state)
{
    bk_brief_answer found[2][BK_BRIEF_QUESTIONS];

    (void)state;
    for (int t = 0; t < 2; t++) {
        const bk_settings how = {.threads = t + 1};
        bk_context       *own;
        bk_arena          room;
        const bk_study   *study;
        bk_brief          brief;
        assert_int_equal(bk_context_create(&how, &own), BK_OK);
        bk_arena_init(&room, own);
        assert_int_equal(bk_study_open(own, caravan(), NULL, 0, &room, &study), BK_OK);
        const bk_brief_settings settings = {.economy = "XAL",
                                            .scenario = scenario_named(study, "middle-way"),
                                            .n_players = 3,
                                            .n_draws = BK_BRIEF_DRAWS};
        assert_int_equal(bk_study_brief(own, study, &settings, &room, &brief), BK_OK);
        for (int q = 0; q < BK_BRIEF_QUESTIONS; q++) {
            found[t][q] = brief.answers[q];
            found[t][q].sentence = bk_arena_text(&arena, brief.answers[q].sentence, strlen(brief.answers[q].sentence));
            found[t][q].doubt = bk_arena_text(&arena, brief.answers[q].doubt ? brief.answers[q].doubt : "",
                                              strlen(brief.answers[q].doubt ? brief.answers[q].doubt : ""));
        }
        bk_arena_release(&room);
        bk_context_release(own);
    }
    for (int q = 0; q < BK_BRIEF_QUESTIONS; q++) {
        const bk_brief_answer *a = &found[0][q], *b = &found[1][q];
        const double           one[] = {a->value, a->low, a->high, a->figure_low, a->figure_high};
        const double           other[] = {b->value, b->low, b->high, b->figure_low, b->figure_high};
        assert_memory_equal(one, other, sizeof one);
        assert_string_equal(a->sentence, b->sentence);
        assert_string_equal(a->doubt, b->doubt);
    }
}

/* Cancels as soon as the progress speaks of draws. */
static void
cancel_at_draws(void *state, const char *what, double fraction)
{
    (void)fraction;
    if (strncmp(what, "draw", strlen("draw")) == 0)
        atomic_store((atomic_bool *)state, true);
}

/* An interrupt among the draws leaves the answers of the stated inputs, and says so. */
static void
an_interrupt_among_draws_leaves_the_answers(void **state)
{
    atomic_bool     cancel = false;
    bk_settings     how = {.threads = 1, .progress = cancel_at_draws, .sink_state = &cancel, .cancel = &cancel};
    bk_context     *own;
    bk_arena        room;
    const bk_study *study;
    bk_brief        brief;

    (void)state;
    assert_int_equal(bk_context_create(&how, &own), BK_OK);
    bk_arena_init(&room, own);
    assert_int_equal(bk_study_open(own, caravan(), NULL, 0, &room, &study), BK_OK);
    const bk_brief_settings settings = {
        .economy = "XAL", .scenario = scenario_named(study, "middle-way"), .n_players = 2, .n_draws = BK_BRIEF_DRAWS};
    assert_int_equal(bk_study_brief(own, study, &settings, &room, &brief), BK_OK);
    assert_true(atomic_load(&cancel) && brief.facts.interrupted);
    assert_int_equal(brief.n_draws, 0);
    for (int q = 0; q < BK_BRIEF_QUESTIONS; q++) {
        assert_null(brief.answers[q].doubt);
        assert_int_equal(brief.answers[q].verdict == BK_VERDICT_NOT_ANSWERED, q == 7);
    }
    bk_arena_release(&room);
    bk_context_release(own);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_in_the_interval_unmakes_a_verdict),
        cmocka_unit_test(what_is_not_drawn_says_so),
        cmocka_unit_test(a_draw_without_an_answer_is_no_number),
        cmocka_unit_test(an_interval_is_that_of_draws_composed_by_hand),
        cmocka_unit_test(both_at_once_are_one_scenario),
        cmocka_unit_test(a_matched_toll_is_that_of_the_game),
        cmocka_unit_test(threads_change_no_bit),
        cmocka_unit_test(an_interrupt_among_draws_leaves_the_answers),
    };

    return cmocka_run_group_tests(tests, open_context, close_context);
}
