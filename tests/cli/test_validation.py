"""The pages of docs/validation say what this build computes, each number within one unit of its last printed digit."""
import subprocess
import sys

from harness import PROGRAM, ROOT, environment, main


def test_the_pages_hold(folder):
    done = subprocess.run([sys.executable, ROOT / "tools" / "validation_pages.py", PROGRAM, ROOT, "--check"], cwd=folder,
                          env=environment(), capture_output=True, text=True, timeout=3000)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_changed_number_is_found(folder):
    sys.path.insert(0, str(ROOT / "tools"))
    import validation_pages
    page = (ROOT / "docs" / "validation" / "observed-flows.md").read_text(encoding="utf-8")
    assert not list(validation_pages.differences(page, page))
    number = next(row for row in page.splitlines() if row.startswith("| titr-2023 ")).split("|")[3].strip()
    other = validation_pages.digits(1.02 * float(number))
    assert list(validation_pages.differences(page, page.replace(f" {number} ", f" {other} ")))
    assert list(validation_pages.differences(page, page.replace("| near |", "| far |", 1)))


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
