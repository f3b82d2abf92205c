# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""What schemathesis is to check besides its own checks; loaded by it (contract_test.py says so)."""

import schemathesis

PROBLEM = "application/problem+json"
# 502, 503, 504: somebody else did not do his part, and the answer says who.
PEERS = ("modem", "SIM", "network", "gateway", "database", "store", "disk", "port")


@schemathesis.check
def failures_name_the_missing_peer(ctx, response, case) -> None:
    """No 500; and 502, 503, 504 are problems with a sentence about who is missing."""
    if response.status_code < 500:
        return
    assert response.status_code in (502, 503, 504), f"{response.status_code}: a failure of ours"
    if case.operation.path == "/api/health":
        return  # shows with 503 what it would show with 200
    assert content_type(response) == PROBLEM, f"{response.status_code} as {content_type(response)}"
    detail = response.json()["detail"]
    assert any(peer.lower() in detail.lower() for peer in PEERS), f"nobody is named: {detail!r}"


@schemathesis.check
def refusals_are_sentences(ctx, response, case) -> None:
    """Every 4xx is a problem whose detail says what to do."""
    # A request line or header that is no HTTP gets 400 without a body (docs/API.md); so does what HEAD asks for.
    if not 400 <= response.status_code < 500 or not response.content:
        return
    assert content_type(response) == PROBLEM, f"{response.status_code} as {content_type(response)}"
    problem = response.json()
    assert problem["status"] == response.status_code
    assert problem["type"].startswith("urn:modemgate:problem:")
    assert len(problem["detail"].split()) > 3, problem["detail"]


def content_type(response) -> str:
    return (response.headers.get("content-type") or [""])[0].partition(";")[0]
