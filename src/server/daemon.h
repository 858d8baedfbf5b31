/* HTTP as libmicrohttpd speaks it, for the rest of the server. */
#ifndef SERVER_DAEMON_H
#define SERVER_DAEMON_H

#include "server/http.h"

typedef struct bki_daemon bki_daemon;

/* Listens on the loopback address; `*port` 0: any free one, whose number comes back.  BK_ERR_FILE if it is taken. */
bk_status bki_daemon_start(bk_context *ctx, bki_server *server, int *port, bki_daemon **out);
/* Whoever is being answered is answered first. */
void bki_daemon_stop(bki_daemon *daemon);

#endif
