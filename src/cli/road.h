/* Road networks and trips from the command line: what assign and its kin read. */
#ifndef CLI_ROAD_H
#define CLI_ROAD_H

#include "cli/cli.h"
#include "io/road_files.h"

/* The files of --net and --trips, by their form: TNTP, GMNS, OMX, CSV. */
bk_status bki_road_read(bki_session *session, const bk_road_network **network, const bk_road_demand **demand);

/* The same with the classes of --classes, or the one of --trips. */
bk_status bki_road_read_classes(bki_session *session, const bk_road_network **network, size_t *n_out,
                                const bki_road_class **classes);

#define BKI_OPTIONS_ROAD                                                                                               \
    {.name = "net",                                                                                                    \
     .kind = BKI_OPTION_TEXT,                                                                                          \
     .argument = "FILE",                                                                                               \
     .meaning = "the network: TNTP, a folder in GMNS, or the link.csv of one"},                                        \
        {.name = "trips",                                                                                              \
         .kind = BKI_OPTION_TEXT,                                                                                      \
         .argument = "FILE",                                                                                           \
         .meaning = "the trips from zone to zone: TNTP, .omx, or .csv with o_zone_id, d_zone_id, volume"},             \
        {.name = "matrix",                                                                                             \
         .kind = BKI_OPTION_TEXT,                                                                                      \
         .argument = "NAME",                                                                                           \
         .meaning = "the matrix of an .omx file, where it has several"},                                               \
        {.name = "lookup",                                                                                             \
         .kind = BKI_OPTION_TEXT,                                                                                      \
         .argument = "NAME",                                                                                           \
         .meaning = "the lookup of an .omx file that has the ids of the zones, where it has several"},                 \
        {.name = "use",                                                                                                \
         .kind = BKI_OPTION_TEXT,                                                                                      \
         .argument = "USE",                                                                                            \
         .meaning = "GMNS: leave out links whose allowed_uses are given and do not have this one"},                    \
        {.name = "toll-factor",                                                                                        \
         .kind = BKI_OPTION_NUMBER,                                                                                    \
         .argument = "F",                                                                                              \
         .least = 0.0,                                                                                                 \
         .most = 1e12,                                                                                                 \
         .meaning = "units of time that one unit of toll is worth; by default TNTP's TOLL FACTOR, or 0"},              \
        {.name = "distance-factor",                                                                                    \
         .kind = BKI_OPTION_NUMBER,                                                                                    \
         .argument = "F",                                                                                              \
         .least = 0.0,                                                                                                 \
         .most = 1e12,                                                                                                 \
         .meaning = "units of time that one unit of length is worth; by default TNTP's DISTANCE FACTOR, or 0"},        \
    {                                                                                                                  \
        .name = "demand-factor", .kind = BKI_OPTION_NUMBER, .argument = "F", .least = 1e-12, .most = 1e12,             \
        .meaning = "multiplies every volume of the trips"                                                              \
    }

#endif
