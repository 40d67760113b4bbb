"""Changes to a valid message, one at a time: everything the declarations and the signature schema say, broken."""

import random
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from typing import NamedTuple

from lxml import etree
from message_samples import DECLARED, SIGNATURE, full, sample

from swsim.simulator.messages.codec import encode
from swsim.simulator.messages.declare import Field
from swsim.simulator.messages.node import CEB, DS, DXP, Node

Mutation = Callable[[etree._Element], None]
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
PREFIX = {CEB: "ceb", DXP: "dxp"}


class Mutant(NamedTuple):
    """A changed document: its root, what was done to it, its bytes."""

    root: str
    name: str
    data: bytes


@cache
def base(root: str) -> etree._Element:
    """A message with every optional member and a whole signature, its names with a prefix."""
    return etree.fromstring(encode(full(root), prefix=PREFIX[DECLARED[root].namespace]))


def each_mutant(root: str) -> Iterator[Mutant]:
    """The full message of a root with every change once."""
    for name, mutate in changes(root):
        tree = deepcopy(base(root))
        mutate(tree)
        yield Mutant(root, name, etree.tostring(tree))


def again(root: str, name: str) -> Mutant:
    """A mutant by its name: the single change of that name, or the drawn one of that seed."""
    if name.startswith("seed "):
        return mutant(name.split(" ")[1].removesuffix(":"))
    tree = deepcopy(base(root))
    next(mutate for known, mutate in changes(root) if known == name)(tree)
    return Mutant(root, name, etree.tostring(tree))


@cache
def changes(root: str) -> list[tuple[str, Mutation]]:
    """The changes of a root, to draw from."""
    return list(mutations(root))


def mutant(seed: str) -> Mutant:
    """A document of any root, shape and form of namespace with one to three changes: a function of the seed alone."""
    chance = random.Random(seed)
    root = chance.choice(sorted(DECLARED))
    drawn = sample(DECLARED[root], chance, optional=chance.random())
    tree = etree.fromstring(encode(drawn, prefix=chance.choice(("", PREFIX[DECLARED[root].namespace], "any"))))
    done = []
    drawn_changes = chance.choices(changes(root), k=chance.choice((1, 1, 1, 2, 3)))
    for name, mutate in [noise(chance)] if chance.random() < 0.3 else drawn_changes:
        try:
            mutate(tree)
        except (AssertionError, KeyError):  # the element was not drawn, or has gone
            continue
        done.append(name)
    return Mutant(root, f"seed {seed}: {done}", etree.tostring(tree))


ALPHABETS = (
    "0123456789",
    "0019.-+ ",
    "0-1:2T.Z+ ",
    "AQg+/= \n",
    "a :/%#?[]{}|\\^中",
    "X \t\n\u00a0\u3000中😀",
    "eEINFa0.",
)


def noise(chance: random.Random) -> tuple[str, Mutation]:
    """Another text for any one element or attribute, in letters that some type takes."""
    text = "".join(chance.choices(chance.choice(ALPHABETS), k=int(chance.triangular(0, 64, 0))))
    at = chance.random()

    def change(root: etree._Element) -> None:
        places: list[tuple[etree._Element, str]] = []
        for element in root.iter("*"):
            places += [(element, "")] if not len(element) else []
            places += [(element, str(name)) for name in element.attrib]
        element, name = places[int(at * len(places))]
        if name:
            element.set(name, text)
        else:
            element.text = text

    return f"noise {text!r} at {at:.3f}", change


def set_text(path: str, text: str) -> Mutation:
    """Give an element another value; no text at all where it is empty, as on the wire."""

    def change(root: etree._Element) -> None:
        find(root, path).text = text or None

    return change


def find(root: etree._Element, path: str) -> etree._Element:
    """The element of a path."""
    found = root if path in {"", "."} else root.find(path)
    assert found is not None, path
    return found


def parent_of(element: etree._Element) -> etree._Element:
    """Its parent; it has one."""
    parent = element.getparent()
    assert parent is not None
    return parent


def dropped(path: str) -> Mutation:
    """Take an element away."""

    def change(root: etree._Element) -> None:
        element = find(root, path)
        parent_of(element).remove(element)

    return change


def emptied(path: str) -> Mutation:
    """Take everything out of an element."""

    def change(root: etree._Element) -> None:
        element = find(root, path)
        element.text = None
        del element[:]

    return change


def with_empty_cdata(path: str) -> Mutation:
    """Nothing, written as a CDATA section."""

    def change(root: etree._Element) -> None:
        find(root, path).text = etree.CDATA("")

    return change


def repeated(path: str, times: int = 1) -> Mutation:
    """Put copies of an element behind it."""

    def change(root: etree._Element) -> None:
        element = find(root, path)
        for _ in range(times):
            element.addnext(deepcopy(element))

    return change


def moved(path: str) -> Mutation:
    """Swap an element with the next one, or move it to the front where it is the last."""

    def change(root: etree._Element) -> None:
        element = find(root, path)
        following = element.getnext()
        parent = parent_of(element)
        if following is not None:
            following.addnext(element)
        else:
            parent.insert(0, element)

    return change


def renamed(path: str, tag: str) -> Mutation:
    """Give an element another name or namespace."""

    def change(root: etree._Element) -> None:
        find(root, path).tag = tag

    return change


def with_attribute(path: str, name: str, value: str | None) -> Mutation:
    """Set an attribute, or take it away."""

    def change(root: etree._Element) -> None:
        element = find(root, path)
        if value is None:
            del element.attrib[name]
        else:
            element.set(name, value)

    return change


def with_child(path: str, tag: str) -> Mutation:
    """Put an element into another."""

    def change(root: etree._Element) -> None:
        etree.SubElement(find(root, path), tag)

    return change


def with_comment(path: str) -> Mutation:
    """Put a comment and a processing instruction behind the text of an element."""

    def change(root: etree._Element) -> None:
        element = find(root, path)
        element.insert(0, etree.Comment("c"))
        element.insert(1, etree.ProcessingInstruction("p", "d"))

    return change


NUMBERS = (
    "0",
    "-0",
    "+1",
    "-1",
    "abc",
    "1e2",
    "1E2",
    "NaN",
    "INF",
    "0x1",
    "1,5",
    "１",
    " 1 ",
    "\n1\t",
    "1 2",
    ".",
    "-",
)
INTEGERS = ("1.0", "1.", ".5", "2147483647", "2147483648", "-2147483648", "-2147483649")
TIMES = """2026-01-05T09:00:00 2026-01-05T09:00:00.123 2026-01-05T09:00:00Z 2026-01-05T09:00:00+08:00
2026-02-29T09:00:00 2024-02-29T09:00:00 2026-01-05T24:00:00 2026-01-05T25:00:00 2026-01-05T09:60:00 2026-13-05T09:00:00
2026-01-05 2026-01-05T09:00 20260105090000 -0044-03-15T09:00:00 12026-01-05T09:00:00 26-01-05T09:00:00
2026-01-05T09:00:00+14:00 2026-01-05T09:00:00+15:00 2026-1-5T9:0:0 2026-01-05t09:00:00 2026-01-05T09:00:00."""
DAYS = """2026-01-05 2026-02-29 2024-02-29 2026-01-05Z 2026-01-05+08:00 2026-13-01 2026-01-32 20260105 2026-1-5
05-01-2026 2026-01-05T00:00:00 -0044-03-15 12026-01-05 2026-00-01"""
BINARIES = "YWJj YWI= YQ== YQ= YQ YWJj==== !!!! YWJjZA YW-j YWJj中 YW=j ="
BUILT_IN = {
    "dateTime": (*TIMES.split(), "2026-01-05 09:00:00", " 2026-01-05T09:00:00\n"),
    "date": (*DAYS.split(), " 2026-01-05 ", "\t2026-01-05"),
    "base64Binary": (*BINARIES.split(), " YWJj ", "YW Jj", "YWJj\nYWJj", "YW\r\nJj", "Y W J j"),
    "ID": ("a", "A1", "_x", "1a", "a:b", "a-b", "a.b", "中", "a/b", "S9", "a b", " a "),
}
"""Values of the types that XML Schema names, right and wrong."""


def values_of(field: Field) -> list[str]:
    """Values on, over and beside every bound of a format, in all kinds of white space, and of the wrong type."""
    form, out = field.format, ["", " ", "\n", "\t \t"]
    if form.kind == "C":
        bounds = {n for n in (form.length, form.min_length, form.max_length) if n is not None} or {50}
        for n in sorted(bounds):
            out += ["X" * max(n - 1, 0), "X" * n, "X" * (n + 1), "中" * n, "中" * (n + 1)]
            out += [f" {'X' * n}", f"{'X' * n}\n", f"  {'X' * n}  ", f"X {'  '.join('X' * n)}", "X" + " " * n]
        return [*out, field.schema_default or "X", f" {field.schema_default} ", "3", "4", "<&>\"'", "]]>", "\u00a0"]
    if form.kind != "N":
        return [*out, *BUILT_IN[form.kind]]
    whole = form.total_digits or 1
    out += [*NUMBERS, *INTEGERS]
    out += ["9" * whole, "9" * (whole + 1), f"-{'9' * whole}", f"-{'9' * (whole + 1)}", "0" * 30 + "1"]
    if form.fraction_digits is not None:
        part = form.fraction_digits
        out += [f"1.{'1' * part}", f"1.{'1' * (part + 1)}", f"1.{'0' * (part + 3)}", f"1.1{'0' * part}"]
        out += [f"{'9' * (whole - part)}.{'9' * part}", f"{'9' * (whole - part + 1)}.{'9' * part}", f"{'9' * whole}.0"]
    return out


def named(value: str | None) -> str:
    """A value in the name of a change, short and still its own."""
    return repr(value) if value is None or len(value) <= 40 else f"{value[:20]!r}…{value[-4:]!r} ({len(value)})"


def mutations(root: str) -> Iterator[tuple[str, Mutation]]:
    """One change at a time, at every field, part and attribute that the declarations of a root have."""
    yield from _at(DECLARED[root], "", root)
    yield f"{root} renamed", renamed(".", f"{{{DECLARED[root].namespace}}}{root}x")
    yield f"{root} without namespace", renamed(".", root)


def _at(node: type[Node], path: str, shown: str) -> Iterator[tuple[str, Mutation]]:
    """Changes at a node itself: its attributes, its text, then all below it."""
    for field in node.fields:
        if field.attribute:
            for value in (*dict.fromkeys(values_of(field)), None):
                yield f"{shown}/@{field.xml}={named(value)}", with_attribute(path, field.xml, value)
            yield f"{shown}/@prefixed:{field.xml}", with_attribute(path, f"{{{node.namespace}}}{field.xml}", "1.0")
        elif field.content:
            for value in dict.fromkeys(values_of(field)):
                yield f"{shown}={named(value)}", set_text(path, value)
    yield f"{shown}/@other", with_attribute(path, "other", "1")
    yield f"{shown} emptied", emptied(path)
    yield f"{shown} with comment", with_comment(path)
    yield from _below(node, path)


def _below(node: type[Node], path: str) -> Iterator[tuple[str, Mutation]]:
    for member in node.members:
        if isinstance(member, Field) and (member.attribute or member.content):
            continue
        namespace = node.namespace if isinstance(member, Field) else member.namespace or node.namespace
        here = f"{path}/{{{namespace}}}{member.xml}".lstrip("/")
        shown = re.sub(r"\{[^}]*\}", "", here)
        yield from _changes_of(shown, here, namespace, member.xml)
        if isinstance(member, Field):
            yield f"{shown} with comment", with_comment(here)
            for value in dict.fromkeys(values_of(member)):
                yield f"{shown}={named(value)}", set_text(here, value)
        else:
            yield f"{shown} with text", set_text(here, "text")
            for times in {1, 4, 5} if member.most != 100 else {1, 98, 99, 100}:
                yield f"{shown} {times} times more", repeated(here, times)
            if member.of is not None:
                yield from _at(member.of, here, shown)
            elif member.namespace == DS:
                yield from _in_signature(here)


def _changes_of(shown: str, here: str, namespace: str, xml: str) -> Iterator[tuple[str, Mutation]]:
    """What can be done to any element below the root."""
    yield f"{shown} dropped", dropped(here)
    yield f"{shown} repeated", repeated(here)
    yield f"{shown} moved", moved(here)
    yield f"{shown} renamed", renamed(here, f"{{{namespace}}}{xml}x")
    yield f"{shown} without namespace", renamed(here, xml)
    yield f"{shown} of another namespace", renamed(here, f"{{urn:x}}{xml}")
    yield f"{shown} with attribute", with_attribute(here, "x", "1")
    yield f"{shown} with attribute guid", with_attribute(here, "guid", "1")
    yield f"{shown} with xml:lang", with_attribute(here, "{http://www.w3.org/XML/1998/namespace}lang", "zh")
    for value in ("true", "false", "1", "maybe"):
        yield f"{shown} with xsi:nil={value}", with_attribute(here, f"{XSI}nil", value)
    yield f"{shown} with xsi:type", with_attribute(here, f"{XSI}type", "string")
    yield f"{shown} with xsi:schemaLocation", with_attribute(here, f"{XSI}schemaLocation", "urn:x x.xsd")
    yield f"{shown} with empty CDATA", with_empty_cdata(here)
    yield f"{shown} with child", with_child(here, f"{{{namespace}}}guid")
    yield f"{shown} with foreign child", with_child(here, "{urn:x}any")


ATTRIBUTES = (
    *(("Id", value) for value in ("S1", "1 2", "N2", "1", "a:b", "")),
    *(("URI", value) for value in ("#a", "::", "%", "a b", "http://[", "中", "")),
    ("Algorithm", "::"),
    ("Type", "x"),
    ("x", "1"),
)


def _in_signature(path: str) -> Iterator[tuple[str, Mutation]]:
    """Every element of the signature: gone, twice, elsewhere, with text, with children known and foreign."""
    signature = etree.fromstring(SIGNATURE)
    tree = signature.getroottree()
    for element in signature.iter("*"):
        inner = tree.getelementpath(element)
        here = path if inner == "." else f"{path}/{inner}"
        shown = re.sub(r"\{[^}]*\}", "", here)
        if inner != ".":
            yield f"{shown} dropped", dropped(here)
            yield f"{shown} repeated", repeated(here)
            yield f"{shown} moved", moved(here)
        yield f"{shown} named HMACOutputLength", renamed(here, f"{{{DS}}}HMACOutputLength")
        yield f"{shown} named any", renamed(here, "{urn:x}any")
        for text in ("", " ", "!!!", "abc", "YWJj", " Y W J j ", "YWJj====", "12", "-3", "+1", " 1 ", "1.0", "9" * 40):
            yield f"{shown} text {text!r}", set_text(here, text)
        for tag in ("KeyName", "Object", "XPath", "HMACOutputLength", "X509CRL", "DSAKeyValue", "Reference", "P"):
            yield f"{shown} with {tag}", with_child(here, f"{{{DS}}}{tag}")
        yield f"{shown} with any", with_child(here, "{urn:x}any")
        yield f"{shown} with business child", with_child(here, f"{{{CEB}}}guid")
        for name, value in ATTRIBUTES:
            yield f"{shown}/@{name}={value}", with_attribute(here, name, value)
        for name in element.attrib:
            yield f"{shown}/@{name} gone", with_attribute(here, str(name), None)
