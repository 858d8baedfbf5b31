/* A process that is shut in can do what it needs and nothing else.  Each attempt is a child, which tells by its status.
 */
#define _GNU_SOURCE /* mkdtemp */
#include "bkt.h"
#include "bkt_refuse.h"
#include "server/cage.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DONE = 0, REFUSED = 1, NO_FILES = 77, NO_CALLS = 78 };

typedef struct folders {
    char read[64], write[64], other[64];
} folders;

/* ---- what is attempted ------------------------------------------------------------------------------------------- */

static int
opens(const char *folder, const char *name, int how)
{
    char path[300];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    const int file = open(path, how, 0600);
    if (file >= 0)
        close(file);
    return file >= 0 ? DONE : REFUSED;
}

static int
reads_what_it_may(const folders *f)
{
    return opens(f->read, "file", O_RDONLY);
}

static int
writes_where_it_may(const folders *f)
{
    return opens(f->write, "new", O_WRONLY | O_CREAT) == DONE ? opens(f->write, "new", O_RDONLY) : REFUSED;
}

static int
writes_what_it_may_read(const folders *f)
{
    return opens(f->read, "file", O_WRONLY);
}

static int
makes_a_file_beside_what_it_may_read(const folders *f)
{
    return opens(f->read, "new", O_WRONLY | O_CREAT);
}

static int
reads_elsewhere(const folders *f)
{
    return opens(f->other, "file", O_RDONLY);
}

static int
reads_elsewhere_by_a_way_round(const folders *f)
{
    char path[200];

    snprintf(path, sizeof path, "%s/../%s", f->read, strrchr(f->other, '/') + 1);
    return opens(path, "file", O_RDONLY);
}

static void *
other_thread(void *state)
{
    return reads_elsewhere(state) == DONE ? state : NULL;
}

static int
reads_elsewhere_from_a_thread(const folders *f)
{
    folders   copy = *f;
    pthread_t thread;
    void     *found = NULL;

    if (pthread_create(&thread, NULL, other_thread, &copy) != 0)
        return 99;
    pthread_join(thread, &found);
    return found ? DONE : REFUSED;
}

static int
makes_a_socket(const folders *f)
{
    (void)f;
    return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? DONE : REFUSED;
}

static int
starts_a_program(const folders *f)
{
    (void)f;
    char *const words[] = {(char *)"true", NULL};

    execv("/bin/true", words); /* whose status is DONE */
    return REFUSED;
}

static int
looks_into_its_parent(const folders *f)
{
    (void)f;
    return ptrace(PTRACE_SEIZE, getppid(), NULL, NULL) == 0 ? DONE : REFUSED;
}

/* ---- frame ------------------------------------------------------------------------------------------------------- */

static int
attempt(const folders *f, int (*what)(const folders *f), bool shut)
{
    int         status;
    const pid_t child = fork();

    if (child == 0) {
        const char *const readable[] = {f->read, "/tmp/there-is-nothing-here", NULL}, *const writable[] = {f->write};
        if (shut) {
            const bki_cage cage = bki_cage_enter(3, readable, 1, writable);
            if (!cage.files || !cage.calls)
                _exit(cage.files ? NO_CALLS : NO_FILES);
        }
        _exit(what(f));
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == NO_FILES || WEXITSTATUS(status) == NO_CALLS)
        skip(); /* a kernel without */
    return WEXITSTATUS(status);
}

static int
open_folders(void **state)
{
    static folders f;
    char *const    each[] = {f.read, f.write, f.other};

    for (size_t i = 0; i < 3; i++) {
        char path[300];
        snprintf(each[i], sizeof f.read, "/tmp/buckle-cage-XXXXXX");
        if (mkdtemp(each[i]) == NULL)
            return -1;
        snprintf(path, sizeof path, "%s/file", each[i]);
        const int file = open(path, O_WRONLY | O_CREAT, 0600);
        if (file < 0)
            return -1;
        close(file);
    }
    *state = &f;
    return 0;
}

static int
close_folders(void **state)
{
    const folders    *f = *state;
    const char *const each[] = {f->read, f->write, f->other}, *const names[] = {"file", "new"};

    for (size_t i = 0; i < 3; i++) {
        for (size_t n = 0; n < 2; n++) {
            char path[300];
            snprintf(path, sizeof path, "%s/%s", each[i], names[n]);
            unlink(path);
        }
        rmdir(each[i]);
    }
    return 0;
}

static void
what_a_job_needs_goes_on(void **state)
{
    assert_int_equal(attempt(*state, reads_what_it_may, true), DONE);
    assert_int_equal(attempt(*state, writes_where_it_may, true), DONE);
}

/* Each is possible outside: otherwise it would be refused for another reason. */
static void
nothing_else_is_read_or_written(void **state)
{
    int (*const each[])(const folders *) = {writes_what_it_may_read, makes_a_file_beside_what_it_may_read,
                                            reads_elsewhere, reads_elsewhere_by_a_way_round,
                                            reads_elsewhere_from_a_thread};

    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        assert_int_equal(attempt(*state, each[i], false), DONE);
        assert_int_equal(attempt(*state, each[i], true), REFUSED);
    }
}

static void
no_socket_no_program_no_other_process(void **state)
{
    assert_int_equal(attempt(*state, makes_a_socket, false), DONE);
    assert_int_equal(attempt(*state, makes_a_socket, true), REFUSED);
    assert_int_equal(attempt(*state, starts_a_program, false), DONE);
    assert_int_equal(attempt(*state, starts_a_program, true), REFUSED);
    assert_int_equal(attempt(*state, looks_into_its_parent, true), REFUSED);
}

/* What a kernel without one of the ways would answer: the other is still in force, and neither is claimed in vain. */
static int
enters_what_is_left(const folders *f)
{
    const char *const readable[] = {f->read, "/dev/null", NULL}, *const writable[] = {f->write};
    const struct {
        bkt_call call;
        size_t   n;
        bool     files, calls;
    } refused[] = {{BKT_SYSCALL, 1, false, true}, /* making rules */
                   {BKT_SYSCALL, 2, false, true}, /* the first of them */
                   {BKT_SYSCALL, 5, false, true}, /* to be held to them */
                   {BKT_PRCTL, 2, true, false},   /* the filter */
                   {BKT_PRCTL, 1, false, false}};

    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const pid_t child = fork();
        int         status;
        if (child == 0) {
            bkt_refuse(refused[i].call, refused[i].n);
            const bki_cage cage = bki_cage_enter(3, readable, 1, writable);
            _exit(cage.files == refused[i].files && cage.calls == refused[i].calls ? DONE : REFUSED);
        }
        if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != DONE)
            return REFUSED;
    }
    return DONE;
}

static void
what_a_kernel_has_not_is_not_claimed(void **state)
{
    attempt(*state, reads_what_it_may, true); /* skips on a kernel that has not both */
    assert_int_equal(attempt(*state, enters_what_is_left, false), DONE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_a_job_needs_goes_on, open_folders, close_folders),
        cmocka_unit_test_setup_teardown(nothing_else_is_read_or_written, open_folders, close_folders),
        cmocka_unit_test_setup_teardown(no_socket_no_program_no_other_process, open_folders, close_folders),
        cmocka_unit_test_setup_teardown(what_a_kernel_has_not_is_not_claimed, open_folders, close_folders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
