"""The Java client behind the Java template: right, it fails no case; each of its faults fails the case kept for it."""

import json
import re
from pathlib import Path

import pytest
from conformance_java import FAULTS, KEPT, PLAN, QUIET, RIGHT, ROOT, judged
from simulator_java import CLIENT, EXAMPLES, compiled

from swsim.conformance.cases import CASES
from swsim.conformance.plans import cases_of
from swsim.reports.model import Verdict

SEEN: dict[str, dict[str, str]] = json.loads(KEPT.read_text("utf-8"))["faults"]
CAUGHT = {fault: [case for case, verdict in cases.items() if verdict == "FAIL"] for fault, cases in SEEN.items()}
OWN = {
    "FIRST_RECORD_ONLY": "every-record",
    "TWELVE_HOUR_CLOCK": "stamped-after-noon",
    "DOUBLE_AMOUNTS": "more-than-a-hundred",
}
"""The case that is meant for a fault, where the plan has one."""
UNCAUGHT = [fault for fault in FAULTS if not CAUGHT[fault]]


@pytest.fixture(scope="module")
def java(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Class path of the compiled client."""
    return compiled(tmp_path_factory.mktemp("java"))


def test_the_template_is_short() -> None:
    assert len((EXAMPLES / "adapter" / "Adapter.java").read_text("utf-8").splitlines()) < 100


def test_the_kept_result_is_of_these_faults_and_cases() -> None:
    switches = re.findall(r"^    ([A-Z_]+)\(", (CLIENT / "src" / "Fault.java").read_text("utf-8"), re.MULTILINE)
    described = re.findall(r"^\| `([A-Z_]+)`", (CLIENT / "faults.md").read_text("utf-8"), re.MULTILINE)
    assert tuple(switches) == tuple(described) == FAULTS
    assert list(SEEN) == [RIGHT, *FAULTS]
    assert SEEN[RIGHT] == {}
    assert {fault for fault in OWN if OWN[fault] in CAUGHT[fault]} == set(FAULTS) - set(UNCAUGHT)
    assert {case for cases in SEEN.values() for case in cases} <= {case.id for case in cases_of(PLAN, CASES)}


def test_what_no_case_catches_is_told() -> None:
    """In the page, by name; a fault is never changed so that a case catches it."""
    page = (ROOT / "docs" / "how-to" / "java-client.md").read_text("utf-8")
    told = page[page.index("No case catches") :].split("\n")[0]
    assert re.findall(r"`([A-Z_]+)`", told) == UNCAUGHT


async def test_the_right_client_fails_nothing(java: str, tmp_path: Path) -> None:
    verdicts = await judged(java, tmp_path)
    assert {case: verdict for case, verdict in verdicts.items() if verdict not in QUIET} == {}


@pytest.mark.parametrize("fault", OWN)
async def test_a_fault_fails_its_case(java: str, tmp_path: Path, fault: str) -> None:
    case = OWN[fault]
    assert (await judged(java, tmp_path, fault, [case]))[case] is Verdict.FAIL
