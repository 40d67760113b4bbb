# ruff: noqa: E501 - a table: a row a line
"""What every message of a run shows of who sends it, under which name and number, and what is made of returns.

Most provoke nothing, so a recording or a system without a driver can be judged by them too. The reading is the judges'
own; the documents of orders with a planted defect are left out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from swsim.conformance.cases.lists import about, list_of
from swsim.conformance.cases.steps import expect, sells, ship
from swsim.conformance.conversation import Advance, Case, Expect, Send, Step, Watch
from swsim.conformance.journal import Entry
from swsim.conformance.sightings import TITLES, Sent, answers, evidence, sent, shown, standing
from swsim.conformance.story import Judgement, Story, fails, passes
from swsim.simulator.envelope.opening import message_inside
from swsim.simulator.messages.codec import Refused, read_message

SENDERS = {"303": ("ebp_code", "ebc_code"), "403": ("pay_code",), "505": ("logistics_code",)}
"""Kind -> the firms of the document that may transmit it (2018-194 art. 7)."""
NAMED = ("ebp", "ebc", "pay", "logistics", "agent", "operator", "iac", "decl_agent")
"""Firms of a document: each has a code and a name."""
MANY = 3
"""Times that a return is handed out before it counts as never acknowledged."""


@lru_cache(maxsize=1024)
def _transfer(xml: str) -> Any:
    try:
        return getattr(read_message(message_inside(xml.encode())).message, "base_transfer", None)
    except Refused:
        return None


def transfers(story: Story) -> Iterator[tuple[Entry, Any]]:
    """Messages and their transfer nodes."""
    for one in sent(story.everything):
        if (
            one.place == 0
            and one.order_no not in story.planted
            and (node := _transfer(str(one.entry.data.get("xml", ""))))
        ):
            yield one.entry, node


def documents(story: Story, *kinds: str) -> Iterator[tuple[Sent, Any]]:
    """Documents and their heads."""
    for one in sent(story.everything):
        if (one.kind in kinds or not kinds) and one.order_no not in story.planted and one.document is not None:
            yield one, getattr(one.document, "head", one.document)


def own_number(story: Story) -> Iterator[Judgement]:
    """SND-07: mode DXP, and a dxpId is of one firm."""
    firm_of: dict[str, str] = {}
    for entry, node in transfers(story):
        if node.dxp_mode != "DXP":
            yield fails(
                f"dxpMode {node.dxp_mode}: expected DXP", [evidence(entry, f"transfer node of {node.cop_code}")]
            )
            return
        if firm_of.setdefault(node.dxp_id, node.cop_code) != node.cop_code:
            told = f"{node.cop_code} sends under dxpId {node.dxp_id}, which is that of {firm_of[node.dxp_id]}"
            yield fails(told, [evidence(entry, told)])
            return
    if firm_of:
        yield passes(f"{len(set(firm_of.values()))} firms, each under a dxpId of its own")


def own_data(story: Story) -> Iterator[Judgement]:
    """SND-28: the transfer node names a firm of the document, the one whose data they are."""
    firm, count = {entry.n: node for entry, node in transfers(story)}, 0
    for one, head in documents(story, *SENDERS):
        if (node := firm.get(one.entry.n)) is None:
            continue
        count += 1
        may = {str(code) for name in SENDERS[one.kind] if (code := getattr(head, name, None))}
        if node.cop_code not in may:
            who = " or ".join(SENDERS[one.kind])
            yield fails(
                f"the {TITLES[one.kind]} was transmitted by {node.cop_code}; expected {who}, {', '.join(sorted(may))}",
                shown(one),
            )
            return
    if count:
        yield passes(f"{count} documents, each transmitted by the firm whose data they are")


def one_name(story: Story) -> Iterator[Judgement]:
    """SND-29: a code has one name through all documents, and customs found none that is not registered."""
    name_of: dict[str, str] = {}
    for one, head in documents(story):
        for firm in NAMED:
            code, name = getattr(head, f"{firm}_code", None), getattr(head, f"{firm}_name", None)
            if code and name and name_of.setdefault(code, name) != name:
                yield fails(f"{firm}Name {name!r} for {code}, which is {name_of[code]!r} elsewhere", shown(one))
                return
        for answer in answers(story.everything, one.kind, one.key):
            if any("ENT-08" in str(row.get("rules")) for row in answer.entry.data["records"] if row["key"] == one.key):
                yield fails("a name is not the registered one (ENT-08)", (*shown(one), *shown(answer)))
                return
    if name_of:
        yield passes(f"{len(name_of)} firms, each under one name")


def one_list(story: Story) -> Iterator[Judgement]:
    """SND-30: the living lists of a waybill are of one order."""
    orders: dict[str, set[str]] = defaultdict(set)
    for one, head in documents(story, "603"):
        last = standing(story.everything, "603", one.key)
        if one.app_status != "2" or (last is not None and last.refuses):
            continue
        orders[head.logistics_no].add(one.order_no)
        if len(orders[head.logistics_no]) > 1:
            told = f"waybill {head.logistics_no} stands in lists of {', '.join(sorted(orders[head.logistics_no]))}"
            yield fails(told, shown(one))
            return
    if orders:
        yield passes(f"{len(orders)} waybills, each in the list of one order")


def new_number(story: Story) -> Iterator[Judgement]:
    """DDL-08: no new waybill under a number that customs has accepted one for. The same one again has the same guid."""
    first: dict[str, Sent] = {}
    for one, _ in documents(story, "505"):
        before = first.setdefault(one.key, one)
        if one.app_type != "1" or one.guid == before.guid:
            continue
        earlier = [entry for entry in story.everything if entry.n < one.entry.n]
        last = standing(earlier, "505", one.key)
        if last is not None and last.accepts:
            told = (
                f"waybill number {one.logistics_no} was accepted at {last.entry.at[:16]} and is used for a new waybill"
            )
            yield fails(told, (*shown(before), *shown(last), *shown(one)))
            return
    if first:
        yield passes(f"{len(first)} waybill numbers, none used again")


def parts_agree(story: Story) -> Iterator[Judgement]:
    """SND-27: the parts of a document count from 1 to msgCount, and say the same of it."""
    parts: dict[tuple[str, str], dict[int, tuple[Sent, Any]]] = defaultdict(dict)
    for one, head in documents(story, "507", "509", "607", "701"):
        same = parts[one.kind, head.cop_no]
        if head.msg_seq_no in same and same[head.msg_seq_no][0].guid != one.guid:
            yield fails(f"part {head.msg_seq_no} of the {TITLES[one.kind]} {head.cop_no} came twice", shown(one))
            return
        same[head.msg_seq_no] = one, head
    for (kind, number), found in parts.items():
        last, head = found[max(found)]
        counts = {other.msg_count for _, other in found.values()}
        if len(counts) > 1 or sorted(found) != list(range(1, head.msg_count + 1)):
            yield fails(
                f"{TITLES[kind]} {number}: parts {sorted(found)} of {sorted(counts)}, expected 1 to msgCount",
                shown(last),
            )
            return
        said = {_less_parts(other) for _, other in found.values()}
        if len(said) > 1:
            yield fails(f"{TITLES[kind]} {number}: its {len(found)} parts have different heads", shown(last))
            return
    if any(len(found) > 1 for found in parts.values()):
        yield passes(f"{len(parts)} documents, parts numbered and alike")


def _less_parts(head: Any) -> str:
    bare = head.replaced(guid="", msg_seq_no=1, app_time="")
    return repr([(name, bare.raw(name)) for name in type(head).places])


def acted_first(story: Story) -> Iterator[Judgement]:
    """RCV-18: the list that an acceptance asks for is out before the acceptance is acknowledged; none stays so for ever."""
    done = {str(one.data.get("id")): one.n for one in story.everything if one.name == "channel/acknowledged"}
    handed: dict[str, list[Entry]] = defaultdict(list)
    for entry in story.everything:
        if entry.name == "channel/delivery":
            handed[str(entry.data.get("id"))].append(entry)
    for name, entries in handed.items():
        if name not in done and len(entries) >= MANY:
            yield fails(
                f"{name} was handed out {len(entries)} times and is not acknowledged",
                [evidence(entries[-1], f"delivery of {name}")],
            )
            return
    count = 0
    for one in first_lists(story):
        before = acceptances(story, one)
        if len(before) < MANY or any(str(entry.data["id"]) not in done for entry in before):
            continue
        count += 1
        if all(done[str(entry.data["id"])] < one.entry.n for entry in before):
            told = "every acceptance was acknowledged before the list that it asks for was sent: had the program stopped in between, the list were lost (no fault where returns are stored first)"
            yield fails(told, (*[evidence(entry, f"accepted by {entry.data['id']}") for entry in before], *shown(one)))
            return
    if count:
        yield passes(f"{count} lists, each sent before the last acceptance was acknowledged")


def first_lists(story: Story) -> Iterator[Sent]:
    """The first list of each order."""
    seen: set[str] = set()
    for one, _ in documents(story, "603"):
        if one.order_no not in seen:
            seen.add(one.order_no)
            yield one


def acceptances(story: Story, listed: Sent) -> list[Entry]:
    """The returns that accepted its order, receipt and waybill, as far as they came before it."""
    before = [entry for entry in story.everything if entry.n < listed.entry.n]
    mine = [
        one
        for one in sent(before)
        if one.order_no == listed.order_no or (one.kind == "505" and one.logistics_no == listed.logistics_no)
    ]
    last = {one.kind: standing(before, one.kind, one.key) for one in mine if one.kind in {"303", "403", "505"}}
    return [one.entry for one in last.values() if one is not None and one.accepts]


@dataclass(frozen=True, slots=True)
class Row:
    """What is looked at."""

    id: str
    requirement: str
    zh: str
    en: str
    looks: str
    holds: str
    of: Callable[[Story], Iterator[Judgement]]
    plans: tuple[str, ...]
    before: tuple[Step, ...] = ()
    """What brings about that there is something to look at; without it the case only watches."""
    needs: tuple[str, ...] = ()

    @property
    def provokes(self) -> str:
        """In a phrase."""
        return "several sales at once" if self.before else "nothing: what comes in is looked at"


def _listed(order: str) -> Expect:
    return expect("the list", lambda story: list_of(story, order), "declare")


TWO: tuple[Step, ...] = (Send("two", many=2), _listed("two-1"), _listed("two-2"))
SETTLED = Advance(timedelta(minutes=10))
FOUR = ("p", "q", "r", "s")
EVERYWHERE = ("9610-declaration", "9710", "9810", "1210")
ROWS = (
    Row("sends-under-its-own-number", "SND-07", "传输实体为本企业和自有DXPID", "Sends under a dxpId of its own", "The transfer node of every message is read.", "Mode DXP; no dxpId stands with two firms.", own_number, EVERYWHERE),
    Row("each-firm-sends-its-own", "SND-28", "各类数据由规定的企业传输", "Each firm transmits its own data", "The transfer node of every order, receipt and waybill is compared with the document.", "Platform or seller sends the order, the payment firm the receipt, the logistics firm the waybill.", own_data, EVERYWHERE),
    Row("registered-names", "SND-29", "企业名称与登记名称一致", "Names are the registered ones", "Code and name of every firm in every document are compared.", "A code has one name, and customs found none that is not registered.", one_name, EVERYWHERE),
    Row("one-waybill-one-list", "SND-30", "一个运单只在一份有效清单中", "One waybill belongs to one list", "The waybills that the lists of the run name are compared.", "No two living lists of different orders name the same waybill.", one_list, EVERYWHERE, (*TWO, SETTLED)),
    Row("waybill-numbers-are-new", "DDL-08", "运单编号6个月内不重复使用", "Uses a waybill number once", "The number of every new waybill (appType 1) is looked up among those accepted before.", "None was used before.", new_number, EVERYWHERE, (*sells("first"), Send("second"), SETTLED)),
    Row("parts-agree", "SND-27", "拆分报文的序号连续、表头一致", "Parts of a split document agree", "Every document that came in parts (507, 509, 607, 701) is put together.", "Parts count from 1 to msgCount, each once, under one head.", parts_agree, ("9610-statistics",), (*sells(*FOUR), ship(*FOUR, split=1), expect("the master list", about("607", "p"), "ship"), Advance(timedelta(hours=6))), ("ship",)),
    Row("acts-before-it-acknowledges", "RCV-18", "回执处理后才确认", "Acts on a return before it acknowledges it", "The acknowledgement of customs' acceptances is compared with the list that follows them.", "At least one of them is acknowledged behind the list; no return is handed out again and again.", acted_first, ("receiving", "recovery")),
)  # fmt: skip
CASES = tuple(
    Case(
        id=row.id,
        title_zh=row.zh,
        title_en=row.en,
        description=row.looks,
        expectation=row.holds,
        provokes=row.provokes,
        plans=row.plans,
        needs=row.needs,
        steps=(*row.before, Watch(row.looks, row.of, row.requirement)),
    )
    for row in ROWS
)
