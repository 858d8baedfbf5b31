#!/usr/bin/env python3
"""What it costs to spread a stress test over threads, shards and processes, on `caravan`, whose draws take a few milliseconds.

    python3 bench/spread.py build/buckle [DRAWS]

CPU seconds of all processes, the least of three runs; MPI waits busily, and its waits are counted.
"""
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = pathlib.Path(sys.argv[1]).resolve()
DRAWS = int(sys.argv[2]) if len(sys.argv) > 2 else 1024
ASK = [PROGRAM, "stress", ROOT / "studies" / "caravan", "--scenario", "middle-way", "--draws", DRAWS, "--threads", 1, "--quiet"]
MPI = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_btl": "self,vader",
       "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}


def cpu_of(commands, folder):
    """CPU seconds of the commands, one after the other, and of all they start."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for command in commands:
        subprocess.run([str(word) for word in command], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       env={**os.environ, **MPI, "BUCKLE_CACHE": str(folder / "cache")})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def least(commands):
    def once():
        with tempfile.TemporaryDirectory() as folder:
            return cpu_of(commands, pathlib.Path(folder))
    return min(once() for _ in range(3))


def main():
    rows = {"one process, one thread": [ASK], "  its draws kept in a file": [ASK + ["--out", "a"]],
            "two threads": [ASK[:-2] + [2, "--quiet"]],
            "two shards, merged": [ASK + ["--shard", f"{i}/2", "--out", str(i)] for i in (1, 2)] + [[PROGRAM, "merge", "1", "2", "--quiet"]]}
    if shutil.which("mpirun"):
        for n in (1, 2):
            rows[f"mpirun -n {n}"] = [["mpirun", "-n", n, *ASK]]
        rows["mpirun -n 2, in files"] = [["mpirun", "-n", 2, *ASK, "--out", "a"]]
    alone = None
    print(f"{DRAWS} draws                        CPU s   beside the first, ms a draw")
    for name, commands in rows.items():
        seconds = least(commands)
        alone = alone or seconds
        print(f"{name:<30} {seconds:7.2f}   {1000 * (seconds - alone) / DRAWS:+.3f}", flush=True)


if __name__ == "__main__":
    main()
