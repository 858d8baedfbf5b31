/* Importers on small files of the downloads' own layout; every expected number is added up by hand beside it. */
#include "io_test.h"

#include "buckle/import.h"
#include "buckle/io.h"

typedef struct bench {
    bkt_io           io;
    char             folder[64];
    bk_import_report report;
} bench;

static int
setup(void **state)
{
    bench *b = calloc(1, sizeof *b);

    assert_non_null(b);
    bkt_io_start(&b->io);
    bkt_folder_create(b->folder);
    *state = b;
    return 0;
}

static int
teardown(void **state)
{
    bench *b = *state;

    bkt_folder_remove(b->folder);
    bkt_io_stop(&b->io);
    free(b);
    return 0;
}

static const char *
path_of(bench *b, const char *name)
{
    return bk_arena_format(&b->io.arena, "%s/%s", b->folder, name);
}

static bk_status
import_with(bench *b, bk_import_request request)
{
    request.path = path_of(b, "download.csv");
    request.folder = path_of(b, "balance");
    request.regions = path_of(b, "regions.csv");
    request.sectors = path_of(b, "sectors.csv");
    request.money_usd = request.money_usd > 0.0 ? request.money_usd : 1e6;
    return bk_import(b->io.ctx, &request, &b->io.arena, &b->report);
}

static const char *
written(bench *b, const char *name)
{
    const char *bytes;
    size_t      n;

    assert_int_equal(bk_file_read(b->io.ctx, path_of(b, bk_arena_format(&b->io.arena, "balance/%s", name)),
                                  &b->io.arena, &bytes, &n),
                     BK_OK);
    return bk_arena_text(&b->io.arena, bytes, n);
}

/* The number behind `key` ("fuels,KAZ,CHN,") in a file written, which must be there once. */
static double
written_number(bench *b, const char *name, const char *key)
{
    const char *text = written(b, name), *found = NULL;

    for (const char *at = text; (at = strstr(at, key)) != NULL; at++)
        if (at == text || at[-1] == '\n') {
            assert_null(found);
            found = at;
        }
    if (found == NULL)
        fail_msg("no row %s in %s:\n%s", key, name, text);
    return strtod(found + strlen(key), NULL);
}

static const bk_import_drop *
drop_find(const bench *b, const char *what)
{
    for (size_t i = 0; i < b->report.n_drops; i++)
        if (strcmp(b->report.drops[i].what, what) == 0)
            return &b->report.drops[i];
    return NULL;
}

static bool
note_has(const bench *b, const char *text)
{
    for (size_t i = 0; i < b->report.n_notes; i++)
        if (strstr(b->report.notes[i], text) != NULL)
            return true;
    return false;
}

/* ---- BACI ------------------------------------------------------------------------------------------------------- */

static void
baci_put(bench *b)
{
    bkt_file_put_text(b->folder, "regions.csv", "country,region\nKAZ,KAZ\n156,CHN\nBelgium,XEU\nESP,XEU\n");
    bkt_file_put_text(b->folder, "sectors.csv", "product,sector\n27,fuels\n2701,coal\n01,food\n10,food\n");
    bkt_file_put_text(b->folder, "codes.csv",
                      "country_code,country_name,country_iso2,country_iso3\n398,Kazakhstan,KZ,KAZ\n156,China,CN,CHN\n"
                      "56,Belgium,BE,BEL\n724,Spain,ES,ESP\n490,\"Other Asia, nes\",,S19\n");
    bkt_file_put_text(b->folder, "download.csv",
                      "t,i,j,k,v,q\n"
                      "2023,398,156,270900,1500.5,3001\n"        /* crude to China */
                      "2023,398,156,271019,499.5,          NA\n" /* oil products, no tonnes */
                      "2023,398,156,270112,10,1000\n"            /* coal: the longer beginning wins */
                      "2023,156,398,10121,20,5\n"                /* horses, the leading zero lost in a spreadsheet */
                      "2023,156,398,100199,30,40\n"
                      "2023,56,724,270900,700,1400\n" /* Belgium to Spain: inside one region */
                      "2023,56,398,270900,100,200\n"
                      "2023,490,398,270900,8,1\n" /* a country nobody mapped */
                      "2023,398,156,850110,4,1\n" /* a product nobody mapped */
                      "2023,398,156,847130,5,1\n"
                      "2023,398,156,270900,,7\n"); /* no value */
}

static const bk_import_request *
baci_request(bench *b)
{
    static bk_import_request request;

    request = (bk_import_request){.format = BK_IMPORT_BACI, .countries = path_of(b, "codes.csv")};
    return &request;
}

static void
baci_rows_are_added_up_by_sector_and_region(void **state)
{
    bench *b = *state;

    baci_put(b);
    assert_int_equal(import_with(b, *baci_request(b)), BK_OK);
    bkt_close(written_number(b, "trade.csv", "fuels,KAZ,CHN,"), 2.0, 1e-15,
              0.0); /* 1500.5 + 499.5 thousand USD, in millions */
    bkt_close(written_number(b, "trade.csv", "coal,KAZ,CHN,"), 0.01, 1e-15, 0.0);
    bkt_close(written_number(b, "trade.csv", "food,CHN,KAZ,"), 0.05, 1e-15, 0.0);
    bkt_close(written_number(b, "trade.csv", "fuels,XEU,KAZ,"), 0.1, 1e-15, 0.0);
    bkt_close(written_number(b, "unit_value.csv", "fuels,KAZ,CHN,"), 1500500.0 / 3001.0, 1e-15,
              0.0); /* the row with tonnes */
    bkt_close(written_number(b, "unit_value.csv", "food,CHN,KAZ,"), 50000.0 / 45.0, 1e-15, 0.0);
    bkt_close(written_number(b, "own_sales.csv", "XEU,fuels,,,"), 0.7, 1e-15, 0.0);
    assert_null(strstr(written(b, "trade.csv"), "XEU,XEU"));
    assert_non_null(strstr(written(b, "trade.csv"), "CEPII BACI 2023"));
}

static void
baci_tells_what_it_dropped_with_counts_and_values(void **state)
{
    bench *b = *state;

    baci_put(b);
    assert_int_equal(import_with(b, *baci_request(b)), BK_OK);
    assert_int_equal(b->report.cells_read, 11);
    assert_int_equal(b->report.cells_kept, 7);
    bkt_close(b->report.value_read, 2.877, 1e-14, 0.0);
    bkt_close(b->report.value_kept, 2.86, 1e-14, 0.0);
    const bk_import_drop *country = drop_find(b, "country 490"), *product = drop_find(b, "products of HS chapter 85");
    assert_non_null(country);
    assert_non_null(product);
    assert_int_equal(country->cells, 1);
    bkt_close(country->value, 0.008, 1e-14, 0.0);
    bkt_close(product->value, 0.004, 1e-14, 0.0);
    bkt_close(drop_find(b, "products of HS chapter 84")->value, 0.005, 1e-14, 0.0);
    assert_int_equal(drop_find(b, "rows without a value")->cells, 1);
    assert_int_equal(b->report.n_drops, 4);
    assert_string_equal(b->report.drops[0].what, "country 490"); /* largest value first */
    assert_true(note_has(b, "1 of 7 rows kept have no tonnes"));
    double dropped = 0.0;
    for (size_t i = 0; i < b->report.n_drops; i++)
        dropped += b->report.drops[i].value;
    bkt_close(b->report.value_kept + dropped, b->report.value_read, 1e-14, 0.0); /* nothing is lost untold */
}

static void
values_are_in_the_study_s_money(void **state)
{
    bench *b = *state;

    baci_put(b);
    bk_import_request request = *baci_request(b);
    request.money_usd = 1.0;
    assert_int_equal(import_with(b, request), BK_OK);
    bkt_close(written_number(b, "trade.csv", "fuels,KAZ,CHN,"), 2e6, 1e-15, 0.0);
    bkt_close(written_number(b, "unit_value.csv", "fuels,KAZ,CHN,"), 1500500.0 / 3001.0, 1e-15, 0.0); /* always USD */
}

static void
files_that_are_there_are_not_overwritten(void **state)
{
    bench *b = *state;

    baci_put(b);
    bkt_file_put_text(b->folder, "balance/trade.csv", "mine\n");
    assert_int_equal(import_with(b, *baci_request(b)), BK_ERR_FILE);
    assert_string_equal(written(b, "trade.csv"), "mine\n");
    bk_error_clear(b->io.ctx);
    bk_import_request request = *baci_request(b);
    request.replace = true;
    assert_int_equal(import_with(b, request), BK_OK);
    assert_null(strstr(written(b, "trade.csv"), "mine"));
}

static void
concordance_that_says_two_things_is_refused(void **state)
{
    bench *b = *state;

    baci_put(b);
    bkt_file_put_text(b->folder, "sectors.csv", "product,sector\n27,fuels\n27,ores\n");
    assert_int_equal(import_with(b, *baci_request(b)), BK_ERR_DUPLICATE);
    assert_non_null(strstr(bkt_error(b->io.ctx, 0), "sectors.csv:3:1: duplicate: 27 belongs to fuels already"));
}

static void
download_without_known_countries_is_refused(void **state)
{
    bench *b = *state;

    baci_put(b);
    bkt_file_put_text(b->folder, "regions.csv", "country,region\nFRA,FRA\n");
    assert_int_equal(import_with(b, *baci_request(b)), BK_ERR_REFERENCE);
    assert_non_null(strstr(bk_error_get(b->io.ctx, 0)->hint, "country_codes"));
}

static void
every_bad_cell_is_told_in_one_run(void **state)
{
    bench *b = *state;

    baci_put(b);
    bkt_file_put_text(b->folder, "download.csv", "t,i,j,k,v,q\n2023,398,156,270900,much,1\n2023,398,1560,270900,1,1\n");
    assert_int_equal(import_with(b, *baci_request(b)), BK_ERR_VALUE);
    assert_non_null(strstr(bkt_error(b->io.ctx, 0), "download.csv:2:21: value: v is much"));
    assert_non_null(strstr(bkt_error(b->io.ctx, 1), "download.csv:3:10: value: j is 1560"));
}

static void
another_file_s_columns_are_named_as_missing(void **state)
{
    bench *b = *state;

    baci_put(b);
    bkt_file_put_text(b->folder, "download.csv", "year,exporter,importer,value\n2023,398,156,1\n");
    assert_int_equal(import_with(b, *baci_request(b)), BK_ERR_SCHEMA);
    assert_non_null(strstr(bkt_error(b->io.ctx, 0), "column k is missing"));
}

/* ---- WITS ------------------------------------------------------------------------------------------------------- */

static void
wits_put(bench *b)
{
    bkt_file_put_text(b->folder, "regions.csv", "country,region\nKAZ,KAZ\nCHN,CHN\nEUN,XEU\nRUS,RUS\n");
    bkt_file_put_text(b->folder, "sectors.csv", "product,sector\n27,fuels\n10,food\n11,food\n");
    bkt_file_put_text(
        b->folder, "download.csv",
        "\"Selected Nomen\",\"Reporter\",\"Reporter Name\",\"Partner\",\"Partner Name\",\"Tariff Year\",\"Product\","
        "\"DutyType\",\"Simple Average\",\"Weighted Average\",\"Imports Value in 1000 USD\"\n"
        "HS,KAZ,Kazakhstan,CHN,China,2018,100199,AHS,5.00,6.00,100\n"
        "HS,KAZ,Kazakhstan,CHN,China,2018,110100,AHS,10.00,12.00,300\n"
        "HS,KAZ,Kazakhstan,CHN,China,2018,270900,AHS,1.00,,0\n"
        "HS,KAZ,Kazakhstan,CHN,China,2018,270900,MFN,7.00,7.00,50\n"
        "HS,KAZ,Kazakhstan,WLD,World,2018,270900,AHS,4.00,3.00,200\n"
        "HS,KAZ,Kazakhstan,USA,United States,2018,270900,AHS,4.00,3.00,20\n"
        "HS,CHN,China,KAZ,Kazakhstan,2018,851200,AHS,2.00,2.00,9\n"
        "HS,CHN,China,KAZ,Kazakhstan,2018,270900,AHS,,,5\n");
}

static void
wits_lines_are_weighted_with_imports(void **state)
{
    bench *b = *state;

    wits_put(b);
    assert_int_equal(import_with(b, (bk_import_request){.format = BK_IMPORT_WITS}), BK_OK);
    bkt_close(written_number(b, "tariff.csv", "food,CHN,KAZ,"), (6.0 * 100 + 12.0 * 300) / 400 / 100, 1e-15, 0.0);
    bkt_close(written_number(b, "tariff.csv", "fuels,CHN,KAZ,"), 0.01, 1e-15, 0.0); /* no imports: the plain mean */
    bkt_close(written_number(b, "tariff.csv", "fuels,RUS,KAZ,"), 0.03, 1e-15, 0.0); /* towards the world */
    bkt_close(written_number(b, "tariff.csv", "fuels,XEU,KAZ,"), 0.03, 1e-15, 0.0);
    assert_null(strstr(written(b, "tariff.csv"), "food,RUS,KAZ")); /* nothing known: no row, and it is told */
    assert_true(note_has(b, "2 rates are those towards the world"));
    assert_true(note_has(b, "have no rate and no row"));
    assert_int_equal(drop_find(b, "rows of duty type MFN")->cells, 1);
    assert_int_equal(drop_find(b, "partner USA")->cells, 1);
    bkt_close(drop_find(b, "partner USA")->value, 0.02, 1e-14, 0.0);
    assert_int_equal(drop_find(b, "product 851200")->cells, 1);
    assert_int_equal(drop_find(b, "rows without a rate")->cells, 1);
}

static void
wits_takes_plain_means_and_another_duty_on_request(void **state)
{
    bench *b = *state;

    wits_put(b);
    assert_int_equal(import_with(b, (bk_import_request){.format = BK_IMPORT_WITS, .simple = true}), BK_OK);
    bkt_close(written_number(b, "tariff.csv", "food,CHN,KAZ,"), 0.075, 1e-15, 0.0);
    assert_int_equal(import_with(b, (bk_import_request){.format = BK_IMPORT_WITS, .duty = "MFN", .replace = true}),
                     BK_OK);
    bkt_close(written_number(b, "tariff.csv", "fuels,CHN,KAZ,"), 0.07, 1e-15, 0.0);
}

/* ---- ICIO and MRIO ---------------------------------------------------------------------------------------------- */

/* Two countries (AUS in two parts, as MEX and CHN are) and two industries; made so that costs and sales of each
 * industry agree: outputs are 100, 60 (AUS) and 80, 50 (KAZ). */
static void
icio_put(bench *b)
{
    bkt_file_put_text(b->folder, "regions.csv", "country,region\nAU1,AUS\nAU2,AUS\nAUS,AUS\nKAZ,KAZ\n");
    bkt_file_put_text(b->folder, "sectors.csv", "industry,sector\nA01_02,goods\nB05,goods\nC10,services\n");
    bkt_file_put_text(b->folder, "download.csv",
                      ",AU1_A01_02,AU2_C10,KAZ_B05,KAZ_C10,AUS_HFCE,KAZ_GFCF,KAZ_INVNT,TOTAL\n"
                      "AU1_A01_02,20,10,5,0,55,12,-2,100\n"
                      "AU2_C10,15,5,0,10,30,0,0,60\n"
                      "KAZ_B05,10,0,25,5,10,30,0,80\n"
                      "KAZ_C10,0,5,10,5,-6,36,0,50\n"
                      "TLS,5,2,3,1,9,4,0,24\n"
                      "VA,50,38,37,29,0,0,0,154\n"
                      "OUT,100,60,80,50,103,77,-2,468\n");
}

static void
icio_gives_trade_accounts_and_technology(void **state)
{
    bench *b = *state;

    icio_put(b);
    assert_int_equal(import_with(b, (bk_import_request){.format = BK_IMPORT_ICIO}), BK_OK);
    bkt_close(written_number(b, "trade.csv", "goods,AUS,AUS,"), 20 + 10 + 55, 1e-15, 0.0);
    bkt_close(written_number(b, "trade.csv", "goods,AUS,KAZ,"), 5 + 0 + 12 - 2, 1e-15, 0.0);
    bkt_close(written_number(b, "trade.csv", "services,AUS,KAZ,"), 10, 1e-15, 0.0);
    bkt_close(written_number(b, "region.csv", "AUS,AUS,AUS,"), 50 + 38 + 5 + 2, 1e-15, 0.0); /* value added and TLS */
    bkt_close(written_number(b, "account.csv", "KAZ,goods,"), 37 + 3, 1e-15, 0.0);
    bkt_close(written_number(b, "technology.csv", "KAZ,goods,goods,"), 5 + 25, 1e-15, 0.0); /* of both origins */
    bkt_close(written_number(b, "technology.csv", "AUS,services,goods,"), 10, 1e-15, 0.0);
    /* goods in KAZ: inputs 5 + 0 + 25 + 5 of 5 + 0 + 12 - 2 + 25 + 5 + 30 */
    bkt_close(strtod(strstr(strstr(written(b, "account.csv"), "\nKAZ,goods,") + 11, ",,") + 2, NULL), 35.0 / 75.0,
              1e-15, 0.0);
    assert_true(note_has(b, "1 sales were negative"));
    assert_true(note_has(b, "11, count as value added"));
    assert_null(strstr(written(b, "trade.csv"), "services,KAZ,AUS,-"));
}

static void
icio_tells_of_industries_and_countries_left_out(void **state)
{
    bench *b = *state;

    icio_put(b);
    bkt_file_put_text(b->folder, "sectors.csv", "industry,sector\nA01_02,goods\nB05,goods\n");
    assert_int_equal(import_with(b, (bk_import_request){.format = BK_IMPORT_ICIO}), BK_OK);
    const bk_import_drop *rows = drop_find(b, "rows of industry C10"),
                         *columns = drop_find(b, "columns of industry C10");
    assert_int_equal(rows->cells, 4 + 5);
    bkt_close(rows->value, 60 + 50, 1e-14, 0.0);
    bkt_close(columns->value, 10 + 5, 1e-14, 0.0); /* of rows that are kept */
    bkt_close(b->report.value_kept + rows->value + columns->value, b->report.value_read, 1e-14, 0.0);
}

static void
icio_layout_is_checked(void **state)
{
    bench *b = *state;

    icio_put(b);
    bkt_file_put_text(b->folder, "download.csv", "COU,IND,VALUE\nAUS,A01,3\n");
    assert_int_equal(import_with(b, (bk_import_request){.format = BK_IMPORT_ICIO}), BK_ERR_SCHEMA);
}

/* The same economy as above, in the sheet's layout: title, a line of names, countries, codes; margins below. */
static void
mrio_put(bench *b)
{
    bkt_file_put_text(b->folder, "regions.csv", "country,region\nAUS,AUS\nKAZ,KAZ\n");
    bkt_file_put_text(b->folder, "sectors.csv", "industry,sector\nc1,goods\nc2,services\n");
    bkt_file_put_text(
        b->folder, "download.csv",
        "Multiregional Input-Output Table 2022,,,,,,,,,,,\n"
        "\"2 economies, at current prices\",,,,,,,,,,,\n"
        "In millions of US$,,,,,,,,,,,\n"
        ",,,,\"Agriculture, hunting\",Services,\"Agriculture, hunting\",Services,Households,Capital,Inventories,TOTAL\n"
        ",,,,AUS,AUS,KAZ,KAZ,AUS,KAZ,KAZ,ToT\n"
        ",,,,c1,c2,c1,c2,F1,F4,F5,\n"
        ",Agriculture,AUS,c1,20,10,5,0,55,12,-2,100\n"
        ",Services,AUS,c2,15,5,0,10,30,0,0,60\n"
        ",Agriculture,KAZ,c1,10,0,25,5,10,30,0,80\n"
        ",Services,KAZ,c2,0,5,10,5,-6,36,0,50\n"
        ",Intermediate input total,TOT,r60,45,20,40,20,94,73,-2,290\n"
        ",Taxes less subsidies on products,TOT,r99,3,1,2,0,9,4,0,19\n"
        ",International Transport Margins,TOT,trs,2,1,1,1,0,0,0,5\n"
        ",Value added at basic prices,TOT,r64,50,38,37,29,0,0,0,154\n"
        ",TOTAL,TOT,r69,100,60,80,50,103,77,-2,468\n");
}

static void
mrio_sheet_gives_what_icio_gives(void **state)
{
    bench *b = *state;

    mrio_put(b);
    assert_int_equal(import_with(b, (bk_import_request){.format = BK_IMPORT_MRIO}), BK_OK);
    const char *files[] = {"region.csv", "trade.csv", "account.csv", "technology.csv"};
    const char *mrio[4];
    for (int f = 0; f < 4; f++)
        mrio[f] = written(b, files[f]);
    icio_put(b);
    assert_int_equal(import_with(b, (bk_import_request){.format = BK_IMPORT_ICIO, .replace = true}), BK_OK);
    for (int f = 0; f < 4; f++) { /* the same rows but for their source */
        const char *icio = written(b, files[f]), *other = mrio[f];
        while (*icio != '\0' && *other != '\0') {
            const size_t key = strcspn(icio, "\""), other_key = strcspn(other, "\"");
            assert_int_equal(key, other_key);
            assert_memory_equal(icio, other, key);
            icio += key + strcspn(icio + key, "\n");
            other += key + strcspn(other + key, "\n");
        }
        assert_int_equal(*icio, *other);
    }
}

static void
mrio_without_headings_is_refused(void **state)
{
    bench *b = *state;

    mrio_put(b);
    bkt_file_put_text(b->folder, "download.csv", ",a,AUS,c1,20,10\n,b,AUS,c2,1,2\n");
    assert_int_equal(import_with(b, (bk_import_request){.format = BK_IMPORT_MRIO}), BK_ERR_SCHEMA);
}

/* ---- memory ----------------------------------------------------------------------------------------------------- */

static void
lack_of_memory_anywhere_is_an_error_and_leaves_nothing(void **state)
{
    bench *b = *state;

    baci_put(b);
    bk_import_request request = *baci_request(b);
    request.replace = true;
    for (size_t n = 1;; n++) {
        bkt_io_fail_at(&b->io, n);
        const bk_status status = import_with(b, request);
        if (!bkt_io_has_failed(&b->io)) {
            assert_int_equal(status, BK_OK);
            break;
        }
        assert_int_equal(status, BK_ERR_NO_MEMORY);
        b->io.heap.fail_at = 0;
        bk_error_clear(b->io.ctx);
        bk_arena_release(&b->io.arena);
        request.countries = path_of(b, "codes.csv");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(baci_rows_are_added_up_by_sector_and_region, setup, teardown),
        cmocka_unit_test_setup_teardown(baci_tells_what_it_dropped_with_counts_and_values, setup, teardown),
        cmocka_unit_test_setup_teardown(values_are_in_the_study_s_money, setup, teardown),
        cmocka_unit_test_setup_teardown(files_that_are_there_are_not_overwritten, setup, teardown),
        cmocka_unit_test_setup_teardown(concordance_that_says_two_things_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(download_without_known_countries_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(every_bad_cell_is_told_in_one_run, setup, teardown),
        cmocka_unit_test_setup_teardown(another_file_s_columns_are_named_as_missing, setup, teardown),
        cmocka_unit_test_setup_teardown(wits_lines_are_weighted_with_imports, setup, teardown),
        cmocka_unit_test_setup_teardown(wits_takes_plain_means_and_another_duty_on_request, setup, teardown),
        cmocka_unit_test_setup_teardown(icio_gives_trade_accounts_and_technology, setup, teardown),
        cmocka_unit_test_setup_teardown(icio_tells_of_industries_and_countries_left_out, setup, teardown),
        cmocka_unit_test_setup_teardown(icio_layout_is_checked, setup, teardown),
        cmocka_unit_test_setup_teardown(mrio_sheet_gives_what_icio_gives, setup, teardown),
        cmocka_unit_test_setup_teardown(mrio_without_headings_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(lack_of_memory_anywhere_is_an_error_and_leaves_nothing, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
