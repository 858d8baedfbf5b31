/* MB/s at which a table of trade is cut into cells, and at which it reaches the model.
 * Usage: bench_csv [megabytes, default 200] */
#include "buckle/builder.h"
#include "io/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define N_REGIONS 200

static double
seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* sector, exporter, importer, value and where it comes from, as in the built-in study. */
static size_t
trade_write(const char *path, size_t bytes)
{
    FILE  *file = fopen(path, "wb");
    size_t written = 0, row = 0;

    if (file == NULL)
        exit(4);
    written += (size_t)fprintf(file, "sector,exporter,importer,value,source,confidence\n");
    for (; written < bytes; row++)
        written += (size_t)fprintf(file,
                                   "sector_%zu,R%03zu,R%03zu,%.17g,facts/economy/trade.csv row %zu (reported by the "
                                   "importer),%s\n",
                                   row / (N_REGIONS * N_REGIONS), row / N_REGIONS % N_REGIONS, row % N_REGIONS,
                                   1e6 * bk_uniform(1, 0, row), row, row % 3 == 0 ? "estimate" : "reported");
    fclose(file);
    return written;
}

static bk_status
trade_read(bk_context *ctx, bk_arena *arena, bk_builder *builder, const char *path, size_t *cells)
{
    bki_csv       *csv = bki_csv_create(ctx, arena);
    bki_csv_record record;

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bki_csv_open(csv, path, path));
    BK_TRY(bki_csv_next(csv, &record));
    if (builder != NULL)
        BK_TRY(bk_builder_table(builder, bk_table_schema_find("economy/trade.csv"), path, record.fields,
                                record.n_fields, 1));
    while (record.n_fields > 0) {
        *cells += record.n_fields;
        BK_TRY(bki_csv_next(csv, &record));
        if (builder != NULL && record.n_fields > 0)
            BK_TRY(bk_builder_row(builder, record.fields, record.n_fields, record.line));
    }
    bki_csv_close(csv);
    return BK_OK;
}

static void
measure(const char *path, size_t bytes, bool with_builder)
{
    bk_context *ctx;
    bk_arena    arena;
    bk_builder *builder = NULL;
    size_t      cells = 0;

    if (bk_context_create(NULL, &ctx) != BK_OK)
        exit(4);
    bk_arena_init(&arena, ctx);
    if (with_builder && bk_builder_create(ctx, &arena, &builder) != BK_OK)
        exit(4);
    const double    start = seconds();
    const bk_status status = trade_read(ctx, &arena, builder, path, &cells);
    const double    taken = seconds() - start;
    if (status != BK_OK)
        printf("failed: %s\n", bk_error_get(ctx, 0)->message);
    else
        printf("%-24s %7.0f MB/s  (%zu cells, %.3f s, %.0f MB held)\n",
               with_builder ? "through the builder" : "cut into cells", (double)bytes / 1e6 / taken, cells, taken,
               (double)arena.bytes / 1e6);
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

int
main(int argc, char **argv)
{
    char         folder[] = "/tmp/buckle-bench-XXXXXX", path[64];
    const size_t megabytes = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 200;

    if (mkdtemp(folder) == NULL)
        return 4;
    snprintf(path, sizeof path, "%s/trade.csv", folder);
    const size_t bytes = trade_write(path, megabytes * 1000000);
    measure(path, bytes, false);
    measure(path, bytes, false);
    measure(path, bytes, true);
    unlink(path);
    rmdir(folder);
    return 0;
}
