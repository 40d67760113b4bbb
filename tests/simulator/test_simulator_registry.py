"""The registry as a file: the samples of the how-to page, what is wrong with one, and an agent of many sellers."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from simulator_line import Line
from test_simulator_how_to import served as serving

from swsim.simulator.registry import read_enterprise
from swsim.simulator.registry_file import COLUMNS, registry_of
from swsim.simulator.serve import load_registry

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/one-agent"
PAGE = (ROOT / "docs/how-to/registry.md").read_text("utf-8")


def test_both_samples_say_the_same() -> None:
    toml, csv = load_registry(EXAMPLE / "registry.toml"), load_registry(EXAMPLE / "registry.csv")
    assert toml == csv
    assert (toml.mode, len(toml.enterprises)) == ("closed", 6)
    agent, second = toml.enterprises["4401980A09"], toml.enterprises["4401960S02"]
    assert (agent.registration, agent.customs, agent.dxp_ids) == ("customs", ("5141", "5317"), ("DXPENTTEST0000A9",))
    assert second.authorises == (
        {"code": "4401980A09", "customs": ["5141"], "to": "2026-03-31"},
        {"code": "4401980A09", "customs": ["5317"], "from": "2026-04-01"},
    )


@pytest.mark.parametrize("form", ["toml", "csv"])
def test_the_samples_of_the_page_are_read(form: str) -> None:
    (text,) = re.findall(rf"```{form}\n(.*?)```", PAGE, re.DOTALL)
    (one,) = registry_of(text, form).enterprises.values()
    assert one == load_registry(EXAMPLE / "registry.csv").enterprises["4401960S02"]


def test_every_column_of_a_sheet_is_a_key_and_on_the_page() -> None:
    known = read_enterprise({"code": "X"}).as_json().keys() - {"enrolled"}
    assert set(COLUMNS) == known
    assert {f"| `{name}` |" in PAGE for name in known} == {True}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "expected columns"),
        ("name\nX\n", "code among them"),
        ("code,colour\nX,red\n", "expected columns"),
        ("code,name\nX\n", "row 1: expected as many cells"),
        ("code,name\nX,Y,Z\n", "row 1: expected as many cells"),
        ("code,permit\nX,maybe\n", "permit expected yes or no"),
        ("code,roles\nX,banker\n", "roles expected"),
        ("code,customs\nX,53\n", "codes of 4 digits"),
        ("code,registration\nX,none\n", "customs or info"),
        ("code,authorises\nX,Y:2026\n", "expected CODE@DISTRICT"),
        ("code,authorises\nX,@5141\n", "expected code, customs"),
        ("code,authorises\nX,Y@51\n", "codes of 4 digits"),
        ("code,authorises\nX,Y:2026-13-01..\n", "expected days"),
        ("code,authorises\nX,Y:20260101..\n", "expected days"),
        ("code,authorises\nX,Y:2026-02-02..2026-02-01\n", "from not after to"),
    ],
)
def test_a_wrong_sheet_says_where(text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=re.escape(expected)):
        registry_of(text, "csv")


@pytest.mark.parametrize("said", [{"permit": "no"}, {"overseas": 0}, {"authorises": [{"agent": "Y"}]}])
def test_a_wrong_entry_is_refused(said: dict[str, Any]) -> None:
    """A flag that is no flag would count as held."""
    with pytest.raises(ValueError, match="registry, enterprise X"):
        read_enterprise({"code": "X", **said})


async def test_the_control_api_takes_each_form(line: Line) -> None:
    """TOML, CSV and the JSON that GET gives leave the same registry; a wrong one leaves what was there."""
    path = "/_control/sandboxes/s/registry"
    forms = {"text/csv": "registry.csv", "application/toml": "registry.toml"}
    seen = []
    for form, name in forms.items():
        body = (EXAMPLE / name).read_bytes()
        async with line.session.put(line.url + path, data=body, headers={"Content-Type": form}) as answer:
            assert answer.status == 200
            seen.append(await answer.json())
    assert seen[0] == seen[1]
    assert (await line.control("PUT", "/registry", seen[0])).json == seen[0]
    for form in forms:
        async with line.session.put(line.url + path, data=b"what = [", headers={"Content-Type": form}) as answer:
            assert answer.status == 400
    assert (await line.control("GET", "/registry")).json == seen[0]


def test_one_agent_for_many_sellers(tmp_path: Path) -> None:
    """The example runs, and each list gets what its authorisation says."""
    with serving("--clock real", tmp_path) as url:
        done = subprocess.run(
            [sys.executable, EXAMPLE / "declare.py"],
            env={**os.environ, "SWSIM_URL": url, "no_proxy": "127.0.0.1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
    assert (done.returncode, done.stderr) == (0, "")
    found = [line.split() for line in done.stdout.splitlines()]
    assert [(day[:7], name[4], district, int(state)) for day, name, district, state in found] == [
        ("2026-01", "甲", "5141", 399),
        ("2026-01", "甲", "5317", 399),
        ("2026-01", "乙", "5141", 399),
        ("2026-01", "乙", "5317", -621016),
        ("2026-01", "丙", "5141", -621016),
        ("2026-01", "丙", "5317", -621016),
        ("2026-04", "甲", "5141", 399),
        ("2026-04", "甲", "5317", 399),
        ("2026-04", "乙", "5141", -621016),
        ("2026-04", "乙", "5317", 399),
        ("2026-04", "丙", "5141", -621016),
        ("2026-04", "丙", "5317", -621016),
    ]
