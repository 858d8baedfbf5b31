/* buckle design: which candidate links to build. */
#include "buckle/design.h"
#include "buckle/tntp.h"
#include "cli/cli.h"

#include <math.h>

typedef struct design_answer {
    bki_session           *session;
    const bk_road_network *network;
    bk_design              out;
    double                 budget, seconds;
} design_answer;

static double
price_of_all(const bk_road_network *network)
{
    double sum = 0.0;

    for (size_t a = 0; network->price != NULL && a < network->n_arcs; a++)
        sum += network->price[a];
    return sum;
}

static bk_status
solve(design_answer *answer)
{
    bki_session          *session = answer->session;
    const char           *net = bki_option_text(session, "net"), *trips = bki_option_text(session, "trips");
    bk_design_settings    settings = bk_design_default();
    const double          start = bki_seconds();
    const bk_road_demand *demand;

    if (net == NULL || trips == NULL || !bki_option_given(session, "budget-share"))
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "buckle design --net NET --trips TRIPS --budget-share 0.5",
                            "%s is missing",
                            net == NULL     ? "--net"
                            : trips == NULL ? "--trips"
                                            : "--budget-share");
    BK_TRY(bk_tntp_network_read(session->ctx, net, NULL, NULL, &session->arena, &answer->network));
    BK_TRY(bk_tntp_demand_read(session->ctx, trips, answer->network, 1.0, &session->arena, &demand));
    answer->budget = bki_option_number(session, "budget-share", 0.0) * price_of_all(answer->network);
    settings.budget = answer->budget;
    settings.node_limit = (size_t)bki_option_number(session, "nodes", (double)settings.node_limit);
    BK_TRY(bk_design_solve(session->ctx, answer->network, demand, &settings, &session->arena, &answer->out));
    answer->seconds = bki_seconds() - start;
    return BK_OK;
}

static bki_exit
print_json(const void *of)
{
    const design_answer *answer = of;
    const bk_design     *out = &answer->out;
    bk_json             *json = bk_json_create(&answer->session->arena);

    if (json == NULL)
        return bki_report_errors(answer->session, bk_fail_no_memory(answer->session->ctx));
    bk_json_object(json, NULL);
    bk_json_number(json, "total_cost", out->total_cost);
    bk_json_array(json, "links");
    for (size_t i = 0; i < out->n_built; i++)
        bk_json_integer(json, NULL, (int64_t)out->built[i] + 1);
    bk_json_end(json);
    bk_json_array(json, "links_by_node");
    for (size_t i = 0; i < out->n_built; i++) {
        bk_json_array(json, NULL);
        bk_json_integer(json, NULL, (int64_t)answer->network->from[out->built[i]] + 1);
        bk_json_integer(json, NULL, (int64_t)answer->network->to[out->built[i]] + 1);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_flag(json, "proved_optimal", out->proved);
    bk_json_number(json, "bound", out->bound);
    bk_json_number(json, "budget", answer->budget);
    bk_json_number(json, "spent", out->spent);
    bk_json_integer(json, "nodes", (int64_t)out->n_nodes);
    bk_json_integer(json, "equilibria", (int64_t)out->n_equilibria);
    bk_json_number(json, "seconds", answer->seconds);
    return bki_json_finish(answer->session, json);
}

static void
print_text(const void *of)
{
    const design_answer   *answer = of;
    const bk_design       *out = &answer->out;
    const bk_road_network *network = answer->network;

    printf("total cost     %.10g, in user equilibrium\n", out->total_cost);
    printf("bound          %.10g (%s)\n", out->bound,
           out->proved ? "proved: no design is better" : "the search is not complete");
    printf("spent          %.10g of %.10g\n", out->spent, answer->budget);
    printf("build         ");
    for (size_t i = 0; i < out->n_built; i++)
        printf(" %u-%u", network->from[out->built[i]] + 1, network->to[out->built[i]] + 1);
    printf("%s\n\n%zu nodes, %zu equilibria, %.3f s\n", out->n_built > 0 ? "" : " nothing", out->n_nodes,
           out->n_equilibria, answer->seconds);
}

static bki_exit
exit_of(const void *of)
{
    const design_answer *answer = of;

    if (answer->out.outcome == BK_CANCELLED)
        return BKI_EXIT_INTERRUPTED;
    return answer->out.proved ? BKI_EXIT_DONE : BKI_EXIT_NOT_CONVERGED;
}

static const bki_ending ending = {.text = print_text, .json = print_json, .exit = exit_of};

static bki_exit
run(bki_session *session)
{
    design_answer answer = {.session = session};

    return bki_finish(session, solve(&answer), &answer, &ending);
}

static const bki_option options[] = {
    {.name = "net",
     .kind = BKI_OPTION_TEXT,
     .argument = "FILE",
     .meaning = "the network, in TNTP; NUMBER OF NEW LINKS of its links, the last ones, are candidates with a price"},
    {.name = "trips", .kind = BKI_OPTION_TEXT, .argument = "FILE", .meaning = "the trips from zone to zone, in TNTP"},
    {.name = "budget-share",
     .kind = BKI_OPTION_NUMBER,
     .argument = "B",
     .least = 0.0,
     .most = 1.0,
     .meaning = "the budget, as a share of the price of all candidates together"},
    {.name = "nodes",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 1,
     .most = 1e9,
     .meaning = "at most so many nodes of the search tree, 40,000 by default; then the best design so far is given"},
};

const bki_verb bki_verb_design = {
    .name = "design",
    .operand = NULL,
    .summary = "Which candidate links to build within a budget, when traffic finds its own equilibrium",
    .detail = "Branch and bound over designs; the total cost of each is that of its user equilibrium, bounds are "
              "system optima.\n"
              "An answer that is not proved is written with exit status 1 and its bound.",
    .example = "buckle design --net SF_DNDP_10_1.txt --trips SiouxFalls_trips.txt --budget-share 0.5",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .repeats = true,
    .run = run,
};
