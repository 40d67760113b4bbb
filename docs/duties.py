"""The reference page of the duties of enterprises: the table, and the contract of what customs asks."""

from collections.abc import Callable

from swsim.simulator.duty.answers import EVIDENCE, MOST_BYTES
from swsim.simulator.duty.book import sample
from swsim.simulator.duty.ledger import ROLES
from swsim.simulator.duty.table import DUTIES

CONTRACT = """
## What customs asks an enterprise

`POST …/duty/requests {"ask": "tracking" | "evidence", "subject": NUMBER, "url": URL, "timeout": SECONDS}` makes customs
send one `GET` to the URL, without following redirects, and judge what comes back. The request, answer and faults
are journaled (channel `duty`) and stand in the ledger; each fault is a finding.

| ask | query | answer, 200, a JSON object of at most %d bytes |
| --- | --- | --- |
| `tracking` | `logisticsNo` | \
`{"logisticsNo", "events": [{"at", "what", "place"?}]}`: this waybill, one event at least, \
in the order of time, none after the sandbox's time; `at` is ISO 8601 with a zone |
| `evidence` | `orderNo` | `{%s}`: all members filled in; `payNo` and `logisticsNo` are those customs holds |
"""
ANSWERED = """
## What a breach does

A finding, and nothing else: by default no list is answered otherwise for it. The table `duties` of a profile answers on
the list a breach concerns, by row or by id; no announcement says so, these answers are ASSUMED:

| value | the list |
| --- | --- |
| `finding` | goes on as if nothing was (default) |
| `review` | 300, a review by hand, in the place of its 399 |
| `inspect` | 500, when its goods arrive |
| `refuse` | 100, `[Code:9732;Desc:不符合企业主体责任要求]`, beside the match |

Customs looks when it matches the list with its order, waybill and receipts, at what belongs to it and at the newest
2,000 documents of the sandbox. Rows without a yes speak of what is decided already, or of no list.
`transmitted_within` says what real time is (DUT-01/lag), for all data or by kind.
DUT-07 speaks where signatures are looked at (`signature` is not `off`); the message itself stands in the hash-chained
journal, with what was found of its signature.
"""
LEDGER = """
## What is planted, and what is reported

| call | body | then |
| --- | --- | --- |
| `POST …/duty/recalls` | `itemNo`, `reason`?, `within`? | lists that declare the item afterwards (DUT-10/new), and \
lists still open when the time is over (DUT-10/open), are findings |
| `POST …/duty/events` | `subject`, `role`, `text`?, `within`? | a report of the subject by the role has to come in \
time (DUT-06) |
| `POST /sandboxes/{sb}/duty/reports` | `subject`, `role`, `text` | the enterprise's own call: kept and journaled |

`within` is a duration (`PT24H` where none is given), on the sandbox's clock. Roles: %s.
"""


def duty(table: Callable[..., str], row: Callable[..., str]) -> str:
    """The page."""
    text = "# Duties of enterprises\n\nCorporate responsibility (企业主体责任) as findings of `GET …/duty`. Basis is "
    text += "that of the number or pattern looked for; where it is ASSUMED no announcement gives one.\n\n"
    text += table("row", "中文", "English", "source", "basis", "on the list by switch")
    text += "".join(row(d.row, d.zh, d.en, d.citation, d.basis, "yes" if d.answers else "") for d in DUTIES.values())
    text += ANSWERED
    parts = ", ".join(f'"{part}": {{{", ".join(members)}}}' for part, members in EVIDENCE.items())
    text += CONTRACT % (MOST_BYTES, parts) + LEDGER % ", ".join(ROLES)
    text += (
        "\n## Prohibited goods\n\n`PUT …/duty/prohibited` takes a CSV (how, what, reason). The list that ships is a "
    )
    text += "sample of ours, no authority's:\n\n" + table("how", "what", "reason")
    return text + "".join(row(*one) for one in sample())
