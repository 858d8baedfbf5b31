/* Memory fails once at every call site while a base year is prepared, packed, read back, solved, enlarged and asked: an
 * error, nothing leaked, no crash. */
#include "bkt_joint.h"
#include "bkt_sites.h"

#include "buckle/value.h"

/* By a line that the base year knew nothing of, and again by the routes kept. */
static bk_status
enlarge(bk_context *ctx, const bk_joint_base *base, const bk_model *changed, const bk_joint_solution *solution,
        bk_arena *arena)
{
    const bk_joint_state state = {.model = changed, .solution = solution};
    bk_joint_enlargement larger;
    const void          *bytes;
    size_t               n;
    uint64_t             key;

    BK_TRY(bk_joint_enlarge(ctx, base, 1, &state, NULL, 0, arena, arena, &larger));
    assert_true(larger.n_added > 0);
    BK_TRY(bk_joint_enlargement_key(ctx, base, 1, &state, &key));
    BK_TRY(bk_joint_enlargement_pack(ctx, base, &larger, key, arena, &bytes, &n));
    return bk_joint_enlarge(ctx, base, 1, &state, bytes, n, arena, arena, &larger);
}

/* Tonnes on all lines, by route noise. */
static bk_status
differentiate(bk_context *ctx, const bk_joint_base *base, const bk_model *model, bk_arena *arena)
{
    const bk_graph *graph = bk_joint_graph(base);
    bk_model        noisier = *model;
    double   *weight = BK_NEW(arena, double, model->economy.n_sectors * graph->n_arcs), sum[3 * 3], *sums[] = {sum};
    uint32_t *group = BK_NEW(arena, uint32_t, graph->n_arcs);

    BK_TRY(bk_arena_ok(arena));
    for (size_t a = 0; a < graph->n_arcs; a++)
        group[a] = graph->kind[a] == BK_ARC_LINE ? 0 : BK_NONE;
    for (size_t i = 0; i < model->economy.n_sectors * graph->n_arcs; i++)
        weight[i] = 1.0;
    noisier.transport.route_noise *= 1.01;
    const bk_arc_grouping   by = {.weight = weight, .group = group, .n_groups = 1};
    const bk_load_direction between = {.up = &noisier, .down = model, .width = 0.01};
    return bk_joint_load_tangents(ctx, base, model, bk_joint_base_utilisation(base), 1, &between, 1, &by, sums);
}

static bk_status
run(bk_context *ctx, bk_arena *arena, const bk_model *model, const bk_model *changed, uint64_t *answer)
{
    const bk_joint_base     *base, *again;
    const bk_joint_solution *solution;
    const void              *bytes;
    size_t                   n;
    double                   by_pair[3 * 3 * 3];
    const bk_joint_adjoint  *adjoint;
    bk_joint_values          values;
    bk_first_order           first;

    BK_TRY(bk_joint_prepare(ctx, model, NULL, 0, arena, &base));
    BK_TRY(bk_joint_pack(ctx, base, arena, &bytes, &n));
    BK_TRY(bk_joint_prepare(ctx, model, bytes, n, arena, &again));
    BK_TRY(bk_joint_solve(ctx, again, changed, NULL, NULL, arena, &solution));
    BK_TRY(enlarge(ctx, again, changed, solution, arena));
    BK_TRY(bk_joint_adjoint_prepare(ctx, again, changed, solution, arena, &adjoint));
    BK_TRY(bk_joint_value(ctx, adjoint, arena, &values));
    BK_TRY(bk_joint_first_order(ctx, adjoint, model, NULL, arena, &first));
    BK_TRY(differentiate(ctx, again, model, arena));
    BK_TRY(bk_joint_select(ctx, again, changed, solution, 0, by_pair));
    *answer = bk_hash(0, by_pair, sizeof by_pair);
    return BK_OK;
}

typedef struct change {
    const bk_model *before, *after;
} change;

/* In a context of its own, which must give everything back. */
static bk_status
run_once(void *state, uint64_t *answer)
{
    const change *of = state;
    bkt_allocator heap;
    bk_context   *ctx;
    bk_arena      arena;

    bkt_sites_init(&heap);
    BK_TRY(bk_context_create(&(bk_settings){.threads = 1, .allocator = &heap.allocator}, &ctx));
    bk_arena_init(&arena, ctx);
    const bk_status status = run(ctx, &arena, of->before, of->after, answer);
    bkt_sites_stop();
    assert_true(status == BK_OK || bk_error_get(ctx, 0)->code == status);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    bkt_allocator_check(&heap);
    return status;
}

static void
every_failed_request_is_an_error_and_leaks_nothing(void **state)
{
    bkt_memory memory;
    bkt_joint *study;
    bk_model   changed;

    (void)state;
    bkt_memory_init(&memory);
    study = BK_NEW(&memory.arena, bkt_joint, 1);
    assert_true(bkt_joint_make(study, 3, 5, true, &memory.arena));
    study->network.links[study->project_link].project = BK_NONE;
    study->network.links[study->project_link].usd_per_tonne_km = 0.001;
    study->network.model.projects.n_projects = 0;
    bk_link links[BKT_ROOM];
    memcpy(links, study->network.links, sizeof links);
    links[study->first_rail].open = false;
    links[study->project_link].open = true;
    changed = study->network.model;
    changed.network.links = links;
    bkt_sites_fail_each(run_once, &(change){&study->network.model, &changed});
    assert_true(bkt_sites.n_chosen > 200); /* of the layers below as well */
    bkt_memory_release(&memory);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_failed_request_is_an_error_and_leaks_nothing)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
