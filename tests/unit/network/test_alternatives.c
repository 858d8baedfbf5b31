#include "all_paths.h"
#include "bkt_network.h"

enum { GOODS = 0 };

static oracle_path every[ORACLE_MOST_PATHS];

typedef struct routes {
    bkt_network           made;
    bkt_memory            memory;
    const bk_graph       *graph;
    const bk_arc_costs   *costs;
    size_t                n;
    const bk_alternative *found;
} routes;

static void
routes_build(routes *r)
{
    assert_int_equal(bk_graph_build(r->memory.ctx, &r->made.model, &r->memory.arena, &r->graph), BK_OK);
    assert_int_equal(bk_arc_costs_build(r->memory.ctx, &r->made.model, r->graph, &r->memory.arena, &r->costs), BK_OK);
}

static bk_status
routes_find(routes *r, const double *price, uint32_t from, uint32_t to, size_t k, bool distinct)
{
    r->n = 0;
    return bk_alternatives(r->memory.ctx, &r->made.model, r->graph, r->costs, price, from, to, GOODS, 0.1, k, distinct,
                           &r->memory.arena, &r->n, &r->found);
}

/* ---- corridors against every simple path
 * -------------------------------------------------------------------------------- */

/* Two inland countries between A and D, ports in each, and a sea: small enough to list every path.  Distances are
 * random. */
static void
make_crossroads(routes *r, uint64_t seed)
{
    static const struct {
        uint32_t from, to, mode;
    } lines[] = {{0, 1, BKT_RAIL}, {0, 2, BKT_RAIL}, {1, 3, BKT_RAIL}, {2, 3, BKT_RAIL},
                 {1, 2, BKT_RAIL}, {0, 1, BKT_ROAD}, {1, 3, BKT_ROAD}, {0, 2, BKT_SEA},
                 {2, 3, BKT_SEA},  {0, 4, BKT_RAIL}, {4, 1, BKT_RAIL}, {0, 1, BKT_RAIL}};
    bkt_network *made = &r->made;

    bkt_memory_init(&r->memory);
    bkt_network_init(made);
    for (uint32_t node = 0; node < 5; node++)
        bkt_node(made, node < 4 ? node : 0);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        bkt_link(made, lines[i].from, lines[i].to, lines[i].mode, 0, 100 + 900 * bk_uniform(seed, 1, i));
        made->links[i].usd_per_tonne_km = 0.1;
    }
    for (uint32_t i = 0; i < made->model.network.n_links; i++) {
        const bk_link *link = &made->links[i];
        bool known = link->mode == BKT_SEA || made->nodes[link->from].country == made->nodes[link->to].country;
        for (size_t b = 0; b < made->model.network.n_borders; b++)
            known = known || (made->borders[b].node == link->from && made->borders[b].mode == link->mode &&
                              made->borders[b].to_country == made->nodes[link->to].country);
        if (!known)
            bkt_border_both_ways(made, i, 10 * bk_uniform(seed, 2, i), 5);
    }
    for (size_t b = 0; b < made->model.network.n_borders; b++) /* a customs union between countries 1 and 2 */
        made->borders[b].customs =
            made->borders[b].from_country + made->borders[b].to_country != 3 || made->borders[b].from_country % 3 == 0;
    bkt_transfer(made, 1, BKT_RAIL, 0, BKT_ROAD, 0, 5, 2);
    bkt_transfer(made, 2, BKT_RAIL, 0, BKT_SEA, 0, 5, 2);
    bkt_transfer(made, 2, BKT_SEA, 0, BKT_RAIL, 0, 5, 2);
    routes_build(r);
}

/* The marks of a path as text, one for each kind of thing that network.h names; a set as 64 bits. */
static uint64_t
marks_of(const routes *r, const uint32_t *arcs, size_t n)
{
    const bk_network_data *network = &r->made.model.network;
    uint64_t               marks = 0;

    for (size_t i = 0; i < n; i++) {
        const uint32_t arc = arcs[i], element = r->graph->element[arc], mode = r->graph->mode[arc];
        const uint8_t  kind = r->graph->kind[arc];
        uint32_t       from = BK_NONE, to = BK_NONE, node = element;
        if (kind == BK_ARC_LINE)
            marks |= UINT64_C(1) << mode;
        if (kind == BK_ARC_BORDER && network->borders[element].side == BK_EXIT && network->borders[element].customs)
            marks |= UINT64_C(1) << (5 + element);
        if (kind == BK_ARC_TRANSFER) {
            from = network->transfers[element].from_mode;
            to = network->transfers[element].to_mode;
            node = network->transfers[element].node;
        }
        if (kind == BK_ARC_LOAD)
            to = mode;
        if (kind == BK_ARC_UNLOAD)
            from = mode;
        if (from == BKT_SEA && to != BKT_SEA)
            marks |= UINT64_C(1) << (40 + node);
        if (to == BKT_SEA && from != BKT_SEA)
            marks |= UINT64_C(1) << (50 + node);
    }
    return marks;
}

static double
common_share(const routes *r, const oracle_path *a, const oracle_path *b)
{
    double common = 0.0, length_a = 0.0, length_b = 0.0;

    for (size_t i = 0; i < a->n_arcs; i++)
        length_a += r->costs->km[a->arcs[i]];
    for (size_t j = 0; j < b->n_arcs; j++) {
        length_b += r->costs->km[b->arcs[j]];
        for (size_t i = 0; i < a->n_arcs; i++)
            if (a->arcs[i] == b->arcs[j])
                common += r->costs->km[b->arcs[j]];
    }
    return common == 0.0 ? 0.0 : common / fmin(length_a, length_b);
}

/* The definition in network.h, read off the list of all simple paths. */
static size_t
list_by_definition(const routes *r, size_t n_paths, size_t k, size_t *listed)
{
    size_t n = 0;

    for (size_t i = 0; i < n_paths && n < k; i++) {
        const uint64_t marks = marks_of(r, every[i].arcs, every[i].n_arcs);
        bool           wanted = true;
        for (size_t j = 0; j < i && wanted; j++)
            wanted = (marks_of(r, every[j].arcs, every[j].n_arcs) & ~marks) != 0;
        for (size_t j = 0; j < n && wanted; j++)
            wanted = common_share(r, &every[i], &every[listed[j]]) <= 0.75;
        if (wanted)
            listed[n++] = i;
    }
    return n;
}

static void
corridors_are_those_of_the_definition_over_all_simple_paths(void **state)
{
    static routes r;
    size_t        n_seen = 0;
    (void)state;

    for (uint64_t seed = 1; seed <= 150; seed++) {
        double cost[256];
        size_t listed[20];
        make_crossroads(&r, seed);
        assert_true(r.graph->n_arcs <= 256 && r.graph->n_vertices <= 64 && r.made.model.network.n_borders <= 35);
        bk_arc_generalised_cost(r.graph, r.costs, &r.made.model.transport, GOODS, 0.1, NULL, NULL, cost);
        const size_t n_paths = oracle_all_paths(r.graph->n_arcs, r.graph->tail, r.graph->head, cost, r.graph->origin[0],
                                                r.graph->destination[3], every);
        const size_t n = list_by_definition(&r, n_paths, 20, listed);
        assert_int_equal(routes_find(&r, NULL, 0, 3, 20, true), BK_OK);
        assert_int_equal(r.n, n);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(r.found[i].n_arcs, every[listed[i]].n_arcs);
            assert_memory_equal(r.found[i].arcs, every[listed[i]].arcs, r.found[i].n_arcs * sizeof(uint32_t));
        }
        n_seen += n;
        bkt_memory_release(&r.memory);
    }
    assert_true(n_seen > 3 * 150); /* the cases are not trivial */
}

/* ---- two parallel ways, by hand
 * ------------------------------------------------------------------------------------------ */

/* A -- X -- B by rail (100 + 100 km) and A -- Y -- B by rail (150 + 150 km), X abroad, and a second track X -- B (110
 * km). */
static void
make_two_ways(routes *r)
{
    bkt_network *made = &r->made;

    bkt_memory_init(&r->memory);
    bkt_network_init(made);
    const uint32_t a = bkt_node(made, 0), x = bkt_node(made, 1), y = bkt_node(made, 0), b = bkt_node(made, 0);
    bkt_link(made, a, x, BKT_RAIL, 0, 100);
    bkt_link(made, x, b, BKT_RAIL, 0, 100);
    bkt_link(made, a, y, BKT_RAIL, 0, 150);
    bkt_link(made, y, b, BKT_RAIL, 0, 150);
    bkt_link(made, x, b, BKT_RAIL, 0, 110);
    bkt_border_both_ways(made, 0, 1, 0.1);
    bkt_border_both_ways(made, 1, 1, 0.1);
    for (size_t i = 0; i < 8; i++)
        made->borders[i].hours_sd = 1;
    *bkt_product(made, BKT_RAIL, GOODS) = (bk_mode_product){.allowed = true,
                                                            .money_factor = 1,
                                                            .hours_factor = 1,
                                                            .border_hours_factor = 1,
                                                            .loading_hours = 3,
                                                            .loading_usd_per_tonne = 1,
                                                            .constant_usd_per_tonne = 0.5,
                                                            .kg_co2_per_tonne_km = 0.02};
}

static void
an_alternative_is_described_as_by_hand(void **state)
{
    static routes r;
    double        price[64] = {0};
    (void)state;

    make_two_ways(&r);
    routes_build(&r);
    price[0] = 0.25; /* link A -- X */
    assert_int_equal(routes_find(&r, price, 0, 3, 9, false), BK_OK);
    assert_int_equal(r.n, 3); /* by X, by X and the second track, by Y */
    const bk_alternative *way = &r.found[0];
    const double vot = 0.1, hours = 3 + 2 + 1 + 1 + 2 + 1 + 1 + 3, money = 1 + 1 + 0.1 + 0.1 + 0.1 + 0.1 + 1 + 1;
    bkt_close(way->money, money, 1e-14, 0);
    bkt_close(way->hours, hours, 1e-14, 0);
    bkt_close(way->hours_sd, 2, 1e-14, 0); /* four posts of 1 h^2 */
    bkt_close(way->km, 200, 1e-14, 0);
    bkt_close(way->co2_kg, 4, 1e-14, 0);
    bkt_close(way->constant, 0.5, 1e-14, 0);
    bkt_close(way->scarcity, 0.25, 1e-14, 0);
    bkt_close(way->generalised_cost, money + 0.5 + 0.25 + vot * (hours + 0.5 * 4 / 20), 1e-14, 0);
    assert_int_equal(way->n_borders, 2);
    assert_int_equal(way->n_transfers, 0);
    /* load | exit | line | entry, exit | line | entry | unload */
    assert_int_equal(way->n_legs, 7);
    assert_int_equal(way->legs[0].kind, BK_ARC_LOAD);
    assert_int_equal(way->legs[3].kind, BK_ARC_BORDER);
    assert_int_equal(way->legs[2].kind, BK_ARC_LINE);
    assert_int_equal(way->legs[2].from_node, 0);
    assert_int_equal(way->legs[2].to_node, 1);
    double leg_km = 0, leg_money = 0, leg_hours = 0;
    for (size_t i = 0; i < way->n_legs; i++) {
        leg_km += way->legs[i].km;
        leg_money += way->legs[i].money;
        leg_hours += way->legs[i].hours;
    }
    bkt_close(leg_km, way->km, 1e-14, 0);
    bkt_close(leg_money, way->money, 1e-14, 0);
    bkt_close(leg_hours, way->hours, 1e-14, 0);
    bkt_memory_release(&r.memory);
}

/* Path size: sum over arcs of cost / users, over the route's cost.  The way by Y shares loading with the others. */
static void
overlap_and_shares_follow_their_formulas(void **state)
{
    static routes r;
    double        cost[64], g[3], size[3], sum = 0, cheapest = INFINITY;
    (void)state;

    make_two_ways(&r);
    routes_build(&r);
    assert_int_equal(routes_find(&r, NULL, 0, 3, 9, false), BK_OK);
    assert_int_equal(r.n, 3);
    bk_arc_generalised_cost(r.graph, r.costs, &r.made.model.transport, GOODS, 0.1, NULL, NULL, cost);
    for (size_t i = 0; i < 3; i++) {
        g[i] = r.found[i].generalised_cost;
        cheapest = fmin(cheapest, g[i] - 0.5); /* every route boards once: 0.5 USD/t of constant */
        size[i] = 0;
        for (size_t k = 0; k < r.found[i].n_arcs; k++) {
            int users = 0;
            for (size_t j = 0; j < 3; j++)
                for (size_t l = 0; l < r.found[j].n_arcs; l++)
                    users += r.found[j].arcs[l] == r.found[i].arcs[k];
            size[i] += cost[r.found[i].arcs[k]] / users / g[i];
        }
        bkt_close(r.found[i].path_size, size[i], 1e-13, 0);
        sum += r.found[i].share;
    }
    bkt_close(sum, 1, 1e-14, 0);
    const double mu = acos(-1) / (sqrt(6) * 0.1 * cheapest);
    for (size_t i = 1; i < 3; i++)
        bkt_close(r.found[i].share / r.found[0].share, size[i] / size[0] * exp(-mu * (g[i] - g[0])), 1e-12, 0);
    bkt_memory_release(&r.memory);
}

static void
routes_that_share_nothing_have_path_size_one(void **state)
{
    static routes r;
    (void)state;

    make_two_ways(&r);
    *bkt_product(&r.made, BKT_RAIL, GOODS) = (bk_mode_product){
        .allowed = true, .money_factor = 1, .hours_factor = 1, .border_hours_factor = 1}; /* loading is free */
    r.made.links[4].open = false;
    routes_build(&r);
    assert_int_equal(routes_find(&r, NULL, 0, 3, 9, false), BK_OK);
    assert_int_equal(r.n, 2);
    bkt_close(r.found[0].path_size, 1, 1e-14, 0);
    bkt_close(r.found[1].path_size, 1, 1e-14, 0);
    bkt_memory_release(&r.memory);
}

static void
without_noise_all_go_the_cheapest_way(void **state)
{
    static routes r;
    (void)state;

    make_two_ways(&r);
    r.made.model.transport.route_noise = 0;
    routes_build(&r);
    assert_int_equal(routes_find(&r, NULL, 0, 3, 9, false), BK_OK);
    bkt_close(r.found[0].share, 1, 0, 0);
    bkt_close(r.found[1].share, 0, 0, 0);
    bkt_memory_release(&r.memory);
}

/* The second track crosses at the same post, so it is no corridor of its own. */
static void
a_second_track_is_not_a_corridor(void **state)
{
    static routes r;
    (void)state;

    make_two_ways(&r);
    routes_build(&r);
    assert_int_equal(routes_find(&r, NULL, 0, 3, 9, true), BK_OK);
    assert_int_equal(r.n, 2);
    bkt_close(r.found[0].km, 200, 0, 0);
    bkt_close(r.found[1].km, 300, 0, 0);
    bkt_memory_release(&r.memory);
}

static void
the_transit_bans_of_the_model_hold(void **state)
{
    static routes        r;
    const bool           through[BKT_COUNTRIES] = {false, true}, closed_to[BKT_COUNTRIES] = {true};
    const bk_transit_ban ban = {"ban", closed_to, through};
    (void)state;

    make_two_ways(&r);
    r.made.model.bans = &ban;
    r.made.model.n_bans = 1;
    routes_build(&r);
    assert_int_equal(routes_find(&r, NULL, 0, 3, 9, false), BK_OK);
    assert_int_equal(r.n, 1);
    bkt_close(r.found[0].km, 300, 0, 0);
    assert_int_equal(routes_find(&r, NULL, 0, 1, 9, false), BK_OK); /* trade with X itself stays open */
    bkt_memory_release(&r.memory);
}

static void
a_place_that_cannot_be_reached_is_named(void **state)
{
    static routes r;
    (void)state;

    make_two_ways(&r);
    bkt_node(&r.made, 2);
    routes_build(&r);
    for (int distinct = 0; distinct < 2; distinct++) {
        bk_error_clear(r.memory.ctx);
        assert_int_equal(routes_find(&r, NULL, 0, 4, 3, distinct), BK_ERR_NO_PATH);
        assert_string_equal(bk_error_get(r.memory.ctx, 0)->message, "no route takes goods from n0 to n4");
    }
    bkt_memory_release(&r.memory);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corridors_are_those_of_the_definition_over_all_simple_paths),
        cmocka_unit_test(an_alternative_is_described_as_by_hand),
        cmocka_unit_test(overlap_and_shares_follow_their_formulas),
        cmocka_unit_test(routes_that_share_nothing_have_path_size_one),
        cmocka_unit_test(without_noise_all_go_the_cheapest_way),
        cmocka_unit_test(a_second_track_is_not_a_corridor),
        cmocka_unit_test(the_transit_bans_of_the_model_hold),
        cmocka_unit_test(a_place_that_cannot_be_reached_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
