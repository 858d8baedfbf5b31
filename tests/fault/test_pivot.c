/* The n-th request for memory fails while a scenario is solved as a game, and while rivals toll transit.  The study is
 * opened once and its base year kept in a file: failures there are the work of other tests. */
#include "bkt_allocator.h"
#include "buckle/pivot.h"
#include "buckle/tolls.h"

#include <dirent.h>
#include <unistd.h>

static bkt_allocator   allocator;
static bk_context     *ctx;
static bk_arena        opened;
static const bk_study *study;
static char            cache[64];

static int
open_study(void **state)
{
    static char        folder[4096]; /* the study keeps its path */
    static const char *names[] = {"middle-way"};

    (void)state;
    snprintf(cache, sizeof cache, "/tmp/buckle-fault-pivot-%ld", (long)getpid());
    snprintf(folder, sizeof folder, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    bkt_allocator_init(&allocator, 0);
    if (bk_context_create(&(bk_settings){.threads = 1, .allocator = &allocator.allocator}, &ctx) != BK_OK)
        return -1;
    bk_arena_init(&opened, ctx);
    return bk_study_open(ctx, folder, names, 1, &opened, &study) == BK_OK ? 0 : -1;
}

static int
close_study(void **state)
{
    char           path[400];
    DIR           *folder = opendir(cache);
    struct dirent *entry;

    (void)state;
    bk_arena_release(&opened);
    bk_context_release(ctx);
    bkt_allocator_check(&allocator);
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        snprintf(path, sizeof path, "%s/%s", cache, entry->d_name);
        unlink(path);
    }
    if (folder != NULL)
        closedir(folder);
    rmdir(cache);
    return 0;
}

static bk_status
play_as(bk_arena *arena, const bk_spread_settings *spread, double *sum)
{
    bk_pivot_settings settings = bk_pivot_default_settings();
    const bk_pivot   *pivot = NULL;
    const uint32_t    players[] = {bk_model_find_country(study->model, "XSU")};

    settings.cache_folder = cache;
    settings.n_players = 1;
    settings.players = players;
    settings.spread = *spread;
    BK_TRY(bk_study_pivot(ctx, study, 0, &settings, arena, &pivot));
    *sum = pivot->sides[0].players[0].shapley;
    return BK_OK;
}

static bk_status
play(bk_arena *arena, double *sum)
{
    return play_as(arena, &(bk_spread_settings){0}, sum);
}

/* Its coalitions as records. */
static bk_status
play_spread(bk_arena *arena, double *sum)
{
    return play_as(arena, &(bk_spread_settings){.n_shards = 1}, sum);
}

static bk_status
toll(bk_arena *arena, double *sum)
{
    bk_toll_settings settings = bk_toll_default_settings();
    const bk_tolls  *tolls = NULL;
    const uint32_t   players[] = {bk_model_find_country(study->model, "XSU")};

    settings.cache_folder = cache;
    settings.n_players = 1;
    settings.players = players;
    settings.search.n_grid = 3;
    settings.search.tolerance = 0.2; /* hardly any refinement: what is tried often asks for the same memory */
    BK_TRY(bk_study_tolls(ctx, study, SIZE_MAX, &settings, arena, &tolls));
    *sum = tolls->states[1].revenue;
    return BK_OK;
}

/* The n-th request from now on fails; 0: none.  Whatever comes of it, all that was taken is given back. */
static bk_status
attempt(bk_status (*work)(bk_arena *arena, double *sum), size_t fail_at, double *sum)
{
    const size_t blocks = allocator.live_blocks, bytes = allocator.live_bytes;
    bk_arena     arena;

    allocator.fail_at = fail_at ? allocator.n_requests + fail_at : 0;
    bk_arena_init(&arena, ctx);
    const bk_status status = work(&arena, sum);
    assert_true(status == BK_OK || bk_error_get(ctx, 0)->code == status);
    bk_arena_release(&arena);
    bk_error_clear(ctx);
    assert_int_equal(allocator.wrong_sizes, 0);
    assert_int_equal(allocator.live_blocks, blocks);
    assert_int_equal(allocator.live_bytes, bytes);
    return status;
}

/* Some requests may fail without harm, those for what is only kept; any other is an error, and never another number. */
static void
fail_each(bk_status (*work)(bk_arena *arena, double *sum))
{
    double sum = 0.0, expected = 0.0;
    size_t n_failed = 0;

    assert_int_equal(attempt(work, 0, &expected), BK_OK); /* fills the cache */
    assert_int_equal(attempt(work, 0, &expected), BK_OK);
    const size_t before = allocator.n_requests;
    assert_int_equal(attempt(work, 0, &expected), BK_OK);
    const size_t n_all = allocator.n_requests - before;
    for (size_t fail_at = 1; fail_at <= n_all; fail_at++) {
        const bk_status status = attempt(work, fail_at, &sum);
        assert_true(status == BK_OK || status == BK_ERR_NO_MEMORY);
        if (status == BK_OK)
            bkt_close(sum, expected, 1e-12, 0.0);
        n_failed += status == BK_ERR_NO_MEMORY;
    }
    assert_true(n_failed > n_all * 9 / 10);
    assert_int_equal(attempt(work, n_all + 1, &sum), BK_OK);
    bkt_close(sum, expected, 0.0, 0.0);
}

static void
a_game_of_coalitions_without_memory_is_an_error(void **state)
{
    (void)state;
    fail_each(play);
}

static void
coalitions_as_records_without_memory_are_an_error(void **state)
{
    (void)state;
    fail_each(play_spread);
}

static void
a_game_of_tolls_without_memory_is_an_error(void **state)
{
    (void)state;
    fail_each(toll);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_game_of_coalitions_without_memory_is_an_error),
        cmocka_unit_test(coalitions_as_records_without_memory_are_an_error),
        cmocka_unit_test(a_game_of_tolls_without_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, open_study, close_study);
}
