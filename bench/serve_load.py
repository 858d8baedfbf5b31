#!/usr/bin/env python3
"""How long static and kept answers of the local server take while it solves, with connections that stay.

    BUCKLE=build/buckle python3 bench/serve_load.py [CONNECTIONS [SECONDS]]

Three tables by `bench_http_load`, which lies in the build folder beside the program: alone, with one run after the other, and with two
at a time, as many as the server lets run.  Then how much memory the front holds before and after, and how many files.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[1]
os.environ["BUCKLE"] = os.path.abspath(os.environ.get("BUCKLE", ROOT / "build" / "buckle"))  # it runs in another folder
sys.path.insert(0, str(ROOT / "tests" / "cli"))
import harness  # noqa: E402
import serving  # noqa: E402


def resident(server):
    text = pathlib.Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    return int(text.split("VmRSS:")[1].split()[0]) / 1024


class Solver(threading.Thread):
    """Runs of one scenario after the other until it is stopped."""

    def __init__(self, server, scenario):
        super().__init__()
        self.server, self.scenario, self.is_over, self.n = server, scenario, threading.Event(), 0

    def run(self):
        while not self.is_over.is_set():
            assert self.server.result("run", self.scenario)[1]["converged"]
            self.n += 1


def main():
    connections, seconds = (sys.argv[1:] + ["64", "60"][len(sys.argv) - 1:])[:2]
    client = pathlib.Path(harness.PROGRAM).parent / "bench" / "bench_http_load"
    harness._cache = tempfile.mkdtemp(prefix="buckle-cache-")
    with tempfile.TemporaryDirectory(prefix="buckle-load-") as folder, serving.Server(pathlib.Path(folder), harness.CARAVAN) as server:
        for _ in range(33):
            last, _ = server.result("run", "middle-way")  # as many jobs as are remembered
        sizes, files = [resident(server)], [server.files_open()]
        for solvers in ([], ["middle-way"], ["middle-way", "union-grows"]):
            at_work = [Solver(server, scenario) for scenario in solvers]
            for solver in at_work:
                solver.start()
            paths = ["/", "/api/openapi.json", "/api/study"] + ([] if solvers else [f"/api/jobs/{last}/result"])
            told = subprocess.run([client, str(server.port), server.cookie, connections, seconds, *paths], capture_output=True,
                                  text=True, check=True).stdout
            for solver in at_work:
                solver.is_over.set()
                solver.join()
            print(f"{connections} connections for {seconds} s, {len(solvers)} runs at a time: {sum(solver.n for solver in at_work)} runs")
            print(told)
            sizes.append(resident(server))
            files.append(server.files_open())
        print("front, MB:", *(f"{size:.1f}" for size in sizes), "  descriptors:", *files)


if __name__ == "__main__":
    main()
