"""buckle run on the teaching study: the answer, its files, its exit status; and that a changed number moves the answer."""
import contextlib
import csv
import json
import sqlite3
import sys

from harness import CARAVAN, ROOT, buckle, copy_of, edit, expect, files_in, main, replace
import harness

RUN_KEYS = {"converged", "residual", "seconds", "economies", "links", "warnings"}
ECONOMY_KEYS = {"economy", "welfare_pct", "ev", "attribution", "cost", "npv", "transit_revenue"}
LINK_KEYS = {"link", "tonnes", "utilisation", "value_of_capacity"}


def run(folder, study, *more):
    return expect(buckle(folder, "run", study, *more, "--format", "json", "--out", folder / "out.gpkg"), 0).json()


def scenarios():
    return sorted(path.stem for path in (CARAVAN / "scenarios").glob("*.yaml"))


def test_the_keys_are_those_of_the_reference(folder):
    found = run(folder, CARAVAN)
    assert RUN_KEYS <= set(found)
    assert all(ECONOMY_KEYS <= set(row) for row in found["economies"])
    assert all(LINK_KEYS <= set(row) for row in found["links"])
    written = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
    for row in [found, found["economies"][0], found["links"][0], found["scenarios"][0], found["scenarios"][0]["certificate"],
                found["attribution"][0], found["interactions"][0], found["corridors"][0], found["transit"][0]]:
        for key in row:
            assert f"`{key}`" in written, f"docs/reference/json.md does not explain {key}"


def test_every_scenario_is_answered_with_a_certificate(folder):
    found = run(folder, CARAVAN)
    assert found["converged"] is True and found["residual"] <= 1e-6
    assert [state["scenario"] for state in found["scenarios"]] == ["base"] + scenarios()
    for state in found["scenarios"]:
        assert state["converged"] is True and state["certificate"]["loop"] <= 1e-6, state


def test_attribution_adds_up_to_the_gain(folder):
    for row in run(folder, CARAVAN)["economies"]:
        if row["attribution"]:
            assert abs(sum(row["attribution"].values()) - row["welfare_pct"]) < 1e-12, row


def test_shapley_values_leave_no_rest_and_share_the_interaction(folder):
    alone = run(folder, CARAVAN, "--scenario", "middle-way", "--attribution", "alone")["economies"]
    shapley = run(folder, CARAVAN, "--scenario", "middle-way")["economies"]
    for one, other in zip(alone, shapley):
        assert "interaction" not in other["attribution"]
        assert abs(sum(other["attribution"].values()) - other["welfare_pct"]) < 1e-9
        for measure in ("works", "paperless"):  # of two measures each gets half of what is left over
            expected = one["attribution"][measure] + one["attribution"]["interaction"] / 2
            assert abs(other["attribution"][measure] - expected) < 1e-6, (one, other)


def test_parts_stand_beside_what_each_measure_brings_alone_and_last(folder):
    found = run(folder, CARAVAN, "--scenario", "middle-way")
    rows = {(row["economy"], row["measure"]): row for row in found["attribution"]}
    economies = [row["economy"] for row in found["economies"]] + ["world"]
    assert set(rows) == {(economy, measure) for economy in economies for measure in ("works", "paperless")}
    pairs = {row["economy"]: row for row in found["interactions"]}
    for economy in economies:
        works, paperless = rows[economy, "works"], rows[economy, "paperless"]
        for row in (works, paperless):
            assert row["rule"] == "shapley" and row["orders"] == 0 and row["standard_error"] == 0.0
            assert abs(row["welfare_pct"] - (row["alone"] + row["last_in"]) / 2) < 1e-12, row
        # of two measures the interaction is what one brings last less what it brings alone
        assert abs(pairs[economy]["welfare_pct"] - (works["last_in"] - works["alone"])) < 1e-12


def test_duties_shared_in_a_union_add_up_to_nothing(folder):
    found = run(folder, CARAVAN)
    for scenario in scenarios():
        rows = [row for row in found["economies"] if row["scenario"] == scenario]
        sizes = sum(abs(row["duty_transfer"]) for row in rows)
        assert abs(sum(row["duty_transfer"] for row in rows)) <= 1e-9 * sizes + 1e-3
        assert abs(sum(row["duty_transfer_change"] for row in rows)) <= 1e-6 * sizes + 1e-3


def test_select_link_adds_up_in_the_answer_and_in_the_table(folder):
    found = run(folder, CARAVAN, "--scenario", "middle-way", "--select", "link:rail-almcity-norgate", "--select", "border:alm_gate")
    assert len(found["selections"]) == 2 * 5
    written = sqlite3.connect(folder / "out.gpkg")
    flows = {row["link"]: row["tonnes"] for row in found["links"]}
    for selection in found["selections"]:
        total = sum(flow["tonnes"] for flow in selection["by"]) + selection["background"]
        assert abs(total - selection["tonnes"]) <= 1e-9 * total
        table, = written.execute("select sum(tonnes) from select_link where scenario = ? and facility = ?",
                                 (selection["scenario"], selection["facility"])).fetchone()
        assert abs(table - selection["tonnes"]) <= 1e-9 * total
        if selection["scenario"] == "middle-way" and selection["kind"] == "link":
            assert selection["tonnes"] == flows[selection["facility"]]
    expect(buckle(folder, "run", CARAVAN, "--select", "link:nowhere"), 3, err="nothing called 'link:nowhere'")


def test_faults_in_corridors_are_named(folder):
    study = copy_of(CARAVAN, folder)
    with open(study / "network/corridor.csv", "a", encoding="utf-8") as file:
        file.write("lake,,link,ferry-nowhere,,\nlake,,crossing,XNO,,\nlake,,crossing,XNO|QQQ,,\nlake,,canal,x,,\n")
    done = buckle(folder, "check", study)
    assert done.status == 3, done
    for line, column in ((5, 12), (6, 16), (7, 16), (8, 7)):
        assert f"corridor.csv:{line}:{column}: error:" in done.err, done.err


def test_without_corridors_all_trade_is_one(folder):
    study = copy_of(CARAVAN, folder)
    before = run(folder, CARAVAN)["corridors"]
    (study / "network/corridor.csv").unlink()
    after = run(folder, study)["corridors"]
    assert {row["corridor"] for row in after} == {"all"}
    for row in after:
        together = sum(one["tonnes"] for one in before if one["scenario"] == row["scenario"])
        assert abs(row["tonnes"] - together) <= 1e-9 * together


def test_days_over_corridors_are_those_of_trade(folder):
    expect(buckle(folder, "run", CARAVAN, "--out", folder / "out.gpkg"), 0)
    with contextlib.closing(sqlite3.connect(folder / "out.gpkg")) as tables:
        over = dict(tables.execute("SELECT scenario, sum(tonnes * days) FROM corridors GROUP BY scenario"))
        within = dict(tables.execute("SELECT scenario, sum(tonnes * hours) / 24 FROM trade GROUP BY scenario"))
        assert set(over) == set(within) and "base" in over
        for state, days in over.items():
            assert days > 0 and abs(days - within[state]) <= 1e-9 * days, (state, days, within[state])
        assert all(paid > 0 for paid, in tables.execute("SELECT usd_per_tonne FROM corridors WHERE tonnes > 0"))


def thirteen_measures(folder):
    """Each makes trade between two economies a little cheaper: many cheap equilibria."""
    study = copy_of(CARAVAN, folder)
    economies = ("XAL", "XSU", "XOR", "XNO", "XWE")
    pairs = [(a, b) for a in economies for b in economies if a != b][:13]
    lines = ["title: Thirteen measures", "measures:"]
    for k, (a, b) in enumerate(pairs):
        (study / f"scenarios/cost_{k}.csv").write_text(f"sector,exporter,importer,factor\ngoods,{a},{b},{0.99 - 0.001 * k}\n",
                                                       encoding="utf-8")
        lines += [f"  - id: m{k}", f"    trade_costs: cost_{k}.csv"]
    (study / "scenarios/thirteen.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return study


def test_more_than_twelve_measures_are_attributed_by_orders_drawn(folder):
    study = thirteen_measures(folder)
    options = ("--scenario", "thirteen", "--attribution", "shapley", "--orders", "4")
    found, again = (run(folder, study, *options) for _ in range(2))
    assert found["attribution"] == again["attribution"] and found["interactions"] == []
    assert all(row["orders"] == 4 and row["standard_error"] >= 0.0 for row in found["attribution"])
    assert any(row["standard_error"] > 0.0 for row in found["attribution"])
    for row in found["economies"]:
        assert abs(sum(row["attribution"].values()) - row["welfare_pct"]) < 1e-9
    other = run(folder, study, *options, "--seed", "2")
    for one, two in zip(found["attribution"], other["attribution"]):
        assert one["alone"] == two["alone"] and one["last_in"] == two["last_in"]
        assert abs(one["welfare_pct"] - two["welfare_pct"]) <= 20 * (one["standard_error"] + two["standard_error"]) + 1e-6


def test_a_scenario_that_changes_nothing_moves_nobody(folder):
    study = copy_of(CARAVAN, folder)
    (study / "scenarios" / "nothing.yaml").write_text("title: Nothing\nmeasures: []\n", encoding="utf-8")
    for row in run(folder, study, "--scenario", "nothing")["economies"]:
        assert abs(row["welfare_pct"]) < 1e-7, row


def test_the_answer_is_the_same_for_any_number_of_threads_and_with_a_cache(folder):
    answers = []
    for more in (["--threads", "1", "--no-cache"], ["--threads", "3", "--no-cache"], ["--threads", "2"], ["--threads", "2"]):
        found = run(folder, CARAVAN, *more)
        found.pop("seconds"), found.pop("base_cached")
        answers.append(json.dumps(found))
    assert len(set(answers)) == 1


def test_the_second_run_takes_the_base_year_from_the_cache(folder):
    study = copy_of(CARAVAN, folder)
    cache = {"BUCKLE_CACHE": str(folder / "cache" / "deep")}
    arguments = ("run", study, "--format", "json", "--out", "a.gpkg")
    found = buckle(folder, *arguments, env=cache).json()
    kept = sorted(files_in(folder / "cache" / "deep"))
    assert found["base_cached"] is False
    assert len([name for name in kept if name.endswith(".base")]) == 1
    assert len([name for name in kept if name.endswith(".routes")]) == sum(row["added"] > 0 for row in found["routes"]) == len(kept) - 1 > 0
    again = buckle(folder, *arguments, env=cache).json()
    assert again["base_cached"] is True and again["routes"] == found["routes"] and again["economies"] == found["economies"]
    assert sorted(files_in(folder / "cache" / "deep")) == kept
    assert buckle(folder, *arguments, "--no-cache", env=cache).json()["base_cached"] is False


def test_a_changed_network_is_not_answered_from_an_old_cache(folder):
    study = copy_of(CARAVAN, folder)
    cache = {"BUCKLE_CACHE": str(folder / "cache")}
    arguments = ("run", study, "--scenario", "today", "--out", "a.gpkg", "--format", "json")

    def scaled(table, column, row=0):
        def change(rows):
            rows[row][column] = str(1.01 * float(rows[row][column]))
        return lambda: edit(study / "network" / table, change)
    changes = [lambda: None, scaled("link.csv", "length"), scaled("link.csv", "usd_per_tonne_km"), scaled("transfer.csv", "hours"),
               scaled("border.csv", "control_hours"), scaled("mode.csv", "money_factor"),
               lambda: replace(study / "study.yaml", "route_noise: 0.15", "route_noise: 0.16")]
    for count, change in enumerate(changes, 1):
        change()
        found = expect(buckle(folder, *arguments, env=cache), 0).json()
        assert found["base_cached"] is False and len(files_in(folder / "cache")) == count


def test_remarks_and_sources_do_not_cost_the_cache(folder):
    study = copy_of(CARAVAN, folder)
    cache = {"BUCKLE_CACHE": str(folder / "cache")}
    arguments = ("run", study, "--scenario", "today", "--out", "a.gpkg", "--format", "json")
    buckle(folder, *arguments, env=cache)
    edit(study / "network" / "link.csv", lambda rows: rows[0].update(source="another source"))
    assert buckle(folder, *arguments, env=cache).json()["base_cached"] is True


def test_a_damaged_cache_costs_a_note_and_not_the_answer(folder):
    cache = {"BUCKLE_CACHE": str(folder / "cache")}
    arguments = ("run", CARAVAN, "--format", "json", "--out", "a.gpkg")
    first = buckle(folder, *arguments, env=cache).json()
    for path in (folder / "cache").iterdir():
        whole = path.read_bytes()
        for damaged in (b"", whole[:40], whole[:-8], whole[:100] + b"\xff" * 8 + whole[108:]):
            path.write_bytes(damaged)
            again = expect(buckle(folder, *arguments, env=cache), 0, err="found anew").json()
            assert again["base_cached"] is (path.suffix != ".base") and again["economies"] == first["economies"]


def test_a_cache_that_cannot_be_written_is_a_note(folder):
    (folder / "file").write_text("in the way", encoding="utf-8")
    answer = buckle(folder, "run", CARAVAN, "--out", "a.gpkg", env={"BUCKLE_CACHE": str(folder / "file" / "cache")})
    expect(answer, 0, err="could not be kept")


def test_the_text_says_who_gains_and_which_files_were_written(folder):
    name = scenarios()[0]
    answer = expect(buckle(folder, "run", CARAVAN, "--scenario", name, "--out", "answer.gpkg"), 0,
                    out=["\nGains ", "\nLoses ", "\nCarries ", "\nBinds ", "\nSure ", "\nFiles ", "answer.gpkg", "estimates"])
    assert files_in(folder) == ["answer.gpkg"] and "nan" not in answer.out.lower()


def test_a_loss_of_the_own_economy_is_called_a_loss_and_comes_first(folder):
    changes = {}
    for name in scenarios():
        out = expect(buckle(folder, "run", CARAVAN, "--scenario", name), 0).out
        changes[name] = run(folder, CARAVAN, "--scenario", name)["economies"][0]["welfare_pct"]
        own = next(line for line in out.splitlines() if line.startswith(("Gains", "Loses")))
        wanted = "Loses    Almaria -" if changes[name] <= -0.005 else "Gains    Almaria +"
        assert own.startswith(wanted if abs(changes[name]) >= 0.005 else "Gains    Almaria by less than"), (name, own)
    assert min(changes.values()) < -0.005 and max(changes.values()) > 0.005


def test_detours_round_a_closure_that_the_route_set_lacks_are_added(folder):
    (folder / "closed.yaml").write_text("title: t\nmeasures:\n  - id: a\n    close: [rail-wescity-wesport]\n", encoding="utf-8")
    found = run(folder, CARAVAN, "--scenario", folder / "closed.yaml")
    routes, certificate = found["routes"][0], found["scenarios"][1]["certificate"]
    assert routes["added"] > 0 and routes["rounds"] > 0 and routes["missed_before"] > 0
    assert certificate["routes_missed"] == 0 and certificate["route_gain_mean"] < 0.01
    for row in found["economies"]:  # who loses by the closure loses less where trade may go round it
        before = routes["welfare_pct_before"][row["economy"]]
        assert before > -0.1 or before < row["welfare_pct"], row["economy"]
    assert not any("routes outside the set" in warning for warning in found["warnings"])
    shown = expect(buckle(folder, "run", CARAVAN, "--scenario", folder / "closed.yaml"), 0).out
    assert f", {routes['added']} routes added that the base year did not need" in shown


def test_no_scenario_depends_on_those_beside_it(folder):
    (folder / "closed.yaml").write_text("title: t\nmeasures:\n  - id: a\n    close: [rail-wescity-wesport]\n", encoding="utf-8")
    others = ["--scenario", "closed-gate", "--scenario", "middle-way"]
    together = run(folder, CARAVAN, *others, "--scenario", folder / "closed.yaml", "--scenario", "union-grows")["economies"]
    for scenario in ("closed-gate", "middle-way", folder / "closed.yaml", "union-grows"):
        alone = run(folder, CARAVAN, "--scenario", scenario)["economies"]
        assert alone == [row for row in together if row["scenario"] == alone[0]["scenario"]], scenario


def test_the_file_is_named_after_study_and_scenario_by_default(folder):
    name = scenarios()[0]
    expect(buckle(folder, "run", CARAVAN, "--scenario", name), 0, out=f"caravan-{name}.gpkg")
    assert files_in(folder) == [f"caravan-{name}.gpkg"]
    expect(buckle(folder, "run", CARAVAN), 0, out="caravan.gpkg")
    assert files_in(folder) == [f"caravan-{name}.gpkg", "caravan.gpkg"]


def test_the_geopackage_holds_every_documented_column_and_only_numbers(folder):
    run(folder, CARAVAN)
    written = (ROOT / "docs" / "reference" / "files.md").read_text(encoding="utf-8")
    with sqlite3.connect(folder / "out.gpkg") as database:
        names = [name for (name,) in database.execute("SELECT table_name FROM gpkg_contents")]
        assert {"economies", "attribution", "interactions", "corridors", "transit", "flows", "borders", "facilities", "trade", "certificate", "sources", "provenance",
                "warnings"} <= set(names)
        for name in names:
            if name == "layer_styles":
                continue
            cursor = database.execute(f'SELECT * FROM "{name}"')
            columns = [column[0] for column in cursor.description if column[0] not in ("fid", "geom")]
            for column in columns:
                assert f"`{column}`" in written or column.startswith("tonnes_"), f"files.md does not explain {name}.{column}"
            for row in cursor:
                assert not any(isinstance(cell, float) and cell != cell for cell in row)


def test_flows_add_up_over_sectors(folder):
    run(folder, CARAVAN)
    with sqlite3.connect(folder / "out.gpkg") as database:
        cursor = database.execute("SELECT * FROM flows")
        names = [column[0] for column in cursor.description]
        of_sector = [index for index, name in enumerate(names) if name.startswith("tonnes_") and name != "tonnes_change"]
        total = names.index("tonnes")
        rows = cursor.fetchall()
    assert of_sector and any(row[total] > 0 for row in rows)
    for row in rows:
        assert abs(sum(row[index] for index in of_sector) - row[total]) <= 1e-9 * (1 + row[total])


def test_transit_pays_those_between_more_than_those_at_the_ends(folder):
    rows = {row["economy"]: row for row in run(folder, CARAVAN, "--scenario", "today")["economies"]}
    revenue = {economy: row["transit_revenue"] for economy, row in rows.items()}
    assert min(revenue["XAL"], revenue["XNO"]) > max(revenue["XOR"], revenue["XSU"], revenue["XWE"])
    assert all(abs(row["transit_revenue_change"]) <= 1e-6 * rows["XAL"]["transit_revenue"] for row in rows.values())


def test_cheaper_carriage_everywhere_gains_the_world(folder):
    study = copy_of(CARAVAN, folder)
    (study / "scenarios" / "cheap.yaml").write_text("title: Cheap\nmeasures:\n  - id: cheap\n    trade_costs: cheap.csv\n",
                                                    encoding="utf-8")
    import csv
    with open(study / "economy" / "trade.csv", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["exporter"] != row["importer"] and float(row["value"]) > 0]

    def world_gain(factor):
        with open(study / "scenarios" / "cheap.csv", "w", encoding="utf-8") as file:
            file.write("sector,exporter,importer,factor\n")
            file.writelines(f"{row['sector']},{row['exporter']},{row['importer']},{factor}\n" for row in rows)
        return sum(row["ev"] for row in run(folder, study, "--scenario", "cheap")["economies"])
    small, large, dearer = world_gain(0.99), world_gain(0.97), world_gain(1.02)
    assert 0 < small < large and dearer < 0


def test_a_scenario_of_the_users_own_may_lie_elsewhere(folder):
    (folder / "mine.yaml").write_text("title: Mine\nmeasures: []\n", encoding="utf-8")
    expect(buckle(folder, "run", CARAVAN, "--scenario", folder / "mine.yaml", "--out", "m.gpkg"), 0, out="mine: Mine")


def test_what_does_not_converge_is_told_by_the_exit_status(folder):
    arguments = ("run", CARAVAN, "--scenario", "middle-way", "--rounds", "1", "--out", "a.gpkg")
    answer = expect(buckle(folder, *arguments), 1, out=["middle-way", "Not converged", "a.gpkg"])
    assert "nan" not in answer.out.lower() and files_in(folder) == ["a.gpkg"]
    found = expect(buckle(folder, *arguments, "--format", "json"), 1).json()
    assert found["converged"] is False and found["interrupted"] is False
    assert [state["converged"] for state in found["scenarios"]] == [True, False]


def column_of(path, name):
    with open(path, encoding="utf-8", newline="") as rows:
        return [row[name] for row in csv.DictReader(rows)]


def test_a_scenario_without_equilibrium_has_a_reason_and_no_figures(folder):
    # Nobody can trade, and deficits fixed in money have nothing to be paid with.
    study = copy_of(CARAVAN, folder)
    regions, nodes = column_of(study / "economy/region.csv", "region"), column_of(study / "network/node.csv", "node_id")
    rows = [f"services,{a},{b},1000" for a in regions for b in regions if a != b]
    (study / "scenarios/far.csv").write_text("sector,exporter,importer,factor\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (study / "scenarios/alone.yaml").write_text("title: Alone\nmeasures:\n  - id: shut\n    close: [" + ", ".join(nodes) +
                                                "]\n    trade_costs: far.csv\n", encoding="utf-8")
    found = expect(buckle(folder, "run", study, "--scenario", "alone", "--format", "json"), 1).json()
    assert found["converged"] is False and found["residual"] is None and found["economies"] == []
    assert any("alone has no equilibrium" in warning for warning in found["warnings"]), found["warnings"]


def test_a_study_without_network_is_answered_by_trade_alone(folder):
    study = copy_of(CARAVAN, folder)
    import shutil
    for name in ("network", "projects", "observed"):
        shutil.rmtree(study / name)
    found = run(folder, study, "--scenario", "cheap-oil")
    assert found["converged"] is True and found["links"] == []
    alone = expect(buckle(folder, "trade", study, "--scenario", "cheap-oil", "--format", "json"), 0).json()
    gains = {row["region"]: row["welfare_pct"] for row in alone["regions"]}
    for row in found["economies"]:
        assert abs(row["welfare_pct"] - gains[row["economy"]]) < 1e-8, row


def test_bad_input_writes_nothing(folder):
    study = copy_of(CARAVAN, folder)
    replace(study / "study.yaml", "discount_rate:", "discount_rat:")
    before = files_in(folder)
    expect(buckle(folder, "run", study), 3, err="study.yaml:")
    assert files_in(folder) == before
    expect(buckle(folder, "run", CARAVAN, "--scenario", "nothing-of-the-kind"), 3, err="nothing-of-the-kind")
    assert files_in(folder) == before


def test_a_place_that_cannot_be_written_is_a_fault_of_the_machine(folder):
    answer = expect(buckle(folder, "run", CARAVAN, "--out", folder / "no" / "such" / "a.gpkg", "--format", "json"), 4)
    assert answer.json()["error"]["code"] == "file"
    assert files_in(folder) == []


def test_an_old_answer_gives_way_and_no_temporary_file_stays(folder):
    (folder / "out.gpkg").write_text("an old answer", encoding="utf-8")
    run(folder, CARAVAN)
    assert files_in(folder) == ["out.gpkg"]
    assert (folder / "out.gpkg").read_bytes()[:15] == b"SQLite format 3"


def test_quiet_says_nothing_on_standard_error(folder):
    answer = expect(buckle(folder, "run", CARAVAN, "--quiet", "--out", "a.gpkg"), 0)
    assert answer.err == "", answer.err


def test_without_attribution_there_is_none(folder):
    found = run(folder, CARAVAN, "--attribution", "none")
    assert all(row["attribution"] == {} for row in found["economies"])


def test_a_pool_pays_its_shares_of_what_its_members_collect(folder):
    """By hand from the study's own rows: each member's share of all duties on goods from outside, less its own."""
    study = copy_of(CARAVAN, folder)
    shares = {"XAL": 0.3, "XNO": 0.7}
    with open(study / "policy" / "member.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["duty_share"] = shares.get(row["country"], "") if row["agreement"] == "steppe-union" and row["status"] == "member" else ""
    with open(study / "policy" / "member.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    def cells(name, column):
        with open(study / "economy" / name, encoding="utf-8", newline="") as file:
            return {(row["sector"], row["exporter"], row["importer"]): float(row[column]) for row in csv.DictReader(file)}
    rates, trade = cells("tariff.csv", "rate"), cells("trade.csv", "value")
    duties = {member: 1e9 * sum(value * rates.get(cell, 0.0) for cell, value in trade.items()
                                if cell[2] == member and cell[1] not in shares) for member in shares}
    found = expect(buckle(folder, "run", study, "--scenario", "today", "--scenario", "middle-way", "--format", "json", "--out",
                          "a.gpkg"), 0).json()
    rows = {(row["scenario"], row["economy"]): row for row in found["economies"]}
    for member, share in shares.items():
        expected = share * sum(duties.values()) - duties[member]
        got, later = rows["today", member]["duty_transfer"], rows["middle-way", member]
        assert abs(expected) > 1e6 and abs(got - expected) < 1e-6 * abs(expected), (member, got, expected)
        assert later["duty_transfer_change"] != 0
        assert abs(later["duty_transfer"] - got - later["duty_transfer_change"]) < 1e-9 * abs(got)
    written = sqlite3.connect(folder / "a.gpkg").execute(
        "SELECT scenario, economy, duty_transfer_usd, duty_transfer_change_usd FROM economies").fetchall()
    for scenario, economy, usd, change in written:
        if economy in shares:
            assert abs(usd - rows[scenario, economy]["duty_transfer"]) <= 1e-9 * abs(usd)
            assert abs(change - rows[scenario, economy]["duty_transfer_change"]) <= 1e-9 * abs(usd)


def test_what_binds_is_told_with_its_price_before(folder):
    """Before is the base year, which is what the scenario without a measure says."""
    base = expect(buckle(folder, "run", CARAVAN, "--scenario", "today", "--format", "json"), 0).json()["bottlenecks"]
    found = expect(buckle(folder, "run", CARAVAN, "--scenario", "middle-way", "--format", "json"), 0).json()
    assert found["routes"][0]["added"] == 0  # with other routes the base year would be solved anew
    before = {(row["kind"], row["facility"]): row["value_of_capacity"] for row in base}
    both = [row for row in found["bottlenecks"] if (row["kind"], row["facility"]) in before]
    assert len(both) > 5 and any(row["value_of_capacity"] > 1.1 * row["value_of_capacity_before"] for row in both)
    for row in both:
        assert abs(row["value_of_capacity_before"] - before[row["kind"], row["facility"]]) < 1e-9 * before[row["kind"], row["facility"]], row
    links = {row["link"]: row for row in found["links"]}
    for row in (row for row in found["bottlenecks"] if row["kind"] == "link"):
        assert all(row[key] == links[row["facility"]][key] for key in ("tonnes", "utilisation", "value_of_capacity")), row


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
