#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Rules on source text that no compiler checks: headers, imports, citations.

Usage: check-sources.py headers|imports|citations [ROOT]
Prints one line per violation (file:line: what to do) and exits 1 when there is any.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

HEADER = ("SPDX-License-Identifier: Apache-2.0", "SPDX-FileCopyrightText: The Modemgate authors")
HEADER_SUFFIXES = {".swift", ".py", ".sh", ".h", ".c", ".modulemap", ".rules", ".service", ".lua"}

IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)\s+)?(\w+)"
)
# They decide and convert; whoever imports them brings the input and output.
PURE_MODULES = {"ATProtocol", "SMSPDU"}
IMPURE_IMPORTS = re.compile(r"^(Foundation\w*|Glibc|Musl|Darwin|Dispatch|NIO\w*|Logging|PosixMutex|Synchronization)$")
# Import → the only modules that may have it (docs/ARCHITECTURE.md).
CONFINED_IMPORTS = {
    re.compile(r"^(GRDB|SQLite3|GRDBSQLite)$"): {"GatewayStore"},
    re.compile(r"^(NIO\w*|Hummingbird\w*)$"): {"GatewayAPI", "WebSocketServer", "Webhooks", "modemgate"},
}
# A trap or a promise in the code: input from outside must not be able to reach the first, the second belongs elsewhere.
FORBIDDEN = {
    re.compile(r"\btry!"): "handle the error",
    re.compile(r"\bas!"): "use `as?` and handle nil",
    re.compile(r"\b(TODO|FIXME)\b"): "do it, or open an issue",
}

CITATIONS = {
    "3GPP": re.compile(r"\bTS\s?(\d{2}\.\d{3})\b"),
    "GSM": re.compile(r"\bGSM\s?(\d{2}\.\d{2})\b"),
    "ITU-T": re.compile(r"(?<![\w.])([EQVTX]\.\d{2,4}(?:bis|ter)?)\b"),
    "RFC": re.compile(r"\bRFC\s?(\d{3,5})\b"),
}


def swift_sources(root: Path) -> Iterator[Path]:
    yield from sorted((root / "Sources").rglob("*.swift"))


def module_of(root: Path, path: Path) -> str:
    return path.relative_to(root / "Sources").parts[0]


def needs_header(path: Path) -> bool:
    if path.suffix in HEADER_SUFFIXES:
        return True
    return path.suffix == "" and path.read_bytes()[:2] == b"#!"


def check_headers(root: Path) -> Iterator[str]:
    places = ["Sources", "Tests", "scripts", ".ci", "udev"]
    files = [root / "Package.swift"]
    for place in places:
        files += [path for path in (root / place).rglob("*") if path.is_file()]
    for path in sorted(files):
        if "__pycache__" in path.parts or not needs_header(path):
            continue
        # A first line of its own: `#!`, `swift-tools-version`, `shellcheck`.
        head = path.read_text(encoding="utf-8", errors="replace").splitlines()[:4]
        if not all(any(line.endswith(wanted) for line in head) for wanted in HEADER):
            yield f"{path.relative_to(root)}:1: the two SPDX lines are missing: {' / '.join(HEADER)}"


def check_imports(root: Path) -> Iterator[str]:
    for path in swift_sources(root):
        module = module_of(root, path)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            place = f"{path.relative_to(root)}:{number}"
            if match := IMPORT.match(line):
                yield from (f"{place}: {problem}" for problem in import_problems(module, match.group(1)))
            for pattern, remedy in FORBIDDEN.items():
                if pattern.search(line):
                    yield f"{place}: `{pattern.search(line).group(0)}`: {remedy}"


def import_problems(module: str, imported: str) -> Iterator[str]:
    if module in PURE_MODULES and IMPURE_IMPORTS.match(imported):
        yield f"{module} is pure and must not import {imported}"
    for pattern, allowed in CONFINED_IMPORTS.items():
        if pattern.match(imported) and module not in allowed:
            yield f"{imported} may be imported by {', '.join(sorted(allowed))} alone"


def check_citations(root: Path) -> Iterator[str]:
    listing = root / "docs" / "STANDARDS.md"
    if not listing.is_file():
        yield "docs/STANDARDS.md: missing; it lists every standard the sources cite, with its version"
        return
    listed = listing.read_text(encoding="utf-8")
    listed_by_kind = {kind: set(pattern.findall(listed)) for kind, pattern in CITATIONS.items()}
    for path in swift_sources(root):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            comment = line.partition("//")[2]
            for kind, pattern in CITATIONS.items():
                for cited in pattern.findall(comment):
                    if cited not in listed_by_kind[kind]:
                        yield f"{path.relative_to(root)}:{number}: {kind} {cited} is not listed in docs/STANDARDS.md"


CHECKS = {"headers": check_headers, "imports": check_imports, "citations": check_citations}


def main() -> int:
    if len(sys.argv) not in (2, 3) or sys.argv[1] not in CHECKS:
        print(__doc__, file=sys.stderr)
        return 2
    root = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).resolve().parent.parent
    problems = list(CHECKS[sys.argv[1]](root))
    for problem in problems:
        print(problem)
    print(f"{sys.argv[1]}: {len(problems)} to mend" if problems else f"{sys.argv[1]}: good")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
