/* The inside of the stable surface, for the files of this layer only. */
#ifndef API_API_H
#define API_API_H

#include "buckle/api.h"
#include "buckle/spread.h"
#include "buckle/study.h"
#include "study/table.h"

struct buckle_engine {
    bk_context     *ctx;
    atomic_size_t   holders; /* the caller, and every study and result: the last one ends it */
    atomic_bool     cancel;
    buckle_progress progress;
    buckle_log      log;
    void           *state;        /* handed to both */
    bk_arena        arena;        /* of cache_folder */
    const char     *cache_folder; /* NULL: none */
};

struct buckle_study {
    buckle_engine      *engine;
    atomic_size_t       holders; /* the caller, and every result, whose tables name what is in the study */
    bk_arena            arena;
    const bk_study     *study;   /* without scenarios; its base once that is solved */
    size_t              n_files; /* scenarios in its folder */
    const char *const  *files;   /* [n_files] names */
    size_t              n_added, capacity;
    const bk_scenario **added;  /* [n_added] */
    const bk_model    **models; /* [n_added] in which they hold */
};

struct buckle_result {
    buckle_engine     *engine;
    buckle_study      *study; /* held; NULL: the question had none */
    bk_arena           arena;
    const bk_results  *results;
    bk_results         own; /* where a question has no tables of its own: `results` points here */
    bool               converged, interrupted;
    double             residual; /* < 0: none */
    size_t             n_sentences, n_warnings;
    const char *const *sentences; /* [n_sentences] */
    const char *const *warnings;  /* [n_warnings] */
};

void bki_engine_hold(buckle_engine *engine);
void bki_study_hold(buckle_study *study);

/* ---- a question being read ----------------------------------------------------------------------------------------
 */

/* Options are taken one by one; the first that cannot be had right is the status of all, and what nobody took is found
 * at the end. */
typedef struct bki_asked {
    buckle_engine       *engine;
    bk_context          *ctx;
    bk_arena            *arena;    /* the result's */
    const char          *question; /* "run" */
    const buckle_option *options;  /* [n_options] */
    size_t               n_options;
    bool                *taken; /* [n_options] whether the question knows it */
    bk_names            *known; /* names it could have had */
    bk_status            status;
} bki_asked;

bk_status bki_asked_start(bki_asked *asked);
/* NULL, `otherwise` or 0 where the option is not given, or wrong. */
const char *bki_asked_text(bki_asked *asked, const char *name);
const char *bki_asked_needed(bki_asked *asked, const char *name, const char *example); /* absent: a fault */
bool        bki_asked_flag(bki_asked *asked, const char *name);
double      bki_asked_number(bki_asked *asked, const char *name, double least, double most, double otherwise);
uint64_t    bki_asked_integer(bki_asked *asked, const char *name, double least, double most, uint64_t otherwise);
/* Which of the words of `choices`, separated by blanks. */
int bki_asked_choice(bki_asked *asked, const char *name, const char *choices, int otherwise);
/* Every value of an option that may be given again; one that holds a character of `separators` counts as several. */
size_t bki_asked_list(bki_asked *asked, const char *name, const char *separators, const char *const **out);
/* Every option was taken. */
bk_status bki_asked_end(bki_asked *asked);

/* Which scenarios a question is about, and what it needs beside them. */
typedef struct bki_cast {
    size_t             n;
    const char *const *names;         /* [n] */
    bool               otherwise_all; /* n 0 means every file of the study */
    bool               base;          /* the base year too */
    int                deficits;      /* a bk_deficit_rule; below 0: the study's own */
} bki_cast;

/* The study as the question sees it, held by the asked's arena; the base year stays with the study. */
bk_status bki_open_scenarios(bki_asked *asked, buckle_study *study, const bki_cast *cast, const bk_study **out);
/* finance and lender. */
bk_closure bki_asked_closure(bki_asked *asked);

/* What answers a question: from its options to the result's tables; `study` NULL where it needs none. */
typedef bk_status (*bki_answerer)(bki_asked *asked, buckle_study *study, buckle_result *result);
buckle_status bki_answer(buckle_engine *engine, buckle_study *study, const char *question, bki_answerer answerer,
                         const buckle_option *options, size_t n_options, buckle_result **out);

/* ---- the questions, as questions.c lists them ---------------------------------------------------------------------
 */

bk_status bki_ask_appraise(bki_asked *asked, buckle_study *handle, buckle_result *result);
bk_status bki_ask_assign(bki_asked *asked, buckle_study *handle, buckle_result *result);
bk_status bki_ask_assign_study(bki_asked *asked, buckle_study *handle, buckle_result *result);
bk_status bki_ask_balance(bki_asked *asked, buckle_study *handle, buckle_result *result);
bk_status bki_ask_brief(bki_asked *asked, buckle_study *handle, buckle_result *result);
bk_status bki_ask_calibrate(bki_asked *asked, buckle_study *handle, buckle_result *result);
bk_status bki_ask_check(bki_asked *asked, buckle_study *handle, buckle_result *result);
bk_status bki_ask_claim(bki_asked *asked, buckle_study *handle, buckle_result *result);
bk_status bki_ask_design(bki_asked *asked, buckle_study *handle, buckle_result *result);
bk_status bki_ask_game(bki_asked *asked, buckle_study *handle, buckle_result *result);
bk_status bki_ask_invest(bki_asked *asked, buckle_study *handle, buckle_result *result);
bk_status bki_ask_pivot(bki_asked *asked, buckle_study *handle, buckle_result *result);
bk_status bki_ask_route(bki_asked *asked, buckle_study *handle, buckle_result *result);
bk_status bki_ask_run(bki_asked *asked, buckle_study *handle, buckle_result *result);
bk_status bki_ask_stress(bki_asked *asked, buckle_study *handle, buckle_result *result);
bk_status bki_ask_trade(bki_asked *asked, buckle_study *handle, buckle_result *result);
bk_status bki_ask_value(bki_asked *asked, buckle_study *handle, buckle_result *result);

/* ---- what several of them need ------------------------------------------------------------------------------------
 */

#define BKI_MOST_SEED 1e15
#define BKI_SUCH_AS   "such as belt-as-planned" /* a scenario */

double bki_asked_tolerance(bki_asked *asked, double otherwise);
/* The file of --resume, in which records are kept as they are found. */
bk_spread_settings bki_asked_spread(bki_asked *asked);
/* Economies by country, region or name, as countries, into `countries` [n]. */
bk_status bki_find_countries(bki_asked *asked, const bk_study *study, size_t n, const char *const *names,
                             uint32_t *countries);

/* What is one figure each, as the table `summary`. */
typedef struct bki_item {
    const char *name, *unit;
    double      value; /* not finite: an empty cell */
} bki_item;

bk_status bki_record_summary(bki_asked *asked, buckle_result *result, size_t n, const bki_item *items);
/* Paths written, as the table `files`. */
bk_status bki_record_files(bki_asked *asked, buckle_result *result, size_t n, const char *const *files);
/* An empty table of the answer's own; check bk_arena_ok before writing, then bki_table_append. */
#define BKI_TABLE(result, name, title, columns, n_rows, geometry)                                                      \
    bki_table_create(&(result)->arena, name, title, columns, sizeof(columns) / sizeof *(columns), n_rows, geometry)

#endif
