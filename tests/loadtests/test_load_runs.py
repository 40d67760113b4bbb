"""Load runs against a stub of the contract. Locust runs in a child process, as `swsim load` has it."""

import asyncio
import socket
import sys
from pathlib import Path

import orjson
import pytest
from load_stub import Stub, well

from swsim.loadtests.command import NotReachableError, measure, run_load
from swsim.loadtests.measure import Outcome, Plan
from swsim.simulator.cli import main

SECONDS = 0.6


async def load(stub: Stub, *, scenario: str = "direct", users: int = 2, grace: float = 3.0) -> Outcome:
    """Run one short scenario against a stub."""
    async with stub.serve() as url:
        plan = Plan(scenario, users, SECONDS, url, enterprise=url, grace=grace)
        (outcome,) = await asyncio.to_thread(measure, [plan])
    return outcome


async def test_direct_run_measures_to_the_final_return() -> None:
    """Every list that is sent gets its final return, and its time holds the customs delay, which HTTP times do not."""
    stub = Stub(final_after=0.2)
    outcome = await load(stub)
    result = outcome.result
    assert outcome.reasons == {}
    assert result.sent == result.final == sum(kind == "603" for kind, _ in stub.handed_in) > 0
    assert 200 <= result.final_p50 <= result.final_p95 <= result.final_max
    assert 0 < result.http_p50 <= result.http_p95 < 200
    assert result.per_second == pytest.approx(result.final / result.seconds, rel=0.01)


async def test_direct_users_are_enterprises_of_their_own() -> None:
    """Each user sends its four documents in order under a user number of its own, and acknowledges what it read."""
    stub = Stub()
    await load(stub, users=3)
    dxp_ids = {dxp_id for _, dxp_id in stub.handed_in}
    assert len(dxp_ids) == 3
    for mine in dxp_ids:
        kinds = [kind for kind, dxp_id in stub.handed_in if dxp_id == mine]
        assert kinds == ["303", "403", "505", "603"] * (len(kinds) // 4)
    assert stub.acknowledged == stub.taken


async def test_refused_list_is_a_failure_with_its_reason() -> None:
    """A valid list that ends in 100 has its final return, and the run says what customs said."""
    stub = Stub(statuses=lambda kind: ["2", "100"] if kind == "603" else well(kind))
    outcome = await load(stub, users=1)
    assert outcome.result.failures == outcome.result.final > 0
    assert outcome.reasons == {"603 to final return: 603 100 [100]": outcome.result.final}


async def test_refused_order_keeps_the_list_back() -> None:
    """Where the order is refused no list is sent."""
    stub = Stub(statuses=lambda kind: ["-301008"] if kind == "303" else well(kind))
    outcome = await load(stub, users=1)
    assert outcome.result.sent == 0
    assert outcome.reasons == {"refused before the list: 303 -301008 [-301008]": outcome.result.failures}


async def test_list_without_final_return_is_lost() -> None:
    """A list that gets 2 and no more is a failure when the run is cut after its grace."""
    stub = Stub(statuses=lambda kind: ["2"] if kind == "603" else well(kind))
    outcome = await load(stub, users=2, grace=0.5)
    assert outcome.result.final == 0
    assert outcome.reasons == {"no final return": 2}


async def test_busy_simulator_is_asked_again() -> None:
    """429 with Retry-After is no failure: the message goes out again."""
    stub = Stub(busy=2)
    outcome = await load(stub, users=1)
    assert stub.busy == 0
    assert outcome.reasons == {}
    assert outcome.result.final > 0


async def test_enterprise_run_looks_until_the_order_is_done() -> None:
    """Orders of one seed with an index each are handed in, and looked at until the enterprise calls them done."""
    stub = Stub(order_states=("working", "working", "done"))
    outcome = await load(stub, scenario="enterprise")
    assert outcome.reasons == {}
    assert outcome.result.sent == outcome.result.final == len(stub.orders) > 0
    assert len({row["index"] for row in stub.orders}) == len(stub.orders)
    assert {row["seed"] for row in stub.orders} == {1}
    assert set(stub.looks.values()) == {3}


async def test_enterprise_order_that_failed_is_a_failure() -> None:
    """The enterprise's own word for it and its last return are the reason."""
    outcome = await load(Stub(order_states=("failed",)), scenario="enterprise", users=1)
    assert outcome.reasons == {"order to done: failed: 399": outcome.result.final}


async def test_command_prints_both_scenarios_as_json(capfd: pytest.CaptureFixture[str]) -> None:
    """`swsim load --scenario both --format json`: a result each, exit code 0."""
    words = f"load --users 1 --duration {SECONDS} --scenario both --format json --seed 9"
    async with Stub().serve() as url:
        code = await asyncio.to_thread(main, [*words.split(), "--url", url, "--enterprise", url])
    outcomes = orjson.loads(capfd.readouterr().out)
    assert code == 0
    assert [outcome["result"]["scenario"] for outcome in outcomes] == ["direct", "enterprise"]
    assert all(outcome["result"]["final"] for outcome in outcomes)


async def test_command_prints_a_table_and_ends_with_1_on_failures(capfd: pytest.CaptureFixture[str]) -> None:
    """The table names the scenario, the lines below it the reason."""
    async with Stub(order_states=("failed",)).serve() as url:
        code = await asyncio.to_thread(
            main, f"load --users 1 --duration {SECONDS} --scenario enterprise --url {url} --enterprise {url}".split()
        )
    out = capfd.readouterr().out
    assert code == 1
    assert out.splitlines()[0].split()[:4] == ["scenario", "users", "seconds", "sent"]
    assert "x order to done: failed: 399" in out


def closed_port() -> str:
    """An address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_nobody_there_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a simulator no child is started, and the user is told what to do."""
    url = closed_port()
    assert main(["load", "--url", url]) == 2
    assert f"no simulator at {url}/healthz" in capsys.readouterr().err
    with pytest.raises(NotReachableError, match="swsim serve"):
        run_load(url, users=1, duration=1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--users 0", "1 to 1000 users, not 0"),
        ("--users 1001", "1 to 1000 users"),
        ("--duration 0", "a duration above 0 s"),
        ("--scenario enterprise", "needs the address"),
        ("--url ftp://127.0.0.1", "begins with http://"),
    ],
)
def test_wrong_use_ends_with_2(words: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Out of bounds is said before anything runs."""
    assert main(["load", *words.split()]) == 2
    assert said in capsys.readouterr().err


def test_locust_stays_out_of_this_process() -> None:
    """Neither the command nor what it imports brings Locust's patches in; only `run` and `users` do."""
    assert "swsim.loadtests.command" in sys.modules
    assert not {"locust", "gevent"} & sys.modules.keys()
    here = Path(sys.modules["swsim.loadtests.command"].__file__ or "").parent
    importing = {file.name for file in here.glob("*.py") if "from locust" in file.read_text("utf-8")}
    assert importing == {"run.py", "users.py"}
