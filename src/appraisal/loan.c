#include "buckle/appraisal.h"

#include <math.h>

static bk_status
check_loan(bk_context *ctx, const bk_loan *loan)
{
    if (!(loan->amount >= 0.0) || !isfinite(loan->amount) || !(loan->interest_rate > -1.0) ||
        !isfinite(loan->interest_rate))
        return bk_fail(ctx, BK_ERR_VALUE, "a loan of %g at %g per year: amount must be >= 0 and the rate above -1",
                       loan->amount, loan->interest_rate);
    if (loan->draw_years < 1 || loan->grace_years < 0 || loan->maturity_years <= loan->grace_years)
        return bk_fail_hint(ctx, BK_ERR_VALUE, "maturity_years counts from the first drawing and includes grace_years",
                            "a loan drawn over %d years with %d years of grace cannot mature after %d",
                            loan->draw_years, loan->grace_years, loan->maturity_years);
    if (loan->draw_years > loan->maturity_years)
        return bk_fail(ctx, BK_ERR_VALUE, "a loan drawn over %d years matures after %d, before it is all drawn",
                       loan->draw_years, loan->maturity_years);
    return BK_OK;
}

/* What happens in one year, given the balance at its start. */
typedef struct loan_year {
    double drawn, interest, repaid;
} loan_year;

static loan_year
year_of_loan(const bk_loan *loan, int year, double balance)
{
    loan_year out = {0.0, balance * loan->interest_rate, 0.0};

    if (year < loan->draw_years)
        out.drawn = loan->amount / loan->draw_years;
    /* Equal parts of what is owed over the years that are left, so that drawings after grace are repaid too. */
    if (year > loan->grace_years && year <= loan->maturity_years)
        out.repaid = balance / (loan->maturity_years - year + 1);
    return out;
}

bk_status
bk_loan_schedule(bk_context *ctx, const bk_loan *loan, size_t n_years, double *drawn, double *interest, double *repaid,
                 double *balance)
{
    double owed = 0.0;

    BK_TRY(check_loan(ctx, loan));
    for (size_t year = 0; year < n_years; year++) {
        const loan_year now = year_of_loan(loan, (int)year, owed);
        drawn[year] = now.drawn;
        interest[year] = now.interest;
        repaid[year] = now.repaid;
        owed += now.drawn - now.repaid;
        balance[year] = owed;
    }
    return BK_OK;
}

bk_status
bk_loan_grant_element(bk_context *ctx, const bk_loan *loan, double rate, double *out)
{
    double owed = 0.0, drawings = 0.0, service = 0.0, factor = 1.0;

    BK_TRY(check_loan(ctx, loan));
    for (int year = 0; year <= loan->maturity_years; year++) {
        const loan_year now = year_of_loan(loan, year, owed);
        drawings += now.drawn * factor;
        service += (now.interest + now.repaid) * factor;
        owed += now.drawn - now.repaid;
        factor /= 1.0 + rate;
    }
    *out = drawings > 0.0 ? 1.0 - service / drawings : 0.0;
    return BK_OK;
}

double
bk_real_rate(double nominal, double inflation)
{
    return (1.0 + nominal) / (1.0 + inflation) - 1.0;
}

double
bk_annuity(double capital, double rate, int years)
{
    if (rate == 0.0)
        return capital / years;
    return capital * rate / -expm1(-years * log1p(rate));
}
