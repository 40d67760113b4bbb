# ruff: noqa: E501 - a table: a row a line
"""The plans, a row a plan: what a run of it is about, and the sandbox it wants. Cases name the plans they run in."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from swsim.conformance.conversation import Case


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan. `needs` are words of the capability statement that the plan as a whole takes, `wants` what every order of
    it wants (`driver.Wish.wants`), unless its case says otherwise.
    """

    id: str
    zh: str
    en: str
    needs: tuple[str, ...] = ()
    regime: str = "2018-194"
    profile: str = "standard"
    wants: dict[str, str] = field(default_factory=dict)


ROWS = (
    Plan("9610-declaration", "9610零售出口：传输数据、申报清单", "9610 retail export: data, then the list; changes, deletes, duplicates, batches", ("9610",)),
    Plan("9610-statistics", "9610：出运、汇总申报与汇总统计", "9610: shipping, monthly summary (B) and statistics (A), deadlines", ("9610",)),
    Plan("9710", "9710跨境电商B2B直接出口", "9710 B2B direct export", ("9710",), wants={"tradeMode": "9710"}),
    Plan("9810", "9810跨境电商出口海外仓", "9810 export to an overseas warehouse", ("9810",), wants={"tradeMode": "9810"}),
    Plan("1210", "1210特殊区域出口", "1210 export from a special area", ("1210",), wants={"tradeMode": "1210"}),
    Plan("returned-goods", "出口退货", "goods that come back"),
    Plan("receiving", "回执的接收与处理", "what is made of returns, however they come"),
    Plan("recovery", "中断与恢复", "outages, lost and late returns, failures that pass"),
    Plan("signature", "电子签名与证书", "signatures and certificates", ("signature",)),
    Plan("amqp", "AMQP通道", "the AMQP channel", ("amqp",)),
    Plan("responsibility", "企业主体责任", "corporate responsibility: truth, tracking, risk, reporting"),
    Plan("all", "全部", "every case"),
)  # fmt: skip

PLANS = {row.id: row for row in ROWS}
"""By id."""
ALL = "all"

LEAST_CASES = 5
"""Cases that have to be carried out for a conformance statement, whatever the plan."""
LEAST_SHARE = 0.5
"""Share of a plan's cases that have to be carried out for one, and of its MUSTs that have to be verified."""


def cases_of(plan: str, cases: Sequence[Case]) -> list[Case]:
    """The cases of a plan, in the order of the table of cases; KeyError for an unknown plan."""
    name = PLANS[plan].id
    return [case for case in cases if name in {ALL, *case.plans}]
