"""Pages of releases: the list, making one, each with its tables, its files, and what was found out since."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from analysis import steps
from questionnaires.plan_types import Plan
from surveyapp.core import clock, menu, moulds, work
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.command import RefusedError
from surveyapp.core.costly import costly, turn
from surveyapp.core.downloads import download
from surveyapp.ledger import store as ledger
from surveyapp.ledger.documents import rows_of
from surveyapp.ledger.store import AlteredReleaseError, Release
from surveyapp.plans import store as plan_store
from surveyapp.releases import files, late, making, naming, origins, parted, released_surveys, since, words
from surveyapp.releases.forms import ReleaseForm
from surveyapp.releases.origins import Origins
from surveyapp.releases.since import Noted
from surveyapp.results import findings, level_words, plan_results, reliability_words
from surveyapp.results import words as plan_words
from surveyapp.results.drawn import files as figure_files
from surveyapp.results.drawn.figure import Figures
from surveyapp.results.statistics import RefusedResultError
from surveyapp.results.store import AlteredResultError
from surveyapp.results.wave_results import WaveResults
from surveyapp.survey.rules import FEWEST

blueprint = Blueprint("releases", __name__, template_folder="templates", url_prefix="/results/releases")


@blueprint.get("")
@requires(Permission.SEE_RESULTS)
def every() -> str:
    """List the releases."""
    person = require_actor()
    found = ledger.every(person.municipality_id)
    may = person.may(Permission.RELEASE)
    return render_template("releases/every.html", title=_("Releases"), releases=found, may_release=may)


@blueprint.route("/make", methods=["GET", "POST"])
@requires(Permission.RELEASE)
def make() -> ResponseReturnValue:
    """Make a release, after saying that it can never be changed."""
    person = require_actor()
    plan = plan_results.chosen(person.municipality_id, None)
    form = ReleaseForm(data={"as_of": clock.today().isoformat()}).fit()
    if plan is None or not form.is_submitted():
        return _form(form, plan)
    if not form.validate():
        return _form(form, plan, 422)
    wanted = ("protect", "compare", "judge", "tables")
    return work.run(_("Making the release"), wanted, lambda: _made(form, plan), url_for(".every"))


def _made(form: ReleaseForm, plan: Plan) -> ResponseReturnValue:
    person = require_actor()
    try:
        made = making.make(person.municipality_id, form.level.data, person.email, None, form.as_of.data)
    except RefusedError:
        form.as_of.errors = [*form.as_of.errors, _("Name a day of the plan that is not in the future.")]
        return _form(form, plan, 422)
    flash(_("Release %(number)s is made. It never changes.", number=made.number), "info")
    return redirect(url_for(".one", number=made.number))


def _form(form: ReleaseForm, plan: Plan | None, status: int = 200) -> ResponseReturnValue:
    return render_template("releases/make.html", title=_("Make a release"), form=form, plan=plan), status


@blueprint.get("/<int:number>")
@requires(Permission.SEE_RESULTS)
def one(number: int) -> str:
    """Show a release: its facts, what changed since the one before, what was corrected since, its tables and files."""
    release = _found(number)
    plan = _plan(release)
    return render_template(
        "releases/one.html",
        title=words.title(release),
        release=release,
        may_publish=require_actor().may(Permission.PUBLISH),
        may_hand_over=require_actor().may(Permission.HAND_OVER),
        formats=words.FORMATS,
        names=naming.names_of(require_actor().municipality_id, release),
        table_names=words.TABLES,
        since=since.found_out(require_actor().municipality_id, release, plan),
        beside=late.beside(require_actor().municipality_id, release),
        earlier=(earlier := _before(release)),
        changed=(changed := since.changed(require_actor().municipality_id, earlier, release, plan) if earlier else None),
        came=(came := _came(earlier, release) if earlier else ()),
        raised=late.raised(earlier.document, release.document) if earlier else (),
        listed=Noted(late.without(changed.differences, came), changed.reasons) if changed else None,
        shown=[table for table in release.document["tables"] if table["rows"]],
    )


@blueprint.get("/<int:number>/rows/<indicator>")
@requires(Permission.SEE_RESULTS)
def row(number: int, indicator: str) -> str:
    """Show one row of the plan as it was released: its targets, and the events that each number was counted from."""
    release = _found(number)
    found = [each for each in rows_of(release.document, "plan_rows") if each["indicator"] == indicator]
    if not found:
        abort(404)
    targets = [each for each in rows_of(release.document, "plan_targets") if each["indicator"] == indicator]
    events = [each for each in rows_of(release.document, "head_counts") if each["indicator"] == indicator]
    return render_template(
        "releases/row.html",
        names=naming.names_of(require_actor().municipality_id, release),
        since=since.found_out(require_actor().municipality_id, release, _plan(release)).of_row(indicator),
        title=_("%(row)s in release %(number)s", row=indicator, number=number),
        release=release,
        origins=_origins(release),
        money=[each for each in rows_of(release.document, "money") if each["indicator"] == indicator],
        row=found[0],
        targets=targets,
        events=events,
    )


@blueprint.get("/<int:number>/tables/<table>")
@requires(Permission.SEE_RESULTS)
def table(number: int, table: str) -> str:
    """Show one table of a release, some rows at a time; each leads to what it was counted from."""
    release = _found(number)
    part = parted.part_of(release.document, table, request.args.get("page", 1, type=int)) or abort(404)
    title = _("%(table)s in release %(number)s", table=words.TABLES[table], number=number)
    names = naming.names_of(require_actor().municipality_id, release)
    return render_template("releases/table.html", title=title, release=release, part=part, names=names)


@blueprint.get("/<int:number>/tables/<table>/<int:at>")
@requires(Permission.SEE_RESULTS)
def origin(number: int, table: str, at: int) -> str:
    """Show what one line of a released table was counted from, down to events, statements and counts."""
    release = _found(number)
    found = _origins(release).origin(table, at) or abort(404)
    title = origins.title(found)
    return render_template("releases/origin.html", title=title, release=release, found=found, part=parted.part_with(at))


@blueprint.get("/<int:number>/surveys")
@requires(Permission.SEE_RESULTS)
def surveys(number: int) -> Response:
    """Show what the surveys say as released: what changed between two, and what the others say by themselves."""
    release = _found(number)
    return _drawn_once(release, lambda: (_("Surveys in release %(number)s", number=number), _surveys_told(release)))


@blueprint.get("/<int:number>/surveys/<name>")
@requires(Permission.SEE_RESULTS)
def survey(number: int, name: str) -> Response:
    """Show what one survey says by itself as released."""
    release = _found(number)
    return _drawn_once(
        release,
        lambda: (_("Release %(number)s: %(survey)s", number=number, survey=name), _survey_told(release, name)),
    )


def _drawn_once(release: Release, told: Callable[[], tuple[str, str]]) -> Response:
    """Return a page, its title and what is told, from a release alone: it never changes, and neither does the page."""

    def draw() -> str:
        title, inner = told()
        return render_template("releases/surveys.html", title=title, told=Markup(inner))  # noqa: S704 - from a template, which has escaped what it holds

    return moulds.page_inside(release.hash, draw)


def _surveys_told(release: Release) -> str:
    municipality_id = require_actor().municipality_id
    return render_template(
        "releases/surveys_told.html",
        release=release,
        comparisons=released_surveys.comparisons(municipality_id, release),
        waves=released_surveys.waves(municipality_id, release),
        drawn=released_surveys.score_figures(municipality_id, release),
        findings=findings,
        origins=_origins(release),
    )


def _survey_told(release: Release, name: str) -> str:
    found = _wave(release, name)
    return render_template(
        "releases/survey_told.html",
        release=release,
        found=found,
        drawn=released_surveys.point_figures(release, found),
        findings=findings,
        level_words=level_words,
        reliability=reliability_words,
        origins=_origins(release),
    )


def _wave(release: Release, name: str) -> WaveResults:
    every_wave = released_surveys.waves(require_actor().municipality_id, release)
    return next((each for each in every_wave if each.wave.name == name), None) or abort(404)


@blueprint.get("/<int:number>.<kind>")
@requires(Permission.SEE_RESULTS)
@costly
def file(number: int, kind: str) -> ResponseReturnValue:
    """Give a release as a file."""
    release = _found(number)
    if kind not in files.WRITERS:
        abort(404)
    title, page = _("Writing release %(number)s as a file", number=number), url_for(".one", number=number)
    return work.run(title, ("write",), lambda: _written(release, kind), page)


def _written(release: Release, kind: str) -> Response:
    steps.at("write")
    number = release.number
    titled = kind == "csv" and request.args.get("headings") == "titles"
    with turn():
        written = files.csv_files(release, headings="titles") if titled else files.WRITERS[kind](release)
        single = len(written) == 1
        name, content = next(iter(written.items())) if single else (f"release-{number}-{kind}.zip", files.zipped(written))
    return download(content, files.MIMETYPES[kind], name)


@blueprint.app_errorhandler(AlteredReleaseError)
@blueprint.errorhandler(AlteredResultError)
@blueprint.errorhandler(RefusedResultError)
def not_shown(error: Exception) -> tuple[str, int]:
    """Say that something stored was altered, or that nothing can be shown safely; nothing of it is given out."""
    altered = not isinstance(error, RefusedResultError)
    return render_template("releases/not_shown.html", title=_("This is not given out"), altered=altered), 409


def _score_figures() -> Figures:
    """Return the figures of the release that the address names."""
    return released_surveys.score_figures(require_actor().municipality_id, _found((request.view_args or {}).get("number", 0)))


def _point_figures() -> Figures:
    """Return the figures of one survey of the release that the address names."""
    release = _found((request.view_args or {}).get("number", 0))
    return released_surveys.point_figures(release, _wave(release, request.args.get("survey", "")))


figure_files.add_routes(blueprint, {"scores": _score_figures, "points": _point_figures}, "/<int:number>")


def _found(number: int) -> Release:
    found = ledger.find(require_actor().municipality_id, number)
    return found or abort(404)


def _origins(release: Release) -> Origins:
    names = naming.names_of(require_actor().municipality_id, release)
    page = url_for("releases.one", number=release.number)
    return Origins(release, names, lambda table, at: f"{page}/tables/{table}/{at}", inside=True)


def _plan(release: Release) -> Plan | None:
    return plan_store.find(require_actor().municipality_id, release.asked.plan)


def _before(release: Release) -> Release | None:
    """Return the release before this one, of the same plan and level."""
    asked = release.asked
    earlier = ledger.every(require_actor().municipality_id, asked.plan_key, asked.level)
    return next((each for each in earlier if each.number < release.number), None)


def _came(earlier: Release, release: Release) -> tuple[late.Late, ...]:
    return late.came(require_actor().municipality_id, earlier.document, release.document)


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    return {"release_words": words, "release_plan_words": plan_words, "fewest_opened": FEWEST}


def init_app(app: Flask) -> None:
    """Register the pages and their menu place."""
    app.register_blueprint(blueprint)
    menu.add(app, menu.Entry("releases.every", _l("Releases"), Permission.SEE_RESULTS, menu.Heading.RESULTS))
