"""Damaged copies of a study, each made from a number: what editors, spreadsheets, disks and people do to files.

damage(folder, seed) alters the study in `folder` in place, one to three times, and returns what it did, a sentence each.
The same number makes the same damage.
"""
import os
import random
import shutil

POISON = ["", " ", "-1", "0", "-0", "1e308", "-1e308", "1e-320", "nan", "inf", "-inf", "abc", "99999999999999999999999", "0x10",
          "1,5", "1e999", "=1+1", "NO", "true", "null", "2020-13-45", "9999-12-31", "-2020", "KAZ", "XAL", "\"", "a\"b", "\u202e",
          "\u0430", "%s%n", "../../etc/passwd", "x" * 100_000, "1" * 400, "0." + "0" * 300 + "1", "1e-400", "+5", "5 ", "5%"]
YAML_LINES = ["\tx: 1", "a: &a [*a]", "? [1, 2]", "title: again", "- -", "key: !!binary x", "x: |", "<<: *none", "}", "{[", "%YAML 9.9",
              "---", "...", "x: " + "[" * 200, "\"unclosed", "measures:", "buckle: 2", "? ", ": :", "- id: x", "  close: [nowhere]",
              "base_year: 1e9", "discount_rate: .nan", "money: 0 USD", "horizon: -5"]


def study_files(folder):
    found = []
    for root, _, names in os.walk(folder):
        found += [os.path.join(root, name) for name in names if name.endswith((".csv", ".yaml"))]
    return sorted(found)


def lines_of(path):
    with open(path, "rb") as file:
        return file.read().split(b"\n")


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def cut(chance, path, _):
    data = b"\n".join(lines_of(path))
    at = chance.randrange(len(data) + 1)
    write(path, data[:at])
    return f"cut at byte {at}"


def drop_line(chance, path, _):
    lines = lines_of(path)
    at = chance.randrange(len(lines))
    write(path, b"\n".join(lines[:at] + lines[at + 1:]))
    return f"without line {at + 1}"


def repeat_line(chance, path, _):
    lines = lines_of(path)
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines) + 1)
    write(path, b"\n".join(lines[:to] + [lines[at]] + lines[to:]))
    return f"line {at + 1} again before line {to + 1}"


def swap_lines(chance, path, _):
    lines = lines_of(path)
    a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    write(path, b"\n".join(lines))
    return f"lines {a + 1} and {b + 1} swapped"


def with_cells(chance, path, change):
    """Lets change(row, column) alter the cells of a random row; cells are what lies between commas, quotes or not."""
    lines = lines_of(path)
    at = chance.randrange(len(lines))
    cells = lines[at].split(b",")
    column = chance.randrange(len(cells))
    told = change(cells, column)
    lines[at] = b",".join(cells)
    write(path, b"\n".join(lines))
    return f"line {at + 1}, cell {column + 1}: {told}"


def poison_cell(chance, path, _):
    poison = chance.choice(POISON)

    def change(cells, column):
        cells[column] = poison.encode("utf-8")
        return f"{poison[:30]!r} ({len(poison)} characters)"
    return with_cells(chance, path, change)


def scale_cell(chance, path, _):
    factor = chance.choice([-1.0] + 4 * [0.0]) or 10.0 ** chance.randint(-4, 4) * chance.choice([1.0, 1.0, 1e8, 1e-8])

    def change(cells, column):
        for shift in range(len(cells)):
            at = (column + shift) % len(cells)
            try:
                value = float(cells[at])
            except ValueError:
                continue
            cells[at] = repr(value * factor).encode("ascii")
            return f"times {factor:g} at cell {at + 1}"
        return "no number to scale"
    return with_cells(chance, path, change)


def swap_cells(chance, path, _):
    def change(cells, column):
        other = chance.randrange(len(cells))
        cells[column], cells[other] = cells[other], cells[column]
        return f"swapped with cell {other + 1}"
    return with_cells(chance, path, change)


def drop_cell(chance, path, _):
    def change(cells, column):
        del cells[column]
        return "dropped"
    return with_cells(chance, path, change)


def drop_column(chance, path, _):
    lines = [line.split(b",") for line in lines_of(path)]
    column = chance.randrange(len(lines[0]))
    write(path, b"\n".join(b",".join(cells[:column] + cells[column + 1:]) for cells in lines))
    return f"without column {column + 1}"


def flip_bytes(chance, path, _):
    data = bytearray(b"\n".join(lines_of(path)))
    if not data:
        return "empty already"
    places = [chance.randrange(len(data)) for _ in range(chance.randint(1, 5))]
    for place in places:
        data[place] = chance.randrange(256)
    write(path, bytes(data))
    return f"bytes {places} anew"


def encode(chance, path, _):
    data = b"\n".join(lines_of(path))
    text = data.decode("utf-8", "replace")
    name = chance.choice(["utf-16", "utf-32", "latin-1", "utf-8-sig", "crlf", "cr", "semicolon", "nul", "tab"])
    if name in ("utf-16", "utf-32", "latin-1", "utf-8-sig"):
        data = text.encode(name, "replace")
    elif name == "nul":
        at = chance.randrange(len(data) + 1)
        data = data[:at] + b"\0" + data[at:]
    else:
        old, new = {"crlf": (b"\n", b"\r\n"), "cr": (b"\n", b"\r"), "semicolon": (b",", b";"), "tab": (b",", b"\t")}[name]
        data = data.replace(old, new)
    write(path, data)
    return f"as {name}"


def insert_line(chance, path, _):
    lines = lines_of(path)
    line, at = chance.choice(YAML_LINES), chance.randrange(len(lines) + 1)
    write(path, b"\n".join(lines[:at] + [line.encode("utf-8")] + lines[at:]))
    return f"{line[:30]!r} before line {at + 1}"


def remove(chance, path, _):
    os.unlink(path)
    return "removed"


def make_empty(chance, path, _):
    write(path, b"")
    return "empty"


def make_folder(chance, path, _):
    os.unlink(path)
    os.mkdir(path)
    return "a folder"


def make_loop(chance, path, _):
    os.unlink(path)
    os.symlink(os.path.basename(path), path)
    return "a link to itself"


def take_another(chance, path, folder):
    other = chance.choice(study_files(folder))
    if other != path:
        shutil.copyfile(other, path)
    return f"contents of {os.path.relpath(other, folder)}"


def grow(chance, path, _):
    lines = lines_of(path)
    at = chance.randrange(len(lines))
    write(path, b"\n".join(lines + [lines[at]] * 2000))
    return f"line {at + 1} two thousand times more"


KINDS = ([poison_cell] * 8 + [scale_cell] * 8 + [swap_cells] * 3 + [drop_cell] * 2 + [cut] * 3 + [drop_line] * 4 + [repeat_line] * 2 +
         [swap_lines] * 2 + [drop_column] * 2 + [flip_bytes] * 4 + [encode] * 3 + [insert_line] * 2 + [take_another] * 2 +
         [remove, make_empty, make_folder, make_loop, grow])


# Every other number leaves the form alone and makes figures wrong, so that the solvers get their share.
FIGURES = [scale_cell] * 8 + [swap_lines, drop_line]


def damage(folder, seed):
    chance = random.Random(seed)
    kinds = FIGURES if seed % 2 else KINDS
    done = []
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        files = study_files(folder)
        files = [path for path in files if os.path.isfile(path)]
        if not files:
            break
        path = chance.choice(files)
        kind = chance.choice(kinds)
        done.append(f"{os.path.relpath(path, folder)}: {kind(chance, path, folder)}")
    return done
