/* An export from front to back: which tables, to which files, and what is told of them. */
#include "io/export.h"
#include "buckle/io.h"
#include "io/folder.h"
#include "io/text.h"

#include <string.h>

#define DEFAULT_SCHEMA "buckle"

static const struct {
    const char *name, *ending;
} formats[BK_EXPORT_COUNT] = {
#define X(code, name, ending, text) [code] = {name, ending},
    BK_EXPORT_LIST(X)
#undef X
};

const char *
bk_export_name(bk_export_format format)
{
    return format < BK_EXPORT_COUNT ? formats[format].name : "unknown";
}

const char *
bk_export_ending(bk_export_format format)
{
    return format < BK_EXPORT_COUNT ? formats[format].ending : "";
}

static bool
begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

bk_export_format
bk_export_format_of(const char *target)
{
    if (begins_with(target, "PG:") || begins_with(target, "postgresql://"))
        return BK_EXPORT_POSTGIS;
    for (size_t f = 0; f < BK_EXPORT_COUNT; f++)
        if (formats[f].ending[0] != '\0' && bki_ends_with(target, formats[f].ending))
            return (bk_export_format)f;
    return BK_EXPORT_COUNT;
}

bk_status
bki_export_note(bki_export *export, const char *sentence)
{
    const char **grown =
        bk_arena_grow(export->arena, export->notes, export->n_notes, 1, sizeof *grown, &export->note_capacity);

    BK_TRY(bk_arena_ok(export->arena));
    export->notes = grown;
    export->notes[export->n_notes++] = sentence;
    return BK_OK;
}

/* ---- which tables --------------------------------------------------------------------------------------------- */

static bk_status
no_table(bki_export *export, const bk_results *results, const char *name)
{
    const char **names = BK_NEW(export->scratch, const char *, results->n_tables + 1);

    BK_TRY(bk_arena_ok(export->scratch));
    for (size_t t = 0; t < results->n_tables; t++)
        names[t] = results->tables[t]->name;
    const char *hint = bki_suggest(export->scratch, name, names, results->n_tables, "");
    return bk_fail_hint(export->ctx, BK_ERR_REFERENCE, hint ? hint : "`buckle open` lists the tables of a result",
                        "the result has no table '%s'", name);
}

static bool
is_of_maps(bk_export_format format)
{
    return format == BK_EXPORT_GEOJSON || format == BK_EXPORT_FLATGEOBUF || format == BK_EXPORT_SHAPEFILE;
}

/* All; where maps are made, those with places, if there are any. */
static bk_status
choose_all(bki_export *export, const bk_results *results)
{
    size_t n_layers = 0;

    for (size_t t = 0; is_of_maps(export->request->format) && t < results->n_tables; t++)
        n_layers += results->tables[t]->geometry != BK_GEOMETRY_NONE;
    for (size_t t = 0; t < results->n_tables; t++)
        if (n_layers == 0 || results->tables[t]->geometry != BK_GEOMETRY_NONE)
            BK_TRY(bk_results_append(export->ctx, &export->tables, results->tables[t]));
    if (export->tables.n_tables == results->n_tables)
        return BK_OK;
    return bki_export_note(export,
                           bk_arena_format(export->arena, "%zu tables without places are left out; --table names them",
                                           results->n_tables - export->tables.n_tables));
}

static bk_status
tables_choose(bki_export *export, const bk_results *results)
{
    const bk_export_request *request = export->request;

    if (request->n_tables == 0)
        return choose_all(export, results);
    for (size_t t = 0; t < request->n_tables; t++) {
        const bk_table *table = bk_results_find(results, request->tables[t]);
        if (!table)
            return no_table(export, results, request->tables[t]);
        BK_TRY(bk_results_append(export->ctx, &export->tables, table));
    }
    return BK_OK;
}

/* ---- files ---------------------------------------------------------------------------------------------------- */

static bk_status
table_write(bki_export *export, const bk_table *table, const char *path)
{
    const char *written = path;

    if (export->request->format == BK_EXPORT_CSV)
        BK_TRY(bk_csv_write(export->ctx, table, path));
    else if (export->request->format == BK_EXPORT_GEOJSON)
        BK_TRY(bk_geojson_write(export->ctx, table, path));
    else
        BK_TRY(bki_export_by_gdal(export, table, path, &written));
    export->files[export->n_files++] = (bk_export_file){table->name, written, table->n_rows};
    return BK_OK;
}

/* The file of a table in the folder asked for; a table of a file that others made may be called anything. */
static bk_status
path_in_folder(bki_export *export, const bk_table *table, const char **out)
{
    const char *name = bk_arena_format(export->scratch, "%s%s", table->name, bk_export_ending(export->request->format));

    if (strchr(table->name, '/') || table->name[0] == '.')
        return bk_fail_hint(export->ctx, BK_ERR_VALUE, "name the tables you want with --table",
                            "no file can be called '%s', as a table of the result is", table->name);
    BK_TRY(bk_arena_ok(export->scratch));
    *out = bki_path_join(export->arena, export->request->target, name);
    return bk_arena_ok(export->arena);
}

static bk_status
folder_write(bki_export *export)
{
    BK_TRY(bki_folder_make(export->ctx, export->request->target));
    for (size_t t = 0; t < export->tables.n_tables; t++) {
        const char *path = NULL;
        BK_TRY(path_in_folder(export, export->tables.tables[t], &path));
        BK_TRY(table_write(export, export->tables.tables[t], path));
        bk_progress(export->ctx, "tables", (double)(t + 1) / (double)export->tables.n_tables);
    }
    return BK_OK;
}

/* Formats of one table a file, asked for several: both ways out, as they are to be typed. */
static bk_status
too_many(bki_export *export)
{
    const bk_export_request *request = export->request;
    const bk_results        *tables = &export->tables;
    const size_t             stem = strlen(request->target) - strlen(bk_export_ending(request->format));
    bki_text                 hint = {.arena = export->scratch};

    bki_text_format(&hint, "one of them: --to %s --table %s; each in a file of a folder: --to %.*s --as %s; there are ",
                    request->target, tables->tables[0]->name, (int)stem, request->target,
                    bk_export_name(request->format));
    for (size_t t = 0; t < tables->n_tables; t++)
        bki_text_format(&hint, "%s%s", t > 0 ? ", " : "", tables->tables[t]->name);
    BK_TRY(bk_arena_ok(export->scratch));
    return bk_fail_hint(export->ctx, BK_ERR_USAGE, hint.bytes, "%s can hold one table, not %zu", request->target,
                        tables->n_tables);
}

/* ---- databases ------------------------------------------------------------------------------------------------ */

/* What stands on a command line is seen by every process of the machine. */
static bool
has_password(const char *connection)
{
    const char *authority = strstr(connection, "://"), *at = authority ? strchr(authority + 3, '@') : NULL;
    const char *colon = authority ? strchr(authority + 3, ':') : NULL;

    return strstr(connection, "password") || (at && colon && colon < at);
}

static bk_status
database_write(bki_export *export)
{
    const bk_export_request *request = export->request;
    const char              *schema = request->schema ? request->schema : DEFAULT_SCHEMA;

    if (has_password(request->target))
        return bk_fail_hint(export->ctx, BK_ERR_USAGE, "~/.pgpass, PGPASSWORD or a service file say it unseen",
                            "a password does not belong on the command line");
    BK_TRY(bki_vector_write_database(export->ctx, &export->tables, request->target, schema, request->replace));
    for (size_t t = 0; t < export->tables.n_tables; t++) {
        const bk_table *table = export->tables.tables[t];
        const char     *path = bk_arena_format(export->arena, "%s.%s", schema, table->name);
        export->files[export->n_files++] = (bk_export_file){table->name, path, table->n_rows};
    }
    return bk_arena_ok(export->arena);
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

static bk_status
workbook_write(bki_export *export)
{
    BK_TRY(bk_xlsx_write(export->ctx, &export->tables, export->request->target));
    size_t rows = 0;
    for (size_t t = 0; t < export->tables.n_tables; t++)
        rows += export->tables.tables[t]->n_rows;
    export->files[export->n_files++] = (bk_export_file){NULL, export->request->target, rows};
    return BK_OK;
}

static bk_status
export_write(bki_export *export, const bk_results *results)
{
    const bk_export_request *request = export->request;
    const bool               is_file = bk_export_format_of(request->target) == request->format;

    BK_TRY(tables_choose(export, results));
    if (export->tables.n_tables == 0)
        return bk_fail(export->ctx, BK_ERR_VALUE, "the result has no tables");
    export->files = BK_NEW(export->arena, bk_export_file, export->tables.n_tables + 1);
    BK_TRY(bk_arena_ok(export->arena));
    if (request->format == BK_EXPORT_POSTGIS)
        return database_write(export);
    if (request->format == BK_EXPORT_XLSX)
        return is_file ? workbook_write(export)
                       : bk_fail(export->ctx, BK_ERR_USAGE, "a workbook is a file that ends in .xlsx");
    if (!is_file)
        return folder_write(export);
    return export->tables.n_tables == 1 ? table_write(export, export->tables.tables[0], request->target)
                                        : too_many(export);
}

bk_status
bk_export(bk_context *ctx, const bk_results *results, const bk_export_request *request, bk_arena *arena,
          bk_export_report *out)
{
    bk_arena scratch;
    bki_export export = {
        .ctx = ctx, .arena = arena, .scratch = &scratch, .request = request, .tables = {.arena = &scratch}};

    if (request->format >= BK_EXPORT_COUNT)
        return bk_fail(ctx, BK_ERR_USAGE, "format %d is not known", (int)request->format);
    bk_arena_init(&scratch, ctx);
    const bk_status status = export_write(&export, results);
    bk_arena_release(&scratch);
    *out = (bk_export_report){export.n_files, export.files, export.n_notes, export.notes};
    return status;
}
