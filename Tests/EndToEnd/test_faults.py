# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""What goes wrong on the air, in the modem and in the cable, made to happen with `modemgate sim`."""

from collections.abc import Iterator

import pytest
from harness.events import EventStream
from harness.gateway import Gateway, wait_for_state
from harness.simulator import Simulator

OUTSIDE = "+33639980099"


@pytest.fixture(autouse=True)
def healed(gateway: Gateway, simulator: Simulator) -> Iterator[None]:
    """Every test leaves modems as it found them: in, faultless and ready."""
    yield
    simulator.heal()
    with gateway.events() as events:
        for modem in gateway.modems():
            wait_for_state(gateway, events, modem["id"], "ready")


@pytest.fixture(params=["ec25", "sim7600"])
def modem(request: pytest.FixtureRequest, gateway: Gateway) -> str:
    return gateway.modem(request.param)["id"]


def wait_for_message(events: EventStream, identifier: str, *states: str) -> dict:
    return events.wait("sms:status", lambda data: data["id"] == identifier and data["state"] in states)["data"]


def count_on_the_air(simulator: Simulator, text: str) -> int:
    """How often the network got a message with this text."""
    return sum(1 for entry in simulator.submitted() if entry["text"] == text)


def test_late_answer_is_waited_for(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str) -> None:
    simulator.fault(modem, "lateAnswer", command="+CMGS", milliseconds=1500)
    identifier = gateway.send(OUTSIDE, f"late on {modem}", modem=modem)["id"]
    sent = wait_for_message(events, identifier, "sent", "uncertain", "failed")
    assert sent["state"] == "sent"
    assert count_on_the_air(simulator, f"late on {modem}") == 1


def test_lost_answer_is_uncertain_and_not_sent_again(
    gateway: Gateway, events: EventStream, simulator: Simulator, modem: str
) -> None:
    """The modem has sent it and vanishes before it says so."""
    simulator.fault(modem, "unplugAfter", command="+CMGS")
    text = f"answer lost on {modem}"
    identifier = gateway.send(OUTSIDE, text, modem=modem)["id"]
    uncertain = wait_for_message(events, identifier, "sent", "uncertain", "failed")
    assert uncertain["state"] == "uncertain"
    assert len(uncertain["error"]["message"]) > 10

    simulator.plug(modem)
    wait_for_state(gateway, events, modem, "ready")
    # One that was sent later has passed it: it does not wait behind.
    following = gateway.send(OUTSIDE, f"after the lost answer on {modem}", modem=modem)["id"]
    wait_for_message(events, following, "sent")
    assert count_on_the_air(simulator, text) == 1
    assert gateway.message(identifier)["state"] in ("uncertain", "delivered")


def test_answer_that_never_comes(
    gateway: Gateway, events: EventStream, simulator: Simulator, modem: str
) -> None:
    """The modem stays, its answer to AT+CMGS does not come; the cable ends the wait."""
    simulator.fault(modem, "lostAnswer", command="+CMGS")
    text = f"never confirmed on {modem}"
    identifier = gateway.send(OUTSIDE, text, modem=modem)["id"]
    wait_for_message(events, identifier, "sending")
    simulator.wait_for_submission(text)
    simulator.unplug(modem)
    assert wait_for_message(events, identifier, "sent", "uncertain", "failed")["state"] == "uncertain"
    simulator.plug(modem)
    following = gateway.send(OUTSIDE, f"after {text}", modem=modem)["id"]
    wait_for_message(events, following, "sent")
    assert count_on_the_air(simulator, text) == 1


def test_error_although_it_was_sent(
    gateway: Gateway, events: EventStream, simulator: Simulator, modem: str
) -> None:
    """+CMS ERROR: 500 from modems that have sent the message all the same: not sent again."""
    simulator.fault(modem, "falseError", command="+CMGS", code=500)
    text = f"false error on {modem}"
    identifier = gateway.send(OUTSIDE, text, modem=modem)["id"]
    assert wait_for_message(events, identifier, "sent", "uncertain", "failed")["state"] == "uncertain"
    following = gateway.send(OUTSIDE, f"after {text}", modem=modem)["id"]
    wait_for_message(events, following, "sent")
    assert count_on_the_air(simulator, text) == 1


def test_unplugged_before_the_command_is_not_lost(
    gateway: Gateway, events: EventStream, simulator: Simulator, modem: str
) -> None:
    """The prompt never came, so nothing can be on the air: it is sent when the modem is back."""
    simulator.fault(modem, "unplugBefore", command="+CMGS>")
    text = f"cable out on {modem}"
    identifier = gateway.send(OUTSIDE, text, modem=modem)["id"]
    wait_for_state(gateway, events, modem, "gone")
    simulator.plug(modem)
    wait_for_message(events, identifier, "sent")
    assert count_on_the_air(simulator, text) == 1


@pytest.mark.parametrize("command", ["+CSQ", "+CREG?", "+CPMS"])
def test_unplugged_in_the_middle_of_a_command(
    gateway: Gateway, events: EventStream, simulator: Simulator, modem: str, command: str
) -> None:
    simulator.fault(modem, "unplugWithin", command=command.rstrip("?"))
    response = gateway.at(modem, "AT" + (command if command != "+CPMS" else "+CPMS?"))
    assert response.status_code in (200, 502, 503), response.text
    wait_for_state(gateway, events, modem, "gone", "plugged", "probing")
    simulator.plug(modem)
    events.wait("modem:state", lambda data: data["id"] == modem and data["state"] == "ready")
    assert gateway.at(modem, "AT+CSQ").json()["result"] == "OK"


def test_unplug_and_replug(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str) -> None:
    simulator.unplug(modem)
    events.wait("modem:state", lambda data: data["id"] == modem and data["state"] == "gone")
    waiting = gateway.send(OUTSIDE, f"waits for {modem}", modem=modem)
    assert gateway.message(waiting["id"])["state"] == "queued"
    simulator.plug(modem)
    events.wait("modem:state", lambda data: data["id"] == modem and data["state"] == "ready")
    wait_for_message(events, waiting["id"], "sent")


def test_message_that_came_while_unplugged(
    gateway: Gateway, events: EventStream, simulator: Simulator, modem: str
) -> None:
    simulator.unplug(modem)
    events.wait("modem:state", lambda data: data["id"] == modem and data["state"] == "gone")
    simulator.deliver(modem, OUTSIDE, f"for the absent {modem}")
    simulator.plug(modem)
    events.wait("sms:received", lambda data: data["text"] == f"for the absent {modem}")


@pytest.mark.parametrize("code", [42, 331], ids=["congestion", "noNetworkService"])
def test_passing_error_is_tried_again(
    retrying: tuple[Gateway, Simulator], code: int
) -> None:
    gateway, simulator = retrying
    modem = gateway.modem("ec25")["id"]
    with gateway.events() as events:
        simulator.fault(modem, "cmsError", command="+CMGS>", code=code)
        identifier = gateway.send(OUTSIDE, f"tried again after {code}", modem=modem)["id"]
        assert wait_for_message(events, identifier, "sent", "failed")["state"] == "sent"
    assert count_on_the_air(simulator, f"tried again after {code}") == 1


@pytest.fixture(scope="module")
def retrying() -> Iterator[tuple[Gateway, Simulator]]:
    """A gateway that waits 1 s before it tries again, instead of 15 s."""
    with Gateway(environment={"MODEMGATE_SMS_RETRY_FIRST_DELAY": "1s"}) as gateway:
        gateway.wait_until_ready()
        yield gateway, Simulator(gateway)


@pytest.mark.parametrize("code", [1, 8, 21, 50])
def test_final_error_is_not_tried_again(
    gateway: Gateway, events: EventStream, simulator: Simulator, modem: str, code: int
) -> None:
    text = f"refused with {code} on {modem}"
    simulator.fault(modem, "cmsError", command="+CMGS>", code=code)
    identifier = gateway.send(OUTSIDE, text, modem=modem)["id"]
    failed = wait_for_message(events, identifier, "sent", "failed")
    assert failed["state"] == "failed"
    assert failed["error"]["code"] == f"cms-{code}"
    following = gateway.send(OUTSIDE, f"after {text}", modem=modem)["id"]
    wait_for_message(events, following, "sent")
    assert count_on_the_air(simulator, text) == 0


def test_no_network(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str) -> None:
    simulator.fault(modem, "noNetwork")
    events.wait("modem:state", lambda data: data["id"] == modem and data["state"] != "ready")
    identifier = gateway.send(OUTSIDE, f"no network on {modem}", modem=modem)["id"]
    assert gateway.message(identifier)["state"] == "queued"
    simulator.clear(modem)
    wait_for_message(events, identifier, "sent")


def test_sim_removed(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str) -> None:
    simulator.fault(modem, "simRemoved")
    without = events.wait("modem:state", lambda data: data["id"] == modem and data["state"] == "sim")["data"]
    assert without["sim"]["state"] == "absent"
    assert without["reason"]
    simulator.clear(modem)
    events.wait("modem:state", lambda data: data["id"] == modem and data["state"] == "ready")


def test_pin_is_never_guessed(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str) -> None:
    """Without a configured PIN the modem waits for its owner, who enters it on the console."""
    simulator.fault(modem, "pinLocked", text="4321")
    locked = events.wait("modem:state", lambda data: data["id"] == modem and data["state"] == "sim")["data"]
    assert locked["sim"]["state"] == "pin"
    assert "PIN" in locked["reason"]
    entered = gateway.at(modem, 'AT+CPIN="4321"', confirm=True)
    assert entered.status_code == 200 and entered.json()["result"] == "OK", entered.text
    events.wait("modem:state", lambda data: data["id"] == modem and data["state"] == "ready")


def test_storage_full(
    gateway: Gateway, events: EventStream, simulator: Simulator, modem: str
) -> None:
    """What the network kept back arrives once there is room."""
    simulator.fault(modem, "storageFull")
    simulator.deliver(modem, OUTSIDE, f"no room on {modem}")
    simulator.clear(modem)
    simulator.deliver(modem, OUTSIDE, f"room again on {modem}")
    events.wait("sms:received", lambda data: data["text"] == f"room again on {modem}")
    events.wait("sms:received", lambda data: data["text"] == f"no room on {modem}")


def test_storm_of_unsolicited_results(
    gateway: Gateway, events: EventStream, simulator: Simulator, modem: str
) -> None:
    simulator.fault(modem, "urcStorm", count=5000)
    simulator.deliver(modem, OUTSIDE, f"in the storm on {modem}")
    events.wait("sms:received", lambda data: data["text"] == f"in the storm on {modem}")
    assert gateway.at(modem, "AT+CSQ").json()["result"] == "OK"


def test_garbage(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str) -> None:
    simulator.fault(modem, "garbage", count=70_000)
    simulator.fault(modem, "garbage", command="+CMGS", count=300)
    identifier = gateway.send(OUTSIDE, f"through garbage on {modem}", modem=modem)["id"]
    assert wait_for_message(events, identifier, "sent", "failed", "uncertain")["state"] == "sent"
    assert count_on_the_air(simulator, f"through garbage on {modem}") == 1


@pytest.mark.parametrize(
    "pdu",
    [
        "07913336990800F0040B9133",  # ends inside the address
        "FFFFFFFFFFFFFFFFFFFFFFFF",
        "07913336990800F0040B913336990890F90000629021114500000A41",  # user data shorter than TP-UDL
        "07913336990800F0040B913336990890F90020629021114500000548656C6C6F",  # compressed
    ],
    ids=["truncated", "allFF", "shortUserData", "compressed"],
)
def test_undecodable_is_kept_and_shown(
    gateway: Gateway, events: EventStream, simulator: Simulator, modem: str, pdu: str
) -> None:
    simulator.deliver_pdu(modem, pdu)
    shown = events.wait("sms:received", lambda data: data["modem"] == modem and data["error"] is not None)["data"]
    assert shown["text"] is None
    assert shown["parts"][0]["pdu"].upper() == pdu
    assert gateway.message(shown["id"])["parts"][0]["pdu"].upper() == pdu
    # And it no longer lies in the modem: the next message is not stopped by it.
    simulator.deliver(modem, OUTSIDE, f"after {pdu}")
    events.wait("sms:received", lambda data: data["text"] == f"after {pdu}")


def test_same_message_twice_is_one(
    gateway: Gateway, events: EventStream, simulator: Simulator, modem: str
) -> None:
    """A network that did not get our acknowledgement delivers the same PDU again, time stamp and all."""
    pdu = "07913336990800F0040B913336990890F900006290211145000005C8329BFD06"
    simulator.deliver_pdu(modem, pdu)
    simulator.deliver_pdu(modem, pdu)
    simulator.deliver(modem, OUTSIDE, f"after the double on {modem}")
    events.wait("sms:received", lambda data: data["text"] == f"after the double on {modem}")
    same = [
        message
        for message in gateway.messages(direction="in", modem=modem)
        if any(part["pdu"].upper() == pdu for part in message["parts"])
    ]
    assert len(same) == 1


def test_equal_texts_are_two_messages(
    gateway: Gateway, events: EventStream, simulator: Simulator, modem: str
) -> None:
    """Same sender, same text, one second apart in the service centre's time stamp."""
    pdus = [f"07913336990800F0040B913336990890F90000629021114500{second}0005C8329BFD06" for second in ("10", "20")]
    for pdu in pdus:
        simulator.deliver_pdu(modem, pdu)
    for pdu in pdus:
        events.wait("sms:received", lambda data, wanted=pdu: data["parts"][0]["pdu"].upper() == wanted)


def test_modem_that_falls_silent_is_brought_back(
    gateway: Gateway, events: EventStream, simulator: Simulator
) -> None:
    modem = gateway.modem("ec25")["id"]
    simulator.fault(modem, "unresponsive")
    events.wait("modem:state", lambda data: data["id"] == modem and data["state"] == "unresponsive", deadline=90)
    simulator.clear(modem)
    events.wait("modem:state", lambda data: data["id"] == modem and data["state"] == "ready", deadline=90)
