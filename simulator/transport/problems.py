"""Errors as `application/problem+json` (RFC 9457): what was expected, what was received, where. No trace leaves."""

import logging
import math
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import orjson
from aiohttp import web

from swsim.simulator.clock import ClockRunsForwardError
from swsim.simulator.core.faults import FaultPlan
from swsim.simulator.faults.receiving import HinderedError
from swsim.simulator.limits import LimitReachedError
from swsim.simulator.messages.codec import Fault, Refused
from swsim.simulator.reader import ReaderFullError
from swsim.simulator.sandbox import UnknownSandboxError
from swsim.simulator.sequencer import OverloadedError
from swsim.simulator.snapshots import TooManySnapshotsError, UnknownSnapshotError
from swsim.simulator.store.protocol import SandboxExistsError
from swsim.simulator.transport.keys import LIMIT

LOG = logging.getLogger("swsim.http")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """A JSON answer."""
    return web.Response(body=orjson.dumps(value), status=status, content_type="application/json", headers=headers)


def problem(
    status: int, detail: str, *, code: str = "", headers: dict[str, str] | None = None, **more: Any
) -> web.Response:
    """A problem document; `code` of table 7-1."""
    value = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail} | more
    if code:
        value["code"] = code
    return web.Response(
        body=orjson.dumps(value), status=status, content_type="application/problem+json", headers=headers
    )


def refusal(refused: Refused, message_id: str) -> web.Response:
    """400 for bytes that cannot be read, 422 for XML that breaks the schema."""
    errors = [_error(fault) for fault in refused.faults]
    status = 400 if refused.code == "0001" else 422
    return problem(status, str(refused), code=refused.code, id=message_id, errors=errors)


def _error(fault: Fault) -> dict[str, Any]:
    return {
        "line": fault.line,
        "path": fault.path,
        "value": fault.value,
        "expected": fault.expected,
        "title_zh": fault.title_zh,
        "title_en": fault.title_en,
        "section": fault.section,
    }


def _hindered(request: web.Request, plan: FaultPlan) -> web.Response:
    """A fault of the fault table, as HTTP shows it."""
    if plan.action == "reset" and request.transport is not None:
        request.transport.abort()
    status = plan.status if plan.action == "busy" else HTTPStatus.SERVICE_UNAVAILABLE
    wait = math.ceil(plan.retry.total_seconds()) if plan.retry is not None else 1
    detail = "the message was not taken in, try again"
    return problem(int(status), detail, code="3001", headers={"Retry-After": str(wait)})


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error becomes a problem document; what is ours is logged, not shown."""
    try:
        return await handler(request)
    except web.HTTPRequestEntityTooLarge:
        return problem(413, f"a body of at most {request.app[LIMIT]} bytes was expected", code="0999")
    except web.HTTPException as error:
        return problem(error.status, error.text or error.reason) if error.status >= 400 else error
    except UnknownSandboxError as error:
        return problem(404, f"no sandbox {error.args[0]!r}; create it by POST /_control/sandboxes")
    except SandboxExistsError as error:
        return problem(409, f"sandbox {error.args[0]!r} exists; DELETE it first or choose another id")
    except ClockRunsForwardError as error:
        return problem(409, str(error))
    except orjson.JSONDecodeError as error:
        return problem(400, f"body: expected JSON, got what is none: {error}")
    except ValueError as error:
        return problem(400, str(error))
    except LimitReachedError as error:
        return problem(error.status, str(error), code="3001" if error.status == 429 else "0999")
    except UnknownSnapshotError as error:
        return problem(404, str(error))
    except TooManySnapshotsError as error:
        return problem(409, str(error))
    except (OverloadedError, ReaderFullError):
        return problem(503, "too many messages wait, try again", code="3001", headers={"Retry-After": "1"})
    except HinderedError as error:
        return _hindered(request, error.plan)
    except ConnectionResetError:
        raise
    except web.RequestPayloadError as error:
        return problem(400, f"a body that can be read was expected, got: {error}", code="0001")
    except Exception:
        LOG.exception("%s %s failed", request.method, request.path)
        return problem(500, "the simulator failed; its log says why, nothing was kept of this request", code="3001")
