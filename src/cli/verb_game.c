/* buckle game: solutions of games given by the worths of their coalitions. */
#include "cli/game.h"

#include <math.h>

typedef struct game_answer {
    bki_session        *session;
    size_t              n;
    const bk_game_data *games;     /* [n] */
    bk_game_solution   *solutions; /* [n] */
    double              seconds;
} game_answer;

/* ---- JSON ------------------------------------------------------------------------------------------------------- */

void
bki_json_numbers(bk_json *json, const char *key, const double *x, size_t n)
{
    if (!x) {
        bk_json_text(json, key, NULL);
        return;
    }
    bk_json_array(json, key);
    for (size_t i = 0; i < n; i++)
        bk_json_number(json, NULL, x[i]);
    bk_json_end(json);
}

static void
json_coalition(bk_json *json, const char *key, uint64_t coalition, const char *const *players, size_t n)
{
    bk_json_array(json, key);
    for (size_t i = 0; i < n; i++)
        if (coalition >> i & 1)
            bk_json_text(json, NULL, players[i]);
    bk_json_end(json);
}

static void
json_core(bk_json *json, const bk_core *core, const char *const *players, size_t n)
{
    bk_json_number(json, "least_core_epsilon", core->epsilon);
    bk_json_flag(json, "core_empty", core->empty);
    bki_json_numbers(json, "core_least", core->least, n);
    bki_json_numbers(json, "core_most", core->most, n);
    bki_json_numbers(json, "least_core_point", core->point, n);
    bk_json_array(json, "least_core_proof");
    for (size_t k = 0; k < core->n_weights; k++) {
        bk_json_object(json, NULL);
        json_coalition(json, "coalition", core->coalitions[k], players, n);
        bk_json_number(json, "weight", core->weights[k]);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_kind(bk_json *json, const bk_game_kind *kind, const char *const *players, size_t n)
{
    uint64_t dummies = 0, vetoes = 0;

    for (size_t i = 0; i < n; i++) {
        dummies |= (uint64_t)kind->dummy[i] << i;
        vetoes |= (uint64_t)kind->veto[i] << i;
    }
    bk_json_object(json, "kind");
    bk_json_flag(json, "essential", kind->essential);
    bk_json_flag(json, "monotone", kind->monotone);
    if (kind->superadditive_checked)
        bk_json_flag(json, "superadditive", kind->superadditive);
    else
        bk_json_text(json, "superadditive", NULL);
    bk_json_flag(json, "convex", kind->convex);
    json_coalition(json, "dummies", dummies, players, n);
    json_coalition(json, "vetoes", vetoes, players, n);
    bk_json_array(json, "twins");
    for (size_t i = 0; i < n; i++) {
        uint64_t group = 0;
        for (size_t k = 0; k < n; k++)
            group |= (uint64_t)(kind->twin[k] == i) << k;
        if (kind->twin[i] == i && (group & (group - 1)))
            json_coalition(json, NULL, group, players, n);
    }
    bk_json_end(json);
    bk_json_end(json);
}

void
bki_json_game(bk_json *json, const bk_game_solution *game, const char *const *players)
{
    const size_t n = game->n_players;

    bk_json_integer(json, "players", (int64_t)n);
    bki_json_texts(json, "names", players, n);
    bk_json_number(json, "worth", game->worth[((size_t)1 << n) - 1]);
    bki_json_numbers(json, "shapley", game->shapley, n);
    bki_json_numbers(json, "banzhaf", game->banzhaf, n);
    bki_json_numbers(json, "nucleolus", game->nucleolus.payoff, n);
    bki_json_numbers(json, "prenucleolus", game->prenucleolus.payoff, n);
    if (!game->is_whole)
        return;
    json_core(json, &game->core, players, n);
    bk_json_number(json, "kohlberg_imbalance", fmax(game->nucleolus.imbalance, game->prenucleolus.imbalance));
    json_kind(json, &game->kind, players, n);
}

static bki_exit
print_json(const game_answer *answer)
{
    bk_json *json = bk_json_create(&answer->session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    if (answer->n > 1)
        bk_json_array(json, "games");
    for (size_t g = 0; g < answer->n; g++) {
        if (answer->n > 1)
            bk_json_object(json, NULL);
        bk_json_text(json, "name", answer->games[g].name);
        bki_json_game(json, &answer->solutions[g], answer->games[g].players);
        if (answer->n > 1)
            bk_json_end(json);
    }
    if (answer->n > 1)
        bk_json_end(json);
    bk_json_number(json, "seconds", answer->seconds);
    return bki_json_finish(answer->session, json);
}

/* ---- text ------------------------------------------------------------------------------------------------------- */

const char *
bki_show_coalition(bk_arena *arena, uint64_t coalition, const char *const *players, size_t n)
{
    const char *text = NULL;

    for (size_t i = 0; i < n; i++)
        if (coalition >> i & 1)
            text = text ? bk_arena_format(arena, "%s, %s", text, players[i]) : players[i];
    return text ? text : "nobody";
}

/* Rounding of a 0 is shown as 0. */
static const char *
show_payoff(bk_arena *arena, const bk_game_solution *game, double payoff)
{
    double largest = 0.0;

    for (size_t s = 0; s < (size_t)1 << game->n_players; s++)
        largest = fmax(largest, fabs(game->worth[s]));
    return bk_arena_format(arena, "%.6g", fabs(payoff) <= 1e-12 * largest ? 0.0 : payoff);
}

static void
print_payoffs(bk_arena *arena, const bk_game_solution *game, const char *const *players)
{
    static const bool        right[] = {false, true, true, true, true, true, true};
    static const char *const head[] = {"player", "alone", "Shapley", "Banzhaf", "nucleolus", "at least", "at most"};
    const size_t             n_columns = game->is_whole ? 7 : 4;
    bki_grid                 grid;

    bki_grid_start(&grid, arena, n_columns, right);
    for (size_t c = 0; c < n_columns; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t i = 0; i < game->n_players; i++) {
        const double *nucleolus = game->nucleolus.payoff ? game->nucleolus.payoff : game->prenucleolus.payoff;
        bki_grid_add(&grid, players[i]);
        bki_grid_add(&grid, show_payoff(arena, game, game->worth[(size_t)1 << i]));
        bki_grid_add(&grid, show_payoff(arena, game, game->shapley[i]));
        bki_grid_add(&grid, show_payoff(arena, game, game->banzhaf[i]));
        if (!game->is_whole)
            continue;
        bki_grid_add(&grid, show_payoff(arena, game, nucleolus[i]));
        bki_grid_add(&grid, show_payoff(arena, game, game->core.least[i]));
        bki_grid_add(&grid, show_payoff(arena, game, game->core.most[i]));
    }
    bki_grid_print(&grid);
}

/* "Core empty: ... ask for 3 more than there is" */
static void
print_core(bk_arena *arena, const bk_game_solution *game, const char *const *players)
{
    const bk_core *core = &game->core;

    if (!core->empty) {
        printf(
            "\nThe core is not empty: every coalition can be given its worth, and %.6g more. At least and at most are "
            "what it gives a player.\n",
            fmax(0.0, -core->epsilon));
        return;
    }
    printf(
        "\nThe core is empty: whatever the split, some coalition gets at least %.6g less than its worth. What proves "
        "it, with weights:\n",
        core->epsilon);
    for (size_t k = 0; k < core->n_weights; k++)
        printf("  %.4g  %s (worth %.6g)\n", core->weights[k],
               bki_show_coalition(arena, core->coalitions[k], players, game->n_players),
               game->worth[core->coalitions[k]]);
    printf("At least and at most are of the least core.\n");
}

static void
print_kind(bk_arena *arena, const bk_game_solution *game, const char *const *players)
{
    const bk_game_kind *kind = &game->kind;
    uint64_t            dummies = 0, vetoes = 0;

    for (size_t i = 0; i < game->n_players; i++) {
        dummies |= (uint64_t)kind->dummy[i] << i;
        vetoes |= (uint64_t)kind->veto[i] << i;
    }
    printf("The game is %s, %s, %s", kind->monotone ? "monotone" : "not monotone",
           !kind->superadditive_checked ? "too large to check for superadditivity"
           : kind->superadditive        ? "superadditive"
                                        : "not superadditive",
           kind->convex ? "convex" : "not convex");
    if (vetoes)
        printf("; nothing goes without %s", bki_show_coalition(arena, vetoes, players, game->n_players));
    if (dummies)
        printf("; %s bring%s the same to anybody", bki_show_coalition(arena, dummies, players, game->n_players),
               dummies & (dummies - 1) ? "" : "s");
    printf(".\n");
    if (!game->nucleolus.exists)
        printf("There is no imputation: each alone makes more than all together. The nucleolus shown is the "
               "prenucleolus.\n");
    printf("Certificate: the nucleolus' levels of excess are balanced within %.0e (Kohlberg 1971).\n",
           fmax(game->nucleolus.imbalance, game->prenucleolus.imbalance));
}

static void
print_text(const game_answer *answer)
{
    bk_arena *arena = &answer->session->arena;

    for (size_t g = 0; g < answer->n; g++) {
        const bk_game_solution *game = &answer->solutions[g];
        const char *const      *players = answer->games[g].players;
        printf("%s%s%s%zu player%s, worth %.6g together\n\n", g > 0 ? "\n" : "", answer->games[g].name,
               answer->games[g].name[0] ? ": " : "", game->n_players, game->n_players == 1 ? "" : "s",
               game->worth[((size_t)1 << game->n_players) - 1]);
        print_payoffs(arena, game, players);
        if (!game->is_whole) {
            printf("\nOver %d players: no core and no nucleolus.\n", BK_MOST_PLAYERS);
            continue;
        }
        print_core(arena, game, players);
        print_kind(arena, game, players);
    }
}

/* ---- the verb --------------------------------------------------------------------------------------------------- */

static bk_status
solve(game_answer *answer)
{
    bki_session *session = answer->session;
    const double start = bki_seconds();

    BK_TRY(bk_games_read(session->ctx, session->operand, &session->arena, &answer->n, &answer->games));
    answer->solutions = BK_NEW(&session->arena, bk_game_solution, answer->n);
    BK_TRY(bk_arena_ok(&session->arena));
    for (size_t g = 0; g < answer->n; g++) {
        bk_progress(session->ctx, answer->games[g].name, (double)g / (double)answer->n);
        BK_TRY(bk_game_solve(session->ctx, answer->games[g].n_players, answer->games[g].worth, &session->arena,
                             &answer->solutions[g]));
    }
    answer->seconds = bki_seconds() - start;
    return BK_OK;
}

static bki_exit
run(bki_session *session)
{
    game_answer     answer = {.session = session};
    const bk_status status = solve(&answer);

    bki_progress_clear(&session->progress);
    if (status != BK_OK)
        return bki_report_errors(session, status);
    if (session->json)
        return print_json(&answer);
    print_text(&answer);
    return BKI_EXIT_DONE;
}

const bki_verb bki_verb_game = {
    .name = "game",
    .operand = "FILE.json",
    .summary = "Shapley value, Banzhaf value, nucleolus and core of a game given by the worth of every coalition",
    .detail =
        "The file holds one game, {\"v\": [0, ...], \"players\": [...]}, or several, {\"games\": [...]}. \"v\" has 2^n "
        "worths; bit i of\n"
        "the index says that player i + 1 is in. Instead of \"v\" a \"definition\" may stand: weighted_voting (\"w\", "
        "\"q\") or\n"
        "airport_cost (\"c\"). Up to 20 players; beyond, to 24, Shapley and Banzhaf values only.",
    .example = "buckle game glove.json",
    .repeats = true,
    .run = run,
};
