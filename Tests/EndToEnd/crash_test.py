#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Kills the gateway at random moments while messages flow, and then counts.

The simulated modems and their network are a process of their own and outlive the gateway: they are the witness. Every
message carries a text of its own. At the end:

- every message that was answered with 202 is in the store;
- every message that the network delivered to a SIM is in the store, once;
- no part reached the network twice, and none that is called sent or delivered is missing there;
- a part whose answer a kill took away is `uncertain`.

Usage: MODEMGATE=… crash_test.py [--kills 200] [--seed N]
"""

import argparse
import collections
import itertools
import random
import re
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx
from harness.gateway import Gateway
from harness.process import DEADLINE
from harness.simulator import SimulatorProcess

OUTSIDE = "+33639980099"
# How long the gateway lives, and how many of ten live so long: start-up, the first sweep and steady traffic all get
# their share, and the long ones are what a modem left in the middle of a message needs to be brought back.
LIVES = [(0.15, 2), (0.6, 6), (3.0, 2)]
# Every so many messages one goes out, or comes in, in several parts.
LONG_EVERY = 7


def text_for(marker: str, index: int) -> str:
    """Unique as a whole, and in each of its parts when it is long."""
    return f"{marker} short" if index % LONG_EVERY else " ".join(f"{marker} {word:03}" for word in range(30))


class Traffic:
    """What clients and the network send while the gateway comes and goes, and what they were promised."""

    def __init__(self, simulator: SimulatorProcess):
        self.simulator = simulator
        self.accepted: dict[str, str] = {}  # id → text, of every 202
        self.delivered: list[str] = []  # texts the network took for a SIM
        self.unanswered = 0
        self.url: str | None = None
        self.stopping = threading.Event()
        self._numbers = itertools.count()
        self._threads = [threading.Thread(target=self._post, args=(modem.id,)) for modem in simulator.modems for _ in range(2)]
        self._threads.append(threading.Thread(target=self._deliver))
        self.failure: BaseException | None = None

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self.stopping.set()
        for thread in self._threads:
            thread.join()
        if self.failure is not None:
            raise self.failure

    def _post(self, modem: str) -> None:
        """One client: as fast as the gateway answers, but leaving it time for its own work."""
        try:
            with httpx.Client(timeout=DEADLINE) as client:
                while not self.stopping.wait(0.02):
                    if self.url is None:
                        continue
                    index = next(self._numbers)
                    body = {"to": OUTSIDE, "text": text_for(f"out{index:05}", index), "modem": modem}
                    try:
                        answer = client.post(f"{self.url}/api/sms", json=body)
                    except httpx.HTTPError:
                        self.unanswered += 1
                        continue
                    assert answer.status_code == 202, f"{answer.status_code} {answer.text}"
                    self.accepted[answer.json()["id"]] = body["text"]
        except BaseException as failure:
            self.failure = self.failure or failure

    def _deliver(self) -> None:
        try:
            for index in itertools.count():
                if self.stopping.wait(0.02):
                    return
                text = text_for(f"in{index:05}", index)
                self.simulator.deliver(self.simulator.modems[index % 2].id, OUTSIDE, text)
                self.delivered.append(text)
        except BaseException as failure:
            self.failure = self.failure or failure


def kill_again_and_again(gateway: Gateway, traffic: Traffic, kills: int, moments: random.Random) -> None:
    for number in range(1, kills + 1):
        longest = moments.choices([life for life, _ in LIVES], [share for _, share in LIVES])[0]
        life = moments.uniform(0.0, longest)
        # Some die before they listen: nobody waits for these.
        if longest == LIVES[0][0]:
            gateway.spawn()
            time.sleep(life)
        else:
            gateway.start()
            traffic.url = gateway.url
            time.sleep(life)
        gateway.child.kill()
        traffic.url = None
        traffic.simulator.log()
        if number % 20 == 0:
            print(f"{number} kills: {len(traffic.accepted)} accepted, {len(traffic.delivered)} delivered", flush=True)


def settle(gateway: Gateway, traffic: Traffic) -> None:
    """Lets the gateway finish: everything sent that can be, everything fetched that came."""
    gateway.start()
    with gateway.events() as events:
        # Sent after all the others through each modem, and delivered after all the others to each SIM.
        for modem in traffic.simulator.modems:
            last = gateway.send(OUTSIDE, f"last out {modem.id}", modem=modem.id)["id"]
            events.wait("sms:status", lambda data, it=last: data["id"] == it and data["state"] == "sent", deadline=120)
            text = f"last in {modem.id}"
            traffic.simulator.deliver(modem.id, OUTSIDE, text)
            events.wait("sms:received", lambda data, wanted=text: data["text"] == wanted, deadline=120)
    deadline = time.monotonic() + 120
    while gateway.health()["queue"]["queued"] or gateway.health()["queue"]["sending"]:
        assert time.monotonic() < deadline, f"still waiting: {gateway.get('/api/health')}"
        time.sleep(0.2)


def print_situation(gateway: Gateway, traffic: Traffic) -> None:
    """What a reader needs when the gateway does not come to rest."""
    for modem in traffic.simulator.status():
        print(f"simulator: {modem}")
    for entry in traffic.simulator.log()[-30:]:
        print(f"network: {({name: value for name, value in entry.items() if name not in ('pdu', 'time')})}")
    for modem in gateway.modems():
        print(f"gateway: {modem['id']} {modem['state']} {modem['reason']}")
    print("\n".join(gateway.child.output[-30:]))


def verify(gateway: Gateway, traffic: Traffic) -> list[str]:
    """What is wrong, one sentence each."""
    problems = []
    out = {message["id"]: message for message in gateway.messages(direction="out", limit=200)}
    states = collections.Counter(message["state"] for message in out.values())

    lost = [text for identifier, text in traffic.accepted.items() if identifier not in out]
    altered = [text for identifier, text in traffic.accepted.items() if identifier in out and out[identifier]["text"] != text]
    problems += [f"accepted with 202 and not in the store: {text[:40]}" for text in lost]
    problems += [f"accepted with 202 and stored with another text: {text[:40]}" for text in altered]
    problems += [
        f"accepted and left in state {message['state']}: {message['text'][:40]}"
        for message in out.values()
        if message["state"] not in ("sent", "delivered", "uncertain")
    ]

    on_the_air = collections.Counter(entry["text"] for entry in traffic.simulator.submitted())
    problems += [f"on the air {count} times: {body[:60]}" for body, count in on_the_air.items() if count > 1]
    parts_on_the_air = collections.Counter(re.search(r"out\d{5}|last out \S+", body).group(0) for body in on_the_air)
    parts_sent = 0
    for message in out.values():
        marker = re.search(r"out\d{5}|last out \S+", message["text"]).group(0)
        certain = sum(part["state"] in ("sent", "delivered") for part in message["parts"])
        parts_sent += certain
        if not certain <= parts_on_the_air[marker] <= len(message["parts"]):
            problems.append(f"{marker}: {certain} parts called sent, {parts_on_the_air[marker]} on the air")

    received = collections.Counter(message["text"] for message in gateway.messages(direction="in", limit=200))
    problems += [f"delivered by the network and not in the store: {text[:40]}" for text in traffic.delivered if not received[text]]
    problems += [f"in the store {count} times: {str(text)[:40]}" for text, count in received.items() if count > 1]
    expected = set(traffic.delivered) | {f"last in {modem.id}" for modem in traffic.simulator.modems}
    problems += [f"in the store and never delivered: {text!r}" for text in received if text not in expected]

    print(
        f"accepted with 202: {len(traffic.accepted)}, requests without an answer: {traffic.unanswered}, "
        f"in the store: {len(out)} ({', '.join(f'{state} {count}' for state, count in sorted(states.items()))})"
    )
    print(f"parts on the air: {sum(on_the_air.values())}, called sent: {parts_sent}")
    print(f"delivered by the network: {len(traffic.delivered)}, received messages in the store: {sum(received.values())}")
    for message in out.values():
        if message["state"] == "uncertain":
            print(f"uncertain: {message['id']} {message['text'][:20]} ({(message['error'] or {}).get('message')})")
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)

    directory = Path(tempfile.mkdtemp(prefix="mg"))
    simulator = SimulatorProcess(directory / "sim")
    modems = [argument for modem in simulator.modems for argument in ("--modem", f"{modem.model}:{modem.tty}")]
    gateway = Gateway(*modems, data_directory=directory / "data")
    traffic = Traffic(simulator)
    try:
        traffic.start()
        try:
            kill_again_and_again(gateway, traffic, options.kills, random.Random(options.seed))
        finally:
            traffic.stop()
        try:
            settle(gateway, traffic)
        except AssertionError:
            print_situation(gateway, traffic)
            raise
        problems = verify(gateway, traffic)
        clean = gateway.stop()
        if clean != 0:
            problems.append(f"the last gateway ended with {clean}")
    finally:
        gateway.remove()
        simulator.stop()
        shutil.rmtree(directory, ignore_errors=True)
    for problem in problems[:50]:
        print(problem)
    verdict = "nothing lost, nothing doubled" if not problems else f"{len(problems)} problems"
    print(f"verdict: {options.kills} kills, {len(traffic.accepted)} accepted, {len(traffic.delivered)} delivered: {verdict}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
