"""The attack on feedback and games: what pages and files tell of each pool, in all languages, as lines to be counted out."""

import re
from collections.abc import Iterator, Mapping

from questionnaires.survey_types import Questionnaire
from tests.attacker.files import rows_of
from tests.attacker.lines import TOWN, Line
from tests.attacker.loot import Labels, Loot, OwnPage, each_language, exactly
from tests.attacker.pages import grid, numbers, pairs, parsed, plain

_BANDS = {"0-2": "0-2", "all_but_0-2": "all_but_0-2", "0–2 people": "0-2", "all, or all but 1–2": "all_but_0-2"}
"""How a file and a page in English say that a count is one of the small or of the great ones."""


def of_pages(asked: Questionnaire, pages: Mapping[str, str]) -> tuple[int | None, list[Line]]:
    """Return how many answered and every line about one pool, from its page in each language; None if nothing is told."""
    people, lines = None, []
    for labels, page in each_language(pages, asked):
        for table in parsed(page).every("table", **{"class": "pool"}):
            people = int(numbers(next(table.every("caption")).text().replace("2026", ""))[-1])
            lines += [line for row in grid(table) for line in _line(labels, row, people)]
    return people, lines


def of_file(asked: Questionnaire, content: bytes) -> tuple[int | None, list[Line]]:
    """Return the same from a file of games."""
    rows = rows_of(content)
    people = int(rows[0]["players"]) if rows else None
    lines = []
    for row in rows:
        item = asked.item(row["item"])
        made = Labels(asked, "en").line(item, TOWN, "", count=_span(row["right"]), n=_span(row["asked"]))
        lines.append(_with_band(made, str(row["hidden"] or ""), people))
    return people, lines


def loot_of(asked: Questionnaire, told: Mapping[str, int]) -> Loot:
    """Return pools as waves without groups: how many answered each is all that is known of them beside their lines."""
    waves = {
        name: OwnPage(asked, b"", f"stratum,respondents,population\n*,{people},\n".encode()) for name, people in told.items()
    }
    return Loot(waves)


def _line(labels: Labels, row: list[str], people: int) -> Iterator[Line]:
    item = labels.item(row[0])
    if item is None:
        return
    found = pairs(row[2])
    count, n = found[0] if found else (None, None)
    made = labels.line(item, TOWN, row[1], count=_span(count), n=_span(n))
    line = _with_band(made, re.sub(r"\s+", " ", plain(row[2])), people)
    if line.count or line.band:  # of a question with nothing to show the page tells nothing
        yield line


def _with_band(line: Line, said: str, people: int | None) -> Line:
    """Return a line with what its mark tells; a base below all who answered is that of those who gave an answer in it."""
    band = next((band for word, band in _BANDS.items() if said.startswith(word)), None)
    base = "" if line.n is None else "seen" if line.n[0] == people else "answered"
    return Line(line.item, line.stratum, line.measure, line.choices, base, line.n, line.count, band=band)


def _span(number: float | None) -> tuple[float, float] | None:
    return None if number is None else exactly(number)


def left_over(everybody: int, told: Mapping[str, int]) -> int:
    """Return how many answered in pools of which nothing is told: their number is what the others leave of all."""
    return everybody - sum(told.values())
