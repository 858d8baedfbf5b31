#include "bkt_joint.h"
#include "coupling/joint.h"

typedef struct prepared {
    bkt_memory           memory;
    bkt_joint           *study;
    const bk_model      *model;
    const bk_joint_base *base;
    size_t               n_regions, n_cells;
} prepared;

static void
open_with(prepared *made, size_t n_regions, uint64_t seed, bool deficits, int threads)
{
    const bk_settings settings = {.threads = threads};

    assert_int_equal(bk_context_create(&settings, &made->memory.ctx), BK_OK);
    bk_arena_init(&made->memory.arena, made->memory.ctx);
    made->study = BK_NEW(&made->memory.arena, bkt_joint, 1);
    assert_true(bkt_joint_make(made->study, n_regions, seed, deficits, &made->memory.arena));
    made->model = &made->study->network.model;
    made->n_regions = n_regions;
    made->n_cells = made->model->economy.n_sectors * n_regions * n_regions;
    assert_int_equal(bk_joint_prepare(made->memory.ctx, made->model, NULL, 0, &made->memory.arena, &made->base), BK_OK);
}

static void
open_study(prepared *made, size_t n_regions, uint64_t seed)
{
    open_with(made, n_regions, seed, true, 1);
}

static void
close_study(prepared *made)
{
    bkt_memory_release(&made->memory);
}

static const bk_joint_solution *
solve(prepared *made, const bk_model *scenario, const bk_joint_solution *warm)
{
    const bk_joint_solution *solution;

    assert_int_equal(bk_joint_solve(made->memory.ctx, made->base, scenario, NULL, warm, &made->memory.arena, &solution),
                     BK_OK);
    assert_int_equal(solution->outcome, BK_CONVERGED);
    assert_true(solution->certificate.loop <= 1e-6 && solution->certificate.capacity <= 1e-6);
    return solution;
}

static const bk_model *
with_project(prepared *made)
{
    const bk_name_at  name = {.name = "line-across", .file = "test"};
    const bk_measure  measure = {.id = "build", .n_projects = 1, .projects = &name};
    const bk_scenario scenario = {
        .name = "build", .title = "build", .file = "test", .n_measures = 1, .measures = &measure};
    const bk_model *changed;

    assert_int_equal(bk_scenario_apply(made->memory.ctx, made->model, &scenario, NULL, &made->memory.arena, &changed),
                     BK_OK);
    assert_true(changed->network.links[made->study->project_link].open);
    return changed;
}

/* A copy of the model with one line of the ring closed. */
static const bk_model *
with_closure(prepared *made, uint32_t link)
{
    bk_model *model = BK_NEW(&made->memory.arena, bk_model, 1);
    bk_link  *links = BK_NEW(&made->memory.arena, bk_link, made->model->network.n_links);

    *model = *made->model;
    memcpy(links, made->model->network.links, model->network.n_links * sizeof *links);
    links[link].open = false;
    model->network.links = links;
    return model;
}

static void
no_change_gives_hats_of_one(void **state)
{
    (void)state;
    for (uint64_t seed = 61; seed < 65; seed++) {
        prepared made;
        open_study(&made, 3 + seed % 3, seed);
        const bk_joint_solution *same = solve(&made, made.model, NULL);
        for (size_t c = 0; c < made.n_cells; c++)
            bkt_close(same->transport_factor[c], 1.0, 1e-9, 0);
        for (size_t n = 0; n < made.n_regions; n++) {
            bkt_close(same->trade->wage_hat[n], 1.0, 1e-9, 0);
            bkt_close(same->trade->welfare_pct[n], 0.0, 0, 1e-7);
        }
        assert_int_equal(same->rounds, 1);
        close_study(&made);
    }
}

/* ---- an oracle: the loop itself, slowly ----------------------------------------------------------------------------
 */

/* d-hat by its definition, from the costs of all pairs of zones (every route of the oracle's studies is open). */
static void
oracle_factors(const prepared *made, const bk_assignment *assignment, double *factor)
{
    const bk_joint_solution *base = bk_joint_base_solution(made->base);
    const bk_traffic        *t = made->base->traffic;
    const double            *cost = bk_assignment_slot_cost(assignment);

    for (size_t r = 0; r < t->n_relations; r++)
        for (size_t j = 0; j < 2; j++) {
            const size_t cell = (j * made->n_regions + t->importer[r]) * made->n_regions + t->exporter[r];
            const double worth = made->model->economy.usd_per_tonne[cell];
            double       now = 0.0;
            for (size_t s = t->first_slot[t->first_pair[r]]; s < t->first_slot[t->first_pair[r + 1]]; s++)
                now += t->slot_sector[s] == j ? t->slot_mass[s] * cost[s] : 0.0;
            factor[cell] =
                1.0 + (now - base->transport_cost[cell]) / (worth + base->mean_cost[cell] - base->mean_constant[cell]);
        }
}

/* u <- u + a little (flow / capacity - u), costs, trade and flows found anew each turn, thousands of times. */
static const bk_trade_solution *
oracle_solve(prepared *made, const bk_model *scenario, double *factor, double *utilisation)
{
    bk_arena                *arena = &made->memory.arena;
    bk_assignment           *assignment;
    const bk_arc_costs      *costs;
    const bk_trade_solution *trade = NULL;

    assert_int_equal(bk_arc_costs_build(made->memory.ctx, scenario, made->base->graph, arena, &costs), BK_OK);
    assert_int_equal(bk_assignment_create(made->memory.ctx, scenario, made->base->graph, costs, made->base->traffic,
                                          made->base->universe, made->base->post_value, NULL, arena, &assignment),
                     BK_OK);
    const bk_limits *limits = bk_assignment_limits(assignment);
    const size_t     n = limits->n_limits;
    double          *price = BK_NEW(arena, double, 3 * n), *slope = price + n, *flow = slope + n;
    double          *tonnes = BK_NEW(arena, double, made->n_cells);
    for (size_t c = 0; c < made->n_cells; c++)
        factor[c] = 1.0;
    for (int turn = 0; turn < 4000; turn++) {
        bk_arena turn_arena;
        bk_arena_init(&turn_arena, made->memory.ctx);
        bk_limit_price(assignment, utilisation, price, slope);
        bk_assignment_evaluate(made->memory.ctx, assignment, price);
        oracle_factors(made, assignment, factor);
        const bk_trade_shock shock = {.cost = factor};
        assert_int_equal(bk_trade_solve(made->memory.ctx, made->base->trade, &shock, NULL, NULL,
                                        turn == 3999 ? arena : &turn_arena, &trade),
                         BK_OK);
        for (size_t c = 0; c < made->n_cells; c++)
            tonnes[c] = made->model->economy.usd_per_tonne[c] > 0.0
                            ? trade->trade[c] * 1e6 / made->model->economy.usd_per_tonne[c]
                            : 0.0;
        bk_assignment_limit_flow(made->memory.ctx, assignment, tonnes, flow);
        for (size_t a = 0; a < n; a++)
            utilisation[a] += 0.01 * (flow[a] / limits->capacity[a] - utilisation[a]);
        bk_arena_release(&turn_arena);
    }
    return trade;
}

static void
the_solution_is_where_plain_damped_iteration_ends(void **state)
{
    (void)state;
    for (uint64_t seed = 71; seed < 74; seed++) {
        prepared made;
        open_study(&made, 4, seed);
        const bk_model          *changed = with_project(&made);
        const bk_joint_solution *found = solve(&made, changed, NULL);
        double                  *factor = BK_NEW(&made.memory.arena, double, made.n_cells), moved = 0.0;
        double                  *utilisation = BK_NEW(&made.memory.arena, double, made.base->graph->n_facilities);
        const bk_trade_solution *trade = oracle_solve(&made, changed, factor, utilisation);
        for (size_t c = 0; c < made.n_cells; c++) {
            bkt_close(found->transport_factor[c], factor[c], 1e-6, 0);
            moved = fmax(moved, fabs(factor[c] - 1.0));
        }
        for (size_t n = 0; n < made.n_regions; n++)
            bkt_close(found->trade->welfare_pct[n], trade->welfare_pct[n], 0, 1e-4);
        assert_true(moved > 1e-3);
        close_study(&made);
    }
}

/* ---- other properties -------------------------------------------------------------------------------------------- */

static void
a_closure_raises_costs_and_is_solved(void **state)
{
    (void)state;
    for (uint64_t seed = 81; seed < 85; seed++) {
        prepared made;
        open_study(&made, 5, seed);
        const bk_joint_solution *closed = solve(&made, with_closure(&made, made.study->first_rail + 1), NULL);
        double                   highest = 0.0;
        for (size_t c = 0; c < made.n_cells; c++)
            highest = fmax(highest, closed->transport_factor[c]);
        assert_true(highest > 1.001);
        bkt_close(closed->facility_flow[made.study->first_rail + 1], 0.0, 0, 1e-9);
        close_study(&made);
    }
}

/* All ways to a country cut: its pairs close, the rest still trade. */
static void
a_country_cut_off_trades_with_nobody(void **state)
{
    prepared made;

    (void)state;
    open_with(&made, 4, 91, false, 1);
    const bk_model *cut = with_closure(&made, 0);
    for (size_t l = 0; l < cut->network.n_links; l++) {
        bk_link *link = (bk_link *)&cut->network.links[l]; /* the copy made by with_closure */
        if ((link->from < 2) != (link->to < 2))
            link->open = false;
    }
    const bk_joint_solution *alone = solve(&made, cut, NULL);
    const size_t             n = made.n_regions;
    for (size_t j = 0; j < 2; j++)
        for (size_t other = 1; other < n; other++) {
            assert_true(isinf(alone->transport_factor[(j * n + 0) * n + other]));
            assert_true(isinf(alone->transport_factor[(j * n + other) * n + 0]));
            bkt_close(alone->tonnes[(j * n + 0) * n + other], 0.0, 0, 0);
            assert_true(isfinite(alone->transport_factor[(j * n + other) * n + (other == 1 ? 2 : 1)]));
        }
    close_study(&made);
}

/* A country that lives on a deficit cannot be cut off. */
static void
a_deficit_cannot_be_paid_without_trade(void **state)
{
    prepared                 made;
    const bk_joint_solution *solution;

    (void)state;
    open_study(&made, 4, 91);
    const bk_model *cut = with_closure(&made, 0);
    for (size_t l = 0; l < cut->network.n_links; l++) {
        bk_link *link = (bk_link *)&cut->network.links[l];
        if ((link->from < 2) != (link->to < 2))
            link->open = false;
    }
    assert_int_equal(bk_joint_solve(made.memory.ctx, made.base, cut, NULL, NULL, &made.memory.arena, &solution),
                     BK_ERR_NO_SOLUTION);
    close_study(&made);
}

static void
one_zone_cut_off_leaves_its_trade_to_the_other(void **state)
{
    prepared made;

    (void)state;
    open_study(&made, 4, 92);
    const bk_model *cut = with_closure(&made, 0);
    for (size_t l = 0; l < cut->network.n_links; l++) { /* the capital of the first country, node 0 */
        bk_link *link = (bk_link *)&cut->network.links[l];
        if (link->from == 0 || link->to == 0)
            link->open = false;
    }
    const bk_joint_solution *rest = solve(&made, cut, NULL);
    for (size_t c = 0; c < made.n_cells; c++)
        assert_true(isfinite(rest->transport_factor[c]));
    assert_true(rest->certificate.tonnes < 1e-12);
    close_study(&made);
}

static void
users_of_a_facility_add_up_to_its_flow(void **state)
{
    prepared made;

    (void)state;
    open_study(&made, 4, 93);
    const bk_model          *changed = with_project(&made);
    const bk_joint_solution *solution = solve(&made, changed, NULL);
    double                  *by_pair = BK_NEW(&made.memory.arena, double, made.n_cells);
    for (uint32_t f = 0; f < made.base->graph->n_facilities; f++) {
        const double background = f < made.model->network.n_links ? made.model->network.links[f].background : 0.0;
        assert_int_equal(bk_joint_select(made.memory.ctx, made.base, changed, solution, f, by_pair), BK_OK);
        bkt_close(bk_sum(by_pair, made.n_cells), solution->facility_flow[f] - background, 1e-10, 1e-8);
    }
    close_study(&made);
}

/* What relations report, against the flows of arcs: tonne-hours with the queues met, and carbon dioxide. */
static void
hours_and_co2_of_relations_are_those_of_the_arcs_they_use(void **state)
{
    prepared made;

    (void)state;
    open_study(&made, 4, 61);
    const bk_joint_solution *base = bk_joint_base_solution(made.base);
    const bk_arc_costs      *costs = bk_joint_arc_costs(made.base);
    const bk_graph          *graph = made.base->graph;
    double                   by_relation = 0.0, by_arc = 0.0, co2 = 0.0;
    for (size_t cell = 0; cell < made.n_cells; cell++)
        by_relation += base->tonnes[cell] * base->mean_hours[cell];
    for (size_t j = 0; j < costs->n_sectors; j++)
        for (size_t a = 0; a < graph->n_arcs; a++) {
            const size_t at = j * graph->n_arcs + a;
            if (base->arc_flow[at] == 0.0)
                continue;
            const double queue = graph->facility[a] != BK_NONE ? base->queue_hours[graph->facility[a]] : 0.0;
            by_arc += base->arc_flow[at] * (costs->hours[at] + queue);
            co2 += base->arc_flow[at] * costs->co2[at];
        }
    assert_true(by_arc > 0.0 && co2 > 0.0);
    bkt_close(by_relation, by_arc, 1e-12, 0);
    bkt_close(bk_sum(base->co2, made.n_regions), co2, 1e-12, 0);
    close_study(&made);
}

static void
assert_same_bits(const prepared *a, const bk_joint_solution *x, const bk_joint_solution *y)
{
    const size_t n_facilities = a->base->graph->n_facilities;

    assert_memory_equal(x->transport_factor, y->transport_factor, a->n_cells * sizeof(double));
    assert_memory_equal(x->tonnes, y->tonnes, a->n_cells * sizeof(double));
    assert_memory_equal(x->mean_hours, y->mean_hours, a->n_cells * sizeof(double));
    assert_memory_equal(x->arc_flow, y->arc_flow, 3 * a->base->graph->n_arcs * sizeof(double));
    assert_memory_equal(x->price, y->price, n_facilities * sizeof(double));
    assert_memory_equal(x->trade->welfare_pct, y->trade->welfare_pct, a->n_regions * sizeof(double));
    assert_memory_equal(&x->certificate, &y->certificate, sizeof x->certificate);
}

static void
any_number_of_threads_gives_the_same_bits(void **state)
{
    prepared one, many;

    (void)state;
    open_with(&one, 5, 94, true, 1);
    const bk_joint_solution *alone = solve(&one, with_project(&one), NULL);
    for (int threads = 2; threads <= 8; threads *= 4) {
        open_with(&many, 5, 94, true, threads);
        assert_int_equal(many.base->universe->hash, one.base->universe->hash);
        assert_same_bits(&one, alone, solve(&many, with_project(&many), NULL));
        close_study(&many);
    }
    close_study(&one);
}

static void
a_packed_base_gives_the_same_bits(void **state)
{
    prepared             made;
    const void          *bytes;
    size_t               n;
    const bk_joint_base *fresh, *again;

    (void)state;
    open_study(&made, 4, 95);
    const bk_joint_solution *first = solve(&made, with_project(&made), NULL);
    assert_int_equal(bk_joint_pack(made.memory.ctx, made.base, &made.memory.arena, &bytes, &n), BK_OK);
    assert_int_equal(bk_joint_prepare(made.memory.ctx, made.model, bytes, n, &made.memory.arena, &again), BK_OK);
    fresh = made.base;
    assert_int_equal(again->universe->hash, fresh->universe->hash);
    made.base = again;
    assert_same_bits(&made, first, solve(&made, with_project(&made), NULL));
    close_study(&made);
}

/* Bytes of another study, or damaged ones, are made anew. */
static void
bytes_that_do_not_fit_are_ignored(void **state)
{
    prepared             made;
    const void          *bytes;
    size_t               n;
    const bk_joint_base *again;

    (void)state;
    open_study(&made, 3, 96);
    assert_int_equal(bk_joint_pack(made.memory.ctx, made.base, &made.memory.arena, &bytes, &n), BK_OK);
    uint8_t *damaged = BK_NEW(&made.memory.arena, uint8_t, n);
    memcpy(damaged, bytes, n);
    damaged[n / 2] ^= 1;
    assert_int_equal(bk_joint_prepare(made.memory.ctx, made.model, damaged, n, &made.memory.arena, &again), BK_OK);
    assert_int_equal(again->universe->hash, made.base->universe->hash);
    assert_int_equal(bk_joint_prepare(made.memory.ctx, made.model, bytes, 5, &made.memory.arena, &again), BK_OK);
    made.study->network.model.transport.route_noise = 0.2;
    assert_true(bk_joint_key(made.model) != made.base->key);
    close_study(&made);
}

/* From another scenario's solution, or from nothing, to the same place. */
static void
the_start_does_not_matter(void **state)
{
    prepared made;

    (void)state;
    open_study(&made, 4, 97);
    const bk_model          *changed = with_project(&made);
    const bk_joint_solution *other = solve(&made, with_closure(&made, made.study->first_rail), NULL);
    const bk_joint_solution *cold = solve(&made, changed, NULL), *warm = solve(&made, changed, other);
    for (size_t c = 0; c < made.n_cells; c++)
        bkt_close(warm->transport_factor[c], cold->transport_factor[c], 1e-6, 0);
    for (size_t n = 0; n < made.n_regions; n++)
        bkt_close(warm->trade->welfare_pct[n], cold->trade->welfare_pct[n], 0, 1e-4);
    close_study(&made);
}

static void
without_network_trade_stands_alone(void **state)
{
    prepared             made;
    const bk_joint_base *base;
    bk_model             bare;

    (void)state;
    open_study(&made, 4, 98);
    bare = *made.model;
    bare.has_network = false;
    assert_int_equal(bk_joint_prepare(made.memory.ctx, &bare, NULL, 0, &made.memory.arena, &base), BK_OK);
    assert_null(bk_joint_graph(base));
    made.base = base;
    double  *cost = bkt_random_costs(&bare.economy, 3, 0.2, &made.memory.arena);
    bk_model shocked = bare;
    shocked.economy.trade_cost = cost;
    const bk_joint_solution *solution = solve(&made, &shocked, NULL);
    const bk_trade_shock     shock = {.cost = cost};
    const bk_trade_solution *direct;
    assert_int_equal(
        bk_trade_solve(made.memory.ctx, bk_joint_trade(base), &shock, NULL, NULL, &made.memory.arena, &direct), BK_OK);
    for (size_t n = 0; n < made.n_regions; n++)
        bkt_close(solution->trade->welfare_pct[n], direct->welfare_pct[n], 0, 1e-9);
    close_study(&made);
}

static void
without_economy_graph_and_costs_remain(void **state)
{
    prepared             made;
    const bk_joint_base *base;
    bk_model             bare;

    (void)state;
    open_study(&made, 3, 99);
    bare = *made.model;
    bare.has_economy = false;
    assert_int_equal(bk_joint_prepare(made.memory.ctx, &bare, NULL, 0, &made.memory.arena, &base), BK_OK);
    assert_non_null(bk_joint_graph(base));
    assert_non_null(bk_joint_arc_costs(base));
    assert_null(bk_joint_base_solution(base));
    close_study(&made);
}

/* Costs and productivities of a scenario are over those that the base year's files have. */
static void
what_the_base_year_had_already_changes_nothing(void **state)
{
    enum { S = BKT_JOINT_SECTORS, REGIONS = 4, CELLS = S * REGIONS * REGIONS };
    prepared             made;
    double               cost[CELLS], productivity[S * REGIONS], inverse[CELLS];
    const bk_joint_base *plain, *with_both;
    bk_model             bare, before, after;

    (void)state;
    open_study(&made, REGIONS, 99);
    bare = *made.model;
    bare.has_network = false;
    before = after = bare;
    const double *had = bkt_random_costs(&bare.economy, 4, 0.3, &made.memory.arena);
    for (size_t c = 0; c < CELLS; c++)
        inverse[c] = 1.0 / had[c];
    for (size_t c = 0; c < CELLS; c++)
        cost[c] = had[c] * inverse[CELLS - 1 - c];
    for (size_t i = 0; i < S * REGIONS; i++)
        productivity[i] = 1.0 + 0.05 * (double)i;
    before.economy.trade_cost = had;
    before.economy.productivity = productivity;
    assert_int_equal(bk_joint_prepare(made.memory.ctx, &bare, NULL, 0, &made.memory.arena, &plain), BK_OK);
    assert_int_equal(bk_joint_prepare(made.memory.ctx, &before, NULL, 0, &made.memory.arena, &with_both), BK_OK);
    for (int gone = 0; gone < 2; gone++) { /* a change, or an end to all that the base year had */
        double ratio[CELLS], fall[S * REGIONS];
        for (size_t c = 0; c < CELLS; c++)
            ratio[c] = gone ? inverse[c] : inverse[CELLS - 1 - c];
        for (size_t i = 0; i < S * REGIONS; i++)
            fall[i] = gone ? 1.0 / productivity[i] : 1.0;
        after.economy.trade_cost = ratio;
        after.economy.productivity = fall;
        made.base = plain;
        const bk_joint_solution *one = solve(&made, &after, NULL);
        for (size_t i = 0; i < S * REGIONS; i++) /* what was asked is told with the answer */
            bkt_close(one->shock->productivity[i], fall[i], 0, 0);
        for (size_t c = 0; c < CELLS; c++)
            bkt_close(one->shock->cost[c], ratio[c], 0, 0);
        after.economy.trade_cost = gone ? NULL : cost;
        after.economy.productivity = gone ? NULL : productivity;
        made.base = with_both;
        const bk_joint_solution *other = solve(&made, &after, NULL);
        for (size_t n = 0; n < REGIONS; n++)
            bkt_close(other->trade->welfare_pct[n], one->trade->welfare_pct[n], 1e-9, 1e-9);
        assert_true(fabs(one->trade->welfare_pct[0]) > 1e-2);
    }
    close_study(&made);
}

/* Slopes by their definition: `unit` is d ln of the cost factor over d cost, by differences of the factor, and mass x
 * unit is theta x tonnes, as expenditure is held. */
static void
slopes_of_demand_are_what_they_are_said_to_be(void **state)
{
    const double     h = 1e-4;
    prepared         made;
    bki_trade_demand demand;

    (void)state;
    open_study(&made, 4, 100);
    const bk_economy *economy = &made.model->economy;
    const size_t      n = made.n_regions, n_slots = made.base->traffic->n_slots;
    bk_arena         *arena = &made.memory.arena;
    double           *cost = BK_NEW(arena, double, n_slots), *tonnes = BK_NEW(arena, double, made.n_cells);
    double           *above = BK_NEW(arena, double, made.n_cells), *below = BK_NEW(arena, double, made.n_cells);
    bk_demand_slope   slope = {BK_NEW(arena, double, made.n_cells), BK_NEW(arena, double, made.n_cells),
                               BK_NEW(arena, double, made.n_cells)};
    assert_int_equal(bki_demand_create(made.memory.ctx, made.base, made.model,
                                       bk_assignment_mass(made.base->assignment), arena, &demand),
                     BK_OK);
    for (int side = 0; side < 3; side++) { /* dearer by a tenth than in the base year */
        for (size_t s = 0; s < n_slots; s++)
            cost[s] = 1.1 * made.base->slot_cost[s] + h * (side == 0 ? -1.0 : side == 1 ? 1.0 : 0.0);
        assert_int_equal(bki_demand_respond(&demand, cost, tonnes, &slope), BK_OK);
        if (side < 2)
            memcpy(side == 0 ? below : above, demand.factor, made.n_cells * sizeof *below);
    }
    for (size_t row = 0; row < economy->n_sectors * n; row++) {
        double total = 0.0;
        for (size_t i = 0; i < n; i++) {
            const size_t cell = row * n + i;
            const double theta = economy->sectors[row / n].elasticity;
            const bool   moves = i != row % n && economy->usd_per_tonne[cell] > 0.0;
            bkt_close(slope.unit[cell], moves ? log(above[cell] / below[cell]) / (2.0 * h) : 0.0, 1e-6, 0);
            bkt_close(slope.mass[cell] * slope.unit[cell], moves ? theta * tonnes[cell] : 0.0, 1e-12, 0);
            total += moves ? slope.mass[cell] : theta * demand.value[cell] * made.model->money_usd;
        }
        bkt_close(slope.total[row], total, 1e-12, 0);
    }
    close_study(&made);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_change_gives_hats_of_one),
        cmocka_unit_test(hours_and_co2_of_relations_are_those_of_the_arcs_they_use),
        cmocka_unit_test(the_solution_is_where_plain_damped_iteration_ends),
        cmocka_unit_test(a_closure_raises_costs_and_is_solved),
        cmocka_unit_test(a_country_cut_off_trades_with_nobody),
        cmocka_unit_test(a_deficit_cannot_be_paid_without_trade),
        cmocka_unit_test(one_zone_cut_off_leaves_its_trade_to_the_other),
        cmocka_unit_test(users_of_a_facility_add_up_to_its_flow),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(a_packed_base_gives_the_same_bits),
        cmocka_unit_test(bytes_that_do_not_fit_are_ignored),
        cmocka_unit_test(the_start_does_not_matter),
        cmocka_unit_test(without_network_trade_stands_alone),
        cmocka_unit_test(without_economy_graph_and_costs_remain),
        cmocka_unit_test(what_the_base_year_had_already_changes_nothing),
        cmocka_unit_test(slopes_of_demand_are_what_they_are_said_to_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
