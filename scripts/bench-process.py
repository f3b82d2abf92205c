#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Measures the running gateway, from outside, with nothing but Python's standard library.

Usage: bench-process.py MODEMGATE [--only NAME] [--directory DIR]

- startup: from the start of `serve --simulate` to the first HTTP answer;
- memory: private (anonymous) memory of the same, idle;
- accept: durable POST /api/sms per second from one client and from 32, each waiting for its 202;
- send: messages per second through one modem that answers at once, each committed before and after;
- receive: from the network's delivery (and so +CMTI) to `sms:received` on a WebSocket;
- webhook: from the same to the webhook's request;
- queue: start-up and memory with a million waiting messages.

The databases are in DIR (/var/tmp unless given), which must be on a real disk for the figures to mean anything.
"""

import argparse
import base64
import contextlib
import json
import os
import re
import selectors
import shutil
import socket
import sqlite3
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

DEADLINE = 60.0
OUTSIDE = "+33639980099"


class Process:
    """A `modemgate` that says on its output where it can be reached."""

    def __init__(self, *arguments: str, environment: dict[str, str] | None = None):
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=os.environ | (environment or {}),
        )  # fmt: skip

    def wait_for(self, pattern: str) -> re.Match:
        for line in self.process.stdout:
            if match := re.search(pattern, line):
                return match
        raise SystemExit(f"{self.process.args} ended before a line like {pattern!r}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=DEADLINE)


class Gateway(Process):
    def __init__(self, executable: str, directory: Path, *arguments: str, environment: dict[str, str] | None = None):
        where = ("--data-dir", str(directory), "--listen", "127.0.0.1:0")
        super().__init__(executable, "serve", *where, *arguments, environment=environment)
        self.port = int(self.wait_for(r"http://127\.0\.0\.1:([1-9]\d*)").group(1))

    def request(self, method: str, path: str, body: object = None) -> object:
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE) as connection:
            connection.sendall(http_request(self.port, method, path, body))
            head, content = read_response(connection)
            if not head.startswith(b"HTTP/1.1 2"):
                raise SystemExit(f"{method} {path}: {content.decode()}")
            return json.loads(content)

    def wait_until_ready(self) -> None:
        end = time.monotonic() + DEADLINE
        while any(modem["state"] != "ready" for modem in self.request("GET", "/api/modems")["items"]):
            if time.monotonic() > end:
                raise SystemExit("the simulated modems did not become ready")
            time.sleep(0.02)


@contextlib.contextmanager
def running(process: Process) -> Iterator[Process]:
    try:
        yield process
    finally:
        process.stop()


def http_request(port: int, method: str, path: str, body: object = None) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
    if content:
        head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    return head.encode() + b"\r\n" + content


def complete_response(buffer: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Head, body and what follows, once all is there. The gateway always sends Content-Length."""
    head, separator, rest = buffer.partition(b"\r\n\r\n")
    if not separator:
        return None
    length = int(re.search(rb"(?i)\r\ncontent-length: *(\d+)", head).group(1))
    return (head, rest[:length], rest[length:]) if len(rest) >= length else None


def read_response(connection: socket.socket) -> tuple[bytes, bytes]:
    buffer = b""
    while (response := complete_response(buffer)) is None:
        block = connection.recv(65536)
        if not block:
            raise SystemExit(f"the gateway hung up: {buffer[:300]!r}")
        buffer += block
    return response[0], response[1]


# ---- start-up and memory


def first_answer(executable: str, directory: Path) -> float:
    """Seconds from the start of the process to its first HTTP answer, on a port that is known beforehand."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = ("serve", "--simulate", "--data-dir", str(directory), "--listen", f"127.0.0.1:{port}")
    with running(Process(executable, *arguments)) as process:
        while time.monotonic() < process.started + DEADLINE:
            with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(http_request(port, "GET", "/api/modems"))
                head, _ = read_response(connection)
                if not head.startswith(b"HTTP/1.1 200"):
                    raise SystemExit(head.decode())
                return time.monotonic() - process.started
            time.sleep(0.001)
    raise SystemExit("no HTTP answer")


def startup(executable: str, scratch: Path) -> list[tuple]:
    new = [first_answer(executable, scratch / f"new{index}") for index in range(11)]
    again = [first_answer(executable, scratch / "new0") for _ in range(11)]
    return [
        ("first HTTP answer after start, new database", statistics.median(new) * 1000, "ms", 150, "at most"),
        ("first HTTP answer after start, database there", statistics.median(again) * 1000, "ms", 150, "at most"),
    ]


def memory(executable: str, scratch: Path) -> list[tuple]:
    with running(Gateway(executable, scratch / "memory", "--simulate")) as gateway:
        gateway.wait_until_ready()
        time.sleep(10)  # idle is what it is after a few polls of the modems
        status = Path(f"/proc/{gateway.process.pid}/status").read_text()
        rollup = Path(f"/proc/{gateway.process.pid}/smaps_rollup").read_text()
    anonymous = int(re.search(r"RssAnon:\s+(\d+)", status).group(1)) / 1024
    dirty = int(re.search(r"Private_Dirty:\s+(\d+)", rollup).group(1)) / 1024
    resident = int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024
    return [
        ("private anonymous memory, idle (RssAnon)", anonymous, "MiB", 8, "at most"),
        ("private dirty pages, idle", dirty, "MiB", None, ""),
        ("resident memory, idle (mostly the mapped executable)", resident, "MiB", 40, "at most"),
    ]


# ---- accepting


def load(port: int, modem: str, clients: int, seconds: float) -> tuple[int, list[float]]:
    """Closed loop: every client posts, waits for its 202, posts again. Returns the count and the latencies."""
    body = {"to": OUTSIDE, "text": "Measured message, as short as most of them are.", "modem": modem}
    request = http_request(port, "POST", "/api/sms", body)
    selector, buffers, begun, latencies = selectors.EpollSelector(), {}, {}, []
    for _ in range(clients):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        selector.register(connection, selectors.EVENT_READ)
        buffers[connection], begun[connection] = b"", time.monotonic()
        connection.send(request)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for key, _ in selector.select(1.0):
            connection = key.fileobj
            buffers[connection] += connection.recv(65536)
            response = complete_response(buffers[connection])
            if response is None:
                continue
            if not response[0].startswith(b"HTTP/1.1 202"):
                raise SystemExit(f"{response[0].decode()}\n{response[1].decode()}")
            now = time.monotonic()
            latencies.append(now - begun[connection])
            buffers[connection], begun[connection] = response[2], now
            connection.send(request)
    for connection in buffers:
        connection.close()
    return len(latencies), latencies


def accept(executable: str, scratch: Path) -> list[tuple]:
    rows = []
    # One client cannot be faster than one commit with its fdatasync after the other; 32 share them.
    for title, clients, network, goal in (
        ("one client, nothing sent meanwhile", 1, False, None),
        ("32 clients, nothing sent meanwhile", 32, False, 3000),
        ("one client, one modem sending meanwhile", 1, True, None),
        ("32 clients, one modem sending meanwhile", 32, True, 3000),
    ):
        with simulated(executable, scratch / f"accept{clients}{network}") as (simulator, gateway, modem):
            if not network:
                simulator.command("fault", fault={"kind": "noNetwork"})
            load(gateway.port, modem, clients, 1.0)
            count, latencies = load(gateway.port, modem, clients, 5.0)
            rows.append((f"durable POST /api/sms, {title}", count / 5.0, "/s", goal, "at least" if goal else ""))
            slow = statistics.quantiles(latencies, n=100)[98] * 1000
            rows.append((f"  of these the slowest hundredth, {title}", slow, "ms", None, ""))
    return rows


# ---- sending and receiving


def send(executable: str, scratch: Path) -> list[tuple]:
    count = 3000
    with simulated(executable, scratch / "send") as (simulator, gateway, modem):
        simulator.command("fault", fault={"kind": "noNetwork"})
        for _ in range(count // 100):
            body = {"to": [OUTSIDE] * 100, "text": "Waiting for the network.", "modem": modem}
            gateway.request("POST", "/api/sms", body)
        simulator.command("clear")
        end = time.monotonic() + DEADLINE
        while queue(gateway) > 0:
            if time.monotonic() > end:
                raise SystemExit(f"still {queue(gateway)} messages to send after {DEADLINE} s")
            time.sleep(0.05)
        moments, cursor = [], ""
        while cursor is not None:
            page = gateway.request("GET", f"/api/sms?direction=out&limit=200{cursor}")
            moments += [message["sentAt"] for message in page["items"]]
            cursor = f"&cursor={page['next']}" if page["next"] else None
    seconds = sorted(seconds_since_midnight(moment) for moment in moments)
    return [("messages through one modem that answers at once", count / (seconds[-1] - seconds[0]), "/s", 500, "at least")]


def seconds_since_midnight(moment: str) -> float:
    hours, minutes, seconds = re.search(r"T(\d+):(\d+):([\d.]+)", moment).groups()
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def queue(gateway: Gateway) -> int:
    facts = gateway.request("GET", "/api/health")["queue"]
    return facts["queued"] + facts["sending"]


def receive(executable: str, scratch: Path) -> list[tuple]:
    with simulated(executable, scratch / "receive") as (simulator, gateway, _):
        events = websocket(gateway.port)
        milliseconds = []
        for index in range(100):
            text = f"latency {index:03}"
            began = time.monotonic()
            simulator.command("deliver", **{"from": OUTSIDE}, text=text)
            wait_for_text(events, text)
            milliseconds.append((time.monotonic() - began) * 1000)
            time.sleep(0.02)
    return [
        ("delivery by the network (+CMTI) to sms:received, median", statistics.median(milliseconds), "ms", 20, "at most"),
        ("  of these the slowest", max(milliseconds), "ms", None, ""),
    ]


def webhook(executable: str, scratch: Path) -> list[tuple]:
    """The moment the network hands a message to the modem against the moment the request's body has arrived."""
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        environment = {"MODEMGATE_WEBHOOKS_ALLOW": f"127.0.0.1:{port}"}
        with simulated(executable, scratch / "webhook", environment) as (simulator, gateway, _):
            target = {"url": f"http://127.0.0.1:{port}/", "events": ["sms:received"]}
            gateway.request("POST", "/api/webhooks", target)
            server.settimeout(DEADLINE)
            connection, buffer, milliseconds = None, b"", []
            for index in range(100):
                text = f"webhook {index:03}"
                began = time.monotonic()
                # Another sender each time, or all would be one conversation that waits for our answers.
                simulator.command("deliver", **{"from": f"+336399811{index:02}"}, text=text)
                connection = connection or server.accept()[0]
                while (request := complete_response(buffer)) is None:
                    block = connection.recv(65536)
                    if not block:
                        connection = server.accept()[0]
                    buffer += block
                milliseconds.append((time.monotonic() - began) * 1000)
                if text.encode() not in request[1]:
                    raise SystemExit(f"not the webhook of {text}: {request[1][:300]!r}")
                buffer = request[2]
                connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
                time.sleep(0.02)
    return [
        ("delivery by the network (+CMTI) to webhook request, median", statistics.median(milliseconds), "ms", 20, "at most"),
        ("  of these the slowest", max(milliseconds), "ms", None, ""),
    ]


# ---- a long queue


WAITING = 1_000_000


def queue_of_a_million(executable: str, scratch: Path) -> list[tuple]:
    """The running gateway with a million waiting messages; what each pick costs is in modemgate-bench."""
    empty, full = scratch / "queue-empty", scratch / "queue-full"
    rows = []
    for directory, waiting in ((empty, 0), (full, WAITING)):
        with running(Gateway(executable, directory, "--simulate")) as gateway:
            gateway.wait_until_ready()
        if waiting:
            fill(directory / "modemgate.sqlite", waiting)
        seconds = first_answer(executable, directory)
        with running(Gateway(executable, directory, "--simulate")) as gateway:
            gateway.wait_until_ready()
            time.sleep(5)
            status = Path(f"/proc/{gateway.process.pid}/status").read_text()
        anonymous = int(re.search(r"RssAnon:\s+(\d+)", status).group(1)) / 1024
        rows.append((f"{waiting} waiting: first HTTP answer after start", seconds * 1000, "ms", 1000, "at most"))
        rows.append((f"{waiting} waiting: private anonymous memory", anonymous, "MiB", None, ""))
    return rows


def fill(database: Path, waiting: int) -> None:
    """By the side door: through the API it would take minutes. Due in a day, so that nothing is sent meanwhile."""
    due = int((time.time() + 86_400) * 1e6)
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            f"""
            WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < {waiting})
            INSERT INTO message (id, direction, peer, modem, state, text, encoding, created_at, expires_at, retry_at,
                send_at, waiting, priority)
            SELECT printf('%08x-0000-7000-8000-%012x', n, n), 'out', printf('+336399%05d', n % 100000), 'ec25-1', 'queued',
                'Hello, this is message ' || n, 'gsm7', 1790000000000000 + n, {due} + 86400000000 + n, {due}, {due}, 1, n % 10
            FROM i
            """
        )
        connection.execute(
            "INSERT INTO part (message, number, state, pdu) "
            "SELECT n, 1, 'queued', '0001000B913396399900F100000BE8329BFD4697D9EC37' FROM message"
        )


def websocket(port: int) -> socket.socket:
    """A client that only reads: a handshake, then unmasked text frames (RFC 6455 §5.2)."""
    connection = socket.create_connection(("127.0.0.1", port), DEADLINE)
    key = base64.b64encode(os.urandom(16)).decode()
    connection.sendall(
        f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
    )
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    if not head.startswith(b"HTTP/1.1 101"):
        raise SystemExit(head.decode())
    return connection


def wait_for_text(connection: socket.socket, text: str) -> None:
    """Reads frames up to the `sms:received` with this text."""
    while True:
        _, length = struct.unpack("!BB", exactly(connection, 2))
        if length == 126:
            (length,) = struct.unpack("!H", exactly(connection, 2))
        elif length == 127:
            (length,) = struct.unpack("!Q", exactly(connection, 8))
        payload = exactly(connection, length)
        if b"sms:received" in payload and text.encode() in payload:
            return


def exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        block = connection.recv(count - len(data))
        if not block:
            raise SystemExit("the WebSocket was closed")
        data += block
    return data


# ---- the simulated modem beside the gateway


class Simulator(Process):
    """`modemgate sim run` with one modem: a process of its own, so that its work does not count as the gateway's."""

    def __init__(self, executable: str, directory: Path):
        modem = ("--modem", "ec25-1=ec25:+33639980001")
        super().__init__(executable, "sim", "run", "--dir", str(directory), "--json", *modem)
        self.tty = json.loads(self.wait_for(r"^\[.*\]$").group(0))[0]["path"]
        self.control = socket.socket(socket.AF_UNIX)
        self.control.connect(str(directory / "sim.sock"))
        self.replies = self.control.makefile("rb")

    def command(self, command: str, **more: object) -> None:
        request = {"command": command, "modem": "ec25-1"} | more
        self.control.sendall(json.dumps(request).encode() + b"\n")
        reply = json.loads(self.replies.readline())
        if not reply["ok"]:
            raise SystemExit(reply["error"])


@contextlib.contextmanager
def simulated(
    executable: str, scratch: Path, environment: dict[str, str] | None = None
) -> Iterator[tuple[Simulator, Gateway, str]]:
    """A gateway with one modem that answers at once, ready; and the modem's id."""
    scratch.mkdir()
    with running(Simulator(executable, scratch / "sim")) as simulator:
        arguments = ("--modem", f"ec25:{simulator.tty}")
        with running(Gateway(executable, scratch / "data", *arguments, environment=environment)) as gateway:
            gateway.wait_until_ready()
            yield simulator, gateway, gateway.request("GET", "/api/modems")["items"][0]["id"]


BENCHMARKS = {
    "startup": startup, "memory": memory, "accept": accept, "send": send, "receive": receive, "webhook": webhook,
    "queue": queue_of_a_million,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("executable")
    parser.add_argument("--only", choices=BENCHMARKS, action="append")
    parser.add_argument("--directory", default="/var/tmp")
    options = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="mg", dir=options.directory))
    print(f"{'running gateway':64} {'measured':>14} {'goal':>14} {'ratio':>6}")
    try:
        for name in options.only or BENCHMARKS:
            for title, value, unit, goal, direction in BENCHMARKS[name](options.executable, scratch):
                wanted = f"{direction} {goal}" if goal else ""
                ratio = f"{(value / goal if direction == 'at least' else goal / value):6.2f}" if goal else ""
                print(f"{title:64} {value:9.1f} {unit:4} {wanted:>14} {ratio}", flush=True)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
