/* Scenarios that miss routes, and the universe that holds them.  The base year is solved again on it, so that what is
 * compared stands on the same routes. */
#include "coupling/joint.h"

#include <string.h>

/* Tonnes answer to the routes added, and may then want others; so often, each time from the tonnes found. */
enum { PASSES = 4 };

typedef struct enlarging {
    bk_context               *ctx;
    const bk_joint_base      *base; /* that was given */
    size_t                    n_states;
    const bk_joint_state     *states;
    bk_route_state           *routes;    /* [n_states + 1] the base last */
    const bk_joint_base      *now;       /* on the universe so far */
    const bk_joint_solution **solutions; /* [n_states] on it */
    bk_arena                  rooms[2];  /* `now` lies in one of them, once it is not the base given */
    int                       room, rounds;
    bk_arena                 *arena;
} enlarging;

static const bk_joint_solution *
solution_of(const enlarging *job, size_t state)
{
    return state == job->n_states ? job->now->solution : job->solutions[state];
}

static size_t
count_missed(const enlarging *job)
{
    size_t missed = 0;

    for (size_t s = 0; s <= job->n_states; s++)
        missed += solution_of(job, s)->certificate.routes_missed;
    return missed;
}

static bk_status
list_states(enlarging *job, bk_arena *scratch)
{
    const size_t n_facilities = job->base->graph->n_facilities;

    job->routes = BK_NEW(scratch, bk_route_state, job->n_states + 1);
    BK_TRY(bk_arena_ok(scratch));
    for (size_t s = 0; s <= job->n_states; s++) {
        bk_route_state *route = &job->routes[s];
        *route = (bk_route_state){.model = s < job->n_states ? job->states[s].model : job->base->model,
                                  .costs = job->base->costs,
                                  .utilisation = BK_NEW(scratch, double, n_facilities)};
        if (s < job->n_states)
            BK_TRY(bk_arc_costs_build(job->ctx, route->model, job->base->graph, scratch, &route->costs));
    }
    return bk_arena_ok(scratch);
}

/* Tonnes and utilisations of the states as they are now. */
static void
take_states(enlarging *job)
{
    for (size_t s = 0; s <= job->n_states; s++) {
        const bk_joint_solution *solution = solution_of(job, s);
        job->routes[s].tonnes = solution->tonnes;
        memcpy(job->routes[s].utilisation, solution->utilisation,
               job->base->graph->n_facilities * sizeof *solution->utilisation);
    }
}

/* Base and states on a universe that lies in the other room.  States start from the solutions given, so that a universe
 * that was kept leads to the same bits as one just found. */
static bk_status
solve_on(enlarging *job, const bk_universe *universe, const double *utilisation)
{
    bk_arena *other = &job->rooms[1 - job->room];

    BK_TRY(bki_base_on(job->ctx, job->base, universe, utilisation, other, job->arena, &job->now));
    bk_arena_release(&job->rooms[job->room]);
    job->room = 1 - job->room;
    for (size_t s = 0; s < job->n_states; s++)
        BK_TRY(bk_joint_solve(job->ctx, job->now, job->states[s].model, job->states[s].settings,
                              job->states[s].solution, job->arena, &job->solutions[s]));
    return BK_OK;
}

static bk_status
add_routes(enlarging *job)
{
    const bk_joint_base *base = job->base;
    const bk_universe   *larger;
    int                  rounds;

    take_states(job);
    BK_TRY(bk_universe_enlarge(job->ctx, base->model, base->graph, base->costs, base->traffic, job->now->universe,
                               base->post_value, job->n_states + 1, job->routes, &job->rooms[1 - job->room], &larger,
                               &rounds));
    job->rounds += rounds;
    return rounds == 0 ? BK_OK : solve_on(job, larger, job->routes[job->n_states].utilisation);
}

/* ---- kept routes ------------------------------------------------------------------------------------------------- */

static const uint64_t MAGIC = UINT64_C(0x01686372416b6342); /* of this layout */
enum { HEADER = 3 };                                        /* words: magic, key, rounds */

typedef struct kept_routes {
    const bk_universe *added;
    double            *utilisation; /* [n_facilities] */
    int                rounds;
} kept_routes;

static bk_status
unpack(const enlarging *job, const uint8_t *bytes, size_t n_bytes, bk_arena *scratch, kept_routes *out)
{
    const bk_joint_base *base = job->base;
    const size_t         n_facilities = base->graph->n_facilities, head = 8 * (HEADER + n_facilities);
    uint64_t             key, header[HEADER];

    BK_TRY(bk_joint_enlargement_key(job->ctx, base, job->n_states, job->states, &key));
    if (n_bytes < head + 8 || bki_load_word(bytes + n_bytes - 8) != bk_hash(0, bytes, n_bytes - 8))
        return BK_ERR_SCHEMA;
    for (int i = 0; i < HEADER; i++)
        header[i] = bki_load_word(bytes + 8 * i);
    out->utilisation = BK_NEW(scratch, double, n_facilities);
    BK_TRY(bk_arena_ok(scratch));
    if (header[0] != MAGIC || header[1] != key || header[2] > 1000 ||
        !bki_load_numbers(bytes + 8 * HEADER, out->utilisation, n_facilities))
        return BK_ERR_SCHEMA;
    out->rounds = (int)header[2];
    return bk_universe_unpack(base->model, base->graph, base->traffic, bytes + head, n_bytes - head - 8, scratch,
                              &out->added);
}

static bk_status
use_kept(enlarging *job, const void *packed, size_t n_packed, bk_arena *scratch)
{
    const bk_joint_base *base = job->base;
    const bk_universe   *larger;
    kept_routes          kept;
    const bk_status      fits = unpack(job, packed, n_packed, scratch, &kept);

    if (fits == BK_ERR_SCHEMA) {
        bk_log(job->ctx, BK_LOG_WARNING, "the kept routes do not fit this scenario and are sought anew");
        return BK_OK;
    }
    BK_TRY(fits);
    BK_TRY(bk_universe_join(job->ctx, base->model, base->graph, base->costs, base->traffic, base->universe, kept.added,
                            job->n_states + 1, job->routes, &job->rooms[1 - job->room], &larger));
    job->rounds = kept.rounds;
    return solve_on(job, larger, kept.utilisation);
}

bk_status
bk_joint_enlargement_pack(bk_context *ctx, const bk_joint_base *base, const bk_joint_enlargement *enlargement,
                          uint64_t key, bk_arena *arena, const void **bytes, size_t *n_out)
{
    const size_t       n_facilities = base->graph != NULL ? base->graph->n_facilities : 0;
    const size_t       head = 8 * (HEADER + n_facilities);
    const bk_universe *added;
    const uint8_t     *routes;
    size_t             n_routes;

    if (enlargement->base == base)
        return bk_fail(ctx, BK_ERR_USAGE, "no routes were added that could be kept");
    BK_TRY(bk_universe_added(enlargement->base->universe, base->universe, arena, &added));
    BK_TRY(bk_universe_pack(base->graph, added, arena, &routes, &n_routes));
    uint8_t *packed = BK_NEW(arena, uint8_t, head + n_routes + 8);
    BK_TRY(bk_arena_ok(arena));
    bki_store_word(packed, MAGIC);
    bki_store_word(packed + 8, key);
    bki_store_word(packed + 16, (uint64_t)enlargement->rounds);
    bki_store_numbers(packed + 8 * HEADER, enlargement->base->utilisation, n_facilities);
    memcpy(packed + head, routes, n_routes);
    bki_store_word(packed + head + n_routes, bk_hash(0, packed, head + n_routes));
    *bytes = packed;
    *n_out = head + n_routes + 8;
    return BK_OK;
}

/* ---- the key ----------------------------------------------------------------------------------------------------- */

static uint64_t
hash_bans(uint64_t hash, const bk_model *model, const bk_graph *graph, bool *banned)
{
    const bk_economy *economy = &model->economy;

    for (size_t b = 0; b < model->n_bans; b++) {
        bk_arc_ban(model, graph, &model->bans[b], banned);
        hash = bk_hash(hash, banned, graph->n_arcs * sizeof *banned);
        for (size_t i = 0; i < economy->n_regions; i++)
            for (size_t n = 0; n < economy->n_regions; n++) {
                const bool applies =
                    bk_ban_applies(&model->bans[b], economy->regions[i].country, economy->regions[n].country);
                hash = bk_hash(hash, &applies, sizeof applies);
            }
    }
    return hash;
}

/* Prices and tonnes follow from the solution, trees from them and the costs of arcs. */
static bk_status
hash_state(bk_context *ctx, const bk_joint_base *base, const bk_joint_state *state, bk_arena *scratch, uint64_t *hash)
{
    const bk_graph          *graph = base->graph;
    const bk_joint_solution *solution = state->solution;
    bool                    *banned = BK_NEW(scratch, bool, graph->n_arcs);
    const bk_arc_costs      *costs;

    BK_TRY(bk_arc_costs_build(ctx, state->model, graph, scratch, &costs));
    BK_TRY(bk_arena_ok(scratch));
    const size_t n = costs->n_sectors * costs->n_arcs;
    *hash = bk_hash(*hash, costs->money, n * sizeof *costs->money);
    *hash = bk_hash(*hash, costs->hours, n * sizeof *costs->hours);
    *hash = bk_hash(*hash, costs->variance, n * sizeof *costs->variance);
    *hash = bk_hash(*hash, costs->constant, n * sizeof *costs->constant);
    *hash = hash_bans(*hash, state->model, graph, banned);
    if (state->model->transit_toll != NULL)
        *hash =
            bk_hash(*hash, state->model->transit_toll, state->model->n_countries * sizeof *state->model->transit_toll);
    *hash = bk_hash(*hash, solution->utilisation, graph->n_facilities * sizeof *solution->utilisation);
    *hash = bk_hash(*hash, solution->price, graph->n_facilities * sizeof *solution->price);
    *hash = bk_hash(*hash, solution->tonnes, bki_cells(base->model) * sizeof *solution->tonnes);
    return BK_OK;
}

bk_status
bk_joint_enlargement_key(bk_context *ctx, const bk_joint_base *base, size_t n_states, const bk_joint_state *states,
                         uint64_t *key)
{
    uint64_t  hash = bk_hash(base->key, &MAGIC, sizeof MAGIC);
    bk_status status = BK_OK;

    if (base->universe != NULL)
        hash = bk_hash(hash, &base->universe->hash, sizeof base->universe->hash);
    for (size_t s = 0; base->universe != NULL && status == BK_OK && s < n_states; s++) {
        bk_arena scratch;
        bk_arena_init(&scratch, ctx);
        status = hash_state(ctx, base, &states[s], &scratch, &hash);
        bk_arena_release(&scratch);
    }
    *key = hash;
    return status;
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

static bk_status
run_passes(enlarging *job, const void *packed, size_t n_packed, bk_arena *scratch)
{
    BK_TRY(list_states(job, scratch));
    if (packed != NULL)
        BK_TRY(use_kept(job, packed, n_packed, scratch));
    for (int pass = 0; pass < PASSES && count_missed(job) > 0; pass++) {
        const int before = job->rounds;
        bk_progress(job->ctx, "finding routes", (double)pass / PASSES);
        BK_TRY(add_routes(job));
        if (job->rounds == before)
            break;
    }
    return BK_OK;
}

bk_status
bk_joint_enlarge(bk_context *ctx, const bk_joint_base *base, size_t n_states, const bk_joint_state *states,
                 const void *packed, size_t n_packed, bk_arena *room, bk_arena *arena, bk_joint_enlargement *out)
{
    enlarging job = {.ctx = ctx, .base = base, .n_states = n_states, .states = states, .now = base, .arena = arena};
    bk_arena  scratch;
    bk_status status = BK_OK;

    job.solutions = BK_NEW(arena, const bk_joint_solution *, n_states + 1);
    BK_TRY(bk_arena_ok(arena));
    for (size_t s = 0; s < n_states; s++)
        job.solutions[s] = states[s].solution;
    bk_arena_init(&scratch, ctx);
    bk_arena_init(&job.rooms[0], ctx);
    bk_arena_init(&job.rooms[1], ctx);
    if (base->universe != NULL && count_missed(&job) > 0)
        status = run_passes(&job, packed, n_packed, &scratch);
    bk_arena_adopt(room, &job.rooms[job.room]);
    bk_arena_release(&job.rooms[1 - job.room]);
    bk_arena_release(&scratch);
    BK_TRY(status);
    *out = (bk_joint_enlargement){.base = job.now,
                                  .solutions = job.solutions,
                                  .n_added = bk_joint_route_count(job.now) - bk_joint_route_count(base),
                                  .rounds = job.rounds,
                                  .missed = count_missed(&job)};
    return BK_OK;
}
