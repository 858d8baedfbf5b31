/* Texts of cells to values: numbers rounded correctly whatever their length. */
#include "bkt.h"
#include "model/parse.h"

static void
check_number(const char *text)
{
    const double expected = strtod(text, NULL); /* the C library rounds correctly */
    double       value;

    if (!bki_parse_number(text, strlen(text), &value) || memcmp(&value, &expected, sizeof value) != 0)
        fail_msg("%s is %.17g, expected %.17g", text, value, expected);
}

static void
numbers_are_rounded_to_the_nearest_double(void **state)
{
    static const char *const texts[] = {"0",
                                        "-0",
                                        "1",
                                        "-1.5",
                                        "+2.25",
                                        ".5",
                                        "5.",
                                        "1e6",
                                        "1E-6",
                                        "1e+22",
                                        "0.1",
                                        "0.3",
                                        "123456789012345678",
                                        "9007199254740993",
                                        "9007199254740992.5",
                                        "0.000000000000000000000000001",
                                        "1e-27",
                                        "1.7976931348623157e308",
                                        "4.9406564584124654e-324",
                                        "2.2250738585072011e-308",
                                        "6.6063770255438315e-06",
                                        "20.805859647983116",
                                        "1234567890123456789",
                                        "9999999999999999999e27",
                                        "1.00000000000000011102230246251565404236316680908203125",
                                        "1.00000000000000011102230246251565404236316680908203124",
                                        "00000000000000000000000000000000000001.25",
                                        "0.00000000000000000000000000000000000000000125",
                                        "100000000000000000000000000000000000000000",
                                        "8.5e-25"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check_number(texts[i]);
}

static void
random_numbers_agree_with_the_c_library(void **state)
{
    char text[64];

    (void)state;
    for (uint64_t i = 0; i < 200000; i++) {
        uint64_t bits = bk_hash(1, &i, sizeof i);
        double   value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        if (i % 2 == 0) /* half of them of everyday size */
            value = ldexp(frexp(value, &(int){0}), (int)(bits % 160) - 80);
        snprintf(text, sizeof text, "%.*g", (int)(i % 20) + 1, value);
        if (strstr(text, "inf") == NULL)
            check_number(text);
    }
}

static void
halves_between_two_doubles_go_to_the_even_one(void **state)
{
    char text[64];

    /* An odd integer of 54 bits lies half way between two doubles; of more digits, just above it. */
    (void)state;
    for (uint64_t i = 0; i < 1000; i++) {
        const uint64_t odd = (UINT64_C(1) << 53) + 2 * (bk_hash(2, &i, sizeof i) >> 12) + 1;
        snprintf(text, sizeof text, "%llu", (unsigned long long)odd);
        check_number(text);
        snprintf(text, sizeof text, "%llu.0001", (unsigned long long)odd);
        check_number(text);
        snprintf(text, sizeof text, "%llue-20", (unsigned long long)odd);
        check_number(text);
    }
}

static void
what_is_no_number_is_refused(void **state)
{
    static const char *const texts[] = {
        "",    "-",   ".",     "e5",    "1e",  "1e+", "1,5", "1 5",      "0x10",
        "inf", "nan", "1e400", "1.2.3", "12a", "--1", "1-",  "\302\2401" /* a blank that is none of ours */};
    double value;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (bki_parse_number(texts[i], strlen(texts[i]), &value))
            fail_msg("'%s' passes for %g", texts[i], value);
}

/* Half way between 1 and the next double, given in full, then with one more digit at the very end. */
static void
every_digit_of_a_long_number_counts(void **state)
{
    char text[1200];

    (void)state;
    const char *half = "1.00000000000000011102230246251565404236316680908203125";
    snprintf(text, sizeof text, "%s", half);
    check_number(text); /* to even: 1 */
    snprintf(text, sizeof text, "%s%0900d", half, 1);
    check_number(text); /* above: the next */
    snprintf(text, sizeof text, "%0900d.5e-900", 1);
    check_number(text);
    snprintf(text, sizeof text, "1%0400de-400", 0);
    check_number(text);
}

static void
the_ends_of_the_range_are_rounded(void **state)
{
    static const char *const texts[] = {"2.4703282292062327208299439e-324",
                                        "2.4703282292062327208e-324",
                                        "2e-324",
                                        "3e-324",
                                        "1e-400",
                                        "1e-5000",
                                        "2.2250738585072014e-308",
                                        "2.2250738585072009e-308",
                                        "1.7976931348623157e308",
                                        "1.79769313486231580e308",
                                        "17976931348623157e292"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check_number(texts[i]);
}

static void
a_number_ends_where_its_text_ends(void **state)
{
    double value;

    (void)state;
    assert_true(bki_parse_number("1.25999", 4, &value)); /* not terminated */
    bkt_close(value, 1.25, 0, 0);
}

static void
whole_numbers_flags_and_days_are_read(void **state)
{
    double value;

    (void)state;
    assert_true(bki_parse_integer("-12", 3, &value));
    bkt_close(value, -12, 0, 0);
    assert_false(bki_parse_integer("1.0", 3, &value));
    assert_false(bki_parse_integer("1234567890", 10, &value));
    assert_false(bki_parse_integer("-", 1, &value));
    assert_true(bki_parse_flag("Yes", 3, &value));
    bkt_close(value, 1, 0, 0);
    assert_true(bki_parse_flag("FALSE", 5, &value));
    bkt_close(value, 0, 0, 0);
    assert_false(bki_parse_flag("2", 1, &value));
    assert_true(bki_parse_date("2024-02-29", 10, &value));
    bkt_close(value, 20240229, 0, 0);
    assert_false(bki_parse_date("2023-02-29", 10, &value));
    assert_false(bki_parse_date("1900-02-29", 10, &value));
    assert_false(bki_parse_date("2024-13-01", 10, &value));
    assert_false(bki_parse_date("2024-1-01", 9, &value));
}

static void
words_are_cut_at_blanks(void **state)
{
    bki_text rest = {"  eu GBR\tXEU ", 13};

    (void)state;
    assert_true(bki_text_is(bki_next_word(&rest), "eu"));
    assert_true(bki_text_is(bki_next_word(&rest), "GBR"));
    assert_true(bki_text_is(bki_next_word(&rest), "XEU"));
    assert_int_equal(bki_next_word(&rest).length, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_rounded_to_the_nearest_double),
        cmocka_unit_test(random_numbers_agree_with_the_c_library),
        cmocka_unit_test(halves_between_two_doubles_go_to_the_even_one),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(every_digit_of_a_long_number_counts),
        cmocka_unit_test(the_ends_of_the_range_are_rounded),
        cmocka_unit_test(a_number_ends_where_its_text_ends),
        cmocka_unit_test(whole_numbers_flags_and_days_are_read),
        cmocka_unit_test(words_are_cut_at_blanks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
