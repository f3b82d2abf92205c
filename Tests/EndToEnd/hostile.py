# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""What somebody who means harm, or a phone that is broken, puts where a plain word is expected.

Each value aims at an interpreter that stands somewhere behind a field: a shell, SQL and its full-text grammar, the AT
command line and its `> ` prompt, HTTP header fields, YAML, a spreadsheet, a terminal, a format string, a file name.
"""

import json

# name → value. `bytes` are no UTF-8 at all; a `str` may hold a lone surrogate, which JSON can carry as an escape.
CORPUS: dict[str, str | bytes] = {
    # shells
    "quotes": """it's "quoted" `twice` \\'and\\" once more""",
    "commandSubstitution": "$(touch pwned) ${HOME} `touch pwned`",
    "shellSeparators": "x; touch pwned & touch pwned | cat && true\ntouch pwned #",
    "option": "--data-dir=/nonexistent",
    "dash": "-",
    # the AT command line, its prompt and what a modem says
    "lineFeed": "one\ntwo",
    "carriageReturn": "one\rAT+CFUN=0\rtwo",
    "lineEnds": "one\r\n\r\ntwo\r\n",
    "substitute": "one\x1atwo",
    "escape": "one\x1btwo\x1b[2J\x1b]0;title\x07",
    "nul": "one\x00two",
    "controls": "".join(map(chr, range(1, 32))) + "\x7f",
    "c1Controls": "".join(map(chr, range(0x80, 0xA0))),
    "messageIndication": '+CMTI: "ME",1',
    "messageIndicationLine": '\r\n+CMTI: "SM",3\r\n',
    "directDelivery": "\r\n+CMT: ,23\r\n07913336990800F0040B913336990890F900006290211145000005C8329BFD06\r\n",
    "finalResult": "\r\nOK\r\n\r\n+CMGS: 255\r\n\r\nOK\r\n",
    "errorResult": "\r\n+CMS ERROR: 500\r\n",
    "prompt": "\r\n> ",
    "numberAndDial": "+33;ATD+900",
    "dialString": '0639980099";ATD0900123456;"',
    "chainedCommand": 'x";+CFUN=0;+CMGD=1,4;"',
    "ring": "\r\nRING\r\n\r\nNO CARRIER\r\n",
    # SQL and the grammar of full-text search
    "sql": "'; DROP TABLE message; --",
    "sqlDouble": '" OR "1"="1',
    "sqlUnion": "x' UNION SELECT name, sql FROM sqlite_master --",
    "sqlWildcards": "%_\\%[a-z]*?",
    "fullText": 'text:"x" AND NOT (NEAR(a b, 5) OR ^c* + -d)',
    "fullTextOpen": '"unclosed AND (',
    # HTTP
    "headerInjection": "x\r\nX-Injected: 1\r\n\r\n<html>",
    "percent": "%00%0d%0aX-Injected:%201%2e%2e%2f",
    "queryInjection": "x&limit=1#fragment?y=z",
    "traversal": "../../../../etc/passwd",
    "html": '<script>alert(1)</script><img src=x onerror="alert(2)">',
    # other languages
    "format": "%s%n%d{0}{{7*7}}${7*7}#{7*7}\\(1)",
    "yaml": "!!python/object/apply:os.system ['true'] &a *a",
    "spreadsheet": "=cmd|' /C calc'!A0",
    "spreadsheetAt": "@SUM(1+1)*cmd|' /C calc'!A0",
    "json": '{"__proto__": {"admin": true}, "a": [[[[]]]]}',
    # text itself
    "rightToLeft": "\u200f\u202eevil\u202c\u2066\u2069\u200e\u061c",
    "invisible": "\u200b\u200d\ufeff\u2060\u00ad",
    "separators": "\u2028\u2029\u0085\u000b\u000c",
    "noncharacters": "\ufffe\uffff\U0010ffff\ufdd0",
    "combining": "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334" * 12,
    "digitsOfOthers": "\u0660\u0661\u0662\uff13\uff14\u09e9",
    "lookalikes": "\u0430\u0440\u0440\u04cf\u0435.\u0441om",
    "tenThousandEmoji": "\U0001f600" * 10_000,
    "family": "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 20,
    "loneHighSurrogate": "one\ud800two",
    "loneLowSurrogate": "one\udc00two",
    "swappedSurrogates": "\udc00\ud800",
    "invalidUTF8": b"one\xff\xfe\xc0\xafthree",
    "truncatedUTF8": b"one\xf0\x9f\x98",
    "overlongNul": b"one\xc0\x80two",
    "encodedSurrogate": b"one\xed\xa0\x80two",
    # size
    "empty": "",
    "space": " ",
    "long": "A" * 70_000,
    "veryLongNumber": "+" + "3" * 5_000,
    "hugeInteger": "9" * 400,
    "exponent": "1e999",
    "negative": "-9223372036854775809",
}

# Values of other types, where a string is expected or the other way round.
OTHER_TYPES: dict[str, object] = {
    "null": None,
    "true": True,
    "zero": 0,
    "negativeInteger": -1,
    "hugeNumber": 10**40,
    "fraction": 0.1,
    "list": [],
    "listOfNull": [None],
    "object": {},
    "nested": {"a": {"a": {"a": [[[[]]]]}}},
}

def is_unicode(value: str | bytes) -> bool:
    """Whether it is a text at all: what is not must be refused wherever text is stored."""
    if isinstance(value, bytes):
        return False
    return not any(0xD800 <= ord(character) <= 0xDFFF for character in value)


def json_bytes(value: object) -> bytes:
    """JSON with the corpus' impossible strings left as impossible as they are.

    Lone surrogates become escapes, `bytes` go in between quotation marks unchanged.
    """
    if isinstance(value, bytes):
        return b'"' + value + b'"'
    if isinstance(value, dict):
        members = (json_bytes(name) + b":" + json_bytes(member) for name, member in value.items())
        return b"{" + b",".join(members) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(json_bytes, value)) + b"]"
    return json.dumps(value).encode()


def raw_bytes(value: str | bytes) -> bytes:
    """As it stands in a URL, a header field or an argument; a lone surrogate as its three-byte form."""
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


def percent_encoded(value: str | bytes) -> str:
    """Every octet escaped, so that nothing of it is syntax of the URL."""
    return "".join(f"%{octet:02X}" for octet in raw_bytes(value))


# What can be an argument of a process or a value in its environment: C strings.
ARGUMENTS = {name: raw_bytes(value) for name, value in CORPUS.items() if b"\x00" not in raw_bytes(value)}
