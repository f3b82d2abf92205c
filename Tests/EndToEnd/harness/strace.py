# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Reads what strace writes with `-f -ttt -T -y`, and puts calls together that other threads' lines cut in two."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LINE = re.compile(r"^(?P<thread>\d+) +(?P<time>\d+\.\d+) (?P<rest>.*)$")
RESUMED = re.compile(r"^<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)$")
CALL = re.compile(r"^(?P<name>\w+)\((?P<arguments>.*)\)\s+= (?P<result>-?\d+|\?).*?(?:<(?P<seconds>\d+\.\d+)>)?$", re.DOTALL)
UNFINISHED = " <unfinished ...>"


@dataclass(frozen=True)
class SystemCall:
    """One call, with the moments of its entry and its return in seconds since 1970."""

    thread: int
    name: str
    arguments: str
    result: int
    began: float
    ended: float

    @property
    def file(self) -> str:
        """What the first argument, a descriptor, stands for: a path, a socket."""
        match = re.match(r"\d+<(.*?)>", self.arguments)
        return match.group(1) if match else ""

    def __str__(self) -> str:
        shown = self.arguments if len(self.arguments) < 110 else self.arguments[:107] + "…"
        return f"{self.began:.6f} … {self.ended:.6f} [{self.thread}] {self.name}({shown}) = {self.result}"


def completed_calls(path: Path) -> list[SystemCall]:
    """All calls that returned, in the order of their entry."""
    return sorted(_calls(path), key=lambda call: call.began)


def _calls(path: Path) -> Iterator[SystemCall]:
    begun: dict[int, tuple[float, str]] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        match = LINE.match(line)
        if not match:
            continue
        thread, moment, rest = int(match["thread"]), float(match["time"]), match["rest"]
        if rest.endswith(UNFINISHED):
            begun[thread] = (moment, rest.removesuffix(UNFINISHED))
            continue
        if resumed := RESUMED.match(rest):
            if thread not in begun:
                continue
            moment, head = begun.pop(thread)
            rest = head + resumed["rest"]
        call = CALL.match(rest)
        if call and call["result"] != "?":
            ended = moment + float(call["seconds"] or 0)
            yield SystemCall(thread, call["name"], call["arguments"], int(call["result"]), moment, ended)
