"""A year of month ends as one page of its own: each month's lists, merge, deadline, findings, statistics."""

from decimal import Decimal
from html import escape
from typing import Any

SHOWN = 12
"""Merged lines of a summary that the page shows."""
STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}"
    "table{border-collapse:collapse;width:100%;margin:.6rem 0 1.4rem}th,td{border-bottom:1px solid #d8dee4;"
    "padding:.3rem .5rem;text-align:right}th:first-child,td:first-child,td.t{text-align:left}"
    "th{background:#f3f5f7}.bad{color:#b42318}.good{color:#1a7f37}h2{margin-top:2.2rem}small{color:#57606a}"
)


def page(year: dict[str, Any]) -> str:
    """The page; it needs nothing from elsewhere."""
    months = year["months"]
    rows = "".join(_row(one) for one in months)
    head = (
        "<tr><th>month 月份<th>closed 结关<th>A 统计<th>B 汇总<th>summarised 已汇总<th>declared 已申报"
        "<th>missing 未汇总<th>returned whole 全退<th>due 到期日<th>declarations 报关单<th>merged lines 归并项"
        "<th>findings 发现</tr>"
    )
    title = f"{len(months)} months of one enterprise: {year['orders']} orders, {year['messages']} messages"
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>Month ends 月末汇总</title><style>{STYLE}</style><h1>Month ends 月末汇总</h1>"
        f"<p>{escape(title)}; seed {year['seed']}; {year.get('seconds', '')} s. All of it is test data.</p>"
        f"<table>{head}{rows}</table>{''.join(_month(one) for one in months)}</html>"
    )


def _row(month: dict[str, Any]) -> str:
    lists, merged = month["lists"], [one["merged"] for one in month["summaries"]]
    declarations = [declaration for one in merged if one for declaration in one["declarations"]]
    found = len(month["findings"])
    cells = [
        *(lists[name] for name in ("closed", "A", "B", "summarised", "declared", "missing", "returnedWhole")),
        month["due"],
        len(declarations),
        sum(len(one["lines"]) for one in declarations),
    ]
    told = "".join(f"<td>{escape(str(cell))}" for cell in cells)
    mark = f"<td class={'bad' if found else 'good'}>{found or '✓'}"
    return f"<tr><td><a href='#m{month['month']}'>{month['month']}</a>{told}{mark}</tr>"


def _month(month: dict[str, Any]) -> str:
    text = f"<h2 id='m{month['month']}'>{month['month']}</h2><p>Due 到期日 {month['due']}"
    text += f"{' (provisional)' if month['provisional'] else ''}; late from {escape(month['lateFrom'])}.</p>"
    for one in month["findings"]:
        text += f"<p class=bad>{one['rule']} {escape(one['hint_zh'])} | {escape(one['hint_en'])}<br><small>"
        text += f"expected {escape(one['expected'])}; found {escape(one['found'])}; {escape(one['citation'])} "
        text += f"({one['basis']})</small></p>"
    for one in month["summaries"]:
        text += _summary(one)
    return text + _statistics(month["statistics"])


def _summary(one: dict[str, Any]) -> str:
    declared = one["declaredAt"] or "not declared"
    text = f"<p>{one['sumNo']}: {one['lists']} lists, {one['sources']} lines of lists, {one['declarations']} "
    text += f"declarations; accepted {escape(one['acceptedAt'])}, declared {escape(declared)}.</p>"
    lines = [(d, line) for d in (one["merged"] or {"declarations": []})["declarations"] for line in d["lines"]]
    text += f"<p>{escape(_sums([line for _, line in lines], one['sources']))}</p>"
    text += "<table><tr><th>entryId<th>line<th>gcode<th>name<th>country<th>qty<th>qty1<th>value<th>gross kg<th>from"
    for declaration, line in lines[:SHOWN]:
        name = line["itemName"] or line["gname"]
        cells = (line["gseqno"], line["gcode"], name, line["country"], f"{line['qty']} {line['unit']}")
        more = (f"{line['qty1']} {line['unit1']}", f"{line['totalPrice']} {line['currency']}", line["grossWeight"])
        told = "".join(f"<td>{escape(str(cell))}" for cell in (*cells, *more, line["sources"]))
        text += f"<tr><td>{escape(declaration['entryId'] or '')}{told}</tr>"
    rest = len(lines) - SHOWN
    return f"{text}</table>" + (f"<p><small>and {rest} more merged lines (year.json)</small></p>" if rest > 0 else "")


def _sums(lines: list[dict[str, Any]], sources: int) -> str:
    """What the merged lines come to, so that it can be held against the lists: value by currency, weights, sources."""
    values: dict[str, Decimal] = {}
    for line in lines:
        values[line["currency"]] = values.get(line["currency"], Decimal(0)) + Decimal(line["totalPrice"])
    worth = ", ".join(f"{value} of currency {currency}" for currency, value in sorted(values.items()))
    gross, net = (sum((Decimal(line[name]) for line in lines), Decimal(0)) for name in ("grossWeight", "netWeight"))
    once = sum(line["sources"] for line in lines)
    return f"Sums 合计: {worth}; gross {gross} kg, net {net} kg; {once} of {sources} lines of lists merged, each once."


def _statistics(figures: dict[str, Any]) -> str:
    rmb = figures["total"]["rmb"] or "not known"
    text = f"<p>Statistics 清单核放、汇总统计: {figures['lists']} lists, {figures['netWeight']} kg, RMB {rmb}. "
    missing = ", ".join(f"{one['currency']} ({one['amount']})" for one in figures["missingRates"])
    return text + (f"No customs rate for: {escape(missing)}.</p>" if missing else "</p>")
