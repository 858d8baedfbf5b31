/* The tree of a YAML file, its places, and what is refused. */
#include "io_test.h"

#include "io/yaml.h"

static const bki_yaml *
yaml_of(bkt_io *io, const char *text)
{
    const bki_yaml *root = NULL;

    assert_int_equal(bki_yaml_read(io->ctx, text, strlen(text), "a.yaml", &io->arena, &root), BK_OK);
    assert_non_null(root);
    return root;
}

static const bki_yaml *
child(const bki_yaml *node, const char *key)
{
    for (const bki_yaml *c = node->child; c != NULL; c = c->next)
        if (strcmp(c->key, key) == 0)
            return c;
    fail_msg("no key %s", key);
    return NULL;
}

static void
every_scalar_is_text_and_no_word_has_a_type(void **state)
{
    bkt_io io;
    (void)state;

    bkt_io_start(&io);
    const bki_yaml *root = yaml_of(
        &io, "a: NO\nb: 1e6 USD\nc: ~\nd:\ne: 0o17\nf: 'it''s'\ng: \"x\\ty\"\nh: 2023-01-01\ni: |\n  two\n  lines\n");
    const char *expected[][2] = {{"a", "NO"},   {"b", "1e6 USD"},    {"c", "~"},
                                 {"d", ""},     {"e", "0o17"},       {"f", "it's"},
                                 {"g", "x\ty"}, {"h", "2023-01-01"}, {"i", "two\nlines\n"}};
    assert_int_equal(root->n_children, 9);
    for (size_t i = 0; i < 9; i++) {
        const bki_yaml *node = child(root, expected[i][0]);
        assert_int_equal(node->kind, BKI_YAML_SCALAR);
        assert_string_equal(node->text, expected[i][1]);
    }
    bkt_io_stop(&io);
}

static void
places_are_lines_and_characters(void **state)
{
    bkt_io io;
    (void)state;

    bkt_io_start(&io);
    const bki_yaml *root = yaml_of(&io, "\xef\xbb\xbftitle: x\n\"ключ\": {и: [ж, z]}\nlist:\n  - id: 1\n  - id: 2\n");
    const bki_yaml *title = child(root, "title");
    assert_int_equal(title->key_line, 1);
    assert_int_equal(title->key_column, 1);
    assert_int_equal(title->column, 8);
    const bki_yaml *inner = child(child(root, "ключ"), "и");
    assert_int_equal(inner->key_line, 2);
    assert_int_equal(inner->key_column, 10);
    assert_int_equal(inner->kind, BKI_YAML_LIST);
    assert_int_equal(inner->n_children, 2);
    assert_string_equal(inner->child->next->text, "z");
    assert_int_equal(inner->child->next->column, 17);
    const bki_yaml *second = child(root, "list")->child->next;
    assert_int_equal(second->kind, BKI_YAML_MAP);
    assert_int_equal(second->line, 5);
    assert_int_equal(second->column, 5);
    assert_int_equal(second->child->column, 9);
    assert_null(second->next);
    bkt_io_stop(&io);
}

static void
an_empty_document_is_an_empty_mapping(void **state)
{
    static const char *texts[] = {"", "# only a comment\n", "\n\n"};
    bkt_io             io;
    (void)state;

    bkt_io_start(&io);
    for (size_t i = 0; i < 3; i++) {
        const bki_yaml *root = yaml_of(&io, texts[i]);
        assert_int_equal(root->kind, BKI_YAML_MAP);
        assert_int_equal(root->n_children, 0);
    }
    bkt_io_stop(&io);
}

static void
what_could_mislead_is_refused_at_its_place(void **state)
{
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"a: 1\nbé: 2\na: 3\n", "a.yaml:3:1: duplicate: key a stands here again, first on line 1"},
        {"x: {b: 1, b: 2}\n", "a.yaml:1:11: duplicate: key b stands here again, first on line 1"},
        {"a: &n 1\n", "a.yaml:1:4: schema: an anchor (&name)"},
        {"a: [x, *n]\n", "a.yaml:1:8: schema: an alias (*name)"},
        {"a: !!str 1\n", "a.yaml:1:4: schema: a tag (!type)"},
        {"a: !!map {b: 1}\n", "a.yaml:1:4: schema: a tag (!type)"},
        {"a: 1\n---\nb: 2\n", "a.yaml:2:1: schema: a second document (---)"},
        {"[a]: 1\n", "a.yaml:1:1: schema: a key that is not a plain text"},
        {"a: \"x\\0y\"\n", "a.yaml:1:4: syntax: a text with a NUL character"},
        {"a: [[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]\n", "a.yaml:1:19: schema: too many levels inside one another"},
        {"a: b: c\n", "a.yaml:1:5: syntax: mapping values are not allowed in this context"},
        {"a: [1, 2\n", "a.yaml:2:1: syntax: did not find expected ',' or ']' while parsing a flow sequence"},
        {"a: 1\nb: x\xff\n", "a.yaml:2:5: syntax: invalid leading UTF-8 octet"},
        {"\xef\xbb\xbf"
         "a: \x01\n",
         "a.yaml:1:4: syntax: control characters are not allowed"},
        {"a:\n\t- b\n",
         "a.yaml:2:1: syntax: found character that cannot start any token while scanning for the next token"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const bki_yaml *root = NULL;
        bkt_io          io;
        bkt_io_start(&io);
        assert_int_not_equal(bki_yaml_read(io.ctx, cases[i].text, strlen(cases[i].text), "a.yaml", &io.arena, &root),
                             BK_OK);
        assert_null(root);
        assert_int_equal(bk_error_count(io.ctx), 1);
        assert_string_equal(bkt_error(io.ctx, 0), cases[i].error);
        bkt_io_stop(&io);
    }
}

static void
several_duplicate_keys_are_all_told(void **state)
{
    const char     *text = "a: 1\na: 2\nb:\n  c: 1\n  c: 2\na: 3\n";
    const bki_yaml *root = NULL;
    bkt_io          io;
    (void)state;

    bkt_io_start(&io);
    assert_int_equal(bki_yaml_read(io.ctx, text, strlen(text), "a.yaml", &io.arena, &root), BK_ERR_DUPLICATE);
    assert_int_equal(bk_error_count(io.ctx), 3);
    assert_string_equal(bkt_error(io.ctx, 1), "a.yaml:5:3: duplicate: key c stands here again, first on line 4");
    bkt_io_stop(&io);
}

static void
an_unknown_key_is_told_with_the_nearest_known_one(void **state)
{
    static const char *const names[] = {"title", "measures"};
    bkt_io                   io;
    (void)state;

    bkt_io_start(&io);
    const bki_yaml *root = yaml_of(&io, "titel: x\nq: y\n");
    assert_int_equal(bki_yaml_unknown_key(io.ctx, root->child, "a.yaml", "a scenario", names, 2), BK_ERR_SCHEMA);
    assert_string_equal(bkt_error(io.ctx, 0), "a.yaml:1:1: schema: a scenario has no key titel");
    assert_string_equal(bk_error_get(io.ctx, 0)->hint, "did you mean title?");
    bki_yaml_unknown_key(io.ctx, root->child->next, "a.yaml", "a scenario", names, 2);
    assert_string_equal(bk_error_get(io.ctx, 1)->hint, "known are title, measures");
    bkt_io_stop(&io);
}

static const char sample[] = "title: The belt, \"built\"\nmeasures:\n  - id: a  # b\n    projects: [x, 'y']\n    join: "
                             "[{agreement: eaeu-iran, country: IRN}]\n  - {id: \"q\\u0416\"}\n";

static void
mutated_files_are_read_or_refused_but_never_crash(void **state)
{
    bkt_random random = {.seed = 11};
    (void)state;

    for (int round = 0; round < 20000; round++) {
        char            text[256];
        const bki_yaml *root = NULL;
        bkt_io          io;
        memcpy(text, sample, sizeof sample);
        const size_t n = bkt_mutate(&random, text, sizeof sample - 1, sizeof text);
        char        *tight = malloc(n > 0 ? n : 1);
        assert_non_null(tight);
        memcpy(tight, text, n);
        bkt_io_start(&io);
        const bk_status status = bki_yaml_read(io.ctx, tight, n, "a.yaml", &io.arena, &root);
        assert_true(status == BK_OK ? root != NULL && bk_error_count(io.ctx) == 0
                                    : root == NULL && bk_error_get(io.ctx, 0)->line > 0);
        bkt_io_stop(&io);
        free(tight);
    }
}

static void
every_failed_allocation_is_a_clean_error(void **state)
{
    bool has_failed = true;
    (void)state;

    for (size_t i = 1; has_failed; i++) {
        const bki_yaml *root = NULL;
        bkt_io          io;
        bkt_io_start(&io);
        bkt_io_fail_at(&io, i);
        const bk_status status = bki_yaml_read(io.ctx, sample, sizeof sample - 1, "a.yaml", &io.arena, &root);
        has_failed = bkt_io_has_failed(&io);
        assert_int_equal(status, has_failed ? BK_ERR_NO_MEMORY : BK_OK);
        bkt_io_stop(&io);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scalar_is_text_and_no_word_has_a_type),
        cmocka_unit_test(places_are_lines_and_characters),
        cmocka_unit_test(an_empty_document_is_an_empty_mapping),
        cmocka_unit_test(what_could_mislead_is_refused_at_its_place),
        cmocka_unit_test(several_duplicate_keys_are_all_told),
        cmocka_unit_test(an_unknown_key_is_told_with_the_nearest_known_one),
        cmocka_unit_test(mutated_files_are_read_or_refused_but_never_crash),
        cmocka_unit_test(every_failed_allocation_is_a_clean_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
