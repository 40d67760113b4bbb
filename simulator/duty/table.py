"""The duties, a row a line: what is expected of an enterprise, where it is written, what it rests on."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from swsim.simulator.core.model import Basis, Citation
from swsim.simulator.duty.model import Sign
from swsim.simulator.profiles.duties import ANSWERS

A194 = Citation("GACC 2018-194", "主体责任")
LAW, ASSUMED = Basis.LAW, Basis.ASSUMED


class Duty(NamedTuple):
    """One row: `basis` is that of the number or pattern looked for, the duty itself is law."""

    row: str
    zh: str
    en: str
    citation: Citation
    basis: Basis
    answers: bool = True
    """Whether a breach can be seen in a list that customs has still to decide on."""


DUTIES = {
    duty.row: duty
    for duty in (
        Duty("DUT-01/lag", "交易、收款、物流数据应实时传输", "data are transmitted in real time", A194, ASSUMED),
        Duty("DUT-01/tracking", "应开放物流追踪接口", "a tracking interface is open", A194, ASSUMED),
        Duty("DUT-02/waybill", "同一运单对应多个订单", "one waybill carries several orders", A194, ASSUMED),
        Duty("DUT-02/unpaid", "订单无收款记录", "an order is never paid", A194, ASSUMED),
        Duty("DUT-02/charge", "收款金额与订单不符", "what was paid is not what was ordered", A194, ASSUMED),
        Duty("DUT-02/run", "重量、金额成批相同", "many lists have one weight and one value", A194, ASSUMED),
        Duty("DUT-02/price", "价格明显异常", "a price is far from those of its commodity", A194, ASSUMED),
        Duty("DUT-02/stays", "货物长期未离境", "goods never leave", A194, ASSUMED, answers=False),
        Duty("DUT-02/return", "未出口即退货", "goods return that never left", A194, ASSUMED, answers=False),
        Duty("DUT-03", "退货商品二次销售", "returned goods are sold again", A194, ASSUMED),
        Duty("DUT-04", "不得经营禁限商品", "no prohibited or restricted goods", A194, LAW),
        Duty("DUT-05", "商品应可溯源", "goods can be traced", A194, LAW),
        Duty("DUT-06", "发现涉嫌违规应及时告知海关", "a suspected violation is reported", A194, LAW),
        Duty(
            "DUT-07", "对数据真实性负责，报文应有可追责的签名", "who declares answers for it by a signature", A194, LAW
        ),
        Duty(
            "DUT-08",
            "查验期间货物不得离境",
            "goods under inspection stay",
            Citation("GACC 2018-194", "art. 20"),
            ASSUMED,
            answers=False,
        ),
        Duty("DUT-09", "应按海关要求提供数据", "data that customs asks for are given", A194, LAW),
        Duty("DUT-10/new", "召回商品不得继续申报", "recalled goods are not declared any more", A194, LAW),
        Duty(
            "DUT-10/open",
            "召回商品的在途清单应撤销",
            "open lists of recalled goods are cancelled",
            A194,
            LAW,
            answers=False,
        ),
        Duty("STA-09", "疑似拆单", "a ticket looks split", Citation("GACC 2018-194", "art. 12"), ASSUMED),
    )
}


ANSWERING = {row for row, duty in DUTIES.items() if duty.answers}
ANSWERING |= {row.partition("/")[0] for row in ANSWERING}
"""What the table `duties` of a profile may name: a row, or all rows of an id that are not named themselves."""


def answer_to(row: str, duties: Mapping[str, str]) -> int:
    """The status a profile answers to a breach of a row, 0 for a finding alone."""
    return ANSWERS[duties.get(row) or duties.get(row.partition("/")[0]) or "finding"] if row in ANSWERING else 0


def said(one: Sign) -> dict[str, Any]:
    """A sign as the control API gives it."""
    duty = DUTIES[one.row]
    return {
        "rule": one.row.partition("/")[0],
        "row": one.row,
        "kind": one.kind,
        "key": one.key,
        "expected": one.expected,
        "found": one.found,
        "zh": duty.zh,
        "en": duty.en,
        "citation": str(duty.citation),
        "basis": str(duty.basis),
    }
