"""Every block of the page on Python runs, and prints what the page says it prints; so does the notebook."""
import contextlib
import io
import os
import pathlib
import re
import subprocess
import sys

import pytest

import buckle
from buckle import _study
from buckle._library import ffi, lib
from conftest import ROOT

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BASE_YEAR = "study.run(control)"  # the block that needs it
PAGE = ROOT / "docs" / "how-to" / "from-python.md"
NOTEBOOK = ROOT / "docs" / "how-to" / "from-python.ipynb"


def test_the_page_can_be_followed(monkeypatch, cache):
    pytest.importorskip("pandas")
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("BUCKLE_CACHE", str(cache))
    names, printed, n_compared = {}, "", 0
    for kind, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "python" and BASE_YEAR in text and not os.environ.get("BUCKLE_LONG"):
            printed = None  # some twenty seconds of one processor: for the long tests
        elif kind == "python":
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(text, str(PAGE), "exec"), names)
            printed = out.getvalue()
        elif kind == "text" and printed is not None:
            assert printed == text
            n_compared += 1
    assert n_compared >= 4


def test_the_notebook_runs(cache, monkeypatch):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    monkeypatch.setenv("BUCKLE_CACHE", str(cache))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(pathlib.Path(buckle.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert all(not cell.get("outputs") for cell in notebook.cells), "outputs are not kept: they would grow old"
    nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}).execute()
    last = notebook.cells[-1]
    assert any("holds" in output.get("text", "") for output in last.outputs), last.outputs


def test_the_reference_is_made_from_the_docstrings():
    made = subprocess.run([sys.executable, ROOT / "tools" / "python_page.py", ROOT], capture_output=True, check=True, text=True)
    assert made.stdout == (ROOT / "docs" / "reference" / "python-api.md").read_text(encoding="utf-8"), \
        "python3 tools/python_page.py . > docs/reference/python-api.md"


def questions():
    """(question, of, options, tables) as c-api.md has them."""
    text = (ROOT / "docs" / "reference" / "c-api.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (study|files) \| (.*?) \| (.*?) \|$", text, re.MULTILINE)
    return [(name, of, re.findall(r"[\w-]+", re.sub(r"\(.*?\)|\".*?\"", "", options)), tables) for name, of, options, tables in rows]


@pytest.mark.parametrize("question, of, options", [row[:3] for row in questions()])
def test_the_options_that_the_c_library_is_said_to_take_are_taken(caravan, question, of, options):
    """Asked with all of them, and one that is none, it says that it does not know the last, and of no other."""
    words = [word for word in options if word not in ("or", "and")]
    assert words
    study = caravan._handle if of == "study" else ffi.NULL
    with pytest.raises(buckle.Error) as caught:
        _study._ask(caravan._engine, study, question, {**{word: "0" for word in words}, "no-such": "0"})
    unknown = [fault.message for fault in caught.value.faults if "has no option" in fault.message]
    assert unknown == [f"{question} has no option 'no-such'"], caught.value.faults


def test_every_question_stands_in_the_reference():
    names, n = set(), 0
    while (name := lib.buckle_question_name(n)) != ffi.NULL:
        names.add(ffi.string(name).decode())
        n += 1
    assert names == {row[0] for row in questions()}


def test_the_page_names_every_method():
    page = PAGE.read_text(encoding="utf-8")
    for name, value in vars(buckle.Study).items():
        if callable(value) and not name.startswith("_") and name != "add":
            assert f"study.{name}(" in page, name
