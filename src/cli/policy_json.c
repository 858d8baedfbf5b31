/* `buckle check --policy`: its options, and the answer as JSON. */
#include "cli/policy.h"

#include <math.h>

#define WORST 10

static void
json_row(bk_json *json, const char *key, const char *file, int line)
{
    bk_json_object(json, key);
    bk_json_text(json, "file", file);
    if (line > 0)
        bk_json_integer(json, "line", line);
    else
        bk_json_text(json, "line", NULL);
    bk_json_end(json);
}

static const char *
agreement_id(const bk_model *model, uint32_t agreement)
{
    return agreement != BK_NONE ? model->policy.agreements[agreement].id : NULL;
}

static void
json_rows_of(bk_json *json, const bk_model *model, const bk_tariff_rule *rule)
{
    const bk_policy *policy = &model->policy;

    bk_json_array(json, "rows");
    if (rule->preference != BK_NONE)
        json_row(json, NULL, "policy/preference.csv", policy->preferences[rule->preference].line);
    else if (rule->agreement != BK_NONE)
        json_row(json, NULL, "policy/agreement.csv", policy->agreements[rule->agreement].line);
    if (rule->external_row != BK_NONE)
        json_row(json, NULL, "policy/external_tariff.csv", policy->external_tariffs[rule->external_row].line);
    bk_json_end(json);
}

static void
json_rule(bk_json *json, const bk_model *model, const bk_tariff_rule *rule)
{
    bk_json_text(json, "regime", bk_regime_name(rule->regime));
    bk_json_number(json, "rate", rule->regime != BK_REGIME_UNKNOWN ? rule->rate : (double)NAN);
    bk_json_text(json, "agreement", agreement_id(model, rule->agreement));
    bk_json_number(json, "external_rate", rule->basis != BK_BASIS_UNKNOWN ? rule->external_rate : (double)NAN);
    bk_json_text(json, "basis", bk_tariff_basis_name(rule->basis));
    bk_json_flag(json, "most_favoured", rule->most_favoured);
    json_rows_of(json, model, rule);
    bk_json_array(json, "offers");
    for (size_t i = 0; i < rule->n_offers; i++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "agreement", agreement_id(model, rule->offers[i].agreement));
        bk_json_number(json, "rate", rule->offers[i].rate);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_direction(bki_session *session, bk_json *json, const bk_model *model, const bk_policy_report *report, bool imports)
{
    const double *costs = imports ? report->import_cost : report->export_cost;

    bk_json_array(json, imports ? "imports" : "exports");
    for (size_t i = 0; i < report->n_partners * report->n_sectors; i++) {
        const bk_tariff_rule *rule = &(imports ? report->imports : report->exports)[i];
        const uint32_t        them = report->partners[i / report->n_sectors], us = report->country;
        bk_json_object(json, NULL);
        bk_json_text(json, "partner", model->countries[them]);
        bk_json_text(json, "sector", model->economy.sectors[report->sectors[i % report->n_sectors]].id);
        json_rule(json, model, rule);
        bk_json_text(json, "why", bki_show_reason(&session->arena, report->state, model, imports ? us : them, rule));
        bk_json_number(json, "trade_cost", costs[i]);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_agreements(bk_json *json, const bk_model *model, const bk_policy_report *report)
{
    bk_json_array(json, "agreements");
    for (uint32_t a = 0; a < model->policy.n_agreements; a++) {
        uint32_t member;
        if (!bk_policy_is_party(report->state, a, report->country, &member))
            continue;
        bk_json_object(json, NULL);
        bk_json_text(json, "agreement", model->policy.agreements[a].id);
        bk_json_text(json, "type", model->policy.agreements[a].type);
        bk_json_text(json, "status", member != BK_NONE ? model->policy.members[member].status : NULL);
        if (member != BK_NONE)
            json_row(json, "row", "policy/member.csv", model->policy.members[member].line);
        else
            json_row(json, "row", "policy/agreement.csv", model->policy.agreements[a].line);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_sanctions(bk_json *json, const bk_model *model, const bk_policy_report *report)
{
    static const char *const kinds[] = {[BK_SANCTION_TRADE] = "trade",
                                        [BK_SANCTION_TRANSIT_BAN] = "transit_ban",
                                        [BK_SANCTION_TRANSIT_COST] = "transit_cost"};

    bk_json_array(json, "sanctions");
    for (uint32_t s = 0; s < model->policy.n_sanctions; s++)
        for (size_t p = 0; p < report->n_partners; p++) {
            const bk_sanction *sanction = &model->policy.sanctions[s];
            if (!bk_policy_is_sanctioned(report->state, s, report->country, report->partners[p]))
                continue;
            bk_json_object(json, NULL);
            bk_json_text(json, "sanction", sanction->id);
            bk_json_text(json, "partner", model->countries[report->partners[p]]);
            bk_json_text(json, "kind", kinds[sanction->kind]);
            bk_json_text(json, "sector",
                         sanction->sector != BK_NONE ? model->economy.sectors[sanction->sector].id : NULL);
            bk_json_flag(json, "in_base", sanction->in_base);
            json_row(json, "row", "policy/sanction.csv", sanction->line);
            bk_json_end(json);
        }
    bk_json_end(json);
}

static void
json_conflicts(bk_json *json, const bk_model *model, const bk_policy_report *report)
{
    bk_json_array(json, "conflicts");
    for (size_t i = 0; i < report->n_conflicts; i++) {
        const bk_policy_conflict *conflict = &report->conflicts[i];
        bk_json_object(json, NULL);
        bk_json_text(json, "kind", bk_conflict_name(conflict->kind));
        bk_json_text(json, "economy", conflict->country != BK_NONE ? model->countries[conflict->country] : NULL);
        bk_json_text(json, "agreement", agreement_id(model, conflict->agreement));
        json_row(json, "row", conflict->file, conflict->line);
        bk_json_text(json, "message", conflict->message);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_integer(json, "conflicts_elsewhere", (int64_t)report->n_elsewhere);
}

static void
json_audit(bki_session *session, bk_json *json, const bk_model *model, const bk_policy_report *report)
{
    const bk_tariff_audit *audit = &report->audit;
    const bk_economy      *economy = &model->economy;

    bk_json_object(json, "tariffs");
    bk_json_integer(json, "compared", (int64_t)audit->n_compared);
    bk_json_integer(json, "differ", (int64_t)audit->n_gaps);
    bk_json_integer(json, "unknown", (int64_t)audit->n_unknown);
    bk_json_number(json, "mean_gap", audit->mean_gap);
    bk_json_number(json, "mean_of_gaps", audit->mean_of_gaps);
    bk_json_array(json, "worst");
    for (size_t i = 0; i < audit->n_worst; i++) {
        const bk_tariff_gap *gap = &audit->worst[i];
        bk_json_object(json, NULL);
        bk_json_text(json, "sector", economy->sectors[gap->sector].id);
        bk_json_text(json, "exporter", economy->regions[gap->exporter].id);
        bk_json_text(json, "importer", economy->regions[gap->importer].id);
        bk_json_number(json, "listed", gap->listed);
        json_rule(json, model, &gap->rule);
        bk_json_text(
            json, "why",
            bki_show_reason(&session->arena, report->base, model, economy->regions[gap->importer].country, &gap->rule));
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_end(json);
}

bki_exit
bki_policy_json(bki_session *session, const bk_study *study, const bk_policy_report *report)
{
    const bk_model *model = study->n_scenarios ? study->models[0] : study->model;
    const uint32_t  customs_union = bk_policy_union_of(report->state, report->country);
    bk_json        *json = bk_json_create(&session->arena);

    if (!json)
        return bki_report_errors(session, bk_fail_no_memory(session->ctx));
    bk_json_object(json, NULL);
    bk_json_text(json, "economy", model->countries[report->country]);
    bk_json_text(json, "name", report->name);
    bk_json_text(json, "date", bki_show_day(&session->arena, report->day));
    bk_json_text(json, "scenario", study->n_scenarios ? study->scenarios[0]->name : NULL);
    bk_json_text(json, "customs_union", agreement_id(model, customs_union));
    json_agreements(json, model, report);
    json_direction(session, json, model, report, true);
    json_direction(session, json, model, report, false);
    json_sanctions(json, model, report);
    json_conflicts(json, model, report);
    if (study->model->has_economy)
        json_audit(session, json, study->model, report);
    return bki_json_finish(session, json);
}

/* ---- the question ----------------------------------------------------------------------------------------------- */

static bk_status
read_query(bki_session *session, bk_policy_query *query)
{
    const bki_value *asked = bki_option_value(session, "policy"), *scenarios = bki_option_value(session, "scenario");

    *query = (bk_policy_query){.economy = asked->texts[0], .n_worst = WORST};
    if (!bk_day_parse(asked->texts[1], &query->day))
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "for example --policy KAZ 2023-06-01",
                            "'%s' is no day of the calendar", asked->texts[1]);
    if (scenarios && scenarios->n_texts > 1)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "ask for one after the other",
                            "--policy looks at one scenario, but %zu are given", scenarios->n_texts);
    return BK_OK;
}

bki_exit
bki_policy_answer(bki_session *session)
{
    const bk_study  *study = NULL;
    bk_policy_query  query;
    bk_policy_report report;
    bk_status        status = read_query(session, &query);

    if (status == BK_OK)
        status = bki_session_open(session, BKI_OTHERWISE_NONE, &study);
    if (status == BK_OK) {
        query.scenario = study->n_scenarios ? study->scenarios[0] : NULL;
        query.model = study->n_scenarios ? study->models[0] : NULL;
        status = bk_study_policy(session->ctx, study, &query, &session->arena, &report);
    }
    if (status != BK_OK)
        return bki_report_errors(session, status);
    bki_progress_clear(&session->progress);
    if (session->json)
        return bki_policy_json(session, study, &report);
    bki_policy_text(session, study, &report);
    return BKI_EXIT_DONE;
}
