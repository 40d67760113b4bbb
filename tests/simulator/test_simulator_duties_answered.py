"""A breach of a duty answers on the list where the profile says so: 100, 500, 300; else it is a finding alone."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from simulator_line import NOW, Line

from swsim.fixtures.batch import upload
from swsim.fixtures.chains import Chains, chains_of
from swsim.fixtures.mix import Mix
from swsim.fixtures.parties import parties, registry
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.messages.codec import encode
from swsim.simulator.replay.recording import read_lines
from swsim.simulator.replay.replaying import Replay

SEED = 7
FIRMS = parties(SEED)
MIX = Mix(shipment=1, cancels=Decimal(0), returns=Decimal(0), simplified=Decimal(0))


def shipment() -> Chains:
    """One sale."""
    return chains_of(SEED, 0, datetime.fromisoformat(NOW), firms=FIRMS, mix=MIX)


async def sandbox(served: Line, duties: dict[str, str], name: str = "s", **more: Any) -> Line:
    """One whose profile answers to breaches, and which forbids what the sale sells."""
    profile = {"base": "standard", "duties": duties, **more}
    line = await served.create(name, registry=registry(FIRMS), profile=profile)
    gcode = shipment().sold[0].chain.inventory.lines[0].gcode
    path = f"/_control/sandboxes/{line.sandbox}/duty/prohibited"
    got = await line.ask("PUT", path, data=f"how,what,reason\ngcode,{gcode},测试禁限\n".encode())
    assert got.status == 200, got.body
    return line


async def declared(line: Line, last: str = "507") -> Any:
    """The list after its sale was reported up to a kind, as the control API shows it."""
    made = shipment()
    for kind in ("303", "403", "505", "603", "607", "507"):
        if kind in {"607", "507"}:
            await line.clock(advance_to=made.trip.when(kind).isoformat())
        for place, document in enumerate(made.documents(kind)):
            await line.accepted(encode(upload([document], FIRMS.sender(kind), guid=f"{kind}{place:0>33}")))
        await line.clock(advance="PT1M")
        made = made.follow([one.body for firm in FIRMS.all for one in await line.drain(firm.dxp_id)])
        if kind == last:
            break
    head = shipment().sold[0].head
    return await line.document("603", head.agent_code, head.cop_no)


def statuses(shown: Any) -> list[int]:
    """The way of a list."""
    return [step["status"] for step in shown["history"] if step["stage"] not in {"fill", "hold"}]


async def test_a_breach_is_a_finding_alone_by_default(served: Line) -> None:
    """The list goes its way, and GET …/duty shows the finding."""
    line = await sandbox(served, {})
    assert statuses(await declared(line)) == [2, 3, 120, 399, 800]
    got = await line.ask("GET", f"/_control/sandboxes/{line.sandbox}/duty")
    assert "DUT-04" in {one["row"] for one in got.json["findings"]}


@pytest.mark.parametrize(
    ("answer", "way"),
    [("refuse", [2, 3, 100]), ("review", [2, 3, 120, 300]), ("inspect", [2, 3, 120, 399, 500])],
)
async def test_a_profile_answers_on_the_list(served: Line, answer: str, way: list[int]) -> None:
    """And explain says which duty, with its law, what was expected and found."""
    line = await sandbox(served, {"DUT-04": answer})
    shown = await declared(line, "603" if answer != "inspect" else "507")
    assert statuses(shown) == way
    (told,) = [one for one in shown["explain"] if one["row"] == "DUT-04"]
    assert told["kind"] == ("fault" if answer == "refuse" else "remark")
    assert told["citation"].startswith("GACC 2018-194")
    assert "测试禁限" in told["expected"]
    assert told["zh"]


async def test_a_refusal_says_so_on_the_wire(served: Line) -> None:
    """Code, wording, the duty, what was found."""
    line = await sandbox(served, {"DUT-04": "refuse"})
    made = shipment()
    returns: list[bytes] = []
    for kind in ("303", "403", "505", "603"):
        for document in made.documents(kind):
            await line.accepted(encode(upload([document], FIRMS.sender(kind), guid=f"{kind:0>36}")))
        await line.clock(advance="PT1M")
        returns += [one.body for firm in FIRMS.all for one in await line.drain(firm.dxp_id)]
    assert any("[Code:9732;Desc:不符合企业主体责任要求],[不得经营禁限商品:" in one.decode() for one in returns)


async def test_a_customs_has_its_own_answer(served: Line) -> None:
    """`[customs.CODE.duties]` goes before the profile's own."""
    code = shipment().sold[0].head.customs_code
    line = await sandbox(served, {}, customs={code: {"duties": {"DUT-04": "refuse"}}})
    assert statuses(await declared(line, "603")) == [2, 3, 100]
    line = await sandbox(served, {"DUT-04": "refuse"}, "t", customs={code: {"duties": {"DUT-04": "finding"}}})
    assert statuses(await declared(line, "603")) == [2, 3, 120, 399]


async def test_an_instant_profile_looks_at_its_own_turn(served: Line) -> None:
    """A sale in which everything happens at once is looked at before it is committed."""
    line = await sandbox(served, {"DUT-04": "refuse"}, sent_after=0, customs_after=0, approved_after=0)
    assert statuses(await declared(line, "603")) == [2, 3, 100]


async def test_a_planted_recall_refuses_new_lists(served: Line) -> None:
    """DUT-10/new answers on the list; the ledger is looked at beside the trade."""
    line = await sandbox(served, {"DUT-10": "refuse"})
    item = shipment().sold[0].chain.inventory.lines[0].item_no
    path = f"/_control/sandboxes/{line.sandbox}/duty/recalls"
    assert (await line.ask("POST", path, json={"itemNo": item})).status == 201
    await line.clock(advance="PT1S")
    shown = await declared(line, "603")
    assert statuses(shown) == [2, 3, 100]
    assert {one["row"] for one in shown["explain"] if one["kind"] == "fault"} == {"DUT-10/new"}


async def test_an_order_of_customs_goes_before_a_breach(served: Line) -> None:
    """What a person ordered for the next decision stays ordered."""
    line = await sandbox(served, {"DUT-04": "review"})
    made = shipment()
    for kind in ("303", "403", "505", "603"):
        for document in made.documents(kind):
            await line.accepted(encode(upload([document], FIRMS.sender(kind), guid=f"{kind:0>36}")))
        if kind != "603":
            await line.clock(advance="PT1M")
    head = made.sold[0].head
    path = f"/documents/603/{head.agent_code}~{head.cop_no}/force"
    assert (await line.control("POST", path, {"status": 500, "when": "next"})).status == 200
    await line.clock(advance="PT1M")
    assert statuses(await line.document("603", head.agent_code, head.cop_no)) == [2, 3, 120, 399]


async def test_what_was_answered_is_replayed_byte_for_byte(served: Line) -> None:
    """The newest documents and the ledger come from the journal's inputs alone."""
    line = await sandbox(served, {"DUT-04": "inspect", "DUT-06": "review"})
    event = {"subject": shipment().sold[0].chain.order.head.order_no, "role": "ebc", "within": "PT0S"}
    assert (await line.control("POST", "/duty/events", event)).status == 201
    await declared(line)
    got = await line.control("GET", "/journal/export")
    assert await Replay(read_lines(got.body), Codes.builtin()).run() is None
