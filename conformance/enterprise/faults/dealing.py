"""Faults of one who deals with every trade mode as with the first he learnt."""

from collections.abc import Callable, Sequence
from typing import Any

from swsim.conformance.enterprise.books import head_of
from swsim.conformance.enterprise.clerk import Mail
from swsim.conformance.enterprise.faults.model import Fault
from swsim.conformance.enterprise.sender import Sender
from swsim.simulator.messages.transfer import Upload


def deals(kind: str, change: Callable[[Any], dict[str, Any]], says: str) -> Callable[[str, str, str], Fault]:
    """A fault that writes the heads of a kind otherwise."""

    class Deals(Sender):
        def compose(self, batch: Sequence[Mail], guid: str) -> Upload[Any]:
            message: Any = super().compose(batch, guid)
            if batch[0].copy.kind != kind:
                return message  # type: ignore[no-any-return]
            made = [one.replaced(head=head_of(one).replaced(**change(head_of(one)))) for one in message.documents]
            return message.replaced(documents=tuple(made))  # type: ignore[no-any-return]

    def fault(name: str, case: str, requirement: str) -> Fault:
        return Fault(name, case, requirement, sender=Deals, says=says)

    return fault


RETAIL = deals("303", lambda _: {"order_type": "E"}, "Takes every order for one of retail.")
BUSINESS = deals("303", lambda _: {"order_type": "B"}, "Takes every order for one of business to business.")
LIKE_9610 = deals("213", lambda _: {"trade_mode": "9661"}, "Takes everything back as goods of 9610.")
LIKE_1210 = deals("213", lambda _: {"trade_mode": "1261"}, "Takes everything back as goods of a special area.")
NO_BOOK = deals("603", lambda _: {"ems_no": None}, "Names no book of the special area.")

FAULTS = (
    RETAIL("retail-for-9710", "order-type-of-9710", "SND-21"),
    RETAIL("retail-for-9810", "order-type-of-9810", "SND-21"),
    BUSINESS("business-for-1210", "order-type-of-1210", "SND-21"),
    BUSINESS("business-for-9610", "order-type-of-9610", "SND-21"),
    LIKE_9610("area-goods-as-9661", "1210-returns-as-1261", "LIF-11"),
    LIKE_1210("retail-goods-as-1261", "9610-returns-as-9661", "LIF-11"),
    NO_BOOK("names-no-book", "area-list-names-its-book", "SND-23"),
)
