"""Laws on random input: the library against slow NumPy versions of the same problems."""
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import buckle
import made
import oracles
from conftest import ROOT

FEW = settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
seeds = st.integers(min_value=0, max_value=2**32 - 1)


def random_world(seed, n_regions, n_sectors):
    """Trade that is the same both ways, so that nobody has a deficit; most of it at home."""
    rng = np.random.default_rng(seed)
    trade = rng.uniform(0.1, 10.0, (n_sectors, n_regions, n_regions))
    trade = trade + trade.transpose(0, 2, 1) + 50.0 * np.eye(n_regions)
    tariff = rng.uniform(0.0, 0.3, trade.shape) * (1 - np.eye(n_regions))
    return oracles.World(trade, tariff, rng.uniform(2.0, 9.0, n_sectors)), rng


@FEW
@given(seed=seeds, n_regions=st.integers(2, 4), n_sectors=st.integers(1, 3))
def test_trade_is_the_hat_algebra_of_numpy(seed, n_regions, n_sectors):
    """Both solve to 1e-10 or better; the rest of 1e-8 is how a residual acts on welfare."""
    world, rng = random_world(seed, n_regions, n_sectors)
    away = 1 - np.eye(n_regions)
    tariff = rng.uniform(0.0, 0.5, world.trade.shape) * away
    factor = 1 + rng.uniform(-0.2, 0.4, world.trade.shape) * away
    with tempfile.TemporaryDirectory() as folder:
        regions, sectors = made.trade_study(Path(folder), world)
        study = buckle.open(folder, threads=1, cache=False)
    pairs = [(j, n, i) for j in range(n_sectors) for n in range(n_regions) for i in range(n_regions) if n != i]
    key = {pair: {"sector": sectors[pair[0]], "importer": regions[pair[1]], "exporter": regions[pair[2]]} for pair in pairs}
    answer = study.trade({"measures": [
        {"id": "tariffs", "tariffs": [{**key[pair], "rate": tariff[pair]} for pair in pairs]},
        {"id": "costs", "trade_costs": [{**key[pair], "factor": factor[pair]} for pair in pairs]}]})
    assert answer.converged
    expected = 100 * (oracles.trade_oracle(world, tariff, factor) - 1)
    np.testing.assert_allclose(answer["decomposition"]["welfare_pct"], expected, rtol=1e-7, atol=1e-7)


def random_links(rng, n_nodes):
    """A ring both ways, so that every place is reached, and chords."""
    ring = [(i, (i + 1) % n_nodes) for i in range(n_nodes)]
    chords = [tuple(rng.choice(n_nodes, 2, replace=False)) for _ in range(2 * n_nodes)]
    return [(int(a), int(b)) for a, b in ring + [(b, a) for a, b in ring] + chords]


@FEW
@given(seed=seeds, n_nodes=st.integers(3, 12), usd_per_hour=st.sampled_from([0.0, 1.0, 7.5]))
def test_the_cheapest_route_is_dijkstras(seed, n_nodes, usd_per_hour):
    rng = np.random.default_rng(seed)
    links = [(a, b, rng.uniform(1.0, 500.0), rng.uniform(0.01, 0.2), rng.uniform(20.0, 90.0))
             for a, b in random_links(rng, n_nodes)]
    origin, destination = (int(node) for node in rng.choice(n_nodes, 2, replace=False))
    with tempfile.TemporaryDirectory() as folder:
        made.network_study(Path(folder), n_nodes, links)
        study = buckle.open(folder, threads=1, cache=False)
    answer = study.route(f"n{origin}", f"n{destination}", k=1, value_of_time=usd_per_hour, all_paths=True)
    costs = [(a, b, km * usd + usd_per_hour * km / speed) for a, b, km, usd, speed in links]
    expected = oracles.dijkstra(n_nodes, costs, origin)[destination]
    np.testing.assert_allclose(answer["routes"]["cost"][0], expected, rtol=1e-9)
    ridden = [int(link[1:]) for link in answer["links"]["link"]]
    assert links[ridden[0]][0] == origin and links[ridden[-1]][1] == destination
    np.testing.assert_allclose(sum(costs[link][2] for link in ridden), expected, rtol=1e-9)


@FEW
@given(seed=seeds, n_nodes=st.integers(4, 8), method=st.sampled_from(["algorithm-b", "frank-wolfe"]),
       form=st.sampled_from([made.road_files, made.gmns_files]))
def test_an_assignment_is_an_equilibrium_by_numpys_own_trees(seed, n_nodes, method, form):
    rng = np.random.default_rng(seed)
    pairs = sorted(set(random_links(rng, n_nodes)))
    tail, head = np.array(pairs).T
    road = oracles.Road(n_nodes, tail, head, rng.uniform(1.0, 10.0, len(pairs)), rng.uniform(5.0, 20.0, len(pairs)))
    demand = rng.uniform(0.0, 10.0, (3, 3)) * (1 - np.eye(3))
    gap = 1e-9 if method == "algorithm-b" else 1e-4
    with tempfile.TemporaryDirectory() as folder:
        net, trips = form(Path(folder), road, demand)
        answer = buckle.assign(net, trips, threads=1, gap=gap, method=method, skims=True, paths=method == "algorithm-b")
    flow = answer["flows"]["volume"]
    assert answer.converged
    named = "n{}".format if form is made.gmns_files else lambda node: str(node + 1)
    assert answer["flows"]["from"].tolist() == [named(node) for node in tail]
    np.testing.assert_allclose(answer["flows"]["cost"], road.time(flow), rtol=1e-12)
    _, least = oracles.all_or_nothing(road, road.time(flow), demand)
    assert road.time(flow) @ flow <= (1 + 2 * gap) * least
    time = list(zip(tail, head, road.time(flow)))
    skims = np.ma.filled(answer["skims"]["cost"], np.inf).reshape(3, 3)
    np.testing.assert_allclose(skims, [oracles.dijkstra(n_nodes, time, origin)[:3] for origin in range(3)], rtol=1e-12)
    if method == "algorithm-b":  # paths add up to the flows, and each costs the least there is
        paths, on = answer["paths"], answer["path_flows"]
        flows = np.bincount(on["flow"], paths["volume"][on["path"]], minlength=len(flow))
        np.testing.assert_allclose(flows, flow, rtol=1e-5, atol=1e-5 * flow.max())
        spent = np.bincount(on["path"], road.time(flow)[on["flow"]])
        np.testing.assert_allclose(spent, paths["cost"], rtol=1e-12)
        least_of = [skims[int(a) - 1, int(b) - 1] for a, b in zip(paths["origin"], paths["destination"])]
        np.testing.assert_allclose(spent, least_of, rtol=1e-3)
    # Beckmann's function is convex: it exceeds its least value by at most what all trips could save
    other = oracles.frank_wolfe(road, demand)
    rounding = 1e-12 * least
    slack = road.time(other) @ other - oracles.all_or_nothing(road, road.time(other), demand)[1]
    assert road.beckmann(flow) <= road.beckmann(other) + gap * least + rounding
    assert road.beckmann(other) <= road.beckmann(flow) + slack + rounding


# ---- games ---------------------------------------------------------------------------------------------------------------


@FEW
@given(seed=seeds, n=st.integers(1, 6), whole=st.booleans())
def test_a_game_is_solved_as_by_its_definitions(seed, n, whole):
    """Worths of few whole numbers have ties, where solvers stumble."""
    rng = np.random.default_rng(seed)
    worth = rng.integers(-3, 9, 2**n).astype(float) if whole else rng.normal(0.0, 10.0, 2**n)
    worth[0] = 0.0
    names = [f"player {i}" for i in range(n)]
    answer = buckle.game(worth, players=names, threads=1)
    players, kind = answer["game_players"], answer["games"]
    assert players["player"].tolist() == names
    np.testing.assert_allclose(players["shapley"], oracles.shapley(n, worth), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(players["banzhaf"], oracles.banzhaf(n, worth), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(players["prenucleolus"].sum(), worth[-1], rtol=1e-10, atol=1e-10)
    if n == 1:
        return
    # Its largest excess is as small as can be, as a balanced collection shows: no split has less (weak duality).
    proof, largest = answer["core_proof"], oracles.excess(n, worth, players["prenucleolus"]).max()
    member = np.array([[s >> i & 1 for i in range(n)] for s in proof["coalition"]])
    share = proof["weight"] @ member
    np.testing.assert_allclose(share, share[0], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(proof["weight"].sum(), 1.0, rtol=1e-9)
    assert (proof["weight"] > 0).all()
    bound = proof["weight"] @ worth[proof["coalition"]] - share[0] * worth[-1]
    np.testing.assert_allclose([kind["least_core"][0], largest], bound, rtol=1e-8, atol=1e-8)
    assert bool(kind["core_empty"][0]) == (bound > 1e-9)


# ---- the small study, all of it --------------------------------------------------------------------------------------------

_opened = {}


def caravan():
    """Opened once: its base year is kept."""
    if not _opened:
        _opened["caravan"] = buckle.open(ROOT / "studies" / "caravan", threads=1, cache=False)
    return _opened["caravan"]


def gains(target, step, attributes, **key):
    """[economies] USD a year, equivalent variation of a number of the network changed by `step`."""
    adjust = [{"target": target, **key, "attribute": attribute, "add": step} for attribute in attributes]
    answer = caravan().run({"measures": [{"id": "step", "adjust": adjust}]}, attribution="none", tolerance=1e-10)
    assert answer.converged
    return answer["economies"]["economy"].tolist(), np.array(answer["economies"]["ev_usd"])


@FEW
@given(at=st.integers(0, 10**6))
def test_the_value_of_a_dollar_is_the_slope_of_the_equilibrium(at):
    """Three-point forward difference (a toll cannot be below 0): its error is of second order in the step."""
    values = caravan().value()["values"]
    links = [row for row, kind in enumerate(values["kind"]) if kind == "link"]
    row, step = links[at % len(links)], 0.1
    link = values["facility"][row]
    (names, none), (_, one), (_, two) = (gains("link", k * step, ["toll_usd_per_tonne"], id=link) for k in range(3))
    slope = (4 * one - 3 * none - two) / (2 * step)
    expected = np.array([values[f"per_usd_{name}"][row] for name in names])
    np.testing.assert_allclose(-slope, expected, rtol=0, atol=2e-4 * np.abs(expected).max() + 5.0)
    np.testing.assert_allclose(expected.sum(), values["per_usd"][row], rtol=1e-10)


@FEW
@given(at=st.integers(0, 10**6))
def test_the_value_of_an_hour_of_control_is_the_slope_of_the_equilibrium(at):
    """Of those released and those inspected alike; a central difference."""
    posts, step = caravan().value()["value_posts"], 0.02
    facilities = list(dict.fromkeys(posts["facility"]))
    facility = facilities[at % len(facilities)]
    node, mode, left, entered, side = facility.split("|")
    key = {"node": node, "mode": mode, "from": left, "to": entered, "side": side}
    (names, less), (_, more) = (gains("border", way * step, ["control_hours", "inspection_hours"], **key) for way in (-1, 1))
    own = {economy: value for place, economy, value in zip(posts["facility"], posts["economy"], posts["per_control_hour"])
           if place == facility}
    expected = np.array([own[name] for name in names])
    np.testing.assert_allclose((less - more) / (2 * step), expected, rtol=0, atol=2e-4 * np.abs(expected).max() + 5.0)


@FEW
@given(seed=seeds, share=st.floats(0.0, 1.1))
def test_a_portfolio_is_the_best_of_all_sets(seed, share):
    """Every set is valued once without limit; within a budget NumPy tries them all."""
    rng = np.random.default_rng(seed)
    weights = dict(zip(["XAL", "XNO", "XSU", "XOR", "XWE"], (10 ** rng.uniform(0.0, 1.5, 5)).tolist()))
    every = caravan().invest(1e15, weights=weights, robust=["cheap-oil"])
    works = every["candidates"]["works"]
    value = dict(zip(every["portfolios"]["set"].tolist(), every["portfolios"]["value"].tolist()))
    assert len(value) == 2 ** len(works), "not every set was asked"
    budget = share * float(works.sum())
    found = caravan().invest(budget, weights=weights)
    best = oracles.best_set(works, value, budget)
    assert found["portfolios"]["set"][0] == best and found["portfolios"]["value"][0] == value[best]
    for row in range(found["frontier"].rows):  # each is the best of what costs no more
        spent = found["frontier"]["works"][row]
        assert found["frontier"]["set"][row] == oracles.best_set(works, value, spent * (1 + 1e-12))
    table = every["choices"]["value"].reshape(-1, 2)
    np.testing.assert_allclose(every["choices"]["regret"].reshape(-1, 2)[:, 0], oracles.largest_regret(table), rtol=1e-12)


def test_what_a_portfolio_brings_is_what_its_projects_bring_in_a_run():
    every = caravan().invest(1e15, weights={"XWE": 1})
    chosen = [name for name, best in zip(every["candidates"]["project"], every["candidates"]["best"]) if best]
    assert chosen
    ran = caravan().run({"measures": [{"id": "all", "projects": chosen}]}, attribution="none")["economies"]
    gain = dict(zip(every["invest_economies"]["economy"], every["invest_economies"]["gain"]))
    np.testing.assert_allclose([gain[name] for name in ran["country"]], ran["ev_usd"], rtol=1e-4)
