"""Cases of the rules of the document alone, of every kind that is declared: what breaks one, and what is found.

Customs need not take a kind in yet. The rows of order, receipt, waybill and list that stood before have theirs in
`core_cases`, on the desk.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core_case import EMPTIED, KEYED, KNOWN, WHOLE, WITH_UNITS
from core_desk import AT, KINDS, SEED, changed, head_of, sale

from swsim.fixtures.chains import KINDS as MADE
from swsim.fixtures.chains import chains_of
from swsim.simulator.codes.loading import load
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core.papers import found_alone, reading_of
from swsim.simulator.messages.transfer import Document

GUID = "6F9619FF-8B86-4011-B42D-00C04FC964FF"
SHIPMENT = chains_of(SEED, 0, AT)
SOUND: dict[str, Any] = {kind: SHIPMENT.documents(kind)[0] for kind in MADE} | {
    document.number: document for document in sale().documents
}
"""A document of each kind that no rule speaks of."""
LATER = tuple(kind for kind in SOUND if kind not in KINDS)
TRAILED = ("507", "509", "607")


@dataclass(frozen=True, slots=True)
class Alone:
    """A document that breaks a row; `also` names rows that cannot but speak too."""

    row: str
    document: Document
    finding: tuple[str, str, str]
    also: frozenset[str] = frozenset()
    codes: Codes = KNOWN
    guid: str = GUID
    version: str = "1.0"

    def __str__(self) -> str:
        return " ".join((self.row, self.document.number, self.finding[0], self.finding[2]))

    def found(self) -> list[Any]:
        """What the rules of the document alone find."""
        return found_alone(reading_of(self.document.number, self.document, self.guid, self.version, self.codes))


def head(kind: str, **values: Any) -> Any:
    """The sound document of a kind with other values in its head."""
    return changed(SOUND[kind], **values)


def line(kind: str, place: int = 0, **values: Any) -> Any:
    """The sound document of a kind with other values in one line, in lines made equal in number to two at least."""
    document = SOUND[kind]
    lines = list(document.lines)
    lines[place] = lines[place].replaced(**values)
    return document.replaced(lines=tuple(lines))


def at(kind: str, xml: str) -> str:
    """Path of an element of the head."""
    document = SOUND[kind]
    return xml if head_of(document) is document else f"{type(document).parts[0].xml}/{xml}"


def at_line(kind: str, xml: str, place: int = 0) -> str:
    """Path of an element of a line."""
    return f"{type(SOUND[kind]).parts[1].xml}[{place + 1}]/{xml}"


EMPTIED_TOO = EMPTIED | {
    "507": ("domestic_traf_no", "domesticTrafNo", "境内运输工具编号 Vehicle that brings the goods to the site"),
    "509": ("logistics_name", "logisticsName", "物流企业名称 Logistics enterprise name"),
    "605": ("agent_name", "agentName", "申报企业名称 Declaring agent name"),
    "607": ("bill_no", "billNo", "提运单号 Bill of lading"),
    "213": ("reason", "reason", "退货原因 Reason of the return"),
    "215": ("voyage_no", "voyageNo", "航班航次 Flight or voyage"),
    "701": ("decl_agent_name", "declAgentName", "报关单位名称 Agent of the customs declaration that follows, name"),
}
KEYED_TOO = KEYED | dict.fromkeys(("507", "509", "605", "607", "701"), ("cop_no", "copNo"))
KEYED_TOO |= dict.fromkeys(("213", "215"), ("co_el_no", "coElNo"))


def _of_any_kind(kind: str) -> Iterator[Alone]:
    own = head_of(SOUND[kind])
    lower, no_uuid = own.guid.lower(), f"{'X' * 8}{own.guid[8:]}"
    name, xml, title = EMPTIED_TOO[kind]
    key, key_xml = KEYED_TOO[kind]
    yield Alone("MSG-01/uuid", head(kind, guid=no_uuid), (at(kind, "guid"), UUID_FORM, no_uuid))
    other = "ABCDEFGH-0000-0000-0000-000000000000"
    yield Alone("MSG-01/uuid", SOUND[kind], ("../@guid", UUID_FORM, other), guid=other)
    same = (at(kind, "guid"), "another guid than that of the message", own.guid)
    yield Alone("MSG-01/same", SOUND[kind], same, guid=own.guid)
    yield Alone("X6b", head(kind, note=""), (at(kind, "note"), "no element, or one with a value", ""))
    if kind in KINDS:
        return
    form = (at(kind, "guid"), "36 characters of 0-9 A-Z - _", "!" * 36)
    yield Alone("MSG-01/form", head(kind, guid="!" * 36), form)
    yield Alone(
        "MSG-01/case", head(kind, guid=lower), (at(kind, "guid"), "letters in upper case (英文字母大写)", lower)
    )
    yield Alone("MSG-02", SOUND[kind], ("../@version", "1.0", "v1.0"), version="v1.0")
    for wrong in ("20260230090000", "20260105240000"):
        finding = (at(kind, "appTime"), "a date and time YYYYMMDDhhmmss", wrong)
        yield Alone("MSG-04/form", head(kind, app_time=wrong), finding)
    empty = (at(kind, xml), f"a value: {title} is mandatory (必填)", "")
    yield Alone("MSG-16", head(kind, **{name: ""}), empty)
    padded = f"{getattr(own, key)[:-1]} "
    finding = (at(kind, key_xml), "a key without surrounding space", repr(padded))
    yield Alone("MSG-16", head(kind, **{key: padded}), finding)
    status = (at(kind, "appStatus"), "1 (draft) or 2 (declare)", "3")
    yield Alone("X1/appStatus", head(kind, app_status="3"), status)


UUID_FORM = "a UUID, 8-4-4-4-12 hexadecimal digits"
PRE = "{}, a date YYYYMMDD and 9 digits"
INVT = "4 digits of customs, 4 of the year, E and 9 to 11 digits"


def _of_numbers() -> Iterator[Alone]:
    for kind in ("507", "509", "603", "605", "607", "701", "213"):
        for wrong in ("P20260105000000001", "B20260230000000001"):
            also = frozenset({"RET-08"}) if kind == "213" else frozenset[str]()
            yield Alone("ID-01", head(kind, pre_no=wrong), (at(kind, "preNo"), PRE.format("B"), wrong), also)
    yield Alone("ID-01", head("215", pre_no="B20260105000000001"), ("preNo", PRE.format("O"), "B20260105000000001"))
    for kind in ("603", "605", "213", "215"):
        yield Alone("ID-02", head(kind, invt_no="Invt20180001"), (at(kind, "invtNo"), INVT, "Invt20180001"))
    for kind in ("607", "701"):
        wrong = f"{head_of(SOUND[kind]).customs_code}2026I000000001"
        yield Alone("ID-02", line(kind, invt_no=wrong), (at_line(kind, "invtNo"), INVT, wrong))
    spaced = "printable characters without a space"
    for kind in ("505", "603", "213", "215"):
        finding = (at(kind, "logisticsNo"), spaced, repr("LP 1"))
        yield Alone("ID-07/logisticsNo", head(kind, logistics_no="LP 1"), finding)
    for kind in TRAILED:
        finding = (at_line(kind, "logisticsNo"), spaced, repr("LP\t1"))
        yield Alone("ID-07/logisticsNo", line(kind, logistics_no="LP\t1"), finding)
    for kind in ("303", "603", *TRAILED, "213"):
        gnum = SOUND[kind].lines[0].gnum
        finding = (at_line(kind, "gnum"), f"{gnum}, without anything before it", f"0{gnum}")
        yield Alone("ORD-10/zeros", line(kind, gnum=f"0{gnum}"), finding)


def _of_codes() -> Iterator[Alone]:
    customs = "a code of the table customs 关区代码, 4 digits"
    for row, codes in (("INV-10/codes", WHOLE), ("INV-10/unknown", KNOWN)):
        more = "" if codes is WHOLE else f" ({len(KNOWN.tables['customs'].rows)} known, the table is not complete)"
        for kind in LATER:
            also = {"605": frozenset({"CAN-03/number"}), "701": frozenset({"SUM-06/number"})}.get(kind, frozenset())
            finding = (at(kind, "customsCode"), customs + more, "0000")
            yield Alone(row, head(kind, customs_code="0000"), finding, also, codes=codes)
    unit = "a code of the table unit 计量单位代码, 3 digits"
    known = {name: f" ({len(table.rows)} known, the table is not complete)" for name, table in KNOWN.tables.items()}
    wrong = line("213", unit="999")
    yield Alone("ORD-14", wrong, (at_line("213", "unit"), unit, "999"), codes=WHOLE)
    yield Alone("ORD-14/unknown", wrong, (at_line("213", "unit"), unit + known["unit"], "999"))
    for code in ("12345", "61091000AA"):
        yield Alone("ID-07/gcode", line("213", gcode=code), (at_line("213", "gcode"), "10 digits", code))
    expected = "a code whose first 4 digits are a heading 品目 of the table tariff, 9999 is none"
    wrong = line("213", gcode="9999000000")
    yield Alone("INV-08", wrong, (at_line("213", "gcode"), expected, "9999000000"), codes=WHOLE)
    yield Alone("INV-08/unknown", wrong, (at_line("213", "gcode"), expected + known["tariff"], "9999000000"))
    shirt: dict[str, Any] = {"gcode": "6109100000", "unit1": "015", "unit2": "035", "qty2": "1"}
    told = "011, as the tariff says of 6109100000"
    document = line("213", **shirt)
    others = [one.replaced(**shirt | {"unit1": "011"}) for one in document.lines[1:]]
    document = document.replaced(lines=(document.lines[0], *others))
    yield Alone("INV-08/refund-units", document, (at_line("213", "unit1"), told, "015"), codes=WITH_UNITS)


def _of_lists() -> Iterator[Alone]:
    long = "I" * 21
    finding = (at_line("303", "itemNo"), "at most 20 characters, as a list takes", long)
    yield Alone("X8/itemNo", line("303", item_no=long), finding)
    china = "another country than China"
    yield Alone("INV-11", head("603", country="142"), ("InventoryHead/country", china, "142"))
    yield Alone("INV-11", line("603", country="142"), ("InventoryList[1]/country", china, "142"))
    simple = {"statistics_flag": "A"}
    zone = ("InventoryHead/customsCode", "a customs of a comprehensive pilot zone 综试区", "2931")
    yield Alone("STA-01", head("603", **simple, customs_code="2931"), zone, codes=WHOLE)
    yield Alone("STA-01/unknown", head("603", **simple, customs_code="2931"), zone)
    licence = ("InventoryHead/licenseNo", "no value for a simplified declaration (A)", "24-AA-000001")
    yield Alone("STA-02", head("603", **simple, license_no="24-AA-000001"), licence)
    for what, column in (("licence", "licence"), ("export duty", "export_duty")):
        codes = _flagged(column)
        gcode = SOUND["603"].lines[0].gcode
        finding = ("InventoryList[1]/gcode", f"goods without {what} in the tariff", gcode)
        yield Alone("STA-02/tariff", head("603", **simple), finding, codes=codes)
    dear = _priced("1667")
    yield Alone("STA-03", changed(dear, **simple), _dear("a simplified declaration (A)", "5001.00 RMB"))
    yield Alone("B2B-01", changed(dear, trade_mode="9810"), _dear("trade mode 9810", "5001.00 RMB"))
    finding = ("InventoryHead/licenseNo", "no value for trade mode 9710", "24-AA-000001")
    yield Alone("B2B-01/licence", head("603", trade_mode="9710", license_no="24-AA-000001"), finding)


def _of_goods() -> Iterator[Alone]:
    """What the tariff says of goods, or does not, and the rate of the month."""
    gcode = SOUND["603"].lines[0].gcode
    for what in ("export_duty", "licence", "inspection"):
        finding = ("InventoryList[1]/gcode", f"goods without {what.replace('_', ' ')} in the tariff", gcode)
        yield Alone("B2B-01/goods", head("603", trade_mode="9710"), finding, codes=_flagged(what))
    area = {"statistics_flag": "A", "trade_mode": "1210", "iac_code": "X", "iac_name": "X", "ems_no": "X"}
    listed = head("603", **area)
    listed = listed.replaced(lines=tuple(one.replaced(item_record_no="X") for one in listed.lines))
    yield Alone("STA-03/retail", listed, ("InventoryHead/tradeMode", "9610 for a simplified declaration (A)", "1210"))


def _dear(what: str, found: str) -> tuple[str, str, str]:
    return "InventoryList/totalPrice", f"at most 5000 RMB for {what}", found


def _priced(price: str, qty: int = 3) -> Any:
    """The list with one line of this price, in RMB."""
    values = {"qty": str(qty), "price": price, "total_price": str(int(price) * qty), "currency": "142"}
    only = SOUND["603"].lines[1].replaced(**values, gnum=1)
    return SOUND["603"].replaced(lines=(only,))


def _flagged(column: str) -> Codes:
    """The codes with a tariff in which the list's goods bear something."""
    from pathlib import Path  # noqa: PLC0415 - a table of one case
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    with TemporaryDirectory() as folder:
        gcode = SOUND["603"].lines[0].gcode
        Path(folder, "tariff.csv").write_text(f"code,{column}\n{gcode[:6]},yes\n", "utf-8")
        return load(Path(folder)).codes


def _of_movements() -> Iterator[Alone]:
    for kind in (*TRAILED, "701"):
        yield Alone("ARR-01/number", head(kind, msg_count="0"), (at(kind, "msgCount"), "1 or more", "0"))
        for number in ("0", "3"):
            finding = (at(kind, "msgSeqNo"), "1 to msgCount 2", number)
            yield Alone("ARR-01/number", head(kind, msg_count="2", msg_seq_no=number), finding)
    for kind in TRAILED:
        repeated = (at_line(kind, "gnum", 1), "a line number used once", "1")
        yield Alone("ORD-10/row-repeated", line(kind, 1, gnum="1"), repeated)
        yield Alone("ORD-10/row-rising", _numbered(kind, 2, 3), (at_line(kind, "gnum"), "1", "2"))
        yield Alone("ORD-10/row-rising", _numbered(kind, 1, 3, 2), (at_line(kind, "gnum", 2), "more than 3", "2"))
        first = SOUND[kind].lines[0].logistics_no
        finding = (at_line(kind, "logisticsNo", 1), "a waybill that stands once", first)
        yield Alone("ARR-04/twice", line(kind, 1, logistics_no=first), finding)
    yield Alone("ARR-02", head("507", ie_flag="I"), (at("507", "ieFlag"), "E (export)", "I"))
    by_mail = "a value: only by mail (trafMode 6) it may be empty"
    fields = [("507", "bill_no", "billNo"), ("509", "bill_no", "billNo")]
    for kind, name, xml in [*fields, ("509", "traf_name", "trafName"), ("509", "voyage_no", "voyageNo")]:
        finding = (at(kind, xml), by_mail, "")
        yield Alone("DEP-01/transport", head(kind, **{name: None}), finding)
        yield Alone("DEP-01/transport", head(kind, **{name: ""}), finding, frozenset({"X6b"}))
    wrong = "20260105006000"
    form = (at("509", "leaveTime"), "a date and time YYYYMMDDhhmmss", wrong)
    yield Alone("DEP-01/form", head("509", leave_time=wrong), form)
    reported = SOUND["509"].head.app_time
    ahead = (at("509", "leaveTime"), f"not after appTime {reported}", f"{int(reported) + 1}")
    yield Alone("DEP-01/ahead", head("509", leave_time=ahead[2]), ahead)
    yield Alone("WB-02/positive", head("607", gross_weight="0"), (at("607", "grossWeight"), "more than 0 kg", "0"))
    long = "P" * 38
    finding = (at_line("607", "totalPackageNo"), "at most 37 characters, as a list takes", long)
    yield Alone("WB-04/long", line("607", total_package_no=long), finding)
    yield Alone("CAN-03/reason", head("605", reason=""), ("reason", "the reason of the cancellation", ""))
    number = SOUND["605"].invt_no
    other = "9999" if number[:4] != "9999" else "9998"
    finding = ("customsCode", f"{other}, which gave {other}{number[4:]}", SOUND["605"].customs_code)
    yield Alone("CAN-03/number", head("605", invt_no=f"{other}{number[4:]}"), finding)


def _numbered(kind: str, *numbers: int) -> Any:
    lines = [one.replaced(gnum=n) for one, n in zip(SOUND[kind].lines, numbers, strict=False)]
    return SOUND[kind].replaced(lines=tuple(lines))


def _of_returned_goods() -> Iterator[Alone]:
    refund = "InvtRefundHead"
    for kind in ("213", "215"):
        yield Alone("RET-06/ieFlag", head(kind, ie_flag="E"), (at(kind, "ieFlag"), "I: returned goods come in", "E"))
    modes = "9661, or 1261 from a special area"
    yield Alone("RET-06/mode", head("213", trade_mode="9610"), (f"{refund}/tradeMode", modes, "9610"))
    yield Alone("RET-06/absent", head("213", trade_mode=None), (f"{refund}/tradeMode", f"{modes} (必填)", ""))
    yield Alone(
        "RET-06/country", head("213", country="142"), (f"{refund}/country", "another country than China", "142")
    )
    given = "B20260105000000001"
    yield Alone("RET-08", head("213", pre_no=given), (f"{refund}/preNo", "no value: the e-port gives it", given))
    gnum = SOUND["213"].lines[0].gnum
    twice = SOUND["213"].replaced(lines=(SOUND["213"].lines[0],) * 2)
    yield Alone("RET-02/twice", twice, ("InvtRefundList[2]/gnum", "a line of the list that stands once", str(gnum)))
    for xml in ("qty", "qty1"):
        changes: dict[str, Any] = {xml: "0"}
        yield Alone("RET-03/positive", line("213", **changes), (f"InvtRefundList[1]/{xml}", "more than 0", "0"))
    alone = ("InvtRefundList[1]/qty2", "no value, unit2 is empty", "1")
    yield Alone("RET-09", line("213", unit2=None, qty2="1"), alone)
    missing = ("InvtRefundList[1]/qty2", "more than 0, unit2 is 035", "")
    yield Alone("RET-09", line("213", unit2="035", qty2=None), missing)


def _of_summaries() -> Iterator[Alone]:
    start, end = "20260101000000", "20260131235959"
    span = {"start_time": start, "end_time": end}
    empty = SOUND["701"].replaced(lines=())
    wrong = "20260132000000"
    expected = "a date and time YYYYMMDDhhmmss"
    yield Alone("SUM-05/form", changed(empty, **span | {"end_time": wrong}), (at("701", "endTime"), expected, wrong))
    pair = (at("701", "endTime"), f"a value beside startTime {start}, or neither", "")
    yield Alone("SUM-05/pair", changed(empty, start_time=start), pair)
    back = (at("701", "endTime"), f"not before startTime {end}", start)
    yield Alone("SUM-05/order", changed(empty, start_time=end, end_time=start), back)
    yield Alone("SUM-05/empty", empty, ("SummaryApplyList", "lists to sum up, or a range of time", ""))
    first = SOUND["701"].lines[0].invt_no
    ignored = (at_line("701", "invtNo"), "no lines beside a range of time", first)
    yield Alone("SUM-05/ignored", head("701", **span), ignored)
    twice = SOUND["701"].replaced(lines=(SOUND["701"].lines[0],) * 2)
    yield Alone("SUM-06/twice", twice, (at_line("701", "invtNo", 1), "a list that stands once", first))
    customs = SOUND["701"].head.customs_code
    other = f"{'9999' if customs != '9999' else '9998'}{first[4:]}"
    yield Alone(
        "SUM-06/number", line("701", invt_no=other), (at_line("701", "invtNo"), f"a list of customs {customs}", other)
    )
    flag = (at("701", "summaryFlag"), "1 (by consignor) or 2 (by consignor and producer)", "3")
    yield Alone("SUM-10", head("701", summary_flag="3"), flag)


BROKEN: tuple[Alone, ...] = (
    *(case for kind in SOUND for case in _of_any_kind(kind)),
    *_of_numbers(),
    *_of_codes(),
    *_of_lists(),
    *_of_goods(),
    *_of_movements(),
    *_of_returned_goods(),
    *_of_summaries(),
)

HELD: tuple[tuple[str, Any], ...] = (
    *(("MSG-01/uuid", SOUND[kind]) for kind in SOUND),
    ("ID-01", head("603", pre_no="B20260105000000001")),
    ("ID-01", head("215", pre_no="o20260105000000001")),
    ("ID-02", head("603", invt_no="53032026E000000001")),
    ("ID-07/logisticsNo", head("505", logistics_no="LP-1_中")),
    ("ORD-10/zeros", line("303", gnum="1")),
    ("X8/itemNo", line("303", item_no="I" * 20)),
    ("STA-02", head("603", license_no="24-AA-000001")),
    ("STA-03", changed(_priced("1250", 4), statistics_flag="A")),
    ("STA-03", _priced("2000")),
    ("B2B-01", changed(_priced("1250", 4), trade_mode="9710")),
    ("ARR-01/number", head("507", msg_count="2", msg_seq_no="2")),
    ("ORD-10/row-rising", _numbered("507", 1, 3)),
    ("DEP-01/transport", head("507", traf_mode="6", bill_no=None)),
    ("DEP-01/transport", head("509", traf_mode="6", bill_no=None, traf_name=None, voyage_no=None)),
    ("DEP-01/ahead", head("509", leave_time=SOUND["509"].head.app_time)),
    ("WB-04/long", line("607", total_package_no="P" * 37)),
    ("RET-06/mode", head("213", trade_mode="1261")),
    ("RET-08", head("213", pre_no="B20260105000000001", app_type="2")),
    ("RET-09", line("213", unit2="035", qty2="0.00001")),
    ("SUM-05/order", changed(SOUND["701"].replaced(lines=()), start_time="20260101000000", end_time="20260101000000")),
    ("SUM-10", head("701", summary_flag="1")),
)
"""Documents that stand at the edge of a row, on the right side of it."""
