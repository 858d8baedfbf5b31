/* The stable surface of libbuckle, for programs and languages outside: opaque handles, no structs that may grow, errors
 * as values.  A program built against it runs with every later library of the same soversion.  (The other headers of
 * this folder are the engine itself, whose structs change from release to release: they go with libbuckle.a alone.)
 *
 * Nothing is printed, nothing exits, and there is no global state.  An engine and the handles made with it are for one
 * thread at a time; engines know nothing of one another, so that several may compute at once.  Two things may be done
 * from any thread at any time: buckle_cancel, and to release a handle.  Texts are UTF-8; those handed out belong to the
 * handle they were asked of. */
#ifndef BUCKLE_API_H
#define BUCKLE_API_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BUCKLE_ABI 1 /* the soversion this header describes */

#ifdef __GNUC__
#define BUCKLE_API __attribute__((visibility("default")))
#else
#define BUCKLE_API
#endif

typedef struct buckle_engine buckle_engine; /* threads, errors, callbacks */
typedef struct buckle_study  buckle_study;  /* a study that was read, and its base year once it is solved */
typedef struct buckle_result buckle_result; /* an answer: named tables */
typedef struct buckle_table  buckle_table;  /* one of them, owned by its result */

/* Numbers never change; new ones may come at the end. */
typedef enum buckle_status {
    BUCKLE_OK = 0,
    BUCKLE_ERR_NO_MEMORY = 1,
    BUCKLE_ERR_USAGE = 2,          /* the call was wrong */
    BUCKLE_ERR_FILE = 3,           /* a file could not be opened, read or written */
    BUCKLE_ERR_SYNTAX = 4,         /* a file is not well-formed */
    BUCKLE_ERR_SCHEMA = 5,         /* a column, key or type is not what the format asks for */
    BUCKLE_ERR_VALUE = 6,          /* a value is outside what it may be */
    BUCKLE_ERR_REFERENCE = 7,      /* something is named that does not exist */
    BUCKLE_ERR_DUPLICATE = 8,      /* the same thing is defined twice */
    BUCKLE_ERR_INCONSISTENT = 9,   /* values contradict each other */
    BUCKLE_ERR_CONFLICT = 10,      /* two measures of a scenario contradict each other */
    BUCKLE_ERR_NO_PATH = 11,       /* trade between two zones that no route joins */
    BUCKLE_ERR_NO_SOLUTION = 12,   /* the equilibrium has no finite solution */
    BUCKLE_ERR_NOT_CONVERGED = 13, /* a solver gave up */
    BUCKLE_ERR_CANCELLED = 14      /* before there was anything to show */
} buckle_status;

BUCKLE_API const char *buckle_version(void);                         /* "0.1.0" */
BUCKLE_API int         buckle_abi(void);                             /* BUCKLE_ABI of the library that is running */
BUCKLE_API const char *buckle_status_name(buckle_status status);     /* "no-memory"; NULL: no such status */
BUCKLE_API const char *buckle_status_sentence(buckle_status status); /* "an allocation failed"; NULL likewise */

/* ---- engine --------------------------------------------------------------------------------------------------- */

/* Called from the thread that asks.  `fraction` in [0, 1], below 0 if unknown.  Returns 0 to go on, else to cancel. */
typedef int (*buckle_progress)(void *state, const char *what, double fraction);
/* Notes, such as a column of a file that is not known; `level` 0 detail, 1 information, 2 warning. */
typedef void (*buckle_log)(void *state, int level, const char *text);

/* `threads` >= 1 that it may use; answers have the same bits with any number.  Returns BUCKLE_OK, BUCKLE_ERR_USAGE,
 * BUCKLE_ERR_NO_MEMORY: `*out` is then NULL, and there is nothing to read an error from. */
BUCKLE_API buckle_status buckle_engine_create(int threads, buckle_engine **out);
/* It goes when the last handle made with it is released too.  NULL is allowed here and in every release. */
BUCKLE_API void buckle_engine_release(buckle_engine *engine);
BUCKLE_API void buckle_engine_listen(buckle_engine *engine, buckle_progress progress, buckle_log log,
                                     void *state); /* either may be NULL */
/* Where solved base years are kept between runs; NULL: nowhere.  At first $BUCKLE_CACHE, $XDG_CACHE_HOME/buckle or
 * ~/.cache/buckle, which the program `buckle` shares.  Returns BUCKLE_OK, BUCKLE_ERR_NO_MEMORY. */
BUCKLE_API buckle_status buckle_engine_cache(buckle_engine *engine, const char *folder);
/* 1: the call in hand ends as soon as it can, or, when there is none, the next one; 0 takes it back.  What was finished
 * is kept where buckle_result_interrupted can say so, else the call returns BUCKLE_ERR_CANCELLED.  Also for signal
 * handlers. */
BUCKLE_API void buckle_cancel(buckle_engine *engine, int cancel);

/* Why the engine's last call failed: every fault found, the first one being its status.  `index` past the end, or
 * nothing to say: NULL and 0.  Valid until the engine's next call. */
BUCKLE_API size_t        buckle_error_count(const buckle_engine *engine);
BUCKLE_API buckle_status buckle_error_status(const buckle_engine *engine, size_t index);
BUCKLE_API const char   *buckle_error_message(const buckle_engine *engine, size_t index);
BUCKLE_API const char   *buckle_error_file(const buckle_engine *engine, size_t index);
BUCKLE_API int           buckle_error_line(const buckle_engine *engine, size_t index);   /* 1-based */
BUCKLE_API int           buckle_error_column(const buckle_engine *engine, size_t index); /* 1-based, characters */
BUCKLE_API const char   *buckle_error_hint(const buckle_engine *engine, size_t index);   /* what to do */

/* ---- study ---------------------------------------------------------------------------------------------------- */

/* Reads and judges the study in `folder`; scenarios are read when a question names them.  Returns BUCKLE_OK, else the
 * code of the first of all faults found. */
BUCKLE_API buckle_status buckle_study_open(buckle_engine *engine, const char *folder, buckle_study **out);
BUCKLE_API void          buckle_study_release(buckle_study *study);
BUCKLE_API const char   *buckle_study_name(const buckle_study *study);  /* the last part of the folder's path */
BUCKLE_API const char   *buckle_study_title(const buckle_study *study); /* a sentence */
BUCKLE_API int           buckle_study_base_year(const buckle_study *study);
BUCKLE_API double        buckle_study_money(const buckle_study *study); /* USD in its unit of value */

/* Names of scenarios: those of the study's folder, in byte order, then those added; NULL past the end. */
BUCKLE_API size_t      buckle_scenario_count(const buckle_study *study);
BUCKLE_API const char *buckle_scenario_name(const buckle_study *study, size_t index);
/* Adds a scenario from a text in memory [length], YAML or JSON, whose rows stand in it: docs/reference/study.md.  One
 * added before under the name gives way.  Returns BUCKLE_OK, BUCKLE_ERR_DUPLICATE (a file of the study has the name),
 * or the first of all faults found. */
BUCKLE_API buckle_status buckle_scenario_add(buckle_study *study, const char *name, const char *text, size_t length);

/* ---- questions -------------------------------------------------------------------------------------------------- */

/* Options have the names and meanings they have on the command line (docs/reference/commands.md), without the dashes:
 * {"tolerance", "1e-7"}.  A flag's value is not read; an option that takes several is given several times; a scenario
 * is named as the study names it, or by a path that ends in .yaml.  One that the question does not know, or a value out
 * of range, is BUCKLE_ERR_USAGE. */
typedef struct buckle_option {
    const char *name;
    const char *value;
} buckle_option;

/* Any question by the name of its verb on the command line: `study` NULL for those of files (assign, balance, design,
 * game), else one that was opened with `engine`.  docs/reference/c-api.md lists the options and tables of each; those
 * below have a function of their own as well.  Returns as these do; BUCKLE_ERR_USAGE for a name that is none.  Since
 * BUCKLE_1_1. */
BUCKLE_API buckle_status buckle_ask(buckle_engine *engine, buckle_study *study, const char *question,
                                    const buckle_option *options, size_t n_options, buckle_result **out);
/* Names of questions in byte order; NULL past the end.  Since BUCKLE_1_1. */
BUCKLE_API const char *buckle_question_name(size_t index);

/* Each writes its answer to `*out`, to be released, or NULL.  Each returns BUCKLE_OK also when a limit stopped a solver
 * (see buckle_result_converged).  docs/reference/c-api.md lists the tables of each. */

/* Joint equilibrium of transport and trade.  scenario (several; none: all of the study's files), attribution, orders,
 * seed, select (several), tolerance, rounds, values, deficits, finance, lender. */
BUCKLE_API buckle_status buckle_run(buckle_study *study, const buckle_option *options, size_t n_options,
                                    buckle_result **out);
/* Trade alone, with transport as in the base year.  scenario (none: nothing changes), deficits, finance, lender. */
BUCKLE_API buckle_status buckle_trade(buckle_study *study, const buckle_option *options, size_t n_options,
                                      buckle_result **out);
/* Alternatives door to door.  from, to (both needed), sector, k, value-of-time, all-paths, constants, loaded. */
BUCKLE_API buckle_status buckle_route(buckle_study *study, const buckle_option *options, size_t n_options,
                                      buckle_result **out);
/* Does each project of a scenario pay, and whom?  scenario (needed), growth, overrun, transit-surplus, draws, seed,
 * tolerance. */
BUCKLE_API buckle_status buckle_appraise(buckle_study *study, const buckle_option *options, size_t n_options,
                                         buckle_result **out);
/* A scenario as a game over economies.  scenario (needed), players (several), outsiders, economy-values, bypass
 * (several), without-bypass, orders, seed, tolerance. */
BUCKLE_API buckle_status buckle_pivot(buckle_study *study, const buckle_option *options, size_t n_options,
                                      buckle_result **out);
/* How sure an answer is.  scenario (needed, several), draws, seed, sampler, economy, indices, projects, tolerance. */
BUCKLE_API buckle_status buckle_stress(buckle_study *study, const buckle_option *options, size_t n_options,
                                       buckle_result **out);
/* Eighteen claims about one economy.  economy (needed), scenario, players, draws. */
BUCKLE_API buckle_status buckle_brief(buckle_study *study, const buckle_option *options, size_t n_options,
                                      buckle_result **out);
/* Road traffic in user equilibrium, of files in TNTP, GMNS, OMX or CSV.  net, trips (both needed), matrix, lookup, use,
 * gap, method, iterations, toll-factor, distance-factor, demand-factor, allow-unreachable. */
BUCKLE_API buckle_status buckle_assign(buckle_engine *engine, const buckle_option *options, size_t n_options,
                                       buckle_result **out);

/* ---- answers ---------------------------------------------------------------------------------------------------- */

BUCKLE_API void   buckle_result_release(buckle_result *result);           /* its tables and texts go with it */
BUCKLE_API int    buckle_result_converged(const buckle_result *result);   /* 1: every state met its condition */
BUCKLE_API int    buckle_result_interrupted(const buckle_result *result); /* 1: what is here was finished before */
BUCKLE_API double buckle_result_residual(const buckle_result *result);    /* the largest; dimensionless; < 0: none */
/* Sentences that follow from the numbers, and warnings; NULL past the end. */
BUCKLE_API size_t      buckle_result_sentence_count(const buckle_result *result);
BUCKLE_API const char *buckle_result_sentence(const buckle_result *result, size_t index);
BUCKLE_API size_t      buckle_result_warning_count(const buckle_result *result);
BUCKLE_API const char *buckle_result_warning(const buckle_result *result, size_t index);
/* Every table into `path`, by its ending: .gpkg (opens in QGIS), .xlsx, .html (a report), or a folder of CSV files.
 * Returns BUCKLE_OK, BUCKLE_ERR_FILE, BUCKLE_ERR_NO_MEMORY. */
BUCKLE_API buckle_status buckle_result_write(buckle_result *result, const char *path);

BUCKLE_API size_t              buckle_table_count(const buckle_result *result);
BUCKLE_API const buckle_table *buckle_table_at(const buckle_result *result, size_t index);       /* NULL past the end */
BUCKLE_API const buckle_table *buckle_table_find(const buckle_result *result, const char *name); /* NULL if absent */
BUCKLE_API const char         *buckle_table_name(const buckle_table *table);                     /* "economies" */
BUCKLE_API const char         *buckle_table_title(const buckle_table *table);                    /* a sentence */
BUCKLE_API size_t              buckle_table_rows(const buckle_table *table);
BUCKLE_API size_t              buckle_table_columns(const buckle_table *table);

/* ---- columns: read in place, never copied; they live as long as the result ----------------------------------------
 */

typedef enum buckle_kind { BUCKLE_TEXT = 0, BUCKLE_NUMBER = 1, BUCKLE_INTEGER = 2 } buckle_kind;
#define BUCKLE_NONE ((size_t)-1)

BUCKLE_API size_t buckle_column_find(const buckle_table *table, const char *name); /* BUCKLE_NONE if absent */
/* `column` < buckle_table_columns; past it NULL, and BUCKLE_TEXT. */
BUCKLE_API const char *buckle_column_name(const buckle_table *table, size_t column);    /* "welfare_pct" */
BUCKLE_API const char *buckle_column_unit(const buckle_table *table, size_t column);    /* "USD/t", "%", "" */
BUCKLE_API const char *buckle_column_meaning(const buckle_table *table, size_t column); /* a sentence */
BUCKLE_API buckle_kind buckle_column_kind(const buckle_table *table, size_t column);
/* [rows], NULL unless the column is of that kind (or there are no rows).  An empty cell is NULL, or 0 with its flag in
 * buckle_column_empty [rows], which is NULL where no cell is empty. */
BUCKLE_API const char *const   *buckle_column_texts(const buckle_table *table, size_t column);
BUCKLE_API const double        *buckle_column_numbers(const buckle_table *table, size_t column);
BUCKLE_API const int64_t       *buckle_column_integers(const buckle_table *table, size_t column);
BUCKLE_API const unsigned char *buckle_column_empty(const buckle_table *table, size_t column);

/* Geometry of rows: row r has points first[r] ... first[r + 1] - 1 of lon_lat, degrees WGS 84; a line over the 180th
 * meridian goes on past it.  NULL without geometry. */
typedef enum buckle_geometry { BUCKLE_NO_GEOMETRY = 0, BUCKLE_POINTS = 1, BUCKLE_LINES = 2 } buckle_geometry;

BUCKLE_API buckle_geometry buckle_table_geometry(const buckle_table *table);
BUCKLE_API const uint32_t *buckle_table_first_point(const buckle_table *table); /* [rows + 1] */
BUCKLE_API const double   *buckle_table_lon_lat(const buckle_table *table);     /* [first[rows]][2] degrees */

#ifdef __cplusplus
}
#endif

#endif
