"""The model that serves: one at a time, changed while messages come in.

Where versions are kept and who promoted one is decided elsewhere; here are bytes and a model. Without a model the
answer is None: a person reads the message, nothing is refused.
"""

from collections.abc import Iterable
from hashlib import sha256
from threading import Lock

from classifier.model_file import BrokenModel
from classifier.predict import Model, load
from classifier.prediction import Prediction

REMEMBERED = 512  # opinions


class Serving:
    """Holds the model in use. Any thread may ask while another swaps; each prediction is of one model throughout.

    The last opinions are remembered: the same text is asked about on the review card and again when it is filed.
    """

    def __init__(self) -> None:
        self._model: Model | None = None
        self._swapping = Lock()
        self._opinions: dict[tuple[str, bytes], Prediction] = {}

    @property
    def version(self) -> str | None:
        model = self._model
        return model.version if model else None

    def swap(self, data: bytes) -> str:
        """Serves the model in `data` from now on and returns its version; the old one serves while it loads.

        Raises BrokenModel, and the old one goes on.
        """
        with self._swapping:  # of two swaps the later call wins, whichever loads faster
            self._model = load(data)
            return self._model.version

    def choose(self, candidates: Iterable[bytes]) -> list[BrokenModel]:
        """Serves the first of `candidates` that loads, the most wanted first; returns why those before it did not.

        With none that loads, nothing serves.
        """
        refused: list[BrokenModel] = []
        for data in candidates:
            try:
                self.swap(data)
            except BrokenModel as error:
                refused.append(error)
            else:
                return refused
        self.clear()
        return refused

    def clear(self) -> None:
        """Serves nothing: every message goes to a person."""
        with self._swapping:
            self._model = None

    def predict(self, text: str) -> Prediction | None:
        """None if no model serves."""
        model = self._model  # read once: it may be swapped meanwhile
        if model is None:
            return None
        asked = (model.version, sha256(text.encode()).digest())  # not the words: nobody's are kept here
        opinion = self._opinions.get(asked)
        if opinion is None:
            opinion = self._opinions[asked] = model.predict(text)
            if len(self._opinions) > REMEMBERED:
                self._opinions.pop(next(iter(list(self._opinions))), None)
        return opinion
