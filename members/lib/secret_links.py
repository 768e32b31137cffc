"""Secrets that a link carries: long, random, and in the database only as a hash."""

import hashlib
import secrets


def fresh() -> str:
    """256 bits, fit for an address."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """What the database keeps; a secret of 256 bits needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
