#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Counts a test run for scripts/test: prints "PASSED FAILED" and says on standard error what is wrong.

Usage: count-tests.py REPORT.xml ALLOWED-SKIPS
A skipped test counts as failed unless ALLOWED-SKIPS names it and says why; so does a run without a single test.
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def allowed_skips(path: Path) -> dict[str, str]:
    """Lines `NAME  # REASON`; a line without a reason is an error."""
    allowed = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, reason = line.partition("#")
        if not reason.strip():
            sys.exit(f"{path}:{number}: a skipped test needs its reason after a #")
        allowed[name.strip()] = reason.strip()
    return allowed


def main() -> int:
    report, allowed = Path(sys.argv[1]), allowed_skips(Path(sys.argv[2]))
    if not report.is_file():
        print("the run ended without a report: it crashed or did not start", file=sys.stderr)
        print("0 1")
        return 1
    passed = failed = 0
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
            print(f"failed: {name}", file=sys.stderr)
        elif case.find("skipped") is None:
            passed += 1
        elif name not in allowed:
            failed += 1
            print(f"skipped without a reason in scripts/allowed-skips: {name}", file=sys.stderr)
    if passed + failed == 0:
        print("no test ran", file=sys.stderr)
        failed = 1
    print(passed, failed)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
