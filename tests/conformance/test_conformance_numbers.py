"""By which numbers a judge finds an entry of the journal."""

from swsim.conformance.journal import Entry, numbers_in


def entry(**data: object) -> Entry:
    return Entry(1, "2026-01-05T09:00:00+08:00", "output", "any", dict(data))


def test_documents_and_records_bear_their_numbers_and_the_parts_of_their_keys() -> None:
    told = entry(
        documents=[{"kind": "603", "key": "4403180T02~C%7E1", "orderNo": "O1", "logisticsNo": "L1"}],
        records=[{"kind": "603", "key": "4403180T02~C2", "status": 2}],
    )
    assert numbers_in(told) == {"O1", "L1", "4403180T02", "C~1", "C2"}


def test_the_documents_of_a_fault_bear_none() -> None:
    """They are pairs of kind and key: the decision that follows bears the numbers."""
    assert numbers_in(entry(fault="f1", documents=[["603", "4403180T02~C1"]])) == set()


def test_an_entry_of_something_else_bears_none() -> None:
    assert numbers_in(entry(to="2026-01-06T09:00:00+08:00")) == numbers_in(entry(documents=3)) == set()
