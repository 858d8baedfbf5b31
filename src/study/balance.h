/* Facts of STUDY/balance on their way to a base year, and the base year on its way to tables. */
#ifndef STUDY_BALANCE_H
#define STUDY_BALANCE_H

#include "buckle/study.h"
#include "io/csv.h"

typedef struct bki_copied { /* a table kept as text, to be written again */
    const char  *path;
    size_t       n_rows, n_columns;
    const char **cells; /* [n_rows + 1][n_columns] the header first */
} bki_copied;

typedef struct bki_facts {
    bk_context  *ctx;
    bk_arena    *arena;
    const char  *folder; /* the study */
    bki_csv     *csv;
    bki_copied   region, sector;                                 /* their tables */
    bool         region_is_fact, sector_is_fact, tariff_is_fact; /* stood in balance/, not in economy/ */
    bk_names    *regions, *sectors;
    size_t       n_regions, n_sectors;
    const char **region_names, **sector_names; /* [n_regions], [n_sectors] */

    bool   *traded;      /* [n_sectors] */
    double *value_added; /* [n_regions] money */
    double *pair_total;  /* [importer][exporter] money */
    double *trade;       /* [n_sectors][importer][exporter] money */
    double *seed;        /* [n_sectors][importer][exporter] any scale */
    double *tariff;      /* [n_sectors][importer][exporter] ad valorem */
    double *share[2];    /* [n_sectors][n_regions] any scale: composition of exports, of imports */
    double
        *account[3]; /* [n_regions + 1][n_sectors] value added, its share, intermediate share; last row: every region */
    double         *technology;     /* [n_regions + 1][using][supplying] any scale */
    bool           *has_technology; /* [n_regions + 1] */
    double         *own[3];         /* [n_regions + 1][n_sectors + 1] of exports, of imports, least */
    bk_balance_cut *cuts;           /* [n_cuts] */
    size_t          n_cuts, cut_capacity;

    bk_names *sources;      /* of known cells, "source\\x1f confidence" */
    uint32_t *trade_source; /* [n_sectors][importer][exporter] index or BK_NONE */
} bki_facts;

/* True if the study has any table of facts. */
bool bki_facts_exist(bk_arena *arena, const char *folder);

/* Reads balance/ (and what it leaves to economy/).  Every fault is recorded; returns the first. */
bk_status bki_facts_read(bki_facts *facts);

/* Regions and sectors only, from economy/: what a correction needs to write its tables. */
bk_status bki_facts_read_places(bki_facts *facts, bool from_economy);

/* The arithmetic's view of them, with rows for every region filled in where a region has none. */
bk_status bki_facts_arrange(bki_facts *facts, bk_balance_facts *out);

/* Path of folder/name, whose memory may be short: NULL then. */
const char *bki_facts_path(const bki_facts *facts, const char *name);

/* A table as it stands.  BK_ERR_SCHEMA if it has no rows. */
bk_status bki_table_keep(bki_facts *facts, const char *path, bki_copied *out);

/* `old` where it is the number already, else the number with all its digits. */
const char *bki_number_moved(bk_arena *arena, const char *old, double number);

/* A corrected economy into its own tables, but for region.csv: rows keep their source, numbers that stand stay as they
 * are. */
bk_status bki_balance_patch(bki_facts *facts, const bk_balance *result, const char *folder, bool is_elsewhere,
                            const char **files, size_t *n_files);

/* Writes the tables of an economy and of what changed; appends their paths to `files` (room for 12). */
bk_status bki_balance_write(bki_facts *facts, const bk_balance *result, const bk_balance_request *request,
                            const char **files, size_t *n_files);

#endif
