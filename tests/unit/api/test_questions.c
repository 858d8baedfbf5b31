/* Every question of the stable surface, its numbers against those of the layer that answers it. */
#include "bkt_api.h"
#include "buckle/study.h"
#include "buckle/worth.h"

#include <unistd.h>

static void
run_gives_the_tables_of_the_study_layer(void **state)
{
    bkt_both             *f = *state;
    const buckle_option   option = {"scenario", "middle-way"};
    const bk_run_settings settings = bk_run_default_settings();
    const bk_run         *run = NULL;

    assert_int_equal(buckle_run(f->study, &option, 1, &f->result), BUCKLE_OK);
    assert_int_equal(bk_study_run(f->ctx, f->inside, &settings, &f->arena, &run), BK_OK);
    assert_true(buckle_result_converged(f->result));
    bkt_close(buckle_result_residual(f->result), run->residual, 0.0, 0.0);
    const buckle_table *shown = buckle_table_find(f->result, "economies");
    const bk_table     *table = bk_results_find(&run->results, "economies");
    const size_t        gain = buckle_column_find(shown, "welfare_pct");
    for (size_t row = 0; row < table->n_rows; row++)
        assert_memory_equal(&buckle_column_numbers(shown, gain)[row],
                            &bk_table_column(table, "welfare_pct")->number[row], sizeof(double));
    assert_int_equal(buckle_table_count(f->result), run->results.n_tables);
    /* points: one a row where the region has a place */
    assert_int_equal(buckle_table_geometry(shown), BUCKLE_POINTS);
    assert_int_equal(buckle_table_first_point(shown)[buckle_table_rows(shown)], 5);
}

static void
trade_gives_the_tables_of_the_study_layer(void **state)
{
    bkt_both           *f = *state;
    const buckle_option options[] = {{"scenario", "middle-way"}, {"deficits", "zero"}};
    const bk_study     *other = NULL;
    bk_trade_report     report;

    assert_int_equal(buckle_trade(f->study, options, 2, &f->result), BUCKLE_OK);
    assert_int_equal(bk_study_with_deficits(f->inside, BK_DEFICITS_ZERO, &f->arena, &other), BK_OK);
    assert_int_equal(bk_study_trade(f->ctx, other, 1, &(bk_closure){0}, &f->arena, &report), BK_OK);
    bkt_same_tables(f->result, &report.results);
}

static void
appraise_gives_the_tables_and_verdicts_of_the_study_layer(void **state)
{
    bkt_both           *f = *state;
    const buckle_option options[] = {{"scenario", "middle-way"}, {"draws", "200"}, {"growth", "0.02"}};
    bk_worth_settings   settings = bk_worth_default_settings(f->inside->model);
    const bk_worth     *worth = NULL;

    settings.n_draws = 200;
    settings.growth = 0.02;
    assert_int_equal(buckle_appraise(f->study, options, 3, &f->result), BUCKLE_OK);
    assert_int_equal(bk_study_appraise(f->ctx, f->inside, 0, &settings, &f->arena, &worth), BK_OK);
    bkt_same_tables(f->result, &worth->results);
    assert_int_equal(buckle_result_sentence_count(f->result), worth->n_projects);
    assert_string_equal(buckle_result_sentence(f->result, 0), worth->projects[0].verdict);
    assert_null(buckle_result_sentence(f->result, worth->n_projects));
}

/* The total cost of a route is the sum of its parts, and shares of a logit add up to 1. */
static void
routes_add_up(void **state)
{
    bkt_both           *f = *state;
    const buckle_option options[] = {{"from", "ori_city"}, {"to", "wes_city"}, {"k", "3"}};
    size_t              n = 0, n_legs = 0;
    double              total = 0.0;

    assert_int_equal(buckle_route(f->study, options, 3, &f->result), BUCKLE_OK);
    const double       *share = bkt_numbers(f->result, "routes", "share", &n);
    const double       *km = bkt_numbers(f->result, "routes", "km", &n);
    const double       *money = bkt_numbers(f->result, "routes", "money", &n);
    const double       *leg_km = bkt_numbers(f->result, "legs", "km", &n_legs);
    const double       *leg_money = bkt_numbers(f->result, "legs", "money", &n_legs);
    const buckle_table *legs = buckle_table_find(f->result, "legs");
    const int64_t      *route = buckle_column_integers(legs, buckle_column_find(legs, "route"));
    assert_in_range(n, 2, 3);
    for (size_t r = 0; r < n; r++) {
        double sum_km = 0.0, sum_money = 0.0;
        for (size_t l = 0; l < n_legs; l++)
            if (route[l] == (int64_t)r + 1) {
                sum_km += leg_km[l];
                sum_money += leg_money[l];
            }
        bkt_close(sum_km, km[r], 1e-12, 0.0);
        bkt_close(sum_money, money[r], 1e-12, 0.0);
        total += share[r];
    }
    bkt_close(total, 1.0, 1e-12, 0.0);
    const buckle_table *routes = buckle_table_find(f->result, "routes");
    assert_int_equal(buckle_table_geometry(routes), BUCKLE_LINES);
    assert_true(buckle_table_first_point(routes)[1] >= 2);
}

static void
a_place_that_is_not_there_is_named_with_a_suggestion(void **state)
{
    bkt_both           *f = *state;
    const buckle_option options[] = {{"from", "ori_cty"}, {"to", "wes_city"}};

    assert_int_equal(buckle_route(f->study, options, 2, &f->result), BUCKLE_ERR_REFERENCE);
    assert_non_null(strstr(buckle_error_hint(f->engine, 0), "ori_city"));
    assert_int_equal(buckle_route(f->study, options, 1, &f->result), BUCKLE_ERR_USAGE);
}

/* Two parallel roads from 1 to 2 by way of 3 and 4: with times 10 (1 + 0.15 (x / 2)^1) and 20 constant (power 0), all
 * 4 trips take the first (13 < 20). */
static void
assignment_loads_the_cheaper_of_two_roads(void **state)
{
    bkt_both *f = *state;
    char      net[] = "/tmp/buckle-net-XXXXXX", trips[] = "/tmp/buckle-trips-XXXXXX";
    FILE     *file = fdopen(mkstemp(net), "w");
    size_t    n = 0;

    fprintf(file, "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 4\n<FIRST THRU NODE> 3\n<NUMBER OF LINKS> 4\n"
                  "<END OF METADATA>\n1 3 2 1 10 0.15 1 0 0 1 ;\n3 2 2 1 0 0 1 0 0 1 ;\n"
                  "1 4 2 1 20 0 1 0 0 1 ;\n4 2 2 1 0 0 1 0 0 1 ;\n");
    fclose(file);
    file = fdopen(mkstemp(trips), "w");
    fprintf(file, "<NUMBER OF ZONES> 2\n<TOTAL OD FLOW> 4\n<END OF METADATA>\nOrigin 1\n2 : 4.0;\n");
    fclose(file);
    const buckle_option options[] = {{"net", net}, {"trips", trips}, {"method", "algorithm-b"}};
    assert_int_equal(buckle_assign(f->engine, options, 3, &f->result), BUCKLE_OK);
    const double *volume = bkt_numbers(f->result, "flows", "volume", &n);
    const double *cost = bkt_numbers(f->result, "flows", "cost", &n);
    assert_int_equal(n, 4);
    bkt_close(volume[0], 4.0, 1e-12, 0.0);
    bkt_close(volume[2], 0.0, 0.0, 1e-12);
    bkt_close(cost[0], 13.0, 1e-12, 0.0);
    bkt_close(cost[2], 20.0, 1e-12, 0.0);
    assert_true(buckle_result_converged(f->result));
    unlink(net);
    unlink(trips);
}

/* Efficiency: Shapley's values add up to what all players are worth together. */
static void
pivot_shares_out_what_there_is(void **state)
{
    bkt_both           *f = *state;
    const buckle_option options[] = {{"scenario", "middle-way"}, {"players", "XAL,XNO"}};
    size_t              n = 0, n_coalitions = 0;

    assert_int_equal(buckle_pivot(f->study, options, 2, &f->result), BUCKLE_OK);
    const double *shapley = bkt_numbers(f->result, "pivot_players", "shapley_usd", &n);
    const double *worth = bkt_numbers(f->result, "pivot_coalitions", "gain_usd", &n_coalitions);
    assert_int_equal(n, 2);
    assert_int_equal(n_coalitions, 4);
    bkt_close(shapley[0] + shapley[1], worth[3], 1e-9, 1.0);
    assert_true(buckle_result_sentence_count(f->result) > 0);
}

/* The mean of stress_draws is the mean of stress_answers, answer by answer. */
static void
stress_shows_its_draws(void **state)
{
    bkt_both           *f = *state;
    const buckle_option options[] = {{"scenario", "middle-way"}, {"draws", "8"}};
    size_t              n = 0, n_draws = 0;

    assert_int_equal(buckle_stress(f->study, options, 2, &f->result), BUCKLE_OK);
    const double *mean = bkt_numbers(f->result, "stress_answers", "mean", &n);
    const double *value = bkt_numbers(f->result, "stress_draws", "value", &n_draws);
    assert_true(n > 0);
    assert_int_equal(n_draws, 8 * n);
    for (size_t a = 0; a < n; a++) {
        double sum = 0.0;
        for (size_t k = 0; k < 8; k++)
            sum += value[8 * a + k];
        bkt_close(sum / 8.0, mean[a], 1e-9, 1e-9);
    }
    assert_false(buckle_result_interrupted(f->result));
}

static void
results_are_written_by_the_ending_of_their_path(void **state)
{
    bkt_both           *f = *state;
    const buckle_option option = {"scenario", "today"};
    char                folder[] = "/tmp/buckle-api-XXXXXX", path[4096];

    assert_non_null(mkdtemp(folder));
    assert_int_equal(buckle_trade(f->study, &option, 1, &f->result), BUCKLE_OK);
    snprintf(path, sizeof path, "%s/out.gpkg", folder);
    assert_int_equal(buckle_result_write(f->result, path), BUCKLE_OK);
    assert_int_equal(unlink(path), 0);
    snprintf(path, sizeof path, "%s/none/out.gpkg", folder);
    assert_int_equal(buckle_result_write(f->result, path), BUCKLE_ERR_FILE);
    assert_non_null(buckle_error_message(f->engine, 0));
    assert_int_equal(rmdir(folder), 0);
}

static void
what_is_not_there_is_null(void **state)
{
    bkt_both           *f = *state;
    const buckle_option option = {"scenario", "today"};

    assert_int_equal(buckle_trade(f->study, &option, 1, &f->result), BUCKLE_OK);
    const buckle_table *table = buckle_table_at(f->result, 0);
    assert_null(buckle_table_find(f->result, "absent"));
    assert_null(buckle_table_at(f->result, buckle_table_count(f->result)));
    assert_true(buckle_column_find(table, "absent") == BUCKLE_NONE);
    assert_null(buckle_column_name(table, BUCKLE_NONE));
    assert_null(buckle_column_numbers(table, BUCKLE_NONE));
    assert_null(buckle_column_numbers(table, buckle_column_find(table, "sector"))); /* a column of texts */
    assert_null(buckle_result_warning(f->result, buckle_result_warning_count(f->result)));
}

int
main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, bkt_start, bkt_stop)
    const struct CMUnitTest tests[] = {
        EACH(run_gives_the_tables_of_the_study_layer),
        EACH(trade_gives_the_tables_of_the_study_layer),
        EACH(appraise_gives_the_tables_and_verdicts_of_the_study_layer),
        EACH(routes_add_up),
        EACH(a_place_that_is_not_there_is_named_with_a_suggestion),
        EACH(assignment_loads_the_cheaper_of_two_roads),
        EACH(pivot_shares_out_what_there_is),
        EACH(stress_shows_its_draws),
        EACH(results_are_written_by_the_ending_of_their_path),
        EACH(what_is_not_there_is_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
