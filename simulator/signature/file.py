"""The certificates file (TOML or JSON) that a registry loads: authorities, and certificates bound to codes.

    [[authorities]]
    pem = '''-----BEGIN CERTIFICATE----- ...'''

    [[certificates]]
    code = "4401960A01"       # the enterprise it speaks for
    keyName = "00a3f1"        # what ds:KeyName says of it, may be absent
    pem = '''-----BEGIN CERTIFICATE----- ...'''

Public certificates only: a private key has no place here.
"""

import json
import tomllib
from pathlib import Path, PurePath
from typing import Any

from swsim.simulator.signature.certificates import Binding, Certificates, read_certificate

NAMES = ("certificates.toml", "certificates.json")
"""What the file is called in a folder."""
_KEYS = {"code", "keyName", "pem", "enrolled", "subject", "chained"}
"""`subject` and `chained` are for readers; they are worked out again on loading."""


def read_certificates(value: Any) -> Certificates:
    """Bindings from their JSON or TOML shape; ValueError names the row and the fault."""
    if not isinstance(value, dict) or (unknown := value.keys() - {"authorities", "certificates"}):
        found = sorted(unknown) if isinstance(value, dict) else type(value).__name__
        raise ValueError(f"certificates: expected authorities and certificates, got {found}")
    authorities = tuple(read_certificate(_pem(row, f"authority {n}")) for n, row in _rows(value, "authorities"))
    bindings = Certificates(authorities)
    for number, row in _rows(value, "certificates"):
        where = f"certificate {number}"
        if odd := row.keys() - _KEYS:
            raise ValueError(f"{where}: unknown {sorted(odd)}, expected {sorted(_KEYS)}")
        code, name = row.get("code"), row.get("keyName", "")
        if not isinstance(code, str) or not code or not isinstance(name, str):
            raise ValueError(f"{where}: expected code and keyName as text, got {code!r} and {name!r}")
        if not isinstance(enrolled := row.get("enrolled", False), bool):
            raise ValueError(f"{where}: expected enrolled as true or false, got {enrolled!r}")
        try:
            bindings.bind(code, read_certificate(_pem(row, where)), name, enrolled=enrolled)
        except ValueError as error:
            raise ValueError(f"{where} ({code}): {error}") from None
    return bindings


def _rows(value: dict[str, Any], name: str) -> list[tuple[int, dict[str, Any]]]:
    rows = value.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"certificates: {name} expected a list of tables")
    return list(enumerate(rows, 1))


def _pem(row: dict[str, Any], where: str) -> bytes:
    text = row.get("pem")
    if not isinstance(text, str):
        raise ValueError(f"{where}: expected pem as text, got {text!r}")
    if "PRIVATE KEY" in text:
        raise ValueError(f"{where}: a private key has no place in this file")
    return text.encode()


def as_json(bindings: Certificates) -> dict[str, Any]:
    """The shape of the control API."""
    return {
        "authorities": [{"subject": one.subject, "pem": one.pem} for one in bindings.authorities],
        "certificates": [_row(binding) for binding in bindings],
    }


def _row(binding: Binding) -> dict[str, Any]:
    row: dict[str, Any] = {"code": binding.code}
    if binding.key_name:
        row["keyName"] = binding.key_name
    row |= {"subject": binding.certificate.subject, "chained": binding.chained}
    if binding.enrolled:
        row["enrolled"] = True
    return row | {"pem": binding.certificate.pem}


def loads(text: str, name: str) -> Certificates:
    """A file's bindings; `name` tells by its suffix whether it is JSON or TOML, and stands before every error."""
    try:
        value = json.loads(text) if PurePath(name).suffix == ".json" else tomllib.loads(text)
        return read_certificates(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def load(path: Path) -> Certificates:
    """The bindings of a file, or of a folder that `swsim certs` wrote; ValueError and OSError say what is wrong."""
    if path.is_dir():
        found = [path / name for name in NAMES if (path / name).is_file()]
        if not found:
            raise ValueError(f"{path}: expected {' or '.join(NAMES)} in this folder, as `swsim certs` writes it")
        path = found[0]
    return loads(path.read_text("utf-8"), str(path))


def dumps(bindings: Certificates, name: str) -> str:
    """The text of a file."""
    value = as_json(bindings)
    if PurePath(name).suffix == ".json":
        return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    lines = ["# Which certificate speaks for which enterprise; public certificates only."]
    for table, rows in value.items():
        for row in rows:
            lines += ["", f"[[{table}]]"]
            lines += [f"{key} = {_toml(item)}" for key, item in row.items()]
    return "\n".join(lines) + "\n"


def _toml(value: str | bool) -> str:
    if isinstance(value, str) and "\n" in value and "'''" not in value:
        return f"'''\n{value.strip()}\n'''"
    return json.dumps(value, ensure_ascii=False)  # a JSON string is a basic string of TOML
