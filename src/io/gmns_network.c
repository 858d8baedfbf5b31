/* A GMNS network as arcs with volume-delay functions. */
#include "io/columns.h"
#include "io/gmns.h"
#include "io/rows.h"
#include "io/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LISTED        10 /* ids in a warning */
#define DEFAULT_ALPHA 0.15
#define DEFAULT_BETA  4.0 /* Bureau of Public Roads (1964) */

typedef struct road_builder {
    const bki_gmns        *gmns;
    const bk_gmns_options *options;
    bk_arena              *arena, *scratch;
    bk_road_network        network;
    uint32_t              *place; /* [gmns nodes] their number in the network */
    bool                  *taken; /* [gmns links] */
} road_builder;

/* ---- zones and nodes ------------------------------------------------------------------------------------------- */

typedef struct road_zone {
    const char *id;
    uint32_t    node; /* of gmns, BK_NONE: not yet */
    bool        is_centroid, is_number;
    double      number;
} road_zone;

static bool
is_centroid(const bki_gmns_node *node)
{
    return strcasecmp(node->type, "centroid") == 0;
}

/* Centroids first, within each kind numbers by value, then the rest by their bytes. */
static int
by_kind_and_id(const void *a, const void *b)
{
    const road_zone *x = a, *y = b;

    if (x->is_centroid != y->is_centroid)
        return x->is_centroid ? -1 : 1;
    if (x->is_number != y->is_number)
        return x->is_number ? -1 : 1;
    if (x->is_number && x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return strcmp(x->id, y->id);
}

static void
refuse_two(const bki_gmns *gmns, const road_zone *zone, const bki_gmns_node *other)
{
    bk_fail_at(gmns->ctx, BK_ERR_DUPLICATE, gmns->node_path, other->line, 0,
               "let the node_type of one of them be `centroid`", "zone %s is at node %s and at node %s", zone->id,
               gmns->nodes[zone->node].id, other->id);
}

/* The node at which each zone starts and ends. */
static void
find_zones(const bki_gmns *gmns, road_zone *zones)
{
    for (uint32_t z = 0; z < bk_names_count(gmns->zone_names); z++) {
        zones[z] = (road_zone){.id = bk_names_text(gmns->zone_names, z), .node = BK_NONE};
        zones[z].is_number = bki_span_integer((bki_span){zones[z].id, strlen(zones[z].id)}, &zones[z].number);
    }
    for (uint32_t n = 0; n < gmns->n_nodes; n++) {
        const bki_gmns_node *node = &gmns->nodes[n];
        if (node->zone == BK_NONE)
            continue;
        road_zone *zone = &zones[node->zone];
        if (zone->node == BK_NONE || (is_centroid(node) && !zone->is_centroid)) {
            zone->node = n;
            zone->is_centroid = is_centroid(node);
        } else if (is_centroid(node)) {
            refuse_two(gmns, zone, node);
        }
    }
    for (uint32_t n = 0; n < gmns->n_nodes; n++) {
        const bki_gmns_node *node = &gmns->nodes[n];
        if (node->zone != BK_NONE && zones[node->zone].node != n && !zones[node->zone].is_centroid)
            refuse_two(gmns, &zones[node->zone], node);
    }
}

static bk_status
number_nodes(road_builder *builder)
{
    const bki_gmns *gmns = builder->gmns;
    const size_t    n_zones = bk_names_count(gmns->zone_names), before = bk_error_count(gmns->ctx);
    road_zone      *zones = BK_NEW(builder->scratch, road_zone, n_zones);
    const char    **zone_ids = BK_NEW(builder->arena, const char *, n_zones);
    const char    **node_ids = BK_NEW(builder->arena, const char *, gmns->n_nodes);
    double         *x = BK_NEW(builder->arena, double, gmns->n_nodes);
    double         *y = BK_NEW(builder->arena, double, gmns->n_nodes);
    uint32_t        n_placed = 0;

    builder->place = BK_NEW(builder->scratch, uint32_t, gmns->n_nodes);
    BK_TRY(bk_arena_ok(builder->scratch));
    BK_TRY(bk_arena_ok(builder->arena));
    if (n_zones == 0)
        return bk_fail_at(gmns->ctx, BK_ERR_SCHEMA, gmns->node_path, 1, 0,
                          "give those nodes a zone_id at which trips start and end", "no node has a zone_id");
    find_zones(gmns, zones);
    BK_TRY(bki_first_fault(gmns->ctx, before, BK_OK));
    qsort(zones, n_zones, sizeof *zones, by_kind_and_id);
    memset(builder->place, 0xff, gmns->n_nodes * sizeof *builder->place); /* all BK_NONE */
    for (size_t z = 0; z < n_zones; z++) {
        zone_ids[z] = bk_arena_text(builder->arena, zones[z].id, strlen(zones[z].id));
        builder->place[zones[z].node] = n_placed++;
        builder->network.first_through += zones[z].is_centroid;
    }
    for (size_t n = 0; n < gmns->n_nodes; n++) {
        if (builder->place[n] == BK_NONE)
            builder->place[n] = n_placed++;
        const uint32_t at = builder->place[n];
        node_ids[at] = bk_arena_text(builder->arena, gmns->nodes[n].id, strlen(gmns->nodes[n].id));
        x[at] = gmns->nodes[n].has_place ? gmns->nodes[n].x : (double)NAN;
        y[at] = gmns->nodes[n].has_place ? gmns->nodes[n].y : (double)NAN;
    }
    builder->network.n_zones = n_zones;
    builder->network.n_nodes = gmns->n_nodes;
    builder->network.zone_ids = zone_ids;
    builder->network.node_ids = node_ids;
    builder->network.x = x;
    builder->network.y = y;
    return bk_arena_ok(builder->arena);
}

/* ---- links ----------------------------------------------------------------------------------------------------- */

/* Marks the links to take, and warns of the others by id. */
static void
choose_links(road_builder *builder)
{
    const bki_gmns *gmns = builder->gmns;
    const char     *use = builder->options->use;
    bki_text        closed = {.arena = builder->scratch}, other = {.arena = builder->scratch};
    size_t          n_closed = 0, n_other = 0;

    for (size_t l = 0; l < gmns->n_links; l++) {
        const bki_gmns_link *link = &gmns->links[l];
        const bool           is_closed = link->lanes == 0.0;
        const bool is_other = !is_closed && use != NULL && link->uses[0] != '\0' && !bki_gmns_has_use(link->uses, use);
        builder->taken[l] = !is_closed && !is_other;
        if (is_closed && n_closed++ < LISTED)
            bki_text_format(&closed, "%s%s", n_closed > 1 ? ", " : "", link->id);
        if (is_other && n_other++ < LISTED)
            bki_text_format(&other, "%s%s", n_other > 1 ? ", " : "", link->id);
    }
    if (n_closed > 0)
        bk_log(gmns->ctx, BK_LOG_WARNING, "left out %zu links without lanes: %s%s", n_closed,
               closed.bytes != NULL ? closed.bytes : "", n_closed > LISTED ? " ..." : "");
    if (n_other > 0)
        bk_log(gmns->ctx, BK_LOG_WARNING, "left out %zu links that '%s' may not use: %s%s", n_other, use,
               other.bytes != NULL ? other.bytes : "", n_other > LISTED ? " ..." : "");
}

/* Minutes without traffic; a fault is recorded. */
static double
free_minutes(const bki_gmns *gmns, const bki_gmns_link *link)
{
    const bki_gmns_config *config = &gmns->config;

    if (link->free_time >= 0.0)
        return link->free_time;
    if (link->length == 0.0)
        return 0.0;
    if (link->length < 0.0 || link->free_speed < 0.0) {
        bk_fail_at(gmns->ctx, BK_ERR_SCHEMA, gmns->link_path, link->line,
                   link->length < 0.0 ? link->length_column : link->speed_column,
                   "give length and free_speed, or vdf_fftt in minutes", "link %s has no %s", link->id,
                   link->length < 0.0 ? "length" : "free_speed");
        return 0.0;
    }
    const double km = config->length_km > 0.0 && config->speed_kmh > 0.0 ? config->length_km : 1.0;
    const double kmh = config->length_km > 0.0 && config->speed_kmh > 0.0 ? config->speed_kmh : 1.0;
    const double minutes = link->free_speed > 0.0 ? 60.0 * link->length * km / (link->free_speed * kmh) : INFINITY;
    if (!isfinite(minutes))
        bk_fail_at(gmns->ctx, BK_ERR_VALUE, gmns->link_path, link->line, link->speed_column, NULL,
                   "free_speed of link %s is %g, must be above 0", link->id, link->free_speed);
    return minutes;
}

typedef struct arc_columns {
    uint32_t    *from, *to;                                                /* [n_arcs] node */
    double      *free_time, *capacity, *b, *power, *fixed, *length, *toll; /* [n_arcs] as in bk_road_network */
    const char **ids, **uses;                                              /* [n_arcs] */
} arc_columns;

static void
put_arc(const road_builder *builder, const arc_columns *arcs, size_t a, const bki_gmns_link *link)
{
    const bki_gmns        *gmns = builder->gmns;
    const bk_gmns_options *options = builder->options;
    const double           lanes = link->lanes > 0.0 ? link->lanes : 1.0;
    const bool             is_constant = link->capacity < 0.0 || link->alpha == 0.0;

    arcs->from[a] = builder->place[link->from];
    arcs->to[a] = builder->place[link->to];
    arcs->free_time[a] = free_minutes(gmns, link);
    arcs->capacity[a] = link->capacity > 0.0 ? link->capacity * lanes : 1.0;
    arcs->b[a] = is_constant ? 0.0 : link->alpha >= 0.0 ? link->alpha : DEFAULT_ALPHA;
    arcs->power[a] = link->beta >= 1.0 ? link->beta : DEFAULT_BETA;
    arcs->length[a] = fmax(link->length, 0.0);
    arcs->toll[a] = fmax(link->toll, 0.0);
    arcs->fixed[a] = options->toll_factor * arcs->toll[a] + options->distance_factor * arcs->length[a];
    arcs->ids[a] = bk_arena_text(builder->arena, link->id, strlen(link->id));
    arcs->uses[a] = bk_arena_text(builder->arena, link->uses, strlen(link->uses));
    if (link->capacity == 0.0 && !is_constant)
        bk_fail_at(gmns->ctx, BK_ERR_VALUE, gmns->link_path, link->line, link->capacity_column,
                   "leave it empty where nothing limits; 0 lanes close a link",
                   "capacity of link %s is 0, must be above 0", link->id);
}

/* The arc before, the other way. */
static void
put_way_back(const arc_columns *arcs, size_t a)
{
    double *const numbers[] = {arcs->free_time, arcs->capacity, arcs->b,   arcs->power,
                               arcs->fixed,     arcs->length,   arcs->toll};

    arcs->from[a] = arcs->to[a - 1];
    arcs->to[a] = arcs->from[a - 1];
    arcs->ids[a] = arcs->ids[a - 1];
    arcs->uses[a] = arcs->uses[a - 1];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        numbers[i][a] = numbers[i][a - 1];
}

static bk_status
make_arcs(bk_arena *arena, size_t n, arc_columns *arcs)
{
    double **numbers[] = {&arcs->free_time, &arcs->capacity, &arcs->b,   &arcs->power,
                          &arcs->fixed,     &arcs->length,   &arcs->toll};

    arcs->from = BK_NEW(arena, uint32_t, n);
    arcs->to = BK_NEW(arena, uint32_t, n);
    arcs->ids = BK_NEW(arena, const char *, n);
    arcs->uses = BK_NEW(arena, const char *, n);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        *numbers[i] = BK_NEW(arena, double, n);
    return bk_arena_ok(arena);
}

static double
shared_power(const arc_columns *arcs, size_t n)
{
    for (size_t a = 1; a < n; a++)
        if (arcs->power[a] != arcs->power[0])
            return 0.0;
    return n > 0 ? arcs->power[0] : 0.0;
}

static bk_status
build_arcs(road_builder *builder)
{
    const bki_gmns *gmns = builder->gmns;
    const size_t    before = bk_error_count(gmns->ctx);
    arc_columns     arcs;
    size_t          n = 0;

    builder->taken = BK_NEW(builder->scratch, bool, gmns->n_links);
    BK_TRY(bk_arena_ok(builder->scratch));
    choose_links(builder);
    for (size_t l = 0; l < gmns->n_links; l++)
        n += builder->taken[l] ? gmns->links[l].directed ? 1 : 2 : 0;
    if (n == 0)
        return bk_fail_at(gmns->ctx, BK_ERR_INCONSISTENT, gmns->link_path, 0, 0, NULL, "there is no link to travel on");
    BK_TRY(make_arcs(builder->arena, n, &arcs));
    size_t a = 0;
    for (size_t l = 0; l < gmns->n_links; l++) {
        if (builder->taken[l])
            put_arc(builder, &arcs, a++, &gmns->links[l]);
        if (builder->taken[l] && !gmns->links[l].directed)
            put_way_back(&arcs, a++);
    }
    BK_TRY(bk_arena_ok(builder->arena));
    BK_TRY(bki_first_fault(gmns->ctx, before, BK_OK));
    bk_road_network *network = &builder->network;
    network->n_arcs = n;
    network->from = arcs.from;
    network->to = arcs.to;
    network->vdf = (bk_vdf){BK_VDF_BPR, n, arcs.free_time, arcs.capacity, arcs.b, arcs.power, shared_power(&arcs, n)};
    network->fixed = arcs.fixed;
    network->length = arcs.length;
    network->toll = arcs.toll;
    network->arc_ids = arcs.ids;
    network->uses = arcs.uses;
    network->toll_factor = builder->options->toll_factor;
    network->distance_factor = builder->options->distance_factor;
    network->length_km = gmns->config.length_km;
    if (gmns->config.crs != NULL)
        network->crs = bk_arena_text(builder->arena, gmns->config.crs, strlen(gmns->config.crs));
    return bk_arena_ok(builder->arena);
}

/* ---- the whole ------------------------------------------------------------------------------------------------- */

static bk_status
read_network(bk_context *ctx, const char *path, const bk_gmns_options *options, bk_arena *scratch, bk_arena *arena,
             const bk_road_network **out)
{
    bki_gmns         gmns;
    road_builder     builder = {.gmns = &gmns, .options = options, .arena = arena, .scratch = scratch};
    bk_road_network *network = BK_NEW(arena, bk_road_network, 1);

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bki_gmns_read(ctx, path, scratch, &gmns));
    BK_TRY(number_nodes(&builder));
    BK_TRY(build_arcs(&builder));
    *network = builder.network;
    *out = network;
    return BK_OK;
}

bk_status
bk_gmns_network_read(bk_context *ctx, const char *path, const bk_gmns_options *options, bk_arena *arena,
                     const bk_road_network **out)
{
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    const bk_status status = read_network(ctx, path, options, &scratch, arena, out);
    bk_arena_release(&scratch);
    return status;
}
