"""Who is known to customs (ENT-01, ENT-02): the registry of a sandbox, pure data."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from swsim.simulator.codes.formats import ENTERPRISE_CODE

PLAYED_DXP_ID = "DXPSWSIMAUTOPILOT"
"""The user number of messages that the simulator plays itself; what is returned to it is nobody's to fetch."""
DIGITS = 4
"""Of a customs code."""
ROLES = ("ebc", "ebp", "agent", "logistics", "pay", "operator", "owner", "warehouse")


@dataclass(frozen=True, slots=True)
class Enterprise:
    """One enterprise. `registration` is ``customs`` (报关单位备案) or ``info`` (信息登记); no `customs` is any."""

    code: str
    name: str
    roles: tuple[str, ...]
    registration: Literal["customs", "info"] = "customs"
    customs: tuple[str, ...] = ()
    dxp_ids: tuple[str, ...] = ()
    authorises: tuple[Any, ...] = ()
    permit: bool = True
    credit: str = ""
    overseas: bool = True
    """Its overseas warehouse business is filed, as lists before 2024-12-15 need it (ENT-10)."""
    enrolled: bool = False
    """Enrolled at first sight by an open registry."""

    def as_json(self) -> dict[str, Any]:
        """The shape of the control API."""
        return {
            "code": self.code,
            "name": self.name,
            "roles": list(self.roles),
            "registration": self.registration,
            "customs": list(self.customs),
            "dxpIds": list(self.dxp_ids),
            "authorises": list(self.authorises),
            "permit": self.permit,
            "credit": self.credit,
            "overseas": self.overseas,
            "enrolled": self.enrolled,
        }


@dataclass(slots=True)
class Registry:
    """Enterprises by code. `open` enrols a well-formed unknown code, `closed` answers it with -10102."""

    mode: Literal["open", "closed"] = "open"
    enterprises: dict[str, Enterprise] = field(default_factory=dict)

    def is_user(self, dxp_id: str) -> bool:
        """Whether somebody registered has this user number."""
        return any(dxp_id in one.dxp_ids for one in self.enterprises.values())

    def as_json(self) -> dict[str, Any]:
        """The shape of the control API."""
        return {"mode": self.mode, "enterprises": [one.as_json() for one in self.enterprises.values()]}


_KNOWN = {
    "code",
    "name",
    "roles",
    "registration",
    "customs",
    "dxpIds",
    "authorises",
    "permit",
    "credit",
    "overseas",
    "enrolled",
}


def read_enterprise(value: Any) -> Enterprise:
    """An enterprise from JSON or TOML; ValueError says what was expected and received."""
    if not isinstance(value, dict) or not isinstance(value.get("code"), str) or not value["code"]:
        raise ValueError(f"registry: expected an object with a code, got {value!r}")
    code = value["code"]
    if unknown := value.keys() - _KNOWN:
        raise ValueError(f"registry, enterprise {code}: unknown {sorted(unknown)}, expected {sorted(_KNOWN)}")
    roles = _strings(code, "roles", value.get("roles", []))
    if wrong := set(roles) - set(ROLES):
        raise ValueError(f"registry, enterprise {code}: roles expected of {ROLES}, got {sorted(wrong)}")
    registration = value.get("registration", "customs")
    if registration not in ("customs", "info"):
        raise ValueError(f"registry, enterprise {code}: registration expected customs or info, got {registration!r}")
    authorises = value.get("authorises", [])
    if not isinstance(authorises, list) or not all(isinstance(one, str | dict) for one in authorises):
        raise ValueError(f"registry, enterprise {code}: authorises expected a list of codes, got {authorises!r}")
    for one in authorises:
        _check_authorisation(code, one)
    return Enterprise(
        code,
        _text(code, "name", value.get("name", "")),
        roles,
        registration,
        _districts(code, value.get("customs", [])),
        _strings(code, "dxpIds", value.get("dxpIds", [])),
        tuple(authorises),
        _flag(code, "permit", value.get("permit", True)),
        _text(code, "credit", value.get("credit", "")),
        _flag(code, "overseas", value.get("overseas", True)),
        _flag(code, "enrolled", value.get("enrolled", False)),
    )


def _strings(code: str, name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"registry, enterprise {code}: {name} expected a list of strings, got {value!r}")
    return tuple(value)


def _text(code: str, name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"registry, enterprise {code}: {name} expected a text, got {value!r}")
    return value


def _flag(code: str, name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"registry, enterprise {code}: {name} expected true or false, got {value!r}")
    return value


def _districts(code: str, value: Any) -> tuple[str, ...]:
    found = _strings(code, "customs", value)
    if wrong := [one for one in found if len(one) != DIGITS or not one.isascii() or not one.isdigit()]:
        raise ValueError(f"registry, enterprise {code}: customs expected codes of {DIGITS} digits, got {wrong}")
    return found


def _check_authorisation(code: str, value: Any) -> None:
    """An entry of `authorises`: a code, or ``{"code","customs","from","to"}``, days YYYY-MM-DD, both included."""
    where = f"{code}, authorises"
    said = {"code": value} if isinstance(value, str) else value
    if said.keys() - {"code", "customs", "from", "to"} or not isinstance(said.get("code"), str) or not said["code"]:
        raise ValueError(f"registry, enterprise {where}: expected code, customs, from, to, got {value!r}")
    _districts(where, said.get("customs", []))
    days = [str(said[name]) for name in ("from", "to") if said.get(name)]
    try:
        wrong = [day for day in days if date.fromisoformat(day).isoformat() != day] or days != sorted(days)
    except ValueError:
        wrong = True
    if wrong:
        raise ValueError(f"registry, enterprise {where}: expected days YYYY-MM-DD, from not after to, got {days}")


def read_registry(value: Any) -> Registry:
    """A list of enterprises (closed), or ``{"mode","enterprises"}``; ValueError names the fault."""
    mode, rows = ("closed", value) if isinstance(value, list) else (None, None)
    if isinstance(value, dict):
        mode, rows = value.get("mode", "closed"), value.get("enterprises", [])
        mode = None if value.keys() - {"mode", "enterprises"} else mode
    if mode not in ("open", "closed") or not isinstance(rows, list):
        raise ValueError("registry: expected a list of enterprises or {mode: open|closed, enterprises: [...]}")
    enterprises = [read_enterprise(row) for row in rows]
    return Registry(mode, {one.code: one for one in enterprises})  # type: ignore[arg-type] # narrowed by the check above


@lru_cache(maxsize=4096)
def is_well_formed(code: str) -> bool:
    """18-character credit code with its check character, or 10-character customs code (ENT-11)."""
    return ENTERPRISE_CODE.fits(code)
