"""One sale from order to 399 over HTTP and JSON, with the standard library alone: client.py URL ORDER-NUMBER.

Sends order, payment receipt, waybill and declaration list, and polls their returns until each has its last status.
"""

import base64
import json
import sys
import time
import urllib.request
import uuid
from pathlib import Path
from string import Template

DXP = "DXPENTTEST000001"
SENT = {"order": ("303", "304"), "receipts": ("403", "404"), "waybill": ("505", "506"), "list": ("603", "604")}
ALL = {"304": {2, 3, 120}, "404": {2, 3, 120}, "506": {2, 3, 399}, "604": {2, 3, 120, 399}}
URL, ORDER = sys.argv[1].rstrip("/"), sys.argv[2]
HERE = Path(__file__).parent


def beijing(form: str) -> str:
    """Now, in Beijing."""
    return time.strftime(form, time.gmtime(time.time() + 8 * 3600))


def send(name: str) -> None:
    """Fill a message in and send it in the JSON envelope."""
    guids = {f"guid{i}": str(uuid.uuid4()).upper() for i in (1, 2)}
    text = Template((HERE / f"messages/{name}.xml").read_text("utf-8"))
    xml = text.substitute(guids, order=ORDER, now=beijing("%Y%m%d%H%M%S"), day=beijing("%Y%m%d"))
    head = {"MessageId": guids["guid1"], "MessageType": f"CEB{SENT[name][0]}Message.xml", "SenderID": DXP}
    head |= {"ReceiverID": "DXPEDCCEB0000003", "SendTime": beijing("%Y-%m-%d %H:%M:%S"), "Version": "1.0"}
    body = {"data": base64.b64encode(xml.encode()).decode()}
    envelope = json.dumps({"Message": {"MessageHead": head, "MessageBody": body}}).encode()
    request = urllib.request.Request(f"{URL}/cebcmsg", envelope, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        print(f"{name}: {answer.read().decode()}")


def told(kind: str) -> set[int]:
    """Every status that returns of a kind told of the order so far (a waybill's return bears the waybill's number)."""
    with urllib.request.urlopen(f"{URL}/ceb{kind}msg?dxpid={DXP}", timeout=30) as answer:
        records = json.load(answer)
    return {int(one["returnstatus"]) for one in records if ORDER in (one.get("orderno") or one["logisticsno"])}


for document in SENT:
    send(document)
until = time.monotonic() + 60
while (found := {kind: told(kind) for kind in ALL}) != ALL and time.monotonic() < until:
    time.sleep(0.5)
for kind, statuses in found.items():
    print(kind, *sorted(statuses))
sys.exit(0 if found == ALL else 1)
