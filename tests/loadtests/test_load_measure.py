"""What a load run counts, without a network: percentiles, failures, and one sale as its sender sees it."""

from dataclasses import replace
from datetime import datetime

import pytest
from load_stub import returned

from swsim.fixtures.chain import BEIJING, Chain, chain
from swsim.loadtests.command import as_text
from swsim.loadtests.measure import FINAL, Outcome, Plan, Tally, percentile
from swsim.loadtests.sale import Sale
from swsim.simulator.messages.codec import Refused

AT = datetime(2026, 1, 5, 9, tzinfo=BEIJING)
PLAN = Plan("direct", 3, 10, "http://127.0.0.1:8180")


@pytest.mark.parametrize(
    ("samples", "percent", "expected"),
    [
        ([], 50, 0.0),
        ([7.0], 1, 7.0),
        ([3.0, 1.0, 2.0], 50, 2.0),
        ([4.0, 1.0, 3.0, 2.0], 50, 2.0),
        ([*range(1, 101)], 95, 95),
    ],
)
def test_percentile_is_a_sample_by_nearest_rank(samples: list[float], percent: float, expected: float) -> None:
    """No interpolation: a percentile is a time that was measured."""
    assert percentile(samples, percent) == expected


def ticking(*seconds: float) -> Tally:
    """A tally whose clock shows these seconds, one a look."""
    looks = iter(seconds)
    return Tally(clock=lambda: next(looks))


def end(tally: Tally, number: int, exception: Exception | None = None) -> None:
    """End an order as a user does."""
    tally.request(
        request_type=FINAL, name="603 to final return", response_time=tally.ended(number), exception=exception
    )


def test_outcome_counts_from_the_first_list_to_the_last_return() -> None:
    """Two lists sent at 1 s and 2 s, ended at 3 s and 6 s: 2000 and 4000 ms, two in five seconds."""
    tally = ticking(3.0, 6.0, 6.0)
    first, second = tally.began(1.0), tally.began(2.0)
    end(tally, first)
    end(tally, second)
    result = tally.outcome(PLAN).result
    assert (result.sent, result.final, result.failures) == (2, 2, 0)
    assert (result.final_p50, result.final_max) == (2000.0, 4000.0)
    assert (result.seconds, result.per_second) == (5.0, 0.4)


def test_only_what_is_handed_in_is_http_time() -> None:
    """A poll may wait ten seconds and says nothing of the simulator's speed; a failed POST has no time."""
    tally = ticking(0.0)
    tally.request(request_type="POST", name="POST 603", response_time=5.0)
    tally.request(request_type="POST", name="POST 603", response_time=1.0, exception=OSError("refused"))
    tally.request(request_type="GET", name="GET returns/next", response_time=9000.0)
    outcome = tally.outcome(PLAN)
    assert outcome.result.http_p95 == 5.0
    assert outcome.reasons == {"POST 603: refused": 1}


@pytest.mark.parametrize(("cut_at", "lost", "under_way"), [(13.0, 0, 1), (30.0, 1, 0)])
def test_list_cut_off_is_lost_only_if_it_waited_long(cut_at: float, lost: int, under_way: int) -> None:
    """The slowest took 4 s. A list sent at 10 s has waited 3 s at 13 s, that is well; at 30 s it has waited 20 s."""
    tally = ticking(4.0, cut_at)
    end(tally, tally.began(0.0))
    tally.began(10.0)
    outcome = tally.outcome(PLAN)
    assert (outcome.result.failures, outcome.under_way) == (lost, under_way)
    assert (outcome.result.sent, outcome.result.final) == (2, 1)


def test_run_without_any_end_is_all_lost() -> None:
    """Silence is never good health."""
    tally = ticking(0.5)
    tally.began(0.4)
    assert tally.outcome(PLAN).result.failures == 1


def test_text_tells_the_most_frequent_reasons_first() -> None:
    """At most ten reasons, and what was cut off in good health."""
    result = replace(Tally(clock=lambda: 0.0).outcome(PLAN).result, failures=77)
    lines = as_text([Outcome(result, {f"reason {n}": n for n in range(1, 13)}, under_way=2)]).splitlines()
    assert next(line for line in lines if " x " in line) == "direct: 12 x reason 12"
    assert sum(" x " in line for line in lines) == 10
    assert lines[-1] == "direct: 2 still under way at the end, none unusually long"


@pytest.fixture
def sold() -> Chain:
    """A sale."""
    return chain(7, 0, AT)


def test_sale_lets_the_list_go_when_three_documents_are_with_customs(sold: Chain) -> None:
    """Any return of order, receipt and waybill will do; a return of the list does not stand for one."""
    sale = Sale(sold)
    for document in (sold.inventory, sold.order, sold.receipts):
        sale.take(returned(document, "2"))
        assert not sale.received
    sale.take(returned(sold.logistics, "2"))
    assert sale.received


@pytest.mark.parametrize(
    ("status", "ended", "refused"),
    [("2", False, ""), ("120", False, ""), ("300", False, ""), ("399", True, ""), ("100", True, "603 100 [100]")],
)
def test_sale_ends_with_the_final_return_of_the_list(sold: Chain, status: str, ended: bool, refused: str) -> None:
    """399 and refusals end it; 300 waits for an officer."""
    sale = Sale(sold)
    sale.take(returned(sold.order, "120"))
    sale.take(returned(sold.inventory, status))
    assert (sale.ended, sale.refused) == (ended, refused)


def test_sale_passes_over_returns_of_others(sold: Chain) -> None:
    """An earlier order of the same enterprise ended late: not this sale's business."""
    sale = Sale(sold)
    sale.take(returned(chain(7, 1, AT).inventory, "100"))
    sale.take(returned(chain(8, 0, AT).order, "120"))
    assert sale.status == {}
    assert not sale.ended


def test_sale_tells_a_return_that_breaks_the_schema(sold: Chain) -> None:
    """The reader of a return checks it, too."""
    broken = returned(sold.order, "120").replace(b"<returnTime>20260105090000000<", b"<returnTime>2026<")
    with pytest.raises(Refused, match="got '2026'"):
        Sale(sold).take(broken)
