/* A Newton step on the pairs of routes of all bushes at once.
 *
 * Where many origins can choose between routes that cost nearly the same and hardly congest, what one bush moves is
 * undone by the next: only together can they move.  With the pairs fixed, Beckmann's function is approximated by its
 * second-order expansion at the flows reached, whose minimum over the flow moved in each pair is found by conjugate
 * gradients, scaled by the slope of each pair; a pair that would move more than it has is fixed at what it has, and
 * the others are solved again.  The step is cut short of the first flow that would be negative, and of the least of
 * Beckmann's function along it. */
#include "assignment/ue_bush.h"

#include <math.h>
#include <string.h>

#define MOST_ROUNDS    4    /* of fixing pairs at their bounds */
#define MOST_GRADIENTS 60   /* a round */
#define ENOUGH         0.05 /* of the residual at the start of a round */
#define LEAST_PART     1e-3 /* of a step: a shorter one is not worth it */

typedef struct joint_pair {
    size_t   first; /* of its arcs in the step's lists */
    uint32_t n[2];  /* arcs of the dearer route, of the other */
    uint32_t bush;
    bool     is_free;   /* not fixed at a bound */
    double   gain;      /* cost of the dearer route less that of the other, unit of time */
    double   slope;     /* of both, unit of time per unit of traffic */
    double   low, high; /* what can be moved, unit of traffic */
} joint_pair;

typedef struct joint_step {
    bki_ue_arcs   *arcs;
    bki_bush      *bushes;
    bki_bush_work *work;
    bk_arena      *scratch;
    joint_pair    *pairs; /* [n_pairs] by bush */
    size_t         n_pairs, pair_capacity;
    uint32_t      *arc, *place; /* [n_listed] of the pairs, of the graph and in the bush */
    size_t         n_listed, arc_capacity, place_capacity;
    double        *moved;     /* [n_pairs] unit of traffic */
    double        *direction; /* [n_pairs] unit of traffic */
    double        *residual;  /* [n_pairs] unit of time */
    double        *change;    /* [n_arcs] of flow, or that times slope */
    double        *before;    /* [n_arcs] flow at the start, unit of traffic */
    double        *in_bush;   /* [n_arcs] change of flow of one bush by place, 0 between uses */
} joint_step;

/* ---- the pairs ------------------------------------------------------------------------------------------------- */

static void
add_pair(joint_step *step, uint32_t bush, bki_bush_pair ends, const uint32_t *places)
{
    const bki_bush_load *load = &step->work->load;
    joint_pair           pair = {
                  .first = step->n_listed, .n = {ends.n[0], ends.n[1]}, .bush = bush, .low = -INFINITY, .high = INFINITY};

    for (uint32_t i = 0; i < ends.n[0] + ends.n[1]; i++) {
        const uint32_t    arc = BKI_ARC(step->bushes[bush].arcs[places[i]]);
        const bki_ue_arc *now = &step->arcs->now[arc];
        pair.slope += now->slope;
        pair.gain += i < ends.n[0] ? now->cost : -now->cost;
        if (i < ends.n[0])
            pair.high = fmin(pair.high, load->x[places[i]]);
        else
            pair.low = fmax(pair.low, -load->x[places[i]]);
        step->arc[step->n_listed] = arc;
        step->place[step->n_listed++] = places[i];
    }
    /* What a pair alone would move at once is left to the sweeps. */
    pair.is_free = pair.slope > 0.0 && pair.gain < pair.slope * pair.high;
    step->pairs[step->n_pairs++] = pair;
}

static bk_status
add_pairs(joint_step *step, uint32_t bush)
{
    const bki_bush_load *load = &step->work->load;
    const uint32_t      *places = load->places;

    step->pairs = bk_arena_grow(step->scratch, step->pairs, step->n_pairs, load->n_pairs, sizeof *step->pairs,
                                &step->pair_capacity);
    step->arc =
        bk_arena_grow(step->scratch, step->arc, step->n_listed, load->n_places, sizeof *step->arc, &step->arc_capacity);
    step->place = bk_arena_grow(step->scratch, step->place, step->n_listed, load->n_places, sizeof *step->place,
                                &step->place_capacity);
    BK_TRY(bk_arena_ok(step->scratch));
    for (size_t i = 0; i < load->n_pairs; i++) {
        add_pair(step, bush, load->pairs[i], places);
        places += load->pairs[i].n[0] + load->pairs[i].n[1];
    }
    return BK_OK;
}

static bk_status
find_all_pairs(joint_step *step)
{
    const bki_ue_problem *problem = step->arcs->problem;
    bki_bush_load        *load = &step->work->load;

    for (uint32_t o = 0; o < problem->n_origins; o++) {
        bki_bush_unpack(problem, &problem->origins[o], &step->bushes[o], step->work, load);
        load->next_merge = 0;
        do {
            bki_bush_find_pairs(step->arcs->cost, &step->bushes[o], load->next_merge, step->work, load);
            BK_TRY(add_pairs(step, o));
        } while (load->next_merge < load->n_merges);
    }
    return BK_OK;
}

/* ---- how much to move ------------------------------------------------------------------------------------------- */

/* Sets `change` to what `amount`, moved in each pair, changes the flow of arcs. */
static void
spread(const joint_step *step, const double *amount)
{
    memset(step->change, 0, step->arcs->problem->graph->n_arcs * sizeof *step->change);
    for (size_t i = 0; i < step->n_pairs; i++) {
        const joint_pair *pair = &step->pairs[i];
        const uint32_t   *arc = step->arc + pair->first;
        if (amount[i] == 0.0)
            continue;
        for (uint32_t k = 0; k < pair->n[0]; k++)
            step->change[arc[k]] -= amount[i];
        for (uint32_t k = pair->n[0]; k < pair->n[0] + pair->n[1]; k++)
            step->change[arc[k]] += amount[i];
    }
}

/* Multiplies `change` by slopes; returns its product with itself before that, so weighted. */
static double
weigh(const joint_step *step)
{
    double sum = 0.0;

    for (size_t a = 0; a < step->arcs->problem->graph->n_arcs; a++) {
        const double weighed = step->change[a] * step->arcs->now[a].slope;
        sum += step->change[a] * weighed;
        step->change[a] = weighed;
    }
    return sum;
}

/* `change` along the second route of a pair less that along the first. */
static double
gather(const joint_step *step, const joint_pair *pair)
{
    const uint32_t *arc = step->arc + pair->first;
    double          sum = 0.0;

    for (uint32_t k = 0; k < pair->n[0]; k++)
        sum -= step->change[arc[k]];
    for (uint32_t k = pair->n[0]; k < pair->n[0] + pair->n[1]; k++)
        sum += step->change[arc[k]];
    return sum;
}

/* The residual of the free pairs, and the first direction; returns their product. */
static double
start_gradients(const joint_step *step)
{
    double product = 0.0;

    spread(step, step->moved);
    weigh(step);
    for (size_t i = 0; i < step->n_pairs; i++) {
        const joint_pair *pair = &step->pairs[i];
        step->residual[i] = pair->is_free ? pair->gain - gather(step, pair) : 0.0;
        step->direction[i] = pair->is_free ? step->residual[i] / pair->slope : 0.0;
        product += step->residual[i] * step->direction[i];
    }
    return product;
}

/* Conjugate gradients on the free pairs. */
static void
solve_free(const joint_step *step)
{
    const double at_start = start_gradients(step);
    double       product = at_start;

    for (int n = 0; n < MOST_GRADIENTS && product > ENOUGH * ENOUGH * at_start; n++) {
        spread(step, step->direction);
        const double curvature = weigh(step), length = product / curvature;
        double       next = 0.0;
        if (!(curvature > 0.0))
            return;
        for (size_t i = 0; i < step->n_pairs; i++) {
            const joint_pair *pair = &step->pairs[i];
            if (!pair->is_free)
                continue;
            step->moved[i] += length * step->direction[i];
            step->residual[i] -= length * gather(step, pair);
            next += step->residual[i] * step->residual[i] / pair->slope;
        }
        for (size_t i = 0; i < step->n_pairs; i++)
            if (step->pairs[i].is_free)
                step->direction[i] = step->residual[i] / step->pairs[i].slope + next / product * step->direction[i];
        product = next;
    }
}

/* Fixes the free pairs that moved more than they have; false if there are none. */
static bool
fix_pairs(const joint_step *step)
{
    bool any = false;

    for (size_t i = 0; i < step->n_pairs; i++) {
        joint_pair  *pair = &step->pairs[i];
        const double within = fmin(fmax(step->moved[i], pair->low), pair->high);
        if (!pair->is_free || within == step->moved[i])
            continue;
        step->moved[i] = within;
        pair->is_free = false;
        any = true;
    }
    return any;
}

/* ---- moving it -------------------------------------------------------------------------------------------------- */

/* Sets in_bush to the change of one bush's flow, whose pairs begin at `first`; returns where they end. */
static size_t
change_bush(const joint_step *step, size_t first)
{
    size_t i = first;

    for (; i < step->n_pairs && step->pairs[i].bush == step->pairs[first].bush; i++) {
        const joint_pair *pair = &step->pairs[i];
        const uint32_t   *place = step->place + pair->first;
        for (uint32_t k = 0; k < pair->n[0] + pair->n[1]; k++)
            step->in_bush[place[k]] += k < pair->n[0] ? -step->moved[i] : step->moved[i];
    }
    return i;
}

/* Goes the `part` of the step in every bush that has pairs, or, if that is 0, finds the largest part, at most 1, that
 * leaves no flow negative. */
static double
walk_bushes(const joint_step *step, double part)
{
    const bki_ue_problem *problem = step->arcs->problem;
    bki_bush_load        *load = &step->work->load;
    double                largest = 1.0;

    for (size_t first = 0, end; first < step->n_pairs; first = end) {
        const uint32_t o = step->pairs[first].bush;
        bki_bush      *bush = &step->bushes[o];
        bki_bush_unpack(problem, &problem->origins[o], bush, step->work, load);
        end = change_bush(step, first);
        for (uint32_t k = 0; k < bush->n_core; k++) {
            if (load->x[k] + step->in_bush[k] < 0.0)
                largest = fmin(largest, load->x[k] / -step->in_bush[k]);
            load->x[k] = fmax(load->x[k] + part * step->in_bush[k], 0.0);
            step->in_bush[k] = 0.0;
        }
        if (part > 0.0)
            bki_bush_pack(load, bush);
    }
    return largest;
}

/* Changes the flow of arcs by `part` of the step; returns how steeply Beckmann's function rises there. */
static double
go(const joint_step *step, const uint32_t *list, uint32_t n, double part)
{
    double rise = 0.0;

    for (uint32_t i = 0; i < n; i++)
        step->arcs->now[list[i]].flow = fmax(step->before[list[i]] + part * step->change[list[i]], 0.0);
    bki_ue_arcs_refresh(step->arcs, list, n);
    for (uint32_t i = 0; i < n; i++)
        rise += step->arcs->now[list[i]].cost * step->change[list[i]];
    return rise;
}

/* Halves the step until Beckmann's function no longer rises at its end; returns the part gone. */
static double
walk_arcs(const joint_step *step, double part)
{
    uint32_t *list = step->work->new_arcs, n = 0;

    spread(step, step->moved);
    for (uint32_t a = 0; a < step->arcs->problem->graph->n_arcs; a++) {
        step->before[a] = step->arcs->now[a].flow;
        if (step->change[a] != 0.0)
            list[n++] = a;
    }
    for (; part >= LEAST_PART; part *= 0.5)
        if (go(step, list, n, part) <= 0.0)
            return part;
    go(step, list, n, 0.0);
    return 0.0;
}

static bk_status
take_step(joint_step *step)
{
    const size_t n_arcs = step->arcs->problem->graph->n_arcs;

    BK_TRY(find_all_pairs(step));
    step->moved = BK_NEW(step->scratch, double, step->n_pairs);
    step->direction = BK_NEW(step->scratch, double, step->n_pairs);
    step->residual = BK_NEW(step->scratch, double, step->n_pairs);
    step->change = BK_NEW(step->scratch, double, n_arcs);
    step->before = BK_NEW(step->scratch, double, n_arcs);
    step->in_bush = BK_NEW(step->scratch, double, n_arcs);
    BK_TRY(bk_arena_ok(step->scratch));
    for (int round = 0; round < MOST_ROUNDS; round++) {
        solve_free(step);
        if (!fix_pairs(step))
            break;
    }
    const double part = walk_arcs(step, walk_bushes(step, 0.0));
    if (part > 0.0)
        walk_bushes(step, part);
    return BK_OK;
}

bk_status
bki_bushes_step(bki_ue_arcs *arcs, bki_bush *bushes, bki_bush_work *work)
{
    bk_arena   scratch;
    joint_step step = {.arcs = arcs, .bushes = bushes, .work = work, .scratch = &scratch};

    bk_arena_init(&scratch, arcs->problem->ctx);
    const bk_status status = take_step(&step);
    bk_arena_release(&scratch);
    return status;
}
