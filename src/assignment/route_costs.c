/* What the routes of the universe cost in a model: two numbers for each slot, from which a class's cost follows. */
#include "assignment/assignment.h"
#include "assignment/sweep.h"
#include "assignment/tolls.h"
#include "base/clones.h"

#include <math.h>
#include <string.h>

void
bki_arc_table(const bk_model *model, const bk_arc_costs *costs, double *table)
{
    const bk_transport_settings *settings = &model->transport;
    const size_t                 n_arcs = costs->n_arcs, n_sectors = costs->n_sectors;
    const double                 hours_per_variance =
        settings->reliability_ratio > 0.0 ? settings->reliability_ratio / settings->spread_hours : 0.0;

    for (size_t a = 0; a < n_arcs; a++)
        for (size_t j = 0; j < n_sectors; j++) {
            const size_t at = j * n_arcs + a;
            table[a * 2 * n_sectors + j] = costs->money[at] + costs->constant[at];
            table[a * 2 * n_sectors + n_sectors + j] = costs->hours[at] + hours_per_variance * costs->variance[at];
        }
}

BKI_CLONES void
bki_route_sums(const bk_universe *universe, size_t route, const double *restrict table, size_t width,
               double *restrict sum)
{
    for (size_t i = 0; i < width; i++)
        sum[i] = 0.0;
    for (size_t at = universe->first_arc[route]; at < universe->first_arc[route + 1]; at++) {
        const double *row = table + universe->arc[at] * width;
        for (size_t i = 0; i < width; i++)
            sum[i] += row[i];
    }
}

typedef struct cost_job {
    const bk_assignment *assignment;
    const bk_assignment *like;     /* whose sums hold for routes without changed arcs, or NULL */
    const double        *table;    /* [n_arcs][2][n_sectors] */
    const uint64_t      *arc_bans; /* [n_arcs] */
    const uint8_t       *changed;  /* [n_arcs] since `like` */
    bki_tolls            tolls;
    double              *route_cost, *mass;
    double              *sums; /* [threads][4][n_sectors] */
} cost_job;

/* Sums of one route into its slots; padding stays 0.  A banned route is closed to every sector. */
static void
sum_route(const cost_job *job, size_t pair, size_t route, uint64_t bans, double *sums, double *row)
{
    const bk_universe *universe = job->assignment->universe;
    const bk_traffic  *traffic = job->assignment->traffic;
    const size_t       lanes = job->assignment->layout->lanes[pair], n_sectors = traffic->n_sectors;
    uint64_t           met = 0;

    bki_route_sums(universe, route, job->table, 2 * n_sectors, sums);
    const double toll =
        job->tolls.usd == NULL
            ? 0.0
            : bki_route_toll(&job->tolls, bki_ends_of(job->assignment->model, traffic, pair), universe, route);
    if (bans != 0)
        for (size_t at = universe->first_arc[route]; at < universe->first_arc[route + 1]; at++)
            met |= job->arc_bans[universe->arc[at]];
    for (size_t s = traffic->first_slot[pair], i = 0; s < traffic->first_slot[pair + 1]; s++, i++) {
        row[i] = (met & bans) != 0 ? INFINITY : sums[traffic->slot_sector[s]] + toll;
        row[lanes + i] = sums[n_sectors + traffic->slot_sector[s]];
    }
}

static bool
route_changed(const cost_job *job, size_t route)
{
    const bk_universe *universe = job->assignment->universe;
    uint8_t            any = 0;

    for (size_t at = universe->first_arc[route]; at < universe->first_arc[route + 1]; at++)
        any |= job->changed[universe->arc[at]];
    return any != 0;
}

static double
least_money(const cost_job *job, size_t pair, size_t place)
{
    const bk_universe *universe = job->assignment->universe;
    const bki_layout  *layout = job->assignment->layout;
    const size_t  step = 2 * layout->lanes[pair], n = universe->first_route[pair + 1] - universe->first_route[pair];
    const double *money = job->route_cost + 2 * layout->first_share[pair] + place;
    double        least = INFINITY;

    for (size_t r = 0; r < n; r++)
        least = fmin(least, money[r * step]);
    return least;
}

/* Slots without an open route lose their share; the others of the relation and sector keep theirs in proportion. */
static void
share_masses(const cost_job *job, size_t relation, double *all, double *open)
{
    const bk_traffic *traffic = job->assignment->traffic;
    const size_t      first = traffic->first_pair[relation], last = traffic->first_pair[relation + 1];

    for (size_t j = 0; j < traffic->n_sectors; j++)
        all[j] = open[j] = 0.0;
    for (size_t p = first; p < last; p++)
        for (size_t s = traffic->first_slot[p]; s < traffic->first_slot[p + 1]; s++) {
            job->mass[s] = isfinite(least_money(job, p, s - traffic->first_slot[p])) ? traffic->slot_mass[s] : 0.0;
            all[traffic->slot_sector[s]] += traffic->slot_mass[s];
            open[traffic->slot_sector[s]] += job->mass[s];
        }
    for (size_t s = traffic->first_slot[first]; s < traffic->first_slot[last]; s++) {
        const size_t j = traffic->slot_sector[s];
        if (open[j] < all[j] && open[j] > 0.0)
            job->mass[s] *= all[j] / open[j];
    }
}

static void
cost_importer(void *state, size_t importer, size_t worker)
{
    const cost_job    *job = state;
    const bk_traffic  *traffic = job->assignment->traffic;
    const bk_universe *universe = job->assignment->universe;
    const bki_layout  *layout = job->assignment->layout;
    double            *sums = job->sums + worker * 4 * traffic->n_sectors;

    for (size_t r = traffic->first_relation[importer]; r < traffic->first_relation[importer + 1]; r++) {
        const uint64_t bans = bki_pair_bans(job->assignment->model, importer, traffic->exporter[r]);
        const bool     same_bans =
            job->like != NULL && bans == 0 && bki_pair_bans(job->like->model, importer, traffic->exporter[r]) == 0;
        for (size_t p = traffic->first_pair[r]; p < traffic->first_pair[r + 1]; p++)
            for (size_t route = universe->first_route[p]; route < universe->first_route[p + 1]; route++) {
                const size_t lanes = layout->lanes[p];
                const size_t at = 2 * (layout->first_share[p] + (route - universe->first_route[p]) * lanes);
                if (same_bans && !route_changed(job, route))
                    memcpy(job->route_cost + at, job->like->route_cost + at, 2 * lanes * sizeof *job->route_cost);
                else
                    sum_route(job, p, route, bans, sums, job->route_cost + at);
            }
        share_masses(job, r, sums + 2 * traffic->n_sectors, sums + 3 * traffic->n_sectors);
    }
}

bk_status
bki_route_costs(bk_context *ctx, bk_assignment *assignment, const bk_assignment *like, bk_arena *arena)
{
    const bk_traffic *traffic = assignment->traffic;
    const size_t      n_arcs = assignment->graph->n_arcs, width = 2 * traffic->n_sectors;
    const size_t      threads = (size_t)bk_context_threads(ctx);
    bki_tolls         before_tolls = {0};
    bk_arena          scratch;
    bk_status         status;

    bk_arena_init(&scratch, ctx);
    double   *table = BK_NEW(&scratch, double, n_arcs *width), *before = BK_NEW(&scratch, double, n_arcs *width);
    uint8_t  *changed = BK_NEW(&scratch, uint8_t, n_arcs);
    uint64_t *arc_bans = BK_NEW(&scratch, uint64_t, n_arcs);
    cost_job  job = {.assignment = assignment,
                     .like = like,
                     .table = table,
                     .arc_bans = arc_bans,
                     .changed = changed,
                     .route_cost = BK_NEW(arena, double, 2 * assignment->layout->first_share[traffic->n_pairs]),
                     .mass = BK_NEW(arena, double, traffic->n_slots),
                     .sums = BK_NEW(&scratch, double, threads * 2 * width),
                     .tolls = bki_tolls_list(assignment->model, assignment->graph, &scratch)};

    if (like != NULL)
        before_tolls = bki_tolls_list(like->model, assignment->graph, &scratch);
    status = bk_arena_ok(arena);
    if (status == BK_OK)
        status = bk_arena_ok(&scratch);
    if (status == BK_OK && !bki_arc_bans(assignment->model, assignment->graph, &scratch, arc_bans))
        status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        bki_arc_table(assignment->model, assignment->costs, table);
        if (like != NULL) {
            bki_arc_table(like->model, like->costs, before);
            for (size_t a = 0; a < n_arcs; a++)
                changed[a] = memcmp(table + a * width, before + a * width, width * sizeof *table) != 0 ||
                             bki_tolls_differ(&job.tolls, &before_tolls, a);
        }
        bk_parallel(ctx, traffic->n_regions, cost_importer, &job);
        assignment->route_cost = job.route_cost;
        assignment->mass = job.mass;
    }
    bk_arena_release(&scratch);
    return status;
}
