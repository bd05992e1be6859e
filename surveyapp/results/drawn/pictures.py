"""Pictures as shapes, and the two ways in which they become SVG: with a page's classes, or standing by themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup, escape

WIDTH: Final = 320
LETTER: Final = 12
"""Size of letters: on the narrowest screen a picture is about as many pixels wide as it has units."""
_WIDE: Final = {
    0.28: "ijlīļIJĪ",
    0.36: "ft .,:;!()-/",
    0.45: "r–",
    0.56: "cksvxyzčķšžFLPĻвгзкстухчьэяР?„”“",
    0.62: "abdeghnopquāēģņūабдеийлнопрц0123456789«»",
    0.66: "ABCEKRSTVXYZĀČĒĶŠŽАБВГЕЗСТУХЧЬЭЯ",
    0.76: "DGHNOQUĢŅŪмъыДИЙКЛНОПЦ",
    0.87: "wMжфюМФЪЫ",
    0.97: "mWшщ%…",
    1.06: "ЖШЩЮ",
}
"""How wide letters are beside their height in DejaVu Sans, the widest of the fonts that pages are shown in."""
_WIDTH_OF: Final = {letter: wide for wide, letters in _WIDE.items() for letter in letters}
_OTHER: Final = 0.66
_INK, _GREY, _MAIN, _PAPER = "#1b1b1b", "#5a5a5a", "#17605b", "#ffffff"
_FAMILY: Final = "'Libertinus Serif', Georgia, 'Times New Roman', serif"
"""Typst, which makes pictures of dots of these, brings the first one along; it has Latvian and Russian letters."""
_HALO: Final = {"paint-order": "stroke", "stroke": _PAPER, "stroke-width": "3"}
"""Letters stand clear of whatever is drawn below them."""

# How a shape looks where no style sheet reaches it. Pages say the same in results.css, there also for the dark and for forced
# colours; shapes differ by outline, filling and place, never by colour alone.
LOOKS: Final[Mapping[str, Mapping[str, str]]] = {
    "text": {"fill": _INK, **_HALO},
    "quiet": {"fill": _GREY, **_HALO},
    "finding": {"fill": _INK, "font-weight": "700"},
    "inside": {"fill": _INK},
    "inside-dark": {"fill": _PAPER},
    "grid": {"stroke": "#d0d0d0", "stroke-width": "1"},
    "axis": {"stroke": _INK, "stroke-width": "1"},
    "mark": {"stroke": _INK, "stroke-width": "2.5", "fill": "none"},
    "lid": {"fill": "#d8d8d8"},
    "track": {"fill": "#ececec"},
    "bar": {"fill": _MAIN},
    "ring": {"fill": _PAPER, "stroke": _INK, "stroke-width": "2"},
    "edge": {"fill": "none", "stroke": _INK, "stroke-width": "1.5"},
    "dashed": {"fill": "none", "stroke": _INK, "stroke-width": "1.5", "stroke-dasharray": "3 2"},
    "link": {"stroke": _GREY, "stroke-width": "1", "stroke-dasharray": "2 2"},
    "cut": {"stroke": _INK, "stroke-width": "1.5", "stroke-dasharray": "4 3"},
    "then": {"stroke": _GREY, "stroke-width": "1.5", "fill": "none"},
    "now": {"stroke": _MAIN, "stroke-width": "2.5", "fill": "none"},
    "cross": {"stroke": "#a3231f", "stroke-width": "2", "fill": "none"},
    "tone-1": {"fill": "#a9552d", "stroke": _PAPER, "stroke-width": "1"},
    "tone-2": {"fill": "#e8b48f", "stroke": _PAPER, "stroke-width": "1"},
    "tone-3": {"fill": "#dcdcdc", "stroke": _PAPER, "stroke-width": "1"},
    "tone-4": {"fill": "#8fc4bf", "stroke": _PAPER, "stroke-width": "1"},
    "tone-5": {"fill": _MAIN, "stroke": _PAPER, "stroke-width": "1"},
    "strip": {"fill": _INK},
    "strip-line": {"stroke": _INK, "stroke-width": "1.5", "stroke-dasharray": "2 3"},
    "strip-light": {"stroke": _PAPER, "stroke-width": "1.2", "fill": "none"},
    "heat-1": {"fill": "#e9f3f2"},
    "heat-2": {"fill": "#c6e1de"},
    "heat-3": {"fill": "#9bcac5"},
    "heat-4": {"fill": "#62aba4"},
    "heat-5": {"fill": _MAIN},
}
DARK: Final = frozenset({"tone-1", "tone-5", "heat-5", "bar"})
"""Fillings on which letters have to be light."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One thing that is drawn: its SVG element, its look (a key of LOOKS), where it stands, and its letters if it is a text."""

    element: str
    look: str
    places: tuple[tuple[str, str], ...]
    letters: str = ""
    moved: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Picture:
    """Shapes on a ground of *width* by *height* units."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """One line of a legend: a small picture and what it means."""

    sample: tuple[Shape, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a picture in a file of its own."""

    language: str
    finding: str
    about: str
    alternative: str
    legend: Sequence[Key]
    source: str


def _shape(element: str, look: str, letters: str = "", **places: float | str) -> Shape:
    named = ((name.replace("_", "-"), _plain(value)) for name, value in places.items())
    return Shape(element, look, tuple(named), letters)


def _plain(value: float | str) -> str:
    return value if isinstance(value, str) else f"{round(value, 1):g}"


def line(look: str, x1: float, y1: float, x2: float, y2: float) -> Shape:
    """Return a straight line."""
    return _shape("line", look, x1=x1, y1=y1, x2=x2, y2=y2)


def box(look: str, x: float, y: float, width: float, height: float) -> Shape:
    """Return a rectangle."""
    return _shape("rect", look, x=x, y=y, width=width, height=height)


def ring(x: float, y: float, radius: float = 4.5, look: str = "ring") -> Shape:
    """Return a circle, by default an empty one."""
    return _shape("circle", look, cx=x, cy=y, r=radius)


def diamond(x: float, y: float, reach: float = 6, look: str = "bar") -> Shape:
    """Return a square that stands on a corner."""
    return _shape("path", look, d=f"M{x:g} {y - reach:g} l{reach:g} {reach:g} l-{reach:g} {reach:g} l-{reach:g} -{reach:g} z")


def path(look: str, drawn: str) -> Shape:
    """Return a path in SVG's own words."""
    return _shape("path", look, d=drawn)


def joined(look: str, points: str) -> Shape:
    """Return a line through *points*, which are written as SVG writes them."""
    return _shape("polyline", look, points=points)


def text(letters: str, x: float, y: float, look: str = "text", *, anchor: str = "start", size: float = LETTER) -> Shape:
    """Return one line of letters; *y* is where they stand."""
    return _shape("text", look, letters, x=x, y=y, font_size=size, text_anchor=anchor)


def wrapped(letters: str, width: float, most: int = 2, size: float = LETTER) -> list[str]:
    """Return *letters* as at most *most* lines that fit into *width*; what is cut ends with an ellipsis."""
    room = max(width / size, 2.0)
    lines = [""]
    for word in letters.split():
        line = f"{lines[-1]} {word}".strip()
        if _wide(line) <= room:
            lines[-1] = line
        else:
            pieces = _pieces(word, room)
            lines = [*(each for each in lines if each), *pieces]
    return lines if len(lines) <= most else [*lines[: most - 1], _cut(lines[most - 1], room)]


def _wide(letters: str) -> float:
    return sum(_WIDTH_OF.get(letter, _OTHER) for letter in letters)


def _pieces(word: str, room: float) -> list[str]:
    """Return *word* in pieces that fit, most often as it is."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and _wide(pieces[-1] + letter) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _cut(line: str, room: float) -> str:
    """Return *line* with an ellipsis in the place of its last words, or letters where one word fills it."""
    while _wide(f"{line}…") > room:
        line = line.rpartition(" ")[0] or line[:-1]
    return f"{line}…"


def paragraph(letters: str, x: float, y: float, width: float, most: int = 3, look: str = "text") -> list[Shape]:
    """Return *letters* as lines below each other, the first one standing at *y*."""
    lines = wrapped(letters, width, most)
    return [text(each, x, y + at * (LETTER + 2), look) for at, each in enumerate(lines)]


def below(top: float, shapes: Iterable[Shape], left: float = 0) -> list[Shape]:
    """Return *shapes* moved down by *top* and to the right by *left*."""
    return [_moved(each, left, top) for each in shapes]


def on_page(picture: Picture, finding: str, alternative: str, ids: str) -> Markup:
    """Return the picture as SVG within a page: its style sheet gives the colours, *ids* begin the names of its texts."""
    inside = Markup("").join(_written(each, Markup(' class="{}"').format(each.look)) for each in picture.shapes)
    head = Markup('<svg class="picture" role="img" viewBox="0 0 {} {}" aria-labelledby="{}-t" aria-describedby="{}-d">').format(
        _plain(picture.width), _plain(picture.height), ids, ids
    )
    told = Markup('<title id="{}-t">{}</title><desc id="{}-d">{}</desc>').format(ids, finding, ids, alternative)
    return head + told + inside + Markup("</svg>")


def sample(key: Key) -> Markup:
    """Return the small picture of a legend within a page."""
    inside = Markup("").join(_written(each, Markup(' class="{}"').format(each.look)) for each in key.sample)
    return Markup('<svg class="sample" viewBox="0 0 24 14" aria-hidden="true">') + inside + Markup("</svg>")


def by_itself(picture: Picture, frame: Frame) -> str:
    """Return the picture as a file: on white, with its finding, legend and source inside and every colour named."""
    margin, step = 14.0, LETTER + 3
    width = picture.width + 2 * margin
    room = picture.width
    lines = wrapped(frame.finding, room, 6, LETTER + 2)
    shapes = [text(each, margin, 24 + at * (step + 2), "finding", size=LETTER + 2) for at, each in enumerate(lines)]
    top = 24.0 + len(lines) * (step + 2)
    for each in wrapped(frame.about, room, 6) if frame.about else []:
        shapes.append(text(each, margin, top, "quiet"))
        top += step
    shapes += below(top, picture.shapes, margin)
    top += picture.height + step
    keys = _keys(frame.legend, room)
    shapes += below(top, keys.shapes, margin)
    top += keys.height
    for each in wrapped(frame.source, room, 6, LETTER - 2):
        shapes.append(text(each, margin, top + 4, "quiet", size=LETTER - 2))
        top += step - 2
    return _document(Picture(width, top + 8, tuple(shapes)), frame)


def within(picture: Picture, legend: Sequence[Key]) -> str:
    """Return the picture as SVG for a document that tells its finding and its text beside it, without a style sheet."""
    keys = _keys(legend, picture.width)
    top = picture.height + LETTER + 3
    height = _plain(top + keys.height)
    head = Markup('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" font-family="{}">').format(
        _plain(picture.width), height, _FAMILY
    )
    ground = Markup('<rect width="{}" height="{}" fill="{}"/>').format(_plain(picture.width), height, _PAPER)
    shapes = (*picture.shapes, *below(top, keys.shapes))
    inside = [_written(each, _attributes(LOOKS[each.look].items())) for each in shapes]
    return str(Markup("\n").join([head, ground, *inside, Markup("</svg>")]))


def _keys(legend: Sequence[Key], room: float) -> Picture:
    """Return a legend, its first letters standing at 0."""
    shapes: list[Shape] = []
    top = 0.0
    for key in legend:
        shapes += below(top - 10, key.sample)
        for each in wrapped(key.meaning, room - 30, 3):
            shapes.append(text(each, 30, top))
            top += LETTER + 3
    return Picture(room, top, tuple(shapes))


def _document(picture: Picture, frame: Frame) -> str:
    width, height = _plain(picture.width), _plain(picture.height)
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" xml:lang="{}" lang="{}" role="img" aria-labelledby="t" aria-describedby="d" '
        'width="{}" height="{}" viewBox="0 0 {} {}" font-family="{}">'
    ).format(frame.language, frame.language, _plain(picture.width * 2), _plain(picture.height * 2), width, height, _FAMILY)
    told = Markup('<title id="t">{}</title>\n<desc id="d">{}</desc>').format(frame.finding, frame.alternative)
    ground = Markup('<rect width="{}" height="{}" fill="{}"/>').format(width, height, _PAPER)
    inside = [_written(each, _attributes(LOOKS[each.look].items())) for each in picture.shapes]
    return str(Markup("\n").join([head, told, ground, *inside, Markup("</svg>\n")]))


def _written(shape: Shape, look: Markup) -> Markup:
    name = Markup(shape.element)  # noqa: S704 - one of the few names above
    head = Markup("<{}{}{}").format(name, look, _attributes(shape.places))
    if shape.moved != (0, 0):
        head += Markup(' transform="translate({} {})"').format(*map(_plain, shape.moved))
    return head + (Markup(">{}</{}>").format(shape.letters, name) if shape.letters else Markup("/>"))


def _attributes(pairs: Iterable[tuple[str, str]]) -> Markup:
    return Markup("").join(Markup(' {}="{}"').format(Markup(name), escape(value)) for name, value in pairs)  # noqa: S704 - ours


def _moved(shape: Shape, left: float, top: float) -> Shape:
    return replace(shape, moved=(shape.moved[0] + left, shape.moved[1] + top))
