/* buckle: what a trade corridor is worth, and to whom. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "cli/team.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static atomic_bool interrupted;

/* The first signal asks politely; the handler is gone then, so that a second one ends the program at once. */
static void
on_signal(int signal_number)
{
    (void)signal_number;
    atomic_store(&interrupted, true);
}

static void
catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)(SA_RESTART | SA_RESETHAND)};

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_DFL); /* `buckle ... | head` ends quietly, whatever the parent had set */
}

int
bki_processor_count(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

/* Keeps a warning for answers that list them; false if it was there already. */
static bool
keep_note(bki_session *session, const char *text)
{
    for (size_t n = 0; n < session->n_notes; n++)
        if (strcmp(session->notes[n], text) == 0)
            return false;
    const char **notes =
        bk_arena_grow(&session->arena, session->notes, session->n_notes, 1, sizeof *notes, &session->note_capacity);
    if (!notes)
        return true;
    session->notes = notes;
    const char *kept = bk_arena_text(&session->arena, text, strlen(text));
    if (kept)
        session->notes[session->n_notes++] = kept;
    return true;
}

static void
on_log(void *state, bk_log_level level, const char *text)
{
    bki_session *session = state;

    if (level < BK_LOG_WARNING || !keep_note(session, text) || session->quiet)
        return;
    bki_progress_clear(&session->progress);
    fprintf(stderr, "buckle: warning: %s\n", text);
}

static void
on_input(void *state, const char *path)
{
    bki_session_input(state, path);
}

static void
on_progress(void *state, const char *what, double fraction)
{
    bki_session *session = state;

    if (session->warm)
        session->warm->progress(session->warm->progress_state, what, fraction);
    else
        bki_progress_show(&session->progress, what, fraction);
}

/* Whether --format json stands anywhere, so that even a wrong command line is answered in JSON. */
static bool
wants_json(int n, char **arguments)
{
    for (int i = 0; i < n; i++)
        if (strcmp(arguments[i], "--format=json") == 0 ||
            (strcmp(arguments[i], "--format") == 0 && i + 1 < n && strcmp(arguments[i + 1], "json") == 0))
            return true;
    return false;
}

/* Before there is any other context: 0 if --threads is absent or makes no sense, which parsing will say. */
static int
wanted_threads(int n, char **arguments)
{
    for (int i = 0; i < n; i++) {
        const char *text = strncmp(arguments[i], "--threads=", 10) == 0          ? arguments[i] + 10
                           : strcmp(arguments[i], "--threads") == 0 && i + 1 < n ? arguments[i + 1]
                                                                                 : NULL;
        const long  threads = text ? strtol(text, NULL, 10) : 0;
        if (threads >= 1 && threads <= 1024)
            return (int)threads;
    }
    return 0;
}

static bk_status
unknown_verb(bki_session *session, const char *given)
{
    bk_names *names = bk_names_create(&session->arena);

    for (size_t v = 0; names && v < bki_verb_count(); v++)
        bk_names_intern(names, bki_verb_get(v)->name, strlen(bki_verb_get(v)->name));
    const char *near = names ? bk_names_nearest(names, given, strlen(given)) : NULL;
    const char *hint = near ? bk_arena_format(&session->arena, "did you mean %s?", near) : "`buckle help` lists them";
    return bk_fail_hint(session->ctx, BK_ERR_USAGE, hint, "there is no verb '%s'", given);
}

/* Of processes that work together the first one speaks. */
static bool
is_silent(const bki_session *session)
{
    return session->team && session->team->rank > 0;
}

static bk_status
not_spread(bki_session *session)
{
    return bk_fail_hint(session->ctx, BK_ERR_USAGE, "start it without mpirun", "`buckle %s` is not shared by processes",
                        session->verb->name);
}

static bki_exit
run_verb(bki_session *session, int n, char **arguments)
{
    session->verb = bki_verb_find(arguments[0]);
    if (!session->verb)
        return bki_report_errors(session, unknown_verb(session, arguments[0]));
    const bk_status status = bki_options_parse(session, n - 1, arguments + 1);
    if (bki_option_given(session, "help")) {
        bki_help_print(stdout, session->verb);
        return BKI_EXIT_DONE;
    }
    if (status != BK_OK)
        return bki_report_errors(session, status);
    if (session->team && !session->verb->spreads)
        return bki_report_errors(session, not_spread(session));
    session->quiet = session->warm || is_silent(session) || bki_option_given(session, "quiet");
    bki_progress_start(&session->progress, session->quiet);
    const bki_exit result = session->verb->run(session);
    bki_progress_clear(&session->progress);
    if (session->arena.failed && result <= BKI_EXIT_NOT_CONVERGED) {
        fputs("buckle: error: memory ran short while the answer was printed; it is not whole\n", stderr);
        return BKI_EXIT_MACHINE;
    }
    return result;
}

/* A server forks, which threads do not survive: its own context has none, its jobs make theirs. */
static int
thread_count(int n, char **arguments, const bki_verb_call *warm)
{
    const int wanted = wanted_threads(n, arguments);

    if (warm)
        return warm->threads;
    if (strcmp(arguments[0], bki_verb_serve.name) == 0)
        return 1;
    return wanted ? wanted : bki_processor_count();
}

static bki_exit
run_session(int n, char **arguments, const bki_verb_call *warm, const bk_team *team)
{
    bki_session       session = {.json = wants_json(n, arguments), .warm = warm, .team = team};
    const bk_settings settings = {.threads = thread_count(n, arguments, warm),
                                  .log = on_log,
                                  .progress = on_progress,
                                  .input = on_input,
                                  .sink_state = &session,
                                  .cancel = &interrupted};

    if (bk_context_create(&settings, &session.ctx) != BK_OK) {
        fputs("buckle: error: no memory to start with\n", stderr);
        return BKI_EXIT_MACHINE;
    }
    bk_arena_init(&session.arena, session.ctx);
    const bki_exit result = run_verb(&session, n, arguments);
    bk_arena_release(&session.arena);
    bk_context_release(session.ctx);
    return result;
}

int
bki_run_warm(const bki_verb_call *call, int n, char **arguments)
{
    return (int)run_session(n, arguments, call, NULL);
}

/* One of several processes, if mpirun started it so. */
static bki_exit
run_program(int argc, char **argv)
{
    const bk_team *team = NULL;

    if (!bki_team_start(&argc, &argv, &team))
        return BKI_EXIT_MACHINE;
    if (team && team->rank > 0 && !freopen("/dev/null", "w", stdout))
        fclose(stdout);
    catch_signals();
    const bki_exit result = run_session(argc - 1, argv + 1, NULL, team);
    fflush(stdout); /* before any process may end: mpirun ends the others of one that ended badly */
    bki_team_end();
    return result;
}

int
main(int argc, char **argv)
{
    if (argc < 2) {
        bki_help_print(stderr, NULL);
        return BKI_EXIT_USAGE;
    }
    bki_exit result = BKI_EXIT_DONE;
    if (strcmp(argv[1], "--version") == 0)
        bki_version_print();
    else if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        bki_help_print(stdout, NULL);
    else
        result = run_program(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("buckle: error: the answer could not be written to standard output\n", stderr);
        return BKI_EXIT_MACHINE;
    }
    return (int)result;
}
