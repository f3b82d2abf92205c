# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""A running gateway and its two doors: HTTP with WebSocket, and the command line over its Unix socket."""

import json
import shutil
import subprocess
import tempfile
import urllib.parse
from pathlib import Path

import httpx

from .events import EventStream
from .process import DEADLINE, Child, run

JSON = dict


class Gateway:
    """`modemgate serve` on a data directory of its own and a port that the system chooses."""

    def __init__(self, *arguments: str, data_directory: Path | None = None, token: str | None = None, **child):
        # Short, because the path of a Unix socket holds 107 bytes at most.
        self._own_directory = None if data_directory else Path(tempfile.mkdtemp(prefix="mg"))
        self.data_directory = data_directory or self._own_directory
        self.arguments = arguments or ("--simulate",)
        self._child_options = child
        self.child: Child | None = None
        self.port = 0
        self.http: httpx.Client | None = None
        self.token = token

    def start(self) -> "Gateway":
        """Starts it, again after `stop` or `kill`, and waits until it says where it listens."""
        self.spawn()
        self.port = int(self.child.wait_for_line(r"http://127\.0\.0\.1:([1-9]\d*)").group(1))
        if self.http is not None:
            self.http.close()
        self.http = httpx.Client(base_url=self.url, timeout=DEADLINE, headers=authorization(self.token))
        return self

    def spawn(self) -> None:
        where = ("--data-dir", str(self.data_directory), "--listen", "127.0.0.1:0")
        self.child = Child("serve", *self.arguments, *where, **self._child_options)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> int:
        return self.child.stop()

    def remove(self) -> None:
        """Ends it if it still runs, and removes its data."""
        if self.http is not None:
            self.http.close()
        if self.child is not None:
            self.child.kill()
        if self._own_directory is not None:
            shutil.rmtree(self._own_directory, ignore_errors=True)

    def __enter__(self) -> "Gateway":
        return self.start()

    def __exit__(self, *_) -> None:
        self.remove()

    # ---- HTTP and WebSocket

    def get(self, path: str, **parameters) -> JSON:
        # In the gateway's URLs a + is a plus sign, so a space cannot be one.
        query = urllib.parse.urlencode(parameters, quote_via=urllib.parse.quote)
        answer = self.http.get(f"{path}?{query}" if query else path)
        assert answer.status_code == 200, f"GET {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def post(self, path: str, body: JSON) -> httpx.Response:
        return self.http.post(path, json=body)

    def send(self, to: str | list[str], text: str, **more) -> JSON:
        answer = self.post("/api/sms", {"to": to, "text": text} | more)
        assert answer.status_code == 202, f"POST /api/sms: {answer.status_code} {answer.text}"
        return answer.json()

    def message(self, identifier: str) -> JSON:
        return self.get(f"/api/sms/{identifier}")

    def messages(self, **filters) -> list[JSON]:
        """All of them, page by page, newest first."""
        items, cursor = [], None
        while True:
            page = self.get("/api/sms", **filters, **({"cursor": cursor} if cursor else {}))
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items

    def modems(self) -> list[JSON]:
        return self.get("/api/modems")["items"]

    def health(self) -> JSON:
        """Also when it answers 503 because no modem can send."""
        return self.http.get("/api/health").json()

    def modem(self, model: str) -> JSON:
        """The modem whose id starts with a model's name."""
        return next(modem for modem in self.modems() if modem["id"].startswith(model))

    def at(self, modem: str, command: str, **more) -> httpx.Response:
        return self.post(f"/api/modems/{modem}/at", {"command": command} | more)

    def events(self, **parameters) -> EventStream:
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        url = f"ws://127.0.0.1:{self.port}/ws" + (f"?{query}" if query else "")
        return EventStream(url, headers=authorization(self.token))

    def wait_until_ready(self) -> "Gateway":
        """Until every modem can send."""
        with self.events() as events:
            for modem in self.modems():
                wait_for_state(self, events, modem["id"], "ready")
        return self

    # ---- command line

    def cli(self, *arguments: str, stdin: str | None = None, deadline: float = DEADLINE):
        """`modemgate ARGUMENTS… --data-dir DIR`."""
        return run(*arguments, "--data-dir", str(self.data_directory), stdin=stdin, deadline=deadline)

    def cli_json(self, *arguments: str, stdin: str | None = None):
        return parsed(self.cli(*arguments, "--json", stdin=stdin))


def authorization(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def parsed(result: subprocess.CompletedProcess[str]):
    assert result.returncode == 0, f"{result.args}: {result.returncode}\n{result.stdout}\n{result.stderr}"
    return json.loads(result.stdout)


def wait_for_state(gateway: Gateway, events: EventStream, modem: str, *states: str) -> JSON:
    """The modem, once it is in one of these states: now, or when an event says so."""
    now = gateway.get(f"/api/modems/{modem}")
    if now["state"] in states:
        return now
    return events.wait("modem:state", lambda data: data["id"] == modem and data["state"] in states)["data"]
