"""What an envelope says of the message inside: its form, who sends it, to whom. Plain values, to be marshalled."""

from functools import lru_cache
from typing import Any, NamedTuple

import orjson

EXPORT_SYSTEM = "DXPEDCCEB0000003"
"""Receiver of the export system (seen in public clients)."""
IMPORT_SYSTEM = "DXPEDCCEB0000002"
"""That of the import system: a customs, but not the one for these messages."""
TERMINAL, TRANSPORT, JSON, BARE_FORM = "DxpMsg", "DxpMsgSv", "JSON", ""


class Cover(NamedTuple):
    """An envelope without the message. `form` is empty where a message came without one.

    `message_id` is the number that the sender gives the envelope (CopMsgId), `created` its CreatTime as written;
    `signed`: it bears a signature of its own, and `signature` is what that shows by itself (`Examined.plain_tuple`).
    """

    form: str = BARE_FORM
    message_id: str = ""
    sender: str = ""
    receivers: tuple[str, ...] = ()
    created: str = ""
    message_type: str = ""
    signed: bool = False
    signature: tuple[Any, ...] = ()

    @property
    def platform(self) -> bool:
        """An envelope of the exchange platform, answered by a DxpRep."""
        return self.form in {TERMINAL, TRANSPORT}


BARE = Cover()


class Way(NamedTuple):
    """How the returns of a message leave: in which form, and to whom beside its sender.

    `subscribers` are (status, dxpAddress) of its BaseSubscribe whose status is known.
    """

    form: str = BARE_FORM
    subscribers: tuple[tuple[str, str], ...] = ()

    def write(self) -> str:
        """As documents and returns keep it; empty for what came bare and nobody else hears of."""
        return orjson.dumps(tuple(self)).decode() if self.form or self.subscribers else ""

    def to(self, *statuses: str) -> list[str]:
        """Subscribers of one of these statuses, each once."""
        return list(dict.fromkeys(address for status, address in self.subscribers if status in statuses))


@lru_cache(maxsize=1024)
def way_of(text: str) -> Way:
    """Back from `Way.write`."""
    if not text:
        return Way()
    form, subscribers = orjson.loads(text)
    return Way(form, tuple((status, address) for status, address in subscribers))


def answered_in(cover: Cover) -> str:
    """The form in which a message is answered: what came from the platform goes back by it, the rest bare."""
    return TERMINAL if cover.platform else BARE_FORM
