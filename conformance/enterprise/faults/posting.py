"""Faults of how a message is put together: form, numbers, clock, envelope; and of who cannot open one."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from swsim.conformance.enterprise.books import head_of
from swsim.conformance.enterprise.clerk import Mail
from swsim.conformance.enterprise.faults.model import Fault
from swsim.conformance.enterprise.receiver import Receiver
from swsim.conformance.enterprise.sender import Sender
from swsim.simulator.messages.codec import Refused, read_message
from swsim.simulator.messages.transfer import Upload

SUNDAY = 6
ONE_GUID = "0F0E0D0C-0B0A-4908-8706-050403020100"


def spoils(kind: str, pattern: bytes, by: bytes) -> type[Sender]:
    """A sender that writes one place of the messages of a kind otherwise."""

    class Spoils(Sender):
        async def _signed(self, of: str, body: bytes) -> bytes:
            return await super()._signed(of, re.sub(pattern, by, body, count=1) if of == kind else body)

    return Spoils


def stamps(kind: str, time: Callable[[datetime], str]) -> type[Sender]:
    """A sender whose clock writes the time of report of a kind in its own way."""

    class Stamps(Sender):
        def compose(self, batch: Sequence[Mail], guid: str) -> Upload[Any]:
            message: Any = super().compose(batch, guid)
            if batch[0].copy.kind != kind:
                return message  # type: ignore[no-any-return]
            return message.replaced(documents=tuple(map(self._stamped, message.documents)))  # type: ignore[no-any-return]

        def _stamped(self, document: Any) -> Any:
            head = head_of(document).replaced(app_time=time(self._clerk.clock.now()))
            return head if head_of(document) is document else document.replaced(head=head)

    return Stamps


def twelve_hours(now: datetime) -> str:
    """A clock that begins anew at noon (hh for HH)."""
    return f"{now:%Y%m%d%I%M%S}"


def week_year(now: datetime) -> str:
    """The year of the week (YYYY for yyyy): that of its Saturday, where weeks begin on Sunday."""
    saturday = now + timedelta(days=5 - now.weekday() if now.weekday() < SUNDAY else 6)
    return f"{saturday.year}{now:%m%d%H%M%S}"


class OneGuidForAll(Sender):
    """Makes a guid when it starts, and sends every message under it."""

    def compose(self, batch: Sequence[Mail], guid: str) -> Upload[Any]:  # noqa: ARG002 - that is the fault
        return super().compose(batch, ONE_GUID)


def covers(pattern: bytes, by: Callable[[re.Match[bytes]], bytes]) -> type[Sender]:
    """A sender that writes one place of its envelopes otherwise."""

    class Covers(Sender):
        def covered(self, kind: str, guid: str, body: bytes) -> bytes:
            return re.sub(pattern, by, super().covered(kind, guid, body), count=1)

    return Covers


class WantsDataOnOneLine(Receiver):
    """Takes what stands in Data by a pattern that ends at the line."""

    def act_on(self, data: bytes) -> list[Mail]:
        if b"Data>" in data and not re.search(rb"<[a-z:]*Data>.+</", data):
            return []
        return super().act_on(data)


class DiesOfUnknownTypes(Receiver):
    """Looks its reader up by the type of the message, and falls over where there is none."""

    def act_on(self, data: bytes) -> list[Mail]:
        try:
            read_message(data)
        except Refused as error:
            if b"CEB999Message" in data:
                raise TimeoutError(str(error)) from error
        return super().act_on(data)


def _fault(name: str, case: str, requirement: str, sender: type[Sender], says: str) -> Fault:
    return Fault(name, case, requirement, sender=sender, says=says)


FAULTS = (
    _fault(
        "time-of-twelve-digits",
        "messages-are-valid",
        "SND-03",
        spoils("303", rb"(<ceb:appTime>\d{12})\d\d", rb"\1"),
        "Writes times of report without seconds.",
    ),
    _fault(
        "builds-xml-from-strings",
        "messages-are-valid",
        "SND-03",
        spoils("303", rb"<ceb:itemName>", rb"<ceb:itemName>TEST bag & belt "),
        "Puts names into its messages without escaping them.",
    ),
    _fault(
        "number-in-pack-no",
        "messages-are-valid",
        "SND-03",
        spoils("505", rb"<ceb:packNo>\d+", rb"<ceb:packNo>" + ONE_GUID.encode()),
        "Writes the number of its message where the packages are counted.",
    ),
    _fault(
        "one-guid-for-all", "guids-are-used-once", "SND-04", OneGuidForAll, "Sends every chunk under one message guid."
    ),
    _fault(
        "clock-of-twelve-hours",
        "stamped-after-noon",
        "SND-05",
        stamps("303", twelve_hours),
        "Stamps by a clock of twelve hours.",
    ),
    _fault(
        "year-of-the-week", "stamped-around-new-year", "SND-05", stamps("303", week_year), "Stamps the week's year."
    ),
    _fault(
        "envelope-number-no-uuid",
        "envelopes-are-plain",
        "SND-31",
        covers(rb"(CopMsgId>)[^<]*", lambda found: found[1] + b"MSG-1"),
        "Numbers its envelopes in its own way.",
    ),
    _fault(
        "envelope-time-with-zone",
        "envelopes-are-plain",
        "SND-31",
        covers(rb"(CreatTime>)([^<]*)", lambda found: found[1] + found[2] + b".000+08:00"),
        "Writes the time of its envelopes with milliseconds and zone.",
    ),
    _fault(
        "envelope-data-wrapped",
        "envelopes-are-plain",
        "SND-31",
        covers(rb"(Data>)([^<]{76})", lambda found: found[1] + found[2] + b"\n"),
        "Wraps the Base64 of its envelopes over lines.",
    ),
    Fault("wants-data-on-one-line", "wrapped-envelope", "RCV-16", receiver=WantsDataOnOneLine),
    Fault("dies-of-unknown-types", "unknown-type", "RCV-13", receiver=DiesOfUnknownTypes),
)
