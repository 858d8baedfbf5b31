/* A calibration for reading. */
#include "cli/calibrate.h"

#include <math.h>
#include <string.h>

#define WORTH_TELLING 0.1 /* of a standard error */

const char *
bki_border_name(bk_arena *arena, const bk_model *model, uint32_t border)
{
    const bk_border *row = &model->network.borders[border];

    return bk_arena_format(arena, "%s %s %s-%s %s", model->network.nodes[row->node].id, model->network.modes[row->mode],
                           model->countries[row->from_country], model->countries[row->to_country],
                           row->side == BK_EXIT ? "exit" : "entry");
}

static void
print_logs(const bki_calibrate_answer *answer)
{
    for (size_t l = 0; l < answer->out.n_logs; l++) {
        const bk_trip_read *read = &answer->out.logs[l].read;
        printf("%s: %zu events of %zu shipments used, of %zu.\n", answer->out.logs[l].path, read->log.n_events,
               read->log.n_shipments, read->n_read);
        for (int why = 0; why < BK_TRIP_DROP_COUNT; why++)
            if (read->dropped[why] > 0)
                printf("  %zu left out: %s, first %s\n", read->dropped[why], bk_trip_drop_text((bk_trip_drop)why),
                       read->example[why]);
        if (read->n_without_zone > 0)
            printf("  %zu times name no zone and were taken as UTC\n", read->n_without_zone);
    }
    for (int why = 0; why < BK_STAY_DROP_COUNT && answer->out.n_logs > 0; why++)
        if (answer->out.dwells.dropped[why] > 0)
            printf("  %zu stays at posts not counted: %s\n", answer->out.dwells.dropped[why],
                   bk_stay_drop_text((bk_stay_drop)why));
}

static void
print_dwells(const bki_calibrate_answer *answer)
{
    static const bool        right[] = {false, true, true, true, true, true, true, false};
    static const char *const head[] = {"border row", "stays", "mean h", "95 %", "median", "p90", "now h", ""};
    bk_arena                *arena = &answer->session->arena;
    bki_grid                 grid;

    if (answer->out.n_changes == 0)
        return;
    bki_grid_start(&grid, arena, 8, right);
    for (size_t c = 0; c < 8; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t i = 0; i < answer->out.n_changes; i++) {
        const bk_dwell_change *change = &answer->out.changes[i];
        const bk_dwell        *dwell = change->dwell;
        const bk_border       *row = &answer->study->model->network.borders[dwell->border];
        const double           now = (1.0 - row->inspected_share) * row->control_hours +
                           row->inspected_share * row->inspection_hours + change->queue_hours;
        bki_grid_add(&grid, bki_border_name(arena, answer->study->model, dwell->border));
        bki_grid_add(&grid, bk_arena_format(arena, "%zu", dwell->n));
        bki_grid_add(&grid, bk_arena_format(arena, "%.1f", dwell->mean));
        bki_grid_add(&grid, bk_arena_format(arena, "%.1f-%.1f", dwell->mean_low, dwell->mean_high));
        bki_grid_add(&grid, bk_arena_format(arena, "%.1f", dwell->median));
        bki_grid_add(&grid, bk_arena_format(arena, "%.1f", dwell->p90));
        bki_grid_add(&grid, bk_arena_format(arena, "%.1f", now));
        bki_grid_add(&grid, change->used ? "" : change->why);
    }
    printf("\nDwell times, hours; now: of the study, with its mean queue\n");
    bki_grid_print(&grid);
}

static void
print_values(const bki_calibrate_answer *answer)
{
    static const bool        right[] = {false, false, true, true, true, false};
    static const char *const head[] = {"parameter", "unit", "change", "error", "prior", ""};
    bk_arena                *arena = &answer->session->arena;
    bki_grid                 grid;

    if (answer->out.n_values == 0)
        return;
    bki_grid_start(&grid, arena, 6, right);
    for (size_t c = 0; c < 6; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t k = 0; k < answer->out.n_values; k++) {
        const bk_fit_value *value = &answer->out.values[k];
        const bool          is_price =
            value->parameter->kind == BK_FIT_CONSTANT || value->parameter->kind == BK_FIT_MODE_CONSTANT;
        bki_grid_add(&grid, value->parameter->id);
        bki_grid_add(&grid, is_price ? "USD/t" : "ln factor");
        bki_grid_add(&grid, bk_arena_format(arena, is_price ? "%+.1f" : "%+.3f", value->change));
        bki_grid_add(&grid, bk_arena_format(arena, is_price ? "%.1f" : "%.3f", value->sd));
        bki_grid_add(&grid, bk_arena_format(arena, is_price ? "%.1f" : "%.3f", value->parameter->prior_sd));
        bki_grid_add(&grid, value->at_bound ? "at its bound" : "");
    }
    printf("\nFitted, with standard errors beside those of the prior\n");
    bki_grid_print(&grid);
}

static void
print_rows(const bki_calibrate_answer *answer)
{
    static const bool        right[] = {false, false, true, true, true, false};
    static const char *const head[] = {"observation", "unit", "observed", "before", "after", ""};
    bk_arena                *arena = &answer->session->arena;
    bki_grid                 grid;

    if (answer->out.n_rows == 0)
        return;
    bki_grid_start(&grid, arena, 6, right);
    for (size_t c = 0; c < 6; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t o = 0; o < answer->out.n_rows; o++) {
        const bk_fit_row *row = &answer->out.rows[o];
        if (!row->computed)
            continue;
        bki_grid_add(&grid, row->observation->id);
        bki_grid_add(&grid, row->observation->unit);
        bki_grid_add(&grid, bk_arena_format(arena, "%.4g", row->observation->value));
        bki_grid_add(&grid, bk_arena_format(arena, "%.2f x", row->before / row->observation->value));
        bki_grid_add(&grid, bk_arena_format(arena, "%.2f x", row->after / row->observation->value));
        bki_grid_add(&grid, row->fitted ? "fitted" : row->observation->calibrate ? "" : "kept for testing");
    }
    printf("\nObserved, and computed as a multiple of it\n");
    bki_grid_print(&grid);
}

void
bki_calibrate_text(const void *state)
{
    const bki_calibrate_answer *answer = state;
    const bk_calibration       *out = &answer->out;

    print_logs(answer);
    print_dwells(answer);
    print_values(answer);
    print_rows(answer);
    printf("\nTypical error of flows and shares, exp of the root mean square of logarithms less 1:\n"
           "  fitted or free to be %.0f %% -> %.0f %% (%zu rows), kept for testing %.0f %% -> %.0f %% (%zu rows)\n",
           100.0 * expm1(out->error_before[0]), 100.0 * expm1(out->error_after[0]), out->n_error[0],
           100.0 * expm1(out->error_before[1]), 100.0 * expm1(out->error_after[1]), out->n_error[1]);
    if (out->n_values > 0)
        printf("%s after %zu evaluations: sum of squares %.4g -> %.4g. Trade was held as it is.\n",
               out->outcome == BK_CONVERGED ? "The fit settled" : "THE FIT DID NOT SETTLE", out->n_evaluations,
               out->cost_before, out->cost_after);
    if (out->last_move > WORTH_TELLING)
        printf("The last round still moved a parameter by %.2g of its standard errors: other routes fit otherwise, and "
               "the errors above "
               "are too small; give more --rounds.\n",
               out->last_move);
    if (answer->folder != NULL)
        printf("Written to %s; what changed is in %s. %.1f s.\n", answer->folder, out->diff, answer->seconds);
    else
        printf("Nothing was written: give --out FOLDER for a new study. %.1f s.\n", answer->seconds);
}
