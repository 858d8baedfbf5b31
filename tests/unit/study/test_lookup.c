/* Names as people write them, and how observations are worded. */
#include "bkt.h"
#include "study/lookup.h"

static const char *const  countries[] = {"KAZ", "CHN", "DEU", "POL"};
static const char *const  modes[] = {"rail", "sea"};
static const bk_node      nodes[] = {{.id = "dostyk", .name = "Dostyk", .country = 0},
                                     {.id = "brest_fr", .name = "Brest", .country = 2},
                                     {.id = "brest_by", .name = "Brest", .country = 3}};
static const bk_sector    sectors[] = {{.id = "fuels", .usd_per_tonne = 500.0, .time_cost_per_day = 0.0003},
                                       {.id = "machinery", .usd_per_tonne = 9600.0, .time_cost_per_day = 0.005},
                                       {.id = "services", .usd_per_tonne = 0.0, .time_cost_per_day = 1.0}};
static const bk_region    regions[] = {{.id = "kz", .country = 0}};
static const bk_agreement agreements[] = {{.id = "eu"}};
static const bk_member    members[] = {{.agreement = 0, .country = 2, .status = "member"},
                                       {.agreement = 0, .country = 3, .status = "member", .until = 20200131},
                                       {.agreement = 0, .country = 0, .status = "observer"}};

static const bk_model model = {
    .n_countries = 4,
    .countries = countries,
    .network = {.n_nodes = 3, .nodes = nodes, .n_modes = 2, .modes = modes},
    .economy = {.n_regions = 1, .regions = regions, .n_sectors = 3, .sectors = sectors},
    .policy = {.n_agreements = 1, .agreements = agreements, .n_members = 3, .members = members},
};

static void
a_place_is_found_by_id_or_name_whatever_its_case(void **state)
{
    (void)state;
    assert_int_equal(bki_place_find(&model, "dostyk"), 0);
    assert_int_equal(bki_place_find(&model, "DOSTYK"), 0);
    assert_int_equal(bki_place_find(&model, "brest_by"), 2);
}

static void
a_name_of_two_places_finds_neither(void **state)
{
    (void)state;
    assert_int_equal(bki_place_find(&model, "Brest"), BK_NONE);
}

static void
a_wrong_place_is_answered_with_the_nearest(void **state)
{
    bk_context *ctx;
    bk_arena    arena;
    uint32_t    place;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    assert_int_equal(bki_place_get(ctx, &model, "dostik", "--from", &arena, &place), BK_ERR_REFERENCE);
    assert_non_null(strstr(bk_error_get(ctx, 0)->hint, "'dostyk'"));
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

static void
the_dearest_sector_is_one_with_weight(void **state)
{
    (void)state;
    assert_int_equal(bki_dearest_sector(&model), 1);
}

static void
the_value_of_time_is_value_times_the_cost_of_a_day_over_24(void **state)
{
    (void)state;
    bkt_close(bki_value_of_time(&model, 1, 0, 1), 9600.0 * 0.005 / 24.0, 1e-15, 0.0);
}

static void
countries_are_named_by_code_region_or_agreement(void **state)
{
    bool members_of[4];

    (void)state;
    assert_true(bki_countries_named(&model, "CHN", members_of));
    assert_true(members_of[1] && !members_of[0]);
    assert_true(bki_countries_named(&model, "kz", members_of));
    assert_true(members_of[0]);
    assert_true(bki_countries_named(&model, "EU", members_of)); /* members today: no observer, nobody who left */
    assert_true(members_of[2] && !members_of[3] && !members_of[0]);
    assert_false(bki_countries_named(&model, "nowhere", members_of));
}

static void
words_and_modes_are_read_from_a_measure(void **state)
{
    bk_context        *ctx;
    bk_arena           arena;
    const char *const *words;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    const size_t n = bki_words(&arena, "by sea, door-to-door", &words);
    assert_int_equal(n, 3);
    assert_string_equal(words[1], "sea");
    assert_string_equal(words[2], "door-to-door");
    assert_int_equal(bki_mode_named(&model, words, n), 1);
    assert_int_equal(bki_mode_named(&model, words, 1), BK_NONE);
    assert_int_equal(bki_words(&arena, "", &words), 0);
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_is_found_by_id_or_name_whatever_its_case),
        cmocka_unit_test(a_name_of_two_places_finds_neither),
        cmocka_unit_test(a_wrong_place_is_answered_with_the_nearest),
        cmocka_unit_test(the_dearest_sector_is_one_with_weight),
        cmocka_unit_test(the_value_of_time_is_value_times_the_cost_of_a_day_over_24),
        cmocka_unit_test(countries_are_named_by_code_region_or_agreement),
        cmocka_unit_test(words_and_modes_are_read_from_a_measure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
