/* buckle assign: user equilibrium of road traffic. */
#include "cli/assign.h"
#include "cli/road.h"

#include <math.h>
#include <string.h>

/* ---- the question ---------------------------------------------------------------------------------------------- */

static bk_equilibrium_method
wanted_method(const bki_session *session)
{
    const char *name = bki_option_text(session, "method");

    for (bk_equilibrium_method m = 0; name != NULL && m < BK_EQUILIBRIUM_METHOD_COUNT; m++)
        if (strcmp(bk_equilibrium_method_name(m), name) == 0)
            return m;
    return bk_equilibrium_default().method;
}

static void
warn_of_lost(const bki_assign *answer)
{
    char text[2][BK_ROAD_ID_SIZE];

    for (size_t i = 0; i < answer->out.n_lost; i++)
        bk_log(answer->session->ctx, BK_LOG_WARNING, "dropped %g trips from zone %s to zone %s: no path joins them",
               answer->out.lost[i].volume, bk_road_zone_id(answer->network, answer->out.lost[i].origin, text[0]),
               bk_road_zone_id(answer->network, answer->out.lost[i].destination, text[1]));
}

static bk_status
solve_user_equilibrium(bki_assign *answer)
{
    bki_session            *session = answer->session;
    bk_equilibrium_settings settings = bk_equilibrium_default();

    if (bki_option_given(session, "dispersion") || bki_option_given(session, "routes"))
        return bk_fail(session->ctx, BK_ERR_USAGE, "--dispersion and --routes are for --method logit and its kin");
    settings.method = wanted_method(session);
    settings.gap = bki_option_number(session, "gap", settings.gap);
    settings.iteration_limit = (int)bki_option_number(session, "iterations", settings.iteration_limit);
    settings.allow_unreachable = bki_option_given(session, "allow-unreachable");
    settings.keep_bushes = bki_option_given(session, "select") || bki_option_given(session, "paths");
    if (settings.keep_bushes && settings.method != BK_ALGORITHM_B)
        return bk_fail(session->ctx, BK_ERR_USAGE,
                       "--select and --paths need the method algorithm-b or logit: others know "
                       "arc flows alone");
    return bk_equilibrium_solve(session->ctx, answer->network, answer->n_classes, answer->classes, &settings,
                                &session->arena, &answer->out);
}

static bk_status
solve(bki_assign *answer)
{
    const double start = bki_seconds();

    BK_TRY(bki_assign_read(answer));
    if (bki_assign_wants_logit(answer->session))
        BK_TRY(bki_assign_logit(answer));
    else
        BK_TRY(solve_user_equilibrium(answer));
    answer->seconds = bki_seconds() - start;
    warn_of_lost(answer);
    BK_TRY(bki_assign_select(answer));
    return bki_assign_write(answer);
}

/* ---- the answer ------------------------------------------------------------------------------------------------- */

static double
lost_volume(const bk_equilibrium *out)
{
    double sum = 0.0;

    for (size_t i = 0; i < out->n_lost; i++)
        sum += out->lost[i].volume;
    return sum;
}

static bki_exit
print_json(const void *of)
{
    const bki_assign     *answer = of;
    const bk_equilibrium *out = &answer->out;
    bk_json              *json = bk_json_create(&answer->session->arena);

    if (json == NULL)
        return bki_report_errors(answer->session, bk_fail_no_memory(answer->session->ctx));
    bk_json_object(json, NULL);
    bk_json_text(json, "method",
                 answer->is_logit ? bk_stochastic_method_name(answer->logit_method)
                                  : bk_equilibrium_method_name(wanted_method(answer->session)));
    bk_json_number(json, "relative_gap", out->relative_gap);
    bk_json_number(json, "objective", out->objective);
    bk_json_number(json, "total_cost", out->total_cost);
    bk_json_number(json, "total_time", out->total_time);
    bk_json_integer(json, "iterations", out->iterations);
    bk_json_number(json, "seconds", answer->seconds);
    bk_json_integer(json, "nodes", (int64_t)answer->network->n_nodes);
    bk_json_integer(json, "links", (int64_t)answer->network->n_arcs);
    bk_json_integer(json, "zones", (int64_t)answer->network->n_zones);
    bk_json_flag(json, "converged", out->outcome == BK_CONVERGED);
    bk_json_text(json, "outcome", bk_outcome_name(out->outcome));
    bk_json_number(json, "imbalance", out->imbalance);
    if (answer->is_logit)
        bki_assign_logit_json(answer, json);
    else
        bk_json_integer(json, "constant_links_used", (int64_t)out->n_flat);
    if (answer->roads[0].name != NULL)
        bki_assign_classes_json(answer, json);
    bk_json_integer(json, "dropped_pairs", (int64_t)out->n_lost);
    bk_json_number(json, "dropped_trips", lost_volume(out));
    if (answer->n_selected > 0)
        bki_assign_select_json(answer, json);
    if (bki_option_given(answer->session, "paths")) {
        bk_json_integer(json, "paths", (int64_t)answer->paths.n_paths);
        if (!answer->is_logit)
            bk_json_number(json, "paths_difference", answer->paths.difference);
    }
    return bki_json_finish(answer->session, json);
}

static void
print_paths(const bki_assign *answer)
{
    const bk_path_totals *paths = &answer->paths;

    printf("%zu paths join %zu pairs of zones", paths->n_paths, paths->n_pairs);
    if (answer->is_logit)
        printf(".\n");
    else
        printf("; their flows differ from the links' by at most %.1e of the largest.\n", paths->difference);
}

static void
print_text(const void *of)
{
    const bki_assign      *answer = of;
    const bk_equilibrium  *out = &answer->out;
    const bk_road_network *network = answer->network;

    printf("%zu zones, %zu nodes, %zu links\n\n", network->n_zones, network->n_nodes, network->n_arcs);
    printf("total cost     %.15g\n", out->total_cost);
    printf("total time     %.15g\n", out->total_time);
    if (answer->is_logit) {
        bki_assign_logit_text(answer);
    } else {
        printf("objective      %.15g (Beckmann)\n", out->objective);
        printf("relative gap   %.2e (total cost over that of least-cost routes, less one)\n", out->relative_gap);
    }
    if (out->n_lost > 0)
        printf("dropped        %g trips of %zu pairs that no path joins\n", lost_volume(out), out->n_lost);
    printf("\n%s after %d iterations, %.3f s\n", bk_outcome_name(out->outcome), out->iterations, answer->seconds);
    if (out->n_flat > 0)
        printf("The time of %zu links with flow does not depend on flow: other flows there may be in equilibrium as "
               "well.\n",
               out->n_flat);
    if (bki_option_given(answer->session, "paths"))
        print_paths(answer);
    if (answer->roads[0].name != NULL)
        bki_assign_classes_text(answer);
    bki_assign_select_text(answer);
}

static bki_exit
exit_of(const void *of)
{
    const bki_assign *answer = of;

    return bki_exit_of_outcome(answer->out.outcome);
}

static const bki_ending ending = {.text = print_text, .json = print_json, .exit = exit_of};

static bki_exit
run(bki_session *session)
{
    bki_assign answer = {.session = session};

    if (session->operand != NULL)
        return bki_assign_study(session);
    if (bki_option_given(session, "scenario"))
        return bki_finish(session,
                          bk_fail(session->ctx, BK_ERR_USAGE, "--scenario is for a study: buckle assign STUDY"),
                          &answer, &ending);
    return bki_finish(session, solve(&answer), &answer, &ending);
}

#define X(enumerator, name, prefix, summary) name " "
#define METHOD_NAMES                         BK_EQUILIBRIUM_METHOD_LIST(X) BK_STOCHASTIC_METHOD_LIST(X)
static const bki_option options[] = {
    BKI_OPTIONS_ROAD,
    {.name = "classes",
     .kind = BKI_OPTION_TEXT,
     .argument = "FILE.csv",
     .meaning =
         "in place of --trips: classes of traffic by row: class, trips (a file beside this one), and if they differ "
         "matrix, lookup, use, toll_factor, distance_factor, demand_factor"},
    {.name = "scenario",
     .kind = BKI_OPTION_TEXT,
     .argument = "S",
     .meaning = "with a study: on the network of this one"},
    {.name = "no-cache", .kind = BKI_OPTION_FLAG, .meaning = "with a study: solve the base year anew and keep nothing"},
    {.name = "gap",
     .kind = BKI_OPTION_NUMBER,
     .argument = "G",
     .least = 0.0,
     .most = 1.0,
     .meaning = "the relative gap to reach, 1e-10 by default; below about 1e-14 rounding is in the way"},
    {.name = "method",
     .kind = BKI_OPTION_CHOICE,
     .argument = "M",
     .choices = METHOD_NAMES,
     .meaning = "algorithm-b (the default); frank-wolfe: a simple reference, slow beyond a gap of 1e-5; logit: drivers "
                "err about costs, over sets of routes; recursive-logit: over all routes, cycles included"},
    {.name = "dispersion",
     .kind = BKI_OPTION_NUMBER,
     .argument = "THETA",
     .least = 1e-9,
     .most = 1e9,
     .meaning = "logit and recursive-logit: a unit of cost more divides a route's odds by exp(THETA)"},
    {.name = "routes",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 1,
     .most = 200,
     .meaning = "logit: sets of routes are made from so many trees an origin without traffic, and again with it; 5 by "
                "default"},
    {.name = "flows",
     .kind = BKI_OPTION_TEXT,
     .writes = true,
     .argument = "FILE",
     .meaning = "write from,to,volume,cost of each link to this CSV file, with 17 significant digits"},
    {.name = "gmns",
     .kind = BKI_OPTION_TEXT,
     .argument = "FOLDER",
     .writes = true,
     .meaning = "write the network and what its links carry as a folder in GMNS 0.96; of road traffic with "
                "link_performance.csv"},
    {.name = "skims",
     .kind = BKI_OPTION_TEXT,
     .argument = "FILE.omx",
     .writes = true,
     .meaning =
         "write cost, time and distance between all zones on least-cost paths at these flows, as OMX; -1 (its NA) "
         "where no path leads; with --classes for each, as cost_CLASS"},
    {.name = "paths",
     .kind = BKI_OPTION_TEXT,
     .argument = "FILE.csv",
     .writes = true,
     .meaning = "write the paths in use: origin,destination,volume,share,cost,nodes,links"},
    {.name = "select",
     .kind = BKI_OPTION_LIST,
     .argument = "LINK",
     .meaning =
         "whose trips use this link, by origin and destination: its id (TNTP: the number of its line), or FROM-TO "
         "with the ids of its nodes"},
    {.name = "iterations",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 1,
     .most = 1e9,
     .meaning = "at most so many iterations, 1000 by default"},
    {.name = "allow-unreachable",
     .kind = BKI_OPTION_FLAG,
     .meaning = "drop trips between zones that no path joins, and say which, instead of refusing"},
};
#undef X

const bki_verb bki_verb_assign = {
    .name = "assign",
    .operand = "[STUDY]",
    .summary = "Assignment alone: road traffic in user equilibrium, or a study's base-year trade on its network",
    .detail =
        "With a study: the tonnes of its base year on its network, or on that of one --scenario, while trade does not "
        "answer.\n"
        "Routes are chosen by path-size logit, what is scarce asks its price; the gap is that of Fisk's program to its "
        "dual.\n\n"
        "With --net and --trips: Wardrop's equilibrium of a network and trips. Networks: TNTP, the text format of "
        "Transportation Networks "
        "for Research\n"
        "(FIRST THRU NODE, TOLL FACTOR and DISTANCE FACTOR are honoured), or GMNS 0.96: a folder with node.csv, "
        "link.csv and\n"
        "config.csv, or its link.csv. Trips: TNTP, an OMX matrix (.omx), or CSV (.csv: o_zone_id, d_zone_id, "
        "volume). The gap is\n"
        "computed at the end from least-cost trees of its own: total cost over the cost of all trips on "
        "least-cost routes, less one. With --method logit and recursive-logit traffic is in Fisk's equilibrium "
        "instead, "
        "where\n"
        "routes have shares as exp(-THETA cost); the gap is that of Fisk's program to its dual.",
    .example = "buckle assign --net Barcelona_net.tntp --trips Barcelona_trips.tntp --gap 1e-12 --flows flows.csv",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .repeats = true,
    .run = run,
};
