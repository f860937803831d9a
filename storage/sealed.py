"""Sealing of what must not be read in clear: identities, and every text as it was typed.

AES-GCM; each value names the key it was sealed with, so that keys rotate, and is bound to its tenant, table and
row, so that a value copied to another row does not open. Look-ups go by an HMAC of the normalised value.
"""

import base64
import hmac
import os
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_FORMAT = b"\x01"
_NONCE = 12


class CannotOpen(Exception):
    """A sealed value names an unknown key, is broken, or belongs to another row."""


class BadKeys(ValueError):
    """The key setting is not `id:base64,...` with keys of 32 bytes."""


class Keyring:
    """Keys by id; the first one seals, all of them open."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys or any(len(key) != 32 for key in keys.values()):
            raise BadKeys("at least one key of 32 bytes is needed")
        self._ciphers = {_head(id): AESGCM(key) for id, key in keys.items()}
        self._first = next(iter(self._ciphers.items()))
        self._lookup = hmac.new(list(keys.values())[-1], b"lookup", sha256).digest()

    @classmethod
    def parse(cls, setting: str) -> "Keyring":
        """`id:base64,id:base64`. Raises BadKeys without repeating any part of a key."""
        keys: dict[str, bytes] = {}
        for place, part in enumerate(filter(None, (p.strip() for p in setting.split(","))), start=1):
            id, _, encoded = part.partition(":")
            if not (id.isascii() and id.isalnum() and len(id) <= 16):
                raise BadKeys(f"key {place} has no id of 1 to 16 letters or digits before its colon")
            if id in keys:
                raise BadKeys(f"key {place} has the id of an earlier one")
            try:
                keys[id] = base64.b64decode(encoded, validate=True)
            except ValueError:
                raise BadKeys(f"key {place} is not base64") from None
        return cls(keys)

    @staticmethod
    def make() -> str:
        """A new setting with one random key."""
        return "k1:" + base64.b64encode(os.urandom(32)).decode()

    def seal(self, text: str | bytes, *about: object) -> bytes:
        """`about` names tenant, table and row; the same must be given to `open`. Bytes are text as UTF-8."""
        head, cipher = self._first
        nonce = os.urandom(_NONCE)
        return head + nonce + cipher.encrypt(nonce, text.encode() if isinstance(text, str) else text, _bind(about))

    def open(self, value: bytes, *about: object) -> str:
        """Text. Raises CannotOpen."""
        try:
            return self.open_bytes(value, *about).decode()
        except UnicodeDecodeError:
            raise CannotOpen("no text") from None

    def open_bytes(self, value: bytes, *about: object) -> bytes:
        """What was sealed as bytes. Raises CannotOpen."""
        start = 2 + value[1] if len(value) > 2 else 0
        cipher = self._ciphers.get(value[:start])
        if cipher is None:
            raise CannotOpen("unknown key or format")
        try:
            return cipher.decrypt(value[start : start + _NONCE], value[start + _NONCE :], _bind(about))
        except (InvalidTag, ValueError):  # ValueError: cut off within the nonce
            raise CannotOpen("broken, or of another row") from None

    def lookup(self, value: str) -> str:
        """A keyed hash by which an equal value is found; stays the same while the oldest key stays."""
        return hmac.new(self._lookup, value.encode(), sha256).hexdigest()


def _head(id: str) -> bytes:
    """How a value begins that was sealed with this key."""
    return _FORMAT + bytes([len(id)]) + id.encode()


def _bind(about: tuple[object, ...]) -> bytes:
    """Each part behind its length, so that no two rows are bound alike."""
    return "".join([f"{len(part)}:{part}" for part in map(str, about)]).encode()


class Sealed(TypeDecorator[bytes]):
    """The column type of sealed values: it refuses anything that `Keyring.seal` has not made."""

    impl = LargeBinary
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        return _checked


def _checked(value: bytes | None) -> bytes | None:
    if value is not None and (not isinstance(value, bytes) or value[:1] != _FORMAT):
        raise TypeError("a sealed column takes sealed bytes only")
    return value
