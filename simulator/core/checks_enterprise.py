"""Predicates on the enterprises a document names: what the registry says of each (rules.md §3).

An enterprise enrolled at first sight has no more than its code, and is not judged by what nobody said of it.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from swsim.simulator.core.checks_common import FIELD_ROLES, NO_CODE, NONE, Fault, head_path
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.incoming import Submission
from swsim.simulator.core.keys import HEADS, IDENTITY
from swsim.simulator.core.model import Held
from swsim.simulator.core.movement import Dossier
from swsim.simulator.registry import Enterprise

DECLARING = {"agent"}
"""Roles that declare (报关业务), which takes customs registration (ENT-02)."""
AUTHORISED = {"603": "ebc_code", "605": "ebc_code", "213": "ebc_code", "701": "ebc_code"}
"""Kinds that an agent declares for somebody else, and the field of whom (ENT-12)."""


def _named(item: Submission, facts: Facts) -> Iterator[tuple[str, str, str, str, Enterprise]]:
    """(path of the code, path of the name, name as written, role, enterprise) of each that the registry describes."""
    for (field, name_field, role), code, name in zip(FIELD_ROLES[item.kind], item.firms, item.names, strict=True):
        known = facts.known(code) if code not in NO_CODE else None
        if known is not None and not known.enrolled:
            yield _path(item, field), _path(item, name_field), name, role, known


def _path(item: Submission, name: str) -> str:
    head: Any = HEADS[item.kind]
    return f"{head_path(item)}{head.members[head.places[name]].xml}"


def declarant_is_not_registered(item: Submission, facts: Facts) -> Iterable[Fault]:
    return [
        (path, "an enterprise registered with customs (报关单位备案)", f"{known.code}, for information only")
        for path, _, _, role, known in _named(item, facts)
        if role in DECLARING and known.registration != "customs"
    ]


def role_does_not_fit(item: Submission, facts: Facts) -> Iterable[Fault]:
    return [
        (path, f"an enterprise registered as {role}", f"{known.code}, registered as {', '.join(known.roles)}")
        for path, _, _, role, known in _named(item, facts)
        if known.roles and role not in known.roles
    ]


def carrier_has_no_permit(item: Submission, facts: Facts) -> Iterable[Fault]:
    return [
        (path, "a firm with the express permit (快递业务经营许可证)", known.code)
        for path, _, _, role, known in _named(item, facts)
        if role == "logistics" and not known.permit
    ]


def enterprise_is_of_another_district(item: Submission, facts: Facts) -> Iterable[Fault]:
    if not item.customs_code:
        return NONE
    return [
        (path, f"an enterprise registered at {item.customs_code}", f"{known.code}, of {', '.join(known.customs)}")
        for path, _, _, role, known in _named(item, facts)
        if role in DECLARING and known.customs and item.customs_code not in known.customs
    ]


def name_is_not_the_registered_one(item: Submission, facts: Facts) -> Iterable[Fault]:
    """In a closed registry. Full-width and half-width forms count as one, space around a name does not count; that a
    name is empty is another fault (MSG-16).
    """
    return _other_names(item, facts) if facts.registry.mode == "closed" else NONE


def name_is_not_the_known_one(item: Submission, facts: Facts) -> Iterable[Fault]:
    """In an open registry, which may have the name from anywhere."""
    return _other_names(item, facts) if facts.registry.mode == "open" else NONE


def _other_names(item: Submission, facts: Facts) -> list[Fault]:
    return [
        (path, f"{known.name}, the registered name of {known.code}", name)
        for _, path, name, role, known in _named(item, facts)
        if known.name
        and name.strip()
        and _plain(name) != _plain(known.name)
        and not (role == "ebp" and _keeps_stock_abroad(item))
    ]


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip()


def _keeps_stock_abroad(item: Submission) -> bool:
    """An order for an overseas warehouse (W) names the warehouse in the place of the platform (§2.1.4 ebpName)."""
    return item.kind == "303" and item.head.order_type == "W"


def agent_is_not_authorised(item: Submission, facts: Facts) -> Iterable[Fault]:
    """ENT-12: 代理委托 by the consignor, for the district and on the day it is received, by customs' clock."""
    roles = [role for _, _, role in FIELD_ROLES[item.kind]]
    agent, consignor = item.firms[roles.index("agent")], item.firms[roles.index("ebc")]
    known = facts.known(consignor)
    if agent == consignor or agent in NO_CODE or known is None or known.enrolled:
        return NONE
    if any(covers(one, agent, item) for one in known.authorises):
        return NONE
    return ((_path(item, "agent_code"), _authorised(consignor, item), agent),)


def master_is_not_authorised(item: Dossier, facts: Facts) -> Iterable[Fault]:
    """ENT-12 of a master list, which names no consignor itself: that of each of its lists."""
    agent, place = item.head.agent_code, IDENTITY["603"].index("ebc_code")
    lists = [one.held for one in item.lists if one.held is not None and not one.line.invt_no]
    for consignor in sorted({orjson.loads(held.identity)[place] for held in lists} - {agent}):
        known = facts.known(consignor)
        if known is None or known.enrolled or any(covers(one, agent, item.held) for one in known.authorises):
            continue
        yield "WayBillHead/agentCode", _authorised(consignor, item.held), agent


def _authorised(consignor: str, item: Submission | Held) -> str:
    return f"an agent that {consignor} authorises (customs {item.customs_code}, {item.received_at.date()})"


def covers(said: Any, agent: str, item: Submission | Held) -> bool:
    """An entry of `authorises`: a code, or ``{"code","customs":[…],"from","to"}``, days YYYY-MM-DD, both included."""
    if isinstance(said, str):
        return said == agent
    day = item.received_at.date().isoformat()
    districts = said.get("customs") or [item.customs_code]
    at_home = not item.customs_code or item.customs_code in districts  # an order names no customs
    return bool(
        said.get("code") == agent and at_home and str(said.get("from") or day) <= day <= str(said.get("to") or day)
    )


def waybill_is_sent_by_another(item: Submission, facts: Facts) -> Iterable[Fault]:
    """ENT-13: each party transmits its own data; an unknown sender is another fault (MSG-06)."""
    if item.cop_code == item.firms[0] or facts.known(item.cop_code) is None:
        return NONE
    return (("../BaseTransfer/copCode", f"the logistics firm itself: {item.firms[0]}", item.cop_code),)
