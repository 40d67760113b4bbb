"""How an input is spoiled: a function a way, by name. Each is a pure function of the generator it is given."""

import base64
import re
from collections.abc import Callable, Sequence
from random import Random

Mutation = Callable[[Random, bytes, Sequence[bytes]], bytes]
TOKENS = (
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b'<!DOCTYPE a SYSTEM "file:///etc/passwd">',
    b"<!ENTITY % x SYSTEM 'http://127.0.0.1:9/'>",
    b"&b;",
    b"&#0;",
    b"&#x1F600;",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"-->",
    b"<?xml version='1.0' encoding='UTF-16'?>",
    b"<a xmlns='b'/>",
    b"xsi:nil='true'",
    b'{"a":[[[[',
    b"\\ud800",
    b"\r\n",
)
NUMBERS = (b"0", b"-1", b"1e309", b"NaN", b"99999999999999999999999", b"0.00000000001", b"007", b"+5", b"\xd9\xa1", b"")
ENCODINGS = ("utf-16", "utf-16-be", "gb18030", "utf-8-sig", "utf-32", "latin-1")


def _spot(rng: Random, data: bytes) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + rng.choice((1, 2, 8, 64, 512)))


def flip(rng: Random, data: bytes, __: Sequence[bytes]) -> bytes:
    """Some bytes become others."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        if out:
            out[rng.randrange(len(out))] = rng.randrange(256)
    return bytes(out)


def cut(rng: Random, data: bytes, __: Sequence[bytes]) -> bytes:
    """It ends in its middle."""
    return data[: rng.randrange(len(data) + 1)]


def drop(rng: Random, data: bytes, __: Sequence[bytes]) -> bytes:
    """A slice is missing."""
    start, end = _spot(rng, data)
    return data[:start] + data[end:]


def double(rng: Random, data: bytes, __: Sequence[bytes]) -> bytes:
    """A slice stands many times."""
    start, end = _spot(rng, data)
    return data[:end] + data[start:end] * rng.choice((1, 2, 100)) + data[end:]


def token(rng: Random, data: bytes, __: Sequence[bytes]) -> bytes:
    """Something that means something to a parser stands in it."""
    start, _ = _spot(rng, data)
    return data[:start] + rng.choice(TOKENS) + data[start:]


def splice(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """It goes on as another message."""
    other = rng.choice(others)
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other)) :]


def number(rng: Random, data: bytes, __: Sequence[bytes]) -> bytes:
    """A number becomes an odd one."""
    found = list(re.finditer(rb"\d+", data))
    if not found:
        return data
    one = rng.choice(found)
    return data[: one.start()] + rng.choice(NUMBERS) + data[one.end() :]


def element(rng: Random, data: bytes, __: Sequence[bytes]) -> bytes:
    """An element is missing, empty, doubled, or has a strange text."""
    found = list(re.finditer(rb"<([A-Za-z]\w*)>([^<]*)</\1>", data))
    if not found:
        return data
    one = rng.choice(found)
    name = one[1]
    strange = b"<%b>%b</%b>" % (name, rng.choice((b" ", b"&lt;", "无".encode(), b"x" * 5000, b"\t\n")), name)
    return data[: one.start()] + rng.choice((b"", b"<%b/>" % name, one[0] * 2, strange)) + data[one.end() :]


def nest(rng: Random, data: bytes, __: Sequence[bytes]) -> bytes:
    """Elements inside elements, deep."""
    start, _ = _spot(rng, data)
    depth = rng.choice((10, 300, 5000))
    return data[:start] + b"<a>" * depth + b"</a>" * rng.choice((depth, 0)) + data[start:]


def grow(rng: Random, data: bytes, __: Sequence[bytes]) -> bytes:
    """Much of the same: text, attributes, namespaces, documents."""
    start, _ = _spot(rng, data)
    count = rng.choice((100, 3000))
    what = rng.choice((b"x" * 50, b' a%d="1"', b' xmlns:n%d="u:%d"', b"<Order/>", b"[" * 20))
    more = b"".join(what.replace(b"%d", b"%d" % i) for i in range(count))
    return data[:start] + more + data[start:]


def recode(rng: Random, data: bytes, __: Sequence[bytes]) -> bytes:
    """It is in another encoding than it says."""
    return data.decode("utf-8", "replace").encode(rng.choice(ENCODINGS), "replace")


def enclose(rng: Random, data: bytes, __: Sequence[bytes]) -> bytes:
    """What an envelope holds becomes something else: Base64 of noise, of itself, of very much of the same."""
    found = re.search(rb"[A-Za-z0-9+/=]{200,}", data)
    if found is None:
        return data
    inner = rng.choice((rng.randbytes(50), data, b"<a>" * 20_000, b" " * 200_000, b"\x28\xb5\x2f\xfd" + bytes(40)))
    coded = base64.b64encode(inner)
    coded = rng.choice((coded, coded[:-1], coded + b"====", b"\n".join((coded, b"*"))))
    return data[: found.start()] + coded + data[found.end() :]


MUTATIONS: dict[str, Mutation] = {
    one.__name__: one for one in (flip, cut, drop, double, token, splice, number, element, nest, grow, recode, enclose)
}
"""Every way, by name."""


def spoiled(rng: Random, inputs: Sequence[bytes]) -> tuple[bytes, list[str]]:
    """One of the inputs, spoiled in one to three ways, and their names."""
    data, names = rng.choice(inputs), rng.choices(list(MUTATIONS), k=rng.choice((1, 1, 1, 2, 3)))
    for name in names:
        data = MUTATIONS[name](rng, data, inputs)[:2_000_000]
    return data, names
