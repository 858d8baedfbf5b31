/* Tables of how sure the answer is and where it comes from. */
#include "study/run.h"
#include "study/table.h"

#include <math.h>

static const bki_column certificate_columns[] = {
    {"scenario", "", "scenario, or base", BK_COLUMN_TEXT},
    {"outcome", "", "converged, iteration-limit, stalled or no-equilibrium", BK_COLUMN_TEXT},
    {"rounds", "", "between transport and trade", BK_COLUMN_INTEGER},
    {"loop", "", "largest change of a transport cost factor (logarithm) in one more round", BK_COLUMN_NUMBER},
    {"capacity", "", "largest mismatch of flow and price at a facility, share of capacity", BK_COLUMN_NUMBER},
    {"assignment_gap", "", "largest difference of a route's share from the logit share at the final costs",
     BK_COLUMN_NUMBER},
    {"trade", "", "largest imbalance of a region, share of world value added", BK_COLUMN_NUMBER},
    {"walras", "", "sum of all imbalances, share of world value added", BK_COLUMN_NUMBER},
    {"tonnes", "", "difference of tonnes loaded and tonnes traded, share of tonnes", BK_COLUMN_NUMBER},
    {"route_gain", "", "largest share of cost a route outside the universe would save", BK_COLUMN_NUMBER},
    {"route_gain_mean", "", "the same, mean over tonnes", BK_COLUMN_NUMBER},
    {"routes_missed", "", "classes that would gain over 1 % by such a route", BK_COLUMN_INTEGER},
    {"routes_added", "", "to those of the base year, since the scenario missed some", BK_COLUMN_INTEGER},
    {"routes_missed_before", "", "classes that would gain over 1 % before they were added", BK_COLUMN_INTEGER},
};

static void
put_certificate(bki_run *run, bki_table *table, size_t which)
{
    const bk_joint_solution *solution = bki_state_solution(run->run, which);
    const bk_certificate     nothing = {.loop = NAN,
                                        .capacity = NAN,
                                        .assignment_gap = NAN,
                                        .trade = NAN,
                                        .walras = NAN,
                                        .tonnes = NAN,
                                        .route_gain = NAN,
                                        .route_gain_mean = NAN};
    const bk_certificate    *certificate = solution ? &solution->certificate : &nothing;
    const bk_certificate    *before =
        which > 0 && run->scenarios[which - 1].before ? &run->scenarios[which - 1].before->certificate : NULL;
    const bool failed = which > 0 && run->scenarios[which - 1].failure;

    bki_put_text(table, bki_state_name(run->run, which));
    bki_put_text(table, solution ? bk_outcome_name(solution->outcome) : failed ? "no-equilibrium" : "interrupted");
    bki_put_integer(table, solution ? solution->rounds : 0);
    bki_put_number(table, certificate->loop);
    bki_put_number(table, certificate->capacity);
    bki_put_number(table, certificate->assignment_gap);
    bki_put_number(table, solution ? solution->trade->residual : (double)NAN);
    bki_put_number(table, solution ? solution->trade->walras : (double)NAN);
    bki_put_number(table, certificate->tonnes);
    bki_put_number(table, certificate->route_gain);
    bki_put_number(table, certificate->route_gain_mean);
    bki_put_integer(table, (int64_t)certificate->routes_missed);
    bki_put_integer(table, which > 0 ? (int64_t)run->scenarios[which - 1].routes_added : 0);
    bki_put_integer(table, (int64_t)(before ? before : certificate)->routes_missed);
    bki_end_row(table);
}

static bk_status
record_certificate(bki_run *run)
{
    bki_table *table = bki_table_create(run->arena, "certificate", "How near each state is to an equilibrium",
                                        certificate_columns, sizeof certificate_columns / sizeof *certificate_columns,
                                        run->run->n_scenarios + 1, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(run->arena));
    for (size_t which = 0; which <= run->run->n_scenarios; which++)
        put_certificate(run, table, which);
    return bki_table_append(run->ctx, &run->run->results, table);
}

static const bki_column source_columns[] = {
    {"file", "", "input file", BK_COLUMN_TEXT},
    {"rows", "", "rows read", BK_COLUMN_INTEGER},
    {"reported", "", "rows whose numbers stand in their source", BK_COLUMN_INTEGER},
    {"derived", "", "rows computed from reported ones", BK_COLUMN_INTEGER},
    {"estimate", "", "rows with an estimate in them", BK_COLUMN_INTEGER},
    {"unmarked", "", "rows that do not say", BK_COLUMN_INTEGER},
};

bk_status
bki_record_sources(bk_context *ctx, const bk_model *model, bk_results *results)
{
    bki_table *table = bki_table_create(
        results->arena, "sources", "How much of the input is fact and how much estimate", source_columns,
        sizeof source_columns / sizeof *source_columns, model->n_files + 1, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(results->arena));
    for (size_t f = 0; f < model->n_files; f++) {
        const bk_file_rows *file = &model->files[f];
        bki_put_text(table, file->file);
        bki_put_integer(table, (int64_t)file->rows);
        bki_put_integer(table, (int64_t)file->by_confidence[BK_REPORTED]);
        bki_put_integer(table, (int64_t)file->by_confidence[BK_DERIVED]);
        bki_put_integer(table, (int64_t)file->by_confidence[BK_ESTIMATE]);
        bki_put_integer(table, (int64_t)file->by_confidence[BK_CONFIDENCE_NONE]);
        bki_end_row(table);
    }
    return bki_table_append(ctx, results, table);
}

static const bki_column provenance_columns[] = {
    {"item", "", "what", BK_COLUMN_TEXT},
    {"value", "", "its value", BK_COLUMN_TEXT},
};

static void
put_item(bki_table *table, const char *item, const char *value)
{
    bki_put_text(table, item);
    bki_put_text(table, value);
    bki_end_row(table);
}

static bk_status
record_provenance(bki_run *run)
{
    static const char *const rules[] = {[BK_ATTRIBUTION_NONE] = "none",
                                        [BK_ATTRIBUTION_ALONE] = "alone",
                                        [BK_ATTRIBUTION_SHAPLEY] = "shapley",
                                        [BK_ATTRIBUTION_BY_SIZE] = "shapley up to 4 measures, else alone"};
    const bk_model          *model = run->study->model;
    bk_arena                *arena = run->arena;
    bki_table               *table = bki_table_create(arena, "provenance", "What was computed, from what, by what",
                                                      provenance_columns, 2, 20 + run->run->n_scenarios, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(arena));
    put_item(table, "program", bk_arena_format(arena, "buckle %s", bk_version()));
    put_item(table, "study", model->title);
    put_item(table, "folder", run->study->name);
    put_item(table, "base_year", bk_arena_format(arena, "%d", model->base_year));
    put_item(table, "base_key", bk_arena_format(arena, "%016llx", (unsigned long long)bk_joint_key(model)));
    put_item(table, "money_usd", bk_arena_format(arena, "%.17g", model->money_usd));
    put_item(table, "discount_rate", bk_arena_format(arena, "%.17g", model->discount_rate));
    put_item(table, "horizon_years", bk_arena_format(arena, "%d", model->horizon_years));
    put_item(table, "tolerance", bk_arena_format(arena, "%.17g", run->settings->joint.tolerance));
    put_item(table, "attribution", rules[run->settings->attribution]);
    put_item(table, "deficits", bk_deficits_name(model->economy.deficits));
    put_item(table, "finance", bk_finance_name(run->settings->closure.finance));
    put_item(table, "lender", run->settings->closure.lender);
    put_item(table, "routes", bk_arena_format(arena, "%zu", bk_joint_route_count(run->run->base)));
    put_item(table, "converged", run->run->converged ? "yes" : "no");
    put_item(table, "interrupted", run->run->interrupted ? "yes" : "no");
    for (size_t s = 0; s < run->run->n_scenarios; s++)
        put_item(table, bk_arena_format(arena, "scenario %s", run->scenarios[s].scenario->name),
                 run->scenarios[s].scenario->title);
    return bki_table_append(run->ctx, &run->run->results, table);
}

static bk_status
record_warnings(bki_run *run)
{
    static const bki_column columns[] = {{"warning", "", "what to keep in mind", BK_COLUMN_TEXT}};
    bki_table              *table = bki_table_create(run->arena, "warnings", "Of the study and of this run", columns, 1,
                                                     run->run->n_warnings + 1, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(run->arena));
    for (size_t w = 0; w < run->run->n_warnings; w++) {
        bki_put_text(table, run->run->warnings[w]);
        bki_end_row(table);
    }
    return bki_table_append(run->ctx, &run->run->results, table);
}

bk_status
bki_record_provenance(bki_run *run)
{
    BK_TRY(record_certificate(run));
    BK_TRY(bki_record_sources(run->ctx, run->study->model, &run->run->results));
    BK_TRY(record_provenance(run));
    return record_warnings(run);
}
