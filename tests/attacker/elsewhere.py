"""Attacks on what leaves beside pages and files of results: figures as files, open data, pages of releases.

Nothing may stand in them that does not stand in what is attacked by counting (`attacks`).
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from tests.attacker.files import Rows, cells_of
from tests.attacker.loot import FigureFile, Labels, Loot, OpenData, Release
from tests.attacker.pages import Element, grid, numbers, parsed, plain

_PLACES: Final = ("x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "width", "height", "d", "points")
_SHAPES: Final = ("circle", "rect", "path", "line", "polyline", "text")
Shape = tuple[str, tuple[str, ...], str]


def figures_as_files(loot: Loot) -> Iterator[str]:
    """Hold each figure's CSV against its table, and every mark and word of its SVG against those of its page."""
    for one in loot.figures:
        page = parsed(one.page)
        figure = next(page.every("figure", id=one.name))
        yield from (f"{one.name}: {told}" for told in (*_in_csv(one, figure), *_in_svg(one, figure, page)))


def _in_csv(one: FigureFile, figure: Element) -> Iterator[str]:
    shown = [[_digits(cell) for cell in row] for row in grid(next(figure.every("table")))]
    written = [[_digits(cell) for cell in row] for row in csv.reader(io.StringIO(one.csv.decode("utf-8-sig")))][1:]
    if shown != written:
        different = next((pair for pair in zip(shown, written, strict=False) if pair[0] != pair[1]), None)
        yield f"the CSV has other cells: {different}"


def _digits(cell: str) -> list[str]:
    return numbers(re.sub(r"(?<=\d)\.0\b", "", cell))


def _in_svg(one: FigureFile, figure: Element, page: Element) -> Iterator[str]:
    drawing = next(parsed(one.svg.decode()).every("svg"))
    shown = sum((_shapes(svg) for svg in figure.every("svg")), Counter[Shape]())
    known = set(numbers(page.text()))
    ground = ("rect", (drawing.attributes["viewbox"].split()[2], drawing.attributes["viewbox"].split()[3]), "")
    for shape in _shapes(drawing) - shown:
        element, _, words = shape
        if element == "text":
            yield from (f"{number} in “{words}” of the SVG stands not on its page" for number in set(numbers(words)) - known)
        elif shape != ground:
            yield f"the SVG has a {element} at {shape[1]} that its page has not"
    for kind in ("title", "desc"):
        told, said = (plain(next(each.every(kind)).text()) for each in (drawing, next(figure.every("svg", role="img"))))
        if told != said:
            yield f"the {kind} of the SVG says “{told}”"


def _shapes(svg: Element) -> Counter[Shape]:
    return Counter(
        (kind, tuple(each.attributes[name] for name in _PLACES if name in each.attributes), plain(each.text()))
        for kind in _SHAPES
        for each in svg.every(kind)
    )


def open_data(loot: Loot) -> Iterator[str]:
    """Hold what everybody can read of a release (API, pages, files, what changed) against the release itself."""
    told: dict[tuple[str, str], set[Any]] = {}
    for one in loot.open_data:
        released = loot.releases[one.place]
        for name, rows in released.tables.items():
            for column, value in (each for row in rows for each in row.items()):
                told.setdefault((name, column), set()).add(value)
        yield from (f"release {one.place + 1}: {found}" for found in (*_in_the_api(one, released), *_on_pages(one, released)))
        for table, column, value in one.changes:
            if value is not None and value not in told.get((table, column), set()):
                yield f"release {one.place + 1}: {value} in the changes of {table}/{column} is in no public release"


def _in_the_api(one: OpenData, released: Release) -> Iterator[str]:
    written = cells_of(released.tables)
    for name, cells in cells_of(one.tables).items():
        if cells != written.get(name):
            yield f"the API has other cells in {name}"


def _on_pages(one: OpenData, released: Release) -> Iterator[str]:
    for (table, language), page in one.pages.items():
        rows = [row for each in parsed(page).every("table") for row in grid(each)]
        for row, held in zip(rows, released.tables[table], strict=True):
            known = {digits for name, value in held.items() for digits in (*_digits(str(value)), *_of_a_number(name, value))}
            beyond = {number for cell in row for number in _digits(cell)} - known
            yield from (f"{number} in {table} in {language} is not in the release" for number in sorted(beyond))


def pages_of_releases(loot: Loot) -> Iterator[str]:
    """Hold every number of the tables on the pages of a release against its lines about the same question and group."""
    for place, released in enumerate(loot.releases):
        asked = next(iter(loot.waves.values())).asked
        lines: Rows = [*released.tables.get("survey_levels", []), *released.tables.get("survey_changes", [])]
        for language, page in ((language, page) for language, pages in released.pages.items() for page in pages):
            labels = Labels(asked, language)
            for row in (row for table in parsed(page).every("table") for row in grid(table) if len(row) > 3):
                known = _known(labels, row, lines)
                beyond = {number for cell in row[2:] for number in _digits(cell)} - known
                yield from (f"{number} on a page of release {place + 1}: {row} in {language}" for number in sorted(beyond))


def _known(labels: Labels, row: list[str], lines: Rows) -> set[str]:
    """Return the digits of every number that a release has of a question (or score) in a group."""
    item = labels.item(row[0].partition("\n")[0])
    stratum = labels.stratum(row[1]) or labels.stratum(row[0])  # a table of one score over all surveys names the group first
    scores = {score.id for score in labels.asked.scores}
    names = {item.id} if item else scores
    mine = [line for line in lines if line["item"] in names and line["stratum"] == stratum]
    return {digits for line in mine for name, value in line.items() for digits in _of_a_number(name, value)}


def _of_a_number(name: str, value: object) -> set[str]:
    if name == "band" or name.startswith("band_"):
        return {"0", "1", "2"} if value else set()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return {"0", "1", "2", "10", "30", "95"}  # how a hidden count reads with its threshold, and how sure a range is
    points = 100 * float(value)
    near = {int(points), round(points), int(points) + 1, abs(round(points))}
    return {str(each) for each in near} | set(_digits(f"{abs(value):g}")) | set(_digits(f"{abs(float(value)):.1f}"))


ELSEWHERE: Final = (figures_as_files, open_data, pages_of_releases)
