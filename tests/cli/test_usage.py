"""What is called wrongly is answered with status 2 and a way out."""
import sys

from harness import CARAVAN, PROGRAM, SILKROAD, buckle, environment, expect, files_in, main
import subprocess


def test_the_version_is_printed(folder):
    expect(buckle(folder, "--version"), 0, out="buckle 0.")


def test_help_names_every_verb(folder):
    text = expect(buckle(folder, "--help"), 0).out
    for verb in ("run", "check", "route", "trade", "help"):
        assert f"\n  {verb} " in text, verb
    assert expect(buckle(folder, "help"), 0).out == text


def test_each_verb_explains_itself(folder):
    for verb in ("run", "check", "route", "trade", "help"):
        answer = expect(buckle(folder, verb, "--help"), 0, out=[f"usage: buckle {verb}", "For example:", "--format"])
        assert expect(buckle(folder, "help", verb), 0).out == answer.out


def test_nothing_asked_is_bad_usage(folder):
    expect(buckle(folder), 2, err="usage: buckle")


def test_an_unknown_verb_is_answered_with_the_nearest(folder):
    expect(buckle(folder, "rum", SILKROAD), 2, err="did you mean run?")
    expect(buckle(folder, "frobnicate"), 2, err="`buckle help` lists them")


def test_an_unknown_option_is_answered_with_the_nearest(folder):
    expect(buckle(folder, "check", SILKROAD, "--sorces"), 2, err="did you mean --sources?")
    expect(buckle(folder, "check", SILKROAD, "-z"), 2, err="`buckle help check` lists its options")


def test_a_missing_study_is_bad_usage(folder):
    for verb in ("run", "check", "route", "trade"):
        expect(buckle(folder, verb), 2, err=f"buckle {verb} needs a STUDY")


def test_one_argument_too_many_is_bad_usage(folder):
    expect(buckle(folder, "check", SILKROAD, SILKROAD), 2, err="one argument too many")


def test_an_option_without_its_argument_is_bad_usage(folder):
    expect(buckle(folder, "run", SILKROAD, "--scenario"), 2, err="needs S behind it")
    expect(buckle(folder, "run", SILKROAD, "--out="), 2, err="--out is given an empty FILE.gpkg")
    expect(buckle(folder, "check", SILKROAD, "--sources=yes"), 2, err="--sources takes nothing")


def test_numbers_out_of_range_are_bad_usage(folder):
    for wrong in ("0", "-1", "1.5", "x", "", "1e9", "nan"):
        expect(buckle(folder, "check", SILKROAD, "--threads", wrong), 2, err="--threads")
    expect(buckle(folder, "route", SILKROAD, "--from", "a", "--to", "b", "-k", "0"), 2, err="-k is '0'")


def test_a_wrong_choice_lists_the_right_ones(folder):
    expect(buckle(folder, "check", SILKROAD, "--format", "xml"), 2, err="one of: text json")


def test_an_option_given_twice_is_bad_usage(folder):
    expect(buckle(folder, "run", SILKROAD, "--out", "a.gpkg", "--out", "b.gpkg"), 2, err="--out is given twice")


def test_a_geopackage_is_not_called_otherwise(folder):
    expect(buckle(folder, "run", SILKROAD, "--out", "a.geojson"), 2, err=["--out writes a GeoPackage", "buckle export"])


def test_bad_usage_in_json_is_one_object(folder):
    answer = expect(buckle(folder, "chek", "--format", "json"), 2)
    error = answer.json()["error"]
    assert error["code"] == "usage" and error["hint"] == "did you mean check?"
    assert set(error) == {"code", "message", "file", "line", "column", "hint"}
    assert answer.err == ""


def test_options_are_taken_in_every_form(folder):
    long = expect(buckle(folder, "check", SILKROAD, "--format", "json", "--threads", "2", "--quiet"), 0).out
    for form in (("check", "--format=json", "--threads=2", "--quiet", "--quiet", SILKROAD), ("check", "--quiet", "--format=json", "--", SILKROAD)):
        assert expect(buckle(folder, *form), 0).out == long
    assert expect(buckle(folder, "-h"), 0).out == expect(buckle(folder, "--help"), 0).out
    assert expect(buckle(folder, "check", "-h"), 0).out == expect(buckle(folder, "help", "check"), 0).out
    alternatives = ("route", CARAVAN, "--from", "ori_city", "--to", "alm_gate", "--format", "json")
    assert expect(buckle(folder, *alternatives, "-k2"), 0).json() == expect(buckle(folder, *alternatives, "-k", "2"), 0).json()


def test_bad_usage_writes_nothing(folder):
    buckle(folder, "run", SILKROAD, "--scenari", "x")
    assert files_in(folder) == []


def test_standard_output_that_is_full_is_a_fault_of_the_machine(folder):
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([PROGRAM, "check", str(SILKROAD)], stdout=full, stderr=subprocess.PIPE, text=True,
                              env=environment(), timeout=60)
    assert done.returncode == 4 and "could not be written" in done.stderr


def test_a_reader_that_leaves_ends_the_program_quietly(folder):
    done = subprocess.run(["sh", "-c", f'"{PROGRAM}" check "{SILKROAD}" --sources --quiet | true'], capture_output=True, text=True,
                          env=environment(), timeout=60)
    assert done.returncode == 0 and done.stderr == "", done.stderr


def test_the_reference_of_commands_is_the_table_of_verbs(folder):
    from harness import ROOT
    written = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert expect(buckle(folder, "help", "--markdown"), 0).out == written, \
        "docs/reference/commands.md is old: buckle help --markdown > docs/reference/commands.md"


def test_the_reference_of_a_study_is_the_tables_it_is_read_by(folder):
    from harness import ROOT
    written = (ROOT / "docs" / "reference" / "study.md").read_text(encoding="utf-8")
    assert expect(buckle(folder, "help", "--study"), 0).out == written, \
        "docs/reference/study.md is old: buckle help --study > docs/reference/study.md"


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
