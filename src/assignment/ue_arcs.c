/* The arcs of a user equilibrium problem in the form that its inner loops read. */
#include "assignment/ue_bush.h"

#include <math.h>

#define BATCH   64
#define NO_FLOW 1e-200 /* a ratio below it counts as none, so that logarithms are of normal numbers */

/* Quartic arcs: t0 b / capacity^4, so that a time costs four products; false where that leaves the ordinary numbers. */
static bool
set_quartic(const bk_vdf *vdf, double *coefficient)
{
    bool ok = true;

    for (size_t a = 0; a < vdf->n_arcs; a++) {
        const double q = vdf->capacity[a], delay = vdf->free_time[a] * vdf->b[a];
        coefficient[a] = isinf(q) ? 0.0 : delay / (q * q) / (q * q);
        ok = ok && isfinite(coefficient[a]) && (coefficient[a] > 1e-290 || delay == 0.0 || isinf(q));
    }
    return ok;
}

/* Any power: t0 b / capacity, to be multiplied by flow (flow / capacity)^(p - 1). */
static void
set_any_power(const bk_vdf *vdf, double *coefficient, double *less)
{
    for (size_t a = 0; a < vdf->n_arcs; a++) {
        const double p = vdf->form == BK_VDF_LINEAR ? 1.0 : vdf->all_power > 0.0 ? vdf->all_power : vdf->power[a];
        less[a] = p - 1.0;
        coefficient[a] = isinf(vdf->capacity[a]) ? 0.0 : vdf->free_time[a] * vdf->b[a] / vdf->capacity[a];
    }
}

bk_status
bki_ue_arcs_create(const bki_ue_problem *problem, bk_arena *arena, bki_ue_arcs *out)
{
    const size_t  n = problem->graph->n_arcs;
    const bk_vdf *vdf = &problem->vdf;
    double       *coefficient = BK_NEW(arena, double, n), *less = BK_NEW(arena, double, n);

    *out = (bki_ue_arcs){.problem = problem,
                         .tail = problem->graph->tail,
                         .head = problem->graph->head,
                         .capacity = vdf->capacity,
                         .coefficient = coefficient,
                         .less = less,
                         .base = BK_NEW(arena, double, n),
                         .flow = BK_NEW(arena, double, n),
                         .cost = BK_NEW(arena, double, n),
                         .slope = BK_NEW(arena, double, n)};
    BK_TRY(bk_arena_ok(arena));
    if (vdf->form == BK_VDF_CONICAL) {
        out->form = BKI_ARCS_OTHER;
    } else if (vdf->form == BK_VDF_BPR && vdf->all_power == 4.0 && set_quartic(vdf, coefficient)) {
        out->form = BKI_ARCS_QUARTIC;
    } else {
        set_any_power(vdf, coefficient, less);
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
    const double         *fixed = problem->fixed + class_index * n;
    uint32_t              list[BATCH];

    for (size_t first = 0; first < n; first += BATCH) {
        const uint32_t n_list = (uint32_t)(n - first < BATCH ? n - first : BATCH);
        for (uint32_t i = 0; i < n_list; i++) {
            const size_t a = first + i;
            list[i] = (uint32_t)a;
            arcs->base[a] = arcs->cost[a] = problem->vdf.free_time[a] + fixed[a];
            arcs->slope[a] = 0.0;
        }
        bki_ue_arcs_refresh(arcs, list, n_list);
    }
}

/* Up to BATCH arcs of any power, by the library's own logarithm and exponential: many at once, and rounded alike on
 * every machine. */
static void
refresh_any_power(bki_ue_arcs *arcs, const uint32_t *list, uint32_t n)
{
    double   power[BATCH];
    uint32_t busy[BATCH], n_busy = 0;

    for (uint32_t i = 0; i < n; i++) {
        const uint32_t a = list[i];
        const double   ratio = arcs->flow[a] / arcs->capacity[a];
        if (arcs->coefficient[a] == 0.0)
            continue;
        if (ratio > NO_FLOW || arcs->less[a] == 0.0) {
            power[n_busy] = ratio > NO_FLOW ? ratio : 1.0;
            busy[n_busy++] = a;
        } else {
            arcs->cost[a] = arcs->base[a];
            arcs->slope[a] = 0.0;
        }
    }
    bk_log_batch(n_busy, power, power);
    for (uint32_t i = 0; i < n_busy; i++)
        power[i] = fmin(arcs->less[busy[i]] * power[i], 700.0);
    bk_exp(n_busy, power, power);
    for (uint32_t i = 0; i < n_busy; i++) {
        const uint32_t a = busy[i];
        const double   delay = arcs->coefficient[a] * power[i];
        arcs->cost[a] = arcs->base[a] + delay * arcs->flow[a];
        arcs->slope[a] = (arcs->less[a] + 1.0) * delay;
    }
}

void
bki_ue_arcs_refresh(bki_ue_arcs *arcs, const uint32_t *list, uint32_t n)
{
    switch (arcs->form) {
    case BKI_ARCS_QUARTIC:
        for (uint32_t i = 0; i < n; i++) {
            const uint32_t a = list[i];
            const double   x = arcs->flow[a], cubed = arcs->coefficient[a] * (x * x * x);
            arcs->cost[a] = arcs->base[a] + cubed * x;
            arcs->slope[a] = 4.0 * cubed;
        }
        break;
    case BKI_ARCS_ANY_POWER:
        for (uint32_t i = 0; i < n; i += BATCH)
            refresh_any_power(arcs, list + i, n - i < BATCH ? n - i : BATCH);
        break;
    case BKI_ARCS_OTHER:
        for (uint32_t i = 0; i < n; i++) {
            const uint32_t a = list[i];
            double         time;
            bk_vdf_eval_arc(&arcs->problem->vdf, a, arcs->flow[a], &time, &arcs->slope[a]);
            arcs->cost[a] = arcs->base[a] - arcs->problem->vdf.free_time[a] + time;
        }
        break;
    }
}
