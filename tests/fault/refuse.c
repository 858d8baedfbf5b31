/* The runs: one to tell the places apart, one for each place.  See refuse.h. */
#include "refuse_asks.h"

#include <execinfo.h>

#define MOST_PLACES 8192
#define MOST_FRAMES 12 /* that tell places apart */

static struct {
    bool        is_on, is_recording, has_refused;
    refuse_what what;
    size_t      n_requests, refused_request; /* from 1 */
    char        said[200];                   /* the first error of the last run */
    size_t      n_places;
    uint64_t    places[MOST_PLACES];
    size_t      first_request[MOST_PLACES];
} now;

uint64_t
refuse_hash(uint64_t hash, const void *bytes, size_t n)
{
    hash = hash != 0 ? hash : 0xcbf29ce484222325u;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3u;
    return hash;
}

uint64_t
refuse_hash_text(uint64_t hash, const char *text)
{
    return text != NULL ? refuse_hash(hash, text, strlen(text) + 1) : refuse_hash(hash, "\xff", 1);
}

/* Notes the place that asks, if it has not asked before. */
static void
note_place(void)
{
    void          *frames[MOST_FRAMES];
    const int      n = backtrace(frames, MOST_FRAMES);
    const uint64_t place = refuse_hash(0, frames, (size_t)n * sizeof *frames);

    for (size_t i = 0; i < now.n_places; i++)
        if (now.places[i] == place)
            return;
    assert_true(now.n_places < MOST_PLACES);
    now.places[now.n_places] = place;
    now.first_request[now.n_places++] = now.n_requests;
}

bool
refuse_asks(refuse_what what)
{
    if (!now.is_on || now.what != what)
        return false;
    now.n_requests++;
    if (now.is_recording)
        note_place();
    now.has_refused |= now.n_requests == now.refused_request;
    return now.n_requests == now.refused_request;
}

void
refuse_no_more(void)
{
    now.is_on = false;
}

static void *
allocator_resize(void *state, void *pointer, size_t old_size, size_t new_size)
{
    return new_size > 0 && refuse_asks(REFUSE_MEMORY) ? NULL : bkt_allocator_resize(state, pointer, old_size, new_size);
}

static bk_status
attempt(const refuse_call *call, refuse_what what, size_t refused_request, uint64_t *answer)
{
    bkt_allocator heap;
    bk_context   *ctx;
    bk_arena      arena;

    bkt_allocator_init(&heap, 0);
    heap.allocator.resize = allocator_resize;
    assert_int_equal(bk_context_create(&(bk_settings){.threads = 1, .allocator = &heap.allocator, .log = NULL}, &ctx),
                     BK_OK);
    bk_arena_init(&arena, ctx);
    *answer = 0;
    now.what = what;
    now.has_refused = false;
    now.n_requests = 0;
    now.refused_request = refused_request;
    now.is_on = true;
    const bk_status status = call->body(ctx, &arena, call->state, answer);
    refuse_no_more();
    snprintf(now.said, sizeof now.said, "%s", bk_error_count(ctx) > 0 ? bk_error_get(ctx, 0)->message : "");
    if (status != BK_OK && (bk_error_count(ctx) == 0 || bk_error_get(ctx, 0)->message[0] == '\0'))
        fail_msg("%s, refused at request %zu: status %s, and nothing is said", call->name, refused_request,
                 bk_status_name(status));
    if (status == BK_OK && bk_error_count(ctx) > 0)
        fail_msg("%s, refused at request %zu: done, and yet: %s", call->name, refused_request,
                 bk_error_get(ctx, 0)->message);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    bkt_allocator_check(&heap);
    return status;
}

/* What a refused call may end with. */
static bool
is_expected(const refuse_call *call, refuse_what what, bk_status status)
{
    if (status == call->expected)
        return true;
    if (what == REFUSE_INTERRUPTED)
        return false;
    return what == REFUSE_MEMORY ? status == BK_ERR_NO_MEMORY : status != BK_OK;
}

refuse_count
refuse_everywhere(const refuse_call *call, refuse_what what)
{
    refuse_count count = {0};
    uint64_t     expected, answer;

    now.n_places = 0;
    attempt(call, what, 0, &expected); /* whatever is made once in a process is made here */
    now.is_recording = true;
    const bk_status plain = attempt(call, what, 0, &expected);
    now.is_recording = false;
    if (plain != call->expected)
        fail_msg("%s: status %s: %s", call->name, bk_status_name(plain), now.said);
    for (size_t p = 0; p < now.n_places; p++) {
        const bk_status status = attempt(call, what, now.first_request[p], &answer);
        if (!now.has_refused)
            fail_msg("%s: request %zu is not made each time", call->name, now.first_request[p]);
        if (!is_expected(call, what, status))
            fail_msg("%s, refused at request %zu: status %s: %s", call->name, now.first_request[p],
                     bk_status_name(status), now.said);
        if (status == BK_OK && answer != expected)
            fail_msg("%s, refused at request %zu: done, with another answer", call->name, now.first_request[p]);
        count.n_failed += status != call->expected;
    }
    count.n_places = now.n_places;
    return count;
}
