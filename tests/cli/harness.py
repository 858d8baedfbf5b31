"""What every test of the command line needs: the program, studies to spoil, and TAP on standard output.

A test is a function whose name begins with test_ and which raises if the program does not do what its name says.  Its
argument is an empty folder of its own, in which the program runs; the cache of base years is shared by the tests of a file.
"""
import csv
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import traceback

ROOT = pathlib.Path(os.environ.get("BUCKLE_ROOT", pathlib.Path(__file__).resolve().parents[2]))
PROGRAM = os.environ.get("BUCKLE", str(ROOT / "build" / "buckle"))
SILKROAD = ROOT / "studies" / "silkroad"
CARAVAN = ROOT / "studies" / "caravan"
SHARED = pathlib.Path(os.environ.get("BUCKLE_SHARED", ROOT.parent / "shared")) / "data"


class Skip(Exception):
    """Raised by a test that cannot be made here; its message says why."""


class Answer:
    def __init__(self, done):
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr

    def json(self):
        """The answer in the one object on standard output, without the manifest of what it was made from."""
        found = self.whole()
        found.pop("manifest", None)
        return found

    def whole(self):
        """The one object on standard output: no second one, no NaN."""
        def refuse(name):
            raise AssertionError(f"{name} is not JSON")
        found = json.loads(self.out, parse_constant=refuse)
        assert isinstance(found, dict), "standard output is not one object"
        for number in numbers_in(found):
            assert math.isfinite(number), "a number is not finite"
        return found


def numbers_in(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from numbers_in(item)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value


_cache = None


def environment(**more):
    env = {"PATH": os.environ["PATH"], "HOME": _cache, "BUCKLE_CACHE": _cache, "LC_ALL": "C.UTF-8"}
    for name in ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    env.update(more)
    return env


def buckle(folder, *arguments, env=None, **options):
    """Run the program in `folder` and wait for it."""
    command = [PROGRAM] + [str(argument) for argument in arguments]
    return Answer(subprocess.run(command, cwd=folder, env=environment(**(env or {})), capture_output=True, text=True,
                                 timeout=3000, **options))


def expect(answer, status, *, out=(), err=()):
    """The exit status, and words that standard output and standard error must hold."""
    assert answer.status == status, f"exit status {answer.status}, not {status}\n{answer.out}\n{answer.err}"
    for word in [out] if isinstance(out, str) else out:
        assert word in answer.out, f"no {word!r} in standard output:\n{answer.out}"
    for word in [err] if isinstance(err, str) else err:
        assert word in answer.err, f"no {word!r} on standard error:\n{answer.err}"
    return answer


def copy_of(study, folder):
    """A copy of a study that a test may spoil; facts/ is not read by a run and stays behind."""
    target = folder / study.name
    shutil.copytree(study, target, ignore=shutil.ignore_patterns("facts"))
    return target


def edit(path, change):
    """Let change(rows) alter the rows (a list of dicts) of a CSV file, in place or by returning others."""
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, names = list(reader), reader.fieldnames
    rows = change(rows) or rows
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, f"no {old!r} in {path}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def column_of(path, row_number, name):
    """The 1-based column, in characters, at which a cell of an unquoted row begins; row 1 is the header."""
    lines = path.read_text(encoding="utf-8").splitlines()
    index = lines[0].split(",").index(name)
    return len(",".join(lines[row_number - 1].split(",")[:index])) + (2 if index else 1)


def files_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def main(module):
    """Run the tests of a module and report them."""
    global _cache
    tests = [(name, value) for name, value in vars(module).items() if name.startswith("test_") and callable(value)]
    print(f"1..{len(tests)}", flush=True)
    failures = 0
    with tempfile.TemporaryDirectory(prefix="buckle-test-") as cache:
        _cache = cache
        for number, (name, test) in enumerate(tests, 1):
            sentence = name.removeprefix("test_")
            with tempfile.TemporaryDirectory(prefix="buckle-test-") as folder:
                try:
                    test(pathlib.Path(folder))
                    print(f"ok {number} - {sentence}", flush=True)
                except Skip as skip:
                    print(f"ok {number} - {sentence} # SKIP {skip}", flush=True)
                except Exception:
                    failures += 1
                    print(f"not ok {number} - {sentence}", flush=True)
                    for line in traceback.format_exc().splitlines():
                        print(f"# {line}", flush=True)
    return 1 if failures else 0
