#include "bkt.h"
#include "buckle/base.h"

static const char *
nearest(const char *const *known, const char *text)
{
    static char found[128];
    bk_context *ctx = NULL;
    bk_arena    arena;

    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    bk_names *names = bk_names_create(&arena);
    for (size_t i = 0; known[i] != NULL; i++)
        bk_names_intern(names, known[i], strlen(known[i]));
    const char *name = bk_names_nearest(names, text, strlen(text));
    if (name != NULL)
        snprintf(found, sizeof found, "%s", name);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return name != NULL ? found : NULL;
}

static const char *const columns[] = {"capacity_t_per_yr", "length_km", "free_speed_kmh", "toll_usd_per_t", NULL};

static void
each_slip_of_the_hand_is_understood(void **state)
{
    (void)state;

    assert_string_equal(nearest(columns, "lenght_km"), "length_km");                   /* two swapped */
    assert_string_equal(nearest(columns, "lengt_km"), "length_km");                    /* one missing */
    assert_string_equal(nearest(columns, "lengthh_km"), "length_km");                  /* one extra */
    assert_string_equal(nearest(columns, "lengrh_km"), "length_km");                   /* one wrong */
    assert_string_equal(nearest(columns, "LENGTH_KM"), "length_km");                   /* case */
    assert_string_equal(nearest(columns, "capacity_t_per_year"), "capacity_t_per_yr"); /* two extra */
}

static void
swapped_neighbours_are_one_slip(void **state)
{
    (void)state;
    const char *const known[] = {"KZA", "KXX", NULL};

    assert_string_equal(nearest(known, "KAZ"), "KZA"); /* three letters allow one slip only */
}

static void
the_closest_of_several_is_taken(void **state)
{
    (void)state;
    const char *const known[] = {"Almaty-1", "Almaty-II", "Astana", NULL};

    assert_string_equal(nearest(known, "Almaty-I"), "Almaty-1"); /* one slip each: the first of them */
    assert_string_equal(nearest(known, "Almaty-Il"), "Almaty-II");
}

static void
nothing_is_suggested_for_what_is_not_close(void **state)
{
    (void)state;
    const char *const known[] = {"KAZ", "KG", NULL};
    char              endless[100];

    assert_null(nearest(columns, "width_m"));
    assert_null(nearest(known, "USA"));
    assert_null(nearest(known, "KZ1"));
    assert_null(nearest(known, "KZ")); /* half of it would be wrong */
    assert_null(nearest(known, ""));
    memset(endless, 'K', sizeof endless);
    endless[sizeof endless - 1] = '\0';
    assert_null(nearest(known, endless));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_slip_of_the_hand_is_understood),
        cmocka_unit_test(swapped_neighbours_are_one_slip),
        cmocka_unit_test(the_closest_of_several_is_taken),
        cmocka_unit_test(nothing_is_suggested_for_what_is_not_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
