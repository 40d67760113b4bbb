"""Webhook: returns are pushed to an address of the enterprise, signed with a secret the two share.

The body is the return as every channel has it. What is answered with 2xx arrived; anything else, or nothing within
`SECONDS`, is tried again later (`delivery`), so a return may come twice, under the same id.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar
from yarl import URL

from swsim.simulator.clock import real_now
from swsim.simulator.transport.delivery import DeliveryError, Parcel

SECONDS = 10.0
SHORTEST_SECRET, LONGEST_SECRET = 16, 256
LONGEST_URL = 2000
MOST_CHANNELS = 1000
"""Subscriptions of a sandbox."""
WAYS = ("webhook", "amqp", "folder")


class Webhook:
    """Pushes returns; one session for all subscriptions."""

    name = "webhook"
    ahead = 1

    def __init__(self) -> None:
        self._session: ClientSession | None = None

    def serves(self, sandbox: str) -> bool:
        """Every sandbox."""
        return bool(sandbox)

    def start(self) -> None:
        """Have a session: no cookies, no proxy of the environment."""
        self._session = ClientSession(timeout=ClientTimeout(total=SECONDS), cookie_jar=DummyCookieJar())

    async def stop(self) -> None:
        """Close it."""
        if self._session is not None:
            await self._session.close()

    async def send(self, parcels: Sequence[Parcel], arrived: Callable[[Parcel], None]) -> None:
        """POST them, one after another."""
        for parcel in parcels:
            await self._push(parcel)
            arrived(parcel)

    async def _push(self, parcel: Parcel) -> None:
        """POST a return; DeliveryError unless the answer is 2xx. Redirects are not followed."""
        if self._session is None:
            raise DeliveryError("the server begins or ends")
        url = URL(parcel.settings["url"])
        try:
            headers = headers_of(parcel, int(real_now().timestamp()))
            async with self._session.post(url, data=parcel.body, headers=headers, allow_redirects=False) as answer:
                if not 200 <= answer.status < 300:
                    raise DeliveryError(f"{url}: expected an answer 2xx, got {answer.status}")
        except TimeoutError:
            raise DeliveryError(f"{url}: no answer within {SECONDS:g} seconds") from None
        except (ClientError, OSError, ValueError, asyncio.IncompleteReadError) as error:
            raise DeliveryError(f"{url}: {type(error).__name__}: {error}") from None


def headers_of(parcel: Parcel, at: int) -> dict[str, str]:
    """What stands before a return; the signature where the two share a secret."""
    headers = {
        "Content-Type": "text/xml; charset=utf-8",
        "X-Return-Id": parcel.id,
        "X-Dxp-Id": parcel.dxp_id,
        "X-Message-Type": parcel.message_type,
        "X-Swsim-Sandbox": parcel.sandbox,
        "X-Swsim-Timestamp": str(at),
    }
    if secret := parcel.settings.get("secret"):
        headers["X-Swsim-Signature"] = f"sha256={signature(secret, at, parcel.id, parcel.body)}"
    return headers


def signature(secret: str, at: int, number: str, body: bytes) -> str:
    """HMAC-SHA256 over `timestamp.return-id.body`, in hex: an old push cannot be passed off as a new one."""
    return hmac.new(secret.encode(), f"{at}.{number}.".encode() + body, hashlib.sha256).hexdigest()


def read_channels(value: dict[str, Any], known: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Subscriptions by dxpId from the body of `PUT …/channels`; ValueError. A secret that is not said stays, as
    long as the address does.
    """
    if value.keys() != {"channels"} or not isinstance(value["channels"], dict):
        raise ValueError(f'channels: expected {{"channels": {{dxpId: {{"channel": …}}}}}}, got keys {sorted(value)}')
    if len(value["channels"]) > MOST_CHANNELS:
        raise ValueError(f"channels: expected at most {MOST_CHANNELS}, got {len(value['channels'])}")
    return {dxp_id: _read(dxp_id, said, known.get(dxp_id, {})) for dxp_id, said in value["channels"].items()}


def _read(dxp_id: str, said: Any, known: dict[str, Any]) -> dict[str, Any]:
    where = f"channels.{dxp_id[:60]}"
    if not 1 <= len(dxp_id) <= 60 or not dxp_id.isascii() or not dxp_id.isalnum():
        raise ValueError(f"{where}: expected a dxpId of 1 to 60 letters and digits, got {dxp_id[:80]!r}")
    if not isinstance(said, dict) or said.get("channel") not in WAYS:
        raise ValueError(f"{where}: expected an object with channel, one of {', '.join(WAYS)}, got {said!r:.80}")
    if said["channel"] != "webhook":
        if said.keys() != {"channel"}:
            raise ValueError(f"{where}: expected only channel beside {said['channel']}, got {sorted(said)}")
        return {"channel": said["channel"]}
    if unknown := said.keys() - {"channel", "url", "secret", "signed"}:
        raise ValueError(f"{where}: expected only channel, url and secret, got {sorted(unknown)}")
    read = {"channel": "webhook", "url": _url(where, said.get("url"))}
    secret = said.get("secret", known.get("secret", "") if read["url"] == known.get("url") else "")
    if not isinstance(secret, str) or (secret and not SHORTEST_SECRET <= len(secret.encode()) <= LONGEST_SECRET):
        raise ValueError(f"{where}.secret: expected a text of {SHORTEST_SECRET} to {LONGEST_SECRET} bytes, got another")
    return read | ({"secret": secret} if secret else {})


def _url(where: str, text: Any) -> str:
    """An address to push to."""
    expected = f"{where}.url: expected http:// or https:// with a host, without user, password and fragment"
    if not isinstance(text, str) or len(text) > LONGEST_URL:
        raise ValueError(f"{expected}, got {text!r:.80}")
    try:
        url = URL(text)
        fits = url.scheme in {"http", "https"} and url.host and url.user is None and not url.raw_fragment and url.port
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"{expected}, got {text!r:.80}")
    return text


def shown(channels: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Subscriptions without their secrets: `signed` says whether there is one."""
    return {
        dxp_id: {name: said for name, said in one.items() if name != "secret"}
        | ({"signed": "secret" in one} if one["channel"] == "webhook" else {})
        for dxp_id, one in channels.items()
    }
