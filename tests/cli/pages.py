"""Follows a page of the documentation as a reader would: its commands and scripts run one after the other in an empty folder that
has buckle in its path and the studies beside it, and print what the page says they print.

`sh` and `python` blocks are run.  The lines of the `text` block after one must stand in what it printed; `...` stands for whatever
a page leaves out.
"""
import os
import re
import shutil
import subprocess
import sys

from harness import PROGRAM, ROOT, Skip, environment

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FORM = re.compile(r"\b(STUDY|FOLDER|FILE|RESULT)\b|\[--")  # an example of a command's form, not a command
IMPORT = re.compile(r"^import (\w+)$", re.MULTILINE)


def blocks(page):
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def python_with(packages):
    """A Python that has the packages, or None.  Debian's are for /usr/bin/python3, whatever python3 is first in the path."""
    for python in (sys.executable, "/usr/bin/python3"):
        if os.path.exists(python) and subprocess.run([python, "-c", "import " + ", ".join(packages)], capture_output=True).returncode == 0:
            return python
    return None


def prepare(folder):
    (folder / "bin").mkdir()
    (folder / "bin" / "buckle").symlink_to(PROGRAM)
    (folder / "docs").symlink_to(ROOT / "docs")
    shutil.copytree(ROOT / "studies", folder / "studies", ignore=shutil.ignore_patterns("facts"))
    env = environment()
    env["PATH"] = f"{folder / 'bin'}{os.pathsep}{env['PATH']}"
    return env


def command_of(kind, text):
    if kind == "sh":
        return ["sh", "-e", "-c", text]
    python = python_with(IMPORT.findall(text))
    return [python, "-c", text] if python else None


def compare(expected, printed):
    """Blanks are compared as one, since a page may show fewer columns or rows than a table was laid out for."""
    seen = [" ".join(line.split()) for line in printed.splitlines()]
    for line in expected.splitlines():
        parts = [re.escape(" ".join(part.split())) for part in line.split("...")]
        pattern = re.compile(" ?.* ?".join(parts))
        assert any(pattern.fullmatch(other) for other in seen), f"not printed: {line}\nbut:\n{printed}"


def follow(page, folder, wanted=lambda text: True):
    """Run the blocks of a page that are `wanted`; returns how many.  Skips at the end if a block wants packages that are not here."""
    env, printed, n_run, missing = prepare(folder), None, 0, []
    for kind, text in blocks(page):
        if kind in ("sh", "python"):
            printed = None
            if FORM.search(text) or not wanted(text):
                continue
            command = command_of(kind, text)
            if not command:
                missing += IMPORT.findall(text)
                continue
            done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=1800)
            assert done.returncode == 0, f"{text}\nended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
            printed, n_run = done.stdout, n_run + 1
        elif kind == "text" and printed is not None:
            compare(text, printed)
            printed = None
    if missing:
        raise Skip(f"no Python here has {', '.join(sorted(set(missing)))}; all else was run")
    return n_run


def shown(page):
    """Blocks without a language that show a command at `$ ` and what it prints, as (command, printed)."""
    for kind, text in blocks(page):
        if not kind and text.startswith("$ "):
            command, _, printed = text[2:].partition("\n")
            yield command, printed


def follow_shown(page, folder):
    """Run the commands that a page shows with their answer, and compare."""
    env = prepare(folder)
    for command, printed in shown(page):
        if FORM.search(command):
            continue
        done = subprocess.run(["sh", "-e", "-c", command.replace("build/buckle", "buckle")], cwd=folder, env=env, capture_output=True, text=True, timeout=1800)
        assert done.returncode == 0, f"{command}\nended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        compare("\n".join(line for line in printed.splitlines() if line.strip() != "..."), done.stdout)
