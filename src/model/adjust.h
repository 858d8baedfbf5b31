/* What a scenario's `adjust` may change: rows of each target, and the keys that choose among them. */
#ifndef MODEL_ADJUST_H
#define MODEL_ADJUST_H

#include "model/build.h"

typedef enum bki_noun { /* what the names of a selector are names of */
                        BKI_NOUN_LINK,
                        BKI_NOUN_NODE,
                        BKI_NOUN_MODE,
                        BKI_NOUN_COUNTRY,
                        BKI_NOUN_SIDE,
                        BKI_NOUN_SECTOR,
                        BKI_NOUN_REGION, /* or a country, for all its regions */
                        BKI_NOUN_PROJECT,
                        BKI_NOUN_PARTY,
                        BKI_NOUN_ROLE
} bki_noun;

const char *bki_noun_name(bki_noun noun); /* "border node" */
size_t      bki_noun_count(const bk_model *model, bki_noun noun);
/* The name of the i-th; parties may come again. */
const char *bki_noun_text(const bk_model *model, bki_noun noun, size_t i);

#define BKI_MOST_SELECTORS 5

typedef struct bki_target {
    const char *name;
    size_t      n_selectors;
    struct {
        const char *key;
        bki_noun    noun;
    } selectors[BKI_MOST_SELECTORS];
    size_t (*count)(const bk_model *model);                              /* rows */
    uint32_t (*key)(const bk_model *model, size_t row, size_t selector); /* number among those of the noun */
} bki_target;

/* Whose a row is: a post's country, that of a transfer's node, both ends' of a link, the importer of a tariff, both of
 * a trade cost, the producer; BK_NONE: nobody's, as modes, sectors and projects are. */
typedef struct bki_owners {
    uint32_t one, other;
} bki_owners;

bki_owners bki_owners_of(const bk_model *model, bk_target_kind kind, size_t row);

/* Calls for the owners of every row that an adjustment chooses.  Returns BK_OK, BK_ERR_NO_MEMORY, or the fault of a
 * name that is none. */
bk_status bki_adjusted_rows(bk_context *ctx, const bk_model *model, const bk_adjustment *adjustment,
                            void (*visit)(void *state, bk_target_kind kind, bki_owners owners), void *state);

extern const bki_target bki_targets[BK_TARGET_COUNT];

/* Whether a scenario may change the column: years in which a link opens or closes are the work of projects. */
bool bki_is_adjustable(const bki_attribute *attribute);

#endif
