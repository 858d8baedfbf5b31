/* Column generation: least-cost trees of every class against the best of its routes. */
#include "assignment/columns.h"
#include "assignment/assignment.h"
#include "assignment/sweep.h"

#include <math.h>

typedef struct gain_sum { /* of one origin zone */
    double largest, weighted, tonnes;
    size_t missed;
} gain_sum;

typedef struct column_job {
    const bk_assignment *assignment;
    const double        *tonnes, *route_price; /* [n_routes] */
    const uint32_t      *pair_cell;            /* [n_pairs] importer x n_regions + exporter */
    bki_route_set       *sets;                 /* or NULL */
    gain_sum            *sums;                 /* [n_zones] */
    uint32_t            *paths;                /* [threads][n_vertices] */
} column_job;

static double
best_inside(const column_job *job, const bki_sweep_visit *visit)
{
    const bk_assignment *assignment = job->assignment;
    const size_t         lanes = assignment->layout->lanes[visit->pair];
    const size_t         place = visit->slot - assignment->traffic->first_slot[visit->pair];
    const double        *cost = assignment->route_cost + 2 * assignment->layout->first_share[visit->pair] + place;
    double               best = INFINITY;

    for (size_t r = assignment->universe->first_route[visit->pair];
         r < assignment->universe->first_route[visit->pair + 1]; r++, cost += 2 * lanes)
        best = fmin(best, cost[0] + visit->usd_per_hour * cost[lanes] + job->route_price[r]);
    return best;
}

static void
try_column(void *state, size_t block, const bki_sweep_visit *visit)
{
    const column_job *job = state;
    const bk_traffic *traffic = job->assignment->traffic;
    const size_t      n_cells = traffic->n_regions * traffic->n_regions;
    gain_sum         *sum = &job->sums[block];

    if (!isfinite(visit->distance))
        return;
    const double best = best_inside(job, visit);
    const double gain = isfinite(best) ? fmax(0.0, 1.0 - visit->distance / best) : 1.0;
    const double tonnes = job->tonnes[visit->sector * n_cells + job->pair_cell[visit->pair]] *
                          traffic->slot_mass[visit->slot] / (double)visit->n_classes;
    sum->largest = fmax(sum->largest, gain);
    sum->weighted += gain * tonnes;
    sum->tonnes += tonnes;
    sum->missed += gain > BKI_ROUTE_GAIN;
    if (job->sets == NULL || gain <= BKI_ROUTE_GAIN_ADDED)
        return;
    uint32_t    *path = job->paths + visit->worker * job->assignment->graph->n_vertices;
    const size_t n = bki_contract_path(visit->contracted, visit->entering, visit->root, visit->target, path);
    bki_route_add(&job->sets[block], visit->pair, n, path);
}

static void
spread_prices(const bk_assignment *assignment, const double *price, double *facility_price, double *route_price,
              uint32_t *pair_cell)
{
    const bk_traffic *traffic = assignment->traffic;

    for (size_t a = 0; a < assignment->limits.n_limits; a++)
        facility_price[assignment->limits.facility[a]] = price[a];
    for (size_t r = 0; r < assignment->universe->n_routes; r++)
        for (size_t at = assignment->first_use[r]; at < assignment->first_use[r + 1]; at++)
            route_price[r] += price[assignment->use[at]];
    for (size_t r = 0; r < traffic->n_relations; r++)
        for (size_t p = traffic->first_pair[r]; p < traffic->first_pair[r + 1]; p++)
            pair_cell[p] = (uint32_t)(traffic->importer[r] * traffic->n_regions + traffic->exporter[r]);
}

static bk_route_gain
add_up(const gain_sum *sums, size_t n_zones)
{
    bk_route_gain gain = {0};
    double        weighted = 0.0, tonnes = 0.0;

    for (size_t z = 0; z < n_zones; z++) {
        gain.largest = fmax(gain.largest, sums[z].largest);
        gain.missed += sums[z].missed;
        weighted += sums[z].weighted;
        tonnes += sums[z].tonnes;
    }
    gain.mean = tonnes > 0.0 ? weighted / tonnes : 0.0;
    return gain;
}

bk_status
bki_columns_add(bk_context *ctx, const bk_assignment *assignment, const double *tonnes, const double *price,
                bki_route_set *sets, bk_route_gain *gain)
{
    const bk_traffic *traffic = assignment->traffic;
    const bk_graph   *graph = assignment->graph;
    bk_arena          scratch;

    bk_arena_init(&scratch, ctx);
    double         *facility_price = BK_NEW(&scratch, double, graph->n_facilities);
    double         *route_price = BK_NEW(&scratch, double, assignment->universe->n_routes);
    uint32_t       *pair_cell = BK_NEW(&scratch, uint32_t, traffic->n_pairs);
    column_job      job = {.assignment = assignment,
                           .tonnes = tonnes,
                           .route_price = route_price,
                           .pair_cell = pair_cell,
                           .sets = sets,
                           .sums = BK_NEW(&scratch, gain_sum, traffic->n_zones),
                           .paths = BK_NEW(&scratch, uint32_t, (size_t)bk_context_threads(ctx) * graph->n_vertices)};
    const bki_sweep sweep = {.model = assignment->model,
                             .graph = graph,
                             .costs = assignment->costs,
                             .traffic = traffic,
                             .price = facility_price,
                             .visit = try_column,
                             .state = &job};
    bk_status       status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        spread_prices(assignment, price, facility_price, route_price, pair_cell);
        status = bki_sweep_run(ctx, &sweep, &scratch);
    }
    if (status == BK_OK && sets != NULL)
        status = bki_route_sets_ok(sets, traffic->n_zones);
    if (status == BK_OK)
        *gain = add_up(job.sums, traffic->n_zones);
    bk_arena_release(&scratch);
    return status;
}

bk_status
bk_assignment_route_gain(bk_context *ctx, const bk_assignment *assignment, const double *tonnes, const double *price,
                         bk_route_gain *gain)
{
    return bki_columns_add(ctx, assignment, tonnes, price, NULL, gain);
}
