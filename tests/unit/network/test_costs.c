#include "bkt_network.h"

enum { FOOD, ORES, SERVICES };

/* Rail from an inland city (country A) to a border post, over the border (country B) to a port, then sea to a port in
 * C: city --rail 1520, 300 km--> post ==rail 1520, 20 km==> port  --sea 1000 km--> far port */
typedef struct corridor {
    bkt_network         made;
    bkt_memory          memory;
    const bk_graph     *graph;
    const bk_arc_costs *costs;
    double              cost[64], distance[32];
    uint32_t            entering[32];
    uint32_t            city, post, port, far;
} corridor;

static void
set_modes(bkt_network *made)
{
    *bkt_product(made, BKT_RAIL, FOOD) = (bk_mode_product){.allowed = true,
                                                           .money_factor = 0.5,
                                                           .hours_factor = 2,
                                                           .border_hours_factor = 0.4,
                                                           .loading_hours = 30,
                                                           .loading_usd_per_tonne = 4,
                                                           .constant_usd_per_tonne = 7,
                                                           .kg_co2_per_tonne_km = 0.02};
    *bkt_product(made, BKT_SEA, FOOD) = (bk_mode_product){.allowed = true,
                                                          .money_factor = 3,
                                                          .hours_factor = 1,
                                                          .border_hours_factor = 1,
                                                          .loading_hours = 70,
                                                          .loading_usd_per_tonne = 5,
                                                          .constant_usd_per_tonne = 11,
                                                          .kg_co2_per_tonne_km = 0.004};
}

static void
corridor_init(corridor *c)
{
    bkt_network *made = &c->made;

    bkt_memory_init(&c->memory);
    bkt_network_init(made);
    c->city = bkt_node(made, 0);
    c->post = bkt_node(made, 0);
    c->port = bkt_node(made, 1);
    c->far = bkt_node(made, 2);
    bkt_link(made, c->city, c->post, BKT_RAIL, 1520, 300);
    bkt_link(made, c->post, c->port, BKT_RAIL, 1520, 20);
    bkt_link(made, c->port, c->far, BKT_SEA, 0, 1000);
    made->links[0].toll = 1.5;
    made->links[0].hours_sd = 3;
    made->links[2].kmh = 25;
    made->links[2].usd_per_tonne_km = 0.001;
    bkt_transfer(made, c->port, BKT_RAIL, 1520, BKT_SEA, 0, 72, 10);
    bkt_transfer(made, c->port, BKT_SEA, 0, BKT_RAIL, 1520, 72, 10);
    made->transfers[0].hours_sd = 24;
    bkt_border_both_ways(made, 1, 5, 2);
    made->borders[0].control_hours = 10; /* leaving A: a fifth is inspected for 60 h, so 20 h on average */
    made->borders[0].inspected_share = 0.2;
    made->borders[0].inspection_hours = 60;
    made->borders[0].hours_sd = 15;
    set_modes(made);
}

static void
corridor_build(corridor *c)
{
    assert_int_equal(bk_graph_build(c->memory.ctx, &c->made.model, &c->memory.arena, &c->graph), BK_OK);
    assert_int_equal(bk_arc_costs_build(c->memory.ctx, &c->made.model, c->graph, &c->memory.arena, &c->costs), BK_OK);
    assert_true(c->graph->n_arcs <= 64 && c->graph->n_vertices <= 32);
}

static void
corridor_tree(corridor *c, size_t sector, double usd_per_tonne_hour, const double *price, const bool *banned,
              uint32_t from)
{
    bk_tree_scratch *scratch = bk_tree_scratch_create(&c->memory.arena, c->graph);

    bk_arc_generalised_cost(c->graph, c->costs, &c->made.model.transport, sector, usd_per_tonne_hour, price, banned,
                            c->cost);
    bk_tree_out(c->graph, BK_TREE_HEAP, c->cost, c->graph->origin[from], scratch, c->distance, c->entering);
}

static double
corridor_distance(const corridor *c, uint32_t to)
{
    return c->distance[c->graph->destination[to]];
}

static double
sum_along(const corridor *c, const double *values, uint32_t from, uint32_t to)
{
    double sum = 0.0;

    for (uint32_t v = c->graph->destination[to]; v != c->graph->origin[from]; v = c->graph->tail[c->entering[v]])
        sum += values[c->entering[v]];
    return sum;
}

static void
a_route_s_cost_is_the_sum_by_hand(void **state)
{
    static corridor c;
    (void)state;

    corridor_init(&c);
    corridor_build(&c);
    corridor_tree(&c, FOOD, 0.1, NULL, NULL, c.city);
    /*              load   300 km rail   exit  20 km rail  entry  transfer  1000 km sea  unload */
    const double money = 4 + (1.5 + 1.5) + 2 + 0.1 + 2 + 10 + 3.0 + 5;
    const double hours = 30 + 12 + 0.4 * 20 + 0.8 + 0.4 * 5 + 72 + 40 + 70;
    const double variance = 9 + 36 + 24 * 24; /* (0.4 x 15)^2 at the post */
    const double constant = 7 + 11;           /* boards rail, then the ship */
    bkt_close(sum_along(&c, c.costs->money, c.city, c.far), money, 1e-14, 0);
    bkt_close(sum_along(&c, c.costs->hours, c.city, c.far), hours, 1e-14, 0);
    bkt_close(sum_along(&c, c.costs->variance, c.city, c.far), variance, 1e-14, 0);
    bkt_close(sum_along(&c, c.costs->constant, c.city, c.far), constant, 1e-14, 0);
    bkt_close(sum_along(&c, c.costs->km, c.city, c.far), 1320, 1e-14, 0);
    bkt_close(sum_along(&c, c.costs->co2, c.city, c.far), 320 * 0.02 + 1000 * 0.004, 1e-14, 0);
    bkt_close(corridor_distance(&c, c.far), money + constant + 0.1 * (hours + 0.5 * variance / 20), 1e-14, 0);
    bkt_memory_release(&c.memory);
}

static void
scarcity_prices_are_paid_at_their_facility(void **state)
{
    static corridor c;
    double          price[64] = {0};
    (void)state;

    corridor_init(&c);
    corridor_build(&c);
    corridor_tree(&c, FOOD, 0.1, NULL, NULL, c.city);
    const double before = corridor_distance(&c, c.far);
    price[0] = 1;             /* first link */
    price[3 + 0] = 20;        /* transfer onto the ship */
    price[3 + 1] = 4000;      /* transfer off the ship: not used */
    price[3 + 2 + 1] = 300;   /* entry into B */
    price[3 + 2 + 3] = 50000; /* entry into A: not used */
    corridor_tree(&c, FOOD, 0.1, price, NULL, c.city);
    bkt_close(corridor_distance(&c, c.far), before + 321, 1e-13, 0);
    bkt_memory_release(&c.memory);
}

static void
calibrated_constants_add_to_links_both_ways_and_to_one_border_row(void **state)
{
    static corridor c;
    (void)state;

    corridor_init(&c);
    corridor_build(&c);
    corridor_tree(&c, FOOD, 0.1, NULL, NULL, c.city);
    const double out = corridor_distance(&c, c.far);
    corridor_tree(&c, FOOD, 0.1, NULL, NULL, c.far);
    const double back = corridor_distance(&c, c.city);

    c.made.constants[0] = (bk_constant){"line", false, 0, BK_NONE, 100};
    c.made.constants[1] = (bk_constant){"line", false, 0, FOOD, 10};
    c.made.constants[2] = (bk_constant){"line", false, 0, ORES, 7000};
    c.made.constants[3] = (bk_constant){"post", true, 1, FOOD, 1};
    c.made.model.network.n_constants = 4;
    corridor_build(&c);
    corridor_tree(&c, FOOD, 0.1, NULL, NULL, c.city);
    bkt_close(corridor_distance(&c, c.far), out + 111, 1e-13, 0);
    bkt_close(sum_along(&c, c.costs->constant, c.city, c.far), 7 + 11 + 111, 1e-13, 0);
    corridor_tree(&c, FOOD, 0.1, NULL, NULL, c.far);
    bkt_close(corridor_distance(&c, c.city), back + 110, 1e-13, 0);
    bkt_memory_release(&c.memory);
}

static void
a_negative_constant_never_makes_an_arc_pay(void **state)
{
    static corridor c;
    (void)state;

    corridor_init(&c);
    c.made.constants[0] = (bk_constant){"line", false, 0, BK_NONE, -1e6};
    c.made.model.network.n_constants = 1;
    corridor_build(&c);
    corridor_tree(&c, FOOD, 0.1, NULL, NULL, c.city);
    for (size_t a = 0; a < c.graph->n_arcs; a++)
        assert_true(c.cost[a] >= 0.0);
    assert_true(isfinite(corridor_distance(&c, c.far)));
    bkt_memory_release(&c.memory);
}

static void
what_is_closed_or_not_allowed_costs_infinity(void **state)
{
    static corridor c;
    (void)state;

    for (int closed = 0; closed < 6; closed++) {
        corridor_init(&c);
        if (closed == 0)
            c.made.links[2].open = false;
        if (closed == 1)
            c.made.transfers[0].open = false;
        if (closed == 2)
            c.made.borders[1].open = false;
        if (closed == 3)
            bkt_product(&c.made, BKT_SEA, FOOD)->allowed = false;
        if (closed == 4)
            bkt_product(&c.made, BKT_RAIL, FOOD)->allowed = false;
        if (closed == 5)
            c.made.sectors[FOOD].usd_per_tonne = 0; /* weightless */
        corridor_build(&c);
        corridor_tree(&c, FOOD, 0.1, NULL, NULL, c.city);
        assert_true(isinf(corridor_distance(&c, c.far)));
        if (closed != 5) /* the way back uses other rows, except where the mode or link is lost */
            corridor_tree(&c, FOOD, 0.1, NULL, NULL, c.far);
        assert_true(isfinite(corridor_distance(&c, c.city)) == (closed == 1 || closed == 2));
        corridor_tree(&c, ORES, 0.1, NULL, NULL, c.city);
        assert_true(isfinite(corridor_distance(&c, c.far)) == (closed > 2));
        bkt_memory_release(&c.memory);
    }
}

/* A change of mode needs both modes, else goods could enter a mode that may not carry them just to change again. */
static void
a_transfer_needs_both_modes_allowed(void **state)
{
    static corridor c;
    (void)state;

    corridor_init(&c);
    bkt_product(&c.made, BKT_RAIL, FOOD)->allowed = false;
    corridor_build(&c);
    for (size_t a = 0; a < c.graph->n_arcs; a++)
        if (c.graph->kind[a] == BK_ARC_TRANSFER)
            assert_true(isinf(c.costs->money[FOOD * c.graph->n_arcs + a]));
    bkt_memory_release(&c.memory);
}

static void
a_change_of_gauge_boards_nothing(void **state)
{
    static corridor c;
    (void)state;

    corridor_init(&c);
    bkt_transfer(&c.made, c.post, BKT_RAIL, 1520, BKT_RAIL, 1435, 6, 2);
    corridor_build(&c);
    for (size_t a = 0; a < c.graph->n_arcs; a++)
        if (c.graph->kind[a] == BK_ARC_TRANSFER && c.graph->element[a] == 2)
            bkt_close(c.costs->constant[a], 0, 0, 0);
    bkt_memory_release(&c.memory);
}

/* ---- bans ------------------------------------------------------------------------------------------------------ */

static bool
is_banned(const bk_graph *graph, const bool *banned, bk_arc_kind kind, uint32_t element)
{
    bool found = false, all = true, any = false;

    for (size_t a = 0; a < graph->n_arcs; a++)
        if (graph->kind[a] == kind && graph->element[a] == element) {
            found = true;
            all = all && banned[a];
            any = any || banned[a];
        }
    assert_true(found && all == any);
    return any;
}

/* Countries 0 (A), 1 (B, banned), 2 (C): rail A-B-C, a ferry B-C, a pipeline A-B and sea from B to C. */
static void
a_ban_closes_land_and_ferries_in_its_countries_but_not_sea_or_pipelines(void **state)
{
    static bkt_network   made;
    bkt_memory           memory;
    const bk_graph      *graph;
    bool                 banned[128];
    const bool           through[BKT_COUNTRIES] = {false, true}, closed_to[BKT_COUNTRIES] = {true};
    const bk_transit_ban ban = {"ban", closed_to, through};
    (void)state;

    bkt_memory_init(&memory);
    bkt_network_init(&made);
    const uint32_t a1 = bkt_node(&made, 0), a2 = bkt_node(&made, 0), b1 = bkt_node(&made, 1), b2 = bkt_node(&made, 1);
    const uint32_t c1 = bkt_node(&made, 2);
    const uint32_t inside_a = bkt_link(&made, a1, a2, BKT_RAIL, 1520, 10),
                   into_b = bkt_link(&made, a2, b1, BKT_RAIL, 1520, 10);
    const uint32_t inside_b = bkt_link(&made, b1, b2, BKT_ROAD, 0, 10),
                   ferry = bkt_link(&made, b2, c1, BKT_FERRY, 0, 10);
    const uint32_t pipeline = bkt_link(&made, a2, b2, BKT_PIPELINE, 0, 10),
                   sea = bkt_link(&made, b2, c1, BKT_SEA, 0, 10);
    bkt_border_both_ways(&made, into_b, 1, 1); /* rows 0 at a2, 1 at b1, 2 at b1, 3 at a2 */
    bkt_border_both_ways(&made, ferry, 1, 1);
    const uint32_t at_a = bkt_transfer(&made, a2, BKT_RAIL, 1520, BKT_ROAD, 0, 1, 1);
    const uint32_t at_b = bkt_transfer(&made, b2, BKT_ROAD, 0, BKT_SEA, 0, 1, 1);
    const uint32_t oil = bkt_transfer(&made, b2, BKT_PIPELINE, 0, BKT_SEA, 0, 1, 1);
    assert_int_equal(bk_graph_build(memory.ctx, &made.model, &memory.arena, &graph), BK_OK);
    assert_true(graph->n_arcs <= 128);
    bk_arc_ban(&made.model, graph, &ban, banned);

    assert_false(is_banned(graph, banned, BK_ARC_LINE, inside_a));
    assert_true(is_banned(graph, banned, BK_ARC_LINE, into_b));
    assert_true(is_banned(graph, banned, BK_ARC_LINE, inside_b));
    assert_true(is_banned(graph, banned, BK_ARC_LINE, ferry));
    assert_false(is_banned(graph, banned, BK_ARC_LINE, pipeline));
    assert_false(is_banned(graph, banned, BK_ARC_LINE, sea));
    assert_false(is_banned(graph, banned, BK_ARC_BORDER, 0));
    assert_true(is_banned(graph, banned, BK_ARC_BORDER, 1));
    assert_false(is_banned(graph, banned, BK_ARC_TRANSFER, at_a));
    assert_true(is_banned(graph, banned, BK_ARC_TRANSFER, at_b));
    assert_false(is_banned(graph, banned, BK_ARC_TRANSFER, oil));
    assert_false(is_banned(graph, banned, BK_ARC_LOAD, b1));
    bkt_memory_release(&memory);
}

static double
toll_on(const bk_graph *graph, const double *toll, bk_arc_kind kind, uint32_t element)
{
    for (size_t a = 0; a < graph->n_arcs; a++)
        if (graph->kind[a] == kind && graph->element[a] == element)
            return toll[a];
    return -1.0;
}

/* Rail A-B-C and a port in B: B asks 5 where cargo of others leaves it, by rail or from rail to a ship. */
static void
a_toll_is_asked_where_transit_leaves_and_of_nobody_s_own_trade(void **state)
{
    static bkt_network made;
    bkt_memory         memory;
    const bk_graph    *graph;
    double             toll[128];
    const double       asked[BKT_COUNTRIES] = {3, 5, 7};
    (void)state;

    bkt_memory_init(&memory);
    bkt_network_init(&made);
    const uint32_t a = bkt_node(&made, 0), b = bkt_node(&made, 1), c = bkt_node(&made, 2);
    bkt_border_both_ways(&made, bkt_link(&made, a, b, BKT_RAIL, 1520, 10), 1, 1); /* rows A-B 0, 1, B-A 2, 3 */
    bkt_border_both_ways(&made, bkt_link(&made, b, c, BKT_RAIL, 1520, 10), 1, 1); /* rows B-C 4, 5, C-B 6, 7 */
    bkt_link(&made, b, c, BKT_SEA, 0, 10);
    const uint32_t to_ship = bkt_transfer(&made, b, BKT_RAIL, 1520, BKT_SEA, 0, 1, 1);
    const uint32_t to_rail = bkt_transfer(&made, b, BKT_SEA, 0, BKT_RAIL, 1520, 1, 1);
    const uint32_t to_road = bkt_transfer(&made, b, BKT_RAIL, 1520, BKT_ROAD, 0, 1, 1);
    const uint32_t to_tanker = bkt_transfer(&made, b, BKT_PIPELINE, 0, BKT_SEA, 0, 1, 1);
    made.model.transit_toll = asked;
    assert_int_equal(bk_graph_build(memory.ctx, &made.model, &memory.arena, &graph), BK_OK);
    assert_true(graph->n_arcs <= 128);
    bk_arc_tolls(&made.model, graph, 0, 2, toll);
    assert_true(toll_on(graph, toll, BK_ARC_BORDER, 4) == 5.0 && toll_on(graph, toll, BK_ARC_TRANSFER, to_ship) == 5.0);
    assert_true(toll_on(graph, toll, BK_ARC_BORDER, 0) == 0.0); /* A's own */
    assert_true(toll_on(graph, toll, BK_ARC_BORDER, 6) == 0.0); /* C's own, were it to leave again */
    assert_true(toll_on(graph, toll, BK_ARC_BORDER, 1) == 0.0 && toll_on(graph, toll, BK_ARC_BORDER, 5) == 0.0);
    assert_true(toll_on(graph, toll, BK_ARC_TRANSFER, to_rail) == 0.0);
    assert_true(toll_on(graph, toll, BK_ARC_TRANSFER, to_road) == 0.0);
    assert_true(toll_on(graph, toll, BK_ARC_TRANSFER, to_tanker) == 0.0);
    bk_arc_tolls(&made.model, graph, 0, 1, toll); /* ends in B */
    assert_true(toll_on(graph, toll, BK_ARC_BORDER, 4) == 0.0 && toll_on(graph, toll, BK_ARC_TRANSFER, to_ship) == 0.0);
    assert_true(toll_on(graph, toll, BK_ARC_BORDER, 6) == 7.0);
    made.model.transit_toll = NULL;
    bk_arc_tolls(&made.model, graph, 0, 2, toll);
    assert_true(toll_on(graph, toll, BK_ARC_BORDER, 4) == 0.0);
    bkt_memory_release(&memory);
}

static void
a_banned_arc_costs_infinity(void **state)
{
    static corridor c;
    bool            banned[64] = {false};
    (void)state;

    corridor_init(&c);
    corridor_build(&c);
    for (size_t a = 0; a < c.graph->n_arcs; a++)
        banned[a] = c.graph->kind[a] == BK_ARC_LINE && c.graph->element[a] == 0;
    corridor_tree(&c, FOOD, 0.1, NULL, banned, c.city);
    assert_true(isinf(corridor_distance(&c, c.far)));
    bkt_memory_release(&c.memory);
}

/* Arc by arc: what its facility asks is added to it and to no other, and a ban closes it alone. */
static void
each_arc_pays_its_own_price_and_ban(void **state)
{
    static corridor c;
    double          price[64] = {0}, plain[64], changed[64];
    bool            banned[64] = {false};
    (void)state;

    corridor_init(&c);
    corridor_build(&c);
    const bk_transport_settings *settings = &c.made.model.transport;
    bk_arc_generalised_cost(c.graph, c.costs, settings, FOOD, 0.1, NULL, NULL, plain);
    for (size_t a = 0; a < c.graph->n_arcs; a++) {
        const uint32_t facility = c.graph->facility[a];
        if (facility != BK_NONE)
            price[facility] = 3.0;
        bk_arc_generalised_cost(c.graph, c.costs, settings, FOOD, 0.1, price, NULL, changed);
        for (size_t b = 0; b < c.graph->n_arcs; b++)
            bkt_close(changed[b], plain[b] + (facility != BK_NONE && c.graph->facility[b] == facility ? 3.0 : 0.0),
                      1e-14, 0);
        if (facility != BK_NONE)
            price[facility] = 0.0;
        banned[a] = true;
        bk_arc_generalised_cost(c.graph, c.costs, settings, FOOD, 0.1, NULL, banned, changed);
        banned[a] = false;
        for (size_t b = 0; b < c.graph->n_arcs; b++)
            bkt_close(changed[b], a == b ? INFINITY : plain[b], 0, 0);
    }
    bkt_memory_release(&c.memory);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_route_s_cost_is_the_sum_by_hand),
        cmocka_unit_test(scarcity_prices_are_paid_at_their_facility),
        cmocka_unit_test(calibrated_constants_add_to_links_both_ways_and_to_one_border_row),
        cmocka_unit_test(a_negative_constant_never_makes_an_arc_pay),
        cmocka_unit_test(what_is_closed_or_not_allowed_costs_infinity),
        cmocka_unit_test(a_transfer_needs_both_modes_allowed),
        cmocka_unit_test(a_change_of_gauge_boards_nothing),
        cmocka_unit_test(a_ban_closes_land_and_ferries_in_its_countries_but_not_sea_or_pipelines),
        cmocka_unit_test(a_toll_is_asked_where_transit_leaves_and_of_nobody_s_own_trade),
        cmocka_unit_test(a_banned_arc_costs_infinity),
        cmocka_unit_test(each_arc_pays_its_own_price_and_ban),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
