/* When shipments on their way arrive, from events and stays that are made up here. */
#include "bkt.h"
#include "buckle/calibrate.h"
#include "buckle/study.h"

#define HOUR     3600.0
#define NOT_SAID BK_NONE

static bk_context     *ctx;
static bk_arena        arena;
static const bk_study *study;
static atomic_bool     cancel;

static int
start(void **state)
{
    static const char *const none[] = {NULL};
    char                     path[4096];

    (void)state;
    snprintf(path, sizeof path, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    assert_int_equal(bk_context_create(&(bk_settings){.threads = 1, .cancel = &cancel}, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    return (int)bk_study_open(ctx, path, none, 0, &arena, &study);
}

static int
stop(void **state)
{
    (void)state;
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return 0;
}

static uint32_t
node(const char *id)
{
    return bk_model_find_node(study->model, id);
}

static uint32_t
rail(void)
{
    for (uint32_t m = 0; m < study->model->network.n_modes; m++)
        if (strcmp(study->model->network.modes[m], "rail") == 0)
            return m;
    fail_msg("no rail");
    return BK_NONE;
}

/* One event of shipment `who`, `hour` hours after 1970. */
static bk_trip_event
seen(uint32_t who, const char *where, bool departs, double hour, uint32_t mode, const char *bound_for)
{
    return (bk_trip_event){.shipment = who,
                           .node = node(where),
                           .mode = mode,
                           .destination = bound_for ? node(bound_for) : BK_NONE,
                           .departs = departs,
                           .time = hour * HOUR};
}

static const bk_expectation *
expect(const bk_study *of, size_t n_events, const bk_trip_event *events, const bk_dwells *dwells, double now,
       size_t n_expected)
{
    static const char *const names[] = {"d", "c", "b", "a"};
    const bk_trip_log        log = {.n_events = n_events, .n_shipments = 4, .events = events, .shipments = names};
    const bk_dwells          none = {.n = 0};
    const bk_expectation    *found = NULL;
    size_t                   n = 0;

    assert_int_equal(bk_study_expect(ctx, of, &log, dwells ? dwells : &none, now * HOUR, &arena, &n, &found), BK_OK);
    assert_int_equal(n, n_expected);
    return found;
}

/* The earliest first, of equals by name, and those of whom nothing can be said last. */
static void
they_stand_in_the_order_of_their_arrival(void **state)
{
    const bk_trip_event events[] = {
        seen(0, "alm_city", true, 100.0, rail(), "alm_mine"), seen(1, "alm_city", true, 90.0, rail(), "alm_mine"),
        seen(2, "alm_city", true, -9000.0, rail(), "alm_mine"), seen(3, "alm_city", true, 90.0, rail(), "alm_mine")};

    (void)state;
    const bk_expectation *found = expect(study, 4, events, NULL, 101.0, 4);
    assert_string_equal(found[0].shipment, "a");
    assert_string_equal(found[1].shipment, "c");
    assert_string_equal(found[2].shipment, "d");
    bkt_close(found[0].expected, found[1].expected, 0.0, 0.0);
    assert_true(found[2].expected > found[1].expected && found[2].low < found[2].expected);
    assert_string_equal(found[3].shipment, "b"); /* 650 km by rail do not take a year */
    assert_string_equal(found[3].why, "long overdue: nothing in the log or the study takes as long");
}

/* Of one that is there, is bound for nowhere, or was not seen by then, nothing is expected. */
static void
only_those_on_their_way_are_expected(void **state)
{
    const bk_trip_event events[] = {
        seen(0, "alm_city", true, 1.0, rail(), "alm_mine"), seen(0, "alm_mine", false, 30.0, rail(), NULL),
        seen(1, "alm_city", true, 1.0, rail(), NULL),       seen(2, "alm_city", true, 50.0, rail(), "alm_mine"),
        seen(3, "alm_city", true, 5.0, rail(), "alm_lake"), seen(3, "alm_city", false, 5.0, rail(), "alm_mine")};

    (void)state;
    const bk_expectation *found = expect(study, 6, events, NULL, 10.0, 2);
    assert_string_equal(found[0].shipment, "d"); /* its arrival is not seen yet */
    assert_string_equal(found[1].shipment, "a"); /* an arrival comes before the departure of that moment */
    assert_false(found[1].waiting);
    assert_int_equal(found[1].destination, node("alm_lake"));
    assert_int_equal(expect(study, 6, events, NULL, 40.0, 1)[0].destination, node("alm_lake"));
}

/* No rails lead over the lake: the way is then by whatever leads there. */
static void
where_a_mode_does_not_lead_any_will_do(void **state)
{
    const bk_trip_event by_rail = seen(0, "alm_lake", true, 1.0, rail(), "sur_city");
    const bk_trip_event by_any = seen(0, "alm_lake", true, 1.0, NOT_SAID, "sur_city");

    (void)state;
    const bk_expectation *a = expect(study, 1, &by_rail, NULL, 2.0, 1), *b = expect(study, 1, &by_any, NULL, 2.0, 1);
    bkt_close(a->expected, b->expected, 0.0, 0.0);
    assert_true(a->n_posts >= 2); /* out of the one country, into the other */
    assert_int_equal(a->n_learnt, 0);
}

static void
where_no_way_leads_that_is_said(void **state)
{
    const bk_trip_event event = seen(0, "alm_city", true, 1.0, rail(), "alm_mine");
    bk_model            closed = *study->model;
    bk_study            shut = *study;
    bk_link            *links = BK_NEW(&arena, bk_link, closed.network.n_links);

    (void)state;
    memcpy(links, closed.network.links, closed.network.n_links * sizeof *links);
    for (size_t l = 0; l < closed.network.n_links; l++)
        links[l].open = false;
    closed.network.links = links;
    shut.model = &closed;
    const bk_expectation *found = expect(&shut, 1, &event, NULL, 2.0, 1);
    assert_string_equal(found->why, "no way leads from where it was last seen to its destination");
    assert_null(bk_error_get(ctx, 0));
}

/* The row of border.csv in which a shipment from Orisund waits at Almar Gate. */
static uint32_t
entry_row(void)
{
    const bk_network_data *network = &study->model->network;

    for (uint32_t b = 0; b < network->n_borders; b++)
        if (network->borders[b].node == node("alm_gate") && network->borders[b].side == BK_ENTRY &&
            network->borders[b].from_country == bk_model_find_country(study->model, "XOR"))
            return b;
    fail_msg("no such row");
    return BK_NONE;
}

/* Stays of 1, 2 ... 10 h: after 0.5 h 5.5 - 0.5 = 5 h are left in the mean, after 4.5 h those of 5 ... 10 h less that,
 * 3 h.  What follows behind the post is the same. */
static void
who_waits_has_left_what_others_waited_beyond(void **state)
{
    static const double hours[] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0};
    const bk_dwell      stays = {.border = entry_row(), .n = 10, .mean = 5.5, .sd = 3.0, .hours = hours};
    const bk_dwells     dwells = {.n = 1, .dwells = &stays};
    const bk_trip_event events[] = {seen(0, "ori_gate", true, 90.0, rail(), "alm_city"),
                                    seen(0, "alm_gate", false, 100.0, rail(), NULL)};
    double              left[2];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const double          now = 100.5 + 4.0 * (double)i;
        const bk_expectation *found = expect(study, 2, events, &dwells, now, 1);
        assert_true(found->waiting);
        assert_int_equal(found->n_learnt, 1);
        left[i] = found->expected / HOUR - now;
    }
    bkt_close(left[0] - left[1], 2.0, 1e-9, 0.0);
    /* nobody stayed 20 h, and of nine stays nothing is learnt: only the way behind the post is known */
    const bk_expectation *overdue = expect(study, 2, events, &dwells, 120.0, 1);
    assert_int_equal(overdue->n_learnt, 0);
    bkt_close(overdue->expected / HOUR - 120.0, left[1] - 3.0, 1e-9, 0.0);
    const bk_dwell        few = {.border = entry_row(), .n = 9, .mean = 5.0, .sd = 3.0, .hours = hours};
    const bk_dwells       too_few = {.n = 1, .dwells = &few};
    const bk_expectation *found = expect(study, 2, events, &too_few, 100.5, 1);
    assert_int_equal(found->n_learnt, 0);
    bkt_close(found->expected / HOUR - 100.5, left[1] - 3.0, 1e-9, 0.0);
}

static void
a_study_without_a_network_or_an_economy_is_refused(void **state)
{
    const bk_trip_log     log = {.n_events = 0};
    const bk_dwells       none = {.n = 0};
    const bk_expectation *found = NULL;
    size_t                n = 0;

    (void)state;
    for (int missing = 0; missing < 2; missing++) {
        bk_model model = *study->model;
        bk_study bare = *study;
        model.has_network = missing == 0;
        model.has_economy = missing == 1;
        bare.model = &model;
        assert_int_equal(bk_study_expect(ctx, &bare, &log, &none, 0.0, &arena, &n, &found), BK_ERR_INCONSISTENT);
        assert_non_null(strstr(bk_error_get(ctx, 0)->message, "has not both a network and sectors that ride on it"));
        assert_string_equal(bk_error_get(ctx, 0)->hint, "add network/ and economy/");
        bk_error_clear(ctx);
    }
}

static void
it_can_be_cancelled(void **state)
{
    const bk_trip_event      event = seen(0, "alm_city", true, 1.0, rail(), "alm_mine");
    static const char *const names[] = {"a"};
    const bk_trip_log        log = {.n_events = 1, .n_shipments = 1, .events = &event, .shipments = names};
    const bk_dwells          none = {.n = 0};
    const bk_expectation    *found = NULL;
    size_t                   n = 0;

    (void)state;
    atomic_store(&cancel, true);
    assert_int_equal(bk_study_expect(ctx, study, &log, &none, 2.0 * HOUR, &arena, &n, &found), BK_ERR_CANCELLED);
    atomic_store(&cancel, false);
    bk_error_clear(ctx);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_stand_in_the_order_of_their_arrival),
        cmocka_unit_test(only_those_on_their_way_are_expected),
        cmocka_unit_test(where_a_mode_does_not_lead_any_will_do),
        cmocka_unit_test(where_no_way_leads_that_is_said),
        cmocka_unit_test(who_waits_has_left_what_others_waited_beyond),
        cmocka_unit_test(a_study_without_a_network_or_an_economy_is_refused),
        cmocka_unit_test(it_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
