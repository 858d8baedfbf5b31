/* buckle route --border: what inspecting more or less does at a border post, as text and as JSON. */
#include "cli/cli.h"

#include <math.h>

static const char *
side_name(const bk_border *row)
{
    return row->side == BK_EXIT ? "exit" : "entry";
}

static void
print_head(bk_arena *arena, const bk_model *model, const bk_border *row, const bk_frontier_row *found)
{
    const bk_post_traffic *traffic = &found->traffic;
    const char            *lanes = isfinite(row->lanes)
                                       ? bk_arena_format(arena, "%g lanes, %.0f %% busy", row->lanes, 100.0 * traffic->utilisation)
                                       : "no queue is modelled";

    printf("%s, %s to %s, %s: %s a year, %s%s%s\n", model->network.modes[row->mode],
           model->countries[row->from_country], model->countries[row->to_country], side_name(row),
           bki_show_tonnes(arena, traffic->tonnes), lanes, row->customs ? "" : ", no customs",
           row->open ? "" : ", closed");
    if (traffic->tonnes > 0.0)
        printf("an hour is worth %.3g USD/t\n", traffic->usd_per_queue_hour / traffic->tonnes);
}

static void
print_row(bk_arena *arena, const bk_model *model, const bk_frontier_row *found)
{
    static const bool        right[] = {true, true, true, true, true, true, false};
    static const char *const head[] = {"inspected", "hours", "queue", "+/-", "USD/t", "USD a year", ""};
    const bk_border         *row = &model->network.borders[found->border];
    bki_grid                 grid;

    print_head(arena, model, row, found);
    bki_grid_start(&grid, arena, 7, right);
    for (size_t c = 0; c < 7; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t p = 0; p < found->n_points; p++) {
        const bk_post_delay *delay = &found->delay[p];
        bki_grid_add(&grid, bk_arena_format(arena, "%.3g %%", 100.0 * found->share[p]));
        bki_grid_add(&grid, bk_arena_format(arena, "%.1f", delay->control_hours + delay->queue_hours));
        bki_grid_add(&grid, bk_arena_format(arena, "%.1f", delay->queue_hours));
        bki_grid_add(&grid, bk_arena_format(arena, "%.1f", delay->spread_hours));
        bki_grid_add(&grid, found->traffic.tonnes > 0.0 ? bk_arena_format(arena, "%.2f", delay->usd_per_tonne) : "-");
        bki_grid_add(&grid, bki_show_usd(arena, delay->usd_per_year));
        bki_grid_add(&grid, p == found->today ? "today" : "");
    }
    bki_grid_print(&grid);
    if (bk_post_spread_is_short(row))
        printf("The spread of this row is less than its two classes alone would make: read it as a lower bound.\n");
}

static void
print_savings(bk_arena *arena, const bk_border *row, const bk_post_savings *savings)
{
    printf("Saved a year by one share point inspected less: %s; by half the spread: %s.\n",
           bki_show_usd(arena, savings->share_point_less), bki_show_usd(arena, savings->spread_halved));
    if (isfinite(row->lanes))
        printf("Saved a year by one lane more: %s; by half the time in the lane: %s.\n",
               bki_show_usd(arena, savings->lane_more), bki_show_usd(arena, savings->service_halved));
    putchar('\n');
}

static void
print_text(bki_session *session, const bk_model *model, const bk_frontier *frontier)
{
    printf("%s: inspected share against delay, at base-year traffic\n\n", model->network.nodes[frontier->node].name);
    for (size_t r = 0; r < frontier->n; r++) {
        print_row(&session->arena, model, &frontier->rows[r]);
        print_savings(&session->arena, &model->network.borders[frontier->rows[r].border], &frontier->rows[r].savings);
    }
    printf("Traffic is held: what it does in answer is a scenario's business. Inspections take time and no lane,\n"
           "so the queue is the same at every share.\n");
}

static void
json_point(bk_json *json, const bk_frontier_row *found, size_t p)
{
    const bk_post_delay *delay = &found->delay[p];

    bk_json_object(json, NULL);
    bk_json_number(json, "inspected_share", found->share[p]);
    bk_json_number(json, "hours", delay->control_hours + delay->queue_hours);
    bk_json_number(json, "queue_hours", delay->queue_hours);
    bk_json_number(json, "hours_sd", delay->spread_hours);
    bk_json_number(json, "usd_per_tonne", found->traffic.tonnes > 0.0 ? delay->usd_per_tonne : INFINITY);
    bk_json_number(json, "usd_per_year", delay->usd_per_year);
    bk_json_end(json);
}

static void
json_row(bk_json *json, const bk_model *model, const bk_frontier_row *found)
{
    const bk_border       *row = &model->network.borders[found->border];
    const bk_post_traffic *traffic = &found->traffic;
    const bool             queues = isfinite(row->lanes);

    bk_json_object(json, NULL);
    bk_json_text(json, "mode", model->network.modes[row->mode]);
    bk_json_text(json, "from_country", model->countries[row->from_country]);
    bk_json_text(json, "to_country", model->countries[row->to_country]);
    bk_json_text(json, "side", side_name(row));
    bk_json_flag(json, "open", row->open);
    bk_json_flag(json, "customs", row->customs);
    bk_json_number(json, "tonnes", traffic->tonnes);
    bk_json_number(json, "usd_per_tonne_hour",
                   traffic->tonnes > 0.0 ? traffic->usd_per_queue_hour / traffic->tonnes : INFINITY);
    bk_json_number(json, "lanes", row->lanes);
    bk_json_number(json, "utilisation", queues ? traffic->utilisation : INFINITY);
    bk_json_flag(json, "spread_is_short", bk_post_spread_is_short(row));
    bk_json_integer(json, "today", (int64_t)found->today);
    bk_json_array(json, "frontier");
    for (size_t p = 0; p < found->n_points; p++)
        json_point(json, found, p);
    bk_json_end(json);
    bk_json_object(json, "saved_usd_per_year");
    bk_json_number(json, "share_point_less", found->savings.share_point_less);
    bk_json_number(json, "spread_halved", found->savings.spread_halved);
    bk_json_number(json, "lane_more", queues ? found->savings.lane_more : INFINITY);
    bk_json_number(json, "service_halved", queues ? found->savings.service_halved : INFINITY);
    bk_json_end(json);
    bk_json_end(json);
}

static bki_exit
print_json(bki_session *session, const bk_model *model, const bk_frontier *frontier)
{
    bk_json *json = bk_json_create(&session->arena);

    if (!json)
        return bki_report_errors(session, bk_fail_no_memory(session->ctx));
    bk_json_object(json, NULL);
    bk_json_text(json, "post", model->network.nodes[frontier->node].id);
    bk_json_array(json, "rows");
    for (size_t r = 0; r < frontier->n; r++)
        json_row(json, model, &frontier->rows[r]);
    bk_json_end(json);
    return bki_json_finish(session, json);
}

static bk_status
find(bki_session *session, const bk_study **study, bk_frontier *frontier)
{
    static const char *const journeys[] = {"from", "to", "sector", "k", "value-of-time", "all-paths", "constants"};
    const bk_frontier_query  query = {.post = bki_option_text(session, "border"),
                                      .mode = bki_option_text(session, "mode")};
    const bk_joint_base     *base = NULL;
    bool                     cached = false;

    if (!query.post || !bki_option_given(session, "frontier"))
        return bk_fail_hint(
            session->ctx, BK_ERR_USAGE, "for example: buckle route STUDY --border dostyk --frontier",
            "--border, --mode and --frontier ask for a border post: --border and --frontier go together");
    for (size_t i = 0; i < sizeof journeys / sizeof *journeys; i++)
        if (bki_option_given(session, journeys[i]))
            return bk_fail_hint(session->ctx, BK_ERR_USAGE, "ask for one of the two",
                                "--%s is of a journey, --border of a post", journeys[i]);
    BK_TRY(bki_session_open(session, BKI_OTHERWISE_NONE, study));
    BK_TRY(bk_study_base(session->ctx, *study, bki_option_cache(session), &session->arena, &base, &cached));
    return bk_study_frontier(session->ctx, *study, base, &query, &session->arena, frontier);
}

bki_exit
bki_frontier_answer(bki_session *session)
{
    const bk_study *study = NULL;
    bk_frontier     frontier;
    const bk_status status = find(session, &study, &frontier);

    bki_progress_clear(&session->progress);
    if (status != BK_OK)
        return bki_report_errors(session, status);
    if (session->json)
        return print_json(session, study->model, &frontier);
    print_text(session, study->model, &frontier);
    return BKI_EXIT_DONE;
}
