"""The documentation as a site: `./dev docs` calls Sphinx with this file, and any warning is an error.

The pages are plain Markdown, which any forge shows as they are, so nothing of Sphinx stands in them: the table of contents is read
from the links of index.md, and links to files of the project outside docs/ become copies to download.  Formulas are plain text.
"""
import pathlib
import re

from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound

ROOT = pathlib.Path(__file__).resolve().parents[1]

project = "buckle"
version = release = re.search(r"^\s*version: '([^']+)'", (ROOT / "meson.build").read_text(encoding="utf-8"), re.MULTILINE).group(1)
extensions = ["myst_parser"]
exclude_patterns = ["_build"]
myst_heading_anchors = 4
suppress_warnings = ["misc.highlighting_failure"]  # an example may leave something out, as JSON does not
html_theme = "furo"
html_title = "buckle"
html_copy_source = False
html_use_index = False
html_show_copyright = False

SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
ELSEWHERE = re.compile(r"\[([^\]`]+)\]\(([^)#:]+(?:\.md|/|/[\w-]+))\)")
LANGUAGE = re.compile(r"^```(\w+)$", re.MULTILINE)
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


def lead(app, name, match):
    """A link to a page of Markdown outside docs/, which is no page of the site, becomes one to a copy of the file; one to a folder, text."""
    text, target = match.groups()
    path = (pathlib.Path(app.srcdir) / name).parent / target
    if path.is_dir():
        return f"{text} (`{target}`)"
    outside = path.suffix == ".md" and not path.resolve().is_relative_to(app.srcdir)
    return f"{{download}}`{text} <{target}>`" if outside else match.group()


def know(app, language):
    """Languages that are not highlighted, such as csv, are text."""
    try:
        get_lexer_by_name(language)
    except ClassNotFound:
        app.add_lexer(language, TextLexer)


def prepare(app, name, source):
    if name == "index":
        source[0] += "".join(contents(source[0]))
    source[0] = ELSEWHERE.sub(lambda match: lead(app, name, match), source[0])
    for language in set(LANGUAGE.findall(source[0])):
        know(app, language)


def setup(app):
    app.connect("source-read", prepare)
