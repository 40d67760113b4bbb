"""`python -m swsim.conformance.enterprise`: the reference enterprise as a process.

Prints one line ``{"url","port"}`` when it listens, and lives until it is terminated.
"""

import argparse
import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import Sequence

from aiohttp import ClientSession, ClientTimeout, TCPConnector, web

from swsim.conformance.enterprise.books import Books, BusinessClock
from swsim.conformance.enterprise.faults import FAULTS, fault_of
from swsim.conformance.enterprise.intake import Intake
from swsim.conformance.enterprise.line import POLL, AmqpLine, HttpLine, Line
from swsim.conformance.enterprise.machine import KINDS
from swsim.conformance.enterprise.receiver import Receiver
from swsim.conformance.enterprise.sender import Sender
from swsim.conformance.enterprise.signing import SIGNS
from swsim.conformance.enterprise.wishes import SUCCESS
from swsim.fixtures.parties import parties
from swsim.simulator.signature.algorithms import Family

HOST = "127.0.0.1"


def build_parser() -> argparse.ArgumentParser:
    """Options of the process."""
    parser = argparse.ArgumentParser(prog="python -m swsim.conformance.enterprise", description=__doc__)
    parser.add_argument("--url", required=True, help="the single window, http://127.0.0.1:8180")
    parser.add_argument("--sandbox", default="default", help="its sandbox")
    parser.add_argument("--amqp", default="", metavar="URL", help="send and receive over this broker, not over HTTP")
    parser.add_argument("--port", type=int, default=0, help="port of the order intake, 0 for a free one")
    parser.add_argument("--seed", type=int, default=1, help="which firms this enterprise plays")
    parser.add_argument("--fault", default="", choices=["", *FAULTS], help="be wrong in one way")
    parser.add_argument("--keys", default=Family.SM2, choices=list(Family), help="what its keys are of")
    parser.add_argument("--signs", default="mandatory", choices=list(SIGNS), help="what it signs")
    return parser


async def serve(given: argparse.Namespace) -> None:
    """Run until SIGTERM or SIGINT. SWSIM_TOKEN is sent as bearer token where the single window asks for one."""
    firms, clock = parties(given.seed), BusinessClock()
    keys = Family(given.keys), SIGNS[given.signs]
    token = os.environ.get("SWSIM_TOKEN", "")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    timeout = ClientTimeout(total=2 * POLL, connect=5)
    async with contextlib.AsyncExitStack() as stack:
        http = await stack.enter_async_context(
            ClientSession(given.url, headers=headers, timeout=timeout, connector=TCPConnector(limit=32))
        )
        parts = fault_of(given.fault)
        clerk = parts.clerk(Books(), clock)
        clerk.desk = parts.desk(clerk.books, clock, firms, given.seed)
        path = f"/sandboxes/{given.sandbox}"
        line: Line = HttpLine(http, path)
        if given.amqp:
            line = await stack.enter_async_context(contextlib.aclosing(AmqpLine(given.amqp, given.sandbox)))
        sender = parts.sender(http, f"{path}/messages", firms, clerk, parts.keyring(firms, clock, *keys), line)
        senders = dict.fromkeys(firms.sender(kind).dxp_id for kind in (*KINDS, *SUCCESS))
        receivers = [parts.receiver(line, dxp_id, clerk, sender) for dxp_id in senders]

        application = web.Application(client_max_size=64 << 20)
        duties = parts.duties(http, path, clerk, sender)
        application.add_routes(Intake(firms, clock, clerk, sender, duties.notice).routes())
        application.add_routes(duties.routes())
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, HOST, given.port).start()
        bound = runner.addresses[0][1]
        print(json.dumps({"url": f"http://{HOST}:{bound}", "port": bound}), flush=True)

        stopped = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError):  # Windows: the process is ended from outside
                asyncio.get_running_loop().add_signal_handler(name, stopped.set)
        async with asyncio.TaskGroup() as tasks:
            workers_of: list[Sender | Receiver] = [sender, *receivers]
            workers = [tasks.create_task(part.run()) for part in workers_of]
            await stopped.wait()
            for worker in workers:
                worker.cancel()


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="enterprise: %(message)s")
    given = build_parser().parse_args(argv)
    asyncio.run(serve(given))
    return 0


if __name__ == "__main__":
    sys.exit(main())
