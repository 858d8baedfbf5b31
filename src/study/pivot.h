/* A scenario as a game, for the files that make it. */
#ifndef STUDY_PIVOT_H
#define STUDY_PIVOT_H

#include "buckle/pivot.h"

enum { BKI_MOST_PIVOTS = 63 };

struct bk_pivot_game {
    const bk_study          *study;
    const bk_scenario       *scenario; /* with the projects of this game */
    const bk_pivot_settings *settings;
    const bk_joint_base     *base;
    size_t                   n_players;
    const uint32_t          *players;   /* [n_players] countries */
    const uint64_t          *player_of; /* [n_countries] its bit, 0: no player */
    const uint64_t          *parties;   /* [n_measures] players without whom nothing of the measure holds */
    const uint64_t          *owners;    /* [n_projects] players of its countries */
    const bool              *is_posts;  /* [n_projects] it builds nothing but posts */
    size_t                   n_needs;
    const uint64_t          *needs; /* [n_needs] distinct sets of players that some part needs */
};

/* Whether `words` ("KAZ CHN") names the country. */
bool bki_is_among(const char *words, const char *country);
/* BK_NONE: there is none. */
uint32_t bki_find_project(const bk_model *model, const char *id);

/* Whose post a row is: it leaves one country, or enters another. */
static inline uint32_t
bki_post_country(const bk_border *border)
{
    return border->side == BK_EXIT ? border->from_country : border->to_country;
}

static inline uint32_t
bki_region_country(const bk_model *model, uint32_t region)
{
    return model->economy.regions[region].country;
}

/* USD a year of the works a coalition opens: `by_player` [n_players] as projects/finance.csv has it; the whole cost,
 * that of parties who are no players included, is returned in `*total`. */
bk_status bki_pivot_cost(bk_context *ctx, const bk_pivot_game *game, uint64_t coalition, double *by_player,
                         double *total);

/* The countries that a scenario asks something of: works, posts, joining, tolls, numbers of links, transfers and posts;
 * where it asks none of these, tariffs, trade costs and productivity.  `asked` [n_countries]. */
bk_status bki_pivot_asked(bk_context *ctx, const bk_model *model, const bk_scenario *scenario, bool *asked);

/* ---- equilibria spread over processes --------------------------------------------------------------------------- */

enum { BKI_PIVOT_STATUS, BKI_PIVOT_CONVERGED, BKI_PIVOT_RESIDUAL, BKI_PIVOT_GAIN }; /* of a record; gains [n_regions] */

typedef struct bki_pivot_found {
    size_t            first[3]; /* record of each side's first state; then the end */
    const uint64_t   *states;   /* [first[n_sides]] coalitions */
    const bk_records *records;
} bki_pivot_found;

/* The states that the games of all sides need, solved by threads, shards or a team; sets what `pivot` says of them. */
bk_status bki_pivot_spread(bk_context *ctx, bk_pivot *pivot, const bk_pivot_game *const *games, bk_arena *arena,
                           bki_pivot_found *out);

/* ---- what is said ----------------------------------------------------------------------------------------------- */

bk_status bki_pivot_say(bk_arena *arena, bk_pivot *pivot);
bk_status bki_pivot_record(bk_context *ctx, bk_arena *arena, bk_pivot *pivot);

#endif
