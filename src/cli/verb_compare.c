/* buckle compare: two results side by side. */
#include "cli/manifest.h"

#include <math.h>

typedef struct compare_answer {
    bki_session          *session;
    const char           *names[2];
    size_t                most;
    bki_result            results[2];
    bk_results_difference out;
} compare_answer;

/* ---- text -----------------------------------------------------------------------------------------------------------
 */

/* What only one of the two has, in words; nothing if there is none. */
static void
print_alone(const bk_table_difference *table, const char *const names[2])
{
    for (int side = 0; side < 2; side++) {
        if (table->alone[side] > 0)
            printf("  %zu row%s only in %s\n", table->alone[side], table->alone[side] == 1 ? "" : "s", names[side]);
        for (size_t c = 0; c < table->n_columns[side]; c++)
            printf("  column %s only in %s\n", table->columns[side][c], names[side]);
    }
}

/* "+4.2 %" of the first, or the plain difference where that is 0. */
static const char *
show_change(bk_arena *arena, const bk_cell_difference *cell)
{
    if (!cell->is_number || isnan(cell->a) || isnan(cell->b))
        return "";
    if (cell->a == 0.0)
        return bk_arena_format(arena, "%+.6g", cell->b - cell->a);
    return bk_arena_format(arena, "%+.3g %%", 100.0 * (cell->b - cell->a) / fabs(cell->a));
}

static const char *
show_value(bk_arena *arena, const bk_cell_difference *cell, int side)
{
    const double value = side == 0 ? cell->a : cell->b;

    if (!cell->text[side])
        return "(empty)";
    return cell->is_number ? bk_arena_format(arena, "%.8g", value) : cell->text[side];
}

static void
print_cells(bk_arena *arena, const bk_table_difference *table, const char *const names[2], size_t n)
{
    static const bool right[] = {false, false, true, true, true};
    bki_grid          grid;

    bki_grid_start(&grid, arena, 5, right);
    bki_grid_add(&grid, "  row");
    bki_grid_add(&grid, "column");
    bki_grid_add(&grid, names[0]);
    bki_grid_add(&grid, names[1]);
    bki_grid_add(&grid, "change");
    for (size_t d = 0; d < n; d++) {
        const bk_cell_difference *cell = &table->differences[d];
        bki_grid_add(&grid, bk_arena_format(arena, "  %s", cell->row));
        bki_grid_add(&grid, cell->column);
        bki_grid_add(&grid, show_value(arena, cell, 0));
        bki_grid_add(&grid, show_value(arena, cell, 1));
        bki_grid_add(&grid, show_change(arena, cell));
    }
    bki_grid_print(&grid);
}

static size_t
shown_of(const bk_table_difference *table, size_t most)
{
    return most > 0 && table->n_differences > most ? most : table->n_differences;
}

void
bki_differences_print(bki_session *session, const bk_results_difference *all, const char *const names[2], size_t most)
{
    for (size_t t = 0; t < all->n_tables; t++) {
        const bk_table_difference *table = &all->tables[t];
        const size_t               n = shown_of(table, most);
        if (table->n_differences + table->alone[0] + table->alone[1] + table->n_columns[0] + table->n_columns[1] == 0)
            continue;
        printf("\n%s: %zu of %zu figures differ\n", bki_bold(&session->arena, table->table), table->n_differences,
               table->n_cells);
        print_alone(table, names);
        if (n > 0)
            print_cells(&session->arena, table, names, n);
        if (n < table->n_differences)
            printf("  and %zu more\n", table->n_differences - n);
    }
}

static void
print_text(const void *of)
{
    const compare_answer *answer = of;

    if (answer->out.same)
        printf("%s and %s are the same in all %zu figures of %zu tables\n", answer->names[0], answer->names[1],
               answer->out.n_cells, answer->out.n_tables);
    else
        printf("%s and %s: %zu of %zu figures that both have differ\n", answer->names[0], answer->names[1],
               answer->out.n_differences, answer->out.n_cells);
    bki_differences_print(answer->session, &answer->out, answer->names, answer->most);
}

/* ---- JSON -----------------------------------------------------------------------------------------------------------
 */

static void
json_cell(bk_json *json, const bk_cell_difference *cell)
{
    bk_json_object(json, NULL);
    bk_json_text(json, "row", cell->row);
    bk_json_text(json, "column", cell->column);
    if (cell->is_number) {
        bk_json_number(json, "a", cell->a);
        bk_json_number(json, "b", cell->b);
        bk_json_number(json, "difference", cell->b - cell->a);
    } else {
        bk_json_text(json, "a", cell->text[0]);
        bk_json_text(json, "b", cell->text[1]);
        bk_json_text(json, "difference", NULL);
    }
    bk_json_number(json, "importance", cell->importance);
    bk_json_end(json);
}

static void
json_sides(bk_json *json, const bk_table_difference *table)
{
    static const char *const keys[2][3] = {{"rows_a", "only_a", "columns_only_a"},
                                           {"rows_b", "only_b", "columns_only_b"}};

    for (int side = 0; side < 2; side++) {
        bk_json_integer(json, keys[side][0], (int64_t)table->n_rows[side]);
        bk_json_integer(json, keys[side][1], (int64_t)table->alone[side]);
        bk_json_array(json, keys[side][2]);
        for (size_t c = 0; c < table->n_columns[side]; c++)
            bk_json_text(json, NULL, table->columns[side][c]);
        bk_json_end(json);
    }
}

void
bki_differences_json(bk_json *json, const bk_results_difference *all, size_t most)
{
    bk_json_flag(json, "same", all->same);
    bk_json_integer(json, "cells", (int64_t)all->n_cells);
    bk_json_integer(json, "differing", (int64_t)all->n_differences);
    bk_json_array(json, "tables");
    for (size_t t = 0; t < all->n_tables; t++) {
        const bk_table_difference *table = &all->tables[t];
        bk_json_object(json, NULL);
        bk_json_text(json, "table", table->table);
        json_sides(json, table);
        bk_json_integer(json, "cells", (int64_t)table->n_cells);
        bk_json_integer(json, "differing", (int64_t)table->n_differences);
        bk_json_array(json, "differences");
        for (size_t d = 0; d < shown_of(table, most); d++)
            json_cell(json, &table->differences[d]);
        bk_json_end(json);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static bki_exit
print_json(const void *of)
{
    const compare_answer *answer = of;
    bk_json              *json = bk_json_create(&answer->session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    bk_json_text(json, "a", answer->names[0]);
    bk_json_text(json, "b", answer->names[1]);
    bki_differences_json(json, &answer->out, answer->most);
    bk_json_end(json);
    return bki_json_print(json);
}

/* ---- the verb -------------------------------------------------------------------------------------------------------
 */

static bk_status
solve(compare_answer *answer)
{
    bki_session *session = answer->session;

    answer->names[0] = session->operand;
    answer->names[1] = session->second;
    answer->most = (size_t)bki_option_number(session, "most", 10.0);
    for (int side = 0; side < 2; side++)
        BK_TRY(bki_result_read(session, answer->names[side], &answer->results[side]));
    return bk_results_compare(session->ctx, &answer->results[0].tables, &answer->results[1].tables,
                              bki_option_number(session, "tolerance", 0.0), &session->arena, &answer->out);
}

static const bki_ending ending = {.text = print_text, .json = print_json};

static bki_exit
run(bki_session *session)
{
    compare_answer answer = {.session = session};

    return bki_finish(session, solve(&answer), &answer, &ending);
}

static const bki_option options[] = {
    {.name = "tolerance",
     .kind = BKI_OPTION_NUMBER,
     .argument = "T",
     .least = 0.0,
     .most = 1.0,
     .meaning = "numbers differ beyond this share of the larger; 0, every bit, by default"},
    {.name = "most",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 0,
     .most = 1e9,
     .meaning = "differences shown of each table, the most important first; 10 by default, 0: all"},
};

const bki_verb bki_verb_compare = {
    .name = "compare",
    .operand = "A",
    .second = "B",
    .summary = "Two results side by side: which figures differ, and by how much",
    .detail =
        "Results are GeoPackages or answers kept with --format json. Rows are matched by their names; the time taken, "
        "paths and\n"
        "manifests are left out. Differences are ordered by their share of the column's largest magnitude.",
    .example = "buckle compare before.gpkg after.gpkg",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .run = run,
};
