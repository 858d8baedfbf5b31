/* ADB MRIO: one sheet saved as CSV.  Under the title stand a line of countries and a line of codes (c1 ... c35, F1 ...
 * F5 for each country, then a total); left of the numbers every row has its country and its code.  Rows r60 and r69 are
 * totals, r64 is value added, what else is there (r99, r61, r62, r63, trs) are taxes, adjustments and margins.  Million
 * USD. */
#include "io/io_table.h"
#include "io/columns.h"

#include <string.h>

#define MOST_HEADING_LINES 20

typedef struct heading {
    const char **countries; /* [n] of the line before the codes */
    size_t       n;
} heading;

/* c1, F5, r64: a letter and a number. */
static bool
is_code(bki_span text, char letter)
{
    double number;

    return text.length >= 2 && text.length <= 4 && text.start[0] == letter &&
           bki_span_integer((bki_span){text.start + 1, text.length - 1}, &number);
}

static bki_span
cell_of(const bki_csv_record *record, size_t at)
{
    return bki_span_trim(record->fields[at].text, record->fields[at].length);
}

static bool
is_code_line(const bki_csv_record *record)
{
    size_t industries = 0, finals = 0;

    for (size_t c = 0; c < record->n_fields; c++) {
        industries += is_code(cell_of(record, c), 'c');
        finals += is_code(cell_of(record, c), 'F');
    }
    return industries > 0 && finals > 0;
}

static bk_status
countries_keep(bki_import *import, const bki_csv_record *record, heading *h)
{
    h->n = record->n_fields;
    h->countries = BK_NEW(import->scratch, const char *, record->n_fields);
    BK_TRY(bk_arena_ok(import->scratch));
    for (size_t c = 0; c < record->n_fields; c++) {
        const bki_span text = cell_of(record, c);
        h->countries[c] = bk_arena_text(import->scratch, text.start, text.length);
    }
    return bk_arena_ok(import->scratch);
}

static bk_status
codes_take(bki_import *import, const bki_csv_record *record, const heading *h, bki_io_table *table)
{
    size_t first = 0;

    while (!is_code(cell_of(record, first), 'c')) /* there is one */
        first++;
    BK_TRY(bki_io_start(import, record->n_fields, first, table));
    for (size_t c = first; c < record->n_fields && c < h->n; c++) {
        const bki_span code = cell_of(record, c);
        const bool     is_final = is_code(code, 'F');
        if (is_final || is_code(code, 'c'))
            BK_TRY(bki_io_column_set(table, c, h->countries[c], strlen(h->countries[c]), code.start, code.length,
                                     is_final));
    }
    return BK_OK;
}

static bk_status
heading_read(bki_import *import, bki_io_table *table)
{
    bki_csv_record record;
    heading        h = {NULL, 0};

    for (int line = 0; line < MOST_HEADING_LINES; line++) {
        BK_TRY(bki_csv_next(import->csv, &record));
        if (record.n_fields == 0)
            break;
        if (h.n > 0 && is_code_line(&record))
            return codes_take(import, &record, &h, table);
        BK_TRY(countries_keep(import, &record, &h));
    }
    return bk_fail_at(import->ctx, BK_ERR_SCHEMA, import->request->path, 1, 1,
                      "save the sheet with its heading lines as CSV, nothing taken away",
                      "no line of codes (c1 ... F1 ...) under a line of countries");
}

static bki_io_row
row_kind(bki_span code)
{
    if (is_code(code, 'c'))
        return BKI_IO_SALES;
    if (bki_span_is(code, "r64"))
        return BKI_IO_VALUE_ADDED;
    if (bki_span_is(code, "r69"))
        return BKI_IO_OUTPUT;
    if (code.length == 0 || bki_span_is(code, "r60"))
        return BKI_IO_SKIPPED;
    return is_code(code, 'r') || bki_span_is(code, "trs") ? BKI_IO_OTHER_COST : BKI_IO_SKIPPED;
}

bk_status
bki_import_mrio(bki_import *import)
{
    const size_t   before = bk_error_count(import->ctx);
    bki_csv_record record;
    bki_io_table   table;

    BK_TRY(bki_csv_open(import->csv, import->request->path, import->request->path));
    BK_TRY(heading_read(import, &table));
    if (table.first < 2)
        return bk_fail_at(import->ctx, BK_ERR_SCHEMA, import->request->path, 1, 1, NULL,
                          "left of the numbers a country and a code are missing");
    for (;;) {
        BK_TRY(bki_csv_next(import->csv, &record));
        if (record.n_fields == 0)
            break;
        const bki_span country = cell_of(&record, table.first - 2), code = cell_of(&record, table.first - 1);
        BK_TRY(bki_io_row_add(&table, row_kind(code), country.start, country.length, code.start, code.length, &record));
    }
    if (bk_error_count(import->ctx) > before)
        return bk_error_get(import->ctx, before)->code;
    return bki_io_finish(&table);
}
