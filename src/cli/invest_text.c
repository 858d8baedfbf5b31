/* `buckle invest` for reading. */
#include "cli/invest.h"

#include <math.h>
#include <stdlib.h>

/* "a + b", or "nothing" */
static const char *
show_set(bk_arena *arena, const bk_invest *invest, uint64_t set)
{
    const char *names = NULL;

    for (size_t c = 0; c < invest->n_candidates; c++)
        if (set >> c & 1)
            names = names ? bk_arena_format(arena, "%s + %s", names, bki_invest_project(invest, c))
                          : bki_invest_project(invest, c);
    return names ? names : "nothing";
}

static const char *
show_value(const bki_invest_answer *answer, double value)
{
    bk_arena *arena = &answer->session->arena;

    return answer->invest->settings.goal == BK_GOAL_MAXMIN ? bk_arena_format(arena, "%+.3g %%", value)
                                                           : bki_show_usd(arena, value);
}

static void
print_best(const bki_invest_answer *answer)
{
    const bk_invest           *invest = answer->invest;
    const bk_portfolio_search *search = &invest->search;
    bk_arena                  *arena = &answer->session->arena;

    printf("Within %s for works, to the most of %s's NPV:\n\n", bki_show_usd(arena, invest->settings.budget),
           answer->objective);
    printf("build     %s\n", show_set(arena, invest, search->best.set));
    printf("works     %s\n", bki_show_usd(arena, search->best.price));
    printf("value     %s\n", show_value(answer, search->best.value));
    if (search->exhausted)
        printf("proof     every one of the %.0f sets within the budget was asked\n", search->n_feasible);
    else if (search->bounded)
        printf("bound     %s, a gap of %s, if benefits are %s (%zu of %zu checks broke it)\n",
               show_value(answer, search->bound), show_value(answer, search->bound - search->best.value),
               bk_benefit_law_name(invest->settings.law),
               invest->settings.law == BK_LAW_MONOTONE ? search->monotone.n_broken : search->diminishing.n_broken,
               invest->settings.law == BK_LAW_MONOTONE ? search->monotone.n_checked : search->diminishing.n_checked);
    else
        printf("proof     none, and no bound: a heuristic's best of %zu sets asked, of %.0f within the budget%s\n",
               search->n_asked, search->n_feasible,
               search->outcome == BK_CONVERGED ? "; one project more, less or exchanged is no better" : "");
}

static void
print_portfolios(const bki_invest_answer *answer, const char *title, const bk_portfolio *portfolios, size_t n)
{
    static const bool right[] = {true, true, false};
    bk_arena         *arena = &answer->session->arena;
    bki_grid          grid;

    printf("\n%s\n", title);
    bki_grid_start(&grid, arena, 3, right);
    bki_grid_add(&grid, "works");
    bki_grid_add(&grid, "value");
    bki_grid_add(&grid, "projects");
    for (size_t i = 0; i < n; i++) {
        bki_grid_add(&grid, bki_show_usd(arena, portfolios[i].price));
        bki_grid_add(&grid, show_value(answer, portfolios[i].value));
        bki_grid_add(&grid, show_set(arena, answer->invest, portfolios[i].set));
    }
    bki_grid_print(&grid);
}

/* Payers, and whoever gains or loses over a hundredth of what the most affected does. */
static void
print_economies(const bki_invest_answer *answer)
{
    static const bool right[] = {false, true, true};
    const bk_invest  *invest = answer->invest;
    bk_arena         *arena = &answer->session->arena;
    double            most = 0.0;
    bki_grid          grid;

    if (!invest->gain || invest->search.best.set == 0)
        return;
    for (size_t e = 0; e < invest->n_economies; e++)
        most = fmax(most, fabs(invest->npv[e]));
    putchar('\n');
    bki_grid_start(&grid, arena, 3, right);
    bki_grid_add(&grid, "economy");
    bki_grid_add(&grid, "gain/yr");
    bki_grid_add(&grid, "NPV");
    for (size_t e = 0; e < invest->n_economies; e++) {
        if (fabs(invest->npv[e]) < 0.01 * most)
            continue;
        bki_grid_add(&grid, bki_invest_economy(invest, e));
        bki_grid_add(&grid, bki_show_usd(arena, invest->gain[e]));
        bki_grid_add(&grid, bki_show_usd(arena, invest->npv[e]));
    }
    bki_grid_print(&grid);
}

typedef struct pair {
    size_t one, other;
    double value;
} pair;

static int
strongest_first(const void *a, const void *b)
{
    const double x = fabs(((const pair *)a)->value), y = fabs(((const pair *)b)->value);

    return (x < y) - (x > y);
}

static void
print_interactions(const bki_invest_answer *answer)
{
    const bk_invest *invest = answer->invest;
    const size_t     n = invest->n_candidates;
    bk_arena        *arena = &answer->session->arena;
    pair            *pairs = BK_NEW(arena, pair, n * n + 1);
    size_t           n_pairs = 0;

    for (size_t x = 0; pairs && x < n; x++)
        for (size_t y = x + 1; y < n; y++)
            if (invest->search.known[x * n + y])
                pairs[n_pairs++] = (pair){x, y, invest->search.interaction[x * n + y]};
    if (n_pairs == 0)
        return;
    qsort(pairs, n_pairs, sizeof *pairs, strongest_first);
    printf("\nTwo together, beyond what each brings alone (the strongest of %zu pairs):\n", n_pairs);
    for (size_t i = 0; i < n_pairs && i < 6; i++)
        printf("  %-12s %s and %s %s\n", show_value(answer, pairs[i].value), bki_invest_project(invest, pairs[i].one),
               bki_invest_project(invest, pairs[i].other),
               pairs[i].value > 0.0 ? "complete each other" : "replace each other");
}

static void
print_order(const bki_invest_answer *answer)
{
    const bk_invest *invest = answer->invest;
    bk_arena        *arena = &answer->session->arena;

    if (!invest->sequenced)
        return;
    printf("\nWith %s a year, in this order (present value of the gains %s):\n",
           bki_show_usd(arena, invest->settings.per_year), bki_show_usd(arena, invest->sequence_value));
    for (size_t i = 0; i < invest->n_order; i++)
        printf("  %d  %s\n", invest->opens[i], bki_invest_project(invest, invest->order[i]));
}

/* Where `value` of the choice falls most behind the best, and the best of every state that is another set. */
static void
print_choice(const bki_invest_answer *answer)
{
    const bk_invest        *invest = answer->invest;
    const bk_robust_choice *choice = &invest->choices[0];
    const size_t            n_states = invest->settings.n_robust + 1;
    bk_arena               *arena = &answer->session->arena;
    size_t                  worst = 0;
    double                  most = -1.0;

    printf("\nOver %zu states of the world one would regret least, %s:\n  %s\n", n_states,
           invest->robust_exact ? "of all sets within the budget" : "of the best ten found in each",
           show_set(arena, invest, choice->set));
    for (size_t s = 0; s < n_states; s++) {
        size_t best = 0;
        for (size_t i = 1; i < invest->n_choices; i++)
            best = invest->choices[i].value[s] > invest->choices[best].value[s] ? i : best;
        const double regret = invest->choices[best].value[s] - choice->value[s];
        worst = regret > most ? s : worst;
        most = fmax(most, regret);
        if (regret > 0.0)
            printf("in %s %s would be worth %s more\n", bki_invest_state(invest, s),
                   show_set(arena, invest, invest->choices[best].set), show_value(answer, regret));
    }
    if (most > 0.0)
        printf("It falls furthest behind in %s, by %s.", bki_invest_state(invest, worst), show_value(answer, most));
    else
        printf("It is best in every one of them: there is nothing to regret.");
    printf(" Values by state, and of the next:\n");
}

static void
print_robust(const bki_invest_answer *answer)
{
    const bk_invest *invest = answer->invest;
    const size_t     n_states = invest->settings.n_robust + 1;
    bk_arena        *arena = &answer->session->arena;
    bool            *right = BK_NEW(arena, bool, n_states + 2);
    bki_grid         grid;

    if (invest->n_choices == 0 || !right)
        return;
    print_choice(answer);
    for (size_t s = 0; s <= n_states; s++)
        right[s] = true;
    bki_grid_start(&grid, arena, n_states + 2, right);
    bki_grid_add(&grid, "largest regret");
    for (size_t s = 0; s < n_states; s++)
        bki_grid_add(&grid, bki_invest_state(invest, s));
    bki_grid_add(&grid, "projects");
    for (size_t i = 0; i < invest->n_choices && i < 5; i++) {
        bki_grid_add(&grid, show_value(answer, invest->choices[i].regret));
        for (size_t s = 0; s < n_states; s++)
            bki_grid_add(&grid, show_value(answer, invest->choices[i].value[s]));
        bki_grid_add(&grid, show_set(arena, invest, invest->choices[i].set));
    }
    bki_grid_print(&grid);
}

static void
print_notes(const bki_invest_answer *answer)
{
    const bk_invest *invest = answer->invest;
    const bk_model  *model = answer->study->model;

    printf(
        "\nValue: present value of gains less works and upkeep, %d prices, %.1f %% real, %d years or the works' life; "
        "gains are the\nequivalent variation of the joint equilibrium%s. Works: undiscounted, overruns included.\n",
        model->base_year, 100.0 * model->discount_rate, model->horizon_years,
        invest->settings.goal == BK_GOAL_MAXMIN ? ", in % of a year's value added of the payer worst off" : "");
    printf(
        "Among the sets asked a project took from the others in %zu of %zu cases, and brought more for being later in "
        "%zu of %zu.\n",
        invest->search.monotone.n_broken, invest->search.monotone.n_checked, invest->search.diminishing.n_broken,
        invest->search.diminishing.n_checked);
    if (invest->search.estimate_error > 0.0)
        printf("The pairwise estimate that chose what to ask missed larger sets by up to %s.\n",
               show_value(answer, invest->search.estimate_error));
    if (invest->search.outcome == BK_CANCELLED)
        printf("INTERRUPTED: this is the best so far; the same command goes on from here.\n");
    if (invest->search.outcome == BK_ITERATION_LIMIT)
        printf("STOPPED by --sets: this is the best so far.\n");
    printf("%zu equilibria solved, residual %.0e, %.1f s.\n", invest->n_solved, invest->residual, answer->seconds);
    for (size_t w = 0; w < invest->n_warnings; w++)
        printf("warning: %s\n", invest->warnings[w]);
}

void
bki_invest_print_text(const void *of)
{
    const bki_invest_answer   *answer = of;
    const bk_invest           *invest = answer->invest;
    const bk_portfolio_search *search = &invest->search;

    print_best(answer);
    print_economies(answer);
    print_portfolios(answer, "The best sets asked:", search->sets, search->n_sets < 5 ? search->n_sets : 5);
    if (invest->n_frontier > 0)
        print_portfolios(
            answer, search->exhausted ? "The best for each smaller budget:" : "The best found for each smaller budget:",
            invest->frontier, invest->n_frontier);
    print_interactions(answer);
    print_order(answer);
    print_robust(answer);
    bki_invest_print_optimum(answer);
    print_notes(answer);
}
