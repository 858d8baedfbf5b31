/* Where base years are kept, and what becomes of a cache that is damaged or cannot be had: a note, never another
 * answer.
 */
#include "bkt.h"
#include "buckle/study.h"

#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

static bk_context     *ctx;
static bk_arena        arena;
static const bk_study *study;
static char            folder[64], last_note[512];

static void
keep_note(void *state, bk_log_level level, const char *text)
{
    (void)state;
    if (level == BK_LOG_WARNING)
        snprintf(last_note, sizeof last_note, "%s", text);
}

static int
start(void **state)
{
    static const char *const none[] = {NULL};
    char                     path[4096];

    (void)state;
    snprintf(path, sizeof path, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    snprintf(folder, sizeof folder, "/tmp/buckle-base-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(bk_context_create(&(bk_settings){.threads = 1, .log = keep_note}, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    return (int)bk_study_open(ctx, path, none, 0, &arena, &study);
}

static int
stop(void **state)
{
    char command[128];

    (void)state;
    bk_arena_release(&arena);
    bk_context_release(ctx);
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

/* The prices of the base year, which have the same bits wherever they come from. */
static const double *
prices(const char *cache, bool from_cache)
{
    const bk_joint_base *base = NULL;
    bool                 cached = false;

    last_note[0] = '\0';
    assert_int_equal(bk_study_base(ctx, study, cache, &arena, &base, &cached), BK_OK);
    assert_int_equal(cached, from_cache);
    assert_null(bk_error_get(ctx, 0));
    return bk_joint_base_solution(base)->price;
}

static void
check_prices(const double *found)
{
    const bk_joint_base *base = NULL;
    bool                 cached;

    assert_int_equal(bk_study_base(ctx, study, NULL, &arena, &base, &cached), BK_OK);
    assert_memory_equal(found, bk_joint_base_solution(base)->price, bk_joint_graph(base)->n_facilities * sizeof *found);
}

/* The one file that lies in the cache. */
static const char *
kept_file(void)
{
    static char path[256];
    char        pattern[128];
    glob_t      found;

    snprintf(pattern, sizeof pattern, "%s/deep/cache/*.base", folder);
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1);
    snprintf(path, sizeof path, "%s", found.gl_pathv[0]);
    globfree(&found);
    return path;
}

/* Writes `byte` at `at` of the file, from its end if that is below 0. */
static void
write_byte(const char *path, long at, int byte)
{
    FILE *file = fopen(path, "r+b");

    assert_non_null(file);
    assert_int_equal(fseek(file, at, at < 0 ? SEEK_END : SEEK_SET), 0);
    fputc(byte, file);
    fclose(file);
}

static void
a_base_year_is_kept_and_found(void **state)
{
    char cache[128];

    (void)state;
    snprintf(cache, sizeof cache, "%s/deep/cache", folder);
    assert_false(bk_study_is_cached(study->model, cache, &arena));
    assert_false(bk_study_is_cached(study->model, NULL, &arena));
    prices(cache, false);
    assert_string_equal(last_note, "");
    assert_true(bk_study_is_cached(study->model, cache, &arena));
    check_prices(prices(cache, true));
}

/* A byte of the head, one of what is kept, an end cut off, nothing at all: each is found anew and kept again. */
static void
a_damaged_cache_is_a_note(void **state)
{
    static const struct {
        long at;   /* of a byte that is changed */
        long size; /* >= 0: what the file is cut to, and no byte is changed */
    } damages[] = {{0, -1}, {8, -1}, {16, -1}, {24, -1}, {-1, -1}, {0, 100}, {0, 12}, {0, 0}};
    char cache[128];

    (void)state;
    snprintf(cache, sizeof cache, "%s/deep/cache", folder);
    prices(cache, bk_study_is_cached(study->model, cache, &arena));
    for (size_t d = 0; d < sizeof damages / sizeof *damages; d++) {
        const char *path = kept_file();
        if (damages[d].size >= 0)
            assert_int_equal(truncate(path, damages[d].size), 0);
        else
            write_byte(path, damages[d].at, 0xfe);
        check_prices(prices(cache, false));
        assert_non_null(strstr(last_note, "is damaged or of another version; what it keeps is found anew"));
        assert_non_null(strstr(last_note, path));
        check_prices(prices(cache, true));
    }
}

static void
a_cache_that_cannot_be_read_or_written_is_a_note(void **state)
{
    char cache[128], path[256];

    (void)state;
    snprintf(cache, sizeof cache, "%s/deep/cache", folder);
    prices(cache, bk_study_is_cached(study->model, cache, &arena));
    snprintf(path, sizeof path, "%s", kept_file());
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0); /* a folder of that name */
    check_prices(prices(cache, false));
    assert_non_null(strstr(last_note, "the base could not be kept in"));
    assert_int_equal(rmdir(path), 0);
    check_prices(prices("/dev/null/cache", false));
    assert_string_equal(last_note, "the base could not be kept in /dev/null/cache; the next run finds it anew");
}

static void
the_folder_is_the_one_wished_for(void **state)
{
    static const struct {
        const char *own, *shared, *home, *expected;
    } cases[] = {
        {"mine", "/shared", "/home/x", "mine"},
        {NULL, "/shared", "/home/x", "/shared/buckle"},
        {"", "relative", "/home/x", "/home/x/.cache/buckle"}, /* the XDG specification ignores relative paths */
        {NULL, NULL, "/home/x", "/home/x/.cache/buckle"},
        {NULL, NULL, "", NULL},
        {NULL, NULL, NULL, NULL},
    };
    static const char *const names[] = {"BUCKLE_CACHE", "XDG_CACHE_HOME", "HOME"};

    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const char *const values[] = {cases[c].own, cases[c].shared, cases[c].home};
        for (size_t v = 0; v < 3; v++)
            assert_int_equal(values[v] ? setenv(names[v], values[v], 1) : unsetenv(names[v]), 0);
        const char *found = bk_study_cache_folder(&arena);
        if (cases[c].expected)
            assert_string_equal(found, cases[c].expected);
        else
            assert_null(found);
    }
}

static void
without_an_economy_there_is_no_base_year(void **state)
{
    bk_model             roads = *study->model;
    bk_study             bare = *study;
    const bk_joint_base *base = NULL;
    bool                 cached;

    (void)state;
    roads.has_economy = false;
    bare.model = &roads;
    assert_int_equal(bk_study_base(ctx, &bare, NULL, &arena, &base, &cached), BK_ERR_INCONSISTENT);
    assert_non_null(strstr(bk_error_get(ctx, 0)->message, "has no economy, so no trade equilibrium can be computed"));
    assert_string_equal(bk_error_get(ctx, 0)->hint, "add economy/, or look at its routes with `buckle route`");
    bk_error_clear(ctx);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_base_year_is_kept_and_found),
        cmocka_unit_test(a_damaged_cache_is_a_note),
        cmocka_unit_test(a_cache_that_cannot_be_read_or_written_is_a_note),
        cmocka_unit_test(the_folder_is_the_one_wished_for),
        cmocka_unit_test(without_an_economy_there_is_no_base_year),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
