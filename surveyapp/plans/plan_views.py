"""The pages of plans: versions and who loaded them, a file with what it would change, loading it, and saving any version."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField

from analysis.statement_checks import find_target
from analysis.statements import Measurement
from questionnaires.plan_differences import Difference, compare
from questionnaires.plan_types import Plan
from questionnaires.problems import FileRefusedError
from surveyapp.core import municipalities, problem_words
from surveyapp.core.access import Actor, Permission, require_actor, requires
from surveyapp.core.costly import costly
from surveyapp.core.downloads import XLSX, download
from surveyapp.core.i18n import here
from surveyapp.core.text import clean
from surveyapp.plans import files, part_words, previewing, rules, store, template, words
from surveyapp.plans.amounts import short_day
from surveyapp.plans.parcel import Parcel, seal, unseal
from surveyapp.plans.previewing import Preview
from surveyapp.plans.rules import Chain
from surveyapp.plans.store import PlanRefusedError

_REFUSED: Final = 422
_CHANGED: Final = 409
_MOST_BYTES: Final = 8_000_000

blueprint = Blueprint("plans", __name__, url_prefix="/plans", template_folder="templates")


class UploadForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The file."""

    file = FileField(_l("File with the plan"), [FileRequired(_l("Choose the file."))])


class LoadForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The plan as it was shown, and what was shown of it."""

    parcel = HiddenField()
    seen = HiddenField()


@dataclass(frozen=True, slots=True)
class Line:
    """One difference as the page shows it; ``before`` and ``after`` are empty where there is nothing to compare."""

    what: str
    change: str
    before: str = ""
    after: str = ""


@blueprint.get("/")
@requires(Permission.SEE_RESULTS)
def every() -> str:
    """List every plan with its versions, the newest first."""
    person = require_actor()
    loaded = store.every(person.municipality_id)
    plans = store.newest_of_each(person.municipality_id)
    return render_template(
        "plans/every.html",
        title=_("Plans and their versions"),
        plans=[(plan, [each for each in reversed(loaded) if each.key == plan.id]) for plan in plans],
        form=FlaskForm(),
        may_load=person.may(Permission.LOAD_PLANS),
        short_day=short_day,
        who=words.who,
    )


@blueprint.get("/<key>/<int:version>")
@requires(Permission.SEE_RESULTS)
def version(key: str, version: int) -> str:
    """Show a loaded version: what it holds, and what it changed."""
    person = require_actor()
    plan = _loaded(person, key, version)
    earlier = [each.version for each in store.every(person.municipality_id) if each.key == key and each.version < version]
    before = store.find(person.municipality_id, f"{key}/{max(earlier)}") if earlier else None
    found = compare(before, plan) if before else ()
    return render_template(
        "plans/version.html",
        title=_("%(plan)s, version %(version)s", plan=here(plan.title), version=version),
        plan=plan,
        before=before,
        changes=_grouped(before, plan, found) if before else [],
        short_day=short_day,
        who=words.who,
    )


@blueprint.get("/<key>/<int:version>/plan.yaml")
@requires(Permission.SEE_RESULTS)
def as_yaml(key: str, version: int) -> Response:
    """Hand out the text of a version as it was loaded."""
    text = store.text_of(require_actor().municipality_id, key, version)
    if text is None:
        abort(404)
    return download(text.encode(), "application/yaml; charset=utf-8", f"{key}-{version}.yaml")


@blueprint.get("/<key>/<int:version>/plan.xlsx")
@requires(Permission.SEE_RESULTS)
@costly
def as_workbook(key: str, version: int) -> Response:
    """Hand out a version as a workbook."""
    plan = _loaded(require_actor(), key, version)
    return download(files.as_workbook(plan, str(get_locale())), XLSX, f"{key}-{version}.xlsx")


@blueprint.get("/template.xlsx")
@requires(Permission.LOAD_PLANS)
@costly
def empty_workbook() -> Response:
    """Hand out the workbook to write a plan in."""
    slug = municipalities.slug_of(require_actor().municipality_id)
    return download(template.template(slug), XLSX, "plan.xlsx")


@blueprint.route("/upload", methods=["GET", "POST"])
@requires(Permission.LOAD_PLANS)
@costly
def upload() -> ResponseReturnValue:
    """Take a file and show every problem in it, or what it would change; nothing is written."""
    _allow_files()
    person, form = require_actor(), UploadForm()
    if not form.validate_on_submit():
        return _file_page(form), _REFUSED if form.is_submitted() else 200
    content, name = form.file.data.read(), clean((form.file.data.filename or "")[-100:], 200)
    if not files.may_be_plan(content, name):
        other = _("This is neither a workbook (XLSX) nor a YAML file. Copy a plan of another form into the empty workbook.")
        return _file_page(form, stopped=other, name=name), _REFUSED
    try:
        found = files.of_bytes(content, name)
        store.refuse_foreign(found.plan, person.municipality_id)
    except FileRefusedError as error:
        return _file_page(form, refused=error, name=name), _REFUSED
    except PlanRefusedError as error:
        return _file_page(form, stopped=_stopped(error), name=name), _REFUSED
    return _changes_page(person, Parcel(found.text, name), previewing.preview(person.municipality_id, found.plan))


@blueprint.post("/load")
@requires(Permission.LOAD_PLANS)
def load() -> ResponseReturnValue:
    """Load what was shown; show it again if it has become something else."""
    _allow_files()
    person, form = require_actor(), LoadForm()
    parcel = unseal(form.parcel.data or "", person.account_id)
    if parcel is None or not form.validate_on_submit():
        flash(_("Please choose the file once more; nothing was loaded."), "error")
        return redirect(url_for(".upload"))
    found = files.of_bytes(parcel.text.encode(), "plan.yaml")
    preview = previewing.preview(person.municipality_id, found.plan)
    if preview.digest != form.seen.data or not preview.may_load:
        return _changes_page(person, parcel, preview, meanwhile=True), _CHANGED
    try:
        store.load(parcel.text, parcel.name, person.municipality_id, person.email)
    except PlanRefusedError as error:
        return _file_page(UploadForm(formdata=None), stopped=_stopped(error), name=parcel.name), _REFUSED
    flash(_("“%(plan)s”, version %(version)s, is loaded.", plan=here(found.plan.title), version=found.plan.version), "info")
    return redirect(url_for(".every"))


@blueprint.post("/<key>/in-force")
@requires(Permission.LOAD_PLANS)
def put_in_force(key: str) -> ResponseReturnValue:
    """Have events logged against this plan from now on."""
    person = require_actor()
    if not FlaskForm().validate_on_submit() or not any(each.key == key for each in store.every(person.municipality_id)):
        abort(404)
    plan = store.put_in_force(person.municipality_id, key, person.email)
    flash(_("Events are logged against “%(plan)s” from now on.", plan=here(plan.title)), "info")
    return redirect(url_for(".every"))


def _allow_files() -> None:
    """Take larger requests than other pages do: a workbook, or a plan as a form carries it."""
    request.max_content_length = _MOST_BYTES
    request.max_form_memory_size = _MOST_BYTES


def _loaded(person: Actor, key: str, version: int) -> Plan:
    return store.find(person.municipality_id, f"{key}/{version}") or abort(404)


def _file_page(form: UploadForm, refused: FileRefusedError | None = None, stopped: str = "", name: str = "") -> str:
    wrong = [(problem_words.place(each), problem_words.sentence(each)) for each in refused.problems] if refused else []
    return render_template(
        "plans/upload.html",
        title=_("Load a plan"),
        form=form,
        wrong=wrong,
        stopped=stopped,
        name=name,
        most=_MOST_BYTES // 10**6,
    )


def _changes_page(person: Actor, parcel: Parcel, preview: Preview, *, meanwhile: bool = False) -> str:
    form = LoadForm(formdata=None)
    form.parcel.data, form.seen.data = seal(parcel, person.account_id), preview.digest
    old = preview.before or preview.plan
    return render_template(
        "plans/changes.html",
        title=_("What this version would change"),
        form=form,
        name=parcel.name,
        preview=preview,
        changes=_grouped(old, preview.plan, preview.differences),
        unfitting=[(words.kind(each.kind), each.subject, _stated(old, each)) for each in preview.unfitting],
        degree=lambda degree: str(words.DEGREES[degree]) if degree else "–",
        row_name=lambda row: _row_name(old, preview.plan, row),
        meanwhile=meanwhile,
    )


def _stated(plan: Plan, chain: Chain) -> list[tuple[str, str]]:
    """Return the parts of what was stated; a small number of people at risk stays hidden here too."""
    statement = chain.newest.statement
    hidden = isinstance(statement, Measurement) and rules.guards_value(plan, statement)
    return words.lines(plan, statement, hidden=hidden)


def _stopped(error: PlanRefusedError) -> str:
    match error.code:
        case "loaded_otherwise":
            return str(
                _(
                    "This version is loaded already with another text, and a loaded version never changes. "
                    "Raise the version in the file and choose it again."
                )
            )
        case "foreign":
            return str(
                _(
                    "The plan is of “%(found)s”, not of this municipality (“%(own)s”). Mend the municipality in the file.",
                    **error.facts,
                )
            )
        case _:
            return str(
                _(
                    "Something is logged or stated on rows that this version does not have: %(rows)s. Keep the rows.",
                    **error.facts,
                )
            )


def _row_name(before: Plan, after: Plan, row: str) -> str:
    found = next((each for plan in (after, before) for each in plan.indicators if each.id == row), None)
    return f"{row} {here(found.name)}" if found else row


def _grouped(before: Plan, after: Plan, differences: tuple[Difference, ...]) -> list[tuple[str, list[Line]]]:
    """Return the differences under headings: the plan and its lists, then each row by its name."""
    found: dict[str, list[Line]] = {}
    for each in differences:
        of_row = each.row is not None and each.part != "member"
        heading = _row_name(before, after, each.row or "") if of_row else str(_("The plan and its lists"))
        found.setdefault(heading, []).append(_line(before, after, each))
    return list(found.items())


def _part_name(before: Plan, after: Plan, each: Difference) -> str:
    """Return what a part is called: a target that stays by its words, everything else by its id, since its words follow."""
    both = (find_target(plan, each.id) for plan in (after, before))
    found = next((target for target in both if target), None) if each.change == "changed" else None
    return _("“%(name)s”", name=here(found[1].label)) if found else each.id.rpartition("/")[2]


def _line(before: Plan, after: Plan, each: Difference) -> Line:
    what = str(part_words.PARTS[each.part])
    shown = "" if each.part in ("plan", "row") else f" {_part_name(before, after, each)}"
    values = part_words.value(before, each, each.before), part_words.value(after, each, each.after)
    old, new = part_words.texts(each.before, each.after) or values
    match each.change:
        case "new":
            return Line(f"{what}{shown}", str(_("new")), "", "" if each.part == "row" else new)
        case "gone":
            return Line(f"{what}{shown}", str(_("gone")), "" if each.part == "row" else old)
        case "moved":
            return Line(what, str(_("moved")), old, new)
        case _:
            return Line(f"{what}{shown}: {part_words.field(each.field or '')}", "", old, new)
