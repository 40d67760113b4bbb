"""Which breaches concern a list that customs is about to decide on, and what a profile answers to them."""

from collections.abc import Iterable, Mapping

from swsim.simulator.core.facts import Suspicion
from swsim.simulator.core.incoming import Finding
from swsim.simulator.core.keys import external
from swsim.simulator.core.model import State
from swsim.simulator.duty.ledger import Ledger, signs_in
from swsim.simulator.duty.model import Piece, Sign, Trade
from swsim.simulator.duty.patterns import signs_of
from swsim.simulator.duty.table import answer_to

STRONGEST = (State.REJECTED, State.UNDER_INSPECTION, State.IN_REVIEW)
"""Of several breaches the strongest answer is given: 100 before 500 before 300."""
OF_A_NUMBER = frozenset({"event", "tracking", "evidence"})
"""Signs of the ledger: they speak of a number, not of a document."""


def suspicion_of(listed: Piece, signs: Iterable[Sign], duties: Mapping[str, str], trade: Trade) -> Suspicion | None:
    """What the breaches that concern a list make of it; None where the profile answers to none of them."""
    beside = _beside(listed, trade)
    head = listed.head
    numbers = {head.order_no, head.logistics_no, head.cop_no}
    key = external(listed.key)
    answered: dict[int, list[Finding]] = {}
    for one in signs:
        concerns = one.key in numbers if one.kind in OF_A_NUMBER else (one.kind, one.key) in beside or key in one.among
        status = answer_to(one.row, duties) if concerns else 0
        if status:
            answered.setdefault(status, []).append(Finding(one.row, "", one.expected, one.found))
    strongest = next((status for status in STRONGEST if status in answered), None)
    return Suspicion(int(strongest), answered[strongest]) if strongest is not None else None


def signs_now(trade: Trade, ledger: Ledger) -> list[Sign]:
    """Everything that trade and ledger show."""
    return [*signs_of(trade), *signs_in(ledger, trade)]


def _beside(listed: Piece, trade: Trade) -> set[tuple[str, str]]:
    """The list, its order, receipts and waybill, by kind and key."""
    pieces = [listed]
    pieces += [one for one in trade.of("303") if one.key == listed.order_ref]
    pieces += [one for one in trade.of("403") if one.order_ref == listed.order_ref]
    pieces += [one for one in trade.of("505") if one.key == listed.waybill_ref]
    return {(one.kind, external(one.key)) for one in pieces}
