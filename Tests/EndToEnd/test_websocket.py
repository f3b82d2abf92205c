# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""The event stream: what a client that was away gets, and what nobody may do to it."""

import socket

import pytest
from harness.gateway import Gateway
from websockets.exceptions import ConnectionClosed

OUTSIDE = "+33639980099"


def send_and_wait(gateway: Gateway, text: str) -> None:
    with gateway.events() as events:
        identifier = gateway.send(OUTSIDE, text)["id"]
        events.wait("sms:status", lambda data: data["id"] == identifier and data["state"] == "sent")


def test_envelope(gateway: Gateway) -> None:
    with gateway.events() as events:
        gateway.send(OUTSIDE, "look at the envelope")
        event = events.wait("sms:status")
    assert set(event) == {"event", "data", "seq", "time"}
    assert isinstance(event["seq"], int)
    assert event["time"].endswith("Z")


def test_missed_events_are_replayed_in_order(gateway: Gateway) -> None:
    with gateway.events() as events:
        identifier = gateway.send(OUTSIDE, "before")["id"]
        seen = events.wait("sms:status", lambda data: data["id"] == identifier and data["state"] == "sent")

    send_and_wait(gateway, "while away 1")
    send_and_wait(gateway, "while away 2")

    with gateway.events(since=seen["seq"]) as again:
        first = again.wait("sms:status", lambda data: data["text"] == "while away 1" and data["state"] == "sent")
        second = again.wait("sms:status", lambda data: data["text"] == "while away 2" and data["state"] == "sent")
        sequence = [event["seq"] for event in again.received]
        live = gateway.send(OUTSIDE, "live again")["id"]
        third = again.wait("sms:status", lambda data: data["id"] == live and data["state"] == "sent")
    assert seen["seq"] < first["seq"] < second["seq"] < third["seq"]
    assert sequence == sorted(set(sequence)), "in order, none twice"
    assert sequence[0] > seen["seq"], "none of what was seen"


def test_replay_goes_on_after_a_restart(fresh_gateway: Gateway) -> None:
    with fresh_gateway.events() as events:
        identifier = fresh_gateway.send(OUTSIDE, "before the restart")["id"]
        seen = events.wait("sms:status", lambda data: data["id"] == identifier and data["state"] == "queued")
        events.wait("sms:status", lambda data: data["id"] == identifier and data["state"] == "sent")
    fresh_gateway.stop()
    fresh_gateway.start()
    with fresh_gateway.events(since=seen["seq"]) as again:
        missed = again.wait("sms:status", lambda data: data["id"] == identifier and data["state"] == "sent")
    assert missed["seq"] > seen["seq"]


@pytest.mark.parametrize("since", [1, 2**53 - 1, -1], ids=["tooOld", "ofAnotherStore", "negative"])
def test_unknown_position_gets_a_snapshot(gateway: Gateway, since: int) -> None:
    send_and_wait(gateway, "in the snapshot")
    with gateway.events(since=since) as events:
        snapshot = events.next()
        assert snapshot["event"] == "snapshot"
        assert {modem["id"] for modem in snapshot["data"]["modems"]} == {modem["id"] for modem in gateway.modems()}
        # It says where the stream goes on: what comes next is newer.
        identifier = gateway.send(OUTSIDE, "after the snapshot")["id"]
        following = events.wait("sms:status", lambda data: data["id"] == identifier)
        assert following["seq"] > snapshot["seq"]


@pytest.mark.parametrize("since", ["yesterday", "1e3"])
def test_position_that_is_no_number(gateway: Gateway, since: str) -> None:
    answer = gateway.http.get(
        "/ws",
        params={"since": since},
        headers={
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        },
    )
    assert answer.status_code == 400, answer.text


def test_what_a_client_says_harms_nobody(gateway: Gateway) -> None:
    """The stream goes one way: a client that talks is ignored or closed, and the others go on."""
    with gateway.events() as bystander:
        with gateway.events() as talker:
            try:
                talker.connection.send('{"event":"sms:received"}')
                talker.connection.send(b"\x00" * 70_000)
                for _ in range(100):
                    talker.connection.send("x" * 65_536)
            except ConnectionClosed:
                pass
        identifier = gateway.send(OUTSIDE, "still streaming")["id"]
        bystander.wait("sms:status", lambda data: data["id"] == identifier and data["state"] == "sent")


def test_client_that_does_not_read_is_dropped(fresh_gateway: Gateway) -> None:
    """It is not waited for, and what it does not read is not kept for it for ever."""
    with stalled_client(fresh_gateway.port) as stalled, fresh_gateway.events() as reader:
        ids = [fresh_gateway.send(OUTSIDE, "y" * 1500)["id"] for _ in range(150)]
        for identifier in ids:
            reader.wait("sms:status", lambda data, it=identifier: data["id"] == it and data["state"] == "sent")
        stalled.settimeout(30)
        while stalled.recv(1 << 20):
            pass  # what the kernel still had; then the end, because the gateway has closed


def stalled_client(port: int) -> socket.socket:
    """A WebSocket that is opened and then never read."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.sendall(
        b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" % port
    )
    assert client.recv(12) == b"HTTP/1.1 101"
    return client


def test_clients_are_told_when_the_gateway_stops(fresh_gateway: Gateway) -> None:
    with fresh_gateway.events() as events:
        fresh_gateway.child.signal(2)
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                events.next()
        assert closed.value.rcvd.code == 1001
    assert fresh_gateway.child.wait() == 0
