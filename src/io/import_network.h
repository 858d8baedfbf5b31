/* Networks of others as STUDY/network: places and ways in a study's units, and why some cannot be. */
#ifndef IO_IMPORT_NETWORK_H
#define IO_IMPORT_NETWORK_H

#include "io/import.h"

typedef struct bki_place {
    const char *id, *name; /* name "": none */
    double      lon, lat;  /* degrees, WGS 84 */
    bool        has_place;
} bki_place;

typedef struct bki_way {
    const char        *id, *name;
    uint32_t           from, to; /* places */
    bool               directed;
    double             km;           /* <= 0: not said, the great circle's */
    double             kmh, minutes; /* one of the two; < 0: not said */
    double             tracks;       /* < 0: not said */
    const char        *mode;         /* NULL: the request's */
    bool               is_drawn;     /* km was not said but measured along its line */
    const char        *dropped;      /* why it is left out before it comes here; NULL: it is not */
    const char *const *more;         /* [n_more] cells of further columns; "": empty */
} bki_way;

typedef struct bki_network {
    size_t             n_places;
    const bki_place   *places; /* [n_places] */
    size_t             n_ways;
    const bki_way     *ways; /* [n_ways] */
    size_t             n_more;
    const char *const *more; /* [n_more] columns of link.csv beside those above */
} bki_network;

/* Refuses, before anything is read, files that exist unless they may be replaced. */
bk_status bki_import_network_begin(bki_import *import);
/* Writes node.csv and link.csv: ways that a study can have, and the places where they end. */
bk_status bki_import_network_write(bki_import *import, const bki_network *network);

#endif
