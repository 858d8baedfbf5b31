#!/usr/bin/env python3
"""The stable C interface as a page, from the declarations and comments of buckle/api.h: docs/reference/c-declarations.md.

    python3 tools/c_page.py . > docs/reference/c-declarations.md

A test compares the two.
"""
import pathlib
import re
import sys

HEAD = """# C declarations

Made by `tools/c_page.py` from [`include/buckle/api.h`](../../include/buckle/api.h), whose words these are. [The C library](c-api.md) says what goes with what.
"""
SECTION = re.compile(r"/\* -{4} (.+?) -{4,}\s*\*/\n", re.DOTALL)
COMMENT = re.compile(r"/\*(.*?)\*/\n", re.DOTALL)
PLUMBING = re.compile(r"#ifdef (?:__GNUC__|__cplusplus).*?#endif\n|#ifndef BUCKLE_API_H\n|#define BUCKLE_API_H\n|#include [^\n]*\n", re.DOTALL)


def prose(comment):
    """The words of a comment that has lines of its own, as paragraphs."""
    lines = [re.sub(r"^\s*\*? ?", "", line) for line in comment.strip().splitlines()]
    return "\n\n".join(" ".join(part.split()) for part in "\n".join(lines).split("\n\n"))


def pieces(text):
    """Comments on lines of their own and the declarations between them, in order, as (kind, text)."""
    at = 0
    while at < len(text):
        comment = COMMENT.match(text, at)
        end = text.find("\n", at) + 1 or len(text)
        if comment:
            yield "prose", prose(comment.group(1))
            at = comment.end()
        elif text[at:end].strip():
            yield "code", re.sub(rf"^BUCKLE_API |^ {{{len('BUCKLE_API ')}}}(?= {{10}})", "", text[at:end]).rstrip()
            at = end
        else:
            yield "gap", ""
            at = end


def body(text):
    """Markdown of a section: paragraphs, and blocks of the declarations that follow them."""
    out, code = [], []

    def close():
        if code:
            out.append("```c\n" + "\n".join(code) + "\n```")
            code.clear()
    for kind, piece in pieces(text):
        if kind == "code":
            code.append(piece)
        elif kind == "prose":
            close()
            out.append(piece)
        elif code and "{" not in "".join(code) or "".join(code).count("{") == "".join(code).count("}"):
            close()
    close()
    return "\n\n".join(out)


def heading(title):
    """`columns: read in place` as a heading and a sentence."""
    name, _, rest = title.partition(": ")
    return f"## {name.capitalize()}" + (f"\n\n{rest[0].upper()}{rest[1:]}." if rest else "")


def page(root):
    header = (pathlib.Path(root) / "include" / "buckle" / "api.h").read_text(encoding="utf-8")
    text = PLUMBING.sub("", header).rsplit("#endif", 1)[0]
    parts = SECTION.split(text)
    sections = [body(parts[0])] + [f"{heading(title)}\n\n{body(rest)}" for title, rest in zip(parts[1::2], parts[2::2])]
    return HEAD + "\n" + "\n\n".join(sections) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page(sys.argv[1] if len(sys.argv) > 1 else "."))
