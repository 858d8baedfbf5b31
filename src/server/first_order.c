/* What the adjoint of the base year answers at once: scenarios to first order, and what facilities are worth. */
#include "server/jobs.h"
#include "server/questions.h"

#include <string.h>

/* ---- scenarios --------------------------------------------------------------------------------------------------- */

static void
first_order_json(bk_json *json, const bk_model *model, const bk_first_order *answer, double seconds)
{
    bk_json_object(json, NULL);
    bk_json_flag(json, "first_order", true);
    bk_json_number(json, "seconds", seconds);
    bk_json_array(json, "economies");
    for (size_t n = 0; n < model->economy.n_regions; n++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "economy", model->economy.regions[n].id);
        bk_json_number(json, "welfare_pct", answer->welfare_pct[n]);
        bk_json_number(json, "ev", answer->ev_usd[n]);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_text(json, "note",
                 "first order: queues and prices of scarce capacity answer by their derivatives at the "
                 "base year; the error grows with the square of the change");
    bk_json_end(json);
}

bk_status
bki_ask_first_order(bki_question *q)
{
    const double       start = bki_server_seconds();
    const bk_model    *base = q->worker->warm->model, *model = NULL;
    const bk_scenario *scenario = NULL;
    bk_first_order     answer;

    if (q->n < 2)
        return bk_fail(q->ctx, BK_ERR_USAGE, "there is no scenario to answer");
    BK_TRY(bk_scenario_parse(q->ctx, q->fields[1], strlen(q->fields[1]), "scenario", base, q->arena, &scenario));
    BK_TRY(bk_scenario_apply(q->ctx, base, scenario, NULL, q->arena, &model));
    BK_TRY(bk_joint_first_order(q->ctx, q->worker->adjoint, model, NULL, q->arena, &answer));
    bk_json *json = bk_json_create(q->arena);
    BK_TRY(bk_arena_ok(q->arena));
    first_order_json(json, base, &answer, bki_server_seconds() - start);
    q->body = bk_json_result(json, &q->n_body);
    return q->body != NULL ? BK_OK : bk_fail_no_memory(q->ctx);
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

static const char *
facility_name(const bki_question *q, size_t f)
{
    const bk_model        *model = q->worker->warm->model;
    const bk_network_data *network = &model->network;

    if (f < network->n_links)
        return bk_arena_format(q->arena, "link:%s", network->links[f].id);
    if (f < network->n_links + network->n_transfers)
        return bk_arena_format(q->arena, "transfer:%s", bki_transfer_id(q->arena, model, f - network->n_links));
    return bk_arena_format(q->arena, "border:%s",
                           bki_border_id(q->arena, model, f - network->n_links - network->n_transfers));
}

/* Of one region, or of all together for `region` BK_NONE. */
static double
value_of(const bk_joint_values *values, const double *by_region, size_t f, uint32_t region)
{
    const double *row = &by_region[f * values->n_regions];

    return region != BK_NONE ? row[region] : bk_sum(row, values->n_regions);
}

static void
json_value(bk_json *json, const bk_joint_values *values, size_t f, uint32_t region)
{
    bk_json_number(json, "per_hour_usd", value_of(values, values->per_hour, f, region));
    bk_json_number(json, "per_usd", value_of(values, values->per_usd, f, region));
    bk_json_number(json, "per_tonne_capacity", value_of(values, values->per_capacity, f, region));
}

static void
values_json(const bki_question *q, bk_json *json, const bk_joint_values *values, uint32_t region)
{
    const char *economy = q->worker->warm->model->economy.regions[region].id;

    bk_json_array(json, NULL);
    for (size_t f = 0; f < values->n_facilities; f++) {
        if (values->tonnes[f] <= 0.0)
            continue; /* nothing passes: nothing is saved */
        bk_json_object(json, NULL);
        bk_json_text(json, "facility", facility_name(q, f));
        bk_json_text(json, "economy", economy);
        bk_json_number(json, "tonnes", values->tonnes[f]);
        json_value(json, values, f, region);
        bk_json_object(json, "world");
        json_value(json, values, f, BK_NONE);
        bk_json_end(json);
        bk_json_end(json);
    }
    bk_json_end(json);
}

/* Worked out at the first question, and kept with the adjoint. */
static bk_status
values_of(bki_worker *worker, const bk_joint_values **out)
{
    if (worker->values == NULL) {
        bk_joint_values *values = BK_NEW(worker->arena, bk_joint_values, 1);
        BK_TRY(bk_arena_ok(worker->arena));
        BK_TRY(bk_joint_value(worker->ctx, worker->adjoint, worker->arena, values));
        worker->values = values;
    }
    *out = worker->values;
    return BK_OK;
}

bk_status
bki_ask_values(bki_question *q)
{
    const bk_model        *model = q->worker->warm->model;
    const bk_joint_values *values = NULL;
    const bool             named = q->n > 1 && q->fields[1][0] != '\0';
    const uint32_t         region = named ? bk_model_find_region(model, q->fields[1]) : 0;

    if (region == BK_NONE)
        return bk_fail(q->ctx, BK_ERR_REFERENCE, "the study has no economy '%s'", q->fields[1]);
    if (values_of(q->worker, &values) != BK_OK) {
        const bk_error *error = bk_error_get(q->worker->ctx, 0);
        return bk_fail(q->ctx, BK_ERR_USAGE, "%s", error != NULL ? error->message : "there are no values");
    }
    bk_json *json = bk_json_create(q->arena);
    BK_TRY(bk_arena_ok(q->arena));
    values_json(q, json, values, region);
    q->body = bk_json_result(json, &q->n_body);
    return q->body != NULL ? BK_OK : bk_fail_no_memory(q->ctx);
}
