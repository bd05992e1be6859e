"""Rows of a figure: marks with ranges, bars, changes around zero, parts of a whole, cells; drawn from rounded numbers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from surveyapp.results import words
from surveyapp.results.drawn import pictures
from surveyapp.results.drawn.pictures import DARK, LETTER, WIDTH, Key, Picture, Shape

_MARGIN: Final = 12
_AXIS: Final = 20
_STEP: Final = LETTER + 2
_FILLED: Final = {"now": "bar", "then": "edge"}
_MOST_STEPS: Final = 5
_FEWEST_UNITS: Final = 13
"""A part narrower than this has no room for its number."""
RING: Final = (pictures.ring(12, 7),)
DIAMOND: Final = (pictures.diamond(12, 7),)
EMPTY: Final = (pictures.box("edge", 1, 2, 22, 9),)
FULL: Final = (pictures.box("bar", 1, 2, 22, 9),)
RANGE: Final = (pictures.line("now", 1, 7, 23, 7),)


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale from *low* to *high*; ``steps`` are the values written below it, ``unit`` follows each.

    ``room`` stays free at its end for what is written behind bars.
    """

    low: float
    high: float
    steps: tuple[float, ...]
    unit: str = ""
    room: float = 0

    def at(self, value: float) -> float:
        """Return where *value* lies, never outside the picture."""
        inside = min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)
        return _MARGIN + inside * (WIDTH - 2 * _MARGIN - self.room)


PERCENT: Final = Scale(0, 100, (0, 25, 50, 75, 100), " %")


def points(most: int) -> Scale:
    """Return the scale of a score with that many questions, in equal steps to its very end."""
    step = next(each for each in range(1, most + 1) if most % each == 0 and most // each <= _MOST_STEPS)
    return Scale(0, most, tuple(range(0, most + 1, step)))


def around_zero(ends: Iterable[float]) -> Scale:
    """Return a scale of changes in points that holds all *ends*, the same to both sides."""
    most = max([20.0, *(abs(each) for each in ends)])
    reach = int(-(-most // 20) * 20)
    return Scale(-reach, reach, (-reach, -reach / 2, 0, reach / 2, reach))


@dataclass(frozen=True, slots=True)
class Mark:
    """One number of a row with the ends of its range (None: none); ``look`` is ``now`` or ``then``, of a bar its filling.

    ``told`` is written behind a bar.
    """

    value: float
    low: float | None = None
    high: float | None = None
    look: str = "now"
    told: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its label and its marks; without any, ``instead`` says why."""

    label: str
    marks: tuple[Mark, ...] = ()
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole, in percent; ``number`` stands on it."""

    share: float
    look: str
    number: str


@dataclass(frozen=True, slots=True)
class Whole:
    """One bar in parts; without any, ``instead`` says why."""

    label: str
    parts: tuple[Part, ...]
    instead: str = ""

    @property
    def left(self) -> float:
        """How much of it is on the side of the first tones, half of the middle one with it."""
        return sum(part.share * {"tone-1": 1.0, "tone-2": 1.0, "tone-3": 0.5}.get(part.look, 0.0) for part in self.parts)


def marks(lines: Sequence[Line], scale: Scale) -> Picture:
    """Return the picture of marks and their ranges: a diamond is now, a ring the time before."""
    shapes: list[Shape] = []
    top = 0.0
    for each in lines:
        label = pictures.paragraph(each.label, 2, top + LETTER, WIDTH - 4, 4)  # the verdict stands at its end
        first = top + len(label) * _STEP + 4
        shapes += label
        shapes += _marks(each, scale, first)
        top = first + 11 * max(len(each.marks), 1) + 6
    return Picture(WIDTH, top + _AXIS, (*_axis(scale, top, _STEP), *shapes))


def _marks(line: Line, scale: Scale, top: float) -> list[Shape]:
    if not line.marks:
        return [pictures.text(line.instead, WIDTH / 2, top + 8, "quiet", anchor="middle")]
    shapes: list[Shape] = []
    if len(line.marks) > 1:
        ends = [scale.at(mark.value) for mark in line.marks]
        shapes.append(pictures.line("link", min(ends), top + 5, max(ends), top + 5))
    for at, mark in enumerate(line.marks):
        y = top + 5 + 11 * at
        if mark.low is not None and mark.high is not None:
            shapes.append(pictures.line(mark.look, scale.at(mark.low), y, scale.at(mark.high), y))
        x = round(scale.at(mark.value), 1)
        shapes.append(pictures.diamond(x, y) if mark.look == "now" else pictures.ring(x, y))
    return shapes


def bars(lines: Sequence[Line], scale: Scale) -> Picture:
    """Return the picture of bars from zero, full for now and empty for the time before; each has its number behind it."""
    shapes: list[Shape] = []
    top = 0.0
    for each in lines:
        label = pictures.paragraph(each.label, 2, top + LETTER, WIDTH - 4)
        shapes += label
        top += len(label) * _STEP + 4
        for mark in each.marks:
            start, end = scale.at(scale.low), scale.at(mark.value)
            shapes.append(pictures.box(_FILLED.get(mark.look, mark.look), start, top, max(end - start, 1), 9))
            if mark.told:
                shapes.append(pictures.text(mark.told, end + 4, top + 8, size=LETTER - 1))
            top += 12
        if not each.marks:
            shapes.append(pictures.text(each.instead, WIDTH / 2, top + 8, "quiet", anchor="middle"))
            top += 12
        top += 6
    return Picture(WIDTH, top + _AXIS, (*_axis(scale, top, _STEP), *shapes))


def whole(lines: Sequence[Whole], *, around: bool = False) -> Picture:
    """Return the picture of wholes in parts, one bar a line; a line without parts says why.

    With *around* the bars lie around one upright line: parts of the first tones to its left, the middle tone on it.
    """
    left = max((each.left for each in lines), default=0) if around else 0
    right = max((sum(part.share for part in each.parts) - each.left for each in lines), default=0) if around else 100
    unit = WIDTH / ((left + right) or 1)
    shapes: list[Shape] = []
    top = 0.0
    for each in lines:
        label = pictures.paragraph(each.label, 2, top + LETTER, WIDTH - 4) if each.label else []
        shapes += label
        top += len(label) * _STEP + 4
        shapes += _parts(each, (left - each.left) * unit if around else 0, top, unit)
        if around:  # where disagreeing turns into agreeing, beside the bar and not across its numbers
            shapes += [pictures.line("axis", left * unit, end, left * unit, end + 4) for end in (top - 3, top + 17)]
        top += 18 + 8
    return Picture(WIDTH, top, tuple(shapes))


def _parts(each: Whole, start: float, top: float, unit: float) -> Iterator[Shape]:
    if not each.parts:
        yield pictures.text(each.instead, WIDTH / 2, top + 13, "quiet", anchor="middle")
    for part in each.parts:
        width = part.share * unit
        yield pictures.box(part.look, start, top, width, 18)
        yield from textured(part.look, start, top + 14, width, 4)
        if width >= max(_FEWEST_UNITS, 7 * len(part.number)):
            look = "inside-dark" if part.look in DARK else "inside" if part.look.startswith("tone") else "text"
            yield pictures.text(part.number, start + width / 2, top + 13, look, anchor="middle")
        start += width


@dataclass(frozen=True, slots=True)
class Heat:
    """One row of a table that is drawn: for each column a number in percent, or None and why there is none."""

    label: str
    cells: tuple[tuple[float | None, str], ...]


def heat(columns: Sequence[str], lines: Sequence[Heat]) -> Picture:
    """Return the picture of a table of shares: each cell holds its number, the darker the higher."""
    wide = WIDTH / len(columns)
    heads = [pictures.wrapped(name, wide - 6, 4) for name in columns]
    shapes = [
        pictures.text(each, at * wide + wide / 2, LETTER + row * _STEP, "quiet", anchor="middle")
        for at, head in enumerate(heads)
        for row, each in enumerate(head)
    ]
    top = max(map(len, heads)) * _STEP + 8.0
    for line in lines:
        label = pictures.paragraph(line.label, 2, top + LETTER, WIDTH - 4)
        shapes += label
        top += len(label) * _STEP + 4
        for at, (share, told) in enumerate(line.cells):
            look = "edge" if share is None else f"heat-{min(int(share // 20), 4) + 1}"
            letters = "quiet" if share is None else "inside-dark" if look in DARK else "inside"
            shapes.append(pictures.box(look, at * wide + 1, top, wide - 2, 18))
            shapes.append(pictures.text(told, at * wide + wide / 2, top + 13, letters, anchor="middle"))
        top += 18 + 6
    return Picture(WIDTH, top, tuple(shapes))


def tones(number: int) -> tuple[str, ...]:
    """Return fillings for *number* parts in their order: from the one end to the other, the middle pale."""
    by_number = {1: (3,), 2: (1, 5), 3: (1, 3, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}
    chosen = by_number.get(number) or tuple(1 + at % 5 for at in range(number))
    return tuple(f"tone-{each}" for each in chosen)


def tone_key(look: str, meaning: str) -> Key:
    """Return the legend's line of a filling."""
    return Key((pictures.box(look, 1, 1, 22, 12), *textured(look, 1, 9, 22, 4)), meaning)


def textured(look: str, x: float, y: float, width: float, height: float) -> list[Shape]:
    """Return the strip along the foot of a filled part by which it is told from others without any colour."""
    if look == "tone-4":
        return [pictures.box("strip", x, y + height / 2, width, height / 2)]
    if look == "tone-2":
        return [pictures.line("strip-line", x + 1, y + height / 2, x + width - 1, y + height / 2)]
    if look == "tone-1":
        ticks = (x + 2 + 4 * at for at in range(int((width - 1) // 4)))
        return [pictures.path("strip-light", " ".join(f"M{each:.5g} {y:g} v{height:g}" for each in ticks))] if width > 5 else []  # noqa: PLR2004
    return []


def _axis(scale: Scale, bottom: float, top: float) -> list[Shape]:
    shapes: list[Shape] = []
    for value in scale.steps:
        at = scale.at(value)
        shapes.append(pictures.line("axis" if value == 0 and scale.low < 0 else "grid", at, top, at, bottom))
        written = f"{'+' if value > 0 and scale.low < 0 else '−' if value < 0 else ''}{words.number(abs(value))}{scale.unit}"
        # The widest text would be cut if it stood in the middle of its line.
        edge = value == scale.high and not scale.room
        shapes.append(
            pictures.text(written, WIDTH if edge else at, bottom + 14, anchor="end" if edge else "middle", size=LETTER - 1)
        )
    return shapes
