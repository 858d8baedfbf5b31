"""Results are opened, compared and made again; errors are explained."""
import contextlib
import hashlib
import json
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

from harness import CARAVAN, PROGRAM, ROOT, Skip, buckle, copy_of, edit, environment, expect, files_in, main


def result(folder, *more):
    """A copy of the small study, and its answer in both forms."""
    if not (folder / CARAVAN.name).exists():
        copy_of(CARAVAN, folder)
    answer = expect(buckle(folder, "run", "caravan", "--scenario", "closed-gate", "--out", "a.gpkg", "--format", "json",
                           *more), 0)
    (folder / "a.json").write_text(answer.out, encoding="utf-8")
    return answer.whole()


def test_an_answer_names_its_inputs_with_their_digests(folder):
    manifest = result(folder, "--threads", "2")["manifest"]
    assert manifest["program"].startswith("buckle 0."), manifest["program"]
    assert manifest["arguments"] == ["run", "caravan", "--scenario", "closed-gate"]
    named = {entry["file"] for entry in manifest["inputs"]}
    assert {"caravan/study.yaml", "caravan/network/link.csv", "caravan/scenarios/closed-gate.yaml"} <= named, named
    for entry in manifest["inputs"]:
        bytes_read = (folder / entry["file"]).read_bytes()
        assert entry["bytes"] == len(bytes_read) and entry["sha256"] == hashlib.sha256(bytes_read).hexdigest(), entry


def test_both_forms_are_confirmed(folder):
    result(folder)
    before = files_in(folder)
    for name in ("a.json", "a.gpkg"):
        answer = expect(buckle(folder, "verify", name, "--format", "json"), 0).json()
        assert answer["confirmed"] and answer["differing"] == 0 and answer["cells"] > 500 and answer["inputs"] > 20, name
        expect(buckle(folder, "verify", name), 0, out="Confirmed")
    assert files_in(folder) == before


def test_a_changed_input_is_named_and_nothing_computed(folder):
    result(folder)
    path = folder / "caravan" / "economy" / "region.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    expect(buckle(folder, "verify", "a.json"), 3, err=["caravan/economy/region.csv: error", "SHA-256"])
    path.unlink()
    expect(buckle(folder, "verify", "a.gpkg"), 3, err=["caravan/economy/region.csv: error", "cannot be read"])


def test_a_figure_that_was_changed_is_not_confirmed(folder):
    result(folder)
    answer = json.loads((folder / "a.json").read_text(encoding="utf-8"))
    answer["economies"][0]["welfare_pct"] += 1e-9
    (folder / "a.json").write_text(json.dumps(answer), encoding="utf-8")
    found = expect(buckle(folder, "verify", "a.json", "--format", "json"), 1).json()
    assert not found["confirmed"] and found["differing"] == 1, found
    expect(buckle(folder, "verify", "a.json"), 1, out=["NOT confirmed", "welfare_pct"])


def test_other_verbs_are_confirmed(folder):
    study = copy_of(CARAVAN, folder)
    del study
    (folder / "game.json").write_text('{"v": [0, 0, 0, 1]}', encoding="utf-8")
    for arguments in (["trade", "caravan", "--scenario", "cheap-oil"], ["check", "caravan"],
                      ["appraise", "caravan", "--scenario", "middle-way"], ["game", "game.json"],
                      ["stress", "caravan", "--draws", "4", "--seed", "3", "--scenario", "middle-way"]):
        answer = buckle(folder, *arguments, "--format", "json")
        assert answer.status == 0, (arguments, answer.out, answer.err)
        (folder / "one.json").write_text(answer.out, encoding="utf-8")
        expect(buckle(folder, "verify", "one.json"), 0, out="Confirmed")


def test_what_has_no_manifest_is_refused(folder):
    (folder / "bare.json").write_text('{"converged": true}', encoding="utf-8")
    expect(buckle(folder, "verify", "bare.json"), 3, err="has no manifest")
    (folder / "evil.json").write_text('{"manifest": {"program": "buckle 0.1.0", "arguments": ["serve", "x"], "inputs": []}}',
                                      encoding="utf-8")
    expect(buckle(folder, "verify", "evil.json"), 3, err="cannot be made again")
    (folder / "text").write_text("hello", encoding="utf-8")
    expect(buckle(folder, "verify", "text"), 3, err="is not a result")
    (folder / "list.json").write_text("[1]", encoding="utf-8")
    expect(buckle(folder, "open", "list.json"), 3, err="is not a result")
    expect(buckle(folder, "verify", "absent.json"), 3, err="cannot be opened")


def test_two_results_are_compared(folder):
    result(folder)
    shutil.copy(folder / "a.gpkg", folder / "before.gpkg")
    expect(buckle(folder, "compare", "before.gpkg", "a.gpkg"), 0, out="are the same")
    edit(folder / "caravan" / "network" / "link.csv",
         lambda rows: [dict(row, usd_per_tonne_km=str(1.1 * float(row["usd_per_tonne_km"] or 0))) for row in rows])
    result(folder)
    answer = expect(buckle(folder, "compare", "before.gpkg", "a.gpkg", "--format", "json", "--most", "3"), 0).json()
    assert not answer["same"] and answer["differing"] > 100
    tables = {table["table"]: table for table in answer["tables"]}
    flows = tables["flows"]
    assert len(flows["differences"]) == 3 and flows["differing"] > 3
    weights = [one["importance"] for one in flows["differences"]]
    assert weights == sorted(weights, reverse=True)
    for one in flows["differences"]:
        if one["difference"] is not None:
            assert abs(one["difference"] - (one["b"] - one["a"])) <= 1e-15 * abs(one["a"])
    expect(buckle(folder, "compare", "before.gpkg", "a.gpkg"), 0, out=["flows", "change", "and "])
    loose = expect(buckle(folder, "compare", "before.gpkg", "a.gpkg", "--tolerance", "1", "--format", "json"), 0).json()
    assert loose["differing"] < answer["differing"]


def test_a_result_is_looked_into(folder):
    told = result(folder)
    listed = expect(buckle(folder, "open", "a.gpkg", "--format", "json"), 0).json()
    assert listed["arguments"] == told["manifest"]["arguments"]
    assert {"economies", "flows", "certificate"} <= {table["table"] for table in listed["tables"]}
    one = expect(buckle(folder, "open", "a.gpkg", "--table", "economies", "--format", "json"), 0).json()
    assert one["rows"] == len(one["data"]) == len(told["economies"])
    units = {column["name"]: column["unit"] for column in one["columns"]}
    assert units["welfare_pct"] == "%", units
    welfare = {row["economy"]: row["welfare_pct"] for row in one["data"]}
    for economy in told["economies"]:
        assert welfare[economy["economy"]] == economy["welfare_pct"], economy
    expect(buckle(folder, "open", "a.gpkg", "--table", "flows", "--rows", "2"), 0, out="more rows")
    expect(buckle(folder, "open", "a.gpkg", "--table", "flaws"), 3, err="did you mean flows?")


def test_what_is_shown_of_a_result_is_what_the_file_holds(folder):
    result(folder)
    with contextlib.closing(sqlite3.connect(folder / "a.gpkg")) as base:
        base.row_factory = sqlite3.Row
        held = {name: [dict(row) for row in base.execute(f"SELECT * FROM {name}")] for name in ("flows", "borders", "trade")}
    for name, rows in held.items():
        told = expect(buckle(folder, "open", "a.gpkg", "--table", name, "--format", "json", "--rows", "100000"), 0).json()
        columns = [column["name"] for column in told["columns"]]
        assert [[row[column] for column in columns] for row in rows] == \
            [[row[column] for column in columns] for row in told["data"]], name
        lines = expect(buckle(folder, "open", "a.gpkg", "--table", name, "--rows", "1"), 0).out.splitlines()
        assert lines[-1] == f"and {len(rows) - 1} more rows; --rows N shows more"
        words = [f"{cell:.6g}" if isinstance(cell, float) else str(cell) for cell in (rows[0][name] for name in columns)
                 if cell not in (None, "")]
        assert lines[3].split() == " ".join(words).split(), (lines[3], words)


def test_a_result_is_listed_with_what_made_it_or_with_none(folder):
    result(folder)
    listed = expect(buckle(folder, "open", "a.gpkg"), 0, out=["Made by buckle", "`buckle verify` makes it again"]).out
    counts = {line.split()[0]: line.split()[1] for line in listed.splitlines() if line.startswith(("flows", "trade"))}
    with contextlib.closing(sqlite3.connect(folder / "a.gpkg")) as base:
        for name in ("flows", "trade"):
            assert counts[name] == str(base.execute(f"SELECT count(*) FROM {name}").fetchone()[0])
        base.execute("DROP TABLE manifest")
        base.execute("DELETE FROM gpkg_contents WHERE table_name = 'manifest'")
        base.commit()
    expect(buckle(folder, "open", "a.gpkg"), 0, out=["No manifest: not to be verified.", "flows"])
    expect(buckle(folder, "open", "a.gpkg", "--rows", "0"), 2, err=["--rows is '0'", "whole number"])


def test_every_code_is_explained(folder):
    header = (ROOT / "include" / "buckle" / "base.h").read_text(encoding="utf-8")
    codes = re.findall(r'X\(BK_ERR_\w+, "([a-z-]+)"', header)
    assert len(codes) > 10
    for code in codes + ["exit-0", "exit-1", "exit-2", "exit-3", "exit-4", "exit-130"]:
        answer = expect(buckle(folder, "explain", code, "--format", "json"), 0).json()
        assert answer["code"] == code and len(answer["meaning"]) > 5 and answer["remedy"], code
    assert len(expect(buckle(folder, "explain"), 0).out.splitlines()) == len(codes) + 6
    expect(buckle(folder, "explain", "no-pth"), 2, err="did you mean no-path?")


def test_the_reference_of_errors_is_the_table(folder):
    written = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    assert expect(buckle(folder, "help", "--errors"), 0).out == written, \
        "docs/reference/errors.md is old: buckle help --errors > docs/reference/errors.md"


def test_the_version_names_the_libraries(folder):
    told = expect(buckle(folder, "--version"), 0).out
    for name in ("libyaml", "SQLite", "Cairo", "libxlsxwriter", "libmicrohttpd", "built by"):
        assert re.search(name + r" [A-Z]*[a-z]* ?[A-Za-z]*\d*", told), told


def completed(folder, words, script):
    code = f'source "{script}"; COMP_WORDS=({" ".join(words)}); COMP_CWORD={len(words) - 1}; _buckle; echo "${{COMPREPLY[@]}}"'
    return subprocess.run(["bash", "-c", code], cwd=folder, capture_output=True, text=True, timeout=60).stdout.split()


def test_bash_completes_verbs_options_and_choices(folder):
    script = folder / "buckle.bash"
    script.write_text(expect(buckle(folder, "help", "--completion", "bash"), 0).out, encoding="utf-8")
    assert completed(folder, ["buckle", "veri"], script) == ["verify"]
    assert completed(folder, ["buckle", "run", "x", "--scen"], script) == ["--scenario"]
    assert completed(folder, ["buckle", "run", "x", "--format", "j"], script) == ["json"]
    assert completed(folder, ["buckle", "run", "stu"], script) == []


def test_the_other_shells_take_theirs(folder):
    for shell in ("zsh", "fish"):
        script = folder / f"buckle.{shell}"
        script.write_text(expect(buckle(folder, "help", "--completion", shell), 0).out, encoding="utf-8")
        assert "verify" in script.read_text(encoding="utf-8")
        if shutil.which(shell):
            done = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True, timeout=60)
            assert done.returncode == 0 and not done.stderr, done.stderr


def test_the_manual_page_names_every_verb(folder):
    page = expect(buckle(folder, "help", "--man"), 0).out
    verbs = re.findall(r"^\.SS buckle (\S+)", page, re.M)
    listed = re.findall(r"^## buckle (\S+)", (ROOT / "docs" / "reference" / "commands.md").read_text(), re.M)
    assert verbs == listed, set(listed) ^ set(verbs)
    for line in page.splitlines():
        assert not re.match(r"[.'](?!(TH|SH|SS|TP|PP|B|I|RS|RE)\b)", line), line
    if shutil.which("man"):
        (folder / "buckle.1").write_text(page, encoding="utf-8")
        done = subprocess.run(["man", "--warnings", "-l", "buckle.1"], cwd=folder, capture_output=True, text=True,
                              env=environment(MANPAGER="cat", LC_ALL="C.UTF-8"), timeout=60)
        assert not done.stderr, done.stderr


def test_a_manifest_that_lacks_a_column_confirms_nothing(folder):
    result(folder)
    for column, said in (("item", "has no manifest"), ("value", "has no manifest"), ("sha256", "the result was made from other contents")):
        shutil.copy(folder / "a.gpkg", folder / "b.gpkg")
        with contextlib.closing(sqlite3.connect(folder / "b.gpkg")) as base:
            base.execute(f"alter table manifest rename column {column} to other")
            base.commit()
        expect(buckle(folder, "verify", "b.gpkg"), 3, err=said)
    whole = json.loads((folder / "a.json").read_text(encoding="utf-8"))
    for name, said in (("file", "cannot be read"), ("sha256", "the result was made from other contents")):
        damaged = json.loads(json.dumps(whole))
        for entry in damaged["manifest"]["inputs"]:
            del entry[name]
        (folder / "b.json").write_text(json.dumps(damaged), encoding="utf-8")
        expect(buckle(folder, "verify", "b.json"), 3, err=said)
    for change in ({"arguments": [1, 2]}, {"program": None}, {"arguments": None}):
        (folder / "b.json").write_text(json.dumps({**whole, "manifest": {**whole["manifest"], **change}}), encoding="utf-8")
        assert expect(buckle(folder, "verify", "b.json"), 3).err.startswith("b.json: error: "), change


def test_an_interrupt_of_verify_alone_ends_what_it_has_begun(folder):
    copy_of(CARAVAN, folder)
    manifest = {"program": "buckle 0.1.0", "arguments": ["stress", "caravan", "--scenario", "closed-gate", "--draws", "1000000"], "inputs": []}
    (folder / "long.json").write_text(json.dumps({"manifest": manifest}), encoding="utf-8")
    (folder / "room").mkdir()
    process = subprocess.Popen([PROGRAM, "verify", "long.json"], cwd=folder, env=environment(TMPDIR=str(folder / "room")),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
    deadline = time.monotonic() + 60
    while not (child := children.read_text().split()) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130 and err == "buckle: error: interrupted\n" and out == "", (process.returncode, err)
    assert not pathlib.Path(f"/proc/{child[0]}").exists() and not list((folder / "room").iterdir())


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
