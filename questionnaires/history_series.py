"""The series of a history file: figures by year, what is counted, and where something else began to be counted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, get_args

from questionnaires.fields import (
    NO_TEXT,
    Fields,
    Reader,
    Unique,
    as_flag,
    as_text,
    identifier,
    listing,
    number,
    reference,
    whole,
    word,
)
from questionnaires.history_types import CountedThing, Disagreement, FigurePoint, Precision, Series
from questionnaires.report import Report
from questionnaires.texts import Text
from questionnaires.yaml_file import Node

YEAR: Final = whole(1990, 2100)
_WHENS: Final = ("year", "years", "school_year")
_POINT: Final = (*_WHENS, "precision", "part", "a_year", "also", "against")
_ALL: Final = 100


@dataclass(frozen=True, slots=True)
class Known:
    """The numbers of the tasks, and the series seen so far."""

    tasks: Collection[str]
    seen: Unique


def read_series(report: Report, node: Node, known: Known) -> Series:
    """Return the series of *node*."""
    fields = Fields(report, node, ("id", "task", "counted", "name", "points"), ("breaks", "part", "note", "sensitive"))
    name = fields.need("id", identifier(), "")
    if name:
        known.seen.add(fields.place("id"), name)
    counted: CountedThing = fields.need("counted", word(get_args(CountedThing)), "events")
    points = _points(fields, _amount(counted), has_part="part" in fields)
    return Series(
        id=name,
        task=int(fields.need("task", reference("task", known.tasks), "0")),
        counted=counted,
        name=fields.need("name", as_text, NO_TEXT),
        points=points,
        breaks=_breaks(fields, points),
        part=fields.get("part", as_text),
        note=fields.get("note", as_text),
        sensitive=fields.need("sensitive", as_flag, default=False),
    )


def _amount(counted: CountedThing) -> Reader[float]:
    """Return the reader of a figure: money and shares may have decimals, what is counted one by one may not."""
    if counted == "share":
        return number(0, _ALL)
    return number() if counted == "money" else whole(0)


def _points(fields: Fields, amount: Reader[float], *, has_part: bool) -> tuple[FigurePoint, ...]:
    seen = Unique(fields.report, "figure")

    def read(report: Report, node: Node) -> FigurePoint:
        entry = Fields(report, node, ("value", "line"), _POINT)
        point = _point(entry, amount)
        if point.first:
            seen.add(node, f"{point.first}–{point.last}")
        if point.part is not None and not has_part:
            report.add(entry.place("part"), "part_without_name")
        if point.part is not None and point.part > point.value:
            report.add(entry.place("part"), "part_above_value", part=f"{point.part:g}", value=f"{point.value:g}")
        return point

    return tuple(sorted(fields.each("points", read), key=lambda point: (point.first, point.last)))


def _point(fields: Fields, amount: Reader[float]) -> FigurePoint:
    first, last, school_year = _when(fields)
    value = fields.need("value", amount, 0.0)
    precision: Precision = fields.need("precision", word(get_args(Precision)), "exactly")
    return FigurePoint(
        first=first,
        last=last,
        value=value,
        line=fields.need("line", whole(), 0),
        precision=precision,
        part=fields.get("part", amount),
        a_year=fields.need("a_year", as_flag, default=False),
        school_year=school_year,
        also=tuple(line for _, line in fields.get("also", listing(whole())) or ()),
        against=fields.get("against", lambda report, node: _against(report, node, amount, value)),
    )


def _when(fields: Fields) -> tuple[int, int, bool]:
    """Return the first and last year of a figure and whether they are one school year; zeros if that was reported."""
    if sum(key in fields for key in _WHENS) != 1:
        fields.report.add(fields.node, "point_when")
        return 0, 0, False
    if "years" in fields:
        years = [year for _, year in fields.get("years", listing(YEAR, 2)) or ()]
        if years and years != sorted(set(years))[:2]:
            fields.report.add(fields.place("years"), "years_form")
        return (years[0], years[-1], False) if years else (0, 0, False)
    school = "school_year" in fields
    year = fields.need("school_year" if school else "year", YEAR, 0)
    return year, year + school if year else 0, school


def _against(report: Report, node: Node, amount: Reader[float], value: float) -> Disagreement:
    fields = Fields(report, node, ("value", "line", "note"))
    other = fields.need("value", amount, -1.0)
    if other == value:
        report.add(fields.place("value"), "against_same", found=f"{value:g}")
    return Disagreement(other, fields.need("line", whole(), 0), fields.need("note", as_text, NO_TEXT))


def _breaks(fields: Fields, points: Sequence[FigurePoint]) -> Mapping[int, Text]:
    """Return the breaks by year; each stands at a year with a figure that is not the first."""
    later = [point.first for point in points if point.of_one_year][1:]
    found: dict[int, Text] = {}
    for name, node in fields.pairs("breaks"):
        year, why = YEAR(fields.report, name), as_text(fields.report, node)
        if year is not None and year not in later:
            fields.report.add(name, "break_without_point", found=str(year))
        if year is not None and why is not None:
            found[year] = why
    return MappingProxyType(found)
