# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Delivery truth: what network and recipient's phone said, per message and per part, as code and sentence."""

import pytest
from harness import pdus
from harness.events import EventStream
from harness.gateway import Gateway
from harness.simulator import Simulator

OUTSIDE = "+33639980099"
LONG = "The quick brown fox jumps over the lazy dog. " * 8


def wait_for(events: EventStream, identifier: str, *states: str) -> dict:
    return events.wait("sms:status", lambda data: data["id"] == identifier and data["state"] in states)["data"]


@pytest.mark.parametrize(
    ("ending", "state", "status"),
    [("9900", "failed", 0x43), ("9903", "failed", 0x65), ("9906", "expired", 0x46)],
    ids=["notObtainable", "givenUp", "expired"],
)
def test_network_says_why(gateway: Gateway, events: EventStream, ending: str, state: str, status: int) -> None:
    identifier = gateway.send(f"+3363998{ending}", f"ends with {ending}")["id"]
    final = wait_for(events, identifier, "failed", "expired", "delivered")
    assert final["state"] == state
    part = final["parts"][0]
    assert part["status"] == status
    assert part["error"]["code"] and len(part["error"]["message"].split()) > 2
    assert final["error"]["message"] == part["error"]["message"]


def test_delivered_has_code_sentence_and_time(gateway: Gateway, events: EventStream) -> None:
    identifier = gateway.send(OUTSIDE, "well received")["id"]
    part = wait_for(events, identifier, "delivered")["parts"][0]
    assert part["status"] == 0 and part["statusText"] and part["deliveredAt"] and part["error"] is None


def test_still_trying_is_told_and_not_final(gateway: Gateway, events: EventStream) -> None:
    identifier = gateway.send("+33639989902", "at the second try")["id"]
    assert wait_for(events, identifier, "delivered")["parts"][0]["status"] == 0


@pytest.mark.parametrize("code", [1, 8, 21, 38])
def test_refusal_by_the_network(gateway: Gateway, events: EventStream, simulator: Simulator, code: int) -> None:
    """`+CMS ERROR` as code and sentence; final ones end it, the others say when it is tried again."""
    modem = gateway.modem("ec25")["id"]
    simulator.fault(modem, "cmsError", command="+CMGS>", code=code)
    identifier = gateway.send(OUTSIDE, f"refused with {code}", modem=modem)["id"]
    if code == 38:
        retried = events.wait("sms:status", lambda data: data["id"] == identifier and data["parts"][0]["error"] is not None)["data"]
        assert retried["state"] == "queued" and gateway.message(identifier)["waiting"]["until"]
        gateway.http.delete(f"/api/sms/{identifier}")
    else:
        retried = wait_for(events, identifier, "failed")
    assert retried["parts"][0]["error"]["code"] == f"cms-{code}"
    assert len(retried["parts"][0]["error"]["message"].split()) > 2


def test_long_message_is_delivered_when_all_parts_are(gateway: Gateway, events: EventStream) -> None:
    identifier = gateway.send(OUTSIDE, LONG)["id"]
    delivered = wait_for(events, identifier, "delivered")
    assert len(delivered["parts"]) == 3
    assert all(part["state"] == "delivered" and part["status"] == 0 for part in delivered["parts"])
    earlier = [event["data"] for event in events.received if event["event"] == "sms:status" and event["data"]["id"] == identifier]
    for message in earlier:
        if any(part["state"] != "delivered" for part in message["parts"]):
            assert message["state"] != "delivered"


def test_report_settles_the_only_uncertain_part(fresh_gateway: Gateway) -> None:
    """The modem's answer is lost; the network's report arrives: exactly one part is open for it, and is settled."""
    gateway, simulator = fresh_gateway, Simulator(fresh_gateway)
    modem = gateway.modem("ec25")["id"]
    with gateway.events() as events:
        simulator.fault(modem, "falseError", command="+CMGS", code=500)
        identifier = gateway.send("+33639981234", "one open part", modem=modem)["id"]
        wait_for(events, identifier, "uncertain", "delivered")
        settled = gateway.message(identifier)
        settled = settled if settled["state"] == "delivered" else wait_for(events, identifier, "delivered")
    assert settled["parts"][0]["status"] == 0
    assert gateway.get("/api/sms/reports", matched="false")["items"] == []
    assert len([entry for entry in simulator.submitted() if entry.get("text") == "one open part"]) == 1


def test_report_that_could_be_of_two_parts_settles_none(fresh_gateway: Gateway) -> None:
    """Two uncertain parts to one number: the report is shown as unmatched, and both stay uncertain."""
    gateway, simulator = fresh_gateway, Simulator(fresh_gateway)
    modem = gateway.modem("ec25")["id"]
    with gateway.events() as events:
        # To a number that reports nothing, so that the reports are ours to make.
        ids = []
        for index in range(2):
            simulator.fault(modem, "falseError", command="+CMGS", code=500)
            ids.append(gateway.send("+33639989901", f"open part {index}", modem=modem)["id"])
            wait_for(events, ids[-1], "uncertain")
        simulator.deliver_pdu(modem, report("+33639989901", reference=0xEE))
        simulator.deliver(modem, OUTSIDE, "after the report")
        events.wait("sms:received", lambda data: data["text"] == "after the report")
    assert [gateway.message(identifier)["state"] for identifier in ids] == ["uncertain", "uncertain"]
    shown = gateway.get("/api/sms/reports", matched="false")["items"]
    assert [(item["to"], item["reference"], item["matched"]) for item in shown] == [("+33639989901", 0xEE, False)]
    assert shown[0]["statusText"]
    assert gateway.health()["database"]["unmatchedReports"] == 1


def report(number: str, reference: int, status: int = 0) -> str:
    """An SMS-STATUS-REPORT of now, in hexadecimal (3GPP TS 23.040 §9.2.2.3)."""
    import datetime

    digits = number.removeprefix("+") + "F" * (len(number.removeprefix("+")) % 2)
    swapped = "".join(digits[index + 1] + digits[index] for index in range(0, len(digits), 2))
    now = datetime.datetime.now(datetime.UTC).strftime("%y%m%d%H%M%S")
    stamp = "".join(now[index + 1] + now[index] for index in range(0, 12, 2)) + "00"
    address = f"{len(number.removeprefix('+')):02X}91{swapped}"
    return f"{pdus.SERVICE_CENTRE.hex().upper()}06{reference:02X}{address}{stamp}{stamp}{status:02X}"


def test_report_about_nothing_is_shown(fresh_gateway: Gateway) -> None:
    gateway, simulator = fresh_gateway, Simulator(fresh_gateway)
    modem = gateway.modem("sim7600")["id"]
    with gateway.events() as events:
        simulator.deliver_pdu(modem, pdus.STRAY_REPORT)
        simulator.deliver(modem, OUTSIDE, "after a stray report")
        events.wait("sms:received", lambda data: data["text"] == "after a stray report")
    shown = gateway.get("/api/sms/reports", matched="false")["items"]
    assert [item["pdu"].upper() for item in shown] == [pdus.STRAY_REPORT]
    assert gateway.get("/api/sms/reports", matched="true")["items"] == []


def test_message_without_report_stays_sent(gateway: Gateway, events: EventStream) -> None:
    identifier = gateway.send("+33639989901", "no report, ever")["id"]
    wait_for(events, identifier, "sent")
    assert gateway.message(identifier)["state"] == "sent"
