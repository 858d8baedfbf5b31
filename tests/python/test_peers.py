"""The field's own packages, where they are installed: another code's answer to the same problem."""
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest

import buckle
import made
import oracles
from conftest import ROOT

SHARED = Path(os.environ.get("BUCKLE_SHARED", ROOT.parent / "shared")) / "data"


def sioux_falls():
    found = sorted(SHARED.rglob("SiouxFalls_net.tntp"))
    if not found:
        pytest.skip(f"no SiouxFalls_net.tntp under {SHARED}")
    return found[0], found[0].with_name("SiouxFalls_trips.tntp")


def test_sioux_falls_is_that_of_its_best_known_solution():
    """Flows of the file that comes with the network, to the 1e-6 or so that its own gap allows."""
    net, trips = sioux_falls()
    known = net.with_name("SiouxFalls_flow.tntp")
    if not known.exists():
        pytest.skip(f"no {known.name} beside the network")
    rows = [line.split() for line in known.read_text().splitlines()[1:] if line.strip()]
    expected = {(int(row[0]), int(row[1])): float(row[2]) for row in rows}
    flows = buckle.assign(net, trips, gap=1e-12)["flows"]
    ours = np.array([expected[int(a), int(b)] for a, b in zip(flows["from"], flows["to"])])
    np.testing.assert_allclose(flows["volume"], ours, rtol=1e-5)


def test_aequilibrae_assigns_sioux_falls_alike():
    """Bi-conjugate Frank-Wolfe to a relative gap of 1e-5: costs in all agree to about that."""
    pytest.importorskip("aequilibrae")
    pandas = pytest.importorskip("pandas")
    from aequilibrae.matrix import AequilibraeMatrix
    from aequilibrae.paths import Graph, TrafficAssignment, TrafficClass

    net, trips = sioux_falls()
    ours = buckle.assign(net, trips, gap=1e-10)
    rows = [line.replace(";", "").split() for line in net.read_text().splitlines()
            if line.strip() and line.strip()[0].isdigit()]
    links = pandas.DataFrame([[int(r[0]), int(r[1]), float(r[2]), float(r[4]), float(r[5]), float(r[6])] for r in rows],
                             columns=["a_node", "b_node", "capacity", "free_flow_time", "b", "power"])
    links["link_id"], links["direction"] = np.arange(1, len(links) + 1), 1
    graph = Graph()
    graph.network = links
    zones = np.arange(1, 25)
    graph.prepare_graph(zones)
    graph.set_graph("free_flow_time")
    graph.set_skimming(["free_flow_time"])
    graph.set_blocked_centroid_flows(False)
    matrix = AequilibraeMatrix()
    matrix.create_empty(zones=24, matrix_names=["trips"], memory_only=True)
    matrix.index[:] = zones
    matrix.matrix["trips"][:] = read_trips(trips, 24)
    matrix.computational_view(["trips"])
    assignment = TrafficAssignment()
    assignment.set_classes([TrafficClass("car", graph, matrix)])
    assignment.set_vdf("BPR")
    assignment.set_vdf_parameters({"alpha": "b", "beta": "power"})
    assignment.set_capacity_field("capacity")
    assignment.set_time_field("free_flow_time")
    assignment.set_algorithm("bfw")
    assignment.max_iter, assignment.rgap_target = 2000, 1e-5
    assignment.execute()
    theirs = assignment.results().sort_index()["PCE_AB"].to_numpy()
    np.testing.assert_allclose(ours["flows"]["volume"], theirs, rtol=5e-3)


def test_gegravity_solves_a_world_of_twins_alike():
    """An Armington world with elasticity of substitution s is the hat algebra with theta = s - 1.

    gegravity 0.3 keeps every country's share in output and spending as it was when it solves for multilateral resistance, so
    its counterfactual clears markets only where shares do not move: among countries that are alike, on which costs change
    alike.  (Elsewhere what countries sell and earn there differs by some per cent, which is no check of anything.)
    """
    gegravity, pandas = pytest.importorskip("gegravity"), pytest.importorskip("pandas")
    n, sigma, factor = 4, 5.0, 1.25
    away = 1 - np.eye(n)
    world = oracles.World((10.0 * away + 60.0 * np.eye(n))[None], np.zeros((1, n, n)), np.array([sigma - 1]))
    with tempfile.TemporaryDirectory() as folder:
        regions, sectors = made.trade_study(Path(folder), world)
        study = buckle.open(folder, threads=1, cache=False)
    pairs = [(a, b) for a in regions for b in regions if a != b]
    ours = study.trade({"measures": [{"id": "costs", "trade_costs": [
        {"sector": sectors[0], "importer": a, "exporter": b, "factor": factor} for a, b in pairs]}]})
    made_of = world.value_added[0]
    rows = [{"importer": a, "exporter": b, "year": "2024", "trade": world.trade[0, i, j], "Y": made_of, "E": made_of,
             "barrier": np.log(world.trade[0, i, j] * n / made_of)} for i, a in enumerate(regions) for j, b in enumerate(regions)]
    costs = gegravity.CostCoeffs(pandas.DataFrame([{"var": "barrier", "coeff": 1.0, "ste": 1.0}]), identifier_col="var",
                                 coeff_col="coeff", stderr_col="ste")
    baseline = gegravity.BaselineData(pandas.DataFrame(rows), trade_var_name="trade", expend_var_name="E", output_var_name="Y")
    model = gegravity.OneSectorGE(baseline, year="2024", expend_var_name="E", output_var_name="Y", cost_coeff_values=costs,
                                  cost_variables=["barrier"], reference_importer=regions[0], sigma=sigma, quiet=True)
    model.build_baseline(mr_tolerance=1e-12)
    changed = model.baseline_data.copy()
    changed["barrier"] += np.where(changed["importer"] != changed["exporter"], (1 - sigma) * np.log(factor), 0.0)
    model.define_experiment(changed)
    model.simulate(ge_tolerance=1e-12)
    theirs = model.country_results["GDP change (percent)"].sort_index().to_numpy(dtype=float)
    np.testing.assert_allclose(ours["decomposition"]["welfare_pct"], theirs, rtol=1e-7)


def test_scipys_linear_programs_find_the_same_core():
    """HiGHS, another code, for the least core and for the least and the most each player gets in the core."""
    optimise = pytest.importorskip("scipy.optimize")
    rng, n_full = np.random.default_rng(5), 0
    for n in (2, 3, 4, 5, 6, 6, 5, 4):
        member = np.array([[s >> i & 1 for i in range(n)] for s in range(1, 2**n - 1)], dtype=float)
        sizes = member.sum(axis=1)
        worth = np.concatenate([[0.0], sizes**1.5 * rng.uniform(0.5, 1.0, len(sizes)), [rng.uniform(0.4, 1.1) * n**1.5]])
        answer = buckle.game(worth, threads=1)
        whole = {"A_eq": np.array([[1.0] * n + [0.0]]), "b_eq": worth[-1:], "bounds": (None, None)}
        rows = np.hstack([-member, -np.ones((len(member), 1))])  # x(S) + epsilon >= v(S)
        found = optimise.linprog([0.0] * n + [1.0], A_ub=rows, b_ub=-worth[1:-1], **whole)
        epsilon = max(found.x[-1], 0.0)  # of the core, or of the least core where that is empty
        np.testing.assert_allclose(answer["games"]["least_core"][0], found.x[-1], rtol=1e-8, atol=1e-8)
        n_full += epsilon == 0.0
        for i in range(n):
            ends = [optimise.linprog(way * np.eye(n + 1)[i], A_ub=rows[:, :n + 1] * ([1.0] * n + [0.0]), b_ub=-worth[1:-1] + epsilon + 1e-12,
                                     **whole).fun * way for way in (1.0, -1.0)]
            np.testing.assert_allclose([answer["game_players"]["core_least"][i], answer["game_players"]["core_most"][i]], ends, atol=1e-6)
    assert 0 < n_full < 8, "both kinds of game must be among them"


def read_trips(path, n):
    """[n, n] trips of a TNTP file."""
    matrix, origin = np.zeros((n, n)), 0
    for line in path.read_text().splitlines():
        if line.startswith("Origin"):
            origin = int(line.split()[1]) - 1
        elif ":" in line and origin >= 0:
            for entry in line.split(";"):
                if ":" in entry:
                    destination, volume = entry.split(":")
                    matrix[origin, int(destination) - 1] = float(volume)
    return matrix
