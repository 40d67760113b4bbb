"""The pages about rules: the table, examples, how sure each is, deadlines."""

from markdown import row, table

from examples import examples
from swsim.simulator.codes.hints import hint_of
from swsim.simulator.codes.texts import DESCS, TABLE_7_2, TEXTS, Origin, Reach
from swsim.simulator.core.deadlines import DEADLINES
from swsim.simulator.core.machines import MACHINES
from swsim.simulator.core.model import Basis
from swsim.simulator.core.rules import KEY_RULES, RULES, Wire
from swsim.simulator.duty.table import DUTIES
from swsim.simulator.lint.wire import WIRE


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
