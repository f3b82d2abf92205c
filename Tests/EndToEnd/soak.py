#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Thousands of messages through four simulated modems while things go wrong, and every one accounted for.

Answers are lost or late, the modem or network refuses, lies, or is unplugged. At the end the network's log, which is a
process of its own, and the gateway's store must agree on every message and every part: none lost, none twice, none
called sent that is not on the air, none called failed that is. The gateway's memory must not grow.

Deadlines of AT commands pass faster than with real modems (`serve --at-speed`), or a lost answer would take minutes.

Usage: MODEMGATE=… soak.py [--messages 2000] [--at-speed 20] [--seed N] [--progress SECONDS]
"""

import argparse
import collections
import itertools
import random
import re
import shutil
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx
from harness.gateway import Gateway
from harness.process import DEADLINE
from harness.simulator import SimulatorProcess

MODEMS = [f"{model}:+3363998000{number}" for number, model in enumerate(("ec25", "sim7600", "ec25", "sim7600"), 1)]
# Who is sent to, and how often: what these endings do is in docs/SIMULATOR.md.
OUTSIDE = {"+33639980099": 10, "+33639989900": 1, "+33639989901": 1, "+33639989902": 2, "+33639989904": 1, "+33639989906": 1}
# Share of the messages that come from outside; the rest is sent, some of it from SIM to SIM.
INCOMING = 0.35
LONG_EVERY = 9
# At most so many wait in the gateway: a soak of any length needs the same memory.
WAITING = 120
# One thing goes wrong for so many messages.
FAULT_EVERY = 12
# What goes wrong and how often, and how it is told to the simulator.
FAULTS: list[tuple[int, str, dict]] = [
    (2, "lostAnswer", {"command": "+CMGS"}),
    (6, "cmsError", {"command": "+CMGS>", "code": 42}),
    (4, "cmsError", {"command": "+CMGS", "code": 38}),
    (2, "cmsError", {"command": "+CMGS", "code": 21}),
    (3, "falseError", {"command": "+CMGS", "code": 500}),
    (6, "lateAnswer", {"command": "+CMGS", "milliseconds": 100}),
    (2, "lostAnswer", {"command": "+CMGR"}),
    (2, "error", {"command": "+CMGD"}),
    (3, "garbage", {"command": "+CMGS", "count": 200}),
    (2, "urcStorm", {"command": "+CMGR", "count": 50, "text": "+QIND: soak"}),
    (2, "unplugBefore", {"command": "+CMGS>"}),
    (2, "unplugAfter", {"command": "+CMGS"}),
    (1, "unplugWithin", {"command": "+CMGR"}),
    (2, "unplug", {}),
]
MARKER = re.compile(r"(?:out|in)\d{6}")


def text_for(marker: str, index: int) -> str:
    """Unique as a whole, and each part of it when it is long."""
    return f"{marker} short" if index % LONG_EVERY else " ".join(f"{marker}.{word:02}" for word in range(32))


class Traffic:
    """What clients and strangers send, and what they were promised."""

    def __init__(self, gateway: Gateway, simulator: SimulatorProcess, options: argparse.Namespace):
        self.gateway = gateway
        self.simulator = simulator
        incoming = int(options.messages * INCOMING)
        self._out = iter(range(options.messages - incoming))
        self._in = iter(range(incoming))
        self.accepted: dict[str, str] = {}  # id → text
        self.delivered: dict[str, str] = {}  # text → the modem it was for
        self.faults: collections.Counter[str] = collections.Counter()
        self.memory: list[float] = []  # MiB, once a second
        self.failure: BaseException | None = None
        self.finished = threading.Event()
        self._chance = random.Random(options.seed)
        self._queued = 0
        self._busy = [threading.Thread(target=self._guarded, args=(self._send,)) for _ in range(4)]
        self._busy.append(threading.Thread(target=self._guarded, args=(self._deliver,)))
        self._background = [threading.Thread(target=self._guarded, args=(self._break,))]
        self._background.append(threading.Thread(target=self._guarded, args=(self._watch, options.progress)))

    def run(self) -> None:
        """Until everything is sent and delivered."""
        for thread in self._background + self._busy:
            thread.start()
        for thread in self._busy:
            thread.join()
        while self._queued > 20 and self.failure is None:
            time.sleep(0.1)
        self.finished.set()
        for thread in self._background:
            thread.join()
        if self.failure is not None:
            raise self.failure

    def _guarded(self, work, *arguments) -> None:
        try:
            work(*arguments)
        except BaseException as failure:
            self.failure = self.failure or failure

    def _send(self) -> None:
        recipients, shares = zip(*OUTSIDE.items(), strict=True)
        own = [modem.number for modem in self.simulator.modems]
        with httpx.Client(timeout=DEADLINE, base_url=self.gateway.url) as client:
            for index in self._out:
                while (self._queued > WAITING or self._is_ahead_of_faults()) and self.failure is None:
                    time.sleep(0.02)
                chance = random.Random(index)
                to = chance.choice(own) if chance.random() < 0.15 else chance.choices(recipients, shares)[0]
                text = text_for(f"out{index:06}", index)
                answer = client.post("/api/sms", json={"to": to, "text": text, "modem": chance.choice(self.simulator.modems).id})
                assert answer.status_code == 202, f"{answer.status_code} {answer.text}"
                self.accepted[answer.json()["id"]] = text

    def _is_ahead_of_faults(self) -> bool:
        """Messages wait for things to go wrong, or they would all be through before anything does."""
        return len(self.accepted) + len(self.delivered) > (sum(self.faults.values()) + 3) * FAULT_EVERY

    def _deliver(self) -> None:
        for index in self._in:
            text, modem = text_for(f"in{index:06}", index), self.simulator.modems[index % len(self.simulator.modems)].id
            self.simulator.deliver(modem, "+33639980098", text)
            self.delivered[text] = modem
            # Spread over the time that sending takes.
            while len(self.delivered) * (1 - INCOMING) > (len(self.accepted) + 50) * INCOMING and self.failure is None:
                if not any(thread.is_alive() for thread in self._busy[:4]):
                    break
                time.sleep(0.01)

    def _break(self) -> None:
        """One thing after the other goes wrong at one modem or another; what was unplugged is plugged in again."""
        weights = [weight for weight, _, _ in FAULTS]
        while not self.finished.wait(self._chance.uniform(0.05, 0.3)):
            for modem in self.simulator.status():
                if not modem["isPlugged"]:
                    self.simulator.plug(modem["id"])
            if sum(self.faults.values()) * FAULT_EVERY > len(self.accepted) + len(self.delivered):
                continue
            _, kind, options = self._chance.choices(FAULTS, weights)[0]
            modem = self._chance.choice(self.simulator.modems).id
            self.faults[f"{kind} {options.get('command', '')} {options.get('code', '')}".strip()] += 1
            if kind == "unplug":
                self.simulator.unplug(modem)
            else:
                self.simulator.fault(modem, kind, **options)

    def _watch(self, progress: float) -> None:
        status = Path(f"/proc/{self.gateway.child.pid}/status")
        last = began = time.monotonic()
        with httpx.Client(timeout=DEADLINE, base_url=self.gateway.url) as client:
            for second in itertools.count():
                queue = client.get("/api/health").json()["queue"]
                self._queued = (queue["queued"] or 0) + (queue["sending"] or 0)
                if second % 4 == 0:
                    self.memory.append(int(re.search(r"VmRSS:\s+(\d+)", status.read_text()).group(1)) / 1024)
                    self.simulator.log()
                if progress and time.monotonic() - last > progress:
                    last = time.monotonic()
                    print(
                        f"{last - began:7.0f} s: {len(self.accepted)} accepted, {len(self.delivered)} delivered to us, "
                        f"{self._queued} waiting, {sum(self.faults.values())} faults, {self.memory[-1]:.1f} MiB", flush=True
                    )  # fmt: skip
                if self.finished.wait(0.25):
                    return


def settle(gateway: Gateway, traffic: Traffic, deadline: float) -> None:
    """No more faults: everything sent that can be, everything fetched that came. What is missing then is counted later."""
    end, quiet = time.monotonic() + deadline, 0
    while quiet < 3:
        traffic.simulator.heal()
        queue = gateway.health()["queue"]
        waiting = sum(modem["waiting"] + sum(modem["stored"].values()) for modem in traffic.simulator.status())
        quiet = quiet + 1 if queue["queued"] == queue["sending"] == waiting == 0 else 0
        assert time.monotonic() < end, f"does not come to rest: {queue}, {traffic.simulator.status()}, {gateway.modems()}"
        time.sleep(1)


class Account:
    """Store and network, compared message by message."""

    def __init__(self, gateway: Gateway, traffic: Traffic):
        log = traffic.simulator.log()
        self.gateway = gateway
        self.submitted = collections.Counter(entry["text"] for entry in log if entry["kind"] == "submitted")
        own = {modem.number for modem in traffic.simulator.modems}
        self.out = {message["id"]: message for message in gateway.messages(direction="out", limit=500)}
        self.received = collections.Counter(message["text"] for message in gateway.messages(direction="in", limit=500))
        self.own, self.traffic, self.problems = own, traffic, []
        self.states = collections.Counter(message["state"] for message in self.out.values())
        self.parts: collections.Counter[str] = collections.Counter()
        self._outgoing()
        self._incoming(log)

    def _outgoing(self) -> None:
        for identifier, text in self.traffic.accepted.items():
            message = self.out.get(identifier)
            if message is None or message["text"] != text:
                self.problems.append(f"accepted and not in the store as it was: {text[:30]}")
        on_the_air = collections.defaultdict(int)
        for text, count in self.submitted.items():
            if count > 1:
                self.problems.append(f"on the air {count} times: {text[:40]}")
            on_the_air[MARKER.search(text).group(0)] += count
        for message in self.out.values():
            marker = MARKER.search(message["text"]).group(0)
            self._part_by_part(message, marker, on_the_air[marker])

    def _part_by_part(self, message: dict, marker: str, on_the_air: int) -> None:
        """How many parts must have been on the air, and how many may have been."""
        states = collections.Counter(part["state"] for part in message["parts"])
        self.parts.update(states)
        reported = sum(part["state"] in ("failed", "expired") and part["status"] is not None for part in message["parts"])
        certain = states["sent"] + states["delivered"] + reported
        if not certain <= on_the_air <= certain + states["uncertain"]:
            self.problems.append(f"{marker} {message['state']}: parts {dict(states)}, {on_the_air} on the air")
        if message["state"] in ("queued", "sending"):
            self.problems.append(f"{marker} left in state {message['state']}")
        if message["state"] == "cancelled":
            self.problems.append(f"{marker} called cancelled, and nobody did: {dict(states)}, {message['error']}")
        if message["state"] in ("failed", "uncertain", "expired") and not message["error"]:
            self.problems.append(f"{marker} {message['state']} without a reason")

    def _incoming(self, log: list[dict]) -> None:
        expected = set(self.traffic.delivered)
        # From SIM to SIM: what the network took for one of ours must arrive too, whole when all parts were taken.
        for message in self.out.values():
            if message["to"] in self.own and all(part["state"] in ("sent", "delivered") for part in message["parts"]):
                expected.add(message["text"])
        self.problems += [self._missing(text, log) for text in expected if not self.received[text]]
        self.problems += [f"in the store {count} times: {text[:30]}" for text, count in self.received.items() if text and count > 1]
        taken = {text for text, count in self.received.items() if text} - expected
        uncertain = {message["text"] for message in self.out.values() if message["state"] in ("uncertain", "failed")}
        self.problems += [f"in the store and never sent to us: {text[:30]}" for text in taken if not self._may_be(text, uncertain)]
        self.expected_in = len(expected)

    def _missing(self, text: str, log: list[dict]) -> str:
        """With what the network knows of it, and what happened at its modem shortly before it was deleted."""
        marker = MARKER.search(text).group(0)
        numbers = {entry["delivery"] for entry in log if entry["kind"] == "queued" and marker in (entry.get("text") or "")}
        known = [entry for entry in log if entry.get("delivery") in numbers]
        lines = [f"delivered and not in the store: {text[:30]}; the network: {', '.join(map(brief, known))}"]
        for deletion in (entry for entry in known if entry["kind"] == "deleted"):
            there = [entry for entry in log if entry["modem"] == deletion["modem"] and entry["sequence"] <= deletion["sequence"]]
            lines.append(f"  before {brief(deletion)}: {', '.join(map(brief, there[-16:-1]))}")
        # Asked for by itself: a list that left it out would be another fault than a message that is not there.
        found = self.gateway.get("/api/sms", text=marker)["items"]
        lines += [f"  the store has: {message['id']} {message['text'][-40:]}" for message in found]
        return "\n".join(lines)

    @staticmethod
    def _may_be(text: str, uncertain: set[str]) -> bool:
        """An uncertain message may have arrived all the same, of a long one some parts."""
        return any(MARKER.search(text).group(0) == MARKER.search(other).group(0) for other in uncertain)


def brief(entry: dict) -> str:
    """An entry of the network's log in three words."""
    place = f" {entry['memory']}{entry['index']}" if "index" in entry else ""
    return f"{entry['sequence']}:{entry['kind']} {entry.get('delivery', '')}{place}".strip()


def memory_problem(samples: list[float]) -> str | None:
    """Flat: after a first quarter in which caches fill, the last quarter is no higher than the second."""
    quarter = len(samples) // 4
    if quarter < 3:
        return None
    early, late = statistics.median(samples[quarter : 2 * quarter]), statistics.median(samples[-quarter:])
    return f"memory grew from {early:.1f} to {late:.1f} MiB" if late > early * 1.10 + 4 else None


def print_table(account: Account, traffic: Traffic, seconds: float) -> None:
    memory = traffic.memory
    rows = [
        ("messages accepted with 202", len(traffic.accepted)),
        *((f"  {state}", count) for state, count in sorted(account.states.items())),
        ("parts on the air", sum(account.submitted.values())),
        *((f"  parts called {state}", count) for state, count in sorted(account.parts.items())),
        ("messages for our SIMs", account.expected_in),
        ("  in the store", sum(account.received.values())),
        ("faults", sum(traffic.faults.values())),
        *((f"  {kind}", count) for kind, count in sorted(traffic.faults.items())),
        ("seconds", round(seconds, 1)),
        ("messages per second", round((len(traffic.accepted) + len(traffic.delivered)) / seconds, 1)),
        ("resident memory, MiB: first, median, highest, last", " ".join(
            f"{value:.1f}" for value in (memory[0], statistics.median(memory), max(memory), memory[-1]))),
    ]  # fmt: skip
    for title, value in rows:
        print(f"{title:52} {value:>12}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--at-speed", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--progress", type=float, default=10, help="seconds between two lines; 0 for none")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)

    directory = Path(tempfile.mkdtemp(prefix="mg"))
    simulator = SimulatorProcess(directory / "sim", *MODEMS)
    modems = [argument for modem in simulator.modems for argument in ("--modem", f"{modem.model}:{modem.tty}")]
    retry = {"MODEMGATE_SMS_RETRY_FIRST_DELAY": "1s", "MODEMGATE_SMS_RETRY_LONGEST_DELAY": "2s"}
    gateway = Gateway(
        *modems, "--at-speed", str(options.at_speed), data_directory=directory / "data", environment=retry
    )
    try:
        gateway.start().wait_until_ready()
        began = time.monotonic()
        traffic = Traffic(gateway, simulator, options)
        traffic.run()
        settle(gateway, traffic, deadline=60)
        seconds = time.monotonic() - began
        account = Account(gateway, traffic)
        problems = account.problems
        if problem := memory_problem(traffic.memory):
            problems.append(problem)
        print_table(account, traffic, seconds)
        if gateway.stop() != 0:
            problems.append("the gateway did not end well")
    finally:
        gateway.remove()
        simulator.stop()
        shutil.rmtree(directory, ignore_errors=True)
    for problem in problems[:50]:
        print(problem)
    verdict = "all accounted for, memory flat" if not problems else f"{len(problems)} problems"
    print(f"verdict: {options.messages} messages, {sum(traffic.faults.values())} faults: {verdict}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
