"""Judges of how returns are read, over hand-made journals; switches are set back; what the enterprise tells."""

from dataclasses import replace
from typing import Any

import pytest
from conformance_journals import Book, accepted_data

from swsim.conformance.cases import followups, forms, prudence
from swsim.conformance.control import Switches
from swsim.conformance.journal import Entry
from swsim.conformance.sightings import sent
from swsim.conformance.story import Story


def believing(story: Story, order: str, **documents: str) -> Story:
    """The story, with what the enterprise said of an order: ``d603="399"``."""
    said = {kind[1:]: {"status": status} for kind, status in documents.items()}
    return replace(story, everything=story.entries, beliefs={order: {"documents": said}})


def test_a_list_under_review_is_neither_declared_again_nor_cancelled() -> None:
    reviewed = accepted_data(Book()).sends("603").answers("603", 2, 3, 120, 300)
    assert prudence.waits(reviewed.story("one")).verdict == "PASS"
    again = accepted_data(Book()).sends("603").answers("603", 2, 3, 120, 300).sends("603")
    assert prudence.waits(again.story("one")).verdict == "FAIL"
    cancelled = accepted_data(Book()).sends("603").answers("603", 300).sends("605", key="AGENT~C1")
    assert prudence.waits(cancelled.story("one")).verdict == "FAIL"
    over = accepted_data(Book()).sends("603").answers("603", 300, 399)
    assert prudence.waits(over.story("one")).verdict == "INCONCLUSIVE"


@pytest.mark.parametrize(("held", "verdict"), [("399", "FAIL"), ("800", "FAIL"), ("3", "PASS"), ("", "PASS")])
def test_an_unknown_status_is_no_success(held: str, verdict: str) -> None:
    story = accepted_data(Book()).sends("603").answers("603", 2, 3, 600).story("one")
    assert prudence.takes_it_for_no_success(believing(story, "one", d603=held)).verdict == verdict


@pytest.mark.parametrize(("told", "verdict"), [({"d607": "120"}, "PASS"), ({"d607": ""}, "FAIL"), ({}, "INCONCLUSIVE")])
def test_what_followed_is_known_or_not_told(
    told: dict[str, str], verdict: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = Book().sends("607", key="AGENT~M1").answers("607", 2, 3, 120, key="AGENT~M1")
    story = believing(book.story("a"), "a", **told)
    monkeypatch.setattr(followups, "about", lambda kind: lambda _: next(followups_of(story, kind), None))
    assert followups.knows("607").by(story).verdict == verdict


def followups_of(story: Story, kind: str) -> Any:
    """Documents of a kind: hand-made journals hold no XML to find them by."""
    return sent(story.entries, kind)


def test_the_form_of_returns_is_seen_in_what_was_written() -> None:
    row = next(one for one in forms.ROWS if one.id == "undeclared-returns")
    story = accepted_data(Book()).sends("603").answers("603", 399).story("one")
    first, *rest = [entry for entry in story.entries if entry.name == "output/return"]
    plain = [replace(one, data=one.data | {"xml": "<?xml?><a/>"}) for one in (first, *rest)]
    bare = [replace(plain[0], data=plain[0].data | {"xml": "<a/>"}), *plain[1:]]

    def with_returns(returns: list[Entry]) -> Story:
        kept = [entry for entry in story.entries if entry.name != "output/return"]
        return replace(story, entries=[*kept, *returns])

    assert forms.written(with_returns(plain), row).verdict == "INCONCLUSIVE"
    assert forms.written(with_returns(bare), row).verdict == "PASS"


class Told:
    """A control API that keeps a profile."""

    def __init__(self, said: str | dict[str, Any]) -> None:
        self.said = said

    async def profile(self) -> str | dict[str, Any]:
        """As it is."""
        return self.said

    async def set_profile(self, said: str | dict[str, Any]) -> None:
        """As it becomes."""
        self.said = said


@pytest.mark.parametrize("before", ["standard", {"base": "strict", "bom": "no"}])
async def test_switches_are_set_back(before: str | dict[str, Any]) -> None:
    control = Told(before)
    switches = Switches(control)  # type: ignore[arg-type] # the part of it that is used
    await switches.back()
    assert control.said == before
    await switches.set({"bom": "yes"})
    await switches.set({"prefix": "ceb"})
    base = before if isinstance(before, dict) else {"base": before}
    assert control.said == base | {"bom": "yes", "prefix": "ceb"}
    await switches.back()
    assert control.said == before
