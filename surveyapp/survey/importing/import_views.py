"""The pages of importing a wave that was collected elsewhere: the file, its columns, its texts, a last look."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from analysis import steps
from questionnaires.problems import FileRefusedError, Problem
from questionnaires.survey_types import Item, Questionnaire, Stratum
from questionnaires.yaml_file import normalised
from surveyapp.core import work
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.clock import today
from surveyapp.core.costly import costly
from surveyapp.core.downloads import download
from surveyapp.core.i18n import here
from surveyapp.core.problem_words import place, sentence
from surveyapp.survey.importing import import_forms, import_store
from surveyapp.survey.importing.import_answers import Reading, check_mapping, read_answers
from surveyapp.survey.importing.import_file import MOST_MB, read_sheet, short
from surveyapp.survey.importing.import_forms import (
    PART,
    People,
    StepForm,
    UploadForm,
    applied,
    open_texts,
    people,
    texts_to_match,
    wrong_columns,
)
from surveyapp.survey.importing.import_guess import complete, guess
from surveyapp.survey.importing.import_mapping import SEPARATORS, ColumnUse, ImportMapping
from surveyapp.survey.importing.import_mapping_file import as_yaml, read_mapping
from surveyapp.survey.importing.import_parcel import Parcel, seal, unseal
from surveyapp.survey.importing.import_problems import MESSAGES, Fault, FaultLine, ImportRefusedError, lines
from surveyapp.survey.importing.import_store import NewImport
from surveyapp.survey.questionnaire_store import published

blueprint = Blueprint("imports", __name__, template_folder="../templates", url_prefix="/waves/import")
MOST_BYTES: Final = 2 * MOST_MB * 1024 * 1024
"""The largest request: a file, or its cleaned rows, which a form carries as text that is a third longer."""
_REFUSED: Final = 422
_TARGETS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("name_taken", "name_kept", "name_length"), "name"),
    **dict.fromkeys(("unknown_text", "ambiguous", "not_ticked"), "to-texts"),
    **dict.fromkeys(("own_words", "item_twice", "choice_twice", "whole_and_parts", "stratum_unmatched"), "to-columns"),
}
"""Where on the last page a problem is mended: a field, or the button that leads to the page of it."""


@blueprint.before_request
def allow_files() -> None:
    """Take larger requests than other pages do."""
    request.max_content_length = MOST_BYTES
    request.max_form_memory_size = MOST_BYTES


@blueprint.route("/", methods=["GET", "POST"])
@requires(Permission.PLAN_WAVES)
@costly
def import_wave() -> ResponseReturnValue:
    """Take the file; its columns are shown next, with what they seem to be."""
    person = require_actor()
    form = UploadForm()
    asked = import_store.surveys(person.municipality_id)
    form.questionnaire.choices = [(reference, f"{here(one.title)} ({reference})") for reference, one in asked.items()]
    said: Sequence[str] = ()
    if form.validate_on_submit():
        try:
            parcel = _unpacked(form, asked[form.questionnaire.data])
            return _columns(parcel, asked[parcel.questionnaire])
        except ImportRefusedError as error:
            said = [words(line) for line in lines(error.faults)]
        except FileRefusedError as error:
            said = [_with_place(problem) for problem in error.problems]
    page = render_template(
        "survey/import.html", title=_("Import a wave"), form=form, said=said, asked=asked, today=today(), most=MOST_MB
    )
    return page, _REFUSED if form.is_submitted() else 200


def _unpacked(form: UploadForm, questionnaire: Questionnaire) -> Parcel:
    """Return the import that the first page asks for."""
    reference, collected = form.questionnaire.data, form.collected.data
    sheet = read_sheet(form.file.data.read(), form.file.data.filename or "")
    mapping = _saved(form, questionnaire, reference) or guess(sheet, questionnaire, reference)
    name = form.name.data or import_store.default_name(reference, collected)
    named = {use.header for use in mapping.columns}
    more = tuple(ColumnUse(column.header) for column in sheet.columns if column.header not in named)
    whole = replace(mapping, columns=mapping.columns + more)
    return Parcel(reference, collected, name, sheet, complete(whole, sheet, questionnaire))


def _saved(form: UploadForm, questionnaire: Questionnaire, reference: str) -> ImportMapping | None:
    if not form.mapping.data:
        return None
    file = form.mapping.data
    try:
        text = normalised(file.read().decode())
    except UnicodeDecodeError:
        text = "\0"  # refused below, with its name
    return read_mapping(text, short(file.filename or ""), questionnaire, reference)


@blueprint.post("/step")
@requires(Permission.PLAN_WAVES)
def step() -> ResponseReturnValue:
    """Take what a page said and show the one that was asked for."""
    found = _sent()
    if found is None:
        return _start_again()
    parcel, questionnaire = found
    shown = request.form.get("shown")
    show = request.form.get("show") or shown
    if show == "columns":
        return _columns(parcel, questionnaire)
    if shown == "columns" and _mendable(parcel, questionnaire):
        return _columns(parcel, questionnaire), _REFUSED
    if show == "texts" or (show == "next" and open_texts(parcel)):
        return _texts(parcel, questionnaire)
    return _check(parcel, questionnaire)


@blueprint.post("/mapping")
@requires(Permission.PLAN_WAVES)
def mapping() -> ResponseReturnValue:
    """Give the mapping as a file, to be used again."""
    found = _sent()
    if found is None:
        return _start_again()
    parcel, _questionnaire = found
    return download(as_yaml(parcel.mapping).encode(), "application/yaml; charset=utf-8", "mapping.yaml")


@blueprint.post("/save")
@requires(Permission.PLAN_WAVES)
def save() -> ResponseReturnValue:
    """Store the wave.

    Only this may wait on the server: whoever sends it has confirmed. A page that refuses it holds the answers, sealed for once.
    """
    found = _sent()
    if found is None:
        return _start_again()
    back = url_for("imports.import_wave")
    return work.run(_("Importing the wave"), ("check", "save"), lambda: _stored(*found), back, once=True)


def _stored(parcel: Parcel, questionnaire: Questionnaire) -> ResponseReturnValue:
    person = require_actor()
    steps.at("check")
    counted = people(request.form, questionnaire)
    reading = read_answers(parcel.sheet, parcel.mapping, questionnaire, _label)
    if reading.faults or counted.wrong:
        return _check(parcel, questionnaire, counted)
    new = NewImport(parcel.name, parcel.questionnaire, parcel.collected, counted.numbers)
    steps.at("save")
    try:
        made = import_store.import_wave(person.municipality_id, new, reading.answers, person.email)
    except ImportRefusedError as error:
        return _check(parcel, questionnaire, counted, error.faults)
    number = len(reading.answers)
    done = ngettext("%(num)s answer is in", "%(num)s answers are in", number)
    flash(_("%(done)s as the wave “%(name)s”. Delete the file now, and its copies.", done=done, name=made.name), "info")
    return redirect(url_for("waves.waves"))


def _sent() -> tuple[Parcel, Questionnaire] | None:
    """Return the import on its way with what the page said about it; None if the form is not ours."""
    person = require_actor()
    form = StepForm()
    if not form.validate_on_submit():
        return None
    parcel = unseal(form.parcel.data or "", person.account_id)
    if parcel is None:
        return None
    questionnaire = published(person.municipality_id, parcel.questionnaire)[1]
    renamed = replace(parcel, name=_name(parcel.name))
    return applied(renamed, request.form, questionnaire), questionnaire


def _name(name: str) -> str:
    said = request.form.get("name", "")
    return import_forms.wave_name(said) or name


def _start_again() -> ResponseReturnValue:
    flash(_("The import could not go on: the page was open too long or was altered. Choose the file again."), "error")
    return redirect(url_for(".import_wave"))


def _columns(parcel: Parcel, questionnaire: Questionnaire) -> str:
    uses = {use.header: f"{use.item or ''}{PART + use.choice if use.choice else ''}" for use in parcel.mapping.columns}
    faults = check_mapping(parcel.mapping, parcel.sheet, questionnaire, _label)
    fields = {code: f"column-{place}" for code, place in wrong_columns(parcel).items()}
    said = _said(faults, fields)
    return _page(
        "survey/import_columns.html",
        _("Which column is which question?"),
        parcel,
        questionnaire,
        uses=uses,
        faults=said,
        beside={field: words for _line, words, field in said if field},
    )


def _mendable(parcel: Parcel, questionnaire: Questionnaire) -> bool:
    """Say whether something is wrong with the columns that their own page can mend."""
    faults = check_mapping(parcel.mapping, parcel.sheet, questionnaire, _label)
    return any(_TARGETS.get(fault.code) == "to-columns" for fault in faults)


def _texts(parcel: Parcel, questionnaire: Questionnaire) -> str:
    items = texts_to_match(parcel, questionnaire)
    title = _("Which text is which answer?")
    return _page("survey/import_texts.html", title, parcel, questionnaire, items=items, separators=SEPARATORS)


def _check(
    parcel: Parcel, questionnaire: Questionnaire, counted: People | None = None, more: Sequence[Fault] = ()
) -> ResponseReturnValue:
    reading = read_answers(parcel.sheet, parcel.mapping, questionnaire, _label)
    counted_now = counted or people(request.form, questionnaire)
    new = NewImport(parcel.name, parcel.questionnaire, parcel.collected, counted_now.numbers)
    early = import_store.check_new(new, questionnaire, len(parcel.sheet.rows))
    faults = [*reading.faults, *(more or (fault for fault in early if fault.code != "population_too_small"))]
    page = _page(
        "survey/import_check.html",
        _("Problems of the file") if reading.faults else _("A last look before the import"),
        parcel,
        questionnaire,
        faults=_said(faults, dict(_TARGETS) | {"population_too_small": _people_field(questionnaire.reporting_groups[0])}),
        wrong=[(here(group.label), _people_field(group)) for group in _wrong_groups(counted, questionnaire)],
        unread=bool(reading.faults),
        groups=_groups(reading, questionnaire),
        number=len(reading.answers),
        unfilled=_unfilled(parcel, questionnaire),
        left_out=[questionnaire.item(name) for name in reading.left_out],
        people=counted_now,
        tried=counted is not None,
    )
    return page, 200 if counted is None else _REFUSED


def _people_field(group: Stratum) -> str:
    return f"people-{group.id}"


def _wrong_groups(counted: People | None, questionnaire: Questionnaire) -> list[Stratum]:
    """Return the reporting groups whose number of people was sent and could not be read."""
    return [group for group in questionnaire.reporting_groups if counted is not None and group.id in counted.wrong]


def _groups(reading: Reading, questionnaire: Questionnaire) -> dict[str, int]:
    return {} if reading.faults else reading.groups(questionnaire)


def _unfilled(parcel: Parcel, questionnaire: Questionnaire) -> list[Item]:
    used = {use.item for use in parcel.mapping.columns}
    return [item for item in questionnaire.asked if item.id not in used]


def _page(template: str, title: str, parcel: Parcel, questionnaire: Questionnaire, **more: Any) -> str:  # noqa: ANN401 - what each template needs
    form = StepForm(formdata=None, data={"parcel": seal(parcel, require_actor().account_id)})
    return render_template(template, title=title, form=form, parcel=parcel, questionnaire=questionnaire, part=PART, **more)


def _with_place(problem: Problem) -> str:
    where = ", ".join(part for part in (problem.file, place(problem)) if part)
    return f"{where}: {sentence(problem)}"


def words(line: FaultLine) -> str:
    """Return what is wrong in the language of the page."""
    return str(_(MESSAGES[line.code], **dict(line.facts)))


def _said(faults: Sequence[Fault], targets: Mapping[str, str] = MappingProxyType({})) -> list[tuple[FaultLine, str, str]]:
    """Return what is wrong, in words, with the id of the field or button by which it is mended (empty: not on this page)."""
    return [(line, words(line), targets.get(line.code, "")) for line in lines(faults)]


def _label(item: Item) -> str:
    return str(_("“%(name)s”", name=short(here(item.label))))


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(blueprint)
