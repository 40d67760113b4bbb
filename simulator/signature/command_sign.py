"""`swsim sign FILE`: sign a message with a key at hand."""

import argparse
import sys
from pathlib import Path

from swsim.simulator.signature.algorithms import DIGESTS, METHODS, Family
from swsim.simulator.signature.authority import Identity
from swsim.simulator.signature.certificates import read_certificate
from swsim.simulator.signature.keys import read_private_key
from swsim.simulator.signature.sign import sign

_WRONG_USE = 2


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("file", type=Path, help="the message, - for standard input")
    parser.add_argument(
        "--identity", metavar="STEM", help="key and certificate that swsim certs wrote: STEM.key.pem, STEM.crt.pem"
    )
    parser.add_argument("--key", type=Path, help="private key (RSA or SM2): PKCS #8 as PEM, without passphrase")
    parser.add_argument("--cert", type=Path, help="its certificate: PEM, DER or Base64")
    parser.add_argument("--key-name", default="", help="ds:KeyName (default: serial number of the certificate)")
    parser.add_argument("--as-ukey", action="store_true", help="ceb, ds, xsi in scope, as a Ukey signs")
    parser.add_argument(
        "--variant",
        choices=("official", "w3"),
        default="official",
        help="w3: SM2 under its W3C-like URI with a SHA-1 digest, as some clients write it (default official)",
    )
    parser.add_argument("--out", type=Path, help="file to write to (default: standard output)")


def run(arguments: argparse.Namespace) -> int:
    """0 when signed; 2 for what cannot be read or bears a signature already."""
    try:
        identity = _identity(arguments)
        data = sys.stdin.buffer.read() if str(arguments.file) == "-" else arguments.file.read_bytes()
        signed = sign(data, identity, **_variant(arguments.variant, identity.key.family), as_ukey=arguments.as_ukey)
        if arguments.out:
            arguments.out.write_bytes(signed)
        else:
            sys.stdout.buffer.write(signed)
    except (ValueError, OSError) as error:
        print(f"swsim sign: {error}", file=sys.stderr)
        return _WRONG_USE
    return 0


def _identity(arguments: argparse.Namespace) -> Identity:
    key, certificate = arguments.key, arguments.cert
    if arguments.identity:
        key, certificate = Path(f"{arguments.identity}.key.pem"), Path(f"{arguments.identity}.crt.pem")
    if not key or not certificate:
        raise ValueError("expected --identity STEM, or --key and --cert")
    private, public = read_private_key(key.read_bytes()), read_certificate(certificate.read_bytes())
    if private.public != public.key:
        raise ValueError(f"{key} is not the key of {certificate}")
    return Identity(private, public, arguments.key_name or public.serial)


def _variant(name: str, family: Family) -> dict[str, str]:
    if name == "official" or family is not Family.SM2:
        return {}
    method = next(uri for uri, one in METHODS.items() if one.family is family and not one.official)
    return {"method": method, "digest": next(uri for uri, one in DIGESTS.items() if one.name == "sha1")}
