"""The form of a wave's draft: name, days, who may answer, own words, and how many specialists there are in each stratum."""

import csv
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectChoice, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired

from questionnaires.problems import FileRefusedError, Problem
from questionnaires.survey_types import Questionnaire, Stratum
from surveyapp.core.clock import today
from surveyapp.core.i18n import here
from surveyapp.survey.form_fields import DayField, OneOf, cleaned
from surveyapp.survey.population import COLUMNS, MOST, parse_population
from surveyapp.survey.rules import as_mode
from surveyapp.survey.wave_draft_store import mark
from surveyapp.survey.wave_store import NewWave, WaveFacts

_NAME: Final = 100
_PREFIX: Final = "people_"


class DraftForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What a wave is made from, with a field for each stratum; ``seen`` is the mark of the draft as the page showed it."""

    seen = HiddenField()

    name = StringField(_l("Name of the wave"), [DataRequired(_l("Give the wave a name."))], filters=[cleaned(_NAME)])
    opens = DayField(_l("First day"), [InputRequired(_l("Say from which day answers are taken."))])
    closes = DayField(_l("Last day"), [InputRequired(_l("Say until which day answers are taken."))])
    mode = OneOf(
        _l("Who may answer"),
        [InputRequired(_l("Choose who may answer."))],
        choices=[
            SelectChoice("code", _l("One code each")),
            SelectChoice("group", _l("One code for each group")),
            SelectChoice("open", _l("One address for everybody")),
        ],
        default="code",
    )
    free_text = BooleanField(_l("Ask also what can be answered in one's own words"))
    file = FileField(_l("Or a table (CSV) with the columns stratum,population"))
    strata: tuple[tuple[Stratum, int], ...] = ()
    """Nodes of the merge tree with their depth."""

    def validate_closes(self, field: DayField) -> None:
        """Refuse days that no wave can have."""
        if field.data and field.data < today():
            raise ValidationError(_("This day is past; choose a later one."))
        if field.data and self.opens.data and field.data < self.opens.data:
            raise ValidationError(_("The last day is before the first; exchange the two."))

    @property
    def people(self) -> list[tuple[Stratum, int, Any]]:
        """Stratum, depth and field, in the order of the merge tree."""
        return [(node, depth, self[f"{_PREFIX}{number}"]) for number, (node, depth) in enumerate(self.strata)]

    def fill(self, population: Mapping[str, int]) -> None:
        """Put known numbers into the table."""
        for node, _depth, field in self.people:
            if node.id in population:
                field.data = str(population[node.id])

    def differing(self, saved: WaveFacts, population: Mapping[str, int]) -> list[tuple[str, object]]:
        """Return what *saved* says otherwise than the form: labels with days, texts or numbers; None for no people."""
        facts: list[tuple[Any, object]] = [(self[name], getattr(saved, name)) for name in ("name", "opens", "closes")]
        found = [(field.label.text, value) for field, value in facts if field.data != value]
        if self.mode.data != saved.mode:
            found += [(self.mode.label.text, option.label.text) for option in self.mode if option.data == saved.mode]
        if "free_text" in self and self.free_text.data != saved.free_text:
            found.append((self.free_text.label.text, _("yes") if saved.free_text else _("no")))
        people = [(field, population.get(node.id)) for node, _depth, field in self.people]
        return found + [(field.label.text, number) for field, number in people if field.data != str(number or "")]

    def population(self, asked: Questionnaire) -> dict[str, int] | None:
        """Return stratum to people, from the file if one was chosen; None if the form now says what is wrong with it."""
        try:
            return self._from_file(asked) if self.file.data else self._typed(asked)
        except FileRefusedError as error:
            self.file.errors = [_in_file(problem) for problem in error.problems]
        return None

    def _from_file(self, asked: Questionnaire) -> dict[str, int]:
        name = "CSV"
        try:
            return parse_population(self.file.data.read().decode("utf-8-sig"), name, asked)
        except UnicodeDecodeError as error:
            raise FileRefusedError([Problem(name, None, "", "not_utf8", "")]) from error
        except csv.Error as error:
            raise FileRefusedError([Problem(name, None, "", "columns", "")]) from error

    def _typed(self, asked: Questionnaire) -> dict[str, int] | None:
        """Read the table as the rows of a file, so that the same rules hold."""
        typed = [(node, field) for node, _depth, field in self.people if (field.data or "").strip()]
        if not typed:
            self.people[0][2].errors = [_("Say how many specialists there are, at least of all together.")]
            return None
        text = "\n".join([",".join(COLUMNS), *(f"{node.id},{_cell(field.data)}" for node, field in typed)])
        try:
            return parse_population(text, "", asked)
        except FileRefusedError as error:
            for problem in error.problems:
                field = typed[(problem.line or 2) - 2][1]
                field.errors = [*field.errors, _ADVICE[problem.code]()]
        return None

    def new_wave(self, reference: str, population: Mapping[str, int], supplements: int | None) -> NewWave:
        """Return what was asked for, once the form is valid."""
        opens, closes = self.opens.data, self.closes.data
        if opens is None or closes is None:
            raise ValueError("the days are missing")
        return NewWave(
            self.name.data,
            reference,
            opens,
            closes,
            population,
            as_mode(self.mode.data),
            free_text="free_text" in self and self.free_text.data,
            supplements=supplements,
        )


def draft_form(asked: Questionnaire, start: WaveFacts | None = None, population: Mapping[str, int] | None = None) -> DraftForm:
    """Return the form for *asked*, filled with what a draft (*start*) says so far and with known numbers of people."""
    nodes = tuple(_walk(asked.strata, 0))
    labels = {f"{_PREFIX}{number}": StringField(here(node.label)) for number, (node, _d) in enumerate(nodes)}
    kind: Any = type("DraftFormWithStrata", (DraftForm,), {**labels, "strata": nodes})
    known = {name: getattr(start, name) for name in ("name", "opens", "closes", "mode", "free_text")} if start else {}
    if start:
        known["seen"] = mark(start, population or {})
    form: DraftForm = kind(data=known)
    if not asked.written:
        del form.free_text
    if not form.is_submitted():
        form.fill(population or {})
    return form


def _walk(node: Stratum, depth: int) -> list[tuple[Stratum, int]]:
    return [(node, depth), *(found for part in node.parts for found in _walk(part, depth + 1))]


def _cell(typed: str) -> str:
    """Return a typed number as a cell: "1 445" without its space, whatever else no comma or quote of a table."""
    return "".join(letter if letter.isalnum() or letter in "-." else "?" for letter in "".join(typed.split()))


def _in_file(problem: Problem) -> str:
    advice = _ADVICE[problem.code]()
    return advice if problem.line is None else _("Line %(number)s: %(advice)s", number=problem.line, advice=advice)


_ADVICE: Final[Mapping[str, Callable[[], str]]] = {
    "not_utf8": lambda: _("The file is not UTF-8 text; save it as CSV UTF-8."),
    "columns": lambda: _("The first line must be: stratum,population (or stratum;population)."),
    "empty": lambda: _("There is no stratum below the first line; add one line for each."),
    "cells": lambda: _("The line does not have two cells; write stratum,population."),
    "unknown_stratum": lambda: _("There is no such stratum; use the short names that stand in the table above."),
    "not_a_number": lambda: _("Write a whole number between 0 and %(most)s.", most=MOST),
    "counted_twice": lambda: _("These people are counted above already; write each stratum, or its parts, once."),
}
