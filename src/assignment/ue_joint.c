/* A Newton step on the pairs of routes of all bushes at once.
 *
 * Where many origins can choose between routes that cost nearly the same and hardly congest, what one bush moves is
 * undone by the next: only together can they move.  With the pairs fixed, Beckmann's function is approximated by its
 * second-order expansion at the flows reached, whose minimum over the flow moved in each pair is found by conjugate
 * gradients, scaled by the slope of each pair.  Pairs that would move more than there is, alone or with others of
 * their bush, are fixed at their share of it, and those still free are solved again.  The step ends where Beckmann's
 * function is least along it, or before.  What one class gives another on the same arcs congests nothing: with several
 * classes the function is curved a little more than it is, or such moves would know no bounds.
 *
 * Bushes and arcs are worked on in blocks of a fixed number, whose sums are added in order: the bits are the same for
 * any number of threads. */
#include "assignment/ue_bush.h"

#include <math.h>
#include <string.h>

#define BUSHES_A_BLOCK 8
#define ARCS_A_BLOCK   1024
#define WORTH_THREADS  100000 /* arcs to look at: with fewer, threads wait for each other longer than they work */
#define MOST_ROUNDS    4      /* of fixing pairs at their bounds */
#define MOST_GRADIENTS 60     /* a round */
#define ENOUGH         0.05   /* of the residual at the start of a round */
#define LEAST_PART     1e-3   /* of a step: a shorter one is not worth it */
#define DAMPING        0.003  /* with several classes: of the slope of a pair, beside it */
#define LOSES          0x80000000u

typedef struct joint_pair {
    uint32_t first; /* of its arcs in the lists of its bush */
    uint32_t n[2];  /* arcs of the dearer route, of the other */
    bool     is_free;
    double   gain;      /* cost of the dearer route less that of the other, unit of time */
    double   slope;     /* of both, unit of time per unit of traffic */
    double   low, high; /* what can be moved, unit of traffic */
    double   moved;     /* unit of traffic */
    double   residual;  /* of the gain, unit of time */
} joint_pair;

typedef struct joint_bush {
    size_t      first_pair; /* of its pairs among all */
    size_t      n_pairs, pair_capacity;
    joint_pair *pairs;       /* [n_pairs] */
    uint32_t   *arc, *place; /* [n_listed] arcs of the pairs, of the graph and in the bush */
    size_t      n_listed, arc_capacity, place_capacity;
} joint_bush;

typedef struct joint_step joint_step;

/* What is done with a pair, whose place in `amount` is given; returns what it adds to a sum. */
typedef double (*pair_visit)(const joint_step *step, const joint_bush *joint, joint_pair *pair, double *amount);

struct joint_step {
    bki_ue_arcs   *arcs;
    bki_bush      *bushes;
    bki_bush_work *work;  /* [workers] */
    bk_arena      *rooms; /* [workers] */
    joint_bush    *joint; /* [n_origins] */
    size_t         n_pairs, n_listed;
    size_t         n_arcs;       /* to look at in what is done next */
    uint32_t      *first_of_arc; /* [n_arcs + 1] in `pair_of_arc` */
    uint32_t      *pair_of_arc;  /* [n_listed] pairs that use an arc, by arc; | LOSES: on the dearer route */
    double        *amount;       /* [n_pairs] what is spread over arcs, unit of traffic */
    double        *change;       /* [n_arcs] of flow by that, or that times slope */
    double        *before;       /* [n_arcs] flow at the start, unit of traffic */
    double        *sums;         /* [blocks] */
    size_t         class_index;  /* whose pairs are looked for */
    bool           is_weighed;   /* changes are wanted times slope */
    double         factor;       /* of what goes on in a block */
    double         damping;
    pair_visit     visit;
};

/* ---- blocks ---------------------------------------------------------------------------------------------------- */

static size_t
bush_blocks(const joint_step *step)
{
    return (step->arcs->problem->n_origins + BUSHES_A_BLOCK - 1) / BUSHES_A_BLOCK;
}

static size_t
arc_blocks(const joint_step *step)
{
    return (step->arcs->problem->graph->n_arcs + ARCS_A_BLOCK - 1) / ARCS_A_BLOCK;
}

/* The sum of what the task leaves in the sums of its blocks. */
static double
over_blocks(joint_step *step, size_t n_blocks, bk_task task)
{
    double sum = 0.0;

    memset(step->sums, 0, n_blocks * sizeof *step->sums);
    if (step->n_arcs >= WORTH_THREADS)
        bk_parallel(step->arcs->problem->ctx, n_blocks, task, step);
    for (size_t block = 0; block < n_blocks && step->n_arcs < WORTH_THREADS; block++)
        task(step, block, 0);
    for (size_t block = 0; block < n_blocks; block++)
        sum += step->sums[block];
    return sum;
}

static double
over_bushes(joint_step *step, bk_task task)
{
    return over_blocks(step, bush_blocks(step), task);
}

static size_t
end_of_block(const joint_step *step, size_t block)
{
    const size_t end = (block + 1) * BUSHES_A_BLOCK, n = step->arcs->problem->n_origins;

    return end < n ? end : n;
}

static void
visit_block(void *argument, size_t block, size_t worker)
{
    const joint_step *step = argument;

    (void)worker;
    for (size_t o = block * BUSHES_A_BLOCK; o < end_of_block(step, block); o++) {
        const joint_bush *joint = &step->joint[o];
        for (size_t i = 0; i < joint->n_pairs; i++)
            step->sums[block] += step->visit(step, joint, &joint->pairs[i], step->amount + joint->first_pair + i);
    }
}

static double
over_pairs(joint_step *step, pair_visit visit)
{
    step->visit = visit;
    return over_bushes(step, visit_block);
}

/* ---- the pairs ------------------------------------------------------------------------------------------------- */

static void
add_pair(const joint_step *step, size_t o, const double *x, bki_bush_pair ends, const uint32_t *places)
{
    joint_bush *joint = &step->joint[o];
    joint_pair  pair = {
         .first = (uint32_t)joint->n_listed, .n = {ends.n[0], ends.n[1]}, .low = -INFINITY, .high = INFINITY};

    for (uint32_t i = 0; i < ends.n[0] + ends.n[1]; i++) {
        const uint32_t    arc = BKI_ARC(step->bushes[o].arcs[places[i]]);
        const bki_ue_arc *now = &step->arcs->now[arc];
        pair.slope += now->slope;
        pair.gain += i < ends.n[0] ? now->cost : -now->cost;
        if (i < ends.n[0])
            pair.high = fmin(pair.high, x[places[i]]);
        else
            pair.low = fmax(pair.low, -x[places[i]]);
        joint->arc[joint->n_listed] = arc;
        joint->place[joint->n_listed++] = places[i];
    }
    /* What a pair alone would move at once is left to the sweeps. */
    pair.is_free = pair.slope > 0.0 && pair.gain < pair.slope * pair.high;
    joint->pairs[joint->n_pairs++] = pair;
}

/* False if the arena has no room. */
static bool
add_pairs(const joint_step *step, size_t o, const bki_bush_load *load, bk_arena *arena)
{
    joint_bush     *joint = &step->joint[o];
    const uint32_t *places = load->places;

    joint->pairs =
        bk_arena_grow(arena, joint->pairs, joint->n_pairs, load->n_pairs, sizeof *joint->pairs, &joint->pair_capacity);
    joint->arc =
        bk_arena_grow(arena, joint->arc, joint->n_listed, load->n_places, sizeof *joint->arc, &joint->arc_capacity);
    joint->place = bk_arena_grow(arena, joint->place, joint->n_listed, load->n_places, sizeof *joint->place,
                                 &joint->place_capacity);
    if (arena->failed)
        return false;
    for (size_t i = 0; i < load->n_pairs; i++) {
        add_pair(step, o, load->x, load->pairs[i], places);
        places += load->pairs[i].n[0] + load->pairs[i].n[1];
    }
    return true;
}

static void
find_block(void *argument, size_t block, size_t worker)
{
    const joint_step     *step = argument;
    const bki_ue_problem *problem = step->arcs->problem;
    bki_bush_work        *work = &step->work[worker];

    for (size_t o = block * BUSHES_A_BLOCK; o < end_of_block(step, block); o++) {
        if (problem->origins[o].class_index != step->class_index)
            continue;
        bki_bush_unpack(problem, &problem->origins[o], &step->bushes[o], work, &work->load);
        work->load.next_merge = 0;
        do {
            bki_bush_find_pairs(step->arcs->cost, &step->bushes[o], work->load.next_merge, work, &work->load);
            if (!add_pairs(step, o, &work->load, &step->rooms[worker]))
                return;
        } while (work->load.next_merge < work->load.n_merges);
    }
}

static bk_status
find_all_pairs(joint_step *step)
{
    const size_t n_workers = (size_t)bk_context_threads(step->arcs->problem->ctx);

    for (size_t o = 0; o < step->arcs->problem->n_origins; o++)
        step->n_arcs += step->bushes[o].n_core;
    for (step->class_index = 0; step->class_index < step->arcs->problem->n_classes; step->class_index++) {
        if (step->arcs->problem->n_classes > 1)
            bki_ue_arcs_start_class(step->arcs, step->class_index);
        over_bushes(step, find_block);
    }
    for (size_t w = 0; w < n_workers; w++)
        BK_TRY(bk_arena_ok(&step->rooms[w]));
    for (size_t o = 0; o < step->arcs->problem->n_origins; o++) {
        step->joint[o].first_pair = step->n_pairs;
        step->n_pairs += step->joint[o].n_pairs;
        step->n_listed += step->joint[o].n_listed;
    }
    step->n_arcs = step->n_listed;
    return BK_OK;
}

/* Lists pairs by the arcs that they use. */
static void
list_by_arc(joint_step *step)
{
    const size_t n_arcs = step->arcs->problem->graph->n_arcs, n_origins = step->arcs->problem->n_origins;
    uint32_t    *first = step->first_of_arc;

    for (size_t o = 0; o < n_origins; o++)
        for (size_t i = 0; i < step->joint[o].n_listed; i++)
            first[step->joint[o].arc[i] + 1]++;
    for (size_t a = 0; a < n_arcs; a++)
        first[a + 1] += first[a];
    for (size_t o = 0; o < n_origins; o++) {
        const joint_bush *joint = &step->joint[o];
        for (size_t i = 0; i < joint->n_pairs; i++) {
            const joint_pair *pair = &joint->pairs[i];
            for (uint32_t k = 0; k < pair->n[0] + pair->n[1]; k++)
                step->pair_of_arc[first[joint->arc[pair->first + k]]++] =
                    (uint32_t)(joint->first_pair + i) | (k < pair->n[0] ? LOSES : 0);
        }
    }
    memmove(first + 1, first, n_arcs * sizeof *first);
    first[0] = 0;
}

/* ---- how much to move ------------------------------------------------------------------------------------------- */

/* Sets `change` to what `amount`, moved in each pair, changes the flow of arcs; if weighed, to that times their slope,
 * and the sum to the product of both. */
static void
spread_block(void *argument, size_t block, size_t worker)
{
    const joint_step *step = argument;
    const size_t      n_arcs = step->arcs->problem->graph->n_arcs;
    const uint32_t   *first = step->first_of_arc;
    const double      sign[2] = {1.0, -1.0}; /* no branch: which it is comes by in no order */

    (void)worker;
    for (size_t a = block * ARCS_A_BLOCK; a < n_arcs && a < (block + 1) * ARCS_A_BLOCK; a++) {
        double change = 0.0;
        for (uint32_t i = first[a]; i < first[a + 1]; i++) {
            const uint32_t pair = step->pair_of_arc[i];
            change += sign[pair / LOSES] * step->amount[pair & ~LOSES];
        }
        step->change[a] = step->is_weighed ? change * step->arcs->now[a].slope : change;
        step->sums[block] += change * step->change[a];
    }
}

static double
spread(joint_step *step, bool is_weighed)
{
    step->is_weighed = is_weighed;
    return over_blocks(step, arc_blocks(step), spread_block);
}

/* `change` along the second route of a pair less that along the first. */
static double
gather(const joint_step *step, const joint_bush *joint, const joint_pair *pair)
{
    const uint32_t *arc = joint->arc + pair->first;
    double          sum = 0.0;

    for (uint32_t k = 0; k < pair->n[0]; k++)
        sum -= step->change[arc[k]];
    for (uint32_t k = pair->n[0]; k < pair->n[0] + pair->n[1]; k++)
        sum += step->change[arc[k]];
    return sum;
}

static double
take_moved(const joint_step *step, const joint_bush *joint, joint_pair *pair, double *amount)
{
    (void)step;
    (void)joint;
    *amount = pair->moved;
    return 0.0;
}

/* The residual of a free pair, and in `amount` the first direction; their product. */
static double
start_pair(const joint_step *step, const joint_bush *joint, joint_pair *pair, double *amount)
{
    if (pair->is_free)
        pair->residual = pair->gain - gather(step, joint, pair) - step->damping * pair->slope * pair->moved;
    else
        pair->residual = 0.0;
    *amount = pair->is_free ? pair->residual / pair->slope : 0.0;
    return pair->residual * *amount;
}

/* Goes `factor` in the direction of `amount`; the residual's product with itself, scaled. */
static double
advance_pair(const joint_step *step, const joint_bush *joint, joint_pair *pair, double *amount)
{
    if (!pair->is_free)
        return 0.0;
    const double moved = step->factor * *amount;
    pair->moved += moved;
    pair->residual -= step->factor * gather(step, joint, pair) + step->damping * pair->slope * moved;
    return pair->residual * pair->residual / pair->slope;
}

/* The next direction, `factor` of the last one in it; its product with itself, scaled. */
static double
turn_pair(const joint_step *step, const joint_bush *joint, joint_pair *pair, double *amount)
{
    (void)joint;
    if (!pair->is_free)
        return 0.0;
    *amount = pair->residual / pair->slope + step->factor * *amount;
    return pair->slope * *amount * *amount;
}

/* Conjugate gradients on the free pairs. */
static void
solve_free(joint_step *step)
{
    over_pairs(step, take_moved);
    spread(step, true);
    const double at_start = over_pairs(step, start_pair);
    double       product = at_start, own = at_start;

    for (int n = 0; n < MOST_GRADIENTS && product > ENOUGH * ENOUGH * at_start; n++) {
        const double curvature = spread(step, true) + step->damping * own;
        if (!(curvature > 0.0))
            return;
        step->factor = product / curvature;
        const double next = over_pairs(step, advance_pair);
        step->factor = next / product;
        own = over_pairs(step, turn_pair);
        product = next;
    }
}

/* ---- what there is to move --------------------------------------------------------------------------------------- */

/* The places of a pair that lose what it moves, n of them. */
static const uint32_t *
losing(const joint_bush *joint, const joint_pair *pair, uint32_t *n)
{
    const bool is_first = pair->moved > 0.0;

    *n = pair->n[is_first ? 0 : 1];
    return joint->place + pair->first + (is_first ? 0 : pair->n[0]);
}

/* What a pair may move of what it would, if pairs that take `taken` from arcs that have `x` share. */
static double
share_of(const joint_bush *joint, const joint_pair *pair, const double *taken, const double *x)
{
    uint32_t        n;
    const uint32_t *place = losing(joint, pair, &n);
    double          share = 1.0;

    for (uint32_t k = 0; k < n; k++)
        if (taken[place[k]] > x[place[k]])
            share = fmin(share, x[place[k]] / taken[place[k]]);
    return share;
}

static void
fix_pair(joint_pair *pair, double moved, double *n_fixed)
{
    *n_fixed += pair->is_free ? 1.0 : 0.0;
    pair->moved = moved;
    pair->is_free = false;
}

/* Fixes the pairs of a bush that would move more than there is; counts those that were free. */
static void
share_out(const joint_step *step, size_t o, bki_bush_work *work, double *n_fixed)
{
    const bki_ue_problem *problem = step->arcs->problem;
    const joint_bush     *joint = &step->joint[o];
    double               *taken = work->new_flow;

    bki_bush_unpack(problem, &problem->origins[o], &step->bushes[o], work, &work->load);
    memset(taken, 0, step->bushes[o].n_core * sizeof *taken);
    for (size_t i = 0; i < joint->n_pairs; i++) {
        joint_pair  *pair = &joint->pairs[i];
        const double within = fmin(fmax(pair->moved, pair->low), pair->high);
        uint32_t     n;
        if (within != pair->moved)
            fix_pair(pair, within, n_fixed);
        const uint32_t *place = losing(joint, pair, &n);
        for (uint32_t k = 0; k < n; k++)
            taken[place[k]] += fabs(pair->moved);
    }
    for (size_t i = 0; i < joint->n_pairs; i++) {
        const double share = share_of(joint, &joint->pairs[i], taken, work->load.x);
        if (share < 1.0)
            fix_pair(&joint->pairs[i], share * joint->pairs[i].moved, n_fixed);
    }
}

static void
share_out_block(void *argument, size_t block, size_t worker)
{
    const joint_step *step = argument;

    for (size_t o = block * BUSHES_A_BLOCK; o < end_of_block(step, block); o++)
        if (step->joint[o].n_pairs > 0)
            share_out(step, o, &step->work[worker], &step->sums[block]);
}

/* ---- moving it -------------------------------------------------------------------------------------------------- */

/* Goes the `factor` of the step in each bush that has pairs. */
static void
walk_block(void *argument, size_t block, size_t worker)
{
    const joint_step     *step = argument;
    const bki_ue_problem *problem = step->arcs->problem;
    bki_bush_work        *work = &step->work[worker];
    double               *x = work->load.x;

    for (size_t o = block * BUSHES_A_BLOCK; o < end_of_block(step, block); o++) {
        const joint_bush *joint = &step->joint[o];
        if (joint->n_pairs == 0)
            continue;
        bki_bush_unpack(problem, &problem->origins[o], &step->bushes[o], work, &work->load);
        for (size_t i = 0; i < joint->n_pairs; i++) {
            const joint_pair *pair = &joint->pairs[i];
            const uint32_t   *place = joint->place + pair->first;
            const double      moved = step->factor * pair->moved;
            for (uint32_t k = 0; k < pair->n[0] + pair->n[1]; k++)
                x[place[k]] += k < pair->n[0] ? -moved : moved;
        }
        for (uint32_t k = 0; k < step->bushes[o].n_core; k++)
            x[k] = fmax(x[k], 0.0); /* rounding: the shares leave none negative */
        bki_bush_pack(&work->load, &step->bushes[o]);
    }
}

/* What a pair changes of what is paid beside time, which differs by class. */
static double
pay_pair(const joint_step *step, const joint_bush *joint, joint_pair *pair, double *amount)
{
    const bki_ue_problem *problem = step->arcs->problem;
    const size_t          class_index = problem->origins[joint - step->joint].class_index;
    const double         *fixed = problem->fixed + class_index * problem->graph->n_arcs;
    const uint32_t       *arc = joint->arc + pair->first;
    double                more = 0.0;

    (void)amount;
    for (uint32_t k = 0; k < pair->n[0] + pair->n[1]; k++)
        more += k < pair->n[0] ? -fixed[arc[k]] : fixed[arc[k]];
    return pair->moved * more;
}

/* Changes the flow of arcs by `part` of the step; returns how steeply the time in Beckmann's function rises there. */
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
walk_arcs(joint_step *step)
{
    uint32_t *list = step->work[0].new_arcs, n = 0;

    const double paid = over_pairs(step, pay_pair);
    bki_ue_arcs_start_class(step->arcs, BKI_NO_CLASS);
    over_pairs(step, take_moved);
    spread(step, false);
    for (uint32_t a = 0; a < step->arcs->problem->graph->n_arcs; a++) {
        step->before[a] = step->arcs->now[a].flow;
        if (step->change[a] != 0.0)
            list[n++] = a;
    }
    for (double part = 1.0; part >= LEAST_PART; part *= 0.5)
        if (go(step, list, n, part) + paid <= 0.0)
            return part;
    go(step, list, n, 0.0);
    return 0.0;
}

static bk_status
make_room(joint_step *step, bk_arena *scratch)
{
    const size_t n_arcs = step->arcs->problem->graph->n_arcs;

    step->first_of_arc = BK_NEW(scratch, uint32_t, n_arcs + 1);
    step->pair_of_arc = BK_NEW(scratch, uint32_t, step->n_listed);
    step->amount = BK_NEW(scratch, double, step->n_pairs);
    step->change = BK_NEW(scratch, double, n_arcs);
    step->before = BK_NEW(scratch, double, n_arcs);
    return bk_arena_ok(scratch);
}

static bk_status
take_step(joint_step *step, bk_arena *scratch)
{
    const size_t n_blocks = bush_blocks(step) > arc_blocks(step) ? bush_blocks(step) : arc_blocks(step);

    step->joint = BK_NEW(scratch, joint_bush, step->arcs->problem->n_origins);
    step->sums = BK_NEW(scratch, double, n_blocks);
    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(find_all_pairs(step));
    BK_TRY(make_room(step, scratch));
    list_by_arc(step);
    for (int round = 0; round < MOST_ROUNDS; round++) {
        solve_free(step);
        if (over_bushes(step, share_out_block) == 0.0)
            break;
    }
    step->factor = walk_arcs(step);
    if (step->factor > 0.0)
        over_bushes(step, walk_block);
    return BK_OK;
}

bk_status
bki_bushes_step(bki_ue_arcs *arcs, bki_bush *bushes, bki_bush_work *work, bk_arena *rooms)
{
    const size_t n_workers = (size_t)bk_context_threads(arcs->problem->ctx);
    bk_arena     scratch;
    joint_step   step = {.arcs = arcs,
                         .bushes = bushes,
                         .work = work,
                         .rooms = rooms,
                         .damping = arcs->problem->n_classes > 1 ? DAMPING : 0.0};

    bk_arena_init(&scratch, arcs->problem->ctx);
    const bk_status status = take_step(&step, &scratch);
    for (size_t w = 0; w < n_workers; w++)
        bk_arena_adopt(&scratch, &rooms[w]);
    bk_arena_release(&scratch);
    return status;
}
