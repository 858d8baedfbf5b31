/* Tables of what a change of trade consists of, for a run and for trade alone. */
#ifndef STUDY_TABLES_TRADE_H
#define STUDY_TABLES_TRADE_H

#include "buckle/study.h"

typedef struct bki_trade_case { /* one scenario's trade; solution NULL: no rows */
    const char                   *name;
    const bk_trade_solution      *solution;
    const bk_trade_decomposition *decomposition;
    const bk_trade_indicators    *indicators;
} bki_trade_case;

bk_status bki_record_trade_changes(bk_context *ctx, const bk_model *model, const bk_trade_base *base,
                                   const bki_trade_case *single, bk_results *results);
bk_status bki_record_decomposition(bk_context *ctx, const bk_model *model, size_t n_cases, const bki_trade_case *cases,
                                   bk_results *results);
bk_status bki_record_indicators(bk_context *ctx, const bk_model *model, size_t n_cases, const bki_trade_case *cases,
                                bk_results *results);

#endif
