"""The reasons of the target engine in the language of the request: sentences and the words that are facts in them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from analysis.reasons import Fact, Reason
from questionnaires.plan_types import Plan
from surveyapp.core.i18n import here
from surveyapp.plans import words as statement_words
from surveyapp.results import words

SENTENCES: Final[Mapping[str, LazyString]] = {
    "reached": _l("%(achieved)s of %(required)s (%(unit)s) by %(end)s."),
    "late": _l("That was reached only after %(end)s."),
    "within_ceiling": _l("%(achieved)s of up to %(required)s (%(unit)s) used by %(end)s."),
    "provided": _l("Activity with evidence is logged."),
    "steps_done": _l("%(achieved)s of %(required)s (steps) done."),
    "steps_missing": _l("Steps still to be done: %(steps)s."),
    "partly": _l("Only %(achieved)s of %(required)s (%(unit)s) by %(end)s."),
    "zero_stated": _l("Zero was stated for the time up to %(end)s."),
    "nothing_reported": _l("Nothing was reported for %(start)s to %(end)s."),
    "no_number": _l("What was reported for %(start)s to %(end)s holds no number that counts here."),
    "so_far": _l("%(achieved)s of %(required)s (%(unit)s) so far."),
    "measured": _l("The newest number is %(achieved)s (%(unit)s)."),
    "nothing_so_far": _l("Nothing is reported so far."),
    "open_until": _l("The window is open until %(end)s."),
    "awaited_until": _l("The window ended on %(end)s; data are awaited until %(until)s."),
    "ceiling_waits": _l("A ceiling is judged when its window has closed."),
    "demand_waits": _l("Demand is judged when its window has closed."),
    "changed": _l("From %(baseline)s to %(achieved)s (%(unit)s); %(required)s was to be reached."),
    "moved": _l("From %(baseline)s to %(achieved)s (%(unit)s)."),
    "expected_marked": _l("%(expected)s should be reached by now, by the quarters marked in the plan."),
    "expected_linear": _l(
        "%(expected)s should be reached by now if spread evenly (linear: no quarter of this window is surely marked)."
    ),
    "at_least_and_at_most": _l(
        "Between %(low)s and %(high)s different ones (the same may have come again): the lower number counts."
    ),
    "possible_at_most": _l("With what is not counted it could be %(high)s at most."),
    "at_least": _l("At least %(low)s: some numbers are not known."),
    "numbers_missing": _l("Events without a number that counts here: %(number)s."),
    "no_evidence": _l("Entries without evidence, which are not counted: %(number)s."),
    "no_step_named": _l("Entries that name no step of this target, which are not counted: %(number)s."),
    "no_member_named": _l("Events that do not name their institution, which are not counted: %(number)s."),
    "not_in_set": _l("Named, but not in the list on those days: %(members)s."),
    "other_audience": _l("Events for another audience, whose people are not counted: %(number)s."),
    "shorter_events": _l("Events shorter than the length that the plan names (%(hours)s h): %(number)s."),
    "over_target": _l("This is above 1.15 of the number asked for: give the reason."),
    "above_bare_number": _l("This is above the number in the plan."),
    "ceiling_exceeded": _l("The ceiling is exceeded: give the reason."),
    "ceiling_may_be_exceeded": _l("The ceiling may be exceeded: up to %(high)s are possible."),
    "above_range": _l("This is above the upper end, %(upper)s."),
    "approximate": _l("About this number is asked for: done from 90 %% of it."),
    "behind_schedule": _l("This is behind schedule."),
    "no_demand": _l("Nobody asked for it, so it is not assessed."),
    "demand_not_recorded": _l("Nobody recorded how many asked for it, so it is not assessed."),
    "reference_set_unknown": _l("The list “%(set)s” has no members yet: enter it."),
    "ambiguous_reading": _l("The plan contradicts itself about the direction or the size of this change: decide which holds."),
    "baseline_missing": _l("The baseline is missing: enter it with its source."),
    "moved_away": _l("The change goes in the wrong direction."),
    "incomplete_first_year": _l("The plan or this row starts within this period: not judged unless reached."),
    "last_period_cut": _l("The plan or this row ends within this period: not judged unless reached."),
    "without_target": _l("The plan gives no number or step to judge by."),
    "money_refused": _l("It is stated that no money was given."),
    "prerequisite_missing": _l("First “%(target)s” must be done, and it is not."),
    "prerequisite_late": _l("“%(target)s” had to be done first, and was done only on %(day)s."),
    "row_degrees": _l("Targets and windows due: %(due)s (%(counts)s)."),
    "row_not_due": _l("Not due yet: %(number)s."),
    "row_not_assessed": _l("Not assessed, so not counted: %(targets)s."),
    "readings_agree": _l("The row can be read in different ways (%(number)s); the verdict is the same under each."),
    "readings_differ": _l(
        "The row can be read in different ways (%(number)s) with different verdicts (%(verdicts)s): decide how to read it."
    ),
    "interpreted_as": _l("Interpreted as “%(reading)s” (%(body)s, %(day)s, %(minutes)s)."),
    "substituted": _l("Other work took its place: %(instead)s"),
    "money_refused_in": _l("Money was refused for %(year)s."),
    "judged_once": _l("Only one body has judged so far (%(body)s): a second person must judge as well."),
    "judged_apart": _l("The judgements (%(steps)s of 5) lie more than one step apart: talk them over."),
    "judged": _l("Judged by two people (%(bodies)s): %(steps)s of 5; the lower step counts."),
    "overridden": _l(
        "The degree “%(degree)s” was set by hand (%(body)s, %(day)s, %(minutes)s); by the rules it is “%(by_rule)s”. "
        "Reason: %(text)s"
    ),
    "explained": _l("The reason given: %(text)s"),
}
"""One sentence for each code of `analysis.reasons`, with the same facts."""


def because(plan: Plan, reason: Reason) -> str:
    """Return a reason as a sentence; units, degrees, steps, targets and lists are named as the plan names them."""
    facts = {name: _fact(plan, name, fact) for name, fact in reason.facts}
    return str(SENTENCES[reason.code]) % facts


def _fact(plan: Plan, name: str, fact: Fact) -> str:
    if isinstance(fact, str):
        return _word(plan, name, fact)
    return words.short_day(fact) if isinstance(fact, date) else words.number(fact)


def _word(plan: Plan, name: str, fact: str) -> str:
    say = _SAYINGS.get(name)
    return say(plan, fact) if say else fact


def _degrees(_: Plan, fact: str) -> str:
    return "; ".join(str(words.DEGREES[each]) for each in fact.split(", "))


def _counts(_: Plan, fact: str) -> str:
    """Return "done 1, partial 2" in the words of the degrees."""
    pairs = (each.rsplit(" ", 1) for each in fact.split(", "))
    return ", ".join(f"{words.DEGREES[degree]}: {number}" for degree, number in pairs)


def _bodies(plan: Plan, fact: str) -> str:
    return ", ".join(statement_words.body(plan, each) for each in fact.split(", "))


def _targets(plan: Plan, fact: str) -> str:
    return "; ".join(_target(plan, each) for each in fact.split(", "))


def _set(plan: Plan, fact: str) -> str:
    return next((here(each.name) for each in plan.reference_sets if each.id == fact), fact)


def _reading(plan: Plan, english: str) -> str:
    """Return the label of a reading that the engine names in English."""
    targets = (target for indicator in plan.indicators for target in indicator.targets)
    labels = (reading.label for target in targets for reading in target.readings)
    return next((here(label) for label in labels if label.en == english), english)


def _target(plan: Plan, target_id: str) -> str:
    """Return a target's row and label."""
    for indicator in plan.indicators:
        for target in indicator.targets:
            if target.id == target_id:
                return f"{indicator.id} {here(target.label)}"
    return target_id


def _steps(plan: Plan, english: str) -> str:
    """Return the labels of steps that the engine names in English, joined by commas (a label may hold commas itself)."""
    named = {
        step.label.en: here(step.label)
        for indicator in plan.indicators
        for target in indicator.targets
        for step in target.steps
    }
    labels: list[str] = []
    begun = ""
    for piece in english.split(", "):
        begun = f"{begun}, {piece}" if begun else piece
        if begun in named:
            labels.append(named[begun])
            begun = ""
    return ", ".join([*labels, begun] if begun else labels)


_SAYINGS: Final[Mapping[str, Callable[[Plan, str], str]]] = {
    "unit": lambda _, fact: str(words.UNITS[fact]),
    "verdicts": _degrees,
    "counts": _counts,
    "degree": _degrees,
    "by_rule": _degrees,
    "body": statement_words.body,
    "bodies": _bodies,
    "reading": _reading,
    "target": _targets,
    "targets": _targets,
    "steps": _steps,
    "set": _set,
}
"""How each fact that is a word of the engine is said in the reader's language; other texts stand as they are."""
