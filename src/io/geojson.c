/* A table as GeoJSON (RFC 7946): a feature a line, its id the row's number.  What GeoJSON has no word for stands beside
 * the features as members that readers may ignore (section 6.1): `title`, and `columns` with unit and meaning. */
#include "buckle/io.h"
#include "io/cells.h"
#include "io/file.h"
#include "io/text.h"

static void
number_add(bki_text *text, double number)
{
    char digits[BKI_NUMBER_SIZE];

    bki_text_append(text, digits, bki_number_text(digits, number));
}

static void
member_add(bki_text *text, const char *key, const char *value)
{
    bki_text_json(text, key);
    bki_text_add(text, ":");
    bki_text_json(text, value);
}

static void
head_add(bki_text *text, const bk_table *table)
{
    bki_text_add(text, "{\"type\":\"FeatureCollection\",");
    member_add(text, "name", table->name);
    bki_text_add(text, ",");
    member_add(text, "title", table->title);
    bki_text_add(text, ",\n\"columns\":[");
    for (size_t c = 0; c < table->n_columns; c++) {
        bki_text_add(text, c > 0 ? ",\n{" : "\n{");
        member_add(text, "name", table->columns[c].name);
        bki_text_add(text, ",");
        member_add(text, "unit", table->columns[c].unit);
        bki_text_add(text, ",");
        member_add(text, "meaning", table->columns[c].meaning);
        bki_text_add(text, "}");
    }
    bki_text_add(text, "],\n\"features\":[");
}

static void
geometry_add(bki_text *text, const bk_table *table, size_t row)
{
    const bool     is_line = table->geometry == BK_GEOMETRY_LINE;
    const uint32_t first = table->first_point ? table->first_point[row] : 0;
    const uint32_t end = table->first_point ? table->first_point[row + 1] : 0;

    if (first == end) {
        bki_text_add(text, "null");
        return;
    }
    bki_text_add(text, is_line ? "{\"type\":\"LineString\",\"coordinates\":[" : "{\"type\":\"Point\",\"coordinates\":");
    for (uint32_t i = first; i < end; i++) {
        bki_text_add(text, i > first ? ",[" : "[");
        number_add(text, table->lon_lat[2 * (size_t)i]);
        bki_text_add(text, ",");
        number_add(text, table->lon_lat[2 * (size_t)i + 1]);
        bki_text_add(text, "]");
    }
    bki_text_add(text, is_line ? "]}" : "}");
}

static void
value_add(bki_text *text, const bk_column *column, size_t row)
{
    if (bki_cell_is_empty(column, row))
        bki_text_add(text, "null");
    else if (column->kind == BK_COLUMN_TEXT)
        bki_text_json(text, column->text[row]);
    else if (column->kind == BK_COLUMN_NUMBER)
        number_add(text, column->number[row]);
    else
        bki_text_format(text, "%lld", (long long)column->integer[row]);
}

static void
feature_add(bki_text *text, const bk_table *table, size_t row)
{
    bki_text_format(text, "%s{\"type\":\"Feature\",\"id\":%zu,\"geometry\":", row > 0 ? ",\n" : "\n", row + 1);
    geometry_add(text, table, row);
    bki_text_add(text, ",\"properties\":{");
    for (size_t c = 0; c < table->n_columns; c++) {
        bki_text_add(text, c > 0 ? "," : "");
        bki_text_json(text, table->columns[c].name);
        bki_text_add(text, ":");
        value_add(text, &table->columns[c], row);
    }
    bki_text_add(text, "}}");
}

static bk_status
table_write(bk_context *ctx, const bk_table *table, const bki_replacement *replacement, bk_arena *scratch)
{
    bki_text text = {.arena = scratch};

    head_add(&text, table);
    for (size_t row = 0; row < table->n_rows; row++) {
        feature_add(&text, table, row);
        BK_TRY(bki_text_flush(ctx, &text, replacement, BKI_BLOCK));
    }
    bki_text_add(&text, "\n]}\n");
    return bki_text_flush(ctx, &text, replacement, 1);
}

bk_status
bk_geojson_write(bk_context *ctx, const bk_table *table, const char *path)
{
    bk_arena        scratch;
    bki_replacement replacement;

    bk_arena_init(&scratch, ctx);
    bk_status status = bki_replace_begin(ctx, &scratch, path, &replacement);
    if (status == BK_OK) {
        status = table_write(ctx, table, &replacement, &scratch);
        if (status == BK_OK)
            status = bki_replace_commit(ctx, &replacement);
        else
            bki_replace_abandon(&replacement);
    }
    bk_arena_release(&scratch);
    return status;
}
