/* How a verb ends: with errors, for people as `file:line:column: error: ...` on standard error, for scripts as one
 * object on standard output; or with its answer. */
#include "cli/team.h"

static bki_exit
exit_of(const bki_session *session, bk_status status)
{
    switch (status) {
    case BK_OK:
        return BKI_EXIT_DONE;
    case BK_ERR_NOT_CONVERGED:
        return BKI_EXIT_NOT_CONVERGED;
    case BK_ERR_USAGE:
        return BKI_EXIT_USAGE;
    case BK_ERR_NO_MEMORY:
        return BKI_EXIT_MACHINE;
    case BK_ERR_CANCELLED:
        return BKI_EXIT_INTERRUPTED;
    case BK_ERR_FILE:
        return session->writing ? BKI_EXIT_MACHINE : BKI_EXIT_INPUT;
    default:
        return BKI_EXIT_INPUT;
    }
}

static void
print_error(const bk_error *error)
{
    if (error->file) {
        fputs(error->file, stderr);
        if (error->line > 0)
            fprintf(stderr, ":%d", error->line);
        if (error->line > 0 && error->column > 0)
            fprintf(stderr, ":%d", error->column);
        fputs(": ", stderr);
    } else {
        fputs("buckle: ", stderr);
    }
    fprintf(stderr, "error: %s%s%s\n", error->message, error->hint ? "; " : "", error->hint ? error->hint : "");
}

static void
json_error(bk_json *json, const char *key, const bk_error *error)
{
    bk_json_object(json, key);
    bk_json_text(json, "code", bk_status_name(error->code));
    bk_json_text(json, "message", error->message);
    bk_json_text(json, "file", error->file);
    if (error->line > 0)
        bk_json_integer(json, "line", error->line);
    else
        bk_json_text(json, "line", NULL);
    if (error->column > 0)
        bk_json_integer(json, "column", error->column);
    else
        bk_json_text(json, "column", NULL);
    bk_json_text(json, "hint", error->hint);
    bk_json_end(json);
}

static void
print_json_errors(bki_session *session, const bk_error *first)
{
    bk_json *json = bk_json_create(&session->arena);

    if (!json) { /* as short of memory as the answer was: still one object */
        bki_json_print(NULL);
        return;
    }
    bk_json_object(json, NULL);
    json_error(json, "error", first);
    bk_json_array(json, "errors");
    for (size_t e = 0; bk_error_get(session->ctx, e); e++)
        json_error(json, NULL, bk_error_get(session->ctx, e));
    bk_json_end(json);
    bk_json_end(json);
    bki_json_print(json);
}

bki_exit
bki_report_errors(bki_session *session, bk_status status)
{
    const bk_error  unknown = {.code = status, .message = bk_status_text(status)};
    const bk_error *first = bk_error_get(session->ctx, 0);

    bki_progress_clear(&session->progress);
    if (!first)
        first = &unknown;
    if (session->team && session->team->rank > 0) {
        ; /* process 0 speaks */
    } else if (session->json) {
        print_json_errors(session, first);
    } else if (first == &unknown) {
        print_error(&unknown);
    } else {
        for (size_t e = 0; bk_error_get(session->ctx, e); e++)
            print_error(bk_error_get(session->ctx, e));
    }
    return exit_of(session, status);
}

bki_exit
bki_finish(bki_session *session, bk_status status, const void *answer, const bki_ending *ending)
{
    bki_exit printed = BKI_EXIT_DONE;

    bki_progress_clear(&session->progress);
    status = bki_team_agree(session, status);
    if (status != BK_OK)
        return bki_report_errors(session, status);
    if (session->json)
        printed = ending->json(answer);
    else
        ending->text(answer);
    return printed == BKI_EXIT_DONE && ending->exit ? ending->exit(answer) : printed;
}

bki_exit
bki_exit_of_outcome(bk_outcome outcome)
{
    switch (outcome) {
    case BK_CONVERGED:
        return BKI_EXIT_DONE;
    case BK_CANCELLED:
        return BKI_EXIT_INTERRUPTED;
    default:
        return BKI_EXIT_NOT_CONVERGED;
    }
}
