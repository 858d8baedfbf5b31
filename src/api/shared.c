/* What several questions need: options that mean the same everywhere, economies by name, tables of one figure a row. */
#include "api/api.h"

double
bki_asked_tolerance(bki_asked *asked, double otherwise)
{
    return bki_asked_number(asked, "tolerance", 1e-10, 1e-2, otherwise);
}

bk_spread_settings
bki_asked_spread(bki_asked *asked)
{
    const char *file = bki_asked_text(asked, "resume");

    return (bk_spread_settings){.file = file, .resume = file != NULL};
}

bk_status
bki_find_countries(bki_asked *asked, const bk_study *study, size_t n, const char *const *names, uint32_t *countries)
{
    for (size_t i = 0; i < n; i++) {
        size_t region = 0;
        countries[i] = bk_model_find_country(study->model, names[i]);
        if (countries[i] != BK_NONE && bk_model_find_region(study->model, names[i]) != BK_NONE)
            continue;
        BK_TRY(bk_study_region(asked->ctx, study, names[i], asked->arena, &region));
        countries[i] = study->model->economy.regions[region].country;
    }
    return BK_OK;
}

bk_status
bki_record_summary(bki_asked *asked, buckle_result *result, size_t n, const bki_item *items)
{
    static const bki_column columns[] = {
        {"item", "", "what", BK_COLUMN_TEXT},
        {"value", "", "its value, in the row's unit; a flag is 1 or 0", BK_COLUMN_NUMBER},
        {"unit", "", "of the value", BK_COLUMN_TEXT},
    };
    bki_table *table = BKI_TABLE(result, "summary", "What was found, and how well", columns, n, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t i = 0; i < n; i++) {
        bki_put_text(table, items[i].name);
        bki_put_number(table, items[i].value);
        bki_put_text(table, items[i].unit);
        bki_end_row(table);
    }
    return bki_table_append(asked->ctx, &result->own, table);
}

bk_status
bki_record_files(bki_asked *asked, buckle_result *result, size_t n, const char *const *files)
{
    static const bki_column columns[] = {{"file", "", "path", BK_COLUMN_TEXT}};
    bki_table              *table = BKI_TABLE(result, "files", "What was written", columns, n, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t f = 0; f < n; f++) {
        bki_put_text(table, files[f]);
        bki_end_row(table);
    }
    return bki_table_append(asked->ctx, &result->own, table);
}
