/* From logs and observations to a new study: read, learn, fit, write, and read again what was written. */
#include "study/calibrate.h"

#include <math.h>
#include <string.h>

bk_calibrate_settings
bk_calibrate_default_settings(void)
{
    return (bk_calibrate_settings){.least_stays = 30, .fit = true, .rounds = 2};
}

typedef struct calibration {
    bk_context                  *ctx;
    const bk_study              *study;
    const bk_calibrate_settings *settings;
    bk_arena                    *arena;
    const bk_joint_base         *base;  /* of the study as it is */
    const bk_model              *model; /* with what has changed so far */
    bk_calibration              *out;
    bool                        *is_fitted; /* [n_observations] */
} calibration;

/* ---- dwell times ------------------------------------------------------------------------------------------------- */

/* Events of all logs as one, shipments of different logs apart. */
static bk_status
join_logs(calibration *job, bk_dwell_log *logs, bk_trip_log *out)
{
    size_t n = 0, n_shipments = 0;

    for (size_t l = 0; l < job->settings->n_logs; l++)
        n += logs[l].read.log.n_events;
    bk_trip_event *events = BK_NEW(job->arena, bk_trip_event, n + 1);
    BK_TRY(bk_arena_ok(job->arena));
    *out = (bk_trip_log){.events = events};
    for (size_t l = 0; l < job->settings->n_logs; l++) {
        const bk_trip_log *log = &logs[l].read.log;
        for (size_t e = 0; e < log->n_events; e++) {
            events[out->n_events] = log->events[e];
            events[out->n_events++].shipment += (uint32_t)n_shipments;
        }
        n_shipments += log->n_shipments;
    }
    out->n_shipments = n_shipments;
    return BK_OK;
}

/* Released and inspected hours keep their ratio; what the lanes make wait is the model's to add. */
static void
change_row(const calibration *job, const bk_dwell *dwell, bk_dwell_change *change)
{
    const bk_network_data *network = &job->study->model->network;
    const bk_border       *row = &network->borders[dwell->border];
    const size_t           facility = network->n_links + network->n_transfers + dwell->border;
    const double           mean =
        (1.0 - row->inspected_share) * row->control_hours + row->inspected_share * row->inspection_hours;

    *change = (bk_dwell_change){.dwell = dwell,
                                .control_hours = row->control_hours,
                                .inspection_hours = row->inspection_hours,
                                .hours_sd = row->hours_sd};
    if (job->base != NULL)
        change->queue_hours = bk_joint_base_solution(job->base)->queue_hours[facility];
    const double left = dwell->mean - change->queue_hours;
    if (dwell->n < job->settings->least_stays)
        change->why = "too few stays";
    else if (left <= 0.0)
        change->why = "the queue of the base year alone is longer: look at its lanes and service_hours";
    change->used = change->why == NULL;
    if (!change->used)
        return;
    change->control_hours = mean > 0.0 ? row->control_hours * left / mean : left;
    change->inspection_hours = mean > 0.0 ? row->inspection_hours * left / mean : left;
    change->hours_sd = dwell->sd;
}

static bk_status
learn_dwells(calibration *job)
{
    const bk_dwell_settings settings = bk_dwell_default_settings();
    bk_dwell_log           *logs = BK_NEW(job->arena, bk_dwell_log, job->settings->n_logs + 1);
    bk_trip_log             all;

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t l = 0; l < job->settings->n_logs; l++) {
        const bk_trip_request request = {.path = job->settings->logs[l], .points = job->settings->points};
        logs[l].path = job->settings->logs[l];
        BK_TRY(bk_trips_read(job->ctx, job->study->model, &request, job->arena, &logs[l].read));
    }
    job->out->logs = logs;
    job->out->n_logs = job->settings->n_logs;
    BK_TRY(join_logs(job, logs, &all));
    BK_TRY(bk_dwell_learn(job->ctx, job->study->model, &all, &settings, job->arena, &job->out->dwells));
    bk_dwell_change *changes = BK_NEW(job->arena, bk_dwell_change, job->out->dwells.n + 1);
    BK_TRY(bk_arena_ok(job->arena));
    for (size_t d = 0; d < job->out->dwells.n; d++)
        change_row(job, &job->out->dwells.dwells[d], &changes[d]);
    job->out->changes = changes;
    job->out->n_changes = job->out->dwells.n;
    return bki_calibrate_borders(job->study->model, changes, job->out->n_changes, job->arena, &job->model);
}

/* ---- fits -------------------------------------------------------------------------------------------------------- */

/* The base year of the model as it now stands, routes and all. */
static bk_status
prepare_again(calibration *job, const bk_model *model, bk_arena *arena, const bk_joint_base **out)
{
    bk_progress(job->ctx, "routes at the fitted costs", -1.0);
    return bk_joint_prepare(job->ctx, model, NULL, 0, arena, out);
}

/* The largest change since `before`, in standard errors. */
static double
move_since(const bki_fit *fit, const double *before)
{
    double largest = 0.0;

    for (size_t k = 0; k < fit->n; k++)
        if (fit->sd[k] > 0.0)
            largest = fmax(largest, fabs(fit->change[k] - before[k]) / fit->sd[k]);
    return largest;
}

/* Fits on the routes of the study, then on those that the fitted costs bring to light. */
static bk_status
fit_rounds(calibration *job, bki_fit *fit)
{
    double              *before = BK_NEW(job->arena, double, fit->n + 1);
    bk_least_squares_fit solved;
    bk_arena             routes;
    bk_status            status = bk_arena_ok(job->arena);

    for (int round = 0; status == BK_OK && round < job->settings->rounds; round++) {
        const bk_joint_base *base = job->base;
        const bk_model      *model;
        memcpy(before, fit->change, fit->n * sizeof *before);
        bk_arena_init(&routes, job->ctx);
        if (round > 0 || job->out->n_changes > 0) {
            status = bki_calibrate_apply(job->model, fit->parameters, fit->n, fit->change, &routes, &model);
            if (status == BK_OK)
                status = prepare_again(job, model, &routes, &base);
        }
        if (status == BK_OK)
            status = bki_calibrate_fit(fit, base, job->is_fitted, &solved);
        bk_arena_release(&routes);
        if (status != BK_OK)
            break;
        job->out->outcome = solved.outcome;
        job->out->n_evaluations += solved.n_evaluations;
        if (round == 0)
            job->out->cost_before = solved.first_cost;
        job->out->cost_after = solved.cost;
        job->out->last_move = move_since(fit, before);
    }
    return status;
}

static bk_status
fit_all(calibration *job)
{
    bk_study changed = *job->study;
    bki_fit  fit = {.ctx = job->ctx, .study = &changed, .arena = job->arena};

    changed.model = job->model;
    BK_TRY(bki_calibrate_parameters(job->model, job->arena, &fit.n, &fit.parameters));
    fit.change = BK_NEW(job->arena, double, fit.n + 1);
    fit.sd = BK_NEW(job->arena, double, fit.n + 1);
    bk_fit_value *values = BK_NEW(job->arena, bk_fit_value, fit.n + 1);
    BK_TRY(bk_arena_ok(job->arena));
    BK_TRY(fit_rounds(job, &fit));
    for (size_t k = 0; k < fit.n; k++)
        values[k] = (bk_fit_value){.parameter = &fit.parameters[k],
                                   .change = fit.change[k],
                                   .sd = fit.sd[k],
                                   .at_bound = fit.change[k] <= fit.parameters[k].least ||
                                               fit.change[k] >= fit.parameters[k].most};
    job->out->values = values;
    job->out->n_values = fit.n;
    return bki_calibrate_apply(job->model, fit.parameters, fit.n, fit.change, job->arena, &job->model);
}

/* ---- before and after -------------------------------------------------------------------------------------------- */

/* Root mean square of ln(computed / observed), apart for rows fitted to and rows kept for testing. */
static void
find_errors(const bk_fit_row *rows, size_t n, bool after, double *error, size_t *n_error)
{
    double squares[2] = {0.0, 0.0};

    n_error[0] = n_error[1] = 0;
    for (size_t o = 0; o < n; o++) {
        const bk_observation *row = rows[o].observation;
        const double          value = after ? rows[o].after : rows[o].before;
        const int             use = row->calibrate ? 0 : 1;
        if (!rows[o].computed || !(value > 0.0) || !(row->value > 0.0) ||
            (strcmp(row->kind, "flow") != 0 && strcmp(row->kind, "share") != 0))
            continue;
        squares[use] += log(value / row->value) * log(value / row->value);
        n_error[use]++;
    }
    for (int use = 0; use < 2; use++)
        error[use] = n_error[use] > 0 ? sqrt(squares[use] / (double)n_error[use]) : 0.0;
}

/* The base year's figures of the study in hand into `after` or `before` of every row. */
static bk_status
compare(calibration *job, const bk_study *study, const bk_joint_base *base, bool after, bk_fit_row *rows)
{
    const bk_comparison *found;

    BK_TRY(bk_study_compare(job->ctx, study, base, job->arena, &found));
    for (size_t o = 0; o < study->model->n_observations; o++) {
        rows[o].observation = &job->study->model->observations[o];
        rows[o].fitted = job->is_fitted[o];
        rows[o].computed = found[o].computed && (!after || rows[o].computed);
        *(after ? &rows[o].after : &rows[o].before) = found[o].value;
        rows[o].how = found[o].how;
    }
    find_errors(rows, study->model->n_observations, after, after ? job->out->error_after : job->out->error_before,
                job->out->n_error);
    return BK_OK;
}

/* Reads what was written as anybody would, and solves its base year. */
static bk_status
look_again(calibration *job, bk_fit_row *rows)
{
    const bk_study      *study;
    const bk_joint_base *base;
    bool                 cached;

    BK_TRY(bk_study_open(job->ctx, job->settings->out, NULL, 0, job->arena, &study));
    BK_TRY(bk_study_base(job->ctx, study, job->settings->cache_folder, job->arena, &base, &cached));
    return compare(job, study, base, true, rows);
}

/* Where nothing is written, the model in memory is looked at. */
static bk_status
look_at_model(calibration *job, bk_fit_row *rows)
{
    bk_study             study = *job->study;
    const bk_joint_base *base;

    study.model = job->model;
    BK_TRY(prepare_again(job, job->model, job->arena, &base));
    return compare(job, &study, base, true, rows);
}

static bk_status
calibrate(calibration *job)
{
    const bk_calibrate_settings *settings = job->settings;
    bool                         cached;

    BK_TRY(bk_study_base(job->ctx, job->study, settings->cache_folder, job->arena, &job->base, &cached));
    if (settings->n_logs > 0)
        BK_TRY(learn_dwells(job));
    if (settings->fit)
        BK_TRY(fit_all(job));
    bk_fit_row *rows = BK_NEW(job->arena, bk_fit_row, job->study->model->n_observations + 1);
    BK_TRY(bk_arena_ok(job->arena));
    BK_TRY(compare(job, job->study, job->base, false, rows));
    if (settings->out != NULL) {
        BK_TRY(bki_calibrate_write(job->ctx, job->study->model, job->model, job->out, job->study->folder, settings->out,
                                   job->arena, &job->out->n_files, &job->out->files, &job->out->diff));
        BK_TRY(look_again(job, rows));
    } else {
        BK_TRY(look_at_model(job, rows));
    }
    job->out->rows = rows;
    job->out->n_rows = job->study->model->n_observations;
    return BK_OK;
}

bk_status
bk_study_calibrate(bk_context *ctx, const bk_study *study, const bk_calibrate_settings *settings, bk_arena *arena,
                   bk_calibration *out)
{
    calibration job = {.ctx = ctx,
                       .study = study,
                       .settings = settings,
                       .arena = arena,
                       .model = study->model,
                       .out = out,
                       .is_fitted = BK_NEW(arena, bool, study->model->n_observations + 1)};

    *out = (bk_calibration){0};
    BK_TRY(bk_arena_ok(arena));
    if (!study->model->has_network || !study->model->has_economy)
        return bk_fail_hint(ctx, BK_ERR_INCONSISTENT, "a calibration needs network/ and economy/",
                            "%s has not both a network and an economy", study->folder);
    if (settings->n_logs == 0 && !settings->fit)
        return bk_fail(ctx, BK_ERR_INCONSISTENT, "there is nothing to do: no log is given, and no fit is wanted");
    return calibrate(&job);
}
