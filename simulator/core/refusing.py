"""Refusals on arrival: of a document, by a rule of its key, by its machine."""

from swsim.simulator.codes.status import KIND_CODES
from swsim.simulator.codes.texts import TEXTS
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.incoming import Finding, Submission
from swsim.simulator.core.keys import external
from swsim.simulator.core.machines import Input
from swsim.simulator.core.model import Decision, Held, Stage, State
from swsim.simulator.messages.edition import EDITION_202205

GONE = frozenset({State.ABSENT, State.DELETED, State.WITHDRAWN})
TITLES = {number: business.document.zh for number, business in EDITION_202205.by_number.items()}


def refuse(item: Submission, code: int, faults: list[Finding], remarks: list[Finding]) -> Decision:
    return Decision(item, Stage.RECEIVE, code, None, str(code), faults, remarks)


def refuse_key(item: Submission, code: int, rule: str, expected: str, found: str, remarks: list[Finding]) -> Decision:
    return refuse(item, code, [Finding(rule, "", expected, found)], remarks)


def no_arc(item: Submission, asked: Input, held: Held | None, facts: Facts, remarks: list[Finding]) -> Decision:
    codes = KIND_CODES[item.kind]
    title = TITLES[item.kind]
    if asked in {Input.DECLARE, Input.DRAFT}:
        found = f"{external(item.key)} in state {held.state if held else 0}"
        return refuse_key(item, codes.duplicate, "MSG-10", f"a key not in use ({title})", found, remarks)
    if held is None or held.state in GONE:
        return refuse_key(item, codes.not_found, "MSG-11", f"an existing {title}", external(item.key), remarks)
    binding = bound_by(item, facts)
    found = f"state {held.state}" + (f", bound by list {external(binding[0].key)}" if binding else "")
    decision = refuse_key(item, codes.wrong_state, "MSG-12", f"a state that allows to {asked}", found, remarks)
    if f"{decision.text}-state" in TEXTS:  # table 7-2 has one code with two texts (-625022)
        decision.text += "-state"
    return decision


def bound_by(item: Submission, facts: Facts) -> list[Held]:
    if item.kind not in {"303", "403", "505"}:
        return []
    return facts.live_lists(order=item.order_ref, waybill=item.waybill_ref)
