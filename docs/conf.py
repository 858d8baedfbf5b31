"""The documentation as a site: `./dev docs` calls Sphinx with this file, and any warning is an error.

The pages are plain Markdown, which any forge shows as they are, so nothing of Sphinx stands in them: the table of contents is read
from the links of index.md, and links to files of the project outside docs/ become copies to download.  Formulas are plain text.
"""
import pathlib
import re

from pygments.lexers.special import TextLexer

ROOT = pathlib.Path(__file__).resolve().parents[1]

project = "buckle"
version = release = re.search(r"^\s*version: '([^']+)'", (ROOT / "meson.build").read_text(encoding="utf-8"), re.MULTILINE).group(1)
extensions = ["myst_parser"]
exclude_patterns = ["_build"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = "buckle"
html_copy_source = False
html_use_index = False
html_show_copyright = False

SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
PAGE = re.compile(r"\[([^\]`]+)\]\((\.\./[^)#:]+\.md)\)")
LINK = re.compile(r"\]\(([\w/-]+)\.md\)")


def contents(text):
    """A hidden toctree for each section of index.md: the pages it links to, then those of their folders that no section does."""
    parts = SECTION.split(text)
    everywhere = set(LINK.findall(text))
    for caption, body in zip(parts[1::2], parts[2::2]):
        pages = list(dict.fromkeys(LINK.findall(body)))
        for folder in sorted({page.rpartition("/")[0] for page in pages if "/" in page}):
            others = (f"{folder}/{path.stem}" for path in (ROOT / "docs" / folder).glob("*.md"))
            pages += sorted(page for page in others if page not in everywhere)
        yield "\n```{toctree}\n:hidden:\n:caption: " + caption + "\n\n" + "\n".join(pages) + "\n```\n"


def download(app, name, match):
    """A link to a page of Markdown outside docs/, which is no page of the site, becomes one to a copy of the file."""
    text, target = match.groups()
    path = (pathlib.Path(app.srcdir) / name).parent / target
    inside = path.resolve().is_relative_to(app.srcdir)
    return match.group() if inside else f"{{download}}`{text} <{target}>`"


def prepare(app, name, source):
    if name == "index":
        source[0] += "".join(contents(source[0]))
    source[0] = PAGE.sub(lambda match: download(app, name, match), source[0])


def setup(app):
    app.connect("source-read", prepare)
    app.add_lexer("csv", TextLexer)
