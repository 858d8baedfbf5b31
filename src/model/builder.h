/* The inside of a builder: tables as read, the settings as read, and where everything stood. */
#ifndef MODEL_BUILDER_H
#define MODEL_BUILDER_H

#include "model/parse.h"
#include "model/tables.h"

/* A converted cell: numbers, integers, flags and dates (yyyymmdd) as a double, NaN where empty or faulty; names and
 * texts as a number of the builder's symbols, BK_NONE where empty or faulty. */
typedef union bki_cell {
    double   number;
    uint32_t symbol;
} bki_cell;

#define BKI_CHUNK_ROWS 256

typedef struct bki_chunk { /* rows one after the other; a chunk never moves */
    bki_cell *cells;       /* [BKI_CHUNK_ROWS][n_stored] */
    uint16_t *columns;     /* [BKI_CHUNK_ROWS][n_stored] position in the line, 1-based, 65535: further right */
    int32_t  *lines;       /* [BKI_CHUNK_ROWS] */
} bki_chunk;

typedef struct bki_rows { /* one table as read */
    const bk_table_schema *schema;
    const char            *shown; /* path for messages; the schema's file if the table is absent */
    bool                   given;
    int                    header_line;
    size_t                 n_fields;  /* of the header */
    size_t                *column_of; /* [n_fields] schema column of each field, n_columns if unknown */
    bool                   has_all;   /* every schema column is in the header: no cell needs clearing first */
    size_t                 n_stored;  /* leading schema columns that are kept */
    size_t                 n_rows, n_chunks, chunk_capacity;
    bki_chunk             *chunks; /* [chunk_capacity] */
    size_t                 by_confidence[4];
} bki_rows;

typedef struct bki_setting_text { /* a setting as read */
    const char *key, *text, *shown;
    int         line, column;
} bki_setting_text;

typedef struct bki_place { /* where something stands in a file */
    const char *file;
    int         line, column;
} bki_place;

struct bk_builder {
    bk_context       *ctx;
    bk_arena         *arena;
    const char       *folder;  /* of the study, or NULL */
    bk_names         *symbols; /* every name and text read */
    bki_rows          tables[BKI_TABLES];
    bki_rows         *current;  /* the table last started */
    bki_setting_text *settings; /* [n_settings] */
    size_t            n_settings, setting_capacity;
    const char      **warnings; /* [n_warnings] */
    size_t            n_warnings, warning_capacity;
    bk_status         first_fault; /* of all, or BK_OK */
    bk_status         table_fault; /* of the table last started, or BK_OK */
    uint64_t          hash;
};

/* ---- tables as read ------------------------------------------------------------------------------------------ */

static inline const bki_chunk *
bki_chunk_of(const bki_rows *rows, size_t row)
{
    return &rows->chunks[row / BKI_CHUNK_ROWS];
}

static inline bki_cell
bki_cell_at(const bki_rows *rows, size_t row, size_t column)
{
    return bki_chunk_of(rows, row)->cells[(row % BKI_CHUNK_ROWS) * rows->n_stored + column];
}

static inline double
bki_number_at(const bki_rows *rows, size_t row, size_t column)
{
    return bki_cell_at(rows, row, column).number;
}

static inline uint32_t
bki_symbol_at(const bki_rows *rows, size_t row, size_t column)
{
    return bki_cell_at(rows, row, column).symbol;
}

bki_place bki_place_of(const bki_rows *rows, size_t row, size_t column);
/* The number, or `otherwise` where the cell is empty. */
double bki_number_or(const bki_rows *rows, size_t row, size_t column, double otherwise);
/* The text, or "" where the cell is empty; held by the builder. */
const char *bki_text_at(const bk_builder *builder, const bki_rows *rows, size_t row, size_t column);

bk_status bki_rows_start(bk_builder *builder, bki_rows *rows, const bk_table_schema *schema);
/* Room for one more row; its cells are empty where the header lacks columns.  NULL if memory is short. */
bki_cell *bki_rows_add(bk_builder *builder, bki_rows *rows, int line, uint16_t **columns);

/* ---- faults and warnings ------------------------------------------------------------------------------------- */

/* Records a fault; building goes on, and fails at the end. */
void bki_fault(bk_builder *builder, bk_status code, bki_place place, const char *hint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Keeps "file:line:column: text" for bk_model.warnings. */
void bki_warn(bk_builder *builder, bki_place place, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* "did you mean 'x'?" if a name is close enough, else `otherwise`; held by the builder's arena. */
const char *bki_did_you_mean(bk_builder *builder, const bk_names *names, const char *text, const char *otherwise);
/* For a table of few words, such as kinds: the index of `text` in `words`, or `n` and a fault that lists them. */
size_t bki_one_of(bk_builder *builder, const bki_rows *rows, size_t row, size_t column, size_t n,
                  const char *const *words);

#endif
