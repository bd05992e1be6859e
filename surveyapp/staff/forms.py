"""Forms of signing in and of the account."""

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, RadioField, StringField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length

from surveyapp.core.form_parts import ChoiceField
from surveyapp.staff import people_store
from surveyapp.staff.passwords import LONGEST, SHORTEST, too_common, words_of
from surveyapp.staff.roles import NAMES

NAMES_OF_LANGUAGES: Final = (("lv", "Latviešu"), ("en", "English"), ("ru", "Русский"))


def _printable(text: str | None) -> str | None:
    # What nobody can type cannot be looked for either: PostgreSQL refuses a NUL.
    return text and "".join(letter for letter in text if letter.isprintable())


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """E-mail address and password."""

    email = EmailField(
        _l("E-mail"), [InputRequired(_l("Write the e-mail address of your account.")), Length(max=254)], filters=[_printable]
    )
    password = PasswordField(_l("Password"), [InputRequired(_l("Write your password.")), Length(max=LONGEST)])


class PasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A new password, typed twice; the one before as well, unless a link was the way in because that is forgotten."""

    current = PasswordField(_l("Present password"), [InputRequired(_l("Write your present password.")), Length(max=LONGEST)])
    password = PasswordField(
        _l("New password"),
        [
            InputRequired(_l("Write a password.")),
            Length(
                SHORTEST,
                LONGEST,
                _l("Use at least 12 characters; a few words that only you would put together are good."),
            ),
        ],
    )
    again = PasswordField(
        _l("The same password again"),
        [InputRequired(_l("Write the password a second time.")), EqualTo("password", _l("The two passwords differ."))],
    )

    def __init__(self, email: str, *, forgotten: bool, **more: Any) -> None:  # noqa: ANN401 - handed on to WTForms
        super().__init__(**more)
        self._email = email
        if forgotten:
            del self.current

    def validate_password(self, field: PasswordField) -> None:
        """Refuse what is guessed first."""
        if too_common(field.data or "", words_of(self._email)):
            raise ValidationError(
                _("This password is guessed soon: it is common words, numbers or rows of keys. Use other words.")
            )


class CodeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A one-time code from the app."""

    code = StringField(
        _l("Code from the app"),
        [InputRequired(_l("Write the six digits that the app shows.")), Length(max=20)],
        filters=[_printable],
    )


class RecoveryForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A recovery code."""

    recovery = StringField(
        _l("Recovery code"), [InputRequired(_l("Write one of your recovery codes.")), Length(max=64)], filters=[_printable]
    )


class LettersForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Which letters somebody wants, and in which language."""

    reminders = BooleanField(_l("Remind me each quarter of what is due"))
    language = RadioField(
        _l("Language of letters to me"), choices=[SelectChoice(code, name) for code, name in NAMES_OF_LANGUAGES]
    )


class ConfirmForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A single button."""


class RoleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A role, and the institution of an organiser; ``seen`` is the mark of the account as the page showed it."""

    seen = HiddenField()

    role = RadioField(
        _l("Role"), [InputRequired(_l("Choose a role."))], choices=[SelectChoice(*pair) for pair in NAMES.items()]
    )
    institution = ChoiceField(_l("Institution"))

    def __init__(self, institutions: Sequence[tuple[str, str]], **more: Any) -> None:  # noqa: ANN401 - handed on to WTForms
        super().__init__(**more)
        self.institution.choices = [("", "–"), *institutions]

    def validate_institution(self, field: ChoiceField) -> None:
        """An organiser logs the events of an institution."""
        if self.role.data == "organiser" and not field.data:
            raise ValidationError(_("Choose the institution whose events the organiser logs."))

    def institution_of_role(self) -> str | None:
        """Return the institution, where the role has one."""
        chosen: str | None = self.institution.data
        return chosen if self.role.data in {"organiser", "coordinator"} else None


class InviteForm(RoleForm):
    """Whom to give an account, and which."""

    email = EmailField(_l("E-mail"), [InputRequired(_l("Write the e-mail address.")), Length(max=254)], filters=[_printable])

    def validate_email(self, field: EmailField) -> None:
        """Refuse what is no address, and one that has an account."""
        address = (field.data or "").strip()
        if "@" not in address[1:-1] or any(letter.isspace() for letter in address):
            raise ValidationError(_("This is not an e-mail address; it looks like anna@example.lv."))
        if people_store.taken(address):
            raise ValidationError(_("This address has an account already."))
