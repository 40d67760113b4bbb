"""A test of somebody's project that has `tests/fixtures/` of its own; run where only the wheel is installed."""

from pathlib import Path
from typing import Any

from tests import fixtures


def test_parcel(single_window: Any, customs_clock: Any, chains: Any) -> None:
    assert Path(fixtures.__file__).parts[-3:-1] == ("tests", "fixtures")
    trade = chains(2)
    for message in trade.messages:
        single_window.send(message)
    customs_clock.advance("PT1M")
    assert single_window.drain(trade.dxp_id("603"))[-1].statuses == (399, 399)
