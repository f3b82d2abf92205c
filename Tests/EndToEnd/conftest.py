# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors

from collections.abc import Iterator

import pytest
from harness.events import EventStream
from harness.gateway import Gateway
from harness.simulator import Simulator


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    """A gateway with two simulated modems, both ready; shared by the tests of one file."""
    with Gateway() as gateway:
        yield gateway.wait_until_ready()


@pytest.fixture
def fresh_gateway() -> Iterator[Gateway]:
    """A gateway of the test's own, for what others must not see."""
    with Gateway() as gateway:
        yield gateway.wait_until_ready()


@pytest.fixture
def events(gateway: Gateway) -> Iterator[EventStream]:
    with gateway.events() as events:
        yield events


@pytest.fixture(scope="module")
def numbers(gateway: Gateway) -> dict[str, str]:
    """The numbers of the two SIMs, by modem id."""
    return {modem["id"]: modem["sim"]["number"] for modem in gateway.modems()}


@pytest.fixture(scope="module")
def simulator(gateway: Gateway) -> Simulator:
    return Simulator(gateway)
