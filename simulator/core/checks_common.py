"""Predicates on any document. A predicate yields (path below the document, expected, found) for each fault it sees."""

import re
from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache

from swsim.simulator.clock import compact, read_compact, shifted
from swsim.simulator.codes.formats import GUID, GUID_ANY_CASE, UUID
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.incoming import Reading, Submission
from swsim.simulator.core.keys import HEADS
from swsim.simulator.messages.declare import Field
from swsim.simulator.messages.node import CEB, Node
from swsim.simulator.messages.transfer import SUBSCRIPTIONS, Document
from swsim.simulator.registry import PLAYED_DXP_ID, Enterprise, is_well_formed

Fault = tuple[str, str, str]
NONE: tuple[Fault, ...] = ()

APP_STATUS = f".//{{{CEB}}}appStatus"
OWN_RULE = frozenset({("InvtCancel", "reason")})
"""Mandatory fields whose emptiness has a rule and a code of its own (CAN-03)."""
SKEW = timedelta(minutes=10)
"""How far appTime may lie ahead of customs' clock (ours: no source gives a number)."""

FIELD_ROLES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "303": (("ebp_code", "ebp_name", "ebp"), ("ebc_code", "ebc_name", "ebc")),
    "403": (("ebp_code", "ebp_name", "ebp"), ("ebc_code", "ebc_name", "ebc"), ("pay_code", "pay_name", "pay")),
    "505": (("logistics_code", "logistics_name", "logistics"), ("ebc_code", "ebc_name", "ebc")),
    "603": (
        ("ebp_code", "ebp_name", "ebp"),
        ("ebc_code", "ebc_name", "ebc"),
        ("agent_code", "agent_name", "agent"),
        ("logistics_code", "logistics_name", "logistics"),
        ("owner_code", "owner_name", "owner"),
    ),
    "507": (("operator_code", "operator_name", "operator"), ("logistics_code", "logistics_name", "logistics")),
    "509": (("logistics_code", "logistics_name", "logistics"),),
    "605": (("agent_code", "agent_name", "agent"), ("ebc_code", "ebc_name", "ebc")),
    "607": (("agent_code", "agent_name", "agent"), ("logistics_code", "logistics_name", "logistics")),
    "213": (
        ("ebp_code", "ebp_name", "ebp"),
        ("ebc_code", "ebc_name", "ebc"),
        ("logistics_code", "logistics_name", "logistics"),
        ("agent_code", "agent_name", "agent"),
    ),
    "215": (("operator_code", "operator_name", "operator"), ("logistics_code", "logistics_name", "logistics")),
    "701": (
        ("agent_code", "agent_name", "agent"),
        ("ebc_code", "ebc_name", "ebc"),
        ("decl_agent_code", "decl_agent_name", "agent"),
    ),
}
"""The enterprises a document names: field of the code, of the name, role (§2, ENT-01)."""
NO_CODE = frozenset({"", "无", "NO"})
"""Values that stand for "no code": a foreign platform (无), an owner not registered (NO), an absent element."""


HEAD_PATHS = {number: "" if issubclass(head, Document) else f"{head.__name__}/" for number, head in HEADS.items()}
"""Its path below the document, with a trailing slash."""


def head_path(item: Submission | Reading) -> str:
    """Path of the head below the document."""
    return HEAD_PATHS[item.kind]


AS_IT_SHOULD_BE = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")
"""A guid of which nothing is to be said: a UUID in upper case, as nearly every one is."""
RIGHT: frozenset[str] = frozenset()


@lru_cache(maxsize=1024)
def faults_of_guid(guid: str) -> frozenset[str]:
    """What is wrong with a guid (MSG-01): `form`, `case`, `uuid`."""
    if AS_IT_SHOULD_BE.fullmatch(guid):
        return RIGHT
    if not GUID_ANY_CASE.fits(guid):
        return frozenset({"form"})
    faults = {"case": GUID.fits(guid), "uuid": UUID.fits(guid)}
    return frozenset(fault for fault, fits in faults.items() if not fits)


def _guids(item: Reading, fault: str, expected: str) -> Iterable[Fault]:
    """Of the message and of the document, as there may be a fault in either."""
    if not item.odd_guids:
        return NONE
    own, of_message = faults_of_guid(item.head.guid), faults_of_guid(item.message_guid)
    own_path = f"{head_path(item)}guid"
    found = ((own_path, item.head.guid, own), ("../@guid", item.message_guid, of_message))
    return [(path, expected, guid) for path, guid, faults in found if fault in faults]


def guid_is_unusable(item: Reading) -> Iterable[Fault]:
    return _guids(item, "form", "36 characters of 0-9 A-Z - _")


def guid_has_lower_case(item: Reading) -> Iterable[Fault]:
    return _guids(item, "case", "letters in upper case (英文字母大写)")


def guid_is_no_uuid(item: Reading) -> Iterable[Fault]:
    return _guids(item, "uuid", "a UUID, 8-4-4-4-12 hexadecimal digits")


def guid_is_the_messages(item: Reading) -> Iterable[Fault]:
    if item.head.guid != item.message_guid:
        return NONE
    return ((f"{head_path(item)}guid", "another guid than that of the message", item.head.guid),)


def version_is_not_1_0(item: Reading) -> Iterable[Fault]:
    return NONE if item.version == "1.0" else ((("../@version"), "1.0", item.version),)


def subscription_is_unknown(item: Reading) -> Iterable[Fault]:
    """BaseSubscribe stands behind the documents of a message; what is said of it stands with the first of them."""
    if item.written is None or item.written.getprevious() is not None:
        return NONE
    said = [
        (node.findtext(f"{{{CEB}}}status") or "").strip()
        for node in item.written.itersiblings(f"{{{CEB}}}BaseSubscribe")
    ]
    expected = f"one of {', '.join(SUBSCRIPTIONS)}"
    return [
        (f"../BaseSubscribe[{place}]/status", expected, status)
        for place, status in enumerate(said, 1)
        if status not in SUBSCRIPTIONS
    ]


def app_time_is_no_time(item: Reading) -> Iterable[Fault]:
    if read_compact(item.head.app_time) is None:
        return ((f"{head_path(item)}appTime", "a date and time YYYYMMDDhhmmss", item.head.app_time),)
    return NONE


def app_time_is_ahead(item: Submission, _: Facts) -> Iterable[Fault]:
    at = read_compact(item.app_time)
    if at is not None and shifted(at, item.shift) > item.received_at + SKEW:
        return ((f"{head_path(item)}appTime", f"not after {compact(item.received_at)}", item.app_time),)
    return NONE


def app_status_is_unknown(item: Reading) -> Iterable[Fault]:
    if item.head.app_status in {"1", "2"}:
        return NONE
    return ((f"{head_path(item)}appStatus", "1 (draft) or 2 (declare)", item.head.app_status),)


def app_status_is_left_empty(item: Reading) -> Iterable[Fault]:
    """X6c: the schema gives an empty element its default, so only the element as it was written tells it."""
    if item.written is None or item.head.app_status != "1" or (item.written.findtext(APP_STATUS) or "").strip():
        return NONE
    return ((f"{head_path(item)}appStatus", "1 (draft) or 2 (declare), written out", ""),)


def mandatory_field_is_empty(item: Reading) -> Iterable[Fault]:
    """MSG-16. Whether to look closer is seen from the JSON of the document: usually nothing is empty, nothing begins
    with a space, and no white space but the ASCII one stands in it (JSON escapes control characters).
    """
    document, head = item.document, item.head
    text = item.content.decode()
    if not item.hollow and text.isprintable() and '" ' not in text and "\\" not in text and " " not in item.key:
        return NONE
    nodes = [("", document)] if head is document else _parts(document)
    return [fault for path, node in nodes for fault in _empty_fields(path, node)] + list(_padded_keys(item))


def _parts(document: Node) -> list[tuple[str, Node]]:
    head = document[0]
    return [
        (f"{type(head).__name__}/", head),
        *((f"{type(line).__name__}[{i}]/", line) for i, line in enumerate(document[1], 1)),
    ]


def _empty_fields(path: str, node: Node) -> Iterable[Fault]:
    fields: tuple[Field, ...] = type(node).filled
    for f in fields:
        value = node[type(node).places[f.name]]
        if value is not None and not value.strip() and (type(node).__name__, f.name) not in OWN_RULE:
            yield f"{path}{f.xml}", f"a value: {f.zh} {f.en} is mandatory (必填)", value


def _padded_keys(item: Reading) -> Iterable[Fault]:
    for name in type(item.document).key:
        value = item.head.raw(name) or ""
        if value and (value[0].isspace() or value[-1].isspace()):
            field = next(f for f in type(item.head).fields if f.name == name)
            yield f"{head_path(item)}{field.xml}", "a key without surrounding space", repr(value)


def enterprise_is_unknown(item: Submission, facts: Facts) -> Iterable[Fault]:
    """ENT-01 in a closed registry; an owner has a rule of its own (ENT-05)."""
    if facts.registry.mode == "open":
        return NONE
    return [
        (f"{head_path(item)}{_xml(item, field)}", f"the code of a registered enterprise ({role})", code)
        for (field, _, role), code in zip(FIELD_ROLES[item.kind], item.firms, strict=True)
        if role != "owner" and code not in NO_CODE and facts.known(code) is None
    ]


def code_is_malformed(item: Submission | Reading, facts: Facts) -> Iterable[Fault]:
    """ENT-11: an 18-character credit code with its check character, or a 10-character customs code."""
    return [
        (
            f"{head_path(item)}{_xml(item, field)}",
            "an 18-character credit code (USCC) or a 10-character customs code",
            code,
        )
        for (field, _, role), code in zip(FIELD_ROLES[item.kind], item.firms, strict=True)
        if code and not (code in NO_CODE and role in {"ebp", "owner"})
        if facts.known(code) is None and not is_well_formed(code)
    ]


def enterprise_is_enrolled_at_first_sight(item: Submission, facts: Facts) -> Iterable[Fault]:
    """Open registry: a well-formed unknown code is enrolled with the role its field implies, once its document is
    accepted (`enrol`): what is refused registers nobody.
    """
    if facts.registry.mode == "closed":
        return NONE
    return [
        (f"{head_path(item)}{_xml(item, field)}", "a code registered beforehand", f"{code}, enrolled as {role}")
        for (field, _, role), code in zip(FIELD_ROLES[item.kind], item.firms, strict=True)
        if _is_new(code, facts)
    ]


def enrol(item: Submission, facts: Facts) -> None:
    """Enrol the firms that an accepted document names, and nobody knew before, in an open registry."""
    if facts.registry.mode == "closed":
        return
    for (_, _, role), code, name in zip(FIELD_ROLES[item.kind], item.firms, item.names, strict=True):
        if _is_new(code, facts):
            own = code == item.cop_code and item.dxp_id != PLAYED_DXP_ID
            dxp_ids = (item.dxp_id,) if own else ()
            facts.enrolled[code] = Enterprise(code, name, (role,), dxp_ids=dxp_ids, enrolled=True)


def _is_new(code: str, facts: Facts) -> bool:
    return code not in NO_CODE and facts.known(code) is None and is_well_formed(code)


def sender_is_unknown(item: Submission, facts: Facts) -> Iterable[Fault]:
    """MSG-06: any registered firm may carry, an unknown one may not."""
    if facts.registry.mode == "open" or facts.known(item.cop_code):
        return NONE
    return (("../BaseTransfer/copCode", "the code of a registered enterprise", item.cop_code),)


def dxp_id_is_not_the_senders(item: Submission, facts: Facts) -> Iterable[Fault]:
    """MSG-06: the dxpId must be one of the transmitting enterprise's, where the registry lists them."""
    sender = facts.known(item.cop_code)
    if sender is None or not sender.dxp_ids or item.dxp_id in {*sender.dxp_ids, PLAYED_DXP_ID}:
        return NONE
    return (("../BaseTransfer/dxpId", f"one of {', '.join(sender.dxp_ids)}", item.dxp_id),)


def _xml(item: Submission | Reading, name: str) -> str:
    head = HEADS[item.kind]
    xml: str = head.members[head.places[name]].xml
    return xml
