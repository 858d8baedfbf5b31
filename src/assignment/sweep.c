/* Trees by class.  Slots of one origin zone and sector that share a value per tonne and a set of bans share their
 * trees. */
#include "assignment/sweep.h"
#include "assignment/tolls.h"

#include <stdlib.h>

/* ---- bans ------------------------------------------------------------------------------------------------------ */

uint64_t
bki_pair_bans(const bk_model *model, size_t importer, size_t exporter)
{
    const bk_region *regions = model->economy.regions;
    uint64_t         mask = 0;

    for (size_t i = 0; i < model->n_bans; i++)
        if (bk_ban_applies(&model->bans[i], regions[exporter].country, regions[importer].country))
            mask |= UINT64_C(1) << i;
    return mask;
}

bool
bki_arc_bans(const bk_model *model, const bk_graph *graph, bk_arena *scratch, uint64_t *mask)
{
    bool *banned = BK_NEW(scratch, bool, graph->n_arcs);

    if (banned == NULL)
        return false;
    for (size_t a = 0; a < graph->n_arcs; a++)
        mask[a] = 0;
    for (size_t i = 0; i < model->n_bans; i++) {
        bk_arc_ban(model, graph, &model->bans[i], banned);
        for (size_t a = 0; a < graph->n_arcs; a++)
            mask[a] |= (uint64_t)banned[a] << i;
    }
    return true;
}

/* ---- one origin zone ------------------------------------------------------------------------------------------- */

/* What one tree serves: slots with the same key. */
typedef struct served {
    uint32_t sector, slot, pair;
    uint64_t bans;
    uint32_t to; /* country that asks no toll of what ends in it; BK_NONE: one that asks none of anybody */
    double   usd_per_hour;
} served;

typedef struct sweep_room { /* of one worker */
    bk_tree_scratch *trees;
    double          *cost, *contracted_cost, *distance;
    uint32_t        *entering;
    bool            *banned;
    served          *served;
} sweep_room;

typedef struct sweep_job {
    bk_context      *ctx;
    const bki_sweep *sweep;
    const uint64_t  *arc_bans;      /* [n_arcs] */
    const uint64_t  *relation_bans; /* [n_relations] */
    const uint32_t  *pair_relation; /* [n_pairs] */
    bki_tolls        tolls;
    bk_tree_method   method;
    bki_contracted   contracted;
    sweep_room      *rooms; /* [threads] */
} sweep_job;

static int
compare_served(const void *left, const void *right)
{
    const served *a = left, *b = right;

    if (a->sector != b->sector)
        return a->sector < b->sector ? -1 : 1;
    if (a->bans != b->bans)
        return a->bans < b->bans ? -1 : 1;
    if (a->to != b->to)
        return a->to < b->to ? -1 : 1;
    if (a->usd_per_hour < b->usd_per_hour || a->usd_per_hour > b->usd_per_hour)
        return a->usd_per_hour < b->usd_per_hour ? -1 : 1;
    return a->slot < b->slot ? -1 : a->slot > b->slot;
}

/* The destination's country, if it asks tolls. */
static uint32_t
tolled_end(const bki_sweep *sweep, size_t pair)
{
    const uint32_t to = bki_ends_of(sweep->model, sweep->traffic, pair).to;

    return sweep->model->transit_toll != NULL && sweep->model->transit_toll[to] > 0.0 ? to : BK_NONE;
}

static size_t
list_served(const sweep_job *job, size_t origin, served *list)
{
    const bk_traffic *traffic = job->sweep->traffic;
    size_t            n = 0;

    for (size_t at = traffic->first_from[origin]; at < traffic->first_from[origin + 1]; at++) {
        const uint32_t pair = traffic->from_pair[at];
        const uint32_t to = tolled_end(job->sweep, pair);
        for (uint32_t s = traffic->first_slot[pair]; s < traffic->first_slot[pair + 1]; s++)
            list[n++] =
                (served){traffic->slot_sector[s],       s, pair, job->relation_bans[job->pair_relation[pair]], to,
                         traffic->slot_value_of_time[s]};
    }
    qsort(list, n, sizeof *list, compare_served);
    return n;
}

static bool
same_tree(const served *a, const served *b)
{
    return a->sector == b->sector && a->bans == b->bans && a->to == b->to && !(a->usd_per_hour < b->usd_per_hour) &&
           !(a->usd_per_hour > b->usd_per_hour);
}

/* One tree for a class of slots [first, last), and the visits it pays. */
static void
grow_tree(const sweep_job *job, size_t origin, size_t worker, const served *first, const served *last,
          size_t class_index)
{
    const bki_sweep  *sweep = job->sweep;
    const bk_traffic *traffic = sweep->traffic;
    const bk_graph   *graph = sweep->graph;
    sweep_room       *room = &job->rooms[worker];
    const bk_zone    *zones = sweep->model->network.zones;
    const double      usd_per_hour =
        first->usd_per_hour * traffic->multiplier[first->sector * traffic->n_classes + class_index];
    bki_sweep_visit visit = {.worker = worker,
                             .sector = first->sector,
                             .class_index = class_index,
                             .n_classes = traffic->n_classes,
                             .usd_per_hour = usd_per_hour,
                             .contracted = &job->contracted,
                             .entering = room->entering,
                             .root = job->contracted.vertex[graph->origin[zones[origin].node]]};

    if (first->bans != 0)
        for (size_t a = 0; a < graph->n_arcs; a++)
            room->banned[a] = (job->arc_bans[a] & first->bans) != 0;
    bk_arc_generalised_cost(graph, sweep->costs, &sweep->model->transport, first->sector, usd_per_hour, sweep->price,
                            first->bans != 0 ? room->banned : NULL, room->cost);
    if (job->tolls.usd != NULL) {
        const bki_ends ends = {bki_ends_of(sweep->model, traffic, first->pair).from, first->to};
        for (size_t a = 0; a < graph->n_arcs; a++)
            room->cost[a] += bki_toll(&job->tolls, ends, a);
    }
    bki_contract_costs(&job->contracted, room->cost, room->contracted_cost);
    bk_tree_out(&job->contracted.graph, job->method, room->contracted_cost, visit.root, room->trees, room->distance,
                room->entering);
    for (const served *slot = first; slot < last; slot++) {
        visit.pair = slot->pair;
        visit.slot = slot->slot;
        visit.target = job->contracted.vertex[graph->destination[zones[traffic->destination[slot->pair]].node]];
        visit.distance = room->distance[visit.target];
        sweep->visit(sweep->state, origin, &visit);
    }
}

static void
sweep_origin(void *state, size_t origin, size_t worker)
{
    const sweep_job *job = state;
    served          *list = job->rooms[worker].served;

    if (bk_cancelled(job->ctx))
        return;
    const size_t n = list_served(job, origin, list);
    for (size_t first = 0, last; first < n; first = last) {
        for (last = first + 1; last < n && same_tree(&list[first], &list[last]); last++)
            continue;
        for (size_t k = 0; k < job->sweep->traffic->n_classes; k++)
            grow_tree(job, origin, worker, list + first, list + last, k);
    }
}

/* ---- all of them ----------------------------------------------------------------------------------------------- */

static void
make_rooms(sweep_job *job, bk_arena *scratch)
{
    const bk_graph   *graph = job->sweep->graph;
    const bk_traffic *traffic = job->sweep->traffic;
    const size_t      threads = (size_t)bk_context_threads(job->ctx);
    size_t            most = 0;

    for (size_t z = 0; z < traffic->n_zones; z++) {
        size_t slots = 0;
        for (size_t at = traffic->first_from[z]; at < traffic->first_from[z + 1]; at++)
            slots += traffic->first_slot[traffic->from_pair[at] + 1] - traffic->first_slot[traffic->from_pair[at]];
        most = slots > most ? slots : most;
    }
    job->rooms = BK_NEW(scratch, sweep_room, threads);
    for (size_t w = 0; job->rooms != NULL && w < threads; w++)
        job->rooms[w] = (sweep_room){.trees = bk_tree_scratch_create(scratch, &job->contracted.graph),
                                     .cost = BK_NEW(scratch, double, graph->n_arcs),
                                     .contracted_cost = BK_NEW(scratch, double, job->contracted.graph.n_arcs),
                                     .distance = BK_NEW(scratch, double, graph->n_vertices),
                                     .entering = BK_NEW(scratch, uint32_t, graph->n_vertices),
                                     .banned = BK_NEW(scratch, bool, graph->n_arcs),
                                     .served = BK_NEW(scratch, served, most)};
}

bk_status
bki_sweep_run(bk_context *ctx, const bki_sweep *sweep, bk_arena *scratch)
{
    const bk_traffic *traffic = sweep->traffic;
    sweep_job         job = {.ctx = ctx, .sweep = sweep};
    uint64_t         *arc_bans = BK_NEW(scratch, uint64_t, sweep->graph->n_arcs);
    uint64_t         *relation_bans = BK_NEW(scratch, uint64_t, traffic->n_relations);
    uint32_t         *pair_relation = BK_NEW(scratch, uint32_t, traffic->n_pairs);

    BK_TRY(bki_contract(sweep->model, sweep->graph, scratch, &job.contracted));
    make_rooms(&job, scratch);
    job.tolls = bki_tolls_list(sweep->model, sweep->graph, scratch);
    BK_TRY(bk_arena_ok(scratch));
    if (traffic->n_slots == 0)
        return BK_OK;
    if (!bki_arc_bans(sweep->model, sweep->graph, scratch, arc_bans))
        return bk_arena_ok(scratch);
    for (size_t r = 0; r < traffic->n_relations; r++) {
        relation_bans[r] = bki_pair_bans(sweep->model, traffic->importer[r], traffic->exporter[r]);
        for (size_t p = traffic->first_pair[r]; p < traffic->first_pair[r + 1]; p++)
            pair_relation[p] = (uint32_t)r;
    }
    job.arc_bans = arc_bans;
    job.relation_bans = relation_bans;
    job.pair_relation = pair_relation;
    bk_arc_generalised_cost(sweep->graph, sweep->costs, &sweep->model->transport, traffic->slot_sector[0],
                            traffic->slot_value_of_time[0], sweep->price, NULL, job.rooms[0].cost);
    bki_contract_costs(&job.contracted, job.rooms[0].cost, job.rooms[0].contracted_cost);
    job.method = bk_tree_choose(&job.contracted.graph, job.rooms[0].contracted_cost, job.rooms[0].trees);
    bk_parallel(ctx, traffic->n_zones, sweep_origin, &job);
    return bk_cancelled(ctx) ? bk_fail(ctx, BK_ERR_CANCELLED, "interrupted while growing trees") : BK_OK;
}

size_t
bki_tree_path(const bk_graph *graph, const uint32_t *entering, uint32_t root, uint32_t target, uint32_t *arcs)
{
    size_t n = 0;

    for (uint32_t v = target; v != root; v = graph->tail[entering[v]])
        n++;
    if (arcs != NULL) {
        size_t at = n;
        for (uint32_t v = target; v != root; v = graph->tail[entering[v]])
            arcs[--at] = entering[v];
    }
    return n;
}
