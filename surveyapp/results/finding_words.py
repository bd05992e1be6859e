"""Contradictions of plans in the reader's language: what disagrees, and what would settle it."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from analysis.contradictions import Code, Finding
from analysis.reasons import Fact
from surveyapp.results import words

_DECIDE_SIGN: Final = _l("Decide which direction holds, as for a row that can be read in two ways.")
SENTENCES: Final[Mapping[Code, tuple[LazyString, LazyString]]] = {
    "written_sign": (_l("The verb and the sign beside the number say different directions."), _DECIDE_SIGN),
    "written_mark": (_l("The verb and the mark beside the number say different directions."), _DECIDE_SIGN),
    "opposite_directions": (
        _l("The same thing is to grow in one place and to fall in the other."),
        _l("Ask who wrote the plan which direction is meant, and correct the other place."),
    ),
    "different_sizes": (
        _l("The same change has two sizes: %(one)s and %(other)s."),
        _l("Look the number up in the data it was taken from, and correct the other place."),
    ),
    "different_numbers": (
        _l("The same promise has two numbers: %(one)s and %(other)s (%(unit)s)."),
        _l("Decide which number holds, and correct the other place."),
    ),
    "different_units": (
        _l("The same promise is counted in two units: %(one)s and %(other)s."),
        _l("Decide what is counted, and correct the other place."),
    ),
    "different_periods": (
        _l("The same promise of %(number)s (%(unit)s) holds for two different periods: %(one)s and %(other)s."),
        _l("Decide for how long the number holds, and correct the other place."),
    ),
    "ceiling_below_floor": (
        _l("At most %(most)s are allowed where at least %(least)s are promised (%(unit)s)."),
        _l("Decide which of the two numbers holds."),
    ),
    "whole_below_parts": (
        _l("The number for the whole plan, %(whole)s, is smaller than the yearly ones together, %(parts)s (%(unit)s)."),
        _l("Decide whether the number holds for the plan or for a year."),
    ),
    "prerequisite_later": (
        _l("What must be done first is planned from %(first)s, what needs it already from %(then)s."),
        _l("Plan the first thing earlier or the second later, or decide that it may begin without."),
    ),
    "outside_plan": (
        _l("The promise is for %(day)s, but the plan holds from %(starts)s to %(ends)s."),
        _l("Correct the day or the year."),
    ),
    "mark_after_deadline": (
        _l("The deadline is %(day)s, but a quarter is marked that ends on %(mark)s."),
        _l("Decide whether the deadline or the mark holds."),
    ),
    "period_not_held": (
        _l("The period promised (%(period)s) is longer than the time for it: not one whole period lies in it."),
        _l("Decide which period is meant, or how much is asked of a part of it."),
    ),
    "year_without_mark": (
        _l("It is promised for every year, but no quarter of %(years)s is marked."),
        _l("Decide whether the years without a mark are meant, and mark their quarters."),
    ),
    "money_differs": (
        _l("%(one)s EUR are promised for %(year)s, but %(other)s EUR stand in the column of money."),
        _l("Look it up in the budget, and correct the other number."),
    ),
    "nobody_responsible": (_l("Nobody answers for this row."), _l("Name the institution that answers for it.")),
    "unsure_without_question": (
        _l("Marked quarters were read unsurely, and no question asks about them."),
        _l("Look at the source again, or add a question for the group."),
    ),
}
"""For each code of `analysis.contradictions` what disagrees and what would settle it, with the same facts."""
TITLES: Final[Mapping[Code, LazyString]] = {
    "written_sign": _l("Sign against verb"),
    "written_mark": _l("Mark against verb"),
    "opposite_directions": _l("Opposite directions"),
    "different_sizes": _l("Two sizes of one change"),
    "different_numbers": _l("Two numbers for one promise"),
    "different_units": _l("Two units for one promise"),
    "different_periods": _l("Two periods for one promise"),
    "ceiling_below_floor": _l("More promised than allowed"),
    "whole_below_parts": _l("The whole smaller than its years"),
    "prerequisite_later": _l("What comes first is planned later"),
    "outside_plan": _l("Outside the time of the plan"),
    "mark_after_deadline": _l("Marked after the deadline"),
    "period_not_held": _l("No room for a whole period"),
    "year_without_mark": _l("Every year promised, not every year marked"),
    "money_differs": _l("Two amounts of money"),
    "nobody_responsible": _l("Nobody responsible"),
    "unsure_without_question": _l("Unsure reading without a question"),
}
PERIODS: Final[Mapping[str, LazyString]] = {
    "plan": _l("the whole plan"),
    "year": _l("a year"),
    "named_year": _l("one named year"),
    "half_year": _l("half a year"),
    "quarter": _l("a quarter"),
    "month": _l("a month"),
    "two_years": _l("two years"),
    "per_event": _l("each event"),
    "by": _l("by a day"),
    "from": _l("from a day"),
    "continuous": _l("all the time"),
    "on_request": _l("whenever it is asked for"),
    "not_stated": _l("not stated"),
}


def disagrees(finding: Finding) -> str:
    """Return what disagrees."""
    return str(SENTENCES[finding.code][0]) % {name: _fact(fact) for name, fact in finding.facts}


def settled_by(finding: Finding) -> str:
    """Return what would settle it."""
    return str(SENTENCES[finding.code][1])


def _fact(fact: Fact) -> str:
    if isinstance(fact, date):
        return words.short_day(fact)
    if isinstance(fact, str):
        return str(words.UNITS.get(fact) or PERIODS.get(fact) or fact)
    return words.number(fact)
