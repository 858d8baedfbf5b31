"""Pages that are made from the code say what the code says.  (Those that the program prints are compared in tests/cli.)"""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from harness import ROOT, main  # noqa: E402

sys.path.insert(0, str(ROOT / "tools"))
import c_page  # noqa: E402

HEADER = ROOT / "include" / "buckle" / "api.h"
PAGE = ROOT / "docs" / "reference" / "c-declarations.md"


def test_the_page_of_declarations_is_made_from_the_header(_):
    assert PAGE.read_text(encoding="utf-8") == c_page.page(ROOT), "python3 tools/c_page.py . > docs/reference/c-declarations.md"


def test_no_word_of_the_header_is_lost(_):
    """Every declared name and every word of a comment stands on the page."""
    text = re.sub(r"#ifdef (__GNUC__|__cplusplus).*?#endif", "", HEADER.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"^#(ifndef|define) BUCKLE_API(_H)?\b.*$|^#include.*$|^#endif$|BUCKLE_API ", "", text, flags=re.MULTILINE)
    page = PAGE.read_text(encoding="utf-8")
    missing = [word for word in re.findall(r"\w+", text) if word.lower() not in page.lower()]
    assert len(re.findall(r"\bbuckle_\w+\(", page)) > 60 and not missing, missing


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
