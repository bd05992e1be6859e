"""The figures of one question over all surveys that asked it, of the headline questions, and of the groups of one survey."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from questionnaires.survey_types import Item
from surveyapp.core.i18n import here
from surveyapp.results import findings, level_words, words
from surveyapp.results.drawn import alone, scale
from surveyapp.results.drawn.figure import Column, Figure, Figures, sentences
from surveyapp.results.drawn.pictures import Key
from surveyapp.results.drawn.scale import Heat, Line, Mark
from surveyapp.results.level import Level
from surveyapp.results.wave_results import TOWN, ItemLevels, WaveResults

_WHOLE: Final = ("correct", "favourable")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in one survey: what that survey found, and its lines about it."""

    results: WaveResults
    found: ItemLevels


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the newest survey, and the same line in every survey in the order of time (None: not asked like this)."""

    line: Level
    levels: tuple[Level | None, ...]

    @property
    def mixed(self) -> bool:
        """Whether its numbers are shares of different people in different surveys, so that they cannot be compared."""
        return len({level.base for level in self.levels if level is not None and level.level is not None}) > 1


def of_item(item: Item, asked: Sequence[Asked]) -> Figures:
    """Return the figures of one question: its levels in each survey, and all answers in parts."""
    newest = asked[-1]
    rows = rows_of(asked)
    finding = (
        level_words.title(newest.results, newest.found.whole[0])
        if newest.found.whole
        else level_words.choices_title(newest.results, newest.found.drawn)
    )
    results = [each.results for each in asked]
    counted = findings.counted(newest.results.questionnaire, rows[0].line) if rows else ""
    about = sentences([here(item.label), counted, *among_whom(results, rows)])
    parts = alone.answers("answers", here(item.label), [(each.results, each.found) for each in asked])
    return Figures.of("item", {"item": item.id}, [over_time("levels", finding, about, results, rows) if rows else None, parts])


def rows_of(asked: Sequence[Asked]) -> list[Row]:
    """Return the lines of a question that its figure draws, each with its level in every survey."""
    return [Row(line, tuple(_same(line, each) for each in asked)) for line in asked[-1].found.drawn]


def among_whom(results: Sequence[WaveResults], rows: Sequence[Row]) -> list[str]:
    """Return which survey counts among whom, if some line of *rows* has different people there, and that it is no change."""
    found: dict[str, set[int]] = {}
    for row in rows:
        for at, level in enumerate(row.levels if row.mixed else ()):
            if level is not None and level.level is not None:
                found.setdefault(level.base, set()).add(at)
    if not found:
        return []
    told = "; ".join(
        f"{', '.join(results[at].wave.name for at in sorted(places))} – {level_words.BASES[base]}"
        for base, places in sorted(found.items(), key=lambda pair: min(pair[1]))
    )
    return [
        str(_("Not counted among the same people: %(told)s", told=told)),
        str(
            _(
                "The difference between these numbers is therefore no change; changes stand on the page of what changed, "
                "where both surveys are counted alike"
            )
        ),
    ]


def of_trend(results: Sequence[WaveResults], rows: Sequence[Row], clear: int) -> Figure | None:
    """Return the figure of the headline questions over all surveys; *clear* of them changed clearly. None without any."""
    newest = results[-1]
    finding = _("Clear change over all surveys: %(clear)s of %(all)s headline questions", clear=clear, all=len(rows))
    about = sentences([_("Level of each headline question in every survey, everybody."), *among_whom(results, rows)])
    labels = [_subject(newest, row.line) for row in rows]
    return over_time("trend", finding, about, results, rows, labels) if rows else None


def over_time(
    name: str,
    finding: str,
    about: str,
    results: Sequence[WaveResults],
    rows: Sequence[Row],
    labels: Sequence[str] | None = None,
) -> Figure:
    """Return the levels of *rows* in each survey, the newest a diamond, those before it rings from the oldest downwards."""
    newest = results[-1]
    called = labels or [level_words.name(newest, row.line) for row in rows]
    told = [[_told(level, among=row.mixed) for level in row.levels] for row in rows]
    names = [each.wave.name for each in results]
    legend = [Key(scale.DIAMOND, newest.wave.name), Key(scale.RANGE, _("likely range"))]
    if len(results) > 1:
        legend.insert(0, Key(scale.RING, _("earlier, the oldest above: %(names)s", names=", ".join(names[:-1]))))
    return Figure(
        name=name,
        finding=finding,
        about=about,
        picture=scale.marks(
            [Line(label, tuple(_marks(row)), _("hidden")) for label, row in zip(called, rows, strict=True)], scale.PERCENT
        ),
        alternative=sentences(
            [
                f"{label}: " + "; ".join(f"{wave} {level}" for wave, level in zip(names, levels, strict=True))
                for label, levels in zip(called, told, strict=True)
            ]
        ),
        columns=(Column(_("Of whom or what")), *(Column(name) for name in names)),
        rows=tuple((label, *levels) for label, levels in zip(called, told, strict=True)),
        source=" ".join(alone.source(each) for each in results),
        legend=tuple(legend),
        note=alone.weighting(level for row in rows for level in row.levels if level is not None),
    )


def of_groups(results: WaveResults) -> Figures:
    """Return the table of groups and questions as a figure; none if no group is shown anywhere."""
    groups = [part.stratum for part in results.response]
    lines = [line for line in results.levels if line.stratum == TOWN and line.measure in _WHOLE]
    rows = [(here(results.subject(line)), [_in_group(results, line, group) for group in groups]) for line in lines]
    where = {"wave": results.wave.id}
    if len(groups) < 2 or not any(level and level.level is not None for _label, row in rows for level in row[1:]):  # noqa: PLR2004
        return Figures.of("groups", where, [])
    names = [here(results.stratum(group)) for group in groups]
    figure = Figure(
        name="groups",
        finding=_widest(rows),
        about=_("Right and favourable answers by group, in percent."),
        picture=scale.heat(names, [Heat(label, tuple(_cell(level) for level in row)) for label, row in rows]),
        alternative=sentences(
            [
                f"{label}: " + "; ".join(f"{name} {_cell(level)[1]}" for name, level in zip(names, row, strict=True))
                for label, row in rows
            ]
        ),
        columns=(Column(_("Question")), *(Column(name) for name in names)),
        rows=tuple((label, *(_told(level) for level in row)) for label, row in rows),
        source=alone.source(results),
        note=alone.weighting(level for _label, row in rows for level in row if level is not None),
    )
    return Figures.of("groups", where, [figure])


def _widest(rows: Sequence[tuple[str, Sequence[Level | None]]]) -> str:
    """Return the finding of the groups: where the shown numbers of groups lie furthest apart."""
    apart: list[tuple[int, str]] = []
    for label, levels in rows:
        shares = [words.whole_percent(each.level) for each in levels[1:] if each and each.level is not None]
        if len(shares) > 1:
            apart.append((max(shares) - min(shares), label))
    if not apart:
        return str(_("No question can be shown for two groups"))
    most, label = max(apart, key=lambda pair: pair[0])
    points = ngettext("%(points)s percentage point", "%(points)s percentage points", most, points=most)
    told = _(
        "Not tested, may be chance: groups lie furthest apart, %(points)s, in “%(question)s”", points=points, question=label
    )
    return str(told)


def _cell(level: Level | None) -> tuple[float | None, str]:
    if level is None or level.level is None:
        return None, _("hidden") if level and (level.hidden or level.band) else "–"
    share = words.whole_percent(level.level)
    return share, _("%(share)s %%", share=share)


def _in_group(results: WaveResults, line: Level, group: str) -> Level | None:
    wanted = (line.item, line.measure, group)
    return next((each for each in results.levels if (each.item, each.measure, each.stratum) == wanted), None)


def _same(line: Level, asked: Asked) -> Level | None:
    wanted = (line.choices, line.stratum, line.measure)
    return next((each for each in asked.found.lines if (each.choices, each.stratum, each.measure) == wanted), None)


def _marks(row: Row) -> list[Mark]:
    last = len(row.levels) - 1
    return [
        alone.mark_of(level, "now" if at == last else "then")
        for at, level in enumerate(row.levels)
        if level is not None and level.level is not None
    ]


def _told(level: Level | None, *, among: bool = False) -> str:
    """Return a level in words; with whom it is counted *among*, where another survey's number is of others."""
    if level is None:
        return str(_("not asked like this"))
    people = findings.people(level.count, level.n, level.hidden, level.band)
    shown = level_words.level(level)
    if not shown:
        return people
    return f"{shown} ({people}, {level_words.BASES[level.base]})" if among else f"{shown} ({people})"


def _subject(results: WaveResults, line: Level) -> str:
    name = here(results.subject(line))
    return f"{name}: {level_words.name(results, line)}" if line.choices else name
