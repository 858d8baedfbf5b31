/* buckle verify: a result made again from its manifest, and compared in every bit. */
#include "cli/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct verify_answer {
    bki_session          *session;
    bki_result            before, after;
    bool                  other_program;
    const char           *folder, *result, *answer; /* temporary: the folder, the GeoPackage, the answer in JSON */
    bk_results_difference out;
} verify_answer;

/* ---- inputs ---------------------------------------------------------------------------------------------------------
 */

/* Every file that is not what it was is an error; all are named. */
static bk_status
check_inputs(verify_answer *answer)
{
    bki_session *session = answer->session;
    bk_status    status = BK_OK;

    for (size_t i = 0; i < answer->before.n_inputs; i++) {
        const bki_input *then = &answer->before.inputs[i];
        bki_input        now = {.path = then->path};
        bk_status        fault = BK_OK;
        if (!bki_file_digest(then->path, &now))
            fault =
                bk_fail_at(session->ctx, BK_ERR_FILE, then->path, 0, 0,
                           "call it in the folder in which the result was made", "cannot be read: %s", strerror(errno));
        else if (strcmp(now.sha256, then->sha256) != 0)
            fault = bk_fail_at(session->ctx, BK_ERR_INCONSISTENT, then->path, 0, 0,
                               "the result was made from other contents",
                               "has SHA-256 %.12s..., the result's is %.12s...", now.sha256, then->sha256);
        status = status == BK_OK ? fault : status;
    }
    return status;
}

static bk_status
check_manifest(verify_answer *answer)
{
    bki_session      *session = answer->session;
    const bki_result *result = &answer->before;
    const bki_verb   *verb = result->n_arguments > 0 ? bki_verb_find(result->arguments[0]) : NULL;

    if (!result->program || !result->program[0])
        return bk_fail_at(session->ctx, BK_ERR_SCHEMA, session->operand, 0, 0,
                          "it was not made by this version of buckle", "has no manifest");
    if (!verb || !verb->repeats)
        return bk_fail_at(session->ctx, BK_ERR_VALUE, session->operand, 0, 0, NULL,
                          "was made by `buckle %s`, which cannot be made again",
                          result->n_arguments > 0 ? result->arguments[0] : "");
    const char *mine = bk_arena_format(&session->arena, "buckle %s", bk_version());
    BK_TRY(bk_arena_ok(&session->arena));
    answer->other_program = strcmp(result->program, mine) != 0;
    if (answer->other_program)
        bk_log(session->ctx, BK_LOG_WARNING, "%s was made by %s, this is %s", session->operand, result->program,
               bk_version());
    return BK_OK;
}

/* ---- made again -----------------------------------------------------------------------------------------------------
 */

static bk_status
make_folder(verify_answer *answer)
{
    bki_session *session = answer->session;
    const char  *parent = getenv("TMPDIR");
    char *folder = bk_arena_format(&session->arena, "%s/buckle-verify-XXXXXX", parent && *parent ? parent : "/tmp");

    BK_TRY(bk_arena_ok(&session->arena));
    if (!mkdtemp(folder))
        return bk_fail_at(session->ctx, BK_ERR_FILE, folder, 0, 0, "TMPDIR names another place for it",
                          "cannot be made: %s", strerror(errno));
    answer->folder = folder;
    answer->result = bk_arena_format(&session->arena, "%s/result.gpkg", folder);
    answer->answer = bk_arena_format(&session->arena, "%s/answer.json", folder);
    return bk_arena_ok(&session->arena);
}

/* NULL-terminated words of the call that makes it again. */
static const char **
call_of(verify_answer *answer)
{
    const bki_result *result = &answer->before;
    const bki_verb   *verb = bki_verb_find(result->arguments[0]);
    const char      **words = BK_NEW(&answer->session->arena, const char *, result->n_arguments + 8);
    size_t            n = 0;

    if (!words)
        return NULL;
    words[n++] = "buckle";
    for (size_t a = 0; a < result->n_arguments; a++)
        words[n++] = result->arguments[a];
    words[n++] = "--format";
    words[n++] = "json";
    words[n++] = "--quiet";
    for (size_t o = 0; o < verb->n_options; o++)
        if (verb->options[o].writes && strcmp(verb->options[o].name, "out") == 0 &&
            (result->is_geopackage || verb == &bki_verb_run)) {
            words[n++] = "--out";
            words[n++] = answer->result;
        }
    return words;
}

/* In the child: standard output into a file, then this very program.  Signals were held back: those that came, and
 * those that come before the program minds them, end it. */
static void
become(const char *output, const char **words, const sigset_t *signals)
{
    const int file = open(output, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    sigprocmask(SIG_SETMASK, signals, NULL);
    if (file >= 0 && dup2(file, STDOUT_FILENO) >= 0)
        execv("/proc/self/exe", (char *const *)words);
    _exit(BKI_EXIT_MACHINE);
}

/* Waits for the child, and hands on a signal that came to this process alone. */
static int
wait_for(bki_session *session, pid_t child)
{
    const struct timespec pause = {.tv_nsec = 10 * 1000000L};
    int                   state = 0;
    bool                  told = false;

    while (waitpid(child, &state, WNOHANG) == 0) {
        if (bk_cancelled(session->ctx) && !told)
            told = kill(child, SIGINT) == 0;
        nanosleep(&pause, NULL);
    }
    return WIFEXITED(state) ? WEXITSTATUS(state) : BKI_EXIT_MACHINE;
}

static bk_status
make_again(verify_answer *answer)
{
    bki_session *session = answer->session;
    const char **words = call_of(answer);
    sigset_t     held, signals;

    BK_TRY(bk_arena_ok(&session->arena));
    bk_progress(session->ctx, "making it again", -1.0);
    fflush(stdout);
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigprocmask(SIG_BLOCK, &held, &signals);
    const pid_t child = fork();
    if (child == 0)
        become(answer->answer, words, &signals);
    sigprocmask(SIG_SETMASK, &signals, NULL);
    if (child < 0)
        return bk_fail(session->ctx, BK_ERR_NO_MEMORY, "no process could be started: %s", strerror(errno));
    const int status = wait_for(session, child);
    if (bk_cancelled(session->ctx))
        return bk_fail(session->ctx, BK_ERR_CANCELLED, "interrupted");
    if (status != BKI_EXIT_DONE && status != BKI_EXIT_NOT_CONVERGED)
        return bk_fail(session->ctx, BK_ERR_NO_SOLUTION, "`buckle %s` ended with status %d this time",
                       answer->before.arguments[0], status);
    return BK_OK;
}

static void
clear_folder(const verify_answer *answer)
{
    if (!answer->folder)
        return;
    if (answer->result)
        unlink(answer->result);
    if (answer->answer)
        unlink(answer->answer);
    rmdir(answer->folder);
}

/* ---- shown ----------------------------------------------------------------------------------------------------------
 */

static void
print_text(const void *of)
{
    const verify_answer *answer = of;
    const char *const    names[2] = {"result", "made again"};

    if (answer->out.same)
        printf(
            "Confirmed: %zu figures in %zu tables are the same in every bit, made again from %zu unchanged file%s.\n",
            answer->out.n_cells, answer->out.n_tables, answer->before.n_inputs,
            answer->before.n_inputs == 1 ? "" : "s");
    else
        printf("NOT confirmed: made again from the same files, %zu of %zu figures differ.\n", answer->out.n_differences,
               answer->out.n_cells);
    bki_differences_print(answer->session, &answer->out, names, 10);
}

static bki_exit
print_json(const void *of)
{
    const verify_answer *answer = of;
    bk_json             *json = bk_json_create(&answer->session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    bk_json_flag(json, "confirmed", answer->out.same);
    bk_json_text(json, "program", answer->before.program);
    bk_json_flag(json, "other_program", answer->other_program);
    bk_json_integer(json, "inputs", (int64_t)answer->before.n_inputs);
    bki_differences_json(json, &answer->out, 10);
    bk_json_end(json);
    return bki_json_print(json);
}

static bki_exit
exit_of(const void *of)
{
    return ((const verify_answer *)of)->out.same ? BKI_EXIT_DONE : BKI_EXIT_NOT_CONVERGED;
}

static const bki_ending ending = {.text = print_text, .json = print_json, .exit = exit_of};

/* ---- the verb -------------------------------------------------------------------------------------------------------
 */

static bk_status
solve(verify_answer *answer)
{
    bki_session *session = answer->session;

    BK_TRY(bki_result_read(session, session->operand, &answer->before));
    BK_TRY(check_manifest(answer));
    BK_TRY(check_inputs(answer));
    BK_TRY(make_folder(answer));
    BK_TRY(make_again(answer));
    BK_TRY(bki_result_read(session, answer->before.is_geopackage ? answer->result : answer->answer, &answer->after));
    return bk_results_compare(session->ctx, &answer->before.tables, &answer->after.tables, 0.0, &session->arena,
                              &answer->out);
}

static bki_exit
run(bki_session *session)
{
    verify_answer   answer = {.session = session};
    const bk_status status = solve(&answer);

    clear_folder(&answer);
    return bki_finish(session, status, &answer, &ending);
}

const bki_verb bki_verb_verify = {
    .name = "verify",
    .operand = "RESULT",
    .summary = "Makes a result again from its manifest and compares every bit",
    .detail =
        "Every result says which program made it, from which files (with their SHA-256) and with which arguments. "
        "Files "
        "that changed\n"
        "since are named and nothing is computed; else the call is made again, and exit status 1 says that a figure "
        "differs. Time\n"
        "taken and paths written to are left out. Call it in the folder in which the result was made.",
    .example = "buckle verify silkroad-belt-as-planned.gpkg",
    .run = run,
};
