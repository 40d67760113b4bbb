"""What can be said of a document by itself: its keys, its prints, and what the rules of the document alone find.

Readers do this before customs has the message in hand (`swsim.simulator.reading`), several at once: it depends neither
on a sandbox nor on what was received before.
"""

from collections.abc import Iterable
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import orjson

from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core.checks_codes import strange_codes
from swsim.simulator.core.checks_common import FIELD_ROLES, faults_of_guid
from swsim.simulator.core.checks_matching import ORDER_TYPES
from swsim.simulator.core.incoming import Finding, Paper, Prints, Reading
from swsim.simulator.core.keys import IDENTITY, bill_ref, key_of, list_ref, order_ref, part_ref, taker, waybill_ref
from swsim.simulator.core.rules import ALONE, ALONE_BUT_CODES

FIRMS = {kind: taker(kind, [code for code, _, _ in roles]) for kind, roles in FIELD_ROLES.items()}
"""Takes the codes of the enterprises a head names, by kind."""
NAMES = {kind: taker(kind, [name for _, name, _ in roles]) for kind, roles in FIELD_ROLES.items()}
"""Takes their names."""
IDENTITIES = {kind: taker(kind, names) for kind, names in IDENTITY.items()}
"""Takes what the returns of a document repeat."""
BODIED = frozenset({"303", "603", "213"})
"""Kinds that have at least one line by the schema."""
ORDER_NAMES = ("ebp_name", "ebc_name")
LINE_NUMBERS = ("qty", "price", "total_price")


def reading_of(kind: str, document: Any, message_guid: str, version: str, codes: Codes, written: Any = None) -> Reading:
    """What the rules of the document alone look at."""
    head = getattr(document, "head", document)
    content, strange = orjson.dumps(document, default=tuple), strange_codes(kind, document, codes)
    key, firms = key_of(kind, head), _filled(FIRMS[kind](head))
    hollow, odd_guids = b'""' in content, bool(faults_of_guid(head.guid) or faults_of_guid(message_guid))
    return Reading(
        kind, document, head, content, key, message_guid, version, codes, strange, firms, hollow, odd_guids, written
    )


def found_alone(reading: Reading) -> list[Finding]:
    """What the rules of the document alone find, in the order of the table."""
    if reading.kind in BODIED and not reading.document.lines:  # the e-port counts: MSG-08 speaks first
        return []
    checks = (ALONE if reading.strange else ALONE_BUT_CODES)[reading.kind]
    return [Finding(rule.row, *fault) for check, rule in checks for fault in check(reading)]


def paper_of(kind: str, document: Any, message_guid: str, version: str, codes: Codes, written: Any = None) -> Paper:
    """The paper of a decoded document."""
    reading = reading_of(kind, document, message_guid, version, codes, written)
    head = reading.head
    return Paper(
        kind,
        head.guid,
        head.app_type,
        head.app_time,
        head.app_status,
        getattr(head, "customs_code", ""),
        reading.firms,
        _filled(NAMES[kind](head)),
        reading.content,
        orjson.dumps(IDENTITIES[kind](head)),
        reading.key,
        order_ref(kind, head),
        waybill_ref(kind, head),
        list_ref(kind, head),
        part_ref(kind, head),
        bill_ref(kind, head),
        prints_of(kind, document),
        found_alone(reading),
    )


def _filled(values: tuple[str | None, ...]) -> tuple[str, ...]:
    return tuple([value or "" for value in values]) if None in values else values  # type: ignore[return-value]


def prints_of(kind: str, document: Any) -> Prints:
    """The prints of a document: over all that MAT-01 to MAT-07, ORD-04, PAY-11 and LOG-05 compare.

    Numbers count by value: their text without zeros that say nothing. Two texts that stand for one number in another
    way (``+1``) only cost the closer look.
    """
    if kind == "303":
        head = document.head
        return Prints(
            order=_of_order(head, head.order_type, document.lines, head.goods_value),
            receipt=_print([*_names(head), head.currency, _plain(f"{head.goods_value + head.freight:f}")]),
        )
    if kind == "403":
        return Prints(receipt=_print([*_names(document), document.currency, _plain(document.raw("charge"))]))
    if kind == "505":
        return Prints(waybill=_of_waybill(document, document.currency, document.currency))
    if kind != "603":
        return Prints()
    total = sum((line.total_price for line in document.lines), Decimal(0))
    head = document.head
    return Prints(
        order=_of_order(head, ORDER_TYPES.get(head.trade_mode), document.lines, total),
        waybill=_of_waybill(head, head.f_currency, head.i_currency),
    )


def _of_order(head: Any, order_type: str | None, lines: Iterable[Any], total: Decimal) -> bytes:
    said: list[Any] = [*_names(head), order_type, _plain(f"{total:f}")]
    for line in lines:
        numbers = [_plain(line.raw(name)) for name in LINE_NUMBERS]
        said += [line.gnum, line.item_no, line.currency, *numbers]
    return _print(said)


def _of_waybill(head: Any, freight_in: str, insured_in: str) -> bytes:
    fees = [_plain(head.raw("freight")), freight_in, _plain(head.raw("insured_fee")), insured_in]
    return _print([head.logistics_name, head.ebc_code, _plain(head.raw("gross_weight")), head.pack_no, *fees])


def _names(head: Any) -> list[str | None]:
    return [getattr(head, name) for name in ORDER_NAMES]


def _plain(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


def _print(said: list[Any]) -> bytes:
    return blake2b(orjson.dumps(said), digest_size=16).digest()
