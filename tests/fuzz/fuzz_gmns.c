/* GMNS: node.csv, link.csv, config.csv and trips, each up to the next NUL, in a folder of their own. */
#include "fuzz.h"

#include <string.h>

static const char *const names[] = {"node.csv", "link.csv", "config.csv", "demand.csv"};
enum { N_NAMES = sizeof names / sizeof *names };

static const char *
path_of(const char *folder, size_t which)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s", folder, names[which]);
    return path;
}

static void
put_files(const char *folder, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < N_NAMES; i++) {
        const uint8_t *end = size > 0 ? memchr(data, 0, size) : NULL;
        const size_t   n = end != NULL && i + 1 < N_NAMES ? (size_t)(end - data) : size;
        FILE          *file = fopen(path_of(folder, i), "wb");
        if (file == NULL || fwrite(data, 1, n, file) != n || fclose(file) != 0)
            abort();
        data += n < size ? n + 1 : n;
        size -= n < size ? n + 1 : n;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char                   folder[] = "/tmp/buckle-fuzz-XXXXXX";
    const bk_gmns_options  options = {.use = "truck"};
    const bk_road_network *network;
    const bk_road_demand  *demand;
    fuzz                   f;

    if (mkdtemp(folder) == NULL)
        abort();
    put_files(folder, data, size);
    fuzz_begin(&f);
    bk_status status = bk_gmns_network_read(f.ctx, folder, &options, &f.arena, &network);
    if (status == BK_OK)
        status = bk_trips_csv_read(f.ctx, path_of(folder, 3), network, 1.0, &f.arena, &demand);
    fuzz_end(&f, status);
    for (size_t i = 0; i < N_NAMES; i++)
        unlink(path_of(folder, i));
    rmdir(folder);
    return 0;
}
