/* OECD ICIO, one year as CSV: the first line names the columns COUNTRY_INDUSTRY and COUNTRY_DEMAND, then a total; rows
 * are COUNTRY_INDUSTRY, then taxes less subsidies (TLS, or COUNTRY_TAXSUB in older ones), value added (VA or VALU) and
 * output (OUT or OUTPUT).  Million USD. */
#include "io/io_table.h"
#include "io/columns.h"

#include <string.h>

typedef struct label {      /* COUNTRY_CODE */
    bki_span country, code; /* code empty: the label has no underscore */
} label;

static label
label_cut(const bk_field *field)
{
    const bki_span text = bki_span_trim(field->text, field->length);
    const char    *cut = memchr(text.start, '_', text.length);

    if (cut == NULL)
        return (label){text, {text.start + text.length, 0}};
    const size_t n = (size_t)(cut - text.start);
    return (label){{text.start, n}, {cut + 1, text.length - n - 1}};
}

static bool
is_one_of(bki_span text, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bki_span_is(text, words[i]))
            return true;
    return false;
}

static bool
is_final_demand(bki_span code)
{
    static const char *const words[] = {"HFCE",   "NPISH", "GGFC", "GFCF", "INVNT", "DPABR",    "DIRP",
                                        "NONRES", "FD",    "FNL",  "P33",  "DISC",  "CONS_ABR", "CONS_NONRES"};
    return is_one_of(code, words, sizeof words / sizeof *words);
}

static bki_io_row
row_kind(label l)
{
    static const char *const added[] = {"VA", "VALU"}, *const taxes[] = {"TLS", "TAXSUB", "TXS"};
    static const char *const output[] = {"OUT", "OUTPUT"};
    const bki_span           word = l.code.length > 0 ? l.code : l.country;

    if (is_one_of(word, added, 2))
        return BKI_IO_VALUE_ADDED;
    if (is_one_of(word, taxes, 3))
        return BKI_IO_OTHER_COST;
    if (l.code.length > 0)
        return BKI_IO_SALES;
    return is_one_of(word, output, 2) ? BKI_IO_OUTPUT : BKI_IO_SKIPPED;
}

static bk_status
header_take(bki_import *import, const bki_csv_record *header, bki_io_table *table)
{
    BK_TRY(bki_io_start(import, header->n_fields, 1, table));
    if (header->n_fields < 3 || memchr(header->fields[1].text, '_', header->fields[1].length) == NULL)
        return bk_fail_at(import->ctx, BK_ERR_SCHEMA, import->request->path, header->line, 1,
                          "take the CSV of one year from the OECD's ICIO page, unchanged",
                          "the second column is not named COUNTRY_INDUSTRY");
    for (size_t c = 1; c < header->n_fields; c++) {
        const label l = label_cut(&header->fields[c]);
        if (l.code.length > 0)
            BK_TRY(bki_io_column_set(table, c, l.country.start, l.country.length, l.code.start, l.code.length,
                                     is_final_demand(l.code)));
    }
    return BK_OK;
}

bk_status
bki_import_icio(bki_import *import)
{
    const size_t   before = bk_error_count(import->ctx);
    bki_csv_record record;
    bki_io_table   table;

    BK_TRY(bki_csv_open(import->csv, import->request->path, import->request->path));
    BK_TRY(bki_csv_next(import->csv, &record));
    if (record.n_fields == 0)
        return bk_fail_at(import->ctx, BK_ERR_SCHEMA, import->request->path, 1, 1, NULL, "the file is empty");
    BK_TRY(header_take(import, &record, &table));
    for (;;) {
        BK_TRY(bki_csv_next(import->csv, &record));
        if (record.n_fields == 0)
            break;
        const label l = label_cut(&record.fields[0]);
        BK_TRY(bki_io_row_add(&table, row_kind(l), l.country.start, l.country.length, l.code.start, l.code.length,
                              &record));
    }
    if (bk_error_count(import->ctx) > before)
        return bk_error_get(import->ctx, before)->code;
    return bki_io_finish(&table);
}
