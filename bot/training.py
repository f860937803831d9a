"""Training: the starter model from the texts that ship, which were written by hand for this project.

It works on day one and is no substitute for a model of the district's own complaints.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from bot.directory import LUOHU, read_categories
from classifier.dataset import Example, read
from classifier.predict import load
from classifier.train import train
from complaints.category import OTHER

TEXTS = Path(str(files("bot") / "data" / "starter_texts"))

Tell = Callable[[str, float], None]


@dataclass(frozen=True)
class Trained:
    """A model ready to be stored: its bytes are loaded once, so that nothing broken is kept."""

    version: str
    data: bytes
    metrics: dict[str, Any]


def starter_texts() -> list[Example]:
    """Raises DatasetError."""
    return [example for file in sorted(TEXTS.glob("*.csv")) for example in read(file)]


def item_names() -> list[Example]:
    """The names of the items say what their category is about: learned from, never judged. Raises BadFile."""
    categories = read_categories(LUOHU / "categories.csv")
    return [Example(item, each.name) for each in categories for item in each.items if item != OTHER]


def trained(examples: Iterable[Example], tell: Tell | None = None) -> Trained:
    """Raises TooFewTexts."""
    known = list(examples)
    labels = {example.label for example in known}
    hints = [hint for hint in item_names() if hint.label in labels]
    model = train(known, progress=tell, hints=hints)
    return Trained(load(model.data).version, model.data, dict(model.metrics))
