/* buckle calibrate: a study that fits what was seen. */
#include "cli/calibrate.h"

static bk_status
solve(bki_calibrate_answer *answer)
{
    bki_session          *session = answer->session;
    bk_calibrate_settings settings = bk_calibrate_default_settings();
    const bki_value      *logs = bki_option_value(session, "log");
    const double          start = bki_seconds();

    settings.logs = logs ? logs->texts : NULL;
    settings.n_logs = logs ? logs->n_texts : 0;
    settings.points = bki_option_text(session, "points");
    settings.least_stays = (size_t)bki_option_number(session, "least-stays", (double)settings.least_stays);
    settings.rounds = (int)bki_option_number(session, "rounds", settings.rounds);
    settings.fit = !bki_option_given(session, "no-fit");
    settings.out = bki_option_text(session, "out");
    settings.cache_folder = bki_option_cache(session);
    answer->folder = settings.out;
    BK_TRY(bki_session_open(session, BKI_OTHERWISE_NONE, &answer->study));
    BK_TRY(bk_study_calibrate(session->ctx, answer->study, &settings, &session->arena, &answer->out));
    answer->seconds = bki_seconds() - start;
    return BK_OK;
}

static bki_exit
exit_of(const void *state)
{
    const bki_calibrate_answer *answer = state;

    return answer->out.n_values == 0 ? BKI_EXIT_DONE : bki_exit_of_outcome(answer->out.outcome);
}

static const bki_ending ending = {.text = bki_calibrate_text, .json = bki_calibrate_json, .exit = exit_of};

static bki_exit
run(bki_session *session)
{
    bki_calibrate_answer answer = {.session = session};

    if (bki_option_given(session, "follow"))
        return bki_follow(session);
    return bki_finish(session, solve(&answer), &answer, &ending);
}

static const bki_option options[] = {
    {.name = "log",
     .kind = BKI_OPTION_LIST,
     .argument = "FILE",
     .meaning =
         "events of shipments at places, CSV (shipment, point, event, time, mode, destination) or EPCIS 2.0 JSON; "
         "may be given again"},
    {.name = "points",
     .kind = BKI_OPTION_TEXT,
     .argument = "FILE",
     .meaning = "CSV of point, node: what the log calls the study's places"},
    {.name = "least-stays",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 2,
     .most = 1e9,
     .meaning = "a border row with fewer stays keeps its hours, 30 by default"},
    {.name = "no-fit", .kind = BKI_OPTION_FLAG, .meaning = "dwell times alone, nothing is fitted to observations"},
    {.name = "rounds",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 1,
     .most = 10,
     .meaning = "rounds of fitting and of finding the routes anew, 2 by default"},
    {.name = "out",
     .kind = BKI_OPTION_TEXT,
     .argument = "FOLDER",
     .meaning = "where the new study goes, which must not exist; what changed goes to FOLDER.diff"},
    {.name = "follow",
     .kind = BKI_OPTION_TEXT,
     .argument = "FILE",
     .meaning = "a log that grows: print when its open shipments arrive, again with every event, until Ctrl-C"},
    {.name = "once", .kind = BKI_OPTION_FLAG, .meaning = "with --follow: print once and stop"},
    {.name = "now",
     .kind = BKI_OPTION_TEXT,
     .argument = "TIME",
     .meaning = "with --follow: the time it is, such as 2024-05-01T10:00+06:00; by default that of the clock"},
    {.name = "no-cache", .kind = BKI_OPTION_FLAG, .meaning = "solve base years anew and keep nothing"},
};

const bki_verb bki_verb_calibrate = {
    .name = "calibrate",
    .operand = "STUDY",
    .summary = "Dwell times from logs of shipments, and constants that fit what was observed: a new study and its "
               "difference",
    .detail = "Hours at border posts come from the stays in the logs, less the queue that the model adds itself. Then "
              "what\n"
              "observed/parameter.csv lists is moved, as little as the observations marked `calibrate` allow; those "
              "marked\n"
              "`validate` are computed before and after, and never fitted to. The study itself is not touched.",
    .example = "buckle calibrate studies/silkroad --out studies/silkroad-fitted",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .run = run,
};
