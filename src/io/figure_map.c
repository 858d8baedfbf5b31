/* Flow maps: in the base year tonnes as width and use of capacity as colour; in a scenario what it adds and takes. */
#include "io/canvas.h"
#include "io/cells.h"
#include "io/figure.h"
#include "io/map.h"
#include "io/map_land.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH      900.0
#define HEIGHT     560.0
#define KEY_HEIGHT 64.0
#define MOST_ROWS  25  /* of its numbers */
#define OUTSIDE    50  /* one place of so many, at each side of the map, may lie outside it */
#define WIDEST     9.0 /* points */

enum { TONNES, CHANGE, UTILISATION, N_COLUMNS };

typedef struct flow_line { /* one link, both directions */
    size_t row;            /* one of its rows in the table */
    double tonnes, change, utilisation;
} flow_line;

typedef struct lines {
    size_t     n;
    flow_line *line; /* [n] */
} lines;

/* ---- the links ------------------------------------------------------------------------------------------------- */

static bool
read_lines(const bk_table *table, const char *scenario, bk_arena *arena, lines *out)
{
    out->line = BK_NEW(arena, flow_line, table->n_rows + 1);
    for (size_t row = 0; out->line && row < table->n_rows; row++) {
        const char *link = bki_cell_text(table, "link", row);
        size_t      l = out->n; /* the other direction mostly stands just before */
        if (strcmp(bki_cell_text(table, "scenario", row), scenario) != 0)
            continue;
        while (l > 0 && strcmp(bki_cell_text(table, "link", out->line[l - 1].row), link) != 0)
            l--;
        if (l == 0)
            out->line[(l = ++out->n) - 1] = (flow_line){.row = row};
        out->line[l - 1].tonnes += bki_cell_number(table, "tonnes", row, 0.0);
        out->line[l - 1].change += bki_cell_number(table, "tonnes_change", row, 0.0);
        out->line[l - 1].utilisation = bki_cell_number(table, "utilisation", row, (double)NAN);
    }
    return out->line && out->n > 0;
}

static bool
is_at_sea(const char *mode)
{
    return strcmp(mode, "sea") == 0 || strcmp(mode, "ferry") == 0;
}

static int
compare_numbers(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Leaves those places whose coordinate lies among the middle ones: a few far away would make all others small. */
static size_t
keep_middle(double (*places)[2], size_t n, int axis, double *sorted)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        sorted[i] = places[i][axis];
    qsort(sorted, n, sizeof *sorted, compare_numbers);
    const double low = sorted[n / OUTSIDE], high = sorted[n - 1 - n / OUTSIDE];
    for (size_t i = 0; i < n; i++)
        if (places[i][axis] >= low && places[i][axis] <= high)
            memcpy(places[kept++], places[i], sizeof *places);
    return kept;
}

/* Shows the ends of all lines but those of the sea, or of all if there are no others, and the few most remote left out.
 */
static bki_map
map_of(const bki_figure *figure, const bk_table *table, const lines *all)
{
    double(*places)[2] = bk_arena_alloc(figure->arena, 2 * all->n + 1, sizeof *places);
    double *sorted = BK_NEW(figure->arena, double, 2 * all->n + 1);
    size_t  n = 0;

    for (int with_sea = 0; places && sorted && with_sea < 2 && n == 0; with_sea++)
        for (size_t l = 0; l < all->n; l++) {
            const size_t   row = all->line[l].row;
            const uint32_t first = table->first_point[row], end = table->first_point[row + 1];
            if (first == end || (!with_sea && is_at_sea(bki_cell_text(table, "mode", row))))
                continue;
            memcpy(places[n++], &table->lon_lat[2 * (size_t)first], sizeof *places);
            memcpy(places[n++], &table->lon_lat[2 * (size_t)(end - 1)], sizeof *places);
        }
    for (int axis = 0; axis < 2 && n > 0; axis++)
        n = keep_middle(places, n, axis, sorted);
    return bki_map_make(n, (const double(*)[2])places, 0.0, KEY_HEIGHT, WIDTH, HEIGHT - KEY_HEIGHT);
}

/* ---- the ground ------------------------------------------------------------------------------------------------ */

/* One ring, from its first number; longitudes go on past 180 degrees where it crosses them. */
static size_t
draw_ring(cairo_t *cairo, const bki_map *map, size_t first, int turn)
{
    double lon = bki_land[first] / 10.0;
    size_t i = first;

    for (; bki_land[i] != BKI_LAND_END; i += 2) {
        double x, y;
        lon += remainder(bki_land[i] / 10.0 - lon, 360.0);
        bki_map_place(map, lon + 360.0 * turn, bki_land[i + 1] / 10.0, &x, &y);
        cairo_line_to(cairo, x, y);
    }
    cairo_fill(cairo);
    return i + 1;
}

/* Whether the map is of this earth: codes that begin with X are nobody's (ISO 3166-1, user-assigned), so a study of
 * such economies alone is an invented one and gets no coasts. */
static bool
is_of_this_earth(const bk_results *results)
{
    const bk_table *table = bk_results_find(results, "economies");

    for (size_t row = 0; table && row < table->n_rows; row++)
        if (bki_cell_text(table, "country", row)[0] != 'X')
            return true;
    return !table || table->n_rows == 0;
}

static void
draw_land(cairo_t *cairo, const bki_map *map)
{
    bki_use(cairo, BKI_LAND);
    for (int turn = -bki_map_turns(map); turn <= bki_map_turns(map); turn++)
        for (size_t i = 0; i < bki_land_count;)
            i = draw_ring(cairo, map, i, turn);
}

static void
draw_graticule(cairo_t *cairo, const bki_map *map)
{
    bki_use(cairo, BKI_LINE);
    cairo_set_line_width(cairo, 0.5);
    for (int lon = -360; lon < 360; lon += 20)
        for (int lat = 0; lat < 80; lat += 2) {
            double x, y, next_x, next_y;
            bki_map_place(map, lon, lat, &x, &y);
            bki_map_place(map, lon, lat + 2, &next_x, &next_y);
            cairo_move_to(cairo, x, y);
            cairo_line_to(cairo, next_x, next_y);
        }
    for (int lat = 0; lat <= 80; lat += 10)
        for (int lon = -360; lon < 360; lon += 4) {
            double x, y, next_x, next_y;
            bki_map_place(map, lon, lat, &x, &y);
            bki_map_place(map, lon + 4, lat, &next_x, &next_y);
            if (fabs(next_x - x) > map->width)
                continue;
            cairo_move_to(cairo, x, y);
            cairo_line_to(cairo, next_x, next_y);
        }
    cairo_stroke(cairo);
}

/* ---- the flows ------------------------------------------------------------------------------------------------- */

static const struct {
    double      below;
    bki_colour  colour;
    const char *name;
} uses[] = {{0.5, BKI_GAIN, "below 50 %"},
            {0.8, BKI_GREEN, "50 to 80 %"},
            {0.95, BKI_ORANGE, "80 to 95 %"},
            {INFINITY, BKI_CRIMSON, "95 % and more"}};

static bki_colour
colour_of_use(double utilisation)
{
    size_t u = 0;

    if (!isfinite(utilisation))
        return BKI_GREY;
    while (utilisation >= uses[u].below)
        u++;
    return uses[u].colour;
}

static const double dashes_road[] = {5.0, 3.0}, dashes_sea[] = {1.5, 4.0}, dashes_pipe[] = {9.0, 3.0, 2.0, 3.0};

static void
choose_dashes(cairo_t *cairo, const char *mode)
{
    if (strcmp(mode, "road") == 0)
        cairo_set_dash(cairo, dashes_road, 2, 0.0);
    else if (is_at_sea(mode))
        cairo_set_dash(cairo, dashes_sea, 2, 0.0);
    else if (strcmp(mode, "pipeline") == 0)
        cairo_set_dash(cairo, dashes_pipe, 4, 0.0);
    else
        cairo_set_dash(cairo, NULL, 0, 0.0);
}

static double
width_of(double tonnes, double largest)
{
    return largest > 0.0 ? WIDEST * sqrt(fmin(fabs(tonnes) / largest, 1.0))
                         : 0.0; /* root: small flows remain to be seen */
}

static void
draw_line(cairo_t *cairo, const bk_table *table, const bki_map *map, size_t row, double width, bki_colour colour,
          double opacity)
{
    for (int turn = -bki_map_turns(map); turn <= bki_map_turns(map); turn++) {
        cairo_new_sub_path(cairo);
        for (uint32_t p = table->first_point[row]; p < table->first_point[row + 1]; p++) {
            double x, y;
            bki_map_place(map, table->lon_lat[2 * (size_t)p] + 360.0 * turn, table->lon_lat[2 * (size_t)p + 1], &x, &y);
            cairo_line_to(cairo, x, y);
        }
    }
    bki_use_faint(cairo, colour, opacity);
    choose_dashes(cairo, bki_cell_text(table, "mode", row));
    cairo_set_line_width(cairo, width);
    cairo_stroke(cairo);
    cairo_set_dash(cairo, NULL, 0, 0.0);
}

static double
drawn_value(const flow_line *line, bool is_base)
{
    return is_base ? line->tonnes : line->change;
}

/* The largest on land, which has the full width; ships carry so much more that land would be lost beside them. */
static double
largest_of(const bk_table *table, const lines *all, bool is_base)
{
    double land = 0.0, sea = 0.0;

    for (size_t l = 0; l < all->n; l++) {
        double *largest = is_at_sea(bki_cell_text(table, "mode", all->line[l].row)) ? &sea : &land;
        *largest = fmax(*largest, fabs(drawn_value(&all->line[l], is_base)));
    }
    return land > 0.0 ? land : sea;
}

static void
draw_flows(cairo_t *cairo, const bk_table *table, const bki_map *map, const lines *all, bool is_base, double largest)
{
    for (size_t l = 0; l < all->n; l++)
        if (bki_cell_number(table, "open", all->line[l].row, 1.0) != 0.0)
            draw_line(cairo, table, map, all->line[l].row, 0.7, BKI_GREY, 0.55);
    for (size_t l = 0; l < all->n; l++) {
        const flow_line *line = &all->line[l];
        const double     value = drawn_value(line, is_base), width = width_of(value, largest);
        if (width >= 0.4)
            draw_line(cairo, table, map, line->row, width,
                      is_base       ? colour_of_use(line->utilisation)
                      : value < 0.0 ? BKI_LOSS
                                    : BKI_GAIN,
                      0.85);
    }
}

/* ---- names and keys -------------------------------------------------------------------------------------------- */

typedef struct box {
    double left, top, right, bottom;
} box;

static bool
is_free(const box *boxes, size_t n, box candidate)
{
    for (size_t b = 0; b < n; b++)
        if (candidate.left < boxes[b].right && boxes[b].left < candidate.right && candidate.top < boxes[b].bottom &&
            boxes[b].top < candidate.bottom)
            return false;
    return true;
}

/* Names of economies where they lie, each once, none over another. */
static void
draw_names(cairo_t *cairo, const bki_figure *figure, const bki_map *map)
{
    const bk_table *table = bk_results_find(figure->results, "economies");
    box            *boxes = table ? BK_NEW(figure->arena, box, table->n_rows + 1) : NULL;
    size_t          n = 0;

    for (size_t row = 0; boxes && table->first_point && row < table->n_rows; row++) {
        const uint32_t point = table->first_point[row];
        const char    *name = bki_cell_text(table, "name", row);
        double         x, y;
        if (point == table->first_point[row + 1] ||
            strcmp(bki_cell_text(table, "scenario", row), bki_cell_text(table, "scenario", 0)) != 0)
            continue;
        bki_map_place(map, table->lon_lat[2 * (size_t)point], table->lon_lat[2 * (size_t)point + 1], &x, &y);
        const double half = 0.5 * bki_text_width(cairo, 10.0, name);
        const box    place = {x - half - 2.0, y - 10.0, x + half + 2.0, y + 4.0};
        if (place.left < map->left || place.right > map->left + map->width || place.top < map->top ||
            place.bottom > map->top + map->height || !is_free(boxes, n, place))
            continue;
        boxes[n++] = place;
        bki_use_faint(cairo, BKI_PAPER, 0.75);
        cairo_rectangle(cairo, place.left, place.top, place.right - place.left, place.bottom - place.top);
        cairo_fill(cairo);
        bki_use(cairo, BKI_INK);
        bki_write(cairo, x, y, BKI_CENTRE, 10.0, 0.0, name);
    }
}

static void
draw_sample(cairo_t *cairo, double x, double y, const char *mode, double width, bki_colour colour)
{
    bki_use(cairo, colour);
    choose_dashes(cairo, mode);
    cairo_set_line_width(cairo, width);
    cairo_move_to(cairo, x, y);
    cairo_line_to(cairo, x + 30.0, y);
    cairo_stroke(cairo);
    cairo_set_dash(cairo, NULL, 0, 0.0);
}

static void
draw_keys(cairo_t *cairo, bool is_base, double largest)
{
    static const char *const modes[] = {"rail", "road", "sea", "pipeline"};
    char                     number[BKI_SHORT_SIZE], text[BKI_SHORT_SIZE + 16];
    double                   x = 12.0;

    for (size_t u = 0; is_base && u < sizeof uses / sizeof *uses; u++)
        x = bki_draw_key(cairo, x, 22.0, uses[u].colour, uses[u].name);
    if (is_base) {
        bki_draw_key(cairo, x, 22.0, BKI_GREY, "of capacity; no limit modelled");
    } else {
        x = bki_draw_key(cairo, x, 22.0, BKI_GAIN, "more tonnes than in the base year");
        bki_draw_key(cairo, x, 22.0, BKI_LOSS, "fewer");
    }
    x = 12.0;
    for (size_t m = 0; m < 4; m++) {
        draw_sample(cairo, x, 42.0, modes[m], 2.5, BKI_MUTED);
        bki_use(cairo, BKI_INK);
        x += 36.0 + bki_write(cairo, x + 36.0, 46.0, BKI_LEFT, BKI_TEXT, 0.0, modes[m]) + 18.0;
    }
    x += 20.0;
    for (double share = 1.0; largest > 0.0 && share > 0.005; share /= 10.0) {
        draw_sample(cairo, x, 42.0, "", width_of(share * largest, largest), BKI_MUTED);
        bki_short_number(number, share * largest, false);
        snprintf(text, sizeof text, "%s%s", number, share == 1.0 ? " t/yr or more" : " t/yr");
        bki_use(cairo, BKI_INK);
        x += 36.0 + bki_write(cairo, x + 36.0, 46.0, BKI_LEFT, BKI_TEXT, 0.0, text) + 14.0;
    }
}

static void
draw(cairo_t *cairo, const bki_figure *figure)
{
    const bk_table *table = bk_results_find(figure->results, "flows");
    const bool      is_base = strcmp(figure->subject, "base") == 0;
    lines           all = {0};

    if (!read_lines(table, figure->subject, figure->arena, &all))
        return;
    const bki_map map = map_of(figure, table, &all);
    const double  largest = largest_of(table, &all, is_base);
    draw_keys(cairo, is_base, largest);
    cairo_save(cairo);
    cairo_rectangle(cairo, map.left, map.top, map.width, map.height);
    cairo_clip(cairo);
    if (is_of_this_earth(figure->results))
        draw_land(cairo, &map);
    draw_graticule(cairo, &map);
    draw_flows(cairo, table, &map, &all, is_base, largest);
    draw_names(cairo, figure, &map);
    cairo_restore(cairo);
}

/* ---- its numbers ----------------------------------------------------------------------------------------------- */

static bool
fill_rows(const bk_table *table, const lines *all, bool is_base, bki_figure *out)
{
    double      *key = BK_NEW(out->arena, double, all->n + 1);
    double      *values = BK_NEW(out->arena, double, MOST_ROWS *N_COLUMNS);
    const char **rows = BK_NEW(out->arena, const char *, MOST_ROWS);

    for (size_t l = 0; key && l < all->n; l++)
        key[l] = drawn_value(&all->line[l], is_base);
    const size_t *order = key ? bki_order_by_size(out->arena, all->n, key) : NULL;
    if (!order || !values || !rows)
        return false;
    for (size_t i = 0; i < all->n && i < MOST_ROWS && fabs(key[order[i]]) >= 1.0; i++, out->n_rows++) {
        const flow_line *line = &all->line[order[i]];
        rows[i] = bk_arena_format(out->arena, "%s (%s)",
                                  bki_cell_text(table, "name", line->row)[0] ? bki_cell_text(table, "name", line->row)
                                                                             : bki_cell_text(table, "link", line->row),
                                  bki_cell_text(table, "mode", line->row));
        if (!rows[i])
            return false;
        values[i * N_COLUMNS + TONNES] = line->tonnes;
        values[i * N_COLUMNS + CHANGE] = line->change;
        values[i * N_COLUMNS + UTILISATION] = isfinite(line->utilisation) ? 100.0 * line->utilisation : (double)NAN;
    }
    out->rows = rows;
    out->values = values;
    return true;
}

bool
bki_figure_map(const bk_results *results, const char *scenario, bk_arena *arena, bki_figure *out)
{
    static const char *const columns[N_COLUMNS] = {"tonnes, both ways", "change", "use of capacity"};
    static const char *const units[N_COLUMNS] = {"t/yr", "t/yr", "%"};
    const bk_table          *table = bk_results_find(results, "flows");
    const bool               is_base = strcmp(scenario, "base") == 0;
    lines                    all = {0};

    if (!table || table->geometry != BK_GEOMETRY_LINE || !read_lines(table, scenario, arena, &all))
        return false;
    *out = (bki_figure){.kind = "flow-map", .subject = scenario, .results = results, .arena = arena, .draw = draw};
    out->name = bk_arena_format(arena, "flow-map-%s", scenario);
    out->title = is_base ? "What moves where in the base year" : "What moves elsewhere than in the base year";
    out->caption =
        is_base
            ? "Trade in tonnes a year, both directions together: the width grows with the root of tonnes, the colour "
              "is the "
              "use of capacity with background traffic, the dashes are the mode. The table has the largest links."
            : "Scenario less base year, tonnes a year, both directions together: the width grows with the root of the "
              "difference, the dashes are the mode. The table has the links that change most.";
    out->tables = is_base ? "flows" : "flows, differences";
    out->row_title = "link";
    out->columns = columns;
    out->units = units;
    out->n_columns = N_COLUMNS;
    out->width = WIDTH;
    out->height = HEIGHT;
    return fill_rows(table, &all, is_base, out);
}
