/* Bodies that stay: bytes that many replies carry at once, and texts that are written anew only when what they were
 * made from has changed. */
#ifndef SERVER_KEPT_H
#define SERVER_KEPT_H

#include "buckle/base.h"

#include <pthread.h>
#include <stdatomic.h>

/* Never changed once made; given back by the last who holds it. */
typedef struct bki_shared {
    atomic_int n_holders;
    size_t     n;
    char       bytes[]; /* [n], then '\0' */
} bki_shared;

/* A copy with one holder; NULL if memory is short. */
bki_shared *bki_shared_create(const char *bytes, size_t n);
bki_shared *bki_shared_hold(bki_shared *shared); /* NULL is allowed, as below */
void        bki_shared_drop(bki_shared *shared);
void        bki_shared_drop_bytes(void *bytes); /* the same, by the bytes */

/* ---- made from files --------------------------------------------------------------------------------------------- */

#define BKI_MOST_STAMPS 128

typedef struct bki_stamp { /* of a file or folder as it was; whatever is written to it changes one of these */
    char   *path;
    bool    exists;
    int64_t device, number, size, written, changed; /* times in ns */
} bki_stamp;

/* A text and the stamps of all it was made from. */
typedef struct bki_kept {
    pthread_mutex_t lock;
    bki_shared     *text; /* NULL: none is kept */
    size_t          n_stamps;
    bki_stamp       stamps[BKI_MOST_STAMPS];
} bki_kept;

void bki_kept_init(bki_kept *kept);
void bki_kept_release(bki_kept *kept);
/* The text, held once more for the caller, if nothing it was made from has changed since; else NULL. */
bki_shared *bki_kept_get(bki_kept *kept);

/* Written down while a text is made, before each file is read; its own until it is put. */
typedef struct bki_stamps {
    size_t    n;
    bool      is_whole; /* false: there were too many, one changes just now, or memory is short: it is not kept */
    bki_stamp all[BKI_MOST_STAMPS];
} bki_stamps;

void bki_stamps_init(bki_stamps *stamps);
void bki_stamps_add(void *stamps, const char *path); /* as bk_input_sink */
/* Keeps the text in place of what was kept, or, where it cannot be, nothing; the stamps are given back either way. */
void bki_kept_put(bki_kept *kept, bki_shared *text, bki_stamps *stamps);

#endif
