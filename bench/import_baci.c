/* A synthetic BACI year: rows a second and the most memory held.  The number of rows is the argument (11 million by
 * default, as in a real year). */
#include "buckle/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { COUNTRIES = 226, PRODUCTS = 5000 };

static void
codes_put(const char *folder, const char *name, const char *header, int n, int step, const char *format)
{
    char  path[300];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    if ((file = fopen(path, "w")) == NULL)
        exit(1);
    fprintf(file, "%s\n", header);
    for (int i = 0; i < n; i++) {
        fprintf(file, format, 1 + i * step);
        fprintf(file, ",t%d\n", i % 34);
    }
    fclose(file);
}

static void
year_put(const char *path, long n_rows)
{
    FILE *file = fopen(path, "w");

    if (file == NULL)
        exit(1);
    fprintf(file, "t,i,j,k,v,q\n");
    for (long row = 0; row < n_rows; row++) {
        const uint64_t pair = (uint64_t)(bk_uniform(1, 0, (uint64_t)row) * COUNTRIES * COUNTRIES);
        fprintf(file, "2023,%u,%u,%06u,%.3f,%.3f\n", (unsigned)(1 + 4 * (pair / COUNTRIES)),
                (unsigned)(1 + 4 * (pair % COUNTRIES)), (unsigned)(10000 + 197 * (row % PRODUCTS)),
                5000.0 * bk_uniform(1, 1, (uint64_t)row), 900.0 * bk_uniform(1, 2, (uint64_t)row));
    }
    fclose(file);
}

static double
seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int
main(int argc, char **argv)
{
    const long       n_rows = argc > 1 ? atol(argv[1]) : 11000000;
    char             folder[] = "/tmp/buckle-bench-XXXXXX", paths[4][300];
    bk_context      *ctx;
    bk_arena         arena;
    bk_import_report report;
    struct rusage    usage;
    struct stat      about;

    if (mkdtemp(folder) == NULL || bk_context_create(NULL, &ctx) != BK_OK)
        return 1;
    bk_arena_init(&arena, ctx);
    for (int p = 0; p < 4; p++)
        snprintf(paths[p], sizeof paths[p], "%s/%s", folder,
                 ((const char *[]){"year.csv", "regions.csv", "sectors.csv", "out"})[p]);
    codes_put(folder, "regions.csv", "country,region", COUNTRIES, 4, "%d");
    codes_put(folder, "sectors.csv", "product,sector", 99, 1, "%02d");
    year_put(paths[0], n_rows);
    stat(paths[0], &about);
    const bk_import_request request = {.format = BK_IMPORT_BACI,
                                       .path = paths[0],
                                       .regions = paths[1],
                                       .sectors = paths[2],
                                       .folder = paths[3],
                                       .money_usd = 1e6};
    const double            start = seconds();
    const bk_status         status = bk_import(ctx, &request, &arena, &report);
    const double            taken = seconds() - start;
    getrusage(RUSAGE_SELF, &usage);
    if (status == BK_OK)
        printf("baci: %ld rows, %.0f MB, %.2f s, %.0f MB/s, %.1f million rows/s, at most %.0f MB held, kept %zu\n",
               n_rows, (double)about.st_size / 1e6, taken, (double)about.st_size / 1e6 / taken,
               (double)n_rows / 1e6 / taken, (double)usage.ru_maxrss / 1e3, report.cells_kept);
    else
        printf("baci: %s\n", bk_error_get(ctx, 0)->message);
    char remove[400];
    snprintf(remove, sizeof remove, "rm -r %s", folder);
    const int removed = system(remove);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return status == BK_OK && removed == 0 ? 0 : 1;
}
