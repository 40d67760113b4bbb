"""Predicates on code tables (rules.md §6 ORD-14, §7 INV-08, INV-10, §10 STA-04, STA-05).

A code that a complete table does not have is wrong; where the table is not complete one can only say that the code is
not known here. All codes of a document are asked at once (`strange_codes`); the predicates sort what came out.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import itemgetter
from typing import Any

from swsim.simulator.clock import read_compact
from swsim.simulator.codes.formats import GCODE
from swsim.simulator.codes.lookup import HEADING, LINE, SUBHEADING, Codes
from swsim.simulator.core.checks_common import NONE, Fault
from swsim.simulator.core.incoming import Reading, Strange
from swsim.simulator.messages.node import Node

RULE_OF = {
    "currency": "ORD-14",
    "country": "ORD-14",
    "unit": "ORD-14",
    "customs": "INV-10",
    "port": "INV-10",
    "transport_mode": "INV-10",
    "wrap_type": "INV-10",
}
"""The rule that speaks of a table. Of `trade_mode` INV-02 and RET-06 name the few allowed; `tariff` is asked below."""
SIMPLIFIED = {"9710": SUBHEADING, "9810": SUBHEADING}
"""Digits of a simplified commodity code (statisticsFlag A) that have a meaning, by trade mode; else four."""
REMEMBERED = 50_000
"""Answers kept a kind of node; then they are forgotten and asked again."""
Odd = tuple[Strange, ...]
"""Of a node: its codes that their tables do not have, the element alone in the place of the path."""


@lru_cache(maxsize=64)
def _coded(node: type[Node]) -> Any:
    """Takes the codes out of a node, as a tuple; None where it has none or one that is asked otherwise."""
    places = [node.places[f.name] for f in node.fields if f.codes in RULE_OF]
    return itemgetter(*places, places[0]) if places else None  # a tuple, be it of one code


def strange_codes(kind: str, document: Any, codes: Codes) -> list[Strange]:
    """Every code of a document that its table does not have, in the order of its elements."""
    parts = type(document).parts
    if not parts:
        return list(_odd(document, codes))
    head, lines = document
    found = [odd._replace(path=f"{parts[0].xml}/{odd.path}") for odd in _odd(head, codes)]
    if (take := _coded(parts[1].of)) is None:
        return found
    known, commodity = codes.answers.setdefault(parts[1].of, {}), _commodity(kind, head)
    for i, line in enumerate(lines, 1):
        if known.get(take(line)) != ():
            found += [odd._replace(path=f"{parts[1].xml}[{i}]/{odd.path}") for odd in _odd(line, codes)]
        if commodity and (expected := _absent(line.gcode, commodity, codes)):
            complete = codes.tariff.table.complete
            found.append(Strange(commodity[0], f"{parts[1].xml}[{i}]/gcode", expected, line.gcode, complete))
    return found


def _odd(node: Node, codes: Codes) -> Odd:
    cls = type(node)
    if (take := _coded(cls)) is None:
        return ()
    known = codes.answers.setdefault(cls, {})
    values = take(node)
    if (odd := known.get(values)) is None:
        fields = [f for f in cls.fields if f.codes in RULE_OF]
        asked = [(f, code, *codes.asked(f.codes, code)) for f, code in zip(fields, values, strict=False)]
        odd = tuple(Strange(RULE_OF[f.codes], f.xml, told, code, whole) for f, code, whole, told in asked if told)
        _remember(known, values, odd)
    found: Odd = odd
    return found


def _remember(known: dict[Any, Any], asked: Any, answer: Any) -> None:
    if len(known) >= REMEMBERED:
        known.clear()
    known[asked] = answer


def _commodity(kind: str, head: Any) -> tuple[str, int, str] | None:
    """What is asked of the commodity codes of a document: the rule, how many digits count, on which day."""
    if kind == "603":
        if head.statistics_flag == "A":
            return "STA-04", SIMPLIFIED.get(head.trade_mode, HEADING), head.app_time
        return "STA-05", LINE, head.app_time
    # Of a return only the heading is asked: the list may have been a simplified one.
    return ("INV-08", HEADING, head.app_time) if kind == "213" else None


def _absent(code: str, commodity: tuple[str, int, str], codes: Codes) -> str | None:
    _, digits, app_time = commodity
    known = codes.answers.setdefault("gcode", {})
    asked = (code, digits, app_time[:8])
    if asked not in known:
        at = read_compact(app_time)
        well_formed = GCODE.fits(code)  # else that is the fault (ID-07)
        _remember(known, asked, codes.absent_commodity(code, digits, at and at.date()) if well_formed else None)
    absent: str | None = known[asked]
    return absent


def _said(item: Reading, rule: str, *, complete: bool) -> Iterable[Fault]:
    if not item.strange:
        return NONE
    return [(s.path, s.expected, s.code) for s in item.strange if s.rule == rule and s.complete is complete]


def _told_of(rule: str, *, complete: bool) -> Callable[[Reading], Iterable[Fault]]:
    """The predicate of a rule that a complete table breaks, or of one that only says what is not known here."""

    def predicate(item: Reading) -> Iterable[Fault]:
        return _said(item, rule, complete=complete)

    return predicate


code_is_wrong, code_is_unknown = _told_of("ORD-14", complete=True), _told_of("ORD-14", complete=False)
customs_or_transport_code_is_wrong = _told_of("INV-10", complete=True)
customs_or_transport_code_is_unknown = _told_of("INV-10", complete=False)
simplified_commodity_is_wrong = _told_of("STA-04", complete=True)
simplified_commodity_is_unknown = _told_of("STA-04", complete=False)
commodity_is_wrong, commodity_is_unknown = _told_of("STA-05", complete=True), _told_of("STA-05", complete=False)
refunded_commodity_is_wrong = _told_of("INV-08", complete=True)
refunded_commodity_is_unknown = _told_of("INV-08", complete=False)


def commodity_code_is_malformed(item: Reading) -> Iterable[Fault]:
    """ID-07: ten digits, a simplified one too (X3)."""
    name = type(item.document).parts[1].xml
    return [
        (f"{name}[{i}]/gcode", GCODE.expected, line.gcode)
        for i, line in enumerate(item.document.lines, 1)
        if not (line.gcode.isdigit() and line.gcode.isascii() and len(line.gcode) == LINE)
    ]


def statutory_unit_is_another(item: Reading) -> Iterable[Fault]:
    """INV-08: unit1 and unit2 are those that the tariff gives the commodity, where it gives any."""
    return _other_units(item) if item.codes.tariff.gives_units else NONE


def refunded_unit_is_another(item: Reading) -> Iterable[Fault]:
    return _other_units(item) if item.codes.tariff.gives_units else NONE


def _other_units(item: Reading) -> Iterable[Fault]:
    tariff = item.codes.tariff
    if item.kind == "603" and item.head.statistics_flag == "A":
        return
    name = type(item.document).parts[1].xml
    for i, line in enumerate(item.document.lines, 1):
        given = row.more if (row := tariff.row(line.gcode)) else {}
        if not given.get("unit1"):
            continue
        for xml, unit in (("unit1", line.unit1), ("unit2", line.unit2 or "")):
            if unit != given.get(xml, ""):
                yield f"{name}[{i}]/{xml}", f"{given.get(xml) or 'no unit'}, as the tariff says of {line.gcode}", unit
