/* `buckle invest --network-optimum`: what a planner would widen with the same budget. */
#include "cli/invest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- asked ------------------------------------------------------------------------------------------------------- */

/* "rail=1.5e6,road=3e6" */
static bk_status
read_prices(bki_session *session, bk_optimum_settings *settings)
{
    const char  *text = bki_option_text(session, "per-km");
    const char **parts = NULL;
    size_t       n = 0;

    if (!text)
        return BK_OK;
    BK_TRY(bki_invest_split(session, text, &n, &parts));
    bk_optimum_price *prices = BK_NEW(&session->arena, bk_optimum_price, n + 1);
    BK_TRY(bk_arena_ok(&session->arena));
    for (size_t i = 0; i < n; i++) {
        const char *equals = strchr(parts[i], '=');
        char       *end = NULL;
        prices[i].usd_per_km = equals ? strtod(equals + 1, &end) : 0.0;
        if (!equals || end == equals + 1 || *end != '\0' || !(prices[i].usd_per_km > 0.0))
            return bk_fail_hint(session->ctx, BK_ERR_USAGE, "for example --per-km rail=1.5e6,road=3e6",
                                "%s is no mode with a price above 0", parts[i]);
        prices[i].mode = bk_arena_text(&session->arena, parts[i], (size_t)(equals - parts[i]));
    }
    settings->prices = prices;
    settings->n_prices = n;
    return bk_arena_ok(&session->arena);
}

static bk_status
check_modes(const bki_invest_answer *answer, const bk_optimum_settings *settings)
{
    const bk_network_data *network = &answer->study->model->network;

    for (size_t i = 0; i < settings->n_prices; i++) {
        size_t m = 0;
        while (m < network->n_modes && strcmp(network->modes[m], settings->prices[i].mode) != 0)
            m++;
        if (m == network->n_modes)
            return bk_fail(answer->session->ctx, BK_ERR_USAGE, "--per-km: %s is no mode of %s",
                           settings->prices[i].mode, answer->study->name);
    }
    return BK_OK;
}

bk_status
bki_invest_optimum_asked(const bki_invest_answer *answer, bk_optimum_settings *settings)
{
    bki_session *session = answer->session;

    *settings = bk_optimum_default_settings();
    settings->beta = bki_option_number(session, "beta", settings->beta);
    settings->gamma = bki_option_number(session, "gamma", settings->gamma);
    BK_TRY(read_prices(session, settings));
    BK_TRY(check_modes(answer, settings));
    if (settings->gamma > settings->beta)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "no best network can be proved with returns above congestion",
                            "--gamma %g is above --beta %g", settings->gamma, settings->beta);
    return BK_OK;
}

bk_status
bki_invest_optimum(bki_invest_answer *answer, bk_optimum_settings *settings)
{
    bki_session     *session = answer->session;
    const bk_invest *invest = answer->invest;

    if (!bki_option_given(session, "network-optimum") || !invest->complete || bk_cancelled(session->ctx))
        return BK_OK;
    uint32_t *candidates = BK_NEW(&session->arena, uint32_t, invest->n_candidates + 1);
    BK_TRY(bk_arena_ok(&session->arena));
    for (size_t c = 0; c < invest->n_candidates; c++)
        candidates[c] = invest->candidates[c].project;
    settings->budget = invest->settings.budget;
    settings->overrun = invest->settings.overrun;
    settings->n_candidates = invest->n_candidates;
    settings->candidates = candidates;
    const bk_status status = bk_study_optimum(session->ctx, answer->study, settings, &session->arena, &answer->optimum);
    if (status == BK_ERR_CANCELLED) /* the portfolios are an answer without it */
        bk_error_clear(session->ctx);
    return status == BK_ERR_CANCELLED ? BK_OK : status;
}

static bool
is_in_best(const bki_invest_answer *answer, uint32_t project)
{
    for (size_t c = 0; c < answer->invest->n_candidates; c++)
        if (answer->invest->candidates[c].project == project)
            return answer->invest->search.best.set >> c & 1;
    return false;
}

/* ---- shown ------------------------------------------------------------------------------------------------------- */

enum { most_shown = 20 };

static void
print_links(const bki_invest_answer *answer)
{
    static const bool        right[] = {false, true, true, true, true, true, false};
    static const char *const head[] = {"link", "USD", "km", "standing", "more", "share of trade", "candidate"};
    const bk_optimum        *optimum = answer->optimum;
    const bk_model          *model = answer->study->model;
    bk_arena                *arena = &answer->session->arena;
    bki_grid                 grid;

    bki_grid_start(&grid, arena, 7, right);
    for (size_t c = 0; c < 7; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t i = 0; i < optimum->n_links && i < most_shown; i++) {
        const bk_optimum_link *at = &optimum->links[i];
        const bk_link         *link = &model->network.links[at->link];
        if (at->spent_usd < 1e-4 * optimum->settings.budget)
            break;
        const char *project = at->project == BK_NONE ? "" : model->projects.projects[at->project].id;
        bki_grid_add(&grid, link->id);
        bki_grid_add(&grid, bki_show_usd(arena, at->spent_usd));
        bki_grid_add(&grid, bk_arena_format(arena, "%.0f", link->km));
        bki_grid_add(&grid, link->open ? "1" : "");
        bki_grid_add(&grid, bk_arena_format(arena, "+%.2g", at->added));
        bki_grid_add(&grid, bk_arena_format(arena, "%.2f > %.2f %%", 100.0 * at->flow_before, 100.0 * at->flow));
        bki_grid_add(&grid, at->project != BK_NONE && is_in_best(answer, at->project)
                                ? bk_arena_format(arena, "%s (built)", project)
                                : project);
    }
    bki_grid_print(&grid);
}

static void
print_prices(const bki_invest_answer *answer)
{
    const bk_network_data *network = &answer->study->model->network;
    const char            *gap = "";

    printf("A kilometre more costs, by mode: ");
    for (size_t m = 0; m < network->n_modes; m++) {
        const bk_optimum_mode *mode = &answer->optimum->modes[m];
        if (!mode->used)
            continue;
        if (mode->usd_per_km <= 0.0)
            printf("%s%s not known (not widened)", gap, network->modes[m]);
        else if (mode->n_projects > 0)
            printf("%s%s %s (%zu projects)", gap, network->modes[m],
                   bki_show_usd(&answer->session->arena, mode->usd_per_km), mode->n_projects);
        else
            printf("%s%s %s (stated)", gap, network->modes[m], bki_show_usd(&answer->session->arena, mode->usd_per_km));
        gap = ", ";
    }
    printf(".\n");
}

void
bki_invest_print_optimum(const bki_invest_answer *answer)
{
    const bk_optimum *optimum = answer->optimum;
    bk_arena         *arena = &answer->session->arena;

    if (!optimum)
        return;
    printf(
        "\nWhat a planner would widen with %s, in any amounts (a guide in a world of its own, NO bound of the values "
        "above):\n",
        bki_show_usd(arena, optimum->settings.budget));
    print_links(answer);
    printf(
        "In that world it brings %.3g %% more of the goods traded (%s a year), and no use of the budget more than "
        "%.3g %%; %.0f %% of it is\nspent on links that candidates build or widen. beta %g, gamma %g; %zu places, %zu "
        "links, a good for each of %zu exporters.\n",
        optimum->gain_pct, bki_show_usd(arena, 0.01 * optimum->gain_pct * optimum->traded_usd), optimum->most_pct,
        100.0 * optimum->on_candidates_usd / optimum->settings.budget, optimum->settings.beta, optimum->settings.gamma,
        optimum->n_places, optimum->n_links, optimum->n_goods);
    print_prices(answer);
    printf("%s: supply and demand within %.0e, %d steps. docs/explanation/portfolios.md says what is left out.\n",
           bk_outcome_name(optimum->plan.outcome), optimum->plan.unbalance, optimum->plan.steps);
}

static void
json_modes(bk_json *json, const bki_invest_answer *answer)
{
    const bk_network_data *network = &answer->study->model->network;

    bk_json_array(json, "modes");
    for (size_t m = 0; m < network->n_modes; m++) {
        const bk_optimum_mode *mode = &answer->optimum->modes[m];
        if (!mode->used)
            continue;
        bk_json_object(json, NULL);
        bk_json_text(json, "mode", network->modes[m]);
        bk_json_number(json, "usd_per_km", mode->usd_per_km > 0.0 ? mode->usd_per_km : (double)NAN);
        bk_json_integer(json, "projects", (int64_t)mode->n_projects);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_links(bk_json *json, const bki_invest_answer *answer)
{
    const bk_model *model = answer->study->model;

    bk_json_array(json, "links");
    for (size_t i = 0; i < answer->optimum->n_links; i++) {
        const bk_optimum_link *at = &answer->optimum->links[i];
        bk_json_object(json, NULL);
        bk_json_text(json, "link", model->network.links[at->link].id);
        bk_json_text(json, "project", at->project == BK_NONE ? NULL : model->projects.projects[at->project].id);
        bk_json_number(json, "km", model->network.links[at->link].km);
        bk_json_number(json, "standing", model->network.links[at->link].open ? 1.0 : 0.0);
        bk_json_number(json, "added", at->added);
        bk_json_number(json, "unit", at->unit_usd); /* null where there is none */
        bk_json_number(json, "spent", at->spent_usd);
        bk_json_number(json, "share_before", at->flow_before);
        bk_json_number(json, "share", at->flow);
        bk_json_end(json);
    }
    bk_json_end(json);
}

void
bki_invest_json_optimum(bk_json *json, const bki_invest_answer *answer)
{
    const bk_optimum *optimum = answer->optimum;

    bk_json_object(json, "network_optimum");
    bk_json_text(json, "outcome", bk_outcome_name(optimum->plan.outcome));
    bk_json_number(json, "gain_pct", optimum->gain_pct);
    bk_json_number(json, "most_pct", optimum->most_pct);
    bk_json_number(json, "gain", 0.01 * optimum->gain_pct * optimum->traded_usd);
    bk_json_number(json, "traded", optimum->traded_usd);
    bk_json_number(json, "spent", optimum->plan.spent);
    bk_json_number(json, "spent_on_candidates", optimum->on_candidates_usd);
    bk_json_number(json, "unbalance", optimum->plan.unbalance);
    bk_json_number(json, "beta", optimum->settings.beta);
    bk_json_number(json, "gamma", optimum->settings.gamma);
    bk_json_integer(json, "places", (int64_t)optimum->n_places);
    bk_json_integer(json, "goods", (int64_t)optimum->n_goods);
    bk_json_integer(json, "links_left_out", (int64_t)optimum->n_left_out);
    json_modes(json, answer);
    json_links(json, answer);
    bk_json_end(json);
}
