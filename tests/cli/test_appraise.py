"""buckle appraise: does each project pay, and whom."""
import csv
import html
import sqlite3
import sys
import xml.etree.ElementTree as ElementTree

from harness import CARAVAN, buckle, copy_of, edit, expect, files_in, main, replace

STAKE = {"gain", "gain_first_in", "transit_revenue", "transit_revenue_first_in", "cost", "investment", "npv", "npv_low",
         "npv_high", "loss_probability", "npv_first_in", "npv_as_written", "npv_financed", "eirr", "eirr_state", "firr",
         "firr_state", "benefit_cost", "payback_years", "npv_per_investment", "first_year_return", "switching_benefit",
         "switching_cost", "abroad", "drawn", "grant_element", "debt_service", "least_cover", "least_cover_year"}


def appraise(folder, study, *more, scenario="middle-way"):
    return expect(buckle(folder, "appraise", study, "--scenario", scenario, *more, "--format", "json"), 0).json()


def close(actual, expected, relative=1e-9):
    assert abs(actual - expected) <= relative * abs(expected) + 1e-3, (actual, expected)


def test_the_keys_are_those_of_the_reference(folder):
    found = appraise(folder, CARAVAN)
    assert set(found) == {"scenario", "converged", "residual", "equilibria", "seconds", "headline", "settings", "projects",
                          "all", "economies", "pays_gains", "warnings", "files"}
    assert found["converged"] is True and found["headline"] == "last_in"
    # {}, all, and all but one with the policy, {}, each alone and all without; then as years pass: the first opens by itself,
    # the last ends by itself; without the policy also two by two, which with it are all but one
    assert found["equilibria"] == 5 + 5 + 2 + 2
    assert STAKE == set(found["all"])
    for project in found["projects"]:
        assert STAKE | {"project", "name", "verdict", "capex", "reference_class", "overrun", "opens", "flows",
                        "economies"} == set(project)
        for economy in project["economies"]:
            assert STAKE | {"economy"} == set(economy) - {"flows"}
    assert found["settings"]["overrun"] is None and found["files"] == []


def test_states_that_miss_routes_are_counted_as_run_counts_them(folder):
    works, closure = "  - id: works\n    projects: [steppe-line]\n", "  - id: closure\n    close: [rail-wescity-wesport]\n"
    misses = {}
    for name, measures in (("both", closure + works), ("works", works), ("closure", closure)):
        (folder / f"{name}.yaml").write_text("title: t\nmeasures:\n" + measures, encoding="utf-8")
        answer = buckle(folder, "run", CARAVAN, "--scenario", folder / f"{name}.yaml", "--attribution", "none", "--format", "json")
        misses[name] = expect(answer, 0).json()["routes"][0]["missed_before"] > 0
    assert misses["closure"] and misses["both"]
    found = appraise(folder, CARAVAN, scenario=folder / "both.yaml")
    # the whole; without its one project: the closure; that alone: the works; and the base year
    missing = 1 + misses["closure"] + misses["works"]
    assert found["equilibria"] == 4
    assert any(warning.startswith(f"{missing} of the 4 equilibria would rather take routes") for warning in found["warnings"])


def test_every_figure_follows_from_the_flows(folder):
    found = appraise(folder, CARAVAN, "--growth", "0.02")
    rate = found["settings"]["discount_rate"]

    def value(stream):
        return sum(x / (1 + rate) ** year for year, x in enumerate(stream))
    for project in found["projects"]:
        flows = project["flows"]
        cost = value(flows["investment"]) + value(flows["running"])
        gains = value(flows["gain"])
        close(project["cost"], cost)
        close(project["npv"], gains - cost)
        close(project["benefit_cost"], gains / cost)
        close(project["npv_per_investment"], (gains - cost) / value(flows["investment"]))
        close(project["switching_cost"], gains / cost)
        close(project["npv_financed"], gains - cost + value(flows["drawn"]) - value(flows["debt_service"]))
        assert abs(value(flows["gain"]) - cost - project["npv"]) < 1
        net = [g - i - r for g, i, r in zip(flows["gain"], flows["investment"], flows["running"])]
        if project["eirr"] is not None:
            assert abs(sum(x / (1 + project["eirr"]) ** year for year, x in enumerate(net))) < 1e-6 * cost
        opens = project["opens"] - found["settings"]["price_year"]
        assert all(x == 0 for x in flows["gain"][:opens])
        close(flows["gain"][opens], project["gain"] * 1.02 ** opens)  # a gain is at the base year's scale
        close(flows["gain"][opens + 3], project["gain"] * 1.02 ** (opens + 3))
        close(sum(flows["investment"]), project["capex"] * (1 + project["overrun"]))


def test_all_works_are_worth_what_invest_says_of_their_portfolio(folder):
    found = appraise(folder, CARAVAN, "--no-cache")
    answer = buckle(folder, "invest", CARAVAN, "--scenario", "middle-way", "--budget", "1e12", "--no-cache", "--format", "json")
    portfolio = expect(answer, 0).json()
    assert len(portfolio["projects"]) == 3  # the best is all of them
    close(found["all"]["npv"], portfolio["value"])
    for row in portfolio["economies"]:
        close(next(e["npv"] for e in found["economies"] if e["economy"] == row["economy"]), row["npv"])


def test_an_appraisal_asked_again_solves_nothing_and_says_the_same(folder):
    first, again, anew = (appraise(folder, CARAVAN, *more) for more in ((), (), ("--no-cache", "--threads", "1")))
    for found in (first, again, anew):
        for key in ("seconds", "manifest"):
            found.pop(key, None)
    assert first == again == anew


def test_a_loss_of_an_economy_is_shown_as_one(folder):
    found = appraise(folder, CARAVAN)
    almaria = next(row for row in found["economies"] if row["economy"] == "XAL")
    assert almaria["npv"] < 0 and almaria["loss_probability"] > 0.5
    steppe = next(row for row in found["projects"] if row["project"] == "steppe-line")
    assert "at the expense of Almaria" in steppe["verdict"]
    answer = expect(buckle(folder, "appraise", CARAVAN, "--scenario", "middle-way"), 0)
    assert any(line.startswith("XAL") and "-" in line for line in answer.out.splitlines())


def test_a_project_that_is_too_dear_does_not_pay(folder):
    study = copy_of(CARAVAN, folder)
    edit(study / "projects" / "project.csv",
         lambda rows: [dict(row, capex_usd=str(1e12), capex_high_usd="") if row["project"] == "lake-ports" else row
                       for row in rows])
    found = appraise(folder, study)
    ports = next(row for row in found["projects"] if row["project"] == "lake-ports")
    assert ports["npv"] < 0 and ports["loss_probability"] > 0.99 and "does not pay" in ports["verdict"]
    assert ports["benefit_cost"] < 1 and ports["switching_benefit"] > 1


def test_an_overrun_costs_what_it_says(folder):
    plain, dear = (appraise(folder, CARAVAN, "--overrun", overrun) for overrun in ("0", "0.5"))
    for a, b in zip(plain["projects"], dear["projects"]):
        close(b["cost"], 1.5 * a["cost"])
        close(b["npv_as_written"], a["npv"])


def test_settings_of_the_study_are_the_defaults_of_the_options(folder):
    study = copy_of(CARAVAN, folder)
    with open(study / "study.yaml", "a", encoding="utf-8") as file:
        file.write("appraisal:\n  growth: 0.03\n  overrun: 0.25\n  benefit_sd: 0\n")
    found = appraise(folder, study)
    assert found["settings"]["growth"] == 0.03 and found["settings"]["overrun"] == 0.25
    assert all(row["overrun"] == 0.25 for row in found["projects"])
    assert appraise(folder, study, "--growth", "0")["settings"]["growth"] == 0
    replace(study / "study.yaml", "growth: 0.03", "growth: 3")
    expect(buckle(folder, "appraise", study, "--scenario", "middle-way"), 3, err="appraisal.growth")


def test_the_same_seed_draws_the_same(folder):
    first, again, other = (appraise(folder, CARAVAN, "--seed", seed)["projects"][0] for seed in ("7", "7", "8"))
    assert first == again and first["npv"] == other["npv"] and first["npv_low"] != other["npv_low"]


def test_tables_hold_the_same_figures(folder):
    found = appraise(folder, CARAVAN, "--out", "worth.gpkg")
    assert files_in(folder) == ["worth.gpkg"] and found["files"] == ["worth.gpkg"]
    with sqlite3.connect(folder / "worth.gpkg") as base:
        for project, npv, verdict in base.execute("select project, npv_usd, verdict from appraisal_projects"):
            row = next(row for row in found["projects"] if row["project"] == project)
            assert row["npv"] == npv and row["verdict"] == verdict
        assert base.execute("select count(*) from cash_flow").fetchone()[0] > 0
        paid = base.execute("select sum(gain_usd) from pays_gains").fetchone()[0]
        close(paid, sum(row["gain"] for row in found["pays_gains"]))


def test_a_scenario_without_works_cannot_be_appraised(folder):
    expect(buckle(folder, "appraise", CARAVAN, "--scenario", "cheap-oil"), 2, err="builds no project")
    expect(buckle(folder, "appraise", CARAVAN), 2, err="--scenario")


def test_reports_hold_what_the_answer_holds(folder):
    found = expect(buckle(folder, "appraise", CARAVAN, "--scenario", "middle-way", "--report", "a.html", "--xlsx", "a.xlsx",
                          "--tables", "tables", "--figures", "figures", "--format", "json"), 0).json()
    assert found["files"] == ["a.html", "a.xlsx", "tables", "figures"]
    page = (folder / "a.html").read_text(encoding="utf-8")
    for project in found["projects"]:
        assert project["verdict"] in html.unescape(page)
        assert (folder / f"figures/cash-flow-{project['project']}.svg").exists()
    for section in ("issues", "performance", "differences", "convergence"):  # of a run, not of an appraisal
        assert f'id="{section}"' not in page and f'href="#{section}"' not in page
    assert 'aria-label="Does each project pay.' in page and page.count("<figure>") == 2 + len(found["projects"]) + 1
    with open(folder / "tables/appraisal_projects.csv", encoding="utf-8", newline="") as file:
        rows = {row["project"]: row for row in csv.DictReader(file)}
    for project in found["projects"]:
        for key in ("npv", "npv_low", "npv_high"):
            assert float(rows[project["project"]][f"{key}_usd [USD]"]) == project[key]


def test_every_figure_says_what_it_shows(folder):
    expect(buckle(folder, "appraise", CARAVAN, "--scenario", "middle-way", "--figures", "figures"), 0)
    pictures = sorted((folder / "figures").glob("*.svg"))
    assert {"worth-projects.svg", "worth-economies.svg", "cash-flow-all.svg"} <= {path.name for path in pictures}
    for path in pictures:
        root = ElementTree.parse(path).getroot()
        title, about = root[0], root[1]
        assert title.tag.endswith("title") and title.text and about.tag.endswith("desc"), path
        assert "USD" in about.text and "Source: tables" in about.text, about.text


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
