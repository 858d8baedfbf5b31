/* Networks in GMNS and trips as rows: units, zones, closed links, and where each fault is said to be. */
#include "io_test.h"

#include "buckle/gmns.h"
#include "io/gmns.h"

#define NODES                                                                                                          \
    "node_id,name,x_coord,y_coord,node_type,zone_id\nx7,,1.5,2,,\nb,,2,2,,20\na,,1,1,centroid,10\nc,,3,3,centroid,9\n"
#define HEAD "link_id,from_node_id,to_node_id,directed,length,free_speed,capacity,lanes,toll,allowed_uses,geometry\n"
#define LINKS                                                                                                          \
    HEAD "L1,a,x7,true,30,60,900,2,5,,\"LINESTRING (1 1, 1.5 2)\"\nL2,x7,b,0,3,30,,,,\"auto, TRUCK\",\n"               \
         "L3,b,c,1,1,10,500,0,,,\nL4,c,b,1,1,10,500,1,,bike,\n"
#define CONFIG "dataset_name,long_length,speed,crs,version_number\ntown,mi,km/h,EPSG:4326,0.96\n"

typedef struct gmns_folder {
    bkt_io io;
    char   path[64];
} gmns_folder;

static void
start(gmns_folder *folder, const char *nodes, const char *links, const char *config)
{
    bkt_io_start(&folder->io);
    bkt_folder_create(folder->path);
    bkt_file_put_text(folder->path, "node.csv", nodes);
    bkt_file_put_text(folder->path, "link.csv", links);
    if (config != NULL)
        bkt_file_put_text(folder->path, "config.csv", config);
}

static void
stop(gmns_folder *folder)
{
    bkt_folder_remove(folder->path);
    bkt_io_stop(&folder->io);
}

/* The international foot is 0.3048 m and the mile 5280 of them (1959), whatever they are called. */
static void
units_are_those_of_the_treaty(void **state)
{
    static const struct {
        const char *name;
        double      value;
        bool        is_speed;
    } units[] = {{"km", 1.0, false},
                 {"Kilometers", 1.0, false},
                 {"meters", 1e-3, false},
                 {"ft", 0.3048e-3, false},
                 {"feet", 0.3048e-3, false},
                 {"mile", 5280 * 0.3048e-3, false},
                 {"miles", 5280 * 0.3048e-3, false},
                 {"km/h", 1.0, true},
                 {"mph", 5280 * 0.3048e-3, true},
                 {"miles per hour", 5280 * 0.3048e-3, true},
                 {"mi/hr", 5280 * 0.3048e-3, true},
                 {"m/s", 3.6, true},
                 {"ft/s", 3.6 * 0.3048, true},
                 {"furlong", 0.0, false},
                 {"knots", 0.0, true}};

    (void)state;
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        const size_t n = strlen(units[u].name);
        bkt_close(units[u].is_speed ? bki_gmns_speed_unit(units[u].name, n) : bki_gmns_length_unit(units[u].name, n),
                  units[u].value, 1e-12, 0.0);
    }
}

static void
units_zones_and_ways_are_as_the_specification_has_them(void **state)
{
    gmns_folder            folder;
    const bk_road_network *network = NULL;
    const bk_gmns_options  options = {.toll_factor = 2.0, .distance_factor = 0.5, .use = NULL};
    char                   text[BK_ROAD_ID_SIZE];
    (void)state;

    start(&folder, NODES, LINKS, CONFIG);
    assert_int_equal(bk_gmns_network_read(folder.io.ctx, folder.path, &options, &folder.io.arena, &network), BK_OK);
    assert_int_equal(network->n_zones, 3);
    assert_int_equal(network->n_nodes, 4);
    assert_int_equal(network->n_arcs, 4); /* L1, L2 both ways, L4 */
    assert_int_equal(network->first_through, 2);
    /* centroids first, numbers by value */
    assert_string_equal(bk_road_zone_id(network, 0, text), "9");
    assert_string_equal(bk_road_zone_id(network, 1, text), "10");
    assert_string_equal(bk_road_zone_id(network, 2, text), "20");
    assert_string_equal(bk_road_node_id(network, 0, text), "c");
    assert_string_equal(bk_road_node_id(network, 3, text), "x7");
    assert_string_equal(bk_road_arc_id(network, 1, text), "L2");
    assert_string_equal(bk_road_arc_id(network, 2, text), "L2");
    assert_int_equal(network->from[1], network->to[2]);
    assert_int_equal(network->to[1], network->from[2]);
    bkt_close(network->vdf.free_time[0], 60.0 * 30.0 * 1.609344 / 60.0, 1e-15, 0); /* 30 miles at 60 km/h */
    bkt_close(network->vdf.capacity[0], 1800.0, 0, 0);                             /* 900 a lane */
    bkt_close(network->vdf.b[0], 0.15, 0, 0);
    bkt_close(network->vdf.all_power, 4.0, 0, 0);
    bkt_close(network->vdf.b[1], 0.0, 0, 0); /* no capacity: time is constant */
    bkt_close(network->fixed[0], 2.0 * 5.0 + 0.5 * 30.0, 1e-15, 0);
    assert_non_null(strstr(folder.io.warnings, "left out 1 links without lanes: L3"));
    stop(&folder);
}

static void
a_use_leaves_out_the_links_that_name_others(void **state)
{
    gmns_folder            folder;
    const bk_road_network *network = NULL;
    const bk_gmns_options  options = {.use = "truck"};
    char                   text[BK_ROAD_ID_SIZE];
    (void)state;

    start(&folder, NODES, LINKS, NULL);
    assert_int_equal(
        bk_gmns_network_read(folder.io.ctx, bkt_path(folder.path, "link.csv"), &options, &folder.io.arena, &network),
        BK_OK);
    assert_int_equal(network->n_arcs, 3);
    assert_string_equal(bk_road_arc_id(network, 2, text), "L2");
    bkt_close(network->vdf.free_time[0], 30.0, 0, 0); /* without units: of length an hour */
    assert_non_null(strstr(folder.io.warnings, "left out 1 links that 'truck' may not use: L4"));
    stop(&folder);
}

typedef struct fault {
    const char *nodes, *links, *config, *error;
} fault;

static void
every_fault_has_its_place(void **state)
{
    static const fault faults[] = {
        {"node_id,zone_id\na,1\na,2\n", HEAD, NULL, "node.csv:3:1: duplicate: node_id a is given twice"},
        {"node_id,zone_id\n,1\n", HEAD, NULL, "node.csv:2:1: schema: node_id is empty"},
        {"node_id,x_coord\na,east\n", HEAD, NULL,
         "node.csv:2:3: value: x_coord is east, must be a number within [-1e+12, 1e+12]"},
        {"name,zone_id\na,1\n", HEAD, NULL, "node.csv:1:1: schema: column node_id is missing"},
        {"node_id\na\nb\n", HEAD "1,a,b,1,1,1,1,1,,,\n", NULL, "node.csv:1: schema: no node has a zone_id"},
        {"node_id,zone_id\na,1\nb,1\n", HEAD "1,a,b,1,1,1,1,1,,,\n", NULL,
         "node.csv:3: duplicate: zone 1 is at node a and at node b"},
        {NODES, HEAD "1,a,q,1,1,1,1,1,,,\n", NULL, "link.csv:2:5: reference: to_node_id is 'q', which is no node_id"},
        {NODES, HEAD "1,a,a,1,1,1,1,1,,,\n", NULL,
         "link.csv:2:5: value: to_node_id is a, must be another node than the link comes from"},
        {NODES, HEAD "1,a,b,1,1,1,1,1,,,\n1,b,a,1,1,1,1,1,,,\n", NULL,
         "link.csv:3:1: duplicate: link_id 1 is given twice"},
        {NODES, HEAD "1,a,b,perhaps,1,1,1,1,,,\n", NULL,
         "link.csv:2:7: value: directed is 'perhaps', must be true or false"},
        {NODES, HEAD "1,a,b,1,1,,1,1,,,\n", NULL, "link.csv:2:11: schema: link 1 has no free_speed"},
        {NODES, HEAD "1,a,b,1,,9,1,1,,,\n", NULL, "link.csv:2:9: schema: link 1 has no length"},
        {NODES, HEAD "1,a,b,1,1,0,1,1,,,\n", NULL, "link.csv:2:11: value: free_speed of link 1 is 0, must be above 0"},
        {NODES, HEAD "1,a,b,1,1,1,0,1,,,\n", NULL, "link.csv:2:13: value: capacity of link 1 is 0, must be above 0"},
        {NODES, HEAD "1,a,b,1,-1,1,0,1,,,\n", NULL,
         "link.csv:2:9: value: length is -1, must be a number within [0, 1e+12]"},
        {NODES, HEAD "1,a,b,1,1,1,0,0,,,\n", NULL, "link.csv: inconsistent: there is no link to travel on"},
        {NODES, LINKS, "long_length,speed\nleague,knots\n", "config.csv:2:1: value: 'league' is no unit known here"},
    };
    (void)state;

    for (size_t f = 0; f < sizeof faults / sizeof *faults; f++) {
        gmns_folder            folder;
        const bk_road_network *network = NULL;
        const bk_gmns_options  options = {.use = NULL};
        start(&folder, faults[f].nodes, faults[f].links, faults[f].config);
        assert_true(bk_gmns_network_read(folder.io.ctx, folder.path, &options, &folder.io.arena, &network) != BK_OK);
        assert_null(network);
        assert_string_equal(bkt_error(folder.io.ctx, 0) + strlen(folder.path) + 1, faults[f].error);
        stop(&folder);
    }
}

static void
trips_are_rows_of_zones(void **state)
{
    gmns_folder            folder;
    const bk_road_network *network = NULL;
    const bk_road_demand  *demand = NULL;
    const bk_gmns_options  options = {.use = NULL};
    (void)state;

    start(&folder, NODES, LINKS, NULL);
    assert_int_equal(bk_gmns_network_read(folder.io.ctx, folder.path, &options, &folder.io.arena, &network), BK_OK);
    bkt_file_put_text(folder.path, "demand.csv", "volume,o_zone_id,d_zone_id\n3,10,20\n0,10,9\n4,9,20\n2.5,10,10\n");
    assert_int_equal(
        bk_trips_csv_read(folder.io.ctx, bkt_path(folder.path, "demand.csv"), network, 2.0, &folder.io.arena, &demand),
        BK_OK);
    assert_int_equal(demand->first[3], 3); /* zone 9 is the first, 10 the second */
    assert_int_equal(demand->first[1], 1);
    assert_int_equal(demand->destination[0], 2);
    bkt_close(demand->volume[0], 8.0, 0, 0);
    bkt_close(demand->volume[1], 6.0, 0, 0);
    demand = NULL;
    bkt_file_put_text(folder.path, "demand.csv", "origin,destination,trips\n10,21,1\n10,20,-1\n10,20,1\n10,20,1\n");
    assert_int_equal(
        bk_trips_csv_read(folder.io.ctx, bkt_path(folder.path, "demand.csv"), network, 1.0, &folder.io.arena, &demand),
        BK_ERR_REFERENCE);
    assert_null(demand);
    assert_non_null(strstr(bkt_error(folder.io.ctx, 0), "demand.csv:2:4: reference: '21' is not a zone"));
    assert_non_null(strstr(bkt_error(folder.io.ctx, 1), "demand.csv:3:7: value: volume is -1"));
    assert_non_null(strstr(bkt_error(folder.io.ctx, 2), "demand.csv:5:4: duplicate: trips from 10 to 20"));
    stop(&folder);
}

static void
a_lack_of_memory_is_an_error_and_nothing_is_lost(void **state)
{
    gmns_folder folder;
    bool        done = false;
    (void)state;

    start(&folder, NODES, LINKS, CONFIG);
    for (size_t n = 1; !done; n++) {
        bkt_io                 io;
        const bk_road_network *network = NULL;
        const bk_gmns_options  options = {.use = NULL};
        bkt_io_start(&io);
        bkt_io_fail_at(&io, n);
        const bk_status status = bk_gmns_network_read(io.ctx, folder.path, &options, &io.arena, &network);
        done = !bkt_io_has_failed(&io);
        assert_true(status == (done ? BK_OK : BK_ERR_NO_MEMORY) || (status == BK_OK && network != NULL));
        bkt_io_stop(&io);
    }
    stop(&folder);
}

/* Bytes changed at random: a network whose parts belong together, or an error with a place. */
static void
broken_tables_are_refused_or_read(void **state)
{
    gmns_folder folder;
    bkt_random  random = {.seed = 7};
    (void)state;

    start(&folder, NODES, LINKS, CONFIG);
    for (int turn = 0; turn < 3000; turn++) {
        static const char *const names[] = {"node.csv", "link.csv", "config.csv"};
        static const char *const whole[] = {NODES, LINKS, CONFIG};
        const size_t             which = bkt_below(&random, 3);
        char                     text[1024];
        bkt_io                   io;
        const bk_road_network   *network = NULL;
        const bk_gmns_options    options = {.use = NULL};
        memcpy(text, whole[which], strlen(whole[which]));
        bkt_file_put(folder.path, names[which], text, bkt_mutate(&random, text, strlen(whole[which]), sizeof text));
        bkt_io_start(&io);
        if (bk_gmns_network_read(io.ctx, folder.path, &options, &io.arena, &network) == BK_OK) {
            for (size_t a = 0; a < network->n_arcs; a++)
                assert_true(network->from[a] < network->n_nodes && network->to[a] < network->n_nodes &&
                            isfinite(network->vdf.free_time[a]) && network->vdf.capacity[a] > 0.0);
        } else {
            assert_non_null(bk_error_get(io.ctx, 0));
            assert_non_null(bk_error_get(io.ctx, 0)->file);
        }
        bkt_io_stop(&io);
        bkt_file_put_text(folder.path, names[which], whole[which]);
    }
    stop(&folder);
}

static void
assert_same_numbers(const double *a, const double *b, size_t n)
{
    assert_memory_equal(a, b, n * sizeof *a);
}

/* What is written is read as the same network, bit for bit: links there and back, arcs of constant time, units, uses,
 * coordinates and tolls included. */
static void
a_network_that_is_written_is_read_as_it_was(void **state)
{
    static const double    zero[4] = {0.0};
    gmns_folder            folder;
    const bk_road_network *was = NULL, *is = NULL;
    const bk_gmns_options  options = {.toll_factor = 2.0, .distance_factor = 0.5, .use = NULL};
    const bk_gmns_volumes  volumes = {.flow = zero, .time = zero};
    char                   text[2][BK_ROAD_ID_SIZE];
    (void)state;

    start(&folder, NODES, LINKS, CONFIG);
    assert_int_equal(bk_gmns_network_read(folder.io.ctx, folder.path, &options, &folder.io.arena, &was), BK_OK);
    assert_int_equal(bk_gmns_road_write(folder.io.ctx, folder.path, was, &volumes), BK_OK);
    assert_int_equal(bk_gmns_network_read(folder.io.ctx, folder.path, &options, &folder.io.arena, &is), BK_OK);
    assert_true(is->n_arcs == 4 && is->n_nodes == 4 && is->n_zones == 3 && is->first_through == 2);
    assert_memory_equal(is->from, was->from, 4 * sizeof *is->from);
    assert_memory_equal(is->to, was->to, 4 * sizeof *is->to);
    assert_same_numbers(is->vdf.free_time, was->vdf.free_time, 4);
    assert_same_numbers(is->vdf.b, was->vdf.b, 4);
    assert_same_numbers(is->vdf.power, was->vdf.power, 4);
    assert_same_numbers(is->fixed, was->fixed, 4);
    assert_same_numbers(is->length, was->length, 4);
    assert_same_numbers(is->toll, was->toll, 4);
    assert_same_numbers(is->x, was->x, 4);
    assert_same_numbers(is->y, was->y, 4);
    bkt_close(is->length_km, 1.609344, 0, 0);
    assert_string_equal(is->crs, "EPSG:4326");
    for (size_t a = 0; a < 4; a++) {
        assert_string_equal(bk_road_arc_id(is, a, text[0]), bk_road_arc_id(was, a, text[1]));
        assert_string_equal(is->uses[a], was->uses[a]);
        if (was->vdf.b[a] > 0.0) /* where time is constant a capacity means nothing, and is not written */
            bkt_close(is->vdf.capacity[a], was->vdf.capacity[a], 0, 0);
    }
    for (size_t n = 0; n < 4; n++)
        assert_string_equal(bk_road_node_id(is, n, text[0]), bk_road_node_id(was, n, text[1]));
    stop(&folder);
}

static void
what_gmns_cannot_say_is_not_written(void **state)
{
    static const double    zero[4] = {0.0};
    gmns_folder            folder;
    const bk_road_network *read = NULL;
    const bk_gmns_options  options = {.use = NULL};
    const bk_gmns_volumes  volumes = {.flow = zero, .time = zero};
    (void)state;

    start(&folder, NODES, LINKS, CONFIG);
    assert_int_equal(bk_gmns_network_read(folder.io.ctx, folder.path, &options, &folder.io.arena, &read), BK_OK);
    bk_road_network changed = *read;
    changed.first_through = 4;
    assert_int_equal(bk_gmns_road_write(folder.io.ctx, folder.path, &changed, &volumes), BK_ERR_USAGE);
    changed = *read;
    changed.vdf.form = BK_VDF_CONICAL;
    assert_int_equal(bk_gmns_road_write(folder.io.ctx, folder.path, &changed, &volumes), BK_ERR_USAGE);
    assert_int_equal(bk_gmns_road_write(folder.io.ctx, "/nowhere/at/all", read, &volumes), BK_ERR_FILE);
    stop(&folder);
}

static void
memory_that_ends_while_writing_is_an_error(void **state)
{
    static const double    zero[4] = {0.0};
    gmns_folder            folder;
    const bk_road_network *read = NULL;
    const bk_gmns_options  options = {.use = NULL};
    const bk_gmns_volumes  volumes = {.flow = zero, .time = zero};
    bool                   done = false;
    (void)state;

    start(&folder, NODES, LINKS, CONFIG);
    assert_int_equal(bk_gmns_network_read(folder.io.ctx, folder.path, &options, &folder.io.arena, &read), BK_OK);
    for (size_t n = 1; !done; n++) {
        bkt_io io;
        bkt_io_start(&io);
        bkt_io_fail_at(&io, n);
        const bk_status status = bk_gmns_road_write(io.ctx, folder.path, read, &volumes);
        done = !bkt_io_has_failed(&io);
        assert_true(status == BK_OK || status == BK_ERR_NO_MEMORY);
        assert_true(status == BK_OK || !done);
        bkt_io_stop(&io);
    }
    stop(&folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_are_those_of_the_treaty),
        cmocka_unit_test(units_zones_and_ways_are_as_the_specification_has_them),
        cmocka_unit_test(a_use_leaves_out_the_links_that_name_others),
        cmocka_unit_test(every_fault_has_its_place),
        cmocka_unit_test(trips_are_rows_of_zones),
        cmocka_unit_test(a_lack_of_memory_is_an_error_and_nothing_is_lost),
        cmocka_unit_test(broken_tables_are_refused_or_read),
        cmocka_unit_test(a_network_that_is_written_is_read_as_it_was),
        cmocka_unit_test(what_gmns_cannot_say_is_not_written),
        cmocka_unit_test(memory_that_ends_while_writing_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
