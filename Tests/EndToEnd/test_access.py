# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Who may do what: tokens, scopes, tickets, listeners."""

import ssl
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from harness.events import EventStream
from harness.gateway import Gateway, authorization
from harness.process import Child, run
from websockets.exceptions import InvalidStatus

OUTSIDE = "+33639980099"
SCOPES = ["sms:read", "sms:send", "modem:at", "pbx:admin"]


@pytest.fixture
def guarded() -> Iterator[Gateway]:
    """A gateway with a token for everything."""
    with Gateway() as gateway:
        gateway.wait_until_ready()
        gateway.token = create_token(gateway, "everything", *SCOPES)
        gateway.http.headers.update(authorization(gateway.token))
        yield gateway


def create_token(gateway: Gateway, name: str, *scopes: str) -> str:
    arguments = [argument for scope in scopes for argument in ("--scope", scope)]
    created = gateway.cli_json("token", "create", name, *arguments)
    assert created["name"] == name
    assert sorted(created["scopes"]) == sorted(scopes)
    return created["token"]


def request(gateway: Gateway, method: str, path: str, token: str | None, **more) -> httpx.Response:
    return httpx.request(method, gateway.url + path, headers=authorization(token), timeout=30, **more)


def test_without_tokens_loopback_needs_none(gateway: Gateway) -> None:
    assert request(gateway, "GET", "/api/modems", None).status_code == 200


def test_with_a_token_every_request_needs_one(guarded: Gateway) -> None:
    for path in ("/api/modems", "/api/sms", "/api/health"):
        assert request(guarded, "GET", path, None).status_code == 401, path
        assert request(guarded, "GET", path, "mg_wrong").status_code == 401, path
        assert request(guarded, "GET", path, guarded.token).status_code == 200, path
    refused = request(guarded, "POST", "/api/sms", None, json={"to": OUTSIDE, "text": "x"})
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Bearer")
    assert guarded.messages() == []


def test_scopes(guarded: Gateway) -> None:
    modem = guarded.modems()[0]["id"]
    attempts = {
        "sms:read": ("GET", "/api/sms", None),
        "sms:send": ("POST", "/api/sms", {"to": OUTSIDE, "text": "by scope"}),
        "modem:at": ("POST", f"/api/modems/{modem}/at", {"command": "AT+CSQ"}),
    }
    for scope in attempts:
        token = create_token(guarded, scope.replace(":", "-"), scope)
        for needed, (method, path, body) in attempts.items():
            answer = request(guarded, method, path, token, **({"json": body} if body else {}))
            if needed == scope:
                assert answer.status_code in (200, 202), f"{scope} {path}: {answer.text}"
            else:
                assert answer.status_code == 403, f"{scope} {path}: {answer.text}"


def test_revoked_token_ends_at_once(guarded: Gateway) -> None:
    token = create_token(guarded, "short-lived", "sms:read")
    assert request(guarded, "GET", "/api/sms", token).status_code == 200
    assert guarded.cli("token", "revoke", "short-lived").returncode == 0
    assert request(guarded, "GET", "/api/sms", token).status_code == 401
    assert guarded.cli("token", "revoke", "short-lived").returncode != 0


def test_list_shows_names_and_no_secret(guarded: Gateway) -> None:
    listed = guarded.cli("token", "list")
    assert "everything" in listed.stdout
    assert guarded.token not in listed.stdout
    assert [token["name"] for token in guarded.cli_json("token", "list")["items"]] == ["everything"]


def test_secret_is_not_in_the_data(guarded: Gateway) -> None:
    for path in guarded.data_directory.iterdir():
        if path.is_file():
            assert guarded.token.encode() not in path.read_bytes(), path


def test_websocket_needs_a_token_or_a_ticket(guarded: Gateway) -> None:
    url = f"ws://127.0.0.1:{guarded.port}/ws"
    with pytest.raises(InvalidStatus) as refused:
        EventStream(url)
    assert refused.value.response.status_code == 401
    with pytest.raises(InvalidStatus):
        EventStream(f"{url}?token={guarded.token}")
    EventStream(url, headers=authorization(guarded.token)).close()


def test_ticket_opens_one_websocket(guarded: Gateway) -> None:
    answer = guarded.post("/api/ws-ticket", {})
    assert answer.status_code in (200, 201), answer.text
    url = f"ws://127.0.0.1:{guarded.port}/ws?ticket={answer.json()['ticket']}"
    with EventStream(url) as events:
        identifier = guarded.send(OUTSIDE, "seen through a ticket")["id"]
        events.wait("sms:status", lambda data: data["id"] == identifier)
    with pytest.raises(InvalidStatus) as reused:
        EventStream(url)
    assert reused.value.response.status_code == 401


def test_page_of_another_origin_opens_no_websocket(gateway: Gateway) -> None:
    with pytest.raises(InvalidStatus) as refused:
        EventStream(f"ws://127.0.0.1:{gateway.port}/ws", headers={"Origin": "https://evil.example.org"})
    assert 400 <= refused.value.response.status_code < 500


def test_other_address_is_refused_without_tokens(tmp_path: Path) -> None:
    refused = run("serve", "--simulate", "--data-dir", str(tmp_path / "d"), "--listen", "0.0.0.0:0")
    assert refused.returncode not in (0, None)
    said = refused.stdout + refused.stderr
    assert "token" in said and "127.0.0.1" in said, said


def test_other_address_is_served_with_a_token_and_warned_about(guarded: Gateway) -> None:
    guarded.stop()
    arguments = ("serve", "--simulate", "--data-dir", str(guarded.data_directory), "--listen", "0.0.0.0:0")
    child = Child(*arguments)
    try:
        port = int(child.wait_for_line(r"http://[^ ]*:([1-9]\d*)").group(1))
        assert httpx.get(f"http://127.0.0.1:{port}/api/modems", timeout=30).status_code == 401
        answer = httpx.get(f"http://127.0.0.1:{port}/api/modems", headers=authorization(guarded.token), timeout=30)
        assert answer.status_code == 200
    finally:
        assert child.stop() == 0
    assert "tls" in child.text.lower(), child.text


def test_data_directory_and_socket_are_private(gateway: Gateway) -> None:
    assert stat.S_IMODE(gateway.data_directory.stat().st_mode) == 0o700
    sockets = [path for path in gateway.data_directory.iterdir() if path.is_socket()]
    assert sockets
    for path in sockets:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    for path in gateway.data_directory.iterdir():
        if path.is_file():
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_tls(tmp_path: Path) -> None:
    """`http.tls` with a certificate of our own; plain HTTP on that port is refused."""
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        + ["-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    configuration = tmp_path / "gateway.yaml"
    configuration.write_text(f"http:\n  tls:\n    certificate: {certificate}\n    key: {key}\n")
    child = Child(
        "serve", "--simulate", "--config", str(configuration), "--data-dir", str(tmp_path / "d"),
        "--listen", "127.0.0.1:0",
    )
    try:
        port = int(child.wait_for_line(r"https://127\.0\.0\.1:([1-9]\d*)").group(1))
        trust = ssl.create_default_context(cafile=certificate)
        answer = httpx.get(f"https://127.0.0.1:{port}/api/modems", verify=trust, timeout=30)
        assert answer.status_code == 200
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"http://127.0.0.1:{port}/api/modems", timeout=30)
    finally:
        assert child.stop() == 0
