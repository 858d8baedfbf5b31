"""Packages as a user meets them: the Debian packages are built, judged and used; the steps of the container and of the conda recipe are
run without their engines.  Building takes minutes and is for the long tests (BUCKLE_LONG); the rest only reads.
"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from harness import PROGRAM, ROOT, Skip, buckle, main  # noqa: E402

LONG = bool(os.environ.get("BUCKLE_LONG"))
DEBIAN_FIRST = {**os.environ, "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8", "DEB_BUILD_OPTIONS": "parallel=2"}
# What Meson asks for, as pkg-config or the compiler names it, to the package of Debian and of conda that has it.
DEPENDENCIES = {"yaml-0.1": ("libyaml-dev", "yaml"), "sqlite3": ("libsqlite3-dev", "sqlite"), "cairo": ("libcairo2-dev", "cairo"),
                "xlsxwriter": ("libxlsxwriter-dev", "libxlsxwriter"), "zlib": ("zlib1g-dev", "zlib"), "expat": ("libexpat1-dev", "expat"),
                "minizip": ("libminizip-dev", "minizip"), "libmd": ("libmd-dev", "libmd"),
                "hdf5-serial": ("libhdf5-dev", "hdf5"), "libmicrohttpd": ("libmicrohttpd-dev", "libmicrohttpd")}
NOT_FOR_PACKAGES = {"threads", "dl", "hdf5"}  # two are of the C library; the last is hdf5-serial where that is not found


def need(*programs):
    for program in programs:
        if not shutil.which(program, path=DEBIAN_FIRST["PATH"]):
            raise Skip(f"no {program} here")


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=3000, **{"env": DEBIAN_FIRST, **options})
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def checkout(folder):
    """The files of the repository as a fresh clone has them, with what is not committed yet."""
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard", "-z"], capture_output=True)
    if listed.returncode != 0:
        raise Skip("not a checkout of git")
    source = folder / "buckle-0.1.0"
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name)
    return source


# ---- from a clone -----------------------------------------------------------------------------------------------

def follow_the_first_tutorial(folder):
    """Its first block, as it stands: from a clone of what is committed to a number."""
    from pages import blocks, compare
    text = next(text for kind, text in blocks(ROOT / "docs" / "tutorials" / "first-corridor.md") if kind == "console")
    lines = text.splitlines()
    commands = "\n".join(line[2:] for line in lines if line.startswith("$ ")).replace("<this repository>", shlex.quote(str(ROOT)))
    out = run("sh", "-e", "-c", commands, cwd=folder, env={**DEBIAN_FIRST, "BUCKLE_CACHE": str(folder / "cache")})
    compare("\n".join(line for line in lines if not line.startswith("$ ")), out)


# ---- Debian -------------------------------------------------------------------------------------------------------

def unpacked(folder):
    root = folder / "root"
    for package in folder.glob("*.deb"):
        run("dpkg-deb", "-x", package, root)
    return root


def environment_in(root):
    """That of a machine on which what lies under `root` is installed."""
    libraries = next(root.glob("usr/lib/*/libbuckle.so.1")).parent
    return {**DEBIAN_FIRST, "PATH": f"{root}/usr/bin:{DEBIAN_FIRST['PATH']}", "LD_LIBRARY_PATH": str(libraries),
            "PYTHONPATH": f"{root}/usr/lib/python3/dist-packages", "PKG_CONFIG_SYSROOT_DIR": str(root),
            "PKG_CONFIG_PATH": str(libraries / "pkgconfig"), "STUDIES": f"{root}/usr/share/buckle/studies",
            "EXAMPLES": f"{root}/usr/share/doc/libbuckle-dev/examples"}


def build_debian_packages(folder):
    need("dpkg-buildpackage", "dh", "dh_python3")
    source = checkout(folder)
    missing = subprocess.run(["dpkg-checkbuilddeps"], cwd=source, env=DEBIAN_FIRST, capture_output=True, text=True).stderr
    if missing:
        raise Skip(missing.strip())
    run("dpkg-buildpackage", "-b", "-us", "-uc", cwd=source)
    root = unpacked(folder)
    for script in ("first-number", "from-c"):
        run(source / "debian" / "tests" / script, env=environment_in(root))
    if subprocess.run(["/usr/bin/python3", "-c", "import cffi, numpy"], capture_output=True).returncode == 0:
        run(source / "debian" / "tests" / "from-python", env=environment_in(root))
    for path in ("man/man1/buckle.1.gz", "bash-completion/completions/buckle.bash", "zsh/vendor-completions/_buckle",
                 "fish/vendor_completions.d/buckle.fish", "buckle/studies/silkroad/study.yaml"):
        assert (root / "usr/share" / path).is_file(), f"no /usr/share/{path}"
    need("lintian")
    run("lintian", "--fail-on", "error,warning", "--allow-root", *folder.glob("*.changes"))


def test_the_debian_version_is_the_project_s(_):
    version = re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text()).group(1)
    assert (ROOT / "debian" / "changelog").read_text().startswith(f"buckle ({version})")
    assert f'{{% set version = "{version}" %}}' in (ROOT / "recipe" / "meta.yaml").read_text()


def asked_for():
    """Names of the libraries that the build cannot do without, as it asks Meson for them."""
    text = "".join(path.read_text() for path in [ROOT / "meson.build", *(ROOT / "src").rglob("meson.build")])
    return {name for name, how in re.findall(r"dependency\('([^']+)'([^)]*)\)", text) if "required:" not in how} - NOT_FOR_PACKAGES


def test_every_package_names_every_library_of_the_build(_):
    assert asked_for() <= set(DEPENDENCIES), asked_for() - set(DEPENDENCIES)
    control, container = (ROOT / "debian" / "control").read_text(), (ROOT / "Containerfile").read_text()
    recipe, dev = (ROOT / "recipe" / "meta.yaml").read_text(), (ROOT / "dev").read_text()
    for debian, conda in DEPENDENCIES.values():
        for place, text, name in (("control", control, debian), ("Containerfile", container, debian), ("dev", dev, debian), ("recipe", recipe, conda)):
            assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text), f"{place} does not name {name}"


NAMED = {"libyaml": "libyaml", "libsqlite3": "SQLite", "libcairo": "Cairo", "libxlsxwriter": "libxlsxwriter", "libz": "zlib", "libexpat": "Expat",
         "libhdf5_serial": "HDF5", "libhdf5": "HDF5", "libmicrohttpd": "libmicrohttpd"}
SYSTEM = {"libc", "libm", "libgcc_s", "libasan", "libtsan", "libubsan", "libmd", "libminizip"}  # the last two do not tell their version


def linked():
    """Beginnings of the names of the libraries that the program is linked with: libcairo of libcairo.so.2."""
    need("objdump")
    return set(re.findall(r"NEEDED\s+(\w+?)(?:-0)?\.so", run("objdump", "-p", PROGRAM)))


def test_the_version_names_what_the_program_is_linked_with(folder):
    printed = buckle(folder, "--version").out
    for library in linked() - SYSTEM:
        assert re.search(rf"{NAMED[library]} \d+\.\d+", printed), f"no version of {library} in {printed}"


# ---- the container --------------------------------------------------------------------------------------------------

def stages():
    """The instructions of each stage of the Containerfile, as (word, rest)."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Containerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    found = []
    for line in filter(None, text.splitlines()):
        word, rest = line.split(maxsplit=1)
        assert word in {"FROM", "RUN", "COPY", "WORKDIR", "USER", "ENTRYPOINT", "CMD"}, line
        if word == "FROM":
            found.append([])
        found[-1].append((word, rest))
    return found


def installed_in(stage):
    return {name for word, rest in stage if word == "RUN" and "apt-get install" in rest
            for name in rest.split("--no-install-recommends")[1].split("&&")[0].split()}


def test_the_container_is_small_and_not_root_s(_):
    build, final = stages()
    assert build[0][1].endswith(" AS build") and ("USER", "buckle") in final
    assert [word for word, _ in final].index("USER") < [word for word, _ in final].index("ENTRYPOINT")
    assert not any(name.endswith("-dev") or name in ("gcc", "meson") for name in installed_in(final))


def test_the_container_installs_what_debian_12_has(_):
    need("apt-cache")
    if "bookworm" not in pathlib.Path("/etc/os-release").read_text():
        raise Skip("not Debian 12, which the container is made from")
    names = installed_in(stages()[0]) | installed_in(stages()[1])
    known = set(run("apt-cache", "--generate", "pkgnames").split())
    if "libcairo2-dev" not in known:
        raise Skip("apt has no lists here")
    assert names <= known, names - known


def test_the_container_has_the_libraries_of_the_program(_):
    need("ldd", "dpkg-query")
    paths = [line.split()[2] for line in run("ldd", PROGRAM).splitlines() if "=> /" in line]
    direct = re.findall(r"NEEDED\s+(\S+)", run("objdump", "-p", PROGRAM)) if shutil.which("objdump") else []
    here = installed_in(stages()[1])
    for path in (path for path in paths if os.path.basename(path) in direct):
        found = subprocess.run(["dpkg-query", "-S", os.path.realpath(path)], capture_output=True, text=True)
        package = found.stdout.split(":")[0]
        if package and package not in ("libc6", "libgcc-s1") and "asan" not in package and "san" not in package:
            assert package in here, f"{package} is not in the container"


def build_as_the_container_does(folder):
    """The steps of the build stage but apt-get's, in a clean copy; then the files of the final stage, run by nobody."""
    source, build, final = checkout(folder), *stages()
    places = {"/src": source, "/build": folder / "build", "/out": folder / "out"}
    for word, rest in build:
        if word == "RUN" and "apt-get" not in rest:
            run("sh", "-e", "-c", re.sub(r"(?<![\w.])/(src|build|out)\b", lambda found: str(places[found[0]]), rest), cwd=source)
    for word, rest in final:
        if word == "COPY":
            _, taken, where = shlex.split(rest)
            taken = pathlib.Path(re.sub(r"^/(src|out)\b", lambda found: str(places[found[0]]), taken))
            target = folder / "final" / where.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(taken, target) if taken.is_dir() else shutil.copy2(taken, target)
    work = folder / "work"
    work.mkdir()
    for path in [folder, work, *(folder / "final").rglob("*")]:
        path.chmod(0o777 if path == work else path.stat().st_mode | 0o055)
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
    out = run(*nobody, folder / "final/usr/bin/buckle", "run", folder / "final/usr/share/buckle/studies/caravan", "--scenario", "middle-way", "--quiet",
              cwd=work, env={**DEBIAN_FIRST, "HOME": "/nonexistent"})
    assert "Gains    Almaria +0.06 %" in out and (work / "caravan-middle-way.gpkg").is_file()


# ---- conda ----------------------------------------------------------------------------------------------------------

def recipe():
    try:
        import jinja2
        import yaml
    except ImportError:
        raise Skip("no jinja2 and yaml for this Python") from None
    text = jinja2.Template((ROOT / "recipe" / "meta.yaml").read_text(), undefined=jinja2.StrictUndefined).render(compiler=lambda name: f"{name}_compiler")
    return yaml.safe_load(text)


def test_the_recipe_is_whole(_):
    found = recipe()
    assert found["package"]["name"] == "buckle" and found["about"]["license"] == "Apache-2.0"
    assert (ROOT / "recipe" / found["source"]["path"]).resolve() == ROOT.resolve() and (ROOT / found["about"]["license_file"]).is_file()
    assert "c_compiler" in found["requirements"]["build"] and found["test"]["commands"]


def build_as_the_recipe_does(folder):
    need("meson", "ninja")
    found, source, prefix = recipe(), checkout(folder), folder / "prefix"
    env = {**DEBIAN_FIRST, "PREFIX": str(prefix), "BUCKLE_CACHE": str(folder / "cache")}
    for step in found["build"]["script"]:
        run("sh", "-e", "-c", step, cwd=source, env=env)
    env["PATH"] = f"{prefix}/bin:{env['PATH']}"
    for step in found["test"]["commands"]:
        run("sh", "-e", "-c", step, cwd=folder, env=env)


if LONG:
    test_a_clone_is_a_few_commands_from_a_number = follow_the_first_tutorial
    test_the_debian_packages_are_built_and_used = build_debian_packages
    test_the_steps_of_the_container_make_a_program_that_anybody_can_run = build_as_the_container_does
    test_the_steps_of_the_recipe_make_a_package_that_passes_its_tests = build_as_the_recipe_does

if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
