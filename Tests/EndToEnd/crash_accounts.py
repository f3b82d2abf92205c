# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""The accounts of the crash test: what clients, network and web server have seen, against what the store says.

Each function answers what is wrong, one sentence each.
"""

import collections
import datetime
import math
import re
from collections.abc import Iterable

from harness.receiver import Receiver, Request, signature

JSON = dict
MARKER = re.compile(r"out\d{5}|last out \S+")
# What a message that is in such a state has been through, as the events tell it.
EVENTS = {"sent": "sms:sent", "delivered": "sms:delivered", "failed": "sms:failed", "uncertain": "sms:uncertain"}


def promises(accepted: dict[str, str], out: dict[str, JSON]) -> list[str]:
    """Every 202 is in the store, with its text, once, and has come to an end."""
    problems = [f"accepted with 202 and not in the store: {text[:40]}" for it, text in accepted.items() if it not in out]
    problems += [
        f"accepted with 202 and stored with another text: {text[:40]}"
        for identifier, text in accepted.items()
        if identifier in out and out[identifier]["text"] != text
    ]
    problems += [
        f"accepted and left in state {message['state']}: {message['text'][:40]}"
        for message in out.values()
        if message["state"] not in ("sent", "delivered", "uncertain")
    ]
    return problems


def keyed(texts: Iterable[str], out: dict[str, JSON]) -> list[str]:
    """A request that was repeated with its Idempotency-Key until it was answered is one message."""
    count = collections.Counter(message["text"] for message in out.values())
    return [f"repeated with its key and {count[text]} times in the store: {text[:40]}" for text in texts if count[text] != 1]


def air(submitted: list[JSON], out: dict[str, JSON]) -> list[str]:
    """No part twice on the air, and as many as are called sent, or uncertain ones more."""
    on_the_air = collections.Counter(entry["text"] for entry in submitted)
    problems = [f"on the air {count} times: {body[:60]}" for body, count in on_the_air.items() if count > 1]
    parts = collections.Counter(MARKER.search(body).group(0) for body in on_the_air)
    for message in out.values():
        marker = MARKER.search(message["text"]).group(0)
        certain = sum(part["state"] in ("sent", "delivered") for part in message["parts"])
        if not certain <= parts[marker] <= len(message["parts"]):
            problems.append(f"{marker}: {certain} parts called sent, {parts[marker]} on the air")
    return problems


def schedule(due: dict[str, float], submitted: list[JSON]) -> list[str]:
    """No scheduled message on the air before its time. The network's clock counts whole seconds."""
    moments = {}
    for entry in submitted:
        marker = MARKER.search(entry["text"]).group(0)
        moments[marker] = min(moments.get(marker, math.inf), entry["time"])
    return [
        f"{marker}: due at {moment:.1f}, on the air at {moments[marker]}"
        for marker, moment in due.items()
        if marker in moments and moments[marker] < math.floor(moment)
    ]


def received(delivered: list[str], messages: list[JSON]) -> list[str]:
    count = collections.Counter(message["text"] for message in messages)
    problems = [f"delivered by the network and not in the store: {text[:40]}" for text in delivered if not count[text]]
    problems += [f"in the store {number} times: {str(text)[:40]}" for text, number in count.items() if number > 1]
    expected = set(delivered)
    return problems + [f"in the store and never delivered: {text!r}" for text in count if text not in expected]


def webhooks(receiver: Receiver, secret: str, out: dict[str, JSON], incoming: list[JSON]) -> list[str]:
    """Every event arrived, each attempt with the same id and body, signed, and in order within its conversation."""
    requests = list(receiver.requests)
    told = collections.defaultdict(set)
    for request in requests:
        told[request.type].add(request.data.get("id"))
    problems = [
        f"no {EVENTS[message['state']]} about {message['text'][:30]}"
        for message in out.values()
        if message["id"] not in told[EVENTS[message["state"]]]
    ]
    problems += [f"no sms:received about {message['text'][:30]}" for message in incoming if message["id"] not in told["sms:received"]]
    return problems + repeatable(requests, secret) + one_after_the_other(requests)


def repeatable(requests: list[Request], secret: str) -> list[str]:
    bodies: dict[str, bytes] = {}
    problems = []
    for request in requests:
        if bodies.setdefault(request.id, request.body) != request.body:
            problems.append(f"{request.id} came with two bodies: {bodies[request.id][:80]!r} and {request.body[:80]!r}")
        if signature(secret, request) not in request.headers["webhook-signature"].split():
            problems.append(f"{request.id} is not signed as it should be")
    events = collections.Counter((request.type, request.body) for request in {each.id: each for each in requests}.values())
    return problems + [f"one event under {count} ids: {kind} {body[:80]!r}" for (kind, body), count in events.items() if count > 1]


def one_after_the_other(requests: list[Request]) -> list[str]:
    """In a conversation the next event comes only after the one before has been delivered, and times do not go back.

    An event's time is when it happened, and its place is when it was committed: two modems may report on one number in
    the same moment, so that a few milliseconds say nothing.
    """
    problems, last = [], {}
    seen: dict[str, list[str]] = collections.defaultdict(list)
    for request in requests:
        if not request.type.startswith("sms:"):
            continue
        data = request.data
        peer = data["from"] if data["direction"] == "in" else data["to"]
        if seen[peer] and seen[peer][-1] == request.id:
            continue
        if request.id in seen[peer]:
            problems.append(f"{peer}: {request.id} came again after a later event")
        seen[peer].append(request.id)
        stamp = datetime.datetime.fromisoformat(request.event["timestamp"])
        if peer in last and last[peer] - stamp > datetime.timedelta(seconds=1):
            problems.append(f"{peer}: {request.type} of {stamp} came after one of {last[peer]}")
        last[peer] = stamp
    return problems
