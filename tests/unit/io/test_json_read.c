#include "bkt_open.h"
#include "buckle/io.h"

static const bk_json_value *
read(const char *text)
{
    const bk_json_value *value = NULL;
    assert_int_equal(bk_json_read(ctx, text, strlen(text), "file.json", &arena, &value), BK_OK);
    return value;
}

static void
every_kind_of_value_is_read_with_its_place(void **state)
{
    (void)state;
    const bk_json_value *root =
        read("{\"a\": [1, -2.5e3, true],\n \"b\": null, \"c\": {\"d\": \"e\\u00e9\\n\"}, \"f\": false}");
    assert_int_equal(root->kind, BK_JSON_OBJECT);
    assert_int_equal(root->n, 4);
    const bk_json_value *a = bk_json_member(root, "a"), *b = bk_json_member(root, "b");
    assert_int_equal(a->n, 3);
    bkt_close(a->child->number, 1.0, 0.0, 0.0);
    bkt_close(a->child->next->number, -2500.0, 0.0, 0.0);
    assert_int_equal(a->child->next->column, 11);
    assert_true(a->child->next->next->kind == BK_JSON_FLAG && a->child->next->next->flag);
    assert_int_equal(b->kind, BK_JSON_NULL);
    assert_int_equal(b->line, 2);
    assert_int_equal(b->column, 7);
    assert_string_equal(bk_json_member(bk_json_member(root, "c"), "d")->text, "e\xc3\xa9\n");
    assert_false(bk_json_member(root, "f")->flag);
    assert_null(bk_json_member(root, "g"));
    assert_null(bk_json_member(a, "a"));
}

static void
what_was_written_is_read_back(void **state)
{
    (void)state;
    bk_json *json = bk_json_create(&arena);
    size_t   n = 0;
    bk_json_object(json, NULL);
    bk_json_text(json, "t", "\"quoted\" \\ \t \x01 \xf0\x9f\x90\xaa");
    bk_json_number(json, "x", 0.1 + 0.2);
    bk_json_number(json, "y", -1.5e-300);
    bk_json_end(json);
    const char          *text = bk_json_result(json, &n);
    const bk_json_value *root = read(text);
    assert_string_equal(bk_json_member(root, "t")->text, "\"quoted\" \\ \t \x01 \xf0\x9f\x90\xaa");
    assert_true(bk_json_member(root, "x")->number == 0.1 + 0.2);
    assert_true(bk_json_member(root, "y")->number == -1.5e-300);
    assert_string_equal(read("\"\\ud83d\\udc2a\"")->text, "\xf0\x9f\x90\xaa"); /* a pair of surrogates */
}

static void
faults_are_named_with_line_and_column(void **state)
{
    (void)state;
    const struct {
        const char *text;
        bk_status   code;
        int         line, column;
    } cases[] = {
        {"", BK_ERR_SYNTAX, 1, 1},
        {"[1, 2", BK_ERR_SYNTAX, 1, 6},
        {"[1 2]", BK_ERR_SYNTAX, 1, 4},
        {"[1,\n ]", BK_ERR_SYNTAX, 2, 2},
        {"{\"a\" 1}", BK_ERR_SYNTAX, 1, 6},
        {"{a: 1}", BK_ERR_SYNTAX, 1, 2},
        {"{\"a\": 1, \"a\": 2}", BK_ERR_DUPLICATE, 1, 10},
        {"01", BK_ERR_SYNTAX, 1, 1},
        {"1.", BK_ERR_SYNTAX, 1, 1},
        {"+1", BK_ERR_SYNTAX, 1, 1},
        {"1e", BK_ERR_SYNTAX, 1, 1},
        {"1e999", BK_ERR_SYNTAX, 1, 1},
        {"NaN", BK_ERR_SYNTAX, 1, 1},
        {"\"a\nb\"", BK_ERR_SYNTAX, 1, 3},
        {"\"\\x\"", BK_ERR_SYNTAX, 1, 3},
        {"\"\\u12\"", BK_ERR_SYNTAX, 1, 4},
        {"\"\\ud800\"", BK_ERR_SYNTAX, 1, 8},
        {"\"\\u0000\"", BK_ERR_SYNTAX, 1, 8},
        {"\"open", BK_ERR_SYNTAX, 1, 6},
        {"1 2", BK_ERR_SYNTAX, 1, 3},
        {"[\n\"\xff\"]", BK_ERR_SYNTAX, 2, 2},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const bk_json_value *value = NULL;
        bk_error_clear(ctx);
        const bk_status status = bk_json_read(ctx, cases[c].text, strlen(cases[c].text), "file.json", &arena, &value);
        const bk_error *error = bk_error_get(ctx, 0);
        if (status != cases[c].code || error->line != cases[c].line || error->column != cases[c].column)
            fail_msg("%s: %s at %d:%d", cases[c].text, bk_status_name(status), error ? error->line : 0,
                     error ? error->column : 0);
        assert_string_equal(error->file, "file.json");
        assert_null(value);
    }
    bk_error_clear(ctx);
}

static void
nesting_has_an_end(void **state)
{
    (void)state;
    char                 text[401];
    const bk_json_value *value = NULL;
    memset(text, '[', 200);
    memset(text + 200, ']', 200);
    assert_int_equal(bk_json_read(ctx, text, 400, "deep", &arena, &value), BK_ERR_SYNTAX);
    assert_int_equal(bk_json_read(ctx, text + 150, 100, "deep", &arena, &value), BK_OK);
    bk_error_clear(ctx);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_value_is_read_with_its_place),
        cmocka_unit_test(what_was_written_is_read_back),
        cmocka_unit_test(faults_are_named_with_line_and_column),
        cmocka_unit_test(nesting_has_an_end),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
