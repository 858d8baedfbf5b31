/* A question to a worker whose answer stays ready. */
#ifndef SERVER_QUESTIONS_H
#define SERVER_QUESTIONS_H

#include "server/worker.h"

#define BKI_MOST_FIELDS 8

typedef struct bki_question {
    bki_worker *worker;
    bk_context *ctx; /* of its own, as is the arena: what it takes is given back */
    bk_arena   *arena;
    size_t      n;
    const char *fields[BKI_MOST_FIELDS];
    int         status;      /* of HTTP */
    const char *type, *file; /* of the body; file: what it is saved as, or "" */
    const char *body;
    size_t      n_body;
} bki_question;

/* By the adjoint of the base year. */
bk_status bki_ask_first_order(bki_question *q); /* the scenario's text is the second field */
bk_status bki_ask_values(bki_question *q);      /* the second field names an economy, or is empty: the first */

/* Of the run that the worker keeps, in the state given: fields origin, destination, sector, each may be empty. */
bk_status bki_ask_flows(bki_question *q, const bk_model *model, const bk_joint_solution *solution);

#endif
