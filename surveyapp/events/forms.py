"""Forms of logging, correcting and withdrawing an event."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import HiddenInput

from analysis.event_cells import Wrong, day, decimal_number, whole_number
from questionnaires.plan_types import Indicator, Member, Plan
from surveyapp.core import clock
from surveyapp.core.form_parts import LONG, SHORT, CellField, ChoiceField, SingleUseForm, cleaned, reason_field
from surveyapp.core.i18n import day as day_text
from surveyapp.core.i18n import here
from surveyapp.events import rules
from surveyapp.events.rules import FACTS, Facts, LoggedEvent
from surveyapp.events.words import LABELS

MOST_COUNT: Final = 100_000
MOST_HOURS: Final = 10_000
MOST_AMOUNT: Final = 100_000_000


def count(text: str) -> int | Wrong | None:
    """Read a count of people; "1 445" may hold a space of any kind."""
    found = whole_number(text)
    return _too_many(text, found, MOST_COUNT) if isinstance(found, int) else found


def _too_many(text: str, number: int, most: int) -> int | Wrong:
    return Wrong("absurd", (("found", text),)) if number > most else number


class EventForm(SingleUseForm):
    """What is stated about an event; the fields that its row cannot use are taken out."""

    institution = ChoiceField(LABELS["institution"], [InputRequired(_l("Choose the institution that held the event."))])
    held_on = CellField(LABELS["held_on"], day, [InputRequired(_l("Say on which day it was held."))])
    title = StringField(LABELS["title"], [DataRequired(_l("Give the event a title."))], filters=[cleaned(SHORT)])
    step = ChoiceField(LABELS["step"])
    member = StringField(LABELS["member"], filters=[cleaned(SHORT)])
    member_id = ChoiceField(LABELS["member"])
    unique_persons = CellField(LABELS["unique_persons"], count)
    attendances = CellField(LABELS["attendances"], count)
    families = CellField(LABELS["families"], count)
    requested = CellField(LABELS["requested"], count)
    hours = CellField(LABELS["hours"], decimal_number(MOST_HOURS))
    amount = CellField(LABELS["amount"], decimal_number(MOST_AMOUNT))
    audience = ChoiceField(LABELS["audience"])
    place = StringField(LABELS["place"], filters=[cleaned(SHORT)])
    evidence = TextAreaField(LABELS["evidence"], filters=[cleaned(LONG, lines=True)])
    same_group_as = ChoiceField(LABELS["same_group_as"])
    different_people = BooleanField(LABELS["different_people"])

    def facts(self, instead_of_wrong_day: date) -> Facts:
        """Return what was stated and could be read; what could not is left out, so that the rest can be judged as well."""
        read = {name: field for name in FACTS if (field := self.field_of(name)) is not None and not field.errors}
        stated = {"held_on": instead_of_wrong_day, "title": "", **{name: field.data for name, field in read.items()}}
        group = stated.get("same_group_as")
        return Facts(**{**stated, "same_group_as": int(group) if group else None})

    def add_faults(self, faults: Mapping[str, rules.Fault], plan: Plan) -> None:
        """Put what cannot be right beside its fields."""
        for name, fault in faults.items():
            field = self.field_of(name)
            field.errors = [*field.errors, _fault_text(fault, plan)]

    def field_of(self, name: str) -> Any:  # noqa: ANN401 - WTForms has no types
        """Return the field of a fact (a list of members stands for typing where the set is known); None if taken out."""
        return next((self[each] for each in (name, f"{name}_id") if each in self), None)


class CorrectionForm(EventForm):
    """New facts, why, and which statement they replace."""

    reason = reason_field()
    seen = IntegerField(widget=HiddenInput())


class WithdrawForm(SingleUseForm):
    """Why an event should not count."""

    reason = reason_field()
    seen = IntegerField(widget=HiddenInput())


def fit(form: EventForm, indicator: Indicator, plan: Plan, groups: Sequence[LoggedEvent], *, for_anybody: bool) -> rules.Asked:
    """Take out the fields that the row cannot use and fill the lists of the others; returns what is asked."""
    asked = rules.asked_of(indicator, plan)
    if not groups:
        asked = replace(asked, more=tuple(name for name in asked.more if name != "same_group_as"))
    unused = {*FACTS, "member_id"} - asked.everything
    if "member" in asked.everything and _members(indicator, plan):
        unused = (unused - {"member_id"}) | {"member"}
    for name in unused:
        del form[name]
    if not for_anybody:
        del form.institution
    _fill_lists(form, asked, indicator, plan, groups)
    if asked.names_targets:
        form.step.label.text = _("Counts for the target")
    if "step" in asked.needed:
        _need(form.step, _("Choose the step that was done."))
    return asked


def _fill_lists(form: EventForm, asked: rules.Asked, indicator: Indicator, plan: Plan, groups: Sequence[LoggedEvent]) -> None:
    nothing = ("", _("not stated"))
    lists: dict[str, list[tuple[str, str]]] = {
        "institution": [(each.id, here(each.name)) for each in plan.institutions],
        "step": [
            ("", _("every target that it fits")) if asked.names_targets else nothing,
            *((each.id, here(each.label)) for each in rules.parts_of(indicator)),
        ],
        "member_id": [nothing, *((each.id, each.name) for each in _members(indicator, plan))],
        "audience": [nothing, *((name, here(text)) for name, text in plan.audiences)],
        "same_group_as": [("", _("no, or not known")), *((str(each.id), _group_name(each)) for each in groups)],
    }
    for name, choices in lists.items():
        if name in form:
            form[name].choices = choices


def _members(indicator: Indicator, plan: Plan) -> tuple[Member, ...]:
    reference_set = rules.reference_set_of(indicator, plan)
    return (reference_set.members or ()) if reference_set else ()


def _group_name(event: LoggedEvent) -> str:
    facts = event.newest.facts
    return f"{format_date(facts.held_on, 'short')} {facts.title}"


def _need(field: Field, message: str) -> None:
    field.validators = [InputRequired(message)]
    field.flags.required = True


def check(form: EventForm, indicator: Indicator, plan: Plan, groups: Sequence[LoggedEvent]) -> Facts | None:
    """Return the facts of a sent form if all is right; otherwise the form says everything that is not."""
    valid = form.validate()
    facts = form.facts(instead_of_wrong_day=min(clock.today(), plan.ends))
    day_of_group: date | None = next((each.newest.facts.held_on for each in groups if each.id == facts.same_group_as), None)
    members = rules.reference_set_of(indicator, plan)
    found = rules.faults(facts, plan, clock.today(), members, day_of_group)
    form.add_faults(found, plan)
    return facts if valid and not found else None


def _fault_text(fault: rules.Fault, plan: Plan) -> str:
    starts, ends = day_text(plan.starts), day_text(plan.ends)
    texts: dict[rules.Fault, str] = {
        "in_the_future": _("This day has not come yet; log an event after it was held."),
        "outside_plan": _("The plan holds from %(starts)s to %(ends)s; check the day.", starts=starts, ends=ends),
        "more_than_attendances": _("More different people than attendances is not possible; check both numbers."),
        "not_a_member": _("The list does not name this institution on that day; choose one of the list or check the day."),
        "new_and_same": _("They cannot be both new people and the same as earlier; keep one of the two."),
        "later_group": _("That event was held later than this one; choose an earlier one."),
    }
    return texts[fault]
