/* The inside of a table of names, for the files of this layer only. */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

#include "buckle/base.h"

typedef struct bki_name {
    const char *text;
    size_t      length;
    uint64_t    hash;
} bki_name;

struct bk_names {
    bk_arena *arena;
    bki_name *names; /* [capacity] the first `count` are in use */
    uint32_t *slots; /* [2 capacity] index of a name or BK_NONE; open addressing, never more than half full */
    uint32_t  count;
    uint32_t  capacity; /* a power of two */
};

#endif
