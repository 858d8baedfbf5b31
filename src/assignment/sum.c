/* Sums over routes by trade relation. */
#include "assignment/assignment.h"

#include <string.h>

typedef struct sum_job {
    const bk_assignment   *assignment;
    const double          *tonnes; /* [n_sectors][importer][exporter] t/yr */
    const bk_arc_grouping *by;
    size_t                *met;  /* [n_regions][n_groups] by importer, 1 + the last route that met the group */
    double                *room; /* [n_regions][n_marks + 1][n_groups] by importer, the sums of one relation */
    double                *sum;  /* [n_marks + 1][n_groups][importer][exporter] tonnes x weight */
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

/* Adds what `tonnes` of a sector meet on route `r` to `sum` [n_groups]. */
static void
add_tonnes(const sum_job *job, size_t r, size_t sector, double tonnes, double *sum)
{
    const bk_universe     *universe = job->assignment->universe;
    const bk_arc_grouping *by = job->by;
    const double          *weight = by->weight + sector * job->assignment->graph->n_arcs;

    for (size_t at = universe->first_arc[r]; tonnes > 0.0 && at < universe->first_arc[r + 1]; at++) {
        const uint32_t arc = universe->arc[at], group = by->group[arc], other = by->other ? by->other[arc] : group;
        const double   met = tonnes * weight[arc];
        if (group != BK_NONE)
            sum[group] += other == group ? met : 0.5 * met;
        if (other != group && other != BK_NONE)
            sum[other] += 0.5 * met;
    }
}

/* The same, every group once. */
static void
add_once(const sum_job *job, size_t r, double tonnes, double *sum, size_t *met)
{
    const bk_universe *universe = job->assignment->universe;

    for (size_t at = universe->first_arc[r]; tonnes > 0.0 && at < universe->first_arc[r + 1]; at++) {
        const uint32_t group = job->by->group[universe->arc[at]];
        if (group == BK_NONE || met[group] == r + 1)
            continue;
        met[group] = r + 1;
        sum[group] += tonnes;
    }
}

/* Route `r` of pair `p`, whose relation is at `cell` of a matrix, into `room` [n_marks + 1][n_groups]. */
static void
add_route(const sum_job *job, size_t p, size_t r, size_t cell, size_t n_cells, double *room, size_t *met)
{
    const bk_assignment *assignment = job->assignment;
    const bk_traffic    *traffic = assignment->traffic;
    const double        *share = assignment->share + assignment->layout->first_share[p] +
                          (r - assignment->universe->first_route[p]) * assignment->layout->lanes[p];
    double *sum = room + mark_of(job, r) * job->by->n_groups;
    double  all = 0.0;

    for (size_t s = traffic->first_slot[p], i = 0, end = traffic->first_slot[p + 1]; s < end;) {
        const size_t sector = traffic->slot_sector[s];
        double       part = 0.0; /* of the sector's tonnes: its classes of value of time are neighbours */
        for (; s < end && traffic->slot_sector[s] == sector; s++, i++)
            part += assignment->mass[s] * share[i];
        const double tonnes = job->tonnes[sector * n_cells + cell] * part;
        all += tonnes;
        if (job->by->weight)
            add_tonnes(job, r, sector, tonnes, sum);
    }
    if (!job->by->weight)
        add_once(job, r, all, sum, met);
}

/* A block is an importer: nobody else writes to its relations. */
static void
add_importer(void *state, size_t importer, size_t worker)
{
    const sum_job     *job = state;
    const bk_traffic  *traffic = job->assignment->traffic;
    const bk_universe *universe = job->assignment->universe;
    const size_t       n_regions = traffic->n_regions, n_sums = (job->by->n_marks + 1) * job->by->n_groups;
    double            *room = job->room + importer * n_sums; /* close together, as the sums of a relation are not */
    size_t            *met = job->met + importer * job->by->n_groups;

    (void)worker;
    for (size_t rel = traffic->first_relation[importer]; rel < traffic->first_relation[importer + 1]; rel++) {
        const size_t cell = importer * n_regions + traffic->exporter[rel];
        memset(room, 0, n_sums * sizeof *room);
        for (size_t p = traffic->first_pair[rel]; p < traffic->first_pair[rel + 1]; p++)
            for (size_t r = universe->first_route[p]; r < universe->first_route[p + 1]; r++)
                add_route(job, p, r, cell, n_regions * n_regions, room, met);
        for (size_t i = 0; i < n_sums; i++)
            job->sum[i * n_regions * n_regions + cell] = room[i];
    }
}

bk_status
bk_assignment_sum(bk_context *ctx, const bk_assignment *assignment, const double *tonnes, const bk_arc_grouping *by,
                  double *sum)
{
    const size_t n_regions = assignment->traffic->n_regions, n_sums = (by->n_marks + 1) * by->n_groups;
    bk_arena     scratch;

    bk_arena_init(&scratch, ctx);
    sum_job         job = {.assignment = assignment,
                           .tonnes = tonnes,
                           .by = by,
                           .met = BK_NEW(&scratch, size_t, n_regions * by->n_groups + 1),
                           .room = BK_NEW(&scratch, double, n_regions *n_sums + 1),
                           .sum = sum};
    const bk_status status = bk_arena_ok(&scratch);
    for (size_t i = 0; status == BK_OK && i < n_sums * n_regions * n_regions; i++)
        sum[i] = 0.0;
    if (status == BK_OK)
        bk_parallel(ctx, n_regions, add_importer, &job);
    bk_arena_release(&scratch);
    return status;
}
