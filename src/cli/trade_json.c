/* The answer of `trade` for programs. */
#include "cli/trade.h"

static void
json_decomposition(bk_json *json, const bk_trade_decomposition *part, size_t n)
{
    bk_json_object(json, "decomposition");
    bk_json_number(json, "terms_of_trade", part->terms_of_trade_pct[n]);
    bk_json_number(json, "volume_of_trade", part->volume_of_trade_pct[n]);
    bk_json_number(json, "tariff_revenue", part->tariff_revenue_pct[n]);
    bk_json_number(json, "tariff_burden", part->tariff_burden_pct[n]);
    bk_json_number(json, "transport", part->transport_pct[n]);
    bk_json_number(json, "productivity", part->productivity_pct[n]);
    bk_json_number(json, "finance", part->finance_pct[n]);
    bk_json_number(json, "labour", part->labour_pct[n]);
    bk_json_number(json, "remainder", part->remainder_pct[n]);
    bk_json_end(json);
}

static void
json_indicators(bk_json *json, const bki_trade_answer *answer, size_t n)
{
    const bk_trade_indicators *is = answer->report.indicators;
    const double               usd = answer->study->model->money_usd;

    bk_json_number(json, "created", is->created[n] * usd);
    bk_json_number(json, "diverted", is->diverted[n] * usd);
    bk_json_number(json, "product_hhi_before", is->product_hhi_before[n]);
    bk_json_number(json, "product_hhi_after", is->product_hhi_after[n]);
    bk_json_number(json, "partner_hhi_before", is->partner_hhi_before[n]);
    bk_json_number(json, "partner_hhi_after", is->partner_hhi_after[n]);
    bk_json_number(json, "market_access_pct", is->market_access_pct[n]);
    if (is->sufficient_applies[n])
        bk_json_number(json, "sufficient_real_wage_pct", is->sufficient_real_wage_pct[n]);
    else
        bk_json_text(json, "sufficient_real_wage_pct", NULL);
}

static void
json_region(bk_json *json, const bki_trade_answer *answer, size_t n)
{
    const bk_trade_solution *solution = answer->report.solution;
    const double             usd = answer->study->model->money_usd;

    bk_json_object(json, NULL);
    bk_json_text(json, "region", answer->report.economy->regions[n].id);
    bk_json_number(json, "wage_hat", solution->wage_hat[n]);
    bk_json_number(json, "price_hat", solution->price_hat[n]);
    bk_json_number(json, "income_hat", solution->income_hat[n]);
    bk_json_number(json, "real_wage_pct", solution->real_wage_pct[n]);
    bk_json_number(json, "welfare_pct", solution->welfare_pct[n]);
    bk_json_number(json, "welfare_linear_pct", solution->welfare_linear_pct[n]);
    bk_json_number(json, "terms_of_trade_pct", solution->terms_of_trade_pct[n]);
    bk_json_number(json, "volume_of_trade_pct", solution->volume_of_trade_pct[n]);
    bk_json_number(json, "exports_pct", solution->exports_pct[n]);
    bk_json_number(json, "imports_pct", solution->imports_pct[n]);
    bk_json_number(json, "ev", solution->equivalent_variation[n] * usd);
    bk_json_number(json, "income", bk_trade_base_income(answer->report.base)[n] * usd);
    bk_json_number(json, "deficit", solution->deficit[n] * usd);
    bk_json_number(json, "labour_hat", solution->labour_hat[n]);
    bk_json_number(json, "utility_pct", solution->utility_pct[n]);
    bk_json_number(json, "cost", answer->report.cost_usd[n]);
    bk_json_number(json, "paid", answer->report.paid_usd[n]);
    json_decomposition(json, answer->report.decomposition, n);
    json_indicators(json, answer, n);
    bk_json_end(json);
}

typedef struct flows { /* of one economy with a partner, or of one sector; money */
    double imports_before, imports_after, exports_before, exports_after;
} flows;

static void
json_flows(bk_json *json, const bki_trade_answer *answer, const char *key, const char *id, const flows *trade)
{
    const double usd = answer->study->model->money_usd;

    bk_json_object(json, NULL);
    bk_json_text(json, key, id);
    bk_json_number(json, "imports_before", trade->imports_before * usd);
    bk_json_number(json, "imports_after", trade->imports_after * usd);
    bk_json_number(json, "exports_before", trade->exports_before * usd);
    bk_json_number(json, "exports_after", trade->exports_after * usd);
    bk_json_end(json);
}

static void
json_bilateral(bk_json *json, const bki_trade_answer *answer)
{
    const bk_trade_indicators *is = answer->report.indicators;
    const bk_economy          *economy = answer->report.economy;
    const size_t               n_regions = economy->n_regions, n = answer->economy;

    bk_json_object(json, "bilateral");
    bk_json_text(json, "economy", economy->regions[n].id);
    bk_json_array(json, "partners");
    for (size_t i = 0; i < n_regions; i++) {
        const size_t in = n * n_regions + i, out = i * n_regions + n;
        if (i != n)
            json_flows(json, answer, "partner", economy->regions[i].id,
                       &(flows){is->pair_before[in], is->pair_after[in], is->pair_before[out], is->pair_after[out]});
    }
    bk_json_end(json);
    bk_json_array(json, "sectors");
    for (size_t j = 0; j < economy->n_sectors; j++) {
        const size_t at = j * n_regions + n;
        json_flows(
            json, answer, "sector", economy->sectors[j].id,
            &(flows){is->imports_before[at], is->imports_after[at], is->exports_before[at], is->exports_after[at]});
    }
    bk_json_end(json);
    bk_json_end(json);
}

bki_exit
bki_trade_print_json(const bki_trade_answer *answer)
{
    const bk_trade_solution *solution = answer->report.solution;
    bk_json                 *json = bk_json_create(&answer->session->arena);

    if (!json)
        return bki_report_errors(answer->session, bk_fail_no_memory(answer->session->ctx));
    bk_json_object(json, NULL);
    bk_json_text(json, "scenario", answer->report.scenario ? answer->report.scenario->name : NULL);
    bk_json_flag(json, "converged", solution->outcome == BK_CONVERGED);
    bk_json_number(json, "residual", solution->residual);
    bk_json_number(json, "walras", solution->walras);
    bk_json_integer(json, "iterations", solution->iterations);
    bk_json_number(json, "seconds", answer->seconds);
    bk_json_flag(json, "labour_moves", answer->report.shock->mobility != NULL);
    bk_json_flag(json, "labour_unique", solution->labour_unique);
    bk_json_text(json, "finance", bk_finance_name(answer->closure.finance));
    bk_json_number(json, "unfinanced", answer->report.unpaid_usd);
    bk_json_array(json, "regions");
    for (size_t n = 0; n < answer->report.economy->n_regions; n++)
        json_region(json, answer, n);
    bk_json_end(json);
    if (answer->bilateral)
        json_bilateral(json, answer);
    bki_json_texts(json, "files", answer->files, answer->n_files);
    return bki_json_finish(answer->session, json);
}
