"""The tables of the pages as rows of a file: machine names in the header, words in the language of the request beside them."""

from collections.abc import Iterator, Sequence
from typing import Final

from analysis.missing import reading_of, target_of
from analysis.sensitive import ShownTarget
from surveyapp.core.csv_files import Cell
from surveyapp.core.i18n import here
from surveyapp.results import level_words, words
from surveyapp.results.change import Change
from surveyapp.results.plan_results import JudgedPlan
from surveyapp.results.plan_rules import Row
from surveyapp.results.reason_words import because
from surveyapp.results.survey_results import SurveyResults
from surveyapp.results.wave_results import WaveResults

Table = tuple[Sequence[str], Iterator[Sequence[Cell]]]

_PLAN: Final = (
    "goal", "action", "indicator", "name", "responsible", "co_responsible", "measured_as",
    "degree", "to_date", "to_date_label", "timing", "events",
    "due_this_quarter", "missing", "flags", "because",
)  # fmt: skip
_TARGETS: Final = (
    "indicator", "target", "label", "reading", "reading_label", "kind", "comparator", "unit", "counted", "window_start",
    "window_end", "required", "achieved", "achieved_low", "achieved_high", "achieved_in_words",
    "ratio", "degree", "degree_label", "timing",
    "certainty", "flags", "events", "because",
)  # fmt: skip
_NEVER: Final = frozenset({"p", "p_adjusted", "p_equivalence"})
_RESPONSE: Final = (
    "stratum",
    "stratum_label",
    "respondents_before",
    "population_before",
    "respondents_after",
    "population_after",
)


def plan_rows(judged: JudgedPlan) -> Table:
    """Return one line per row of the plan."""
    goal_of = {action.number: action.goal for action in judged.plan.actions}
    return _PLAN, (_plan_row(judged, row, goal_of.get(row.indicator.action, "")) for row in judged.rows)


def targets(judged: JudgedPlan) -> Table:
    """Return one line per target, reading and window."""
    return _TARGETS, (_target(judged, row, target) for row in judged.rows for target in row.targets)


def comparison(results: SurveyResults) -> Table:
    """Return one line per line of the frozen comparison; p stands only as "below 0.05"."""
    rows = results.frozen.document["rows"]
    names = [name for name in (rows[0] if rows else ()) if name not in _NEVER]
    labels = (
        (here(results.subject(line)), _choice(results, line), here(results.stratum(line.stratum))) for line in results.changes
    )
    lines = ([*label, *(row[name] for name in names)] for label, row in zip(labels, rows, strict=True))
    return ("item_label", "choice_label", "stratum_label", *names), lines


def response(results: SurveyResults) -> Table:
    """Return one line per stratum: how many answered, of how many."""
    return _RESPONSE, (
        (part.stratum, here(results.stratum(part.stratum)), part.then, part.then_population, part.now, part.now_population)
        for part in results.response
    )


def levels(results: WaveResults) -> Table:
    """Return one line per line of a frozen wave."""
    rows = results.frozen.document["rows"]
    names = list(rows[0]) if rows else []
    labels = (
        (
            here(results.subject(line)),
            level_words.name(results, line) if line.choices else "",
            here(results.stratum(line.stratum)),
        )
        for line in results.levels
    )
    lines = ([*label, *(row[name] for name in names)] for label, row in zip(labels, rows, strict=True))
    return ("item_label", "choice_label", "stratum_label", *names), lines


def answered(results: WaveResults) -> Table:
    """Return one line per stratum: how many answered in one wave, of how many."""
    return ("stratum", "stratum_label", "respondents", "population"), (
        (part.stratum, here(results.stratum(part.stratum)), part.respondents, part.population) for part in results.response
    )


def _plan_row(judged: JudgedPlan, row: Row, goal: str) -> Sequence[Cell]:
    indicator, result = row.indicator, row.result
    return (
        goal,
        indicator.action,
        indicator.id,
        here(indicator.name),
        words.institutions(judged.plan, indicator.responsible),
        words.institutions(judged.plan, indicator.co_responsible),
        indicator.measured_as,
        result.degree,
        result.to_date,
        str(words.DEGREES[result.to_date]),
        result.timing,
        len(row.events),
        row.due_now,
        "; ".join(words.missing(each, indicator) for each in row.missing),
        words.labels(words.FLAGS, result.flags),
        " ".join(because(judged.plan, reason) for reason in result.because),
    )


def _target(judged: JudgedPlan, row: Row, target: ShownTarget) -> Sequence[Cell]:
    result, reading = target.result, reading_of(row.indicator, target.result)
    return (
        result.indicator,
        result.target,
        here(target_of(row.indicator, result).label),
        result.reading,
        here(reading.label) if reading else None,
        result.kind,
        result.comparator,
        result.unit,
        result.counted,
        result.window_start,
        result.window_end,
        result.required,
        result.achieved,
        result.achieved_low,
        result.achieved_high,
        words.achieved(target),
        result.ratio,
        result.degree,
        str(words.DEGREES[result.degree]),
        result.timing,
        result.certainty,
        words.labels(words.FLAGS, result.flags),
        len(result.events),
        " ".join(because(judged.plan, reason) for reason in result.because),
    )


def _choice(results: SurveyResults, line: Change) -> str:
    choice = results.choice(line)
    return here(choice.label) if choice else ""
