#!/usr/bin/env python3
"""The Python package as a page, from its own docstrings: docs/reference/python-api.md.

    python3 tools/python_page.py . > docs/reference/python-api.md

A test compares the two.  It reads the modules and does not import them, so that it needs no library.
"""
import ast
import inspect
import pathlib
import re
import sys
import textwrap

HEAD = """# The Python package

Made by `tools/python_page.py` from the docstrings of [`python/buckle`](../../python/buckle/__init__.py), whose words these are.
[From Python, in five minutes](../how-to/from-python.md) shows them at work. A `Path` is a text or an `os.PathLike`, a `Scenario` a name, the path of a file
or a dict, `Progress` what `buckle.open` says of `progress`. Shapes stand in brackets: [rows] is one number a row.
"""
SECTIONS = ("Args:", "Returns:", "Raises:", "Attributes:")
ENTRY = re.compile(r"^([\w, ]+): (.*)", re.DOTALL)


def definitions(root):
    """The classes and functions of the package by name, and its public names in order."""
    found, public = {}, []
    for path in sorted((pathlib.Path(root) / "python" / "buckle").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                found[node.name] = node
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                public = ast.literal_eval(node.value)
    return found, public


def entries(lines):
    """Items of a section, each with its lines of continuation, joined."""
    items = []
    for line in lines:
        if line.startswith(" ") and items:
            items[-1] += " " + line.strip()
        else:
            items.append(line.strip())
    return items


def section(title, lines):
    """Markdown of "Args:" and the like."""
    out = [f"*{title.rstrip(':')}*", ""]
    items = entries(inspect.cleandoc("\n".join(lines)).splitlines())
    if title == "Returns:":
        return out + [" ".join(items)]
    for item in items:
        named = ENTRY.match(item)
        out.append(f"- `{named.group(1)}`: {named.group(2)}" if named else f"- {item}")
    return out


def words(node):
    """Markdown of a docstring."""
    out, part, title = [], [], None

    def close():
        if part and any(line.strip() for line in part):
            out.extend(section(title, part) if title else part)
            out.append("")
        part.clear()
    for line in (ast.get_docstring(node) or "").replace("``", "`").splitlines():
        if line in SECTIONS:
            close()
            title = line
        else:
            part.append(line)
    close()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip()


def signature(node, name):
    """The call, without self, as it is written, as a block."""
    arguments = re.sub(r"^self(, )?", "", ast.unparse(node.args))
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return "```python\n" + "\n".join(textwrap.wrap(f"{name}({arguments}){returns}", 118, subsequent_indent="    ")) + "\n```"


def is_property(node):
    return any(ast.unparse(each) == "property" for each in node.decorator_list)


def describe(node, name):
    """A class with its methods, or a function."""
    if isinstance(node, ast.FunctionDef):
        return [f"## `buckle.{name}`", signature(node, "buckle." + name), words(node)]
    bases = ", ".join(ast.unparse(base) for base in node.bases)
    out = [f"## class `buckle.{name}{f'({bases})' if bases else ''}`", words(node)]
    for each in node.body:
        if isinstance(each, ast.FunctionDef) and not each.name.startswith("_"):
            called = [] if is_property(each) else [signature(each, f"{name.lower()}.{each.name}")]
            out += [f"### `{name}.{each.name}`", *called, words(each)]
    return out


def page(root):
    found, public = definitions(root)
    functions = [name for name in public if isinstance(found.get(name), ast.FunctionDef)]
    classes = [name for name in public if isinstance(found.get(name), ast.ClassDef)]
    parts = [HEAD.strip()]
    for name in functions + sorted(classes, key=lambda name: (name != "Study", name)):
        parts += describe(found[name], name)
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page(sys.argv[1] if len(sys.argv) > 1 else "."))
