"""Write the reference pages from the tables. `--check` writes nothing, it fails where a page has drifted."""

import sys
from collections.abc import Callable, Iterator
from json import dumps
from pathlib import Path

from duties import duty

from examples import examples
from swsim.simulator.codes.formats import FORMATS
from swsim.simulator.codes.hints import hint_of
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.codes.status import STATUS_TITLES
from swsim.simulator.codes.tables import Table
from swsim.simulator.codes.texts import DESCS, TABLE_7_2, TEXTS, Origin, Reach
from swsim.simulator.core.deadlines import DEADLINES
from swsim.simulator.core.faults import ACTIONS, COMMON, COMMON_SAYS, Side
from swsim.simulator.core.machines import MACHINES
from swsim.simulator.core.model import Basis
from swsim.simulator.core.rules import KEY_RULES, RULES, Wire
from swsim.simulator.delays import FORMS, Delay
from swsim.simulator.duty.table import DUTIES
from swsim.simulator.envelope.answer import CODES_7_1
from swsim.simulator.explain import explain
from swsim.simulator.hours import Outage
from swsim.simulator.lint.wire import WIRE
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.node import Node
from swsim.simulator.profile import PROFILES, SEVERITIES, SWITCHES, shipped
from swsim.simulator.profiles.switches import forms
from swsim.simulator.transport.http import ROUTES

OUT = Path(__file__).parent / "reference"
NOTE = "<!-- written by docs/generate.py from the tables: change the table, not this page -->\n"


def table(*head: str) -> str:
    """The first two lines of a Markdown table."""
    return f"| {' | '.join(head)} |\n|{' --- |' * len(head)}\n"


def row(*cells: object) -> str:
    """A line of a Markdown table."""
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


def rules() -> str:
    """Every rule: what it says in Chinese and English, what answers, where it is written, what it rests on."""
    text = "# Rules\n\nSteps: 3 sender and codes, 5-6 keys and state, 7 fields and arithmetic, 8 customs.\n"
    text += "Columns `standard` and `strict`: what a fault does under a profile of that severity; "
    text += "a `note` is told by `swsim lint` only.\n"
    text += (
        "Basis: LAW an announcement, SPEC the specification, OBSERVED seen in captures or clients, ASSUMED ours.\n\n"
    )
    text += table("rule", "documents", "step", "answer", "standard", "strict", "中文", "English", "source", "basis")
    for rule in RULES:
        answer = (
            f"100 `[Code:{rule.answer.code}]` ({rule.answer.origin})" if isinstance(rule.answer, Wire) else rule.answer
        )
        kinds = ", ".join(rule.kinds)
        text += row(
            rule.row,
            kinds,
            int(rule.step),
            answer or "the kind's parameter code",
            rule.standard,
            rule.strict,
            rule.zh,
            rule.en,
            rule.citation,
            rule.basis,
        )
    text += "\n## Keys and states\n\nDecided by the machine of the document, not by a predicate.\n\n"
    text += table("rule", "中文", "English", "source", "basis")
    text += "".join(row(k.id, k.zh, k.en, k.citation, k.basis) for k in KEY_RULES.values())
    text += (
        "\n## Messages as they are written\n\nOf `swsim lint` alone: transfer, signature, envelope, and what decoding "
    )
    text += "does not keep.\n\n" + table("rule", "standard", "strict", "中文", "English", "source", "basis")
    return text + "".join(row(w.row, w.standard, w.strict, w.zh, w.en, w.citation, w.basis) for w in WIRE.values())


def machines() -> str:
    """The machine of each document as a diagram and as rows."""
    text = "# State machines\n\nStates are the last return status; `ABSENT`, `DELETED`, `WITHDRAWN` have none.\n"
    for number, arcs in MACHINES.items():
        document = EDITION_202205.by_number[number].document
        text += f"\n## {number} {document.zh} {document.en}\n\n```mermaid\nstateDiagram-v2\n"
        text += "".join(
            f"    {a.source.name} --> {a.target.name}: {a.input}{' (free)' if a.free else ''}\n" for a in arcs
        )
        text += "```\n\n" + table("from", "input", "to", "only while", "source", "basis")
        for arc in arcs:
            only = "no live list refers to it" if arc.free else ""
            text += row(arc.source.name, arc.input, arc.target.name, only, arc.citation, arc.basis)
    return text


def messages() -> str:
    """The field tables of every message and envelope."""
    edition = EDITION_202205
    text = f"# Messages, edition {edition.name}\n\n"
    text += "必填: 是 mandatory in the table; the schema may differ (docs/spec-notes.md).\n"
    text += f"Customs takes in {', '.join(sorted(edition.taken_in))} now; it knows the others but refuses them yet.\n"
    seen: set[str] = set()
    for message in (*edition.messages.values(), *edition.envelopes):
        text += f"\n## {message.xml} {message.zh} {message.en} (§{message.section})\n"
        for node in _nodes(message):
            shown = node.fields and (node is not message or message in edition.envelopes)
            if shown and node.xml not in seen:
                seen.add(node.xml)
                text += f"\n### {node.xml} {node.zh} {node.en} (§{node.section})\n\n"
                text += table("element", "format", "必填", "schema", "中文", "English", "codes")
                for f in node.fields:
                    schema = "optional" if f.optional else "required"
                    if f.schema_default is not None:
                        schema += f", {'fixed' if f.fixed else 'default'} {f.schema_default}"
                    name = "(text)" if f.content else f"@{f.xml}" if f.attribute else f.xml
                    text += row(name, f.format.text, "是" if f.filled else "否", schema, f.zh, f.en, f.codes)
    return text


def _nodes(node: type[Node]) -> Iterator[type[Node]]:
    yield node
    for part in node.parts:
        if part.of is not None:
            yield from _nodes(part.of)


def rule_examples() -> str:
    """What to do about each finding, with an example that passes and one that fails."""
    text = "# Examples of the rules\n\nEach was found by running the case of its test. `passes` is the value at that "
    text += "place in a document that no rule speaks of.\n\n"
    text += table("rule", "document", "field", "passes", "fails", "expected", "怎么办", "what to do")
    found = examples()
    if missing := [rule.row for rule in RULES if rule.row not in found or not found[rule.row].passes]:
        raise LookupError(f"rules without an example that passes and one that fails: {', '.join(missing)}")
    for name in [rule.row for rule in RULES] + list(KEY_RULES):
        hint, one = hint_of(name), found.get(name)
        shown = [one.kind, f"`{one.path}`", _shown(one.passes), _shown(one.fails), one.expected] if one else [""] * 5
        text += row(name, *shown, hint.zh, hint.en)
    return text


def _shown(value: str) -> str:
    short = value if len(value) <= 60 else f"{value[:60]}…"
    return f"`{short}`" if short else ""


ANSWERED = [
    "profile table `duties`: a breach of a duty answered by 300, 500 or 100 (the law names the duty, no answer)"
]


def fidelity() -> str:
    """What is law, specification, observed, assumed: counted and listed from the tables."""
    text = (
        "# Fidelity\n\nHow sure each part is. LAW: an announcement of customs or another authority. SPEC: the message "
    )
    text += "specification. OBSERVED: seen in captures or in code of others. ASSUMED: ours, no public text says so.\n\n"
    arcs = [(number, arc) for number, rows in MACHINES.items() for arc in rows]
    bases = list(Basis)
    text += table("of", *bases, "all")
    for what, found in (
        ("rows of rules", [rule.basis for rule in RULES]),
        ("rules of keys and states", [rule.basis for rule in KEY_RULES.values()]),
        ("duties of enterprises", [one.basis for one in DUTIES.values()]),
        ("transitions", [arc.basis for _, arc in arcs]),
    ):
        text += row(what, *(found.count(basis) for basis in bases), len(found))
    origins = list(Origin)
    said = [one.origin for one in (*TEXTS.values(), *DESCS.values())]
    text += "\n## Wording of returnInfo\n\n" + table(*origins, "all")
    text += row(*(said.count(origin) for origin in origins), len(said))
    text += "\n## Codes of table 7-2\n\n" + table(*Reach, "all")
    reached = [one.reach for one in TABLE_7_2.values()]
    text += row(*(reached.count(reach) for reach in Reach), len(reached))
    for basis in bases:
        names = [rule.row for rule in RULES if rule.basis is basis]
        names += [key for key, rule in KEY_RULES.items() if rule.basis is basis]
        names += [f"{one.row} {one.en}" for one in DUTIES.values() if one.basis is basis]
        names += ANSWERED if basis is Basis.ASSUMED else []
        names += [f"{number} {a.source.name} {a.input} {a.target.name}" for number, a in arcs if a.basis is basis]
        text += f"\n## {basis}\n\n" + "".join(f"- {name}\n" for name in names)
    return text


def deadlines() -> str:
    """From when, until when, where it is written."""
    text = "# Deadlines\n\nOn the sandbox's clock, Beijing time. `swsim explain summary-due 2026-01` works one out.\n\n"
    text += table("rule", "中文", "begins", "ends", "source", "basis")
    return text + "".join(row(d.rule, d.zh, d.begins, d.ends, d.citation, d.basis) for d in DEADLINES)


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


def http() -> str:
    """The HTTP surface."""
    text = "# HTTP surface\n\nA stand-in: the official ways in are AS2, AS3, MQ, JMS and AMQP.\n"
    text += "Every path below `/sandboxes/{sb}` also serves the sandbox `default` without that prefix.\n\n"
    text += "Bodies and answers field by field: `GET /openapi.json`. Every refusal is `application/problem+json`.\n\n"
    text += table("method", "path", "query", "what", "takes", "gives", "refuses")
    for r in ROUTES:
        gives = ", ".join(dict.fromkeys(f"{one.status} {one.media if one.shape else ''}".strip() for one in r.gives))
        refuses, takes = ", ".join(map(str, r.problems)), ", ".join(one.media for one in r.body)
        text += row(r.method, f"`{r.paths[0]}`", ", ".join(r.query), r.summary, takes, gives, refuses)
    return text


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


PAGES: dict[str, Callable[[], str]] = {
    "rules.md": rules,
    "rule-examples.md": rule_examples,
    "fidelity.md": fidelity,
    "deadlines.md": deadlines,
    "duty.md": lambda: duty(table, row),
    "machines.md": machines,
    "messages.md": messages,
    "answers.md": answers,
    "codes.md": codes,
    "http.md": http,
    "profiles.md": profiles,
    "faults.md": faults,
}


def main() -> int:
    """Write, or compare; 1 where a page has drifted."""
    drifted = []
    for name, page in PAGES.items():
        text = NOTE + page()
        if "--check" in sys.argv:
            if not (OUT / name).exists() or (OUT / name).read_text("utf-8") != text:
                drifted.append(name)
        else:
            OUT.mkdir(exist_ok=True)
            (OUT / name).write_text(text, "utf-8")
    if drifted:
        print(f"not what the tables say: {', '.join(drifted)}; run: make docs", file=sys.stderr)
    return 1 if drifted else 0


if __name__ == "__main__":
    sys.exit(main())
