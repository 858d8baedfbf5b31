/* Memory, the disk and the libraries refuse while files are read: an error that says so, nothing lost, and what is got
 * over gives the same answer. */
#include "bkt_study.h"
#include "bkt_tables.h"
#include "io/osm_pbf.h"
#include "io/xlsx_read.h"
#include "refuse_bodies.h"

static int
start(void **state)
{
    static const struct {
        const char *name, *source;
        size_t      part;
    } files[] = {{"gmns/node.csv", "gmns/both-ways", 1},
                 {"gmns/link.csv", "gmns/both-ways", 2},
                 {"gmns/config.csv", "gmns/both-ways", 3},
                 {"gmns/trips.csv", "gmns/both-ways", 4},
                 {"net.tntp", "tntp/three", 1},
                 {"trips.tntp", "tntp/three", 2},
                 {"two.json", "game/two.json", 0},
                 {"log.csv", "trips/log.csv", 0},
                 {"epcis.json", "trips/epcis.json", 0},
                 {"all.yaml", "scenario/all.yaml", 0},
                 {"as.json", "scenario/as.json", 0},
                 {"all.json", "json/all.json", 0},
                 {"stored.xlsx", "xlsx/stored.xlsx", 0},
                 {"packed.xlsx", "xlsx/packed.xlsx", 0},
                 {"dense.pbf", "osm/dense-plain.pbf", 0},
                 {"drawn.pbf", "osm/drawn.pbf", 0},
                 {"single.pbf", "osm/single-packed.pbf", 0},
                 {"draws", "shard/three-draws", 0}};
    char from[200];

    (void)state;
    bkt_folder_create(folder);
    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        snprintf(from, sizeof from, "tests/fuzz/seeds/%s", files[f].source);
        bkt_put_copy(files[f].name, from, files[f].part);
    }
    return 0;
}

static const char *
file(const char *name)
{
    return bkt_path(folder, name);
}

/* ---- studies and scenarios --------------------------------------------------------------------------------------- */

/* The teaching study with every scenario it has, each applied. */
static bk_status
read_study(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    const char        *study = bkt_root("studies/caravan");
    const bk_model    *model, *with;
    const bk_scenario *scenario;
    const char *const *names;
    size_t             n;

    (void)state;
    BK_TRY(bk_study_read(ctx, study, arena, &model));
    *answer = bkt_hash_model(0, model);
    BK_TRY(bk_scenario_list(ctx, study, arena, &n, &names));
    for (size_t s = 0; s < n; s++) {
        BK_TRY(bk_scenario_read(ctx, study, names[s], model, arena, &scenario));
        BK_TRY(bk_scenario_apply(ctx, model, scenario, NULL, arena, &with));
        *answer = bkt_hash_model(refuse_hash_text(*answer, scenario->title), with);
    }
    return BK_OK;
}

static bk_status
read_tables(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    bk_results tables;

    (void)state;
    BK_TRY(bk_study_tables(ctx, bkt_root("studies/caravan"), arena, &tables));
    *answer = bkt_hash_results(0, &tables);
    return BK_OK;
}

/* A scenario of rows of every kind, and its text in both forms. */
static bk_status
read_scenario(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    const bk_model    *model, *with;
    const bk_scenario *scenario;
    const char        *text, *out;
    size_t             n, n_out;

    BK_TRY(bkt_study_build(ctx, arena, arena, NULL, 0, &model));
    BK_TRY(bk_file_read(ctx, file(state), arena, &text, &n));
    BK_TRY(bk_scenario_parse(ctx, text, n, "s", model, arena, &scenario));
    BK_TRY(bk_scenario_apply(ctx, model, scenario, NULL, arena, &with));
    *answer = bkt_hash_model(0, with);
    for (int form = BK_SCENARIO_YAML; form <= BK_SCENARIO_JSON; form++) {
        BK_TRY(bk_scenario_write(ctx, text, n, NULL, NULL, 0, (bk_scenario_form)form, arena, &out, &n_out));
        *answer = refuse_hash(*answer, out, n_out);
    }
    return BK_OK;
}

/* A scenario that names files with the rows in their place, and the names again. */
static bk_status
write_scenario(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    char        path[8192], scenarios[4096];
    const char *text, *rows, *names;
    size_t      n, n_rows, n_names;

    snprintf(scenarios, sizeof scenarios, "%s", bkt_root("studies/caravan/scenarios"));
    snprintf(path, sizeof path, "%s/%s", scenarios, (const char *)state);
    BK_TRY(bk_file_read(ctx, path, arena, &text, &n));
    *answer = 0;
    for (int form = BK_SCENARIO_YAML; form <= BK_SCENARIO_JSON; form++) {
        BK_TRY(bk_scenario_write(ctx, text, n, scenarios, NULL, 0, (bk_scenario_form)form, arena, &rows, &n_rows));
        BK_TRY(
            bk_scenario_write(ctx, rows, n_rows, scenarios, text, n, (bk_scenario_form)form, arena, &names, &n_names));
        assert_non_null(strstr(names, ".csv"));
        *answer = refuse_hash(refuse_hash(*answer, rows, n_rows), names, n_names);
    }
    return BK_OK;
}

/* ---- tables ------------------------------------------------------------------------------------------------------ */

static bk_status
read_geopackage(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    bk_results results;

    BK_TRY(bk_geopackage_read(ctx, file(state), arena, &results));
    *answer = bkt_hash_results(0, &results);
    return BK_OK;
}

static bk_status
read_json(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    const bk_json_value *value;
    const char          *bytes;
    bk_results           results;
    size_t               n;

    BK_TRY(bk_file_read(ctx, file(state), arena, &bytes, &n));
    BK_TRY(bk_json_read(ctx, bytes, n, "it", arena, &value));
    BK_TRY(bk_json_tables(ctx, value, arena, &results));
    *answer = bkt_hash_results(0, &results);
    return BK_OK;
}

static bk_status
read_xlsx(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    const bki_sheet *sheets = NULL;
    size_t           n = 0;

    BK_TRY(bki_xlsx_read(ctx, file(state), arena, &n, &sheets));
    *answer = 0;
    for (size_t s = 0; s < n; s++)
        *answer = refuse_hash_text(*answer, sheets[s].name);
    return BK_OK;
}

static bk_status
read_games(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    const bk_game_data *games;
    size_t              n;

    BK_TRY(bk_games_read(ctx, file(state), arena, &n, &games));
    *answer = 0;
    for (size_t g = 0; g < n; g++) {
        *answer = refuse_hash(*answer, games[g].worth, sizeof(double) << games[g].n_players);
        for (size_t p = 0; p < games[g].n_players; p++)
            *answer = refuse_hash_text(*answer, games[g].players[p]);
    }
    return BK_OK;
}

static bk_status
read_draws(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    const char *const files[] = {file(state)};
    bk_records        records;

    BK_TRY(bk_shards_read(ctx, files, 1, arena, &records));
    *answer = refuse_hash(0, records.values, records.manifest.n_records * records.manifest.n_values * sizeof(double));
    return BK_OK;
}

/* ---- roads ------------------------------------------------------------------------------------------------------- */

static bk_status
read_gmns(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    const bk_gmns_options  options = {.use = "truck", .toll_factor = 1.0};
    const bk_road_network *network;
    const bk_road_demand  *demand;

    (void)state;
    BK_TRY(bk_gmns_network_read(ctx, file("gmns"), &options, arena, &network));
    BK_TRY(bk_trips_csv_read(ctx, file("gmns/trips.csv"), network, 1.0, arena, &demand));
    *answer = bkt_hash_demand(bkt_hash_network(0, network), demand);
    return BK_OK;
}

static bk_status
read_tntp(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    const bk_road_network *network;
    const bk_road_demand  *demand;

    (void)state;
    BK_TRY(bk_tntp_network_read(ctx, file("net.tntp"), NULL, NULL, arena, &network));
    BK_TRY(bk_tntp_demand_read(ctx, file("trips.tntp"), network, 1.0, arena, &demand));
    *answer = bkt_hash_demand(bkt_hash_network(0, network), demand);
    return BK_OK;
}

static bk_status
add_row(void *state, size_t row, size_t n, const double *value)
{
    uint64_t *hash = state;

    *hash = refuse_hash(refuse_hash(*hash, &row, sizeof row), value, n * sizeof *value);
    return BK_OK;
}

/* Written first, by the writer whose own refusals are test_writers.c's. */
static bk_status
read_omx(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    static const char *const ids[] = {"1", "2"};
    const bk_road_network    network = {.n_zones = 2, .n_nodes = 2, .zone_ids = ids};
    const bk_road_demand    *demand;
    bk_omx_contents          contents;
    const char *const       *found;
    size_t                   n;

    BK_TRY(bk_omx_contents_read(ctx, file(state), arena, &contents));
    BK_TRY(bk_omx_lookup_read(ctx, file(state), contents.lookups[0], arena, &n, &found));
    *answer = 0;
    for (size_t i = 0; i < n; i++)
        *answer = refuse_hash_text(*answer, found[i]);
    BK_TRY(bk_omx_matrix_read(ctx, file(state), contents.matrices[0], add_row, answer));
    BK_TRY(bk_omx_demand_read(ctx, file(state), NULL, NULL, &network, 1.0, arena, &demand));
    *answer = bkt_hash_demand(*answer, demand);
    return BK_OK;
}

static bk_status
read_trips(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    const bk_trip_request request = {.path = file(state), .points = file("points.csv")};
    const bk_model       *model;
    bk_trip_read          read;

    BK_TRY(bkt_study_build(ctx, arena, arena, NULL, 0, &model));
    BK_TRY(bk_trips_read(ctx, model, &request, arena, &read));
    *answer = refuse_hash(0, &read.n_read, sizeof read.n_read);
    for (size_t s = 0; s < read.log.n_shipments; s++)
        *answer = refuse_hash_text(*answer, read.log.shipments[s]);
    return BK_OK;
}

static bk_status
visit(void *state, const bki_osm_object *object)
{
    uint64_t *hash = state;

    *hash = refuse_hash(*hash, &object->id, sizeof object->id);
    for (size_t t = 0; t < object->n_tags; t++)
        *hash = refuse_hash(*hash, object->keys[t].bytes, object->keys[t].length);
    return BK_OK;
}

static bk_status
read_osm(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    (void)arena;
    *answer = 0;
    return bki_osm_read(ctx, file(state), &(bki_osm_visitor){.state = answer, .node = visit, .way = visit});
}

/* ---- each, refused everywhere ------------------------------------------------------------------------------------ */

static void
readers(void **state)
{
    static const struct {
        bk_status (*body)(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer);
        const char *name;
        bk_status   expected;
    } cases[] = {
        {read_study, "study", BK_OK},
        {read_tables, "tables", BK_OK},
        {read_scenario, "all.yaml", BK_OK},
        {read_scenario, "as.json", BK_OK},
        {write_scenario, "union-agreement.yaml", BK_OK},
        {write_scenario, "cheap-oil.yaml", BK_OK},
        {read_geopackage, "tables.gpkg", BK_OK},
        {read_json, "all.json", BK_OK},
        {read_xlsx, "stored.xlsx", BK_OK},
        {read_xlsx, "packed.xlsx", BK_OK},
        {read_games, "two.json", BK_OK},
        {read_games, "defined.json", BK_OK},
        {read_draws, "draws", BK_OK},
        {read_gmns, "gmns", BK_OK},
        {read_tntp, "tntp", BK_OK},
        {read_omx, "matrix.omx", BK_OK},
        {read_trips, "log.csv", BK_OK},
        {read_trips, "epcis.json", BK_OK},
        {read_osm, "dense.pbf", BK_OK},
        {read_osm, "drawn.pbf", BK_OK},
        {read_osm, "single.pbf", BK_OK},
    };
    static const char *const ids[] = {"1", "2"};
    static const double      trips[] = {0, 1, 2, 0};
    const bk_omx_matrix      matrix = {.name = "m", .description = "d", .value = trips};
    bk_context              *ctx;

    (void)state;
    bkt_file_put_text(
        folder, "defined.json",
        "{\"games\": [{\"name\": \"w\", \"definition\": {\"type\": \"weighted_voting\", \"w\": [4, 3, 2], "
        "\"q\": 5}}, {\"definition\": {\"type\": \"airport_cost\", \"c\": [1, 2]}}]}");
    bkt_file_put_text(folder, "points.csv", "point,node\na2,a2\nb1,b1\n");
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    assert_int_equal(bk_omx_write(ctx, file("matrix.omx"), 2, 1, &matrix, "zone", ids), BK_OK);
    assert_int_equal(bk_geopackage_write(ctx, bkt_results(), file("tables.gpkg")), BK_OK);
    bk_context_release(ctx);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const refuse_call call = {.name = cases[c].name,
                                  .body = cases[c].body,
                                  .state = (void *)(uintptr_t)cases[c].name,
                                  .expected = cases[c].expected};
        bkt_refuse_all(&call, folder);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(readers, start, bkt_own_folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
