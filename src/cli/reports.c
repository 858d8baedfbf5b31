/* What a verb writes beside its answer, for people. */
#include "cli/cli.h"

bk_report_paths
bki_reports_chosen(const bki_session *session)
{
    return (bk_report_paths){.html = bki_option_text(session, "report"),
                             .xlsx = bki_option_text(session, "xlsx"),
                             .tables = bki_option_text(session, "tables"),
                             .figures = bki_option_text(session, "figures")};
}

bk_status
bki_results_write(bki_session *session, const bk_results *results, const char *geopackage, const bk_report_paths *paths)
{
    bk_results all;

    session->writing = true;
    BK_TRY(bki_with_manifest(session, results, &all));
    if (geopackage)
        BK_TRY(bk_geopackage_write(session->ctx, &all, geopackage));
    return bk_study_report(session->ctx, &all, paths);
}

const char *
bki_report_path(const bk_report_paths *paths, size_t which)
{
    const char *const all[BKI_REPORTS] = {paths->html, paths->xlsx, paths->tables, paths->figures};

    return all[which];
}
