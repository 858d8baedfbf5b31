/* A few small tables with all a table can hold: lines, points, none; texts to be quoted, wide numbers, empty cells. */
#ifndef BKT_TABLES_H
#define BKT_TABLES_H

#include "bkt.h"
#include "buckle/results.h"

static const char *const bkt_texts[] = {"Dostyk, \"east\"\nline", NULL, "Ақтау <&>"};
static const double      bkt_numbers[] = {0.1, 61415225.669743240, 1e-300};
static const int64_t     bkt_integers[] = {1, INT64_C(-9007199254740993), 3}; /* 2^53 + 1: no double */
static const bool        bkt_empty[] = {false, false, true};
static const uint32_t    bkt_line_points[] = {0, 2, 2, 5}, bkt_point_points[] = {0, 1, 2, 2};
static const double      bkt_lon_lat[] = {82.5, 45.25, 73.1, 46.5, 51.2, 43.6, 50.1, 41.9, 49.9, 40.4};

static const bk_column bkt_columns[] = {
    {.name = "link", .unit = "", .meaning = "which \"link\"", .kind = BK_COLUMN_TEXT, .text = bkt_texts},
    {.name = "tonnes_a_year", .unit = "t/yr", .meaning = "carried", .kind = BK_COLUMN_NUMBER, .number = bkt_numbers},
    {.name = "tonnes_a_year_before",
     .unit = "t/yr",
     .meaning = "carried before",
     .kind = BK_COLUMN_NUMBER,
     .number = bkt_numbers,
     .empty = bkt_empty},
    {.name = "lanes", .unit = "", .meaning = "servers", .kind = BK_COLUMN_INTEGER, .integer = bkt_integers},
};
static const bk_table bkt_lines = {.name = "flows",
                                   .title = "Tonnes on links",
                                   .n_rows = 3,
                                   .n_columns = 4,
                                   .columns = bkt_columns,
                                   .geometry = BK_GEOMETRY_LINE,
                                   .first_point = bkt_line_points,
                                   .lon_lat = bkt_lon_lat,
                                   .style_width = "tonnes_a_year",
                                   .style_colour = "tonnes_a_year_before"};
static const bk_table bkt_points = {.name = "places",
                                    .title = "Places",
                                    .n_rows = 3,
                                    .n_columns = 3,
                                    .columns = bkt_columns,
                                    .geometry = BK_GEOMETRY_POINT,
                                    .first_point = bkt_point_points,
                                    .lon_lat = bkt_lon_lat};
static const bk_table bkt_plain = {
    .name = "trade", .title = "Trade", .n_rows = 3, .n_columns = 4, .columns = bkt_columns};
static const bk_table bkt_none = {.name = "nothing", .title = "No row", .n_columns = 4, .columns = bkt_columns};

static const bk_table *const bkt_all_tables[] = {&bkt_lines, &bkt_points, &bkt_plain, &bkt_none};

/* All of them. */
static inline const bk_results *
bkt_results(void)
{
    static const bk_table *tables[4];
    static bk_results      results;

    memcpy(tables, bkt_all_tables, sizeof tables);
    results = (bk_results){.n_tables = 4, .capacity = 4, .tables = tables};
    return &results;
}

#endif
