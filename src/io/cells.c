#include "io/cells.h"

#include <string.h>

bool
bki_cell_is_empty(const bk_column *column, size_t row)
{
    return (column->empty && column->empty[row]) || (column->kind == BK_COLUMN_TEXT && !column->text[row]);
}

const char *
bki_cell_text(const bk_table *table, const char *name, size_t row)
{
    const bk_column *column = bk_table_column(table, name);

    return !column || column->kind != BK_COLUMN_TEXT || bki_cell_is_empty(column, row) ? "" : column->text[row];
}

double
bki_cell_number(const bk_table *table, const char *name, size_t row, double otherwise)
{
    const bk_column *column = bk_table_column(table, name);

    if (!column || column->kind == BK_COLUMN_TEXT || bki_cell_is_empty(column, row))
        return otherwise;
    return column->kind == BK_COLUMN_NUMBER ? column->number[row] : (double)column->integer[row];
}

size_t
bki_cell_texts(const bk_table *table, const char *name, const char *leave_out, bk_arena *arena, const char *const **out)
{
    const char **texts = BK_NEW(arena, const char *, table->n_rows + 1);
    size_t       n = 0;

    for (size_t row = 0; texts && row < table->n_rows; row++) {
        const char *text = bki_cell_text(table, name, row);
        size_t      known = 0;
        while (known < n && strcmp(texts[known], text) != 0)
            known++;
        if (known == n && (!leave_out || strcmp(text, leave_out) != 0))
            texts[n++] = text;
    }
    *out = texts;
    return n;
}

const char *
bki_provenance(const bk_results *results, const char *item)
{
    const bk_table *table = bk_results_find(results, "provenance");

    for (size_t row = 0; table && row < table->n_rows; row++)
        if (strcmp(bki_cell_text(table, "item", row), item) == 0)
            return bki_cell_text(table, "value", row);
    return "";
}
