"""The report as JSON: the model's own names, one object, for programs that compare runs."""

import orjson

from swsim.reports.model import Report


def render(report: Report) -> bytes:
    """UTF-8 JSON, indented; keys in the order of the model."""
    return orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
