/* Memory and the disk refuse while records are computed, kept, resumed and brought together, and while networks are
 * written. */
#include "bkt_study.h"
#include "refuse_bodies.h"

enum { RECORDS = 5, VALUES = 2 };

/* ---- records ------------------------------------------------------------------------------------------------------
 */

static bk_status
compute(void *state, bk_context *ctx, uint64_t index, double *values)
{
    (void)state;
    (void)ctx;
    for (size_t k = 0; k < VALUES; k++)
        values[k] = (double)index + 0.5 * (double)k;
    return BK_OK;
}

static const bk_spread_job job = {
    .what = "record",
    .manifest = {.key = 7, .text = "a question", .n_records = RECORDS, .n_values = VALUES},
    .compute = compute};

static uint64_t
hash_of(const bk_records *records)
{
    return refuse_hash(refuse_hash(0, records->done, RECORDS), records->values, sizeof(double[RECORDS][VALUES]));
}

/* Two shards, the first begun anew and resumed, then both as one file. */
static bk_status
spread_in_shards(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    char              a[80], b[80], both[80];
    const char *const files[] = {a, b};
    bk_records        records;

    (void)state;
    snprintf(a, sizeof a, "%s/a", folder);
    snprintf(b, sizeof b, "%s/b", folder);
    snprintf(both, sizeof both, "%s/both", folder);
    unlink(a), unlink(b);
    BK_TRY(bk_spread(ctx, &job, &(bk_spread_settings){.file = a, .n_shards = 2}, arena, &records));
    BK_TRY(bk_spread(ctx, &job, &(bk_spread_settings){.file = a, .n_shards = 2, .resume = true}, arena, &records));
    BK_TRY(bk_spread(ctx, &job, &(bk_spread_settings){.file = b, .shard = 1, .n_shards = 2}, arena, &records));
    BK_TRY(bk_shards_read(ctx, files, 2, arena, &records));
    BK_TRY(bk_shard_write(ctx, &records, both));
    assert_int_equal(records.n_done, RECORDS);
    *answer = bkt_hash_file(hash_of(&records), both);
    return BK_OK;
}

/* A team of one. */
static bool
team_next(void *state, uint64_t n, uint64_t *begin, uint64_t *end)
{
    uint64_t *given = state;

    if (*given >= n)
        return false;
    *begin = *given;
    *end = *given += 1;
    return true;
}

static void
team_leave(void *state, uint64_t n, bool stop_all)
{
    uint64_t *given = state;

    *given = stop_all ? n : *given;
}

static bool
team_join(void *state, bool failed, void *bytes, size_t n)
{
    (void)state;
    (void)bytes;
    (void)n;
    return !failed;
}

/* The file of another process of a team that was broken off is taken over, and gone when all is done. */
static bk_status
spread_in_a_team(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    uint64_t      given = 0;
    const bk_team team = {.size = 1, .next = team_next, .leave = team_leave, .join = team_join, .state = &given};
    char          own[80], other[80];
    bk_records    records;

    (void)state;
    snprintf(own, sizeof own, "%s/team", folder);
    snprintf(other, sizeof other, "%s/team.rank-1", folder);
    unlink(own), unlink(other);
    BK_TRY(bk_spread(ctx, &job, &(bk_spread_settings){.file = other, .n_shards = 2}, arena, &records));
    const bk_spread_settings settings = {.file = own, .resume = true, .team = &team};
    const bk_status          status = bk_spread(ctx, &job, &settings, arena, &records);
    refuse_no_more();
    assert_false(status == BK_OK && access(other, F_OK) == 0);
    assert_true(access(own, F_OK) == 0 || access(other, F_OK) == 0); /* what was found is in one of them */
    *answer = status == BK_OK ? hash_of(&records) + records.n_resumed : 0;
    return status;
}

static void
records(void **state)
{
    (void)state;
    bkt_refuse_all(&(refuse_call){.name = "shards", .body = spread_in_shards}, folder);
    bkt_refuse_all(&(refuse_call){.name = "team", .body = spread_in_a_team}, folder);
}

/* ---- networks -----------------------------------------------------------------------------------------------------
 */

static bk_status
write_model(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    static const double flow[16] = {1, 2, 3};
    const bk_gmns_load  load = {.forward = flow, .backward = flow, .utilisation = flow};
    const bk_model     *model;

    (void)state;
    BK_TRY(bkt_study_build(ctx, arena, arena, NULL, 0, &model));
    BK_TRY(bk_gmns_write(ctx, bkt_path(folder, "model"), model, &load));
    *answer = bkt_hash_file(bkt_hash_file(0, bkt_path(folder, "model/link.csv")), bkt_path(folder, "model/node.csv"));
    return BK_OK;
}

static bk_status
write_road(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    static const char *const classes[] = {"car"};
    static const double      flow[3] = {1, 2, 3};
    const bk_gmns_volumes    volumes = {
           .flow = flow, .time = flow, .n_classes = 1, .class_names = classes, .class_flow = flow, .class_cost = flow};
    const bk_road_network *network, *again;

    (void)state;
    BK_TRY(bk_tntp_network_read(ctx, bkt_path(folder, "net.tntp"), NULL, NULL, arena, &network));
    BK_TRY(bk_gmns_road_write(ctx, bkt_path(folder, "road"), network, &volumes));
    *answer = bkt_hash_file(bkt_hash_network(0, network), bkt_path(folder, "road/link_performance.csv"));
    BK_TRY(bk_gmns_network_read(ctx, bkt_path(folder, "road"), &(bk_gmns_options){0}, arena, &again));
    *answer = bkt_hash_network(*answer, again);
    return BK_OK;
}

static void
networks(void **state)
{
    (void)state;
    bkt_put_copy("net.tntp", "tests/fuzz/seeds/tntp/three", 1);
    bkt_refuse_all(&(refuse_call){.name = "network of a model", .body = write_model}, folder);
    bkt_refuse_all(&(refuse_call){.name = "road network", .body = write_road}, folder);
}

int
main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, bkt_own_folder_create, bkt_own_folder_remove)
    const struct CMUnitTest tests[] = {EACH(records), EACH(networks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
