"""buckle game: solutions of games from files."""
import json
import sys

from harness import SHARED, Skip, buckle, expect, main

KEYS = {"name", "players", "names", "worth", "shapley", "banzhaf", "nucleolus", "prenucleolus", "least_core_epsilon", "core_empty",
        "core_least", "core_most", "least_core_point", "least_core_proof", "kohlberg_imbalance", "kind", "seconds"}


def solve(folder, game, *more):
    path = folder / "game.json"
    path.write_text(game if isinstance(game, str) else json.dumps(game), encoding="utf-8")
    return buckle(folder, "game", "game.json", *more)


def close(found, expected, tolerance=1e-12):
    assert len(found) == len(expected)
    assert all(abs(a - b) <= tolerance for a, b in zip(found, expected)), (found, expected)


def test_gloves_are_solved_with_every_key(folder):
    gloves = {"players": ["left", "right 1", "right 2"], "v": [0, 0, 0, 1, 0, 1, 0, 1], "note": "not read"}
    found = expect(solve(folder, gloves, "--format", "json"), 0).json()
    assert set(found) == KEYS
    assert found["players"] == 3 and found["names"] == gloves["players"]
    close(found["shapley"], [2 / 3, 1 / 6, 1 / 6])
    close(found["nucleolus"], [1, 0, 0])
    assert found["core_empty"] is False and abs(found["least_core_epsilon"]) < 1e-12
    assert found["kind"]["vetoes"] == ["left"] and found["kind"]["twins"] == [["right 1", "right 2"]]
    text = expect(solve(folder, gloves), 0, out=["nothing goes without left", "The core is not empty"]).out
    assert "right 2" in text


def test_an_empty_core_is_proved_by_coalitions(folder):
    found = expect(solve(folder, {"v": [0, 0, 0, 1, 0, 1, 1, 1]}, "--format", "json"), 0).json()
    assert found["core_empty"] is True and abs(found["least_core_epsilon"] - 1 / 3) < 1e-12
    assert sorted(item["coalition"] for item in found["least_core_proof"]) == [["1", "2"], ["1", "3"], ["2", "3"]]
    expect(solve(folder, {"v": [0, 0, 0, 1, 0, 1, 1, 1]}), 0, out="The core is empty")


def test_games_without_an_imputation_have_a_prenucleolus_only(folder):
    found = expect(solve(folder, {"v": [0, 2, 2, 3]}, "--format", "json"), 0).json()
    assert found["nucleolus"] is None
    close(found["prenucleolus"], [1.5, 1.5])
    expect(solve(folder, {"v": [0, 2, 2, 3]}), 0, out="There is no imputation")


def test_definitions_stand_for_worths(folder):
    votes = {"name": "council", "definition": {"type": "weighted_voting", "w": [3, 2, 2], "q": 4}}
    airport = {"name": "airport", "n": 2, "definition": {"type": "airport_cost", "c": [1, 3]}}
    found = expect(solve(folder, {"games": [votes, airport]}, "--format", "json"), 0).json()
    assert [game["name"] for game in found["games"]] == ["council", "airport"]
    close(found["games"][0]["shapley"], [1 / 3] * 3)
    close(found["games"][1]["shapley"], [-0.5, -2.5])
    expect(solve(folder, {"games": [votes, airport]}), 0, out=["council: 3 players", "airport: 2 players"])


def test_more_players_than_programs_take_have_values_only(folder):
    game = {"definition": {"type": "weighted_voting", "w": [1] * 21, "q": 11}}
    found = expect(solve(folder, game, "--format", "json"), 0).json()
    close(found["shapley"], [1 / 21] * 21)
    assert found["nucleolus"] is None and "core_empty" not in found
    expect(solve(folder, game), 0, out="no core and no nucleolus")


def test_faults_are_named_with_their_place(folder):
    expect(solve(folder, {"v": [0, 1, 2]}), 3, err=["game.json:1:", "3 worths"])
    expect(solve(folder, {"v": [1, 2]}), 3, err="empty coalition must be 0")
    expect(solve(folder, {"v": [0, "2"]}), 3, err="numbers only")
    expect(solve(folder, {"v": [0, 2], "n": 2}), 3, err='"n" is not the 1 player')
    expect(solve(folder, {"v": [0, 2], "players": ["a", "b"]}), 3, err='"players"')
    expect(solve(folder, {}), 3, err="neither")
    expect(solve(folder, {"definition": {"type": "chess"}}), 3, err="weighted_voting or airport_cost")
    expect(solve(folder, {"definition": {"type": "weighted_voting", "w": [1]}}), 3, err="quota")
    expect(solve(folder, {"definition": {"type": "airport_cost", "c": [1] * 25}}), 3, err="25 players")
    expect(solve(folder, '{"v": [0,\n 1 2]}'), 3, err="game.json:2:4: error: a comma or ] is missing")
    expect(solve(folder, "[]"), 3, err="must be an object")
    expect(buckle(folder, "game", "absent.json"), 3, err="absent.json")
    expect(buckle(folder, "game"), 2, err="FILE.json")
    error = expect(solve(folder, {"v": [0, 1, 2]}, "--format", "json"), 3).json()["error"]
    assert error["line"] == 1 and error["code"] == "inconsistent"


def test_the_reference_games_are_solved_as_published(folder):
    path = SHARED / "games" / "games.json"
    if not path.exists():
        raise Skip("reference data absent (BUCKLE_SHARED)")
    games = json.loads(path.read_text(encoding="utf-8"))["games"]
    found = expect(buckle(folder, "game", path, "--format", "json"), 0).json()["games"]
    for game, answer in zip(games, found):
        for key in ("shapley", "nucleolus"):
            if key in game["published"]:
                close(answer[key], game["published"][key], 5e-5 if game["name"].startswith("bankruptcy") else 1e-9)


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
