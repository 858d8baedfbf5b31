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

extern const bki_target bki_targets[BK_TARGET_COUNT];

/* Whether a scenario may change the column: years in which a link opens or closes are the work of projects. */
bool bki_is_adjustable(const bki_attribute *attribute);

#endif
