"""The deadlines that a message may touch, one row a deadline: instants from which on something is judged otherwise."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from swsim.simulator.clock import BEIJING, from_ms, read_compact
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core.checks_common import SKEW
from swsim.simulator.core.keys import split
from swsim.simulator.core.model import Held
from swsim.simulator.profile import RECEIPTS_NOT_REQUIRED_FROM
from swsim.simulator.reading import Message
from swsim.simulator.registry import Registry
from swsim.simulator.signature.certificates import read_certificate

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
LISTS = ("603", "605", "607", "701", "213")


@dataclass(frozen=True, slots=True)
class Subject:
    """A message, who is registered, what customs keeps of the documents it names, the calendar."""

    message: Message
    registry: Registry
    kept: list[Held]
    codes: Codes

    @property
    def app_time(self) -> datetime | None:
        """When the enterprise says it reported the first document."""
        return read_compact(self.message.papers[0].app_time)


@dataclass(frozen=True, slots=True)
class Deadline:
    """`instants` are those from which on the other answer holds. `moves`: the message is reported at that time too
    (its appTime goes along); else it stays as it was written and only customs' clock moves.
    """

    rule: str
    kinds: tuple[str, ...]
    instants: Callable[[Subject], Iterable[datetime]]
    zh: str
    en: str
    moves: bool = True


def regime(_: Subject) -> Iterable[datetime]:
    return (RECEIPTS_NOT_REQUIRED_FROM,)


def ahead(subject: Subject) -> Iterable[datetime]:
    """The first moment at which appTime does not lie too far ahead."""
    at = subject.app_time
    return (at - SKEW,) if at is not None else ()


def summary_due(subject: Subject) -> Iterable[datetime]:
    """The day after the due day of last month's lists begins."""
    at = subject.app_time
    if at is None:
        return ()
    last = at.replace(day=1) - DAY
    return (_midnight(subject.codes.days.summary_due(last.year, last.month).day + DAY),)


def month_edge(subject: Subject) -> Iterable[datetime]:
    at = subject.app_time
    return (_midnight((at.replace(day=28) + 4 * DAY).replace(day=1).date()),) if at is not None else ()


def return_year(subject: Subject) -> Iterable[datetime]:
    """The day after a year from release, for each list that goods come back from."""
    for held in subject.kept:
        if held.kind == "603" and held.released_ms:
            released = from_ms(held.released_ms).astimezone(BEIJING).date()
            yield _midnight(_years_on(released) + DAY)


def waybill_again(subject: Subject) -> Iterable[datetime]:
    """Six calendar months after a waybill number was used."""
    numbers = {split(paper.key)[0] for paper in subject.message.papers}
    for held in subject.kept:
        used = read_compact(held.app_time)
        if held.kind == "505" and split(held.key)[0] in numbers and used is not None:
            yield _months_on(used, 6)


def authorised(subject: Subject) -> Iterable[datetime]:
    """Where an authorisation of a consignor the message names begins, and the day after it ends."""
    firms = {code for paper in subject.message.papers for code in paper.firms}
    for code in sorted(firms & subject.registry.enterprises.keys()):
        for one in subject.registry.enterprises[code].authorises:
            if isinstance(one, dict) and one.get("code") in firms:
                if begin := _day(one.get("from")):
                    yield _midnight(begin)
                if end := _day(one.get("to")):
                    yield _midnight(end + DAY)


def certified(subject: Subject) -> Iterable[datetime]:
    """Where the certificate in the message begins to hold, and where it has ended."""
    signature = subject.message.signature
    if signature is None or not signature.certificate:
        return ()
    try:
        certificate = read_certificate(signature.certificate)
    except ValueError:
        return ()
    return (certificate.not_before.astimezone(BEIJING), certificate.not_after.astimezone(BEIJING) + SECOND)


DEADLINES = (
    Deadline("PAY-02", ("603",), regime, "2024年12月15日起不再要求收款单", "payment receipts are required no more"),
    Deadline("MSG-04", (), ahead, "报送时间不得晚于海关时间", "appTime does not lie ahead", moves=False),
    Deadline("MSG-14", (), certified, "证书有效期", "validity of the certificate", moves=False),
    Deadline("ENT-12", LISTS, authorised, "代理委托有效期", "validity of the authorisation"),
    Deadline("LOG-01", ("505",), waybill_again, "运单编号6个月内不重复", "a waybill number again after six months"),
    Deadline("RET-01", ("213",), return_year, "出口放行之日起1年内退运", "goods return within a year of release"),
    Deadline("SUM-01", ("701",), summary_due, "每月15日前汇总申报（遇休息日顺延）", "last month's summary is due"),
    Deadline("SUM-04", ("701",), month_edge, "汇总上月结关的清单", "another month's lists are summarised"),
)


def touched(subject: Subject) -> list[tuple[Deadline, datetime]]:
    """The deadlines of a message, in the order of the table."""
    found = []
    for one in DEADLINES:
        if not one.kinds or subject.message.kind in one.kinds:
            found += [(one, at) for at in dict.fromkeys(one.instants(subject))]
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING)


def _years_on(day: date) -> date:
    """A year later; of 29 February the 28th."""
    return day.replace(year=day.year + 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)


def _months_on(at: datetime, months: int) -> datetime:
    """Calendar months later, at the latest the last day of that month."""
    place = at.month - 1 + months
    first = at.replace(year=at.year + place // 12, month=place % 12 + 1, day=1)
    last = (first.replace(day=28) + 4 * DAY).replace(day=1) - DAY
    return first.replace(day=min(at.day, last.day))


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
