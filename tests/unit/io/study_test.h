/* A whole study, small enough to read: two economies, one sector, two places joined by a railway. */
#ifndef STUDY_TEST_H
#define STUDY_TEST_H

#include "io_test.h"

typedef struct bkt_study_file {
    const char *name, *text;
} bkt_study_file;

static const bkt_study_file bkt_study_files[] = {
    {"study.yaml", "buckle: 1\ntitle: Two economies\nbase_year: 2023\nmoney: 1e6 USD\ntrade:\n  deficits: fixed\n"},
    {"economy/region.csv", "region,country,name,value_added,deficit\nKAZ,KAZ,Kazakhstan,110,0\nNO,NOR,Norway,110,0\n"},
    {"economy/sector.csv", "sector,name,trade_elasticity,usd_per_tonne,traded\ngoods,Goods,4,1000,1\n"},
    {"economy/trade.csv",
     "sector,exporter,importer,value\ngoods,KAZ,KAZ,100\ngoods,KAZ,NO,10\ngoods,NO,KAZ,10\ngoods,NO,NO,100\n"},
    {"economy/value_added_share.csv", "region,sector,share\nKAZ,goods,1\nNO,goods,1\n"},
    {"economy/final_share.csv", "region,sector,share\nKAZ,goods,1\nNO,goods,1\n"},
    {"network/node.csv",
     "node_id,name,x_coord,y_coord,node_type,country,kind\nalmaty,\"Almaty, city\",76.9,43.25,city,KAZ,city\n"
     "oslo,Oslo,10.75,59.9,city,NOR,city\n"},
    {"network/mode.csv",
     "mode,sector,allowed,money_factor,hours_factor,border_hours_factor,loading_hours,loading_usd_per_tonne,"
     "constant_usd_per_tonne,kg_co2_per_tonne_km\nsea,goods,1,1,1,1,10,5,0,0.01\n"},
    {"network/link.csv",
     "link_id,name,from_node_id,to_node_id,directed,length,free_speed,mode,gauge_mm,tracks,electrified,"
     "usd_per_tonne_km,capacity_tonnes_year,background_tonnes_year,hours_sd,opens,closes,project\n"
     "way,Almaty - Oslo,almaty,oslo,0,4500,30,sea,,,,0.01,,,5,,,\n"},
    {"network/zone.csv", "zone_id,region,node_id,share\nz1,KAZ,almaty,1\nz2,NO,oslo,1\n"},
    {"scenarios/none.yaml", "title: Nothing changes\nmeasures: []\n"},
};

#define BKT_STUDY_FILES (sizeof bkt_study_files / sizeof *bkt_study_files)

static inline void
bkt_study_put(const char *folder)
{
    for (size_t i = 0; i < BKT_STUDY_FILES; i++)
        bkt_file_put_text(folder, bkt_study_files[i].name, bkt_study_files[i].text);
}

#endif
