"""Lots that fall alike in every demo of the same shop, whatever numbers the database gives."""

import hashlib


def lot(*parts: object) -> int:
    """A number of 96 bits that these words always give."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, parts)).encode()).digest()[:12])
