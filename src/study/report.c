/* Results in the forms that people ask for. */
#include "buckle/study.h"

static bk_status
write_tables(bk_context *ctx, const bk_results *results, const char *folder)
{
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    const char    **paths = BK_NEW(&scratch, const char *, results->n_tables + 1);
    const bk_status status = paths ? bk_csv_write_all(ctx, results, folder, &scratch, paths) : bk_arena_ok(&scratch);
    bk_arena_release(&scratch);
    return status;
}

bk_status
bk_study_report(bk_context *ctx, const bk_results *results, const bk_report_paths *paths)
{
    if (paths->tables)
        BK_TRY(write_tables(ctx, results, paths->tables));
    if (paths->xlsx)
        BK_TRY(bk_xlsx_write(ctx, results, paths->xlsx));
    if (paths->figures)
        BK_TRY(bk_figures_write(ctx, results, paths->figures));
    return paths->html ? bk_html_write(ctx, results, paths->html) : BK_OK;
}
