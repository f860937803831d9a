"""The model file: one zip of model.json and numpy arrays. Nothing in it can run.

The version is a hash of the whole content, so the same training gives the same file and a changed file is told
from its version. What the numbers mean is in `predict`.
"""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMAT = 1
CARD = "model.json"
ARRAYS = ("words", "word_idf", "word_weights", "characters", "character_idf", "character_weights", "intercept", "known")
LARGEST = 1 << 30  # bytes unpacked: a model is some megabytes
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # a zip needs a time, the same one gives the same bytes

Arrays = Mapping[str, NDArray[Any]]


class BrokenModel(ValueError):
    """Bytes that are no model which can serve here; the message is the reason."""


@dataclass(frozen=True)
class Content:
    card: dict[str, Any]
    arrays: dict[str, NDArray[Any]]


def pack(card: Mapping[str, Any], arrays: Arrays) -> bytes:
    """The bytes of a model. card: JSON values without `format` and `version`; arrays: exactly ARRAYS."""
    stored = {name: _npy(arrays[name]) for name in ARRAYS}
    full = {"format": FORMAT, **card}
    full["version"] = _version(full, stored)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        members = {CARD: json.dumps(full, ensure_ascii=False, indent=1).encode()}
        members |= {f"{name}.npy": content for name, content in stored.items()}
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.create_system = 3  # else it depends on the platform
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 6)
    return file.getvalue()


def unpack(data: bytes) -> Content:
    """Raises BrokenModel if `data` is cut short, changed, of another format, or lacks a part."""
    try:
        return _unpack(data)
    except BrokenModel:
        raise
    except KeyError as error:
        raise BrokenModel(f"a part is missing: {error}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise BrokenModel(f"not a whole zip file: {error}") from error
    except (ValueError, TypeError) as error:
        raise BrokenModel(f"a part cannot be read: {error}") from error


def _unpack(data: bytes) -> Content:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
            raise BrokenModel("larger than any model")
        card = json.loads(archive.read(CARD))
        if not isinstance(card, dict) or card.get("format") != FORMAT:
            found = card.get("format") if isinstance(card, dict) else None
            raise BrokenModel(f"format {found!r}, but {FORMAT} is read here")
        stored = {name: archive.read(f"{name}.npy") for name in ARRAYS}
    version = card.pop("version", None)
    if version != _version(card, stored):
        raise BrokenModel("the content was changed: it does not fit its version")
    arrays = {name: np.load(io.BytesIO(content), allow_pickle=False) for name, content in stored.items()}
    return Content({**card, "version": version}, arrays)


def _npy(array: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.save(file, np.ascontiguousarray(array), allow_pickle=False)
    return file.getvalue()


def _version(card: Mapping[str, Any], stored: Mapping[str, bytes]) -> str:
    """Twelve characters of a hash over the card without its version, and all arrays."""
    digest = hashlib.sha256(json.dumps(card, ensure_ascii=False, sort_keys=True).encode())
    for name in ARRAYS:
        digest.update(hashlib.sha256(stored[name]).digest())
    return digest.hexdigest()[:12]


def as_array(strings: Iterable[str]) -> NDArray[np.uint8]:
    """Strings without line breaks as one array: numpy's own string type takes the longest's room for each."""
    return np.frombuffer("\n".join(strings).encode(), dtype=np.uint8)


def as_strings(array: NDArray[np.uint8]) -> list[str]:
    """Raises ValueError unless `array` holds UTF-8."""
    if array.dtype != np.uint8 or array.ndim != 1:
        raise ValueError(f"strings as {array.dtype} of {array.ndim} dimensions")
    return array.tobytes().decode().split("\n") if array.size else []
