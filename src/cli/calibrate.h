/* The answers of `buckle calibrate`. */
#ifndef CLI_CALIBRATE_H
#define CLI_CALIBRATE_H

#include "buckle/calibrate.h"
#include "cli/cli.h"

typedef struct bki_calibrate_answer {
    bki_session    *session;
    const bk_study *study;
    bk_calibration  out;
    const char     *folder; /* of the new study, or NULL */
    double          seconds;
} bki_calibrate_answer;

void     bki_calibrate_text(const void *answer);
bki_exit bki_calibrate_json(const void *answer);

/* "dostyk rail CHN-KAZ entry" */
const char *bki_border_name(bk_arena *arena, const bk_model *model, uint32_t border);

/* With --follow: prints open shipments as the log grows; an error is reported. */
bki_exit bki_follow(bki_session *session);

#endif
