"""How this customs behaves where the rules leave a choice: one profile a sandbox, as data.

A profile is a TOML file (`simulator/profiles/*.toml`, or the user's own): the switches declared here, a table `rules`
of rows to severities, and a table `customs` of what differs at a customs district. docs/reference/profiles.md is
written from these declarations.
"""

import pkgutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, get_args

import orjson

from swsim.simulator.clock import BEIJING
from swsim.simulator.core.faults import FaultPlan
from swsim.simulator.delays import NO_DELAY, Delay
from swsim.simulator.faults.read import read_faults
from swsim.simulator.hours import NOBODY, Load, Outage, Queue, Stretch, answered_at
from swsim.simulator.profiles.duties import Duties, Lags
from swsim.simulator.profiles.signatures import Signatures
from swsim.simulator.profiles.switches import Names, Rates, Text9, Text16, read_switch, switch

Column = Literal["standard", "strict", "lenient"]
Regime = Literal["2018-194", "2024-167", "by-date"]
SEVERITIES = ("refuse", "remark", "note", "off")

RECEIPTS_NOT_REQUIRED_FROM = datetime(2024, 12, 15, tzinfo=BEIJING)
"""Announcement 2024-167 §2: lists need the transaction and the logistics data only."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Switches of a sandbox; the names are those of rules.md. The defaults are the profile `standard`."""

    name: str = "standard"
    severity: Column = switch("standard", "column of the rule table; `lenient` refuses only what schema and keys do")
    rules: Mapping[str, str] = field(default_factory=dict)
    """Severity by row or rule id, before the column."""
    by_customs: Mapping[str, "Profile"] = field(default_factory=dict)
    """By customsCode: this profile with what differs there (`at`)."""

    faults: tuple[FaultPlan, ...] = ()
    """Rows of the fault table that every sandbox of this profile has, behind its own."""

    # --- how long it takes ------------------------------------------------------------------------------------------
    sent_after: Delay = switch(Delay(1, 1), "2 to 3: seconds until the e-port has sent a message to customs")
    customs_after: Delay = switch(Delay(2, 7), "3 to 120 (a waybill's 399) or 100")
    approved_after: Delay = switch(Delay(2, 5), "120 to 399, or to 300, of a list")
    reviewed_after: Delay = switch(Delay(3600, 7200), "300 to 399 (a refund's 800) or 100")
    inspected_after: Delay = switch(Delay(3600, 7200), "500, and a refund's 600, to 800")
    parts_within: Delay = switch(Delay(86400, 86400), "until a split document is 100 that lacks parts", "ARR-01")
    played_after: Delay = switch(Delay(2, 10), "from what calls for a document of another role to it (autopilot)")
    retried_after: Delay = switch(Delay(30, 60), "4 to 3: until what could not be sent is sent again")
    summed_after: Delay = switch(Delay(60, 300), "399 of a summary to its first CEB792", "SUM-13")
    declared_after: Delay = switch(Delay(1800, 7200), "one CEB792 of a declaration to the next, three times", "SUM-16")
    stretch: Stretch = switch((), "what delays are multiplied by, by the hour they begin in (Beijing time)")
    load: Load | None = switch(None, "what delays are multiplied by, by the documents that wait", wide=True)
    outages: tuple[Outage, ...] = switch((), "windows in which nothing can be sent (4) and customs does not answer")

    # --- what befalls a document ------------------------------------------------------------------------------------
    send_failed_rate: float = switch(0.0, "share of messages whose first sending fails (4, then 3)")
    review_rate: float = switch(0.0, "share of lists that are reviewed by hand (300)")
    review_reject_rate: float = switch(0.0, "share of reviewed documents that are turned down (100)")
    inspection_rate: float = switch(0.0, "share of lists inspected when their goods arrive (500)", "ARR-05")
    hold_rate: float = switch(
        0.0, "share of inspected lists that stay at 500 until they are released by hand", "ARR-05"
    )
    credit_rates: Rates = switch({}, "least share of lists inspected, by credit of seller or agent", "ENT-09")
    refund_review_rate: float = switch(0.0, "share of refunds that are reviewed by hand (300)", "RET-10")
    refund_inspection_rate: float = switch(0.0, "share of refunds that are inspected (500)", "RET-10")
    refund_suspend_rate: float = switch(0.0, "share of refunds that are suspended (600)", "RET-10")
    refund_hand_over_rate: float = switch(0.0, "share of inspected or suspended refunds handed over (505)", "RET-10")

    # --- where rules.md names two readings --------------------------------------------------------------------------
    match: float | None = switch(None, "a list without its documents: 100 at once, or wait T for them", "ORD-02")
    match_answers: Literal["list", "all"] = switch(
        "list", "who is answered 100 when the match fails: the list, or order, receipt and waybill too", "MAT-01"
    )
    limits: Literal["schema", "eport"] = switch(
        "schema", "who counts documents and lines: the schema (CEB900), or the e-port (table 7-2)", "MSG-07", wide=True
    )
    missing: Literal["customs", "eport"] = switch(
        "customs", "who answers a list without its order or receipt: 100 with a text, or -301003, -401004", "ORD-01"
    )
    logistics_success: Literal[399, 120] = switch(
        399, "success of a 506: the text says 399, an open simulator and client code say 120", "ORD-01"
    )

    # --- the month end ----------------------------------------------------------------------------------------------
    declares: Literal["after", "never", "refused"] = switch(
        "after", "what the declaring agent, whom customs plays, does with the declarations of a summary", "SUM-16"
    )
    summary_flag_1: Literal["eight_same", "consignor_only"] = switch(
        "eight_same", "summaryFlag 1: the producer stays in the key (2018-194), or not (table of §2.21.4)", "SUM-10"
    )
    dec_states: Names = switch(
        ("1", "2", "3", "4", "9"), "values of decState, which are not published: these are invented", "SUM-13"
    )
    summary_term: Literal["2018-194", "2016-26"] = switch(
        "2018-194",
        "when a month's lists are due: on the 15th of the next; as until 2018, on the 10th (ASSUMED)",
        "SUM-02",
    )

    # --- duties of enterprises (findings of GET …/duty) ---------------------------------------------------------------
    transmitted_within: Lags = switch(
        Lags(), "from appTime to receipt: what still is real time (实时传输), ASSUMED", "DUT-01"
    )
    duties: Duties = switch(
        {}, "what a breach does to the list it concerns beside its finding: 300, 500, 100 (ASSUMED)", "DUT-01"
    )

    # --- the line -----------------------------------------------------------------------------------------------------
    format_errors: Literal["both", "sync", "async"] = switch(
        "both", "a message that fails the schema: problem+json, CEB900, or both", "MSG-03", wide=True
    )
    translate: Literal["auto", "follow", "always"] = switch(
        "auto", "an enterprise on real time in a sandbox of another month: move its times", "MSG-04", wide=True
    )
    prefix: Literal["", "ceb"] = switch(
        "", "form of a return: default namespace, as real returns have it, or the samples' prefix", wide=True
    )
    signature: Signatures = switch(
        Signatures(),
        "electronic signatures: not at all, by findings, by refusal; all of them or by kind",
        "MSG-14",
        wide=True,
    )
    declaration: Literal["plain", "standalone", "none"] = switch(
        "plain", 'XML declaration of a return: plain, with standalone="yes" as in captures, or none', wide=True
    )
    bom: Literal["no", "yes"] = switch("no", "a byte order mark before a return", wide=True)
    records: int = switch(100, "records that one return groups", wide=True)
    receiver: Text16 = switch("DXPEDCCEB0000003", "user number of the export system, receiver of envelopes", wide=True)
    success_code: Text9 = switch("0000", "ResponseCode of a DxpRep that accepts", wide=True)

    @property
    def written(self) -> dict[str, Any]:
        """How a return is written (`codec.encode`), all but the prefix."""
        return {
            "declaration": self.declaration != "none",
            "standalone": self.declaration == "standalone",
            "bom": self.bom == "yes",
        }

    @property
    def strict(self) -> bool:
        """The severity column is `strict`."""
        return self.severity == "strict"

    @property
    def lenient(self) -> bool:
        """The severity column is `lenient`."""
        return self.severity == "lenient"

    def at(self, customs_code: str) -> "Profile":
        """How this customs behaves at a customs district."""
        return self.by_customs.get(customs_code, self) if self.by_customs else self

    def due(self, at: datetime, delay: Delay, share: float, queue: Queue = NOBODY) -> datetime:
        """When a step is taken that begins at `at`, stretched by the hour, and by the queue where it waits in one."""
        if not delay.most:
            return at
        seconds = delay.seconds(share) * (self.stretch[at.astimezone(BEIJING).hour] if self.stretch else 1)
        seconds *= self.load.factor(queue, at) if self.load is not None else 1
        return at + timedelta(milliseconds=round(seconds * 1000))

    def answered(self, at: datetime) -> datetime:
        """The first moment from `at` on that lies in no outage."""
        return answered_at(at, self.outages) if self.outages else at

    @property
    def waits(self) -> bool:
        """Lists may wait for their documents (ORD-02), here or at some customs."""
        return self.match is not None or any(one.match is not None for one in self.by_customs.values())

    @property
    def suspects(self) -> bool:
        """A breach of some duty does something to a list, here or at some customs."""
        return any(one != "finding" for profile in (self, *self.by_customs.values()) for one in profile.duties.values())

    @property
    def instant(self) -> bool:
        """A list is judged in the turn it was received in."""
        return not (self.sent_after.most or self.customs_after.most or self.by_customs)


SWITCHES = {declared.name: declared for declared in fields(Profile) if "says" in declared.metadata}
"""By name, in the order of the reference page."""
TABLES = ("rules", "customs", "faults")
SHIPPED = ("standard", "strict", "instant", "lenient", "peak-day", "inspection-heavy", "customs-outage", "2016-26")
_WORDS = {"name", "base", "en", "zh"}
"""What a file says beside switches: its name, what it goes over, what it is for."""


def read_profile(value: str | dict[str, Any]) -> Profile:
    """A profile by name, or ``{"base": NAME, switch: value…}``; ValueError names what is unknown and what is known."""
    if isinstance(value, str):
        if value not in PROFILES:
            raise ValueError(f"profile: expected one of {', '.join(PROFILES)}, got {value!r}")
        return PROFILES[value]
    if not isinstance(value, dict):
        raise ValueError(f"profile: expected a name or an object of switches, got {value!r}")
    try:
        return _read(orjson.dumps(value))
    except orjson.JSONEncodeError as error:
        raise ValueError(f"profile: expected texts, numbers, lists and tables, got {error}") from None


@lru_cache(maxsize=256)
def _read(packed: bytes) -> Profile:
    """Read once: a sandbox asks for its profile whenever its settings change."""
    value = orjson.loads(packed)
    return profile_over(read_profile(_base(value)), value)


def _base(value: dict[str, Any]) -> str:
    base = value.get("base", "standard")
    if not isinstance(base, str) or base not in PROFILES:
        raise ValueError(f"profile: expected base one of {', '.join(PROFILES)}, got {base!r}")
    return base


def profile_over(base: Profile, value: Mapping[str, Any]) -> Profile:
    """What a file or object says over another profile; ValueError."""
    if isinstance(value.get("name", ""), str) and value.get("name", base.name):
        base = replace(base, name=value.get("name", base.name), by_customs={})
    else:
        raise ValueError(f"profile: expected a name, got {value['name']!r}")
    said = {name: given for name, given in value.items() if name not in _WORDS}
    districts = said.pop("customs", {})
    made = _over(base, said, "profile")
    if not isinstance(districts, dict) or not all(isinstance(one, dict) for one in districts.values()):
        raise ValueError(f"profile customs: expected tables of switches by customsCode, got {districts!r}")
    by_customs = {}
    for code, given in districts.items():
        where = f"profile customs {code}"
        if wide := [name for name in given if name in SWITCHES and SWITCHES[name].metadata["wide"]]:
            raise ValueError(f"{where}: expected switches that may differ by customs, got {', '.join(wide)}")
        by_customs[code] = _over(made, given, where)
    return replace(made, by_customs=by_customs)


def _over(base: Profile, said: dict[str, Any], where: str) -> Profile:
    changes: dict[str, Any] = {}
    for name, given in said.items():
        if name == "rules":
            changes["rules"] = {**base.rules, **_severities(given)}
        elif name == "faults" and where == "profile":
            plans = read_faults({"faults": given})
            changes["faults"] = tuple(replace(plan, id=f"profile/{plan.id}") for plan in plans)
        elif name in SWITCHES:
            changes[name] = read_switch(SWITCHES[name], given)
        else:
            raise ValueError(f"{where} switch: expected one of {', '.join((*SWITCHES, *TABLES))}, got {name!r}")
    return replace(base, **changes)


def _severities(given: Any) -> dict[str, str]:
    """Rule rows are checked by `profiles.checked`, which knows the table."""
    if not isinstance(given, dict) or not all(one in SEVERITIES for one in given.values()):
        raise ValueError(f"profile rules: expected rows of the rule table to {', '.join(SEVERITIES)}, got {given!r}")
    return given


def shipped(name: str) -> dict[str, Any]:
    """The file of a profile that ships."""
    data = pkgutil.get_data("swsim.simulator.profiles", f"{name}.toml")
    assert data is not None  # noqa: S101 - it lies in the package
    return tomllib.loads(data.decode())


def _load() -> dict[str, Profile]:
    """A file may go over those before it."""
    known: dict[str, Profile] = {}
    for name in SHIPPED:
        value = shipped(name)
        known[name] = profile_over(known[value["base"]] if "base" in value else Profile(), value | {"name": name})
    return known


PROFILES = _load()


def receipts_required(regime: Regime, declared_at: datetime) -> bool:
    """Whether a list declared at `declared_at` needs a payment receipt (PAY-01, PAY-02)."""
    if regime == "by-date":
        return declared_at < RECEIPTS_NOT_REQUIRED_FROM
    return regime == "2018-194"


REGIMES: tuple[Regime, ...] = get_args(Regime)
__all__ = [
    "NOBODY", "NO_DELAY", "PROFILES", "REGIMES", "SWITCHES", "Delay", "Profile", "Queue", "Regime", "read_profile"
]  # fmt: skip
