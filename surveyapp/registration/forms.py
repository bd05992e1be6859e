"""Forms of organisers: the page of a conference, and what is written to everybody."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import HiddenInput

from analysis.event_cells import Wrong, day
from questionnaires.plan_types import Plan
from questionnaires.texts import LANGUAGES
from surveyapp.core.form_parts import CellField, ChoiceField, SingleUseForm
from surveyapp.core.i18n import day as in_words
from surveyapp.core.i18n import here
from surveyapp.core.text import TooLongError, clean
from surveyapp.events.forms import count
from surveyapp.events.rules import rows_of_institution
from surveyapp.registration import rules
from surveyapp.registration.rules import MOST_DAYS, USUAL_DAYS, Conference, Fault, Terms, Words

_SHORT: Final = 200
_LONG: Final = 4000
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3])(?:[:.]([0-5][0-9]))?")
_MOST_FIELDS: Final = 20
_TEXTS: Final[Mapping[str, LazyString]] = {
    "title": _l("Title"),
    "place": _l("Place"),
    "about": _l("What it is about"),
    "programme": _l("Programme"),
    "fields": _l("Fields of work, one a line"),
}
_IN: Final[Mapping[str, Callable[[LazyString], LazyString]]] = {
    "en": lambda what: _l("%(what)s, in English", what=what),
    "ru": lambda what: _l("%(what)s, in Russian", what=what),
}


def cleaned(longest: int, *, lines: bool = False) -> Callable[[str | None], str]:
    """Make a filter that normalises text."""

    def clean_or_explain(text: str | None) -> str:
        try:
            return clean(text or "", longest, lines=lines)
        except TooLongError as error:
            longer = error.length - error.longest
            raise ValueError(_("This is %(number)s characters too long; shorten it.", number=longer)) from error

    return clean_or_explain


def clock_time(text: str) -> time:
    """Read a time of day such as 9:30, 9.30 or 9; ValueError says how to write it."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError(_("“%(found)s” is not a time of day; write it like 9:30.", found=text.strip()[:20]))
    return time(int(found[1]), int(found[2] or 0))


def _seats(text: str) -> int | Wrong | None:
    found = count(text)
    if found == 0:
        raise ValueError(_("With no seat at all nobody can register; leave it empty if there is no limit."))
    return found


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line)


class ConferenceForm(SingleUseForm):
    """Everything about a conference; what stands in other languages is added below."""

    institution = ChoiceField(_l("Organising institution"), [InputRequired(_l("Choose the institution that invites."))])
    title_lv = StringField(_TEXTS["title"], [DataRequired(_l("Give the conference a title."))], filters=[cleaned(_SHORT)])
    held_on = CellField(_l("Day of the conference"), day, [InputRequired(_l("Say on which day it is held."))])
    starts = CellField(_l("Begins at"), clock_time, [InputRequired(_l("Say at what time it begins."))])
    ends = CellField(_l("Ends at"), clock_time, [InputRequired(_l("Say at what time it ends."))])
    place_lv = StringField(_TEXTS["place"], [DataRequired(_l("Say where it is held."))], filters=[cleaned(_SHORT)])
    deadline = CellField(_l("Last day to register"), day)
    capacity = CellField(_l("Seats"), _seats)
    contact = StringField(
        _l("Whom to ask"), [DataRequired(_l("Say whom people can ask, also about their data."))], filters=[cleaned(_SHORT)]
    )
    about_lv = TextAreaField(_TEXTS["about"], filters=[cleaned(_LONG, lines=True)])
    programme_lv = TextAreaField(_TEXTS["programme"], filters=[cleaned(_LONG, lines=True)])
    indicator = ChoiceField(_l("Row of the plan"))
    ask_institution = BooleanField(_l("Where they work"))
    ask_field = BooleanField(_l("Field of work"))
    fields_lv = TextAreaField(_TEXTS["fields"], filters=[cleaned(_LONG, lines=True)])
    ask_needs = BooleanField(_l("What they need (access, food, interpreting)"))
    opens_on = CellField(_l("First day to register"), day)
    delete_on = CellField(_l("Day on which personal data are deleted"), day)
    seen = IntegerField(widget=HiddenInput(), default=0)

    def terms(self, institution: str) -> Terms | None:
        """Return what was decided; None while something cannot be read (what is left empty gets what is usual)."""
        if not self.validate():
            return None
        held_on: date = self.read("held_on")
        return Terms(
            institution=institution,
            indicator=self.indicator.data,
            held_on=held_on,
            starts=self.read("starts"),
            ends=self.read("ends"),
            capacity=self.capacity.data,
            opens_on=self.opens_on.data,
            deadline=self.deadline.data or held_on - timedelta(1),
            delete_on=self.delete_on.data or held_on + timedelta(USUAL_DAYS),
            ask_institution=self.ask_institution.data,
            ask_field=self.ask_field.data,
            ask_needs=self.ask_needs.data,
            contact=self.contact.data,
            words={language: self._words(language) for language in LANGUAGES},
        )

    def _words(self, language: str) -> Words:
        said: dict[str, str] = {name: self[f"{name}_{language}"].data or "" for name in _TEXTS}
        fields = _lines(said["fields"])[:_MOST_FIELDS]
        return Words(said["title"], said["place"], said["about"], said["programme"], fields)

    def read(self, name: str) -> Any:  # noqa: ANN401 - WTForms has no types
        """Return what was read from a field that is filled."""
        return self[name].data

    def add_faults(self, faults: Mapping[str, Fault], before: Conference | None) -> None:
        """Put what cannot be right beside its fields."""
        for name, fault in faults.items():
            self[name].errors = [*self[name].errors, _fault_text(fault, before)]


for _language, _named in _IN.items():
    for _name in ("title", "place"):
        setattr(ConferenceForm, f"{_name}_{_language}", StringField(_named(_TEXTS[_name]), filters=[cleaned(_SHORT)]))
    for _name in ("about", "programme", "fields"):
        _field = TextAreaField(_named(_TEXTS[_name]), filters=[cleaned(_LONG, lines=True)])
        setattr(ConferenceForm, f"{_name}_{_language}", _field)


class StepForm(SingleUseForm):
    """A button alone."""


class WriteForm(SingleUseForm):
    """What is written to everybody who registered."""

    subject = StringField(_l("Subject"), [DataRequired(_l("Write what the letter is about."))], filters=[cleaned(_SHORT)])
    text = TextAreaField(_l("Letter"), [DataRequired(_l("Write the letter."))], filters=[cleaned(_LONG, lines=True)])


def fit(form: ConferenceForm, plan: Plan, institution: str | None, *, for_anybody: bool) -> None:
    """Fill the lists of a form; who may not choose the institution is not asked for it."""
    own, others = rows_of_institution(plan, institution)
    rows = [(row.id, f"{row.id} {here(row.name)}") for row in (*own, *others)]
    form.indicator.choices = [("", _("none: it does not count for the plan")), *rows]
    if for_anybody:
        form.institution.choices = [(each.id, here(each.name)) for each in plan.institutions]
    else:
        del form.institution


def as_typed(conference: Conference) -> dict[str, object]:
    """Return the fields of a form that shows *conference* as it is."""
    terms = conference.terms
    shown: dict[str, object] = {
        f"{name}_{language}": "\n".join(words.fields) if name == "fields" else getattr(words, name)
        for language, words in terms.words.items()
        for name in _TEXTS
    }
    days = {name: getattr(terms, name) for name in ("held_on", "deadline", "opens_on", "delete_on")}
    shown |= {name: value.isoformat() if value else None for name, value in days.items()}
    shown |= {"starts": f"{terms.starts:%H:%M}", "ends": f"{terms.ends:%H:%M}", "seen": conference.revision}
    same = ("institution", "indicator", "capacity", "contact", "ask_institution", "ask_field", "ask_needs")
    return shown | {name: getattr(terms, name) for name in same}


def usual() -> dict[str, object]:
    """Return the fields of an empty form: what is usual stands there already."""
    return {"ask_institution": True, "ask_field": True, "fields_lv": "\n".join(rules.USUAL_FIELDS)}


def check(form: ConferenceForm, institution: str, today: date, before: Conference | None) -> Terms | None:
    """Return the terms of a sent form if all is right; otherwise the form says everything that is not."""
    terms = form.terms(institution)
    if terms is None:
        return None
    found = rules.faults(terms, today, before)
    form.add_faults(found, before)
    return None if found else terms


def _fault_text(fault: Fault, before: Conference | None) -> str:
    promised = in_words(before.terms.delete_on) if before else ""
    texts: Mapping[Fault, str] = {
        "in_the_past": _("This day is over; check the year."),
        "ends_before": _("It ends before it begins; check both times."),
        "deadline_after": _("People cannot register after the conference; choose its day or an earlier one."),
        "deadline_past": _("This day is over; choose a later one, so that people can register."),
        "opens_late": _("Registration would begin after its last day; check both days."),
        "deleted_too_early": _("The data are needed until the conference is over; choose a later day."),
        "kept_too_long": _("Keep the data for %(days)s days after the conference at most.", days=MOST_DAYS),
        "promised": _("The page promised %(day)s; the data can be deleted earlier, but not later.", day=promised),
        "few_fields": _("Write at least two fields of work, or do not ask for it."),
        "lines_differ": _("Write as many lines as in Latvian, in the same order, or leave it empty."),
        "fields_kept": _("People chose among these lines already: leave them as they are; new ones can be added at the end."),
    }  # fmt: skip
    return texts[fault]


def choices(names: Sequence[str]) -> list[tuple[str, Any]]:
    """Return the fields of work as choices."""
    return [(str(number), name) for number, name in enumerate(names)]
