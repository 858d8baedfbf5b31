/* Bars: what each economy gains, with its interval where the tables have one; what scarce capacity is worth. */
#include "io/canvas.h"
#include "io/cells.h"
#include "io/figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BARS  40
#define ROW_HEIGHT 18.0
#define WIDTH      760.0
#define LABELS     190.0 /* points for the labels at the left */
#define LONG_NAMES 320.0 /* the same for facilities */
#define TOP        14.0
#define BOTTOM     44.0

static int
compare_sizes(const void *a, const void *b)
{
    const double *const *x = a, *const *y = b;
    const double         size_x = fabs(**x), size_y = fabs(**y);

    return size_x != size_y ? (size_x < size_y ? 1 : -1) : (*x > *y) - (*x < *y);
}

size_t *
bki_order_by_size(bk_arena *arena, size_t n, const double *key)
{
    const double **pointers = BK_NEW(arena, const double *, n + 1);
    size_t        *order = BK_NEW(arena, size_t, n + 1);

    if (!pointers || !order)
        return NULL;
    for (size_t i = 0; i < n; i++)
        pointers[i] = &key[i];
    qsort(pointers, n, sizeof *pointers, compare_sizes);
    for (size_t i = 0; i < n; i++)
        order[i] = (size_t)(pointers[i] - key);
    return order;
}

/* The rows with `wanted` in the column `filter` (NULL: all), as many as there are, and their key in a column. */
static size_t
rows_of(const bk_table *table, const char *filter, const char *wanted, const char *column, size_t *rows, double *key)
{
    size_t n = 0;

    for (size_t row = 0; row < table->n_rows; row++)
        if (!filter || strcmp(bki_cell_text(table, filter, row), wanted) == 0) {
            rows[n] = row;
            key[n++] = bki_cell_number(table, column, row, 0.0);
        }
    return n;
}

typedef struct row_choice {
    const char        *filter, *wanted; /* column and its text; NULL: every row */
    const char        *key;             /* column by whose size rows are ordered */
    double             least;           /* of the key */
    const char        *label;           /* column */
    const char *const *names;           /* [n_columns of the figure] columns */
} row_choice;

/* Fills rows and values from the columns named, the largest key first. */
static bool
choose_rows(const bk_table *table, const row_choice *choice, bki_figure *out)
{
    size_t      *rows = BK_NEW(out->arena, size_t, table->n_rows + 1);
    double      *key = BK_NEW(out->arena, double, table->n_rows + 1);
    size_t       n = rows && key ? rows_of(table, choice->filter, choice->wanted, choice->key, rows, key) : 0;
    size_t      *order = bki_order_by_size(out->arena, n, key);
    const char **labels = BK_NEW(out->arena, const char *, MOST_BARS);
    double      *values = BK_NEW(out->arena, double, MOST_BARS * out->n_columns);

    if (!rows || !key || !order || !labels || !values)
        return false;
    for (size_t i = 0; i < n && out->n_rows < MOST_BARS && fabs(key[order[i]]) >= choice->least; i++) {
        const size_t row = rows[order[i]];
        labels[out->n_rows] = bki_cell_text(table, choice->label, row);
        for (size_t c = 0; c < out->n_columns; c++)
            values[out->n_rows * out->n_columns + c] = bki_cell_number(table, choice->names[c], row, (double)NAN);
        out->n_rows++;
    }
    out->rows = labels;
    out->values = values;
    out->width = WIDTH;
    out->height = TOP + BOTTOM + ROW_HEIGHT * (double)(out->n_rows > 0 ? out->n_rows : 1);
    return out->n_rows > 0;
}

static void
keep_largest(bki_figure *figure, size_t most)
{
    if (figure->n_rows <= most)
        return;
    figure->n_rows = most;
    figure->height = TOP + BOTTOM + ROW_HEIGHT * (double)most;
}

/* ---- drawing --------------------------------------------------------------------------------------------------- */

typedef struct bar_plan {
    size_t      value, low, high, mark; /* columns; SIZE_MAX: none */
    const char *axis;
    bool        sign;
    double      labels; /* points for them */
} bar_plan;

static double
value_at(const bki_figure *figure, size_t row, size_t column)
{
    return column == SIZE_MAX ? (double)NAN : figure->values[row * figure->n_columns + column];
}

static bki_scale
scale_of(const bki_figure *figure, const bar_plan *plan)
{
    double low = 0.0, high = 0.0;

    for (size_t row = 0; row < figure->n_rows; row++) {
        const size_t columns[] = {plan->value, plan->low, plan->high, plan->mark};
        for (size_t i = 0; i < 4; i++) {
            low = fmin(low, value_at(figure, row, columns[i]));
            high = fmax(high, value_at(figure, row, columns[i]));
        }
    }
    return bki_scale_make(low, high, plan->labels + 54.0, WIDTH - 64.0);
}

static void
draw_interval(cairo_t *cairo, double low, double high, double y)
{
    bki_use(cairo, BKI_INK);
    cairo_set_line_width(cairo, 1.2);
    cairo_move_to(cairo, low, y);
    cairo_line_to(cairo, high, y);
    for (int end = 0; end < 2; end++) {
        cairo_move_to(cairo, end ? high : low, y - 3.5);
        cairo_line_to(cairo, end ? high : low, y + 3.5);
    }
    cairo_stroke(cairo);
}

static void
draw_bar(cairo_t *cairo, const bki_figure *figure, const bar_plan *plan, const bki_scale *scale, size_t row)
{
    const double top = TOP + ROW_HEIGHT * (double)row, middle = top + 0.5 * ROW_HEIGHT;
    const double value = value_at(figure, row, plan->value), zero = bki_scale_at(scale, 0.0);
    const double low = value_at(figure, row, plan->low), high = value_at(figure, row, plan->high);
    const double mark = value_at(figure, row, plan->mark);
    double       left = fmin(zero, bki_scale_at(scale, value)), right = fmax(zero, bki_scale_at(scale, value));
    char         text[BKI_SHORT_SIZE];

    bki_use(cairo, value < 0.0 ? BKI_LOSS : BKI_GAIN);
    cairo_rectangle(cairo, left, top + 3.0, right - left, ROW_HEIGHT - 6.0);
    cairo_fill(cairo);
    if (isfinite(low) && isfinite(high)) {
        draw_interval(cairo, bki_scale_at(scale, low), bki_scale_at(scale, high), middle);
        left = fmin(left, bki_scale_at(scale, low));
        right = fmax(right, bki_scale_at(scale, high));
    }
    if (isfinite(mark)) {
        bki_use(cairo, BKI_INK);
        cairo_rectangle(cairo, bki_scale_at(scale, mark) - 1.0, top + 1.0, 2.0, ROW_HEIGHT - 2.0);
        cairo_fill(cairo);
        right = fmax(right, bki_scale_at(scale, mark));
    }
    bki_use(cairo, BKI_INK);
    bki_write(cairo, plan->labels - 4.0, middle + 4.0, BKI_RIGHT, BKI_TEXT, plan->labels - 8.0, figure->rows[row]);
    bki_short_number(text, value, plan->sign);
    if (value < 0.0)
        bki_write(cairo, left - 5.0, middle + 4.0, BKI_RIGHT, BKI_TEXT, 0.0, text);
    else
        bki_write(cairo, right + 5.0, middle + 4.0, BKI_LEFT, BKI_TEXT, 0.0, text);
}

static void
draw_bars(cairo_t *cairo, const bki_figure *figure, const bar_plan *plan)
{
    const bki_scale scale = scale_of(figure, plan);

    bki_draw_axis_below(cairo, &scale, TOP, figure->height - BOTTOM, plan->axis, plan->sign);
    for (size_t row = 0; row < figure->n_rows; row++)
        draw_bar(cairo, figure, plan, &scale, row);
}

/* ---- gains ----------------------------------------------------------------------------------------------------- */

static void
draw_gains(cairo_t *cairo, const bki_figure *figure)
{
    const bool     has_interval = figure->n_columns == 4;
    const bar_plan plan = {.value = 0,
                           .low = has_interval ? 2 : SIZE_MAX,
                           .high = has_interval ? 3 : SIZE_MAX,
                           .mark = SIZE_MAX,
                           .axis = "change of real income, %",
                           .sign = true,
                           .labels = LABELS};

    draw_bars(cairo, figure, &plan);
}

bool
bki_figure_gains(const bk_results *results, const char *scenario, bk_arena *arena, bki_figure *out)
{
    static const char *const names[] = {"welfare_pct", "ev_usd", "welfare_low_pct", "welfare_high_pct"};
    static const char *const columns[] = {"change of real income", "equivalent variation", "low", "high"};
    static const char *const units[] = {"%", "USD/yr", "%", "%"};
    const bk_table          *table = bk_results_find(results, "economies");

    if (!table)
        return false;
    *out = (bki_figure){.kind = "gains", .subject = scenario, .results = results, .arena = arena, .draw = draw_gains};
    out->name = bk_arena_format(arena, "gains-%s", scenario);
    out->title = "What each economy gains or loses";
    const bool has_interval = bk_table_column(table, names[2]) && bk_table_column(table, names[3]);
    out->caption =
        has_interval
            ? "Change of real income against the base year, % (bars) and its interval (lines)."
            : "Change of real income against the base year, %. A point value: no interval was computed in this run.";
    out->tables = "economies";
    out->row_title = "economy";
    out->columns = columns;
    out->units = units;
    out->n_columns = has_interval ? 4 : 2;
    return choose_rows(table, &(row_choice){"scenario", scenario, "welfare_pct", 0.0, "name", names}, out);
}

/* ---- net present values ---------------------------------------------------------------------------------------- */

static void
draw_worths(cairo_t *cairo, const bki_figure *figure)
{
    const bar_plan plan = {.value = 0,
                           .low = 1,
                           .high = 2,
                           .mark = SIZE_MAX,
                           .axis = "net present value, USD of the base year (lines: 5 to 95 %)",
                           .sign = true,
                           .labels = LONG_NAMES};

    draw_bars(cairo, figure, &plan);
}

bool
bki_figure_worth(const bk_results *results, const char *subject, bk_arena *arena, bki_figure *out)
{
    static const char *const names[] = {"npv_usd", "npv_low_usd", "npv_high_usd", "cost_usd"};
    static const char *const columns[] = {"net present value", "5 % quantile", "95 % quantile", "works and running"};
    static const char *const units[] = {"USD", "USD", "USD", "USD"};
    const bool               of_projects = strcmp(subject, "projects") == 0;
    const char              *source = of_projects ? "appraisal_projects" : "appraisal_economies";
    const bk_table          *table = bk_results_find(results, source);
    const row_choice         choice = {of_projects ? NULL : "project", "all", "npv_usd", 0.0, "name", names};

    if (!table)
        return false;
    *out = (bki_figure){.kind = "worth", .subject = subject, .results = results, .arena = arena, .draw = draw_worths};
    out->name = bk_arena_format(arena, "worth-%s", subject);
    out->title = of_projects ? "Does each project pay" : "What all works together are worth to each economy";
    out->caption = of_projects
                       ? "Net present value over all economies, USD in prices of the base year: gains less works and "
                         "running, as the last project in (bars), and its 5 to 95 % quantiles under overruns and doubt "
                         "of gains (lines)."
                       : "Net present value of gains less what it pays of works and running, USD in prices of the base "
                         "year (bars), and its 5 to 95 % quantiles under overruns and doubt of gains (lines). The "
                         "fifteen largest.";
    out->tables = source;
    out->row_title = of_projects ? "project" : "economy";
    out->columns = columns;
    out->units = units;
    out->n_columns = 4;
    if (!choose_rows(table, &choice, out))
        return false;
    keep_largest(out, of_projects ? MOST_BARS : 15);
    return out->n_rows > 0;
}

/* ---- bottlenecks ----------------------------------------------------------------------------------------------- */

static void
draw_bottlenecks(cairo_t *cairo, const bki_figure *figure)
{
    const bar_plan plan = {.value = 0,
                           .low = SIZE_MAX,
                           .high = SIZE_MAX,
                           .mark = 1,
                           .axis = "worth of one tonne of capacity more, USD/t (mark: base year)",
                           .sign = false,
                           .labels = LONG_NAMES};

    draw_bars(cairo, figure, &plan);
}

/* The base year's value beside the state's: what the table has is the change. */
static void
base_from_change(const bki_figure *figure)
{
    double *values = (double *)(uintptr_t)figure->values;

    for (size_t row = 0; row < figure->n_rows; row++)
        values[row * figure->n_columns + 1] = values[row * figure->n_columns] - values[row * figure->n_columns + 1];
}

bool
bki_figure_bottlenecks(const bk_results *results, const char *scenario, bk_arena *arena, bki_figure *out)
{
    static const char *const names[] = {"value_of_capacity", "value_change", "utilisation", "tonnes"};
    static const char *const columns[] = {"value of capacity", "in the base year", "utilisation", "tonnes"};
    static const char *const units[] = {"USD/t", "USD/t", "", "t/yr"};
    const bk_table          *table = bk_results_find(results, "facilities");

    if (!table)
        return false;
    *out = (bki_figure){
        .kind = "bottlenecks", .subject = scenario, .results = results, .arena = arena, .draw = draw_bottlenecks};
    out->name = bk_arena_format(arena, "bottlenecks-%s", scenario);
    out->title = "Where capacity is scarce";
    out->caption =
        "Worth of one tonne of capacity more, USD/t, before trade responds: lines, transfers and the queues of "
        "border posts worth at least 0.5 USD/t. The mark is the base year's value.";
    out->tables = "facilities";
    out->row_title = "facility";
    out->columns = columns;
    out->units = units;
    out->n_columns = 4;
    if (!choose_rows(table, &(row_choice){"scenario", scenario, "value_of_capacity", 0.5, "name", names}, out))
        return false;
    keep_largest(out, 15);
    base_from_change(out);
    return true;
}
