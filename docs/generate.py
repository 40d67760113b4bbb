"""Write the reference pages from the tables. `--check` writes nothing, it fails where a page has drifted."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from duties import duty
from markdown import row, table
from pages_answers import answers, codes, faults, profiles
from pages_rules import deadlines, fidelity, rule_examples, rules

from swsim.simulator.core.machines import MACHINES
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.node import Node
from swsim.simulator.transport.http import ROUTES

OUT = Path(__file__).parent / "reference"
NOTE = "<!-- written by docs/generate.py from the tables: change the table, not this page -->\n"


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
