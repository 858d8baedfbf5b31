/* The parts of a brief: facts gathered, judged, and what they rest on. */
#ifndef STUDY_BRIEF_H
#define STUDY_BRIEF_H

#include "buckle/brief.h"
#include "buckle/value.h"

/* What is judged by the worst scenario of its kind. */
typedef enum bki_worst { BKI_CLOSURE, BKI_SHOCK, BKI_DEPARTURE, BKI_RIVAL, BKI_N_WORST } bki_worst;

typedef struct bki_gathering {
    bk_context              *ctx;
    const bk_study          *study;
    const bk_brief_settings *settings;
    bk_arena                *arena;
    const bk_run            *run;
    size_t                   region, scenario; /* the economy's region, the scenario asked for */
    uint32_t                 country;
    bk_brief                *out;

    size_t                 worst[BKI_N_WORST]; /* scenarios; SIZE_MAX: none */
    const size_t          *part_measure;       /* [facts.n_parts] measure of the scenario */
    const bk_joint_values *values;             /* per border row, of the base year; NULL: not found */
} bki_gathering;

/* brief.c: whether a list of country ids by spaces has the country; whether the case builds a project anew. */
bool bki_names_country(const bki_gathering *gathering, const char *countries, uint32_t country);
bool bki_builds(const bki_gathering *gathering, const bk_scenario_run *run, uint32_t project);

/* Facts into gathering->out, each from one part of the library; what these return. */
bk_status bki_brief_conflicts(bki_gathering *gathering);
bk_status bki_brief_values(bki_gathering *gathering);
bk_status bki_brief_worth(bki_gathering *gathering);
bk_status bki_brief_game(bki_gathering *gathering);
bk_status bki_brief_corridors(bki_gathering *gathering);
bk_status bki_brief_both(bki_gathering *gathering);
bk_status bki_brief_tolls(bki_gathering *gathering);

/* Whether a measure is an agreement: it joins, or changes tariffs, or trade costs and nothing that is built. */
bool bki_is_policy(const bk_measure *measure);

/* brief.c: of economies that build nothing of it those that gain and lose, at what each region gains, % of real income
 * [n_regions]; brief_parts.c: hours and inspection at its posts, their worth held, where rows are those of a model. */
void bki_take_others(const bki_gathering *gathering, const double *welfare_pct, bk_brief_facts *facts);
void bki_take_hours(const bki_gathering *gathering, const bk_model *model, bk_brief_facts *facts);

/* The facts as they come out under drawn inputs; none where the study states no doubt. */
bk_status bki_brief_draw(bki_gathering *gathering, bk_brief_draws *out);

/* A state without an equilibrium leaves its facts unknown. */
bk_status bki_brief_or_unknown(bki_gathering *gathering, bk_status status);

/* What the files behind each answer are worth: answers[].rests_on, held by the arena. */
bk_status bki_brief_rest(const bk_model *model, bk_arena *arena, bk_brief_answer *answers);

/* ---- verdicts ---------------------------------------------------------------------------------------------------- */

typedef struct bki_judge {
    const bk_brief_facts *facts;
    bk_arena             *arena;
    bk_brief_answer      *answer; /* in hand */
} bki_judge;

#define BKI_NOISE_PCT 0.01 /* below this a change means nothing in this kind of model */

const char *bki_money(bk_arena *arena, double usd);
void        bki_put(bki_judge *judge, bk_verdict verdict, double value, const char *unit, const char *sentence);
void        bki_put_interval(bki_judge *judge, double low, double high, bk_brief_interval interval);
void        bki_missing(bki_judge *judge, const char *what);
bk_verdict  bki_either(bool is_so);

void bki_judge_security(bki_judge *judge);
void bki_judge_development(bki_judge *judge);
void bki_judge_overcapacity(bki_judge *judge);
void bki_judge_investment(bki_judge *judge);
void bki_judge_bargaining(bki_judge *judge);
void bki_judge_third_countries(bki_judge *judge);

#endif
