"""What customs and the e-port answer: return statuses (§2.12.4) and negative codes (table 7-2); `texts` has the words."""

from dataclasses import dataclass
from enum import IntEnum


class ReturnStatus(IntEnum):
    """Statuses of §2.12.4; names are participles, values are on the wire."""

    STAGED = 1
    DECLARING = 2
    SENT = 3
    SEND_FAILED = 4
    REJECTED = 100
    STORED = 120
    IN_REVIEW = 300
    APPROVED = 399
    UNDER_INSPECTION = 500
    HANDED_OVER = 505
    SUSPENDED = 600
    RELEASED = 800
    CLOSED = 899


STATUS_TITLES = {
    ReturnStatus.STAGED: ("电子口岸已暂存", "held as a draft by the e-port"),
    ReturnStatus.DECLARING: ("电子口岸申报中", "being declared by the e-port"),
    ReturnStatus.SENT: ("发送海关成功", "sent to customs"),
    ReturnStatus.SEND_FAILED: ("发送海关失败", "could not be sent to customs"),
    ReturnStatus.REJECTED: ("海关退单", "rejected by customs"),
    ReturnStatus.STORED: ("海关入库", "stored by customs"),
    ReturnStatus.IN_REVIEW: ("人工审核", "in manual review"),
    ReturnStatus.APPROVED: ("海关审结", "approved by customs"),
    ReturnStatus.UNDER_INSPECTION: ("海关查验", "under inspection"),
    ReturnStatus.HANDED_OVER: ("移交", "handed over"),
    ReturnStatus.SUSPENDED: ("挂起", "suspended"),
    ReturnStatus.RELEASED: ("放行", "released"),
    ReturnStatus.CLOSED: ("结关", "closed"),
}


@dataclass(frozen=True, slots=True)
class KindCodes:
    """The codes of table 7-2 for one kind of document, by what went wrong (rules.md §2, MSG-01..13)."""

    parameter: int
    not_found: int
    duplicate: int
    wrong_state: int
    no_operation: int
    old: int


KIND_CODES = {
    "303": KindCodes(-301008, -301009, -301010, -301011, -301012, -301014),
    "403": KindCodes(-401009, -401006, -401007, -401008, -401010, -401012),
    "505": KindCodes(-504011, -504014, -504015, -504016, -504011, -505016),
    "507": KindCodes(100, 100, 100, 100, 100, 100),
    "509": KindCodes(100, 100, 100, 100, 100, 100),
    "603": KindCodes(-621001, -621011, -621004, -621012, -621001, -621001),
    "605": KindCodes(-623001, -623004, -623009, -623013, -623001, -623001),
    "607": KindCodes(100, 100, 100, 100, 100, 100),
    "213": KindCodes(-625001, -625016, -625022, -625022, -625001, -625001),
    "215": KindCodes(100, 100, 100, 100, 100, 100),
    "701": KindCodes(100, 100, 100, 100, 100, 100),
}
"""Table 7-2 has no codes for 507, 509, 607, 215 and 701: their faults are a 100 with a text (rules.md §0)."""

SYSTEM_CODES = {
    "303": -301013,
    "403": -401011,
    "505": -505015,
    "603": -621017,
    "605": -623027,
    "213": -625116,
} | dict.fromkeys(("215", "507", "509", "607", "701"), 100)
"""What the e-port answers when it fails itself (MSG-15)."""
