/* A request to `buckle serve` as bytes: "METHOD /path?query", a line for each header, an empty line, the body.  What is
 * not given is a friend's: the key, the right host, the header of writes.  Every answer has a status that is
 * documented, and where it says that it is JSON, is one JSON object. */
#include "fuzz.h"

#include "bkt_server.h"
#include "bkt_study.h"

#include <sys/stat.h>

static bkt_server house;
static char       folder[64];

static void
close_house(void)
{
    char path[100];

    bkt_server_stop(&house);
    bk_arena_release(&house.arena);
    bk_context_release(house.ctx);
    snprintf(path, sizeof path, "%s/scenarios", folder);
    rmdir(path);
    rmdir(folder);
}

static void
open_house(void)
{
    bk_study study = {.folder = folder, .name = "fuzz"};
    char     path[100];

    snprintf(folder, sizeof folder, "/tmp/buckle-fuzz-XXXXXX");
    if (mkdtemp(folder) == NULL || bk_context_create(NULL, &house.ctx) != BK_OK)
        abort();
    snprintf(path, sizeof path, "%s/scenarios", folder);
    mkdir(path, 0700);
    bk_arena_init(&house.arena, house.ctx);
    if (bkt_study_build(house.ctx, &house.arena, &house.arena, NULL, 0, &study.model) != BK_OK ||
        !bkt_server_start(&house, &study))
        abort();
    atexit(close_house);
}

/* The next line, terminated in place; NULL at the empty one and at the end. */
static char *
next_line(char **at, const char *end)
{
    char *line = *at, *stop = memchr(line, '\n', (size_t)(end - line));

    if (stop == NULL || stop == line)
        return NULL;
    *stop = '\0';
    *at = stop + 1;
    if (stop[-1] == '\r')
        stop[-1] = '\0';
    return line[0] != '\0' ? line : NULL;
}

static void
read_header(struct MHD_Connection *connection, char *line)
{
    char *value = strchr(line, ':');

    if (value == NULL)
        return;
    *value++ = '\0';
    value += strspn(value, " ");
    if (strcasecmp(line, "Cookie") == 0)
        bkt_pair_set(connection, MHD_COOKIE_KIND, "buckle-1", value);
    else
        bkt_pair_set(connection, MHD_HEADER_KIND, line, value);
}

static void
judge(const bkt_reply *reply, const char *path)
{
    static const int     known[] = {200, 202, 303, 304, 400, 401, 403, 404, 405, 409, 410, 415, 421, 429, 503};
    const bk_json_value *value = NULL;
    bool                 is_known = false;
    bk_context          *ctx;
    bk_arena             arena;

    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        is_known |= reply->status == known[k];
    if (!is_known)
        abort();
    if (strcmp(reply->type, "application/json") != 0)
        return;
    if (bk_context_create(NULL, &ctx) != BK_OK)
        abort();
    bk_arena_init(&arena, ctx);
    if (bk_json_read(ctx, reply->bytes, reply->n, path, &arena, &value) != BK_OK || value->kind != BK_JSON_OBJECT)
        abort();
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

/* What the request left behind, for the next one to find nothing. */
static void
tidy(const bkt_reply *reply, const char *path)
{
    const char *number = reply->status == 202 ? strstr(reply->bytes, "{\"job\":\"") : NULL;
    char        file[400];

    atomic_store(&house.server.n_streams, 0);
    if (number != NULL)
        bki_jobs_cancel(house.server.jobs, (uint32_t)strtoul(number + 8, NULL, 10));
    if (reply->status == 200 && strncmp(path, "/api/scenarios/", 15) == 0) {
        snprintf(file, sizeof file, "%s/scenarios/%s.yaml", folder, path + 15);
        unlink(file);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct MHD_Connection connection;
    bkt_reply             reply;
    char                 *text = malloc(size + 1), *at = text, *line;

    if (text == NULL)
        abort();
    if (house.ctx == NULL)
        open_house();
    memcpy(text, data, size);
    text[size] = '\0';
    const char *method = next_line(&at, text + size);
    char       *target = method != NULL ? strchr(method, ' ') : NULL;
    if (target != NULL) {
        *target++ = '\0';
        bkt_friend(&house, &connection);
        while ((line = next_line(&at, text + size)) != NULL)
            read_header(&connection, line);
        at += at < text + size; /* the empty line */
        const char *path = bkt_target(&connection, target);
        if (!bkt_answer(&house, &connection, method, path, at, (size_t)(text + size - at), &reply))
            abort();
        judge(&reply, path);
        tidy(&reply, path);
    }
    free(text);
    return 0;
}
