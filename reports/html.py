"""The report as one HTML page that needs nothing beside itself: no request, no script, prints well.

Every value of the run is escaped by Jinja; the page also forbids scripts and outside content by policy.
"""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from swsim.reports import view
from swsim.reports.model import Report


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("swsim.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "ms": view.milliseconds_text,
        "seconds": view.seconds_text,
        "state_tone": view.state_tone,
        "titles": view.state_titles,
    }
    return environment.get_template("report.html.j2")


def render(report: Report) -> bytes:
    """The page, UTF-8; the same bytes for an equal report."""
    page = _template().render(
        report=report,
        gate=view.gate(report),
        seconds=view.duration(report),
        verdicts=view.counted(report.cases),
        groups=list(view.by_verdict(report.cases)),
        kinds=view.kinds(report.states),
        surprises=len(view.surprises(report)),
        tones=view.TONES,
        amiss=[(one, view.deciding(one)) for one in view.amiss(report)],
    )
    return page.encode()
