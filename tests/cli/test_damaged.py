"""A damaged study is answered with a certified result or with an error that says where: never a crash, a hang, a NaN or half a file.

BUCKLE_DAMAGED says how many copies of the small study are run (a fifth as many of the built-in one are checked); the quick suite makes
few, the long one 10,000 and 2,000.  BUCKLE_DAMAGED_FROM is the first seed: a failure names its own, which is then tried alone.
"""
import concurrent.futures
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile

from damage import damage
from harness import CARAVAN, PROGRAM, SILKROAD, environment, main, numbers_in

COPIES = int(os.environ.get("BUCKLE_DAMAGED", "60"))
FIRST = int(os.environ.get("BUCKLE_DAMAGED_FROM", "1"))
SECONDS, BYTES = 10, 1 << 30
SANITIZED = "ASAN_OPTIONS" in os.environ or "BUCKLE_SANITIZED" in os.environ

# Of an error of these codes the file is known.
PLACED = {"file", "syntax", "schema", "duplicate"}


def limit():
    if not SANITIZED:  # a sanitizer's shadow is larger than any limit
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))  # not elapsed time, which a busy machine stretches
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def judge(done, out):
    """What is wrong with an answer; None if nothing is."""
    if done.returncode not in (0, 1, 3):
        return f"exit status {done.returncode}: {done.stderr[-2000:]}"
    try:
        found = json.loads(done.stdout, parse_constant=lambda name: 1 / 0)
    except (ValueError, ZeroDivisionError):
        return f"standard output is not one JSON object: {done.stdout[:300]}"
    if done.returncode == 3:
        error = found.get("error", {})
        if not error.get("message") or not error.get("code"):
            return f"an error that says nothing: {error}"
        if error["code"] in PLACED and not error["file"]:
            return f"an error without its file: {error}"
        if error["code"] in {"syntax", "duplicate"} and not error["line"]:
            return f"an error without its line: {error}"
        if os.listdir(out):
            return f"files were written: {os.listdir(out)}"
        return None
    if not all(number == number and abs(number) < 1e300 for number in numbers_in(found)):
        return "a number that is none"
    if "residual" in found and done.returncode == 0 and (not found["converged"] or found["residual"] > 1e-6):
        return f"status 0 without a certificate: {found['residual']}"
    return None


def attempt(study, verb, seed):
    """One damaged copy, made and answered; what is wrong with the answer, or None."""
    with tempfile.TemporaryDirectory(prefix="buckle-damaged-") as folder:
        copy, out = pathlib.Path(folder) / study.name, pathlib.Path(folder) / "out"
        shutil.copytree(study, copy, ignore=shutil.ignore_patterns("facts"))
        out.mkdir()
        done = damage(copy, seed)
        arguments = [PROGRAM, verb, str(copy), "--format", "json", "--quiet", "--threads", "1"]
        if verb == "run":
            arguments += ["--out", str(out / "out.gpkg"), "--no-cache", "--attribution", "none"]
        try:
            answer = subprocess.run(arguments, cwd=folder, env=environment(), capture_output=True, text=True, errors="replace",
                                    timeout=60 * SECONDS, preexec_fn=limit)
            wrong = judge(answer, out)
        except subprocess.TimeoutExpired:
            wrong = f"no answer within {60 * SECONDS} s"
        return wrong and f"seed {seed}: {'; '.join(done)}\n    {wrong}"


def all_of(study, verb, first, n):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = [one for one in pool.map(lambda seed: attempt(study, verb, seed), range(first, first + n)) if one]
    assert not wrong, f"{len(wrong)} of {n}:\n" + "\n".join(wrong[:20])


def test_runs_of_a_damaged_study_are_certified_or_refused(folder):
    all_of(CARAVAN, "run", FIRST, COPIES)


def test_checks_of_a_damaged_study_say_what_is_wrong(folder):
    all_of(SILKROAD, "check", FIRST, max(1, COPIES // 5))


def test_damage_is_made_from_its_number_alone(folder):
    kinds = set()
    for seed in range(20):
        told = []
        for name in ("a", "b"):
            copy = folder / f"{name}{seed}"
            shutil.copytree(CARAVAN, copy)
            told.append(damage(copy, seed))
        assert told[0] == told[1] and told[0]
        same = subprocess.run(["diff", "-r", "--no-dereference", str(folder / f"a{seed}"), str(folder / f"b{seed}")], capture_output=True)
        assert same.returncode == 0, same.stdout
        kinds.update(told[0])
    assert len(kinds) > 15


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
