/* What a claim could be about: kinds of cost of one economy, each cut by a share. */
#ifndef STUDY_CLAIM_H
#define STUDY_CLAIM_H

#include "buckle/worth.h"

typedef struct bki_channel {
    const char *id, *what;
    double      most;          /* largest cut tried */
    bool        needs_network; /* acts on links, transfers or posts */
    /* Cuts in `model`, a copy whose arrays of links, transfers, borders, tariffs and trade costs are its own; returns
     * how many figures it changed. */
    size_t (*cut)(bk_model *model, uint32_t country, double share);
} bki_channel;

extern const bki_channel bki_channels[];
size_t                   bki_channel_count(void);

/* The base model with one channel of one country cut; `*n_changed` figures. */
bk_status bki_channel_apply(const bk_model *base, const bki_channel *channel, uint32_t country, double share,
                            bk_arena *arena, const bk_model **out, size_t *n_changed);

#endif
