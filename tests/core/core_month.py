"""Lists closed in January 2026 and their summary, judged at any time."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from core_desk import STANDARD, Desk, changed, final
from core_shipment import TRIP, Shipment

from swsim.fixtures.chain import BEIJING
from swsim.fixtures.later import Fate, Sold, summaries
from swsim.simulator.core.model import Decision
from swsim.simulator.profile import Profile

LATE = datetime(2026, 2, 25, tzinfo=BEIJING)
"""The first instant that is too late for lists of January 2026: the day after 24 February."""
IN_TIME = datetime(2026, 2, 8, 10, tzinfo=BEIJING)


class Month:
    """Lists closed in January 2026, and their summary."""

    def __init__(self, profile: Profile = STANDARD, count: int = 2) -> None:
        self.shipment = Shipment(count, profile)
        made = self.shipment
        made.report(*made.master, *made.arrival, *made.departure)
        assert set(made.states()) == {899}
        self.desk: Desk = made.desk
        sold = [Sold(one.chain, Fate.LEAVES, one.given) for one in made.sold]
        (self.summary,) = summaries(TRIP, sold)

    def changed(self, index: int = 0, **held: Any) -> "Month":
        """What customs keeps of a list is another."""
        listed = self.desk.held(self.shipment.listed(index))
        assert listed is not None
        self.desk.kept[listed.serial] = replace(listed, **held)
        return self

    def judge(self, summary: Any = None, at: datetime = IN_TIME) -> Decision:
        """What customs decides on the summary, judged exactly at a time."""
        summary = summary or self.summary
        self.desk.profile = replace(self.desk.profile, sent_after=NONE, customs_after=NONE)
        self.desk.wait((at - self.desk.now).total_seconds())
        document = changed(summary, app_time=f"{at:%Y%m%d%H%M%S}")
        decisions = self.desk.send(document)
        assert decisions[0].state is not None, decisions[0].faults
        return final(decisions + self.desk.wait(0), document)


NONE = replace(STANDARD.sent_after, least=0, most=0)


def named(month: Month, *numbers: str) -> Any:
    """The summary of other lists."""
    line = month.summary.lines[0]
    return month.summary.replaced(lines=tuple(line.replaced(invt_no=one) for one in numbers))


def ranged(month: Month, start: str, end: str, **head: Any) -> Any:
    """The summary of what was closed in a range."""
    return changed(month.summary, start_time=start, end_time=end, **head).replaced(lines=())
