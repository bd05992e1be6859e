"""The attacks on surveys: each reads one kind of thing that is handed out and returns what it learns of single waves."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from questionnaires.survey_types import Item
from tests.attacker.files import rows_of
from tests.attacker.histograms import histograms
from tests.attacker.lines import TOWN, Line, each_side, of_level
from tests.attacker.loot import Comparison, Found, Labels, Loot, each_language, exactly
from tests.attacker.pages import Drawn, Element, drawn, grid, grids_of_docx, pairs, parsed, plain, told_of

_BY_EYE: Final = 0.0054
"""So exact is a place in a drawing, as a part of the scale: half a percent is rounded away, tenths of a unit are not seen."""
_PERCENT: Final = re.compile(r"(\d+)\s%")
Key = tuple[str, str, str, tuple[str, ...]]


def totals_minus_parts(loot: Loot) -> Iterator[Found]:
    """Take the groups from the town and the parts from the whole, in the file of each wave by itself."""
    for name, wave in loot.waves.items():
        yield from ((name, of_level(row)) for row in wave.rows)


def two_waves(loot: Loot) -> Iterator[Found]:
    """Hold each comparison against the page of its waves and against other comparisons of them."""
    for one in loot.comparisons:
        for row in one.rows:
            yield from ((one.wave(side), line) for side, line in each_side(row))


def two_releases(loot: Loot) -> Iterator[Found]:
    """Lay all releases for the group over each other."""
    yield from _released(loot, "group")


def two_levels(loot: Loot) -> Iterator[Found]:
    """Hold the rounded numbers of the public level, percentages with a known base too, against the exact ones of the group."""
    yield from _released(loot, "public")


def _released(loot: Loot, level: str) -> Iterator[Found]:
    for tables in (release.tables for release in loot.releases if release.level == level):
        public = level == "public"
        for row in tables.get("survey_levels", []):
            yield row["wave"], _without_mean(of_level(row, public=public))
        for row in tables.get("survey_changes", []):
            sides = {"before": row["wave_before"], "after": row["wave_after"]}
            yield from ((sides[side], replace(line, base="")) for side, line in each_side(row, public=public))


def _without_mean(line: Line) -> Line:
    """Leave means to the files that tell how they were rounded."""
    return replace(line, level=None) if line.measure == "score" else line


def words_of_pages(loot: Loot) -> Iterator[Found]:
    """Read every table and every sentence of the pages, in all languages."""
    for name, wave in loot.waves.items():
        for labels, page in each_language(wave.pages, wave.asked):
            yield from _filled(loot.known(name), ((name, line) for line in _own_page(labels, page)))
    for one in loot.comparisons:
        for labels, page in each_language(one.pages, loot.waves[one.after].asked):
            yield from _of_both(loot, one, _compared_page(labels, page))


def _own_page(labels: Labels, page: str) -> Iterator[Line]:
    for item, section in _sections(labels, page):
        for row in (row for table in section.every("table") for row in grid(table)):
            yield from _people(labels, item, labels.stratum(row[0]), row[1], row[2])
        for about, said in _said(section):
            yield from _named(labels, item, about, said)


def _compared_page(labels: Labels, page: str) -> Iterator[tuple[str, Line]]:
    for item, section in _sections(labels, page):
        for row in (row for table in section.every("table") for row in grid(table)):
            for side, cell in (("before", row[2]), ("after", row[4])):
                yield from ((side, line) for line in _people(labels, item, labels.stratum(row[0]), row[1], cell))
        for about, said in _said(section):
            # The sentence tells of now first, then of last time.
            for side, cell in zip(("after", "before"), _PAIRS.findall(plain(said)), strict=False):
                yield from ((side, line) for line in _named(labels, item, about, cell))


_PAIRS: Final = re.compile(r"(?<![\d–,.])\d+\s+(?:of(?:\s+the)?|no|из)\s+\d+")


def _sections(labels: Labels, page: str) -> Iterator[tuple[Item, Element]]:
    for section in parsed(page).every("section"):
        found = next((item for item in labels.asked.asked if f"item-{item.id}" == section.attributes.get("id")), None)
        if found is not None:
            yield found, section


def _said(section: Element) -> Iterator[tuple[str, str]]:
    for line in section.every("li"):
        bold = next(line.every("strong"), None)
        if bold is not None:
            name = plain(bold.text())
            yield name, plain(line.text()).replace("\n", " ").removeprefix(name)


def _named(labels: Labels, item: Item, about: str, said: str) -> Iterator[Line]:
    """Yield what is said of a line that is called by its group, or by its answers in the whole town."""
    stratum = labels.stratum(about)
    yield from _people(labels, item, stratum or TOWN, "" if stratum else about, said)


def _people(labels: Labels, item: Item, stratum: str | None, about: str, told: str) -> Iterator[Line]:
    found = pairs(told)
    if stratum is not None and found:
        count, n = found[0]
        yield labels.line(item, stratum, about, count=exactly(count), n=exactly(n))


def alternative_texts(loot: Loot) -> Iterator[Found]:
    """Read what is said beside drawings for those who cannot see them."""
    for name, wave in loot.waves.items():
        for labels, page in each_language(wave.pages, wave.asked):
            for item, names, told in _alternatives(labels, page):
                lines = (line for about, said in zip(names, told, strict=True) for line in _named(labels, item, about, said))
                yield from _filled(loot.known(name), ((name, line) for line in lines))
    for one in loot.comparisons:
        for labels, page in each_language(one.pages, loot.waves[one.after].asked):
            for item, names, told in _alternatives(labels, page):
                lines_told = zip(names, told, strict=True)
                yield from _of_both(loot, one, (each for pair in lines_told for each in _levels_told(labels, item, *pair)))


def _alternatives(labels: Labels, page: str) -> Iterator[tuple[Item, list[str], list[str]]]:
    for item, section in _sections(labels, page):
        for svg in section.every("svg", role="img"):
            names = [row.label for row in drawn(svg)]
            said = next(svg.every("desc"), None)
            if said is not None:
                yield item, names, told_of(said.text(), names)


def _levels_told(labels: Labels, item: Item, about: str, said: str) -> Iterator[tuple[str, Line]]:
    shares = [int(share) / 100 for share in _PERCENT.findall(said)]
    stratum = labels.stratum(about)
    sides = ("after",) if len(shares) == 1 else ("before", "after")
    for side, share in zip(sides, shares, strict=False):
        span = (max(0.0, share - 0.00501), share + 0.00501)
        yield side, labels.line(item, stratum or TOWN, "" if stratum else about, level=span)


def drawings(loot: Loot) -> Iterator[Found]:
    """Measure where marks stand in the drawings of the pages."""
    for name, wave in loot.waves.items():
        for labels, page in each_language(wave.pages, wave.asked):
            lines = ((name, line) for item, row in _rows(labels, page) for _, line in _measured(labels, item, row))
            yield from _filled(loot.known(name), lines)
    for one in loot.comparisons:
        for labels, page in each_language(one.pages, loot.waves[one.after].asked):
            yield from _of_both(loot, one, (each for item, row in _rows(labels, page) for each in _measured(labels, item, row)))


def _rows(labels: Labels, page: str) -> Iterator[tuple[Item, Drawn]]:
    for item, section in _sections(labels, page):
        for svg in section.every("svg", role="img"):
            yield from ((item, row) for row in drawn(svg))


def _measured(labels: Labels, item: Item, row: Drawn) -> Iterator[tuple[str, Line]]:
    stratum = labels.stratum(row.label)
    for side, level in (("before", row.then), ("after", row.now)):
        if level is not None:
            span = (max(0.0, level - _BY_EYE), level + _BY_EYE)
            yield side, labels.line(item, stratum or TOWN, "" if stratum else row.label, level=span)


def trends(loot: Loot) -> Iterator[Found]:
    """Read the page of the headline questions over all surveys, in all languages."""
    for language, page in loot.trend.items():
        labels = Labels(loot.waves[loot.followed[-1]].asked, language)
        for row in (row for table in parsed(page).every("table") for row in grid(table)):
            item = next((item for item in labels.asked.asked if row[0].startswith(labels.of(item.label))), None)
            for name, cell in zip(loot.followed, row[1:], strict=False):
                if item is not None:
                    about = plain(row[0].removeprefix(labels.of(item.label)).removeprefix(": "))
                    yield from _filled(loot.known(name), ((name, line) for line in _people(labels, item, TOWN, about, cell)))


def questions_and_groups(loot: Loot) -> Iterator[Found]:
    """Read the page of each question over all surveys, and the pages of groups beside each other, in all languages."""
    names = list(loot.waves)
    for item_id, pages in loot.questions.items():
        for labels, page in each_language(pages, loot.waves[names[-1]].asked):
            for name, line in _question(labels, labels.asked.item(item_id), parsed(page), names):
                yield from _filled(loot.known(name), [(name, line)])
    for name, pages in loot.groups.items():
        strata = [row["stratum"] for row in rows_of(loot.waves[name].response)]
        for labels, page in each_language(pages, loot.waves[name].asked):
            cells = ((labels.item(row[0]), row[1:]) for table in parsed(page).every("table") for row in grid(table))
            told = ((item, *each) for item, row in cells if item for each in zip(strata, row, strict=False))
            lines = (line for item, stratum, cell in told for line in _people(labels, item, stratum, "", cell))
            yield from _filled(loot.known(name), ((name, line) for line in lines))


def _question(labels: Labels, item: Item, page: Element, names: list[str]) -> Iterator[Found]:
    for row in (row for table in page.every("table") for row in grid(table)):
        if row[0] in names and len(row) == 4 and row[2].isdecimal():
            yield row[0], labels.line(item, TOWN, row[1], count=exactly(int(row[2])))
        elif row[0] not in names:
            for name, cell in zip(names, row[1:], strict=False):
                yield from ((name, line) for line in _named(labels, item, row[0], cell))
    for name, said in zip(reversed(names), page.every("ul", **{"class": "findings"}), strict=False):
        for about, sentence in _said(said):
            yield from ((name, line) for line in _named(labels, item, about, sentence))


def reports(loot: Loot) -> Iterator[Found]:
    """Read the tables, sentences and drawings of the report in each of its kinds and languages."""
    for (language, kind), content in loot.reports.items():
        if kind == "docx":
            yield from _report_rows(loot, language, (row for table in grids_of_docx(content) for row in table))
        if kind == "html":
            page = parsed(content.decode())
            yield from _report_rows(loot, language, (row for table in page.every("table") for row in grid(table)))
            yield from _report_drawings(loot, language, page)


def _report_rows(loot: Loot, language: str, rows: Iterable[list[str]]) -> Iterator[Found]:
    one = loot.comparisons[-1] if loot.comparisons else None
    name = one.after if one else list(loot.waves)[-1]
    labels = Labels(loot.waves[name].asked, language)
    for row in rows:
        label, _, about = row[0].partition("\n")
        item = labels.item(label)
        stratum = labels.stratum(row[1]) if len(row) > 2 else None
        if item is None or stratum is None:
            continue
        if one is None:
            yield from _filled(loot.known(name), ((name, line) for line in _people(labels, item, stratum, about, row[2])))
        elif len(row) > 4:
            cells = (("before", row[2]), ("after", row[4]))
            yield from _of_both(loot, one, ((s, line) for s, c in cells for line in _people(labels, item, stratum, about, c)))


def _report_drawings(loot: Loot, language: str, page: Element) -> Iterator[Found]:
    """Measure the drawings whose rows are called by the questions: they show the town."""
    one = loot.comparisons[-1] if loot.comparisons else None
    name = one.after if one else list(loot.waves)[-1]
    labels = Labels(loot.waves[name].asked, language)
    rows = ((labels.item(row.label), row) for svg in page.every("svg") for row in drawn(svg))
    town = labels.of(labels.asked.strata.label)
    found = [each for item, row in rows if item for each in _measured(labels, item, replace(row, label=town))]
    if one is None:
        yield from _filled(loot.known(name), ((name, line) for _, line in found))
    else:
        yield from _of_both(loot, one, found)


def _of_both(loot: Loot, one: Comparison, found: Iterable[tuple[str, Line]]) -> Iterator[Found]:
    known = {one.wave(side): loot.known(one.wave(side), one) for side in ("before", "after")}
    for side, line in found:
        name = one.wave(side)
        yield from _filled(known[name], [(name, line)])


def _filled(known: Mapping[Key, Line], found: Iterable[Found]) -> Iterator[Found]:
    """Add to what a page tells of a line what the file says of its base; what the file hides is remembered."""
    for name, line in found:
        told = known.get(line.key)
        if told is None:
            yield name, line
            continue
        beside = ("count" if line.count else "level",) if told.count is None and told.level is None else ()
        yield name, replace(line, base=told.base, plain=told.plain, lumped=told.lumped, fallen=beside)


ATTACKS: Final[tuple[Callable[[Loot], Iterator[Found]], ...]] = (
    totals_minus_parts, two_waves, two_releases, two_levels, words_of_pages, alternative_texts, drawings, trends,
    questions_and_groups, reports, histograms,
)  # fmt: skip
"""What can be learnt; whatever it was learnt from, it is put together and counted out (`judging`)."""
