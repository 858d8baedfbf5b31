/* What a study is made of, whether its scenarios hold, and how near its base year comes to what was seen. */
#include "api/api.h"

#include <math.h>

static bk_status
record_scenarios(bki_asked *asked, const bk_study *study, buckle_result *result)
{
    static const bki_column columns[] = {
        {"scenario", "", "its name", BK_COLUMN_TEXT},
        {"title", "", "a sentence", BK_COLUMN_TEXT},
        {"measures", "", "how many", BK_COLUMN_INTEGER},
    };
    bki_table *table =
        BKI_TABLE(result, "scenarios", "Scenarios, judged", columns, study->n_scenarios, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t s = 0; s < study->n_scenarios; s++) {
        bki_put_text(table, study->scenarios[s]->name);
        bki_put_text(table, study->scenarios[s]->title);
        bki_put_integer(table, (int64_t)study->scenarios[s]->n_measures);
        bki_end_row(table);
    }
    return bki_table_append(asked->ctx, &result->own, table);
}

static bk_status
record_inputs(bki_asked *asked, const bk_model *model, buckle_result *result)
{
    static const bki_column columns[] = {
        {"file", "", "path", BK_COLUMN_TEXT},
        {"rows", "", "how many", BK_COLUMN_INTEGER},
        {"reported", "", "of them, by their weakest number", BK_COLUMN_INTEGER},
        {"derived", "", "likewise", BK_COLUMN_INTEGER},
        {"estimate", "", "likewise", BK_COLUMN_INTEGER},
    };
    static const bk_confidence kinds[] = {BK_REPORTED, BK_DERIVED, BK_ESTIMATE};
    bki_table *table = BKI_TABLE(result, "inputs", "Files, and how much of them is estimated", columns, model->n_files,
                                 BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t f = 0; f < model->n_files; f++) {
        bki_put_text(table, model->files[f].file);
        bki_put_integer(table, (int64_t)model->files[f].rows);
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            bki_put_integer(table, (int64_t)model->files[f].by_confidence[kinds[k]]);
        bki_end_row(table);
    }
    return bki_table_append(asked->ctx, &result->own, table);
}

static bk_status
record_observed(bki_asked *asked, const bk_study *study, buckle_result *result)
{
    static const bki_column columns[] = {
        {"observation", "", "row of observed/", BK_COLUMN_TEXT},
        {"use", "", "calibrate: looked at while the study was made; validate: not", BK_COLUMN_TEXT},
        {"unit", "", "of the next two", BK_COLUMN_TEXT},
        {"observed", "", "in that unit", BK_COLUMN_NUMBER},
        {"computed", "", "of the base year; empty: it cannot be", BK_COLUMN_NUMBER},
        {"how", "", "what was computed, or why it could not be", BK_COLUMN_TEXT},
    };
    const size_t         n = study->model->n_observations;
    const bk_comparison *rows = NULL;
    bki_table           *table =
        BKI_TABLE(result, "observed", "What was seen beside the base year", columns, n, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(asked->arena));
    BK_TRY(bk_study_compare(asked->ctx, study, study->base, asked->arena, &rows));
    for (size_t o = 0; o < n; o++) {
        bki_put_text(table, rows[o].observation->id);
        bki_put_text(table, rows[o].observation->calibrate ? "calibrate" : "validate");
        bki_put_text(table, rows[o].observation->unit);
        bki_put_number(table, rows[o].observation->value);
        bki_put_number(table, rows[o].computed ? rows[o].value : (double)NAN);
        bki_put_text(table, rows[o].how);
        bki_end_row(table);
    }
    return bki_table_append(asked->ctx, &result->own, table);
}

bk_status
bki_ask_check(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    bki_cast        cast = {.otherwise_all = true, .deficits = -1};
    const bk_study *study = NULL;

    cast.n = bki_asked_list(asked, "scenario", "", &cast.names);
    cast.base = bki_asked_flag(asked, "observed");
    BK_TRY(bki_asked_end(asked));
    BK_TRY(bki_open_scenarios(asked, handle, &cast, &study));
    BK_TRY(record_scenarios(asked, study, result));
    BK_TRY(record_inputs(asked, study->model, result));
    if (cast.base && !study->base)
        return bk_fail(asked->ctx, BK_ERR_INCONSISTENT, "a study without an economy has no base year to compare");
    if (cast.base)
        BK_TRY(record_observed(asked, study, result));
    result->converged = true;
    return BK_OK;
}
