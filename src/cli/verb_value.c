/* buckle value: where the next dollar, hour or tonne of capacity matters, and to whom. */
#include "cli/cli.h"

#include "buckle/margins.h"

#include <math.h>
#include <string.h>

enum { DEFAULT_TOP = 15 };

typedef struct value_answer {
    bki_session    *session;
    const bk_study *study;
    bk_margins      margins;
    uint32_t        region; /* BK_NONE: the world */
    bk_margin_rank  rank;
    uint32_t       *order; /* [margins.n] */
    size_t          top;
    double          seconds;
} value_answer;

static const char *const rank_names[] = {"hour", "usd", "capacity"};

static const char *
state_name(const value_answer *answer)
{
    return answer->margins.scenario ? answer->margins.scenario->name : "base";
}

/* ---- text ------------------------------------------------------------------------------------------------------ */

static const char *
signed_usd(bk_arena *arena, double usd)
{
    return bk_arena_format(arena, "%s%s", usd < 0.0 ? "-" : "+", bki_show_usd(arena, fabs(usd)));
}

/* What the traffic itself would save by one unit, if nothing answered. */
static double
plain_saving(const bk_margin *margin, bk_margin_rank rank)
{
    return rank == BK_MARGIN_HOUR ? margin->hour_cost : rank == BK_MARGIN_USD ? margin->tonnes : margin->price;
}

static void
print_text(const value_answer *answer)
{
    static const bool        right[] = {true, false, true, true, true, true, true};
    static const char *const units[] = {"an hour less", "a dollar a tonne less", "a tonne a year of capacity more"};
    const bk_margins        *margins = &answer->margins;
    bk_arena                *arena = &answer->session->arena;
    const char *who = answer->region == BK_NONE ? "the world" : margins->model->economy.regions[answer->region].name;
    bki_grid    grid;

    printf("What %s is worth, %s: USD a year to %s, everything answered\n\n", units[answer->rank], state_name(answer),
           who);
    bki_grid_start(&grid, arena, 7, right);
    bki_grid_add(&grid, "");
    bki_grid_add(&grid, "link, transfer or border");
    bki_grid_add(&grid, answer->region == BK_NONE ? "" : margins->model->economy.regions[answer->region].id);
    bki_grid_add(&grid, "world");
    bki_grid_add(&grid, answer->rank == BK_MARGIN_CAPACITY ? "price" : "traffic alone");
    bki_grid_add(&grid, "tonnes");
    bki_grid_add(&grid, "full");
    for (size_t i = 0; i < answer->top; i++) {
        const bk_margin *row = &margins->facilities[answer->order[i]];
        bki_grid_add(&grid, bk_arena_format(arena, "%zu", i + 1));
        bki_grid_add(&grid, row->name);
        bki_grid_add(&grid, answer->region == BK_NONE
                                ? ""
                                : signed_usd(arena, bk_margin_of(margins, row, answer->region, answer->rank)));
        bki_grid_add(&grid, signed_usd(arena, row->world[answer->rank]));
        bki_grid_add(&grid, bki_show_usd(arena, plain_saving(row, answer->rank)));
        bki_grid_add(&grid, bki_show_tonnes(arena, row->tonnes));
        bki_grid_add(&grid, row->utilisation > 0.0 ? bk_arena_format(arena, "%.0f %%", 100.0 * row->utilisation) : "");
    }
    bki_grid_print(&grid);
    printf("\n%s: what those who pass would save if nothing else moved. The cost of saving is not counted.\n"
           "%zu facilities carry trade; %.1f s.\n",
           answer->rank == BK_MARGIN_CAPACITY ? "price" : "traffic alone", margins->n, answer->seconds);
}

/* ---- JSON ------------------------------------------------------------------------------------------------------ */

static void
json_three(bk_json *json, const bk_margins *margins, const bk_margin *row, uint32_t region)
{
    bk_json_number(json, "per_hour_usd", bk_margin_of(margins, row, region, BK_MARGIN_HOUR));
    bk_json_number(json, "per_usd", bk_margin_of(margins, row, region, BK_MARGIN_USD));
    bk_json_number(json, "per_tonne_capacity", bk_margin_of(margins, row, region, BK_MARGIN_CAPACITY));
}

/* The attributes of a border row, as arrays by economy in the order of `economies`. */
static void
json_post(bk_json *json, const bk_margins *margins, const bk_margin *row)
{
    const bk_network_data *network = &margins->model->network;
    const size_t           first = network->n_links + network->n_transfers, n = margins->values.n_regions;
    const bk_joint_values *values = &margins->values;
    const struct {
        const char   *name;
        const double *values; /* [n_borders][n_regions] USD/yr */
    } parts[] = {{"per_control_hour", values->per_control_hour},
                 {"per_share_point", values->per_share_point},
                 {"per_spread_hour", values->per_spread_hour},
                 {"per_lane", values->per_lane},
                 {"per_service_hour", values->per_service_hour}};

    if (row->facility < first)
        return;
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
        bk_json_array(json, parts[p].name);
        for (size_t r = 0; r < n; r++)
            bk_json_number(json, NULL, parts[p].values[(row->facility - first) * n + r]);
        bk_json_end(json);
    }
}

static void
json_facility(bk_json *json, const value_answer *answer, const bk_margin *row)
{
    const bk_margins *margins = &answer->margins;
    const bk_economy *economy = &margins->model->economy;

    bk_json_object(json, NULL);
    bk_json_text(json, "kind", row->kind);
    bk_json_text(json, "facility", row->id);
    bk_json_text(json, "name", row->name);
    bk_json_number(json, "tonnes", row->tonnes);
    bk_json_number(json, "utilisation", row->utilisation);
    bk_json_number(json, "value_of_capacity", row->price);
    bk_json_number(json, "hour_cost", row->hour_cost);
    bk_json_number(json, "traffic_share", row->traffic_share);
    bk_json_object(json, "world");
    json_three(json, margins, row, BK_NONE);
    bk_json_end(json);
    bk_json_array(json, "economies");
    for (uint32_t n = 0; n < economy->n_regions; n++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "economy", economy->regions[n].id);
        json_three(json, margins, row, n);
        bk_json_end(json);
    }
    bk_json_end(json);
    json_post(json, margins, row);
    bk_json_end(json);
}

static bki_exit
print_json(const value_answer *answer)
{
    const bk_margins *margins = &answer->margins;
    bk_json          *json = bk_json_create(&answer->session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    bk_json_text(json, "scenario", state_name(answer));
    bk_json_text(json, "economy",
                 answer->region == BK_NONE ? "world" : margins->model->economy.regions[answer->region].id);
    bk_json_text(json, "by", rank_names[answer->rank]);
    bk_json_flag(json, "converged", margins->solution->outcome == BK_CONVERGED);
    bk_json_number(json, "residual", bk_joint_residual(margins->solution));
    bk_json_number(json, "seconds", answer->seconds);
    bk_json_integer(json, "carrying", (int64_t)margins->n);
    bk_json_array(json, "values");
    for (size_t i = 0; i < answer->top; i++)
        json_facility(json, answer, &margins->facilities[answer->order[i]]);
    bk_json_end(json);
    return bki_json_finish(answer->session, json);
}

/* ---- the verb -------------------------------------------------------------------------------------------------- */

static bk_status
choose(value_answer *answer)
{
    bki_session *session = answer->session;
    const char  *by = bki_option_text(session, "by"), *economy = bki_option_text(session, "economy");
    size_t       region = 0;

    for (int r = BK_MARGIN_HOUR; by && r <= BK_MARGIN_CAPACITY; r++)
        if (strcmp(by, rank_names[r]) == 0)
            answer->rank = (bk_margin_rank)r;
    answer->region = BK_NONE;
    if (economy) {
        BK_TRY(bk_study_region(session->ctx, answer->study, economy, &session->arena, &region));
        answer->region = (uint32_t)region;
    }
    if (answer->study->n_scenarios > 1)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "call it once for each",
                            "values are those of one scenario, or of the base year");
    return BK_OK;
}

static bk_status
write_files(value_answer *answer)
{
    bki_session          *session = answer->session;
    const char           *out = bki_option_text(session, "out");
    const bk_report_paths paths = {.tables = bki_option_text(session, "tables")};

    return bki_results_write(session, &answer->margins.results, out, &paths);
}

static bk_status
solve(value_answer *answer)
{
    bki_session      *session = answer->session;
    bk_joint_settings joint = bk_joint_default_settings();
    const double      start = bki_seconds();

    BK_TRY(bki_session_open(session, BKI_OTHERWISE_NONE, &answer->study));
    BK_TRY(choose(answer));
    joint.tolerance = bki_option_number(session, "tolerance", joint.tolerance);
    BK_TRY(bk_study_margins(session->ctx, answer->study, answer->study->n_scenarios, &joint, bki_option_cache(session),
                            &session->arena, &answer->margins));
    answer->order = BK_NEW(&session->arena, uint32_t, answer->margins.n + 1);
    BK_TRY(bk_arena_ok(&session->arena));
    BK_TRY(bk_margins_rank(session->ctx, &answer->margins, answer->region, answer->rank, answer->order));
    const size_t wanted = (size_t)bki_option_number(session, "top", DEFAULT_TOP);
    answer->top = wanted == 0 || wanted > answer->margins.n ? answer->margins.n : wanted;
    BK_TRY(write_files(answer));
    answer->seconds = bki_seconds() - start;
    return BK_OK;
}

static bki_exit
run(bki_session *session)
{
    value_answer    answer = {.session = session};
    const bk_status status = solve(&answer);

    bki_progress_clear(&session->progress);
    if (status != BK_OK)
        return bki_report_errors(session, status);
    if (!session->json)
        print_text(&answer);
    const bki_exit printed = session->json ? print_json(&answer) : BKI_EXIT_DONE;
    if (printed != BKI_EXIT_DONE)
        return printed;
    return answer.margins.solution->outcome == BK_CONVERGED ? BKI_EXIT_DONE : BKI_EXIT_NOT_CONVERGED;
}

static const bki_option options[] = {
    {.name = "economy",
     .kind = BKI_OPTION_TEXT,
     .argument = "E",
     .meaning = "whose gain ranks the list: id or name of a region; by default the world's, the sum over all"},
    {.name = "by",
     .kind = BKI_OPTION_CHOICE,
     .argument = "WHAT",
     .choices = "hour usd capacity",
     .meaning =
         "one unit of what: an hour less for all that pass (the default), a USD/t less, a t/yr of capacity more"},
    {.name = "scenario",
     .kind = BKI_OPTION_LIST,
     .argument = "S",
     .meaning = "at the equilibrium of this scenario; by default at the base year"},
    {.name = "top",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 0,
     .most = 1e6,
     .meaning = "how many to list, 15 by default; 0: all that carry trade"},
    {.name = "out",
     .kind = BKI_OPTION_TEXT,
     .writes = true,
     .argument = "FILE.gpkg",
     .meaning = "the table of values as a layer for the map, all facilities and economies"},
    {.name = "tables",
     .kind = BKI_OPTION_TEXT,
     .writes = true,
     .argument = "FOLDER",
     .meaning = "the same as a CSV file"},
    {.name = "tolerance",
     .kind = BKI_OPTION_NUMBER,
     .argument = "T",
     .least = 1e-10,
     .most = 1e-2,
     .meaning = "of the scenario's equilibrium, as in run; 1e-6 by default"},
    {.name = "no-cache", .kind = BKI_OPTION_FLAG, .meaning = "solve the base year anew and keep nothing"},
};

const bki_verb bki_verb_value = {
    .name = "value",
    .operand = "STUDY",
    .summary = "Where the next dollar, hour or tonne of capacity matters, and to whom: every link, transfer and border",
    .detail = "Derivatives of every economy's real income at the equilibrium, all from one adjoint solve: trade, "
              "routes, prices of\n"
              "scarce capacity and queues answer. Beside them the plain figure: what those who pass would save if "
              "nothing moved.",
    .example = "buckle value studies/silkroad --economy KAZ --top 20",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .repeats = true,
    .run = run,
};
