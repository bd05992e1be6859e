"""The figures of a score: its mean at the real date of each survey, of everybody and of each group that is shown."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from analysis.verdicts import TrendLine
from surveyapp.core.i18n import here
from surveyapp.results import findings, level_words, words
from surveyapp.results.drawn import alone, dated, scale
from surveyapp.results.drawn.dated import Panel
from surveyapp.results.drawn.figure import Column, Figure, sentences
from surveyapp.results.drawn.pictures import Key
from surveyapp.results.drawn.series import Row
from surveyapp.results.level import Level
from surveyapp.results.wave_results import WaveResults


def over_dates(results: Sequence[WaveResults], rows: Sequence[Row], trend: TrendLine | None = None) -> Figure | None:
    """Return the means of one score (*rows*: everybody, then groups) in each survey; None if none of them may be shown."""
    newest = results[-1]
    score = newest.score(rows[0].line) if rows else None
    if score is None or not any(_shown(level) for row in rows for level in row.levels):
        return None
    labels = [level_words.name(newest, row.line) for row in rows]
    days = [f"{each.wave.name}, {words.short_day(each.wave.opens)}" for each in results]
    panels = [Panel(label, _marks(row)) for label, row in zip(labels, rows, strict=True) if any(map(_shown, row.levels))]
    return Figure(
        name=f"score-{score.id}",
        finding=f"{here(score.label)}: {_finding(newest, rows[0], trend)}",
        about=findings.counted(newest.questionnaire, rows[0].line),
        picture=dated.over_dates(
            panels, [each.wave.opens for each in results], scale.points(len(score.items)), str(_("hidden"))
        ),
        alternative=sentences([told for label, row in zip(labels, rows, strict=True) for told in _said(label, days, row)]),
        columns=(Column(_("Group")), *(Column(day) for day in days)),
        rows=tuple((label, *map(_written, row.levels)) for label, row in zip(labels, rows, strict=True)),
        source=" ".join(alone.source(each) for each in results),
        legend=_legend(results),
    )


def _shown(level: Level | None) -> bool:
    return level is not None and level.level is not None


def _marks(row: Row) -> tuple[scale.Mark | None, ...]:
    last = len(row.levels) - 1
    return tuple(
        alone.mark_of(level, "now" if at == last else "then") if level is not None and _shown(level) else None
        for at, level in enumerate(row.levels)
    )


def _finding(newest: WaveResults, row: Row, trend: TrendLine | None) -> str:
    """Return from where to where the mean went; the newest mean alone where no earlier one is shown."""
    earlier = next((level for level in row.levels[:-1] if level is not None and level.level is not None), None)
    if earlier is None or row.line.level is None:
        return level_words.title(newest, row.line)
    ends = {"then": level_words.level(earlier), "now": level_words.level(row.line)}
    if trend is None or trend.change is None:
        return str(_("from %(then)s to %(now)s on average", **ends))
    return str(_("%(verdict)s: from %(then)s to %(now)s", verdict=findings.VERDICTS[trend.verdict], **ends))


def _said(label: str, days: Sequence[str], row: Row) -> Iterator[str]:
    """Yield what the table tells, so that whoever hears the drawing learns no number that whoever sees it does not."""
    for day, level in zip(days, row.levels, strict=True):
        yield f"{label}, {day}: {_written(level)}"


def _written(level: Level | None) -> str:
    if level is None:
        return str(_("not asked like this"))
    if level.level is None:
        return level_words.why(level)
    likely = level_words.interval(level)
    return f"{level_words.level(level)} ({likely})" if likely else level_words.level(level)


def _legend(results: Sequence[WaveResults]) -> tuple[Key, ...]:
    earlier = (Key(scale.RING, _("earlier surveys")),) if len(results) > 1 else ()
    return (*earlier, Key(scale.DIAMOND, results[-1].wave.name), Key(dated.RANGE, _("likely range")))
