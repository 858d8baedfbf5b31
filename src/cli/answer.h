/* The answer of `run`, as text or JSON. */
#ifndef CLI_ANSWER_H
#define CLI_ANSWER_H

#include "cli/cli.h"

typedef struct bki_answer {
    bki_session    *session;
    const bk_study *study;
    const bk_run   *run;
    const char     *path;    /* of the GeoPackage written */
    bk_report_paths reports; /* what else was written */
    double          seconds;
} bki_answer;

/* `buckle run --first-order`, printed; an error is reported. */
bki_exit bki_first_order_answer(bki_session *session);

void     bki_answer_print_text(const bki_answer *answer);
bki_exit bki_answer_print_json(const bki_answer *answer);
void     bki_answer_json_members(bk_json *json, const bki_answer *answer); /* its keys, into the object that is open */

/* What each measure of a scenario brings, as a table; nothing if it has but one. */
void bki_answer_print_parts(const bki_answer *answer, const bk_scenario_run *scenario);
void bki_answer_json_parts(bk_json *json, const bki_answer *answer); /* "attribution" and "interactions" */

/* What crosses the study's own economy; whose trade uses what was selected; "corridors", "transit", "selections". */
void bki_answer_print_transit(const bki_answer *answer, const bk_scenario_run *scenario);
void bki_answer_print_selections(const bki_answer *answer);
void bki_answer_json_transit(bk_json *json, const bki_answer *answer);

/* A facility that binds in a state, and how much. */
typedef struct bki_bottleneck {
    const char *kind, *id, *name;
    double      tonnes, utilisation, value_of_capacity, value_change, queue_hours;
} bki_bottleneck;

/* Those of the state named `state` in the table of facilities with a price of at least `least` USD/t, first those that
 * the state makes scarcer than the base;
 * returns how many.  *out is NULL if memory is short or the study has no network. */
size_t bki_bottlenecks(const bki_answer *answer, const char *state, double least, bki_bottleneck **out);

#endif
