# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Received PDUs written by hand, octet by octet: what no decent encoder would make (3GPP TS 23.040 §9.2.2.1)."""

import random

SERVICE_CENTRE = bytes.fromhex("07913336990800F0")
SENDER = bytes.fromhex("0B913336990890F9")  # +33639980099
TIME = bytes.fromhex("62902111450000")

GSM7, DATA, UCS2 = 0x00, 0x04, 0x08


def deliver(
    data: bytes, coding: int = UCS2, *, length: int | None = None, header: bool = False, sender: bytes = SENDER,
    protocol: int = 0, time: bytes = TIME, first: int | None = None,
) -> str:  # fmt: skip
    """An SMS-DELIVER in hexadecimal. `length` is TP-UDL where it is not simply the number of octets."""
    octet = first if first is not None else 0x04 | (0x40 if header else 0)
    tpdu = bytes([octet]) + sender + bytes([protocol, coding]) + time + bytes([len(data) if length is None else length]) + data
    return (SERVICE_CENTRE + tpdu).hex().upper()


def with_header(header: bytes, body: bytes, coding: int = DATA) -> str:
    return deliver(bytes([len(header)]) + header + body, coding, header=True)


def distinct(pdus: dict[str, str]) -> dict[str, str]:
    assert len(set(pdus.values())) == len(pdus)
    return pdus


HOSTILE: dict[str, str] = distinct(
    {
        "loneSurrogate": deliver("a".encode("utf-16-be") + b"\xd8\x00" + "b".encode("utf-16-be")),
        "swappedSurrogates": deliver(b"\xdc\x00\xd8\x00"),
        "oddUCS2": deliver(b"\x00a\x00b\x00"),
        "nulUCS2": deliver("a\0b\0".encode("utf-16-be")),
        "noncharacter": deliver(b"\xff\xfe\xff\xff\xfd\xd0"),
        "rightToLeft": deliver("\u202eevil\u202c".encode("utf-16-be")),
        "lineEndsAndPrompt": deliver("\r\n> \x1aAT+CFUN=0\r\nOK\r\n".encode("utf-16-be")),
        "sql": deliver("'; DROP TABLE message; --".encode("utf-16-be")),
        "escapeAtTheEnd": deliver(b"\x1b", GSM7, length=1),
        "escapesOnly": deliver(bytes.fromhex("9B3714D8609B37"), GSM7, length=8),
        "everyOctet": deliver(bytes(range(140)), DATA),
        "otherOctets": deliver(bytes(range(116, 256)), DATA),
        "noData": deliver(b"", DATA),
        "noText": deliver(b"", GSM7),
        "lengthBeyondData": deliver(b"abc", DATA, length=140),
        "lengthTooLarge": deliver(b"abc", GSM7, length=255),
        "lengthTooSmall": deliver(bytes(range(60)), DATA, length=3),
        "reservedCoding": deliver(b"abc", 0x8F),
        "everyCodingBit": deliver(b"abc", 0xFF),
        "compressed": deliver(b"abc", 0x20),
        "headerLongerThanData": deliver(b"\xff\x00\x03\x01", DATA, header=True),
        "emptyHeader": with_header(b"", b"abc"),
        "elementBeyondHeader": with_header(b"\x00\x09\x01\x02\x03", b"abc"),
        "unknownElements": with_header(bytes.fromhex("7F01AA80007E03010203"), b"abc"),
        "partZero": with_header(b"\x00\x03\x10\x02\x00", b"abc"),
        "partBeyondTotal": with_header(b"\x00\x03\x11\x02\x03", b"abc"),
        "totalZero": with_header(b"\x00\x03\x12\x00\x01", b"abc"),
        "lonelyPart": with_header(b"\x00\x03\x13\xff\x80", b"the others never come"),
        "twoConcatenations": with_header(b"\x00\x03\x14\x02\x01\x08\x04\x14\x14\x02\x02", b"abc"),
        "shortConcatenation": with_header(b"\x00\x01\x15", b"abc"),
        "ports": with_header(b"\x05\x04\x0b\x84\x23\xf0", b"\x00\x06\x00"),
        "shortPorts": with_header(b"\x05\x01\x0b", b"abc"),
        "multimediaNotice": with_header(b"\x05\x04\x0b\x84\x23\xf0", bytes.fromhex("0006226170706C69636174696F6E00AF84") + b"\xff" * 40),
        "multimediaNoticeCutShort": with_header(b"\x05\x04\x0b\x84\x23\xf0", bytes.fromhex("000603BEAF848C82")),
        "nationalTableUnknown": with_header(b"\x24\x01\xff\x25\x01\xff", b"abc", GSM7),
        "messageWaitingAll": with_header(b"\x01\x02\xff\xff", b"abc"),
        "messageWaitingGroup": deliver(b"abc", 0xCF),
        "typeZero": deliver(b"abc", DATA, protocol=0x40),
        "replaceSeven": deliver(b"abcd", DATA, protocol=0x47),
        "protocolReserved": deliver(b"abc", DATA, protocol=0xFF),
        "senderOfNoDigits": deliver(b"abc", DATA, sender=b"\x00\x91"),
        "senderOfTwentyFiveDigits": deliver(b"abc", DATA, sender=b"\x19\x91" + b"\x21" * 13),
        "senderOfSigns": deliver(b"abc", DATA, sender=bytes.fromhex("0691BADCFE")),
        "senderFilledInside": deliver(b"abc", DATA, sender=bytes.fromhex("0691F1F2F3")),
        "senderNameOfEscapes": deliver(b"abc", DATA, sender=bytes.fromhex("0ED09B3714D8609B37")),
        "senderNameCutShort": deliver(b"abc", DATA, sender=bytes.fromhex("01D0FF")),
        "timeOfNobody": deliver(b"abc", DATA, time=b"\xff" * 7),
        "timeInMonthThirteen": deliver(b"abc", DATA, time=bytes.fromhex("62319221456909")),
        "everyFirstBit": deliver(b"abc", DATA, first=0xFC),
        "submitInsteadOfDeliver": "07913336990800F001000B913336990890F900000548656C6C6F",
        "onlyServiceCentre": "07913336990800F0",
        "serviceCentreBeyondEnd": "FF91",
        "allZero": "00" * 30,
        "longest": deliver(bytes([0x05]) + b"\x00\x03\x77\x01\x01" + b"z" * 134, DATA, header=True),
    }
)


# A status report about a message nobody sent: no message at all, but not dropped either.
STRAY_REPORT = "07913336990800F006FF0B913336990890F9629021114500006290211145000000"


def random_pdu(chance: random.Random) -> str:
    """Octets of which the first few make sense, so that the decoder gets further than the first test."""
    kind = chance.randrange(3)
    noise = chance.randbytes(chance.randrange(1, 141))
    if kind == 0:
        # Anything but a status report (TP-MTI 2), which would be no message.
        return (SERVICE_CENTRE + bytes([chance.choice([0x00, 0x01, 0x03, 0x40, 0xFF])]) + noise).hex().upper()
    if kind == 1:
        return deliver(noise, chance.randrange(256), length=chance.randrange(256), protocol=chance.randrange(256))
    return deliver(bytes([chance.randrange(len(noise) + 2)]) + noise[:139], chance.randrange(256), header=True)
