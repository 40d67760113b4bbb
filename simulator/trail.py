"""The trail of a document: a step for each decision, as its row keeps it (`views.Step` reads it back)."""

from collections.abc import Sequence
from datetime import datetime

import orjson

from swsim.simulator.clock import to_ms
from swsim.simulator.core.incoming import Finding
from swsim.simulator.core.model import Decision


def trail_step(
    decision: Decision, at: datetime, returned: int, number: int, plain: dict[tuple[int, ...], bytes]
) -> bytes:
    """A step of a document's trail; `plain` keeps those that most share: without findings, or with remarks on the
    message and not on the document.
    """
    own = decision.faults or decision.info or any(f.path[:3] != "../" for f in decision.remarks)
    alike = () if own else (decision.status, *map(id, decision.remarks))
    if alike in plain:
        return plain[alike]
    odd = own or decision.remarks
    findings = (
        [_compact(decision.faults), _compact(decision.remarks), decision.info, decision.subject.path] if odd else []
    )
    step = b"," + orjson.dumps([to_ms(at), decision.stage, int(decision.status), returned, number, *findings])
    if alike:
        plain[alike] = step
    return step


def _compact(findings: Sequence[Finding]) -> list[list[str]]:
    return [[f.rule, f.path, f.expected, f.found] for f in findings]
