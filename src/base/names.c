/* Names to dense numbers: a hash table with open addressing over an array in order of first appearance. */
#include "base/names.h"

#include <string.h>

#define FIRST_CAPACITY   16
#define LARGEST_CAPACITY (UINT32_C(1) << 30)

static size_t
slot_of(const bk_names *names, uint64_t hash, const char *text, size_t length)
{
    const size_t mask = 2 * (size_t)names->capacity - 1;
    size_t       slot = (size_t)hash & mask;

    for (;; slot = (slot + 1) & mask) {
        const uint32_t index = names->slots[slot];
        if (index == BK_NONE)
            return slot;
        const bki_name *name = &names->names[index];
        if (name->hash == hash && name->length == length && memcmp(name->text, text, length) == 0)
            return slot;
    }
}

/* On failure the table stays as it was. */
static bool
names_grow(bk_names *names, uint32_t capacity)
{
    const size_t n_slots = 2 * (size_t)capacity;
    bki_name    *grown = BK_NEW(names->arena, bki_name, capacity);
    uint32_t    *slots = BK_NEW(names->arena, uint32_t, n_slots);

    if (grown == NULL || slots == NULL)
        return false;
    if (names->count > 0)
        memcpy(grown, names->names, names->count * sizeof *grown);
    memset(slots, 0xff, n_slots * sizeof *slots); /* all BK_NONE */
    names->names = grown;
    names->slots = slots;
    names->capacity = capacity;
    for (uint32_t i = 0; i < names->count; i++)
        slots[slot_of(names, grown[i].hash, grown[i].text, grown[i].length)] = i;
    return true;
}

bk_names *
bk_names_create(bk_arena *arena)
{
    bk_names *names = BK_NEW(arena, bk_names, 1);

    if (names == NULL)
        return NULL;
    names->arena = arena;
    return names_grow(names, FIRST_CAPACITY) ? names : NULL;
}

uint32_t
bk_names_intern(bk_names *names, const char *text, size_t length)
{
    const uint64_t hash = bk_hash(0, text, length);
    size_t         slot = slot_of(names, hash, text, length);

    if (names->slots[slot] != BK_NONE)
        return names->slots[slot];
    if (names->count == names->capacity) {
        if (names->capacity == LARGEST_CAPACITY || !names_grow(names, 2 * names->capacity))
            return BK_NONE;
        slot = slot_of(names, hash, text, length);
    }
    const char *copy = bk_arena_text(names->arena, text, length);
    if (copy == NULL)
        return BK_NONE;
    names->names[names->count] = (bki_name){.text = copy, .length = length, .hash = hash};
    names->slots[slot] = names->count;
    return names->count++;
}

uint32_t
bk_names_find(const bk_names *names, const char *text, size_t length)
{
    return names->slots[slot_of(names, bk_hash(0, text, length), text, length)];
}

const char *
bk_names_text(const bk_names *names, uint32_t index)
{
    return index < names->count ? names->names[index].text : NULL;
}

size_t
bk_names_count(const bk_names *names)
{
    return names->count;
}
