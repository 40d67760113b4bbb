"""`swsim certs`: a test authority and test certificates; `swsim certs import`: bind a real one to an enterprise."""

import argparse
import json
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from swsim.simulator.signature.algorithms import Family
from swsim.simulator.signature.authority import Identity, make_authority, make_identity
from swsim.simulator.signature.certificates import Certificates, read_certificate
from swsim.simulator.signature.file import NAMES, as_json, dumps, loads, read_certificates
from swsim.simulator.signature.keys import read_private_key, write_private_key
from swsim.simulator.transport.client import AskError, ask, get

FILE = NAMES[0]
PATH = "/certificates"
"""Of a sandbox's control API."""
SINCE, UNTIL = "2020-01-01", "2049-12-31"
"""Wide, so that a sandbox of any month finds them valid; `--from` and `--to` make one that expires."""
_CODE = re.compile(r"[0-9A-Za-z_-]{1,32}")
"""It becomes a part of file names."""
_WRONG_USE = 2


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command and of its `import`."""
    parser.add_argument("--code", action="append", default=[], help="code of an enterprise, may be given several times")
    parser.add_argument("--name", default="", help="its name, for the subject")
    parser.add_argument("--algorithm", choices=("sm2", "rsa", "both"), default="sm2", help="kind of key (default sm2)")
    parser.add_argument("--out", type=Path, default=Path("certs"), metavar="DIR", help="folder to write to (certs)")
    parser.add_argument("--from", dest="since", default=SINCE, metavar="DAY", help=f"valid from (default {SINCE})")
    parser.add_argument("--to", dest="until", default=UNTIL, metavar="DAY", help=f"valid to (default {UNTIL})")
    actions = parser.add_subparsers(dest="action", metavar="import")
    bind = actions.add_parser(
        "import",
        help="bind a real, public certificate to an enterprise",
        epilog="example: swsim certs import enterprise.cer --code 4401960A01",
    )
    bind.add_argument("certificate", type=Path, help="the certificate: PEM, DER or Base64; no chain is needed")
    bind.add_argument("--code", dest="owner", default="", metavar="C", help="code of the enterprise it speaks for")
    bind.add_argument("--key-name", default="", help="what ds:KeyName says of it (default: its serial number)")
    bind.add_argument("--authority", action="store_true", help="it is an authority's: what it issued counts as chained")
    bind.add_argument("--file", type=Path, default=Path(FILE), help=f"file to make or extend (default {FILE})")
    bind.add_argument("--url", default="", help="bind it in a running simulator, not in a file")
    bind.add_argument("--sandbox", default="default", help="its sandbox (default: default)")
    bind.add_argument("--token", default=os.environ.get("SWSIM_TOKEN", ""), help="token, where it asks for one")


def run(arguments: argparse.Namespace) -> int:
    """0 when written; 2 for what cannot be read, or is bound to another already."""
    try:
        return _import(arguments) if arguments.action == "import" else _make(arguments)
    except (ValueError, OSError, AskError) as error:
        print(f"swsim certs: {error}", file=sys.stderr)
        return _WRONG_USE


def _import(arguments: argparse.Namespace) -> int:
    found = read_certificate(arguments.certificate.read_bytes())
    where = arguments.url or str(arguments.file)
    bindings = _of_simulator(arguments) if arguments.url else _held(arguments.file)
    if arguments.authority:
        bindings = bindings.copy((*bindings.authorities, found))
        print(f"{where}: authority {found.subject}")
    else:
        if not arguments.owner:
            raise ValueError("expected --code, the enterprise for which the certificate speaks")
        bound = bindings.bind(arguments.owner, found, arguments.key_name or found.serial)
        chain = "chained 有证书链" if bound.chained else "unchained 未验证证书链"
        print(f"{where}: {bound.code} <- {found.subject}")
        print(f"  {found.key.family}, KeyName {bound.key_name}, {chain}, valid to {found.not_after.date()}")
    if arguments.url:
        ask(arguments, "PUT", PATH, json.dumps(as_json(bindings)).encode(), timeout=30)
    else:
        arguments.file.write_text(dumps(bindings, arguments.file.name), "utf-8")
    return 0


def _of_simulator(arguments: argparse.Namespace) -> Certificates:
    return read_certificates(json.loads(get(arguments, PATH, timeout=30)))


def _make(arguments: argparse.Namespace) -> int:
    if not arguments.code:
        raise ValueError("expected --code, the enterprise that shall sign")
    if odd := [code for code in arguments.code if not _CODE.fullmatch(code)]:
        raise ValueError(f"expected a code of letters and digits, got {odd[0]!r}")
    since, until = (_day(value) for value in (arguments.since, arguments.until))
    if since >= until:
        raise ValueError(f"expected --from before --to, got {arguments.since} and {arguments.until}")
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    bindings = _held(out / FILE)
    for family in Family if arguments.algorithm == "both" else (Family(arguments.algorithm),):
        authority = _authority(out / f"ca-{family}", family)
        if all(one.der != authority.certificate.der for one in bindings.authorities):
            bindings = bindings.copy((*bindings.authorities, authority.certificate))
        for code in arguments.code:
            made = make_identity(authority, code, arguments.name, family, since, until - since)
            _write(out / f"{code}-{family}", made)
            bindings.bind(code, made.certificate, made.key_name)
            print(f"{out / f'{code}-{family}'}.crt.pem, .key.pem: {made.certificate.subject}")
    (out / FILE).write_text(dumps(bindings, FILE), "utf-8")
    print(f"{out / FILE}: {len(bindings)} bound. Test only 仅供测试, no customs knows them.")
    return 0


def _held(file: Path) -> Certificates:
    return loads(file.read_text("utf-8"), str(file)) if file.exists() else Certificates()


def _authority(stem: Path, family: Family) -> Identity:
    certificate, key = _names(stem)
    if certificate.exists() and key.exists():
        held = read_certificate(certificate.read_bytes())
        return Identity(read_private_key(key.read_bytes()), held, held.serial)
    made = make_authority(family, _day(SINCE), _day(UNTIL) - _day(SINCE))
    _write(stem, made)
    return made


def _names(stem: Path) -> tuple[Path, Path]:
    return stem.with_name(f"{stem.name}.crt.pem"), stem.with_name(f"{stem.name}.key.pem")


def _write(stem: Path, identity: Identity) -> None:
    certificate, key = _names(stem)
    if certificate.exists() or key.exists():
        raise ValueError(f"{certificate} is there already: take another folder, or remove it with its binding")
    key.touch(mode=0o600)
    key.write_bytes(write_private_key(identity.key))
    certificate.write_text(identity.certificate.pem, "ascii")


def _day(value: str) -> datetime:
    try:
        return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise ValueError(f"expected a day as YYYY-MM-DD, got {value!r}") from None
