#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Kills the gateway at random moments while messages flow, and then counts.

The simulated modems with their network, and a web server that gets the gateway's events, are not killed: they are the
witnesses. Every message carries a text of its own. At the end:

- every message that was answered with 202 is in the store; a request repeated with its Idempotency-Key is one message;
- every message that the network delivered to a SIM is in the store, once;
- no part reached the network twice, none that is called sent or delivered is missing there, and none that was
  scheduled was early;
- a part whose answer a kill took away is `uncertain`;
- the web server, which fails and dawdles now and then, was told of each of these at least once: each attempt with the
  same Webhook-Id and the same body, in order within a conversation.

Usage: MODEMGATE=… crash_test.py [--kills 200] [--seed N]
"""

import argparse
import collections
import datetime
import itertools
import random
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

import crash_accounts
import httpx
from harness.gateway import Gateway
from harness.process import DEADLINE
from harness.receiver import OK, Answer, Receiver, Request
from harness.simulator import SimulatorProcess

# Peers with ordinary numbers: each is a conversation of its own.
PEERS = [f"+336399810{number:02}" for number in range(40)]
# How long the gateway lives, and how many of ten live so long: start-up, the first sweep and steady traffic all get
# their share, and the long ones are what a modem left in the middle of a message needs to be brought back.
LIVES = [(0.15, 2), (0.6, 6), (3.0, 2)]
# Every so many messages one goes out, or comes in, in several parts.
LONG_EVERY = 7
# Every so many one is for later, and at most so many seconds.
SCHEDULED_EVERY, LATEST = 5, 6.0


def text_for(marker: str, index: int) -> str:
    """Unique as a whole, and in each of its parts when it is long."""
    return f"{marker} short" if index % LONG_EVERY else " ".join(f"{marker} {word:03}" for word in range(30))


def unreliable(seed: int):
    """A web server as they are: mostly good, sometimes failing, slow, or gone."""
    chance = random.Random(seed)

    def answer(request: Request) -> Answer:
        # Two modems that come and go 200 times are two long conversations: with failures they would take minutes.
        if not request.type.startswith("sms:"):
            return OK
        share = chance.random()
        if share < 0.02:
            return Answer(500, b"not now")
        if share < 0.03:
            return Answer(hangs_up=True)
        return Answer(delay=0.2) if share < 0.05 else OK

    return answer


class Traffic:
    """What clients and the network send while the gateway comes and goes, and what they were promised."""

    def __init__(self, simulator: SimulatorProcess):
        self.simulator = simulator
        self.accepted: dict[str, str] = {}  # id → text, of every 202
        self.delivered: list[str] = []  # texts the network took for a SIM
        self.keyed: list[str] = []  # texts of requests with an Idempotency-Key
        self.due: dict[str, float] = {}  # marker → Unix time of a scheduled message
        self.unanswered = self.repeated = self.replayed = 0
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
        """The gateway must run once more: who has a key repeats his request until it is answered."""
        self.stopping.set()
        for thread in self._threads:
            thread.join()
        if self.failure is not None:
            raise self.failure

    def _post(self, modem: str) -> None:
        """One client: as fast as the gateway answers, but leaving it time for its own work."""
        try:
            with httpx.Client(timeout=DEADLINE) as client:
                while not self.stopping.wait(0.03):
                    if self.url is not None:
                        self._post_one(client, modem, next(self._numbers))
        except BaseException as failure:
            self.failure = self.failure or failure

    def _post_one(self, client: httpx.Client, modem: str, index: int) -> None:
        marker = f"out{index:05}"
        body = {"to": PEERS[index % len(PEERS)], "text": text_for(marker, index), "modem": modem}
        if index % SCHEDULED_EVERY == 0:
            self.due[marker] = time.time() + random.Random(index).uniform(0.2, LATEST)
            body["sendAt"] = datetime.datetime.fromtimestamp(self.due[marker], datetime.UTC).isoformat()
        headers = {"Idempotency-Key": marker} if index % 2 else {}
        while True:
            try:
                answer = client.post(f"{self.url}/api/sms", json=body, headers=headers)
                break
            except httpx.HTTPError:
                if not headers:
                    self.unanswered += 1
                    return
                self.repeated += 1
                while self.url is None:
                    if self.failure is not None:
                        return
                    time.sleep(0.01)
        assert answer.status_code == 202, f"{answer.status_code} {answer.text}"
        self.accepted[answer.json()["id"]] = body["text"]
        if headers:
            self.keyed.append(body["text"])
            self.replayed += answer.headers.get("idempotent-replayed") == "true"

    def _deliver(self) -> None:
        try:
            for index in itertools.count():
                if self.stopping.wait(0.03):
                    return
                text = text_for(f"in{index:05}", index)
                self.simulator.deliver(self.simulator.modems[index % 2].id, PEERS[index % len(PEERS)], text)
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


def settle(gateway: Gateway, traffic: Traffic, webhook: str) -> None:
    """Lets the gateway finish: everything sent that can be, everything fetched that came, every event delivered."""
    with gateway.events() as events:
        # Sent after all the others through each modem, and delivered after all the others to each SIM.
        for modem in traffic.simulator.modems:
            last = gateway.send(PEERS[0], f"last out {modem.id}", modem=modem.id)["id"]
            events.wait("sms:status", lambda data, it=last: data["id"] == it and data["state"] == "sent", deadline=120)
            text = f"last in {modem.id}"
            traffic.simulator.deliver(modem.id, PEERS[0], text)
            traffic.delivered.append(text)
            events.wait("sms:received", lambda data, wanted=text: data["text"] == wanted, deadline=120)
    deadline = time.monotonic() + 180
    while gateway.health()["queue"]["queued"] or gateway.health()["queue"]["sending"]:
        assert time.monotonic() < deadline, f"still waiting: {gateway.get('/api/health')}"
        time.sleep(0.2)
    while gateway.get(f"/api/webhooks/{webhook}")["pending"]:
        assert time.monotonic() < deadline, f"events still waiting: {gateway.get(f'/api/webhooks/{webhook}')}"
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


def verify(gateway: Gateway, traffic: Traffic, receiver: Receiver, webhook: dict) -> list[str]:
    """What is wrong, one sentence each."""
    out = {message["id"]: message for message in gateway.messages(direction="out", limit=500)}
    incoming = gateway.messages(direction="in", limit=500)
    submitted = traffic.simulator.submitted()
    problems = crash_accounts.promises(traffic.accepted, out) + crash_accounts.keyed(traffic.keyed, out)
    problems += crash_accounts.air(submitted, out) + crash_accounts.schedule(traffic.due, submitted)
    problems += crash_accounts.received(traffic.delivered, incoming)
    problems += crash_accounts.webhooks(receiver, webhook["secret"], out, incoming)
    if dead := gateway.get(f"/api/webhooks/{webhook['id']}")["dead"]:
        problems.append(f"{dead} events could not be delivered")

    states = collections.Counter(message["state"] for message in out.values())
    print(
        f"accepted with 202: {len(traffic.accepted)}, requests without an answer: {traffic.unanswered}, "
        f"in the store: {len(out)} ({', '.join(f'{state} {count}' for state, count in sorted(states.items()))})"
    )
    print(f"requests repeated with their key: {traffic.repeated}, answered with the first answer: {traffic.replayed}")
    print(f"scheduled: {len(traffic.due)}, parts on the air: {len(submitted)}")
    print(f"delivered by the network: {len(traffic.delivered)}, received messages in the store: {len(incoming)}")
    kinds = collections.Counter(request.type for request in {each.id: each for each in receiver.requests}.values())
    print(f"webhook requests: {len(receiver.requests)}, events: {', '.join(f'{kind} {count}' for kind, count in sorted(kinds.items()))}")
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)

    directory = Path(tempfile.mkdtemp(prefix="mg"))
    simulator = SimulatorProcess(directory / "sim")
    receiver = Receiver(unreliable(options.seed))
    modems = [argument for modem in simulator.modems for argument in ("--modem", f"{modem.model}:{modem.tty}")]
    gateway = Gateway(*modems, data_directory=directory / "data", environment=receiver.allowed)
    traffic = Traffic(simulator)
    try:
        webhook = create_webhook(gateway, receiver)
        traffic.start()
        try:
            kill_again_and_again(gateway, traffic, options.kills, random.Random(options.seed))
            gateway.start()
            traffic.url = gateway.url
        finally:
            traffic.stop()
        try:
            settle(gateway, traffic, webhook["id"])
        except AssertionError:
            print_situation(gateway, traffic)
            raise
        problems = verify(gateway, traffic, receiver, webhook)
        clean = gateway.stop()
        if clean != 0:
            problems.append(f"the last gateway ended with {clean}")
    finally:
        gateway.remove()
        simulator.stop()
        receiver.close()
        shutil.rmtree(directory, ignore_errors=True)
    for problem in problems[:50]:
        print(problem)
    verdict = "nothing lost, nothing doubled" if not problems else f"{len(problems)} problems"
    print(
        f"verdict: {options.kills} kills, {len(traffic.accepted)} accepted, {len(traffic.delivered)} delivered, "
        f"{len(receiver.requests)} webhook requests: {verdict}"
    )
    return 1 if problems else 0


def create_webhook(gateway: Gateway, receiver: Receiver) -> dict:
    """With its secret, which is shown this once."""
    gateway.start()
    answer = gateway.post("/api/webhooks", {"url": receiver.url, "events": ["*"]})
    assert answer.status_code == 201, answer.text
    gateway.child.kill()
    return answer.json()


if __name__ == "__main__":
    sys.exit(main())
