"""Categories: what a complaint is about, in two levels: a category and, if known, one of its items.

The names are data, loaded from a file. One name is fixed: OTHER is where a complaint waits for a person to
categorise it, so nothing may be concluded in it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from complaints.errors import ComplaintError

OTHER = "其他"


@dataclass(frozen=True)
class Category:
    name: str
    items: tuple[str, ...] = ()


class UnknownCategory(ComplaintError):
    """The list of categories has no such category, or the category no such item."""

    def __init__(self, name: str, item: str = "") -> None:
        super().__init__(f"no category {name!r}" if not item else f"{name!r} has no item {item!r}")
        self.name, self.item = name, item


class Categories:
    """The categories in use, in the order given. Raises ValueError at a name or an item that stands twice."""

    def __init__(self, categories: Iterable[Category]) -> None:
        self._categories: dict[str, Category] = {}
        for category in categories:
            if category.name in self._categories:
                raise ValueError(f"the category {category.name} is there twice")
            if len(set(category.items)) != len(category.items):
                raise ValueError(f"an item of {category.name} is there twice")
            self._categories[category.name] = category
        self._categories.setdefault(OTHER, Category(OTHER))  # there must always be a place to wait

    def get(self, name: str) -> Category:
        """Raises UnknownCategory."""
        try:
            return self._categories[name]
        except KeyError:
            raise UnknownCategory(name) from None

    def check(self, name: str, item: str = "") -> None:
        """Raises UnknownCategory unless the category exists and has the item; "" is no item and always passes."""
        if item and item not in self.get(name).items:
            raise UnknownCategory(name, item)
        self.get(name)

    def __contains__(self, name: object) -> bool:
        return name in self._categories

    def __iter__(self) -> Iterator[Category]:
        return iter(self._categories.values())

    def __len__(self) -> int:
        return len(self._categories)


def is_settled(category: str) -> bool:
    """Whether a complaint in this category may be concluded."""
    return category not in {"", OTHER}
