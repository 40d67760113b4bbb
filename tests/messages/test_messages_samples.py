"""The official samples: thirteen are valid, ten are refused for what docs/spec-notes.md says; none loses a text."""

import re
from pathlib import Path

import pytest
from lxml import etree
from message_samples import OFFICIAL, judge_of, official

from swsim.simulator.messages.codec import Invalid, defaults_taken, encode, parse, read_message
from swsim.simulator.messages.edition import EDITION_202205

SEVERAL_TRANSFERS = ("303", "403", "505", "507", "509", "603", "605", "607")
BROKEN = {f"CEB{number}Message": "BaseTransfer[2]" for number in SEVERAL_TRANSFERS} | {
    "CEB214Message": "/CEB214",
    "CEB792Message": "/CEB792Message/SummaryResult[1]/SummaryResultList[1]/gnum",
}
"""Samples that are invalid as shipped, and where the first fault is."""
SHIPPED = sorted(set(EDITION_202205.messages) - {"CEB900Message"})


def sample_of(root: str) -> bytes:
    """The sample of a message as shipped."""
    path: Path = official(OFFICIAL / "samples" / f"{root}.xml")
    return path.read_bytes()


def repaired(root: str) -> bytes:
    """The sample with what is missing put in and what is too much taken out."""
    text = sample_of(root).decode("utf-8-sig")
    first = re.search(r"\s*<ceb:BaseTransfer>.*?</ceb:BaseTransfer>", text, re.DOTALL)
    if root in BROKEN and first:
        head, rest = text[: first.end()], text[first.end() :]
        text = head + re.sub(r"\s*<ceb:BaseTransfer>.*?</ceb:BaseTransfer>", "", rest, flags=re.DOTALL)
    text = text.replace("ceb:CEB214 ", "ceb:CEB214Message ").replace("ceb:CEB214>", "ceb:CEB214Message>")
    text = re.sub(r"\s*<ceb:appSenderId>[^<]*</ceb:appSenderId>", "", text)
    if root == "CEB792Message":
        text = text.replace("<ceb:gnum>", "<ceb:gseqno>1</ceb:gseqno><ceb:gnum>")
    return text.encode()


@pytest.mark.parametrize("root", SHIPPED)
def test_a_sample_is_what_the_notes_say(root: str) -> None:
    """Valid by the official schema and by ours, or refused at the place that is known."""
    data = sample_of(root)
    assert judge_of(root).validate(etree.fromstring(data)) is (root not in BROKEN)
    if root in BROKEN:
        with pytest.raises(Invalid) as refused:
            read_message(data)
        assert BROKEN[root] in refused.value.faults[0].path
    else:
        assert type(read_message(data).message) is EDITION_202205.messages[root]


@pytest.mark.parametrize("root", SHIPPED)
def test_a_sample_is_read_and_written_without_loss(root: str) -> None:
    """Repaired where it must be: every element of the sample is in the message, in order, with its text."""
    data = repaired(root)
    message = read_message(data).message
    assert read_message(encode(message)).message == message
    assert read_message(encode(message, prefix="ceb")).message == message
    written = etree.fromstring(encode(message))
    assert texts(written) == texts(parse(data))
    assert defaults_taken(parse(data)) == []


def texts(root: etree._Element) -> list[tuple[str, str]]:
    """Names and texts of all that holds no other element; white space counts in none of the samples."""
    return [(str(e.tag), (e.text or "").strip()) for e in root.iter("*") if not len(e)]
