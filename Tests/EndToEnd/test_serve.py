# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Start and stop."""

import json
import os
import re
import signal

import pytest
from harness.gateway import Gateway
from harness.process import run
from harness.simulator import SimulatorProcess


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stops_cleanly(number: signal.Signals) -> None:
    with Gateway() as gateway:
        gateway.wait_until_ready()
        links = [path for path in gateway.data_directory.rglob("*") if path.is_symlink()]
        assert links, "the simulated modems' ttys are linked in the data directory"
        gateway.child.signal(number)
        assert gateway.child.wait() == 0
        left = [path for path in gateway.data_directory.rglob("*") if path.is_socket() or path.is_symlink()]
        assert left == []


def test_stops_with_clients_connected() -> None:
    with Gateway() as gateway, gateway.events(), gateway.events():
        gateway.get("/api/modems")
        assert gateway.stop() == 0


def test_says_what_to_try() -> None:
    """The address, the two numbers and three lines that work when pasted."""
    with Gateway() as gateway:
        gateway.wait_until_ready()
        gateway.child.wait_for_line("curl")
        gateway.child.wait_for_line("curl")
        gateway.child.wait_for_line("curl")
        for modem in gateway.modems():
            assert modem["sim"]["number"] in gateway.child.text
        commands = [line.strip().removeprefix("$ ") for line in gateway.child.output if "curl" in line]
        for command in commands:
            assert os.system(f"{command} >/dev/null 2>&1") == 0, command  # noqa: S605 - the user's own shell does it


def test_second_gateway_on_the_same_data_is_refused(gateway: Gateway) -> None:
    second = run("serve", "--simulate", "--data-dir", str(gateway.data_directory), "--listen", "127.0.0.1:0")
    assert second.returncode not in (0, None)
    assert second.stderr.strip()
    assert gateway.health()["status"] == "ok"


def test_port_in_use_is_said(gateway: Gateway, tmp_path) -> None:
    address = f"127.0.0.1:{gateway.port}"
    second = run("serve", "--simulate", "--data-dir", str(tmp_path / "d"), "--listen", address)
    assert second.returncode not in (0, None)
    assert address in second.stderr or str(gateway.port) in second.stderr, second.stderr


def test_log_hides_numbers() -> None:
    with Gateway(environment={"MODEMGATE_LOG_LEVEL": "trace"}) as gateway:
        gateway.wait_until_ready()
        with gateway.events() as events:
            gateway.send("+33639981234", "a secret text")
            events.wait("sms:status", lambda data: data["state"] == "sent")
        imsis = [modem["sim"]["imsi"] for modem in gateway.modems()]
        assert gateway.stop() == 0
        for hidden in ["+33639981234", "33639981234", "a secret text", *imsis]:
            assert hidden not in gateway.child.text, hidden


def test_log_shows_numbers_when_asked_to() -> None:
    with Gateway(environment={"MODEMGATE_LOG_SHOW_NUMBERS": "true"}) as gateway:
        gateway.wait_until_ready()
        with gateway.events() as events:
            first, second = gateway.modems()
            gateway.send(second["sim"]["number"], "not a secret", modem=first["id"])
            events.wait("sms:received", lambda data: True)
        assert gateway.stop() == 0
        assert f"sms.from={first['sim']['number']}" in gateway.child.text


def test_configuration_errors_name_file_line_and_remedy(tmp_path) -> None:
    file = tmp_path / "gateway.yaml"
    file.write_text("http:\n  lisen: 127.0.0.1:9000\nsms:\n  deliveryReports: perhaps\n")
    refused = run("serve", "--config", str(file), "--data-dir", str(tmp_path / "d"))
    assert refused.returncode not in (0, None)
    assert re.search(r"gateway\.yaml:2.*lisen.*listen", refused.stderr), refused.stderr
    assert re.search(r"gateway\.yaml:4", refused.stderr), refused.stderr


def test_modem_on_a_tty_of_another_process(tmp_path) -> None:
    """`--modem MODEL:TTY`, with the simulator in a process of its own."""
    simulator = SimulatorProcess(tmp_path / "sim")
    try:
        modems = [argument for modem in simulator.modems for argument in ("--modem", f"{modem.model}:{modem.tty}")]
        with Gateway(*modems) as gateway:
            gateway.wait_until_ready()
            assert {modem["imei"] for modem in gateway.modems()} == {modem["imei"] for modem in simulator.status()}
    finally:
        simulator.stop()


def test_greeting_for_programs() -> None:
    """`serve --json` prints where it listens as one line of JSON."""
    with Gateway("--simulate", "--json") as gateway:
        gateway.wait_until_ready()
        line = next(line for line in gateway.child.text.splitlines() if line.startswith("{"))
        greeting = json.loads(line)
        assert greeting["url"] == gateway.url
        assert [modem["id"] for modem in greeting["simulated"]] == ["ec25-1", "sim7600-1"]
