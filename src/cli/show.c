/* Numbers and tables for reading. */
#include "cli/cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
bki_json_texts(bk_json *json, const char *key, const char *const *texts, size_t n)
{
    bk_json_array(json, key);
    for (size_t t = 0; t < n; t++)
        if (texts[t])
            bk_json_text(json, NULL, texts[t]);
    bk_json_end(json);
}

bki_exit
bki_json_print(bk_json *json)
{
    size_t      length = 0;
    const char *text = json ? bk_json_result(json, &length) : NULL;

    if (!text) {
        fputs("{\"error\":{\"code\":\"no-memory\",\"message\":\"an allocation failed\",\"file\":null,\"line\":null,"
              "\"column\":null,\"hint\":null}}\n",
              stdout);
        return BKI_EXIT_MACHINE;
    }
    fwrite(text, 1, length, stdout);
    fputc('\n', stdout);
    return BKI_EXIT_DONE;
}

void
bki_grid_start(bki_grid *grid, bk_arena *arena, size_t n_columns, const bool *right)
{
    *grid = (bki_grid){.arena = arena, .n_columns = n_columns, .right = right};
}

void
bki_grid_add(bki_grid *grid, const char *cell)
{
    const char **cells = bk_arena_grow(grid->arena, grid->cells, grid->n_cells, 1, sizeof *cells, &grid->capacity);
    if (!cells)
        return; /* the arena remembers */
    grid->cells = cells;
    grid->cells[grid->n_cells++] = cell ? cell : "";
}

/* Characters, not bytes: UTF-8 continuation bytes take no room. */
static int
width_of(const char *text)
{
    int width = 0;

    for (; *text; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

void
bki_grid_print(const bki_grid *grid)
{
    const size_t n_rows = grid->n_cells / grid->n_columns;

    for (size_t r = 0; r < n_rows; r++) {
        const char *const *row = &grid->cells[r * grid->n_columns];
        for (size_t c = 0; c < grid->n_columns; c++) {
            int widest = 0;
            for (size_t i = 0; i < n_rows; i++) {
                const int width = width_of(grid->cells[i * grid->n_columns + c]);
                widest = width > widest ? width : widest;
            }
            const int  padding = widest - width_of(row[c]);
            const bool is_last = c + 1 == grid->n_columns;
            printf("%s%*s%s%*s", c ? "  " : "", grid->right[c] ? padding : 0, "", row[c],
                   grid->right[c] || is_last ? 0 : padding, "");
        }
        putchar('\n');
    }
}

const char *
bki_show_signed(bk_arena *arena, double value, int decimals)
{
    const double half = 0.5 * pow(10.0, -decimals);

    return fabs(value) < half ? bk_arena_format(arena, "%.*f", decimals, 0.0)
                              : bk_arena_format(arena, "%+.*f", decimals, value);
}

/* Three significant digits of a large number with the unit's prefix. */
static const char *
show_large(bk_arena *arena, double value, const char *const prefixes[4], const char *unit)
{
    static const double sizes[] = {1e9, 1e6, 1e3, 1.0};
    size_t              s = 0;

    while (s < 3 && fabs(value) < 0.9995 * sizes[s])
        s++;
    const double shown = value / sizes[s];
    if (fabs(value) < 0.005)
        return bk_arena_format(arena, "0 %s%s", prefixes[3], unit);
    const int decimals = fabs(shown) < 9.995 ? 2 : fabs(shown) < 99.95 ? 1 : 0;
    return bk_arena_format(arena, "%.*f %s%s", decimals, shown, prefixes[s], unit);
}

const char *
bki_show_usd(bk_arena *arena, double usd)
{
    static const char *const prefixes[] = {"bn ", "m ", "thousand ", ""};
    return show_large(arena, usd, prefixes, "USD");
}

const char *
bki_show_tonnes(bk_arena *arena, double tonnes)
{
    static const char *const prefixes[] = {"Gt", "Mt", "kt", "t"};
    return show_large(arena, tonnes, prefixes, "");
}

const char *
bki_bold(bk_arena *arena, const char *text)
{
    const char *terminal = getenv("TERM"), *no_colour = getenv("NO_COLOR");

    if (isatty(STDOUT_FILENO) != 1 || (no_colour && no_colour[0]) || !terminal || strcmp(terminal, "dumb") == 0)
        return text;
    return bk_arena_format(arena, "\033[1m%s\033[0m", text);
}

const char *
bki_show_estimates(bk_arena *arena, const bk_model *model)
{
    size_t rows = 0, estimates = 0, unmarked = 0;

    for (size_t f = 0; f < model->n_files; f++) {
        rows += model->files[f].rows;
        estimates += model->files[f].by_confidence[BK_ESTIMATE];
        unmarked += model->files[f].by_confidence[BK_CONFIDENCE_NONE];
    }
    if (unmarked == rows)
        return "its input rows do not say how sure they are";
    return bk_arena_format(arena, "%.0f %% of its %zu input rows are estimates",
                           100.0 * (double)estimates / (double)rows, rows);
}
