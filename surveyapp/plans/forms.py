"""Forms that state something about a plan, one for each kind of statement."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import HiddenInput

from analysis.event_cells import day, decimal_number
from analysis.statements import (
    Answer,
    BaselineStated,
    Conclusion,
    Explanation,
    Judgement,
    Kind,
    Measurement,
    MemberList,
    MoneyOfYear,
    Override,
    Proposal,
    ReadingChosen,
    Statement,
    Substitution,
)
from questionnaires.plan_types import Member, Plan
from surveyapp.core import clock
from surveyapp.core.form_parts import LONG, SHORT, CellField, ChoiceField, SingleUseForm, cleaned, reason_field
from surveyapp.core.i18n import here
from surveyapp.plans import words
from surveyapp.plans.member_lines import MembersError, read_members
from surveyapp.plans.places import Place

MOST: Final = 1e9
"""The largest number that may be stated."""
_NEEDED: Final = _l("Fill this in.")
_OWN_WORDS: Final = "own"
_GROUP: Final = "cooperation_group"


def _line(label: object, longest: int = SHORT) -> StringField:
    return StringField(label, [DataRequired(_NEEDED)], filters=[cleaned(longest)])


def _lines(label: object, *, needed: bool = False) -> TextAreaField:
    return TextAreaField(label, [DataRequired(_NEEDED)] if needed else [], filters=[cleaned(LONG, lines=True)])


def _day(label: object) -> CellField:
    return CellField(label, day, [InputRequired(_NEEDED)])  # type: ignore[arg-type]  # lazy text


def _number(label: object, *, needed: bool = False, signed: bool = False) -> CellField:
    return CellField(label, decimal_number(MOST, signed=signed), [InputRequired(_NEEDED)] if needed else [])  # type: ignore[arg-type]  # lazy text


class StatementForm(SingleUseForm):
    """What every statement has: which one the person saw, and why it is replaced."""

    seen = IntegerField(widget=HiddenInput())
    reason = reason_field()

    def fit(self, plan: Plan, place: Place) -> None:
        """Fill the lists of the form and take out what this place does not need."""

    def statement(self, plan: Plan, place: Place) -> Statement:
        """Return what was stated; only after the form has been found valid."""
        raise NotImplementedError


class DecisionForm(StatementForm):
    """Who decided, when, and where it stands."""

    body = ChoiceField(words.LABELS["body"], [InputRequired(_NEEDED)])
    day = _day(words.LABELS["day"])
    minutes = _line(_l("Minutes: number and item"))
    note = _lines(words.LABELS["note"])

    def fit(self, plan: Plan, place: Place) -> None:  # noqa: ARG002 - every form is fitted alike
        """Offer the bodies of the plan."""
        _offer_bodies(self.body, plan)

    def decided(self) -> dict[str, Any]:
        """Return the parts of every decision."""
        return {"body": self.body.data, "day": self.day.data, "minutes": self.minutes.data, "note": self.note.data}


class ReadingForm(DecisionForm):
    """Which reading of a target holds."""

    reading = RadioField(words.LABELS["reading"], [InputRequired(_l("Choose one of the readings."))], choices=[])

    def fit(self, plan: Plan, place: Place) -> None:
        """Offer the readings of the target."""
        super().fit(plan, place)
        self.reading.choices = [(each.id, here(each.label)) for each in place.target.readings] if place.target else []

    def statement(self, plan: Plan, place: Place) -> Statement:  # noqa: ARG002 - every form states alike
        """Return the chosen reading."""
        return ReadingChosen(target=place.about, reading=self.reading.data, **self.decided())


class AnswerForm(DecisionForm):
    """The answer to an open question."""

    option = RadioField(words.LABELS["option"], [InputRequired(_l("Choose an answer or own words."))], choices=[])
    words = _lines(words.LABELS["words"])

    def fit(self, plan: Plan, place: Place) -> None:
        """Offer the options of the question."""
        super().fit(plan, place)
        options = place.question.options if place.question else ()
        offered = [(str(number), here(option)) for number, option in enumerate(options, 1)]
        self.option.choices = [*offered, (_OWN_WORDS, _("In own words, below"))]

    def validate_words(self, field: TextAreaField) -> None:
        """Own words belong to that choice, and to no other."""
        if (self.option.data == _OWN_WORDS) != bool(field.data):
            raise ValidationError(_("Choose one of the answers, or choose own words and write them here."))

    def statement(self, plan: Plan, place: Place) -> Statement:  # noqa: ARG002 - every form states alike
        """Return the answer."""
        own = self.option.data == _OWN_WORDS
        row, _slash, question = place.about.partition("/")
        option = None if own else int(self.option.data)
        answer = self.words.data if own else None
        return Answer(row=row, question=question, option=option, words=answer, **self.decided())


class ValueForm(StatementForm):
    """A value with its day and source."""

    value = _number(words.LABELS["value"], needed=True, signed=True)
    on = _day(words.LABELS["on"])
    source = _line(words.LABELS["source"])


class MeasurementForm(ValueForm):
    """A measured value."""

    note = _lines(words.LABELS["note"])

    def fit(self, plan: Plan, place: Place) -> None:  # noqa: ARG002 - every form is fitted alike
        """A value of another day is another measurement: a correction keeps its day."""
        if place.on is not None:
            del self.on

    def statement(self, plan: Plan, place: Place) -> Statement:  # noqa: ARG002 - every form states alike
        """Return the measured value."""
        on = place.on or self.on.data
        what = place.about.partition("@")[0]
        return Measurement(what=what, value=self.value.data, on=on, source=self.source.data, note=self.note.data)


class BaselineForm(ValueForm):
    """The value that a change starts from."""

    def statement(self, plan: Plan, place: Place) -> Statement:  # noqa: ARG002 - every form states alike
        """Return the baseline."""
        return BaselineStated(target=place.about, value=self.value.data, on=self.on.data, source=self.source.data)


class MembersForm(StatementForm):
    """A list of institutions, one a line."""

    members = TextAreaField(words.LABELS["members"], [DataRequired(_NEEDED)], filters=[cleaned(20_000, lines=True)])
    source = _line(words.LABELS["source"])

    def fit(self, plan: Plan, place: Place) -> None:  # noqa: ARG002 - every form is fitted alike
        """Remember who is in the list now, so that the same names keep their ids."""
        self.known = place.of_set.members or () if place.of_set else ()

    def validate_members(self, field: TextAreaField) -> None:
        """Refuse lines that cannot be read, by their number."""
        try:
            self.read: Sequence[Member] = read_members(field.data or "", self.known)
        except MembersError as error:
            raise ValidationError(str(error)) from error

    def statement(self, plan: Plan, place: Place) -> Statement:  # noqa: ARG002 - every form states alike
        """Return the whole list."""
        return MemberList(of_set=place.about, members=tuple(self.read), source=self.source.data)


class MoneyForm(StatementForm):
    """Money of a row in a year."""

    planned = _number(words.LABELS["planned"])
    granted = _number(words.LABELS["granted"])
    spent = _number(words.LABELS["spent"])
    refused = BooleanField(words.LABELS["refused"])
    source = _line(words.LABELS["source"])

    def statement(self, plan: Plan, place: Place) -> Statement:  # noqa: ARG002 - every form states alike
        """Return the amounts."""
        amounts = {name: self[name].data for name in ("planned", "granted", "spent", "refused")}
        row, _at, year = place.about.partition("@")
        return MoneyOfYear(row=row, year=int(year), source=self.source.data, **amounts)


class OverrideForm(DecisionForm):
    """A degree that is set by hand."""

    degree = ChoiceField(words.LABELS["degree"], [InputRequired(_NEEDED)])
    because = _lines(words.LABELS["because"], needed=True)

    def fit(self, plan: Plan, place: Place) -> None:
        """Offer the degrees."""
        super().fit(plan, place)
        # Nothing is chosen beforehand: a degree that nobody meant must not be set.
        self.degree.choices = [("", "–"), *((name, str(label)) for name, label in words.DEGREES.items())]

    def statement(self, plan: Plan, place: Place) -> Statement:  # noqa: ARG002 - every form states alike
        """Return the degree."""
        about = place.about.partition("@")[0]
        return Override(about=about, window=place.window, degree=self.degree.data, because=self.because.data, **self.decided())


class JudgementForm(StatementForm):
    """What one body thinks of what has no number."""

    body = ChoiceField(_l("Judged by"), [InputRequired(_NEEDED)])
    step = RadioField(words.STEP_OF_SCALE, [InputRequired(_l("Choose a step."))], choices=[])
    note = _lines(_l("What this rests on"), needed=True)

    def fit(self, plan: Plan, place: Place) -> None:
        """Offer the bodies and the steps; a correction is made for the same body."""
        _offer_bodies(self.body, plan)
        self.step.choices = [(str(step), str(label)) for step, label in words.STEPS.items()]
        if place.body:
            del self.body

    def statement(self, plan: Plan, place: Place) -> Statement:  # noqa: ARG002 - every form states alike
        """Return the judgement."""
        body, target = place.body or self.body.data, place.about.partition("@")[0]
        window = place.window or clock.today()
        return Judgement(target=target, window=window, body=body, step=int(self.step.data), note=self.note.data)


class SubstitutionForm(StatementForm):
    """Other work that took the place of what was promised."""

    on = _day(words.LABELS["on"])
    instead = _lines(words.LABELS["instead"], needed=True)
    source = _line(_l("Evidence: where it can be seen"))

    def statement(self, plan: Plan, place: Place) -> Statement:  # noqa: ARG002 - every form states alike
        """Return what was done instead."""
        return Substitution(
            target=place.about.partition("@")[0],
            step=place.step,
            event=place.event,
            on=self.on.data,
            instead=self.instead.data,
            source=self.source.data,
        )


class ExplanationForm(StatementForm):
    """The reason that was asked for."""

    text = _lines(words.LABELS["text"], needed=True)

    def statement(self, plan: Plan, place: Place) -> Statement:  # noqa: ARG002 - every form states alike
        """Return the reason."""
        target = place.about.partition("@")[0]
        return Explanation(target=target, window=place.window or clock.today(), text=self.text.data)


class ConclusionForm(StatementForm):
    """What the group concludes about a section."""

    text = _lines(_l("Conclusion"), needed=True)

    def statement(self, plan: Plan, place: Place) -> Statement:  # noqa: ARG002 - every form states alike
        """Return the conclusion."""
        section, _at, year = place.about.partition("@")
        return Conclusion(section=section, year=int(year), text=self.text.data)


class ProposalForm(StatementForm):
    """What the group proposes, who should do it and by when, and what became of it."""

    text = _lines(_l("Proposal"), needed=True)
    who = ChoiceField(words.LABELS["who"])
    until = CellField(words.LABELS["until"], day)
    state = RadioField(words.LABELS["state"], [InputRequired(_NEEDED)], choices=[], default="open")

    def fit(self, plan: Plan, place: Place) -> None:  # noqa: ARG002 - every form is fitted alike
        """Offer the bodies of the plan, or nobody yet."""
        _offer_bodies(self.who, plan)
        self.who.choices = [("", _("nobody yet")), *self.who.choices]
        self.state.choices = [(name, str(label)) for name, label in words.STATES.items()]

    def statement(self, plan: Plan, place: Place) -> Statement:  # noqa: ARG002 - every form states alike
        """Return the proposal."""
        number, _at, year = place.about.partition("@")
        facts = {"text": self.text.data, "state": self.state.data, "who": self.who.data or None, "until": self.until.data}
        return Proposal(number=int(number), year=int(year), **facts)


class WithdrawalForm(SingleUseForm):
    """Why a statement holds no more."""

    seen = IntegerField(widget=HiddenInput())
    reason = reason_field()


FORMS: Final[Mapping[Kind, Callable[..., StatementForm]]] = {
    "reading": ReadingForm,
    "answer": AnswerForm,
    "measurement": MeasurementForm,
    "baseline": BaselineForm,
    "members": MembersForm,
    "money": MoneyForm,
    "override": OverrideForm,
    "judgement": JudgementForm,
    "substitution": SubstitutionForm,
    "explanation": ExplanationForm,
    "conclusion": ConclusionForm,
    "proposal": ProposalForm,
}


def as_typed(statement: Statement) -> dict[str, object]:
    """Return a statement as its form shows it."""
    facts = asdict(statement)
    for name in ("day", "on", "until"):
        if facts.get(name):
            facts[name] = facts[name].isoformat()
    if isinstance(statement, MemberList):
        facts["members"] = "\n".join(words.member_line(each) for each in statement.members)
    if isinstance(statement, Answer):
        facts["option"] = _OWN_WORDS if statement.option is None else str(statement.option)
    if isinstance(statement, Judgement):
        facts["step"] = str(statement.step)
    return facts


def _offer_bodies(field: ChoiceField, plan: Plan) -> None:
    names = {each.id: here(each.name) for each in plan.institutions}
    first = names.pop(_GROUP, words.body(plan, _GROUP))
    field.choices = [(_GROUP, first), *names.items()]
