"""`swsim explain`: a rule, a code or status, a message, or when a month's summary is due, from the tables."""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from swsim.simulator.codes.hints import hint_of
from swsim.simulator.codes.loading import loaded
from swsim.simulator.codes.sheets import CodesError
from swsim.simulator.codes.status import KIND_CODES, STATUS_TITLES
from swsim.simulator.codes.texts import DESCS, TEXTS
from swsim.simulator.codes.working_days import OLD_TERM, TERM
from swsim.simulator.core.deadlines import DEADLINES, Deadline
from swsim.simulator.core.engine import BURNT
from swsim.simulator.core.machines import MACHINES
from swsim.simulator.core.rules import KEY_RULES, RULES, KeyRule, Rule, Wire
from swsim.simulator.duty.table import DUTIES, Duty
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.profile import PROFILES
from swsim.simulator.returns import BREACH

Json = dict[str, Any]
SUMMARY_DUE = "summary-due"
TERMS = {
    TERM: {
        "zh": "每月15日前汇总申报上月结关的清单；15日为法定节假日或休息日的，顺延至其后的第一个工作日",
        "en": "lists closed last month are declared before the 15th, which rolls to the next working day",
        "citation": "GACC 2018-194 art. 11",
        "basis": "LAW",
    },
    OLD_TERM: {
        "zh": "2018年底前：每月10日前（遇休息日顺延）汇总申报上月结关的清单，12月的于当月最后一个工作日前",
        "en": "until 2018: before the 10th, which rolls to the next working day; December's by its last working day",
        "citation": "GACC 2016-26 art. 7",
        "basis": "ASSUMED",
    },
}
"""What is said of a term (`codes.working_days`)."""
OF_A_KEY = {
    "parameter": "field and arithmetic rules",
    "not_found": "MSG-11",
    "duplicate": "MSG-10, MSG-13",
    "wrong_state": "MSG-12",
    "no_operation": "X1",
    "old": "MSG-09",
}
"""Which rule answers with a code of `codes.status.KindCodes`."""


class UnknownError(ValueError):
    """Nothing is known by this name."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("what", help=f"a rule (INV-04), a code (-621004, 100), a message (604), or {SUMMARY_DUE}")
    parser.add_argument("month", nargs="?", help=f"for {SUMMARY_DUE}: YYYY-MM, the month the lists were closed in")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="form of the answer (default text)")
    parser.add_argument("--term", choices=TERMS, default=TERM, help=f"announcement that says when (default {TERM})")
    parser.add_argument("--codes", type=Path, metavar="DIR", help="folder of your own code tables (calendar.csv)")


def run(arguments: argparse.Namespace) -> int:
    """Print what the tables say; 2 where they say nothing."""
    try:
        if arguments.what == SUMMARY_DUE:
            said = [summary_due(arguments.month or "", arguments.codes, arguments.term)]
        else:
            said = explain(arguments.what)
    except (UnknownError, CodesError) as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.format == "json":
        print(json.dumps(said[0] if len(said) == 1 else said, ensure_ascii=False, indent=2))
    else:
        print("\n\n".join(_text(one) for one in said))
    return 0


def explain(what: str) -> list[Json]:
    """What is known by a name: several rows of a rule, a code or status with who answers it, a message."""
    number = what.removeprefix("CEB").removesuffix("Message")
    rules = [_rule(rule) for rule in RULES if what in {rule.id, rule.row}]
    said = rules + [_key_rule(rule) for rule in KEY_RULES.values() if rule.id == what]
    said += [_duty(duty) for duty in DUTIES.values() if what in {duty.row, duty.row.partition("/")[0]}]
    said += [_deadline(deadline) for deadline in DEADLINES if deadline.rule == what]
    if re.fullmatch(r"-?\d+", what):
        said += _code(what)
    said += _message(number)
    if not said:
        names = {rule.id for rule in RULES} | set(KEY_RULES) | {row.partition("/")[0] for row in DUTIES}
        known = ", ".join(sorted(names))
        raise UnknownError(
            f"{what!r}: expected a rule ({known}), a return code or status, a message such as 604, or {SUMMARY_DUE}"
        )
    return said


def _duty(duty: Duty) -> Json:
    return {
        "duty": duty.row,
        "zh": duty.zh,
        "en": duty.en,
        "answer": "a finding of GET …/duty"
        + ("; on the list too, by the table duties of a profile (300, 500, 100)" if duty.answers else ""),
        "citation": str(duty.citation),
        "basis": str(duty.basis),
    }


def _deadline(deadline: Deadline) -> Json:
    return {
        "deadline": deadline.rule,
        "zh": deadline.zh,
        "begins": deadline.begins,
        "ends": deadline.ends,
        "citation": str(deadline.citation),
        "basis": str(deadline.basis),
    }


def summary_due(month: str, folder: Path | None, term: str = TERM) -> Json:
    """When the lists closed in a month are to be summarised (2018-194 art. 11, 12; rules.md SUM-01, SUM-02)."""
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", month)
    if found is None:
        raise UnknownError(f"{SUMMARY_DUE}: expected a month YYYY-MM, got {month!r}")
    days = loaded(folder).codes.days
    due = days.summary_due(int(found[1]), int(found[2]), term)
    return {
        "month": month,
        "due": due.day.isoformat(),
        "provisional": due.provisional,
        **TERMS[term],
        "calendar": days.source,
    }


def _rule(rule: Rule) -> Json:
    wire = rule.answer if isinstance(rule.answer, Wire) else None
    answers = {kind: rule.code(kind, PROFILES["standard"]) for kind in _codes_of(rule)}
    return {
        "rule": rule.id,
        "row": rule.row,
        "zh": rule.zh,
        "en": rule.en,
        "documents": {kind: _title(kind) for kind in rule.kinds},
        "answer": answers,
        **({"text": f"[Code:{wire.code};Desc:{wire.zh}]", "wording": str(wire.origin)} if wire else {}),
        "step": int(rule.step),
        "standard": str(rule.standard),
        "strict": str(rule.strict),
        "citation": str(rule.citation),
        "basis": str(rule.basis),
        "hint_zh": hint_of(rule.row).zh,
        "hint_en": hint_of(rule.row).en,
    }


def _codes_of(rule: Rule) -> list[str]:
    return [kind for kind in rule.kinds if kind in KIND_CODES]


def _key_rule(rule: KeyRule) -> Json:
    return {
        "rule": rule.id,
        "zh": rule.zh,
        "en": rule.en,
        "citation": str(rule.citation),
        "basis": str(rule.basis),
        "hint_zh": hint_of(rule.id).zh,
        "hint_en": hint_of(rule.id).en,
    }


def _code(what: str) -> list[Json]:
    """A status of §2.12.4 or a code of table 7-2: its text, and what answers with it."""
    number = int(what)
    zh, en = STATUS_TITLES.get(number, ("", ""))  # type: ignore[call-overload] # a status is its int
    text = TEXTS.get(what)
    if desc := DESCS.get(what):
        text, (zh, en) = desc, ("海关退单", f"the text [Code:{what};Desc:…] of a 100")
    rules = [rule.row for rule in RULES if number in {*rule.own_codes, rule.eport}]
    rules += [rule.row for rule in RULES if isinstance(rule.answer, Wire) and rule.answer.code == what]
    rules += [f"{row} (profile table duties)" for row, duty in DUTIES.items() if what == BREACH and duty.answers]
    rules += [rule.row for rule in RULES if number == 100 and isinstance(rule.answer, Wire)]
    keys = [
        f"{kind} {OF_A_KEY[name]}"
        for kind, codes in KIND_CODES.items()
        for name in OF_A_KEY
        if getattr(codes, name) == number
    ]
    keys += ["505 LOG-01"] if number == BURNT else []
    states = [kind for kind, arcs in MACHINES.items() if any(int(arc.target) == number for arc in arcs)]
    if not (zh or text or rules or keys):
        return []
    said: Json = {"code": number, "zh": zh, "en": en}
    if text:
        said |= {"returnInfo": text.zh, "wording": str(text.origin), "reach": str(text.reach), "note": text.note}
    said |= {"rules": rules, "keys": keys, "documents": {kind: _title(kind) for kind in states}}
    return [{name: value for name, value in said.items() if value not in ("", [], {})}]


def _message(number: str) -> list[Json]:
    for business in EDITION_202205.businesses:
        for message, role in ((business.upload, "message to customs"), (business.answer, "return of customs")):
            if message.xml == f"CEB{number}Message":
                arcs = MACHINES.get(business.number, ())
                return [
                    {
                        "message": message.xml,
                        "zh": message.zh,
                        "en": message.en,
                        "role": role,
                        "section": f"§{message.section}",
                        "document": f"{business.document.zh} {business.document.en}",
                        "key": list(business.document.key),
                        "statuses": sorted({int(arc.target) for arc in arcs if arc.target > 0}),
                        "takenIn": business.number in EDITION_202205.by_number,
                        "signature": "mandatory" if business.must_sign else "optional",
                    }
                ]
    return []


def _title(kind: str) -> str:
    return next((b.document.zh for b in EDITION_202205.businesses if b.number == kind), kind)


def _text(said: Json) -> str:
    width = max(map(len, said))
    return "\n".join(f"{name:{width}}  {_shown(value)}" for name, value in said.items())


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {one}" for name, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
