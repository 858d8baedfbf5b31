/* Rival tolls on the small study, against equilibria of scenarios that ask the same tolls. */
#include "bkt_open.h"
#include "buckle/tolls.h"
#include "study/accounts.h"
#include "study/transit.h"

static const bk_study *
open_caravan(void)
{
    char              folder[4096];
    const char *const scenario = "today";
    const bk_study   *study = NULL;
    snprintf(folder, sizeof folder, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    assert_int_equal(bk_study_open(ctx, folder, &scenario, 1, &arena, &study), BK_OK);
    return study;
}

typedef struct market { /* the study, solved anew from the base year at any tolls */
    const bk_study      *study;
    const bk_joint_base *base;
    uint32_t             players[2];
} market;

static market
open_market(void)
{
    market at = {.study = open_caravan()};
    bool   cached;
    at.players[0] = bk_model_find_country(at.study->model, "XSU");
    at.players[1] = bk_model_find_country(at.study->model, "XAL");
    assert_int_equal(bk_study_base(ctx, at.study, NULL, &arena, &at.base, &cached), BK_OK);
    return at;
}

/* Revenue of each and gains of each of the players, from a scenario with transit_tolls. */
static void
ask(const market *at, const double *toll, double *revenue, double *gain)
{
    const bk_model       *model = NULL;
    const bk_transit_toll tolls[] = {{.country = "XSU", .usd_per_tonne = toll[0]},
                                     {.country = "XAL", .usd_per_tonne = toll[1]}};
    const bk_measure      measure = {.id = "tolls", .n_tolls = 2, .tolls = tolls};
    const bk_scenario     scenario = {.name = "s", .title = "", .file = "here", .n_measures = 1, .measures = &measure};
    const bk_joint_solution *solution = NULL;
    double                  *tonnes = BK_NEW(&arena, double, at->study->model->n_countries);
    assert_int_equal(bk_scenario_apply(ctx, at->study->model, &scenario, NULL, &arena, &model), BK_OK);
    assert_int_equal(bk_joint_solve(ctx, at->base, model, NULL, NULL, &arena, &solution), BK_OK);
    assert_int_equal(bki_tolled_tonnes(ctx, at->base, model, solution, &arena, tonnes), BK_OK);
    for (int i = 0; i < 2; i++) {
        revenue[i] = toll[i] * tonnes[at->players[i]];
        gain[i] = 0.0;
        for (size_t r = 0; r < model->economy.n_regions; r++)
            if (model->economy.regions[r].country == at->players[i])
                gain[i] += solution->trade->equivalent_variation[r] * model->money_usd;
    }
}

static const bk_tolls *
find(const market *at, size_t n, double most, bool counts_gain)
{
    bk_toll_settings settings = bk_toll_default_settings();
    const bk_tolls  *tolls = NULL;
    settings.n_players = n;
    settings.players = at->players;
    settings.most = most;
    settings.counts_gain = counts_gain;
    assert_int_equal(bk_study_tolls(ctx, at->study, SIZE_MAX, &settings, &arena, &tolls), BK_OK);
    assert_int_equal(tolls->rivals.outcome, BK_CONVERGED);
    assert_int_equal(tolls->routes_added, 0); /* so that the base year is the same */
    assert_true(tolls->residual <= 1e-6);
    return tolls;
}

static void
revenues_and_gains_are_those_of_a_scenario_with_these_tolls(void **state)
{
    (void)state;
    const market    at = open_market();
    const bk_tolls *tolls = find(&at, 2, 300.0, false);
    assert_int_equal(tolls->n_states, 3);
    for (size_t s = 0; s < 3; s++) {
        const bk_toll_player *players = tolls->states[s].players;
        const double          toll[] = {players[0].toll, players[1].toll};
        double                revenue[2], gain[2];
        ask(&at, toll, revenue, gain);
        for (int i = 0; i < 2;
             i++) { /* both to 1e-6 of transport costs, so to a little more of what follows from them */
            bkt_close(players[i].revenue, revenue[i], 1e-4, 1.0);
            bkt_close(players[i].gain, gain[i], 1e-3, 1e5);
            bkt_close(players[i].payoff, players[i].revenue, 0.0, 0.0);
        }
    }
    assert_true(tolls->states[0].revenue == 0.0 && tolls->states[1].revenue > 1e6);
    assert_true(tolls->states[2].revenue >= tolls->states[1].revenue * (1.0 - 1e-3));
}

/* Solved from the base year at tolls that the search did not choose. */
static void
no_other_toll_brings_more_than_the_certificate_says(void **state)
{
    (void)state;
    const market    at = open_market();
    const double    most = 300.0, steps[] = {-60.0, -17.0, -4.0, 4.0, 17.0, 60.0};
    const bk_tolls *tolls = find(&at, 2, most, false);
    const double    here[] = {tolls->states[1].players[0].toll, tolls->states[1].players[1].toll};
    size_t          n_tried = 0;
    assert_true(here[0] > 5.0 && here[0] < most - 5.0); /* within, so that it is no matter of the bound */
    for (int i = 0; i < 2; i++)
        for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
            double toll[] = {here[0], here[1]}, revenue[2], gain[2];
            toll[i] += steps[k];
            if (toll[i] < 0.0 || toll[i] > most)
                continue;
            ask(&at, toll, revenue, gain);
            assert_true(revenue[i] <= tolls->states[1].players[i].revenue * (1.0 + 2e-3));
            n_tried++;
        }
    assert_true(n_tried > 8);
}

/* Value added is a share of what carriers are paid: what is left of revenue is the tolls. */
static void
tolls_are_revenue_of_their_country_and_of_no_carrier(void **state)
{
    (void)state;
    const market at = open_market();
    bk_model     model = *at.study->model;
    double      *toll = BK_NEW(&arena, double, model.n_countries), *tonnes = BK_NEW(&arena, double, model.n_countries);
    const bk_joint_solution *solution = NULL;
    const bk_transit        *transit = NULL;
    bk_accounts              accounts;
    double                   unassigned;
    toll[at.players[0]] = 12.0;
    toll[at.players[1]] = 5.0;
    model.transit_toll = toll;
    assert_int_equal(bk_joint_solve(ctx, at.base, &model, NULL, NULL, &arena, &solution), BK_OK);
    assert_int_equal(bki_tolled_tonnes(ctx, at.base, &model, solution, &arena, tonnes), BK_OK);
    assert_int_equal(bki_transit(ctx, at.base, &model, solution, &arena, &transit), BK_OK);
    assert_int_equal(
        bki_accounts(ctx, at.base, at.study->model, &model, solution, false, &arena, &accounts, &unassigned), BK_OK);
    const bk_economy *economy = &model.economy;
    for (size_t r = 0; r < economy->n_regions; r++) {
        const uint32_t country = economy->regions[r].country;
        const double   share = economy->value_added_share[r * economy->n_sectors + economy->carrier_sector];
        double         added = 0.0;
        for (size_t k = 0; k < transit->n_corridors; k++)
            added += transit->value_added_usd[2 * (k * transit->n_places + country)];
        bkt_close(accounts.transit_revenue_usd[r], added / share + toll[country] * tonnes[country], 1e-11, 1e-3);
    }
    assert_true(tonnes[at.players[0]] > 1e5 && tonnes[at.players[1]] > 1e5);
}

static void
who_counts_its_own_income_takes_it_into_account(void **state)
{
    (void)state;
    const market          at = open_market();
    const bk_toll_player *player = &find(&at, 1, 300.0, true)->states[1].players[0];
    const bk_toll_player *greedy = &find(&at, 1, 300.0, false)->states[1].players[0];
    bkt_close(player->payoff, player->revenue + player->gain, 1e-12, 0.0);
    assert_true(player->payoff >= greedy->revenue + greedy->gain - 1e-3 * greedy->revenue);
    assert_true(greedy->revenue >= player->revenue * (1.0 - 1e-3));
}

static void
what_is_no_game_of_tolls_is_refused(void **state)
{
    (void)state;
    const market     at = open_market();
    const uint32_t   twice[] = {at.players[0], at.players[0]};
    bk_toll_settings settings = bk_toll_default_settings();
    const bk_tolls  *tolls = NULL;
    settings.n_players = 2;
    settings.players = twice;
    assert_int_equal(bk_study_tolls(ctx, at.study, SIZE_MAX, &settings, &arena, &tolls), BK_ERR_VALUE);
    settings.n_players = 1;
    settings.most = 0.0;
    assert_int_equal(bk_study_tolls(ctx, at.study, SIZE_MAX, &settings, &arena, &tolls), BK_ERR_VALUE);
    settings.n_players = 0;
    settings.most = 10.0;
    assert_int_equal(bk_study_tolls(ctx, at.study, SIZE_MAX, &settings, &arena, &tolls), BK_ERR_VALUE);
    bk_error_clear(ctx);
}

/* ---- interruption ------------------------------------------------------------------------------------------------ */

typedef struct patience {
    atomic_bool cancel;
    int         n_reports, most; /* of equilibria at tolls; most 0: never loses it */
} patience;

static void
lose_patience(void *state, const char *what, double fraction)
{
    patience *user = state;

    (void)fraction;
    if (strncmp(what, "tolls, equilibrium", 18) == 0 && ++user->n_reports == user->most)
        atomic_store(&user->cancel, true);
}

typedef struct leavings { /* of an interrupted search */
    bk_status  status;
    size_t     n_states, n_equilibria;
    bk_outcome outcome, together;
    int        rounds;
    double     toll[2], held[2], revenue, unknown;
    bool       says_so;
    int        n_reports;
} leavings;

static leavings
interrupt_at(int most)
{
    patience         user = {.most = most};
    bk_context      *outer = ctx;
    bk_arena         outer_arena = arena;
    const bk_tolls  *tolls = NULL;
    bk_toll_settings settings = bk_toll_default_settings();
    leavings         out = {0};

    assert_int_equal(
        bk_context_create(
            &(bk_settings){.threads = 1, .progress = lose_patience, .sink_state = &user, .cancel = &user.cancel}, &ctx),
        BK_OK);
    bk_arena_init(&arena, ctx);
    const market at = open_market();
    settings.n_players = 2;
    settings.players = at.players;
    settings.most = 150.0;
    out.status = bk_study_tolls(ctx, at.study, SIZE_MAX, &settings, &arena, &tolls);
    out.n_reports = user.n_reports;
    if (out.status == BK_OK) {
        out.n_states = tolls->n_states;
        out.n_equilibria = tolls->n_equilibria;
        out.outcome = tolls->rivals.outcome;
        out.together = tolls->together.outcome;
        out.rounds = tolls->rivals.rounds;
        out.unknown = tolls->rivals.regret;
        out.revenue = tolls->states[tolls->n_states - 1].revenue;
        for (size_t i = 0; i < 2; i++) {
            out.toll[i] = tolls->states[1].players[i].toll;
            out.held[i] = tolls->rivals.action[i];
        }
        for (size_t k = 0; k < tolls->n_sentences; k++)
            out.says_so |= strncmp(tolls->sentences[k], "INTERRUPTED", 11) == 0;
    }
    bk_arena_release(&arena);
    bk_context_release(ctx);
    ctx = outer;
    arena = outer_arena;
    return out;
}

/* Before the state without tolls there is nothing to keep; after it, what play has come to; after that, the rivals'
 * tolls, and the common ones as far as they are. */
static void
an_interruption_keeps_what_was_found(void **state)
{
    (void)state;
    const leavings nothing = interrupt_at(1), whole = interrupt_at(0);
    assert_int_equal(nothing.status, BK_ERR_CANCELLED);
    assert_int_equal(whole.status, BK_OK);
    assert_false(whole.says_so);
    const leavings early = interrupt_at(3), late = interrupt_at(whole.n_reports);
    assert_int_equal(early.status, BK_OK);
    assert_int_equal(early.outcome, BK_CANCELLED);
    assert_int_equal(early.n_states, 2);
    assert_true(early.says_so && isinf(early.unknown) && early.rounds == 0);
    for (size_t i = 0; i < 2; i++) {
        assert_true(early.toll[i] == early.held[i] && early.toll[i] == 0.0);
        assert_true(late.toll[i] == whole.toll[i]); /* the rivals' tolls were found before */
    }
    assert_int_equal(late.status, BK_OK);
    assert_int_equal(late.outcome, BK_CONVERGED);
    assert_int_equal(late.together, BK_CANCELLED);
    assert_true(late.says_so && late.n_states == 3 && late.revenue > 0.0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(revenues_and_gains_are_those_of_a_scenario_with_these_tolls),
        cmocka_unit_test(no_other_toll_brings_more_than_the_certificate_says),
        cmocka_unit_test(tolls_are_revenue_of_their_country_and_of_no_carrier),
        cmocka_unit_test(who_counts_its_own_income_takes_it_into_account),
        cmocka_unit_test(what_is_no_game_of_tolls_is_refused),
        cmocka_unit_test(an_interruption_keeps_what_was_found),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
