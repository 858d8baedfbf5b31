#include "bkt_assignment.h"
#include "assignment/assignment.h"

static void
scarcity_prices_hold_the_relation_of_flow_to_capacity(void **state)
{
    bkt_assignment made;

    (void)state;
    bkt_assignment_open(&made, 3, 21);
    const bk_limits             *limits = bk_assignment_limits(made.assignment);
    const bk_transport_settings *t = &made.study->network.model.transport;
    double                      *u = made.utilisation, *p = BK_NEW(&made.memory.arena, double, 2 * made.n_limits),
           *slope = p + made.n_limits;
    for (double at = 0.0; at < 6.0; at += 0.07) {
        for (size_t a = 0; a < made.n_limits; a++)
            u[a] = at;
        bk_limit_price(made.assignment, u, p, slope);
        for (size_t a = 0; a < made.n_limits; a++) {
            if (limits->is_queue[a])
                continue;
            const double ratio = 1.0 + t->scarcity_width * log(p[a] / t->scarcity_reference) + p[a] / t->scarcity_slope;
            bkt_close(ratio, at, 1e-13, 1e-13);
            bkt_close(slope[a], 1.0 / (t->scarcity_width / p[a] + 1.0 / t->scarcity_slope), 1e-12, 0);
        }
    }
    bkt_assignment_close(&made);
}

static void
a_queue_costs_its_hours_at_the_value_of_time_that_waits(void **state)
{
    bkt_assignment made;

    (void)state;
    bkt_assignment_open(&made, 3, 22);
    const bk_limits *limits = bk_assignment_limits(made.assignment);
    double          *p = BK_NEW(&made.memory.arena, double, 2 * made.n_limits), *slope = p + made.n_limits, wait, rise;
    size_t           queues = 0;
    for (size_t a = 0; a < made.n_limits; a++)
        made.utilisation[a] = 0.8;
    bk_limit_price(made.assignment, made.utilisation, p, slope);
    bk_queue_wait(1.0, 12.0, 1.0, 0.8, &wait, &rise);
    bkt_close(wait, 12.0 * 0.8 / 0.2, 1e-12, 0); /* M/M/1: u s / (1 - u) */
    for (size_t a = 0; a < made.n_limits; a++)
        if (limits->is_queue[a]) {
            bkt_close(limits->capacity[a], 8760.0 / 12.0 * 20.0, 1e-15, 0);
            bkt_close(p[a], wait * limits->usd_per_hour[a], 1e-15, 0);
            bkt_close(slope[a], rise * limits->usd_per_hour[a], 1e-15, 0);
            queues++;
        }
    assert_true(queues > 0);
    bkt_assignment_close(&made);
}

/* - d flow / d price as assembled, against differences of the flow itself. */
static void
curvature_is_the_derivative_of_flows(void **state)
{
    bkt_assignment made;

    (void)state;
    bkt_assignment_open(&made, 4, 23);
    const size_t n = made.n_limits, n_regions = made.traffic->n_regions;
    bk_arena    *arena = &made.memory.arena;
    uint32_t    *active_of = BK_NEW(arena, uint32_t, n);
    double      *blocks = BK_NEW(arena, double, n_regions *n *n), *price = BK_NEW(arena, double, n);
    double      *above = BK_NEW(arena, double, n), *below = BK_NEW(arena, double, n);
    for (size_t a = 0; a < n; a++) {
        active_of[a] = (uint32_t)a;
        price[a] = bkt_draw(9, 31, a, 0.0, 30.0);
    }
    const bki_curvature curvature = {n, active_of, blocks, made.tonnes};
    bki_choose(made.memory.ctx, made.assignment, price, &curvature, NULL);
    for (size_t b = 0; b < n; b++) {
        const double at = price[b], h = 1e-4;
        price[b] = at + h;
        bk_assignment_evaluate(made.memory.ctx, made.assignment, price);
        bk_assignment_limit_flow(made.memory.ctx, made.assignment, made.tonnes, above);
        price[b] = at - h;
        bk_assignment_evaluate(made.memory.ctx, made.assignment, price);
        bk_assignment_limit_flow(made.memory.ctx, made.assignment, made.tonnes, below);
        price[b] = at;
        for (size_t a = 0; a < n; a++) {
            double sum = 0.0;
            for (size_t r = 0; r < n_regions; r++)
                sum += blocks[(r * n + (a > b ? a : b)) * n + (a > b ? b : a)];
            bkt_close(sum, -(above[a] - below[a]) / (2.0 * h), 1e-5, 1e-3);
        }
    }
    bkt_assignment_close(&made);
}

static void
at_the_solution_flows_are_what_prices_admit(void **state)
{
    (void)state;
    for (uint64_t seed = 31; seed < 37; seed++) {
        bkt_assignment       made;
        bk_assignment_result result;
        bkt_assignment_open(&made, 3 + seed % 3, seed);
        const bk_assignment_settings settings = {.tolerance = 1e-11, .max_rounds = 200, .lazy = seed % 2 == 0};
        const bk_limits             *limits = bk_assignment_limits(made.assignment);
        double *price = BK_NEW(&made.memory.arena, double, 3 * made.n_limits), *slope = price + made.n_limits;
        double *flow = slope + made.n_limits, binding = 0.0;
        assert_int_equal(bk_assignment_solve(made.memory.ctx, made.assignment, NULL, &settings, made.tonnes,
                                             made.utilisation, &result),
                         BK_OK);
        assert_int_equal(result.outcome, BK_CONVERGED);
        bk_limit_price(made.assignment, made.utilisation, price, slope);
        bk_assignment_evaluate(made.memory.ctx, made.assignment, price);
        bk_assignment_limit_flow(made.memory.ctx, made.assignment, made.tonnes, flow);
        for (size_t a = 0; a < made.n_limits; a++) {
            bkt_close(flow[a] / limits->capacity[a], made.utilisation[a], 0, 2e-11);
            binding = fmax(binding, price[a]);
        }
        assert_true(binding > 1.0); /* something was short, or the test tests nothing */
        bkt_assignment_close(&made);
    }
}

/* Another start, far away, and another way end in the same place: the dual is strictly convex. */
static void
the_solution_does_not_depend_on_the_start(void **state)
{
    bkt_assignment       made;
    bk_assignment_result result;

    (void)state;
    bkt_assignment_open(&made, 4, 41);
    const bk_assignment_settings settings = {.tolerance = 1e-12, .max_rounds = 300};
    double                      *other = BK_NEW(&made.memory.arena, double, made.n_limits);
    for (size_t a = 0; a < made.n_limits; a++)
        other[a] = 5.0;
    bk_assignment_solve(made.memory.ctx, made.assignment, NULL, &settings, made.tonnes, made.utilisation, &result);
    assert_int_equal(result.outcome, BK_CONVERGED);
    bk_assignment_settings lazily = settings;
    lazily.lazy = true;
    bk_assignment_solve(made.memory.ctx, made.assignment, NULL, &lazily, made.tonnes, other, &result);
    assert_int_equal(result.outcome, BK_CONVERGED);
    for (size_t a = 0; a < made.n_limits; a++)
        bkt_close(other[a], made.utilisation[a], 0, 1e-10);
    bkt_assignment_close(&made);
}

static void
flows_conserve_tonnes(void **state)
{
    bkt_assignment made;

    (void)state;
    bkt_assignment_open(&made, 4, 42);
    const size_t               n_arcs = made.graph->n_arcs, n_sectors = 3;
    bk_arena                  *arena = &made.memory.arena;
    double                    *price = BK_NEW(arena, double, 2 * made.n_limits);
    const bk_assignment_report report = {BK_NEW(arena, double, n_sectors *n_arcs), BK_NEW(arena, double, made.n_cells),
                                         BK_NEW(arena, double, made.n_cells), BK_NEW(arena, double, made.n_cells),
                                         BK_NEW(arena, double, 4)};
    assert_int_equal(
        bk_assignment_fill(made.memory.ctx, made.assignment, made.tonnes, price, price + made.n_limits, &report),
        BK_OK);
    for (size_t j = 0; j < n_sectors; j++) {
        double traded = 0.0, loaded = 0.0, unloaded = 0.0;
        for (size_t c = 0; c < 16; c++)
            traded += c / 4 != c % 4 ? made.tonnes[j * 16 + c] : 0.0;
        for (size_t v = 0; v < made.graph->n_vertices; v++) { /* what enters a vertex leaves it */
            double net = 0.0, through = 0.0;
            for (size_t a = made.graph->first_out[v]; a < made.graph->first_out[v + 1]; a++)
                through += report.arc_flow[j * n_arcs + a];
            net = through;
            for (size_t i = made.graph->first_in[v]; i < made.graph->first_in[v + 1]; i++)
                net -= report.arc_flow[j * n_arcs + made.graph->in_arc[i]];
            if (made.graph->vertex_mode[v] != BK_NONE)
                bkt_close(net, 0.0, 0, 1e-12 * traded + 1e-12);
            else if (net > 0.0)
                loaded += net;
            else
                unloaded -= net;
        }
        bkt_close(loaded, traded, 1e-13, 1e-300);
        bkt_close(unloaded, traded, 1e-13, 1e-300);
    }
    bkt_assignment_close(&made);
}

static void
more_bans_than_bits_are_refused(void **state)
{
    enum { MANY = 65 };
    bkt_assignment made;
    bk_assignment *refused = NULL;
    bk_transit_ban bans[MANY];
    const bool     nowhere[64] = {false};

    (void)state;
    bkt_assignment_open(&made, 3, 23);
    bk_model model = made.study->network.model;
    assert_true(model.n_countries <= 64);
    for (size_t i = 0; i < MANY; i++)
        bans[i] = (bk_transit_ban){"ban", nowhere, nowhere};
    model.bans = bans;
    model.n_bans = MANY;
    assert_int_equal(bk_assignment_create(made.memory.ctx, &model, made.graph, made.costs, made.traffic, made.universe,
                                          NULL, NULL, &made.memory.arena, &refused),
                     BK_ERR_VALUE);
    assert_null(refused);
    bkt_assignment_close(&made);
}

/* Limits used per tonne of each sector of a pair of regions, by plain loops, into used [n_sectors][n_limits]. */
static void
uses_of_relation(const bkt_assignment *made, size_t relation, double *used)
{
    const bk_traffic *t = made->traffic;
    const bk_limits  *limits = bk_assignment_limits(made->assignment);
    const double     *mass = bk_assignment_mass(made->assignment);
    size_t            n_shares, at = 0;
    const double     *share = bk_assignment_shares(made->assignment, &n_shares);

    memset(used, 0, t->n_sectors * made->n_limits * sizeof *used);
    for (size_t p = 0; p < t->first_pair[relation + 1]; p++) {
        const size_t first = made->universe->first_route[p], n = made->universe->first_route[p + 1] - first;
        for (size_t r = 0; p >= t->first_pair[relation] && r < n; r++)
            for (size_t k = made->universe->first_arc[first + r]; k < made->universe->first_arc[first + r + 1]; k++)
                for (size_t a = 0; a < made->n_limits; a++)
                    for (size_t s = t->first_slot[p], i = 0; s < t->first_slot[p + 1]; s++, i++)
                        if (made->graph->facility[made->universe->arc[k]] == limits->facility[a])
                            used[t->slot_sector[s] * made->n_limits + a] +=
                                mass[s] * share[at + r * 4 + i]; /* two sectors pad to four lanes */
        at += 4 * n;
    }
}

/* - sum over sectors and importers of [sum_i m_i f_i f_i' - (sum_i m_i f_i)(sum_i m_i f_i)' / total], as
 * bk_demand_slope says, at slopes drawn at random. */
static void
what_demand_adds_to_the_curvature_is_its_formula(void **state)
{
    enum { N = 4, S = 3, CELLS = S * N * N };
    bkt_assignment made;
    double         mass[CELLS], unit[CELLS], total[S * N];

    (void)state;
    bkt_assignment_open(&made, N, 24);
    const bk_traffic *t = made.traffic;
    const size_t      n = made.n_limits;
    bk_arena         *arena = &made.memory.arena;
    uint32_t         *active_of = BK_NEW(arena, uint32_t, n);
    double           *blocks = BK_NEW(arena, double, N *n *n), *flow = BK_NEW(arena, double, n);
    double           *price = BK_NEW(arena, double, n), *used = BK_NEW(arena, double, S *n);
    for (size_t a = 0; a < n; a++)
        active_of[a] = (uint32_t)a;
    for (size_t c = 0; c < CELLS; c++) {
        mass[c] = c % 7 == 0 ? 0.0 : bkt_draw(8, 1, c, 1.0, 5.0);
        unit[c] = bkt_draw(8, 2, c, 0.1, 0.3);
    }
    for (size_t row = 0; row < S * N; row++)
        total[row] = bk_sum(mass + row * N, N) + 2.0;
    bk_assignment_evaluate(made.memory.ctx, made.assignment, price);
    const bk_demand_slope slope = {mass, unit, total};
    const bki_curvature   curvature = {n, active_of, blocks, made.tonnes};
    const bki_elastic     elastic = {&slope, &curvature};
    bki_load(made.memory.ctx, made.assignment, made.tonnes, &elastic, flow);
    for (size_t importer = 0; importer < N; importer++) {
        double *expected = BK_NEW(arena, double, n *n), *mean = BK_NEW(arena, double, S *n), largest = 0.0;
        for (size_t r = t->first_relation[importer]; r < t->first_relation[importer + 1]; r++) {
            uses_of_relation(&made, r, used);
            for (size_t j = 0; j < S; j++) {
                const size_t cell = (j * N + importer) * N + t->exporter[r];
                for (size_t a = 0; a < n; a++) {
                    mean[j * n + a] += mass[cell] * unit[cell] * used[j * n + a];
                    for (size_t b = 0; b < n; b++)
                        expected[a * n + b] += mass[cell] * unit[cell] * unit[cell] * used[j * n + a] * used[j * n + b];
                }
            }
        }
        for (size_t a = 0; a < n; a++)
            for (size_t b = 0; b <= a; b++) {
                for (size_t j = 0; j < S; j++)
                    expected[a * n + b] -= mean[j * n + a] * mean[j * n + b] / total[j * N + importer];
                bkt_close(blocks[(importer * n + a) * n + b], expected[a * n + b], 1e-9, 1e-12);
                largest = fmax(largest, fabs(expected[a * n + b]));
            }
        assert_true(largest > 1e-3);
    }
    bkt_assignment_close(&made);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scarcity_prices_hold_the_relation_of_flow_to_capacity),
        cmocka_unit_test(a_queue_costs_its_hours_at_the_value_of_time_that_waits),
        cmocka_unit_test(curvature_is_the_derivative_of_flows),
        cmocka_unit_test(at_the_solution_flows_are_what_prices_admit),
        cmocka_unit_test(the_solution_does_not_depend_on_the_start),
        cmocka_unit_test(flows_conserve_tonnes),
        cmocka_unit_test(more_bans_than_bits_are_refused),
        cmocka_unit_test(what_demand_adds_to_the_curvature_is_its_formula),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
