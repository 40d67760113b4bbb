"""Draws: pure functions of what they are drawn for, never the next value of a stream (decision 9)."""

import hashlib


def fraction(seed: int, purpose: str, name: str) -> float:
    """A draw in [0, 1)."""
    digest = hashlib.sha256(f"{seed}/{purpose}/{name}".encode()).digest()
    return int.from_bytes(digest[:7], "big") / (1 << 56)
