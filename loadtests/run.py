"""One load scenario in a process of its own: `python -m swsim.loadtests.run`, a plan on stdin, an outcome on stdout.

Both are JSON: `measure.Plan` in, `measure.Outcome` out. A process of its own because Locust replaces the blocking parts
of the standard library (gevent) the moment it is imported, so it is imported here before everything else.
"""

from locust.env import Environment

# isort: split
import sys
from itertools import count
from random import SystemRandom
from time import sleep
from typing import Any

import orjson

from swsim.loadtests.measure import Outcome, Plan, Tally
from swsim.loadtests.users import DirectUser, EnterpriseUser, Sender

USERS: dict[str, tuple[type[Sender], str]] = {
    "direct": (DirectUser, "url"),
    "enterprise": (EnterpriseUser, "enterprise"),
}
"""Scenario -> its user and the field of the plan that says where it sends to."""


def carry_out(plan: Plan) -> Outcome:
    """Send for the plan's duration, let what is under way end, count. Ends after duration + grace at the latest."""
    base, target = USERS[plan.scenario]
    tally = Tally()
    user = type(
        base.__name__, (base,), {"abstract": False, "plan": plan, "tally": tally, "numbers": count(_first(plan))}
    )
    environment = Environment(user_classes=[user], host=getattr(plan, target).rstrip("/"), stop_timeout=plan.grace)
    events: Any = environment.events
    events.request.add_listener(tally.request)
    events.user_error.add_listener(lambda exception, **_: tally.failed(f"{type(exception).__name__}: {exception}"))
    runner = environment.create_local_runner()
    runner.start(plan.users, spawn_rate=plan.users)
    if sys.stderr.isatty():
        runner.greenlet.spawn(_show, plan, tally)  # ends with the runner
    sleep(plan.duration)  # Locust has made it gevent's: users run meanwhile
    runner.quit()
    return tally.outcome(plan)


def _first(plan: Plan) -> int:
    """Direct users count themselves from 0. Orders of the enterprise start anywhere, for its clock may stand still:
    the numbers of an order depend on seed, index and time, and a second run must not meet those of the first."""
    return 0 if plan.scenario == "direct" else SystemRandom().randrange(10**7, 9 * 10**7)


def _show(plan: Plan, tally: Tally) -> None:
    """Progress for someone who watches a terminal."""
    for second in count():
        doing = f"{second}/{plan.duration:g} s" if second < plan.duration else "waiting for final returns"
        print(
            f"\r{plan.scenario}: {doing}, {tally.sent} sent, {len(tally.final)} ended ",
            end="",
            file=sys.stderr,
            flush=True,
        )
        sleep(1)


def main() -> int:
    """Read the plan, run it, write the outcome."""
    given: dict[str, Any] = orjson.loads(sys.stdin.buffer.read())
    outcome = carry_out(Plan(**given))
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    sys.stdout.buffer.write(orjson.dumps(outcome))
    return 0


if __name__ == "__main__":
    sys.exit(main())
