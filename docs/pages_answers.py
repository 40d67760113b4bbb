"""The pages about what customs answers and how it behaves: texts and codes, profiles, the fault table, code tables."""

from json import dumps

from markdown import row, table

from swsim.simulator.codes.formats import FORMATS
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.codes.status import STATUS_TITLES
from swsim.simulator.codes.tables import Table
from swsim.simulator.codes.texts import DESCS, TABLE_7_2, TEXTS
from swsim.simulator.core.faults import ACTIONS, COMMON, COMMON_SAYS, Side
from swsim.simulator.delays import FORMS, Delay
from swsim.simulator.envelope.answer import CODES_7_1
from swsim.simulator.explain import explain
from swsim.simulator.hours import Outage
from swsim.simulator.profile import PROFILES, SEVERITIES, SWITCHES, shipped
from swsim.simulator.profiles.switches import forms


def answers() -> str:
    """Statuses and codes with their texts, where these come from, what answers with them."""
    text = "# Answers\n\n" + table("status", "中文", "English")
    text += "".join(row(int(status), zh, en) for status, (zh, en) in STATUS_TITLES.items())
    text += "\n## Texts of returnInfo\n\nNo export return is public: `observed` texts are of the import side.\n\n"
    text += table("status", "text", "origin")
    text += "".join(row(code, words.zh, words.origin) for code, words in TEXTS.items() if code not in TABLE_7_2)
    text += (
        "\n## Table 7-2\n\nWho may send a code: `reachable` a rule or machine answers with it; `shadowed` the schema "
    )
    text += "refuses before; `fault` only where the fault table asks for it; `never` of import alone.\n\n"
    text += table("code", "text", "reach", "rules", "note")
    for code, words in TABLE_7_2.items():
        text += row(code, words.zh, words.reach, ", ".join(answering(code)), words.note)
    text += "\n## Table 7-1\n\nAnswers of the exchange platform: `DxpRep`, and `code` of a problem.\n\n"
    text += table("code", "text", "sent", "when, or why not")
    text += "".join(row(code, one.zh, _yes(one.sent), one.when) for code, one in CODES_7_1.items())
    text += "\n## Texts of a 100\n\n`[Code:n;Desc:text]`\n\n" + table("n", "text", "origin", "rules")
    for number, words in DESCS.items():
        text += row(number, words.zh, words.origin, ", ".join(answering(number)))
    return text


def answering(code: str) -> list[str]:
    """Rows of rules that answer with a code of table 7-2 or the number in a 100, as `swsim explain` names them."""
    (said, *_) = explain(code.removesuffix("-state"))
    return [*said.get("rules", []), *said.get("keys", [])]


def profiles() -> str:
    """The profiles and their switches."""
    standard = PROFILES["standard"]
    text = (
        "# Profiles\n\nHow customs behaves where the rules leave a choice. A profile is a TOML file; write your own: "
    )
    text += "[How to](../how-to/profiles.md).\n\n" + table("profile", "中文", "English", "what differs from `standard`")
    for name, profile in PROFILES.items():
        said = shipped(name)
        differs = [
            f"{switch} {_value(getattr(profile, switch))}"
            for switch in SWITCHES
            if getattr(profile, switch) != getattr(standard, switch)
        ]
        text += row(name, said["zh"], said["en"], "; ".join(differs))
    text += "\n## Switches\n\n`by customs`: it may differ by customsCode, in a table `[customs.2244]`.\n\n"
    text += table("switch", "what", "may be", "standard", "rule", "by customs")
    for name, one in SWITCHES.items():
        default, about = _value(getattr(standard, name)) or "none", one.metadata
        text += row(f"`{name}`", about["says"], forms(one), default, about["rule"], _yes(not about["wide"]))
    text += "| `rules` | severity of a row of the [rules](rules.md), or of all rows of an id, before the column | "
    text += f"a table to {', '.join(f'`{one}`' for one in SEVERITIES)} | none |  | yes |\n"
    return text + f"\nA delay: {FORMS}.\n"


def _value(value: object) -> str:
    """A value of a switch, as short as it can be."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {one:g}" for name, one in value.items())
    if isinstance(value, tuple) and value and isinstance(value[0], str):
        return ", ".join(f"`{one}`" for one in value)
    if isinstance(value, tuple):
        return f"{len(value)} windows" if value and isinstance(value[0], Outage) else " ".join(f"{v:g}" for v in value)
    if isinstance(value, Delay | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    return f"`{value}`"


def faults() -> str:
    """What the fault table can do: each action with its fields, their defaults and an example."""
    text = "# Faults\n\nRows of the fault table of a sandbox: `PUT …/faults`, or `[[faults]]` in a profile. "
    text += "[How to](../how-to/faults.md).\n\n" + table("field of every row", "default", "what it says")
    text += "".join(row(f"`{name}`", f"`{dumps(COMMON[name])}`", says) for name, says in COMMON_SAYS.items())
    for side in Side:
        text += f"\n## {side}\n\n" + table("action", "fields and defaults", "times", "中文", "English", "example")
        for one in (action for action in ACTIONS.values() if action.side is side):
            own = ", ".join(f"`{name}` {dumps(value, ensure_ascii=False)}" for name, value in one.fields.items())
            example = dumps({"id": "a", "action": one.name, "kind": "603", **one.fields}, ensure_ascii=False)
            text += row(f"`{one.name}`", own, one.times or "always", one.zh, one.en, f"`{example}`")
    return text


def codes() -> str:
    """The code tables with their sources, the calendar, the forms of numbers."""
    known = Codes.builtin()
    text = "# Codes\n\nCode tables, working days and forms of numbers. Your own go over them: "
    text += "[How to](../how-to/codes.md).\nA code absent from a table that is not complete is remarked on, "
    text += "never refused.\n\n" + table("table", "中文", "codes", "complete", "as of")
    for one in known.tables.values():
        text += row(f"[{one.name}](#{one.name})", one.shape.zh, len(one.rows), _yes(one.complete), one.dated)
    text += "".join(_code_table(one) for one in known.tables.values())
    text += f"\n## Working days\n\nSource: {known.days.source}.\n\n"
    text += "A year that is not here is answered by the plain week and marked provisional.\n\n"
    text += table("year", "days of rest, Monday to Friday", "working days, Saturday and Sunday")
    for year in sorted(known.days.years):
        moved = sorted((day, works) for day, works in known.days.days.items() if day.year == year)
        shown = [", ".join(f"{day:%m-%d}" for day, works in moved if works is kind) for kind in (False, True)]
        text += row(year, *shown)
    text += f"\n## Exchange rates\n\nRMB for one unit. Source: {known.rates.source}.\n\n"
    text += table("currency", "month", "rate")
    for (currency, month), rate in sorted(known.rates.rows.items()):
        text += row(f"{currency} {known.title('currency', currency)}", month, rate)
    text += "\n## Forms of numbers\n\n" + table("number", "中文", "form", "source")
    return text + "".join(row(name, form.zh, form.expected, form.source) for name, form in FORMATS.items())


def _code_table(one: Table) -> str:
    text = f"\n## {one.name}\n\n{one.shape.zh}, {one.shape.en}: {one.shape.wants}. "
    text += f"{len(one.rows)} codes, {'complete' if one.complete else 'not complete'}, as of {one.dated}.\n\n"
    text += f"Source: {one.source}.\n\n" + (f"{one.note}\n\n" if one.note else "")
    if one.name == "tariff":
        return text + _chapters(one)
    more = [name for name in one.shape.columns if any(name in line.more for line in one.rows.values())]
    sourced = any(line.source != one.source for line in one.rows.values())
    text += table("code", "中文", "English", "also", *more, *(["source"] if sourced else []))
    for line in one.rows.values():
        source = ["" if line.source == one.source else line.source] if sourced else []
        text += row(line.code, line.zh, line.en, " ".join(line.alias), *(line.more.get(m, "") for m in more), *source)
    return text


def _chapters(tariff: Table) -> str:
    text = table("chapter", "headings", "subheadings")
    for chapter in sorted({code[:2] for code in tariff.rows}):
        inside = [code for code in tariff.rows if code.startswith(chapter)]
        text += row(chapter, " ".join(sorted({code[2:4] for code in inside})), len(inside))
    return text


def _yes(value: bool) -> str:
    return "yes" if value else "no"
