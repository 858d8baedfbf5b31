#!/usr/bin/env python3
"""Refuse a link of a document to a file that is not there."""
import pathlib
import re
import sys

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def documents(root):
    yield from sorted(root.glob("*.md"))
    for folder in ("docs", "studies", "tests"):
        yield from sorted((root / folder).rglob("*.md"))


def main(root):
    root = pathlib.Path(root)
    n_links, faults = 0, []
    for path in documents(root):
        for target in LINK.findall(FENCE.sub("", path.read_text(encoding="utf-8"))):
            if ":" in target:
                continue # another site
            n_links += 1
            if not (path.parent / target).exists():
                faults.append(f"{path}: links to {target}, which does not exist")
    print("\n".join(faults) if faults else f"{n_links} links lead somewhere")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "."))
