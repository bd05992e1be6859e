"""Forms of signing in."""

from typing import Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, PasswordField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length

SHORTEST_PASSWORD: Final = 12
NAMES_OF_LANGUAGES: Final = (("lv", "Latviešu"), ("en", "English"), ("ru", "Русский"))


def _printable(text: str | None) -> str | None:
    # What nobody can type cannot be looked for either: PostgreSQL refuses a NUL.
    return text and "".join(letter for letter in text if letter.isprintable())


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """E-mail address and password."""

    email = EmailField(
        _l("E-mail"), [InputRequired(_l("Write the e-mail address of your account.")), Length(max=254)], filters=[_printable]
    )
    password = PasswordField(_l("Password"), [InputRequired(_l("Write your password.")), Length(max=1024)])


class PasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A new password, typed twice."""

    password = PasswordField(
        _l("New password"),
        [
            InputRequired(_l("Write a password.")),
            Length(
                SHORTEST_PASSWORD,
                1024,
                _l("Use at least 12 characters; a few words that only you would put together are good."),
            ),
        ],
    )
    again = PasswordField(
        _l("The same password again"),
        [InputRequired(_l("Write the password a second time.")), EqualTo("password", _l("The two passwords differ."))],
    )


class LettersForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Which letters somebody wants, and in which language."""

    reminders = BooleanField(_l("Remind me each quarter of what is due"))
    language = RadioField(
        _l("Language of letters to me"), choices=[SelectChoice(code, name) for code, name in NAMES_OF_LANGUAGES]
    )


class ConfirmForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A single button."""
