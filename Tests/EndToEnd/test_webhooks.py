# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Webhooks: what a web server is told, how often, in which order, and which servers are not called at all."""

import json
import re
import time
from collections.abc import Iterator

import httpx
import pytest
from harness.events import EventStream
from harness.gateway import Gateway
from harness.receiver import OK, Answer, Receiver, Request, signature
from harness.simulator import Simulator

OUTSIDE = "+33639980099"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def gateway(receiver: Receiver) -> Iterator[Gateway]:
    with Gateway(environment=receiver.allowed) as gateway:
        yield gateway.wait_until_ready()


@pytest.fixture(autouse=True)
def clean(gateway: Gateway, receiver: Receiver) -> Iterator[None]:
    """Each test has its own targets and a server that answers 204 again."""
    receiver.behaviour = lambda _: OK
    yield
    receiver.behaviour = lambda _: OK
    for webhook in gateway.get("/api/webhooks")["items"]:
        assert gateway.http.delete(f"/api/webhooks/{webhook['id']}").status_code == 200


def create(gateway: Gateway, receiver: Receiver, *events: str, path: str = "/hook", **more) -> dict:
    body = {"url": receiver.url.replace("/hook", path), "events": list(events) or ["*"]} | more
    answer = gateway.post("/api/webhooks", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def deliveries(gateway: Gateway, webhook: dict, **filters) -> list[dict]:
    return gateway.get(f"/api/webhooks/{webhook['id']}/deliveries", limit=500, **filters)["items"]


def wait_until(condition, what: str, deadline: float = 30) -> None:
    end = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < end, f"not in {deadline} s: {what}"
        time.sleep(0.05)


# ---- what arrives


def test_life_of_a_message_as_a_web_server_hears_it(gateway: Gateway, receiver: Receiver, numbers: dict[str, str]) -> None:
    webhook = create(gateway, receiver)
    sender, target = sorted(numbers)
    identifier = gateway.send(numbers[target], "told to others", modem=sender)["id"]
    received = receiver.wait(lambda request: request.type == "sms:received" and request.data["text"] == "told to others")
    delivered = receiver.wait(lambda request: request.type == "sms:delivered" and request.data["id"] == identifier)
    sent = receiver.wait(lambda request: request.type == "sms:sent" and request.data["id"] == identifier)
    for request in (received, sent, delivered):
        assert set(request.event) == {"type", "timestamp", "data"}
        assert request.headers["content-type"].startswith("application/json")
        assert signature(webhook["secret"], request) in request.headers["webhook-signature"].split()
        assert abs(int(request.headers["webhook-timestamp"]) - request.moment) < 30
        assert re.fullmatch(r"[!-~]{1,255}", request.id)
    assert sent.data["state"] == "sent" and delivered.data["state"] == "delivered"
    # The same shape as the API's.
    assert set(received.data) == set(gateway.message(received.data["id"]))
    assert received.data == {name: gateway.message(received.data["id"])[name] for name in received.data}


@pytest.mark.parametrize(("ending", "kind"), [("9900", "sms:failed"), ("9904", "sms:failed"), ("9906", "sms:failed")])
def test_failure_is_told(gateway: Gateway, receiver: Receiver, ending: str, kind: str) -> None:
    create(gateway, receiver, kind)
    identifier = gateway.send(f"+3363998{ending}", f"ends with {ending}")["id"]
    told = receiver.wait(lambda request: request.data.get("id") == identifier)
    assert told.type == kind
    assert told.data["error"]["message"]


def test_events_that_were_not_asked_for_stay_away(gateway: Gateway, receiver: Receiver, simulator: Simulator, numbers: dict[str, str]) -> None:
    create(gateway, receiver, "sms:received", path="/received")
    create(gateway, receiver, "sms:delivered", path="/delivered")
    identifier = gateway.send(OUTSIDE, "for one of the two")["id"]
    receiver.wait(lambda request: request.path == "/delivered" and request.data["id"] == identifier)
    simulator.deliver(sorted(numbers)[0], OUTSIDE, "for the other")
    receiver.wait(lambda request: request.path == "/received" and request.data["text"] == "for the other")
    assert {request.type for request in receiver.requests if request.path == "/received"} == {"sms:received"}
    assert {request.type for request in receiver.requests if request.path == "/delivered"} == {"sms:delivered"}


def test_modem_that_goes_and_comes(gateway: Gateway, receiver: Receiver, simulator: Simulator, numbers: dict[str, str]) -> None:
    create(gateway, receiver, "modem:state", path="/modems")
    modem = sorted(numbers)[0]
    simulator.unplug(modem)
    receiver.wait(lambda request: request.path == "/modems" and request.data["id"] == modem and request.data["state"] == "gone")
    simulator.plug(modem)
    receiver.wait(lambda request: request.path == "/modems" and request.data["id"] == modem and request.data["state"] == "ready")


def test_several_servers_each_get_it(gateway: Gateway, receiver: Receiver) -> None:
    webhooks = [create(gateway, receiver, "sms:sent", path=f"/several/{index}") for index in range(3)]
    identifier = gateway.send(OUTSIDE, "to each of three")["id"]
    for index, webhook in enumerate(webhooks):
        request = receiver.wait(lambda request, path=f"/several/{index}": request.path == path and request.data["id"] == identifier)
        assert signature(webhook["secret"], request) in request.headers["webhook-signature"].split()
    assert len({request.headers["webhook-signature"] for request in receiver.requests if request.path.startswith("/several/")}) == 3


def test_test_event(gateway: Gateway, receiver: Receiver) -> None:
    webhook = create(gateway, receiver, "sms:received", path="/tested")
    answer = gateway.post(f"/api/webhooks/{webhook['id']}/test", {})
    assert answer.status_code in (200, 202), answer.text
    request = receiver.wait(lambda request: request.path == "/tested")
    assert request.type == "webhook:test"
    assert signature(webhook["secret"], request) in request.headers["webhook-signature"].split()


# ---- until it is taken


def test_failing_server_gets_it_again_the_same(gateway: Gateway, receiver: Receiver) -> None:
    """500, a hang-up, 301, then 200: one Webhook-Id, one body, four requests, and a new time stamp signed each time."""
    answers = [Answer(500, b"broken"), Answer(hangs_up=True), Answer(301, headers={"Location": receiver.url + "/elsewhere"})]

    def behaviour(request: Request) -> Answer:
        return answers[request.attempt - 1] if request.attempt <= len(answers) else Answer(200, b"thank you")

    receiver.behaviour = behaviour
    webhook = create(gateway, receiver, "sms:sent", path="/failing")
    identifier = gateway.send(OUTSIDE, "until it is taken")["id"]
    last = receiver.wait(lambda request: request.path == "/failing" and request.attempt == 4, deadline=60)
    requests = [request for request in receiver.requests if request.id == last.id]
    assert len({request.body for request in requests}) == 1
    assert all(signature(webhook["secret"], request) in request.headers["webhook-signature"].split() for request in requests)
    assert not [request for request in receiver.requests if "elsewhere" in request.path], "a redirect is not followed"
    pauses = [after.moment - before.moment for before, after in zip(requests, requests[1:], strict=False)]
    assert pauses[-1] > pauses[0] * 0.9, f"later each time: {pauses}"
    wait_until(lambda: [each["state"] for each in deliveries(gateway, webhook)] == ["delivered"], "delivered")
    shown = deliveries(gateway, webhook)[0]
    assert (shown["id"], shown["attempts"], shown["status"]) == (last.id, 4, 200)
    assert gateway.message(identifier)["state"] in ("sent", "delivered")


def test_order_within_a_conversation_and_no_waiting_across(gateway: Gateway, receiver: Receiver, simulator: Simulator, numbers: dict[str, str]) -> None:
    """One conversation whose first event fails twice holds its own events back, and nobody else's."""
    modem, slow, quick = sorted(numbers)[0], "+33639981001", "+33639981002"

    def behaviour(request: Request) -> Answer:
        fails = request.data.get("text") == "slow 0" and request.attempt <= 2
        return Answer(503) if fails else OK

    receiver.behaviour = behaviour
    create(gateway, receiver, "sms:received", path="/order")
    for index in range(4):
        simulator.deliver(modem, slow, f"slow {index}")
        simulator.deliver(modem, quick, f"quick {index}")
    receiver.wait(lambda request: request.path == "/order" and request.data["text"] == "slow 3", deadline=60)
    arrived = [(request.data["text"], request.attempt) for request in receiver.requests if request.path == "/order"]
    assert [text for text, _ in arrived if text.startswith("slow")] == ["slow 0"] * 3 + ["slow 1", "slow 2", "slow 3"]
    assert [text for text, _ in arrived if text.startswith("quick")] == [f"quick {index}" for index in range(4)]
    assert arrived.index(("quick 3", 1)) < arrived.index(("slow 0", 3))


def test_hanging_server_does_not_hold_up_messages(gateway: Gateway, receiver: Receiver, events: EventStream) -> None:
    receiver.behaviour = lambda _: Answer(delay=3.0)
    create(gateway, receiver, path="/hanging", timeout=2)
    ids = [gateway.send(OUTSIDE, f"not held up {index}")["id"] for index in range(10)]
    began = time.monotonic()
    for identifier in ids:
        events.wait("sms:status", lambda data, it=identifier: data["id"] == it and data["state"] == "delivered", deadline=10)
    assert time.monotonic() - began < 5


def test_answer_without_end_is_not_read(gateway: Gateway, receiver: Receiver) -> None:
    receiver.behaviour = lambda _: Answer(500, b"x" * 5_000_000)
    webhook = create(gateway, receiver, "sms:sent", path="/large")
    gateway.send(OUTSIDE, "a large answer")
    receiver.wait(lambda request: request.path == "/large")
    wait_until(lambda: deliveries(gateway, webhook) and deliveries(gateway, webhook)[0]["attempts"] >= 1, "an attempt")
    wait_until(lambda: deliveries(gateway, webhook)[0]["response"] is not None, "an excerpt of the answer")
    assert len(deliveries(gateway, webhook)[0]["response"]) < 10_000


def test_gone_for_good(gateway: Gateway, receiver: Receiver) -> None:
    """410 says: do not call again. The target is disabled and says why; what it missed can be sent again."""
    receiver.behaviour = lambda _: Answer(410)
    webhook = create(gateway, receiver, "sms:sent", path="/gone")
    gateway.send(OUTSIDE, "to a server that is gone")
    wait_until(lambda: not gateway.get(f"/api/webhooks/{webhook['id']}")["enabled"], "disabled")
    assert len(gateway.get(f"/api/webhooks/{webhook['id']}")["disabledReason"].split()) > 2
    count = len([request for request in receiver.requests if request.path == "/gone"])
    gateway.send(OUTSIDE, "not for a server that is gone")
    time.sleep(0.5)
    assert len([request for request in receiver.requests if request.path == "/gone"]) == count


def test_dead_letters_can_be_sent_again() -> None:
    with Receiver(lambda _: Answer(500)) as receiver:
        environment = receiver.allowed | {"MODEMGATE_WEBHOOKS_MAXIMUM_AGE": "1m", "MODEMGATE_WEBHOOKS_LONGEST_DELAY": "2s"}
        with Gateway(environment=environment) as gateway:
            gateway.wait_until_ready()
            webhook = create(gateway, receiver, "sms:sent")
            identifier = gateway.send(OUTSIDE, "dead and alive")["id"]
            wait_until(lambda: gateway.get("/api/webhooks/deliveries/dead")["items"], "a dead letter", deadline=100)
            dead = gateway.get("/api/webhooks/deliveries/dead")["items"][0]
            assert dead["webhook"] == webhook["id"] and dead["attempts"] > 3 and dead["error"]["message"]
            assert gateway.health()["webhooks"]["dead"] == 1
            receiver.behaviour = lambda _: OK
            assert gateway.post("/api/webhooks/deliveries/dead/resend", {}).status_code == 202
            wait_until(lambda: deliveries(gateway, webhook, state="delivered"), "delivered after all")
            assert receiver.requests[-1].id == dead["id"], "under the same id"
            assert receiver.requests[-1].data["id"] == identifier


def test_nothing_is_lost_while_nobody_listens() -> None:
    """Server and gateway are both away for a time; every event arrives."""
    receiver = Receiver()
    environment, port = receiver.allowed, receiver.port
    with Gateway(environment=environment) as gateway:
        gateway.wait_until_ready()
        webhook = create(gateway, receiver, "sms:sent")
        receiver.close()
        ids = {gateway.send(OUTSIDE, f"to nobody {index}")["id"] for index in range(5)}
        wait_until(lambda: len(deliveries(gateway, webhook)) == 5, "five rows")
        gateway.child.kill()
        with Receiver(port=port) as again:
            gateway.start()
            wait_until(lambda: {request.data["id"] for request in again.requests} == ids, "all of them", deadline=60)
            assert len({request.id for request in again.requests}) == 5


# ---- who is not called


REFUSED = [
    "http://127.0.0.1:5038/", "http://localhost:5038/", "http://[::1]:5038/", "http://0.0.0.0/", "http://[::]/", "http://127.1/",
    "http://2130706433/", "http://0x7f000001/", "http://017700000001/", "http://[::ffff:127.0.0.1]/", "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://169.254.169.254/latest/meta-data", "http://[fe80::1]/",
    "http://224.0.0.1/", "http://255.255.255.255/", "http://[ff02::1]/", "http://localhost.:80/", "http://LOCALHOST/",
]  # fmt: skip


@pytest.mark.parametrize("url", REFUSED)
def test_address_that_is_not_called(gateway: Gateway, receiver: Receiver, url: str) -> None:
    """Refused when it is made, or, for a name, when it is called: the row says why, and nobody was called."""
    answer = gateway.post("/api/webhooks", {"url": url, "events": ["*"]})
    if answer.status_code == 201:
        webhook = answer.json()
        gateway.post(f"/api/webhooks/{webhook['id']}/test", {})
        wait_until(lambda: deliveries(gateway, webhook) and deliveries(gateway, webhook)[0]["error"], "a reason")
        assert "refused" in json.dumps(deliveries(gateway, webhook)[0]["error"]) or "allow" in json.dumps(deliveries(gateway, webhook)[0]["error"])
        return
    assert answer.status_code == 422, answer.text
    assert len(answer.json()["detail"].split()) > 3


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "http://user:secret@example.org/", "http://", "example.org",
     "http://example.org\r\nX: 1/", "http://exa mple.org/", "//example.org/", "http://example.org:99999/", "javascript:alert(1)"],
)  # fmt: skip
def test_url_that_is_none(gateway: Gateway, url: str) -> None:
    answer = gateway.post("/api/webhooks", {"url": url, "events": ["*"]})
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["field"] == "url"


def test_own_address_of_this_machine(gateway: Gateway) -> None:
    """Not loopback, and yet this machine."""
    import socket

    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1", "127.0.1.1"}
    for address in addresses:
        answer = gateway.post("/api/webhooks", {"url": f"http://{address}:5038/", "events": ["*"]})
        assert answer.status_code == 422, f"{address}: {answer.text}"


def test_another_port_of_an_allowed_address(gateway: Gateway, receiver: Receiver) -> None:
    answer = gateway.post("/api/webhooks", {"url": f"http://127.0.0.1:{receiver.port % 65535 + 1}/", "events": ["*"]})
    assert answer.status_code == 422, answer.text


# ---- managing them


def test_life_of_a_target(gateway: Gateway, receiver: Receiver) -> None:
    created = create(gateway, receiver, "sms:received", "sms:failed", name="shop")
    assert created["secret"].startswith("whsec_")
    shown = gateway.get(f"/api/webhooks/{created['id']}")
    assert "secret" not in shown and created["secret"] not in gateway.http.get("/api/webhooks").text
    assert (shown["name"], shown["events"], shown["enabled"]) == ("shop", ["sms:received", "sms:failed"], True)
    replaced = gateway.http.put(f"/api/webhooks/{created['id']}", json={"url": receiver.url, "events": ["*"], "enabled": False})
    assert replaced.status_code == 200, replaced.text
    assert (replaced.json()["events"], replaced.json()["enabled"]) == (["*"], False)
    assert gateway.http.delete(f"/api/webhooks/{created['id']}").status_code == 200
    assert gateway.http.get(f"/api/webhooks/{created['id']}").status_code == 404


BAD_TARGETS = {
    "noEvents": {},
    "noURL": {"events": ["*"]},
    "emptyList": {"events": []},
    "misspelt": {"events": ["sms:recieved"]},
    "noList": {"events": "*"},
    "shortSecret": {"events": ["*"], "secret": "short"},
    "noTime": {"events": ["*"], "timeout": 0},
}


@pytest.mark.parametrize("case", BAD_TARGETS)
def test_target_that_cannot_be(gateway: Gateway, receiver: Receiver, case: str) -> None:
    url = {} if case == "noURL" else {"url": receiver.url}
    answer = gateway.post("/api/webhooks", url | BAD_TARGETS[case])
    assert answer.status_code in (400, 422), answer.text


def test_scope(gateway: Gateway) -> None:
    with Gateway() as guarded:
        token = guarded.cli_json("token", "create", "reader", "--scope", "sms:read", "--scope", "sms:send")["token"]
        answer = httpx.get(f"{guarded.url}/api/webhooks", headers={"Authorization": f"Bearer {token}"}, timeout=30)
        assert answer.status_code == 403 and answer.json()["scope"] == "webhooks:admin"


def test_command_line(gateway: Gateway, receiver: Receiver) -> None:
    added = gateway.cli_json("webhook", "add", receiver.url.replace("/hook", "/cli"), "--event", "sms:sent")
    assert added["secret"].startswith("whsec_")
    assert [item["id"] for item in gateway.cli_json("webhook", "list")["items"]] == [added["id"]]
    assert gateway.cli("webhook", "test", added["id"]).returncode == 0
    receiver.wait(lambda request: request.path == "/cli" and request.type == "webhook:test")
    assert gateway.cli_json("webhook", "show", added["id"])["url"].endswith("/cli")
    assert gateway.cli_json("webhook", "deliveries", added["id"])["items"]
    assert gateway.cli("webhook", "remove", added["id"]).returncode == 0
    assert gateway.get("/api/webhooks")["items"] == []
