/* Scenarios taken from requests, shown beside what is in the study, and saved into it. */
#include "io/folder.h"
#include "server/diff.h"
#include "server/routes.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MOST_NAME 64

bool
bki_scenario_name_is_fit(const char *name)
{
    const size_t length = strlen(name);

    if (length == 0 || length > MOST_NAME || !isalnum((unsigned char)name[0]))
        return false;
    for (size_t i = 0; i < length; i++)
        if (!(isalnum((unsigned char)name[i]) || strchr("-_.", name[i]) != NULL))
            return false;
    return true;
}

void
bki_json_copy(bk_json *json, const char *key, const bk_json_value *value)
{
    switch (value->kind) {
    case BK_JSON_NULL:
        bk_json_text(json, key, NULL);
        return;
    case BK_JSON_FLAG:
        bk_json_flag(json, key, value->flag);
        return;
    case BK_JSON_NUMBER:
        bk_json_number(json, key, value->number);
        return;
    case BK_JSON_TEXT:
        bk_json_text(json, key, value->text);
        return;
    case BK_JSON_ARRAY:
        bk_json_array(json, key);
        break;
    case BK_JSON_OBJECT:
        bk_json_object(json, key);
        break;
    }
    for (const bk_json_value *child = value->child; child != NULL; child = child->next)
        bki_json_copy(json, child->key, child);
    bk_json_end(json);
}

/* ---- files of the study -------------------------------------------------------------------------------------------
 */

static const char *
scenario_folder(bki_request *request)
{
    return bk_arena_format(&request->arena, "%s/scenarios", request->server->study->folder);
}

static const char *
scenario_path(bki_request *request, const char *name)
{
    return bk_arena_format(&request->arena, "%s/scenarios/%s.yaml", request->server->study->folder, name);
}

/* The text of a scenario's file; `*text` NULL where there is none.  Only plain files count as one. */
static bk_status
read_existing(bki_request *request, const char *name, const char **text, size_t *n)
{
    const char *path = scenario_path(request, name);
    struct stat status;

    *text = NULL;
    *n = 0;
    BK_TRY(bk_arena_ok(&request->arena));
    if (lstat(path, &status) != 0)
        return BK_OK;
    if (!S_ISREG(status.st_mode))
        return bk_fail(request->ctx, BK_ERR_VALUE, "scenarios/%s.yaml is no plain file", name);
    return bk_file_read(request->ctx, path, &request->arena, text, n);
}

/* ---- taken from a request -----------------------------------------------------------------------------------------
 */

static bk_status
check(bki_request *request, const char *text, const char *name)
{
    const bk_scenario *scenario = NULL;
    const bk_model    *model = request->server->study->model, *changed = NULL;

    BK_TRY(bk_scenario_parse(request->ctx, text, strlen(text), name, model, &request->arena, &scenario));
    return bk_scenario_apply(request->ctx, model, scenario, NULL, &request->arena, &changed);
}

static bk_status
take_named(bki_request *request, const char *name, const char **text)
{
    const char *existing;
    size_t      n, n_out;

    if (!bki_scenario_name_is_fit(name))
        return bk_fail(request->ctx, BK_ERR_REFERENCE, "that is no name of a scenario");
    BK_TRY(read_existing(request, name, &existing, &n));
    if (existing == NULL)
        return bk_fail(request->ctx, BK_ERR_REFERENCE, "the study has no scenario %s", name);
    return bk_scenario_write(request->ctx, existing, n, scenario_folder(request), NULL, 0, BK_SCENARIO_JSON,
                             &request->arena, text, &n_out);
}

static bk_status
take_written(bki_request *request, const bk_json_value *value, const char *name, const char **text)
{
    bk_json *json = bk_json_create(&request->arena);
    size_t   n = 0;

    BK_TRY(bk_arena_ok(&request->arena));
    bki_json_copy(json, NULL, value);
    *text = bk_json_result(json, &n);
    return *text != NULL ? check(request, *text, name) : bk_fail_no_memory(request->ctx);
}

bool
bki_scenario_take(bki_request *request, const bk_json_value *value, const char **name, const char **text)
{
    bk_status status = BK_OK;

    *text = NULL;
    *name = *name != NULL ? *name : "scenario";
    if (value == NULL || value->kind == BK_JSON_NULL)
        return true;
    if (value->kind == BK_JSON_TEXT) {
        *name = value->text;
        status = take_named(request, value->text, text);
    } else if (value->kind == BK_JSON_OBJECT) {
        status = take_written(request, value, *name, text);
    } else {
        status = bk_fail(request->ctx, BK_ERR_SCHEMA, "scenario must be an object, the name of one, or null");
    }
    if (status != BK_OK)
        bki_reply_fault(request, status);
    return status == BK_OK;
}

/* ---- diff and save ------------------------------------------------------------------------------------------------
 */

static const char *
hash_of(bki_request *request, const char *text, size_t n)
{
    return text == NULL ? "none" : bk_arena_format(&request->arena, "%016llx", (unsigned long long)bk_hash(0, text, n));
}

typedef struct proposal {                      /* a scenario to be saved, beside what is there */
    const char *name, *yaml, *existing, *hash; /* hash: of what is there */
    size_t      n_yaml, n_existing;
} proposal;

/* False, and a reply, if it cannot be saved. */
static bool
propose(bki_request *request, const bk_json_value *body, const char *name, proposal *out)
{
    const char *json = NULL;
    bk_status   status = BK_OK;

    *out = (proposal){.name = name};
    if (name == NULL || !bki_scenario_name_is_fit(name)) {
        bki_reply_error(request, 400, "name", "a scenario's name is letters, digits, '-', '_' and '.', at most 64",
                        "for example dostyk-faster");
        return false;
    }
    const bk_json_value *scenario = bk_json_member(body, "scenario");
    if (scenario == NULL || scenario->kind != BK_JSON_OBJECT) {
        bki_reply_error(request, 400, "scenario", "scenario must be an object", NULL);
        return false;
    }
    if (!bki_scenario_take(request, scenario, &name, &json))
        return false;
    status = read_existing(request, name, &out->existing, &out->n_existing);
    if (status == BK_OK)
        status = bk_scenario_write(request->ctx, json, strlen(json), scenario_folder(request),
                                   out->existing != NULL ? out->existing : "measures: []\n",
                                   out->existing != NULL ? out->n_existing : 13, BK_SCENARIO_YAML, &request->arena,
                                   &out->yaml, &out->n_yaml);
    out->hash = hash_of(request, out->existing, out->n_existing);
    if (status == BK_OK)
        status = bk_arena_ok(&request->arena);
    if (status != BK_OK)
        bki_reply_fault(request, status);
    return status == BK_OK;
}

static const char *
member_text(const bk_json_value *body, const char *key)
{
    const bk_json_value *member = bk_json_member(body, key);

    return member != NULL && member->kind == BK_JSON_TEXT ? member->text : NULL;
}

void
bki_handle_scenario_diff(bki_request *request)
{
    const bk_json_value *body = bki_request_json(request);
    proposal             made;

    if (body == NULL || !propose(request, body, member_text(body, "name"), &made))
        return;
    const char *diff = NULL;
    const char *path = bk_arena_format(&request->arena, "scenarios/%s.yaml", made.name);
    if (path == NULL ||
        bki_diff(made.existing != NULL ? made.existing : "", made.yaml, path, &request->arena, &diff) != BK_OK) {
        bki_reply_json(request, 503, NULL);
        return;
    }
    bk_json *json = bk_json_create(&request->arena);
    bk_json_object(json, NULL);
    bk_json_text(json, "path", path);
    bk_json_flag(json, "exists", made.existing != NULL);
    bk_json_text(json, "yaml", made.yaml);
    bk_json_text(json, "diff", diff);
    bk_json_text(json, "hash", made.hash);
    bk_json_end(json);
    bki_reply_json(request, 200, json);
}

static void
save(bki_request *request, const bk_json_value *body, const char *name)
{
    const char *hash = member_text(body, "hash");
    proposal    made;

    if (!propose(request, body, name, &made))
        return;
    if (strcmp(hash != NULL ? hash : "none", made.hash) != 0) { /* none given: there must be none */
        bki_reply_error(request, 409, "changed", "the file is not what the difference was shown against",
                        "look at the difference again: POST /api/scenarios/diff");
        return;
    }
    const char *folder = scenario_folder(request), *path = scenario_path(request, name);
    bk_status   status = bk_arena_ok(&request->arena);
    if (status == BK_OK)
        status = bki_folder_make(request->ctx, folder);
    if (status == BK_OK)
        status = bk_file_write(request->ctx, path, made.yaml, made.n_yaml);
    if (status != BK_OK) {
        bki_reply_fault(request, status);
        return;
    }
    bk_json *json = bk_json_create(&request->arena);
    bk_json_object(json, NULL);
    bk_json_text(json, "path", bk_arena_format(&request->arena, "scenarios/%s.yaml", name));
    bk_json_text(json, "hash", hash_of(request, made.yaml, made.n_yaml));
    bk_json_end(json);
    bki_reply_json(request, 200, json);
}

void
bki_handle_scenario_save(bki_request *request)
{
    const bk_json_value *body = bki_request_json(request);

    if (body == NULL)
        return;
    pthread_mutex_lock(&request->server->saving); /* what is compared stays until it is replaced */
    save(request, body, request->words[2]);
    pthread_mutex_unlock(&request->server->saving);
}
