"""The adapter template at work: filled in over the reference enterprise, it is driven by the suite."""

import importlib.util
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from swsim.conformance import processes
from swsim.conformance.capabilities import Statement, read_statement
from swsim.conformance.run import Order, carry_out
from swsim.conformance.session import create_case_sandbox
from swsim.reports.model import Verdict

EXAMPLE = Path(__file__).parents[2] / "examples" / "adapter"
SPEC = importlib.util.spec_from_file_location("adapter", EXAMPLE / "adapter.py")
assert SPEC is not None
assert SPEC.loader is not None
adapter = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(adapter)


class Filled(adapter.Shop):  # type: ignore[misc, name-defined] # loaded from a file
    """A shop that hands everything on to the reference enterprise."""

    def __init__(self, url: str) -> None:
        self.url = url

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(self.url + path, data, method=method), timeout=30) as answer:  # noqa: S310 - ours
            text = answer.read()
            return json.loads(text) if text else None

    def place(self, detail: dict[str, Any]) -> Any:
        return self._ask("POST", "/orders", {"orders": [{"detail": detail}]})["accepted"][0]

    def state(self, order_no: str) -> Any:
        try:
            return self._ask("GET", f"/orders/{order_no}")
        except HTTPError:
            return None

    def set_clock(self, now: str) -> None:
        self._ask("POST", "/clock", {"now": now})

    def wait_until_idle(self) -> None:
        self._ask("GET", "/idle")


@pytest.fixture
def served() -> Iterator[Any]:
    """Starts a shop's adapter; gives its address."""
    servers = []

    def start(shop: Any) -> str:
        server = adapter.serve(shop, 0)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_the_template_is_short_and_the_statement_is_whole() -> None:
    assert len((EXAMPLE / "adapter.py").read_text("utf-8").splitlines()) < 100
    shop = read_statement(EXAMPLE / "shop.toml")
    assert shop.left_out(("cancel",)) == (True, "cancel: cancellations are keyed in by hand")


async def test_an_enterprise_behind_the_template_is_judged(tmp_path: Path, served: Any) -> None:
    shop: Statement = read_statement(EXAMPLE / "shop.toml")
    async with processes.simulator(tmp_path) as url:
        await create_case_sandbox(url, "adapter", 1)
        async with processes.enterprise(url, "adapter", 1) as firm:
            address = served(Filled(firm))
            only = ["sanity", "answers-603-621001", "believes-approval", "content-INV-05"]
            order = Order(plan="all", url=url, driver=address, only=only, sandbox="adapter", statement=shop)
            outcome = await carry_out(order)
    assert {one.id: one.verdict for one in outcome.results} == dict.fromkeys(only, Verdict.PASS)


async def test_what_the_template_does_not_offer_is_told(tmp_path: Path, served: Any) -> None:
    async with processes.simulator(tmp_path) as url:
        await create_case_sandbox(url, "empty", 1)
        shop, address = read_statement(EXAMPLE / "shop.toml"), served(adapter.Shop())
        order = Order(plan="all", url=url, driver=address, only=["sanity"], sandbox="empty", statement=shop)
        [one] = (await carry_out(order)).results
    assert one.verdict is Verdict.INCONCLUSIVE
    assert "501" in one.reason
