"""Laws on random input: the library against slow NumPy versions of the same problems."""
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import buckle
import made
import oracles

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
        answer = buckle.assign(net, trips, threads=1, gap=gap, method=method)
    flow = answer["flows"]["volume"]
    assert answer.converged
    named = "n{}".format if form is made.gmns_files else lambda node: str(node + 1)
    assert answer["flows"]["from"].tolist() == [named(node) for node in tail]
    np.testing.assert_allclose(answer["flows"]["cost"], road.time(flow), rtol=1e-12)
    _, least = oracles.all_or_nothing(road, road.time(flow), demand)
    assert road.time(flow) @ flow <= (1 + 2 * gap) * least
    # Beckmann's function is convex: it exceeds its least value by at most what all trips could save
    other = oracles.frank_wolfe(road, demand)
    rounding = 1e-12 * least
    slack = road.time(other) @ other - oracles.all_or_nothing(road, road.time(other), demand)[1]
    assert road.beckmann(flow) <= road.beckmann(other) + gap * least + rounding
    assert road.beckmann(other) <= road.beckmann(flow) + slack + rounding
