/* The routes: a row each, from which dispatch and /api/openapi.json both come. */
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

#include "server/http.h"

typedef void bki_handler(bki_request *request);

typedef struct bki_route {
    const char  *method, *path; /* "/api/jobs/{job}/result" */
    bki_handler *handler;
    const char  *summary;
    const char  *queries; /* names of query parameters, by spaces, "!" after what must be there; or NULL */
    const char  *answers; /* statuses beside the common ones, by spaces */
    const char  *body;    /* "name:type" of the members of a JSON body, by spaces, "!" likewise; or NULL */
    const char  *type;    /* of the answer; NULL: application/json */
} bki_route;

size_t           bki_route_count(void);
const bki_route *bki_route_get(size_t index);
/* NULL if there is none; `*known` whether another method has that path. */
const bki_route *bki_route_find(const bki_request *request, bool *known);

/* ---- handlers ---------------------------------------------------------------------------------------------------- */

void bki_handle_study(bki_request *request);
void bki_handle_values(bki_request *request);
void bki_handle_first_order(bki_request *request);
void bki_handle_openapi(bki_request *request);
void bki_handle_job_add(bki_request *request);
void bki_handle_job_state(bki_request *request);
void bki_handle_job_cancel(bki_request *request);
void bki_handle_job_result(bki_request *request);
void bki_handle_job_select(bki_request *request);
void bki_handle_job_route(bki_request *request);
void bki_handle_job_flows(bki_request *request);
void bki_handle_job_export(bki_request *request);
void bki_handle_events(bki_request *request);
void bki_handle_scenario_diff(bki_request *request);
void bki_handle_scenario_save(bki_request *request);
/* Everything that is not under /api: the page's files. */
void bki_handle_asset(bki_request *request);

/* The scenario of a request body's member: its canonical JSON with rows, checked against the study, or NULL for null.
 * False, and a reply, if it is not sound. */
bool bki_scenario_take(bki_request *request, const bk_json_value *value, const char **name, const char **text);
/* Whether a name may be that of a scenario's file: letters, digits, - _ . and none of them first but letters, digits.
 */
bool bki_scenario_name_is_fit(const char *name);
/* A value as text again. */
void bki_json_copy(bk_json *json, const char *key, const bk_json_value *value);

#endif
