"""The channels of a server beside HTTP, as they were asked for: started when the single window is open."""

from collections.abc import Sequence

from swsim.simulator.single_window import SingleWindow
from swsim.simulator.transport.amqp import Amqp, Binding, check_bindings
from swsim.simulator.transport.delivery import Deliveries


class Channels:
    """Ways in and out. ClaimError where two sandboxes would share one."""

    def __init__(self, window: SingleWindow, brokers: Sequence[Binding] = ()) -> None:
        check_bindings(list(brokers))
        alone = frozenset(one.sandbox for one in brokers if one.sandbox)
        self.amqp = [Amqp(window, one, alone) for one in brokers]
        self.deliveries = Deliveries(window)
        for carrier in self.amqp:
            self.deliveries.add(carrier)

    def start(self) -> None:
        """Begin; a broker that is away is waited for."""
        self.deliveries.start()
        for one in self.amqp:
            one.start()

    async def stop(self) -> None:
        """End; nothing is lost: what was not acknowledged comes again, either way."""
        for one in self.amqp:
            await one.stop()
        await self.deliveries.stop()
