/* What `buckle assign` knows once it has solved, for those who show or write parts of it. */
#ifndef CLI_ASSIGN_H
#define CLI_ASSIGN_H

#include "buckle/stochastic.h"
#include "cli/cli.h"
#include "io/road_files.h"

typedef struct bki_link_use { /* one arc that --select names */
    size_t                   arc, n;
    const bk_selected_trips *trips; /* [n] */
} bki_link_use;

typedef struct bki_assign {
    bki_session            *session;
    const bk_road_network  *network;
    size_t                  n_classes;
    const bki_road_class   *roads;   /* [n_classes] */
    const bk_traffic_class *classes; /* [n_classes] the same for the library */
    bk_equilibrium          out;
    bool                    is_logit; /* `logit` is there, and `out` its traffic */
    bk_stochastic           logit;
    bk_stochastic_method    logit_method;
    double                  dispersion; /* per unit of time */
    double                  seconds;
    size_t                  n_selected;
    const bki_link_use     *selected; /* [n_selected] */
    bk_path_totals          paths;    /* of --paths */
} bki_assign;

/* The whole of `buckle assign STUDY`. */
bki_exit bki_assign_study(bki_session *session);

/* The network, and the classes of --classes or the one of --trips. */
bk_status bki_assign_read(bki_assign *answer);
void      bki_assign_classes_json(const bki_assign *answer, bk_json *json);
void      bki_assign_classes_text(const bki_assign *answer);

/* Whose trips use the links of --select. */
bk_status bki_assign_select(bki_assign *answer);
void      bki_assign_select_json(const bki_assign *answer, bk_json *json);
void      bki_assign_select_text(const bki_assign *answer);

/* --method logit and recursive-logit: false if another one is wanted. */
bool      bki_assign_wants_logit(const bki_session *session);
bk_status bki_assign_logit(bki_assign *answer);
void      bki_assign_logit_json(const bki_assign *answer, bk_json *json);
void      bki_assign_logit_text(const bki_assign *answer);
/* Whose trips use an arc, from the list of routes. */
bk_status bki_assign_logit_select(bki_assign *answer, size_t arc, size_t *n_out, const bk_selected_trips **out);

/* The files of --flows, --skims, --paths and --gmns, those that are asked for. */
bk_status bki_assign_write(bki_assign *answer);
bk_status bki_assign_write_skims(const bki_assign *answer, const char *path);
bk_status bki_assign_write_gmns(const bki_assign *answer, const char *folder);

#endif
