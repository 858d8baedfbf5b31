/* A universe enlarged by a scenario, against every simple route there is. */
#include "all_paths.h"
#include "bkt_joint.h"

#include "assignment/route_set.h"
#include "coupling/joint.h"

#include <stdlib.h>

typedef struct ring {
    bkt_memory           memory;
    bkt_joint           *study;
    const bk_model      *model;
    const bk_joint_base *base;
    size_t               n_cells;
} ring;

/* The line across the ring belongs to no project, so that no variant of the base year knows of it.  `plain`: nothing is
 * scarce, and choice is almost that of the cheapest route. */
static void
open_ring(ring *made, size_t n_regions, uint64_t seed, bool plain, bool line, int threads)
{
    const bk_settings settings = {.threads = threads};

    assert_int_equal(bk_context_create(&settings, &made->memory.ctx), BK_OK);
    bk_arena_init(&made->memory.arena, made->memory.ctx);
    made->study = BK_NEW(&made->memory.arena, bkt_joint, 1);
    assert_true(bkt_joint_make(made->study, n_regions, seed, false, &made->memory.arena));
    bkt_network *network = &made->study->network;
    network->links[made->study->project_link].project = BK_NONE;
    network->links[made->study->project_link].open = line;
    network->model.projects.n_projects = 0;
    if (plain) {
        network->model.transport.priced_capacity = false;
        network->model.transport.route_noise = 0.005;
        for (size_t b = 0; b < network->model.network.n_borders; b++)
            network->borders[b].lanes = INFINITY;
    }
    made->model = &network->model;
    made->n_cells = network->model.economy.n_sectors * n_regions * n_regions;
    assert_int_equal(bk_joint_prepare(made->memory.ctx, made->model, NULL, 0, &made->memory.arena, &made->base), BK_OK);
}

static void
close_ring(ring *made)
{
    bkt_memory_release(&made->memory);
}

/* The model with one link open or closed, at this speed. */
static const bk_model *
with_link(ring *made, uint32_t link, bool open, double kmh)
{
    bk_model *model = BK_NEW(&made->memory.arena, bk_model, 1);
    bk_link  *links = BK_NEW(&made->memory.arena, bk_link, made->model->network.n_links);

    *model = *made->model;
    memcpy(links, made->model->network.links, model->network.n_links * sizeof *links);
    links[link].open = open;
    links[link].kmh = kmh;
    model->network.links = links;
    return model;
}

static const bk_joint_solution *
solve(ring *made, const bk_joint_base *base, const bk_model *model)
{
    const bk_joint_solution *solution;

    assert_int_equal(bk_joint_solve(made->memory.ctx, base, model, NULL, NULL, &made->memory.arena, &solution), BK_OK);
    assert_int_equal(solution->outcome, BK_CONVERGED);
    return solution;
}

static bk_joint_enlargement
enlarge(ring *made, const bk_joint_base *base, const bk_model *model, const bk_joint_solution *solution)
{
    const bk_joint_state state = {.model = model, .solution = solution};
    bk_joint_enlargement out;

    assert_int_equal(
        bk_joint_enlarge(made->memory.ctx, base, 1, &state, NULL, 0, &made->memory.arena, &made->memory.arena, &out),
        BK_OK);
    return out;
}

/* ---- all routes ------------------------------------------------------------------------------------------------- */

/* Routes of every pair and sector in one model: up to `reach` times the cheapest, which is 1 for it alone. */
static void
add_paths(ring *made, const bk_model *model, double reach, bki_route_set *sets, oracle_path *paths)
{
    const bk_traffic   *traffic = made->base->traffic;
    const bk_graph     *graph = made->base->graph;
    const bk_zone      *zones = model->network.zones;
    const bk_arc_costs *costs;
    double             *cost = BK_NEW(&made->memory.arena, double, graph->n_arcs);

    assert_int_equal(bk_arc_costs_build(made->memory.ctx, model, graph, &made->memory.arena, &costs), BK_OK);
    assert_true(graph->n_vertices <= ORACLE_LONGEST);
    for (size_t p = 0; p < traffic->n_pairs; p++)
        for (size_t s = traffic->first_slot[p]; s < traffic->first_slot[p + 1]; s++) {
            bk_arc_generalised_cost(graph, costs, &model->transport, traffic->slot_sector[s],
                                    traffic->slot_value_of_time[s], NULL, NULL, cost);
            const size_t n = oracle_all_paths(graph->n_arcs, graph->tail, graph->head, cost,
                                              graph->origin[zones[traffic->origin[p]].node],
                                              graph->destination[zones[traffic->destination[p]].node], paths);
            for (size_t i = 0; i < n && paths[i].cost <= reach * paths[0].cost; i++)
                bki_route_add(&sets[traffic->origin[p]], (uint32_t)p, paths[i].n_arcs, paths[i].arcs);
        }
}

/* The base year on all routes of its own and of `changed`; at 1.25 a route has a weight of exp(-64). */
static const bk_joint_base *
on_routes(ring *made, const bk_model *changed, double reach)
{
    bk_arena            *arena = &made->memory.arena;
    const bk_traffic    *traffic = made->base->traffic;
    bki_route_set       *sets = bki_route_sets_create(made->memory.ctx, traffic->n_zones, arena);
    oracle_path         *paths = malloc(ORACLE_MOST_PATHS * sizeof *paths);
    double              *length = BK_NEW(arena, double, made->base->graph->n_arcs);
    const bk_arc_costs  *costs;
    const bk_universe   *universe;
    const bk_joint_base *base;

    assert_non_null(paths);
    add_paths(made, made->model, reach, sets, paths);
    if (changed != NULL)
        add_paths(made, changed, reach, sets, paths);
    free(paths);
    assert_int_equal(
        bk_arc_costs_build(made->memory.ctx, changed != NULL ? changed : made->model, made->base->graph, arena, &costs),
        BK_OK);
    bki_arc_lengths(made->model, made->base->costs, costs, length);
    assert_int_equal(
        bki_universe_freeze(made->memory.ctx, sets, traffic, length, made->base->graph->n_arcs, arena, &universe),
        BK_OK);
    bki_route_sets_release(sets, traffic->n_zones);
    assert_int_equal(bki_base_on(made->memory.ctx, made->base, universe, made->base->utilisation, arena, arena, &base),
                     BK_OK);
    return base;
}

/* ---- the answer ---------------------------------------------------------------------------------------------------
 */

static size_t
most_changed(const ring *made, const bk_joint_solution *solution)
{
    size_t most = 0;

    for (size_t n = 0; n < made->model->economy.n_regions; n++)
        if (fabs(solution->trade->welfare_pct[n]) > fabs(solution->trade->welfare_pct[most]))
            most = n;
    return most;
}

/* The universe leaves up to 1 % of a route's cost, and the scenario changes costs by tens of per cent: a tenth of the
 * answer. */
static void
assert_same_answer(const ring *made, const bk_joint_solution *some, const bk_joint_solution *all)
{
    const double scale = fabs(all->trade->welfare_pct[most_changed(made, all)]);

    for (size_t n = 0; n < made->model->economy.n_regions; n++)
        bkt_close(some->trade->welfare_pct[n], all->trade->welfare_pct[n], 0, 0.1 * scale);
}

static void
a_line_nobody_thought_of_is_found(void **state)
{
    (void)state;
    for (uint64_t seed = 11; seed < 14; seed++) {
        ring made;
        open_ring(&made, 3, seed, true, false, 1);
        made.study->network.links[made.study->project_link].usd_per_tonne_km = 0.001;
        const bk_model          *opened = with_link(&made, made.study->project_link, true, 50);
        const bk_joint_solution *before = solve(&made, made.base, opened);
        const bk_joint_solution *all = solve(&made, on_routes(&made, opened, 1.25), opened);
        const size_t             most = most_changed(&made, all);
        assert_true(before->certificate.routes_missed > 0);
        bkt_close(before->trade->welfare_pct[most], 0.0, 0, 1e-6); /* nothing of it is in the universe */
        assert_true(all->trade->welfare_pct[most] > 1e-3);
        const bk_joint_enlargement larger = enlarge(&made, made.base, opened, before);
        assert_true(larger.n_added > 0 && larger.rounds > 0);
        assert_int_equal(larger.missed, 0);
        assert_int_equal(larger.solutions[0]->certificate.routes_missed, 0);
        assert_same_answer(&made, larger.solutions[0], all);
        close_ring(&made);
    }
}

/* Each pair knows its cheapest route alone, and the line most of them take is closed. */
static void
the_detours_round_a_closure_are_found(void **state)
{
    (void)state;
    for (uint64_t seed = 21; seed < 24; seed++) {
        ring made;
        open_ring(&made, 3, seed, true, true, 1);
        const bk_model          *closed = with_link(&made, made.study->first_rail, false, 50);
        const bk_joint_base     *poor = on_routes(&made, NULL, 1.0);
        const bk_joint_solution *before = solve(&made, poor, closed);
        const bk_joint_solution *all = solve(&made, on_routes(&made, closed, 1.25), closed);
        const size_t             most = most_changed(&made, all);
        assert_true(before->certificate.routes_missed > 0 && all->trade->welfare_pct[most] < -1e-4);
        assert_true(before->trade->welfare_pct[most] < 1.5 * all->trade->welfare_pct[most]); /* overstated */
        const bk_joint_enlargement larger = enlarge(&made, poor, closed, before);
        assert_int_equal(larger.missed, 0);
        assert_same_answer(&made, larger.solutions[0], all);
        close_ring(&made);
    }
}

/* ---- its identities ------------------------------------------------------------------------------------------------
 */

static void
nothing_missed_changes_nothing(void **state)
{
    ring made;

    (void)state;
    open_ring(&made, 4, 31, false, true, 1);
    const bk_joint_solution   *same = solve(&made, made.base, made.model);
    const bk_joint_enlargement larger = enlarge(&made, made.base, made.model, same);
    assert_ptr_equal(larger.base, made.base);
    assert_ptr_equal(larger.solutions[0], same);
    assert_int_equal(larger.n_added + (size_t)larger.rounds + larger.missed, 0);
    close_ring(&made);
}

static void
no_change_gives_hats_of_one_on_the_larger_universe(void **state)
{
    ring made;

    (void)state;
    open_ring(&made, 4, 32, false, false, 1);
    const bk_model            *opened = with_link(&made, made.study->project_link, true, 90);
    const bk_joint_enlargement larger = enlarge(&made, made.base, opened, solve(&made, made.base, opened));
    assert_true(larger.n_added > 0);
    const bk_joint_solution *same = solve(&made, larger.base, made.model);
    for (size_t c = 0; c < made.n_cells; c++)
        bkt_close(same->transport_factor[c], 1.0, 1e-9, 0);
    for (size_t n = 0; n < 4; n++)
        bkt_close(same->trade->welfare_pct[n], 0.0, 0, 1e-7);
    assert_int_equal(same->rounds, 1);
    close_ring(&made);
}

static void
assert_same_bits(const ring *made, const bk_joint_solution *a, const bk_joint_solution *b)
{
    const size_t n_regions = made->model->economy.n_regions, n_facilities = made->base->graph->n_facilities;

    assert_memory_equal(a->transport_factor, b->transport_factor, made->n_cells * sizeof(double));
    assert_memory_equal(a->tonnes, b->tonnes, made->n_cells * sizeof(double));
    assert_memory_equal(a->price, b->price, n_facilities * sizeof(double));
    assert_memory_equal(a->trade->welfare_pct, b->trade->welfare_pct, n_regions * sizeof(double));
}

static void
any_number_of_threads_gives_the_same_bits(void **state)
{
    ring one, many;

    (void)state;
    open_ring(&one, 4, 33, false, false, 1);
    const bk_model            *opened = with_link(&one, one.study->project_link, true, 90);
    const bk_joint_enlargement alone = enlarge(&one, one.base, opened, solve(&one, one.base, opened));
    assert_true(alone.n_added > 0);
    for (int threads = 2; threads <= 8; threads *= 4) {
        open_ring(&many, 4, 33, false, false, threads);
        opened = with_link(&many, many.study->project_link, true, 90);
        const bk_joint_enlargement together = enlarge(&many, many.base, opened, solve(&many, many.base, opened));
        assert_int_equal(together.n_added, alone.n_added);
        assert_same_bits(&one, alone.solutions[0], together.solutions[0]);
        close_ring(&many);
    }
    close_ring(&one);
}

static void
routes_that_were_kept_give_the_same_bits(void **state)
{
    ring                 made;
    const void          *bytes;
    size_t               n;
    uint64_t             key, other;
    bk_joint_enlargement again;

    (void)state;
    open_ring(&made, 4, 34, false, false, 1);
    bk_context                *ctx = made.memory.ctx;
    bk_arena                  *arena = &made.memory.arena;
    const bk_model            *opened = with_link(&made, made.study->project_link, true, 90);
    const bk_joint_state       known = {.model = opened, .solution = solve(&made, made.base, opened)};
    const bk_model            *slower = with_link(&made, made.study->project_link, true, 89);
    const bk_joint_state       neighbour = {.model = slower, .solution = solve(&made, made.base, slower)};
    const bk_joint_enlargement larger = enlarge(&made, made.base, opened, known.solution);
    assert_int_equal(bk_joint_enlargement_key(ctx, made.base, 1, &known, &key), BK_OK);
    assert_int_equal(bk_joint_enlargement_key(ctx, made.base, 1, &neighbour, &other), BK_OK);
    assert_true(key != other); /* although both stand on the same routes, without the line */
    assert_int_equal(bk_joint_enlargement_pack(ctx, made.base, &larger, key, arena, &bytes, &n), BK_OK);
    assert_int_equal(bk_joint_enlarge(ctx, made.base, 1, &known, bytes, n, arena, arena, &again), BK_OK);
    assert_int_equal(again.n_added, larger.n_added);
    assert_int_equal(again.rounds, larger.rounds);
    assert_same_bits(&made, larger.solutions[0], again.solutions[0]);
    char *damaged = BK_NEW(arena, char, n);
    for (size_t at = 0; at < n; at += 41) {
        memcpy(damaged, bytes, n);
        damaged[at] ^= 0x20;
        assert_int_equal(bk_joint_enlarge(ctx, made.base, 1, &known, damaged, n, arena, arena, &again), BK_OK);
        assert_same_bits(&made, larger.solutions[0], again.solutions[0]);
    }
    assert_int_equal(bk_joint_enlarge(ctx, made.base, 1, &neighbour, bytes, n, arena, arena, &again), BK_OK);
    assert_int_equal(again.missed, 0);
    assert_int_equal(bk_error_count(ctx), 0);
    close_ring(&made);
}

/* What a pair had stands first and in its order, what came on after it. */
static void
what_was_added_and_what_was_there_make_the_whole(void **state)
{
    ring               made;
    const bk_universe *added, *joined;

    (void)state;
    open_ring(&made, 4, 35, false, false, 1);
    const bk_model            *opened = with_link(&made, made.study->project_link, true, 90);
    const bk_joint_enlargement larger = enlarge(&made, made.base, opened, solve(&made, made.base, opened));
    const bk_universe         *whole = larger.base->universe, *old = made.base->universe;
    const bk_arc_costs        *costs;
    assert_int_equal(bk_arc_costs_build(made.memory.ctx, opened, made.base->graph, &made.memory.arena, &costs), BK_OK);
    const bk_route_state route = {.model = opened, .costs = costs};
    assert_int_equal(bk_universe_added(whole, old, &made.memory.arena, &added), BK_OK);
    assert_int_equal(added->n_routes, larger.n_added);
    assert_int_equal(bk_universe_join(made.memory.ctx, made.model, made.base->graph, made.base->costs,
                                      made.base->traffic, old, added, 1, &route, &made.memory.arena, &joined),
                     BK_OK);
    assert_int_equal(joined->n_routes, whole->n_routes);
    assert_true(joined->hash == whole->hash);
    assert_memory_equal(joined->log_path_size, whole->log_path_size, whole->n_routes * sizeof(double));
    for (size_t p = 0; p < old->n_pairs; p++) {
        const size_t n = old->first_arc[old->first_route[p + 1]] - old->first_arc[old->first_route[p]];
        assert_memory_equal(whole->arc + whole->first_arc[whole->first_route[p]],
                            old->arc + old->first_arc[old->first_route[p]], n * sizeof(uint32_t));
    }
    close_ring(&made);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_line_nobody_thought_of_is_found),
                                       cmocka_unit_test(the_detours_round_a_closure_are_found),
                                       cmocka_unit_test(nothing_missed_changes_nothing),
                                       cmocka_unit_test(no_change_gives_hats_of_one_on_the_larger_universe),
                                       cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
                                       cmocka_unit_test(routes_that_were_kept_give_the_same_bits),
                                       cmocka_unit_test(what_was_added_and_what_was_there_make_the_whole)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
