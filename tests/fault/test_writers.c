/* Memory, the disk and the libraries refuse while tables are written: a file is the old one or the whole new one,
 * nothing is left beside it, nothing is lost, and what is got over gives the same file. */
#include "bkt_tables.h"
#include "refuse_bodies.h"

typedef bk_status (*file_writer)(bk_context *ctx, const char *path);

typedef struct file_case {
    const char *name;
    file_writer write;
    bool        is_like_no_other; /* it holds a time, or numbers that the library gives out only once */
} file_case;

/* A file in place of an old one, which stays, alone, unless all of the new one is there. */
static bk_status
write_file(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    const file_case *of = state;
    const char      *path = bkt_path(folder, "out");

    (void)arena;
    bkt_file_put_text(folder, "out", "old");
    const bk_status status = of->write(ctx, path);
    refuse_no_more();
    assert_int_equal(bkt_folder_count(folder), 1);
    const uint64_t hash = bkt_hash_file(0, path);
    assert_int_equal(hash == refuse_hash(0, "old", 3), status != BK_OK);
    *answer = of->is_like_no_other ? 0 : hash;
    return status;
}

static bk_status
write_bytes(bk_context *ctx, const char *path)
{
    return bk_file_write(ctx, path, "new", 4);
}

static bk_status
write_geopackage(bk_context *ctx, const char *path)
{
    return bk_geopackage_write(ctx, bkt_results(), path);
}

static bk_status
write_csv(bk_context *ctx, const char *path)
{
    return bk_csv_write(ctx, &bkt_plain, path);
}

static bk_status
write_geojson(bk_context *ctx, const char *path)
{
    return bk_geojson_write(ctx, &bkt_lines, path);
}

static bk_status
write_xlsx(bk_context *ctx, const char *path)
{
    return bk_xlsx_write(ctx, bkt_results(), path);
}

static bk_status
write_html(bk_context *ctx, const char *path)
{
    return bk_html_write(ctx, bkt_results(), path);
}

static bk_status
write_matrices(bk_context *ctx, const char *path)
{
    static const char *const ids[] = {"1", "x"}, *const numbers[] = {"7", "9"};
    static const double trips[] = {0, 1, NAN, 0};
    const bk_omx_matrix matrices[] = {{"trips", "in a day", trips}, {"more", "", trips}};

    BK_TRY(bk_omx_write(ctx, path, 2, 2, matrices, "zone", ids));
    return bk_omx_write(ctx, path, 2, 2, matrices, "zone", numbers);
}

static void
one_file(void **state)
{
    static file_case cases[] = {
        {"bytes", write_bytes, false}, {"GeoPackage", write_geopackage, true},
        {"CSV", write_csv, false},     {"GeoJSON", write_geojson, false},
        {"XLSX", write_xlsx, true},    {"HTML", write_html, false},
    };

    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        bkt_refuse_all(&(refuse_call){.name = cases[c].name, .body = write_file, .state = &cases[c]}, folder);
}

/* Written twice, so that what fails may be the second. */
static bk_status
write_omx(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    (void)arena;
    (void)state;
    const bk_status status = write_matrices(ctx, bkt_path(folder, "out"));
    refuse_no_more();
    assert_int_equal(bkt_folder_count(folder), 1);
    *answer = status == BK_OK ? bkt_hash_file(0, bkt_path(folder, "out")) : 0;
    return status;
}

static void
matrices(void **state)
{
    (void)state;
    bkt_file_put_text(folder, "out", "old");
    bkt_refuse_all(&(refuse_call){.name = "OMX", .body = write_omx}, folder);
}

/* ---- several files ----------------------------------------------------------------------------------------------- */

static bk_status
write_tables(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    const char *paths[4];
    char        tables[80];
    struct stat about;

    (void)state;
    snprintf(tables, sizeof tables, "%s/tables", folder);
    const bk_status status = bk_csv_write_all(ctx, bkt_results(), tables, arena, paths);
    refuse_no_more();
    *answer = 0;
    for (size_t t = 0; status == BK_OK && t < 4; t++)
        *answer = bkt_hash_file(*answer, paths[t]);
    assert_false(bkt_folder_has_temporary(folder));
    if (stat(tables, &about) == 0)
        bkt_folder_remove(tables);
    return status;
}

static void
several_files(void **state)
{
    (void)state;
    bkt_refuse_all(&(refuse_call){.name = "tables", .body = write_tables}, folder);
}

int
main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, bkt_own_folder_create, bkt_own_folder_remove)
    const struct CMUnitTest tests[] = {EACH(one_file), EACH(matrices), EACH(several_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
