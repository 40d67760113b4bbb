"""The answer to "state of order N": the four documents of a sale, and those that followed its list."""

from typing import Any

from swsim.conformance.enterprise.books import Sale
from swsim.conformance.enterprise.desk import Desk
from swsim.conformance.enterprise.machine import HEIGHT


def state_of(sale: Sale, desk: Desk | None) -> dict[str, Any]:
    """What the enterprise believes of a sale; of a document in parts, the part that is least far."""
    said = sale.as_json()
    found = [copy for paper in desk.papers.values() if sale in paper.sales for copy in paper.copies] if desk else []
    for copy in sorted(found, key=lambda one: HEIGHT.get(one.status, -1), reverse=True):
        said["documents"][copy.kind] = {"status": copy.status, "info": copy.info, "attempts": copy.attempts}
    return said
