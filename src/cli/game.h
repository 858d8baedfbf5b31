/* A game solved, shown: shared by `game` and `pivot`. */
#ifndef CLI_GAME_H
#define CLI_GAME_H

#include "buckle/game.h"
#include "cli/cli.h"

/* Numbers under `key` as an array; NULL: null. */
void bki_json_numbers(bk_json *json, const char *key, const double *x, size_t n);

/* The solution as keys of the object that is open. */
void bki_json_game(bk_json *json, const bk_game_solution *game, const char *const *players);

/* "A, C" */
const char *bki_show_coalition(bk_arena *arena, uint64_t coalition, const char *const *players, size_t n);

#endif
