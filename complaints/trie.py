"""A trie: many names looked for in one text at once, the longest at each place.

It reads from left to right and never goes back: where two names overlap, the one that starts first wins.
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class _Node(Generic[T]):
    __slots__ = ("after", "values")

    def __init__(self) -> None:
        self.after: dict[str, _Node[T]] = {}
        self.values: list[T] = []


class Trie(Generic[T]):
    """Names, each with one or more values."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()

    def add(self, name: str, value: T) -> None:
        """A value that the name has already is not added again. Raises ValueError if `name` is empty."""
        if not name:
            raise ValueError("a name cannot be empty")
        node = self._root
        for character in name:
            node = node.after.setdefault(character, _Node())
        if value not in node.values:
            node.values.append(value)

    def scan(self, text: str) -> Iterator[tuple[int, int, tuple[T, ...]]]:
        """(start, end, values) of the names in `text`, in order, never overlapping."""
        start = 0
        while start < len(text):
            end, values = self._longest(text, start)
            if values:
                yield start, end, values
            start = max(end, start + 1)

    def _longest(self, text: str, start: int) -> tuple[int, tuple[T, ...]]:
        node = self._root
        found: tuple[int, tuple[T, ...]] = (start, ())
        for position in range(start, len(text)):
            following = node.after.get(text[position])
            if following is None:
                break
            node = following
            if node.values:
                found = position + 1, tuple(node.values)
        return found
