/* Sums over routes along small changes of the network, tonnes held: choice answers costs, prices answer flows.
 *
 * Along a change, the exponent of route r for a class of scale mu moves by e_r = - mu (M_r' + h T_r' + p_r') + mu g_r
 * nu', with nu the logarithm of route noise, g generalised cost, p prices along the route; its share by s_r (e_r - sum
 * s e), and flows and sums, which are linear in shares, with it.  Prices follow from F(u) = background + flow - Q u =
 * 0: (Q + B D) u' = F at prices held,    p' = D u',    B = - d flow / d price,  D = dp / du. One pass over the routes
 * with prices held gives the right sides, one with the prices' answer the rest. */
#include "assignment/tangent.h"
#include "assignment/choice.h"
#include "base/cholesky.h"

#include <math.h>
#include <string.h>

/* As in the adjoint: a price whose slope is below this, USD/t per unit of utilisation, moves nothing. */
static const double LEAST_SLOPE = 1e-6;

typedef struct tangent_room { /* of one worker */
    double *change;           /* [n_directions][most_routes][2][n_sectors] USD/t and h, of costs */
    double *counted;          /* [n][most_routes][n_sectors] weight of a tonne in each sum */
    double *exponent;         /* [most_routes][most width] 1, e */
    double *tonnes;           /* [most_routes][most_lanes] t/yr */
    double *price;            /* [most_routes] USD/t */
    double *mean;             /* [most width] 1, sum of s e */
} tangent_room;

typedef struct tangent_job {
    bk_assignment         *assignment;
    const double          *tonnes, *price; /* [cells] t/yr; [n_limits] USD/t */
    size_t                 n_directions, n;
    const bki_direction   *directions;   /* [n_directions] */
    const bk_arc_grouping *by;           /* [n] */
    const uint64_t        *moved, *seen; /* [n_arcs] directions that change the arc, sums that count it */
    const double          *price_change; /* [n_directions][n_limits] USD/t, or NULL: prices held */
    double                *flow;         /* [n_regions importer][n_directions][n_limits] t/yr */
    double *const         *sums;         /* [n_directions x n] each [importer][exporter] */
    tangent_room          *rooms;
} tangent_job;

/* ---- one pair ---------------------------------------------------------------------------------------------------- */

/* Changes of costs along the routes, and what each route counts for; the directions that change some arc of theirs, and
 * the sums that count one. */
static void
walk_routes(const tangent_job *job, const bki_pair_view *pair, tangent_room *room, uint64_t *moved, uint64_t *seen)
{
    const bk_universe *universe = job->assignment->universe;
    const size_t       n_sectors = job->assignment->traffic->n_sectors, n_arcs = job->assignment->graph->n_arcs;
    const size_t       width = 2 * n_sectors;

    *moved = *seen = 0;
    for (size_t r = 0; r < pair->n_routes; r++)
        for (size_t at = universe->first_arc[pair->first_route + r];
             at < universe->first_arc[pair->first_route + r + 1]; at++) {
            *moved |= job->moved[universe->arc[at]];
            *seen |= job->seen[universe->arc[at]];
        }
    for (size_t k = 0; k < job->n_directions; k++)
        if (*moved >> k & 1)
            memset(room->change + k * pair->n_routes * width, 0, pair->n_routes * width * sizeof *room->change);
    for (size_t o = 0; o < job->n; o++)
        if (*seen >> o & 1)
            memset(room->counted + o * pair->n_routes * n_sectors, 0,
                   pair->n_routes * n_sectors * sizeof *room->counted);
    for (size_t r = 0; r < pair->n_routes; r++)
        for (size_t at = universe->first_arc[pair->first_route + r];
             at < universe->first_arc[pair->first_route + r + 1]; at++) {
            const uint32_t arc = universe->arc[at];
            for (uint64_t left = job->moved[arc]; left != 0; left &= left - 1) {
                const size_t  k = (size_t)__builtin_ctzll(left);
                const double *row = job->directions[k].table + arc * width;
                double       *to = room->change + (k * pair->n_routes + r) * width;
                for (size_t i = 0; i < width; i++)
                    to[i] += row[i];
            }
            for (uint64_t left = job->seen[arc]; left != 0; left &= left - 1) {
                const size_t o = (size_t)__builtin_ctzll(left);
                double      *to = room->counted + (o * pair->n_routes + r) * n_sectors;
                for (size_t j = 0; j < n_sectors; j++)
                    to[j] += job->by[o].weight[j * n_arcs + arc];
            }
        }
}

/* e of every route and class along direction k.  `change` NULL: no cost of these routes moves; `price` likewise. */
static void
find_exponents(const tangent_job *job, const bki_pair_view *pair, size_t k, const double *change, const double *price,
               const bki_room *at, double *exponent)
{
    const bk_traffic *traffic = job->assignment->traffic;
    const size_t      n_sectors = traffic->n_sectors;
    const double      noise = job->price_change != NULL ? 0.0 : job->directions[k].log_noise;

    for (size_t r = 0; r < pair->n_routes; r++)
        for (size_t c = 0; c < pair->width; c++) {
            const size_t i = c % pair->lanes, at_share = r * pair->width + c;
            double       cost = price != NULL ? price[r] : 0.0;
            exponent[at_share] = 0.0;
            if (i >= pair->n_slots || !(at->weight[at_share] > 0.0))
                continue;
            const size_t j = traffic->slot_sector[pair->first_slot + i];
            if (change != NULL)
                cost += change[r * 2 * n_sectors + j] + pair->usd_per_hour[c] * change[(r * 2 + 1) * n_sectors + j];
            if (noise != 0.0) {
                const double *money = pair->cost + 2 * r * pair->lanes, *hours = money + pair->lanes;
                cost -= noise * (money[i] + pair->usd_per_hour[c] * hours[i] + at->route_price[r]);
            }
            exponent[at_share] = -pair->scale[c] * cost;
        }
}

/* Tonnes by route and slot along the change: mean over classes of s (e - sum s e). */
static void
move_tonnes(const tangent_job *job, const bki_pair_view *pair, size_t cell, const double *share, tangent_room *room)
{
    const bk_traffic *traffic = job->assignment->traffic;
    const size_t      n_cells = traffic->n_regions * traffic->n_regions;

    memset(room->mean, 0, pair->width * sizeof *room->mean);
    for (size_t r = 0; r < pair->n_routes; r++)
        for (size_t c = 0; c < pair->width; c++)
            room->mean[c] += share[r * pair->width + c] * room->exponent[r * pair->width + c];
    for (size_t r = 0; r < pair->n_routes; r++)
        for (size_t i = 0; i < pair->n_slots; i++) {
            const size_t s = pair->first_slot + i;
            double       sum = 0.0;
            for (size_t c = i; c < pair->width; c += pair->lanes)
                sum += share[r * pair->width + c] * (room->exponent[r * pair->width + c] - room->mean[c]);
            room->tonnes[r * pair->lanes + i] = job->tonnes[traffic->slot_sector[s] * n_cells + cell] *
                                                job->assignment->mass[s] * sum / (double)pair->n_classes;
        }
}

/* What moves, into sums of the cell and, unless prices already answer, into the flow of each limit. */
static void
add_tonnes(const tangent_job *job, const bki_pair_view *pair, size_t importer, size_t cell, size_t k, uint64_t seen,
           double *by_bundle, const tangent_room *room)
{
    const bk_traffic  *traffic = job->assignment->traffic;
    const bki_bundles *bundles = job->assignment->bundles;
    const size_t       n_sectors = traffic->n_sectors, n_limits = job->assignment->limits.n_limits;

    for (uint64_t left = seen; left != 0; left &= left - 1) {
        const size_t o = (size_t)__builtin_ctzll(left);
        double       sum = 0.0;
        for (size_t r = 0; r < pair->n_routes; r++)
            for (size_t i = 0; i < pair->n_slots; i++)
                sum += room->tonnes[r * pair->lanes + i] *
                       room->counted[(o * pair->n_routes + r) * n_sectors + traffic->slot_sector[pair->first_slot + i]];
        job->sums[k * job->n + o][cell] += sum;
    }
    if (job->price_change != NULL)
        return;
    for (size_t b = 0; b < bundles->n_bundles[pair->index]; b++)
        by_bundle[b] = 0.0;
    for (size_t r = 0; r < pair->n_routes; r++) {
        double all = 0.0;
        for (size_t i = 0; i < pair->n_slots; i++)
            all += room->tonnes[r * pair->lanes + i];
        for (size_t at = bundles->first_use[pair->first_route + r]; at < bundles->first_use[pair->first_route + r + 1];
             at++)
            by_bundle[bundles->use[at]] += all;
    }
    double *flow = job->flow + (importer * job->n_directions + k) * n_limits; /* what every route uses does not move */
    for (size_t i = bundles->first_local[pair->index]; i < bundles->first_local[pair->index + 1]; i++)
        if (bundles->bundle[i] != BK_NONE)
            flow[bundles->limit[i]] += by_bundle[bundles->bundle[i]];
}

static void
move_pair(const tangent_job *job, size_t index, size_t importer, size_t cell, size_t worker)
{
    bk_assignment      *assignment = job->assignment;
    const bki_pair_view pair = bki_view_of(assignment, index);
    bki_room           *at = &assignment->rooms[worker];
    tangent_room       *room = &job->rooms[worker];
    const size_t        width = 2 * assignment->traffic->n_sectors, n_limits = assignment->limits.n_limits;
    bool                is_weighed = false;
    uint64_t            moved, seen;

    walk_routes(job, &pair, room, &moved, &seen);
    for (size_t k = 0; k < job->n_directions; k++) {
        const bool has_costs = job->price_change == NULL && (moved >> k & 1);
        if (!has_costs && job->price_change == NULL && job->directions[k].log_noise == 0.0)
            continue;
        if (job->price_change != NULL && seen == 0)
            continue; /* only the sums are still asked */
        if (!is_weighed)
            bki_weigh_pair(assignment, &pair, job->price, at);
        is_weighed = true;
        if (job->price_change != NULL)
            bki_route_prices(assignment->bundles, &pair, job->price_change + k * n_limits, at->by_bundle, room->price);
        find_exponents(job, &pair, k, has_costs ? room->change + k * pair.n_routes * width : NULL,
                       job->price_change != NULL ? room->price : NULL, at, room->exponent);
        move_tonnes(job, &pair, cell, at->weight, room);
        add_tonnes(job, &pair, importer, cell, k, seen, at->by_bundle, room);
    }
}

static void
move_importer(void *state, size_t importer, size_t worker)
{
    const tangent_job *job = state;
    const bk_traffic  *traffic = job->assignment->traffic;

    for (size_t r = traffic->first_relation[importer]; r < traffic->first_relation[importer + 1]; r++)
        for (size_t p = traffic->first_pair[r]; p < traffic->first_pair[r + 1]; p++)
            move_pair(job, p, importer, importer * traffic->n_regions + traffic->exporter[r], worker);
}

/* ---- the prices' answer ------------------------------------------------------------------------------------------ */

/* Right sides [n_directions][n_limits] t/yr, flows at prices held, into changes of prices. */
static bk_status
answer_prices(bk_context *ctx, tangent_job *job, const double *slope, bk_arena *scratch, double *right)
{
    bk_assignment *assignment = job->assignment;
    const size_t   n_limits = assignment->limits.n_limits, n_regions = assignment->traffic->n_regions;
    uint32_t *active = BK_NEW(scratch, uint32_t, n_limits + 1), *active_of = BK_NEW(scratch, uint32_t, n_limits + 1);
    size_t    n = 0;

    BK_TRY(bk_arena_ok(scratch));
    for (size_t a = 0; a < n_limits; a++) {
        active_of[a] = slope[a] > LEAST_SLOPE ? (uint32_t)n : BK_NONE;
        if (active_of[a] != BK_NONE)
            active[n++] = (uint32_t)a;
    }
    double             *matrix = BK_NEW(scratch, double, n *n + 1), *x = BK_NEW(scratch, double, n + 1);
    const bki_curvature curvature = {n, active_of, BK_NEW(scratch, double, n_regions *n *n + 1), job->tonnes};
    BK_TRY(bk_arena_ok(scratch));
    bki_choose(ctx, assignment, job->price, &curvature, NULL);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k <= i; k++) {
            double sum = 0.0;
            for (size_t b = 0; b < n_regions; b++)
                sum += curvature.blocks[(b * n + i) * n + k];
            matrix[i * n + k] = sum * sqrt(slope[active[i]] * slope[active[k]]);
        }
        matrix[i * n + i] += assignment->limits.capacity[active[i]];
    }
    if (!bki_cholesky_factor(n, matrix))
        return bk_fail(ctx, BK_ERR_NO_SOLUTION, "the prices of this state are not determined");
    for (size_t k = 0; k < job->n_directions; k++) {
        double *row = right + k * n_limits;
        for (size_t i = 0; i < n; i++)
            x[i] = sqrt(slope[active[i]]) * row[active[i]];
        bki_cholesky_solve(n, matrix, x);
        memset(row, 0, n_limits * sizeof *row);
        for (size_t i = 0; i < n; i++)
            row[active[i]] = sqrt(slope[active[i]]) * x[i];
    }
    return BK_OK;
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

static bk_status
make_rooms(bk_context *ctx, tangent_job *job, bk_arena *scratch)
{
    const bk_traffic *traffic = job->assignment->traffic;
    const bki_layout *layout = job->assignment->layout;
    const size_t      threads = (size_t)bk_context_threads(ctx), width = traffic->n_classes * layout->most_lanes;
    const size_t      routes = layout->most_routes, n_sectors = traffic->n_sectors;

    job->rooms = BK_NEW(scratch, tangent_room, threads);
    BK_TRY(bk_arena_ok(scratch));
    for (size_t w = 0; w < threads; w++)
        job->rooms[w] = (tangent_room){
            .change = BK_NEW(scratch, double, job->n_directions *routes * 2 * n_sectors + 1),
            .counted = BK_NEW(scratch, double, job->n *routes *n_sectors + 1),
            .exponent = BK_NEW(scratch, double, routes *width + 1),
            .tonnes = BK_NEW(scratch, double, routes * layout->most_lanes + 1),
            .price = BK_NEW(scratch, double, routes + 1),
            .mean = BK_NEW(scratch, double, width + 1),
        };
    return bk_arena_ok(scratch);
}

/* Which arcs each direction changes, and each sum counts. */
static void
mark_arcs(const tangent_job *job, uint64_t *moved, uint64_t *seen)
{
    const size_t n_arcs = job->assignment->graph->n_arcs, width = 2 * job->assignment->traffic->n_sectors;

    for (size_t k = 0; k < job->n_directions; k++)
        for (size_t i = 0; i < n_arcs * width; i++)
            if (job->directions[k].table[i] != 0.0)
                moved[i / width] |= (uint64_t)1 << k;
    for (size_t o = 0; o < job->n; o++)
        for (size_t a = 0; a < n_arcs; a++)
            if (job->by[o].group[a] != BK_NONE)
                seen[a] |= (uint64_t)1 << o;
}

bk_status
bki_tangents(bk_context *ctx, bk_assignment *assignment, const double *tonnes, const double *price, const double *slope,
             size_t n_directions, const bki_direction *directions, size_t n, const bk_arc_grouping *by,
             double *const *sums)
{
    const size_t n_limits = assignment->limits.n_limits, n_regions = assignment->traffic->n_regions;
    bk_arena     scratch;

    bk_arena_init(&scratch, ctx);
    uint64_t   *moved = BK_NEW(&scratch, uint64_t, assignment->graph->n_arcs + 1);
    uint64_t   *seen = BK_NEW(&scratch, uint64_t, assignment->graph->n_arcs + 1);
    double     *right = BK_NEW(&scratch, double, n_directions *n_limits + 1);
    tangent_job job = {.assignment = assignment,
                       .tonnes = tonnes,
                       .price = price,
                       .n_directions = n_directions,
                       .n = n,
                       .directions = directions,
                       .by = by,
                       .moved = moved,
                       .seen = seen,
                       .flow = BK_NEW(&scratch, double, n_regions *n_directions *n_limits + 1),
                       .sums = sums};
    bk_status   status = make_rooms(ctx, &job, &scratch);
    if (status == BK_OK) {
        mark_arcs(&job, moved, seen);
        for (size_t i = 0; i < n_directions * n; i++)
            memset(sums[i], 0, n_regions * n_regions * sizeof *sums[i]);
        bk_parallel(ctx, n_regions, move_importer, &job);
        for (size_t k = 0; k < n_directions; k++)
            for (size_t a = 0; a < n_limits; a++) {
                right[k * n_limits + a] = directions[k].background[a];
                for (size_t b = 0; b < n_regions; b++)
                    right[k * n_limits + a] += job.flow[(b * n_directions + k) * n_limits + a];
            }
        status = answer_prices(ctx, &job, slope, &scratch, right);
    }
    if (status == BK_OK) {
        job.price_change = right;
        bk_parallel(ctx, n_regions, move_importer, &job);
    }
    bk_arena_release(&scratch);
    return status;
}
