/* The n-th request for memory fails while networks are planned. */
#include "bkt.h"
#include "bkt_allocator.h"
#include "bkt_planner.h"

#include <unistd.h>

typedef bk_status plan_call(bk_context *, const bk_planner *, const bk_planner_settings *, bk_arena *, bk_plan *);

static bk_status
ship(bk_context *ctx, const bk_planner *planner, const bk_planner_settings *settings, bk_arena *arena, bk_plan *out)
{
    static double infrastructure[64];

    for (size_t a = 0; a < planner->n_links; a++)
        infrastructure[a] = 1.0;
    return bk_planner_ship(ctx, planner, infrastructure, settings, arena, out);
}

static bk_status
work(const bk_allocator *allocator, plan_call *call, bk_plan *out)
{
    const bk_planner_settings settings = {.tolerance = 1e-9, .step_limit = 30};
    bk_context               *ctx = NULL, *own = NULL;
    bk_arena                  arena, problems;

    assert_int_equal(bk_context_create(NULL, &own), BK_OK);
    bk_arena_init(&problems, own);
    bkt_planner problem = bkt_planner_grid(&problems, 4, 3, 2);
    problem.productivity[0] = 3.0;
    bk_status status = bk_context_create(&(bk_settings){.threads = 1, .allocator = allocator}, &ctx);
    if (status == BK_OK) {
        bk_arena_init(&arena, ctx);
        status = call(ctx, &problem.planner, &settings, &arena, out);
        assert_true(status == BK_OK || bk_error_get(ctx, 0)->code == status);
        bk_arena_release(&arena);
        bk_context_release(ctx);
    }
    bk_arena_release(&problems);
    bk_context_release(own);
    return status;
}

/* The same from a file: memory fails while it is read, too. */
static bk_status
read_and_ship(bk_context *ctx, const bk_planner *planner, const bk_planner_settings *settings, bk_arena *arena,
              bk_plan *out)
{
    static const char text[] = "{\"nodes\": [{\"name\": \"a\", \"productivity\": 2}, {\"productivity\": 0}],"
                               "\"links\": [{\"from\": \"a\", \"to\": 2, \"transport_cost\": 1, \"building_cost\": 1,"
                               "\"infrastructure\": 3}], \"alpha\": 0.5, \"rho\": 1, \"returns\": 0.5, \"beta\": 1, "
                               "\"gamma\": 1}";
    char              path[] = "/tmp/bkt_planner_XXXXXX";
    const int         file = mkstemp(path);
    bk_planner_data   data;

    (void)planner;
    assert_true(file >= 0 && write(file, text, sizeof text - 1) == (ssize_t)sizeof text - 1);
    close(file);
    bk_status status = bk_planner_read(ctx, path, arena, &data);
    unlink(path);
    if (status == BK_OK) {
        assert_string_equal(data.names[1], "2");
        status = bk_planner_ship(ctx, &data.planner, data.infrastructure, settings, arena, out);
    }
    return status;
}

static void
a_lack_of_memory_is_an_error_and_nothing_is_lost(void **state)
{
    static plan_call *const calls[] = {ship, bk_planner_design, bk_planner_iterate, read_and_ship};

    (void)state;
    for (size_t c = 0; c < sizeof calls / sizeof *calls; c++) {
        bk_status status = BK_ERR_NO_MEMORY;
        size_t    fail_at = 0;
        bk_plan   out = {.steps = -1};
        while (status != BK_OK) {
            bkt_allocator allocator;
            assert_int_equal(out.steps, -1); /* left untouched */
            bkt_allocator_init(&allocator, ++fail_at);
            status = work(&allocator.allocator, calls[c], &out);
            assert_true(status == BK_OK || status == BK_ERR_NO_MEMORY);
            bkt_allocator_check(&allocator);
        }
        assert_true(fail_at > 3);
        assert_true(out.steps > 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lack_of_memory_is_an_error_and_nothing_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
