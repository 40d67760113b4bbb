"""A return as it leaves: written from its facts, a copy fetched, put into the envelope in which its message came."""

import base64

import orjson

from swsim.simulator.clock import from_ms
from swsim.simulator.envelope.cover import TERMINAL
from swsim.simulator.envelope.opening import message_inside
from swsim.simulator.faults.returning import marks, unspoiled
from swsim.simulator.messages.codec import encode, parse
from swsim.simulator.messages.envelope import AddInfo, Data, DxpMsg, ReceiverId, ReceiverIds, TransInfo
from swsim.simulator.profile import Profile
from swsim.simulator.returns import guid_of, is_copy, render
from swsim.simulator.sandbox import Sandbox
from swsim.simulator.store.journal import decompress
from swsim.simulator.store.protocol import ReturnRow, Store


async def wire(store: Store, sandbox: Sandbox, row: ReturnRow) -> bytes:
    """The bytes that leave for a row of the outbox."""
    original, inner = row, b""
    if is_copy(row.facts):
        said = orjson.loads(row.facts)
        if said["copy"] == "answer":
            return str(said["xml"]).encode()
        if said["copy"] == "message":
            (entry,) = await store.journal(sandbox.box, said["of"] - 1, 1)
            inner = message_inside(decompress(entry.body or b""))
        else:
            (spoiled,) = (await store.returns_by_number(sandbox.box, [said["of"]])).values()
            original = unspoiled(spoiled)
    profile, seed = sandbox.profile, sandbox.settings.seed
    if inner:
        guid = parse(inner).get("guid", "")
    else:
        inner = render(original, sandbox.name, seed, profile)
        mark = marks(original)
        guid = mark.get("copMsgId") or guid_of(seed, sandbox.name, mark.get("as", original.number), 0)
    if row.form != TERMINAL:
        return inner
    return wrapped(inner, row, guid, profile, broken=bool(marks(original).get("wrapped")))


def wrapped(inner: bytes, row: ReturnRow, guid: str, profile: Profile, *, broken: bool = False) -> bytes:
    """A return in a DxpMsg: CopMsgId is the guid of the message, `Data` stands on one line (as seen in captures).

    `broken` over lines of 76 characters it is where the fault table wants it so.
    """
    encoded = base64.encodebytes(inner) if broken else base64.b64encode(inner)
    name = f"{row.message_type}_{guid}.xml"
    message = DxpMsg(
        ver="1.0",
        trans_info=TransInfo(
            cop_msg_id=guid,
            sender_id=profile.receiver,
            receivers=ReceiverIds(items=(ReceiverId(text=row.dxp_id[:16]),)),
            create_time=f"{from_ms(row.at):%Y-%m-%dT%H:%M:%S}",
            msg_type=row.message_type,
        ),
        data=Data(text=encoded.decode()),
        add_info=AddInfo(file_name=name),
    )
    return encode(message, prefix="dxp" if profile.prefix else "", **profile.written)
