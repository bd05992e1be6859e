"""Forms of a wave's life: its codes, its key, what is confirmed before anything that cannot be undone."""

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, NumberRange

from questionnaires.texts import LANGUAGES
from surveyapp.core.clock import today
from surveyapp.core.text import clean
from surveyapp.survey.form_fields import NO_CHOICE, CountField, DayField, OneOf, cleaned
from surveyapp.survey.rules import FEWEST

SHORTEST_PASSPHRASE: Final = 12
MOST_CODES: Final = 2_000
"""So many are made while a page waits; the command line makes more."""
MOST_GROUPS: Final = 100
_NAME, _REASON, _KEY_TEXT = 100, 1000, 4000
_LANGUAGE_NAMES: Final = {"lv": "Latviešu", "en": "English", "ru": "Русский"}


class ConfirmForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A sentence to agree to before something that cannot be undone."""

    sure = BooleanField("", [InputRequired(_l("Tick this to go on."))])


def confirm(sentence: str) -> ConfirmForm:
    """Return the form that asks for the one tick under *sentence*."""
    form = ConfirmForm()
    form.sure.label.text = sentence
    return form


class StopForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Which group's code is given up; an open address has no group."""

    group = OneOf(_l("Whose code"), [InputRequired(_l("Choose the group whose code is to be stopped."))])
    sure = BooleanField("", [InputRequired(_l("Tick this to go on."))])


def stopping(mode: str, groups: Sequence[str]) -> StopForm:
    """Return the form for a wave of *mode* in which codes of *groups* work."""
    form = StopForm()
    form.sure.label.text = _("Stop it for good: it will never take answers again.")
    if mode == "group":
        form.group.choices = [(name, name) for name in groups]
    else:
        del form.group
    return form


class PressForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A button alone."""


class InviteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """How many codes, for whom, on what; fields that the wave's mode cannot use are taken out."""

    count = CountField(
        _l("How many codes"),
        [
            InputRequired(_l("Write how many codes to make.")),
            NumberRange(1, MOST_CODES, _l("Between 1 and %(max)s codes are made on this page; the command line makes more.")),
        ],
    )
    group = StringField(_l("For which group"), filters=[cleaned(_NAME)])
    groups = TextAreaField(_l("Groups, one a line"), [InputRequired(_l("Name at least one group."))])
    on = OneOf(
        _l("On what"),
        choices=[
            SelectChoice("cards", _l("Cards to cut out (PDF)")),
            SelectChoice("paper", _l("Paper questionnaires, one for each code (PDF)")),
            SelectChoice("csv", _l("A table (CSV), for letters that you print yourself")),
        ],
        default="cards",
    )
    language = SelectField(
        _l("Language of cards and paper"),
        choices=[SelectChoice(code, _LANGUAGE_NAMES[code]) for code in LANGUAGES],
        invalid_choice_message=NO_CHOICE,
    )
    understood = BooleanField(
        _l("I know that without the steward's key and passphrase nobody can ever open the answers."),
        [InputRequired(_l("Read above what losing the key means, and tick this."))],
    )
    seen = HiddenField()

    def validate_groups(self, field: TextAreaField) -> None:
        """Refuse too many groups, the same one twice, and names that are too long."""
        names = self.group_names
        twice = sorted({name for name in names if names.count(name) > 1})
        if not 1 <= len(names) <= MOST_GROUPS:
            raise ValidationError(_("Name 1 to %(most)s groups.", most=MOST_GROUPS))
        if twice:
            raise ValidationError(_("Named twice: %(names)s. One code serves a whole group.", names=", ".join(twice)))
        if long := [name[:40] for name in names if len(name) > _NAME]:
            raise ValidationError(_("Longer than %(most)s characters: %(names)s …", most=_NAME, names=", ".join(long)))
        field.data = "\n".join(names)

    @property
    def group_names(self) -> list[str]:
        """The groups that were named, cleaned, without empty lines."""
        lines = (clean(line, len(line)) for line in (self.groups.data or "").splitlines())
        return [line for line in lines if line]


class CeremonyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The passphrase of a new key, typed twice; kept nowhere."""

    passphrase = PasswordField(
        _l("Passphrase"),
        [
            InputRequired(_l("Write a passphrase.")),
            Length(
                SHORTEST_PASSPHRASE,
                1024,
                _l("Use at least %(min)s characters; four or five words that do not belong together are good."),
            ),
        ],
    )
    again = PasswordField(
        _l("The same passphrase again"),
        [InputRequired(_l("Write the passphrase a second time.")), EqualTo("passphrase", _l("The two passphrases differ."))],
    )
    sure = BooleanField(
        _l("I understand: if the key or its passphrase is lost, the answers are lost, and nobody can help."),
        [InputRequired(_l("Tick this to go on."))],
    )
    seen = HiddenField()


class KeyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The key from its file or from the recovery sheet, with its passphrase."""

    key_file = FileField(_l("Key file (.pem)"))
    key_text = TextAreaField(
        _l("Or the text in the frame of the recovery sheet"),
        [Length(max=_KEY_TEXT, message=_l("This is too long to be a key."))],
    )
    passphrase = PasswordField(_l("Passphrase"))

    def content(self) -> str:
        """Return the key's text: of the file if one was chosen, else what was typed; nothing of it is kept."""
        if self.key_file.data:
            return str(self.key_file.data.read().decode("ascii", "replace"))
        return self.key_text.data or ""

    def validate_key_file(self, field: FileField) -> None:
        """Ask for one of the two."""
        if not field.data and not (self.key_text.data or "").strip():
            raise ValidationError(_("Choose the key file, or type the key from the recovery sheet."))


class OpenForm(KeyForm):
    """The key, and that opening cannot be undone."""

    sure = BooleanField(
        _l("I know that a wave is opened once and that this cannot be undone."), [InputRequired(_l("Tick this to go on."))]
    )


class AskForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why the steward wants to go on although the numbers do not match."""

    reason = TextAreaField(
        _l("What happened, and why go on"),
        [DataRequired(_l("Write what you found out; it stays in the audit trail."))],
        filters=[cleaned(_REASON, lines=True)],
    )


class DecisionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The auditor agrees, or says why not."""

    decision = OneOf(
        _l("Your decision"),
        [InputRequired(_l("Choose one of the two."))],
        choices=[
            SelectChoice("agree", _l("I agree: open the wave without the boxes that cannot be read")),
            SelectChoice("refuse", _l("I do not agree")),
        ],
    )
    reason = TextAreaField(_l("Why not, if you do not agree"), filters=[cleaned(_REASON, lines=True)])

    def validate_reason(self, field: TextAreaField) -> None:
        """A refusal needs a reason."""
        if self.decision.data == "refuse" and not field.data:
            raise ValidationError(_("Write why, so that the steward knows what to do."))


class AttestForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The steward's word that no copy of the key is left."""

    on = DayField(_l("Destroyed on"), [InputRequired(_l("Say on which day."))])
    sure = BooleanField(
        _l("I destroyed every copy of the key: files, copies in backups and mail, recovery sheets."),
        [InputRequired(_l("Tick this to go on."))],
    )

    def validate_on(self, field: DayField) -> None:
        """Nobody attests what is still to come."""
        if field.data and field.data > today():
            raise ValidationError(_("This day is still to come; attest once it is done."))


class TextForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The decision about one text, for good."""

    key = HiddenField()
    decision = OneOf(
        _l("Your decision, for good"),
        [InputRequired(_l("Choose one of the two."))],
        choices=[SelectChoice("release", _l("Show it to the cooperation group")), SelectChoice("delete", _l("Delete it"))],
    )
    sure = BooleanField(_l("I read it to the end; this cannot be undone."), [InputRequired(_l("Tick this to go on."))])


def enough_codes(form: InviteForm, out: int) -> bool:
    """Say whether there are enough personal codes, *out* of them given out before; otherwise the form says what is wrong."""
    made = form.count.data
    if form.group.data and made < FEWEST:
        form.count.errors = [
            _("A group needs at least %(fewest)s codes: the response of a smaller one could point at a person.", fewest=FEWEST)
        ]
    elif out + made < FEWEST:
        form.count.errors = [
            _("Make at least %(fewest)s codes: a wave is opened with %(fewest)s or more answers only.", fewest=FEWEST)
        ]
    return not form.count.errors
