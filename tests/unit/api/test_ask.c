/* Questions by name: what buckle_ask refuses, and the answers of those that have no function of their own. */
#include "bkt_api.h"
#include "buckle/margins.h"
#include "buckle/portfolio.h"
#include "buckle/tolls.h"
#include "buckle/worth.h"

#include <unistd.h>

#define ASK(f, question, ...)                                                                                          \
    buckle_ask((f)->engine, (f)->study, question, (const buckle_option[]){__VA_ARGS__},                                \
               sizeof((const buckle_option[]){__VA_ARGS__}) / sizeof(buckle_option), &(f)->result)
#define ASK_FILES(f, question, ...)                                                                                    \
    buckle_ask((f)->engine, NULL, question, (const buckle_option[]){__VA_ARGS__},                                      \
               sizeof((const buckle_option[]){__VA_ARGS__}) / sizeof(buckle_option), &(f)->result)

/* The value of an item of the table `summary`. */
static double
summary(const buckle_result *result, const char *item)
{
    const buckle_table      *table = buckle_table_find(result, "summary");
    const char *const *const items = buckle_column_texts(table, buckle_column_find(table, "item"));

    for (size_t row = 0; row < buckle_table_rows(table); row++)
        if (strcmp(items[row], item) == 0)
            return buckle_column_numbers(table, buckle_column_find(table, "value"))[row];
    fail_msg("no item %s", item);
    return 0.0;
}

/* ---- what it refuses ----------------------------------------------------------------------------------------------
 */

static void
what_is_no_question_is_refused_with_the_nearest(void **state)
{
    bkt_both *f = *state;

    assert_int_equal(buckle_ask(f->engine, f->study, "values", NULL, 0, &f->result), BUCKLE_ERR_USAGE);
    assert_string_equal(buckle_error_hint(f->engine, 0), "did you mean value?");
    assert_null(f->result);
    assert_int_equal(buckle_ask(f->engine, f->study, NULL, NULL, 0, &f->result), BUCKLE_ERR_USAGE);
    assert_int_equal(buckle_ask(f->engine, NULL, "value", NULL, 0, &f->result), BUCKLE_ERR_USAGE);
    assert_non_null(strstr(buckle_error_message(f->engine, 0), "needs a study"));
    assert_int_equal(buckle_ask(f->engine, f->study, "game", NULL, 0, &f->result), BUCKLE_ERR_USAGE);
    assert_int_equal(ASK(f, "value", {"tops", "3"}), BUCKLE_ERR_USAGE);
    assert_string_equal(buckle_error_hint(f->engine, 0), "did you mean top?");
}

/* Its tables name regions and links by the study's own texts. */
static void
a_result_outlives_its_study(void **state)
{
    bkt_both *f = *state;

    assert_int_equal(ASK(f, "run", {"scenario", "middle-way"}, {"attribution", "none"}), BUCKLE_OK);
    const buckle_table      *table = buckle_table_find(f->result, "economies");
    const char *const *const regions = buckle_column_texts(table, buckle_column_find(table, "economy"));
    char                     first[64];
    snprintf(first, sizeof first, "%s", regions[0]);
    buckle_study_release(f->study);
    f->study = NULL;
    void *other = malloc(1 << 16); /* what was given back is written over */
    memset(other, 'x', 1 << 16);
    assert_string_equal(regions[0], first);
    assert_string_equal(first, "XAL");
    free(other);
}

static void
a_study_of_another_engine_is_refused(void **state)
{
    bkt_both      *f = *state;
    buckle_engine *other = NULL;

    assert_int_equal(buckle_engine_create(1, &other), BUCKLE_OK);
    assert_int_equal(buckle_ask(other, f->study, "trade", NULL, 0, &f->result), BUCKLE_ERR_USAGE);
    assert_non_null(strstr(buckle_error_message(other, 0), "another engine"));
    buckle_engine_release(other);
}

static void
every_question_has_a_name_in_order(void **state)
{
    size_t n = 1;

    (void)state;
    for (; buckle_question_name(n); n++)
        assert_true(strcmp(buckle_question_name(n - 1), buckle_question_name(n)) < 0);
    assert_true(n >= 16);
    assert_null(buckle_question_name(SIZE_MAX));
}

static const struct {
    const char   *name;
    buckle_option options[2];
} long_questions[] = {
    {"value", {{"scenario", "middle-way"}, {"by", "usd"}}},
    {"claim", {{"economy", "XAL"}, {"gain", "0.1"}}},
    {"invest", {{"scenario", "middle-way"}, {"budget", "5e9"}}},
    {"pivot", {{"tolls", "XAL,XNO"}, {"toll-max", "50"}}},
    {"pivot", {{"scenario", "middle-way"}, {"players", "XAL,XNO"}}},
    {"calibrate", {{"rounds", "1"}, {"least-stays", "30"}}},
    {"assign", {{"scenario", "middle-way"}, {"skims", ""}}},
    {"stress", {{"scenario", "middle-way"}, {"draws", "4"}}},
};
enum { N_LONG = sizeof long_questions / sizeof *long_questions };

/* A question that is cancelled ends with what it has, or says that it has nothing; the next one is answered. */
static void
every_long_question_can_be_cancelled(void **state)
{
    bkt_both *f = *state;

    for (size_t q = 0; q < N_LONG; q++) {
        buckle_cancel(f->engine, 1);
        const buckle_status status =
            buckle_ask(f->engine, f->study, long_questions[q].name, long_questions[q].options, 2, &f->result);
        assert_true(status == BUCKLE_ERR_CANCELLED || (status == BUCKLE_OK && buckle_result_interrupted(f->result)));
        buckle_result_release(f->result);
        assert_int_equal(buckle_trade(f->study, NULL, 0, &f->result), BUCKLE_OK);
        buckle_result_release(f->result);
        f->result = NULL;
    }
}

static int
count_calls(void *state, const char *what, double fraction)
{
    (void)what;
    (void)fraction;
    ++*(size_t *)state;
    return 0;
}

static void
progress_is_told_of_every_long_question(void **state)
{
    bkt_both *f = *state;
    size_t    n = 0;

    assert_int_equal(ASK(f, "check", {"scenario", "today"}, {"observed", ""}), BUCKLE_OK); /* keeps the base year */
    buckle_engine_listen(f->engine, count_calls, NULL, &n);
    for (size_t q = 0; q < N_LONG; q++) {
        n = 0;
        buckle_result_release(f->result);
        assert_int_equal(
            buckle_ask(f->engine, f->study, long_questions[q].name, long_questions[q].options, 2, &f->result),
            BUCKLE_OK);
        if (n == 0)
            fail_msg("nothing is told of %s", long_questions[q].name);
    }
    buckle_engine_listen(f->engine, NULL, NULL, NULL);
}

/* ---- answers ------------------------------------------------------------------------------------------------------
 */

static void
value_gives_the_table_of_the_study_layer_and_ranks_it(void **state)
{
    bkt_both               *f = *state;
    const bk_joint_settings joint = bk_joint_default_settings();
    bk_margins              margins;
    size_t                  n = 0;

    assert_int_equal(ASK(f, "value", {"scenario", "middle-way"}, {"economy", "XAL"}, {"by", "usd"}, {"top", "0"}),
                     BUCKLE_OK);
    assert_int_equal(bk_study_margins(f->ctx, f->inside, 1, &joint, NULL, &f->arena, &margins), BK_OK);
    bkt_same_tables(f->result, &margins.results);
    const double *gain = bkt_numbers(f->result, "value_ranking", "gain", &n);
    assert_int_equal(n, margins.n);
    double sum = 0.0, expected = 0.0;
    for (size_t row = 0; row < n; row++) {
        sum += gain[row];
        assert_true(row == 0 || fabs(gain[row]) <= fabs(gain[row - 1]));
    }
    const double *own = bkt_numbers(f->result, "values", "per_usd_XAL", &n);
    for (size_t row = 0; row < n; row++)
        expected += own[row];
    bkt_close(sum, expected, 1e-12, 0.0);
}

/* A cut that is said to reach the claim gains what was claimed, to the 1 in 10,000 of bk_study_claim. */
static void
claim_reaches_what_is_claimed(void **state)
{
    bkt_both *f = *state;
    size_t    n = 0, n_reached = 0;

    assert_int_equal(ASK(f, "claim", {"economy", "XAL"}, {"gain", "0.1 %"}), BUCKLE_OK);
    const double            *gain = bkt_numbers(f->result, "claim", "gain_pct", &n);
    const buckle_table      *table = buckle_table_find(f->result, "claim");
    const char *const *const states = buckle_column_texts(table, buckle_column_find(table, "state"));
    for (size_t row = 0; row < n; row++)
        if (strcmp(states[row], "reached") == 0) {
            bkt_close(gain[row], 0.1, 1e-4, 0.0);
            n_reached++;
        }
    assert_true(n_reached > 0);
    assert_true(buckle_result_converged(f->result));
    buckle_result_release(f->result);
    f->result = NULL;
    assert_int_equal(ASK(f, "claim", {"economy", "XAL"}, {"gain", "-1"}), BUCKLE_ERR_USAGE);
}

static void
invest_gives_the_portfolios_of_the_study_layer(void **state)
{
    static const char *const names[] = {"middle-way", "today"};
    bkt_both                *f = *state;
    const bk_study          *inside = NULL;
    bk_invest_settings       settings = bk_invest_default_settings(f->inside->model);
    const bk_invest         *invest = NULL;
    double                  *weight = BK_NEW(&f->arena, double, f->inside->model->n_countries + 1);
    const size_t             today = 1;
    size_t                   n = 0;

    assert_int_equal(bk_study_open(f->ctx, bkt_caravan(), names, 2, &f->arena, &inside), BK_OK);
    weight[bk_model_find_country(f->inside->model, "XAL")] = 1.0;
    weight[bk_model_find_country(f->inside->model, "XNO")] = 0.5;
    settings.scenario = 0;
    settings.budget = 5e9;
    settings.goal = BK_GOAL_WEIGHTS;
    settings.weight = weight;
    settings.n_robust = 1;
    settings.robust = &today;
    assert_int_equal(ASK(f, "invest", {"scenario", "middle-way"}, {"budget", "5e9"}, {"weight", "XAL=1"},
                         {"weight", "XNO=0.5"}, {"robust", "today"}),
                     BUCKLE_OK);
    assert_int_equal(bk_study_invest(f->ctx, inside, &settings, &f->arena, &invest), BK_OK);
    const double  *value = bkt_numbers(f->result, "portfolios", "value", &n);
    const int64_t *set = buckle_column_integers(buckle_table_find(f->result, "portfolios"), 1);
    assert_int_equal(n, invest->search.n_sets);
    assert_true(n > 1);
    for (size_t i = 0; i < n; i++) {
        bkt_close(value[i], invest->search.sets[i].value, 0.0, 0.0);
        assert_int_equal(set[i], invest->search.sets[i].set);
    }
    bkt_close(summary(f->result, "value"), invest->search.best.value, 0.0, 0.0);
    const double *regret = bkt_numbers(f->result, "choices", "regret", &n);
    assert_int_equal(n, 2 * invest->n_choices);
    bkt_close(regret[0], invest->choices[0].regret, 0.0, 0.0);
    buckle_result_release(f->result);
    f->result = NULL;
    assert_int_equal(ASK(f, "invest", {"budget", "5e9"}, {"weight", "XAL"}), BUCKLE_ERR_USAGE);
    assert_int_equal(ASK(f, "invest", {"scenario", "middle-way"}), BUCKLE_ERR_USAGE);
    assert_int_equal(ASK(f, "invest", {"budget", "1"}, {"weight", "XAL=1"}, {"objective", "all"}), BUCKLE_ERR_USAGE);
}

/* Revenue counts by its share: the value of a set is a straight line in it. */
static void
surplus_of_transit_counts_by_its_share(void **state)
{
    static const char *const shares[] = {"0", "0.5", "1"};
    bkt_both                *f = *state;
    double                   value[3];

    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(
            ASK(f, "invest", {"scenario", "middle-way"}, {"budget", "5e9"}, {"transit-surplus", shares[i]}), BUCKLE_OK);
        value[i] = summary(f->result, "value");
        buckle_result_release(f->result);
        f->result = NULL;
    }
    assert_true(value[2] > value[0]);
    bkt_close(value[1], (value[0] + value[2]) / 2.0, 1e-12, 0.0);
    assert_int_equal(ASK(f, "invest", {"budget", "1"}, {"transit-surplus", "2"}), BUCKLE_ERR_USAGE);
}

static void
tolls_are_those_of_the_study_layer(void **state)
{
    bkt_both        *f = *state;
    bk_toll_settings settings = bk_toll_default_settings();
    const uint32_t   player = bk_model_find_country(f->inside->model, "XAL");
    const bk_tolls  *tolls = NULL;
    size_t           n = 0;

    settings.n_players = 1;
    settings.players = &player;
    settings.most = 40.0;
    assert_int_equal(ASK(f, "pivot", {"tolls", "XAL"}, {"toll-max", "40"}), BUCKLE_OK);
    assert_int_equal(bk_study_tolls(f->ctx, f->inside, SIZE_MAX, &settings, &f->arena, &tolls), BK_OK);
    bkt_same_tables(f->result, &tolls->results);
    const double *gain = bkt_numbers(f->result, "toll_search", "deviation_gain", &n);
    assert_int_equal(n, tolls->n_states > 2 ? 2 : 1);
    bkt_close(gain[0], tolls->rivals.gain[0], 0.0, 0.0);
}

/* The glove game: one left glove, two right ones; a pair is worth 1.  Shapley's value is 2/3, 1/6, 1/6, of six orders
 * the left glove comes first in two; the core is the point (1, 0, 0), and so the nucleolus. */
static void
a_game_in_memory_is_solved(void **state)
{
    static const double shapley[] = {2.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0}, core[] = {1.0, 0.0, 0.0};
    bkt_both           *f = *state;
    size_t              n = 0;

    assert_int_equal(ASK_FILES(f, "game", {"worths", "0,0,0,1,0,1,0,1"}, {"players", "L"}, {"players", "R, one"},
                               {"players", "R, two"}),
                     BUCKLE_OK);
    const double       *value = bkt_numbers(f->result, "game_players", "shapley", &n);
    const double       *nucleolus = bkt_numbers(f->result, "game_players", "nucleolus", &n);
    const double       *least = bkt_numbers(f->result, "game_players", "core_least", &n);
    const double       *veto = bkt_numbers(f->result, "game_players", "veto", &n);
    const buckle_table *players = buckle_table_find(f->result, "game_players");
    assert_string_equal(buckle_column_texts(players, buckle_column_find(players, "player"))[1], "R, one");
    assert_int_equal(n, 3);
    for (size_t i = 0; i < 3; i++) {
        bkt_close(value[i], shapley[i], 1e-14, 0.0);
        bkt_close(nucleolus[i], core[i], 1e-12, 1e-12);
        bkt_close(least[i], core[i], 1e-12, 1e-12);
        assert_true(veto[i] == (i == 0));
    }
    bkt_close(*bkt_numbers(f->result, "games", "core_empty", &n), 0.0, 0.0, 0.0);
    buckle_result_release(f->result);
    f->result = NULL;
    assert_int_equal(ASK_FILES(f, "game", {"worths", "0,1,2"}), BUCKLE_ERR_INCONSISTENT);
    assert_int_equal(ASK_FILES(f, "game", {"worths", "0,1,x,2"}), BUCKLE_ERR_VALUE);
    assert_int_equal(ASK_FILES(f, "game", {"worths", "1,1"}), BUCKLE_ERR_VALUE);
    assert_int_equal(ASK_FILES(f, "game", {"worths", "0,1,1,3"}, {"players", "one"}), BUCKLE_ERR_INCONSISTENT);
    assert_int_equal(ASK_FILES(f, "game", {"players", "one"}), BUCKLE_ERR_USAGE);
}

/* What the regions send each other is what is on the network, and tonnes at their mean cost are its total cost. */
static void
skims_of_a_study_add_up_to_its_totals(void **state)
{
    bkt_both *f = *state;
    size_t    n = 0, n_flows = 0;
    double    sum = 0.0, cost = 0.0;

    assert_int_equal(ASK(f, "assign", {"scenario", "middle-way"}, {"skims", ""}), BUCKLE_OK);
    assert_true(buckle_result_converged(f->result));
    const double *tonnes = bkt_numbers(f->result, "skims", "tonnes", &n);
    const double *each = bkt_numbers(f->result, "skims", "cost", &n);
    const double *hours = bkt_numbers(f->result, "skims", "hours", &n);
    for (size_t row = 0; row < n; row++) {
        sum += tonnes[row];
        cost += tonnes[row] * each[row];
        assert_true((tonnes[row] > 0.0) == (hours[row] > 0.0));
    }
    bkt_close(sum, summary(f->result, "tonnes"), 1e-9, 0.0);
    bkt_close(cost, summary(f->result, "total_cost"), 1e-9, 0.0);
    bkt_numbers(f->result, "flows", "tonnes", &n_flows);
    assert_int_equal(buckle_table_geometry(buckle_table_find(f->result, "flows")), BUCKLE_LINES);
    assert_true(n_flows > 0);
}

/* One road from 1 to 2 of time 10 (1 + 0.15 x / 2), by way of 3, and one of constant time 20, by way of 4; 4 trips.
 * `candidate`: the first has a price of 5. */
static void
skims_of_roads_are_least_costs_at_the_flows(void **state)
{
    bkt_both *f = *state;
    char      folder[] = "/tmp/buckle-ask-XXXXXX", net[64], trips[64];
    size_t    n = 0;

    assert_non_null(mkdtemp(folder));
    snprintf(net, sizeof net, "%s/net.tntp", folder);
    snprintf(trips, sizeof trips, "%s/trips.tntp", folder);
    bkt_write_roads(net, trips, false);
    assert_int_equal(ASK_FILES(f, "assign", {"net", net}, {"trips", trips}, {"skims", ""}), BUCKLE_OK);
    const buckle_table *skims = buckle_table_find(f->result, "skims");
    const double       *cost = bkt_numbers(f->result, "skims", "cost", &n);
    const double       *length = bkt_numbers(f->result, "skims", "distance", &n);
    assert_int_equal(n, 4);
    bkt_close(cost[1], 13.0, 1e-12, 0.0); /* 10 (1 + 0.15 x 4 / 2), less than 20 */
    bkt_close(length[1], 7.0, 1e-12, 0.0);
    assert_true(buckle_column_empty(skims, buckle_column_find(skims, "cost"))[2]); /* no way back */
    unlink(net);
    unlink(trips);
    rmdir(folder);
}

/* Both roads at once, by logit: times 10 (1 + 0.15 x / 2) and 20 constant, so that x trips of 8 take the first where
 * x = 8 / (1 + exp(theta (10 + 0.75 x - 20))). */
static double
trips_on_the_first(double theta)
{
    double low = 0.0, high = 8.0;

    for (int step = 0; step < 200; step++) {
        const double x = (low + high) / 2.0;
        if (x * (1.0 + exp(theta * (0.75 * x - 10.0))) > 8.0)
            high = x;
        else
            low = x;
    }
    return low;
}

static void
logit_spreads_trips_over_roads(void **state)
{
    static const char *const methods[] = {"logit", "recursive-logit"};
    bkt_both                *f = *state;
    char                     folder[] = "/tmp/buckle-ask-XXXXXX", net[64], trips[64];
    const double             x = trips_on_the_first(0.1);
    size_t                   n = 0, n_flows = 0;

    assert_non_null(mkdtemp(folder));
    snprintf(net, sizeof net, "%s/net.tntp", folder);
    snprintf(trips, sizeof trips, "%s/trips.tntp", folder);
    bkt_write_roads(net, trips, false);
    for (size_t m = 0; m < 2; m++) {
        assert_int_equal(ASK_FILES(f, "assign", {"net", net}, {"trips", trips}, {"method", methods[m]},
                                   {"demand-factor", "2"}, {"dispersion", "0.1"}, {"gap", "1e-16"}),
                         BUCKLE_OK);
        const double *volume = bkt_numbers(f->result, "flows", "volume", &n);
        assert_int_equal(n, 4);
        bkt_close(volume[3], x, 1e-7, 0.0);
        bkt_close(volume[0], 8.0 - x, 1e-7, 0.0);
        bkt_close(summary(f->result, "entropy"), -x * log(x / 8.0) - (8.0 - x) * log(1.0 - x / 8.0), 1e-6, 0.0);
        assert_true(buckle_result_converged(f->result));
        buckle_result_release(f->result);
    }
    assert_int_equal(ASK_FILES(f, "assign", {"net", net}, {"trips", trips}, {"method", "logit"}, {"dispersion", "0.1"},
                               {"demand-factor", "2"}, {"routes", "3"}, {"paths", ""}),
                     BUCKLE_OK);
    const double  *share = bkt_numbers(f->result, "paths", "share", &n);
    const double  *cost = bkt_numbers(f->result, "paths", "cost", &n_flows);
    const int64_t *arc = buckle_column_integers(buckle_table_find(f->result, "path_flows"), 1);
    assert_int_equal(n, 2);
    bkt_close(log(share[0] / share[1]), 0.1 * (cost[1] - cost[0]), 1e-4, 0.0);
    assert_true(arc[0] >= 0 && arc[0] < 4);
    unlink(net);
    unlink(trips);
    rmdir(folder);
}

static void
assign_refuses_options_that_do_not_go_together(void **state)
{
    static const struct {
        buckle_option options[4];
        const char   *message;
    } cases[] = {
        {{{"method", "logit"}}, "needs dispersion"},
        {{{"dispersion", "1"}}, "are for the method logit"},
        {{{"routes", "3"}}, "are for the method logit"},
        {{{"method", "recursive-logit"}, {"dispersion", "1"}, {"paths", ""}}, "there is no end of them"},
        {{{"method", "recursive-logit"}, {"dispersion", "1"}, {"routes", "3"}}, "there is no end of them"},
        {{{"method", "frank-wolfe"}, {"paths", ""}}, "algorithm-b or logit"},
        {{{"method", "logit"}, {"dispersion", "0"}}, "must be a number from 1e-09"},
        {{{"classes", "c.csv"}}, "both say whose trips"},
        {{{"method", "magic"}}, "cannot be 'magic'"},
    };
    bkt_both *f = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buckle_option options[6] = {{"net", "none.tntp"}, {"trips", "none.tntp"}};
        size_t        n = 2;
        for (; n < 6 && cases[i].options[n - 2].name; n++)
            options[n] = cases[i].options[n - 2];
        assert_int_equal(buckle_ask(f->engine, NULL, "assign", options, n, &f->result), BUCKLE_ERR_USAGE);
        assert_non_null(strstr(buckle_error_message(f->engine, 0), cases[i].message));
    }
    assert_int_equal(ASK_FILES(f, "assign", {"net", "none.tntp"}), BUCKLE_ERR_USAGE);
    assert_non_null(strstr(buckle_error_hint(f->engine, 0), "classes"));
}

/* With the candidate all trips take it, at 13 each; without, 20. */
static void
design_builds_what_pays(void **state)
{
    bkt_both *f = *state;
    char      folder[] = "/tmp/buckle-ask-XXXXXX", net[64], trips[64];
    size_t    n = 0;

    assert_non_null(mkdtemp(folder));
    snprintf(net, sizeof net, "%s/net.tntp", folder);
    snprintf(trips, sizeof trips, "%s/trips.tntp", folder);
    bkt_write_roads(net, trips, true);
    assert_int_equal(ASK_FILES(f, "design", {"net", net}, {"trips", trips}, {"budget-share", "1"}), BUCKLE_OK);
    bkt_close(summary(f->result, "total_cost"), 4.0 * 13.0, 1e-9, 0.0);
    bkt_close(summary(f->result, "spent"), 5.0, 1e-12, 0.0);
    bkt_close(bkt_numbers(f->result, "design_links", "volume", &n)[3], 4.0, 1e-9, 0.0);
    assert_true(buckle_result_converged(f->result));
    buckle_result_release(f->result);
    assert_int_equal(ASK_FILES(f, "design", {"net", net}, {"trips", trips}, {"budget-share", "0.5"}), BUCKLE_OK);
    bkt_close(summary(f->result, "total_cost"), 4.0 * 20.0, 1e-9, 0.0);
    buckle_result_release(f->result);
    f->result = NULL;
    assert_int_equal(ASK_FILES(f, "design", {"net", net}, {"trips", trips}), BUCKLE_ERR_USAGE);
    unlink(net);
    unlink(trips);
    rmdir(folder);
}

/* The teaching study's markets clear already: nothing has to give way, and the tables are written. */
static void
balance_writes_an_economy(void **state)
{
    bkt_both *f = *state;
    char      folder[] = "/tmp/buckle-ask-XXXXXX", out[64], changes[64], command[128];

    assert_non_null(mkdtemp(folder));
    snprintf(out, sizeof out, "%s/economy", folder);
    snprintf(changes, sizeof changes, "%s/changes.csv", folder);
    assert_int_equal(ASK_FILES(f, "balance", {"study", bkt_caravan()}, {"out", out}, {"changes", changes}), BUCKLE_OK);
    assert_true(buckle_result_residual(f->result) < 1e-9);
    const buckle_table *files = buckle_table_find(f->result, "files");
    assert_true(buckle_table_rows(files) > 1);
    for (size_t row = 0; row < buckle_table_rows(files); row++)
        assert_int_equal(access(buckle_column_texts(files, 0)[row], R_OK), 0);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

/* The fit moves what it may so that the sum of squares falls, and validation is shown beside it. */
static void
calibrate_shows_both_sides_of_its_fit(void **state)
{
    bkt_both *f = *state;
    size_t    n = 0;

    assert_int_equal(ASK(f, "calibrate", {"rounds", "1"}), BUCKLE_OK);
    assert_true(summary(f->result, "cost_after") < summary(f->result, "cost_before"));
    const double *change = bkt_numbers(f->result, "parameters", "change", &n);
    assert_true(n > 0 && change[0] != 0.0);
    const double       *after = bkt_numbers(f->result, "observations", "after", &n);
    const buckle_table *files = buckle_table_find(f->result, "files");
    assert_true(n > 0 && isfinite(after[0]));
    assert_int_equal(buckle_table_rows(files), 0); /* no folder was named */
}

static void
records_are_kept_in_a_file_and_taken_from_it(void **state)
{
    bkt_both *f = *state;
    char      path[] = "/tmp/buckle-ask-XXXXXX";
    size_t    n = 0;
    double    first;

    close(mkstemp(path));
    unlink(path);
    assert_int_equal(ASK(f, "stress", {"scenario", "middle-way"}, {"draws", "4"}, {"resume", path}), BUCKLE_OK);
    first = bkt_numbers(f->result, "stress_draws", "value", &n)[0];
    assert_int_equal(access(path, R_OK), 0);
    buckle_result_release(f->result);
    assert_int_equal(ASK(f, "stress", {"scenario", "middle-way"}, {"draws", "4"}, {"resume", path}), BUCKLE_OK);
    bkt_close(bkt_numbers(f->result, "stress_draws", "value", &n)[0], first, 0.0, 0.0);
    unlink(path);
}

/* Scenarios given several times are choices between which regret is taken. */
static void
stress_takes_several_scenarios(void **state)
{
    bkt_both *f = *state;

    assert_int_equal(ASK(f, "stress", {"scenario", "middle-way"}, {"scenario", "cheap-oil"}, {"draws", "2"}),
                     BUCKLE_OK);
    assert_true(buckle_table_rows(buckle_table_find(f->result, "stress_regret")) > 0);
}

int
main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, bkt_start, bkt_stop)
    const struct CMUnitTest tests[] = {
        EACH(what_is_no_question_is_refused_with_the_nearest),
        EACH(a_result_outlives_its_study),
        EACH(a_study_of_another_engine_is_refused),
        cmocka_unit_test(every_question_has_a_name_in_order),
        EACH(every_long_question_can_be_cancelled),
        EACH(progress_is_told_of_every_long_question),
        EACH(value_gives_the_table_of_the_study_layer_and_ranks_it),
        EACH(claim_reaches_what_is_claimed),
        EACH(invest_gives_the_portfolios_of_the_study_layer),
        EACH(surplus_of_transit_counts_by_its_share),
        EACH(tolls_are_those_of_the_study_layer),
        EACH(a_game_in_memory_is_solved),
        EACH(skims_of_a_study_add_up_to_its_totals),
        EACH(skims_of_roads_are_least_costs_at_the_flows),
        EACH(logit_spreads_trips_over_roads),
        EACH(assign_refuses_options_that_do_not_go_together),
        EACH(design_builds_what_pays),
        EACH(balance_writes_an_economy),
        EACH(calibrate_shows_both_sides_of_its_fit),
        EACH(records_are_kept_in_a_file_and_taken_from_it),
        EACH(stress_takes_several_scenarios),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
