"""Every question put to the small study (with BUCKLE_LONG also to the built-in one) has one answer: the JSON object and the CSV tables are the
same bytes for 1, 2 and 4 threads and for processes that share the work, `buckle verify` makes each again, and another program, built by
another compiler and named by BUCKLE_OTHER, gives them too.  Only the seconds that it took are left out.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

from harness import CARAVAN, PROGRAM, ROOT, SILKROAD, Answer, Skip, environment, main
from test_mpi import MPI, command

BRAESS = ("--net", "braess", "--trips", "braess/demand.csv")
TABLES = ("--tables", "tables")
# (arguments, what else makes it write its tables); the folder holds the study, the braess network and two files made below
CARAVAN_ASKED = [
    (("run", "caravan", "--scenario", "middle-way", "--attribution", "shapley", "--no-cache"), TABLES),
    (("run", "caravan", "--scenario", "union-grows", "--no-cache"), TABLES),
    (("run", "caravan", "--scenario", "northern-closure", "--no-cache"), TABLES),
    (("check", "caravan"), ()),
    (("route", "caravan", "--from", "ori_city", "--to", "alm_gate", "-k", "5"), ()),
    (("trade", "caravan", "--scenario", "union-grows"), ("--out", "tables")),
    (("trade", "caravan", "--scenario", "cheap-oil"), ("--out", "tables")),
    (("appraise", "caravan", "--scenario", "middle-way", "--no-cache"), TABLES),
    (("claim", "caravan", "--economy", "XAL", "--gain", "1%", "--no-cache"), ()),
    (("value", "caravan", "--economy", "XAL", "--no-cache"), TABLES),
    (("pivot", "caravan", "--scenario", "middle-way", "--players", "XAL,XSU,XWE", "--no-cache"), TABLES),
    (("invest", "caravan", "--budget", "3e9", "--robust", "cheap-oil", "--no-cache"), ()),
    (("stress", "caravan", "--scenario", "middle-way", "--draws", "16", "--seed", "7", "--no-cache"), TABLES),
    (("brief", "caravan", "--economy", "XAL", "--scenario", "middle-way", "--draws", "0", "--no-cache"), ()),
    (("assign", "caravan", "--scenario", "middle-way", "--no-cache"), ()),
    (("assign", *BRAESS, "--gap", "1e-13"), ("--flows", "flows.csv", "--paths", "paths.csv")),
    (("assign", *BRAESS, "--method", "frank-wolfe", "--gap", "1e-4"), ("--flows", "flows.csv")),
    (("assign", *BRAESS, "--method", "logit", "--dispersion", "0.5"), ("--flows", "flows.csv", "--paths", "paths.csv")),
    (("assign", *BRAESS, "--method", "recursive-logit", "--dispersion", "0.5"), ("--flows", "flows.csv")),
    (("design", "--net", "net.tntp", "--trips", "trips.tntp", "--budget-share", "0.5"), ()),
    (("game", "game.json"), ()),
    (("network", "planner.json"), ()),
]
SILKROAD_ASKED = [
    (("run", "silkroad", "--scenario", "belt-as-planned", "--no-cache"), TABLES),
    (("appraise", "silkroad", "--scenario", "belt-as-planned", "--no-cache"), TABLES),
    (("value", "silkroad", "--economy", "KAZ", "--no-cache"), TABLES),
    (("stress", "silkroad", "--scenario", "belt-as-planned", "--draws", "4", "--seed", "1", "--no-cache"), TABLES),
]
ASKED, STUDY = (SILKROAD_ASKED, SILKROAD) if "BUCKLE_LONG" in os.environ else (CARAVAN_ASKED, CARAVAN)
SHARED_VERBS = {"pivot", "invest", "stress"}


def prepare(folder):
    shutil.copytree(STUDY, folder / STUDY.name, ignore=shutil.ignore_patterns("facts"))
    shutil.copytree(ROOT / "docs" / "how-to" / "braess", folder / "braess")
    shutil.copy(ROOT / "tests" / "fuzz" / "seeds" / "game" / "two.json", folder / "game.json")
    (folder / "planner.json").write_text(
        '{"nodes": [{"name": "mine", "productivity": 2}, {"name": "port", "labour": 2, "productivity": 1}],'
        ' "links": [{"from": "mine", "to": "port", "transport_cost": 0.1, "building_cost": 1}],'
        ' "alpha": 0.5, "rho": 0, "sigma": 5, "returns": 0.5, "beta": 1, "gamma": 0.5, "budget": 1}', encoding="utf-8")
    (folder / "net.tntp").write_text(
        "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 2\n<FIRST THRU NODE> 1\n<NUMBER OF LINKS> 1\n<NUMBER OF NEW LINKS> 2\n<END OF METADATA>\n"
        "1 2 1 1 10 0.1 1 0 0 1 0;\n1 2 1 1 10 0.1 1 0 0 1 30;\n1 2 1 1 5 0.1 1 0 0 1 70;\n", encoding="utf-8")
    (folder / "trips.tntp").write_text(
        "<NUMBER OF ZONES> 2\n<TOTAL OD FLOW> 6\n<END OF METADATA>\nOrigin 1\n2 : 6;\n", encoding="utf-8")


def asked(folder, arguments, tables, call):
    """{name: bytes} of one answer; `call` is what runs it, and each leaves nothing to the next."""
    done = Answer(subprocess.run([*call, *arguments, *tables, "--format", "json", "--quiet"], cwd=folder, env=environment(**MPI),
                                 capture_output=True, text=True, timeout=3000))
    assert done.status in (0, 1), (call, arguments, done.out, done.err)
    assert "seconds" in done.whole() or arguments[0] in ("check", "game", "route"), "no seconds: nothing is left out for nothing"
    found = {"answer": re.sub(r'("seconds":)[^,}]*', r"\1-", done.out)}
    for path in (path for path in tables if not path.startswith("--")):
        made = sorted((folder / path).glob("*")) if (folder / path).is_dir() else [folder / path]
        assert made, (arguments, "no tables")
        found.update({file.name: file.read_bytes() for file in made})
        shutil.rmtree(folder / path) if (folder / path).is_dir() else (folder / path).unlink()
    for made in folder.glob("*.gpkg"):
        made.unlink()
    return found


def differences(one, other):
    """The names of what differs, and where it begins to."""
    found = [f"{name}: only in one of them" for name in one.keys() ^ other.keys()]
    for name in one.keys() & other.keys():
        if one[name] != other[name]:
            at = next((i for i, (a, b) in enumerate(zip(one[name], other[name])) if a != b), min(len(one[name]), len(other[name])))
            found.append(f"{name}: from byte {at}: {one[name][max(0, at - 60):at + 60]!r} or {other[name][max(0, at - 60):at + 60]!r}")
    return found


def compare_all(folder, calls):
    """Every question asked in each way: [(name of the way, what runs it, the verbs it is for or None, more arguments)]."""
    prepare(folder)
    wrong = []
    for arguments, tables in ASKED:
        first = asked(folder, (*arguments, "--threads", "1"), tables, [PROGRAM])
        for name, call, verbs, more in calls:
            if verbs is None or arguments[0] in verbs:
                wrong += [f"{' '.join(arguments)}: {name}: {one}" for one in differences(first, asked(folder, (*arguments, *more), tables, call))]
    assert not wrong, "\n".join(wrong)


def test_two_and_four_threads_give_the_bytes_of_one(folder):
    compare_all(folder, [(f"{n} threads", [PROGRAM], None, ("--threads", n)) for n in ("2", "4")])


def test_two_and_four_processes_give_the_bytes_of_one(folder):
    compare_all(folder, [(f"{n} processes", command(n), SHARED_VERBS, ("--threads", "1")) for n in (2, 4)])


def test_another_compiler_gives_the_same_bytes(folder):
    other = os.environ.get("BUCKLE_OTHER")
    if not other:
        raise Skip("BUCKLE_OTHER names no program of another compiler; ./dev test --long does")
    built = {name: subprocess.run([name, "--version"], capture_output=True, text=True, check=True).stdout for name in (PROGRAM, other)}
    assert built[PROGRAM] != built[other], f"both are by one compiler: {built[other]}"
    compare_all(folder, [("another compiler", [str(pathlib.Path(other).resolve())], None, ("--threads", "1"))])


def test_every_answer_is_made_again_by_verify(folder):
    prepare(folder)
    for arguments, tables in ASKED:
        geopackage = ("--out", "kept.gpkg") if tables[:1] == TABLES[:1] or arguments[0] == "trade" else ()
        done = subprocess.run([PROGRAM, *arguments, *geopackage, "--format", "json", "--quiet"], cwd=folder, env=environment(),
                              capture_output=True, text=True, timeout=3000)
        assert done.returncode in (0, 1), (arguments, done.stderr)
        (folder / "kept.json").write_text(done.stdout, encoding="utf-8")
        for kept in ("kept.json", *geopackage[1:]):
            again = subprocess.run([PROGRAM, "verify", kept], cwd=folder, env=environment(), capture_output=True, text=True, timeout=3000)
            assert again.returncode == 0 and "Confirmed" in again.stdout, (arguments, kept, again.stdout, again.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
