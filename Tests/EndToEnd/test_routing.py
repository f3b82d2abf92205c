# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Which SIM sends, how much it may, when it may not, what waits and why, and who wants nothing more."""

import datetime
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import yaml
from harness.events import EventStream
from harness.gateway import Gateway, authorization
from harness.simulator import Simulator

OUTSIDE = "+33639980099"


@contextmanager
def configured(tmp_path_factory: pytest.TempPathFactory, settings: dict, **child) -> Iterator[Gateway]:
    """A gateway with two simulated modems and these settings."""
    file = tmp_path_factory.mktemp("configuration") / "modemgate.yaml"
    file.write_text(yaml.safe_dump(settings))
    with Gateway("--simulate", "--config", str(file), **child) as gateway:
        yield gateway.wait_until_ready()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    # The first that fits counts: what has a name alone is asked for by it, or fits last.
    routes = [
        {"prefix": "+33639982", "modems": ["ec25-1"]},
        {"name": "premium", "prefix": "+338", "modems": ["sim7600-1", "ec25-1"]},
    ]
    settings = {"sms": {"country": "FR", "failover_after": "10s", "routes": routes, "retry": {"first_delay": "1s"}}}
    with configured(tmp_path_factory, settings) as gateway:
        yield gateway


@pytest.fixture(autouse=True)
def healed(gateway: Gateway) -> Iterator[None]:
    yield
    Simulator(gateway).heal()


def wait_for(events: EventStream, identifier: str, *states: str, deadline: float = 30) -> dict:
    return events.wait("sms:status", lambda data: data["id"] == identifier and data["state"] in states, deadline=deadline)["data"]


def reason(gateway: Gateway, identifier: str, code: str) -> dict:
    """Why a message waits, once it does for this reason."""
    end = time.monotonic() + 20
    while True:
        waiting = gateway.message(identifier)["waiting"]
        if waiting and waiting["code"] == code:
            assert len(waiting["reason"].split()) > 3
            return waiting
        assert time.monotonic() < end, f"waits for {waiting}, not for {code}"
        time.sleep(0.1)


# ---- rules


def test_by_prefix(gateway: Gateway, events: EventStream) -> None:
    for number in ("+33639982001", "06 39 98 20 01"):
        assert wait_for(events, gateway.send(number, "by prefix")["id"], "sent")["modem"] == "ec25-1"


def test_by_name(gateway: Gateway, events: EventStream) -> None:
    assert wait_for(events, gateway.send("+33639982002", "by name", route="premium")["id"], "sent")["modem"] == "sim7600-1"


def test_by_list(gateway: Gateway, events: EventStream) -> None:
    sent = wait_for(events, gateway.send("+33639982003", "by list", route=["sim7600-1", "ec25-1"])["id"], "sent")
    assert sent["modem"] == "sim7600-1"


def test_answer_goes_out_by_the_sim_that_received(gateway: Gateway, events: EventStream, simulator: Simulator) -> None:
    for index, modem in enumerate(["sim7600-1", "ec25-1", "sim7600-1"]):
        simulator.deliver(modem, "+4915199990011", f"question {index}")
        events.wait("sms:received", lambda data, text=f"question {index}": data["text"] == text)
        sent = wait_for(events, gateway.send("+4915199990011", f"answer {index}")["id"], "sent")
        assert sent["modem"] == modem, index


def test_preview_says_which_way_and_why(gateway: Gateway) -> None:
    answer = gateway.post("/api/sms/preview", {"to": "+33639982001", "text": "x"}).json()
    assert answer["recipients"][0]["modems"][0] == "ec25-1"
    assert answer["recipients"][0]["why"]


def test_failover(gateway: Gateway, simulator: Simulator) -> None:
    """What waits for a modem that is away goes out by the next; what is pinned to it stays and says why."""
    with gateway.events() as events:
        simulator.unplug("sim7600-1")
        events.wait("modem:state", lambda data: data["id"] == "sim7600-1" and data["state"] == "gone")
        moving = gateway.send(OUTSIDE, "moves to the next modem", route=["sim7600-1", "ec25-1"])
        staying = gateway.send(OUTSIDE, "stays where it is", modem="sim7600-1")
        assert wait_for(events, moving["id"], "sent", deadline=60)["modem"] == "ec25-1"
        assert gateway.message(staying["id"])["state"] == "queued"
        reason(gateway, staying["id"], "modem-not-ready")
        simulator.plug("sim7600-1")
        assert wait_for(events, staying["id"], "sent")["modem"] == "sim7600-1"
    texts = [entry.get("text") for entry in simulator.submitted()]
    assert texts.count("moves to the next modem") == texts.count("stays where it is") == 1


def test_expires_while_waiting(gateway: Gateway, simulator: Simulator) -> None:
    """Not for ever: five minutes is the least that can be asked for, so the wait is for the reason alone."""
    with gateway.events() as events:
        simulator.fault("ec25-1", "noNetwork")
        events.wait("modem:state", lambda data: data["id"] == "ec25-1" and data["state"] != "ready")
        identifier = gateway.send(OUTSIDE, "waits for the network", modem="ec25-1", validity=300)["id"]
        reason(gateway, identifier, "modem-not-ready")
        simulator.clear("ec25-1")
        wait_for(events, identifier, "sent")


# ---- limits


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """The simulated modems cannot be configured by `--simulate`: their own simulator process and ttys are."""
    from harness.simulator import SimulatorProcess

    directory = tmp_path_factory.mktemp("sim")
    simulator = SimulatorProcess(directory)
    by_model = {modem.model: modem for modem in simulator.modems}
    quiet = datetime.datetime.now(datetime.UTC)
    window = f"{(quiet - datetime.timedelta(hours=1)):%H:%M}-{(quiet + datetime.timedelta(hours=2)):%H:%M}"
    modems = [
        {"id": "few", "model": "EC25", "tty": by_model["ec25"].tty, "limits": {"per_minute": 3}},
        {"id": "quiet", "model": "SIM7600", "tty": by_model["sim7600"].tty, "quiet_hours": window},
    ]
    settings = {"modems": modems, "sms": {"time_zone": "UTC", "limits": {"recipient": {"per_hour": 2}}}}
    file = tmp_path_factory.mktemp("configuration") / "modemgate.yaml"
    file.write_text(yaml.safe_dump(settings))
    try:
        with Gateway("--config", str(file)) as gateway:
            yield gateway.wait_until_ready()
    finally:
        simulator.stop()


def test_recipient_limit_says_until_when(limited: Gateway) -> None:
    ids = [limited.send("+33639981500", f"one of three {index}", modem="few")["id"] for index in range(3)]
    waiting = reason(limited, ids[2], "recipient-limit")
    until = datetime.datetime.fromisoformat(waiting["until"])
    # Counted by the minute.
    assert 3000 < (until - datetime.datetime.now(datetime.UTC)).total_seconds() <= 3720


def test_sim_limit_holds_also_after_a_kill(limited: Gateway) -> None:
    """Three parts a minute, the two of the test above among them: counted durably, charged when handed over."""
    ids = [limited.send(f"+336399816{index:02}", f"one of few {index}", modem="few")["id"] for index in range(4)]
    waiting = reason(limited, ids[3], "sim-limit")
    assert waiting["until"]
    limited.child.kill()
    limited.start().wait_until_ready()
    reason(limited, ids[3], "sim-limit")
    sent = [message for message in limited.messages(direction="out") if message["modem"] == "few" and message["sentAt"]]
    assert len(sent) <= 3
    limits = limited.get("/api/limits")["modems"][0]
    assert limits["limits"]["perMinute"] == 3 and limits["used"]["minute"] <= 3


def test_quiet_hours(limited: Gateway) -> None:
    identifier = limited.send("+33639981700", "not now", modem="quiet")["id"]
    waiting = reason(limited, identifier, "quiet-hours")
    until = datetime.datetime.fromisoformat(waiting["until"])
    assert 5400 < (until - datetime.datetime.now(datetime.UTC)).total_seconds() < 7300
    assert limited.message(identifier)["state"] == "queued"


# ---- who wants nothing


@pytest.mark.parametrize(("word", "language"), [("STOP", "en"), ("  Arrêt ", "fr"), ("abmelden", "de"), ("BAJA", "es"), ("Basta.", "it")])
def test_stop_and_start(gateway: Gateway, events: EventStream, simulator: Simulator, word: str, language: str) -> None:
    number = f"+336399830{['en', 'fr', 'de', 'es', 'it'].index(language):02}"
    simulator.deliver("ec25-1", number, word)
    events.wait("sms:received", lambda data: data["from"] == number)
    confirmation = events.wait("sms:status", lambda data: data["to"] == number and data["state"] in ("sent", "delivered"))["data"]
    assert "START" in confirmation["text"]
    refused = gateway.post("/api/sms", {"to": number, "text": "advertisement", "modem": "ec25-1"})
    assert refused.status_code == 422 and refused.json()["type"].endswith("opted-out"), refused.text
    assert [entry["number"] for entry in gateway.get("/api/opt-outs", number=number)["items"]] == [number]

    simulator.deliver("ec25-1", number, "start")
    events.wait("sms:received", lambda data: data["from"] == number and data["text"] == "start")
    assert gateway.get("/api/opt-outs", number=number)["items"] == []
    wait_for(events, gateway.send(number, "welcome back", modem="ec25-1")["id"], "sent")


def test_stop_is_confirmed_once(gateway: Gateway, events: EventStream, simulator: Simulator) -> None:
    number = "+33639983050"
    # Not thrice the same: within a second that would be one message to the network's clock.
    for word in ("STOP", "stop", "Unsubscribe"):
        simulator.deliver("ec25-1", number, word)
        events.wait("sms:received", lambda data, word=word: data["from"] == number and data["text"] == word)
        assert word != "STOP" or wait_for_text(events, number)
    gateway.send(OUTSIDE, "after the third", modem="ec25-1")
    events.wait("sms:status", lambda data: data["text"] == "after the third" and data["state"] == "sent")
    assert len(gateway.messages(to=number)) == 1


def wait_for_text(events: EventStream, number: str) -> dict:
    return events.wait("sms:status", lambda data: data["to"] == number and data["state"] == "sent")


@pytest.mark.parametrize("text", ["Stop by on Monday", "nonstop", "STOP IT NOW PLEASE", "don't stop"])
def test_word_in_a_sentence_is_none(gateway: Gateway, events: EventStream, simulator: Simulator, text: str) -> None:
    number = "+33639983060"
    simulator.deliver("ec25-1", number, text)
    events.wait("sms:received", lambda data: data["text"] == text)
    assert gateway.get("/api/opt-outs", number=number)["items"] == []


def test_stop_while_a_message_waits(gateway: Gateway, simulator: Simulator) -> None:
    """Enforced again when it is handed over, after failover too."""
    number = "+33639983070"
    with gateway.events() as events:
        due = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=2)).isoformat()
        waiting = gateway.send(number, "too late for this", sendAt=due)["id"]
        simulator.deliver("ec25-1", number, "STOP")
        events.wait("sms:received", lambda data: data["from"] == number)
        # Whoever opted out of one SIM may still get it from another unless opt-out is global.
        ended = gateway.message(waiting)
        if ended["modem"] == "ec25-1":
            ended = ended if ended["state"] == "failed" else wait_for(events, waiting, "failed")
            assert ended["error"]["code"] == "opted-out"
            assert all(entry.get("text") != "too late for this" for entry in simulator.submitted())


def test_opt_out_by_hand(gateway: Gateway) -> None:
    number = "+33639983080"
    added = gateway.post("/api/opt-outs", {"number": number})
    assert added.status_code == 201, added.text
    assert added.json()["scope"] == "global"
    mixed = gateway.send([number, OUTSIDE], "to one of two")
    states = {message["to"]: message["state"] for message in mixed["messages"]}
    assert states[number] == "failed" and states[OUTSIDE] == "queued"
    assert next(message for message in mixed["messages"] if message["to"] == number)["error"]["code"] == "opted-out"
    assert gateway.post("/api/sms", {"to": [number], "text": "x"}).status_code == 422
    assert gateway.http.delete(f"/api/opt-outs/{added.json()['id']}").status_code == 200
    assert gateway.post("/api/sms", {"to": number, "text": "x"}).status_code == 202


def test_token_rule_and_limit(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = {"sms": {"routes": [{"token": "bank", "modems": ["sim7600-1"]}, {"modems": ["ec25-1"]}], "limits": {"token": {"per_minute": 2}}}}
    with configured(tmp_path_factory, settings) as gateway:
        for name, modem in (("bank", "sim7600-1"), ("shop", "ec25-1")):
            gateway.token = gateway.cli_json("token", "create", name, "--scope", "sms:send", "--scope", "sms:read")["token"]
            gateway.http.headers.update(authorization(gateway.token))
            with gateway.events() as events:
                ids = [gateway.send(f"+3363998190{index}", f"by {name} {index}")["id"] for index in range(3)]
                for identifier in ids[:2]:
                    message = gateway.message(identifier)
                    message = message if message["sentAt"] else wait_for(events, identifier, "sent")
                    assert message["modem"] == modem
                reason(gateway, ids[2], "token-limit")
