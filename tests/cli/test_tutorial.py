"""Every command of the tutorials runs, and prints what the tutorial says it prints."""
import os
import re
import shutil
import subprocess
import sys

from harness import PROGRAM, ROOT, environment, main

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def follow(page, folder):
    """Run the sh blocks of a page one after the other; the lines of a text block must stand in what the last one printed."""
    (folder / "bin").mkdir()
    (folder / "bin" / "buckle").symlink_to(PROGRAM)
    shutil.copytree(ROOT / "studies", folder / "studies", ignore=shutil.ignore_patterns("facts"))
    env = environment()
    env["PATH"] = f"{folder / 'bin'}{os.pathsep}{env['PATH']}"
    printed, commands = "", 0
    for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind == "sh":
            done = subprocess.run(["sh", "-e", "-c", text], cwd=folder, env=env, capture_output=True, text=True, timeout=250)
            assert done.returncode == 0, f"{text}\nended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
            printed, commands = done.stdout, commands + 1
        elif kind == "text":
            for line in text.splitlines():
                start = line.removesuffix("...")  # `...` stands for the rest of a line
                assert any(seen.startswith(start) if start != line else seen == line for seen in printed.splitlines()), \
                    f"not printed: {line}\nbut:\n{printed}"
    assert commands > 0


for _page in sorted((ROOT / "docs" / "tutorials").glob("*.md")):
    globals()[f"test_{_page.stem.replace('-', '_')}_can_be_followed"] = lambda folder, page=_page: follow(page, folder)


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
