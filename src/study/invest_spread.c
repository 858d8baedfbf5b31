/* The worths of all portfolios within a budget as records of a spread job, and from there into the store of worths. */
#include "buckle/io.h"
#include "invest/portfolio.h"
#include "study/failure.h"
#include "study/invest.h"

#include <inttypes.h>
#include <string.h>

enum { RECORD_STATUS, RECORD_WORTH }; /* of a record of the job; from the second on as bk_worths_record */

typedef struct sets {
    size_t    n, capacity;
    uint64_t *sets; /* [n] */
} sets;

typedef struct spread_state {
    const bk_worths *worths;
    const sets      *list;
} spread_state;

/* ---- which ---------------------------------------------------------------------------------------------------------
 */

static bool
add_set(void *of, uint64_t set)
{
    sets *list = of;

    if (list->n < list->capacity)
        list->sets[list->n] = set;
    list->n++;
    return list->n <= list->capacity;
}

/* The empty set and all within the budget, which are as many as may be asked. */
static bk_status
list_sets(bki_invest *job, sets *out)
{
    const size_t most = job->worths->settings->set_limit;

    *out = (sets){.capacity = most + 1, .sets = BK_NEW(job->arena, uint64_t, most + 1)};
    BK_TRY(bk_arena_ok(job->arena));
    bki_sets_visit(&job->problem, add_set, out);
    if (out->n <= out->capacity)
        return BK_OK;
    return bk_fail_hint(job->ctx, BK_ERR_USAGE, "allow more sets, or fewer candidates, or a smaller budget",
                        "over %zu sets are within the budget, and only a search of all of them can be spread", most);
}

/* A record's state of the world and set. */
static uint64_t
number_of(const spread_state *state, uint64_t index)
{
    return bk_worths_number(state->worths, (size_t)(index / state->list->n), state->list->sets[index % state->list->n]);
}

/* ---- what decides them ---------------------------------------------------------------------------------------------
 */

static uint64_t
hash_text(uint64_t hash, const char *text)
{
    return bk_hash(hash, text, strlen(text) + 1);
}

static uint64_t
key_of(const bk_worths *worths, const sets *list)
{
    uint64_t hash = hash_text(0, bk_worths_key(worths));

    hash = hash_text(hash, worths->settings->scenario == SIZE_MAX ? "" : worths->source->name);
    for (size_t s = 0; s < worths->settings->n_robust; s++)
        hash = hash_text(hash, worths->settings->robust[s] == SIZE_MAX
                                   ? ""
                                   : worths->study->scenarios[worths->settings->robust[s]]->name);
    for (size_t c = 0; c < worths->n_candidates; c++)
        hash = hash_text(hash, worths->study->model->projects.projects[worths->candidates[c].project].id);
    return bk_hash(hash, list->sets, list->n * sizeof *list->sets);
}

/* For whoever reads the file later. */
static const char *
describe(const bk_worths *worths, bk_arena *arena)
{
    const char *text = bk_arena_format(arena,
                                       "invest\nstudy=%s\nscenario=%s\nbudget=%.17g\ntolerance=%.17g\n"
                                       "candidates=",
                                       worths->study->folder ? worths->study->folder : "",
                                       worths->settings->scenario == SIZE_MAX ? "" : worths->source->name,
                                       worths->settings->budget, worths->settings->joint.tolerance);

    for (size_t c = 0; text && c < worths->n_candidates; c++)
        text = bk_arena_format(arena, "%s%s%s", text, c > 0 ? "," : "",
                               worths->study->model->projects.projects[worths->candidates[c].project].id);
    return text ? bk_arena_format(arena, "%s\n", text) : NULL;
}

/* ---- each by itself ------------------------------------------------------------------------------------------------
 */

static bk_status
compute(void *of, bk_context *ctx, uint64_t index, double *values)
{
    const spread_state *state = of;
    bk_worths           worths = *state->worths; /* the store and the solved states are only read */
    const uint64_t      number = number_of(state, index);
    const double       *kept = bki_store_find(&worths, number);
    bool                converged = false;

    worths.ctx = ctx;
    if (kept) {
        memcpy(values + RECORD_WORTH, kept, bk_worths_length(&worths) * sizeof *kept);
        return BK_OK;
    }
    bk_status status = bki_worths_solve(&worths, (size_t)(index / state->list->n),
                                        state->list->sets[index % state->list->n], values + RECORD_WORTH, &converged);
    if (bk_cancelled(ctx)) /* it may have ended early, and is not to be kept */
        return BK_ERR_CANCELLED;
    if (status == BK_OK && !converged)
        status = BK_ERR_NOT_CONVERGED;
    if (status != BK_OK && !bki_is_no_equilibrium(status))
        return status;
    if (status != BK_OK)
        memset(values, 0, (RECORD_WORTH + bk_worths_length(&worths)) * sizeof *values);
    values[RECORD_STATUS] = (double)status;
    return BK_OK;
}

/* What is not in the store yet; sets without an equilibrium are left for the search to meet. */
static bk_status
keep_all(bki_invest *job, const spread_state *state, const bk_records *records)
{
    const bk_team *team = job->worths->settings->spread.team;
    size_t         n_new = 0;

    if (team && team->rank > 0)
        bki_store_detach(job->worths);
    for (uint64_t index = 0; index < records->manifest.n_records; index++) {
        const double  *record = records->values + index * records->manifest.n_values;
        const uint64_t number = number_of(state, index);
        if (!records->done[index] || record[RECORD_STATUS] != (double)BK_OK || bki_store_find(job->worths, number))
            continue;
        BK_TRY(bki_store_keep(job->worths, number, record + RECORD_WORTH));
        n_new++;
    }
    const size_t earlier = (size_t)records->n_resumed + job->worths->n_states; /* the empty sets are counted already */
    job->worths->n_solved += n_new > earlier ? n_new - earlier : 0;
    return BK_OK;
}

bk_status
bki_invest_spread(bki_invest *job)
{
    bk_worths    *worths = job->worths;
    sets          list;
    spread_state  state = {worths, &list};
    bk_spread_job spread = {.what = "portfolio", .compute = compute, .state = &state};
    bk_records    records;

    BK_TRY(list_sets(job, &list));
    for (size_t s = 0; s < worths->n_states; s++)
        BK_TRY(bki_worths_solve_empty(worths, s));
    spread.manifest = (bk_manifest){.key = key_of(worths, &list),
                                    .text = describe(worths, job->arena),
                                    .n_records = worths->n_states * list.n,
                                    .n_values = RECORD_WORTH + bk_worths_length(worths)};
    BK_TRY(bk_arena_ok(job->arena));
    BK_TRY(bk_spread(job->ctx, &spread, &worths->settings->spread, job->arena, &records));
    job->invest->n_wanted = records.manifest.n_records;
    job->invest->n_done = records.n_done;
    job->invest->complete = records.n_done == records.manifest.n_records;
    return keep_all(job, &state, &records);
}
