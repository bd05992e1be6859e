"""The forms of the page where a coordinator hands a release to the national view."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from surveyapp.core.form_parts import LONG, cleaned


class HandOverForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Whether the municipality agrees."""

    agreed = BooleanField(
        _l("The municipality agrees: national coordinators may compare these numbers with those of others"),
        [InputRequired(_l("Ask the municipality first, then say here that it agrees."))],
    )


class TakeBackForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why a release is taken back."""

    reason = TextAreaField(
        _l("Why it is taken back"), [DataRequired(_l("Write in a few words why."))], filters=[cleaned(LONG, lines=True)]
    )
