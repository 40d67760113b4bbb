"""The simulator's control API, as far as a run needs it: sandbox, clock, fault table, documents."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import orjson
from aiohttp import ClientError, ClientResponse, ClientSession

from swsim.simulator.clock import read_instant


class ControlError(RuntimeError):
    """The simulator refused a call, or did not answer it; the text says which and why."""


@dataclass(frozen=True, slots=True)
class ClockState:
    """Sandbox time, its mode, and when the next thing is due; `due` None when nothing is."""

    now: datetime
    mode: str
    due: datetime | None


class Control:
    """Calls over `http` (its base is the simulator's address) for one sandbox."""

    def __init__(self, http: ClientSession, sandbox: str) -> None:
        self._http, self.sandbox = http, sandbox
        self._path = f"/_control/sandboxes/{sandbox}"

    async def create(self, **settings: Any) -> str:
        """Create the sandbox (`profile`, `regime`, `seed`, `clock`, `registry`) and return its token."""
        made = await self._json("POST", "/_control/sandboxes", {"id": self.sandbox, **settings})
        return str(made.get("token", ""))

    async def clock(self) -> ClockState:
        """Read the clock."""
        return _clock(await self._json("GET", f"{self._path}/clock"))

    async def move(self, **how: Any) -> ClockState:
        """`advance_to=datetime`, `advance=timedelta` or `step=1`; answered when all that fired is in the outbox."""
        return _clock(
            await self._json("POST", f"{self._path}/clock", {key: _text(value) for key, value in how.items()})
        )

    async def set_faults(self, rows: list[dict[str, Any]]) -> None:
        """Replace the fault table."""
        await self._json("PUT", f"{self._path}/faults", {"faults": rows})

    async def order(self, path: str, body: dict[str, Any]) -> None:
        """Any other POST under the sandbox: duty/recalls, documents/603/KEY/force."""
        await self._json("POST", f"{self._path}/{path}", body)

    async def profile(self) -> str | dict[str, Any]:
        """What the sandbox was told of its profile: a name, or switches over one."""
        said: str | dict[str, Any] = (await self._json("GET", f"{self._path}/profile"))["profile"]
        return said

    async def set_profile(self, said: str | dict[str, Any]) -> None:
        """Replace the profile."""
        await self._json("PUT", f"{self._path}/profile", {"profile": said})

    async def document(self, kind: str, key: str) -> dict[str, Any]:
        """A document's history and explanations; `key` as the journal writes it: parts encoded, joined by ``~``."""
        path = f"{self._path}/documents/{kind}/{quote(key, safe='~%')}"
        return dict(await self._json("GET", path))

    async def written(self) -> int:
        """The number of the journal's last entry at this moment."""
        return int((await self.settings())["entries"])

    async def settings(self) -> dict[str, Any]:
        """What the sandbox was created with: profile, regime, seed."""
        return dict(await self._json("GET", self._path))

    async def exists(self) -> bool:
        """Whether there is such a sandbox."""
        try:
            async with self._http.get(self._path) as answer:
                return answer.status == HTTPStatus.OK
        except (ClientError, TimeoutError) as error:
            raise ControlError(f"GET {self._path}: no answer from the simulator: {error!r}") from error

    async def _json(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        try:
            async with self._http.request(method, path, json=body) as answer:
                return await _read(answer, f"{method} {path}")
        except (ClientError, TimeoutError) as error:
            raise ControlError(f"{method} {path}: no answer from the simulator: {error!r}") from error


class FaultTable:
    """The sandbox's fault table, shared by cases that run at once: each adds its rows and takes them back."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._one_at_a_time = asyncio.Lock()
        """The table is put as a whole: an older one must not arrive behind a newer one."""

    async def add(self, case: str, rows: list[dict[str, Any]]) -> None:
        """Add rows of a case, behind those it has."""
        mine = self._rows.setdefault(case, [])
        mine += [{"id": f"{case}-{place}", **row} for place, row in enumerate(rows, len(mine) + 1)]
        await self._put()

    async def drop(self, case: str) -> None:
        """Take back everything a case added."""
        if self._rows.pop(case, None):
            await self._put()

    async def _put(self) -> None:
        async with self._one_at_a_time:
            await self._control.set_faults([row for rows in self._rows.values() for row in rows])


class Switches:
    """The switches of the sandbox's profile, set by one case at a time and set back behind it."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._before: str | dict[str, Any] | None = None

    async def set(self, switches: dict[str, Any]) -> None:
        """Set some, beside those that the case has set already."""
        said = await self._control.profile()
        if self._before is None:
            self._before = said
        await self._control.set_profile(({"base": said} if isinstance(said, str) else said) | switches)

    async def back(self) -> None:
        """As they were before the case."""
        if self._before is not None:
            before, self._before = self._before, None
            await self._control.set_profile(before)


async def _read(answer: ClientResponse, call: str) -> Any:
    data = await answer.read()
    if not answer.ok:
        raise ControlError(f"{call}: {answer.status} {data.decode('utf-8', 'replace')[:500]}")
    return orjson.loads(data) if data else {}


def _clock(row: dict[str, Any]) -> ClockState:
    following = row.get("next")
    return ClockState(read_instant(row["now"]), str(row["mode"]), read_instant(following["at"]) if following else None)


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return duration(value) if isinstance(value, timedelta) else value


def duration(span: timedelta) -> str:
    """ISO 8601, whole seconds and milliseconds: ``PT300S``."""
    return f"PT{span.total_seconds():.3f}".rstrip("0").rstrip(".") + "S"
