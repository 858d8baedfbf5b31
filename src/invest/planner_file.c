/* A planner's problem from JSON. */
#include "buckle/io.h"
#include "buckle/planner.h"

#include <string.h>

typedef struct reader {
    bk_context          *ctx;
    const char          *path;
    bk_arena            *arena;
    const bk_json_value *root;
    bk_names            *names;
} reader;

static bk_status
fault(const reader *in, bk_status code, const bk_json_value *at, const char *hint, const char *what, const char *which)
{
    return bk_fail_at(in->ctx, code, in->path, at->line, at->column, hint, "\"%s\" %s", which, what);
}

/* The number under `key`; left out, `otherwise`, unless that is below 0: then it has to be there. */
static bk_status
read_number(const reader *in, const bk_json_value *object, const char *key, double otherwise, double *out)
{
    const bk_json_value *value = bk_json_member(object, key);

    *out = otherwise;
    if (!value)
        return otherwise >= 0.0 ? BK_OK : fault(in, BK_ERR_SCHEMA, object, NULL, "is missing", key);
    if (value->kind != BK_JSON_NUMBER)
        return fault(in, BK_ERR_SCHEMA, value, NULL, "must be a number", key);
    *out = value->number;
    return BK_OK;
}

static bk_status
read_array(const reader *in, const char *key, const bk_json_value **out)
{
    const bk_json_value *array = bk_json_member(in->root, key);

    *out = array;
    if (!array || array->kind != BK_JSON_ARRAY)
        return fault(in, BK_ERR_SCHEMA, array ? array : in->root, NULL, "must be an array of objects", key);
    return BK_OK;
}

/* ---- nodes ----------------------------------------------------------------------------------------------------- */

typedef struct node_arrays { /* writable arrays of the problem: [n_nodes], productivity [n_nodes][n_goods] */
    double      *labour, *housing, *weight, *productivity;
    const char **names;
} node_arrays;

static size_t
count_goods(const bk_json_value *nodes)
{
    const bk_json_value *first = nodes->child ? bk_json_member(nodes->child, "productivity") : NULL;

    return first && first->kind == BK_JSON_ARRAY ? first->n : 1;
}

static bk_status
read_productivity(const reader *in, const bk_json_value *node, size_t n_goods, double *out)
{
    const bk_json_value *value = bk_json_member(node, "productivity");
    const bk_json_value *item = value && value->kind == BK_JSON_ARRAY ? value->child : value;
    size_t               n = 0;

    if (!value || (value->kind == BK_JSON_ARRAY ? value->n : 1) != n_goods)
        return fault(in, BK_ERR_SCHEMA, value ? value : node, "a number for each good, as many as at the first node",
                     "is missing or has another number of goods", "productivity");
    for (; item && n < n_goods; item = item->next) {
        if (item->kind != BK_JSON_NUMBER)
            return fault(in, BK_ERR_SCHEMA, item, NULL, "may hold numbers only", "productivity");
        out[n++] = item->number;
    }
    return BK_OK;
}

static bk_status
read_node(const reader *in, const bk_json_value *node, size_t j, size_t n_goods, const node_arrays *to)
{
    const bk_json_value *name = bk_json_member(node, "name");

    if (name && !name->text)
        return fault(in, BK_ERR_SCHEMA, name, NULL, "must be a text", "name");
    to->names[j] = name ? name->text : bk_arena_format(in->arena, "%zu", j + 1);
    BK_TRY(bk_arena_ok(in->arena));
    const uint32_t index = bk_names_intern(in->names, to->names[j], strlen(to->names[j]));
    BK_TRY(bk_arena_ok(in->arena));
    if (index != j)
        return fault(in, BK_ERR_DUPLICATE, node, NULL, "is the name of two nodes", to->names[j]);
    BK_TRY(read_number(in, node, "labour", 1.0, &to->labour[j]));
    BK_TRY(read_number(in, node, "housing", 1.0, &to->housing[j]));
    BK_TRY(read_number(in, node, "weight", 1.0, &to->weight[j]));
    return read_productivity(in, node, n_goods, &to->productivity[j * n_goods]);
}

static bk_status
read_nodes(reader *in, bk_planner_data *out)
{
    const bk_json_value *nodes = NULL;
    node_arrays          to;
    size_t               j = 0;

    BK_TRY(read_array(in, "nodes", &nodes));
    const size_t n = nodes->n, n_goods = count_goods(nodes);
    to.labour = BK_NEW(in->arena, double, n + 1);
    to.housing = BK_NEW(in->arena, double, n + 1);
    to.weight = BK_NEW(in->arena, double, n + 1);
    to.productivity = BK_NEW(in->arena, double, n *n_goods + 1);
    to.names = BK_NEW(in->arena, const char *, n + 1);
    in->names = bk_names_create(in->arena);
    BK_TRY(bk_arena_ok(in->arena));
    for (const bk_json_value *node = nodes->child; node; node = node->next)
        BK_TRY(read_node(in, node, j++, n_goods, &to));
    out->planner.n_nodes = n;
    out->planner.n_goods = n_goods;
    out->planner.labour = to.labour;
    out->planner.housing = to.housing;
    out->planner.weight = to.weight;
    out->planner.productivity = to.productivity;
    out->names = to.names;
    return BK_OK;
}

/* ---- links ----------------------------------------------------------------------------------------------------- */

typedef struct link_arrays { /* writable arrays of the problem, [n_links] */
    uint32_t *from, *to;
    double   *transport_cost, *building_cost, *infrastructure, *kept;
    size_t    n_standing, n_kept; /* links with infrastructure; with some that stands */
} link_arrays;

static bk_status
read_end(const reader *in, const bk_json_value *link, const char *key, uint32_t *out)
{
    const bk_json_value *value = bk_json_member(link, key);
    const char          *name = value ? value->text : NULL;

    if (value && value->kind == BK_JSON_NUMBER)
        name = bk_arena_format(in->arena, "%.0f", value->number);
    BK_TRY(bk_arena_ok(in->arena));
    if (!name)
        return fault(in, BK_ERR_SCHEMA, value ? value : link, NULL, "must be the name of a node", key);
    *out = bk_names_find(in->names, name, strlen(name));
    if (*out != BK_NONE)
        return BK_OK;
    const char *near = bk_names_nearest(in->names, name, strlen(name));
    return fault(in, BK_ERR_REFERENCE, value, near ? bk_arena_format(in->arena, "did you mean %s?", near) : NULL,
                 "is no node", name);
}

static bk_status
read_link(const reader *in, const bk_json_value *link, size_t a, link_arrays *to)
{
    BK_TRY(read_end(in, link, "from", &to->from[a]));
    BK_TRY(read_end(in, link, "to", &to->to[a]));
    BK_TRY(read_number(in, link, "transport_cost", -1.0, &to->transport_cost[a]));
    BK_TRY(read_number(in, link, "building_cost", -1.0, &to->building_cost[a]));
    to->n_standing += bk_json_member(link, "infrastructure") != NULL;
    BK_TRY(read_number(in, link, "standing", 0.0, &to->kept[a]));
    to->n_kept += to->kept[a] != 0.0;
    return read_number(in, link, "infrastructure", 0.0, &to->infrastructure[a]);
}

static bk_status
read_links(const reader *in, bk_planner_data *out)
{
    const bk_json_value *links = NULL;
    link_arrays          to = {0};
    size_t               a = 0;

    BK_TRY(read_array(in, "links", &links));
    to.from = BK_NEW(in->arena, uint32_t, links->n + 1);
    to.to = BK_NEW(in->arena, uint32_t, links->n + 1);
    to.transport_cost = BK_NEW(in->arena, double, links->n + 1);
    to.building_cost = BK_NEW(in->arena, double, links->n + 1);
    to.infrastructure = BK_NEW(in->arena, double, links->n + 1);
    to.kept = BK_NEW(in->arena, double, links->n + 1);
    BK_TRY(bk_arena_ok(in->arena));
    for (const bk_json_value *link = links->child; link; link = link->next)
        BK_TRY(read_link(in, link, a++, &to));
    if (to.n_standing > 0 && to.n_standing < links->n)
        return fault(in, BK_ERR_SCHEMA, links, NULL, "is given for some links and not for others", "infrastructure");
    out->planner.n_links = links->n;
    out->planner.from = to.from;
    out->planner.to = to.to;
    out->planner.transport_cost = to.transport_cost;
    out->planner.building_cost = to.building_cost;
    out->planner.standing = to.n_kept > 0 ? to.kept : NULL;
    out->infrastructure = to.n_standing > 0 ? to.infrastructure : NULL;
    return BK_OK;
}

static bk_status
read_figures(const reader *in, bk_planner_data *out)
{
    bk_planner *planner = &out->planner;

    BK_TRY(read_number(in, in->root, "alpha", -1.0, &planner->alpha));
    BK_TRY(read_number(in, in->root, "rho", -1.0, &planner->rho));
    BK_TRY(read_number(in, in->root, "sigma", planner->n_goods == 1 ? 2.0 : -1.0, &planner->sigma));
    BK_TRY(read_number(in, in->root, "returns", -1.0, &planner->returns));
    BK_TRY(read_number(in, in->root, "beta", -1.0, &planner->beta));
    BK_TRY(read_number(in, in->root, "gamma", -1.0, &planner->gamma));
    return read_number(in, in->root, "budget", out->infrastructure ? 1.0 : -1.0, &planner->budget);
}

bk_status
bk_planner_read(bk_context *ctx, const char *path, bk_arena *arena, bk_planner_data *out)
{
    bk_planner_data data = {0};
    reader          in = {.ctx = ctx, .path = path, .arena = arena};
    const char     *bytes = NULL;
    size_t          n = 0;

    bk_note_input(ctx, path);
    BK_TRY(bk_file_read(ctx, path, arena, &bytes, &n));
    BK_TRY(bk_json_read(ctx, bytes, n, path, arena, &in.root));
    BK_TRY(read_nodes(&in, &data));
    BK_TRY(read_links(&in, &data));
    BK_TRY(read_figures(&in, &data));
    *out = data;
    return BK_OK;
}
