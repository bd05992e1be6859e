"""Forms of the door: a step with somebody, a walk-in, a ticked list typed in, and the hours of the certificates."""

import secrets
from collections.abc import Iterator
from typing import Any, Final

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectChoice, StringField, ValidationError
from wtforms.validators import InputRequired

from surveyapp.core.database import MOST_ID
from surveyapp.core.form_parts import SingleUseForm
from surveyapp.core.i18n import language
from surveyapp.registration.door.rules import MOST_HOURS
from surveyapp.registration.forms import cleaned
from surveyapp.registration.rules import Terms

MOST_WALK_INS: Final = 500
"""How many walk-ins of one field one sheet can hold."""
_MOST_DIGITS: Final = 10
_LONGEST_NAME: Final = 100
_LONGEST_MARK: Final = 64


def _mark(mark: str | None) -> str:
    """Keep the random mark of the form, or make one."""
    return mark if mark and len(mark) <= _LONGEST_MARK and mark.isprintable() else secrets.token_urlsafe(16)


class _DoorForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What a door sends, with a random mark by which it counts once."""

    class Meta:
        """No token: helpers have no session, a message may wait for hours, and requests from other sites are refused anyway."""

        csrf = False

    mark = HiddenField(filters=[_mark])


class StepForm(_DoorForm):
    """Buttons beside people: ``check_in`` holds the number of a registration, ``undo`` that of a coming."""

    check_in = HiddenField()
    undo = HiddenField()

    def number(self, name: str) -> int | None:
        """Return the number that a button sent, None if another one was pressed."""
        return _whole(str(self[name].data or ""), MOST_ID)


class WalkInForm(_DoorForm):
    """Somebody who came without registering; without a name they are counted all the same."""

    walk_in = HiddenField(default="yes")
    name = StringField(_l("Name"), filters=[cleaned(_LONGEST_NAME)])
    field = RadioField(
        _l("Field of work"),
        [InputRequired(_l("Choose the field of work."))],
        invalid_choice_message=_l("This choice does not exist; choose one of the list."),
    )

    def fit(self, terms: Terms) -> None:
        """Fill the list of fields of work, or take it out where the conference asks for none."""
        names = terms.fields_in(language())
        self.field.choices = [SelectChoice(str(number), name) for number, name in enumerate(names)]
        if not names:
            del self.field

    @property
    def number(self) -> int | None:
        """The number of the field of work, None if none is asked."""
        return int(self.field.data) if "field" in self else None


class TickedForm(SingleUseForm):
    """A list that was ticked on paper: numbers of registrations, and how many walk-ins of each field."""

    def ticked(self) -> list[int]:
        """Return the registrations whose box is ticked."""
        sent = (_whole(one, MOST_ID) for one in request.form.getlist("came"))
        return [number for number in sent if number is not None]

    def walk_ins(self, terms: Terms) -> dict[int | None, int]:
        """Return how many walk-ins were written for each field of work; what is no number becomes an error of the form."""
        found: dict[int | None, int] = {}
        for field, name in walk_in_inputs(terms):
            typed = request.form.get(name, "").strip()
            number = _whole(typed, MOST_WALK_INS)
            if typed and number is None:
                told = _(
                    "“%(text)s” is not a number of people; write a whole number up to %(most)s.",
                    text=typed[:20],
                    most=MOST_WALK_INS,
                )
                self.form_errors.append(told)
            found[field] = number or 0
        return found


class HoursForm(SingleUseForm):
    """How many hours a certificate says; ``seen`` are those that the page showed."""

    seen = HiddenField()
    hours = StringField(_l("Hours on the certificate"), [InputRequired(_l("Write the hours."))])

    def validate_hours(self, field: StringField) -> None:
        """Refuse what is no number of hours."""
        if self.number is None:
            told = _("“%(text)s” is not a number of hours up to 24; write it like 6 or 6.5.", text=field.data[:20])
            raise ValidationError(told)

    @property
    def number(self) -> float | None:
        """The hours, to a quarter of an hour."""
        return _hours(self.hours.data)


def walk_in_inputs(terms: Terms) -> Iterator[tuple[int | None, str]]:
    """Return the fields of work (None if none is asked) with the names of their inputs."""
    numbers: list[int | None] = [*range(len(terms.fields_in(language())))] or [None]
    return ((number, f"walk_in_{'any' if number is None else number}") for number in numbers)


def _whole(typed: str, most: int) -> int | None:
    """Read a whole number up to *most*; None for anything else, also for more digits than Python would read."""
    plain = typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS
    return int(typed) if plain and int(typed) <= most else None


def _hours(typed: Any) -> float | None:  # noqa: ANN401 - WTForms has no types
    try:
        hours = float(str(typed or "").strip().replace(",", "."))
    except ValueError:
        return None
    return round(hours * 4) / 4 if 0 < hours <= MOST_HOURS and round(hours * 4) else None
