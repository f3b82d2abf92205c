# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Bad input gets a 4xx that says what to do, and changes nothing."""

import http.client
import json

import pytest
from harness.gateway import Gateway

OUTSIDE = "+33639980099"

BAD_MESSAGES = {
    "letterInNumber": {"to": "+3363998O099", "text": "x"},
    "emptyNumber": {"to": "", "text": "x"},
    "tooLongNumber": {"to": "+" + "1" * 21, "text": "x"},
    "lineEndInNumber": {"to": "+33639980099\r\nAT+CFUN=0", "text": "x"},
    "noRecipient": {"text": "x"},
    "emptyListOfRecipients": {"to": [], "text": "x"},
    "oneBadAmongGoodRecipients": {"to": [OUTSIDE, "abc"], "text": "x"},
    "recipientIsNumber": {"to": 33639980099, "text": "x"},
    "emptyText": {"to": OUTSIDE, "text": ""},
    "noText": {"to": OUTSIDE},
    "textIsNumber": {"to": OUTSIDE, "text": 7},
    "textAndData": {"to": OUTSIDE, "text": "x", "dataHex": "00"},
    "dataIsNoHex": {"to": OUTSIDE, "dataHex": "0G"},
    "twentyKilobytes": {"to": OUTSIDE, "text": "x" * 20_000},
    "unknownModem": {"to": OUTSIDE, "text": "x", "modem": "nope-9"},
    "unknownKey": {"to": OUTSIDE, "text": "x", "txet": "y"},
    "classOutOfRange": {"to": OUTSIDE, "text": "x", "class": 4},
    "list": [{"to": OUTSIDE, "text": "x"}],
    "null": None,
}

BAD_BODIES = {
    "brokenJSON": b'{"to": "+33639980099", "text": ',
    "noJSON": b"to=%2B33639980099&text=x",
    "noUTF8": b'{"to": "+33639980099", "text": "\xff\xfe"}',
    "empty": b"",
    "deeplyNested": b"[" * 100_000,
}


def assert_problem(status: int, content_type: str, body: str) -> dict:
    assert 400 <= status < 500, f"{status}: {body[:300]}"
    assert content_type.startswith("application/problem+json"), content_type
    problem = json.loads(body)
    assert problem["status"] == status
    assert problem["title"]
    assert len(problem["detail"]) > 10, problem
    return problem


@pytest.mark.parametrize("case", BAD_MESSAGES)
def test_bad_message(gateway: Gateway, case: str) -> None:
    before = gateway.get("/api/sms", limit=1)["items"]
    answer = gateway.post("/api/sms", BAD_MESSAGES[case])
    assert_problem(answer.status_code, answer.headers["content-type"], answer.text)
    assert gateway.get("/api/sms", limit=1)["items"] == before


@pytest.mark.parametrize("case", BAD_BODIES)
def test_bad_body(gateway: Gateway, case: str) -> None:
    before = gateway.get("/api/sms", limit=1)["items"]
    answer = gateway.http.post(
        "/api/sms", content=BAD_BODIES[case], headers={"Content-Type": "application/json"}
    )
    assert_problem(answer.status_code, answer.headers["content-type"], answer.text)
    assert gateway.get("/api/sms", limit=1)["items"] == before


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "chunked"])
def test_hundred_megabytes(gateway: Gateway, announced: bool) -> None:
    """Refused early: the gateway need not take it all, and goes on."""
    before = gateway.get("/api/sms", limit=1)["items"]
    size, block = 100 * 1000 * 1000, b"x" * 65536
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=30)
    connection.putrequest("POST", "/api/sms")
    connection.putheader("Content-Type", "application/json")
    connection.putheader(*(("Content-Length", str(size)) if announced else ("Transfer-Encoding", "chunked")))
    connection.endheaders()
    try:
        for _ in range(size // len(block)):
            connection.send(block if announced else b"%X\r\n%s\r\n" % (len(block), block))
    except (BrokenPipeError, ConnectionResetError):
        pass  # it has answered and hung up; what it said may still be there to read
    try:
        answer = connection.getresponse()
        assert answer.status == 413
        assert_problem(answer.status, answer.getheader("content-type"), answer.read().decode())
    except ConnectionResetError:
        pass  # the kernel drops an unread answer when bytes come after the close
    finally:
        connection.close()
    assert gateway.get("/api/sms", limit=1)["items"] == before
    assert gateway.health()["status"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/sms/nope", 404),
        ("DELETE", "/api/sms/0198a000-0000-7000-8000-000000000000", 404),
        ("GET", "/api/modems/nope-9", 404),
        ("GET", "/api/nothing", 404),
        ("PUT", "/api/sms", 405),
        ("GET", "/api/sms?limit=0", 400),
        ("GET", "/api/sms?limit=many", 400),
        ("GET", "/api/sms?cursor=@@@", 400),
        ("GET", "/api/sms?state=lost", 400),
        ("GET", "/api/sms?direction=up", 400),
        ("GET", "/api/sms?colour=red", 400),
    ],
)
def test_bad_request(gateway: Gateway, method: str, path: str, status: int) -> None:
    answer = gateway.http.request(method, path)
    assert answer.status_code == status, answer.text
    assert_problem(answer.status_code, answer.headers["content-type"], answer.text)


def test_sent_message_cannot_be_cancelled(gateway: Gateway) -> None:
    with gateway.events() as events:
        identifier = gateway.send(OUTSIDE, "gone already")["id"]
        events.wait("sms:status", lambda data: data["id"] == identifier and data["state"] == "sent")
    answer = gateway.http.delete(f"/api/sms/{identifier}")
    assert_problem(answer.status_code, answer.headers["content-type"], answer.text)
    assert answer.status_code == 409
    assert gateway.message(identifier)["state"] in ("sent", "delivered")


@pytest.mark.parametrize("header", ["host", "origin"])
def test_page_of_another_origin_gets_nothing(gateway: Gateway, header: str) -> None:
    """DNS rebinding shows in Host, a foreign page in Origin."""
    value = "evil.example.org" if header == "host" else "http://evil.example.org"
    read = gateway.http.get("/api/modems", headers={header: value})
    assert 400 <= read.status_code < 500, read.text
    assert "imei" not in read.text
    before = gateway.get("/api/sms", limit=1)["items"]
    write = gateway.http.post("/api/sms", json={"to": OUTSIDE, "text": "x"}, headers={header: value})
    assert_problem(write.status_code, write.headers["content-type"], write.text)
    assert gateway.get("/api/sms", limit=1)["items"] == before
