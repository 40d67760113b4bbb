"""Drivers that are no HTTP: commands, a person, none; and an order in full."""

import asyncio
import sys
from pathlib import Path

import pytest

from swsim.conformance.capabilities import EVERYTHING
from swsim.conformance.driver import DriverError, NotOfferedError, Wish
from swsim.conformance.drivers import opened
from swsim.conformance.drivers.command import CommandDriver, read_commands
from swsim.conformance.drivers.manual import ManualDriver
from swsim.conformance.drivers.orders import by_seed, in_full
from swsim.conformance.drivers.passive import PassiveDriver
from swsim.conformance.enterprise.books import BEIJING
from swsim.conformance.enterprise.detail import read_chain
from swsim.simulator.clock import read_instant

AT = read_instant("2026-01-05T09:00:00+08:00")
WISH = Wish(1, 3, AT)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


async def test_commands_place_orders_and_tell_states() -> None:
    place = "import json,sys;d=json.load(open(sys.argv[1]))['detail']['Order']['OrderHead'];print(json.dumps(d))"
    state = "import sys;print('{\"orderNo\":\"'+sys.argv[1]+'\"}')"
    commands = {
        "place": [*python(place), "{file}"],
        "state": [*python(state), "{order}"],
        "books": python("print('orderNo,status');print('A,399')"),
        "clock": [*python('print(\'{"next":"2026-01-06T09:00:00+08:00"}\')'), "{now}"],
        "cancel": [*python("import sys;print(sys.argv[2])"), "{order}", "{details}"],
    }
    driver = CommandDriver(commands)
    [placed] = await driver.place_orders([WISH])
    assert placed.order_no.startswith("TESTO")
    assert await driver.state_of("N") == {"orderNo": "N"}
    assert await driver.books() == [{"orderNo": "A", "status": "399"}]
    assert await driver.set_clock(AT) == read_instant("2026-01-06T09:00:00+08:00")
    assert await driver.act("cancel", "N", {"reason": "r"}) == {"reason": "r"}
    with pytest.raises(NotOfferedError, match="repoint"):
        await driver.repoint("u", "s")
    told = CommandDriver({"repoint": [*python("import sys;sys.exit(sys.argv[1])"), "{url}"]})
    with pytest.raises(DriverError, match="http://c/sandboxes/s"):
        await told.repoint("http://c", "s")
    assert not await driver.at_rest()
    with pytest.raises(NotOfferedError, match="recall"):
        await driver.act("recall", "", {})
    assert await CommandDriver({"place": ["x"]}).set_clock(AT) is None


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (python("import sys;sys.exit('no such order')"), "no such order"),
        (python("print('hello')"), "expected JSON"),
        (python("print('[]')"), "expected a JSON object"),
        (python("import time;time.sleep(60)"), "longer than 0.5 s"),
        (["/nowhere/at/all"], "/nowhere/at/all"),
    ],
)
async def test_a_command_that_fails_says_why(command: list[str], told: str) -> None:
    with pytest.raises(DriverError, match=told):
        await CommandDriver({"state": command}, patience=0.5).state_of("N")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "expected a table"),
        ("[commands]\nfly = ['x']", "expected a table"),
        ("[commands]\nplace = 'x'", "list of words"),
        ("[", "Expected|Invalid"),
    ],
)
def test_a_wrong_file_of_commands_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "commands.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(DriverError, match=told):
        read_commands(path)


async def test_a_person_is_told_what_to_do_and_answers() -> None:
    asked: list[str] = []
    answers = iter(["N1, W1\n", "399 2244E1\n", "no\n", "\n"])

    async def ask(text: str) -> str:
        asked.append(text)
        return next(answers)

    driver = ManualDriver(ask)
    [placed] = await driver.place_orders([WISH])
    assert (placed.order_no, placed.logistics_no) == ("N1", "W1")
    assert '"OrderHead"' in asked[0]
    state = await driver.state_of("N1")
    assert (state["invtNo"], state["documents"]["603"]["status"]) == ("2244E1", "399")
    with pytest.raises(NotOfferedError):
        await driver.act("recall", "", {"itemNo": "X"})
    await driver.act("cancel", "N1", {})
    assert "买家取消订单" in asked[-1]
    with pytest.raises(NotOfferedError):
        await driver.books()


async def test_a_person_who_does_not_answer_is_waited_for_so_long() -> None:
    async def ask(_: str) -> str:
        await asyncio.Event().wait()
        return ""

    with pytest.raises(DriverError, match=r"nobody answered within 0\.05 s"):
        await ManualDriver(ask, patience=0.05).state_of("N")


async def test_nobody_can_be_asked_for_nothing() -> None:
    driver = PassiveDriver()
    asked = (driver.place_orders([WISH]), driver.state_of("N"), driver.act("cancel", "N", {}), driver.books())
    for call in (*asked, driver.repoint("u", "s")):
        with pytest.raises(NotOfferedError, match="without a driver"):
            await call
    assert await driver.set_clock(AT) is None
    async with opened("none", EVERYTHING) as found:
        assert isinstance(found, PassiveDriver)
    with pytest.raises(DriverError, match="expected one of http:URL"):
        async with opened("pigeon", EVERYTHING):
            pass


def test_an_order_in_full_is_read_by_an_enterprise_as_it_was_made() -> None:
    detail = in_full(WISH)["detail"]
    assert read_chain(detail).order.lines
    assert by_seed(Wish(1, 3, AT, "wrong-total", {"tradeMode": "9710"})) == {
        "seed": 1,
        "index": 3,
        "at": AT.astimezone(BEIJING).isoformat(),
        "defect": "wrong-total",
        "wants": {"tradeMode": "9710"},
    }
    of_9710 = in_full(Wish(1, 3, AT, wants={"tradeMode": "9710", "lines": "3"}))["detail"]
    assert (of_9710["Inventory"]["InventoryHead"]["tradeMode"], len(of_9710["Order"]["OrderList"])) == ("9710", 3)
    with pytest.raises(ValueError, match="got colour"):
        in_full(Wish(1, 3, AT, wants={"colour": "red"}))
