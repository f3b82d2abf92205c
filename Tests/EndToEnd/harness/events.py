# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""The event stream of `/ws`, waited for with a deadline."""

import json
import queue
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from .process import DEADLINE

Event = dict


class EventStream:
    """One WebSocket client, always reading: a client that is slow is dropped.

    Events that nobody waited for yet stay in `pending`.
    """

    def __init__(self, url: str, headers: dict[str, str] | None = None):
        self._stack = ExitStack()
        self.connection = self._stack.enter_context(
            connect(url, additional_headers=headers or {}, open_timeout=DEADLINE, max_size=None, compression=None)
        )
        self.received: list[Event] = []
        self.pending: list[Event] = []
        self._arrived: queue.Queue[Event | ConnectionClosed] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if "since=" not in url:
            # What happens after it has arrived is certain to be sent.
            self.hello = self._receive(DEADLINE)
            assert self.hello["event"] == "hello", self.hello

    def _read(self) -> None:
        try:
            while True:
                self._arrived.put(json.loads(self.connection.recv()))
        except ConnectionClosed as closed:
            self._arrived.put(closed)

    def __enter__(self) -> "EventStream":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        self._stack.close()
        self._reader.join(DEADLINE)

    def next(self, deadline: float = DEADLINE) -> Event:
        """The next event, waited for or not."""
        if self.pending:
            return self.pending.pop(0)
        return self._receive(deadline)

    def _receive(self, deadline: float) -> Event:
        try:
            arrived = self._arrived.get(timeout=deadline)
        except queue.Empty:
            raise TimeoutError(f"no event in {deadline:.1f} s") from None
        if isinstance(arrived, ConnectionClosed):
            self._arrived.put(arrived)
            raise arrived
        self.received.append(arrived)
        return arrived

    def wait(self, name: str, condition: Callable[[dict], bool] = lambda _: True, deadline: float = DEADLINE) -> Event:
        """The first event of that name whose data meet the condition; others stay pending."""
        for index, event in enumerate(self.pending):
            if event["event"] == name and condition(event["data"]):
                return self.pending.pop(index)
        end = time.monotonic() + deadline
        while True:
            try:
                event = self._receive(max(0.0, end - time.monotonic()))
            except (TimeoutError, ConnectionClosed) as error:
                seen = "\n".join(map(summary, self.received[-40:]))
                raise AssertionError(f"no such {name} in {deadline} s ({error!r}); the last events:\n{seen}") from None
            if event["event"] == name and condition(event["data"]):
                return event
            self.pending.append(event)


def summary(event: Event) -> str:
    """One event on one line, for a test that failed."""
    data = event["data"]
    words = [str(data.get(name)) for name in ("direction", "modem", "state", "reason", "text", "error") if data.get(name)]
    parts = [part["state"] for part in data.get("parts") or []]
    return f"{event['seq']} {event['event']} {data.get('id')} {' '.join(words)[:100]} {parts or ''}"
