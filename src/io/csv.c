/* A block of the file is in the buffer, with the positions of everything in it that may end a cell.  A record is
 * scanned along these marks; one that runs past the buffer is moved to its front, the buffer filled up, and the record
 * scanned again from its start.  Cells are spans of the buffer: nothing is copied but what is left of quoted quotes. */
#include "io/csv_marks.h"
#include "io/csv_scan.h"
#include "io/file.h"
#include "io/utf8.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FIRST_CAPACITY  ((size_t)128 << 10)
#define LONGEST_RECORD  ((size_t)64 << 20) /* bytes */
#define MOST_FAULTS     50                 /* in a file; more say nothing new */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

bki_csv *
bki_csv_create(bk_context *ctx, bk_arena *arena)
{
    bki_csv *csv = BK_NEW(arena, bki_csv, 1);

    if (csv == NULL)
        return NULL;
    *csv = (bki_csv){.ctx = ctx, .arena = arena, .file = -1, .capacity = FIRST_CAPACITY, .field_capacity = 64};
    csv->buffer = BK_NEW(arena, char, csv->capacity);
    csv->marks = BK_NEW(arena, uint32_t, csv->capacity + BKI_MARKS_SLACK);
    csv->fields = BK_NEW(arena, bk_field, csv->field_capacity);
    return arena->failed ? NULL : csv;
}

static void
csv_start(bki_csv *csv, const char *shown)
{
    bki_csv_close(csv);
    csv->shown = shown;
    csv->bytes = NULL;
    csv->n_bytes = csv->begin = csv->end = csv->n_marks = csv->next_mark = csv->width = csv->faults = 0;
    csv->n_comma_columns = 0;
    csv->at_end = csv->is_started = false;
    csv->delimiter = ',';
    csv->line = 1;
}

bk_status
bki_csv_open(bki_csv *csv, const char *path, const char *shown)
{
    csv_start(csv, shown);
    bk_note_input(csv->ctx, path);
    return bki_file_open(csv->ctx, path, shown, &csv->file);
}

void
bki_csv_open_bytes(bki_csv *csv, const void *bytes, size_t n, const char *shown)
{
    csv_start(csv, shown);
    csv->bytes = bytes;
    csv->n_bytes = n;
}

void
bki_csv_close(bki_csv *csv)
{
    if (csv->file >= 0)
        close(csv->file);
    csv->file = -1;
}

bool
bki_csv_has_semicolons(const bki_csv *csv)
{
    return csv->delimiter == ';';
}

/* ---- faults ------------------------------------------------------------------------------------------------- */

/* Records a fault at a byte of the record at `begin`. */
static void
csv_fault(bki_csv *csv, size_t at, const char *hint, const char *text)
{
    const char *start = csv->buffer + csv->begin;
    int64_t     line = csv->line;

    for (const char *next; (next = memchr(start, '\n', (size_t)(csv->buffer + at - start))) != NULL; line++)
        start = next + 1;
    const size_t column = bki_utf8_count(start, (size_t)(csv->buffer + at - start)) + 1;
    csv->faults++;
    bk_fail_at(csv->ctx, BK_ERR_SYNTAX, csv->shown, line > INT_MAX ? INT_MAX : (int)line, (int)column, hint, "%s",
               text);
}

static void
csv_fault_byte(bki_csv *csv, size_t at)
{
    char text[40];

    if (csv->buffer[at] == '\0') {
        csv_fault(csv, at, "save the file as text in UTF-8", "a NUL byte");
        return;
    }
    snprintf(text, sizeof text, "byte 0x%02X is not UTF-8", (unsigned char)csv->buffer[at]);
    csv_fault(csv, at, "save the file as UTF-8 (it may be Latin-1 or Windows-1252)", text);
}

/* ---- the buffer --------------------------------------------------------------------------------------------- */

static bk_status
csv_read_block(bki_csv *csv)
{
    const size_t room = csv->capacity - csv->end;

    if (csv->file < 0) {
        const size_t n = csv->n_bytes < room ? csv->n_bytes : room;
        if (n > 0) {
            memcpy(csv->buffer + csv->end, csv->bytes, n);
            csv->bytes += n;
        }
        csv->end += n;
        csv->n_bytes -= n;
        csv->at_end = csv->n_bytes == 0;
    } else {
        BK_TRY(
            bki_file_read_some(csv->ctx, csv->file, csv->shown, csv->buffer + csv->end, room, &csv->end, &csv->at_end));
    }
    return BK_OK;
}

/* The one of `,` and `;` that cuts the first line more often. */
static char
delimiter_sniff(const char *text, size_t n)
{
    size_t commas = 0, semicolons = 0;
    bool   is_quoted = false;

    for (size_t i = 0; i < n && (is_quoted || text[i] != '\n'); i++) {
        is_quoted ^= text[i] == '"';
        commas += !is_quoted && text[i] == ',';
        semicolons += !is_quoted && text[i] == ';';
    }
    return semicolons > commas ? ';' : ',';
}

static bk_status
csv_grow(bki_csv *csv)
{
    const size_t capacity = 2 * csv->capacity;

    if (capacity > LONGEST_RECORD) {
        csv_fault(csv, csv->begin, "is a closing quote missing?", "a record longer than 64 MiB");
        return BK_ERR_SYNTAX;
    }
    char     *buffer = BK_NEW(csv->arena, char, capacity);
    uint32_t *marks = BK_NEW(csv->arena, uint32_t, capacity + BKI_MARKS_SLACK);
    BK_TRY(bk_arena_ok(csv->arena));
    memcpy(buffer, csv->buffer, csv->end);
    csv->buffer = buffer;
    csv->marks = marks;
    csv->capacity = capacity;
    return BK_OK;
}

/* Moves the record at `begin` to the front and reads on behind what there is of it. */
static bk_status
csv_fill(bki_csv *csv)
{
    memmove(csv->buffer, csv->buffer + csv->begin, csv->end - csv->begin);
    csv->end -= csv->begin;
    csv->begin = 0;
    if (csv->end == csv->capacity)
        BK_TRY(csv_grow(csv));
    BK_TRY(csv_read_block(csv));
    if (!csv->is_started) {
        csv->is_started = true;
        if (csv->end >= 3 && memcmp(csv->buffer, BYTE_ORDER_MARK, 3) == 0)
            csv->begin = 3;
        csv->delimiter = delimiter_sniff(csv->buffer, csv->end);
    }
    csv->is_ascii = true;
    csv->n_marks = bki_csv_marks(csv->buffer, csv->begin, csv->end, csv->delimiter, csv->marks, &csv->is_ascii);
    csv->next_mark = 0;
    return BK_OK;
}

/* ---- whole records ------------------------------------------------------------------------------------------ */

/* Goes to the record behind the line that holds byte `at`. */
static bk_status
csv_skip_line(bki_csv *csv, size_t at)
{
    for (;;) {
        const char *end = memchr(csv->buffer + at, '\n', csv->end - at);
        const char *stop = end != NULL ? end + 1 : csv->buffer + csv->end;
        for (const char *c = csv->buffer + csv->begin; c < stop; c++)
            csv->line += *c == '\n';
        csv->begin = (size_t)(stop - csv->buffer);
        if (end != NULL || csv->at_end)
            break;
        BK_TRY(csv_fill(csv));
        at = csv->begin;
    }
    while (csv->next_mark < csv->n_marks && csv->marks[csv->next_mark] < csv->begin)
        csv->next_mark++;
    return BK_OK;
}

/* Columns from bytes to characters. */
static void
record_count_characters(bki_csv *csv, size_t n_fields)
{
    const char *from = csv->buffer + csv->begin;
    uint32_t    column = 1;

    for (size_t i = 0; i < n_fields && csv->fields[i].column > 0; i++) {
        const char *to = csv->buffer + csv->begin + csv->fields[i].column - 1;
        column += (uint32_t)bki_utf8_count(from, (size_t)(to - from));
        csv->fields[i].column = column;
        from = to;
    }
}

static void
cell_halve_quotes(bk_field *field)
{
    char       *to = (char *)field->text; /* the reader's own buffer */
    const char *from = field->text, *end = from + field->length;

    for (const char *quote; (quote = memchr(from, '"', (size_t)(end - from))) != NULL; from = quote + 2) {
        const size_t n = (size_t)(quote + 1 - from);
        memmove(to, from, n);
        to += n;
    }
    memmove(to, from, (size_t)(end - from));
    field->length = (uint32_t)(to + (end - from) - field->text);
}

bk_status
bki_csv_decimal_comma(bki_csv *csv, size_t column)
{
    if (csv->n_comma_columns == csv->comma_capacity) {
        const size_t capacity = csv->comma_capacity > 0 ? 2 * csv->comma_capacity : 16;
        size_t      *grown = BK_NEW(csv->arena, size_t, capacity);
        BK_TRY(bk_arena_ok(csv->arena));
        if (csv->n_comma_columns > 0)
            memcpy(grown, csv->comma_columns, csv->n_comma_columns * sizeof *grown);
        csv->comma_columns = grown;
        csv->comma_capacity = capacity;
    }
    csv->comma_columns[csv->n_comma_columns++] = column;
    return BK_OK;
}

/* Only what is a number but for one comma is changed: anything else is shown to the user as it stands. */
static void
cell_point(const bk_field *field)
{
    char *comma = NULL;

    for (uint32_t i = 0; i < field->length; i++) {
        const char c = field->text[i];
        if (c == ',' && comma == NULL)
            comma = (char *)field->text + i; /* the reader's own buffer */
        else if (!((c >= '0' && c <= '9') || c == '-' || c == '+' || c == 'e' || c == 'E'))
            return;
    }
    if (comma != NULL)
        *comma = '.';
}

/* Records what is wrong with the bytes or the number of cells of a record; true if nothing is. */
static bool
record_check(bki_csv *csv, const bki_csv_scan *s)
{
    const size_t length = s->end - csv->begin;
    const size_t bad_byte = csv->is_ascii ? length : bki_utf8_fault(csv->buffer + csv->begin, length);
    char         text[80];

    if (bad_byte < length || s->null_byte != SIZE_MAX) {
        csv_fault_byte(csv, csv->begin + bad_byte < s->null_byte ? csv->begin + bad_byte : s->null_byte);
        return false;
    }
    if (csv->width == 0)
        csv->width = s->n_fields;
    if (s->n_fields == csv->width)
        return true;
    size_t at = s->end;
    if (s->n_fields > csv->width) {
        const char *first = csv->fields[csv->width].text;
        at = (size_t)(first - csv->buffer) - (first[-1] == '"');
    } else {
        while (at > csv->begin && (csv->buffer[at - 1] == '\n' || csv->buffer[at - 1] == '\r'))
            at--;
    }
    snprintf(text, sizeof text, "%zu cells where the header has %zu", s->n_fields, csv->width);
    csv_fault(csv, at, "put a cell that holds a delimiter in quotes; leave no cell out", text);
    return false;
}

/* Scans the record at `begin`, reading more of the file as needed. */
static bk_status
csv_scan(bki_csv *csv, bki_csv_scan *s, bki_csv_step *out)
{
    if (!csv->is_started)
        BK_TRY(csv_fill(csv));
    while ((*out = bki_csv_scan_record(csv, s)) == BKI_CSV_MORE)
        BK_TRY(csv_fill(csv));
    return BK_OK;
}

static bool
record_is_empty_line(const bki_csv *csv, const bki_csv_scan *s)
{
    const char c = csv->buffer[csv->begin];

    return s->n_fields == 1 && csv->fields[0].length == 0 && s->end > csv->begin && (c == '\n' || c == '\r');
}

/* True if the record is handed out; the reader then stands behind it. */
static bool
csv_take(bki_csv *csv, const bki_csv_scan *s, bki_csv_record *record)
{
    const bool is_good = s->n_fields > 0 && !record_is_empty_line(csv, s) && record_check(csv, s);

    if (is_good) {
        *record = (bki_csv_record){.n_fields = s->n_fields, .line = csv->line > INT_MAX ? INT_MAX : (int)csv->line};
        if (!csv->is_ascii)
            record_count_characters(csv, s->n_fields);
    }
    csv->line++;
    if (s->last_line != csv->begin)
        for (const char *c = csv->buffer + csv->begin; c < csv->buffer + s->last_line; c++)
            csv->line += *c == '\n';
    if (is_good && s->has_quoted_quotes)
        for (size_t i = 0; i < s->n_fields; i++)
            cell_halve_quotes(&csv->fields[i]);
    for (size_t i = 0; is_good && i < csv->n_comma_columns; i++)
        cell_point(&csv->fields[csv->comma_columns[i]]);
    record->fields = csv->fields;
    csv->begin = s->end;
    csv->next_mark = s->mark;
    return is_good;
}

bk_status
bki_csv_next(bki_csv *csv, bki_csv_record *record)
{
    bki_csv_scan s;
    bki_csv_step taken;

    *record = (bki_csv_record){0};
    do {
        BK_TRY(csv_scan(csv, &s, &taken));
        if (taken == BKI_CSV_FAULT) {
            BK_TRY(bk_arena_ok(csv->arena));
            csv_fault(csv, s.fault_at, s.fault_hint, s.fault);
            if (s.end > 0) /* the quote that is never closed has eaten the rest of the file */
                return BK_ERR_SYNTAX;
            BK_TRY(csv_skip_line(csv, s.fault_at));
        } else if (s.n_fields == 0 || csv_take(csv, &s, record)) {
            return BK_OK;
        }
        if (csv->width == 0 && csv->faults > 0) /* no row may pass for the header */
            return BK_ERR_SYNTAX;
    } while (csv->faults < MOST_FAULTS);
    return bk_fail_at(csv->ctx, BK_ERR_SYNTAX, csv->shown, 0, 0, "correct those listed, then check again",
                      "more than %d malformed rows; the rest of the file was not read", MOST_FAULTS - 1);
}
