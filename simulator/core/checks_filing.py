"""Predicates on who is registered for what: codes that stand for none, payment firms, business to business (§3)."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from swsim.simulator.clock import BEIJING, read_compact, shifted
from swsim.simulator.core.checks_common import FIELD_ROLES, NONE, Fault, head_path
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.incoming import Submission
from swsim.simulator.registry import Enterprise

ABROAD, NOT_REGISTERED, CASH = "无", "NO", "现金支付"
"""Stand for a code: ebpCode of a platform abroad, ownerCode of an owner that is not registered. Payment in cash."""
BUSINESS = frozenset({"9710", "9810"})
WRITTEN = tuple(f'"{mode}"'.encode() for mode in sorted(BUSINESS))
"""As the content of a list has them."""
WAREHOUSE = "9810"
WAREHOUSES_FILED_UNTIL = datetime(2024, 12, 15, tzinfo=BEIJING)
"""Announcement 2024-167 §1: from this day the filing of the overseas warehouse business is no more."""


def _place(item: Submission, role: str) -> tuple[str, str]:
    """Code and name of the firm in a role, as written."""
    at = [one for _, _, one in FIELD_ROLES[item.kind]].index(role)
    return item.firms[at], item.names[at]


def _bears(name: str, role: str, facts: Facts) -> Enterprise | None:
    """The registered enterprise of a role that bears a name."""
    wanted = name.strip()
    found = (one for one in facts.registry.enterprises.values() if role in one.roles and not one.enrolled)
    return next((one for one in found if wanted and one.name.strip() == wanted), None)


def platform_has_a_code(item: Submission, facts: Facts) -> Iterable[Fault]:
    """ENT-04: 无 stands for a platform abroad only."""
    code, name = _place(item, "ebp")
    known = _bears(name, "ebp", facts) if code == ABROAD else None
    return NONE if known is None else ((f"{head_path(item)}ebpCode", f"{known.code}, the code of {name}", code),)


def platform_stand_in_is_another(item: Submission, _: Facts) -> Iterable[Fault]:
    code, _name = _place(item, "ebp")
    return (
        NONE if code != NOT_REGISTERED else ((f"{head_path(item)}ebpCode", "a code, or 无 of a platform abroad", code),)
    )


def owner_is_unknown(item: Submission, facts: Facts) -> Iterable[Fault]:
    """ENT-05. An open registry knows whom it has not refused."""
    code, _name = _place(item, "owner")
    unknown = facts.registry.mode == "closed" and facts.known(code) is None
    if code in {"", NOT_REGISTERED} or not (unknown or code == ABROAD):
        return NONE
    return (("InventoryHead/ownerCode", "the code of a registered enterprise, or NO", code),)


def payment_firm_has_a_code(item: Submission, facts: Facts) -> Iterable[Fault]:
    """ENT-06: a payment firm that is registered here is no firm abroad."""
    code, name = _place(item, "pay")
    known = _bears(name, "pay", facts) if not code.strip() else None
    return NONE if known is None else (("payCode", f"{known.code}, the code of {name}", code),)


def payment_is_not_told(item: Submission, _: Facts) -> Iterable[Fault]:
    """ENT-06: only cash goes without firm and number."""
    code, name = _place(item, "pay")
    if name.strip() == CASH:
        return NONE
    expected = f"a value: only {CASH} goes without it"
    said = (("payCode", code), ("payNo", item.document.pay_no or ""))
    return [(path, expected, value) for path, value in said if not value.strip()]


def seller_is_not_filed(item: Submission, facts: Facts) -> Iterable[Fault]:
    """ENT-10: business to business is declared for enterprises that are filed with customs."""
    return [
        (
            "InventoryHead/ebcCode",
            "an enterprise filed with customs (报关单位备案)",
            f"{known.code}, for information only",
        )
        for _, known in _business(item, facts)
        if known.registration != "customs"
    ]


def warehouse_is_not_filed(item: Submission, facts: Facts) -> Iterable[Fault]:
    """ENT-10, of lists declared before the filing was given up."""
    at = read_compact(item.app_time)
    if at is None or shifted(at, item.shift) >= WAREHOUSES_FILED_UNTIL:
        return NONE
    return [
        ("InventoryHead/ebcCode", "an enterprise whose overseas warehouse is filed (海外仓业务备案)", known.code)
        for mode, known in _business(item, facts)
        if mode == WAREHOUSE and not known.overseas
    ]


def _business(item: Submission, facts: Facts) -> Iterator[tuple[str, Enterprise]]:
    """(trade mode, seller) of a list of business to business whose seller the registry describes.

    Few lists are: the texts of its JSON are looked at before it is decoded.
    """
    content = item.content
    if not any(written in content for written in WRITTEN):
        return
    known, mode = facts.known(_place(item, "ebc")[0]), item.head.trade_mode
    if mode in BUSINESS and known is not None and not known.enrolled:
        yield mode, known
