/* The cash flow of a project by year: money out below zero, gains above; and under it, on a scale of its own, the
 * running total as a line. */
#include "io/canvas.h"
#include "io/cells.h"
#include "io/figure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define WIDTH  760.0
#define HEIGHT 420.0
#define MIDDLE 250.0 /* where the flows end */
#define GAP    24.0
#define LEFT   70.0
#define RIGHT  20.0
#define TOP    40.0
#define BOTTOM 40.0

enum { INVESTMENT, RUNNING, GAIN, NET, TOTAL, N_STREAMS };

static const bki_colour bar_colours[] = {[INVESTMENT] = BKI_LOSS, [RUNNING] = BKI_OCHRE, [GAIN] = BKI_GAIN};

static double
value_at(const bki_figure *figure, size_t year, size_t stream)
{
    return figure->values[year * figure->n_columns + stream];
}

static bki_scale
scale_of_flows(const bki_figure *figure)
{
    double low = 0.0, high = 0.0;

    for (size_t y = 0; y < figure->n_rows; y++) {
        const double spent = value_at(figure, y, INVESTMENT) + value_at(figure, y, RUNNING);
        low = fmin(low, fmin(-spent, value_at(figure, y, GAIN)));
        high = fmax(high, value_at(figure, y, GAIN));
    }
    return bki_scale_make(low, high, MIDDLE, TOP);
}

static bki_scale
scale_of_total(const bki_figure *figure)
{
    double low = 0.0, high = 0.0;

    for (size_t y = 0; y < figure->n_rows; y++) {
        low = fmin(low, value_at(figure, y, TOTAL));
        high = fmax(high, value_at(figure, y, TOTAL));
    }
    return bki_scale_make(low, high, HEIGHT - BOTTOM, MIDDLE + GAP);
}

static double
year_x(const bki_figure *figure, double year)
{
    return LEFT + (WIDTH - LEFT - RIGHT) * year / (double)figure->n_rows;
}

static void
draw_grid(cairo_t *cairo, const bki_scale *scale)
{
    char text[BKI_SHORT_SIZE];

    for (size_t t = 0; t < bki_scale_ticks(scale); t++) {
        const double value = bki_scale_tick(scale, t), y = bki_scale_at(scale, value);
        bki_use(cairo, value == 0.0 ? BKI_MUTED : BKI_LINE);
        cairo_set_line_width(cairo, 1.0);
        cairo_move_to(cairo, LEFT, y);
        cairo_line_to(cairo, WIDTH - RIGHT, y);
        cairo_stroke(cairo);
        bki_use(cairo, BKI_MUTED);
        bki_write(cairo, LEFT - 6.0, y + 4.0, BKI_RIGHT, BKI_TEXT, 0.0, bki_short_number(text, value, true));
    }
}

static void
draw_years(cairo_t *cairo, const bki_figure *figure)
{
    const size_t every = figure->n_rows / 10 + 1;

    bki_use(cairo, BKI_MUTED);
    for (size_t year = 0; year < figure->n_rows; year += every)
        bki_write(cairo, year_x(figure, (double)year + 0.5), HEIGHT - BOTTOM + 16.0, BKI_CENTRE, BKI_TEXT, 0.0,
                  figure->rows[year]);
    bki_write(cairo, 0.5 * WIDTH, HEIGHT - 6.0, BKI_CENTRE, BKI_TEXT, 0.0,
              "above: USD a year; below: USD; prices of the base year");
}

static void
draw_bar(cairo_t *cairo, const bki_figure *figure, const bki_scale *scale, size_t year, int stream, double from,
         double to)
{
    const double x = year_x(figure, (double)year + 0.1), width = year_x(figure, 0.8) - LEFT;
    const double a = bki_scale_at(scale, from), b = bki_scale_at(scale, to);

    bki_use(cairo, bar_colours[stream]);
    cairo_rectangle(cairo, x, fmin(a, b), width, fabs(a - b));
    cairo_fill(cairo);
}

static void
draw(cairo_t *cairo, const bki_figure *figure)
{
    const bki_scale scale = scale_of_flows(figure), of_total = scale_of_total(figure);
    double          x = LEFT;

    for (int stream = INVESTMENT; stream <= GAIN; stream++)
        x = bki_draw_key(cairo, x, 20.0, bar_colours[stream], figure->columns[stream]);
    bki_draw_key(cairo, x, 20.0, BKI_INK, "running total, not discounted (line)");
    draw_grid(cairo, &scale);
    draw_grid(cairo, &of_total);
    draw_years(cairo, figure);
    for (size_t year = 0; year < figure->n_rows; year++) {
        const double investment = value_at(figure, year, INVESTMENT), running = value_at(figure, year, RUNNING);
        draw_bar(cairo, figure, &scale, year, INVESTMENT, 0.0, -investment);
        draw_bar(cairo, figure, &scale, year, RUNNING, -investment, -investment - running);
        draw_bar(cairo, figure, &scale, year, GAIN, 0.0, value_at(figure, year, GAIN));
    }
    bki_use(cairo, BKI_INK);
    cairo_set_line_width(cairo, 1.6);
    for (size_t year = 0; year < figure->n_rows; year++)
        cairo_line_to(cairo, year_x(figure, (double)year + 0.5),
                      bki_scale_at(&of_total, value_at(figure, year, TOTAL)));
    cairo_stroke(cairo);
}

static void
read_year(const bk_table *table, size_t row, double *values, double *total)
{
    values[INVESTMENT] = bki_cell_number(table, "investment_usd", row, 0.0);
    values[RUNNING] = bki_cell_number(table, "running_usd", row, 0.0);
    values[GAIN] = bki_cell_number(table, "gain_usd", row, 0.0);
    values[NET] = values[GAIN] - values[INVESTMENT] - values[RUNNING];
    *total += values[NET];
    values[TOTAL] = *total;
}

bool
bki_figure_cash_flow(const bk_results *results, const char *project, bk_arena *arena, bki_figure *out)
{
    static const char *const columns[N_STREAMS] = {"works", "operation and maintenance", "gain", "net",
                                                   "running total"};
    static const char *const units[N_STREAMS] = {"USD", "USD", "USD", "USD", "USD"};
    const bk_table          *table = bk_results_find(results, "cash_flow");
    double                   total = 0.0;

    if (!table)
        return false;
    *out = (bki_figure){.kind = "cash-flow", .subject = project, .results = results, .arena = arena, .draw = draw};
    out->name = bk_arena_format(arena, "cash-flow-%s", project);
    out->title =
        bk_arena_format(arena, "Cash flow of %s", strcmp(project, "all") == 0 ? "all works together" : project);
    out->caption =
        "All payers and gainers together, USD a year in prices of the base year: works with their overrun and "
        "running below zero, gains of real income from zero, and the running total.";
    out->tables = "cash_flow";
    out->row_title = "year";
    out->columns = columns;
    out->units = units;
    out->n_columns = N_STREAMS;
    const char **rows = BK_NEW(arena, const char *, table->n_rows + 1);
    double      *values = BK_NEW(arena, double, table->n_rows *N_STREAMS + 1);
    for (size_t row = 0; rows && values && row < table->n_rows; row++) {
        if (strcmp(bki_cell_text(table, "project", row), project) != 0 ||
            strcmp(bki_cell_text(table, "economy", row), "all") != 0)
            continue;
        rows[out->n_rows] = bk_arena_format(arena, "%.0f", bki_cell_number(table, "year", row, 0.0));
        if (!rows[out->n_rows])
            return false;
        read_year(table, row, &values[N_STREAMS * out->n_rows++], &total);
    }
    out->rows = rows;
    out->values = values;
    out->width = WIDTH;
    out->height = HEIGHT;
    return out->n_rows > 0;
}
