"""Keys as files: PKCS #8 (RSA, SM2), the SEC 1 form of OpenSSL's `ecparam`, as PEM without passphrase."""

from typing import Any

from asn1crypto import keys, pem
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from swsim.simulator.signature import sm2
from swsim.simulator.signature.algorithms import Family, PrivateKey, PublicKey, rsa_key

SM2_CURVE = "1.2.156.10197.1.301"
"""sm2p256v1 (GM/T 0006)."""
SM2_SM3 = "1.2.156.10197.1.501"
"""Signature algorithm SM2 with SM3 (GM/T 0006)."""
UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)
"""What asn1crypto raises over bytes that are not what they should be."""

keys.NamedCurve.register("sm2p256v1", SM2_CURVE, 32)


def generate(family: Family) -> PrivateKey:
    """A new key: SM2, or RSA of 2048 bits."""
    if family is Family.SM2:
        scalar, point = sm2.generate()
        return PrivateKey(family, scalar, PublicKey(family, point))
    return _rsa(rsa.generate_private_key(65537, 2048))


def public_key(info: Any) -> PublicKey:
    """The key of a SubjectPublicKeyInfo; ValueError for one that is neither RSA nor SM2."""
    if info.algorithm == "rsa":
        data = info.dump()
        rsa_key(data)
        return PublicKey(Family.RSA, data)
    if info.algorithm == "ec" and info["algorithm"]["parameters"].chosen.dotted == SM2_CURVE:
        return PublicKey(Family.SM2, _point(info["public_key"].native))
    raise ValueError(f"its key is {info.algorithm}")


def public_info(key: PublicKey) -> Any:
    """The SubjectPublicKeyInfo of a key."""
    if key.family is Family.RSA:
        return keys.PublicKeyInfo.load(key.data)
    algorithm = {"algorithm": "ec", "parameters": keys.ECDomainParameters("named", "sm2p256v1")}
    return keys.PublicKeyInfo({"algorithm": algorithm, "public_key": keys.ECPointBitString(b"\x04" + key.data)})


def read_private_key(data: bytes) -> PrivateKey:
    """A key from PEM or DER; ValueError says what was expected. One with a passphrase is not read."""
    try:
        label, _, der = pem.unarmor(_last_block(data)) if pem.detect(data) else ("PRIVATE KEY", None, data)
        if "ENCRYPTED" in label or b"Proc-Type: 4,ENCRYPTED" in data:
            raise ValueError("it has a passphrase, remove it first")
        if label == "RSA PRIVATE KEY":
            return _from_der(der)
        if label == "EC PRIVATE KEY":
            return _sm2(keys.ECPrivateKey.load(der, strict=True))
        info = keys.PrivateKeyInfo.load(der, strict=True)
        if info.algorithm == "rsa":
            return _from_der(der)
        if info.algorithm != "ec" or info["private_key_algorithm"]["parameters"].chosen.dotted != SM2_CURVE:
            raise ValueError(f"it is {info.algorithm}")
        return _sm2(info["private_key"].parsed)
    except UNREADABLE as error:
        raise ValueError(f"private key: expected RSA or SM2 as PKCS #8, {error}") from None


def write_private_key(key: PrivateKey) -> bytes:
    """PKCS #8 as PEM; OpenSSL reads it."""
    if key.family is Family.RSA:
        return bytes(pem.armor("PRIVATE KEY", key.data))
    inner = keys.ECPrivateKey(
        {
            "version": "ecPrivkeyVer1",
            "private_key": int.from_bytes(key.data, "big"),
            "public_key": keys.ECPointBitString(b"\x04" + key.public.data),
        }
    )
    inner["private_key"].set_encoded_width(32)
    algorithm = {"algorithm": "ec", "parameters": keys.ECDomainParameters("named", "sm2p256v1")}
    info = keys.PrivateKeyInfo({"version": 0, "private_key_algorithm": algorithm, "private_key": inner})
    return bytes(pem.armor("PRIVATE KEY", info.dump()))


def _last_block(data: bytes) -> bytes:
    """`openssl ecparam -genkey` writes the parameters before the key."""
    return data[data.rindex(b"-----BEGIN ") :]


def _sm2(found: Any) -> PrivateKey:
    if not found["public_key"].native:
        raise ValueError("an SM2 key without its public half")
    scalar = int(found["private_key"].native).to_bytes(32, "big")
    key = PrivateKey(Family.SM2, scalar, PublicKey(Family.SM2, _point(found["public_key"].native)))
    if not sm2.verify(key.public.data, b"fits", sm2.sign(key.data, key.public.data, b"fits")):
        raise ValueError("an SM2 key whose halves do not fit")
    return key


def _point(value: bytes) -> bytes:
    if len(value) != sm2.SIZE + 1 or value[0] != 4:
        raise ValueError("an SM2 key is an uncompressed point of 65 bytes")
    return bytes(value[1:])


def _from_der(der: bytes) -> PrivateKey:
    key = serialization.load_der_private_key(der, None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("it is no RSA key")
    return _rsa(key)


def _rsa(key: rsa.RSAPrivateKey) -> PrivateKey:
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return PrivateKey(Family.RSA, private, PublicKey(Family.RSA, public))
