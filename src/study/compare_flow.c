/* Observed flows and shares: tonnes, containers or tonne-km over links, by where the trade begins and ends.
 *
 * A row counts at the links it names.  With `*` it counts where trade crosses a country's border: transit of C and
 * imports of C where it enters C, exports where it leaves; turnover counts all the way inside C. */
#include "study/compare.h"
#include "study/lookup.h"

#include <string.h>

typedef struct flow_query {
    uint32_t transit;  /* country crossed by trade with no end there, or BK_NONE */
    uint32_t turnover; /* country of the tonne-km, or BK_NONE */
    uint32_t mode;     /* BK_NONE: any */
    uint32_t sector;   /* BK_NONE: every one */
    bool     has_origin, has_destination, both_ways, in_containers;
    bool    *is_origin;      /* [n_countries] */
    bool    *is_destination; /* [n_countries] */
    bool    *is_partner;     /* [n_countries] of a share: an end of the trade counted above the line; NULL for flows */
    bool    *is_towards;     /* [n_countries] arcs must head there; NULL: any way */
    bool    *is_link;        /* [n_links] counted; NULL: where a border is crossed */
} flow_query;

/* The first country named next to `word`, before or behind it ("transit of KAZ", "KAZ transit"). */
static uint32_t
country_beside(const bk_model *model, const char *const *words, size_t n_words, const char *word)
{
    for (size_t w = 0; w < n_words; w++) {
        if (strcmp(words[w], word) != 0)
            continue;
        for (size_t near = w > 0 ? w - 1 : 0; near < n_words && near <= w + 2; near++) {
            const uint32_t country = bk_model_find_country(model, words[near]);
            if (country != BK_NONE)
                return country;
        }
    }
    return BK_NONE;
}

static bool
has_word(const char *const *words, size_t n_words, const char *word)
{
    for (size_t w = 0; w < n_words; w++)
        if (strcmp(words[w], word) == 0)
            return true;
    return false;
}

/* Reads the row's links; BK_NONE in the answer of a wrong id would have been a fault of the study, so only `*` is
 * special. */
static void
read_links(const bk_model *model, const char *text, bk_arena *scratch, flow_query *query)
{
    if (strcmp(text, "*") == 0 || !text[0])
        return;
    query->is_link = BK_NEW(scratch, bool, model->network.n_links);
    const char *const *words = NULL;
    const size_t       n_words = bki_words(scratch, text, &words);
    for (size_t w = 0; query->is_link && w < n_words; w++) {
        const uint32_t link = bk_model_find_link(model, words[w]);
        if (link != BK_NONE)
            query->is_link[link] = true;
    }
}

static const char *
read_ends(const bk_model *model, const bk_observation *row, bk_arena *scratch, flow_query *query)
{
    query->is_origin = BK_NEW(scratch, bool, model->n_countries);
    query->is_destination = BK_NEW(scratch, bool, model->n_countries);
    if (scratch->failed)
        return NULL;
    query->has_origin = row->origin[0] != '\0';
    query->has_destination = row->destination[0] != '\0';
    if (query->has_origin && !bki_countries_named(model, row->origin, query->is_origin))
        return "its origin is no country, region or agreement of the study";
    if (query->has_destination && !bki_countries_named(model, row->destination, query->is_destination))
        return "its destination is no country, region or agreement of the study";
    query->both_ways = strcmp(row->direction, "both") == 0;
    query->sector = row->sector[0] ? bk_model_find_sector(model, row->sector) : BK_NONE;
    if (row->sector[0] && query->sector == BK_NONE)
        return "its sector is none of the study";
    return NULL;
}

/* Of a share, the country named last in the measure: "share of KAZ transit that is to or from CHN". */
static const char *
read_partner(const bk_model *model, const char *const *words, size_t n_words, bk_arena *scratch, flow_query *query)
{
    uint32_t partner = BK_NONE;

    for (size_t w = 0; w < n_words; w++) {
        const uint32_t country = bk_model_find_country(model, words[w]);
        if (country != BK_NONE && country != query->transit)
            partner = country;
    }
    if (query->transit == BK_NONE || partner == BK_NONE)
        return "its measure does not say `share of A transit that is to or from B`";
    query->is_partner = BK_NEW(scratch, bool, model->n_countries);
    if (query->is_partner)
        query->is_partner[partner] = true;
    return NULL;
}

/* NULL, or why the row asks for nothing the model knows. */
static const char *
read_query(const bk_model *model, const bk_observation *row, bk_arena *scratch, flow_query *query)
{
    const char *const *words = NULL, *const *direction = NULL;
    const size_t       n_words = bki_words(scratch, row->measure, &words);
    const size_t       n_direction = bki_words(scratch, row->direction, &direction);

    *query = (flow_query){.transit = country_beside(model, words, n_words, "transit"), .turnover = BK_NONE};
    query->mode = bki_mode_named(model, words, n_words);
    if (has_word(words, n_words, "turnover"))
        query->turnover = country_beside(model, words, n_words, "in");
    query->in_containers = strcmp(row->unit, "TEU/yr") == 0;
    read_links(model, row->links, scratch, query);
    const char *why = read_ends(model, row, scratch, query);
    if (!why && strcmp(row->kind, "share") == 0)
        why = read_partner(model, words, n_words, scratch, query);
    if (why)
        return why;
    if (n_direction == 2 && strcmp(direction[0], "to") == 0) {
        query->is_towards = BK_NEW(scratch, bool, model->n_countries);
        if (query->is_towards && !bki_countries_named(model, direction[1], query->is_towards))
            return "its direction is no country of the study";
    }
    if (!query->is_link && query->transit == BK_NONE && query->turnover == BK_NONE && !query->has_origin &&
        !query->has_destination)
        return "it names neither links, nor a country of transit or turnover, nor an end";
    return NULL;
}

/* Whether trade on this line arc is counted. */
static bool
is_counted(const bk_model *model, const bk_graph *graph, size_t arc, const flow_query *query)
{
    const bk_link *link = &model->network.links[graph->element[arc]];
    const uint32_t from = model->network.nodes[graph->node[graph->tail[arc]]].country;
    const uint32_t to = model->network.nodes[graph->node[graph->head[arc]]].country;

    if (query->mode != BK_NONE && link->mode != query->mode)
        return false;
    if (query->is_towards && !query->is_towards[to])
        return false;
    if (query->is_link)
        return query->is_link[graph->element[arc]];
    if (query->turnover != BK_NONE)
        return from == query->turnover && to == query->turnover;
    if (query->transit != BK_NONE)
        return from != query->transit && to == query->transit;
    if (query->has_origin)
        return query->is_origin[from] && !query->is_origin[to];
    return !query->is_destination[from] && query->is_destination[to];
}

static bool
joins(const flow_query *query, uint32_t exporter, uint32_t importer)
{
    return (!query->has_origin || query->is_origin[exporter]) &&
           (!query->has_destination || query->is_destination[importer]);
}

static bool
is_pair(const flow_query *query, uint32_t exporter, uint32_t importer)
{
    if (query->transit != BK_NONE && (exporter == query->transit || importer == query->transit))
        return false;
    return joins(query, exporter, importer) || (query->both_ways && joins(query, importer, exporter));
}

/* Sums over the pairs wanted; `part` of a share: those with an end at the partner. */
static void
add_pairs(const bk_model *model, const flow_query *query, const double *sum, double *all, double *part)
{
    const bk_economy *economy = &model->economy;

    *all = *part = 0.0;
    for (size_t n = 0; n < economy->n_regions; n++)
        for (size_t i = 0; i < economy->n_regions; i++) {
            const uint32_t importer = economy->regions[n].country, exporter = economy->regions[i].country;
            const double   value = sum[n * economy->n_regions + i];
            if (!is_pair(query, exporter, importer))
                continue;
            *all += value;
            if (query->is_partner && (query->is_partner[exporter] || query->is_partner[importer]))
                *part += value;
        }
}

/* weight [n_sectors][n_arcs] and group [n_arcs] of what is counted. */
static void
weigh(const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs, const flow_query *query, double *weight,
      uint32_t *group)
{
    for (size_t a = 0; a < graph->n_arcs; a++)
        group[a] = graph->kind[a] == BK_ARC_LINE && is_counted(model, graph, a, query) ? 0 : BK_NONE;
    for (size_t j = 0; j < model->economy.n_sectors; j++) {
        const double per_teu = model->economy.sectors[j].tonnes_per_teu;
        const bool   is_wanted = query->sector == BK_NONE || query->sector == j;
        for (size_t a = 0; a < graph->n_arcs; a++) {
            double each = query->turnover != BK_NONE ? costs->km[a] : 1.0;
            if (query->in_containers)
                each = per_teu > 0.0 ? each / per_teu : 0.0;
            weight[j * graph->n_arcs + a] = is_wanted && group[a] != BK_NONE ? each : 0.0;
        }
    }
}

/* Tonne-km of the traffic outside the study, on the links that are counted. */
static double
background_turnover(const bk_model *model, const flow_query *query)
{
    double tonne_km = 0.0;

    for (size_t l = 0; query->turnover != BK_NONE && l < model->network.n_links; l++) {
        const bk_link *link = &model->network.links[l];
        if (link->open && (query->mode == BK_NONE || link->mode == query->mode) &&
            model->network.nodes[link->from].country == query->turnover &&
            model->network.nodes[link->to].country == query->turnover)
            tonne_km += link->background * link->km;
    }
    return tonne_km;
}

static const char *
describe(const bki_comparer *comparer, const flow_query *query)
{
    const bk_model *model = comparer->model;
    const char     *mode = query->mode == BK_NONE ? "every mode" : model->network.modes[query->mode];

    if (query->is_partner)
        return bk_arena_format(comparer->arena, "of what enters %s by %s with no end there",
                               model->countries[query->transit], mode);
    if (query->turnover != BK_NONE)
        return bk_arena_format(comparer->arena, "tonnes x km on links inside %s by %s, background traffic included",
                               model->countries[query->turnover], mode);
    if (query->transit != BK_NONE)
        return bk_arena_format(comparer->arena, "entries into %s by %s of trade with no end there, each entry counted",
                               model->countries[query->transit], mode);
    if (query->is_link)
        return "trade over the links named";
    return bk_arena_format(comparer->arena, "trade that %s by %s, at the border",
                           query->has_origin ? "leaves its origin" : "enters its destination", mode);
}

struct bki_flow {
    flow_query      query;
    bool            is_share;
    bk_arc_grouping by;
    double         *sum; /* [importer][exporter] in the row's unit */
};

bk_status
bki_flow_read(const bki_comparer *comparer, const bk_observation *row, bk_arena *arena, const char **why,
              bki_flow **out)
{
    const bk_model *model = comparer->model;
    const bk_graph *graph = bk_joint_graph(comparer->base);
    const size_t    n_regions = model->economy.n_regions;
    bki_flow       *flow = BK_NEW(arena, bki_flow, 1);

    BK_TRY(bk_arena_ok(arena));
    flow->is_share = strcmp(row->kind, "share") == 0;
    *why = read_query(model, row, arena, &flow->query);
    BK_TRY(bk_arena_ok(arena));
    if (!*why && !flow->is_share &&
        strcmp(row->unit, flow->query.turnover != BK_NONE ? "tkm/yr"
                          : flow->query.in_containers     ? "TEU/yr"
                                                          : "t/yr") != 0)
        *why = "its unit is neither t/yr, TEU/yr nor, for turnover, tkm/yr";
    if (*why)
        return BK_OK;
    double   *weight = BK_NEW(arena, double, model->economy.n_sectors * graph->n_arcs);
    uint32_t *group = BK_NEW(arena, uint32_t, graph->n_arcs);
    double   *sum = BK_NEW(arena, double, n_regions *n_regions);
    BK_TRY(bk_arena_ok(arena));
    weigh(model, graph, bk_joint_arc_costs(comparer->base), &flow->query, weight, group);
    flow->by = (bk_arc_grouping){.weight = weight, .group = group, .n_groups = 1};
    flow->sum = sum;
    *out = flow;
    return BK_OK;
}

bk_arc_grouping
bki_flow_by(const bki_flow *flow)
{
    return flow->by;
}

double *
bki_flow_sum(bki_flow *flow)
{
    return flow->sum;
}

bool
bki_flow_value(const bki_flow *flow, const bk_model *model, double *value)
{
    double all, part;

    add_pairs(model, &flow->query, flow->sum, &all, &part);
    if (flow->is_share && all <= 0.0)
        return false;
    *value = flow->is_share ? part / all : all + background_turnover(model, &flow->query);
    return true;
}

bk_status
bki_compare_flow(const bki_comparer *comparer, bk_arena *scratch, bk_comparison *out)
{
    const bk_model *model = comparer->model;
    const char     *why = NULL;
    bki_flow       *flow = NULL;

    BK_TRY(bki_flow_read(comparer, out->observation, scratch, &why, &flow));
    if (why)
        return bki_not_computed(out, why);
    BK_TRY(bk_joint_sums(comparer->ctx, comparer->base, model, bk_joint_base_solution(comparer->base), 1, &flow->by,
                         &flow->sum));
    if (!bki_flow_value(flow, model, &out->value))
        return bki_not_computed(out, "there is no transit to take a share of");
    out->computed = true;
    out->how = describe(comparer, &flow->query);
    return BK_OK;
}
