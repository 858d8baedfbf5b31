/* Files are read whole; what is written replaces the old file at once or not at all. */
#include "io_test.h"

#include "buckle/io.h"
#include "io/folder.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void
check_content(bkt_io *io, const char *path, const char *expected, size_t n)
{
    const char *bytes;
    size_t      n_read;

    assert_int_equal(bk_file_read(io->ctx, path, &io->arena, &bytes, &n_read), BK_OK);
    assert_int_equal(n_read, n);
    assert_memory_equal(bytes, expected, n + 1); /* and the zero behind */
}

static void
what_is_written_is_read_back(void **state)
{
    static const size_t sizes[] = {0, 1, 4095, 4096, 1000000};
    char               *bytes = calloc(1000001, 1), folder[64];
    bkt_io              io;
    (void)state;

    assert_non_null(bytes);
    bkt_io_start(&io);
    bkt_folder_create(folder);
    const char *path = bkt_path(folder, "a.bin");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        memset(bytes, 'a' + (int)i, sizes[i]);
        bytes[sizes[i]] = '\0';
        assert_int_equal(bk_file_write(io.ctx, path, bytes, sizes[i]), BK_OK);
        check_content(&io, path, bytes, sizes[i]);
        assert_int_equal(bkt_folder_count(folder), 1); /* nothing temporary is left */
    }
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
    free(bytes);
}

static void
a_reader_keeps_the_old_file_while_it_is_replaced(void **state)
{
    char   folder[64], text[8] = "";
    bkt_io io;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    bkt_file_put_text(folder, "a", "old");
    const char *path = bkt_path(folder, "a");
    const int   reader = open(path, O_RDONLY);
    assert_int_equal(bk_file_write(io.ctx, path, "new", 3), BK_OK);
    assert_int_equal(read(reader, text, sizeof text), 3);
    assert_string_equal(text, "old");
    close(reader);
    check_content(&io, path, "new", 3);
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static void
a_link_stays_a_link_and_its_file_is_replaced(void **state)
{
    char   folder[64];
    bkt_io io;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    bkt_file_put_text(folder, "deep/real", "old");
    assert_int_equal(symlink("deep/real", bkt_path(folder, "link")), 0);
    assert_int_equal(bk_file_write(io.ctx, bkt_path(folder, "link"), "new", 3), BK_OK);
    struct stat about;
    assert_int_equal(lstat(bkt_path(folder, "link"), &about), 0);
    assert_true(S_ISLNK(about.st_mode));
    check_content(&io, bkt_path(folder, "deep/real"), "new", 3);
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static void
a_device_is_written_to_and_not_replaced(void **state)
{
    struct stat about;
    bkt_io      io;
    (void)state;

    bkt_io_start(&io);
    assert_int_equal(bk_file_write(io.ctx, "/dev/null", "x", 1), BK_OK);
    assert_int_equal(stat("/dev/null", &about), 0);
    assert_true(S_ISCHR(about.st_mode));
    assert_int_equal(bk_file_write(io.ctx, "/dev/full", "x", 1), BK_ERR_FILE);
    assert_string_equal(bkt_error(io.ctx, 0), "/dev/full: file: cannot be written: No space left on device");
    bkt_io_stop(&io);
}

static void
reasons_are_told(void **state)
{
    char        folder[64], expected[200];
    const char *bytes;
    size_t      n;
    bkt_io      io;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    bkt_file_put_text(folder, "a", "");
    assert_int_equal(bk_file_read(io.ctx, "/nowhere/a", &io.arena, &bytes, &n), BK_ERR_FILE);
    assert_string_equal(bkt_error(io.ctx, 0), "/nowhere/a: file: cannot be opened: No such file or directory");
    assert_int_equal(bk_file_write(io.ctx, "/nowhere/a", "x", 1), BK_ERR_FILE);
    assert_string_equal(bkt_error(io.ctx, 1), "/nowhere/a: file: cannot be written: No such file or directory");
    const char *inside = bkt_path(folder, "a/b");
    assert_int_equal(bk_file_write(io.ctx, inside, "x", 1), BK_ERR_FILE);
    snprintf(expected, sizeof expected, "%s: file: cannot be written: Not a directory", inside);
    assert_string_equal(bkt_error(io.ctx, 2), expected);
    assert_int_equal(bk_file_write(io.ctx, folder, "x", 1), BK_ERR_FILE);
    snprintf(expected, sizeof expected, "%s: file: is a folder, a file cannot take its place", folder);
    assert_string_equal(bkt_error(io.ctx, 3), expected);
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static void
a_folder_that_may_not_be_written_keeps_the_old_file(void **state)
{
    char   folder[64];
    bkt_io io;
    (void)state;

    if (geteuid() == 0) {
        print_message("# skipped: root may write anywhere\n");
        skip();
    }
    bkt_io_start(&io);
    bkt_folder_create(folder);
    bkt_file_put_text(folder, "a", "old");
    chmod(folder, 0555);
    assert_int_equal(bk_file_write(io.ctx, bkt_path(folder, "a"), "new", 3), BK_ERR_FILE);
    chmod(folder, 0755);
    check_content(&io, bkt_path(folder, "a"), "old", 3);
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

/* In a child whose files may not grow beyond 4 kB, as on a full disk. */
static int
write_on_a_full_disk(const char *path)
{
    static char         bytes[100000];
    bk_context         *ctx;
    const struct rlimit limit = {.rlim_cur = 4096, .rlim_max = 4096};

    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0 || bk_context_create(NULL, &ctx) != BK_OK)
        return 99;
    const bk_status status = bk_file_write(ctx, path, bytes, sizeof bytes);
    bk_context_release(ctx);
    return (int)status;
}

static void
a_full_disk_keeps_the_old_file_and_leaves_nothing(void **state)
{
    char   folder[64];
    int    ended;
    bkt_io io;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    bkt_file_put_text(folder, "a", "old");
    const char *path = bkt_path(folder, "a");
    const pid_t child = fork();
    if (child == 0)
        _exit(write_on_a_full_disk(path));
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFEXITED(ended));
    assert_int_equal(WEXITSTATUS(ended), BK_ERR_FILE);
    check_content(&io, path, "old", 3);
    assert_int_equal(bkt_folder_count(folder), 1);
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static void
every_failed_allocation_is_a_clean_error(void **state)
{
    char folder[64];
    bool has_failed = true;
    (void)state;

    bkt_folder_create(folder);
    for (size_t i = 1; has_failed; i++) {
        const char *path = bkt_path(folder, "a"), *bytes = NULL;
        size_t      n;
        bkt_io      io;
        bkt_file_put_text(folder, "a", "old");
        bkt_io_start(&io);
        bkt_io_fail_at(&io, i);
        bk_status status = bk_file_write(io.ctx, path, "new", 3);
        if (status == BK_OK)
            status = bk_file_read(io.ctx, path, &io.arena, &bytes, &n);
        has_failed = bkt_io_has_failed(&io);
        assert_int_equal(status, has_failed ? BK_ERR_NO_MEMORY : BK_OK);
        assert_int_equal(bkt_folder_count(folder), 1);
        bkt_io_stop(&io);
    }
    bkt_folder_remove(folder);
}

/* What a run that was cut off left stays; what links lead to stays when a folder goes. */
static void
a_folder_to_be_is_nobody_elses_and_goes_alone(void **state)
{
    const char *made[2];
    char        folder[64];
    bkt_io      io;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    const char *to = bkt_path(folder, "new"), *outside = bkt_path(folder, "outside");
    assert_int_equal(bk_file_write(io.ctx, outside, "kept", 4), BK_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(bki_folder_make_beside(io.ctx, to, &io.arena, &made[i]), BK_OK);
    assert_string_not_equal(made[0], made[1]);
    assert_false(bki_exists(to));
    for (int i = 0; i < 2; i++) {
        const char *below = bki_path_join(&io.arena, made[i], "below");
        assert_int_equal(bki_folder_make(io.ctx, below), BK_OK);
        assert_int_equal(bk_file_write(io.ctx, bki_path_join(&io.arena, below, "file"), "x", 1), BK_OK);
        assert_int_equal(symlink(outside, bki_path_join(&io.arena, below, "link")), 0);
        assert_int_equal(symlink(folder, bki_path_join(&io.arena, made[i], "circle")), 0);
    }
    bki_folder_remove(made[1]);
    assert_false(bki_exists(made[1]));
    assert_true(bki_exists(bki_path_join(&io.arena, made[0], "below/file")));
    check_content(&io, outside, "kept", 4);
    bki_folder_remove(made[0]);
    assert_int_equal(bkt_folder_count(folder), 1);
    const char *nowhere = bki_path_join(&io.arena, outside, "new");
    assert_int_equal(bki_folder_make_beside(io.ctx, nowhere, &io.arena, &made[0]), BK_ERR_FILE);
    assert_non_null(strstr(bk_error_get(io.ctx, 0)->message, "the folder cannot be made: Not a directory"));
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(a_reader_keeps_the_old_file_while_it_is_replaced),
        cmocka_unit_test(a_link_stays_a_link_and_its_file_is_replaced),
        cmocka_unit_test(a_device_is_written_to_and_not_replaced),
        cmocka_unit_test(reasons_are_told),
        cmocka_unit_test(a_folder_that_may_not_be_written_keeps_the_old_file),
        cmocka_unit_test(a_full_disk_keeps_the_old_file_and_leaves_nothing),
        cmocka_unit_test(a_folder_to_be_is_nobody_elses_and_goes_alone),
        cmocka_unit_test(every_failed_allocation_is_a_clean_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
