/* Landlock keeps a process to the files it needs, a filter of system calls from sockets and other programs.  Both are
 * given to threads and children, and nothing takes them back.  Neither needs a privilege. */
#define _GNU_SOURCE /* O_PATH, syscall */
#include "server/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define READS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
/* Those of the first version of Landlock (Linux 5.13), which every later one has. */
#define ALL                                                                                                            \
    (READS | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |              \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |                     \
     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |                       \
     LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)
#define WRITES                                                                                                         \
    (READS | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |          \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG)
/* What makes sense for a file; a rule for one that asks for more is refused. */
#define OF_A_FILE (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_EXECUTE)

/* ---- files -------------------------------------------------------------------------------------------------------
 */

static bool
allow(int rules, const char *path, uint64_t what)
{
    struct stat about;
    const int   place = path != NULL ? open(path, O_PATH | O_CLOEXEC) : -1;

    if (place < 0)
        return true; /* nothing there to be allowed */
    const bool                              is_file = fstat(place, &about) == 0 && !S_ISDIR(about.st_mode);
    const struct landlock_path_beneath_attr rule = {.allowed_access = is_file ? what & OF_A_FILE : what,
                                                    .parent_fd = place};
    const bool done = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    close(place);
    return done;
}

static bool
keep_to_files(size_t n_readable, const char *const *readable, size_t n_writable, const char *const *writable)
{
    const struct landlock_ruleset_attr all = {.handled_access_fs = ALL};
    const int                          rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
    bool                               done = rules >= 0;

    for (size_t i = 0; done && i < n_readable; i++)
        done = allow(rules, readable[i], READS);
    for (size_t i = 0; done && i < n_writable; i++)
        done = allow(rules, writable[i], WRITES);
    done = done && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    if (rules >= 0)
        close(rules);
    return done;
}

/* ---- system calls ------------------------------------------------------------------------------------------------
 */

#define LOAD(field)  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(what) BPF_STMT(BPF_RET | BPF_K, what)
#define REFUSE(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), ANSWER(SECCOMP_RET_ERRNO | EPERM)

#if defined(__x86_64__)
#define HERE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define HERE AUDIT_ARCH_AARCH64
#endif

static bool
keep_to_calls(void)
{
#ifdef HERE
    /* A call by the numbers of another architecture ends the process: its list would be another. */
    struct sock_filter lines[] = {
        LOAD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, HERE, 1, 0),
        ANSWER(SECCOMP_RET_KILL_PROCESS),
        LOAD(nr),
#ifdef __x86_64__
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1), /* those of x32 */
        ANSWER(SECCOMP_RET_ERRNO | EPERM),
#endif
        REFUSE(socket),
        REFUSE(connect),
        REFUSE(bind),
        REFUSE(execve),
        REFUSE(execveat),
        REFUSE(ptrace),
        REFUSE(process_vm_readv),
        REFUSE(process_vm_writev),
        REFUSE(mount),
        REFUSE(unshare),
        REFUSE(setns),
        REFUSE(bpf),
        REFUSE(keyctl),
        REFUSE(add_key),
        ANSWER(SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {.len = sizeof lines / sizeof *lines, .filter = lines};

    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
#else
    return false;
#endif
}

bki_cage
bki_cage_enter(size_t n_readable, const char *const *readable, size_t n_writable, const char *const *writable)
{
    bki_cage cage = {0};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return cage;
    cage.files = keep_to_files(n_readable, readable, n_writable, writable);
    cage.calls = keep_to_calls();
    return cage;
}
