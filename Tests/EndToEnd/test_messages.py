# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Messages from one simulated modem to the other, through the whole gateway twice."""

import pytest
from harness.events import EventStream
from harness.gateway import Gateway
from harness.simulator import Simulator

OUTSIDE = "+33639980099"

# What a text is, how it must travel and in how many parts.
TEXTS = {
    "short": ("Hello", "gsm7", 1),
    "everySeptet": ("@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ÄÖÑÜ§¿äöñüà", "gsm7", 1),
    "extensionTable": ("{}[]~\\|^€", "gsm7", 1),
    "linesAndQuotes": ("it's a \"test\"\r\nof $(two) lines; now\n\x0c.", "gsm7", 1),
    "fullSinglePart": ("x" * 160, "gsm7", 1),
    "oneSeptetMore": ("x" * 161, "gsm7", 2),
    "escapePairAtTheBoundary": ("x" * 152 + "€" + "y" * 20, "gsm7", 2),
    "longText": ("The quick brown fox jumps over the lazy dog. " * 30, "gsm7", 9),
    "umlautsOutsideTheAlphabet": ("Żółć", "ucs2", 1),
    "emoji": ("Done 👍🏽 👩‍👩‍👧", "ucs2", 1),
    "fullUCS2Part": ("я" * 70, "ucs2", 1),
    "oneUCS2UnitMore": ("я" * 71, "ucs2", 2),
    "surrogatePairAtTheBoundary": ("я" * 66 + "😀" + "я" * 10, "ucs2", 2),
    "manyEmoji": ("🎉" * 100, "ucs2", None),
}


def pair(numbers: dict[str, str]) -> tuple[str, str]:
    """The ids of a sending and a receiving modem."""
    sender, receiver = sorted(numbers)
    return sender, receiver


@pytest.mark.parametrize("case", TEXTS)
def test_text_arrives_unchanged(gateway: Gateway, events: EventStream, numbers: dict[str, str], case: str) -> None:
    text, encoding, parts = TEXTS[case]
    sender, receiver = pair(numbers)

    accepted = gateway.send(numbers[receiver], text, modem=sender)
    arrived = events.wait("sms:received", lambda data: data["from"] == numbers[sender])["data"]
    delivered = events.wait(
        "sms:status", lambda data: data["id"] == accepted["id"] and data["state"] == "delivered"
    )["data"]

    assert arrived["text"] == text
    assert arrived["to"] == numbers[receiver]
    assert arrived["modem"] == receiver
    assert arrived["direction"] == "in"
    assert arrived["encoding"] == encoding
    assert arrived["error"] is None
    assert delivered["encoding"] == encoding
    assert len(delivered["parts"]) == len(arrived["parts"])
    if parts is not None:
        assert len(delivered["parts"]) == parts
    assert gateway.message(arrived["id"])["text"] == text


def test_states_in_order(gateway: Gateway, events: EventStream, numbers: dict[str, str]) -> None:
    sender, receiver = pair(numbers)
    accepted = gateway.send(numbers[receiver], "in order", modem=sender)
    assert accepted["direction"] == "out"
    assert accepted["to"] == numbers[receiver]
    assert accepted["state"] == "queued"
    assert accepted["sentAt"] is None and accepted["deliveredAt"] is None

    states = []
    while not states or states[-1] != "delivered":
        states.append(events.wait("sms:status", lambda data: data["id"] == accepted["id"])["data"]["state"])
    wanted = ["queued", "sending", "sent", "delivered"]
    assert [state for state in wanted if state in states] == [state for state in states if state in wanted]
    assert states[-2:] == ["sent", "delivered"]

    message = gateway.message(accepted["id"])
    assert message["from"] == numbers[sender]
    assert message["createdAt"] <= message["sentAt"]
    # TP-Discharge-Time of the status report: the service centre's clock, in whole seconds.
    assert message["sentAt"][:19] <= message["deliveredAt"][:19]
    assert message["modem"] == sender


def test_both_ways(gateway: Gateway, events: EventStream, numbers: dict[str, str]) -> None:
    sender, receiver = pair(numbers)
    gateway.send(numbers[receiver], "there", modem=sender)
    gateway.send(numbers[sender], "and back", modem=receiver)
    events.wait("sms:received", lambda data: data["text"] == "there" and data["modem"] == receiver)
    events.wait("sms:received", lambda data: data["text"] == "and back" and data["modem"] == sender)


def test_without_a_modem_one_is_chosen(gateway: Gateway, events: EventStream, numbers: dict[str, str]) -> None:
    accepted = gateway.send(OUTSIDE, "whoever can")
    sent = events.wait("sms:status", lambda data: data["id"] == accepted["id"] and data["state"] == "sent")["data"]
    assert sent["modem"] in numbers


@pytest.mark.parametrize(
    ("ending", "state"),
    [("9900", "failed"), ("9902", "delivered"), ("9903", "failed"), ("9904", "failed"), ("9906", "expired")],
)
def test_what_becomes_of_it(gateway: Gateway, events: EventStream, ending: str, state: str) -> None:
    """Simulated numbers that end like this get these status reports, or are refused (docs/SIMULATOR.md)."""
    identifier = gateway.send(f"+3363998{ending}", "how it ends")["id"]
    final = events.wait(
        "sms:status",
        lambda data: data["id"] == identifier and data["state"] in ("delivered", "failed", "expired"),
    )["data"]
    assert final["state"] == state
    assert (final["error"] is None) == (state == "delivered")


def test_without_delivery_report_none_is_asked_for(gateway: Gateway, events: EventStream, simulator: Simulator) -> None:
    identifier = gateway.send(OUTSIDE, "no report, please", deliveryReport=False)["id"]
    events.wait("sms:status", lambda data: data["id"] == identifier and data["state"] == "sent")
    asked = [entry["requestsStatusReport"] for entry in simulator.submitted() if entry["text"] == "no report, please"]
    assert asked == [False]


def test_queued_message_can_be_cancelled(
    gateway: Gateway, events: EventStream, simulator: Simulator, numbers: dict[str, str]
) -> None:
    sender, _ = pair(numbers)
    simulator.fault(sender, "noNetwork")
    events.wait("modem:state", lambda data: data["id"] == sender and data["state"] != "ready")
    identifier = gateway.send(OUTSIDE, "never mind", modem=sender)["id"]
    answer = gateway.http.delete(f"/api/sms/{identifier}")
    assert answer.status_code == 200 and answer.json()["state"] == "cancelled", answer.text
    simulator.clear(sender)
    following = gateway.send(OUTSIDE, "after the cancelled one", modem=sender)["id"]
    events.wait("sms:status", lambda data: data["id"] == following and data["state"] == "sent")
    assert gateway.message(identifier)["state"] == "cancelled"
    assert all(entry["text"] != "never mind" for entry in simulator.submitted())


def test_several_recipients_are_one_batch(gateway: Gateway, events: EventStream, numbers: dict[str, str]) -> None:
    recipients = [*numbers.values(), OUTSIDE]
    accepted = gateway.send(recipients, "to all of you")
    assert set(accepted) == {"batch", "messages", "repeated", "cost"}
    assert [message["to"] for message in accepted["messages"]] == recipients
    for message in accepted["messages"]:
        events.wait("sms:status", lambda data, wanted=message["id"]: data["id"] == wanted and data["state"] == "sent")


def test_data_message(gateway: Gateway, events: EventStream, numbers: dict[str, str]) -> None:
    sender, receiver = pair(numbers)
    answer = gateway.post("/api/sms", {"to": numbers[receiver], "dataHex": "00FF1A1B0D0A", "modem": sender})
    assert answer.status_code == 202, answer.text
    arrived = events.wait("sms:received", lambda data: data.get("dataHex") is not None)["data"]
    assert arrived["dataHex"].upper() == "00FF1A1B0D0A"
    assert arrived["text"] is None
    assert arrived["encoding"] == "8bit"


def test_list_filters_and_pages(fresh_gateway: Gateway) -> None:
    with fresh_gateway.events() as events:
        ids = [fresh_gateway.send(OUTSIDE, f"number {index}")["id"] for index in range(7)]
        for identifier in ids:
            events.wait("sms:status", lambda data, it=identifier: data["id"] == it and data["state"] == "sent")

    first = fresh_gateway.get("/api/sms", limit=3)
    second = fresh_gateway.get("/api/sms", limit=3, cursor=first["next"])
    third = fresh_gateway.get("/api/sms", limit=3, cursor=second["next"])
    assert [message["id"] for page in (first, second, third) for message in page["items"]] == ids[::-1]
    assert third["next"] is None
    assert fresh_gateway.messages(direction="in") == []
    assert len(fresh_gateway.messages(direction="out")) == 7
    assert len(fresh_gateway.messages(peer=OUTSIDE)) == 7
    assert fresh_gateway.messages(peer="+33639980098") == []


def test_restart_keeps_everything(fresh_gateway: Gateway) -> None:
    with fresh_gateway.events() as events:
        identifier = fresh_gateway.send(OUTSIDE, "still here")["id"]
        events.wait("sms:status", lambda data: data["id"] == identifier and data["state"] == "sent")
    before = fresh_gateway.message(identifier)
    assert fresh_gateway.stop() == 0
    fresh_gateway.start()
    after = fresh_gateway.message(identifier)
    assert (after["id"], after["text"], after["to"], after["createdAt"]) == (
        before["id"],
        before["text"],
        before["to"],
        before["createdAt"],
    )
