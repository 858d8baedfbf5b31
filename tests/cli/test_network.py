"""buckle network: a planner's best network."""
import json
import math
import sys

from harness import buckle, expect, main

LINE = {"nodes": [{"name": "maker", "productivity": 5}, {"name": "eater", "labour": 2, "productivity": 0}],
        "links": [{"from": "maker", "to": "eater", "transport_cost": 0.1, "building_cost": 1}],
        "alpha": 0.5, "rho": 1, "returns": 0.8, "beta": 1, "gamma": 0.5, "budget": 3}


def solve(folder, problem, *more, status=0, err=()):
    (folder / "places.json").write_text(problem if isinstance(problem, str) else json.dumps(problem))
    return expect(buckle(folder, "network", "places.json", *more), status, err=err)


def found(folder, problem, status=0):
    return solve(folder, problem, "--format", "json", status=status).json()


def close(actual, expected, relative=1e-10):
    assert abs(actual - expected) <= relative * abs(expected), (actual, expected)


def test_a_road_between_two_places_has_its_closed_form(folder):
    """(2 + l) Q^2 / k + (1 + l) Q - l Y = 0 with capacity k = I^gamma / cost and l eaters to a maker."""
    answer = found(folder, LINE)
    k, l, y = math.sqrt(1.5) / 0.1, 2, 5
    a, b = (2 + l) / k, 1 + l
    flow = (math.sqrt(b * b + 4 * a * l * y) - b) / (2 * a)
    assert answer["method"] == "design" and answer["outcome"] == "converged"
    close(answer["links"][0]["flow"][0], flow)
    close(answer["links"][0]["infrastructure"], 1.5)
    close(answer["bound"], answer["welfare"])
    assert set(answer) == {"method", "outcome", "welfare", "bound", "unbalance", "spent", "steps", "seconds", "nodes", "links"}


def test_what_stands_is_added_to(folder):
    standing = found(folder, {**LINE, "budget": 1.6, "links": [{**LINE["links"][0], "standing": 0.7}]})
    whole = found(folder, LINE)  # 1.5 for 3: the same road
    close(standing["links"][0]["infrastructure"], 1.5)
    close(standing["welfare"], whole["welfare"])
    close(standing["spent"], 1.6)
    solve(folder, {**LINE, "links": [{**LINE["links"][0], "standing": -1}]}, status=3, err="standing 0")
    solve(folder, {**LINE, "gamma": 2, "links": [{**LINE["links"][0], "standing": 0.7}]}, status=2, err="infrastructure stands")


def test_shipments_on_the_best_network_are_the_best_plan_s(folder):
    best = found(folder, LINE)
    standing = json.loads(json.dumps(LINE))
    standing["links"][0]["infrastructure"] = best["links"][0]["infrastructure"]
    del standing["budget"]
    answer = found(folder, standing)
    assert answer["method"] == "ship"
    close(answer["welfare"], best["welfare"])


def test_increasing_returns_have_a_plan_without_a_bound(folder):
    answer = found(folder, {**LINE, "gamma": 1.2})
    assert answer["method"] == "iterate" and answer["bound"] is None
    assert "bound     none" in solve(folder, {**LINE, "gamma": 1.2}).out
    assert "a gap of" in solve(folder, LINE).out


def test_bad_input_is_named(folder):
    solve(folder, {**LINE, "beta": "high"}, status=3, err='"beta" must be a number')
    solve(folder, {k: v for k, v in LINE.items() if k != "gamma"}, status=3, err='"gamma" is missing')
    solve(folder, json.dumps(LINE, indent=1).replace('"to": "eater"', '"to": "eatr"'), status=3, err="places.json:16:")
    solve(folder, {**LINE, "alpha": 2}, status=3, err="alpha of the planner is 2")
    solve(folder, {**LINE, "nodes": LINE["nodes"][:1] * 2}, status=3, err="two nodes")
    solve(folder, {**LINE, "links": []}, status=3, err="can neither make good 0 nor have it sent")
    solve(folder, {**LINE, "nodes": 3}, status=3, err='"nodes" must be an array')
    expect(buckle(folder, "network"), 2, err="FILE.json")


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
