# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""The gateway's own description of its API (`/api/openapi.json`), read so that every route and field can be tried.

A route that is added is tried by itself: nothing here lists routes.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field

JSON = dict
Path = tuple  # of member names and indices

# Plausible values by the name of a field or parameter; anything else is made from its schema.
SAMPLES: dict[str, object] = {
    "to": "+33639980099",
    "text": "an ordinary text",
    "number": "+33639980098",
    "peer": "+33639980099",
    "command": "AT+CSQ",
    "code": "*100#",
    "url": "http://192.0.2.1/hook",
    "events": ["sms:received"],
    "scopes": ["sms:read"],
    "sendAt": "2026-01-01T00:00:00Z",
    "validity": 3600,
    "timeout": 5,
    "dataHex": "00FF",
}


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    name: str
    parameters: list[JSON] = field(hash=False)
    body: JSON | None = field(hash=False)
    owner_only: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def query_names(self) -> list[str]:
        return [parameter["name"] for parameter in self.parameters if parameter["in"] == "query"]

    def header_names(self) -> list[str]:
        return [parameter["name"] for parameter in self.parameters if parameter["in"] == "header"]

    def path_names(self) -> list[str]:
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]


class Contract:
    def __init__(self, document: JSON):
        self.document = document
        self.operations = [
            Operation(
                method.upper(),
                path,
                operation["operationId"],
                operation.get("parameters", []),
                self._body(operation),
                "Unix socket" in operation.get("description", ""),
            )
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
            if not (path == "/ws" or method == "parameters")
        ]

    def scopes(self) -> list[str]:
        """All that a token can have."""
        return self.document["components"]["schemas"]["NewToken"]["properties"]["scopes"]["items"]["enum"]

    def _body(self, operation: JSON) -> JSON | None:
        content = operation.get("requestBody", {}).get("content", {})
        return content["application/json"]["schema"] if "application/json" in content else None

    def resolve(self, schema: JSON) -> JSON:
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def alternatives(self, schema: JSON) -> list[JSON]:
        schema = self.resolve(schema)
        return [self.resolve(choice) for choice in schema.get("oneOf") or schema.get("anyOf") or [schema]]

    # ---- values that ought to be accepted

    def sample(self, schema: JSON, name: str = "") -> object:
        if name in SAMPLES:
            return copy.deepcopy(SAMPLES[name])
        schema = self.alternatives(schema)[0]
        if "enum" in schema:
            return schema["enum"][0]
        match self._type(schema):
            case "object":
                return self.body(schema)
            case "array":
                return [self.sample(schema.get("items", {}))]
            case "integer" | "number":
                return schema.get("minimum", 1)
            case "boolean":
                return False
            case _:
                return "x" * schema.get("minLength", 1)

    def body(self, schema: JSON) -> JSON:
        """Only what must be there."""
        schema = self.alternatives(schema)[0]
        properties = schema.get("properties", {})
        body = {name: self.sample(properties[name], name) for name in schema.get("required", [])}
        # One of text and data is needed, which a list of required members cannot say.
        if "text" in properties and "to" in properties:
            body.setdefault("text", SAMPLES["text"])
        return body

    @staticmethod
    def _type(schema: JSON) -> str:
        kind = schema.get("type", "string")
        return next(name for name in kind if name != "null") if isinstance(kind, list) else kind

    # ---- where a value can go

    def places(self, schema: JSON) -> Iterator[Path]:
        """Every member of a request's body, however deep; of a list its first item."""
        for choice in self.alternatives(schema):
            for name, member in choice.get("properties", {}).items():
                yield (name,)
                for inner in self.alternatives(member):
                    match self._type(inner):
                        case "object":
                            yield from ((name, *rest) for rest in self.places(inner))
                        case "array":
                            yield (name, 0)
                            items = inner.get("items", {})
                            yield from ((name, 0, *rest) for rest in self.places(items))

    def with_value(self, schema: JSON, place: Path, value: object) -> JSON:
        """A body that is good but for what stands at `place`."""
        body = self.body(schema)
        self._put(body, self.alternatives(schema)[0], place, value)
        if "dataHex" in place or "data" in place:
            body.pop("text", None)
        return body

    def _put(self, holder: object, schema: JSON, place: Path, value: object) -> None:
        step, rest = place[0], place[1:]
        schema = schema.get("items", {}) if isinstance(step, int) else schema.get("properties", {}).get(step, {})
        choices = self.alternatives(schema)
        if not rest:
            if isinstance(step, int):
                holder[:] = [value]
            else:
                holder[step] = value
            return
        wanted = "array" if isinstance(rest[0], int) else "object"
        inner_schema = next((choice for choice in choices if self._type(choice) == wanted), choices[0])
        inner = [] if wanted == "array" else self.body(inner_schema)
        if isinstance(step, int):
            holder[:] = [inner]
        else:
            holder[step] = inner
        self._put(inner, inner_schema, rest, value)


def at(body: object, place: Path) -> object:
    """What stands at a place, `None` when nothing does."""
    for step in place:
        try:
            body = body[step]
        except (KeyError, IndexError, TypeError):
            return None
    return body
