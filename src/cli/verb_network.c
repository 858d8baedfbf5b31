/* buckle network: the best network of a planner's economy, or the best shipments on one that stands. */
#include "buckle/planner.h"
#include "cli/cli.h"

#include <math.h>
#include <stdlib.h>

typedef struct network_answer {
    bki_session    *session;
    bk_planner_data data;
    bk_plan         plan;
    const char     *method; /* "ship", "design", "iterate" */
    double          seconds;
} network_answer;

static void
print_links(const network_answer *answer)
{
    static const bool right[] = {false, true, true, true};
    const bk_planner *planner = &answer->data.planner;
    const bk_plan    *plan = &answer->plan;
    bk_arena         *arena = &answer->session->arena;
    bki_grid          grid;
    double            most = 0.0;

    for (size_t a = 0; a < planner->n_links; a++)
        most = fmax(most, plan->infrastructure[a]);
    bki_grid_start(&grid, arena, 4, right);
    bki_grid_add(&grid, "link");
    bki_grid_add(&grid, "infrastructure");
    bki_grid_add(&grid, "cost");
    bki_grid_add(&grid, "flow");
    for (size_t a = 0, n_shown = 0; a < planner->n_links && n_shown < 40; a++) {
        double flow = 0.0;
        if (plan->infrastructure[a] < 1e-6 * most)
            continue;
        for (size_t n = 0; n < planner->n_goods; n++)
            flow += fabs(plan->flow[a * planner->n_goods + n]);
        bki_grid_add(&grid, bk_arena_format(arena, "%s - %s", answer->data.names[planner->from[a]],
                                            answer->data.names[planner->to[a]]));
        bki_grid_add(&grid, bk_arena_format(arena, "%.5g", plan->infrastructure[a]));
        bki_grid_add(&grid, bk_arena_format(arena, "%.5g", 2.0 * planner->building_cost[a] * plan->infrastructure[a]));
        bki_grid_add(&grid, bk_arena_format(arena, "%.5g", flow));
        n_shown++;
    }
    bki_grid_print(&grid);
}

static void
print_text(const void *of)
{
    const network_answer *answer = of;
    const bk_plan        *plan = &answer->plan;

    printf("welfare   %.12g\n", plan->welfare);
    if (isfinite(plan->bound))
        printf("bound     %.12g, a gap of %.1e: no plan is better by more\n", plan->bound,
               fmax(plan->bound - plan->welfare, 0.0));
    else
        printf("bound     none: gamma above beta, small changes better nothing, large ones may\n");
    printf("spent     %.6g\n\n", plan->spent);
    print_links(answer);
    printf("\n%s: supply and demand within %.0e, %d steps, %.2f s. Links with next to nothing, and those past the "
           "fortieth, "
           "are left out: --format json has all.\n",
           bk_outcome_name(plan->outcome), plan->unbalance, plan->steps, answer->seconds);
}

static void
json_nodes(bk_json *json, const network_answer *answer)
{
    const bk_planner *planner = &answer->data.planner;

    bk_json_array(json, "nodes");
    for (size_t j = 0; j < planner->n_nodes; j++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "name", answer->data.names[j]);
        bk_json_number(json, "consumption", answer->plan.consumption[j]);
        bk_json_array(json, "price");
        for (size_t n = 0; n < planner->n_goods; n++)
            bk_json_number(json, NULL, answer->plan.price[j * planner->n_goods + n]);
        bk_json_end(json);
        bk_json_array(json, "labour");
        for (size_t n = 0; n < planner->n_goods; n++)
            bk_json_number(json, NULL, answer->plan.labour[j * planner->n_goods + n]);
        bk_json_end(json);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_links(bk_json *json, const network_answer *answer)
{
    const bk_planner *planner = &answer->data.planner;

    bk_json_array(json, "links");
    for (size_t a = 0; a < planner->n_links; a++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "from", answer->data.names[planner->from[a]]);
        bk_json_text(json, "to", answer->data.names[planner->to[a]]);
        bk_json_number(json, "infrastructure", answer->plan.infrastructure[a]);
        bk_json_array(json, "flow");
        for (size_t n = 0; n < planner->n_goods; n++)
            bk_json_number(json, NULL, answer->plan.flow[a * planner->n_goods + n]);
        bk_json_end(json);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static bki_exit
print_json(const void *of)
{
    const network_answer *answer = of;
    const bk_plan        *plan = &answer->plan;
    bk_json              *json = bk_json_create(&answer->session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    bk_json_text(json, "method", answer->method);
    bk_json_text(json, "outcome", bk_outcome_name(plan->outcome));
    bk_json_number(json, "welfare", plan->welfare);
    bk_json_number(json, "bound", plan->bound); /* null where there is none */
    bk_json_number(json, "unbalance", plan->unbalance);
    bk_json_number(json, "spent", plan->spent);
    bk_json_integer(json, "steps", plan->steps);
    bk_json_number(json, "seconds", answer->seconds);
    json_nodes(json, answer);
    json_links(json, answer);
    return bki_json_finish(answer->session, json);
}

static bk_status
solve(network_answer *answer)
{
    bki_session              *session = answer->session;
    const bk_planner_settings settings = bk_planner_default();
    const double              start = bki_seconds();

    BK_TRY(bk_planner_read(session->ctx, session->operand, &session->arena, &answer->data));
    const bk_planner *planner = &answer->data.planner;
    if (answer->data.infrastructure) {
        answer->method = "ship";
        BK_TRY(bk_planner_ship(session->ctx, planner, answer->data.infrastructure, &settings, &session->arena,
                               &answer->plan));
    } else if (planner->gamma <= planner->beta) {
        answer->method = "design";
        BK_TRY(bk_planner_design(session->ctx, planner, &settings, &session->arena, &answer->plan));
    } else {
        answer->method = "iterate";
        BK_TRY(bk_planner_iterate(session->ctx, planner, &settings, &session->arena, &answer->plan));
    }
    answer->seconds = bki_seconds() - start;
    return BK_OK;
}

/* Stalled at the limits of rounding is an answer whose certificate says how good it is. */
static bki_exit
exit_of(const void *of)
{
    const network_answer *answer = of;
    const bool            close = answer->plan.outcome == BK_STALLED && answer->plan.unbalance < 1e-8;

    return close ? BKI_EXIT_DONE : bki_exit_of_outcome(answer->plan.outcome);
}

static const bki_ending ending = {.text = print_text, .json = print_json, .exit = exit_of};

static bki_exit
run(bki_session *session)
{
    network_answer answer = {.session = session};

    return bki_finish(session, solve(&answer), &answer, &ending);
}

const bki_verb bki_verb_network = {
    .name = "network",
    .operand = "FILE.json",
    .summary = "Where a network wants capacity: the best network of a planner's economy, by link and without lumps",
    .detail = "The planner of Fajgelbaum & Schaal (2020) spreads a budget over the links of a network and ships goods "
              "over them.\nThe file gives places, links and powers (docs/explanation/portfolios.md); where its links "
              "have infrastructure, only\nthe shipments are sought. The answer comes with a bound that no plan "
              "passes. It is a benchmark of its own economy, not a\nbound of a study's portfolios.",
    .example = "buckle network places.json",
    .repeats = true,
    .run = run,
};
