# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""The command line: what it prints, and with which exit code it ends."""

import json
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest
from harness.gateway import Gateway, parsed
from harness.process import DEADLINE, Child, clean_environment, executable, run
from harness.simulator import Simulator

OUTSIDE = "+33639980099"

# SMS-DELIVER "Hello" from +33639980099; 2026-09-12 11:54:00 +00:00.
DELIVER = "07913336990800F0040B913336990890F900006290211145000005C8329BFD06"


def test_version_and_help() -> None:
    assert re.match(r"\d+\.\d+", run("--version").stdout)
    shown = run("--help")
    assert shown.returncode == 0
    for command in ("serve", "modems", "sms", "at", "pdu", "token", "config", "sim"):
        assert re.search(rf"^\s+{command}\b", shown.stdout, re.MULTILINE), command


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions(shell: str) -> None:
    completions = run("--generate-completion-script", shell)
    assert completions.returncode == 0
    assert "modemgate" in completions.stdout


# ---- with a running daemon


def test_modems(gateway: Gateway) -> None:
    listed = gateway.cli("modems")
    assert listed.returncode == 0, listed.stderr
    for modem in gateway.modems():
        assert modem["id"] in listed.stdout
        assert modem["sim"]["number"] in listed.stdout
    as_json = gateway.cli_json("modems")
    assert [modem["imei"] for modem in as_json["items"]] == [modem["imei"] for modem in gateway.modems()]


def test_send_show_list(gateway: Gateway, numbers: dict[str, str]) -> None:
    sender, receiver = sorted(numbers)
    with gateway.events() as events:
        sent = gateway.cli_json("sms", "send", numbers[receiver], "From the command line: ça va ? 👋", "--modem", sender)
        assert sent["to"] == numbers[receiver]
        events.wait("sms:received", lambda data: data["text"] == sent["text"])
        events.wait("sms:status", lambda data: data["id"] == sent["id"] and data["state"] == "delivered")

    shown = gateway.cli_json("sms", "show", sent["id"])
    assert shown["text"] == "From the command line: ça va ? 👋"
    assert shown["state"] == "delivered"
    assert "From the command line" in gateway.cli("sms", "show", sent["id"]).stdout

    listed = gateway.cli_json("sms", "list")
    assert sent["id"] in [message["id"] for message in listed["items"]]
    assert "From the command line" in gateway.cli("sms", "list").stdout


def test_at(gateway: Gateway) -> None:
    modem = gateway.modem("ec25")["id"]
    result = gateway.cli("at", modem, "AT+CSQ", "AT+CREG?")
    assert result.returncode == 0, result.stderr
    assert "+CSQ: " in result.stdout and "+CREG: " in result.stdout
    objects = [json.loads(line) for line in gateway.cli("at", modem, "AT+CSQ", "ATI", "--json").stdout.splitlines()]
    assert [entry["command"] for entry in objects] == ["AT+CSQ", "ATI"]
    assert objects[0]["result"] == "OK"


def test_interactive_console(gateway: Gateway) -> None:
    """On a terminal, without a command."""
    controller, terminal = pty.openpty()
    modem = gateway.modem("ec25")["id"]
    console = subprocess.Popen(
        [executable(), "at", modem, "--data-dir", str(gateway.data_directory)],
        stdin=terminal, stdout=terminal, stderr=terminal, env=clean_environment({"TERM": "xterm"}), close_fds=True,
    )  # fmt: skip
    os.close(terminal)
    try:
        os.write(controller, b"AT+CSQ\r")
        seen = read_until(controller, b"OK")
        assert b"+CSQ: " in seen
        os.write(controller, b"\x04")
        read_until(controller, None)
        assert console.wait(DEADLINE) == 0
    finally:
        console.kill()
        os.close(controller)


def read_until(descriptor: int, wanted: bytes | None) -> bytes:
    """What a terminal shows up to `wanted`, or to its end."""
    seen = b""
    while wanted is None or wanted not in seen:
        try:
            block = os.read(descriptor, 4096)
        except OSError:  # EIO: nobody has the other side open any more
            block = b""
        if not block:
            assert wanted is None, seen
            break
        seen += block
    return seen


def test_exit_codes(gateway: Gateway, tmp_path: Path) -> None:
    """0 done, 64 wrong usage (EX_USAGE), others as docs/CLI.md lists them: never 0 for what was not done."""
    assert gateway.cli("sms", "send", "not-a-number", "x").returncode not in (0, 64)
    assert gateway.cli("sms", "show", "nope").returncode not in (0, 64)
    assert gateway.cli("at", "nope-9", "AT").returncode not in (0, 64)
    assert gateway.cli("at", gateway.modem("ec25")["id"], "AT+NOSUCHCOMMAND").returncode not in (0, 64)
    assert run("sms", "sned").returncode == 64
    nobody_home = run("modems", "--data-dir", str(tmp_path))
    assert nobody_home.returncode not in (0, 64)
    assert "serve" in nobody_home.stderr, "it says how to start the daemon"


# ---- without a daemon


def test_at_port(tmp_path: Path) -> None:
    """A tty of its own, exclusively; one JSON object for each command."""
    simulator = Child("sim", "run", "--dir", str(tmp_path))
    try:
        tty = simulator.wait_for_line(r"(/\S+\.tty)").group(1)
        result = run("at", "--port", tty, "AT", "AT+CSQ", "AT+NOSUCHCOMMAND", "ATI", "--json")
        objects = [json.loads(line) for line in result.stdout.splitlines()]
        assert [entry["command"] for entry in objects] == ["AT", "AT+CSQ", "AT+NOSUCHCOMMAND", "ATI"]
        for entry in objects:
            assert set(entry) == {"command", "result", "lines", "urcs", "durationMs"}
        assert objects[0]["result"] == "OK"
        assert objects[1]["lines"][0].startswith("+CSQ: ")
        assert "ERROR" in objects[2]["result"]
    finally:
        simulator.stop()


def test_at_port_of_the_daemon_is_refused(gateway: Gateway) -> None:
    """Two owners of one tty were the worst class of faults; the second is told, and the first not disturbed."""
    path = gateway.modem("ec25")["ports"][0]["path"]
    refused = run("at", "--port", path, "AT")
    assert refused.returncode != 0
    assert refused.stderr.strip()
    assert gateway.at(gateway.modem("ec25")["id"], "AT+CSQ").json()["result"] == "OK"


def test_at_port_that_is_none(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert run("at", "--port", str(file), "AT").returncode != 0
    assert file.read_text() == "", "nothing was written to what is no tty"
    absent = tmp_path / "absent"
    assert run("at", "--port", str(absent), "AT").returncode != 0
    assert not absent.exists(), "and nothing created"


# ---- PDU


def test_decode() -> None:
    decoded = parsed(run("pdu", "decode", DELIVER, "--json"))
    assert decoded["type"] == "SMS-DELIVER"
    assert decoded["smsc"] == "+33639980000"
    assert decoded["number"] == OUTSIDE
    assert decoded["text"] == "Hello"
    assert decoded["encoding"] == "gsm7"
    assert decoded["timestamp"] == "2026-09-12T11:54:00+00:00"


def test_decode_lines_from_standard_input() -> None:
    """One object a line; a line that cannot be decoded says why, and the next is decoded."""
    lines = [DELIVER, "0791", "zz", "", DELIVER.lower(), "FF" * 20]
    result = run("pdu", "decode", "-", stdin="\n".join(lines) + "\n")
    objects = [json.loads(line) for line in result.stdout.splitlines()]
    assert objects[0]["text"] == "Hello"
    errors = [entry for entry in objects if "error" in entry]
    assert len(errors) == 3
    for entry in errors:
        assert set(entry) == {"error", "field", "offset"}
    assert [entry["text"] for entry in objects if "text" in entry] == ["Hello", "Hello"]


def test_encode_and_decode_again() -> None:
    text = "Ünïcode 👋 " * 12
    encoded = parsed(run("pdu", "encode", "--to", OUTSIDE, "--text", text, "--json"))
    parts = encoded["parts"]
    assert encoded["encoding"] == "ucs2"
    assert len(parts) > 1
    lines = "\n".join(part["pdu"] for part in parts) + "\n"
    objects = [json.loads(line) for line in run("pdu", "decode", "-", "--direction", "mo", stdin=lines).stdout.splitlines()]
    assert {entry["type"] for entry in objects} == {"SMS-SUBMIT"}
    assert [entry["concat"]["seq"] for entry in objects] == list(range(1, len(parts) + 1))
    assert "".join(entry["text"] for entry in objects) == text


# ---- configuration


def test_config_check(tmp_path: Path) -> None:
    good = tmp_path / "good.yaml"
    good.write_text("http:\n  listen: 127.0.0.1:9000\n")
    assert run("config", "check", "--config", str(good)).returncode == 0
    bad = tmp_path / "bad.yaml"
    bad.write_text("http:\n  listen: 127.0.0.1:9000\n  lisen: x\nmodems: 7\n")
    refused = run("config", "check", "--config", str(bad))
    assert refused.returncode != 0
    said = refused.stdout + refused.stderr
    assert "bad.yaml:3" in said and "bad.yaml:4" in said, said


def test_example_configuration_is_good() -> None:
    example = Path(__file__).resolve().parents[2] / "config" / "modemgate.example.yaml"
    checked = run("config", "check", "--config", str(example))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_environment_overrides_and_is_checked(tmp_path: Path) -> None:
    good = tmp_path / "good.yaml"
    good.write_text("{}\n")
    wrong = run("config", "check", "--config", str(good), environment={"MODEMGATE_HTTP_LISTEN": "nonsense"})
    assert wrong.returncode != 0
    assert "MODEMGATE_HTTP_LISTEN" in wrong.stdout + wrong.stderr
    unknown = run("config", "check", "--config", str(good), environment={"MODEMGATE_HTTP_LISEN": "127.0.0.1:1"})
    assert unknown.returncode != 0


# ---- the simulator's own commands


def test_sim_drives_the_daemons_modems(gateway: Gateway, simulator: Simulator, numbers: dict[str, str]) -> None:
    receiver = sorted(numbers)[0]
    with gateway.events() as events:
        simulator.deliver(receiver, OUTSIDE, "by modemgate sim")
        arrived = events.wait("sms:received", lambda data: data["text"] == "by modemgate sim")["data"]
    assert arrived["from"] == OUTSIDE
