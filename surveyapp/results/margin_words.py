"""What stands beside a verdict, in words: whether a change is practically the same, and how many people answered both times."""

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from surveyapp.results import findings
from surveyapp.results.change import Change
from surveyapp.results.survey_results import SurveyResults, Twice
from surveyapp.results.wave_results import TOWN
from surveyapp.results.words import number

SAME = _l("practically the same")
"""Beside a verdict and never in its place: the list of verdicts is closed."""


def same(change: Change) -> str:
    """Return as a sentence whether a change is practically the same; nothing without a margin, or where it is not tested.

    Nothing either where the change is as large as the margin: nobody would ask then.
    """
    if change.margin is None or change.equivalent is None or abs(change.change or 0.0) >= change.margin:
        return ""
    points, plural = _points(change)
    if change.measure == "score":
        return _same_score(points, plural, holds=change.equivalent)
    if change.measure == "superiority":
        return _same_chance(points, plural, holds=change.equivalent)
    if change.equivalent:
        told = ngettext(
            "The change is clearly smaller than %(points)s percentage point, which counts as practically the same.",
            "The change is clearly smaller than %(points)s percentage points, which counts as practically the same.",
            plural,
            points=points,
        )
    else:
        told = ngettext(
            "Whether it is smaller than %(points)s percentage point, which would count as practically the same, is open.",
            "Whether it is smaller than %(points)s percentage points, which would count as practically the same, is open.",
            plural,
            points=points,
        )
    return str(told)


def told(change: Change) -> str:
    """Return "practically the same" for a line of which that holds, else nothing."""
    return str(SAME) if change.equivalent else ""


def all_same(results: SurveyResults) -> tuple[Change, ...]:
    """Return every line about the whole town that is practically the same."""
    return tuple(line for line in results.changes if line.equivalent and line.stratum == TOWN)


def margin(change: Change) -> str:
    """Return the margin of a line with its unit, nothing without one."""
    if change.margin is None:
        return ""
    points, plural = _points(change)
    if change.measure == "score":
        return str(ngettext("%(points)s point", "%(points)s points", plural, points=points))
    return str(ngettext("%(points)s percentage point", "%(points)s percentage points", plural, points=points))


def narrowest(change: Change) -> str:
    """Return the range of a change if those who answered both times tend to answer alike; nothing without one."""
    return _range(change, change.narrowest_low, change.narrowest_high)


def widest(change: Change) -> str:
    """Return the range of a change if few answered both times, at worst; nothing without one."""
    return _range(change, change.widest_low, change.widest_high)


def banded(results: SurveyResults) -> tuple[Change, ...]:
    """Return the headline lines of which it is told what people who answered both times could change."""
    return tuple(line for line in results.headline if line.narrowest_low is not None)


def said(twice: Twice) -> str:
    """Return what people said about the time before; a number that is hidden is said to be so."""
    facts = {"answered": number(twice.answered)}
    parts = [
        ngettext(
            "Of the %(answered)s who answered now, %(num)s said that they had answered the time before.",
            "Of the %(answered)s who answered now, %(num)s said that they had answered the time before.",
            twice.said_yes,
            **facts,
        )
        if twice.said_yes is not None
        else gettext("How many said that they had answered the time before is hidden."),
        ngettext(
            "%(num)s said that they had not; the others may have or not.",
            "%(num)s said that they had not; the others may have or not.",
            twice.said_no,
        )
        if twice.said_no is not None
        else gettext("How many said that they had not is hidden."),
    ]
    return " ".join(str(part) for part in parts)


def both_times(least: int, most: int) -> str:
    """Return how many people can be in both surveys."""
    if least == most:
        return str(ngettext("%(num)s person answered both times.", "%(num)s people answered both times.", least))
    return str(
        ngettext(
            "From %(least)s to %(num)s person answered both times.",
            "From %(least)s to %(num)s people answered both times.",
            most,
            least=number(least),
        )
    )


def _range(change: Change, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    ends = (findings.signed(findings.scaled(change, end)) for end in (low, high))
    return " … ".join(ends)


def _points(change: Change) -> tuple[str, int]:
    """Return the margin in (percentage) points, and the number that picks its plural form: parts of a point go with two."""
    # A release keeps a whole number without decimals.
    points = round(float(change.margin or 0) * (1 if change.measure == "score" else 100), 1)
    return number(points), int(points) if points.is_integer() else 2


def _same_score(points: str, plural: int, *, holds: bool) -> str:
    if holds:
        found = ngettext(
            "The change is clearly smaller than %(points)s point, which counts as practically the same.",
            "The change is clearly smaller than %(points)s points, which counts as practically the same.",
            plural,
            points=points,
        )
    else:
        found = ngettext(
            "Whether it is smaller than %(points)s point, which would count as practically the same, is open.",
            "Whether it is smaller than %(points)s points, which would count as practically the same, is open.",
            plural,
            points=points,
        )
    return str(found)


def _same_chance(points: str, plural: int, *, holds: bool) -> str:
    if holds:
        found = ngettext(
            "It is clearly nearer to 50 %% than %(points)s percentage point, which counts as practically the same.",
            "It is clearly nearer to 50 %% than %(points)s percentage points, which counts as practically the same.",
            plural,
            points=points,
        )
    else:
        found = ngettext(
            "Whether it is nearer to 50 %% than %(points)s percentage point, as what is practically the same, is open.",
            "Whether it is nearer to 50 %% than %(points)s percentage points, as what is practically the same, is open.",
            plural,
            points=points,
        )
    return str(found)
