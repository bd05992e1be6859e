"""Forms of importing a wave: the file, and what each later page says about columns, texts and people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict
from wtforms import DateField, HiddenField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from questionnaires.survey_types import Item, Questionnaire
from surveyapp.core.text import TooLongError, clean
from surveyapp.survey.importing.import_guess import complete
from surveyapp.survey.importing.import_mapping import IGNORE, SEPARATORS, ColumnUse
from surveyapp.survey.importing.import_parcel import Parcel
from surveyapp.survey.population import MOST

PART: Final = ":"
"""Parts an item from one of its choices in the value of a column's list; no id holds it."""
_LONGEST_NAME: Final = 100


class DayField(DateField):  # type: ignore[misc]  # WTForms has no types
    """A day; what cannot be read is refused in the reader's language."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write the day like 2026-03-15.")) from None


def _name(text: str | None) -> str:
    try:
        return clean(text or "", _LONGEST_NAME)
    except TooLongError as error:
        raise ValueError(_("The name may have at most %(longest)s characters; shorten it.", longest=error.longest)) from error


def wave_name(text: str) -> str:
    """Return *text* as the name of a wave, cut where the name ends; nothing if there is none."""
    return clean(text[:_LONGEST_NAME], 4 * _LONGEST_NAME)[:_LONGEST_NAME]


class ListField(SelectField):  # type: ignore[misc]  # WTForms has no types
    """One of a list; anything else is refused in the reader's language."""

    def pre_validate(self, form: FlaskForm) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse what is not in the list."""
        if all(value != self.data for value, *_rest in self.iter_choices()):
            raise ValidationError(_("Choose one of the list."))


class UploadForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The file and what it is of."""

    file = FileField(_l("File with the answers (CSV or XLSX)"), [FileRequired(_l("Choose the file with the answers."))])
    questionnaire = ListField(_l("Questionnaire"), [InputRequired(_l("Choose the questionnaire that was asked."))])
    collected = DayField(_l("Day on which the collecting ended"), [InputRequired(_l("Say when the collecting ended."))])
    name = StringField(_l("Name of the wave"), [Length(max=_LONGEST_NAME)], filters=[_name])
    mapping = FileField(_l("Saved mapping"))


class StepForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What every later page sends along."""

    parcel = HiddenField()


def applied(parcel: Parcel, form: MultiDict[str, str], questionnaire: Questionnaire) -> Parcel:
    """Return *parcel* with what a page said about columns, texts and separators; what does not exist is passed over."""
    mapping = parcel.mapping
    columns = {column.header: column for column in parcel.sheet.columns}
    uses = [
        _chosen(use, form.get(f"column-{columns[use.header].place}"), questionnaire)
        for use in mapping.columns
        if use.header in columns
    ]
    texts = {item: dict(found) for item, found in mapping.texts.items()}
    separators = dict(mapping.separators)
    for item in questionnaire.asked:
        known = {choice.id for choice in item.choices} | {IGNORE, ""}
        for number, text in enumerate(texts.get(item.id, {})):
            said = form.get(f"text-{item.id}-{number}")
            if said in known:
                texts[item.id][text] = said
        if form.get(f"separator-{item.id}") in SEPARATORS:
            separators[item.id] = form[f"separator-{item.id}"]
    changed = replace(mapping, columns=tuple(uses), texts=texts, separators=separators)
    return replace(parcel, mapping=complete(changed, parcel.sheet, questionnaire))


def wrong_columns(parcel: Parcel) -> dict[str, int]:
    """Return where on the page of columns each kind of fault is mended: its code, and the place of a column from 1."""
    uses = {use.header: use for use in parcel.mapping.columns if use.item}
    columns = parcel.sheet.columns
    found = {"stratum_unmatched": next((one.place for one in columns if one.header not in uses), 1)}
    whole = {use.item for use in uses.values() if not use.choice}
    seen: set[tuple[str | None, str | None]] = set()
    for column in columns:
        use = uses.get(column.header)
        if use is None:
            continue
        if (use.item, use.choice) in seen:
            found.setdefault("choice_twice" if use.choice else "item_twice", column.place)
        if use.choice and use.item in whole:
            found.setdefault("whole_and_parts", column.place)
        seen.add((use.item, use.choice))
    return found


def _chosen(use: ColumnUse, said: str | None, questionnaire: Questionnaire) -> ColumnUse:
    if said is None:
        return use
    name, _sign, choice = said.partition(PART)
    item = next((item for item in questionnaire.asked if item.id == name), None)
    if item is None or (choice and choice not in {one.id for one in item.choices}):
        return ColumnUse(use.header)
    return ColumnUse(use.header, item.id, choice if choice and item.kind == "multiple" else None)


def open_texts(parcel: Parcel) -> int:
    """Return how many texts of cells nobody matched yet."""
    return sum(not choice for texts in parcel.mapping.texts.values() for choice in texts.values())


def texts_to_match(parcel: Parcel, questionnaire: Questionnaire) -> list[tuple[Item, list[str]]]:
    """Return each item with texts that are not read without saying, and those texts in the order of their fields."""
    found = [(item, list(parcel.mapping.texts.get(item.id, {}))) for item in questionnaire.asked]
    separated = {use.item for use in parcel.mapping.columns if use.item and not use.choice}
    return [(item, texts) for item, texts in found if texts or (item.kind == "multiple" and item.id in separated)]


@dataclass(frozen=True, slots=True)
class People:
    """The numbers of people as typed, those that could be read, and the reporting groups whose number could not."""

    typed: dict[str, str]
    numbers: dict[str, int]
    wrong: frozenset[str]


def people(form: MultiDict[str, str], questionnaire: Questionnaire) -> People:
    """Return how many people work in each reporting group, as a page says it."""
    typed = {group.id: form.get(f"people-{group.id}", "").strip()[:_LONGEST_NAME] for group in questionnaire.reporting_groups}
    plain = {group: "".join(text.split()) for group, text in typed.items()}
    read = {group: int(text) for group, text in plain.items() if text.isascii() and text.isdigit() and int(text) <= MOST}
    return People(typed, read, frozenset(typed.keys() - read.keys()))
