/* Shifts of flow within a bush: which pairs of routes, and how much. */
#include "assignment/ue_bush.h"

#include <math.h>
#include <string.h>

/* Of a shift.  Steps go a little beyond where the costs of the two routes meet, since other shifts are to follow. */
#define BEYOND     1.2
#define MOST_STEPS 4
#define ENOUGH     0.5 /* of the first difference of costs */

/* ---- labels --------------------------------------------------------------------------------------------------- */

/* The arcs into one vertex from place k on; returns the place behind them, and adds to `*excess`. */
static uint32_t
label_merge(const double *cost, const bki_bush *bush, const double *x, uint32_t k, const bki_bush_label *label,
            bki_bush_label *out, double *excess)
{
    double flow = 0.0; /* of the arcs seen */

    *out = (bki_bush_label){INFINITY, -INFINITY, BKI_AT_ROOT, BKI_AT_ROOT};
    for (bool more = true; more; k++) {
        const uint32_t        arc = BKI_ARC(bush->arcs[k]);
        const bki_bush_label *from = &label[bush->from[k]];
        const double          least = from->least + cost[arc], most = from->most + cost[arc];
        more = (bush->arcs[k] & BKI_MORE) != 0;
        if (least < out->least) {
            *excess += flow > 0.0 ? flow * (out->least - least) : 0.0;
            out->least = least;
            out->least_in = (int32_t)k;
        } else {
            *excess += x[k] * (least - out->least);
        }
        flow += x[k];
        if (x[k] > 0.0 && most > out->most) {
            out->most = most;
            out->most_in = (int32_t)k;
        }
    }
    if (out->most_in == BKI_AT_ROOT) {
        const uint32_t least_in = (uint32_t)out->least_in;
        out->most_in = out->least_in;
        out->most = label[bush->from[least_in]].most + cost[BKI_ARC(bush->arcs[least_in])];
    }
    return k;
}

/* Least and costliest used labels of the core; returns the bush's excess. */
static double
label_core(const double *cost, const bki_bush *bush, const double *x, bki_bush_label *label)
{
    const uint32_t *list = bush->arcs, *from = bush->from;
    const uint32_t  n = bush->n_core;
    bki_bush_label *to = label;
    double          excess = 0.0;

    *to++ = (bki_bush_label){0.0, 0.0, BKI_AT_ROOT, BKI_AT_ROOT};
    for (uint32_t k = 0; k < n; to++) {
        const uint32_t arc = list[k];
        if (arc & BKI_MORE) {
            k = label_merge(cost, bush, x, k, label, to, &excess);
            continue;
        }
        const bki_bush_label *before = &label[from[k]];
        *to = (bki_bush_label){before->least + cost[arc], before->most + cost[arc], (int32_t)k, (int32_t)k};
        k++;
    }
    return excess;
}

/* ---- pairs ---------------------------------------------------------------------------------------------------- */

/* The costliest used route and the least-cost one back from a merge to where they part; false if there is no room.  The
 * second is written from the end of the room backwards, then moved to the first. */
static bool
find_pair(const bki_bush *bush, const bki_bush_label *label, const bki_bush_label *merge, bki_bush_load *load)
{
    const uint32_t *from = bush->from;
    uint32_t       *places = load->places + load->n_places;
    const size_t    room = load->place_capacity - load->n_places;
    uint32_t        n_most = 1, n_least = 1;

    if (room < 2)
        return false;
    uint32_t most = from[merge->most_in], least = from[merge->least_in];
    places[0] = (uint32_t)merge->most_in;
    places[room - 1] = (uint32_t)merge->least_in;
    while (most != least) {
        const int32_t by_most = label[most].most_in, by_least = label[least].least_in;
        if (n_most + n_least == room)
            return false;
        if (by_most > by_least) { /* the later vertex steps back */
            places[n_most++] = (uint32_t)by_most;
            most = from[by_most];
        } else {
            places[room - ++n_least] = (uint32_t)by_least;
            least = from[by_least];
        }
    }
    memmove(places + n_most, places + room - n_least, n_least * sizeof *places);
    load->pairs[load->n_pairs++] = (bki_bush_pair){{n_most, n_least}};
    load->n_places += n_most + n_least;
    return true;
}

double
bki_bush_find_pairs(const double *cost, const bki_bush *bush, size_t first, bki_bush_work *work, bki_bush_load *load)
{
    const double excess = label_core(cost, bush, load->x, work->label);

    load->n_pairs = load->n_places = 0;
    for (load->next_merge = first; load->next_merge < load->n_merges; load->next_merge++) {
        const bki_bush_label *merge = &work->label[load->merges[load->next_merge].vertex];
        if (merge->most_in != merge->least_in && merge->most > merge->least &&
            !find_pair(bush, work->label, merge, load))
            break;
    }
    return excess;
}

/* ---- shifts --------------------------------------------------------------------------------------------------- */

typedef struct route_part { /* from where two routes part to where they meet again */
    double          cost, slope;
    double          least_flow; /* of the bush on its arcs */
    uint32_t        n;
    const uint32_t *places; /* [n] */
} route_part;

static inline void
measure_part(const bki_ue_arc *now, const uint32_t *list, const double *x, route_part *part)
{
    double cost = 0.0, slope = 0.0, least_flow = INFINITY;

    for (uint32_t i = 0; i < part->n; i++) {
        const uint32_t    place = part->places[i];
        const bki_ue_arc *arc = &now[BKI_ARC(list[place])];
        cost += arc->cost;
        slope += arc->slope;
        least_flow = x[place] < least_flow ? x[place] : least_flow;
    }
    part->cost = cost;
    part->slope = slope;
    part->least_flow = least_flow;
}

/* Writes the arcs touched, part->n of them. */
static inline void
move_flow(bki_ue_arc *now, const uint32_t *list, double *x, const route_part *part, double amount, uint32_t *touched)
{
    for (uint32_t i = 0; i < part->n; i++) {
        const uint32_t place = part->places[i], arc = BKI_ARC(list[place]);
        const double   flow = now[arc].flow + amount;
        x[place] += amount;
        now[arc].flow = flow > 0.0 ? flow : 0.0;
        touched[i] = arc;
    }
}

/* Newton steps on the difference of the two costs.  One step is mostly enough; where delay bends sharply it may land
 * far off on the other side, and the next ones bring it back. */
static void
shift_pair(bki_ue_arcs *arcs, const uint32_t *list, double *x, route_part part[2], uint32_t *touched)
{
    double first = 0.0;

    for (int step = 0; step < MOST_STEPS; step++) {
        measure_part(arcs->now, list, x, &part[0]);
        measure_part(arcs->now, list, x, &part[1]);
        const double difference = part[0].cost - part[1].cost, slope = part[0].slope + part[1].slope;
        if (fabs(difference) <= ENOUGH * first)
            return;
        double amount = slope > 0.0 ? BEYOND * difference / slope : copysign(INFINITY, difference);
        amount = fmin(fmax(amount, -part[1].least_flow), part[0].least_flow);
        if (amount == 0.0)
            return;
        move_flow(arcs->now, list, x, &part[0], -amount, touched);
        move_flow(arcs->now, list, x, &part[1], amount, touched + part[0].n);
        bki_ue_arcs_refresh(arcs, touched, part[0].n + part[1].n);
        first = fmax(first, fabs(difference));
    }
}

void
bki_bush_shift(bki_ue_arcs *arcs, const bki_bush *bush, uint32_t *touched, bki_bush_load *load)
{
    const uint32_t *places = load->places;

    for (size_t i = 0; i < load->n_pairs; i++) {
        const uint32_t *n = load->pairs[i].n;
        route_part      part[2] = {{.n = n[0], .places = places}, {.n = n[1], .places = places + n[0]}};
        shift_pair(arcs, bush->arcs, load->x, part, touched);
        places += n[0] + n[1];
    }
}
