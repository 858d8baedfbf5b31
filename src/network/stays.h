/* From logged events to stays at border posts. */
#ifndef NETWORK_STAYS_H
#define NETWORK_STAYS_H

#include "buckle/dwell.h"

typedef struct bki_stay {
    uint32_t border;  /* index of the row */
    double   arrival; /* s since 1970 */
    double   hours;   /* > 0 */
    uint8_t  hour;    /* of the local day, at arrival */
} bki_stay;

typedef struct bki_stays {
    size_t    n, n_repeats;
    bki_stay *stays; /* [n] by shipment, then time */
    size_t    dropped[BK_STAY_DROP_COUNT];
} bki_stays;

/* Every stay at a post with border rows, or why it is none.  Held by `arena`.  Returns BK_OK, BK_ERR_NO_MEMORY. */
bk_status bki_stays_find(const bk_model *model, const bk_trip_log *log, const bk_dwell_settings *settings,
                         bk_arena *arena, bki_stays *out);

#endif
