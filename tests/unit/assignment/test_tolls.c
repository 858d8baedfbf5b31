/* Tolls on transit along routes, in costs found from nothing, from another model's, and in least-cost trees. */
#include "assignment/reprice.h"
#include "assignment/sweep.h"
#include "bkt_assignment.h"

enum { REGIONS = 5 };

/* The countries' tolls in a copy of the model, USD/t. */
static const double tolls[BKT_COUNTRIES] = {7.0, 0.0, 4.5, 11.0, 0.25};

static bk_model
with_tolls(const bk_model *model)
{
    bk_model copy = *model;

    copy.transit_toll = tolls;
    return copy;
}

/* By hand: each exit row, and each transfer from land to sea, of a country that is neither end's. */
static double
toll_by_hand(const bkt_assignment *made, size_t pair, size_t route)
{
    const bk_model    *model = &made->study->network.model;
    const bk_universe *u = made->universe;
    const uint32_t     from = made->traffic->origin[pair] / 2, to = made->traffic->destination[pair] / 2;
    double             sum = 0.0;

    for (size_t at = u->first_arc[route]; at < u->first_arc[route + 1]; at++) {
        const size_t   a = u->arc[at], element = made->graph->element[a];
        const uint32_t country = made->graph->node[made->graph->tail[a]] / 2;
        const bool     exit = made->graph->kind[a] == BK_ARC_BORDER && model->network.borders[element].side == BK_EXIT;
        const bool     ship =
            made->graph->kind[a] == BK_ARC_TRANSFER && model->network.transfers[element].to_mode == BKT_SEA;
        if ((exit || ship) && country != from && country != to)
            sum += tolls[country];
    }
    return sum;
}

static bk_assignment *
create(const bkt_assignment *made, const bk_model *model, const bk_assignment *like)
{
    bk_assignment *out = NULL;

    assert_int_equal(bk_assignment_create(made->memory.ctx, model, made->graph, made->costs, made->traffic,
                                          made->universe, NULL, like, (bk_arena *)&made->memory.arena, &out),
                     BK_OK);
    return out;
}

static void
a_route_pays_where_it_passes_and_not_where_it_ends(void **state)
{
    bkt_assignment made;
    size_t         n_tolled = 0, n_free = 0;

    (void)state;
    bkt_assignment_open(&made, REGIONS, 61);
    const bk_model       model = with_tolls(&made.study->network.model);
    const bk_assignment *plain = made.assignment, *tolled = create(&made, &model, NULL);
    const bki_layout    *layout = tolled->layout;
    for (size_t p = 0; p < made.traffic->n_pairs; p++)
        for (size_t r = made.universe->first_route[p]; r < made.universe->first_route[p + 1]; r++) {
            const size_t at = 2 * (layout->first_share[p] + (r - made.universe->first_route[p]) * layout->lanes[p]);
            const double toll = toll_by_hand(&made, p, r);
            for (size_t i = 0; i < made.traffic->first_slot[p + 1] - made.traffic->first_slot[p]; i++)
                if (isfinite(plain->route_cost[at + i])) {
                    bkt_close(tolled->route_cost[at + i], plain->route_cost[at + i] + toll, 1e-13, 1e-12);
                    n_tolled += toll > 0.0;
                    n_free += toll == 0.0;
                }
        }
    assert_true(n_tolled > 100 && n_free > 100);
    bkt_assignment_close(&made);
}

static void
costs_that_start_from_another_model_s_are_the_same(void **state)
{
    bkt_assignment made;

    (void)state;
    bkt_assignment_open(&made, REGIONS, 62);
    const bk_model       model = with_tolls(&made.study->network.model);
    const bk_assignment *anew = create(&made, &model, NULL), *shared = create(&made, &model, made.assignment);
    const bk_assignment *back = create(&made, &made.study->network.model, anew);
    const size_t         n = 2 * anew->layout->first_share[made.traffic->n_pairs];
    assert_memory_equal(shared->route_cost, anew->route_cost, n * sizeof(double));
    assert_memory_equal(back->route_cost, made.assignment->route_cost, n * sizeof(double));
    bkt_assignment_close(&made);
}

static void
repricing_finds_the_costs_and_shares_of_an_assignment_made_anew(void **state)
{
    bkt_assignment made;
    bki_repriced   repriced;
    size_t         n_shares, n_changed = 0;

    (void)state;
    bkt_assignment_open(&made, REGIONS, 63);
    bk_arena        *arena = &made.memory.arena;
    const bk_model   model = with_tolls(&made.study->network.model);
    bk_assignment   *anew = create(&made, &model, NULL);
    double          *price = BK_NEW(arena, double, made.n_limits + 1);
    double          *extra = BK_NEW(arena, double, made.graph->n_facilities);
    const bki_change change = {&model, made.costs, price, price, extra};
    bk_assignment_evaluate(made.memory.ctx, made.assignment, price);
    bk_assignment_evaluate(made.memory.ctx, anew, price);
    assert_int_equal(bki_reprice(made.memory.ctx, made.assignment, &change, arena, &repriced), BK_OK);
    const double *slot_cost = bk_assignment_slot_cost(anew), *share = bk_assignment_shares(anew, &n_shares);
    for (size_t s = 0; s < made.traffic->n_slots; s++)
        if (isfinite(slot_cost[s]))
            bkt_close(repriced.slot_cost[s], slot_cost[s], 1e-12, 0.0);
    for (size_t p = 0; p < made.traffic->n_pairs; p++)
        for (size_t at = anew->layout->first_share[p]; repriced.changed[p] && at < anew->layout->first_share[p + 1];
             at++)
            bkt_close(repriced.share[at], share[at], 1e-10, 1e-14);
    for (size_t p = 0; p < made.traffic->n_pairs; p++)
        n_changed += repriced.changed[p];
    assert_true(n_changed > 0 && n_shares > 0);
    bkt_assignment_close(&made);
}

typedef struct tree_check {
    const bkt_assignment *made;
    const bk_model       *model;
    double               *cost, *toll, *distance;
    uint32_t             *entering;
    bk_tree_scratch      *trees;
    size_t                n, n_dearer;
} tree_check;

/* The class's distance against a tree grown for its pair alone on the whole graph, with what bk_arc_tolls says. */
static void
check_visit(void *state, size_t block, const bki_sweep_visit *visit)
{
    tree_check           *check = state;
    const bkt_assignment *made = check->made;
    const uint32_t        from = made->traffic->origin[visit->pair], to = made->traffic->destination[visit->pair];

    (void)block;
    if (visit->class_index > 0)
        return;
    bk_arc_generalised_cost(made->graph, made->costs, &check->model->transport, visit->sector, visit->usd_per_hour,
                            NULL, NULL, check->cost);
    bk_arc_tolls(check->model, made->graph, from / 2, to / 2, check->toll);
    for (int with = 0; with < 2; with++) {
        for (size_t a = 0; with && a < made->graph->n_arcs; a++)
            check->cost[a] += check->toll[a];
        const double before = check->distance[made->graph->destination[to]];
        bk_tree_out(made->graph, BK_TREE_HEAP, check->cost, made->graph->origin[from], check->trees, check->distance,
                    check->entering);
        check->n_dearer += with && check->distance[made->graph->destination[to]] > before;
    }
    if (isfinite(visit->distance) || isfinite(check->distance[made->graph->destination[to]]))
        bkt_close(visit->distance, check->distance[made->graph->destination[to]], 1e-12, 0.0);
    check->n++;
}

static void
trees_pay_what_their_pair_pays(void **state)
{
    bkt_assignment made;

    (void)state;
    bkt_assignment_open(&made, REGIONS, 64);
    bk_arena       *arena = &made.memory.arena;
    const bk_model  model = with_tolls(&made.study->network.model);
    tree_check      check = {.made = &made,
                             .model = &model,
                             .cost = BK_NEW(arena, double, made.graph->n_arcs),
                             .toll = BK_NEW(arena, double, made.graph->n_arcs),
                             .distance = BK_NEW(arena, double, made.graph->n_vertices),
                             .entering = BK_NEW(arena, uint32_t, made.graph->n_vertices),
                             .trees = bk_tree_scratch_create(arena, made.graph)};
    const bki_sweep sweep = {&model, made.graph, made.costs, made.traffic, NULL, check_visit, &check};
    assert_int_equal(bki_sweep_run(made.memory.ctx, &sweep, arena), BK_OK);
    assert_true(check.n > 100 && check.n_dearer > 0);
    bkt_assignment_close(&made);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_route_pays_where_it_passes_and_not_where_it_ends),
        cmocka_unit_test(costs_that_start_from_another_model_s_are_the_same),
        cmocka_unit_test(repricing_finds_the_costs_and_shares_of_an_assignment_made_anew),
        cmocka_unit_test(trees_pay_what_their_pair_pays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
