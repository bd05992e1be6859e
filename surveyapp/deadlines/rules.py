"""Decisions about what is due without input or output: what the judged plan still lacks, whose it is, and in which quarter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from analysis.decided import DecidedProgress
from analysis.missing import Missing, doubted_reading_of, marks, missing_of, settled_by_hand
from analysis.progress import TargetResult
from analysis.sensitive import shown_targets
from analysis.windows import quarter_of
from questionnaires.plan_types import Indicator, Plan, Quarter, Reading
from surveyapp.core.access import Actor, Permission


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due: what a target of a row lacks, under a reading if the readings differ (else None).

    Windows of a target that ended without success are one line: ``missing`` is of the last, ``times`` how many there are.
    ``marked``: the plan marks this quarter for the row. ``overdue``: one of the windows has closed; days of grace for typing in
    are over too. ``counted``: the row counts as overdue, under every reading of it.
    """

    indicator: Indicator
    missing: Missing
    reading: Reading | None
    times: int
    marked: bool
    overdue: bool
    counted: bool

    @property
    def by(self) -> date:
        """The last day of the window."""
        return self.missing.result.window_end

    @property
    def behind(self) -> bool:
        """Whether more should have been reached by now, by the marked quarters or else by an even pace."""
        return "behind_schedule" in self.missing.result.flags

    def quarter(self, as_of: date) -> Quarter:
        """Return the quarter that asks for it: this one if the plan marks it, else that of the last day."""
        return quarter_of(as_of if self.marked else self.by)

    def is_of(self, institution: str | None) -> bool:
        """Say whether *institution* answers for the row, alone or with others; None: the plan names nobody."""
        named = (*self.indicator.responsible, *self.indicator.co_responsible)
        return institution in named if institution else not named


@dataclass(frozen=True, slots=True)
class Part:
    """What one quarter asks for; without a quarter: whatever has ended without success, what is overdue first."""

    quarter: Quarter | None
    lines: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of some lines, each once: what counts as overdue, what is late in one reading only, what this quarter asks."""

    overdue: tuple[str, ...]
    perhaps_overdue: tuple[str, ...]
    this_quarter: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """What one institution has to do; None: rows for which the plan names nobody."""

    institution: str | None
    parts: tuple[Part, ...]
    rows: Rows


def due_of(found: DecidedProgress) -> tuple[Due, ...]:
    """Return what is due on the day of the judgement: what is overdue first, then by day, then in the order of the plan."""
    records = {record.reference: record for record in found.records}
    verdicts = {row.indicator: row for row in found.progress.indicators}
    results: dict[str, list[TargetResult]] = {}
    for result in found.progress.targets:
        results.setdefault(result.indicator, []).append(result)
    lines: list[Due] = []
    for indicator in found.decided.plan.indicators:
        verdict = verdicts[indicator.id]
        if not settled_by_hand(verdict):
            shown = shown_targets(results.get(indicator.id, []), records, sensitive=indicator.sensitive)
            made = _of_row(indicator, missing_of(shown, found.progress.as_of), found.progress.as_of)
            lines += [replace(line, counted=verdict.timing == "overdue") for line in made]
    return tuple(sorted(lines, key=lambda line: (not line.overdue, not line.missing.over, line.by)))


def shares_of(plan: Plan, lines: Sequence[Due], as_of: date, only: str | None = None) -> tuple[Share, ...]:
    """Return what each institution of the plan has to do (*only* one of them); a row of several stands with each."""
    wanted = [each.id for each in plan.institutions] if only is None else [only]
    shares = [_share(each, [line for line in lines if line.is_of(each)], as_of) for each in wanted]
    nobody = [line for line in lines if line.is_of(None)]
    return tuple(shares) if only or not nobody else (*shares, _share(None, nobody, as_of))


def rows_of(lines: Iterable[Due], as_of: date) -> Rows:
    """Return the rows of *lines* that ask for attention, by the rules by which the plan itself counts them."""
    this, found = quarter_of(as_of), list(lines)
    late = [line for line in found if line.overdue]
    asked = [line for line in found if not line.missing.over and line.quarter(as_of) == this]
    return Rows(
        _each_once(line for line in late if line.counted),
        _each_once(line for line in late if not line.counted),
        _each_once(asked),
    )


def this_quarter(lines: Iterable[Due], as_of: date) -> list[Due]:
    """Return what is over without success or asked for in this quarter."""
    this = quarter_of(as_of)
    return [line for line in lines if line.missing.over or line.quarter(as_of) == this]


def institution_of(person: Actor, asked: str | None, plan: Plan) -> str | None:
    """Return whose share *person* is shown: their own, or, for those who see all, the one asked for (None: everybody's)."""
    if not person.may(Permission.SEE_ALL_EVENTS):
        return person.institution or ""
    return asked if asked in {each.id for each in plan.institutions} else None


def may_follow(person: Actor, institution: str | None) -> bool:
    """Say whether *person* may have a calendar of *institution*'s share (None: of everybody's)."""
    if person.may(Permission.SEE_ALL_EVENTS):
        return person.may(Permission.SEE_DUE)
    return person.may(Permission.SEE_DUE) and institution is not None and institution == person.institution


def _each_once(lines: Iterable[Due]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.indicator.id for line in lines))


def _of_row(indicator: Indicator, missing: Iterable[Missing], as_of: date) -> list[Due]:
    by_target: dict[str, dict[str | None, list[Missing]]] = {}
    for each in missing:
        by_target.setdefault(each.result.target, {}).setdefault(each.result.reading, []).append(each)
    marked = marks(indicator, quarter_of(as_of))
    return [line for readings in by_target.values() for line in _of_target(indicator, readings, marked=marked)]


def _of_target(indicator: Indicator, readings: dict[str | None, list[Missing]], *, marked: bool) -> list[Due]:
    found = [_of_reading(indicator, missing, marked=marked) for missing in readings.values()]
    alike = [[(line.by, line.times, line.missing.number) for line in lines] for lines in found]
    ways = next(
        target for target in indicator.targets if target.id in {each.result.target for each in _first(readings)}
    ).readings
    if len(found) == max(len(ways), 1) and all(each == alike[0] for each in alike):
        return [replace(line, reading=None) for line in found[0]]
    return [line for lines in found for line in lines]


def _first(readings: dict[str | None, list[Missing]]) -> list[Missing]:
    return next(iter(readings.values()))


def _of_reading(indicator: Indicator, missing: Sequence[Missing], *, marked: bool) -> list[Due]:
    reading = doubted_reading_of(indicator, missing[0].result)
    over = [each for each in missing if each.over]
    running = [_line(indicator, [each], reading, marked=marked) for each in missing if not each.over]
    return [_line(indicator, over, reading, marked=False), *running] if over else running


def _line(indicator: Indicator, missing: Sequence[Missing], reading: Reading | None, *, marked: bool) -> Due:
    overdue = any(each.result.timing == "overdue" for each in missing)
    return Due(indicator, missing[-1], reading, len(missing), marked, overdue, counted=False)


def _share(institution: str | None, lines: Sequence[Due], as_of: date) -> Share:
    over = tuple(line for line in lines if line.missing.over)
    ahead: dict[Quarter, list[Due]] = {}
    for line in lines:
        if not line.missing.over:
            ahead.setdefault(line.quarter(as_of), []).append(line)
    order = sorted(ahead, key=lambda quarter: (quarter.year, quarter.quarter))
    parts = [Part(None, over)] if over else []
    parts += [Part(quarter, tuple(ahead[quarter])) for quarter in order]
    return Share(institution, tuple(parts), rows_of(lines, as_of))
