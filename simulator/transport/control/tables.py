"""The tables customs decides by, as data."""

from typing import Any

from aiohttp import web

from swsim.simulator.codes.tables import Table
from swsim.simulator.core.rules import KEY_RULES, RULES, Wire
from swsim.simulator.transport.keys import WINDOW
from swsim.simulator.transport.problems import json
from swsim.simulator.transport.route import Answer, Route
from swsim.simulator.transport.shapes.common import CodeTable, CodeTables, Rules


async def get_rules(_: web.Request) -> web.Response:
    """The rule table, as data."""
    rows = [
        {
            "id": rule.id,
            "row": rule.row,
            "kinds": rule.kinds,
            "step": int(rule.step),
            "answer": "100" if isinstance(rule.answer, Wire) else str(rule.answer or "parameter"),
            "standard": rule.standard,
            "strict": rule.strict,
            "zh": rule.zh,
            "en": rule.en,
            "citation": str(rule.citation),
            "basis": rule.basis,
        }
        for rule in RULES
    ]
    keys = [
        {"id": k.id, "row": k.id, "zh": k.zh, "en": k.en, "citation": str(k.citation), "basis": k.basis, "step": 6}
        for k in KEY_RULES.values()
    ]
    return json({"rules": rows + keys})


async def get_codes(request: web.Request) -> web.Response:
    """The code tables: where each is from and whether it is complete; with `table` the rows of one."""
    tables, name = request.app[WINDOW].codes.tables, request.query.get("table", "")
    if not name:
        return json({"tables": [_head(table) for table in tables.values()]})
    if name not in tables:
        raise ValueError(f"query table: expected one of {', '.join(tables)}, got {name!r}")
    rows = [{"code": row.code, "title": row.title, **row.more} for row in tables[name].rows.values()]
    return json(_head(tables[name]) | {"rows": rows})


def _head(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "title_zh": table.shape.zh,
        "source": table.source,
        "dated": table.dated,
        "complete": table.complete,
        "count": len(table.rows),
    }


ROUTES = (
    Route("GET", "/_control/rules", get_rules, "the rule table", gives=(Answer(Rules),)),
    Route("GET", "/_control/codes", get_codes, "the code tables", ("table",), gives=(Answer(CodeTables | CodeTable),)),
)
