#include "bkt_assignment.h"
#include "logit_oracle.h"

/* Prices drawn for every limit, by facility too. */
static void
draw_prices(const bkt_assignment *made, uint64_t seed, double *price, double *facility_price)
{
    const bk_limits *limits = bk_assignment_limits(made->assignment);

    for (size_t a = 0; a < limits->n_limits; a++) {
        price[a] = bkt_draw(seed, 30, a, 0.0, 40.0);
        facility_price[limits->facility[a]] = price[a];
    }
}

static void
costs_and_shares_agree_with_plain_loops(void **state)
{
    bkt_assignment made;
    size_t         n_shares, at = 0;

    (void)state;
    bkt_assignment_open(&made, 4, 11);
    const bk_traffic *t = made.traffic;
    double           *price = BK_NEW(&made.memory.arena, double, made.n_limits + 1);
    double           *by_facility = BK_NEW(&made.memory.arena, double, made.graph->n_facilities);
    draw_prices(&made, 5, price, by_facility);
    bk_assignment_evaluate(made.memory.ctx, made.assignment, price);
    const double *cost = bk_assignment_slot_cost(made.assignment),
                 *share = bk_assignment_shares(made.assignment, &n_shares);
    for (size_t p = 0; p < t->n_pairs; p++) {
        const size_t n = made.universe->first_route[p + 1] - made.universe->first_route[p];
        assert_in_range(n, 1, 64);
        for (size_t s = t->first_slot[p], i = 0; s < t->first_slot[p + 1]; s++, i++) {
            double expected = 0.0, mean[64] = {0};
            for (size_t k = 0; k < t->n_classes; k++) {
                const logit_oracle oracle = logit_oracle_class(&made.study->network.model, made.graph, made.costs, t,
                                                               made.universe, p, s, k, by_facility);
                expected += oracle.expected / (double)t->n_classes;
                for (size_t r = 0; r < n; r++)
                    mean[r] += oracle.share[r] / (double)t->n_classes;
            }
            bkt_close(cost[s], expected, 1e-12, 0);
            for (size_t r = 0; r < n; r++) /* two sectors pad to four lanes */
                bkt_close(share[at + r * 4 + i], mean[r], 1e-11, 1e-300);
        }
        at += 4 * n;
    }
    assert_int_equal(at, n_shares);
    bkt_assignment_close(&made);
}

static double
total_cost(const bkt_assignment *made, const double *price)
{
    const bk_traffic *t = made->traffic;
    const double     *mass = bk_assignment_mass(made->assignment);
    const size_t      n = t->n_regions;
    double            sum = 0.0;

    bk_assignment_evaluate(made->memory.ctx, made->assignment, price);
    for (size_t p = 0; p < t->n_pairs; p++) {
        const size_t r = bkt_relation_of(t, p);
        for (size_t s = t->first_slot[p]; s < t->first_slot[p + 1]; s++)
            sum += made->tonnes[(t->slot_sector[s] * n + t->importer[r]) * n + t->exporter[r]] * mass[s] *
                   bk_assignment_slot_cost(made->assignment)[s];
    }
    return sum;
}

/* Williams (1977): the derivative of the expected cost with respect to a price is the flow that pays it. */
static void
slope_of_expected_cost_is_flow(void **state)
{
    bkt_assignment made;

    (void)state;
    bkt_assignment_open(&made, 4, 12);
    const bk_limits *limits = bk_assignment_limits(made.assignment);
    double          *price = BK_NEW(&made.memory.arena, double, made.n_limits + 1);
    double          *flow = BK_NEW(&made.memory.arena, double, made.n_limits + 1);
    double          *by_facility = BK_NEW(&made.memory.arena, double, made.graph->n_facilities);
    draw_prices(&made, 6, price, by_facility);
    bk_assignment_evaluate(made.memory.ctx, made.assignment, price);
    bk_assignment_limit_flow(made.memory.ctx, made.assignment, made.tonnes, flow);
    for (size_t a = 0; a < made.n_limits; a++) {
        const double at = price[a], h = 1e-3;
        price[a] = at + h;
        const double above = total_cost(&made, price);
        price[a] = at - h;
        const double below = total_cost(&made, price);
        price[a] = at;
        bkt_close(flow[a] - limits->background[a], (above - below) / (2.0 * h), 1e-6, 1e-3);
    }
    bkt_assignment_close(&made);
}

static void
a_closed_route_takes_no_share_and_a_cut_on_it_changes_nothing(void **state)
{
    bkt_assignment made;
    bk_assignment *cheaper;

    (void)state;
    bkt_assignment_open(&made, 4, 13);
    const size_t n_arcs = made.costs->n_arcs, n = n_arcs * made.costs->n_sectors;
    double      *money = BK_NEW(&made.memory.arena, double, n), *hours = BK_NEW(&made.memory.arena, double, n);
    double      *price = BK_NEW(&made.memory.arena, double, made.n_limits + 1);
    memcpy(money, made.costs->money, n * sizeof *money);
    memcpy(hours, made.costs->hours, n * sizeof *hours);
    for (size_t a = 0; a < n_arcs; a++) /* the project's line is closed at base: make it free of time */
        if (made.graph->kind[a] == BK_ARC_LINE && made.graph->element[a] == made.study->project_link)
            for (size_t j = 0; j < made.costs->n_sectors; j++) {
                assert_true(isinf(money[j * n_arcs + a]));
                hours[j * n_arcs + a] = 0.0;
            }
    bk_arc_costs costs = *made.costs;
    costs.money = money;
    costs.hours = hours;
    assert_int_equal(bk_assignment_create(made.memory.ctx, &made.study->network.model, made.graph, &costs, made.traffic,
                                          made.universe, NULL, made.assignment, &made.memory.arena, &cheaper),
                     BK_OK);
    bk_assignment_evaluate(made.memory.ctx, made.assignment, price);
    bk_assignment_evaluate(made.memory.ctx, cheaper, price);
    assert_memory_equal(bk_assignment_slot_cost(made.assignment), bk_assignment_slot_cost(cheaper),
                        made.traffic->n_slots * sizeof(double));
    bkt_assignment_close(&made);
}

/* The same universe under a ban on transit, of which its routes know nothing, and with or without ships; `closed`
 * [n_sectors][n_arcs] receives what is not open to those the ban is meant for. */
static const bk_assignment *
under_ban(bkt_assignment *made, const bk_transit_ban *ban, bool ships, bool *closed)
{
    bk_arena      *arena = &made->memory.arena;
    const size_t   n_arcs = made->costs->n_arcs, n = n_arcs * made->costs->n_sectors;
    bk_model      *model = BK_NEW(arena, bk_model, 1);
    double        *price = BK_NEW(arena, double, made->n_limits + 1), *money = BK_NEW(arena, double, n);
    bk_arc_costs   costs = *made->costs;
    bool          *banned = BK_NEW(arena, bool, n_arcs);
    bk_assignment *assignment;

    *model = made->study->network.model;
    model->n_bans = 1;
    model->bans = ban;
    bk_arc_ban(model, made->graph, ban, banned);
    memcpy(money, costs.money, n * sizeof *money);
    costs.money = money;
    for (size_t i = 0; i < n; i++) {
        const size_t a = i % n_arcs;
        if (!ships && made->graph->kind[a] == BK_ARC_LINE &&
            model->network.links[made->graph->element[a]].mode == BKT_SEA)
            money[i] = INFINITY;
        closed[i] = banned[a] || isinf(money[i]); /* as the project's line is to everybody */
    }
    assert_int_equal(bk_assignment_create(made->memory.ctx, model, made->graph, &costs, made->traffic, made->universe,
                                          NULL, NULL, arena, &assignment),
                     BK_OK);
    bk_assignment_evaluate(made->memory.ctx, assignment, price);
    return assignment;
}

static bool
route_meets(const bk_universe *universe, size_t route, const bool *banned)
{
    for (size_t at = universe->first_arc[route]; at < universe->first_arc[route + 1]; at++)
        if (banned[universe->arc[at]])
            return true;
    return false;
}

/* Share of a place over the routes of a pair that a ban leaves, and over those it closes. */
typedef struct split {
    size_t n_open, n_closed;
    double open, closed;
} split;

static split
split_of(const bkt_assignment *made, const double *share, size_t p, size_t place, const bool *banned)
{
    const bk_universe *universe = made->universe;
    split              sum = {0};

    for (size_t r = universe->first_route[p]; r < universe->first_route[p + 1]; r++) {
        const double part = share[(r - universe->first_route[p]) * 4 + place]; /* two sectors pad to four lanes */
        const bool   closed = route_meets(universe, r, banned);
        sum.n_open += !closed;
        sum.n_closed += closed;
        *(closed ? &sum.closed : &sum.open) += part;
    }
    return sum;
}

/* Trade of country 0 may not cross country 1, and then, without ships, neither 1 nor 3, the other way round the ring.
 * What is closed takes no share, what is left all of it, and where nothing is left nobody moves. */
static void
a_ban_on_transit_closes_the_routes_of_those_it_is_meant_for(void **state)
{
    static const bool    from[BKT_COUNTRIES] = {true}, one[BKT_COUNTRIES] = {false, true};
    static const bool    both[BKT_COUNTRIES] = {false, true, false, true};
    const bk_transit_ban bans[] = {{"ban", from, one}, {"ban", from, both}};
    bkt_assignment       made;
    size_t               n_shares, n_cut = 0, n_shut = 0;

    (void)state;
    bkt_assignment_open(&made, 4, 14);
    const bk_traffic *t = made.traffic;
    bool             *closed = BK_NEW(&made.memory.arena, bool, made.costs->n_sectors *made.costs->n_arcs);
    for (size_t b = 0; b < 2; b++) {
        const bk_assignment *assignment = under_ban(&made, &bans[b], b == 0, closed);
        const double *share = bk_assignment_shares(assignment, &n_shares), *mass = bk_assignment_mass(assignment);
        for (size_t p = 0, at = 0; p < t->n_pairs; p++) {
            const size_t relation = bkt_relation_of(t, p), importer = t->importer[relation],
                         exporter = t->exporter[relation];
            const bool meant =
                (importer == 0 && !bans[b].through[exporter]) || (exporter == 0 && !bans[b].through[importer]);
            for (size_t s = t->first_slot[p], i = 0; s < t->first_slot[p + 1]; s++, i++) {
                const split sum = split_of(&made, share + at, p, i, closed + t->slot_sector[s] * made.costs->n_arcs);
                if (meant)
                    assert_true(sum.closed == 0.0);
                else if (b == 0)
                    bkt_close(sum.open + sum.closed, 1.0, 1e-14, 0);
                if (meant && sum.n_open > 0)
                    bkt_close(sum.open, 1.0, 1e-14, 0);
                if (meant && sum.n_open == 0)
                    assert_true(mass[s] == 0.0);
                n_cut += meant && sum.n_open > 0 && sum.n_closed > 0;
                n_shut += meant && sum.n_open == 0;
            }
            at += 4 * (made.universe->first_route[p + 1] - made.universe->first_route[p]);
        }
    }
    assert_true(n_cut > 0 && n_shut > 0);
    bkt_assignment_close(&made);
}

/* Mean value of time of who passes a queue, USD/t/h, by plain loops over everybody; 0 where nobody does. */
static double
value_at(const bkt_assignment *made, size_t limit, const double *by_facility)
{
    const bk_traffic *t = made->traffic;
    const uint32_t    facility = bk_assignment_limits(made->assignment)->facility[limit];
    const double     *mass = bk_assignment_mass(made->assignment);
    double            tonnes = 0.0, value = 0.0;

    for (size_t p = 0; p < t->n_pairs; p++) {
        const size_t rel = bkt_relation_of(t, p), first = made->universe->first_route[p];
        for (size_t s = t->first_slot[p]; s < t->first_slot[p + 1]; s++)
            for (size_t k = 0; k < t->n_classes; k++) {
                const size_t       j = t->slot_sector[s], n = t->n_regions;
                const logit_oracle oracle = logit_oracle_class(&made->study->network.model, made->graph, made->costs, t,
                                                               made->universe, p, s, k, by_facility);
                for (size_t r = first; r < made->universe->first_route[p + 1]; r++)
                    for (size_t at = made->universe->first_arc[r]; at < made->universe->first_arc[r + 1]; at++) {
                        if (made->graph->facility[made->universe->arc[at]] != facility)
                            continue;
                        const double moved = made->tonnes[(j * n + t->importer[rel]) * n + t->exporter[rel]] * mass[s] *
                                             oracle.share[r - first];
                        tonnes += moved;
                        value += moved * t->slot_value_of_time[s] * t->multiplier[j * t->n_classes + k];
                    }
            }
    }
    return tonnes > 1e-3 ? value / tonnes : 0.0;
}

static void
a_posts_value_of_time_is_the_mean_of_those_who_pass_it(void **state)
{
    bkt_assignment made;
    size_t         n_queues = 0;

    (void)state;
    bkt_assignment_open(&made, 4, 15);
    const bk_limits       *limits = bk_assignment_limits(made.assignment);
    const bk_network_data *network = &made.study->network.model.network;
    double                *price = BK_NEW(&made.memory.arena, double, made.n_limits + 1);
    double                *by_facility = BK_NEW(&made.memory.arena, double, made.graph->n_facilities);
    double                *found = BK_NEW(&made.memory.arena, double, network->n_borders);
    draw_prices(&made, 7, price, by_facility);
    bk_assignment_evaluate(made.memory.ctx, made.assignment, price);
    assert_int_equal(bk_assignment_post_value(made.memory.ctx, made.assignment, made.tonnes, price, found), BK_OK);
    for (size_t a = 0; a < made.n_limits; a++) {
        if (!limits->is_queue[a])
            continue;
        const double expected = value_at(&made, a, by_facility);
        if (expected == 0.0)
            continue;
        bkt_close(found[limits->facility[a] - network->n_links - network->n_transfers], expected, 1e-11, 0);
        n_queues++;
    }
    assert_true(n_queues > 4);
    bkt_assignment_close(&made);
}

/* Two routes, one class, equal path sizes: a binary logit in closed form. */
static void
two_routes_split_as_a_binary_logit(void **state)
{
    bkt_memory     memory;
    bkt_joint     *study;
    bk_traffic    *traffic;
    bk_assignment *assignment;
    size_t         n_shares;

    (void)state;
    bkt_memory_init(&memory);
    study = BK_NEW(&memory.arena, bkt_joint, 1);
    assert_true(bkt_joint_make(study, 2, 4, true, &memory.arena));
    bk_model *model = &study->network.model;
    model->transport.n_value_of_time_classes = 1;
    model->transport.priced_capacity = false;
    for (size_t l = 0; l < model->network.n_links; l++) /* only two lines between the two capitals stay */
        study->network.links[l].open = l == study->first_rail || l == study->first_rail + 1;
    for (size_t b = 0; b < model->network.n_borders; b++)
        study->network.borders[b].lanes = INFINITY;
    study->network.links[study->first_rail].km = 1000;
    study->network.links[study->first_rail + 1].km = 1300;
    for (size_t z = 0; z < 4; z++)
        for (size_t j = 0; j < 3; j++)
            study->share[z * 3 + j] = z % 2 == 0 ? 1.0 : 0.0;
    const bk_graph     *graph;
    const bk_arc_costs *costs;
    assert_int_equal(bk_graph_build(memory.ctx, model, &memory.arena, &graph), BK_OK);
    assert_int_equal(bk_arc_costs_build(memory.ctx, model, graph, &memory.arena, &costs), BK_OK);
    assert_int_equal(bk_traffic_build(model, &memory.arena, &traffic), BK_OK);
    assert_int_equal(bk_traffic_measure(memory.ctx, model, graph, costs, traffic), BK_OK);
    const bk_universe *universe;
    double *tonnes = BK_NEW(&memory.arena, double, 12), *u = BK_NEW(&memory.arena, double, graph->n_facilities);
    assert_int_equal(
        bk_universe_generate(memory.ctx, model, graph, costs, traffic, tonnes, &memory.arena, u, &universe), BK_OK);
    assert_int_equal(universe->n_routes, 2 * 2 + 2); /* and the project's line, closed here */
    assert_int_equal(bk_assignment_create(memory.ctx, model, graph, costs, traffic, universe, NULL, NULL, &memory.arena,
                                          &assignment),
                     BK_OK);
    bk_assignment_evaluate(memory.ctx, assignment, u);
    const double *share = bk_assignment_shares(assignment, &n_shares);
    for (size_t s = 0; s < 2; s++) {
        /* Money 0.01 USD/tkm, 50 km/h; the same posts at the ends of both lines. */
        const double vot = traffic->slot_value_of_time[s], extra = 300 * 0.01 + vot * 300 / 50.0;
        const double mu = acos(-1.0) / (sqrt(6.0) * 0.15 * traffic->cheapest[s]);
        size_t       shorter = 3, longer = 3;
        for (size_t r = 0; r < 3; r++)
            for (size_t at = universe->first_arc[r]; at < universe->first_arc[r + 1]; at++) {
                if (graph->kind[universe->arc[at]] != BK_ARC_LINE)
                    continue;
                if (graph->element[universe->arc[at]] == study->first_rail)
                    shorter = r;
                if (graph->element[universe->arc[at]] == study->first_rail + 1)
                    longer = r;
            }
        assert_true(shorter < 3 && longer < 3);
        const double sizes = exp(universe->log_path_size[longer] - universe->log_path_size[shorter]);
        bkt_close(share[longer * 4 + s] / share[shorter * 4 + s], sizes * exp(-mu * extra), 1e-12, 0);
        bkt_close(share[longer * 4 + s] + share[shorter * 4 + s], 1.0, 1e-14, 0);
    }
    bkt_memory_release(&memory);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costs_and_shares_agree_with_plain_loops),
        cmocka_unit_test(slope_of_expected_cost_is_flow),
        cmocka_unit_test(a_closed_route_takes_no_share_and_a_cut_on_it_changes_nothing),
        cmocka_unit_test(a_ban_on_transit_closes_the_routes_of_those_it_is_meant_for),
        cmocka_unit_test(a_posts_value_of_time_is_the_mean_of_those_who_pass_it),
        cmocka_unit_test(two_routes_split_as_a_binary_logit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
