#!/usr/bin/env python3
"""Count single tests, not programs, in Meson's testlog.json files and print the closing line of ./dev test.

A program that speaks TAP counts its tests; cmocka writes a skipped one as `not ok N # SKIP name`.  Any other program is
one test.  What a program promised (`1..N`) and did not report has failed, and so has a program that ended badly without
saying which test was to blame.
"""
import json
import re
import sys

PLAN = re.compile(r"^1\.\.(\d+)")
RESULT = re.compile(r"^(not )?ok\b(?! - tests$)\s*\d*\s*(.*)$")
DIRECTIVE = re.compile(r"#\s*SKIP\b", re.IGNORECASE)


def count_program(entry):
    """Return (passed, failed, skipped, names of what failed) for one line of testlog.json."""
    planned = passed = failed = skipped = 0
    blamed = []
    for line in entry.get("stdout", "").splitlines():
        if plan := PLAN.match(line):
            planned += int(plan.group(1))
        elif result := RESULT.match(line):
            if DIRECTIVE.search(result.group(2)):
                skipped += 1
            elif result.group(1):
                failed += 1
                blamed.append(result.group(2).lstrip("- "))
            else:
                passed += 1
    outcome = entry["result"]
    if planned == 0:
        passed, failed, skipped = 0, 0, 0
        if outcome == "OK":
            return 1, 0, 0, []
        if outcome == "SKIP":
            return 0, 0, 1, []
        return 0, 1, 0, [outcome.lower()]
    unreported = planned - passed - failed - skipped
    if unreported > 0:
        failed += unreported
        blamed.append(f"{unreported} tests never reported ({outcome.lower()})")
    if outcome not in ("OK", "SKIP") and failed == 0:
        failed += 1
        blamed.append(f"ended with {outcome.lower()}")
    return passed, failed, skipped, blamed


def main(paths):
    totals = [0, 0, 0]
    for path in paths:
        with open(path, encoding="utf-8") as log:
            entries = [json.loads(line) for line in log if line.strip()]
        for entry in entries:
            *counts, blamed = count_program(entry)
            totals = [total + count for total, count in zip(totals, counts)]
            for name in blamed:
                print(f"failed: {entry['name']}: {name}")
    passed, failed, skipped = totals
    closing = f"{passed} passed, {failed} failed"
    print(closing + (f", {skipped} skipped" if skipped else ""))
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
