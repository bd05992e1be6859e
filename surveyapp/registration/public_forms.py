"""Forms of people who register: who they are, and that they agree. No session and no cookie stand behind them."""

import secrets
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired

from surveyapp.core.addresses import as_address
from surveyapp.core.i18n import language
from surveyapp.registration.forms import cleaned
from surveyapp.registration.people_store import Registered
from surveyapp.registration.rules import Person, Terms

LONGEST_NAME: Final = 100
_LONGEST_PLACE: Final = 200
_LONGEST_NEEDS: Final = 500
_LONGEST_MARK: Final = 64


def _mark(mark: str | None) -> str:
    """Keep the random mark of the form, or make one."""
    return mark if mark and len(mark) <= _LONGEST_MARK and mark.isprintable() else secrets.token_urlsafe(16)


class PersonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What somebody says of themselves; what the conference does not ask is taken out."""

    class Meta:
        """No token: there is no session to keep it in, and requests from other sites are refused for every page."""

        csrf = False

    name = StringField(_l("Name and surname"), [DataRequired(_l("Write your name."))], filters=[cleaned(LONGEST_NAME)])
    email = StringField(_l("E-mail address"), [DataRequired(_l("Write your e-mail address."))], filters=[cleaned(254)])
    institution = StringField(
        _l("Where you work"), [DataRequired(_l("Write where you work."))], filters=[cleaned(_LONGEST_PLACE)]
    )
    field = RadioField(
        _l("Your field of work"),
        [InputRequired(_l("Choose your field of work."))],
        invalid_choice_message=_l("This choice does not exist; choose one of the list."),
    )
    needs = TextAreaField(_l("What you need"), filters=[cleaned(_LONGEST_NEEDS, lines=True)])

    def validate_email(self, field: StringField) -> None:
        """Refuse what cannot be an address."""
        if as_address(field.data) is None:
            raise ValidationError(
                _("“%(text)s” is not an e-mail address; write it like name@example.lv.", text=field.data[:80])
            )

    def fit(self, terms: Terms, *, first: bool) -> None:
        """Take out what is not asked (an address stays what it was *first*), and fill the list of fields of work."""
        if not first:
            del self.email
        names = terms.fields_in(language())
        self.field.choices = [SelectChoice(str(number), name) for number, name in enumerate(names)]
        for name, is_asked in (("institution", terms.ask_institution), ("field", bool(names)), ("needs", terms.ask_needs)):
            if not is_asked:
                del self[name]

    def person(self, email: str | None) -> Person:
        """Return who filled the form in."""
        return Person(
            name=self.name.data,
            email=email,
            institution=self._said("institution"),
            field=int(self.field.data) if "field" in self else None,
            needs=self._said("needs"),
            language=language(),
        )

    def _said(self, name: str) -> Any:  # noqa: ANN401 - WTForms has no types
        return (self[name].data or None) if name in self else None


class RegisterForm(PersonForm):
    """A first registration."""

    agree = BooleanField(_l("I have read this and agree."), [InputRequired(_l("Without your consent nothing is stored."))])
    mark = HiddenField(filters=[_mark])


def as_typed(registered: Registered) -> dict[str, object]:
    """Return the fields of a form that shows what somebody said of themselves."""
    person = registered.person
    shown = None if person.field is None else str(person.field)
    return {"name": person.name, "institution": person.institution, "field": shown, "needs": person.needs}
