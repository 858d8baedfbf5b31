/* What a file calls the zones, nodes and arcs of a road network. */
#include "buckle/road.h"

#include <stdio.h>

static const char *
id_or_number(const char *const *ids, size_t index, char text[BK_ROAD_ID_SIZE])
{
    if (ids != NULL)
        return ids[index];
    snprintf(text, BK_ROAD_ID_SIZE, "%zu", index + 1);
    return text;
}

const char *
bk_road_zone_id(const bk_road_network *network, size_t zone, char text[BK_ROAD_ID_SIZE])
{
    return id_or_number(network->zone_ids, zone, text);
}

const char *
bk_road_node_id(const bk_road_network *network, size_t node, char text[BK_ROAD_ID_SIZE])
{
    return id_or_number(network->node_ids, node, text);
}

const char *
bk_road_arc_id(const bk_road_network *network, size_t arc, char text[BK_ROAD_ID_SIZE])
{
    return id_or_number(network->arc_ids, arc, text);
}
