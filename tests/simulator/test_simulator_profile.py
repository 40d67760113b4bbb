"""Profiles: what ships, what a user's file may say, how delays are distributed, when nothing answers."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swsim.simulator.clock import BEIJING, read_clock, real_now
from swsim.simulator.core.rules import BY_ROW, RULES, Severity
from swsim.simulator.delays import Delay, read_delay
from swsim.simulator.hours import Load, Queue, answered_at, read_outages, read_stretch
from swsim.simulator.profile import PROFILES, SWITCHES, read_profile, shipped
from swsim.simulator.profiles.checked import ROWS, checked_profile, said_profile
from swsim.simulator.sandbox import Settings

DAY = datetime(2026, 1, 5, tzinfo=BEIJING)


def at(hour: int, minute: int = 0) -> datetime:
    return DAY + timedelta(hours=hour, minutes=minute)


# --- what ships -------------------------------------------------------------------------------------------------------


def test_the_profiles_of_the_issue_ship() -> None:
    """Each file is read, says in both languages what it is for, and names only rows that there are."""
    wanted = {"standard", "strict", "instant", "lenient", "peak-day", "inspection-heavy", "customs-outage", "2016-26"}
    assert set(PROFILES) == wanted
    for name, profile in PROFILES.items():
        assert profile.name == name
        assert shipped(name)["zh"]
        assert shipped(name)["en"]
        assert profile.rules.keys() <= ROWS


def test_lenient_refuses_by_no_rule() -> None:
    """Of the table nothing refuses; what refuses in `standard` is remarked on, the rest stays."""
    lenient, standard = PROFILES["lenient"], PROFILES["standard"]
    for rule in RULES:
        expected = Severity.REMARK if rule.standard is Severity.REFUSE else rule.severity(standard)
        assert rule.severity(lenient) is expected


@pytest.mark.parametrize("said", ["peak-day", {"base": "strict", "sent_after": {"p0": 1, "p100": 9}, "name": "ours"}])
def test_settings_keep_a_profile(said: Any) -> None:
    """A profile goes through the store as it was said, and is read once."""
    settings = Settings(read_clock("real", real_now()), said)
    again = Settings.load(settings.dump())
    assert again.profile == settings.profile == read_profile(said)
    assert again.profile is settings.profile


# --- a file of one's own ----------------------------------------------------------------------------------------------


def test_a_file_goes_over_its_base(tmp_path: Path) -> None:
    """Switches, severities, and what differs at a customs; everything else is the base's. Its name is the file's."""
    path = tmp_path / "ours.toml"
    path.write_text(
        'base = "strict"\nmissing = "eport"\nsent_after = [1, 3]\n[rules]\n"MAT-06" = "off"\nENT-08 = "remark"\n'
        '[customs.2244]\ninspection_rate = 0.5\nrules = { "MAT-06" = "refuse" }\n',
        "utf-8",
    )
    said = said_profile(str(path))
    assert json.loads(json.dumps(said)) == said
    profile = checked_profile(said)
    assert (profile.name, profile.severity, profile.missing) == ("ours", "strict", "eport")
    assert profile.sent_after == Delay(1, 3)
    assert profile.customs_after == PROFILES["strict"].customs_after
    there, elsewhere = profile.at("2244"), profile.at("5100")
    assert elsewhere is profile
    assert (there.inspection_rate, there.missing, there.severity) == (0.5, "eport", "strict")
    assert BY_ROW["MAT-06"].severity(profile) is Severity.OFF
    assert BY_ROW["MAT-06"].severity(there) is Severity.REFUSE
    assert BY_ROW["ENT-08/open"].severity(profile) is Severity.REMARK, "an id speaks of all its rows"
    assert BY_ROW["MAT-05"].severity(profile) is Severity.REFUSE


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("none", "profile: expected one of standard, strict"),
        ({"base": "none"}, "expected base one of standard"),
        ({"colour": 1}, "switch: expected one of severity, "),
        ({"severity": "harsh"}, "severity: expected one of standard, strict, lenient, got 'harsh'"),
        ({"logistics_success": True}, "logistics_success: expected one of 399, 120, got True"),
        ({"inspection_rate": 1.5}, "inspection_rate: expected a share from 0 to 1, got 1.5"),
        ({"inspection_rate": True}, "inspection_rate: expected a share from 0 to 1, got True"),
        ({"success_code": 0}, "success_code: expected a text, got 0"),
        ({"sent_after": [3, 1]}, "sent_after: expected seconds, [least, most]"),
        ({"sent_after": "soon"}, "sent_after: expected seconds"),
        ({"sent_after": {"median": 5, "p95": 2}}, "sent_after: expected 0 < median <= p95"),
        ({"sent_after": {"median": 5, "p95": 9, "x": 1}}, "sent_after: expected seconds"),
        ({"sent_after": {"p0": 5, "p50": 2, "p100": 9}}, "sent_after: expected percentiles from p0 to p100 that rise"),
        ({"sent_after": {"p10": 5}}, "sent_after: expected percentiles from p0 to p100"),
        ({"sent_after": {"q10": 5}}, "sent_after: expected seconds"),
        ({"stretch": {"24-25": 2}}, "stretch: expected hours of the day"),
        ({"stretch": {"1-2": -1}}, "stretch: expected a factor from 0 to 1000 for 1-2, got -1"),
        ({"stretch": 3}, "stretch: expected a table of hours"),
        ({"load": 3}, "load: expected a table of works_off (documents a second)"),
        ({"load": {"works_off": 1, "doubles_at": 1}}, "load: expected a table of works_off"),
        ({"load": {"works_off": 0, "doubles_at": 1, "most": 2}}, "numbers above 0"),
        ({"load": {"works_off": 1, "doubles_at": 1, "most": 0.5}}, "got most 0.5"),
        ({"customs": {"2244": {"load": {}}}}, "switches that may differ by customs, got load"),
        ({"outages": ["22:00-22:00"]}, "outages: expected a list of windows"),
        ({"outages": ["2026-01-02/2026-01-01"]}, "outages: expected a list of windows"),
        ({"outages": ["2026-13-02/2026-01-01"]}, "outages: expected a list of windows"),
        ({"outages": "22:00-23:00"}, "outages: expected a list of windows"),
        ({"rules": {"MAT-06": "loud"}}, "rules: expected rows of the rule table to refuse, remark, note, off"),
        ({"rules": {"MAT-99": "off"}}, "rules: expected rows or ids of the rule table, got MAT-99"),
        ({"customs": {"2244": {"rules": {"MAT-99": "off"}}}}, "got MAT-99"),
        ({"customs": {"2244": {"colour": 1}}}, "profile customs 2244 switch: expected one of"),
        ({"customs": {"2244": {"translate": "auto"}}}, "switches that may differ by customs, got translate"),
        ({"customs": ["2244"]}, "customs: expected tables of switches by customsCode"),
        ({"name": ""}, "expected a name, got ''"),
        ({"missing": {1, 2}}, "profile: expected texts, numbers, lists and tables"),
        (7, "profile: expected a name or an object of switches, got 7"),
    ],
)
def test_what_no_switch_knows_is_refused(said: Any, told: str) -> None:
    """The error says where, what was expected, what was given."""
    with pytest.raises(ValueError) as caught:
        checked_profile(said)
    assert told in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Neither a profile that ships nor a file; a file that is no TOML; a file with a wrong value."""
    with pytest.raises(ValueError, match=r"or a TOML file, got 'nowhere\.toml'"):
        said_profile("nowhere.toml")
    for text in ("= 1", 'severity = "x"'):
        path = tmp_path / "bad.toml"
        path.write_text(text, "utf-8")
        with pytest.raises(ValueError, match=r"bad\.toml: "):
            said_profile(str(path))


def test_every_switch_says_what_it_is() -> None:
    """The reference page is written from the declarations: one line each, and a rule id that rules.md has."""
    assert all(0 < len(declared.metadata["says"]) < 100 for declared in SWITCHES.values())
    assert all(re.fullmatch(r"([A-Z0-9]+-\d+)?", declared.metadata["rule"]) for declared in SWITCHES.values())


# --- delays -----------------------------------------------------------------------------------------------------------

DELAYS = st.sampled_from(
    [
        read_delay(3),
        read_delay([2, 7]),
        read_delay({"median": 10, "p95": 120, "least": 1, "most": 600}),
        read_delay({"p0": 1, "p50": 5, "p95": 60, "p100": 600}),
    ]
)


@given(delay=DELAYS, shares=st.lists(st.floats(0, 1, exclude_max=True), min_size=2, max_size=2))
def test_a_delay_rises_with_its_share_and_keeps_its_bounds(delay: Delay, shares: list[float]) -> None:
    """Whatever the distribution, a larger share is never faster, and none lies outside."""
    low, high = (delay.draw(share).total_seconds() for share in sorted(shares))
    assert delay.least <= low <= high <= delay.most


def test_the_percentiles_are_those_that_were_said() -> None:
    """Fixed, even, lognormal, percentiles."""
    assert {read_delay(3).seconds(share) for share in (0.0, 0.5, 0.99)} == {3.0}
    assert [read_delay([2, 7]).seconds(share) for share in (0.0, 0.5)] == [2.0, 4.5]
    tail = read_delay({"median": 10, "p95": 120})
    assert tail.seconds(0.5) == pytest.approx(10, rel=1e-6)
    assert tail.seconds(0.95) == pytest.approx(120, rel=1e-6)
    steps = read_delay({"p0": 1, "p50": 5, "p95": 60, "p100": 600})
    assert [steps.seconds(share) for share in (0.0, 0.25, 0.5, 0.95)] == pytest.approx([1, 3, 5, 60])
    assert steps.seconds(1.0) == 600
    assert [str(delay) for delay in (read_delay(3), read_delay([2, 7]), tail, steps)] == [
        "3",
        "2-7",
        "median 10, p95 120, 0-3.16224e+07",
        "p0 1, p50 5, p95 60, p100 600",
    ]


# --- hours ------------------------------------------------------------------------------------------------------------


def test_a_delay_stretches_with_the_hour_it_begins_in() -> None:
    """Ten seconds in the morning are fifty at 20:00, and ten again at midnight; an instant stays one."""
    profile = read_profile({"sent_after": 10, "stretch": {"20-24": 5}})
    for hour, minute, seconds in ((9, 0, 10), (19, 59, 10), (20, 0, 50), (23, 59, 50), (0, 0, 10)):
        begun = at(hour, minute)
        assert profile.due(begun, profile.sent_after, 0.5) == begun + timedelta(seconds=seconds)
    assert profile.due(at(20), read_delay(0), 0.5) == at(20)
    assert read_stretch({}) == ()


def test_a_queue_is_worked_off_as_time_passes() -> None:
    """Two documents a second leave it; a delay goes by what is left, up to the most; time that ran back takes none."""
    load = Load(works_off=2, doubles_at=10, most=3)
    queue = load.joined(Queue(), 10, at(9))
    for seconds, left in ((-1, 10_000), (0, 10_000), (1, 8000), (4.999, 2), (5, 0), (6, 0)):
        assert load.left(queue, at(9) + timedelta(seconds=seconds)) == left
    assert load.joined(queue, 1, at(9) + timedelta(seconds=1)).level == 9000
    for count, factor in ((0, 1), (1, 1.1), (10, 2), (20, 3), (21, 3)):
        assert load.factor(load.joined(Queue(), count, at(9)), at(9)) == pytest.approx(factor)
    profile = read_profile({"sent_after": 10, "load": {"works_off": 2, "doubles_at": 10, "most": 3}})
    assert profile.due(at(9), profile.sent_after, 0.5, queue) == at(9) + timedelta(seconds=20)
    assert str(profile.load) == "2 a second, twice as long at 10, at most 3 times"


def test_nothing_falls_due_inside_an_outage() -> None:
    """The end of the window is the first moment outside; one over midnight, one that ends in another, one once."""
    outages = read_outages(["22:00-23:30", "23:50-00:10", "00:05-00:20", "2026-01-05T10:00/2026-01-05T12:00"])
    for begun, answered in (
        (at(21, 59), at(21, 59)),
        (at(22), at(23, 30)),
        (at(23, 29), at(23, 30)),
        (at(23, 30), at(23, 30)),
        (at(23, 55), at(24, 20)),
        (at(0, 1), at(0, 20)),
        (at(10), at(12)),
        (at(12), at(12)),
        (at(34), at(34)),
    ):
        assert answered_at(begun, outages) == answered
    profile = read_profile({"sent_after": 60, "outages": ["22:00-23:30"]})
    assert profile.answered(profile.due(at(21, 59), profile.sent_after, 0.0)) == at(23, 30)
    assert profile.answered(at(21, 59)) == at(21, 59)
