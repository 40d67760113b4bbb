"""The channels of a server beside HTTP, as they were asked for: started when the single window is open."""

from collections.abc import Sequence
from pathlib import Path

from swsim.simulator.single_window import SingleWindow
from swsim.simulator.transport.amqp import Amqp, Binding, check_bindings
from swsim.simulator.transport.delivery import Deliveries
from swsim.simulator.transport.folder import Folder
from swsim.simulator.transport.webhook import Webhook


class Channels:
    """Ways in and out. ClaimError where two sandboxes would share one."""

    def __init__(
        self,
        window: SingleWindow,
        brokers: Sequence[Binding] = (),
        folder: Path | None = None,
        *,
        largest: int = 1 << 24,
    ) -> None:
        """`largest`: bytes of a file that is read."""
        check_bindings(list(brokers))
        alone = frozenset(one.sandbox for one in brokers if one.sandbox)
        self.amqp = [Amqp(window, one, alone) for one in brokers]
        self.deliveries = Deliveries(window)
        self.folders = [Folder(window, folder, largest=largest)] if folder else []
        self._all: list[Amqp | Folder | Webhook] = [*self.amqp, *self.folders, Webhook()]
        for carrier in self._all:
            self.deliveries.add(carrier)

    def start(self) -> None:
        """Begin; a broker that is away is waited for."""
        for one in self._all:
            one.start()
        self.deliveries.start()

    async def stop(self) -> None:
        """End; nothing is lost: what was not acknowledged comes again, either way."""
        await self.deliveries.stop()
        for one in self._all:
            await one.stop()
