"""The tables customs decides by, as data."""

from aiohttp import web

from swsim.simulator.core.rules import KEY_RULES, RULES, Wire
from swsim.simulator.transport.problems import json
from swsim.simulator.transport.route import Route


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


ROUTES = (Route("GET", "/_control/rules", get_rules, "the rule table"),)
