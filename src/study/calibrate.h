/* The parts of a calibration. */
#ifndef STUDY_CALIBRATE_H
#define STUDY_CALIBRATE_H

#include "buckle/calibrate.h"

/* ---- calibrate_model.c: the study after changes ------------------------------------------------------------------ */

/* `change` [n] of the parameters applied to `model`, sharing all else; held by `arena`.  Returns BK_OK or
 * BK_ERR_NO_MEMORY. */
bk_status bki_calibrate_apply(const bk_model *model, const bk_parameter *parameters, size_t n, const double *change,
                              bk_arena *arena, const bk_model **out);
/* Border rows after the changes that are used. */
bk_status bki_calibrate_borders(const bk_model *model, const bk_dwell_change *changes, size_t n, bk_arena *arena,
                                const bk_model **out);
/* The parameters of the study, or, where it has none, one for each screenline and one for the route noise. */
bk_status bki_calibrate_parameters(const bk_model *model, bk_arena *arena, size_t *n, const bk_parameter **out);
/* Whether the parameter speaks of the sector. */
bool bki_parameter_has(const bk_model *model, const bk_parameter *parameter, uint32_t sector);

/* ---- calibrate_fit.c ----------------------------------------------------------------------------------------------
 */

typedef struct bki_fit {
    bk_context         *ctx;
    const bk_study     *study; /* as it is, dwell times changed */
    size_t              n;
    const bk_parameter *parameters; /* [n] USD/t, or of a logarithm */
    double             *change;     /* [n] USD/t, or of a logarithm */
    double             *sd;         /* [n] USD/t, or of a logarithm */
    bk_arena           *arena;
} bki_fit;

/* One fit on the routes of `base`, from fit->change on.  `is_fitted` [n_observations]: which rows it used. */
bk_status bki_calibrate_fit(bki_fit *fit, const bk_joint_base *base, bool *is_fitted, bk_least_squares_fit *out);

/* ---- calibrate_write.c --------------------------------------------------------------------------------------------
 */

/* The study in `from` written to `to` with what `after` has otherwise than `before`. */
bk_status bki_calibrate_write(bk_context *ctx, const bk_model *before, const bk_model *after,
                              const bk_calibration *result, const char *from, const char *to, bk_arena *arena,
                              size_t *n_files, const char *const **files, const char **diff);

/* ---- patch.c: cells of a CSV file changed, every other byte kept
 * ----------------------------------------------------- */

typedef struct bki_patch bki_patch;

/* Asked once for each row after the header; calls bki_patch_set for what changes. */
typedef bk_status (*bki_patch_row)(void *state, bki_patch *patch, size_t row);

/* The cell of the row in hand, terminated; NULL if there is no such column. */
const char *bki_patch_cell(const bki_patch *patch, const char *column);
/* A column the file lacks is left out. */
void bki_patch_set(bki_patch *patch, const char *column, const char *text);
void bki_patch_set_number(bki_patch *patch, const char *column, double number);

/* Reads `from` and writes `to`; appends what changed to `diff` as hunks under `name`.  `*n_changed` rows.  A file of
 * which nothing changes is copied. */
typedef struct bki_diff bki_diff;
bki_diff               *bki_diff_create(bk_arena *arena); /* NULL if memory is short */
void                    bki_diff_line(bki_diff *diff, const char *name, int line, const char *old, const char *new);
const char             *bki_diff_text(const bki_diff *diff, size_t *length); /* NULL if memory was short */
bk_status bki_patch_file(bk_context *ctx, const char *from, const char *to, const char *name, bki_patch_row row,
                         void *state, bki_diff *diff, bk_arena *arena, size_t *n_changed);

#endif
