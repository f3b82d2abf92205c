# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Receiving: long and late, silent and flashing, binary and pictures, read and unread, found, kept and taken along."""

import csv
import io
import json
import time
from collections.abc import Iterator

import pytest
from harness import pdus
from harness.events import EventStream
from harness.gateway import Gateway
from harness.simulator import Simulator

OUTSIDE = "+33639980099"


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    """Parts that are missing are waited for one second."""
    with Gateway(environment={"MODEMGATE_SMS_ASSEMBLY_TIMEOUT": "1s"}) as gateway:
        yield gateway.wait_until_ready()


@pytest.fixture(scope="module")
def modem(gateway: Gateway) -> str:
    return gateway.modem("ec25")["id"]


def part(reference: int, total: int, number: int, text: str) -> str:
    return pdus.with_header(bytes([0, 3, reference, total, number]), text.encode("utf-16-be"), pdus.UCS2)


def received(events: EventStream, condition) -> dict:
    return events.wait("sms:received", condition)["data"]


# ---- long messages


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1)])
def test_parts_in_any_order(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str, order: tuple) -> None:
    reference = 0x20 + order[0]
    texts = {1: f"one {order} ", 2: "two ", 3: "three"}
    for number in order:
        simulator.deliver_pdu(modem, part(reference, 3, number, texts[number]))
    whole = received(events, lambda data: data["text"] == "".join(texts.values()))
    assert not whole["incomplete"] and len(whole["parts"]) == 3


def test_late_part_completes_the_message_under_its_id(gateway: Gateway, simulator: Simulator, modem: str) -> None:
    with gateway.events() as events:
        simulator.deliver_pdu(modem, part(0x31, 2, 1, "the beginning "))
        first = received(events, lambda data: (data["text"] or "").startswith("the beginning"))
        assert first["incomplete"] and first["completedAt"] is None
    assert gateway.stop() == 0
    gateway.start().wait_until_ready()
    with gateway.events() as events:
        simulator.deliver_pdu(modem, part(0x31, 2, 2, "and the end"))
        whole = received(events, lambda data: data["text"] == "the beginning and the end")
    assert whole["id"] == first["id"]
    assert not whole["incomplete"] and whole["completedAt"]
    assert len([message for message in gateway.messages(direction="in") if "the beginning" in (message["text"] or "")]) == 1


# ---- kinds


def test_class_zero(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str) -> None:
    simulator.deliver_pdu(modem, pdus.deliver("flash!".encode("utf-16-be"), 0x18))
    assert received(events, lambda data: data["text"] == "flash!")["class"] == 0


def test_silent(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str) -> None:
    simulator.deliver_pdu(modem, pdus.deliver("are you there".encode("utf-16-be"), protocol=0x40))
    silent = received(events, lambda data: data["text"] == "are you there")
    assert silent["kind"] == "silent"
    assert all(message["kind"] == "silent" for message in gateway.messages(kind="silent"))


def test_voicemail_comes_and_clears(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str) -> None:
    """By TP-DCS group 1101 and by the information element of TS 23.040 §9.2.3.24.2."""
    simulator.deliver_pdu(modem, pdus.with_header(b"\x01\x02\x00\x03", b"", pdus.DATA))
    waiting = received(events, lambda data: data["kind"] == "message-waiting" and data["messageWaiting"][0]["active"])
    assert waiting["messageWaiting"][0]["count"] == 3
    state = next(item for item in gateway.get("/api/voicemail")["items"] if item["modem"] == modem and item["kind"] == "voicemail")
    assert state["waiting"] and state["count"] == 3
    simulator.deliver_pdu(modem, pdus.deliver(b"", 0xC0))
    received(events, lambda data: data["kind"] == "message-waiting" and not data["messageWaiting"][0]["active"])
    state = next(item for item in gateway.get("/api/voicemail")["items"] if item["modem"] == modem and item["kind"] == "voicemail")
    assert not state["waiting"]


def test_binary_with_ports(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str) -> None:
    octets = bytes(range(100, 200))
    simulator.deliver_pdu(modem, pdus.with_header(bytes.fromhex("0504") + (16000).to_bytes(2) + (9204).to_bytes(2), octets))
    kept = received(events, lambda data: data["ports"] == {"destination": 16000, "source": 9204})
    assert bytes.fromhex(kept["dataHex"]) == octets and kept["text"] is None


# M-Notification.ind (OMA MMS 1.3 §6.2): transaction T1, version 1.3, from, class, size 32768, expiry in a day, location.
NOTIFICATION = (
    b"\x8c\x82\x98T1\x00\x8d\x93\x89\x18\x80+33639980077/TYPE=PLMN\x00\x96A picture\x00\x8a\x80\x8e\x03\x00\x80\x00"
    b"\x88\x05\x81\x03\x01\x51\x80\x83http://mms.example.org/T1\x00"
)
PUSH = b"\x01\x06\x03\xbe\xaf\x84" + NOTIFICATION


def test_multimedia_notification(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str) -> None:
    ports = bytes.fromhex("05040B8423F0")
    simulator.deliver_pdu(modem, pdus.with_header(ports, PUSH))
    shown = received(events, lambda data: data["kind"] == "mms")
    assert shown["mms"]["url"] == "http://mms.example.org/T1"
    assert shown["mms"]["from"].startswith("+33639980077")
    assert (shown["mms"]["sizeBytes"], shown["mms"]["transaction"]) == (32768, "T1")


def test_multimedia_notification_in_two_parts(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str) -> None:
    push = PUSH.replace(b"T1", b"T2")
    for number, half in ((1, push[:50]), (2, push[50:])):
        simulator.deliver_pdu(modem, pdus.with_header(bytes.fromhex("05040B8423F0") + bytes([0, 3, 0x41, 2, number]), half))
    shown = received(events, lambda data: data["kind"] == "mms" and data["mms"]["transaction"] == "T2")
    assert shown["mms"]["url"] == "http://mms.example.org/T2"


def test_other_push(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str) -> None:
    simulator.deliver_pdu(modem, pdus.with_header(bytes.fromhex("05040B8423F0"), b"\x01\x06\x01\xae" + b"\x02\x05\x6a\x00"))
    shown = received(events, lambda data: data["kind"] == "wap-push")
    assert shown["contentType"] == "application/vnd.wap.sic" and shown["dataHex"]


# ---- conversations and reading


def test_conversations_and_unread(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str) -> None:
    peer = "+33639981301"
    for index in range(3):
        simulator.deliver(modem, peer, f"in a conversation {index}")
        received(events, lambda data, text=f"in a conversation {index}": data["text"] == text)
    gateway.send(peer, "and back", modem=modem)
    listed = gateway.get("/api/conversations")["items"]
    assert listed[0]["peer"] == peer and listed[0]["unread"] == 3
    assert listed[0]["lastMessage"]["text"] == "and back" and modem in listed[0]["modems"]

    messages = gateway.get("/api/conversations/%2B33639981301/messages")["items"]
    assert [message["text"] for message in messages] == ["and back", *(f"in a conversation {index}" for index in (2, 1, 0))]
    unread = gateway.get("/api/sms", unread="true", peer=peer)["items"]
    assert len(unread) == 3

    read = gateway.post(f"/api/sms/{unread[0]['id']}/read", {})
    assert read.status_code == 200 and read.json()["readAt"], read.text
    assert gateway.get("/api/conversations/%2B33639981301")["unread"] == 2
    assert gateway.post(f"/api/sms/{unread[0]['id']}/unread", {}).json()["readAt"] is None
    assert gateway.http.post("/api/conversations/%2B33639981301/read").status_code == 200
    assert gateway.get("/api/conversations/%2B33639981301")["unread"] == 0
    assert gateway.http.get("/api/conversations/%2B33639981399").status_code == 404


# ---- search, export, deletion


def test_search(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str) -> None:
    texts = ["Crème brûlée at eight", "the brulee was burnt", "Żółć and nothing else"]
    for text in texts:
        simulator.deliver(modem, "+33639981302", text)
        received(events, lambda data, text=text: data["text"] == text)
    for words, found in [("brulee", 2), ("CREME", 1), ("brul", 2), ("brulee eight", 1), ("zołc", 1), ("nowhere", 0)]:
        assert len(gateway.get("/api/sms", q=words, peer="+33639981302")["items"]) == found, words


@pytest.mark.parametrize("words", ['"', "*", "AND", "NEAR(", "a OR", "text:x", "^", "-", "'", "(", "\\", "\u0000", "%", "_"])
def test_search_for_what_is_no_word(gateway: Gateway, words: str) -> None:
    answer = gateway.http.get("/api/sms", params={"q": words})
    assert answer.status_code in (200, 400), answer.text


def test_export(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str) -> None:
    """Everything comes along, unchanged; what a spreadsheet would compute is text in CSV."""
    texts = ["=1+1", "+33 calling", "-1", "@SUM(A1)", 'with "quotes", commas', "two\r\nlines", "plain"]
    for text in texts:
        simulator.deliver(modem, "+33639981303", text)
        received(events, lambda data, text=text: data["text"] == text)
    lines = gateway.http.get("/api/sms/export", params={"format": "jsonl", "peer": "+33639981303"})
    assert lines.status_code == 200
    exported = [json.loads(line) for line in lines.text.splitlines()]
    assert sorted(message["text"] for message in exported) == sorted(texts)
    table = gateway.http.get("/api/sms/export", params={"format": "csv", "peer": "+33639981303"})
    assert table.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"), newline="")))
    assert len(rows) == len(texts)
    cells = {row["text"] for row in rows}
    assert 'with "quotes", commas' in cells and "two\r\nlines" in cells and "plain" in cells
    for row in rows:
        for cell in row.values():
            assert not (cell or "").startswith(("=", "@", "\t", "\r")), cell
    assert "=1+1" not in cells and any("=1+1" in cell for cell in cells)


def test_delete(gateway: Gateway, events: EventStream, simulator: Simulator, modem: str) -> None:
    simulator.deliver(modem, "+33639981304", "to be forgotten")
    identifier = received(events, lambda data: data["text"] == "to be forgotten")["id"]
    assert gateway.http.delete(f"/api/sms/{identifier}").status_code == 200
    assert gateway.http.get(f"/api/sms/{identifier}").status_code == 404
    assert gateway.get("/api/sms", q="forgotten")["items"] == []
    assert gateway.http.get("/api/conversations/%2B33639981304").status_code == 404


# ---- the SIM


def test_full_storage_is_imported_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Old messages lie in the modem before the gateway knows it: each is imported once, and the storage is empty."""
    from harness.simulator import SimulatorProcess

    simulator = SimulatorProcess(tmp_path_factory.mktemp("sim"))
    modem = simulator.modems[0]
    try:
        for index in range(60):
            simulator.deliver(modem.id, OUTSIDE, f"old message {index}")
        with Gateway("--modem", f"{modem.model}:{modem.tty}") as gateway:
            for _ in range(3):
                gateway.wait_until_ready()
                end = time.monotonic() + 60
                while sum(next(each for each in simulator.status() if each["id"] == modem.id)["stored"].values()):
                    assert time.monotonic() < end, simulator.status()
                    time.sleep(0.1)
                texts = sorted(message["text"] for message in gateway.messages(direction="in", limit=500))
                assert texts == sorted(f"old message {index}" for index in range(60))
                assert gateway.stop() == 0
                gateway.start()
    finally:
        simulator.stop()
