/* Kinds of job: a row each. */
#ifndef SERVER_KINDS_H
#define SERVER_KINDS_H

#include "server/server.h"

typedef struct bki_kind {
    const char *name;        /* as in {"kind": ...}; the verb of that name does it */
    bool        scenario;    /* it takes one */
    bool        needed;      /* and must be given one */
    bool        keeps_state; /* its worker stays for questions: select, route, export */
    bool        is_service;  /* not asked for by name: one worker that stays, for questions of the server itself */
    const char *summary;
} bki_kind;

extern const bki_kind bki_first_order_kind;

size_t          bki_kind_count(void);
const bki_kind *bki_kind_get(size_t index);
/* NULL if there is none of that name, or if this program has no such verb. */
const bki_kind *bki_kind_find(const bki_verbs *verbs, const char *name);

#endif
