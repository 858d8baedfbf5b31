/* Columns of the files in network/. */
#include "model/tables.h"

#include <math.h>

static const bk_column_schema node_columns[] = {
    [NODE_ID] = COLUMN_ID("node_id", "Name of the place, which other files refer to."),
    [NODE_NAME] = COLUMN_TEXT("name", "Name for people; the node_id if empty."),
    [NODE_X] = COLUMN_NUMBER("x_coord", -180, 180, "degrees", "Longitude, WGS 84."),
    [NODE_Y] = COLUMN_NUMBER("y_coord", -90, 90, "degrees", "Latitude, WGS 84."),
    [NODE_TYPE] = COLUMN_TEXT("node_type", "GMNS's node type; read as kind where kind is empty."),
    [NODE_COUNTRY] = {"country", BK_CELL_ID, true, false, 0, 0, "", "Country it lies in, ISO 3166-1 alpha-3."},
    [NODE_KIND] = COLUMN_TEXT("kind", "city, seaport, border_crossing, dry_port, junction or sea_waypoint."),
    COLUMNS_COMMON(NODE_COMMON),
};
TABLE_SCHEMA(bki_node_schema, "network/node.csv",
             "Places where links meet, cargo changes vehicle or trade starts and ends.", node_columns);

static const bk_column_schema link_columns[] = {
    [LINK_ID] = COLUMN_ID("link_id", "Name of the link."),
    [LINK_NAME] = COLUMN_TEXT("name", "Name for people; the link_id if empty."),
    [LINK_FROM] = COLUMN_ID("from_node_id", "First node."),
    [LINK_TO] = COLUMN_ID("to_node_id", "Second node."),
    [LINK_DIRECTED] = COLUMN_FLAG("directed", "1: from the first node to the second alone; 0 or empty: both ways."),
    [LINK_LENGTH] = COLUMN_NUMBER("length", BKI_POSITIVE, 100000, "km", "Length of the way, not of the great circle."),
    [LINK_SPEED] =
        COLUMN_NUMBER("free_speed", BKI_POSITIVE, 1500, "km/h", "Commercial speed without congestion, stops included."),
    [LINK_MODE] = COLUMN_ID("mode", "rail, road, sea, ferry, pipeline, ...; sea and pipeline pay no border rows."),
    [LINK_GAUGE] = COLUMN_INTEGER("gauge_mm", 0, 5000, "mm", "Track gauge; empty where the mode has none."),
    [LINK_TRACKS] = COLUMN_INTEGER("tracks", 0, 100, "", "Number of tracks or lanes; empty: unknown."),
    [LINK_ELECTRIFIED] = COLUMN_FLAG("electrified", "Whether it is electrified."),
    [LINK_PRICE] = COLUMN_OPTIONAL("usd_per_tonne_km", 0, 1000, "USD/(t km)",
                                   "Freight price before the mode's money_factor; empty: 0."),
    [LINK_TOLL] = COLUMN_OPTIONAL("toll_usd_per_tonne", 0, 1e6, "USD/t", "Charge for passing, any length; empty: 0."),
    [LINK_CAPACITY] = COLUMN_OPTIONAL("capacity_tonnes_year", BKI_POSITIVE, 1e15, "t/yr",
                                      "Tonnes a year, both directions together; empty: unlimited."),
    [LINK_BACKGROUND] = COLUMN_OPTIONAL("background_tonnes_year", 0, 1e15, "t/yr",
                                        "Traffic outside the study that uses the capacity; empty: 0."),
    [LINK_HOURS_SD] = COLUMN_OPTIONAL("hours_sd", 0, 1e5, "h", "Standard deviation of the time of passage; empty: 0."),
    [LINK_OPENS] = COLUMN_INTEGER("opens", 1000, 3000, "year",
                                  "Year it opens; after the base year it needs a project; empty: exists."),
    [LINK_CLOSES] = COLUMN_INTEGER("closes", 1000, 3000, "year",
                                   "Year it closed; up to the base year it does not exist; empty: stays."),
    [LINK_PROJECT] = COLUMN_REFERENCE("project", "Project that opens it; empty: none."),
    COLUMNS_COMMON(LINK_COMMON),
};
TABLE_SCHEMA(bki_link_schema, "network/link.csv", "Ways between places, one mode each.", link_columns);

static const bk_column_schema transfer_columns[] = {
    [TRANSFER_NODE] = COLUMN_ID("node_id", "Place of the transfer."),
    [TRANSFER_FROM_MODE] = COLUMN_ID("from_mode", "Mode the cargo comes by."),
    [TRANSFER_FROM_GAUGE] = COLUMN_INTEGER("from_gauge_mm", 0, 5000, "mm", "Its gauge; empty where it has none."),
    [TRANSFER_TO_MODE] = COLUMN_ID("to_mode", "Mode the cargo leaves by."),
    [TRANSFER_TO_GAUGE] = COLUMN_INTEGER("to_gauge_mm", 0, 5000, "mm", "Its gauge; empty where it has none."),
    [TRANSFER_HOURS] = COLUMN_NUMBER("hours", 0, 1e5, "h", "Time of the transfer, waiting included."),
    [TRANSFER_HOURS_SD] = COLUMN_OPTIONAL("hours_sd", 0, 1e5, "h", "Standard deviation of that time; empty: 0."),
    [TRANSFER_PRICE] = COLUMN_OPTIONAL("usd_per_tonne", 0, 1e6, "USD/t", "Price of handling; empty: 0."),
    [TRANSFER_CAPACITY] = COLUMN_OPTIONAL("capacity_tonnes_year", BKI_POSITIVE, 1e15, "t/yr",
                                          "Tonnes a year in this direction; empty: unlimited."),
    COLUMNS_COMMON(TRANSFER_COMMON),
};
TABLE_SCHEMA(bki_transfer_schema, "network/transfer.csv",
             "Changes of vehicle or gauge at a place: ports, terminals, breaks of gauge; one direction a row.",
             transfer_columns);

static const bk_column_schema border_columns[] = {
    [BORDER_NODE] = COLUMN_ID("node_id", "Post: a node of the country whose side this is."),
    [BORDER_MODE] = COLUMN_ID("mode", "Mode that crosses."),
    [BORDER_FROM] = COLUMN_ID("from_country", "Country the cargo leaves."),
    [BORDER_TO] = COLUMN_ID("to_country", "Country the cargo enters."),
    [BORDER_SIDE] = COLUMN_ID("side", "exit: paid at a node of from_country; entry: at a node of to_country."),
    [BORDER_MEAN_HOURS] = COLUMN_OPTIONAL(
        "mean_hours", 0, 1e5, "h", "Mean time without queue, to check the split; used where control_hours is empty."),
    [BORDER_CONTROL_HOURS] = COLUMN_OPTIONAL("control_hours", 0, 1e5, "h", "Time of a vehicle that is released."),
    [BORDER_INSPECTED_SHARE] = COLUMN_OPTIONAL("inspected_share", 0, 1, "", "Share of vehicles inspected; empty: 0."),
    [BORDER_INSPECTION_HOURS] =
        COLUMN_OPTIONAL("inspection_hours", 0, 1e5, "h", "Time of a vehicle that is inspected; empty: control_hours."),
    [BORDER_HOURS_SD] = COLUMN_OPTIONAL("hours_sd", 0, 1e5, "h", "Standard deviation of the time; empty: 0."),
    [BORDER_PRICE] = COLUMN_OPTIONAL("usd_per_tonne", 0, 1e6, "USD/t", "Fees; empty: 0."),
    [BORDER_LANES] = COLUMN_OPTIONAL("lanes", BKI_POSITIVE, 1e6, "",
                                     "Vehicles served at a time (0.5: half the day); empty: no queue is modelled."),
    [BORDER_SERVICE_HOURS] =
        COLUMN_OPTIONAL("service_hours", 0, 1e5, "h", "Time a vehicle holds its lane; empty: 0, no queue."),
    [BORDER_SERVICE_CV] =
        COLUMN_OPTIONAL("service_cv", 0, 100, "", "Coefficient of variation of service_hours; empty: 1."),
    [BORDER_TONNES_PER_VEHICLE] = COLUMN_OPTIONAL("tonnes_per_vehicle", BKI_POSITIVE, 1e6, "t",
                                                  "Net load of a train or lorry; needed where lanes is given."),
    [BORDER_CUSTOMS] = COLUMN_FLAG("customs", "0: no customs between the two, inside a union; empty: 1."),
    COLUMNS_COMMON(BORDER_COMMON),
};
TABLE_SCHEMA(bki_border_schema, "network/border.csv",
             "One side of a crossing in one direction and mode. A link between two countries pays the exit row at its "
             "first node "
             "and the entry row at its second.",
             border_columns);

static const bk_column_schema mode_columns[] = {
    [MODE_MODE] = COLUMN_ID("mode", "Mode."),
    [MODE_SECTOR] = COLUMN_ID("sector", "Sector."),
    [MODE_ALLOWED] = COLUMN_FLAG("allowed", "Whether the sector may use the mode; empty: 1; no row: 0."),
    [MODE_MONEY] = COLUMN_OPTIONAL("money_factor", 0, 1000, "", "Multiplies usd_per_tonne_km of links; empty: 1."),
    [MODE_HOURS] = COLUMN_OPTIONAL("hours_factor", 0, 1000, "", "Multiplies the time on links; empty: 1."),
    [MODE_BORDER_HOURS] = COLUMN_OPTIONAL("border_hours_factor", 0, 1000, "", "Multiplies times at borders; empty: 1."),
    [MODE_LOADING_HOURS] =
        COLUMN_OPTIONAL("loading_hours", 0, 1e5, "h", "Loading, at each end of a journey; empty: 0."),
    [MODE_LOADING_PRICE] =
        COLUMN_OPTIONAL("loading_usd_per_tonne", 0, 1e6, "USD/t", "Loading, at each end of a journey; empty: 0."),
    [MODE_CONSTANT] = COLUMN_OPTIONAL("constant_usd_per_tonne", -1e6, 1e6, "USD/t",
                                      "Calibrated constant, once for each boarding; empty: 0."),
    [MODE_CO2] = COLUMN_OPTIONAL("kg_co2_per_tonne_km", 0, 100, "kg/(t km)", "Carbon dioxide; empty: 0."),
    COLUMNS_COMMON(MODE_COMMON),
};
TABLE_SCHEMA(
    bki_mode_schema, "network/mode.csv",
    "What a sector meets on a mode: one row for each pair. Without the file every mode is open to all, factors 1.",
    mode_columns);

static const bk_column_schema zone_columns[] = {
    [ZONE_ID] = COLUMN_ID("zone_id", "Name of the zone."),
    [ZONE_REGION] = COLUMN_ID("region", "Region whose trade starts and ends here."),
    [ZONE_NODE] = COLUMN_ID("node_id", "Node where it enters the network."),
    [ZONE_SHARE] = COLUMN_NUMBER("share", 0, 1, "", "Share of the region's trade; adds up to 1 over its zones."),
    COLUMNS_COMMON(ZONE_COMMON),
};
TABLE_SCHEMA(bki_zone_schema, "network/zone.csv", "Where the trade of each region starts and ends.", zone_columns);

static const bk_column_schema zone_share_columns[] = {
    [ZONE_SHARE_ZONE] = COLUMN_ID("zone_id", "Zone."),
    [ZONE_SHARE_SECTOR] = COLUMN_ID("sector", "Sector."),
    [ZONE_SHARE_ROLE] = COLUMN_ID("role", "origin (exports) or destination (imports)."),
    [ZONE_SHARE_SHARE] =
        COLUMN_NUMBER("share", 0, 1, "", "Replaces share of zone.csv for all zones of that region, sector and role."),
    COLUMNS_COMMON(ZONE_SHARE_COMMON),
};
TABLE_SCHEMA(bki_zone_share_schema, "network/zone_share.csv", "Shares of zones that differ by sector or direction.",
             zone_share_columns);

static const bk_column_schema constant_columns[] = {
    [CONSTANT_SCREENLINE] = COLUMN_ID("screenline", "Name of the group that was calibrated together."),
    [CONSTANT_TYPE] = COLUMN_ID("target_type", "link or border."),
    [CONSTANT_TARGET] = COLUMN_ID("target", "A link_id, or node_id|mode|from_country|to_country."),
    [CONSTANT_SECTOR] = COLUMN_REFERENCE("sector", "Sector; empty: every sector."),
    [CONSTANT_PRICE] = COLUMN_NUMBER("usd_per_tonne", -1e6, 1e6, "USD/t", "Acts on choice alone, not on what is paid."),
    COLUMNS_COMMON(CONSTANT_COMMON),
};
TABLE_SCHEMA(bki_constant_schema, "network/constant.csv", "Calibrated constants, kept apart from facts.",
             constant_columns);

static const bk_column_schema corridor_columns[] = {
    [CORRIDOR_ID] = COLUMN_ID("corridor", "Name of the corridor; its rows list what tells its shipments from others."),
    [CORRIDOR_NAME] = COLUMN_TEXT("name", "Name for people, in the corridor's first row; the corridor if empty."),
    [CORRIDOR_TYPE] = COLUMN_ID("target_type", "link, crossing or mode."),
    [CORRIDOR_TARGET] = COLUMN_ID("target", "A link_id; two countries that meet, as KAZ|CHN (either way, any mode with "
                                            "border rows); or a mode."),
    COLUMNS_COMMON(CORRIDOR_COMMON),
};
TABLE_SCHEMA(bki_corridor_schema, "network/corridor.csv",
             "Corridors, for accounts alone. A shipment is of the first corridor in the file one of whose targets it "
             "uses, so that each is of one and they add up; of none: other.",
             corridor_columns);
