"""Bounds of what comes in packed: Base64 to its last character, compressed bodies, compressed data inside Base64."""

import gzip
import lzma
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from simulator_annex import Sale, message
from simulator_envelopes import codes, dxp_msg, json_envelope, sv_around
from simulator_line import Line, serving

from swsim.simulator.envelope.opening import MOST_BASE64, Opened, opened

ORDER = message("303", Sale("BOUNDS-1").document("303"))
MIB = 1 << 20


def packed(text: str) -> bytes:
    """A JSON envelope with this for Base64."""
    return b'{"Message":{"MessageHead":{"MessageId":"1"},"MessageBody":{"data":"%s"}}}' % text.encode()


FORMS: dict[str, Callable[[str], bytes]] = {
    "DxpMsg": lambda text: dxp_msg(b"", data=text),
    "DxpMsgSv": lambda text: sv_around(dxp_msg(b"", data=text)),
    "JSON": packed,
}


def opening(form: str, text: str) -> Opened:
    """What an envelope around Base64 opens to."""
    envelope, _ = opened(FORMS[form](text))
    assert envelope is not None
    return envelope


@pytest.mark.parametrize("form", FORMS)
def test_base64_at_its_bound_is_opened_and_one_over_is_not(form: str) -> None:
    """The fault names the bound and what came; nothing was decoded for it."""
    whole = opening(form, "A" * MOST_BASE64)
    assert whole.fault is None
    assert len(whole.payload) == MOST_BASE64 // 4 * 3
    count = MOST_BASE64 + (1 if form == "JSON" else 4)  # fewer are no Base64, which the schema says
    over = opening(form, "A" * count)
    assert over.fault is not None
    assert over.payload == b""
    assert f"at most {MOST_BASE64} characters of Base64" in str(over.fault)
    assert f"{count} characters" in str(over.fault)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", ["QQ", "QQ=", "QQ==Q", "Q Q = =", "QQ==\n", "=QQ=", "Q*Q=", "ＱＱ==", ""])
def test_base64_is_what_rfc_4648_says_but_for_white_space(form: str, text: str) -> None:
    """Cut, padded wrongly, of other characters: a refusal; white space between is overlooked, as line breaks are."""
    if form == "JSON":
        text = text.replace("\n", "\\n")
    envelope = opening(form, text)
    fits = "".join(text.replace("\\n", "").split()) in {"QQ==", ""}
    if fits and envelope.fault is not None:  # an empty Data may break the schema of the envelope
        assert text == ""
    else:
        assert (envelope.fault is None) == fits, envelope.fault


def archive(data: bytes) -> bytes:
    """As a zip file."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.xml", data)
    return out.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "xz": lzma.compress,
    "zip": archive,
}


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("data", [ORDER, b" " * (64 * MIB)], ids=["an order", "a bomb"])
async def test_compressed_data_inside_base64_is_not_unpacked(line: Line, packer: str, data: bytes) -> None:
    """No edition compresses `Data`: it is bytes that are no XML (0001), and a bomb stays as small as it is."""
    inner = PACKERS[packer](data)
    for body in (dxp_msg(inner), sv_around(dxp_msg(inner))):
        tracemalloc.start()
        try:
            got = await line.post(body)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert set(codes(got.body).values()) == {"0001"}
        assert peak < 16 * MIB
    assert (await line.post(json_envelope(inner))).problem["code"] == "0001"
    assert await line.listed() == []


@pytest.mark.parametrize(("coding", "packer"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_a_compressed_body_is_bounded_by_what_it_unpacks_to(
    tmp_path: Path, coding: str, packer: Callable[[bytes], bytes]
) -> None:
    """A good one is taken; one byte over the limit is 413, packed inside a packed one is nonsense, half is 400."""
    async with serving(tmp_path / "s", max_body=len(ORDER)) as line:
        url = f"{line.url}/messages"

        async def status(body: bytes) -> int:
            async with line.session.post(url, data=body, headers={"Content-Encoding": coding}) as answer:
                assert b"Traceback" not in await answer.read()
                return answer.status

        assert await status(packer(ORDER)) == 202
        assert await status(packer(ORDER + b" ")) == 413
        assert await status(packer(packer(b" " * len(ORDER)))) == 400
        assert await status(packer(ORDER)[:-20]) == 400
        assert await status(b"") in {202, 400}


async def test_a_bomb_of_bombs_is_refused_in_little_memory(line: Line) -> None:
    """A gibibyte of spaces in a megabyte: read up to the limit, no further."""
    squeezed = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = b"".join(squeezed.compress(b" " * MIB) for _ in range(1024)) + squeezed.flush()
    assert len(body) < 2 * MIB
    tracemalloc.start()
    try:
        async with line.session.post(
            f"{line.url}/sandboxes/s/messages", data=BytesIO(body), headers={"Content-Encoding": "gzip"}
        ) as answer:
            assert answer.status == 413
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 256 * MIB


HUGE = "x" * (3 * MIB)


@pytest.mark.parametrize(
    "body",
    [
        ORDER.replace(b">28<", f">{HUGE}<".encode()),
        ORDER.replace(b"<guid>", f"<{HUGE}/><guid>".encode(), 1),
        f'<{HUGE} xmlns="urn:x"/>'.encode(),
        ORDER.replace(b"</dxpId>", f"{HUGE}</dxpId>".encode()),
        ORDER.replace(b' guid="', f' guid="{HUGE}'.encode(), 1),
        f'{{"Message":{{"MessageBody":{{"data":"*{HUGE}"}}}}}}'.encode(),
        f'{{"{HUGE}":1}}'.encode(),
        HUGE.encode(),
    ],
    ids=["text", "element", "root", "dxpId", "guid", "Base64", "key", "no XML"],
)
async def test_what_is_refused_is_quoted_shortly(line: Line, body: bytes) -> None:
    """Megabytes of one text do not come back in the problem, nor into the journal, nor to a dxpId of that length."""
    got = await line.post(body)
    assert got.problem["status"] in {400, 422}
    assert len(got.body) < 20_000
    entries = (await line.control("GET", "/journal")).body
    assert len(entries) < 40_000
    assert all(len(one["dxpId"]) < 256 for one in await line.listed())
