/* From records to answers: distributions, what moves them, where losses lie, what one would regret. */
#include "buckle/appraisal.h"
#include "study/stress.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FAILURES_KEPT = 100, MOST_REASONS_A_CASE = 3 };

/* ---- draws that count ------------------------------------------------------------------------------------------ */

static const double *
record_of(const bk_records *records, uint64_t index)
{
    return records->values + index * records->manifest.n_values;
}

static bool
is_sound(const bk_records *records, uint64_t index)
{
    return records->done[index] && record_of(records, index)[RECORD_STATUS] == 0.0;
}

/* With a design for indices, the first two of each row are draws of the distribution; the others share inputs. */
static bool
is_used(const bki_stress *job, const bk_records *records, uint64_t index)
{
    return index % bki_stress_columns(job) < 2 && is_sound(records, index);
}

static bk_status
list_draws(bki_stress *job, const bk_records *records, uint64_t **used)
{
    bk_stress         *out = job->out;
    bk_stress_failure *failures = BK_NEW(job->arena, bk_stress_failure, FAILURES_KEPT);

    *used = BK_NEW(job->arena, uint64_t, records->manifest.n_records + 1);
    BK_TRY(bk_arena_ok(job->arena));
    for (uint64_t index = 0; index < records->manifest.n_records; index++) {
        const double *record = record_of(records, index);
        if (is_used(job, records, index)) {
            (*used)[out->n_used++] = index;
            out->residual = fmax(out->residual, record[RECORD_RESIDUAL]);
            out->n_loose += record[RECORD_LOOSE] > 0.0;
        } else if (records->done[index] && record[RECORD_STATUS] != 0.0 && out->n_failed++ < FAILURES_KEPT) {
            failures[out->n_failures++] = (bk_stress_failure){index, (bk_status)record[RECORD_STATUS]};
        }
    }
    out->failures = failures;
    return BK_OK;
}

static bk_status
list_inputs(bki_stress *job, const uint64_t *used)
{
    double *input = BK_NEW(job->arena, double, job->out->n_used * job->n_inputs + 1);
    double *doubt = BK_NEW(job->arena, double, job->out->n_used * job->n_doubts + 1);
    double *room = BK_NEW(job->arena, double, 2 * job->n_dimensions + 1);

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t k = 0; k < job->out->n_used; k++)
        bki_stress_draw(job, used[k], room, doubt + k * job->n_doubts, input + k * job->n_inputs);
    job->out->input = input;
    job->out->doubt = doubt;
    return BK_OK;
}

/* ---- distributions --------------------------------------------------------------------------------------------- */

static void
add_answer(bki_stress *job, bk_stress_answer *answers, bk_stress_answer answer)
{
    answers[job->out->n_answers++] = answer;
}

/* Of every scenario: each economy's gain and NPV, all economies' together, works and projects by themselves. */
static void
list_answers(bki_stress *job, bk_stress_answer *answers)
{
    const bool has_horizon = job->study->model->horizon_years > 0;

    for (size_t c = 0; c < job->n_cases; c++) {
        const bki_stress_case *one = &job->cases[c];
        bk_stress_answer       answer = {.scenario = c, .project = BK_NONE};
        for (size_t e = 0; e <= job->n_economies; e++) {
            answer.economy = e < job->n_economies ? job->economies[e] : BK_NONE;
            answer.kind = BK_STRESS_GAIN_PCT;
            if (e < job->n_economies)
                add_answer(job, answers, answer);
            answer.kind = BK_STRESS_GAIN;
            add_answer(job, answers, answer);
            answer.kind = BK_STRESS_NPV;
            if (!has_horizon || job->settings->gains_alone)
                continue;
            add_answer(job, answers, answer);
            bk_stress_answer part = answer;
            part.works = true;
            if (one->n_projects > 0)
                add_answer(job, answers, part);
            part.works = false;
            for (size_t p = 0; job->settings->projects && p < one->n_projects; p++) {
                part.project = one->projects[p];
                add_answer(job, answers, part);
            }
        }
    }
}

static void
converge(const double *value, size_t n, double to[4])
{
    for (int k = 0; k < 4; k++) {
        const size_t part = n >> (3 - k) > 0 ? n >> (3 - k) : 1;
        to[k] = bk_sum(value, part) / (double)part;
    }
}

/* Inputs that serve as control variates: all of them for money, those that move an equilibrium for gains. */
typedef struct controls {
    size_t        n;
    const double *input;    /* [n_used][n] */
    const double *expected; /* [n] */
} controls;

static bool
moves_gains(const bki_stress *job, size_t input)
{
    bool any = input >= job->first_state;

    for (size_t d = 0; d < job->n_doubts; d++)
        any |= job->doubts[d].input == input && strcmp(job->doubts[d].adjust.target.name, "project") != 0 &&
               strcmp(job->doubts[d].adjust.target.name, "finance") != 0;
    return any;
}

static bk_status
list_controls(bki_stress *job, bool of_gains, controls *out)
{
    const size_t n_used = job->out->n_used, n_inputs = job->n_inputs;
    double      *all = BK_NEW(job->arena, double, n_inputs + 1), *expected = BK_NEW(job->arena, double, n_inputs + 1);
    double      *input = BK_NEW(job->arena, double, n_used *n_inputs + 1);
    size_t       n = 0, at = 0;

    BK_TRY(bk_arena_ok(job->arena));
    bki_stress_expect(job, all);
    for (size_t i = 0; i < n_inputs; i++)
        if (!of_gains || moves_gains(job, i))
            expected[n++] = all[i];
    for (size_t k = 0; k < n_used; k++)
        for (size_t i = 0; i < n_inputs; i++)
            if (!of_gains || moves_gains(job, i))
                input[at++] = job->out->input[k * n_inputs + i];
    *out = (controls){n, input, expected};
    return BK_OK;
}

/* Fewer draws than two for each input leave the line to chance. */
static bk_status
weigh(bki_stress *job, const controls *by, bk_stress_answer *answer)
{
    const size_t n = job->out->n_used;

    converge(answer->value, n, answer->converging);
    BK_TRY(bk_summarise(job->ctx, answer->value, n, &answer->summary));
    answer->controlled =
        (bk_controlled){answer->summary.mean, answer->summary.mean_low, answer->summary.mean_high, 1.0};
    if (by->n == 0 || n < 2 * (by->n + 1))
        return BK_OK;
    return bk_control(job->ctx, by->input, by->expected, answer->value, n, by->n, &answer->controlled);
}

bk_status
bki_stress_answers(bki_stress *job, const bk_records *records, const double *central)
{
    bk_stress        *out = job->out;
    const size_t      most = job->n_cases * (job->n_economies + 1) * (4 + job->study->model->projects.n_projects);
    bk_stress_answer *answers = BK_NEW(job->arena, bk_stress_answer, most + 1);
    double           *stated = BK_NEW(job->arena, double, job->n_inputs + 1);
    controls          of_gains, of_money;
    uint64_t         *used;

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t i = 0; i < job->n_inputs; i++)
        stated[i] = 1.0; /* gains as expected */
    BK_TRY(list_draws(job, records, &used));
    BK_TRY(list_inputs(job, used));
    BK_TRY(list_controls(job, true, &of_gains));
    BK_TRY(list_controls(job, false, &of_money));
    if (out->n_used > 0)
        list_answers(job, answers);
    for (size_t a = 0; a < out->n_answers; a++) {
        double *value = BK_NEW(job->arena, double, out->n_used);
        BK_TRY(bk_arena_ok(job->arena));
        for (size_t k = 0; k < out->n_used; k++)
            value[k] = bki_stress_answer(job, &answers[a], record_of(records, used[k]), out->input + k * job->n_inputs);
        answers[a].value = value;
        answers[a].central = bki_stress_answer(job, &answers[a], central, stated);
        BK_TRY(weigh(job, answers[a].kind == BK_STRESS_NPV ? &of_money : &of_gains, &answers[a]));
    }
    out->answers = answers;
    return BK_OK;
}

/* ---- reasons --------------------------------------------------------------------------------------------------- */

/* Answers of every row of the design for indices, NAN where a draw is missing. */
static bk_status
design_of(bki_stress *job, const bk_records *records, const bk_stress_answer *answer, bk_arena *scratch, double **out)
{
    const uint64_t n = records->manifest.n_records;
    double        *room = BK_NEW(scratch, double, 2 * job->n_dimensions + job->n_doubts + job->n_inputs + 1);
    double        *inputs = room + 2 * job->n_dimensions + job->n_doubts;

    *out = BK_NEW(scratch, double, n + 1);
    BK_TRY(bk_arena_ok(scratch));
    for (uint64_t index = 0; index < n; index++) {
        bki_stress_draw(job, index, room, room + 2 * job->n_dimensions, inputs);
        (*out)[index] =
            is_sound(records, index) ? bki_stress_answer(job, answer, record_of(records, index), inputs) : (double)NAN;
    }
    return BK_OK;
}

static bk_status
indices_of(bki_stress *job, const bk_records *records, const bk_stress_answer *answer, bk_stress_reasons *out)
{
    bk_sensitivity *indices = BK_NEW(job->arena, bk_sensitivity, job->n_units + 1);
    double         *design = NULL;
    bk_arena        scratch;

    BK_TRY(bk_arena_ok(job->arena));
    bk_arena_init(&scratch, job->ctx);
    bk_status status = design_of(job, records, answer, &scratch, &design);
    if (status == BK_OK)
        status = bk_sobol_indices(job->ctx, design, (size_t)job->settings->n_draws, job->n_units, job->settings->seed,
                                  indices, &out->n_rows);
    bk_arena_release(&scratch);
    if (status == BK_ERR_VALUE) { /* too few rows are whole: nothing to say yet */
        bk_error_clear(job->ctx);
        return BK_OK;
    }
    out->indices = indices;
    return status;
}

static bk_status
box_of(bki_stress *job, const bk_stress_answer *answer, bk_stress_reasons *out)
{
    const size_t n = job->out->n_used;
    bool        *loss = BK_NEW(job->arena, bool, n + 1);
    size_t       n_losses = 0;

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t k = 0; k < n; k++) {
        loss[k] = answer->value[k] < 0.0;
        n_losses += loss[k];
    }
    if (n_losses == 0 || n_losses == n)
        return BK_OK;
    BK_TRY(bk_prim(job->ctx, job->out->input, loss, n, job->n_inputs, job->arena, &out->box));
    out->has_box = out->box.n_bounds > 0;
    return BK_OK;
}

static bk_status
reason(bki_stress *job, const bk_records *records, size_t which, bk_stress_reasons *out)
{
    const bk_stress_answer *answer = &job->out->answers[which];
    const size_t            n = job->out->n_used;
    bk_effect_of           *effects = BK_NEW(job->arena, bk_effect_of, job->n_inputs + 1);

    BK_TRY(bk_arena_ok(job->arena));
    *out = (bk_stress_reasons){.answer = which};
    if (n >= job->n_inputs + 2) {
        BK_TRY(bk_regress(job->ctx, job->out->input, answer->value, n, job->n_inputs, effects, &out->explained));
        out->effects = effects;
    }
    if (job->settings->indices)
        BK_TRY(indices_of(job, records, answer, out));
    return box_of(job, answer, out);
}

/* The economy asked about: its gain and what it nets; and what the works bring all economies together. */
static bool
is_explained(const bki_stress *job, const bk_stress_answer *answer)
{
    const bool of_economy = answer->economy == job->settings->economy, of_all = answer->economy == BK_NONE;

    if (answer->kind == BK_STRESS_GAIN_PCT)
        return of_economy;
    if (answer->kind != BK_STRESS_NPV || answer->project != BK_NONE)
        return false;
    return (of_economy && !answer->works) || (of_all && answer->works == (job->cases[answer->scenario].n_projects > 0));
}

bk_status
bki_stress_reasons(bki_stress *job, const bk_records *records)
{
    bk_stress         *out = job->out;
    bk_stress_reasons *reasons = BK_NEW(job->arena, bk_stress_reasons, MOST_REASONS_A_CASE * job->n_cases + 1);

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t a = 0; a < out->n_answers; a++)
        if (is_explained(job, &out->answers[a]))
            BK_TRY(reason(job, records, a, &reasons[out->n_reasons++]));
    out->reasons = reasons;
    return BK_OK;
}

/* ---- regret ---------------------------------------------------------------------------------------------------- */

static int
ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* NPV of each scenario to one economy, draw by draw, into worth [n_cases] (NULL: not there). */
static void
find_worths(const bki_stress *job, uint32_t economy, const double **worth)
{
    for (size_t a = 0; a < job->out->n_answers; a++) {
        const bk_stress_answer *answer = &job->out->answers[a];
        if (answer->kind == BK_STRESS_NPV && answer->economy == economy && !answer->works && answer->project == BK_NONE)
            worth[answer->scenario] = answer->value;
    }
}

/* Choices are the scenarios and, last, to do nothing, which is worth 0. */
static void
regret_of(const bki_stress *job, const double *const *worth, size_t choice, double *room, bk_stress_regret *out)
{
    const size_t n = job->out->n_used;

    for (size_t k = 0; k < n; k++) {
        double best = 0.0;
        for (size_t c = 0; c < job->n_cases; c++)
            best = fmax(best, worth[c][k]);
        room[k] = best - (choice < job->n_cases ? worth[choice][k] : 0.0);
        out->best += room[k] <= 0.0 ? 1.0 / (double)n : 0.0;
    }
    out->mean = bk_sum(room, n) / (double)n;
    qsort(room, n, sizeof *room, ascending);
    out->p95 = bk_sample_quantile(room, n, 0.95);
    out->most = room[n - 1];
}

bk_status
bki_stress_regrets(bki_stress *job)
{
    const uint32_t    sides[] = {job->settings->economy, BK_NONE};
    const double    **worth = BK_NEW(job->arena, const double *, job->n_cases + 1);
    double           *room = BK_NEW(job->arena, double, job->out->n_used + 1);
    bk_stress_regret *regrets = BK_NEW(job->arena, bk_stress_regret, 2 * (job->n_cases + 1));

    BK_TRY(bk_arena_ok(job->arena));
    job->out->regrets = regrets;
    if (job->out->n_used == 0 || job->study->model->horizon_years <= 0 || job->settings->gains_alone)
        return BK_OK;
    for (size_t s = 0; s < 2; s++) {
        find_worths(job, sides[s], worth);
        for (size_t choice = 0; choice <= job->n_cases; choice++) {
            bk_stress_regret *regret = &regrets[job->out->n_regrets++];
            *regret = (bk_stress_regret){.scenario = choice, .economy = sides[s]};
            regret_of(job, worth, choice, room, regret);
        }
    }
    return BK_OK;
}
