# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Hostile words on the command line, hostile directories, and hostile messages shown on a terminal."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from harness.commandtree import Command, commands
from harness.gateway import Gateway
from harness.process import DEADLINE, clean_environment, executable, run
from harness.simulator import Simulator
from hostile import ARGUMENTS, CORPUS

OUTSIDE = "+33639980099"
# Starting a process for each of all values and arguments would take minutes: those that aim at something on this way.
CASES = [
    "quotes", "commandSubstitution", "option", "dash", "lineEnds", "escape", "messageIndication", "numberAndDial", "sql",
    "fullTextOpen", "headerInjection", "traversal", "format", "rightToLeft", "tenThousandEmoji", "invalidUTF8", "empty",
    "hugeInteger",
]  # fmt: skip
# Control characters other than line feed and tab: what a terminal takes for commands.
TERMINAL_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# These name what others of this file still need, or would take the simulator's own modem away.
LOCATING = {"data-dir", "config", "dir", "port"}


def run_bytes(*words: bytes, directory: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [executable().encode(), *words], stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE, cwd=directory,
        env=clean_environment(), check=False,
    )  # fmt: skip


def where(command: Command, gateway: Gateway) -> list[bytes]:
    """The option with which a command finds the gateway, or its simulator."""
    options = {argument.option for argument in command.arguments}
    if "dir" in options:
        return [b"--dir", os.fsencode(gateway.data_directory / "sim")]
    return [b"--data-dir", os.fsencode(gateway.data_directory)] if "data-dir" in options else []


@pytest.mark.parametrize("case", CASES)
def test_every_argument_of_every_command(gateway: Gateway, tmp_path: Path, case: str) -> None:
    """Done (0) or refused with a sentence; never a crash, and no file anywhere."""
    problems = []
    for command in commands():
        for argument in command.arguments:
            # A file that is to be written has the name it is given: not one outside of the test's directory.
            if argument.option in LOCATING or (argument.value_name == "file" and case == "traversal"):
                continue
            words = command.with_value(argument, ARGUMENTS[case])
            # Required options that say where were given a sample; ours count because they come last.
            done = run_bytes(*without(words, b"--dir="), *where(command, gateway), directory=tmp_path)
            if problem := problem_with(done):
                problems.append(f"{' '.join(command.words)} {argument.option or argument.value_name}: {problem}")
    # What is no UTF-8 is replaced before anybody sees it.
    named = {b"x", ARGUMENTS[case], ARGUMENTS[case].decode("utf-8", "replace").encode()}
    assert {os.fsencode(path.name) for path in tmp_path.iterdir()} <= named, "a file that nobody named was written"
    assert gateway.child.process.poll() is None
    assert not problems, "\n".join(problems[:20])


def without(words: list[bytes], prefix: bytes) -> list[bytes]:
    return [word for word in words if not word.startswith(prefix)]


def problem_with(done: subprocess.CompletedProcess[bytes]) -> str | None:
    if done.returncode < 0:
        return f"ended by signal {-done.returncode}: {done.stderr[-300:]!r}"
    # `pdu` says it on standard output, where the results of other lines are.
    if done.returncode and len((done.stderr + done.stdout).split()) < 3:
        return f"status {done.returncode} without a sentence: {done.stderr!r}"
    return None


@pytest.mark.parametrize("case", ["escape", "controls", "c1Controls", "rightToLeft", "separators", "lineEnds"])
def test_message_on_a_terminal(gateway: Gateway, simulator: Simulator, numbers: dict[str, str], case: str) -> None:
    """What a stranger sends must not move the cursor, set the title or type for the owner; `--json` has it whole."""
    modem = sorted(numbers)[0]
    with gateway.events() as events:
        simulator.deliver(modem, OUTSIDE, CORPUS[case])
        identifier = events.wait("sms:received", lambda data: data["text"] == CORPUS[case])["data"]["id"]
    assert gateway.cli_json("sms", "show", identifier)["text"] == CORPUS[case]
    for words in (("sms", "show", identifier), ("sms", "list")):
        shown = gateway.cli(*words)
        assert shown.returncode == 0, shown.stderr
        assert not TERMINAL_COMMANDS.search(shown.stdout), f"{words}: {shown.stdout!r:.300}"
    # One message is one line of a list, whatever lines it has.
    assert len([line for line in gateway.cli("sms", "list", "--limit", "1").stdout.splitlines() if line.strip()]) <= 2


@pytest.mark.parametrize("case", ["quotes", "commandSubstitution", "format", "rightToLeft", "yaml", "sql", "percent", "space"])
def test_data_directory_with_a_hostile_name(case: str) -> None:
    """It is a name like any other: the gateway runs there, and nowhere else."""
    # Not below `tmp_path`: the path of a Unix socket holds 107 bytes.
    tmp_path = Path(tempfile.mkdtemp(prefix="mg"))
    directory = tmp_path / CORPUS[case].replace("/", "_")[:20]
    with Gateway("--simulate", data_directory=directory) as gateway:
        assert gateway.health()["database"]["ok"]
        assert gateway.cli("modems").returncode == 0
        assert gateway.stop() == 0
    assert list(tmp_path.iterdir()) == [directory]
    shutil.rmtree(tmp_path)


def test_data_directory_with_too_long_a_path(tmp_path: Path) -> None:
    done = run("serve", "--simulate", "--listen", "127.0.0.1:0", "--data-dir", str(tmp_path / ("d" * 100)))
    assert done.returncode == 78
    assert "set data_dir to a shorter one" in done.stderr


@pytest.mark.parametrize("case", ["traversal", "long", "invalidUTF8", "lineEnds", "empty"])
def test_data_directory_that_cannot_be(tmp_path: Path, case: str) -> None:
    done = run_bytes(b"modems", b"--data-dir=" + ARGUMENTS[case], directory=tmp_path)
    assert done.returncode > 0
    assert problem_with(done) is None
    assert not list(tmp_path.iterdir())

