/* Facts of which a base year can be made, as files of a study: three economies, three sectors. */
#ifndef BKT_FACTS_H
#define BKT_FACTS_H

static const char *const bkt_facts[][2] = {
    {"study.yaml", "buckle: 1\ntitle: Three economies\nbase_year: 2023\nmoney: 1e6 USD\ntrade:\n  deficits: fixed\n"},
    {"balance/region.csv",
     "region,country,name,value_added,population,note\nKAZ,KAZ,Kazakhstan,1000,20000000,from facts\n"
     "CHN,CHN,China,8000,1400000000,\nUZB,UZB,Uzbekistan,400,36000000,\n"},
    {"balance/sector.csv",
     "sector,name,trade_elasticity,usd_per_tonne,traded\ngrain,Grain,4,300,1\nsteel,Steel,5,700,1\n"
     "services,Services,5,,0\n"},
    {"balance/pair.csv",
     "exporter,importer,value\nKAZ,CHN,90\nCHN,KAZ,120\nKAZ,UZB,30\nUZB,KAZ,20\nCHN,UZB,50\nUZB,CHN,10\n"},
    {"balance/composition.csv",
     "region,flow,sector,share\nKAZ,export,grain,30\nKAZ,export,steel,70\nCHN,export,grain,1\n"
     "CHN,export,steel,9\nUZB,export,grain,50\nUZB,export,steel,50\n"},
    {"balance/account.csv",
     "region,sector,value_added,value_added_share,intermediate_share\n*,grain,2,0.5,\n*,steel,2,0.4,\n"
     "*,services,6,0.6,\nUZB,grain,4,0.55,\n"},
    {"balance/technology.csv",
     "region,using_sector,supplying_sector,share\n*,grain,grain,3\n*,grain,steel,1\n*,grain,services,2\n"
     "*,steel,grain,1\n*,steel,steel,4\n*,steel,services,2\n*,services,grain,1\n*,services,steel,2\n"
     "*,services,services,5\n"},
    {"balance/unit_value.csv", "sector,exporter,importer,usd_per_tonne\ngrain,KAZ,CHN,250\n"},
    {"balance/tariff.csv",
     "sector,exporter,importer,rate\ngrain,CHN,KAZ,0.1\nsteel,CHN,KAZ,0.05\nsteel,KAZ,UZB,0.02\n"},
};

#endif
