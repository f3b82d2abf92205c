# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""USSD: one answer, menus, what the network says by itself, and everything that ends a session."""

import os
import pty
import subprocess
import time
from collections.abc import Iterator

import httpx
import pytest
from harness.events import EventStream
from harness.gateway import Gateway
from harness.process import DEADLINE, clean_environment, executable
from harness.simulator import Simulator


@pytest.fixture(params=["ec25", "sim7600"])
def modem(request: pytest.FixtureRequest, gateway: Gateway) -> str:
    return gateway.modem(request.param)["id"]


@pytest.fixture(autouse=True)
def closed(gateway: Gateway) -> Iterator[None]:
    """No test leaves a session or a fault behind."""
    yield
    Simulator(gateway).heal()


def ask(gateway: Gateway, modem: str, code: str, **more) -> httpx.Response:
    return gateway.post(f"/api/modems/{modem}/ussd", {"code": code} | more)


def opened(gateway: Gateway, modem: str, code: str) -> dict:
    answer = ask(gateway, modem, code)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_one_answer(gateway: Gateway, modem: str) -> None:
    answer = opened(gateway, modem, "*100#")
    assert answer["state"] == "done"
    assert answer["text"].splitlines() == ["Your balance is 24,84 EUR.", "Valid until 31.12."]


def test_ucs2(gateway: Gateway, modem: str) -> None:
    assert opened(gateway, modem, "*101#")["text"].splitlines() == ["Crédit : 24,84 €", "Баланс 😀"]


def test_accents_of_the_default_alphabet(gateway: Gateway, modem: str) -> None:
    """An EC25 is spoken to in UCS2. A SIM7600 writes ASCII, in which a letter with an accent is a `?` (docs/API.md)."""
    letter = "à" if modem.startswith("ec25") else "?"
    assert opened(gateway, modem, "*102#")["text"] == f"Solde {letter} ce jour : 5,10 EUR"


def test_menu(gateway: Gateway, modem: str) -> None:
    menu = opened(gateway, modem, "*123#")
    assert menu["state"] == "awaiting-reply"
    assert menu["text"].splitlines() == ["Menu", "1 Balance", "2 Offers", "", "0 Exit"], "the empty line too"
    session = f"/api/modems/{modem}/ussd/{menu['session']}"
    offers = gateway.post(session, {"text": "2"})
    assert offers.status_code == 200 and offers.json()["state"] == "awaiting-reply", offers.text
    last = gateway.post(session, {"text": "1"}).json()
    assert (last["state"], last["text"]) == ("done", "10 GB for 5 EUR.")
    over = gateway.post(session, {"text": "1"})
    assert over.status_code in (404, 409) and len(over.json()["detail"].split()) > 3


def test_one_session_at_a_time(gateway: Gateway, modem: str) -> None:
    menu = opened(gateway, modem, "*123#")
    second = ask(gateway, modem, "*100#")
    assert second.status_code == 409 and len(second.json()["detail"].split()) > 3
    cancelled = gateway.http.delete(f"/api/modems/{modem}/ussd/{menu['session']}")
    assert cancelled.status_code == 200, cancelled.text
    assert opened(gateway, modem, "*100#")["state"] == "done"


def test_messages_flow_beside_a_session(gateway: Gateway, modem: str) -> None:
    menu = opened(gateway, modem, "*123#")
    with gateway.events() as events:
        identifier = gateway.send("+33639980099", "beside a session", modem=modem)["id"]
        events.wait("sms:status", lambda data: data["id"] == identifier and data["state"] == "sent")
    assert gateway.post(f"/api/modems/{modem}/ussd/{menu['session']}", {"text": "0"}).json()["text"] == "Good bye."


def test_no_answer_is_a_time_out(gateway: Gateway, modem: str) -> None:
    began = time.monotonic()
    answer = ask(gateway, modem, "*190#", timeout=5)
    assert answer.status_code == 504, answer.text
    assert 4 < time.monotonic() - began < 20
    assert opened(gateway, modem, "*100#")["state"] == "done"


@pytest.mark.parametrize("code", ["*191#", "*192#", "*193#", "*197#"], ids=["notSupported", "timeOut", "terminated", "refusedByModem"])
def test_what_the_network_refuses(gateway: Gateway, modem: str, code: str) -> None:
    answer = ask(gateway, modem, code)
    assert answer.status_code in (200, 409, 502, 504), answer.text
    assert answer.json().get("state") != "awaiting-reply"
    if answer.status_code != 200:
        assert len(answer.json()["detail"].split()) > 3
    assert opened(gateway, modem, "*100#")["state"] == "done"


def test_answer_before_the_result(gateway: Gateway, modem: str) -> None:
    assert opened(gateway, modem, "*194#")["text"] == "Early answer"


@pytest.mark.parametrize("code", ["", "hello", "*100#\rAT+CFUN=0", '*100#",15;+CFUN=0;"', "*100#\x1a", "*" * 200, "*100#;ATD112", "１００"])
def test_code_that_is_none(gateway: Gateway, modem: str, code: str) -> None:
    answer = ask(gateway, modem, code)
    assert answer.status_code in (400, 422), answer.text
    assert gateway.at(modem, "AT+CFUN?").json()["lines"] == ["+CFUN: 1"]


@pytest.mark.parametrize("text", ['1",15\rAT+CFUN=0', "1\x1a", '";+CFUN=0;"', "", "x" * 500])
def test_hostile_reply(gateway: Gateway, modem: str, text: str) -> None:
    menu = opened(gateway, modem, "*123#")
    answer = gateway.post(f"/api/modems/{modem}/ussd/{menu['session']}", {"text": text})
    assert answer.status_code in (200, 400, 422), answer.text
    assert gateway.at(modem, "AT+CFUN?").json()["lines"] == ["+CFUN: 1"]
    if answer.status_code != 200 or answer.json()["state"] == "awaiting-reply":
        gateway.http.delete(f"/api/modems/{modem}/ussd/{menu['session']}")


def test_network_begins(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str) -> None:
    simulator.sim("ussd", modem, "--text", "Your credit is low.\nPay soon.")
    told = events.wait("ussd:received", lambda data: data["modem"] == modem)["data"]
    assert told["text"].splitlines() == ["Your credit is low.", "Pay soon."]


def test_unplugged_during_a_session(gateway: Gateway, simulator: Simulator, modem: str) -> None:
    menu = opened(gateway, modem, "*123#")
    with gateway.events() as events:
        simulator.unplug(modem)
        events.wait("modem:state", lambda data: data["id"] == modem and data["state"] == "gone")
        answer = gateway.post(f"/api/modems/{modem}/ussd/{menu['session']}", {"text": "1"})
        assert answer.status_code in (404, 409, 503), answer.text
        simulator.plug(modem)
        events.wait("modem:state", lambda data: data["id"] == modem and data["state"] == "ready")
    assert opened(gateway, modem, "*100#")["state"] == "done"


def test_modem_that_is_none(gateway: Gateway) -> None:
    assert ask(gateway, "nope-9", "*100#").status_code == 404


def test_command_line(gateway: Gateway, modem: str) -> None:
    done = gateway.cli("ussd", modem, "*100#")
    assert done.returncode == 0 and "24,84 EUR" in done.stdout, done.stderr
    assert gateway.cli_json("ussd", modem, "*100#")["state"] == "done"
    assert gateway.cli("ussd", modem, "nonsense").returncode not in (0, 64)


def test_session_in_a_terminal(gateway: Gateway, modem: str) -> None:
    controller, terminal = pty.openpty()
    console = subprocess.Popen(
        [executable(), "ussd", modem, "*123#", "--data-dir", str(gateway.data_directory)],
        stdin=terminal, stdout=terminal, stderr=terminal, env=clean_environment({"TERM": "xterm"}), close_fds=True,
    )  # fmt: skip
    os.close(terminal)
    try:
        read_until(controller, b"0 Exit")
        os.write(controller, b"1\r")
        read_until(controller, b"24,84 EUR")
        assert console.wait(DEADLINE) == 0
    finally:
        console.kill()
        os.close(controller)


def read_until(descriptor: int, wanted: bytes) -> bytes:
    seen = b""
    while wanted not in seen:
        block = os.read(descriptor, 4096)
        assert block, seen
        seen += block
    return seen
