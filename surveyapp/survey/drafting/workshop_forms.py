"""Forms of the questionnaire workshop: a file or its text, a decision about an item, confirming and publishing."""

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired

from questionnaires.survey_types import Item, Wording
from questionnaires.texts import LANGUAGES, Text
from surveyapp.core.clock import today
from surveyapp.core.i18n import here
from surveyapp.survey.form_fields import DayField, cleaned

MOST_UPLOADED: Final = 4_000_000
"""Bytes of a form with a file: a workbook, or a text of a megabyte as a form encodes it."""
_WHO, _REASON = 100, 600


def _lines(text: str | None) -> str:
    """Return a text with the line ends of a file; a NUL, which no database keeps, is shown by its picture."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\u2400")


class UploadForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A questionnaire as a file, or as the text of one."""

    file = FileField(_l("File with the questionnaire (YAML, or an XLSForm workbook)"))
    text = TextAreaField(_l("Or its text (YAML)"), filters=[_lines])


class TextForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The text of a draft; ``seen`` names the text that the page showed."""

    text = TextAreaField(
        _l("Text of the draft (YAML)"),
        [DataRequired(_l("The text is empty; to be rid of the draft, throw it away."))],
        filters=[_lines],
    )
    seen = HiddenField()


class SeenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A single button that acts on the draft as the page showed it."""

    seen = HiddenField()


class DecisionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Whether an item asks the same as an earlier one; ``earlier`` is chosen for a new item and fixed for a reworded one."""

    seen = HiddenField()
    earlier = SelectField(_l("Earlier question"), choices=[], validate_choice=False)
    verdict = RadioField(
        _l("Is it the same question?"),
        [InputRequired(_l("Choose one of the two."))],
        choices=[
            SelectChoice("same", _l("The same question: the trend goes on")),
            SelectChoice("new", _l("A new question: the trend is cut")),
        ],
    )
    decided_by = StringField(_l("Who decided: a role or a body, not a person’s name"), filters=[cleaned(_WHO)])
    decided_on = DayField(_l("Decided on"))
    reason_lv = TextAreaField(_l("Why, in Latvian"), filters=[cleaned(_REASON)])
    reason_en = TextAreaField(_l("Why, in English"), filters=[cleaned(_REASON)])
    reason_ru = TextAreaField(_l("Why, in Russian"), filters=[cleaned(_REASON)])
    together = BooleanField(_l("Decide the same for every question in which only the words of this scale changed"))

    def offer(self, earlier: Sequence[Item]) -> None:
        """Let one of these earlier items be chosen."""
        self.earlier.choices = [SelectChoice(item.id, here(item.label)) for item in earlier]

    def validate_earlier(self, field: SelectField) -> None:
        """Refuse an earlier item that was not offered."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose one of the earlier questions."))

    def validate_decided_on(self, field: DayField) -> None:
        """Refuse a day that has not come; only a bridge over the trend needs one."""
        if self.verdict.data == "same" and field.data is None and not field.errors:
            raise ValidationError(_("Say on which day it was decided."))
        if field.data and field.data > today():
            raise ValidationError(_("This day has not come yet; check it."))

    def validate_decided_by(self, field: StringField) -> None:
        """Ask who decided: a bridge over the trend stands in the published file and in the results."""
        if "@" in (field.data or ""):
            raise ValidationError(_("Name a role or a body, such as the cooperation group; the file will be published."))
        self._need(field, _("Say which role or body decided."))

    def validate_reason_lv(self, field: TextAreaField) -> None:
        """Ask for the reason."""
        self._need(field, _("Give the reason; readers of the results see it."))

    def validate_reason_en(self, field: TextAreaField) -> None:
        """Ask for the reason."""
        self.validate_reason_lv(field)

    def validate_reason_ru(self, field: TextAreaField) -> None:
        """Ask for the reason."""
        self.validate_reason_lv(field)

    def decision(self) -> Wording:
        """Return what was decided, for the published file."""
        reasons = [str(self[f"reason_{language}"].data) for language in LANGUAGES]
        return Wording(self.earlier.data, self.decided_by.data, self.decided_on.data or today(), Text(*reasons))

    def _need(self, field: StringField, message: str) -> None:
        if self.verdict.data == "same" and not (field.data or "").strip():
            raise ValidationError(message)


class PublishForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Publishing for good; ``confirmed`` holds the names of texts whose unchanged translations were read."""

    seen = HiddenField()
    sure = BooleanField(
        _l("I have read the preview in all three languages. A published version never changes."),
        [DataRequired(_l("Tick this first: it cannot be undone."))],
    )
