# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Hostile values in every key of the configuration file and every variable of the environment.

Keys and names come from the example file, which lists every setting (a unit test sees to that).
"""

import copy
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from harness.process import DEADLINE, clean_environment, executable
from hostile import ARGUMENTS, CORPUS, OTHER_TYPES, is_unicode, json_bytes, raw_bytes

EXAMPLE = Path(__file__).resolve().parents[2] / "config" / "modemgate.example.yaml"
GOOD, REFUSED = 0, 78


def example() -> dict:
    """The example with what is commented out: a # that touches a setting."""
    text = EXAMPLE.read_text(encoding="utf-8")
    lines = [re.sub(r"^(\s*)#(?=\S|  )", lambda match: match.group(1), line) for line in text.splitlines()]
    kept = [line for line in lines if re.match(r"^\s*(- )?[A-Za-z_]+:", line)]
    # A list that is empty when it is not set is there twice; the second has its members.
    settings = yaml.safe_load("\n".join(line for line in kept if not (line.endswith(": []") and doubled(line, kept))))
    assert settings["http"] and settings["modems"], "the example could not be read"
    return settings


def doubled(line: str, lines: list[str]) -> bool:
    return any(other == line.removesuffix(" []") for other in lines)


def places(node: object, path: tuple = ()) -> Iterator[tuple]:
    """Every leaf, and every mapping and list as a whole."""
    if path:
        yield path
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, member in members:
        yield from places(member, (*path, name))


def replaced(settings: dict, place: tuple, value: object) -> dict:
    settings = copy.deepcopy(settings)
    holder = settings
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    return settings


def check(*arguments: object, environment: dict[bytes, bytes] | None = None) -> subprocess.CompletedProcess[bytes]:
    merged = {name.encode(): value.encode() for name, value in clean_environment().items()} | (environment or {})
    done = subprocess.run(
        [executable(), "config", *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE, env=merged,
        check=False,
    )  # fmt: skip
    assert done.returncode in (GOOD, REFUSED), f"{done.returncode} {done.stderr[-2000:]!r}"
    return done


def assert_sentences(done: subprocess.CompletedProcess[bytes], where: str) -> None:
    """Every problem is a line that says where and what."""
    if done.returncode == GOOD:
        return
    lines = done.stderr.decode("utf-8").splitlines()
    assert lines, where
    assert all(len(line.split()) > 3 for line in lines), f"{where}: {lines}"
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", done.stderr.decode("utf-8")), f"{where}: {done.stderr!r}"


@pytest.mark.parametrize("case", [*CORPUS, *OTHER_TYPES])
def test_every_key_of_the_file(tmp_path: Path, case: str) -> None:
    """JSON is YAML too, which leaves no doubt about quoting. All keys at once, then those that take anything alone."""
    value, settings = {**CORPUS, **OTHER_TYPES}[case], example()
    file = tmp_path / "hostile.yaml"
    leaves = [place for place in places(settings) if not isinstance(holder_of(settings, place), dict | list)]
    everything = settings
    for place in leaves:
        everything = replaced(everything, place, value)
    file.write_bytes(json_bytes(everything))
    assert_sentences(check("check", "--config", file), case)
    # Alone, so that a key which takes it is not hidden by another that does not.
    for place in leaves if case in ALONE else []:
        file.write_bytes(json_bytes(replaced(settings, place, value)))
        done = check("check", "--config", file)
        assert_sentences(done, f"{place}")
        if done.returncode == GOOD and is_unicode(value):
            shown = json.loads(check("show", "--json", "--config", file).stdout)
            assert json.dumps(value) in json.dumps(shown) or value.strip() != value, f"{place}: taken, and shown as another"


# With each key by itself: these have the best chance to be taken for something.
ALONE = ["commandSubstitution", "lineEnds", "nul", "yaml", "numberAndDial", "invalidUTF8", "veryLongNumber", "rightToLeft"]


def holder_of(settings: dict, place: tuple) -> object:
    for step in place:
        settings = settings[step]
    return settings


@pytest.mark.parametrize("case", CORPUS)
def test_file_that_is_nothing_else(tmp_path: Path, case: str) -> None:
    file = tmp_path / "hostile.yaml"
    for content in (raw_bytes(CORPUS[case]), b"http: " + raw_bytes(CORPUS[case]), raw_bytes(CORPUS[case]) + b": 1\n"):
        file.write_bytes(content)
        assert_sentences(check("check", "--config", file), case)


@pytest.mark.parametrize("case", ARGUMENTS)
def test_every_variable(tmp_path: Path, case: str) -> None:
    empty = tmp_path / "empty.yaml"
    empty.write_text("{}\n")
    names = sorted(set(re.findall(r"\bMODEMGATE_[A-Z_]+\b", EXAMPLE.read_text(encoding="utf-8"))))
    assert len(names) > 10
    # All together must fit into what a process may be given.
    together = {name.encode(): ARGUMENTS[case][:2000] for name in names}
    done = check("check", "--config", empty, environment=together)
    assert_sentences(done, case)
    assert done.returncode == REFUSED, f"{case} was taken by every variable"
    for name in names if case in ALONE else []:
        assert_sentences(check("check", "--config", empty, environment={name.encode(): ARGUMENTS[case]}), name)


def test_expanding_aliases(tmp_path: Path) -> None:
    """A billion laughs: refused at once, in bounded memory."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 12)]
    file = tmp_path / "laughs.yaml"
    file.write_text("\n".join(lines) + "\n")
    assert check("check", "--config", file).returncode == REFUSED


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null", ".", "/proc/self/mem", "absent"])
def test_file_that_is_no_file(tmp_path: Path, name: str) -> None:
    done = check("check", "--config", os.path.join(tmp_path, name))
    assert_sentences(done, name)
