/* Why a two-way table cannot exist: a set of rows that want more than all the columns they reach hold (Hall 1935), or
 * columns that want more than all the rows that reach them hold; by max-flow and min-cut (Gale 1957) there is no other
 * reason.  The iteration itself points at the set: in its limit the starved rows stand apart from the others, so the
 * candidates are the prefixes of the rows in order of how starved they are. */
#include "trade/balance_fit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_NAMED 8    /* members of a set in a message */
#define SLACK      1e-9 /* relative; sums that differ by less prove nothing */

typedef struct ranked_row {
    size_t index;
    double ratio; /* wanted over got */
} ranked_row;

typedef struct split {      /* of the table: rows taken, columns they reach */
    const bool *is_taken;   /* [n_rows] */
    const bool *is_reached; /* [n_columns] */
} split;

static int
starved_first(const void *a, const void *b)
{
    const double x = ((const ranked_row *)a)->ratio, y = ((const ranked_row *)b)->ratio;
    return x > y ? -1 : x < y;
}

/* The totals of those elements whose mark is `side`; a free one counts as `free_value`. */
static double
side_sum(const double *total, const bool *mark, size_t n, bool side, double free_value)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++)
        if (mark[i] == side)
            sum += total[i] < 0.0 ? free_value : total[i];
    return sum;
}

static void
side_names(const bk_fit_settings *settings, int dimension, const bool *mark, size_t n, bool side, char text[static 200])
{
    size_t named = 0, used = 0;
    char   room[24];

    text[0] = '\0';
    for (size_t i = 0; i < n && named <= MOST_NAMED && used < 200; i++) {
        if (mark[i] != side)
            continue;
        const char *name = named < MOST_NAMED ? bki_fit_name(settings, dimension, i, room) : "...";
        used += (size_t)snprintf(text + used, 200 - used, "%s%s", named > 0 ? " " : "", name);
        named++;
    }
}

static bk_status
refuse(bk_context *ctx, const char *wanting, const char *wanting_names, double wanted, const char *holding,
       const char *holding_names, double held)
{
    return bk_fail_hint(
        ctx, BK_ERR_INCONSISTENT, "change one of these totals, or give a cell that would join them a seed above 0",
        "no table has these totals: %s (%s) want %.10g in all, but the only %s with a seed (%s) hold %.10g", wanting,
        wanting_names, wanted, holding, holding_names, held);
}

static bk_status
split_judge(bk_context *ctx, const bki_two_way *t, const split *s)
{
    const double wanted = t->row_scale * side_sum(t->row_total, s->is_taken, t->n_rows, true, 0.0);
    const double held = side_sum(t->column_total, s->is_reached, t->n_columns, true, INFINITY);
    const double unreached = side_sum(t->column_total, s->is_reached, t->n_columns, false, 0.0);
    const double rest = t->row_scale * side_sum(t->row_total, s->is_taken, t->n_rows, false, INFINITY);
    char         rows[200], columns[200];

    if (wanted > held * (1.0 + SLACK)) {
        side_names(t->settings, 0, s->is_taken, t->n_rows, true, rows);
        side_names(t->settings, 1, s->is_reached, t->n_columns, true, columns);
        return refuse(ctx, "rows", rows, wanted, "columns", columns, held);
    }
    if (unreached > rest * (1.0 + SLACK)) {
        side_names(t->settings, 0, s->is_taken, t->n_rows, false, rows);
        side_names(t->settings, 1, s->is_reached, t->n_columns, false, columns);
        return refuse(ctx, "columns", columns, unreached, "rows", rows, rest);
    }
    return BK_OK;
}

bk_status
bki_two_way_prove(bk_context *ctx, const bki_two_way *t, bk_arena *arena)
{
    ranked_row *order = BK_NEW(arena, ranked_row, t->n_rows);
    bool       *is_taken = BK_NEW(arena, bool, t->n_rows), *is_reached = BK_NEW(arena, bool, t->n_columns);

    BK_TRY(bk_arena_ok(arena));
    for (size_t r = 0; r < t->n_rows; r++) {
        const double got = bk_sum(t->cell + r * t->n_columns, t->n_columns), total = t->row_total[r];
        order[r].index = r;
        order[r].ratio = total < 0.0 || total == got ? 1.0 : total / fmax(got, 1e-300);
    }
    qsort(order, t->n_rows, sizeof *order, starved_first);
    for (size_t taken = 0; taken < t->n_rows; taken++) {
        const size_t r = order[taken].index;
        is_taken[r] = true;
        for (size_t c = 0; c < t->n_columns; c++)
            is_reached[c] |= t->is_open[r * t->n_columns + c];
        BK_TRY(split_judge(ctx, t, &(split){is_taken, is_reached}));
    }
    return BK_OK;
}
