/* The compiled facts, made ready for bk_balance_build as SOURCE.md says. */
#ifndef SILKROAD_FACTS_H
#define SILKROAD_FACTS_H

#include "buckle/balance.h"
#include "table.h"

enum { REGIONS = 34, SECTORS = 9, GOODS = 8, GROUPS = 10, MEMBERS = 17, INDUSTRIES = 35, OWN_REGIONS = 30 };

/* In the order of economy/sector.csv. */
enum { FOOD, AGRI_RAW, FUELS, ORES_METALS, CHEMICALS, MACHINERY, TEXTILES, OTHER, SERVICES };

typedef struct published { /* studies/silkroad/economy */
    const char *regions[REGIONS], *sectors[SECTORS];
    bk_names   *region_names, *sector_names;
    double      value_added[REGIONS], deficit[REGIONS];
    double      trade[SECTORS][REGIONS][REGIONS]; /* [sector][importer][exporter], million USD */
    double      tariff[SECTORS][REGIONS][REGIONS];
    double      value_added_share[REGIONS][SECTORS];
    double      input_share[REGIONS][SECTORS][SECTORS];
    double      final_share[REGIONS][SECTORS];
} published;

/* The arrays that bk_balance_facts points to. */
typedef struct facts {
    bool   traded[SECTORS];
    double pair_total[REGIONS][REGIONS];
    double trade[SECTORS][REGIONS][REGIONS], seed[SECTORS][REGIONS][REGIONS];
    double export_share[SECTORS][REGIONS], import_share[SECTORS][REGIONS];
    double sector_value_added[REGIONS][SECTORS], value_added_share[REGIONS][SECTORS],
        intermediate_share[REGIONS][SECTORS];
    double         technology[REGIONS][SECTORS][SECTORS];
    double         own_of_exports[REGIONS][SECTORS], own_of_imports[REGIONS][SECTORS], own_least[REGIONS][SECTORS];
    bk_balance_cut cuts[REGIONS];
    size_t         n_cuts;
} facts;

typedef struct bulk bulk; /* the facts' files */

bulk *bulk_read(bk_context *ctx, bk_arena *arena, const char *folder);
void  published_read(bk_context *ctx, bk_arena *arena, const char *folder, published *out);

/* Everything but trade between regions: accounts (from the given trade's exports), floors, technology, tariffs. */
void facts_accounts(const bulk *b, const published *p, double trade[SECTORS][REGIONS][REGIONS], facts *out);

/* Trade between regions by sector from the bulk tables, before Kyrgyz imports are cut; trade among the members of XEU
 * and of XRW on the diagonal. */
void facts_trade(bk_context *ctx, bk_arena *arena, const bulk *b, const published *p,
                 double trade[SECTORS][REGIONS][REGIONS]);

/* The cut, as facts and done by hand on `trade`. */
void facts_cuts(const published *p, double trade[SECTORS][REGIONS][REGIONS], facts *out);

#endif
