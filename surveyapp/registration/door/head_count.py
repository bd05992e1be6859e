"""The head count of a conference's event: what the door counted, as the facts of an event, logged once and then corrected."""

from dataclasses import dataclass, replace
from typing import Final

from flask_babel import force_locale
from flask_babel import gettext as _

from questionnaires.plan_types import Indicator
from questionnaires.texts import LANGUAGES
from surveyapp.core import clock
from surveyapp.core.access import Actor
from surveyapp.events import rules as event_rules
from surveyapp.events import store as event_store
from surveyapp.events.rules import Facts, Fault, LoggedEvent, Row
from surveyapp.plans import store as plan_store
from surveyapp.registration.door import day_store, rules, store
from surveyapp.registration.rules import Conference

_START: Final = "☑ "
"""What the line of the evidence begins with that this page writes, so that a correction finds it again."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be written: ``facts`` about the event of ``row``; ``before`` is how it is logged now, None if it is not.

    ``people`` came, by field of work in ``fields``. ``fault``: why it cannot be written.
    """

    row: Row
    indicator: Indicator
    facts: Facts
    before: LoggedEvent | None
    people: int
    fields: list[tuple[str, int]]
    fault: Fault | None

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        if self.before is None or self.before.newest.withdrawn:
            return True
        return bool(event_rules.changes(self.before.newest.facts, self.facts))


def proposal(person: Actor, conference: Conference) -> Proposal | None:
    """Return what the door would have written about the event; None if the conference belongs to no row of a plan.

    Raises:
        UnknownEventError: the event is not for this person any more.
    """
    plan = plan_store.find(person.municipality_id, conference.plan_key)
    indicator = event_rules.find_row(plan, conference.terms.indicator) if plan else None
    if plan is None or indicator is None:
        return None
    day = day_store.of(conference)
    before = event_store.find(person, day.event) if day.event else None
    counts = store.counts(conference)
    people = sum(counts.values())
    with force_locale(LANGUAGES[0]):  # what is logged is written in the plan's language
        names = conference.terms.fields_in(LANGUAGES[0])
        fields = rules.breakdown(counts, names, _("not stated")) if names else []
    facts = _facts(conference, indicator, day.hours, people, fields, before)
    fault = next(iter(event_rules.faults(facts, plan, clock.today(), None, None).values()), None)
    row = Row(conference.plan_key, indicator.id, conference.terms.institution)
    return Proposal(row, indicator, facts, before, people, fields, fault)


def _facts(
    conference: Conference,
    indicator: Indicator,
    hours: float,
    people: int,
    fields: list[tuple[str, int]],
    before: LoggedEvent | None,
) -> Facts:
    words = conference.terms.words[LANGUAGES[0]]
    new = Facts(conference.terms.held_on, words.title, words.place or None, audience=event_rules.usual_audience(indicator))
    # What somebody added to the event by hand stays.
    kept = before.newest.facts if before else new
    return replace(
        kept,
        held_on=conference.terms.held_on,
        hours=hours,
        unique_persons=people,
        attendances=people,
        evidence=_evidence(kept.evidence, indicator, fields),
    )


def _evidence(kept: str | None, indicator: Indicator, fields: list[tuple[str, int]]) -> str | None:
    """Return the evidence with the line of the fields of work; none for a sensitive row, whose small numbers stay hidden."""
    lines = [line for line in (kept or "").split("\n") if line and not line.startswith(_START)]
    if fields and not indicator.sensitive:
        with force_locale(LANGUAGES[0]):
            told = ", ".join(f"{name} {number}" for name, number in fields)
            lines.append(_START + _("Counted at the door, by field of work: %(fields)s.", fields=told))
    return "\n".join(lines) or None


def write(person: Actor, conference_id: int, proposed: Proposal, reason: str) -> int:
    """Log the event of a conference, or correct it for *reason*; returns its number. The same facts again change nothing.

    Raises:
        UnknownConferenceError, UnknownEventError, NotAllowedError, CorrectedMeanwhileError: as they say.
    """

    def log_or_correct(event_id: int | None) -> int:
        if event_id is None:
            return event_store.log(person, proposed.row, proposed.facts, f"conference {conference_id}")
        if proposed.before is None or event_id != proposed.before.id:  # logged meanwhile by somebody else
            raise event_store.CorrectedMeanwhileError(event_store.find(person, event_id))
        if proposed.changed:
            event_store.correct(person, event_id, proposed.before.newest.number, proposed.facts, reason)
        return event_id

    return day_store.with_event(person, conference_id, log_or_correct)
