/* Networks and trips in TNTP: what the format allows, and where each fault is said to be. */
#include "io_test.h"

#include "buckle/tntp.h"

#define HEAD  "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 3\n<FIRST THRU NODE> 3\n<NUMBER OF LINKS> 2\n<END OF METADATA>\n"
#define ARC_1 "\t1\t3\t100\t2.5\t6\t0.15\t4\t0\t20\t1\t;\n"
#define ARC_2 " 3 2 200 1 5 0 0 0 0 1;\n"

static const char *
write_file(const char *text)
{
    static char path[] = "/tmp/bkt_tntp_XXXXXX";
    static bool made;

    if (!made) {
        const int file = mkstemp(path);
        assert_true(file >= 0);
        close(file);
        made = true;
    }
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    fwrite(text, 1, strlen(text), stream);
    fclose(stream);
    return path;
}

static void
a_network_is_read_as_it_stands(void **state)
{
    bkt_io                 io;
    const bk_road_network *network = NULL;
    (void)state;

    bkt_io_start(&io);
    const char *path =
        write_file("<NUMBER OF ZONES> 2\t\t\n<NUMBER OF NODES>3\n<FIRST THRU NODE> 3 ~ zones are closed\n"
                   "<NUMBER OF LINKS> 3\r\n<ORIGINAL HEADER>~ from to\n<TOLL FACTOR> 0.02\n"
                   "<DISTANCE FACTOR> 0.04\n<END OF METADATA>\n\n~ \tinit_node\n" ARC_1
                   "3 2 0 1 5 0 0 0 0 1; ~ constant\n1 2 1 1 5 0.5 0 0 0 1");
    assert_int_equal(bk_tntp_network_read(io.ctx, path, NULL, NULL, &io.arena, &network), BK_OK);
    assert_int_equal(network->n_zones, 2);
    assert_int_equal(network->n_nodes, 3);
    assert_int_equal(network->n_arcs, 3);
    assert_int_equal(network->first_through, 2);
    assert_int_equal(network->from[0], 0);
    assert_int_equal(network->to[0], 2);
    bkt_close(network->vdf.capacity[0], 100.0, 0, 0);
    bkt_close(network->vdf.free_time[0], 6.0, 0, 0);
    bkt_close(network->vdf.b[0], 0.15, 0, 0);
    bkt_close(network->vdf.all_power, 4.0, 0, 0);
    bkt_close(network->fixed[0], 0.02 * 20.0 + 0.04 * 2.5, 1e-15, 0);
    bkt_close(network->vdf.b[1], 0.0, 0, 0);
    assert_true(network->vdf.capacity[1] > 0.0);
    bkt_close(network->vdf.free_time[2], 7.5, 0, 0); /* power 0: 5 (1 + 0.5), always */
    bkt_close(network->vdf.b[2], 0.0, 0, 0);
    assert_null(network->price);
    const double toll = 1.0, distance = 0.0;
    assert_int_equal(bk_tntp_network_read(io.ctx, path, &toll, &distance, &io.arena, &network), BK_OK);
    bkt_close(network->fixed[0], 20.0, 0, 0);
    bkt_io_stop(&io);
}

static void
candidates_have_prices(void **state)
{
    bkt_io                 io;
    const bk_road_network *network = NULL;
    (void)state;

    bkt_io_start(&io);
    const char *path =
        write_file("<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 2\n<NUMBER OF LINKS> 1\n<NUMBER OF NEW LINKS> 1\n"
                   "<END OF METADATA>\n1 2 10 1 1 0.15 4 0 0 1 0 ;\n2 1 10 1 1 0.15 4 0 0 1 750 ;\n");
    assert_int_equal(bk_tntp_network_read(io.ctx, path, NULL, NULL, &io.arena, &network), BK_OK);
    assert_int_equal(network->n_arcs, 2);
    assert_int_equal(network->first_through, 0);
    bkt_close(network->price[0], 0.0, 0, 0);
    bkt_close(network->price[1], 750.0, 0, 0);
    bkt_io_stop(&io);
}

static bk_road_network
network_of_zones(size_t n_zones)
{
    return (bk_road_network){.n_zones = n_zones};
}

static void
trips_may_stand_several_a_line(void **state)
{
    bkt_io                io;
    const bk_road_demand *demand = NULL;
    const bk_road_network network = network_of_zones(3);
    (void)state;

    bkt_io_start(&io);
    const char *path = write_file("<NUMBER OF ZONES> 3\n<TOTAL OD FLOW> 9\n<END OF METADATA>\n\nOrigin \t2\n"
                                  "    1 :      0.0;     3 :    2.5;\n 2:1e1 ;\nOrigin 1\n2 : 4\n~ end\nOrigin 3\n");
    assert_int_equal(bk_tntp_demand_read(io.ctx, path, &network, 2.0, &io.arena, &demand), BK_OK);
    assert_int_equal(demand->first[1], 1);
    assert_int_equal(demand->first[2], 3);
    assert_int_equal(demand->first[3], 3);
    assert_int_equal(demand->destination[0], 1);
    bkt_close(demand->volume[0], 8.0, 0, 0);
    assert_int_equal(demand->destination[1], 2);
    bkt_close(demand->volume[1], 5.0, 0, 0);
    bkt_close(demand->volume[2], 20.0, 0, 0);
    bkt_io_stop(&io);
}

typedef struct fault_case {
    const char *text, *error; /* what follows the path */
} fault_case;

static void
check_faults(const fault_case *cases, size_t n, bool of_trips)
{
    for (size_t i = 0; i < n; i++) {
        bkt_io                 io;
        const bk_road_network *network = NULL, zones = network_of_zones(2);
        const bk_road_demand  *demand = NULL;
        char                   expected[512];
        bkt_io_start(&io);
        const char     *path = write_file(cases[i].text);
        const bk_status status = of_trips ? bk_tntp_demand_read(io.ctx, path, &zones, 1.0, &io.arena, &demand)
                                          : bk_tntp_network_read(io.ctx, path, NULL, NULL, &io.arena, &network);
        assert_int_not_equal(status, BK_OK);
        snprintf(expected, sizeof expected, "%s:%s", path, cases[i].error);
        assert_string_equal(bkt_error(io.ctx, 0), expected);
        assert_int_equal(bk_error_get(io.ctx, 0)->code, status);
        assert_null(network);
        assert_null(demand);
        bkt_io_stop(&io);
    }
}

static void
faults_of_networks_are_told_with_their_place(void **state)
{
    static const fault_case cases[] = {
        {"", " syntax: the file ends before <END OF METADATA>"},
        {"1 2 3\n", "1:1: syntax: this is not `<KEY> value`"},
        {"<NUMBER OF ZONES> two\n", "1:19: value: NUMBER OF ZONES is 'two', must be a whole number of at least 1"},
        {"<NUMBER OF NODES> 3\n<NUMBER OF LINKS> 2\n<END OF METADATA>\n", "3: schema: <NUMBER OF ZONES> is missing"},
        {"<NUMBER OF ZONES> 4\n<NUMBER OF NODES> 3\n<NUMBER OF LINKS> 2\n<END OF METADATA>\n",
         "4: inconsistent: there are 4 zones but 3 nodes"},
        {"<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 3\n<NUMBER OF LINKS> 99999999\n<END OF METADATA>\n",
         "4: inconsistent: 3 nodes and 99999999 links are announced, more than a file of 85 bytes can hold"},
        {"<NUMBER OF ZONES> 2\n<NUMBER OF ZONES> 2\n", "2:2: duplicate: NUMBER OF ZONES is given twice"},
        {HEAD ARC_1, "6: inconsistent: the file ends after 1 arcs, 2 are announced"},
        {HEAD ARC_1 ARC_2 ARC_1, "8:2: inconsistent: there are more arcs than the 2 announced"},
        {HEAD ARC_1 "3 4 200 1 5 0 0 0 0 1;\n", "7:3: reference: to is 4, must be a node, from 1 to NUMBER OF NODES"},
        {HEAD ARC_1 "3 1.5 200 1 5 0 0 0 0 1;\n",
         "7:3: reference: to is 1.5, must be a node, from 1 to NUMBER OF NODES"},
        {HEAD ARC_1 "3 3 200 1 5 0 0 0 0 1;\n", "7:3: value: to is 3, must be another node than the arc comes from"},
        {HEAD ARC_1 "3 2 2OO 1 5 0 0 0 0 1;\n", "7:5: syntax: capacity is '2OO', not a number"},
        {HEAD ARC_1 "3 2 0 1 5 0.1 4 0 0 1;\n", "7:5: value: capacity is 0, must be above 0"},
        {HEAD ARC_1 "3 2 nan 1 5 0.1 4 0 0 1;\n", "7:5: syntax: capacity is 'nan', not a number"},
        {HEAD ARC_1 "3 2 200 1 -5 0 0 0 0 1;\n", "7:11: value: free_flow_time is -5, must be at least 0"},
        {HEAD ARC_1 "3 2 200 1 5 0.1 0.5 0 0 1;\n",
         "7:17: value: power is 0.5, must be 0 or at least 1 (delay must be convex)"},
        {HEAD ARC_1 "3 2 200 1;\n", "7:10: schema: the arc has 4 cells, free_flow_time is missing"},
        {HEAD ARC_1 "3 2 200 1 5 0 0 0 0 1 7 8;\n", "7:25: syntax: there is more than an arc here"},
        {HEAD ARC_1 "3 2 200 1 5 0 0 0 -1 1;\n", "7:19: value: toll is -1, must be at least 0"},
    };
    (void)state;

    check_faults(cases, sizeof cases / sizeof *cases, false);
}

#define TRIPS "<NUMBER OF ZONES> 2\n<END OF METADATA>\nOrigin 1\n"

static void
faults_of_trips_are_told_with_their_place(void **state)
{
    static const fault_case cases[] = {
        {"<NUMBER OF ZONES> 2\n", "1: syntax: the file ends before <END OF METADATA>"},
        {"<NUMBER OF ZONES> 3\n<END OF METADATA>\n",
         "1:19: inconsistent: the trips are for 3 zones, the network has 2"},
        {"<END OF METADATA>\n1 : 2;\n", "2:1: syntax: trips stand here before any `Origin`"},
        {TRIPS "2 : 1; 3 : 4;\n", "4:8: reference: '3' is not a zone, which go from 1 to 2"},
        {TRIPS "2 : x;\n", "4:5: value: the volume is 'x', must be a number of at least 0"},
        {TRIPS "2 : -1;\n", "4:5: value: the volume is '-1', must be a number of at least 0"},
        {TRIPS "2 : 1e999;\n", "4:5: value: the volume is '1e999', must be a number of at least 0"},
        {TRIPS "2  1;\n", "4:4: syntax: a colon is missing"},
        {TRIPS "2 : 1 1 : 3;\n", "4:7: syntax: a semicolon is missing"},
        {TRIPS "2 : 1; 2 : 0;\n", "4:8: duplicate: trips from 1 to 2 are given twice"},
        {TRIPS "2 : 1;\nOrigin 1\n", "5:8: duplicate: Origin 1 is given twice"},
        {TRIPS "2 : 1;\nOrigin 7\n", "5:8: reference: '7' is not a zone, which go from 1 to 2"},
    };
    (void)state;

    check_faults(cases, sizeof cases / sizeof *cases, true);
}

static void
a_missing_file_is_named(void **state)
{
    bkt_io                 io;
    const bk_road_network *network = NULL;
    (void)state;

    bkt_io_start(&io);
    assert_int_equal(bk_tntp_network_read(io.ctx, "/nowhere/net.tntp", NULL, NULL, &io.arena, &network), BK_ERR_FILE);
    assert_string_equal(bkt_error(io.ctx, 0), "/nowhere/net.tntp: file: cannot be opened: No such file or directory");
    bkt_io_stop(&io);
}

static void
many_faults_end_the_reading(void **state)
{
    static char           text[100000];
    bkt_io                io;
    size_t                n = (size_t)snprintf(text, sizeof text, TRIPS);
    const bk_road_network zones = network_of_zones(2);
    const bk_road_demand *demand = NULL;
    (void)state;

    while (n + 20 < sizeof text)
        n += (size_t)snprintf(text + n, sizeof text - n, "no trips here\n");
    bkt_io_start(&io);
    assert_int_equal(bk_tntp_demand_read(io.ctx, write_file(text), &zones, 1.0, &io.arena, &demand), BK_ERR_REFERENCE);
    assert_int_equal(bk_error_count(io.ctx), 50);
    bkt_io_stop(&io);
}

static void
memory_may_run_short_anywhere(void **state)
{
    static const char text[] = HEAD ARC_1 ARC_2;
    (void)state;

    for (size_t fail_at = 1, done = 0; !done; fail_at++) {
        bkt_io                 io;
        const bk_road_network *network = NULL;
        bkt_io_start(&io);
        const char *path = write_file(text);
        bkt_io_fail_at(&io, fail_at);
        const bk_status status = bk_tntp_network_read(io.ctx, path, NULL, NULL, &io.arena, &network);
        assert_int_equal(status, bkt_io_has_failed(&io) ? BK_ERR_NO_MEMORY : BK_OK);
        done = status == BK_OK;
        bkt_io_stop(&io);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_is_read_as_it_stands),
        cmocka_unit_test(candidates_have_prices),
        cmocka_unit_test(trips_may_stand_several_a_line),
        cmocka_unit_test(faults_of_networks_are_told_with_their_place),
        cmocka_unit_test(faults_of_trips_are_told_with_their_place),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(many_faults_end_the_reading),
        cmocka_unit_test(memory_may_run_short_anywhere),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(write_file(""));
    return failed;
}
