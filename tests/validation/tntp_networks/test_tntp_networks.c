/* The five networks with best-known flows, see SOURCE.md. */
#include "bkt.h"
#include "buckle/stochastic.h"
#include "buckle/tntp.h"
#include "fisk_oracle.h"

typedef struct instance {
    const char *folder, *name;
    double      toll, distance; /* factors */
    double      objective;
} instance;

static const instance instances[] = {
    {"SiouxFalls", "SiouxFalls", 0.0, 0.0, 4231335.28710744},
    {"Anaheim", "Anaheim", 0.0, 0.0, 1286032.17109602},
    {"Barcelona", "Barcelona", 0.0, 0.0, 1265654.92203176},
    {"Winnipeg", "Winnipeg", 0.0, 0.0, 827911.494629963},
    {"Chicago-Sketch", "ChicagoSketch", 0.02, 0.04, 17313018.7387477},
};

typedef struct fixture {
    bk_context            *ctx;
    bk_arena               arena;
    const bk_road_network *network;
    const bk_road_demand  *demand;
    bk_equilibrium         out;
} fixture;

static const char *
file_of(const instance *of, const char *what)
{
    static char path[4400];

    snprintf(path, sizeof path, "%s/data/tntp/%s/%s_%s.tntp", bkt_shared(), of->folder, of->name, what);
    return path;
}

static void
fixture_open(fixture *f, const instance *of, int threads)
{
    assert_int_equal(bk_context_create(&(bk_settings){.threads = threads}, &f->ctx), BK_OK);
    bk_arena_init(&f->arena, f->ctx);
    assert_int_equal(bk_tntp_network_read(f->ctx, file_of(of, "net"), &of->toll, &of->distance, &f->arena, &f->network),
                     BK_OK);
    assert_int_equal(bk_tntp_demand_read(f->ctx, file_of(of, "trips"), f->network, 1.0, &f->arena, &f->demand), BK_OK);
}

static void
fixture_close(fixture *f)
{
    bk_arena_release(&f->arena);
    bk_context_release(f->ctx);
}

static void
solve(fixture *f, double gap)
{
    bk_equilibrium_settings settings = bk_equilibrium_default();
    const bk_traffic_class  traffic = {NULL, f->demand};

    settings.gap = gap;
    assert_int_equal(bk_equilibrium_solve(f->ctx, f->network, 1, &traffic, &settings, &f->arena, &f->out), BK_OK);
    assert_int_equal(f->out.outcome, BK_CONVERGED);
    assert_true(f->out.relative_gap <= gap);
    assert_true(f->out.imbalance <= 1e-14);
}

/* `from to volume cost` lines behind a header; arcs stand in the network's order. */
static double *
best_known_flow(const fixture *f, const instance *of)
{
    double *flow = malloc(f->network->n_arcs * sizeof *flow);
    FILE   *stream = fopen(file_of(of, "flow"), "r");
    char    line[1024];
    size_t  a = 0;

    assert_non_null(stream);
    while (fgets(line, sizeof line, stream) != NULL) {
        unsigned from, to;
        double   volume;
        if (sscanf(line, " %u %u %lf", &from, &to, &volume) != 3)
            continue;
        assert_true(a < f->network->n_arcs);
        assert_int_equal(from, f->network->from[a] + 1);
        assert_int_equal(to, f->network->to[a] + 1);
        flow[a++] = volume;
    }
    fclose(stream);
    assert_int_equal(a, f->network->n_arcs);
    return flow;
}

static void
check_flows(const fixture *f, const double *best)
{
    const bk_vdf *vdf = &f->network->vdf;

    for (size_t a = 0; a < f->network->n_arcs; a++) {
        if (vdf->free_time[a] * vdf->b[a] == 0.0)
            continue;
        /* where delay hardly rises, flows may differ while costs agree */
        bkt_close(f->out.cost[a], oracle_arc_cost(f->network, a, best[a]), 1e-5, 1e-6);
    }
}

static void
objectives_are_the_best_known(void **state)
{
    bkt_skip_without_shared();
    (void)state;
    for (size_t i = 0; i < sizeof instances / sizeof *instances; i++) {
        fixture f;
        fixture_open(&f, &instances[i], 1);
        solve(&f, 1e-13);
        bkt_close(f.out.objective, instances[i].objective, 1e-13, 0);
        double *best = best_known_flow(&f, &instances[i]);
        assert_true(f.out.objective <= oracle_objective(f.network, best) * (1.0 + 1e-13));
        bkt_close(f.out.objective, oracle_objective(f.network, f.out.flow), 1e-14, 0);
        check_flows(&f, best);
        free(best);
        fixture_close(&f);
    }
}

static void
gaps_are_those_of_the_oracle(void **state)
{
    bkt_skip_without_shared();
    (void)state;
    for (size_t i = 0; i < 4; i++) { /* the slow trees of the fifth take too long */
        fixture f;
        double  total, least;
        fixture_open(&f, &instances[i], 1);
        solve(&f, 1e-8);
        bkt_close(oracle_gap(f.network, f.demand, f.out.flow, &total, &least), f.out.relative_gap, 0, 1e-14);
        fixture_close(&f);
    }
}

static void
twice_the_demand_of_chicago_is_the_known_congested_case(void **state)
{
    fixture f;
    bkt_skip_without_shared();
    (void)state;
    fixture_open(&f, &instances[4], 1);
    assert_int_equal(bk_tntp_demand_read(f.ctx, file_of(&instances[4], "trips"), f.network, 2.0, &f.arena, &f.demand),
                     BK_OK);
    solve(&f, 1e-12);
    bkt_close(f.out.objective, 42113311.5185, 1e-11, 0);
    fixture_close(&f);
}

static void
bits_are_the_same_on_any_number_of_threads(void **state)
{
    double *flow[2];
    size_t  n = 0;
    bkt_skip_without_shared();
    (void)state;
    for (int i = 0; i < 2; i++) {
        fixture f;
        fixture_open(&f, &instances[3], i == 0 ? 1 : 3);
        solve(&f, 1e-12);
        n = f.network->n_arcs * sizeof **flow;
        flow[i] = malloc(n);
        memcpy(flow[i], f.out.flow, n);
        fixture_close(&f);
    }
    assert_memory_equal(flow[0], flow[1], n);
    free(flow[0]);
    free(flow[1]);
}

/* Sioux Falls lets zones be passed through.  Recursive logit against dense elimination; routes against what their own
 * costs ask for; both within entropy / dispersion of the best known value of Beckmann's function. */
static void
logit_equilibria_of_sioux_falls_are_fixed_points_near_the_best_known(void **state)
{
    bkt_skip_without_shared();
    (void)state;
    for (double dispersion = 1.0; dispersion < 20.0; dispersion *= 10.0)
        for (bk_stochastic_method method = 0; method < BK_STOCHASTIC_METHOD_COUNT; method++) {
            bk_stochastic_settings settings = bk_stochastic_default();
            bk_stochastic          out;
            fixture                f;
            fixture_open(&f, &instances[0], 1);
            const bk_traffic_class traffic = {NULL, f.demand};
            settings.method = method;
            settings.dispersion = dispersion;
            settings.gap = 1e-15;
            assert_int_equal(bk_stochastic_solve(f.ctx, f.network, 1, &traffic, &settings, &f.arena, &out), BK_OK);
            assert_int_equal(out.traffic.outcome, BK_CONVERGED);
            assert_int_equal(out.n_missed, 0);
            assert_true(out.beckmann >= instances[0].objective * (1.0 - 1e-13));
            assert_true(out.beckmann <= instances[0].objective + out.entropy / dispersion);
            bkt_close(out.beckmann, oracle_objective(f.network, out.traffic.flow), 1e-13, 0);
            if (method == BK_RECURSIVE_LOGIT)
                bkt_close(oracle_recursive_residual(f.network, f.demand, dispersion, out.traffic.flow), 0.0, 0, 1e-7);
            fixture_close(&f);
        }
}

/* Where recursive logit has a solution; that of Winnipeg, from 140 on, takes long. */
static void
logit_equilibria_of_all_are_within_entropy_of_the_best_known(void **state)
{
    static const double dispersions[][BK_STOCHASTIC_METHOD_COUNT] = {{1.0, 1.0}, {1.0, 2.0}, {1.0, 6.0}, {1.0, 0.0}};
    bkt_skip_without_shared();
    (void)state;
    for (size_t i = 0; i < 4; i++)
        for (bk_stochastic_method method = 0; method < BK_STOCHASTIC_METHOD_COUNT; method++) {
            bk_stochastic_settings settings = bk_stochastic_default();
            bk_stochastic          out;
            fixture                f;
            if (dispersions[i][method] == 0.0)
                continue;
            fixture_open(&f, &instances[i], 2);
            const bk_traffic_class traffic = {NULL, f.demand};
            settings.method = method;
            settings.dispersion = dispersions[i][method];
            assert_int_equal(bk_stochastic_solve(f.ctx, f.network, 1, &traffic, &settings, &f.arena, &out), BK_OK);
            assert_int_equal(out.traffic.outcome, BK_CONVERGED);
            assert_true(out.traffic.imbalance < 1e-12);
            assert_true(out.beckmann >= instances[i].objective * (1.0 - 1e-13));
            assert_true(out.beckmann <= instances[i].objective + out.entropy / settings.dispersion);
            assert_true(out.traffic.total_cost <= out.traffic.least_cost + out.entropy / settings.dispersion);
            fixture_close(&f);
        }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objectives_are_the_best_known),
        cmocka_unit_test(gaps_are_those_of_the_oracle),
        cmocka_unit_test(twice_the_demand_of_chicago_is_the_known_congested_case),
        cmocka_unit_test(bits_are_the_same_on_any_number_of_threads),
        cmocka_unit_test(logit_equilibria_of_sioux_falls_are_fixed_points_near_the_best_known),
        cmocka_unit_test(logit_equilibria_of_all_are_within_entropy_of_the_best_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
