/* From tables as read to the model: names resolved, values judged.  Every function records the faults it finds and goes
 * on; a status other than BK_OK means that memory is short.  What is built is thrown away if there was any fault. */
#ifndef MODEL_BUILD_H
#define MODEL_BUILD_H

#include "model/builder.h"

typedef struct bki_index {   /* the things of one kind by name */
    const char *what, *file; /* "node", "network/node.csv" */
    bk_names   *names;       /* for suggestions */
    uint32_t   *of_symbol;   /* [n_symbols] BK_NONE: none of that name */
    uint32_t   *symbols;     /* [n_symbols] first `count`: in order */
    size_t      count;
} bki_index;

typedef struct bki_settings { /* study.yaml, converted */
    const char     *title;
    double          base_year, money_usd, horizon, discount_rate;
    bk_deficit_rule deficits;
    bool            mobile; /* labour, between the regions of an economy */
    double          agglomeration, congestion, taste;
    double          reliability_ratio, spread_hours, route_noise, value_of_time_classes, value_of_time_sigma;
    double          net_tonnes_per_train, scarcity_width, scarcity_reference, scarcity_slope;
    bool            priced_capacity;
} bki_settings;

typedef struct bki_build {
    bk_builder  *builder;
    bk_arena    *scratch; /* the builder's */
    bk_arena    *out;
    bk_model    *model;
    size_t       n_symbols;
    const char **kept; /* [n_symbols] copy of each symbol held by `out`, or NULL */
    bki_settings settings;
    bki_index    countries, nodes, links, modes, zones, regions, sectors, agreements, sanctions, projects;
    bk_names    *border_keys;   /* node|mode|from|to */
    uint32_t    *border_of_key; /* [n_borders] row of each key */
    uint32_t    *zone_of_row;   /* [n_zones] place of each row of zone.csv in the model */
} bki_build;

/* ---- names --------------------------------------------------------------------------------------------------- */

/* Every index but that of borders; a name defined twice is a fault. */
bk_status bki_build_names(bki_build *build);
/* An empty index; then the symbol `symbol`, which gets the next number unless it is there. */
bk_status bki_index_create(bki_build *build, bki_index *index, const char *what, const char *file);
void      bki_index_add(bki_build *build, bki_index *index, uint32_t symbol);
/* A copy held by the model's arena; BK_NONE gives "". */
const char *bki_keep(bki_build *build, uint32_t symbol);
const char *bki_keep_text(bki_build *build, const char *text);
/* The text of a cell, kept; `otherwise` where it is empty. */
const char *bki_keep_cell(bki_build *build, const bki_rows *rows, size_t row, size_t column, uint32_t otherwise);
/* What the cell refers to; BK_NONE where it is empty, or names nothing, which is a fault. */
uint32_t bki_resolve(bki_build *build, const bki_rows *rows, size_t row, size_t column, const bki_index *index);
/* Likewise for a word in a cell of words. */
uint32_t bki_resolve_word(bki_build *build, bki_place place, bki_text word, const bki_index *index);
/* Every word of a cell must be one of the index (or of `other`, if not NULL). */
void bki_check_words(bki_build *build, const bki_rows *rows, size_t row, size_t column, const bki_index *index,
                     const bki_index *other);
/* A border row by node_id|mode|from_country|to_country. */
uint32_t bki_resolve_border(bki_build *build, const bki_rows *rows, size_t row, size_t column);

/* Fault "A is there twice" at `row`, naming the line of `first`. */
void bki_fault_twice(bki_build *build, const bki_rows *rows, size_t row, size_t column, size_t first);
/* Every table that is needed with `reason` but absent. */
void bki_require_table(bki_build *build, bki_table_id table, const char *reason);

static inline const bki_rows *
bki_table(const bki_build *build, bki_table_id id)
{
    return &build->builder->tables[id];
}

/* ---- parts, in this order ------------------------------------------------------------------------------------ */

bk_status bki_build_settings(bki_build *build); /* before names; value_of_time_sigma by sector with the network */
bk_status bki_build_sigma(bki_build *build);
/* The economy's deficits, mobility and works_sector; needs its sectors. */
bk_status bki_build_closures(bki_build *build);
bk_status bki_build_places(bki_build *build);  /* nodes, links, transfers */
bk_status bki_build_borders(bki_build *build); /* and which of them are needed */
bk_status bki_build_zones(bki_build *build);   /* zones, modes, constants */
bk_status bki_build_corridors(bki_build *build);
bk_status bki_build_economy(bki_build *build);
bk_status bki_build_shares(bki_build *build);
void      bki_check_balance(bki_build *build); /* only where no fault was found */
bk_status bki_build_policy(bki_build *build);
bk_status bki_build_projects(bki_build *build);
bk_status bki_build_observations(bki_build *build);
bk_status bki_build_risk(bki_build *build);
bk_status bki_build_parameters(bki_build *build);
void      bki_warn_of_units(bki_build *build);
void      bki_warn_of_units_in(bk_builder *builder, const bki_rows *rows); /* of one table, as in a scenario */

/* One row of border.csv, in a study or in a scenario, converted and checked alone; names already resolved. */
void bki_border_values(bk_builder *builder, const bki_rows *rows, size_t row, bk_border *border);

/* A column that a project or a scenario may change. */
typedef struct bki_attribute {
    bk_target_kind target_kind;
    bki_table_id   table;
    size_t         column;
    size_t         offset; /* in the struct */
    char           type;   /* d double, i int, b bool */
} bki_attribute;
const bki_attribute    *bki_attribute_get(size_t index);                                  /* NULL past the end */
const bki_attribute    *bki_attribute_find(bk_target_kind target_kind, const char *name); /* NULL: no such column */
const bk_column_schema *bki_attribute_column(const bki_attribute *attribute);
bk_names               *bki_attribute_names(bk_arena *arena, bk_target_kind target_kind); /* for suggestions */
void                    bki_attribute_set(const bki_attribute *attribute, void *target, double value);
double                  bki_attribute_read(const bki_attribute *attribute, const void *target);

/* Whether a link stands: not closed, and open by its year or by its project. */
bool bki_link_stands(const bk_link *link, int base_year, bool project_built);

/* Chains all of a finished model that decides which routes there are. */
uint64_t bki_hash_routes(uint64_t hash, const bk_model *model);

#endif
