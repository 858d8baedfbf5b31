/* Tonnes onto routes and limits, at the shares of the last evaluation. */
#include "assignment/assignment.h"

#include <string.h>

typedef struct load_job {
    const bk_assignment *assignment;
    const double        *tonnes;
    const bki_elastic   *elastic;     /* or NULL */
    double              *flow_blocks; /* [n_regions][n_limits] */
} load_job;

/* Flow of each route of one pair onto its bundles, then onto limits. */
static void
load_pair(const load_job *job, size_t pair, size_t cell, double *by_bundle, double *flow)
{
    const bk_assignment *assignment = job->assignment;
    const bk_traffic    *traffic = assignment->traffic;
    const bk_universe   *universe = assignment->universe;
    const bki_bundles   *bundles = assignment->bundles;
    const size_t         lanes = assignment->layout->lanes[pair], n_cells = traffic->n_regions * traffic->n_regions;
    const size_t         first_slot = traffic->first_slot[pair], n_slots = traffic->first_slot[pair + 1] - first_slot;
    const double        *share = assignment->share + assignment->layout->first_share[pair];
    double               all = 0.0;

    for (size_t b = 0; b < bundles->n_bundles[pair]; b++)
        by_bundle[b] = 0.0;
    for (size_t r = universe->first_route[pair]; r < universe->first_route[pair + 1]; r++, share += lanes) {
        double sum = 0.0;
        for (size_t i = 0; i < n_slots; i++) {
            const size_t s = first_slot + i;
            sum += job->tonnes[traffic->slot_sector[s] * n_cells + cell] * assignment->mass[s] * share[i];
        }
        all += sum;
        for (size_t at = bundles->first_use[r]; at < bundles->first_use[r + 1]; at++)
            by_bundle[bundles->use[at]] += sum;
    }
    for (size_t i = bundles->first_local[pair]; i < bundles->first_local[pair + 1]; i++)
        flow[bundles->limit[i]] += bundles->bundle[i] == BK_NONE ? all : by_bundle[bundles->bundle[i]];
}

/* ---- how trade's answer to costs moves flows --------------------------------------------------------------------- */

/* Active limits used per tonne of each sector by one pair: bundle by bundle, then member by member. */
static void
pair_uses(const bk_assignment *assignment, const uint32_t *active_of, size_t n_active, size_t pair, double *by_bundle,
          double *used)
{
    const bk_traffic  *traffic = assignment->traffic;
    const bki_bundles *bundles = assignment->bundles;
    const size_t       lanes = assignment->layout->lanes[pair], first_slot = traffic->first_slot[pair];
    const size_t       n_slots = traffic->first_slot[pair + 1] - first_slot;
    const double      *share = assignment->share + assignment->layout->first_share[pair];

    memset(by_bundle, 0, bundles->n_bundles[pair] * lanes * sizeof *by_bundle);
    for (size_t r = assignment->universe->first_route[pair]; r < assignment->universe->first_route[pair + 1];
         r++, share += lanes)
        for (size_t at = bundles->first_use[r]; at < bundles->first_use[r + 1]; at++)
            for (size_t i = 0; i < lanes; i++)
                by_bundle[bundles->use[at] * lanes + i] += share[i];
    for (size_t at = bundles->first_local[pair]; at < bundles->first_local[pair + 1]; at++) {
        const uint32_t a = active_of[bundles->limit[at]], b = bundles->bundle[at];
        for (size_t i = 0; a != BK_NONE && i < n_slots; i++)
            used[traffic->slot_sector[first_slot + i] * n_active + a] +=
                assignment->mass[first_slot + i] * (b == BK_NONE ? 1.0 : by_bundle[b * lanes + i]);
    }
}

void
bki_relation_uses(const bk_assignment *assignment, const uint32_t *active_of, size_t n_active, size_t relation,
                  double *by_bundle, double *used)
{
    const bk_traffic *traffic = assignment->traffic;

    memset(used, 0, traffic->n_sectors * n_active * sizeof *used);
    for (size_t p = traffic->first_pair[relation]; p < traffic->first_pair[relation + 1]; p++)
        pair_uses(assignment, active_of, n_active, p, by_bundle, used);
}

/* block += weight x x' for the entries of x that are not 0; `list` is room for their places. */
static void
add_outer(double *block, size_t n, double weight, const double *x, uint32_t *list)
{
    size_t n_list = 0;

    for (size_t a = 0; a < n; a++)
        if (x[a] > 0.0)
            list[n_list++] = (uint32_t)a;
    for (size_t i = 0; i < n_list; i++)
        for (size_t k = 0; k <= i; k++)
            block[list[i] * n + list[k]] += weight * x[list[i]] * x[list[k]];
}

/* The importer's part of the response: substitution among its sources, by sector. */
static void
add_response(const load_job *job, size_t importer, bki_room *room)
{
    const bk_traffic      *traffic = job->assignment->traffic;
    const bk_demand_slope *slope = job->elastic->slope;
    const bki_curvature   *curvature = job->elastic->curvature;
    const size_t           n = curvature->n_active, n_regions = traffic->n_regions;
    double                *block = curvature->blocks + importer * n * n;
    double *used = room->by_sector, *mean = room->by_sector + traffic->n_sectors * n; /* [n_sectors][n] each */

    memset(mean, 0, traffic->n_sectors * n * sizeof *mean);
    for (size_t r = traffic->first_relation[importer]; r < traffic->first_relation[importer + 1]; r++) {
        bki_relation_uses(job->assignment, curvature->active_of, n, r, room->used, used);
        for (size_t j = 0; j < traffic->n_sectors; j++) {
            const size_t cell = (j * n_regions + importer) * n_regions + traffic->exporter[r];
            const double mass = slope->mass[cell], unit = slope->unit[cell];
            if (mass <= 0.0)
                continue;
            add_outer(block, n, mass * unit * unit, used + j * n, room->local);
            for (size_t a = 0; a < n; a++)
                mean[j * n + a] += mass * unit * used[j * n + a];
        }
    }
    for (size_t j = 0; j < traffic->n_sectors; j++) {
        const double total = slope->total[j * n_regions + importer];
        if (total > 0.0)
            add_outer(block, n, -1.0 / total, mean + j * n, room->local);
    }
}

static void
load_importer(void *state, size_t importer, size_t worker)
{
    const load_job   *job = state;
    const bk_traffic *traffic = job->assignment->traffic;
    const size_t      n_limits = job->assignment->limits.n_limits;
    double           *flow = job->flow_blocks + importer * n_limits;

    memset(flow, 0, n_limits * sizeof *flow);
    for (size_t r = traffic->first_relation[importer]; r < traffic->first_relation[importer + 1]; r++)
        for (size_t p = traffic->first_pair[r]; p < traffic->first_pair[r + 1]; p++)
            load_pair(job, p, importer * traffic->n_regions + traffic->exporter[r],
                      job->assignment->rooms[worker].by_bundle, flow);
    if (job->elastic != NULL)
        add_response(job, importer, &job->assignment->rooms[worker]);
}

void
bki_load(bk_context *ctx, bk_assignment *assignment, const double *tonnes, const bki_elastic *elastic, double *flow)
{
    const bk_traffic *traffic = assignment->traffic;
    const size_t      n_limits = assignment->limits.n_limits;
    load_job          job = {assignment, tonnes, elastic, assignment->flow_blocks};

    bk_parallel(ctx, traffic->n_regions, load_importer, &job);
    for (size_t a = 0; a < n_limits; a++) {
        flow[a] = assignment->limits.background[a];
        for (size_t n = 0; n < traffic->n_regions; n++)
            flow[a] += assignment->flow_blocks[n * n_limits + a];
    }
}

void
bk_assignment_limit_flow(bk_context *ctx, bk_assignment *assignment, const double *tonnes, double *flow)
{
    bki_load(ctx, assignment, tonnes, NULL, flow);
}
