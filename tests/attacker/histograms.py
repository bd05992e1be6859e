"""The attack on histograms of scores: tables, alternative texts and drawings of pages tell how many have how many points."""

import re
from collections.abc import Iterator
from typing import Final

from questionnaires.survey_types import Score
from tests.attacker.files import rows_of
from tests.attacker.knowledge import Span
from tests.attacker.lines import TOWN, Line
from tests.attacker.loot import Found, Loot, exactly
from tests.attacker.pages import Element, captions_of_docx, grid, grids_of_docx, numbers, pairs, parsed, plain

_ROUNDED: Final = 2
"""So much can a count be off that is rounded to 5."""
_BY_EYE: Final = 0.2
"""So many units are an edge in a drawing off, which is written to a tenth."""
_POINTS: Final = re.compile(r"(\d+)(?:–(\d+))?")
_COLUMNS: Final = 3


def histograms(loot: Loot) -> Iterator[Found]:
    """Read every histogram of points: on the page of each wave, of each score, of each wave in a release, and in reports."""
    for name, wave in loot.waves.items():
        for page in wave.pages.values():
            yield from ((name, line) for line in _on(page, wave.asked.scores, name, everybody=_scored(loot, name)))
    for page in (page for pages in loot.scores.values() for page in pages.values()):
        for name, wave in loot.waves.items():
            yield from ((name, line) for line in _on(page, wave.asked.scores, name, alone=False, everybody=_scored(loot, name)))
    for release in loot.releases:
        width = _ROUNDED if release.level == "public" else 0
        held = sorted({row["wave"] for row in release.tables["survey_levels"]})
        for name, page in (each for pages in release.pages.values() for each in zip(held, pages[1:], strict=True)):
            yield from ((name, line) for line in _on(page, loot.waves[name].asked.scores, name, width))
    yield from _in_reports(loot)


def _in_reports(loot: Loot) -> Iterator[Found]:
    """Read the tables of points in HTML and DOCX, and the drawing with its text that stands before each in HTML."""
    one = loot.comparisons[-1] if loot.comparisons else None
    names = (one.before, one.after) if one else tuple(loot.waves)[-1:]
    tables: list[tuple[Element | None, str, list[list[str]]]]
    for (_language, kind), content in loot.reports.items():
        if kind == "docx":
            tables = [(None, *table) for table in zip(captions_of_docx(content), grids_of_docx(content), strict=True)]
        elif kind == "html":
            tables = list(_with_figures(parsed(content.decode())))
        else:
            continue
        for score in loot.waves[names[-1]].asked.scores:
            for figure, caption, rows in (each for each in tables if _of_points(each[2], score)):
                name = next((each for each in names if caption.startswith(f"{each}. ")), names[-1])
                yield from ((name, _line(score, _choices(row[0]), exactly(int(row[1])))) for row in rows)
                yield from ((name, line) for line in _drawn(figure, score, _scored(loot, name).get(score.id)))


def _with_figures(page: Element) -> Iterator[tuple[Element | None, str, list[list[str]]]]:
    """Yield the last figure before each table, its caption and its rows."""
    last: Element | None = None
    for each in _flat(page):
        if each.tag == "figure":
            last = each
        elif each.tag == "table":
            yield last, plain("".join(caption.text() for caption in each.every("caption"))), grid(each)


def _flat(element: Element) -> Iterator[Element]:
    for each in element.inside:
        if isinstance(each, Element):
            yield each
            yield from _flat(each)


def _of_points(rows: list[list[str]], score: Score) -> bool:
    """Say whether these are the rows of a table of the points of a score: numbers from none to all of its questions."""
    told = [_POINTS.fullmatch(row[0]) for row in rows if len(row) == _COLUMNS and row[1].isdecimal()]
    ends = [(int(each[1]), int(each[2] or each[1])) for each in told if each]
    return bool(ends) and len(ends) == len(rows) and (ends[0][0], ends[-1][1]) == (0, len(score.items))


def _drawn(figure: Element | None, score: Score, n: int | None) -> Iterator[Line]:
    """Yield what a figure of a report says by its words and by its bars."""
    for drawing in figure.every("div", role="img") if figure else []:
        yield from (_line(score, choices, count) for choices, count in _said(drawing.attributes["aria-label"], 0))
        for svg in drawing.every("svg"):
            yield from (_line(score, choices, count) for choices, count in _measured(svg, score, n))


def _scored(loot: Loot, name: str) -> dict[str, int]:
    """Return how many have each score, as the wave's own file tells."""
    rows = rows_of(loot.waves[name].levels)
    return {row["item"]: int(row["n"]) for row in rows if row["measure"] == "score" and row["stratum"] == TOWN and row["n"]}


def _on(
    page: str,
    scores: tuple[Score, ...],
    name: str,
    width: int = 0,
    *,
    alone: bool = True,
    everybody: dict[str, int] | None = None,
) -> Iterator[Line]:
    """Yield what one page tells of one wave; on a page of several waves (not *alone*) a figure begins with the wave's name."""
    for score in scores:
        for figure in parsed(page).every("figure"):
            named = figure.attributes.get("id", "")
            caption = plain(next(figure.every("figcaption")).text())
            mine = named == f"figure-points-{score.id}" if alone else named.startswith(f"figure-points-{score.id}-")
            if mine and (alone or caption.startswith(f"{name}. ")):
                yield from (_line(score, choices, count) for choices, count in _words(figure, width))
                n = (everybody or {}).get(score.id)
                for svg in figure.every("svg", role="img"):
                    yield from (_line(score, choices, count) for choices, count in _measured(svg, score, n))


def _line(score: Score, choices: tuple[str, ...], count: Span) -> Line:
    return Line(score.id, TOWN, "points", choices, count=count)


def _words(figure: Element, width: int) -> Iterator[tuple[tuple[str, ...], Span]]:
    """Yield what the table says, and what the alternative text does."""
    for row in (row for table in figure.every("table") for row in grid(table)):
        yield _choices(row[0]), _around(int(row[1]), width)
    for each in figure.every("desc"):
        yield from _said(each.text(), width)


def _said(text: str, width: int) -> Iterator[tuple[tuple[str, ...], Span]]:
    for said in re.split(r"(?<=\))\.\s*", plain(text)):
        found = pairs(said)
        if found:
            yield _choices(said.partition(":")[0]), _around(found[0][0], width)


def _measured(svg: Element, score: Score, n: int | None) -> Iterator[tuple[tuple[str, ...], Span]]:
    """Yield what bars say by where they stand and how large they are, and what is written over them."""
    ground = next(each for each in svg.every("line"))
    first, last = float(ground.attributes["x1"]), float(ground.attributes["x2"])
    unit = (last - first) / (len(score.items) + 1)
    foot = float(ground.attributes["y1"])
    boxes = [each.attributes for each in svg.every("rect") if {"x", "y"} <= each.attributes.keys()]
    standing = [box for box in boxes if abs(float(box["y"]) + float(box["height"]) - foot) <= _BY_EYE or "class" in box]
    bars = [tuple(float(box[at]) for at in ("x", "width", "height")) for box in standing]
    whole, off = sum(wide * high for _, wide, high in bars), sum(_BY_EYE * (wide + high) for _, wide, high in bars)
    for left, wide, high in bars if n else []:
        low, end = round((left - first) / unit), round((left + wide - first) / unit)
        least, most = ((wide + sign * _BY_EYE) * (high + sign * _BY_EYE) / (whole - sign * off) for sign in (-1, 1))
        yield tuple(map(str, range(low, end))), ((n or 0) * least, (n or 0) * most)


def _choices(label: str) -> tuple[str, ...]:
    found = [int(each) for each in numbers(label)]
    return tuple(map(str, range(found[0], found[-1] + 1)))


def _around(count: int, width: int) -> Span:
    return (max(0, count - width), count + width) if width else exactly(count)
