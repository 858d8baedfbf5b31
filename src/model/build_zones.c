/* Zones and their shares, what sectors meet on modes, and calibrated constants. */
#include "model/build.h"

#include <math.h>
#include <string.h>

#define SHARE_TOLERANCE 1e-5

/* ---- zones, those of one region adjacent --------------------------------------------------------------------- */

static bk_status
place_zones(bki_build *build, const uint32_t *region_of_row, uint32_t *region_zone)
{
    const size_t n_zones = build->zones.count, n_regions = build->regions.count;
    uint32_t     next = 0;

    for (size_t n = 0; n < n_regions; n++) {
        region_zone[n] = next;
        for (size_t row = 0; row < n_zones; row++)
            if (region_of_row[row] == n)
                build->zone_of_row[row] = next++;
    }
    region_zone[n_regions] = next;
    for (size_t row = 0; row < n_zones; row++) /* faulty rows go last; nothing is built */
        if (region_of_row[row] == BK_NONE)
            build->zone_of_row[row] = next++;
    return BK_OK;
}

static bk_status
build_zones(bki_build *build)
{
    const bki_rows *rows = bki_table(build, BKI_ZONE);
    const size_t    n_zones = rows->n_rows, n_regions = build->regions.count;
    bk_zone        *zones = BK_NEW(build->out, bk_zone, n_zones);
    uint32_t       *region_zone = BK_NEW(build->out, uint32_t, n_regions + 1);
    uint32_t       *region_of_row = BK_NEW(build->scratch, uint32_t, n_zones);

    build->zone_of_row = BK_NEW(build->scratch, uint32_t, n_zones);
    BK_TRY(bk_arena_ok(build->out));
    BK_TRY(bk_arena_ok(build->scratch));
    for (size_t row = 0; row < n_zones; row++)
        region_of_row[row] = bki_resolve(build, rows, row, ZONE_REGION, &build->regions);
    BK_TRY(place_zones(build, region_of_row, region_zone));
    for (size_t row = 0; row < n_zones; row++)
        zones[build->zone_of_row[row]] = (bk_zone){
            .id = bki_keep(build, bki_symbol_at(rows, row, ZONE_ID)),
            .region = region_of_row[row],
            .node = bki_resolve(build, rows, row, ZONE_NODE, &build->nodes),
        };
    build->model->network.zones = zones;
    build->model->network.n_zones = n_zones;
    build->model->network.region_zone = region_zone;
    return BK_OK;
}

static void
require_zones(bki_build *build)
{
    const bki_rows *regions = bki_table(build, BKI_REGION);
    const uint32_t *region_zone = build->model->network.region_zone;

    if (!build->model->has_network || !build->model->has_economy)
        return;
    for (size_t n = 0; n < regions->n_rows; n++)
        if (region_zone[n] == region_zone[n + 1])
            bki_fault(build->builder, BK_ERR_REFERENCE, bki_place_of(regions, n, REGION_ID),
                      "add a row to network/zone.csv that says where its trade enters the network",
                      "region '%s' has no zone in network/zone.csv",
                      bki_text_at(build->builder, regions, n, REGION_ID));
}

/* ---- shares -------------------------------------------------------------------------------------------------- */

static void
check_zone_sum(bki_build *build, bki_place place, double sum, size_t region, const char *sector, const char *role)
{
    if (isnan(sum) || fabs(sum - 1.0) <= SHARE_TOLERANCE)
        return;
    bki_fault(build->builder, BK_ERR_INCONSISTENT, place, "correct them so that they add up to 1 within 1e-5",
              "shares of the zones of '%s'%s%s%s%s add up to %.9g", bki_keep(build, build->regions.symbols[region]),
              sector[0] != '\0' ? " for " : "", sector, role[0] != '\0' ? " as " : "", role, sum);
}

typedef struct share_group { /* the rows whose shares add up to 1 */
    bool   any;
    size_t first_row;
    double sum;
} share_group;

/* zone.csv's shares, for every sector and both roles. */
static bk_status
spread_zone_shares(bki_build *build, double *share[2])
{
    const bki_rows *rows = bki_table(build, BKI_ZONE);
    const size_t    n_sectors = build->sectors.count;
    share_group    *groups = BK_NEW(build->scratch, share_group, build->regions.count);

    BK_TRY(bk_arena_ok(build->scratch));
    for (size_t row = 0; row < rows->n_rows; row++) {
        const size_t   zone = build->zone_of_row[row];
        const uint32_t region = build->model->network.zones[zone].region;
        const double   value = bki_number_at(rows, row, ZONE_SHARE);
        for (size_t j = 0; j < n_sectors; j++)
            share[0][zone * n_sectors + j] = share[1][zone * n_sectors + j] = value;
        if (region == BK_NONE)
            continue;
        if (!groups[region].any)
            groups[region] = (share_group){.any = true, .first_row = row};
        groups[region].sum += value;
    }
    for (size_t n = 0; n < build->regions.count; n++)
        if (groups[n].any)
            check_zone_sum(build, bki_place_of(rows, groups[n].first_row, ZONE_SHARE), groups[n].sum, n, "", "");
    return BK_OK;
}

/* The first row of a group takes the shares of zone.csv away from all its zones. */
static void
open_group(bki_build *build, share_group *group, size_t row, uint32_t region, size_t sector, double *share)
{
    const uint32_t *region_zone = build->model->network.region_zone;

    group->any = true;
    group->first_row = row;
    for (uint32_t zone = region_zone[region]; zone < region_zone[region + 1]; zone++)
        share[zone * build->sectors.count + sector] = 0.0;
}

static const char *const role_words[] = {"origin", "destination"};

static bk_status
override_zone_shares(bki_build *build, double *share[2])
{
    const bki_rows *rows = bki_table(build, BKI_ZONE_SHARE);
    const size_t    n_sectors = build->sectors.count, n_regions = build->regions.count;
    share_group    *groups = BK_NEW(build->scratch, share_group, 2 * n_sectors * n_regions);
    bool           *given = BK_NEW(build->scratch, bool, 2 * n_sectors * build->zones.count);

    BK_TRY(bk_arena_ok(build->scratch));
    for (size_t row = 0; row < rows->n_rows; row++) {
        const uint32_t zone_row = bki_resolve(build, rows, row, ZONE_SHARE_ZONE, &build->zones);
        const uint32_t sector = bki_resolve(build, rows, row, ZONE_SHARE_SECTOR, &build->sectors);
        const size_t   role = bki_one_of(build->builder, rows, row, ZONE_SHARE_ROLE, 2, role_words);
        if (zone_row == BK_NONE || sector == BK_NONE || role == 2)
            continue;
        const size_t   zone = build->zone_of_row[zone_row];
        const uint32_t region = build->model->network.zones[zone].region;
        if (region == BK_NONE)
            continue;
        share_group *group = &groups[(role * n_regions + region) * n_sectors + sector];
        if (!group->any)
            open_group(build, group, row, region, sector, share[role]);
        bool *seen = &given[(role * build->zones.count + zone) * n_sectors + sector];
        if (*seen)
            bki_fault(build->builder, BK_ERR_DUPLICATE, bki_place_of(rows, row, ZONE_SHARE_ZONE),
                      "remove one of the two rows", "zone '%s' has two %s shares of '%s'",
                      bki_text_at(build->builder, rows, row, ZONE_SHARE_ZONE), role_words[role],
                      bki_text_at(build->builder, rows, row, ZONE_SHARE_SECTOR));
        *seen = true;
        share[role][zone * n_sectors + sector] = bki_number_at(rows, row, ZONE_SHARE_SHARE);
        group->sum += bki_number_at(rows, row, ZONE_SHARE_SHARE);
    }
    for (size_t g = 0; g < 2 * n_sectors * n_regions; g++)
        if (groups[g].any)
            check_zone_sum(build, bki_place_of(rows, groups[g].first_row, ZONE_SHARE_SHARE), groups[g].sum,
                           g / n_sectors % n_regions, bki_keep(build, build->sectors.symbols[g % n_sectors]),
                           role_words[g / n_sectors / n_regions]);
    return BK_OK;
}

static bk_status
build_zone_shares(bki_build *build)
{
    const size_t n = build->zones.count * build->sectors.count;
    double      *share[2] = {BK_NEW(build->out, double, n), BK_NEW(build->out, double, n)};

    BK_TRY(bk_arena_ok(build->out));
    BK_TRY(spread_zone_shares(build, share));
    BK_TRY(override_zone_shares(build, share));
    build->model->network.origin_share = share[0];
    build->model->network.destination_share = share[1];
    return BK_OK;
}

/* ---- modes --------------------------------------------------------------------------------------------------- */

static bk_mode_product
build_product(const bki_rows *rows, size_t row)
{
    return (bk_mode_product){
        .allowed = bki_number_or(rows, row, MODE_ALLOWED, 1) != 0,
        .money_factor = bki_number_or(rows, row, MODE_MONEY, 1),
        .hours_factor = bki_number_or(rows, row, MODE_HOURS, 1),
        .border_hours_factor = bki_number_or(rows, row, MODE_BORDER_HOURS, 1),
        .loading_hours = bki_number_or(rows, row, MODE_LOADING_HOURS, 0),
        .loading_usd_per_tonne = bki_number_or(rows, row, MODE_LOADING_PRICE, 0),
        .constant_usd_per_tonne = bki_number_or(rows, row, MODE_CONSTANT, 0),
        .kg_co2_per_tonne_km = bki_number_or(rows, row, MODE_CO2, 0),
    };
}

static bk_status
build_products(bki_build *build)
{
    const bki_rows  *rows = bki_table(build, BKI_MODE);
    const size_t     n_sectors = build->sectors.count, n = build->modes.count * n_sectors;
    bk_mode_product *products = BK_NEW(build->out, bk_mode_product, n);
    uint32_t        *row_of = BK_NEW(build->scratch, uint32_t, n);

    BK_TRY(bk_arena_ok(build->out));
    BK_TRY(bk_arena_ok(build->scratch));
    for (size_t i = 0; i < n; i++) {
        row_of[i] = BK_NONE;
        products[i] =
            (bk_mode_product){.allowed = !rows->given, .money_factor = 1, .hours_factor = 1, .border_hours_factor = 1};
    }
    for (size_t row = 0; row < rows->n_rows; row++) {
        const uint32_t mode = bki_resolve(build, rows, row, MODE_MODE, &build->modes);
        const uint32_t sector = bki_resolve(build, rows, row, MODE_SECTOR, &build->sectors);
        if (mode == BK_NONE || sector == BK_NONE)
            continue;
        const size_t at = mode * n_sectors + sector;
        if (row_of[at] != BK_NONE)
            bki_fault(build->builder, BK_ERR_DUPLICATE, bki_place_of(rows, row, MODE_MODE),
                      "remove one of the two rows", "mode '%s' and sector '%s' are there twice, first in line %d",
                      bki_text_at(build->builder, rows, row, MODE_MODE),
                      bki_text_at(build->builder, rows, row, MODE_SECTOR), bki_place_of(rows, row_of[at], 0).line);
        row_of[at] = (uint32_t)row;
        products[at] = build_product(rows, row);
    }
    build->model->network.products = products;
    return BK_OK;
}

/* ---- constants ----------------------------------------------------------------------------------------------- */

static bk_status
build_constants(bki_build *build)
{
    static const char *const types[] = {"link", "border"};
    const bki_rows          *rows = bki_table(build, BKI_CONSTANT);
    bk_constant             *constants = BK_NEW(build->out, bk_constant, rows->n_rows);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t row = 0; row < rows->n_rows; row++) {
        const size_t type = bki_one_of(build->builder, rows, row, CONSTANT_TYPE, 2, types);
        uint32_t     target = BK_NONE;
        if (type == 0)
            target = bki_resolve(build, rows, row, CONSTANT_TARGET, &build->links);
        else if (type == 1)
            target = bki_resolve_border(build, rows, row, CONSTANT_TARGET);
        constants[row] = (bk_constant){
            .screenline = bki_keep(build, bki_symbol_at(rows, row, CONSTANT_SCREENLINE)),
            .on_border = type == 1,
            .target = target,
            .sector = bki_resolve(build, rows, row, CONSTANT_SECTOR, &build->sectors),
            .usd_per_tonne = bki_number_at(rows, row, CONSTANT_PRICE),
        };
    }
    build->model->network.constants = constants;
    build->model->network.n_constants = rows->n_rows;
    return BK_OK;
}

bk_status
bki_build_zones(bki_build *build)
{
    BK_TRY(build_zones(build));
    require_zones(build);
    BK_TRY(build_zone_shares(build));
    BK_TRY(build_products(build));
    return build_constants(build);
}
