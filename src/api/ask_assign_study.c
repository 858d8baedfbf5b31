/* A study's base-year tonnes on its network, trade held, as tables: links, summary, costs between regions. */
#include "api/api.h"
#include "study/geometry.h"
#include "study/lines.h"

#include <math.h>

typedef struct study_loads {
    bki_asked                 *asked;
    buckle_result             *result;
    const bk_model            *model; /* the study's, or the scenario's */
    const bk_joint_base       *base;
    const bk_joint_assignment *out;
} study_loads;

static bk_status
record_flows(const study_loads *loads)
{
    static const bki_column columns[] = {
        {"link", "", "its id", BK_COLUMN_TEXT},
        {"mode", "", "mode of transport", BK_COLUMN_TEXT},
        {"from", "", "place", BK_COLUMN_TEXT},
        {"to", "", "place", BK_COLUMN_TEXT},
        {"tonnes", "t/yr", "in this direction", BK_COLUMN_NUMBER},
        {"cost", "USD/t", "freight, tolls and the price of scarce capacity, mean over the tonnes", BK_COLUMN_NUMBER},
        {"utilisation", "share", "flow over capacity; empty: nothing limits", BK_COLUMN_NUMBER},
        {"value_of_capacity", "USD/t", "price of scarce capacity", BK_COLUMN_NUMBER},
    };
    double    points[BKI_MOST_POINTS][2];
    bki_line *lines = NULL;
    size_t    n = 0;

    BK_TRY(bki_lines_list(loads->base, loads->model, loads->out, loads->asked->arena, &n, &lines));
    bki_table *table = BKI_TABLE(loads->result, "flows", "Tonnes by link and direction", columns, n, BK_GEOMETRY_LINE);
    BK_TRY(bk_arena_ok(loads->asked->arena));
    for (size_t i = 0; i < n; i++) {
        const bki_line *line = &lines[i];
        const double    from[] = {line->from->lon, line->from->lat}, to[] = {line->to->lon, line->to->lat};
        bki_put_text(table, line->link->id);
        bki_put_text(table, loads->model->network.modes[line->link->mode]);
        bki_put_text(table, line->from->id);
        bki_put_text(table, line->to->id);
        bki_put_number(table, line->tonnes);
        bki_put_number(table, line->cost);
        bki_put_number(table, isfinite(line->link->capacity) ? line->utilisation : (double)NAN);
        bki_put_number(table, line->price);
        const size_t n_points = bki_great_circle(from, to, points);
        for (size_t p = 0; p < n_points; p++)
            bki_put_point(table, points[p][0], points[p][1]);
        bki_end_row(table);
    }
    return bki_table_append(loads->asked->ctx, &loads->result->own, table);
}

/* Rows are a matrix [sector][importer][exporter] of the sectors that are traded by weight, own sales among them. */
static bk_status
record_skims(const study_loads *loads)
{
    static const bki_column columns[] = {
        {"sector", "", "what is carried", BK_COLUMN_TEXT},
        {"importer", "", "region", BK_COLUMN_TEXT},
        {"exporter", "", "region", BK_COLUMN_TEXT},
        {"tonnes", "t/yr", "held", BK_COLUMN_NUMBER},
        {"cost", "USD/t", "generalised, mean over the routes used, scarcity included; empty: nothing is carried",
         BK_COLUMN_NUMBER},
        {"hours", "h", "mean over the routes used, queues included; empty likewise", BK_COLUMN_NUMBER},
    };
    const bk_economy          *economy = &loads->model->economy;
    const bk_joint_assignment *out = loads->out;
    const size_t               n = economy->n_regions;
    bki_table *table = BKI_TABLE(loads->result, "skims", "Cost and hours from region to region", columns,
                                 economy->n_sectors * n * n, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(loads->asked->arena));
    for (size_t cell = 0; cell < economy->n_sectors * n * n; cell++) {
        const bk_sector *sector = &economy->sectors[cell / (n * n)];
        const bool       carried = out->pair_tonnes[cell] > 0.0 && cell / n % n != cell % n;
        if (!sector->traded)
            continue;
        bki_put_text(table, sector->id);
        bki_put_text(table, economy->regions[cell / n % n].id);
        bki_put_text(table, economy->regions[cell % n].id);
        bki_put_number(table, carried ? out->pair_tonnes[cell] : 0.0);
        bki_put_number(table, carried ? out->mean_cost[cell] : (double)NAN);
        bki_put_number(table, carried ? out->mean_hours[cell] : (double)NAN);
        bki_end_row(table);
    }
    return bki_table_append(loads->asked->ctx, &loads->result->own, table);
}

bk_status
bki_ask_assign_study(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    const char         *scenario = bki_asked_text(asked, "scenario");
    const double        gap = bki_asked_number(asked, "gap", 0.0, 1.0, 1e-10);
    const int           rounds = (int)bki_asked_integer(asked, "iterations", 1, 1e9, 1000);
    const bool          skims = bki_asked_flag(asked, "skims");
    const bki_cast      cast = {.n = scenario ? 1 : 0, .names = &scenario, .base = true, .deficits = -1};
    const bk_study     *study = NULL;
    bk_joint_assignment out;
    study_loads         loads = {.asked = asked, .result = result, .out = &out};

    BK_TRY(bki_asked_end(asked));
    BK_TRY(bki_open_scenarios(asked, handle, &cast, &study));
    if (!study->base)
        return bk_fail(asked->ctx, BK_ERR_INCONSISTENT, "a study without an economy has no trade to assign");
    loads.base = study->base;
    loads.model = scenario ? study->models[0] : study->model;
    bk_progress(asked->ctx, "assignment", -1.0);
    BK_TRY(bk_joint_assign(asked->ctx, loads.base, loads.model, gap, rounds, asked->arena, &out));
    BK_TRY(record_flows(&loads));
    if (skims)
        BK_TRY(record_skims(&loads));
    result->converged = out.outcome == BK_CONVERGED;
    result->interrupted = out.outcome == BK_CANCELLED;
    result->residual = out.relative_gap;
    const bki_item items[] = {
        {"relative_gap", "", out.relative_gap},
        {"objective", "USD/yr", out.objective},
        {"total_cost", "USD/yr", out.total_cost},
        {"tonnes", "t/yr", out.tonnes},
        {"lost_tonnes", "t/yr", out.lost_tonnes},
        {"capacity", "share", out.capacity},
        {"iterations", "", out.rounds},
        {"routes", "", (double)bk_joint_route_count(loads.base)},
        {"routes_missed", "", (double)out.routes_missed},
    };
    return bki_record_summary(asked, result, sizeof items / sizeof *items, items);
}
