/* Games in coalitional form, given by the worth of every coalition. */
#include "api/api.h"
#include "buckle/game.h"
#include "buckle/io.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- tables -------------------------------------------------------------------------------------------------------
 */

static bk_status
record_players(bki_asked *asked, size_t n, const bk_game_data *games, const bk_game_solution *solutions,
               buckle_result *result)
{
    static const bki_column columns[] = {
        {"game", "", "number of the game, from 1", BK_COLUMN_INTEGER},
        {"player", "", "its name", BK_COLUMN_TEXT},
        {"alone", "the worths'", "worth of the player alone", BK_COLUMN_NUMBER},
        {"shapley", "the worths'", "mean of what it adds, over all orders of arrival (Shapley 1953)", BK_COLUMN_NUMBER},
        {"banzhaf", "the worths'", "mean of what it adds, over all coalitions of the others (Banzhaf 1965)",
         BK_COLUMN_NUMBER},
        {"nucleolus", "the worths'",
         "of the split that nobody has better ground against (Schmeidler 1969); empty "
         "where each alone makes more than all together",
         BK_COLUMN_NUMBER},
        {"prenucleolus", "the worths'", "the same among all splits", BK_COLUMN_NUMBER},
        {"core_least", "the worths'", "the least it gets in the core, or in the least core if that is empty",
         BK_COLUMN_NUMBER},
        {"core_most", "the worths'", "the most, likewise", BK_COLUMN_NUMBER},
        {"dummy", "", "1: brings what it has alone to every coalition", BK_COLUMN_NUMBER},
        {"veto", "", "1: no coalition without it is worth anything", BK_COLUMN_NUMBER},
        {"twin", "", "number, from 1, of the first player that could take its place", BK_COLUMN_NUMBER},
    };
    size_t rows = 0;

    for (size_t g = 0; g < n; g++)
        rows += games[g].n_players;
    bki_table *table =
        BKI_TABLE(result, "game_players", "What each player can ask for", columns, rows, BK_GEOMETRY_NONE);
    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t g = 0; g < n; g++)
        for (size_t i = 0; i < games[g].n_players; i++) {
            const bk_game_solution *game = &solutions[g];
            const double *const     wide[] = {game->nucleolus.payoff, game->prenucleolus.payoff, game->core.least,
                                              game->core.most};
            bki_put_integer(table, (int64_t)g + 1);
            bki_put_text(table, games[g].players[i]);
            bki_put_number(table, game->worth[(size_t)1 << i]);
            bki_put_number(table, game->shapley[i]);
            bki_put_number(table, game->banzhaf[i]);
            for (size_t w = 0; w < sizeof wide / sizeof *wide; w++)
                bki_put_number(table, game->is_whole && wide[w] ? wide[w][i] : (double)NAN);
            bki_put_number(table, game->is_whole ? game->kind.dummy[i] : (double)NAN);
            bki_put_number(table, game->is_whole ? game->kind.veto[i] : (double)NAN);
            bki_put_number(table, game->is_whole ? game->kind.twin[i] + 1.0 : (double)NAN);
            bki_end_row(table);
        }
    return bki_table_append(asked->ctx, &result->own, table);
}

static bk_status
record_games(bki_asked *asked, size_t n, const bk_game_data *games, const bk_game_solution *solutions,
             buckle_result *result)
{
    static const bki_column columns[] = {
        {"game", "", "its number, from 1", BK_COLUMN_INTEGER},
        {"name", "", "its name", BK_COLUMN_TEXT},
        {"players", "", "how many", BK_COLUMN_INTEGER},
        {"worth", "the worths'", "of all together", BK_COLUMN_NUMBER},
        {"whole", "", "1; 0: too many players for more than Shapley and Banzhaf values, what follows is empty",
         BK_COLUMN_INTEGER},
        {"least_core", "the worths'",
         "the least by which every coalition must fall short of its worth; below 0: the "
         "core has room",
         BK_COLUMN_NUMBER},
        {"core_empty", "", "1: whatever the split, some coalition gets less than its worth", BK_COLUMN_NUMBER},
        {"essential", "", "1: all together are worth more than each alone, added up", BK_COLUMN_NUMBER},
        {"monotone", "", "1: nobody who joins makes a coalition worth less", BK_COLUMN_NUMBER},
        {"superadditive", "", "1: two coalitions are never worth more apart; empty: too large to check",
         BK_COLUMN_NUMBER},
        {"convex", "", "1: who joins later brings more", BK_COLUMN_NUMBER},
        {"imbalance", "", "certificate of nucleolus and prenucleolus: distance from Kohlberg's balance (1971)",
         BK_COLUMN_NUMBER},
    };
    bki_table *table = BKI_TABLE(result, "games", "What kind of game it is", columns, n, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t g = 0; g < n; g++) {
        const bk_game_solution *game = &solutions[g];
        const bk_game_kind     *kind = &game->kind;
        const double            figures[] = {game->core.epsilon,
                                             game->core.empty,
                                             kind->essential,
                                             kind->monotone,
                                  kind->superadditive_checked ? kind->superadditive : (double)NAN,
                                             kind->convex,
                                             fmax(game->nucleolus.imbalance, game->prenucleolus.imbalance)};
        bki_put_integer(table, (int64_t)g + 1);
        bki_put_text(table, games[g].name);
        bki_put_integer(table, (int64_t)game->n_players);
        bki_put_number(table, game->worth[((size_t)1 << game->n_players) - 1]);
        bki_put_integer(table, game->is_whole);
        for (size_t f = 0; f < sizeof figures / sizeof *figures; f++)
            bki_put_number(table, game->is_whole ? figures[f] : (double)NAN);
        bki_end_row(table);
    }
    return bki_table_append(asked->ctx, &result->own, table);
}

/* Coalitions and weights that prove how far the core is from empty (Bondareva 1963; Shapley 1967). */
static bk_status
record_proofs(bki_asked *asked, size_t n, const bk_game_solution *solutions, buckle_result *result)
{
    static const bki_column columns[] = {
        {"game", "", "its number, from 1", BK_COLUMN_INTEGER},
        {"coalition", "", "as bits: bit i, player i + 1", BK_COLUMN_INTEGER},
        {"weight", "", "in the balanced collection; each player's add up to the same", BK_COLUMN_NUMBER},
        {"worth", "the worths'", "of the coalition", BK_COLUMN_NUMBER},
    };
    size_t rows = 0;

    for (size_t g = 0; g < n; g++)
        rows += solutions[g].is_whole ? solutions[g].core.n_weights : 0;
    bki_table *table = BKI_TABLE(result, "core_proof", "The balanced collection that proves the least core", columns,
                                 rows, BK_GEOMETRY_NONE);
    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t g = 0; g < n; g++)
        for (size_t k = 0; solutions[g].is_whole && k < solutions[g].core.n_weights; k++) {
            bki_put_integer(table, (int64_t)g + 1);
            bki_put_integer(table, solutions[g].core.coalitions[k]);
            bki_put_number(table, solutions[g].core.weights[k]);
            bki_put_number(table, solutions[g].worth[solutions[g].core.coalitions[k]]);
            bki_end_row(table);
        }
    return bki_table_append(asked->ctx, &result->own, table);
}

/* ---- the question -------------------------------------------------------------------------------------------------
 */

/* "0, 1, 2.5" into numbers. */
static bk_status
read_worths(bki_asked *asked, const char *text, size_t *n_out, const double **out)
{
    size_t most = 1, n = 0;

    for (const char *at = text; *at; at++)
        most += *at == ',';
    double *worth = BK_NEW(asked->arena, double, most);
    BK_TRY(bk_arena_ok(asked->arena));
    for (const char *at = text; n < most; n++, at++) {
        char *end = NULL;
        worth[n] = strtod(at, &end);
        if (end == at || (*end != ',' && *end != '\0') || !isfinite(worth[n]))
            return bk_fail(asked->ctx, BK_ERR_VALUE, "%s: worth %zu is '%.*s', must be a finite number",
                           asked->question, n, (int)strcspn(at, ","), at);
        at = end;
    }
    *n_out = n;
    *out = worth;
    return BK_OK;
}

/* A game in memory: worths, and names of players if they are given. */
static bk_status
make_game(bki_asked *asked, const char *worths, size_t n_names, const char *const *names, bk_game_data *game)
{
    size_t       n_worths = 0;
    const char **players;

    *game = (bk_game_data){.name = ""};
    BK_TRY(read_worths(asked, worths, &n_worths, &game->worth));
    while (game->n_players < 24 && (size_t)1 << game->n_players < n_worths)
        game->n_players++;
    if (n_worths < 2 || (size_t)1 << game->n_players != n_worths)
        return bk_fail_hint(asked->ctx, BK_ERR_INCONSISTENT,
                            "one for every coalition, the empty one first; bit i of the place: player i + 1 is in",
                            "game: %zu worths are 2^n for no number of players up to 24", n_worths);
    if (game->worth[0] != 0.0)
        return bk_fail_hint(asked->ctx, BK_ERR_VALUE, "take it off every worth",
                            "game: the worth of the empty coalition must be 0");
    if (n_names > 0 && n_names != game->n_players)
        return bk_fail(asked->ctx, BK_ERR_INCONSISTENT, "game: %zu players are named, the worths are those of %zu",
                       n_names, game->n_players);
    players = BK_NEW(asked->arena, const char *, game->n_players);
    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t i = 0; i < game->n_players; i++)
        players[i] = n_names > 0 ? names[i] : bk_arena_format(asked->arena, "%zu", i + 1);
    game->players = players;
    return bk_arena_ok(asked->arena);
}

bk_status
bki_ask_game(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    const char         *file = bki_asked_text(asked, "file"), *worths = bki_asked_text(asked, "worths");
    const char *const  *names;
    const size_t        n_names = bki_asked_list(asked, "players", "", &names);
    bk_game_data        made;
    const bk_game_data *games = &made;
    size_t              n = 1;

    (void)handle;
    BK_TRY(bki_asked_end(asked));
    if (!file == !worths)
        return bk_fail_hint(asked->ctx, BK_ERR_USAGE, "such as worths 0,1,1,3", "game needs a file or worths");
    if (file)
        BK_TRY(bk_games_read(asked->ctx, file, asked->arena, &n, &games));
    else
        BK_TRY(make_game(asked, worths, n_names, names, &made));
    bk_game_solution *solutions = BK_NEW(asked->arena, bk_game_solution, n);
    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t g = 0; g < n; g++) {
        bk_progress(asked->ctx, "games", (double)g / (double)n);
        BK_TRY(bk_game_solve(asked->ctx, games[g].n_players, games[g].worth, asked->arena, &solutions[g]));
        result->residual =
            fmax(result->residual, fmax(solutions[g].nucleolus.imbalance, solutions[g].prenucleolus.imbalance));
    }
    BK_TRY(record_players(asked, n, games, solutions, result));
    BK_TRY(record_games(asked, n, games, solutions, result));
    BK_TRY(record_proofs(asked, n, solutions, result));
    result->converged = true;
    return BK_OK;
}
