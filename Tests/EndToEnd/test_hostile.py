# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Hostile input, wherever something can be put in: nothing of it reaches another interpreter, nothing is lost.

Routes and fields come from the gateway's own `/api/openapi.json`. The modems are on the other side of a wire tap, so
that what is said to them is known byte for byte.
"""

import json
import random
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from harness import pdus
from harness.contract import Contract, Operation, at
from harness.gateway import Gateway, authorization
from harness.process import DEADLINE
from harness.simulator import SimulatorProcess
from harness.tap import Tap
from hostile import CORPUS, OTHER_TYPES, is_unicode, json_bytes, percent_encoded, raw_bytes

OUTSIDE = "+33639980099"
# Asked for by name, these may be rewritten: a number to its international form, hexadecimal to capitals, a time to UTC.
REWRITTEN = {"to", "dataHex", "hex", "number", "sendAt", "peer", "from", "base64"}


class Place:
    """The gateway under attack, and what was found."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="mg"))
        self.simulator = SimulatorProcess(self.directory / "sim")
        self.taps = {modem.id: Tap(modem.tty, self.directory / f"{modem.id}.tap") for modem in self.simulator.modems}
        modems = [f"{modem.model}:{self.taps[modem.id].path}" for modem in self.simulator.modems]
        arguments = [argument for modem in modems for argument in ("--modem", modem)]
        # A part whose others never come is shown soon instead of after a day.
        patience = {"MODEMGATE_SMS_ASSEMBLY_TIMEOUT": "1s"}
        self.gateway = Gateway(*arguments, data_directory=self.directory / "data", environment=patience)
        self.gateway.start().wait_until_ready()
        self.contract = Contract(self.gateway.get("/api/openapi.json"))
        transport = httpx.HTTPTransport(uds=str(self.directory / "data" / "modemgate.sock"))
        self.owner = httpx.Client(transport=transport, base_url="http://localhost", timeout=DEADLINE)
        # Hostile names of tokens are among the things tried, and from the first one that is taken on all need one.
        scopes = self.contract.scopes()
        self.gateway.token = self.owner.post("/api/tokens", json={"name": "attacker", "scopes": scopes}).json()["token"]
        self.gateway.http.headers.update(authorization(self.gateway.token))
        self.commands: set[str] = set()  # AT commands that a client was allowed to send
        self.texts: dict[str, str] = {}  # id → text of everything accepted
        # Something exists behind every collection, so that what is below it is tried too.
        self.existing = {"modems": next(iter(self.taps)), "conversations": "%2B33639980099"} | self._create_samples()

    def close(self) -> None:
        self.owner.close()
        try:
            assert self.gateway.stop() == 0
        finally:
            self.gateway.remove()
            for tap in self.taps.values():
                tap.close()
            self.simulator.stop()
            shutil.rmtree(self.directory, ignore_errors=True)

    # ---- requests

    def _create_samples(self) -> dict[str, str]:
        """One of everything that can be created, by the last word of its route."""
        made = {}
        for operation in self.contract.operations:
            if operation.method == "POST" and operation.body and not operation.path_names():
                answer = self.request(operation, operation.path, json=self.contract.body(operation.body))
                if answer.is_success and "id" in answer.json():
                    made[operation.path.rsplit("/", 1)[1]] = answer.json()["id"]
        assert "sms" in made
        return made

    def path(self, operation: Operation, **values: str) -> str:
        """The operation's path about things that exist, but for what `values` names (percent-encoded)."""
        parts, before = [], ""
        for part in operation.path.split("/"):
            if not part.startswith("{"):
                parts.append(part)
                before = part
                continue
            parts.append(values.get(part[1:-1], self.existing.get(before, "1")))
        return "/".join(parts)

    def request(self, operation: Operation, path: str, **more) -> httpx.Response:
        client = self.owner if operation.owner_only else self.gateway.http
        return client.request(operation.method, path, **more)

    def post(self, operation: Operation, content: bytes) -> httpx.Response:
        answer = self.request(
            operation, self.path(operation), content=content, headers={"Content-Type": "application/json"}
        )
        if answer.is_success:
            self._remember(operation, content, answer)
        return answer

    def _remember(self, operation: Operation, content: bytes, answer: httpx.Response) -> None:
        body, shown = json.loads(content), answer.json()
        if operation.name == "sendCommand":
            self.commands.add(body["command"])
        if isinstance(shown, dict):
            for message in shown.get("messages") or [shown]:
                if isinstance(message, dict) and message.get("direction") == "out" and "text" in body:
                    self.texts[message["id"]] = body["text"]

    # ---- what must hold after every request

    def problem_with(self, answer: httpx.Response) -> str | None:
        if "x-injected" in answer.headers:
            return "a header field was injected"
        if answer.status_code >= 500 and answer.status_code not in (502, 503, 504):
            return f"{answer.status_code}: {answer.text[:200]}"
        if answer.status_code in (502, 503, 504) and "/health" in str(answer.url):
            return None
        if answer.status_code >= 400:
            return self._problem_with_refusal(answer)
        return None

    @staticmethod
    def _problem_with_refusal(answer: httpx.Response) -> str | None:
        if answer.request.method == "HEAD":
            return None
        kind = answer.headers.get("content-type", "")
        if not kind.startswith("application/problem+json"):
            return f"refused with {answer.status_code} as {kind or 'nothing'}: {answer.text[:200]}"
        detail = answer.json().get("detail", "")
        if len(detail.split()) < 4:
            return f"refused with {answer.status_code} without a sentence: {detail!r}"
        return None

    def is_alive(self) -> bool:
        return self.gateway.child.process.poll() is None and "status" in self.gateway.health()


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    place = Place()
    try:
        yield place
    finally:
        place.close()


def wait_until(condition: Callable[[], bool], what: str, deadline: float = 60) -> None:
    end = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < end, f"not in {deadline} s: {what}"
        time.sleep(0.05)


def said(problems: list[str]) -> str:
    return f"{len(problems)} problems:\n" + "\n".join(problems[:20])


# ---- requests


@pytest.mark.parametrize("case", CORPUS)
def test_every_field_of_every_body(place: Place, case: str) -> None:
    value, problems = CORPUS[case], []
    for operation in place.contract.operations:
        if operation.body is None:
            continue
        for member in place.contract.places(operation.body):
            answer = place.post(operation, json_bytes(place.contract.with_value(operation.body, member, value)))
            if problem := place.problem_with(answer):
                problems.append(f"{operation} {member}: {problem}")
            if not answer.is_success:
                continue
            if not is_unicode(value):
                problems.append(f"{operation} {member}: accepted what is no text: {answer.text[:200]}")
            elif member[-1] not in REWRITTEN and isinstance(at(answer.json(), member), str):
                if at(answer.json(), member) != value:
                    problems.append(f"{operation} {member}: stored as {at(answer.json(), member)!r:.100}")
    assert place.is_alive()
    assert not problems, said(problems)


@pytest.mark.parametrize("case", OTHER_TYPES)
def test_every_field_with_another_type(place: Place, case: str) -> None:
    problems = []
    for operation in place.contract.operations:
        if operation.body is None:
            continue
        answer = place.post(operation, json_bytes(OTHER_TYPES[case]))
        if answer.status_code not in (400, 422) and case != "object":
            problems.append(f"{operation}: {answer.status_code} for a body that is {OTHER_TYPES[case]!r}")
        for member in place.contract.places(operation.body):
            content = json_bytes(place.contract.with_value(operation.body, member, OTHER_TYPES[case]))
            if problem := place.problem_with(place.post(operation, content)):
                problems.append(f"{operation} {member}: {problem}")
    assert place.is_alive()
    assert not problems, said(problems)


@pytest.mark.parametrize("case", CORPUS)
def test_every_body_as_a_whole_and_every_member_name(place: Place, case: str) -> None:
    value, problems = CORPUS[case], []
    for operation in place.contract.operations:
        if operation.body is None:
            continue
        named = json_bytes(place.contract.body(operation.body))[:-1] + b"," + json_bytes(value) + b":1}"
        for content in (raw_bytes(value), json_bytes(value), named):
            answer = place.post(operation, content)
            if problem := place.problem_with(answer):
                problems.append(f"{operation}: {problem}")
            if answer.is_success:
                problems.append(f"{operation}: accepted {content[:100]!r}")
    assert place.is_alive()
    assert not problems, said(problems)


@pytest.mark.parametrize("case", CORPUS)
def test_every_path_and_query_parameter(place: Place, case: str) -> None:
    # Short enough for the longest line a request may have, three times longer by escaping and twice in one URL.
    value, problems = percent_encoded(raw_bytes(CORPUS[case])[:2000]), []
    for operation in place.contract.operations:
        targets = [place.path(operation, **{name: value}) for name in operation.path_names()]
        here = place.path(operation)
        if operation.method == "GET":
            targets += [f"{here}?{name}={value}" for name in operation.query_names()]
            targets += [f"{here}?{value}", f"{here}?{value}={value}", f"{here}?limit=1&limit={value}"]
        for target in targets:
            answer = place.request(operation, target, **({"json": {}} if operation.body else {}))
            if problem := place.problem_with(answer):
                problems.append(f"{operation.method} {target[:120]}: {problem}")
            if answer.is_success and "application/json" in answer.headers.get("content-type", ""):
                answer.json()
    assert place.is_alive()
    assert not problems, said(problems)


HEADERS = [
    "Authorization", "Host", "Origin", "Referer", "Cookie", "Accept", "Accept-Encoding", "Content-Type",
    "Content-Encoding", "Content-Length", "Transfer-Encoding", "Expect", "Connection", "Upgrade", "If-None-Match", "Range",
    "Idempotency-Key", "X-Forwarded-For", "Forwarded", "X-HTTP-Method-Override", "Sec-WebSocket-Key", "Sec-Fetch-Site",
    "User-Agent", "X-Unknown",
]  # fmt: skip


@pytest.mark.parametrize("case", CORPUS)
def test_every_header(place: Place, case: str) -> None:
    """By hand: a client library would refuse to send most of these."""
    value, problems = raw_bytes(CORPUS[case])[:20_000], []
    body = json.dumps({"to": OUTSIDE, "text": "one of many"}).encode()
    for name in HEADERS:
        for prefix in (b"", b"Bearer ") if name == "Authorization" else (b"",):
            fields = {"Host": f"127.0.0.1:{place.gateway.port}".encode(), "Content-Type": b"application/json"}
            fields |= {"Content-Length": str(len(body)).encode(), "Connection": b"close"} | {name: prefix + value}
            head = b"".join(field.encode() + b": " + content + b"\r\n" for field, content in fields.items())
            raw = exchange(place.gateway.port, b"POST /api/sms HTTP/1.1\r\n" + head + b"\r\n" + body)
            # An answer that we cannot read may have been about the rest of a request that we cut in two ourselves.
            first = raw.split(b"\r\n", 1)[0]
            if raw and not first.startswith((b"HTTP/1.1 2", b"HTTP/1.1 4", b"HTTP/1.1 101")):
                problems.append(f"{name}: {first!r}")
            if b"x-injected" in raw.split(b"\r\n\r\n", 1)[0].lower():
                problems.append(f"{name}: a header field was injected")
    assert place.is_alive()
    assert not problems, said(problems)


@pytest.mark.parametrize("case", CORPUS)
def test_every_piece_of_a_request_line(place: Place, case: str) -> None:
    value, problems = raw_bytes(CORPUS[case])[:20_000], []
    for line in (value, value + b" /api/health HTTP/1.1", b"GET " + value + b" HTTP/1.1", b"GET /api/health " + value):
        host = f"127.0.0.1:{place.gateway.port}".encode()
        raw = exchange(place.gateway.port, line + b"\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
        if raw and not raw.startswith((b"HTTP/1.1 2", b"HTTP/1.1 4", b"HTTP/1.0 4")):
            problems.append(f"{line[:60]!r}: {raw[:100]!r}")
    assert place.is_alive()
    assert not problems, said(problems)


def exchange(port: int, request: bytes) -> bytes:
    """What comes back until the gateway hangs up, or says nothing for a moment."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), DEADLINE) as connection:
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            while block := connection.recv(65536):
                received += block
        except OSError:
            pass  # refused early, and hung up
    return received


# ---- messages


def test_every_text_is_sent_as_it_is_or_refused(place: Place) -> None:
    """What was accepted, here and before, stands in the store byte for byte and was on the air so."""
    for value in CORPUS.values():
        operation = next(each for each in place.contract.operations if each.name == "sendMessage")
        place.post(operation, json_bytes({"to": OUTSIDE, "text": value}))
    assert len(place.texts) > len(CORPUS) / 2
    wait_until(lambda: queue_is_empty(place), "everything sent", deadline=120)

    on_the_air = {entry["pdu"].upper(): entry.get("text") for entry in place.simulator.submitted()}
    problems = []
    for identifier, text in place.texts.items():
        message = place.gateway.message(identifier)
        if message["text"] != text:
            problems.append(f"stored as {message['text']!r:.100}, accepted as {text!r:.100}")
        if message["state"] not in ("sent", "delivered"):
            problems.append(f"{message['state']} {message['error']}: {text!r:.100}")
        elif "".join(on_the_air.get(part["pdu"].upper()) or "?" for part in message["parts"]) != text:
            problems.append(f"on the air in another form: {text!r:.100}")
    assert not problems, said(problems)


def queue_is_empty(place: Place) -> bool:
    queue = place.gateway.health()["queue"]
    return not queue["queued"] and not queue["sending"]


@pytest.mark.parametrize("case", [case for case, value in CORPUS.items() if is_unicode(value) and 0 < len(value) < 9000])
def test_every_text_is_received_as_it_came(place: Place, case: str) -> None:
    modem = place.simulator.modems[0].id
    with place.gateway.events() as events:
        place.simulator.deliver(modem, OUTSIDE, CORPUS[case])
        # The event has gone through JSON and a WebSocket, the route reads the store.
        arrived = events.wait("sms:received", lambda data: data["text"] == CORPUS[case])["data"]
    assert place.gateway.message(arrived["id"])["text"] == CORPUS[case]
    assert arrived["error"] is None


# Senders are alphanumeric too (TS 23.040 §9.1.2.5): eleven characters of anybody's choice.
NAMES = ["'; DROP--", "$(reboot)", "a\nb\rc", "=1+1", '"><script>', "../../x", "%00%0d%0a", "CMTI: 1", "{}~\\|", "   "]


@pytest.mark.parametrize("name", NAMES)
def test_sender_with_a_name(place: Place, name: str) -> None:
    text = f"from somebody called {name!r}"
    with place.gateway.events() as events:
        place.simulator.deliver(place.simulator.modems[0].id, name, text)
        arrived = events.wait("sms:received", lambda data: data["text"] == text)["data"]
    assert arrived["from"] == name
    assert [message["text"] for message in place.gateway.messages(**{"from": name})] == [text]


@pytest.mark.parametrize("case", pdus.HOSTILE)
def test_every_pdu_is_kept(place: Place, case: str) -> None:
    """Shown as decoded or with the reason why not, never without the PDU as it came; and the next message follows."""
    for modem in place.simulator.modems:
        pdu = pdus.HOSTILE[case]
        with place.gateway.events() as events:
            place.simulator.deliver_pdu(modem.id, pdu)
            marker = f"after {case} at {modem.id}"
            place.simulator.deliver(modem.id, OUTSIDE, marker)
            events.wait("sms:received", lambda data, text=marker: data["text"] == text)
            shown = next((message for message in place.gateway.messages(modem=modem.id, direction="in") if has(message, pdu)), None)
            shown = shown or events.wait("sms:received", lambda data, wanted=pdu: has(data, wanted))["data"]
        assert shown["text"] is not None or shown["dataHex"] is not None or shown["error"] is not None or not shown["parts"][0]["pdu"]
        if shown["error"] is not None:
            assert len(shown["error"]["message"].split()) > 3


def has(message: dict, pdu: str) -> bool:
    return any(part["pdu"].upper() == pdu for part in message["parts"])


def test_a_storm_of_random_pdus(place: Place) -> None:
    """Seeded, so that the same come again."""
    chance = random.Random(7)
    storm = [pdus.random_pdu(chance) for _ in range(150)]
    modem = place.simulator.modems[1].id
    for pdu in storm:
        place.simulator.deliver_pdu(modem, pdu)
    place.simulator.deliver(modem, OUTSIDE, "the storm is over")
    # A part of a long message is shown a second later, when the others have not come.
    wait_until(lambda: not missing(place, modem, storm), "every PDU in the store", deadline=20)
    assert place.is_alive()


def missing(place: Place, modem: str, pdus: list[str]) -> list[str]:
    stored = {part["pdu"].upper() for message in place.gateway.messages(modem=modem) for part in message["parts"]}
    return [pdu for pdu in pdus if pdu not in stored]


def test_nothing_reached_the_modems_but_the_gateways_own_commands(place: Place) -> None:
    """Last: what the wire taps have seen in all the tests above."""
    for tap in place.taps.values():
        assert len(tap.lines()) > 20
        assert tap.unknown_lines(place.commands) == []


def test_nothing_was_written_by_a_shell(place: Place) -> None:
    for directory in (Path.cwd(), Path.home(), place.directory, place.directory / "data", Path("/")):
        assert not (directory / "pwned").exists(), directory
