/* The reference games of data/games, published answers and those recomputed beside them, to 1e-9. */
#include "bkt_open.h"
#include "bkt_game.h"
#include "buckle/io.h"

/* Numbers under `key` against `found` within `abs`; an answer that the file does not give is no failure. */
static size_t
compare(const bk_json_value *answers, const char *key, const double *found, double abs)
{
    const bk_json_value *array = bk_json_member(answers, key);
    size_t               n = 0;
    for (const bk_json_value *item = array != NULL ? array->child : NULL; item != NULL; item = item->next)
        bkt_close(found[n++], item->number, 0.0, abs);
    return n;
}

static size_t
compare_all(const bk_json_value *answers, const bk_game_solution *game, double abs)
{
    return compare(answers, "shapley", game->shapley, abs) +
           compare(answers, "nucleolus", game->nucleolus.payoff, abs) +
           compare(answers, "prenucleolus", game->prenucleolus.payoff, abs);
}

static void
reference_games_have_their_published_answers(void **state)
{
    (void)state;
    bkt_skip_without_shared();
    char                 path[4200];
    const char          *bytes;
    const bk_game_data  *games;
    const bk_json_value *root, *item;
    size_t               n, n_games, n_compared = 0;
    snprintf(path, sizeof path, "%s/data/games/games.json", bkt_shared());
    assert_int_equal(bk_games_read(ctx, path, &arena, &n_games, &games), BK_OK);
    assert_int_equal(bk_file_read(ctx, path, &arena, &bytes, &n), BK_OK);
    assert_int_equal(bk_json_read(ctx, bytes, n, path, &arena, &root), BK_OK);
    item = bk_json_member(root, "games")->child;
    for (size_t g = 0; g < n_games; g++, item = item->next) {
        bk_game_solution game;
        assert_int_equal(bk_game_solve(ctx, games[g].n_players, games[g].worth, &arena, &game), BK_OK);
        /* One published table is printed with four digits. */
        const bool is_rounded = strcmp(games[g].name, "bankruptcy_meinhardt_6p") == 0;
        n_compared += compare_all(bk_json_member(item, "published"), &game, is_rounded ? 5e-5 : 1e-9);
        n_compared += compare_all(item, &game, 1e-9);
        const bk_json_value *epsilon = bk_json_member(item, "least_core_eps"),
                            *empty = bk_json_member(item, "core_empty");
        if (epsilon != NULL)
            bkt_close(game.core.epsilon, epsilon->number, 0.0, 1e-9);
        if (empty != NULL)
            assert_int_equal(game.core.empty, empty->flag);
    }
    assert_true(n_games >= 10 && n_compared >= 100);
}

static void
the_security_council_has_shapley_and_shubiks_power(void **state)
{
    (void)state;
    /* Shapley & Shubik (1954): five vetoes, ten others, nine votes needed: 421/2145 and 4/2145. */
    double weight[15], value[15];
    for (int i = 0; i < 15; i++)
        weight[i] = i < 5 ? 7.0 : 1.0;
    double *worth = bkt_weighted_vote(15, weight, 39.0);
    assert_int_equal(bk_shapley(ctx, 15, worth, value), BK_OK);
    for (int i = 0; i < 15; i++)
        bkt_close(value[i], (i < 5 ? 421.0 : 4.0) / 2145.0, 1e-13, 0.0);
    free(worth);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reference_games_have_their_published_answers),
        cmocka_unit_test(the_security_council_has_shapley_and_shubiks_power),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
