"""Time of a sandbox: what a clock says and how it is moved, durations and wire times, an enterprise on other time."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulator_annex import Sale, message
from simulator_line import NOW, Line

from swsim.simulator.clock import (
    BEIJING,
    NEAR,
    Clock,
    ClockError,
    ClockRunsForwardError,
    compact,
    from_ms,
    later,
    read_clock,
    read_compact,
    read_duration,
    read_instant,
    real_now,
    shifted,
    to_ms,
    translation,
)

REAL = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
THEN = datetime(2026, 1, 5, 9, 0, tzinfo=BEIJING)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
instants = st.datetimes(datetime(1970, 1, 2), datetime(8999, 12, 30), timezones=st.just(BEIJING))  # noqa: DTZ001 - given a zone
spans = st.timedeltas(timedelta(0), timedelta(days=20_000))


# --- modes ------------------------------------------------------------------------------------------------------------


def test_a_real_clock_says_real_time_in_beijing() -> None:
    """Whole milliseconds, as a returnTime has them."""
    clock = read_clock("real", REAL)
    at = clock.now(REAL + timedelta(microseconds=1_234_999))
    assert at == REAL + timedelta(milliseconds=1234)
    assert at.utcoffset() == 8 * HOUR
    assert clock.real_delay(at + 5 * SECOND, REAL) == pytest.approx(6.234)


def test_a_scaled_clock_runs_so_many_times_as_fast() -> None:
    """From real now, or from a time that is named."""
    clock = read_clock("scaled:60", REAL)
    assert clock.now(REAL) == REAL
    assert clock.now(REAL + SECOND) == REAL + 60 * SECOND
    assert clock.real_delay(REAL + HOUR, REAL) == pytest.approx(60)
    named = read_clock(f"scaled:0.5:{NOW}", REAL)
    assert named.now(REAL + 10 * SECOND) == THEN + 5 * SECOND


def test_a_virtual_clock_stands_until_it_is_moved() -> None:
    """Real time passes it by; what is due on it is due when somebody moves it."""
    clock = read_clock(f"virtual:{NOW}", REAL)
    assert clock.now(REAL + 1000 * HOUR) == THEN
    assert clock.real_delay(THEN + SECOND, REAL) is None
    assert clock.moved_to(THEN + HOUR).now(REAL) == THEN + HOUR
    assert clock.moved_to(THEN).now(REAL) == THEN
    with pytest.raises(ClockRunsForwardError, match="reset instead"):
        clock.moved_to(THEN - timedelta(milliseconds=1))


@pytest.mark.parametrize("text", ["real", "scaled:2"])
def test_only_a_virtual_clock_is_moved(text: str) -> None:
    """The others run by themselves."""
    with pytest.raises(ClockError, match="expected a virtual clock"):
        read_clock(text, REAL).moved_to(REAL + HOUR)


def test_what_is_overdue_is_due_at_once() -> None:
    """A delay is never negative."""
    assert read_clock("real", REAL).real_delay(REAL - HOUR, REAL) == 0
    assert read_clock("scaled:60", REAL).real_delay(REAL, REAL + HOUR) == 0


@given(st.floats(0.001, 1e6), instants, spans, spans)
def test_a_running_clock_never_goes_back(factor: float, origin: datetime, one: timedelta, two: timedelta) -> None:
    """Whatever its factor, later real time is no earlier sandbox time."""
    one, two = sorted((one / 1000, two / 1000))
    clock = Clock("scaled", origin.replace(year=2024), REAL, factor / 100)
    assert clock.now(REAL + one) <= clock.now(REAL + two)


@pytest.mark.parametrize(
    "text",
    [
        *("", "lunar", "real:1", "virtual", "virtual:", "virtual:soon", "virtual:2026-02-30", "scaled", "scaled:"),
        *("scaled:fast", "scaled:0", "scaled:-1", "scaled:1e3", "scaled:1000001", "scaled:60:soon", "scaled:²"),
        *("Real", "virtual:0001-01-01", "virtual:9999-12-31", "virtual:26-01-05"),
    ],
)
def test_a_clock_that_makes_no_sense_is_told(text: str) -> None:
    """A ClockError, or another ValueError, for the command line to print."""
    with pytest.raises(ValueError, match=r"expected|could not convert"):
        read_clock(text, REAL)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-01-05T09:00:00+08:00", 9),
        ("2026-01-05T09:00:00", 9),
        ("2026-01-05T01:00:00Z", 9),
        ("2026-01-05T00:00:00-01:00", 9),
        ("2026-01-05", 0),
    ],
)
def test_an_instant_is_read_as_beijing_time(text: str, hour: int) -> None:
    """A time without zone is Beijing time, others are converted."""
    assert read_instant(text) == datetime(2026, 1, 5, hour, tzinfo=BEIJING)
    assert read_instant(text).utcoffset() == 8 * HOUR


# --- durations --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P5DT4H", timedelta(days=5, hours=4)),
        ("PT30S", timedelta(seconds=30)),
        ("PT0.25S", timedelta(milliseconds=250)),
        ("PT90M", timedelta(minutes=90)),
        ("P1DT1H1M1S", timedelta(days=1, seconds=3661)),
        ("P0D", timedelta(0)),
        ("PT100000H", timedelta(hours=100_000)),
    ],
)
def test_a_duration_of_days_to_seconds_is_read(text: str, expected: timedelta) -> None:
    """ISO 8601, the parts that have one length whatever the calendar says."""
    assert read_duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "P", "PT", "P1DT", "T1H", "1D", "P1", "P1H", "PT1D", "P1Y", "P1M", "P1W", "-P1D", "P-1D", "PT1,5S"),
        *("PT.5S", "PT1.S", " P1D", "P1D ", "p1d", "P1D\n", "P٣D", "PT1M1H", "P" + "9" * 400 + "D"),
    ],
)
def test_a_duration_that_makes_no_sense_is_told(text: str) -> None:
    """Months and years have no one length; nothing is guessed."""
    with pytest.raises(ClockError, match="expected"):
        read_duration(text)


@given(st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99), st.integers(0, 999_999))
def test_durations_add_up(days: int, hours: int, minutes: int, milliseconds: int) -> None:
    """What was written is what is read, to the millisecond."""
    text = f"P{days}DT{hours}H{minutes}M{milliseconds / 1000:.3f}S"
    assert read_duration(text) == timedelta(days=days, hours=hours, minutes=minutes, milliseconds=milliseconds)


@given(st.text(alphabet="PTDHMS0123456789.-+ ٣", max_size=12))
def test_any_text_is_a_duration_or_told(text: str) -> None:
    """Never another error, never a negative one."""
    try:
        assert read_duration(text) >= timedelta(0)
    except ClockError as error:
        assert "expected" in str(error)  # noqa: PT017 - both ways are right


@given(instants, st.timedeltas(timedelta(0), timedelta.max))
def test_a_time_moved_out_of_the_calendar_is_told(at: datetime, by: timedelta) -> None:
    """An advance ends at a time, or is refused; it does not overflow."""
    try:
        assert later(at, by) == at + by
    except ClockError as error:
        assert "expected" in str(error)  # noqa: PT017 - both ways are right


# --- times on the wire ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20260105090000", datetime(2026, 1, 5, 9, tzinfo=BEIJING)),
        ("20240229235959", datetime(2024, 2, 29, 23, 59, 59, tzinfo=BEIJING)),
        ("00010101000000", datetime(1, 1, 1, tzinfo=BEIJING)),
        ("99991231235959", datetime(9999, 12, 31, 23, 59, 59, tzinfo=BEIJING)),
    ],
)
def test_a_compact_time_is_beijing_time(text: str, expected: datetime) -> None:
    """YYYYMMDDhhmmss, from the first year to the last."""
    assert read_compact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "202601050900", "2026010509000", "202601050900000", "20260105090000000", "2026-01-05T090"),
        *("20260230090000", "20250229000000", "20261301000000", "20260001000000", "20260100000000"),
        *("20260105240000", "20260105096000", "20260105090060", "20161231235960", "00000101000000"),
        *(" 0260105090000", "2026010509000 ", "+0260105090000", "2026010509000Z", "２０２６０１０５０９００００"),
        *("٢٠٢٦٠١٠٥٠٩٠٠٠٠", "2026W010509000", "20260105T09000", "20260105 90000", "2026010509:000"),
    ],
)
def test_what_is_no_real_date_time_is_none(text: str) -> None:
    """Twelve digits, impossible days, hour 24, leap seconds, week dates, other digits than ASCII ones."""
    assert read_compact(text) is None


@given(st.datetimes(timezones=st.just(BEIJING)).map(lambda at: at.replace(microsecond=0)))
def test_a_compact_time_is_read_back(at: datetime) -> None:
    """14 digits for every year there is."""
    assert read_compact(compact(at)) == at
    assert len(compact(at)) == 14
    assert compact(at, milliseconds=True) == compact(at) + "000"


@given(st.text(max_size=16))
def test_any_text_is_a_time_or_none(text: str) -> None:
    """Nothing raises, and nothing but 14 digits is a time."""
    at = read_compact(text)
    assert at is None or compact(at) == text


@given(st.text("0123456789", min_size=14, max_size=14))
def test_any_14_digits_are_a_time_or_none(text: str) -> None:
    """A time is read only where it is written the same way back."""
    at = read_compact(text)
    assert at is None or compact(at) == text


def test_a_compact_time_is_written_in_beijing_time() -> None:
    """Whatever the zone it is given in; a returnTime adds the milliseconds."""
    assert compact(datetime(2026, 1, 5, 1, 2, 3, 456_789, tzinfo=UTC)) == "20260105090203"
    assert compact(datetime(2026, 1, 5, 1, 2, 3, 6_789, tzinfo=UTC), milliseconds=True) == "20260105090203006"


@given(instants)
def test_milliseconds_of_the_store_are_the_time_again(at: datetime) -> None:
    """A due time comes back from the store as it was planned."""
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    assert from_ms(to_ms(at)) == at
    assert to_ms(at + timedelta(milliseconds=1)) == to_ms(at) + 1


# --- an enterprise on another time (decision 7) -----------------------------------------------------------------------


SHIFT = THEN - REAL


@pytest.mark.parametrize(
    ("app_time", "how", "expected"),
    [
        (THEN, "auto", timedelta(0)),
        (THEN + NEAR, "auto", timedelta(0)),
        (THEN - NEAR, "auto", timedelta(0)),
        (THEN + NEAR + SECOND, "auto", timedelta(0)),
        (REAL, "auto", SHIFT),
        (REAL + NEAR, "auto", SHIFT),
        (REAL - NEAR, "auto", SHIFT),
        (REAL + NEAR + SECOND, "auto", timedelta(0)),
        (REAL - NEAR - SECOND, "auto", timedelta(0)),
        (None, "auto", timedelta(0)),
        (REAL, "follow", timedelta(0)),
        (THEN, "follow", timedelta(0)),
        (REAL, "always", SHIFT),
        (THEN, "always", SHIFT),
        (THEN - 1000 * HOUR, "always", SHIFT),
        (None, "always", timedelta(0)),
    ],
)
def test_a_message_is_translated_by_its_app_time(app_time: datetime | None, how: str, expected: timedelta) -> None:
    """Within 36 h of the sandbox as it is, else within 36 h of real time moved, else as it is; or never, or always."""
    assert translation(app_time, THEN, REAL, how) == expected


def test_where_both_clocks_are_near_nothing_is_moved() -> None:
    """The sandbox's own time is looked at first."""
    assert translation(REAL, REAL - HOUR, REAL, "auto") == timedelta(0)


def test_a_translation_is_whole_seconds() -> None:
    """An appTime has no more; the moved time is a time on the wire again."""
    shift = translation(REAL, THEN, REAL + timedelta(microseconds=123_456), "auto")
    assert shift.microseconds == 0


@given(instants, instants, instants, st.sampled_from(["auto", "follow", "always"]))
def test_a_translated_time_is_near_the_sandbox(app: datetime, now: datetime, real: datetime, how: str) -> None:
    """`auto` moves only what was near real time, and then it is as near to sandbox time."""
    shift = translation(app, now, real, how)
    if how == "auto" and shift:
        assert abs(shifted(app, shift) - now) <= NEAR + SECOND
    if how == "follow":
        assert shift == timedelta(0)


def test_a_time_at_the_end_of_all_times_stays() -> None:
    """`always` with a sandbox far away does not overflow."""
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=BEIJING)
    assert shifted(last, timedelta(days=1)) == last
    assert shifted(THEN, SECOND) == THEN + SECOND


def beijing(at: datetime) -> str:
    return at.astimezone(timezone(timedelta(hours=8))).strftime("%Y%m%d%H%M%S")


async def judged(line: Line, sale: Sale, **profile: Any) -> tuple[int, list[str], float]:
    """Status of an order, rules that spoke of its time, and the shift that the journal notes."""
    await line.control("PUT", "/profile", {"base": "standard", **profile})
    await line.accepted(message("303", sale.document("303")))
    document = await line.document("303", *sale.key("303"))
    shift = [e["data"]["shift"] for e in await line.journal() if e["what"] == "message"][-1]
    rules = [one["rule"] for one in document["explain"] if one["rule"].startswith("MSG-0")]
    return document["history"][0]["status"], rules, shift


async def test_an_enterprise_on_real_time_meets_a_sandbox_in_another_month(served: Line) -> None:
    """`auto` takes its appTime as now; `follow` finds it ahead; in `strict` that is refused."""
    line = await served.create(clock={"mode": "virtual", "now": "2025-06-01T09:00:00+08:00"})
    now = real_now()
    status, rules, shift = await judged(line, Sale("O-1", at=beijing(now)))
    assert (status, rules) == (2, [])
    assert shift == pytest.approx((datetime(2025, 6, 1, 9, tzinfo=BEIJING) - now).total_seconds(), abs=30)
    assert await judged(line, Sale("O-2", at="20250601090000")) == (2, [], 0)
    assert await judged(line, Sale("O-3", at=beijing(now)), translate="follow") == (2, ["MSG-04"], 0)
    strict = {"severity": "strict", "translate": "follow"}
    assert await judged(line, Sale("O-4", at=beijing(now)), **strict) == (-301008, ["MSG-04"], 0)


async def test_an_old_message_is_found_among_translated_ones(served: Line) -> None:
    """Judged times are compared: a change made earlier in real time is old, one made later is not."""
    line = await served.create(clock={"mode": "virtual", "now": "2025-06-01T09:00:00+08:00"})
    now = real_now() - HOUR
    await line.accepted(message("303", Sale("O-1", at=beijing(now)).document("303")))
    for by, status in ((-5 * SECOND, -301014), (5 * SECOND, 2)):
        changed = Sale("O-1", at=beijing(now + by)).document("303", app_type="2")
        await line.accepted(message("303", changed))
        assert (await line.drain())[-1].statuses == [status]


@pytest.mark.parametrize(("at", "year"), [("99991231235959", 2126), ("00010101000000", 1990)])
async def test_an_impossible_time_is_judged_not_an_error(served: Line, at: str, year: int) -> None:
    """Under `always`, with a sandbox a century away, too."""
    line = await served.create(clock={"mode": "virtual", "now": f"{year}-01-05T09:00:00+08:00"})
    status, _, _ = await judged(line, Sale("O-1", at=at), translate="always")
    assert status == 2
