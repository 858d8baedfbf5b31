/* Networks and matrices of others into a study: units, what is dropped and why. */
#include "io_test.h"

#include "buckle/import.h"
#include "buckle/io.h"
#include "buckle/omx.h"

typedef struct bench {
    bkt_io           io;
    char             folder[64];
    bk_import_report report;
} bench;

static void
start(bench *b)
{
    bkt_io_start(&b->io);
    bkt_folder_create(b->folder);
}

static void
stop(bench *b)
{
    bkt_folder_remove(b->folder);
    bkt_io_stop(&b->io);
}

static const char *
path_of(bench *b, const char *name)
{
    return bk_arena_format(&b->io.arena, "%s/%s", b->folder, name);
}

static bk_status
import(bench *b, bk_import_request request)
{
    request.folder = path_of(b, "out");
    request.money_usd = 1e6;
    return bk_import(b->io.ctx, &request, &b->io.arena, &b->report);
}

static const char *
written(bench *b, const char *name)
{
    const char *bytes = NULL;
    size_t      n = 0;

    assert_int_equal(bk_file_read(b->io.ctx, path_of(b, name), &b->io.arena, &bytes, &n), BK_OK);
    return bk_arena_text(&b->io.arena, bytes, n);
}

static const char *
reason_of(const bench *b, const char *what)
{
    for (size_t d = 0; d < b->report.n_drops; d++)
        if (strcmp(b->report.drops[d].what, what) == 0)
            return b->report.drops[d].reason;
    return "kept";
}

static bool
is_noted(const bench *b, const char *text)
{
    for (size_t n = 0; n < b->report.n_notes; n++)
        if (strstr(b->report.notes[n], text) != NULL)
            return true;
    return false;
}

static void
a_gmns_network_has_the_units_of_a_study(void **state)
{
    bench b;
    (void)state;

    start(&b);
    bkt_file_put_text(b.folder, "town/config.csv", "long_length,speed,crs\nmile,mph,EPSG:4326\n");
    bkt_file_put_text(
        b.folder, "town/node.csv",
        "node_id,name,x_coord,y_coord,zone_id\na,\"Aktau, port\",51,43,1\nb,,52,43,\nc,,,,\nd,,500000,4,\ne,,53,43,\n");
    bkt_file_put_text(
        b.folder, "town/link.csv",
        "link_id,from_node_id,to_node_id,directed,length,free_speed,capacity,lanes,allowed_uses,vdf_fftt\n"
        "1,a,b,1,10,50,900,2,,\n2,b,a,0,,,,,,60\n3,a,c,1,10,50,,,,\n4,b,d,1,10,50,,,,\n5,a,b,1,10,,,,,\n"
        "6,a,b,1,10,50,,0,,\n7,a,b,1,10,50,,,bike,\n8,a,b,1,10,5000,,,,\n");
    assert_int_equal(import(&b, (bk_import_request){.format = BK_IMPORT_GMNS,
                                                    .path = path_of(&b, "town"),
                                                    .country = "KAZ",
                                                    .use = "truck"}),
                     BK_OK);
    assert_int_equal(b.report.cells_read, 8);
    assert_int_equal(b.report.cells_kept, 2);
    /* 10 miles at 50 miles an hour; the second by its great circle: one degree on the parallel of 43, in an hour */
    const char  *link = written(&b, "out/link.csv");
    const double km = 2.0 * 6371.0088 * asin(cos(43.0 * M_PI / 180.0) * sin(0.5 * M_PI / 180.0));
    char         head[160];
    double       length, speed;
    int          n = snprintf(head, sizeof head, "%s",
                              "link_id,name,from_node_id,to_node_id,directed,length,free_speed,mode,tracks,source,confidence\n");
    assert_true(strncmp(link, head, (size_t)n) == 0);
    assert_int_equal(sscanf(link + n, "1,\"\",a,b,1,%lf,%lf,road,2,town,reported\n%n", &length, &speed, &n), 2);
    bkt_close(length, 16.09344, 1e-14, 0);
    bkt_close(speed, 80.4672, 1e-14, 0);
    link = strstr(link, "\n2,") + 1;
    assert_int_equal(sscanf(link, "2,\"\",b,a,0,%lf,%lf,road,,town,derived\n", &length, &speed), 2);
    bkt_close(length, km, 1e-12, 0);
    bkt_close(speed, km, 1e-12, 0);
    assert_string_equal(
        written(&b, "out/node.csv"),
        "node_id,name,x_coord,y_coord,country,kind,source,confidence\n"
        "a,\"Aktau, port\",51,43,KAZ,junction,town,reported\nb,\"\",52,43,KAZ,junction,town,reported\n");
    assert_string_equal(reason_of(&b, "link 3"), "an end has no place in degrees");
    assert_string_equal(reason_of(&b, "link 4"), "an end has no place in degrees");
    assert_string_equal(reason_of(&b, "link 5"), "neither speed nor time");
    assert_string_equal(reason_of(&b, "link 6"), "0 lanes");
    assert_string_equal(reason_of(&b, "link 7"), "allowed_uses has not the use asked for");
    assert_string_equal(reason_of(&b, "link 8"), "faster than 1500 km/h: are the units right?");
    assert_string_equal(reason_of(&b, "node e"), "no link that was kept ends there");
    assert_true(is_noted(&b, "capacity of 1 links is dropped"));
    assert_true(is_noted(&b, "1 links say no length"));
    assert_int_equal(
        import(&b, (bk_import_request){.format = BK_IMPORT_GMNS, .path = path_of(&b, "town"), .country = "KAZ"}),
        BK_ERR_FILE); /* it is there */
    bkt_file_put_text(b.folder, "town/config.csv", "crs\nEPSG:32639\n");
    assert_int_equal(import(&b, (bk_import_request){.format = BK_IMPORT_GMNS,
                                                    .path = path_of(&b, "town"),
                                                    .country = "KAZ",
                                                    .replace = true}),
                     BK_ERR_VALUE);
    assert_non_null(strstr(bkt_error(b.io.ctx, 1), "coordinates are in 'EPSG:32639'"));
    stop(&b);
}

static void
a_tntp_network_needs_its_nodes(void **state)
{
    bench b;
    (void)state;

    start(&b);
    bkt_file_put_text(b.folder, "net.tntp",
                      "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 3\n<NUMBER OF LINKS> 3\n<END OF METADATA>\n"
                      "1 2 100 5000 6 0.15 4 0 0 1 ;\n2 3 100 5000 0 0 0 0 0 1 ;\n3 1 100 5000 6 0.15 4 0 0 1 ;\n");
    bkt_file_put_text(b.folder, "node.tntp", "Node\tX\tY\t;\n1\t51\t43\t;\n2\t52\t43.5 ;\n");
    const bk_import_request request = {.format = BK_IMPORT_TNTP,
                                       .path = path_of(&b, "net.tntp"),
                                       .nodes = path_of(&b, "node.tntp"),
                                       .length_unit = "m",
                                       .mode = "rail",
                                       .country = "KAZ"};
    assert_int_equal(import(&b, request), BK_OK);
    assert_string_equal(
        written(&b, "out/link.csv"),
        "link_id,name,from_node_id,to_node_id,directed,length,free_speed,mode,tracks,source,confidence\n"
        "1,\"\",1,2,1,5,50,rail,,net.tntp,reported\n"); /* 5 km in 6 minutes */
    assert_string_equal(reason_of(&b, "link 2"), "an end has no place in degrees");
    assert_string_equal(reason_of(&b, "node 3"), "no link that was kept ends there");
    bkt_file_put_text(b.folder, "node.tntp", "1 51 43\n4 52 43\n2 east 43\n");
    bk_import_request again = request;
    again.replace = true;
    assert_int_equal(import(&b, again), BK_ERR_REFERENCE);
    assert_non_null(strstr(bkt_error(b.io.ctx, 0), "node.tntp:2:1: reference: 4 is not a node of the network"));
    assert_non_null(strstr(bkt_error(b.io.ctx, 1), "node.tntp:3:3: syntax: 'east' is not a number"));
    again.nodes = NULL;
    assert_int_equal(import(&b, again), BK_ERR_USAGE);
    stop(&b);
}

static void
an_omx_matrix_becomes_trade_of_a_sector(void **state)
{
    const double        value[9] = {9.0, 1.5, 2.0, 4.0, 0.0, NAN, 8.0, 0.25, 3.0};
    const char *const   ids[] = {"10", "20", "30"};
    const bk_omx_matrix matrix = {"usd", "", value};
    bench               b;
    (void)state;

    start(&b);
    const char *path = path_of(&b, "trade.omx");
    assert_int_equal(bk_omx_write(b.io.ctx, path, 3, 1, &matrix, "zone", ids), BK_OK);
    bkt_file_put_text(b.folder, "regions.csv", "zone,region\n10,KAZ\n20,CHN\n");
    const bk_import_request request = {
        .format = BK_IMPORT_OMX, .path = path, .regions = path_of(&b, "regions.csv"), .sector = "food"};
    assert_int_equal(import(&b, request), BK_OK);
    assert_string_equal(written(&b, "out/trade.csv"), "sector,exporter,importer,value,source,confidence\n"
                                                      "food,KAZ,CHN,1.5,OMX matrix usd,reported\n"
                                                      "food,CHN,KAZ,4,OMX matrix usd,reported\n");
    bkt_close(b.report.value_read, 9.0 + 1.5 + 2.0 + 4.0 + 8.0 + 0.25 + 3.0, 1e-15, 0);
    bkt_close(b.report.value_kept, 5.5, 1e-15, 0);
    assert_int_equal(b.report.n_drops, 2);
    assert_string_equal(b.report.drops[0].what, "zone 30"); /* 2 + 8 + 0.25 + 3 */
    bkt_close(b.report.drops[0].value, 13.25, 1e-15, 0);
    assert_int_equal(b.report.drops[0].cells, 4);
    assert_string_equal(b.report.drops[1].what, "cells from a region to itself");
    bkt_file_put_text(b.folder, "regions.csv", "zone,region\n99,KAZ\n");
    bk_import_request again = request;
    again.replace = true;
    assert_int_equal(import(&b, again), BK_ERR_REFERENCE);
    stop(&b);
}

static void
a_lack_of_memory_is_an_error_and_nothing_is_lost(void **state)
{
    bench b;
    (void)state;

    start(&b);
    bkt_file_put_text(b.folder, "town/node.csv", "node_id,x_coord,y_coord\na,51,43\nb,52,43\nc,1,1\n");
    bkt_file_put_text(
        b.folder, "town/link.csv",
        "link_id,from_node_id,to_node_id,directed,length,free_speed,lanes\n1,a,b,1,10,50,1\n2,a,c,1,1,1,0\n");
    for (size_t n = 1, done = 0; !done; n++) {
        bkt_io            io;
        bk_import_report  report;
        bk_import_request request = {.format = BK_IMPORT_GMNS,
                                     .path = path_of(&b, "town"),
                                     .folder = path_of(&b, "out"),
                                     .country = "KAZ",
                                     .replace = true};
        bkt_io_start(&io);
        bkt_io_fail_at(&io, n);
        const bk_status status = bk_import(io.ctx, &request, &io.arena, &report);
        done = !bkt_io_has_failed(&io);
        assert_true(status == BK_OK || (!done && status == BK_ERR_NO_MEMORY));
        bkt_io_stop(&io);
    }
    stop(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gmns_network_has_the_units_of_a_study),
        cmocka_unit_test(a_tntp_network_needs_its_nodes),
        cmocka_unit_test(an_omx_matrix_becomes_trade_of_a_sector),
        cmocka_unit_test(a_lack_of_memory_is_an_error_and_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
