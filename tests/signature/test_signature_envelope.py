"""The signature of an envelope: the platform's codes 1001, 1002 and 1004 (table 7-1)."""

import base64
from datetime import timedelta

import pytest
from signature_cases import AGENT, AT, LIFE, identity, known

from swsim.simulator.messages.node import DXP
from swsim.simulator.signature.algorithms import Family
from swsim.simulator.signature.certificates import Certificates
from swsim.simulator.signature.envelope import MOST_INFO, answer
from swsim.simulator.signature.sign import sign

ENVELOPE = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<DxpMsg xmlns="{DXP}" ver="1.0"><TransInfo><CopMsgId>A</CopMsgId>'
    "<SenderId>DXPENT0000000001</SenderId><ReceiverIds><ReceiverId>DXPEDCCEB0000003</ReceiverId></ReceiverIds>"
    "<CreatTime>2026-06-01T09:00:00</CreatTime><MsgType>CEB603Message</MsgType></TransInfo>"
    f"<Data>{base64.b64encode(b'<a/>').decode()}</Data></DxpMsg>"
).encode()


@pytest.mark.parametrize("family", list(Family))
def test_an_envelope_that_is_signed_or_is_not_passes(family: Family) -> None:
    """No rule asks for a signature, nor says whose it has to be."""
    assert answer(ENVELOPE, known(), AT) is None
    assert answer(sign(ENVELOPE, identity(family)), known(), AT) is None


def test_its_id_may_be_referenced() -> None:
    """The annex gives the envelope an Id for a signature to refer to: it stands for the whole."""
    with_id = ENVELOPE.replace(b' ver="1.0"', b' ver="1.0" Id="e1"')
    assert answer(sign(with_id, identity()), known(), AT) is None
    other = sign(with_id, identity()).replace(b'URI=""', b'URI="#e2"')
    refused = answer(other, known(), AT)
    assert refused is not None
    assert refused.code == "1001"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(sign(ENVELOPE, identity()).replace(b"09:00:00", b"09:00:01"), "1004", id="changed"),
        pytest.param(sign(ENVELOPE, identity(serial=1)), "1001", id="foreign"),
        pytest.param(sign(ENVELOPE, identity()).replace(b'URI=""', b'URI="#x"'), "1001", id="partly"),
    ],
)
def test_what_is_wrong_has_its_code(data: bytes, code: str) -> None:
    refused = answer(data, known(), AT)
    assert refused is not None
    assert (refused.code, refused.step.state) == (code, "fail")
    assert 0 < len(refused.info) <= MOST_INFO


def test_a_certificate_that_expired_is_1002() -> None:
    refused = answer(sign(ENVELOPE, identity()), known(), AT + LIFE * 2)
    assert refused is not None
    assert refused.code == "1002"
    assert answer(sign(ENVELOPE, identity()), known(), AT - timedelta(days=1)) is None


def test_an_open_registry_takes_whom_it_does_not_know() -> None:
    """But nothing that is not signed rightly."""
    nobody = Certificates()
    signed = sign(ENVELOPE, identity(code=AGENT))
    closed = answer(signed, nobody, AT)
    assert closed is not None
    assert closed.code == "1001"
    assert answer(signed, nobody, AT, open_registry=True) is None
    changed = answer(signed.replace(b"09:00:00", b"09:00:01"), nobody, AT, open_registry=True)
    assert changed is not None
    assert changed.code == "1004"


def test_bytes_that_are_no_envelope_are_told() -> None:
    with pytest.raises(ValueError, match="well-formed"):
        answer(b"<DxpMsg", known(), AT)
