/* A block of the file is in the buffer, with the positions of everything in it that may end a cell.  A record is
 * scanned along these marks; one that runs past the buffer is moved to its front, the buffer filled up, and the record
 * scanned again from its start.  Cells are spans of the buffer: nothing is copied but what is left of quoted quotes. */
#include "io/csv.h"
#include "io/csv_marks.h"
#include "io/file.h"
#include "io/utf8.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FIRST_CAPACITY  ((size_t)128 << 10)
#define LONGEST_RECORD  ((size_t)64 << 20) /* bytes */
#define MOST_FIELDS     65536              /* in a record */
#define MOST_FAULTS     50                 /* in a file; more say nothing new */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

struct bki_csv {
    bk_context *ctx;
    bk_arena   *arena;
    const char *shown;
    int         file;  /* -1: read from `bytes` */
    const char *bytes; /* [n_bytes] what is left of them */
    size_t      n_bytes;

    char     *buffer;               /* [capacity] */
    size_t    capacity, begin, end; /* the next record starts at `begin`, what has been read stops at `end` */
    bool      at_end;               /* of the file: nothing more to read */
    uint32_t *marks;                /* [capacity + slack] positions in the buffer */
    size_t    n_marks, next_mark;
    bool      is_ascii; /* the whole buffer is */

    bk_field *fields; /* [field_capacity] */
    size_t    field_capacity;
    size_t   *comma_columns; /* [n_comma_columns] whose decimal commas become points */
    size_t    n_comma_columns, comma_capacity;

    bool     is_started; /* the first block has been read */
    char     delimiter;
    size_t   width;  /* cells of the header, 0 before it */
    int64_t  line;   /* of the record at `begin` */
    size_t   faults; /* recorded in this file */
    bool     is_hashed;
    uint64_t hash; /* of the bytes read, if is_hashed */
};

typedef struct scan {            /* of one record; positions in the buffer */
    size_t      mark, cell, end; /* next mark; first byte of the cell; first byte behind the record */
    size_t      n_fields;
    size_t      last_line; /* where the line of the cell starts */
    bool        has_quoted_quotes;
    size_t      null_byte;          /* the first one, or SIZE_MAX */
    const char *fault, *fault_hint; /* a broken record: what, and what to do */
    size_t      fault_at;
} scan;

typedef enum step { STEP_ON, STEP_DONE, STEP_MORE, STEP_FAULT } step;

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
    csv->at_end = csv->is_started = csv->is_hashed = false;
    csv->delimiter = ',';
    csv->line = 1;
    csv->hash = 0;
}

bk_status
bki_csv_open(bki_csv *csv, const char *path, const char *shown, bool is_hashed)
{
    csv_start(csv, shown);
    csv->is_hashed = is_hashed;
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

uint64_t
bki_csv_hash(const bki_csv *csv)
{
    return csv->hash;
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
    const size_t old_end = csv->end, room = csv->capacity - csv->end;

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
    if (csv->is_hashed)
        csv->hash = bk_hash(csv->hash, csv->buffer + old_end, csv->end - old_end);
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

/* ---- one record --------------------------------------------------------------------------------------------- */

static step
scan_fault(scan *s, size_t at, const char *fault, const char *hint)
{
    s->fault = fault;
    s->fault_hint = hint;
    s->fault_at = at;
    return STEP_FAULT;
}

static step
scan_bare_return(scan *s, size_t at)
{
    return scan_fault(s, at, "a carriage return that no line feed follows", "end lines with LF or CR LF");
}

/* The cell [start, end) of the buffer; the column counts bytes until the record is known to be whole. */
static step
scan_cell(bki_csv *csv, scan *s, size_t start, size_t end)
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
    return STEP_ON;
}

/* What follows the closing quote at `quote`. */
static step
scan_behind_quote(bki_csv *csv, scan *s, size_t quote)
{
    const char  *text = csv->buffer;
    const size_t next = quote + 1;

    if (next == csv->end) {
        s->end = next;
        return STEP_DONE;
    }
    if (text[next] == csv->delimiter) {
        s->mark++;
        s->cell = next + 1;
        return STEP_ON;
    }
    if (text[next] == '\r' && next + 1 == csv->end)
        return csv->at_end ? scan_bare_return(s, next) : STEP_MORE;
    if (text[next] == '\r' && text[next + 1] != '\n')
        return scan_bare_return(s, next);
    if (text[next] != '\n' && text[next] != '\r')
        return scan_fault(s, next, "text behind a closing quote", "inside a quoted cell, write each quote twice");
    s->mark += text[next] == '\r' ? 2 : 1;
    s->end = next + (text[next] == '\r' ? 2 : 1);
    return STEP_DONE;
}

/* A quoted cell from its opening quote at s->cell on. */
static step
scan_quoted(bki_csv *csv, scan *s)
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
            return STEP_MORE;
        if (at + 1 < csv->end && csv->buffer[at + 1] == '"') {
            s->has_quoted_quotes = true;
            s->mark++;
            continue;
        }
        const step added = scan_cell(csv, s, start, at);
        s->last_line = line;
        return added == STEP_ON ? scan_behind_quote(csv, s, at) : added;
    }
    if (!csv->at_end)
        return STEP_MORE;
    s->end = csv->end;
    return scan_fault(s, s->cell, "a quote that is never closed", "close the cell with a quote");
}

/* The end of an unquoted cell, at a mark. */
static step
scan_mark(bki_csv *csv, scan *s, size_t at)
{
    const char *text = csv->buffer;

    switch (text[at]) {
    case '\n':
        s->end = at + 1;
        const step added = scan_cell(csv, s, s->cell, at > s->cell && text[at - 1] == '\r' ? at - 1 : at);
        return added == STEP_ON ? STEP_DONE : added;
    case '"':
        if (at == s->cell)
            return scan_quoted(csv, s);
        return scan_fault(s, at, "a quote inside a cell that does not begin with one",
                          "put the whole cell in quotes and write each quote inside it twice");
    case '\r':
        if (at + 1 == csv->end)
            return csv->at_end ? scan_bare_return(s, at) : STEP_MORE;
        return text[at + 1] == '\n' ? STEP_ON : scan_bare_return(s, at);
    case '\0':
        if (s->null_byte == SIZE_MAX)
            s->null_byte = at;
        return STEP_ON;
    default: /* a tab or another control character: part of the cell */
        return STEP_ON;
    }
}

static step
scan_record(bki_csv *csv, scan *s)
{
    *s = (scan){.mark = csv->next_mark, .cell = csv->begin, .last_line = csv->begin, .null_byte = SIZE_MAX};
    while (s->mark < csv->n_marks) {
        const size_t at = csv->marks[s->mark++];
        step         taken;
        if (csv->buffer[at] == csv->delimiter) {
            taken = scan_cell(csv, s, s->cell, at);
            s->cell = at + 1;
        } else {
            taken = scan_mark(csv, s, at);
        }
        if (taken != STEP_ON)
            return taken;
    }
    if (!csv->at_end)
        return STEP_MORE;
    s->end = csv->end;
    if (csv->begin == csv->end)
        return STEP_DONE;
    const step added = scan_cell(csv, s, s->cell, csv->end);
    return added == STEP_ON ? STEP_DONE : added;
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
record_check(bki_csv *csv, const scan *s)
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
csv_scan(bki_csv *csv, scan *s, step *out)
{
    if (!csv->is_started)
        BK_TRY(csv_fill(csv));
    while ((*out = scan_record(csv, s)) == STEP_MORE)
        BK_TRY(csv_fill(csv));
    return BK_OK;
}

static bool
record_is_empty_line(const bki_csv *csv, const scan *s)
{
    const char c = csv->buffer[csv->begin];

    return s->n_fields == 1 && csv->fields[0].length == 0 && s->end > csv->begin && (c == '\n' || c == '\r');
}

/* True if the record is handed out; the reader then stands behind it. */
static bool
csv_take(bki_csv *csv, const scan *s, bki_csv_record *record)
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
    scan s;
    step taken;

    *record = (bki_csv_record){0};
    do {
        BK_TRY(csv_scan(csv, &s, &taken));
        if (taken == STEP_FAULT) {
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
