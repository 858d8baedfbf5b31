/* Sums over routes by trade relation. */
#include "assignment/assignment.h"

typedef struct sum_job {
    const bk_assignment   *assignment;
    const double          *tonnes; /* [n_sectors][importer][exporter] t/yr */
    const bk_arc_grouping *by;
    size_t                *met; /* [n_regions][n_groups] by importer, 1 + the last route that met the group */
    double                *sum; /* [n_marks + 1][n_groups][importer][exporter] tonnes x weight */
} sum_job;

/* The least mark of the route's arcs; n_marks: none. */
static size_t
mark_of(const sum_job *job, size_t r)
{
    const bk_universe *universe = job->assignment->universe;
    size_t             least = job->by->n_marks;

    for (size_t at = universe->first_arc[r]; job->by->mark && at < universe->first_arc[r + 1]; at++)
        if (job->by->mark[universe->arc[at]] < least)
            least = job->by->mark[universe->arc[at]];
    return least;
}

/* Adds what `tonnes` of a sector meet on route `r` to the sums of its relation. */
static void
add_tonnes(const sum_job *job, size_t r, size_t sector, double tonnes, double *sum, size_t n_cells)
{
    const bk_universe     *universe = job->assignment->universe;
    const bk_arc_grouping *by = job->by;
    const double          *weight = by->weight + sector * job->assignment->graph->n_arcs;

    for (size_t at = universe->first_arc[r]; tonnes > 0.0 && at < universe->first_arc[r + 1]; at++) {
        const uint32_t arc = universe->arc[at];
        if (by->group[arc] != BK_NONE)
            sum[by->group[arc] * n_cells] += tonnes * weight[arc];
    }
}

/* The same, every group once. */
static void
add_once(const sum_job *job, size_t r, double tonnes, double *sum, size_t *met, size_t n_cells)
{
    const bk_universe *universe = job->assignment->universe;

    for (size_t at = universe->first_arc[r]; tonnes > 0.0 && at < universe->first_arc[r + 1]; at++) {
        const uint32_t group = job->by->group[universe->arc[at]];
        if (group == BK_NONE || met[group] == r + 1)
            continue;
        met[group] = r + 1;
        sum[group * n_cells] += tonnes;
    }
}

/* Route `r` of pair `p`, whose relation is at `cell` of a matrix. */
static void
add_route(const sum_job *job, size_t p, size_t r, size_t cell, size_t n_cells)
{
    const bk_assignment *assignment = job->assignment;
    const bk_traffic    *traffic = assignment->traffic;
    const double        *share = assignment->share + assignment->layout->first_share[p] +
                          (r - assignment->universe->first_route[p]) * assignment->layout->lanes[p];
    double *sum = job->sum + mark_of(job, r) * job->by->n_groups * n_cells + cell;
    double  all = 0.0;

    for (size_t s = traffic->first_slot[p], i = 0; s < traffic->first_slot[p + 1]; s++, i++) {
        const size_t sector = traffic->slot_sector[s];
        const double tonnes = job->tonnes[sector * n_cells + cell] * assignment->mass[s] * share[i];
        all += tonnes;
        if (job->by->weight)
            add_tonnes(job, r, sector, tonnes, sum, n_cells);
    }
    if (!job->by->weight)
        add_once(job, r, all, sum, job->met + cell / traffic->n_regions * job->by->n_groups, n_cells);
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

bk_status
bk_assignment_sum(bk_context *ctx, const bk_assignment *assignment, const double *tonnes, const bk_arc_grouping *by,
                  double *sum)
{
    const size_t n_regions = assignment->traffic->n_regions;
    bk_arena     scratch;

    bk_arena_init(&scratch, ctx);
    sum_job         job = {.assignment = assignment,
                           .tonnes = tonnes,
                           .by = by,
                           .met = BK_NEW(&scratch, size_t, n_regions * by->n_groups + 1),
                           .sum = sum};
    const bk_status status = bk_arena_ok(&scratch);
    for (size_t i = 0; status == BK_OK && i < (by->n_marks + 1) * by->n_groups * n_regions * n_regions; i++)
        sum[i] = 0.0;
    if (status == BK_OK)
        bk_parallel(ctx, n_regions, add_importer, &job);
    bk_arena_release(&scratch);
    return status;
}
