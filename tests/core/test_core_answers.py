"""Every code of table 7-2 that is marked reachable is produced, with its official text; nothing else is."""

from collections.abc import Iterator
from dataclasses import replace

import orjson
import pytest
from core_alone import BROKEN, SOUND
from core_cases import CASES
from core_desk import FIRMS, STANDARD, STRICT, Desk, again, changed, sale
from core_shipment import Shipment
from test_core_enterprises import CASES as REGISTERED
from test_core_enterprises import judged, known
from test_core_key_rules import KEY_CASES
from test_core_movement import CASES as MOVED
from test_core_refund import CASES as RETURNED
from test_core_refund import Returned
from test_core_rules import judge
from test_core_signature import PARTS, fact, sent

from swsim.simulator.codes.texts import TABLE_7_2, Reach, reach_of
from swsim.simulator.core.model import Decision
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.profile import read_profile
from swsim.simulator.returns import facts, identities, info_of, read_facts

S = sale()
SIGNED = read_profile({"base": "strict", "signature": {"*": "enforce"}})


def _cases() -> Iterator[Decision]:
    for case in CASES:
        yield judge(case, STRICT)
    for alone in (one for one in BROKEN if one.document.number in EDITION_202205.by_number):
        yield Desk(STRICT, codes=alone.codes).send(alone.document, guid=alone.guid, version=alone.version)[0]
    for _, registry, document, via, *_ in REGISTERED:
        yield judged(registry, document, STRICT, **via)
    for _, _, _, made in MOVED:
        shipment = Shipment()
        yield from shipment.report(made(shipment))
    for _, _, _, made_of in RETURNED:
        for profile in (STANDARD, STRICT):
            returned = Returned()
            breach = made_of(returned)
            returned.desk.profile = profile
            yield returned.desk.send(breach)[0]
    for make, kinds in KEY_CASES.values():
        for kind in kinds:
            yield make(kind)[0]
    for part in PARTS:
        for kind in ("603", "605", "213"):
            yield sent(fact(part), SOUND[kind], profile=SIGNED)[0]
    nobody = known(ebc={"authorises": ()})
    for kind in ("605", "213"):
        head = {"ebc_code": FIRMS.ebc.code, "ebc_name": FIRMS.ebc.name, "customs_code": FIRMS.district.code}
        yield judged(nobody, changed(SOUND[kind], **head), STRICT)


def _others() -> Iterator[Decision]:
    """Keys and states of cancellations and refunds; what the e-port answers for customs; receipts; cards."""
    for kind in ("605", "213"):
        yield Desk().send(again(SOUND[kind], "2"))[0]
        yield Desk(STRICT).send(SOUND[kind], dxp_id="DXPENT0000000000")[0]
    shipment = Shipment()
    cancelled = shipment.cancelled()
    shipment.report(cancelled)
    yield shipment.desk.send(again(cancelled, "3", seconds=60))[0]
    returned = Returned()
    returned.report(returned.application)
    yield returned.desk.send(again(returned.application, "1", seconds=60))[0]
    yield returned.desk.send(again(returned.application, "2", seconds=60))[0]
    for kind, held in (("303", S.documents[1:]), ("403", (S.order, S.logistics, S.inventory))):
        desk = Desk(replace(STANDARD, missing="eport"))
        for document in held:
            desk.send(document)
        yield from (one for one in desk.settle() if one.subject.kind == "603" and kind)
    desk = Desk(STRICT)
    desk.send(S.receipts)
    yield desk.send(changed(S.receipts, pay_no="SECOND", guid="AB" * 18))[0]


@pytest.fixture(scope="module")
def produced() -> dict[str, str]:
    """By text: what stood in the return, of every decision with a code of table 7-2."""
    found: dict[str, str] = {}
    for decision in (*_cases(), *_others()):
        assert not decision.told or reach_of(int(decision.status)) in {None, Reach.REACHABLE}, decision.status
        if decision.told and decision.status < 0 and decision.text not in found:
            kind = decision.subject.kind
            value = orjson.loads(facts(kind, identities([decision], [1]), [decision]))
            found[decision.text] = info_of(read_facts(value)[0])
    return found


def test_every_reachable_code_is_produced(produced: dict[str, str]) -> None:
    """None is only written down."""
    reachable = {code for code, text in TABLE_7_2.items() if text.reach is Reach.REACHABLE}
    assert (reachable - produced.keys(), produced.keys() - reachable) == (set(), set())


def test_a_code_comes_with_its_official_text(produced: dict[str, str]) -> None:
    """What stands before the first hole stands at the beginning of the return, and no hole is left."""
    for code, info in produced.items():
        assert info.startswith(TABLE_7_2[code].zh.partition("{")[0]), (code, info)
        assert "{" not in info.partition(";")[0], (code, info)
