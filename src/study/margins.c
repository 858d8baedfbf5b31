/* Values of a study's facilities, ranked and as a table. */
#include "study/margins.h"
#include "study/finance.h"

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
bki_margins_fill(bk_context *ctx, bk_margins *margins, bk_arena *scratch, bk_arena *arena)
{
    const bool              is_base = margins->scenario == NULL;
    const bk_joint_adjoint *adjoint = NULL;

    BK_TRY(bk_joint_adjoint_prepare(ctx, margins->base, is_base ? NULL : margins->model,
                                    is_base ? NULL : margins->solution, scratch, &adjoint));
    BK_TRY(bk_joint_value(ctx, adjoint, scratch, &margins->values));
    return list_facilities(margins, arena);
}

bk_status
bk_study_margins(bk_context *ctx, const bk_study *study, size_t which, const bk_joint_settings *joint,
                 const char *cache_folder, bk_arena *arena, bk_margins *out)
{
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
    BK_TRY(bki_margins_fill(ctx, out, arena, arena));
    bki_table *table = bki_values_table(&out->model->economy, out->n, arena);
    BK_TRY(bk_arena_ok(arena));
    bki_values_put(out, table);
    out->results.arena = arena;
    return bki_table_append(ctx, &out->results, table);
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
