"""buckle stress by several processes that mpirun starts on this machine: the same answer, and what is kept when one of them dies."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

from harness import CARAVAN, PROGRAM, Answer, Skip, buckle, environment, expect, main
from test_stress import records_in

ASK = ("stress", CARAVAN, "--scenario", "middle-way")
# Processes of one machine talk over shared memory; more of them than processors, as root, in a container: all allowed.
MPI = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
       "OMPI_MCA_btl": "self,vader", "OMPI_MCA_btl_vader_single_copy_mechanism": "none", "OMPI_MCA_plm_rsh_agent": "/bin/false"}


def command(processes, *arguments):
    if not shutil.which("mpirun"):
        raise Skip("Open MPI is not installed")
    if not pathlib.Path(PROGRAM + "-mpi").exists():
        raise Skip("buckle-mpi was not built")
    return ["mpirun", "-n", str(processes), PROGRAM, *map(str, arguments)]


def together(folder, processes, *arguments):
    return Answer(subprocess.run(command(processes, *arguments), cwd=folder, env=environment(**MPI), capture_output=True, text=True,
                                 timeout=600))


def without_clock(answer):
    found = answer.json()
    del found["seconds"], found["file"]
    return json.dumps(found)


def test_processes_shards_and_threads_give_the_same_bits(folder):
    ask = (*ASK, "--draws", "64", "--projects", "--format", "json")
    alone = without_clock(expect(buckle(folder, *ask, "--threads", "1"), 0))
    for processes in (1, 2, 3):
        assert without_clock(expect(together(folder, processes, *ask), 0)) == alone
    assert without_clock(expect(together(folder, 2, *ask, "--threads", "2", "--out", "team.draws"), 0)) == alone
    assert len(records_in(folder / "team.draws")) == 64 and not list(folder.glob("*.rank-*"))
    for i in (1, 2):
        expect(buckle(folder, *ask, "--shard", f"{i}/2", "--out", f"{i}.draws"), 0)
    assert without_clock(expect(buckle(folder, "merge", "1.draws", "2.draws", "--format", "json"), 0)) == alone
    assert without_clock(expect(buckle(folder, "merge", "team.draws", "--format", "json"), 0)) == alone


def test_coalitions_and_portfolios_are_shared_too(folder):
    for ask in (("pivot", CARAVAN, "--scenario", "middle-way", "--players", "XAL,XSU,XWE", "--format", "json"),
                ("invest", CARAVAN, "--budget", "1e12", "--robust", "cheap-oil", "--no-cache", "--format", "json")):
        alone, shared = expect(buckle(folder, *ask), 0).json(), expect(together(folder, 2, *ask, "--resume", ask[0]), 0).json()
        for found in (alone, shared):
            del found["seconds"]
        assert alone == shared
        assert len(records_in(folder / ask[0])) > 0


def children_of(parent):
    """The processes that `parent` started, from the kernel."""
    found = []
    for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(status.parent.name))
    return sorted(found)


def test_a_process_that_dies_loses_only_its_unfinished_draws(folder):
    ask = (*ASK, "--draws", "1024", "--format", "json")
    kept, beside = folder / "kept.draws", folder / "kept.draws.rank-1"
    run = subprocess.Popen(command(2, *ask, "--out", kept), cwd=folder, env=environment(**MPI), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while len(records_in(kept)) < 3 or len(records_in(beside)) < 3:
        assert run.poll() is None and time.monotonic() < deadline, "no draws of both processes while they ran"
        time.sleep(0.01)
    before = records_in(kept) | records_in(beside)
    processes = [one for one in children_of(run.pid) if os.readlink(f"/proc/{one}/exe").endswith("buckle-mpi")]
    assert len(processes) == 2
    os.kill(processes[1], signal.SIGKILL)
    assert run.wait(timeout=120) != 0
    after = records_in(kept) | records_in(beside)
    assert before.items() <= after.items() and len(after) < 1024
    expect(buckle(folder, *ask, "--out", kept), 3, out="--resume")
    found = expect(together(folder, 3, *ask, "--resume", kept), 0)
    assert after.items() <= records_in(kept).items() and len(records_in(kept)) == 1024 and not beside.exists()
    assert without_clock(found) == without_clock(expect(buckle(folder, *ask), 0))


def test_faults_are_told_once_with_their_status(folder):
    def refused(status, said, *arguments):
        found = expect(together(folder, 2, *arguments), status)
        assert (found.err + found.out).count(said) == 1, found.err + found.out
    refused(2, "is not shared by processes", "run", CARAVAN)
    refused(2, "share all of it", *ASK, "--draws", "64", "--shard", "1/2", "--out", "x.draws")
    refused(3, "no such folder", "stress", folder / "nowhere", "--scenario", "middle-way")
    refused(2, "has no option", *ASK, "--drawers", "64")
    found = together(folder, 2, *ASK, "--draws", "x", "--format", "json")
    assert found.status == 2 and json.loads(found.out)["error"]["code"] == "usage"


def test_a_fault_of_one_process_is_told_by_the_first(folder):
    """Process 2 runs in another folder, in which its file is there already."""
    there = folder / "there"
    (there / "kept.draws.rank-1").mkdir(parents=True)
    ask = (*ASK, "--draws", "64", "--out", "kept.draws")
    both = command(1, *ask) + [":", "-n", "1", "-wdir", str(there), PROGRAM, *map(str, ask)]
    found = Answer(subprocess.run(both, cwd=folder, env=environment(**MPI), capture_output=True, text=True, timeout=600))
    expect(found, 3, err="kept.draws.rank-1: error: process 2 of 2: is there already")
    assert found.err.count("error:") == 1, found.err


def test_interrupted_it_keeps_what_is_done(folder):
    kept, beside = folder / "kept.draws", folder / "kept.draws.rank-1"
    run = subprocess.Popen(command(2, *ASK, "--draws", "4096", "--resume", kept, "--quiet"), cwd=folder, env=environment(**MPI),
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    deadline = time.monotonic() + 120
    while len(records_in(beside)) < 3:
        assert run.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    second = [one for one in children_of(run.pid) if os.readlink(f"/proc/{one}/exe").endswith("buckle-mpi")][1]
    os.kill(second, signal.SIGINT)
    out, _ = run.communicate(timeout=120)
    assert run.returncode == 130 and "go on with --resume" in out, (run.returncode, out)
    assert 3 < len(records_in(kept)) < 4096 and not beside.exists()


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
