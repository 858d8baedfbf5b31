/* The command line: one table of verbs, each with its options; parsing, help and the reference all come from it.
 * No science here: a verb calls `study` and shows what it returned. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "buckle/study.h"
#include "buckle/worth.h"
#include "buckle/spread.h"
#include "server/server.h"

#include <stdio.h>

typedef enum bki_exit {
    BKI_EXIT_DONE = 0,
    BKI_EXIT_NOT_CONVERGED = 1,
    BKI_EXIT_USAGE = 2,
    BKI_EXIT_INPUT = 3,
    BKI_EXIT_MACHINE = 4,
    BKI_EXIT_INTERRUPTED = 130
} bki_exit;

/* ---- verbs and options ---------------------------------------------------------------------------------------- */

typedef enum bki_option_kind {
    BKI_OPTION_FLAG,   /* takes nothing */
    BKI_OPTION_TEXT,   /* anything but the empty text */
    BKI_OPTION_LIST,   /* text; may be given again */
    BKI_OPTION_PAIR,   /* two texts, one behind the other */
    BKI_OPTION_CHOICE, /* one of `choices` */
    BKI_OPTION_NUMBER, /* within [least, most] */
    BKI_OPTION_INTEGER /* likewise */
} bki_option_kind;

typedef struct bki_option {
    const char     *name;   /* "scenario", given as --scenario */
    char            letter; /* 'k', given as -k; 0: none */
    bki_option_kind kind;
    const char     *argument; /* "S" in the help; NULL for flags */
    const char     *choices;  /* "text json" */
    double          least, most;
    const char     *meaning;
    bool            writes; /* says where to write, or from where to go on: the answer is the same without */
} bki_option;

struct bki_session;

typedef struct bki_verb {
    const char *name, *operand,
        *summary;             /* operand: "STUDY", "[VERB]" if it may be left out, "FILE..." for several; NULL: none */
    const char       *second; /* "FILE", a second operand that must be given; NULL: none */
    const char       *detail; /* paragraphs for the help and the reference */
    const char       *example;
    size_t            n_options;
    const bki_option *options; /* [n_options] beside the common ones */
    bki_exit (*run)(struct bki_session *session);
    bool repeats; /* its answers can be made again: `buckle verify` */
    bool spreads; /* over the processes that mpirun starts; other verbs refuse to be started so */
} bki_verb;

extern const bki_verb bki_verb_run, bki_verb_check, bki_verb_route, bki_verb_trade, bki_verb_balance, bki_verb_import;
extern const bki_verb bki_verb_assign, bki_verb_design, bki_verb_help;
extern const bki_verb bki_verb_serve;
extern const bki_verb bki_verb_appraise, bki_verb_claim, bki_verb_value;
extern const bki_verb bki_verb_invest, bki_verb_network;
extern const bki_verb bki_verb_game, bki_verb_pivot;
extern const bki_verb bki_verb_stress, bki_verb_merge;
extern const bki_verb bki_verb_calibrate, bki_verb_brief;
extern const bki_verb bki_verb_export;
extern const bki_verb bki_verb_open, bki_verb_compare, bki_verb_verify, bki_verb_explain;

size_t            bki_verb_count(void);
const bki_verb   *bki_verb_get(size_t index);
const bki_verb   *bki_verb_find(const char *name); /* NULL if there is none */
size_t            bki_common_option_count(void);
const bki_option *bki_common_option(size_t index);

/* The help of one verb, or of the program for NULL; as Markdown, the whole reference of commands. */
void bki_help_print(FILE *out, const bki_verb *verb);
void bki_help_print_markdown(FILE *out);
void bki_help_print_study(FILE *out, bk_arena *arena); /* every file, column and key of a study, as Markdown */

/* ---- one call of the program ---------------------------------------------------------------------------------- */

#define BKI_MAX_OPTIONS 32

typedef struct bki_value { /* one option as given */
    const bki_option  *option;
    size_t             n_texts;
    const char *const *texts;  /* [n_texts] one, for pairs two, for lists any number */
    double             number; /* numbers and integers */
} bki_value;

typedef struct bki_progress {
    bool   shown, is_terminal;
    bool   bar_drawn;
    double last_seconds; /* when something was last written, since the start */
    double start_seconds;
} bki_progress;

typedef struct bki_input { /* a file that an answer is made from */
    const char *path;      /* as it was opened */
    uint64_t    bytes;
    char        sha256[65]; /* as `sha256sum` prints it */
} bki_input;

typedef struct bki_session {
    bk_context          *ctx;
    bk_arena             arena;
    const bki_verb      *verb;
    const char          *operand, *second; /* NULL if left out */
    size_t               n_operands;       /* where the verb takes several */
    const char         **operands;         /* [n_operands] */
    size_t               n_values;
    bki_value            values[BKI_MAX_OPTIONS];
    bool                 json, quiet;
    bool                 writing; /* a fault of a file is now the machine's, not the input's */
    bki_progress         progress;
    const bki_verb_call *warm; /* inside a server: the study is read, progress goes there; NULL: as a program */
    const bk_team       *team; /* processes that share this call, of which number 0 speaks; NULL: alone */
    size_t               n_notes, note_capacity;
    const char         **notes; /* [n_notes] warnings of the log, each once */
    size_t               n_inputs, input_capacity;
    bki_input           *inputs; /* [n_inputs] each once, in the order in which they were opened */
} bki_session;

void bki_version_print(void); /* of the program, of what it is linked with, and of what it was built by */

int bki_processor_count(void); /* that this process may use */

/* One verb inside a server, with everything the program does around it. */
int bki_run_warm(const bki_verb_call *call, int n, char **arguments);

/* Reads the arguments after the verb.  BK_ERR_USAGE is recorded in the context, with a suggestion. */
bk_status bki_options_parse(bki_session *session, int n, char **arguments);

bool             bki_option_given(const bki_session *session, const char *name);
const char      *bki_option_text(const bki_session *session, const char *name); /* NULL if not given */
double           bki_option_number(const bki_session *session, const char *name, double otherwise);
const bki_value *bki_option_value(const bki_session *session, const char *name); /* NULL if not given */
const char      *bki_option_cache(bki_session *session); /* folder of the cache; NULL with --no-cache */

/* The country that `text` names, by itself or by one of its regions; BK_ERR_REFERENCE with a suggestion. */
bk_status bki_economy_named(bki_session *session, const bk_model *model, const char *text, uint32_t *out);

/* Opens the study named by the operand with the scenarios of --scenario; if none is given, with all of them or none. */
typedef enum bki_otherwise { BKI_OTHERWISE_ALL, BKI_OTHERWISE_NONE } bki_otherwise;
/* The study named by the operand, or that of the server, with the scenarios `names` [n]; NULL: all of its own. */
bk_status bki_session_open_named(bki_session *session, const char *const *names, size_t n, const bk_study **out);
bk_status bki_session_open(bki_session *session, bki_otherwise otherwise, const bk_study **out);

/* The options of `run` and `trade` that close trade: --deficits, which bki_session_open heeds, --finance, --lender. */
#define BKI_OPTIONS_CLOSURE                                                                                            \
    {.name = "deficits",                                                                                               \
     .kind = BKI_OPTION_CHOICE,                                                                                        \
     .argument = "RULE",                                                                                               \
     .choices = "fixed scaled zero share",                                                                             \
     .meaning = "trade deficits in a scenario: fixed, scaled (with world value added), zero (a base without them) or " \
                "share (of income); by default as study.yaml says"},                                                   \
        {.name = "finance",                                                                                            \
         .kind = BKI_OPTION_CHOICE,                                                                                    \
         .argument = "BY",                                                                                             \
         .choices = "none tax works foreign",                                                                          \
         .meaning =                                                                                                    \
             "who pays for a scenario's works, so that gains are net: none (the default), tax (on the same final "     \
             "goods), works (a tax spent on trade.works_sector), foreign (the --lender is paid)"},                     \
    {                                                                                                                  \
        .name = "lender", .kind = BKI_OPTION_TEXT, .argument = "ECONOMY",                                              \
        .meaning = "with --finance foreign: the economy that is paid, as lender or contractor"                         \
    }

/* The options of verbs whose answer is tables, and the paths given; bk_study_report writes what is asked for. */
#define BKI_OPTIONS_REPORTS                                                                                            \
    {.name = "report",                                                                                                 \
     .kind = BKI_OPTION_TEXT,                                                                                          \
     .argument = "FILE.html",                                                                                          \
     .writes = true,                                                                                                   \
     .meaning = "a report as one page that stands alone: figures, tables, sources, certificate"},                      \
        {.name = "xlsx",                                                                                               \
         .kind = BKI_OPTION_TEXT,                                                                                      \
         .argument = "FILE.xlsx",                                                                                      \
         .writes = true,                                                                                               \
         .meaning = "every table as a sheet of a workbook"},                                                           \
        {.name = "tables",                                                                                             \
         .kind = BKI_OPTION_TEXT,                                                                                      \
         .argument = "FOLDER",                                                                                         \
         .writes = true,                                                                                               \
         .meaning = "every table as a CSV file"},                                                                      \
    {                                                                                                                  \
        .name = "figures", .kind = BKI_OPTION_TEXT, .argument = "FOLDER", .writes = true,                              \
        .meaning = "every figure as SVG, PNG and PDF"                                                                  \
    }

/* A verb whose work is spread: the option of a part of `what`, and that with where it is kept and the team. */
#define BKI_OPTION_SHARD(what)                                                                                         \
    {                                                                                                                  \
        .name = "shard", .kind = BKI_OPTION_TEXT, .argument = "I/N",                                                   \
        .meaning = "the I-th of N parts of the " what ", for job arrays; `buckle merge` joins their files"             \
    }
#define BKI_OPTION_RESUME(of)                                                                                          \
    {                                                                                                                  \
        .name = "resume", .kind = BKI_OPTION_TEXT, .writes = true, .argument = "FILE",                                 \
        .meaning = "keep the equilibria of " of " in a file as they are found, begun if it is not there; what it "     \
                   "holds is not solved again"                                                                         \
    }
bk_status bki_spread_chosen(bki_session *session, const char *file, bk_spread_settings *out);

/* What there is of a shard, or of what was interrupted, instead of the verb's answer. */
void     bki_part_print_text(uint64_t n_done, uint64_t n_wanted, const char *file);
bki_exit bki_part_print_json(bki_session *session, uint64_t n_done, uint64_t n_wanted, const char *file);

#define BKI_REPORTS ((size_t)4)
bk_report_paths bki_reports_chosen(const bki_session *session);
const char     *bki_report_path(const bk_report_paths *paths, size_t which); /* of one written, or NULL */

/* --finance and --lender, as given. */
bk_status bki_closure_chosen(bki_session *session, bk_closure *out);

/* ---- talk: standard error ------------------------------------------------------------------------------------- */

double bki_seconds(void); /* on a clock that only goes forward */
void   bki_progress_start(bki_progress *progress, bool quiet);
void   bki_progress_show(bki_progress *progress, const char *what, double fraction);
void   bki_progress_clear(bki_progress *progress);
/* All errors of the context, where the format wants them; returns the exit status that belongs to `status`. */
bki_exit bki_report_errors(bki_session *session, bk_status status);

/* How a verb ends: what it shows of its answer, which these get as the verb's own structure. */
typedef struct bki_ending {
    void (*text)(const void *answer);
    bki_exit (*json)(const void *answer); /* BKI_EXIT_DONE, or why nothing was printed */
    bki_exit (*exit)(const void *answer); /* of an answer that was printed; NULL: BKI_EXIT_DONE */
} bki_ending;

/* Clears the progress; then the errors if `status` is one, else the answer in the format wanted.  Returns the exit
 * status.  A verb's `run` is: return bki_finish(session, solve(&answer), &answer, &ending). */
bki_exit bki_finish(bki_session *session, bk_status status, const void *answer, const bki_ending *ending);
/* Converged, interrupted, or neither. */
bki_exit bki_exit_of_outcome(bk_outcome outcome);

/* ---- data: standard output ------------------------------------------------------------------------------------ */

/* And a line end.  Memory was short (or `json` is NULL): the error instead, and BKI_EXIT_MACHINE. */
bki_exit bki_json_print(bk_json *json);
void     bki_json_texts(bk_json *json, const char *key, const char *const *texts, size_t n); /* without the NULLs */
/* The manifest into an answer whose object is still open, which is closed. */
void bki_json_close(bki_session *session, bk_json *json);
/* Both. */
bki_exit bki_json_finish(bki_session *session, bk_json *json);
/* `results` with the manifest as a table more; inside a server without. */
bk_status bki_with_manifest(bki_session *session, const bk_results *results, bk_results *out);
/* Those, as a GeoPackage (NULL: none) and what else is asked for. */
bk_status bki_results_write(bki_session *session, const bk_results *results, const char *geopackage,
                            const bk_report_paths *paths);
void      bki_session_input(bki_session *session, const char *path); /* remembers a file, with its digest */

/* A table in columns; text to the left, numbers to the right.  Cells are not copied. */
typedef struct bki_grid {
    bk_arena    *arena;
    size_t       n_columns, n_cells, capacity;
    const char **cells; /* [n_cells] the first n_columns are the head */
    const bool  *right; /* [n_columns] aligned to the right */
} bki_grid;

void bki_grid_start(bki_grid *grid, bk_arena *arena, size_t n_columns, const bool *right);
void bki_grid_add(bki_grid *grid, const char *cell); /* NULL: empty; row after row */
void bki_grid_print(const bki_grid *grid);

/* `buckle route --border`: inspection against delay at a post, printed; an error is reported. */
bki_exit bki_frontier_answer(bki_session *session);

/* "+0.40", "1.04 bn", "2.8 Mt", for reading; JSON and files hold every digit. */
const char *bki_show_signed(bk_arena *arena, double value, int decimals);
const char *bki_show_usd(bk_arena *arena, double usd);
const char *bki_show_tonnes(bk_arena *arena, double tonnes);
/* "**Gains**" in bold on a terminal that wants it. */
const char *bki_bold(bk_arena *arena, const char *text);

/* What an answer rests on: "58 % of its 25915 input rows are estimates". */
const char *bki_show_estimates(bk_arena *arena, const bk_model *model);

#endif
