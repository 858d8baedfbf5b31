#!/usr/bin/env python3
"""Write the files of the page as C arrays, compressed: embed_assets.py OUTPUT.c FOLDER

FOLDER is what the build of web/ leaves (web/dist).  Without it, or without index.html in it, the list is empty and the
server says how to build the page.  The output is written anew only if it changes, so that nothing is linked in vain.
"""
import gzip
import hashlib
import pathlib
import re
import sys

TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon",
    ".json": "application/json", ".geojson": "application/json", ".map": "application/json", ".woff2": "font/woff2",
    ".wasm": "application/wasm", ".webmanifest": "application/manifest+json", ".txt": "text/plain; charset=utf-8",
}
FIT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


def files_of(folder):
    """(path, bytes) of each file, in order; nothing if there is no page."""
    if not (folder / "index.html").is_file():
        return []
    files = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or path.suffix == ".gz":
            continue
        if not FIT.fullmatch(name):
            raise SystemExit(f"{path}: a name of letters, digits, '.', '_' and '-' is needed")
        if path.suffix not in TYPES:
            raise SystemExit(f"{path}: no media type is known for {path.suffix!r}; add it to {__file__}")
        files.append((name, path.read_bytes()))
    return files


def array(symbol, data):
    rows = [", ".join(str(byte) for byte in data[i:i + 32]) for i in range(0, len(data), 32)]
    return f"static const unsigned char {symbol}[] = {{\n    " + ",\n    ".join(rows) + "};\n"


def source(files):
    parts = ["/* Made by tools/embed_assets.py. */\n#include \"server/assets.h\"\n\n"]
    entries = []
    for i, (name, data) in enumerate(files):
        packed = gzip.compress(data, compresslevel=9, mtime=0)
        etag = hashlib.sha256(data).hexdigest()[:32]
        parts.append(array(f"file_{i}", packed))
        kind = TYPES[pathlib.PurePosixPath(name).suffix]
        entries.append(f'    {{"{name}", "{kind}", "\\"{etag}\\"", file_{i}, sizeof file_{i}}},\n')
    entries = entries or ['    {"", "", "", 0, 0},\n']
    parts.append("\nconst bki_asset bki_assets[] = {\n" + "".join(entries) + "};\n")
    parts.append(f"const size_t bki_asset_count = {len(files)};\n")
    return "".join(parts)


def main(output, folder):
    text = source(files_of(pathlib.Path(folder)))
    path = pathlib.Path(output)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
