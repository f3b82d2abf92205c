#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""Requests made from the gateway's own OpenAPI document, good and bad ones, and its answers compared with it.

schemathesis makes the requests. Checked: no 500, and 502, 503, 504 name who is missing; the status, the content type
and the schema of every answer are those of the document; what is refused is refused with a sentence. Afterwards the
gateway runs, is healthy, and ends by itself.

Usage: MODEMGATE=… contract_test.py [--seconds 90] [--seed N] [--examples N]
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from harness.gateway import Gateway

CHECKS = [
    "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "failures_name_the_missing_peer", "refusals_are_sentences",
]  # fmt: skip
HERE = Path(__file__).resolve().parent


def run_schemathesis(gateway: Gateway, options: argparse.Namespace, scratch: Path) -> int:
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{gateway.url}/api/openapi.json",
        "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing",
        # An upgrade to a WebSocket is no request and answer; tests of its own are in test_websocket.py.
        "--exclude-path", "/ws",
        "--max-time", str(options.seconds), "--max-examples", str(options.examples), "--seed", str(options.seed),
        "--generation-database", "none", "--generation-with-security-parameters", "false",
        "--continue-on-failure", "--suppress-health-check", "all", "--warnings", "off",
        # One thread: with two Python 3.11 fails now and then ("AST constructor recursion depth mismatch").
        "--request-timeout", "30", "--workers", "1", "--no-color",
    ]  # fmt: skip
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "contract_checks", "PYTHONPATH": str(HERE), "COLUMNS": "120"}
    return subprocess.run(command, env=environment, cwd=scratch, stdin=subprocess.DEVNULL, check=False).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=90, help="when to stop making requests")
    parser.add_argument("--examples", type=int, default=200, help="most requests of each phase for each route")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)

    problems = []
    with tempfile.TemporaryDirectory(prefix="mg") as scratch, Gateway() as gateway:
        gateway.wait_until_ready()
        status = run_schemathesis(gateway, options, Path(scratch))
        if status != 0:
            problems.append(f"schemathesis ended with {status}; MODEMGATE_SEED={options.seed} makes the same requests")
        if gateway.child.process.poll() is not None:
            problems.append(f"the gateway ended: {gateway.child.text[-2000:]}")
        elif not gateway.health()["database"]["ok"] or gateway.stop() != 0:
            problems.append(f"the gateway is not well afterwards: {gateway.child.text[-2000:]}")
    for problem in problems:
        print(problem)
    print(f"verdict: {'the API is as its description says' if not problems else f'{len(problems)} problems'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
