/* A universe made larger by what states of their own would rather take. */
#include "assignment/assignment.h"
#include "assignment/columns.h"

#include <string.h>

enum { ROUNDS_PER_STATE = 12 };
static const bk_assignment_settings CLOSELY = {.tolerance = 1e-3, .max_rounds = 40};

typedef struct enlargement {
    bk_context           *ctx;
    const bk_graph       *graph;
    const bk_traffic     *traffic;
    const double         *post_value; /* [n_borders] USD/t/h */
    size_t                n_states;
    const bk_route_state *states;
    bki_route_set        *sets;
    double               *length;   /* [n_arcs] USD/t, for path sizes */
    const bk_universe    *universe; /* as it is now */
    bk_arena              rooms[2]; /* it lies in one of them, once it has grown */
    int                   room, rounds;
} enlargement;

/* ---- lengths --------------------------------------------------------------------------------------------------- */

/* Those of the universe that is enlarged; arcs that it never had open get theirs from the first state that opens them.
 */
static bk_status
measure_arcs(enlargement *job, const bk_model *model, const bk_arc_costs *costs, bk_arena *scratch)
{
    const size_t        n_arcs = job->graph->n_arcs;
    const bk_model     *all = model;
    const bk_arc_costs *open = costs;
    double             *own = BK_NEW(scratch, double, n_arcs);

    job->length = BK_NEW(scratch, double, n_arcs);
    BK_TRY(bk_arena_ok(scratch));
    if (model->projects.n_projects > 0) {
        BK_TRY(bki_all_projects(job->ctx, model, scratch, &all));
        BK_TRY(bk_arc_costs_build(job->ctx, all, job->graph, scratch, &open));
    }
    bki_arc_lengths(model, costs, open, job->length);
    for (size_t s = 0; s < job->n_states; s++) {
        bki_arc_lengths(model, job->states[s].costs, job->states[s].costs, own);
        for (size_t a = 0; a < n_arcs; a++)
            job->length[a] = job->length[a] > 0.0 ? job->length[a] : own[a];
    }
    return BK_OK;
}

/* ---- rounds ---------------------------------------------------------------------------------------------------- */

/* Prices of a state on the universe as it is now.  On the universe that was given they are known. */
static bk_status
find_prices(const enlargement *job, const bk_route_state *state, bk_assignment *assignment, bk_arena *scratch,
            double **price)
{
    const bk_limits     *limits = bk_assignment_limits(assignment);
    const size_t         n_cells = job->traffic->n_sectors * job->traffic->n_regions * job->traffic->n_regions;
    double              *numbers = BK_NEW(scratch, double, 3 * limits->n_limits);
    double              *tonnes = BK_NEW(scratch, double, n_cells);
    bk_assignment_result result;

    BK_TRY(bk_arena_ok(scratch));
    double *utilisation = numbers, *slope = numbers + limits->n_limits;
    *price = numbers + 2 * limits->n_limits;
    for (size_t a = 0; a < limits->n_limits; a++)
        utilisation[a] = state->utilisation[limits->facility[a]];
    if (job->rounds > 0) {
        memcpy(tonnes, state->tonnes, n_cells * sizeof *tonnes);
        BK_TRY(bk_assignment_solve(job->ctx, assignment, NULL, &CLOSELY, tonnes, utilisation, &result));
        for (size_t a = 0; a < limits->n_limits; a++)
            state->utilisation[limits->facility[a]] = utilisation[a];
    }
    bk_limit_price(assignment, utilisation, *price, slope);
    return BK_OK;
}

/* Columns that the state misses, into the sets. */
static bk_status
seek_columns(const enlargement *job, const bk_route_state *state, bk_arena *scratch, size_t *missed)
{
    bk_assignment *assignment;
    bk_route_gain  gain = {0};
    double        *price;

    BK_TRY(bk_assignment_create(job->ctx, state->model, job->graph, state->costs, job->traffic, job->universe,
                                job->post_value, NULL, scratch, &assignment));
    BK_TRY(find_prices(job, state, assignment, scratch, &price));
    BK_TRY(bki_columns_add(job->ctx, assignment, state->tonnes, price, job->sets, &gain));
    *missed = gain.missed;
    return BK_OK;
}

static bk_status
grow(enlargement *job)
{
    const bk_universe *larger;
    const int          other = 1 - job->room;

    BK_TRY(bki_universe_freeze(job->ctx, job->sets, job->traffic, job->length, job->graph->n_arcs, &job->rooms[other],
                               &larger));
    bk_log(job->ctx, BK_LOG_DEBUG, "routes: %zu added", larger->n_routes - job->universe->n_routes);
    bk_arena_release(&job->rooms[job->room]);
    job->universe = larger;
    job->room = other;
    job->rounds++;
    return BK_OK;
}

/* Each state until it misses nothing; what one adds moves the prices of the others, so round and round until all of
 * them in a row miss nothing. */
static bk_status
enlarge(enlargement *job)
{
    const size_t most = ROUNDS_PER_STATE * job->n_states;
    size_t       quiet = 0, s = 0;

    for (size_t step = 0; quiet < job->n_states && step < most; step++) {
        size_t   missed = 0;
        bk_arena scratch;
        bk_arena_init(&scratch, job->ctx);
        bk_status status = seek_columns(job, &job->states[s], &scratch, &missed);
        bk_arena_release(&scratch);
        if (status == BK_OK && missed > 0)
            status = grow(job);
        BK_TRY(status);
        quiet = missed > 0 ? 0 : quiet + 1;
        s = missed > 0 ? s : (s + 1) % job->n_states;
    }
    if (quiet < job->n_states)
        bk_log(job->ctx, BK_LOG_WARNING, "better routes were still found after %zu rounds; what is missed is reported",
               most);
    return BK_OK;
}

/* ---- results --------------------------------------------------------------------------------------------------- */

static void *
copy_of(const void *from, size_t n_bytes, bk_arena *arena)
{
    void *copy = bk_arena_alloc(arena, n_bytes, 1);

    if (copy != NULL)
        memcpy(copy, from, n_bytes);
    return copy;
}

static bk_status
copy_universe(const bk_universe *from, bk_arena *arena, const bk_universe **out)
{
    bk_universe *copy = BK_NEW(arena, bk_universe, 1);

    BK_TRY(bk_arena_ok(arena));
    *copy = *from;
    copy->first_route = copy_of(from->first_route, (from->n_pairs + 1) * sizeof *from->first_route, arena);
    copy->first_arc = copy_of(from->first_arc, (from->n_routes + 1) * sizeof *from->first_arc, arena);
    copy->arc = copy_of(from->arc, from->n_route_arcs * sizeof *from->arc, arena);
    copy->log_path_size = copy_of(from->log_path_size, from->n_routes * sizeof *from->log_path_size, arena);
    *out = copy;
    return bk_arena_ok(arena);
}

bk_status
bk_universe_enlarge(bk_context *ctx, const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs,
                    const bk_traffic *traffic, const bk_universe *universe, const double *post_value, size_t n_states,
                    const bk_route_state *states, bk_arena *arena, const bk_universe **out, int *rounds)
{
    enlargement job = {.ctx = ctx,
                       .graph = graph,
                       .traffic = traffic,
                       .post_value = post_value,
                       .n_states = n_states,
                       .states = states,
                       .universe = universe};
    bk_arena    scratch;

    bk_arena_init(&scratch, ctx);
    bk_arena_init(&job.rooms[0], ctx);
    bk_arena_init(&job.rooms[1], ctx);
    job.sets = bki_route_sets_create(ctx, traffic->n_zones, &scratch);
    bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK)
        status = measure_arcs(&job, model, costs, &scratch);
    if (status == BK_OK) {
        bki_route_sets_take(job.sets, traffic, universe);
        status = bki_route_sets_ok(job.sets, traffic->n_zones);
    }
    if (status == BK_OK)
        status = enlarge(&job);
    if (status == BK_OK && job.rounds > 0)
        status = copy_universe(job.universe, arena, out);
    else if (status == BK_OK)
        *out = universe;
    *rounds = job.rounds;
    bki_route_sets_release(job.sets, traffic->n_zones);
    bk_arena_release(&job.rooms[0]);
    bk_arena_release(&job.rooms[1]);
    bk_arena_release(&scratch);
    return status;
}

bk_status
bk_universe_added(const bk_universe *larger, const bk_universe *universe, bk_arena *arena, const bk_universe **out)
{
    const size_t n_pairs = universe->n_pairs, n_routes = larger->n_routes - universe->n_routes;
    const size_t n_arcs = larger->n_route_arcs - universe->n_route_arcs;
    bk_universe *added = BK_NEW(arena, bk_universe, 1);
    uint32_t    *first_route = BK_NEW(arena, uint32_t, n_pairs + 1), *first_arc = BK_NEW(arena, uint32_t, n_routes + 1);
    uint32_t    *arc = BK_NEW(arena, uint32_t, n_arcs);
    double      *log_path_size = BK_NEW(arena, double, n_routes);

    BK_TRY(bk_arena_ok(arena));
    for (size_t p = 0, n = 0; p < n_pairs; p++) {
        const size_t known = universe->first_route[p + 1] - universe->first_route[p];
        for (size_t r = larger->first_route[p] + known; r < larger->first_route[p + 1]; r++, n++) {
            const size_t length = larger->first_arc[r + 1] - larger->first_arc[r];
            memcpy(arc + first_arc[n], larger->arc + larger->first_arc[r], length * sizeof *arc);
            first_arc[n + 1] = first_arc[n] + (uint32_t)length;
            log_path_size[n] = larger->log_path_size[r];
        }
        first_route[p + 1] = (uint32_t)n;
    }
    *added = (bk_universe){.n_pairs = n_pairs,
                           .n_routes = n_routes,
                           .n_route_arcs = n_arcs,
                           .first_route = first_route,
                           .first_arc = first_arc,
                           .arc = arc,
                           .log_path_size = log_path_size};
    *out = added;
    return BK_OK;
}

bk_status
bk_universe_join(bk_context *ctx, const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs,
                 const bk_traffic *traffic, const bk_universe *universe, const bk_universe *added, size_t n_states,
                 const bk_route_state *states, bk_arena *arena, const bk_universe **out)
{
    enlargement job = {.ctx = ctx, .graph = graph, .traffic = traffic, .n_states = n_states, .states = states};
    bk_arena    scratch;

    bk_arena_init(&scratch, ctx);
    job.sets = bki_route_sets_create(ctx, traffic->n_zones, &scratch);
    bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK)
        status = measure_arcs(&job, model, costs, &scratch);
    if (status == BK_OK) {
        bki_route_sets_take(job.sets, traffic, universe);
        bki_route_sets_take(job.sets, traffic, added);
        status = bki_route_sets_ok(job.sets, traffic->n_zones);
    }
    if (status == BK_OK)
        status = bki_universe_freeze(ctx, job.sets, traffic, job.length, graph->n_arcs, arena, out);
    bki_route_sets_release(job.sets, traffic->n_zones);
    bk_arena_release(&scratch);
    return status;
}
