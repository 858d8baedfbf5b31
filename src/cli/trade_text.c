/* The answer of `trade` for reading. */
#include "cli/trade.h"

#include <math.h>

static const char *
number(const bki_trade_answer *answer, double value)
{
    return bki_show_signed(&answer->session->arena, value, 3);
}

static const char *
money(const bki_trade_answer *answer, double value)
{
    return bki_show_usd(&answer->session->arena, value * answer->study->model->money_usd);
}

static void
start_grid(const bki_trade_answer *answer, bki_grid *grid, size_t n_columns, const char *const *head)
{
    static const bool right[16] = {false, false, true, true, true, true, true, true,
                                   true,  true,  true, true, true, true, true, true};

    bki_grid_start(grid, &answer->session->arena, n_columns, right);
    for (size_t c = 0; c < n_columns; c++)
        bki_grid_add(grid, head[c]);
}

static void
start_row(const bki_trade_answer *answer, bki_grid *grid, size_t n)
{
    bki_grid_add(grid, answer->report.economy->regions[n].id);
    bki_grid_add(grid, answer->report.economy->regions[n].name);
}

static void
print_changes(const bki_trade_answer *answer)
{
    static const char *const head[] = {"region",  "",         "welfare %", "gain, USD/yr", "real wage %",
                                       "terms %", "volume %", "exports %", "imports %"};
    const bk_trade_solution *solution = answer->report.solution;
    bki_grid                 grid;

    start_grid(answer, &grid, 9, head);
    for (size_t n = 0; n < answer->report.economy->n_regions; n++) {
        start_row(answer, &grid, n);
        bki_grid_add(&grid, number(answer, solution->welfare_pct[n]));
        bki_grid_add(&grid, money(answer, solution->equivalent_variation[n]));
        bki_grid_add(&grid, number(answer, solution->real_wage_pct[n]));
        bki_grid_add(&grid, number(answer, solution->terms_of_trade_pct[n]));
        bki_grid_add(&grid, number(answer, solution->volume_of_trade_pct[n]));
        bki_grid_add(&grid, bki_show_signed(&answer->session->arena, solution->exports_pct[n], 2));
        bki_grid_add(&grid, bki_show_signed(&answer->session->arena, solution->imports_pct[n], 2));
    }
    bki_grid_print(&grid);
    printf(
        "\nwelfare is the exact change of real income; terms and volume are the parts of its first-order formula.\n");
}

static void
print_decomposition(const bki_trade_answer *answer)
{
    static const char *const      head[] = {"region",    "",        "welfare %",    "terms",  "revenue",   "burden",
                                            "transport", "finance", "productivity", "labour", "remainder", "linear %"};
    const bk_trade_decomposition *part = answer->report.decomposition;
    bki_grid                      grid;

    printf("\n%s\n\n", bki_bold(&answer->session->arena, "Where it comes from, percentage points of real income"));
    start_grid(answer, &grid, 12, head);
    for (size_t n = 0; n < answer->report.economy->n_regions; n++) {
        start_row(answer, &grid, n);
        bki_grid_add(&grid, number(answer, answer->report.solution->welfare_pct[n]));
        bki_grid_add(&grid, number(answer, part->terms_of_trade_pct[n]));
        bki_grid_add(&grid, number(answer, part->tariff_revenue_pct[n]));
        bki_grid_add(&grid, number(answer, part->tariff_burden_pct[n]));
        bki_grid_add(&grid, number(answer, part->transport_pct[n]));
        bki_grid_add(&grid, number(answer, part->finance_pct[n]));
        bki_grid_add(&grid, number(answer, part->productivity_pct[n]));
        bki_grid_add(&grid, number(answer, part->labour_pct[n]));
        bki_grid_add(&grid, number(answer, part->remainder_pct[n]));
        bki_grid_add(&grid, number(answer, answer->report.solution->welfare_linear_pct[n]));
    }
    bki_grid_print(&grid);
    printf("\nThe parts add up to welfare. Revenue is what the treasury gains, burden what buyers save in tariffs: "
           "together the\nvolume of trade. linear is the first-order formula that papers print.\n");
}

static void
print_indicators(const bki_trade_answer *answer)
{
    static const char *const   head[] = {"region",       "",          "created",     "diverted",        "products HHI",
                                         "partners HHI", "markets %", "real wage %", "own-share wage %"};
    const bk_trade_indicators *is = answer->report.indicators;
    bk_arena                  *arena = &answer->session->arena;
    bki_grid                   grid;

    printf("\n%s\n\n", bki_bold(arena, "Diversion, concentration of exports, market access"));
    start_grid(answer, &grid, 9, head);
    for (size_t n = 0; n < answer->report.economy->n_regions; n++) {
        start_row(answer, &grid, n);
        bki_grid_add(&grid, money(answer, is->created[n]));
        bki_grid_add(&grid, money(answer, is->diverted[n]));
        bki_grid_add(&grid,
                     bk_arena_format(arena, "%.3f to %.3f", is->product_hhi_before[n], is->product_hhi_after[n]));
        bki_grid_add(&grid,
                     bk_arena_format(arena, "%.3f to %.3f", is->partner_hhi_before[n], is->partner_hhi_after[n]));
        bki_grid_add(&grid, number(answer, is->market_access_pct[n]));
        bki_grid_add(&grid, number(answer, answer->report.solution->real_wage_pct[n]));
        bki_grid_add(&grid, is->sufficient_applies[n] ? number(answer, is->sufficient_real_wage_pct[n]) : "-");
    }
    bki_grid_print(&grid);
    printf("\nThe own-share wage is found from own shares and elasticities alone (Arkolakis, Costinot and "
           "Rodriguez-Clare 2012)\nand checks the one before it; - where a good in use is not bought at home.\n");
}

/* ---- one economy ------------------------------------------------------------------------------------------------ */

typedef struct flow {
    double before, after;
} flow;

static void
add_flow(const bki_trade_answer *answer, bki_grid *grid, flow value)
{
    bki_grid_add(grid, money(answer, value.before));
    bki_grid_add(grid, money(answer, value.after));
    bki_grid_add(grid, value.before > 0.0
                           ? bki_show_signed(&answer->session->arena, 100.0 * (value.after / value.before - 1.0), 2)
                           : "");
}

static void
print_partners(const bki_trade_answer *answer)
{
    static const char *const   head[] = {"partner", "", "imports", "after", "%", "exports", "after", "%"};
    const bk_trade_indicators *is = answer->report.indicators;
    const size_t               n_regions = answer->report.economy->n_regions, n = answer->economy;
    bki_grid                   grid;

    printf("\n%s\n\n", bki_bold(&answer->session->arena,
                                bk_arena_format(&answer->session->arena, "%s and its partners, USD/yr before tariff",
                                                answer->report.economy->regions[n].name)));
    start_grid(answer, &grid, 8, head);
    for (size_t i = 0; i < n_regions; i++) {
        if (i == n)
            continue;
        start_row(answer, &grid, i);
        add_flow(answer, &grid, (flow){is->pair_before[n * n_regions + i], is->pair_after[n * n_regions + i]});
        add_flow(answer, &grid, (flow){is->pair_before[i * n_regions + n], is->pair_after[i * n_regions + n]});
    }
    bki_grid_print(&grid);
}

static void
print_sectors(const bki_trade_answer *answer)
{
    static const char *const   head[] = {"sector", "", "imports", "after", "%", "exports", "after", "%"};
    const bk_trade_indicators *is = answer->report.indicators;
    const bk_economy          *economy = answer->report.economy;
    bki_grid                   grid;

    printf("\n");
    start_grid(answer, &grid, 8, head);
    for (size_t j = 0; j < economy->n_sectors; j++) {
        const size_t at = j * economy->n_regions + answer->economy;
        bki_grid_add(&grid, economy->sectors[j].id);
        bki_grid_add(&grid, economy->sectors[j].name);
        add_flow(answer, &grid, (flow){is->imports_before[at], is->imports_after[at]});
        add_flow(answer, &grid, (flow){is->exports_before[at], is->exports_after[at]});
    }
    bki_grid_print(&grid);
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

static void
print_finance(const bki_trade_answer *answer)
{
    const bk_trade_report *report = &answer->report;
    double                 cost = 0.0, paid = 0.0;

    for (size_t n = 0; n < report->economy->n_regions; n++) {
        cost += report->cost_usd[n];
        paid += fmax(report->paid_usd[n], 0.0);
    }
    if (cost <= 0.0)
        return;
    printf("\nIts works cost %s a year, %s.\n", bki_show_usd(&answer->session->arena, cost),
           paid > 0.0 ? "paid in this equilibrium: welfare is net of it"
                      : "paid by nobody in this equilibrium (see --finance): welfare is gross");
}

void
bki_trade_print_text(const bki_trade_answer *answer)
{
    const bk_trade_solution *solution = answer->report.solution;

    printf("%s\n\n", answer->report.scenario ? answer->report.scenario->title : "nothing changes (name a --scenario)");
    print_changes(answer);
    print_decomposition(answer);
    print_indicators(answer);
    if (answer->bilateral) {
        print_partners(answer);
        print_sectors(answer);
    }
    print_finance(answer);
    if (answer->report.shock->mobility)
        printf("\nLabour moves between the regions of an economy; %s.\n",
               solution->labour_unique ? "the equilibrium is the only one"
                                       : "there may be other equilibria: this is the one reached from the base year");
    printf("\n%s after %d sweeps, residual %.1e and Walras %.1e of world value added%s\n",
           bk_outcome_name(solution->outcome), solution->iterations, solution->residual, solution->walras,
           answer->study->model->has_network ? "; transport as in the base year" : "");
    for (size_t f = 0; f < answer->n_files; f++)
        printf("%s\n", answer->files[f]);
}
