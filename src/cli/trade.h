/* The answer of `trade`, as text or JSON. */
#ifndef CLI_TRADE_H
#define CLI_TRADE_H

#include "cli/cli.h"

typedef struct bki_trade_answer {
    bki_session       *session;
    const bk_study    *study;
    bk_closure         closure; /* as asked */
    bk_trade_report    report;
    bool               bilateral; /* --bilateral: partners and sectors of `economy` as well */
    size_t             economy;   /* region */
    size_t             n_files;
    const char *const *files; /* [n_files] written */
    double             seconds;
} bki_trade_answer;

void     bki_trade_print_text(const bki_trade_answer *answer);
bki_exit bki_trade_print_json(const bki_trade_answer *answer);

#endif
