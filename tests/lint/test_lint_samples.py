"""The official samples: valid returns are valid, messages of enterprises are business-negative and say so."""

import os
from pathlib import Path

import pytest
from lint_messages import STANDARD

from swsim.simulator.lint.examine import lint
from swsim.simulator.messages.edition import EDITION_202205

SAMPLES = Path(__file__).parents[2].parent / "shared" / "gacc-202205" / "samples"
RULES = {
    "CEB213Message": {"ID-02", "RET-06/absent", "MSG-01/twice"},
    "CEB215Message": {"ID-02", "MSG-01/case", "MSG-01/same"},
    "CEB303Message": {"MSG-01/case", "ORD-12"},
    "CEB509Message": {"DEP-01/transport"},
    "CEB603Message": {"INV-01", "INV-02/mode", "INV-05"},
    "CEB701Message": {"ID-02", "MSG-01/uuid"},
}
"""What the catalogue says of them (X9): lower-case guids, ieFlag a, tradeMode 0101, invtNo Invt2018, 100 x 20 = 200."""
RETURNS = [business.answer.xml for business in EDITION_202205.businesses if business.answer.xml != "CEB214Message"]


def sample(root: str) -> bytes:
    """A sample as shipped; skips where the annex is not at hand, fails where it has to be (REQUIRE_SERVICES=1)."""
    file = SAMPLES / f"{root}.xml"
    if not file.exists():
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail(f"{file} is not there, and REQUIRE_SERVICES=1 asks for it")
        pytest.skip(f"{file} is not there")
    return file.read_bytes()


@pytest.mark.parametrize("root", RETURNS)
def test_a_sample_of_a_return_has_no_finding(root: str) -> None:
    """Schema only."""
    assert lint("m.xml", sample(root), STANDARD).findings == ()


@pytest.mark.parametrize("root", RULES)
def test_a_sample_of_a_message_breaks_the_rules_it_breaks(root: str) -> None:
    """Though the schema refuses some of them for other reasons: each document is judged by itself."""
    rows = {finding.row for finding in lint("m.xml", sample(root), STANDARD).findings}
    assert rows >= RULES[root]
