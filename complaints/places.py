"""Places: understands where something happened as residents say it, and asks back rather than guess.

Several names in one text are one place if one lies in the other (翠竹街道水贝社区). A name that may mean two
things, two places that exclude each other, an ordinary word and a road that only bears a name are offered as
choices. It knows names, not house numbers, and no road that the landmarks do not list.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from complaints.gazetteer import How, Landmark, Outside, Sense, ordinary, table
from complaints.points import Point
from complaints.points import nearest as nearest_point
from complaints.spelling import ABOVE_US, EDGES, core, is_filler, is_named_after, simplified
from complaints.units import Directory, Unit

MOST = 6  # choices: as many buttons as a person reads
UNITS = frozenset({How.DISTRICT, How.SUBDISTRICT, How.STATION, How.COMMUNITY})


@dataclass(frozen=True)
class Match:
    """`unit` is a code, `name` the words as typed."""

    unit: str
    name: str
    how: How


@dataclass(frozen=True)
class Place:
    """`unit` is the code of the one unit meant, None if it is not clear; then `choices` holds up to 6 codes.

    `outside` names the place of another district or city that the text speaks of; `unit` is None then.
    `detail` is what the text says beyond the names of units: the landmark, the road, the house.
    """

    text: str
    matches: tuple[Match, ...] = ()
    unit: str | None = None
    choices: tuple[str, ...] = ()
    outside: str | None = None
    detail: str = ""


@dataclass(frozen=True)
class _Hit:
    """A name in the text with the senses it has there."""

    start: int
    end: int
    senses: tuple[Sense, ...]
    outside: Outside | None
    namesake: bool = False  # 布心路 need not lie in 布心
    word: bool = False  # 和平 may be no place at all

    @property
    def units(self) -> frozenset[str]:
        return frozenset(sense.unit for sense in self.senses)

    @property
    def road(self) -> bool:
        return any(sense.road for sense in self.senses)

    @property
    def full(self) -> bool:
        return any(sense.full for sense in self.senses)

    @property
    def names_us(self) -> bool:
        """Whether it says by itself that we are in our own district."""
        return any(sense.how is How.DISTRICT or (sense.how is How.SUBDISTRICT and sense.full) for sense in self.senses)


class Gazetteer:
    """The places of one district.

    `elsewhere` are names of ours that other districts of the city have too: ours, unless the text names another
    district. `words` are names that are ordinary words too. Raises UnknownUnit at a landmark or point in no unit.
    """

    def __init__(
        self,
        directory: Directory,
        landmarks: Iterable[Landmark] = (),
        elsewhere: Collection[str] = (),
        points: Iterable[Point] = (),
        outside: Iterable[Outside] = (),
        words: Collection[str] = (),
    ) -> None:
        self._directory = directory
        self._names = table(directory, landmarks, outside)
        self._elsewhere = {core(name) for name in elsewhere}
        self._words = ordinary(words)
        self._points = tuple(points)
        for point in self._points:
            directory.get(point.unit)

    def find(self, text: str) -> Place:
        """The place that `text` speaks of, as typed by a resident. Never fails: what it does not know is no match."""
        plain = simplified(text)
        hits = self._hits(plain)
        ours = [hit for hit in hits if not hit.outside]
        outside = self._outside(plain, ours, [hit for hit in hits if hit.outside])
        if outside:
            # what other places have too is theirs; a name that only we have is offered: one of the two is a slip
            ours = [hit for hit in ours if outside.here and not self._is_elsewhere(plain, hit)]
        meant = () if outside else self._meant(ours)
        return Place(
            text=text,
            matches=tuple(_matches(text, ours)),
            unit=meant[0] if len(meant) == 1 else None,
            choices=() if len(meant) == 1 else self._choices(meant, ours),
            outside=outside.name if outside else None,
            detail=_detail(text, plain, ours),
        )

    def nearest(self, latitude: float, longitude: float) -> Unit | None:
        """The unit with the nearest known point within 3 km; degrees, WGS-84 like the points."""
        point = nearest_point(latitude, longitude, self._points)
        return self._directory.get(point.unit) if point else None

    def _hits(self, plain: str) -> list[_Hit]:
        found = [self._hit(plain, start, end, senses) for start, end, senses in self._names.scan(plain)]
        hits = [hit for hit in found if not (hit.outside and hit.namesake)]  # 宝安南路 runs through Luohu
        alone = is_filler(_without(plain, ((hit.start, hit.end) for hit in hits)))
        return [replace(hit, word=False) for hit in hits] if alone else hits

    def _hit(self, plain: str, start: int, end: int, senses: tuple[Sense, ...]) -> _Hit:
        ours = tuple(sense for sense in senses if not sense.outside)
        outside = next((sense.outside for sense in senses if sense.outside and not ours), None)
        used = ours or senses
        bare = not any(sense.full for sense in used)
        return _Hit(
            start,
            end,
            used,
            outside,
            namesake=bare and is_named_after(plain, end),
            word=bare and plain[start:end] in self._words,
        )

    def _is_elsewhere(self, plain: str, hit: _Hit) -> bool:
        return core(plain[hit.start : hit.end]) in self._elsewhere

    def _outside(self, plain: str, ours: list[_Hit], theirs: list[_Hit]) -> Outside | None:
        """The place outside that the text is about, if it is about one and not only mentions it."""
        if any(hit.names_us for hit in ours):
            return None
        firm = any(not (hit.word or hit.namesake) for hit in ours)
        shared = any(self._is_elsewhere(plain, hit) for hit in ours)
        for hit in theirs:
            following = min((other.start for other in (*ours, *theirs) if other.start >= hit.end), default=len(plain))
            stands = is_filler(plain[hit.end : following])  # 北京东门, but not 湖南菜馆
            leads = stands and following < len(plain)
            heads = hit.full and (not firm or is_filler(plain[: hit.start]))
            if leads or heads or (stands and not firm) or (shared and hit.outside and hit.outside.here):
                return hit.outside
        return None

    def _meant(self, hits: list[_Hit]) -> tuple[str, ...]:
        """The units that explain all plain names; roads and ordinary words only help where they agree."""
        plain = [hit for hit in hits if not (hit.namesake or hit.word)]
        places = [hit.units for hit in plain if not hit.road]
        roads = [hit.units for hit in plain if hit.road]
        if not places:
            places, roads = roads, []
        words = [hit.units for hit in hits if hit.word and not hit.namesake]
        meant = self._agree(places)
        for softer in (*roads, *words):
            if narrowed := self._agree([*places, softer]) if meant else ():
                meant = narrowed
                places = [*places, softer]
        return meant

    def _agree(self, names: list[frozenset[str]]) -> tuple[str, ...]:
        """The units that are, or lie in, one unit of each name; those that use most names for themselves."""
        names = list(dict.fromkeys(names))
        every = frozenset().union(*names)
        scores: dict[str, int] = {}
        for code in sorted(every):
            path = {unit.code for unit in self._directory.path(code)}
            if all(name & path for name in names):
                scores[code] = min(len(path & every), len(names))
        return tuple(code for code, score in scores.items() if score == max(scores.values()))

    def _choices(self, meant: tuple[str, ...], hits: list[_Hit]) -> tuple[str, ...]:
        every = meant or [code for hit in hits for code in sorted(hit.units)]
        return tuple(dict.fromkeys(every))[:MOST]


def _matches(text: str, hits: list[_Hit]) -> Iterable[Match]:
    for hit in hits:
        for sense in hit.senses:
            yield Match(sense.unit, text[hit.start : hit.end], How.NAMESAKE if hit.namesake else sense.how)


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with each span, in order and not overlapping, made one space."""
    rest, position = "", 0
    for start, end in spans:
        rest, position = rest + text[position:start] + " ", end
    return rest + text[position:]


def _detail(text: str, plain: str, hits: list[_Hit]) -> str:
    """The text without the names of units, and without the city before them."""
    spans = [
        (hit.start, hit.end)
        for hit in hits
        if not (hit.namesake or hit.word) and any(sense.how in UNITS for sense in hit.senses)
    ]
    above = ABOVE_US.match(plain)
    if above and all(hit.start >= above.end() for hit in hits):  # 深圳火车站 keeps its 深圳
        spans.insert(0, above.span())
    return " ".join(_without(text, spans).split()).strip(EDGES)
