/* What a process that computes for the browser may still touch. */
#ifndef SERVER_CAGE_H
#define SERVER_CAGE_H

#include <stdbool.h>
#include <stddef.h>

/* Ways of shutting a process in, as far as this kernel knows them. */
typedef struct bki_cage {
    bool files; /* Landlock: only the folders named can be read or written, and no program started */
    bool calls; /* seccomp: no socket made, no program started, no other process looked into */
} bki_cage;

/**
 * Shuts the calling process in, for good, threads it makes later included.
 *
 * Input    `readable` and `writable` are [n] paths of folders or files; NULL or one that is not there is passed over.
 * What is written may also be read.  Descriptors that are open stay as they are Returns  what is in force; where a
 * kernel has neither, nothing Source   Linux's Documentation/userspace-api/landlock.rst and seccomp_filter.rst
 */
bki_cage bki_cage_enter(size_t n_readable, const char *const *readable, size_t n_writable, const char *const *writable);

#endif
