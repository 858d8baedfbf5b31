/* Memory, the disk and the libraries refuse while tables become the files and databases of others. */
#include "bkt_tables.h"
#include "refuse_bodies.h"
#include "refuse_gdal.h"

static bool
has_gdal(void)
{
    char text[BK_EXPORT_LIBRARY];

    if (strncmp(bk_export_library(text), "not", 3) != 0)
        return true;
    print_message("# skipped: GDAL is %s\n", text);
    return false;
}

static int
stop(void **state)
{
    (void)state;
    refuse_database_use(NULL);
    bkt_folder_remove(folder);
    return 0;
}

static uint64_t
hash_of_notes(const bk_export_report *report)
{
    uint64_t hash = 0;

    for (size_t n = 0; n < report->n_notes; n++)
        hash = refuse_hash_text(hash, report->notes[n]);
    return hash;
}

/* ---- files --------------------------------------------------------------------------------------------------------
 */

typedef struct file_case {
    bk_export_format format;
    const char      *target, *table; /* NULL: all, in a folder */
} file_case;

/* Nothing of GDAL's work is left beside what was asked for. */
static void
assert_no_work_left(void)
{
    DIR *stream = opendir(folder);

    assert_non_null(stream);
    for (const struct dirent *entry; (entry = readdir(stream)) != NULL;)
        assert_null(strstr(entry->d_name, ".buckle-"));
    closedir(stream);
}

static bk_status
write_export(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    const file_case        *of = state;
    char                    target[128];
    const bk_export_request request = {
        .format = of->format, .target = target, .n_tables = of->table != NULL, .tables = &of->table};
    bk_export_report report;

    snprintf(target, sizeof target, "%s/%s", folder, of->target);
    const bk_status status = bk_export(ctx, bkt_results(), &request, arena, &report);
    refuse_no_more();
    assert_no_work_left();
    *answer = hash_of_notes(&report);
    for (size_t f = 0; status == BK_OK && f < report.n_files; f++)
        *answer = of->format == BK_EXPORT_XLSX ? *answer + 1 : bkt_hash_file(*answer, report.files[f].path);
    return status;
}

static void
files_of_others(void **state)
{
    static file_case cases[] = {{BK_EXPORT_CSV, "tables", NULL},
                                {BK_EXPORT_XLSX, "book.xlsx", NULL},
                                {BK_EXPORT_GEOJSON, "maps", NULL},
                                {BK_EXPORT_GEOJSON, "flows.geojson", "flows"},
                                {BK_EXPORT_FLATGEOBUF, "flows.fgb", "flows"},
                                {BK_EXPORT_SHAPEFILE, "flows.shp", "flows"},
                                {BK_EXPORT_SHAPEFILE, "trade.shp", "trade"},
                                {BK_EXPORT_SHAPEFILE, "shapes", NULL}};

    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        if (c < 4 || has_gdal())
            bkt_refuse_all(&(refuse_call){.name = cases[c].target, .body = write_export, .state = &cases[c]}, folder);
}

/* ---- a database ---------------------------------------------------------------------------------------------------
 */

static bk_status
write_database(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    refuse_database        *database = state;
    const bk_export_request request = {.format = BK_EXPORT_POSTGIS, .target = "PG:dbname=x", .replace = true};
    bk_export_report        report;

    database->said[0] = '\0';
    const bk_status status = bk_export(ctx, bkt_results(), &request, arena, &report);
    refuse_no_more();
    if (status == BK_OK)
        assert_non_null(strstr(database->said, "\nCOMMIT\n"));
    else if (strstr(database->said, "COMMIT") == NULL && strncmp(database->said, "BEGIN\n", 6) == 0 &&
             strlen(database->said) > 6)
        assert_non_null(strstr(database->said, "\nROLLBACK\n"));
    *answer = refuse_hash_text(hash_of_notes(&report), database->said);
    return status;
}

static void
a_database_has_all_or_nothing(void **state)
{
    refuse_database database = {.has_postgis = true};

    (void)state;
    if (!has_gdal())
        skip();
    refuse_database_use(&database);
    bkt_refuse_all(&(refuse_call){.name = "PostGIS", .body = write_database, .state = &database}, NULL);
}

static bk_status
export_to(const char *target, const char *schema, bool replace, char said[256])
{
    const bk_export_request request = {
        .format = BK_EXPORT_POSTGIS, .target = target, .schema = schema, .replace = replace};
    bk_export_report report;
    bk_context      *ctx;
    bk_arena         arena;

    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    const bk_status status = bk_export(ctx, bkt_results(), &request, &arena, &report);
    snprintf(said, 256, "%s", bk_error_count(ctx) > 0 ? bk_error_get(ctx, 0)->message : "");
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return status;
}

static void
names_and_texts_of_a_database_are_quoted(void **state)
{
    refuse_database database = {.has_postgis = true};
    char            said[256];

    (void)state;
    if (!has_gdal())
        skip();
    refuse_database_use(&database);
    assert_int_equal(export_to("PG:dbname=x", "a \"b\" 'c'", true, said), BK_OK);
    assert_non_null(strstr(database.said, "\nCREATE SCHEMA IF NOT EXISTS \"a \"\"b\"\" 'c'\"\n"));
    assert_non_null(strstr(database.said, "\nDROP TABLE IF EXISTS \"a \"\"b\"\" 'c'\".\"flows\"\n"));
    assert_non_null(strstr(database.said, "schemaname = 'a \"b\" ''c''' AND tablename = 'trade'\n"));
    assert_non_null(
        strstr(database.said, "\nCOMMENT ON COLUMN \"a \"\"b\"\" 'c'\".\"flows\".\"link\" IS 'which \"link\"'\n"));
    assert_non_null(strstr(database.said, ".\"tonnes_a_year\" IS '[t/yr] carried'\n"));
    database.has_table = true;
    assert_int_equal(export_to("PG:dbname=x", NULL, false, said), BK_ERR_FILE);
    assert_string_equal(said, "there is a table buckle.flows already");
    assert_null(strstr(database.said, "COMMIT"));
    assert_null(strstr(database.said, "DROP"));
    database.has_postgis = false;
    assert_int_equal(export_to("PG:dbname=x", NULL, false, said), BK_ERR_FILE);
    assert_string_equal(said, "the database has no PostGIS in it");
    database.said[0] = '\0';
    assert_int_equal(export_to("postgresql://me:secret@host/x", NULL, false, said), BK_ERR_USAGE);
    assert_string_equal(said, "a password does not belong on the command line");
    assert_string_equal(database.said, "");
}

int
main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, bkt_own_folder_create, stop)
    const struct CMUnitTest tests[] = {EACH(files_of_others), EACH(a_database_has_all_or_nothing),
                                       EACH(names_and_texts_of_a_database_are_quoted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
