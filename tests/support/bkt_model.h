/* The small study of bkt_study.h built, with what it takes to build scenarios of it. */
#ifndef BKT_MODEL_H
#define BKT_MODEL_H

#include "bkt_study.h"

typedef struct bkt_model {
    bk_context     *ctx;
    bk_arena        scratch, arena;
    const bk_model *model;
} bkt_model;

static inline void
bkt_model_start_edited(bkt_model *self, const bkt_edit *edits, size_t n_edits)
{
    assert_int_equal(bk_context_create(NULL, &self->ctx), BK_OK);
    bk_arena_init(&self->scratch, self->ctx);
    bk_arena_init(&self->arena, self->ctx);
    self->model = NULL;
    if (bkt_study_build(self->ctx, &self->scratch, &self->arena, edits, n_edits, &self->model) != BK_OK)
        fail_msg("%s", bk_error_get(self->ctx, 0)->message);
}

static inline void
bkt_model_start(bkt_model *self)
{
    bkt_model_start_edited(self, NULL, 0);
}

static inline void
bkt_model_stop(bkt_model *self)
{
    bk_arena_release(&self->arena);
    bk_arena_release(&self->scratch);
    bk_context_release(self->ctx);
}

/* The rows of a measure's file. */
static inline bk_status
bkt_measure_rows(bkt_model *self, bk_measure_rows kind, const char *shown, const char *text, bk_measure *measure)
{
    bk_builder *builder;

    BK_TRY(bk_builder_create(self->ctx, &self->scratch, &builder));
    BK_TRY(bkt_read_table(builder, bk_measure_schema(kind), shown, text));
    return bk_builder_finish_measure(builder, self->model, kind, &self->arena, measure);
}

/* The model after these measures; NULL, and the status in `*status`, if they cannot be. */
static inline const bk_model *
bkt_apply(bkt_model *self, const bk_measure *measures, size_t n, const bool *chosen, bk_status *status)
{
    const bk_scenario scenario = {.name = "s", .title = "S", .file = "s.yaml", .n_measures = n, .measures = measures};
    const bk_model   *out = NULL;

    *status = bk_scenario_apply(self->ctx, self->model, &scenario, chosen, &self->arena, &out);
    return out;
}

/* The model after one measure, which must be possible. */
static inline const bk_model *
bkt_apply_one(bkt_model *self, const bk_measure *measure)
{
    bk_status       status;
    const bk_model *out = bkt_apply(self, measure, 1, NULL, &status);

    if (status != BK_OK)
        fail_msg("%s", bk_error_get(self->ctx, 0)->message);
    return out;
}

static inline size_t
bkt_pair(const bk_model *model, const char *sector, const char *exporter, const char *importer)
{
    const size_t n = model->economy.n_regions;

    return (bk_model_find_sector(model, sector) * n + bk_model_find_region(model, importer)) * n +
           bk_model_find_region(model, exporter);
}

static inline double
bkt_tariff(const bk_model *model, const char *sector, const char *exporter, const char *importer)
{
    return model->economy.tariff[bkt_pair(model, sector, exporter, importer)];
}

static inline const bk_border *
bkt_border(const bk_model *model, const char *node, const char *mode, const char *from, const char *to)
{
    for (size_t b = 0; b < model->network.n_borders; b++) {
        const bk_border *border = &model->network.borders[b];
        if (strcmp(model->network.nodes[border->node].id, node) == 0 &&
            strcmp(model->network.modes[border->mode], mode) == 0 &&
            strcmp(model->countries[border->from_country], from) == 0 &&
            strcmp(model->countries[border->to_country], to) == 0)
            return border;
    }
    fail_msg("no border %s|%s|%s|%s", node, mode, from, to);
    return NULL;
}

#endif
