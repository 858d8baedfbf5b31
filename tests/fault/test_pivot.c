/* The n-th request for memory fails while a scenario is solved as a game. */
#include "bkt_allocator.h"
#include "buckle/pivot.h"

static bk_status
play(bk_context *ctx, bk_arena *arena, double *sum)
{
    char               folder[4096];
    static const char *names[] = {"middle-way"};
    bk_pivot_settings  settings = bk_pivot_default_settings();
    const bk_study    *study = NULL;
    const bk_pivot    *pivot = NULL;

    snprintf(folder, sizeof folder, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    BK_TRY(bk_study_open(ctx, folder, names, 1, arena, &study));
    const uint32_t players[] = {bk_model_find_country(study->model, "XSU")};
    settings.n_players = 1;
    settings.players = players;
    BK_TRY(bk_study_pivot(ctx, study, 0, &settings, arena, &pivot));
    *sum = pivot->sides[0].players[0].shapley;
    return BK_OK;
}

static bk_status
work(const bk_allocator *allocator, double *sum)
{
    bk_context *ctx = NULL;
    bk_arena    arena;

    BK_TRY(bk_context_create(&(bk_settings){.threads = 1, .allocator = allocator}, &ctx));
    bk_arena_init(&arena, ctx);
    const bk_status status = play(ctx, &arena, sum);
    assert_true(status == BK_OK || bk_error_get(ctx, 0)->code == status);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return status;
}

/* Those of opening the study and its base year are failed elsewhere: here one in eleven of all, and the last ones. */
static void
a_lack_of_memory_is_an_error_and_nothing_is_lost(void **state)
{
    double        sum = 0.0, expected = 0.0;
    bkt_allocator allocator;

    (void)state;
    bkt_allocator_init(&allocator, 0);
    assert_int_equal(work(&allocator.allocator, &expected), BK_OK);
    const size_t n_all = allocator.n_requests;
    for (size_t fail_at = n_all; fail_at > 0; fail_at -= n_all - fail_at < 40 || fail_at < 11 ? 1 : 11) {
        bkt_allocator_init(&allocator, fail_at);
        const bk_status status = work(&allocator.allocator, &sum);
        bkt_allocator_check(&allocator);
        assert_int_equal(status, BK_ERR_NO_MEMORY);
    }
    bkt_allocator_init(&allocator, n_all + 1);
    assert_int_equal(work(&allocator.allocator, &sum), BK_OK);
    bkt_close(sum, expected, 0.0, 0.0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_lack_of_memory_is_an_error_and_nothing_is_lost)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
