/* The n-th request for memory fails while games are read and solved. */
#include "bkt_fault.h"
#include "buckle/game.h"
#include "buckle/io.h"

#include <unistd.h>

static const char *
game_file(void)
{
    static char path[64];
    FILE       *file;

    if (path[0] == '\0') {
        snprintf(path, sizeof path, "/tmp/buckle-game-%ld.json", (long)getpid());
        file = fopen(path, "w");
        assert_non_null(file);
        fputs("{\"games\": [{\"v\": [0, 2, 6, 15, 5, 1, 18, 14], \"players\": [\"a\", \"b\", \"\\u0063\"]},"
              " {\"definition\": {\"type\": \"weighted_voting\", \"w\": [2, 1, 1], \"q\": 3}}]}",
              file);
        fclose(file);
    }
    return path;
}

static bk_status
worth_of(void *state, uint64_t coalition, double *out)
{
    *out = ((const double *)state)[coalition];
    return BK_OK;
}

static bk_status
solve_games(bk_context *ctx, bk_arena *arena, double *sum)
{
    const bk_game_data *games;
    size_t              n_games;
    double              value[3], error[3];

    BK_TRY(bk_games_read(ctx, game_file(), arena, &n_games, &games));
    *sum = 0.0;
    for (size_t g = 0; g < n_games; g++) {
        bk_game_solution game;
        BK_TRY(bk_game_solve(ctx, games[g].n_players, games[g].worth, arena, &game));
        BK_TRY(bk_shapley_sample(ctx, 3, worth_of, (void *)games[g].worth, 5, 1, value, error));
        *sum += game.nucleolus.payoff[0] + game.core.most[1] + value[0] + (double)game.kind.twin[2];
    }
    return BK_OK;
}

static void
a_lack_of_memory_is_an_error_and_nothing_is_lost(void **state)
{
    double sum = 0.0, expected = 0.0;
    bool   failed = true;

    (void)state;
    assert_int_equal(bkt_fault_call(NULL, solve_games, &expected), BK_OK);
    for (size_t fail_at = 1; failed; fail_at++) {
        bkt_allocator allocator;
        bkt_allocator_init(&allocator, fail_at);
        const bk_status status = bkt_fault_call(&allocator.allocator, solve_games, &sum);
        failed = allocator.n_requests >= fail_at;
        bkt_allocator_check(&allocator);
        assert_int_equal(status, failed ? BK_ERR_NO_MEMORY : BK_OK);
    }
    bkt_close(sum, expected, 0.0, 0.0);
    remove(game_file());
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_lack_of_memory_is_an_error_and_nothing_is_lost)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
