/* Algorithm B (Dial 2006): one bush for each class and origin, equilibrated in turn. */
#include "assignment/ue_bush.h"

#include <math.h>
#include <string.h>

#define BUSHES_A_BLOCK 8
#define NO_CLASS       (-1)
#define TREES_AT_ONCE  2  /* at the start: of more, most are made at costs that are no more */
#define MOST_BATCH     16 /* bushes labelled at once */
#define BATCHES        48 /* in a sweep, at least: with few, most bushes act on costs that are no more */

typedef struct algorithm_b {
    const bki_ue_problem *problem;
    bk_arena             *arena;
    bki_ue_arcs           arcs;
    bki_bush             *bushes; /* [n_origins] */
    size_t                n_workers;
    bki_bush_work        *work;      /* [n_workers] */
    bk_arena             *rooms;     /* [n_workers] what bushes grow in, empty but during updates */
    size_t                batch;     /* bushes labelled at once */
    bki_bush_load        *loads;     /* [2 batch] */
    bki_bush_work         last_work; /* for pairs that found no room */
    uint32_t             *touched;   /* [2 n_vertices] arcs */
    double               *frozen;    /* [n_arcs] unit of time: costs that batches are labelled at */
    int                   iteration;
    double                last_gap;   /* at the start of the last iteration */
    double                own_excess; /* of all bushes at the last update */
    bool                  is_exact;   /* what the last update says of the gap */
    int                   class_now;  /* the one that arcs are priced for, or NO_CLASS */
} algorithm_b;

static void
turn_to_class(algorithm_b *state, uint32_t class_index)
{
    if (state->class_now != (int)class_index)
        bki_ue_arcs_start_class(&state->arcs, class_index);
    state->class_now = (int)class_index;
}

/* ---- start ---------------------------------------------------------------------------------------------------- */

/* Adds the trips of a bush just arranged to the flow of its arcs, which are listed in `touched`; returns how many. */
static uint32_t
add_flow(algorithm_b *state, size_t o)
{
    bki_bush_work *work = &state->work[0];
    bki_bush      *bush = &state->bushes[o];
    uint32_t       n_touched = 0;

    bki_bush_unpack(state->problem, &state->problem->origins[o], bush, work, &work->load);
    bki_bush_pack(&work->load, bush); /* as scaled to these trips */
    for (uint32_t k = 0; k < bush->n_core; k++) {
        const uint32_t arc = BKI_ARC(bush->arcs[k]);
        state->arcs.now[arc].flow += work->load.x[k];
        work->new_arcs[n_touched++] = arc;
    }
    return n_touched;
}

/* Bushes of one class that take their trees together, at the costs that the ones before have made. */
typedef struct tree_job {
    algorithm_b *state;
    size_t       n;
    size_t       members[TREES_AT_ONCE];
} tree_job;

static void
take_tree(void *argument, size_t block, size_t worker)
{
    const tree_job      *job = argument;
    algorithm_b         *state = job->state;
    const size_t         o = job->members[block];
    const bki_ue_origin *origin = &state->problem->origins[o];
    bki_bush_work       *work = &state->work[worker];

    bki_bush_list_tree(&state->arcs, origin, work);
    bki_bush_arrange(&state->arcs, origin, work, &state->rooms[worker], &state->bushes[o]);
}

/* Keeps what bushes grew in while they were worked on side by side; an error if there was too little. */
static bk_status
adopt_rooms(algorithm_b *state)
{
    bk_status status = BK_OK;

    for (size_t w = 0; w < state->n_workers; w++) {
        status = status == BK_OK ? bk_arena_ok(&state->rooms[w]) : status;
        bk_arena_adopt(state->arena, &state->rooms[w]);
    }
    return status;
}

/* The bushes take their trees, and their trips load them. */
static bk_status
load_trees(tree_job *job)
{
    algorithm_b *state = job->state;

    if (job->n > 0)
        turn_to_class(state, state->problem->origins[job->members[0]].class_index);
    bk_parallel(state->problem->ctx, job->n, take_tree, job);
    BK_TRY(adopt_rooms(state));
    for (size_t i = 0; i < job->n; i++)
        bki_ue_arcs_refresh(&state->arcs, state->work[0].new_arcs, add_flow(state, job->members[i]));
    job->n = 0;
    return BK_OK;
}

/* A bush from before, with the flow its trips now have; `*taken` false if there is none that serves. */
static bk_status
load_kept(algorithm_b *state, size_t o, const bk_bushes *kept, bool *taken)
{
    const bki_ue_origin *origin = &state->problem->origins[o];
    const bki_bush      *before = bki_bushes_find(kept, origin);
    bki_bush_work       *work = &state->work[0];

    *taken = false;
    if (before == NULL)
        return BK_OK;
    turn_to_class(state, origin->class_index);
    if (!bki_bush_list_open(&state->arcs, origin, before, work))
        return BK_OK;
    if (!bki_bush_arrange(&state->arcs, origin, work, state->arena, &state->bushes[o]))
        return bk_arena_ok(state->arena);
    *taken = true;
    add_flow(state, o);
    return BK_OK;
}

static bk_status
load_all(algorithm_b *state, const bk_bushes *kept)
{
    const bki_ue_origin *origins = state->problem->origins;
    const size_t         n = state->problem->n_origins;
    bool                *taken = BK_NEW(state->arena, bool, n);
    tree_job             job = {.state = state};

    BK_TRY(bk_arena_ok(state->arena));
    for (size_t o = 0; o < n && kept != NULL; o++)
        BK_TRY(load_kept(state, o, kept, &taken[o]));
    if (kept != NULL)
        state->class_now = NO_CLASS; /* costs are to follow the flows */
    for (size_t o = 0; o < n; o++) {
        if (taken[o])
            continue;
        if (job.n == TREES_AT_ONCE || (job.n > 0 && origins[o].class_index != origins[job.members[0]].class_index))
            BK_TRY(load_trees(&job));
        job.members[job.n++] = o;
    }
    return load_trees(&job);
}

static bk_status
make_room(algorithm_b *state)
{
    const bki_ue_problem *problem = state->problem;
    bk_arena             *arena = state->arena;
    uint32_t             *destination = BK_NEW(arena, uint32_t, problem->n_trips);

    state->bushes = BK_NEW(arena, bki_bush, problem->n_origins);
    state->work = BK_NEW(arena, bki_bush_work, state->n_workers);
    state->rooms = BK_NEW(arena, bk_arena, state->n_workers);
    state->loads = BK_NEW(arena, bki_bush_load, 2 * state->batch);
    state->touched = BK_NEW(arena, uint32_t, 2 * problem->graph->n_vertices);
    state->frozen = BK_NEW(arena, double, problem->graph->n_arcs);
    BK_TRY(bk_arena_ok(arena));
    for (size_t o = 0; o < problem->n_origins; o++)
        state->bushes[o].destination = destination + problem->origins[o].first;
    for (size_t w = 0; w < state->n_workers; w++) {
        bk_arena_init(&state->rooms[w], problem->ctx);
        BK_TRY(bki_bush_work_create(problem, true, arena, &state->work[w]));
    }
    return bki_bush_work_create(problem, false, arena, &state->last_work);
}

bk_status
bki_algorithm_b_start(const bki_ue_problem *problem, const bk_equilibrium_settings *settings, bk_arena *arena,
                      void **out)
{
    algorithm_b *state = BK_NEW(arena, algorithm_b, 1);

    BK_TRY(bk_arena_ok(arena));
    *state = (algorithm_b){.problem = problem, .arena = arena};
    if (settings->warm != NULL)
        BK_TRY(bki_bushes_check(problem->ctx, settings->warm, problem));
    state->n_workers = (size_t)bk_context_threads(problem->ctx);
    state->batch = problem->n_origins / BATCHES < 1            ? 1
                   : problem->n_origins / BATCHES > MOST_BATCH ? MOST_BATCH
                                                               : problem->n_origins / BATCHES;
    BK_TRY(make_room(state));
    BK_TRY(bki_ue_arcs_create(problem, arena, &state->arcs));
    state->iteration = settings->warm != NULL; /* the careful first one is for trees */
    *out = state;
    return load_all(state, settings->warm);
}

bk_status
bki_algorithm_b_keep(void *argument, bk_arena *arena, const bk_bushes **out)
{
    const algorithm_b    *state = argument;
    const bki_ue_problem *problem = state->problem;
    bk_bushes            *kept = BK_NEW(arena, bk_bushes, 1);
    bki_ue_origin        *origins = BK_NEW(arena, bki_ue_origin, problem->n_origins);
    bki_bush             *bushes = BK_NEW(arena, bki_bush, problem->n_origins);

    BK_TRY(bk_arena_ok(arena));
    for (size_t o = 0; o < problem->n_origins; o++) {
        origins[o] = problem->origins[o];
        BK_TRY(bki_bush_keep(arena, &state->bushes[o], &bushes[o]));
    }
    *kept = (bk_bushes){
        problem->graph->n_vertices, problem->graph->n_arcs, problem->n_classes, problem->n_origins, origins, bushes};
    *out = kept;
    return BK_OK;
}

/* ---- updates of bushes, at costs that stand still --------------------------------------------------------------- */

typedef struct update_job {
    algorithm_b *state;
    size_t       first, end;  /* bushes of one class */
    bool         is_measured; /* the gap is wanted, not better bushes */
} update_job;

static void
update_block(void *argument, size_t block, size_t worker)
{
    const update_job *job = argument;
    algorithm_b      *state = job->state;
    bki_bush_work    *work = &state->work[worker];
    const size_t      first = job->first + block * BUSHES_A_BLOCK;

    for (size_t o = first; o < first + BUSHES_A_BLOCK && o < job->end; o++) {
        const bki_ue_origin *origin = &state->problem->origins[o];
        bki_bush            *bush = &state->bushes[o];
        if (!job->is_measured)
            bki_bush_update(&state->arcs, origin, work, &state->rooms[worker], bush);
        else if (!bush->is_exact)
            bki_bush_measure(&state->arcs, origin, work, bush);
    }
}

static bk_status
update_class(const update_job *job)
{
    algorithm_b *state = job->state;

    turn_to_class(state, state->problem->origins[job->first].class_index);
    bk_parallel(state->problem->ctx, (job->end - job->first + BUSHES_A_BLOCK - 1) / BUSHES_A_BLOCK, update_block,
                (void *)job);
    return adopt_rooms(state);
}

static size_t
end_of_class(const bki_ue_problem *problem, size_t first)
{
    size_t end = first;

    while (end < problem->n_origins && problem->origins[end].class_index == problem->origins[first].class_index)
        end++;
    return end;
}

/* Updates all bushes, or measures them. */
static bk_status
update_all(algorithm_b *state, bool is_measured, double *excess, double *least_cost)
{
    const size_t n = state->problem->n_origins;

    for (size_t first = 0, end; first < n; first = end) {
        end = end_of_class(state->problem, first);
        BK_TRY(update_class(&(update_job){state, first, end, is_measured}));
    }
    *excess = *least_cost = state->own_excess = 0.0;
    state->is_exact = true;
    for (size_t o = 0; o < n; o++) {
        state->is_exact = state->is_exact && state->bushes[o].is_exact;
        *excess += state->bushes[o].excess;
        state->own_excess += state->bushes[o].own_excess;
        *least_cost += state->bushes[o].least_cost;
    }
    return BK_OK;
}

static double
gap_of(double excess, double least_cost)
{
    return least_cost > 0.0 ? fmax(excess, 0.0) / least_cost : 0.0;
}

/* Loads that hold the largest core, with something over. */
static bk_status
fit_loads(algorithm_b *state)
{
    size_t wanted = 0;

    for (size_t o = 0; o < state->problem->n_origins; o++)
        wanted = state->bushes[o].n_core > wanted ? state->bushes[o].n_core : wanted;
    if (wanted <= state->loads[0].capacity)
        return BK_OK;
    for (size_t i = 0; i < 2 * state->batch; i++)
        BK_TRY(bki_bush_load_create(state->problem, wanted + wanted / 4, state->arena, &state->loads[i]));
    return BK_OK;
}

/* ---- sweeps ------------------------------------------------------------------------------------------------------ */

/* Measured on the five instances of bench/assignment.c: with fewer sweeps the bushes are looked through too often, with
 * a finer share sweeps go on after others would gain more. */
#define WORTH_THREADS 3000 /* arcs of the cores of a batch: with fewer, waking threads takes longer than the work */
#define MOST_SWEEPS   40   /* between two updates of the bushes */
#define WORTH_SWEEP   0.05 /* of the excess at the start: below it the sweeps end */
#define WORTH_ORIGIN  0.05 /* of the gap at the start: a bush with less of it is left alone */

static bool
is_worth(const bki_bush *bush, double gap)
{
    return bush->excess > WORTH_ORIGIN * gap * bush->least_cost || bush->is_blocked;
}

#define SLOW          0.2 /* of the gap an iteration before: what is more is slow */
#define SLOW_BY_CLASS 0.7 /* the same with several classes, where a step brings less */
#define SETTLED       0.8 /* of the excess is within the bushes' routes: new ones are not what is missing */
#define SWEEPS_A_STEP 4

typedef struct batch {
    size_t         n;
    size_t         members[MOST_BATCH]; /* bushes of one class */
    bki_bush_load *loads;               /* [n] */
} batch;

/* One batch is labelled while the one before it is shifted: labels are at costs frozen before that, in parallel; shifts
 * go one bush after the other, each at the costs that the last one left.  Only the choice of routes is a little out of
 * date, never what is moved between them. */
typedef struct pipeline {
    algorithm_b *state;
    double       gap;
    batch       *labelled, *shifted;
} pipeline;

static void
shift_batch(const pipeline *self)
{
    algorithm_b *state = self->state;

    for (size_t i = 0; i < self->shifted->n; i++) {
        bki_bush      *bush = &state->bushes[self->shifted->members[i]];
        bki_bush_load *load = &self->shifted->loads[i];
        if (!is_worth(bush, self->gap))
            continue;
        bush->is_blocked = false;
        bki_bush_shift(&state->arcs, bush, state->touched, load);
        while (load->next_merge < load->n_merges) { /* room for pairs ran out */
            bki_bush_find_pairs(state->arcs.cost, bush, load->next_merge, &state->last_work, load);
            bki_bush_shift(&state->arcs, bush, state->touched, load);
        }
        bki_bush_pack(load, bush);
    }
}

/* Block 0 is the shifts, which take longest, each other one a bush to label. */
static void
work_block(void *argument, size_t block, size_t worker)
{
    const pipeline *self = argument;
    algorithm_b    *state = self->state;

    if (block == 0) {
        shift_batch(self);
        return;
    }
    const size_t   o = self->labelled->members[block - 1];
    bki_bush      *bush = &state->bushes[o];
    bki_bush_load *load = &self->labelled->loads[block - 1];
    bki_bush_unpack(state->problem, &state->problem->origins[o], bush, &state->work[worker], load);
    bush->excess = bki_bush_find_pairs(state->frozen, bush, 0, &state->work[worker], load);
}

static void
freeze_costs(algorithm_b *state)
{
    memcpy(state->frozen, state->arcs.cost, state->problem->graph->n_arcs * sizeof *state->frozen);
}

/* Returns the excess of the batch labelled, which is to be shifted next. */
static double
move_on(pipeline *self)
{
    algorithm_b *state = self->state;
    batch *const labelled = self->labelled;
    double       met = 0.0;
    size_t       n_arcs = 0;

    for (size_t i = 0; i < labelled->n; i++)
        n_arcs += state->bushes[labelled->members[i]].n_core;
    if (n_arcs >= WORTH_THREADS)
        bk_parallel(state->problem->ctx, labelled->n + 1, work_block, self);
    for (size_t block = 0; block <= labelled->n && n_arcs < WORTH_THREADS; block++)
        work_block(self, block, 0);
    for (size_t i = 0; i < labelled->n; i++)
        met += state->bushes[labelled->members[i]].excess;
    freeze_costs(state);
    self->labelled = self->shifted;
    self->labelled->n = 0;
    self->shifted = labelled;
    return met;
}

/* Equilibrates the bushes whose excess is worth it, and once those that are blocked: next to no flow on a costly route
 * is no excess, but keeps arcs out.  Returns the excess met. */
static double
sweep(algorithm_b *state, double gap)
{
    const bki_ue_problem *problem = state->problem;
    batch                 batches[2] = {{.loads = state->loads}, {.loads = state->loads + state->batch}};
    pipeline              self = {state, gap, &batches[0], &batches[1]};
    double                met = 0.0;

    freeze_costs(state);
    for (size_t o = 0; o < problem->n_origins; o++) {
        const bool is_of_class = state->class_now == (int)problem->origins[o].class_index;
        if (!is_worth(&state->bushes[o], gap)) {
            met += state->bushes[o].excess;
            continue;
        }
        if (self.labelled->n == state->batch || !is_of_class)
            met += move_on(&self);
        if (!is_of_class) {
            move_on(&self);
            turn_to_class(state, problem->origins[o].class_index);
            freeze_costs(state);
        }
        self.labelled->members[self.labelled->n++] = o;
    }
    met += move_on(&self);
    move_on(&self);
    return met;
}

/* The routes are there, but sweeps over one bush after the other hardly help any more. */
static bool
is_stuck(const algorithm_b *state, double gap, double excess)
{
    return state->last_gap > 0.0 && gap > (state->problem->n_classes > 1 ? SLOW_BY_CLASS : SLOW) * state->last_gap &&
           state->own_excess > SETTLED * excess;
}

bk_status
bki_algorithm_b_step(void *argument, double target, double *gap)
{
    algorithm_b *state = argument;
    double       excess, least_cost;

    BK_TRY(update_all(state, false, &excess, &least_cost));
    if (gap_of(excess, least_cost) <= target && !state->is_exact)
        BK_TRY(update_all(state, true, &excess, &least_cost));
    *gap = gap_of(excess, least_cost);
    if (*gap <= target)
        return BK_OK;
    BK_TRY(fit_loads(state));
    const bool with_steps = is_stuck(state, *gap, excess);
    const int  n_sweeps = state->iteration++ == 0 ? 1 : MOST_SWEEPS;
    state->last_gap = *gap;
    for (int s = 1; s <= n_sweeps && !bk_cancelled(state->problem->ctx); s++) {
        if (sweep(state, *gap) <= WORTH_SWEEP * excess)
            break;
        if (with_steps && s % SWEEPS_A_STEP == 0) {
            BK_TRY(bki_bushes_step(&state->arcs, state->bushes, state->work, state->rooms));
            state->class_now = NO_CLASS;
        }
    }
    return BK_OK;
}

void
bki_algorithm_b_flows(void *argument, double *class_flow)
{
    algorithm_b          *state = argument;
    const bki_ue_problem *problem = state->problem;
    const size_t          n = problem->graph->n_arcs;
    bki_bush_work        *work = &state->work[0];

    memset(class_flow, 0, problem->n_classes * n * sizeof *class_flow);
    for (size_t o = 0; o < problem->n_origins; o++) {
        const bki_bush *bush = &state->bushes[o];
        double         *flow = class_flow + problem->origins[o].class_index * n;
        bki_bush_unpack(problem, &problem->origins[o], bush, work, &work->load);
        for (uint32_t k = 0; k < bush->n_core; k++)
            flow[BKI_ARC(bush->arcs[k])] += work->load.x[k];
    }
}
