"""Fields of staff's forms that keep what was typed and say in the reader's language what is wrong with it."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, StringField

from analysis.event_cells import Wrong, day
from surveyapp.core.text import TooLongError, clean

NO_CHOICE: Final = _l("This choice does not exist; choose one of the list.")


def cleaned(longest: int, *, lines: bool = False) -> Callable[[str | None], str]:
    """Make a filter that normalises text."""

    def clean_or_explain(text: str | None) -> str:
        try:
            return clean(text or "", longest, lines=lines)
        except TooLongError as error:
            longer = error.length - error.longest
            raise ValueError(_("This is %(number)s characters too long; shorten it.", number=longer)) from error

    return clean_or_explain


class DayField(StringField):  # type: ignore[misc]  # WTForms has no types
    """A day, picked from a calendar or typed; what was typed stays in the field, also if it cannot be read."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed."""
        self.data = None
        if valuelist and valuelist[0].strip():
            found = day(valuelist[0])
            if isinstance(found, Wrong):
                raise ValueError(_("This is not a day of the calendar; write it like 15.03.2027."))
            self.data = found

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if isinstance(self.data, date) else ""


class CountField(IntegerField):  # type: ignore[misc]  # WTForms has no types
    """A whole number; what was typed stays in the field, also if it cannot be read."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Write a whole number.")) from error


class OneOf(RadioField):  # type: ignore[misc]  # WTForms has no types
    """One of a list; anything else is refused in the reader's language."""

    def __init__(self, label: str, validators: Sequence[object] = (), **more: Any) -> None:  # noqa: ANN401 - handed on to WTForms
        super().__init__(label, validators, invalid_choice_message=NO_CHOICE, **more)
