/* A calibration for scripts. */
#include "cli/calibrate.h"

static void
json_logs(bk_json *json, const bki_calibrate_answer *answer)
{
    bk_json_array(json, "logs");
    for (size_t l = 0; l < answer->out.n_logs; l++) {
        const bk_trip_read *read = &answer->out.logs[l].read;
        bk_json_object(json, NULL);
        bk_json_text(json, "file", answer->out.logs[l].path);
        bk_json_integer(json, "events", (int64_t)read->n_read);
        bk_json_integer(json, "used", (int64_t)read->log.n_events);
        bk_json_integer(json, "shipments", (int64_t)read->log.n_shipments);
        bk_json_integer(json, "without_zone", (int64_t)read->n_without_zone);
        bk_json_array(json, "left_out");
        for (int why = 0; why < BK_TRIP_DROP_COUNT; why++) {
            bk_json_object(json, NULL);
            bk_json_text(json, "reason", bk_trip_drop_text((bk_trip_drop)why));
            bk_json_integer(json, "events", (int64_t)read->dropped[why]);
            bk_json_text(json, "first", read->example[why]);
            bk_json_end(json);
        }
        bk_json_end(json);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_array(json, "stays_left_out");
    for (int why = 0; why < BK_STAY_DROP_COUNT; why++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "reason", bk_stay_drop_text((bk_stay_drop)why));
        bk_json_integer(json, "stays", (int64_t)answer->out.dwells.dropped[why]);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_hours(bk_json *json, const bk_dwell *dwell)
{
    bk_json_array(json, "by_hour");
    for (int hour = 0; hour < 24; hour++) {
        if (dwell->hour_n[hour] == 0)
            continue;
        bk_json_object(json, NULL);
        bk_json_integer(json, "hour", hour);
        bk_json_integer(json, "stays", (int64_t)dwell->hour_n[hour]);
        bk_json_number(json, "mean_hours", dwell->hour_mean[hour]);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_dwell(bk_json *json, const bk_model *model, const bk_dwell_change *change)
{
    const bk_dwell  *dwell = change->dwell;
    const bk_border *row = &model->network.borders[dwell->border];

    bk_json_object(json, NULL);
    bk_json_text(json, "node", model->network.nodes[row->node].id);
    bk_json_text(json, "mode", model->network.modes[row->mode]);
    bk_json_text(json, "from", model->countries[row->from_country]);
    bk_json_text(json, "to", model->countries[row->to_country]);
    bk_json_text(json, "side", row->side == BK_EXIT ? "exit" : "entry");
    bk_json_integer(json, "stays", (int64_t)dwell->n);
    bk_json_integer(json, "outliers", (int64_t)dwell->n_outliers);
    bk_json_number(json, "mean_hours", dwell->mean);
    bk_json_number(json, "mean_low", dwell->mean_low);
    bk_json_number(json, "mean_high", dwell->mean_high);
    bk_json_number(json, "sd_hours", dwell->sd);
    bk_json_number(json, "median_hours", dwell->median);
    bk_json_number(json, "median_low", dwell->median_low);
    bk_json_number(json, "median_high", dwell->median_high);
    bk_json_number(json, "p10_hours", dwell->p10);
    bk_json_number(json, "p90_hours", dwell->p90);
    bk_json_number(json, "queue_hours", change->queue_hours);
    bk_json_flag(json, "used", change->used);
    bk_json_text(json, "why_not", change->why);
    bk_json_number(json, "control_hours", change->control_hours);
    bk_json_number(json, "inspection_hours", change->inspection_hours);
    bk_json_number(json, "hours_sd", change->hours_sd);
    json_hours(json, dwell);
    bk_json_end(json);
}

static void
json_fit(bk_json *json, const bk_calibration *out)
{
    static const char *const kinds[] = {"constant", "mode_constant", "route_noise", "background"};

    bk_json_array(json, "parameters");
    for (size_t k = 0; k < out->n_values; k++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "parameter", out->values[k].parameter->id);
        bk_json_text(json, "kind", kinds[out->values[k].parameter->kind]);
        bk_json_text(json, "target", out->values[k].parameter->target);
        bk_json_number(json, "change", out->values[k].change);
        bk_json_number(json, "standard_error", out->values[k].sd);
        bk_json_number(json, "prior_sd", out->values[k].parameter->prior_sd);
        bk_json_flag(json, "at_bound", out->values[k].at_bound);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_array(json, "observations");
    for (size_t o = 0; o < out->n_rows; o++) {
        const bk_fit_row *row = &out->rows[o];
        bk_json_object(json, NULL);
        bk_json_text(json, "observation", row->observation->id);
        bk_json_text(json, "use", row->observation->calibrate ? "calibrate" : "validate");
        bk_json_flag(json, "fitted", row->fitted);
        bk_json_flag(json, "computed", row->computed);
        bk_json_text(json, "unit", row->observation->unit);
        bk_json_number(json, "observed", row->observation->value);
        bk_json_number(json, "before", row->before);
        bk_json_number(json, "after", row->after);
        bk_json_text(json, "how", row->how);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_errors(bk_json *json, const char *key, const bk_calibration *out, int use)
{
    bk_json_object(json, key);
    bk_json_integer(json, "rows", (int64_t)out->n_error[use]);
    bk_json_number(json, "before", out->error_before[use]);
    bk_json_number(json, "after", out->error_after[use]);
    bk_json_end(json);
}

bki_exit
bki_calibrate_json(const void *state)
{
    const bki_calibrate_answer *answer = state;
    const bk_calibration       *out = &answer->out;
    bk_json                    *json = bk_json_create(&answer->session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    bk_json_flag(json, "converged", out->n_values == 0 || out->outcome == BK_CONVERGED);
    bk_json_integer(json, "evaluations", (int64_t)out->n_evaluations);
    bk_json_number(json, "cost_before", out->cost_before);
    bk_json_number(json, "cost_after", out->cost_after);
    bk_json_number(json, "last_move", out->last_move);
    bk_json_number(json, "seconds", answer->seconds);
    json_logs(json, answer);
    bk_json_array(json, "dwells");
    for (size_t c = 0; c < out->n_changes; c++)
        json_dwell(json, answer->study->model, &out->changes[c]);
    bk_json_end(json);
    json_fit(json, out);
    bk_json_object(json, "rms_log_error");
    json_errors(json, "calibrate", out, 0);
    json_errors(json, "validate", out, 1);
    bk_json_end(json);
    bk_json_text(json, "folder", answer->folder);
    bk_json_text(json, "diff", out->diff);
    bki_json_texts(json, "files", out->files, out->n_files);
    bk_json_end(json);
    return bki_json_print(json);
}
