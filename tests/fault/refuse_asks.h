/* What a wrapper of refuse_calls.c asks. */
#ifndef REFUSE_ASKS_H
#define REFUSE_ASKS_H

#include "refuse.h"

/* Whether this request, of this kind, is the one to refuse. */
bool refuse_asks(refuse_what what);

#endif
