/* Tables of a stress test: what came out, what explains it, what choosing costs, and the draws themselves. */
#include "study/stress.h"
#include "study/table.h"

#include <math.h>

static const bki_column answer_columns[] = {
    {"scenario", "", "scenario", BK_COLUMN_TEXT},
    {"kind", "", "welfare_pct: % of real income; gain_usd: USD/yr; npv_usd: USD", BK_COLUMN_TEXT},
    {"economy", "", "country; empty: all together", BK_COLUMN_TEXT},
    {"of", "", "scenario, works (all of them alone), or a project", BK_COLUMN_TEXT},
    {"stated", "", "with every input at its stated value, in the unit of kind", BK_COLUMN_NUMBER},
    {"mean", "", "over the draws, in the unit of kind", BK_COLUMN_NUMBER},
    {"mean_low", "", "lower end of the mean's 95 % interval, likewise", BK_COLUMN_NUMBER},
    {"mean_high", "", "upper end, likewise", BK_COLUMN_NUMBER},
    {"sd", "", "standard deviation, likewise", BK_COLUMN_NUMBER},
    {"least", "", "likewise", BK_COLUMN_NUMBER},
    {"p05", "", "quantile, likewise", BK_COLUMN_NUMBER},
    {"p25", "", "quantile, likewise", BK_COLUMN_NUMBER},
    {"p50", "", "median, likewise", BK_COLUMN_NUMBER},
    {"p75", "", "quantile, likewise", BK_COLUMN_NUMBER},
    {"p95", "", "quantile, likewise", BK_COLUMN_NUMBER},
    {"most", "", "likewise", BK_COLUMN_NUMBER},
    {"loss_probability", "", "share of draws below 0", BK_COLUMN_NUMBER},
    {"loss_low", "", "lower end of its 95 % interval (Wilson 1927)", BK_COLUMN_NUMBER},
    {"loss_high", "", "upper end", BK_COLUMN_NUMBER},
    {"mean_eighth", "", "mean after an eighth of the draws, in the unit of kind", BK_COLUMN_NUMBER},
    {"mean_quarter", "", "after a quarter", BK_COLUMN_NUMBER},
    {"mean_half", "", "after half of them", BK_COLUMN_NUMBER},
    {"controlled_mean", "", "mean with the inputs as control variates, in the unit of kind", BK_COLUMN_NUMBER},
    {"controlled_low", "", "lower end of its 95 % interval, likewise", BK_COLUMN_NUMBER},
    {"controlled_high", "", "upper end, likewise", BK_COLUMN_NUMBER},
    {"variance_reduction", "", "variance of the mean over that of the controlled mean", BK_COLUMN_NUMBER},
};

static const bki_column reason_columns[] = {
    {"scenario", "", "scenario", BK_COLUMN_TEXT},
    {"kind", "", "of the answer explained", BK_COLUMN_TEXT},
    {"economy", "", "of the answer explained", BK_COLUMN_TEXT},
    {"of", "", "of the answer explained", BK_COLUMN_TEXT},
    {"input", "", "what is drawn", BK_COLUMN_TEXT},
    {"slope", "", "answer for each unit of the input, by regression on all inputs", BK_COLUMN_NUMBER},
    {"swing_low", "", "answer at the input's 5 % quantile less the mean answer", BK_COLUMN_NUMBER},
    {"swing_high", "", "likewise at 95 %", BK_COLUMN_NUMBER},
    {"rank", "", "standardised coefficient on ranks, [-1, 1]", BK_COLUMN_NUMBER},
    {"switching", "", "input at which the answer would be 0; empty: not within what was drawn", BK_COLUMN_NUMBER},
    {"first", "", "Sobol' index: share of variance by it alone; empty: not asked for", BK_COLUMN_NUMBER},
    {"first_low", "", "its 95 % bootstrap interval", BK_COLUMN_NUMBER},
    {"first_high", "", "upper end", BK_COLUMN_NUMBER},
    {"total", "", "Sobol' index: share of variance in which it has a part; empty likewise", BK_COLUMN_NUMBER},
    {"total_low", "", "its 95 % bootstrap interval", BK_COLUMN_NUMBER},
    {"total_high", "", "upper end", BK_COLUMN_NUMBER},
    {"losses_at_least", "", "losses lie at or above this value of the input; empty: unbounded", BK_COLUMN_NUMBER},
    {"losses_at_most", "", "losses lie at or below it; empty: unbounded", BK_COLUMN_NUMBER},
};

static const bki_column regret_columns[] = {
    {"choice", "", "scenario; empty: to do nothing", BK_COLUMN_TEXT},
    {"economy", "", "country; empty: all together", BK_COLUMN_TEXT},
    {"mean", "USD", "NPV lost against the best choice of each draw, mean", BK_COLUMN_NUMBER},
    {"p95", "USD", "its 95 % quantile", BK_COLUMN_NUMBER},
    {"most", "USD", "its maximum", BK_COLUMN_NUMBER},
    {"best", "", "share of draws in which it is the best choice", BK_COLUMN_NUMBER},
};

static const bki_column draw_columns[] = {
    {"answer", "", "row of stress_answers, from 1", BK_COLUMN_INTEGER},
    {"draw", "", "number of the draw among those used, from 1", BK_COLUMN_INTEGER},
    {"value", "", "the answer in this draw, in the unit of its kind", BK_COLUMN_NUMBER},
};

static const bki_column input_columns[] = {
    {"draw", "", "number of the draw among those used, from 1", BK_COLUMN_INTEGER},
    {"input", "", "what is drawn", BK_COLUMN_TEXT},
    {"value", "", "its value; of a state 1 if it comes, else 0", BK_COLUMN_NUMBER},
};

#define WIDTH(columns) (sizeof(columns) / sizeof *(columns))

static const char *
code_of(const bki_stress *job, uint32_t country)
{
    return country == BK_NONE ? NULL : job->study->model->countries[country];
}

static void
put_name(bki_table *table, const bki_stress *job, const bk_stress_answer *answer)
{
    static const char *const kinds[] = {
        [BK_STRESS_GAIN_PCT] = "welfare_pct", [BK_STRESS_GAIN] = "gain_usd", [BK_STRESS_NPV] = "npv_usd"};

    bki_put_text(table, job->study->scenarios[answer->scenario]->name);
    bki_put_text(table, kinds[answer->kind]);
    bki_put_text(table, code_of(job, answer->economy));
    bki_put_text(table, answer->project != BK_NONE ? job->study->model->projects.projects[answer->project].id
                        : answer->works            ? "works"
                                                   : "scenario");
}

static bk_status
record_answers(const bki_stress *job, bk_results *results)
{
    bki_table *table = bki_table_create(job->arena, "stress_answers", "How sure each figure is", answer_columns,
                                        WIDTH(answer_columns), job->out->n_answers, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t a = 0; a < job->out->n_answers; a++) {
        const bk_stress_answer *answer = &job->out->answers[a];
        const bk_summary       *s = &answer->summary;
        const double            numbers[] = {answer->central, s->mean, s->mean_low, s->mean_high, s->sd,
                                             s->least,        s->p05,  s->p25,      s->p50,       s->p75,
                                             s->p95,          s->most, s->loss,     s->loss_low,  s->loss_high};
        put_name(table, job, answer);
        for (size_t k = 0; k < WIDTH(numbers); k++)
            bki_put_number(table, numbers[k]);
        for (size_t k = 0; k < 3; k++)
            bki_put_number(table, answer->converging[k]);
        bki_put_number(table, answer->controlled.mean);
        bki_put_number(table, answer->controlled.low);
        bki_put_number(table, answer->controlled.high);
        bki_put_number(table, answer->controlled.reduction);
        bki_end_row(table);
    }
    return bki_table_append(job->ctx, results, table);
}

static void
put_reason(bki_table *table, const bk_stress *out, const bk_stress_reasons *why, size_t input)
{
    const double          none = (double)NAN;
    const bk_effect_of   *effect = &why->effects[input];
    const bk_sensitivity *index = why->indices ? &why->indices[out->inputs[input].unit] : NULL;
    const double          numbers[] = {effect->slope,
                                       effect->swing_low,
                                       effect->swing_high,
                                       effect->rank,
                              effect->has_switching ? effect->switching : none,
                              index ? index->first : none,
                              index ? index->first_low : none,
                              index ? index->first_high : none,
                              index ? index->total : none,
                              index ? index->total_low : none,
                              index ? index->total_high : none,
                              why->has_box && why->box.bounded_low[input] ? why->box.low[input] : none,
                              why->has_box && why->box.bounded_high[input] ? why->box.high[input] : none};

    bki_put_text(table, out->inputs[input].name);
    for (size_t k = 0; k < WIDTH(numbers); k++)
        bki_put_number(table, numbers[k]);
}

static bk_status
record_reasons(const bki_stress *job, bk_results *results)
{
    const bk_stress *out = job->out;
    bki_table       *table = bki_table_create(job->arena, "stress_inputs", "What moves the answers", reason_columns,
                                              WIDTH(reason_columns), out->n_reasons * out->n_inputs, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t r = 0; r < out->n_reasons; r++)
        for (size_t i = 0; out->reasons[r].effects && i < out->n_inputs; i++) {
            put_name(table, job, &out->answers[out->reasons[r].answer]);
            put_reason(table, out, &out->reasons[r], i);
            bki_end_row(table);
        }
    return bki_table_append(job->ctx, results, table);
}

static bk_status
record_regrets(const bki_stress *job, bk_results *results)
{
    const bk_stress *out = job->out;
    bki_table       *table = bki_table_create(job->arena, "stress_regret", "What choosing costs, had one known",
                                              regret_columns, WIDTH(regret_columns), out->n_regrets, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t r = 0; r < out->n_regrets; r++) {
        const bk_stress_regret *regret = &out->regrets[r];
        const bool              is_choice = regret->scenario < job->study->n_scenarios;
        bki_put_text(table, is_choice ? job->study->scenarios[regret->scenario]->name : NULL);
        bki_put_text(table, code_of(job, regret->economy));
        bki_put_number(table, regret->mean);
        bki_put_number(table, regret->p95);
        bki_put_number(table, regret->most);
        bki_put_number(table, regret->best);
        bki_end_row(table);
    }
    return bki_table_append(job->ctx, results, table);
}

static bk_status
record_draws(const bki_stress *job, bk_results *results)
{
    const bk_stress *out = job->out;
    bki_table       *draws = bki_table_create(job->arena, "stress_draws", "Every answer in every draw", draw_columns,
                                              WIDTH(draw_columns), out->n_answers * out->n_used, BK_GEOMETRY_NONE);
    bki_table       *inputs = bki_table_create(job->arena, "stress_samples", "Every input in every draw", input_columns,
                                               WIDTH(input_columns), out->n_inputs * out->n_used, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t a = 0; a < out->n_answers; a++)
        for (size_t k = 0; k < out->n_used; k++) {
            bki_put_integer(draws, (int64_t)a + 1);
            bki_put_integer(draws, (int64_t)k + 1);
            bki_put_number(draws, out->answers[a].value[k]);
            bki_end_row(draws);
        }
    for (size_t k = 0; k < out->n_used; k++)
        for (size_t i = 0; i < out->n_inputs; i++) {
            bki_put_integer(inputs, (int64_t)k + 1);
            bki_put_text(inputs, out->inputs[i].name);
            bki_put_number(inputs, out->input[k * out->n_inputs + i]);
            bki_end_row(inputs);
        }
    BK_TRY(bki_table_append(job->ctx, results, draws));
    return bki_table_append(job->ctx, results, inputs);
}

bk_status
bki_stress_tables(bki_stress *job)
{
    bk_results *results = &job->out->results;

    if (job->out->n_used == 0)
        return BK_OK;
    BK_TRY(record_answers(job, results));
    BK_TRY(record_reasons(job, results));
    BK_TRY(record_regrets(job, results));
    return record_draws(job, results);
}
