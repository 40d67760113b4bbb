"""A profile that somebody gives: read, and held against the table of rules, which the declarations do not know."""

import tomllib
from pathlib import Path
from typing import Any

from swsim.simulator.core.rules import RULES
from swsim.simulator.duty.table import ANSWERING
from swsim.simulator.profile import PROFILES, Profile, read_profile

ROWS = frozenset(rule.row for rule in RULES) | {rule.id for rule in RULES}
"""What the table `rules` of a profile may name: a row, or all rows of an id that are not named themselves."""


def checked_profile(said: str | dict[str, Any]) -> Profile:
    """A profile by name or as an object; ValueError names what is unknown, in switches and in rules."""
    profile = read_profile(said)
    for one in (profile, *profile.by_customs.values()):
        if unknown := sorted(one.rules.keys() - ROWS):
            raise ValueError(f"profile rules: expected rows or ids of the rule table, got {', '.join(unknown)}")
        if unknown := sorted(one.duties.keys() - ANSWERING):
            expected = ", ".join(sorted(ANSWERING))
            raise ValueError(
                f"profile duties: expected duties that concern a list ({expected}), got {', '.join(unknown)}"
            )
    return profile


def said_profile(text: str) -> str | dict[str, Any]:
    """What `--profile` names: a profile that ships, or a TOML file of switches; ValueError and OSError."""
    if text in PROFILES:
        return text
    path = Path(text)
    if not path.is_file():
        raise ValueError(f"profile: expected one of {', '.join(PROFILES)}, or a TOML file, got {text!r}")
    try:
        said = {"name": path.stem} | tomllib.loads(path.read_text("utf-8"))
        checked_profile(said)
    except (ValueError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {error}") from None
    return said
