/* Names and sentences of the status codes and outcomes, from the one list in base.h. */
#include "buckle/base.h"

const char *
bk_status_name(bk_status status)
{
#define X(code, name, text) name,
    static const char *const names[] = {BK_STATUS_LIST(X)};
#undef X

    return (unsigned)status < BK_STATUS_COUNT ? names[status] : "unknown";
}

const char *
bk_status_text(bk_status status)
{
#define X(code, name, text) text,
    static const char *const texts[] = {BK_STATUS_LIST(X)};
#undef X

    return (unsigned)status < BK_STATUS_COUNT ? texts[status] : "a status buckle does not know";
}

const char *
bk_outcome_name(bk_outcome outcome)
{
    static const char *const names[] = {"converged", "iteration-limit", "stalled", "cancelled"};

    return (unsigned)outcome < sizeof names / sizeof names[0] ? names[outcome] : "unknown";
}
