/* The report in the making: one page of HTML from result tables. */
#ifndef IO_HTML_H
#define IO_HTML_H

#include "io/figure.h"

typedef struct bki_page {
    bk_context        *ctx;
    const bk_results  *results;
    bk_arena          *arena;
    bki_text          *text;
    size_t             n_figures, n_shown; /* shown: embedded so far, which tells their ids apart */
    const bki_figure  *figures;            /* [n_figures] */
    size_t             n_scenarios;
    const char *const *scenarios; /* [n_scenarios] in the order of the tables */
} bki_page;

/* ---- cells and tables (html_table.c) --------------------------------------------------------------------------- */

/* For reading: four digits, thousands parted; every digit is in the other files. */
#define BKI_SHOWN_SIZE 48
const char *bki_shown_number(char text[BKI_SHOWN_SIZE], double value);

void bki_html_start_table(bki_page *page, const char *caption);
void bki_html_head(bki_page *page, const char *name, const char *unit, bool is_text);
void bki_html_start_rows(bki_page *page);
void bki_html_start_row(bki_page *page, const char *label); /* its first cell; NULL: none */
void bki_html_text(bki_page *page, const char *text);
void bki_html_number(bki_page *page, double value); /* not finite: an empty cell */
void bki_html_end_row(bki_page *page);
void bki_html_end_table(bki_page *page);

/* Rows of a result table: those whose `filter` column is `wanted` (filter NULL: all), the columns named [n_columns] as
 * far as the table has them; at most `most`, those first whose absolute value in `order` is largest (NULL: as they
 * stand).  Says so if rows are left out. */
typedef struct bki_excerpt {
    const char        *table, *caption, *filter, *wanted, *order;
    const char *const *columns;
    size_t             n_columns, most;
} bki_excerpt;

bk_status bki_html_excerpt(bki_page *page, const bki_excerpt *excerpt);

/* ---- figures (html_figure.c) ----------------------------------------------------------------------------------- */

/* The figure of a kind and subject with its caption, its numbers and their source; nothing if there is none. */
bk_status bki_html_figure(bki_page *page, const char *kind, const char *subject);
/* An SVG of Cairo's made part of a page: ids told apart by `prefix`, paper and ink taken from the page's theme. */
void bki_svg_embed(bki_text *out, const char *svg, size_t length, const char *prefix);

/* ---- sections (html_pages.c) ----------------------------------------------------------------------------------- */

bk_status bki_html_summary(bki_page *page);
bk_status bki_html_issues(bki_page *page);
bk_status bki_html_performance(bki_page *page);
bk_status bki_html_options(bki_page *page);
bk_status bki_html_impacts(bki_page *page);
bk_status bki_html_differences(bki_page *page);
bk_status bki_html_grounds(bki_page *page);
bk_status bki_html_convergence(bki_page *page);
bk_status bki_html_provenance(bki_page *page);

#endif
