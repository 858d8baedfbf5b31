/* buckle pivot: a scenario as a game over economies. */
#include "buckle/pivot.h"
#include "cli/game.h"

#include <math.h>
#include <string.h>

typedef struct pivot_answer {
    bki_session    *session;
    const bk_study *study;
    const bk_pivot *pivot;
    const char     *path, *folder, *file;
    double          seconds;
} pivot_answer;

static const char *
side_title(const bk_pivot *pivot, size_t side)
{
    return !pivot->has_bypass ? NULL : side == 0 ? "Without the bypass" : "With the bypass";
}

/* ---- text ------------------------------------------------------------------------------------------------------- */

static void
add_money(bki_grid *grid, bk_arena *arena, double usd)
{
    bki_grid_add(grid, bk_arena_format(arena, "%.1f", fabs(usd) < 5e4 ? 0.0 : 1e-6 * usd));
}

static void
print_side(bk_arena *arena, const bk_pivot *pivot, const bk_pivot_side *side)
{
    static const bool        right[] = {false, true, true, true, true, true, true, true, true, true};
    static const char *const exact[] = {"economy",  "gain",    "alone",     "Shapley", "others lose",
                                        "pays now", "Shapley", "nucleolus", "from",    "to"};
    static const char *const sampled[] = {"economy", "gain", "alone", "Shapley", "others lose", "error", "pays now"};
    const size_t             n_columns = side->net ? 10 : 7;
    bki_grid                 grid;

    bki_grid_start(&grid, arena, n_columns, right);
    for (size_t c = 0; c < n_columns; c++)
        bki_grid_add(&grid, side->net ? exact[c] : sampled[c]);
    for (size_t i = 0; i < pivot->n_players; i++) {
        const bk_pivot_player *player = &side->players[i];
        const double rest[] = {player->cost, player->share_shapley, player->share_nucleolus, player->share_least,
                               player->share_upper};
        bki_grid_add(&grid, pivot->names[i]);
        add_money(&grid, arena, player->gain);
        add_money(&grid, arena, player->alone);
        add_money(&grid, arena, player->shapley);
        add_money(&grid, arena, player->others_lose);
        if (!side->net)
            add_money(&grid, arena, player->shapley_error);
        for (size_t k = 0; k < (side->net ? 5 : 1); k++)
            add_money(&grid, arena, rest[k]);
    }
    bki_grid_print(&grid);
}

static void
print_text(const pivot_answer *answer)
{
    const bk_pivot *pivot = answer->pivot;
    bk_arena       *arena = &answer->session->arena;
    size_t          n_states = 0;

    printf("%s as a game of %zu economies; who is not in %s\n", pivot->scenario->name, pivot->n_players,
           pivot->settings.outsiders == BK_OUTSIDERS_BASE ? "stays as in the base year"
                                                          : "stays as in the base year and lets no transit through");
    printf("Millions of USD a year. A worth is the gain of %s. others lose: when it alone stays out.\n",
           pivot->settings.counts_all ? "every economy of the study" : "a coalition's members");
    if (pivot->sides[0].net)
        printf(
            "Of the cost: what it pays now, its shares by Shapley's value and by the nucleolus of gains less cost, and "
            "from-to,\nwhat it could be asked for with nobody better off apart (below 0: it is paid).\n");
    for (size_t s = 0; s < pivot->n_sides; s++) {
        printf("\n");
        if (side_title(pivot, s))
            printf("%s\n", side_title(pivot, s));
        print_side(arena, pivot, &pivot->sides[s]);
        n_states += pivot->sides[s].n_states;
    }
    printf("\n");
    if (!pivot->sides[0].exact)
        printf("Over %d economies: Shapley's value from %zu orders of arrival drawn (seed %llu), with its standard "
               "error.\n",
               BK_PIVOT_EXACT, pivot->settings.n_orders, (unsigned long long)pivot->settings.seed);
    for (size_t k = 0; k < pivot->n_sentences; k++)
        printf("%s\n", pivot->sentences[k]);
    printf("%s: residual %.0e over %zu equilibria, %.1f s. %s; single values, no interval.\n",
           pivot->converged ? "Every state is an equilibrium" : "NOT CONVERGED", pivot->residual, n_states,
           answer->seconds, bki_show_estimates(arena, pivot->study->model));
}

/* ---- JSON ------------------------------------------------------------------------------------------------------- */

static void
json_player(bk_json *json, const bk_pivot *pivot, const bk_pivot_side *side, size_t i)
{
    const bk_pivot_player *player = &side->players[i];

    bk_json_object(json, NULL);
    bk_json_text(json, "economy", pivot->study->model->countries[player->country]);
    bk_json_text(json, "name", pivot->names[i]);
    bk_json_number(json, "gain", player->gain);
    bk_json_number(json, "alone", player->alone);
    bk_json_number(json, "shapley", player->shapley);
    bk_json_number(json, "shapley_error", player->shapley_error);
    bk_json_number(json, "others_gain", player->others_gain);
    bk_json_number(json, "others_lose", player->others_lose);
    bk_json_number(json, "world_loses", player->world_loses);
    bk_json_number(json, "cost", player->cost);
    bk_json_number(json, "share_most", player->share_most);
    if (side->net) {
        bk_json_number(json, "share_shapley", player->share_shapley);
        bk_json_number(json, "share_nucleolus", player->share_nucleolus);
        bk_json_number(json, "share_core_least", player->share_least);
        bk_json_number(json, "share_core_most", player->share_upper);
    }
    bk_json_end(json);
}

static void
json_side(bk_json *json, const bk_pivot *pivot, size_t s, const char *const *codes)
{
    const bk_pivot_side *side = &pivot->sides[s];
    const size_t         n = pivot->n_players;

    bk_json_object(json, NULL);
    bk_json_text(json, "game", !pivot->has_bypass ? "whole" : s == 0 ? "without" : "with");
    bk_json_flag(json, "exact", side->exact);
    bk_json_integer(json, "equilibria", (int64_t)side->n_states);
    bk_json_number(json, "worth", side->worth);
    bk_json_number(json, "cost", side->cost);
    bk_json_number(json, "world", side->world);
    bk_json_array(json, "players");
    for (size_t i = 0; i < n; i++)
        json_player(json, pivot, side, i);
    bk_json_end(json);
    if (side->gross) {
        bki_json_numbers(json, "v", side->gains, (size_t)1 << n);
        bki_json_numbers(json, "v_cost", side->costs, (size_t)1 << n);
        bk_json_object(json, "gains");
        bki_json_game(json, side->gross, codes);
        bk_json_end(json);
    }
    if (side->net) {
        bk_json_object(json, "gains_less_cost");
        bki_json_game(json, side->net, codes);
        bk_json_end(json);
        bk_json_number(json, "plan_excess", side->plan_excess);
        bk_json_array(json, "plan_coalition");
        for (size_t i = 0; i < n; i++)
            if (side->plan_coalition >> i & 1)
                bk_json_text(json, NULL, codes[i]);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static bki_exit
print_json(const pivot_answer *answer)
{
    const bk_pivot *pivot = answer->pivot;
    bk_arena       *arena = &answer->session->arena;
    bk_json        *json = bk_json_create(arena);
    const char    **codes = BK_NEW(arena, const char *, pivot->n_players);

    if (!json || !codes)
        return bki_json_print(NULL);
    for (size_t i = 0; i < pivot->n_players; i++)
        codes[i] = pivot->study->model->countries[pivot->countries[i]];
    bk_json_object(json, NULL);
    bk_json_text(json, "scenario", pivot->scenario->name);
    bk_json_flag(json, "converged", pivot->converged);
    bk_json_number(json, "residual", pivot->residual);
    bk_json_number(json, "seconds", answer->seconds);
    bk_json_text(json, "outsiders", pivot->settings.outsiders == BK_OUTSIDERS_BASE ? "base" : "closed");
    bk_json_text(json, "economy_values", pivot->settings.counts_all ? "all" : "own");
    bk_json_array(json, "games");
    for (size_t s = 0; s < pivot->n_sides; s++)
        json_side(json, pivot, s, codes);
    bk_json_end(json);
    bki_json_texts(json, "sentences", pivot->sentences, pivot->n_sentences);
    bki_json_texts(json, "warnings", answer->session->notes, answer->session->n_notes);
    bki_json_texts(json, "files", (const char *const[]){answer->path, answer->folder}, 2);
    return bki_json_finish(answer->session, json);
}

/* ---- the verb --------------------------------------------------------------------------------------------------- */

/* "A,B,C" in its parts. */
static bk_status
split(bki_session *session, const char *text, size_t *n, const char ***out)
{
    *n = 0;
    *out = BK_NEW(&session->arena, const char *, text ? strlen(text) + 1 : 1);
    BK_TRY(bk_arena_ok(&session->arena));
    for (const char *at = text; at && *at;) {
        const size_t length = strcspn(at, ",");
        if (length)
            (*out)[(*n)++] = bk_arena_text(&session->arena, at, length);
        at += length + (at[length] == ',');
    }
    return bk_arena_ok(&session->arena);
}

bk_status
bki_players_named(bki_session *session, const bk_study *study, const char *text, size_t *n_out, const uint32_t **out)
{
    const char **names;
    size_t       n;

    BK_TRY(split(session, text, &n, &names));
    uint32_t *players = BK_NEW(&session->arena, uint32_t, n + 1);
    BK_TRY(bk_arena_ok(&session->arena));
    for (size_t i = 0; i < n; i++) {
        size_t region = 0;
        players[i] = bk_model_find_country(study->model, names[i]);
        if (players[i] != BK_NONE && bk_model_find_region(study->model, names[i]) != BK_NONE)
            continue;
        BK_TRY(bk_study_region(session->ctx, study, names[i], &session->arena, &region));
        players[i] = study->model->economy.regions[region].country;
    }
    *out = players;
    *n_out = n;
    return BK_OK;
}

static bk_status
solve(pivot_answer *answer)
{
    bki_session      *session = answer->session;
    bk_pivot_settings settings = bk_pivot_default_settings();
    const double      start = bki_seconds();
    const char       *outsiders = bki_option_text(session, "outsiders"), **bypasses;
    const char       *values = bki_option_text(session, "economy-values");

    BK_TRY(bki_session_open(session, BKI_OTHERWISE_NONE, &answer->study));
    if (answer->study->n_scenarios == 0)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "`buckle check STUDY` lists them",
                            "name the scenario that is the game: --scenario S");
    BK_TRY(bki_players_named(session, answer->study, bki_option_text(session, "players"), &settings.n_players,
                             &settings.players));
    BK_TRY(split(session, bki_option_text(session, "bypass"), &settings.n_bypasses, &bypasses));
    settings.bypasses = bypasses;
    settings.without_only = bki_option_given(session, "without-bypass");
    if (settings.without_only && settings.n_bypasses == 0)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "--bypass PROJECT",
                            "--without-bypass needs to know which it is");
    settings.outsiders = outsiders && strcmp(outsiders, "closed") == 0 ? BK_OUTSIDERS_CLOSED : BK_OUTSIDERS_BASE;
    settings.counts_all = values && strcmp(values, "all") == 0;
    settings.n_orders = (size_t)bki_option_number(session, "orders", (double)settings.n_orders);
    settings.seed = (uint64_t)bki_option_number(session, "seed", (double)settings.seed);
    settings.joint.tolerance = bki_option_number(session, "tolerance", settings.joint.tolerance);
    settings.cache_folder = bki_option_cache(session);
    answer->file = bki_option_text(session, "resume");
    BK_TRY(bki_spread_chosen(session, answer->file, &settings.spread));
    BK_TRY(bk_study_pivot(session->ctx, answer->study, 0, &settings, &session->arena, &answer->pivot));
    answer->path = bki_option_text(session, "out");
    answer->folder = bki_option_text(session, "tables");
    if (answer->pivot->complete && (!session->team || session->team->rank == 0))
        BK_TRY(bki_results_write(session, &answer->pivot->results, answer->path,
                                 &(bk_report_paths){.tables = answer->folder}));
    answer->seconds = bki_seconds() - start;
    return BK_OK;
}

static void
show_text(const void *of)
{
    const pivot_answer *answer = of;

    if (answer->pivot->complete)
        print_text(answer);
    else
        bki_part_print_text(answer->pivot->n_done, answer->pivot->n_wanted, answer->file);
}

static bki_exit
show_json(const void *of)
{
    const pivot_answer *answer = of;

    return answer->pivot->complete
               ? print_json(answer)
               : bki_part_print_json(answer->session, answer->pivot->n_done, answer->pivot->n_wanted, answer->file);
}

/* A shard that did its part is done. */
static bki_exit
exit_of(const void *of)
{
    const pivot_answer *answer = of;

    if (bk_cancelled(answer->session->ctx) || (answer->session->team && !answer->pivot->complete))
        return BKI_EXIT_INTERRUPTED;
    return answer->pivot->converged ? BKI_EXIT_DONE : BKI_EXIT_NOT_CONVERGED;
}

static const bki_ending ending = {.text = show_text, .json = show_json, .exit = exit_of};

static bki_exit
run(bki_session *session)
{
    pivot_answer answer = {.session = session};

    if (bki_option_given(session, "tolls"))
        return bki_pivot_tolls(session);
    return bki_finish(session, solve(&answer), &answer, &ending);
}

static const bki_option options[] = {
    {.name = "scenario",
     .kind = BKI_OPTION_TEXT,
     .argument = "S",
     .meaning = "the scenario that is the game, or a path that ends in .yaml; with --tolls the base year by default"},
    {.name = "players",
     .kind = BKI_OPTION_TEXT,
     .argument = "A,B,...",
     .meaning =
         "the economies that may do their part or not; by default those whose works, posts or joining the scenario "
         "takes. Others do their part in any case. Up to 12 every coalition is solved, beyond a sample"},
    {.name = "outsiders",
     .kind = BKI_OPTION_CHOICE,
     .argument = "HOW",
     .choices = "base closed",
     .meaning =
         "who is not in stays as in the base year (base, the default), or also lets no transit through (closed); "
         "sea and pipelines excepted"},
    {.name = "economy-values",
     .kind = BKI_OPTION_CHOICE,
     .argument = "WHOSE",
     .choices = "own all",
     .meaning = "whose gains are a coalition's worth: its members' own (the default), or those of all economies"},
    {.name = "bypass",
     .kind = BKI_OPTION_TEXT,
     .argument = "P,...",
     .meaning = "projects of the study: the game is solved without them, then with them as a part of their countries"},
    {.name = "without-bypass", .kind = BKI_OPTION_FLAG, .meaning = "only without those of --bypass"},
    {.name = "orders",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 2,
     .most = 100000,
     .meaning = "orders of arrival to draw where there are over 12 economies; 30 by default"},
    {.name = "seed", .kind = BKI_OPTION_INTEGER, .argument = "N", .least = 0, .most = 1e15, .meaning = "of these; 1"},
    {.name = "tolls",
     .kind = BKI_OPTION_TEXT,
     .argument = "A,B,...",
     .meaning = "another game: these economies toll transit, each for itself; their equilibrium, beside no tolls and "
                "the tolls that would bring them the most together"},
    {.name = "toll-max",
     .kind = BKI_OPTION_NUMBER,
     .argument = "USD",
     .least = 0.01,
     .most = 1e5,
     .meaning = "with --tolls: the most that can be asked of a tonne, 200 by default"},
    {.name = "toll-payoff",
     .kind = BKI_OPTION_CHOICE,
     .argument = "WHAT",
     .choices = "revenue gain",
     .meaning = "with --tolls: each looks to its revenue (the default), or to its revenue and its gain of real income"},
    {.name = "tolerance",
     .kind = BKI_OPTION_NUMBER,
     .argument = "T",
     .least = 1e-10,
     .most = 1e-2,
     .meaning = "largest relative change of a transport cost in one more round, 1e-6 by default"},
    {.name = "out",
     .kind = BKI_OPTION_TEXT,
     .writes = true,
     .argument = "FILE.gpkg",
     .meaning = "the tables, as one GeoPackage"},
    {.name = "tables",
     .kind = BKI_OPTION_TEXT,
     .writes = true,
     .argument = "FOLDER",
     .meaning = "every table as a CSV file"},
    BKI_OPTION_RESUME("coalitions"),
    BKI_OPTION_SHARD("coalitions"),
    {.name = "no-cache", .kind = BKI_OPTION_FLAG, .meaning = "solve the base year anew and keep nothing"},
};

const bki_verb bki_verb_pivot = {
    .name = "pivot",
    .operand = "STUDY",
    .summary = "Who is the buckle: a scenario as a game over economies, its Shapley value, core and shares of the cost",
    .detail =
        "A coalition's members do their part of the scenario, the others do not; the joint equilibrium says what it "
        "is worth. One\n"
        "equilibrium for every coalition that differs: a second or so each on a large study.",
    .example = "buckle pivot studies/silkroad --scenario belt-as-planned --players KAZ,CHN,UZB,KGZ,AZE,GEO",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .repeats = true,
    .spreads = true,
    .run = run,
};
