/* YAML as text with places: a tree of mappings, lists and scalars whose type the reader of the tree decides, so that NO
 * is Norway.  Refused, each at its place: keys given twice, anchors and aliases, tags, several documents, NUL. */
#ifndef IO_YAML_H
#define IO_YAML_H

#include "buckle/base.h"

typedef enum bki_yaml_kind { BKI_YAML_SCALAR, BKI_YAML_LIST, BKI_YAML_MAP } bki_yaml_kind;

typedef struct bki_yaml bki_yaml;
struct bki_yaml {
    bki_yaml_kind   kind;
    int             line, column;         /* 1-based, the column in characters */
    const char     *text;                 /* scalars, terminated; NULL otherwise */
    const char     *key;                  /* of this node in its mapping, terminated; NULL elsewhere */
    int             key_line, key_column; /* 0 without a key */
    size_t          n_children;
    const bki_yaml *child, *next; /* first of the mapping's or list's own; next of the same mapping or list */
};

/* The one document in `bytes`, held by `arena`; an empty document is an empty mapping.  Every fault is recorded, at
 * `shown`.  Returns BK_OK, BK_ERR_SYNTAX, BK_ERR_DUPLICATE, BK_ERR_SCHEMA, BK_ERR_NO_MEMORY. */
bk_status bki_yaml_read(bk_context *ctx, const char *bytes, size_t n, const char *shown, bk_arena *arena,
                        const bki_yaml **out);

const char *bki_yaml_kind_name(bki_yaml_kind kind); /* "a mapping" */

/* Records that `node`'s key is none of `names` [n], with the nearest of them as a hint.  `what` is what has such keys.
 */
bk_status bki_yaml_unknown_key(bk_context *ctx, const bki_yaml *node, const char *shown, const char *what,
                               const char *const *names, size_t n);

#endif
