/* Kinds of job: a row each, and how much one request may ask of them. */
#ifndef SERVER_KINDS_H
#define SERVER_KINDS_H

#include "server/server.h"

#define BKI_MOST_AGAINST 6 /* scenarios beside that of the request */

typedef struct bki_kind {
    const char *name;        /* as in {"kind": ...} */
    const char *verb;        /* that does it */
    const char *option;      /* that it must be given; NULL: none */
    bool        scenario;    /* it takes one */
    bool        needed;      /* and must be given one */
    bool        several;     /* and may be given others to choose among */
    bool        keeps_state; /* its worker stays for questions: select, route, export */
    bool        is_service;  /* not asked for by name: one worker that stays, for questions of the server itself */
    const char *summary;
} bki_kind;

typedef struct bki_limit { /* of the value of an option of one request */
    const char *kind, *option;
    double      most;
} bki_limit;

extern const bki_kind bki_first_order_kind;

size_t          bki_kind_count(void);
const bki_kind *bki_kind_get(size_t index);
/* NULL if there is none of that name, or if this program has no such verb. */
const bki_kind *bki_kind_find(const bki_verbs *verbs, const char *name);

size_t           bki_limit_count(void);
const bki_limit *bki_limit_get(size_t index);

#endif
