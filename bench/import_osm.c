/* A map of made-up roads: CPU seconds and the most memory held by `import osm`, for more and more ways, which it should
 * grow with in a line.  Arguments are numbers of ways; 100,000 and 1,000,000 by default.  Roads form a grid of rows and
 * columns, a way a block with three nodes between its ends. */
#include "buckle/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

enum { INNER = 3, A_BLOCK = 8000, ROOM = 1 << 22 };

typedef struct text {
    unsigned char *bytes;
    size_t         n;
} text;

static void
put_varint(text *out, uint64_t number)
{
    for (; number > 127; number >>= 7)
        out->bytes[out->n++] = (unsigned char)(number | 128);
    out->bytes[out->n++] = (unsigned char)number;
}

static void
put_signed(text *out, int64_t number)
{
    put_varint(out, (uint64_t)number << 1 ^ (uint64_t)(number >> 63));
}

static void
put_field(text *out, uint32_t number, const text *of)
{
    put_varint(out, (uint64_t)number << 3 | 2);
    put_varint(out, of->n);
    memcpy(out->bytes + out->n, of->bytes, of->n);
    out->n += of->n;
}

static text
make(void)
{
    return (text){malloc(ROOM), 0};
}

static void
put_blob(FILE *file, const char *kind, const text *data, text *body, text *head)
{
    static unsigned char packed[ROOM];
    uLongf               n = sizeof packed;

    if (compress2(packed, &n, data->bytes, data->n, 1) != Z_OK)
        exit(1);
    body->n = head->n = 0;
    put_varint(body, 2 << 3);
    put_varint(body, data->n);
    put_field(body, 3, &(text){packed, n});
    put_field(head, 1, &(text){(unsigned char *)kind, strlen(kind)});
    put_varint(head, 3 << 3);
    put_varint(head, body->n);
    const unsigned char length[4] = {0, 0, (unsigned char)(head->n >> 8), (unsigned char)head->n};
    fwrite(length, 1, 4, file);
    fwrite(head->bytes, 1, head->n, file);
    fwrite(body->bytes, 1, body->n, file);
}

/* Blocks of dense nodes; node i lies i / 4 along row or column, wherever: lengths do not matter here. */
static void
put_nodes(FILE *file, long n, text *rooms)
{
    for (long first = 1; first <= n; first += A_BLOCK) {
        text *ids = &rooms[0], *lats = &rooms[1], *lons = &rooms[2], *dense = &rooms[3], *group = &rooms[4],
             *all = &rooms[5];
        int64_t last[3] = {0};
        for (int r = 0; r < 6; r++)
            rooms[r].n = 0;
        for (long i = first; i < first + A_BLOCK && i <= n; i++) {
            const int64_t lat = 400000000 + i % 1000 * 1000, lon = 600000000 + i / 1000 * 1000;
            put_signed(ids, i - last[0]);
            put_signed(lats, lat - last[1]);
            put_signed(lons, lon - last[2]);
            last[0] = i;
            last[1] = lat;
            last[2] = lon;
        }
        put_field(dense, 1, ids);
        put_field(dense, 8, lats);
        put_field(dense, 9, lons);
        put_field(group, 2, dense);
        put_field(all, 2, group);
        put_blob(file, "OSMData", all, &rooms[6], &rooms[7]);
    }
}

/* Way w of a grid of `side` by `side` crossings: to the right if it is even, down if odd. */
static void
put_ways(FILE *file, long n, long side, text *rooms)
{
    static const char *const words[] = {"", "highway", "primary", "maxspeed", "60"};

    for (long first = 0; first < n; first += A_BLOCK) {
        text *refs = &rooms[0], *way = &rooms[1], *group = &rooms[2], *all = &rooms[3], *strings = &rooms[4];
        for (int r = 0; r < 6; r++)
            rooms[r].n = 0;
        for (size_t w = 0; w < 5; w++)
            put_field(strings, 1, &(text){(unsigned char *)words[w], strlen(words[w])});
        put_field(all, 1, strings);
        for (long w = first; w < first + A_BLOCK && w < n; w++) {
            const long from = w / 2, to = w % 2 ? (from + side) % (side * side) : (from + 1) % (side * side);
            int64_t    last = 0, ids[INNER + 2] = {from + 1};
            for (int i = 0; i < INNER; i++)
                ids[i + 1] = side * side + w * INNER + i + 1;
            ids[INNER + 1] = to + 1;
            refs->n = way->n = 0;
            for (int i = 0; i < INNER + 2; last = ids[i++])
                put_signed(refs, ids[i] - last);
            put_varint(way, 1 << 3);
            put_varint(way, (uint64_t)w + 1);
            put_field(way, 2, &(text){(unsigned char *)"\1\3", 2});
            put_field(way, 3, &(text){(unsigned char *)"\2\4", 2});
            put_field(way, 8, refs);
            put_field(group, 3, way);
        }
        put_field(all, 2, group);
        put_blob(file, "OSMData", all, &rooms[6], &rooms[7]);
    }
}

static void
put_map(const char *path, long n)
{
    static const char *const features[] = {"OsmSchema-V0.6", "DenseNodes"};
    FILE                    *file = fopen(path, "wb");
    text                     rooms[8], header = make();
    long                     side = 2;

    while (2 * side * side < n)
        side++;
    for (int r = 0; r < 8; r++)
        rooms[r] = make();
    for (int f = 0; f < 2; f++)
        put_field(&header, 4, &(text){(unsigned char *)features[f], strlen(features[f])});
    if (!file)
        exit(1);
    put_blob(file, "OSMHeader", &header, &rooms[6], &rooms[7]);
    put_nodes(file, side * side + n * INNER, rooms);
    put_ways(file, n, side, rooms);
    fclose(file);
    for (int r = 0; r < 8; r++)
        free(rooms[r].bytes);
    free(header.bytes);
}

/* In a process of its own, so that its memory is its own too. */
static void
measure(const char *folder, long n)
{
    char          path[300], out[300];
    struct stat   about;
    struct rusage usage;

    snprintf(path, sizeof path, "%s/map.osm.pbf", folder);
    snprintf(out, sizeof out, "%s/network", folder);
    put_map(path, n);
    stat(path, &about);
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        bk_context             *ctx;
        bk_arena                arena;
        bk_import_report        report;
        const bk_import_request request = {
            .format = BK_IMPORT_OSM, .path = path, .folder = out, .country = "KAZ", .replace = true};
        if (bk_context_create(NULL, &ctx) != BK_OK)
            _exit(1);
        bk_arena_init(&arena, ctx);
        const bk_status status = bk_import(ctx, &request, &arena, &report);
        if (status == BK_OK)
            printf("%10ld %10.1f %10zu", n, 1e-6 * (double)about.st_size, report.files[1].rows);
        fflush(stdout);
        _exit(status != BK_OK);
    }
    int state = 1;
    wait4(child, &state, 0, &usage);
    if (state != 0)
        printf("%10ld failed\n", n);
    else
        printf(" %10.2f %10.0f %10.0f\n", (double)usage.ru_utime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec,
               1e-3 * (double)usage.ru_maxrss, 1e3 * (double)usage.ru_maxrss / (double)n);
}

int
main(int argc, char **argv)
{
    char       folder[] = "/tmp/buckle-bench-XXXXXX", path[300];
    const long sizes[] = {100000, 1000000};

    if (!mkdtemp(folder))
        return 1;
    printf("%10s %10s %10s %10s %10s %10s\n", "ways", "MB", "links", "CPU s", "peak MB", "bytes/way");
    for (int i = 0; i < (argc > 1 ? argc - 1 : 2); i++)
        measure(folder, argc > 1 ? atol(argv[i + 1]) : sizes[i]);
    for (int f = 0; f < 4; f++) {
        snprintf(path, sizeof path, "%s/%s", folder,
                 ((const char *[]){"map.osm.pbf", "network/node.csv", "network/link.csv", "network/transfer.csv"})[f]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/network", folder);
    rmdir(path);
    return rmdir(folder) != 0;
}
