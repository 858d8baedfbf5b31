/* Rey (2020), see SOURCE.md. */
#include "bkt.h"
#include "buckle/design.h"
#include "buckle/tntp.h"

static bk_design
design(unsigned n_candidates, unsigned instance, unsigned budget_pct, size_t node_limit)
{
    bk_context            *ctx;
    bk_arena               arena;
    const bk_road_network *network;
    const bk_road_demand  *demand;
    bk_design_settings     settings = bk_design_default();
    bk_design              out;
    char                   path[4400];

    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    snprintf(path, sizeof path, "%s/data/dndp/SF_DNDP_%u_%u.txt", bkt_shared(), n_candidates, instance);
    assert_int_equal(bk_tntp_network_read(ctx, path, NULL, NULL, &arena, &network), BK_OK);
    snprintf(path, sizeof path, "%s/data/dndp/SiouxFalls_trips.txt", bkt_shared());
    assert_int_equal(bk_tntp_demand_read(ctx, path, network, 1.0, &arena, &demand), BK_OK);
    for (size_t a = 0; a < network->n_arcs; a++)
        settings.budget += network->price[a] * budget_pct / 100.0;
    settings.node_limit = node_limit;
    assert_int_equal(bk_design_solve(ctx, network, demand, &settings, &arena, &out), BK_OK);
    assert_true(out.spent <= settings.budget);
    assert_true(out.bound <= out.total_cost);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return out;
}

static FILE *
open_rows(const char *file)
{
    char  path[4400], header[1024];
    FILE *stream;

    snprintf(path, sizeof path, "%s/data/dndp/%s", bkt_shared(), file);
    stream = fopen(path, "r");
    assert_non_null(stream);
    assert_non_null(fgets(header, sizeof header, stream));
    return stream;
}

static void
ten_candidates_every_enumerated_optimum_is_found_and_proved(void **state)
{
    unsigned instance, budget_pct, n = 0;
    double   cost;
    bkt_skip_without_shared();
    (void)state;

    FILE *rows = open_rows("enumerated_optimum_10.csv");
    while (fscanf(rows, "%u,%u,%lf%*[^\n]", &instance, &budget_pct, &cost) == 3) {
        const bk_design out = design(10, instance, budget_pct, 100000);
        assert_true(out.proved);
        bkt_close(out.total_cost / 1000.0, cost, 2e-6, 0); /* enumerated to a gap of 1e-7 */
        n++;
    }
    fclose(rows);
    assert_int_equal(n, 15);
}

static void
twenty_candidates_no_worse_than_the_published_design(void **state)
{
    char     line[1024];
    unsigned n = 0;
    bkt_skip_without_shared();
    (void)state;

    FILE *rows = open_rows("published_rey2020.csv");
    while (fgets(line, sizeof line, rows) != NULL) {
        unsigned candidates, instance, budget_pct;
        assert_int_equal(sscanf(line, "%u,%u,%u", &candidates, &instance, &budget_pct), 3);
        if (candidates != 20)
            continue;
        const double    published = strtod(strrchr(line, ',') + 1, NULL);
        const bk_design out = design(20, instance, budget_pct, 12000);
        assert_true(out.total_cost / 1000.0 <= published + 0.05);
        n++;
    }
    fclose(rows);
    assert_int_equal(n, 15);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest quick[] = {
        cmocka_unit_test(ten_candidates_every_enumerated_optimum_is_found_and_proved),
    };
    const struct CMUnitTest slow[] = {
        cmocka_unit_test(twenty_candidates_no_worse_than_the_published_design),
    };
    const char *name = strrchr(argv[0], '/');
    (void)argc;
    return strstr(name != NULL ? name : argv[0], "twenty") != NULL ? cmocka_run_group_tests(slow, NULL, NULL)
                                                                   : cmocka_run_group_tests(quick, NULL, NULL);
}
