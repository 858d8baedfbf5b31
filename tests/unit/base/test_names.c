#include "bkt.h"
#include "buckle/base.h"

typedef struct fixture {
    bk_context *ctx;
    bk_arena    arena;
    bk_names   *names;
} fixture;

static int
set_up(void **state)
{
    static fixture self;

    if (bk_context_create(NULL, &self.ctx) != BK_OK)
        return -1;
    bk_arena_init(&self.arena, self.ctx);
    self.names = bk_names_create(&self.arena);
    *state = &self;
    return self.names != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
    fixture *self = *state;

    bk_arena_release(&self->arena);
    bk_context_release(self->ctx);
    return 0;
}

static void
numbers_follow_first_appearance(void **state)
{
    bk_names *names = ((fixture *)*state)->names;

    assert_int_equal(bk_names_count(names), 0);
    assert_int_equal(bk_names_intern(names, "CHN", 3), 0);
    assert_int_equal(bk_names_intern(names, "KAZ", 3), 1);
    assert_int_equal(bk_names_intern(names, "CHN", 3), 0);
    assert_int_equal(bk_names_intern(names, "DEU", 3), 2);
    assert_int_equal(bk_names_count(names), 3);
    assert_string_equal(bk_names_text(names, 1), "KAZ");
    assert_null(bk_names_text(names, 3));
    assert_null(bk_names_text(names, BK_NONE));
}

static void
a_hundred_thousand_names_are_all_found_again(void **state)
{
    bk_names *names = ((fixture *)*state)->names;
    char      text[32];

    for (uint32_t i = 0; i < 100000; i++) {
        const int length = snprintf(text, sizeof text, "node-%u", i * 7919);
        assert_int_equal(bk_names_intern(names, text, (size_t)length), i);
    }
    for (uint32_t i = 0; i < 100000; i++) {
        const int length = snprintf(text, sizeof text, "node-%u", i * 7919);
        assert_int_equal(bk_names_find(names, text, (size_t)length), i);
        assert_string_equal(bk_names_text(names, i), text);
    }
    assert_int_equal(bk_names_count(names), 100000);
}

static void
what_is_absent_is_not_found_and_not_added(void **state)
{
    bk_names *names = ((fixture *)*state)->names;

    bk_names_intern(names, "KAZ", 3);
    assert_int_equal(bk_names_find(names, "KA", 2), BK_NONE);
    assert_int_equal(bk_names_find(names, "kaz", 3), BK_NONE);
    assert_int_equal(bk_names_find(names, "", 0), BK_NONE);
    assert_int_equal(bk_names_count(names), 1);
}

static void
only_the_given_length_counts(void **state)
{
    bk_names *names = ((fixture *)*state)->names;

    assert_int_equal(bk_names_intern(names, "KAZAKHSTAN", 3), 0);
    assert_int_equal(bk_names_find(names, "KAZ", 3), 0);
    assert_int_equal(bk_names_intern(names, "", 0), 1);
    assert_string_equal(bk_names_text(names, 1), "");
}

int
main(void)
{
#define WITH_NAMES(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_NAMES(numbers_follow_first_appearance),
        WITH_NAMES(a_hundred_thousand_names_are_all_found_again),
        WITH_NAMES(what_is_absent_is_not_found_and_not_added),
        WITH_NAMES(only_the_given_length_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
