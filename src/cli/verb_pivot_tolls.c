/* buckle pivot --tolls: rivals who toll transit. */
#include "buckle/tolls.h"
#include "cli/game.h"

#include <math.h>
#include <string.h>

typedef struct toll_answer {
    bki_session    *session;
    const bk_tolls *tolls;
    const char     *path, *folder;
    double          seconds;
} toll_answer;

/* ---- text -------------------------------------------------------------------------------------------------------- */

static void
add_number(bki_grid *grid, bk_arena *arena, int decimals, double value)
{
    bki_grid_add(grid, bk_arena_format(arena, "%.*f", decimals, fabs(value) < 5e-7 ? 0.0 : value));
}

static void
print_state(bk_arena *arena, const bk_tolls *tolls, size_t s)
{
    static const bool        right[] = {false, true, true, true, true};
    static const char *const heads[] = {"economy", "toll", "tonnes", "revenue", "real income"};
    static const char *const titles[] = {"Without tolls", "Each for itself", "Together"};
    const bk_toll_state     *state = &tolls->states[s];
    bki_grid                 grid;

    printf("\n%s\n", titles[s]);
    bki_grid_start(&grid, arena, sizeof heads / sizeof *heads, right);
    for (size_t c = 0; c < sizeof heads / sizeof *heads; c++)
        bki_grid_add(&grid, heads[c]);
    for (size_t i = 0; i < tolls->n_players; i++) {
        bki_grid_add(&grid, tolls->names[i]);
        add_number(&grid, arena, 1, state->players[i].toll);
        add_number(&grid, arena, 2, 1e-6 * state->players[i].tonnes);
        add_number(&grid, arena, 1, 1e-6 * state->players[i].revenue);
        add_number(&grid, arena, 1, 1e-6 * state->players[i].gain);
    }
    bki_grid_print(&grid);
}

static void
print_text(const void *of)
{
    const toll_answer *answer = of;
    const bk_tolls    *tolls = answer->tolls;
    bk_arena          *arena = &answer->session->arena;

    printf("Tolls on transit as a game of %zu rivals, %s; each looks to its revenue%s\n", tolls->n_players,
           tolls->scenario ? tolls->scenario->name : "in the base year",
           tolls->settings.counts_gain ? " and its real income" : "");
    printf("USD a tonne of what neither begins nor ends in the country, where it leaves it; millions of tonnes and of "
           "USD a year.\n");
    for (size_t s = 0; s < tolls->n_states; s++)
        print_state(arena, tolls, s);
    printf("\n");
    for (size_t k = 0; k < tolls->n_sentences; k++)
        printf("%s\n", tolls->sentences[k]);
    printf(
        "%zu equilibria of transport and trade, residual %.0e, %zu routes added that tolls make worth while, %.1f s. "
        "%s; single values, no interval.\n",
        tolls->n_equilibria, tolls->residual, tolls->routes_added, answer->seconds,
        bki_show_estimates(arena, tolls->study->model));
}

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

static void
json_state(bk_json *json, const bk_tolls *tolls, size_t s)
{
    const bk_toll_state *state = &tolls->states[s];
    const bk_model      *model = tolls->study->model;

    bk_json_object(json, NULL);
    bk_json_text(json, "state", state->name);
    bk_json_number(json, "revenue", state->revenue);
    bk_json_number(json, "world", state->world);
    bk_json_integer(json, "routes_missed", (int64_t)state->routes_missed);
    bk_json_array(json, "players");
    for (size_t i = 0; i < tolls->n_players; i++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "economy", model->countries[tolls->settings.players[i]]);
        bk_json_text(json, "name", tolls->names[i]);
        bk_json_number(json, "toll", state->players[i].toll);
        bk_json_number(json, "tonnes", state->players[i].tonnes);
        bk_json_number(json, "revenue", state->players[i].revenue);
        bk_json_number(json, "gain", state->players[i].gain);
        bk_json_number(json, "payoff", state->players[i].payoff);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_array(json, "economies");
    for (size_t r = 0; r < model->economy.n_regions; r++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "economy", model->economy.regions[r].id);
        bk_json_number(json, "gain", state->gain[r]);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_end(json);
}

static void
json_search(bk_json *json, const char *key, const bk_rivalry_solution *search, size_t n)
{
    bk_json_object(json, key);
    bk_json_text(json, "outcome", bk_outcome_name(search->outcome));
    bk_json_integer(json, "rounds", search->rounds);
    bk_json_integer(json, "cycle", search->cycle);
    bk_json_number(json, "regret", search->regret);
    bki_json_numbers(json, "best_deviation", search->best, n);
    bki_json_numbers(json, "deviation_gain", search->gain, n);
    bk_json_end(json);
}

static bki_exit
print_json(const void *of)
{
    const toll_answer *answer = of;
    const bk_tolls    *tolls = answer->tolls;
    bk_json           *json = bk_json_create(&answer->session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    bk_json_text(json, "scenario", tolls->scenario ? tolls->scenario->name : "base");
    bk_json_text(json, "toll_payoff", tolls->settings.counts_gain ? "gain" : "revenue");
    bk_json_number(json, "toll_max", tolls->settings.most);
    json_search(json, "rivals", &tolls->rivals, tolls->n_players);
    if (tolls->n_states > 2)
        json_search(json, "together", &tolls->together, tolls->n_players);
    bk_json_array(json, "states");
    for (size_t s = 0; s < tolls->n_states; s++)
        json_state(json, tolls, s);
    bk_json_end(json);
    bk_json_integer(json, "equilibria", (int64_t)tolls->n_equilibria);
    bk_json_integer(json, "routes_added", (int64_t)tolls->routes_added);
    bk_json_number(json, "residual", tolls->residual);
    bk_json_number(json, "seconds", answer->seconds);
    bki_json_texts(json, "sentences", tolls->sentences, tolls->n_sentences);
    bki_json_texts(json, "warnings", answer->session->notes, answer->session->n_notes);
    bki_json_texts(json, "files", (const char *const[]){answer->path, answer->folder}, 2);
    return bki_json_finish(answer->session, json);
}

/* ---- the answer -------------------------------------------------------------------------------------------------- */

static bk_status
refuse_others(bki_session *session)
{
    static const char *const others[] = {"players", "outsiders", "economy-values", "bypass", "without-bypass",
                                         "orders",  "seed",      "resume",         "shard"};

    if (session->team)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "start it without mpirun",
                            "the search for tolls is not shared by processes");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (bki_option_given(session, others[i]))
            return bk_fail_hint(session->ctx, BK_ERR_USAGE, "leave it out, or --tolls",
                                "--%s is of coalitions and says nothing with --tolls", others[i]);
    return BK_OK;
}

static bk_status
solve(toll_answer *answer)
{
    bki_session     *session = answer->session;
    bk_toll_settings settings = bk_toll_default_settings();
    const bk_study  *study = NULL;
    const double     start = bki_seconds();
    const char      *payoff = bki_option_text(session, "toll-payoff");

    BK_TRY(refuse_others(session));
    BK_TRY(bki_session_open(session, BKI_OTHERWISE_NONE, &study));
    BK_TRY(
        bki_players_named(session, study, bki_option_text(session, "tolls"), &settings.n_players, &settings.players));
    settings.most = bki_option_number(session, "toll-max", settings.most);
    settings.counts_gain = payoff && strcmp(payoff, "gain") == 0;
    settings.joint.tolerance = bki_option_number(session, "tolerance", settings.joint.tolerance);
    settings.cache_folder = bki_option_cache(session);
    BK_TRY(bk_study_tolls(session->ctx, study, study->n_scenarios ? 0 : SIZE_MAX, &settings, &session->arena,
                          &answer->tolls));
    answer->path = bki_option_text(session, "out");
    answer->folder = bki_option_text(session, "tables");
    BK_TRY(bki_results_write(session, &answer->tolls->results, answer->path,
                             &(bk_report_paths){.tables = answer->folder}));
    answer->seconds = bki_seconds() - start;
    return BK_OK;
}

static bki_exit
exit_of(const void *of)
{
    const bk_tolls *tolls = ((const toll_answer *)of)->tolls;

    return bki_exit_of_outcome(tolls->n_states > 2 && tolls->together.outcome == BK_CANCELLED ? BK_CANCELLED
                                                                                              : tolls->rivals.outcome);
}

bki_exit
bki_pivot_tolls(bki_session *session)
{
    toll_answer answer = {.session = session};

    return bki_finish(session, solve(&answer), &answer, &(bki_ending){print_text, print_json, exit_of});
}
