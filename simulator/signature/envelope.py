"""The signature of an envelope (`DxpMsg`): the platform answers for it, with a code of table 7-1.

An envelope need not be signed. Who signs it no rule says, so the owner is not judged; its certificate has to be known,
or the registry open.
"""

from datetime import datetime
from typing import NamedTuple

from swsim.simulator.signature.certificates import Certificates
from swsim.simulator.signature.report import PLATFORM, Problem, Step
from swsim.simulator.signature.verify import Examined, examine, judge

MOST_INFO = 300
"""Characters of a ResponseInfo."""


class Answer(NamedTuple):
    """ResponseCode, ResponseInfo, and the step of the check that failed."""

    code: str
    info: str
    step: Step


def answer(data: bytes, certificates: Certificates, at: datetime, *, open_registry: bool = False) -> Answer | None:
    """What refuses an envelope for its signature: 1001, 1002 or 1004; None where it is right, or is not there.

    `data` is the envelope as it came, `at` the time of the sandbox. ValueError for bytes that are no plain XML.
    """
    return answer_to(examine(data), certificates, at, open_registry=open_registry)


def answer_to(found: Examined, certificates: Certificates, at: datetime, *, open_registry: bool) -> Answer | None:
    """The same for one that was examined."""
    if found.steps and found.steps[0].problem is Problem.EMPTY:
        return None
    verdict = judge(found, certificates, at, open_registry=open_registry)
    let_pass = {Problem.OWNER, Problem.UNKNOWN} if open_registry and found.certificate else {Problem.OWNER}
    for step in verdict.failures:
        if (problem := Problem(step.problem)) not in let_pass:
            said = f"{step.title.zh}：{step.advice.zh}" if step.hint else step.title.zh
            return Answer(PLATFORM[problem], said[:MOST_INFO], step)
    return None
