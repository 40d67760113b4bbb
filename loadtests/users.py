"""The Locust users. Never imported by the command line, by tests or by the simulator: Locust patches the process.

Each user does one thing after another, as a sender's worker does; more load is more users. What is measured beside the
requests is the time from handing a list in to holding its final return. `sleep` yields to the other users.
"""

from locust import FastHttpUser, task

# isort: split
from collections.abc import Iterator
from datetime import datetime
from time import perf_counter, sleep
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import orjson

from swsim.fixtures.batch import upload
from swsim.fixtures.chain import BEIJING, chain
from swsim.fixtures.parties import parties
from swsim.loadtests.measure import FINAL, Plan, Tally
from swsim.loadtests.sale import Sale
from swsim.simulator.messages.codec import Refused, encode
from swsim.simulator.messages.transfer import Document

LONG_POLL = 10
"""Seconds one poll may wait; the contract allows 60."""
TRIES = 5
BACK_OFF = 0.5
"""Seconds between tries where the other side names none: a dead server must not be asked a thousand times a second."""
STATE_EVERY = 0.02
"""Seconds between two looks at an order of the enterprise, which offers no long poll."""


class Refusal(Exception):  # noqa: N818 - what Locust reports as the reason
    """A valid sale ended badly."""


class Sender(FastHttpUser):
    """What both kinds of user share. `plan`, `tally` and `numbers` are set on a subclass by `run`."""

    abstract = True
    plan: Plan
    tally: Tally
    numbers: Iterator[int]

    def post(self, name: str, url: str, body: str, content: str) -> Any:
        """Hand something in; where the other side is busy (429, 503), again when it says. None where it failed."""
        for attempt in range(TRIES):
            with self.client.post(
                url, data=body, headers={"Content-Type": content}, name=name, catch_response=True
            ) as response:
                busy = response.status_code in {429, 503}
                if busy and attempt < TRIES - 1:
                    response.success()
            if response.status_code in {200, 202}:
                return response
            if not busy:
                break
            sleep(float(_header(response, "Retry-After") or BACK_OFF))
        sleep(BACK_OFF)
        return None

    def ended(self, name: str, number: int, refused: str) -> None:
        """Report the end of what `tally.began` numbered; a valid sale that was refused is a failure."""
        self.environment.events.request.fire(
            request_type=FINAL,
            name=name,
            response_time=self.tally.ended(number),
            response_length=0,
            exception=Refusal(refused) if refused else None,
            context={},
        )


class DirectUser(Sender):
    """An enterprise of its own, with its own user number (dxpId), that sends straight to the simulator.

    All four documents go out under the agent's number, so one queue of returns belongs to one user.
    """

    abstract = True

    def on_start(self) -> None:
        """Find out who I am, and empty my queue: an earlier run with the same seed may have left returns in it."""
        self.seed = self.plan.seed + next(self.numbers)
        self.agent = parties(self.seed).agent
        self.index = 0
        self.base = f"/sandboxes/{quote(self.plan.sandbox, safe='')}"
        while self.next_return(wait=0) is not None:
            pass

    @task
    def sell(self) -> None:
        """One sale: order, receipt, waybill; when customs has them the list, until it has its final return."""
        documents = chain(self.seed, self.index, datetime.now(BEIJING))
        self.index += 1
        sale = Sale(documents)
        for document in (documents.order, documents.receipts, documents.logistics):
            if not self.hand_in(document):
                return
        while not (sale.received or sale.refused):
            self.read_into(sale)
        if sale.refused:
            self.tally.failed(f"refused before the list: {sale.refused}")
            return
        started = perf_counter()
        if not self.hand_in(documents.inventory):
            return
        number = self.tally.began(started)
        while not sale.ended:
            self.read_into(sale)
        self.ended("603 to final return", number, sale.refused)

    def hand_in(self, document: Document) -> bool:
        """Send one document as a message of its own; False where it was not accepted."""
        message = upload([document], self.agent, guid=str(uuid4()).upper())
        url = f"{self.base}/messages"
        return self.post(f"POST {document.number}", url, encode(message).decode(), "application/xml") is not None

    def read_into(self, sale: Sale) -> None:
        """Take the next return; one that cannot be read is a failure of the simulator."""
        data = self.next_return(wait=LONG_POLL)
        if data:
            try:
                sale.take(data)
            except Refused as refused:
                self.tally.failed(f"a return breaks the schema: {refused}")

    def next_return(self, wait: int) -> bytes | None:
        """The oldest unread return, acknowledged; None where there is none."""
        url = f"{self.base}/returns/next?dxpId={quote(self.agent.dxp_id, safe='')}&wait={wait}"
        response = self.client.get(url, name="GET returns/next")
        if response.status_code != 200:
            if response.status_code != 204:
                sleep(BACK_OFF)
            return None
        data: bytes = response.content
        number = quote(_header(response, "X-Return-Id"), safe="")
        self.client.delete(f"{self.base}/returns/{number}", name="DELETE returns")
        return data


class EnterpriseUser(Sender):
    """A shop that hands its orders to the reference enterprise, which declares them to the simulator."""

    abstract = True

    @task
    def order(self) -> None:
        """One order: handed in, then looked at until the enterprise calls it done or failed."""
        body = orjson.dumps({"orders": [{"seed": self.plan.seed, "index": next(self.numbers)}]}).decode()
        started = perf_counter()
        response = self.post("POST orders", "/orders", body, "application/json")
        if response is None:
            return
        number = self.tally.began(started)
        (accepted,) = orjson.loads(response.content)["accepted"]
        url = f"/orders/{quote(accepted['orderNo'], safe='')}"
        while True:
            response = self.client.get(url, name="GET orders/…")
            state = orjson.loads(response.content) if response.status_code == 200 else {}
            if state.get("status") in {"done", "failed"}:
                break
            sleep(STATE_EVERY if state else BACK_OFF)
        failed = f"failed: {state.get('lastReturn', '')}" if state["status"] == "failed" else ""
        self.ended("order to done", number, failed)


def _header(response: Any, name: str) -> str:
    """A header of a response; empty where it is absent or nobody answered."""
    return str((response.headers or {}).get(name) or "")
