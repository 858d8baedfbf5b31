/* In place of the server where libmicrohttpd was not there when this was built. */
#include "server/server.h"

bk_status
bki_serve(bk_context *ctx, const bki_serve_settings *settings, bk_arena *arena)
{
    (void)settings;
    (void)arena;
    return bk_fail_hint(ctx, BK_ERR_USAGE, "install libmicrohttpd-dev and build again",
                        "this buckle has no server in it");
}

const char *
bki_serve_library(void)
{
    return "not built in";
}
