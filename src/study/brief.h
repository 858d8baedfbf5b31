/* The parts of a brief: facts gathered, judged, and what they rest on. */
#ifndef STUDY_BRIEF_H
#define STUDY_BRIEF_H

#include "buckle/brief.h"

typedef struct bki_gathering {
    bk_context              *ctx;
    const bk_study          *study;
    const bk_brief_settings *settings;
    bk_arena                *arena;
    const bk_run            *run;
    size_t                   region, scenario; /* the economy's region, the scenario asked for */
    uint32_t                 country;
    bk_brief                *out;
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
void        bki_missing(bki_judge *judge, const char *what);
bk_verdict  bki_either(bool is_so);

void bki_judge_security(bki_judge *judge);
void bki_judge_development(bki_judge *judge);
void bki_judge_overcapacity(bki_judge *judge);
void bki_judge_investment(bki_judge *judge);
void bki_judge_bargaining(bki_judge *judge);
void bki_judge_third_countries(bki_judge *judge);

#endif
