"""The checkers refuse what they are there to refuse, and the count of tests hides nothing.

Speaks TAP, as the C tests do.
"""
import contextlib
import gzip
import importlib.util
import io
import json
import os
import pathlib
import sys
import tempfile
import unittest.mock

ROOT = pathlib.Path(__file__).resolve().parents[2]


def tool(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def outcome(main, argument):
    """Return what main() printed and its status."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        status = main(argument)
    return printed.getvalue(), status


def checked(name, files):
    """Run a checker on a tree that holds just `files`, {path: text}."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path in ("src", "include/buckle"):
            (root / path).mkdir(parents=True)
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        return outcome(tool(name).main, folder)


def counted(*entries):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "testlog.json"
        path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
        printed, status = outcome(tool("count_tests").main, [str(path)])
        return printed.splitlines()[-1], status


def an_include_that_goes_down_is_allowed():
    files = {"src/trade/a.c": '#include "buckle/base.h"\n#include "model/x.h"\n#include "trade/own.h"\n#include <math.h>\n'}
    assert checked("check_layers", files)[1] == 0


def an_include_that_goes_up_is_refused():
    printed, status = checked("check_layers", {"src/base/a.c": '\n#include "buckle/model.h"\n'})
    assert status == 1 and "a.c:2: base must not include" in printed


def an_include_that_goes_sideways_is_refused():
    assert checked("check_layers", {"src/trade/a.c": '#include "buckle/network.h"\n'})[1] == 1
    assert checked("check_layers", {"src/io/a.c": '#include "assignment/driver.h"\n'})[1] == 1


def the_builder_belongs_to_the_model():
    assert checked("check_layers", {"src/io/a.c": '#include "buckle/builder.h"\n'})[1] == 0
    assert checked("check_layers", {"src/base/a.c": '#include "buckle/builder.h"\n'})[1] == 1


def public_headers_obey_the_rows():
    assert checked("check_layers", {"include/buckle/trade.h": '#include "buckle/coupling.h"\n'})[1] == 1
    assert checked("check_layers", {"include/buckle/coupling.h": '#include "buckle/trade.h"\n'})[1] == 0


def a_folder_that_is_no_layer_is_refused():
    assert checked("check_layers", {"src/utilities/a.c": "\n"})[1] == 1


def the_sum_of_headers_lacks_none():
    files = {"include/buckle/buckle.h": '#include "buckle/base.h"\n', "include/buckle/base.h": "\n"}
    assert checked("check_layers", files)[1] == 0
    assert checked("check_layers", files | {"include/buckle/model.h": "\n"})[1] == 1


def shapes(line):
    return checked("check_shapes", {"src/base/a.h": "typedef struct thing {\n" + line + "\n} thing;\n"})[1]


def an_array_with_shape_and_unit_is_allowed():
    assert shapes("const double *flow; /* [n_arcs] t/yr */") == 0
    assert shapes("const double *trade; /* [n_sectors][importer][exporter] money */") == 0
    assert shapes("const uint32_t *tail; /* [n_arcs] */") == 0
    assert shapes("const double *wage_hat; /* [n_regions] */") == 0
    assert shapes("const char *text; double weight; bk_arena *arena;") == 0


def an_array_without_shape_is_refused():
    assert shapes("const double *flow;") == 1
    assert shapes("const double *flow; /* t/yr */") == 1
    assert shapes("size_t *first;") == 1
    assert shapes("double **rows;") == 1
    assert shapes("const double *flow; /* [n_arcs] t/yr */\n    const double *cost;") == 1
    assert shapes("const double *first, *second;") == 1


def an_array_of_real_numbers_without_unit_is_refused():
    assert shapes("const double *flow; /* [n_arcs] */") == 1


def a_source_in_no_list_is_refused():
    files = {"src/base/meson.build": "library_sources += files('a.c')\n", "src/base/a.c": "\n"}
    assert checked("check_listed", files)[1] == 0
    printed, status = checked("check_listed", files | {"src/base/b.c": "\n"})
    assert status == 1 and "src/base/b.c" in printed


def a_test_is_named_without_what_all_have_before_it():
    files = {"tests/fuzz/meson.build": "targets = ['csv']\n", "tests/fuzz/fuzz_csv.c": "\n"}
    assert checked("check_listed", files)[1] == 0
    assert checked("check_listed", files | {"tests/fuzz/fuzz_osm.c": "\n"})[1] == 1


def a_source_listed_twice_is_refused():
    files = {"src/base/meson.build": "library_sources += files('a.c')\nlibrary_sources += files('a.c')\n", "src/base/a.c": "\n"}
    printed, status = checked("check_listed", files)
    assert status == 1 and "a.c is listed 2 times" in printed


def a_list_given_twice_is_refused():
    files = {"tests/fuzz/meson.build": "targets = ['csv', 'osm']\ntargets = ['csv']\n"}
    printed, status = checked("check_listed", files)
    assert status == 1 and "targets is given 2 times" in printed


def function(n_lines):
    return "static int\nthing(void)\n{\n" + "    work();\n" * (n_lines - 3) + "}\n"


def what_fits_in_a_head_is_allowed():
    assert checked("check_size", {"src/base/a.c": function(80) * 8})[1] == 0


def a_long_function_is_refused():
    printed, status = checked("check_size", {"src/base/a.c": function(10) + function(81)})
    assert status == 1 and "a.c:13: thing has 81 lines" in printed


def a_long_file_is_refused():
    assert checked("check_size", {"src/base/a.c": function(70) * 10})[1] == 1


def symbols(**printed):
    """Run check_symbols on archives, {name: what nm prints of it}."""
    with tempfile.TemporaryDirectory() as folder:
        nm = pathlib.Path(folder) / "nm"
        nm.write_text('#!/bin/sh\nfor archive; do :; done\ncat "$archive"\n')
        nm.chmod(0o755)
        for name, text in printed.items():
            (pathlib.Path(folder) / f"lib{name}.a").write_text(text)
        with unittest.mock.patch.dict(os.environ, {"NM": str(nm)}):
            return outcome(tool("check_symbols").main, [f"{folder}/lib{name}.a" for name in printed])


def a_symbol_of_two_layers_is_refused():
    one = "\nbase_a.c.o:\n0000000000000010 T bki_path_join\n0000000000000000 D bki_table\n"
    other = "\ncli_b.c.o:\n0000000000000000 T bki_path_join\n"
    assert symbols(one=one)[1] == 0
    assert symbols(one=one, other=other.replace("join", "split")) == ("3 symbols, each defined once\n", 0)
    printed, status = symbols(one=one, other=other)
    assert status == 1 and printed.startswith("bki_path_join: defined in libone.a(base_a.c.o) and in libother.a(cli_b.c.o)")
    assert "bki_table" not in printed and symbols(one=one + other)[1] == 1
    assert symbols(one=one.replace(" T ", " W "), other=other)[1] == 0  # a weak one gives way by rule


def archives_without_symbols_are_refused():
    assert symbols(one="\na.c.o:\n")[1] == 1


def a_link_that_leads_nowhere_is_refused():
    files = {"docs/a.md": "[b](b.md), [site](https://example.org)\n```\n[x](not_a_link.md)\n```\n", "docs/b.md": "\n"}
    assert checked("check_links", files)[1] == 0
    assert checked("check_links", files | {"README.md": "see [c](docs/c.md#part)"})[1] == 1


def single_tests_are_counted_not_programs():
    entry = {"name": "a", "result": "OK", "stdout": "1..3\nok 1 - x\nnot ok 2 # SKIP y\nok 3 - z\n# ok - tests\n"}
    assert counted(entry) == ("2 passed, 0 failed, 1 skipped", 0)


def a_failed_test_is_counted():
    entry = {"name": "a", "result": "FAIL", "stdout": "1..2\nok 1 - x\nnot ok 2 - y\n# why\n# not ok - tests\n"}
    assert counted(entry) == ("1 passed, 1 failed", 1)


def a_crash_fails_all_that_was_not_reported():
    entry = {"name": "a", "result": "FAIL", "stdout": "1..5\nok 1 - x\n"}
    assert counted(entry) == ("1 passed, 4 failed", 1)


def an_early_exit_does_not_pass():
    assert counted({"name": "a", "result": "OK", "stdout": "1..2\nok 1 - x\n"}) == ("1 passed, 1 failed", 1)


def a_bad_end_after_good_tests_fails():
    assert counted({"name": "a", "result": "FAIL", "stdout": "1..1\nok 1 - x\n"}) == ("1 passed, 1 failed", 1)


def a_program_without_tap_is_one_test():
    assert counted({"name": "a", "result": "OK", "stdout": "fine\n"}, {"name": "b", "result": "TIMEOUT"}) == (
        "1 passed, 1 failed", 1)


def nothing_run_is_not_success():
    assert counted() == ("0 passed, 0 failed", 1)


def the_code_of_a_base_year_is_told_from_other_code():
    hasher = tool("hash_sources")
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path in ["include/buckle", "src/cli", *(f"src/{layer}" for layer in hasher.LAYERS)]:
            (root / path).mkdir(parents=True)
        seen = [hasher.hash_of(root)]
        for path in ("src/coupling/solve.c", "src/base/sum.h", "include/buckle/trade.h", "src/model/meson.build"):
            (root / path).write_text("one")
            seen.append(hasher.hash_of(root))
        (root / "src/coupling/solve.c").write_text("two")
        seen.append(hasher.hash_of(root))
        assert len(set(seen)) == len(seen)
        (root / "src/cli/main.c").write_text("three")
        assert hasher.hash_of(root) == seen[-1]


def the_page_is_embedded_whole_and_anew_only_if_it_changed():
    embed = tool("embed_assets")
    with tempfile.TemporaryDirectory() as folder:
        root, out = pathlib.Path(folder), pathlib.Path(folder) / "out.c"
        embed.main(out, root / "dist")
        assert "bki_asset_count = 0;" in out.read_text()
        (root / "dist" / "assets").mkdir(parents=True)
        (root / "dist" / "assets" / "app.js").write_text("1")
        embed.main(out, root / "dist")
        assert "bki_asset_count = 0;" in out.read_text()  # without index.html there is no page
        (root / "dist" / "index.html").write_text("<!doctype html>")
        embed.main(out, root / "dist")
        text, stamp = out.read_text(), out.stat().st_mtime_ns
        assert "bki_asset_count = 2;" in text and '{"assets/app.js", "text/javascript; charset=utf-8"' in text
        numbers = text.split("file_1[] = {")[1].split("}")[0]
        assert gzip.decompress(bytes(int(n) for n in numbers.split(","))) == b"<!doctype html>"
        embed.main(out, root / "dist")
        assert out.stat().st_mtime_ns == stamp
        for name in ("a b.js", "run.exe"):
            (root / "dist" / name).write_text("x")
            try:
                embed.main(out, root / "dist")
                assert False, name
            except SystemExit as told:
                assert name in str(told)
            (root / "dist" / name).unlink()


def judged(source, report, excepted=""):
    """What tools/wraps.py says of one report on line 1 of src/a.c."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, text in {"src/a.c": source, "build/ubsan.1": f"../src/a.c:1:7: runtime error: {report}\n",
                           "tests/analysis/integer.txt": "# read by tools/wraps.py\n" + excepted}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        return outcome(tool("wraps").main, [str(root / "build"), str(root)])


def a_number_that_wraps_is_a_fault_unless_it_is_meant():
    wraps = "unsigned integer overflow: 0 - 1 cannot be represented in type 'size_t' (aka 'unsigned long')"
    assert judged("x = n - 1;", wraps)[1] == 1
    assert judged("for (size_t i = n; i-- > 0;)", wraps)[1] == 0
    assert judged("x = n - 1;", wraps, "# bits\nsrc/a.c\n")[1] == 0
    assert judged("x = n - 1;", wraps, "# bits\nsrc/b.c\n")[1] == 1


def a_number_cut_or_divided_by_nothing_is_a_fault_wherever():
    for report in ("implicit conversion from type 'int' of value -1 (32-bit, signed) to type 'size_t' changed the value to 1",
                   "division by zero", "signed integer overflow: 2147483647 + 1 cannot be represented in type 'int'"):
        printed, status = judged("for (size_t i = n; i-- > 0;)", report, "# bits\nsrc/a.c\n")
        assert status == 1 and "src/a.c:1: " in printed, printed


def fuzzed(page, log):
    """The page after one target ran, and the status."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "tests/fuzz/seeds/csv").mkdir(parents=True)
        (root / "tests/fuzz/seeds/csv/one").write_text("a")
        (root / "fuzz-csv.log").write_text(log)
        (root / "page.md").write_text(page)
        status = outcome(tool("fuzz_page").main, [folder, folder, "--write", str(root / "page.md")])[1]
        return (root / "page.md").read_text(), status


def what_was_fuzzed_adds_up_over_the_runs():
    log = "#2 INITED cov: 7 ft: 9\n#1500 NEW cov: 21 ft: 30\nDone 1500 runs in 61 second(s)\nstat::number_of_executed_units: 1500\n"
    page, status = fuzzed("", log)
    assert status == 0 and "| csv | 1 | 61 | 1,500 | 1,500 | 21 | nothing |" in page, page
    assert "| csv | 1 | 61 | 1,500 | 3,000 | 21 | nothing |" in fuzzed(page, log)[0]


def a_target_that_broke_says_so():
    page, status = fuzzed("", "#2 INITED cov: 7\n==1== ERROR: AddressSanitizer\nstat::number_of_executed_units: 40\n")
    assert status == 1 and "| csv | 1 | 0 | 40 | 40 | 7 | an input that breaks it |" in page, page


def a_run_is_recorded_anew_and_the_others_stay():
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "runs.md"
        for check, found in (("b", "1 fault"), ("a", "nothing"), ("b", "nothing")):
            assert tool("record_run").main([str(page), check, "--by", "./dev x", "--on", "src/", "--found", found]) == 0
        rows = [line for line in page.read_text().splitlines() if line.startswith("| ")][2:]
        assert [row.split(" | ")[:4] for row in rows] == [["| a", "`./dev x`", "src/", "nothing"], ["| b", "`./dev x`", "src/", "nothing"]], rows


def a_mutant_changes_one_token_of_code_and_none_of_a_comment():
    text = 'static double\nf(double a)\n{\n    /* a - b */\n    return fmax(a + 1.0, -a); /* "a * b" */\n}\n'
    mutate = tool("mutate")
    changed = [mutate.describe(text, mutant)["changed"].split(" /*")[0] for mutant in mutate.mutants_of(text)]
    assert sorted(changed) == ["return fmax(a + 1.0, a);", "return fmax(a - 1.0, -a);", "return fmin(a + 1.0, -a);"]


def an_equivalent_mutant_is_at_one_place_and_has_a_reason():
    for (kernel, line, changed), reason in tool("mutate").equivalents(ROOT).items():
        assert line != changed and len(reason) > 20, kernel


TESTS = [test for name, test in list(globals().items()) if getattr(test, "__module__", "") == "__main__" and callable(test)
         and name not in ("tool", "outcome", "checked", "counted", "shapes", "function", "symbols", "judged", "fuzzed")]


def main():
    failures = 0
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, start=1):
        try:
            test()
            print(f"ok {number} - {test.__name__}")
        except AssertionError as fault:
            failures += 1
            print(f"not ok {number} - {test.__name__}\n# line {fault.__traceback__.tb_next.tb_lineno}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
