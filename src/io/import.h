/* What the importers share: the request, the concordances, what was dropped, rows on their way to files. */
#ifndef IO_IMPORT_H
#define IO_IMPORT_H

#include "buckle/import.h"
#include "io/concordance.h"
#include "io/text.h"

#define BKI_IMPORT_FILES 40 /* more than there are tables of a study */

typedef struct bki_import {
    bk_context              *ctx;
    bk_arena                *arena; /* of the report */
    bk_arena                *scratch;
    const bk_import_request *request;
    bki_csv                 *csv;
    bki_concordance          regions, sectors;
    size_t                   n_regions, n_sectors;

    bk_import_report report;
    bk_names        *drop_names; /* of `drops` */
    bk_import_drop  *drops;      /* [drop_capacity] */
    size_t           drop_capacity;
    bk_import_file   files[BKI_IMPORT_FILES];
    const char      *notes[16];
} bki_import;

/* Counts a cell that was left out; `what` is the name it is told under. */
bk_status bki_import_drop(bki_import *import, const char *what, const char *reason, size_t cells, double value);
/* The same for "KIND CODE". */
bk_status bki_import_drop_code(bki_import *import, const char *kind, const char *code, size_t length,
                               const char *reason, double value);
/* A sentence for the report; no more than there is room for. */
void bki_import_note(bki_import *import, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline const char *
bki_import_region(const bki_import *import, size_t region)
{
    return bk_names_text(import->regions.targets, (uint32_t)region);
}

static inline const char *
bki_import_sector(const bki_import *import, size_t sector)
{
    return bk_names_text(import->sectors.targets, (uint32_t)sector);
}

/* A file of the folder being written. */
typedef struct bki_import_output {
    bki_import *import;
    const char *name;
    bki_text    text;
    size_t      rows;
} bki_import_output;

/* Refuses, before anything is read, files that exist unless they may be replaced. */
bk_status bki_import_may_write(bki_import *import, const char *name);
void      bki_import_begin(bki_import *import, const char *name, const char *header, bki_import_output *out);
/* Cells, text first, then numbers; an unknown (negative) number is an empty cell. */
void      bki_import_row(bki_import_output *out, const char *const *texts, size_t n_texts, const double *numbers,
                         size_t n_numbers, const char *source, const char *confidence);
bk_status bki_import_end(bki_import_output *out);

/* The formats: each reads its download and writes its files. */
bk_status bki_import_baci(bki_import *import);
bk_status bki_import_wits(bki_import *import);
bk_status bki_import_icio(bki_import *import);
bk_status bki_import_mrio(bki_import *import);
bk_status bki_import_gmns(bki_import *import);
bk_status bki_import_tntp(bki_import *import);
bk_status bki_import_omx(bki_import *import);
bk_status bki_import_osm(bki_import *import);
bk_status bki_import_vector(bki_import *import);
bk_status bki_import_xlsx(bki_import *import);

#endif
