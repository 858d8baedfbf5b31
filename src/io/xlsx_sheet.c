/* The cells of one sheet. */
#include "io/columns.h"
#include "io/xlsx_book.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 1048576, MOST_COLUMNS = 16384 };

typedef struct sheet_reading {
    bki_book       *book;
    bki_sheet_cell *cells;
    size_t          n_cells, cell_capacity;
    const char    **merged;
    size_t          n_merged, merged_capacity;
    bki_sheet_cell  cell; /* being read */
    char            type[16];
    size_t          style;
    bool            in_value, has_value;
    char            fault[120]; /* "": none yet */
} sheet_reading;

const char *
bki_cell_address(uint32_t row, uint32_t column, char text[BKI_ADDRESS])
{
    char letters[8];
    int  n = 0;

    for (uint32_t c = column; c > 0 && n < 7; c = (c - 1) / 26)
        letters[n++] = (char)('A' + (c - 1) % 26);
    for (int i = 0; i < n; i++)
        text[i] = letters[n - 1 - i];
    snprintf(text + n, (size_t)(BKI_ADDRESS - n), "%u", row);
    return text;
}

static void
fault(sheet_reading *s, const char *what)
{
    char address[BKI_ADDRESS];

    if (s->fault[0] == '\0')
        snprintf(s->fault, sizeof s->fault, "%s %s", bki_cell_address(s->cell.row, s->cell.column, address), what);
}

/* "B7": column and row; what is no address leaves them as they are. */
static void
address_read(const char *text, uint32_t *row, uint32_t *column)
{
    uint32_t c = 0, r = 0;
    size_t   i = 0;

    for (; text[i] >= 'A' && text[i] <= 'Z' && i < 3; i++)
        c = 26 * c + (uint32_t)(text[i] - 'A' + 1);
    for (size_t digits = 0; text[i] >= '0' && text[i] <= '9' && digits < 7; i++, digits++)
        r = 10 * r + (uint32_t)(text[i] - '0');
    if (text[i] != '\0' || c == 0 || r == 0)
        return;
    *row = r;
    *column = c;
}

/* ---- values --------------------------------------------------------------------------------------------------- */

/* Days to a date, by the algorithm of Howard Hinnant ("chrono-compatible low-level date algorithms", civil_from_days).
 */
static void
civil(int64_t days_since_1970, int64_t *year, int *month, int *day)
{
    const int64_t z = days_since_1970 + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    const int64_t of_era = z - era * 146097;
    const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t shifted = (5 * of_year + 2) / 153; /* 0: March */

    *day = (int)(of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

/* Day 1 is 1 January 1900; Excel has a 29 February 1900, day 60, that never was. */
static const char *
date_text(sheet_reading *s, double serial)
{
    const int64_t whole = (int64_t)floor(serial), seconds = (int64_t)llround((serial - floor(serial)) * 86400.0);
    const int64_t first = s->book->counts_from_1904 ? -24107 : whole < 60 ? -25568 : -25569; /* of day 0, since 1970 */
    int64_t       year;
    int           month, day;

    if (!(serial >= 0.0 && serial < 2958466.0)) { /* to the end of 9999 */
        fault(s, "is a day that no calendar has");
        return "";
    }
    civil(whole + first, &year, &month, &day);
    if (seconds == 0 || seconds == 86400)
        return bk_arena_format(s->book->arena, "%04d-%02d-%02d", (int)year, month, day);
    return bk_arena_format(s->book->arena, "%04d-%02d-%02d %02d:%02d:%02d", (int)year, month, day,
                           (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
}

/* The fewest digits, from 15, that are the same number: 0.1 where the file has 0.10000000000000001. */
static const char *
short_number(sheet_reading *s, double value)
{
    char text[BKI_NUMBER_SIZE];

    for (int digits = 15; digits <= 17; digits++) {
        double back = 0.0;
        snprintf(text, sizeof text, "%.*g", digits, value);
        for (char *c = text; *c != '\0'; c++)
            if (strchr("0123456789+-e", *c) == NULL)
                *c = '.'; /* whatever the locale has */
        if (bki_span_number((bki_span){text, strlen(text)}, &back) && back == value)
            break;
    }
    return bk_arena_text(s->book->arena, text, strlen(text));
}

static const char *
shared_string(sheet_reading *s, const char *index)
{
    char               *end;
    const unsigned long i = strtoul(index, &end, 10);

    if (end != index && *end == '\0' && i < s->book->n_strings)
        return s->book->strings[i];
    fault(s, "refers to a text that is not there");
    return "";
}

static void
number_take(sheet_reading *s, const char *text)
{
    double value = 0.0;

    if (!bki_span_number(bki_span_trim(text, strlen(text)), &value)) {
        fault(s, "holds no number");
        return;
    }
    const bool is_date = s->style < s->book->n_styles && s->book->is_date[s->style];
    s->cell.kind = is_date ? BKI_CELL_DATE : BKI_CELL_NUMBER;
    s->cell.text = is_date ? date_text(s, value) : short_number(s, value);
}

/* By the type of the cell, clause 18.18.11. */
static void
value_take(sheet_reading *s)
{
    const char *text = s->book->text.length > 0 ? s->book->text.bytes : "";
    const char *type = s->type;

    s->cell.kind = BKI_CELL_TEXT;
    s->cell.text = "";
    if (s->cell.is_formula && !s->has_value)
        s->cell.kind = BKI_CELL_UNCOMPUTED;
    else if (strcmp(type, "s") == 0 && s->has_value)
        s->cell.text = shared_string(s, text);
    else if ((strcmp(type, "n") == 0 || type[0] == '\0') && text[0] != '\0')
        number_take(s, text);
    else {
        s->cell.text = bk_arena_text(s->book->arena, text, strlen(text));
        s->cell.kind = strcmp(type, "b") == 0   ? BKI_CELL_FLAG
                       : strcmp(type, "e") == 0 ? BKI_CELL_ERROR
                       : strcmp(type, "d") == 0 ? BKI_CELL_DATE
                                                : BKI_CELL_TEXT;
    }
}

/* ---- elements ------------------------------------------------------------------------------------------------- */

static void
cell_begin(sheet_reading *s, const char *const *attributes)
{
    s->cell = (bki_sheet_cell){.row = s->cell.row, .column = s->cell.column + 1};
    address_read(bki_part_attribute(attributes, "r", ""), &s->cell.row, &s->cell.column);
    snprintf(s->type, sizeof s->type, "%s", bki_part_attribute(attributes, "t", ""));
    s->style = (size_t)strtoul(bki_part_attribute(attributes, "s", "0"), NULL, 10);
    s->has_value = s->in_value = false;
    s->book->text.length = 0;
    s->book->in_text = s->book->in_phonetic = 0;
}

static void
cell_end(sheet_reading *s)
{
    const bki_sheet_cell *before = s->n_cells > 0 ? &s->cells[s->n_cells - 1] : NULL;

    value_take(s);
    if (!s->cell.text || (s->cell.text[0] == '\0' && s->cell.kind != BKI_CELL_UNCOMPUTED))
        return;
    if (s->cell.row == 0 || s->cell.row > MOST_ROWS || s->cell.column > MOST_COLUMNS ||
        (before && (s->cell.row < before->row || (s->cell.row == before->row && s->cell.column <= before->column))))
        fault(s, "is not where a cell can be");
    bki_sheet_cell *cells = bk_arena_grow(s->book->arena, s->cells, s->n_cells, 1, sizeof *cells, &s->cell_capacity);
    if (!cells)
        return; /* the arena remembers */
    s->cells = cells;
    cells[s->n_cells++] = s->cell;
}

static void
merge_take(sheet_reading *s, const char *range)
{
    const char **merged = bk_arena_grow(s->book->arena, s->merged, s->n_merged, 1, sizeof *merged, &s->merged_capacity);

    if (!merged)
        return;
    s->merged = merged;
    merged[s->n_merged++] = bk_arena_text(s->book->arena, range, strlen(range));
}

static void
sheet_open(void *state, const char *name, const char *const *attributes)
{
    sheet_reading *s = state;

    if (strcmp(name, "row") == 0) {
        const unsigned long row = strtoul(bki_part_attribute(attributes, "r", "0"), NULL, 10);
        s->cell.row = row > 0 && row <= MOST_ROWS ? (uint32_t)row : s->cell.row + 1;
        s->cell.column = 0;
    } else if (strcmp(name, "c") == 0)
        cell_begin(s, attributes);
    else if (strcmp(name, "f") == 0)
        s->cell.is_formula = true;
    else if (strcmp(name, "v") == 0)
        s->in_value = s->has_value = true;
    else if (strcmp(name, "mergeCell") == 0)
        merge_take(s, bki_part_attribute(attributes, "ref", "?"));
    bki_book_text_open(s->book, name);
}

static void
sheet_close(void *state, const char *name)
{
    sheet_reading *s = state;

    bki_book_text_close(s->book, name);
    if (strcmp(name, "v") == 0)
        s->in_value = false;
    else if (strcmp(name, "c") == 0)
        cell_end(s);
}

static void
sheet_text(void *state, const char *bytes, size_t n)
{
    sheet_reading *s = state;

    if (s->in_value)
        bki_text_append(&s->book->text, bytes, n);
    else
        bki_book_text_take(s->book, bytes, n);
}

static bk_status
sheet_ok(void *state)
{
    sheet_reading *s = state;

    BK_TRY(bk_arena_ok(s->book->arena));
    BK_TRY(bk_arena_ok(s->book->scratch));
    if (s->fault[0] != '\0')
        return bk_fail_at(s->book->ctx, BK_ERR_SYNTAX, s->book->archive.path, 0, 0, NULL, "%s", s->fault);
    return BK_OK;
}

bk_status
bki_sheet_read(bki_book *book, const char *part, bki_sheet *out)
{
    static const bki_part_reader reader = {sheet_open, sheet_close, sheet_text, sheet_ok};
    sheet_reading                s = {.book = book};
    bool                         found = false;

    BK_TRY(bki_part_read(&book->archive, part, &reader, &s, &found));
    if (!found)
        return bk_fail_at(book->ctx, BK_ERR_SYNTAX, book->archive.path, 0, 0, NULL, "the sheet '%s' is not in it",
                          out->name);
    out->n_cells = s.n_cells;
    out->cells = s.cells;
    out->n_merged = s.n_merged;
    out->merged = s.merged;
    return BK_OK;
}
