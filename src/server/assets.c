#include "server/assets.h"
#include "server/routes.h"

#include <string.h>

static const char no_page[] =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>buckle</title><h1>The page is not in this program"
    "</h1><p>It was built without the map. Install Node.js and run <code>./dev build</code>, which builds the page of "
    "<code>web/</code> into the program; or use the JSON API, which is here: <a href=\"/api/openapi.json\">"
    "/api/openapi.json</a>.</p></html>";

void
bki_handle_asset(bki_request *request)
{
    const char *path = request->n_words == 0 ? "index.html" : request->path + 1;
    const char *known = bki_request_header(request, "If-None-Match");

    for (size_t a = 0; a < bki_asset_count; a++) {
        const bki_asset *asset = &bki_assets[a];
        if (strcmp(asset->path, path) != 0)
            continue;
        const bool same = known != NULL && strcmp(known, asset->etag) == 0;
        request->reply = (bki_reply){.status = same ? 304 : 200,
                                     .type = asset->type,
                                     .bytes = same ? "" : (const char *)asset->bytes,
                                     .n = same ? 0 : asset->n,
                                     .etag = asset->etag,
                                     .zipped = !same,
                                     .lasting = true,
                                     .kept = true};
        return;
    }
    if (request->n_words == 0)
        bki_reply_text(request, 200, "text/html; charset=utf-8", no_page);
    else
        bki_reply_error(request, 404, "path", "there is nothing at this address", NULL);
}
