"""The commands of the how-to pages run as they stand there, and print what the pages show.

Those on the built-in study are run by the long tests (BUCKLE_LONG), those in LEFT_OUT not at all, for the reason beside them.
"""
import os
import sys

from harness import ROOT, main
from pages import FORM, blocks, follow, follow_shown, shown

LONG = bool(os.environ.get("BUCKLE_LONG"))
LEFT_OUT = {  # (page, words of the block): why it is not run
    ("brief", "buckle brief"): "some minutes; tests/cli/test_brief.py, and the page docs/validation/brief-kazakhstan.md",
    ("fit-to-what-was-seen", "--log trips.csv"): "the log is the reader's; tests/cli/test_calibrate.py",
    ("from-python", "pip install"): "tests/python/test_package.py",
    ("how-sure", "--draws 1024"): "some minutes; tests/cli/test_stress.py",
    ("how-sure", "mpirun"): "sixteen machines; tests/cli/test_mpi.py",
    ("import-a-map", "buckle import osm"): "the extract is the reader's; tests/cli/test_import_osm.py",
    ("many-machines", ""): "machines of a cluster; tests/cli/test_mpi.py, test_stress.py and test_pivot.py",
    ("results-elsewhere", "createdb"): "a server of PostgreSQL; tests/cli/test_postgis.py",
    ("rival-tolls", "buckle pivot"): "some minutes; tests/cli/test_pivot.py",
    ("think-in-the-browser", ""): "a server; tests/cli/test_serve.py",
    ("think-on-the-map", ""): "a server; tests/cli/test_serve.py",
    ("verify-a-result", "before.gpkg"): "the reader's own results; tests/cli/test_verify.py",
    ("what-to-build", "studies/silkroad"): "some minutes; tests/cli/test_invest.py",
    ("who-is-pivotal", "--bypass"): "some minutes; tests/cli/test_pivot.py",
}


def left_out(page, text):
    return any(name == page.stem and words in text for name, words in LEFT_OUT)


def wanted(page, text):
    return not left_out(page, text) and ("studies/silkroad" in text) == LONG


def follow_how_to(page, folder):
    follow(page, folder, lambda text: wanted(page, text))


def pages():
    return sorted((ROOT / "docs" / "how-to").glob("*.md"))


for _page in pages():
    if any(kind == "sh" and not FORM.search(text) and wanted(_page, text) for kind, text in blocks(_page)):
        globals()[f"test_{_page.stem.replace('-', '_')}_can_be_followed"] = lambda folder, page=_page: follow_how_to(page, folder)


if LONG:  # what is shown elsewhere is of the built-in study
    for _page in [ROOT / "README.md", *sorted((ROOT / "docs" / "explanation").glob("*.md"))]:
        if any(shown(_page)):
            globals()[f"test_{_page.stem.replace('-', '_')}_shows_what_is_printed"] = lambda folder, page=_page: follow_shown(page, folder)


def test_what_is_left_out_is_still_there(_):
    for name, words in LEFT_OUT:
        page = ROOT / "docs" / "how-to" / f"{name}.md"
        assert any(kind == "sh" and words in text for kind, text in blocks(page)), f"{name}: no block with {words!r}: take it off the list"


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
