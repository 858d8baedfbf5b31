/* What the front answers to a request, without a socket: who may ask, what is refused, and that memory may end anywhere
 * on the way without harm.  What needs a master and workers is in test_jobs.c and test_worker.c. */
#define _GNU_SOURCE /* mkdtemp, nftw */
#include "bkt.h"
#include "bkt_api.h"
#include "bkt_refuse.h"
#include "bkt_server.h"
#include "server/assets.h"
#include "server/routes.h"

#include <ftw.h>
#include <sys/stat.h>

/* In place of the page, which may not have been built. */
const bki_asset bki_assets[] = {
    {"index.html", "text/html; charset=utf-8", "\"1\"", (const unsigned char *)"page", 4},
    {"assets/app.js", "text/javascript; charset=utf-8", "\"2\"", (const unsigned char *)"script", 6}};
const size_t bki_asset_count = 2;

typedef struct house {
    bkt_server            s;
    struct MHD_Connection connection;
    bkt_reply             reply;
    char                  folder[64];
} house;

/* ---- a study of one's own to write in -----------------------------------------------------------------------------
 */

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static void
write_file(const house *h, const char *name, const char *text)
{
    char path[400];

    snprintf(path, sizeof path, "%s/%s", h->folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int
open_house(void **state)
{
    static const char *const none[] = {NULL};
    house                   *h = calloc(1, sizeof *h);
    const bk_study          *study;
    char                     path[400], target[5000];

    snprintf(h->folder, sizeof h->folder, "/tmp/buckle-requests-XXXXXX");
    assert_non_null(mkdtemp(h->folder));
    snprintf(path, sizeof path, "%s/network", h->folder);
    snprintf(target, sizeof target, "%s/network", bkt_caravan());
    assert_int_equal(symlink(target, path), 0);
    snprintf(path, sizeof path, "%s/scenarios", h->folder);
    assert_int_equal(mkdir(path, 0700), 0);
    write_file(h, "scenarios/works.yaml", "title: Works\nmeasures:\n  - id: works\n    projects: [steppe-line]\n");
    write_file(h, "scenarios/spoilt.yaml", "title: [\n");
    assert_int_equal(bk_context_create(NULL, &h->s.ctx), BK_OK);
    bk_arena_init(&h->s.arena, h->s.ctx);
    assert_int_equal(bk_study_open(h->s.ctx, bkt_caravan(), none, 0, &h->s.arena, &study), BK_OK);
    bk_study own = *study;
    own.folder = h->folder;
    assert_true(bkt_server_start(&h->s, &own));
    bkt_friend(&h->s, &h->connection);
    *state = h;
    return 0;
}

static int
close_house(void **state)
{
    house *h = *state;

    bkt_server_stop(&h->s);
    bk_arena_release(&h->s.arena);
    bk_context_release(h->s.ctx);
    nftw(h->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(h);
    return 0;
}

/* The status; 0 if there was no memory to begin with.  What the connection carries is a friend's but for `set`. */
static int
ask(house *h, const char *method, const char *target, const char *body)
{
    char copy[1000];

    snprintf(copy, sizeof copy, "%s", target);
    const size_t n_before = h->connection.n;
    const char  *path = bkt_target(&h->connection, copy);
    const bool   answered = bkt_answer(&h->s, &h->connection, method, path, body, strlen(body), &h->reply);
    h->connection.n = n_before;
    return answered ? h->reply.status : 0;
}

/* The same with one header (or, for `kind`, cookie) changed; NULL: left out. */
static int
ask_with(house *h, const char *key, const char *value, const char *method, const char *target, const char *body)
{
    const enum MHD_ValueKind kind = strcmp(key, "buckle-1") == 0 ? MHD_COOKIE_KIND : MHD_HEADER_KIND;

    bkt_friend(&h->s, &h->connection);
    bkt_pair_set(&h->connection, kind, key, value);
    const int status = ask(h, method, target, body);
    bkt_friend(&h->s, &h->connection);
    return status;
}

#define assert_told(h, text) assert_non_null(strstr((h)->reply.bytes, text))

#define RUN   "{\"kind\":\"run\",\"scenario\":null}"
#define WORKS "{\"title\":\"Works\",\"measures\":[{\"id\":\"works\",\"projects\":[\"steppe-line\"]}]}"

/* ---- who may ask ------------------------------------------------------------------------------------------------- */

static void
only_this_host_this_origin_and_this_page_are_answered(void **state)
{
    house *h = *state;

    assert_int_equal(ask(h, "GET", "/api/study", ""), 200);
    assert_int_equal(ask_with(h, "Host", NULL, "GET", "/api/study", ""), 421);
    assert_int_equal(ask_with(h, "Host", "evil.example", "GET", "/", ""), 421);
    assert_int_equal(ask_with(h, "Host", "127.0.0.1:2", "GET", "/", ""), 421);
    assert_int_equal(ask_with(h, "Host", "localhost:1", "GET", "/api/study", ""), 200);
    assert_int_equal(ask_with(h, "Origin", "http://evil.example", "GET", "/api/study", ""), 403);
    assert_int_equal(ask_with(h, "Origin", "null", "GET", "/", ""), 403);
    assert_int_equal(ask_with(h, "Origin", "http://127.0.0.1:1", "GET", "/api/study", ""), 200);
    assert_int_equal(ask_with(h, "Origin", "http://localhost:1", "GET", "/api/study", ""), 200);
    assert_int_equal(ask_with(h, "Sec-Fetch-Site", "cross-site", "GET", "/api/study", ""), 403);
    assert_int_equal(ask_with(h, "Sec-Fetch-Site", "same-origin", "GET", "/api/study", ""), 200);
    assert_int_equal(ask_with(h, "Sec-Fetch-Site", "none", "GET", "/api/study", ""), 200);
    assert_int_equal(ask_with(h, "Sec-Fetch-Site", "cross-site", "GET", "/", ""), 200); /* a link to the page */
}

static void
a_write_needs_a_header_and_a_body_of_json(void **state)
{
    house *h = *state;

    assert_int_equal(ask_with(h, "X-Buckle", NULL, "POST", "/api/jobs", RUN), 403);
    assert_int_equal(ask_with(h, "X-Buckle", NULL, "DELETE", "/api/jobs/1", ""), 403);
    assert_int_equal(ask_with(h, "X-Buckle", NULL, "HEAD", "/api/study", ""), 200);
    assert_int_equal(ask_with(h, "Content-Type", NULL, "POST", "/api/jobs", RUN), 415);
    assert_int_equal(ask_with(h, "Content-Type", "text/plain", "POST", "/api/jobs", RUN), 415);
    assert_int_equal(ask_with(h, "Content-Type", "application/jsonp", "PUT", "/api/scenarios/x", "{}"), 415);
    assert_int_equal(ask_with(h, "Content-Type", "application/json; charset=utf-8", "POST", "/api/jobs", RUN), 202);
}

static void
the_token_opens_once_and_the_key_always(void **state)
{
    house *h = *state;
    char   target[100], short_key[BKI_SECRET_SIZE];

    snprintf(target, sizeof target, "/?token=%s", h->s.server.guard.token);
    snprintf(short_key, sizeof short_key, "%.31s", h->s.server.guard.key);
    assert_int_equal(ask_with(h, "buckle-1", NULL, "GET", "/", ""), 401);
    assert_int_equal(ask_with(h, "buckle-1", short_key, "GET", "/api/study", ""), 401);
    assert_told(h, "\"code\":\"key\"");
    assert_int_equal(ask_with(h, "buckle-1", h->s.server.guard.token, "GET", "/api/study", ""), 401);
    assert_int_equal(ask_with(h, "buckle-1", NULL, "GET", "/?token=0123", ""), 401);
    assert_int_equal(ask_with(h, "buckle-1", NULL, "POST", target, ""), 401); /* only reading opens */
    assert_int_equal(ask_with(h, "buckle-1", NULL, "GET", target, ""), 303);
    assert_non_null(strstr(h->reply.cookie, "HttpOnly; SameSite=Strict; Path=/"));
    assert_string_equal(h->reply.location, "/");
    assert_int_equal(ask_with(h, "buckle-1", NULL, "GET", target, ""), 401);
    assert_int_equal(ask(h, "GET", target, ""), 303);
}

static void
what_is_no_address_or_no_method_is_told_so(void **state)
{
    static const char *const nowhere[] = {"",      "x",          "/a//b",          "/.git",        "/a/../b",
                                          "/a%01", "/a\\b",      "/a/b/c/d/e/f/g", "/api/nothing", "/api",
                                          "/x.js", "/api/study/"};
    house                   *h = *state;
    char                     long_name[300] = "/";

    for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++)
        assert_int_equal(ask(h, "GET", nowhere[i], ""), 404);
    memset(long_name + 1, 'a', 201);
    assert_int_equal(ask(h, "GET", long_name, ""), 404);
    long_name[201] = '\0';
    assert_int_equal(ask(h, "GET", long_name, ""), 404);
    assert_int_equal(ask(h, "OPTIONS", "/api/jobs", ""), 405);
    assert_int_equal(ask(h, "DELETE", "/api/study", ""), 405);
    assert_int_equal(ask(h, "POST", "/index.html", "{}"), 405);
    assert_int_equal(ask(h, "GET", "/api/jobs/x", ""), 404);
    assert_int_equal(ask(h, "GET", "/api/jobs/1x", ""), 404);
    assert_int_equal(ask(h, "GET", "/api/jobs/4294967297", ""), 404); /* 1 in 32 bits */
}

static void
the_page_is_kept_by_the_browser_and_asked_for_again(void **state)
{
    house *h = *state;

    assert_int_equal(ask(h, "GET", "/", ""), 200);
    assert_string_equal(h->reply.bytes, "page");
    assert_string_equal(h->reply.type, "text/html; charset=utf-8");
    assert_string_equal(h->reply.etag, "\"1\"");
    assert_true(h->reply.kept && h->reply.zipped);
    assert_int_equal(ask(h, "GET", "/index.html", ""), 200);
    assert_int_equal(ask(h, "GET", "/assets/app.js", ""), 200);
    assert_string_equal(h->reply.bytes, "script");
    assert_int_equal(ask(h, "GET", "/assets", ""), 404);
    assert_int_equal(ask_with(h, "If-None-Match", "\"1\"", "GET", "/", ""), 304);
    assert_true(h->reply.n == 0 && !h->reply.zipped);
    assert_int_equal(ask_with(h, "If-None-Match", "\"2\"", "GET", "/", ""), 200);
    assert_int_equal(ask_with(h, "If-None-Match", "\"1\"", "GET", "/assets/app.js", ""), 200);
    assert_int_equal(ask_with(h, "Range", "bytes=0-1", "GET", "/", ""), 200); /* the whole, as it may be */
    assert_string_equal(h->reply.bytes, "page");
}

/* ---- what is asked ------------------------------------------------------------------------------------------------
 */

static void
a_job_is_refused_with_its_reason_unless_it_can_be_done(void **state)
{
    static const struct {
        const char *body, *code;
    } wrong[] = {
        {"", "\"syntax\""},
        {"[]", "\"schema\""},
        {"{\"kind\":7}", "\"kind\""},
        {"{}", "\"kind\""},
        {"{\"kind\":\"brief\"}", "\"kind\""}, /* a verb that this program has not */
        {"{\"kind\":\"run\",\"scenario\":3}", "\"schema\""},
        {"{\"kind\":\"run\",\"scenario\":\"../x\"}", "\"reference\""},
        {"{\"kind\":\"run\",\"scenario\":\"nothing\"}", "\"reference\""},
        {"{\"kind\":\"run\",\"scenario\":\"spoilt\"}", "\"syntax\""},
        {"{\"kind\":\"run\",\"scenario\":{\"title\":\"x\"}}", "\"schema\""},
        {"{\"kind\":\"appraise\",\"scenario\":null}", "\"scenario\""},
        {"{\"kind\":\"tolls\"}", "\"option\""},
        {"{\"kind\":\"tolls\",\"options\":{\"toll-max\":1}}", "\"option\""},
        {"{\"kind\":\"stress\",\"scenario\":\"works\",\"options\":{\"draws\":65537}}", "\"limit\""},
        {"{\"kind\":\"stress\",\"scenario\":\"works\",\"options\":{\"draws\":\"\"}}", "\"limit\""},
        {"{\"kind\":\"stress\",\"scenario\":\"works\",\"options\":{\"draws\":\"9x\"}}", "\"limit\""},
        {"{\"kind\":\"stress\",\"scenario\":\"works\",\"options\":{\"draws\":true}}", "\"limit\""},
        {"{\"kind\":\"run\",\"against\":[]}", "\"against\""},
        {"{\"kind\":\"stress\",\"scenario\":\"works\",\"against\":3}", "\"against\""},
        {"{\"kind\":\"stress\",\"scenario\":\"works\",\"against\":[3]}", "\"against\""},
        {"{\"kind\":\"stress\",\"scenario\":\"works\",\"against\":[\"works\"]}", "\"against\""},
        {"{\"kind\":\"stress\",\"scenario\":\"works\",\"against\":[\"none\"]}", "\"reference\""},
    };
    house *h = *state;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(ask(h, "POST", "/api/jobs", wrong[i].body), 400);
        assert_told(h, wrong[i].code);
    }
    assert_int_equal(ask(h, "POST", "/api/jobs",
                         "{\"kind\":\"stress\",\"name\":\"own\",\"scenario\":" WORKS
                         ",\"against\":[\"works\"],\"options\":{\"draws\":\"8\",\"x\":[1,true,null,\"a\",{}]}}"),
                     202);
    assert_int_equal(ask(h, "POST", "/api/jobs", "{\"kind\":\"claim\",\"name\":\"../x\",\"options\":7}"), 202);
}

static void
too_many_jobs_are_refused_and_one_that_waits_is_cancelled(void **state)
{
    house *h = *state;

    for (int n = 0; n < 16; n++)
        assert_int_equal(ask(h, "POST", "/api/jobs", RUN), 202);
    assert_int_equal(ask(h, "POST", "/api/jobs", RUN), 429);
    assert_int_equal(ask(h, "GET", "/api/jobs/1", ""), 200);
    assert_told(h, "\"state\":\"queued\"");
    assert_int_equal(ask(h, "GET", "/api/jobs/1/result", ""), 409);
    assert_int_equal(ask(h, "GET", "/api/jobs/1/select?facility=link:x", ""), 409);
    assert_int_equal(ask(h, "DELETE", "/api/jobs/1", ""), 200);
    assert_told(h, "\"state\":\"cancelled\"");
    assert_int_equal(ask(h, "DELETE", "/api/jobs/1", ""), 200); /* it stays so */
    assert_int_equal(ask(h, "DELETE", "/api/jobs/99", ""), 404);
    assert_int_equal(ask(h, "POST", "/api/jobs", "{\"kind\":\"run\",\"replace\":true}"), 202);
    for (int n = 2; n < 17; n++) {
        char path[40];
        snprintf(path, sizeof path, "/api/jobs/%d", n);
        assert_int_equal(ask(h, "GET", path, ""), 200);
        assert_told(h, "\"state\":\"cancelled\"");
    }
    for (int n = 0; n < 40; n++) /* of those that are over the oldest is forgotten */
        assert_int_equal(ask(h, "POST", "/api/jobs", "{\"kind\":\"run\",\"replace\":true}"), 202);
    assert_int_equal(ask(h, "GET", "/api/jobs/1", ""), 404);
}

static void
a_question_is_refused_unless_its_values_are_names(void **state)
{
    house *h = *state;
    char   target[600] = "/api/jobs/1/select?facility=";

    assert_int_equal(ask(h, "GET", "/api/jobs/1/route?from=a%09b&to=c", ""), 400);
    assert_int_equal(ask(h, "GET", "/api/jobs/1/route?from=a%0ab&to=c", ""), 400);
    memset(target + strlen(target), 'a', 401);
    assert_int_equal(ask(h, "GET", target, ""), 400);
    assert_int_equal(ask(h, "GET", "/api/jobs/1/flows?origin=a", ""), 404);
    assert_int_equal(ask(h, "GET", "/api/jobs/1/export?figure=a&format=svg", ""), 404);
    assert_int_equal(ask(h, "GET", "/api/jobs/1/export?table=a&format=csv", ""), 404);
    assert_int_equal(ask(h, "GET", "/api/values?economy=MARS", ""), 404);
    assert_int_equal(ask(h, "GET", "/api/values?economy=XAL", ""), 202); /* being made */
    assert_int_equal(ask(h, "GET", "/api/values", ""), 202);
    assert_int_equal(ask(h, "POST", "/api/first-order", "{\"scenario\":null}"), 202);
    assert_int_equal(ask(h, "POST", "/api/first-order", "{\"scenario\":" WORKS "}"), 202);
    assert_int_equal(ask(h, "POST", "/api/first-order", "{\"scenario\":5}"), 400);
    assert_int_equal(ask(h, "POST", "/api/first-order", "5"), 400);
    assert_int_equal(ask(h, "DELETE", "/api/jobs/1", ""), 404); /* a service is nobody's to cancel */
}

static void
listeners_are_bounded(void **state)
{
    house *h = *state;

    for (int n = 0; n < 16; n++) {
        assert_int_equal(ask(h, "GET", "/api/events", ""), 200);
        assert_true(h->reply.stream);
    }
    assert_int_equal(ask(h, "GET", "/api/events", ""), 503);
    atomic_store(&h->s.server.n_streams, 0);
}

/* ---- what is kept -------------------------------------------------------------------------------------------------
 */

/* A second that the clock of files must have moved on by before what was written counts as settled. */
static void
settle(void)
{
    nanosleep(&(struct timespec){.tv_sec = 1, .tv_nsec = 50000000}, NULL);
}

static void
the_study_is_written_anew_only_when_a_file_has_changed(void **state)
{
    house *h = *state;
    char   path[100];

    settle();
    assert_int_equal(ask(h, "GET", "/api/study", ""), 200);
    assert_told(h, "\"name\":\"works\"");
    assert_null(strstr(h->reply.bytes, "spoilt"));
    const bki_shared *first = h->s.server.study_text.text;
    assert_non_null(first);
    assert_int_equal(ask(h, "GET", "/api/study", ""), 200);
    assert_ptr_equal(h->s.server.study_text.text, first);
    write_file(h, "scenarios/works.yaml", "title: Others\nmeasures:\n  - id: works\n    projects: [steppe-line]\n");
    assert_int_equal(ask(h, "GET", "/api/study", ""), 200);
    assert_told(h, "\"title\":\"Others\"");
    assert_null(h->s.server.study_text.text); /* changed just now: it may change again unseen */
    settle();
    assert_int_equal(ask(h, "GET", "/api/study", ""), 200);
    assert_non_null(h->s.server.study_text.text);
    snprintf(path, sizeof path, "%s/scenarios/works.yaml", h->folder);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(ask(h, "GET", "/api/study", ""), 200);
    assert_null(strstr(h->reply.bytes, "\"name\":\"works\""));
}

static void
a_study_of_too_many_files_is_not_kept_but_told(void **state)
{
    house *h = *state;

    for (int n = 0; n < BKI_MOST_STAMPS; n++) {
        char name[40];
        snprintf(name, sizeof name, "scenarios/s%d.yaml", n);
        write_file(h, name, "title: x\nmeasures: []\n");
    }
    settle();
    assert_int_equal(ask(h, "GET", "/api/study", ""), 200);
    assert_told(h, "\"name\":\"s127\"");
    assert_null(h->s.server.study_text.text);
}

/* A reply that was begun before the text was replaced keeps what it carries. */
static void
shared_bytes_stay_until_the_last_gives_them_back(void **state)
{
    bki_kept   *kept = calloc(1, sizeof *kept);
    bki_stamps *none = calloc(1, sizeof *none);

    (void)state;
    bki_kept_init(kept);
    bki_shared *first = bki_shared_create("first", 5), *second = bki_shared_create("second", 6);
    bki_stamps_init(none);
    bki_kept_put(kept, first, none);
    bki_shared *held = bki_kept_get(kept);
    assert_ptr_equal(held, first);
    bki_kept_put(kept, second, none);
    bki_shared_drop(first);
    assert_string_equal(held->bytes, "first");
    bki_shared_drop_bytes(held->bytes);
    bki_stamps_add(none, "/nowhere/at/all"); /* and whoever appears there later is noticed */
    bki_stamps_add(none, "/proc/self/cwd");
    none->is_whole = true;
    bki_kept_put(kept, second, none);
    bki_shared_drop(second);
    second = bki_kept_get(kept);
    assert_string_equal(second->bytes, "second");
    bki_shared_drop(second);
    bki_kept_release(kept);
    free(kept);
    free(none);
}

/* ---- scenarios ----------------------------------------------------------------------------------------------------
 */

static void
a_scenario_is_shown_and_saved_only_as_it_was_shown(void **state)
{
    house *h = *state;

    assert_int_equal(ask(h, "POST", "/api/scenarios/diff", "{\"scenario\":" WORKS "}"), 400);
    assert_int_equal(ask(h, "POST", "/api/scenarios/diff", "{\"name\":7,\"scenario\":" WORKS "}"), 400);
    assert_int_equal(ask(h, "POST", "/api/scenarios/diff", "{\"name\":\"a/b\",\"scenario\":" WORKS "}"), 400);
    assert_int_equal(ask(h, "POST", "/api/scenarios/diff", "{\"name\":\"x\"}"), 400);
    assert_int_equal(ask(h, "POST", "/api/scenarios/diff", "{\"name\":\"x\",\"scenario\":\"works\"}"), 400);
    assert_int_equal(ask(h, "POST", "/api/scenarios/diff", "{\"name\":\"x\",\"scenario\":{}}"), 400);
    assert_int_equal(ask(h, "POST", "/api/scenarios/diff", "x"), 400);
    assert_int_equal(ask(h, "POST", "/api/scenarios/diff", "{\"name\":\"x\",\"scenario\":" WORKS "}"), 200);
    assert_told(h, "\"hash\":\"none\"");
    assert_int_equal(ask(h, "PUT", "/api/scenarios/x", "{\"scenario\":" WORKS ",\"hash\":\"1\"}"), 409);
    assert_int_equal(ask(h, "PUT", "/api/scenarios/x", "{\"scenario\":" WORKS "}"), 200);
    assert_int_equal(ask(h, "PUT", "/api/scenarios/x", "{\"scenario\":" WORKS "}"), 409); /* it is there now */
    assert_int_equal(ask(h, "PUT", "/api/scenarios/x", "no"), 400);
    assert_int_equal(ask(h, "PUT", "/api/scenarios/.x", "{\"scenario\":" WORKS "}"), 404);
    assert_int_equal(ask(h, "PUT", "/api/scenarios/-x", "{\"scenario\":" WORKS "}"), 400);
    assert_int_equal(ask(h, "POST", "/api/scenarios/diff", "{\"name\":\"x\",\"scenario\":" WORKS "}"), 200);
    assert_told(h, "\"diff\":\"\"");
}

static void
a_link_or_a_folder_is_no_scenario(void **state)
{
    house *h = *state;
    char   path[100], outside[100];
    char   text[200];

    write_file(h, "outside.yaml", "title: x\nmeasures: []\n");
    snprintf(outside, sizeof outside, "%s/outside.yaml", h->folder);
    snprintf(path, sizeof path, "%s/scenarios/linked.yaml", h->folder);
    assert_int_equal(symlink(outside, path), 0);
    snprintf(path, sizeof path, "%s/scenarios/folder.yaml", h->folder);
    assert_int_equal(mkdir(path, 0700), 0);
    for (int i = 0; i < 2; i++) {
        const char *name = i == 0 ? "linked" : "folder";
        snprintf(text, sizeof text, "{\"kind\":\"run\",\"scenario\":\"%s\"}", name);
        assert_int_equal(ask(h, "POST", "/api/jobs", text), 400);
        snprintf(text, sizeof text, "{\"name\":\"%s\",\"scenario\":%s}", name, WORKS);
        assert_int_equal(ask(h, "POST", "/api/scenarios/diff", text), 400);
    }
}

static void
what_cannot_be_written_is_told(void **state)
{
    house *h = *state;
    char   path[100];

    snprintf(path, sizeof path, "%s/scenarios", h->folder);
    nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    write_file(h, "scenarios", "a file in the way of the folder");
    assert_int_equal(ask(h, "PUT", "/api/scenarios/x", "{\"scenario\":" WORKS "}"), 500);
    assert_int_equal(ask(h, "GET", "/api/study", ""), 200);
    assert_told(h, "\"scenarios\":[]");
}

/* ---- memory -------------------------------------------------------------------------------------------------------
 */

typedef struct attempt {
    const char *method, *target, *body;
    int         status;
} attempt;

/* Each n-th request for memory is refused once: the answer is an error that says so, or as if it had not been. */
static void
exhaust(house *h, const attempt *a, bkt_call call)
{
    for (size_t n = 1, calls = n; n <= calls && n < 4000; n += n < 300 ? 1 : 37) {
        bkt_refuse(call, n);
        const int status = ask(h, a->method, a->target, a->body);
        calls = bkt_refuse_count(call);
        bkt_refuse(call, 0);
        if (status != 0 && status != a->status && status != 500 && status != 503 && status != 429 && status != 404 &&
            status != 401 && status != 409)
            fail_msg("%s %s without the %zu-th: %d", a->method, a->target, n, status);
        atomic_store(&h->s.server.n_streams, 0);
        if (strcmp(a->target, "/api/jobs") == 0)
            for (int job = 1; job < 1000; job++)
                bki_jobs_cancel(h->s.server.jobs, (uint32_t)job);
        bki_kept_release(&h->s.server.study_text);
        bki_kept_release(&h->s.server.description);
        bki_kept_init(&h->s.server.study_text);
        bki_kept_init(&h->s.server.description);
    }
    assert_int_equal(ask(h, a->method, a->target, a->body), a->status);
}

static void
memory_may_end_anywhere_in_a_request(void **state)
{
    static const attempt attempts[] = {
        {"GET", "/api/study", "", 200},
        {"GET", "/api/openapi.json", "", 200},
        {"GET", "/api/nothing", "", 404},
        {"GET", "/", "", 200},
        {"GET", "/api/jobs/1", "", 200},
        {"GET", "/api/jobs/1/route?from=a&to=b&sector=c&k=3", "", 409},
        {"GET", "/api/values?economy=XAL", "", 202},
        {"GET", "/api/events", "", 200},
        {"POST", "/api/jobs", "{\"kind\":\"tolls\"}", 400},
        {"POST", "/api/jobs", "{\"kind\":\"run\",\"replace\":true,\"scenario\":" WORKS ",\"options\":{\"a\":[1]}}",
         202},
        {"POST", "/api/jobs", "{\"kind\":\"stress\",\"replace\":true,\"scenario\":\"works\",\"against\":[]}", 202},
        {"POST", "/api/first-order", "{\"scenario\":" WORKS "}", 202},
        {"POST", "/api/scenarios/diff", "{\"name\":\"works\",\"scenario\":" WORKS "}", 200},
        {"PUT", "/api/scenarios/works", "{\"hash\":\"0\",\"scenario\":" WORKS "}", 409},
    };
    house *h = *state;

    assert_int_equal(ask(h, "POST", "/api/jobs", RUN), 202);
    assert_int_equal(ask(h, "POST", "/api/first-order", "{\"scenario\":null}"), 202);
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        if (strcmp(attempts[i].target, "/api/jobs/1/route?from=a&to=b&sector=c&k=3") == 0)
            assert_int_equal(ask(h, "GET", "/api/jobs/1", ""), 200);
        exhaust(h, &attempts[i], BKT_ARENA);
        exhaust(h, &attempts[i], BKT_MEMORY);
    }
}

/* The request of a job lies in a file in memory. */
static void
a_job_whose_request_cannot_be_kept_is_refused(void **state)
{
    house *h = *state;

    bkt_refuse(BKT_MEMFD, 1);
    assert_int_equal(ask(h, "POST", "/api/jobs", RUN), 429);
    bkt_refuse(BKT_WRITE, 1);
    assert_int_equal(ask(h, "POST", "/api/jobs", RUN), 429);
    assert_int_equal(ask(h, "POST", "/api/jobs", RUN), 202);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_house, close_house)
    const struct CMUnitTest tests[] = {
        TEST(only_this_host_this_origin_and_this_page_are_answered),
        TEST(a_write_needs_a_header_and_a_body_of_json),
        TEST(the_token_opens_once_and_the_key_always),
        TEST(what_is_no_address_or_no_method_is_told_so),
        TEST(the_page_is_kept_by_the_browser_and_asked_for_again),
        TEST(a_job_is_refused_with_its_reason_unless_it_can_be_done),
        TEST(too_many_jobs_are_refused_and_one_that_waits_is_cancelled),
        TEST(a_question_is_refused_unless_its_values_are_names),
        TEST(listeners_are_bounded),
        TEST(the_study_is_written_anew_only_when_a_file_has_changed),
        TEST(a_study_of_too_many_files_is_not_kept_but_told),
        cmocka_unit_test(shared_bytes_stay_until_the_last_gives_them_back),
        TEST(a_scenario_is_shown_and_saved_only_as_it_was_shown),
        TEST(a_link_or_a_folder_is_no_scenario),
        TEST(what_cannot_be_written_is_told),
        TEST(memory_may_end_anywhere_in_a_request),
        TEST(a_job_whose_request_cannot_be_kept_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
