"""The part of a turn that speaks of months: lists a summary takes, where their lines went, declarations."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import orjson

from swsim.simulator.clock import to_ms
from swsim.simulator.core.declaring import Declaration
from swsim.simulator.core.facts import Facts, Listed, Needs, Selection
from swsim.simulator.core.incoming import Finding
from swsim.simulator.core.model import Held, Stage
from swsim.simulator.core.request import SUMMARY
from swsim.simulator.core.summary import Mark, Placed, Summing
from swsim.simulator.sandbox import Sandbox
from swsim.simulator.store.protocol import DocumentRow, Group

LIST = "603"


class MonthTurn:
    """Gathered like the rest of a turn, written at its end; what is looked up is overlaid with what is gathered."""

    sandbox: Sandbox
    group: Group
    facts: Facts
    _documents: dict[int, DocumentRow]

    def begin_months(self) -> None:
        """Nothing gathered yet."""
        self.placed: list[Placed] = []
        self.judged: list[tuple[str, int, bytes]] = []
        self._marks: list[Mark] = []
        self.summing: Summing | None = None
        """The merge that this turn went on with, kept once the turn is written."""
        self._declarations: dict[int, Declaration] = {}

    @property
    def months_changed(self) -> bool:
        """Whether a month got its day of judgement in this turn."""
        return self.facts.months != self.sandbox.settings.months

    @property
    def gathered(self) -> dict[int, DocumentRow]:
        """Documents that hold their key, by serial, with what this turn adds to their trails."""
        return {serial: row for serial, row in self._documents.items() if row.taken}

    async def know_lists(self, needs: Needs) -> None:
        """Look up the lists that a summary takes; each time anew, as this turn may have closed or summed up some."""
        box = self.sandbox.box
        if needs.listed:
            for one in await self.group.listed(box, needs.listed):
                self.facts.listed[one.serial] = self._as_it_is(one)
            for serial in needs.listed & self._documents.keys():
                if (held := self._documents[serial].held).kind == LIST and self._documents[serial].taken:
                    self.facts.listed[serial] = _listed(held)
        for selection in needs.selections:
            found = {one.serial: one for one in await self.group.select(box, selection)}
            mine = [row.held for row in self._documents.values() if row.held.kind == LIST and row.taken]
            for held in mine:
                found.pop(held.serial, None)
            taken = [_listed(held) for held in mine if await self._takes(selection, held)]
            some = [one for one in (*found.values(), *taken) if one.serial not in self.facts.summed]
            self.facts.selected[selection] = sorted(some)

    async def _takes(self, selection: Selection, held: Held) -> bool:
        flag = selection.sum_ref or "B~"
        fits = held.sum_ref == flag if selection.sum_ref else held.sum_ref.startswith(flag)
        if not fits or held.sum_no or not selection.first_ms <= held.closed_ms <= selection.last_ms:
            return False
        if not selection.loct_no:
            return True
        if not held.content:
            held.content = (await self.contents([held.serial]))[held.serial]
        return bool(held.document.head.loct_no == selection.loct_no)

    def _as_it_is(self, one: Listed) -> Listed:
        return one._replace(sum_no=self.facts.summed.get(one.serial, one.sum_no))

    async def contents(self, serials: Sequence[int]) -> dict[int, bytes]:
        """Contents by serial, those of this turn among them; the documents themselves are not kept in `facts`."""
        mine = {s: row.held.content for s in serials if (row := self._documents.get(s)) and row.held.content}
        others = [serial for serial in serials if serial not in mine]
        return mine | await self.group.contents(self.sandbox.box, others) if others else mine

    def mark(self, one: Mark) -> None:
        """A list is summed up, or spoken of."""
        self._marks.append(one)
        if one.sum_no:
            self.facts.summed[one.serial] = one.sum_no
            if (held := self.facts.by_serial.get(one.serial)) is not None:
                held.sum_no = one.sum_no

    def summing_of(self, sum_no: str) -> Summing | None:
        """How far the merge of a summary has come; None where it begins. Given away: what fails begins anew."""
        summing = self.summing or self.sandbox.summing
        self.summing = self.sandbox.summing = None
        return summing if summing is not None and summing.sum_no == sum_no else None

    def step(
        self, at: datetime, stage: Stage, status: int, number: int, remarks: Sequence[Finding], info: str
    ) -> bytes:
        """A step of the trail that many documents share."""
        said = [[one.rule, one.path, one.expected, one.found] for one in remarks]
        returned = self.sandbox.position.returned
        return b"," + orjson.dumps([to_ms(at), stage, status, returned, number, [], said, info, ""])

    def put_declarations(self, rows: Iterable[Declaration]) -> None:
        """Keep declarations, new or gone on."""
        for one in rows:
            if not one.lines and (before := self._declarations.get(one.serial)) is not None:
                one.lines = before.lines
            self._declarations[one.serial] = one

    async def declarations(self, *, sum_no: str = "", month: str = "") -> list[Declaration]:
        """The declarations of a summary or a month, in the order in which they were made."""
        stored = await self.group.declarations(self.sandbox.box, sum_no=sum_no, month=month)
        found = {one.serial: one for one in stored}
        mine = self._declarations.values()
        found |= {one.serial: one for one in mine if (one.sum_no == sum_no if sum_no else one.month == month)}
        return [found[serial] for serial in sorted(found)]

    async def placed_of(self, declaration: int, after: tuple[int, int], limit: int) -> list[Placed]:
        """Where the lines of a declaration came from, behind (list, gnum), in order."""
        mine = sorted(
            (one for one in self.placed if one.declaration == declaration and (one.list, one.gnum) > after),
            key=lambda one: (one.list, one.gnum),
        )
        return mine[:limit] or await self.group.placed(self.sandbox.box, declaration, after, limit)

    async def summary(self, number: str) -> Held | None:
        """The application (first part) of a sumNo."""
        wanted = Needs(serials={int(number[-9:])})
        await self.know(wanted)  # type: ignore[attr-defined] # of the turn
        held = self.facts.by_serial.get(int(number[-9:]))
        return held if held is not None and held.kind == SUMMARY else None

    async def flush_months(self) -> None:
        """Write what was gathered of months."""
        box = self.sandbox.box
        if self._marks:
            await self.group.mark(box, self._marks)
        if self._declarations:
            await self.group.put_declarations(box, list(self._declarations.values()))
        if self.placed:
            await self.group.put_placed(box, self.placed)
        for month, at, data in self.judged:
            await self.group.put_judged(box, month, at, data)
        if self.summing is not None:
            self.sandbox.summing = self.summing


def _listed(held: Held) -> Listed:
    return Listed(held.serial, held.invt_no, held.state, held.closed_ms, held.sum_ref, held.sum_no, held.returned)
