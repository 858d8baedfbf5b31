/* What each question refuses, in its own words; and what is asked for seldom. */
#include "bkt_api.h"
#include "buckle/brief.h"

#include <unistd.h>

#define MOST_OPTIONS 5

typedef struct refusal {
    const char   *question;
    bool          of_files;
    buckle_option options[MOST_OPTIONS];
    buckle_status status;
    const char   *message; /* the whole of it */
    const char   *hint;    /* the whole of it; NULL: there is none */
} refusal;

static const refusal refusals[] = {
    /* options as texts */
    {"trade", false, {{NULL, "x"}}, BUCKLE_ERR_USAGE, "trade: option 1 has no name", NULL},
    {"trade",
     false,
     {{"scenario", "today"}, {"scenario", "today"}},
     BUCKLE_ERR_USAGE,
     "trade: scenario is given twice",
     NULL},
    {"trade", false, {{"scenario", NULL}}, BUCKLE_ERR_USAGE, "trade: scenario is given no value", NULL},
    {"trade", false, {{"scenario", ""}}, BUCKLE_ERR_USAGE, "trade: scenario is given no value", NULL},
    {"trade",
     false,
     {{"deficits", "big"}},
     BUCKLE_ERR_USAGE,
     "trade: deficits cannot be 'big'",
     "one of: fixed scaled zero share"},
    {"trade",
     false,
     {{"deficits", "fix"}},
     BUCKLE_ERR_USAGE,
     "trade: deficits cannot be 'fix'",
     "one of: fixed scaled zero share"},
    {"trade",
     false,
     {{"deficits", "share "}},
     BUCKLE_ERR_USAGE,
     "trade: deficits cannot be 'share '",
     "one of: fixed scaled zero share"},
    {"trade", false, {{"zzzzzzzz", "1"}}, BUCKLE_ERR_USAGE, "trade has no option 'zzzzzzzz'", NULL},
    {"trade",
     false,
     {{"finance", "foreign"}},
     BUCKLE_ERR_USAGE,
     "trade: finance foreign and lender ECONOMY belong together",
     "for example finance foreign, lender CHN"},
    {"trade",
     false,
     {{"lender", "XWE"}},
     BUCKLE_ERR_USAGE,
     "trade: finance foreign and lender ECONOMY belong together",
     "for example finance foreign, lender CHN"},
    {"run",
     false,
     {{"rounds", "two"}},
     BUCKLE_ERR_USAGE,
     "run: rounds is 'two', must be a whole number from 1 to 10000",
     NULL},
    {"run",
     false,
     {{"rounds", "2x"}},
     BUCKLE_ERR_USAGE,
     "run: rounds is '2x', must be a whole number from 1 to 10000",
     NULL},
    {"run",
     false,
     {{"rounds", "2.5"}},
     BUCKLE_ERR_USAGE,
     "run: rounds is '2.5', must be a whole number from 1 to 10000",
     NULL},
    {"run",
     false,
     {{"rounds", "0"}},
     BUCKLE_ERR_USAGE,
     "run: rounds is '0', must be a whole number from 1 to 10000",
     NULL},
    {"run",
     false,
     {{"rounds", "10001"}},
     BUCKLE_ERR_USAGE,
     "run: rounds is '10001', must be a whole number from 1 to 10000",
     NULL},
    {"appraise",
     false,
     {{"scenario", "today"}, {"growth", "inf"}},
     BUCKLE_ERR_USAGE,
     "appraise: growth is 'inf', must be a number from -0.2 to 0.2",
     NULL},
    {"appraise",
     false,
     {{"scenario", "today"}, {"growth", "1e-400"}},
     BUCKLE_ERR_USAGE,
     "appraise: growth is '1e-400', must be a number from -0.2 to 0.2",
     NULL},
    {"appraise", false, {{"growth", "0"}}, BUCKLE_ERR_USAGE, "appraise needs scenario", "such as belt-as-planned"},
    {"run", false, {{"scenario", ""}}, BUCKLE_ERR_USAGE, "run: scenario is given no value", NULL},
    {"stress", false, {{"draws", "4"}}, BUCKLE_ERR_USAGE, "stress needs scenario", "such as belt-as-planned"},
    {"pivot",
     false,
     {{"scenario", "today"}, {"players", ",,"}},
     BUCKLE_ERR_USAGE,
     "pivot: players is given no value",
     NULL},
    /* facilities */
    {"run",
     false,
     {{"scenario", "today"}, {"select", "alm_gate"}},
     BUCKLE_ERR_REFERENCE,
     "there is nothing called 'alm_gate' to select",
     "write link:ID, border:PLACE or transfer:PLACE, as the tables flows and facilities have them"},
    {"run",
     false,
     {{"scenario", "today"}, {"select", "border:nowhere at all"}},
     BUCKLE_ERR_REFERENCE,
     "there is nothing called 'border:nowhere at all' to select",
     "write link:ID, border:PLACE or transfer:PLACE, as the tables flows and facilities have them"},
    {"run",
     false,
     {{"scenario", "today"}, {"select", "border:alm"}},
     BUCKLE_ERR_REFERENCE,
     "there is nothing called 'border:alm' to select",
     "write link:ID, border:PLACE or transfer:PLACE, as the tables flows and facilities have them"},
    {"run",
     false,
     {{"scenario", "today"}, {"select", "link:rail-almcity-almmin"}},
     BUCKLE_ERR_REFERENCE,
     "there is nothing called 'link:rail-almcity-almmin' to select",
     "did you mean link:rail-almcity-almmine?"},
    {"run",
     false,
     {{"scenario", "today"}, {"select", "link-rail-almcity-almmine"}},
     BUCKLE_ERR_REFERENCE,
     "there is nothing called 'link-rail-almcity-almmine' to select",
     "write link:ID, border:PLACE or transfer:PLACE, as the tables flows and facilities have them"},
    /* economies */
    {"stress",
     false,
     {{"scenario", "today"}, {"economy", "XAM"}},
     BUCKLE_ERR_REFERENCE,
     "'XAM' is not an economy of the study",
     "did you mean 'XAL'?"},
    {"value",
     false,
     {{"economy", "Almarja"}},
     BUCKLE_ERR_REFERENCE,
     "'Almarja' is not an economy of the study",
     "did you mean 'Almaria'?"},
    {"claim",
     false,
     {{"economy", "nowhere at all"}, {"gain", "1"}},
     BUCKLE_ERR_REFERENCE,
     "'nowhere at all' is not an economy of the study",
     "regions are in economy/region.csv"},
    {"pivot",
     false,
     {{"scenario", "today"}, {"players", "XAL,XXX"}},
     BUCKLE_ERR_REFERENCE,
     "'XXX' is not an economy of the study",
     "regions are in economy/region.csv"},
    {"pivot",
     false,
     {{"tolls", "XXX"}},
     BUCKLE_ERR_REFERENCE,
     "'XXX' is not an economy of the study",
     "regions are in economy/region.csv"},
    {"brief",
     false,
     {{"economy", "XXX"}, {"draws", "0"}},
     BUCKLE_ERR_REFERENCE,
     "'XXX' is not an economy of the study",
     "regions are in economy/region.csv"},
    /* what questions ask beside */
    {"claim",
     false,
     {{"economy", "XAL"}, {"gain", "much"}},
     BUCKLE_ERR_USAGE,
     "claim: gain is 'much', must be a percentage above 0",
     "such as 1%"},
    {"claim",
     false,
     {{"economy", "XAL"}, {"gain", "1 percent"}},
     BUCKLE_ERR_USAGE,
     "claim: gain is '1 percent', must be a percentage above 0",
     "such as 1%"},
    {"claim",
     false,
     {{"economy", "XAL"}, {"gain", "-1%"}},
     BUCKLE_ERR_USAGE,
     "claim: gain is '-1%', must be a percentage above 0",
     "such as 1%"},
    {"claim",
     false,
     {{"economy", "XAL"}, {"gain", "inf"}},
     BUCKLE_ERR_USAGE,
     "claim: gain is 'inf', must be a percentage above 0",
     "such as 1%"},
    {"pivot",
     false,
     {{"scenario", "today"}, {"without-bypass", ""}},
     BUCKLE_ERR_USAGE,
     "without-bypass needs to know which it is",
     "name the projects as bypass"},
    {"invest",
     false,
     {{"budget", "1e9"}, {"objective", "all"}, {"weight", "XAL=1"}},
     BUCKLE_ERR_USAGE,
     "invest: give an objective or weights, not both",
     NULL},
    {"invest",
     false,
     {{"budget", "1e9"}, {"weight", "XAL"}},
     BUCKLE_ERR_USAGE,
     "invest: weight is 'XAL', must be ECONOMY=NUMBER",
     "such as KAZ=0.5"},
    {"invest",
     false,
     {{"budget", "1e9"}, {"weight", "XAL="}},
     BUCKLE_ERR_USAGE,
     "invest: weight is 'XAL=', must be ECONOMY=NUMBER",
     "such as KAZ=0.5"},
    {"invest",
     false,
     {{"budget", "1e9"}, {"weight", "XAL=1x"}},
     BUCKLE_ERR_USAGE,
     "invest: weight is 'XAL=1x', must be ECONOMY=NUMBER",
     "such as KAZ=0.5"},
    {"invest",
     false,
     {{"budget", "1e9"}, {"weight", "XAL=nan"}},
     BUCKLE_ERR_USAGE,
     "invest: weight is 'XAL=nan', must be ECONOMY=NUMBER",
     "such as KAZ=0.5"},
    {"invest",
     false,
     {{"budget", "1e9"}, {"weight", "XXX=1"}},
     BUCKLE_ERR_REFERENCE,
     "'XXX' is not an economy of the study",
     "regions are in economy/region.csv"},
    {"invest",
     false,
     {{"budget", "1e9"}, {"objective", "XXX"}},
     BUCKLE_ERR_REFERENCE,
     "'XXX' is not an economy of the study",
     "regions are in economy/region.csv"},
    {"game", true, {{"players", "a"}}, BUCKLE_ERR_USAGE, "game needs a file or worths", "such as worths 0,1,1,3"},
    {"game",
     true,
     {{"worths", "0,1"}, {"file", "x.json"}},
     BUCKLE_ERR_USAGE,
     "game needs a file or worths",
     "such as worths 0,1,1,3"},
    {"game",
     true,
     {{"worths", "0,1,one,3"}},
     BUCKLE_ERR_VALUE,
     "game: worth 2 is 'one', must be a finite number",
     NULL},
    {"game", true, {{"worths", "0,1;1,3"}}, BUCKLE_ERR_VALUE, "game: worth 1 is '1;1', must be a finite number", NULL},
    {"game", true, {{"worths", "0,nan"}}, BUCKLE_ERR_VALUE, "game: worth 1 is 'nan', must be a finite number", NULL},
    {"game",
     true,
     {{"worths", "0"}},
     BUCKLE_ERR_INCONSISTENT,
     "game: 1 worths are 2^n for no number of players up to 24",
     "one for every coalition, the empty one first; bit i of the place: player i + 1 is in"},
    {"game",
     true,
     {{"worths", "0,1,1"}},
     BUCKLE_ERR_INCONSISTENT,
     "game: 3 worths are 2^n for no number of players up to 24",
     "one for every coalition, the empty one first; bit i of the place: player i + 1 is in"},
    {"game",
     true,
     {{"worths", "1,1"}},
     BUCKLE_ERR_VALUE,
     "game: the worth of the empty coalition must be 0",
     "take it off every worth"},
    {"game",
     true,
     {{"worths", "0,1,1,3"}, {"players", "a"}},
     BUCKLE_ERR_INCONSISTENT,
     "game: 1 players are named, the worths are those of 2",
     NULL},
    {"game",
     true,
     {{"file", "/nowhere/game.json"}},
     BUCKLE_ERR_FILE,
     "cannot be opened: No such file or directory",
     NULL},
};

static void
questions_say_what_is_wrong_with_them(void **state)
{
    bkt_both *f = *state;

    for (size_t r = 0; r < sizeof refusals / sizeof *refusals; r++) {
        const refusal *wrong = &refusals[r];
        size_t         n = 0;
        while (n < MOST_OPTIONS && (wrong->options[n].name || wrong->options[n].value))
            n++;
        const buckle_status status =
            buckle_ask(f->engine, wrong->of_files ? NULL : f->study, wrong->question, wrong->options, n, &f->result);
        assert_null(f->result);
        assert_string_equal(buckle_error_message(f->engine, 0), wrong->message);
        assert_int_equal(status, wrong->status);
        assert_int_equal(buckle_error_status(f->engine, 0), wrong->status);
        if (wrong->hint)
            assert_string_equal(buckle_error_hint(f->engine, 0), wrong->hint);
        else
            assert_null(buckle_error_hint(f->engine, 0));
    }
}

/* ---- what is asked for seldom -------------------------------------------------------------------------------------
 */

static void
ask(bkt_both *f, bool of_files, const char *question, size_t n, const buckle_option *options)
{
    buckle_result_release(f->result);
    const buckle_status status = buckle_ask(f->engine, of_files ? NULL : f->study, question, options, n, &f->result);
    if (status != BUCKLE_OK)
        fail_msg("%s: %s", question, buckle_error_message(f->engine, 0));
}
#define ASK(f, of_files, question, ...)                                                                                \
    ask(f, of_files, question, sizeof((const buckle_option[]){__VA_ARGS__}) / sizeof(buckle_option),                   \
        (const buckle_option[]){__VA_ARGS__})

/* The first text of a column. */
static const char *
first_text(const buckle_result *result, const char *table, const char *column)
{
    const buckle_table *found = buckle_table_find(result, table);

    assert_non_null(found);
    return buckle_column_texts(found, buckle_column_find(found, column))[0];
}

/* An objective of one economy is its weight of 1, by its country or its name. */
static void
one_economy_is_a_weight_of_one(void **state)
{
    bkt_both *f = *state;
    double    value[3];
    size_t    n = 0;

    ASK(f, false, "invest", {"budget", "1e9"}, {"weight", "XAL=1"});
    value[0] = bkt_numbers(f->result, "portfolios", "value", &n)[0];
    ASK(f, false, "invest", {"budget", "1e9"}, {"objective", "XAL"});
    value[1] = bkt_numbers(f->result, "portfolios", "value", &n)[0];
    ASK(f, false, "invest", {"budget", "1e9"}, {"objective", "Almaria"});
    value[2] = bkt_numbers(f->result, "portfolios", "value", &n)[0];
    bkt_close(value[1], value[0], 0.0, 0.0);
    bkt_close(value[2], value[0], 0.0, 0.0);
    ASK(f, false, "invest", {"budget", "1e9"}, {"objective", "maxmin"});
    assert_true(bkt_numbers(f->result, "portfolios", "value", &n)[0] >= 0.0); /* nothing is worth 0 to all */
}

/* 4 cars and 2 lorries, all by the road of time 10 (1 + 0.15 x / 2) = 14.5, less than 20. */
static void
classes_have_their_own_trips(void **state)
{
    bkt_both *f = *state;
    char      folder[] = "/tmp/buckle-refusals-XXXXXX", path[4][64];
    size_t    n = 0;

    assert_non_null(mkdtemp(folder));
    for (size_t p = 0; p < 4; p++)
        snprintf(path[p], sizeof path[p], "%s/%s", folder, (const char *[]){"net", "car", "lorry", "classes.csv"}[p]);
    bkt_write_roads(path[0], path[1], false);
    bkt_write_roads(path[0], path[2], false);
    FILE *file = fopen(path[3], "w");
    fprintf(file, "class,trips,demand_factor\ncar,car,\nlorry,lorry,0.5\n");
    fclose(file);
    ASK(f, true, "assign", {"net", path[0]}, {"classes", path[3]}, {"skims", ""}, {"paths", ""});
    const double *trips = bkt_numbers(f->result, "classes", "trips", &n);
    assert_int_equal(n, 2);
    bkt_close(trips[0], 4.0, 1e-12, 0.0);
    bkt_close(trips[1], 2.0, 1e-12, 0.0);
    bkt_close(bkt_numbers(f->result, "classes", "total_cost", &n)[1], 2.0 * 14.5, 1e-9, 0.0);
    bkt_close(bkt_numbers(f->result, "flows", "volume_lorry", &n)[3], 2.0, 1e-9, 0.0);
    bkt_close(bkt_numbers(f->result, "flows", "volume", &n)[3], 6.0, 1e-9, 0.0);
    for (size_t p = 0; p < 4; p++)
        unlink(path[p]);
    rmdir(folder);
}

/* Two players worth 1 together and nothing alone: half each (Shapley 1953, symmetry and efficiency). */
static void
games_of_a_file_are_solved(void **state)
{
    bkt_both *f = *state;
    char      path[] = "/tmp/buckle-refusals-XXXXXX";
    FILE     *file = fdopen(mkstemp(path), "w");
    size_t    n = 0;

    fprintf(file, "{\"v\": [0, 0, 0, 1], \"players\": [\"a\", \"b\"]}");
    fclose(file);
    ASK(f, true, "game", {"file", path});
    const double *shapley = bkt_numbers(f->result, "game_players", "shapley", &n);
    assert_int_equal(n, 2);
    bkt_close(shapley[0], 0.5, 1e-12, 0.0);
    bkt_close(shapley[1], 0.5, 1e-12, 0.0);
    assert_string_equal(first_text(f->result, "game_players", "player"), "a");
    ASK(f, true, "game", {"worths", "0,1"}); /* one player, without a name */
    assert_string_equal(first_text(f->result, "game_players", "player"), "1");
    bkt_close(bkt_numbers(f->result, "game_players", "shapley", &n)[0], 1.0, 1e-12, 0.0);
    unlink(path);
}

/* A tenth more is sold to itself than the study says: something has to give way for markets to clear. */
static void
what_gives_way_is_named(void **state)
{
    bkt_both *f = *state;
    char      folder[] = "/tmp/buckle-refusals-XXXXXX", study[64], command[5000];
    size_t    n = 0;

    assert_non_null(mkdtemp(folder));
    snprintf(study, sizeof study, "%s/caravan", folder);
    snprintf(command, sizeof command,
             "cp -r %s %s && chmod -R u+w %s && sed -i 's/^farm,XOR,XOR,900,/farm,XOR,XOR,990,/' %s/economy/trade.csv",
             bkt_caravan(), study, study, study);
    assert_int_equal(system(command), 0);
    ASK(f, true, "balance", {"study", study}, {"replace", ""});
    const double *before = bkt_numbers(f->result, "changes", "before", &n);
    const double *after = bkt_numbers(f->result, "changes", "after", &n);
    assert_true(n > 0);
    for (size_t c = 0; c < n; c++)
        assert_true(before[c] != after[c]);
    assert_true(buckle_result_residual(f->result) < 1e-9);
    ASK(f, true, "balance", {"study", study}, {"replace", ""}); /* markets clear now */
    bkt_numbers(f->result, "changes", "before", &n);
    assert_int_equal(n, 0);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

/* What XOR spends on oil is taken from its table and laid to services: the facts about trade bring it back, as a row of
 * its own, with the number that the study had. */
static void
a_number_that_had_no_row_gets_one(void **state)
{
    bkt_both *f = *state;
    char folder[] = "/tmp/buckle-refusals-XXXXXX", study[64], table[128], command[5000], line[256] = "", first[256];

    assert_non_null(mkdtemp(folder));
    snprintf(study, sizeof study, "%s/caravan", folder);
    snprintf(table, sizeof table, "%s/economy/final_share.csv", study);
    snprintf(command, sizeof command,
             "cp -r %s %s && chmod -R u+w %s && awk -F, -v OFS=, '$1 == \"XOR\" && $2 == \"oil\" {moved = $3; next} "
             "$1 == \"XOR\" && $2 == \"services\" {$3 = sprintf(\"%%.17g\", $3 + moved)} {print}' %s > %s/made && "
             "mv %s/made %s",
             bkt_caravan(), study, study, table, folder, folder, table);
    assert_int_equal(system(command), 0);
    ASK(f, true, "balance", {"study", study}, {"replace", ""});
    FILE *file = fopen(table, "r");
    while (fgets(line, sizeof line, file) && strncmp(line, "XOR,oil,", 8) != 0)
        ;
    fclose(file);
    snprintf(first, sizeof first, "%s", line + 8);
    /* studies/caravan/economy/final_share.csv */
    bkt_close(strtod(first, NULL), 0.0035691913598890367, 1e-12, 0.0);
    assert_non_null(strstr(first, ",corrected so that markets clear,estimate\n"));
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

/* A scenario in memory is one more of those a brief may be about. */
static void
a_brief_is_about_a_scenario_of_the_study_or_one_added(void **state)
{
    static const char text[] = "title: Works alone\nmeasures:\n  - id: works\n    projects: [steppe-line]\n";
    bkt_both         *f = *state;

    assert_int_equal(buckle_scenario_add(f->study, "works-alone", text, sizeof text - 1), BUCKLE_OK);
    ASK(f, false, "brief", {"economy", "Almaria"}, {"scenario", "works-alone"}, {"players", "2"}, {"draws", "0"});
    const buckle_table *brief = buckle_table_find(f->result, "brief");
    assert_int_equal(buckle_table_rows(brief), BK_BRIEF_QUESTIONS);
    assert_true(buckle_result_converged(f->result));
}

/* Whoever builds, levies, signs, guards a post or lifts its own output has its part in a measure of its own kind, and
 * Shapley's values add up to what all players are worth together, with the bypass and without. */
static void
measures_of_every_kind_are_shared_out(void **state)
{
    bkt_both *f = *state;
    size_t    n = 0, n_coalitions = 0;

    assert_int_equal(buckle_scenario_add(f->study, "everything", bkt_everything, sizeof bkt_everything - 1), BUCKLE_OK);
    ASK(f, false, "pivot", {"scenario", "everything"}, {"bypass", "steppe-line"}, {"economy-values", "all"});
    const double *shapley = bkt_numbers(f->result, "pivot_players", "shapley_usd", &n);
    const double *alone = bkt_numbers(f->result, "pivot_players", "alone_usd", &n);
    const double *gain = bkt_numbers(f->result, "pivot_coalitions", "gain_usd", &n_coalitions);
    assert_int_equal(n, 2 * 5); /* every economy has a part in it */
    assert_int_equal(n_coalitions, 2 * 32);
    for (size_t half = 0; half < 2; half++) {
        double sum = 0.0;
        for (size_t i = 0; i < 5; i++) {
            sum += shapley[5 * half + i];
            bkt_close(alone[5 * half + i], gain[32 * half + ((size_t)1 << i)], 1e-12, 0.0);
        }
        bkt_close(sum, gain[32 * half + 31], 1e-9, 1.0);
        bkt_close(gain[32 * half], 0.0, 0.0, 0.0);
    }
    ASK(f, false, "brief", {"economy", "XAL"}, {"scenario", "everything"}, {"draws", "0"});
    assert_int_equal(buckle_table_rows(buckle_table_find(f->result, "brief")), BK_BRIEF_QUESTIONS);
}

/* ---- handles ------------------------------------------------------------------------------------------------------
 */

static void
keep_the_last(void *state, int level, const char *text)
{
    (void)level;
    snprintf(state, 256, "%s", text);
}

static void
an_engine_tells_and_refuses(void **state)
{
    bkt_both      *f = *state;
    buckle_engine *engine = (void *)state;
    char           last[256] = "";
    const char    *cache = "/dev/null/cache"; /* below what is no folder */

    assert_int_equal(buckle_engine_create(0, &engine), BUCKLE_ERR_USAGE);
    assert_null(engine);
    assert_string_equal(buckle_status_sentence(BUCKLE_ERR_NO_PATH), "trade between two zones that no route joins");
    assert_null(buckle_status_sentence((buckle_status)-1));
    assert_int_equal(buckle_engine_cache(f->engine, cache), BUCKLE_OK);
    buckle_engine_listen(f->engine, NULL, keep_the_last, last);
    ASK(f, false, "value", {"top", "1"}); /* the base year cannot be kept there, which is a note and no error */
    assert_non_null(strstr(last, cache));
    assert_null(buckle_error_message(f->engine, 0));
    assert_null(buckle_error_file(f->engine, 0));
    assert_null(buckle_error_hint(f->engine, 0));
    assert_int_equal(buckle_error_status(f->engine, 0), BUCKLE_OK);
    assert_int_equal(buckle_error_line(f->engine, 0), 0);
    assert_int_equal(buckle_error_column(f->engine, 0), 0);
    buckle_engine_release(NULL);
    buckle_study_release(NULL);
    buckle_result_release(NULL);
}

static void
past_the_last_column_there_is_nothing(void **state)
{
    bkt_both *f = *state;

    ASK(f, false, "trade", {"scenario", "today"});
    const buckle_table *table = buckle_table_at(f->result, 0);
    const size_t        past = buckle_table_columns(table);
    assert_null(buckle_column_name(table, past));
    assert_null(buckle_column_unit(table, past));
    assert_null(buckle_column_meaning(table, past));
    assert_int_equal(buckle_column_kind(table, past), BUCKLE_TEXT);
    assert_null(buckle_column_texts(table, past));
    assert_null(buckle_column_integers(table, past));
    assert_null(buckle_column_empty(table, past));
    assert_non_null(buckle_column_meaning(table, past - 1));
}

int
main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, bkt_start, bkt_stop)
    const struct CMUnitTest tests[] = {
        EACH(questions_say_what_is_wrong_with_them),
        EACH(one_economy_is_a_weight_of_one),
        EACH(classes_have_their_own_trips),
        EACH(games_of_a_file_are_solved),
        EACH(what_gives_way_is_named),
        EACH(a_number_that_had_no_row_gets_one),
        EACH(a_brief_is_about_a_scenario_of_the_study_or_one_added),
        EACH(measures_of_every_kind_are_shared_out),
        EACH(an_engine_tells_and_refuses),
        EACH(past_the_last_column_there_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
