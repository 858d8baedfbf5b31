"""buckle pivot: a scenario as a game over economies."""
import csv
import sys

from harness import CARAVAN, buckle, expect, main

KEYS = {"scenario", "converged", "residual", "seconds", "outsiders", "economy_values", "games", "sentences", "warnings", "files"}


def pivot(folder, *more, scenario="middle-way"):
    found = expect(buckle(folder, "pivot", CARAVAN, "--scenario", scenario, *more, "--format", "json"), 0).json()
    assert set(found) == KEYS and found["converged"] and found["residual"] < 1e-6
    return found


def by_economy(game):
    return {player["economy"]: player for player in game["players"]}


def test_a_game_has_worths_values_and_shares_that_agree(folder):
    found = pivot(folder)
    game, = found["games"]
    assert game["game"] == "whole" and game["exact"] and game["equilibria"] == 3
    assert len(game["v"]) == 8 and game["v"][0] == 0
    assert abs(sum(player["shapley"] for player in game["players"]) / game["worth"] - 1) < 1e-12
    assert abs(sum(player["share_nucleolus"] for player in game["players"]) / game["cost"] - 1) < 1e-9
    assert abs(game["v"][7] - game["worth"]) < 1 and game["gains"]["names"] == list(by_economy(game))
    assert found["sentences"]


def test_the_gain_of_all_is_that_of_run(folder):
    game, = pivot(folder)["games"]
    run = expect(buckle(folder, "run", CARAVAN, "--scenario", "middle-way", "--attribution", "none", "--format", "json"), 0).json()
    gains = {row["economy"]: row["ev"] for row in run["economies"]}
    for economy, player in by_economy(game).items():
        assert abs(player["gain"] - gains[economy]) < 1e-4 * abs(gains[economy]) + 1e3
    assert abs(game["world"] - sum(gains.values())) < 1e-4 * sum(map(abs, gains.values()))


def test_two_games_tell_what_a_bypass_does(folder):
    found = pivot(folder, "--bypass", "lake-ports")
    assert [game["game"] for game in found["games"]] == ["without", "with"]
    assert any(sentence.startswith("Bypass: without Almaria") for sentence in found["sentences"])
    alone = pivot(folder, "--bypass", "lake-ports", "--without-bypass")
    assert len(alone["games"]) == 1 and alone["games"][0]["worth"] == found["games"][0]["worth"]


def test_worths_of_everybody_count_other_economies_too(folder):
    game, = pivot(folder, "--economy-values", "all")["games"]
    assert abs(game["worth"] - game["world"]) < 1 and "gains_less_cost" not in game


def test_tables_are_written(folder):
    pivot(folder, "--tables", "t", "--out", "p.gpkg")
    rows = list(csv.DictReader((folder / "t" / "pivot_coalitions.csv").open(encoding="utf-8")))
    assert len(rows) == 8 and (folder / "p.gpkg").exists() and (folder / "t" / "pivot_players.csv").exists()


def test_the_answer_does_not_depend_on_threads(folder):
    one, two = (pivot(folder, "--threads", n)["games"][0]["v"] for n in ("1", "2"))
    assert one == two


TOLL_KEYS = {"scenario", "toll_payoff", "toll_max", "rivals", "together", "states", "equilibria", "routes_added", "residual", "seconds",
             "sentences", "warnings", "files"}


def tolls(folder, *more):
    return expect(buckle(folder, "pivot", CARAVAN, "--tolls", "XSU,Almaria", *more, "--format", "json"), 0).json()


def test_rivals_ask_tolls_that_none_would_change(folder):
    found = tolls(folder, "--toll-max", "300", "--tables", "t")
    assert TOLL_KEYS <= set(found) and found["rivals"]["outcome"] == "converged" and found["rivals"]["regret"] <= 1e-3
    none, rivals, together = found["states"]
    assert [state["state"] for state in found["states"]] == ["none", "rivals", "together"]
    assert none["revenue"] == 0 and all(player["tonnes"] > 0 for player in none["players"])
    for state in found["states"]:
        for player in state["players"]:
            assert abs(player["revenue"] - player["toll"] * player["tonnes"]) <= 1e-9 * player["revenue"]
        assert abs(state["world"] - sum(row["gain"] for row in state["economies"])) <= 1e-6 * abs(state["world"]) + 1
    assert together["revenue"] >= (1 - 1e-3) * rivals["revenue"] > 0
    rows = list(csv.DictReader((folder / "t" / "tolls.csv").open(encoding="utf-8")))
    assert len(rows) == 6 and (folder / "t" / "toll_gains.csv").exists()


def test_tolls_do_not_depend_on_threads(folder):
    one, two = (tolls(folder, "--threads", n)["states"] for n in ("1", "2"))
    assert one == two


def test_who_looks_to_its_income_asks_otherwise(folder):
    assert tolls(folder, "--toll-payoff", "gain")["states"][1] != tolls(folder)["states"][1]
    expect(buckle(folder, "pivot", CARAVAN, "--tolls", "XSU", "--scenario", "middle-way"), 0,
           out=["middle-way", "Each for itself", "are an equilibrium"])


def test_tolls_that_make_no_game_are_refused(folder):
    expect(buckle(folder, "pivot", CARAVAN, "--tolls", "XAX"), 3, err="XAX")
    expect(buckle(folder, "pivot", CARAVAN, "--tolls", "XSU,XSU"), 3, err="twice")
    expect(buckle(folder, "pivot", CARAVAN, "--tolls", "XSU", "--bypass", "lake-ports"), 2, err="--bypass")
    expect(buckle(folder, "pivot", CARAVAN, "--tolls", "XSU", "--resume", "x"), 2, err="--resume")
    expect(buckle(folder, "pivot", CARAVAN, "--tolls", "XSU", "--toll-max", "0"), 2, err="--toll-max")


def test_shards_join_into_the_file_that_answers(folder):
    ask = ("--players", "XAL,XSU,XWE", "--bypass", "lake-ports")
    whole = pivot(folder, *ask)
    for i in (1, 2, 3):
        part = expect(buckle(folder, "pivot", CARAVAN, "--scenario", "middle-way", *ask, "--shard", f"{i}/3", "--resume", f"{i}.part",
                             "--threads", i, "--format", "json"), 0).json()
        assert set(part) == {"verb", "complete", "equilibria", "done", "file"} and not part["complete"]
    assert part["equilibria"] == sum(game["equilibria"] for game in whole["games"])
    expect(buckle(folder, "merge", "1.part", "2.part"), 2, err="--out")
    two = expect(buckle(folder, "merge", "1.part", "3.part", "--out", "two", "--format", "json"), 0).json()
    assert set(two) == {"verb", "asked", "complete", "equilibria", "done", "file"} and two["verb"] == "pivot" and not two["complete"]
    expect(buckle(folder, "merge", "2.part", "1.part", "3.part", "--out", "all"), 0, out="--resume all")
    joined, finished = pivot(folder, *ask, "--resume", "all"), pivot(folder, *ask, "--resume", "two")
    for found in (whole, joined, finished):
        del found["seconds"]
    assert joined == whole and finished == whole
    expect(buckle(folder, "pivot", CARAVAN, "--scenario", "middle-way", "--resume", "all"), 3, err="another question")
    expect(buckle(folder, "pivot", CARAVAN, "--scenario", "middle-way", "--shard", "1/2"), 2, err="--resume")


def test_what_a_file_holds_is_not_solved_again(folder):
    ask = ("pivot", CARAVAN, "--scenario", "middle-way", "--resume", "kept")
    expect(buckle(folder, *ask), 0)
    size = (folder / "kept").stat().st_size
    expect(buckle(folder, *ask), 0)
    assert (folder / "kept").stat().st_size == size


def test_text_says_who_is_missed(folder):
    expect(buckle(folder, "pivot", CARAVAN, "--scenario", "middle-way"), 0,
           out=["The others miss Almaria most", "Every state is an equilibrium"])


def test_what_makes_no_sense_is_refused(folder):
    expect(buckle(folder, "pivot", CARAVAN), 2, err="--scenario")
    expect(buckle(folder, "pivot", CARAVAN, "--scenario", "today"), 3, err="asks nothing")
    expect(buckle(folder, "pivot", CARAVAN, "--scenario", "middle-way", "--players", "XAX"), 3, err="XAX")
    expect(buckle(folder, "pivot", CARAVAN, "--scenario", "middle-way", "--bypass", "canal"), 3, err="canal")
    expect(buckle(folder, "pivot", CARAVAN, "--scenario", "middle-way", "--without-bypass"), 2, err="--without-bypass")


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
