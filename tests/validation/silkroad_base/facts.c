#include "facts.h"

static const char *const groups[GROUPS] = {"food",
                                           "agri_raw",
                                           "fuels",
                                           "ores_metals",
                                           "chemicals",
                                           "iron_steel",
                                           "machinery_transport",
                                           "textiles_clothing",
                                           "other_manufactures",
                                           "other_unclassified"};
static const int         sector_of_group[GROUPS] = {FOOD,        AGRI_RAW,  FUELS,    ORES_METALS, CHEMICALS,
                                                    ORES_METALS, MACHINERY, TEXTILES, OTHER,       OTHER};

/* The source's rest of the world: first the ten of XEU; the last is what remains. */
static const char *const members[MEMBERS] = {"BEL", "ESP", "AUT", "CZE", "SVK", "HUN", "GRC", "EST", "FIN",
                                             "SWE", "GBR", "USA", "CHE", "SRB", "VNM", "SAU", "MDA"};
enum { MEMBERS_AND_REST = MEMBERS + 1 };

static const char *
member_region(size_t member)
{
    return member < 10 ? "XEU" : member < 12 ? members[member] : "XRW";
}

struct bulk {
    table accounts, composition, pairs, fixes, by_group, economies;
};

bulk *
bulk_read(bk_context *ctx, bk_arena *arena, const char *folder)
{
    bulk *b = BK_NEW(arena, bulk, 1);

    b->accounts = table_read(ctx, arena, folder, "mrio_accounts.csv");
    b->composition = table_read(ctx, arena, folder, "trade_composition.csv");
    b->pairs = table_read(ctx, arena, folder, "bilateral_trade_2023.csv");
    b->fixes = table_read(ctx, arena, folder, "bilateral_trade_2023_fixes.csv");
    b->by_group = table_read(ctx, arena, folder, "trade_by_group_2023.csv");
    b->economies = table_read(ctx, arena, folder, "economies.csv");
    return b;
}

static uint32_t
find(const bk_names *names, const char *text)
{
    return bk_names_find(names, text, strlen(text));
}

/* ---- what the study holds -------------------------------------------------------------------------------------- */

static void
published_names(bk_context *ctx, bk_arena *arena, const char *folder, published *p)
{
    const table regions = table_read(ctx, arena, folder, "economy/region.csv");
    const table sectors = table_read(ctx, arena, folder, "economy/sector.csv");

    assert_int_equal(regions.n_rows, REGIONS);
    assert_int_equal(sectors.n_rows, SECTORS);
    p->region_names = bk_names_create(arena);
    p->sector_names = bk_names_create(arena);
    for (size_t r = 0; r < REGIONS; r++) {
        p->regions[r] = table_text(&regions, r, "region");
        p->value_added[r] = table_number(&regions, r, "value_added");
        p->deficit[r] = table_number(&regions, r, "deficit");
        bk_names_intern(p->region_names, p->regions[r], strlen(p->regions[r]));
    }
    for (size_t j = 0; j < SECTORS; j++) {
        p->sectors[j] = table_text(&sectors, j, "sector");
        bk_names_intern(p->sector_names, p->sectors[j], strlen(p->sectors[j]));
    }
}

void
published_read(bk_context *ctx, bk_arena *arena, const char *folder, published *p)
{
    published_names(ctx, arena, folder, p);
    const table trade = table_read(ctx, arena, folder, "economy/trade.csv");
    const table tariff = table_read(ctx, arena, folder, "economy/tariff.csv");
    const table added = table_read(ctx, arena, folder, "economy/value_added_share.csv");
    const table input = table_read(ctx, arena, folder, "economy/input_share.csv");
    const table final = table_read(ctx, arena, folder, "economy/final_share.csv");

    for (int is_tariff = 0; is_tariff < 2; is_tariff++) {
        const table *t = is_tariff ? &tariff : &trade;
        for (size_t row = 0; row < t->n_rows; row++)
            (is_tariff ? p->tariff : p->trade)[find(p->sector_names, table_text(t, row, "sector"))]
                                              [find(p->region_names, table_text(t, row, "importer"))]
                                              [find(p->region_names, table_text(t, row, "exporter"))] =
                                                  table_number(t, row, is_tariff ? "rate" : "value");
    }
    for (size_t row = 0; row < added.n_rows; row++)
        p->value_added_share[find(p->region_names, table_text(&added, row, "region"))]
                            [find(p->sector_names, table_text(&added, row, "sector"))] =
            table_number(&added, row, "share");
    for (size_t row = 0; row < final.n_rows; row++)
        p->final_share[find(p->region_names, table_text(&final, row, "region"))]
                      [find(p->sector_names, table_text(&final, row, "sector"))] = table_number(&final, row, "share");
    for (size_t row = 0; row < input.n_rows; row++)
        p->input_share[find(p->region_names, table_text(&input, row, "region"))]
                      [find(p->sector_names, table_text(&input, row, "using_sector"))]
                      [find(p->sector_names, table_text(&input, row, "supplying_sector"))] =
            table_number(&input, row, "share");
}

/* ---- accounts -------------------------------------------------------------------------------------------------- */

typedef struct account { /* of nine sectors, million USD or shares of value added */
    double added[SECTORS], output[SECTORS], to_inputs[SECTORS], to_final[SECTORS];
} account;

/* Value added, output, sales to intermediate and final use of an industry in 2022, summed over economies. */
typedef struct industry_rows {
    double value[INDUSTRIES + 1][4];
} industry_rows;

static bool
industries_sum(const bulk *b, const char *const *economies, size_t n, industry_rows *out)
{
    static const char *const columns[4] = {"value_added_musd", "output_musd", "sales_intermediate_musd",
                                           "sales_final_musd"};
    bool                     is_found = false;

    *out = (industry_rows){0};
    for (size_t row = 0; row < b->accounts.n_rows; row++)
        for (size_t e = 0; e < n; e++)
            if (strcmp(table_text(&b->accounts, row, "iso3"), economies[e]) == 0 &&
                strcmp(table_text(&b->accounts, row, "year"), "2022") == 0) {
                const size_t code = (size_t)table_number(&b->accounts, row, "sector_code");
                is_found = true;
                for (int k = 0; k < 4; k++)
                    out->value[code][k] += table_number(&b->accounts, row, columns[k]);
            }
    return is_found;
}

static int
sector_of_industry(size_t code)
{
    return code == 3                  ? FOOD
           : code == 6                ? AGRI_RAW
           : code == 8                ? FUELS
           : code == 12               ? ORES_METALS
           : code == 9 || code == 10  ? CHEMICALS
           : code >= 13 && code <= 15 ? MACHINERY
           : code == 4 || code == 5   ? TEXTILES
           : code >= 17               ? SERVICES
                                      : OTHER;
}

static account
account_group(const industry_rows *rows, double fuels_of_mining)
{
    account a = {0};
    double *into[4] = {a.added, a.output, a.to_inputs, a.to_final};

    for (int k = 0; k < 4; k++) {
        for (size_t code = 3; code <= INDUSTRIES; code++)
            into[k][sector_of_industry(code)] += rows->value[code][k];
        into[k][FOOD] += 0.92 * rows->value[1][k];
        into[k][AGRI_RAW] += 0.08 * rows->value[1][k];
        into[k][FUELS] += fuels_of_mining * rows->value[2][k];
        into[k][ORES_METALS] += (1.0 - fuels_of_mining) * rows->value[2][k];
    }
    return a;
}

static double
sum_of(const double *x, size_t n)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

static void
exports_of(double trade[SECTORS][REGIONS][REGIONS], size_t r, double out[GOODS])
{
    for (size_t j = 0; j < GOODS; j++) {
        out[j] = 0.0;
        for (size_t n = 0; n < REGIONS; n++)
            out[j] += n == r ? 0.0 : trade[j][n][r];
    }
}

static double
fuels_share_of_mining(double trade[SECTORS][REGIONS][REGIONS], size_t r)
{
    double exports[GOODS];

    exports_of(trade, r, exports);
    return 2.0 * exports[FUELS] / (2.0 * exports[FUELS] + exports[ORES_METALS]);
}

/* The mean technology: eight accounts, each over its value added. */
static account
account_mean(const bulk *b, const published *p, double trade[SECTORS][REGIONS][REGIONS])
{
    static const char *const eight[] = {"KAZ", "KGZ", "RUS", "GEO", "ARM", "MNG", "PAK", "TUR"};
    account                  mean = {0};
    industry_rows            rows;

    for (size_t e = 0; e < 8; e++) {
        assert_true(industries_sum(b, &eight[e], 1, &rows));
        const account a = account_group(&rows, fuels_share_of_mining(trade, find(p->region_names, eight[e])));
        const double  scale = 1.0 / sum_of(a.added, SECTORS);
        for (size_t j = 0; j < SECTORS; j++) {
            mean.added[j] += scale * a.added[j];
            mean.output[j] += scale * a.output[j];
            mean.to_inputs[j] += scale * a.to_inputs[j];
            mean.to_final[j] += scale * a.to_final[j];
        }
    }
    return mean;
}

typedef struct broad { /* percent of GDP: economies.csv has no accounts, WDI shares of sector_value_added.csv */
    const char *region;
    double      agriculture, industry, manufacturing;
} broad;

static const broad broads[] = {{"UZB", 19.66, 31.14, 18.88}, {"TJK", 22.86, 33.64, 15.0},  {"TKM", 11.77, 38.1, 13.0},
                               {"BLR", 7.249, 31.7, 23.01},  {"AZE", 5.511, 45.84, 5.778}, {"IRN", 10.75, 38.78, 19.41},
                               {"AFG", 34.74, 13.45, 7.607}, {"UKR", 7.552, 19.09, 8.247}, {"XRW", 6.0, 30.0, 13.0}};

static void
broad_spread(const broad *w, double trade[SECTORS][REGIONS][REGIONS], size_t r, double added[SECTORS])
{
    static const double base[GOODS] = {0.30, 0.03, 0.05, 0.10, 0.15, 0.15, 0.10, 0.15};
    static const double follows[GOODS] = {1.0, 0.0, 0.3, 1.0, 1.0, 1.0, 1.0, 1.0};
    const double mining = fmax(1.0, w->industry - w->manufacturing - 8.0), fuels = fuels_share_of_mining(trade, r);
    double       exports[GOODS], weight[GOODS];

    exports_of(trade, r, exports);
    for (size_t j = 0; j < GOODS; j++)
        weight[j] = base[j] + follows[j] * exports[j] / sum_of(exports, GOODS);
    for (size_t j = 0; j < GOODS; j++)
        added[j] = w->manufacturing * weight[j] / sum_of(weight, GOODS);
    added[FOOD] += 0.92 * w->agriculture;
    added[AGRI_RAW] += 0.08 * w->agriculture;
    added[FUELS] += fuels * mining;
    added[ORES_METALS] += (1.0 - fuels) * mining;
    added[SERVICES] = 100.0 - sum_of(added, GOODS);
}

static const broad *
broad_find(const char *region)
{
    for (size_t i = 0; i < sizeof broads / sizeof *broads; i++)
        if (strcmp(broads[i].region, region) == 0)
            return &broads[i];
    return NULL;
}

static void
region_account(const bulk *b, const published *p, double trade[SECTORS][REGIONS][REGIONS], const account *mean,
               size_t r, facts *out)
{
    static const char *const accounted[] = {"CHE", "VNM", "SAU"};
    const broad             *w = broad_find(p->regions[r]);
    const bool               is_eu = strcmp(p->regions[r], "XEU") == 0, is_rest = strcmp(p->regions[r], "XRW") == 0;
    account                  a = *mean, half = {0};
    industry_rows            rows;

    if (w == NULL) {
        assert_true(industries_sum(b, is_eu ? members : &p->regions[r], is_eu ? 10 : 1, &rows));
        a = account_group(&rows, fuels_share_of_mining(trade, r));
    } else if (is_rest) {
        assert_true(industries_sum(b, accounted, 3, &rows));
        half = account_group(&rows, fuels_share_of_mining(trade, r));
    }
    for (size_t j = 0; j < SECTORS; j++) {
        const double share = a.added[j] / a.output[j];
        out->sector_value_added[r][j] = a.added[j];
        out->value_added_share[r][j] = fmax(0.12, is_rest ? 0.5 * (share + half.added[j] / half.output[j]) : share);
        out->intermediate_share[r][j] = a.to_inputs[j] / (a.to_inputs[j] + a.to_final[j]);
    }
    if (w != NULL)
        broad_spread(w, trade, r, out->sector_value_added[r]);
}

void
facts_accounts(const bulk *b, const published *p, double trade[SECTORS][REGIONS][REGIONS], facts *out)
{
    const account mean = account_mean(b, p, trade);

    for (size_t r = 0; r < REGIONS; r++) {
        region_account(b, p, trade, &mean, r, out);
        memcpy(out->technology[r], p->input_share[0], sizeof out->technology[r]);
        for (size_t j = 0; j < SECTORS; j++) {
            out->own_of_exports[r][j] = 0.15;
            out->own_of_imports[r][j] = 0.10;
            out->own_least[r][j] = 1.3 * trade[j][r][r];
            out->traded[j] = j != SERVICES;
        }
    }
}

/* ---- trade ----------------------------------------------------------------------------------------------------- */

typedef struct trade_facts { /* million USD; index MEMBERS: what remains of the rest of the world */
    bk_context      *ctx;
    bk_arena        *arena;
    const bulk      *b;
    const published *p;
    double           by_group[GROUPS][REGIONS][REGIONS]; /* [group][importer][exporter], own regions */
    double           group_to_rest[GROUPS][REGIONS], group_from_rest[GROUPS][REGIONS];
    double           to_member[MEMBERS_AND_REST][REGIONS], from_member[MEMBERS_AND_REST][REGIONS];
    double           between[MEMBERS_AND_REST][MEMBERS_AND_REST];                            /* [importer][exporter] */
    double           exported[MEMBERS_AND_REST][GROUPS], imported[MEMBERS_AND_REST][GROUPS]; /* composition */
} trade_facts;

static size_t
member_find(const char *economy)
{
    for (size_t m = 0; m < MEMBERS; m++)
        if (strcmp(members[m], economy) == 0)
            return m;
    return MEMBERS;
}

static void
pair_set(trade_facts *t, const char *exporter, const char *importer, double value)
{
    const uint32_t from = find(t->p->region_names, exporter), to = find(t->p->region_names, importer);
    const bool     from_rest = from == BK_NONE || member_find(exporter) < MEMBERS;
    const bool     to_rest = to == BK_NONE || member_find(importer) < MEMBERS;

    if (from_rest && to_rest)
        t->between[member_find(importer)][member_find(exporter)] = value;
    else if (from_rest)
        t->from_member[member_find(exporter)][to] = value;
    else if (to_rest)
        t->to_member[member_find(importer)][from] = value;
}

static void
pairs_take(trade_facts *t)
{
    const table *pairs = &t->b->pairs, *fixes = &t->b->fixes;

    for (size_t row = 0; row < pairs->n_rows; row++)
        pair_set(t, table_text(pairs, row, "exporter"), table_text(pairs, row, "importer"),
                 table_number(pairs, row, "value_usd_thousand") / 1e3);
    for (size_t row = 0; row < fixes->n_rows; row++)
        pair_set(t, table_text(fixes, row, "exporter"), table_text(fixes, row, "importer"),
                 table_number(fixes, row, "value_usd_thousand_new") / 1e3);
}

static size_t
group_find(const char *group)
{
    size_t g = 0;

    while (g < GROUPS && strcmp(groups[g], group) != 0)
        g++;
    return g;
}

static void
groups_take(trade_facts *t)
{
    const table *rows = &t->b->by_group;

    for (size_t row = 0; row < rows->n_rows; row++) {
        const uint32_t from = find(t->p->region_names, table_text(rows, row, "exporter"));
        const uint32_t to = find(t->p->region_names, table_text(rows, row, "importer"));
        const size_t   g = group_find(table_text(rows, row, "group"));
        const double   value = table_number(rows, row, "value_musd");
        assert_true(g < GROUPS);
        if (from != BK_NONE && to != BK_NONE)
            t->by_group[g][to][from] = value;
        else if (from != BK_NONE)
            t->group_to_rest[g][from] = value;
        else if (to != BK_NONE)
            t->group_from_rest[g][to] = value;
    }
}

/* Composition of one economy's exports or imports in 2019, the last row of a group counting; adds up to 1. */
static void
composition_of(const bulk *b, const char *economy, const char *flow, double share[GROUPS])
{
    const table *rows = &b->composition;

    memset(share, 0, GROUPS * sizeof *share);
    for (size_t row = 0; row < rows->n_rows; row++) {
        const size_t g = group_find(table_text(rows, row, "group"));
        if (g < GROUPS && strcmp(table_text(rows, row, "iso3"), economy) == 0 &&
            strcmp(table_text(rows, row, "flow"), flow) == 0 && strcmp(table_text(rows, row, "year"), "2019") == 0)
            share[g] = table_number(rows, row, "share_pct");
    }
    const double sum = sum_of(share, GROUPS);
    for (size_t g = 0; sum > 0.0 && g < GROUPS; g++)
        share[g] /= sum;
}

static void
compositions_take(trade_facts *t)
{
    double share[GROUPS], *rest = t->exported[MEMBERS];

    for (size_t row = 0; row < t->b->economies.n_rows; row++) { /* Turkmenistan has no row of 2019: a share of 0 */
        composition_of(t->b, table_text(&t->b->economies, row, "iso3"), "export", share);
        for (size_t g = 0; g < GROUPS; g++)
            rest[g] += share[g] * table_number(&t->b->economies, row, "goods_exports_usd_2023");
    }
    const double sum = sum_of(rest, GROUPS);
    for (size_t g = 0; g < GROUPS; g++)
        t->imported[MEMBERS][g] = rest[g] /= sum;
    for (size_t m = 0; m < MEMBERS; m++) {
        composition_of(t->b, members[m], "export", t->exported[m]);
        composition_of(t->b, members[m], "import", t->imported[m]);
    }
}

/* Groups x members of one region's trade with the rest of the world. */
static void
region_fit(trade_facts *t, size_t r, bool is_export, double trade[SECTORS][REGIONS][REGIONS])
{
    double          cell[GROUPS][MEMBERS_AND_REST], by_group[GROUPS], by_member[MEMBERS_AND_REST];
    bk_fit_settings settings = bk_fit_default_settings();
    bk_fit          fit;

    for (size_t g = 0; g < GROUPS; g++)
        by_group[g] = is_export ? t->group_to_rest[g][r] : t->group_from_rest[g][r];
    for (size_t m = 0; m < MEMBERS_AND_REST; m++)
        by_member[m] = is_export ? t->to_member[m][r] : t->from_member[m][r];
    const double scale = sum_of(by_group, GROUPS) / sum_of(by_member, MEMBERS_AND_REST);
    for (size_t m = 0; m < MEMBERS_AND_REST; m++) {
        by_member[m] *= scale;
        for (size_t g = 0; g < GROUPS; g++)
            cell[g][m] = is_export ? t->imported[m][g] : t->exported[m][g];
    }
    assert_int_equal(
        bk_fit_two_way(t->ctx, GROUPS, MEMBERS_AND_REST, by_group, by_member, &settings, t->arena, cell[0], &fit),
        BK_OK);
    assert_int_equal(fit.outcome, BK_CONVERGED);
    for (size_t g = 0; g < GROUPS; g++)
        for (size_t m = 0; m < MEMBERS_AND_REST; m++) {
            const uint32_t other = find(t->p->region_names, member_region(m));
            *(is_export ? &trade[sector_of_group[g]][other][r] : &trade[sector_of_group[g]][r][other]) += cell[g][m];
        }
}

/* Pairs inside the rest of the world. */
static void
members_split(const trade_facts *t, double trade[SECTORS][REGIONS][REGIONS])
{
    for (size_t n = 0; n < MEMBERS_AND_REST; n++)
        for (size_t i = 0; i < MEMBERS_AND_REST; i++) {
            double weight[GROUPS];
            for (size_t g = 0; g < GROUPS; g++)
                weight[g] = t->exported[i][g] * t->imported[n][g] / t->exported[MEMBERS][g];
            for (size_t g = 0; g < GROUPS; g++)
                trade[sector_of_group[g]][find(t->p->region_names, member_region(n))]
                     [find(t->p->region_names, member_region(i))] +=
                    t->between[n][i] * weight[g] / sum_of(weight, GROUPS);
        }
}

void
facts_trade(bk_context *ctx, bk_arena *arena, const bulk *b, const published *p,
            double trade[SECTORS][REGIONS][REGIONS])
{
    trade_facts *t = BK_NEW(arena, trade_facts, 1);
    size_t       n_own = 0;

    t->ctx = ctx;
    t->arena = arena;
    t->b = b;
    t->p = p;
    pairs_take(t);
    groups_take(t);
    compositions_take(t);
    memset(trade, 0, SECTORS * sizeof *trade);
    for (size_t g = 0; g < GROUPS; g++)
        for (size_t n = 0; n < REGIONS; n++)
            for (size_t i = 0; i < REGIONS; i++)
                trade[sector_of_group[g]][n][i] += t->by_group[g][n][i];
    for (size_t r = 0; r < REGIONS; r++) {
        if (member_find(p->regions[r]) < MEMBERS || p->regions[r][0] == 'X')
            continue;
        n_own++;
        region_fit(t, r, true, trade);
        region_fit(t, r, false, trade);
    }
    assert_int_equal(n_own, OWN_REGIONS);
    members_split(t, trade);
}

void
facts_cuts(const published *p, double trade[SECTORS][REGIONS][REGIONS], facts *out)
{
    static const char *const kept[] = {"KAZ", "UZB", "TJK", "TKM", "RUS", "BLR", "ARM",
                                       "AZE", "IRN", "AFG", "PAK", "IND", "MNG", "UKR"};
    const uint32_t           kgz = find(p->region_names, "KGZ"), china = find(p->region_names, "CHN");
    double                   sum[3] = {0}; /* of others, kept, China */
    int                      kind[REGIONS] = {0};

    for (size_t k = 0; k < sizeof kept / sizeof *kept; k++) {
        const uint32_t i = find(p->region_names, kept[k]);
        kind[i] = 1;
        out->cuts[out->n_cuts++] = (bk_balance_cut){.exporter = i, .importer = kgz, .value = BK_UNKNOWN};
    }
    kind[china] = 2;
    out->cuts[out->n_cuts++] = (bk_balance_cut){.exporter = china, .importer = kgz, .value = 5500.0};
    out->cuts[out->n_cuts++] = (bk_balance_cut){.exporter = BK_NONE, .importer = kgz, .value = 12400.0};
    for (size_t i = 0; i < REGIONS; i++)
        for (size_t j = 0; j < GOODS; j++)
            sum[kind[i]] += trade[j][kgz][i];
    const double factor[3] = {(12400.0 - 5500.0 - sum[1]) / sum[0], 1.0, 5500.0 / sum[2]};
    for (size_t i = 0; i < REGIONS; i++)
        for (size_t j = 0; j < GOODS; j++)
            trade[j][kgz][i] *= factor[kind[i]];
}
