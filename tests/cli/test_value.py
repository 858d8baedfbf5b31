"""buckle value, and buckle run --first-order."""
import csv
import sys

from harness import CARAVAN, buckle, expect, main

FACILITY = {"kind", "facility", "name", "tonnes", "utilisation", "value_of_capacity", "hour_cost", "traffic_share", "world", "economies"}
POST = {"per_control_hour", "per_share_point", "per_spread_hour", "per_lane", "per_service_hour"}
THREE = ("per_hour_usd", "per_usd", "per_tonne_capacity")


def value(folder, *more):
    found = expect(buckle(folder, "value", CARAVAN, *more, "--format", "json"), 0).json()
    assert set(found) == {"scenario", "economy", "by", "converged", "residual", "seconds", "carrying", "values"}
    for row in found["values"]:
        assert set(row) == FACILITY | (POST if row["kind"] == "border" else set())
        for key in THREE:  # the world is the sum of its economies
            total = sum(economy[key] for economy in row["economies"])
            assert abs(total - row["world"][key]) <= 1e-9 * sum(abs(economy[key]) for economy in row["economies"]) + 1e-12
    return found


def test_the_list_is_ranked_by_what_was_asked(folder):
    for by, key in zip(("hour", "usd", "capacity"), THREE):
        found = value(folder, "--by", by, "--economy", "XAL", "--top", "0")
        assert found["by"] == by and found["economy"] == "XAL" and len(found["values"]) == found["carrying"]
        sizes = [abs(next(e[key] for e in row["economies"] if e["economy"] == "XAL")) for row in found["values"]]
        assert sizes == sorted(sizes, reverse=True) and sizes[0] > 0


def test_a_value_is_what_a_small_change_brings(folder):
    """An hour less at a post, as a scenario solved closely."""
    post = next(row for row in value(folder, "--top", "0")["values"] if row["kind"] == "border" and row["utilisation"] > 0.5)
    place, mode, origin, destination, side = post["facility"].split("|")
    with open(CARAVAN / "network" / "border.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    row = next(r for r in rows if (r["node_id"], r["mode"], r["from_country"], r["to_country"], r["side"]) ==
               (place, mode, origin, destination, side))
    gains = []
    for step in (-0.02, 0.02):
        changed = dict(row, mean_hours="", control_hours=float(row["control_hours"]) - step,
                       inspection_hours=float(row["inspection_hours"]) - step)
        with open(folder / "posts.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, row.keys())
            writer.writeheader()
            writer.writerow(changed)
        scenario = folder / "hour.yaml"
        scenario.write_text("title: An hour\nmeasures:\n  - id: hour\n    borders: posts.csv\n")
        run = expect(buckle(folder, "run", CARAVAN, "--scenario", scenario, "--attribution", "none", "--tolerance", "1e-10",
                            "--format", "json"), 0).json()
        gains.append({e["economy"]: e["ev"] for e in run["economies"]})
    for n, economy in enumerate(post["economies"]):
        name = economy["economy"]
        slope = (gains[1][name] - gains[0][name]) / 0.04
        assert abs(slope - post["per_control_hour"][n]) <= 1e-3 * abs(slope) + 1e3, (name, slope, post["per_control_hour"][n])


def test_values_at_a_scenario_and_as_files(folder):
    found = value(folder, "--scenario", "middle-way", "--out", "values.gpkg", "--tables", "tables")
    assert found["scenario"] == "middle-way"
    assert (folder / "values.gpkg").exists() and (folder / "tables" / "values.csv").exists()
    with open(folder / "tables" / "values.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == found["carrying"] and "per_hour_XAL [USD/yr]" in rows[0]
    text = expect(buckle(folder, "value", CARAVAN), 0, out="What an hour less is worth").out
    assert "traffic alone" in text


def test_a_run_takes_the_table_along(folder):
    expect(buckle(folder, "run", CARAVAN, "--scenario", "middle-way", "--values", "--tables", "tables", "--attribution", "none"), 0)
    with open(folder / "tables" / "values.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["scenario"] for row in rows} == {"base", "middle-way"}
    alone = value(folder, "--scenario", "middle-way", "--top", "0")["values"]
    there = {row["facility"]: row for row in rows if row["scenario"] == "middle-way"}
    for row in alone:
        assert abs(float(there[row["facility"]]["per_hour [USD/yr]"]) / row["world"]["per_hour_usd"] - 1) < 1e-9


def test_first_order_is_marked_and_near_a_small_change(folder):
    quick = expect(buckle(folder, "run", CARAVAN, "--scenario", "union-agreement", "--first-order", "--format", "json"), 0).json()
    exact = expect(buckle(folder, "run", CARAVAN, "--scenario", "union-agreement", "--format", "json"), 0).json()
    assert quick["first_order"] is True and not quick["failures"]
    for a, b in zip(quick["economies"], exact["economies"]):
        assert a["economy"] == b["economy"] and abs(a["welfare_pct"] - b["welfare_pct"]) < 0.003
    expect(buckle(folder, "run", CARAVAN, "--scenario", "today", "--first-order"), 0, out="FIRST ORDER")
    nothing = expect(buckle(folder, "run", CARAVAN, "--scenario", "today", "--first-order", "--format", "json"), 0).json()
    assert all(abs(row["welfare_pct"]) < 1e-9 for row in nothing["economies"])


def test_what_makes_no_sense_is_refused(folder):
    expect(buckle(folder, "value", CARAVAN, "--economy", "XAX"), 3, err="XAX")
    expect(buckle(folder, "value", CARAVAN, "--by", "luck"), 2, err="--by")
    expect(buckle(folder, "value", CARAVAN, "--scenario", "today", "--scenario", "middle-way"), 2, err="one scenario")


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
