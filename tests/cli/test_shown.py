"""How answers are shown at their edges: nothing to show, one row, too much, not converged, a terminal."""
import csv
import json
import os
import pty
import re
import shutil
import subprocess
import sys

from harness import CARAVAN, PROGRAM, buckle, copy_of, edit, environment, expect, main
from test_calibrate import log_rows, write_rows


def changed(folder, name, table=None, change=None):
    """A copy of the caravan under another name, with one table altered."""
    study = copy_of(CARAVAN, folder).rename(folder / name)
    if table:
        edit(study / table, change)
    return study


def without_network(folder):
    study = changed(folder, "lone")
    for part in ("network", "projects", "risk", "observed"):
        shutil.rmtree(study / part)
    for path in study.glob("scenarios/*.yaml"):
        if path.stem not in ("union-grows", "almaria-leaves"):
            path.unlink()
    return study


def on_terminal(folder, stream, *arguments, **env):
    """What the program writes to standard output (1) or error (2) that is a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([PROGRAM, *arguments], cwd=folder, env=environment(**env), text=True,
                               stdout=theirs if stream == 1 else subprocess.PIPE, stderr=theirs if stream == 2 else subprocess.PIPE)
    os.close(theirs)
    seen = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        seen += piece
    os.close(ours)
    process.communicate()
    assert process.returncode == 0, seen
    return seen.decode()


# ---- terminals ---------------------------------------------------------------------------------------------------


def test_a_terminal_that_wants_it_gets_bold_heads(folder):
    command = ("check", str(CARAVAN), "--policy", "XWE", "2029-01-01")
    assert "\033[1mParty to\033[0m" in on_terminal(folder, 1, *command, TERM="xterm")
    assert "\033[1m" in on_terminal(folder, 1, *command, TERM="xterm", NO_COLOR="")  # set but empty, as no-color.org has it
    for plain in ({"TERM": "dumb"}, {"TERM": "xterm", "NO_COLOR": "1"}, {}):
        text = on_terminal(folder, 1, *command, **plain)
        assert "Party to" in text and "\033" not in text, plain


def test_progress_is_a_bar_on_a_terminal_which_goes_away(folder):
    text = on_terminal(folder, 2, "stress", str(CARAVAN), "--scenario", "middle-way", "--draws", "400", "--no-cache")
    bars = re.findall(r"\[([#.]{24})\] +(\d+) %", text)
    assert bars and all(bar == "#" * bar.count("#") + "." * bar.count(".") for bar, share in bars), text
    assert all(abs(bar.count("#") / 24 - int(share) / 100) < 1 / 24 + 0.006 for bar, share in bars)
    assert text.endswith("\r\033[K"), text[-40:]
    assert "[" not in on_terminal(folder, 2, "check", str(CARAVAN), "--observed", "--quiet")


# ---- nothing, and too much -----------------------------------------------------------------------------------------


def test_a_study_without_scenarios_is_its_base_year(folder):
    shutil.rmtree(changed(folder, "bare") / "scenarios")
    text = expect(buckle(folder, "run", "bare"), 0).out
    assert text.startswith("The base year is solved; the study has no scenarios. Written: bare.gpkg")
    answer = expect(buckle(folder, "run", "bare", "--format", "json"), 0).json()
    assert answer["converged"] and not answer["economies"] and answer["links"]
    assert expect(buckle(folder, "check", "bare", "--format", "json"), 0).json()["equilibria"] == 0


def test_a_study_without_a_network_says_what_it_cannot_tell(folder):
    without_network(folder)
    text = expect(buckle(folder, "run", "lone", "--scenario", "union-grows"), 0).out
    assert "Binds    nothing: the study has no network" in text and "Carries  accession +" in text
    assert "works cost" not in text and "What crosses" not in text
    for question, said in ((("assign",), "a study without network has nothing to assign"), (("value",), "values of links need a network"),
                           (("calibrate",), "has not both a network and an economy"),
                           (("route", "--from", "a", "--to", "b"), "has no network, so there are no routes")):
        expect(buckle(folder, question[0], "lone", *question[1:]), 3, err=said)
    cut = expect(buckle(folder, "claim", "lone", "--economy", "XAL", "--gain", "1%"), 0).out
    assert re.search(r"border-hours +there is nothing to cut", cut) and re.search(r"trade-cost +a cut of \d", cut)
    assert "transport as in the base year" not in expect(buckle(folder, "trade", "lone"), 0).out


def test_more_faults_than_are_kept_are_counted(folder):
    def spoil(rows):
        return [dict(rows[0], link_id=f"l{i}", length="x") for i in range(1100)]
    changed(folder, "spoilt", "network/link.csv", spoil)
    answer = expect(buckle(folder, "check", "spoilt"), 3)
    told = [line for line in answer.err.splitlines() if "warning:" not in line]
    assert told[0].startswith("spoilt/network/link.csv:2:") and len(told) == 1001
    assert 1000 + int(re.search(r"error: (\d+) more faults are not listed", told[-1])[1]) >= 1100
    assert len(expect(buckle(folder, "check", "spoilt", "--format", "json"), 3).json()["errors"]) == 1001


def test_codes_of_errors_are_listed(folder):
    text = expect(buckle(folder, "explain"), 0).out.splitlines()
    listed = expect(buckle(folder, "explain", "--format", "json"), 0).json()["codes"]
    assert [line.split()[0] for line in text] == [row["code"] for row in listed] and "exit-130" in text[-1]
    one = expect(buckle(folder, "explain", "no-path", "--format", "json"), 0).json()
    assert one["code"] == "no-path" and one["summary"] == next(row["summary"] for row in listed if row["code"] == "no-path")


# ---- not converged, not solved -------------------------------------------------------------------------------------


def test_a_scenario_without_an_equilibrium_is_said_to_have_none(folder):
    command = ("run", CARAVAN, "--scenario", "middle-way", "--rounds", "1", "--out", "a.gpkg")
    text = expect(buckle(folder, *command), 1).out
    assert "Sure     middle-way has no equilibrium: no joint equilibrium was found in 1 rounds" in text
    assert text.rstrip().endswith("Not converged: what is marked so above is no equilibrium.") and "Gains" not in text
    answer = expect(buckle(folder, *command, "--format", "json"), 1).json()
    assert answer["converged"] is False and answer["residual"] is None
    both = expect(buckle(folder, "run", CARAVAN, "--scenario", "middle-way", "--scenario", "union-grows", "--rounds", "1", "--out", "b.gpkg"), 1).out
    assert both.count("has no equilibrium") == 2 and re.search(r"^Almaria +- +-$", both, re.M), both


def test_too_few_draws_name_nothing_that_moves_an_answer(folder):
    command = ("stress", CARAVAN, "--scenario", "closed-gate", "--economy", "XWE", "--draws", "4")
    text = expect(buckle(folder, *command), 0).out
    assert "What moves the gain of Westmark, % of real income (mean" in text and "too few draws to tell the inputs apart" in text
    assert text.splitlines()[3].startswith("XWE  Westmark ")  # its line is the first
    assert expect(buckle(folder, *command, "--format", "json"), 0).json()["economy"] == "XWE"


# ---- parts of the work, and choices ----------------------------------------------------------------------------------


def test_a_part_says_how_much_is_there_and_how_to_go_on(folder):
    for verb, total in ((("invest", CARAVAN, "--budget", "3e9"), 4), (("pivot", CARAVAN, "--scenario", "middle-way"), None)):
        file = f"{verb[0]}.part"
        text = expect(buckle(folder, *verb, "--shard", "1/2", "--resume", file), 0).out
        done, wanted = map(int, re.match(r"(\d+) of (\d+) equilibria are here, in ", text).groups())
        assert 0 < done < wanted and (total is None or wanted == total) and f"in {file}; the answer needs all.\nJoin the files of shards" in text
        part = expect(buckle(folder, *verb, "--shard", "1/2", "--resume", file, "--format", "json"), 0).json()
        assert part == {"verb": verb[0], "complete": False, "equilibria": wanted, "done": done, "file": file}
        assert "the answer needs all" not in expect(buckle(folder, *verb, "--resume", file), 0).out


def test_choices_that_were_stopped_or_cost_too_much_say_so(folder):
    stopped = expect(buckle(folder, "invest", CARAVAN, "--budget", "1e12", "--sets", "3", "--assume", "monotone"), 1).out
    assert "proof     none, and no bound: a heuristic's best of 4 sets asked, of 8 within the budget\n" in stopped
    assert "STOPPED by --sets: this is the best so far." in stopped and "The best found for each smaller budget:" in stopped
    assert "warning: benefits that are monotone were assumed, but the search ended before it had one: there is no bound" in stopped
    poor = expect(buckle(folder, "invest", CARAVAN, "--budget", "1e8", "--objective", "maxmin"), 0).out
    assert "build     nothing\nworks     0 USD\nvalue     +0 %\n" in poor and "economy " not in poor.partition("The best sets")[0]
    (folder / "weights.csv").write_text("economy,weight\nXAL,1\n\nXNO,2")
    weighed = expect(buckle(folder, "invest", CARAVAN, "--budget", "3e9", "--objective", "weights.csv", "--format", "json"), 0).json()
    plain = expect(buckle(folder, "invest", CARAVAN, "--budget", "3e9", "--candidates", "lake-ports,paperless-gates", "--objective", "XAL"), 0).out
    npv = {row["economy"]: row["npv"] for row in weighed["economies"]}
    assert weighed["value"] > 0 and abs(weighed["value"] - npv["XAL"] - 2 * npv["XNO"]) < 1e-6 * weighed["value"]
    assert "to the most of XAL's NPV" in plain


def test_a_guide_is_shown_with_the_links_of_what_is_built(folder):
    command = ("invest", CARAVAN, "--budget", "3e9", "--network-optimum", "--per-km", "rail=2e6,road=3e6")
    text = expect(buckle(folder, *command), 0).out
    assert "What a planner would widen with 3.00 bn USD" in text and "NO bound" in text
    assert "A kilometre more costs, by mode: rail 2.00 m USD" in text, text
    links = expect(buckle(folder, *command, "--format", "json"), 0).json()["network_optimum"]["links"]
    shown = text.partition("share of trade")[2].partition("In that world")[0].strip().splitlines()
    assert len(shown) - 1 <= len(links)
    for budget in ("1e8", "1e11"):
        expect(buckle(folder, "invest", CARAVAN, "--budget", budget, "--network-optimum"), 0, out="What a planner would widen")


# ---- words for what is rare ------------------------------------------------------------------------------------------


def test_works_that_nobody_pays_for_are_said_to_cost(folder):
    text = expect(buckle(folder, "trade", CARAVAN, "--scenario", "middle-way"), 0).out
    assert "a year, paid by nobody in this equilibrium (see --finance): welfare is gross." in text
    paid = expect(buckle(folder, "trade", CARAVAN, "--scenario", "middle-way", "--finance", "tax"), 0).out
    assert "a year, paid in this equilibrium: welfare is net of it." in paid


def test_of_many_payers_three_are_named(folder):
    def owners(rows):
        row = next(r for r in rows if r["project"] == "steppe-line" and r["role"] == "owner")
        others = [r for r in rows if r["project"] != "steppe-line"]
        shares = {"XAL": 0.4, "XOR": 0.25, "XNO": 0.15, "XSU": 0.12, "XWE": 0.08}
        return others + [dict(row, party=party, share=share, amount_usd=share * 4.2e9) for party, share in shares.items()]
    changed(folder, "shared", "projects/finance.csv", owners)
    text = expect(buckle(folder, "run", "shared", "--scenario", "middle-way"), 0).out
    assert re.search(r"works cost, a year: Almaria [\d.]+ m USD, Orisund [\d.]+ m USD, \w+ [\d.]+ m USD and 2 others", text), text


def test_posts_without_lanes_or_traffic_have_no_queue(folder):
    def lanes(rows):
        for row in rows:
            if row["node_id"] == "alm_gate" and row["mode"] == "rail":
                row.update(lanes="", service_hours="", hours_sd="0.1")
    changed(folder, "open", "network/border.csv", lanes)
    text = expect(buckle(folder, "route", "open", "--border", "alm_gate", "--frontier", "--mode", "rail"), 0).out
    assert text.count("no queue is modelled") == 2 and "by one lane more" not in text
    assert text.count("The spread of this row is less than its two classes alone would make") == 2
    rows = expect(buckle(folder, "route", "open", "--border", "alm_gate", "--frontier", "--mode", "rail", "--format", "json"), 0).json()["rows"]
    assert [row["utilisation"] for row in rows] == [None, None] and all(row["saved_usd_per_year"]["lane_more"] is None for row in rows)
    text = expect(buckle(folder, "route", CARAVAN, "--border", "alm_city", "--frontier", "--mode", "road"), 0).out
    assert text.count(", no customs") == 2 and "% busy" in text


def test_values_of_a_dollar_and_of_capacity_have_their_own_heads(folder):
    dollar = expect(buckle(folder, "value", CARAVAN, "--by", "usd", "--top", "3"), 0).out
    assert "What a dollar a tonne less is worth, base: USD a year to the world" in dollar and "traffic alone" in dollar
    assert dollar.count(" USD ") >= 3 and "\n3  " in dollar and "\n4  " not in dollar
    room = expect(buckle(folder, "value", CARAVAN, "--by", "capacity", "--top", "0"), 0).out
    assert "What a tonne a year of capacity more is worth" in room and "price: what those who pass would save" in room
    assert int(re.search(r"(\d+) facilities carry trade", room)[1]) == len(re.findall(r"^ *\d+  ", room, re.M))


def test_a_base_year_that_is_made_consistent_tells_what_it_changed(folder):
    def more(rows):
        rows[0]["value"] = 1.5 * float(rows[0]["value"])
    changed(folder, "uneven", "economy/trade.csv", more)
    text = expect(buckle(folder, "balance", "uneven", "--out", "even", "--changes", "changes.csv"), 0).out
    answer = expect(buckle(folder, "balance", "uneven", "--out", "even-too", "--format", "json"), 0).json()
    assert answer["changes"] and {"region", "partner", "sector", "before", "after"} <= set(answer["changes"][0])
    with open(folder / "changes.csv", encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) >= len(answer["changes"]) > 0
    first = answer["changes"][0]
    assert (first["quantity"], first["region"], first["partner"], first["sector"], first["before"]) == ("value added", "XOR", None, None, 5838.068)
    with open(CARAVAN / "economy" / "value_added_share.csv", encoding="utf-8", newline="") as file:
        share = next(float(row["share"]) for row in csv.DictReader(file) if (row["region"], row["sector"]) == ("XOR", "farm"))
    assert abs(first["after"] - first["before"] - share * 450) < 1e-6  # half of its 900 of own sales more
    assert re.search(r"clearing +5  final share  oil XOR +0\.00356919 +0\.00146879", text), text


def test_all_ways_a_tariff_comes_about_are_told(folder):
    def twice(rows):
        return rows + [dict(rows[1], agreement="south-club", type="fta", name="Southern club", signed="2015-01-01", in_force="2016-06-01")]
    study = changed(folder, "treaties", "policy/agreement.csv", twice)
    edit(study / "policy" / "member.csv", lambda rows: rows + [dict(rows[3], agreement="south-club", country=c, **{"from": "2016-06-01"})
                                                               for c in ("XWE", "XSU", "XNO")])
    edit(study / "policy" / "preference.csv", lambda rows: rows + [
        dict(rows[0], agreement="south-club", factor="0.4"), dict(rows[0], agreement="south-club", factor="", rate="0.01", sector="oil")])
    (study / "policy" / "barrier.csv").write_text("agreement,importer,exporter,sector,factor,from,source,confidence\n"
                                                  "south-club,,,goods,0.97,,invented for this test,estimate\n")
    text = expect(buckle(folder, "check", "treaties", "--policy", "XSU", "2029-01-01"), 0).out
    for line in ("XWE   south-club    5.6    .      .         .  best of 2 preferences; also open: west-south (policy/preference.csv:11)",
                 "XWE  south-club    3.6    .      .         .  best of 2 preferences; also open: west-south (policy/preference.csv:11)",
                 "     mfn             .    0      .         .  mfn; also open: west-south, south-club (policy/external_tariff.csv:19)"):
        assert f"\n{line}\n" in text, text  # 14 % x 0.4, 9 % x 0.4; a preference of 1 % above a tariff of nothing is not taken
    assert "Barriers beside tariffs, factor on the cost of trade" in text
    assert "XWE, goods: imports 0.97, exports 0.97 (policy/barrier.csv)" in text
    before = expect(buckle(folder, "check", "treaties", "--policy", "XAL", "2005-01-01"), 0).out
    assert "Party to no agreement" in before and "national tariff outside its union" in before
    said = expect(buckle(folder, "check", "treaties", "--policy", "XSU", "2029-01-01", "--scenario", "closed-gate", "--format", "json"), 0).json()
    assert said["economy"] == "XSU" and said["scenario"] == "closed-gate" and said["customs_union"] is None


def test_sanctions_of_every_kind_are_told(folder):
    changed(folder, "sanctions", "policy/sanction.csv", lambda rows: [dict(row, effect="in_base") for row in rows])
    text = expect(buckle(folder, "check", "sanctions", "--policy", "XWE", "2029-01-01"), 0).out
    said = "; the base year already holds its effect (policy/sanction.csv:"
    for line in ("north-transit-ban, by XWE: no way through XNO in trade with XAL XOR XSU", "oil-embargo, by XWE: no trade with XNO, in oil",
                 "lake-risk, by XOR: every entry into XSU costs 40 USD/t more, in trade with XSU, in goods"):
        assert f"\n{line}{said}" in text, text


def test_observations_that_cannot_be_computed_say_why(folder):
    def more(rows):
        return rows + [dict(rows[0], observation="nowhere", links="", measure="tonnes", value="5"), dict(rows[0], observation="huge", value="5e9")]
    changed(folder, "seen", "observed/observation.csv", more)
    lines = expect(buckle(folder, "check", "seen", "--observed"), 0).out.splitlines()
    nowhere, huge = (next(line for line in lines if line.startswith(name)) for name in ("nowhere", "huge"))
    assert "not computed: it names neither links, nor a country of transit or turnover, nor an end" in nowhere and " - " in nowhere
    assert "5.000e+09" in huge and "not computed" not in huge
    found = expect(buckle(folder, "check", "seen", "--observed", "--format", "json"), 0).json()
    assert found["valid"] is True


def test_what_a_log_leaves_out_is_told(folder):
    rows = log_rows(20)
    rows[0]["time"] = rows[0]["time"].removesuffix("Z")
    rows.append({"shipment": "T1", "point": "Atlantis", "event": "arrive", "time": "2024-01-01T00:00Z", "mode": ""})
    write_rows(folder / "log.csv", rows)
    text = expect(buckle(folder, "calibrate", CARAVAN, "--log", "log.csv", "--no-fit"), 0).out
    assert "log.csv: 80 events of 20 shipments used, of 81.\n  1 left out: " in text and "first 'Atlantis' at log.csv:82" in text, text
    assert "  1 times name no zone and were taken as UTC\n" in text
    assert text.count("too few stays") == 2
    assert "Nothing was written: give --out FOLDER for a new study." in text


def test_inputs_are_ranked_with_their_indices(folder):
    command = ("stress", CARAVAN, "--scenario", "union-grows", "--draws", "16", "--indices")
    text = expect(buckle(folder, *command), 0).out
    head = next(line for line in text.splitlines() if line.startswith("input "))
    assert head.split()[-2:] == ["first", "total"] and "a line explains" in text
    row = next(line for line in text.splitlines() if line.startswith("goods-elasticity "))
    assert len(re.findall(r" -?\d\.\d\d(?= )", row)) >= 3, row  # its rank, first and total index


def test_games_without_a_core_say_so(folder):
    text = expect(buckle(folder, "pivot", CARAVAN, "--scenario", "middle-way", "--outsiders", "closed", "--economy-values", "all"), 0).out
    assert text.startswith("middle-way as a game of 3 economies; who is not in stays as in the base year and lets no transit through\n"
                           "Millions of USD a year. A worth is the gain of every economy of the study.")
    assert "(the core is empty): some lack" in text and "The game is not superadditive" in text
    assert next(line for line in text.splitlines() if line.startswith("economy ")).split()[-3:] == ["error", "pays", "now"]
    rivals = expect(buckle(folder, "pivot", CARAVAN, "--tolls", "XAL,XNO", "--toll-payoff", "gain"), 0).out
    assert "and its real income" in rivals
    (folder / "game.json").write_text(json.dumps({"players": ["a", "b", "idle"], "v": [0, 0, 0, 6, 0, 0, 0, 6]}))
    game = expect(buckle(folder, "game", "game.json"), 0).out
    assert re.search(r"^a +0 +3 +3 +3 +0 +6$", game, re.M) and "nothing goes without a, b; idle brings the same to anybody" in game


# ---- traffic ---------------------------------------------------------------------------------------------------------


def star(folder, zones):
    """`zones` places whose trips all use one link to the last one; half of them send a tonne more."""
    net = folder / "star"
    net.mkdir()
    (net / "node.csv").write_text("node_id,name,x_coord,y_coord,node_type,zone_id\n" + "".join(
        f"z{i},Z{i},{i},0,centroid,{i}\n" for i in range(1, zones + 1)) + f"hub,Hub,0,1,,\nend,End,0,2,centroid,{zones + 1}\n")
    (net / "link.csv").write_text("link_id,name,from_node_id,to_node_id,directed,length,free_speed,capacity,lanes,vdf_fftt,vdf_alpha,vdf_beta\n" + "".join(
        f"in{i},In,z{i},hub,true,1,60,100,1,1,0.15,4\n" for i in range(1, zones + 1)) + "neck,Neck,hub,end,true,1,60,100,1,1,0.15,4\n")
    for name, more in (("cars", 0), ("carts", 1)):
        (folder / f"{name}.csv").write_text("o_zone_id,d_zone_id,volume\n" + "".join(
            f"{i},{zones + 1},{1 + more + i % 2}\n" for i in range(1, zones + 1)))
    (folder / "classes.csv").write_text("class,trips\ncars,cars.csv\ncarts,carts.csv\n")
    shutil.copy(CARAVAN.parents[1] / "docs" / "how-to" / "braess" / "config.csv", net)
    return "assign", "--net", "star", "--select", "neck"


def test_of_a_link_s_users_the_largest_ten_are_shown_in_order(folder):
    ask = star(folder, 14)
    text = expect(buckle(folder, *ask, "--trips", "cars.csv"), 0).out
    shown = [line.split() for line in text.partition("of 14 pairs of zones:")[2].splitlines() if line.split() and line.split()[-1] == "100.0"]
    # odd ones send 2, even ones 1; equal ones by number
    assert [int(row[0]) for row in shown] == [1, 3, 5, 7, 9, 11, 13, 2, 4, 6] and "and 4 more; --format json lists all" in text
    text = expect(buckle(folder, *ask, "--classes", "classes.csv"), 0).out
    rows = [line.split() for line in text.splitlines() if line.split() and line.split()[-1] == "100.0"]
    assert [row[0] for row in rows] == ["carts"] * 7 + ["cars"] * 3, rows  # 3 each, then 2 each, cars first
    assert "carries 56, of 28 pairs" in text  # 7 x (2 + 1) cars and 7 x (3 + 2) carts
    logit = expect(buckle(folder, *ask, "--trips", "cars.csv", "--method", "logit", "--dispersion", "1", "--format", "json"), 0).json()
    users = logit["selected"][0]["by"]
    assert len(users) == 14 and abs(sum(row["volume"] for row in users) - 21) < 1e-9


def test_two_links_used_by_all_are_told_of_a_few_pairs(folder):
    text = expect(buckle(folder, *star(folder, 3), "--trips", "cars.csv"), 0).out
    assert "of 3 pairs of zones" in text and "more; --format json" not in text


# ---- results -----------------------------------------------------------------------------------------------------------


def result(folder, name, **tables):
    (folder / name).write_text(json.dumps({"manifest": {"program": "buckle 0.1.0", "arguments": ["run"], "inputs": []}, **tables}))
    return name


def test_what_one_of_two_results_lacks_is_told(folder):
    one = result(folder, "one.json", economies=[{"economy": "A", "gain": 1.0, "old": 1}, {"economy": "B", "gain": None, "old": 2}], gone=[{"a": 1}])
    two = result(folder, "two.json", economies=[{"economy": "A", "gain": 0.0, "new": "x"}, {"economy": "B", "gain": 3.0, "new": "y"},
                                                {"economy": "C", "gain": 0.5, "new": "z"}])
    text = expect(buckle(folder, "compare", one, two), 0).out
    assert "column old only in one.json" in text and "column new only in two.json" in text and "1 row only in two.json" in text, text
    assert "(empty)" in text and "gone" in text
    back = expect(buckle(folder, "compare", two, one), 0).out
    assert "+1" in back  # from 0 the plain difference
    answer = expect(buckle(folder, "compare", one, two, "--format", "json"), 0).json()
    assert answer["same"] is False
    assert expect(buckle(folder, "compare", one, one, "--format", "json"), 0).json()["same"] is True


def test_empty_cells_and_one_row_are_shown_as_such(folder):
    name = result(folder, "one.json", economies=[{"economy": "A", "gain": None, "big": 123456789012, "text": None}, {"economy": "B", "gain": -1.5e-9, "big": -1, "text": "t"}])
    text = expect(buckle(folder, "open", name, "--table", "economies"), 0).out
    assert [line.split() for line in text.splitlines()] == [["economy", "gain", "big", "text"], ["A", "1.23457e+11"], ["B", "-1.5e-09", "-1", "t"]]
    one = expect(buckle(folder, "open", name, "--table", "economies", "--rows", "1"), 0).out
    assert "A" in one and "-1.5e-09" not in one
    nearest = expect(buckle(folder, "open", name, "--table", "economie"), 3).err
    assert "did you mean economies?" in nearest


def test_a_result_is_verified_only_where_there_is_room_for_it(folder):
    expect(buckle(folder, "run", CARAVAN, "--scenario", "middle-way", "--out", "a.gpkg"), 0)
    answer = buckle(folder, "verify", "a.gpkg", env={"TMPDIR": str(folder / "nowhere")})
    expect(answer, 3, err=["nowhere/buckle-verify-", "TMPDIR names another place for it"])
    assert expect(buckle(folder, "verify", "a.gpkg", env={"TMPDIR": ""}), 0).out.startswith("Confirmed: ")
    (folder / "room").mkdir()
    found = expect(buckle(folder, "verify", "a.gpkg", "--format", "json", env={"TMPDIR": str(folder / "room")}), 0).json()
    assert found["confirmed"] is True and not list((folder / "room").iterdir())


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
