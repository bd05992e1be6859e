"""Pieces of forms that several features share: cells as people write them, clean text, reasons, and saving once."""

import secrets
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired

from analysis.event_cells import Wrong
from surveyapp.core.text import TooLongError, clean

SHORT: Final = 200
LONG: Final = 2000


class CellField(StringField):  # type: ignore[misc]  # WTForms has no types
    """A number or a day as people write it; what was typed stays in the field, also if it cannot be read."""

    data: Any

    def __init__(self, label: str, read: Callable[[str], Any], validators: Sequence[Any] = (), **more: Any) -> None:  # noqa: ANN401 - handed on to WTForms
        super().__init__(label, validators, **more)
        self._read = read

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed."""
        self.data = None
        if valuelist and valuelist[0].strip():
            found = self._read(valuelist[0])
            if isinstance(found, Wrong):
                raise ValueError(explain(found))
            self.data = found

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if isinstance(self.data, float):  # the language's comma is read as well as a point
            return str(format_decimal(self.data, "0.######"))
        return "" if self.data is None else str(self.data)


class ChoiceField(SelectField):  # type: ignore[misc]  # WTForms has no types
    """One of a list, empty for none; anything else is refused in the reader's language."""

    def __init__(self, label: str, validators: Sequence[Any] = (), **more: Any) -> None:  # noqa: ANN401 - handed on to WTForms
        super().__init__(label, validators, choices=[], coerce=_text_or_none, **more)

    def pre_validate(self, form: FlaskForm) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse what is not in the list."""
        if self.data is not None and all(value != self.data for value, *_rest in self.iter_choices()):
            raise ValidationError(_("This choice does not exist; choose one of the list."))


def explain(wrong: Wrong) -> str:
    """Return in the reader's language what is wrong with a number or a day, and how to mend it."""
    facts = dict(wrong.facts)
    texts = {
        "not_whole": _("“%(found)s” is not a whole number; write it without a comma.", **facts),
        "not_a_number": _("“%(found)s” is not a number; write digits only, or leave it empty if it is not known.", **facts),
        "negative": _("“%(found)s” is below zero; write how many it was.", **facts),
        "absurd": _("“%(found)s” is too large to be right; check the number.", **facts),
        "not_a_day": _("“%(found)s” is not a day of the calendar; write it like 15.03.2026.", **facts),
    }
    return str(texts[wrong.code])


def cleaned(longest: int, *, lines: bool = False) -> Callable[[str | None], str | None]:
    """Make a filter that normalises text; nothing is left of empty text."""

    def clean_or_explain(text: str | None) -> str | None:
        try:
            return clean(text, longest, lines=lines) or None if text else None
        except TooLongError as error:
            longer = error.length - error.longest
            raise ValueError(_("This is %(number)s characters too long; shorten it.", number=longer)) from error

    return clean_or_explain


def _text_or_none(value: object) -> str | None:
    return str(value) if value not in (None, "") else None


def _new_mark(mark: str | None) -> str:
    """Keep the random mark of the form, or make one that fits the column that keeps it."""
    return mark if mark and len(mark) <= 64 and mark.isprintable() else secrets.token_urlsafe(16)  # noqa: PLR2004 - the column's length


reason_field = partial(
    TextAreaField,
    _l("Reason"),
    [DataRequired(_l("Write in a few words why; it stays visible with the old numbers."))],
    filters=[cleaned(LONG, lines=True)],
)


class SingleUseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form that is saved once, however often it is sent."""

    mark = HiddenField(filters=[_new_mark])
