/* Dwell times and constants that fit what was seen. */
#include "api/api.h"
#include "buckle/calibrate.h"

#include <math.h>

static bk_status
record_dwells(bki_asked *asked, const bk_model *model, const bk_calibration *fit, buckle_result *result)
{
    static const bki_column columns[] = {
        {"node", "", "border post", BK_COLUMN_TEXT},
        {"mode", "", "mode of transport", BK_COLUMN_TEXT},
        {"from", "", "country that is left", BK_COLUMN_TEXT},
        {"to", "", "country that is entered", BK_COLUMN_TEXT},
        {"side", "", "exit or entry", BK_COLUMN_TEXT},
        {"stays", "", "counted", BK_COLUMN_INTEGER},
        {"outliers", "", "left out", BK_COLUMN_INTEGER},
        {"mean_hours", "h", "of a stay", BK_COLUMN_NUMBER},
        {"mean_low", "h", "lower end of its 95 % interval (bootstrap)", BK_COLUMN_NUMBER},
        {"mean_high", "h", "upper end", BK_COLUMN_NUMBER},
        {"median_hours", "h", "of a stay", BK_COLUMN_NUMBER},
        {"queue_hours", "h", "mean wait before its lanes in the base year, part of what was logged", BK_COLUMN_NUMBER},
        {"control_hours", "h", "new", BK_COLUMN_NUMBER},
        {"inspection_hours", "h", "new", BK_COLUMN_NUMBER},
        {"hours_sd", "h", "new", BK_COLUMN_NUMBER},
        {"used", "", "1: the new study has it", BK_COLUMN_INTEGER},
        {"why_not", "", "not used", BK_COLUMN_TEXT},
    };
    bki_table *table =
        BKI_TABLE(result, "dwells", "Hours at border posts, from the logs", columns, fit->n_changes, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t c = 0; c < fit->n_changes; c++) {
        const bk_dwell_change *change = &fit->changes[c];
        const bk_dwell        *dwell = change->dwell;
        const bk_border       *row = &model->network.borders[dwell->border];
        const double hours[] = {dwell->mean,         dwell->mean_low,       dwell->mean_high,         dwell->median,
                                change->queue_hours, change->control_hours, change->inspection_hours, change->hours_sd};
        bki_put_text(table, model->network.nodes[row->node].id);
        bki_put_text(table, model->network.modes[row->mode]);
        bki_put_text(table, model->countries[row->from_country]);
        bki_put_text(table, model->countries[row->to_country]);
        bki_put_text(table, row->side == BK_EXIT ? "exit" : "entry");
        bki_put_integer(table, (int64_t)dwell->n);
        bki_put_integer(table, (int64_t)dwell->n_outliers);
        for (size_t h = 0; h < sizeof hours / sizeof *hours; h++)
            bki_put_number(table, hours[h]);
        bki_put_integer(table, change->used);
        bki_put_text(table, change->why);
        bki_end_row(table);
    }
    return bki_table_append(asked->ctx, &result->own, table);
}

static bk_status
record_parameters(bki_asked *asked, const bk_calibration *fit, buckle_result *result)
{
    static const char *const kinds[] = {"constant", "mode_constant", "route_noise", "background"};
    static const bki_column  columns[] = {
         {"parameter", "", "row of observed/parameter.csv, or a default", BK_COLUMN_TEXT},
         {"kind", "", "constant and mode_constant: USD/t; route_noise and background: of the logarithm", BK_COLUMN_TEXT},
         {"target", "", "what it moves", BK_COLUMN_TEXT},
         {"change", "USD/t, or of the logarithm", "that fits", BK_COLUMN_NUMBER},
         {"standard_error", "the same", "given what was seen and the prior", BK_COLUMN_NUMBER},
         {"prior_sd", "the same", "before anything was seen", BK_COLUMN_NUMBER},
         {"at_bound", "", "1: a bound stopped it", BK_COLUMN_INTEGER},
    };
    bki_table *table =
        BKI_TABLE(result, "parameters", "What was moved, and how surely", columns, fit->n_values, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t k = 0; k < fit->n_values; k++) {
        const bk_fit_value *value = &fit->values[k];
        bki_put_text(table, value->parameter->id);
        bki_put_text(table, kinds[value->parameter->kind]);
        bki_put_text(table, value->parameter->target);
        bki_put_number(table, value->change);
        bki_put_number(table, value->sd);
        bki_put_number(table, value->parameter->prior_sd);
        bki_put_integer(table, value->at_bound);
        bki_end_row(table);
    }
    return bki_table_append(asked->ctx, &result->own, table);
}

static bk_status
record_observations(bki_asked *asked, const bk_calibration *fit, buckle_result *result)
{
    static const bki_column columns[] = {
        {"observation", "", "row of observed/", BK_COLUMN_TEXT},
        {"use", "", "calibrate: fitted to; validate: computed alone", BK_COLUMN_TEXT},
        {"fitted", "", "1: it moved the fit", BK_COLUMN_INTEGER},
        {"unit", "", "of the next three", BK_COLUMN_TEXT},
        {"observed", "", "in that unit", BK_COLUMN_NUMBER},
        {"before", "", "the study as it was; empty: not computed", BK_COLUMN_NUMBER},
        {"after", "", "the new study, likewise", BK_COLUMN_NUMBER},
        {"how", "", "it was computed", BK_COLUMN_TEXT},
    };
    bki_table *table = BKI_TABLE(result, "observations", "What was seen beside what is computed", columns, fit->n_rows,
                                 BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t o = 0; o < fit->n_rows; o++) {
        const bk_fit_row *row = &fit->rows[o];
        bki_put_text(table, row->observation->id);
        bki_put_text(table, row->observation->calibrate ? "calibrate" : "validate");
        bki_put_integer(table, row->fitted);
        bki_put_text(table, row->observation->unit);
        bki_put_number(table, row->observation->value);
        bki_put_number(table, row->computed ? row->before : (double)NAN);
        bki_put_number(table, row->computed ? row->after : (double)NAN);
        bki_put_text(table, row->how);
        bki_end_row(table);
    }
    return bki_table_append(asked->ctx, &result->own, table);
}

bk_status
bki_ask_calibrate(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    bk_calibrate_settings settings = bk_calibrate_default_settings();
    bk_calibration       *fit = BK_NEW(asked->arena, bk_calibration, 1);
    const bki_cast        cast = {.base = false, .deficits = -1};
    const bk_study       *study = NULL;

    settings.n_logs = bki_asked_list(asked, "log", "", &settings.logs);
    settings.points = bki_asked_text(asked, "points");
    settings.least_stays = (size_t)bki_asked_integer(asked, "least-stays", 2, 1e9, settings.least_stays);
    settings.rounds = (int)bki_asked_integer(asked, "rounds", 1, 10, (uint64_t)settings.rounds);
    settings.fit = !bki_asked_flag(asked, "no-fit");
    settings.out = bki_asked_text(asked, "out");
    settings.cache_folder = asked->engine->cache_folder;
    BK_TRY(bki_asked_end(asked));
    BK_TRY(bki_open_scenarios(asked, handle, &cast, &study));
    BK_TRY(bk_study_calibrate(asked->ctx, study, &settings, asked->arena, fit));
    BK_TRY(record_dwells(asked, study->model, fit, result));
    BK_TRY(record_parameters(asked, fit, result));
    BK_TRY(record_observations(asked, fit, result));
    BK_TRY(bki_record_files(asked, result, fit->n_files, fit->files));
    result->converged = fit->n_values == 0 || fit->outcome == BK_CONVERGED;
    result->interrupted = fit->n_values > 0 && fit->outcome == BK_CANCELLED;
    const bki_item items[] = {
        {"evaluations", "", (double)fit->n_evaluations},
        {"cost_before", "", fit->cost_before},
        {"cost_after", "", fit->cost_after},
        {"last_move", "standard errors", fit->last_move},
        {"calibrate_rows", "", (double)fit->n_error[0]},
        {"calibrate_rms_before", "of the logarithm", fit->error_before[0]},
        {"calibrate_rms_after", "of the logarithm", fit->error_after[0]},
        {"validate_rows", "", (double)fit->n_error[1]},
        {"validate_rms_before", "of the logarithm", fit->error_before[1]},
        {"validate_rms_after", "of the logarithm", fit->error_after[1]},
    };
    return bki_record_summary(asked, result, sizeof items / sizeof *items, items);
}
