/* One record cut into cells, along the marks of the buffer (RFC 4180, section 2). */
#include "io/csv_scan.h"

#include <string.h>

#define MOST_FIELDS 65536 /* in a record */

static bki_csv_step
scan_fault(bki_csv_scan *s, size_t at, const char *fault, const char *hint)
{
    s->fault = fault;
    s->fault_hint = hint;
    s->fault_at = at;
    return BKI_CSV_FAULT;
}

static bki_csv_step
scan_bare_return(bki_csv_scan *s, size_t at)
{
    return scan_fault(s, at, "a carriage return that no line feed follows", "end lines with LF or CR LF");
}

/* The cell [start, end) of the buffer; the column counts bytes until the record is known to be whole. */
static bki_csv_step
scan_cell(bki_csv *csv, bki_csv_scan *s, size_t start, size_t end)
{
    if (s->n_fields == csv->field_capacity) {
        if (s->n_fields == MOST_FIELDS)
            return scan_fault(s, start, "a row of more than 65536 cells", "is this a CSV file?");
        bk_field *grown = BK_NEW(csv->arena, bk_field, 2 * csv->field_capacity);
        if (grown == NULL)
            return scan_fault(s, start, NULL, NULL);
        memcpy(grown, csv->fields, s->n_fields * sizeof *grown);
        csv->fields = grown;
        csv->field_capacity *= 2;
    }
    csv->fields[s->n_fields++] = (bk_field){
        .text = csv->buffer + start,
        .length = (uint32_t)(end - start),
        .column = s->last_line == csv->begin ? (uint32_t)(s->cell - csv->begin + 1) : 0,
    };
    return BKI_CSV_ON;
}

/* What follows the closing quote at `quote`. */
static bki_csv_step
scan_behind_quote(bki_csv *csv, bki_csv_scan *s, size_t quote)
{
    const char  *text = csv->buffer;
    const size_t next = quote + 1;

    if (next == csv->end) {
        s->end = next;
        return BKI_CSV_DONE;
    }
    if (text[next] == csv->delimiter) {
        s->mark++;
        s->cell = next + 1;
        return BKI_CSV_ON;
    }
    if (text[next] == '\r' && next + 1 == csv->end)
        return csv->at_end ? scan_bare_return(s, next) : BKI_CSV_MORE;
    if (text[next] == '\r' && text[next + 1] != '\n')
        return scan_bare_return(s, next);
    if (text[next] != '\n' && text[next] != '\r')
        return scan_fault(s, next, "text behind a closing quote", "inside a quoted cell, write each quote twice");
    s->mark += text[next] == '\r' ? 2 : 1;
    s->end = next + (text[next] == '\r' ? 2 : 1);
    return BKI_CSV_DONE;
}

/* A quoted cell from its opening quote at s->cell on. */
static bki_csv_step
scan_quoted(bki_csv *csv, bki_csv_scan *s)
{
    const size_t start = s->cell + 1;
    size_t       line = s->last_line;

    while (s->mark < csv->n_marks) {
        const size_t at = csv->marks[s->mark++];
        const char   c = csv->buffer[at];
        if (c == '\n')
            line = at + 1;
        else if (c == '\0' && s->null_byte == SIZE_MAX)
            s->null_byte = at;
        if (c != '"')
            continue;
        if (at + 1 == csv->end && !csv->at_end)
            return BKI_CSV_MORE;
        if (at + 1 < csv->end && csv->buffer[at + 1] == '"') {
            s->has_quoted_quotes = true;
            s->mark++;
            continue;
        }
        const bki_csv_step added = scan_cell(csv, s, start, at);
        s->last_line = line;
        return added == BKI_CSV_ON ? scan_behind_quote(csv, s, at) : added;
    }
    if (!csv->at_end)
        return BKI_CSV_MORE;
    s->end = csv->end;
    return scan_fault(s, s->cell, "a quote that is never closed", "close the cell with a quote");
}

/* The end of an unquoted cell, at a mark. */
static bki_csv_step
scan_mark(bki_csv *csv, bki_csv_scan *s, size_t at)
{
    const char *text = csv->buffer;

    switch (text[at]) {
    case '\n':
        s->end = at + 1;
        const bki_csv_step added = scan_cell(csv, s, s->cell, at > s->cell && text[at - 1] == '\r' ? at - 1 : at);
        return added == BKI_CSV_ON ? BKI_CSV_DONE : added;
    case '"':
        if (at == s->cell)
            return scan_quoted(csv, s);
        return scan_fault(s, at, "a quote inside a cell that does not begin with one",
                          "put the whole cell in quotes and write each quote inside it twice");
    case '\r':
        if (at + 1 == csv->end)
            return csv->at_end ? scan_bare_return(s, at) : BKI_CSV_MORE;
        return text[at + 1] == '\n' ? BKI_CSV_ON : scan_bare_return(s, at);
    case '\0':
        if (s->null_byte == SIZE_MAX)
            s->null_byte = at;
        return BKI_CSV_ON;
    default: /* a tab or another control character: part of the cell */
        return BKI_CSV_ON;
    }
}

bki_csv_step
bki_csv_scan_record(bki_csv *csv, bki_csv_scan *s)
{
    *s = (bki_csv_scan){.mark = csv->next_mark, .cell = csv->begin, .last_line = csv->begin, .null_byte = SIZE_MAX};
    while (s->mark < csv->n_marks) {
        const size_t at = csv->marks[s->mark++];
        bki_csv_step taken;
        if (csv->buffer[at] == csv->delimiter) {
            taken = scan_cell(csv, s, s->cell, at);
            s->cell = at + 1;
        } else {
            taken = scan_mark(csv, s, at);
        }
        if (taken != BKI_CSV_ON)
            return taken;
    }
    if (!csv->at_end)
        return BKI_CSV_MORE;
    s->end = csv->end;
    if (csv->begin == csv->end)
        return BKI_CSV_DONE;
    const bki_csv_step added = scan_cell(csv, s, s->cell, csv->end);
    return added == BKI_CSV_ON ? BKI_CSV_DONE : added;
}
