/* buckle import: what analysts download themselves, as facts of a study. */
#include "cli/cli.h"

#include <string.h>

#define DROPS_SHOWN 20 /* in text; JSON has all */

static bk_status
format_find(bki_session *session, bk_import_format *out)
{
    for (size_t f = 0; f < BK_IMPORT_COUNT; f++)
        if (strcmp(bk_import_name((bk_import_format)f), session->operand) == 0) {
            *out = (bk_import_format)f;
            return BK_OK;
        }
    return bk_fail_hint(session->ctx, BK_ERR_USAGE,
                        "formats: baci, gmns, icio, mrio, omx, osm, tntp, vector, wits, xlsx",
                        "there is no format '%s' to import", session->operand);
}

static bk_status
needed(bki_session *session, const char *option)
{
    if (bki_option_given(session, option))
        return BK_OK;
    return bk_fail_hint(session->ctx, BK_ERR_USAGE,
                        bk_arena_format(&session->arena, "for example: %s", session->verb->example),
                        "buckle import needs --%s", option);
}

static bk_status
import(bki_session *session, bk_import_report *report)
{
    const bki_value  *fields = bki_option_value(session, "field");
    bk_import_request request = {.path = session->second,
                                 .regions = bki_option_text(session, "regions"),
                                 .sectors = bki_option_text(session, "sectors"),
                                 .countries = bki_option_text(session, "countries"),
                                 .duty = bki_option_text(session, "duty"),
                                 .simple = bki_option_given(session, "simple"),
                                 .replace = bki_option_given(session, "replace"),
                                 .country = bki_option_text(session, "country"),
                                 .gauge_mm = (uint16_t)bki_option_number(session, "gauge", 0.0),
                                 .mode = bki_option_text(session, "mode"),
                                 .use = bki_option_text(session, "use"),
                                 .nodes = bki_option_text(session, "nodes"),
                                 .length_unit = bki_option_text(session, "length-unit"),
                                 .matrix = bki_option_text(session, "matrix"),
                                 .lookup = bki_option_text(session, "lookup"),
                                 .sector = bki_option_text(session, "sector"),
                                 .layer = bki_option_text(session, "layer"),
                                 .n_fields = fields ? fields->n_texts : 0,
                                 .fields = fields ? fields->texts : NULL,
                                 .kmh = bki_option_number(session, "speed", 0.0),
                                 .snap_m = bki_option_number(session, "snap", 1.0)};

    BK_TRY(format_find(session, &request.format));
    BK_TRY(needed(session, "into"));
    if (bk_import_is_network(request.format))
        BK_TRY(needed(session, "country"));
    else if (request.format != BK_IMPORT_XLSX) {
        BK_TRY(needed(session, "regions"));
        BK_TRY(needed(session, request.format == BK_IMPORT_OMX ? "sector" : "sectors"));
    }
    return bk_study_import(session->ctx, bki_option_text(session, "into"), &request, &session->arena, report);
}

static void
print_text(bki_session *session, const bk_import_report *report)
{
    static const bool right[] = {false, true, true, false};
    bki_grid          grid;

    bk_import_format format = BK_IMPORT_COUNT;

    format_find(session, &format); /* it was found before */
    const bool is_network = bk_import_is_network(format);
    printf("kept %zu of %zu %s", report->cells_kept, report->cells_read, is_network ? "links" : "cells");
    if (format != BK_IMPORT_XLSX)
        printf(", %.6g of %.6g %s", report->value_kept, report->value_read, is_network ? "km" : "in value");
    printf("\n");
    if (report->n_drops > 0) {
        printf("\ndropped, largest first:\n");
        bki_grid_start(&grid, &session->arena, 4, right);
        for (size_t c = 0; c < 4; c++)
            bki_grid_add(&grid, ((const char *const[]){"what", is_network ? "number" : "cells",
                                                       is_network ? "km" : "value", "why"})[c]);
        for (size_t d = 0; d < report->n_drops && d < DROPS_SHOWN; d++) {
            bki_grid_add(&grid, report->drops[d].what);
            bki_grid_add(&grid, bk_arena_format(&session->arena, "%zu", report->drops[d].cells));
            bki_grid_add(&grid, bk_arena_format(&session->arena, "%.6g", report->drops[d].value));
            bki_grid_add(&grid, report->drops[d].reason);
        }
        bki_grid_print(&grid);
        if (report->n_drops > DROPS_SHOWN)
            printf("and %zu more; --format json lists all\n", report->n_drops - DROPS_SHOWN);
    }
    printf("\n");
    for (size_t n = 0; n < report->n_notes; n++)
        printf("note: %s\n", report->notes[n]);
    for (size_t f = 0; f < report->n_files; f++)
        printf("wrote %s, %zu rows\n", report->files[f].path, report->files[f].rows);
}

static void
json_lists(bk_json *json, const bk_import_report *report)
{
    bk_json_array(json, "dropped");
    for (size_t d = 0; d < report->n_drops; d++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "what", report->drops[d].what);
        bk_json_text(json, "reason", report->drops[d].reason);
        bk_json_integer(json, "cells", (int64_t)report->drops[d].cells);
        bk_json_number(json, "value", report->drops[d].value);
        bk_json_end(json);
    }
    bk_json_end(json);
    bki_json_texts(json, "notes", report->notes, report->n_notes);
    bk_json_array(json, "files");
    for (size_t f = 0; f < report->n_files; f++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "file", report->files[f].path);
        bk_json_integer(json, "rows", (int64_t)report->files[f].rows);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static bki_exit
print_json(bki_session *session, const bk_import_report *report)
{
    bk_json *json = bk_json_create(&session->arena);

    if (!json)
        return bki_report_errors(session, bk_fail_no_memory(session->ctx));
    bk_json_object(json, NULL);
    bk_json_integer(json, "cells_read", (int64_t)report->cells_read);
    bk_json_integer(json, "cells_kept", (int64_t)report->cells_kept);
    bk_json_number(json, "value_read", report->value_read);
    bk_json_number(json, "value_kept", report->value_kept);
    json_lists(json, report);
    bk_json_end(json);
    return bki_json_print(json);
}

static bki_exit
run(bki_session *session)
{
    bk_import_report report;
    const bk_status  status = import(session, &report);

    bki_progress_clear(&session->progress);
    if (status != BK_OK)
        return bki_report_errors(session, status);
    if (session->json)
        return print_json(session, &report);
    print_text(session, &report);
    return BKI_EXIT_DONE;
}

static const bki_option options[] = {
    {.name = "into",
     .kind = BKI_OPTION_TEXT,
     .argument = "STUDY",
     .meaning = "the study whose balance folder gets the facts; its study.yaml says the money"},
    {.name = "regions",
     .kind = BKI_OPTION_TEXT,
     .argument = "FILE.csv",
     .meaning = "country,region: which of your regions each country of the download belongs to"},
    {.name = "sectors",
     .kind = BKI_OPTION_TEXT,
     .argument = "FILE.csv",
     .meaning =
         "product,sector: which of your sectors each product (the beginning of its HS code) or industry belongs to"},
    {.name = "countries",
     .kind = BKI_OPTION_TEXT,
     .argument = "FILE.csv",
     .meaning = "baci: its country_codes file, where the concordance has names or letters instead of BACI's numbers"},
    {.name = "duty",
     .kind = BKI_OPTION_TEXT,
     .argument = "TYPE",
     .meaning = "wits: the duty type taken, AHS (effectively applied) by default"},
    {.name = "simple", .kind = BKI_OPTION_FLAG, .meaning = "wits: plain means instead of means weighted with imports"},
    {.name = "country",
     .kind = BKI_OPTION_TEXT,
     .argument = "CODE",
     .meaning = "gmns, osm, tntp, vector: the country of the network, ISO 3166-1 alpha-3"},
    {.name = "mode",
     .kind = BKI_OPTION_TEXT,
     .argument = "MODE",
     .meaning = "gmns, tntp: of all links, road by default; vector: of those that say none"},
    {.name = "use",
     .kind = BKI_OPTION_TEXT,
     .argument = "USE",
     .meaning = "gmns: leave out links whose allowed_uses are given and do not have this one"},
    {.name = "nodes",
     .kind = BKI_OPTION_TEXT,
     .argument = "FILE",
     .meaning = "tntp: the file of nodes, with number, x and y in degrees"},
    {.name = "length-unit",
     .kind = BKI_OPTION_TEXT,
     .argument = "UNIT",
     .meaning = "tntp, vector: of lengths, km (the default), m, mile or ft; times are taken as minutes"},
    {.name = "matrix",
     .kind = BKI_OPTION_TEXT,
     .argument = "NAME",
     .meaning = "omx: the matrix, where there are several"},
    {.name = "lookup",
     .kind = BKI_OPTION_TEXT,
     .argument = "NAME",
     .meaning = "omx: the lookup with the ids of its rows, where there are several"},
    {.name = "sector",
     .kind = BKI_OPTION_TEXT,
     .argument = "SECTOR",
     .meaning = "omx: whose trade the matrix is, in money of the study; rows export, columns import"},
    {.name = "gauge",
     .kind = BKI_OPTION_INTEGER,
     .argument = "MM",
     .least = 300,
     .most = 3000,
     .meaning = "osm: of railways that say none, 1435 by default; 1520 in most of the former Soviet Union"},
    {.name = "layer",
     .kind = BKI_OPTION_TEXT,
     .argument = "NAME",
     .meaning = "vector: the layer of lines, where the file has several"},
    {.name = "field",
     .kind = BKI_OPTION_LIST,
     .argument = "COLUMN=FIELD",
     .meaning = "vector: which field is a column of link.csv; fields of the same name are taken by themselves; may be "
                "given again"},
    {.name = "speed",
     .kind = BKI_OPTION_NUMBER,
     .argument = "KMH",
     .least = 0.1,
     .most = 1500,
     .meaning = "vector: of lines that say none, which are dropped without"},
    {.name = "snap",
     .kind = BKI_OPTION_NUMBER,
     .argument = "M",
     .least = 0,
     .most = 10000,
     .meaning = "vector: ends of lines nearer than M metres are one node; 1 by default"},
    {.name = "replace", .kind = BKI_OPTION_FLAG, .meaning = "write over facts that are there already"},
};

const bki_verb bki_verb_import = {
    .name = "import",
    .operand = "FORMAT",
    .second = "FILE",
    .summary = "Downloads of trade, tables of industries and tariffs as facts of a study; maps, networks and matrices",
    .detail = "Formats: baci (CEPII BACI, one year), icio (OECD ICIO, one year as CSV), mrio (a sheet of the ADB MRIO "
              "as CSV), wits\n"
              "(WITS/TRAINS tariffs). Adds up to your regions and sectors, says what it left out and how much that "
              "was, and writes\n"
              "tables into STUDY/balance, from which buckle balance makes a base year. "
              "docs/how-to/import-trade-data.md has the layouts.\n"
              "osm makes STUDY/network of an extract of OpenStreetMap (.osm.pbf): docs/how-to/import-a-map.md.\n"
              "vector makes it of lines of a GeoJSON, FlatGeobuf, Shapefile or GeoPackage, in any coordinate system: "
              "docs/how-to/import-a-network.md.\n"
              "xlsx takes the tables of a study from a workbook: docs/how-to/edit-in-excel.md.\n"
              "gmns and tntp become STUDY/network, omx trade of one sector: docs/how-to/import-a-network.md.",
    .example = "buckle import baci BACI_HS22_Y2023.csv --into my-study --regions regions.csv --sectors hs.csv",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .run = run,
};
