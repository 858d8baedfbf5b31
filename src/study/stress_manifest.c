/* What decides every record: the study's files, the scenarios, the settings, the program. */
#include "study/content.h"
#include "study/stress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDS_VERSION = 1 };

/* ---- the key --------------------------------------------------------------------------------------------------- */

/* The effect of a scenario that need not lie in the study: what its model costs and trades. */
static uint64_t
hash_case(uint64_t hash, const bki_stress_case *one)
{
    const uint64_t key = bk_joint_key(one->model);

    hash = bk_hash(hash, one->scenario->name, strlen(one->scenario->name));
    hash = bk_hash(hash, &key, sizeof key);
    for (size_t b = 0; b < one->model->network.n_borders; b++) {
        const bk_border *row = &one->model->network.borders[b];
        const double     numbers[] = {row->open,
                                      row->customs,
                                      row->control_hours,
                                      row->inspection_hours,
                                      row->inspected_share,
                                      row->hours_sd,
                                      row->usd_per_tonne,
                                      row->lanes,
                                      row->service_hours,
                                      row->service_cv,
                                      row->tonnes_per_vehicle};
        hash = bk_hash(hash, numbers, sizeof numbers);
    }
    for (size_t l = 0; l < one->model->network.n_links; l++) {
        const bk_link *link = &one->model->network.links[l];
        const double   numbers[] = {link->open, link->km,       link->kmh,        link->usd_per_tonne_km,
                                    link->toll, link->capacity, link->background, link->hours_sd};
        hash = bk_hash(hash, numbers, sizeof numbers);
    }
    for (size_t t = 0; t < one->model->network.n_transfers; t++) {
        const bk_transfer *transfer = &one->model->network.transfers[t];
        const double       numbers[] = {transfer->open, transfer->hours, transfer->hours_sd, transfer->usd_per_tonne,
                                        transfer->capacity};
        hash = bk_hash(hash, numbers, sizeof numbers);
    }
    return hash;
}

static uint64_t
hash_settings(uint64_t hash, const bki_stress *job)
{
    const bk_stress_settings *settings = job->settings;
    const double              numbers[] = {
                     RECORDS_VERSION,    (double)settings->n_draws, (double)settings->sampler,  settings->indices,
                     settings->projects, settings->joint.tolerance, settings->joint.max_rounds, (double)job->n_values};
    const uint64_t base = bk_joint_key(job->study->model);

    hash = bk_hash(hash, &base, sizeof base);
    hash = bk_hash(hash, &settings->seed, sizeof settings->seed);
    return bk_hash(hash, numbers, sizeof numbers);
}

/* ---- the text -------------------------------------------------------------------------------------------------- */

/* key=value, a line each; bk_stress_merge reads it back. */
static const char *
describe(const bki_stress *job)
{
    const bk_stress_settings *settings = job->settings;
    char                     *real = realpath(job->study->folder, NULL);
    const char               *text = bk_arena_format(
                      job->arena,
                      "stress\nstudy=%s\ndraws=%" PRIu64 "\nseed=%" PRIu64 "\nsampler=%d\nindices=%d\nprojects=%d\neconomy=%s\n"
                                    "tolerance=%.17g\nrounds=%d\ndeficits=%d\n",
        real != NULL ? real : job->study->folder, settings->n_draws, settings->seed, (int)settings->sampler,
                      settings->indices, settings->projects, job->study->model->countries[settings->economy],
                      settings->joint.tolerance, settings->joint.max_rounds, (int)job->study->model->economy.deficits);

    free(real);
    for (size_t c = 0; text != NULL && c < job->n_cases; c++)
        text = bk_arena_format(job->arena, "%sscenario=%s\n", text, job->cases[c].scenario->name);
    return text;
}

bk_status
bki_stress_manifest(bki_stress *job, bk_manifest *out)
{
    uint64_t hash;

    BK_TRY(bki_study_content(job->ctx, job->study, &hash));
    hash = hash_settings(hash, job);
    for (size_t c = 0; c < job->n_cases; c++)
        hash = hash_case(hash, &job->cases[c]);
    *out = (bk_manifest){.key = hash,
                         .text = describe(job),
                         .n_records = job->settings->n_draws * bki_stress_columns(job),
                         .n_values = job->n_values};
    return bk_arena_ok(job->arena);
}

/* ---- read back ------------------------------------------------------------------------------------------------- */

typedef struct question { /* of a manifest's text */
    bk_stress_settings settings;
    const char        *folder, *economy;
    const char       **scenarios; /* [n_scenarios] */
    size_t             n_scenarios;
    bk_deficit_rule    deficits;
} question;

static void
read_line(question *to, const char *key, const char *value)
{
    bk_stress_settings *settings = &to->settings;

    if (strcmp(key, "study") == 0)
        to->folder = value;
    else if (strcmp(key, "draws") == 0)
        settings->n_draws = strtoull(value, NULL, 10);
    else if (strcmp(key, "seed") == 0)
        settings->seed = strtoull(value, NULL, 10);
    else if (strcmp(key, "sampler") == 0)
        settings->sampler = (bk_sampler_kind)strtol(value, NULL, 10);
    else if (strcmp(key, "indices") == 0)
        settings->indices = value[0] == '1';
    else if (strcmp(key, "projects") == 0)
        settings->projects = value[0] == '1';
    else if (strcmp(key, "economy") == 0)
        to->economy = value;
    else if (strcmp(key, "tolerance") == 0)
        settings->joint.tolerance = strtod(value, NULL);
    else if (strcmp(key, "rounds") == 0)
        settings->joint.max_rounds = (int)strtol(value, NULL, 10);
    else if (strcmp(key, "deficits") == 0)
        to->deficits = (bk_deficit_rule)strtol(value, NULL, 10);
    else if (strcmp(key, "scenario") == 0)
        to->scenarios[to->n_scenarios++] = value;
}

static bk_status
read_text(bk_context *ctx, const char *file, const char *text, bk_arena *arena, question *out)
{
    char *copy = bk_arena_text(arena, text, strlen(text)), *rest = NULL;

    *out = (question){.settings = bk_stress_default_settings(),
                      .scenarios = BK_NEW(arena, const char *, strlen(text) + 1)};
    BK_TRY(bk_arena_ok(arena));
    const char *verb = strtok_r(copy, "\n", &rest);
    if (verb == NULL || strcmp(verb, "stress") != 0)
        return bk_fail_at(ctx, BK_ERR_SCHEMA, file, 0, 0, "give files of `buckle stress`", "holds no draws");
    for (char *line = strtok_r(NULL, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        char *equals = strchr(line, '=');
        if (equals == NULL)
            continue;
        *equals = '\0';
        read_line(out, line, equals + 1);
    }
    return BK_OK;
}

/* The study as it was asked about. */
static bk_status
open_asked(bk_context *ctx, const question *asked, bk_arena *arena, const bk_study **out)
{
    BK_TRY(bk_study_open(ctx, asked->folder, asked->scenarios, asked->n_scenarios, arena, out));
    if ((*out)->model->economy.deficits == asked->deficits)
        return BK_OK;
    return bk_study_with_deficits(*out, asked->deficits, arena, out);
}

bk_status
bk_stress_merge(bk_context *ctx, const char *const *files, size_t n, const char *folder, const char *cache_folder,
                bk_arena *arena, const bk_stress **out)
{
    bk_records     *records = BK_NEW(arena, bk_records, 1);
    const bk_study *study = NULL;
    question        asked;

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bk_shards_read(ctx, files, n, arena, records));
    BK_TRY(read_text(ctx, files[0], records->manifest.text, arena, &asked));
    if (folder != NULL)
        asked.folder = folder;
    BK_TRY(open_asked(ctx, &asked, arena, &study));
    asked.settings.cache_folder = cache_folder;
    asked.settings.economy = bk_model_find_country(study->model, asked.economy);
    bk_stress_settings *settings = BK_NEW(arena, bk_stress_settings, 1);
    BK_TRY(bk_arena_ok(arena));
    *settings = asked.settings;
    return bki_stress_conclude(ctx, study, settings, records, arena, out);
}
