"""The forms of the page where the coordinator puts a release before the public."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from surveyapp.core.form_parts import LONG, cleaned


class PublishForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Whether the release was read before everybody gets it."""

    read = BooleanField(
        _l("I have read the tables; everybody may have them"), [InputRequired(_l("Read the tables first, then say so here."))]
    )


class WithdrawForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why a release is taken back."""

    reason = TextAreaField(
        _l("Why it is taken back"), [DataRequired(_l("Write in a few words why."))], filters=[cleaned(LONG, lines=True)]
    )


class NoteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What is known since."""

    text = TextAreaField(
        _l("What is known since"), [DataRequired(_l("Write what readers have to know."))], filters=[cleaned(LONG, lines=True)]
    )
