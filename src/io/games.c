/* Games in coalitional form, from JSON. */
#include "buckle/io.h"

#include <string.h>

enum { MOST_PLAYERS = 24 }; /* 16.8 million worths: a file of some 200 MB */

typedef struct reader {
    bk_context *ctx;
    const char *path;
    bk_arena   *arena;
} reader;

static bk_status
fault(const reader *in, bk_status code, const bk_json_value *at, const char *hint, const char *what)
{
    return bk_fail_at(in->ctx, code, in->path, at->line, at->column, hint, "%s", what);
}

/* The array under `key` as numbers. */
static bk_status
read_numbers(const reader *in, const bk_json_value *object, const char *key, size_t *n, double **out)
{
    const bk_json_value *array = bk_json_member(object, key);
    size_t               i = 0;

    if (!array || array->kind != BK_JSON_ARRAY)
        return bk_fail_at(in->ctx, BK_ERR_SCHEMA, in->path, array ? array->line : object->line,
                          array ? array->column : object->column, NULL, "\"%s\" must be an array of numbers", key);
    *n = array->n;
    *out = BK_NEW(in->arena, double, array->n + 1);
    BK_TRY(bk_arena_ok(in->arena));
    for (const bk_json_value *item = array->child; item; item = item->next) {
        if (item->kind != BK_JSON_NUMBER)
            return bk_fail_at(in->ctx, BK_ERR_SCHEMA, in->path, item->line, item->column, NULL,
                              "\"%s\" may hold numbers only", key);
        (*out)[i++] = item->number;
    }
    return BK_OK;
}

static bk_status
check_players(const reader *in, const bk_json_value *at, size_t n)
{
    if (n >= 1 && n <= MOST_PLAYERS)
        return BK_OK;
    return bk_fail_at(in->ctx, BK_ERR_VALUE, in->path, at->line, at->column, NULL,
                      "a game of %zu players; between 1 and %d can be read", n, MOST_PLAYERS);
}

static bk_status
read_worths(const reader *in, const bk_json_value *object, const bk_json_value *v, bk_game_data *game)
{
    size_t  n_worths;
    double *worth;

    BK_TRY(read_numbers(in, object, "v", &n_worths, &worth));
    while (game->n_players <= MOST_PLAYERS && (size_t)1 << game->n_players < n_worths)
        game->n_players++;
    if (n_worths < 2 || n_worths != (size_t)1 << game->n_players)
        return bk_fail_at(in->ctx, BK_ERR_INCONSISTENT, in->path, v->line, v->column,
                          "one worth for every coalition, the empty one first; bit i of the index: player i + 1 is in",
                          "\"v\" has %zu worths, which is 2^n for no number of players", n_worths);
    BK_TRY(check_players(in, v, game->n_players));
    if (worth[0] != 0.0)
        return fault(in, BK_ERR_VALUE, v->child, "take it off every worth",
                     "the worth of the empty coalition must be 0");
    game->worth = worth;
    return BK_OK;
}

/* Who has weights of the quota together is worth 1. */
static void
fill_votes(size_t n, const double *weight, double quota, double *worth)
{
    for (size_t s = 0; s < (size_t)1 << n; s++) {
        double votes = 0.0;
        for (size_t i = 0; i < n; i++)
            votes += s >> i & 1 ? weight[i] : 0.0;
        worth[s] = votes >= quota ? 1.0 : 0.0;
    }
}

/* A coalition pays for its dearest member. */
static void
fill_airport(size_t n, const double *cost, double *worth)
{
    for (size_t s = 0; s < (size_t)1 << n; s++) {
        worth[s] = 0.0;
        for (size_t i = 0; i < n; i++)
            if (s >> i & 1 && -cost[i] < worth[s])
                worth[s] = -cost[i];
    }
}

static bk_status
read_definition(const reader *in, const bk_json_value *object, bk_game_data *game)
{
    const bk_json_value *definition = bk_json_member(object, "definition");
    const bk_json_value *type = definition ? bk_json_member(definition, "type") : NULL;
    const bk_json_value *quota = definition ? bk_json_member(definition, "q") : NULL;
    double              *numbers;

    if (!definition)
        return fault(in, BK_ERR_SCHEMA, object, NULL, "the game has neither \"v\" nor a \"definition\"");
    const bool is_vote = type && type->text && strcmp(type->text, "weighted_voting") == 0;
    if (!is_vote && !(type && type->text && strcmp(type->text, "airport_cost") == 0))
        return fault(in, BK_ERR_SCHEMA, type ? type : definition, "weighted_voting or airport_cost",
                     "there is no such type of game");
    BK_TRY(read_numbers(in, definition, is_vote ? "w" : "c", &game->n_players, &numbers));
    BK_TRY(check_players(in, definition, game->n_players));
    if (is_vote && !(quota && quota->kind == BK_JSON_NUMBER && quota->number > 0.0))
        return fault(in, BK_ERR_VALUE, quota ? quota : definition, NULL, "the quota \"q\" must be a number above 0");
    double *worth = BK_NEW(in->arena, double, (size_t)1 << game->n_players);
    BK_TRY(bk_arena_ok(in->arena));
    if (is_vote)
        fill_votes(game->n_players, numbers, quota->number, worth);
    else
        fill_airport(game->n_players, numbers, worth);
    game->worth = worth;
    return BK_OK;
}

static bk_status
read_players(const reader *in, const bk_json_value *object, bk_game_data *game)
{
    const bk_json_value *n = bk_json_member(object, "n"), *players = bk_json_member(object, "players");
    const char         **names = BK_NEW(in->arena, const char *, game->n_players);
    size_t               i = 0;

    BK_TRY(bk_arena_ok(in->arena));
    if (n && !(n->kind == BK_JSON_NUMBER && n->number == (double)game->n_players))
        return bk_fail_at(in->ctx, BK_ERR_INCONSISTENT, in->path, n->line, n->column, NULL,
                          "\"n\" is not the %zu players that the worths are for", game->n_players);
    for (size_t p = 0; p < game->n_players; p++)
        names[p] = bk_arena_format(in->arena, "%zu", p + 1);
    game->players = names;
    if (!players)
        return bk_arena_ok(in->arena);
    if (players->kind != BK_JSON_ARRAY || players->n != game->n_players)
        return bk_fail_at(in->ctx, BK_ERR_INCONSISTENT, in->path, players->line, players->column, NULL,
                          "\"players\" must be an array of the names of %zu players", game->n_players);
    for (const bk_json_value *name = players->child; name; name = name->next) {
        if (name->kind != BK_JSON_TEXT)
            return fault(in, BK_ERR_SCHEMA, name, NULL, "the name of a player must be a text");
        names[i++] = name->text;
    }
    return bk_arena_ok(in->arena);
}

static bk_status
read_game(const reader *in, const bk_json_value *object, bk_game_data *game)
{
    if (object->kind != BK_JSON_OBJECT)
        return fault(in, BK_ERR_SCHEMA, object, "{\"v\": [0, ...]}", "a game must be an object");
    const bk_json_value *v = bk_json_member(object, "v"), *name = bk_json_member(object, "name");
    game->name = name && name->text ? name->text : "";
    BK_TRY(v && v->kind != BK_JSON_NULL ? read_worths(in, object, v, game) : read_definition(in, object, game));
    return read_players(in, object, game);
}

bk_status
bk_games_read(bk_context *ctx, const char *path, bk_arena *arena, size_t *n_games, const bk_game_data **games)
{
    const reader         in = {ctx, path, arena};
    const bk_json_value *root = NULL;
    const char          *bytes;
    size_t               n_bytes, g = 0;

    bk_note_input(ctx, path);
    BK_TRY(bk_file_read(ctx, path, arena, &bytes, &n_bytes));
    BK_TRY(bk_json_read(ctx, bytes, n_bytes, path, arena, &root));
    const bk_json_value *list = bk_json_member(root, "games");
    if (list && (list->kind != BK_JSON_ARRAY || list->n == 0))
        return fault(&in, BK_ERR_SCHEMA, list, NULL, "\"games\" must be an array of games");
    bk_game_data *found = BK_NEW(arena, bk_game_data, list ? list->n : 1);
    BK_TRY(bk_arena_ok(arena));
    for (const bk_json_value *item = list ? list->child : root; item; item = list ? item->next : NULL)
        BK_TRY(read_game(&in, item, &found[g++]));
    *n_games = g;
    *games = found;
    return BK_OK;
}
