#!/usr/bin/env python3
"""What cffi is told of libbuckle, from buckle/api.h: python/buckle/_declarations.py.

    python3 tools/python_declarations.py . > python/buckle/_declarations.py

A test compares the two.
"""
import pathlib
import re
import sys

HEAD = '''"""The declarations of include/buckle/api.h for cffi, made by tools/python_declarations.py; not to be edited."""

ABI = {abi}

DECLARATIONS = """\\
{text}"""
'''


def declarations(header):
    """The C of a header without comments, directives and decoration."""
    text = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    text = re.sub(r"#ifdef __cplusplus.*?#endif", "", text, flags=re.DOTALL)
    text = re.sub(r"^[ \t]*#.*$", "", text, flags=re.MULTILINE)
    text = text.replace("BUCKLE_API ", "")
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line)


def module(root):
    header = (pathlib.Path(root) / "include" / "buckle" / "api.h").read_text(encoding="utf-8")
    abi = re.search(r"^#define BUCKLE_ABI (\d+)", header, re.MULTILINE).group(1)
    return HEAD.format(abi=abi, text=declarations(header))


if __name__ == "__main__":
    sys.stdout.write(module(sys.argv[1] if len(sys.argv) > 1 else "."))
