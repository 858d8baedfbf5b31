/* From rows of text to a validated model.  Readers hand over tables as they stand in the files; the builder converts
 * cells by schema, remembers where each row stood, and judges everything at the end: every fault in one run, nothing
 * built if any. */
#ifndef BUCKLE_BUILDER_H
#define BUCKLE_BUILDER_H

#include "buckle/model.h"

typedef enum bk_cell_kind {
    BK_CELL_ID,     /* a name that other rows may refer to, never empty when required */
    BK_CELL_TEXT,   /* anything */
    BK_CELL_NUMBER, /* a finite double */
    BK_CELL_INTEGER,
    BK_CELL_FLAG, /* 0/1, y/n, yes/no, true/false */
    BK_CELL_DATE  /* yyyy-mm-dd */
} bk_cell_kind;

typedef struct bk_column_schema {
    const char  *name;
    bk_cell_kind kind;
    bool         required; /* the column must be in the file */
    bool         may_be_empty;
    double       least, most; /* numbers: allowed range, inclusive */
    const char  *unit;        /* "USD/t", "" if none */
    const char  *meaning;     /* one sentence, for the reference and for hints */
} bk_column_schema;

typedef struct bk_table_schema {
    const char             *file; /* "network/link.csv" */
    const char             *meaning;
    size_t                  n_columns;
    const bk_column_schema *columns;
} bk_table_schema;

size_t                 bk_table_schema_count(void);
const bk_table_schema *bk_table_schema_get(size_t index);
const bk_table_schema *bk_table_schema_find(const char *file); /* NULL if buckle reads no such file */

/* A key of study.yaml. */
typedef struct bk_setting_schema {
    const char  *key;  /* "transport.route_noise"; one that ends in ".*" stands for any name there */
    bk_cell_kind kind; /* BK_CELL_TEXT, BK_CELL_ID (one of `words`), BK_CELL_NUMBER or BK_CELL_INTEGER */
    bool         required;
    const char  *otherwise;   /* the value where the key is absent; "" if none */
    double       least, most; /* numbers: allowed range, inclusive */
    const char  *unit;
    const char  *words; /* the words allowed, by spaces, or NULL */
    const char  *meaning;
} bk_setting_schema;

size_t                   bk_setting_schema_count(void);
const bk_setting_schema *bk_setting_schema_get(size_t index);

typedef struct bk_field { /* one cell as read: not terminated, valid during the call */
    const char *text;
    uint32_t    length;
    uint32_t    column; /* 1-based, in characters */
} bk_field;

typedef struct bk_builder bk_builder;

bk_status bk_builder_create(bk_context *ctx, bk_arena *arena, bk_builder **out);

/* The folder of the study, kept and not copied: faults of files that are not there are then told with it. */
void bk_builder_folder(bk_builder *builder, const char *folder);

/* Starts a table.  `shown` is the path for messages.  Unknown columns become a warning, missing required ones a fault.
 */
bk_status bk_builder_table(bk_builder *builder, const bk_table_schema *schema, const char *shown,
                           const bk_field *header, size_t n_fields, int line);
/* Adds a row to the table last started.  Faults are recorded in the context (up to a limit, then counted) and reading
 * goes on: BK_OK unless memory is short. */
bk_status bk_builder_row(bk_builder *builder, const bk_field *fields, size_t n_fields, int line);
/* One scalar of study.yaml: key "transport.route_noise", "transport.value_of_time_sigma.food".  Unknown keys are faults
 * with a suggestion. */
bk_status bk_builder_setting(bk_builder *builder, const char *key, const char *text, const char *shown, int line,
                             int column);
/* Chains the bytes of a file that decides routes into the model's network_hash. */
void bk_builder_hash(bk_builder *builder, const void *bytes, size_t n);

/* Judges all and builds.  Returns the code of the first fault, or BK_OK and an immutable model held by `arena`. */
bk_status bk_builder_finish(bk_builder *builder, bk_arena *arena, const bk_model **out);

/* Rows of a scenario's CSV files against an existing model, by the same schemas and with the same messages. */
typedef enum bk_measure_rows {
    BK_ROWS_BORDERS,
    BK_ROWS_TARIFFS,
    BK_ROWS_TRADE_COSTS,
    BK_ROWS_PRODUCTIVITY
} bk_measure_rows;
const bk_table_schema *bk_measure_schema(bk_measure_rows kind);
/* The rows of the table last started, converted and checked into `measure` (arrays held by `arena`). */
bk_status bk_builder_finish_measure(bk_builder *builder, const bk_model *model, bk_measure_rows kind, bk_arena *arena,
                                    bk_measure *measure);

/* A target of a scenario's `adjust`, for the reference. */
typedef struct bk_target_schema {
    const char        *name; /* "border" */
    const char        *file; /* whose columns its attributes are; of trade_cost and productivity "" */
    size_t             n_selectors, n_attributes;
    const char *const *selectors;  /* [n_selectors] keys */
    const char *const *attributes; /* [n_attributes] columns */
} bk_target_schema;

/* Of each bk_target_kind, held by `arena`; NULL if memory is short. */
const bk_target_schema *bk_target_schema_get(bk_target_kind kind, bk_arena *arena);

#endif
