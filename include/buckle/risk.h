/* How sure: points that fill a cube of probabilities evenly, distributions of inputs, what a sample of answers says,
 * which input moves the answer, and where losses lie.  Arithmetic on numbers; what is drawn and solved is `study`'s. */
#ifndef BUCKLE_RISK_H
#define BUCKLE_RISK_H

#include "buckle/model.h"

/* ---- points ---------------------------------------------------------------------------------------------------- */

typedef enum bk_sampler_kind {
    BK_SAMPLER_SOBOL, /* Sobol' net with Owen's nested uniform scrambling */
    BK_SAMPLER_LHS,   /* Latin hypercube: one point in each of n slices of every dimension */
    BK_SAMPLER_RANDOM /* independent points */
} bk_sampler_kind;

#define BK_SOBOL_DIMENSIONS 256 /* for which direction numbers are held */

typedef struct bk_sampler bk_sampler; /* immutable; any thread may ask it for any point */

const char *bk_sampler_name(bk_sampler_kind kind); /* "sobol" */

/**
 * Points 0 ... n_points - 1 of the unit cube; each is a function of kind, seed, index and, for the Latin hypercube,
 * n_points, and of nothing else.
 *
 * Source   Sobol' (1967) with the direction numbers of Joe & Kuo (2008), criterion D6; Owen (1995), nested uniform
 *          scrambling; McKay, Beckman & Conover (1979); random bits of Philox (Salmon et al. 2011)
 * Returns  BK_OK, BK_ERR_VALUE (no points, no dimensions, too many of them for Sobol'), BK_ERR_NO_MEMORY
 */
bk_status bk_sampler_create(bk_context *ctx, bk_sampler_kind kind, uint64_t seed, uint64_t n_points,
                            size_t n_dimensions, bk_arena *arena, const bk_sampler **out);

/* Point `index` into `point` [n_dimensions], each in (0, 1). */
void bk_sampler_point(const bk_sampler *sampler, uint64_t index, double *point);

/* ---- distributions --------------------------------------------------------------------------------------------- */

/* The value that a variable of this distribution stays below with probability p in (0, 1).  Accurate to some 1e-14
 * relative to the distribution's scale; increasing in p. */
double bk_distribution_quantile(const bk_distribution *distribution, double p);

/* Its expectation, in closed form; cut off where the distribution is. */
double bk_distribution_mean(const bk_distribution *distribution);

/* Regularised incomplete beta function I_x(a, b) = P(Beta(a, b) < x), and its inverse in x. */
double bk_beta_cdf(double a, double b, double x);
double bk_beta_quantile(double a, double b, double p);

/* ---- what a sample says ---------------------------------------------------------------------------------------- */

#define BK_HISTOGRAM_BINS 20

typedef struct bk_summary {
    size_t n;
    double mean, sd; /* sd 0 where n < 2 */
    double least, most;
    double p05, p25, p50, p75, p95;      /* quantiles */
    double loss;                         /* share of values below 0 */
    double mean_low, mean_high;          /* 95 % interval of the mean, normal; for points of a net it is too wide */
    double loss_low, loss_high;          /* 95 % interval of the loss, Wilson (1927) */
    double histogram[BK_HISTOGRAM_BINS]; /* shares, of equal bins from `least` to `most` */
} bk_summary;

/* Of `value` [n >= 1], all finite.  Returns BK_OK, BK_ERR_NO_MEMORY. */
bk_status bk_summarise(bk_context *ctx, const double *value, size_t n, bk_summary *out);

/* A mean whose inputs' expectations are known. */
typedef struct bk_controlled {
    double mean, low, high; /* in the answer's unit; 95 % interval, normal */
    double reduction;       /* variance of the plain mean over that of this one; below 1: the line explains nothing */
} bk_controlled;

/**
 * The mean of answers with inputs as control variates: less the slopes of the line through all inputs times how far the
 * sample's means of the inputs are from their expectations.  Slopes fitted to the same answers leave a bias of order
 * 1/n, none where answers are linear in normal inputs.
 *
 * Source   Lavenberg & Welch (1981), Management Science 27, section 2: the estimator and its interval
 * Input    `input` [n][n_inputs], `expected` [n_inputs] means of their distributions, `answer` [n], all finite
 * Returns  BK_OK, BK_ERR_VALUE (n < n_inputs + 2), BK_ERR_NO_MEMORY
 */
bk_status bk_control(bk_context *ctx, const double *input, const double *expected, const double *answer, size_t n,
                     size_t n_inputs, bk_controlled *out);

/* ---- which input moves the answer ------------------------------------------------------------------------------ */

typedef struct bk_sensitivity {
    double first, first_low, first_high; /* share of variance by the input alone; 95 % bootstrap interval */
    double total, total_low, total_high; /* share of variance in which it has a part */
} bk_sensitivity;

/**
 * First and total Sobol' indices of n_inputs inputs, or groups of inputs, from a pick-freeze design.
 *
 * Source   first: Saltelli, Annoni, Azzini, Campolongo, Ratto & Tarantola (2010), table 2 (b); total: Jansen (1999),
 *          table 2 (f); answers are centred first, which leaves both unbiased to order 1/n and their spread smaller
 * Input    `answer` [n][2 + n_inputs]: f(A), f(B), then f(A with the columns of input i from B) of each row; rows with
 *          a value that is not finite are left out
 * Output   `out` [n_inputs], `*n_used` rows; zeros where the answer does not vary
 * Returns  BK_OK, BK_ERR_VALUE (fewer than two whole rows), BK_ERR_NO_MEMORY
 */
bk_status bk_sobol_indices(bk_context *ctx, const double *answer, size_t n, size_t n_inputs, uint64_t seed,
                           bk_sensitivity *out, size_t *n_used);

/* What one input does by itself, by regression of the answer on all inputs at once. */
typedef struct bk_effect_of {
    double slope;         /* answer per unit of the input */
    double swing_low;     /* answer at the input's 5 % quantile, less the mean answer */
    double swing_high;    /* likewise at 95 % */
    double rank;          /* standardised coefficient on ranks, [-1, 1] */
    double switching;     /* input at which the answer would be 0, all else at its mean; see has_switching */
    bool   has_switching; /* it lies within what was drawn */
} bk_effect_of;

/**
 * Linear regression of answers on inputs, on values and on ranks (Saltelli et al. 2008, section 1.2.5).
 *
 * Input    `input` [n][n_inputs], `answer` [n], all finite, n > n_inputs + 1
 * Output   `out` [n_inputs]; `*explained` share of variance that the line explains: below 0.7 read slopes with care
 * Returns  BK_OK, BK_ERR_VALUE (too few rows), BK_ERR_NO_MEMORY
 */
bk_status bk_regress(bk_context *ctx, const double *input, const double *answer, size_t n, size_t n_inputs,
                     bk_effect_of *out, double *explained);

/* One of the few inputs that move an answer most. */
typedef struct bk_mover {
    size_t input;
    double share;  /* of the answer's variance that it explains beside those before it, (0, 1] */
    double chance; /* bound on the chance that the best of inputs that say nothing would explain as much, [0, 1] */
} bk_mover;

/**
 * The inputs that move an answer most where draws are too few for bk_regress: one after another, each the one that
 * explains most of what those before it leave.
 *
 * Source   forward selection (Draper & Smith 1998, section 15.2); r^2 of unrelated normal samples is beta(1/2, n/2 -
 * 1); Bonferroni's bound over the inputs Input    `input` [n][n_inputs], `answer` [n], all finite Output   `out`
 * [most], of which `*n_out` are filled; none where the answer does not vary Returns  BK_OK, BK_ERR_NO_MEMORY
 */
bk_status bk_movers(bk_context *ctx, const double *input, const double *answer, size_t n, size_t n_inputs, size_t most,
                    bk_mover *out, size_t *n_out);

/* ---- where a loss lies ----------------------------------------------------------------------------------------- */

typedef struct bk_box {
    bool   *bounded_low, *bounded_high; /* [n_inputs] */
    double *low, *high;                 /* [n_inputs] of the input, where bounded */
    size_t  n_bounds;                   /* inputs that are bounded at all */
    double  coverage;                   /* share of all cases of interest that lie inside */
    double  density;                    /* share of what lies inside that is of interest */
    double  mass;                       /* share of the sample inside */
    double *chance;                     /* [n_inputs] that a bound on nothing is as dense by luck (binomial tail), 1
                                           where unbounded */
} bk_box;

/**
 * A box of inputs in which cases of interest are dense: patient rule induction, peeling by 5 % of what is left, then
 * pasting; the box of the trajectory that has the largest density x coverage.
 *
 * Source   Friedman & Fisher (1999), Statistics and Computing 9; Bryant & Lempert (2010) for coverage, density and the
 *          quasi-p-value
 * Input    `input` [n][n_inputs], `interest` [n]
 * Output   `*out`, arrays held by `arena`; n_bounds 0 and mass 1 where no box is better than all
 * Returns  BK_OK, BK_ERR_NO_MEMORY
 */
bk_status bk_prim(bk_context *ctx, const double *input, const bool *interest, size_t n, size_t n_inputs,
                  bk_arena *arena, bk_box *out);

#endif
