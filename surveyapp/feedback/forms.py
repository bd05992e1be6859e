"""Forms of organisers: a button that makes a code, the class that plays, and the poster that carries its code along."""

from typing import Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length

from surveyapp.feedback.instruments import AGES, age_in_words
from surveyapp.survey.form_fields import cleaned

LONGEST_LABEL: Final = 40
_LONGEST_CODE: Final = 200


class MakeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A button alone."""


class GameForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Which age group plays, and what to write on the poster."""

    age = RadioField(
        _l("Age group"),
        [InputRequired(_l("Choose the age group of the class."))],
        choices=[SelectChoice(age, age_in_words(age)) for age in AGES],
    )
    label = StringField(_l("Class, for the poster only"), filters=[cleaned(LONGEST_LABEL)])


class PosterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A poster's code, which is kept nowhere but in the page itself."""

    typed = HiddenField(validators=[InputRequired(), Length(max=_LONGEST_CODE)])
    link = HiddenField(validators=[InputRequired(), Length(max=_LONGEST_CODE)])
    label = HiddenField(filters=[cleaned(LONGEST_LABEL)])
