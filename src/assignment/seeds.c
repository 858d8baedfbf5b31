/* Seeds of the route sets: what a shipper would look at before asking for prices. */
#include "assignment/columns.h"
#include "assignment/sweep.h"

#include <math.h>
#include <string.h>

static const double LARGEST_DETOUR = 1.6;
enum { SEEDS_AT_MOST = 32 };

/* A route by its corridor: out-tree to the tail of `via`, the arc, in-tree from its head. */
typedef struct candidate {
    double   detour;    /* cost over the cheapest of the sector */
    uint64_t signature; /* sum of the hashes of its corridor's arcs */
    uint32_t via, sector;
} candidate;

typedef struct candidate_list {
    uint32_t  n;
    candidate best[]; /* by detour, then sector and arc */
} candidate_list;

/* One tree from or to each zone. */
typedef struct zone_tree {
    double   *distance;  /* [n_vertices] */
    uint64_t *signature; /* [n_vertices] of the path between root and vertex */
    uint32_t *next;      /* [n_vertices] arc entering (out) or leaving (in) */
} zone_tree;

typedef struct seed_job {
    bk_context       *ctx;
    const bk_model   *model;
    const bk_graph   *graph;
    const bk_traffic *traffic;
    const double     *cost;     /* [n_arcs] of the sector in hand */
    const uint64_t   *arc_code; /* [n_arcs] hash of a corridor's arc, 0 elsewhere */
    const uint32_t   *vias;     /* [n_vias] arcs worth a try */
    size_t            n_vias, most, sector;
    bk_tree_method    method;
    zone_tree        *in_trees;  /* [n_zones] */
    zone_tree        *out_trees; /* [threads] */
    bk_tree_scratch **scratches; /* [threads] */
    uint32_t         *orders;    /* [threads][n_vertices] */
    uint32_t         *paths;     /* [threads][2 n_vertices + 1] */
    uint32_t         *stamps;    /* [threads][n_vertices] */
    char             *lists;     /* [n_pairs] candidate_list of `most` */
    size_t            list_size;
    bki_route_set    *sets;
} seed_job;

static candidate_list *
list_of(const seed_job *job, size_t pair)
{
    return (candidate_list *)(void *)(job->lists + pair * job->list_size);
}

/* ---- corridors ------------------------------------------------------------------------------------------------- */

/* Line arcs that cross a border or leave the land: together they tell one corridor from another. */
static bool
arc_marks_corridor(const bk_model *model, const bk_graph *graph, size_t arc)
{
    const bk_network_data *network = &model->network;

    if (graph->kind[arc] != BK_ARC_LINE)
        return false;
    const bk_link *link = &network->links[graph->element[arc]];
    return !network->mode_crosses[link->mode] || network->nodes[link->from].country != network->nodes[link->to].country;
}

static bool
arc_is_worth_a_try(const bk_model *model, const bk_graph *graph, size_t arc)
{
    if (graph->kind[arc] == BK_ARC_LINE)
        return arc_marks_corridor(model, graph, arc) || model->network.links[graph->element[arc]].project != BK_NONE;
    if (graph->kind[arc] != BK_ARC_TRANSFER)
        return false;
    const bk_transfer *transfer = &model->network.transfers[graph->element[arc]];
    return transfer->from_mode != transfer->to_mode;
}

/* ---- trees ----------------------------------------------------------------------------------------------------- */

/* Signatures from the root outwards: a vertex's parent is at the other end of its arc. */
static void
sign_tree(const seed_job *job, const zone_tree *tree, uint32_t root, bool out, uint32_t *stack)
{
    const bk_graph *graph = job->graph;
    const uint64_t  unknown = UINT64_MAX;

    for (size_t v = 0; v < graph->n_vertices; v++)
        tree->signature[v] = unknown;
    tree->signature[root] = 0;
    for (size_t v = 0; v < graph->n_vertices; v++) {
        size_t   n = 0;
        uint32_t at = (uint32_t)v;
        if (!isfinite(tree->distance[v]))
            continue;
        for (; tree->signature[at] == unknown; at = out ? graph->tail[tree->next[at]] : graph->head[tree->next[at]])
            stack[n++] = at;
        for (uint64_t signature = tree->signature[at]; n > 0;) {
            at = stack[--n];
            signature += job->arc_code[tree->next[at]];
            tree->signature[at] = signature == unknown ? 0 : signature;
        }
    }
}

static void
grow_in_tree(void *state, size_t zone, size_t worker)
{
    const seed_job  *job = state;
    const zone_tree *tree = &job->in_trees[zone];
    const uint32_t   root = job->graph->destination[job->model->network.zones[zone].node];

    bk_tree_in(job->graph, job->method, job->cost, root, job->scratches[worker], tree->distance, tree->next);
    sign_tree(job, tree, root, false, job->orders + worker * job->graph->n_vertices);
}

static const zone_tree *
grow_out_tree(const seed_job *job, size_t zone, size_t worker)
{
    const zone_tree *tree = &job->out_trees[worker];
    const uint32_t   root = job->graph->origin[job->model->network.zones[zone].node];

    bk_tree_out(job->graph, job->method, job->cost, root, job->scratches[worker], tree->distance, tree->next);
    sign_tree(job, tree, root, true, job->orders + worker * job->graph->n_vertices);
    return tree;
}

/* ---- candidates ------------------------------------------------------------------------------------------------ */

static bool
is_better(const candidate *a, const candidate *b)
{
    if (a->detour < b->detour || a->detour > b->detour)
        return a->detour < b->detour;
    return a->sector != b->sector ? a->sector < b->sector : a->via < b->via;
}

/* Keeps the list sorted, one entry for each signature. */
static void
insert_candidate(candidate_list *list, size_t most, candidate found)
{
    size_t at = 0;

    while (at < list->n && list->best[at].signature != found.signature)
        at++;
    if (at < list->n && !is_better(&found, &list->best[at]))
        return;
    if (at == list->n) {
        if (list->n == most && !is_better(&found, &list->best[most - 1]))
            return;
        at = list->n < most ? list->n++ : most - 1;
    }
    for (; at > 0 && is_better(&found, &list->best[at - 1]); at--)
        list->best[at] = list->best[at - 1];
    list->best[at] = found;
}

static bool
pair_trades(const bk_traffic *traffic, size_t pair, size_t sector)
{
    for (size_t s = traffic->first_slot[pair]; s < traffic->first_slot[pair + 1]; s++)
        if (traffic->slot_sector[s] == sector)
            return true;
    return false;
}

static void
search_pair(const seed_job *job, size_t pair, const zone_tree *out)
{
    const bk_traffic *traffic = job->traffic;
    const bk_graph   *graph = job->graph;
    const zone_tree  *in = &job->in_trees[traffic->destination[pair]];
    const uint32_t    target = graph->destination[job->model->network.zones[traffic->destination[pair]].node];
    const double      cheapest = out->distance[target];
    candidate_list   *list = list_of(job, pair);

    if (!isfinite(cheapest))
        return;
    insert_candidate(list, job->most, (candidate){1.0, out->signature[target], BK_NONE, (uint32_t)job->sector});
    for (size_t i = 0; i < job->n_vias; i++) {
        const uint32_t via = job->vias[i], tail = graph->tail[via], head = graph->head[via];
        const double   cost = out->distance[tail] + job->cost[via] + in->distance[head];
        if (!(cost <= LARGEST_DETOUR * cheapest))
            continue;
        const uint64_t signature = out->signature[tail] + job->arc_code[via] + in->signature[head];
        insert_candidate(list, job->most, (candidate){cost / cheapest, signature, via, (uint32_t)job->sector});
    }
}

static void
search_origin(void *state, size_t zone, size_t worker)
{
    const seed_job   *job = state;
    const bk_traffic *traffic = job->traffic;

    if (bk_cancelled(job->ctx))
        return;
    const zone_tree *out = grow_out_tree(job, zone, worker);
    for (size_t at = traffic->first_from[zone]; at < traffic->first_from[zone + 1]; at++)
        if (pair_trades(traffic, traffic->from_pair[at], job->sector))
            search_pair(job, traffic->from_pair[at], out);
}

/* ---- routes of the candidates kept ----------------------------------------------------------------------------- */

/* Arcs of a candidate; 0 if it meets a vertex twice. */
static size_t
trace(const seed_job *job, const candidate *kept, const zone_tree *out, const zone_tree *in, uint32_t root,
      uint32_t target, uint32_t *path, uint32_t *stamp)
{
    const bk_graph *graph = job->graph;
    const uint32_t  first_end = kept->via == BK_NONE ? target : graph->tail[kept->via];
    size_t          n = bki_tree_path(graph, out->next, root, first_end, path), repeated = 0;

    if (kept->via != BK_NONE) {
        path[n++] = kept->via;
        for (uint32_t v = graph->head[kept->via]; v != target; v = graph->head[in->next[v]])
            path[n++] = in->next[v];
    }
    stamp[root] = 1;
    for (size_t i = 0; i < n; i++)
        repeated += stamp[graph->head[path[i]]]++ > 0;
    stamp[root] = 0;
    for (size_t i = 0; i < n; i++)
        stamp[graph->head[path[i]]] = 0;
    return repeated > 0 ? 0 : n;
}

static void
trace_origin(void *state, size_t zone, size_t worker)
{
    const seed_job   *job = state;
    const bk_traffic *traffic = job->traffic;
    const bk_zone    *zones = job->model->network.zones;
    const size_t      n_vertices = job->graph->n_vertices;
    uint32_t         *path = job->paths + worker * (2 * n_vertices + 1), *stamp = job->stamps + worker * n_vertices;

    if (bk_cancelled(job->ctx))
        return;
    const zone_tree *out = grow_out_tree(job, zone, worker);
    for (size_t at = traffic->first_from[zone]; at < traffic->first_from[zone + 1]; at++) {
        const uint32_t        pair = traffic->from_pair[at];
        const candidate_list *list = list_of(job, pair);
        for (size_t i = 0; i < list->n; i++) {
            if (list->best[i].sector != job->sector)
                continue;
            const uint32_t to = traffic->destination[pair];
            const size_t   n = trace(job, &list->best[i], out, &job->in_trees[to], job->graph->origin[zones[zone].node],
                                     job->graph->destination[zones[to].node], path, stamp);
            if (n > 0)
                bki_route_add(&job->sets[zone], pair, n, path);
        }
    }
}

/* ---- all of it ------------------------------------------------------------------------------------------------- */

static zone_tree
make_tree(bk_arena *scratch, size_t n_vertices)
{
    return (zone_tree){BK_NEW(scratch, double, n_vertices), BK_NEW(scratch, uint64_t, n_vertices),
                       BK_NEW(scratch, uint32_t, n_vertices)};
}

static void
make_job(seed_job *job, bk_arena *scratch)
{
    const bk_graph *graph = job->graph;
    const size_t    threads = (size_t)bk_context_threads(job->ctx), n_vertices = graph->n_vertices;
    uint64_t       *code = BK_NEW(scratch, uint64_t, graph->n_arcs);
    uint32_t       *vias = BK_NEW(scratch, uint32_t, graph->n_arcs);

    for (size_t a = 0; code != NULL && vias != NULL && a < graph->n_arcs; a++) {
        code[a] = arc_marks_corridor(job->model, graph, a) ? bk_hash(1, &a, sizeof a) : 0;
        if (arc_is_worth_a_try(job->model, graph, a))
            vias[job->n_vias++] = (uint32_t)a;
    }
    job->arc_code = code;
    job->vias = vias;
    job->list_size = sizeof(candidate_list) + job->most * sizeof(candidate);
    job->list_size += (size_t)-job->list_size & 7;
    job->lists = bk_arena_alloc(scratch, job->traffic->n_pairs, job->list_size);
    job->in_trees = BK_NEW(scratch, zone_tree, job->traffic->n_zones);
    job->out_trees = BK_NEW(scratch, zone_tree, threads);
    job->scratches = BK_NEW(scratch, bk_tree_scratch *, threads);
    job->orders = BK_NEW(scratch, uint32_t, threads * n_vertices);
    job->paths = BK_NEW(scratch, uint32_t, threads * (2 * n_vertices + 1));
    job->stamps = BK_NEW(scratch, uint32_t, threads * n_vertices);
    for (size_t z = 0; job->in_trees != NULL && z < job->traffic->n_zones; z++)
        job->in_trees[z] = make_tree(scratch, n_vertices);
    for (size_t w = 0; job->out_trees != NULL && job->scratches != NULL && w < threads; w++) {
        job->out_trees[w] = make_tree(scratch, n_vertices);
        job->scratches[w] = bk_tree_scratch_create(scratch, graph);
    }
}

static bk_status
run_seeds(seed_job *job, const bk_arc_costs *costs, double *cost)
{
    const bk_economy *economy = &job->model->economy;

    for (int pass = 0; pass < 2; pass++) /* search, then trace what was kept */
        for (size_t j = 0; j < economy->n_sectors; j++) {
            const double usd_per_hour =
                economy->sectors[j].usd_per_tonne * economy->sectors[j].time_cost_per_day / 24.0;
            if (!economy->sectors[j].traded)
                continue;
            job->sector = j;
            bk_arc_generalised_cost(job->graph, costs, &job->model->transport, j, usd_per_hour, NULL, NULL, cost);
            job->method = bk_tree_choose(job->graph, cost, job->scratches[0]);
            bk_parallel(job->ctx, job->traffic->n_zones, grow_in_tree, job);
            bk_parallel(job->ctx, job->traffic->n_zones, pass == 0 ? search_origin : trace_origin, job);
            if (bk_cancelled(job->ctx))
                return bk_fail(job->ctx, BK_ERR_CANCELLED, "interrupted while seeding routes");
        }
    return bki_route_sets_ok(job->sets, job->traffic->n_zones);
}

bk_status
bki_seeds_add(bk_context *ctx, const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs,
              const bk_traffic *traffic, size_t most, bki_route_set *sets)
{
    seed_job job = {.ctx = ctx,
                    .model = model,
                    .graph = graph,
                    .traffic = traffic,
                    .sets = sets,
                    .most = most < SEEDS_AT_MOST ? most : SEEDS_AT_MOST};
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    double *cost = BK_NEW(&scratch, double, graph->n_arcs);
    make_job(&job, &scratch);
    job.cost = cost;
    bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK)
        status = run_seeds(&job, costs, cost);
    bk_arena_release(&scratch);
    return status;
}
