/* JSON against what RFC 8259 says, and numbers against their own bits. */
#include "io_test.h"

#include "buckle/io.h"

#include <locale.h>

static void
containers_and_values_are_joined_as_rfc_8259_says(void **state)
{
    bkt_io io;
    size_t length;
    (void)state;

    bkt_io_start(&io);
    bk_json *json = bk_json_create(&io.arena);
    bk_json_object(json, NULL);
    bk_json_flag(json, "converged", true);
    bk_json_number(json, "residual", 0.1);
    bk_json_array(json, "regions");
    bk_json_object(json, NULL);
    bk_json_text(json, "region", "KAZ");
    bk_json_text(json, "note", NULL);
    bk_json_end(json);
    bk_json_integer(json, NULL, INT64_MIN);
    bk_json_number(json, NULL, INFINITY);
    bk_json_array(json, NULL);
    bk_json_end(json);
    bk_json_end(json);
    bk_json_object(json, "empty");
    bk_json_end(json);
    bk_json_flag(json, "last", false);
    bk_json_end(json);
    const char *text = bk_json_result(json, &length);
    assert_string_equal(text, "{\"converged\":true,\"residual\":0.10000000000000001,\"regions\":[{\"region\":\"KAZ\","
                              "\"note\":null},-9223372036854775808,null,[]],\"empty\":{},\"last\":false}");
    assert_int_equal(length, strlen(text));
    bkt_io_stop(&io);
}

static void
text_is_escaped_and_always_utf8(void **state)
{
    bkt_io io;
    size_t length;
    (void)state;

    bkt_io_start(&io);
    bk_json *json = bk_json_create(&io.arena);
    bk_json_array(json, NULL);
    bk_json_text(json, NULL, "a\"b\\c\n\t\r\x01 Ақтау {");
    bk_json_text(json, NULL, "x\xffy\xc3");
    bk_json_text(json, NULL, "");
    assert_string_equal(bk_json_result(json, &length),
                        "[\"a\\\"b\\\\c\\n\\t\\u000d\\u0001 Ақтау {\",\"x\xef\xbf\xbdy\xef\xbf\xbd\",\"\"]");
    bkt_io_stop(&io);
}

static void
what_is_left_open_is_closed(void **state)
{
    bkt_io io;
    size_t length;
    (void)state;

    bkt_io_start(&io);
    bk_json *json = bk_json_create(&io.arena);
    bk_json_end(json);
    bk_json_object(json, NULL);
    bk_json_array(json, "a");
    bk_json_object(json, "ignored inside an array");
    assert_string_equal(bk_json_result(json, &length), "{\"a\":[{}]}");
    bkt_io_stop(&io);
}

/* 17 significant digits give the bits back (Goldberg 1991, theorem 15), in a locale with a decimal comma too. */
static void
numbers_read_back_to_the_same_bits(void **state)
{
    bkt_io io;
    size_t length;
    (void)state;

    bkt_io_start(&io);
    const char *locale = setlocale(LC_NUMERIC, "de_DE.UTF-8"); /* where it is installed */
    if (locale == NULL)
        print_message("# no locale with a decimal comma installed\n");
    for (uint64_t i = 0; i < 20000; i++) {
        const uint64_t key[2] = {17, i}, counter[4] = {0};
        uint64_t       words[4];
        double         number;
        bk_philox(key, counter, words);
        memcpy(&number, words, sizeof number);
        if (!isfinite(number))
            continue;
        bk_json *json = bk_json_create(&io.arena);
        bk_json_number(json, NULL, number);
        const char *text = bk_json_result(json, &length);
        assert_null(strchr(text, ','));
        setlocale(LC_NUMERIC, "C");
        const double again = strtod(text, NULL);
        if (locale != NULL)
            setlocale(LC_NUMERIC, "de_DE.UTF-8");
        assert_memory_equal(&again, &number, sizeof number);
        bk_arena_release(&io.arena);
    }
    setlocale(LC_NUMERIC, "C");
    bkt_io_stop(&io);
}

static void
a_failed_allocation_gives_no_text(void **state)
{
    bool has_failed = true;
    (void)state;

    for (size_t n = 1; has_failed; n++) {
        bkt_io      io;
        size_t      length;
        const char *text = NULL;
        bkt_io_start(&io);
        bkt_io_fail_at(&io, n);
        bk_json *json = bk_json_create(&io.arena);
        if (json != NULL) {
            bk_json_array(json, NULL);
            for (int i = 0; i < 5000; i++)
                bk_json_integer(json, NULL, i);
            text = bk_json_result(json, &length);
        }
        has_failed = bkt_io_has_failed(&io);
        assert_int_equal(text == NULL, has_failed);
        bkt_io_stop(&io);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(containers_and_values_are_joined_as_rfc_8259_says),
        cmocka_unit_test(text_is_escaped_and_always_utf8),
        cmocka_unit_test(what_is_left_open_is_closed),
        cmocka_unit_test(numbers_read_back_to_the_same_bits),
        cmocka_unit_test(a_failed_allocation_gives_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
