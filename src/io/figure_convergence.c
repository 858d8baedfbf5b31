/* How near each state is to an equilibrium: the residuals of its certificate on a scale of powers of ten. */
#include "io/canvas.h"
#include "io/cells.h"
#include "io/figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define N_RESIDUALS 6
#define LEAST       1e-16 /* below it a residual is drawn at the edge */
#define ROW_HEIGHT  24.0
#define WIDTH       760.0
#define LABELS      190.0
#define TOP         56.0
#define BOTTOM      44.0

static const char *const names[N_RESIDUALS] = {"loop", "capacity", "assignment_gap", "trade", "walras", "tonnes"};
static const char *const titles[N_RESIDUALS] = {"cost factors in one more round",
                                                "flow and price at facilities",
                                                "shares of routes",
                                                "imbalance of regions",
                                                "sum of imbalances",
                                                "tonnes loaded and traded"};

static double
x_of(double value)
{
    const double power = fmin(fmax(log10(fmax(fabs(value), LEAST)), -16.0), 0.0);

    return LABELS + 10.0 + (WIDTH - LABELS - 40.0) * (power + 16.0) / 16.0;
}

/* A mark of its own shape for each residual, so that colour is not needed to tell them apart. */
static void
draw_mark(cairo_t *cairo, size_t residual, double x, double y)
{
    static const bki_colour colours[N_RESIDUALS] = {BKI_GAIN, BKI_LOSS, BKI_GREEN, BKI_PURPLE, BKI_OCHRE, BKI_VIOLET};
    const int               n_corners = residual == 0 ? 0 : (int)residual + 2;

    bki_use(cairo, colours[residual]);
    cairo_new_path(cairo);
    if (n_corners == 0)
        cairo_arc(cairo, x, y, 5.0, 0.0, 6.283185307179586);
    for (int corner = 0; corner < n_corners; corner++) {
        const double angle = 6.283185307179586 * corner / n_corners - 1.5707963267948966;
        cairo_line_to(cairo, x + 5.5 * cos(angle), y + 5.5 * sin(angle));
    }
    cairo_close_path(cairo);
    cairo_fill(cairo);
}

static void
draw_axis(cairo_t *cairo, const bki_figure *figure)
{
    const double bottom = figure->height - BOTTOM;
    const char  *tolerance = bki_provenance(figure->results, "tolerance");
    char         text[24];

    for (int power = -16; power <= 0; power += 2) {
        const double x = x_of(pow(10.0, power));
        bki_use(cairo, BKI_LINE);
        cairo_set_line_width(cairo, 1.0);
        cairo_move_to(cairo, x, TOP);
        cairo_line_to(cairo, x, bottom);
        cairo_stroke(cairo);
        bki_use(cairo, BKI_MUTED);
        snprintf(text, sizeof text, "1e%d", power);
        bki_write(cairo, x, bottom + 14.0, BKI_CENTRE, BKI_TEXT, 0.0, text);
    }
    bki_write(cairo, 0.5 * (LABELS + WIDTH), bottom + 30.0, BKI_CENTRE, BKI_TEXT, 0.0,
              "residual, dimensionless (dashed: tolerance of the loop)");
    if (strtod(tolerance, NULL) > 0.0) {
        const double dashes[] = {4.0, 3.0};
        bki_use(cairo, BKI_INK);
        cairo_set_dash(cairo, dashes, 2, 0.0);
        cairo_move_to(cairo, x_of(strtod(tolerance, NULL)), TOP);
        cairo_line_to(cairo, x_of(strtod(tolerance, NULL)), bottom);
        cairo_stroke(cairo);
        cairo_set_dash(cairo, NULL, 0, 0.0);
    }
}

static void
draw(cairo_t *cairo, const bki_figure *figure)
{
    for (size_t r = 0; r < N_RESIDUALS; r++) {
        const double x = 20.0 + 245.0 * (double)(r % 3), y = 18.0 + 18.0 * (double)(r / 3);
        draw_mark(cairo, r, x, y - 4.0);
        bki_use(cairo, BKI_INK);
        bki_write(cairo, x + 10.0, y, BKI_LEFT, BKI_TEXT, 230.0, titles[r]);
    }
    draw_axis(cairo, figure);
    for (size_t row = 0; row < figure->n_rows; row++) {
        const double y = TOP + ROW_HEIGHT * ((double)row + 0.5);
        bki_use(cairo, BKI_INK);
        bki_write(cairo, LABELS - 4.0, y + 4.0, BKI_RIGHT, BKI_TEXT, LABELS - 8.0, figure->rows[row]);
        for (size_t r = 0; r < N_RESIDUALS; r++)
            if (isfinite(figure->values[row * figure->n_columns + r]))
                draw_mark(cairo, r, x_of(figure->values[row * figure->n_columns + r]), y);
    }
}

bool
bki_figure_convergence(const bk_results *results, bk_arena *arena, bki_figure *out)
{
    static const char *const units[N_RESIDUALS] = {"", "", "", "", "", ""};
    const bk_table          *table = bk_results_find(results, "certificate");

    if (!table || table->n_rows == 0)
        return false;
    *out = (bki_figure){.kind = "convergence", .subject = "", .results = results, .arena = arena, .draw = draw};
    out->name = "convergence";
    out->title = "How near each state is to an equilibrium";
    out->caption =
        "Residuals of each state's certificate, dimensionless, on a scale of powers of ten: smaller is nearer. "
        "Those below 1e-16 stand at the left edge.";
    out->tables = "certificate";
    out->row_title = "state";
    out->columns = titles;
    out->units = units;
    out->n_columns = N_RESIDUALS;
    const char **rows = BK_NEW(arena, const char *, table->n_rows);
    double      *values = BK_NEW(arena, double, table->n_rows *N_RESIDUALS);
    if (!rows || !values)
        return false;
    for (size_t row = 0; row < table->n_rows; row++, out->n_rows++) {
        rows[row] = bki_cell_text(table, "scenario", row);
        for (size_t r = 0; r < N_RESIDUALS; r++)
            values[row * N_RESIDUALS + r] = bki_cell_number(table, names[r], row, (double)NAN);
    }
    out->rows = rows;
    out->values = values;
    out->width = WIDTH;
    out->height = TOP + ROW_HEIGHT * (double)out->n_rows + BOTTOM;
    return true;
}
