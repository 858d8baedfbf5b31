/* How sure, as JSON. */
#include "cli/stress.h"

#include <math.h>

static const char *const kinds[] = {
    [BK_STRESS_GAIN_PCT] = "welfare_pct", [BK_STRESS_GAIN] = "gain_usd", [BK_STRESS_NPV] = "npv_usd"};

static const char *
code_of(const bk_stress *stress, uint32_t country)
{
    return country == BK_NONE ? NULL : stress->study->model->countries[country];
}

static void
json_summary(bk_json *json, const bk_summary *summary)
{
    bk_json_number(json, "mean", summary->mean);
    bk_json_number(json, "mean_low", summary->mean_low);
    bk_json_number(json, "mean_high", summary->mean_high);
    bk_json_number(json, "sd", summary->sd);
    bk_json_number(json, "least", summary->least);
    bk_json_number(json, "p05", summary->p05);
    bk_json_number(json, "p25", summary->p25);
    bk_json_number(json, "p50", summary->p50);
    bk_json_number(json, "p75", summary->p75);
    bk_json_number(json, "p95", summary->p95);
    bk_json_number(json, "most", summary->most);
    bk_json_number(json, "loss_probability", summary->loss);
    bk_json_number(json, "loss_low", summary->loss_low);
    bk_json_number(json, "loss_high", summary->loss_high);
    bk_json_array(json, "histogram");
    for (size_t bin = 0; bin < BK_HISTOGRAM_BINS; bin++)
        bk_json_number(json, NULL, summary->histogram[bin]);
    bk_json_end(json);
}

static void
json_answer_name(bk_json *json, const bk_stress *stress, const bk_stress_answer *answer)
{
    bk_json_text(json, "scenario", stress->study->scenarios[answer->scenario]->name);
    bk_json_text(json, "kind", kinds[answer->kind]);
    bk_json_text(json, "economy", code_of(stress, answer->economy));
    bk_json_text(json, "of",
                 answer->project != BK_NONE ? stress->study->model->projects.projects[answer->project].id
                 : answer->works            ? "works"
                                            : "scenario");
}

static void
json_answers(bk_json *json, const bk_stress *stress)
{
    bk_json_array(json, "answers");
    for (size_t a = 0; a < stress->n_answers; a++) {
        const bk_stress_answer *answer = &stress->answers[a];
        bk_json_object(json, NULL);
        json_answer_name(json, stress, answer);
        bk_json_number(json, "stated", answer->central);
        json_summary(json, &answer->summary);
        bk_json_number(json, "controlled_mean", answer->controlled.mean);
        bk_json_number(json, "controlled_low", answer->controlled.low);
        bk_json_number(json, "controlled_high", answer->controlled.high);
        bk_json_number(json, "variance_reduction", answer->controlled.reduction);
        bk_json_array(json, "converging");
        for (size_t k = 0; k < 4; k++)
            bk_json_number(json, NULL, answer->converging[k]);
        bk_json_end(json);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_inputs(bk_json *json, const bk_stress *stress)
{
    bk_json_array(json, "inputs");
    for (size_t i = 0; i < stress->n_inputs; i++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "input", stress->inputs[i].name);
        bk_json_text(json, "what", stress->inputs[i].what);
        bk_json_text(json, "unit", stress->units[stress->inputs[i].unit]);
        bk_json_flag(json, "is_state", stress->inputs[i].is_state);
        bk_json_flag(json, "implied", stress->inputs[i].is_implied);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_effects(bk_json *json, const bk_stress *stress, const bk_stress_reasons *why)
{
    bk_json_array(json, "effects");
    for (size_t i = 0; why->effects && i < stress->n_inputs; i++) {
        const bk_effect_of *effect = &why->effects[i];
        bk_json_object(json, NULL);
        bk_json_text(json, "input", stress->inputs[i].name);
        bk_json_number(json, "slope", effect->slope);
        bk_json_number(json, "swing_low", effect->swing_low);
        bk_json_number(json, "swing_high", effect->swing_high);
        bk_json_number(json, "rank", effect->rank);
        bk_json_number(json, "switching_value", effect->has_switching ? effect->switching : (double)NAN);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_indices(bk_json *json, const bk_stress *stress, const bk_stress_reasons *why)
{
    bk_json_array(json, "indices");
    for (size_t u = 0; why->indices && u < stress->n_units; u++) {
        const bk_sensitivity *index = &why->indices[u];
        bk_json_object(json, NULL);
        bk_json_text(json, "unit", stress->units[u]);
        bk_json_number(json, "first", index->first);
        bk_json_number(json, "first_low", index->first_low);
        bk_json_number(json, "first_high", index->first_high);
        bk_json_number(json, "total", index->total);
        bk_json_number(json, "total_low", index->total_low);
        bk_json_number(json, "total_high", index->total_high);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_box(bk_json *json, const bk_stress *stress, const bk_box *box)
{
    bk_json_object(json, "losses_lie");
    bk_json_number(json, "coverage", box->coverage);
    bk_json_number(json, "density", box->density);
    bk_json_number(json, "mass", box->mass);
    bk_json_array(json, "where");
    for (size_t i = 0; i < stress->n_inputs; i++) {
        if (!box->bounded_low[i] && !box->bounded_high[i])
            continue;
        bk_json_object(json, NULL);
        bk_json_text(json, "input", stress->inputs[i].name);
        bk_json_number(json, "least", box->bounded_low[i] ? box->low[i] : (double)NAN);
        bk_json_number(json, "most", box->bounded_high[i] ? box->high[i] : (double)NAN);
        bk_json_number(json, "chance", box->chance[i]);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_end(json);
}

static void
json_reasons(bk_json *json, const bk_stress *stress)
{
    bk_json_array(json, "reasons");
    for (size_t r = 0; r < stress->n_reasons; r++) {
        const bk_stress_reasons *why = &stress->reasons[r];
        bk_json_object(json, NULL);
        json_answer_name(json, stress, &stress->answers[why->answer]);
        bk_json_number(json, "explained", why->explained);
        json_effects(json, stress, why);
        json_indices(json, stress, why);
        bk_json_integer(json, "design_rows", (int64_t)why->n_rows);
        if (why->has_box)
            json_box(json, stress, &why->box);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_regrets(bk_json *json, const bk_stress *stress)
{
    bk_json_array(json, "regrets");
    for (size_t r = 0; r < stress->n_regrets; r++) {
        const bk_stress_regret *regret = &stress->regrets[r];
        bk_json_object(json, NULL);
        bk_json_text(json, "choice",
                     regret->scenario < stress->study->n_scenarios ? stress->study->scenarios[regret->scenario]->name
                                                                   : NULL);
        bk_json_text(json, "economy", code_of(stress, regret->economy));
        bk_json_number(json, "mean_usd", regret->mean);
        bk_json_number(json, "p95_usd", regret->p95);
        bk_json_number(json, "most_usd", regret->most);
        bk_json_number(json, "best_share", regret->best);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_failures(bk_json *json, const bk_stress *stress)
{
    bk_json_array(json, "failures");
    for (size_t f = 0; f < stress->n_failures; f++) {
        bk_json_object(json, NULL);
        bk_json_integer(json, "draw", (int64_t)stress->failures[f].index);
        bk_json_text(json, "code", bk_status_name(stress->failures[f].status));
        bk_json_end(json);
    }
    bk_json_end(json);
}

bki_exit
bki_stress_print_json(const bki_stress_shown *shown)
{
    const bk_stress *stress = shown->stress;
    bk_json         *json = bk_json_create(&shown->session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    bk_json_text(json, "study", stress->study->name);
    bk_json_text(json, "economy", code_of(stress, stress->settings.economy));
    bk_json_text(json, "sampler", bk_sampler_name(stress->settings.sampler));
    bk_json_integer(json, "seed", (int64_t)stress->settings.seed);
    bk_json_flag(json, "complete", stress->complete);
    bk_json_integer(json, "draws", (int64_t)stress->n_wanted);
    bk_json_integer(json, "done", (int64_t)stress->n_done);
    bk_json_integer(json, "used", (int64_t)stress->n_used);
    bk_json_integer(json, "failed", (int64_t)stress->n_failed);
    bk_json_integer(json, "not_converged", (int64_t)stress->n_loose);
    bk_json_number(json, "residual", stress->residual);
    json_inputs(json, stress);
    json_answers(json, stress);
    json_reasons(json, stress);
    json_regrets(json, stress);
    json_failures(json, stress);
    bk_json_text(json, "file", shown->file);
    bk_json_array(json, "tables");
    if (shown->package)
        bk_json_text(json, NULL, shown->package);
    if (shown->folder)
        bk_json_text(json, NULL, shown->folder);
    bk_json_end(json);
    bk_json_number(json, "seconds", shown->seconds);
    return bki_json_finish(shown->session, json);
}
