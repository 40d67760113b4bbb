"""Two reports for the tests: `sample` has a bit of everything, `hostile` markup in every string."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

from swsim.reports.model import CaseResult, Check, Evidence, Judged, LoadResult, Refusal, Report, StateCount, Verdict

HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>&amp;]]>"


def case(verdict: Verdict, number: int) -> CaseResult:
    """A case with every field filled."""
    return CaseResult(
        id=f"2.11.4-{number:02d}",
        title_zh=f"清单商品总价与数量单价相符 {number}",
        title_en=f"Line total is quantity times price ({number})",
        description="Sends a list whose second line adds up and one whose line does not.",
        expectation="399 for the first, -621001 for the second, each within 30 s of the sandbox clock",
        verdict=verdict,
        reason=f"ended as {verdict.value.lower()} for a reason of its own",
        requirements=("2.11.4/totalPrice", "2.12.4/returnStatus"),
        citation="GACC message specification 202205, §2.11.4",
        basis="SPEC",
        checks=(Check("2.11.4/totalPrice", f"the total of line {number}", verdict, f"7 is not {number} x 3"),),
        file=f"evidence/2.11.4-{number:02d}.json",
        evidence=(
            Evidence(
                100 + number,
                "2026-01-05T09:00:01.250+08:00",
                "input",
                "CEB603 guid 3F2504E0-4F89-11D3-9A0C-0305E82C3301",
            ),
            Evidence(
                200 + number,
                "2026-01-05T09:00:04.871+08:00",
                "output",
                "CEB604 returnStatus 399 preNo B20260105000000001",
            ),
        ),
        seconds=0.25 * number,
    )


def sample() -> Report:
    """A run with every verdict, refusals planted and not, and a load run."""
    planted = Refusal(
        kind="603",
        key="4403960N01~COP20260105000017",
        status="100",
        rule="MAT-03",
        citation="Announcement 2018-194, article 4",
        basis="LAW",
        path="/CEB603Message/Inventory[1]/InventoryHead/orderNo",
        expected="the order's goods value 128.50 (CEB303 ORD20260105000017)",
        found="182.50",
        hint_zh="清单商品总价与订单不一致，请核对订单 goodsValue 与清单表体 totalPrice 合计。",
        hint_en="The lines add up to 182.50, the order says 128.50: send a change of the list or of the order.",
        planted="inventory total differs from the order",
    )
    return Report(
        title="swsim demo: one day of a 9610 exporter",
        started_at="2026-01-05T09:00:00+08:00",
        finished_at="2026-01-05T09:01:12+08:00",
        facts={
            "version": "0.1.0",
            "edition": "202205",
            "regime": "2018-194",
            "profile": "standard",
            "seed": "7",
            "clock": "virtual",
        },
        states=[
            StateCount("303", "电子订单", "Order", "120", 48),
            StateCount("303", "电子订单", "Order", "-301008", 2),
            StateCount("403", "收款单", "Payment receipt", "120", 50),
            StateCount("603", "申报清单", "Declaration list", "899", 40),
            StateCount("603", "申报清单", "Declaration list", "500", 3),
            StateCount("603", "申报清单", "Declaration list", "100", 5),
            StateCount("603", "申报清单", "Declaration list", "2", 2),
        ],
        refusals=[planted, replace(planted, kind="303", status="-301008", rule="ORD-11", found="", planted="")],
        cases=[case(verdict, number) for number, verdict in enumerate(Verdict, 1)],
        requirements=[
            Judged("SND-01", "MUST", "SPEC", "通过", "It passed", "§0", Verdict.PASS, {"2.11.4-01": Verdict.PASS}),
            Judged(
                "RCV-04",
                "SHOULD",
                "OBSERVED",
                "迟到的回执不覆盖终态",
                "A late return does not overwrite a final state",
                "§2.12.4",
                Verdict.WARNING,
                {"2.11.4-03": Verdict.WARNING},
                "believes 120",
            ),
            Judged(
                "SND-05",
                "MUST",
                "SPEC",
                "单价乘数量等于总价",
                "Quantity times price is the total",
                "§2.11.4 totalPrice",
                Verdict.FAIL,
                {"2.11.4-01": Verdict.PASS, "2.11.4-02": Verdict.FAIL},
                "2 x 3 is not 7",
            ),
        ],
        again="swsim conformance --plan 9610-declaration --seed 7",
        pages={"Statement 声明": "statement.html"},
        load=[
            LoadResult("direct", 10, 20.0, 4120, 4118, 2, 205.9, 3.2, 11.85, 18.4, 61.2, 412.0),
            LoadResult("enterprise", 10, 20.0, 890, 890, 0, 44.5, 4.1, 15.0, 812.0, 1720.0, 12034.0),
        ],
    )


def hostile() -> Report:
    """The same run, every string of it markup (the verdicts stay)."""
    spoiled: Report = _spoil(sample())
    return spoiled


def _spoil(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, Verdict):
        return HOSTILE
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _spoil(getattr(value, field.name)) for field in fields(value)})
    if isinstance(value, list | tuple):
        return type(value)(map(_spoil, value))
    if isinstance(value, dict):
        return {f"{key} {HOSTILE}": _spoil(item) for key, item in value.items()}
    return value
