/* A study's network as a folder in GMNS. */
#include "buckle/gmns.h"
#include "io/folder.h"
#include "io/gmns_sheet.h"

#include <math.h>

static bk_status
write_config(bk_context *ctx, const char *folder, const bk_model *model, bk_arena *arena)
{
    static const char *const heads[] = {"dataset_name",          "long_length", "speed",          "crs",
                                        "geometry_field_format", "currency",    "version_number", "id_type"};
    const char *const        cells[] = {
               model->title != NULL ? model->title : "", "km", "km/h", "EPSG:4326", "WKT", "USD", "0.96", "string"};
    bki_sheet config;

    BK_TRY(bki_sheet_make(arena, "config.csv", heads, 8, 1, &config));
    for (size_t c = 0; c < 8; c++)
        config.columns[c][0] = cells[c];
    return bki_sheet_write(ctx, folder, &config, arena);
}

/* Places; the first zone at a place is its zone_id. */
static bk_status
write_nodes(bk_context *ctx, const char *folder, const bk_model *model, bk_arena *arena)
{
    static const char *const heads[] = {"node_id", "name", "x_coord", "y_coord", "zone_id"};
    const bk_network_data   *network = &model->network;
    bki_sheet                nodes;

    BK_TRY(bki_sheet_make(arena, "node.csv", heads, 5, network->n_nodes, &nodes));
    for (size_t n = 0; n < network->n_nodes; n++) {
        nodes.columns[0][n] = network->nodes[n].id;
        nodes.columns[1][n] = network->nodes[n].name;
        nodes.columns[2][n] = bki_sheet_number(arena, network->nodes[n].lon);
        nodes.columns[3][n] = bki_sheet_number(arena, network->nodes[n].lat);
    }
    for (size_t z = network->n_zones; z-- > 0;)
        nodes.columns[4][network->zones[z].node] = network->zones[z].id;
    return bki_sheet_write(ctx, folder, &nodes, arena);
}

static bk_status
write_zones(bk_context *ctx, const char *folder, const bk_model *model, bk_arena *arena)
{
    static const char *const heads[] = {"zone_id"};
    bki_sheet                zones;

    BK_TRY(bki_sheet_make(arena, "zone.csv", heads, 1, model->network.n_zones, &zones));
    for (size_t z = 0; z < model->network.n_zones; z++)
        zones.columns[0][z] = model->network.zones[z].id;
    return bki_sheet_write(ctx, folder, &zones, arena);
}

enum { LINK_HEADS = 13 };

static void
put_link(const bki_sheet *links, size_t row, const bk_network_data *network, const bk_gmns_load *load, size_t l,
         bk_arena *arena)
{
    const bk_link     *link = &network->links[l];
    const bk_node     *from = &network->nodes[link->from], *to = &network->nodes[link->to];
    const char *const *ids[] = {&link->id, &link->name, &from->id, &to->id};
    const double       numbers[] = {link->km, link->kmh, link->tracks > 0 ? (double)link->tracks : (double)NAN};
    const double       loads[] = {load->forward[l], load->backward[l], load->utilisation[l]};

    for (size_t c = 0; c < 4; c++)
        links->columns[c][row] = *ids[c];
    links->columns[4][row] = link->directed ? "true" : "false";
    for (size_t c = 0; c < 3; c++)
        links->columns[5 + c][row] = bki_sheet_number(arena, numbers[c]);
    links->columns[8][row] = network->modes[link->mode];
    for (size_t c = 0; c < 3; c++)
        links->columns[9 + c][row] = bki_sheet_number(arena, loads[c]);
    if (!isfinite(link->capacity))
        links->columns[11][row] = NULL;
    links->columns[12][row] = bk_arena_format(arena, "LINESTRING (%s %s, %s %s)", bki_sheet_number(arena, from->lon),
                                              bki_sheet_number(arena, from->lat), bki_sheet_number(arena, to->lon),
                                              bki_sheet_number(arena, to->lat));
}

/* Links in use.  What the specification calls capacity, vehicles an hour and lane, a study does not know. */
static bk_status
write_links(bk_context *ctx, const char *folder, const bk_model *model, const bk_gmns_load *load, bk_arena *arena)
{
    static const char *const heads[LINK_HEADS] = {"link_id",
                                                  "name",
                                                  "from_node_id",
                                                  "to_node_id",
                                                  "directed",
                                                  "length",
                                                  "free_speed",
                                                  "lanes",
                                                  "facility_type",
                                                  "tonnes_year_forward",
                                                  "tonnes_year_backward",
                                                  "utilisation",
                                                  "geometry"};
    const bk_network_data   *network = &model->network;
    bki_sheet                links;
    size_t                   n = 0, row = 0;

    for (size_t l = 0; l < network->n_links; l++)
        n += network->links[l].open;
    BK_TRY(bki_sheet_make(arena, "link.csv", heads, LINK_HEADS, n, &links));
    for (size_t l = 0; l < network->n_links; l++)
        if (network->links[l].open)
            put_link(&links, row++, network, load, l, arena);
    BK_TRY(bk_arena_ok(arena));
    return bki_sheet_write(ctx, folder, &links, arena);
}

bk_status
bk_gmns_write(bk_context *ctx, const char *folder, const bk_model *model, const bk_gmns_load *load)
{
    bk_arena  scratch;
    bk_status status = bki_folder_make(ctx, folder);

    bk_arena_init(&scratch, ctx);
    if (status == BK_OK)
        status = write_config(ctx, folder, model, &scratch);
    if (status == BK_OK)
        status = write_nodes(ctx, folder, model, &scratch);
    if (status == BK_OK)
        status = write_zones(ctx, folder, model, &scratch);
    if (status == BK_OK)
        status = write_links(ctx, folder, model, load, &scratch);
    bk_arena_release(&scratch);
    return status;
}
