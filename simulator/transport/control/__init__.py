"""The control API: a module a resource, each with its rows of the table of routes."""

from swsim.simulator.transport.control import (
    certificates,
    channels,
    clock,
    documents,
    duty,
    journal,
    months,
    sandboxes,
    settings,
    tables,
)
from swsim.simulator.transport.route import Route

ROUTES: tuple[Route, ...] = (
    *sandboxes.ROUTES,
    *clock.ROUTES,
    *settings.ROUTES,
    *certificates.ROUTES,
    *channels.ROUTES,
    *documents.ROUTES,
    *duty.ROUTES,
    *journal.ROUTES,
    *months.ROUTES,
    *tables.ROUTES,
)
