"""The OpenAPI document is true to the surface: schemathesis asks every call, in many ways, and judges the answers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from simulator_line import Line
from test_simulator_how_to import served as served_by_command

from swsim.simulator.transport.http import ROUTES
from swsim.simulator.transport.openapi import document

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "negative_data_rejection"
)
PARAMETERS = """
[parameters]
"path.sb" = "default"
"query.wait" = 0.1
"""
"""Long polls wait briefly here; how long they wait otherwise is tested where returns are fetched."""
EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES", "3")
"""Inputs a call; more in a longer run."""


@pytest.mark.timeout(300)
def test_the_surface_answers_as_the_document_says(tmp_path: Path) -> None:
    """No call ends in a server error, an unknown status, media type or shape, or takes what the document rules out."""
    pytest.importorskip("schemathesis")
    (tmp_path / "schemathesis.toml").write_text(PARAMETERS, "utf-8")
    with served_by_command("--clock virtual:2026-01-05T09:00:00+08:00", tmp_path) as url:
        command = [sys.executable, "-W", "ignore", "-m", "schemathesis.cli", "run", f"{url}/openapi.json"]
        command += ["--checks", CHECKS, "--max-examples", EXAMPLES, "--seed", "7", "--phases", "examples,fuzzing"]
        command += ["--request-timeout", "20", "--no-color"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "no test" not in done.stdout.lower()


async def test_the_document_is_what_is_served(line: Line) -> None:
    """Each route once, with statuses, media types and an id of its own."""
    served = (await line.ask("GET", "/openapi.json")).json
    assert served == document(ROUTES, served["info"]["version"])
    operations = [one for methods in served["paths"].values() for one in methods.values()]
    assert len(operations) == sum(len(route.paths) for route in ROUTES)
    names = [one["operationId"] for one in operations]
    assert len(set(names)) == len(names)
    assert not [one["operationId"] for one in operations if set(one["responses"]) & {"4XX", "5XX", "default"}]
