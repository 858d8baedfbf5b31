#include "assignment/reprice.h"
#include "assignment/choice.h"
#include "assignment/sweep.h"
#include "assignment/tolls.h"

#include <math.h>
#include <string.h>

enum { SAME, CHEAPER_OR_DEARER, OPENED }; /* what happened to an arc */

typedef struct reprice_job {
    const bk_assignment *assignment;
    const bki_change    *change;
    const double        *table, *difference; /* [n_arcs][2][n_sectors] */
    const uint8_t       *arc;                /* [n_arcs] what happened to it */
    const uint64_t      *arc_bans;           /* [n_arcs] */
    bki_tolls            tolls_before, tolls;
    bki_room            *rooms; /* [threads] */
    double              *costs; /* [threads][most_routes][2][most_lanes] */
    double              *sums;  /* [threads][2 n_sectors] */
    double              *slot_cost, *mass, *share;
    uint8_t             *changed;
} reprice_job;

/* Costs of one route into its row; a banned route is closed to every sector. */
static void
route_row(const reprice_job *job, size_t pair, size_t route, uint64_t bans, double *sums, double *row)
{
    const bk_universe *universe = job->assignment->universe;
    const bk_traffic  *traffic = job->assignment->traffic;
    const size_t       n_sectors = traffic->n_sectors, lanes = job->assignment->layout->lanes[pair];
    const double toll = bki_route_toll(&job->tolls, bki_ends_of(job->change->model, traffic, pair), universe, route);
    uint64_t     met = 0;

    bki_route_sums(universe, route, job->table, 2 * n_sectors, sums);
    for (size_t at = universe->first_arc[route]; bans != 0 && at < universe->first_arc[route + 1]; at++)
        met |= job->arc_bans[universe->arc[at]];
    for (size_t s = traffic->first_slot[pair], i = 0; s < traffic->first_slot[pair + 1]; s++, i++) {
        row[i] = (met & bans) != 0 ? INFINITY : sums[traffic->slot_sector[s]] + toll;
        row[lanes + i] = sums[n_sectors + traffic->slot_sector[s]];
    }
}

/* The row of before, with the differences of its changed arcs. */
static void
shift_row(const reprice_job *job, size_t pair, size_t route, double *row)
{
    const bk_universe *universe = job->assignment->universe;
    const bk_traffic  *traffic = job->assignment->traffic;
    const size_t       n_sectors = traffic->n_sectors, lanes = job->assignment->layout->lanes[pair];
    const bki_ends     ends = bki_ends_of(job->change->model, traffic, pair);

    for (size_t at = universe->first_arc[route]; at < universe->first_arc[route + 1]; at++) {
        const uint32_t arc = universe->arc[at];
        const double  *difference = job->difference + arc * 2 * n_sectors;
        if (job->arc[arc] == SAME)
            continue;
        const double toll = bki_toll(&job->tolls, ends, arc) - bki_toll(&job->tolls_before, ends, arc);
        for (size_t s = traffic->first_slot[pair], i = 0; s < traffic->first_slot[pair + 1]; s++, i++) {
            row[i] += difference[traffic->slot_sector[s]] + toll;
            row[lanes + i] += difference[n_sectors + traffic->slot_sector[s]];
        }
    }
}

/* Costs of all routes of the pair; false if none changed: then they are filled only to `keep` them. */
static bool
pair_costs(const reprice_job *job, size_t pair, bool same_bans, uint64_t bans, bool keep, double *sums, double *costs)
{
    const bk_universe *universe = job->assignment->universe;
    const size_t       step = 2 * job->assignment->layout->lanes[pair], first = universe->first_route[pair];
    const size_t       last = universe->first_route[pair + 1];
    const double      *before = job->assignment->route_cost + 2 * job->assignment->layout->first_share[pair];
    uint8_t            any = same_bans ? SAME : OPENED;

    for (size_t at = universe->first_arc[first]; at < universe->first_arc[last]; at++)
        any |= job->arc[universe->arc[at]];
    if (any == SAME && !keep)
        return false;
    for (size_t r = first; r < last; r++, before += step, costs += step) {
        uint8_t most = same_bans ? SAME : OPENED;
        for (size_t at = universe->first_arc[r]; at < universe->first_arc[r + 1]; at++)
            most = job->arc[universe->arc[at]] > most ? job->arc[universe->arc[at]] : most;
        memcpy(costs, before, step * sizeof *costs);
        if (most == OPENED)
            route_row(job, pair, r, bans, sums, costs);
        else if (most != SAME)
            shift_row(job, pair, r, costs);
    }
    return any != SAME;
}

static bool
prices_moved(const reprice_job *job, size_t pair)
{
    const bki_bundles *bundles = job->assignment->bundles;
    bool               any = false;

    for (size_t at = bundles->first_local[pair]; at < bundles->first_local[pair + 1]; at++)
        any |= job->change->before[bundles->limit[at]] != job->change->after[bundles->limit[at]];
    return any;
}

/* Whether the slot has an open route. */
static bool
is_open(const bki_pair_view *pair, size_t slot)
{
    bool any = false;

    for (size_t r = 0; r < pair->n_routes; r++)
        any |= isfinite(pair->cost[2 * r * pair->lanes + slot]);
    return any;
}

static void
reprice_pair(const reprice_job *job, size_t pair, bool same_bans, uint64_t bans, size_t worker)
{
    const bk_assignment *assignment = job->assignment;
    const bki_layout    *layout = assignment->layout;
    bki_room            *room = &job->rooms[worker];
    double              *costs = job->costs + worker * layout->most_routes * 2 * layout->most_lanes;
    bki_pair_view        view = bki_view_of(assignment, pair);
    const bool           prices = prices_moved(job, pair);

    job->changed[pair] = pair_costs(job, pair, same_bans, bans, prices,
                                    job->sums + worker * 2 * assignment->traffic->n_sectors, costs) ||
                         prices;
    for (size_t i = 0; !job->changed[pair] && i < view.n_slots; i++) {
        const size_t s = view.first_slot + i;
        job->slot_cost[s] = assignment->slot_cost[s];
        job->mass[s] = assignment->mass[s] > 0.0 ? assignment->traffic->slot_mass[s] : 0.0;
    }
    if (!job->changed[pair])
        return;
    view.cost = costs;
    view.share = job->share + layout->first_share[pair];
    bki_weigh_pair(assignment, &view, job->change->after, room);
    bki_slot_costs(&view, room, job->slot_cost);
    bki_mean_shares(&view, room->weight);
    for (size_t i = 0; i < view.n_slots; i++)
        job->mass[view.first_slot + i] = is_open(&view, i) ? assignment->traffic->slot_mass[view.first_slot + i] : 0.0;
}

/* Slots without an open route give their share to the others of the relation and sector. */
static void
share_masses(const reprice_job *job, size_t relation, double *sums)
{
    const bk_traffic *traffic = job->assignment->traffic;
    const size_t      first = traffic->first_slot[traffic->first_pair[relation]];
    const size_t      last = traffic->first_slot[traffic->first_pair[relation + 1]];
    double           *all = sums, *open = sums + traffic->n_sectors;

    memset(sums, 0, 2 * traffic->n_sectors * sizeof *sums);
    for (size_t s = first; s < last; s++) {
        all[traffic->slot_sector[s]] += traffic->slot_mass[s];
        open[traffic->slot_sector[s]] += job->mass[s];
    }
    for (size_t s = first; s < last; s++)
        if (open[traffic->slot_sector[s]] < all[traffic->slot_sector[s]] && open[traffic->slot_sector[s]] > 0.0)
            job->mass[s] *= all[traffic->slot_sector[s]] / open[traffic->slot_sector[s]];
}

static void
reprice_importer(void *state, size_t importer, size_t worker)
{
    const reprice_job *job = state;
    const bk_traffic  *traffic = job->assignment->traffic;

    for (size_t r = traffic->first_relation[importer]; r < traffic->first_relation[importer + 1]; r++) {
        const uint64_t bans = bki_pair_bans(job->change->model, importer, traffic->exporter[r]);
        const bool same_bans = bans == 0 && bki_pair_bans(job->assignment->model, importer, traffic->exporter[r]) == 0;
        for (size_t p = traffic->first_pair[r]; p < traffic->first_pair[r + 1]; p++)
            reprice_pair(job, p, same_bans, bans, worker);
        share_masses(job, r, job->sums + worker * 2 * traffic->n_sectors);
    }
}

/* Tables of costs by arc, before and now. */
static void
compare_arcs(const reprice_job *job, const double *before, double *table, double *difference, uint8_t *arc)
{
    const bk_graph *graph = job->assignment->graph;
    const size_t    n_sectors = job->assignment->traffic->n_sectors, width = 2 * n_sectors;

    bki_arc_table(job->change->model, job->change->costs, table);
    for (size_t a = 0; a < graph->n_arcs; a++) {
        const double extra = graph->facility[a] != BK_NONE ? job->change->extra[graph->facility[a]] : 0.0;
        arc[a] = bki_tolls_differ(&job->tolls, &job->tolls_before, a) ? CHEAPER_OR_DEARER : SAME;
        for (size_t i = 0; i < width; i++) {
            const size_t at = a * width + i;
            table[at] += i < n_sectors ? extra : 0.0;
            difference[at] = table[at] == before[at] ? 0.0 : table[at] - before[at];
            if (table[at] != before[at])
                arc[a] = isfinite(before[at]) && arc[a] != OPENED ? CHEAPER_OR_DEARER : OPENED;
        }
    }
}

static bk_status
make_rooms(bk_context *ctx, reprice_job *job, bk_arena *scratch)
{
    const size_t threads = (size_t)bk_context_threads(ctx);

    job->rooms = BK_NEW(scratch, bki_room, threads);
    for (size_t w = 0; job->rooms != NULL && w < threads; w++)
        bki_room_create(job->assignment, scratch, &job->rooms[w]);
    return bk_arena_ok(scratch);
}

bk_status
bki_reprice(bk_context *ctx, const bk_assignment *assignment, const bki_change *change, bk_arena *arena,
            bki_repriced *out)
{
    const bk_traffic *traffic = assignment->traffic;
    const bki_layout *layout = assignment->layout;
    const size_t      n_arcs = assignment->graph->n_arcs, width = 2 * traffic->n_sectors;
    const size_t      threads = (size_t)bk_context_threads(ctx);
    bk_arena          scratch;

    bk_arena_init(&scratch, ctx);
    double     *tables = BK_NEW(&scratch, double, 3 * n_arcs * width);
    uint8_t    *arc = BK_NEW(&scratch, uint8_t, n_arcs);
    uint64_t   *arc_bans = BK_NEW(&scratch, uint64_t, n_arcs);
    reprice_job job = {.assignment = assignment,
                       .change = change,
                       .arc = arc,
                       .arc_bans = arc_bans,
                       .costs = BK_NEW(&scratch, double, threads * layout->most_routes * 2 * layout->most_lanes),
                       .sums = BK_NEW(&scratch, double, threads *width),
                       .slot_cost = BK_NEW(arena, double, traffic->n_slots),
                       .mass = BK_NEW(arena, double, traffic->n_slots),
                       .share = BK_NEW(arena, double, layout->first_share[traffic->n_pairs]),
                       .changed = BK_NEW(arena, uint8_t, traffic->n_pairs),
                       .tolls_before = bki_tolls_list(assignment->model, assignment->graph, &scratch),
                       .tolls = bki_tolls_list(change->model, assignment->graph, &scratch)};
    bk_status   status = bk_arena_ok(arena);
    if (status == BK_OK)
        status = make_rooms(ctx, &job, &scratch);
    if (status == BK_OK && !bki_arc_bans(change->model, assignment->graph, &scratch, arc_bans))
        status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        bki_arc_table(assignment->model, assignment->costs, tables + 2 * n_arcs * width);
        job.table = tables;
        job.difference = tables + n_arcs * width;
        compare_arcs(&job, tables + 2 * n_arcs * width, tables, tables + n_arcs * width, arc);
        bk_parallel(ctx, traffic->n_regions, reprice_importer, &job);
        *out = (bki_repriced){assignment, job.slot_cost, job.mass, job.share, job.changed};
    }
    bk_arena_release(&scratch);
    return status;
}

/* ---- flows ----------------------------------------------------------------------------------------------------- */

typedef struct flow_job {
    const bki_repriced *repriced;
    const double       *tonnes;
    double             *blocks;    /* [n_regions][n_limits] t/yr */
    double             *by_bundle; /* [threads][most_bundles] t/yr */
} flow_job;

static void
move_pair(const flow_job *job, size_t pair, size_t cell, double *by_bundle, double *flow)
{
    const bki_repriced  *repriced = job->repriced;
    const bk_assignment *assignment = repriced->assignment;
    const bk_traffic    *traffic = assignment->traffic;
    const bki_bundles   *bundles = assignment->bundles;
    const size_t         lanes = assignment->layout->lanes[pair], n_cells = traffic->n_regions * traffic->n_regions;
    const double        *before = assignment->share + assignment->layout->first_share[pair];
    const double *after = repriced->changed[pair] ? repriced->share + assignment->layout->first_share[pair] : before;
    double        all = 0.0;

    memset(by_bundle, 0, bundles->n_bundles[pair] * sizeof *by_bundle);
    for (size_t r = assignment->universe->first_route[pair]; r < assignment->universe->first_route[pair + 1]; r++) {
        double sum = 0.0;
        for (size_t s = traffic->first_slot[pair], i = 0; s < traffic->first_slot[pair + 1]; s++, i++)
            sum += job->tonnes[traffic->slot_sector[s] * n_cells + cell] *
                   (repriced->mass[s] * after[i] - assignment->mass[s] * before[i]);
        all += sum;
        for (size_t at = bundles->first_use[r]; at < bundles->first_use[r + 1]; at++)
            by_bundle[bundles->use[at]] += sum;
        before += lanes;
        after += lanes;
    }
    for (size_t i = bundles->first_local[pair]; i < bundles->first_local[pair + 1]; i++)
        flow[bundles->limit[i]] += bundles->bundle[i] == BK_NONE ? all : by_bundle[bundles->bundle[i]];
}

static bool
pair_moved(const bki_repriced *repriced, size_t pair)
{
    const bk_traffic *traffic = repriced->assignment->traffic;
    bool              any = repriced->changed[pair];

    for (size_t s = traffic->first_slot[pair]; s < traffic->first_slot[pair + 1]; s++)
        any |= repriced->mass[s] != repriced->assignment->mass[s];
    return any;
}

static void
move_importer(void *state, size_t importer, size_t worker)
{
    const flow_job      *job = state;
    const bk_assignment *assignment = job->repriced->assignment;
    const bk_traffic    *traffic = assignment->traffic;

    for (size_t r = traffic->first_relation[importer]; r < traffic->first_relation[importer + 1]; r++)
        for (size_t p = traffic->first_pair[r]; p < traffic->first_pair[r + 1]; p++)
            if (pair_moved(job->repriced, p))
                move_pair(job, p, importer * traffic->n_regions + traffic->exporter[r],
                          job->by_bundle + worker * assignment->bundles->most_bundles,
                          job->blocks + importer * assignment->limits.n_limits);
}

bk_status
bki_reprice_flow(bk_context *ctx, const bki_repriced *repriced, const double *tonnes, double *flow)
{
    const bk_assignment *assignment = repriced->assignment;
    const size_t         n_limits = assignment->limits.n_limits, n_regions = assignment->traffic->n_regions;
    bk_arena             scratch;

    bk_arena_init(&scratch, ctx);
    flow_job        job = {.repriced = repriced,
                           .tonnes = tonnes,
                           .blocks = BK_NEW(&scratch, double, n_regions *n_limits),
                           .by_bundle =
                               BK_NEW(&scratch, double, (size_t)bk_context_threads(ctx) * assignment->bundles->most_bundles)};
    const bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        bk_parallel(ctx, n_regions, move_importer, &job);
        for (size_t a = 0; a < n_limits; a++) {
            flow[a] = 0.0;
            for (size_t n = 0; n < n_regions; n++)
                flow[a] += job.blocks[n * n_limits + a];
        }
    }
    bk_arena_release(&scratch);
    return status;
}
