"""Bytes that are no model of ours are told apart before they serve, with the reason."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from classifier.model_file import ARRAYS, BrokenModel, Content, pack, unpack
from classifier.predict import load
from classifier.train import TrainedModel

Change = Callable[[Content], object]


def repacked(data: bytes, change: Change) -> bytes:
    """A whole file with a fitting version, wrong in one thing."""
    content = unpack(data)
    change(content)
    card = {name: value for name, value in content.card.items() if name != "version"}
    return pack(card, content.arrays)


def rewritten(data: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    """The same members with one changed or gone, and nothing else in order again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return file.getvalue()


def with_nan(content: Content) -> None:
    content.arrays["word_weights"] = np.full_like(content.arrays["word_weights"], np.nan)


def with_one_class_less(content: Content) -> None:
    content.card["classes"].pop()


CHANGES: list[tuple[Change, str]] = [
    (lambda content: content.card.update(dictionary="0" * 64), "another dictionary"),
    (with_one_class_less, "weights"),
    (with_nan, "NaN or infinity in the word weights"),
    (lambda content: content.card["calibration"].update(offset=[float("nan")] * 4), "NaN or infinity in intercept"),
    (lambda content: content.card["calibration"].update(matrix=[[1.0]]), "not of 4 classes"),
    (lambda content: content.card["thresholds"].pop("floor"), "floor"),
    (lambda content: content.card["thresholds"]["promised"].pop("0.97"), "0.97"),
    (lambda content: content.card["thresholds"]["promised"].update({"0.97": "high"}), "promised thresholds"),
    (lambda content: content.card.update(words=["abc"]), "only Han words"),
    (lambda content: content.arrays.update(intercept=np.zeros(3, dtype=np.float32)), "not of 4 classes"),
    (lambda content: content.arrays.update(character_idf=np.zeros(3, dtype=np.float32)), "characters, but"),
    (lambda content: content.arrays.update(known=np.zeros(3)), "strings as float64"),
    (lambda content: content.arrays.update(word_idf=content.arrays["word_idf"].astype(float)), "not float32"),
]


@pytest.mark.parametrize(("change", "reason"), CHANGES)
def test_a_model_that_cannot_serve_here_says_why(trained: TrainedModel, change: Change, reason: str) -> None:
    with pytest.raises(BrokenModel, match=reason):
        load(repacked(trained.data, change))


def card_with(name: str, value: Any) -> Callable[[dict[str, bytes]], object]:
    return lambda members: members.update(
        {"model.json": json.dumps({**json.loads(members["model.json"]), name: value}).encode()}
    )


def pickled(members: dict[str, bytes]) -> None:
    file = io.BytesIO()
    np.save(file, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    members["intercept.npy"] = file.getvalue()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (card_with("format", 2), "format 2"),
        (card_with("seed", 99), "changed"),
        (pickled, "changed"),
        (lambda members: members.pop("known.npy"), "missing"),
        (lambda members: members.pop("model.json"), "missing"),
        (lambda members: members.update({"model.json": b"[]"}), "format None"),
        (lambda members: members.update({"model.json": b"\xff{"}), "cannot be read"),
    ],
)
def test_a_changed_file_is_refused(trained: TrainedModel, change: Any, reason: str) -> None:
    with pytest.raises(BrokenModel, match=reason):
        load(rewritten(trained.data, change))


def test_a_pickle_with_a_fitting_version_is_refused_too(trained: TrainedModel, monkeypatch: Any) -> None:
    monkeypatch.setattr("classifier.model_file._version", lambda card, stored: json.loads('"any"'))
    with pytest.raises(BrokenModel, match=r"cannot be read.*allow_pickle=False"):
        load(rewritten(trained.data, lambda members: (pickled(members), card_with("version", "any")(members))))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_refused(trained: TrainedModel, share: float) -> None:
    with pytest.raises(BrokenModel, match="not a whole zip"):
        load(trained.data[: int(share * len(trained.data))])


def test_every_flipped_byte_is_refused_or_harmless(trained: TrainedModel) -> None:
    version = load(trained.data).version
    for place in range(0, len(trained.data), len(trained.data) // 40):
        spoiled = bytearray(trained.data)
        spoiled[place] ^= 0x55
        try:
            content = unpack(bytes(spoiled))
        except BrokenModel:
            continue
        assert content.card["version"] == version  # a byte of the zip that carries no content


def test_arrays_are_single_precision_and_in_rows(trained: TrainedModel) -> None:
    content = unpack(trained.data)
    assert set(content.arrays) == set(ARRAYS)
    for name in ("word_weights", "character_weights"):
        assert content.arrays[name].dtype == np.float32
        assert content.arrays[name].flags.c_contiguous
