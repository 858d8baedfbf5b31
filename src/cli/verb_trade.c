/* buckle trade: the trade equilibrium alone. */
#include "cli/trade.h"

#include <string.h>

static bk_status
solve(bki_trade_answer *answer)
{
    bki_session *session = answer->session;
    const char  *economy = bki_option_text(session, "bilateral");
    const double start = bki_seconds();

    BK_TRY(bki_closure_chosen(session, &answer->closure));
    BK_TRY(bki_session_open(session, BKI_OTHERWISE_NONE, &answer->study));
    answer->bilateral = economy != NULL;
    if (economy)
        BK_TRY(bk_study_region(session->ctx, answer->study, economy, &session->arena, &answer->economy));
    BK_TRY(bk_study_trade(session->ctx, answer->study, answer->study->n_scenarios > 0 ? 1 : 0, &answer->closure,
                          &session->arena, &answer->report));
    answer->seconds = bki_seconds() - start;
    return BK_OK;
}

/* One GeoPackage, or a folder with a CSV file for each table. */
static bk_status
write_tables(bki_trade_answer *answer, const char *path)
{
    bki_session *session = answer->session;
    bk_results   results;
    BK_TRY(bki_with_manifest(session, &answer->report.results, &results));
    const size_t length = strlen(path), n_files = results.n_tables;
    const bool   one = length > 5 && strcmp(path + length - 5, ".gpkg") == 0;
    const char **files = BK_NEW(&session->arena, const char *, n_files);

    BK_TRY(bk_arena_ok(&session->arena));
    session->writing = true;
    files[0] = path;
    if (one)
        BK_TRY(bk_geopackage_write(session->ctx, &results, path));
    else
        BK_TRY(bk_csv_write_all(session->ctx, &results, path, &session->arena, files));
    answer->files = files;
    answer->n_files = one ? 1 : n_files;
    return BK_OK;
}

static void
print_text(const void *answer)
{
    bki_trade_print_text(answer);
}

static bki_exit
print_json(const void *answer)
{
    return bki_trade_print_json(answer);
}

static bki_exit
exit_of(const void *of)
{
    const bki_trade_answer *answer = of;

    return bki_exit_of_outcome(answer->report.solution->outcome);
}

static const bki_ending ending = {.text = print_text, .json = print_json, .exit = exit_of};

static bki_exit
run(bki_session *session)
{
    bki_trade_answer answer = {.session = session};
    const char      *path = bki_option_text(session, "out");
    bk_status        status = solve(&answer);

    if (status == BK_OK && path)
        status = write_tables(&answer, path);
    return bki_finish(session, status, &answer, &ending);
}

static const bki_option options[] = {
    {.name = "scenario",
     .kind = BKI_OPTION_TEXT,
     .argument = "S",
     .meaning = "a scenario of the study, or a path that ends in .yaml; by default nothing changes"},
    {.name = "bilateral",
     .kind = BKI_OPTION_TEXT,
     .argument = "ECONOMY",
     .meaning = "its trade with each partner and in each sector, before and after"},
    {.name = "out",
     .kind = BKI_OPTION_TEXT,
     .writes = true,
     .argument = "PATH",
     .meaning = "where the tables go: FILE.gpkg, or a folder that gets a CSV file for each; by default nowhere"},
    BKI_OPTIONS_CLOSURE,
};

const bki_verb bki_verb_trade = {
    .name = "trade",
    .operand = "STUDY",
    .summary = "The trade equilibrium alone, with transport as in the base year",
    .detail =
        "Caliendo and Parro (2015): tariffs and their revenue, input-output links, deficits, iceberg costs. Of a "
        "scenario's\n"
        "measures, those on tariffs, trade costs, productivity and membership act; what changes the network does not.\n"
        "Prints gains, where they come from, diversion, concentration and market access;\n"
        "docs/how-to/trade-policy.md reads such an answer.",
    .example = "buckle trade studies/silkroad --scenario oil-price-shock",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .repeats = true,
    .run = run,
};
