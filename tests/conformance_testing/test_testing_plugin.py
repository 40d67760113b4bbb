"""The pytest plugin, in test runs of its own: what an integrator's tests would look like, and how they fail."""

import pytest

pytest_plugins = ["pytester"]

PARCEL = """
def test_parcel(single_window, customs_clock, chains):
    trade = chains(2)
    for message in trade.messages:
        single_window.send(message)
    customs_clock.advance("PT1M")
    last = {}
    for one in single_window.drain(trade.dxp_id("603")):
        if one.root == "CEB604Message":
            for record in one.records:
                last[record["copNo"]] = record["returnStatus"]
    assert last == {made.inventory.head.cop_no: "399" for made in trade}
"""


@pytest.fixture(autouse=True)
def _quiet(pytester: pytest.Pytester) -> None:
    """Runs in processes of their own, as a user's are: this run's plugins and settings stay out."""
    pytester.makeini("[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n")


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess(*options, timeout=100)


def test_a_parcel_reaches_399(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(PARCEL)

    run(pytester).assert_outcomes(passed=1)


def test_every_test_has_a_sandbox_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_first(single_window, chains):
            single_window.send(chains(1).message("303"))
            assert len(single_window.journal()) > 1

        def test_second(single_window, chains):
            assert single_window.journal() == []
            trade = chains(1)
            single_window.send(trade.message("303"))  # the same order: it is new here
            [found] = single_window.find(trade[0].order.head.order_no)
            assert found["state"] == 2
            assert [one["kind"] for one in single_window.journal()].count("input") == 1
        """
    )

    run(pytester).assert_outcomes(passed=2)


def test_the_marker_sets_up_customs(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        pytestmark = pytest.mark.customs(profile="instant")

        @pytest.mark.customs(now="2024-12-15T00:00:00+08:00", regime="by-date", seed=3)
        def test_marked(single_window, customs_clock):
            assert customs_clock.now.isoformat() == "2024-12-15T00:00:00+08:00"
            assert single_window.ask("GET", "")["regime"] == "by-date"
            assert single_window.ask("GET", "")["profile"] == "standard"  # the nearest marker alone speaks

        def test_of_the_module(single_window):
            assert single_window.ask("GET", "")["profile"] == "instant"
        """
    )

    run(pytester).assert_outcomes(passed=2)


def test_an_unknown_word_of_the_marker_is_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.customs(profil="strict")
        def test_marked(single_window): ...
        """
    )

    result = run(pytester)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*mark.customs: expected keywords of *'profile'*, got ?'profil'?*"])


def test_a_failed_test_shows_what_customs_decided(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_wrong(single_window, customs_clock, chains):
            single_window.send(chains(1, defect="wrong-total").message("303"))
            customs_clock.advance("PT1M")
            assert not "as it should be"
        """
    )

    result = run(pytester)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*customs (海关)*", "*CEB303Message*", "*-301008*", "*ORD-11*qty x price*"])


def test_a_refused_form_says_where(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from swsim.conformance.testing.line import RefusedError

        def test_form(single_window, chains):
            broken = chains(1).message("303").replace(b"orderNo>", b"orderNumber>")
            with pytest.raises(RefusedError, match="orderNumber") as refused:
                single_window.send(broken)
            assert refused.value.status == 422
            assert refused.value.problem["code"] == "0002"

        def test_dry_run(single_window, chains):
            [said] = single_window.dry_run(chains(1, defect="wrong-total").message("303"))
            assert said["status"] == -301008
            assert single_window.journal() == []
        """
    )

    run(pytester).assert_outcomes(passed=2)


def test_asyncio_tests_use_it_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import asyncio
        import aiohttp

        async def test_parcel(single_window, customs_clock, chains):
            trade = chains(1)
            async with aiohttp.ClientSession() as enterprise:
                for message in trade.messages:
                    async with enterprise.post(f"{single_window.url}/messages", data=message) as answer:
                        assert answer.status == 202
                waiting = asyncio.create_task(
                    enterprise.get(f"{single_window.url}/returns/next?dxpId={trade.dxp_id()}&wait=20")
                )
                await asyncio.to_thread(customs_clock.advance, "PT1M")
                assert (await waiting).status == 200
        """
    )

    run(pytester).assert_outcomes(passed=1)


def test_xdist_gives_every_worker_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(6))
        def test_alone(single_window, chains, number):
            assert single_window.journal() == []
            single_window.send(chains(1).message("303"))
        """
    )

    run(pytester, "-n", "2").assert_outcomes(passed=6)


def test_a_project_that_has_tests_fixtures_of_its_own(pytester: pytest.Pytester) -> None:
    folder = pytester.mkpydir("tests") / "fixtures"
    folder.mkdir()
    (folder / "__init__.py").write_text("OWN = 'ours'\n")
    (folder.parent / "test_own.py").write_text(
        "from tests.fixtures import OWN\n\n"
        "def test_own(single_window, chains):\n    assert OWN == 'ours'\n    assert len(chains(2)) == 2\n"
    )

    run(pytester, "-p", "no:randomly").assert_outcomes(passed=1)


def test_nothing_of_the_simulator_loads_where_no_test_asks(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_other():
            heavy = ("swsim.simulator", "swsim.fixtures", "aiohttp", "lxml")
            assert [name for name in sys.modules if name.startswith(heavy)] == []
        """
    )

    run(pytester).assert_outcomes(passed=1)
