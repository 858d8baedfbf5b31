/* Folders to models: the built-in study, a small one, and what is said of one with faults. */
#include "study_test.h"

#include "buckle/io.h"

static void
a_study_is_read_as_it_stands(void **state)
{
    char            folder[64];
    const bk_model *model = NULL;
    bkt_io          io;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    bkt_study_put(folder);
    assert_int_equal(bk_study_read(io.ctx, folder, &io.arena, &model), BK_OK);
    assert_string_equal(model->title, "Two economies");
    assert_int_equal(model->base_year, 2023);
    bkt_close(model->money_usd, 1e6, 0, 0);
    assert_int_equal(model->economy.n_regions, 2);
    assert_string_equal(model->economy.regions[1].id, "NO"); /* Norway, not false */
    assert_string_equal(model->network.nodes[0].name, "Almaty, city");
    bkt_close(model->network.links[0].km, 4500, 0, 0);
    assert_int_equal(model->n_warnings, 0);
    assert_int_equal(bk_error_count(io.ctx), 0);
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static void
how_a_file_is_written_does_not_matter(void **state)
{
    char            folder[64];
    const bk_model *plain = NULL, *other = NULL;
    bkt_io          io;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    bkt_study_put(folder);
    assert_int_equal(bk_study_read(io.ctx, folder, &io.arena, &plain), BK_OK);
    bkt_file_put_text(
        folder, "network/link.csv",
        "\xef\xbb\xbflink_id;name;from_node_id;to_node_id;directed;length;free_speed;mode;gauge_mm;tracks;electrified;"
        "usd_per_tonne_km;capacity_tonnes_year;background_tonnes_year;hours_sd;opens;closes;project\r\n"
        "way;\"Almaty - Oslo\";almaty;oslo;0;4500,0;3,0e1;sea;;;;0,01;;;5;;;");
    bkt_file_put_text(folder, "economy/trade.csv",
                      "value,importer,exporter,sector\n100,NO,NO,goods\n10,KAZ,NO,goods\n"
                      "10,NO,KAZ,goods\n100,KAZ,KAZ,goods\n");
    assert_int_equal(bk_study_read(io.ctx, folder, &io.arena, &other), BK_OK);
    bkt_close(other->network.links[0].km, plain->network.links[0].km, 0, 0);
    bkt_close(other->network.links[0].kmh, 30, 0, 0);
    bkt_close(other->network.links[0].usd_per_tonne_km, 0.01, 0, 0);
    assert_memory_equal(other->economy.trade, plain->economy.trade, 4 * sizeof(double));
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

/* One file of the small study replaced; every fault told with its place, in the path as given. */
static const struct {
    const char *file, *text, *error, *hint; /* error without the folder; NULL hint: not compared */
} faulty[] = {
    {"study.yaml", "buckle: 2\nbase_year: 2023\n",
     "study.yaml:1:9: schema: format 2 is not known, this buckle reads format 1",
     "a newer format asks for a newer buckle"},
    {"study.yaml", "buckle: 1\nbase_year: 2023\nhorizn: 30\n", "study.yaml:3:1: schema: key 'horizn' is not known",
     "did you mean 'horizon'?"},
    {"study.yaml", "buckle: 1\nbase_year: 2023\ntrade: {deficit: fixed}\n",
     "study.yaml:3:9: schema: key 'trade.deficit' is not known", "did you mean 'trade.deficits'?"},
    {"study.yaml", "buckle: 1\nbase_year: [2023]\n",
     "study.yaml:2:12: schema: base_year is a list, it must be one value", NULL},
    {"study.yaml", "buckle: 1\nbase_year: 2023\ntrade: fixed\n",
     "study.yaml:3:8: schema: trade is a single value, it must be a mapping", NULL},
    {"study.yaml", "buckle: 1\nbase_year: 2023\ntrade.deficits: fixed\n",
     "study.yaml:3:1: schema: key trade.deficits holds a dot", "write a.b: 1 as a: {b: 1}"},
    {"study.yaml", "buckle: 1\nbase_year: 2023\nbase_year: 2024\n",
     "study.yaml:3:1: duplicate: key base_year stands here again, first on line 2", "keep one of the two"},
    {"study.yaml", "- buckle\n", "study.yaml:1:1: schema: the file is a list, it must be a mapping", NULL},
    {"study.yaml", "buckle: 1\nbase_year: 2023\ndiscount_rate: six\n",
     "study.yaml:3:16: value: discount_rate is 'six', must be a number", NULL},
    {"economy/trade.csv", "", "economy/trade.csv:1:1: schema: the file is empty", "its first line names the columns"},
    {"economy/trade.csv", "sector,exporter,importer,value\ngoods,KAZ,NO\n",
     "economy/trade.csv:2:13: syntax: 3 cells where the header has 4", NULL},
    {"economy/trade.csv", "sector,exporter,\"importer,value\ngoods,KAZ,NO,1\n",
     "economy/trade.csv:1:17: syntax: a quote that is never closed", NULL},
    {"network/node.csv",
     "node_id,name,x_coord,y_coord,node_type,country,kind\nalmaty,\"Алматы \"\"қала\"\"\",76.9,43.25x,city,KAZ,"
     "city\noslo,Oslo,10.75,59.9,city,NOR,city\n",
     "network/node.csv:2:31: value: y_coord is '43.25x', must be a number in degrees", NULL},
};

static void
each_fault_is_told_with_its_place_and_what_to_do(void **state)
{
    char folder[64], expected[400];
    (void)state;

    for (size_t i = 0; i < sizeof faulty / sizeof *faulty; i++) {
        const bk_model *model = NULL;
        bkt_io          io;
        bkt_io_start(&io);
        bkt_folder_create(folder);
        bkt_study_put(folder);
        bkt_file_put_text(folder, faulty[i].file, faulty[i].text);
        const bk_status status = bk_study_read(io.ctx, folder, &io.arena, &model);
        snprintf(expected, sizeof expected, "%s/%s", folder, faulty[i].error);
        assert_string_equal(bkt_error(io.ctx, 0), expected);
        assert_int_equal(status, bk_error_get(io.ctx, 0)->code);
        assert_null(model);
        if (faulty[i].hint != NULL)
            assert_string_equal(bk_error_get(io.ctx, 0)->hint, faulty[i].hint);
        bkt_folder_remove(folder);
        bkt_io_stop(&io);
    }
}

static void
the_faults_of_all_files_are_told_in_one_run(void **state)
{
    char            folder[64];
    const bk_model *model = NULL;
    bkt_io          io;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    bkt_study_put(folder);
    bkt_file_put_text(folder, "study.yaml", "buckle: 1\nbase_year: x\nhorizn: 30\n");
    bkt_file_put_text(folder, "economy/sector.csv",
                      "sector,name,trade_elasticity,usd_per_tonne,traded\ngoods,Goods,-4,1000,1\n");
    bkt_file_put_text(folder, "network/zone.csv", "zone_id,region,node_id,share\nz1,KAZ,almati,1\nz2,NO,oslo,1,5\n");
    assert_int_not_equal(bk_study_read(io.ctx, folder, &io.arena, &model), BK_OK);
    const char *files[] = {"study.yaml", "study.yaml", "economy/sector.csv", "network/zone.csv", "network/zone.csv"};
    size_t      found[5] = {0};
    for (size_t i = 0; i < bk_error_count(io.ctx); i++)
        for (size_t f = 0; f < 5; f++)
            found[f] += strstr(bkt_error(io.ctx, i), files[f]) != NULL;
    assert_true(found[0] >= 2);
    assert_true(found[2] >= 1);
    assert_true(found[3] >= 2);
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static void
what_is_no_study_is_told(void **state)
{
    char            folder[64], expected[200];
    const bk_model *model = NULL;
    bkt_io          io;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    assert_int_equal(bk_study_read(io.ctx, "/nowhere", &io.arena, &model), BK_ERR_FILE);
    assert_string_equal(bkt_error(io.ctx, 0), "/nowhere: file: no such folder");
    assert_int_equal(bk_study_read(io.ctx, folder, &io.arena, &model), BK_ERR_FILE);
    snprintf(expected, sizeof expected, "%s/study.yaml: file: no such file", folder);
    assert_string_equal(bkt_error(io.ctx, 1), expected);
    assert_string_equal(bk_error_get(io.ctx, 1)->hint, "a study is a folder with a study.yaml in it");
    bkt_file_put_text(folder, "study.yml", "buckle: 1\n");
    assert_int_equal(bk_study_read(io.ctx, folder, &io.arena, &model), BK_ERR_FILE);
    assert_string_equal(bk_error_get(io.ctx, 2)->hint, "rename study.yml to study.yaml");
    assert_int_equal(bk_study_read(io.ctx, bkt_path(folder, "study.yml"), &io.arena, &model), BK_ERR_FILE);
    assert_string_equal(bk_error_get(io.ctx, 3)->message, "is a file, a study is a folder");
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static void
files_that_nobody_reads_are_warned_of_but_notes_are_not(void **state)
{
    char            folder[64], expected[400];
    const bk_model *model = NULL;
    bkt_io          io;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    bkt_study_put(folder);
    bkt_file_put_text(folder, "NOTES.md", "x");
    bkt_file_put_text(folder, "facts/network/links.csv", "x");
    bkt_file_put_text(folder, "network/.~lock.link.csv#", "x");
    bkt_file_put_text(folder, "network/README.md", "x");
    assert_int_equal(bk_study_read(io.ctx, folder, &io.arena, &model), BK_OK);
    assert_int_equal(model->n_warnings, 0);
    bkt_file_put_text(folder, "network/borders.csv", "x");
    bkt_file_put_text(folder, "polcy/member.csv", "x");
    bkt_file_put_text(folder, "tariff.csv", "x");
    assert_int_equal(bk_study_read(io.ctx, folder, &io.arena, &model), BK_OK);
    assert_int_equal(model->n_warnings, 3);
    snprintf(
        expected, sizeof expected,
        "%s/network/borders.csv: buckle knows no such table and does not read it; did you mean network/border.csv?",
        folder);
    assert_string_equal(model->warnings[0], expected);
    snprintf(expected, sizeof expected, "%s/polcy: not read; did you mean policy?", folder);
    assert_string_equal(model->warnings[1], expected);
    snprintf(expected, sizeof expected, "%s/tariff.csv: not read: tables stand in folders, as in network/link.csv",
             folder);
    assert_string_equal(model->warnings[2], expected);
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

/* Rows of a CSV file without its header, counted without the reader: no cell of these files holds a line end. */
static size_t
rows_of(const char *folder, const char *name)
{
    FILE  *file = fopen(bkt_path(folder, name), "rb");
    size_t n = 0;

    assert_non_null(file);
    for (int c; (c = getc(file)) != EOF;)
        n += c == '\n';
    fclose(file);
    return n - 1;
}

static const char *
root_path(const char *name)
{
    const char *root = getenv("BUCKLE_ROOT");

    return bkt_path(root != NULL ? root : ".", name);
}

static void
the_built_in_study_is_read_whole(void **state)
{
    const bk_model *model = NULL;
    bkt_io          io;
    char            folder[5000];
    (void)state;

    bkt_io_start(&io);
    strcpy(folder, root_path("studies/silkroad"));
    const bk_status status = bk_study_read(io.ctx, folder, &io.arena, &model);
    if (status != BK_OK)
        fail_msg("%s", bkt_error(io.ctx, 0));
    assert_int_equal(model->network.n_nodes, rows_of(folder, "network/node.csv"));
    assert_int_equal(model->network.n_links, rows_of(folder, "network/link.csv"));
    assert_int_equal(model->network.n_borders, rows_of(folder, "network/border.csv"));
    assert_int_equal(model->network.n_transfers, rows_of(folder, "network/transfer.csv"));
    assert_int_equal(model->economy.n_regions, rows_of(folder, "economy/region.csv"));
    assert_int_equal(model->economy.n_sectors, rows_of(folder, "economy/sector.csv"));
    assert_int_equal(model->projects.n_projects, rows_of(folder, "projects/project.csv"));
    assert_int_equal(model->n_observations, rows_of(folder, "observed/observation.csv"));
    bkt_close(model->discount_rate, 0.06, 0, 0);
    bkt_close(model->transport.scarcity_slope, 400, 0, 0);
    bkt_io_stop(&io);
}

static void
the_reference_study_is_read_whole(void **state)
{
    const bk_model *model = NULL;
    bkt_io          io;
    char            folder[5000];
    (void)state;

    bkt_skip_without_shared();
    bkt_io_start(&io);
    strcpy(folder, bkt_path(bkt_shared(), "data/studies/cp2015"));
    const bk_status status = bk_study_read(io.ctx, folder, &io.arena, &model);
    if (status != BK_OK)
        fail_msg("%s", bkt_error(io.ctx, 0));
    assert_false(model->has_network);
    assert_int_equal(model->economy.n_regions, rows_of(folder, "economy/region.csv"));
    bkt_io_stop(&io);
}

static void
mutated_studies_give_a_model_or_an_error_with_its_file(void **state)
{
    bkt_random random = {.seed = 7};
    char       folder[64];
    (void)state;

    bkt_folder_create(folder);
    bkt_study_put(folder);
    for (int round = 0; round < 2000; round++) {
        const bkt_study_file *file = &bkt_study_files[bkt_below(&random, BKT_STUDY_FILES)];
        const bk_model       *model = NULL;
        char                  text[1200];
        bkt_io                io;
        strcpy(text, file->text);
        bkt_file_put(folder, file->name, text, bkt_mutate(&random, text, strlen(text), sizeof text));
        bkt_io_start(&io);
        const bk_status status = bk_study_read(io.ctx, folder, &io.arena, &model);
        assert_true(status == BK_OK ? model != NULL && bk_error_count(io.ctx) == 0
                                    : model == NULL && bk_error_get(io.ctx, 0)->file != NULL);
        bkt_file_put_text(folder, file->name, file->text);
        bkt_io_stop(&io);
    }
    bkt_folder_remove(folder);
}

static void
every_failed_allocation_is_a_clean_error(void **state)
{
    char folder[64];
    bool has_failed = true;
    (void)state;

    bkt_folder_create(folder);
    bkt_study_put(folder);
    for (size_t i = 1; has_failed; i++) {
        const bk_model *model = NULL;
        bkt_io          io;
        bkt_io_start(&io);
        bkt_io_fail_at(&io, i);
        const bk_status status = bk_study_read(io.ctx, folder, &io.arena, &model);
        has_failed = bkt_io_has_failed(&io);
        assert_int_equal(status, has_failed ? BK_ERR_NO_MEMORY : BK_OK);
        assert_int_equal(model == NULL, has_failed);
        bkt_io_stop(&io);
    }
    bkt_folder_remove(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_study_is_read_as_it_stands),
        cmocka_unit_test(how_a_file_is_written_does_not_matter),
        cmocka_unit_test(each_fault_is_told_with_its_place_and_what_to_do),
        cmocka_unit_test(the_faults_of_all_files_are_told_in_one_run),
        cmocka_unit_test(what_is_no_study_is_told),
        cmocka_unit_test(files_that_nobody_reads_are_warned_of_but_notes_are_not),
        cmocka_unit_test(the_built_in_study_is_read_whole),
        cmocka_unit_test(the_reference_study_is_read_whole),
        cmocka_unit_test(mutated_studies_give_a_model_or_an_error_with_its_file),
        cmocka_unit_test(every_failed_allocation_is_a_clean_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
