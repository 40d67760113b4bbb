"""Three judges of the same mutants: customs' own reading, libxml2 with the official schema, the JDK with both.

Every mutant once for each thing the declarations say, and as many again of drawn shapes. SWSIM_SEED draws others.
"""

import os
import random
import re
import shutil
import struct
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple, Self

import pytest
from lxml import etree
from message_mutations import Mutant, again, base, changes, each_mutant, mutant
from message_samples import DECLARED, ENVELOPES, OFFICIAL_XSD, absent, judge_of, official, sample, validator_of

from swsim.simulator.messages.codec import encode, parse
from swsim.simulator.messages.declare import Field
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.node import DS, DXP, Node
from swsim.simulator.messages.schema import write_schema

SEED = os.environ.get("SWSIM_SEED", "202205")
DRAWN = 20_000
"""Mutants drawn from the seed, beside one for each single change."""

# --- where libxml2 and the JDK do not read XML Schema 1.0 as the W3C does (docs/spec-notes.md) ------------------------

BINARY = {"DigestValue", "SignatureValue", "X509Certificate", "X509CRL", "Modulus", "Exponent", "SPKISexp", "PGPKeyID"}
BINARY |= {"P", "Q", "G", "Y", "Data"}
STRAY = re.compile(r"[^A-Za-z0-9+/= \t\r\n]")
TIMES = {f"{{{DXP}}}{name}" for name in ("CreatTime", "NoticeTime", "SendTime")}
URIS = ("Algorithm", "URI", "Type")


def _stray_base64(root: etree._Element) -> bool:
    """libxml2 skips what is not of the alphabet; XML Schema part 2 §3.2.16 has no such characters."""
    texts = (e.text or "" for name in BINARY for e in root.iter(f"{{{DS}}}{name}", f"{{{DXP}}}{name}"))
    return any(STRAY.search(text) for text in texts)


def _spaced_time(root: etree._Element) -> bool:
    """libxml2 does not collapse white space around dateTime and date; part 2 §4.3.6 does before it looks."""
    return any((e.text or "") != (e.text or "").strip(" \t\r\n") for e in root.iter(*TIMES))


def _empty_cdata(root: etree._Element) -> bool:
    """libxml2 takes an empty CDATA section for content; part 1 §3.3.4 applies the default to no characters."""
    return any(e.text == "" for e in root.iter("*"))


DEPARTURES: dict[str, tuple[Callable[[etree._Element], bool], bool]] = {
    "stray characters in Base64": (_stray_base64, True),
    "white space around a time": (_spaced_time, False),
    "an empty CDATA section": (_empty_cdata, False),
}
"""Documents on which libxml2's verdict (the second value) is not the W3C's, by name. Ours is; the JDK confirms it."""


def _long_beyond_the_plane(root: etree._Element) -> bool:
    """The JDK counts UTF-16 units where part 2 §4.3.1 counts characters."""
    return any(ord(letter) > 0xFFFF for e in root.iter("*") for text in (e.text, *e.values()) for letter in text or "")


def _odd_uri(root: etree._Element) -> bool:
    """anyURI by RFC 2396 and 2732 (the JDK) or by RFC 3986 (libxml2): brackets, no authority, nothing after a colon."""
    uris = [e.get(name) or "" for e in root.iter(f"{{{DS}}}*") for name in URIS]
    return any(re.search(r"[\[\]]|//|^:|:$|:[?#]|%", uri) for uri in uris)


JDK: dict[str, Callable[[etree._Element], bool]] = {
    "length beyond the basic plane": _long_beyond_the_plane,
    "anyURI": _odd_uri,
}
"""Documents on which the JDK may differ."""


class Judged(NamedTuple):
    """What each judge says of a mutant; the JDK by the official schema and by the written one, "" without a JDK."""

    root: str
    name: str
    here: bool
    officially: bool
    jdk: str = ""
    jdk_written: str = ""


def mutants() -> Iterator[Mutant]:
    """Every single change to the full message of every root, then the drawn ones."""
    for root in DECLARED:
        yield from each_mutant(root)
    for number in range(DRAWN):
        yield mutant(f"{SEED}/{number}")


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[Judged]:
    """All mutants before all judges in one pass; the JDK, one process for all, reads along."""
    files = sorted({official(path) for path in OFFICIAL_XSD.values()})
    schemas = [*files, *write_schema(EDITION_202205, tmp_path_factory.mktemp("xsd"))[:2]]
    with Jdk(schemas) if HAS_JDK else nullcontext() as jdk:
        found = []
        for root, name, data in mutants():
            here = validator_of(root).validate(parse(data))
            found.append(Judged(root, name, here, judge_of(root).validate(etree.fromstring(data))))
            if jdk:
                jdk.ask(files.index(OFFICIAL_XSD[root]), data)
                jdk.ask(len(files) + (root in ENVELOPES), data)
    said = iter(jdk.said if jdk else [""] * 2 * len(found))
    return [one._replace(jdk=next(said), jdk_written=next(said)) for one in found]


HAS_JDK = bool(shutil.which("java") and shutil.which("javac"))


class Jdk:
    """`Judge.java` at work: documents go in one by one, its verdicts are all there when the block ends."""

    def __init__(self, schemas: list[Path]) -> None:
        command = ["java", str(Path(__file__).with_name("Judge.java")), *map(str, schemas)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.said: list[str] = []

    def ask(self, schema: int, data: bytes) -> None:
        """Hand over a document for one of the schemas."""
        assert self.process.stdin is not None
        self.process.stdin.write(struct.pack(">BI", schema, len(data)) + data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            self.process.kill()
        self.said = self.process.communicate()[0].decode().splitlines()
        assert kind is not None or self.process.returncode == 0


@pytest.mark.parametrize("root", DECLARED)
def test_the_full_message_is_valid_by_both(root: str) -> None:
    """The ground the mutations start from, with every optional element and with none."""
    bare = etree.fromstring(encode(sample(DECLARED[root], random.Random(1), optional=0)))
    for tree in (base(root), bare):
        judge_of(root).assertValid(tree)
        validator_of(root).assertValid(tree)


def test_both_schemas_accept_the_same_documents(judged: list[Judged]) -> None:
    """The official schema, read by libxml2, and ours agree on every mutant, but for the departures in the table."""
    disagreed, met = [], Counter[str]()
    for one in judged:
        if one.here is not one.officially:
            tree = etree.fromstring(again(one.root, one.name).data)
            known = [name for name, (applies, said) in DEPARTURES.items() if applies(tree) and said is one.officially]
            met.update(known)
            disagreed += [] if known else [one]
    assert disagreed == [], f"SWSIM_SEED={SEED}"
    assert set(met) == set(DEPARTURES)
    assert len(judged) >= 60_000


def test_the_mutants_of_every_root_are_many_and_go_both_ways(judged: list[Judged]) -> None:
    """Neither judge could pass by saying always the same."""
    for root in DECLARED:
        verdicts = [one.officially for one in judged if one.root == root]
        assert len(verdicts) > 500
        assert 0.1 < sum(verdicts) / len(verdicts) < 0.9


def test_the_jdk_agrees(judged: list[Judged]) -> None:
    """`javax.xml.validation`, with the official schemas and with the written ones, says what customs says."""
    if not HAS_JDK:
        absent("no JDK with a compiler on this machine (Debian: default-jdk-headless)")
    disagreed, met = [], Counter[str]()
    for one in judged:
        if one.jdk[0] == one.jdk_written[0] == "01"[one.here]:
            continue
        tree = etree.fromstring(again(one.root, one.name).data)
        known = [name for name, applies in JDK.items() if one.jdk[0] == one.jdk_written[0] and applies(tree)]
        met.update(known)
        disagreed += [] if known else [one]
    assert disagreed == [], f"SWSIM_SEED={SEED}"
    assert met.total() < len(judged) / 500


def test_a_mutant_is_a_function_of_its_seed() -> None:
    """A seed that a failure prints makes the same document again, whatever was made before."""
    first = [mutant(f"x/{number}") for number in range(20)]
    assert [mutant(f"x/{number}") for number in reversed(range(20))] == first[::-1]
    assert len({one.data for one in first}) == 20


def test_every_field_and_part_is_changed() -> None:
    """The single changes reach every element and attribute that any declaration has."""
    for root, node in DECLARED.items():
        names = {name for name, _ in changes(root)}
        assert len(names) == len(changes(root))
        for path in _paths(node, ""):
            assert any(name.startswith(path) for name in names), path


def _paths(node: type[Node], above: str) -> Iterator[str]:
    for member in node.members:
        if isinstance(member, Field):
            yield (
                above
                if member.content
                else f"{above or node.xml}/@{member.xml}"
                if member.attribute
                else (f"{above}/{member.xml}".lstrip("/"))
            )
        else:
            here = f"{above}/{member.xml}".lstrip("/")
            yield here
            if member.of is not None:
                yield from _paths(member.of, here)


TYPED = (
    b' xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema" i:type="xs:%b"'
)
CARRIED = b"<DxpMsgSv xmlns='http://www.chinaport.gov.cn/dxp'/>"


@pytest.mark.parametrize(
    ("root", "before", "after"),
    [
        ("CEB303Message", b"<ds:X509Certificate", b"<ds:X509Certificate" + TYPED % b"base64Binary"),
        ("DxpMsg", b"<dxp:CreatTime", b"<dxp:CreatTime" + TYPED % b"dateTime"),
        ("DxpMsg", b"<ds:KeyName>0001</ds:KeyName>", CARRIED),
    ],
)
def test_what_our_schema_refuses_and_the_official_one_does_not(root: str, before: bytes, after: bytes) -> None:
    """The last rows of the notes: a type named on the wire, and a message of the other file inside a signature."""
    data = etree.tostring(base(root))
    assert data.count(before) == 1
    changed = data.replace(before, after)
    assert judge_of(root).validate(etree.fromstring(changed))
    assert not validator_of(root).validate(parse(changed))
