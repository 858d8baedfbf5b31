/* Games over the economies of the small study: whose part is whose, worths against scenarios solved by hand. */
#include "bkt_open.h"
#include "buckle/pivot.h"

static const bk_study *
open_caravan(const char *scenario)
{
    char            folder[4096];
    const bk_study *study = NULL;
    snprintf(folder, sizeof folder, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    assert_int_equal(bk_study_open(ctx, folder, &scenario, 1, &arena, &study), BK_OK);
    return study;
}

static const bk_pivot *
solve(const bk_study *study, const bk_pivot_settings *settings)
{
    const bk_pivot *pivot = NULL;
    assert_int_equal(bk_study_pivot(ctx, study, 0, settings, &arena, &pivot), BK_OK);
    assert_true(pivot->converged && pivot->residual <= 1e-6);
    return pivot;
}

/* EV of each region, USD a year, with just these projects and nothing else. */
static const double *
gains_of_projects(const bk_study *study, const char *const *projects, size_t n)
{
    const bk_joint_base     *base = NULL;
    const bk_model          *model = NULL;
    const bk_joint_solution *solution = NULL;
    bk_name_at               names[4];
    bool                     cached;
    for (size_t p = 0; p < n; p++)
        names[p] = (bk_name_at){.name = projects[p], .file = "here"};
    const bk_measure  measure = {.id = "works", .n_projects = n, .projects = names};
    const bk_scenario scenario = {.name = "s", .title = "", .file = "here", .n_measures = 1, .measures = &measure};
    double           *gain = BK_NEW(&arena, double, study->model->economy.n_regions);
    assert_int_equal(bk_study_base(ctx, study, NULL, &arena, &base, &cached), BK_OK);
    assert_int_equal(bk_scenario_apply(ctx, study->model, &scenario, NULL, &arena, &model), BK_OK);
    assert_int_equal(bk_joint_solve(ctx, base, model, NULL, NULL, &arena, &solution), BK_OK);
    for (size_t r = 0; r < model->economy.n_regions; r++)
        gain[r] = solution->trade->equivalent_variation[r] * model->money_usd;
    return gain;
}

static void
a_works_of_two_needs_both_and_posts_their_own_country(void **state)
{
    (void)state;
    /* middle-way: steppe-line is Almaria's (XAL), lake-ports Almaria's and Surania's (XSU), paperless-gates posts that
     * stand in Almaria.  So Surania or Orisund alone bring nothing, and Almaria alone all but the ports. */
    const bk_study         *study = open_caravan("middle-way");
    const bk_pivot_settings settings = bk_pivot_default_settings();
    const bk_pivot         *pivot = solve(study, &settings);
    const bk_pivot_side    *side = &pivot->sides[0];
    assert_int_equal(pivot->n_players, 3);
    uint64_t bit[3] = {0}; /* XAL, XOR, XSU */
    for (size_t i = 0; i < 3; i++) {
        const char *id = study->model->countries[pivot->countries[i]];
        bit[strcmp(id, "XAL") == 0 ? 0 : strcmp(id, "XOR") == 0 ? 1 : 2] = (uint64_t)1 << i;
    }
    assert_int_equal(side->states[bit[1]], 0);
    assert_int_equal(side->states[bit[2]], 0);
    assert_int_equal(side->states[bit[0] | bit[1]], bit[0]);
    assert_int_equal(side->states[7], bit[0] | bit[2]);
    assert_int_equal(side->n_states, 3);
    bkt_close(side->gains[bit[1] | bit[2]], 0.0, 0.0, 0.0);
}

static void
worths_are_those_of_the_scenarios_they_stand_for(void **state)
{
    (void)state;
    const bk_study         *study = open_caravan("middle-way");
    const bk_pivot_settings settings = bk_pivot_default_settings();
    const bk_pivot         *pivot = solve(study, &settings);
    const char *const       all[] = {"steppe-line", "lake-ports", "paperless-gates"};
    const char *const       alone[] = {"steppe-line", "paperless-gates"};
    const double           *whole = gains_of_projects(study, all, 3), *part = gains_of_projects(study, alone, 2);
    const bk_economy       *economy = &study->model->economy;
    double                  expected = 0.0;
    for (size_t i = 0; i < 3; i++)
        for (size_t r = 0; r < economy->n_regions; r++)
            if (economy->regions[r].country == pivot->countries[i]) {
                bkt_close(pivot->sides[0].players[i].gain, whole[r], 1e-4, 1e3);
                expected += whole[r];
                if (strcmp(economy->regions[r].id, "XAL") == 0)
                    bkt_close(pivot->sides[0].players[i].alone, part[r], 1e-4, 1e3);
            }
    bkt_close(pivot->sides[0].worth, expected, 1e-4, 1e3);
}

/* What the others and the world lose without a player, from the equilibria of the coalitions themselves. */
static void
what_is_lost_without_a_player_is_what_the_equilibria_say(void **state)
{
    (void)state;
    const bk_study      *study = open_caravan("middle-way");
    bk_pivot_settings    settings = bk_pivot_default_settings();
    const bk_pivot      *pivot = solve(study, &settings);
    const bk_pivot_side *side = &pivot->sides[0];
    const bk_economy    *economy = &study->model->economy;
    const bk_joint_base *base = NULL;
    const bk_pivot_game *game = NULL;
    bk_pivot_state       found;
    bool                 cached;
    settings.n_players = pivot->n_players;
    settings.players = pivot->countries;
    assert_int_equal(bk_study_base(ctx, study, NULL, &arena, &base, &cached), BK_OK);
    assert_int_equal(bk_pivot_prepare(ctx, study, study->scenarios[0], &settings, base, &arena, &game), BK_OK);
    double *gain[3];
    for (size_t s = 0; s < 3; s++)
        gain[s] = BK_NEW(&arena, double, economy->n_regions);
    assert_int_equal(bk_pivot_gain(ctx, game, 0, gain[0], &found), BK_OK);
    assert_int_equal(bk_pivot_gain(ctx, game, 7, gain[1], &found), BK_OK);
    for (size_t i = 0; i < 3; i++) {
        double others = 0.0, world = 0.0, scale = 0.0;
        assert_int_equal(bk_pivot_gain(ctx, game, 7 & ~(1 << i), gain[2], &found), BK_OK);
        for (size_t r = 0; r < economy->n_regions; r++) {
            const uint32_t country = economy->regions[r].country;
            if (country == side->players[i].country)
                continue;
            world += gain[1][r] - gain[2][r];
            scale = fmax(scale, fabs(gain[1][r]));
            for (size_t p = 0; p < 3; p++)
                others += country == side->players[p].country ? gain[1][r] - gain[2][r] : 0.0;
        }
        bkt_close(side->players[i].others_lose, others, 1e-9, 1e-6 * scale);
        bkt_close(side->players[i].world_loses, world, 1e-9, 1e-6 * scale);
        bkt_close(side->players[i].share_most,
                  side->players[i].gain - (side->players[i].alone - side->costs[(size_t)1 << i]), 1e-9, 1.0);
    }
    assert_true(side->players[0].others_lose > 1e6);
}

static void
values_and_shares_of_the_cost_add_up(void **state)
{
    (void)state;
    const bk_study         *study = open_caravan("middle-way");
    const bk_pivot_settings settings = bk_pivot_default_settings();
    const bk_pivot_side    *side = &solve(study, &settings)->sides[0];
    double                  value = 0.0, by_shapley = 0.0, by_nucleolus = 0.0;
    for (size_t i = 0; i < 3; i++) {
        value += side->players[i].shapley;
        by_shapley += side->players[i].share_shapley;
        by_nucleolus += side->players[i].share_nucleolus;
        assert_true(side->players[i].share_nucleolus <= side->players[i].share_upper + 1.0);
        assert_true(side->players[i].share_nucleolus >= side->players[i].share_least - 1.0);
    }
    bkt_close(value, side->worth, 1e-12, 0.0);
    bkt_close(by_shapley, side->cost, 1e-9, 0.0);
    bkt_close(by_nucleolus, side->cost, 1e-9, 0.0);
    /* The yearly cost by hand: annuity over the life of each project at the study's rate, and upkeep. */
    const bk_model *model = study->model;
    double          works = 0.0;
    for (size_t p = 0; p < model->projects.n_projects; p++) {
        const bk_project *project = &model->projects.projects[p];
        works += project->capex_usd *
                 (bk_annuity(1.0, model->discount_rate, project->life_years) + project->operation_share_of_capex);
    }
    bkt_close(side->cost, works, 1e-9, 0.0);
}

static void
a_bypass_makes_two_games(void **state)
{
    (void)state;
    const bk_study   *study = open_caravan("middle-way");
    const char *const ports[] = {"lake-ports"}, *const none[] = {"canal"};
    bk_pivot_settings settings = bk_pivot_default_settings();
    const bk_pivot   *whole = solve(study, &settings), *pivot;
    settings.n_bypasses = 1;
    settings.bypasses = ports;
    pivot = solve(study, &settings);
    assert_int_equal(pivot->n_sides, 2);
    for (size_t i = 0; i < 3; i++)
        bkt_close(pivot->sides[1].players[i].shapley, whole->sides[0].players[i].shapley, 1e-9, 1.0);
    assert_true(fabs(pivot->sides[0].worth - whole->sides[0].worth) > 1e6);
    settings.bypasses = none;
    assert_int_equal(bk_study_pivot(ctx, study, 0, &settings, &arena, &pivot), BK_ERR_REFERENCE);
    bk_error_clear(ctx);
}

static void
who_is_out_lets_nothing_through_where_asked(void **state)
{
    (void)state;
    const bk_study   *study = open_caravan("middle-way");
    bk_pivot_settings settings = bk_pivot_default_settings();
    const bk_pivot   *open = solve(study, &settings), *closed;
    settings.outsiders = BK_OUTSIDERS_CLOSED;
    closed = solve(study, &settings);
    assert_int_equal(closed->sides[0].n_states, 8); /* each who is out closes a way of its own */
    /* Almaria lies between the others: they lose much more when it lets nothing through. */
    for (size_t i = 0; i < 3; i++)
        if (strcmp(study->model->countries[open->countries[i]], "XAL") == 0)
            assert_true(closed->sides[0].players[i].others_lose > 2.0 * open->sides[0].players[i].others_lose);
}

static void
a_join_takes_all_its_parties(void **state)
{
    (void)state;
    /* union-grows: Surania joins the union of Almaria and Nordria; Surania alone cannot. */
    const bk_study   *study = open_caravan("union-grows");
    bk_pivot_settings settings = bk_pivot_default_settings();
    const uint32_t players[] = {bk_model_find_country(study->model, "XAL"), bk_model_find_country(study->model, "XNO"),
                                bk_model_find_country(study->model, "XSU")};
    settings.n_players = 3;
    settings.players = players;
    const bk_pivot *pivot = solve(study, &settings);
    for (uint64_t s = 0; s < 7; s++)
        assert_int_equal(pivot->sides[0].states[s], 0);
    assert_int_equal(pivot->sides[0].states[7], 7);
    for (size_t i = 0; i < 3; i++) /* unanimity: equal values (Shapley 1953) */
        bkt_close(pivot->sides[0].players[i].shapley, pivot->sides[0].worth / 3.0, 1e-12, 0.0);
}

/* Half the control time at every post, faster rails, and tolls: each in its own country's rows, lines with both. */
static void
adjusted_numbers_and_tolls_are_their_country_s(void **state)
{
    const bk_name_at      rail = {.name = "rail"};
    const bk_selector     mode = {.key = "mode", .n_names = 1, .names = &rail};
    const bk_adjustment   numbers[] = {{.target = {.name = "border"},
                                        .attribute = {.name = "control_hours"},
                                        .operation = BK_ADJUST_FACTOR,
                                        .value = 0.5},
                                       {.target = {.name = "link"},
                                        .attribute = {.name = "free_speed"},
                                        .n_selectors = 1,
                                        .selectors = &mode,
                                        .operation = BK_ADJUST_FACTOR,
                                        .value = 2.0}};
    const bk_transit_toll tolls[] = {{.country = "XAL", .usd_per_tonne = 3.0},
                                     {.country = "XSU", .usd_per_tonne = 2.0}};
    const bk_measure  measure = {.id = "m", .n_adjustments = 2, .adjustments = numbers, .n_tolls = 2, .tolls = tolls};
    const bk_scenario scenario = {.name = "s", .title = "", .file = "here", .n_measures = 1, .measures = &measure};
    const bk_study   *study = open_caravan("middle-way");
    const bk_model   *base = study->model;
    const uint32_t    players[] = {bk_model_find_country(base, "XAL"), bk_model_find_country(base, "XSU")};
    bk_pivot_settings settings = bk_pivot_default_settings();
    const bk_pivot_game *game = NULL;
    size_t               n_changed[4] = {0};

    (void)state;
    settings.n_players = 2;
    settings.players = players;
    assert_int_equal(bk_pivot_prepare(ctx, study, &scenario, &settings, NULL, &arena, &game), BK_OK);
    for (uint64_t who = 0; who < 4; who++) {
        const bk_model *model = NULL;
        assert_int_equal(bk_pivot_state_of(game, who), who);
        assert_int_equal(bk_pivot_model(ctx, game, who, &arena, &model), BK_OK);
        bool out[64] = {false};
        for (int i = 0; i < 2; i++)
            out[players[i]] = !(who >> i & 1);
        for (size_t b = 0; b < base->network.n_borders; b++) {
            const double half = out[base->network.nodes[base->network.borders[b].node].country] ? 1.0 : 0.5;
            bkt_close(model->network.borders[b].control_hours, half * base->network.borders[b].control_hours, 0, 0);
        }
        for (size_t l = 0; l < base->network.n_links; l++) {
            const bk_link *link = &base->network.links[l];
            const bool     stays = out[base->network.nodes[link->from].country] ||
                               out[base->network.nodes[link->to].country] ||
                               strcmp(base->network.modes[link->mode], "rail") != 0;
            bkt_close(model->network.links[l].kmh, (stays ? 1.0 : 2.0) * link->kmh, 0, 0);
            n_changed[who] += !stays;
        }
        for (int i = 0; i < 2; i++)
            bkt_close(model->transit_toll ? model->transit_toll[players[i]] : 0.0,
                      out[players[i]] ? 0.0 : tolls[i].usd_per_tonne, 0, 0);
    }
    assert_true(n_changed[0] < n_changed[1] && n_changed[1] < n_changed[3]);
}

static void
nobody_to_play_is_refused(void **state)
{
    (void)state;
    const bk_study         *study = open_caravan("today");
    const bk_pivot_settings settings = bk_pivot_default_settings();
    const bk_pivot         *pivot = NULL;
    assert_int_equal(bk_study_pivot(ctx, study, 0, &settings, &arena, &pivot), BK_ERR_VALUE);
    bk_error_clear(ctx);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_works_of_two_needs_both_and_posts_their_own_country),
        cmocka_unit_test(worths_are_those_of_the_scenarios_they_stand_for),
        cmocka_unit_test(what_is_lost_without_a_player_is_what_the_equilibria_say),
        cmocka_unit_test(values_and_shares_of_the_cost_add_up),
        cmocka_unit_test(a_bypass_makes_two_games),
        cmocka_unit_test(who_is_out_lets_nothing_through_where_asked),
        cmocka_unit_test(a_join_takes_all_its_parties),
        cmocka_unit_test(adjusted_numbers_and_tolls_are_their_country_s),
        cmocka_unit_test(nobody_to_play_is_refused),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
