/* Memory fails once at every call site that leads to a request for it, while each question is asked through the stable
 * surface: an error that says so, with nothing left behind, in memory or on disk; and the same question then has the
 * same answer, to the bit. */
#include "api/api.h"
#include "bkt_api.h"
#include "bkt_facts.h"
#include "bkt_sites.h"

#include <dirent.h>
#include <unistd.h>

#define MOST_OPTIONS 7

/* Of a cached one, what was solved for the question before is kept. */
typedef enum what_it_asks { OF_A_STUDY, OF_A_CACHED_STUDY, OF_FILES } what_it_asks;

typedef struct question {
    const char   *name;
    what_it_asks  of;
    const char   *leaves; /* what may stay behind, whole, when it fails; NULL: nothing */
    buckle_option options[MOST_OPTIONS];
} question;

static const question questions[] = {
    {"run", OF_A_STUDY, NULL, {{"scenario", "middle-way"}, {"values", ""}, {"select", "border:alm_gate"}}},
    {"run",
     OF_A_STUDY,
     NULL,
     {{"scenario", "middle-way"}, {"finance", "foreign"}, {"lender", "XWE"}, {"attribution", "alone"}}},
    {"trade", OF_A_STUDY, NULL, {{"scenario", "union-grows"}, {"deficits", "zero"}}},
    {"route", OF_A_STUDY, NULL, {{"from", "ori_city"}, {"to", "wes_city"}, {"k", "2"}, {"loaded", ""}}},
    {"appraise", OF_A_STUDY, NULL, {{"scenario", "middle-way"}, {"draws", "100"}}},
    {"value", OF_A_STUDY, NULL, {{"economy", "XAL"}, {"top", "3"}}},
    {"claim", OF_A_STUDY, NULL, {{"economy", "XAL"}, {"gain", "0.01"}}},
    {"invest",
     OF_A_STUDY,
     "records",
     {{"budget", "2e8"}, {"weight", "XWE=1"}, {"robust", "today"}, {"resume", "records"}}},
    {"pivot", OF_A_STUDY, "records", {{"scenario", "middle-way"}, {"players", "XAL,XNO"}, {"resume", "records"}}},
    {"pivot", OF_A_STUDY, NULL, {{"tolls", "XSU"}, {"toll-max", "5"}}},
    {"stress",
     OF_A_STUDY,
     "records",
     {{"scenario", "middle-way"}, {"draws", "3"}, {"projects", ""}, {"resume", "records"}}},
    {"check", OF_A_STUDY, NULL, {{"scenario", "today"}, {"observed", ""}}},
    {"calibrate",
     OF_A_STUDY,
     "fitted fitted.diff",
     {{"rounds", "1"}, {"log", "in/log.csv"}, {"least-stays", "2"}, {"out", "fitted"}}},
    {"assign", OF_A_STUDY, NULL, {{"scenario", "today"}, {"skims", ""}}},
    {"assign",
     OF_FILES,
     NULL,
     {{"net", "in/net.tntp"}, {"trips", "in/trips.tntp"}, {"method", "algorithm-b"}, {"skims", ""}, {"paths", ""}}},
    {"assign",
     OF_FILES,
     NULL,
     {{"net", "in/net.tntp"},
      {"trips", "in/trips.tntp"},
      {"method", "logit"},
      {"dispersion", "0.1"},
      {"routes", "3"},
      {"paths", ""}}},
    {"design", OF_FILES, NULL, {{"net", "in/new.tntp"}, {"trips", "in/trips.tntp"}, {"budget-share", "1"}}},
    {"balance",
     OF_FILES,
     "economy changes.csv",
     {{"study", "in/caravan"}, {"out", "economy"}, {"changes", "changes.csv"}}},
    {"balance",
     OF_FILES,
     "economy changes.csv",
     {{"study", "in/facts"}, {"out", "economy"}, {"changes", "changes.csv"}}},
    {"pivot",
     OF_A_STUDY,
     NULL,
     {{"scenario", "everything"}, {"players", "XAL,XSU"}, {"bypass", "steppe-line"}, {"economy-values", "all"}}},
    {"stress", OF_A_STUDY, NULL, {{"scenario", "everything"}, {"draws", "2"}, {"indices", ""}}},
    {"invest", OF_A_CACHED_STUDY, NULL, {{"budget", "2e9"}, {"objective", "maxmin"}, {"robust", "today,closed-gate"}}},
    {"invest",
     false,
     NULL,
     {{"budget", "6e9"}, {"per-year", "2e9"}, {"candidates", "steppe-line"}, {"candidates", "lake-ports"}}},
    {"run", OF_A_CACHED_STUDY, NULL, {{"scenario", "closed-gate"}, {"deficits", "scaled"}, {"attribution", "shapley"}}},
    {"game", OF_FILES, NULL, {{"worths", "0,0,0,1,0,1,0,1"}, {"players", "a"}, {"players", "b"}, {"players", "c"}}},
};
enum { N_QUESTIONS = sizeof questions / sizeof *questions };

typedef struct fixture {
    bkt_allocator   allocator;
    buckle_engine  *engine;
    buckle_study   *study;
    char            folder[64]; /* where questions are asked: `in` is what they read */
    const question *asked;
    buckle_result  *result; /* to be written */
} fixture;

/* ---- where they are asked ------------------------------------------------------------------------------------------
 */

/* Facts of a base year, with some of every kind. */
static void
write_facts(void)
{
    static const char *const more[][2] = {
        {"balance/trade.csv", "sector,exporter,importer,value,use,source,confidence\n"
                              "grain,KAZ,CHN,12,cell,a table,reported\nsteel,KAZ,CHN,1,seed,,\n"},
        {"balance/own_sales.csv", "region,sector,of_exports,of_imports,least\nUZB,*,,,1\n*,grain,0.1,0.1,\n"},
        {"balance/replace.csv", "exporter,importer,value\nCHN,UZB,20\n*,UZB,40\n"},
    };
    const size_t n = sizeof bkt_facts / sizeof *bkt_facts;

    assert_int_equal(system("mkdir -p in/facts/balance"), 0);
    for (size_t f = 0; f < n + sizeof more / sizeof *more; f++) {
        const char *const *fact = f < n ? bkt_facts[f] : more[f - n];
        char               path[64];
        snprintf(path, sizeof path, "in/facts/%s", fact[0]);
        FILE *file = fopen(path, "w");
        fputs(fact[1], file);
        fclose(file);
    }
}

static void
write_inputs(void)
{
    char link[] = "in/caravan";

    assert_int_equal(system("mkdir in"), 0);
    assert_int_equal(symlink(bkt_caravan(), link), 0);
    write_facts();
    bkt_write_roads("in/new.tntp", "in/trips.tntp", true);
    bkt_write_roads("in/net.tntp", "in/trips.tntp", false);
    FILE *log = fopen("in/log.csv", "w");
    fprintf(log, "shipment,point,event,time\n");
    for (int s = 0; s < 4; s++)
        fprintf(log, "s%d,alm_gate,arrive,2024-05-0%dT10:00Z\ns%d,alm_gate,depart,2024-05-0%dT1%d:00Z\n", s, s + 1, s,
                s + 1, s + 4);
    fclose(log);
}

/* What lies beside `in`; taken away. */
static void
clear_outputs(const char *may_be)
{
    DIR *folder = opendir(".");

    for (const struct dirent *entry; (entry = readdir(folder));) {
        char command[300];
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "in") == 0)
            continue;
        if (strcmp(may_be, "*") != 0 && !strstr(may_be, entry->d_name))
            fail_msg("%s was left behind", entry->d_name);
        snprintf(command, sizeof command, "rm -r '%s'", entry->d_name);
        assert_int_equal(system(command), 0);
    }
    closedir(folder);
}

/* An engine whose context takes its memory from the test's allocator. */
static void
make_engine(fixture *f)
{
    bkt_sites_init(&f->allocator);
    assert_int_equal(buckle_engine_create(1, &f->engine), BUCKLE_OK);
    bk_arena_release(&f->engine->arena);
    bk_context_release(f->engine->ctx);
    f->engine->cache_folder = NULL;
    assert_int_equal(
        bk_context_create(
            &(bk_settings){.threads = 1, .allocator = &f->allocator.allocator, .cancel = &f->engine->cancel},
            &f->engine->ctx),
        BK_OK);
    bk_arena_init(&f->engine->arena, f->engine->ctx);
}

static int
start(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    /* in memory where that can be: files are flushed to the disk before they count as written */
    snprintf(f->folder, sizeof f->folder, "%s/buckle-fault-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(f->folder));
    assert_int_equal(chdir(f->folder), 0);
    write_inputs();
    bkt_sites_start(false, 0);
    make_engine(f);
    assert_int_equal(buckle_study_open(f->engine, "in/caravan", &f->study), BUCKLE_OK);
    if (buckle_scenario_add(f->study, "everything", bkt_everything, sizeof bkt_everything - 1) != BUCKLE_OK)
        fail_msg("%s", buckle_error_message(f->engine, 0));
    /* a question for which the study keeps its base year */
    assert_int_equal(buckle_ask(f->engine, f->study, "value", NULL, 0, &f->result), BUCKLE_OK);
    buckle_result_release(f->result);
    f->asked = questions;
    *state = f;
    return 0;
}

static int
stop(void **state)
{
    fixture *f = *state;
    char     command[128];

    bkt_sites_stop();
    buckle_study_release(f->study);
    buckle_engine_release(f->engine);
    bkt_allocator_check(&f->allocator);
    snprintf(command, sizeof command, "rm -r %s", f->folder);
    assert_int_equal(system(command), 0);
    free(f);
    return 0;
}

/* ---- questions -----------------------------------------------------------------------------------------------------
 */

/* Of everything a caller can see. */
static uint64_t
hash_result(const buckle_result *result)
{
    const int    ends[] = {buckle_result_converged(result), buckle_result_interrupted(result)};
    const double residual = buckle_result_residual(result);
    uint64_t     hash = bk_hash(bk_hash(0, ends, sizeof ends), &residual, sizeof residual);

    for (size_t s = 0; s < buckle_result_sentence_count(result); s++)
        hash = bkt_hash_text(hash, buckle_result_sentence(result, s));
    for (size_t w = 0; w < buckle_result_warning_count(result); w++)
        hash = bkt_hash_text(hash, buckle_result_warning(result, w));
    return bkt_hash_results(hash, result->results);
}

/* The error says what is missing: in its own words, or, where not even these can be had, in those of its code. */
static void
check_error(const fixture *f)
{
    const char *message = buckle_error_message(f->engine, 0);

    assert_int_equal(buckle_error_status(f->engine, 0), BUCKLE_ERR_NO_MEMORY);
    if (strcmp(message, "not enough memory") != 0)
        assert_string_equal(message, "an allocation failed");
}

static bk_status
ask(void *state, uint64_t *answer)
{
    fixture        *f = state;
    const question *asked = f->asked;
    const size_t    blocks = f->allocator.live_blocks;
    buckle_result  *result = NULL;
    size_t          n = 0;

    f->engine->cache_folder = asked->of == OF_A_CACHED_STUDY ? "in/cache" : NULL;
    while (n < MOST_OPTIONS && asked->options[n].name)
        n++;
    const buckle_status status =
        buckle_ask(f->engine, asked->of == OF_FILES ? NULL : f->study, asked->name, asked->options, n, &result);
    bkt_sites_stop();
    assert_true((status == BUCKLE_OK) == (result != NULL));
    if (status == BUCKLE_OK)
        *answer = hash_result(result);
    else if (status == BUCKLE_ERR_NO_MEMORY)
        check_error(f);
    buckle_result_release(result);
    bk_error_clear(f->engine->ctx);
    clear_outputs(status == BUCKLE_OK ? "*" : asked->leaves ? asked->leaves : "");
    assert_int_equal(f->allocator.live_blocks, blocks);
    return (bk_status)status;
}

static void
a_question_without_memory_is_an_error(void **state)
{
    fixture *f = *state;

    for (; f->asked < questions + N_QUESTIONS; f->asked++) {
        print_message("%s %s\n", f->asked->name, f->asked->options[0].value);
        if (f->asked->of == OF_A_CACHED_STUDY) /* answers count what was solved for them: fill the cache */
            assert_int_equal(ask(f, &(uint64_t){0}), BK_OK);
        bkt_sites_fail_each(ask, f);
    }
}

/* ---- studies and results -------------------------------------------------------------------------------------------
 */

static bk_status
open_and_add(void *state, uint64_t *answer)
{
    static const char text[] =
        "title: Quicker\nmeasures:\n  - id: works\n    projects: [steppe-line]\n  - id: faster\n"
        "    adjust: [{target: border, node: alm_gate, attribute: control_hours, factor: 0.5}]\n";
    fixture      *f = state;
    const size_t  blocks = f->allocator.live_blocks;
    buckle_study *study = NULL;
    buckle_status status = buckle_study_open(f->engine, "in/caravan", &study);

    *answer = 0;
    assert_true((status == BUCKLE_OK) == (study != NULL));
    for (size_t s = 0; status == BUCKLE_OK && s < 9; s++) /* one more than there is room for at first */
        status = buckle_scenario_add(study, (const char[]){(char)('a' + s), '\0'}, text, sizeof text - 1);
    bkt_sites_stop();
    for (size_t s = 0; study && s < buckle_scenario_count(study); s++)
        *answer = bkt_hash_text(*answer, buckle_scenario_name(study, s));
    if (status != BUCKLE_OK)
        check_error(f);
    buckle_study_release(study);
    bk_error_clear(f->engine->ctx);
    assert_int_equal(f->allocator.live_blocks, blocks);
    return (bk_status)status;
}

static void
a_study_without_memory_is_an_error(void **state)
{
    bkt_sites_fail_each(open_and_add, *state);
}

static void
the_cache_folder_without_memory_is_an_error(void **state)
{
    fixture *f = *state;

    bkt_sites_start(false, 1);
    assert_int_equal(buckle_engine_cache(f->engine, "cache"), BUCKLE_ERR_NO_MEMORY);
    bkt_sites_stop();
    check_error(f);
    assert_null(f->engine->cache_folder);
}

static bk_status
write_result(void *state, uint64_t *answer)
{
    static const char *const paths[] = {"answer.gpkg", "answer.xlsx", "answer.html", "answer"};
    fixture                 *f = state;
    const size_t             blocks = f->allocator.live_blocks;
    buckle_status            status = BUCKLE_OK;

    *answer = 0;
    for (size_t p = 0; status == BUCKLE_OK && p < 4; p++) {
        status = buckle_result_write(f->result, paths[p]);
        *answer += status == BUCKLE_OK && access(paths[p], R_OK) == 0;
        if (status != BUCKLE_OK)
            check_error(f);
    }
    bkt_sites_stop();
    bk_error_clear(f->engine->ctx);
    clear_outputs("*");
    assert_int_equal(f->allocator.live_blocks, blocks);
    return (bk_status)status;
}

static void
a_result_without_memory_is_not_written(void **state)
{
    fixture *f = *state;

    assert_int_equal(buckle_ask(f->engine, f->study, "value", NULL, 0, &f->result), BUCKLE_OK);
    bkt_sites_fail_each(write_result, f);
    buckle_result_release(f->result);
    f->result = NULL;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_without_memory_is_an_error),
        cmocka_unit_test(a_study_without_memory_is_an_error),
        cmocka_unit_test(a_result_without_memory_is_not_written),
        cmocka_unit_test(the_cache_folder_without_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
