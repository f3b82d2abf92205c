# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""The executable's own description of its commands and their arguments, so that every one of them can be tried."""

import json
from dataclasses import dataclass

from .process import run

# Values that are plausible, so that what comes after them on a command line is looked at.
SAMPLES = {
    "numbers": "+33639980099",
    "number": "+33639980099",
    "to": "+33639980099",
    "text": "an ordinary text",
    "id": "01000000-0000-7000-8000-000000000000",
    "modem": "ec25-1",
    "name": "sample",
    "hex": "00",
    "kind": "garbage",
    "level": "20",
    "code": "*100#",
    "url": "http://192.0.2.1/hook",
}
# They run until they are stopped, or wait for a person.
EVERLASTING = {("serve",), ("sim", "run"), ("help",)}


@dataclass(frozen=True)
class Argument:
    """A value somebody gives: positional, or after an option's name."""

    option: str | None
    value_name: str
    is_optional: bool


@dataclass(frozen=True)
class Command:
    words: tuple[str, ...]
    arguments: tuple[Argument, ...]

    def with_value(self, place: Argument, value: bytes) -> list[bytes]:
        """A command line that is plausible but for one value."""
        words: list[bytes] = [word.encode() for word in self.words]
        for argument in self.arguments:
            if argument is place and argument.option:
                # In one word, so that a value which looks like an option is still this option's value.
                words.append(f"--{argument.option}=".encode() + value)
            elif argument.option and not argument.is_optional:
                words.append(f"--{argument.option}={self._sample(argument)}".encode())
        for argument in self.arguments:
            if argument.option is None:
                words.append(value if argument is place else self._sample(argument).encode())
        return words

    @staticmethod
    def _sample(argument: Argument) -> str:
        return SAMPLES.get(argument.option or argument.value_name, SAMPLES.get(argument.value_name, "x"))


def commands() -> list[Command]:
    """Every command that ends by itself."""
    description = json.loads(run("--experimental-dump-help").stdout)
    return [command for command in _leaves(description["command"], ()) if command.words not in EVERLASTING]


def _leaves(node: dict, words: tuple[str, ...]) -> list[Command]:
    words += (node["commandName"],)
    if node.get("subcommands"):
        return [leaf for child in node["subcommands"] for leaf in _leaves(child, words)]
    arguments = tuple(
        Argument(
            option=argument["preferredName"]["name"] if argument["kind"] == "option" else None,
            value_name=argument["valueName"],
            is_optional=argument["isOptional"],
        )
        for argument in node.get("arguments", [])
        if argument["kind"] != "flag"
    )
    # The first word is the executable's own name.
    return [Command(words[1:], arguments)]
