"""The gallery shows what buckle draws: its figures are drawn again (BUCKLE_LONG), and the comparison sees what it is there to see."""
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from harness import PROGRAM, ROOT, main  # noqa: E402

sys.path.insert(0, str(ROOT / "tools"))
import gallery  # noqa: E402

PICTURES = ROOT / "docs" / "images" / "gallery"


def draw_again(_):
    done = subprocess.run([sys.executable, ROOT / "tools" / "gallery.py", PROGRAM, ROOT, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


if os.environ.get("BUCKLE_LONG"):  # a minute of one processor
    test_the_figures_are_those_that_are_drawn = draw_again


def test_the_page_and_the_pictures_belong_together(_):
    figures = {name: (PICTURES / f"{name}.svg").read_text(encoding="utf-8") for name, _, _ in gallery.FIGURES}
    assert not list(gallery.check(ROOT, figures))
    assert sorted(path.stem for path in PICTURES.iterdir()) == sorted(figures)


def test_a_bar_that_moved_is_seen(_):
    old = (PICTURES / "worth-projects.svg").read_text(encoding="utf-8")
    last = list(re.finditer(r"\d+\.\d+", old[:old.rindex("</svg>")]))[-1]
    moved = old[:last.start()] + str(float(last.group()) + 2.0) + old[last.end():]
    assert list(gallery.faults_in("worth-projects", old, moved)) == ["worth-projects: shapes 2.0 points from where they were"]
    assert "worth-projects: another title" in gallery.faults_in("worth-projects", old, old.replace("<title>", "<title>Not ", 1))
    assert not list(gallery.faults_in("worth-projects", old, old))


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
