/* A scenario at work on a model: arrays are copied when first changed, so that the rest stays shared with the base. */
#ifndef MODEL_SCENARIO_H
#define MODEL_SCENARIO_H

#include "model/build.h"
#include "model/policy.h"

typedef struct bki_edit {
    bk_context        *ctx;
    bk_arena          *arena; /* of the result */
    bk_arena          *scratch;
    const bk_model    *base;
    bk_model          *model; /* the result */
    size_t             n_measures;
    const bk_measure **measures; /* [n_measures] chosen, ordered by id so that their order in the file cannot matter */
    bool               membership_changed;
    bk_policy_state   *before, *after; /* who is in what */
    bk_link           *links;          /* [n_links] NULL: not changed; so for the others */
    bk_transfer       *transfers;      /* [n_transfers] */
    bk_border         *borders;        /* [n_borders] */
    double            *tariff;         /* [n_sectors][importer][exporter] ad valorem */
    double            *trade_cost;     /* [n_sectors][importer][exporter] factor on iceberg cost, dimensionless */
    double            *productivity;   /* [n_sectors][n_regions] dimensionless */
    bk_project        *projects;       /* [n_projects] */
    bk_mode_product   *products;       /* [n_modes][n_sectors] */
    bk_sector         *sectors;        /* [n_sectors] */
    bk_finance        *finance;        /* [n_finance] */
    bk_sanction       *sanctions;      /* [n_sanctions] */
    bk_status          first_fault;
} bki_edit;

typedef struct bki_at { /* a place in a file, for messages */
    const char *file;
    int         line, column;
} bki_at;

/* Records a fault; the scenario fails at the end. */
void bki_edit_fault(bki_edit *edit, bk_status code, bki_at at, const char *hint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* The place among `n` things whose first member is their id, or BK_NONE and a fault with a suggestion. */
uint32_t bki_edit_find(bki_edit *edit, const bk_name_at *name, const char *what, const void *items, size_t n,
                       size_t size);

/* Each copies its array on the first call; NULL if memory is short. */
bk_link         *bki_edit_links(bki_edit *edit);
bk_transfer     *bki_edit_transfers(bki_edit *edit);
bk_border       *bki_edit_borders(bki_edit *edit);
bk_project      *bki_edit_projects(bki_edit *edit);
bk_sanction     *bki_edit_sanctions(bki_edit *edit);
bk_mode_product *bki_edit_products(bki_edit *edit);
bk_sector       *bki_edit_sectors(bki_edit *edit);
bk_finance      *bki_edit_finance(bki_edit *edit);
double          *bki_edit_trade_cost(bki_edit *edit);   /* all 1 where the base has none */
double          *bki_edit_productivity(bki_edit *edit); /* likewise */
/* Sets one tariff; nothing is copied if it is that already. */
bk_status bki_edit_tariff(bki_edit *edit, size_t index, double rate);

/* The row of border.csv in the place of `row`, or BK_NONE. */
uint32_t bki_find_border(const bk_network_data *network, const bk_border *row);
size_t   bki_pair_index(const bk_economy *economy, const bk_cell *cell); /* in [n_sectors][importer][exporter] */

/* ---- parts, in this order; a status other than BK_OK means that memory is short ------------------------------- */

bk_status bki_apply_memberships(bki_edit *edit);   /* who is in what, and the tariffs that follow */
bk_status bki_apply_union_borders(bki_edit *edit); /* customs at the borders that follow from it */
bk_status bki_apply_rows(bki_edit *edit);          /* tariffs, borders, trade costs, productivity */
bk_status bki_apply_projects(bki_edit *edit);
bk_status bki_apply_adjustments(bki_edit *edit);
bk_status bki_apply_sanctions(bki_edit *edit);
bk_status bki_apply_closures(bki_edit *edit);
bk_status bki_apply_tolls(bki_edit *edit);

#endif
