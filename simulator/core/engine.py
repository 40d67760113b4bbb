"""Customs decides: `decide` judges documents on arrival, `due` takes their next step (`questions` asks beforehand).

The order of checks is that of rules.md §14, so that one fault gives one stable answer: sender and codes (3), the
signature of the message (4), the same key twice (5), key and state (6), fields and arithmetic (7); later, at customs,
what had to be there and the match (8). What the document alone shows at step 7 its paper brings along; the order of
answers stays. Documents of one message are judged alone, but see what was decided on the ones before them.
"""

from collections.abc import Iterable, Sequence

from swsim.simulator.clock import compact, from_ms, read_compact
from swsim.simulator.codes.status import KIND_CODES, SYSTEM_CODES, ReturnStatus
from swsim.simulator.core.checks_common import enrol
from swsim.simulator.core.checks_matching import Match, lacks, match_of
from swsim.simulator.core.checks_reused import waybill_number_rests
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.faults import DECIDES, FaultPlan
from swsim.simulator.core.incoming import Finding, Submission
from swsim.simulator.core.judging import Judged, judge
from swsim.simulator.core.keys import external
from swsim.simulator.core.machines import INPUT_OF, MACHINES, Input, step
from swsim.simulator.core.model import Decision, Event, Held, Stage, State
from swsim.simulator.core.movement import (
    MOVING,
    PARTED,
    Dossier,
    come_back,
    dossier_of,
    is_complete,
    moves,
)
from swsim.simulator.core.numbers import pre_no, sum_no
from swsim.simulator.core.onward import steps_of
from swsim.simulator.core.refusing import bound_by, no_arc, refuse, refuse_key
from swsim.simulator.core.request import SUMMARY, Request, request_of
from swsim.simulator.core.rules import AT_CUSTOMS, BY_ROW, CHECKS, Check, Step
from swsim.simulator.core.schedule import next_of
from swsim.simulator.core.taking import KEPT, MATCHING, is_kept, keep, take

TEXT_OF = {Input.CHANGE: "2-change", Input.REDRAFT: "1", Input.DRAFT: "1", Input.DELETE: "2-delete", Input.DECLARE: "2"}
OF_THE_MESSAGE = frozenset({"MSG-01", "MSG-02", "MSG-04", "X1"})
"""Rules of step 7 that speak of the message, not of what it declares."""
SUCCESS = {
    kind: next(ReturnStatus(int(arc.target)) for arc in arcs if arc.input is Input.STORE)
    for kind, arcs in MACHINES.items()
}
"""What customs answers to a document it takes, by kind."""
BURNT = -504012
"""The number of a waybill has had its use within six months (LOG-01)."""
OF_PARTS = {
    kind: tuple(pair for pair in CHECKS[kind, Step.CUSTOMS] if pair[1].id == "ARR-01") for kind in sorted(PARTED)
}
"""What is asked of a message whose others have not come: the rules about the messages of a split document."""


def decide(items: Sequence[Submission], facts: Facts) -> list[Decision]:
    """Judge the documents of one message on arrival; accepted ones are put into `facts`."""
    seen: set[str] = set()
    decisions: list[Decision] = []
    for item in items:
        decision = _enter(item, facts, repeated=item.key in seen)
        seen.add(item.key)
        decisions.append(decision)
    return decisions


def due(event: Event, facts: Facts) -> list[Decision]:
    """Take the next step of the documents of an event that still are what they were when it was planned."""
    decisions: list[Decision] = []
    for serial in event.serials:
        held = facts.by_serial.get(serial)
        if held is None or held.number != event.number:
            continue
        if held.kind in MOVING and event.stage is Stage.CUSTOMS and held.state == State.SENT and not is_kept(held):
            decisions += _sum_up(held, event, facts) if held.kind == SUMMARY else _act(held, event, facts)
        else:
            decisions += _advance(held, event, facts)
    return come_back(decisions, facts)


def _act(held: Held, event: Event, facts: Facts) -> list[Decision]:
    """Judge a document that moves lists, with its other messages once all are in, and let it move them."""
    dossier = dossier_of(held, facts)
    if not is_complete(dossier):
        return _incomplete(dossier, event, facts)
    decisions: list[Decision] = []
    for one in [dossier_of(part, facts) for part in dossier.parts if part.state == State.SENT and not is_kept(part)]:
        part = one.held
        fault = next(facts.faults.on(part, Stage.CUSTOMS, *DECIDES), None)
        decision = _forced(part, fault) if fault else _stored(part, one, CHECKS[part.kind, Step.CUSTOMS], facts)
        if decision is not None:
            decisions.append(decision)
            decisions += moves(one, event.at, facts) if not decision.faults else []
    return decisions


def _incomplete(dossier: Dossier | Request, event: Event, facts: Facts) -> list[Decision]:
    """ARR-01: a message waits for the others as long as the profile says, from when it was received; then it is 100."""
    held = dossier.held
    expiry = held.received_at + facts.profile.at(held.customs_code).parts_within.draw(0.0)
    if event.at < expiry:
        facts.postponed.append(Event(expiry, Stage.CUSTOMS, held.number, held.message_guid, [held.serial]))
        return []
    decision = _stored(held, dossier, OF_PARTS[held.kind], facts)
    return [] if decision is None else [decision]


def _sum_up(held: Held, event: Event, facts: Facts) -> list[Decision]:
    """Judge a summary application with all its messages at once: one sumNo, or one refusal, for all of them."""
    request = request_of(held, event.at, facts)
    waiting = [part for part in request.parts if part.state == State.SENT]
    if not request.complete:
        return _incomplete(request, event, facts)
    if any(map(is_kept, waiting)):
        return []
    fault = next((found for part in waiting for found in facts.faults.on(part, Stage.CUSTOMS, *DECIDES)), None)
    if fault is not None:
        return [one for part in waiting if (one := _forced(part, fault)) is not None]
    faults, remarks, rule = judge(request, CHECKS[SUMMARY, Step.CUSTOMS], facts)
    asked, status = (Input.STORE, _success(SUMMARY, facts)) if rule is None else (Input.REJECT, ReturnStatus.REJECTED)
    for part in waiting if rule is None else ():
        first = request.parts[0]
        part.sum_no = first.sum_no or sum_no(first.customs_code, event.at, first.serial)
    taken = [_with(take(part, Stage.CUSTOMS, asked, status), faults, remarks, "") for part in waiting]
    return [one for one in taken if one is not None]


def _enter(item: Submission, facts: Facts, *, repeated: bool) -> Decision:
    codes = KIND_CODES[item.kind]
    remarks: list[Finding] = []
    who = (item.kind, item.cop_code, item.dxp_id, item.customs_code, item.received_at.date(), item.firms, item.names)
    if who not in facts.cleared:
        faults, remarks, rule = judge(item, CHECKS[item.kind, Step.SENDER], facts)
        if rule is not None:
            return refuse(item, rule.code(item.kind, facts.profile.at(item.customs_code)), faults, remarks)
        if not remarks:
            facts.cleared.add(who)
    if item.number in facts.signed:
        faults, notes, rule = _signature(item, facts)
        remarks = [*remarks, *notes]
        if rule is not None:
            return refuse(item, rule.code(item.kind, facts.profile.at(item.customs_code)), faults, remarks)
    if facts.profile.limits == "eport":
        faults, _, rule = judge(item, CHECKS[item.kind, Step.KEYS], facts)
        if rule is not None:
            return refuse(item, rule.code(item.kind, facts.profile), faults, remarks)
    asked = INPUT_OF.get((item.app_type, item.app_status)) or INPUT_OF.get((item.app_type, "2"))
    if asked is None:
        return refuse_key(item, codes.no_operation, "X1", "1 (new), 2 (change) or 3 (delete)", item.app_type, remarks)
    held = facts.held(item.kind, item.key)
    app_time = item.judged_time
    if repeated:
        return refuse_key(item, codes.duplicate, "MSG-13", "a key once in a message", external(item.key), remarks)
    if held is not None and app_time < held.app_time and read_compact(app_time) and read_compact(held.app_time):
        return refuse_key(item, codes.old, "MSG-09", f"appTime not before {held.app_time}", app_time, remarks)
    rests = waybill_number_rests(item, held, facts) if held is not None else None
    if rests is not None and item.received_at < rests:
        found = f"{compact(item.received_at)}, {external(item.key)} has had its use"
        return refuse_key(
            item, BURNT, "LOG-01", f"a number not used for 6 months, until {compact(rests)}", found, remarks
        )
    bound = bool(asked in {Input.CHANGE, Input.DELETE} and item.kind != "603" and bound_by(item, facts))
    stands = held.state if held is not None and rests is None else State.ABSENT  # a number that has rested is free
    arc = step(item.kind, stands, asked, bound=bound)
    same = held is not None and held.guid == item.guid and held.app_time == app_time
    if same and (arc is not None or asked not in {Input.DECLARE, Input.DRAFT}):
        return refuse_key(item, codes.duplicate, "MSG-09", "a message not sent before", f"guid {item.guid}", remarks)
    if arc is None:
        return no_arc(item, asked, held, facts, remarks)
    if item.kind == "603" and asked in {Input.DECLARE, Input.CHANGE}:
        others = facts.live_lists(order=item.order_ref, but=held.serial if held else -1)
        if others:
            found = f"list {external(others[0].key)} in state {others[0].state}"
            return refuse_key(item, codes.duplicate, "ORD-05", "one live list an order", found, remarks)
    more, notes, rule = judge(item, CHECKS[item.kind, Step.FIELDS], facts, item.findings)
    if asked is Input.DELETE:  # what is deleted need not be right any more, only the message that says so
        more, notes = ([f for f in some if f.rule.split("/")[0] in OF_THE_MESSAGE] for some in (more, notes))
        rule = BY_ROW[more[0].rule] if more else None
    remarks += notes
    if rule is not None and asked not in {Input.DRAFT, Input.REDRAFT}:
        return refuse(item, rule.code(item.kind, facts.profile.at(item.customs_code)), more, remarks)
    remarks += more
    if (fault := next(facts.faults.on(item, Stage.RECEIVE, "system-error"), None)) is not None:
        code = fault.status or SYSTEM_CODES[item.kind]
        refused = refuse(item, code, [fault.found(code)], remarks)
        refused.info = fault.info
        return refused
    return _accept(item, asked, arc.target, held, app_time, facts, remarks)


def _signature(item: Submission, facts: Facts) -> Judged:
    """What MSG-14 finds. Documents of a message that name the same firms share it."""
    seen = (item.number, item.firms, item.customs_code, item.app_status, item.app_time[:8])
    if seen not in facts.signatures:
        faults, remarks, rule = judge(item, CHECKS[item.kind, Step.SIGNATURE], facts, kind=item.kind)
        facts.signatures[seen] = faults, remarks, rule.row if rule else None
    faults, remarks, row = facts.signatures[seen]
    return faults, remarks, BY_ROW[row] if row else None


def _accept(
    item: Submission,
    asked: Input,
    target: State,
    before: Held | None,
    app_time: str,
    facts: Facts,
    remarks: list[Finding],
) -> Decision:
    serial = before.serial if before else facts.take_serial()
    number = before.pre_no if before else pre_no(item.kind, item.received_at, serial)
    held = Held.of(item, serial, target, app_time, number, before.invt_no if before else "")
    if before is not None:  # what was ordered of a document holds for its next version
        held.forced, held.waits = before.forced, KEPT if is_kept(before) else ""
    facts.put(held)
    enrol(item, facts)
    status = ReturnStatus.STAGED if target is State.STAGED else ReturnStatus.DECLARING
    return Decision(item, Stage.RECEIVE, status, target, TEXT_OF[asked], [], remarks, "", held)


def _advance(held: Held, event: Event, facts: Facts) -> list[Decision]:
    if held.state == State.DELETED:  # customs confirms the deletion, the document stays deleted
        status = _success(held.kind, facts)
        return [Decision(held, event.stage, status, State.DELETED, str(int(status)), held=held)]
    if is_kept(held):
        return [keep(held, event.stage)] if event.stage is next_of(held) else []
    if event.stage is not Stage.CUSTOMS:
        return steps_of(held, event, facts)
    if (fault := next(facts.faults.on(held, Stage.CUSTOMS, *DECIDES), None)) is not None:
        return _some(_forced(held, fault))
    if held.kind != "603":
        return _some(_stored(held, None, (), facts))
    return _matched(held, event, facts)


def _matched(held: Held, event: Event, facts: Facts) -> list[Decision]:
    """A list beside order, waybill, receipts; under `match = wait(T)` not before they are there, or T is over."""
    profile, match = facts.profile.at(held.customs_code), match_of(held, facts)
    if profile.match is not None and held.state == State.SENT:
        expiry = from_ms(match.until_ms)
        if event.at < expiry and lacks(match, facts):
            if held.waits == MATCHING:
                return []
            facts.postponed.append(Event(expiry, Stage.CUSTOMS, held.number, held.message_guid, [held.serial]))
            held.waits = MATCHING
            return [Decision(held, Stage.HOLD, held.state, held.state, "", held=held)]
        held.waits = ""
    decision = _stored(held, match, AT_CUSTOMS[match.settled], facts)
    decisions = _some(decision)
    if decision is not None and decision.faults and profile.match_answers == "all":
        pieces = [one for one in (match.order, *match.received, match.waybill) if one is not None]
        for piece in pieces:
            told = _with(take(piece, Stage.CUSTOMS, Input.MISMATCH), decision.faults, [], "")
            decisions += _some(told)
    return decisions


def _some(decision: Decision | None) -> list[Decision]:
    return [decision] if decision is not None else []


def _forced(held: Held, fault: FaultPlan) -> Decision | None:
    """The decision that the fault table wants."""
    status = ReturnStatus.REJECTED if fault.status == ReturnStatus.REJECTED else fault.status
    return _with(take(held, Stage.CUSTOMS, Input.REJECT, status), [fault.found(status)], [], fault.info)


def _stored(
    held: Held, seen: Match | Dossier | Request | None, checks: Iterable[Check], facts: Facts
) -> Decision | None:
    """What customs decides on a document by what it is seen beside: stored, or rejected."""
    faults, remarks, rule = judge(seen, checks, facts)
    suspicion = facts.suspected.get(held.serial)
    if rule is None and suspicion is not None:
        if suspicion.status == State.REJECTED:
            rejected = take(held, Stage.CUSTOMS, Input.REJECT, ReturnStatus.REJECTED)
            return _with(rejected, suspicion.findings, remarks, "")
        held.forced = held.forced or suspicion.status
        remarks = [*remarks, *suspicion.findings]
    if rule is None:
        return _with(take(held, Stage.CUSTOMS, Input.STORE, _success(held.kind, facts)), [], remarks, "")
    code = rule.code(held.kind, facts.profile.at(held.customs_code))
    return _with(take(held, Stage.CUSTOMS, Input.REJECT, code), faults, remarks, "")


def _success(kind: str, facts: Facts) -> ReturnStatus:
    return ReturnStatus(facts.profile.logistics_success) if kind == "505" else SUCCESS[kind]


def _with(decision: Decision | None, faults: list[Finding], remarks: list[Finding], info: str) -> Decision | None:
    if decision is not None:
        decision.faults, decision.remarks, decision.info = faults, remarks, info
    return decision
