"""The deadlines, a row a line: from when, how long, where it is written. The predicates have the numbers."""

from dataclasses import dataclass

from swsim.simulator.core.checks_common import SKEW
from swsim.simulator.core.checks_refund import FREE_FROM, FREE_UNTIL, NATIONWIDE_FROM, PILOT_FROM
from swsim.simulator.core.checks_reused import MONTHS_APART
from swsim.simulator.core.model import Basis, Citation
from swsim.simulator.profile import RECEIPTS_NOT_REQUIRED_FROM

A194 = "GACC 2018-194"
LAW, SPEC, ASSUMED = Basis.LAW, Basis.SPEC, Basis.ASSUMED


@dataclass(frozen=True, slots=True)
class Deadline:
    """One row. `begins` is what it runs from, `ends` when it is over; times are Beijing time of the sandbox's clock."""

    rule: str
    zh: str
    begins: str
    ends: str
    citation: Citation
    basis: Basis


DEADLINES = (
    Deadline("MSG-04", "报送时间不得晚于海关时间", "receipt", f"appTime at most {SKEW.seconds // 60} minutes ahead", Citation("§2.1.4", "appTime"), ASSUMED),
    Deadline("LOG-01", "运单编号6个月内不重复", "last use of the number", f"the same second {MONTHS_APART} calendar months later", Citation("§2.5.4", "logisticsNo"), SPEC),
    Deadline("PAY-02", "收款单不再要求", "declaration of the list", f"from {RECEIPTS_NOT_REQUIRED_FROM.date()} on", Citation("GACC 2024-167", "§2"), LAW),
    Deadline("ARR-01", "拆分报文应收齐", "sending of the first message", "switch parts_within of the profile", Citation("§2.7.4", "msgSeqNo"), ASSUMED),
    Deadline("SUM-01", "每月15日前汇总上月结关清单", "month of the 899", "the 15th of the next month, the next working day where it is none", Citation(A194, "art. 11"), LAW),
    Deadline("SUM-02", "2018年底前：每月10日前汇总，12月的清单于当月最后一个工作日前", "month of the 899, profile 2016-26", "the 10th of the next month, the next working day where it is none; of December its last working day", Citation("GACC 2016-26", "art. 7"), ASSUMED),
    Deadline("RET-01", "出口放行之日起1年内退运", "release (800)", "the end of the same day a year later", Citation("GACC 2020-44", "art. 3"), LAW),
    Deadline("RET-07", "跨关区退货", "application (213)", f"pilot of twenty customs from {PILOT_FROM}, 9610 everywhere from {NATIONWIDE_FROM}", Citation("GACC 2024-167", "§4"), LAW),
    Deadline("RET-11", "退运免税", "release (800)", f"the end of the same day six months later, exports of {FREE_FROM} to {FREE_UNTIL}", Citation("MOF 2023-4, 2026-16"), ASSUMED),
)  # fmt: skip
