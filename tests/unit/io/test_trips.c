/* Logs of shipments: what is read, what is left out and why. */
#include "io_test.h"

#include "buckle/trips.h"

#include <string.h>

static const bk_node     nodes[] = {{.id = "east", .name = "East Yard"}, {.id = "gate", .name = "Gate"}};
static const char *const modes[] = {"rail", "road"};
static const bk_model    model = {.network = {.n_nodes = 2, .nodes = nodes, .n_modes = 2, .modes = modes}};

/* Reads `text`, with the points file `points` (or NULL) beside it. */
static bk_status
read_text(bkt_io *io, const char *text, const char *points, bool whole_lines, bk_trip_read *out)
{
    char                  folder[64];
    const bk_trip_request request = {.path = bkt_path((bkt_folder_create(folder), folder), "log"),
                                     .points = points ? bkt_path(folder, "points.csv") : NULL,
                                     .whole_lines = whole_lines};

    bkt_file_put_text(folder, "log", text);
    if (points != NULL)
        bkt_file_put_text(folder, "points.csv", points);
    const bk_status status = bk_trips_read(io->ctx, &model, &request, &io->arena, out);
    bkt_folder_remove(folder);
    return status;
}

/* Days since 1970-01-01: 2024-02-29 is 54 x 365 + 13 leap days + 31 + 28 = 19782. */
static void
times_are_those_of_the_calendar(void **state)
{
    static const struct {
        const char *text;
        double      time;
        int32_t     offset;
        bool        has_zone;
    } good[] = {
        {"1970-01-01T00:00Z", 0, 0, true},
        {"2024-02-29T12:30:15.5+06:00", 19782 * 86400.0 + 6.5 * 3600 + 15.5, 21600, true},
        {"2024-02-29 12:30", 19782 * 86400.0 + 12.5 * 3600, 0, false},
        {"1969-12-31T23:00:00-0330", 2.5 * 3600, -12600, true},
        {"2000-03-01T00:00:00+05", 11017 * 86400.0 - 18000, 18000, true},
        {"1970-01-01t00:01:60,25z", 120.25, 0, true}, /* a leap second */
        {"1970-01-01 00:02  +00:02", 0, 120, true},
        {"1970-01-01T00:00:01.", 1, 0, false},
    };
    static const char *const bad[] = {"",
                                      "2024-02-30T10:00",
                                      "2023-02-29T10:00",
                                      "2024-02-29",
                                      "29.02.2024 10:00",
                                      "2024-02-29T25:00",
                                      "2024-02-29T10:00+6",
                                      "2024-02-29T10:00Zx",
                                      "1709200000",
                                      "1899-12-31T10:00Z",
                                      "2201-01-01T10:00Z",
                                      "2024",
                                      "2024-",
                                      "2024-00-10T10:00",
                                      "2024-13-10T10:00",
                                      "2024-02",
                                      "2024-02-",
                                      "2024-02-2",
                                      "2024-02-00T10:00",
                                      "2024-02-32T10:00",
                                      "2024-06-31T10:00",
                                      "2024-02-2xT10:00",
                                      "2024-02-29x10:00",
                                      "2024-02-29T",
                                      "2024-02-29T1",
                                      "2024-02-29T10",
                                      "2024-02-29T10-30",
                                      "2024-02-29T10:",
                                      "2024-02-29T10:60",
                                      "2024-02-29T10:00:",
                                      "2024-02-29T10:00:61",
                                      "2024-02-29T10:00*01",
                                      "2024-02-29T10:00+",
                                      "2024-02-29T10:00+15",
                                      "2024-02-29T10:00+06:",
                                      "2024-02-29T10:00+06:60",
                                      "2024-02-29T10:00+06:30x"};
    double                   time;
    int32_t                  offset;
    bool                     has_zone;
    char                     text[32];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(bk_time_parse(good[i].text, strlen(good[i].text), &time, &offset, &has_zone));
        bkt_close(time, good[i].time, 0, 0);
        assert_int_equal(offset, good[i].offset);
        assert_int_equal(has_zone, good[i].has_zone);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(bk_time_parse(bad[i], strlen(bad[i]), &time, &offset, &has_zone));
    bk_time_text(19782 * 86400.0 + 6.5 * 3600 + 15.5, 21600, text);
    assert_string_equal(text, "2024-02-29T12:30+06:00");
    bk_time_text(-1800.0, -12600, text);
    assert_string_equal(text, "1969-12-31T20:00-03:30");
}

static void
rows_are_events_and_the_rest_is_counted(void **state)
{
    bkt_io       io;
    bk_trip_read read;

    (void)state;
    bkt_io_start(&io);
    assert_int_equal(read_text(&io,
                               "Shipment,Point,Event,Timestamp,mode,destination,colour\n"
                               "A,east,departed,2024-05-01T10:00Z,rail,gate,red\n"
                               "A,Gate,arrival,2024-05-01T13:00+06:00,,,red\n"
                               "B,nowhere,arrive,2024-05-01T13:00Z,,,\n"
                               "B,gate,inspected,2024-05-01T13:00Z,,,\n"
                               "B,gate,arrive,yesterday,,,\n"
                               ",gate,arrive,2024-05-01T13:00Z,,,\n"
                               "B,gate,in,2024-05-01 13:00,,,\n",
                               NULL, false, &read),
                     BK_OK);
    assert_int_equal(read.n_read, 7);
    assert_int_equal(read.log.n_events, 3);
    assert_int_equal(read.log.n_shipments, 2);
    assert_int_equal(read.n_without_zone, 1);
    for (int why = 0; why < BK_TRIP_DROP_COUNT; why++)
        assert_int_equal(read.dropped[why], 1);
    assert_non_null(strstr(read.example[BK_TRIP_POINT], "'nowhere'"));
    assert_non_null(strstr(read.example[BK_TRIP_POINT], ":4"));
    assert_int_equal(read.log.events[0].mode, 0);
    assert_int_equal(read.log.events[0].destination, 1);
    assert_true(read.log.events[0].departs);
    assert_int_equal(read.log.events[1].node, 1); /* by its name */
    assert_int_equal(read.log.events[1].offset, 21600);
    bkt_close(read.log.events[1].time - read.log.events[0].time, -3.0 * 3600.0, 0, 0);
    bkt_io_stop(&io);
}

static void
a_points_file_says_what_a_log_calls_the_nodes(void **state)
{
    static const char points[] = "point,node\n4012345.00001.0,gate\nEast Yard,gate\n", wrong[] = "point,node\nx,gaet\n";
    bkt_io            io;
    bk_trip_read      read;

    (void)state;
    bkt_io_start(&io);
    assert_int_equal(read_text(&io,
                               "shipment,point,event,time\nA,4012345.00001.0,in,2024-05-01T10:00Z\n"
                               "A,East Yard,in,2024-05-01T10:00Z\n",
                               points, false, &read),
                     BK_OK);
    assert_int_equal(read.log.events[0].node, 1);
    assert_int_equal(read.log.events[1].node, 1); /* the file wins over the node's name */
    assert_int_equal(read_text(&io, "shipment,point,event,time\nA,east,in,2024-05-01T10:00Z\n", wrong, false, &read),
                     BK_ERR_REFERENCE);
    assert_non_null(strstr(bkt_error(io.ctx, 0), ":2:3: reference: there is no node 'gaet'"));
    bkt_io_stop(&io);
}

static void
an_epcis_document_holds_events(void **state)
{
    static const char document[] =
        "{\"@context\": [\"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld\"], \"type\": "
        "\"EPCISDocument\","
        "\"epcisBody\": {\"eventList\": ["
        "{\"type\": \"ObjectEvent\", \"eventTime\": \"2024-05-01T04:00:00Z\", \"eventTimeZoneOffset\": \"+06:00\","
        " \"epcList\": [\"urn:epc:id:sscc:1.1\", \"urn:epc:id:sscc:1.2\"], \"bizStep\": \"arriving\","
        " \"readPoint\": {\"id\": \"urn:epc:id:sgln:gate\"}},"
        "{\"type\": \"AggregationEvent\", \"parentID\": \"urn:epc:id:sscc:1.1\","
        " \"eventTime\": \"2024-05-01T14:00:00+06:00\", \"bizStep\": \"https://ref.gs1.org/cbv/BizStep-departing\","
        " \"bizLocation\": {\"id\": \"gate\"}},"
        "{\"type\": \"ObjectEvent\", \"eventTime\": \"2024-05-01T14:00:00Z\", \"epcList\": [\"x\"],"
        " \"bizStep\": \"inspecting\", \"readPoint\": {\"id\": \"gate\"}}]}}";
    bkt_io       io;
    bk_trip_read read;

    (void)state;
    bkt_io_start(&io);
    assert_int_equal(read_text(&io, document, NULL, false, &read), BK_OK);
    assert_int_equal(read.n_read, 4);
    assert_int_equal(read.log.n_events, 3);
    assert_int_equal(read.log.n_shipments, 2);
    assert_int_equal(read.log.events[0].offset, 21600);
    assert_true(read.log.events[2].departs);
    bkt_close(read.log.events[2].time - read.log.events[0].time, 4.0 * 3600.0, 0, 0);
    assert_int_equal(read.dropped[BK_TRIP_KIND], 1);
    bkt_io_stop(&io);
}

static void
what_is_no_log_is_refused(void **state)
{
    static const struct {
        const char *text;
        bk_status   status;
        const char *message;
    } cases[] = {
        {"", BK_ERR_SCHEMA, "the file is empty"},
        {"shipment,point,event\nA,gate,in\n", BK_ERR_SCHEMA, "column time is missing"},
        {"shipment,point,event,time\n", BK_ERR_VALUE, "has no events"},
        {"shipment,point,event,time\nA,x,in,2024-05-01T10:00Z\n", BK_ERR_VALUE, "1 of 1 events are left out"},
        {"{\"epcisBody\": {\"eventList\": [", BK_ERR_SYNTAX, "syntax"},
        {"{\"epcisBody\": {}}", BK_ERR_SCHEMA, "no list of events"},
        {"[1]", BK_ERR_SCHEMA, "this event is not an object"},
        {"{\"a\": 1, \"a\": 2}", BK_ERR_DUPLICATE, "a"},
    };

    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        bkt_io       io;
        bk_trip_read read;
        bkt_io_start(&io);
        assert_int_equal(read_text(&io, cases[c].text, NULL, false, &read), cases[c].status);
        if (strstr(bkt_error(io.ctx, 0), cases[c].message) == NULL)
            fail_msg("%s, not %s", bkt_error(io.ctx, 0), cases[c].message);
        bkt_io_stop(&io);
    }
}

static void
a_line_still_being_written_is_left(void **state)
{
    bkt_io       io;
    bk_trip_read read;

    (void)state;
    bkt_io_start(&io);
    assert_int_equal(read_text(&io, "shipment,point,event,time\nA,gate,in,2024-05-01T10:00Z\nA,gate,out,2024-05-01T1",
                               NULL, true, &read),
                     BK_OK);
    assert_int_equal(read.n_read, 1);
    bkt_io_stop(&io);
}

static void
each_failing_allocation_is_an_error(void **state)
{
    static const char log[] = "shipment,point,event,time\nA,gate,in,2024-05-01T10:00Z\nA,x,out,2024-05-01T11:00Z\n";
    size_t            n = 0;

    (void)state;
    for (bool done = false; !done;) {
        bkt_io       io;
        bk_trip_read read;
        bkt_io_start(&io);
        bkt_io_fail_at(&io, ++n);
        const bk_status status = read_text(&io, log, NULL, false, &read);
        done = !bkt_io_has_failed(&io);
        assert_int_equal(status, done ? BK_OK : BK_ERR_NO_MEMORY);
        bkt_io_stop(&io);
    }
    assert_true(n > 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_those_of_the_calendar),
        cmocka_unit_test(rows_are_events_and_the_rest_is_counted),
        cmocka_unit_test(a_points_file_says_what_a_log_calls_the_nodes),
        cmocka_unit_test(an_epcis_document_holds_events),
        cmocka_unit_test(what_is_no_log_is_refused),
        cmocka_unit_test(a_line_still_being_written_is_left),
        cmocka_unit_test(each_failing_allocation_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
