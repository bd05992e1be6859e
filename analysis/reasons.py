"""Why a target or a row has its degree: a closed list of reasons with named facts, in English here, translated elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

Fact = str | float | date

RULES_VERSION: Final = 4
"""Raised whenever the rules below judge the same events differently."""

# code: (number of the rule it rests on, sentence). The rules are numbered as in the list of rules for targets.
_REASONS: Final[Mapping[str, tuple[int, str]]] = {
    "reached": (3, "{achieved} of {required} ({unit}) by {end}."),
    "late": (4, "That was reached only after {end}."),
    "within_ceiling": (7, "{achieved} of up to {required} ({unit}) used by {end}."),
    "provided": (2, "Activity with evidence is logged."),
    "steps_done": (2, "{achieved} of {required} steps are done."),
    "steps_missing": (8, "Steps still to be done: {steps}."),
    "partly": (3, "Only {achieved} of {required} ({unit}) by {end}."),
    "zero_stated": (3, "Zero was stated for the time up to {end}."),
    "nothing_reported": (3, "Nothing was reported for {start} to {end}."),
    "no_number": (3, "What was reported for {start} to {end} holds no number that counts here."),
    "so_far": (1, "{achieved} of {required} ({unit}) so far."),
    "measured": (1, "{achieved} ({unit}) is the newest number."),
    "nothing_so_far": (1, "Nothing is reported so far."),
    "open_until": (1, "The window is open until {end}."),
    "awaited_until": (1, "The window ended on {end}; data are awaited until {until}."),
    "ceiling_waits": (7, "A ceiling is judged when its window has closed."),
    "demand_waits": (8, "Demand is judged when its window has closed."),
    "changed": (2, "From {baseline} to {achieved} ({unit}); {required} was to be reached."),
    "moved": (2, "From {baseline} to {achieved} ({unit})."),
    "expected_marked": (4, "{expected} should be reached by now, by the quarters marked in the plan."),
    "expected_linear": (4, "{expected} should be reached by now if spread evenly (linear: no quarter is surely marked)."),
    "at_least_and_at_most": (9, "Between {low} and {high} different ones (the same may have come again): the lower counts."),
    "possible_at_most": (9, "With what is not counted it could be {high} at most."),
    "at_least": (9, "At least {low}: some numbers are not known."),
    "numbers_missing": (9, "Events without a number that counts here: {number}."),
    "no_evidence": (8, "Entries without evidence, which are not counted: {number}."),
    "no_step_named": (8, "Entries that name no step of this target, which are not counted: {number}."),
    "no_member_named": (2, "Events that do not name their institution, which are not counted: {number}."),
    "not_in_set": (2, "Named, but not in the list on those days: {members}."),
    "other_audience": (9, "Events for another audience, whose people are not counted: {number}."),
    "shorter_events": (8, "Events shorter than the {hours} hours that the plan names: {number}."),
    "over_target": (7, "This is above 1.15 of the number asked for: give the reason."),
    "above_bare_number": (7, "This is above the number in the plan."),
    "ceiling_exceeded": (7, "The ceiling is exceeded: give the reason."),
    "ceiling_may_be_exceeded": (9, "The ceiling may be exceeded: up to {high} are possible."),
    "above_range": (12, "This is above the upper end, {upper}."),
    "approximate": (12, "About this number is asked for: done from 90 % of it."),
    "behind_schedule": (4, "This is behind schedule."),
    "no_demand": (8, "Nobody asked for it, so it is not assessed."),
    "demand_not_recorded": (8, "Nobody recorded how many asked for it, so it is not assessed."),
    "reference_set_unknown": (2, "The list {set} has no members yet: enter it."),
    "ambiguous_reading": (2, "The plan contradicts itself about the direction or the size of this change: decide which holds."),
    "baseline_missing": (2, "The baseline is missing: enter it with its source."),
    "moved_away": (3, "The change goes in the wrong direction."),
    "incomplete_first_year": (6, "The plan or this row starts within this period: not judged unless reached."),
    "last_period_cut": (6, "The plan or this row ends within this period: not judged unless reached."),
    "without_target": (8, "The plan gives no number or step to judge by."),
    "money_refused": (8, "It is stated that no money was given."),
    "prerequisite_missing": (13, "{target} must be done first, and is not."),
    "prerequisite_late": (13, "{target} had to be done first, and was done only on {day}."),
    "row_degrees": (5, "Due: {due} ({counts})."),
    "row_not_due": (14, "Not due yet: {number}."),
    "row_not_assessed": (5, "Not assessed, so not counted: {targets}."),
    "readings_agree": (5, "The row can be read in {number} ways; the verdict is the same under each."),
    "readings_differ": (5, "The row can be read in {number} ways with different verdicts ({verdicts}): decide how to read it."),
    "interpreted_as": (1, "Interpreted as {reading} ({body}, {day}, {minutes})."),
    "substituted": (13, "Other work took its place: {instead}"),
    "money_refused_in": (13, "Money was refused for {year}."),
    "judged_once": (8, "Only {body} has judged so far: a second person must judge as well."),
    "judged_apart": (8, "The judgements ({steps} of 5) lie more than one step apart: talk them over."),
    "judged": (8, "Judged by {bodies}: {steps} of 5; the lower step counts."),
    "overridden": (10, "Set by hand to {degree} ({body}, {day}, {minutes}); the rules say {by_rule}. Reason: {text}"),
    "explained": (7, "Reason given: {text}"),
}  # fmt: skip

CODES: Final[Mapping[str, str]] = MappingProxyType({code: sentence for code, (_, sentence) in _REASONS.items()})
"""Every code with its English sentence; the names in braces are the facts that come with it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; *code* is a key of CODES, *facts* fill its sentence (numbers, days, words)."""

    code: str
    facts: tuple[tuple[str, Fact], ...] = ()

    @property
    def rule(self) -> int:
        """The number of the rule that the reason rests on."""
        return _REASONS[self.code][0]

    @property
    def text(self) -> str:
        """The reason as an English sentence."""
        return CODES[self.code].format(**{name: fact_text(fact) for name, fact in self.facts})


def reason(code: str, **facts: Fact) -> Reason:
    """Return the reason *code*; KeyError if the list does not hold it or a fact of its sentence is missing."""
    made = Reason(code, tuple(facts.items()))
    # A reason that cannot be said must fail where it is made, not on a page.
    _ = made.text
    return made


def fact_text(fact: Fact) -> str:
    """Return a fact as English text: ISO days, whole numbers without a point, others with at most four digits after it."""
    if isinstance(fact, str):
        return fact
    if isinstance(fact, date):
        return fact.isoformat()
    return str(int(fact)) if float(fact).is_integer() else f"{fact:.4f}".rstrip("0").rstrip(".")


def text_of(because: tuple[Reason, ...]) -> str:
    """Return all sentences in one line."""
    return " ".join(each.text for each in because)
