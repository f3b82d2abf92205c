# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""What the README shows, done: every `$ ` line after "Send a message" runs, and prints what is promised."""

import re
import subprocess
from pathlib import Path

from harness.gateway import Gateway
from harness.process import DEADLINE, clean_environment, executable

README = Path(__file__).resolve().parents[2] / "README.md"


def commands_of_the_readme() -> list[str]:
    section = README.read_text(encoding="utf-8").split("## Send a message", 1)[1].split("\n## ", 1)[0]
    blocks = re.findall(r"```\w*\n(.*?)```", section, re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def adapted(command: str, gateway: Gateway) -> str:
    """The README's address, executable and data directory become those of this test."""
    command = command.replace("http://127.0.0.1:8080", gateway.url)
    command = command.replace(".build/release/modemgate", executable())
    return command.replace("--data-dir var/simulated", f"--data-dir {gateway.data_directory}")


def test_every_command_of_the_readme_works(fresh_gateway: Gateway) -> None:
    commands = commands_of_the_readme()
    assert len(commands) >= 3
    output = ""
    with fresh_gateway.events() as events:
        for command in commands:
            done = subprocess.run(
                ["/bin/sh", "-c", adapted(command, fresh_gateway)],
                capture_output=True, text=True, env=clean_environment(), timeout=DEADLINE, check=False,
            )  # fmt: skip
            assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
            output += done.stdout
            if "--json" in command or "sms send" in command:
                events.wait("sms:received")
    text = re.search(r'"text": "([^"]+)"', "\n".join(commands)).group(1)
    assert [message["text"] for message in fresh_gateway.messages(direction="in")] == [text]
    # Accepted, received, and both in the table.
    assert output.count(text) == 4
