"""The measure of channels measures: a small run over a broker and over a folder brings home what it should."""

import asyncio
from pathlib import Path

import pytest
from simulator_broker import Broker
from test_simulator_amqp import broker

from swsim.loadtests.channels.__main__ import over_amqp, over_folder

__all__ = ["broker"]
pytestmark = pytest.mark.timeout(120)


def test_orders_over_amqp_are_counted(broker: Broker) -> None:
    """Three returns a message."""
    messages, returns, seconds = asyncio.run(over_amqp(broker.url, 20))
    assert (messages, returns) == (20, 60)
    assert seconds > 0


def test_files_are_counted(tmp_path: Path) -> None:
    """A return a message, since the clock stands."""
    messages, returns, seconds = asyncio.run(over_folder(str(tmp_path), 20))
    assert (messages, returns) == (20, 20)
    assert len(list((tmp_path / "default/SentBox").iterdir())) == 20
    assert seconds > 0
