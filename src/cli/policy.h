/* `buckle check --policy`, as text and as JSON. */
#ifndef CLI_POLICY_H
#define CLI_POLICY_H

#include "cli/cli.h"

/* The report that the options ask for, printed; an error is reported. */
bki_exit bki_policy_answer(bki_session *session);

void     bki_policy_text(bki_session *session, const bk_study *study, const bk_policy_report *report);
bki_exit bki_policy_json(bki_session *session, const bk_study *study, const bk_policy_report *report);

/* "2023-06-01" */
const char *bki_show_day(bk_arena *arena, int day);
/* Where the rate comes from, in words: "mfn", "common external tariff of eaeu". */
const char *bki_show_basis(bk_arena *arena, const bk_policy_state *state, const bk_model *model, uint32_t importer,
                           bk_tariff_basis basis);
/* Why the rate is what it is, in words and without rows. */
const char *bki_show_reason(bk_arena *arena, const bk_policy_state *state, const bk_model *model, uint32_t importer,
                            const bk_tariff_rule *rule);

#endif
