# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""What the gateway says of its modems and of itself."""

from harness.gateway import Gateway

MODEM_KEYS = {
    "id", "model", "manufacturer", "firmware", "imei", "state", "sim", "network", "signal", "ports", "since",
}  # fmt: skip


def test_registered_modems_know_everything(gateway: Gateway) -> None:
    modems = gateway.modems()
    assert len(modems) == 2
    for modem in modems:
        assert MODEM_KEYS <= set(modem)
        assert modem["state"] == "ready"
        assert len(modem["imei"]) == 15 and modem["imei"].isdecimal()
        assert modem["sim"]["state"] == "ready"
        assert modem["sim"]["number"].startswith("+3363998")
        assert modem["sim"]["iccid"].isdecimal() and len(modem["sim"]["iccid"]) in (19, 20)
        assert modem["network"]["registration"] in ("home", "roaming")
        assert modem["network"]["plmn"].isdecimal()
        assert modem["network"]["technology"]
        assert -113 <= modem["signal"]["rssiDbm"] <= -51
        assert 0 <= modem["signal"]["percent"] <= 100
        assert modem["ports"]
    assert len({modem["imei"] for modem in modems}) == 2
    assert len({modem["sim"]["imsi"] for modem in modems}) == 2


def test_one_modem(gateway: Gateway) -> None:
    for modem in gateway.modems():
        alone = gateway.get(f"/api/modems/{modem['id']}")
        assert alone["imei"] == modem["imei"]


def test_health(gateway: Gateway) -> None:
    health = gateway.health()
    assert health["status"] == "ok"
    assert health["database"]["synchronous"] == 2


def test_openapi_describes_every_route(gateway: Gateway) -> None:
    document = gateway.get("/api/openapi.json")
    assert document["openapi"].startswith("3.")
    for path in ("/api/modems", "/api/modems/{id}", "/api/modems/{id}/at", "/api/sms", "/api/sms/{id}", "/api/health"):
        assert path in document["paths"], path
