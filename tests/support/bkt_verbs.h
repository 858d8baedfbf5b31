/* Verbs as a program would hand them to the server, which say what they were asked instead of doing it. */
#ifndef BKT_VERBS_H
#define BKT_VERBS_H

#include "buckle/study.h"
#include "server/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline bool
bkt_verb_has(const char *verb)
{
    return strcmp(verb, "brief") != 0; /* one that this program was built without */
}

static inline bool
bkt_verb_takes(const char *verb, const char *option, bool *is_flag)
{
    *is_flag = strcmp(option, "indices") == 0;
    return strcmp(verb, "claim") != 0 || strcmp(option, "gain") == 0;
}

/* Prints its arguments as JSON; the status asked for by an option --status=N, and then perhaps an error. */
static inline int
bkt_verb_run(const bki_verb_call *call, int n, char **arguments)
{
    int status = 0;

    for (int a = 1; a < n; a++)
        if (strncmp(arguments[a], "--status=", 9) == 0)
            status = atoi(arguments[a] + 9);
    if (call->progress != NULL)
        call->progress(call->progress_state, "half", 0.5);
    if (status == 5)
        printf("{\"error\":{\"message\":\"as told\"}}");
    else if (status == 6)
        printf("{\"error\":{}}");
    else if (status == 7)
        printf("no JSON");
    else {
        printf("{\"arguments\":[");
        for (int a = 0; a < n; a++)
            printf("%s\"%s\"", a > 0 ? "," : "", arguments[a]);
        printf("]}");
    }
    return status;
}

/* One that thinks the question wrong. */
static inline int
bkt_verb_refuse(const bki_verb_call *call, int n, char **arguments)
{
    (void)call;
    (void)n;
    (void)arguments;
    printf("no JSON");
    return 2;
}

static inline void
bkt_verb_members(bk_json *json, const bk_run *run, double seconds, bk_arena *arena)
{
    (void)seconds;
    (void)arena;
    bk_json_integer(json, "scenarios", (int64_t)run->n_scenarios);
}

static const bki_verbs bkt_verbs = {
    .has = bkt_verb_has, .takes = bkt_verb_takes, .run = bkt_verb_run, .run_members = bkt_verb_members};

#endif
