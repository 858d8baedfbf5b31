/* What an error code means, and what to do. */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include "cli/cli.h"

typedef struct bki_explanation {
    const char *code;    /* "no-path", as in `"code"` of an error, or "exit-3" */
    const char *summary; /* one sentence */
    const char *meaning; /* paragraphs */
    const char *remedy;  /* what to do */
} bki_explanation;

size_t                 bki_explanation_count(void);
const bki_explanation *bki_explanation_get(size_t index);
const bki_explanation *bki_explanation_find(const char *code); /* NULL if there is none */
void                   bki_explanations_print_markdown(FILE *out);

/* What a shell completes, from the table of verbs: "bash", "zsh" or "fish". */
void bki_completion_print(FILE *out, const char *shell);

void bki_manual_print(FILE *out); /* the page buckle(1), for man */

#endif
