/* Memory, the disk and the drawing library refuse while the figures of a run and its page are made. */
#include "refuse_bodies.h"

typedef struct run {
    bk_context       *ctx;
    bk_arena          arena;
    const bk_results *results;
} run;

static void
run_start(run *r)
{
    static const char *const names[] = {"closed-gate"};
    const bk_run_settings    settings = bk_run_default_settings();
    const bk_study          *study;
    const bk_run            *of;

    assert_int_equal(bk_context_create(NULL, &r->ctx), BK_OK);
    bk_arena_init(&r->arena, r->ctx);
    assert_int_equal(bk_study_open(r->ctx, bkt_root("studies/caravan"), names, 1, &r->arena, &study), BK_OK);
    assert_int_equal(bk_study_run(r->ctx, study, &settings, &r->arena, &of), BK_OK);
    r->results = &of->results;
}

static void
run_stop(run *r)
{
    bk_arena_release(&r->arena);
    bk_context_release(r->ctx);
}

static bk_status
draw(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    const run *r = state;

    (void)arena;
    *answer = 0;
    return bk_figures_write(ctx, r->results, bkt_path(folder, "figures"));
}

static bk_status
write_page(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    const run *r = state;

    (void)arena;
    *answer = 0;
    return bk_html_write(ctx, r->results, bkt_path(folder, "page.html"));
}

static void
refuse(const run *r, const char                                                                       *name,
       bk_status (*body)(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer), refuse_what what)
{
    const refuse_call  call = {.name = name, .body = body, .state = (void *)(uintptr_t)r};
    const refuse_count count = refuse_everywhere(&call, what);

    assert_true(count.n_failed > 0);
    assert_false(bkt_folder_has_temporary(folder));
}

/* A picture takes long, and memory is asked for by the same hand in all three forms: of the figures themselves one is
 * enough, since the page draws them all. */
static void
figures(void **state)
{
    const bk_table  *certificate;
    const bk_results one = {.n_tables = 1, .tables = &certificate};
    run              r;
    (void)state;

    bkt_folder_create(folder);
    run_start(&r);
    refuse(&r, "page", write_page, REFUSE_MEMORY);
    refuse(&r, "page", write_page, REFUSE_SYSTEM);
    refuse(&r, "figures", draw, REFUSE_SYSTEM);
    certificate = bk_results_find(r.results, "certificate");
    assert_non_null(certificate);
    r.results = &one;
    refuse(&r, "convergence", draw, REFUSE_MEMORY);
    run_stop(&r);
    bkt_folder_remove(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(figures)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
