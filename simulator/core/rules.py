"""The rules, one row a rule. To read beside docs/reference/rules.md, which is written from this table.

A row says: id (of the rule catalogue), kinds of document, step, predicate, answer, what it does in the columns
`standard` and `strict`, Chinese and English text, where it is written, basis. `PARAMETER` stands for the kind's own
code of table 7-2 (`codes.status.KIND_CODES`); `Wire` is the text of a 100, with the origin of its wording.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from inspect import signature
from itertools import combinations

from swsim.simulator.codes.status import KIND_CODES
from swsim.simulator.codes.texts import DESCS, Origin
from swsim.simulator.core import checks_afterwards as after
from swsim.simulator.core import checks_codes as coded
from swsim.simulator.core import checks_common as common
from swsim.simulator.core import checks_enterprise as enterprise
from swsim.simulator.core import checks_filing as filing
from swsim.simulator.core import checks_inventory as inventory
from swsim.simulator.core import checks_limits as limits
from swsim.simulator.core import checks_matching as matching
from swsim.simulator.core import checks_moved as moved
from swsim.simulator.core import checks_movement as moving
from swsim.simulator.core import checks_numbers as numbers
from swsim.simulator.core import checks_refund as refund
from swsim.simulator.core import checks_reused as reused
from swsim.simulator.core import checks_signature as signing
from swsim.simulator.core import checks_simplified as simplified
from swsim.simulator.core import checks_summary as summing
from swsim.simulator.core import checks_switched as switched
from swsim.simulator.core import checks_transmitted as sent
from swsim.simulator.core.checks_common import Fault
from swsim.simulator.core.model import Basis, Citation
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.profile import Profile


class Step(IntEnum):
    """When a rule runs: the steps of rules.md §14, so that one fault gives one stable answer."""

    SENDER = 3
    SIGNATURE = 4
    KEYS = 5
    FIELDS = 7
    CUSTOMS = 8


class Severity(StrEnum):
    """What a fault does: refuse the document, or stand beside it as a remark."""

    REFUSE = "refuse"
    REMARK = "remark"
    NOTE = "note"
    """Said where messages are linted; customs passes over it."""
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Wire:
    """Text of a 100 (海关退单): number and wording inside ``[Code:…;Desc:…]``."""

    code: str
    zh: str
    origin: Origin


def wire(code: str) -> Wire:
    """The text of a 100 by its number, from `codes/data/return_text.csv`."""
    text = DESCS[code]
    return Wire(code, text.zh, text.origin)


@dataclass(frozen=True, slots=True)
class Own:
    """Codes of the kinds that have one of their own; the others answer with their parameter code."""

    inventory: int
    cancel: int
    refund: int

    def __str__(self) -> str:
        return f"603 {self.inventory}, 605 {self.cancel}, 213 {self.refund}, others their parameter code"

    def of(self, kind: str) -> int:
        """The code of a kind, PARAMETER where it has none."""
        return {"603": self.inventory, "605": self.cancel, "213": self.refund}.get(kind, PARAMETER)


PARAMETER = 0
ALL = tuple(EDITION_202205.by_number)
"""Every kind that customs takes in."""
EVERY = tuple(business.number for business in EDITION_202205.businesses)
"""Every kind that is declared: the rules of the document alone hold before customs takes it in (`swsim lint`)."""
OTHERS = tuple(kind for kind in ALL if kind not in {"603", "605", "213"})
"""Those for which table 7-2 has no code of its own for a sender that is not the card's."""
PLACED = tuple(kind for kind in EVERY if kind not in {"303", "403", "505"})
"""Those that name their customs of declaration."""
TRAILED = ("507", "509", "607")
"""Those whose lines are waybills."""
DECLARED = ("603", "605", "607", "701")
"""Those that a declaring agent answers for (ENT-02)."""
CARRIED = ("505", "507", "509", "603", "607")
"""Those that name a logistics firm."""
REFUSE, REMARK, NOTE, OFF = Severity.REFUSE, Severity.REMARK, Severity.NOTE, Severity.OFF
LAW, SPEC, OBSERVED, ASSUMED = Basis.LAW, Basis.SPEC, Basis.OBSERVED, Basis.ASSUMED
SENDER, SIGNATURE, KEYS = Step.SENDER, Step.SIGNATURE, Step.KEYS
FIELDS, CUSTOMS = Step.FIELDS, Step.CUSTOMS


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `answer` is a code of table 7-2 (`Own`: one by kind), PARAMETER, or the text of a 100. `part` tells rows of one id apart.

    A predicate of one argument judges a document alone, and readers run it (`core.papers`); one of two needs facts.
    `settled` names what leaves nothing to find: a print (`model.Prints`) that is equal in both documents, or `codes`, all
    of them known.
    """

    id: str
    kinds: tuple[str, ...]
    step: Step
    check: Callable[..., Iterable[Fault]]
    answer: int | Wire | Own
    standard: Severity
    strict: Severity
    zh: str
    en: str
    citation: Citation
    basis: Basis
    part: str = ""
    eport: int | None = None
    """The code that answers instead under `missing = eport`."""
    settled: str = ""

    @property
    def alone(self) -> bool:
        """Whether it judges a document by nothing but itself."""
        return len(signature(self.check).parameters) == 1

    @property
    def row(self) -> str:
        """Name of the row: the id, and the part where an id has several rows."""
        return f"{self.id}/{self.part}" if self.part else self.id

    @property
    def own_codes(self) -> tuple[int, ...]:
        """The codes of table 7-2 that it answers with, none where each kind takes its parameter code."""
        if isinstance(self.answer, Own):
            return self.answer.inventory, self.answer.cancel, self.answer.refund
        return (self.answer,) if isinstance(self.answer, int) and self.answer else ()

    def severity(self, profile: Profile, kind: str = "") -> Severity:
        """What the rule does under a profile: said of the row, of its id, or by the column. Of signatures the switch
        `signature` speaks, by kind.
        """
        if profile.rules and (said := profile.rules.get(self.row) or profile.rules.get(self.id)):
            return Severity(said)
        if self.step is Step.SIGNATURE:
            return {"off": OFF, "report": REMARK, "enforce": self.strict}[profile.signature.of(kind)]
        if profile.lenient:
            return Severity.REMARK if self.standard is Severity.REFUSE else self.standard
        return self.strict if profile.strict else self.standard

    def code(self, kind: str, profile: Profile) -> int:
        """The returnStatus that answers."""
        if self.eport is not None and profile.missing == "eport":
            return self.eport
        if isinstance(self.answer, Wire):
            return 100
        answer = self.answer.of(kind) if isinstance(self.answer, Own) else self.answer
        return answer or KIND_CODES[kind].parameter


def spec(place: str, field: str = "") -> Citation:
    return Citation(f"§{place}", field)


A194 = "GACC 2018-194"
SIGNING = Citation(A194, "art. 8")
JGS20 = Citation("JGS-20", "海关业务代码集")
LINE_TOTAL_TEXT = "数量[qty]乘单价[price]应等于总价[totalPrice]"

RULES: tuple[Rule, ...] = (
    # --- message and sender -------------------------------------------------------------------------------------
    Rule("MSG-01", EVERY, FIELDS, common.guid_is_unusable, PARAMETER, REMARK, REFUSE, "系统唯一序号应为36位", "guid has 36 characters of 0-9 A-Z - _", spec("2.1.2", "guid"), SPEC, "form"),
    Rule("MSG-01", EVERY, FIELDS, common.guid_has_lower_case, PARAMETER, REMARK, REFUSE, "系统唯一序号英文字母应大写", "letters of a guid are upper case", spec("2.1.2", "guid"), SPEC, "case"),
    Rule("MSG-01", EVERY, FIELDS, common.guid_is_no_uuid, PARAMETER, REMARK, REMARK, "系统唯一序号应为UUID", "a guid is a UUID", spec("2.1.2", "guid"), ASSUMED, "uuid"),
    Rule("MSG-01", EVERY, FIELDS, common.guid_is_the_messages, PARAMETER, REMARK, REFUSE, "报文与单证的系统唯一序号不得相同", "message and document have guids of their own", spec("2.1.2", "guid"), ASSUMED, "same"),
    Rule("MSG-01", ALL, FIELDS, reused.guid_is_of_another_document, PARAMETER, REMARK, REFUSE, "系统唯一序号不得被其他单证使用", "a guid is of one document", spec("2.1.2", "guid"), ASSUMED, "again"),
    Rule("MSG-02", EVERY, FIELDS, common.version_is_not_1_0, PARAMETER, REMARK, REFUSE, "报文版本号默认为1.0", "the version is 1.0", spec("2.1.2", "version"), ASSUMED),
    Rule("SUB-01", EVERY, FIELDS, common.subscription_is_unknown, PARAMETER, REMARK, REMARK, "订阅状态应为ALL、DATA或RET", "a subscription is to ALL, DATA or RET", spec("2.1.3", "BaseSubscribe status"), SPEC),
    Rule("MSG-04", EVERY, FIELDS, common.app_time_is_no_time, PARAMETER, REFUSE, REFUSE, "报送时间应为真实日期时间", "appTime is a date and time", spec("2.1.4", "appTime"), SPEC, "form"),
    Rule("MSG-04", ALL, FIELDS, common.app_time_is_ahead, PARAMETER, REMARK, REFUSE, "报送时间不得晚于当前时间", "appTime does not lie ahead", spec("2.1.4", "appTime"), ASSUMED, "ahead"),
    Rule("MSG-16", EVERY, FIELDS, common.mandatory_field_is_empty, PARAMETER, REFUSE, REFUSE, "必填项不能为空", "a mandatory field is not empty", spec("2.1.4", "必填"), SPEC),
    Rule("X1", EVERY, FIELDS, common.app_status_is_unknown, PARAMETER, REFUSE, REFUSE, "报送状态应为1或2", "appStatus is 1 or 2", spec("2.1.4", "appStatus"), SPEC, "appStatus"),
    Rule("MSG-06", ALL, SENDER, common.sender_is_unknown, -10102, REFUSE, REFUSE, "传输企业应已登记", "the transmitting enterprise is registered", spec("2.1.4", "copCode"), SPEC, "sender"),
    Rule("MSG-06", OTHERS, SENDER, common.dxp_id_is_not_the_senders, PARAMETER, REMARK, REFUSE, "传输编号应属于传输企业", "the dxpId belongs to the transmitting enterprise", spec("2.1.4", "dxpId"), SPEC, "dxpId"),
    Rule("MSG-06", ("603",), SENDER, common.dxp_id_is_not_the_senders, -621015, REMARK, REFUSE, "传输编号应属于传输企业", "the dxpId belongs to the transmitting enterprise", Citation("§7.2", "-621015"), SPEC, "dxpId-603"),
    Rule("MSG-06", ("605",), SENDER, common.dxp_id_is_not_the_senders, -623021, REMARK, REFUSE, "传输编号应属于传输企业", "the dxpId belongs to the transmitting enterprise", Citation("§7.2", "-623021"), SPEC, "dxpId-605"),
    Rule("MSG-06", ("213",), SENDER, common.dxp_id_is_not_the_senders, -625020, REMARK, REFUSE, "传输编号应属于传输企业", "the dxpId belongs to the transmitting enterprise", Citation("§7.2", "-625020"), SPEC, "dxpId-213"),
    Rule("ENT-01", ALL, SENDER, common.enterprise_is_unknown, -10102, REFUSE, REFUSE, "参与企业应向海关办理登记", "every enterprise is registered with customs", Citation(A194, "art. 2"), LAW),
    Rule("ENT-11", EVERY, SENDER, common.code_is_malformed, -10102, REFUSE, REFUSE, "企业代码应为18位统一社会信用代码或10位海关编码", "an enterprise code is a USCC or a customs code", spec("2.1.4", "ebcCode"), SPEC),
    Rule("ENT-01", ALL, SENDER, common.enterprise_is_enrolled_at_first_sight, -10102, REMARK, REMARK, "开放登记：首次出现的企业自动登记", "open registry: enrolled at first sight", Citation(A194, "art. 2"), LAW, "enrolled"),
    Rule("X6c", ("303", "403", "507"), FIELDS, common.app_status_is_left_empty, PARAMETER, REMARK, REMARK, "报送状态为空按默认值1（暂存）处理", "an empty appStatus stands for 1: a draft", spec("2.1.4", "appStatus"), SPEC, "appStatus"),
    Rule("X6b", EVERY, FIELDS, numbers.optional_element_is_empty, PARAMETER, NOTE, NOTE, "选填项无值时不应出现空元素", "an optional element without a value is left out", spec("2.1.4", "必填"), OBSERVED),
    # --- counts and empty bodies, where the e-port judges them (limits = eport) ------------------------------------------
    Rule("MSG-07", ("303",), KEYS, limits.document_is_one_too_many, -301015, REFUSE, REFUSE, "报文表头数据超过限制", "a message has at most 100 documents", Citation("§7.2", "-301015"), SPEC),
    Rule("MSG-07", ("403",), KEYS, limits.document_is_one_too_many, -401013, REFUSE, REFUSE, "报文表头数据超过限制", "a message has at most 100 documents", Citation("§7.2", "-401013"), SPEC, "403"),
    Rule("MSG-07", ("505",), KEYS, limits.document_is_one_too_many, -505017, REFUSE, REFUSE, "报文表头数据超过限制", "a message has at most 100 documents", Citation("§7.2", "-505017"), SPEC, "505"),
    Rule("MSG-07", ("603",), KEYS, limits.document_is_one_too_many, -621030, REFUSE, REFUSE, "报文表头数据超过限制", "a message has at most 100 documents", Citation("§7.2", "-621030"), SPEC, "603"),
    Rule("MSG-07", ("605",), KEYS, limits.document_is_one_too_many, -623008, REFUSE, REFUSE, "报文表头数据超过限制", "a message has at most 100 documents", Citation("§7.2", "-623008"), SPEC, "605"),
    Rule("MSG-07", ("303",), KEYS, limits.document_has_too_many_lines, -301015, REFUSE, REFUSE, "表体数据超过限制", "a document has at most 100 lines", Citation("§7.2", "-301015"), SPEC, "lines-303"),
    Rule("MSG-07", ("603",), KEYS, limits.document_has_too_many_lines, -621030, REFUSE, REFUSE, "表体数据超过限制", "a document has at most 100 lines", Citation("§7.2", "-621030"), SPEC, "lines-603"),
    Rule("MSG-08", ("303",), KEYS, limits.document_has_no_lines, -301001, REFUSE, REFUSE, "表体不得为空", "a document has at least one line", Citation("§7.2", "-301001"), SPEC, "303"),
    Rule("MSG-08", ("603",), KEYS, limits.document_has_no_lines, -621000, REFUSE, REFUSE, "表体不得为空", "a document has at least one line", Citation("§7.2", "-621000"), SPEC, "603"),
    Rule("MSG-08", ("213",), KEYS, limits.document_has_no_lines, -625006, REFUSE, REFUSE, "表体不得为空", "a document has at least one line", Citation("§7.2", "-625006"), SPEC, "213"),
    # --- numbers with a form of their own -----------------------------------------------------------------------------
    Rule("ID-01", PLACED, FIELDS, numbers.pre_no_is_malformed, PARAMETER, REMARK, REFUSE, "电子口岸编号应为B、8位年月日、9位流水号（215为O）", "preNo is B (215: O), a date and 9 digits", spec("2.11.4", "preNo"), OBSERVED),
    Rule("ID-02", ("603", "605", "607", "213", "215", "701"), FIELDS, numbers.list_number_is_malformed, PARAMETER, REMARK, REFUSE, "清单编号应为关区、年份、E、流水号", "invtNo is customs, year, E and digits", spec("2.11.4", "invtNo"), OBSERVED),
    Rule("ID-07", ("505", "603", *TRAILED, "213", "215"), FIELDS, numbers.waybill_number_has_a_space, PARAMETER, REMARK, REFUSE, "运单编号不得含空格", "a waybill number has no space", spec("2.5.4", "logisticsNo"), SPEC, "logisticsNo"),
    Rule("ORD-10", ("303", "603", *TRAILED, "213"), FIELDS, numbers.line_number_has_zeros, PARAMETER, REMARK, REMARK, "商品序号不应带前导零", "a line number has no zeros before it", spec("2.1.4", "gnum"), OBSERVED, "zeros"),
    # --- what the registry says of an enterprise -------------------------------------------------------------------------
    Rule("ENT-02", (*DECLARED, "213"), SENDER, enterprise.declarant_is_not_registered, -10101, REFUSE, REFUSE, "从事报关业务的企业应办理海关备案", "whoever declares is registered with customs", Citation(A194, "art. 2"), LAW),
    Rule("ENT-03", ALL, SENDER, enterprise.role_does_not_fit, -10101, REMARK, REFUSE, "企业类型应与所填栏目相符", "an enterprise has the role its field says", spec("2.1.4", "ebcCode"), ASSUMED),
    Rule("ENT-07", CARRIED, SENDER, enterprise.carrier_has_no_permit, -10101, REFUSE, REFUSE, "物流企业应持有快递业务经营许可证", "a logistics firm holds the express permit", Citation(A194, "art. 2"), LAW),
    Rule("ENT-01", DECLARED, SENDER, enterprise.enterprise_is_of_another_district, -10102, REMARK, REFUSE, "企业应在申报地海关办理登记", "an agent is registered at the customs of declaration", Citation(A194, "art. 2"), ASSUMED, "district"),
    Rule("ENT-08", ALL, SENDER, enterprise.name_is_not_the_registered_one, PARAMETER, REFUSE, REFUSE, "企业名称应与海关登记名称一致", "a name is the registered one", spec("2.1.4", "ebcName"), SPEC),
    Rule("ENT-08", ALL, SENDER, enterprise.name_is_not_the_known_one, PARAMETER, REMARK, REMARK, "企业名称与已知名称不一致", "a name differs from the one known here", spec("2.1.4", "ebcName"), SPEC, "open"),
    Rule("ENT-12", ("603",), SENDER, enterprise.agent_is_not_authorised, -621016, REMARK, REFUSE, "代理企业应有收发货人委托", "an agent is authorised by the consignor", Citation("§7.2", "-621016"), ASSUMED),
    Rule("ENT-12", ("605",), SENDER, enterprise.agent_is_not_authorised, -623026, REMARK, REFUSE, "代理企业应有收发货人委托", "an agent is authorised by the consignor", Citation("§7.2", "-623026"), ASSUMED, "605"),
    Rule("ENT-12", ("213",), SENDER, enterprise.agent_is_not_authorised, -625021, REMARK, REFUSE, "代理企业应有收发货人委托", "an agent is authorised by the consignor", Citation("§7.2", "-625021"), ASSUMED, "213"),
    Rule("ENT-04", ("303", "403", "603", "213"), SENDER, filing.platform_has_a_code, PARAMETER, REFUSE, REFUSE, "境内电商平台应填报代码，仅境外平台填“无”", "only a platform abroad goes without a code (无)", spec("2.1.4", "ebpCode"), SPEC),
    Rule("ENT-04", ("303", "403", "603", "213"), SENDER, filing.platform_stand_in_is_another, PARAMETER, REFUSE, REFUSE, "无代码的境外平台应填“无”", "a platform abroad is written 无", spec("2.1.4", "ebpCode"), SPEC, "form"),
    Rule("ENT-05", ("603",), SENDER, filing.owner_is_unknown, PARAMETER, REFUSE, REFUSE, "生产销售企业应为已备案企业代码或“NO”", "an owner is registered with customs, or NO", spec("2.11.4", "ownerCode"), SPEC),
    Rule("ENT-06", ("403",), SENDER, filing.payment_firm_has_a_code, PARAMETER, REFUSE, REFUSE, "境内支付企业应填报代码", "a domestic payment firm gives its code", spec("2.3.4", "payCode"), SPEC),
    Rule("ENT-06", ("403",), SENDER, filing.payment_is_not_told, PARAMETER, REMARK, REFUSE, "非现金支付应填支付企业代码和支付交易编号", "only cash goes without payCode and payNo", spec("2.3.4", "payName"), SPEC, "cash"),
    Rule("ENT-13", ("505",), SENDER, enterprise.waybill_is_sent_by_another, PARAMETER, REMARK, REFUSE, "物流数据应由物流企业自行传输", "a waybill is transmitted by the logistics firm itself", Citation(A194, "art. 7"), ASSUMED),
    # --- the electronic signature: in `standard` a finding, in `strict` a refusal (profile switch `signature`) ------------
    Rule("MSG-14", ALL, SIGNATURE, signing.signature_is_missing, Own(-621026, -623017, -625028), REMARK, REFUSE, "申报报文应有电子签名", "what is declared is signed", SIGNING, LAW, "unsigned"),
    Rule("MSG-14", ALL, SIGNATURE, signing.signature_has_another_form, Own(-621029, -623029, -625005), REMARK, REFUSE, "签名的结构和算法应符合规范", "a signature has the form and the algorithms of §6.2", spec("6.2"), SPEC, "form"),
    Rule("MSG-14", ALL, SIGNATURE, signing.digest_is_another, Own(-621028, -623029, -625005), REMARK, REFUSE, "签名摘要应与报文一致", "the digest is that of the message", SIGNING, LAW, "differs"),
    Rule("MSG-14", ALL, SIGNATURE, signing.value_does_not_verify, Own(-621029, -623029, -625005), REMARK, REFUSE, "签名值应通过验签", "the value verifies with the certificate's key", SIGNING, LAW, "invalid"),
    Rule("MSG-14", ALL, SIGNATURE, signing.certificate_is_unknown, Own(-621029, -623029, -625005), REMARK, REFUSE, "签名证书应已绑定企业", "the certificate is bound to an enterprise", spec("6.2", "KeyInfo"), SPEC, "unknown"),
    Rule("MSG-14", ALL, SIGNATURE, signing.certificate_is_not_valid, Own(-621029, -623029, -625005), REMARK, REFUSE, "签名证书应在有效期内", "the certificate is valid at this time", Citation("§7.1", "1002"), SPEC, "expired"),
    Rule("MSG-14", ALL, SIGNATURE, signing.signer_is_another, Own(-621015, -623021, -625013), REMARK, REFUSE, "签名企业应为规定的申报或传输企业", "the signer is the enterprise that declares or transmits", Citation(A194, "art. 7"), LAW, "owner"),
    Rule("MSG-14", ALL, SIGNATURE, signing.signature_is_a_variant, Own(-621029, -623029, -625005), REMARK, REMARK, "签名与规范写法有出入，予以接受", "a signature of a form that clients write, accepted", Citation("observed", "public clients"), OBSERVED, "variant"),
    Rule("MSG-14", ALL, SIGNATURE, signing.certificate_is_seen_first, Own(-621029, -623029, -625005), REMARK, REMARK, "开放登记：首次出现的证书自动绑定", "open registry: the certificate is bound at first sight", SIGNING, ASSUMED, "first-seen"),
    # --- codes: of a table that is complete a fault, of another a remark in every profile -------------------------------
    Rule("ORD-14", ("303", "403", "505", "603", "213"), FIELDS, coded.code_is_wrong, PARAMETER, REFUSE, REFUSE, "币制、国别、计量单位应为海关参数代码", "currency, country and unit are codes of customs", JGS20, SPEC, settled="codes"),
    Rule("ORD-14", ("303", "403", "505", "603", "213"), FIELDS, coded.code_is_unknown, PARAMETER, REMARK, REMARK, "币制、国别、计量单位代码不在已知代码表中", "currency, country or unit is not known here", JGS20, SPEC, "unknown", settled="codes"),
    Rule("INV-10", PLACED, FIELDS, coded.customs_or_transport_code_is_wrong, PARAMETER, REFUSE, REFUSE, "关区、港口、运输方式、包装种类应为海关参数代码", "customs, port, transport mode and wrapping are codes of customs", spec("2.11.4", "customsCode"), SPEC, "codes", settled="codes"),
    Rule("INV-10", PLACED, FIELDS, coded.customs_or_transport_code_is_unknown, PARAMETER, REMARK, REMARK, "关区、港口、运输方式、包装种类代码不在已知代码表中", "customs, port, transport mode or wrapping is not known here", spec("2.11.4", "customsCode"), SPEC, "unknown", settled="codes"),
    Rule("ID-07", ("603", "213"), FIELDS, coded.commodity_code_is_malformed, PARAMETER, REFUSE, REFUSE, "商品编码应为10位数字", "a commodity code has 10 digits", spec("2.11.4", "gcode"), SPEC, "gcode"),
    Rule("STA-04", ("603",), FIELDS, coded.simplified_commodity_is_wrong, PARAMETER, REFUSE, REFUSE, "简化申报的商品编码应有相应品目", "a simplified commodity code names a heading", spec("2.11.4", "gcode"), SPEC, settled="codes"),
    Rule("STA-04", ("603",), FIELDS, coded.simplified_commodity_is_unknown, PARAMETER, REMARK, REMARK, "简化申报的品目不在已知税则中", "the heading of a simplified commodity code is not known here", spec("2.11.4", "gcode"), SPEC, "unknown", settled="codes"),
    Rule("STA-05", ("603",), FIELDS, coded.commodity_is_wrong, PARAMETER, REFUSE, REFUSE, "商品编码应为税则号列", "a commodity code is a line of the tariff", Citation(A194, "art. 12"), LAW, settled="codes"),
    Rule("STA-05", ("603",), FIELDS, coded.commodity_is_unknown, PARAMETER, REMARK, REMARK, "商品编码不在已知税则中", "the commodity code is not known here", Citation(A194, "art. 12"), LAW, "unknown", settled="codes"),
    Rule("INV-08", ("603",), FIELDS, coded.statutory_unit_is_another, PARAMETER, REMARK, REFUSE, "法定单位应为税则规定的单位", "unit1 and unit2 are those of the tariff", spec("2.11.4", "unit1"), SPEC, "units"),
    Rule("INV-08", ("213",), FIELDS, coded.refunded_commodity_is_wrong, -625011, REFUSE, REFUSE, "参数库中应有该商品编码", "a commodity code is a line of the tariff", spec("2.17.4", "gcode"), SPEC, "", settled="codes"),
    Rule("INV-08", ("213",), FIELDS, coded.refunded_commodity_is_unknown, -625011, REMARK, REMARK, "商品编码不在已知税则中", "the commodity code is not known here", spec("2.17.4", "gcode"), SPEC, "unknown", settled="codes"),
    Rule("INV-08", ("213",), FIELDS, coded.refunded_unit_is_another, -625012, REMARK, REFUSE, "法定单位应与参数库一致", "unit1 and unit2 are those of the tariff", spec("2.17.4", "unit1"), SPEC, "refund-units"),
    # --- order ----------------------------------------------------------------------------------------------------
    Rule("ORD-04", ("303",), FIELDS, sent.order_type_is_unknown, PARAMETER, REFUSE, REFUSE, "订单类型应为E、B或W", "orderType is E, B or W", spec("2.1.4", "orderType"), SPEC),
    Rule("ORD-10", ("303",), FIELDS, sent.order_line_number_is_repeated, -301002, REFUSE, REFUSE, "商品序号不得重复", "a line number stands once", spec("2.1.4", "gnum"), SPEC, "repeated"),
    Rule("ORD-10", ("303",), FIELDS, sent.order_line_numbers_do_not_rise, PARAMETER, REFUSE, REFUSE, "商品序号应从1递增", "line numbers rise from 1", spec("2.1.4", "gnum"), SPEC, "rising"),
    Rule("ORD-10", ("303",), FIELDS, sent.order_line_numbers_have_a_gap, PARAMETER, REMARK, REMARK, "商品序号有间断", "line numbers have a gap", spec("2.1.4", "gnum"), ASSUMED, "gap"),
    Rule("ORD-11", ("303",), FIELDS, sent.order_line_total_is_not_qty_times_price, PARAMETER, REFUSE, REFUSE, LINE_TOTAL_TEXT, "totalPrice is qty x price", spec("2.11.4", "totalPrice"), OBSERVED),
    Rule("ORD-12", ("303",), FIELDS, sent.goods_value_is_not_the_sum_of_the_lines, PARAMETER, REFUSE, REFUSE, "商品金额应等于表体总价之和", "goodsValue is the sum of the lines", spec("2.1.4", "goodsValue"), ASSUMED),
    Rule("ORD-12", ("303",), FIELDS, sent.order_has_two_currencies, PARAMETER, REMARK, REFUSE, "表头与表体币制应一致", "one currency an order", spec("2.1.4", "currency"), ASSUMED, "currency"),
    Rule("ORD-13", ("303",), FIELDS, sent.order_amount_is_not_positive, PARAMETER, REFUSE, REFUSE, "数量、单价、总价应大于0，运杂费不得小于0", "amounts are positive", spec("2.1.4", "freight"), SPEC),
    Rule("X8", ("303",), FIELDS, sent.item_number_is_too_long_for_a_list, PARAMETER, REMARK, REMARK, "企业商品货号超过清单允许的20位", "itemNo is longer than a list takes", spec("2.11.4", "itemNo"), SPEC, "itemNo"),
    # --- payment receipt --------------------------------------------------------------------------------------------
    Rule("PAY-12", ("403",), FIELDS, sent.accounting_date_is_no_time, PARAMETER, REFUSE, REFUSE, "到账时间应为真实日期时间", "accountingDate is a date and time", spec("2.3.4", "accountingDate"), SPEC, "form"),
    Rule("PAY-12", ("403",), FIELDS, sent.accounting_date_is_after_the_report, PARAMETER, REMARK, REFUSE, "到账时间不得晚于报送时间", "accountingDate is not after appTime", spec("2.3.4", "accountingDate"), ASSUMED, "order"),
    Rule("PAY-13", ("403",), FIELDS, sent.charge_is_not_positive, PARAMETER, REMARK, REFUSE, "收款金额应大于0", "charge is more than 0", spec("2.3.4", "charge"), ASSUMED),
    Rule("PAY-10", ("403",), FIELDS, reused.order_has_a_receipt_already, -401003, REMARK, REFUSE, "一个订单只对应一条收款记录", "one payment receipt an order", Citation("§7.2", "-401003"), ASSUMED),
    # --- waybill ----------------------------------------------------------------------------------------------------
    Rule("LOG-03", ("505",), FIELDS, sent.waybill_amount_is_out_of_range, PARAMETER, REFUSE, REFUSE, "运费、保价费不得小于0，毛重、件数应大于0", "amounts of a waybill are in range", spec("2.5.4", "grossWeight"), SPEC),
    # --- declaration list -------------------------------------------------------------------------------------------
    Rule("INV-01", ("603",), FIELDS, inventory.ie_flag_is_not_export, PARAMETER, REFUSE, REFUSE, "进出口标记应为E", "ieFlag is E", spec("2.11.4", "ieFlag"), SPEC),
    Rule("INV-02", ("603",), FIELDS, inventory.trade_mode_is_unknown, PARAMETER, REFUSE, REFUSE, "贸易方式应为9610、1210、1239、9710或9810", "tradeMode is one of the export modes", spec("2.11.4", "tradeMode"), SPEC, "mode"),
    Rule("INV-02", ("603",), FIELDS, inventory.special_area_field_is_missing, PARAMETER, REFUSE, REFUSE, "特殊区域出口应填区内企业、账册、备案料号", "a special area needs its fields", spec("2.11.4", "iacCode"), SPEC, "area"),
    Rule("INV-03", ("603",), FIELDS, inventory.list_line_number_is_repeated, -621027, REFUSE, REFUSE, "表体gnum不得重复", "a line number stands once", spec("2.11.4", "gnum"), SPEC, "repeated"),
    Rule("INV-03", ("603",), FIELDS, inventory.list_line_numbers_are_not_consecutive, PARAMETER, REFUSE, REFUSE, "商品序号应从1连续", "line numbers are consecutive from 1", spec("2.11.4", "gnum"), SPEC),
    Rule("INV-04", ("603",), FIELDS, inventory.weights_do_not_fit, PARAMETER, REFUSE, REFUSE, "净重应大于0且不大于毛重", "0 < netWeight <= grossWeight", spec("2.11.4", "netWeight"), OBSERVED),
    Rule("INV-05", ("603",), FIELDS, inventory.list_line_total_is_not_qty_times_price, PARAMETER, REFUSE, REFUSE, LINE_TOTAL_TEXT, "totalPrice is qty x price", spec("2.11.4", "totalPrice"), SPEC),
    Rule("INV-06", ("603",), FIELDS, inventory.same_unit_has_two_quantities, PARAMETER, REMARK, REFUSE, "申报单位与法定单位相同时数量应相同", "the same unit has the same quantity", spec("2.11.4", "qty1"), OBSERVED),
    Rule("INV-07", ("603",), FIELDS, inventory.second_quantity_and_unit_do_not_fit, PARAMETER, REMARK, REFUSE, "第二单位为空时第二数量应为空，否则应为正数", "qty2 goes with unit2", spec("2.11.4", "qty2"), OBSERVED),
    Rule("INV-10", ("603",), FIELDS, inventory.ie_date_is_no_date, PARAMETER, REFUSE, REFUSE, "出口日期应为真实日期", "ieDate is a date", spec("2.11.4", "ieDate"), SPEC),
    Rule("INV-13", ("603",), FIELDS, inventory.statistics_flag_is_unknown, PARAMETER, REFUSE, REFUSE, "申报业务类型应为A或B", "statisticsFlag is A or B", spec("2.11.4", "statisticsFlag"), SPEC),
    Rule("INV-12", ("603",), FIELDS, inventory.bar_code_says_none_otherwise, PARAMETER, REMARK, REMARK, "没有条形码的应填“无”", "where there is no bar code the field says 无", spec("2.11.4", "barCode"), ASSUMED),
    Rule("INV-14", ("603",), FIELDS, inventory.list_amount_is_out_of_range, PARAMETER, REMARK, REFUSE, "件数、数量应大于0，运费、保费不得小于0", "amounts of a list are in range", spec("2.11.4", "packNo"), ASSUMED),
    Rule("INV-15", ("603",), FIELDS, inventory.special_area_field_is_filled, PARAMETER, REMARK, REMARK, "非特殊区域贸易方式不应填账册、备案料号", "only a special area has account fields", spec("2.11.4", "emsNo"), ASSUMED),
    Rule("INV-11", ("603",), FIELDS, inventory.goods_go_to_china, PARAMETER, REMARK, REMARK, "出口运抵国、目的国不应为中国", "country is not China", spec("2.11.4", "country"), ASSUMED),
    # --- simplified declaration, business to business -------------------------------------------------------------------
    Rule("STA-01", ("603",), FIELDS, simplified.zone_is_wrong, PARAMETER, REFUSE, REFUSE, "简化申报应在跨境电子商务综合试验区", "a simplified declaration is made in a pilot zone", Citation(A194, "art. 12"), LAW),
    Rule("STA-01", ("603",), FIELDS, simplified.zone_is_unknown, PARAMETER, REMARK, REMARK, "申报地海关不在已知综合试验区", "the customs is of no pilot zone known here", Citation(A194, "art. 12"), LAW, "unknown"),
    Rule("STA-01", ("603",), FIELDS, switched.zone_is_denied, PARAMETER, OFF, OFF, "该海关不属于综合试验区（按参数设定）", "a profile says that the customs lies in no pilot zone", Citation(A194, "art. 12"), ASSUMED, "denied"),
    Rule("STA-02", ("603",), FIELDS, simplified.simplified_list_has_a_licence, PARAMETER, REFUSE, REFUSE, "简化申报不得涉及许可证件", "a simplified declaration has no licence", Citation(A194, "art. 12"), LAW),
    Rule("STA-02", ("603",), FIELDS, simplified.simplified_goods_are_excluded, PARAMETER, REFUSE, REFUSE, "简化申报不得涉及出口关税、许可证件", "goods of a simplified declaration bear no export duty and need no licence", Citation(A194, "art. 12"), LAW, "tariff"),
    Rule("STA-02", ("603",), FIELDS, simplified.simplified_goods_are_not_known, PARAMETER, REMARK, REMARK, "税则表未载明该商品是否涉及出口关税、许可证件", "the tariff does not say whether the goods bear export duty or need a licence", Citation(A194, "art. 12"), LAW, "unknown"),
    Rule("STA-03", ("603",), FIELDS, simplified.simplified_list_is_dear, -621005, REFUSE, REFUSE, "简化申报单票价值不得超过人民币5000元", "a simplified declaration is worth at most 5,000 RMB", Citation(A194, "art. 12"), LAW),
    Rule("ENT-10", ("603",), FIELDS, filing.seller_is_not_filed, wire("9110"), REFUSE, REFUSE, "跨境电商B2B出口企业应办理海关备案", "business to business takes a filing with customs", Citation("GACC 2020-75"), LAW),
    Rule("ENT-10", ("603",), FIELDS, filing.warehouse_is_not_filed, wire("9111"), REFUSE, REFUSE, "2024年12月15日前出口海外仓企业应办理海外仓业务备案", "until 2024-12-14 an overseas warehouse is filed with customs", Citation("GACC 2024-167", "§1"), LAW, "warehouse"),
    Rule("STA-03", ("603",), FIELDS, simplified.simplified_value_is_not_known, PARAMETER, REMARK, REMARK, "缺少当月海关计征汇率，无法判断人民币价值", "without the month's customs rate the value in RMB is not known", Citation(A194, "art. 12"), LAW, "unknown"),
    Rule("STA-03", ("603",), FIELDS, simplified.simplified_list_is_of_a_special_area, PARAMETER, REMARK, REFUSE, "简化申报适用于B2C零售出口（9610）", "a simplified declaration is of retail exports", Citation(A194, "art. 12"), ASSUMED, "retail"),
    Rule("B2B-01", ("603",), FIELDS, simplified.business_list_is_dear, PARAMETER, REMARK, REFUSE, "B2B单票超过人民币5000元请通过H2018申报", "above 5,000 RMB business to business is declared in H2018", Citation("GACC 2020-75"), LAW),
    Rule("B2B-01", ("603",), FIELDS, simplified.business_list_has_a_licence, PARAMETER, REMARK, REFUSE, "B2B涉证请通过H2018申报", "business to business with a licence is declared in H2018", Citation("GACC 2020-75"), LAW, "licence"),
    Rule("B2B-01", ("603",), FIELDS, simplified.business_goods_are_excluded, PARAMETER, REMARK, REFUSE, "B2B涉税、涉证、涉检请通过H2018申报", "goods with duty, licence or inspection are declared in H2018", Citation("GACC 2020-75"), LAW, "goods"),
    Rule("B2B-01", ("603",), FIELDS, simplified.business_goods_are_not_known, PARAMETER, REMARK, REMARK, "税则表未载明该商品是否涉税、涉证、涉检", "the tariff does not say whether the goods bear duty, need licence or inspection", Citation("GACC 2020-75"), LAW, "unknown"),
    Rule("B2B-01", ("603",), FIELDS, simplified.business_value_is_not_known, PARAMETER, REMARK, REMARK, "缺少当月海关计征汇率，无法判断人民币价值", "without the month's customs rate the value in RMB is not known", Citation("GACC 2020-75"), LAW, "value"),
    # --- documents that were split, and lines of waybills ----------------------------------------------------------------
    Rule("ARR-01", (*TRAILED, "701"), FIELDS, moved.part_number_does_not_fit, PARAMETER, REFUSE, REFUSE, "报文序号应在1至报文总数之间", "msgSeqNo lies between 1 and msgCount", spec("2.7.4", "msgSeqNo"), SPEC, "number"),
    Rule("ORD-10", TRAILED, FIELDS, moved.row_number_is_repeated, PARAMETER, REFUSE, REFUSE, "序号不得重复", "a line number stands once", spec("2.7.4", "gnum"), SPEC, "row-repeated"),
    Rule("ORD-10", TRAILED, FIELDS, moved.row_numbers_do_not_rise, PARAMETER, REFUSE, REFUSE, "序号应从1递增", "line numbers rise from 1", spec("2.7.4", "gnum"), SPEC, "row-rising"),
    Rule("ARR-04", TRAILED, FIELDS, moved.waybill_stands_twice, PARAMETER, REMARK, REFUSE, "同一单证内运单不得重复", "a waybill stands once", spec("2.7.4", "logisticsNo"), ASSUMED, "twice"),
    # --- arrival, departure, master list, cancellation by themselves ------------------------------------------------------
    Rule("ARR-02", ("507",), FIELDS, moved.arrival_is_not_export, PARAMETER, REFUSE, REFUSE, "进出口标记应为E", "ieFlag is E", spec("2.7.4", "ieFlag"), SPEC),
    Rule("ARR-02", ("507",), FIELDS, switched.site_is_missing, PARAMETER, OFF, OFF, "该海关有多个监管场所，应填监管场所代码", "a profile says that the customs has several sites: loctNo is given", spec("2.7.4", "loctNo"), SPEC, "site"),
    Rule("DEP-01", ("507", "509"), FIELDS, moved.transport_is_missing, PARAMETER, REFUSE, REFUSE, "非邮路运输的运输工具、航次、提运单号不得为空", "only by mail transport and bill may be empty", spec("2.9.4", "billNo"), SPEC, "transport"),
    Rule("DEP-01", ("509",), FIELDS, moved.leave_time_is_no_time, PARAMETER, REFUSE, REFUSE, "离境时间应为真实日期时间", "leaveTime is a date and time", spec("2.9.4", "leaveTime"), SPEC, "form"),
    Rule("DEP-01", ("509",), FIELDS, moved.departure_is_reported_ahead, PARAMETER, REMARK, REFUSE, "离境时间不得晚于报送时间", "leaveTime is not after appTime", spec("2.9.4", "leaveTime"), ASSUMED, "ahead"),
    Rule("WB-02", ("607",), FIELDS, moved.master_weight_is_not_positive, PARAMETER, REMARK, REFUSE, "总分单毛重应大于0", "grossWeight is more than 0", spec("2.15.4", "grossWeight"), ASSUMED, "positive"),
    Rule("WB-04", ("607",), FIELDS, moved.package_number_is_too_long_for_a_list, PARAMETER, REMARK, REMARK, "总包号超过清单允许的37位", "totalPackageNo is longer than a list takes", spec("2.15.4", "totalPackageNo"), SPEC, "long"),
    Rule("CAN-03", ("605",), FIELDS, moved.reason_is_missing, -623012, REFUSE, REFUSE, "撤单原因不得为空", "a cancellation has a reason", spec("2.13.4", "reason"), SPEC, "reason"),
    Rule("CAN-03", ("605",), FIELDS, moved.cancelled_list_is_of_another_customs, PARAMETER, REMARK, REMARK, "清单编号的关区与申报地海关不一致", "the list's number is of another customs", spec("2.13.4", "customsCode"), ASSUMED, "number"),
    # --- returned goods -----------------------------------------------------------------------------------------------
    Rule("RET-06", ("213", "215"), FIELDS, after.return_is_not_import, PARAMETER, REFUSE, REFUSE, "出口退货进出口标识应为I", "ieFlag of returned goods is I", spec("2.17.4", "ieFlag"), SPEC, "ieFlag"),
    Rule("RET-06", ("213",), FIELDS, after.return_mode_is_unknown, PARAMETER, REFUSE, REFUSE, "退货监管方式应为9661或1261", "tradeMode of returned goods is 9661 or 1261", spec("2.17.4", "tradeMode"), SPEC, "mode"),
    Rule("RET-06", ("213",), FIELDS, after.return_mode_is_absent, PARAMETER, REMARK, REFUSE, "退货监管方式为必填项", "tradeMode of returned goods is mandatory", spec("2.17.4", "tradeMode"), SPEC, "absent"),
    Rule("RET-06", ("213",), FIELDS, after.goods_return_from_china, PARAMETER, REFUSE, REFUSE, "启运国不能为中国", "returned goods come from another country than China", spec("2.17.4", "country"), SPEC, "country"),
    Rule("RET-08", ("213",), FIELDS, after.pre_no_is_given_by_the_enterprise, -625008, REFUSE, REFUSE, "预录入号应由电子口岸生成", "preNo is given by the e-port", Citation("§7.2", "-625008"), SPEC),
    Rule("RET-02", ("213",), FIELDS, after.returned_line_stands_twice, PARAMETER, REMARK, REFUSE, "退货商品项号不得重复", "a line of the list stands once", spec("2.17.4", "gnum"), ASSUMED, "twice"),
    Rule("RET-03", ("213",), FIELDS, after.returned_quantity_is_not_positive, PARAMETER, REMARK, REFUSE, "退货数量应大于0", "returned quantities are more than 0", spec("2.17.4", "qty"), ASSUMED, "positive"),
    Rule("RET-09", ("213",), FIELDS, after.returned_second_quantity_does_not_fit, -625009, REMARK, REFUSE, "第二单位为空时第二数量应为空，否则应为正数", "qty2 goes with unit2", Citation("§7.2", "-625009"), SPEC),
    # --- summary ------------------------------------------------------------------------------------------------------
    Rule("SUM-05", ("701",), FIELDS, after.summary_time_is_no_time, PARAMETER, REFUSE, REFUSE, "汇总时间应为真实日期时间", "startTime and endTime are dates and times", spec("2.21.4", "startTime"), SPEC, "form"),
    Rule("SUM-05", ("701",), FIELDS, after.summary_time_stands_alone, PARAMETER, REFUSE, REFUSE, "汇总开始、结束时间须成对填写", "startTime and endTime go together", spec("2.21.4", "startTime"), SPEC, "pair"),
    Rule("SUM-05", ("701",), FIELDS, after.summary_ends_before_it_starts, PARAMETER, REFUSE, REFUSE, "汇总结束时间须大于等于开始时间", "endTime is not before startTime", spec("2.21.4", "endTime"), SPEC, "order"),
    Rule("SUM-05", ("701",), FIELDS, after.summary_names_nothing, PARAMETER, REFUSE, REFUSE, "未指定时间范围时表体不得为空", "without a range of time there are lines", spec("2.21.4", "startTime"), SPEC, "empty"),
    Rule("SUM-05", ("701",), FIELDS, after.summary_lines_are_ignored, PARAMETER, REMARK, REMARK, "指定时间范围将忽略表体", "beside a range of time lines are ignored", spec("2.21.4", "startTime"), SPEC, "ignored"),
    Rule("SUM-06", ("701",), FIELDS, after.summed_list_stands_twice, PARAMETER, REMARK, REFUSE, "清单编号不得重复", "a list stands once", spec("2.21.4", "invtNo"), ASSUMED, "twice"),
    Rule("SUM-06", ("701",), FIELDS, after.summed_list_is_of_another_customs, PARAMETER, REMARK, REMARK, "清单编号的关区与申报地海关不一致", "the list's number is of another customs", spec("2.21.4", "customsCode"), ASSUMED, "number"),
    Rule("SUM-10", ("701",), FIELDS, after.summary_flag_is_unknown, PARAMETER, REFUSE, REFUSE, "收发货人汇总标志应为1或2", "summaryFlag is 1 or 2", spec("2.21.4", "summaryFlag"), SPEC),
    Rule("SUM-06", ("701",), SENDER, enterprise.agent_is_not_authorised, PARAMETER, REMARK, REFUSE, "申报单位应有收发货人委托", "the agent is authorised by the consignor", spec("2.21.4", "agentCode"), ASSUMED, "agent"),
    # --- customs: what had to be there ------------------------------------------------------------------------------
    Rule("ORD-01", ("603",), CUSTOMS, matching.order_was_not_there, wire("9301"), REFUSE, REFUSE, "申报前应已传输交易数据", "the order was transmitted before the list", Citation(A194, "art. 7"), LAW, "order", -301003),
    Rule("ORD-01", ("603",), CUSTOMS, matching.waybill_was_not_there, wire("9505"), REFUSE, REFUSE, "申报前应已传输物流数据", "the waybill was transmitted before the list", Citation(A194, "art. 7"), LAW, "waybill"),
    Rule("PAY-01", ("603",), CUSTOMS, matching.receipts_were_not_there, wire("9403"), REFUSE, REFUSE, "申报前应已传输收款数据（2024年12月15日起不再要求：regime 2024-167）", "the payment receipt was transmitted before the list (not asked for under regime 2024-167)", Citation(A194, "art. 7"), LAW, "", -401004),
    # --- customs: the match -----------------------------------------------------------------------------------------
    Rule("MAT-01", ("603",), CUSTOMS, matching.names_differ_from_the_order, wire("9310"), REFUSE, REFUSE, "清单与订单的平台、企业应一致", "list and order name the same enterprises", spec("2.11.4", "ebcName"), SPEC, settled="order"),
    Rule("MAT-02", ("603",), CUSTOMS, matching.line_count_differs_from_the_order, wire("1320"), REFUSE, REFUSE, "清单与订单的商品项数应一致", "list and order have as many lines", Citation("observed", "import code 1320"), OBSERVED, settled="order"),
    Rule("ORD-04", ("603",), CUSTOMS, matching.order_type_does_not_fit_the_mode, wire("9311"), REFUSE, REFUSE, "订单类型应与清单贸易方式相符（9610/1210为E，9710为B，9810为W）", "orderType goes with tradeMode", spec("2.1.4", "orderType"), SPEC, "mode", settled="order"),
    Rule("MAT-03", ("603",), CUSTOMS, matching.line_differs_from_the_order, wire("1322"), REFUSE, REFUSE, "清单与订单的商品项应一致", "lines of list and order agree", spec("2.11.4", "gnum"), ASSUMED, settled="order"),
    Rule("MAT-04", ("603",), CUSTOMS, matching.total_differs_from_the_order, wire("9312"), REFUSE, REFUSE, "清单总价之和应等于订单商品金额", "the list's total is the order's goodsValue", spec("2.1.4", "goodsValue"), ASSUMED, settled="order"),
    Rule("MAT-05", ("603",), CUSTOMS, matching.waybill_differs, wire("9510"), REFUSE, REFUSE, "清单与运单的物流企业应一致", "list and waybill name the same logistics firm", spec("2.5.4", "logisticsName"), SPEC, settled="waybill"),
    Rule("MAT-06", ("603",), CUSTOMS, matching.waybill_weight_differs, wire("9511"), REMARK, REFUSE, "清单与运单的毛重、件数应一致", "weight and packages of list and waybill agree", spec("2.5.4", "grossWeight"), ASSUMED, settled="waybill"),
    Rule("MAT-06", ("603",), CUSTOMS, matching.waybill_fees_differ, wire("9515"), REMARK, REFUSE, "清单与运单的运费、保价费应一致", "freight and insurance of list and waybill agree", spec("2.5.4", "freight"), ASSUMED, "fees", settled="waybill"),
    Rule("MAT-07", ("603",), CUSTOMS, matching.receipts_differ_from_the_order, wire("1332"), REFUSE, REFUSE, "收款单应与订单一致", "the payment receipt fits the order", spec("2.3.4", "charge"), OBSERVED, settled="receipt"),
    Rule("PAY-11", ("603",), CUSTOMS, matching.receipts_are_less_than_the_order, wire("1332"), REMARK, REMARK, "收款金额小于订单金额（非现金抵扣）", "charge is less than the order", spec("2.3.4", "charge"), ASSUMED, settled="receipt"),
    Rule("LOG-02", ("603",), CUSTOMS, matching.waybill_is_bound_to_another_list, wire("9512"), REMARK, REFUSE, "一个运单对应一个有效清单", "one waybill, one live list", spec("2.5.4", "logisticsNo"), ASSUMED),
    Rule("LOG-05", ("603",), CUSTOMS, matching.waybill_names_another_seller, wire("9513"), REMARK, REFUSE, "运单的电商企业应与清单一致", "the waybill's seller is the list's", spec("2.5.4", "ebcCode"), ASSUMED, settled="waybill"),
    Rule("MAT-08", ("603",), CUSTOMS, matching.piece_is_reported_later, wire("9314"), REMARK, REFUSE, "订单、收款单、运单的报送时间不得晚于清单", "order, receipt and waybill are reported before the list", Citation(A194, "art. 7"), ASSUMED),
    # --- documents that move lists: messages that were split -----------------------------------------------------------
    Rule("ARR-01", (*TRAILED, "701"), CUSTOMS, moving.parts_are_missing, wire("9700"), REFUSE, REFUSE, "拆分的报文应在时限内收齐", "all messages of a split document come within the time", spec("2.7.4", "msgCount"), ASSUMED, "missing"),
    Rule("ARR-01", (*TRAILED, "701"), CUSTOMS, moving.parts_differ, wire("9701"), REFUSE, REFUSE, "拆分的报文表头应一致", "the heads of a split document agree", spec("2.7.4", "msgSeqNo"), SPEC),
    # --- arrival ------------------------------------------------------------------------------------------------------
    Rule("ARR-03", ("507",), CUSTOMS, moving.arrived_list_is_not_approved, wire("9702"), REFUSE, REFUSE, "运抵单的运单应有已审结的清单", "the list of each waybill is approved", spec("2.7.4", "logisticsNo"), ASSUMED),
    Rule("ARR-03", ("507",), CUSTOMS, moving.arrived_list_is_of_another_customs, wire("9703"), REFUSE, REFUSE, "运抵单与清单的申报地海关应一致", "arrival and list name the same customs", spec("2.7.4", "customsCode"), ASSUMED, "customs"),
    Rule("ARR-03", ("507",), CUSTOMS, moving.nothing_arrives, wire("9704"), REFUSE, REFUSE, "表体为空时提运单下应有清单", "an empty body stands for the lists of the bill", spec("2.7.4", "billNo"), SPEC, "bill"),
    Rule("ORD-03", ("507",), CUSTOMS, switched.master_list_is_missing, wire("9706"), REMARK, REFUSE, "清单未填运输信息的，运抵前应有总分单", "a master list fills what a list left empty before its goods arrive", spec("2.11.4", "billNo"), OBSERVED),
    Rule("ARR-04", ("507",), CUSTOMS, moving.list_arrived_before, wire("9705"), REFUSE, REFUSE, "一个运单只运抵一次", "a waybill arrives once", spec("2.7.4", "logisticsNo"), ASSUMED),
    # --- departure ----------------------------------------------------------------------------------------------------
    Rule("DEP-01", ("509",), CUSTOMS, moving.departing_list_is_not_released, wire("9901"), REFUSE, REFUSE, "离境单的运单应有已放行的清单", "the list of each waybill is released", spec("2.9.4", "logisticsNo"), SPEC),
    Rule("DEP-01", ("509",), CUSTOMS, moving.goods_leave_before_they_are_released, wire("9903"), REMARK, REFUSE, "离境时间不得早于清单放行时间", "goods leave after they are released", spec("2.9.4", "leaveTime"), ASSUMED, "time"),
    Rule("WB-03", ("509",), CUSTOMS, moving.departing_list_has_another_bill, wire("9902"), REFUSE, REFUSE, "离境单与清单的提运单号应一致", "departure and list name the same bill of lading", spec("2.9.4", "billNo"), ASSUMED),
    # --- master list --------------------------------------------------------------------------------------------------
    Rule("WB-01", ("607",), CUSTOMS, moving.master_names_no_live_list, wire("9711"), REFUSE, REFUSE, "总分单的运单应有有效清单", "each waybill has a live list", spec("2.15.4", "logisticsNo"), SPEC),
    Rule("WB-01", ("607",), CUSTOMS, moving.master_does_not_fit_the_list, wire("9712"), REFUSE, REFUSE, "总分单与清单的申报企业、海关、运输方式应一致", "agent, customs and transport mode are the list's", spec("2.15.4", "agentCode"), SPEC, "head"),
    Rule("WB-01", ("607",), CUSTOMS, moving.master_has_another_value, wire("9713"), REFUSE, REFUSE, "清单已填的运输信息应与总分单一致", "what a list has filled in is the same", spec("2.15.4", "billNo"), SPEC, "value"),
    Rule("WB-03", ("607",), CUSTOMS, moving.waybill_is_in_another_master, wire("9716"), REFUSE, REFUSE, "一个运单只在一份总分单内", "a waybill is in one master list", spec("2.15.4", "logisticsNo"), ASSUMED, "master"),
    Rule("ENT-12", ("607",), CUSTOMS, enterprise.master_is_not_authorised, wire("9717"), REMARK, REFUSE, "代理企业应有收发货人委托", "the agent is authorised by the consignor of each list", spec("2.15.4", "agentCode"), ASSUMED, "607"),
    Rule("WB-02", ("607",), CUSTOMS, moving.master_weight_is_not_the_sum, wire("9714"), REMARK, REMARK, "总分单毛重应等于清单毛重之和", "the weight is the sum of the lists", spec("2.15.4", "grossWeight"), ASSUMED),
    Rule("WB-04", ("607",), CUSTOMS, moving.returned_list_is_not_closed, wire("9715"), REFUSE, REFUSE, "退货的原出口清单应已结关", "the export list of returned goods is closed", spec("2.15.4", "invtNo"), SPEC),
    # --- cancellation -------------------------------------------------------------------------------------------------
    Rule("CAN-01", ("605",), FIELDS, moving.cancelled_list_is_unknown, -623003, REFUSE, REFUSE, "撤销的清单应存在", "the list to cancel exists", Citation("§7.2", "-623003"), SPEC),
    Rule("CAN-03", ("605",), FIELDS, moving.cancelled_list_is_another_firms, -623014, REFUSE, REFUSE, "撤销申请单与清单的企业、海关应一致", "consignor, agent and customs are the list's", spec("2.13.4", "invtNo"), SPEC),
    Rule("SUM-14", ("605",), FIELDS, summing.cancelled_list_is_summed_up, -623005, REFUSE, REFUSE, "已汇总的清单不得撤销", "a list that is summed up cannot be cancelled", Citation("§7.2", "-623005"), ASSUMED, "cancel"),
    Rule("CAN-02", ("605",), FIELDS, moving.cancelled_list_is_in_another_state, -623005, REFUSE, REFUSE, "清单状态应符合撤单要求", "the list can be cancelled", Citation("§7.2", "-623005"), ASSUMED),
    Rule("CAN-04", ("605",), FIELDS, moving.list_is_being_cancelled, -623009, REFUSE, REFUSE, "一个清单同时只能有一个撤销申请", "one cancellation of a list at a time", Citation("§7.2", "-623009"), ASSUMED),
    Rule("CAN-02", ("605",), CUSTOMS, moving.list_has_left_meanwhile, wire("9605"), REFUSE, REFUSE, "清单状态应符合撤单要求", "the list can still be cancelled", Citation("§7.2", "-623005"), ASSUMED, "meanwhile"),
    # --- summary beside the lists it takes ----------------------------------------------------------------------------
    Rule("SUM-06", ("701",), CUSTOMS, summing.summed_list_is_unknown, wire("9721"), REFUSE, REFUSE, "汇总的清单应存在", "the lists to sum up exist", spec("2.21.4", "invtNo"), SPEC, "unknown"),
    Rule("SUM-03", ("701",), CUSTOMS, summing.summed_list_is_not_closed, wire("9722"), REFUSE, REFUSE, "汇总的清单应已结关", "the lists to sum up are closed", Citation(A194, "art. 11"), LAW, "closed"),
    Rule("SUM-06", ("701",), CUSTOMS, summing.summed_list_is_another_consignors, wire("9723"), REFUSE, REFUSE, "清单与汇总申请单的收发货人应一致", "lists and summary name the same consignor", spec("2.21.4", "ebcCode"), SPEC, "ebc"),
    Rule("SUM-06", ("701",), CUSTOMS, summing.summed_list_was_declared_elsewhere, wire("9724"), REFUSE, REFUSE, "清单与汇总申请单的申报地海关应一致", "lists and summary name the same customs", spec("2.21.4", "customsCode"), SPEC, "customs"),
    Rule("STA-06", ("701",), CUSTOMS, summing.summed_list_is_released_by_the_list_alone, wire("9725"), REFUSE, REFUSE, "清单核放、汇总统计的清单不汇总形成报关单", "a list of kind A never becomes part of a declaration", Citation(A194, "art. 12"), LAW),
    Rule("SUM-14", ("701",), CUSTOMS, summing.list_is_summed_up_before, wire("9726"), REFUSE, REFUSE, "一个清单只汇总一次", "a list is summed up once", spec("2.21.4", "invtNo"), SPEC, "second"),
    Rule("SUM-03", ("701",), CUSTOMS, summing.summed_list_came_back_whole, wire("9727"), REMARK, REFUSE, "全部退货的清单不再汇总", "a list whose goods all came back is not summed up", spec("2.21.4", "invtNo"), ASSUMED, "returned"),
    Rule("SUM-05", ("701",), CUSTOMS, summing.range_takes_nothing, wire("9728"), REFUSE, REFUSE, "汇总时间内应有可汇总的清单", "a range of time takes some list", spec("2.21.4", "startTime"), SPEC, "nothing"),
    Rule("SUM-04", ("701",), CUSTOMS, summing.month_is_not_over, wire("9729"), REMARK, REFUSE, "汇总上月结关的清单", "lists of the month that runs are not due yet", Citation(A194, "art. 11"), ASSUMED),
    Rule("SUM-01", ("701",), CUSTOMS, summing.summary_is_late, wire("9730"), REMARK, REFUSE, "应于每月15日前（遇节假日、休息日顺延）汇总上月结关的清单", "last month's lists are summed up before the 15th, rolled to a working day", Citation(A194, "art. 11"), LAW),
    Rule("SUM-10", ("701",), CUSTOMS, summing.producer_stays_apart, wire("9731"), REMARK, REMARK, "八同含生产销售单位，汇总标志1仍按其分开", "the producer is one of the eight fields: flag 1 does not merge across producers", Citation(A194, "art. 11"), ASSUMED, "producer"),
    # --- returned goods beside their list -----------------------------------------------------------------------------
    Rule("RET-04", ("213",), FIELDS, refund.returned_list_is_unknown, -625204, REFUSE, REFUSE, "退货的原清单应存在", "the export list exists", Citation("§7.2", "-625204"), SPEC),
    Rule("RET-04", ("213",), FIELDS, refund.returned_list_has_not_left, wire("9213"), REMARK, REFUSE, "原清单应已结关", "the export list is closed", spec("2.17.4", "invtNo"), ASSUMED, "state"),
    Rule("RET-01", ("213",), FIELDS, refund.return_is_late, PARAMETER, REFUSE, REFUSE, "应在出口放行之日起1年内退运进境", "goods return within a year of release", Citation("GACC 2020-44", "art. 3"), LAW),
    Rule("RET-05", ("213",), FIELDS, refund.return_names_other_firms, PARAMETER, REFUSE, REFUSE, "电商平台、电商企业应与原清单一致", "platform and seller are the list's", spec("2.17.4", "ebcCode"), SPEC),
    Rule("RET-02", ("213",), FIELDS, refund.returned_line_is_not_in_the_list, -625209, REFUSE, REFUSE, "关联清单中应有该序号和商品编码", "the list has this line and commodity", Citation("§7.2", "-625209"), SPEC, "line"),
    Rule("RET-02", ("213",), FIELDS, refund.returned_line_differs, PARAMETER, REFUSE, REFUSE, "退货商品应与原清单一致", "returned goods are those of the list", Citation("GACC 2020-44", "art. 2"), LAW, "same"),
    Rule("RET-03", ("213",), FIELDS, refund.returned_quantity_is_more, PARAMETER, REFUSE, REFUSE, "退货数量累计不得超过原清单数量", "no more returns than was sent", spec("2.17.4", "qty"), SPEC, "sum"),
    Rule("RET-07", ("213",), FIELDS, refund.return_is_at_another_customs, wire("9214"), REMARK, REFUSE, "退货应在原申报地海关办理；2026年3月13日起9610可跨关区", "goods return to the customs of the list; 9610 to another one since 13 March 2026", Citation("GACC 2024-167", "§4"), ASSUMED),
    Rule("RET-07", ("213",), FIELDS, refund.return_is_at_another_customs_of_the_pilot, PARAMETER, REMARK, REMARK, "跨关区退货试点海关名单未公布于此", "which twenty customs the pilot has is not known here", Citation("GACC 2024-167", "§4"), LAW, "pilot"),
    Rule("RET-11", ("213",), FIELDS, refund.return_is_not_free_of_tax, PARAMETER, REMARK, REMARK, "不符合退运免税条件（出口之日起6个月内，食品除外）", "goods that return are not free of tax", Citation("MOF 2023-4, 2026-16"), ASSUMED),
)  # fmt: skip

Check = tuple[Callable[..., Iterable[Fault]], Rule]
BY_ROW = {rule.row: rule for rule in RULES}
ALONE = {kind: tuple((rule.check, rule) for rule in RULES if kind in rule.kinds and rule.alone) for kind in EVERY}
"""The predicates of a kind that need nothing but the document, in the order of the table."""
ALONE_BUT_CODES = {kind: tuple(pair for pair in checks if pair[1].settled != "codes") for kind, checks in ALONE.items()}
"""Those that still may find something where every code is known."""
CHECKS = {
    (kind, step): tuple((r.check, r) for r in RULES if kind in r.kinds and r.step is step and not r.alone)
    for kind in ALL
    for step in Step
}
"""The predicates of a kind at a step that need facts, in the order of the table."""
PRINTS = ("order", "waybill", "receipt")
AT_CUSTOMS = {
    settled: tuple(pair for pair in CHECKS["603", Step.CUSTOMS] if pair[1].settled not in settled)
    for count in range(len(PRINTS) + 1)
    for settled in map(frozenset, combinations(PRINTS, count))
}
"""The predicates of the match that still may find something where these prints are equal."""


@dataclass(frozen=True, slots=True)
class KeyRule:
    """A rule of the machine and the keys, decided by the engine (steps 5 and 6), not by a predicate."""

    id: str
    zh: str
    en: str
    citation: Citation
    basis: Basis


KEY_RULES = {
    rule.id: rule
    for rule in (
        KeyRule("MSG-09", "旧报文不做处理：报送时间早于已存报文", "an old message: appTime lies before the stored one's", Citation("§7.2", "-301014"), ASSUMED),
        KeyRule("MSG-10", "业务主键重复", "the key is taken", Citation("§7.2", "-301010"), SPEC),
        KeyRule("MSG-11", "变更或删除的对象不存在", "nothing to change or delete under this key", Citation("§7.2", "-301009"), SPEC),
        KeyRule("MSG-12", "当前状态不允许该操作", "the state does not allow it", Citation("§7.2", "-301011"), SPEC),
        KeyRule("MSG-13", "同一报文内业务主键重复", "the same key twice in one message", Citation("observed", "open simulator"), OBSERVED),
        KeyRule("LOG-01", "运单编号6个月内不得重复使用（清单结关或撤销后亦同）", "a waybill number is not used again within six months", spec("2.5.4", "logisticsNo"), SPEC),
        KeyRule("ORD-05", "一个订单只能对应一个有效清单", "one live list an order", spec("2.11.4", "orderNo"), SPEC),
        KeyRule("X1", "报送类型应为1、2或3", "appType is 1, 2 or 3", spec("2.1.4", "appType"), SPEC),
        KeyRule("REVIEW", "人工审核不通过", "turned down after a review by hand", spec("2.12.4", "returnStatus"), ASSUMED),
        KeyRule("FORCED", "按指令作出的决定", "decided by an order of the control API", Citation("sandbox", "force"), ASSUMED),
        KeyRule("SUM-11", "按商品名汇总而清单未填企业商品名称的，按商品名称", "merged by item name: a line without one is merged by its commodity name", spec("2.21.4", "itemNameFlag"), ASSUMED),
        KeyRule("SUM-15", "上月结关的清单到期未汇总", "a list closed last month is in no summary on the due day", Citation(A194, "art. 11"), LAW),
        KeyRule("SUM-16", "到期未申报报关单", "the declarations of a summary are made by the due day", Citation(A194, "art. 11"), LAW),
        KeyRule("RET-12", "汇总前退货的数量不计入汇总；汇总后退货须更正报关单", "what came back before the summary is kept out of it; what comes back later has to be corrected", Citation("2.17.4", "invtNo"), ASSUMED),
        KeyRule("FAULT", "按故障表作出的决定", "decided by the fault table of this sandbox", Citation("sandbox", "faults"), ASSUMED),
    )
}  # fmt: skip
