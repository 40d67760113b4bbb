"""Table 7-1 code by code, and the signature of an envelope inside that of a transport node."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from simulator_annex import Sale, message
from simulator_envelopes import EXPORT, IMPORT, codes, dxp_msg, sv_around
from simulator_line import Got, Line, serving
from test_simulator_signature import identity, list_of, sandbox

from swsim.simulator.envelope.answer import CODES_7_1
from swsim.simulator.signature.sign import sign

ORDER = message("303", Sale("PLATFORM-1").document("303"))
Ask = Callable[[Line], Awaitable[Got]]


def posting(body: bytes) -> Ask:
    """Send it."""
    return lambda line: line.post(body)


async def too_large(line: Line) -> Got:
    """More than the sandbox takes."""
    await line.control("PUT", "/limits", {"body": 10})
    return await line.post(ORDER)


async def full(line: Line) -> Got:
    """More messages than the sandbox takes."""
    await line.control("PUT", "/limits", {"messages": 1})
    await line.post(ORDER)
    return await line.post(ORDER)


async def expired(line: Line) -> Got:
    """Signed by a certificate that is valid no more."""
    await line.clock(advance="P40D")
    return await line.post(SIGNED)


INNER = sign(list_of(), identity())
SIGNED = sign(dxp_msg(INNER), identity())
SITUATIONS: dict[str, Ask] = {
    "0001": posting(dxp_msg(b"<no")),
    "0002": posting(dxp_msg(ORDER).replace(b"</DxpMsg>", b"<Extra/></DxpMsg>")),
    "0999": too_large,
    "1001": posting(SIGNED.replace(b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA")),
    "1002": expired,
    "1004": posting(SIGNED.replace(b"09:00:00<", b"09:00:01<")),
    "2001": posting(dxp_msg(ORDER, ("DXPNOBODY",))),
    "2002": posting(dxp_msg(ORDER, (IMPORT,))),
    "3001": full,
}


@pytest.mark.parametrize("code", [code for code, one in CODES_7_1.items() if one.sent])
async def test_each_code_that_is_said_to_be_sent_is_sent(served: Line, code: str) -> None:
    """In the DxpRep, or as the code of the problem; with the words of the table."""
    line = await sandbox(served)
    got = await SITUATIONS[code](line)
    if got.status == 200:
        assert set(codes(got.body).values()) == {code}
        assert CODES_7_1[code].zh in got.body.decode()
    else:
        assert got.problem["code"] == code


def test_what_is_never_sent_says_why() -> None:
    """1003 above all: nothing in this edition is encrypted."""
    never = {code: one.when for code, one in CODES_7_1.items() if not one.sent}
    assert never.keys() == {"1003", "1999", "2999", "3002", "3003", "3999"}
    assert "encrypted" in never["1003"]
    assert all(never.values())
    assert SITUATIONS.keys() == CODES_7_1.keys() - never.keys()


@pytest.mark.parametrize("readers", [0, 1])
@pytest.mark.parametrize("prefix", [b"", b"dxp:"])
async def test_a_terminals_signature_is_judged_inside_a_nodes_envelope(
    tmp_path: Path, readers: int, prefix: bytes
) -> None:
    """Right inside a `DxpMsgSv` as by itself; changed it is 1004; the node's own signature is the port's business."""
    async with serving(tmp_path / "s", readers=readers) as served:
        line = await sandbox(served)
        node = SIGNED[SIGNED.index(b"<ds:Signature") : SIGNED.index(b"</ds:Signature>") + len(b"</ds:Signature>")]
        for body, code in (
            (sv_around(SIGNED, prefix=prefix), "0000"),
            (sv_around(SIGNED.replace(b"09:00:00<", b"09:00:01<"), prefix=prefix), "1004"),
            (sv_around(dxp_msg(INNER), prefix=prefix), "0000"),
            (sv_around(dxp_msg(INNER), node, prefix=prefix), "0000"),
            (sv_around(SIGNED.replace(b"09:00:00<", b"09:00:01<"), node, prefix=prefix), "1004"),
        ):
            got = await line.post(body)
            assert (got.status, codes(got.body)) == (200, {EXPORT: code}), got.body
