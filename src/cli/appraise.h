/* The answer of `appraise`, as text or JSON. */
#ifndef CLI_APPRAISE_H
#define CLI_APPRAISE_H

#include "cli/cli.h"

typedef struct bki_appraise_answer {
    bki_session    *session;
    const bk_study *study;
    const bk_worth *worth;
    const char     *path; /* of the GeoPackage written, or NULL */
    bk_report_paths reports;
    double          seconds;
} bki_appraise_answer;

/* ISO code of economy `e` of the appraisal, or "outside". */
const char *bki_appraise_economy(const bk_worth *worth, size_t e);

bki_exit bki_appraise_print_json(const void *answer);

#endif
