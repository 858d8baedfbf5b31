#!/usr/bin/env python3
"""What the local server takes on the built-in study: start, first-order answer, exact answer, memory.

    BUCKLE=build/buckle python3 bench/serve.py

Elapsed seconds, since a reader waits for them; the base year is prepared once before, and read from the cache.
"""
import os
import pathlib
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "cli"))
import harness  # noqa: E402
import serving  # noqa: E402

ONE = {"title": "Dostyk faster", "measures": [{"id": "a", "adjust": [
    {"target": "border", "node": "dostyk", "mode": "rail", "attribute": attribute, "factor": 0.9}
    for attribute in ("control_hours", "inspection_hours")]}]}


def memory(process):
    """Megabytes of its own: what is shared with others counts in parts."""
    with open(f"/proc/{process}/smaps_rollup", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024


def least(times, call):
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def ready(server):
    while server.ask("POST", "/api/first-order", {"scenario": None})[0] == 503:
        time.sleep(0.05)


def main():
    harness._cache = os.environ.get("BUCKLE_CACHE") or tempfile.mkdtemp(prefix="buckle-cache-")
    with tempfile.TemporaryDirectory(prefix="buckle-bench-") as folder:
        folder = pathlib.Path(folder)
        with serving.Server(folder, harness.SILKROAD) as server:
            server.result("run", None)  # the base year is in the cache now
        start = time.perf_counter()
        with serving.Server(folder, harness.SILKROAD) as server:
            rows = [("listens after", time.perf_counter() - start, "s")]
            server.result("run", None)
            rows.append(("first exact answer (base year) after", time.perf_counter() - start, "s"))
            server.json("GET", "/api/study")
            ready(server)
            rows.append(("first-order answers ready after", time.perf_counter() - start, "s"))
            rows.append(("first-order answer, round trip", least(10, lambda: server.json("POST", "/api/first-order", {"scenario": ONE})), "s"))
            options = {"attribution": "none"}
            rows.append(("exact answer, round trip", least(5, lambda: server.result("run", ONE, options=options)), "s"))
            rows.append(("the study, round trip", least(5, lambda: server.json("GET", "/api/study")), "s"))
            rows.append(("values for one economy, round trip", least(3, lambda: server.json("GET", "/api/values")), "s"))
            rows.append(("memory of the front", memory(server.process.pid), "MB"))
            rows.append(("memory of the master", memory(server.master()), "MB"))
            rows += [("memory of a worker", memory(process), "MB") for process in serving.children_of(server.master())]
    for name, value, unit in rows:
        print(f"{name:40s} {value:9.3f} {unit}")


if __name__ == "__main__":
    main()
