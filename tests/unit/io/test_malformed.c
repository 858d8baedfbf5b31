/* What is not as its format has it: each text, and the one error that names the place and says what is wrong. */
#include "io_test.h"
#include "bkt_study.h"

#include "buckle/import.h"
#include "buckle/io.h"
#include "buckle/trips.h"

typedef struct malformed {
    const char *text, *error; /* after the file's path; NULL: it is well-formed */
} malformed;

typedef bk_status reader(bkt_io *io, const char *folder, const char *path);

/* Each text as the file `it` of a folder of its own. */
static void
check_each(reader *read, const malformed *cases, size_t n)
{
    for (size_t c = 0; c < n; c++) {
        bkt_io io;
        char   folder[64], path[80];
        bkt_io_start(&io);
        bkt_folder_create(folder);
        snprintf(path, sizeof path, "%s/it", folder);
        bkt_file_put_text(folder, "it", cases[c].text);
        const bk_status status = read(&io, folder, path);
        if (cases[c].error == NULL && status != BK_OK)
            fail_msg("%s\n%s", cases[c].text, bkt_error(io.ctx, 0));
        if (cases[c].error != NULL) {
            const bk_error *first = bk_error_get(io.ctx, 0);
            const char     *error = first->file != NULL ? bkt_error(io.ctx, 0) : first->message;
            if (status == BK_OK || strncmp(error, path, strlen(path)) != 0 ||
                strcmp(error + strlen(path) + 1, cases[c].error) != 0)
                fail_msg("%s\n%s: %s\nexpected %s", cases[c].text, bk_status_name(status), error, cases[c].error);
            assert_int_equal(first->code, status);
        }
        bkt_folder_remove(folder);
        bkt_io_stop(&io);
    }
}

#define CHECK_EACH(read, cases) check_each(read, cases, sizeof(cases) / sizeof *(cases))

/* ---- coalition files ----------------------------------------------------------------------------------------------
 */

static bk_status
read_games(bkt_io *io, const char *folder, const char *path)
{
    const bk_game_data *games;
    size_t              n;

    (void)folder;
    return bk_games_read(io->ctx, path, &io->arena, &n, &games);
}

static void
games(void **state)
{
    static const malformed cases[] = {
        {"{\"v\": [0, 1]}", NULL},
        {"{\"v\": null, \"definition\": {\"type\": \"airport_cost\", \"c\": [1]}}", NULL},
        {"{\"v\": [0, 1], \"name\": 3, \"n\": 1}", NULL},
        {"[1]", "1:1: schema: a game must be an object"},
        {"{}", "1:1: schema: the game has neither \"v\" nor a \"definition\""},
        {"{\"v\": 3}", "1:7: schema: \"v\" must be an array of numbers"},
        {"{\"v\": [0, \"x\"]}", "1:11: schema: \"v\" may hold numbers only"},
        {"{\"v\": []}", "1:7: inconsistent: \"v\" has 0 worths, which is 2^n for no number of players"},
        {"{\"v\": [0]}", "1:7: inconsistent: \"v\" has 1 worths, which is 2^n for no number of players"},
        {"{\"v\": [0, 1, 2]}", "1:7: inconsistent: \"v\" has 3 worths, which is 2^n for no number of players"},
        {"{\"v\": [1, 1]}", "1:8: value: the worth of the empty coalition must be 0"},
        {"{\"definition\": 3}", "1:16: schema: there is no such type of game"},
        {"{\"definition\": {\"type\": 3}}", "1:25: schema: there is no such type of game"},
        {"{\"definition\": {\"type\": \"x\"}}", "1:25: schema: there is no such type of game"},
        {"{\"definition\": {\"type\": \"airport_cost\"}}", "1:16: schema: \"c\" must be an array of numbers"},
        {"{\"definition\": {\"type\": \"airport_cost\", \"c\": []}}",
         "1:16: value: a game of 0 players; between 1 and 24 can be read"},
        {"{\"definition\": {\"type\": \"airport_cost\", \"c\": [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}}",
         "1:16: value: a game of 25 players; between 1 and 24 can be read"},
        {"{\"definition\": {\"type\": \"weighted_voting\", \"w\": [1]}}",
         "1:16: value: the quota \"q\" must be a number above 0"},
        {"{\"definition\": {\"type\": \"weighted_voting\", \"w\": [1], \"q\": \"x\"}}",
         "1:59: value: the quota \"q\" must be a number above 0"},
        {"{\"definition\": {\"type\": \"weighted_voting\", \"w\": [1], \"q\": 0}}",
         "1:59: value: the quota \"q\" must be a number above 0"},
        {"{\"v\": [0, 1], \"n\": \"1\"}", "1:20: inconsistent: \"n\" is not the 1 players that the worths are for"},
        {"{\"v\": [0, 1], \"n\": 2}", "1:20: inconsistent: \"n\" is not the 1 players that the worths are for"},
        {"{\"v\": [0, 1], \"players\": \"a\"}",
         "1:26: inconsistent: \"players\" must be an array of the names of 1 players"},
        {"{\"v\": [0, 1], \"players\": [\"a\", \"b\"]}",
         "1:26: inconsistent: \"players\" must be an array of the names of 1 players"},
        {"{\"v\": [0, 1], \"players\": [1]}", "1:27: schema: the name of a player must be a text"},
        {"{\"games\": {}}", "1:11: schema: \"games\" must be an array of games"},
        {"{\"games\": []}", "1:11: schema: \"games\" must be an array of games"},
        {"{\"games\": [3]}", "1:12: schema: a game must be an object"},
    };

    (void)state;
    CHECK_EACH(read_games, cases);
}

/* ---- logs of shipments ---------------------------------------------------------------------------------------------
 */

static bk_status
read_trips(bkt_io *io, const char *folder, const char *path)
{
    const bk_trip_request request = {.path = path};
    const bk_model       *model;
    bk_trip_read          read;

    (void)folder;
    assert_int_equal(bkt_study_build(io->ctx, &io->arena, &io->arena, NULL, 0, &model), BK_OK);
    return bk_trips_read(io->ctx, model, &request, &io->arena, &read);
}

#define EVENT(rest) "[{\"eventTime\": \"2024-05-01T04:00Z\", \"bizStep\": \"arriving\"" rest "}]"

static void
logs(void **state)
{
    static const malformed cases[] = {
        {EVENT(", \"epcList\": [\"a\"], \"readPoint\": {\"id\": \"a2\"}"), NULL},
        {EVENT(", \"parentID\": \"a\", \"epcList\": [], \"bizLocation\": {\"id\": \"urn:x:a2\"}"), NULL},
        {EVENT(", \"parentID\": \"a\", \"readPoint\": {\"id\": \"http://x/a2\"}, \"destinationList\": "
               "[{\"destination\": \"urn:x:c1\"}]"),
         NULL},
        {EVENT(", \"parentID\": \"a\", \"readPoint\": {\"id\": \"a2\"}, \"destinationList\": []"), NULL},
        {"{}", "1:1: schema: there is no list of events"},
        {"{\"epcisBody\": 3}", "1:1: schema: there is no list of events"},
        {"{\"epcisBody\": {\"eventList\": 3}}", "1:1: schema: there is no list of events"},
        {"{\"eventList\": [3]}", "1:16: schema: this event is not an object"},
        {"{\"eventList\": [", "1:16: syntax: the file ends where a value is missing"},
    };

    (void)state;
    CHECK_EACH(read_trips, cases);
}

/* ---- trade and tariffs of others ------------------------------------------------------------------------------------
 */

static bk_status
import(bkt_io *io, const char *folder, const char *path, bk_import_request request)
{
    static char      out[80], regions[80], sectors[80], codes[80];
    bk_import_report report;

    bkt_file_put_text(folder, "regions", "country,region\nKAZ,KAZ\n398,KAZ\nCHN,CHN\n156,CHN\n");
    bkt_file_put_text(folder, "sectors", "product,sector\n27,fuels\nA01,fuels\nC10,food\nc1,fuels\nc2,food\n");
    bkt_file_put_text(folder, "codes",
                      "country_code,country_name,country_iso3\n398,Kazakhstan,KAZ\n-1,x,XXX\n"
                      "1.5,y,YYY\nz,z,ZZZ\n156,China,CHN\n");
    snprintf(out, sizeof out, "%s/out", folder);
    snprintf(regions, sizeof regions, "%s/regions", folder);
    snprintf(sectors, sizeof sectors, "%s/sectors", folder);
    snprintf(codes, sizeof codes, "%s/codes", folder);
    request.path = path;
    request.folder = out;
    request.regions = regions;
    request.sectors = sectors;
    request.countries = request.format == BK_IMPORT_BACI ? codes : NULL;
    request.money_usd = 1e6;
    return bk_import(io->ctx, &request, &io->arena, &report);
}

static bk_status
read_wits(bkt_io *io, const char *folder, const char *path)
{
    return import(io, folder, path, (bk_import_request){.format = BK_IMPORT_WITS});
}

static bk_status
read_icio(bkt_io *io, const char *folder, const char *path)
{
    return import(io, folder, path, (bk_import_request){.format = BK_IMPORT_ICIO});
}

static bk_status
read_mrio(bkt_io *io, const char *folder, const char *path)
{
    return import(io, folder, path, (bk_import_request){.format = BK_IMPORT_MRIO});
}

#define WITS                                                                                                           \
    "Reporter,Reporter Name,Partner,Partner Name,Tariff Year,Product,DutyType,Simple Average,Weighted Average,"        \
    "Imports Value in 1000 USD\n"

static void
tariffs(void **state)
{
    static const malformed cases[] = {
        {WITS "KAZ,,CHN,,2018,270900,AHS,5,,\n", NULL},
        {WITS "KAZ,,,,2018,270900,,5,,\nKAZ,,0,,2018,27,,5,,\nKAZ,,000,,2017,27,,5,,\nKAZ,,World,,,27,,5,,\n"
              "KAZ,,,World,,27,,5,,\n",
         NULL},
        {WITS "KAZ,,CHN,,2018,99,AHS,5,,\n", "has no rate of duty type AHS between two regions and with a sector"},
        {WITS, "has no rate of duty type AHS between two regions and with a sector"},
        {WITS "KAZ,,CHN,,2018,27,AHS,much,,\n",
         "2:23: value: simple_average is much, must be a number within [0, 100000]"},
        {"Reporter,Partner\nKAZ,CHN\n", "1:1: schema: column product is missing"},
    };

    (void)state;
    CHECK_EACH(read_wits, cases);
}

static void
tables_of_input_and_output(void **state)
{
    static const malformed icio[] = {
        {"", "1:1: schema: the file is empty"},
        {",KAZ_A01\n", "1:1: schema: the second column is not named COUNTRY_INDUSTRY"},
        {",KAZ,CHN\n", "1:1: schema: the second column is not named COUNTRY_INDUSTRY"},
        {",KAZ_A01,KAZ_C10\nKAZ_A01,x,1\n", "2:9: value: x is no number"},
    };
    static const malformed mrio[] = {
        {"", "1:1: schema: no line of codes (c1 ... F1 ...) under a line of countries"},
        {",,,,KAZ,KAZ\n", "1:1: schema: no line of codes (c1 ... F1 ...) under a line of countries"},
        {"a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn\no\np\nq\nr\ns\nt\nu\nv\nw\nx\ny\nz\n",
         "1:1: schema: no line of codes (c1 ... F1 ...) under a line of countries"},
    };

    (void)state;
    CHECK_EACH(read_icio, icio);
    CHECK_EACH(read_mrio, mrio);
}

/* ---- networks of others
 * ---------------------------------------------------------------------------------------------- */

static bk_status
read_nodes(bkt_io *io, const char *folder, const char *path)
{
    static char      network[80], out[80];
    bk_import_report report;

    bkt_file_put_text(folder, "net",
                      "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 2\n<NUMBER OF LINKS> 1\n<END OF METADATA>\n"
                      "1 2 100 5 6 0.15 4 0 0 1 ;\n");
    snprintf(network, sizeof network, "%s/net", folder);
    snprintf(out, sizeof out, "%s/out", folder);
    return bk_import(io->ctx,
                     &(bk_import_request){.format = BK_IMPORT_TNTP,
                                          .path = network,
                                          .nodes = path,
                                          .folder = out,
                                          .country = "KAZ",
                                          .money_usd = 1.0},
                     &io->arena, &report);
}

static void
nodes(void **state)
{
    static const malformed cases[] = {
        {"node X Y ;\n\n1 51 43\n2 52 43", NULL},
        {"NODE\tX\tY\n1 51 43 ;\n2 52 43 ;\n", NULL},
        {"nods 1 2\n", "1:1: syntax: 'nods' is not a number"},
        {"1 51\n", "1:5: syntax: '' is not a number"},
        {"1 51 43\n0 1 1\n", "2:1: reference: 0 is not a node of the network, which has 2"},
        {"1.5 51 43\n", "1:1: reference: 1.5 is not a node of the network, which has 2"},
        {"3 51 43\n", "1:1: reference: 3 is not a node of the network, which has 2"},
    };

    (void)state;
    CHECK_EACH(read_nodes, cases);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(games),   cmocka_unit_test(logs),
        cmocka_unit_test(tariffs), cmocka_unit_test(tables_of_input_and_output),
        cmocka_unit_test(nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
