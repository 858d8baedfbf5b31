/* The sections of a report. */
#include "io/cells.h"
#include "io/html.h"

#include <math.h>
#include <string.h>

static const double smallest_pct = 0.005; /* smaller changes of real income are not spoken of */

/* An excerpt with its columns. */
#define EXCERPT(...)  ((bki_excerpt){__VA_ARGS__})
#define COLUMNS(list) .columns = list, .n_columns = sizeof list / sizeof *list

static void
paragraph(bki_page *page, const char *text)
{
    bki_text_add(page->text, "<p>");
    bki_text_xml(page->text, text);
    bki_text_add(page->text, "</p>\n");
}

static const char *
title_of(const bki_page *page, const char *scenario)
{
    const char *item = bk_arena_format(page->arena, "scenario %s", scenario);
    const char *title = item ? bki_provenance(page->results, item) : "";

    return title[0] ? title : scenario;
}

static void
heading(bki_page *page, const char *scenario)
{
    bki_text_add(page->text, "<h3>");
    bki_text_xml(page->text, title_of(page, scenario));
    bki_text_add(page->text, "</h3>\n");
}

/* ---- in short -------------------------------------------------------------------------------------------------- */

static double
total(const bk_table *table, const char *column)
{
    double sum = 0.0;

    for (size_t row = 0; table && row < table->n_rows; row++)
        sum += bki_cell_number(table, column, row, 0.0);
    return sum;
}

static void
put_estimates(bki_page *page)
{
    const bk_table *sources = bk_results_find(page->results, "sources");
    const double    rows = total(sources, "rows"), estimates = total(sources, "estimate");
    char            shown[BKI_SHOWN_SIZE];

    if (rows > 0.0)
        bki_text_format(
            page->text,
            "<p class=\"lead\">%.0f %% of the %s input rows hold an estimate, %.0f %% are reported as they stand in "
            "their source; the rest is derived or unmarked. <a href=\"#grounds\">What it rests on</a>.</p>\n",
            100.0 * estimates / rows, bki_shown_number(shown, rows), 100.0 * total(sources, "reported") / rows);
}

/* Up to four that gain (sign 1) or lose (sign -1) most. */
static void
put_extremes(bki_page *page, const bk_table *table, const char *scenario, int sign)
{
    double limit = INFINITY;
    bool   any = false;

    bki_text_add(page->text, sign > 0 ? "Gains most: " : " Loses most: ");
    for (int shown = 0; shown < 4; shown++) {
        size_t most = table->n_rows;
        double most_value = smallest_pct;
        for (size_t row = 0; row < table->n_rows; row++) {
            const double value = sign * bki_cell_number(table, "welfare_pct", row, 0.0);
            if (value < limit && value >= most_value && strcmp(bki_cell_text(table, "scenario", row), scenario) == 0) {
                most = row;
                most_value = value;
            }
        }
        if (most == table->n_rows)
            break;
        bki_text_add(page->text, any ? ", " : "");
        bki_text_xml(page->text, bki_cell_text(table, "name", most));
        bki_text_format(page->text, " %+.2f %%", sign * most_value);
        limit = most_value;
        any = true;
    }
    bki_text_add(page->text, any ? "." : "nobody by 0.005 % or more.");
}

static const char *
outcome_of(const bki_page *page, const char *state)
{
    const bk_table *table = bk_results_find(page->results, "certificate");

    for (size_t row = 0; table && row < table->n_rows; row++)
        if (strcmp(bki_cell_text(table, "scenario", row), state) == 0)
            return bki_cell_text(table, "outcome", row);
    return "";
}

static void
put_verdict(bki_page *page, const bk_table *table, const char *scenario)
{
    char   shown[BKI_SHOWN_SIZE];
    double usd = 0.0, cost = 0.0;

    for (size_t row = 0; row < table->n_rows; row++)
        if (strcmp(bki_cell_text(table, "scenario", row), scenario) == 0) {
            usd += bki_cell_number(table, "ev_usd", row, 0.0);
            cost += bki_cell_number(table, "cost_usd", row, 0.0);
        }
    heading(page, scenario);
    bki_text_add(page->text, "<p>");
    put_extremes(page, table, scenario, 1);
    put_extremes(page, table, scenario, -1);
    bki_text_format(page->text, " All economies together: %s million USD of real income a year",
                    bki_shown_number(shown, usd / 1e6));
    if (cost > 0.0)
        bki_text_format(page->text, "; works cost %s million USD a year", bki_shown_number(shown, cost / 1e6));
    bki_text_add(page->text, ".");
    if (strcmp(outcome_of(page, scenario), "converged") != 0) {
        bki_text_add(page->text, " <strong>This state did not converge (");
        bki_text_xml(page->text, outcome_of(page, scenario));
        bki_text_add(page->text, "): read its numbers as a direction only.</strong>");
    }
    bki_text_add(page->text, "</p>\n");
}

/* The sentence of an appraisal on each of its projects. */
static void
put_project_verdicts(bki_page *page)
{
    const bk_table *table = bk_results_find(page->results, "appraisal_projects");

    for (size_t row = 0; table && row < table->n_rows; row++)
        paragraph(page, bki_cell_text(table, "verdict", row));
}

bk_status
bki_html_summary(bki_page *page)
{
    const bk_table *table = bk_results_find(page->results, "economies");

    put_estimates(page);
    put_project_verdicts(page);
    if (page->n_scenarios == 0 && !bk_results_find(page->results, "appraisal_projects"))
        paragraph(page, "Only the base year was solved: the run had no scenarios, or none has an equilibrium.");
    for (size_t s = 0; s < page->n_scenarios; s++)
        put_verdict(page, table, page->scenarios[s]);
    return BK_OK;
}

/* ---- issues ---------------------------------------------------------------------------------------------------- */

bk_status
bki_html_issues(bki_page *page)
{
    static const char *const columns[] = {"name",   "mode",          "from_country", "to_country", "side",
                                          "tonnes", "control_hours", "queue_hours",  "utilisation"};

    paragraph(page, "The base year: where traffic runs, where capacity is scarce, and where it waits.");
    BK_TRY(bki_html_figure(page, "flow-map", "base"));
    BK_TRY(bki_html_figure(page, "bottlenecks", "base"));
    return bki_html_excerpt(page, &EXCERPT(.table = "borders", .caption = "Border posts where vehicles wait longest",
                                           .filter = "scenario", .wanted = "base", .order = "queue_hours", .most = 15,
                                           COLUMNS(columns)));
}

/* ---- performance ----------------------------------------------------------------------------------------------- */

static void
put_mode(bki_page *page, const bk_table *flows, const char *state, const char *mode)
{
    double tonne_km = 0.0, crowded = 0.0;

    for (size_t row = 0; row < flows->n_rows; row++) {
        if (strcmp(bki_cell_text(flows, "scenario", row), state) != 0 ||
            strcmp(bki_cell_text(flows, "mode", row), mode) != 0)
            continue;
        const double moved = bki_cell_number(flows, "tonnes", row, 0.0) * bki_cell_number(flows, "km", row, 0.0);
        tonne_km += moved;
        crowded += bki_cell_number(flows, "utilisation", row, 0.0) >= 0.95 ? moved : 0.0;
    }
    bki_html_start_row(page, mode);
    bki_html_text(page, state);
    bki_html_number(page, tonne_km / 1e9);
    bki_html_number(page, tonne_km > 0.0 ? 100.0 * crowded / tonne_km : (double)NAN);
    bki_html_end_row(page);
}

static bk_status
put_modes(bki_page *page)
{
    const bk_table    *flows = bk_results_find(page->results, "flows");
    const char *const *modes = NULL;
    const size_t       n_modes = flows ? bki_cell_texts(flows, "mode", NULL, page->arena, &modes) : 0;

    BK_TRY(bk_arena_ok(page->arena));
    if (n_modes == 0)
        return BK_OK;
    bki_html_start_table(page, "Work of transport by mode");
    bki_html_head(page, "mode", "", true);
    bki_html_head(page, "state", "", true);
    bki_html_head(page, "tonne-kilometres", "bn tkm/yr", false);
    bki_html_head(page, "on links used to 95 % and more", "%", false);
    bki_html_start_rows(page);
    for (size_t m = 0; m < n_modes; m++) {
        put_mode(page, flows, "base", modes[m]);
        for (size_t s = 0; s < page->n_scenarios; s++)
            put_mode(page, flows, page->scenarios[s], modes[m]);
    }
    bki_html_end_table(page);
    return BK_OK;
}

typedef struct service { /* of a sector's trade between economies */
    double tonnes, usd, hours, cost;
} service;

static service
service_of(const bk_table *trade, const char *state, const char *sector)
{
    service sum = {0};

    for (size_t row = 0; row < trade->n_rows; row++) {
        const double tonnes = bki_cell_number(trade, "tonnes", row, 0.0);
        if (tonnes <= 0.0 || strcmp(bki_cell_text(trade, "scenario", row), state) != 0 ||
            strcmp(bki_cell_text(trade, "sector", row), sector) != 0 ||
            strcmp(bki_cell_text(trade, "exporter", row), bki_cell_text(trade, "importer", row)) == 0)
            continue;
        sum.tonnes += tonnes;
        sum.usd += bki_cell_number(trade, "value_usd", row, 0.0);
        sum.hours += tonnes * bki_cell_number(trade, "hours", row, 0.0);
        sum.cost += tonnes * bki_cell_number(trade, "mean_cost", row, 0.0);
    }
    return sum;
}

static bk_status
put_services(bki_page *page)
{
    const bk_table    *trade = bk_results_find(page->results, "trade");
    const char *const *sectors = NULL;
    const size_t       n = trade ? bki_cell_texts(trade, "sector", NULL, page->arena, &sectors) : 0;

    BK_TRY(bk_arena_ok(page->arena));
    if (n == 0)
        return BK_OK;
    bki_html_start_table(page, "Trade between economies by sector in the base year: means weighted by tonnes");
    bki_html_head(page, "sector", "", true);
    bki_html_head(page, "value", "m USD/yr", false);
    bki_html_head(page, "weight", "m t/yr", false);
    bki_html_head(page, "time door to door", "h", false);
    bki_html_head(page, "generalised cost", "USD/t", false);
    bki_html_start_rows(page);
    for (size_t j = 0; j < n; j++) {
        const service s = service_of(trade, "base", sectors[j]);
        if (s.tonnes <= 0.0)
            continue;
        bki_html_start_row(page, sectors[j]);
        bki_html_number(page, s.usd / 1e6);
        bki_html_number(page, s.tonnes / 1e6);
        bki_html_number(page, s.hours / s.tonnes);
        bki_html_number(page, s.cost / s.tonnes);
        bki_html_end_row(page);
    }
    bki_html_end_table(page);
    return BK_OK;
}

bk_status
bki_html_performance(bki_page *page)
{
    paragraph(page, "What moves by which mode, and what it takes door to door, queues included.");
    BK_TRY(put_services(page));
    return put_modes(page);
}

/* ---- options --------------------------------------------------------------------------------------------------- */

bk_status
bki_html_options(bki_page *page)
{
    static const char *const projects[] = {"name",    "opens",       "overrun",      "gain_usd", "cost_usd",
                                           "npv_usd", "npv_low_usd", "npv_high_usd", "eirr",     "loss_probability"};

    if (page->n_scenarios > 0)
        paragraph(page,
                  "Each scenario is a set of measures. A measure's part is what it brings, as the table of attribution "
                  "says; what measures bring together beyond their sum is the interaction.");
    for (size_t s = 0; s < page->n_scenarios; s++) {
        heading(page, page->scenarios[s]);
        BK_TRY(bki_html_figure(page, "attribution", page->scenarios[s]));
    }
    BK_TRY(bki_html_figure(page, "worth", "projects"));
    return bki_html_excerpt(
        page, &EXCERPT(.table = "appraisal_projects", .caption = "Does each project pay", COLUMNS(projects)));
}

/* ---- impacts --------------------------------------------------------------------------------------------------- */

static bk_status
put_cash_flows(bki_page *page)
{
    for (size_t f = 0; f < page->n_figures; f++)
        if (strcmp(page->figures[f].kind, "cash-flow") == 0)
            BK_TRY(bki_html_figure(page, "cash-flow", page->figures[f].subject));
    return BK_OK;
}

/* What each corridor carries, and what it pays on the way. */
static bk_status
put_transit(bki_page *page)
{
    static const char *const columns[] = {
        "name", "tonnes", "tonnes_change", "revenue_usd", "revenue_change_usd", "co2_change_kg"};

    for (size_t s = 0; s < page->n_scenarios; s++)
        BK_TRY(bki_html_excerpt(page, &EXCERPT(.table = "corridors",
                                               .caption = bk_arena_format(page->arena, "What corridors carry: %s",
                                                                          title_of(page, page->scenarios[s])),
                                               .filter = "scenario", .wanted = page->scenarios[s], COLUMNS(columns))));
    return BK_OK;
}

/* An appraisal's economies: all works together, and whose money brings whom what. */
static bk_status
put_stakes(bki_page *page)
{
    static const char *const economies[] = {
        "name",         "gain_usd",         "cost_usd",     "npv_usd",         "npv_low_usd",
        "npv_high_usd", "loss_probability", "benefit_cost", "npv_financed_usd"};
    static const char *const matrix[] = {"payer", "gainer", "gain_usd"};

    BK_TRY(bki_html_figure(page, "worth", "economies"));
    BK_TRY(bki_html_excerpt(
        page, &EXCERPT(.table = "appraisal_economies", .caption = "All works together, by economy, the largest first",
                       .filter = "project", .wanted = "all", .order = "npv_usd", COLUMNS(economies))));
    return bki_html_excerpt(page, &EXCERPT(.table = "pays_gains", .caption = "Whose money brings whom what",
                                           .order = "gain_usd", .most = 20, COLUMNS(matrix)));
}

bk_status
bki_html_impacts(bki_page *page)
{
    static const char *const columns[] = {
        "name",        "welfare_pct", "welfare_low_pct", "welfare_high_pct",           "ev_usd",  "real_wage_pct",
        "exports_pct", "imports_pct", "cost_usd",        "transit_revenue_change_usd", "npv_usd", "freight_co2_kg"};

    if (page->n_scenarios > 0)
        paragraph(
            page,
            "What each scenario changes against the base year, for every economy of the study, those that lose among "
            "them.");
    for (size_t s = 0; s < page->n_scenarios; s++) {
        heading(page, page->scenarios[s]);
        BK_TRY(bki_html_figure(page, "gains", page->scenarios[s]));
        BK_TRY(bki_html_excerpt(page, &EXCERPT(.table = "economies", .caption = "Economies, the largest changes first",
                                               .filter = "scenario", .wanted = page->scenarios[s],
                                               .order = "welfare_pct", COLUMNS(columns))));
        BK_TRY(bki_html_figure(page, "flow-map", page->scenarios[s]));
        BK_TRY(bki_html_figure(page, "bottlenecks", page->scenarios[s]));
    }
    BK_TRY(put_transit(page));
    BK_TRY(put_stakes(page));
    return put_cash_flows(page);
}

bk_status
bki_html_differences(bki_page *page)
{
    static const char *const columns[] = {"name",        "mode",
                                          "base_tonnes", "tonnes",
                                          "difference",  "base_utilisation",
                                          "utilisation", "utilisation_difference"};

    paragraph(page,
              "Links, both directions together: the base year, the scenario, and the scenario less the base year.");
    for (size_t s = 0; s < page->n_scenarios; s++)
        BK_TRY(bki_html_excerpt(page, &EXCERPT(.table = "differences", .caption = title_of(page, page->scenarios[s]),
                                               .filter = "scenario", .wanted = page->scenarios[s],
                                               .order = "difference", .most = 20, COLUMNS(columns))));
    return BK_OK;
}

/* ---- what it rests on ------------------------------------------------------------------------------------------ */

bk_status
bki_html_grounds(bki_page *page)
{
    static const char *const sources[] = {"file", "rows", "reported", "derived", "estimate", "unmarked"};
    static const char *const warnings[] = {"warning"};

    paragraph(page,
              "Reported: the number stands in its source. Derived: computed from reported ones. Estimate: an "
              "estimate is in the row, its reason beside it. A row counts as its weakest number. The source of every "
              "row is in the study's own files.");
    BK_TRY(
        bki_html_excerpt(page, &EXCERPT(.table = "sources", .caption = "Input rows by confidence", COLUMNS(sources))));
    return bki_html_excerpt(page, &EXCERPT(.table = "warnings", .caption = "What to keep in mind", COLUMNS(warnings)));
}

bk_status
bki_html_convergence(bki_page *page)
{
    static const char *const columns[] = {"scenario", "outcome",         "rounds",     "loop",
                                          "capacity", "assignment_gap",  "trade",      "walras",
                                          "tonnes",   "route_gain_mean", "route_gain", "routes_missed"};

    BK_TRY(bki_html_figure(page, "convergence", ""));
    return bki_html_excerpt(page,
                            &EXCERPT(.table = "certificate", .caption = "Certificate of each state", COLUMNS(columns)));
}

/* ---- provenance ------------------------------------------------------------------------------------------------ */

bk_status
bki_html_provenance(bki_page *page)
{
    static const char *const columns[] = {"item", "value"};

    BK_TRY(bki_html_excerpt(
        page, &EXCERPT(.table = "provenance", .caption = "What was computed, from what, by what", COLUMNS(columns))));
    bki_text_add(page->text, "<details><summary>All tables and their columns</summary>\n");
    bki_html_start_table(page, "Tables of this run");
    static const char *const head[] = {"table", "column", "unit", "meaning"};
    for (size_t c = 0; c < 4; c++)
        bki_html_head(page, head[c], "", true);
    bki_html_start_rows(page);
    for (size_t t = 0; t < page->results->n_tables; t++)
        for (size_t c = 0; c < page->results->tables[t]->n_columns; c++) {
            const bk_column *column = &page->results->tables[t]->columns[c];
            bki_html_start_row(page, page->results->tables[t]->name);
            bki_html_text(page, column->name);
            bki_html_text(page, column->unit);
            bki_html_text(page, column->meaning);
            bki_html_end_row(page);
        }
    bki_html_end_table(page);
    bki_text_add(page->text, "</details>\n");
    return BK_OK;
}
