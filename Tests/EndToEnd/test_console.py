# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""The AT console over HTTP: the modem's real answers, and nothing that breaks the gateway's hold on the modem."""

import pytest
from harness.gateway import Gateway

OUTSIDE = "+33639980099"


@pytest.fixture(params=["ec25", "sim7600"])
def modem(request: pytest.FixtureRequest, gateway: Gateway) -> str:
    return gateway.modem(request.param)["id"]


def answer(gateway: Gateway, modem: str, command: str, **more) -> dict:
    response = gateway.at(modem, command, **more)
    assert response.status_code == 200, f"{command}: {response.status_code} {response.text}"
    return response.json()


def test_real_answer(gateway: Gateway, modem: str) -> None:
    result = answer(gateway, modem, "AT+CSQ")
    assert result["command"] == "AT+CSQ"
    assert result["result"] == "OK"
    assert len(result["lines"]) == 1 and result["lines"][0].startswith("+CSQ: ")
    assert result["durationMs"] >= 0


def test_several_lines(gateway: Gateway, modem: str) -> None:
    result = answer(gateway, modem, "ATI")
    assert len(result["lines"]) >= 3
    assert result["result"] == "OK"


def test_error_of_the_modem_is_an_answer(gateway: Gateway, modem: str) -> None:
    result = answer(gateway, modem, "AT+NOSUCHCOMMAND")
    assert "ERROR" in result["result"]


@pytest.mark.parametrize(
    "command",
    ["AT+CSQ\r", "AT+CSQ\r\nAT+CFUN=0", "AT\x1a", "AT\x1b", "AT\x00", "AT\né", "", "AT" + "x" * 5000],
    ids=["CR", "CRLF", "ctrlZ", "ESC", "NUL", "LF", "empty", "tooLong"],
)
def test_refused(gateway: Gateway, modem: str, command: str) -> None:
    response = gateway.at(modem, command)
    assert response.status_code == 400, response.text
    assert response.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("command", ["AT+CMGS=23", "AT+CMGW=23", "AT+CPIN?;+CMGS=23", "ATO", "AT+CGDATA"])
def test_prompts_and_data_mode_are_refused_with_what_to_use(gateway: Gateway, modem: str, command: str) -> None:
    response = gateway.at(modem, command)
    assert 400 <= response.status_code < 500, response.text
    if "CMG" in command:
        assert "sms" in response.json()["detail"].lower()


@pytest.mark.parametrize(
    "command", ["ATD+33639980099;", "AT+CFUN=1,1", 'AT+CPIN="1234"', 'AT+CLCK="SC",1,"1234"', "ATD112;", "at+cfun=0"]
)
def test_dangerous_needs_confirmation(gateway: Gateway, modem: str, command: str) -> None:
    response = gateway.at(modem, command)
    assert response.status_code == 409, response.text
    assert "confirm" in response.json()["detail"].lower()


def test_confirmed_command_runs(gateway: Gateway, modem: str) -> None:
    assert answer(gateway, modem, "AT+CFUN=1", confirm=True)["result"] == "OK"


@pytest.mark.parametrize(
    "command",
    ["ATE1", "ATV0", "ATQ1", "ATZ", "AT&F", "AT+CMEE=0", "AT+CMGF=1", "AT+CNMI=0,0,0,0,0", 'AT+CPMS="SM","SM","SM"']
    + ["AT+CSMS=1", 'AT+CSCS="UCS2"', "AT+CREG=0", "AT+COPS=3,2", "AT+CSQ;+CMGF=1", "at+cmgf=1"],
)
def test_settings_the_gateway_relies_on_survive(gateway: Gateway, modem: str, command: str) -> None:
    """Whatever was said, messages still go out and come in, and answers are read as before."""
    response = gateway.at(modem, command)
    if response.status_code != 200:
        assert 400 <= response.status_code < 500, response.text
        response = gateway.at(modem, command, confirm=True)
    numbers = {entry["id"]: entry["sim"]["number"] for entry in gateway.modems()}
    other = next(identifier for identifier in numbers if identifier != modem)
    with gateway.events() as events:
        there = f"after {command} to {modem}"
        gateway.send(numbers[modem], there, modem=other)
        events.wait("sms:received", lambda data: data["text"] == there)
        back = f"after {command} from {modem}"
        identifier = gateway.send(numbers[other], back, modem=modem)["id"]
        events.wait("sms:received", lambda data: data["text"] == back)
        events.wait("sms:status", lambda data: data["id"] == identifier and data["state"] == "delivered")
    assert answer(gateway, modem, "AT+CSQ")["lines"][0].startswith("+CSQ: ")


def test_console_and_messages_at_the_same_time(gateway: Gateway, modem: str) -> None:
    with gateway.events() as events:
        ids = [gateway.send(OUTSIDE, f"beside the console {index}", modem=modem)["id"] for index in range(20)]
        for _ in range(20):
            assert answer(gateway, modem, "AT+CSQ")["lines"][0].startswith("+CSQ: ")
        for identifier in ids:
            events.wait("sms:status", lambda data, it=identifier: data["id"] == it and data["state"] == "sent")


def test_command_is_no_text(gateway: Gateway, modem: str) -> None:
    for body in ({"command": 7}, {"command": None}, {}, {"command": "AT", "confirm": "yes"}, {"comand": "AT"}):
        assert gateway.post(f"/api/modems/{modem}/at", body).status_code == 400, body
