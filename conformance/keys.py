"""The key that signs conformance statements: made for one run, or kept in a file (`--key FILE`).

A kept key lets a reader of many statements compare one fingerprint. It is Ed25519, PKCS 8 in PEM, without a passphrase,
readable by its owner alone.
"""

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


class KeyFileError(ValueError):
    """A key file cannot be used; says which and why."""


def signing_key(path: Path | None) -> Ed25519PrivateKey:
    """The key of a file, made there where there is none; a new one without a file."""
    if path is None:
        return Ed25519PrivateKey.generate()
    if path.exists():
        return kept_key(path)
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text)
    except OSError as error:
        raise KeyFileError(f"{path}: {error}") from error
    return key


def kept_key(path: Path) -> Ed25519PrivateKey:
    """The key of a file."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFileError(f"{path}: expected an Ed25519 key in PEM without passphrase: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path}: expected an Ed25519 key, found {type(key).__name__}")
    return key


def fingerprint_of(key: Ed25519PrivateKey) -> str:
    """The fingerprint of a key's public half."""
    return fingerprint(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def fingerprint(public: bytes) -> str:
    """Of a public key, to be compared by eye."""
    text = hashlib.sha256(public).hexdigest()[:32]
    return ":".join(text[at : at + 4] for at in range(0, len(text), 4))
