/* The page's files, embedded by tools/embed_assets.py. */
#ifndef SERVER_ASSETS_H
#define SERVER_ASSETS_H

#include <stddef.h>

typedef struct bki_asset {
    const char          *path, *type, *etag; /* "index.html", "text/html; charset=utf-8", "\"9f86d0...\"" */
    const unsigned char *bytes;              /* [n] gzip */
    size_t               n;
} bki_asset;

extern const bki_asset bki_assets[];
extern const size_t    bki_asset_count; /* 0: the page was not built */

#endif
