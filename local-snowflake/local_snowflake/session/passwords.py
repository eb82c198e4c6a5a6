"""Passwords and token secrets are kept as salted hashes only."""

from __future__ import annotations

import hashlib
import hmac
import secrets

# A test double: the cost is low on purpose, every dbt thread logs in.
_ROUNDS = 1000


def hash_password(password: str) -> str:
    """A salted hash, as text."""
    salt = secrets.token_hex(16)
    return f"{salt}:{_digest(password, salt)}"


def password_matches(password: str, stored: str) -> bool:
    """Whether this is the password that was hashed; False when none was ever set."""
    salt, _, digest = stored.partition(":")
    return bool(digest) and hmac.compare_digest(_digest(password, salt), digest)


def _digest(password: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), _ROUNDS).hex()
