"""The trade of a sandbox as the duties see it: of the store for the control API, of a turn before a list is decided."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import orjson

from swsim.simulator.clock import from_ms
from swsim.simulator.core.model import Event, Held, Stage, State
from swsim.simulator.duty.model import Piece, Trade
from swsim.simulator.duty.suspicion import signs_now, suspicion_of
from swsim.simulator.profile import Profile
from swsim.simulator.sandbox import Sandbox
from swsim.simulator.store.protocol import FoundDocument, Store
from swsim.simulator.turn import Turn

MOST, PAGE = 20_000, 1000
"""Documents the control API looks through, the oldest first; beyond them its answer says `partial`."""
NEWEST = 2_000
"""Documents that customs looks at, the newest, beside what belongs to a list it decides on."""
LIST = "603"


async def trade_of(store: Store, sandbox: Sandbox, now: datetime) -> tuple[Trade, bool]:
    """Everything a sandbox holds, and whether that is only a part."""
    trade, after, seen = _empty(sandbox, sandbox.profile, now), 0, 0
    while seen < MOST:
        page = await store.scan(sandbox.box, after, PAGE)
        _put(trade, page)
        seen += len(page)
        if len(page) < PAGE:
            return trade, False
        after = page[-1].held.serial
    return trade, True


async def suspect(turn: Turn, event: Event, held: Iterable[Held]) -> None:
    """Lay beside the lists of an event what breaches of duties make of them, where the profile answers to any."""
    lists = [one for one in held if one.kind == LIST and one.state == State.SENT and event.stage is Stage.CUSTOMS]
    if not lists or not turn.sandbox.profile.suspects:
        return
    trade = _empty(turn.sandbox, turn.sandbox.profile, event.at)
    _put(trade, await _documents(turn, _belonging(turn, lists)))
    pieces = {piece.key: piece for piece in trade.of(LIST)}
    signs = signs_now(trade, turn.settings.duty.ledger)
    for one in lists:
        duties = turn.sandbox.profile.at(one.customs_code).duties
        suspicion = suspicion_of(pieces[one.key], signs, duties, trade)
        if suspicion is not None:
            turn.facts.suspected[one.serial] = suspicion


async def _documents(turn: Turn, serials: set[int]) -> list[FoundDocument]:
    """The newest documents and those of `serials`, as this turn has left them."""
    stored = {one.held.serial: one for one in await turn.group.documents(turn.sandbox.box, serials, NEWEST)}
    for serial, row in turn.gathered.items():
        before = stored.get(serial)
        if before is not None and not row.held.content:
            row.held.content = before.held.content
        if row.held.content:
            steps = orjson.loads(b"[" + row.trail[1:] + b"]")
            stored[serial] = FoundDocument(row.held, [*(before.trail if before else ()), *steps], taken=True)
    return [stored[serial] for serial in sorted(stored)]


def _belonging(turn: Turn, lists: Iterable[Held]) -> set[int]:
    """Lists with their orders, receipts, waybills, which the match has looked up."""
    serials: set[int] = set()
    for one in lists:
        beside = [one, turn.facts.order_of(one.order_ref), turn.facts.waybill_of(one.waybill_ref)]
        beside += turn.facts.found("order_ref", "403", one.order_ref)
        beside += turn.facts.found("waybill_ref", LIST, one.waybill_ref)
        serials |= {each.serial for each in beside if each is not None}
    return serials


def _empty(sandbox: Sandbox, profile: Profile, now: datetime) -> Trade:
    settings = sandbox.settings
    return Trade(
        now,
        sandbox.codes,
        prohibited=settings.duty.prohibited,
        lags=profile.transmitted_within,
        regime=settings.regime,
    )


def _put(trade: Trade, found: Sequence[FoundDocument]) -> None:
    for one in found:
        trade.pieces.setdefault(one.held.kind, []).append(_piece(one))


def _piece(found: FoundDocument) -> Piece:
    held = found.held
    history = tuple((int(step[2]), from_ms(step[0])) for step in found.trail)
    received = [step for step in found.trail if step[1] == Stage.RECEIVE and step[4] == held.number and len(step) > 6]
    remarks = tuple((remark[0], remark[3]) for step in received for remark in step[6])
    refs = held.order_ref, held.waybill_ref, held.list_ref
    return Piece(
        held.kind, held.key, held.state, held.document, held.app_time, held.received_at, *refs, held.invt_no, history,
        remarks,
    )  # fmt: skip
