/* A game solved, shown: shared by `game` and `pivot`. */
#ifndef CLI_GAME_H
#define CLI_GAME_H

#include "buckle/game.h"
#include "cli/cli.h"

/* Numbers under `key` as an array; NULL: null. */
void bki_json_numbers(bk_json *json, const char *key, const double *x, size_t n);

/* The solution as keys of the object that is open. */
void bki_json_game(bk_json *json, const bk_game_solution *game, const char *const *players);

/* "KAZ,Uzbekistan" as countries; NULL: none.  BK_ERR_REFERENCE with a suggestion. */
bk_status bki_players_named(bki_session *session, const bk_study *study, const char *text, size_t *n,
                            const uint32_t **out /* [n] */);

/* The other game of `pivot`: rivals who toll transit. */
bki_exit bki_pivot_tolls(bki_session *session);

/* "A, C" */
const char *bki_show_coalition(bk_arena *arena, uint64_t coalition, const char *const *players, size_t n);

#endif
