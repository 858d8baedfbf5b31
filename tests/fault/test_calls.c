/* Memory fails once at every call site that leads to a request for it, in what a study answers beside the questions of
 * the stable surface (test_api.c): an error that says so, with nothing left behind; and then the same answer. */
#include "bkt_api.h"
#include "bkt_sites.h"
#include "buckle/calibrate.h"
#include "buckle/margins.h"
#include "buckle/optimum.h"
#include "buckle/stress.h"
#include "buckle/trips.h"

#include <unistd.h>

static bkt_allocator   allocator;
static bk_context     *ctx;
static bk_arena        kept;
static const bk_study *study;   /* with its base year */
static bk_results      results; /* to be reported */

typedef bk_status (*work)(bk_arena *arena, uint64_t *answer);

/* ---- opening, and the base year ------------------------------------------------------------------------------------
 */

static bk_status
open_and_change(bk_arena *arena, uint64_t *answer)
{
    static const char *const other[] = {"closed-gate"};
    const bk_study          *all = NULL, *with = NULL, *changed = NULL;

    BK_TRY(bk_study_open(ctx, bkt_caravan(), NULL, 0, arena, &all));
    BK_TRY(bk_study_with_scenarios(ctx, all, other, 1, arena, &with));
    BK_TRY(bk_study_with_deficits(with, BK_DEFICITS_ZERO, arena, &changed));
    for (size_t s = 0; s < all->n_scenarios; s++)
        *answer = bkt_hash_text(*answer, all->scenarios[s]->name);
    *answer = bkt_hash_text(*answer, changed->scenarios[0]->name) + changed->model->economy.deficits;
    return BK_OK;
}

/* Of the trade of the base year. */
static uint64_t
hash_base(const bk_joint_base *base)
{
    const bk_joint_solution *solution = bk_joint_base_solution(base);

    return bk_hash(0, solution->price, bk_joint_graph(base)->n_facilities * sizeof *solution->price);
}

/* Solved and kept, then from where it is kept. */
static bk_status
base_and_cache(bk_arena *arena, uint64_t *answer)
{
    bk_study             bare = *study;
    const bk_joint_base *solved = NULL, *found = NULL;
    bool                 cached = false;

    bare.base = NULL;
    BK_TRY(bk_study_base(ctx, &bare, "cache", arena, &solved, &cached));
    BK_TRY(bk_study_base(ctx, &bare, "cache", arena, &found, &cached));
    *answer = hash_base(solved);
    assert_true(*answer == hash_base(found));
    return BK_OK;
}

/* ---- networks ------------------------------------------------------------------------------------------------------
 */

static bk_status
ask_of_the_network(bk_arena *arena, uint64_t *answer)
{
    const bk_frontier_query post = {.post = "alm_gate", .mode = "rail"};
    const bk_route_query    way = {
           .from = "ori_city", .to = "wes_city", .usd_per_tonne_hour = -1.0, .k = 2, .distinct = true, .constants = true};
    const bk_policy_query rates = {.economy = "Almaria",
                                   .day = 20250101,
                                   .scenario = study->scenarios[1],
                                   .model = study->models[1],
                                   .n_worst = 3};
    bk_frontier           frontier;
    bk_routes             routes;
    bk_policy_report      policy;

    BK_TRY(bk_study_frontier(ctx, study, study->base, &post, arena, &frontier));
    BK_TRY(bk_study_routes(ctx, study, NULL, &way, arena, &routes));
    BK_TRY(bk_study_policy(ctx, study, &rates, arena, &policy));
    *answer =
        bk_hash(frontier.n + policy.n_partners, frontier.rows[0].share, frontier.rows[0].n_points * sizeof(double));
    *answer = bk_hash(*answer, &routes.alternatives[0].money, sizeof(double));
    return BK_OK;
}

static bk_status
expect_shipments(bk_arena *arena, uint64_t *answer)
{
    const bk_trip_request   request = {.path = "log.csv"};
    const bk_dwell_settings settings = bk_dwell_default_settings();
    const bk_expectation   *found = NULL;
    bk_trip_read            read;
    bk_dwells               dwells;
    size_t                  n = 0;

    BK_TRY(bk_trips_read(ctx, study->model, &request, arena, &read));
    BK_TRY(bk_dwell_learn(ctx, study->model, &read.log, &settings, arena, &dwells));
    BK_TRY(bk_study_expect(ctx, study, &read.log, &dwells, 1735689600.0, arena, &n, &found)); /* 2025-01-01 */
    for (size_t i = 0; i < n; i++)
        *answer = bk_hash(*answer, &found[i].expected, sizeof found[i].expected);
    return BK_OK;
}

static bk_status
widen(bk_arena *arena, uint64_t *answer)
{
    static const uint32_t         candidates[] = {0, 1};
    static const bk_optimum_price prices[] = {{"road", 1e6}};
    bk_optimum_settings           settings = bk_optimum_default_settings();
    const bk_optimum             *found = NULL;

    settings.budget = 5e9;
    settings.n_candidates = 2;
    settings.candidates = candidates;
    settings.n_prices = 1;
    settings.prices = prices;
    BK_TRY(bk_study_optimum(ctx, study, &settings, arena, &found));
    *answer = bk_hash(0, &found->gain_pct, sizeof found->gain_pct);
    return BK_OK;
}

/* ---- to first order ------------------------------------------------------------------------------------------------
 */

static bk_status
value(bk_arena *arena, uint64_t *answer)
{
    const bk_joint_settings joint = bk_joint_default_settings();
    const bk_closure        closure = {.finance = BK_FINANCE_TAX};
    bk_margins              margins;
    bk_quick_run            quick;

    BK_TRY(bk_study_margins(ctx, study, 2, &joint, NULL, arena, &margins));
    uint32_t *order = BK_NEW(arena, uint32_t, margins.n);
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bk_margins_rank(ctx, &margins, BK_NONE, BK_MARGIN_USD, order));
    BK_TRY(bk_study_first_order(ctx, study, &closure, NULL, arena, &quick));
    *answer = bk_hash(bkt_hash_results(0, &margins.results), order, margins.n * sizeof *order);
    return BK_OK;
}

/* ---- many equilibria -----------------------------------------------------------------------------------------------
 */

/* Two halves in files of their own, then from these. */
static bk_status
draw_and_merge(bk_arena *arena, uint64_t *answer)
{
    static const char *const files[] = {"one", "two"};
    bk_stress_settings       settings = bk_stress_default_settings();
    const bk_stress         *stress = NULL;

    settings.n_draws = 2;
    for (uint64_t shard = 0; shard < 2; shard++) {
        settings.spread = (bk_spread_settings){.file = files[shard], .shard = shard, .n_shards = 2};
        BK_TRY(bk_study_stress(ctx, study, &settings, arena, &stress));
    }
    BK_TRY(bk_stress_merge(ctx, files, 2, NULL, NULL, arena, &stress));
    assert_true(stress->complete);
    *answer = bkt_hash_results(0, &stress->results);
    return BK_OK;
}

static bk_status
report(bk_arena *arena, uint64_t *answer)
{
    const bk_report_paths paths = {.tables = "tables", .figures = "figures"};

    (void)arena;
    *answer = 1;
    return bk_study_report(ctx, &results, &paths);
}

/* ---- each of them --------------------------------------------------------------------------------------------------
 */

/* What calls write; a shell is started only where there is something. */
static void
clear_files(void)
{
    static const char *const names[] = {"cache", "one", "two", "tables", "figures"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char command[32];
        if (access(names[i], F_OK) != 0)
            continue;
        snprintf(command, sizeof command, "rm -r %s", names[i]);
        assert_int_equal(system(command), 0);
    }
}

static bk_status
attempt(void *state, uint64_t *answer)
{
    return bkt_sites_attempt(ctx, &allocator, *(const work *)state, clear_files, answer);
}

#define FAIL_EACH(name, call)                                                                                          \
    static void name(void **state)                                                                                     \
    {                                                                                                                  \
        work under_test = call;                                                                                        \
        (void)state;                                                                                                   \
        bkt_sites_fail_each(attempt, &under_test);                                                                     \
    }

FAIL_EACH(a_study_is_not_opened_without_memory, open_and_change)
FAIL_EACH(a_base_year_without_memory_is_an_error, base_and_cache)
FAIL_EACH(routes_posts_and_rates_without_memory_are_errors, ask_of_the_network)
FAIL_EACH(shipments_without_memory_are_an_error, expect_shipments)
FAIL_EACH(a_planner_without_memory_is_an_error, widen)
FAIL_EACH(values_without_memory_are_an_error, value)
FAIL_EACH(shards_without_memory_are_an_error, draw_and_merge)
FAIL_EACH(reports_without_memory_are_an_error, report)

/* ---- where ----------------------------------------------------------------------------------------------------------
 */

static char folder[64];

/* Four trains through a gate with stays that are learnt, one that waits there and one on its way. */
static void
write_log(void)
{
    FILE *log = fopen("log.csv", "w");

    fprintf(log, "shipment,point,event,time,mode,destination\n");
    for (int s = 0; s < 4; s++)
        fprintf(log,
                "s%d,ori_gate,depart,2024-05-0%dT08:00Z,rail,\ns%d,alm_gate,arrive,2024-05-0%dT10:00Z,rail,\n"
                "s%d,alm_gate,depart,2024-05-0%dT1%d:00Z,rail,\ns%d,alm_city,arrive,2024-05-0%dT22:00Z,rail,\n",
                s, s + 1, s, s + 1, s, s + 1, s + 4, s, s + 1);
    fprintf(log, "waits,alm_gate,arrive,2024-12-31T22:00Z,rail,alm_city\n"
                 "rolls,alm_city,depart,2024-12-31T23:00Z,rail,alm_mine\n");
    fclose(log);
}

static int
start(void **state)
{
    static const char *const names[] = {"middle-way", "union-grows"};
    const bk_joint_base     *base = NULL;
    const bk_run            *run = NULL;
    bk_run_settings          settings = bk_run_default_settings();
    bool                     cached;

    (void)state;
    bkt_caravan(); /* while a relative path still leads there */
    snprintf(folder, sizeof folder, "%s/buckle-calls-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    write_log();
    bkt_sites_start(false, 0);
    bkt_sites_init(&allocator);
    assert_int_equal(bk_context_create(&(bk_settings){.threads = 1, .allocator = &allocator.allocator}, &ctx), BK_OK);
    bk_arena_init(&kept, ctx);
    bk_study *with_base = BK_NEW(&kept, bk_study, 1);
    assert_int_equal(bk_study_open(ctx, bkt_caravan(), names, 2, &kept, &study), BK_OK);
    assert_int_equal(bk_study_base(ctx, study, NULL, &kept, &base, &cached), BK_OK);
    *with_base = *study;
    with_base->base = base;
    study = with_base;
    settings.attribution = BK_ATTRIBUTION_NONE;
    assert_int_equal(bk_study_run(ctx, study, &settings, &kept, &run), BK_OK);
    results = run->results;
    results.n_tables = 1; /* of what all tables become the reports' own tests tell */
    return 0;
}

static int
stop(void **state)
{
    char command[128];

    (void)state;
    bk_arena_release(&kept);
    bk_context_release(ctx);
    bkt_allocator_check(&allocator);
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_study_is_not_opened_without_memory),
        cmocka_unit_test(a_base_year_without_memory_is_an_error),
        cmocka_unit_test(routes_posts_and_rates_without_memory_are_errors),
        cmocka_unit_test(shipments_without_memory_are_an_error),
        cmocka_unit_test(a_planner_without_memory_is_an_error),
        cmocka_unit_test(values_without_memory_are_an_error),
        cmocka_unit_test(shards_without_memory_are_an_error),
        cmocka_unit_test(reports_without_memory_are_an_error),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
