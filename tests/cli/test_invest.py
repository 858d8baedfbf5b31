"""buckle invest: which projects to build within a budget."""
import itertools
import os
import sys

import harness
from harness import CARAVAN, buckle, copy_of, expect, main

KEYS = {"scenario", "projects", "works", "value", "outcome", "method", "proved_optimal", "bound", "gap", "bound_assumes", "sets_asked",
        "sets_within_budget", "sets_without_equilibrium", "monotone", "diminishing", "equilibria", "residual", "seconds",
        "settings", "candidates", "economies", "portfolios", "frontier", "interactions", "order", "order_value", "warnings"}


def invest(folder, *more, study=CARAVAN, budget="1e12", status=0):
    return expect(buckle(folder, "invest", study, "--budget", budget, *more, "--format", "json"), status).json()


def close(actual, expected, relative=1e-9):
    assert abs(actual - expected) <= relative * abs(expected) + 1e-3, (actual, expected)


def by_set(found):
    return {frozenset(p["projects"]): p for p in found["portfolios"]}


def test_the_keys_are_those_of_the_reference(folder):
    found = invest(folder)
    assert set(found) == KEYS
    assert set(invest(folder, "--robust", "northern-closure")) == KEYS | {"robust"}
    assert found["proved_optimal"] is True and found["gap"] == 0 and found["bound_assumes"] is None
    assert {c["project"] for c in found["candidates"]} == {"steppe-line", "lake-ports", "paperless-gates"}


def test_a_project_by_itself_is_worth_what_appraise_says_of_the_first_in(folder):
    appraised = expect(buckle(folder, "appraise", CARAVAN, "--scenario", "middle-way", "--format", "json"), 0).json()
    found = by_set(invest(folder))
    for project in appraised["projects"]:
        single = found[frozenset([project["project"]])]
        # each equilibrium is within its tolerance of 1e-6, and appraise starts from elsewhere
        close(single["value"], project["npv_first_in"], 1e-6)
        close(single["works"], project["investment"])


def test_the_best_is_the_best_of_all_sets_within_each_budget(folder):
    every = by_set(invest(folder, "--scenario", "middle-way"))
    assert len(every) == 8
    works = {c: every[frozenset([c])]["works"] for c in ("steppe-line", "lake-ports", "paperless-gates")}
    for size in range(4):
        for chosen in itertools.combinations(works, size):
            budget = sum(works[c] for c in chosen) * (1 + 1e-9) + 1
            found = invest(folder, "--scenario", "middle-way", budget=repr(budget))
            within = [p for p in every.values() if p["works"] <= budget]
            close(found["value"], max(p["value"] for p in within))
            assert found["sets_within_budget"] == len(within) and found["proved_optimal"]
            assert found["works"] <= budget and found["equilibria"] == 0  # kept of the first call
            assert found["frontier"][-1]["value"] == found["value"]


def test_gains_of_economies_add_up_to_the_value(folder):
    found = invest(folder)
    close(found["value"], sum(e["npv"] for e in found["economies"]))
    own = invest(folder, "--objective", "XAL")
    close(own["value"], next((e["npv"] for e in own["economies"] if e["economy"] == "XAL"), 0.0))


def test_weights_and_the_worst_off_are_goals_too(folder):
    (folder / "weights.csv").write_text("economy,weight\nXAL,1\nXSU,0.5\n")
    weighted = invest(folder, "--objective", "weights.csv")
    npv = {e["economy"]: e["npv"] for e in weighted["economies"]}
    close(weighted["value"], npv["XAL"] + 0.5 * npv["XSU"])
    worst = invest(folder, "--objective", "maxmin")
    assert worst["settings"]["unit"].startswith("%") and worst["value"] >= 0.0  # nothing is worth nothing


def test_a_bound_needs_a_law_and_says_so(folder):
    none = invest(folder, "--sets", "6", status=1)
    assert none["proved_optimal"] is False and none["bound"] is None and none["method"] == "heuristic" and none["outcome"] == "iteration-limit"
    whole = invest(folder)
    assert whole["method"] == "enumeration"
    text = expect(buckle(folder, "invest", CARAVAN, "--budget", "1e12", "--sets", "6"), 1).out
    assert "none, and no bound: a heuristic's best of" in text and "of 8 within the budget" in text
    found = invest(folder, "--sets", "6", "--assume", "monotone", status=1)
    assert found["bound"] is None or (found["bound"] >= whole["value"] and found["bound_assumes"] == "monotone")
    assert found["value"] <= whole["value"]


def test_a_planner_spends_the_same_budget_on_links(folder):
    found = invest(folder, "--scenario", "middle-way", "--network-optimum", budget="5e9")
    assert set(found) == KEYS | {"network_optimum"}
    optimum = found["network_optimum"]
    assert 0 < optimum["gain_pct"] <= optimum["most_pct"] * (1 + 1e-9) and optimum["outcome"] == "converged"
    close(sum(link["spent"] for link in optimum["links"]), 5e9, 1e-6)
    close(sum(link["spent"] for link in optimum["links"] if link["project"]), optimum["spent_on_candidates"])
    rail = next(mode for mode in optimum["modes"] if mode["mode"] == "rail")
    close(rail["usd_per_km"], 4.2e9 * 1.447 / 2120)  # steppe-line with the mean overrun of rail, 2100 km and 20 at the gate
    assert not any(link["link"].startswith(("sea", "pipe")) and link["added"] > 1e-6 for link in optimum["links"])
    dear = invest(folder, "--network-optimum", "--per-km", "rail=1e9,road=1e6", budget="5e9")["network_optimum"]
    assert all(link["project"] or link["link"].startswith("road") for link in dear["links"][:3])
    text = expect(buckle(folder, "invest", CARAVAN, "--budget", "5e9", "--network-optimum"), 0).out
    assert "NO bound of the values above" in text
    expect(buckle(folder, "invest", CARAVAN, "--budget", "5e9", "--network-optimum", "--per-km", "mule=3"), 2, err="mule")
    expect(buckle(folder, "invest", CARAVAN, "--budget", "5e9", "--network-optimum", "--per-km", "rail"), 2, err="rail=1.5e6")


def test_works_are_put_in_order_by_what_waiting_costs(folder):
    found = invest(folder, "--per-year", "5e8", "--from-year", "2030")
    opens = [step["opens"] for step in found["order"]]
    assert {step["project"] for step in found["order"]} == set(found["projects"]) and opens == sorted(opens)
    works = {c["project"]: c["works"] for c in found["candidates"]}
    paid = 0.0
    for step in found["order"]:
        paid += works[step["project"]]
        assert step["opens"] == 2030 + -(-paid // 5e8)
    assert all(c["opens"] >= 2030 for c in found["candidates"])


def test_the_robust_choice_has_the_least_regret(folder):
    robust = invest(folder, "--robust", "northern-closure,closed-gate", budget="3e9")["robust"]
    assert robust["states"] == ["base year", "northern-closure", "closed-gate"] and robust["exact"] is True
    best = [max(c["values"][s] for c in robust["choices"]) for s in range(3)]
    for choice in robust["choices"]:
        close(choice["regret"], max(b - v for b, v in zip(best, choice["values"])))
    assert robust["choices"][0]["regret"] == min(c["regret"] for c in robust["choices"])
    text = expect(buckle(folder, "invest", CARAVAN, "--robust", "northern-closure,closed-gate", "--budget", "3e9"), 0).out
    assert "Over 3 states of the world one would regret least, of all sets within the budget" in text
    nothing = robust["choices"][0]["regret"] == 0
    assert ("there is nothing to regret" in text) == nothing and ("It falls furthest behind in" in text) != nothing


def test_the_same_bits_for_any_number_of_threads_and_with_or_without_what_was_kept(folder):
    def answer(*more):
        found = invest(folder, "--robust", "northern-closure", "--per-year", "1e9", *more)
        return {k: v for k, v in found.items() if k not in ("seconds", "equilibria")}
    kept = answer()
    assert kept == answer("--no-cache", "--threads", "1") == answer("--no-cache", "--threads", "3")
    store = max((p for p in os.scandir(harness._cache) if p.name.endswith(".worths")), key=lambda p: p.stat().st_mtime)
    size = store.stat().st_size
    os.truncate(store.path, size - 13)  # killed while it wrote
    assert answer() == kept


def test_shards_join_into_the_file_that_answers(folder):
    ask = ("--robust", "northern-closure,cheap-oil", "--no-cache")
    whole = invest(folder, *ask)
    for i in (1, 2):
        part = invest(folder, *ask, "--shard", f"{i}/2", "--resume", f"{i}.part")
        assert part["equilibria"] == 24 and part["done"] == 12 and not part["complete"]
    expect(buckle(folder, "merge", "1.part", "2.part", "--out", "all"), 0)
    joined = invest(folder, *ask, "--resume", "all")
    assert joined.pop("equilibria") < whole.pop("equilibria")
    for found in (whole, joined):
        del found["seconds"]
    assert joined == whole
    expect(buckle(folder, "invest", CARAVAN, "--budget", "1e12", "--sets", "2", "--shard", "1/2", "--resume", "x"), 2, err="only a search of all")


def test_projects_that_change_nothing_are_left_out_and_named(folder):
    study = copy_of(CARAVAN, folder)
    effects = study / "projects" / "effect.csv"
    effects.write_text("".join(line for line in effects.read_text().splitlines(True) if not line.startswith("paperless")))
    found = invest(folder, study=study)
    assert {c["project"] for c in found["candidates"]} == {"steppe-line", "lake-ports"}
    assert any("paperless-gates" in warning for warning in found["warnings"])
    assert invest(folder)["warnings"] == []


def test_costs_are_those_that_the_scenario_adjusts(folder):
    study = copy_of(CARAVAN, folder)
    with open(study / "scenarios" / "middle-way.yaml", "a", encoding="utf-8") as scenario:
        scenario.write("  - id: dearer\n    adjust: [{target: project, id: lake-ports, attribute: capex_usd, factor: 2}]\n")

    def works(where):
        return {c["project"]: c["works"] for c in invest(folder, "--scenario", "middle-way", study=where)["candidates"]}
    plain, dearer = works(CARAVAN), works(study)
    close(dearer["lake-ports"], 2 * plain["lake-ports"])
    close(dearer["steppe-line"], plain["steppe-line"])


def test_bad_input_is_named(folder):
    expect(buckle(folder, "invest", CARAVAN), 2, err="--budget")
    expect(buckle(folder, "invest", CARAVAN, "--budget", "1e9", "--candidates", "lake-port"), 3, err="lake-ports")
    expect(buckle(folder, "invest", CARAVAN, "--budget", "1e9", "--objective", "XXX"), 3, err="XXX")
    expect(buckle(folder, "invest", CARAVAN, "--budget", "1e9", "--scenario", "closed-gate"), 2, err="no project")
    (folder / "weights.csv").write_text("XAL,1\nXSU,heavy\n")
    expect(buckle(folder, "invest", CARAVAN, "--budget", "1e9", "--objective", "./weights.csv"), 3, err="weights.csv:2")


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
