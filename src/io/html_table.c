#include "io/cells.h"
#include "io/html.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "-12,345,678" */
static void
part_thousands(char text[BKI_SHOWN_SIZE], double value)
{
    char         digits[32];
    const size_t n = (size_t)snprintf(digits, sizeof digits, "%.0f", fabs(value));
    size_t       at = 0;

    if (value < 0.0)
        text[at++] = '-';
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            text[at++] = ',';
        text[at++] = digits[i];
    }
    text[at] = '\0';
}

const char *
bki_shown_number(char text[BKI_SHOWN_SIZE], double value)
{
    if (fabs(value) >= 1e4 && fabs(value) < 1e18)
        part_thousands(text, value);
    else
        snprintf(text, BKI_SHOWN_SIZE, "%.4g", value == 0.0 ? 0.0 : value); /* no minus before zero */
    return text;
}

void
bki_html_start_table(bki_page *page, const char *caption)
{
    bki_text_add(page->text, "<div class=\"scroll\" tabindex=\"0\"><table><caption>");
    bki_text_xml(page->text, caption);
    bki_text_add(page->text, "</caption><thead><tr>");
}

void
bki_html_head(bki_page *page, const char *name, const char *unit, bool is_text)
{
    bki_text_add(page->text, is_text ? "<th scope=\"col\" class=\"t\">" : "<th scope=\"col\">");
    bki_text_xml(page->text, name);
    if (unit[0] != '\0') {
        bki_text_add(page->text, " <span class=\"unit\">");
        bki_text_xml(page->text, unit);
        bki_text_add(page->text, "</span>");
    }
    bki_text_add(page->text, "</th>");
}

void
bki_html_start_rows(bki_page *page)
{
    bki_text_add(page->text, "</tr></thead><tbody>\n");
}

void
bki_html_start_row(bki_page *page, const char *label)
{
    bki_text_add(page->text, "<tr>");
    if (!label)
        return;
    bki_text_add(page->text, "<th scope=\"row\" class=\"t\">");
    bki_text_xml(page->text, label);
    bki_text_add(page->text, "</th>");
}

void
bki_html_text(bki_page *page, const char *text)
{
    bki_text_add(page->text, "<td class=\"t\">");
    bki_text_xml(page->text, text);
    bki_text_add(page->text, "</td>");
}

void
bki_html_number(bki_page *page, double value)
{
    char shown[BKI_SHOWN_SIZE];

    bki_text_add(page->text, "<td>");
    if (isfinite(value))
        bki_text_add(page->text, bki_shown_number(shown, value));
    bki_text_add(page->text, "</td>");
}

void
bki_html_end_row(bki_page *page)
{
    bki_text_add(page->text, "</tr>\n");
}

void
bki_html_end_table(bki_page *page)
{
    bki_text_add(page->text, "</tbody></table></div>\n");
}

/* ---- excerpts -------------------------------------------------------------------------------------------------- */

/* The rows wanted, in the order wanted. */
static size_t *
choose(bki_page *page, const bk_table *table, const bki_excerpt *excerpt, size_t *n_out)
{
    size_t *rows = BK_NEW(page->arena, size_t, table->n_rows + 1);
    double *key = BK_NEW(page->arena, double, table->n_rows + 1);
    size_t  n = 0;

    if (!rows || !key)
        return NULL;
    for (size_t row = 0; row < table->n_rows; row++)
        if (!excerpt->filter || strcmp(bki_cell_text(table, excerpt->filter, row), excerpt->wanted) == 0) {
            key[n] = excerpt->order ? bki_cell_number(table, excerpt->order, row, 0.0) : 0.0;
            rows[n++] = row;
        }
    const size_t *order = bki_order_by_size(page->arena, n, key);
    size_t       *chosen = BK_NEW(page->arena, size_t, n + 1);
    if (!order || !chosen)
        return NULL;
    for (size_t i = 0; i < n; i++)
        chosen[i] = rows[order[i]];
    *n_out = n;
    return chosen;
}

static void
put_cell(bki_page *page, const bk_table *table, const bk_column *column, size_t row)
{
    if (column->kind == BK_COLUMN_TEXT)
        bki_html_text(page, bki_cell_text(table, column->name, row));
    else if (column->kind == BK_COLUMN_INTEGER && !bki_cell_is_empty(column, row))
        bki_text_format(page->text, "<td>%lld</td>", (long long)column->integer[row]);
    else
        bki_html_number(page, bki_cell_number(table, column->name, row, (double)NAN));
}

bk_status
bki_html_excerpt(bki_page *page, const bki_excerpt *excerpt)
{
    const bk_table *table = bk_results_find(page->results, excerpt->table);
    size_t          n = 0;
    const size_t   *rows = table ? choose(page, table, excerpt, &n) : NULL;

    BK_TRY(bk_arena_ok(page->arena));
    if (n == 0)
        return BK_OK;
    const size_t shown = excerpt->most > 0 && n > excerpt->most ? excerpt->most : n;
    const char  *caption =
        shown < n ? bk_arena_format(page->arena, "%s (the first %zu of %zu rows)", excerpt->caption, shown, n)
                   : excerpt->caption;
    BK_TRY(bk_arena_ok(page->arena));
    bki_html_start_table(page, caption);
    for (size_t c = 0; c < excerpt->n_columns; c++) {
        const bk_column *column = bk_table_column(table, excerpt->columns[c]);
        if (column)
            bki_html_head(page, column->name, column->unit, column->kind == BK_COLUMN_TEXT);
    }
    bki_html_start_rows(page);
    for (size_t i = 0; i < shown; i++) {
        bki_html_start_row(page, NULL);
        for (size_t c = 0; c < excerpt->n_columns; c++) {
            const bk_column *column = bk_table_column(table, excerpt->columns[c]);
            if (column)
                put_cell(page, table, column, rows[i]);
        }
        bki_html_end_row(page);
    }
    bki_html_end_table(page);
    return BK_OK;
}
