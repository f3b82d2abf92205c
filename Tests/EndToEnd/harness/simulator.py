# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""The simulated modems: driven by `modemgate sim`, or straight through their control socket where speed matters."""

import json
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from .gateway import Gateway
from .process import DEADLINE, Child, run

JSON = dict


class Simulator:
    """`modemgate sim …` on the modems of a running `serve --simulate`."""

    def __init__(self, gateway: Gateway):
        self.directory = gateway.data_directory / "sim"

    def sim(self, command: str, *arguments: object) -> str:
        done = run("sim", command, "--dir", str(self.directory), *map(str, arguments))
        assert done.returncode == 0, f"sim {command} {arguments}: {done.stdout} {done.stderr}"
        return done.stdout

    def deliver(self, modem: str, sender: str, text: str) -> None:
        """A message from outside arrives at a modem."""
        self.sim("deliver", modem, f"--from={sender}", f"--text={text}")

    def deliver_pdu(self, modem: str, pdu: str) -> None:
        self.sim("deliver", modem, "--pdu", pdu)

    def fault(self, modem: str, kind: str, **options: object) -> None:
        self.sim("fault", modem, kind, *(word for name, value in options.items() for word in (f"--{name}", value)))

    def clear(self, modem: str) -> None:
        self.sim("clear", modem)

    def plug(self, modem: str) -> None:
        self.sim("plug", modem)

    def unplug(self, modem: str) -> None:
        self.sim("unplug", modem)

    def status(self) -> list[JSON]:
        return json.loads(self.sim("status", "--json"))

    def heal(self) -> None:
        """Every modem plugged in and without faults."""
        for modem in self.status():
            if modem["faults"]:
                self.clear(modem["id"])
            if not modem["isPlugged"]:
                self.plug(modem["id"])

    def submitted(self) -> list[JSON]:
        """Every TPDU the network took from a modem, with the text of that part."""
        entries = map(json.loads, self.sim("log", "--json").splitlines())
        return [entry for entry in entries if entry["kind"] == "submitted"]


    def wait_for_submission(self, text: str) -> None:
        """Until the network has it. The simulator has no events to wait for, so its log is read again."""
        end = time.monotonic() + DEADLINE
        while all(entry["text"] != text for entry in self.submitted()):
            assert time.monotonic() < end, f"the network never got {text!r}"


@dataclass(frozen=True)
class SimulatedModem:
    id: str
    model: str
    number: str
    tty: str


class SimulatorProcess:
    """`modemgate sim run`: modems that outlive any gateway; an EC25 and a SIM7600 unless named (`ec25:+33639980001`)."""

    def __init__(self, directory: Path, *modems: str):
        named = (argument for modem in modems for argument in ("--modem", modem))
        self.child = Child("sim", "run", "--dir", str(directory), "--json", *named)
        self.child.wait_for_line(r"^\[")
        self._control = ControlSocket(directory / "sim.sock")
        self._entries: list[JSON] = []
        self.modems = [
            SimulatedModem(modem["id"], modem["model"], modem["number"], modem["tty"])
            for modem in self.status()
        ]

    def status(self) -> list[JSON]:
        return self._control.request("status")["modems"]

    def deliver(self, modem: str, sender: str, text: str) -> list[int]:
        return self._control.request("deliver", modem=modem, **{"from": sender}, text=text)["deliveries"]

    def deliver_pdu(self, modem: str, pdu: str) -> None:
        self._control.request("deliver", modem=modem, pdu=pdu)

    def fault(self, modem: str, kind: str, **options: object) -> None:
        self._control.request("fault", modem=modem, fault={"kind": kind} | options)

    def clear(self, modem: str) -> None:
        self._control.request("clear", modem=modem)

    def plug(self, modem: str) -> None:
        self._control.request("plug", modem=modem)

    def unplug(self, modem: str) -> None:
        self._control.request("unplug", modem=modem)

    def heal(self) -> None:
        """Every modem plugged in and without faults."""
        for modem in self.status():
            if modem["faults"]:
                self.clear(modem["id"])
            if not modem["isPlugged"]:
                self.plug(modem["id"])

    def log(self) -> list[JSON]:
        """All entries since the start. The network forgets old ones: called often enough, this remembers them."""
        entries = self._entries
        while page := self._control.request("log", after=entries[-1]["sequence"] if entries else 0)["entries"]:
            assert page[0]["sequence"] == (entries[-1]["sequence"] + 1 if entries else 1), "the log has a gap"
            entries += page
        return entries

    def submitted(self) -> list[JSON]:
        return [entry for entry in self.log() if entry["kind"] == "submitted"]

    def stop(self) -> None:
        self._control.close()
        assert self.child.stop() == 0, self.child.text


class ControlSocket:
    """One JSON object a line, both ways (docs/SIMULATOR.md)."""

    def __init__(self, path: Path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(DEADLINE)
        self._socket.connect(str(path))
        self._lines = self._socket.makefile("rb")
        self._lock = threading.Lock()

    def request(self, command: str, **more: object) -> JSON:
        with self._lock:
            self._socket.sendall(json.dumps({"command": command} | more).encode() + b"\n")
            reply = json.loads(self._lines.readline())
        assert reply["ok"], reply
        return reply

    def close(self) -> None:
        self._lines.close()
        self._socket.close()
