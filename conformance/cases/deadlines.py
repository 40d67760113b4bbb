"""The end of a month: which lists a summary takes, by when, and what is made of its answers (DDL).

All these cases close the same month of one enterprise, so a summary may hold lists of others: each judges its own.
"""

from datetime import timedelta

from swsim.conformance.cases.lists import about
from swsim.conformance.cases.month_end import (
    DAY,
    A,
    B,
    accepted,
    books_agree,
    books_results,
    closed_in,
    declared,
    in_time,
    keeps_out,
    names_properly,
    next_month,
    once,
    refused,
    summed_up,
    takes_every_one,
)
from swsim.conformance.cases.steps import KIND_A, expect, sells, ships
from swsim.conformance.conversation import Act, Advance, Ask, Case, Fault, Judge, Step
from swsim.conformance.provoking import reject

PATIENT = timedelta(days=28)
DECLARED = timedelta(days=1)
"""From a summary to its declarations; how customs is played here takes hours."""


closed_now = keeps_out(B, "it was closed in the month that runs", ranges=True)
CLOSE = Act("close-month", details=lambda story: {"month": closed_in(story)})
SUMMED_UP = expect("the summary", summed_up, "summary")
MONTH_END = (Advance(next_month()), CLOSE, SUMMED_UP)


def _case(
    name: str,
    title: tuple[str, str],
    description: str,
    expectation: str,
    steps: tuple[Step, ...],
    needs: tuple[str, ...] = (),
    *,
    alone: bool = False,
    version: int = 1,
) -> Case:
    plans, takes_in = ("9610-statistics",), ("ship", "close-month", *needs)
    return Case(name, *title, description, expectation, "a month that ends", plans, steps, takes_in, version, alone)


CASES = (
    _case(
        "summary-in-time",
        ("15日前汇总", "Sums up before the 15th"),
        "A list of kind B is closed; the next month begins, with its holidays.",
        "A summary (701) takes it before the 15th is over, or the first working day behind it.",
        (
            *sells(A),
            *ships(A),
            Advance(next_month()),
            CLOSE,
            expect("a summary that takes the list", summed_up, PATIENT, "DDL-01"),
            Judge("in time", in_time, "DDL-01"),
        ),
    ),
    _case(
        "summary-of-all",
        ("汇总上月全部B类清单", "Sums up every list of the month"),
        "Three lists of kind B are closed in one month.",
        "Every one of them is in the summary.",
        (
            *sells(A, B, "c"),
            *ships(A, B, "c"),
            *MONTH_END,
            Judge("every list", takes_every_one(A, B, "c"), "DDL-01"),
        ),
        alone=True,  # else another case closes the month again, and what was forgotten is in that summary
        version=2,
    ),
    _case(
        "current-month-kept-out",
        ("当月清单不汇总", "Keeps the current month out"),
        "One list is closed last month, another on the first of this one.",
        "The summary takes the first alone.",
        (
            *sells(A),
            *ships(A),
            Advance(next_month(1)),
            *sells(B),
            *ships(B),
            *MONTH_END,
            Advance(next_month(DAY + 1)),  # what was asked for is out by then, however early a batch took the first
            Judge("this month's list", closed_now, "DDL-03"),
        ),
    ),
    _case(
        "kind-a-kept-out",
        ("A类清单不汇总", "Keeps lists of kind A out"),
        "A list of kind B and one of kind A are closed in one month.",
        "The summary takes the B list alone.",
        (
            *sells(A),
            *sells(B, kind=KIND_A),
            *ships(A),
            *ships(B),
            *MONTH_END,
            Judge("the list of kind A", keeps_out(B, "it is of kind A"), "DDL-04"),
        ),
        ("simplified",),
    ),
    _case(
        "withdrawn-kept-out",
        ("已撤销清单不汇总", "Keeps cancelled lists out"),
        "One list is closed; another was approved, and its cancellation too.",
        "The summary takes the first alone.",
        (
            *sells(A, B),
            Act("cancel", B, lambda _: {"reason": "TEST 买家取消订单"}),
            expect("the cancellation", about("605", B), "cancel"),
            *ships(A),
            *MONTH_END,
            Judge("the cancelled list", keeps_out(B, "it was cancelled"), "DDL-05"),
        ),
        ("cancel",),
    ),
    _case(
        "open-kept-out",
        ("未结关清单不汇总", "Keeps open lists out"),
        "One list is closed; another was approved in the same month and has not left.",
        "The summary takes the first alone.",
        (
            *sells(A, B),
            *ships(A),
            *MONTH_END,
            Judge("the open list", keeps_out(B, "it was never closed"), "DDL-05"),
        ),
    ),
    _case(
        "returned-kept-out",
        ("全部退货清单不汇总", "Keeps lists out whose goods all came back"),
        "Two lists are closed; all goods of one come back and are released before the month is summed up.",
        "The summary takes the other alone.",
        (
            *sells(A, B),
            *ships(A, B),
            Act("take-back", B),
            expect("the tally", about("215", B), "take-back"),
            *MONTH_END,
            Judge("the list whose goods came back", keeps_out(B, "all of it came back"), "DDL-13"),
        ),
        ("take-back",),
    ),
    _case(
        "summed-up-only-once",
        ("一份清单只汇总一次", "Sums a list up once"),
        "The month is closed, and closed again a day later.",
        "The list stands in one summary.",
        (
            *sells(A),
            *ships(A),
            *MONTH_END,
            Advance(timedelta(days=1)),
            CLOSE,
            Advance(timedelta(hours=2)),
            Judge("one summary", once, "DDL-06"),
        ),
    ),
    _case(
        "summary-names-its-lists",
        ("汇总申请指明时间段或清单", "Says what it sums up"),
        "A month is closed.",
        "The summary names a range of time with both ends, or lists.",
        (
            *sells(A),
            *ships(A),
            Advance(next_month()),
            CLOSE,
            Advance(timedelta(hours=1)),
            Judge("what it names", names_properly, "DDL-09"),
        ),
    ),
    _case(
        "books-the-summary",
        ("登记汇总结果", "Books what becomes of the summary"),
        "Customs answers with sumNo, then tells of the declaration step by step (792), at last with entryId.",
        "sumNo, declSeqNo and entryId stand in the books.",
        (
            *sells(A),
            *ships(A),
            *MONTH_END,
            expect("the declaration with entryId", declared, DECLARED),
            Ask(),
            Judge("the books", books_results, "DDL-10"),
        ),
        ("books",),
    ),
    _case(
        "books-agree",
        ("账册与海关一致", "Its books agree with customs"),
        "A list is closed.",
        "The books have it in customs' month of closing, for the value of its order.",
        (*sells(A), *ships(A), Advance(timedelta(minutes=10)), Ask(), Judge("the books", books_agree, "DDL-12")),
        ("books",),
    ),
    _case(
        "refused-summary",
        ("汇总被退后重报", "Sends a refused summary again"),
        "Customs refuses the summary once (100).",
        "It is sent again in time, and accepted.",
        (
            *sells(A),
            *ships(A),
            Advance(next_month()),
            Fault("the summary is refused once", lambda _: [reject("701", "*", 100, "TEST 汇总申请退回")]),
            CLOSE,
            expect("the refusal", refused, "summary"),
            expect("a summary that customs accepts", accepted, "summary", "DDL-11"),
            Judge("in time", in_time, "DDL-01"),
        ),
        alone=True,
    ),
)
