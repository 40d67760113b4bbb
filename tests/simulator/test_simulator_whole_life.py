"""Each profile that ships, from the order to the summary: what it promises, and the same again from its journal."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from simulator_line import NOW, Line, key_path

from swsim.fixtures.batch import upload
from swsim.fixtures.chains import KINDS, Chains, chains_of
from swsim.fixtures.later import Fate
from swsim.fixtures.mix import Mix
from swsim.fixtures.parties import parties, registry
from swsim.simulator.clock import BEIJING
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core.keys import external, key_of
from swsim.simulator.core.model import UNTOLD
from swsim.simulator.messages.codec import encode
from swsim.simulator.messages.transfer import Document
from swsim.simulator.profile import SHIPPED
from swsim.simulator.profiles.checked import checked_profile
from swsim.simulator.replay.recording import read_lines
from swsim.simulator.replay.replaying import Replay
from swsim.simulator.signature.algorithms import Family
from swsim.simulator.signature.authority import Identity, make_authority, make_identity
from swsim.simulator.signature.certificates import Certificates
from swsim.simulator.signature.file import as_json
from swsim.simulator.signature.sign import sign

SEED = 7
FIRMS = parties(SEED)
MIX = Mix(shipment=10, cancels=Decimal("0.2"), returns=Decimal("0.3"), simplified=Decimal(0), split=3)
SINCE, LIFE = datetime(2025, 12, 1, tzinfo=UTC), timedelta(days=365)
PATIENCE = "PT10M"
REVIEWED = "PT2H20M"
"""Longer than a review or an inspection takes."""


@cache
def identities() -> dict[str, Identity]:
    """A key for each firm."""
    authority = make_authority(Family.SM2, SINCE, LIFE)
    return {one.code: make_identity(authority, one.code, one.name, Family.SM2, SINCE, LIFE) for one in FIRMS.all}


@cache
def certificates() -> dict[str, Any]:
    made = Certificates()
    for code, one in identities().items():
        made.bind(code, one.certificate, one.key_name)
    return as_json(made)


def signed(document: Document, place: int) -> bytes:
    """A document in a message of its own, signed by the firm that sends it."""
    kind = document.number
    sender = FIRMS.sender(kind)
    return sign(encode(upload([document], sender, guid=f"{kind}{place:0>33}")), identities()[sender.code])


def said(shown: Any) -> list[int]:
    """The statuses that the returns of a document told, in order."""
    return [step["status"] for step in shown["history"] if step["stage"] not in UNTOLD]


@dataclass
class Life:
    """A shipment at customs: what was told of each document, with the times."""

    line: Line
    made: Chains
    returns: list[bytes] = field(default_factory=list)

    async def report(self, kind: str) -> None:
        """Send the documents of a kind when they are reported; follow the numbers that customs gave."""
        if kind not in {"303", "403", "505", "603"}:
            when = max(self.made.trip.when(kind), await self.line.now())
            await self.line.clock(advance_to=when.isoformat())
        for place, document in enumerate(self.made.documents(kind)):
            await self.line.accepted(signed(document, place))
        await self.line.clock(advance=REVIEWED if kind in {"603", "507", "215"} else PATIENCE)
        self.returns += [one.body for firm in FIRMS.all for one in await self.line.drain(firm.dxp_id)]
        self.made = self.made.follow(self.returns)

    async def shown(self, document: Document) -> Any:
        key = external(key_of(document.number, getattr(document, "head", document)))
        got = await self.line.control("GET", f"/documents/{document.number}/{key}")
        assert got.status == 200, got.body
        return got.json

    async def told(self, kind: str) -> list[list[int]]:
        """The statuses of each document of a kind, in order."""
        return [said(await self.shown(one)) for one in self.made.documents(kind)]

    async def lists(self, *fates: Fate) -> list[list[int]]:
        """The statuses of lists of these fates."""
        return [said(await self.shown(one.chain.inventory)) for one in self.made.having(*fates)]

    async def let_go(self) -> int:
        """Release by hand what customs keeps; how many."""
        count = 0
        for one in self.made.sold:
            if (await self.shown(one.chain.inventory))["state"] == 500:
                key = key_path(one.head.agent_code, one.head.cop_no)
                got = await self.line.control("POST", f"/documents/603/{key}/force", {"hold": False})
                count += got.status == 200
        return count


async def lived(line: Line, until: str = "701") -> Life:
    """The whole shipment, its cancellations, returned goods and summary."""
    life = Life(line, chains_of(SEED, 0, datetime.fromisoformat(NOW), firms=FIRMS, mix=MIX))
    for kind in KINDS:
        if kind == "509":
            await life.let_go()
        await life.report(kind)
        if kind == until:
            break
    return life


async def sandbox(served: Line, profile: Any) -> Line:
    return await served.create(profile=profile, registry=registry(FIRMS), certificates=certificates(), regime="by-date")


async def exported(line: Line) -> bytes:
    got = await line.control("GET", "/journal/export")
    assert got.status == 200
    return got.body


# --- what is particular of each ---------------------------------------------------------------------------------------

CLOSED = [2, 3, 120, 399, 800, 899]


async def usual(life: Life) -> None:
    """Everything takes the way of rules.md §5, no list is looked at."""
    lists = await life.lists(Fate.LEAVES, Fate.RETURNED)
    assert lists == [CLOSED] * len(lists)
    assert await life.lists(Fate.CANCELLED) == [CLOSED[:4]] * len(life.made.having(Fate.CANCELLED))
    wanted = {"605": [2, 3, 399], "607": [2, 3, 120], "507": [2, 3, 399], "509": [2, 3, 399]}
    wanted |= {"213": [2, 3, 120, 800], "215": [2, 3, 399], "701": [2, 3, 399]}
    for kind, way in wanted.items():
        assert {tuple(one) for one in await life.told(kind)} == {tuple(way)}, kind


async def strict(life: Life) -> None:
    """The signatures are asked for: without one a list is turned_down by its code of table 7-2."""
    await usual(life)
    other = chains_of(SEED, 1, datetime.fromisoformat(NOW), firms=FIRMS, mix=MIX).documents("603")[0]
    await life.line.accepted(encode(upload([other], FIRMS.sender("603"), guid="F" * 36)))
    assert said(await life.shown(other)) == [-621026]


async def instant(life: Life) -> None:
    """Everything that customs says of a list by itself is said in the moment it came."""
    await usual(life)
    for sold in life.made.sold:
        steps = (await life.shown(sold.chain.inventory))["history"]
        assert len({step["at"] for step in steps[:4]}) == 1


async def lenient(life: Life) -> None:
    """A list whose order nobody sent is stored and approved, with the rule beside it as a remark."""
    await usual(life)
    other = chains_of(SEED, 1, datetime.fromisoformat(NOW), firms=FIRMS, mix=MIX).documents("603")[0]
    await life.line.accepted(signed(other, 99))
    await life.line.clock(advance=PATIENCE)
    shown = await life.shown(other)
    assert [step["status"] for step in shown["history"]] == CLOSED[:4]
    assert ("ORD-01/order", "remark") in {(one["row"], one["kind"]) for one in shown["explain"]}


async def peak_day(life: Life) -> None:
    """Every message tells how many documents are in hand, and delays are long."""
    lists = await life.lists(Fate.LEAVES)
    assert all([status for status in one if status != 4] == CLOSED for one in lists)
    queued = [one["data"]["queue"] for one in await life.line.journal() if one["what"] == "message"]
    assert max(queued) >= MIX.shipment
    assert min(queued) == 1, "what came in is worked off"


async def inspection_heavy(life: Life) -> None:
    """Reviews, inspections, goods that are kept until somebody releases them; a review may turn a list down."""
    lists = await life.lists(*Fate)
    assert any(300 in one for one in lists)
    assert any(500 in one for one in lists)
    left = await life.lists(Fate.LEAVES, Fate.RETURNED)
    assert all(one[-1] == 899 for one in left)
    turned_down = [
        one.inventory for one in life.made.chains if one.inventory not in {s.chain.inventory for s in life.made.sold}
    ]
    assert {tuple(said(await life.shown(one))[-2:]) for one in turned_down} <= {(300, 100)}
    returned = await life.told("213")
    assert {300, 500, 505, 600} & {status for one in returned for status in one}


async def customs_outage(life: Life) -> None:
    """4, then 3 when the window is over; nothing is answered in a quarter of every hour."""
    lists = await life.lists(Fate.LEAVES, Fate.RETURNED)
    assert all([status for status in one if status != 4] == CLOSED for one in lists)
    sent = [one for kind in ("303", "403", "505", "603") for one in await life.told(kind)]
    assert any(4 in one for one in sent)
    entries = await life.line.journal(limit=5000)
    told = [one for one in entries if one["what"] == "decision" and one["data"]["stage"] == "customs"]
    assert told
    minutes = {datetime.fromisoformat(one["at"]).astimezone(BEIJING).minute for one in told}
    assert not minutes & set(range(15, 30))


async def until_2018(life: Life) -> None:
    """January's lists are due on 10 February, which is a working day in 2026."""
    await usual(life)
    got = await life.line.control("GET", "/months/2026-01")
    assert got.json["due"] == "2026-02-10"


PARTICULAR: dict[str, Callable[[Life], Any]] = {
    "standard": usual,
    "strict": strict,
    "instant": instant,
    "lenient": lenient,
    "peak-day": peak_day,
    "inspection-heavy": inspection_heavy,
    "customs-outage": customs_outage,
    "2016-26": until_2018,
}


@pytest.mark.parametrize("profile", SHIPPED)
async def test_a_profile_keeps_its_promise_from_the_order_to_the_summary(served: Line, profile: str) -> None:
    """All eleven kinds are sent, returns of all of them come back, and the journal gives the same bytes again."""
    line = await sandbox(served, profile)
    life = await lived(line)
    await PARTICULAR[profile](life)
    data = await exported(line)
    recording = read_lines(data)
    kinds = {json.loads(one.data)["messageType"] for one in recording.entries if one.what == "message"}
    assert kinds == {f"CEB{kind}Message" for kind in KINDS}
    assert await Replay(recording, Codes.builtin()).run() is None


async def test_a_busy_sandbox_of_everything_at_once_is_replayed(served: Line) -> None:
    """Load, duties that answer, faults, an autopilot that plays five roles, a look at a month."""
    line = await served.create(
        profile={"base": "peak-day", "duties": {"DUT-01": "review"}, "transmitted_within": 1, "inspection_rate": 0.5},
        registry=registry(FIRMS),
        autopilot={"role": "seller"},
    )
    faults = [
        {"id": "late", "kind": "303", "key": "*", "action": "delay", "stage": "3", "by": "PT5M", "share": 0.5},
        {"id": "again", "kind": "603", "key": "*", "action": "duplicate", "share": 0.5},
    ]
    got = await line.control("PUT", "/faults", {"faults": faults})
    assert got.status == 200, got.body
    made = chains_of(SEED, 0, datetime.fromisoformat(NOW), firms=FIRMS, mix=MIX)
    for kind in ("303", "603"):
        for place, document in enumerate(made.documents(kind)):
            await line.accepted(signed(document, place))
        await line.clock(advance="PT30M")
    await line.clock(advance="P3D")
    assert (await line.control("GET", "/months/2026-01")).status == 200
    recording = read_lines(await exported(line))
    assert {"fault", "decision", "message"} <= {one.what for one in recording.entries}
    assert await Replay(recording, Codes.builtin()).run() is None


def test_every_profile_that_ships_has_its_promise() -> None:
    """A profile added without one fails here; each can be read and held against the rules."""
    assert set(PARTICULAR) == set(SHIPPED)
    assert all(checked_profile(name).name == name for name in SHIPPED)


# --- load -------------------------------------------------------------------------------------------------------------


async def approved_after(served: Line, name: str, documents: int) -> timedelta:
    """How long an order takes to 120 behind so many others."""
    profile = {"sent_after": 0, "customs_after": 10, "load": {"works_off": 1, "doubles_at": 50, "most": 3}}
    line = await served.create(name, profile=profile)
    made = chains_of(SEED, 0, datetime.fromisoformat(NOW), firms=FIRMS, mix=Mix(shipment=documents)).documents("303")
    await line.accepted(encode(upload(list(made), FIRMS.sender("303"), guid="A" * 36)))
    await line.clock(advance="PT5M")
    key = external(key_of("303", made[0].head))
    steps = (await line.control("GET", f"/documents/303/{key}")).json["history"]
    moments = [datetime.fromisoformat(step["at"]) for step in steps]
    return moments[-1] - moments[0]


@pytest.mark.parametrize(("documents", "seconds"), [(1, 10.2), (50, 20.0), (99, 29.8), (100, 30.0)])
async def test_delays_stretch_with_the_documents_that_wait(served: Line, documents: int, seconds: float) -> None:
    """Ten seconds alone, twice as long behind fifty, thrice behind a hundred and no longer than that."""
    assert (await approved_after(served, "load", documents)).total_seconds() == pytest.approx(seconds)


async def test_a_queue_outlives_a_restart_and_a_dry_run_leaves_none(served: Line) -> None:
    """It is kept with the position of the sandbox."""
    line = await served.create(profile={"load": {"works_off": 0.001, "doubles_at": 50, "most": 3}})
    order, other = chains_of(SEED, 0, datetime.fromisoformat(NOW), firms=FIRMS, mix=MIX).documents("303")[:2]
    await line.post(encode(upload([order], FIRMS.sender("303"), guid="A" * 36)), dryRun="true")
    assert line.window.sandboxes["s"].position.queue.level == 0
    await line.accepted(encode(upload([order, other], FIRMS.sender("303"), guid="A" * 36)))
    (row,) = [one for one in await line.window.store.sandboxes() if one.name == "s"]
    assert (row.position.queue.level, row.position.queue) == (2000, line.window.sandboxes["s"].position.queue)
