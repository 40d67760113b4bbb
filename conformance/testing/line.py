"""A sandbox as a test sees it: send, take returns, move the clock, ask why. Blocking, over HTTP, standard library only.

What it says goes over the same public surface that any client uses (docs/reference/http.md), so a test written with it
says nothing that a client in another language could not say.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from lxml import etree

from swsim.conformance.control import duration
from swsim.simulator.clock import read_instant
from swsim.simulator.core.rules import BY_ROW, KEY_RULES
from swsim.simulator.transport.tail import describe

PATIENCE = 70.0
"""Seconds a call may take: a long poll lasts at most 60."""


class RefusedError(AssertionError):
    """The single window refused a call. `status` is HTTP's, `problem` its problem document (RFC 9457)."""

    def __init__(self, call: str, status: int, body: bytes) -> None:
        try:
            self.problem: dict[str, Any] = json.loads(body)
        except ValueError:
            self.problem = {"detail": body.decode("utf-8", "replace")[:500]}
        self.status = status
        faults = [f"  line {f['line']}, {f['path']}: {f['expected']}" for f in self.problem.get("errors", ())]
        super().__init__("\n".join([f"{call}: {status} {self.problem.get('detail', '')}", *faults]))


@dataclass(frozen=True, slots=True)
class Return:
    """A return (回执): its id, root (``CEB304Message``), bytes, and its records as ``{element: text}``."""

    id: str
    root: str
    body: bytes
    records: tuple[Mapping[str, str], ...]

    @property
    def statuses(self) -> tuple[int, ...]:
        """returnStatus of each record."""
        return tuple(int(record["returnStatus"]) for record in self.records)


class Line:
    """One sandbox. `url` is where the enterprise under test sends to and polls, `control` the control API."""

    def __init__(self, simulator: str, sandbox: str, token: str = "") -> None:
        self.simulator, self.sandbox, self.token = simulator.rstrip("/"), sandbox, token
        self.url = f"{self.simulator}/sandboxes/{quote(sandbox)}"
        self.control = f"{self.simulator}/_control/sandboxes/{quote(sandbox)}"

    # --- the line of an enterprise ---------------------------------------------------------------------------------

    def send(self, message: bytes) -> dict[str, Any]:
        """Send a message; what the 202 says. RefusedError where its form is refused."""
        return dict(json.loads(self.call("POST", f"{self.url}/messages", message)[1]))

    def dry_run(self, message: bytes) -> list[dict[str, Any]]:
        """What customs would say to each document of a message now; nothing is kept."""
        answer = json.loads(self.call("POST", f"{self.url}/messages?dryRun=true", message)[1])
        return list(answer["documents"])

    def take(self, dxp_id: str, *, wait: float = 0.0) -> Return | None:
        """Take and acknowledge the oldest return for a dxpId; None when none came within `wait` real seconds."""
        query = urlencode({"dxpId": dxp_id, "wait": wait})
        headers, body = self.call("GET", f"{self.url}/returns/next?{query}")
        if not body:
            return None
        found = _return(headers["X-Return-Id"], body)
        self.call("DELETE", f"{self.url}/returns/{found.id}")
        return found

    def drain(self, dxp_id: str) -> list[Return]:
        """Take and acknowledge every return that waits for a dxpId."""
        return list(self._waiting(dxp_id))

    def _waiting(self, dxp_id: str) -> Iterator[Return]:
        while (found := self.take(dxp_id)) is not None:
            yield found

    # --- what customs holds ----------------------------------------------------------------------------------------

    def document(self, kind: str, *key: str) -> dict[str, Any]:
        """A document by the parts of its key (docs/reference/messages.md), with its explanation."""
        path = "~".join(quote(part, safe="").replace("~", "%7E") for part in key)
        return dict(self.ask("GET", f"/documents/{kind}/{path}"))

    def find(self, number: str) -> list[dict[str, Any]]:
        """Documents by an order, waybill, list number or guid, with their timelines."""
        return list(self.ask("GET", f"/find?{urlencode({'q': number})}")["documents"])

    def journal(self, after: int = 0) -> list[dict[str, Any]]:
        """Journal entries behind a number, all of them."""
        found: list[dict[str, Any]] = []
        while lines := self.call("GET", f"{self.control}/journal?after={after}")[1].splitlines():
            found += map(json.loads, lines)
            after = found[-1]["n"]
        return found

    def trail(self) -> list[str]:
        """What came in and what customs decided, a line each, with what every refusal rests on."""
        lines = []
        for entry in self.journal():
            if entry["what"] in {"message", "refused-message", "decision"}:
                lines.append(describe(entry))
                rules = {rule for record in entry["data"].get("records", ()) for rule in record.get("rules", ())}
                lines += [f"       {name}: {title}" for name in sorted(rules) if (title := _title(name))]
        return lines

    # --- what a test sets up ----------------------------------------------------------------------------------------

    def faults(self, *rows: Mapping[str, Any]) -> None:
        """Replace the fault table (docs/how-to/faults.md)."""
        self.ask("PUT", "/faults", {"faults": list(rows)})

    def profile(self, said: str | Mapping[str, Any]) -> None:
        """Another profile, or ``{"base": NAME, switch: value}``."""
        self.ask("PUT", "/profile", {"profile": said})

    def reset(self) -> None:
        """Empty the sandbox: documents, journal, outbox, faults."""
        self.ask("POST", "/reset")

    def ask(self, method: str, path: str, value: Any = None) -> Any:
        """Any call of this sandbox's control API; its JSON, None where there is none. RefusedError."""
        body = None if value is None else json.dumps(value).encode()
        answer = self.call(method, self.control + path, body)[1]
        return json.loads(answer) if answer else None

    def call(self, method: str, url: str, body: bytes | None = None) -> tuple[Mapping[str, str], bytes]:
        """One request; headers and body. RefusedError where the answer is 400 or above."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310 - the caller's own simulator
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - as above
                return dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            raise RefusedError(f"{method} {url}", error.code, error.read()) from None


class CustomsClock:
    """The virtual clock of a sandbox. Moving it returns when everything that fell due lies in the outbox."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def now(self) -> datetime:
        """Sandbox time, Beijing."""
        return read_instant(self._line.ask("GET", "/clock")["now"])

    def advance(self, by: timedelta | str) -> datetime:
        """Let a duration pass, ISO 8601 where it is text (``P5DT4H``); where the clock stands."""
        return self._move(advance=duration(by) if isinstance(by, timedelta) else by)

    def advance_to(self, at: datetime | str) -> datetime:
        """Go to a time; one without zone is Beijing time."""
        return self._move(advance_to=at.isoformat() if isinstance(at, datetime) else at)

    def step(self) -> datetime:
        """Go to the next thing that falls due."""
        return self._move(step=1)

    def _move(self, **how: Any) -> datetime:
        return read_instant(self._line.ask("POST", "/clock", how)["now"])


def _title(row: str) -> str:
    rule = BY_ROW.get(row) or KEY_RULES.get(row)
    return f"{rule.zh} / {rule.en} ({rule.citation})" if rule else ""


def _return(name: str, body: bytes) -> Return:
    root = etree.fromstring(body)
    records = [node for node in root if len(node)]
    said = tuple({etree.QName(leaf).localname: leaf.text or "" for leaf in node} for node in records)
    return Return(name, etree.QName(root).localname, body, said)
