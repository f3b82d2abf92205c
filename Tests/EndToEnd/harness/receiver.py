# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Somebody's web server, to which the gateway delivers its events; it outlives any gateway and writes everything down."""

import base64
import hashlib
import hmac
import http.server
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .process import DEADLINE

JSON = dict
# What the server does with one request: answers with this status, or worse.
Behaviour = Callable[["Request"], "Answer"]


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    moment: float
    attempt: int  # of this Webhook-Id, from 1

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> JSON:
        return json.loads(self.body)

    @property
    def type(self) -> str:
        return self.event["type"]

    @property
    def data(self) -> JSON:
        return self.event["data"]


@dataclass(frozen=True)
class Answer:
    status: int = 204
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    hangs_up: bool = False  # instead of an answer


OK = Answer()


class Receiver:
    """`url` is where it listens on loopback: the gateway must be allowed to call that."""

    def __init__(self, behaviour: Behaviour = lambda _: OK, port: int = 0):
        self.behaviour = behaviour
        self.requests: list[Request] = []
        self._attempts: dict[str, int] = {}
        self._changed = threading.Condition()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def allowed(self) -> dict[str, str]:
        """The gateway's environment that lets it call this address."""
        return {"MODEMGATE_WEBHOOKS_ALLOW": f"127.0.0.1:{self.port}", "MODEMGATE_WEBHOOKS_FIRST_DELAY": "1s"}

    def __enter__(self) -> "Receiver":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, condition: Callable[[Request], bool] = lambda _: True, deadline: float = DEADLINE) -> Request:
        """The first request that meets the condition, come or to come."""
        end, seen = time.monotonic() + deadline, 0
        with self._changed:
            while True:
                for request in self.requests[seen:]:
                    if condition(request):
                        return request
                seen = len(self.requests)
                if not self._changed.wait(max(0.0, end - time.monotonic())):
                    kinds = [(request.type, request.attempt) for request in self.requests[-20:]]
                    raise AssertionError(f"no such request in {deadline} s; the last: {kinds}")

    def of(self, kind: str) -> list[Request]:
        return [request for request in list(self.requests) if request.type == kind]

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                answer = receiver._arrived(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                if answer.delay:
                    time.sleep(answer.delay)
                if answer.hangs_up:
                    self.close_connection = True
                    return
                try:
                    self.send_response(answer.status)
                    for name, value in answer.headers.items():
                        self.send_header(name, value)
                    if answer.status != 204:
                        self.send_header("Content-Length", str(len(answer.body)))
                    self.end_headers()
                    self.wfile.write(answer.body if answer.status != 204 else b"")
                except OSError:
                    self.close_connection = True  # killed meanwhile, or it did not want to wait

            do_GET = do_POST

            def log_message(self, *_) -> None:
                pass

        return Handler

    def _arrived(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        with self._changed:
            attempt = self._attempts[headers.get("webhook-id", "")] = self._attempts.get(headers.get("webhook-id", ""), 0) + 1
            request = Request(path, headers, body, time.time(), attempt)
            self.requests.append(request)
            self._changed.notify_all()
        return self.behaviour(request)


def signature(secret: str, request: Request) -> str:
    """Standard Webhooks: HMAC-SHA256 over id, time stamp and body, with the secret's octets."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{request.id}.{request.headers['webhook-timestamp']}.".encode() + request.body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
