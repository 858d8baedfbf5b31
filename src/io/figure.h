/* Figures: a picture and the numbers it is drawn from, made of result tables alone. */
#ifndef IO_FIGURE_H
#define IO_FIGURE_H

#include "buckle/results.h"
#include "io/text.h"

#include <cairo.h>

typedef struct bki_figure bki_figure;

struct bki_figure {
    const char        *kind;          /* "gains" */
    const char        *subject;       /* scenario or project it is of; "" for all */
    const char        *name;          /* "gains-belt-as-planned": of its files */
    const char        *title;         /* what it shows, without an end mark */
    const char        *caption;       /* how to read it, units named */
    const char        *tables;        /* the result tables it is drawn from */
    double             width, height; /* points */
    const bk_results  *results;
    bk_arena          *arena; /* while it is drawn */
    size_t             n_rows, n_columns;
    const char *const *rows;      /* [n_rows] labels */
    const char *const *columns;   /* [n_columns] */
    const char *const *units;     /* [n_columns] */
    const double      *values;    /* [n_rows][n_columns] in units of the column, NAN: empty */
    const char        *row_title; /* "economy" */
    void (*draw)(cairo_t *cairo, const bki_figure *figure);
};

/* Each makes one figure of `results` in `arena`; false: the tables do not hold it, or memory is short. */
bool bki_figure_gains(const bk_results *results, const char *scenario, bk_arena *arena, bki_figure *out);
bool bki_figure_attribution(const bk_results *results, const char *scenario, bk_arena *arena, bki_figure *out);
bool bki_figure_bottlenecks(const bk_results *results, const char *scenario, bk_arena *arena, bki_figure *out);
bool bki_figure_map(const bk_results *results, const char *scenario, bk_arena *arena, bki_figure *out);
/* Subject "projects" or "economies". */
bool bki_figure_worth(const bk_results *results, const char *subject, bk_arena *arena, bki_figure *out);
bool bki_figure_cash_flow(const bk_results *results, const char *project, bk_arena *arena, bki_figure *out);
bool bki_figure_convergence(const bk_results *results, bk_arena *arena, bki_figure *out);

/* All of them, in the order of a report: the base year, then scenario by scenario, projects, convergence. */
bk_status bki_figures_list(bk_context *ctx, const bk_results *results, bk_arena *arena, size_t *n_out,
                           const bki_figure **out);

typedef enum bki_picture { BKI_SVG, BKI_PNG, BKI_PDF } bki_picture;

/* The bytes of a picture; BK_ERR_NO_MEMORY, or BK_ERR_FILE with Cairo's reason. */
bk_status bki_figure_render(bk_context *ctx, const bki_figure *figure, bki_picture picture, bki_text *out);

/* [n] indices of `key` from the largest absolute value down, equal ones in order; NULL if memory is short. */
size_t *bki_order_by_size(bk_arena *arena, size_t n, const double *key);

#endif
