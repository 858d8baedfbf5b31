/* From a folder of facts to a study that buckle reads and in which nothing moves when nothing changes. */
#include "../io/io_test.h"

#include "bkt_facts.h"
#include "buckle/study.h"

typedef struct bench {
    bkt_io         io;
    char           folder[64];
    bk_balance_run run;
} bench;

static int
setup(void **state)
{
    bench *b = calloc(1, sizeof *b);

    assert_non_null(b);
    bkt_io_start(&b->io);
    bkt_folder_create(b->folder);
    for (size_t f = 0; f < sizeof bkt_facts / sizeof *bkt_facts; f++)
        bkt_file_put_text(b->folder, bkt_facts[f][0], bkt_facts[f][1]);
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

static bk_status
balance(bench *b, bool replace)
{
    return bk_study_balance(b->io.ctx, b->folder, &(bk_balance_request){.replace = replace}, &b->io.arena, &b->run);
}

/* What buckle check would say, then the equilibrium without a change. */
static const bk_model *
stands_still(bench *b)
{
    const bk_model          *model;
    const bk_trade_base     *base;
    const bk_trade_solution *solution;
    const bk_trade_settings  settings = bk_trade_default_settings();
    const bk_trade_shock     no_change = {.tariff = NULL};

    if (bk_study_read(b->io.ctx, b->folder, &b->io.arena, &model) != BK_OK)
        fail_msg("%s", bkt_error(b->io.ctx, 0));
    assert_true(model->has_economy);
    assert_int_equal(bk_trade_calibrate(b->io.ctx, &model->economy, &b->io.arena, &base), BK_OK);
    assert_int_equal(bk_trade_solve(b->io.ctx, base, &no_change, &settings, NULL, &b->io.arena, &solution), BK_OK);
    assert_int_equal(solution->outcome, BK_CONVERGED);
    for (size_t n = 0; n < model->economy.n_regions; n++) {
        bkt_close(solution->wage_hat[n], 1.0, 1e-12, 0.0);
        bkt_close(solution->price_hat[n], 1.0, 1e-12, 0.0);
        bkt_close(solution->income_hat[n], 1.0, 1e-12, 0.0);
    }
    return model;
}

static double
trade_of(const bk_model *model, const char *sector, const char *exporter, const char *importer)
{
    const size_t N = model->economy.n_regions;

    return model->economy.trade[(bk_model_find_sector(model, sector) * N + bk_model_find_region(model, importer)) * N +
                                bk_model_find_region(model, exporter)];
}

static void
facts_become_a_study_that_is_read_and_stands_still(void **state)
{
    bench *b = *state;

    assert_int_equal(balance(b, false), BK_OK);
    assert_true(b->run.from_facts);
    const bk_model *model = stands_still(b);
    bkt_close(trade_of(model, "grain", "KAZ", "CHN") + trade_of(model, "steel", "KAZ", "CHN"), 90.0, 1e-12, 0.0);
    bkt_close(trade_of(model, "grain", "KAZ", "CHN") + trade_of(model, "grain", "KAZ", "UZB"), 0.3 * 120.0, 1e-10, 0.0);
    bkt_close(model->economy.regions[0].deficit, 120.0 + 20.0 - 90.0 - 30.0, 1e-12, 0.0);
    bkt_close(model->economy.regions[0].population, 20000000.0, 0.0, 0.0); /* columns that only pass through */
    bkt_close(model->economy.value_added_share[2 * 3 + 0], 0.55, 0.0,
              0.0); /* the region's own row before that of all */
    bkt_close(model->economy.value_added_share[0], 0.5, 0.0, 0.0);
    bkt_close(model->economy.usd_per_tonne[1 * 3 + 0], 250.0, 0.0, 0.0); /* grain to CHN from KAZ */
}

static void
every_wrong_name_and_number_is_told_at_its_place_in_one_run(void **state)
{
    bench *b = *state;

    bkt_file_put_text(b->folder, "balance/pair.csv", "exporter,importer,value\nKAZ,CHM,90\nKAZ,KAZ,1\nKAZ,UZB,many\n");
    bkt_file_put_text(b->folder, "balance/tariff.csv",
                      "sector,exporter,importer,rate\ngrain,CHN,KAZ,0.1\ngrain,CHN,KAZ,0.2\n");
    assert_int_equal(balance(b, false), BK_ERR_REFERENCE);
    assert_int_equal(bk_error_count(b->io.ctx), 4);
    assert_non_null(strstr(bkt_error(b->io.ctx, 0), "balance/pair.csv:2:5: reference: there is no region CHM"));
    assert_non_null(strstr(bk_error_get(b->io.ctx, 0)->hint, "CHN"));
    assert_non_null(strstr(bkt_error(b->io.ctx, 1), "balance/pair.csv:3:5: value: a pair of a region with itself"));
    assert_non_null(strstr(bkt_error(b->io.ctx, 2), "balance/pair.csv:4:9: value: value is many"));
    assert_non_null(strstr(bkt_error(b->io.ctx, 3), "balance/tariff.csv:3:1: duplicate"));
}

/* Of each table the rows that say nothing, with the line and column of what is wrong. */
static void
wrong_rows_are_told_at_their_place(void **state)
{
    static const struct {
        const char *file, *text;
        bk_status   status;
        const char *errors[4];
    } cases[] = {
        {"balance/trade.csv",
         "sector,exporter,importer,value,use\nwheat,KAZ,CHN,1,\ngrain,KAZ,CHN,1,guess\ngrain,KAZ,CHN,1,seed\ngrain,KAZ,"
         "CHN,2,cell\n",
         BK_ERR_REFERENCE,
         {"balance/trade.csv:2:1: reference: there is no sector wheat",
          "balance/trade.csv:3:17: value: use is guess, must be cell or seed",
          "balance/trade.csv:5:1: duplicate: the table has a row for this already"}},
        {"balance/trade.csv",
         "sector,exporter,importer,value,use\ngrain,KAZZ,CHN,1,\ngrain,KAZ,CHNN,1,seek\n",
         BK_ERR_REFERENCE,
         {"balance/trade.csv:2:7: reference: there is no region KAZZ",
          "balance/trade.csv:3:11: reference: there is no region CHNN"}},
        {"balance/composition.csv",
         "region,flow,sector,share\nKAZ,exports,grain,1\nKAZ,transit,grain,1\nXXX,import,grain,1\nKAZ,import,grain,"
         "1\nKAZ,import,grain,2\n",
         BK_ERR_VALUE,
         {"balance/composition.csv:2:5: value: flow is exports, must be export or import",
          "balance/composition.csv:3:5: value: flow is transit, must be export or import",
          "balance/composition.csv:4:1: reference: there is no region XXX",
          "balance/composition.csv:6:1: duplicate: the table has a row for this already"}},
        {"balance/composition.csv",
         "region,flow,sector,share\nKAZ,export,ore,1\n",
         BK_ERR_REFERENCE,
         {"balance/composition.csv:2:12: reference: there is no sector ore"}},
        {"balance/account.csv",
         "region,sector,value_added,value_added_share,intermediate_share\nX,grain,1,,\nKAZ,ore,1,,\n*,grain,1,,\n*,"
         "grain,2,,\n",
         BK_ERR_REFERENCE,
         {"balance/account.csv:2:1: reference: there is no region X",
          "balance/account.csv:3:5: reference: there is no sector ore",
          "balance/account.csv:5:1: duplicate: the table has a row for this already"}},
        {"balance/technology.csv",
         "region,using_sector,supplying_sector,share\nX,grain,grain,1\nKAZ,ore,grain,1\nKAZ,grain,ore,1\nKAZ,grain,"
         "grain,1\nKAZ,grain,grain,1\n",
         BK_ERR_REFERENCE,
         {"balance/technology.csv:2:1: reference: there is no region X",
          "balance/technology.csv:3:5: reference: there is no sector ore",
          "balance/technology.csv:4:11: reference: there is no sector ore",
          "balance/technology.csv:6:1: duplicate: the table has a row for this already"}},
        {"balance/tariff.csv",
         "sector,exporter,importer,rate\nore,KAZ,CHN,0.1\ngrain,X,CHN,0.1\ngrain,KAZ,X,0.1\n",
         BK_ERR_REFERENCE,
         {"balance/tariff.csv:2:1: reference: there is no sector ore",
          "balance/tariff.csv:3:7: reference: there is no region X",
          "balance/tariff.csv:4:11: reference: there is no region X"}},
        {"balance/own_sales.csv",
         "region,sector,of_exports,of_imports,least\nX,grain,1,,\nKAZ,ore,1,,\n*,*,,1,\n*,*,,,1\n",
         BK_ERR_REFERENCE,
         {"balance/own_sales.csv:2:1: reference: there is no region X",
          "balance/own_sales.csv:3:5: reference: there is no sector ore",
          "balance/own_sales.csv:5:1: duplicate: the table has a row for this already"}},
        {"balance/replace.csv",
         "exporter,importer,value\nX,CHN,1\nKAZ,X,1\n*,CHN,\n*,CHN,1\n",
         BK_ERR_REFERENCE,
         {"balance/replace.csv:2:1: reference: there is no region X",
          "balance/replace.csv:3:5: reference: there is no region X",
          "balance/replace.csv:4:7: value: the total of all imports is empty",
          "balance/replace.csv:5:1: duplicate: the table has a row for this already"}},
    };
    bench *b = *state;

    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const char *before = NULL;
        for (size_t f = 0; f < sizeof bkt_facts / sizeof *bkt_facts; f++)
            before = strcmp(bkt_facts[f][0], cases[c].file) == 0 ? bkt_facts[f][1] : before;
        bkt_file_put_text(b->folder, cases[c].file, cases[c].text);
        assert_int_equal(balance(b, false), cases[c].status);
        size_t n = 0;
        for (; n < 4 && cases[c].errors[n]; n++)
            assert_non_null(strstr(bkt_error(b->io.ctx, n), cases[c].errors[n]));
        assert_int_equal(bk_error_count(b->io.ctx), n);
        bk_error_clear(b->io.ctx);
        if (before)
            bkt_file_put_text(b->folder, cases[c].file, before);
        else
            assert_int_equal(unlink(bkt_path(b->folder, cases[c].file)), 0);
    }
    assert_int_equal(balance(b, false), BK_OK); /* as nothing was written by those */
}

/* A cell of trade that is known stands and a seed gives way; own sales are no less than they must be. */
static void
known_cells_stand_and_seeds_give_way(void **state)
{
    bench *b = *state;

    bkt_file_put_text(b->folder, "balance/trade.csv",
                      "sector,exporter,importer,value,use,source,confidence\ngrain,KAZ,CHN,12,cell,a table,reported\n"
                      "steel,KAZ,CHN,1,seed,,\ngrain,CHN,KAZ,10,,,\n");
    bkt_file_put_text(b->folder, "balance/own_sales.csv",
                      "region,sector,of_exports,of_imports,least\nUZB,*,,,1\n*,grain,0.1,0.1,\n");
    if (balance(b, false) != BK_OK)
        fail_msg("%s", bkt_error(b->io.ctx, 0));
    const bk_model *model = stands_still(b);
    bkt_close(trade_of(model, "grain", "KAZ", "CHN"), 12.0, 1e-12, 0.0);
    bkt_close(trade_of(model, "steel", "KAZ", "CHN"), 90.0 - 12.0, 1e-12, 0.0); /* the pair's total, balance/pair.csv */
    bkt_close(trade_of(model, "grain", "CHN", "KAZ"), 10.0, 1e-12, 0.0);
    assert_true(trade_of(model, "grain", "UZB", "UZB") >= 1.0 && trade_of(model, "steel", "UZB", "UZB") >= 1.0);
}

static void
tables_that_are_there_are_kept_unless_they_may_be_replaced(void **state)
{
    bench *b = *state;

    assert_int_equal(balance(b, false), BK_OK);
    assert_int_equal(balance(b, false), BK_ERR_FILE);
    bk_error_clear(b->io.ctx);
    assert_int_equal(balance(b, true), BK_OK);
}

static void
what_gave_way_is_written_down(void **state)
{
    bench      *b = *state;
    const char *bytes;
    size_t      n;

    bkt_file_put_text(b->folder, "balance/replace.csv", "exporter,importer,value\nCHN,UZB,20\n*,UZB,40\n");
    assert_int_equal(balance(b, false), BK_OK);
    const bk_model *model = stands_still(b);
    bkt_close(trade_of(model, "grain", "CHN", "UZB") + trade_of(model, "steel", "CHN", "UZB"), 20.0, 1e-12, 0.0);
    bkt_close(trade_of(model, "grain", "KAZ", "UZB") + trade_of(model, "steel", "KAZ", "UZB"), 20.0, 1e-12, 0.0);
    assert_int_equal(bk_file_read(b->io.ctx, bkt_path(b->folder, "balance/changes.csv"), &b->io.arena, &bytes, &n),
                     BK_OK);
    assert_non_null(strstr(bytes, "step,quantity,region,partner,sector,before,after,reason\n"));
    const char *cut = strstr(bytes, "cuts,trade of a pair,UZB,CHN,,");
    assert_non_null(cut);
    char *end;
    bkt_close(strtod(cut + strlen("cuts,trade of a pair,UZB,CHN,,"), &end), 50.0, 1e-12, 0.0);
    bkt_close(strtod(end + 1, NULL), 20.0, 1e-12, 0.0);
}

static void
base_year_without_technology_is_refused_by_name(void **state)
{
    bench *b = *state;

    bkt_file_put_text(b->folder, "balance/technology.csv",
                      "region,using_sector,supplying_sector,share\nKAZ,grain,grain,1\n");
    assert_int_equal(balance(b, false), BK_ERR_INCONSISTENT);
    assert_non_null(strstr(bkt_error(b->io.ctx, 0), "the technology of CHN is not known"));
    assert_non_null(strstr(bkt_error(b->io.ctx, 1), "the technology of UZB is not known"));
}

static void
economy_without_facts_is_corrected(void **state)
{
    bench      *b = *state;
    const char *bytes;
    size_t      n;

    assert_int_equal(balance(b, false), BK_OK);
    for (size_t f = 1; f < sizeof bkt_facts / sizeof *bkt_facts; f++)
        assert_int_equal(unlink(bkt_path(b->folder, bkt_facts[f][0])), 0);
    assert_int_equal(bk_file_read(b->io.ctx, bkt_path(b->folder, "economy/trade.csv"), &b->io.arena, &bytes, &n),
                     BK_OK);
    char *text = bk_arena_text(&b->io.arena, bytes, n), *row = strstr(text, "steel,CHN,CHN,"); /* spoil a digit */
    assert_non_null(row);
    row[strlen("steel,CHN,CHN,") + 1] ^= 1;
    bkt_file_put(b->folder, "economy/trade.csv", text, n);
    assert_int_equal(balance(b, true), BK_OK);
    assert_false(b->run.from_facts);
    assert_true(b->run.result.n_changes > 0);
    stands_still(b);
}

static void
table_of_countries_and_industries_becomes_a_study(void **state)
{
    bench           *b = *state;
    bk_import_report report;

    for (size_t f = 1; f < sizeof bkt_facts / sizeof *bkt_facts; f++)
        assert_int_equal(unlink(bkt_path(b->folder, bkt_facts[f][0])), 0);
    bkt_file_put_text(
        b->folder, "balance/sector.csv",
        "sector,name,trade_elasticity,usd_per_tonne,traded\ngoods,Goods,4,300,1\nservices,Services,5,,1\n");
    bkt_file_put_text(b->folder, "regions.txt", "country,region\nAUS,AUS\nKAZ,KAZ\n");
    bkt_file_put_text(b->folder, "sectors.txt", "industry,sector\nA01_02,goods\nC10,services\n");
    bkt_file_put_text(
        b->folder, "icio.txt",
        ",AUS_A01_02,AUS_C10,KAZ_A01_02,KAZ_C10,AUS_HFCE,KAZ_GFCF,KAZ_INVNT,TOTAL\n"
        "AUS_A01_02,20,10,5,0,55,12,-2,100\nAUS_C10,15,5,0,10,30,0,0,60\nKAZ_A01_02,10,0,25,5,10,30,0,80\n"
        "KAZ_C10,0,5,10,5,1,29,0,50\nTLS,5,2,3,1,9,4,0,24\nVA,50,38,37,29,0,0,0,154\nOUT,100,60,80,50,103,77,-2,470\n");
    const bk_import_request request = {.format = BK_IMPORT_ICIO,
                                       .path = bkt_path(b->folder, "icio.txt"),
                                       .regions = bkt_path(b->folder, "regions.txt"),
                                       .sectors = bkt_path(b->folder, "sectors.txt")};
    assert_int_equal(bk_study_import(b->io.ctx, b->folder, &request, &b->io.arena, &report), BK_OK);
    if (balance(b, false) != BK_OK)
        fail_msg("%s", bkt_error(b->io.ctx, 0));
    const bk_model *model = stands_still(b);
    bkt_close(trade_of(model, "goods", "KAZ", "AUS"), 20.0, 1e-14, 0.0);
    bkt_close(trade_of(model, "goods", "KAZ", "KAZ"), 60.0, 1e-14, 0.0); /* own sales are a fact here */
    bkt_close(model->economy.regions[0].value_added, 95.0, 1e-14, 0.0);
    bkt_close(model->economy.value_added_share[0], 55.0 / 100.0, 1e-13, 0.0);
    bkt_close(model->economy.input_share[0], 30.0 / 45.0, 1e-11, 0.0); /* 20 + 10 of 45 */
    bkt_close(model->economy.final_share[0], 65.0 / 96.0, 1e-11, 0.0); /* 55 + 10; income 95 and a deficit of 26 - 25 */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(facts_become_a_study_that_is_read_and_stands_still, setup, teardown),
        cmocka_unit_test_setup_teardown(every_wrong_name_and_number_is_told_at_its_place_in_one_run, setup, teardown),
        cmocka_unit_test_setup_teardown(wrong_rows_are_told_at_their_place, setup, teardown),
        cmocka_unit_test_setup_teardown(known_cells_stand_and_seeds_give_way, setup, teardown),
        cmocka_unit_test_setup_teardown(tables_that_are_there_are_kept_unless_they_may_be_replaced, setup, teardown),
        cmocka_unit_test_setup_teardown(what_gave_way_is_written_down, setup, teardown),
        cmocka_unit_test_setup_teardown(base_year_without_technology_is_refused_by_name, setup, teardown),
        cmocka_unit_test_setup_teardown(economy_without_facts_is_corrected, setup, teardown),
        cmocka_unit_test_setup_teardown(table_of_countries_and_industries_becomes_a_study, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
