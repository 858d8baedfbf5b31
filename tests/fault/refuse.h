/* A request is refused once at each place that makes it: of memory, of the system, of a library.
 *
 * The linker hands the library's calls to the wrappers of refuse.c (tests/fault/meson.build lists them).  A first run
 * tells the places apart by the return addresses on the stack, so that one line is several places if several ways lead
 * there; each of the others then refuses one request, the first that was made at its place. */
#ifndef REFUSE_H
#define REFUSE_H

#include "bkt_allocator.h"

typedef struct refuse_call {
    const char *name;
    /* The call under test, in a context of its own.  `*answer`: a number made of all that is answered, which must not
     * change where a refusal is got over. */
    bk_status (*body)(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer);
    void     *state;
    bk_status expected; /* of the call when nothing is refused */
} refuse_call;

typedef struct refuse_count {
    size_t n_places; /* where a request was refused */
    size_t n_failed; /* of these, those after which the call failed as it should: the others were got over */
} refuse_count;

/* Which requests are refused. */
typedef enum refuse_what {
    REFUSE_MEMORY,     /* the call then fails for lack of memory */
    REFUSE_SYSTEM,     /* of files and libraries: the call then fails with an error that says something */
    REFUSE_INTERRUPTED /* reads and writes that a signal interrupts: the call then succeeds */
} refuse_what;

/* Fails the running test if the call, refused somewhere, does not end with the status it should, says nothing, answers
 * something else than it would have, or keeps memory. */
refuse_count refuse_everywhere(const refuse_call *call, refuse_what what);

/* For the body: from here on it looks at what came of it, and nothing is refused. */
void refuse_no_more(void);

/* FNV-1a of bytes that follow those of `hash`, from 0. */
uint64_t refuse_hash(uint64_t hash, const void *bytes, size_t n);
uint64_t refuse_hash_text(uint64_t hash, const char *text); /* NULL: of none */

#endif
