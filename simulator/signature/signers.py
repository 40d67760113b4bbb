"""Who has to sign: the firms that a message names for it (`signed_by` of its edition)."""

from lxml import etree

from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.node import CEB

SIGNERS = {
    b.upload.xml: tuple(b.head.members[b.head.places[name]].xml for name in b.signed_by)
    for b in EDITION_202205.businesses
}
"""Fields of a document's head. 303 and 403 may be signed by an agent that ebcCode authorises, too (`judge`)."""

BY_AUTHORISED_AGENT = {"CEB303Message", "CEB403Message"}
NOBODY = {"", "无", "NO"}
_BESIDE = {f"{{{CEB}}}{name}" for name in ("BaseTransfer", "BaseSubscribe", "ExtendMessage")}


def name_of(root: etree._Element) -> str:
    """The root's name without namespace."""
    return etree.QName(root).localname


def named(root: etree._Element) -> tuple[tuple[str, ...], ...]:
    """For each document, without repetitions, the codes of those who may sign it, in the order of `SIGNERS`."""
    fields = [f"{{{CEB}}}{field}" for field in SIGNERS.get(name_of(root), ())]
    found: dict[tuple[str, ...], None] = {}
    for document in root.iterchildren(f"{{{CEB}}}*") if fields else ():
        if document.tag in _BESIDE:
            continue
        first = next(document.iterchildren("*"), document)
        head = first if len(first) else document
        codes = [(head.findtext(field) or "").strip() for field in fields]
        found[tuple(dict.fromkeys(code for code in codes if code not in NOBODY))] = None
    return tuple(found)


def sender(root: etree._Element) -> str:
    """copCode of the message's BaseTransfer."""
    return (root.findtext(f"{{{CEB}}}BaseTransfer/{{{CEB}}}copCode") or "").strip()
