# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""The executable under test as a child process."""

import os
import queue
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

# Generous: a loaded machine with two slow cores must not fail a test. Nothing waits this long when all is well.
DEADLINE = 30.0


def executable() -> str:
    path = os.environ.get("MODEMGATE", "")
    if not path:
        raise RuntimeError("MODEMGATE must name the executable to test, for instance .build/release/modemgate")
    return str(Path(path).resolve())


def clean_environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """The caller's environment without settings of another gateway."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MODEMGATE")}
    return kept | (extra or {})


class Child:
    """A long-running `modemgate` with its output, line by line."""

    def __init__(self, *arguments: str, environment: dict[str, str] | None = None, wrapper: list[str] | None = None):
        self.arguments = [*(wrapper or []), executable(), *arguments]
        self.process = subprocess.Popen(
            self.arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=clean_environment(environment),
            text=True,
            errors="replace",
        )
        self.output: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.output.append(line.rstrip("\n"))
            self._lines.put(self.output[-1])
        self._lines.put(None)

    def wait_for_line(self, pattern: str, deadline: float = DEADLINE) -> re.Match:
        """The first line not yet waited for that matches."""
        end = time.monotonic() + deadline
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no line like {pattern!r} in {deadline} s; output:\n{self.text}") from None
            if line is None:
                code = self.process.wait()
                raise AssertionError(f"ended with {code} before a line like {pattern!r}; output:\n{self.text}")
            if match := re.search(pattern, line):
                return match

    @property
    def text(self) -> str:
        return "\n".join(self.output)

    @property
    def pid(self) -> int:
        return self.process.pid

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def wait(self, deadline: float = DEADLINE) -> int:
        code = self.process.wait(deadline)
        self._reader.join(deadline)
        return code

    def stop(self) -> int:
        """Ctrl-C, as a user stops it."""
        if self.process.poll() is None:
            self.signal(signal.SIGINT)
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"did not stop {DEADLINE} s after Ctrl-C; output:\n{self.text}") from None

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.wait()


def run(
    *arguments: str, stdin: str | None = None, environment: dict[str, str] | None = None, deadline: float = DEADLINE
) -> subprocess.CompletedProcess[str]:
    """Runs one `modemgate` command to its end."""
    return subprocess.run(
        [executable(), *arguments],
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        errors="replace",
        env=clean_environment(environment),
        timeout=deadline,
        check=False,
    )
