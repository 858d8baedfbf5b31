/* Select-link: whose trade uses a link, a border post or a transfer. */
#include "study/select.h"
#include "study/corridor.h"

#include <stdlib.h>
#include <string.h>

/* ---- which --------------------------------------------------------------------------------------------------- */

/* `id` is the whole of `text`, or the parts of it up to a bar: "dostyk" and "dostyk|rail" are in "dostyk|rail|KAZ|...".
 */
static bool
begins_with(const char *text, const char *id)
{
    const size_t length = strlen(id);

    return strncmp(text, id, length) == 0 && (text[length] == '\0' || text[length] == '|');
}

static bk_status
fail_unknown(bk_context *ctx, const bk_model *model, const bk_graph *graph, const char *text, bk_arena *arena)
{
    bk_names   *names = bk_names_create(arena);
    const char *colon = strchr(text, ':');

    for (uint32_t f = 0; names && f < graph->n_facilities; f++) {
        const bki_facility facility = bki_facility_describe(model, f, arena);
        const char        *name = bk_arena_format(arena, "%s:%s", facility.kind, facility.id);
        BK_TRY(bk_arena_ok(arena));
        bk_names_intern(names, name, strlen(name));
    }
    const char *near = names && colon ? bk_names_nearest(names, text, strlen(text)) : NULL;
    return bk_fail_hint(ctx, BK_ERR_REFERENCE,
                        near ? bk_arena_format(arena, "did you mean %s?", near)
                             : "write link:ID, border:PLACE or transfer:PLACE, as the tables flows and facilities have "
                               "them",
                        "there is nothing called '%s' to select", text);
}

bk_status
bk_study_facilities(bk_context *ctx, const bk_joint_base *base, const bk_model *model, const char *text,
                    bk_arena *arena, size_t *n_out, const uint32_t **out)
{
    const bk_graph *graph = bk_joint_graph(base);

    if (!graph)
        return bk_fail(ctx, BK_ERR_INCONSISTENT, "a study without network has nothing to select");
    uint32_t *found = BK_NEW(arena, uint32_t, graph->n_facilities + 1);
    BK_TRY(bk_arena_ok(arena));
    *n_out = 0;
    for (uint32_t f = 0; f < graph->n_facilities; f++) {
        const bki_facility facility = bki_facility_describe(model, f, arena);
        const size_t       length = strlen(facility.kind);
        BK_TRY(bk_arena_ok(arena));
        if (strncmp(text, facility.kind, length) == 0 && text[length] == ':' &&
            begins_with(facility.id, text + length + 1))
            found[(*n_out)++] = f;
    }
    *out = found;
    return *n_out > 0 ? BK_OK : fail_unknown(ctx, model, graph, text, arena);
}

/* ---- whose trade --------------------------------------------------------------------------------------------- */

static int
compare(const void *a, const void *b)
{
    const bk_selected *x = a, *y = b;

    if (x->tonnes != y->tonnes)
        return x->tonnes < y->tonnes ? 1 : -1;
    if (x->sector != y->sector)
        return x->sector < y->sector ? -1 : 1;
    if (x->importer != y->importer)
        return x->importer < y->importer ? -1 : 1;
    if (x->exporter != y->exporter)
        return x->exporter < y->exporter ? -1 : 1;
    return (x->corridor > y->corridor) - (x->corridor < y->corridor);
}

typedef struct select_job {
    const bk_model *model;
    const bk_graph *graph;
    size_t          n_facilities, n_sectors, n_regions, n_corridors;
    uint32_t       *group, *mark; /* [n_arcs] */
    double        **weight;       /* [n_sectors] each [n_sectors][n_arcs]: 1 in the sector's row */
    double        **sums;         /* [n_sectors] each [n_corridors][n_facilities][importer][exporter] t/yr */
} select_job;

static bk_status
prepare(const bk_joint_base *base, const bk_model *model, size_t n, const uint32_t *facilities, bk_arena *scratch,
        select_job *job)
{
    const bk_graph *graph = bk_joint_graph(base);
    const size_t    n_sectors = model->economy.n_sectors, n_regions = model->economy.n_regions;

    *job = (select_job){model, graph, n, n_sectors, n_regions, model->network.n_corridors + 1, NULL, NULL, NULL, NULL};
    job->group = BK_NEW(scratch, uint32_t, graph->n_arcs);
    job->mark = BK_NEW(scratch, uint32_t, graph->n_arcs);
    job->weight = BK_NEW(scratch, double *, n_sectors);
    job->sums = BK_NEW(scratch, double *, n_sectors);
    BK_TRY(bk_arena_ok(scratch));
    for (size_t j = 0; j < n_sectors; j++) {
        job->weight[j] = BK_NEW(scratch, double, n_sectors * graph->n_arcs);
        job->sums[j] = BK_NEW(scratch, double, job->n_corridors *n *n_regions *n_regions);
        BK_TRY(bk_arena_ok(scratch));
        for (size_t a = 0; a < graph->n_arcs; a++)
            job->weight[j][j * graph->n_arcs + a] = 1.0;
    }
    for (size_t a = 0; a < graph->n_arcs; a++) {
        job->group[a] = BK_NONE;
        for (uint32_t f = 0; f < n; f++)
            if (graph->facility[a] == facilities[f])
                job->group[a] = f;
    }
    bki_corridor_marks(model, graph, job->mark);
    return BK_OK;
}

static bk_status
add_up(bk_context *ctx, const bk_joint_base *base, const bk_joint_solution *solution, bk_arena *scratch,
       const select_job *job)
{
    bk_arc_grouping *by = BK_NEW(scratch, bk_arc_grouping, job->n_sectors);

    BK_TRY(bk_arena_ok(scratch));
    for (size_t j = 0; j < job->n_sectors; j++)
        by[j] = (bk_arc_grouping){.n_groups = job->n_facilities,
                                  .n_marks = job->n_corridors - 1,
                                  .weight = job->weight[j],
                                  .group = job->group,
                                  .mark = job->mark};
    return bk_joint_sums(ctx, base, job->model, solution, job->n_sectors, by, job->sums);
}

/* The flows of one facility, largest first. */
static bk_status
list_flows(const select_job *job, size_t f, bk_arena *arena, bk_selection *out)
{
    const size_t n_pairs = job->n_regions * job->n_regions;
    size_t       n = 0;

    for (int pass = 0; pass < 2; pass++) { /* count, then list */
        bk_selected *flows = pass ? BK_NEW(arena, bk_selected, n + 1) : NULL;
        BK_TRY(bk_arena_ok(arena));
        n = 0;
        for (size_t j = 0; j < job->n_sectors; j++)
            for (size_t cell = 0; cell < job->n_corridors * n_pairs; cell++) {
                const size_t corridor = cell / n_pairs, pair = cell % n_pairs;
                const double tonnes = job->sums[j][(corridor * job->n_facilities + f) * n_pairs + pair];
                if (tonnes <= 0.0)
                    continue;
                if (flows)
                    flows[n] = (bk_selected){j, pair / job->n_regions, pair % job->n_regions, corridor, tonnes};
                n++;
            }
        if (flows && n > 1)
            qsort(flows, n, sizeof *flows, compare);
        out->flows = flows;
    }
    out->n_flows = n;
    return BK_OK;
}

static double
background_of(const bk_model *model, uint32_t facility)
{
    return facility < model->network.n_links ? model->network.links[facility].background : 0.0;
}

bk_status
bk_study_select(bk_context *ctx, const bk_joint_base *base, const bk_model *model, const bk_joint_solution *solution,
                size_t n, const uint32_t *facilities, bk_arena *arena, const bk_selection **out)
{
    bk_selection *selections = BK_NEW(arena, bk_selection, n + 1);
    select_job    job;
    bk_arena      scratch;

    BK_TRY(bk_arena_ok(arena));
    bk_arena_init(&scratch, ctx);
    bk_status status = prepare(base, model, n, facilities, &scratch, &job);
    if (status == BK_OK)
        status = add_up(ctx, base, solution, &scratch, &job);
    for (size_t f = 0; status == BK_OK && f < n; f++) {
        const bki_facility facility = bki_facility_describe(model, facilities[f], arena);
        selections[f] = (bk_selection){.facility = facilities[f],
                                       .kind = facility.kind,
                                       .id = facility.id,
                                       .name = facility.name,
                                       .tonnes = solution->facility_flow[facilities[f]],
                                       .background = background_of(model, facilities[f])};
        status = list_flows(&job, f, arena, &selections[f]);
    }
    bk_arena_release(&scratch);
    BK_TRY(status);
    BK_TRY(bk_arena_ok(arena));
    *out = selections;
    return BK_OK;
}
