/* A road network with its traffic as a folder in GMNS. */
#include "io/folder.h"
#include "io/gmns.h"
#include "io/gmns_sheet.h"
#include "io/road_files.h"

#include <math.h>
#include <string.h>

typedef struct road_writer {
    bk_context            *ctx;
    const char            *folder;
    const bk_road_network *network;
    const bk_gmns_volumes *volumes;
    bk_arena              *arena;
    const char           **from, **to; /* [n_arcs] ids of nodes */
} road_writer;

/* ---- config.csv and node.csv ------------------------------------------------------------------------------------ */

/* Speeds are not written: times are, in minutes. */
static bk_status
write_config(const road_writer *self)
{
    static const char *const heads[] = {"long_length", "speed", "crs", "version_number", "id_type"};
    const bk_road_network   *network = self->network;
    const char *const        unit = network->length_km > 0.0 ? bki_gmns_length_name(network->length_km) : NULL;
    const char *const        cells[] = {unit, unit != NULL ? "km/h" : NULL, network->crs, "0.96", "string"};
    bki_sheet                config;

    BK_TRY(bki_sheet_make(self->arena, "config.csv", heads, 5, 1, &config));
    for (size_t c = 0; c < 5; c++)
        config.columns[c][0] = cells[c];
    return bki_sheet_write(self->ctx, self->folder, &config, self->arena);
}

static const char *
copied(bk_arena *arena, const char *text)
{
    return bk_arena_text(arena, text, strlen(text));
}

static bk_status
write_nodes(const road_writer *self)
{
    static const char *const heads[] = {"node_id", "x_coord", "y_coord", "node_type", "zone_id"};
    const bk_road_network   *network = self->network;
    char                     text[BK_ROAD_ID_SIZE];
    bki_sheet                nodes;

    BK_TRY(bki_sheet_make(self->arena, "node.csv", heads, 5, network->n_nodes, &nodes));
    for (size_t n = 0; n < network->n_nodes; n++) {
        nodes.columns[0][n] = copied(self->arena, bk_road_node_id(network, n, text));
        nodes.columns[1][n] = network->x != NULL ? bki_sheet_number(self->arena, network->x[n]) : NULL;
        nodes.columns[2][n] = network->y != NULL ? bki_sheet_number(self->arena, network->y[n]) : NULL;
        nodes.columns[3][n] = n < network->first_through ? "centroid" : NULL;
        nodes.columns[4][n] = n < network->n_zones ? copied(self->arena, bk_road_zone_id(network, n, text)) : NULL;
    }
    BK_TRY(bk_arena_ok(self->arena));
    return bki_sheet_write(self->ctx, self->folder, &nodes, self->arena);
}

/* ---- link.csv --------------------------------------------------------------------------------------------------- */

enum { LINK_HEADS = 11 };

/* Whether the next arc is this one back: one link then. */
static bool
has_way_back(const bk_road_network *network, size_t a)
{
    return network->arc_ids != NULL && a + 1 < network->n_arcs &&
           strcmp(network->arc_ids[a], network->arc_ids[a + 1]) == 0;
}

static void
put_link(const road_writer *self, const bki_sheet *links, size_t row, size_t a)
{
    const bk_road_network *network = self->network;
    const bk_vdf          *vdf = &network->vdf;
    const double           capacity = vdf->b[a] > 0.0 ? vdf->capacity[a] : (double)INFINITY;
    const double power = vdf->form == BK_VDF_LINEAR ? 1.0 : vdf->all_power > 0.0 ? vdf->all_power : vdf->power[a];
    const double numbers[] = {network->length != NULL ? network->length[a] : (double)NAN,
                              capacity,
                              vdf->free_time[a],
                              isfinite(capacity) ? vdf->b[a] : 0.0,
                              power,
                              network->toll != NULL ? network->toll[a] : (double)NAN};
    char id[BK_ROAD_ID_SIZE];

    links->columns[0][row] = copied(self->arena, bk_road_arc_id(network, a, id));
    links->columns[1][row] = self->from[a];
    links->columns[2][row] = self->to[a];
    links->columns[3][row] = has_way_back(network, a) ? "false" : "true";
    for (size_t c = 0; c < sizeof numbers / sizeof *numbers; c++)
        links->columns[4 + c][row] = bki_sheet_number(self->arena, numbers[c]);
    links->columns[10][row] = network->uses != NULL && network->uses[a][0] != '\0' ? network->uses[a] : NULL;
}

static bk_status
write_links(const road_writer *self)
{
    static const char *const heads[LINK_HEADS] = {"link_id",  "from_node_id", "to_node_id",  "directed",
                                                  "length",   "capacity",     "vdf_fftt",    "vdf_alpha",
                                                  "vdf_beta", "toll",         "allowed_uses"};
    bki_sheet                links;
    size_t                   n = 0, row = 0;

    for (size_t a = 0; a < self->network->n_arcs; a += has_way_back(self->network, a) ? 2 : 1)
        n++;
    BK_TRY(bki_sheet_make(self->arena, "link.csv", heads, LINK_HEADS, n, &links));
    for (size_t a = 0; a < self->network->n_arcs; a += has_way_back(self->network, a) ? 2 : 1)
        put_link(self, &links, row++, a);
    BK_TRY(bk_arena_ok(self->arena));
    return bki_sheet_write(self->ctx, self->folder, &links, self->arena);
}

/* ---- link_performance.csv --------------------------------------------------------------------------------------- */

enum { COMMON_HEADS = 6 };

static void
put_performance(const road_writer *self, const bki_sheet *sheet, size_t a)
{
    const bk_road_network *network = self->network;
    const bk_gmns_volumes *volumes = self->volumes;
    const size_t           n = network->n_arcs;
    const bool             has_capacity = network->vdf.b[a] > 0.0;
    char                   id[BK_ROAD_ID_SIZE];

    sheet->columns[0][a] = copied(self->arena, bk_road_arc_id(network, a, id));
    sheet->columns[1][a] = self->from[a];
    sheet->columns[2][a] = self->to[a];
    sheet->columns[3][a] = bki_sheet_number(self->arena, volumes->flow[a]);
    sheet->columns[4][a] =
        has_capacity ? bki_sheet_number(self->arena, volumes->flow[a] / network->vdf.capacity[a]) : NULL;
    sheet->columns[5][a] = bki_sheet_number(self->arena, volumes->time[a]);
    for (size_t c = 0; c < volumes->n_classes; c++) {
        sheet->columns[COMMON_HEADS + 2 * c][a] = bki_sheet_number(self->arena, volumes->class_flow[c * n + a]);
        sheet->columns[COMMON_HEADS + 2 * c + 1][a] = bki_sheet_number(self->arena, volumes->class_cost[c * n + a]);
    }
}

static bk_status
write_performance(const road_writer *self)
{
    static const char *const common[COMMON_HEADS] = {"link_id", "from_node_id", "to_node_id",
                                                     "volume",  "vc_ratio",     "travel_time"};
    const bk_gmns_volumes   *volumes = self->volumes;
    const size_t             n_heads = COMMON_HEADS + 2 * volumes->n_classes;
    const char             **heads = BK_NEW(self->arena, const char *, n_heads);
    bki_sheet                sheet;

    BK_TRY(bk_arena_ok(self->arena));
    memcpy(heads, common, sizeof common);
    for (size_t c = 0; c < volumes->n_classes; c++) {
        heads[COMMON_HEADS + 2 * c] = bk_arena_format(self->arena, "volume_%s", volumes->class_names[c]);
        heads[COMMON_HEADS + 2 * c + 1] = bk_arena_format(self->arena, "cost_%s", volumes->class_names[c]);
    }
    BK_TRY(bki_sheet_make(self->arena, "link_performance.csv", heads, n_heads, self->network->n_arcs, &sheet));
    for (size_t a = 0; a < self->network->n_arcs; a++)
        put_performance(self, &sheet, a);
    BK_TRY(bk_arena_ok(self->arena));
    return bki_sheet_write(self->ctx, self->folder, &sheet, self->arena);
}

/* ---- the whole -------------------------------------------------------------------------------------------------- */

static bk_status
refuse_what_gmns_cannot_say(bk_context *ctx, const bk_road_network *network)
{
    if (network->vdf.form == BK_VDF_CONICAL)
        return bk_fail(ctx, BK_ERR_USAGE, "GMNS has delay by BPR; this network's is conical");
    if (network->first_through > network->n_zones)
        return bk_fail(ctx, BK_ERR_USAGE,
                       "GMNS closes zones to through traffic, and nothing else; here nodes up to %u are closed, and "
                       "zones end at %zu",
                       network->first_through, network->n_zones);
    return BK_OK;
}

static bk_status
write_all(road_writer *self)
{
    BK_TRY(bki_road_ends(self->network, self->arena, &self->from, &self->to));
    BK_TRY(write_config(self));
    BK_TRY(write_nodes(self));
    BK_TRY(write_links(self));
    return write_performance(self);
}

bk_status
bk_gmns_road_write(bk_context *ctx, const char *folder, const bk_road_network *network, const bk_gmns_volumes *volumes)
{
    bk_arena    scratch;
    road_writer self = {.ctx = ctx, .folder = folder, .network = network, .volumes = volumes, .arena = &scratch};

    BK_TRY(refuse_what_gmns_cannot_say(ctx, network));
    BK_TRY(bki_folder_make(ctx, folder));
    bk_arena_init(&scratch, ctx);
    const bk_status status = write_all(&self);
    bk_arena_release(&scratch);
    return status;
}
