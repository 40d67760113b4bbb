"""A case under way: its steps carried out, its checks gathered."""

import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from swsim.conformance.capabilities import Statement
from swsim.conformance.control import Control, FaultTable, Switches
from swsim.conformance.conversation import (
    Act,
    Advance,
    Ask,
    Case,
    Customs,
    Expect,
    Fault,
    Judge,
    Question,
    Send,
    Step,
    Switch,
    Watch,
)
from swsim.conformance.driver import Driver, DriverError, NotOfferedError, Placed, Wish
from swsim.conformance.journal import Entry, Journal
from swsim.conformance.sightings import shown
from swsim.conformance.story import Judgement, Story
from swsim.conformance.timeline import NoReactionError, Timeline
from swsim.conformance.verdicts import capped, worst
from swsim.reports.model import Check, Evidence, Verdict

FIRST_ORDER = 100_000
"""Orders of cases are counted from here; below lie those of demo and load."""
ORDERS_A_CASE = 200


@dataclass(frozen=True, slots=True)
class Ends:
    """What a case is carried out with."""

    control: Control
    timeline: Timeline
    journal: Journal
    driver: Driver
    faults: FaultTable
    switches: Switches
    statement: Statement
    seed: int
    regime: str
    raised: frozenset[str]
    apart: bool
    """Whether other cases run meanwhile: then a case sees only entries that bear its numbers."""
    planted: set[str]
    wants: Mapping[str, str] = field(default_factory=dict)
    to_the_end: bool = False
    """Go on behind a check that failed, as if the case did not have it: what each check notices is seen (`matrix`)."""


class Talk:
    """One case's conversation."""

    def __init__(self, case: Case, ends: Ends) -> None:
        self.case, self._ends = case, ends
        self.mark = 0 if case.watches else ends.journal.mark()
        self.orders: dict[str, Placed] = {}
        self.checks: list[Check] = []
        self._ended: tuple[Verdict, str] | None = None
        self._evidence: list[Evidence] = []
        self._beliefs: dict[str, dict[str, Any]] = {}
        self._answers: dict[str, Any] = {}
        self._books: list[dict[str, str]] = []
        self._next = first_order(case.id)

    async def converse(self) -> tuple[Verdict, str]:
        """Step after step; the first that does not pass ends it, a warning does not.

        `to_the_end` the verdict is the same, and what breaks behind it is of no account.
        """
        try:
            return await self._converse()
        except Exception:
            if self._ended is None:
                raise
            return self._ended

    async def _converse(self) -> tuple[Verdict, str]:
        reasons, verdicts = [], [Verdict.PASS]
        for step in self.case.steps:
            for judgement in await self._take(step):
                verdict = self._note(step, judgement)
                self._evidence += judgement.evidence
                verdicts.append(verdict)
                missing = isinstance(step, Expect) and judgement.verdict is not Verdict.PASS  # the rest rests on it
                if verdict not in {Verdict.PASS, Verdict.WARNING} or missing:
                    self._ended = self._ended or (verdict, judgement.reason)
                    if not self._ends.to_the_end or not getattr(step, "requirement", ""):
                        return self._ended
                if judgement.reason:
                    reasons.append((verdict, judgement.reason))
        if self._ended:
            return self._ended
        end = worst(verdicts)
        told = dict.fromkeys(reason for verdict, reason in reasons if verdict is end)
        return end, "; ".join(told)

    def story(self) -> Story:
        """What has happened so far."""
        everything = self._ends.journal.since(self.mark)
        return Story(
            self._mine(everything),
            self.orders,
            self._ends.regime,
            everything,
            self._beliefs,
            self._answers,
            self._books,
            frozenset(self._ends.planted),
        )

    def evidence(self) -> tuple[Evidence, ...]:
        """Each entry once, by number."""
        return tuple(sorted(dict.fromkeys(self._evidence), key=lambda one: one.entry))

    def numbers(self) -> Collection[str]:
        """Numbers of the case's business, as far as they are known."""
        known = {n for p in self.orders.values() for n in (p.order_no, p.cop_no, p.logistics_no) if n}
        for entry in self._ends.journal.about(known, self.mark):
            for row in entry.data.get("records", ()):
                if row.get("invtNo") and (row.get("orderNo") in known or known & set(str(row["key"]).split("~"))):
                    known = known | {str(row["invtNo"])}
        return known

    def _mine(self, everything: list[Entry]) -> list[Entry]:
        if not self._ends.apart or not all(placed.logistics_no for placed in self.orders.values()):
            return everything
        return self._ends.journal.about(self.numbers(), self.mark)

    def _note(self, step: Step, judgement: Judgement) -> Verdict:
        requirement = getattr(step, "requirement", "")
        verdict = capped(judgement.verdict, requirement, self._ends.raised, getattr(step, "basis", None))
        if requirement:
            self.checks.append(Check(requirement, describe(step), verdict, judgement.reason))
        return verdict

    async def _take(self, step: Step) -> list[Judgement]:
        ends = self._ends
        match step:
            case Send():
                await self._send(step)
            case Act():
                await self._act(step)
            case Fault(_, rows):
                await ends.faults.add(self.case.id, rows(self.story()))
            case Customs(_, call):
                await ends.control.order(*call(self.story()))
            case Question(ask, subject):
                await self._question(ask, subject(self.story()))
            case Switch(_, switches):
                await ends.switches.set(switches)
            case Advance(by):
                until = by(self.story()) if callable(by) else ends.timeline.now + ends.statement.within(by)
                await ends.timeline.wait(until, numbers=self.numbers)
            case Ask(order):
                if order:
                    self._beliefs[order] = await ends.driver.state_of(self.orders[order].order_no)
                else:
                    self._books = await ends.driver.books()
            case Expect():
                return [await self._expect(step)]
            case Judge(_, by):
                return [by(self.story())]
            case Watch(what, of):
                found = list(of(self.story()))
                return found or [Judgement(Verdict.NOT_OBSERVED, f"nothing to judge was seen: {what}")]
        return []

    async def _act(self, step: Act) -> None:
        order_no = self.orders[step.order].order_no if step.order else ""
        try:
            self._answers[step.action] = await self._ends.driver.act(step.action, order_no, step.details(self.story()))
        except DriverError as error:
            if not step.refusable or isinstance(error, NotOfferedError):
                raise
            self._answers[step.action] = {"refused": str(error)}

    async def _question(self, ask: str, subject: str) -> None:
        url = self._ends.statement.endpoints.get(ask, "")
        if not url:
            raise DriverError(f"endpoints.{ask}: the capability statement does not say where customs can ask")
        await self._ends.control.order("duty/requests", {"ask": ask, "subject": subject, "url": url})

    async def _send(self, step: Send) -> None:
        numbers = range(self._next, self._next + step.many)
        self._next += step.many
        at = self._ends.timeline.now
        taken = await self._ends.driver.place_orders(
            [Wish(self._ends.seed, number, at, step.defect, {**self._ends.wants, **step.wants}) for number in numbers]
        )
        names = [step.order] if step.many == 1 else [f"{step.order}-{place}" for place in range(1, step.many + 1)]
        self.orders |= dict(zip(names, taken, strict=True))
        if step.defect:
            self._ends.planted.update(placed.order_no for placed in taken)

    async def _expect(self, step: Expect) -> Judgement:
        timeline, within = self._ends.timeline, self._ends.statement.within(step.within)
        try:
            found = step.seen(self.story()) or await timeline.wait(
                timeline.now + within, lambda: step.seen(self.story()), self.numbers
            )
        except NoReactionError as error:
            if step.otherwise is Verdict.INCONCLUSIVE:
                raise
            return Judgement(step.otherwise, f"{step.what} was not seen: {error}")
        if found:
            return Judgement(Verdict.PASS, "", shown(found))
        span = f"{within} of sandbox time" if within else "no sandbox time"
        return Judgement(step.otherwise, f"timed out: {step.what} was not seen within {span}")


def first_order(case: str) -> int:
    """The number of a case's first order: its own whatever else runs, so a case repeated alone has the same orders."""
    return FIRST_ORDER + zlib.crc32(case.encode()) % 8_000_000 // ORDERS_A_CASE * ORDERS_A_CASE


def describe(step: Step) -> str:
    """A step in a few words, for progress."""
    match step:
        case Send(order, defect):
            return f"order {order}" + (f" with {defect}" if defect else "")
        case Act(action, order):
            return f"{action} {order}".rstrip()
        case Ask(order):
            return f"state of {order}" if order else "books"
        case Advance(by):
            return "time passes" if callable(by) else f"{by} pass"
        case Question(ask):
            return f"customs asks: {ask}"
        case Expect(what) | Fault(what) | Switch(what) | Customs(what) | Judge(what) | Watch(what):
            return what
