/* The answer of `run` for reading: for each scenario six lines - who gains, who loses and pays, what carries the gain,
 * what binds, how sure it is, where the files are - then a table of the economies. */
#include "cli/answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double smallest_pct = 0.005; /* a smaller change of real income is called none */

static void
print_line(const bki_answer *answer, const char *label, const char *text)
{
    printf("%s%*s%s\n", bki_bold(&answer->session->arena, label), 9 - (int)strlen(label), "", text);
}

/* "a", "a, b": NULL starts a list. */
static const char *
join(bk_arena *arena, const char *list, const char *item)
{
    return list ? bk_arena_format(arena, "%s, %s", list, item) : item;
}

/* Regions by change of real income, the highest first; the first region of the study leads whatever it gets. */
static size_t *
rank(const bki_answer *answer, const double *welfare_pct)
{
    const size_t n_regions = answer->study->model->economy.n_regions;
    size_t      *order = BK_NEW(&answer->session->arena, size_t, n_regions);

    for (size_t n = 0; order && n < n_regions; n++) {
        size_t at = n;
        for (; at > 1 && welfare_pct[order[at - 1]] < welfare_pct[n]; at--)
            order[at] = order[at - 1];
        order[at] = n;
    }
    return order;
}

static const char *
show_gain(const bki_answer *answer, const bk_trade_solution *trade, size_t n)
{
    bk_arena *arena = &answer->session->arena;

    return bk_arena_format(arena, "%s %s %%", answer->study->model->economy.regions[n].name,
                           bki_show_signed(arena, trade->welfare_pct[n], 2));
}

/* Up to five others that gain (sign 1) or lose (sign -1) most, or NULL. */
static const char *
others(const bki_answer *answer, const bk_trade_solution *trade, const size_t *order, int sign)
{
    const size_t n_regions = answer->study->model->economy.n_regions;
    const char  *list = NULL;

    for (size_t k = 1, shown = 0; k < n_regions && shown < 5; k++) {
        const size_t n = order[sign > 0 ? k : n_regions - k];
        if (sign * trade->welfare_pct[n] < smallest_pct)
            break;
        list = join(&answer->session->arena, list, show_gain(answer, trade, n));
        shown++;
    }
    return list;
}

static double
world_pct(const bki_answer *answer, const bk_trade_solution *trade)
{
    const double *income = bk_trade_base_income(bk_joint_trade(answer->run->base));
    const size_t  n_regions = answer->study->model->economy.n_regions;

    return 100.0 * bk_sum(trade->equivalent_variation, n_regions) / bk_sum(income, n_regions);
}

/* "Kazakhstan +0.41 % of real income (983 m USD a year); others: ...; world +0.021 %", of the side (sign 1: gain, -1:
 * loss) that the study's own economy is on. */
static const char *
own_side(const bki_answer *answer, const bk_trade_solution *trade, const size_t *order, int sign)
{
    bk_arena    *arena = &answer->session->arena;
    const double usd = trade->equivalent_variation[0] * answer->study->model->money_usd;
    const bool   changes = fabs(trade->welfare_pct[0]) >= smallest_pct;
    const char  *own = changes
                           ? bk_arena_format(arena, "%s of real income (%s a year)", show_gain(answer, trade, 0),
                                             bki_show_usd(arena, fabs(usd)))
                           : bk_arena_format(arena, "%s by less than 0.005 %% of real income (%s a year)",
                                             answer->study->model->economy.regions[0].name, bki_show_usd(arena, usd));
    const char  *rest = others(answer, trade, order, sign);

    return bk_arena_format(arena, "%s; others: %s; world %s %%", own, rest ? rest : "nobody",
                           bki_show_signed(arena, world_pct(answer, trade), 3));
}

/* The others on the side the study's own economy is not on. */
static const char *
other_side(const bki_answer *answer, const bk_trade_solution *trade, const size_t *order, int sign)
{
    const char *rest = others(answer, trade, order, sign);

    return rest ? rest : "nobody by 0.005 % or more";
}

/* The three that pay most for works, and how many others pay; NULL if nobody does. */
static const char *
payers(const bki_answer *answer, const double *cost)
{
    const size_t n_regions = answer->study->model->economy.n_regions;
    bk_arena    *arena = &answer->session->arena;
    const char  *list = NULL;
    size_t       n_payers = 0;
    double       limit = INFINITY;

    for (size_t n = 0; n < n_regions; n++)
        n_payers += cost[n] > 0.0;
    for (size_t shown = 0; shown < 3; shown++) {
        size_t most = n_regions;
        for (size_t n = 0; n < n_regions; n++)
            if (cost[n] > 0.0 && cost[n] < limit && (most == n_regions || cost[n] > cost[most]))
                most = n;
        if (most == n_regions)
            break;
        limit = cost[most];
        list = join(arena, list,
                    bk_arena_format(arena, "%s %s", answer->study->model->economy.regions[most].name,
                                    bki_show_usd(arena, cost[most])));
    }
    return n_payers > 3 ? bk_arena_format(arena, "%s and %zu other%s", list, n_payers - 3, n_payers == 4 ? "" : "s")
                        : list;
}

/* The line of the study's own economy comes first, be it a gain or a loss; what works cost stands with the losses. */
static void
print_gains_and_losses(const bki_answer *answer, const bk_scenario_run *scenario, const size_t *order)
{
    bk_arena                *arena = &answer->session->arena;
    const bk_trade_solution *trade = scenario->solution->trade;
    const bool               loses = trade->welfare_pct[0] <= -smallest_pct;
    const char              *works = payers(answer, scenario->accounts.cost_usd);
    const char              *cost =
        answer->run->finance == BK_FINANCE_NONE ? "; works cost, a year: " : "; net of what works cost, a year: ";
    const char *losses = loses ? own_side(answer, trade, order, -1) : other_side(answer, trade, order, -1);

    losses = bk_arena_format(arena, "%s%s%s", losses, works ? cost : "", works ? works : "");
    if (loses)
        print_line(answer, "Loses", losses);
    print_line(answer, "Gains", loses ? other_side(answer, trade, order, 1) : own_side(answer, trade, order, 1));
    if (!loses)
        print_line(answer, "Loses", losses);
}

static void
print_carriers(const bki_answer *answer, const bk_scenario_run *scenario)
{
    bk_arena          *arena = &answer->session->arena;
    const bk_scenario *measures = scenario->scenario;
    const bk_parts    *parts = scenario->parts;
    const char        *list = NULL;

    if (!parts) {
        print_line(answer, "Carries", "not attributed");
        return;
    }
    for (size_t m = 0; m < measures->n_measures; m++)
        list = join(arena, list,
                    bk_arena_format(arena, "%s %s", measures->measures[m].id,
                                    bki_show_signed(arena, parts->value[m * parts->n_columns], 3)));
    const char *name = answer->study->model->economy.regions[0].name;
    if (measures->n_measures > 1 && parts->rule == BK_ATTRIBUTION_SHAPLEY)
        list = bk_arena_format(arena, "%s; Shapley values, points of %s's change", list, name);
    else if (measures->n_measures > 1)
        list = bk_arena_format(arena, "%s, together %s more; each alone, points of %s's change", list,
                               bki_show_signed(arena, parts->rest[0], 3), name);
    print_line(answer, "Carries", list ? list : "nothing: the scenario has no measures");
}

/* "Alat - Gardabani (rail) (103 % full, a tonne more worth 34 USD, was 12)" */
static const char *
show_bottleneck(bk_arena *arena, const bki_bottleneck *row)
{
    const char *was = fabs(row->value_change) < 0.5
                          ? "as now"
                          : bk_arena_format(arena, "now %.0f", row->value_of_capacity - row->value_change);

    if (row->queue_hours > 0.0)
        return bk_arena_format(arena, "%s (%.0f h of queue, worth %.0f USD/t, %s)", row->name, row->queue_hours,
                               row->value_of_capacity, was);
    return bk_arena_format(arena, "%s (%.0f %% full, a tonne more worth %.0f USD, %s)", row->name,
                           100.0 * row->utilisation, row->value_of_capacity, was);
}

static void
print_bottlenecks(const bki_answer *answer, const bk_scenario_run *scenario)
{
    bk_arena       *arena = &answer->session->arena;
    bki_bottleneck *rows = NULL;
    const size_t    n = bki_bottlenecks(answer, scenario->scenario->name, 1.0, &rows);
    const char     *list = NULL;

    for (size_t r = 0; r < n && r < 3; r++)
        list = join(arena, list, show_bottleneck(arena, &rows[r]));
    if (!answer->study->model->has_network)
        list = "nothing: the study has no network";
    else if (n > 3)
        list = bk_arena_format(arena, "%s and %zu other%s", list, n - 3, n == 4 ? "" : "s");
    print_line(answer, "Binds", list ? list : "nothing");
}

/* ", 2215 routes added that the base year has no use for (without them Kazakhstan +0.397 %)" */
static const char *
show_routes(const bki_answer *answer, const bk_scenario_run *scenario)
{
    bk_arena *arena = &answer->session->arena;

    if (!scenario->before)
        return "";
    return bk_arena_format(arena, ", %zu route%s added that the base year did not need (%s %s %% without)",
                           scenario->routes_added, scenario->routes_added == 1 ? "" : "s",
                           answer->study->model->economy.regions[0].name,
                           bki_show_signed(arena, scenario->before->trade->welfare_pct[0], 3));
}

static void
print_certainty(const bki_answer *answer, const bk_scenario_run *scenario)
{
    bk_arena                *arena = &answer->session->arena;
    const bk_joint_solution *solution = scenario->solution;
    const char              *missed = solution->certificate.routes_missed
                                          ? bk_arena_format(arena, ", routes not in the set would save trade %.2g %% of its cost",
                                                            100.0 * solution->certificate.route_gain_mean)
                                          : "";

    print_line(answer, "Sure",
               bk_arena_format(arena, "%s (residual %.0e)%s%s; %s; single values, `buckle stress` gives intervals",
                               solution->outcome == BK_CONVERGED ? "an equilibrium" : "NOT CONVERGED",
                               bk_joint_residual(solution), show_routes(answer, scenario), missed,
                               bki_show_estimates(arena, answer->study->model)));
}

static void
print_files(const bki_answer *answer)
{
    size_t      layers = 0;
    const char *written = NULL;

    for (size_t t = 0; t < answer->run->results.n_tables; t++)
        layers += answer->run->results.tables[t]->geometry != BK_GEOMETRY_NONE;
    for (size_t f = 0; f < BKI_REPORTS; f++)
        if (bki_report_path(&answer->reports, f))
            written = join(&answer->session->arena, written, bki_report_path(&answer->reports, f));
    print_line(answer, "Files",
               bk_arena_format(&answer->session->arena, "%s (%zu layers for the map, %zu tables)%s%s", answer->path,
                               layers, answer->run->results.n_tables - layers, written ? ", " : "",
                               written ? written : ""));
}

static void
print_scenario(const bki_answer *answer, size_t s)
{
    const bk_scenario_run *scenario = &answer->run->scenarios[s];

    printf("%s: %s\n\n", scenario->scenario->name, scenario->scenario->title);
    if (!scenario->solution) {
        print_line(answer, "Sure", scenario->failure ? scenario->failure : "interrupted before it was solved");
        print_files(answer);
        putchar('\n');
        return;
    }
    const size_t *order = rank(answer, scenario->solution->trade->welfare_pct);
    if (!order)
        return;
    print_gains_and_losses(answer, scenario, order);
    print_carriers(answer, scenario);
    print_bottlenecks(answer, scenario);
    print_certainty(answer, scenario);
    print_files(answer);
    putchar('\n');
}

/* One scenario: every figure of every economy. */
static void
print_economies(const bki_answer *answer, const bk_scenario_run *scenario)
{
    static const bool        right[] = {false, false, true, true, true, true, true, true};
    static const char *const head[] = {"",          "economy",       "welfare %",      "gain, USD/yr", "real wage %",
                                       "exports %", "works, USD/yr", "transit, USD/yr"};
    const bk_economy        *economy = &answer->study->model->economy;
    const bk_trade_solution *trade = scenario->solution->trade;
    const bk_accounts       *accounts = &scenario->accounts, *before = &scenario->base_accounts;
    const size_t            *order = rank(answer, trade->welfare_pct);
    bk_arena                *arena = &answer->session->arena;
    bki_grid                 grid;

    bki_grid_start(&grid, arena, 8, right);
    for (size_t c = 0; c < 8; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t k = 0; order && k < economy->n_regions; k++) {
        const size_t n = order[k];
        bki_grid_add(&grid, economy->regions[n].id);
        bki_grid_add(&grid, economy->regions[n].name);
        bki_grid_add(&grid, bki_show_signed(arena, trade->welfare_pct[n], 3));
        bki_grid_add(&grid, bki_show_usd(arena, trade->equivalent_variation[n] * answer->study->model->money_usd));
        bki_grid_add(&grid, bki_show_signed(arena, trade->real_wage_pct[n], 3));
        bki_grid_add(&grid, bki_show_signed(arena, trade->exports_pct[n], 2));
        bki_grid_add(&grid, accounts->cost_usd[n] > 0.0 ? bki_show_usd(arena, accounts->cost_usd[n]) : "");
        bki_grid_add(&grid, bki_show_usd(arena, accounts->transit_revenue_usd[n] - before->transit_revenue_usd[n]));
    }
    bki_grid_print(&grid);
    puts("\nwelfare: exact change of real income. works: yearly cost of what is built. transit: change of what trade "
         "with no end\n"
         "in the economy pays on its network, gross. Neither works nor transit is part of the gain: what a country "
         "keeps "
         "of its\n"
         "transit revenue after cost comes on top, and is not known.");
}

/* Several scenarios: real income side by side. */
static void
print_side_by_side(const bki_answer *answer)
{
    const bk_run     *run = answer->run;
    const bk_economy *economy = &answer->study->model->economy;
    bk_arena         *arena = &answer->session->arena;
    bool             *right = BK_NEW(arena, bool, run->n_scenarios + 1);
    bki_grid          grid;

    if (!right)
        return;
    for (size_t s = 0; s < run->n_scenarios; s++)
        right[s + 1] = true;
    bki_grid_start(&grid, arena, run->n_scenarios + 1, right);
    bki_grid_add(&grid, "welfare, %");
    for (size_t s = 0; s < run->n_scenarios; s++)
        bki_grid_add(&grid, run->scenarios[s].scenario->name);
    for (size_t n = 0; n < economy->n_regions; n++) {
        bki_grid_add(&grid, economy->regions[n].name);
        for (size_t s = 0; s < run->n_scenarios; s++)
            bki_grid_add(&grid, run->scenarios[s].solution
                                    ? bki_show_signed(arena, run->scenarios[s].solution->trade->welfare_pct[n], 3)
                                    : "-");
    }
    bki_grid_print(&grid);
}

/* Those of this run; the study's own are counted here and told by `check`, and failures stand with their scenario. */
static void
print_warnings(const bki_answer *answer)
{
    const bk_run *run = answer->run;
    const size_t  n_study = answer->study->model->n_warnings;

    if (n_study)
        printf("\nwarning: the study's own rows raise %zu warning%s; `buckle check` tells %s\n", n_study,
               n_study == 1 ? "" : "s", n_study == 1 ? "it" : "them");
    for (size_t w = n_study; w < run->n_warnings; w++) {
        bool is_told = false;
        for (size_t s = 0; s < run->n_scenarios; s++)
            is_told |= run->warnings[w] == run->scenarios[s].failure;
        if (!is_told)
            printf("\nwarning: %s\n", run->warnings[w]);
    }
}

void
bki_answer_print_text(const bki_answer *answer)
{
    const bk_run *run = answer->run;

    for (size_t s = 0; s < run->n_scenarios; s++)
        print_scenario(answer, s);
    if (run->n_scenarios == 0)
        printf("The base year is solved; the study has no scenarios. Written: %s\n", answer->path);
    else if (run->n_scenarios > 1)
        print_side_by_side(answer);
    else if (run->scenarios[0].solution) {
        print_economies(answer, &run->scenarios[0]);
        bki_answer_print_parts(answer, &run->scenarios[0]);
        bki_answer_print_transit(answer, &run->scenarios[0]);
    }
    bki_answer_print_selections(answer);
    print_warnings(answer);
    if (run->interrupted)
        printf("\nInterrupted. What was finished is in %s.\n", answer->path);
    if (!run->converged)
        puts("\nNot converged: what is marked so above is no equilibrium.");
}
