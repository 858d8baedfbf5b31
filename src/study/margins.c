/* Values of a study's facilities, ranked and as a table. */
#include "buckle/margins.h"

#include "study/finance.h"
#include "study/geometry.h"
#include "study/run.h"
#include "study/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double
bk_margin_of(const bk_margins *margins, const bk_margin *margin, uint32_t region, bk_margin_rank rank)
{
    const double *const by_rank[] = {margins->values.per_hour, margins->values.per_usd, margins->values.per_capacity};

    return region == BK_NONE ? margin->world[rank]
                             : by_rank[rank][margin->facility * margins->values.n_regions + region];
}

typedef struct ranked {
    double   size;
    uint32_t place;
} ranked;

static int
larger(const void *left, const void *right)
{
    const ranked *a = left, *b = right;

    if (a->size != b->size)
        return a->size < b->size ? 1 : -1;
    return a->place < b->place ? -1 : a->place > b->place;
}

bk_status
bk_margins_rank(bk_context *ctx, const bk_margins *margins, uint32_t region, bk_margin_rank rank, uint32_t *order)
{
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    ranked         *rows = BK_NEW(&scratch, ranked, margins->n + 1);
    const bk_status status = bk_arena_ok(&scratch);
    for (size_t i = 0; status == BK_OK && i < margins->n; i++)
        rows[i] = (ranked){fabs(bk_margin_of(margins, &margins->facilities[i], region, rank)), (uint32_t)i};
    if (status == BK_OK) {
        qsort(rows, margins->n, sizeof *rows, larger);
        for (size_t i = 0; i < margins->n; i++)
            order[i] = rows[i].place;
    }
    bk_arena_release(&scratch);
    return status;
}

/* ---- facilities ------------------------------------------------------------------------------------------------ */

static bk_status
list_facilities(bk_margins *margins, bk_arena *arena)
{
    const bk_joint_values *values = &margins->values;
    const double           world = bk_trade_base_world(bk_joint_trade(margins->base)) * margins->model->money_usd;
    bk_margin             *rows = BK_NEW(arena, bk_margin, values->n_facilities + 1);

    BK_TRY(bk_arena_ok(arena));
    for (size_t f = 0; f < values->n_facilities; f++) {
        if (values->tonnes[f] <= 0.0)
            continue;
        const bki_facility what = bki_facility_describe(margins->model, f, arena);
        bk_margin         *row = &rows[margins->n++];
        *row = (bk_margin){.facility = (uint32_t)f,
                           .kind = what.kind,
                           .id = what.id,
                           .name = what.name,
                           .tonnes = values->tonnes[f],
                           .utilisation = margins->solution->utilisation[f],
                           .price = margins->solution->price[f],
                           .hour_cost = values->hour_cost[f],
                           .traffic_share = values->tonnes[f] / world};
        for (size_t n = 0; n < values->n_regions; n++) {
            row->world[BK_MARGIN_HOUR] += values->per_hour[f * values->n_regions + n];
            row->world[BK_MARGIN_USD] += values->per_usd[f * values->n_regions + n];
            row->world[BK_MARGIN_CAPACITY] += values->per_capacity[f * values->n_regions + n];
        }
    }
    margins->facilities = rows;
    return bk_arena_ok(arena);
}

/* ---- the table ------------------------------------------------------------------------------------------------- */

enum { fixed_columns = 12 };

static const bki_column columns_of_values[fixed_columns] = {
    {"scenario", "", "scenario, or base", BK_COLUMN_TEXT},
    {"kind", "", "link, transfer or border", BK_COLUMN_TEXT},
    {"facility", "", "link; or place, modes and countries", BK_COLUMN_TEXT},
    {"name", "", "for reading", BK_COLUMN_TEXT},
    {"tonnes", "t/yr", "trade that passes; as USD a year it is the saving of a USD/t less if nothing answers",
     BK_COLUMN_NUMBER},
    {"hour_cost", "USD/yr", "saving of an hour less if nothing answers: tonnes at their values of time",
     BK_COLUMN_NUMBER},
    {"traffic_share", "", "tonnes at 1 USD/t over the world's value added: Hulten's elasticity, per USD/t",
     BK_COLUMN_NUMBER},
    {"utilisation", "", "flow over capacity", BK_COLUMN_NUMBER},
    {"value_of_capacity", "USD/t", "price of scarcity, or of the queue: before anything answers", BK_COLUMN_NUMBER},
    {"per_hour", "USD/yr", "gain of all economies from an hour less for all that pass, everything answered",
     BK_COLUMN_NUMBER},
    {"per_usd", "USD/yr", "the same of a USD/t less", BK_COLUMN_NUMBER},
    {"per_tonne_capacity", "USD/yr", "the same of a t/yr of capacity more", BK_COLUMN_NUMBER},
};

/* The fixed columns and three for each economy. */
static const bki_column *
all_columns(const bk_economy *economy, bk_arena *arena, size_t *n_out)
{
    static const char *const names[] = {"per_hour", "per_usd", "per_tonne_capacity"};
    bki_column              *columns = BK_NEW(arena, bki_column, fixed_columns + 3 * economy->n_regions);

    for (size_t c = 0; columns && c < fixed_columns; c++)
        columns[c] = columns_of_values[c];
    for (size_t n = 0; columns && n < economy->n_regions; n++)
        for (size_t k = 0; k < 3; k++)
            columns[fixed_columns + 3 * n + k] =
                (bki_column){.name = bk_arena_format(arena, "%s_%s", names[k], economy->regions[n].id),
                             .unit = "USD/yr",
                             .meaning = bk_arena_format(arena, "of it %s", economy->regions[n].name),
                             .kind = BK_COLUMN_NUMBER};
    *n_out = fixed_columns + 3 * economy->n_regions;
    return columns;
}

/* A link along its way, the others where they are. */
static void
put_shape(const bk_margins *margins, bki_table *table, const bk_margin *row)
{
    const bk_network_data *network = &margins->model->network;
    double                 points[BKI_MOST_POINTS][2];

    const uint32_t at = bki_facility_describe(margins->model, row->facility, table->arena).node;
    const bool     is_link = row->facility < network->n_links;
    const bk_node *from = &network->nodes[at], *to = is_link ? &network->nodes[network->links[row->facility].to] : from;
    const double   a[2] = {from->lon, from->lat}, b[2] = {to->lon, to->lat};
    const size_t   n = is_link ? bki_great_circle(a, b, points) : 0;
    for (size_t p = 0; p < n; p++)
        bki_put_point(table, points[p][0], points[p][1]);
    for (int i = 0; !is_link && i < 2; i++)
        bki_put_point(table, a[0], a[1]);
}

static void
put_margin(const bk_margins *margins, bki_table *table, const bk_margin *row)
{
    bki_put_text(table, margins->scenario ? margins->scenario->name : "base");
    bki_put_text(table, row->kind);
    bki_put_text(table, row->id);
    bki_put_text(table, row->name);
    bki_put_number(table, row->tonnes);
    bki_put_number(table, row->hour_cost);
    bki_put_number(table, row->traffic_share);
    bki_put_number(table, row->utilisation);
    bki_put_number(table, row->price);
    for (int k = 0; k < 3; k++)
        bki_put_number(table, row->world[k]);
    for (uint32_t n = 0; n < margins->values.n_regions; n++)
        for (int k = 0; k < 3; k++)
            bki_put_number(table, bk_margin_of(margins, row, n, (bk_margin_rank)k));
    put_shape(margins, table, row);
    bki_end_row(table);
}

static bk_status
record_values(bk_context *ctx, bk_margins *margins, bk_arena *arena)
{
    size_t            n_columns = 0;
    const bki_column *columns = all_columns(&margins->model->economy, arena, &n_columns);
    bki_table        *table =
        columns ? bki_table_create(arena, "values", "What a little less cost or time, or more capacity, is worth",
                                          columns, n_columns, margins->n + 1, BK_GEOMETRY_LINE)
                       : NULL;

    BK_TRY(bk_arena_ok(arena));
    bki_table_style(table, "tonnes", "per_hour");
    for (size_t i = 0; i < margins->n; i++)
        put_margin(margins, table, &margins->facilities[i]);
    margins->results.arena = arena;
    return bki_table_append(ctx, &margins->results, table);
}

/* ---- all ------------------------------------------------------------------------------------------------------- */

static bk_status
no_solution(bk_context *ctx, const bk_joint_solution *solution, const char *name)
{
    if (solution->outcome == BK_CONVERGED)
        return BK_OK;
    bk_log(ctx, BK_LOG_WARNING, "%s did not converge (%s, residual %.2g): its values are those of a near state", name,
           bk_outcome_name(solution->outcome), bk_joint_residual(solution));
    return BK_OK;
}

bk_status
bk_study_margins(bk_context *ctx, const bk_study *study, size_t which, const bk_joint_settings *joint,
                 const char *cache_folder, bk_arena *arena, bk_margins *out)
{
    const bk_joint_adjoint *adjoint = NULL;

    *out = (bk_margins){.study = study,
                        .scenario = which > 0 ? study->scenarios[which - 1] : NULL,
                        .model = which > 0 ? study->models[which - 1] : study->model};
    if (!study->model->has_network || !study->model->has_economy)
        return bk_fail(ctx, BK_ERR_INCONSISTENT, "values of links need a network and an economy");
    BK_TRY(bk_study_base(ctx, study, cache_folder, arena, &out->base, &out->base_cached));
    out->solution = bk_joint_base_solution(out->base);
    if (which > 0) {
        bk_progress(ctx, out->scenario->name, -1.0);
        BK_TRY(bk_joint_solve(ctx, out->base, out->model, joint, NULL, arena, &out->solution));
        BK_TRY(no_solution(ctx, out->solution, out->scenario->name));
    }
    bk_progress(ctx, "values", -1.0);
    BK_TRY(bk_joint_adjoint_prepare(ctx, out->base, which > 0 ? out->model : NULL, which > 0 ? out->solution : NULL,
                                    arena, &adjoint));
    BK_TRY(bk_joint_value(ctx, adjoint, arena, &out->values));
    BK_TRY(list_facilities(out, arena));
    return record_values(ctx, out, arena);
}

/* ---- scenarios to first order ---------------------------------------------------------------------------------- */

static bool
has_no_answer(bk_status status)
{
    return status == BK_ERR_NOT_CONVERGED || status == BK_ERR_NO_SOLUTION || status == BK_ERR_NO_PATH;
}

bk_status
bk_study_first_order(bk_context *ctx, const bk_study *study, const bk_closure *closure, const char *cache_folder,
                     bk_arena *arena, bk_quick_run *out)
{
    const bk_joint_adjoint *adjoint = NULL;
    bk_first_order         *answers = BK_NEW(arena, bk_first_order, study->n_scenarios + 1);
    const char            **failure = BK_NEW(arena, const char *, study->n_scenarios + 1);
    double                 *cost = BK_NEW(arena, double, study->model->economy.n_regions + 1);

    BK_TRY(bk_arena_ok(arena));
    *out = (bk_quick_run){.study = study, .answers = answers, .failure = failure};
    BK_TRY(bk_study_base(ctx, study, cache_folder, arena, &out->base, &out->base_cached));
    bk_progress(ctx, "adjoint", -1.0);
    BK_TRY(bk_joint_adjoint_prepare(ctx, out->base, NULL, NULL, arena, &adjoint));
    for (size_t s = 0; s < study->n_scenarios; s++) {
        bk_trade_shock finance;
        double         unassigned;
        BK_TRY(bki_finance(ctx, study, study->models[s], closure, arena, cost, &unassigned, &finance));
        const bk_status status = bk_joint_first_order(ctx, adjoint, study->models[s], &finance, arena, &answers[s]);
        if (has_no_answer(status)) {
            failure[s] = bk_arena_format(arena, "%s", bk_error_get(ctx, 0)->message);
            bk_error_clear(ctx);
        } else {
            BK_TRY(status);
        }
    }
    return bk_arena_ok(arena);
}
