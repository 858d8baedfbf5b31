/* The tonnes on every link of trade of one origin, destination or sector: one pass over the routes. */
#include "server/questions.h"

#include <string.h>

typedef struct flow_filter { /* BK_NONE: any */
    uint32_t origin, destination, sector;
} flow_filter;

/* BK_NONE for an empty field; false, and a fault, if nothing is called so. */
static bool
read_name(bki_question *q, size_t field, uint32_t (*find)(const bk_model *, const char *), uint32_t *out)
{
    const char *name = field < q->n ? q->fields[field] : "";

    *out = name[0] != '\0' ? find(q->worker->warm->model, name) : BK_NONE;
    if (name[0] == '\0' || *out != BK_NONE)
        return true;
    bk_fail(q->ctx, BK_ERR_REFERENCE, "the study has no '%s'", name);
    return false;
}

/* weight [n_sectors][n_arcs]: a tonne of the sectors wanted counts once on each arc; group [n_arcs]: its link. */
static bool
group_links(const bki_question *q, const bk_graph *graph, const flow_filter *filter, double **weight, uint32_t **group)
{
    const bk_model *model = q->worker->warm->model;
    const size_t    n_sectors = model->economy.n_sectors;

    *weight = BK_NEW(q->arena, double, n_sectors * graph->n_arcs);
    *group = BK_NEW(q->arena, uint32_t, graph->n_arcs);
    if (*weight == NULL || *group == NULL)
        return false;
    for (size_t a = 0; a < graph->n_arcs; a++)
        (*group)[a] = graph->facility[a] < model->network.n_links ? graph->facility[a] : BK_NONE;
    for (size_t j = 0; j < n_sectors; j++)
        for (size_t a = 0; a < graph->n_arcs; a++)
            (*weight)[j * graph->n_arcs + a] = filter->sector == BK_NONE || filter->sector == j;
    return true;
}

static double
tonnes_of(const double *by_pair, size_t n_regions, const flow_filter *filter)
{
    double tonnes = 0.0;

    for (size_t importer = 0; importer < n_regions; importer++)
        for (size_t exporter = 0; exporter < n_regions; exporter++)
            if ((filter->destination == BK_NONE || filter->destination == importer) &&
                (filter->origin == BK_NONE || filter->origin == exporter))
                tonnes += by_pair[importer * n_regions + exporter];
    return tonnes;
}

static bk_status
flows_json(bki_question *q, const double *sum, const flow_filter *filter)
{
    const bk_model *model = q->worker->warm->model;
    const size_t    n_regions = model->economy.n_regions;
    bk_json        *json = bk_json_create(q->arena);

    BK_TRY(bk_arena_ok(q->arena));
    bk_json_object(json, NULL);
    bk_json_array(json, "links");
    for (size_t l = 0; l < model->network.n_links; l++) {
        const double tonnes = tonnes_of(&sum[l * n_regions * n_regions], n_regions, filter);
        if (tonnes <= 0.0)
            continue;
        bk_json_object(json, NULL);
        bk_json_text(json, "link", model->network.links[l].id);
        bk_json_number(json, "tonnes", tonnes);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_end(json);
    q->body = bk_json_result(json, &q->n_body);
    return q->body != NULL ? BK_OK : bk_fail_no_memory(q->ctx);
}

bk_status
bki_ask_flows(bki_question *q, const bk_model *model, const bk_joint_solution *solution)
{
    const bk_run        *run = q->worker->run;
    const bk_joint_base *base = run->n_scenarios > 0 ? run->scenarios[0].base : run->base;
    const bk_graph      *graph = bk_joint_graph(base);
    const size_t         n_pairs = model->economy.n_regions * model->economy.n_regions;
    flow_filter          filter;
    double              *weight;
    uint32_t            *group;

    if (!read_name(q, 1, bk_model_find_region, &filter.origin) ||
        !read_name(q, 2, bk_model_find_region, &filter.destination) ||
        !read_name(q, 3, bk_model_find_sector, &filter.sector))
        return BK_ERR_REFERENCE;
    if (graph == NULL || solution == NULL)
        return bk_fail(q->ctx, BK_ERR_USAGE, "this run has no flows on a network");
    double *sum = BK_NEW(q->arena, double, model->network.n_links *n_pairs);
    if (sum == NULL || !group_links(q, graph, &filter, &weight, &group))
        return bk_fail_no_memory(q->ctx);
    BK_TRY(bk_joint_sum(q->ctx, base, model, solution, weight, group, model->network.n_links, sum));
    return flows_json(q, sum, &filter);
}
