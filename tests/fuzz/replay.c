/* Every seed of a target as it stands, cut short, and with bytes changed: the same bytes every time. */
#include "fuzz.h"

#include <dirent.h>
#include <string.h>

enum { CUTS = 40, CHANGES = 300 };

static uint64_t
splitmix(uint64_t *state) /* Vigna's splitmix64 */
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* A copy of its own, so that a read past the end is seen by a sanitizer. */
static void
give(const uint8_t *bytes, size_t n)
{
    uint8_t *copy = malloc(n > 0 ? n : 1);

    if (!copy)
        abort();
    memcpy(copy, bytes, n);
    LLVMFuzzerTestOneInput(copy, n);
    free(copy);
}

static void
change(uint8_t *bytes, size_t n, uint64_t *state)
{
    static const uint8_t likely[] = {0, '\n', '"', ',', '-', '{', '[', '}', ':', '9', 0x80, 0xff};

    for (uint64_t left = 1 + splitmix(state) % 4; left > 0; left--) {
        const uint64_t where = splitmix(state) % n, what = splitmix(state);
        bytes[where] = what & 1 ? likely[(what >> 1) % sizeof likely] : (uint8_t)(what >> 8);
    }
}

static size_t
replay(const char *path, uint64_t *state)
{
    FILE   *file = fopen(path, "rb");
    uint8_t bytes[1 << 18], changed[1 << 18];

    if (!file)
        abort();
    const size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    give(bytes, n);
    for (size_t c = 0; c < CUTS && n > 0; c++)
        give(bytes, splitmix(state) % n);
    for (size_t c = 0; c < CHANGES && n > 0; c++) {
        memcpy(changed, bytes, n);
        change(changed, n, state);
        give(changed, n);
    }
    return 1;
}

int
main(int argc, char **argv)
{
    struct dirent **entries;
    uint64_t        state = 1;
    size_t          seeds = 0;
    const int       n = argc == 2 ? scandir(argv[1], &entries, NULL, alphasort) : -1;
    char            path[4096];

    if (n < 0)
        return 2;
    for (int e = 0; e < n; e++) {
        snprintf(path, sizeof path, "%s/%s", argv[1], entries[e]->d_name);
        seeds += entries[e]->d_name[0] != '.' ? replay(path, &state) : 0;
        free(entries[e]);
    }
    free(entries);
    printf("1..1\n%s 1 - %zu seeds, each cut %d times and changed %d times\n", seeds > 0 ? "ok" : "not ok", seeds, CUTS,
           CHANGES);
    return seeds == 0;
}
