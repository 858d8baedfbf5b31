/* Two results, cell by cell. */
#include "buckle/results.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { MOST_KEYS = 16 };

typedef struct pairing { /* rows of two tables of the same name */
    bk_context      *ctx;
    bk_arena        *arena;
    const bk_table  *table[2];
    size_t           n_keys; /* columns that name a row */
    const bk_column *key[2][MOST_KEYS];
    const char     **name[2]; /* [n_rows] of each row */
    uint32_t        *partner; /* [rows of the first] row of the second, or BK_NONE */
    size_t           matched;
} pairing;

/* ---- cells ------------------------------------------------------------------------------------------------------ */

static bool
is_empty(const bk_column *column, size_t row)
{
    return (column->empty && column->empty[row]) || (column->kind == BK_COLUMN_TEXT && !column->text[row]);
}

static double
number_at(const bk_column *column, size_t row)
{
    if (is_empty(column, row) || column->kind == BK_COLUMN_TEXT)
        return NAN;
    return column->kind == BK_COLUMN_NUMBER ? column->number[row] : (double)column->integer[row];
}

/* NULL for an empty cell, or if memory is short, which the arena remembers. */
static const char *
text_at(bk_arena *arena, const bk_column *column, size_t row)
{
    if (is_empty(column, row))
        return NULL;
    switch (column->kind) {
    case BK_COLUMN_TEXT:
        return column->text[row];
    case BK_COLUMN_NUMBER:
        return bk_arena_format(arena, "%.17g", column->number[row]);
    case BK_COLUMN_INTEGER:
        return bk_arena_format(arena, "%" PRId64, column->integer[row]);
    }
    return NULL;
}

/* ---- rows ------------------------------------------------------------------------------------------------------- */

/* Names of the rows by the first `n` keys, and whether they are unique. */
static bk_status
name_rows(pairing *p, int side, size_t n, bool *unique)
{
    bk_names    *names = bk_names_create(p->arena);
    const size_t n_rows = p->table[side]->n_rows;

    p->name[side] = BK_NEW(p->arena, const char *, n_rows + 1);
    BK_TRY(bk_arena_ok(p->arena));
    for (size_t row = 0; row < n_rows; row++) {
        const char *name = "";
        for (size_t k = 0; k < n && name; k++) {
            const char *part = text_at(p->arena, p->key[side][k], row);
            name = bk_arena_format(p->arena, "%s%s%s", name, k > 0 ? ", " : "", part ? part : "");
        }
        BK_TRY(bk_arena_ok(p->arena));
        p->name[side][row] = name;
        if (bk_names_intern(names, name, strlen(name)) == BK_NONE)
            return bk_arena_ok(p->arena);
    }
    *unique = bk_names_count(names) == n_rows;
    return BK_OK;
}

/* "KAZ" for the first row of that name, "KAZ #2" for the second. */
static bk_status
number_equals(pairing *p, int side)
{
    const size_t n_rows = p->table[side]->n_rows;
    bk_names    *names = bk_names_create(p->arena);
    uint32_t    *seen = BK_NEW(p->arena, uint32_t, n_rows + 1);

    BK_TRY(bk_arena_ok(p->arena));
    for (size_t row = 0; row < n_rows; row++) {
        const uint32_t index = bk_names_intern(names, p->name[side][row], strlen(p->name[side][row]));
        if (index == BK_NONE)
            return bk_arena_ok(p->arena);
        if (++seen[index] > 1)
            p->name[side][row] = bk_arena_format(p->arena, "%s #%u", p->name[side][row], seen[index]);
    }
    return bk_arena_ok(p->arena);
}

static void
find_keys(pairing *p)
{
    for (size_t c = 0; c < p->table[0]->n_columns && p->n_keys < MOST_KEYS; c++) {
        const bk_column *first = &p->table[0]->columns[c], *second = bk_table_column(p->table[1], first->name);
        if (first->kind == BK_COLUMN_NUMBER)
            return;
        if (!second || second->kind != first->kind)
            continue;
        p->key[0][p->n_keys] = first;
        p->key[1][p->n_keys++] = second;
    }
}

static bk_status
match_rows(pairing *p)
{
    bool unique[2] = {false, false};

    find_keys(p);
    const bool needs_names = p->n_keys > 0 && (p->table[0]->n_rows > 1 || p->table[1]->n_rows > 1);
    for (size_t n = needs_names; n <= p->n_keys && !(unique[0] && unique[1]); n++)
        for (int side = 0; side < 2; side++)
            BK_TRY(name_rows(p, side, n, &unique[side]));
    for (int side = 0; side < 2; side++)
        if (!unique[0] || !unique[1])
            BK_TRY(number_equals(p, side));
    bk_names *names = bk_names_create(p->arena);
    uint32_t *rows = BK_NEW(p->arena, uint32_t, p->table[1]->n_rows + 1);
    p->partner = BK_NEW(p->arena, uint32_t, p->table[0]->n_rows + 1);
    BK_TRY(bk_arena_ok(p->arena));
    for (size_t row = 0; row < p->table[1]->n_rows; row++) {
        const uint32_t index = bk_names_intern(names, p->name[1][row], strlen(p->name[1][row]));
        if (index == BK_NONE)
            return bk_arena_ok(p->arena);
        rows[index] = (uint32_t)row;
    }
    for (size_t row = 0; row < p->table[0]->n_rows; row++) {
        const uint32_t index = bk_names_find(names, p->name[0][row], strlen(p->name[0][row]));
        p->partner[row] = index == BK_NONE ? BK_NONE : rows[index];
        p->matched += index != BK_NONE;
    }
    return BK_OK;
}

/* ---- columns ---------------------------------------------------------------------------------------------------- */

/* Two columns may be compared as numbers if neither holds text. */
static bool
are_numbers(const bk_column *a, const bk_column *b)
{
    return a->kind != BK_COLUMN_TEXT && b->kind != BK_COLUMN_TEXT;
}

static double
largest_of(const bk_column *column, size_t n_rows)
{
    double largest = 0.0;

    for (size_t row = 0; row < n_rows; row++)
        largest = fmax(largest, fabs(number_at(column, row))); /* fmax passes over NAN */
    return largest;
}

/* Importance of the difference of two cells; 0: they do not differ. */
static double
weigh(bk_arena *arena, const bk_column *a, size_t row_a, const bk_column *b, size_t row_b, double tolerance,
      double largest)
{
    if (is_empty(a, row_a) || is_empty(b, row_b))
        return is_empty(a, row_a) == is_empty(b, row_b) ? 0.0 : 1.0;
    if (!are_numbers(a, b)) {
        const char *left = text_at(arena, a, row_a), *right = text_at(arena, b, row_b);
        return left && right && strcmp(left, right) == 0 ? 0.0 : 1.0;
    }
    const double left = number_at(a, row_a), right = number_at(b, row_b), gap = fabs(left - right);
    return gap > tolerance * fmax(fabs(left), fabs(right)) ? gap / largest : 0.0;
}

typedef struct found_cells {
    bk_cell_difference *cells;
    size_t              n, capacity;
} found_cells;

static bk_status
keep(pairing *p, found_cells *found, const bk_cell_difference *cell)
{
    found->cells = bk_arena_grow(p->arena, found->cells, found->n, 1, sizeof *found->cells, &found->capacity);
    BK_TRY(bk_arena_ok(p->arena));
    found->cells[found->n++] = *cell;
    return BK_OK;
}

static bk_status
compare_column(pairing *p, const bk_column *a, const bk_column *b, double tolerance, found_cells *found)
{
    const double largest = fmax(largest_of(a, p->table[0]->n_rows), largest_of(b, p->table[1]->n_rows));

    for (size_t row = 0; row < p->table[0]->n_rows; row++) {
        const size_t partner = p->partner[row];
        if (partner == BK_NONE)
            continue;
        const double importance = weigh(p->arena, a, row, b, partner, tolerance, largest);
        if (importance == 0.0)
            continue;
        const bk_cell_difference cell = {.row = p->name[0][row],
                                         .column = a->name,
                                         .is_number = are_numbers(a, b),
                                         .text = {text_at(p->arena, a, row), text_at(p->arena, b, partner)},
                                         .a = number_at(a, row),
                                         .b = number_at(b, partner),
                                         .importance = importance};
        BK_TRY(keep(p, found, &cell));
    }
    return bk_arena_ok(p->arena);
}

static int
by_importance(const void *left, const void *right)
{
    const bk_cell_difference *a = left, *b = right;

    return (a->importance < b->importance) - (a->importance > b->importance);
}

/* Stable: equal ones stay in order, since they are sorted by importance alone from an order that is given. */
static void
sort_stably(bk_cell_difference *cells, size_t n, bk_cell_difference *spare)
{
    if (n < 2)
        return;
    const size_t half = n / 2;
    sort_stably(cells, half, spare);
    sort_stably(cells + half, n - half, spare);
    memcpy(spare, cells, n * sizeof *cells);
    for (size_t i = 0, left = 0, right = half; i < n; i++)
        cells[i] = right == n || (left < half && by_importance(&spare[left], &spare[right]) <= 0) ? spare[left++]
                                                                                                  : spare[right++];
}

/* ---- tables ----------------------------------------------------------------------------------------------------- */

/* Names of columns of one table that the other has not. */
static bk_status
columns_alone(bk_arena *arena, const bk_table *of, const bk_table *other, const char *const **out, size_t *n)
{
    const char **names = BK_NEW(arena, const char *, of->n_columns + 1);

    BK_TRY(bk_arena_ok(arena));
    for (size_t c = 0; c < of->n_columns; c++)
        if (!bk_table_column(other, of->columns[c].name))
            names[(*n)++] = of->columns[c].name;
    *out = names;
    return BK_OK;
}

static bk_status
compare_tables(bk_context *ctx, const bk_table *a, const bk_table *b, double tolerance, bk_arena *arena,
               bk_table_difference *out)
{
    pairing     p = {.ctx = ctx, .arena = arena, .table = {a, b}};
    found_cells found = {0};

    *out = (bk_table_difference){.table = a->name, .n_rows = {a->n_rows, b->n_rows}};
    BK_TRY(match_rows(&p));
    BK_TRY(columns_alone(arena, a, b, &out->columns[0], &out->n_columns[0]));
    BK_TRY(columns_alone(arena, b, a, &out->columns[1], &out->n_columns[1]));
    for (size_t c = 0; c < a->n_columns; c++) {
        const bk_column *other = bk_table_column(b, a->columns[c].name);
        if (!other)
            continue;
        BK_TRY(compare_column(&p, &a->columns[c], other, tolerance, &found));
        out->n_cells += p.matched;
    }
    bk_cell_difference *spare = BK_NEW(arena, bk_cell_difference, found.n + 1);
    BK_TRY(bk_arena_ok(arena));
    sort_stably(found.cells, found.n, spare);
    out->alone[0] = a->n_rows - p.matched;
    out->alone[1] = b->n_rows - p.matched;
    out->differences = found.cells;
    out->n_differences = found.n;
    return BK_OK;
}

static bool
differs(const bk_table_difference *table)
{
    return table->alone[0] + table->alone[1] + table->n_columns[0] + table->n_columns[1] + table->n_differences > 0;
}

/* A table that only one of the two has. */
static bk_table_difference
alone(const bk_table *table, int side)
{
    bk_table_difference out = {.table = table->name};

    out.n_rows[side] = out.alone[side] = table->n_rows;
    return out;
}

bk_status
bk_results_compare(bk_context *ctx, const bk_results *a, const bk_results *b, double tolerance, bk_arena *arena,
                   bk_results_difference *out)
{
    bk_table_difference *tables = BK_NEW(arena, bk_table_difference, a->n_tables + b->n_tables + 1);

    *out = (bk_results_difference){.same = true, .tables = tables};
    BK_TRY(bk_arena_ok(arena));
    for (size_t t = 0; t < a->n_tables; t++) {
        const bk_table      *other = bk_results_find(b, a->tables[t]->name);
        bk_table_difference *table = &tables[out->n_tables++];
        if (other)
            BK_TRY(compare_tables(ctx, a->tables[t], other, tolerance, arena, table));
        else
            *table = alone(a->tables[t], 0);
        out->same = out->same && other && !differs(table);
        out->n_cells += table->n_cells;
        out->n_differences += table->n_differences;
    }
    for (size_t t = 0; t < b->n_tables; t++) {
        if (bk_results_find(a, b->tables[t]->name))
            continue;
        tables[out->n_tables++] = alone(b->tables[t], 1);
        out->same = false;
    }
    return BK_OK;
}
