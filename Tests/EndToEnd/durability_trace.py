#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Shows in a trace of system calls that a message is on disk before it is acknowledged or deleted.

A kill does not empty the page cache, so no crash test can show this. The gateway runs under strace; then
- between reading a request and writing its 202, the message's text was written to the database's log and a later
  fdatasync of that log returned 0;
- between reading the answer to AT+CMGR and writing AT+CMGD, the same happened with what was received;
- `PRAGMA synchronous` of the writing connection reads 2 (FULL).

Usage: MODEMGATE=… durability_trace.py [--messages 10]
"""

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from harness.gateway import Gateway
from harness.simulator import SimulatorProcess
from harness.strace import SystemCall, completed_calls

OUTSIDE = "+33639980099"
READS = {"read", "readv", "recvfrom", "recvmsg"}
WRITES = {"write", "writev", "sendto", "sendmsg", "pwrite64", "pwritev", "pwritev2"}
SYNCS = {"fdatasync", "fsync"}
FULL = 2


class Evidence:
    """The calls of one trace, searched in the order of their entry."""

    def __init__(self, calls: list[SystemCall]):
        self.calls = calls

    def first(self, names: set[str], condition: Callable[[SystemCall], bool], after: float) -> SystemCall | None:
        return next(
            (call for call in self.calls if call.name in names and call.began >= after and condition(call)), None
        )

    def synced(self, marker: str, begin: SystemCall, end: SystemCall) -> tuple[SystemCall, SystemCall] | None:
        """The write of `marker` to the log and the completed sync after it, both between two calls."""
        written = self.first(
            WRITES, lambda call: call.file.endswith("-wal") and marker in call.arguments, after=begin.ended
        )
        if written is None:
            return None
        sync = self.first(SYNCS, lambda call: call.file.endswith("-wal") and call.result == 0, after=written.ended)
        return (written, sync) if sync is not None and sync.ended <= end.began else None


def between_request_and_202(evidence: Evidence, marker: str) -> list[SystemCall] | str:
    # Head and body may come in two reads; with the body the request is complete.
    request = evidence.first(READS, lambda call: marker in call.arguments and call.file.startswith("socket:"), 0)
    if request is None:
        return f"{marker}: the request is not in the trace"
    answer = evidence.first(WRITES, lambda call: "HTTP/1.1 202" in call.arguments and call.file == request.file, request.ended)
    if answer is None:
        return f"{marker}: the 202 is not in the trace"
    proof = evidence.synced(marker, request, answer)
    return [request, *proof, answer] if proof else f"{marker}: answered 202 without a completed fdatasync before it"


def between_read_and_delete(evidence: Evidence, marker: str) -> list[SystemCall] | str:
    pdu = packed(marker)
    answer = evidence.first(
        READS, lambda call: "+CMGR: " in call.arguments and pdu in call.arguments.upper() and is_tty(call), 0
    )
    if answer is None:
        return f"{marker}: the answer to AT+CMGR is not in the trace"
    asked = [call for call in evidence.calls if "AT+CMGR=" in call.arguments and call.ended <= answer.ended and is_tty(call)]
    index = re.search(r"AT\+CMGR=(\d+)", asked[-1].arguments).group(1)
    delete = evidence.first(
        WRITES, lambda call: re.search(rf"AT\+CMGD={index}\b", call.arguments) and is_tty(call), answer.ended
    )
    if delete is None:
        return f"{marker}: AT+CMGD={index} is not in the trace"
    proof = evidence.synced(marker, answer, delete)
    return [answer, *proof, delete] if proof else f"{marker}: deleted without a completed fdatasync before it"


def packed(text: str) -> str:
    """GSM 7-bit packing (TS 23.038 §6.1.2.1) of text whose characters are the same in ASCII, in hexadecimal."""
    bits = sum(ord(character) << (7 * position) for position, character in enumerate(text))
    return bits.to_bytes((7 * len(text) + 7) // 8, "little").hex().upper()


def is_tty(call: SystemCall) -> bool:
    return call.file.startswith("/dev/pts/") or call.file.startswith("/dev/tty")


def record(directory: Path, simulator: SimulatorProcess, count: int) -> int:
    """Runs the traffic under strace into `directory`/trace; returns what PRAGMA synchronous reads."""
    modem = simulator.modems[0]
    # -D: the tracer is not the parent, so that a signal goes to the gateway itself.
    trace = ["strace", "-D", "-f", "-ttt", "-T", "-y", "-s", "8192", "-o", str(directory / "trace")]
    trace += ["-e", "trace=" + ",".join(sorted(READS | WRITES | SYNCS))]
    arguments = ("--modem", f"{modem.model}:{modem.tty}")
    with Gateway(*arguments, data_directory=directory / "data", wrapper=trace) as gateway:
        gateway.wait_until_ready()
        with gateway.events() as events:
            for index in range(count):
                accepted = gateway.send(OUTSIDE, out_marker(index))
                events.wait("sms:status", lambda data, it=accepted["id"]: data["id"] == it and data["state"] == "sent")
            for index in range(count):
                simulator.deliver(modem.id, OUTSIDE, in_marker(index))
                events.wait("sms:received", lambda data, wanted=in_marker(index): data["text"] == wanted)
        synchronous = gateway.health()["database"]["synchronous"]
        # Every message is deleted before the gateway stops: that is in the trace too.
        assert gateway.stop() == 0
    return synchronous


def out_marker(index: int) -> str:
    return f"durable-out-{index:03}"


def in_marker(index: int) -> str:
    return f"durable-in-{index:03}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=10)
    options = parser.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="mg"))
    simulator = SimulatorProcess(directory / "sim")
    try:
        synchronous = record(directory, simulator, options.messages)
        evidence = Evidence(completed_calls(directory / "trace"))
    finally:
        simulator.stop()
        shutil.rmtree(directory, ignore_errors=True)

    proofs = [between_request_and_202(evidence, out_marker(index)) for index in range(options.messages)]
    proofs += [between_read_and_delete(evidence, in_marker(index)) for index in range(options.messages)]

    for title, proof in (("one accepted message", proofs[0]), ("one received message", proofs[options.messages])):
        print(title)
        for call in proof if isinstance(proof, list) else [proof]:
            print(f"  {call}")
    print(f"PRAGMA synchronous of the writing connection: {synchronous}")
    missing = [proof for proof in proofs if isinstance(proof, str)]
    for sentence in missing:
        print(sentence)
    good = not missing and synchronous == FULL
    print(
        f"verdict: {len(proofs) - len(missing)} of {len(proofs)} messages on disk before they were acknowledged "
        f"or deleted, synchronous = {synchronous}: {'durable' if good else 'NOT durable'}"
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
