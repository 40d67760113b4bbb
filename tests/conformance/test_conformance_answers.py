"""What an enterprise answers: read where it has the shape of the contract, told where it has not."""

from collections.abc import Callable
from typing import Any

import pytest

from swsim.conformance.driver import DriverError, Placed
from swsim.conformance.drivers.answers import all_placed, next_of, object_of, state_of
from swsim.simulator.clock import read_instant


def test_what_the_contract_says_is_read() -> None:
    assert object_of(b" ", "c") == {}
    assert all_placed({"accepted": [{"orderNo": 7, "logisticsNo": None}]}, 1, "c") == [Placed("7", "", "")]
    assert next_of({"next": "2026-01-06T09:00:00+08:00"}, "c") == read_instant("2026-01-06T09:00:00+08:00")
    assert next_of({"next": None}, "c") is None
    said = {"documents": {"603": {"status": "399"}, "605": None}, "lastReturn": None}
    assert state_of(said, "c") == said
    assert state_of({"documents": []}, "c")  # an empty list is an empty object to many a language


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (lambda: object_of(b"hello", "GET /orders/1"), "GET /orders/1: expected JSON, got b'hello'"),
        (lambda: object_of(b"[]", "c"), "expected a JSON object"),
        (lambda: all_placed({"ok": True}, 1, "c"), r'expected {"accepted":\[…\]} with 1 orders'),
        (lambda: all_placed({"accepted": []}, 1, "c"), "with 1 orders"),
        (lambda: all_placed({"accepted": [{"id": 1}]}, 1, "c"), "orderNo"),
        (lambda: all_placed({"accepted": ["N1"]}, 1, "c"), "orderNo"),
        (lambda: next_of({"next": "soon"}, "c"), "next: time: expected ISO 8601"),
        (lambda: state_of({"documents": ["399"]}, "c"), "documents: expected an object"),
        (lambda: state_of({"documents": {"603": "399"}}, "c"), "documents.603: expected"),
        (lambda: state_of({"lastReturn": "399"}, "c"), "lastReturn: expected an object"),
    ],
)
def test_what_it_does_not_say_is_told_with_what_came(read: Callable[[], Any], told: str) -> None:
    with pytest.raises(DriverError, match=told):
        read()
