#include "cp2015.h"

static FILE *
open_file(const cp2015 *cp, const char *file)
{
    char  path[4200], header[4096];
    FILE *stream;

    snprintf(path, sizeof path, "%s/data/cp2015/%s", cp->folder, file);
    stream = fopen(path, "r");
    assert_non_null(stream);
    assert_non_null(fgets(header, sizeof header, stream));
    return stream;
}

size_t
cp2015_region(const cp2015 *cp, const char *name)
{
    for (size_t n = 0; n < CP_REGIONS; n++)
        if (strcmp(cp->names[n], name) == 0)
            return n;
    fail_msg("no region %s", name);
    return 0;
}

double *
cp2015_table(const cp2015 *cp, const char *file, size_t n_rows, size_t n_columns, bk_arena *arena)
{
    FILE   *stream = open_file(cp, file);
    double *cells = BK_NEW(arena, double, n_rows *n_columns);
    char    line[8192];

    for (size_t r = 0; r < n_rows; r++) {
        assert_non_null(fgets(line, sizeof line, stream));
        char *text = strchr(line, ',');
        for (size_t c = 0; c < n_columns; c++) {
            assert_non_null(text);
            cells[r * n_columns + c] = strtod(text + 1, NULL); /* an empty cell is 0 */
            text = strchr(text + 1, ',');
        }
    }
    fclose(stream);
    return cells;
}

static void
read_regions(cp2015 *cp, bk_arena *arena)
{
    FILE         *stream = open_file(cp, "countries.csv");
    const double *accounts;

    for (size_t n = 0; n < CP_REGIONS; n++)
        assert_int_equal(fscanf(stream, "%*d,%3[A-Z],%*[^\n]", cp->names[n]), 1);
    fclose(stream);
    accounts = cp2015_table(cp, "country_accounts.csv", CP_REGIONS, 4, arena);
    for (size_t n = 0; n < CP_REGIONS; n++)
        cp->regions[n] = (bk_region){.id = cp->names[n],
                                     .name = cp->names[n],
                                     .country = (uint32_t)n,
                                     .value_added = accounts[4 * n],
                                     .deficit = -accounts[4 * n + 2]};
}

static void
read_sectors(cp2015 *cp, bk_arena *arena)
{
    FILE         *stream = open_file(cp, "sectors.csv");
    const double *value_added_share = cp2015_table(cp, "value_added_share.csv", CP_SECTORS, CP_REGIONS, arena);
    const double *final_share = cp2015_table(cp, "final_shares.csv", CP_SECTORS, CP_REGIONS, arena);

    for (size_t j = 0; j < CP_SECTORS; j++) {
        int crosses;
        assert_int_equal(fscanf(stream, "%*d,%*[^,],%d,%lf\n", &crosses, &cp->sectors[j].elasticity), 2);
        cp->sectors[j].id = cp->sectors[j].name = bk_arena_format(arena, "sector %zu", j + 1);
        cp->sectors[j].traded = crosses;
        for (size_t n = 0; n < CP_REGIONS; n++) {
            cp->value_added_share[n * CP_SECTORS + j] = value_added_share[j * CP_REGIONS + n];
            cp->final_share[n * CP_SECTORS + j] = final_share[j * CP_REGIONS + n];
        }
    }
    fclose(stream);
}

static void
read_pairs(cp2015 *cp)
{
    FILE  *stream = open_file(cp, "trade_flows.csv");
    char   importer[4], exporter[4];
    size_t sector;
    double value, old, new;

    while (fscanf(stream, "%zu,%3[A-Z],%3[A-Z],%lf\n", &sector, importer, exporter, &value) == 4)
        cp->trade[((sector - 1) * CP_REGIONS + cp2015_region(cp, importer)) * CP_REGIONS +
                  cp2015_region(cp, exporter)] = value;
    fclose(stream);
    stream = open_file(cp, "tariffs.csv");
    while (fscanf(stream, "%zu,%3[A-Z],%3[A-Z],%lf,%lf\n", &sector, importer, exporter, &old, &new) == 5) {
        const size_t cell =
            ((sector - 1) * CP_REGIONS + cp2015_region(cp, importer)) * CP_REGIONS + cp2015_region(cp, exporter);
        cp->tariff_1993[cell] = old / 100.0;
        cp->tariff_2005[cell] = new / 100.0;
    }
    fclose(stream);
}

static void
read_inputs(cp2015 *cp)
{
    FILE  *stream = open_file(cp, "io_coefficients.csv");
    char   region[4];
    size_t source, user;
    double share;

    while (fscanf(stream, "%3[A-Z],%zu,%zu,%lf\n", region, &source, &user, &share) == 4)
        cp->input_share[(cp2015_region(cp, region) * CP_SECTORS + user - 1) * CP_SECTORS + source - 1] = share;
    fclose(stream);
}

const cp2015 *
cp2015_read(bk_arena *arena)
{
    cp2015 *cp = BK_NEW(arena, cp2015, 1);

    assert_non_null(cp);
    cp->folder = bkt_shared();
    read_regions(cp, arena);
    read_sectors(cp, arena);
    read_pairs(cp);
    read_inputs(cp);
    cp->economy = (bk_economy){.n_regions = CP_REGIONS,
                               .n_sectors = CP_SECTORS,
                               .regions = cp->regions,
                               .sectors = cp->sectors,
                               .trade = cp->trade,
                               .tariff = cp->tariff_1993,
                               .value_added_share = cp->value_added_share,
                               .input_share = cp->input_share,
                               .final_share = cp->final_share,
                               .deficits = BK_DEFICITS_FIXED};
    return cp;
}
