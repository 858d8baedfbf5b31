/* Keys of study.yaml. */
#include "bkt_study.h"

typedef struct fixture {
    bk_context *ctx;
    bk_arena    arena;
    bk_builder *builder;
} fixture;

static void
start(fixture *f)
{
    assert_int_equal(bk_context_create(NULL, &f->ctx), BK_OK);
    bk_arena_init(&f->arena, f->ctx);
    assert_int_equal(bk_builder_create(f->ctx, &f->arena, &f->builder), BK_OK);
}

static void
stop(fixture *f)
{
    bk_arena_release(&f->arena);
    bk_context_release(f->ctx);
}

static void
set(fixture *f, const char *key, const char *text)
{
    assert_int_equal(bk_builder_setting(f->builder, key, text, "study.yaml", 7, 3), BK_OK);
}

static void
absent_keys_take_their_defaults(void **state)
{
    const bk_model *model;
    fixture         f;

    (void)state;
    start(&f);
    set(&f, "base_year", "2020");
    assert_int_equal(bk_builder_finish(f.builder, &f.arena, &model), BK_OK);
    assert_int_equal(model->base_year, 2020);
    assert_string_equal(model->title, "");
    bkt_close(model->money_usd, 1, 0, 0);
    bkt_close(model->discount_rate, 0.06, 0, 0);
    assert_int_equal(model->horizon_years, 30);
    assert_int_equal(model->economy.deficits, BK_DEFICITS_FIXED);
    assert_true(model->transport.priced_capacity);
    assert_int_equal(model->transport.n_value_of_time_classes, 5);
    assert_false(model->has_network || model->has_economy);
    stop(&f);
}

static void
keys_are_typed_by_their_schema(void **state)
{
    const bk_model *model;
    fixture         f;

    (void)state;
    start(&f);
    set(&f, "base_year", "2020");
    set(&f, "title", "NO"); /* Norway, not false */
    set(&f, "money", "1e6 USD");
    set(&f, "trade.deficits", "zero");
    set(&f, "transport.capacity", "unlimited");
    set(&f, "transport.value_of_time_sigma", "0.5");
    set(&f, "transport.value_of_time_sigma.ore", "0.25");
    set(&f, "transport.bpr_alpha", "0.15");
    assert_int_equal(bkt_read_table(f.builder, bk_table_schema_find("economy/sector.csv"), "sector.csv",
                                    "sector,trade_elasticity\nfood,4\nore,6\n"),
                     BK_OK);
    assert_int_equal(bk_builder_finish(f.builder, &f.arena, &model), BK_OK);
    assert_string_equal(model->title, "NO");
    bkt_close(model->money_usd, 1e6, 0, 0);
    assert_int_equal(model->economy.deficits, BK_DEFICITS_ZERO);
    assert_false(model->transport.priced_capacity);
    bkt_close(model->transport.value_of_time_sigma[0], 0.5, 0, 0);
    bkt_close(model->transport.value_of_time_sigma[1], 0.25, 0, 0);
    stop(&f);
}

typedef struct wrong {
    const char *key, *text;
    bk_status   code;
    const char *message, *hint;
} wrong;

static void
wrong_settings_are_said_with_their_place(void **state)
{
    static const wrong wrongs[] = {
        {"discont_rate", "0.06", BK_ERR_SCHEMA, "key 'discont_rate' is not known", "did you mean 'discount_rate'?"},
        {"transport.route_nose", "0.1", BK_ERR_SCHEMA, "key 'transport.route_nose'",
         "did you mean 'transport.route_noise'?"},
        {"horizon", "thirty", BK_ERR_VALUE, "horizon is 'thirty', must be a whole number", "Years"},
        {"horizon", "0", BK_ERR_VALUE, "horizon is 0, must be >= 1", ""},
        {"transport.route_noise", "0", BK_ERR_VALUE, "transport.route_noise is 0, must be > 0", ""},
        {"transport.route_noise", "0,15", BK_ERR_VALUE, "is '0,15', must be a number", ""},
        {"trade.deficits", "none", BK_ERR_VALUE, "trade.deficits is 'none', must be one of: fixed scaled zero share",
         ""},
        {"transport.capacity", "free", BK_ERR_VALUE, "must be one of: priced unlimited", ""},
        {"transport.route_choice", "wardrop", BK_ERR_VALUE, "must be one of: path_size_logit logit", ""},
        {"money", "1e6 EUR", BK_ERR_VALUE, "money is '1e6 EUR'", "such as 1e6 USD"},
        {"money", "-1 USD", BK_ERR_VALUE, "money is '-1 USD'", ""},
        {"transport.value_of_time_sigma.orre", "0.1", BK_ERR_REFERENCE, "sector 'orre' is not in economy/sector.csv",
         "did you mean 'ore'?"},
        {"base_year", "2021", BK_ERR_DUPLICATE, "key 'base_year' is there twice", "remove"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        const bk_model *model = NULL;
        fixture         f;
        start(&f);
        set(&f, "base_year", "2020");
        set(&f, wrongs[i].key, wrongs[i].text);
        assert_int_equal(bkt_read_table(f.builder, bk_table_schema_find("economy/sector.csv"), "sector.csv",
                                        "sector,trade_elasticity\nore,6\n"),
                         BK_OK);
        assert_int_equal(bk_builder_finish(f.builder, &f.arena, &model), wrongs[i].code);
        const bk_error *error = bk_error_get(f.ctx, 0);
        assert_int_equal(bk_error_count(f.ctx), 1);
        assert_string_equal(error->file, "study.yaml");
        assert_int_equal(error->line, 7);
        assert_int_equal(error->column, 3);
        if (strstr(error->message, wrongs[i].message) == NULL || strstr(error->hint, wrongs[i].hint) == NULL)
            fail_msg("%s: %s [%s]", wrongs[i].key, error->message, error->hint);
        stop(&f);
    }
}

static void
the_base_year_is_required(void **state)
{
    const bk_model *model;
    fixture         f;

    (void)state;
    start(&f);
    assert_int_equal(bk_builder_finish(f.builder, &f.arena, &model), BK_ERR_SCHEMA);
    assert_string_equal(bk_error_get(f.ctx, 0)->message, "key 'base_year' is missing");
    stop(&f);
}

static void
a_discount_rate_in_percent_is_questioned(void **state)
{
    const bk_model *model;
    fixture         f;

    (void)state;
    start(&f);
    set(&f, "base_year", "2020");
    set(&f, "discount_rate", "6");
    assert_int_equal(bk_builder_finish(f.builder, &f.arena, &model), BK_OK);
    assert_int_equal(model->n_warnings, 1);
    assert_string_equal(model->warnings[0], "study.yaml:7:3: discount_rate is 6: is it in percent? 0.06 is 6 percent");
    stop(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_keys_take_their_defaults),          cmocka_unit_test(keys_are_typed_by_their_schema),
        cmocka_unit_test(wrong_settings_are_said_with_their_place), cmocka_unit_test(the_base_year_is_required),
        cmocka_unit_test(a_discount_rate_in_percent_is_questioned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
