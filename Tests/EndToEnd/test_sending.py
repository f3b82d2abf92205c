# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Sending, as integrators use it: schedules, priorities, idempotency keys, references, numbers as people write them."""

import base64
import datetime
import time
from collections.abc import Iterator

import httpx
import pytest
from harness.events import EventStream
from harness.gateway import Gateway, authorization, parsed
from harness.process import run
from harness.simulator import Simulator

OUTSIDE = "+33639980099"
LONG = "The quick brown fox jumps over the lazy dog. " * 8


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    """Numbers without + are French ones here."""
    with Gateway(environment={"MODEMGATE_SMS_COUNTRY": "FR"}) as gateway:
        yield gateway.wait_until_ready()


def in_seconds(seconds: float) -> str:
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def wait_for(events: EventStream, identifier: str, *states: str) -> dict:
    return events.wait("sms:status", lambda data: data["id"] == identifier and data["state"] in states)["data"]


def refused(answer: httpx.Response, status: int, code: str) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["type"] == f"urn:modemgate:problem:{code}", problem
    assert len(problem["detail"].split()) > 3
    return problem


def on_the_air(simulator: Simulator, text: str) -> list[dict]:
    return [entry for entry in simulator.submitted() if entry.get("text") == text]


# ---- what it costs


@pytest.mark.parametrize(
    ("text", "encoding", "parts"),
    [("x" * 160, "gsm7", 1), ("x" * 161, "gsm7", 2), ("€" * 80, "gsm7", 1), ("я" * 70, "ucs2", 1), ("я" * 71, "ucs2", 2)],
    ids=["onePart", "oneSeptetMore", "extensionTable", "onePartUCS2", "oneUnitMore"],
)
def test_cost_before_and_preview_alone(gateway: Gateway, text: str, encoding: str, parts: int) -> None:
    before = [message["id"] for message in gateway.get("/api/sms", limit=1)["items"]]
    preview = gateway.post("/api/sms/preview", {"to": [OUTSIDE, "0639980098"], "text": text})
    assert preview.status_code == 200, preview.text
    shown = preview.json()
    assert [message["id"] for message in gateway.get("/api/sms", limit=1)["items"]] == before, "a preview stores nothing"
    cost = shown["cost"]
    assert (cost["encoding"], cost["parts"], cost["recipients"], cost["totalParts"]) == (encoding, parts, 2, 2 * parts)
    assert "".join(part["text"] for part in shown["parts"]) == text
    assert [recipient["to"] for recipient in shown["recipients"]] == [OUTSIDE, "+33639980098"]
    assert all(recipient["modems"] for recipient in shown["recipients"])

    accepted = gateway.send(OUTSIDE, text)
    assert accepted["cost"] == cost | {"recipients": 1, "totalParts": parts}
    assert len(accepted["parts"]) == parts


def test_preview_refuses_what_sending_refuses(gateway: Gateway) -> None:
    for body in ({"to": "abc", "text": "x"}, {"to": OUTSIDE}, {"to": OUTSIDE, "text": "x", "modem": "nope-9"}):
        preview, sending = gateway.post("/api/sms/preview", body), gateway.post("/api/sms", body)
        assert preview.status_code == sending.status_code >= 400
        assert preview.json()["type"] == sending.json()["type"]


# ---- numbers


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("+33639980099", OUTSIDE),
        ("0639980099", OUTSIDE),
        ("06 39 98 00 99", OUTSIDE),
        ("(06) 39-98.00.99", OUTSIDE),
        ("0033639980099", OUTSIDE),
        ("+33 6 39 98 00 99", OUTSIDE),
        ("36180", "36180"),
    ],
)
def test_number_as_people_write_it(gateway: Gateway, written: str, stored: str) -> None:
    assert gateway.send(written, "to the same")["to"] == stored


@pytest.mark.parametrize("number", ["INFO", "+33639980099;ATD112", "+", "++33639980099", "+3363998009a", "٠٦٣٩٩٨٠٠٩٩", "+33\n639980099"])
def test_what_is_no_number(gateway: Gateway, number: str) -> None:
    problem = refused(gateway.post("/api/sms", {"to": number, "text": "x"}), 422, "invalid-number")
    assert problem["field"] == "to"


def test_same_number_twice_in_a_list_is_one_message(gateway: Gateway) -> None:
    accepted = gateway.send(["+33639980097", "0639980097", OUTSIDE], "once each")
    assert [message["to"] for message in accepted["messages"]] == ["+33639980097", OUTSIDE]
    assert accepted["repeated"], "and the answer says so"
    assert accepted["batch"]
    assert len(gateway.messages(batch=accepted["batch"])) == 2


# ---- options


@pytest.mark.parametrize("form", ["dataHex", "hex", "base64"])
def test_data_with_ports(gateway: Gateway, events: EventStream, numbers: dict[str, str], form: str) -> None:
    octets = b"\x00\xff\x1a\x1b" + form.encode()
    body = {"dataHex": octets.hex()} if form == "dataHex" else {"data": {form: octets.hex() if form == "hex" else base64.b64encode(octets).decode()}}
    sender, receiver = sorted(numbers)
    answer = gateway.post("/api/sms", body | {"to": numbers[receiver], "modem": sender, "ports": {"destination": 16000, "source": 5}})
    assert answer.status_code == 202, answer.text
    arrived = events.wait("sms:received", lambda data: data["dataHex"] == octets.hex().upper() or data["dataHex"] == octets.hex())["data"]
    assert arrived["ports"] == {"destination": 16000, "source": 5}
    assert arrived["encoding"] == "8bit"


def test_flash_and_replace(gateway: Gateway, events: EventStream, numbers: dict[str, str]) -> None:
    sender, receiver = sorted(numbers)
    gateway.send(numbers[receiver], "in a flash", modem=sender, **{"class": 0})
    assert events.wait("sms:received", lambda data: data["text"] == "in a flash")["data"]["class"] == 0
    replacing = gateway.send(numbers[receiver], "in place of the last", modem=sender, replaceType=3)
    assert replacing["replaceType"] == 3
    events.wait("sms:received", lambda data: data["text"] == "in place of the last")
    assert parsed(run("pdu", "decode", replacing["parts"][0]["pdu"], "--direction", "mo", "--json"))["pid"] == 0x43


def test_by_sim(gateway: Gateway, events: EventStream) -> None:
    for modem in gateway.modems():
        for sim in (modem["sim"]["iccid"], modem["sim"]["number"]):
            sent = wait_for(events, gateway.send(OUTSIDE, f"by {sim}", sim=sim)["id"], "sent")
            assert sent["modem"] == modem["id"]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"priority": 10}, "priority"),
        ({"priority": -1}, "priority"),
        ({"replaceType": 8}, "replaceType"),
        ({"replaceType": 0}, "replaceType"),
        ({"class": 4}, "class"),
        ({"validity": 1}, "validity"),
        ({"sendAt": "tomorrow"}, "sendAt"),
        ({"sendAt": "2099-01-01T00:00:00Z"}, "sendAt"),
        ({"reference": ""}, "reference"),
        ({"reference": "x" * 1000}, "reference"),
        ({"ports": {"destination": 70000}}, "destination"),
        ({"route": "no-such-route"}, "route"),
        ({"sim": "no such SIM"}, "sim"),
        ({"data": {"hex": "00"}}, "data"),
    ],
)
def test_option_that_cannot_be(gateway: Gateway, options: dict, field: str) -> None:
    answer = gateway.post("/api/sms", {"to": OUTSIDE, "text": "x"} | options)
    assert answer.status_code in (400, 422), answer.text
    assert field in answer.text or answer.json()["type"].endswith("invalid-option"), answer.text


# ---- when


def test_scheduled_message_waits_also_for_a_restart(fresh_gateway: Gateway) -> None:
    gateway = fresh_gateway
    simulator, due = Simulator(gateway), time.time() + 3
    identifier = gateway.send(OUTSIDE, "not before its time", sendAt=in_seconds(3))["id"]
    waiting = gateway.message(identifier)
    assert waiting["state"] == "queued" and waiting["sendAt"]
    assert waiting["waiting"]["code"] and waiting["waiting"]["until"]
    now = gateway.send(OUTSIDE, "at once")["id"]
    with gateway.events() as events:
        if gateway.message(now)["state"] not in ("sent", "delivered"):
            wait_for(events, now, "sent", "delivered")
    assert not on_the_air(simulator, "not before its time") or time.time() >= due
    assert gateway.stop() == 0
    gateway.start()
    with gateway.events() as events:
        if gateway.message(identifier)["state"] == "queued":
            wait_for(events, identifier, "sent")
    assert time.time() >= due - 0.1
    assert len(on_the_air(Simulator(gateway), "not before its time")) == 1


def test_scheduled_message_can_be_cancelled(gateway: Gateway, simulator: Simulator) -> None:
    identifier = gateway.send(OUTSIDE, "never after all", sendAt=in_seconds(1.5))["id"]
    assert gateway.http.delete(f"/api/sms/{identifier}").json()["state"] == "cancelled"
    following = gateway.send(OUTSIDE, "the one after it", sendAt=in_seconds(2))["id"]
    with gateway.events() as events:
        wait_for(events, following, "sent")
    assert not on_the_air(simulator, "never after all")


def test_past_time_is_now(gateway: Gateway, events: EventStream) -> None:
    wait_for(events, gateway.send(OUTSIDE, "late already", sendAt="2020-01-01T00:00:00Z")["id"], "sent")


def test_priority(fresh_gateway: Gateway) -> None:
    """What is urgent overtakes what waits; within one priority the first come is the first sent."""
    gateway, simulator = fresh_gateway, Simulator(fresh_gateway)
    modem = gateway.modems()[0]["id"]
    with gateway.events() as events:
        simulator.fault(modem, "noNetwork")
        events.wait("modem:state", lambda data: data["id"] == modem and data["state"] != "ready")
        ids = [gateway.send(OUTSIDE, f"{priority}.{index}", modem=modem, priority=priority)["id"] for index in range(3) for priority in (0, 9, 4)]
        simulator.clear(modem)
        for identifier in ids:
            wait_for(events, identifier, "sent")
    order = [entry["text"] for entry in simulator.submitted() if entry["modem"] == modem]
    assert order == ["9.0", "9.1", "9.2", "4.0", "4.1", "4.2", "0.0", "0.1", "0.2"]


def test_every_message_expires(gateway: Gateway) -> None:
    """Nothing waits for ever: three days unless the request says otherwise, from its time on."""
    shown = gateway.send(OUTSIDE, "three days at most")
    created, expires = (datetime.datetime.fromisoformat(shown[name]) for name in ("createdAt", "expiresAt"))
    assert abs((expires - created).total_seconds() - 3 * 86_400) < 5
    later = gateway.send(OUTSIDE, "from its time on", sendAt=in_seconds(3600), validity=600)
    wanted = datetime.datetime.fromisoformat(later["sendAt"]) + datetime.timedelta(seconds=600)
    assert abs((datetime.datetime.fromisoformat(later["expiresAt"]) - wanted).total_seconds()) < 1
    gateway.http.delete(f"/api/sms/{later['id']}")


# ---- once


def keyed(gateway: Gateway, key: str, body: dict) -> httpx.Response:
    return gateway.http.post("/api/sms", json=body, headers={"Idempotency-Key": key.encode()})


def test_same_key_same_answer_and_nothing_sent(fresh_gateway: Gateway) -> None:
    gateway, body = fresh_gateway, {"to": [OUTSIDE, "+33639980098"], "text": "only once"}
    first = keyed(gateway, "order-4711", body)
    assert first.status_code == 202 and "idempotent-replayed" not in first.headers
    again = keyed(gateway, "order-4711", dict(reversed(body.items())))
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert gateway.stop() == 0
    gateway.start()
    later = keyed(gateway, "order-4711", body)
    assert later.content == first.content, "after a restart too, byte for byte"
    assert len(gateway.messages()) == 2
    problem = refused(keyed(gateway, "order-4711", body | {"text": "another"}), 422, "idempotency-key-reused")
    assert "order-4711" in problem["detail"] or "key" in problem["detail"].lower()
    assert len(gateway.messages()) == 2


def test_same_key_at_the_same_time(gateway: Gateway) -> None:
    """Twenty clients with one key: one message, twenty times the same answer."""
    from concurrent.futures import ThreadPoolExecutor

    body = {"to": OUTSIDE, "text": "all at once"}
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: httpx.post(f"{gateway.url}/api/sms", json=body, headers={"Idempotency-Key": "rush"}, timeout=30), range(20)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert len([message for message in gateway.messages(text="all at once")]) == 1


def test_refused_request_does_not_use_up_its_key(gateway: Gateway) -> None:
    assert keyed(gateway, "second-try", {"to": "nobody", "text": "x"}).status_code == 422
    assert keyed(gateway, "second-try", {"to": OUTSIDE, "text": "x"}).status_code == 202


@pytest.mark.parametrize("key", ["", "x" * 256, "two words", "caf\u00e9"])
def test_key_that_cannot_be(gateway: Gateway, key: str) -> None:
    answer = keyed(gateway, key, {"to": OUTSIDE, "text": "x"})
    assert answer.status_code == 400, answer.text


def test_keys_and_references_are_each_tokens_own() -> None:
    with Gateway() as gateway:
        gateway.wait_until_ready()
        tokens = [gateway.cli_json("token", "create", name, "--scope", "sms:send", "--scope", "sms:read")["token"] for name in ("shop", "bank")]
        ids = []
        for token in tokens:
            answer = httpx.post(
                f"{gateway.url}/api/sms", json={"to": OUTSIDE, "text": "x", "reference": "invoice-1"},
                headers=authorization(token) | {"Idempotency-Key": "k1"}, timeout=30,
            )  # fmt: skip
            assert answer.status_code == 202, answer.text
            assert answer.json()["reference"] == "invoice-1"
            ids.append(answer.json()["id"])
        assert ids[0] != ids[1]
        taken = httpx.post(
            f"{gateway.url}/api/sms", json={"to": OUTSIDE, "text": "y", "reference": "invoice-1"},
            headers=authorization(tokens[0]), timeout=30,
        )  # fmt: skip
        assert ids[0] in refused(taken, 409, "reference-taken")["detail"]


# ---- again


def test_resend_keeps_the_id(fresh_gateway: Gateway) -> None:
    gateway, simulator = fresh_gateway, Simulator(fresh_gateway)
    modem = gateway.modem("ec25")["id"]
    with gateway.events() as events:
        simulator.fault(modem, "cmsError", command="+CMGS>", code=21)
        failed = wait_for(events, gateway.send(OUTSIDE, "second time lucky", modem=modem)["id"], "failed")
        assert failed["resends"] == 0
        answer = gateway.post(f"/api/sms/{failed['id']}/resend", {})
        assert answer.status_code == 202, answer.text
        assert answer.json()["id"] == failed["id"] and answer.json()["resends"] == 1
        sent = wait_for(events, failed["id"], "sent")
        assert sent["resends"] == 1
    assert len(on_the_air(simulator, "second time lucky")) == 1


def test_resend_of_what_was_delivered_needs_to_be_meant(gateway: Gateway, events: EventStream, simulator: Simulator) -> None:
    identifier = gateway.send(OUTSIDE, "twice if you insist")["id"]
    wait_for(events, identifier, "delivered")
    answer = gateway.post(f"/api/sms/{identifier}/resend", {})
    assert answer.status_code == 409, answer.text
    assert "confirm" in answer.text
    assert gateway.post(f"/api/sms/{identifier}/resend", {"confirm": True}).status_code == 202
    wait_for(events, identifier, "delivered")
    assert len(on_the_air(simulator, "twice if you insist")) == 2
    assert gateway.post("/api/sms/0198a000-0000-7000-8000-000000000000/resend", {}).status_code == 404


def test_resend_sends_only_the_parts_that_are_missing(fresh_gateway: Gateway) -> None:
    gateway, simulator = fresh_gateway, Simulator(fresh_gateway)
    sender, receiver = gateway.modems()[0], gateway.modems()[1]
    with gateway.events() as events:
        # The first part passes, the second is refused for good, the third is not tried.
        simulator.fault(sender["id"], "lateAnswer", command="+CMGS>", milliseconds=1)
        simulator.fault(sender["id"], "cmsError", command="+CMGS>", code=21)
        failed = wait_for(events, gateway.send(receiver["sim"]["number"], LONG, modem=sender["id"])["id"], "failed")
        missing = [part["number"] for part in failed["parts"] if part["state"] not in ("sent", "delivered")]
        answer = gateway.post(f"/api/sms/{failed['id']}/resend", {})
        assert answer.status_code == 202, answer.text
        assert answer.json()["resentParts"] == missing
        arrived = events.wait("sms:received", lambda data: data["text"] == LONG)["data"]
    assert not arrived["incomplete"]
    assert len(on_the_air(simulator, LONG)) <= 1
