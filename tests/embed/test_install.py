"""libbuckle as a program outside meets it: installed, found through pkg-config, its examples compiled and run."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from harness import CARAVAN, ROOT, Skip, buckle, environment, expect, main  # noqa: E402

BUILD = os.environ["BUCKLE_BUILD"]
COMPILER = os.environ.get("CC", "cc").split()
SANITIZE = os.environ.get("BUCKLE_SANITIZE", "none")
COVERED = os.environ.get("BUCKLE_COVERAGE", "0") == "1"
SYMBOLS = pathlib.Path(__file__).with_name("symbols.txt")
HEADER = ROOT / "include" / "buckle" / "api.h"


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=600, **options)
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def declared():
    """The functions that the header declares."""
    text = re.sub(r"/\*.*?\*/", "", HEADER.read_text(encoding="utf-8"), flags=re.DOTALL)
    return sorted(re.findall(r"^BUCKLE_API[^;]*?(\bbuckle_\w+)\s*\(", text, re.MULTILINE))


def install(folder):
    """Install under `folder` and return what pkg-config needs to see it there."""
    run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", env={**os.environ, "DESTDIR": str(folder)})
    for path in folder.rglob("buckle*.pc"):  # which say where it would lie without DESTDIR
        path.write_text(re.sub(r"^prefix=", f"prefix={folder}", path.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")
    return {**environment(), "PKG_CONFIG_PATH": str(path.parent)}


def flags(env, package):
    return run("pkg-config", "--cflags", "--libs", package, env=env).split()


def library_folder(folder):
    return next(folder.rglob("libbuckle.so.1")).parent


def compile_with(env, folder, source, package, *more):
    if not shutil.which("pkg-config"):
        raise Skip("no pkg-config here")
    program = folder / (pathlib.Path(source).stem + "-" + package)
    checks = ([] if SANITIZE == "none" else [f"-fsanitize={SANITIZE}"]) + (["--coverage"] if COVERED else [])
    run(*COMPILER, "-std=c99", "-Wall", "-Wextra", "-Werror", *checks, source, *flags(env, package), *more, "-o", program)
    return program


def start(program, folder, *arguments):
    """Run a compiled program with the library it was linked with."""
    env = {**environment(), "LD_LIBRARY_PATH": str(library_folder(folder))}
    return run(program, *arguments, env=env)


def test_the_shared_library_exports_what_the_header_declares_and_nothing_else(folder):
    install(folder)
    listed = run("nm", "-D", "--defined-only", library_folder(folder) / "libbuckle.so.1")
    symbols = sorted(line.split()[-1] for line in listed.splitlines())
    functions = [name.split("@")[0] for name in symbols if name.startswith("buckle_")]
    assert functions == declared(), sorted(set(functions) ^ set(declared()))
    others = [name for name in symbols if not name.startswith("buckle_") and not name.startswith("BUCKLE_")]
    if SANITIZE == "none":
        assert others == [], others


def test_no_symbol_has_left_the_version_it_came_with(folder):
    """A program asks for a symbol by its version: one that moved, or went, would keep old programs from starting."""
    install(folder)
    listed = run("nm", "-D", "--defined-only", library_folder(folder) / "libbuckle.so.1")
    exported = {line.split()[-1] for line in listed.splitlines() if "@@" in line}
    promised = {f"{name}@@{version}" for version, name in
                (line.split() for line in SYMBOLS.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")}
    assert exported == promised, f"gone: {sorted(promised - exported)}; not in {SYMBOLS.name}: {sorted(exported - promised)}"


def test_a_program_needs_the_versions_of_what_it_calls_and_no_more(folder):
    """One that calls nothing new starts with a library from before it."""
    env = install(folder)
    for name, versions in (("what_if", {"BUCKLE_1"}), ("what_is_it_worth", {"BUCKLE_1", "BUCKLE_1_1"})):
        program = compile_with(env, folder, ROOT / "examples" / f"{name}.c", "buckle")
        assert set(re.findall(r"@(BUCKLE_\w+)", run("nm", "-D", "--undefined-only", program))) == versions


def test_the_manual_page_and_the_completions_are_installed(folder):
    install(folder)
    for path in ("man/man1/buckle.1", "bash-completion/completions/buckle.bash", "zsh/site-functions/_buckle",
                 "fish/vendor_completions.d/buckle.fish"):
        found = [other for other in folder.rglob(path.rpartition("/")[2]) if other.as_posix().endswith(f"share/{path}")]
        assert found and "verify" in found[0].read_text(encoding="utf-8"), f"no share/{path}"


def test_every_example_is_compiled_from_the_installed_library(folder):
    env = install(folder)
    for source in sorted((ROOT / "examples").glob("*.c")):
        compile_with(env, folder, source, "buckle")


def test_who_gains_prints_what_the_program_prints(folder):
    program = compile_with(install(folder), folder, ROOT / "examples" / "who_gains.c", "buckle")
    printed = start(program, folder, CARAVAN, "middle-way")
    answer = expect(buckle(folder, "run", CARAVAN, "--scenario", "middle-way", "--attribution", "none", "--format", "json"),
                    0).json()
    for economy in answer["economies"]:
        line = next(line for line in printed.splitlines() if line.startswith(economy["name"]))
        assert line.split()[-2] == f"{economy['welfare_pct']:+.3f}", line
    assert "an equilibrium" in printed


def test_what_if_is_answered_from_a_scenario_in_memory(folder):
    program = compile_with(install(folder), folder, ROOT / "examples" / "what_if.c", "buckle")
    printed = dict(line.split()[:2] for line in start(program, folder, CARAVAN).splitlines())
    study = folder / "caravan"
    shutil.copytree(CARAVAN, study)
    (study / "scenarios" / "half.yaml").write_text(
        "title: half\nmeasures:\n  - id: half\n    adjust: [{target: tariff, sector: goods, exporter: XWE, importer: XAL,"
        " attribute: rate, factor: 0.5}]\n", encoding="utf-8")
    answer = expect(buckle(folder, "trade", study, "--scenario", "half", "--format", "json"), 0).json()
    for economy in answer["regions"]:
        assert printed[economy["region"]] == f"{economy['welfare_pct']:+.4f}"


def test_what_is_it_worth_prints_what_the_program_prints(folder):
    program = compile_with(install(folder), folder, ROOT / "examples" / "what_is_it_worth.c", "buckle")
    printed = start(program, folder, CARAVAN, "XAL").splitlines()
    answer = expect(buckle(folder, "value", CARAVAN, "--economy", "XAL", "--top", "5", "--format", "json"), 0).json()
    assert len(printed) == 5
    for line, row in zip(printed, answer["values"]):
        own = next(each for each in row["economies"] if each["economy"] == "XAL")
        assert line.endswith(row["name"])
        assert [float(word) for word in line.split()[:2]] == [round(own["per_hour_usd"]), round(row["world"]["per_hour_usd"])]


def test_an_example_prints_a_fault_with_its_place(folder):
    program = compile_with(install(folder), folder, ROOT / "examples" / "who_gains.c", "buckle")
    study = folder / "caravan"
    shutil.copytree(CARAVAN, study)
    path = study / "network" / "link.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace(lines[1].split(",")[2], "nowhere", 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    env = {**environment(), "LD_LIBRARY_PATH": str(library_folder(folder))}
    done = subprocess.run([program, study, "today"], capture_output=True, text=True, env=env, timeout=600)
    assert done.returncode == 3
    assert re.search(r"link\.csv:2:\d+: .*nowhere", done.stderr), done.stderr


def test_the_engine_itself_is_linked_as_an_archive(folder):
    source = folder / "engine.c"
    source.write_text("#include <buckle/base.h>\n"
                      "int main(void) { return bk_normal_cdf(0.0) == 0.5 ? 0 : 1; }\n", encoding="utf-8")
    start(compile_with(install(folder), folder, source, "buckle-engine", "-std=gnu17"), folder)


def test_the_header_is_cplusplus_too(folder):
    compiler = shutil.which("g++") or shutil.which("clang++")
    if not compiler:
        raise Skip("no C++ compiler here")
    source = folder / "seen.cpp"
    source.write_text('#include "buckle/api.h"\nint main() { return buckle_abi() == BUCKLE_ABI ? 0 : 1; }\n', encoding="utf-8")
    run(compiler, "-std=c++98", "-pedantic", "-Wall", "-Wextra", "-Werror", "-Wno-long-long", "-fsyntax-only", "-I",
        ROOT / "include", source)


def test_the_reference_names_every_function_and_no_other(folder):
    page = (ROOT / "docs" / "reference" / "c-api.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(buckle_\w+)\(", page))
    assert named == set(declared()), sorted(named ^ set(declared()))


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
