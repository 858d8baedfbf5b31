/* Links of an economic geography: Hulten's theorem where nothing distorts, what is refused, and memory that runs short.
 */
#include "bkt.h"
#include "bkt_fault.h"

#include "buckle/spatial.h"

#include <math.h>

enum { PLACES = 4, LINKS = 6 };

/* A ring of four places one way round, and two places that also trade back and forth: what enters each leaves it. */
static const uint32_t from[LINKS] = {0, 1, 2, 3, 0, 2}, to[LINKS] = {1, 2, 3, 0, 2, 0};
static const double   traffic[LINKS] = {0.11, 0.11, 0.11, 0.11, 0.07, 0.07};
static const double   income[PLACES] = {0.4, 0.3, 0.2, 0.1}, labour[PLACES] = {0.1, 0.2, 0.3, 0.4};

static bk_spatial
ring(void)
{
    return (bk_spatial){.n_places = PLACES,
                        .n_links = LINKS,
                        .from = from,
                        .to = to,
                        .traffic = traffic,
                        .income = income,
                        .labour = labour,
                        .elasticity = 6.83};
}

static void
where_nothing_distorts_a_link_is_worth_its_traffic(void **state)
{
    const bk_spatial spatial = ring();
    double           value[LINKS];
    bk_context      *ctx;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    assert_int_equal(bk_spatial_values(ctx, &spatial, value), BK_OK);
    for (size_t l = 0; l < LINKS; l++)
        bkt_close(value[l], traffic[l], 1e-10, 0.0); /* Hulten 1978 */
    bk_context_release(ctx);
}

static void
check_refused(const bk_spatial *spatial, const char *said)
{
    double      value[LINKS];
    bk_context *ctx;

    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    assert_int_equal(bk_spatial_values(ctx, spatial, value), BK_ERR_VALUE);
    assert_non_null(strstr(bk_error_get(ctx, 0)->message, said));
    bk_context_release(ctx);
}

static void
a_link_joins_two_places_and_carries_something_finite(void **state)
{
    static const uint32_t beyond[LINKS] = {0, 1, 2, 3, 4, 2};
    static const double   wrong[] = {-0.01, NAN, INFINITY};
    bk_spatial            spatial = ring();
    double                changed[LINKS];

    (void)state;
    spatial.from = beyond;
    check_refused(&spatial, "link 4 must join two of the 4 places");
    spatial = ring();
    spatial.to = beyond;
    check_refused(&spatial, "link 0 must join two of the 4 places"); /* from 0 to 0 */
    static const uint32_t far_end[LINKS] = {1, 2, 3, 0, 9, 0};
    spatial.to = far_end;
    check_refused(&spatial, "link 4 must join two of the 4 places");
    spatial = ring();
    spatial.traffic = changed;
    for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++) {
        memcpy(changed, traffic, sizeof changed);
        changed[3] = wrong[w];
        check_refused(&spatial, "link 3 must join two of the 4 places and have traffic >= 0");
    }
    memcpy(changed, traffic, sizeof changed);
    changed[0] = 0.2;
    check_refused(&spatial, "what enters place 0");
}

static void
shares_are_above_nothing_and_add_up_to_one(void **state)
{
    static const double none[PLACES] = {0.4, 0.3, 0.3, 0.0}, more[PLACES] = {0.4, 0.3, 0.2, 0.2};
    bk_spatial          spatial = ring();

    (void)state;
    spatial.income = none;
    check_refused(&spatial, "place 3 has income 0 and labour 0.4, must be > 0");
    spatial = ring();
    spatial.labour = none;
    check_refused(&spatial, "place 3 has income 0.1 and labour 0, must be > 0");
    spatial.labour = more;
    check_refused(&spatial, "labour to 1.1, must be 1");
    spatial = ring();
    spatial.income = more;
    check_refused(&spatial, "incomes add up to 1.1 ");
    spatial = ring();
    spatial.elasticity = 0.0;
    check_refused(&spatial, "elasticity 0 must be > 0");
    spatial = ring();
    spatial.crowding = -0.1;
    check_refused(&spatial, "crowding -0.1 >= 0");
}

static bk_status
value_first(bk_context *ctx, bk_arena *arena, double *answer)
{
    const bk_spatial spatial = ring();
    double           value[LINKS] = {0.0};

    (void)arena;
    const bk_status status = bk_spatial_values(ctx, &spatial, value);
    *answer = value[0];
    return status;
}

static void
every_failed_allocation_is_an_error_and_leaks_nothing(void **state)
{
    double answer;

    (void)state;
    for (size_t n = 1;; n++) {
        bkt_allocator heap;
        bkt_allocator_init(&heap, n);
        const bk_status status = bkt_fault_call(&heap.allocator, value_first, &answer);
        bkt_allocator_check(&heap);
        assert_int_equal(status, heap.n_requests < n ? BK_OK : BK_ERR_NO_MEMORY);
        if (status == BK_OK)
            break;
    }
    bkt_close(answer, traffic[0], 1e-10, 0.0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_nothing_distorts_a_link_is_worth_its_traffic),
        cmocka_unit_test(a_link_joins_two_places_and_carries_something_finite),
        cmocka_unit_test(shares_are_above_nothing_and_add_up_to_one),
        cmocka_unit_test(every_failed_allocation_is_an_error_and_leaks_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
