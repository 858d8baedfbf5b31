/* The places that ask for memory: found by the calls on the stack, tried by copies of the process. */
#define _GNU_SOURCE /* _Fork: no handlers, for the copy has one thread */
#include "short_memory.h"

#include "buckle/base.h"

#include <execinfo.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEPTH 64
#define CALLS ((size_t)1 << 16) /* a power of two, several times the calls of the program */

static struct {
    bool            armed, is_copy, passing; /* passing: inside a request that was granted */
    bkt_short_judge judge;
    void           *state;
    size_t          n_copies;
    uintptr_t       seen[CALLS]; /* return addresses, hashed; 0: free */
} self;

extern const char __executable_start, etext;

/* Whether it was new. */
static bool
see(uintptr_t address)
{
    size_t slot = (size_t)(address * 0x9e3779b97f4a7c15u >> 48) & (CALLS - 1);

    while (self.seen[slot] != 0 && self.seen[slot] != address)
        slot = (slot + 1) & (CALLS - 1);
    const bool is_new = self.seen[slot] == 0;
    self.seen[slot] = address;
    return is_new;
}

static bool
comes_by_a_new_call(void)
{
    void     *frames[DEPTH];
    const int n = backtrace(frames, DEPTH);
    bool      is_new = false;

    for (int f = 0; f < n; f++) {
        const uintptr_t address = (uintptr_t)frames[f];
        if (address >= (uintptr_t)&__executable_start && address < (uintptr_t)&etext && see(address))
            is_new = true;
    }
    return is_new;
}

static bool
a_file_is_being_written(void)
{
    for (int file = STDERR_FILENO + 1; file < 64; file++) {
        const int flags = fcntl(file, F_GETFL);
        if (flags != -1 && (flags & O_ACCMODE) != O_RDONLY)
            return true;
    }
    return false;
}

/* True in the copy.  Nothing that is buffered may be written twice. */
static bool
refuse_in_a_copy(void)
{
    fflush(NULL);
    self.n_copies++;
    const pid_t copy = _Fork();
    if (copy == 0) {
        self.is_copy = true;
        alarm(60);
        self.judge(self.state, self.n_copies, BKT_SHORT_BEGINS);
        return true;
    }
    int status = -1;
    waitpid(copy, &status, 0);
    self.judge(self.state, self.n_copies, status);
    return false;
}

static bool
is_refused(void)
{
    if (!self.armed || self.passing || self.is_copy || a_file_is_being_written())
        return false;
    return comes_by_a_new_call() && refuse_in_a_copy();
}

void
bkt_short_begin(bkt_short_judge judge, void *state)
{
    void *frames[1];

    backtrace(frames, 1); /* the first call loads a library */
    self.judge = judge;
    self.state = state;
    self.n_copies = 0;
    self.armed = true;
}

size_t
bkt_short_end(void)
{
    self.armed = false;
    return self.n_copies;
}

bool
bkt_short_is_copy(void)
{
    return self.is_copy;
}

/* From the start of the program, which lies somewhere else each time. */
void
bkt_short_load(const char *path)
{
    FILE     *file = fopen(path, "rb");
    uintptr_t offset;

    while (file && fread(&offset, sizeof offset, 1, file) == 1)
        see((uintptr_t)&__executable_start + offset);
    if (file && fclose(file) != 0)
        abort();
}

void
bkt_short_save(const char *path)
{
    FILE *file = fopen(path, "wb");

    for (size_t c = 0; file && c < CALLS; c++) {
        const uintptr_t offset = self.seen[c] - (uintptr_t)&__executable_start;
        if (self.seen[c] != 0 && fwrite(&offset, sizeof offset, 1, file) != 1)
            abort();
    }
    if (!file || fclose(file) != 0)
        abort();
}

/* ---- in place of the functions that ask ------------------------------------------------------------------------- */

void *__real_realloc(void *pointer, size_t size);
void *__wrap_realloc(void *pointer, size_t size);
void *__real_bk_arena_alloc(bk_arena *arena, size_t count, size_t size);
void *__wrap_bk_arena_alloc(bk_arena *arena, size_t count, size_t size);
void *__real_bk_arena_grow(bk_arena *arena, void *items, size_t n, size_t more, size_t size, size_t *capacity);
void *__wrap_bk_arena_grow(bk_arena *arena, void *items, size_t n, size_t more, size_t size, size_t *capacity);
char *__real_bk_arena_text(bk_arena *arena, const char *text, size_t length);
char *__wrap_bk_arena_text(bk_arena *arena, const char *text, size_t length);
char *__wrap_bk_arena_format(bk_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

void *
__wrap_realloc(void *pointer, size_t size)
{
    return is_refused() ? NULL : __real_realloc(pointer, size);
}

/* One that has failed before stays so without being asked. */
static bool
arena_is_refused(bk_arena *arena)
{
    if (arena->failed || !is_refused())
        return false;
    arena->failed = true;
    return true;
}

void *
__wrap_bk_arena_alloc(bk_arena *arena, size_t count, size_t size)
{
    if (arena_is_refused(arena))
        return NULL;
    self.passing = true;
    void *memory = __real_bk_arena_alloc(arena, count, size);
    self.passing = false;
    return memory;
}

void *
__wrap_bk_arena_grow(bk_arena *arena, void *items, size_t n, size_t more, size_t size, size_t *capacity)
{
    if (n + more > *capacity && arena_is_refused(arena))
        return NULL;
    self.passing = true;
    void *grown = __real_bk_arena_grow(arena, items, n, more, size, capacity);
    self.passing = false;
    return grown;
}

char *
__wrap_bk_arena_text(bk_arena *arena, const char *text, size_t length)
{
    if (arena_is_refused(arena))
        return NULL;
    self.passing = true;
    char *copy = __real_bk_arena_text(arena, text, length);
    self.passing = false;
    return copy;
}

char *
__wrap_bk_arena_format(bk_arena *arena, const char *format, ...)
{
    char   *text = NULL, *copy = NULL;
    va_list arguments;

    if (arena_is_refused(arena))
        return NULL;
    va_start(arguments, format);
    const int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0)
        abort();
    self.passing = true;
    copy = __real_bk_arena_text(arena, text, (size_t)length);
    self.passing = false;
    free(text);
    return copy;
}
