# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""A wire tap: a pseudo-terminal between the gateway and a simulated modem that writes down every byte to the modem."""

import contextlib
import os
import re
import select
import threading
import tty
from pathlib import Path

# A command line ends with CR, a PDU with SUB; ESC leaves a prompt.
ENDS = re.compile(rb"[\r\x1a\x1b]")

# All the gateway may say to a modem by itself: name and shape, so that a text that got through shows.
KNOWN = [
    r"",
    r"AT|ATE0|ATV1|ATE0Q0V1\+CMEE\?|AT\+CMEE=[012]",
    r"AT\+(CGMI|CGMM|CGMR|CGSN|CIMI|CNUM|CSQ|CPIN\?|CSMS\?|CNMI\?|CREG\?|CEREG\?|CGREG\?|COPS\?|CPSI\?|QCSQ|QCCID|CICCID|SPIC|QPINC\?|CPMS\?)",
    r'AT\+(QENG="servingcell"|COPS=3,[012]|CSCS="(IRA|GSM|UCS2)"|QINDCFG="smsfull",1|QPINC\?)',
    r"AT\+(CMGF=0|CSMS=0|CNMI=[0-3],[0-3],0,[0-2],[01]|CREG=2|CEREG=2|CGREG=2)",
    r'AT\+CPMS="(ME|SM|MT|SR)"(,"(ME|SM)","(ME|SM)")?',
    r"AT\+(CMGR=\d{1,5}|CMGL=4|CMGD=\d{1,5}|CNMA|CMGS=\d{1,3}|CMMS=[012])",
    r"[0-9A-F]{20,400}",  # the PDU after a prompt
    r'AT\+CUSD=1,"[0-9A-F*#+]{1,728}",\d{1,3}|AT\+CUSD=[012]',
]
KNOWN_LINE = re.compile("|".join(f"(?:{pattern})" for pattern in KNOWN))


class Tap:
    """`path` is the tty for the gateway; what it writes there goes to `modem` and into `sent`."""

    def __init__(self, modem: str, path: Path):
        self.path = path
        self.sent = bytearray()
        self._modem = os.open(modem, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self._modem)
        self._gateway, terminal = os.openpty()
        tty.setraw(terminal)
        path.symlink_to(os.ttyname(terminal))
        # Kept open: a gateway that goes away must not look like a modem that was unplugged.
        self._terminal = terminal
        self._waker, self._wakened = os.pipe()
        self._thread = threading.Thread(target=self._copy, daemon=True)
        self._thread.start()

    def _copy(self) -> None:
        while True:
            readable, _, _ = select.select([self._gateway, self._modem, self._waker], [], [])
            if self._waker in readable:
                return
            with contextlib.suppress(OSError):
                for source in readable:
                    block = os.read(source, 65536)
                    if source == self._gateway:
                        self.sent += block
                    self._write(self._modem if source == self._gateway else self._gateway, block)

    @staticmethod
    def _write(descriptor: int, block: bytes) -> None:
        while block:
            block = block[os.write(descriptor, block) :]

    def lines(self) -> list[str]:
        """What was said to the modem, line by line."""
        return [line.decode("latin-1") for line in ENDS.split(bytes(self.sent))]

    def unknown_lines(self, allowed: set[str] = frozenset()) -> list[str]:
        """Lines that are none of the gateway's own commands nor among those a client was allowed to send."""
        return [line for line in self.lines() if not KNOWN_LINE.fullmatch(line) and line not in allowed]

    def close(self) -> None:
        os.write(self._wakened, b"x")
        self._thread.join()
        for descriptor in (self._modem, self._gateway, self._terminal, self._waker, self._wakened):
            os.close(descriptor)
        self.path.unlink(missing_ok=True)
