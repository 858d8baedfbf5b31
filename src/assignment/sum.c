/* Sums over routes by trade relation. */
#include "assignment/assignment.h"

typedef struct sum_job {
    const bk_assignment *assignment;
    const double        *tonnes; /* [n_sectors][importer][exporter] t/yr */
    const double        *weight; /* [n_sectors][n_arcs] what a tonne counts for */
    const uint32_t      *group;  /* [n_arcs] */
    double              *sum;    /* [n_groups][importer][exporter] tonnes x weight */
} sum_job;

/* Adds what the tonnes of pair `p` meet on route `r` to the sums of its relation. */
static void
add_route(const sum_job *job, size_t p, size_t r, size_t cell, size_t n_cells)
{
    const bk_assignment *assignment = job->assignment;
    const bk_traffic    *traffic = assignment->traffic;
    const bk_universe   *universe = assignment->universe;
    const size_t         n_arcs = assignment->graph->n_arcs;
    const double        *share = assignment->share + assignment->layout->first_share[p] +
                          (r - universe->first_route[p]) * assignment->layout->lanes[p];

    for (size_t s = traffic->first_slot[p], i = 0; s < traffic->first_slot[p + 1]; s++, i++) {
        const size_t  sector = traffic->slot_sector[s];
        const double  tonnes = job->tonnes[sector * n_cells + cell] * assignment->mass[s] * share[i];
        const double *weight = job->weight + sector * n_arcs;
        for (size_t at = universe->first_arc[r]; tonnes > 0.0 && at < universe->first_arc[r + 1]; at++) {
            const uint32_t arc = universe->arc[at];
            if (job->group[arc] != BK_NONE)
                job->sum[job->group[arc] * n_cells + cell] += tonnes * weight[arc];
        }
    }
}

/* A block is an importer: nobody else writes to its relations. */
static void
add_importer(void *state, size_t importer, size_t worker)
{
    const sum_job     *job = state;
    const bk_traffic  *traffic = job->assignment->traffic;
    const bk_universe *universe = job->assignment->universe;
    const size_t       n_regions = traffic->n_regions;

    (void)worker;
    for (size_t rel = traffic->first_relation[importer]; rel < traffic->first_relation[importer + 1]; rel++) {
        const size_t cell = importer * n_regions + traffic->exporter[rel];
        for (size_t p = traffic->first_pair[rel]; p < traffic->first_pair[rel + 1]; p++)
            for (size_t r = universe->first_route[p]; r < universe->first_route[p + 1]; r++)
                add_route(job, p, r, cell, n_regions * n_regions);
    }
}

void
bk_assignment_sum(bk_context *ctx, const bk_assignment *assignment, const double *tonnes, const double *weight,
                  const uint32_t *group, size_t n_groups, double *sum)
{
    const size_t n_regions = assignment->traffic->n_regions;
    sum_job      job = {assignment, tonnes, weight, group, sum};

    for (size_t i = 0; i < n_groups * n_regions * n_regions; i++)
        sum[i] = 0.0;
    bk_parallel(ctx, n_regions, add_importer, &job);
}
