/* From a question to its result, and the result's tables as their readers see them. */
#include "api/api.h"

#include <string.h>

/* Tables and geometry are those of the library under a name that promises nothing of their layout. */
static const bk_table *
inside(const buckle_table *table)
{
    return (const bk_table *)(const void *)table;
}

static const buckle_table *
outside(const bk_table *table)
{
    return (const buckle_table *)(const void *)table;
}

static buckle_result *
create(buckle_engine *engine, buckle_study *study)
{
    bk_arena arena;

    bk_arena_init(&arena, engine->ctx);
    buckle_result *result = BK_NEW(&arena, buckle_result, 1);
    if (!result) {
        bk_arena_ok(&arena);
        return NULL;
    }
    result->engine = engine;
    result->arena = arena;
    result->own.arena = &result->arena;
    result->results = &result->own;
    result->residual = -1.0;
    result->study = study;
    bki_engine_hold(engine);
    if (study)
        bki_study_hold(study);
    return result;
}

buckle_status
bki_answer(buckle_engine *engine, buckle_study *study, const char *question, bki_answerer answerer,
           const buckle_option *options, size_t n_options, buckle_result **out)
{
    *out = NULL;
    bk_error_clear(engine->ctx);
    buckle_result *result = create(engine, study);
    if (!result)
        return BUCKLE_ERR_NO_MEMORY;
    bki_asked asked = {.engine = engine,
                       .ctx = engine->ctx,
                       .arena = &result->arena,
                       .question = question,
                       .options = options,
                       .n_options = n_options};
    bk_status status = bki_asked_start(&asked);
    if (status == BK_OK)
        status = answerer(&asked, study, result);
    atomic_store(&engine->cancel, false);
    if (status != BK_OK)
        buckle_result_release(result);
    else
        *out = result;
    return (buckle_status)status;
}

void
buckle_result_release(buckle_result *result)
{
    if (!result)
        return;
    buckle_engine *engine = result->engine;
    buckle_study  *study = result->study;
    bk_arena       arena = result->arena; /* which holds the result itself */
    bk_arena_release(&arena);
    buckle_study_release(study);
    buckle_engine_release(engine);
}

int
buckle_result_converged(const buckle_result *result)
{
    return result->converged;
}

int
buckle_result_interrupted(const buckle_result *result)
{
    return result->interrupted;
}

double
buckle_result_residual(const buckle_result *result)
{
    return result->residual;
}

size_t
buckle_result_sentence_count(const buckle_result *result)
{
    return result->n_sentences;
}

const char *
buckle_result_sentence(const buckle_result *result, size_t index)
{
    return index < result->n_sentences ? result->sentences[index] : NULL;
}

size_t
buckle_result_warning_count(const buckle_result *result)
{
    return result->n_warnings;
}

const char *
buckle_result_warning(const buckle_result *result, size_t index)
{
    return index < result->n_warnings ? result->warnings[index] : NULL;
}

static bool
ends_with(const char *path, const char *ending)
{
    const size_t n = strlen(path), length = strlen(ending);

    return n > length && strcmp(path + n - length, ending) == 0;
}

buckle_status
buckle_result_write(buckle_result *result, const char *path)
{
    bk_context     *ctx = result->engine->ctx;
    bk_report_paths paths = {0};

    bk_error_clear(ctx);
    if (ends_with(path, ".gpkg"))
        return (buckle_status)bk_geopackage_write(ctx, result->results, path);
    if (ends_with(path, ".xlsx"))
        paths.xlsx = path;
    else if (ends_with(path, ".html"))
        paths.html = path;
    else
        paths.tables = path;
    return (buckle_status)bk_study_report(ctx, result->results, &paths);
}

/* ---- tables ------------------------------------------------------------------------------------------------------ */

size_t
buckle_table_count(const buckle_result *result)
{
    return result->results->n_tables;
}

const buckle_table *
buckle_table_at(const buckle_result *result, size_t index)
{
    return index < result->results->n_tables ? outside(result->results->tables[index]) : NULL;
}

const buckle_table *
buckle_table_find(const buckle_result *result, const char *name)
{
    return outside(bk_results_find(result->results, name));
}

const char *
buckle_table_name(const buckle_table *table)
{
    return inside(table)->name;
}

const char *
buckle_table_title(const buckle_table *table)
{
    return inside(table)->title;
}

size_t
buckle_table_rows(const buckle_table *table)
{
    return inside(table)->n_rows;
}

size_t
buckle_table_columns(const buckle_table *table)
{
    return inside(table)->n_columns;
}

/* ---- columns ------------------------------------------------------------------------------------------------------
 */

static const bk_column *
column_at(const buckle_table *table, size_t column)
{
    static const bk_column none = {.kind = BK_COLUMN_TEXT};

    return column < inside(table)->n_columns ? &inside(table)->columns[column] : &none;
}

size_t
buckle_column_find(const buckle_table *table, const char *name)
{
    const bk_column *column = bk_table_column(inside(table), name);

    return column ? (size_t)(column - inside(table)->columns) : BUCKLE_NONE;
}

const char *
buckle_column_name(const buckle_table *table, size_t column)
{
    return column_at(table, column)->name;
}

const char *
buckle_column_unit(const buckle_table *table, size_t column)
{
    return column_at(table, column)->unit;
}

const char *
buckle_column_meaning(const buckle_table *table, size_t column)
{
    return column_at(table, column)->meaning;
}

buckle_kind
buckle_column_kind(const buckle_table *table, size_t column)
{
    return (buckle_kind)column_at(table, column)->kind;
}

const char *const *
buckle_column_texts(const buckle_table *table, size_t column)
{
    return column_at(table, column)->text;
}

const double *
buckle_column_numbers(const buckle_table *table, size_t column)
{
    return column_at(table, column)->number;
}

const int64_t *
buckle_column_integers(const buckle_table *table, size_t column)
{
    return column_at(table, column)->integer;
}

const unsigned char *
buckle_column_empty(const buckle_table *table, size_t column)
{
    return (const unsigned char *)column_at(table, column)->empty;
}

buckle_geometry
buckle_table_geometry(const buckle_table *table)
{
    return (buckle_geometry)inside(table)->geometry;
}

const uint32_t *
buckle_table_first_point(const buckle_table *table)
{
    return inside(table)->first_point;
}

const double *
buckle_table_lon_lat(const buckle_table *table)
{
    return inside(table)->lon_lat;
}
