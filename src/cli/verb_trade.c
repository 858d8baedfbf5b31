/* buckle trade: the trade equilibrium alone. */
#include "cli/cli.h"

typedef struct trade_answer {
    bki_session             *session;
    const bk_study          *study;
    const bk_scenario       *scenario; /* NULL: nothing changes */
    const bk_trade_solution *solution;
    double                   seconds;
} trade_answer;

static void
print_text(const trade_answer *answer)
{
    static const bool        right[] = {false, false, true, true, true, true, true, true, true};
    static const char *const head[] = {"region",  "",         "welfare %", "gain, USD/yr", "real wage %",
                                       "terms %", "volume %", "exports %", "imports %"};
    const bk_trade_solution *solution = answer->solution;
    const bk_economy        *economy = &answer->study->model->economy;
    bk_arena                *arena = &answer->session->arena;
    bki_grid                 grid;

    printf("%s\n\n", answer->scenario ? answer->scenario->title : "nothing changes (name a --scenario)");
    bki_grid_start(&grid, arena, 9, right);
    for (size_t c = 0; c < 9; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t n = 0; n < economy->n_regions; n++) {
        bki_grid_add(&grid, economy->regions[n].id);
        bki_grid_add(&grid, economy->regions[n].name);
        bki_grid_add(&grid, bki_show_signed(arena, solution->welfare_pct[n], 3));
        bki_grid_add(&grid, bki_show_usd(arena, solution->equivalent_variation[n] * answer->study->model->money_usd));
        bki_grid_add(&grid, bki_show_signed(arena, solution->real_wage_pct[n], 3));
        bki_grid_add(&grid, bki_show_signed(arena, solution->terms_of_trade_pct[n], 3));
        bki_grid_add(&grid, bki_show_signed(arena, solution->volume_of_trade_pct[n], 3));
        bki_grid_add(&grid, bki_show_signed(arena, solution->exports_pct[n], 2));
        bki_grid_add(&grid, bki_show_signed(arena, solution->imports_pct[n], 2));
    }
    bki_grid_print(&grid);
    printf("\nwelfare is the exact change of real income; terms and volume are the parts of its first-order formula.\n"
           "%s after %d sweeps, residual %.1e and Walras %.1e of world value added%s\n",
           bk_outcome_name(solution->outcome), solution->iterations, solution->residual, solution->walras,
           answer->study->model->has_network ? "; transport as in the base year" : "");
}

static void
json_region(bk_json *json, const trade_answer *answer, size_t n)
{
    const bk_trade_solution *solution = answer->solution;

    bk_json_object(json, NULL);
    bk_json_text(json, "region", answer->study->model->economy.regions[n].id);
    bk_json_number(json, "wage_hat", solution->wage_hat[n]);
    bk_json_number(json, "price_hat", solution->price_hat[n]);
    bk_json_number(json, "income_hat", solution->income_hat[n]);
    bk_json_number(json, "real_wage_pct", solution->real_wage_pct[n]);
    bk_json_number(json, "welfare_pct", solution->welfare_pct[n]);
    bk_json_number(json, "welfare_linear_pct", solution->welfare_linear_pct[n]);
    bk_json_number(json, "terms_of_trade_pct", solution->terms_of_trade_pct[n]);
    bk_json_number(json, "volume_of_trade_pct", solution->volume_of_trade_pct[n]);
    bk_json_number(json, "exports_pct", solution->exports_pct[n]);
    bk_json_number(json, "imports_pct", solution->imports_pct[n]);
    bk_json_number(json, "ev", solution->equivalent_variation[n] * answer->study->model->money_usd);
    bk_json_end(json);
}

static bki_exit
print_json(const trade_answer *answer)
{
    const bk_trade_solution *solution = answer->solution;
    bk_json                 *json = bk_json_create(&answer->session->arena);

    if (!json)
        return bki_report_errors(answer->session, bk_fail_no_memory(answer->session->ctx));
    bk_json_object(json, NULL);
    bk_json_text(json, "scenario", answer->scenario ? answer->scenario->name : NULL);
    bk_json_flag(json, "converged", solution->outcome == BK_CONVERGED);
    bk_json_number(json, "residual", solution->residual);
    bk_json_number(json, "walras", solution->walras);
    bk_json_integer(json, "iterations", solution->iterations);
    bk_json_number(json, "seconds", answer->seconds);
    bk_json_array(json, "regions");
    for (size_t n = 0; n < answer->study->model->economy.n_regions; n++)
        json_region(json, answer, n);
    bk_json_end(json);
    bk_json_end(json);
    return bki_json_print(json);
}

static bk_status
solve(trade_answer *answer)
{
    bki_session    *session = answer->session;
    const bk_model *model;

    BK_TRY(bki_session_open(session, BKI_OTHERWISE_NONE, &answer->study));
    model = answer->study->model;
    if (answer->study->n_scenarios > 0) {
        answer->scenario = answer->study->scenarios[0];
        model = answer->study->models[0];
    }
    const double start = bki_seconds();
    BK_TRY(bk_study_trade(session->ctx, answer->study, model, &session->arena, &answer->solution));
    answer->seconds = bki_seconds() - start;
    return BK_OK;
}

static bki_exit
run(bki_session *session)
{
    trade_answer    answer = {.session = session};
    const bk_status status = solve(&answer);

    bki_progress_clear(&session->progress);
    if (status != BK_OK)
        return bki_report_errors(session, status);
    if (!session->json)
        print_text(&answer);
    const bki_exit printed = session->json ? print_json(&answer) : BKI_EXIT_DONE;
    if (printed != BKI_EXIT_DONE)
        return printed;
    return answer.solution->outcome == BK_CONVERGED ? BKI_EXIT_DONE : BKI_EXIT_NOT_CONVERGED;
}

static const bki_option options[] = {
    {.name = "scenario",
     .kind = BKI_OPTION_TEXT,
     .argument = "S",
     .meaning = "a scenario of the study, or a path that ends in .yaml; by default nothing changes"},
};

const bki_verb bki_verb_trade = {
    .name = "trade",
    .operand = "STUDY",
    .summary = "The trade equilibrium alone, with transport as in the base year",
    .detail =
        "Caliendo and Parro (2015): tariffs and their revenue, input-output links, deficits, iceberg costs. Of a "
        "scenario's\n"
        "measures, those on tariffs, trade costs, productivity and membership act; what changes the network does not.",
    .example = "buckle trade studies/silkroad --scenario oil-price-shock",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .run = run,
};
