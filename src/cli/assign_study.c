/* buckle assign STUDY: the base year's tonnes on a study's network, trade held. */
#include "buckle/gmns.h"
#include "cli/assign.h"
#include "study/lines.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 10 /* links in text; JSON and --flows have all */

typedef struct study_answer {
    bki_session         *session;
    const bk_study      *study;
    const bk_model      *model; /* the study's, or the scenario's */
    const bk_joint_base *base;
    bk_joint_assignment  out;
    double               seconds;
} study_answer;

/* ---- the question ----------------------------------------------------------------------------------------------- */

static bk_status
refuse_road_options(bki_session *session)
{
    static const char *const road[] = {
        "net",           "trips",  "matrix", "lookup", "use",    "toll-factor",       "distance-factor",
        "demand-factor", "method", "skims",  "paths",  "select", "allow-unreachable", "dispersion",
        "routes",        "classes"};

    for (size_t i = 0; i < sizeof road / sizeof *road; i++)
        if (bki_option_given(session, road[i]))
            return bk_fail_hint(session->ctx, BK_ERR_USAGE,
                                strcmp(road[i], "select") == 0
                                    ? "buckle run STUDY --select says whose trade uses a link"
                                    : "leave out the study, or this option",
                                "--%s is for --net and --trips, not for a study", road[i]);
    return BK_OK;
}

static bk_status write_files(const study_answer *answer);

static bk_status
solve(study_answer *answer)
{
    bki_session *session = answer->session;
    const double start = bki_seconds();
    bool         cached;

    BK_TRY(refuse_road_options(session));
    BK_TRY(bki_session_open(session, BKI_OTHERWISE_NONE, &answer->study));
    answer->model = answer->study->n_scenarios > 0 ? answer->study->models[0] : answer->study->model;
    BK_TRY(
        bk_study_base(session->ctx, answer->study, bki_option_cache(session), &session->arena, &answer->base, &cached));
    BK_TRY(bk_joint_assign(session->ctx, answer->base, answer->model, bki_option_number(session, "gap", 1e-10),
                           (int)bki_option_number(session, "iterations", 1000.0), &session->arena, &answer->out));
    answer->seconds = bki_seconds() - start;
    if (answer->out.lost_tonnes > 0.0)
        bk_log(session->ctx, BK_LOG_WARNING, "%.6g t/yr are left out: every route of their pairs is closed",
               answer->out.lost_tonnes);
    session->writing = true;
    return write_files(answer);
}

/* ---- lines ------------------------------------------------------------------------------------------------------ */

static bk_status
list_lines(const study_answer *answer, size_t *n_out, bki_line **out)
{
    return bki_lines_list(answer->base, answer->model, &answer->out, &answer->session->arena, n_out, out);
}

static bk_status
write_flows(const study_answer *answer, const char *path)
{
    bk_arena *arena = &answer->session->arena;
    bki_line *lines;
    size_t    n;

    BK_TRY(list_lines(answer, &n, &lines));
    const char **texts[] = {BK_NEW(arena, const char *, n), BK_NEW(arena, const char *, n),
                            BK_NEW(arena, const char *, n), BK_NEW(arena, const char *, n)};
    double      *numbers[] = {BK_NEW(arena, double, n), BK_NEW(arena, double, n), BK_NEW(arena, double, n),
                              BK_NEW(arena, double, n)};
    BK_TRY(bk_arena_ok(arena));
    for (size_t i = 0; i < n; i++) {
        const char *const text[] = {lines[i].from->id, lines[i].to->id, lines[i].link->id,
                                    answer->model->network.modes[lines[i].link->mode]};
        const double      number[] = {lines[i].tonnes, lines[i].cost, lines[i].utilisation, lines[i].price};
        for (size_t c = 0; c < 4; c++) {
            texts[c][i] = text[c];
            numbers[c][i] = number[c];
        }
    }
    const bk_column columns[] = {
        {.name = "from", .unit = "", .meaning = "place", .kind = BK_COLUMN_TEXT, .text = texts[0]},
        {.name = "to", .unit = "", .meaning = "place", .kind = BK_COLUMN_TEXT, .text = texts[1]},
        {.name = "volume", .unit = "", .meaning = "t/yr", .kind = BK_COLUMN_NUMBER, .number = numbers[0]},
        {.name = "cost", .unit = "", .meaning = "USD/t", .kind = BK_COLUMN_NUMBER, .number = numbers[1]},
        {.name = "link_id", .unit = "", .meaning = "link", .kind = BK_COLUMN_TEXT, .text = texts[2]},
        {.name = "mode", .unit = "", .meaning = "mode", .kind = BK_COLUMN_TEXT, .text = texts[3]},
        {.name = "utilisation", .unit = "", .meaning = "share", .kind = BK_COLUMN_NUMBER, .number = numbers[2]},
        {.name = "value_of_capacity", .unit = "", .meaning = "USD/t", .kind = BK_COLUMN_NUMBER, .number = numbers[3]},
    };
    const bk_table table = {
        .name = "flows", .title = "Tonnes by link and direction", .n_rows = n, .n_columns = 8, .columns = columns};
    return bk_csv_write(answer->session->ctx, &table, path);
}

static bk_status
write_gmns(const study_answer *answer, const char *folder)
{
    bk_arena    *arena = &answer->session->arena;
    const size_t n_links = answer->model->network.n_links;
    double      *forward = BK_NEW(arena, double, n_links), *backward = BK_NEW(arena, double, n_links);
    bki_line    *lines;
    size_t       n;

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(list_lines(answer, &n, &lines));
    for (size_t i = 0; i < n; i++) {
        const size_t link = (size_t)(lines[i].link - answer->model->network.links);
        (bk_joint_graph(answer->base)->forward[lines[i].arc] ? forward : backward)[link] = lines[i].tonnes;
    }
    const bk_gmns_load load = {forward, backward, answer->out.utilisation}; /* facilities begin with the links */
    return bk_gmns_write(answer->session->ctx, folder, answer->model, &load);
}

static bk_status
write_files(const study_answer *answer)
{
    const char *flows = bki_option_text(answer->session, "flows"), *gmns = bki_option_text(answer->session, "gmns");

    if (flows != NULL)
        BK_TRY(write_flows(answer, flows));
    return gmns != NULL ? write_gmns(answer, gmns) : BK_OK;
}

/* ---- the answer ------------------------------------------------------------------------------------------------- */

static void
json_lines(bk_json *json, const study_answer *answer, const bki_line *lines, size_t n)
{
    bk_json_array(json, "flows");
    for (size_t i = 0; i < n; i++) {
        if (lines[i].tonnes == 0.0)
            continue;
        bk_json_object(json, NULL);
        bk_json_text(json, "link", lines[i].link->id);
        bk_json_text(json, "mode", answer->model->network.modes[lines[i].link->mode]);
        bk_json_text(json, "from", lines[i].from->id);
        bk_json_text(json, "to", lines[i].to->id);
        bk_json_number(json, "tonnes", lines[i].tonnes);
        bk_json_number(json, "cost", lines[i].cost);
        bk_json_number(json, "utilisation", isfinite(lines[i].link->capacity) ? lines[i].utilisation : (double)NAN);
        bk_json_number(json, "value_of_capacity", lines[i].price);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static bki_exit
print_json(const void *of)
{
    const study_answer        *answer = of;
    const bk_joint_assignment *out = &answer->out;
    bk_json                   *json = bk_json_create(&answer->session->arena);
    bki_line                  *lines;
    size_t                     n;
    const bk_status            status = list_lines(answer, &n, &lines);

    if (json == NULL || status != BK_OK)
        return bki_report_errors(answer->session, bk_fail_no_memory(answer->session->ctx));
    bk_json_object(json, NULL);
    bk_json_text(json, "method", "path-size-logit");
    bk_json_text(json, "scenario", answer->study->n_scenarios > 0 ? answer->study->scenarios[0]->name : NULL);
    bk_json_number(json, "relative_gap", out->relative_gap);
    bk_json_number(json, "objective", out->objective);
    bk_json_number(json, "total_cost", out->total_cost);
    bk_json_integer(json, "iterations", out->rounds);
    bk_json_number(json, "seconds", answer->seconds);
    bk_json_integer(json, "nodes", (int64_t)answer->model->network.n_nodes);
    bk_json_integer(json, "links", (int64_t)answer->model->network.n_links);
    bk_json_integer(json, "zones", (int64_t)answer->model->network.n_zones);
    bk_json_flag(json, "converged", out->outcome == BK_CONVERGED);
    bk_json_text(json, "outcome", bk_outcome_name(out->outcome));
    bk_json_number(json, "capacity", out->capacity);
    bk_json_number(json, "tonnes", out->tonnes);
    bk_json_number(json, "dropped_trips", out->lost_tonnes);
    bk_json_integer(json, "routes", (int64_t)bk_joint_route_count(answer->base));
    bk_json_integer(json, "routes_missed", (int64_t)out->routes_missed);
    json_lines(json, answer, lines, n);
    return bki_json_finish(answer->session, json);
}

static int
scarcer_first(const void *a, const void *b)
{
    const bki_line *x = a, *y = b;

    if (x->price != y->price)
        return x->price > y->price ? -1 : 1;
    if (x->tonnes != y->tonnes)
        return x->tonnes > y->tonnes ? -1 : 1;
    return (x->arc > y->arc) - (x->arc < y->arc);
}

static void
print_lines(const study_answer *answer, bki_line *lines, size_t n)
{
    static const bool right[] = {false, true, true, true, true};
    bk_arena         *arena = &answer->session->arena;
    bki_grid          grid;

    qsort(lines, n, sizeof *lines, scarcer_first);
    bki_grid_start(&grid, arena, 5, right);
    for (size_t c = 0; c < 5; c++)
        bki_grid_add(&grid,
                     ((const char *const[]){"scarcest first", "t/yr", "% full", "a tonne more, USD", "USD/t"})[c]);
    for (size_t i = 0; i < n && i < SHOWN; i++) {
        bki_grid_add(&grid, bk_arena_format(arena, "%s - %s, %s", lines[i].from->name, lines[i].to->name,
                                            answer->model->network.modes[lines[i].link->mode]));
        bki_grid_add(&grid, bki_show_tonnes(arena, lines[i].tonnes));
        bki_grid_add(&grid, isfinite(lines[i].link->capacity)
                                ? bk_arena_format(arena, "%.0f", 100.0 * lines[i].utilisation)
                                : "");
        bki_grid_add(&grid, bk_arena_format(arena, "%.2f", lines[i].price));
        bki_grid_add(&grid, bk_arena_format(arena, "%.2f", lines[i].cost));
    }
    bki_grid_print(&grid);
}

static void
print_text(const void *of)
{
    const study_answer        *answer = of;
    const bk_joint_assignment *out = &answer->out;
    bk_arena                  *arena = &answer->session->arena;
    bki_line                  *lines;
    size_t                     n;

    if (list_lines(answer, &n, &lines) != BK_OK)
        return;
    printf("Trade of the base year, held, on the network of %s\n\n",
           answer->study->n_scenarios > 0 ? answer->study->scenarios[0]->name : "the base year");
    printf("tonnes         %s a year\n", bki_show_tonnes(arena, out->tonnes));
    printf("total cost     %s a year, %.2f USD a tonne\n", bki_show_usd(arena, out->total_cost),
           out->tonnes > 0.0 ? out->total_cost / out->tonnes : 0.0);
    printf("objective      %.12g USD a year (path-size logit over %zu routes)\n", out->objective,
           bk_joint_route_count(answer->base));
    printf("relative gap   %.2e (of the program's value over its dual bound, to total cost)\n", out->relative_gap);
    if (out->lost_tonnes > 0.0)
        printf("dropped        %s whose every route is closed\n", bki_show_tonnes(arena, out->lost_tonnes));
    if (out->routes_missed > 0)
        printf("missed         %zu classes of trade would save over 1 %% by routes that are not in the set; buckle run "
               "adds "
               "them\n",
               out->routes_missed);
    printf("\n");
    print_lines(answer, lines, n);
    printf("\n%s after %d rounds, %.3f s\n", bk_outcome_name(out->outcome), out->rounds, answer->seconds);
}

static bki_exit
exit_of(const void *of)
{
    return bki_exit_of_outcome(((const study_answer *)of)->out.outcome);
}

bki_exit
bki_assign_study(bki_session *session)
{
    static const bki_ending ending = {.text = print_text, .json = print_json, .exit = exit_of};
    study_answer            answer = {.session = session};

    return bki_finish(session, solve(&answer), &answer, &ending);
}
