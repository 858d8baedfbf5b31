/* Memory with one lifetime: a list of blocks, each filled front to back and never moved. */
#include "buckle/base.h"
#include "base/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define ALIGNMENT    64 /* a cache line, and the widest vector */
#define FIRST_BLOCK  ((size_t)4 << 10)
#define LARGEST_STEP ((size_t)1 << 20)

struct bk_arena_block {
    bk_arena_block *next;
    size_t          size; /* of the allocation, this head included */
    size_t          used; /* bytes from the start of the allocation */
};

void
bk_arena_init(bk_arena *arena, bk_context *ctx)
{
    *arena = (bk_arena){.ctx = ctx};
}

void
bk_arena_release(bk_arena *arena)
{
    for (bk_arena_block *block = arena->blocks, *next; block != NULL; block = next) {
        next = block->next;
        bki_resize(arena->ctx, block, block->size, 0);
    }
    bk_arena_init(arena, arena->ctx);
}

/* The block in use stays in front: behind it the list has no order. */
void
bk_arena_adopt(bk_arena *arena, bk_arena *from)
{
    bk_arena_block **last = &from->blocks;

    if (from->blocks == NULL)
        return;
    while (*last != NULL)
        last = &(*last)->next;
    if (arena->blocks == NULL) {
        arena->blocks = from->blocks;
    } else {
        *last = arena->blocks->next;
        arena->blocks->next = from->blocks;
    }
    arena->bytes += from->bytes;
    arena->failed |= from->failed;
    bk_arena_init(from, from->ctx);
}

/* The first offset at or past `used` whose address is a multiple of `alignment`. */
static size_t
block_start(const bk_arena_block *block, size_t alignment)
{
    const uintptr_t address = (uintptr_t)block + block->used;

    return block->used + (size_t)(-address & (alignment - 1));
}

static void *
block_take(bk_arena_block *block, size_t bytes, size_t alignment)
{
    if (block == NULL)
        return NULL;
    const size_t start = block_start(block, alignment);
    if (start > block->size || block->size - start < bytes)
        return NULL;
    block->used = start + bytes;
    return (char *)block + start;
}

/* A block that surely holds `bytes`.  What is larger than a step gets a block of its own behind the one in use. */
static bk_arena_block *
arena_grow(bk_arena *arena, size_t bytes)
{
    const size_t head = sizeof(bk_arena_block) + ALIGNMENT;
    size_t       step = arena->blocks != NULL ? 2 * arena->blocks->size : FIRST_BLOCK;

    if (bytes > SIZE_MAX - head)
        return NULL;
    if (step > LARGEST_STEP)
        step = LARGEST_STEP;
    const size_t    size = bytes + head > step ? bytes + head : step;
    bk_arena_block *block = bki_resize(arena->ctx, NULL, 0, size);
    if (block == NULL)
        return NULL;
    *block = (bk_arena_block){.size = size, .used = sizeof *block};
    if (size > step && arena->blocks != NULL) {
        block->next = arena->blocks->next;
        arena->blocks->next = block;
    } else {
        block->next = arena->blocks;
        arena->blocks = block;
    }
    return block;
}

/* Not zeroed. */
static void *
arena_take(bk_arena *arena, size_t bytes, size_t alignment)
{
    if (arena->failed)
        return NULL;
    void *memory = block_take(arena->blocks, bytes, alignment);
    if (memory == NULL)
        memory = block_take(arena_grow(arena, bytes), bytes, alignment);
    if (memory == NULL) {
        arena->failed = true;
        return NULL;
    }
    arena->bytes += bytes;
    return memory;
}

void *
bk_arena_alloc(bk_arena *arena, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes)) {
        arena->failed = true;
        return NULL;
    }
    void *memory = arena_take(arena, bytes, ALIGNMENT);
    return memory != NULL ? memset(memory, 0, bytes) : NULL;
}

void *
bk_arena_grow(bk_arena *arena, void *items, size_t n, size_t more, size_t size, size_t *capacity)
{
    if (n + more <= *capacity)
        return items;
    const size_t room = 2 * *capacity > n + more ? 2 * *capacity : n + more > 16 ? n + more : 16;
    void        *grown = bk_arena_alloc(arena, room, size);
    if (grown == NULL)
        return NULL;
    if (n > 0)
        memcpy(grown, items, n * size);
    *capacity = room;
    return grown;
}

char *
bk_arena_text(bk_arena *arena, const char *text, size_t length)
{
    char *copy = arena_take(arena, length + 1, 1);

    if (copy == NULL)
        return NULL;
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *
bk_arena_format(bk_arena *arena, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) { /* only an encoding error, or a text of 2 GB */
        arena->failed = true;
        return NULL;
    }
    char *text = arena_take(arena, (size_t)length + 1, 1);
    if (text == NULL)
        return NULL;
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

bk_status
bk_arena_ok(bk_arena *arena)
{
    return arena->failed ? bk_fail_no_memory(arena->ctx) : BK_OK;
}
