/* Every solution of one game. */
#include "buckle/game.h"

bk_status
bk_game_solve(bk_context *ctx, size_t n_players, const double *worth, bk_arena *arena, bk_game_solution *out)
{
    double *shapley = BK_NEW(arena, double, n_players), *banzhaf = BK_NEW(arena, double, n_players);

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bk_shapley(ctx, n_players, worth, shapley));
    BK_TRY(bk_banzhaf(ctx, n_players, worth, banzhaf));
    *out = (bk_game_solution){.n_players = n_players,
                              .worth = worth,
                              .shapley = shapley,
                              .banzhaf = banzhaf,
                              .is_whole = n_players <= BK_MOST_PLAYERS};
    if (!out->is_whole)
        return BK_OK;
    BK_TRY(bk_core_find(ctx, n_players, worth, arena, &out->core));
    BK_TRY(bk_nucleolus_find(ctx, n_players, worth, BK_NUCLEOLUS, arena, &out->nucleolus));
    BK_TRY(bk_nucleolus_find(ctx, n_players, worth, BK_PRENUCLEOLUS, arena, &out->prenucleolus));
    return bk_game_kind_find(ctx, n_players, worth, arena, &out->kind);
}
