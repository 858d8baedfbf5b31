/* OpenStreetMap's PBF, read as a stream: one block of a few thousand objects after the other, in memory that does not
 * depend on the file (https://wiki.openstreetmap.org/wiki/PBF_Format). */
#ifndef IO_OSM_PBF_H
#define IO_OSM_PBF_H

#include "buckle/base.h"

typedef struct bki_osm_text { /* not terminated */
    const char *bytes;
    size_t      length;
} bki_osm_text;

typedef struct bki_osm_object { /* valid during the call */
    int64_t             id;
    double              lon, lat; /* degrees; of nodes */
    size_t              n_tags, n_refs;
    const bki_osm_text *keys, *values; /* [n_tags] */
    const int64_t      *refs;          /* [n_refs] nodes of a way */
} bki_osm_object;

typedef struct bki_osm_visitor {
    void *state;
    bk_status (*node)(void *state, const bki_osm_object *node); /* NULL: nodes are passed over */
    bk_status (*way)(void *state, const bki_osm_object *way);   /* likewise */
} bki_osm_visitor;

/* Reads from front to back.  Returns BK_OK, BK_ERR_FILE, BK_ERR_SYNTAX (with the byte at which the damaged block
 * begins; also: a compression other than zlib, a feature that is required and not known), BK_ERR_NO_MEMORY,
 * BK_ERR_CANCELLED, or what the visitor returned. */
bk_status bki_osm_read(bk_context *ctx, const char *path, const bki_osm_visitor *visitor);

/* The value of a tag; NULL bytes if it has none. */
bki_osm_text bki_osm_tag(const bki_osm_object *object, const char *key);
bool         bki_osm_is(bki_osm_text text, const char *word);

#endif
