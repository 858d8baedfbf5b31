"""What works are worth on the built-in study: to an appraisal and as a portfolio."""
import sys

from harness import SILKROAD, buckle, expect, main

# Works of the belt that open in 2024, 2025, 2026 and 2030, with the rest of what belt-as-planned does.
PLAN = """title: Four works and an agreement
measures:
  - id: works
    projects: [btk-upgrade, almaty-bypass, darbaza-maktaaral, cku-railway]
  - id: eu-epca
    trade_costs: eu_epca_cost.csv
"""


def close(actual, expected, relative=1e-9):
    assert abs(actual - expected) <= relative * abs(expected) + 1e3, (actual, expected)


def test_the_portfolio_of_all_works_is_worth_what_the_appraisal_says(folder):
    scenario = folder / "plan.yaml"
    costs = (SILKROAD / "scenarios" / "eu_epca_cost.csv").read_text(encoding="utf-8")
    (folder / "eu_epca_cost.csv").write_text(costs, encoding="utf-8")
    scenario.write_text(PLAN, encoding="utf-8")
    ask = ("--scenario", scenario, "--no-cache", "--format", "json")
    found = expect(buckle(folder, "appraise", SILKROAD, *ask), 0).json()
    portfolio = expect(buckle(folder, "invest", SILKROAD, "--budget", "1e11", *ask), 0).json()
    names = {project["project"] for project in found["projects"]}
    assert len(names) == 4 and len({project["opens"] for project in found["projects"]}) == 4
    together = next(p for p in portfolio["portfolios"] if set(p["projects"]) == names)
    close(together["value"], found["all"]["npv"])
    close(together["works"], found["all"]["investment"])
    assert portfolio["proved_optimal"] is True and portfolio["sets_within_budget"] == 16


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
