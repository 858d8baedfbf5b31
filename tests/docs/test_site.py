"""The documentation as a site: Sphinx builds it without a warning, every page can be reached, and nothing is loaded from elsewhere."""
import html.parser
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from harness import ROOT, Skip, main  # noqa: E402

LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}  # an `a` is followed, not loaded


class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.loaded, self.links = [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"].partition("#")[0])
        elif attributes.get(LOADS.get(tag)):
            self.loaded.append(attributes[LOADS[tag]])


def build(folder):
    sphinx = shutil.which("sphinx-build")
    if not sphinx:
        raise Skip("no sphinx-build here")
    parts = subprocess.run([sphinx, "-q", "-b", "dummy", "-C", "-D", "extensions=myst_parser", "-D", "html_theme=furo", str(folder),
                            str(folder / "none")], capture_output=True, text=True)
    if "Could not import extension" in parts.stderr or "no theme named" in parts.stderr:
        raise Skip("no myst_parser or furo here")
    site = folder / "site"
    done = subprocess.run([sphinx, "-W", "--keep-going", "-q", "-b", "html", str(ROOT / "docs"), str(site)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return site


def test_the_site_is_built_without_a_warning_and_holds_every_page(folder):
    site = build(folder)
    pages = sorted(path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md"))
    assert len(pages) > 50
    menu = Page(site / "index.html").links
    for page in pages:
        assert (site / page).exists(), f"no {page}"
        assert page.name == "index.html" or page.as_posix() in menu, f"{page} is not in the menu"
    for path in site.rglob("*.html"):
        for target in Page(path).loaded:
            assert ":" not in target and not target.startswith("//"), f"{path} loads {target}"
            assert (path.parent / re.split("[?#]", target)[0]).exists(), f"{path} loads {target}, which is not there"


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
