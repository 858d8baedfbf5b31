"""Every command of the tutorials runs, and prints what the tutorial says it prints."""
import sys

from harness import ROOT, main
from pages import follow


def run_all_of(page, folder):
    assert follow(page, folder) > 0


for _page in sorted((ROOT / "docs" / "tutorials").glob("*.md")):
    globals()[f"test_{_page.stem.replace('-', '_')}_can_be_followed"] = lambda folder, page=_page: run_all_of(page, folder)


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
