/* The arcs of a user equilibrium problem in the form that its inner loops read. */
#include "assignment/ue_bush.h"

#include <math.h>

#define BATCH   64
#define NO_FLOW 1e-200 /* a ratio below it counts as none, so that logarithms are of normal numbers */

/* Quartic arcs: t0 b / capacity^4, so that a time costs four products; false where that leaves the ordinary numbers. */
static bool
set_quartic(const bk_vdf *vdf, bki_ue_arc *arcs)
{
    bool ok = true;

    for (size_t a = 0; a < vdf->n_arcs; a++) {
        const double q = vdf->capacity[a], delay = vdf->free_time[a] * vdf->b[a];
        const double coefficient = isinf(q) ? 0.0 : delay / (q * q) / (q * q);
        ok = ok && isfinite(coefficient) && (coefficient > 1e-290 || delay == 0.0 || isinf(q));
        arcs[a].coefficient = coefficient;
    }
    return ok;
}

/* Any power: t0 b / capacity, to be multiplied by flow (flow / capacity)^(p - 1). */
static void
set_any_power(const bk_vdf *vdf, bki_ue_arc *arcs, double *less)
{
    for (size_t a = 0; a < vdf->n_arcs; a++) {
        const double p = vdf->form == BK_VDF_LINEAR ? 1.0 : vdf->all_power > 0.0 ? vdf->all_power : vdf->power[a];
        less[a] = p - 1.0;
        arcs[a].coefficient = isinf(vdf->capacity[a]) ? 0.0 : vdf->free_time[a] * vdf->b[a] / vdf->capacity[a];
    }
}

bk_status
bki_ue_arcs_create(const bki_ue_problem *problem, bk_arena *arena, bki_ue_arcs *out)
{
    const size_t  n = problem->graph->n_arcs;
    const bk_vdf *vdf = &problem->vdf;
    bki_ue_arc   *now = BK_NEW(arena, bki_ue_arc, n);
    double       *less = BK_NEW(arena, double, n);

    *out = (bki_ue_arcs){.problem = problem,
                         .tail = problem->graph->tail,
                         .head = problem->graph->head,
                         .capacity = vdf->capacity,
                         .less = less,
                         .now = now,
                         .cost = BK_NEW(arena, double, n)};
    BK_TRY(bk_arena_ok(arena));
    if (vdf->form == BK_VDF_CONICAL) {
        out->form = BKI_ARCS_OTHER;
    } else if (vdf->form == BK_VDF_BPR && vdf->all_power == 4.0 && set_quartic(vdf, now)) {
        out->form = BKI_ARCS_QUARTIC;
    } else {
        set_any_power(vdf, now, less);
        out->form = BKI_ARCS_ANY_POWER;
    }
    bki_ue_arcs_start_class(out, 0);
    return BK_OK;
}

void
bki_ue_arcs_start_class(bki_ue_arcs *arcs, size_t class_index)
{
    const bki_ue_problem *problem = arcs->problem;
    const size_t          n = problem->graph->n_arcs;
    const double         *fixed = class_index == BKI_NO_CLASS ? NULL : problem->fixed + class_index * n;
    uint32_t              list[BATCH];

    for (size_t first = 0; first < n; first += BATCH) {
        const uint32_t n_list = (uint32_t)(n - first < BATCH ? n - first : BATCH);
        for (uint32_t i = 0; i < n_list; i++) {
            const size_t a = first + i;
            list[i] = (uint32_t)a;
            arcs->now[a].base = arcs->now[a].cost = arcs->cost[a] =
                problem->vdf.free_time[a] + (fixed == NULL ? 0.0 : fixed[a]);
            arcs->now[a].slope = 0.0;
        }
        bki_ue_arcs_refresh(arcs, list, n_list);
    }
}

/* Up to BATCH arcs of any power, by the library's own logarithm and exponential: many at once, and rounded alike on
 * every machine. */
static void
refresh_any_power(const bki_ue_arcs *arcs, const uint32_t *list, uint32_t n)
{
    double   power[BATCH];
    uint32_t busy[BATCH], n_busy = 0;

    for (uint32_t i = 0; i < n; i++) {
        bki_ue_arc  *arc = &arcs->now[list[i]];
        const double ratio = arc->flow / arcs->capacity[list[i]];
        if (arc->coefficient == 0.0)
            continue;
        if (ratio > NO_FLOW || arcs->less[list[i]] == 0.0) {
            power[n_busy] = ratio > NO_FLOW ? ratio : 1.0;
            busy[n_busy++] = list[i];
        } else {
            arc->cost = arc->base;
            arc->slope = 0.0;
        }
    }
    bk_log_batch(n_busy, power, power);
    for (uint32_t i = 0; i < n_busy; i++)
        power[i] = fmin(arcs->less[busy[i]] * power[i], 700.0);
    bk_exp(n_busy, power, power);
    for (uint32_t i = 0; i < n_busy; i++) {
        bki_ue_arc  *arc = &arcs->now[busy[i]];
        const double delay = arc->coefficient * power[i];
        arc->cost = arc->base + delay * arc->flow;
        arc->slope = (arcs->less[busy[i]] + 1.0) * delay;
    }
}

void
bki_ue_arcs_refresh(bki_ue_arcs *arcs, const uint32_t *list, uint32_t n)
{
    switch (arcs->form) {
    case BKI_ARCS_QUARTIC:
        for (uint32_t i = 0; i < n; i++) {
            bki_ue_arc  *arc = &arcs->now[list[i]];
            const double x = arc->flow, cubed = arc->coefficient * (x * x * x);
            arc->cost = arc->base + cubed * x;
            arc->slope = 4.0 * cubed;
        }
        break;
    case BKI_ARCS_ANY_POWER:
        for (uint32_t i = 0; i < n; i += BATCH)
            refresh_any_power(arcs, list + i, n - i < BATCH ? n - i : BATCH);
        break;
    case BKI_ARCS_OTHER:
        for (uint32_t i = 0; i < n; i++) {
            bki_ue_arc *arc = &arcs->now[list[i]];
            double      time;
            bk_vdf_eval_arc(&arcs->problem->vdf, list[i], arc->flow, &time, &arc->slope);
            arc->cost = arc->base - arcs->problem->vdf.free_time[list[i]] + time;
        }
        break;
    }
    for (uint32_t i = 0; i < n; i++)
        arcs->cost[list[i]] = arcs->now[list[i]].cost;
}
