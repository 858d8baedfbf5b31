/* Memory, the disk and the libraries refuse while the files of others become those of a study: an error that says so,
 * nothing half-written, and what is got over gives the same files. */
#include "refuse_bodies.h"

static void
put(const char *name, const char *text)
{
    bkt_file_put_text(folder, name, text);
}

/* The files written, their rows, what was dropped and why, and what is noted. */
static uint64_t
hash_of(const bk_import_report *report)
{
    uint64_t hash = 0;

    for (size_t f = 0; f < report->n_files; f++)
        hash = refuse_hash(bkt_hash_file(hash, report->files[f].path), &report->files[f].rows, sizeof(size_t));
    for (size_t d = 0; d < report->n_drops; d++)
        hash = refuse_hash_text(refuse_hash_text(hash, report->drops[d].what), report->drops[d].reason);
    for (size_t n = 0; n < report->n_notes; n++)
        hash = refuse_hash_text(hash, report->notes[n]);
    return hash;
}

/* The request with its paths in the folder. */
static bk_status
take(bk_context *ctx, bk_arena *arena, void *state, uint64_t *answer)
{
    bk_import_request request = *(const bk_import_request *)state;
    const char      **paths[] = {&request.path, &request.regions, &request.sectors, &request.countries, &request.nodes};
    char              full[5][128], out[128];
    bk_import_report  report;

    for (size_t p = 0; p < 5; p++)
        if (*paths[p] != NULL) {
            snprintf(full[p], sizeof full[p], "%s/%s", folder, *paths[p]);
            *paths[p] = full[p];
        }
    snprintf(out, sizeof out, "%s/out", folder);
    request.folder = out;
    request.money_usd = 1e6;
    request.replace = true;
    const bk_status status = bk_import(ctx, &request, arena, &report);
    refuse_no_more();
    *answer = status == BK_OK ? hash_of(&report) : 0;
    assert_false(bkt_folder_has_temporary(folder));
    return status;
}

static void
refuse(const bk_import_request *request)
{
    bkt_refuse_all(
        &(refuse_call){.name = bk_import_name(request->format), .body = take, .state = (void *)(uintptr_t)request},
        folder);
}

/* ---- trade and tariffs --------------------------------------------------------------------------------------------
 */

static void
rows_of_trade(void **state)
{
    (void)state;
    put("regions.csv", "country,region\nKAZ,KAZ\n156,CHN\nBelgium,XEU\nESP,XEU\n");
    put("sectors.csv", "product,sector\n27,fuels\n2701,coal\n10,food\n");
    put("codes.csv", "country_code,country_name,country_iso2,country_iso3\n398,Kazakhstan,KZ,KAZ\n156,China,CN,CHN\n"
                     "56,Belgium,BE,BEL\n724,Spain,ES,ESP\n490,\"Other Asia, nes\",,S19\n");
    put("baci.csv", "t,i,j,k,v,q\n2023,398,156,270900,1500.5,3001\n2023,398,156,271019,499.5,          NA\n"
                    "2023,398,156,270112,10,1000\n2023,56,724,270900,700,1400\n2023,490,398,270900,8,1\n"
                    "2023,398,156,850110,4,1\n2022,398,156,270900,,7\n");
    refuse(&(bk_import_request){.format = BK_IMPORT_BACI,
                                .path = "baci.csv",
                                .regions = "regions.csv",
                                .sectors = "sectors.csv",
                                .countries = "codes.csv"});
    put("wits-regions.csv", "country,region\nKAZ,KAZ\nCHN,CHN\nRUS,RUS\n");
    put("wits.csv",
        "\"Selected Nomen\",\"Reporter\",\"Reporter Name\",\"Partner\",\"Partner Name\",\"Tariff Year\",\"Product\","
        "\"DutyType\",\"Simple Average\",\"Weighted Average\",\"Imports Value in 1000 USD\"\n"
        "HS,KAZ,Kazakhstan,CHN,China,2018,100199,AHS,5.00,6.00,100\n"
        "HS,KAZ,Kazakhstan,CHN,China,2017,270900,AHS,1.00,,0\n"
        "HS,KAZ,Kazakhstan,CHN,China,2018,270900,MFN,7.00,7.00,50\n"
        "HS,KAZ,Kazakhstan,WLD,World,2018,270900,AHS,4.00,3.00,200\n"
        "HS,KAZ,Kazakhstan,USA,United States,2018,270900,AHS,4.00,3.00,20\n"
        "HS,USA,United States,,China,2018,270900,AHS,4.00,3.00,20\n"
        "HS,CHN,China,KAZ,Kazakhstan,2018,851200,AHS,2.00,2.00,9\n"
        "HS,CHN,China,CHN,China,2018,270900,AHS,2.00,2.00,9\n"
        "HS,CHN,China,KAZ,Kazakhstan,2018,270900,AHS,,,5\n");
    refuse(&(bk_import_request){
        .format = BK_IMPORT_WITS, .path = "wits.csv", .regions = "wits-regions.csv", .sectors = "sectors.csv"});
}

/* ---- input and output ---------------------------------------------------------------------------------------------
 */

static void
tables_of_input_and_output(void **state)
{
    (void)state;
    put("regions.csv", "country,region\nAUS,AUS\nKAZ,KAZ\n");
    put("sectors.csv", "industry,sector\nA01_02,goods\nB05,goods\nC10,services\nc1,goods\nc2,services\n");
    put("icio.csv", ",AUS_A01_02,AUS_C10,KAZ_B05,XXX_C10,AUS_HFCE,KAZ_GFCF,KAZ_INVNT,TOTAL\n"
                    "AUS_A01_02,20,10,5,0,55,12,-2,100\nAUS_C10,15,5,0,10,30,0,0,60\nKAZ_B05,10,0,25,5,10,30,0,80\n"
                    "XXX_C10,0,5,10,5,-6,36,0,50\nTLS,5,2,3,1,9,4,0,24\nVA,50,38,37,29,0,0,0,154\n"
                    "OUT,100,60,80,50,103,77,-2,468\n");
    refuse(&(bk_import_request){
        .format = BK_IMPORT_ICIO, .path = "icio.csv", .regions = "regions.csv", .sectors = "sectors.csv"});
    put("mrio.csv", "Multiregional Input-Output Table 2022,,,,,,,,,,,\n\"2 economies, at current prices\",,,,,,,,,,,\n"
                    ",,,,\"Agriculture, hunting\",Services,\"Agriculture, hunting\",Services,Households,Capital,"
                    "Inventories,TOTAL\n,,,,AUS,AUS,KAZ,KAZ,AUS,KAZ,KAZ,ToT\n,,,,c1,c2,c1,c2,F1,F4,F5,\n"
                    ",Agriculture,AUS,c1,20,10,5,0,55,12,-2,100\n,Services,AUS,c2,15,5,0,10,30,0,0,60\n"
                    ",Agriculture,KAZ,c1,10,0,25,5,10,30,0,80\n,Services,KAZ,c2,0,5,10,5,-6,36,0,50\n"
                    ",Intermediate input total,TOT,r60,45,20,40,20,94,73,-2,290\n"
                    ",Taxes less subsidies on products,TOT,r99,3,1,2,0,9,4,0,19\n"
                    ",International Transport Margins,TOT,trs,2,1,1,1,0,0,0,5\n"
                    ",Value added at basic prices,TOT,r64,50,38,37,29,0,0,0,154\n"
                    ",TOTAL,TOT,r69,100,60,80,50,103,77,-2,468\n");
    refuse(&(bk_import_request){
        .format = BK_IMPORT_MRIO, .path = "mrio.csv", .regions = "regions.csv", .sectors = "sectors.csv"});
}

/* ---- networks -----------------------------------------------------------------------------------------------------
 */

static void
networks(void **state)
{
    (void)state;
    put("town/config.csv", "long_length,speed,crs\nmile,mph,EPSG:4326\n");
    put("town/node.csv",
        "node_id,name,x_coord,y_coord,zone_id\na,\"Aktau, port\",51,43,1\nb,,52,43,\nc,,,,\ne,,53,43,\n");
    put("town/link.csv",
        "link_id,from_node_id,to_node_id,directed,length,free_speed,capacity,lanes,allowed_uses,vdf_fftt\n"
        "1,a,b,1,10,50,900,2,,\n2,b,a,0,,,,,,60\n3,a,c,1,10,50,,,,\n6,a,b,1,10,50,,0,,\n"
        "7,a,b,1,10,50,,,bike,\n");
    refuse(&(bk_import_request){.format = BK_IMPORT_GMNS, .path = "town", .country = "KAZ", .use = "truck"});
    put("net.tntp", "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 3\n<NUMBER OF LINKS> 3\n<END OF METADATA>\n"
                    "1 2 100 5000 6 0.15 4 0 0 1 ;\n2 3 100 5000 0 0 0 0 0 1 ;\n3 1 100 5000 6 0.15 4 0 0 1 ;\n");
    put("node.tntp", "Node\tX\tY\t;\n1\t51\t43\t;\n2\t52\t43.5 ;\n");
    refuse(&(bk_import_request){
        .format = BK_IMPORT_TNTP, .path = "net.tntp", .nodes = "node.tntp", .length_unit = "m", .country = "KAZ"});
    bkt_put_copy("map.osm.pbf", "tests/fuzz/seeds/osm/drawn.pbf", 0);
    refuse(&(bk_import_request){.format = BK_IMPORT_OSM, .path = "map.osm.pbf", .country = "KAZ"});
}

static bool
has_gdal(void)
{
    char text[BK_EXPORT_LIBRARY];

    if (strncmp(bk_export_library(text), "not", 3) != 0)
        return true;
    print_message("# skipped: GDAL is %s\n", text);
    return false;
}

static void
lines(void **state)
{
    static const char *const fields[] = {"free_speed=v"};

    (void)state;
    if (!has_gdal())
        skip();
    put("net.geojson", "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"v\":5,"
                       "\"mode\":\"rail\",\"gauge_mm\":1520},\"geometry\":{\"type\":\"LineString\",\"coordinates\":"
                       "[[51,43],[52,43],[53,43.5]]}},{\"type\":\"Feature\",\"properties\":{\"v\":7},\"geometry\":"
                       "{\"type\":\"MultiLineString\",\"coordinates\":[[[53,43.5],[54,44]]]}},"
                       "{\"type\":\"Feature\",\"properties\":{\"v\":6},\"geometry\":{\"type\":\"Point\","
                       "\"coordinates\":[51,43]}},{\"type\":\"Feature\",\"properties\":{},\"geometry\":null}]}");
    const bk_import_request request = {
        .format = BK_IMPORT_VECTOR, .path = "net.geojson", .country = "KAZ", .n_fields = 1, .fields = fields};
    refuse(&request);
    put("mercator.geojson",
        "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::"
        "3857\"}},"
        "\"features\":[{\"type\":\"Feature\",\"properties\":{\"v\":5},\"geometry\":{\"type\":\"LineString\","
        "\"coordinates\":[[5700000,5300000],[5800000,5300000]]}}]}");
    bk_import_request other = request;
    other.path = "mercator.geojson";
    refuse(&other);
}

/* ---- workbooks and matrices ----------------------------------------------------------------------------------------
 */

static void
sheets_and_matrices(void **state)
{
    static const double      value[9] = {9.0, 1.5, 2.0, 4.0, 0.0, NAN, 8.0, 0.25, 3.0};
    static const char *const ids[] = {"10", "20", "30"};
    const bk_omx_matrix      matrix = {"usd", "", value};
    static const char *const names[] = {"a", "b, \"west\"", "c"}, *const countries[] = {"KAZ", "KAZ", "CHN"};
    static const double x[] = {51.2, 0.3, -1e-7};
    const bk_column     columns[] = {
            {.name = "node_id", .unit = "", .meaning = "", .kind = BK_COLUMN_TEXT, .text = names},
            {.name = "x_coord", .unit = "degrees", .meaning = "", .kind = BK_COLUMN_NUMBER, .number = x},
            {.name = "y_coord", .unit = "degrees", .meaning = "", .kind = BK_COLUMN_NUMBER, .number = x},
            {.name = "country", .unit = "", .meaning = "", .kind = BK_COLUMN_TEXT, .text = countries}};
    const bk_table  nodes = {.name = "node", .title = "", .n_rows = 3, .n_columns = 4, .columns = columns};
    const bk_table *tables[] = {&nodes};
    bk_context     *ctx;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    assert_int_equal(bk_omx_write(ctx, bkt_path(folder, "trade.omx"), 3, 1, &matrix, "zone", ids), BK_OK);
    assert_int_equal(bk_xlsx_write(ctx, &(bk_results){.n_tables = 1, .tables = tables}, bkt_path(folder, "book.xlsx")),
                     BK_OK);
    bk_context_release(ctx);
    put("regions.csv", "zone,region\n10,KAZ\n20,CHN\n");
    refuse(
        &(bk_import_request){.format = BK_IMPORT_OMX, .path = "trade.omx", .regions = "regions.csv", .sector = "food"});
    refuse(&(bk_import_request){.format = BK_IMPORT_XLSX, .path = "book.xlsx"});
}

int
main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, bkt_own_folder_create, bkt_own_folder_remove)
    const struct CMUnitTest tests[] = {EACH(rows_of_trade), EACH(tables_of_input_and_output), EACH(networks),
                                       EACH(lines), EACH(sheets_and_matrices)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
