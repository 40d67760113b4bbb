"""The words of a check: its steps, and for each likely reason what to do, in Chinese and English. A table."""

from typing import NamedTuple


class Title(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str


STEPS = {
    "present": Title("有签名", "there is a signature"),
    "single": Title("签名唯一且在根节点下", "one signature, directly below the root"),
    "form": Title("签名结构与算法", "form and algorithms"),
    "reference": Title("引用整份报文", "one reference to the whole document"),
    "digest": Title("摘要", "digest of the document"),
    "key": Title("签名证书", "certificate of the key"),
    "value": Title("签名值", "signature value over SignedInfo"),
    "known": Title("证书已绑定企业", "certificate is bound to an enterprise"),
    "validity": Title("证书有效期", "certificate is valid at this time"),
    "owner": Title("证书所有人即应签名企业", "its owner is who has to sign"),
}
"""In the order in which they are taken."""


HINTS: dict[str, Title] = {
    # present, single
    "unsigned": Title("报文没有 ds:Signature；申报前请加签", "the message bears no ds:Signature; sign it first"),
    "doubled": Title("报文中有多个签名，只能有一个", "there are several signatures where one is allowed"),
    "moved": Title(
        "签名不在根节点下：可能被移动或整份报文被另一层包裹",
        "the signature does not stand below the root: it was moved, or the message was wrapped into another element",
    ),
    # form, reference
    "form": Title("签名结构与 §6.2 不符", "the form of the signature is not that of §6.2"),
    "base64": Title("不是 Base64 编码", "this is not Base64"),
    "hex": Title("写成了十六进制，应为 Base64", "written as hexadecimal, Base64 is expected"),
    "algorithm": Title("算法不在 §6.2.1 之列", "the algorithm is none of §6.2.1"),
    "field-uri": Title(
        "算法标识不是官方值，实际客户端有使用；请改用官方标识",
        "this URI is not the official one, clients in the field use it; change to the official one",
    ),
    "mixed": Title("签名算法与摘要算法不属同一套", "signature and digest method are of different families"),
    "partly": Title(
        "只引用了报文的一部分；Reference 的 URI 必须为空串",
        "only a part of the message is referenced; the URI of the one Reference has to be empty",
    ),
    "references": Title("必须且只能有一个 Reference", "there has to be one Reference and no other"),
    "transforms": Title("只允许封内签转换（enveloped-signature）", "the one transform allowed is enveloped-signature"),
    "no-transform": Title(
        "缺少封内签转换；按其存在处理", "the enveloped-signature transform is missing; read as if it were there"
    ),
    # digest
    "tail": Title(
        "Signature 之后有文本（换行或空格），加签时没有；请让 Signature 紧接结束标签",
        "there is text behind Signature (a line break or spaces) that was not there when it was signed; put the end tag"
        " right behind it",
    ),
    "around": Title("Signature 前后的空白在加签后加入", "the white space around Signature was added after signing"),
    "xsi": Title(
        "加签时根节点声明了 xmlns:xsi，报文中缺少；请在根节点声明 xsi",
        "the root declared xmlns:xsi when it was signed, it does not here; declare xsi on the root",
    ),
    "no-xsi": Title(
        "报文根节点声明了 xmlns:xsi，加签时没有", "the root declares xmlns:xsi here, it did not when it was signed"
    ),
    "exclusive": Title(
        "摘要用了排他 C14N；应为 2001-03-15 的包含式 C14N",
        "the digest is over exclusive C14N; the inclusive one of 2001-03-15 is asked for",
    ),
    "comments": Title("摘要把注释算在内；C14N 不含注释", "the digest counts comments; C14N leaves them out"),
    "instructions": Title(
        "加签后加入了处理指令，C14N 会计入", "a processing instruction was added after signing, C14N counts it"
    ),
    "compact": Title(
        "加签后报文被重新缩进或格式化；加签后不要再改动空白",
        "the message was indented after it was signed; leave white space alone behind signing",
    ),
    "indented": Title(
        "加签时有缩进，之后被压缩；加签后不要再改动空白",
        "it was indented when it was signed and made compact after; leave white space alone behind signing",
    ),
    "crlf": Title(
        "加签时回车符算在内（CRLF 未按 XML 规则变为 LF）；请对解析后的文档加签",
        "carriage returns were counted (CRLF was not read as LF as XML asks); sign the parsed document",
    ),
    "cr-reference": Title(
        "报文中有 &#13;（回车字符引用），加签时没有；写出 XML 时请勿转义回车",
        "the message holds &#13; (carriage returns as references) that were not signed; do not write them",
    ),
    "raw-text": Title(
        "摘要是对原始文本计算的，没有先做 C14N",
        "the digest is over the text of the file, which was not canonicalised",
    ),
    "raw-bom": Title("摘要把 BOM 也算在内", "the digest counts the byte order mark (BOM)"),
    "prefix": Title(
        "加签后命名空间前缀被改动（ceb: 与默认命名空间互换）",
        "the namespace was written differently when it was signed (ceb: against the default namespace)",
    ),
    "digest-algorithm": Title(
        "摘要用了另一种算法，与 DigestMethod 不符", "the digest is of another algorithm than DigestMethod names"
    ),
    "changed": Title(
        "加签后报文内容被改动，或对另一份文档加签",
        "the content was changed after it was signed, or another document was signed",
    ),
    # key, value
    "no-key": Title(
        "KeyInfo 既无证书，KeyName 也未绑定；KeyValue 不作为身份依据",
        "KeyInfo brings no certificate and its KeyName is not bound; a KeyValue proves nobody's identity",
    ),
    "key-family": Title("证书的密钥类型与签名算法不符", "the certificate's key is not of the signature's algorithm"),
    "keys": Title("KeyInfo 中有多个证书或多个 KeyName", "KeyInfo holds several certificates or names"),
    "scope": Title(
        "SignedInfo 是在卡签范围（ceb、ds、xsi）内加签的，而报文没有声明这些命名空间，常见原因是根节点缺少 xmlns:xsi",
        "SignedInfo was signed with ceb, ds and xsi in scope, as a Ukey does; the message does not declare all of them:"
        " xmlns:xsi is missing on the root",
    ),
    "own-scope": Title(
        "SignedInfo 按排他 C14N 加签，缺少根节点的命名空间",
        "SignedInfo was signed by exclusive C14N, without the names declared on the root",
    ),
    "raw-info": Title(
        "SignedInfo 按原始文本加签，没有先做 C14N", "SignedInfo was signed as text, it was not canonicalised"
    ),
    "der": Title("SM2 签名值是 DER 编码；应为 64 字节 r||s", "the SM2 value is DER; 64 bytes r||s are expected"),
    "no-z": Title(
        "SM2 签名没有计入签名者标识（Z 值）；标识应为 1234567812345678",
        "the SM2 value leaves out the signer's id (Z); the id is 1234567812345678",
    ),
    "value-size": Title("SM2 签名值应为 64 字节 r||s", "an SM2 value has 64 bytes r||s"),
    "rsa-sha256": Title("签名用了 SHA-256，应为 SHA-1", "signed with SHA-256 where SHA-1 is named"),
    "other-key": Title(
        "签名不是用该证书的私钥生成的", "the value was not made with the private key of this certificate"
    ),
    "other-info": Title(
        "私钥正确，但加签后 SignedInfo 被改动，或规范化方式不同",
        "the key is right, yet SignedInfo was changed after signing or was canonicalised differently",
    ),
    "value": Title(
        "签名值与 SignedInfo 或证书不符：SignedInfo 被改动、密钥不同或签名者标识不同",
        "the value does not fit: SignedInfo was changed, or the key or the signer's id is another",
    ),
    # identity
    "unbound": Title(
        "证书未绑定任何企业；请用 swsim certs import 绑定",
        "the certificate is bound to no enterprise; bind it by swsim certs import",
    ),
    "first-seen": Title(
        "首次出现的证书，已按开放登记绑定", "seen for the first time and bound, as the registry is open"
    ),
    "foreign": Title(
        "该企业已绑定其他证书，此证书不是它的", "the enterprise has another certificate, this one is not its"
    ),
    "name-differs": Title(
        "KeyName 指向另一张证书", "the KeyName stands for another certificate than the one that is here"
    ),
    "unchained": Title("证书未验证证书链（手工绑定）", "bound by hand, its chain is not known"),
    "expired": Title("证书在该时间已过期", "the certificate had expired by then"),
    "not-yet": Title("证书在该时间尚未生效", "the certificate was not valid yet"),
    "owner": Title(
        "证书所有人不是规则要求的签名企业", "its owner is none of those who have to sign (rules: who transmits signs)"
    ),
}
