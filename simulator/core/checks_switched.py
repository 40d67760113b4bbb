"""Predicates that speak where a profile says so: what one customs district asks for and another does not."""

from collections.abc import Iterable

from swsim.simulator.core.checks_common import NONE, Fault
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.incoming import Submission
from swsim.simulator.core.keys import external
from swsim.simulator.core.movement import Dossier

MAIL = "6"
"""trafMode of the mail, which has no vehicle, voyage or bill of lading."""


def zone_is_denied(item: Submission, facts: Facts) -> Iterable[Fault]:
    """STA-01, where a profile says that a customs lies in no pilot zone, whatever the table of codes has."""
    rules = facts.profile.at(item.customs_code).rules
    if "STA-01/denied" not in rules or item.head.statistics_flag != "A":
        return NONE
    return (("InventoryHead/customsCode", "a customs of a comprehensive pilot zone 综试区", item.customs_code),)


def site_is_missing(item: Submission, facts: Facts) -> Iterable[Fault]:
    """ARR-02: loctNo, where the customs has several supervision sites."""
    if "ARR-02/site" not in facts.profile.at(item.customs_code).rules or item.head.loct_no:
        return NONE
    return (("ArrivalHead/loctNo", "the supervision site: this customs has several", ""),)


def master_list_is_missing(item: Dossier, _: Facts) -> Iterable[Fault]:
    """ORD-03: a list that left its transport fields to the master list (607) has got them before it arrives."""
    return [
        (one.path, "a list whose transport was given, by itself or by a master list (607)", external(one.held.key))
        for one in item.lists
        if one.held is not None and not one.held.bill_ref and item.head.traf_mode != MAIL
    ]
