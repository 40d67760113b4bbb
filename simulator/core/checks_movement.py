"""Predicates on documents that move lists (rules.md §8): arrival, departure, master list, cancellation."""

from collections.abc import Iterable
from decimal import Decimal

import orjson

from swsim.simulator.clock import compact, from_ms, read_compact, shifted, to_ms
from swsim.simulator.core.checks_common import NONE, Fault
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.incoming import Submission
from swsim.simulator.core.keys import IDENTITY, external
from swsim.simulator.core.model import Held, State
from swsim.simulator.core.movement import OF_THE_HEAD, OF_THE_LINE, Dossier, Named, is_complete, list_of, masters_beside

ARRIVED = frozenset({State.UNDER_INSPECTION, State.RELEASED, State.CLOSED})
CANCELLABLE = frozenset({State.APPROVED, State.RELEASED})
PENDING = frozenset({State.DECLARING, State.SENT})
XML = {"traf_name": "trafName", "voyage_no": "voyageNo", "bill_no": "billNo", "total_package_no": "totalPackageNo"}


def _stands(held: Held | None) -> str:
    return f"list {external(held.key)} in state {held.state}" if held else "no list"


def _says(held: Held, name: str) -> str:
    """A value that a list's returns repeat."""
    said: str = orjson.loads(held.identity)[IDENTITY["603"].index(name)]
    return said


def parts_are_missing(item: Dossier, _: Facts) -> Iterable[Fault]:
    """ARR-01, asked when the time is up."""
    if is_complete(item):
        return NONE
    came = sorted({part.document.head.msg_seq_no for part in item.parts})
    where = f"{type(item.head).__name__}/msgCount"
    return ((where, f"messages 1 to {item.head.msg_count}", f"only {', '.join(map(str, came))}"),)


def parts_differ(item: Dossier, _: Facts) -> Iterable[Fault]:
    """ARR-01: the heads of a split document are the same but for guid, appTime and msgSeqNo."""
    own = {"guid", "app_type", "app_time", "pre_no", "msg_seq_no"}
    for part in item.parts:
        for field in type(item.head).fields:
            theirs = part.document.head.raw(field.name)
            if field.name not in own and theirs != item.head.raw(field.name):
                where = f"{type(item.head).__name__}/{field.xml}"
                yield where, f"{theirs} as in message {part.document.head.msg_seq_no}", item.head.raw(field.name) or ""


def arrived_list_is_not_approved(item: Dossier, _: Facts) -> Iterable[Fault]:
    return [
        (one.path, f"a waybill whose list is approved (399): {one.number}", _stands(one.held))
        for one in item.lists
        if one.held is None or (one.held.state != State.APPROVED and one.held.state not in ARRIVED)
    ]


def arrived_list_is_of_another_customs(item: Dossier, _: Facts) -> Iterable[Fault]:
    return [
        (one.path, f"a list declared at customs {item.head.customs_code}", f"customs {one.held.customs_code}")
        for one in item.lists
        if one.held is not None and one.held.customs_code != item.head.customs_code
    ]


def nothing_arrives(item: Dossier, _: Facts) -> Iterable[Fault]:
    """An empty body stands for every list under the bill of lading."""
    if item.lists:
        return NONE
    return (("ArrivalHead/billNo", "a bill of lading with approved lists", item.head.bill_no or "no billNo"),)


def list_arrived_before(item: Dossier, _: Facts) -> Iterable[Fault]:
    return [
        (one.path, f"goods that have not arrived yet: {one.number}", _stands(one.held))
        for one in item.lists
        if one.held is not None and one.held.state in ARRIVED
    ]


def departing_list_is_not_released(item: Dossier, _: Facts) -> Iterable[Fault]:
    return [
        (one.path, f"a waybill whose list is released (800): {one.number}", _stands(one.held))
        for one in item.lists
        if one.held is None or one.held.state != State.RELEASED
    ]


def goods_leave_before_they_are_released(item: Dossier, _: Facts) -> Iterable[Fault]:
    """DEP-01: leaveTime lies behind the release of each list (800), which its arrival brought about.

    leaveTime moves with appTime where the times of the message were moved (architecture, decision 7).
    """
    left, written = read_compact(item.head.leave_time), read_compact(item.head.app_time)
    judged = read_compact(item.held.app_time)
    if left is None or written is None or judged is None:
        return
    left = shifted(left, judged - written)
    for one in item.lists:
        if one.held is not None and one.held.released_ms and to_ms(left) < one.held.released_ms // 1000 * 1000:
            released = compact(from_ms(one.held.released_ms))
            yield "DepartureHead/leaveTime", f"not before {released}, the release of {one.number}", compact(left)


def departing_list_has_another_bill(item: Dossier, _: Facts) -> Iterable[Fault]:
    return [
        (one.path, f"a list of bill {item.head.bill_no}", f"bill {one.held.bill_ref}")
        for one in item.lists
        if one.held is not None and one.held.bill_ref and item.head.bill_no not in {None, "", one.held.bill_ref}
    ]


def master_names_no_live_list(item: Dossier, _: Facts) -> Iterable[Fault]:
    return [
        (one.path, f"a waybill of a live list: {one.number}", _stands(one.held))
        for one in _new(item)
        if one.held is None or one.held.state <= State.REJECTED or one.held.state == State.CLOSED
    ]


def master_does_not_fit_the_list(item: Dossier, _: Facts) -> Iterable[Fault]:
    for one in _new(item):
        if one.held is None:
            continue
        head = one.held.document.head
        for name, xml in (("agent_code", "agentCode"), ("customs_code", "customsCode"), ("traf_mode", "trafMode")):
            if getattr(head, name) != getattr(item.head, name):
                yield (
                    f"WayBillHead/{xml}",
                    f"{getattr(head, name)} as in list {external(one.held.key)}",
                    getattr(item.head, name),
                )


def master_has_another_value(item: Dossier, _: Facts) -> Iterable[Fault]:
    """What a list filled in itself, or another master list before, must be the same (WB-01, WB-03)."""
    for one in _new(item):
        if one.held is None:
            continue
        ours = one.held.document.head
        values = {name: getattr(item.head, name) for name in OF_THE_HEAD} | {OF_THE_LINE: one.line.total_package_no}
        for name, value in values.items():
            if value and getattr(ours, name) not in {None, "", value}:
                yield one.path, f"{XML[name]} {getattr(ours, name)} as in list {external(one.held.key)}", value


def waybill_is_in_another_master(item: Dossier, facts: Facts) -> Iterable[Fault]:
    """WB-03: one master list a waybill. Another bill of lading is another fault (WB-01); a list that was declared
    after a master list, because the one before it was cancelled, is not in it.
    """
    others = {
        (line.logistics_no, other.document.head.logistics_code): other
        for other in masters_beside(item.held, facts)
        for line in other.document.lines
        if not line.invt_no
    }
    for one in _new(item):
        other = others.get((one.number, item.head.logistics_code))
        if other is not None and one.held is not None and one.held.number < other.number:
            yield one.path, "a waybill that is in no other master list", f"{one.number}, in {external(other.key)}"


def master_weight_is_not_the_sum(item: Dossier, _: Facts) -> Iterable[Fault]:
    """WB-02, of a master list in one message: the weight in the head is that of all."""
    named = [one.held for one in _new(item) if one.held is not None]
    total = sum((held.document.head.gross_weight for held in named), Decimal(0))
    if item.head.msg_count != 1 or not named or total == item.head.gross_weight:
        return NONE
    return (("WayBillHead/grossWeight", f"sum of the lists = {total}", item.head.raw("gross_weight")),)


def returned_list_is_not_closed(item: Dossier, _: Facts) -> Iterable[Fault]:
    return [
        (one.path.replace("logisticsNo", "invtNo"), "a closed list (899), its goods come back", _stands(one.held))
        for one in item.lists
        if one.line.invt_no and (one.held is None or one.held.state != State.CLOSED)
    ]


def _new(item: Dossier) -> list[Named]:
    """The rows of goods on their way out."""
    return [one for one in item.lists if not one.line.invt_no]


def cancelled_list_is_unknown(item: Submission, facts: Facts) -> Iterable[Fault]:
    if list_of(item.list_ref, facts) is not None:
        return NONE
    return (("invtNo", "the number of a list", item.list_ref or ""),)


def cancelled_list_is_another_firms(item: Submission, facts: Facts) -> Iterable[Fault]:
    """CAN-03."""
    listed = list_of(item.list_ref, facts)
    if listed is None:
        return
    head = item.head
    for name, xml, theirs in (
        ("ebc_code", "ebcCode", _says(listed, "ebc_code")),
        ("agent_code", "agentCode", _says(listed, "agent_code")),
        ("customs_code", "customsCode", listed.customs_code),
    ):
        if getattr(head, name) != theirs:
            yield xml, f"{theirs} as in the list", getattr(head, name)


def cancelled_list_is_in_another_state(item: Submission, facts: Facts) -> Iterable[Fault]:
    listed = list_of(item.list_ref, facts)
    if listed is None or listed.state in CANCELLABLE:
        return NONE
    return (("invtNo", "a list that is approved or released and has not left (399, 800)", _stands(listed)),)


def list_is_being_cancelled(item: Submission, facts: Facts) -> Iterable[Fault]:
    return [
        ("invtNo", "one cancellation of a list at a time", f"{external(other.key)} in state {other.state}")
        for other in facts.found("list_ref", "605", item.list_ref)
        if other.state in PENDING and other.key != item.key
    ]


def list_has_left_meanwhile(item: Dossier, _: Facts) -> Iterable[Fault]:
    return [
        (one.path, "a list that is approved or released and has not left (399, 800)", _stands(one.held))
        for one in item.lists
        if one.held is None or one.held.state not in CANCELLABLE
    ]
