/* buckle export: tables of a result as files and databases of others. */
#include "buckle/export.h"
#include "cli/manifest.h"

#include <string.h>
#include <sys/stat.h>

typedef struct export_answer {
    bki_session     *session;
    bk_export_format format;
    const char      *target;
    bk_export_report report;
} export_answer;

/* ---- what is shown -------------------------------------------------------------------------------------------- */

static void
print_text(const void *of)
{
    const export_answer *answer = of;

    for (size_t f = 0; f < answer->report.n_files; f++)
        printf("wrote %s, %zu rows\n", answer->report.files[f].path, answer->report.files[f].rows);
    for (size_t n = 0; n < answer->report.n_notes; n++)
        printf("note: %s\n", answer->report.notes[n]);
}

static bki_exit
print_json(const void *of)
{
    const export_answer *answer = of;
    bk_json             *json = bk_json_create(&answer->session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    bk_json_text(json, "as", bk_export_name(answer->format));
    bk_json_array(json, "files");
    for (size_t f = 0; f < answer->report.n_files; f++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "table", answer->report.files[f].table);
        bk_json_text(json, "file", answer->report.files[f].path);
        bk_json_integer(json, "rows", (int64_t)answer->report.files[f].rows);
        bk_json_end(json);
    }
    bk_json_end(json);
    bki_json_texts(json, "notes", answer->report.notes, answer->report.n_notes);
    bk_json_end(json);
    return bki_json_print(json);
}

/* ---- the verb ------------------------------------------------------------------------------------------------- */

static bk_status
format_choose(export_answer *answer)
{
    const char *as = bki_option_text(answer->session, "as");

    answer->format = as ? BK_EXPORT_COUNT : bk_export_format_of(answer->target);
    for (size_t f = 0; as && f < BK_EXPORT_COUNT; f++)
        if (strcmp(bk_export_name((bk_export_format)f), as) == 0)
            answer->format = (bk_export_format)f;
    if (answer->format < BK_EXPORT_COUNT)
        return BK_OK;
    return bk_fail_hint(
        answer->session->ctx, BK_ERR_USAGE,
        "end it in .geojson, .fgb, .shp, .parquet, .csv or .xlsx, begin it with PG:, or say --as FORMAT "
        "for a folder",
        "'%s' does not say which format is meant", answer->target);
}

static bool
is_folder(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* A result's tables, or a study's own, which are for a workbook: what is a map of them only a run can tell. */
static bk_status
tables_read(export_answer *answer, bk_results *out)
{
    bki_session *session = answer->session;
    bki_result   result;

    if (!is_folder(session->operand)) {
        BK_TRY(bki_result_read(session, session->operand, &result));
        *out = result.tables;
        return BK_OK;
    }
    if (answer->format != BK_EXPORT_XLSX)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "--to FILE.xlsx; a run's answer can be exported to all formats",
                            "%s is a study, whose tables go into a workbook", session->operand);
    return bk_study_tables(session->ctx, session->operand, &session->arena, out);
}

static bk_status
solve(export_answer *answer)
{
    bki_session     *session = answer->session;
    const bki_value *tables = bki_option_value(session, "table");
    bk_results       read;

    answer->target = bki_option_text(session, "to");
    if (!answer->target)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE,
                            bk_arena_format(&session->arena, "for example: %s", session->verb->example),
                            "buckle export needs --to");
    BK_TRY(format_choose(answer));
    BK_TRY(tables_read(answer, &read));
    const bk_export_request request = {.format = answer->format,
                                       .target = answer->target,
                                       .n_tables = tables ? tables->n_texts : 0,
                                       .tables = tables ? tables->texts : NULL,
                                       .schema = bki_option_text(session, "schema"),
                                       .replace = bki_option_given(session, "replace")};
    session->writing = true;
    return bk_export(session->ctx, &read, &request, &session->arena, &answer->report);
}

static const bki_ending ending = {.text = print_text, .json = print_json};

static bki_exit
run(bki_session *session)
{
    export_answer answer = {.session = session};

    return bki_finish(session, solve(&answer), &answer, &ending);
}

static const bki_option options[] = {
    {.name = "to",
     .kind = BKI_OPTION_TEXT,
     .argument = "TARGET",
     .writes = true,
     .meaning = "a file, whose ending says the format (.geojson .fgb .shp .parquet .csv .xlsx); a folder, with --as; a "
                "database, as PG:dbname=trade or postgresql://host/trade"},
    {.name = "as",
     .kind = BKI_OPTION_CHOICE,
     .argument = "FORMAT",
     .choices = "geojson flatgeobuf shapefile parquet postgis csv xlsx",
     .meaning = "the format, where the target is a folder: one file a table"},
    {.name = "table",
     .kind = BKI_OPTION_LIST,
     .argument = "NAME",
     .meaning = "this table alone; may be given again. By default all, or all that have places where a map is made"},
    {.name = "schema",
     .kind = BKI_OPTION_TEXT,
     .argument = "NAME",
     .meaning = "of a database: where the tables go, buckle by default; made if it is not there"},
    {.name = "replace", .kind = BKI_OPTION_FLAG, .meaning = "of a database: tables that are there; files are always"},
};

const bki_verb bki_verb_export = {
    .name = "export",
    .operand = "RESULT",
    .summary = "Tables of a result as GeoJSON, FlatGeobuf, Shapefile, Parquet, CSV or XLSX, or in a PostGIS database",
    .detail =
        "A result is a GeoPackage as `buckle run` writes it, which QGIS opens by itself with its styles, or an answer "
        "kept with --format json.\n"
        "A study's folder in its place becomes a workbook of the study's tables, to be edited and brought back by "
        "`buckle import xlsx`:\n"
        "docs/how-to/edit-in-excel.md.\n"
        "FlatGeobuf, Shapefile, Parquet and PostGIS go through GDAL; `buckle --version` says whether this build has "
        "it. What a format\n"
        "cannot hold as it stands is told. docs/how-to/results-elsewhere.md walks through all of them.",
    .example = "buckle export silkroad-belt-as-planned.gpkg --to flows.geojson --table flows",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .run = run,
};
