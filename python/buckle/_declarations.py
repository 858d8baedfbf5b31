"""The declarations of include/buckle/api.h for cffi, made by tools/python_declarations.py; not to be edited."""

ABI = 1

DECLARATIONS = """\
typedef struct buckle_engine buckle_engine;
typedef struct buckle_study buckle_study;
typedef struct buckle_result buckle_result;
typedef struct buckle_table buckle_table;
typedef enum buckle_status {
BUCKLE_OK = 0,
BUCKLE_ERR_NO_MEMORY = 1,
BUCKLE_ERR_USAGE = 2,
BUCKLE_ERR_FILE = 3,
BUCKLE_ERR_SYNTAX = 4,
BUCKLE_ERR_SCHEMA = 5,
BUCKLE_ERR_VALUE = 6,
BUCKLE_ERR_REFERENCE = 7,
BUCKLE_ERR_DUPLICATE = 8,
BUCKLE_ERR_INCONSISTENT = 9,
BUCKLE_ERR_CONFLICT = 10,
BUCKLE_ERR_NO_PATH = 11,
BUCKLE_ERR_NO_SOLUTION = 12,
BUCKLE_ERR_NOT_CONVERGED = 13,
BUCKLE_ERR_CANCELLED = 14
} buckle_status;
const char *buckle_version(void);
int buckle_abi(void);
const char *buckle_status_name(buckle_status status);
const char *buckle_status_sentence(buckle_status status);
typedef int (*buckle_progress)(void *state, const char *what, double fraction);
typedef void (*buckle_log)(void *state, int level, const char *text);
buckle_status buckle_engine_create(int threads, buckle_engine **out);
void buckle_engine_release(buckle_engine *engine);
void buckle_engine_listen(buckle_engine *engine, buckle_progress progress, buckle_log log,
void *state);
buckle_status buckle_engine_cache(buckle_engine *engine, const char *folder);
void buckle_cancel(buckle_engine *engine, int cancel);
size_t buckle_error_count(const buckle_engine *engine);
buckle_status buckle_error_status(const buckle_engine *engine, size_t index);
const char *buckle_error_message(const buckle_engine *engine, size_t index);
const char *buckle_error_file(const buckle_engine *engine, size_t index);
int buckle_error_line(const buckle_engine *engine, size_t index);
int buckle_error_column(const buckle_engine *engine, size_t index);
const char *buckle_error_hint(const buckle_engine *engine, size_t index);
buckle_status buckle_study_open(buckle_engine *engine, const char *folder, buckle_study **out);
void buckle_study_release(buckle_study *study);
const char *buckle_study_name(const buckle_study *study);
const char *buckle_study_title(const buckle_study *study);
int buckle_study_base_year(const buckle_study *study);
double buckle_study_money(const buckle_study *study);
size_t buckle_scenario_count(const buckle_study *study);
const char *buckle_scenario_name(const buckle_study *study, size_t index);
buckle_status buckle_scenario_add(buckle_study *study, const char *name, const char *text, size_t length);
typedef struct buckle_option {
const char *name;
const char *value;
} buckle_option;
buckle_status buckle_ask(buckle_engine *engine, buckle_study *study, const char *question,
const buckle_option *options, size_t n_options, buckle_result **out);
const char *buckle_question_name(size_t index);
buckle_status buckle_run(buckle_study *study, const buckle_option *options, size_t n_options,
buckle_result **out);
buckle_status buckle_trade(buckle_study *study, const buckle_option *options, size_t n_options,
buckle_result **out);
buckle_status buckle_route(buckle_study *study, const buckle_option *options, size_t n_options,
buckle_result **out);
buckle_status buckle_appraise(buckle_study *study, const buckle_option *options, size_t n_options,
buckle_result **out);
buckle_status buckle_pivot(buckle_study *study, const buckle_option *options, size_t n_options,
buckle_result **out);
buckle_status buckle_stress(buckle_study *study, const buckle_option *options, size_t n_options,
buckle_result **out);
buckle_status buckle_brief(buckle_study *study, const buckle_option *options, size_t n_options,
buckle_result **out);
buckle_status buckle_assign(buckle_engine *engine, const buckle_option *options, size_t n_options,
buckle_result **out);
void buckle_result_release(buckle_result *result);
int buckle_result_converged(const buckle_result *result);
int buckle_result_interrupted(const buckle_result *result);
double buckle_result_residual(const buckle_result *result);
size_t buckle_result_sentence_count(const buckle_result *result);
const char *buckle_result_sentence(const buckle_result *result, size_t index);
size_t buckle_result_warning_count(const buckle_result *result);
const char *buckle_result_warning(const buckle_result *result, size_t index);
buckle_status buckle_result_write(buckle_result *result, const char *path);
size_t buckle_table_count(const buckle_result *result);
const buckle_table *buckle_table_at(const buckle_result *result, size_t index);
const buckle_table *buckle_table_find(const buckle_result *result, const char *name);
const char *buckle_table_name(const buckle_table *table);
const char *buckle_table_title(const buckle_table *table);
size_t buckle_table_rows(const buckle_table *table);
size_t buckle_table_columns(const buckle_table *table);
typedef enum buckle_kind { BUCKLE_TEXT = 0, BUCKLE_NUMBER = 1, BUCKLE_INTEGER = 2 } buckle_kind;
size_t buckle_column_find(const buckle_table *table, const char *name);
const char *buckle_column_name(const buckle_table *table, size_t column);
const char *buckle_column_unit(const buckle_table *table, size_t column);
const char *buckle_column_meaning(const buckle_table *table, size_t column);
buckle_kind buckle_column_kind(const buckle_table *table, size_t column);
const char *const *buckle_column_texts(const buckle_table *table, size_t column);
const double *buckle_column_numbers(const buckle_table *table, size_t column);
const int64_t *buckle_column_integers(const buckle_table *table, size_t column);
const unsigned char *buckle_column_empty(const buckle_table *table, size_t column);
typedef enum buckle_geometry { BUCKLE_NO_GEOMETRY = 0, BUCKLE_POINTS = 1, BUCKLE_LINES = 2 } buckle_geometry;
buckle_geometry buckle_table_geometry(const buckle_table *table);
const uint32_t *buckle_table_first_point(const buckle_table *table);
const double *buckle_table_lon_lat(const buckle_table *table);
"""
