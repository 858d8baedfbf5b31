/* buckle assign --method logit and recursive-logit: traffic in logit equilibrium. */
#include "cli/assign.h"

#include <stdio.h>
#include <string.h>

/* BK_STOCHASTIC_METHOD_COUNT if it is none of these. */
static bk_stochastic_method
wanted_method(const bki_session *session)
{
    const char          *name = bki_option_text(session, "method");
    bk_stochastic_method m = 0;

    while (m < BK_STOCHASTIC_METHOD_COUNT && (name == NULL || strcmp(bk_stochastic_method_name(m), name) != 0))
        m++;
    return m;
}

bool
bki_assign_wants_logit(const bki_session *session)
{
    return wanted_method(session) < BK_STOCHASTIC_METHOD_COUNT;
}

bk_status
bki_assign_logit(bki_assign *answer)
{
    bki_session           *session = answer->session;
    bk_stochastic_settings settings = bk_stochastic_default();

    if (!bki_option_given(session, "dispersion"))
        return bk_fail_hint(session->ctx, BK_ERR_USAGE,
                            "for example --dispersion 1: a unit of cost more divides a route's odds by e",
                            "--method %s needs --dispersion", bki_option_text(session, "method"));
    settings.method = answer->logit_method = wanted_method(session);
    settings.dispersion = answer->dispersion = bki_option_number(session, "dispersion", 0.0);
    settings.gap = bki_option_number(session, "gap", settings.gap);
    settings.iteration_limit = (int)bki_option_number(session, "iterations", settings.iteration_limit);
    settings.route_rounds = (int)bki_option_number(session, "routes", settings.route_rounds);
    settings.allow_unreachable = bki_option_given(session, "allow-unreachable");
    settings.keep_paths = bki_option_given(session, "select") || bki_option_given(session, "paths");
    if (settings.method == BK_RECURSIVE_LOGIT && (settings.keep_paths || bki_option_given(session, "routes")))
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "--method logit has sets of routes",
                            "recursive-logit has no list of routes, for --select, --paths or --routes: there is no end "
                            "of them");
    BK_TRY(bk_stochastic_solve(session->ctx, answer->network, answer->n_classes, answer->classes, &settings,
                               &session->arena, &answer->logit));
    answer->is_logit = true;
    answer->out = answer->logit.traffic;
    return BK_OK;
}

void
bki_assign_logit_json(const bki_assign *answer, bk_json *json)
{
    const bk_stochastic *logit = &answer->logit;

    bk_json_number(json, "dispersion", answer->dispersion);
    bk_json_number(json, "residual", logit->residual);
    bk_json_number(json, "beckmann", logit->beckmann);
    bk_json_number(json, "entropy", logit->entropy);
    bk_json_number(json, "least_cost", logit->traffic.least_cost);
    if (answer->logit_method == BK_LOGIT)
        bk_json_integer(json, "routes", (int64_t)logit->n_routes);
}

void
bki_assign_logit_text(const bki_assign *answer)
{
    const bk_stochastic *logit = &answer->logit;

    printf("objective      %.15g (Fisk: Beckmann's %.15g less %.15g, entropy over dispersion)\n",
           logit->traffic.objective, logit->beckmann, logit->entropy / answer->dispersion);
    printf("relative gap   %.2e (of Fisk's program to its dual, by total cost)\n", logit->traffic.relative_gap);
    if (answer->logit_method == BK_LOGIT)
        printf("residual       %.2e (largest error of a route's share), %zu routes\n", logit->residual,
               logit->n_routes);
    else
        printf("residual       %.2e (largest error of a link's flow to a zone, by the trips to it), all routes\n",
               logit->residual);
}

/* ---- whose trips use a link ------------------------------------------------------------------------------------- */

static bool
passes(const bk_used_path *path, size_t arc)
{
    size_t i = 0;

    while (i < path->n_arcs && path->arcs[i] != arc)
        i++;
    return i < path->n_arcs;
}

static bool
is_of_same_pair(const bk_selected_trips *trips, const bk_used_path *path)
{
    return trips->class_index == path->class_index && trips->origin == path->origin &&
           trips->destination == path->destination;
}

bk_status
bki_assign_logit_select(bki_assign *answer, size_t arc, size_t *n_out, const bk_selected_trips **out)
{
    const bk_stochastic *logit = &answer->logit;
    bk_selected_trips   *trips = BK_NEW(&answer->session->arena, bk_selected_trips, logit->n_paths);
    size_t               n = 0;

    BK_TRY(bk_arena_ok(&answer->session->arena));
    for (size_t p = 0; p < logit->n_paths; p++) { /* routes of a pair follow each other */
        const bk_used_path *path = &logit->paths[p];
        if (!(path->volume > 0.0) || !passes(path, arc))
            continue;
        if (n == 0 || !is_of_same_pair(&trips[n - 1], path))
            trips[n++] = (bk_selected_trips){path->class_index, path->origin, path->destination, 0.0,
                                             path->volume / path->share};
        trips[n - 1].volume += path->volume;
    }
    *n_out = n;
    *out = trips;
    return BK_OK;
}
