/* What each measure brings: bars stacked from zero outward, a row for each economy, the largest changes first. */
#include "io/canvas.h"
#include "io/cells.h"
#include "io/figure.h"

#include <math.h>
#include <string.h>

#define MOST_ROWS  12
#define MOST_PARTS 6 /* told apart by colour; the rest are one more, and the interaction another */
#define ROW_HEIGHT 22.0
#define WIDTH      760.0
#define LABELS     190.0
#define KEY_HEIGHT 18.0
#define BOTTOM     44.0

static const bki_colour part_colours[] = {BKI_GAIN,  BKI_LOSS,   BKI_GREEN,  BKI_PURPLE,
                                          BKI_OCHRE, BKI_VIOLET, BKI_CRIMSON};

static bki_colour
colour_of(const bki_figure *figure, size_t part)
{
    return strcmp(figure->columns[part], "interaction") == 0 ? BKI_GREY : part_colours[part % 7];
}

/* Two keys a line. */
static double
key_lines(const bki_figure *figure)
{
    return ceil((double)(figure->n_columns - 1) / 2.0);
}

static double
top_of(const bki_figure *figure)
{
    return 10.0 + KEY_HEIGHT * key_lines(figure);
}

static bki_scale
scale_of(const bki_figure *figure)
{
    double low = 0.0, high = 0.0;

    for (size_t row = 0; row < figure->n_rows; row++) {
        double below = 0.0, above = 0.0;
        for (size_t part = 0; part + 1 < figure->n_columns; part++) {
            const double value = figure->values[row * figure->n_columns + part];
            below += fmin(value, 0.0);
            above += fmax(value, 0.0);
        }
        low = fmin(low, below);
        high = fmax(high, above);
    }
    return bki_scale_make(low, high, LABELS + 10.0, WIDTH - 30.0);
}

static void
draw_row(cairo_t *cairo, const bki_figure *figure, const bki_scale *scale, size_t row)
{
    const double *values = &figure->values[row * figure->n_columns], sum = values[figure->n_columns - 1];
    const double  top = top_of(figure) + ROW_HEIGHT * (double)row;
    double        ends[2] = {0.0, 0.0}; /* below and above zero */

    for (size_t part = 0; part + 1 < figure->n_columns; part++) {
        double      *end = &ends[values[part] > 0.0];
        const double from = bki_scale_at(scale, *end), to = bki_scale_at(scale, *end + values[part]);
        *end += values[part];
        bki_use(cairo, colour_of(figure, part));
        cairo_rectangle(cairo, fmin(from, to), top + 4.0, fabs(to - from), ROW_HEIGHT - 8.0);
        cairo_fill_preserve(cairo);
        bki_use(cairo, BKI_PAPER); /* a seam, so that neighbours part for every eye */
        cairo_set_line_width(cairo, 0.7);
        cairo_stroke(cairo);
    }
    bki_use(cairo, BKI_INK);
    cairo_arc(cairo, bki_scale_at(scale, sum), top + 0.5 * ROW_HEIGHT, 3.5, 0.0, 6.283185307179586);
    cairo_fill(cairo);
    bki_write(cairo, LABELS - 4.0, top + 0.5 * ROW_HEIGHT + 4.0, BKI_RIGHT, BKI_TEXT, LABELS - 8.0, figure->rows[row]);
}

static void
draw(cairo_t *cairo, const bki_figure *figure)
{
    const bki_scale scale = scale_of(figure);

    for (size_t part = 0; part + 1 < figure->n_columns; part++)
        bki_draw_key(cairo, LABELS + 10.0 + (double)(part % 2) * 270.0, 16.0 + KEY_HEIGHT * floor((double)part / 2.0),
                     colour_of(figure, part), figure->columns[part]);
    bki_draw_axis_below(cairo, &scale, top_of(figure), figure->height - BOTTOM,
                        "points of the change of real income, % (dot: the whole)", true);
    for (size_t row = 0; row < figure->n_rows; row++)
        draw_row(cairo, figure, &scale, row);
}

/* ---- its numbers ----------------------------------------------------------------------------------------------- */

typedef struct parts { /* of one scenario */
    const bk_table    *table, *economies;
    const char        *scenario;
    size_t             n_economies, n_measures; /* measures: the interaction among them, the last */
    const char *const *economies_ids, *const *measures;
    double *part;     /* [n_economies][n_measures] % */
    double *sum;      /* [n_economies] % */
    bool    has_rest; /* the table has rows of the interaction */
} parts;

static size_t
index_of(const char *const *names, size_t n, const char *name)
{
    size_t i = 0;

    while (i < n && strcmp(names[i], name) != 0)
        i++;
    return i;
}

static bool
read_parts(parts *p, bk_arena *arena)
{
    const char *const *measures = NULL;
    const char       **kept = NULL;
    const size_t       n_all = bki_cell_texts(p->table, "measure", "interaction", arena, &measures);

    p->n_economies = bki_cell_texts(p->table, "economy", NULL, arena, &p->economies_ids);
    kept = BK_NEW(arena, const char *, n_all + 1);
    if (!kept || !measures || !p->economies_ids)
        return false;
    for (size_t row = 0; row < p->table->n_rows; row++) {
        const char *measure = bki_cell_text(p->table, "measure", row);
        if (strcmp(bki_cell_text(p->table, "scenario", row), p->scenario) == 0 && strcmp(measure, "interaction") != 0 &&
            index_of(kept, p->n_measures, measure) == p->n_measures)
            kept[p->n_measures++] = measure;
    }
    if (p->n_measures == 0)
        return false;
    kept[p->n_measures++] = "interaction";
    p->measures = kept;
    p->part = BK_NEW(arena, double, p->n_economies * p->n_measures);
    p->sum = BK_NEW(arena, double, p->n_economies);
    for (size_t row = 0; p->part && p->sum && row < p->table->n_rows; row++) {
        const size_t e = index_of(p->economies_ids, p->n_economies, bki_cell_text(p->table, "economy", row));
        const size_t m = index_of(kept, p->n_measures, bki_cell_text(p->table, "measure", row));
        if (m == p->n_measures || strcmp(bki_cell_text(p->table, "scenario", row), p->scenario) != 0)
            continue;
        p->has_rest |= m + 1 == p->n_measures;
        p->part[e * p->n_measures + m] += bki_cell_number(p->table, "welfare_pct", row, 0.0);
        p->sum[e] += bki_cell_number(p->table, "welfare_pct", row, 0.0);
    }
    return p->part && p->sum;
}

static const char *
name_of(const parts *p, const char *economy)
{
    for (size_t row = 0; p->economies && row < p->economies->n_rows; row++)
        if (strcmp(bki_cell_text(p->economies, "economy", row), economy) == 0)
            return bki_cell_text(p->economies, "name", row);
    return economy;
}

/* Columns: the measures that move most, the others as one, the interaction if there is one, the whole. */
static bool
arrange_columns(const parts *p, bk_arena *arena, bki_figure *out, size_t *column_of)
{
    const size_t n = p->n_measures - 1; /* without the interaction */
    double      *weight = BK_NEW(arena, double, n + 1);
    const char **columns = BK_NEW(arena, const char *, MOST_PARTS + 4);
    const char **units = BK_NEW(arena, const char *, MOST_PARTS + 4);
    size_t      *order = NULL, shown = n <= MOST_PARTS + 1 ? n : MOST_PARTS;

    for (size_t m = 0; weight && m < n; m++)
        for (size_t e = 0; e < p->n_economies; e++)
            weight[m] += fabs(p->part[e * p->n_measures + m]);
    order = weight ? bki_order_by_size(arena, n, weight) : NULL;
    if (!order || !columns || !units)
        return false;
    for (size_t i = 0; i < n; i++)
        column_of[order[i]] = i < shown ? i : shown;
    for (size_t i = 0; i < shown; i++)
        columns[i] = p->measures[order[i]];
    out->n_columns = shown;
    if (shown < n)
        columns[out->n_columns++] = "other measures";
    column_of[n] = p->has_rest ? out->n_columns : 0; /* nothing, wherever it is added */
    if (p->has_rest)
        columns[out->n_columns++] = "interaction";
    columns[out->n_columns++] = "the whole";
    for (size_t c = 0; c < out->n_columns; c++)
        units[c] = "%";
    out->columns = columns;
    out->units = units;
    return true;
}

static bool
arrange_rows(const parts *p, bk_arena *arena, const size_t *column_of, bki_figure *out)
{
    const size_t *order = bki_order_by_size(arena, p->n_economies, p->sum);
    const char  **rows = BK_NEW(arena, const char *, MOST_ROWS);
    double       *values = BK_NEW(arena, double, MOST_ROWS * out->n_columns);

    if (!order || !rows || !values)
        return false;
    for (size_t i = 0; i < p->n_economies && i < MOST_ROWS; i++, out->n_rows++) {
        rows[i] = name_of(p, p->economies_ids[order[i]]);
        for (size_t m = 0; m < p->n_measures; m++)
            values[i * out->n_columns + column_of[m]] += p->part[order[i] * p->n_measures + m];
        values[(i + 1) * out->n_columns - 1] = p->sum[order[i]];
    }
    out->rows = rows;
    out->values = values;
    return out->n_rows > 0;
}

bool
bki_figure_attribution(const bk_results *results, const char *scenario, bk_arena *arena, bki_figure *out)
{
    parts   p = {.table = bk_results_find(results, "attribution"),
                 .economies = bk_results_find(results, "economies"),
                 .scenario = scenario};
    size_t *column_of = NULL;

    if (!p.table || !read_parts(&p, arena))
        return false;
    *out = (bki_figure){.kind = "attribution", .subject = scenario, .results = results, .arena = arena, .draw = draw};
    out->name = bk_arena_format(arena, "attribution-%s", scenario);
    out->title = "What each measure brings";
    out->caption =
        "Points of the change of real income, %, by measure, by the rule that the table of attribution names; "
        "interaction, if there is a rest, is the whole less the sum of the measures. The economies that change most.";
    out->tables = "attribution";
    out->row_title = "economy";
    column_of = BK_NEW(arena, size_t, p.n_measures);
    if (!column_of || !arrange_columns(&p, arena, out, column_of) || !arrange_rows(&p, arena, column_of, out))
        return false;
    out->width = WIDTH;
    out->height = top_of(out) + ROW_HEIGHT * (double)out->n_rows + BOTTOM;
    return true;
}
