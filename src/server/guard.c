#include "server/guard.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

static bk_status
make_secret(bk_context *ctx, char secret[BKI_SECRET_SIZE])
{
    unsigned char bytes[(BKI_SECRET_SIZE - 1) / 2];

    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return bk_fail(ctx, BK_ERR_FILE, "the system gives no random bytes for a key");
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(secret + 2 * i, 3, "%02x", bytes[i]);
    return BK_OK;
}

bk_status
bki_guard_start(bk_context *ctx, bki_guard *guard, int port)
{
    static const char *const names[] = {"127.0.0.1", "localhost"};

    BK_TRY(make_secret(ctx, guard->token));
    BK_TRY(make_secret(ctx, guard->key));
    snprintf(guard->cookie, sizeof guard->cookie, "buckle-%d", port);
    for (int i = 0; i < 2; i++) {
        snprintf(guard->hosts[i], sizeof guard->hosts[i], "%s:%d", names[i], port);
        snprintf(guard->origins[i], sizeof guard->origins[i], "http://%s:%d", names[i], port);
    }
    atomic_store(&guard->used, false);
    return BK_OK;
}

bool
bki_guard_knows_host(const bki_guard *guard, const char *host)
{
    return host != NULL && (strcmp(host, guard->hosts[0]) == 0 || strcmp(host, guard->hosts[1]) == 0);
}

bool
bki_guard_knows_origin(const bki_guard *guard, const char *origin)
{
    return origin == NULL || strcmp(origin, guard->origins[0]) == 0 || strcmp(origin, guard->origins[1]) == 0;
}

/* In a time that does not tell how much of it is right. */
static bool
is_secret(const char *given, const char *secret)
{
    unsigned difference = 0;

    if (given == NULL || strlen(given) != BKI_SECRET_SIZE - 1)
        return false;
    for (size_t i = 0; i < BKI_SECRET_SIZE - 1; i++)
        difference |= (unsigned)((unsigned char)given[i] ^ (unsigned char)secret[i]);
    return difference == 0;
}

bool
bki_guard_opens(const bki_guard *guard, const char *key)
{
    return is_secret(key, guard->key);
}

bool
bki_guard_exchange(bki_guard *guard, const char *token)
{
    return is_secret(token, guard->token) && !atomic_exchange(&guard->used, true);
}
