"""Lines about answers as they are published: in files of either level, in comparisons, in one wave's own table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.attacker.knowledge import Span

Row = Mapping[str, Any]
TOWN = "*"
_FINEST, _COARSEST = 0.1, 0.5
"""Steps to which a mean may be rounded where nobody says which."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one line tells of one wave; a span holds what is known of a number after rounding, None is nothing.

    ``level`` is the share (of a score the mean), ``spread`` the width of its range. ``base`` says what n counts: "answered",
    "seen", or "" where nobody says. ``fallen`` names figures that stand there although the count does not.
    """

    item: str
    stratum: str
    measure: str
    choices: tuple[str, ...] = ()
    base: str = ""
    n: Span | None = None
    count: Span | None = None
    level: Span | None = None
    spread: Span | None = None
    band: str | None = None
    lumped: bool = False
    plain: bool = True
    fallen: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str, tuple[str, ...]]:
        """What names a line among those of its wave."""
        return self.item, self.stratum, self.measure, self.choices


def of_level(row: Row, *, public: bool = False) -> Line:
    """Return a line of one wave by itself."""
    names = ("n", "count", "level", "low", "high", "people_low", "people_high", "least", "most")
    found = _line(row, names, public=public, choices=row["choices"], band=row["band"])
    bare = row["measure"] == "score" and row["level"] is not None and row["low"] is None and row["high"] is None
    # A mean without a range says that all have the same score, unless everybody answered.
    same = bare and not public and row["n"] != row["population"]
    return Line(**{**_fields(found), "spread": (0.0, 0.0)}) if same else found


def of_change(row: Row, side: str, *, public: bool = False) -> Line:
    """Return what a line of a comparison tells of the wave on one *side* of it (before or after)."""
    names = (f"n_{side}", f"count_{side}", side, f"{side}_low", f"{side}_high")
    found = _line(row, names, public=public, choices=row["choice"], band=row[f"band_{side}"])
    if found.count is None and found.level is None and row["measure"] not in {"score", "superiority"}:
        return _by_the_change(found, row, side, 0.015 if public else 1e-6)
    return found


def _by_the_change(line: Line, row: Row, side: str, width: float) -> Line:
    """Work out a level that is not told from the change and the other level."""
    other, sign = ("after", -1) if side == "before" else ("before", 1)
    told = tuple(
        name
        for name in ("change", "change_low", "change_high", "smallest_visible_change", "effect")
        if row.get(name) is not None
    )
    level = None
    if row["change"] is not None and row[other] is not None:
        middle = row[other] + sign * row["change"]
        level = (middle - width, middle + width)
    return Line(**{**_fields(line), "level": level, "fallen": (*line.fallen, *told)})


def _fields(line: Line) -> dict[str, Any]:
    return {name: getattr(line, name) for name in Line.__slots__}


def _line(row: Row, names: tuple[str, ...], *, public: bool, choices: str | None, band: str | None) -> Line:
    n, count, level, low, high = (row.get(name) for name in names[:5])
    score = row["measure"] == "score"
    people = 2 if public else 0
    share = (0.25 if score else 0.005) if public else 1e-6
    told = row.get("rounding") or row.get(f"rounding_{names[2]}")
    steps = (told, told) if told else (_FINEST, _COARSEST)
    rounding = steps[1] / 2 if score else 0.0  # alpha is of the published figures, so it is not rounded itself
    return Line(
        item=row["item"],
        stratum=row["stratum"],
        measure=row["measure"],
        choices=tuple(filter(None, str(choices or "").split(";"))),
        base=row.get("base") or "",
        n=_around(n, people),
        count=_around(count, people),
        level=_around(level, share + rounding),
        spread=_spread(level, low, high, steps) if score and not public else None,
        band=band,
        lumped=bool(row.get("lumped", row.get("base") == "seen")),
        plain=not str(row["method"]).startswith(("post-stratified", "stratified")),
        fallen=_fallen(row, names),
    )


def _spread(level: float | None, low: float | None, high: float | None, steps: tuple[float, float]) -> Span | None:
    """Return how wide a range is without the step of rounding added to it, which anybody can take off who is told it.

    A range may be cut where the scale ends; one of its sides is whole, and the other one is like it.
    """
    if level is None or low is None or high is None:
        return None
    width = 2 * max(high - level, level - low)
    return max(0.0, width - steps[1] - 1e-6), max(0.0, width - steps[0] + 1e-6)


def _fallen(row: Row, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return which figures stand there although the line says that it is hidden."""
    if row["measure"] in {"score", "reliability"} or (
        row["measure"] == "superiority" and (names[2] == "before" or not row["hidden"])
    ):
        return ()  # a mean has no count, and of a distribution one half stands as the level before, whatever was answered
    return tuple(name for name in names[2:] if row.get(name) is not None) if row.get(names[1]) is None else ()


def _around(value: float | None, width: float) -> Span | None:
    return None if value is None else (max(0, value - width), value + width)


def each_side(row: Row, *, public: bool = False) -> Iterator[tuple[str, Line]]:
    """Yield both sides of a line of a comparison."""
    for side in ("before", "after"):
        yield side, of_change(row, side, public=public)
