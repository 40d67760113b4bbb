"""The bodies: distinct, valid, and every list preceded by its order, payment receipt and waybill."""

from datetime import UTC, datetime
from typing import Any

import pytest

from swsim.loadtests.bench.bodies import Bodies, Folder, Size, build
from swsim.loadtests.bench.parsing import measure
from swsim.simulator.messages.codec import read_message


@pytest.fixture(scope="module")
def bodies(tmp_path_factory: pytest.TempPathFactory) -> Bodies:
    folder = tmp_path_factory.mktemp("bodies")
    return build(folder, Size(rounds=2, hundreds=1, singles=100), seed=3, at=datetime(2026, 1, 5, 1, tzinfo=UTC))


def documents(folder: Folder) -> list[Any]:
    return [document for body in folder.bodies() for document in read_message(body).message.documents]


def test_every_message_is_valid_and_has_a_guid_of_its_own(bodies: Bodies) -> None:
    folders = [bodies.preload, *(folder for one in bodies.rounds for folder in (one.hundred, one.single))]
    messages = [read_message(body).message for folder in folders for body in folder.bodies()]
    assert len({message.guid for message in messages}) == len(messages) == 12 + 2 * (1 + 100)
    assert sum(len(message.documents) for message in messages) == sum(folder.documents for folder in folders)


def test_every_list_is_another_one_and_what_it_needs_goes_before(bodies: Bodies) -> None:
    lists = [one for each in bodies.rounds for folder in (each.hundred, each.single) for one in documents(folder)]
    before = documents(bodies.preload)
    orders = {one.head.order_no for one in before if one.number == "303"}
    receipts = {one.order_no for one in before if one.number == "403"}
    waybills = {one.logistics_no for one in before if one.number == "505"}
    assert len({(one.head.agent_code, one.head.cop_no) for one in lists}) == len(lists) == 400
    assert {one.head.order_no for one in lists} == orders == receipts
    assert {one.head.logistics_no for one in lists} == waybills


def test_orders_are_sent_before_receipts_before_waybills(bodies: Bodies) -> None:
    assert [one.number for one in documents(bodies.preload)] == ["303"] * 400 + ["403"] * 400 + ["505"] * 400


def test_a_hundred_travels_in_one_message(bodies: Bodies) -> None:
    assert [len(read_message(body).message.documents) for body in bodies.rounds[0].hundred.bodies()] == [100]


@pytest.mark.parametrize("size", [(0, 1, 100), (1, 0, 100), (1, 1, 0), (1, 1, 150)])
def test_a_size_that_makes_no_whole_blocks_is_refused(size: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="multiple of 100"):
        Size(*size)


def test_both_readers_are_measured(bodies: Bodies) -> None:
    found = measure(bodies.rounds[0].hundred)
    assert found.bare > 0
    assert found.read > 0
    assert found.ratio == pytest.approx(found.bare / found.read)
