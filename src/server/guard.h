/* Who may ask: a page that came from here, in a browser that was given the key, on this machine. */
#ifndef SERVER_GUARD_H
#define SERVER_GUARD_H

#include "buckle/base.h"

#define BKI_SECRET_SIZE 33 /* 128 bits in hexadecimal, terminated */

typedef struct bki_guard {
    char        token[BKI_SECRET_SIZE]; /* of the URL, good for once */
    char        key[BKI_SECRET_SIZE];   /* of the cookie */
    char        cookie[32];             /* its name, with the port: cookies do not know ports */
    char        hosts[2][32], origins[2][40];
    atomic_bool used;
} bki_guard;

/* BK_ERR_FILE if the system gives no random bytes. */
bk_status bki_guard_start(bk_context *ctx, bki_guard *guard, int port);

bool bki_guard_knows_host(const bki_guard *guard, const char *host);     /* NULL: no */
bool bki_guard_knows_origin(const bki_guard *guard, const char *origin); /* NULL: yes, it is not given by all */
bool bki_guard_opens(const bki_guard *guard, const char *key);           /* NULL: no */
/* Whether the token is right and comes for the first time. */
bool bki_guard_exchange(bki_guard *guard, const char *token);

#endif
