/* The answer of `buckle invest`, for the files that show it. */
#ifndef CLI_INVEST_H
#define CLI_INVEST_H

#include "buckle/optimum.h"
#include "buckle/portfolio.h"
#include "cli/cli.h"

typedef struct bki_invest_answer {
    bki_session      *session;
    const bk_study   *study;
    const bk_invest  *invest;
    const bk_optimum *optimum;   /* NULL: not asked */
    const char       *objective; /* as asked: "all", "maxmin", "KAZ", a file */
    const char       *file;      /* that worths are kept in, or NULL */
    double            seconds;
} bki_invest_answer;

/* "KAZ", "outside" */
const char *bki_invest_economy(const bk_invest *invest, size_t economy);
const char *bki_invest_project(const bk_invest *invest, size_t candidate); /* its id */
/* "base year" or the scenario's name; state s + 1 is robust[s]. */
const char *bki_invest_state(const bk_invest *invest, size_t state);

/* "enumeration", "branch-and-bound" where a bound stands on a law, else "heuristic" */
const char *bki_invest_method(const bk_invest *invest);

/* "a,b" into its parts, held by the session. */
bk_status bki_invest_split(bki_session *session, const char *text, size_t *n, const char ***out);

/* What a planner would widen with the same budget, if --network-optimum asks: its options, before the search, and the
 * answer, after it. */
bk_status bki_invest_optimum_asked(const bki_invest_answer *answer, bk_optimum_settings *settings);
bk_status bki_invest_optimum(bki_invest_answer *answer, bk_optimum_settings *settings);
void      bki_invest_print_optimum(const bki_invest_answer *answer);
void      bki_invest_json_optimum(bk_json *json, const bki_invest_answer *answer);

void     bki_invest_print_text(const void *answer);
bki_exit bki_invest_print_json(const void *answer);

#endif
