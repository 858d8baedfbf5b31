/* A small complete study as texts, handed to a builder without files; and ways to damage it.  Three countries: AAA and
 * BBB share a border and a customs union, CCC lies across the sea. */
#ifndef BKT_STUDY_H
#define BKT_STUDY_H

#include "bkt.h"
#include "buckle/builder.h"

typedef struct bkt_table {
    const char *file, *text;
} bkt_table;

static const bkt_table bkt_study_tables[] = {
    {"network/node.csv", "node_id,name,x_coord,y_coord,country,kind\n"
                         "a1,Aston,10,50,AAA,city\n"
                         "a2,Agate,12,50,AAA,border_crossing\n"
                         "b1,Bgate,13,50,BBB,border_crossing\n"
                         "b2,Bport,15,50,BBB,seaport\n"
                         "c1,Cport,20,55,CCC,seaport\n"},
    {"network/link.csv", "link_id,from_node_id,to_node_id,directed,length,free_speed,mode,gauge_mm,usd_per_tonne_km,"
                         "capacity_tonnes_year,opens,closes,project\n"
                         "rail-a,a1,a2,0,150,40,rail,1520,0.02,1e6,,,\n"
                         "rail-ab,a2,b1,0,20,30,rail,1520,0.02,,,,\n"
                         "rail-b,b1,b2,0,160,40,rail,1520,0.02,,,,\n"
                         "sea-bc,b2,c1,0,700,30,sea,,0.004,,,,\n"
                         "road-new,a1,b2,0,300,60,road,,0.05,,2030,,new-road\n"
                         "rail-old,a1,b2,0,300,60,rail,1520,0.05,,,2010,\n"
                         "pipe,a1,c1,1,900,6,pipeline,,0.005,5e6,,,\n"},
    {"network/transfer.csv", "node_id,from_mode,from_gauge_mm,to_mode,to_gauge_mm,hours,usd_per_tonne\n"
                             "b2,rail,1520,sea,,48,8\n"
                             "b2,sea,,rail,1520,60,8\n"
                             "b2,road,,sea,,24,6\n"},
    {"network/border.csv", "node_id,mode,from_country,to_country,side,mean_hours,control_hours,inspected_share,"
                           "inspection_hours,lanes,tonnes_per_vehicle,customs\n"
                           "a2,rail,AAA,BBB,exit,1,1,0,1,2,2000,0\n"
                           "b1,rail,AAA,BBB,entry,1,1,0,1,2,2000,0\n"
                           "b1,rail,BBB,AAA,exit,1,1,0,1,,,0\n"
                           "a2,rail,BBB,AAA,entry,1,1,0,1,,,0\n"
                           "a1,road,AAA,BBB,exit,7.6,2,0.2,30,,,1\n"
                           "b2,road,AAA,BBB,entry,7.6,2,0.2,30,,,1\n"
                           "b2,road,BBB,AAA,exit,7.6,2,0.2,30,,,1\n"
                           "a1,road,BBB,AAA,entry,7.6,2,0.2,30,,,1\n"},
    {"network/mode.csv", "mode,sector,allowed,money_factor,hours_factor\n"
                         "rail,food,1,0.8,2\n"
                         "rail,ore,1,0.7,2\n"
                         "sea,food,1,1,1\n"
                         "sea,ore,1,1,1\n"
                         "road,food,1,1,1\n"
                         "pipeline,ore,1,1,1\n"},
    {"network/zone.csv", "zone_id,region,node_id,share\n"
                         "za1,A,a1,0.6\n"
                         "zb,B,b2,1\n"
                         "za2,A,a2,0.4\n"
                         "zc,C,c1,1\n"},
    {"network/zone_share.csv", "zone_id,sector,role,share\n"
                               "za2,ore,origin,1\n"},
    {"network/constant.csv", "screenline,target_type,target,sector,usd_per_tonne\n"
                             "gate,border,a2|rail|AAA|BBB,food,12\n"
                             "gate,link,rail-b,,-3\n"},
    {"economy/region.csv", "region,country,name,value_added,deficit,population,lon,lat\n"
                           "A,AAA,Aland,95,5,1e6,10,50\n"
                           "B,BBB,Bland,105,-5,,,\n"
                           "C,CCC,Cland,100,,2e6,20,55\n"},
    {"economy/sector.csv", "sector,name,trade_elasticity,usd_per_tonne,time_cost_per_day,traded\n"
                           "food,Food,4,1000,0.004,1\n"
                           "ore,Ore,6,100,0.001,1\n"
                           "svc,Services,5,,,0\n"},
    {"economy/unit_value.csv", "sector,exporter,importer,usd_per_tonne\n"
                               "ore,A,,200\n"
                               "ore,A,B,300\n"},
    {"economy/trade.csv", "sector,exporter,importer,value\n"
                          "food,A,A,30\n"
                          "food,B,A,10\n"
                          "food,B,B,40\n"
                          "food,A,B,5\n"
                          "food,C,C,50\n"
                          "ore,A,A,15\n"
                          "ore,B,B,15\n"
                          "ore,C,C,20\n"
                          "ore,A,C,2\n"
                          "ore,C,A,2\n"
                          "svc,A,A,45\n"
                          "svc,B,B,40\n"
                          "svc,C,C,30\n"},
    {"economy/tariff.csv", "sector,exporter,importer,rate\n"
                           "food,C,A,0.1\n"
                           "ore,C,A,0.05\n"
                           "food,C,B,0.1\n"
                           "ore,C,B,0.05\n"
                           "food,A,C,0.2\n"
                           "ore,A,C,0.02\n"
                           "food,B,C,0.2\n"
                           "ore,B,C,0.02\n"},
    {"economy/value_added_share.csv", "region,sector,share\n"
                                      "A,food,0.5\n"
                                      "A,ore,0.6\n"
                                      "A,svc,1\n"
                                      "B,food,0.5\n"
                                      "B,ore,0.6\n"
                                      "B,svc,1\n"
                                      "C,food,0.5\n"
                                      "C,ore,0.6\n"
                                      "C,svc,1\n"},
    {"economy/input_share.csv", "region,using_sector,supplying_sector,share\n"
                                "A,food,food,0.6\n"
                                "A,food,ore,0.4\n"
                                "A,ore,ore,1\n"
                                "B,food,food,0.6\n"
                                "B,food,svc,0.4\n"
                                "B,ore,ore,1\n"
                                "C,food,food,1\n"
                                "C,ore,ore,1\n"},
    {"economy/final_share.csv", "region,sector,share\n"
                                "A,food,0.5\n"
                                "A,ore,0.1\n"
                                "A,svc,0.4\n"
                                "B,food,0.5\n"
                                "B,svc,0.5\n"
                                "C,food,0.5\n"
                                "C,svc,0.5\n"},
    {"policy/agreement.csv", "agreement,name,type,in_force,ended,concluded_by\n"
                             "union,The Union,customs_union,2010-01-01,,\n"
                             "old-deal,An old deal,fta,2000-01-01,2012-01-01,\n"
                             "deal,A deal,fta,2015-01-01,,union\n"
                             "later,A later deal,fta,2030-01-01,,\n"},
    {"policy/member.csv", "agreement,country,status,from,until\n"
                          "union,AAA,member,2010-01-01,\n"
                          "union,BBB,member,2010-01-01,\n"
                          "union,CCC,observer,2015-01-01,\n"
                          "deal,AAA,party,,\n"
                          "deal,BBB,party,,\n"
                          "deal,DDD,party,,\n"
                          "later,CCC,party,2030-01-01,\n"
                          "later,DDD,party,2030-01-01,\n"},
    {"policy/preference.csv", "agreement,importer,exporter,sector,rate,factor,cut_points,from\n"
                              "deal,,,food,,0.5,,\n"
                              "later,,,,0,,,\n"},
    {"policy/external_tariff.csv", "owner,sector,rate,kind\n"
                                   "AAA,food,0.1,mfn\n"
                                   "AAA,ore,0.05,mfn\n"
                                   "BBB,food,0.1,mfn\n"
                                   "BBB,ore,0.05,mfn\n"
                                   "CCC,food,0.2,mfn\n"
                                   "CCC,ore,0.02,mfn\n"
                                   "union,food,0.1,common_external\n"
                                   "union,ore,0.05,common_external\n"
                                   "AAA,food,0.03,national_outside_union\n"},
    {"policy/sanction.csv", "sanction,imposed_by,target,sector,kind,usd_per_tonne,effect\n"
                            "embargo,union,CCC,ore,trade,,close\n"
                            "ban,CCC,BBB,,transit_ban,,close\n"
                            "risk,CCC,BBB,food,transit_cost,25,\n"
                            "done,AAA,CCC,svc,trade,,in_base\n"},
    {"policy/barrier.csv", "agreement,importer,exporter,sector,factor,from\n"},
    {"projects/project.csv",
     "project,name,countries,type,capex_usd,construction_start,opens,life_years,links,confidence\n"
     "new-road,The new road,AAA BBB,road,1e8,2026,2030,30,road-new,reported\n"
     "better-gate,A better gate,AAA,border,1e6,2025,2026,10,,estimate\n"},
    {"projects/effect.csv", "project,target_type,target,attribute,value\n"
                            "better-gate,border,a2|rail|AAA|BBB,lanes,4\n"
                            "better-gate,link,rail-a,capacity_tonnes_year,3e6\n"
                            "new-road,transfer,b2,hours,12\n"},
    {"projects/finance.csv", "project,party,role,share,amount_usd,interest_rate,maturity_years,grace_years\n"
                             "new-road,AAA,owner,0.6,6e7,0.05,20,5\n"
                             "new-road,A Bank,owner,0.4,4e7,0.06,20,5\n"},
    {"observed/observation.csv",
     "observation,kind,measure,links,origin,destination,sector,direction,value,unit,period,use\n"
     "flow-ab,flow,tonnes,rail-ab,A,B,food,both,5e5,t/yr,2020,calibrate\n"},
};
#define BKT_TABLES (sizeof bkt_study_tables / sizeof *bkt_study_tables)

typedef struct bkt_edit { /* replaces the first `old` of a table by `new`; old NULL: the whole text; new NULL: no table
                           */
    const char *file, *old, *new;
} bkt_edit;

#define BKT_LONGEST_TABLE 8192

/* The text of a table after the edits, in `buffer`; NULL if it is taken away. */
static inline const char *
bkt_edited(const bkt_table *table, const bkt_edit *edits, size_t n_edits, char *buffer)
{
    snprintf(buffer, BKT_LONGEST_TABLE, "%s", table->text);
    for (size_t e = 0; e < n_edits; e++) {
        const bkt_edit *edit = &edits[e];
        if (strcmp(edit->file, table->file) != 0)
            continue;
        if (edit->new == NULL)
            return NULL;
        if (edit->old == NULL) {
            snprintf(buffer, BKT_LONGEST_TABLE, "%s", edit->new);
            continue;
        }
        char  copy[BKT_LONGEST_TABLE];
        char *found = strstr(buffer, edit->old);
        if (found == NULL)
            fail_msg("'%s' is not in %s", edit->old, table->file);
        snprintf(copy, sizeof copy, "%.*s%s%s", (int)(found - buffer), buffer, edit->new, found + strlen(edit->old));
        snprintf(buffer, BKT_LONGEST_TABLE, "%s", copy);
    }
    return buffer;
}

/* Splits at commas, without quotes; `line` ends at \n or \0.  Returns the number of fields. */
static inline size_t
bkt_split(const char *line, bk_field *fields, size_t most)
{
    size_t      n = 0;
    const char *start = line;

    for (const char *at = line;; at++) {
        if (*at != ',' && *at != '\n' && *at != '\0')
            continue;
        assert_true(n < most);
        fields[n++] =
            (bk_field){.text = start, .length = (uint32_t)(at - start), .column = (uint32_t)(start - line) + 1};
        start = at + 1;
        if (*at != ',')
            return n;
    }
}

/* Hands the text of a table to the builder, as a reader of files would. */
static inline bk_status
bkt_read_table(bk_builder *builder, const bk_table_schema *schema, const char *shown, const char *text)
{
    bk_field fields[64];
    int      line = 0;

    for (const char *at = text; *at != '\0';) {
        const size_t n = bkt_split(at, fields, 64);
        line++;
        BK_TRY(line == 1 ? bk_builder_table(builder, schema, shown, fields, n, line)
                         : bk_builder_row(builder, fields, n, line));
        const char *end = strchr(at, '\n');
        if (end == NULL)
            break;
        at = end + 1;
    }
    return BK_OK;
}

static inline bk_status
bkt_settings(bk_builder *builder)
{
    BK_TRY(bk_builder_setting(builder, "base_year", "2020", "study.yaml", 2, 12));
    BK_TRY(bk_builder_setting(builder, "money", "1e9 USD", "study.yaml", 3, 8));
    return bk_builder_setting(builder, "title", "A small study", "study.yaml", 4, 8);
}

/* The study after the edits; every table is read in the order above. */
static inline bk_status
bkt_study_build(bk_context *ctx, bk_arena *scratch, bk_arena *arena, const bkt_edit *edits, size_t n_edits,
                const bk_model **out)
{
    bk_builder *builder;
    char        buffer[BKT_LONGEST_TABLE];

    BK_TRY(bk_builder_create(ctx, scratch, &builder));
    BK_TRY(bkt_settings(builder));
    for (size_t t = 0; t < BKT_TABLES; t++) {
        const char *text = bkt_edited(&bkt_study_tables[t], edits, n_edits, buffer);
        if (text != NULL)
            BK_TRY(bkt_read_table(builder, bk_table_schema_find(bkt_study_tables[t].file), bkt_study_tables[t].file,
                                  text));
    }
    return bk_builder_finish(builder, arena, out);
}

#endif
