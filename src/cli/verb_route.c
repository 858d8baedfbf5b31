/* buckle route: alternatives door to door, as a forwarder would list them. */
#include "cli/cli.h"

#include <math.h>
#include <string.h>

/* "Xi'an -rail-> Dostyk (bogies) -rail-> Brest ..." : places where something but travel happens. */
static const char *
show_way(bk_arena *arena, const bk_model *model, const bk_graph *graph, const bk_alternative *way)
{
    const bk_network_data *network = &model->network;
    const char            *text = NULL;
    uint32_t               last = BK_NONE;

    for (size_t a = 0; a < way->n_arcs; a++) {
        const uint32_t    arc = way->arcs[a];
        const bk_arc_kind kind = (bk_arc_kind)graph->kind[arc];
        const uint32_t    node = graph->node[graph->head[arc]];
        const char       *name = network->nodes[node].name;
        if (kind == BK_ARC_LOAD) {
            text = bk_arena_format(arena, "%s, %s", name, network->modes[graph->mode[arc]]);
        } else if (kind == BK_ARC_TRANSFER) {
            const bk_transfer *transfer = &network->transfers[graph->element[arc]];
            const bool         same_mode = transfer->from_mode == transfer->to_mode;
            text = same_mode ? bk_arena_format(arena, "%s > %s (%d to %d mm)", text, name, transfer->from_gauge_mm,
                                               transfer->to_gauge_mm)
                             : bk_arena_format(arena, "%s > %s, %s", text, name, network->modes[transfer->to_mode]);
            last = node;
        } else if ((kind == BK_ARC_BORDER || kind == BK_ARC_UNLOAD) && node != last) {
            text = bk_arena_format(arena, "%s > %s", text, name);
            last = node;
        }
    }
    return text ? text : "";
}

typedef struct route_answer {
    bki_session    *session;
    const bk_study *study;
    bk_routes       routes;
    bool            loaded, constants;
} route_answer;

static void
print_text(const void *of)
{
    const route_answer      *answer = of;
    static const bool        right[] = {true, true, true, true, true, true, true, true, true, true};
    static const char *const head[] = {"#",  "USD/t",    "of it money", "days",    "+/-",
                                       "km", "kg CO2/t", "borders",     "overlap", "share"};
    const bk_model          *model = answer->study->model;
    const bk_routes         *routes = &answer->routes;
    bk_arena                *arena = &answer->session->arena;
    const bk_sector         *sector = &model->economy.sectors[routes->sector];
    bki_grid                 grid;

    printf("%s to %s, %s, an hour at %.3g USD/t; %s\n\n", model->network.nodes[routes->from].name,
           model->network.nodes[routes->to].name, sector->name, routes->usd_per_tonne_hour,
           answer->loaded ? "at base-year prices and queues" : "empty network");
    bki_grid_start(&grid, arena, 10, right);
    for (size_t c = 0; c < 10; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t r = 0; r < routes->n; r++) {
        const bk_alternative *way = &routes->alternatives[r];
        bki_grid_add(&grid, bk_arena_format(arena, "%zu", r + 1));
        bki_grid_add(&grid, bk_arena_format(arena, "%.0f", way->generalised_cost));
        bki_grid_add(&grid, bk_arena_format(arena, "%.0f", way->money));
        bki_grid_add(&grid, bk_arena_format(arena, "%.1f", (way->hours + routes->queue_hours[r]) / 24.0));
        bki_grid_add(&grid, bk_arena_format(arena, "%.1f", way->hours_sd / 24.0));
        bki_grid_add(&grid, bk_arena_format(arena, "%.0f", way->km));
        bki_grid_add(&grid, bk_arena_format(arena, "%.0f", way->co2_kg));
        bki_grid_add(&grid, bk_arena_format(arena, "%zu", way->n_borders));
        bki_grid_add(&grid, bk_arena_format(arena, "%.2f", 1.0 - way->path_size));
        bki_grid_add(&grid, bk_arena_format(arena, "%.0f %%", 100.0 * way->share));
    }
    bki_grid_print(&grid);
    putchar('\n');
    for (size_t r = 0; r < routes->n; r++)
        printf("%zu  %s\n", r + 1, show_way(arena, model, routes->graph, &routes->alternatives[r]));
    if (sector->tonnes_per_teu > 0.0)
        printf("\nUSD/t is generalised cost: money, time and its spread at what they are worth%s%s.\n"
               "A forty-foot container of these goods weighs %.0f t: the first costs %.0f USD in money.\n",
               answer->loaded ? ", prices of scarce capacity" : "", answer->constants ? ", calibrated constants" : "",
               2.0 * sector->tonnes_per_teu, 2.0 * sector->tonnes_per_teu * routes->alternatives[0].money);
}

static void
json_legs(bk_json *json, const bk_model *model, const bk_alternative *way)
{
    static const char *const kinds[] = {"line", "transfer", "border", "load", "unload"};

    bk_json_array(json, "legs");
    for (size_t l = 0; l < way->n_legs; l++) {
        const bk_leg *leg = &way->legs[l];
        bk_json_object(json, NULL);
        bk_json_text(json, "kind", kinds[leg->kind]);
        bk_json_text(json, "mode", leg->mode == BK_NONE ? NULL : model->network.modes[leg->mode]);
        bk_json_text(json, "from", model->network.nodes[leg->from_node].id);
        bk_json_text(json, "to", model->network.nodes[leg->to_node].id);
        bk_json_number(json, "km", leg->km);
        bk_json_number(json, "usd_per_tonne", leg->money);
        bk_json_number(json, "hours", leg->hours);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_links(bk_json *json, const bk_model *model, const bk_graph *graph, const bk_alternative *way)
{
    bk_json_array(json, "links");
    for (size_t a = 0; a < way->n_arcs; a++)
        if (graph->kind[way->arcs[a]] == BK_ARC_LINE)
            bk_json_text(json, NULL, model->network.links[graph->element[way->arcs[a]]].id);
    bk_json_end(json);
}

static void
json_alternative(bk_json *json, const route_answer *answer, size_t r)
{
    const bk_model       *model = answer->study->model;
    const bk_alternative *way = &answer->routes.alternatives[r];

    bk_json_object(json, NULL);
    bk_json_number(json, "cost", way->generalised_cost);
    bk_json_number(json, "money", way->money);
    bk_json_number(json, "constant", way->constant);
    bk_json_number(json, "hours", way->hours + answer->routes.queue_hours[r]);
    bk_json_number(json, "queue_hours", answer->routes.queue_hours[r]);
    bk_json_number(json, "hours_sd", way->hours_sd);
    bk_json_number(json, "km", way->km);
    bk_json_number(json, "co2_kg", way->co2_kg);
    bk_json_integer(json, "borders", (int64_t)way->n_borders);
    bk_json_integer(json, "transfers", (int64_t)way->n_transfers);
    bk_json_number(json, "path_size", way->path_size);
    bk_json_number(json, "share", way->share);
    json_legs(json, model, way);
    json_links(json, model, answer->routes.graph, way);
    bk_json_end(json);
}

static bki_exit
print_json(const void *of)
{
    const route_answer *answer = of;
    const bk_model     *model = answer->study->model;
    const bk_routes    *routes = &answer->routes;
    bk_json            *json = bk_json_create(&answer->session->arena);

    if (!json)
        return bki_report_errors(answer->session, bk_fail_no_memory(answer->session->ctx));
    bk_json_object(json, NULL);
    bk_json_text(json, "from", model->network.nodes[routes->from].id);
    bk_json_text(json, "to", model->network.nodes[routes->to].id);
    bk_json_text(json, "sector", model->economy.sectors[routes->sector].id);
    bk_json_number(json, "usd_per_tonne_hour", routes->usd_per_tonne_hour);
    bk_json_flag(json, "loaded", answer->loaded);
    bk_json_array(json, "alternatives");
    for (size_t r = 0; r < routes->n; r++)
        json_alternative(json, answer, r);
    bk_json_end(json);
    return bki_json_finish(answer->session, json);
}

static bk_status
find(route_answer *answer)
{
    bki_session         *session = answer->session;
    const bk_joint_base *base = NULL;
    bool                 cached = false;
    const bk_route_query query = {.from = bki_option_text(session, "from"),
                                  .to = bki_option_text(session, "to"),
                                  .sector = bki_option_text(session, "sector"),
                                  .usd_per_tonne_hour = bki_option_number(session, "value-of-time", -1.0),
                                  .k = (size_t)bki_option_number(session, "k", 5.0),
                                  .distinct = !bki_option_given(session, "all-paths"),
                                  .constants = bki_option_given(session, "constants")};

    if (!query.from || !query.to)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE,
                            bk_arena_format(&session->arena, "for example: %s", session->verb->example),
                            "buckle route needs --from and --to");
    BK_TRY(bki_session_open(session, BKI_OTHERWISE_NONE, &answer->study));
    if (answer->loaded)
        BK_TRY(bk_study_base(session->ctx, answer->study, bki_option_cache(session), &session->arena, &base, &cached));
    return bk_study_routes(session->ctx, answer->study, base, &query, &session->arena, &answer->routes);
}

static const bki_ending ending = {.text = print_text, .json = print_json};

static bki_exit
run(bki_session *session)
{
    route_answer answer = {.session = session,
                           .loaded = bki_option_given(session, "loaded"),
                           .constants = bki_option_given(session, "constants")};

    if (bki_option_given(session, "border") || bki_option_given(session, "frontier") ||
        bki_option_given(session, "mode"))
        return bki_frontier_answer(session);
    return bki_finish(session, find(&answer), &answer, &ending);
}

static const bki_option options[] = {
    {.name = "from",
     .kind = BKI_OPTION_TEXT,
     .argument = "PLACE",
     .meaning = "where the journey begins: id or name of a place"},
    {.name = "to", .kind = BKI_OPTION_TEXT, .argument = "PLACE", .meaning = "where it ends"},
    {.name = "sector",
     .kind = BKI_OPTION_TEXT,
     .argument = "SECTOR",
     .meaning = "what is carried; by default the sector whose hour is worth most"},
    {.name = "k",
     .letter = 'k',
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 1,
     .most = 100,
     .meaning = "how many alternatives; 5 by default"},
    {.name = "value-of-time",
     .kind = BKI_OPTION_NUMBER,
     .argument = "USD",
     .least = 0,
     .most = 1e6,
     .meaning = "of a tonne and hour; by default what the sector's goods are worth times their cost of a day, over 24"},
    {.name = "all-paths",
     .kind = BKI_OPTION_FLAG,
     .meaning = "plain shortest paths; by default each alternative crosses borders or seas where no cheaper one does"},
    {.name = "constants",
     .kind = BKI_OPTION_FLAG,
     .meaning = "add the study's calibrated constants: what shippers choose, not what a forwarder quotes"},
    {.name = "loaded",
     .kind = BKI_OPTION_FLAG,
     .meaning = "solve the base year first and meet its queues and prices of scarce capacity"},
    {.name = "border",
     .kind = BKI_OPTION_TEXT,
     .argument = "POST",
     .meaning = "instead of a journey, a border post: id or name of a place; with --frontier"},
    {.name = "frontier",
     .kind = BKI_OPTION_FLAG,
     .meaning = "delay, spread and cost at the post by the share inspected, at base-year traffic"},
    {.name = "mode", .kind = BKI_OPTION_TEXT, .argument = "MODE", .meaning = "rows of the post of this mode alone"},
    {.name = "no-cache", .kind = BKI_OPTION_FLAG, .meaning = "solve the base year anew and keep nothing"},
};

const bki_verb bki_verb_route = {
    .name = "route",
    .operand = "STUDY",
    .summary = "Alternatives door to door: cost, hours and their spread, CO2, borders",
    .detail = "Cheapest first, with the shares of a path-size logit between those listed. The overlap is the part of a "
              "route, by\n"
              "cost, that it has in common with the others.\n\n"
              "With --border and --frontier: what inspecting a larger or smaller share of the traffic of a border post "
              "costs, and\n"
              "what a lane more, a faster service or half the spread save; docs/how-to/what-an-hour-is-worth.md.",
    .example = "buckle route studies/silkroad --from xian --to duisburg -k 5",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .repeats = true,
    .run = run,
};
