"""Attacks that need no arithmetic: order, languages, kinds of files, and things that are shown twice and differ."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from questionnaires.survey_types import Questionnaire
from tests.attacker.elsewhere import ELSEWHERE
from tests.attacker.files import Rows, cells_of, tables_of
from tests.attacker.lines import TOWN
from tests.attacker.loot import Loot
from tests.attacker.pages import Element, drawn, grid, numbers, pairs, parsed, plain, words_of_docx


def order_of_rows(loot: Loot) -> Iterator[str]:
    """See whether rows stand in any other order than the questionnaire's: an order by size would tell hidden sizes."""
    for name, wave in loot.waves.items():
        yield from (f"{name}: {told}" for told in _out_of_order(wave.asked, wave.rows, "choices"))
    for one in loot.comparisons:
        yield from (f"{one.after}: {told}" for told in _out_of_order(loot.waves[one.after].asked, one.rows, "choice"))
    for release in loot.releases:
        for name, wave in loot.waves.items():
            rows = [row for row in release.tables["survey_levels"] if row["wave"] == name]
            yield from (f"{name} released: {told}" for told in _out_of_order(wave.asked, rows, "choices"))


def _out_of_order(asked: Questionnaire, rows: Rows, choices: str) -> Iterator[str]:
    items = [item.id for item in asked.asked] + [score.id for score in asked.scores]
    strata = [TOWN, *(group.id for group in asked.reporting_groups)]
    known = [row for row in rows if row["item"] in items]
    for first, second in pairwise(known):
        places = [(items.index(row["item"]), strata.index(row["stratum"])) for row in (first, second)]
        if places[0] > places[1]:
            yield f"{second['item']} in {second['stratum']} stands behind {first['item']} in {first['stratum']}"
    for item in asked.asked:
        order = [choice.id for choice in item.choices]
        for stratum, measure in dict.fromkeys((row["stratum"], row["measure"]) for row in known if row["item"] == item.id):
            mine = [
                row[choices] for row in known if (row["item"], row["stratum"], row["measure"]) == (item.id, stratum, measure)
            ]
            at = [order.index(each.split(";")[0]) for each in mine if each]
            if at not in (sorted(at), sorted(at, reverse=True)):
                yield f"the choices of {item.id} in {stratum} stand in an order of their own"


def other_languages(loot: Loot) -> Iterator[str]:
    """Hold the pages in all languages against each other: numbers and marks must be the same."""
    kinds = [(name, wave.pages) for name, wave in loot.waves.items()]
    kinds += [(f"{one.before} to {one.after}", one.pages) for one in loot.comparisons] + [("trend", loot.trend)]
    reports = {language: content.decode() for (language, kind), content in loot.reports.items() if kind == "html"}
    kinds += [*loot.questions.items(), *((f"groups of {name}", pages) for name, pages in loot.groups.items())]
    for name, pages in [*kinds, ("report", reports)]:
        seen = {language: _shown(page) for language, page in pages.items()}
        first = next(iter(seen.values()), [])
        for language, shown in seen.items():
            differing = next((f"{one} and {other}" for one, other in zip(first, shown, strict=False) if one != other), None)
            if differing or len(shown) != len(first):
                yield f"{name}: {language} shows something else: {differing}"


def _shown(page: str) -> Sequence[object]:
    whole = parsed(page)
    tables = [[numbers(cell) for cell in row[1:]] for table in whole.every("table") for row in grid(table)]
    return [*tables, *([(row.then, row.now) for row in drawn(svg)] for svg in whole.every("svg"))]


def small_groups(loot: Loot) -> Iterator[str]:
    """Look for a group of fewer than ten people of whom anything is told, or who are what others leave of the town."""
    for name, wave in loot.waves.items():
        told = wave.people("respondents")
        rest = told.get(TOWN, 0) - sum(people for stratum, people in told.items() if stratum != TOWN)
        small = [stratum for stratum, people in told.items() if 0 < people < _GROUP]
        small += ["the rest"] if len(told) > 1 and 0 < rest < _GROUP else []
        yield from (f"{name}: {stratum} has fewer than ten people" for stratum in small)


def drawings_beside_tables(loot: Loot) -> Iterator[str]:
    """Look for a number in a drawing or its alternative text that the words of its page do not tell, and for bars too many."""
    every = [pages for wave in loot.waves.values() for pages in (wave.pages,)] + [one.pages for one in loot.comparisons]
    every += [loot.trend, *loot.questions.values(), *loot.scores.values(), *loot.groups.values()]
    for page in (page for pages in every for page in pages.values()):
        whole = parsed(page)
        told = {
            number for kind in ("table", "li", "figcaption") for each in whole.every(kind) for number in numbers(each.text())
        }
        for figure in whole.every("figure"):
            yield from _beyond(figure, told)


def _beyond(figure: Element, told: set[str]) -> Iterator[str]:
    table, svg = next(figure.every("table"), None), next(figure.every("svg", role="img"), None)
    if table is None or svg is None:
        return
    words = [plain(each.text()) for kind in ("text", "desc", "title") for each in svg.every(kind)]
    sums = Counter[str]()
    for row in grid(table):
        sums[row[0]] += sum(int(cell) for cell in row[1:] if cell.isdecimal())  # all answers are as many as their parts
    for said in words:
        for number in set(numbers(said)) - told - _ticks(svg) - {str(all_) for all_ in sums.values()}:
            yield f"{figure.attributes.get('id')}: {number} in “{said}” stands nowhere in words"
    bars = [each for each in svg.every("rect") if each.attributes.get("class", "").startswith("tone-")]
    rows = [row for row in grid(table) if any(cell.isdecimal() for cell in row)]
    if bars and len(bars) != len(rows):
        yield f"{figure.attributes.get('id')}: {len(bars)} bars beside {len(rows)} numbers"


def _ticks(svg: Element) -> set[str]:
    """Return the numbers of the scale: the lowest row that begins or turns at zero, or a column of numbers from zero."""
    texts = [(each.attributes.get("x", ""), each.attributes.get("y", ""), plain(each.text())) for each in svg.every("text")]
    bottom = max((float(y) for _, y, _ in texts if y), default=0.0)
    row = [text for _, y, text in texts if y and float(y) == bottom]
    columns = [[text for x, _, text in texts if x == at] for at in {x for x, _, _ in texts if x}]
    lines = [row, *(column for column in columns if all(text.isdecimal() for text in column))]
    return {number for line in lines if {"0", "0 %"} & set(line) for text in line for number in numbers(text)}


def kinds_of_files(loot: Loot) -> Iterator[str]:
    """Hold the kinds of file of a release against each other: what one of them shows, all do."""
    for place, release in enumerate(loot.releases):
        read = {kind: cells_of(tables_of(kind, content)) for kind, content in release.files.items()}
        for kind, cells in read.items():
            different = [name for name, rows in cells.items() if rows != read["json"].get(name)]
            if different:
                yield f"{kind} of release {place + 1} has other cells in {', '.join(different)}"


def kinds_of_reports(loot: Loot) -> Iterator[str]:
    """Look for a count or a percentage in the PDF or the DOCX of a report that its HTML does not show."""
    for (language, kind), content in loot.reports.items():
        if kind == "html":
            continue
        said = words_of_docx(content) if kind == "docx" else content.decode()
        page = parsed(loot.reports[language, "html"].decode())
        told = " ".join([page.text(), *(each.attributes.get("aria-label", "") for each in page.every("div"))])
        found = set(pairs(said))
        sheets = {n for _, n in found if all((sheet, n) in found for sheet in range(1, n + 1))}  # "page 3 of 16"
        for count, n in sorted(each for each in found - set(pairs(told)) if each[1] not in sheets):
            yield f"{kind} in {language}: {count} of {n} stands nowhere in the HTML"


def shown_twice(loot: Loot) -> Iterator[str]:
    """Lay old pages and releases over new ones: a wave whose counts moved tells of whoever came or went."""
    counts: dict[tuple[object, ...], Mapping[str, object]] = {}
    for place, release in enumerate(loot.releases):
        for row in release.tables["survey_levels"]:
            key = (release.level, *(row[name] for name in ("wave", "item", "choices", "stratum", "measure")))
            told = {name: row[name] for name in ("n", "count", "level", "hidden", "band")}
            if counts.setdefault(key, told) != told:
                yield f"{'/'.join(map(str, key))} is another one in release {place + 1}"


_GROUP: Final = 10
"""So many people are the smallest group of whom anything may be told."""
TELLING: Final[tuple[Callable[[Loot], Iterator[str]], ...]] = (
    order_of_rows, small_groups, other_languages, drawings_beside_tables, kinds_of_files, kinds_of_reports, shown_twice,
    *ELSEWHERE,
)  # fmt: skip


def tell_tales(loot: Loot) -> list[str]:
    """Return what any of the attacks found."""
    return [f"{attack.__name__}: {found}" for attack in TELLING for found in attack(loot)]
