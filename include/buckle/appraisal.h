/* What a solved change is worth and to whom: cash flows of projects and their lenders, the indicators of road and rail
 * appraisal, and fair shares of a joint gain.  Pure arithmetic on yearly figures; knows no network and no market. */
#ifndef BUCKLE_APPRAISAL_H
#define BUCKLE_APPRAISAL_H

#include "buckle/model.h"

/* ---- indicators of a stream of yearly figures ------------------------------------------------------------------ */

typedef enum bk_irr_state {
    BK_IRR_UNIQUE,  /* one rate makes the net present value zero */
    BK_IRR_NONE,    /* none does: the stream never changes sign, or its NPV never does */
    BK_IRR_MULTIPLE /* several do; the lowest is given and it is no measure of worth */
} bk_irr_state;

typedef struct bk_indicators {
    double       npv; /* at the discount rate, money of the stream, year 0 undiscounted */
    double       irr; /* per year; meaningful only if irr_state is BK_IRR_UNIQUE, else 0 */
    bk_irr_state irr_state;
    double       benefit_cost;       /* present benefits over present costs; 0 if there are no costs */
    double       npv_per_investment; /* NPV over present investment; 0 without investment */
    double       first_year_return;  /* net benefit of the first full year over investment compounded to it */
    double payback_years;     /* first year (fraction) in which cumulated discounted net benefit reaches 0; < 0 never */
    double switching_benefit; /* factor on all benefits at which NPV is 0; 0 if there are no benefits */
    double switching_cost;    /* factor on all costs at which NPV is 0; 0 if there are no costs */
} bk_indicators;

/* Present value of `stream` [n_years], year 0 undiscounted, at `rate` > -1 per year. */
double bk_present_value(const double *stream, size_t n_years, double rate);

/**
 * Indicators of a project's stream.
 *
 * Input    `investment`, `running` (operation, maintenance), `benefit` [n_years] money of one year's prices; costs >= 0
 *          `opens` year of the stream in which benefits begin
 * Source   Archondo-Callao (HDM-4 / RED); European Commission, Guide to Cost-Benefit Analysis (2014), annexes
 */
bk_indicators bk_indicators_of(const double *investment, const double *running, const double *benefit, size_t n_years,
                               size_t opens, double discount_rate);

/* Every rate in (-0.99, 10) at which the present value of `stream` is zero, lowest first; returns how many were found
 * and keeps up to `most` of them in `rates`.  Sign changes are bracketed on a fine grid and bisected to 1e-12. */
size_t bk_irr_all(const double *stream, size_t n_years, double *rates, size_t most);

/* ---- loans ----------------------------------------------------------------------------------------------------- */

typedef struct bk_loan {
    double amount;         /* money, drawn in equal parts over `draw_years` from year 0 */
    double interest_rate;  /* per year, in the prices of the stream */
    int    draw_years;     /* >= 1 */
    int    grace_years;    /* from first drawing, no principal is repaid; interest is */
    int    maturity_years; /* from first drawing to last repayment, > grace_years */
} bk_loan;

/**
 * Schedule of a loan: interest on the balance at the start of each year (drawings bear interest from the next year on),
 * equal repayments of principal from the year after grace to maturity.
 *
 * Output   `drawn`, `interest`, `repaid`, `balance` (end of year) [n_years] money; what falls after n_years is left out
 * Returns  BK_OK, BK_ERR_VALUE (maturity not beyond grace, drawings not finished at maturity, negative figures)
 */
bk_status bk_loan_schedule(bk_context *ctx, const bk_loan *loan, size_t n_years, double *drawn, double *interest,
                           double *repaid, double *balance);

/* Grant element: 1 - present debt service over present drawings, at `rate` (the IMF and World Bank use 0.05). */
bk_status bk_loan_grant_element(bk_context *ctx, const bk_loan *loan, double rate, double *out);

/* Real from nominal rate (Fisher 1930): (1 + nominal) / (1 + inflation) - 1. */
double bk_real_rate(double nominal, double inflation);

/* The yearly payment that repays `capital` with interest over `years`: r K / (1 - (1 + r)^-T); K / T where r is 0. */
double bk_annuity(double capital, double rate, int years);

/* ---- projects -------------------------------------------------------------------------------------------------- */

typedef struct bk_appraisal_settings {
    int    price_year;    /* year 0 of the streams: the study's base year */
    int    horizon_years; /* of benefits after opening */
    double discount_rate; /* real */
    double inflation;     /* turns nominal loan rates into real ones; 0.02, the longer-run goal for the dollar (Federal
                             Reserve 2012) */
    double overrun;       /* share of capital cost added; 0 takes the cost as written */
} bk_appraisal_settings;

/* Years of a project on the streams' clock; year 0 is the price year. */
typedef struct bk_project_years {
    int works_from, opens; /* works are paid from works_from to the year before opening; may lie before 0 */
    int runs_until;        /* first year without operation: the end of its life or of the horizon */
} bk_project_years;

bk_project_years bk_project_years_of(const bk_project *project, const bk_appraisal_settings *settings);

/* Streams of one project as one party carries them; year 0 is settings->price_year. */
typedef struct bk_party_flow {
    uint32_t      project;       /* index into projects */
    uint32_t      country;       /* who carries it; BK_NONE: a party outside the study */
    const char   *party;         /* as written */
    const double *investment;    /* [n_years] USD of the price year, its share of the works */
    const double *running;       /* [n_years] USD, operation and maintenance */
    const double *drawn;         /* [n_years] USD received from lenders */
    const double *debt_service;  /* [n_years] USD interest and repayment */
    double        abroad;        /* USD of the works that foreign contractors receive */
    double        grant_element; /* of its loan at 5 %; 0 without loan */
} bk_party_flow;

/**
 * Who pays what and when for the projects with built[p].  Works are spread evenly over the years from
 * construction_start to the year before opening (at least one); years before the price year are kept as sunk in year 0.
 * Rows of finance.csv with an interest rate are loans of that party, rows without are its own money; a project without
 * rows is carried by its first country.  Operation falls on the parties in proportion to their share, for life_years
 * from opening or to the horizon.
 *
 * Output   `*flows` [*n_flows], arrays [*n_years], held by `arena`
 * Returns  BK_OK, BK_ERR_VALUE, BK_ERR_NO_MEMORY
 */
bk_status bk_project_flows(bk_context *ctx, const bk_model *model, const bool *built /* [n_projects] */,
                           const bk_appraisal_settings *settings, bk_arena *arena, size_t *n_flows,
                           const bk_party_flow **flows, size_t *n_years);

/* ---- doubt ----------------------------------------------------------------------------------------------------- */

/* What works of one kind cost over what they were said to cost, less 1: mean and standard deviation.
 * Source   Flyvbjerg, Skamris Holm & Buhl (2003), Transport Reviews 23(1), table 1: 258 projects, constant prices */
typedef struct bk_reference_class {
    const char *name; /* "rail", "road", "fixed-link", "transport" */
    double      mean, sd;
} bk_reference_class;

/* The class of a project's type as project.csv has it: words with "rail" or "track" are rail; "road", "highway";
 * "bridge", "tunnel" are fixed links; all transport for the others, NULL included.  Never NULL. */
const bk_reference_class *bk_reference_class_of(const char *type);

/* Value at probability `p` in (0, 1) of the lognormal variable with this mean > 0 and standard deviation >= 0. */
double bk_lognormal_quantile(double mean, double sd, double p);

/* Quantile of a sample in ascending order, linear between order statistics (Hyndman & Fan 1996, type 7); n >= 1. */
double bk_sample_quantile(const double *ascending, size_t n, double p);

/* ---- fair shares ----------------------------------------------------------------------------------------------- */

/**
 * Shapley value of every player from the worth of every coalition.
 *
 * Source   Shapley (1953); phi_i = sum over S without i of |S|! (n-|S|-1)! / n! (v(S+i) - v(S))
 * Input    `worth` [2^n_players]; bit i of the index: player i is in; worth[0] need not be 0
 * Output   `value` [n_players], adds up to worth[all] - worth[0] within rounding
 * Threads  uses ctx's pool; same bits for any number of threads
 * Returns  BK_OK, BK_ERR_VALUE (no players, more than 30, a worth that is not finite), BK_ERR_NO_MEMORY
 */
bk_status bk_shapley(bk_context *ctx, size_t n_players, const double *worth, double *value);

/* Order number `index` of those drawn with `seed`, for the mean over orders where there are too many sets to know the
 * worth of each (Castro, Gomez & Tejada 2009): a shuffle (Fisher & Yates; Philox), and for an odd index the one before
 * it backwards, which takes most of the noise from sums of effects that decay or build up (Mitchell, Cooper, Frank &
 * Holmes 2022, section 4).  `order` [n_players] */
void bk_shapley_order(uint64_t seed, uint64_t index, size_t n_players, uint32_t *order);

/* Banzhaf value, Banzhaf (1965): the mean of v(S+i) - v(S) over all S without i. */
bk_status bk_banzhaf(bk_context *ctx, size_t n_players, const double *worth, double *value);

/* Shapley interaction of every pair, Grabisch & Roubens (1999): how much more two bring together than each alone,
 * averaged over the rest.  `interaction` [n_players][n_players], symmetric, zero diagonal. */
bk_status bk_shapley_interactions(bk_context *ctx, size_t n_players, const double *worth, double *interaction);

#endif
