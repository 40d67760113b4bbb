"""What the tests of the customs side share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from simulator_line import Line, serving


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Line]:
    """A single window over a store in a file, on a virtual clock; a line to its sandbox `default`."""
    async with serving(tmp_path / "store.sqlite3") as line:
        yield line


@pytest.fixture
async def line(served: Line) -> Line:
    """A line to a fresh sandbox `s`: virtual clock, profile `standard`, open registry."""
    return await served.create()
