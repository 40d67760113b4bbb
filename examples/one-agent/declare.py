"""One agent declares for three sellers at two districts, in January and in April; who has authorised it gets 399.

    swsim serve --db :memory: &
    python declare.py                     # SWSIM_URL names another simulator

The other parties' documents are played (docs/how-to/one-role.md); authorisations are enforced here (ENT-12), which the
profile `standard` only remarks on.
"""

import json
import os
import tomllib
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from swsim.fixtures.chain import chain
from swsim.simulator.messages.codec import encode
from swsim.simulator.messages.inventory import CEB603Message, Inventory
from swsim.simulator.messages.transfer import BaseTransfer

URL = os.environ.get("SWSIM_URL", "http://127.0.0.1:8180")
HERE = Path(__file__).parent
FIRMS = {one["code"]: one for one in tomllib.loads((HERE / "registry.toml").read_text("utf-8"))["enterprises"]}
AGENT, PLATFORM, CARRIER = "4401980A09", "4401960P04", "4401960L05"
SELLERS, DISTRICTS = ("4401960S01", "4401960S02", "4401960S03"), ("5141", "5317")
DAYS = ("2026-01-05T09:00:00+08:00", "2026-04-07T09:00:00+08:00")
NUMBERS = count(1)


def ask(method: str, path: str, body: bytes, form: str = "application/json") -> Any:
    """A call of the simulator."""
    call = Request(URL + path, data=body, method=method, headers={"Content-Type": form})  # noqa: S310 - http only
    with urlopen(call, timeout=30) as answer:  # noqa: S310 - http only
        return json.loads(answer.read())


def listed(seller: str, district: str, at: datetime) -> Inventory:
    """A list of a seller, declared by the agent at a district."""
    number = next(NUMBERS)
    made = chain(5, number, at).inventory
    named = {"ebp": PLATFORM, "ebc": seller, "agent": AGENT, "logistics": CARRIER}
    said = {f"{role}_{part}": FIRMS[code][part] for role, code in named.items() for part in ("code", "name")}
    said |= {"owner_code": "NO", "customs_code": district, "port_code": district, "statistics_flag": "B"}
    return made.replaced(head=made.head.replaced(**said))


def main() -> None:
    """Declare every seller's list at every district, on each day; print what became of it."""
    profile = {"base": "standard", "rules": {"ENT-12": "refuse"}}
    clock = {"mode": "virtual", "now": DAYS[0]}
    sandbox = {"id": "one-agent", "profile": profile, "clock": clock, "autopilot": {"role": "agent"}}
    ask("POST", "/_control/sandboxes", json.dumps(sandbox).encode())
    control = "/_control/sandboxes/one-agent"
    ask("PUT", f"{control}/registry", (HERE / "registry.csv").read_bytes(), "text/csv")
    sender = BaseTransfer(cop_code=AGENT, cop_name=FIRMS[AGENT]["name"], dxp_mode="DXP", dxp_id="DXPENTTEST0000A9")
    for day in DAYS:
        ask("POST", f"{control}/clock", json.dumps({"advance_to": day}).encode())
        places = [(seller, district) for seller in SELLERS for district in DISTRICTS]
        lists = [listed(seller, district, datetime.fromisoformat(day)) for seller, district in places]
        guid = f"0000{day[:10]}-ONE-AGENT-0000-0000000"[:36].ljust(36, "0")
        message = CEB603Message(guid=guid, version="1.0", documents=tuple(lists), base_transfer=sender)
        ask("POST", "/sandboxes/one-agent/messages", encode(message), "application/xml")
        ask("POST", f"{control}/clock", b'{"advance": "PT1M"}')
        for (seller, district), one in zip(places, lists, strict=True):
            with urlopen(f"{URL}{control}/documents/603/{AGENT}~{one.head.cop_no}", timeout=30) as answer:  # noqa: S310 - http only
                state = json.loads(answer.read())["state"]
            print(f"{day[:10]}  {FIRMS[seller]['name']}  {district}  {state}")


if __name__ == "__main__":
    main()
